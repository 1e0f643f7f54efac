"""An instant: a time with its zone, kept in UTC."""

from __future__ import annotations

from datetime import UTC, datetime

from salesmetrics.errors import InvalidValueError, shown

__all__ = ["instant"]


def instant(at: object, what: str) -> datetime:
    """A time with its zone, in UTC.

    Raises:
        InvalidValueError: It is no time, has no zone, or lies in no year that UTC knows.
    """
    if type(at) is not datetime or at.utcoffset() is None:
        hint = "write datetime(2026, 1, 31, 9, 30, tzinfo=ZoneInfo('Europe/London'))"
        if hasattr(at, "to_pydatetime"):  # pandas' own, which counts nanoseconds
            hint = "convert it first, with to_pydatetime()"
        raise InvalidValueError(f"{what} must be a datetime with its zone, got {shown(at)}; {hint}")
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise InvalidValueError(f"{what} must be in the years 1 to 9999 in UTC, got {shown(at)}; correct it") from None
