"""When somebody is there to answer: opening hours by weekday, holidays, and the zone whose clocks they are told by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from attrs import field, frozen

from salesmetrics.errors import InvalidValueError, nearest, shown
from salesmetrics.model.instant import instant
from salesmetrics.model.labels import FrozenMapping
from salesmetrics.model.period import check_day
from salesmetrics.model.zones import zone_named

__all__ = ["BusinessHours"]

_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_SECOND = 1_000_000
_DAY = 86_400
_MARGIN = 3 * 3600
"""A clock is put forward or back by less than three hours, or by a day at the date line."""


def _spans(text: str) -> list[tuple[int, int]] | None:
    """Seconds of the day between which it is open; `None` of what says no hours."""
    found = [_SPAN.fullmatch(part.strip()) for part in text.split(",")] if text else []
    numbers = [[int(number) for number in match.groups()] for match in found if match]
    spans = [(h * 3600 + m * 60, to_h * 3600 + to_m * 60) for h, m, to_h, to_m in numbers]
    ends = [end for span in spans for end in span]
    is_sound = len(spans) == len(found) and all(a < b for a, b in spans) and ends == sorted(ends)
    return spans if is_sound and (not ends or ends[-1] <= _DAY) else None


def _week(week: Any) -> FrozenMapping[str]:
    """The weekdays that have hours, Monday first."""
    if not isinstance(week, Mapping):
        raise InvalidValueError(
            f"BusinessHours.week must be a mapping from weekdays to hours, got {shown(week)}; "
            "write {'mon': '09:00-17:00'}"
        )
    strays = [day for day in week if day not in _WEEK]
    if strays:
        raise InvalidValueError(f"a weekday must be one of {[*_WEEK]}, got {shown(strays[0])}; {_near(strays[0])}")
    wrong = [text for text in week.values() if not isinstance(text, str) or _spans(text) is None]
    if wrong:
        raise InvalidValueError(
            f"hours must be spans in the order of the day, got {shown(wrong[0])}; write '09:00-12:00, 13:00-17:00'"
        )
    hours = {day: ", ".join(part.strip() for part in week[day].split(",")) for day in _WEEK if week.get(day)}
    if not hours:
        raise InvalidValueError(
            "BusinessHours.week must have hours on some weekday, got none; nothing would ever be due"
        )
    return FrozenMapping(hours)


def _near(day: object) -> str:
    return nearest(day, _WEEK)


def _days(holidays: Iterable[date]) -> tuple[date, ...]:
    if isinstance(holidays, (str, Mapping)) or not isinstance(holidays, Iterable):
        raise InvalidValueError(f"BusinessHours.holidays must be days, got {shown(holidays)}; give a list of dates")
    listed = list(holidays)
    for day in listed:
        check_day(day, "a holiday")
    return tuple(sorted(set(listed)))


@frozen
class BusinessHours:
    """The hours in which somebody is there, as the clocks of a zone show them.

    An instant is in them when the clock shows a time of that weekday's hours, and the day is no holiday. So the night
    in which clocks are put back has an hour more of them, where they are open at night, and the other one an hour less.

    Args:
        week: Weekdays "mon" to "sun", and their hours: "09:00-17:00", or with a break "09:00-12:00, 13:00-17:00". An
            end does not belong to them; "24:00" is the end of the day. A weekday that is not named has none.
        zone: Whose clocks they are, such as "Europe/London".
        holidays: Days without any.

    Raises:
        InvalidValueError: There are no hours at all, they overlap or cannot be read, or there is no such zone.

    Laws:
        definition: The time between two instants is that of the seconds in which the clock shows opening hours.
        adds: The time from one instant to a third is that to the second and from there.
        due: What is due after some time is the first instant by which so much of it has passed.

    Examples:
        >>> hours = BusinessHours.weekdays("09:00-17:00", "Europe/London", holidays=[date(2026, 12, 25)])
        >>> friday = datetime(2026, 1, 9, 16, 30, tzinfo=UTC)
        >>> print(hours.between(friday, datetime(2026, 1, 12, 9, 30, tzinfo=UTC)))
        1:00:00
        >>> print(hours.due(friday, timedelta(hours=4)))
        2026-01-12 12:30:00+00:00
    """

    week: Mapping[str, str] = field(converter=_week)
    zone: str
    holidays: tuple[date, ...] = field(default=(), converter=_days)

    def __attrs_post_init__(self) -> None:
        zone_named(self.zone)

    @classmethod
    def weekdays(cls, hours: str, zone: str, holidays: Iterable[date] = ()) -> BusinessHours:
        """The same hours from Monday to Friday.

        Args:
            hours: As in `week`.
            zone: Whose clocks they are.
            holidays: Days without any.

        Raises:
            InvalidValueError: The hours cannot be read, or there is no such zone.

        Examples:
            >>> [*BusinessHours.weekdays("08:00-17:00", "UTC").week]
            ['mon', 'tue', 'wed', 'thu', 'fri']
        """
        return cls(dict.fromkeys(_WEEK[:5], hours), zone, holidays)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much of the time from an instant to a later one lies in these hours.

        Args:
            start: With its zone, whichever.
            end: With its zone; below zero comes out where it is before the start.

        Raises:
            InvalidValueError: One has no zone.

        Examples:
            >>> hours = BusinessHours.weekdays("09:00-17:00", "UTC")
            >>> saturday, monday = datetime(2026, 1, 10, 11, tzinfo=UTC), datetime(2026, 1, 12, 10, tzinfo=UTC)
            >>> print(hours.between(saturday, monday))
            1:00:00
        """
        first, last = _number(start, "start"), _number(end, "end")
        if first > last:
            return -self.between(end, start)
        overlaps = (min(to, last) - max(at, first) for at, to in self._spans_from(start, end))
        return sum((over for over in overlaps if over > 0), 0) * _TICK

    def opens(self, at: datetime) -> datetime:
        """The first instant in these hours, from another one on: the same where somebody is there.

        Args:
            at: With its zone.

        Raises:
            InvalidValueError: It has no zone, or the calendar ends before.

        Examples:
            >>> print(BusinessHours.weekdays("09:00-17:00", "UTC").opens(datetime(2026, 1, 7, 18, tzinfo=UTC)))
            2026-01-08 09:00:00+00:00
        """
        number = _number(at, "at")
        start = next((max(span, number) for span, to in self._spans_from(at) if to > number), None)
        return self._instant(start)

    def due(self, at: datetime, after: timedelta) -> datetime:
        """The first instant by which so much of these hours has passed.

        Args:
            at: From when it counts, with its zone.
            after: How much, above zero.

        Returns:
            The instant, in UTC.

        Raises:
            InvalidValueError: The instant has no zone, the time is not above zero, or the calendar ends before.

        Examples:
            >>> hours = BusinessHours.weekdays("09:00-17:00", "UTC")
            >>> print(hours.due(datetime(2026, 1, 8, 15, tzinfo=UTC), timedelta(hours=4)))
            2026-01-09 11:00:00+00:00
        """
        if not isinstance(after, timedelta) or after <= timedelta():
            raise InvalidValueError(
                f"after must be a timedelta above zero, got {shown(after)}; write timedelta(hours=4)"
            )
        number, left = _number(at, "at"), after // _TICK
        for start, end in self._spans_from(at):
            open_for = end - max(start, number)
            if open_for >= left:
                return self._instant(end - open_for + left)
            left -= max(open_for, 0)
        return self._instant(None)

    def open_spans(self, day: date) -> list[tuple[int, int]]:
        """From when to when it is open on a day, in seconds since 1970 in UTC.

        Examples:
            >>> berlin = BusinessHours({"sun": "00:00-24:00"}, "Europe/Berlin")
            >>> sum(end - start for start, end in berlin.open_spans(date(2026, 3, 29))) // 3600
            23
        """
        name = _WEEK[day.weekday()]
        if name not in self.week or day in self.holidays:
            return []
        midnight = (day - _EPOCH.date()).days * _DAY
        found = []
        for start, end, offset in _offsets(midnight, zone_named(self.zone)):
            for opens, closes in _spans(self.week[name]) or ():
                span = max(midnight + opens - offset, start), min(midnight + closes - offset, end)
                if span[0] < span[1]:
                    found.append(span)
        return sorted(found)

    def _spans_from(self, at: datetime, until: datetime | None = None) -> Iterator[tuple[int, int]]:
        """The spans of all days that a zone may show between two instants, in their order, in microseconds."""
        first = max(at.astimezone(UTC).toordinal() - 1, 1)
        last = _LAST_DAY if until is None else min(until.astimezone(UTC).toordinal() + 1, _LAST_DAY)
        held: list[tuple[int, int]] = []
        for day in range(first, last + 1):
            spans = [(start * _SECOND, end * _SECOND) for start, end in self.open_spans(date.fromordinal(day))]
            both = sorted([*held, *spans])  # clocks that are put back at midnight show the day before once more
            yield from both[: len(held)]
            held = both[len(held) :]
        yield from held

    def _instant(self, number: int | None) -> datetime:
        try:
            return _EPOCH + (_END if number is None else number) * _TICK
        except OverflowError:
            raise InvalidValueError("a time must be due before the year 10000, got none; check the hours") from None


_LAST_DAY = date.max.toordinal()
_END = 10**18
"""Microseconds that no calendar holds."""


def _number(at: datetime, what: str) -> int:
    return (instant(at, what) - _EPOCH) // _TICK


def _offsets(midnight: int, zone: tzinfo) -> list[tuple[int, int, int]]:
    """From when to when in UTC which offset is in force, around the day that begins at a midnight of clocks."""
    about = _offset(midnight, zone)
    start, end = midnight - about - _MARGIN, midnight - about + _DAY + _MARGIN
    before, after = _offset(start, zone), _offset(end, zone)
    if before == after:
        return [(start, end, before)]
    low, high = start, end
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(middle, zone) == before else (low, middle)
    return [(start, high, before), (high, end, after)]


def _offset(number: int, zone: tzinfo) -> int:
    """By how much clocks are ahead of UTC, in seconds; at the ends of the calendar as a few days before them."""
    at = _EPOCH + timedelta(seconds=min(max(number, _FIRST), _LAST))
    return (at.astimezone(zone).utcoffset() or timedelta()) // timedelta(seconds=1)


_FIRST = (date.min - _EPOCH.date()).days * _DAY + 3 * _DAY
_LAST = (date.max - _EPOCH.date()).days * _DAY - 3 * _DAY
