"""What share of a period a part of it is, by a named way of counting its days."""

from __future__ import annotations

from calendar import isleap, monthrange
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from math import floor
from typing import Literal, TypeAlias, get_args

from salesmetrics.errors import InvalidValueError, check_word
from salesmetrics.model.period import Period

__all__ = ["Basis", "overlap", "share_of_period", "shared_out"]

Basis: TypeAlias = Literal["days", "months", "365", "30/360"]
"""What a share of a period is counted in: its days; whole months, a part of one by its days; days without the 29th of
February, so that every year has 365; or months of 30 days (30E/360)."""


def overlap(one: Period, other: Period) -> Period | None:
    """The days that two periods have in common.

    Examples:
        >>> print(overlap(Period.parse("2026-01-01..2026-04-01"), Period.parse("2026-03-01..2026-07-01")))
        2026-03-01..2026-04-01
    """
    start, end = max(one.start, other.start), min(one.end, other.end)
    return Period(start, end) if start < end else None


def share_of_period(part: Period, whole: Period, basis: Basis = "days") -> Fraction:
    """The share of a period that lies in another one, exactly; shares of periods that tile the whole add up to 1.

    Raises:
        InvalidValueError: The basis is misspelt, or counts no day of the period.

    Examples:
        >>> q1 = Period.parse("2026-01-01..2026-04-01")
        >>> march = Period.parse("2026-03-01..2027-01-01")
        >>> share_of_period(march, q1), share_of_period(march, q1, "months")
        (Fraction(31, 90), Fraction(1, 3))
    """
    check_word(basis, get_args(Basis), "basis")
    length = _place(whole.end, basis) - _place(whole.start, basis)
    if not length:
        raise InvalidValueError(
            f"a period must have a day that the basis counts, got {whole} by '{basis}'; prorate it by 'days'"
        )
    both = overlap(part, whole)
    return Fraction(0) if both is None else (_place(both.end, basis) - _place(both.start, basis)) / length


def shared_out(total: int, weights: Sequence[Fraction]) -> list[int]:
    """A whole amount in whole parts that add up to it, by the largest remainder, the first among equals.

    The amount is not below zero, nor is a weight, and one of the weights is above it.

    Examples:
        >>> shared_out(100, [Fraction(1)] * 3)
        [34, 33, 33]
    """
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [floor(one) for one in exact]
    by_remainder = sorted(range(len(parts)), key=lambda place: parts[place] - exact[place])
    for place in by_remainder[: total - sum(parts)]:
        parts[place] += 1
    return parts


def _place(day: date, basis: Basis) -> Fraction:
    """Where a day begins on a line on which the basis counts."""
    if basis == "days":
        return Fraction(day.toordinal())
    if basis == "months":
        return 12 * day.year + day.month + Fraction(day.day - 1, monthrange(day.year, day.month)[1])
    if basis == "365":
        of_year = day.toordinal() - date(day.year, 1, 1).toordinal()
        return Fraction(365 * day.year + of_year - (isleap(day.year) and of_year >= _LEAP_DAY + 1))
    return Fraction(360 * day.year + 30 * day.month + min(day.day, 30) - 1)


_LEAP_DAY = 59  # days of a leap year before the 29th of February
