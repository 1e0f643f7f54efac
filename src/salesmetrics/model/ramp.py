"""How much of a full quota is asked of a rep who is new."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from attrs import field, frozen

from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.money import minor_units
from salesmetrics.model.period import Period, check_day
from salesmetrics.model.proration import Basis, share_of_period

__all__ = ["IntoShare", "Ramp", "check_ramp", "exact_attainment", "exact_share", "months_between"]

IntoShare: TypeAlias = str | int | float | Decimal | Fraction
"""What a share may be given as; a float is read by its shortest decimal text."""


def exact_share(given: IntoShare, what: str) -> Fraction:
    """A share as an exact fraction from zero up.

    Raises:
        InvalidValueError: It is not a number, or below zero.

    Examples:
        >>> exact_share(0.1, "share"), exact_share("1.2", "share")
        (Fraction(1, 10), Fraction(6, 5))
    """
    exact = given if isinstance(given, Fraction) else Fraction(minor_units(given, _DECIMALS, what=what), 10**_DECIMALS)
    if exact < 0:
        raise InvalidValueError(f"{what} must not be below zero, got {shown(given)}; correct the sign")
    return exact


def exact_attainment(given: IntoShare, what: str = "attainment") -> Fraction:
    """A share of a quota as an exact fraction: above 1 where more is sold, and in hundredths by mistake above 10.

    Raises:
        InvalidValueError: It is not a number, below zero, or above 10.

    Examples:
        >>> exact_attainment("1.2")
        Fraction(6, 5)
    """
    exact = exact_share(given, what)
    if exact > 10:
        raise InvalidValueError(
            f"{what} must be a fraction such as 0.8, got {shown(given)}; did you mean {float(exact / 100):g}?"
        )
    return exact


_DECIMALS = 24


def _shares(given: Iterable[IntoShare]) -> tuple[Fraction, ...]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise InvalidValueError(f"Ramp.shares must be several fractions, got {shown(given)}; write ['0', '0.5']")
    return tuple(exact_share(one, "a share of a ramp") for one in given)


@frozen
class Ramp:
    """The share of a full quota that is asked of a rep, by the time since the rep was hired.

    The first share is of the first step after the day of hiring, the next of the step after it, and all of the quota is
    asked of whoever has been there longer. Nothing is asked for days before.

    Args:
        shares: Fractions in [0, 1], one for each step.
        months: How long a step is.

    Raises:
        InvalidValueError: A share is not in [0, 1], or a step is not a month or more.

    Examples:
        >>> ramp = Ramp(["0", "0.25", "0.5"], months=3)
        >>> hired = date(2026, 1, 15)
        >>> [str(ramp.share(hired, day)) for day in (date(2026, 4, 14), date(2026, 4, 15), date(2027, 1, 1))]
        ['0', '1/4', '1']
    """

    shares: tuple[Fraction, ...] = field(converter=_shares)
    months: int = 1

    def __attrs_post_init__(self) -> None:
        if any(share > 1 for share in self.shares):
            raise InvalidValueError(
                f"Ramp.shares must be fractions in [0, 1], got {[*map(str, self.shares)]}; did you mean hundredths?"
            )
        if type(self.months) is not int or not 1 <= self.months <= 1200:
            raise InvalidValueError(f"Ramp.months must be one of 1 to 1200, got {shown(self.months)}; count months")

    def share(self, hired: date, day: date) -> Fraction:
        """The share that is asked on a day of a rep who was hired on another.

        Raises:
            InvalidValueError: A day is not a date.

        Examples:
            >>> Ramp(["0.5"]).share(date(2026, 1, 31), date(2026, 2, 28))
            Fraction(1, 1)
        """
        check_day(hired, "hired")
        check_day(day, "day")
        if day < hired:
            return Fraction(0)
        return next((share for share, _, end in self._steps(hired) if day < end), Fraction(1))

    def mean_share(self, hired: date, period: Period, basis: Basis = "days") -> Fraction:
        """The mean share that is asked over a period, exactly.

        Raises:
            InvalidValueError: The day is not a date, or the basis is misspelt.

        Laws:
            definition: By days, it equals the mean of the shares of the days, one by one.

        Examples:
            >>> Ramp(["0", "0.5"]).mean_share(date(2026, 1, 1), Period.parse("2026-01-01..2026-05-01"), "months")
            Fraction(5, 8)
        """
        check_day(hired, "hired")
        asked, start = Fraction(0), hired
        for share, _, end in self._steps(hired):
            if start < end:
                asked += share * share_of_period(Period(start, end), period, basis)
            start = end
        return asked + share_of_period(Period(start, date.max), period, basis) if start < period.end else asked

    def _steps(self, hired: date) -> Iterator[tuple[Fraction, date, date]]:
        """Each share with the days from which and up to which it is asked."""
        start = hired
        for step, share in enumerate(self.shares, 1):
            end = _months_after(hired, step * self.months)
            yield share, start, end
            start = end


def check_ramp(ramp: object) -> None:
    """Refuse what is no ramp.

    Raises:
        InvalidValueError: It is none.
    """
    if not isinstance(ramp, Ramp):
        raise InvalidValueError(
            f"ramp must be a Ramp, got {shown(ramp)}; write Ramp(['0', '0.5']), or Ramp([]) for none"
        )


def months_between(day: date, later: date) -> int:
    """How many months are over on a later day; a month ends on the same day of the next, or on its last.

    Examples:
        >>> months_between(date(2026, 1, 31), date(2026, 2, 27)), months_between(date(2026, 1, 31), date(2026, 2, 28))
        (0, 1)
    """
    months = 12 * (later.year - day.year) + later.month - day.month
    return months if _months_after(day, months) <= later else months - 1


def _months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month; the last day there is, beyond it."""
    year, month = divmod(12 * day.year + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
