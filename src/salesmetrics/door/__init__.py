# The one door: foreign data and loose things are read into columns and checked here, and written out again.
# What lives here knows formats and columns, notes every fault of every row, and knows no table.
