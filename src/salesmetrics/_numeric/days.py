"""Days as whole numbers: days since 1 January 1970."""

from __future__ import annotations

from datetime import date

__all__ = ["DAY", "EPOCH", "FIRST_DAY", "LAST_DAY", "day_number", "day_of_number"]

DAY = 86_400_000_000
"""Microseconds of a day."""

EPOCH = date(1970, 1, 1).toordinal()
"""Day 0."""

FIRST_DAY = date.min.toordinal() - EPOCH
LAST_DAY = date.max.toordinal() - EPOCH


def day_number(day: date) -> int:
    """Days from 1 January 1970 to a day."""
    return day.toordinal() - EPOCH


def day_of_number(number: int) -> date:
    """The day that is so many days after 1 January 1970."""
    return date.fromordinal(number + EPOCH)
