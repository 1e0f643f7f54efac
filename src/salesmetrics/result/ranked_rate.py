"""A rate among others: what it was, what it tells, and the chance that it is the highest."""

from __future__ import annotations

from attrs import frozen

from salesmetrics.result._display import percent
from salesmetrics.result._plain_form import PlainForm
from salesmetrics.result.proportion import Proportion

__all__ = ["RankedRate"]


@frozen
class RankedRate(PlainForm):
    """The rate of one of many groups, shrunk toward that of all by as much as its counts leave open.

    It is read from the answers of all groups together, and does not add.

    Args:
        part: How many deals have what was asked for [deals].
        whole: How many were asked [deals].
        prior_mean: The rate that a group without deals would be taken to have [fraction].
        prior_strength: How many deals of that rate are added to the group's own [deals].
        fitted: Whether the prior was learned from how far the groups differ, or is a pooled one.
        shrunk: The mean of the rate's posterior distribution [fraction].
        low: The lower bound of its interval [fraction].
        high: The upper bound of its interval [fraction].
        level: The probability with which the rate lies between the two.
        chance_top: The probability that no group has a higher rate.

    Laws:
        round_trip: `from_dict` makes the same of what `to_dict` wrote.

    Examples:
        >>> rate = RankedRate(3, 4, 0.5, 16.0, True, 0.55, 0.35, 0.74, 0.9, 0.5)
        >>> rate.value, rate.shrunk
        (0.75, 0.55)
        >>> print(rate)
        55.0 % (35.0 to 74.0), top 50.0 %, from 75.0 % (3 of 4)
    """

    part: int
    whole: int
    prior_mean: float
    prior_strength: float
    fitted: bool
    shrunk: float
    low: float
    high: float
    level: float
    chance_top: float

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        Proportion(self.part, self.whole)  # refuses what is none

    @property
    def rate(self) -> Proportion:
        """The counts as a `Proportion`."""
        return Proportion(self.part, self.whole)

    @property
    def value(self) -> float | None:
        """The share as it was counted, a fraction in [0, 1]; `None` of nothing."""
        return self.rate.value

    def __str__(self) -> str:
        bounds = f"{100 * self.low:.1f} to {100 * self.high:.1f}"
        pooled = "" if self.fitted else "; pooled prior"
        return f"{percent(self.shrunk)} ({bounds}), top {percent(self.chance_top)}, from {self.rate}{pooled}"
