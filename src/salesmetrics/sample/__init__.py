# The sample: an embedded book to try things on, with its past and its people, all of it invented.
# What lives here may use every floor; nothing but examples and tests uses it.
