# Arithmetic and columns: exact integers, groups, intervals, and nothing of sales.
# What lives here knows numpy and `errors`, and would serve any other trade as it is.
