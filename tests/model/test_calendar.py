import re
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesmetrics import FiscalCalendar, InvalidValueError, Period, RetailCalendar
from salesmetrics.model.calendar import Calendar
from salesmetrics.strategies import calendars, fiscal_calendars

DAY = timedelta(1)
MONTHS = {"year": 12, "half": 6, "quarter": 3, "month": 1}

units = st.sampled_from(["year", "half", "quarter", "month", "week"])
parts = st.sampled_from(["half", "quarter", "month"])
inner = st.dates(date(2, 1, 1), date(9997, 12, 31)) | st.dates(date(1998, 1, 1), date(2102, 1, 1))


def of(calendar: Calendar, unit: str) -> Callable[[date], Period]:
    """`year_of`, `half_of` and so on."""
    return getattr(calendar, f"{unit}_of")  # type: ignore[no-any-return]


def within(calendar: Calendar, unit: str) -> Callable[[Period], tuple[Period, ...]]:
    """`years_in`, `halves_in` and so on."""
    return getattr(calendar, {"half": "halves"}.get(unit, f"{unit}s") + "_in")  # type: ignore[no-any-return]


@given(fiscal_calendars(), units, inner)
def test_periods_tile_time(calendar: FiscalCalendar, unit: str, day: date) -> None:
    period = of(calendar, unit)(day)
    after, before = of(calendar, unit)(period.end), of(calendar, unit)(period.start - DAY)
    assert day in period
    assert before.end == period.start
    assert period.end == after.start
    assert len({before.name, period.name, after.name}) == 3
    for other in (period.start, period.end - DAY):
        again = of(calendar, unit)(other)
        assert (again, again.name) == (period, period.name)


LAST = {"year": {1}, "half": {2}, "quarter": {4}, "month": {12}, "week": {52, 53}}
"""Which number the last part of a year has."""


def numbered(name: str | None) -> tuple[int, int]:
    """The year and the number in a name such as "FY26 Q4", "FY1826" or "2026-W01"."""
    parts = re.fullmatch(r"(?:FY)?(\d{2}|\d{4})(?:[ -][HQMW](\d{1,2}))?", name or "")
    assert parts
    year, number = parts.groups(default="1")
    return int(year) + (2000 if len(year) == 2 else 0), int(number)


@pytest.mark.parametrize("unit", LAST)
@pytest.mark.parametrize(
    "calendar",
    [
        FiscalCalendar(),
        FiscalCalendar(2, "start"),
        RetailCalendar.nrf(),
        RetailCalendar("4-4-5", 1, "monday", "first"),
        RetailCalendar("5-4-4", 12, "saturday", "last"),
    ],
    ids=lambda calendar: f"{type(calendar).__name__}-{calendar.first_month}",
)
def test_periods_tile_a_thousand_years_and_no_name_repeats_or_skips(calendar: Calendar, unit: str) -> None:
    span = Period(date(1500, 1, 1), date(2500, 1, 1))
    tiles = within(calendar, unit)(span)
    assert tiles[0].start <= span.start < tiles[0].end
    assert tiles[-1].start < span.end <= tiles[-1].end
    assert all(one.end == other.start for one, other in pairwise(tiles))
    for (year, number), following in pairwise(numbered(tile.name) for tile in tiles):
        assert following == ((year, number + 1) if following[0] == year else (year + 1, 1))
        assert following[0] == year or number in LAST[unit]


@given(fiscal_calendars(), st.sampled_from(sorted(MONTHS)), inner)
def test_periods_are_whole_months_from_the_first_month(calendar: FiscalCalendar, unit: str, day: date) -> None:
    period = of(calendar, unit)(day)
    first, last = period.start, period.end
    assert first.day == last.day == 1
    assert 12 * (last.year - first.year) + last.month - first.month == MONTHS[unit]
    assert (first.month - calendar.first_month) % MONTHS[unit] == 0


@given(fiscal_calendars(), inner)
def test_names(calendar: FiscalCalendar, day: date) -> None:
    year = calendar.year_of(day)
    called = (year.end - DAY).year if calendar.label == "end" else year.start.year
    name = f"FY{called}" if not 2000 <= called <= 2099 else f"FY{called % 100:02}"
    if called < 1000:
        name = f"FY{called:04}"
    months_before = sum(
        (month - calendar.first_month) % 12 < (day.month - calendar.first_month) % 12 for month in range(12)
    )
    assert year.name == name
    assert calendar.half_of(day).name == f"{name} H{1 if months_before < 6 else 2}"
    assert calendar.quarter_of(day).name == f"{name} Q{[1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4][months_before]}"
    assert calendar.month_of(day).name == f"{name} M{months_before + 1:02}"


@given(fiscal_calendars(), parts, st.integers(2, 9998))
def test_numbered_parts_make_the_year(calendar: FiscalCalendar, part: str, year: int) -> None:
    whole = calendar.year(year)
    pieces = [getattr(calendar, part)(year, number + 1) for number in range(12 // MONTHS[part])]
    assert [piece.start for piece in [*pieces[1:]]] == [piece.end for piece in pieces[:-1]]
    assert (pieces[0].start, pieces[-1].end) == (whole.start, whole.end)
    assert [of(calendar, part)(piece.start).name for piece in pieces] == [piece.name for piece in pieces]
    assert calendar.year_of(whole.start).name == whole.name


@pytest.mark.parametrize(
    ("calendar", "day", "names"),
    [
        (FiscalCalendar(2), date(2026, 1, 31), "FY26 H2 Q4 M12"),
        (FiscalCalendar(2), date(2026, 2, 1), "FY27 H1 Q1 M01"),
        (FiscalCalendar(2), date(2027, 1, 15), "FY27 H2 Q4 M12"),
        (FiscalCalendar(2, "start"), date(2026, 1, 31), "FY25 H2 Q4 M12"),
        (FiscalCalendar(2, "start"), date(2026, 2, 1), "FY26 H1 Q1 M01"),
        (FiscalCalendar(), date(2026, 1, 1), "FY26 H1 Q1 M01"),
        (FiscalCalendar(label="start"), date(2026, 12, 31), "FY26 H2 Q4 M12"),
        (FiscalCalendar(7), date(2025, 12, 31), "FY26 H1 Q2 M06"),
        (FiscalCalendar(7), date(2026, 1, 1), "FY26 H2 Q3 M07"),
        (FiscalCalendar(12), date(2025, 12, 1), "FY26 H1 Q1 M01"),
        (FiscalCalendar(), date(1999, 12, 31), "FY1999 H2 Q4 M12"),
        (FiscalCalendar(), date(2000, 1, 1), "FY00 H1 Q1 M01"),
        (FiscalCalendar(), date(2099, 12, 31), "FY99 H2 Q4 M12"),
        (FiscalCalendar(), date(2100, 1, 1), "FY2100 H1 Q1 M01"),
        (FiscalCalendar(), date(1, 1, 1), "FY0001 H1 Q1 M01"),
    ],
)
def test_worked_names(calendar: FiscalCalendar, day: date, names: str) -> None:
    year, half, quarter, month = names.split(" ")
    assert str(calendar.year_of(day)) == year
    assert str(calendar.half_of(day)) == f"{year} {half}"
    assert str(calendar.quarter_of(day)) == f"{year} {quarter}"
    assert str(calendar.month_of(day)) == f"{year} {month}"


@given(fiscal_calendars(), inner)
def test_weeks_are_those_of_iso_8601(calendar: FiscalCalendar, day: date) -> None:
    iso = day.isocalendar()
    week = calendar.week_of(day)
    assert week.start == date.fromisocalendar(iso.year, iso.week, 1)
    assert week.days == 7
    assert week.name == f"{iso.year:04d}-W{iso.week:02d}"


@given(fiscal_calendars(), units, inner, st.integers(1, 800), st.data())
def test_periods_in_a_period(calendar: FiscalCalendar, unit: str, start: date, days: int, data: st.DataObject) -> None:
    ends = st.sampled_from([start + days * DAY, of(calendar, unit)(start + days * DAY).end])  # anywhere, and at a seam
    asked = Period(start, data.draw(ends))
    tiles = within(calendar, unit)(asked)
    assert start in tiles[0]
    assert asked.end - DAY in tiles[-1]
    assert [tile.start for tile in tiles[1:]] == [tile.end for tile in tiles[:-1]]
    assert [of(calendar, unit)(tile.start).name for tile in tiles] == [tile.name for tile in tiles]


@given(
    calendars(),
    units,
    st.integers(0, 800),
    st.booleans(),
)
def test_at_the_ends_of_time_a_day_is_in_its_period_or_refused(
    calendar: Calendar,
    unit: str,
    days: int,
    is_first: bool,  # noqa: FBT001
) -> None:
    day = date.min + days * DAY if is_first else date.max - days * DAY
    try:
        period = of(calendar, unit)(day)
    except InvalidValueError:
        assert days < 366 + 7  # a year, and what an anchor lies off
    else:
        assert day in period


def test_every_day_is_in_the_one_quarter_of_a_whole_history() -> None:
    calendar = FiscalCalendar(2)
    span = Period(date(1996, 1, 1), date(2030, 6, 2))
    days = [day for quarter in calendar.quarters_in(span) for day in quarter]
    assert len(set(days)) == len(days)
    assert set(span) <= set(days)


@pytest.mark.parametrize("unit", ["year", "half", "quarter", "month", "week"])
@pytest.mark.parametrize("period", ["FY26", None, date(2026, 1, 1), 2026])
def test_only_a_period_has_periods_in_it(unit: str, period: Any) -> None:
    with pytest.raises(InvalidValueError) as caught:
        within(FiscalCalendar(), unit)(period)
    assert str(caught.value) == f"period must be a Period, got {period!r}; write Period(start, end)"


@pytest.mark.parametrize("unit", ["year", "half", "quarter", "month", "week"])
@pytest.mark.parametrize("day", ["2026-01-01", None, 1])
def test_only_a_day_has_a_period(unit: str, day: Any) -> None:
    with pytest.raises(InvalidValueError, match=r"^day must be a date without a time, got "):
        of(FiscalCalendar(), unit)(day)


FEBRUARY = FiscalCalendar(2)


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda: FiscalCalendar().year(9999), "FY9999"),
        (lambda: FiscalCalendar().half(9999, 2), "FY9999 H2"),
        (lambda: FiscalCalendar().quarter(9999, 4), "FY9999 Q4"),
        (lambda: FiscalCalendar().month(9999, 12), "FY9999 M12"),
        (lambda: FiscalCalendar().quarter(10_000, 1), "FY10000 Q1"),
        (lambda: FiscalCalendar().year_of(date.max), "FY9999"),
        (lambda: FiscalCalendar().week_of(date.max), "9999-12-31"),
        (lambda: FiscalCalendar().week_of(date(9999, 12, 27)), "9999-12-27"),
        (lambda: FiscalCalendar().weeks_in(Period(date(9999, 12, 20), date(9999, 12, 28))), "9999-12-27"),
        (lambda: FEBRUARY.year(1), "FY0001"),
        (lambda: FEBRUARY.month(1, 11), "FY0001 M11"),
        (lambda: FEBRUARY.month(10_000, 11), "FY10000 M11"),
        (lambda: FEBRUARY.year_of(date.min), "FY0001"),
    ],
)
def test_periods_end_with_the_calendar(make: Callable[[], object], what: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        make()
    assert str(caught.value) == (
        f"a fiscal period must lie within the years 1 to 9999, got that of {what}; choose an earlier or a later year"
    )


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        (FiscalCalendar().year(1), date.min, date(2, 1, 1)),
        (FiscalCalendar().month(9999, 11), date(9999, 11, 1), date(9999, 12, 1)),
        (FiscalCalendar().quarter(9999, 3), date(9999, 7, 1), date(9999, 10, 1)),
        (FiscalCalendar().week_of(date.min), date.min, date(1, 1, 8)),
        (FiscalCalendar().week_of(date(9999, 12, 26)), date(9999, 12, 20), date(9999, 12, 27)),
        (FEBRUARY.month(1, 12), date.min, date(1, 2, 1)),
        (FEBRUARY.month(10_000, 10), date(9999, 11, 1), date(9999, 12, 1)),
    ],
)
def test_the_first_and_the_last_periods(period: Period, start: date, end: date) -> None:
    assert (period.start, period.end) == (start, end)


@pytest.mark.parametrize("number", [0, -1, 13, 1.0, True, "1", None, pytest.param(10**5000, id="huge")])
@pytest.mark.parametrize(
    ("make", "rule"),
    [
        (FiscalCalendar, "FiscalCalendar.first_month must be one of 1 to 12"),
        (lambda number: FiscalCalendar().half(2026, number), "half must be one of 1 to 2"),
        (lambda number: FiscalCalendar().quarter(2026, number), "quarter must be one of 1 to 4"),
        (lambda number: FiscalCalendar().month(2026, number), "month must be one of 1 to 12"),
        (
            lambda number: FiscalCalendar().year(number if number != 13 else 10_001),
            "fiscal year must be one of 1 to 10,000",
        ),
    ],
)
def test_numbers_count_from_one(make: Callable[[Any], object], rule: str, number: Any) -> None:
    with pytest.raises(InvalidValueError) as caught:
        make(number)
    assert str(caught.value).startswith(f"{rule}, got ")
    assert str(caught.value).endswith("; count from 1")


@pytest.mark.parametrize(("unit", "over"), [("half", 3), ("quarter", 5)])
def test_parts_end_with_the_year(unit: str, over: int) -> None:
    with pytest.raises(InvalidValueError, match=f"got {over}; count from 1$"):
        getattr(FiscalCalendar(), unit)(2026, over)


@pytest.mark.parametrize("label", ["END", "", None, 1, ["end"]])
def test_the_label_is_one_of_two(label: Any) -> None:
    with pytest.raises(InvalidValueError) as caught:
        FiscalCalendar(1, label)
    assert str(caught.value).startswith(f"FiscalCalendar.label must be one of ['end', 'start'], got {label!r}; ")


def test_a_year_before_the_first_is_refused_where_years_are_called_by_their_start() -> None:
    with pytest.raises(InvalidValueError, match=r"^fiscal year must be one of 1 to 10,000, got 0;"):
        FiscalCalendar(2, "start").month_of(date.min)


@given(calendars(), units, inner)
def test_the_year_before_has_the_same_periods(calendar: Calendar, unit: str, day: date) -> None:
    period = of(calendar, unit)(day)
    year, number = numbered(period.name)
    before = calendar.year_before(period)
    if before is None:
        assert (unit, number) == ("week", 53)
        return
    assert numbered(before.name) == (year - 1, number)
    assert of(calendar, unit)(before.start) == before
    assert 360 <= (period.start - before.start).days <= 372


def test_the_53rd_week_may_have_none_before() -> None:
    iso, nrf = FiscalCalendar(), RetailCalendar.nrf()
    for calendar, week in ((iso, iso.week_of(date(2026, 12, 28))), (nrf, nrf.week(2023, 53))):
        assert str(week).endswith("53")
        assert calendar.year_before(week) is None
    assert nrf.year_before(nrf.week(2024, 52)) == nrf.week(2023, 52)
    assert iso.year_before(iso.week_of(date(2027, 1, 4))) == iso.week_of(date(2025, 12, 29))


@pytest.mark.parametrize("strange", [Period(date(2026, 1, 1), date(2026, 1, 2)), "FY26", None])
def test_only_a_period_of_the_calendar_has_one_a_year_before(strange: Any) -> None:
    with pytest.raises(InvalidValueError, match="period must be a"):
        FiscalCalendar().year_before(strange)


def test_before_the_first_year_there_is_none() -> None:
    with pytest.raises(InvalidValueError, match="fiscal year must be one of 1 to 10,000, got 0"):
        FiscalCalendar().year_before(FiscalCalendar().year(1))
