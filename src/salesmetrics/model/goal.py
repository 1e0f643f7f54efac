"""Goals: by how much a figure shall change."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypeAlias, get_args

from attrs import field, frozen

from salesmetrics.errors import InvalidValueError, check_word, shown
from salesmetrics.model.exact import exact_number

__all__ = ["Goal", "GoalBasis"]

GoalBasis: TypeAlias = Literal["relative", "points"]
"""Whether a change is a share of what was before, or is added to it."""


def _exact(change: object) -> Fraction:
    """A change as a fraction.

    Raises:
        InvalidValueError: It is none; a binary float is not exact.
    """
    if isinstance(change, bool) or not isinstance(change, (str, int, Decimal, Fraction)):
        raise InvalidValueError(
            f"Goal.change must be text, int, Decimal or Fraction, got {shown(change)}; write '0.05'"
        )
    exact = exact_number(str(change))
    if exact is None:
        raise InvalidValueError(
            f"Goal.change must be a number such as '0.05' or '1/20', got {shown(change)}; correct it"
        )
    return exact


@frozen
class Goal:
    """A change that is wanted of a figure, exactly: +5 % of a win rate of 60 % is 63 %.

    Five per cent of a rate and five percentage points are two goals: of 60 %, the first is 63 % and the second 65 %.

    Args:
        name: What the goal is called.
        change: By how much: "0.05" for five per cent more or five points more, "-0.1" for less. A goal of 0 is met
            by whatever is not below what was before.
        basis: "relative" to what was before, or "points" that are added to it, in the figure's own unit: 0.05 of a
            share, 5 of days, 5 dollars of money.

    Raises:
        InvalidValueError: The name is no text, the change no exact number, or the basis misspelt.

    Examples:
        >>> from salesmetrics import Comparison, Proportion
        >>> rates = Comparison(Proportion(60, 100), Proportion(63, 100))
        >>> rates.against(Goal("Win more", "0.05")).met, rates.against(Goal("Win more", "0.05", "points")).met
        (True, False)
    """

    name: str
    change: Fraction = field(converter=_exact)
    basis: GoalBasis = "relative"

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.name, str):
            raise InvalidValueError(f"Goal.name must be text, got {shown(self.name)}; write what it is called")
        check_word(self.basis, get_args(GoalBasis), "Goal.basis")

    def target(self, before: Fraction) -> Fraction | None:
        """What a figure must come to; `None` for a share of zero, from which no share leads away.

        Examples:
            >>> Goal("Win more", "0.05").target(Fraction(3, 5)), Goal("Win more", "0.05").target(Fraction(0))
            (Fraction(63, 100), None)
        """
        if self.basis == "points":
            return before + self.change
        return before + self.change * abs(before) if before else None
