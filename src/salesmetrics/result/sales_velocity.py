"""How much money a pipeline brings a day, with the four figures that it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.money import Money
from salesmetrics.result._display import percent
from salesmetrics.result.answer import Answer, in_unit_rounded, sums_within
from salesmetrics.result.proportion import Proportion
from salesmetrics.result.tallied import Durations, days_shown
from salesmetrics.result.totals import MoneyTotal, amount_shown, major_units

__all__ = ["SalesVelocity"]


@frozen
class SalesVelocity(Answer):
    """Deals times average size times win rate, divided by the mean cycle; kept as counts and sums, which add.

    Args:
        n: How many deals are worked on [deals].
        size: What the deals are worth that the average size is of.
        rate: Won and counted deals.
        cycle: How long deals took.

    Examples:
        >>> from salesmetrics import Multiset
        >>> cycle = Durations(Multiset(np.array([78]), np.array([6])), 0)
        >>> velocity = SalesVelocity(18, MoneyTotal(25_200_000, "USD", 6, 0), Proportion(6, 25), cycle)
        >>> print(velocity)
        2,326.15 USD a day (18 deals x 42,000.00 USD x 24.0 % / 78.0 days)
        >>> print(velocity.within(90))
        209,353.85 USD
    """

    n: int
    size: MoneyTotal
    rate: Proportion
    cycle: Durations

    @property
    def value(self) -> Money | int | None:
        """Money a day, rounded once; `None` when one of the four figures is not defined, or the cycle is 0 days."""
        return self.within(1)

    @property
    def exact_value(self) -> Fraction | None:
        """Money a day in major units, not rounded; `None` where `value` is."""
        minor = self._minor
        return None if minor is None else minor / int(major_units(self.size.currency))

    def within(self, days: int) -> Money | int | None:
        """Money in a number of days, rounded once; `None` where `value` is.

        Args:
            days: A whole number of days.

        Raises:
            InvalidValueError: It is no whole number, or below zero.

        Examples:
            >>> from salesmetrics import sales_velocity
            >>> print(sales_velocity([]).within(90))
            None
        """
        if type(days) is not int or days < 0:
            raise InvalidValueError(f"days must be a whole number from 0 up, got {shown(days)}; write 90")
        minor = self._minor
        if minor is None:
            return None
        return in_unit_rounded(minor.numerator * days, minor.denominator, self.size.currency)

    @property
    def mean_size(self) -> Money | int | None:
        """The average size of a deal, rounded once; `None` of nothing."""
        return in_unit_rounded(self.size.minor, self.size.n, self.size.currency) if self.size.n else None

    @classmethod
    def columns_of(cls, sums: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
        """Value [major units a day, not rounded], number of deals, and the columns of the other three, led by names."""
        kinds: dict[str, type[Answer]] = {"size": MoneyTotal, "rate": Proportion, "cycle": Durations}
        within = {name: kind.columns_of(sums_within(kind, sums[name])) for name, kind in kinds.items()}
        size, rate, days = within["size"], within["rate"], within["cycle"]["mean"]
        means = np.divide(size["value"], size["n"], out=np.full(len(days), np.nan), where=size["n"] != 0)
        value = np.full(len(days), np.nan)
        np.divide(sums["n"] * means * rate["value"], days, out=value, where=days != 0)
        columns = {"value": value, "n": sums["n"]}
        for name, found in within.items():
            columns |= {f"{name}_{column}": values for column, values in found.items()}
        return columns

    @property
    def _minor(self) -> Fraction | None:
        days = self.cycle.days.total
        if not (self.size.n and self.rate.whole and days):
            return None
        return Fraction(self.n * self.size.minor * self.rate.part * self.cycle.n, self.size.n * self.rate.whole * days)

    def __str__(self) -> str:
        deals = f"{self.n:,} {'deal' if self.n == 1 else 'deals'}"
        made_of = (
            f"({deals} x {amount_shown(self.mean_size)} x {percent(self.rate.value)} / {days_shown(self.cycle.mean)})"
        )
        return f"undefined {made_of}" if self.value is None else f"{amount_shown(self.value)} a day {made_of}"
