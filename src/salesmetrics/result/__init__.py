# Answers: what was summed, how two of them add, how one is read and shown.
# What lives here knows things and arithmetic, and no table.
