# One thing at a time: money, a day span, a stage, a deal, a rep; immutable, checked field by field.
# What lives here knows `errors` and other things of this floor, and computes nothing with numpy.
