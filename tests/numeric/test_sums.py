from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Masked
from salesmetrics._numeric.sums import (
    Groups,
    counts,
    rounded_products,
    summed,
    total,
    total_of_products,
    totals,
    united,
    weighed,
    whole_numbers,
)

MOST = 2**63 - 1
Rows = list[tuple[int, bool, int]]

whole = st.integers(-9, 9) | st.integers(-(2**63), MOST) | st.sampled_from([MOST, -MOST, -(2**63), 2**62, 2**32, -1])
N = 3
rows = st.lists(st.tuples(whole, st.booleans(), st.integers(-1, N - 1)))
code_types = st.sampled_from([np.int8, np.int16, np.int32, np.int64])


def column(values: list[int], dtype: type[np.signedinteger[Any]] = np.int64) -> Masked:
    return Masked(np.array(values, dtype), np.ones(len(values), np.bool_))


def laid(rows: Rows, code_type: type[np.signedinteger[Any]] = np.int64) -> tuple[Masked, NDArray[np.bool_], Groups]:
    mask, codes = [row[1] for row in rows], [row[2] for row in rows]
    return column([row[0] for row in rows]), np.array(mask, np.bool_), Groups(np.array(codes, code_type), N)


@given(st.lists(whole | st.sampled_from([MOST + 1, -MOST - 2, 2**64])))
@example([])
@example([MOST + 1])
@example([-MOST - 1])
def test_whole_numbers_of_any_size_can_be_turned_in_sign(numbers: list[int]) -> None:
    found = whole_numbers(numbers)
    assert found.tolist() == numbers
    assert (-found).tolist() == [-number for number in numbers]
    assert found.dtype == (np.int64 if all(abs(number) <= MOST for number in numbers) else object)


@given(rows)
@example([(MOST, True, 0)])
@example([(2**62, True, 0)] * 2)
@example([(MOST, True, 0), (0, True, 0)])
@example([(-MOST, True, 1)] * 3)
@example([(2**62, True, 0), (2**62, False, 0)])
def test_a_total_is_the_sum(rows: Rows) -> None:
    some, mask, _ = laid(rows)
    found = total(some, mask)
    assert found == sum(value for value, flag, _ in rows if flag)
    assert type(found) is int


@given(rows, code_types)
@example([(2**62, True, 0)] * 2, np.int64)
@example([(-(2**62), True, 2)] * 2, np.int8)
@example([(-(2**63), True, 1)], np.int8)
def test_group_totals_are_each_group_s_sum(rows: Rows, code_type: Any) -> None:
    some, mask, groups = laid(rows, code_type)
    sums = [sum(value for value, flag, code in rows if flag and code % N == group) for group in range(N)]
    assert totals(some, mask, groups).tolist() == sums
    numbers = [sum(flag and code % N == group for _, flag, code in rows) for group in range(N)]
    assert counts(mask, groups).tolist() == numbers
    assert counts(None, groups).tolist() == [sum(code % N == group for _, _, code in rows) for group in range(N)]


@given(rows)
def test_without_a_mask_every_row_counts(rows: Rows) -> None:
    some, _, groups = laid(rows)
    everyone = np.ones(len(rows), np.bool_)
    assert totals(some, None, groups).tolist() == totals(some, everyone, groups).tolist()
    assert counts(None, groups).tolist() == counts(everyone, groups).tolist()


@pytest.mark.parametrize(
    ("values", "dtype"), [([2**62 - 1, 1 - 2**62], np.int64), ([2**62, 1], np.object_), ([], np.int64)]
)
def test_group_totals_are_fast_integers_where_these_suffice(values: list[int], dtype: Any) -> None:
    found = totals(column(values), np.ones(len(values), np.bool_), Groups(np.zeros(len(values), np.int8), 1))
    assert found.dtype == dtype
    assert found.tolist() == [sum(values)]
    assert [type(one) for one in found.tolist()] == [int]


@pytest.mark.parametrize("n", [0, 1, 65_535, 65_536, 65_537, 131_072, 131_073])
@pytest.mark.parametrize("far", [1, 2**46])
def test_sums_go_over_every_block(n: int, far: int) -> None:
    values, mask, codes = (
        [far * (row % 11 - 4) for row in range(n)],
        [row % 3 != 1 for row in range(n)],
        np.arange(n) % 7,
    )
    sums, numbers = [0] * 7, [0] * 7
    for row in range(n):
        if mask[row]:
            sums[row % 7] += values[row]
            numbers[row % 7] += 1
    flags, groups = np.array(mask, np.bool_), Groups(codes.astype(np.int8), 7)
    assert totals(column(values), flags, groups).tolist() == sums
    assert counts(flags, groups).tolist() == numbers
    assert counts(None, groups).tolist() == [len(range(group, n, 7)) for group in range(7)]
    assert total(column(values), flags) == sum(sums)


@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.int32])
def test_small_numbers_do_not_wrap(dtype: type[np.signedinteger[Any]]) -> None:
    low, high = int(np.iinfo(dtype).min), int(np.iinfo(dtype).max)
    values, groups = [low, low, high, high, high], Groups(np.array([0, 0, 1, 1, 1], np.int8), 2)
    assert totals(column(values, dtype), np.ones(5, np.bool_), groups).tolist() == [2 * low, 3 * high]
    assert total(column(values, dtype), np.ones(5, np.bool_)) == 2 * low + 3 * high


def test_a_row_without_a_group_falls_into_the_last() -> None:
    groups = Groups(np.array([-1, 0, 2, -1], np.int8), 3)
    assert totals(column([1, 10, 100, 1000]), np.ones(4, np.bool_), groups).tolist() == [10, 0, 1101]
    assert counts(np.array([True, True, False, True]), groups).tolist() == [1, 0, 2]
    assert counts(None, groups).tolist() == [1, 0, 3]


@given(rows, st.data())
def test_a_second_code_divides_each_group_into_cells(rows: Rows, data: st.DataObject) -> None:
    some, mask, groups = laid(rows, np.int8)
    inner = data.draw(st.lists(st.integers(-1, 1), min_size=len(rows), max_size=len(rows)))
    cells = Groups(groups.codes, N, np.array(inner, np.int8), 3)
    places = [(group, cell) for group in range(N) for cell in (-1, 0, 1)]
    parts = [
        [row for row, second in zip(rows, inner, strict=True) if (row[2] % N, second) == place] for place in places
    ]
    assert totals(some, mask, cells).tolist() == [sum(value for value, flag, _ in part if flag) for part in parts]
    assert counts(mask, cells).tolist() == [sum(flag for _, flag, _ in part) for part in parts]
    assert counts(None, cells).tolist() == [len(part) for part in parts]


def test_no_flags_count_nothing_in_any_cell() -> None:
    nothing = np.zeros(2, np.bool_)
    codes = np.zeros(2, np.int8)
    assert counts(nothing, Groups(codes, 2)).tolist() == [0, 0]
    assert counts(nothing, Groups(codes, 2, codes, 3)).tolist() == [0] * 6
    assert totals(column([1, 2]), nothing, Groups(codes, 2, codes, 3)).tolist() == [0] * 6
    assert counts(nothing, Groups(codes, 2)).dtype == counts(~nothing, Groups(codes, 2)).dtype == np.int64


def test_no_groups_have_no_sums() -> None:
    groups = Groups(np.zeros(0, np.int8), 0)
    assert totals(column([]), np.zeros(0, np.bool_), groups).tolist() == []
    assert counts(np.zeros(0, np.bool_), groups).tolist() == counts(None, groups).tolist() == []


@given(st.integers(0, 4).flatmap(lambda n: st.tuples(
    st.lists(st.lists(whole, min_size=n, max_size=n), max_size=4),
    st.lists(st.integers(-(10**6), 10**6), min_size=n, max_size=n),
)))  # fmt: skip
@example(([[2**62, 2**62]], [1, 1]))
@example(([[2**62]], [2]))
@example(([[2**62]], [-2]))
@example(([[-(2**62), -(2**62)]], [1, 1]))
@example(([[2**61, 0]], [-8, 1]))
@example(([[0, -(2**63)]], [3, -1]))
@example(([[-5, 2**61, 2**61], [0, 0, 2**61]], [0, 2, 2]))
def test_weighing_is_exact(case: tuple[list[list[int]], list[int]]) -> None:
    sums, weights = case
    products = [sum(one * weight for one, weight in zip(row, weights, strict=True)) for row in sums]
    for dtype in (np.int64, object):
        found = weighed(np.array(sums, dtype).reshape(len(sums), len(weights)), weights)
        assert found.tolist() == products
        assert {type(one) for one in found.tolist()} <= {int}


@given(st.integers(2**63, 2**90), st.integers(0, 10**6))
def test_weighing_sums_beyond_64_bits(far: int, weight: int) -> None:
    assert weighed(np.array([[far, -far], [1, far]], object), [weight, 1]).tolist() == [
        far * weight - far,
        weight + far,
    ]


@pytest.mark.parametrize(
    ("largest", "dtype"), [(2**61 - 1, np.int64), (2**61, object), (-(2**61) + 1, np.int64), (-(2**61), object)]
)
def test_weighing_takes_fast_integers_below_the_bound(largest: int, dtype: Any) -> None:
    found = weighed(np.array([[largest, 0]]), [2, -1])  # at most twice twice the largest
    assert (found.dtype, found.tolist()) == (dtype, [2 * largest])


def test_no_sums_are_weighed_in_fast_integers() -> None:
    found = weighed(np.zeros((0, 2), np.int64), [2**62, 2**62])
    assert found.dtype == np.int64
    assert found.tolist() == []


def test_no_weights_leave_nothing() -> None:
    found = weighed(np.zeros((3, 0), np.int64), [])
    assert found.dtype == np.int64
    assert found.tolist() == [0, 0, 0]


@given(
    st.lists(st.tuples(whole.filter(lambda one: one >= -MOST), st.integers(0, 10**6))),
    st.sampled_from([np.int32, np.int64]),
)
@example([(MOST, 10**6), (-MOST, 10**6), (MOST, 999_999), (-MOST, 1), (2**53 + 1, 10**6)], np.int32)
@example([(0, 1), (1, 499_999), (1, 500_000), (-1, 500_000), (-1, 499_999), (3, 500_000), (5, 100_000)], np.int32)
@example([(10**6 - 1, 10**6 - 1), (10**6, 1), (10**6 + 1, 500_000), (7, 0)], np.int64)
def test_products_are_rounded_half_away_from_zero(cases: list[tuple[int, int]], weight_type: Any) -> None:
    values, weights = np.array([one for one, _ in cases], np.int64), np.array([one for _, one in cases], weight_type)
    found = rounded_products(values, weights, 10**6)
    exact = [Decimal(value * weight).scaleb(-6) for value, weight in cases]
    assert found.tolist() == [int(one.to_integral_value(ROUND_HALF_UP)) for one in exact]
    assert found.dtype == np.int64


@given(st.lists(st.tuples(st.integers(-128, 127), st.integers(0, 7))))
def test_products_of_small_numbers_do_not_wrap(cases: list[tuple[int, int]]) -> None:
    values, weights = np.array([one for one, _ in cases], np.int8), np.array([one for _, one in cases], np.int8)
    exact = [Decimal(value * weight) / 7 for value, weight in cases]
    expected = [int(one.to_integral_value(ROUND_HALF_UP)) for one in exact]
    assert rounded_products(values, weights, 7).tolist() == expected


def test_sums_that_no_64_bits_hold_are_summed_again() -> None:
    numbers = [2**63, -(2**70), 5, 2**80]
    column, mask = summed(np.array(numbers, object)), np.array([True, True, False, True])
    assert total(column, mask) == numbers[0] + numbers[1] + numbers[3]
    groups = Groups(np.array([0, 1, 1, 0]), 2)
    assert totals(column, mask, groups).tolist() == [2**63 + 2**80, -(2**70)]
    assert totals(column, None, groups).tolist() == [2**63 + 2**80, 5 - 2**70]


def test_sums_that_fit_64_bits_are_a_column_of_them() -> None:
    assert summed(np.array([2**62, -1], object)).values.dtype == np.int64
    assert list(summed(np.array([3, 4]))) == [3, 4]
    assert list(summed(np.array([2**63, -1], object))) == [2**63, -1]


@given(st.lists(st.dictionaries(st.integers(0, N - 1), whole | st.integers(-(2**80), 2**80)), min_size=1))
@example([{0: 2**62}, {0: 2**62}])
@example([{0: MOST}, {1: 1}])
def test_sums_of_parts_are_united_group_by_group(parts: list[dict[int, int]]) -> None:
    found = united([whole_numbers([*one.values()]) for one in parts], [np.array([*one], np.intp) for one in parts], N)
    assert found.tolist() == [sum(one.get(group, 0) for one in parts) for group in range(N)]


def test_small_sums_of_parts_are_united_in_fast_integers() -> None:
    assert united([np.array([5]), np.array([7])], [np.array([0]), np.array([1])], 2).dtype == np.int64


small = st.integers(-9, 9) | st.sampled_from([2**31 - 1, -(2**31) + 1])


@pytest.mark.thread_unsafe(reason="it sets the library's thresholds")
@pytest.mark.parametrize("block", [1 << 16, 2])
@given(st.lists(st.tuples(whole, small, st.booleans())), st.sampled_from([1, 0, None]))
@example([(2**31, 2**20, True)] * 5 + [(1, 1, False)] * 40, None)
@example([(MOST, 2**31 - 1, True)] * 3, 1)
def test_a_total_of_products_is_their_sum(block: int, rows: list[tuple[int, int, bool]], mask: int | None) -> None:
    chosen = [flag if mask is None else bool(mask) for _, _, flag in rows]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("salesmetrics._numeric.sums._BLOCK", block)
        found = total_of_products(
            column([row[0] for row in rows]), column([row[1] for row in rows]), np.array(chosen, np.bool_)
        )
    assert found == sum(row[0] * row[1] for row, flag in zip(rows, chosen, strict=True) if flag)
    assert type(found) is int
