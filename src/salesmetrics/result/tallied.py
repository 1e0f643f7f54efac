"""Answers of which any quantile can be read: sizes of deals, lengths of time."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from salesmetrics._numeric.multiset import Multiset, Multisets
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.money import Money
from salesmetrics.result.answer import MERGED_CURRENCY, Answer, in_unit_rounded
from salesmetrics.result.totals import Unit, amount_shown, currencies, deals_shown, major_units

__all__ = ["Amounts", "Durations", "days_shown", "per_group"]


@frozen
class Amounts(Answer):
    """How large deals are: every different amount, and how often it came.

    Args:
        amounts: The amounts in minor units, with their counts.
        currency: Of the amounts; `None` for plain numbers.
        n_missing: How many deals had no amount [deals].

    Examples:
        >>> sizes = Amounts(Multiset(np.array([1000, 2005]), np.array([2, 1])), "USD", 0)
        >>> print(sizes.mean, "|", sizes.median, "|", sizes)
        13.35 USD | 10.00 USD | mean 13.35 USD, median 10.00 USD (3 deals)
    """

    readings = ("mean", "median")

    amounts: Multiset
    currency: Unit = field(metadata=MERGED_CURRENCY)
    n_missing: int

    @property
    def n(self) -> int:
        """How many amounts there are [deals]."""
        return self.amounts.n

    @property
    def mean(self) -> Money | int | None:
        """The mean amount, rounded once; `None` of nothing."""
        return in_unit_rounded(self.amounts.total, self.n, self.currency) if self.n else None

    @property
    def exact_mean(self) -> Fraction | None:
        """The mean amount in major units, not rounded; `None` of nothing."""
        return Fraction(self.amounts.total, self.n * int(major_units(self.currency))) if self.n else None

    @property
    def median(self) -> Money | int | None:
        """The middle amount, or half way between the two in the middle, rounded once; `None` of nothing."""
        return self.quantile(0.5)

    @property
    def exact_median(self) -> Fraction | None:
        """The middle amount in major units, not rounded; `None` of nothing."""
        exact = self.amounts.quantile(Fraction(1, 2))
        return None if exact is None else exact / int(major_units(self.currency))

    def quantile(self, share: float) -> Money | int | None:
        """The amount below which a share of the deals lie (numpy's "linear"), rounded once; `None` of nothing.

        Args:
            share: A fraction in [0, 1].

        Raises:
            InvalidValueError: The share is not in [0, 1].

        Examples:
            >>> Amounts(Multiset(np.array([1000, 2000]), np.array([1, 1])), "USD", 0).quantile(0.25)
            Money(minor=1250, currency='USD')
        """
        exact = self.amounts.quantile(exact_share(share))
        return None if exact is None else in_unit_rounded(exact.numerator, exact.denominator, self.currency)

    @classmethod
    def columns_of(cls, sums: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
        """Counts, mean and median [major units, not rounded] of many groups."""
        amounts, scale = per_group(sums["amounts"]), major_units(sums["currency"])
        return {
            "n": amounts.n,
            "n_missing": sums["n_missing"],
            "mean": amounts.mean / scale,
            "median": amounts.median / scale,
            "currency": currencies(sums),
        }

    def __str__(self) -> str:
        of = deals_shown(self.n, self.n_missing)
        if not self.n:
            return f"undefined {of}"
        return f"mean {amount_shown(self.mean)}, median {amount_shown(self.median)} {of}"


@frozen
class Durations(Answer):
    """How many days something took: every different number of days, and how often it came.

    Args:
        days: The whole days, with their counts.
        n_missing: How many deals had no day to count from or to [deals].

    Examples:
        >>> cycle = Durations(Multiset(np.array([39, 45, 54]), np.array([1, 1, 1])), 0)
        >>> cycle.mean, cycle.median, cycle.quantile(0.9)
        (46.0, 45.0, 52.2)
        >>> print(cycle)
        mean 46.0 days, median 45.0 days (3 deals)
    """

    readings = ("mean", "median")

    days: Multiset
    n_missing: int

    @property
    def n(self) -> int:
        """How many durations there are [deals]."""
        return self.days.n

    @property
    def mean(self) -> float | None:
        """The mean [days]; `None` of nothing."""
        return self.days.total / self.n if self.n else None

    @property
    def exact_mean(self) -> Fraction | None:
        """The mean as a fraction, not rounded [days]; `None` of nothing."""
        return Fraction(self.days.total, self.n) if self.n else None

    @property
    def median(self) -> float | None:
        """The middle duration, or half way between the two in the middle [days]; `None` of nothing."""
        return self.quantile(0.5)

    @property
    def exact_median(self) -> Fraction | None:
        """The middle duration as a fraction, not rounded [days]; `None` of nothing."""
        return self.days.quantile(Fraction(1, 2))

    def quantile(self, share: float) -> float | None:
        """The days within which a share of the deals lie (numpy's "linear"); `None` of nothing.

        Args:
            share: A fraction in [0, 1].

        Raises:
            InvalidValueError: The share is not in [0, 1].

        Examples:
            >>> Durations(Multiset(np.array([10, 20]), np.array([1, 1])), 0).quantile(0.75)
            17.5
        """
        exact = self.days.quantile(exact_share(share))
        return None if exact is None else float(exact)

    @classmethod
    def columns_of(cls, sums: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
        """Counts, mean and median [days] of many groups."""
        days = per_group(sums["days"])
        return {"n": days.n, "n_missing": sums["n_missing"], "mean": days.mean, "median": days.median}

    def __str__(self) -> str:
        of = deals_shown(self.n, self.n_missing, "dates")
        return f"mean {days_shown(self.mean)}, median {days_shown(self.median)} {of}" if self.n else f"undefined {of}"


def days_shown(days: float | None) -> str:
    """A length of time as text."""
    return "undefined" if days is None else f"{days:,.1f} days"


def exact_share(share: float) -> Fraction:
    """A share in [0, 1] as its shortest decimal text says, so that 0.1 is a tenth.

    Raises:
        InvalidValueError: It is not a number in [0, 1].
    """
    if isinstance(share, bool) or not isinstance(share, (int, float)) or not 0 <= share <= 1:
        raise InvalidValueError(f"a share must be a fraction in [0, 1], got {shown(share)}; write 0.5")
    return Fraction(str(share))


def per_group(tallies: Multisets | list[Multiset]) -> Multisets:
    """Multisets end to end."""
    if isinstance(tallies, Multisets):
        return tallies
    empty = np.zeros(0, np.int64)
    return Multisets(
        np.concatenate([empty, *(tally.values for tally in tallies)]),
        np.concatenate([empty, *(tally.counts for tally in tallies)]),
        np.cumsum([0, *(len(tally.values) for tally in tallies)]),
    )
