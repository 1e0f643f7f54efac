"""Instants as whole microseconds since 1970 in UTC, and what clocks show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

import numpy as np
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Flags

__all__ = ["FIRST_INSTANT", "LAST_INSTANT", "in_utc", "instant_number", "instant_of_number", "local_number"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_HOUR = 3_600_000_000


def instant_number(instant: datetime) -> int:
    """Microseconds from the start of 1970 in UTC to a time that has an offset."""
    return (instant - _EPOCH) // _TICK


def instant_of_number(number: int) -> datetime:
    """The time in UTC that is so many microseconds after the start of 1970."""
    return _EPOCH + number * _TICK


def local_number(clock: datetime) -> int:
    """Microseconds that a clock shows since the start of 1970, without an offset."""
    return (clock.replace(tzinfo=UTC) - _EPOCH) // _TICK


FIRST_INSTANT = local_number(datetime.min)  # noqa: DTZ901
LAST_INSTANT = local_number(datetime.max)  # noqa: DTZ901


def in_utc(clocks: NDArray[np.int64], zone: tzinfo) -> tuple[NDArray[np.int64], Flags, Flags]:
    """What clocks of a zone show, as instants; which of these never were, and which were twice (the first is taken).

    The offset is asked for once in an hour, and where it changes within the hour, for each time of it.
    """
    hours, place = np.unique(clocks // _HOUR, return_inverse=True)
    starts = [_offsets(hour * _HOUR, zone) for hour in hours.tolist()]
    ends = [_offsets(hour * _HOUR + _HOUR - 1, zone) for hour in hours.tolist()]
    is_plain = np.array([len({*one, *two}) == 1 for one, two in zip(starts, ends, strict=True)], np.bool_)
    first = np.array([one for one, _ in starts], np.int64).take(place)
    second = first.copy()
    for row in np.flatnonzero(~is_plain.take(place)).tolist():
        first[row], second[row] = _offsets(int(clocks[row]), zone)
    return clocks - first, first < second, first > second


def _offsets(clock: int, zone: tzinfo) -> tuple[int, int]:
    """The offset before and after a change that the clock may show, else the same twice."""
    shown = instant_of_number(clock).replace(tzinfo=zone)
    before, after = (shown.replace(fold=fold).utcoffset() for fold in (0, 1))
    return (before or timedelta()) // _TICK, (after or timedelta()) // _TICK
