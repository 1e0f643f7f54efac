"""What clocks show, against Python's own zones one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
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


@given(st.lists(CLOCKS, max_size=6), st.sampled_from(ZONES))
def test_definition(clocks: list[datetime], zone: str) -> None:
    info = ZoneInfo(zone)
    numbers = np.array([local_number(clock) for clock in clocks], np.int64)
    found, never, twice = in_utc(numbers, info)
    for number, is_never, is_twice, clock in zip(found.tolist(), never, twice, clocks, strict=True):
        instant = clock.replace(tzinfo=info).astimezone(UTC)
        assert number == instant_number(instant)
        shown = [clock.replace(tzinfo=info, fold=fold).astimezone(UTC).astimezone(info) for fold in (0, 1)]
        assert is_never == all(one.replace(tzinfo=None) != clock for one in shown)
        assert is_twice == (not is_never and shown[0].utcoffset() != shown[1].utcoffset())


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
