"""A step that pays only from a threshold on."""

from __future__ import annotations

from fractions import Fraction

from attrs import field, frozen

from salesmetrics.errors import refuse
from salesmetrics.model.plan._fields import hundredths_fault, name_fault
from salesmetrics.model.ramp import IntoShare, exact_share

__all__ = ["Gate"]


def _at(given: IntoShare) -> Fraction:
    return exact_share(given, "Gate.at")


def _cap(given: IntoShare) -> Fraction:
    return exact_share(given, "Gate.cap")


@frozen
class Gate:
    """What was earned is capped unless a measure has reached a threshold; who is exactly at it has.

    A gate on a measure of the quarter or year to date holds back what it takes: once it is met, that is paid, and what
    it still holds when the quarter or year is over is lost; a version with another threshold goes on with it. On any
    other measure what it takes is lost at once.

    A gate pays from the first unit once it is met. A dead-band (`Curve.deadband`) pays only what lies above its bound.

    Args:
        of: The rule whose measure is looked at, the gated one's own or one before it.
        at: What it must reach.
        rule: The rule whose pay is gated; `None` for all that was earned so far.
        cap: What is paid at most when it was not reached, as a share of the target incentive, of which a rule that is
            gated alone has the part of its weight; 0 is the hard gate.

    Raises:
        InvalidValueError: A field is not of its kind, or the cap is in hundredths.

    Examples:
        >>> Gate("new business", at=50_000).cap
        Fraction(0, 1)
    """

    of: str
    at: Fraction = field(converter=_at)
    rule: str | None = None
    cap: Fraction = field(default=Fraction(0), converter=_cap)

    def __attrs_post_init__(self) -> None:
        refuse(
            [
                name_fault(self.of, "Gate.of"),
                name_fault(self.rule, "Gate.rule", optional=True),
                hundredths_fault(self.cap, "Gate.cap"),
            ]
        )
