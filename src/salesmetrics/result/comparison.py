"""Two answers to one question, what changed between them, and whether that met a goal."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Generic, TypeVar

from attrs import frozen

from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.goal import Goal
from salesmetrics.model.money import Money, shared_currency
from salesmetrics.result._answers import answer_shown, exact_reading, reading_of
from salesmetrics.result._display import percent, plain_text
from salesmetrics.result._plain_form import PlainForm
from salesmetrics.result.answer import Answer, in_unit_rounded
from salesmetrics.result.totals import amount_shown, major_units

__all__ = ["Comparison", "GoalResult", "figure_shown"]

A = TypeVar("A")


@frozen
class Comparison(PlainForm, Generic[A]):
    """What a figure was before, what it was after, and the change, exact.

    Comparisons are read and do not add: compare the sums of the answers.

    Args:
        before: An answer, or a number or money that a function of the user's own gave.
        after: Another answer to the same question.
        reading: Which of its readings is compared, such as "value" or "median".

    Raises:
        InvalidValueError: The two are of different kinds, or have no such reading, or it is no number.
        CurrencyMismatchError: They are money of two currencies.

    Laws:
        definition: The difference is the exact reading after less the one before, and the relative change its share of
            the size of the one before.
        undefined: Where either reading is not defined there is no change, nor is there a relative one from zero.
        round_trip: `from_dict` makes the same comparison of what `to_dict` wrote.

    Examples:
        >>> from salesmetrics import Proportion
        >>> rates = Comparison(Proportion(60, 100), Proportion(63, 100))
        >>> rates.difference, rates.relative
        (Fraction(3, 100), Fraction(1, 20))
        >>> print(rates)
        60.0 % (60 of 100) to 63.0 % (63 of 100): +3.0 points, +5.0 %
    """

    readings = ("difference", "relative")

    before: A
    after: A
    reading: str = "value"

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        kinds = [type(one) for one in (self.before, self.after) if isinstance(one, Answer)]
        if kinds and kinds != [type(self.before)] * 2:
            raise InvalidValueError(
                f"answers that are compared must be to one question, got {shown(self.before)} and {shown(self.after)}; "
                "ask both the same"
            )
        readings = [reading_of(one, self.reading) for one in (self.before, self.after)]
        money = [one.currency for one in readings if isinstance(one, Money)]
        if len(money) == 2:
            shared_currency(*money)
        for one in (self.before, self.after):
            exact_reading(one, self.reading)  # refuses what is no number

    @property
    def difference(self) -> Fraction | None:
        """The reading after less the one before; money in major units. `None` where either is not defined."""
        before, after = self._exact
        return None if before is None or after is None else after - before

    @property
    def relative(self) -> Fraction | None:
        """The difference as a share of what was before; `None` where that is zero or either is not defined."""
        before, difference = self._exact[0], self.difference
        return difference / abs(before) if before and difference is not None else None

    def against(self, goal: Goal) -> GoalResult:
        """Whether the change met a goal, and by how much.

        Args:
            goal: The goal.

        Raises:
            InvalidValueError: It is none.

        Examples:
            >>> print(Comparison(10, 12, "value").against(Goal("Grow", "0.25")))
            Grow: not met, 12 for 12.5, 0.5 short
        """
        if not isinstance(goal, Goal):
            raise InvalidValueError(f"goal must be a Goal, got {shown(goal)}; write Goal('Win more', '0.05')")
        return GoalResult(goal, self)

    @property
    def _exact(self) -> tuple[Fraction | None, Fraction | None]:
        return exact_reading(self.before, self.reading), exact_reading(self.after, self.reading)

    def _told(self, figure: Fraction, *, change: bool = False) -> str:
        return figure_shown(figure, self.reading, self.after, self.before, change=change)

    def __str__(self) -> str:
        both = f"{answer_shown(self.before)} to {answer_shown(self.after)}"
        if self.difference is None:
            return f"{both}: undefined"
        sign = "+" if self.difference >= 0 else ""
        share = "undefined" if self.relative is None else f"{float(100 * self.relative):+,.1f} %"
        return f"{both}: {sign}{self._told(self.difference, change=True)}, {share}"


@frozen
class GoalResult(PlainForm):
    """Whether a change met its goal, and by how much; told in fractions, so that no rounding decides.

    Args:
        goal: The goal.
        comparison: The change.

    Laws:
        definition: The target is what was before, moved by the goal, and the margin how far it was passed in the
            goal's direction.
        met: It is met where the margin is not below zero; what is not defined neither meets nor misses.
        round_trip: `from_dict` makes the same of what `to_dict` wrote.

    Examples:
        >>> from salesmetrics import Proportion
        >>> result = Comparison(Proportion(60, 100), Proportion(63, 100)).against(Goal("Win more", "0.05"))
        >>> result.met, result.target, result.margin
        (True, Fraction(63, 100), Fraction(0, 1))
        >>> print(result)
        Win more: met, 63.0 % for 63.0 %, 0.0 points above
    """

    readings = ("met", "target", "margin")

    goal: Goal
    comparison: Comparison[Any]

    @property
    def target(self) -> Fraction | None:
        """What the figure had to come to; `None` where it was not defined before, or zero before a share of it."""
        before = exact_reading(self.comparison.before, self.comparison.reading)
        return None if before is None else self.goal.target(before)

    @property
    def margin(self) -> Fraction | None:
        """How far the target was passed in the goal's direction, below zero if it was missed; `None` if undefined."""
        after, target = exact_reading(self.comparison.after, self.comparison.reading), self.target
        if after is None or target is None:
            return None
        return target - after if self.goal.change < 0 else after - target

    @property
    def met(self) -> bool | None:
        """Whether the goal was met; `None` where that is not defined."""
        return None if self.margin is None else self.margin >= 0

    def __str__(self) -> str:
        name, margin, target = plain_text(self.goal.name), self.margin, self.target
        if margin is None or target is None:
            return f"{name}: undefined"
        comparison, is_down = self.comparison, self.goal.change < 0
        after = exact_reading(comparison.after, comparison.reading) or Fraction(0)
        beyond = ("below" if is_down else "above") if margin >= 0 else ("over" if is_down else "short")
        told = comparison._told  # noqa: SLF001  # both are of one file
        return (
            f"{name}: {'met' if margin >= 0 else 'not met'}, {told(after)} for {told(target)}, "
            f"{told(abs(margin), change=True)} {beyond}"
        )


def figure_shown(figure: Fraction, reading: str, *answers: Any, change: bool = False) -> str:
    """A figure as text, in the unit of a reading of these answers; a change of a share in percentage points."""
    if isinstance(answers[0], Comparison):
        both = answers[0]
        if reading == "relative":
            return f"{float(100 * figure):+,.1f} %"
        return figure_shown(figure, both.reading, both.after, both.before, change=True)
    if isinstance(answers[0], Answer) and reading in answers[0].shares:
        return f"{float(100 * figure):.1f} points" if change else percent(float(figure))
    found = (reading_of(one, reading) for one in answers)
    unit = next((one.currency for one in found if isinstance(one, Money)), None)
    if unit is not None:
        scaled = figure * int(major_units(unit))
        return amount_shown(in_unit_rounded(scaled.numerator, scaled.denominator, unit))
    return f"{float(figure):,.2f}".rstrip("0").rstrip(".")
