# Questions: each measure says what is summed over one table and what answer the sums make.
# What lives here knows tables and answers; every public function is a recipe under `@as_measure`.
