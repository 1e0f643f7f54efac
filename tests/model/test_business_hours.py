from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from salesmetrics import BusinessHours, InvalidValueError
from salesmetrics.strategies import business_hours

ZONES = ["UTC", "Europe/London", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia", "America/Santiago"]
TURNS = [
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2006, 10, 29, 2, 31, tzinfo=UTC),  # clocks in St. John's go from 00:01 back to 23:01
    datetime(2011, 12, 30, 10, tzinfo=UTC),  # Apia leaves a day out
    datetime(2026, 4, 5, 3, tzinfo=UTC),  # midnight in Santiago comes twice
    datetime(2026, 4, 4, 15, tzinfo=UTC),  # half an hour on Lord Howe
]
INSTANTS = st.builds(
    lambda turn, minutes: turn + timedelta(minutes=minutes), st.sampled_from(TURNS), st.integers(-3000, 3000)
)
NIGHTS = BusinessHours(
    dict.fromkeys(["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "00:00-06:30, 23:00-24:00"), "UTC"
)
WORK = BusinessHours.weekdays("09:00-17:00", "UTC")


def shows(hours: BusinessHours, at: datetime) -> bool:
    """Whether the clock shows a time of the hours."""
    clock = at.astimezone(ZoneInfo(hours.zone))
    text = hours.week.get(f"{clock:%a}".lower(), "")
    spans = [part.strip().split("-") for part in text.split(",") if part]
    return clock.date() not in hours.holidays and any(start <= f"{clock:%H:%M}" < end for start, end in spans)


@st.composite
def asked(draw: st.DrawFn) -> BusinessHours:
    week = draw(business_hours()).week
    holidays = draw(st.lists(st.sampled_from([date(2026, 3, 29), date(2006, 10, 28), date(2011, 12, 31)]), max_size=1))
    return BusinessHours(week, draw(st.sampled_from(ZONES)), holidays)


class TestBusinessHours:
    @given(asked(), INSTANTS, st.integers(0, 600))
    @example(BusinessHours(NIGHTS.week, "America/St_Johns"), TURNS[2] - timedelta(minutes=90), 240)
    @example(BusinessHours(NIGHTS.week, "Pacific/Apia"), TURNS[3] - timedelta(minutes=90), 240)
    def test_definition(self, hours: BusinessHours, start: datetime, minutes: int) -> None:
        end = start + timedelta(minutes=minutes)
        shown = sum(shows(hours, start + timedelta(minutes=one)) for one in range(minutes))
        assert hours.between(start, end) == timedelta(minutes=shown)

    @given(asked(), INSTANTS, INSTANTS, INSTANTS, st.timedeltas(timedelta(), timedelta(minutes=1)))
    def test_adds(self, hours: BusinessHours, one: datetime, two: datetime, end: datetime, more: timedelta) -> None:
        middle = min(two, one + timedelta(days=9)) + more
        last = min(max(end, one - timedelta(days=9)), one + timedelta(days=9))
        middle = max(middle, one - timedelta(days=9))
        assert hours.between(one, last) == hours.between(one, middle) + hours.between(middle, last)

    @given(asked(), INSTANTS, st.timedeltas(timedelta(microseconds=1), timedelta(hours=30)))
    @example(BusinessHours(NIGHTS.week, "America/St_Johns"), TURNS[2] - timedelta(minutes=90), timedelta(hours=2))
    def test_due(self, hours: BusinessHours, start: datetime, after: timedelta) -> None:
        end = hours.due(start, after)
        assert hours.between(start, end) == after
        assert hours.between(start, end - timedelta(microseconds=1)) < after

    @given(asked(), INSTANTS)
    def test_opens(self, hours: BusinessHours, at: datetime) -> None:
        first = hours.opens(at)
        assert hours.between(at, first) == timedelta()
        assert hours.between(first, first + timedelta(microseconds=1)) == timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (({},), "must have hours on some weekday, got none"),
        (({"mon": ""},), "must have hours on some weekday, got none"),
        (([9, 17],), r"must be a mapping from weekdays to hours, got \[9, 17\]"),
        (({"monday": "09:00-17:00"},), "a weekday must be one of .* got 'monday'; did you mean 'mon'"),
        (({"mon": "9-17"},), "hours must be spans in the order of the day, got '9-17'; write"),
        (({"mon": "09:00-17:00,"},), "hours must be spans"),
        (({"mon": "17:00-09:00"},), "hours must be spans"),
        (({"mon": "09:00-09:00"},), "hours must be spans"),
        (({"mon": "09:00-12:00, 11:00-13:00"},), "hours must be spans"),
        (({"mon": "09:00-24:30"},), "hours must be spans"),
        (({"mon": 9},), "hours must be spans in the order of the day, got 9"),
        (({"mon": "09:00-17:00"}, "Atlantis"), "zone must be the name of a time zone, got 'Atlantis'"),
        (
            ({"mon": "09:00-17:00"}, "UTC", "2026-12-25"),
            "holidays must be days, got '2026-12-25'; give a list of dates",
        ),
        (({"mon": "09:00-17:00"}, "UTC", 5), "holidays must be days, got 5"),
        (({"mon": "09:00-17:00"}, "UTC", ["2026-12-25"]), "a holiday must be"),
    ],
)
def test_hours_that_nobody_can_keep_are_refused(arguments: Any, message: str) -> None:
    given: Any = {"zone": "UTC", **dict(zip(("week", "zone", "holidays"), arguments, strict=False))}
    with pytest.raises(InvalidValueError, match=message):
        BusinessHours(**given)


def test_what_is_asked_must_be_told_exactly() -> None:
    at = datetime(2026, 1, 5, tzinfo=UTC)
    wrong: Any = [timedelta(), timedelta(hours=-1), 4]
    for after in wrong:
        with pytest.raises(InvalidValueError, match="after must be a timedelta above zero, got"):
            WORK.due(at, after)
    for ask in (WORK.opens, lambda one: WORK.between(one, at), lambda one: WORK.due(one, timedelta(hours=1))):
        with pytest.raises(InvalidValueError, match="must be a datetime with its zone, got"):
            ask(datetime(2026, 1, 5))  # noqa: DTZ001


def test_the_calendar_has_ends() -> None:
    last = datetime.max.replace(tzinfo=UTC)
    with pytest.raises(InvalidValueError, match="must be due before the year 10000, got none"):
        WORK.opens(last)
    with pytest.raises(InvalidValueError, match="must be due before the year 10000"):
        WORK.due(last - timedelta(days=1), timedelta(hours=40))
    nights = BusinessHours(NIGHTS.week, "America/New_York")
    first = datetime.min.replace(tzinfo=UTC)
    assert nights.between(first, first + timedelta(days=1)) > timedelta()
    assert NIGHTS.between(last - timedelta(hours=9), last) == timedelta(hours=1, microseconds=-1)


def test_the_same_hours_are_equal() -> None:
    one = BusinessHours({"tue": "09:00-12:00,13:00-17:00", "mon": "09:00-17:00"}, "UTC", [date(2026, 1, 6)] * 2)
    other = BusinessHours({"mon": "09:00-17:00", "tue": "09:00-12:00, 13:00-17:00"}, "UTC", (date(2026, 1, 6),))
    assert one == other
    assert hash(one) == hash(other)


def test_one_holiday_is_no_list() -> None:
    christmas: Any = date(2026, 12, 25)
    with pytest.raises(
        InvalidValueError, match=r"holidays must be days, got datetime.date\(2026, 12, 25\); give a list"
    ):
        BusinessHours.weekdays("09:00-17:00", "UTC", holidays=christmas)
