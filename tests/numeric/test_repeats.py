"""Rows that say the same as one before them, against looking at them one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesmetrics._numeric.repeats import is_repeated

NUMBERS = st.integers(-1, 2) | st.sampled_from([-(2**63), 2**63 - 1])


@given(st.lists(st.tuples(NUMBERS, NUMBERS), max_size=9))
def test_definition(rows: list[tuple[int, int]]) -> None:
    columns = [np.array([row[place] for row in rows], np.int64) for place in (0, 1)]
    found = is_repeated(columns)
    assert found.tolist() == [row in rows[:place] for place, row in enumerate(rows)]
    assert found.dtype == np.bool_


def test_rows_that_are_mixed_down_to_one_number_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("salesmetrics._numeric.repeats._ODD", np.uint64(0))
    columns = [np.array([1, 2, 1, 2]), np.array([1, 1, 1, 2])]
    assert is_repeated(columns).tolist() == [False, False, True, False]
