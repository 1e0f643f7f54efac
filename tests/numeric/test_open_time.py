from __future__ import annotations

from itertools import accumulate

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from salesmetrics._numeric.open_time import open_time

INSTANTS = st.integers(-5, 60) | st.sampled_from([-(10**18), 10**18])


@given(st.lists(st.integers(0, 5), max_size=9), st.lists(INSTANTS, max_size=6))
@example([3, 5], [-(10**18)])
def test_every_moment_before_an_instant_that_lies_in_a_span(gaps: list[int], instants: list[int]) -> None:
    bounds = list(accumulate(gaps))
    spans = [*zip(bounds[::2], bounds[1::2], strict=False)]
    starts, ends = (np.array([span[side] for span in spans], np.int64) for side in (0, 1))
    found = open_time(starts, ends, np.array(instants, np.int64))
    moments = [moment for start, end in spans for moment in range(start, end)]
    assert found.tolist() == [sum(moment < instant for moment in moments) for instant in instants]
    assert found.dtype == np.int64
