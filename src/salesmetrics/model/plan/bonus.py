"""A step that adds a bonus: a SPIFF, a contest, a gift."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal, TypeAlias, get_args

from attrs import field, frozen

from salesmetrics.errors import refuse
from salesmetrics.model.money import Money
from salesmetrics.model.plan._fields import amount_fault, hundredths_fault, kind_fault, name_fault, word_fault
from salesmetrics.model.plan.allocate import Allocate
from salesmetrics.model.plan.basis import Basis
from salesmetrics.model.ramp import IntoShare, exact_share

__all__ = ["Bonus", "Per"]

Per: TypeAlias = Literal["deal", "unit", "once", "top"]
"""What a bonus is paid for: each deal, each unit, reaching a threshold, or selling most."""


def _at(given: IntoShare) -> Fraction:
    return exact_share(given, "Bonus.at")


@frozen
class Bonus:
    """A fixed amount beside the curves.

    Args:
        name: What it is called; unlike any rule.
        amount: The money, or what a gift is worth.
        per: "deal": for each deal that reaches `at`. "unit": for each unit of what is measured, such as a dollar or a
            licence, where all of it reaches `at`. "once": where all of it reaches `at`. "top": to whoever sells most of
            what is measured in the period and reaches `at`; those who tie for it each have it. Nobody has one without a
            deal, and a contest by quota needs the quota of everybody who sold.
        at: The threshold, in what is measured; who is exactly at it has reached it.
        basis: What is measured, in the period of the statement; a milestone of the year to date is a `Rule` of
            `Curve.steps`.
        allocate: Who is credited.
        gift: What the gift is called; `None` for money. A gift stands in the statement with its value, and is neither
            payable nor paid out.

    Raises:
        InvalidValueError: A field is not of its kind, the basis measures another window, or the threshold is a share of
            quota in hundredths.

    Examples:
        >>> Bonus("big orders", Money.of(250, "USD"), "deal", at=10, basis=Basis("units")).at
        Fraction(10, 1)
    """

    name: str
    amount: Money
    per: Per = "deal"
    at: Fraction = field(default=Fraction(0), converter=_at)
    basis: Basis = field(factory=Basis)
    allocate: Allocate = field(factory=Allocate)
    gift: str | None = None

    def __attrs_post_init__(self) -> None:
        refuse(
            [
                name_fault(self.name, "Bonus.name"),
                amount_fault(self.amount, "Bonus.amount"),
                word_fault(self.per, get_args(Per), "Bonus.per"),
                kind_fault(self.basis, Basis, "Bonus.basis", "write Basis('units')"),
                kind_fault(self.allocate, Allocate, "Bonus.allocate", "write Allocate({'owner': 1})"),
                name_fault(self.gift, "Bonus.gift", optional=True),
                f"Bonus.basis must measure the period of a statement, got the window {self.basis.window!r}; pay for "
                "milestones of a quarter or year by a Rule of Curve.steps"
                if isinstance(self.basis, Basis) and self.basis.window != "period"
                else None,
                hundredths_fault(self.at, "Bonus.at")
                if isinstance(self.basis, Basis) and self.basis.of_quota
                else None,
            ]
        )
