"""A rule: what is worth how many points, how often, and for how long."""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import field, frozen

from salesmetrics.errors import InvalidValueError, check_word, refuse, shown
from salesmetrics.model.scoring.condition import Condition, Counted, Did
from salesmetrics.model.scoring.decay import Decay
from salesmetrics.model.scoring.points import IntoPoints, micropoints, whole_or_float

__all__ = ["NO_LIMITS", "Limits", "Repeat", "ScoreRule"]

Repeat: TypeAlias = Literal["once", "each"]
"""Whether what is done again brings points again."""


def _limit(given: IntoPoints | None) -> int | float | None:
    return None if given is None else whole_or_float(micropoints(given, "a limit"))


def _points(given: IntoPoints) -> int | float:
    return whole_or_float(micropoints(given, "ScoreRule.points"))


@frozen
class Limits:
    """Between which points a score is kept.

    Args:
        minimum: The fewest points; `None` for no limit.
        maximum: The most points; `None` for no limit.

    Raises:
        InvalidValueError: They are no points, or the minimum is above the maximum.

    Examples:
        >>> Limits(maximum=60)
        Limits(minimum=None, maximum=60)
    """

    minimum: int | float | None = field(default=None, converter=_limit)
    maximum: int | float | None = field(default=None, converter=_limit)

    def __attrs_post_init__(self) -> None:
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise InvalidValueError(
                f"Limits.minimum must not be above the maximum {self.maximum}, got {self.minimum}; exchange the two"
            )


NO_LIMITS = Limits()
"""Those of a score that nothing holds."""


@frozen
class ScoreRule:
    """Points for what is known of a lead, or for what it did.

    Points for what was done, `Did(...)`, are given for each time or for one, are held to a daily cap, fade, and are
    held to a maximum, in this order. Any other condition gives its points while it is known to hold.

    Args:
        name: What the rule is called; different in a model.
        when: The condition.
        points: The points, which may be below zero, with at most six decimals.
        group: To which part of the score they belong; `None` for "engagement" where the condition is on what was done,
            else "fit".
        repeat: "each" gives points for each activity, "once" for one: the last, so that they do not fade while it is
            done again.
        daily_cap: The most points of one day, in size, before they fade; days begin in the zone of whoever asks.
        maximum: The most points of the rule, in size, after they have faded.
        decay: How points fade with the days; `None` for not at all.

    Raises:
        InvalidValueError: A field is not of its kind, limits contradict each other, or something is asked for that only
            points for what was done can have.

    Examples:
        >>> rule = ScoreRule("visits", Did("visit"), 3, repeat="each", daily_cap=6)
        >>> rule.group, rule.points
        ('engagement', 3)
        >>> ScoreRule("visits", Did("visit"), 3, repeat="each", daily_cap=2)
        Traceback (most recent call last):
        salesmetrics.errors.InvalidValueError: rule 'visits': daily_cap must not be below the points of one time, 3, \
got 2; raise it, or give fewer points
    """

    name: str
    when: Condition
    points: int | float = field(converter=_points)
    group: str | None = None
    repeat: Repeat = "once"
    daily_cap: int | float | None = field(default=None, converter=_limit, kw_only=True)
    maximum: int | float | None = field(default=None, converter=_limit, kw_only=True)
    decay: Decay | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        faults = [
            f"{what} must be text, got {shown(given)}; name it"
            for what, given in (("ScoreRule.name", self.name), ("ScoreRule.group", self.group))
            if not (isinstance(given, str) and given) and not (what == "ScoreRule.group" and given is None)
        ]
        if not isinstance(self.when, Condition):
            faults.append(f"when must be a condition, got {shown(self.when)}; write Did('visit')")
        if self.decay is not None and not isinstance(self.decay, Decay):
            faults.append(f"decay must be a Decay or None, got {shown(self.decay)}; write LinearDecay('0.5')")
        try:
            check_word(self.repeat, ("once", "each"), "repeat")
        except InvalidValueError as fault:
            faults.append(str(fault))
        if not faults:
            faults = self._contradictions()
        refuse(faults, f"rule {shown(self.name)}")
        if self.group is None:
            is_of_deeds = any(isinstance(one, (Did, Counted)) for one in self.when.parts())
            object.__setattr__(self, "group", "engagement" if is_of_deeds else "fit")

    def _contradictions(self) -> list[str]:
        faults: list[str] = []
        for name in ("daily_cap", "maximum"):
            most = getattr(self, name)
            if most is not None and most < abs(self.points):
                faults.append(
                    f"{name} must not be below the points of one time, {abs(self.points)}, got {most}; "
                    "raise it, or give fewer points"
                )
        asked = {"repeat='each'": self.repeat == "each", "daily_cap": self.daily_cap is not None}
        asked |= {"maximum": self.maximum is not None, "decay": self.decay is not None}
        only = [name for name, is_asked in asked.items() if is_asked]
        if only and self.event is None:
            faults.append(f"{only[0]} must be of points for what was done, got {self.when}; write when=Did(...)")
        elif self.repeat == "once" and (self.daily_cap is not None or self.maximum is not None):
            faults.append("daily_cap and maximum must be of points that repeat, got repeat='once'; leave them out")
        return faults

    @property
    def event(self) -> Did | None:
        """The activities that bring points, where the rule is on what was done; `None` for other conditions.

        Examples:
            >>> ScoreRule("visits", Did("visit"), 3).event
            Did(kind='visit', where=None)
        """
        return self.when if isinstance(self.when, Did) else None

    @property
    def reach(self) -> tuple[int | float | None, int | float | None]:
        """The fewest and the most points that it can give; `None` where there is no bound.

        Examples:
            >>> ScoreRule("visits", Did("visit"), 3).reach, ScoreRule("visits", Did("visit"), -3, repeat="each").reach
            ((0, 3), (None, 0))
        """
        if not self.points:
            return 0, 0
        most = self.points if self.repeat == "once" else None
        if self.maximum is not None:
            most = self.maximum if self.points > 0 else -self.maximum
        return (0, most) if self.points > 0 else (most, 0)
