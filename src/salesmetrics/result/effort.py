"""How much was done for each deal that was won."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from attrs import field, frozen
from numpy.typing import NDArray

from salesmetrics._numeric.multiset import Multiset
from salesmetrics.errors import InvalidValueError
from salesmetrics.result.answer import SAME, Answer
from salesmetrics.result.tallied import per_group
from salesmetrics.result.totals import deals_shown

__all__ = ["ActivitiesPerWin"]


@frozen
class ActivitiesPerWin(Answer):
    """How many activities won deals took.

    Args:
        activities: The numbers of activities of a won deal, and how many deals had so many.
        n_missing: How many won deals have no day of closing and are left out [deals].
        n_found: How many activities are of deals that were looked at, won or not, before their closing or after it
            [activities].
        n_given: How many activities were given in all [activities].

    Examples:
        >>> import numpy as np
        >>> demos = ActivitiesPerWin(Multiset(np.array([0, 2, 4]), np.array([1, 1, 1])), 0, n_found=7, n_given=9)
        >>> demos.value, demos.n_activities, demos.n_without, demos.n_elsewhere
        (2.0, 6, 1, 2)
        >>> print(demos)
        2.0 a deal (3 deals), 1 of them without any; 2 of 9 activities of no deal here
    """

    activities: Multiset
    n_missing: int
    n_found: int
    n_given: int = field(metadata=SAME)

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if len(self.activities.values) and self.activities.values[0] < 0:
            raise InvalidValueError(
                f"ActivitiesPerWin.activities must be counts, got {self.activities.values[0]}; ask a measure for it"
            )

    @property
    def n(self) -> int:
        """How many won deals were looked at [deals]."""
        return self.activities.n

    @property
    def n_activities(self) -> int:
        """How many activities there were for all of them."""
        return self.activities.total

    @property
    def n_without(self) -> int:
        """How many won deals had none [deals]; where they are many, the log may have gaps."""
        return dict(self.activities).get(0, 0)

    @property
    def n_elsewhere(self) -> int:
        """How many activities are of deals that were not looked at, or of none; below zero where deals came twice."""
        return self.n_given - self.n_found

    @property
    def value(self) -> float | None:
        """The mean number of activities of a won deal; `None` of nothing."""
        return self.n_activities / self.n if self.n else None

    @property
    def exact_value(self) -> Fraction | None:
        """The mean, not rounded; `None` of nothing."""
        return Fraction(self.n_activities, self.n) if self.n else None

    @property
    def median(self) -> float | None:
        """The middle number, or half way between the two in the middle; `None` of nothing."""
        middle = self.activities.quantile(Fraction(1, 2))
        return None if middle is None else float(middle)

    @classmethod
    def columns_of(cls, sums: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
        """Deals, and mean and median activities of a deal, of many groups."""
        activities = per_group(sums["activities"])
        return {
            "n": activities.n,
            "n_missing": sums["n_missing"],
            "n_found": sums["n_found"],
            "value": activities.mean,
            "median": activities.median,
        }

    @property
    def in_a_line(self) -> str:
        """The answer without what is of no deal here, which in a part of a book is nearly all there is."""
        of = deals_shown(self.n, self.n_missing, "a day of closing")
        without = f", {self.n_without:,} of them without any" if self.n_without else ""
        return f"undefined {of}" if self.value is None else f"{self.value:,.1f} a deal {of}{without}"

    def __str__(self) -> str:
        elsewhere = f"; {self.n_elsewhere:,} of {self.n_given:,} activities of no deal here"
        return self.in_a_line + (elsewhere if self.n_elsewhere else "")
