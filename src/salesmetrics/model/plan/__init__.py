# What a compensation plan is put together from: curves, what is measured, who is credited, and the steps after it.
# What lives here is data, one file for each primitive; what a plan pays is worked out in `pay`.
