"""The order of rows by packed keys, and places of ids, each against the plain way."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from salesmetrics._numeric.order import blocks, in_order, is_in_order, of_another_kind, places_of, stable_order

# whole days in microseconds, seconds, and any number that a time can be: one sort, two sorts, and none that packs
NUMBERS = [
    st.integers(-3, 3).map(lambda day: day * 86_400_000_000),
    st.integers(-(2**30), 2**30),
    st.sampled_from([-(2**57), 2**57, 0, 1]) | st.integers(-(2**57), 2**57),
]
CODES = st.integers(0, 3) | st.sampled_from([2**20, 2**31 - 1])


def test_blocks_cover_all_rows_once() -> None:
    assert [*blocks(0)] == []
    assert [*blocks(3)] == [slice(0, 3)]
    assert [*blocks(65_536)] == [slice(0, 65_536)]
    assert [*blocks(131_073)] == [slice(0, 65_536), slice(65_536, 131_072), slice(131_072, 131_073)]


def assert_order(rows: list[tuple[int, int]]) -> None:
    codes, numbers = np.array([row[0] for row in rows], np.int64), np.array([row[1] for row in rows], np.int64)
    order = sorted(range(len(rows)), key=lambda place: rows[place])
    found, by_code, by_number = in_order(codes, numbers)
    assert found.tolist() == stable_order(codes, numbers).tolist() == order
    assert [*zip(by_code.tolist(), by_number.tolist(), strict=True)] == sorted(rows)
    assert by_code.dtype == by_number.dtype == np.int64
    assert is_in_order(codes, numbers) is (rows == sorted(rows))


@given(
    st.sampled_from(NUMBERS).flatmap(lambda numbers: st.lists(st.tuples(CODES, numbers), max_size=20)), st.booleans()
)
def test_the_order_is_that_of_sorted(rows: list[tuple[int, int]], is_sorted: bool) -> None:  # noqa: FBT001
    assert_order(sorted(rows) if is_sorted else rows)


@pytest.mark.parametrize("n", range(4))
def test_every_short_list_is_put_in_order(n: int) -> None:
    for rows in product(product(range(3), range(3)), repeat=n):
        assert_order(list(rows))


@pytest.mark.parametrize("code_bits", [1, 20, 31])
@pytest.mark.parametrize("n_times", [1, 8])  # below 17 rows every sort of numpy is stable
def test_keys_of_any_width_are_put_in_order_and_equal_ones_stay(code_bits: int, n_times: int) -> None:
    code = 2**code_bits - 1
    for bits in range(63):
        top = 2**bits - 1
        assert_order([(code, top), (0, 1), (0, top), (code, 0), (0, 0), (code, top), (0, top)] * n_times)


@pytest.mark.parametrize("last", [80, 81])
def test_a_unit_of_the_first_rows_need_not_be_that_of_all(last: int) -> None:
    codes, numbers = np.tile([1, 0], 40_000), np.tile([50, 40, 30, 20], 20_000)
    numbers[-2] = last  # among the rows that come last in order
    numbers <<= 42  # too many bits for one sort of codes, numbers and rows
    found, by_code, by_number = in_order(codes, numbers)
    expected = np.lexsort((numbers, codes))  # which is stable too
    assert np.array_equal(found, expected)
    assert np.array_equal(by_code, codes.take(expected))
    assert np.array_equal(by_number, numbers.take(expected))


def test_a_last_row_that_is_odd_keeps_its_number() -> None:
    codes, numbers = np.tile([1, 0], 40_000), np.tile([60, 40, 30, 20], 20_000) << 40  # 46 bits from least to most
    numbers[-2] = (60 << 40) + 1
    found, _, by_number = in_order(codes, numbers)
    expected = np.lexsort((numbers, codes))
    assert np.array_equal(found, expected)
    assert np.array_equal(by_number, numbers.take(expected))


@pytest.mark.parametrize("bits", [1, 30, 40, 57])
def test_one_row_of_a_large_code_stands_last(bits: int) -> None:
    top = 2**bits - 1
    assert_order([(2**31 - 1, top), *[(0, 1), (0, top), (0, 0), (1, -top)] * 20])


IDS = [st.integers(-5, 5), st.integers(-(2**62), 2**62), st.sampled_from(["a", "b", "c", ""])]


def assert_places(wanted: list[Any], ids: list[Any]) -> None:
    def column(values: list[Any]) -> NDArray[Any]:
        return np.array(values, np.int64 if all(isinstance(value, int) for value in values) else object)

    found = places_of(column(wanted), column(ids))
    assert found.tolist() == [ids.index(value) if value in ids else -1 for value in wanted]
    assert found.dtype == np.int64


@given(st.data(), st.sampled_from(IDS), st.sampled_from(IDS))
def test_places_are_those_of_the_list(
    data: st.DataObject, one: st.SearchStrategy[object], other: st.SearchStrategy[object]
) -> None:
    ids = data.draw(st.lists(one, unique=True))
    assert_places(data.draw(st.lists(st.sampled_from(ids) | other if ids else other)), ids)


@pytest.mark.parametrize("far", [1, 1000, 2**60])  # a table without gaps, one with them, and a search
@pytest.mark.parametrize("shift", [-3, -1, 0, 1, 3])
def test_ids_in_between_and_beyond_have_no_place(far: int, shift: int) -> None:
    ids = [far * (shift + step) for step in (2, -1, 1)]
    around = [one + step for one in ids for step in (-2, -1, 0, 1, 2)]
    assert_places([*around, -(2**63), 2**63 - 1, 0], ids)
    assert_places([], ids)
    assert_places(around, [])


@pytest.mark.parametrize("low", [-3, 0, 7, 2**40])
@pytest.mark.parametrize("n", [1, 2, 5])
def test_ids_that_are_numbered_one_by_one_are_found_by_their_number(low: int, n: int) -> None:
    ids = [low + step for step in range(n)]
    for wanted in (ids, ids[::-1], [low - 1, *ids, low + n], [low + n], [low - 1, low - 2**41], [low]):
        assert_places(wanted, ids)
        assert_places(wanted, ids[::-1])
        assert_places(wanted, [*ids[:-1], low + n + 1])
    assert_places([low + 1, low + 1, low - 1], [*ids[1:], low])
    assert_places([low, low + 1, low + 2], [low, low + 2, low + 1])


@pytest.mark.parametrize("ids", [[-1, 0, 3], [-2, 1, 4], [-3, 7, 9, 10, 11]])
def test_ids_below_zero_with_gaps_are_not_numbered_one_by_one(ids: list[int]) -> None:
    assert_places([*range(-4, 12)], ids)


@pytest.mark.parametrize(
    ("strangers", "ids", "found"),
    [
        (["8", "7"], [7, 9], ("7", 7)),
        ([8, 7], ["7", "9"], (7, "7")),
        ([7, 9, 8], ["8", "9"], (9, "9")),
        (["x", "-7", "7.0", " 7", ""], [7, -7], None),
        (["9" * 18], [int("9" * 18)], ("9" * 18, int("9" * 18))),
        (["1" * 19], [int("1" * 19)], ("1" * 19, int("1" * 19))),  # such as the ids of some stores of messages
        (["9" * 19, "9" * 5000], [7], None),
        (["07"], [7], ("07", 7)),
        (["7"], ["7"], None),
        ([7], [7], None),
        ([], [7], None),
        (["7"], [], None),
    ],
)
def test_an_id_of_another_kind_is_told_with_its_twin(strangers: list[Any], ids: list[Any], found: Any) -> None:
    column = np.array(ids, np.int64 if all(isinstance(one, int) for one in ids) else object)
    assert of_another_kind(strangers, column) == found


def test_of_no_strangers_no_ids_are_read() -> None:
    assert of_another_kind(["x"], np.broadcast_to(np.int64(7), 2**50)) is None  # more than any list holds
