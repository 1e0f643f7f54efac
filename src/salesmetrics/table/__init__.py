# Many things in checked, read-only columns: each table is a sequence of its things.
# What lives here is cut, attached to others, converted and seen from another day; it knows no answer.
