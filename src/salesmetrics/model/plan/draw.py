"""A step that pays in advance."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

from attrs import frozen

from salesmetrics.errors import refuse
from salesmetrics.model.money import Money
from salesmetrics.model.period import Period
from salesmetrics.model.plan._fields import amount_fault, kind_fault, word_fault

__all__ = ["Draw", "DrawKind"]

DrawKind: TypeAlias = Literal["guarantee", "additional"]
"""Whether a draw fills pay up to its amount, or comes on top of what is paid."""


@frozen
class Draw:
    """Money in advance of commissions.

    A guarantee fills up what was earned to its amount; an additional draw (an advance) is paid whatever was earned. If
    it is recoverable, what was advanced is owed and taken from what is earned later.

    Args:
        amount: What is drawn each period.
        kind: "guarantee" or "additional".
        recoverable: Whether it is owed.
        during: The days in which it is paid, by the first day of a statement; what is owed after them is still taken.
            `None` while the plan is in force.

    Raises:
        InvalidValueError: A field is not of its kind.

    Examples:
        >>> Draw(Money.of(4_000, "USD"), "additional").carries
        True
    """

    amount: Money
    kind: DrawKind = "guarantee"
    recoverable: bool = True
    during: Period | None = None

    def __attrs_post_init__(self) -> None:
        refuse(
            [
                amount_fault(self.amount, "Draw.amount"),
                word_fault(self.kind, get_args(DrawKind), "Draw.kind"),
                kind_fault(self.recoverable, bool, "Draw.recoverable", "write recoverable=True"),
                kind_fault(self.during, Period, "Draw.during", "write Period(start, end)", optional=True),
            ]
        )

    @property
    def carries(self) -> bool:
        """Whether it has a balance that goes from one period to the next."""
        return self.recoverable
