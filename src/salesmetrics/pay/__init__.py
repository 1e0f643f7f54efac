# What people are paid: plans applied to deals, one deal after the other, with balances that are carried on.
# What lives here is no sum over rows: half a period's deals do not pay half, so it is no measure and knows none.
