"""One activity: an instant with its zone, and fields that are checked alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from backends import pd
from salesmetrics import Activity, InvalidValueError

AT = datetime(2026, 7, 1, 0, 30, tzinfo=ZoneInfo("Europe/London"))


def test_the_same_instant_in_two_zones_is_the_same_activity() -> None:
    assert Activity(AT, "call") == Activity(datetime(2026, 6, 30, 23, 30, tzinfo=UTC), "call")
    assert Activity(AT, "call").at.tzinfo is UTC
    assert hash(Activity(AT, "call", fields={"a": 1})) == hash(Activity(AT, "call", fields={"a": 1}))


@pytest.mark.parametrize(
    ("at", "message"),
    [
        (datetime(2026, 7, 1), "Activity.at must be a datetime with its zone, got datetime.datetime"),  # noqa: DTZ001
        (date(2026, 7, 1), "Activity.at must be a datetime with its zone, got datetime.date"),
        ("2026-07-01", "Activity.at must be a datetime with its zone, got '2026-07-01'; write datetime"),
        (pd.Timestamp("2026-07-01", tz="UTC"), r"got Timestamp\(.*\); convert it first, with to_pydatetime\(\)"),
        (
            datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1))),
            "Activity.at must be in the years 1 to 9999 in UTC",
        ),
    ],
)
def test_a_time_without_a_zone_is_refused(at: Any, message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        Activity(at, "call")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"kind": ""}, "Activity.kind must be text, got ''; name what was done"),
        ({"rep": 5}, "Activity.rep must be text or None, got 5; convert it first"),
        ({"lead": ""}, "Activity.lead must be an id or None, got ''; give text or a whole number"),
        ({"deal": 1.5}, "Activity.deal must be an id or None, got 1.5; give text or a whole number"),
        ({"minutes": -1}, "Activity.minutes must be a whole number from 0 up, got -1; round it"),
        ({"minutes": 2**31}, "Activity.minutes must be a whole number from 0 up, got 2147483648; round it"),
        ({"minutes": True}, "Activity.minutes must be a whole number from 0 up, got True; round it"),
        ({"fields": {"when": AT}}, "label 'when' must be text, a number, a flag or a day"),
        (
            {"kind": None, "minutes": 0.5},
            "Activity.kind must be text, got None; name what was done; and Activity.minutes must be",
        ),
    ],
)
def test_fields_that_are_not_of_their_kind(fields: dict[str, Any], message: str) -> None:
    usual: dict[str, Any] = {"at": AT, "kind": "call"}
    with pytest.raises(InvalidValueError, match=message):
        Activity(**usual | fields)


def test_the_most_minutes() -> None:
    assert Activity(AT, "call", minutes=2**31 - 1).minutes == 2**31 - 1
    assert Activity(AT, "call", minutes=0, lead=0, deal=7).lead == 0
