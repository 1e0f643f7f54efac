import itertools
from calendar import Calendar as MonthTable
from datetime import date, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesmetrics import InvalidValueError, Period, RetailCalendar
from salesmetrics.model.retail_calendar import Anchor, Weekday
from salesmetrics.strategies import retail_calendars

DAY = timedelta(1)
WEEK = timedelta(7)

inner = st.dates(date(3, 1, 1), date(9996, 12, 31)) | st.dates(date(1998, 1, 1), date(2102, 1, 1))
units = st.sampled_from(["year", "half", "quarter", "month", "week"])


@given(retail_calendars(), units, inner)
def test_periods_tile_time(calendar: RetailCalendar, unit: str, day: date) -> None:
    of = getattr(calendar, f"{unit}_of")
    period: Period = of(day)
    assert day in period
    assert of(period.start - DAY).end == period.start
    assert of(period.end).start == period.end
    assert of(period.end - DAY) == of(period.start) == period
    assert len({of(period.start - DAY).name, period.name, of(period.end).name}) == 3


@pytest.mark.parametrize("anchor", get_args(Anchor))
@pytest.mark.parametrize(("weekday", "first_month"), [("sunday", 2), ("monday", 1), ("wednesday", 12)])
def test_years_tile_a_thousand_years_and_no_label_repeats_or_skips(
    anchor: Anchor, weekday: Weekday, first_month: int
) -> None:
    calendar = RetailCalendar("4-4-5", first_month, weekday, anchor)
    years = [calendar.year(label) for label in range(1500, 2501)]
    assert all(one.end == other.start for one, other in itertools.pairwise(years))
    assert {year.days for year in years} == {364, 371}
    assert [calendar.year_of(year.start) for year in years] == years
    assert [calendar.year_of(year.end - DAY).name for year in years] == [year.name for year in years]


@given(retail_calendars(), inner)
def test_a_year_starts_at_its_anchor(calendar: RetailCalendar, day: date) -> None:
    year = calendar.year_of(day)
    nominal = next(
        number
        for number in range(year.start.year - 1, year.start.year + 2)
        if abs((date(number, calendar.first_month, 1) - year.start).days) < 7
    )
    first = date(nominal, calendar.first_month, 1)
    assert (
        MonthTable().monthdatescalendar(2026, 2)[0][year.start.weekday()].strftime("%A").lower() == calendar.week_starts
    )
    distance = (year.start - first).days
    assert distance in {"first": range(7), "last": range(-6, 1), "nearest": range(-3, 4)}[calendar.anchor]
    called = nominal + (calendar.label == "end" and calendar.first_month > 1)
    assert calendar.year(called) == year


@given(retail_calendars(), st.integers(3, 9990))
def test_quarters_have_thirteen_weeks_by_the_pattern_and_the_last_takes_the_53rd(
    calendar: RetailCalendar, label: int
) -> None:
    year = calendar.year(label)
    long = year.days == 371
    lengths = [calendar.month(label, number).days // 7 for number in range(1, 13)]
    expected = [int(weeks) for weeks in calendar.pattern.split("-")] * 4
    expected[-1] += long
    assert lengths == expected
    assert [calendar.quarter(label, number).days // 7 for number in range(1, 5)] == [13, 13, 13, 13 + long]
    assert [calendar.half(label, number).days // 7 for number in (1, 2)] == [26, 26 + long]
    weeks = [calendar.week(label, number) for number in range(1, 53 + long)]
    assert weeks[0].start == year.start
    assert weeks[-1].end == year.end
    assert all(week.end - week.start == WEEK for week in weeks)
    assert [calendar.week_of(week.start).name for week in weeks] == [week.name for week in weeks]
    with pytest.raises(InvalidValueError, match=f"must be one of 1 to {52 + long}"):
        calendar.week(label, 53 + long)


def test_weeks_of_4_4_5_from_the_first_monday_of_february() -> None:
    calendar = RetailCalendar("4-4-5", 2)  # worked in definitions: 1 and 2 February 2026
    assert str(calendar.quarter_of(date(2026, 2, 1))) == "FY26 Q4"
    first = calendar.quarter_of(date(2026, 2, 2))
    assert (str(first), first.end - DAY) == ("FY27 Q1", date(2026, 5, 3))


def test_the_calendar_of_the_national_retail_federation() -> None:
    # 53-week years and first days as the federation publishes them
    nrf = RetailCalendar.nrf()
    long = [year for year in range(2005, 2026) if nrf.year(year).days == 371]
    assert long == [2006, 2012, 2017, 2023]
    starts = {2019: date(2019, 2, 3), 2022: date(2022, 1, 30), 2023: date(2023, 1, 29), 2024: date(2024, 2, 4)}
    assert {year: nrf.year(year).start for year in starts} == starts


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31)])
def test_the_ends_of_time_are_refused_in_words(day: date) -> None:
    calendar = RetailCalendar(week_starts="friday", anchor="nearest", first_month=1)
    with pytest.raises(InvalidValueError, match="must lie within the years 1 to 9999"):
        calendar.week_of(day)


@pytest.mark.parametrize("unit", ["year", "half", "quarter", "month", "week"])
def test_days_before_the_first_year_there_is_are_refused_in_words(unit: str) -> None:
    of = getattr(RetailCalendar("4-4-5", 12, "monday", "first"), f"{unit}_of")
    assert of(date(1, 12, 3)).start == date(1, 12, 3)  # the first Monday of the first December
    with pytest.raises(InvalidValueError, match="must lie within the years 1 to 9999"):
        of(date(1, 12, 2))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"pattern": "4-4-4"}, "pattern must be one of"),
        ({"first_month": 13}, "first_month must be one of 1 to 12"),
        ({"week_starts": "Sunday"}, "did you mean 'sunday'?"),
        ({"anchor": ["first"]}, "anchor must be one of"),
        ({"label": None}, "label must be one of"),
    ],
)
def test_words_and_numbers_are_checked(arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        RetailCalendar(**arguments)
    assert said in str(refused.value)
