"""How much a field tells of whether leads are won, and the points that follow."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import floor, fsum, log
from typing import Any, ClassVar

from attrs import field as of
from attrs import frozen

from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.exact import exact_number
from salesmetrics.result._display import plain_text
from salesmetrics.result._won_lost import WonLost, won_lost
from salesmetrics.result.answer import SAME, Answer

__all__ = ["WeightsOfEvidence", "scorecard_points"]


@frozen
class WeightsOfEvidence(Answer):
    """How many leads were won and lost with each thing that a field says.

    Args:
        field: The field.
        alpha: How many leads each count has more than was seen.
        counts: What it says (`None` where it is not known), and how many were won and lost.

    Laws:
        definition: Each weight is what its shares of all won and of all lost leads say.
        turned: With won and lost exchanged, every weight has the other sign, and the field tells as much.

    Examples:
        >>> found = WeightsOfEvidence("size", "0", [("large", 60, 40), ("small", 40, 160)])
        >>> {value: round(weight, 3) for value, weight in found.weights.items()}
        {'large': 1.099, 'small': -0.693}
        >>> print(found)
        information value 0.717 of size (2 groups; 100 won, 200 lost)
    """

    readings: ClassVar[tuple[str, ...]] = ("information_value",)

    field: str = of(metadata=SAME)
    alpha: str = of(metadata=SAME)
    counts: WonLost = of(converter=won_lost)

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if any(len(row) != 3 for row in self.counts) or self._alpha < 0:
            raise InvalidValueError(
                f"WeightsOfEvidence must be of counts by value and an alpha from 0 up, got alpha {shown(self.alpha)}; "
                "ask weights_of_evidence for it"
            )

    @property
    def _alpha(self) -> Fraction:
        alpha = exact_number(self.alpha)
        if alpha is None:
            raise InvalidValueError(f"alpha must be a number, got {shown(self.alpha)}; write '0.5'")
        return alpha

    @property
    def n_won(self) -> int:
        """How many won leads were counted [leads]."""
        return sum(won for _, won, _ in self.counts)

    @property
    def n_lost(self) -> int:
        """How many lost leads were counted [leads]."""
        return sum(lost for _, _, lost in self.counts)

    @property
    def weights(self) -> dict[str | None, float | None]:
        """For each thing that the field says, how much it speaks for winning.

        `None` where it was seen with won leads alone, or with lost ones, and nothing is added to the counts.
        """
        found: dict[str | None, float | None] = {}
        for value, ours, theirs in self._shares():
            found[value] = log(ours / theirs) if ours and theirs else None
        return found

    @property
    def information_value(self) -> float | None:
        """How much the field tells in all; `None` where a weight is undefined, or nothing was counted."""
        weights = self.weights
        if not weights or None in weights.values():
            return None
        return fsum(float(ours - theirs) * (weights[value] or 0.0) for value, ours, theirs in self._shares())

    def _shares(self) -> list[tuple[str | None, Fraction, Fraction]]:
        """What each thing is of all won leads, and of all lost."""
        more = self._alpha
        sums = [side + len(self.counts) * more or Fraction(1) for side in (self.n_won, self.n_lost)]
        return [(value, (won + more) / sums[0], (lost + more) / sums[1]) for value, won, lost in self.counts]

    def __str__(self) -> str:
        told = "undefined" if self.information_value is None else f"{self.information_value:.3f}"
        groups = f"{len(self.counts):,} {'group' if len(self.counts) == 1 else 'groups'}"
        return (
            f"information value {told} of {plain_text(self.field)} ({groups}; {self.n_won:,} won, {self.n_lost:,} lost)"
        )


def scorecard_points(
    weights: Iterable[WeightsOfEvidence], *, double: int = 20
) -> dict[str, dict[str | None, int | None]]:
    r"""Points for rules, from history: so many that each further `double` points are twice the odds of winning.

    $$ \text{points}(v) = \frac{\text{double}}{\ln 2} \, w(v) $$

    Points of fields that say nearly the same add up twice. Take one of them, or judge the sum with `score_quality`.

    Args:
        weights: Of one field each.
        double: How many points double the odds.

    Returns:
        For each field what it says and the points, whole and rounded half away from zero; `None` where the weight is
        undefined.

    Raises:
        InvalidValueError: Something else came, a field twice, or a number of points is none.

    Examples:
        >>> size = WeightsOfEvidence("size", "0", [("large", 60, 40), ("small", 40, 160)])
        >>> scorecard_points([size])
        {'size': {'large': 32, 'small': -20}}
    """
    listed: list[Any] = list(weights) if isinstance(weights, Iterable) else [weights]
    strays = [one for one in listed if not isinstance(one, WeightsOfEvidence)]
    if strays or len({one.field for one in listed}) < len(listed):
        raise InvalidValueError(
            f"weights must be WeightsOfEvidence of different fields, got {shown(strays[0] if strays else listed)}; "
            "ask weights_of_evidence for each field"
        )
    if type(double) is not int or double < 1:
        raise InvalidValueError(f"double must be a whole number from 1 up, got {shown(double)}; write 20")
    return {one.field: {value: _points(weight, double) for value, weight in one.weights.items()} for one in listed}


def _points(weight: float | None, double: int) -> int | None:
    if weight is None:
        return None
    size = floor(abs(weight) * double / log(2) + 0.5)
    return size if weight > 0 else -size
