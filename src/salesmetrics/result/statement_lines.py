"""The lines of a statement: each an amount, and the exact figures that it follows from."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal, TypeAlias, get_args

from attrs import frozen

from salesmetrics.errors import check_word
from salesmetrics.model.money import rounded

__all__ = ["CARRIED", "LineKind", "StatementLine", "whole_minor"]

LineKind: TypeAlias = Literal[
    "tier", "jump", "moved", "scale", "gate", "cap", "guarantee", "bonus", "gift", "reversal", "undone", "banked",
    "owed", "held",
]  # fmt: skip
"""What a line is: a deal's slice within a tier, the jump at a bound, a deal that was paid before and has another day
now, what a step gave or took, what of that is undone for a cancelled deal, or what is carried."""

CARRIED: tuple[LineKind, ...] = ("banked", "owed", "held")
"""The kinds that earn nothing, and move pay from one period to another."""


def whole_minor(exact: Fraction) -> int:
    """An exact amount in whole minor units, rounded half away from zero."""
    return rounded(exact.numerator, exact.denominator)


@frozen
class StatementLine:
    """One line of a statement: an amount, what it is for, and the exact figures that it follows from.

    The amount is the difference of two rounded totals: `before`, and `before` with `exact`. So lines add up to the
    rounded whole, and no cent is lost or found on the way.

    Args:
        kind: What the line is.
        rule: The rule or bonus that it belongs to; `None` for all.
        deal: The id of the deal; `None` where it is of no single one.
        lower: Where the slice of what is measured begins, what was measured for a gate, or what a guarantee fills up to
            [major units]; `None` where nothing is.
        upper: Where the slice ends, the threshold of a gate, or what a cap leaves [major units].
        rate: What is paid for each unit of the slice [major units], or the factor of a scale.
        before: What was earned, given or carried before the line [minor units].
        exact: What the line adds to it [minor units].
        parents: The places of the lines that a step worked on.

    Raises:
        InvalidValueError: The kind is misspelt, or a slice is not its length times its rate.

    Laws:
        recomputes: The amount follows from `before` and `exact`, and these from the slice and its rate.

    Examples:
        >>> end, rate = Fraction("0.05"), Fraction("0.1")
        >>> StatementLine("tier", "sales", "D-1", Fraction(0), end, rate, Fraction(0), Fraction("0.5")).amount
        1
    """

    kind: LineKind
    rule: str | None
    deal: str | int | None
    lower: Fraction | None
    upper: Fraction | None
    rate: Fraction | None
    before: Fraction
    exact: Fraction
    parents: tuple[int, ...] = ()

    def __attrs_post_init__(self) -> None:
        check_word(self.kind, get_args(LineKind), "StatementLine.kind")

    @property
    def amount(self) -> int:
        """What the line pays or takes [minor units]."""
        return whole_minor(self.before + self.exact) - whole_minor(self.before)
