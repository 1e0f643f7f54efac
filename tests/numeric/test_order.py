"""The order of rows by packed keys, and places of ids, each against the plain way."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from salesmetrics._numeric.order import places_of, stable_order

# whole days in microseconds, seconds, and any number that a time can be: one sort, two sorts, and none that packs
NUMBERS = [
    st.integers(-3, 3).map(lambda day: day * 86_400_000_000),
    st.integers(-(2**30), 2**30),
    st.sampled_from([-(2**57), 2**57, 0, 1]) | st.integers(-(2**57), 2**57),
]
CODES = st.integers(0, 3) | st.sampled_from([2**20, 2**31 - 1])


@given(
    st.sampled_from(NUMBERS).flatmap(lambda numbers: st.lists(st.tuples(CODES, numbers), max_size=20)), st.booleans()
)
def test_the_order_is_that_of_sorted(rows: list[tuple[int, int]], is_sorted: bool) -> None:  # noqa: FBT001
    rows = sorted(rows) if is_sorted else rows
    codes, numbers = np.array([row[0] for row in rows], np.int64), np.array([row[1] for row in rows], np.int64)
    expected = sorted(range(len(rows)), key=lambda place: rows[place])
    assert stable_order(codes, numbers).tolist() == expected


IDS = [st.integers(-5, 5), st.integers(-(2**62), 2**62), st.sampled_from(["a", "b", "c", ""])]


@given(st.data(), st.sampled_from(IDS), st.sampled_from(IDS))
def test_places_are_those_of_the_list(
    data: st.DataObject, one: st.SearchStrategy[object], other: st.SearchStrategy[object]
) -> None:
    ids = data.draw(st.lists(one, unique=True))
    wanted = data.draw(st.lists(st.sampled_from(ids) | other if ids else other))

    def column(values: list[object]) -> np.ndarray[tuple[int], np.dtype[object]]:  # type: ignore[type-var]  # pyright: ignore[reportInvalidTypeArguments]
        whole = all(isinstance(value, int) for value in values)
        return np.array(values, np.int64 if whole else object)

    expected = [ids.index(value) if value in ids else -1 for value in wanted]
    assert places_of(column(wanted), column(ids)).tolist() == expected
