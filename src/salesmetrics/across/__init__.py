# Ways of asking: functions that take any measure, the user's own included, and ask it many times.
# What lives here knows measures only as callables, and no particular one.
