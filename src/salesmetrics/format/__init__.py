# How foreign data name and write what a thing is: the only column maps.
# What lives here knows things and words, and neither data nor columns.
