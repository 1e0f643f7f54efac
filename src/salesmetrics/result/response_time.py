"""How fast leads are answered, those that nobody has answered among them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from salesmetrics._numeric.multiset import Multiset
from salesmetrics._numeric.survival import quantile_survival, survival
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.result._display import percent
from salesmetrics.result.answer import SAME, Answer
from salesmetrics.result.tallied import per_group
from salesmetrics.result.totals import deals_shown

__all__ = ["FollowUps", "ResponseTime"]


@frozen
class ResponseTime(Answer):
    """How long leads waited for the first answer, and how long those have waited so far that nobody has answered.

    Args:
        as_of: The start of this day is the time of view.
        target: Within how many seconds a lead is to be answered [seconds].
        answered: The waits of leads that were answered [seconds], with their counts; a second that had begun counts.
        waiting: The waits so far of those that were not [seconds], with their counts.
        closed: The waits of those that were won or lost before anybody answered them [seconds], with their counts.
        n_early: Of how many there was a touch before the wait began, which is no answer to it [leads].
        n_missing: Of how many nobody knows when the wait began; they are in no figure [leads].

    Examples:
        >>> two, one = np.array([1, 1]), np.array([1])
        >>> waits = ResponseTime(
        ...     date(2026, 2, 1), 300, Multiset(np.array([120, 900]), two), Multiset(np.array([86_400]), one),
        ...     Multiset(np.array([], int), np.array([], int)), 0, 0,
        ... )
        >>> waits.median, waits.p90, waits.share_in_time
        (900.0, None, 0.3333333333333333)
        >>> print(waits)
        33.3 % within 0:05:00 (2 leads answered, 1 waiting; median 0:15:00, 90th percentile undefined)
    """

    readings = ("median", "p90", "share_in_time")
    shares = ("share_in_time",)

    as_of: date = field(metadata=SAME)
    target: int = field(metadata=SAME)
    answered: Multiset
    waiting: Multiset
    closed: Multiset
    n_early: int
    n_missing: int

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        tallies = (self.answered, self.waiting, self.closed)
        shortest = min([0, *(wait for one in tallies for wait in one.values[:1].tolist())])
        if shortest < 0 or self.target < 1:
            raise InvalidValueError(
                f"ResponseTime must have waits of 0 seconds or more and a target above 0, got {shortest} and "
                f"{shown(self.target)}; ask a measure for it"
            )

    @property
    def n(self) -> int:
        """How many leads waited, answered or not [leads]."""
        return self.answered.n + self.waiting.n + self.closed.n

    @property
    def n_in_time(self) -> int:
        """How many were answered within the target [leads]."""
        return sum(times for wait, times in self.answered if wait <= self.target)

    @property
    def n_undecided(self) -> int:
        """How many wait for no longer than the target so far, and may still be answered in time [leads]."""
        return sum(times for wait, times in self.waiting if wait <= self.target)

    @property
    def share_in_time(self) -> float | None:
        """The share of all leads that were answered within the target; `None` of nothing.

        Leads that nobody ever answered are in the whole, or the worst office would look best; so are those that came
        in a moment ago, which are `n_undecided`.
        """
        return self.n_in_time / self.n if self.n else None

    @property
    def exact_share_in_time(self) -> Fraction | None:
        """The share in time as a fraction, not rounded; `None` of nothing."""
        return Fraction(self.n_in_time, self.n) if self.n else None

    @property
    def median(self) -> float | None:
        """Within how many seconds half of all leads are answered, by Kaplan and Meier [seconds].

        `None` of nothing, and while fewer than half are answered.
        """
        return self.quantile(Fraction(1, 2))

    @property
    def p90(self) -> float | None:
        """Within how many seconds nine of ten are answered, by Kaplan and Meier [seconds]; `None` while fewer are."""
        return self.quantile(Fraction(9, 10))

    def quantile(self, share: Fraction) -> float | None:
        """Within how many seconds a share of all leads is answered, by Kaplan and Meier [seconds].

        Args:
            share: A fraction above 0 and below 1, such as `Fraction(3, 4)`.

        Raises:
            InvalidValueError: It is none.

        Examples:
            >>> none = Multiset(np.array([], int), np.array([], int))
            >>> waits = Multiset(np.array([60, 120, 600]), np.array([1, 1, 1]))
            >>> ResponseTime(date(2026, 2, 1), 300, waits, none, none, 0, 0).quantile(Fraction(3, 4))
            600.0
        """
        if not isinstance(share, Fraction) or not 0 < share < 1:
            raise InvalidValueError(
                f"share must be a Fraction between 0 and 1, got {shown(share)}; write Fraction(3, 4)"
            )
        exact = quantile_survival(self.answered, self.waiting + self.closed, share)
        return None if exact is None else float(exact)

    def share_answered(self, within: timedelta) -> float:
        """The share of leads that are answered within some time, by Kaplan and Meier: a fraction in [0, 1].

        Args:
            within: How long, not below zero.

        Raises:
            InvalidValueError: It is no time.

        Examples:
            >>> one, none = np.array([1]), Multiset(np.array([], int), np.array([], int))
            >>> hour = Multiset(np.array([3600]), one)
            >>> waits = ResponseTime(date(2026, 2, 1), 300, Multiset(np.array([60]), one), none, hour, 0, 0)
            >>> waits.share_answered(timedelta(minutes=1))
            0.5
        """
        if not isinstance(within, timedelta) or within < timedelta():
            raise InvalidValueError(f"within must be a timedelta, got {shown(within)}; write timedelta(minutes=5)")
        above = below = 1
        for wait, more, less in survival(self.answered, self.waiting + self.closed):
            if timedelta(seconds=wait) > within:
                break
            above, below = more, less
        return (below - above) / below

    @classmethod
    def columns_of(cls, sums: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
        """Readings [seconds, fraction] and counts of many groups."""
        each = zip(sums["target"].tolist(), sums["answered"], sums["waiting"], sums["closed"], strict=True)
        every = [cls(date.min, *one, 0, 0) for one in each]
        read = {name: np.array([getattr(one, name) for one in every], np.float64) for name in cls.readings}
        counts = {name: [getattr(one, name) for one in every] for name in ("n", "n_in_time", "n_undecided")}
        columns = {name: np.array(column, np.int64) for name, column in counts.items()}
        return {**read, **columns, "n_early": sums["n_early"], "n_missing": sums["n_missing"]}

    def __str__(self) -> str:
        leads = "lead" if self.answered.n == 1 else "leads"
        closed = f", {self.closed.n:,} closed before" if self.closed.n else ""
        early = f"; {self.n_early:,} touched before their wait began" if self.n_early else ""
        missing = f"; of {self.n_missing:,} nobody knows since when" if self.n_missing else ""
        return (
            f"{percent(self.share_in_time)} within {timedelta(seconds=self.target)} ({self.answered.n:,} {leads} "
            f"answered, {self.waiting.n:,} waiting{closed}; median {_time(self.median)}, 90th percentile "
            f"{_time(self.p90)}{early}{missing})"
        )


@frozen
class FollowUps(Answer):
    """How often deals were touched, and how many often enough.

    Args:
        touches: The numbers of touches of a deal, and how many deals had so many.
        n_missing: How many deals have no day of creation, or were closed on a day that nobody knows, and are left out
            [deals].

    Examples:
        >>> touched = FollowUps(Multiset(np.array([0, 1, 5, 8]), np.array([1, 2, 1, 1])), 0)
        >>> touched.mean, touched.median, touched.share_with(5)
        (3.0, 1.0, 0.4)
        >>> print(touched)
        mean 3.0, median 1.0 a deal (5 deals, 1 never touched, 40.0 % five times or more)
    """

    readings = ("mean", "median")

    touches: Multiset
    n_missing: int

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if len(self.touches.values) and self.touches.values[0] < 0:
            raise InvalidValueError(
                f"FollowUps.touches must be counts, got {self.touches.values[0]}; ask a measure for it"
            )

    @property
    def n(self) -> int:
        """How many deals were looked at [deals]."""
        return self.touches.n

    @property
    def mean(self) -> float | None:
        """The mean number of touches of a deal; `None` of nothing."""
        return self.touches.total / self.n if self.n else None

    @property
    def exact_mean(self) -> Fraction | None:
        """The mean, not rounded; `None` of nothing."""
        return Fraction(self.touches.total, self.n) if self.n else None

    @property
    def median(self) -> float | None:
        """The middle number of touches, or half way between the two in the middle; `None` of nothing."""
        middle = self.touches.quantile(Fraction(1, 2))
        return None if middle is None else float(middle)

    def n_with(self, touches: int) -> int:
        """How many deals were touched so often, or more often [deals].

        Args:
            touches: How often.

        Examples:
            >>> FollowUps(Multiset(np.array([1, 5]), np.array([3, 2])), 0).n_with(5)
            2
        """
        return sum(times for number, times in self.touches if number >= touches)

    def share_with(self, touches: int) -> float | None:
        """The share of deals that were touched so often, or more often, a fraction in [0, 1]; `None` of nothing.

        Args:
            touches: How often.

        Examples:
            >>> FollowUps(Multiset(np.array([1, 5]), np.array([3, 1])), 0).share_with(5)
            0.25
        """
        return self.n_with(touches) / self.n if self.n else None

    @classmethod
    def columns_of(cls, sums: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
        """Deals, mean and median touches of a deal, of many groups."""
        touches = per_group(sums["touches"])
        return {"n": touches.n, "n_missing": sums["n_missing"], "mean": touches.mean, "median": touches.median}

    def __str__(self) -> str:
        if self.mean is None or self.median is None:
            return f"undefined {deals_shown(0, self.n_missing, 'a day of creation or of closing')}"
        deals = "deal" if self.n == 1 else "deals"
        missing = f", {self.n_missing:,} without a day left out" if self.n_missing else ""
        never = self.n - self.n_with(1)
        return (
            f"mean {self.mean:,.1f}, median {self.median:,.1f} a deal ({self.n:,} {deals}, {never:,} never touched, "
            f"{percent(self.share_with(5))} five times or more{missing})"
        )


def _time(seconds: float | None) -> str:
    return "undefined" if seconds is None else str(timedelta(seconds=seconds))
