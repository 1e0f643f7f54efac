"""Sums that share a pass are those that each would be alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from salesmetrics._numeric import sums
from salesmetrics._numeric.columns import Coded, Masked
from salesmetrics._numeric.sums import Groups, Pass

N = 3
ROWS = st.lists(
    st.tuples(
        st.integers(-5, 5) | st.integers(-(2**40), 2**40) | st.integers(-(2**63) + 1, 2**63 - 1),
        st.integers(-5, 5) | st.integers(-(2**29), 2**29),
        *[st.booleans()] * 5,
        st.integers(-1, N - 1),
        st.integers(-1, 1),
    ),
    max_size=12,
)


def column(values: Any) -> Masked:
    numbers = np.array(values, np.int64)
    return Masked(numbers, np.ones(len(numbers), np.bool_))


def by_hand(values: Any, mask: Any, codes: Any, n: int = N) -> list[int]:
    """A plain loop; code -1 is the last group."""
    found = [0] * n
    for value, has, code in zip(values, mask, codes, strict=True):
        found[code] += int(value) if has else 0
    return found


@pytest.mark.thread_unsafe(reason="it sets the library's thresholds")
@pytest.mark.parametrize(("few", "block"), [(sums.FEW_CELLS, 1 << 16), (sums.FEW_CELLS, 2), (8, 1 << 16), (0, 1)])
@given(rows=ROWS)
def test_a_pass_makes_every_sum(few: int, block: int, rows: list[tuple[Any, ...]]) -> None:
    large, small, *flags, codes, inner = [list(part) for part in zip(*rows, strict=True)] or [[]] * 9
    masks = [np.array(flag, np.bool_) for flag in flags]
    masks[0].flags.writeable = masks[2].flags.writeable = False  # their rows are remembered
    names = Coded(np.array(inner, np.int8), ["a", "b"])
    ones = [1] * len(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sums, "FEW_CELLS", few)
        patch.setattr(sums, "_BLOCK", block)
        patch.setattr(sums, "_MANY_ROWS", block)
        made = Pass(Groups(np.array(codes, np.int8), N))
        columns = [(column(large), large), (column(small), small)]
        totals = [(made.totals(one, mask), values, mask) for one, values in columns for mask in masks]
        counted = [(made.counts(mask), ones, mask) for mask in masks]
        everyone = made.counts(None)
        for promise, values, mask in totals + counted:
            assert promise().tolist() == by_hand(values, mask, codes)
        assert everyone().tolist() == by_hand(ones, ones, codes)
        cells = [code % N * 3 + name + 1 for code, name in zip(codes, inner, strict=True)]
        within = made.within(names).totals(columns[1][0], masks[0])
        assert within().tolist() == by_hand(small, masks[0], cells, 3 * N)
        later = made.counts(masks[0] & masks[1])  # what is named after others were made
        assert later().tolist() == by_hand(ones, masks[0] & masks[1], codes)
        some = np.flatnonzero(masks[0])
        along = made.along(some).counts(masks[1].take(some))
        assert along().tolist() == later().tolist()


@given(st.sampled_from([2**28, 2**29 - 1, 2**29, -(2**29), 2**45]), st.booleans())
def test_counts_ride_on_many_rows(size: int, negative: bool) -> None:  # noqa: FBT001  # drawn
    n_rows = 3 * 2**16 + 5
    values = np.full(n_rows, -size if negative else size)
    mask: NDArray[np.bool_] = np.arange(n_rows) % 3 > 0
    made = Pass(Groups(np.arange(n_rows) % 2, 2))
    total, count, everyone = made.totals(column(values), mask), made.counts(mask), made.counts(None)
    by_group = [mask[::2].sum(), mask[1::2].sum()]
    assert total().tolist() == [int(values[0]) * int(n) for n in by_group]
    assert count().tolist() == by_group
    assert everyone().tolist() == [n_rows // 2 + n_rows % 2, n_rows // 2]


@pytest.mark.parametrize("bits", [25, 26, 27, 28, 29])
@pytest.mark.parametrize("sign", [1, -1])
def test_counts_ride_on_the_largest_numbers_of_one_group(bits: int, sign: int) -> None:
    n_rows = 2**17 + 2**16
    made = Pass(Groups(np.zeros(n_rows, np.int8), 1))
    values, everyone = np.full(n_rows, sign * (2**bits - 1)), np.ones(n_rows, np.bool_)
    total, count = made.totals(column(values), everyone), made.counts(None)
    assert total().tolist() == [sign * (2**bits - 1) * n_rows]
    assert count().tolist() == [n_rows]
    assert total().dtype == count().dtype == np.int64


def test_a_sum_of_just_2_to_the_63_is_exact() -> None:
    made = Pass(Groups(np.array([0, 0, 1]), 2))
    assert made.totals(column([2**62, 2**62, -(2**62)]), np.array([True, True, True]))().tolist() == [2**63, -(2**62)]
    two = Pass(Groups(np.array([0, 0]), 1))
    assert two.totals(column([2**62, 2**62]), np.array([True, True]))().tolist() == [2**63]


def test_groups_are_divided_by_each_column_of_names_apart() -> None:
    made, everyone = Pass(Groups(np.array([0, 0, 1]), 2)), np.array([True, True, True])
    one, other = Coded(np.array([0, -1, 0]), ["a"]), Coded(np.array([1, 1, 0]), ["x", "y"])
    first, second = made.within(one), made.within(other)
    assert first is made.within(one)
    assert first.counts(everyone)().tolist() == [1, 1, 0, 1]
    assert second.counts(everyone)().tolist() == [0, 0, 2, 0, 1, 0]


def test_what_no_row_has_is_counted_in_whole_numbers() -> None:
    mask = np.array([False, False])
    mask.flags.writeable = False
    nobody = Pass(Groups(np.array([0, 1]), 2)).counts(mask)()
    assert nobody.tolist() == [0, 0]
    assert nobody.dtype == np.int64


def test_rows_that_are_taken_stay_in_their_cells() -> None:
    groups = Groups(np.array([0, 1, 1]), 2, np.array([-1, 0, 1], np.int8), 3).take(np.array([2, 0]))
    ((_, cells),) = groups.blocks()
    assert (cells.tolist(), groups.n_cells) == ([5, 0], 6)
    ((_, plain),) = Groups(np.array([0, 1, 1]), 2).take(np.array([2, 0])).blocks()
    assert plain.tolist() == [1, 0]


def test_there_may_be_more_groups_than_small_numbers_tell_apart() -> None:
    n, everyone = 40_000, np.ones(40_000, np.bool_)
    made = Pass(Groups(np.arange(n), n))
    assert np.array_equal(made.totals(column(np.arange(n)), everyone)(), np.arange(n))
    assert np.array_equal(made.counts(everyone)(), np.ones(n))


def test_what_shares_a_mask_is_summed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    passes: list[int] = []
    blocks = Groups.blocks

    def counted(groups: Groups, *args: Any) -> Any:
        passes.append(groups.n_cells)
        return blocks(groups, *args)

    monkeypatch.setattr(Groups, "blocks", counted)
    made = Pass(Groups(np.array([0, 1, 1], np.int8), 2))
    amounts, mask = column([5, 6, 7]), np.array([True, False, True])
    promises = [made.totals(amounts, mask), made.counts(mask), made.counts(~mask), made.counts(None)]
    assert [one().tolist() for one in promises] == [[5, 7], [1, 1], [0, 1], [1, 2]]
    assert passes == [2]
