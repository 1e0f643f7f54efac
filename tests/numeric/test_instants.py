"""What clocks show, against Python's own zones one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesmetrics._numeric.instants import (
    FIRST_INSTANT,
    LAST_INSTANT,
    in_utc,
    instant_number,
    instant_of_number,
    local_number,
)

ZONES = ["UTC", "Europe/London", "America/Sao_Paulo", "Australia/Lord_Howe", "America/St_Johns", "Africa/Monrovia"]
AROUND_CHANGES = [
    datetime(2026, 3, 29, 1, 30),  # London skips it  # noqa: DTZ001
    datetime(2026, 10, 25, 1, 30),  # London has it twice  # noqa: DTZ001
    datetime(2026, 10, 4, 2, 15),  # Lord Howe skips half an hour  # noqa: DTZ001
    datetime(2026, 4, 5, 1, 45),  # and has half an hour twice  # noqa: DTZ001
    datetime(1972, 1, 7, 0, 20),  # Monrovia skips 44 minutes and 30 seconds  # noqa: DTZ001
    datetime(2006, 4, 2, 0, 30),  # St John's changes a minute after midnight  # noqa: DTZ001
]
CLOCKS = st.sampled_from(AROUND_CHANGES).flatmap(
    lambda near: st.integers(-5400, 5400).map(lambda seconds: near + timedelta(seconds=seconds))
) | st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29))  # noqa: DTZ001


def assert_instants(clocks: list[datetime], zone: tzinfo) -> None:
    found, never, twice = in_utc(np.array([local_number(clock) for clock in clocks], np.int64), zone)
    for number, is_never, is_twice, clock in zip(found.tolist(), never, twice, clocks, strict=True):
        instant = clock.replace(tzinfo=zone).astimezone(UTC)
        assert number == instant_number(instant)
        shown = [clock.replace(tzinfo=zone, fold=fold).astimezone(UTC).astimezone(zone) for fold in (0, 1)]
        assert is_never == all(one.replace(tzinfo=None) != clock for one in shown)
        assert is_twice == (not is_never and shown[0].utcoffset() != shown[1].utcoffset())
    assert [column.dtype.name for column in (found, never, twice)] == ["int64", "bool", "bool"]


@given(st.lists(CLOCKS, max_size=6), st.sampled_from(ZONES))
def test_definition(clocks: list[datetime], zone: str) -> None:
    assert_instants(clocks, ZoneInfo(zone))


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("near", AROUND_CHANGES)
def test_each_quarter_of_an_hour_around_a_change(near: datetime, zone: str) -> None:
    quarters = [near + timedelta(minutes=15 * step) for step in range(-12, 13)]
    assert_instants([], ZoneInfo(zone))
    assert_instants(quarters, ZoneInfo(zone))
    for quarter in quarters:  # also where it is the only one of its hour
        assert_instants([quarter], ZoneInfo(zone))


class Counting(tzinfo):
    """A zone an hour ahead of UTC, but level with it for one microsecond, that counts how often it is asked."""

    def __init__(self, exception: datetime) -> None:
        self.exception = exception
        self.n_asked = 0

    def utcoffset(self, clock: datetime | None, /) -> timedelta:
        self.n_asked += 1
        assert clock is not None
        return timedelta(hours=clock.replace(tzinfo=None) != self.exception)

    def dst(self, _: datetime | None, /) -> None:
        return None

    def tzname(self, _: datetime | None, /) -> None:
        return None


@pytest.mark.parametrize("far", [datetime(2026, 1, 1), datetime(9999, 12, 31)])  # noqa: DTZ001
def test_an_offset_is_asked_for_once_in_an_hour(far: datetime) -> None:
    zone = Counting(datetime(1970, 1, 1))  # noqa: DTZ001
    clocks = [local_number(far) + 3_599_999_999 * step // 999 for step in range(1000)]
    found, never, twice = in_utc(np.array(clocks), zone)
    assert found.tolist() == [one - 3_600_000_000 for one in clocks]
    assert not never.any()
    assert not twice.any()
    assert zone.n_asked == 4  # both ends, before and after


@pytest.mark.parametrize("minutes", [0, 60])
def test_an_hour_is_looked_at_from_its_first_microsecond_to_its_last(minutes: int) -> None:
    start, tick = datetime(2026, 1, 1, 12), timedelta(microseconds=1)  # noqa: DTZ001
    odd = start + timedelta(minutes=minutes) - tick * (minutes > 0)
    clocks = [start - tick, start, start + tick, start + 60 * timedelta(minutes=1) - tick, start + timedelta(hours=1)]
    numbers = [local_number(clock) for clock in clocks]
    found = in_utc(np.array(numbers), Counting(odd))[0]
    assert found.tolist() == [
        number - 3_600_000_000 * (clock != odd) for number, clock in zip(numbers, clocks, strict=True)
    ]


@given(st.integers(FIRST_INSTANT, LAST_INSTANT))
def test_an_instant_and_its_number_are_the_same(number: int) -> None:
    instant = instant_of_number(number)
    assert instant_number(instant) == number
    assert local_number(instant.replace(tzinfo=None)) == number


@pytest.mark.parametrize(
    ("number", "instant"),
    [(0, datetime(1970, 1, 1, tzinfo=UTC)), (-1, datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC))],
)
def test_the_epoch(number: int, instant: datetime) -> None:
    assert instant_of_number(number) == instant
