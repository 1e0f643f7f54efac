# Many things, in read-only columns, and the one door through which they come in and are checked.
# What lives here knows things and columns, and no answer.
