"""How reps spend their time, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from statistics import median
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from salesmetrics.result._counts import CountsByName
from salesmetrics.result._display import percent
from salesmetrics.result.answer import Answer, check_count

__all__ = ["ActivitiesPerRep", "MeetingRate", "TimeShare"]


@frozen
class TimeShare(Answer):
    """The share of working time that is selling time. Where more was sold than worked there is none: work is missing.

    Args:
        selling: Minutes of selling.
        working: Minutes of all work.
        n: How many activities they are of [activities].
        n_missing: How many others have no minutes and are left out [activities].

    Raises:
        InvalidValueError: A number is below zero.

    Examples:
        >>> share = TimeShare(selling=150, working=480, n=9, n_missing=2)
        >>> share.value
        0.3125
        >>> print(share)
        31.2 % (150 of 480 minutes; 9 activities, 2 without minutes left out)
    """

    shares = ("value",)

    selling: int
    working: int
    n: int
    n_missing: int

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        check_count(self.selling, "TimeShare.selling")
        check_count(self.working, "TimeShare.working")

    @property
    def value(self) -> float | None:
        """Selling time over working time, a fraction in [0, 1]; `None` where that is not known."""
        return self.selling / self.working if self._is_known else None

    @property
    def exact_value(self) -> Fraction | None:
        """The share, not rounded; `None` where that is not known."""
        return Fraction(self.selling, self.working) if self._is_known else None

    @property
    def _is_known(self) -> bool:
        """Whether work was logged, and all of the selling with it."""
        return 0 < self.working >= self.selling

    @classmethod
    def columns_of(cls, sums: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
        """Minutes, the share [fraction] and the activities of many groups."""
        counts = {name: sums[name] for name in ("selling", "working", "n", "n_missing")}
        share = _ratios(sums["selling"], sums["working"])
        return {"value": np.where(sums["selling"] > sums["working"], np.nan, share), **counts}

    def __str__(self) -> str:
        left_out = f", {self.n_missing:,} without minutes left out" if self.n_missing else ""
        activities = f"{self.n:,} {'activity' if self.n == 1 else 'activities'}"
        more = "; more selling than work" if self.selling > self.working else ""
        return f"{percent(self.value)} ({self.selling:,} of {self.working:,} minutes{more}; {activities}{left_out})"


@frozen
class MeetingRate(Answer):
    """How many meetings came of prospecting.

    Args:
        n_meetings: How many meetings were set [activities].
        n_prospecting: How many prospecting activities there were [activities].

    Examples:
        >>> rate = MeetingRate(n_meetings=6, n_prospecting=80)
        >>> print(rate)
        7.5 % (6 meetings set by 80 prospecting activities)
    """

    shares = ("value",)

    n_meetings: int
    n_prospecting: int

    @property
    def value(self) -> float | None:
        """Meetings over prospecting activities; above 1 where meetings come without them, `None` of none."""
        return self.n_meetings / self.n_prospecting if self.n_prospecting else None

    @property
    def exact_value(self) -> Fraction | None:
        """The rate, not rounded; `None` of none."""
        return Fraction(self.n_meetings, self.n_prospecting) if self.n_prospecting else None

    @classmethod
    def columns_of(cls, sums: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
        """The rate [fraction] and the counts of many groups."""
        counts = {name: sums[name] for name in ("n_meetings", "n_prospecting")}
        return {"value": _ratios(sums["n_meetings"], sums["n_prospecting"]), **counts}

    def __str__(self) -> str:
        meetings = f"{self.n_meetings:,} {'meeting' if self.n_meetings == 1 else 'meetings'}"
        tries = f"{self.n_prospecting:,} prospecting {'activity' if self.n_prospecting == 1 else 'activities'}"
        return f"{percent(self.value)} ({meetings} set by {tries})"


@frozen
class ActivitiesPerRep(Answer):
    """How many activities each rep did.

    Args:
        by_rep: The activities of each rep, of none too [activities].
        n_unowned: How many activities were done by nobody who is named, and are left out [activities].

    Examples:
        >>> work = ActivitiesPerRep(CountsByName({"Ada": 12, "Bo": 3, "Cleo": 0}), n_unowned=0)
        >>> work.value, work.median, work.n_without
        (5.0, 3.0, 1)
        >>> print(work)
        5.0 a rep (15 by 3 reps), 1 of them without any
    """

    by_rep: CountsByName
    n_unowned: int

    @property
    def n(self) -> int:
        """How many reps there are [reps]."""
        return len(self.by_rep)

    @property
    def n_activities(self) -> int:
        """How many activities they did together."""
        return sum(self.by_rep.values())

    @property
    def n_without(self) -> int:
        """How many reps did none [reps]."""
        return sum(not n for n in self.by_rep.values())

    @property
    def value(self) -> float | None:
        """The mean number of activities of a rep; `None` without reps."""
        return self.n_activities / self.n if self.n else None

    @property
    def exact_value(self) -> Fraction | None:
        """The mean, not rounded; `None` without reps."""
        return Fraction(self.n_activities, self.n) if self.n else None

    @property
    def median(self) -> float | None:
        """The number of the rep in the middle, or half way between the two there; `None` without reps."""
        return float(median(self.by_rep.values())) if self.n else None

    @classmethod
    def columns_of(cls, sums: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
        """Reps, activities, and their mean and median of a rep, of many groups."""
        answers = [cls(one, 0) for one in sums["by_rep"]]
        readings = {name: [getattr(one, name) for one in answers] for name in ("value", "median")}
        return {
            "n": np.array([one.n for one in answers], np.int64),
            "n_activities": np.array([one.n_activities for one in answers], np.int64),
            **{name: np.array(read, np.float64) for name, read in readings.items()},
            "n_unowned": sums["n_unowned"],
        }

    def __str__(self) -> str:
        by = f"{self.n_activities:,} by {self.n:,} {'rep' if self.n == 1 else 'reps'}"
        without = f", {self.n_without:,} of them without any" if self.n_without else ""
        unowned = f"; {self.n_unowned:,} by nobody who is named" if self.n_unowned else ""
        mean = "undefined" if self.value is None else f"{self.value:,.1f} a rep"
        return f"{mean} ({by}){without}{unowned}"


def _ratios(above: NDArray[Any], below: NDArray[Any]) -> NDArray[np.float64]:
    """Row by row the one over the other; NaN where that is zero."""
    found = np.full(len(below), np.nan)
    numbers = above.astype(np.float64), below.astype(np.float64)
    np.divide(*numbers, out=found, where=(below != 0).astype(np.bool_))
    return found
