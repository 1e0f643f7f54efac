"""How long deals stay in a stage, those that are still there among them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from salesmetrics._numeric.multiset import Multiset
from salesmetrics._numeric.survival import median_survival, survival
from salesmetrics.errors import InvalidValueError
from salesmetrics.result._display import percent, plain_text
from salesmetrics.result.answer import SAME, Answer
from salesmetrics.result.tallied import days_shown

__all__ = ["TimeInStage"]


@frozen
class TimeInStage(Answer):
    """How many days deals stayed in a stage, and how many days those that are in it have been there so far.

    Args:
        stage: The stage.
        as_of: The start of this day is the time of view.
        finished: The days of stays that have ended, with their counts.
        running: The days so far of stays that have not, with their counts.
        all_days: The days of all stays in open stages together [days].
        n_missing: Of how many deals no stage is known by that day [deals].

    Examples:
        >>> finished, running = Multiset(np.array([2, 5]), np.array([1, 1])), Multiset(np.array([9]), np.array([2]))
        >>> stays = TimeInStage("Qualified", date(2026, 2, 1), finished, running, 50, 0)
        >>> stays.finished_median, stays.median, stays.survival
        (3.5, 5.0, ((2, 0.75), (5, 0.5)))
        >>> print(stays)
        median 5.0 days in Qualified as of 2026-02-01, 50.0 % of all days (2 finished with median 3.5 days, 2 running)
    """

    readings = ("median", "finished_median", "share")
    shares = ("share",)

    stage: str = field(metadata=SAME)
    as_of: date = field(metadata=SAME)
    finished: Multiset
    running: Multiset
    all_days: int
    n_missing: int

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        shortest = min([0, *self.finished.values[:1].tolist(), *self.running.values[:1].tolist()])
        if shortest < 0 or self.days > self.all_days:
            raise InvalidValueError(
                f"TimeInStage must have stays of 0 days or more and no more days than all_days {self.all_days}, got "
                f"{shortest} and {self.days}; ask a measure for it"
            )

    @property
    def n(self) -> int:
        """How many stays there are [stays]."""
        return self.finished.n + self.running.n

    @property
    def days(self) -> int:
        """How many days the stays have together, the running ones so far [days]."""
        return self.finished.total + self.running.total

    @property
    def median(self) -> float | None:
        """The middle stay, the running ones taken as longer than so far, by Kaplan and Meier [days].

        `None` without stays, and when more than half of them last longer than is known yet.
        """
        exact = median_survival(self.finished, self.running)
        return None if exact is None else float(exact)

    @property
    def finished_median(self) -> float | None:
        """The middle one of the finished stays alone [days]; it is too short wherever deals get stuck."""
        exact = self.finished.quantile(Fraction(1, 2))
        return None if exact is None else float(exact)

    @property
    def share(self) -> float | None:
        """The share of the days in all open stages, a fraction in [0, 1]; `None` when there are none."""
        return self.days / self.all_days if self.all_days else None

    @property
    def exact_share(self) -> Fraction | None:
        """The share of the days as a fraction, not rounded; `None` when there are none."""
        return Fraction(self.days, self.all_days) if self.all_days else None

    @property
    def survival(self) -> tuple[tuple[int, float], ...]:
        """For each number of days after which a stay ended, the share of stays that last longer."""
        return tuple((day, above / below) for day, above, below in survival(self.finished, self.running))

    @classmethod
    def columns_of(cls, sums: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
        """Medians [days], share [fraction] and counts of many groups."""
        stays = list(zip(sums["finished"], sums["running"], strict=True))
        days = np.array([one.total + other.total for one, other in stays], np.float64)
        share = np.full(len(days), np.nan)
        np.divide(days, sums["all_days"].astype(np.float64), out=share, where=sums["all_days"] != 0)
        half = Fraction(1, 2)
        return {
            "median": _column([median_survival(one, other) for one, other in stays]),
            "finished_median": _column([one.quantile(half) for one, _ in stays]),
            "share": share,
            "n_finished": np.array([one.n for one, _ in stays], np.int64),
            "n_running": np.array([other.n for _, other in stays], np.int64),
            "n_missing": sums["n_missing"],
        }

    def __str__(self) -> str:
        of = f"in {plain_text(self.stage)} as of {self.as_of}, {percent(self.share)} of all days"
        missing = f"; {self.n_missing:,} without a known stage" if self.n_missing else ""
        return (
            f"median {days_shown(self.median)} {of} ({self.finished.n:,} finished with median "
            f"{days_shown(self.finished_median)}, {self.running.n:,} running{missing})"
        )


def _column(readings: list[Fraction | None]) -> NDArray[np.float64]:
    return np.array([np.nan if one is None else float(one) for one in readings], np.float64)
