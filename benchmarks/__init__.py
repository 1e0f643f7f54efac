# Measured here, never in a timed test: each file times one promise and prints it beside its goal.
# `python -m benchmarks` runs them all; `python -m benchmarks objects` runs one.
