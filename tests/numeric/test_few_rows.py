"""What is remembered of arrays and masks is what would be made anew."""

from __future__ import annotations

import gc
from unittest.mock import Mock
from weakref import ref

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesmetrics._numeric.columns import Masked, readonly
from salesmetrics._numeric.few_rows import FewRows, rows_among
from salesmetrics._numeric.remembered import Remembered

ROWS = st.lists(st.tuples(st.booleans() | st.just(value=False), st.integers(-9, 9), st.integers(-9, 9)), max_size=12)


def test_what_was_made_of_an_array_that_cannot_change_is_made_once() -> None:
    array, make, kept = readonly(np.arange(3)), Mock(side_effect=object), Remembered()
    assert kept.of(array, make) is kept.of(array, make)
    make.assert_called_once()


def test_of_an_array_that_may_change_it_is_made_each_time() -> None:
    array, kept = np.array([1, 2]), Remembered()
    assert kept.of(array, lambda: int(array.sum())) == 3
    array[0] = 5
    assert kept.of(array, lambda: int(array.sum())) == 7


def test_arrays_of_the_same_numbers_are_two() -> None:
    one, other, kept = readonly(np.arange(3)), readonly(np.arange(3)), Remembered()
    assert kept.of(one, lambda: "one") == "one"
    assert kept.of(other, lambda: "other") == "other"
    assert kept.of(one, lambda: "again") == "one"


def test_it_is_forgotten_with_the_array() -> None:
    array, kept = readonly(np.arange(3)), Remembered()
    seen = ref(kept.of(array, lambda: np.arange(4)))
    assert seen() is not None
    del array
    gc.collect()
    assert seen() is None


def test_the_rows_of_a_mask_are_forgotten_with_it() -> None:
    mask, column = readonly(np.arange(8) == 3), readonly(np.arange(8))
    taken = ref(FewRows.of(mask).array(column))
    assert taken() is FewRows.of(mask).array(column)
    del mask
    gc.collect()
    assert taken() is None


@pytest.mark.parametrize("changes", [False, True])
@given(rows=ROWS)
def test_the_rows_that_a_mask_has_are_those(changes: bool, rows: list[tuple[bool, int, int]]) -> None:  # noqa: FBT001
    flags, first, second = [list(part) for part in zip(*rows, strict=True)] or [[]] * 3
    mask, one, two = np.array(flags, np.bool_), np.array(first, np.int64), np.array(second, np.int64)
    if not changes:
        mask.flags.writeable = one.flags.writeable = False
    want = [(a, b) for has, a, b in rows if has]
    for _ in range(2):  # what is remembered the second time, too
        assert [*zip(*(part.tolist() for part in rows_among(mask, one, two)), strict=True)] == want
    few = FewRows.of(mask)
    assert few.n == len(want)
    assert few.are_few == (4 * len(want) <= len(rows))
    if few.are_few:
        column = Masked(one, one >= 0, "USD", 99)
        assert few.column(column).bound == 99  # passed on, and not looked for again
        assert [*few.column(column)] == [a if a >= 0 else None for a, _ in want]
        assert few.column(column).unit == "USD"
        assert few.array(one).tolist() == [a for a, _ in want]


@given(ROWS)
def test_which_rows_have_a_number_and_which_have_none(rows: list[tuple[bool, int, int]]) -> None:
    mask = readonly(np.array([has for has, _, _ in rows], np.bool_))
    numbers = Masked(np.array([a for _, a, _ in rows], np.int64), np.array([a >= 0 for _, a, _ in rows], np.bool_))
    for _ in range(2):
        assert numbers.known_among(mask).tolist() == [has and a >= 0 for has, a, _ in rows]
        assert numbers.missing_among(mask).tolist() == [has and a < 0 for has, a, _ in rows]
    again = numbers.missing_among(mask)
    assert numbers.missing_among(mask) is again
    with pytest.raises(ValueError, match="read-only"):
        again[:] = True
