import copy
import operator
import pickle
from collections import Counter
from fractions import Fraction
from statistics import median
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from salesmetrics._numeric.columns import Masked
from salesmetrics._numeric.multiset import Multiset, Multisets, multiset, multisets, united_multisets
from salesmetrics._numeric.sums import Groups

LOW, HIGH = -(2**63), 2**63 - 1
N = 3  # as many codes as fit in two bits and one less
Rows = list[tuple[int, bool, int]]

few = st.integers(-3, 3)
whole = few | st.integers(LOW, HIGH) | st.sampled_from([LOW, HIGH, 2**62])
wide = st.integers(1, 62).flatmap(lambda bits: st.sampled_from([0, 1, 2**bits - 1, 2**bits]))
lists = st.lists(few) | st.lists(whole)
shares = st.fractions(0, 1) | st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(9, 10), Fraction(1)])


def rows_of(numbers: st.SearchStrategy[int]) -> st.SearchStrategy[Rows]:
    return st.lists(st.tuples(numbers, st.booleans(), st.integers(-1, N - 1)))


def of(numbers: list[int]) -> Multiset:
    return multiset(
        Masked(np.array(numbers, np.int64), np.ones(len(numbers), np.bool_)), np.ones(len(numbers), np.bool_)
    )


def grouped(rows: Rows, code_type: type[np.signedinteger[Any]] = np.int64) -> Multisets:
    values, mask, codes = (list(part) for part in zip(*rows, strict=True)) if rows else ([], [], [])
    column = Masked(np.array(values, np.int64), np.ones(len(rows), np.bool_))
    return multisets(column, np.array(mask, np.bool_), Groups(np.array(codes, code_type), N))


def alone(rows: Rows, group: int) -> list[int]:
    return sorted(value for value, flag, code in rows if flag and code % N == group)


@given(lists)
def test_a_multiset_counts_its_numbers(numbers: list[int]) -> None:
    found = of(numbers)
    assert list(found) == sorted(Counter(numbers).items())
    assert (found.n, found.total) == (len(numbers), sum(numbers))
    assert (type(found.n), type(found.total)) == (int, int)


@given(st.lists(st.tuples(whole, st.booleans())))
def test_only_the_rows_of_the_mask_are_counted(rows: list[tuple[int, bool]]) -> None:
    values, mask = [row[0] for row in rows], np.array([row[1] for row in rows], np.bool_)
    found = multiset(Masked(np.array(values, np.int64), np.ones(len(rows), np.bool_)), mask)
    assert found == of([value for value, flag in rows if flag])


@given(lists, lists, lists)
def test_multisets_add(one: list[int], two: list[int], three: list[int]) -> None:
    assert of(one) + of(two) == of(one + two) == of(two) + of(one)
    assert (of(one) + of(two)) + of(three) == of(one) + (of(two) + of(three))
    assert of(one) + of([]) == of(one)


def test_counts_add_exactly_however_large() -> None:
    often, once = (Multiset(np.array([7]), np.array([times])) for times in (2**60, 1))
    assert list(often + once + once) == [(7, 2**60 + 2)]
    assert (often + once + once).n == 2**60 + 2


@given(lists, lists)
def test_equality_and_hash(one: list[int], two: list[int]) -> None:
    assert (of(one) == of(two)) is (Counter(one) == Counter(two))
    assert hash(of(one)) == hash(of(one[::-1]))
    for twin in (pickle.loads(pickle.dumps(of(one))), copy.copy(of(one)), copy.deepcopy(of(one))):  # noqa: S301
        assert (type(twin), twin, hash(twin), repr(twin)) == (Multiset, of(one), hash(of(one)), repr(of(one)))


@pytest.mark.parametrize(("one", "two"), [([1], [1, 1]), ([1], [2]), ([], [0]), ([1, 1, 2], [1, 2, 2])])
def test_different_multisets_differ(one: list[int], two: list[int]) -> None:
    assert of(one) != of(two)
    assert hash(of(one)) != hash(of(two))


@pytest.mark.parametrize("other", [1, None, [(1, 1)], "Multiset([1], [1])"])
def test_a_multiset_is_and_adds_to_nothing_else(other: Any) -> None:
    assert of([1]) != other
    with pytest.raises(TypeError):
        operator.add(of([1]), other)


def test_a_multiset_is_shown_and_read_only() -> None:
    found = Multiset(np.array([39, 54], np.int16), np.array([1, 2], np.int8))
    assert repr(found) == "Multiset([39, 54], [1, 2])"
    for one in (found, pickle.loads(pickle.dumps(found)), found + found, of([1]), grouped([(1, True, 0)])[0]):  # noqa: S301
        assert one.values.dtype == one.counts.dtype == np.int64
        for array in (one.values, one.counts):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 7


def test_each_number_has_its_count() -> None:
    for one in (Multiset(np.array([1, 2]), np.array([1])), Multiset(np.array([1]), np.array([1, 2]))):
        with pytest.raises(ValueError, match=r"zip\(\) argument 2 is (shorter|longer)"):
            list(one)


@given(lists.filter(len), shares)
@example([LOW, HIGH], Fraction(1, 2))
def test_a_quantile_lies_between_two_neighbours_in_proportion(numbers: list[int], share: Fraction) -> None:
    ordered = sorted(numbers)
    place = share * (len(ordered) - 1)
    below = place.numerator // place.denominator
    rest = place - below
    exact = ordered[below] * (1 - rest) + (ordered[below + 1] * rest if rest else 0)
    assert of(numbers).quantile(share) == exact


@given(st.lists(st.integers(-(10**6), 10**6), min_size=1), st.integers(0, 64))
def test_a_quantile_is_numpy_s_linear_one(numbers: list[int], sixty_fourths: int) -> None:
    expected = np.percentile(numbers, sixty_fourths / 64 * 100, method="linear")
    found = of(numbers).quantile(Fraction(sixty_fourths, 64))
    assert found is not None
    assert float(found) == pytest.approx(float(expected), rel=1e-12, abs=1e-9)


@given(lists.filter(len))
def test_quantiles_with_a_name(numbers: list[int]) -> None:
    found = of(numbers)
    assert found.quantile(Fraction(0)) == min(numbers)
    assert found.quantile(Fraction(1)) == max(numbers)
    assert found.quantile(Fraction(1, 2)) == median([Fraction(number) for number in numbers])


def test_nothing_has_no_quantile() -> None:
    assert of([]).quantile(Fraction(1, 2)) is None
    assert (of([]).n, of([]).total, list(of([]))) == (0, 0, [])


@given(rows_of(few) | rows_of(whole) | rows_of(wide), st.sampled_from([np.int8, np.int32, np.int64]))
@example([(LOW, True, 0), (HIGH, True, 1), (LOW, True, 1), (HIGH, True, 2)], np.int8)
@example([(-5, True, -1), (-5, True, 2), (7, True, -1), (7, True, 0)], np.int8)
@example([(2**61, True, 2), (1, True, 2), (1, True, 0)], np.int8)  # group and number in just 63 bits, and in 64
@example([(2**61 + 1, True, 2), (0, True, 2), (1, True, 0)], np.int8)
@example([(2**29 - 9, True, 2), (-9, True, 2), (1, True, 0)], np.int8)  # and in just 32 bits, and in 31
@example([(2**29 - 10, True, 2), (-9, True, 2), (1, True, 0)], np.int8)
def test_each_group_is_as_if_it_were_alone(rows: Rows, code_type: Any) -> None:
    groups = grouped(rows, code_type)
    assert len(groups) == N
    assert [groups[group] for group in range(N)] == [of(alone(rows, group)) for group in range(N)]
    assert groups.n.tolist() == [len(alone(rows, group)) for group in range(N)]


@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.int32, np.int64])
def test_the_ends_of_a_narrow_column_lie_apart(dtype: type[np.signedinteger[Any]]) -> None:
    low, high = int(np.iinfo(dtype).min), int(np.iinfo(dtype).max)
    column = Masked(np.array([high, low, 0, low], dtype), np.ones(4, np.bool_))
    everything = np.ones(4, np.bool_)
    groups = multisets(column, everything, Groups(np.array([0, 0, 1, 1], np.int8), 2))
    assert [list(groups[group]) for group in range(2)] == [[(low, 1), (high, 1)], [(low, 1), (0, 1)]]
    assert list(multiset(column, everything)) == [(low, 2), (0, 1), (high, 1)]


@given(rows_of(st.integers(-(10**6), 10**6)))
@example([(1, True, 0)])
@example([(1, True, 2), (4, True, 2)])
@example([(1, True, 1), (2, True, 1), (2, True, 1), (9, True, 2)])
def test_means_and_medians_of_groups(rows: Rows) -> None:
    groups = grouped(rows)
    for group, mean, middle in zip(range(N), groups.mean.tolist(), groups.median.tolist(), strict=True):
        numbers = alone(rows, group)
        if numbers:
            assert (mean, middle) == (sum(numbers) / len(numbers), float(median(numbers)))
        else:
            assert np.isnan([mean, middle]).all()


@given(rows_of(whole))
def test_means_and_medians_of_far_numbers_are_close(rows: Rows) -> None:
    groups = grouped(rows)
    for group, mean, middle in zip(range(N), groups.mean.tolist(), groups.median.tolist(), strict=True):
        numbers = alone(rows, group)
        if numbers:
            near = 1e-12 * max(map(abs, numbers))
            assert mean == pytest.approx(float(Fraction(sum(numbers), len(numbers))), abs=near)
            assert middle == pytest.approx(float(median([Fraction(number) for number in numbers])), abs=near)


def test_looking_at_a_group_copies_nothing() -> None:
    groups = grouped([(5, True, 1), (5, True, 1), (7, True, 1), (9, True, 2)])
    assert np.shares_memory(groups[1].values, groups.values)
    assert np.shares_memory(groups[1].counts, groups.counts)


@pytest.mark.parametrize("group", [N, -1, -N, N + 1])
def test_there_is_no_other_group(group: int) -> None:
    with pytest.raises(IndexError) as caught:
        grouped([(1, True, 0)])[group]
    assert caught.value.args == (group,)


def test_no_groups_at_all() -> None:
    nothing = np.zeros(0, np.int64)
    groups = multisets(Masked(nothing, nothing.astype(np.bool_)), nothing.astype(np.bool_), Groups(nothing, 0))
    assert len(groups) == 0
    assert groups.n.tolist() == groups.mean.tolist() == groups.median.tolist() == []


@given(st.lists(rows_of(few) | rows_of(whole), min_size=1, max_size=4))
@example([[(7, True, 0)] * 40, [(7, True, 0), (8, True, 0)] * 20])
@example([[(LOW, True, 1)], [(HIGH, True, 1), (LOW, True, 0)]])
def test_multisets_of_parts_are_united_group_by_group(parts: list[Rows]) -> None:
    places = [np.flatnonzero([len(alone(rows, group)) > 0 for group in range(N)]) for rows in parts]
    filled = [grouped(rows).take(place) for rows, place in zip(parts, places, strict=True)]
    found = united_multisets(filled, places, N)
    for group in range(N):
        assert list(found[group]) == sorted(Counter(one for rows in parts for one in alone(rows, group)).items())


def test_united_multisets_keep_counts_however_large() -> None:
    often, once = (Multisets(np.array([7]), np.array([times]), np.array([0, 1])) for times in (2**60, 1))
    for parts in ([often, once, once], [once] * 9 + [often]):
        found = united_multisets(parts, [np.array([0])] * len(parts), 1)
        assert list(found[0]) == [(7, sum(int(one.counts[0]) for one in parts))]


def test_counts_of_few_different_numbers_are_united() -> None:
    part = Multisets(np.array([5, 6, 5, 6]), np.array([1, 2, 3, 4]), np.array([0, 2, 4]))
    places = np.array([0, 1]), np.array([1, 0])
    found = united_multisets([part, part], places, 2)
    assert found.values.tolist() == [5, 6, 5, 6]
    assert found.counts.tolist() == [1 + 3, 2 + 4, 3 + 1, 4 + 2]
    assert found.starts.tolist() == [0, 2, 4]


def test_how_many_there_are_is_exact_however_many() -> None:
    found = Multisets(np.array([1, 1]), np.array([2**60 + 1, 2**60 + 3]), np.array([0, 1, 2]))
    assert found.n.tolist() == [2**60 + 1, 2**60 + 3]
