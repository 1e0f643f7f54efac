"""What one rule gave leads: in columns, and a line for one lead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import evolve, fields, frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, Flags, readonly
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.scoring.points import whole_or_float
from salesmetrics.result._display import plain_text

__all__ = ["RuleScores", "ScoreLine", "is_column"]


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
        if self.maximum is None:
            return self.decayed
        if self.worth < 0:  # points of one rule are all on one side of zero
            return np.maximum(self.decayed, -self.maximum)
        return np.minimum(self.decayed, self.maximum)

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

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types: the fields; points in whole millionths.

        Examples:
            >>> RuleScores("visits", "engagement", 3_000_000, True, np.array([4, 0])).to_dict()["events"]
            [4, 0]
        """
        columns = {one.name: getattr(self, one.name) for one in fields(RuleScores)}
        return {name: one.tolist() if isinstance(one, np.ndarray) else one for name, one in columns.items()}

    @classmethod
    def from_dict(cls, data: Any, n_leads: int) -> RuleScores:
        """What `to_dict` wrote of so many leads.

        Raises:
            InvalidValueError: The data are no such thing.
        """
        is_whole = isinstance(data, Mapping) and set(data) == {one.name for one in fields(cls)}
        is_sound = is_whole and (
            all(type(data[name]) is str for name in ("name", "group"))
            and type(data["repeats"]) is bool
            and type(data["worth"]) is int
            and type(data["maximum"]) in (int, type(None))
            and any(is_column(data["events"], n_leads, kind) for kind in (bool, int))
            and (data["faded"] is None or is_column(data["faded"], n_leads, int))
            and (data["is_capped"] is None or is_column(data["is_capped"], n_leads, bool))
        )
        if not is_sound:
            raise InvalidValueError(
                f"the points of a rule must be what to_dict wrote of {n_leads:,} leads, got {shown(data)}; "
                "leave them as they were"
            )
        is_counted = is_column(data["events"], n_leads, int)
        kinds: dict[str, Any] = {
            "events": np.int64 if is_counted else np.bool_,
            "faded": np.int64,
            "is_capped": np.bool_,
        }
        columns: dict[str, Any] = {
            name: None if data[name] is None else np.array(data[name], kind) for name, kind in kinds.items()
        }
        return cls(**{**data, **columns})

    def line(self, row: int) -> ScoreLine:
        """What it gave one lead."""
        one = self.take(np.array([row]))
        raw, decayed, points = (whole_or_float(int(column[0])) for column in (one.raw, one.decayed, one.points))
        return ScoreLine(self.name, self.group, int(one.events[0]), raw, decayed, points, one.limit[0])


def is_column(column: Any, n_rows: int, *kinds: type) -> bool:
    """Whether data are a column of things of some kinds, whole numbers being of 64 bits."""
    if not isinstance(column, list) or len(column) != n_rows:
        return False
    return all(type(one) in kinds and (type(one) is not int or -(2**63) <= one < 2**63) for one in column)
