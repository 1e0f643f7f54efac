from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum, StrEnum
from typing import Any, Literal
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from salesmetrics import Category, InvalidValueError, Money, Outcome, Problem
from salesmetrics._numeric.columns import Coded, Masked
from salesmetrics._numeric.instants import local_number
from salesmetrics.door.cells import Cells, as_cells, objects
from salesmetrics.door.clock import Clock
from salesmetrics.door.faults import Faults
from salesmetrics.door.reader import Reader
from salesmetrics.errors import shown

JAN5 = (date(2026, 1, 5) - date(1970, 1, 1)).days


MILLION = "x" * 10**6
ONE_SHOT = pytest.mark.thread_unsafe(reason="the threads would share one iterator")


class NAType:
    """Named as pandas names its own."""


class NaTType:
    """Named as pandas names its own."""


class SaysNoOffset(tzinfo):
    """A zone that does not know its offset, so that times in it are naive."""

    def utcoffset(self, _: datetime | None, /) -> None:
        return None

    def dst(self, _: datetime | None, /) -> None:
        return None

    def tzname(self, _: datetime | None, /) -> None:
        return None


def named(value: Any) -> str:
    """What a case is called; pytest would write a million characters out."""
    return shown(value)[:24]


class Colour(StrEnum):
    RED = "red"


def reader(
    missing: tuple[str, ...] = ("",),
    rounding: Literal["half_away"] | None = None,
    date_format: str | None = None,
    zone: str | None = None,
) -> Reader:
    return Reader(Faults("T"), frozenset(missing), rounding, Clock(date_format, ZoneInfo(zone) if zone else None))


def said(problem: Problem) -> str:
    return str(problem).removeprefix("c: ")


def only(reader: Reader) -> str:
    """The one fault that was found."""
    (problem,) = reader.faults.found
    assert (problem.column, problem.rule) == ("c", "unreadable")
    return said(problem)


def column(cells: list[Any]) -> Any:
    array = np.empty(len(cells), object)
    array[:] = cells
    return array


READ: dict[str, Callable[[Reader, Cells], Any]] = {
    "ids": lambda reader, cells: reader.ids(cells, "c"),
    "amounts": lambda reader, cells: reader.amounts(cells, "c", "USD", 2),
    "probabilities": lambda reader, cells: reader.probabilities(cells, "c", percent=False),
    "days": lambda reader, cells: reader.days(cells, "c"),
    "names": lambda reader, cells: reader.names(cells, "c"),
    "labels": lambda reader, cells: reader.labels(cells, "c"),
    "words": lambda reader, cells: reader.words(cells, "c", {"won": Outcome.WON}),
    "currencies": lambda reader, cells: reader.currencies(cells, "c"),
}
GAPS = [None, np.nan, float("nan"), Decimal("NaN"), Decimal("sNaN"), np.datetime64("NaT"), NAType(), NaTType(), "", "-"]


class TestAsCells:
    @pytest.mark.parametrize("data", ["text", b"bytes", {"a": 1}, {1, 2}, frozenset({1}), None, 5, object()])
    def test_refuses_what_is_no_column(self, data: Any) -> None:
        with pytest.raises(InvalidValueError, match=r"^must be a column of cells, got .*; give a list or a one-dim"):
            as_cells(data)

    @pytest.mark.parametrize("data", [np.zeros((2, 2)), np.array(5), np.ma.array([[1]], mask=[[True]])])
    def test_refuses_other_dimensions(self, data: Any) -> None:
        with pytest.raises(InvalidValueError, match=f"^must have one dimension, got {data.ndim}; give one column at"):
            as_cells(data)

    @pytest.mark.parametrize("kind", ["i1", "i2", "i4", "i8", "u1", "u2", "u4", ">i4"])
    def test_whole_numbers_of_any_width_are_widened_in_a_copy(self, kind: str) -> None:
        data = np.array([0, 1, 100], kind)
        cells = as_cells(data)
        assert isinstance(cells, np.ndarray)
        assert cells.dtype == np.int64
        data[:] = 7
        assert cells.tolist() == [0, 1, 100]

    @pytest.mark.parametrize("kind", ["f2", "f4", "f8"])
    def test_floats_of_any_width_are_widened_in_a_copy(self, kind: str) -> None:
        data = np.array([0.5, np.nan, np.inf], kind)
        cells = as_cells(data)
        assert isinstance(cells, np.ndarray)
        assert cells.dtype == np.float64
        data[:] = 7
        assert np.array_equal(cells, [0.5, np.nan, np.inf], equal_nan=True)

    @pytest.mark.parametrize("unit", ["D", "h", "s", "ns"])
    def test_days_and_times_are_copied(self, unit: str) -> None:
        data = np.array(["2026-01-05", "NaT"], f"M8[{unit}]")
        cells = as_cells(data)
        assert isinstance(cells, np.ndarray)
        assert cells.dtype == data.dtype
        data[:] = np.datetime64("1999-01-01")
        assert str(cells[0])[:10] == "2026-01-05"

    @pytest.mark.parametrize(
        ("data", "expected"),
        [
            (np.array([2**64 - 1], np.uint64), [2**64 - 1]),
            (np.array([True, False]), [True, False]),
            (np.array(["a", ""]), ["a", ""]),
            (column([1, "a", None, 2.5]), [1, "a", None, 2.5]),
            ([np.int8(3), np.float32(0.5), np.str_("x"), np.bool_(True), "y", None], [3, 0.5, "x", True, "y", None]),
            (range(3), [0, 1, 2]),
            pytest.param((one for one in "ab"), ["a", "b"], marks=ONE_SHOT),
            (np.ma.array([5, 6], mask=[False, True]), [5, None]),
        ],
    )
    def test_everything_else_is_a_list_of_plain_objects(self, data: Any, expected: list[Any]) -> None:
        cells = as_cells(data)
        assert isinstance(cells, list)
        assert cells == expected
        assert [type(cell) for cell in cells] == [type(cell) for cell in expected]

    def test_unsigned_numbers_of_64_bits_are_an_array_where_they_fit(self) -> None:
        cells = as_cells(np.array([2**63 - 1, 0], np.uint64))
        assert isinstance(cells, np.ndarray)
        assert (cells.dtype, cells.tolist()) == (np.dtype(np.int64), [2**63 - 1, 0])
        assert as_cells(np.array([2**63], np.uint64)) == [2**63]
        assert len(as_cells(np.array([], np.uint64))) == 0

    def test_a_list_is_copied(self) -> None:
        data = [1, 2]
        cells = as_cells(data)
        data[0] = 9
        assert cells == [1, 2]

    @pytest.mark.parametrize("unit", ["ns", "us", "s", "D"])
    def test_numpy_times_in_lists_stay_what_they_are(self, unit: str) -> None:
        """`.item()` of nanoseconds would be a number."""
        for kind, expected in (("M8", np.datetime64), ("m8", np.timedelta64)):
            (cell,) = as_cells(list(np.array([5], f"{kind}[{unit}]")))
            assert type(cell) is expected
        (cell,) = as_cells(np.array([5], f"m8[{unit}]"))
        assert type(cell) is np.timedelta64

    def test_a_series_of_another_maker_is_read_one_by_one(self) -> None:
        """Its array would hold floats, which have lost digits."""

        class Series:
            dtype = "Int64"

            def __array__(self, *_: object) -> Any:
                return np.array([float(2**53 + 1), np.nan])

            def __iter__(self) -> Any:
                return iter([2**53 + 1, None])

        assert as_cells(Series()) == [2**53 + 1, None]


class TestObjects:
    def test_gaps_and_repeated_cells_are_listed(self) -> None:
        assert objects(Masked(np.array([5, 0]), np.array([True, False]))) == [5, None]
        assert objects(Coded(np.array([1, -1, 0]), ["a", "b"])) == ["b", None, "a"]

    def test_whole_days_of_any_unit_are_dates(self) -> None:
        for unit in ("D", "s", "ns"):
            assert objects(np.array(["2026-01-05", "NaT"], f"M8[{unit}]")) == [date(2026, 1, 5), None]

    @pytest.mark.parametrize(
        "times",
        [
            np.array(["2026-01-05T00:00:01", "2026-01-05"], "M8[s]"),
            np.array(["10000-01-01"], "M8[D]"),
            np.array(["-0001-12-31"], "M8[D]"),
        ],
    )
    def test_other_times_stay_what_they_are(self, times: Any) -> None:
        assert [type(cell) for cell in objects(times)] == [np.datetime64] * len(times)

    def test_the_first_and_the_last_day(self) -> None:
        assert objects(np.array(["0001-01-01", "9999-12-31"], "M8[D]")) == [date.min, date.max]


class TestMissing:
    @pytest.mark.parametrize("kind", [kind for kind in READ if kind != "ids"])
    def test_every_kind_of_gap_is_missing_everywhere_alike(self, kind: str) -> None:
        for gap in GAPS:
            one = reader(("", "-"))
            assert list(READ[kind](one, [gap, gap])) == [None, None]
            assert not one.faults.found

    def test_a_deal_without_an_id_is_at_fault(self) -> None:
        for gap in GAPS:
            one = reader(("", "-"))
            assert READ["ids"](one, [gap, "a"]).tolist() == [None, "a"]
            assert [str(problem) for problem in one.faults.found] == [
                "c: 1 row has no id (row 0); give each deal an id"
            ]

    @pytest.mark.parametrize("kind", ["amounts", "probabilities", "days", "words"])
    def test_words_for_it_are_those_of_the_format_only(self, kind: str) -> None:
        one = reader(())
        assert list(READ[kind](one, [""])) == [None]
        assert "got ''" in only(one)

    def test_a_number_may_be_such_a_word(self) -> None:
        one = reader(("0", "-1.00"))
        assert list(one.amounts(["0", "-1.00", "0.0", "-1"], "c", "USD", 2)) == [None, None, 0, -100]


def minor_of(number: float | str, digits: int, *, rounds: bool) -> int | None:
    """What a number says in minor units, by its decimal text."""
    scaled = Decimal(str(number)).scaleb(digits) if np.isfinite(float(number)) else Decimal("Infinity")
    if not scaled.is_finite() or abs(scaled) >= 2**63:
        return None
    whole = scaled.to_integral_value(ROUND_HALF_UP)
    return int(whole) if rounds or whole == scaled else None


NUMBERS = (
    st.integers(-(10**6), 10**6).map(lambda n: n / 1000)
    | st.integers(10**13 - 500, 10**13 + 500).map(lambda n: n / 100)
    | st.floats(2**46, 2**53)
    | st.sampled_from([0.0, -0.0, 0.1 + 0.2, 1.005, 0.5, 1e-15, 1e16, 92233720368547758.07, 1e300, -1e308, np.inf])
    | st.floats(allow_nan=False).filter(lambda number: number == 0 or abs(number) > 1e-15)
)


class TestAmounts:
    @given(floats=st.lists(NUMBERS, max_size=8), digits=st.sampled_from([0, 2, 3]), rounds=st.booleans())
    @example(floats=[70368744177664.09375], digits=2, rounds=False)  # the shortest text of this float ends in .1
    @example(floats=[9999999999999.99, 10000000000000.01], digits=2, rounds=False)
    def test_a_float_says_its_shortest_decimal_text(self, floats: list[float], digits: int, *, rounds: bool) -> None:
        expected = [minor_of(one, digits, rounds=rounds) for one in floats]
        texts = [f"{Decimal(str(one)):f}" if np.isfinite(one) and abs(one) < 1e38 else "inf" for one in floats]
        for cells in (np.array(floats, np.float64), floats, column(floats), texts):
            one = reader(rounding="half_away" if rounds else None)
            assert list(one.amounts(as_cells(cells), "c", "USD", digits)) == expected
            at_fault = {row for problem in one.faults.found for row in problem.rows}
            assert at_fault == {row for row, minor in enumerate(expected) if minor is None}

    @given(st.lists(st.integers(-(2**70), 2**70) | st.integers(-(10**4), 10**4), max_size=8), st.sampled_from([0, 2]))
    @example([2**63 - 1, 2**63, -(2**63), 1 - 2**63], 0)
    @example([(2**63 - 1) // 100, (2**63 - 1) // 100 + 1, -((2**63 - 1) // 100), -((2**63 - 1) // 100) - 1], 2)
    def test_whole_numbers_are_read_exactly_or_refused(self, numbers: list[int], digits: int) -> None:
        expected = [one * 10**digits if abs(one * 10**digits) < 2**63 else None for one in numbers]
        columns: list[Any] = [
            numbers,
            column(numbers),
            [str(one) for one in numbers],
            [Decimal(one) for one in numbers],
        ]
        if all(-(2**63) <= one < 2**63 for one in numbers):
            columns.append(np.array(numbers, np.int64))
        for cells in columns:
            one = reader()
            assert list(one.amounts(as_cells(cells), "c", "USD", digits)) == expected
            assert len(one.faults.found) == (None in expected)

    def test_too_many_decimals_name_the_rows_and_the_remedy(self) -> None:
        one = reader()
        assert list(one.amounts(["1.005", 2.5, 0.1 + 0.2], "c", "USD", 2)) == [None, 250, None]
        assert only(one) == (
            "2 cells cannot be read: c must have at most 2 decimals, got '1.005' (rows 0, 2); "
            "round it first, or name rounding='half_away' in the format"
        )

    def test_each_reason_is_a_fault_of_its_own(self) -> None:
        one = reader()
        cells = [
            "abc",
            "1.005",
            True,
            "1,200",
            2**80,
            b"5",
            "1.005",
            [1],
            float("-inf"),
            10**5000,
            np.datetime64(5, "D"),
        ]
        assert list(one.amounts(cells, "c", "USD", 2)) == [None] * 11
        assert [said(problem).split(";")[0] for problem in one.faults.found] == [
            "2 cells cannot be read: c must be a number such as '1234.50', got 'abc' (rows 0, 3)",
            "2 cells cannot be read: c must have at most 2 decimals, got '1.005' (rows 1, 6)",
            "4 cells cannot be read: c must be text, int or Decimal, got True (rows 2, 5, 7, 10)",
            "1 cell cannot be read: c must fit 64 bits in minor units, got 1208925819614629174706176 (row 4)",
            "1 cell cannot be read: c must be finite, got -inf (row 8)",
            "1 cell cannot be read: c must be below 10**36, got an integer of 16610 bits (row 9)",
        ]

    def test_money_is_of_the_currency_of_the_column(self) -> None:
        one = reader()
        assert list(one.amounts([Money(5, "USD"), Money(0, "XXX"), Money(5, "EUR")], "c", "USD", 2)) == [5, 0, None]
        assert only(one) == "1 cell cannot be read: c must be in USD, got 0.05 EUR (row 2); convert it first"

    def test_plain_numbers_are_no_money(self) -> None:
        one = reader()
        units = one.amounts([5, "7", 2.0, Money(5, "USD"), "1.5"], "c", None, 0)
        assert (list(units), units.unit) == ([5, 7, 2, None, None], None)
        assert [problem.rows for problem in one.faults.found] == [(3,), (4,)]

    def test_money_is_beyond_64_bits(self) -> None:
        one = reader()
        assert list(one.amounts([Money(2**63 - 1, "USD"), Money(2**63, "USD")], "c", "USD", 2)) == [2**63 - 1, None]
        assert "c must fit 64 bits in minor units" in only(one)


CHANCES = (
    st.integers(-3, 1_000_003).map(lambda n: n / 10**6)
    | st.sampled_from([0.0, -0.0, 1.0, 60.0, 1e-7, 0.30000000000000004, -1e-9, np.inf])
    | st.floats(allow_nan=False).filter(lambda number: number == 0 or abs(number) > 1e-15)
)


class TestProbabilities:
    @given(floats=st.lists(CHANCES, max_size=8), percent=st.booleans())
    def test_a_fraction_is_whole_millionths_in_range(self, floats: list[float], *, percent: bool) -> None:
        def millionths(one: float) -> int | None:
            whole = minor_of(one, 4 if percent else 6, rounds=False)
            return whole if whole is not None and 0 <= whole <= 10**6 else None

        expected = [millionths(one) for one in floats]
        for cells in (np.array(floats, np.float64), floats, column(floats)):
            one = reader()
            read = one.probabilities(as_cells(cells), "c", percent=percent)
            assert (list(read), read.values.dtype) == (expected, np.dtype(np.int32))
            at_fault = {row for problem in one.faults.found for row in problem.rows}
            assert at_fault == {row for row, chance in enumerate(expected) if chance is None}

    @pytest.mark.parametrize(
        "cells", [[0.5, 60], ["0.5", "60"], np.array([0.5, 60.0]), [Decimal("0.5"), Decimal(60)]], ids=named
    )
    def test_sixty_is_no_fraction(self, cells: Any) -> None:
        one = reader()
        assert list(one.probabilities(as_cells(cells), "c", percent=False)) == [500_000, None]
        assert only(one).startswith("1 cell cannot be read: c must be a fraction in [0, 1], got ")
        assert only(one).endswith(" (row 1); did you mean 0.6, or probability_scale='percent' in the format?")

    def test_what_is_far_from_a_fraction_is_no_percentage_either(self) -> None:
        one = reader()
        assert list(one.probabilities([0.5, 1000], "c", percent=False)) == [500_000, None]
        assert only(one) == "1 cell cannot be read: c must be a fraction in [0, 1], got 1000 (row 1); check its unit"

    def test_percent(self) -> None:
        one = reader()
        cells = np.array([60, 0, 100, 101, -1])
        assert list(one.probabilities(as_cells(cells), "c", percent=True)) == [600_000, 0, 10**6, None, None]
        assert only(one) == (
            "2 cells cannot be read: c must be a percentage in [0, 100], got 101 (rows 3, 4); check the column"
        )

    def test_rounding(self) -> None:
        cells = [1 / 3, "0.0000005", 2 / 3]
        assert list(reader(rounding="half_away").probabilities(cells, "c", percent=False)) == [333_333, 1, 666_667]

    def test_a_flag_is_no_probability(self) -> None:
        one = reader()
        assert list(one.probabilities(as_cells(np.array([True, False])), "c", percent=False)) == [None, None]
        assert "got True (rows 0, 1)" in only(one)


class TestDays:
    @given(st.lists(st.none() | st.datetimes(), max_size=6), st.sampled_from(["D", "h", "s", "ms", "us"]))
    @example([datetime(1969, 12, 31, 23, 59)], "s")  # noqa: DTZ001
    @example([datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59, 999_999)], "us")  # noqa: DTZ001
    def test_a_time_belongs_to_its_own_day(self, times: list[datetime | None], unit: str) -> None:
        expected = [None if one is None else (one.date() - date(1970, 1, 1)).days for one in times]
        one = reader()
        array = one.days(as_cells(np.array([one or "NaT" for one in times], f"M8[{unit}]")), "c")
        assert list(array) == list(one.days(list(times), "c")) == expected
        assert list(one.days([time and time.date() for time in times], "c")) == expected
        assert list(one.days([time and time.isoformat() for time in times], "c")) == expected
        assert array.values.dtype == np.int32
        assert array.values.tolist() == [0 if day is None else day for day in expected]
        assert not one.faults.found

    @pytest.mark.parametrize("unit", ["Y", "M", "W", "7D"])
    def test_a_unit_coarser_than_a_day_says_no_day(self, unit: str) -> None:
        for data in (np.array([3, 2**62], f"M8[{unit}]"), [*np.array([3, 2**62], f"M8[{unit}]")]):
            one = reader()
            assert list(one.days(as_cells(data), "c")) == [None, None]
            assert only(one).startswith("2 cells cannot be read: c must be a day, got np.datetime64(")

    def test_days_are_in_the_years_1_to_9999(self) -> None:
        one = reader()
        cells = np.array(["0000-12-31", "0001-01-01", "9999-12-31", "10000-01-01"], "M8[D]")
        assert list(one.days(cells, "c")) == [None, -719_162, 2_932_896, None]
        assert only(one) == (
            "2 cells cannot be read: c must be a day in the years 1 to 9999, got 0000-12-31 (rows 0, 3); correct it"
        )

    def test_times_of_numpy_in_lists_and_among_objects_have_their_day(self) -> None:
        times = [
            np.datetime64("2026-01-05"),
            np.datetime64("2026-01-05T23:59:59.999999999"),
            np.datetime64("NaT"),
            None,
        ]
        for cells in (times, column(times)):
            one = reader()
            assert list(one.days(as_cells(cells), "c")) == [JAN5, JAN5, None, None]
            assert not one.faults.found
        one = reader()
        assert list(one.days([np.datetime64("0000-12-31"), np.datetime64("10000-01-01T00"), JAN5], "c")) == [None] * 3
        assert [said(problem).partition(";")[0] for problem in one.faults.found] == [
            "2 cells cannot be read: c must be a day in the years 1 to 9999, got 0000-12-31 (rows 0, 1)",
            "1 cell cannot be read: c must be a day, got 20458 (row 2)",
        ]

    @pytest.mark.parametrize(
        "cell",
        ["2026-1-5", "05.01.2026", "2026-02-30", "2026-01-05 24:00", "2026-01-05T1:00", "２０２６-01-05", MILLION],
        ids=named,
    )
    def test_text_is_iso_8601(self, cell: str) -> None:
        one = reader()
        assert list(one.days([cell, "2026-01-05"], "c")) == [None, JAN5]
        assert len(only(one)) < 300
        assert " (row 0); " in only(one)

    @pytest.mark.parametrize("cell", [5, 2.5, True, b"2026-01-05", (2026, 1, 5), timedelta(1), np.int64(5)], ids=named)
    def test_nothing_else_is_a_day(self, cell: Any) -> None:
        one = reader()
        assert list(one.days([cell], "c")) == [None]
        assert only(one).startswith("1 cell cannot be read: c must be a day, got ")
        assert only(one).endswith(" (row 0); write 2026-01-31")

    def test_numbers_are_no_days(self) -> None:
        one = reader()
        assert list(one.days(np.array([5, 6]), "c")) == [None, None]
        assert "c must be a day, got 5 (rows 0, 1)" in only(one)

    def test_a_time_with_an_offset_needs_a_zone(self) -> None:
        cells = ["2026-07-01T00:30+01:00", "2026-01-05T12:00Z", datetime(2026, 1, 5, tzinfo=UTC), "2026-01-05"]
        one = reader()
        assert list(one.days(cells, "c")) == [None, None, None, JAN5]
        assert only(one) == (
            "3 cells cannot be read: c must be a day, or the format must name the zone of its times, "
            "got '2026-07-01T00:30:00+01:00' (rows 0, 1, 2); add zone='Europe/London' or another to the format"
        )

    def test_a_day_begins_in_the_zone(self) -> None:
        cells = ["2026-07-01T00:30+01:00", "2026-06-30T23:30Z", "2026-06-30 23:30+01:00", "2026-07-01 00:30"]
        cells += ["2026-06-30T23:30:00.000+0000"]  # as Salesforce writes it
        july = (date(2026, 7, 1) - date(1970, 1, 1)).days
        assert list(reader(zone="Europe/London").days(cells, "c")) == [july, july, july - 1, july, july]
        aware = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
        assert list(reader(zone="Europe/London").days([aware], "c")) == [july]
        assert list(reader(zone="UTC").days([aware], "c")) == [july - 1]

    @pytest.mark.parametrize("decimals", ["1", "123456", "1234567", "123456789"])
    def test_databases_write_more_decimals_of_a_second_than_python_keeps(self, decimals: str) -> None:
        cells = [f"2026-01-05T23:59:59.{decimals}Z", f"2026-01-05 23:59:59.{decimals}"]
        assert list(reader(zone="UTC").days(cells, "c")) == [JAN5, JAN5]
        micros = int(decimals[:6].ljust(6, "0"))
        assert list(reader(zone="UTC").instants(cells, "c")) == [(JAN5 * 86400 + 86399) * 10**6 + micros] * 2

    def test_a_second_has_at_most_billionths(self) -> None:
        one = reader()
        assert list(one.days(["2026-01-05 23:59:59.1234567890"], "c")) == [None]
        assert only(one).startswith("1 cell cannot be read: c must be a day such as 2026-01-31, got ")

    def test_a_zone_may_move_a_time_beyond_the_calendar(self) -> None:
        one = reader(zone="Europe/London")
        early, late = "0001-01-01T00:00+14:00", datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-14)))
        assert list(one.days([early, late, "2026-01-05"], "c")) == [None, None, JAN5]
        assert "c must be a day in the years 1 to 9999, got '0001-01-01T00:00:00+14:00' (rows 0, 1)" in only(one)

    def test_a_time_whose_zone_knows_no_offset_is_naive(self) -> None:
        assert list(reader().days([datetime(2026, 1, 5, 23, 59, tzinfo=SaysNoOffset())], "c")) == [JAN5]

    @pytest.mark.parametrize(
        ("date_format", "cells"),
        [
            ("%m/%d/%y", ["01/05/26", "1/5/26"]),
            ("%d.%m.%Y", ["05.01.2026", "5.1.2026"]),
            ("%d %b %Y", ["05 Jan 2026"]),
            ("%Y年%m月%d日", ["2026年01月05日"]),
            ("%d%m%Y", ["05012026"]),
            ("20%y%m%d", ["20260105"]),
            ("%Y%j", ["2026005"]),
            ("%Y%m%d %H%M", ["20260105 2359"]),
            ("%m/%d/%y %I:%M %p", ["01/05/26 11:59 PM", "01/05/26 12:00 AM"]),
            ("%Y-%m-%d", [date(2026, 1, 5), datetime(2026, 1, 5, 23), "2026-01-05"]),  # noqa: DTZ001
        ],
    )
    def test_date_format(self, date_format: str, cells: list[Any]) -> None:
        one = reader(date_format=date_format)
        assert list(one.days(cells, "c")) == [JAN5] * len(cells)
        assert not one.faults.found

    def test_a_text_of_at_most_100_characters_is_a_day(self) -> None:
        fill = "x" * 88
        one = reader(date_format=f"%Y-%m-%d {fill}")  # a blank of a pattern stands for any number of blanks
        assert list(one.days([f"2026-01-05  {fill}", f"2026-01-05   {fill}"], "c")) == [JAN5, None]

    def test_date_format_with_an_offset(self) -> None:
        one = reader(date_format="%d.%m.%Y %H:%M%z", zone="Asia/Tokyo")
        assert list(one.days(["04.01.2026 15:00+0000", "05.01.2026 23:59+0900"], "c")) == [JAN5, JAN5]

    @pytest.mark.parametrize(
        "cell", ["2026-01-05", "31.02.2026", "٠٥.٠١.٢٠٢٦", "05.01.2026 ", "9" * 10**6, "5.1.26"], ids=named
    )
    def test_other_text_is_refused(self, cell: str) -> None:
        one = reader(date_format="%d.%m.%Y")
        assert list(one.days([cell, "05.01.2026"], "c")) == [None, JAN5]
        assert only(one).startswith("1 cell cannot be read: c must be a day written %d.%m.%Y, got ")
        assert only(one).endswith("; correct it, or date_format")
        assert len(only(one)) < 300

    @pytest.mark.parametrize(
        ("date_format", "cell"),
        [("%d%m%Y", "1112026"), ("%m%d%y", "11126"), ("%Y%m%d", "2026111"), ("%Y%j", "20265"), ("%d%m%Y", "")],
    )
    def test_a_zero_that_was_lost_is_not_guessed(self, date_format: str, cell: str) -> None:
        one = reader(date_format=date_format, missing=())
        blank = ", or missing=('',) in the format"
        assert list(one.days([cell], "c")) == [None]
        assert only(one) == (
            f"1 cell cannot be read: c must be a day written {date_format}, got '{cell}' (row 0); "
            f"correct it, or date_format{'' if cell else blank}"
        )

    def test_a_time_that_is_none_shows_how_one_is_written(self) -> None:
        one = reader()
        assert list(one.days(["2026-01-05 25:00"], "c")) == [None]
        assert only(one) == (
            "1 cell cannot be read: c must be a day or a time such as 2026-01-31 12:00, "
            "got '2026-01-05 25:00' (row 0); correct it, or date_format"
        )


class TestMoments:
    @given(st.lists(st.none() | st.datetimes(), max_size=6), st.sampled_from(["D", "s", "us"]))
    @example([datetime(1969, 12, 31, 23, 59), datetime(1, 1, 1)], "s")  # noqa: DTZ001
    def test_definition(self, times: list[datetime | None], unit: str) -> None:
        epoch = datetime(1970, 1, 1)  # noqa: DTZ001
        expected = [None if one is None else (one - epoch) // timedelta(microseconds=1) for one in times]
        one = reader()
        assert list(one.moments(list(times), "c")) == expected
        assert list(one.moments([time and time.isoformat() for time in times], "c")) == expected
        assert list(one.moments(as_cells(np.array([time or "NaT" for time in times], "M8[us]")), "c")) == expected
        whole = np.array([time or "NaT" for time in times], f"M8[{unit}]")
        coarse = [
            None if time is None else (time - epoch) // timedelta(microseconds=1)
            for time in whole.astype("M8[us]").tolist()
        ]
        assert list(one.moments(as_cells(whole), "c")) == list(one.moments([*whole], "c")) == coarse
        assert not one.faults.found

    def test_a_day_is_its_first_moment(self) -> None:
        one = reader()
        midnight = local_number(datetime(2026, 1, 5))  # noqa: DTZ001
        assert list(one.moments([date(2026, 1, 5), "2026-01-05", JAN5], "c")) == [midnight, midnight, None]
        assert "c must be a day, got" in only(one)

    def test_far_times_are_none(self) -> None:
        one = reader()
        cells = np.array(["0000-12-31", "2026-01-05", "10000-01-01", "NaT"], "M8[D]")
        assert list(one.moments(cells, "c")) == [None, local_number(datetime(2026, 1, 5)), None, None]  # noqa: DTZ001
        assert "(rows 0, 2)" in only(one)


class TestIds:
    @pytest.mark.parametrize(
        "cells",
        [[1, 2], np.array([1, 2]), np.array([1, 2], np.uint8), np.array([1, 2], np.uint64), [np.int32(1), 2]],
        ids=named,
    )
    def test_whole_numbers_are_int64(self, cells: Any) -> None:
        ids = reader().ids(as_cells(cells), "c")
        assert (ids.dtype, ids.tolist()) == (np.dtype(np.int64), [1, 2])

    @pytest.mark.parametrize(
        "cells",
        [[1, "1"], ["a", " "], [2**63], [10**5000, -(10**5000)], ["<script>", "\x1b[31m\0"], [MILLION, "é"]],
    )
    def test_others_are_objects(self, cells: list[Any]) -> None:
        one = reader()
        ids = one.ids(cells, "c")
        assert ids.dtype == object
        assert [(type(cell), cell) for cell in ids.tolist()] == [(type(cell), cell) for cell in cells]
        assert not one.faults.found

    def test_the_bounds_of_64_bits(self) -> None:
        assert reader().ids([2**63 - 1, -(2**63) + 1], "c").dtype == np.int64
        assert reader().ids([2**63, 1], "c").tolist() == [2**63, 1]

    @pytest.mark.parametrize(
        "cell",
        [1.5, True, b"a", (1, 2), [1, 2], {}, date(2026, 1, 5), np.datetime64(1, "D"), Colour.RED],
        ids=named,
    )
    def test_nothing_else_is_an_id(self, cell: Any) -> None:
        one = reader()
        assert one.ids(as_cells([cell, cell, "a"]), "c").tolist() == [None, None, "a"]
        assert only(one).startswith("2 cells cannot be read: an id must be text or a whole number, got ")
        assert only(one).endswith(" (rows 0, 1); convert it first")

    def test_floats_and_days_are_no_ids(self) -> None:
        for cells in (np.array([1.0, 2.0]), np.array(["2026-01-05"] * 2, "M8[ns]")):
            one = reader()
            assert one.ids(cells, "c").tolist() == [None, None]
            assert "(rows 0, 1)" in only(one)

    def test_empty_text_is_no_id(self) -> None:
        one = reader(())
        assert one.ids(["", "a"], "c").tolist() == [None, "a"]
        assert "got '' (row 0)" in only(one)


@pytest.mark.parametrize("read", [Reader.ids, Reader.names, Reader.references])
def test_a_whole_float_is_told_how_pandas_keeps_whole_numbers(read: Callable[[Reader, Cells, str], Any]) -> None:
    one = reader()
    assert list(read(one, [3.0, None], "c"))[1] is None
    assert any(str(problem).endswith("unless the column is of type 'Int64'") for problem in one.faults.found)


class TestNumbers:
    def test_they_keep_their_kind_and_are_finite(self) -> None:
        one = reader()
        cells = [5, "5", "2.50", 2.5, Decimal("0.125"), None, float("inf")]
        assert list(one.numbers(cells, "c")) == [5, 5, 2.5, 2.5, 0.125, None, None]
        assert "a number must be written in digits with a point, got inf (row 6)" in only(one)


class TestNames:
    def test_whole_numbers_are_their_text(self) -> None:
        assert list(reader().names([5, "5", -1, 2**127, None], "c")) == ["5", "5", "-1", str(2**127), None]
        assert list(reader().names(np.array([5, 6]), "c")) == ["5", "6"]

    @pytest.mark.parametrize(
        "cell", [True, 1.5, b"Ada", date(2026, 1, 5), ("Ada",), ["Ada"], Colour.RED, 2**200], ids=named
    )
    def test_nothing_else_is_a_name(self, cell: Any) -> None:
        one = reader()
        assert list(one.names(["Ada", cell], "c")) == ["Ada", None]
        assert only(one).startswith("1 cell cannot be read: a name must be text, got ")
        assert only(one).endswith(" (row 1); convert it first")

    def test_hostile_names_stay_plain_text(self) -> None:
        hostile = ["<script>alert(1)</script>", "\x1b[31m\0\r\n", MILLION, "=1+1", "\ud800", " "]
        assert list(reader().names(hostile, "c")) == hostile


class TestRepeatedCells:
    """Cells as codes into the different ones read as the same cells in a list do."""

    @pytest.mark.parametrize("kind", READ)
    @pytest.mark.parametrize(
        "cells", [["won", "5", None], [5, 2**70, None], [0.5, 60.0, None], [date.min, "", None]], ids=named
    )
    def test_they_read_alike(self, kind: str, cells: list[Any]) -> None:
        codes = np.array([0, 1, -1, 1, 0, 2])
        plain, folded = reader(), reader()
        names = [*cells[:2], None]  # a gap may have a code of its own
        expected = list(READ[kind](plain, [names[code] for code in codes]))
        assert list(READ[kind](folded, Coded(codes, names))) == expected
        assert folded.faults.found == plain.faults.found

    @pytest.mark.parametrize("kind", READ)
    def test_whole_numbers_with_gaps_too(self, kind: str) -> None:
        plain, masked = reader(), reader()
        numbers = Masked(np.array([1, 0, 2**62, 0]), np.array([True, False, True, True]))
        expected = list(READ[kind](plain, [1, None, 2**62, 0]))
        assert list(READ[kind](masked, numbers)) == expected
        assert masked.faults.found == plain.faults.found

    @pytest.mark.parametrize("gap", [np.nan, None, NAType(), NaTType()], ids=named)
    def test_texts_with_gaps_are_looked_at_once(self, gap: Any) -> None:
        asked: list[Any] = []

        class Watched(Reader):
            def is_missing(self, cell: Any) -> bool:
                asked.append(cell)
                return super().is_missing(cell)

        one = Watched(Faults("T"), frozenset(), None, Clock())
        assert list(one.names(["Ada", gap, "Bo", gap, "Ada"] * 100, "c")) == ["Ada", None, "Bo", None, "Ada"] * 100
        assert len(asked) == 3

    def test_numbers_of_two_kinds_are_not_folded(self) -> None:
        one = reader()
        assert list(one.amounts([1, True, 1.0, False, 0], "c", "USD", 2)) == [100, None, 100, None, 0]
        assert "(rows 1, 3)" in only(one)
        assert list(reader().names([1, 1, "1"], "c")) == ["1"] * 3


class TestLabels:
    def test_they_are_kept_as_they_are(self) -> None:
        cells = ["EMEA", 5, 2.5, date(2026, 1, 5), False, None]
        read = list(reader().labels(cells, "c"))
        assert [(type(cell), cell) for cell in read] == [(type(cell), cell) for cell in cells]

    @pytest.mark.parametrize(
        "cell", [np.inf, b"x", (1,), [1], datetime(2026, 1, 5, tzinfo=UTC), Decimal(1), Colour.RED], ids=named
    )
    def test_nothing_else_is_a_label(self, cell: Any) -> None:
        one = reader()
        assert list(one.labels(["x", cell], "c")) == ["x", None]
        assert only(one).startswith("1 cell cannot be read: a label must be text, a number, a flag or a day, got ")

    @pytest.mark.parametrize("unit", ["D", "s", "us", "ns"])
    def test_whole_days_of_an_array_are_days(self, unit: str) -> None:
        cells = as_cells(np.array(["2026-01-05", "NaT"], f"M8[{unit}]"))
        assert list(reader().labels(cells, "c")) == [date(2026, 1, 5), None]

    def test_times_of_an_array_are_refused(self) -> None:
        one = reader()
        assert list(one.labels(as_cells(np.array(["2026-01-05T01:00"], "M8[ns]")), "c")) == [None]
        assert "got np.datetime64('2026-01-05T01:00:00.000000000')" in only(one)

    def test_numbers_of_an_array_are_pythons_own(self) -> None:
        assert [type(cell) for cell in reader().labels(np.array([1, 2]), "c")] == [int, int]
        assert [type(cell) for cell in reader().labels(np.array([1.5, 2]), "c")] == [float, float]


CATEGORIES = {one.value: one for one in Category}


class TestWords:
    def test_case_blanks_and_dashes_do_not_matter(self) -> None:
        one = reader()
        cells = ["Best Case", "best-case", " BEST_ - CASE\t", Category.BEST_CASE, "commit", None]
        column = one.words(cells, "c", CATEGORIES)
        assert list(column) == [Category.BEST_CASE] * 4 + [Category.COMMIT, None]
        assert column.names == tuple(Category)
        assert not one.faults.found

    @pytest.mark.parametrize(
        "cell", ["bestcase", "", 5, True, Outcome.WON, ([],), 10**5000, MILLION, Colour.RED], ids=named
    )
    def test_other_words_are_refused_with_the_nearest(self, cell: Any) -> None:
        one = reader(())
        assert list(one.words(["commit", cell], "c", CATEGORIES)) == [Category.COMMIT, None]
        assert only(one).startswith("1 cell cannot be read: c must be a known word, got ")
        assert len(only(one)) < 400
        assert ("did you mean 'best_case'?" in only(one)) == (cell == "bestcase")

    def test_a_word_that_pandas_made_a_float_of(self) -> None:
        one = reader()
        assert list(one.words([1, 1.0, 0.5], "c", {"1": True, "0": False})) == [True, None, None]
        assert only(one) == (
            "2 cells cannot be read: c must be a known word, got 1.0 (rows 1, 2); keep whole numbers whole: pandas "
            "makes floats of those with gaps, unless the column is of type 'Int64'"
        )

    def test_decimals_are_no_ids_names_or_labels(self) -> None:
        for read, what, hint in (
            (Reader.ids, "an id must be text or a whole number", "to whole numbers or to texts: databases make"),
            (Reader.references, "an id must be text or a whole number", "to whole numbers or to texts: databases make"),
            (Reader.names, "a name must be text", "to whole numbers or to texts: databases make"),
            (Reader.labels, "a label must be text, a number, a flag or a day", "to floats or to texts"),
        ):
            one = reader()
            assert list(read(one, ["a", Decimal(7)], "c")) == ["a", None]
            assert only(one).startswith(
                f"1 cell cannot be read: {what}, got Decimal('7') (row 1); cast the column {hint}"
            )

    def test_flags(self) -> None:
        one = reader()
        cells = [True, 1, "TRUE", " yes ", "1", 1.0, Decimal(1), "1.0", False, 0, "no", 0.0, "0.0", None, np.nan]
        assert list(one.flags(cells, "c")) == [True] * 8 + [False] * 5 + [None] * 2
        assert not one.faults.found
        assert list(one.flags([2, 0.5, -1.0, "10", "on"], "c")) == [None] * 5
        assert only(one) == (
            "5 cells cannot be read: a flag must be true or false, got 2 (rows 0, 1, 2, 3, 4); write one of them"
        )

    def test_a_blank_that_is_no_gap_says_how_it_becomes_one(self) -> None:
        one = reader(())
        assert list(one.days(["1970-01-05", ""], "c")) == [4, None]
        assert only(one) == (
            "1 cell cannot be read: c must be a day such as 2026-01-31, got '' (row 1); "
            "write YYYY-MM-DD, or name date_format in the format, or missing=('',) in the format"
        )

    def test_many_words_for_one_thing(self) -> None:
        known = {"Won": Outcome.WON, "Closed Won": Outcome.WON, "Lost": Outcome.LOST}
        column = reader().words(["closed won", "lost", "won"], "c", known)
        assert list(column) == [Outcome.WON, Outcome.LOST, Outcome.WON]

    def test_words_may_stand_for_words(self) -> None:
        known = {"new": "new", "renewal": "renewal"}
        assert list(reader().words(["Renewal", "new"], "c", known)) == ["renewal", "new"]

    def test_only_things_of_the_list_stand_for_themselves(self) -> None:
        class Other(Enum):
            WON = "won"

        one = reader()
        assert list(one.words([Other.WON, Outcome.WON], "c", {"won": Outcome.WON})) == [None, Outcome.WON]
        assert "(row 0)" in only(one)

    @pytest.mark.thread_unsafe(reason="the threads would count each other's calls")
    @pytest.mark.parametrize(
        ("kind", "module"), [("words", "salesmetrics.door.reader"), ("currencies", "salesmetrics.model.currencies")]
    )
    def test_the_nearest_is_looked_for_once_however_many_are_wrong(
        self, kind: str, module: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[object] = []

        def counted(name: object, *_: Any, **__: Any) -> str:
            asked.append(name)
            return "counted"

        monkeypatch.setattr(f"{module}.nearest", counted)
        one = reader()
        cells = [f"{number:05d}" for number in range(100_000)]
        assert not READ[kind](one, cells).known.any()
        assert asked == ["00000"]
        (problem,) = one.faults.found
        assert problem.detail.startswith("100,000 cells cannot be read: ")
        assert "got '00000'" in problem.detail
        assert problem.hint == "counted"


class TestCurrencies:
    def test_codes_are_those_of_iso_4217(self) -> None:
        one = reader()
        assert list(one.currencies(["USD", "XXX", "usd", 5, "EUR", None], "c")) == [
            "USD",
            None,
            None,
            None,
            "EUR",
            None,
        ]
        assert only(one) == (
            "2 cells cannot be read: currency must be an ISO 4217 code, got 'usd' (rows 2, 3); did you mean 'USD'?"
        )
