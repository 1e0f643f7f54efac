# Scoring: how leads are given points, as data: conditions, rules, decay, limits, labels, and the model that holds them.
# What lives here knows one lead and what it did; whole tables are scored where measures live.
