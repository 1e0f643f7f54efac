"""Deals that did not close when they were expected to."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from attrs import frozen
from numpy.typing import NDArray

from salesmetrics._numeric.multiset import Multiset
from salesmetrics.result._display import percent
from salesmetrics.result.answer import Answer, sums_within
from salesmetrics.result.proportion import Proportion
from salesmetrics.result.tallied import per_group
from salesmetrics.result.totals import MoneyRatio, deals_shown

__all__ = ["Pushes", "Slippage"]


@frozen
class Slippage(Answer):
    """How much of what was due in a period slipped out of it.

    Args:
        by_count: Slipped deals of those due [deals].
        by_amount: The same by what they were worth when the period began.
        n_unknown: How many deals cannot be told to have been due or to have slipped, for want of a day [deals].

    Examples:
        >>> slipped = Slippage(Proportion(6, 10), MoneyRatio(900, 1000, "USD", 10, 0, 0), n_unknown=1)
        >>> slipped.value, slipped.by_amount.value
        (0.6, 0.9)
        >>> print(slipped)
        60.0 % (6 of 10 deals), 90.0 % of the money; 1 unknown
    """

    shares = ("value",)

    by_count: Proportion
    by_amount: MoneyRatio
    n_unknown: int

    @property
    def value(self) -> float | None:
        """The share of the deals that slipped; `None` where none was due."""
        return self.by_count.value

    @property
    def exact_value(self) -> Fraction | None:
        """The share as a fraction, not rounded; `None` where none was due."""
        return self.by_count.exact_value

    @classmethod
    def columns_of(cls, sums: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
        """The columns of both shares, each name led by the share's, and the value [fraction] by count."""
        by_count = Proportion.columns_of(sums_within(Proportion, sums["by_count"]))
        by_amount = MoneyRatio.columns_of(sums_within(MoneyRatio, sums["by_amount"]))
        return {
            "value": by_count["value"],
            **{f"by_count_{name}": column for name, column in by_count.items()},
            **{f"by_amount_{name}": column for name, column in by_amount.items()},
            "n_unknown": sums["n_unknown"],
        }

    def __str__(self) -> str:
        count = self.by_count
        unknown = f"; {self.n_unknown:,} unknown" if self.n_unknown else ""
        return (
            f"{percent(count.value)} ({count.part:,} of {count.whole:,} deals), "
            f"{percent(self.by_amount.value)} of the money{unknown}"
        )


@frozen
class Pushes(Answer):
    """How often deals were pushed into a later month, and pulled into an earlier one.

    Args:
        pushes: The numbers of pushes of a deal, and how many deals had so many.
        pulls: The same for pulls.
        n_missing: How many deals have no expected close in their history [deals].

    Examples:
        >>> import numpy as np
        >>> moves = Pushes(Multiset(np.array([0, 3]), np.array([1, 1])), Multiset(np.array([0]), np.array([2])), 1)
        >>> moves.value, moves.n_pushes, moves.n_pushed
        (1.5, 3, 1)
        >>> print(moves)
        3 pushes of 1 deal, 0 pulls (2 deals, 1 more without history)
    """

    pushes: Multiset
    pulls: Multiset
    n_missing: int

    @property
    def n(self) -> int:
        """How many deals have an expected close in their history [deals]."""
        return self.pushes.n

    @property
    def value(self) -> float | None:
        """The mean number of pushes of a deal; `None` of nothing."""
        return self.n_pushes / self.n if self.n else None

    @property
    def exact_value(self) -> Fraction | None:
        """The mean as a fraction, not rounded; `None` of nothing."""
        return Fraction(self.n_pushes, self.n) if self.n else None

    @property
    def n_pushes(self) -> int:
        """How many pushes there were, several of one deal too."""
        return self.pushes.total

    @property
    def n_pushed(self) -> int:
        """How many deals were pushed at least once [deals]."""
        return sum(n for pushes, n in self.pushes if pushes)

    @property
    def n_pulls(self) -> int:
        """How many pulls there were, several of one deal too."""
        return self.pulls.total

    @classmethod
    def columns_of(cls, sums: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
        """Counts, and the mean pushes and pulls of a deal, of many groups."""
        pushes, pulls = per_group(sums["pushes"]), per_group(sums["pulls"])
        return {
            "n": pushes.n,
            "n_missing": sums["n_missing"],
            "value": pushes.mean,
            "mean_pulls": pulls.mean,
        }

    def __str__(self) -> str:
        pushed = f"{self.n_pushed:,} {'deal' if self.n_pushed == 1 else 'deals'}"
        return (
            f"{self.n_pushes:,} {'push' if self.n_pushes == 1 else 'pushes'} of {pushed}, "
            f"{self.n_pulls:,} {'pull' if self.n_pulls == 1 else 'pulls'} "
            f"{deals_shown(self.n, self.n_missing, 'history')}"
        )
