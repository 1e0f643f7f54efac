import pickle
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from salesmetrics import InvalidValueError
from salesmetrics._numeric.columns import (
    Coded,
    Floats,
    Masked,
    coded,
    folded,
    id_column,
    joined,
    readonly,
    recoded,
    sort_key,
)

DTYPES = [np.int8, np.int16, np.int32, np.int64]
Numbers = list[int | None]

numbers: st.SearchStrategy[Numbers] = st.lists(st.none() | st.integers(-(2**63), 2**63 - 1))
names: st.SearchStrategy[list[str | None]] = st.lists(st.none() | st.text(max_size=2))
slices = st.builds(slice, *[st.none() | st.integers(-9, 9)] * 2, st.sampled_from([None, 1, 2, -1]))


def masked(rows: Numbers, unit: str | None = None, dtype: type[np.signedinteger[Any]] = np.int64) -> Masked:
    return Masked(
        np.array([row or 0 for row in rows], dtype), np.array([row is not None for row in rows], np.bool_), unit
    )


def arrays(column: Masked | Coded) -> list[NDArray[Any]]:
    return [column.values, column.known] if isinstance(column, Masked) else [column.codes]


def are_readonly(column: Masked | Coded) -> bool:
    return not any(array.flags.writeable for array in arrays(column))


def share(one: Masked | Coded, other: Masked | Coded) -> bool:
    return all(np.shares_memory(*pair) for pair in zip(arrays(one), arrays(other), strict=True))


def test_readonly_is_the_same_array_no_longer_writable() -> None:
    array = np.array([1, 2])
    assert readonly(array) is array
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 5


@given(numbers)
def test_a_masked_column_is_its_numbers(rows: Numbers) -> None:
    column = masked(rows)
    assert (
        list(column)
        == [column[row] for row in range(len(rows))]
        == [column[row - len(rows)] for row in range(len(rows))]
    )
    assert (list(column), len(column)) == (rows, len(rows))
    assert {type(row) for row in column} <= {int, type(None)}
    assert {type(column[row]) for row in range(len(rows))} <= {int, type(None)}
    for beyond in (len(rows), -len(rows) - 1):
        with pytest.raises(IndexError):
            column[beyond]


@given(numbers, slices, st.data())
def test_parts_of_a_masked_column(rows: Numbers, some: slice, data: st.DataObject) -> None:
    column = masked(rows, "USD")
    places = data.draw(st.lists(st.integers(0, len(rows) - 1))) if rows else []
    assert list(column.take(some)) == list(column[some]) == rows[some]
    assert list(column.take(np.array(places, np.intp))) == [rows[place] for place in places]
    assert column.take(some).unit == column[some].unit == column.take(np.array(places, np.intp)).unit == "USD"


@given(numbers)
@example([-(2**63)])
@example([-(2**63), 2**63 - 1])
@example([-3, 2])
@example([-2, 3])
def test_the_bound_is_the_largest_size(rows: Numbers) -> None:
    assert masked(rows).bound == max((abs(row or 0) for row in rows), default=0)


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_bound_of_the_smallest_number_of_a_type(dtype: type[np.signedinteger[Any]]) -> None:
    low = int(np.iinfo(dtype).min)
    assert masked([low, None], dtype=dtype).bound == -low


def test_a_part_takes_on_a_bound_that_is_known() -> None:
    column = masked([5, -9, 1])
    assert column[2:].bound == 1
    assert column.bound == 9
    assert column[2:].bound == column.take(np.array([2])).bound == column.in_unit("USD").bound == 9
    assert pickle.loads(pickle.dumps(column))[2:].bound == 9  # noqa: S301
    told = Masked(np.array([1]), np.array([True]), None, 7)
    assert told.bound == told[:0].bound == told.in_unit("USD").bound == 7
    assert pickle.loads(pickle.dumps(told)).bound == 7  # noqa: S301


def test_another_unit_of_the_same_numbers() -> None:
    column = masked([5, None])
    priced = column.in_unit("USD")
    assert (list(priced), priced.unit, column.unit) == ([5, None], "USD", None)
    assert share(priced, column)


@pytest.mark.parametrize(
    "column", [masked([1, None, 3, 4]), Coded(np.array([0, -1, 1, 0]), "ab")], ids=["Masked", "Coded"]
)
def test_columns_are_read_only_however_they_are_made(column: Any) -> None:
    cut, picked, again = column[1:3], column.take(np.array([0, 2])), pickle.loads(pickle.dumps(column))  # noqa: S301
    for one in (column, cut, picked, again):
        assert are_readonly(one)
        for array in arrays(one):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 1
    assert share(cut, column)
    assert not share(picked, column)
    assert (type(again), list(again)) == (type(column), list(column))
    with pytest.raises(AttributeError):
        column.note = "no further attributes"


def test_a_column_owns_the_array_it_is_given() -> None:
    values, known, codes = np.array([1, 2]), np.array([True, False]), np.array([0, 1], np.int8)
    assert share(Masked(values, known), Masked(values, known))
    assert Coded(codes, "ab").codes is codes
    assert not (values.flags.writeable)
    assert not (known.flags.writeable)
    assert not (codes.flags.writeable)


@given(names)
def test_a_coded_column_is_its_names(rows: list[str | None]) -> None:
    column = coded(rows)
    assert (list(column), len(column)) == (rows, len(rows))
    assert [column[row] for row in range(len(rows))] == [column[row - len(rows)] for row in range(len(rows))] == rows
    assert list(column.names) == sorted(set(rows) - {None}, key=str)
    assert column.known.tolist() == [row is not None for row in rows]
    with pytest.raises(IndexError):
        column[len(rows)]


@given(names, slices, st.data())
def test_parts_of_a_coded_column_keep_all_names(rows: list[str | None], some: slice, data: st.DataObject) -> None:
    column = coded(rows)
    places = data.draw(st.lists(st.integers(0, len(rows) - 1))) if rows else []
    assert list(column.take(some)) == list(column[some]) == rows[some]
    assert list(column.take(np.array(places, np.intp))) == [rows[place] for place in places]
    assert column[some].names == column.names


@given(names, st.lists(st.none() | st.text(max_size=2), max_size=3))
def test_rows_with_one_of_some_names(rows: list[str | None], wanted: list[str | None]) -> None:
    flags = coded(rows).is_in(*wanted)
    assert flags.tolist() == [row in wanted for row in rows]
    assert flags.dtype == np.bool_


@pytest.mark.parametrize("stray", [["Ada"], {"Ada"}, {}, np.array(["Ada"])], ids=str)
def test_names_are_asked_for_one_by_one(stray: Any) -> None:
    strays: list[Any] = [stray, ["further"]]
    with pytest.raises(InvalidValueError) as caught:
        coded(["Ada", "Bo"]).is_in("Bo", *strays)
    assert str(caught.value) == f"is_in takes names one by one, got {stray!r}; write is_in('Ada', 'Bo')"


@given(names)
def test_what_stands_beside_each_name(rows: list[str | None]) -> None:
    column = coded(rows)
    beside = {name: 10 * place for place, name in enumerate(column.names)}
    assert column.lookup(list(beside.values()), -7).tolist() == [-7 if row is None else beside[row] for row in rows]


@pytest.mark.parametrize(
    ("n", "dtype"),
    [(0, np.int8), (1, np.int8), (127, np.int8), (128, np.int16), (32_767, np.int16), (32_768, np.int32)],
)
def test_codes_are_as_small_as_their_names_are_few(n: int, dtype: type[np.signedinteger[Any]]) -> None:
    column = Coded(np.arange(-1, n), range(n))
    assert column.codes.dtype == dtype
    assert list(column) == [None, *range(n)]
    assert column.is_in(n - 1).tolist() == [row == n - 1 for row in [None, *range(n)]]
    assert column.is_in(None).tolist() == [True] + n * [False]
    assert list(pickle.loads(pickle.dumps(column))) == list(column)  # noqa: S301


def test_names_may_come_from_anything_that_has_them_in_order() -> None:
    assert Coded(np.array([1, 0]), iter("ab")).names == ("a", "b")


mixed = st.none() | st.text(max_size=1) | st.integers(-3, 3) | st.booleans() | st.sampled_from([0.5, -1.5]) | st.dates()


@given(st.lists(mixed))
def test_names_of_mixed_kinds_have_an_order(rows: list[Any]) -> None:
    column = coded(rows)
    assert list(column) == rows
    kinds = [0 if isinstance(name, (int, float)) else 1 if isinstance(name, date) else 2 for name in column.names]
    assert kinds == sorted(kinds)
    for kind in range(3):
        same = [name for name, its in zip(column.names, kinds, strict=True) if its == kind]
        assert same == sorted(same)
    assert max([*column.names, None][::-1], key=sort_key) is None


def test_numbers_come_before_every_other_kind() -> None:
    names = ["a", Decimal(7), 0.5, True, date(2026, 1, 1), 2]
    assert coded(names).names == (0.5, True, 2, Decimal(7), date(2026, 1, 1), "a")


@given(st.lists(mixed))
def test_folding_keeps_the_order_in_which_values_first_came(rows: list[Any]) -> None:
    codes, distinct = folded(rows)
    assert distinct == list(dict.fromkeys(rows))
    assert [distinct[code] for code in codes.tolist()] == rows
    assert codes.dtype == np.int32


@given(st.lists(st.none() | st.integers(0, 9), unique=True).flatmap(lambda names: st.tuples(st.just(names), st.lists(
    st.integers(-1, len(names) - 1)))))  # fmt: skip
def test_recoding_keeps_each_row_s_name(case: tuple[Sequence[Any], list[int]]) -> None:
    given_names, codes = case
    column = recoded(np.array(codes, np.int32), given_names)
    assert list(column) == [None if code < 0 else given_names[code] for code in codes]
    assert list(column.names) == sorted(name for name in given_names if name is not None)


@given(st.lists(names, min_size=1))
def test_columns_of_names_are_joined_end_to_end(parts: list[list[str | None]]) -> None:
    found = joined([coded(part) for part in parts])
    assert list(found) == [name for part in parts for name in part]
    assert found.names[: len(coded(parts[0]).names)] == coded(parts[0]).names


@given(st.lists(numbers, min_size=1))
def test_columns_of_numbers_are_joined_end_to_end(parts: list[Numbers]) -> None:
    found = joined([masked(part, "USD") for part in parts])
    assert (list(found), found.unit) == ([number for part in parts for number in part], None)


def test_plain_arrays_are_joined_as_they_are() -> None:
    ids = joined([np.array([7]), np.array(["D-1"], object)]).tolist()
    assert (ids, type(ids[0])) == ([7, "D-1"], int)


@given(names)
def test_every_name_is_counted(rows: list[str | None]) -> None:
    column = Coded(coded(rows).codes, [*coded(rows).names, "never"])
    assert column.counts.tolist() == [rows.count(name) for name in (*column.names, None)]
    assert column.counts.dtype == np.intp
    assert not column.counts.flags.writeable


def test_names_are_counted_block_by_block() -> None:
    codes = np.arange(3 * 2**16 + 5) % 128 - 1  # the largest code that its type holds, but one
    assert Coded(codes, range(127)).counts.tolist() == [(codes == code).sum() for code in (*range(127), -1)]


@given(st.lists(st.none() | st.floats(-9, 9)), slices, st.data())
def test_a_column_of_decimals_is_its_numbers(rows: list[float | None], some: slice, data: st.DataObject) -> None:
    column = Floats(np.array([row or 0.0 for row in rows]), np.array([row is not None for row in rows], np.bool_))
    places = data.draw(st.lists(st.integers(0, len(rows) - 1))) if rows else []
    assert (list(column), len(column)) == (rows, len(rows))
    assert [column[row] for row in range(len(rows))] == rows
    assert {type(column[row]) for row in range(len(rows))} <= {float, type(None)}
    assert list(column.take(some)) == list(column[some]) == rows[some]
    assert list(column.take(np.array(places, np.intp))) == [rows[place] for place in places]
    again = pickle.loads(pickle.dumps(column))  # noqa: S301
    assert (type(again), list(again)) == (Floats, rows)
    for one in (column, column[some], again):
        assert not one.values.flags.writeable
        assert not one.known.flags.writeable


@pytest.mark.parametrize(
    ("column", "text"),
    [
        (masked([5, None, -3]), "Masked([5, None, -3])"),
        (masked([5, None], "USD"), "Masked([5, None] USD)"),
        (masked([1, 2, 3, 4, 5, 6]), "Masked([1, 2, 3, 4, 5, 6])"),
        (masked([1, 2, 3, 4, 5, 6, 7]), "Masked([1, 2, 3, 4, 5, 6] and 1 more)"),
        (masked([1, 2, 3, 4, 5, 6] * 200), "Masked([1, 2, 3, 4, 5, 6] and 1,194 more)"),
        (Floats(np.array([0.5, 0.0]), np.array([True, False])), "Floats([0.5, None])"),
        (Coded(np.array([1, -1]), "ab"), "Coded(['b', None])"),
    ],
)
def test_a_column_shows_its_first_cells(column: object, text: str) -> None:
    assert repr(column) == text


@given(st.lists(st.none() | st.integers(-9, 9)), st.data())
def test_what_is_known_and_missing_among_rows(rows: Numbers, data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
    column, mask = masked(rows), np.array(chosen, np.bool_)
    known = [flag and row is not None for flag, row in zip(chosen, rows, strict=True)]
    missing = [flag and row is None for flag, row in zip(chosen, rows, strict=True)]
    for _ in range(2):  # asked again, it is what it was
        assert column.known_among(mask).tolist() == known
        assert column.missing_among(mask).tolist() == missing
        assert column.missing_among(mask).dtype == np.bool_
    assert column.is_complete == (None not in rows)
    numbers_known = [row for row in rows if row is not None]
    assert column.range == ((min(numbers_known), max(numbers_known)) if numbers_known else (0, 0))
    if None not in rows:
        assert column.known_among(mask) is mask


@given(names)
def test_a_coded_column_is_complete_where_every_row_has_a_name(rows: list[str | None]) -> None:
    assert coded(rows).is_complete == (None not in rows)


MOST = 2**63 - 1


@pytest.mark.parametrize(
    ("ids", "dtype"),
    [
        ([], object),
        ([1, 2], np.int64),
        ([7], np.int64),
        ([-MOST, MOST], np.int64),
        ([MOST + 1], object),
        ([0, -MOST - 1], object),
        ([1, True], object),
        ([1, "D-1"], object),
        (["D-1"], object),
    ],
)
def test_ids_are_whole_numbers_or_objects(ids: list[Any], dtype: type) -> None:
    column = id_column(ids)
    assert column.dtype == dtype
    assert column.tolist() == ids
    assert [type(one) for one in column.tolist()] == [type(one) for one in ids]
