"""A rule of a plan: who is credited, what is measured, and which curve pays for it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Literal, TypeAlias, get_args

from attrs import field, frozen

from salesmetrics.errors import refuse, shown
from salesmetrics.model.plan._fields import hundredths_fault, kind_fault, name_fault, share_fault, word_fault
from salesmetrics.model.plan.allocate import Allocate
from salesmetrics.model.plan.basis import Basis
from salesmetrics.model.plan.curve import Curve, RateCurve
from salesmetrics.model.ramp import IntoShare, exact_share

__all__ = ["Rule", "Times"]

Times: TypeAlias = Literal["one", "target", "quota"]
"""What the curve's payout is multiplied by: nothing more, the target incentive, or the quota."""


def _weight(given: IntoShare) -> Fraction:
    return exact_share(given, "Rule.weight")


@frozen
class Rule:
    """One component of pay.

    Args:
        name: What it is called.
        curve: What is paid for what is measured, in whole units of money.
        basis: What is measured.
        allocate: Who is credited.
        times: What the payout of the curve is multiplied by. "one": the curve pays money, for money or for units.
            "target": its payout is a share of the target incentive, as in "1.4 times target above quota". "quota": it
            is a share of the quota, as where rates are of sales and bounds are of attainment.
        weight: The share of the target incentive that hangs on this rule; the weights of all rules that pay by target
            add up to 1.

    Raises:
        InvalidValueError: A field is not of its kind, the payout is times a quota that nothing is divided by, or bounds
            of attainment or rates are in hundredths.

    Examples:
        >>> tiers = Curve.marginal({0: 1, 1: "1.4", "1.2": "1.6"})
        >>> Rule("quota", tiers, Basis(of_quota=True), times="target").weight
        Fraction(1, 1)
    """

    name: str
    curve: Curve | RateCurve
    basis: Basis = field(factory=Basis)
    allocate: Allocate = field(factory=Allocate)
    times: Times = "one"
    weight: Fraction = field(default=Fraction(1), converter=_weight)

    def __attrs_post_init__(self) -> None:
        is_curve = isinstance(self.curve, (Curve, RateCurve))
        is_measured = is_curve and isinstance(self.basis, Basis)
        refuse(
            [
                name_fault(self.name, "Rule.name"),
                None if is_curve else f"Rule.curve must be a Curve, got {shown(self.curve)}; write Curve.flat('0.1')",
                kind_fault(self.basis, Basis, "Rule.basis", "write Basis('amount')"),
                kind_fault(self.allocate, Allocate, "Rule.allocate", "write Allocate({'owner': 1})"),
                word_fault(self.times, get_args(Times), "Rule.times"),
                share_fault(self.weight, "Rule.weight"),
                "Rule.times must be 'quota' only where what is measured is divided by it; say of_quota=True"
                if self.times == "quota" and isinstance(self.basis, Basis) and not self.basis.of_quota
                else None,
                *(self._hundredths() if is_measured else ()),
            ]
        )

    def _hundredths(self) -> Iterator[str | None]:
        """Bounds of attainment that nobody would reach, and rates that pay a hundred times as much.

        A steep piece may be right where it is short, as between two points of attainment; one of a unit is not.
        """
        tiers = (self.curve.rates if isinstance(self.curve, RateCurve) else self.curve).tiers
        if self.basis.of_quota:
            yield hundredths_fault(tiers[-1].lower, "a bound of Rule.curve")
        is_of_sales = self.basis.value == "amount" and not self.basis.of_quota
        if isinstance(self.curve, RateCurve) or (self.times == "one" and not is_of_sales):
            return
        rates = [one.rate for one, two in pairwise(tiers) if two.lower - one.lower >= 1] + [tiers[-1].rate]
        means = [one.start / max(Fraction(1), one.lower) for one in tiers] if self.times != "one" else []
        yield hundredths_fault(max(rates + means), "a rate of Rule.curve")
