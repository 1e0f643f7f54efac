"""What one rule gave leads: in columns, and a line for one lead."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import evolve, fields, frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, Flags, readonly
from salesmetrics.model.scoring.points import whole_or_float
from salesmetrics.result._display import plain_text

__all__ = ["RuleScores", "ScoreLine"]


@frozen
class ScoreLine:
    """What a rule gave a lead.

    Args:
        rule: Its name.
        group: The part of the score.
        events: How many activities counted; of a rule on something else, 1 where it holds.
        raw: The points before anything limits them or fades.
        decayed: What is left after the daily cap and the decay.
        points: What is left after the rule's maximum, and counts.
        limit: What took points away, other than time: "daily cap", "maximum", "once", or nothing.

    Examples:
        >>> print(ScoreLine("visits", "engagement", 4, 12, 8, 6, "maximum"))
        visits: 6 of 12 points for 4, 8 after decay and daily cap; held by maximum
    """

    rule: str
    group: str
    events: int
    raw: int | float
    decayed: int | float
    points: int | float
    limit: str | None

    def __str__(self) -> str:
        left = f", {self.decayed:,} after decay and daily cap" if self.decayed != self.raw else ""
        held = f"; held by {self.limit}" if self.limit else ""
        return f"{plain_text(self.rule)}: {self.points:,} of {self.raw:,} points for {self.events:,}{left}{held}"


@frozen(eq=False)
class RuleScores:
    """What a rule gave each lead, in columns; points are whole millionths.

    Args:
        name: The name of the rule.
        group: The part of the score.
        worth: The points of one time.
        repeats: Whether they are given each time.
        events: How many activities counted, or whether the condition holds.
        faded: What is left of the points; `None` where nothing fades and no day is capped.
        maximum: The most points, in size; `None` for no limit.
        is_capped: Who did more on a day than its cap allows; `None` without one.

    Examples:
        >>> given = RuleScores("visits", "engagement", 3_000_000, True, np.array([4, 0]), maximum=6_000_000)
        >>> print(given.line(0))
        visits: 6 of 12 points for 4; held by maximum
    """

    name: str
    group: str
    worth: int
    repeats: bool
    events: NDArray[Any]
    faded: NDArray[np.int64] | None = None
    maximum: int | None = None
    is_capped: Flags | None = None

    def __attrs_post_init__(self) -> None:
        for array in (self.events, self.faded, self.is_capped):
            if array is not None:
                readonly(array)

    def __reduce__(self) -> tuple[Any, ...]:
        return RuleScores, tuple(getattr(self, one.name) for one in fields(RuleScores))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RuleScores):
            return NotImplemented
        return self._said() == other._said()

    def __hash__(self) -> int:
        return hash((self.name, self.group, self.worth))

    def _said(self) -> tuple[Any, ...]:
        arrays = (self.events, self.faded, self.is_capped)
        listed = [None if one is None else one.tolist() for one in arrays]
        return self.name, self.group, self.worth, self.repeats, self.maximum, listed

    @property
    def raw(self) -> NDArray[np.int64]:
        """The points before anything limits them or fades.

        Examples:
            >>> RuleScores("visits", "engagement", 3_000_000, True, np.array([2, 0])).raw
            array([6000000,       0])
        """
        times = self.events if self.repeats else self.events > 0
        return times * np.int64(self.worth)

    @property
    def decayed(self) -> NDArray[np.int64]:
        """What is left after the daily cap and the decay.

        Examples:
            >>> RuleScores("visits", "fit", 3_000_000, True, np.array([2]), np.array([4_500_000])).decayed
            array([4500000])
        """
        return self.raw if self.faded is None else self.faded

    @property
    def points(self) -> NDArray[np.int64]:
        """What counts, after the rule's maximum.

        Examples:
            >>> RuleScores("visits", "engagement", 3_000_000, True, np.array([2, 0]), maximum=5_000_000).points
            array([5000000,       0])
        """
        return self.decayed if self.maximum is None else np.clip(self.decayed, -self.maximum, self.maximum)

    @property
    def limit(self) -> Coded:
        """What took points away from each lead, other than time.

        Examples:
            >>> [*RuleScores("form", "engagement", 5_000_000, False, np.array([2, 1])).limit]
            ['once', None]
        """
        codes = np.full(len(self.events), -1, np.int8)
        if not self.repeats and self.events.dtype != np.bool_:
            codes[self.events > 1] = 2
        if self.is_capped is not None:
            codes[self.is_capped] = 0
        if self.maximum is not None:
            codes[np.abs(self.decayed) > self.maximum] = 1
        return Coded(codes, ("daily cap", "maximum", "once"))

    def take(self, rows: NDArray[np.intp]) -> RuleScores:
        """Those of some leads."""
        faded = None if self.faded is None else self.faded.take(rows)
        is_capped = None if self.is_capped is None else self.is_capped.take(rows)
        return evolve(self, events=self.events.take(rows), faded=faded, is_capped=is_capped)

    def line(self, row: int) -> ScoreLine:
        """What it gave one lead."""
        one = self.take(np.array([row]))
        raw, decayed, points = (whole_or_float(int(column[0])) for column in (one.raw, one.decayed, one.points))
        return ScoreLine(self.name, self.group, int(one.events[0]), raw, decayed, points, one.limit[0])
