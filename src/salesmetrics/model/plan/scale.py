"""A step that multiplies what was earned."""

from __future__ import annotations

from fractions import Fraction

from attrs import field, frozen

from salesmetrics.errors import refuse
from salesmetrics.model.plan._fields import hundredths_fault, kind_fault, name_fault
from salesmetrics.model.plan.curve import Curve
from salesmetrics.model.ramp import IntoShare, exact_share

__all__ = ["Scale"]


def _factor(given: IntoShare) -> Fraction:
    return exact_share(given, "Scale.factor")


@frozen
class Scale:
    """What was earned, times a factor: one that is fixed, one that a curve reads from a measure, or both.

    Args:
        factor: The fixed factor.
        curve: What the measure of a rule is worth as a factor, such as 0.8 below a satisfaction of 90 and 1 from there.
        of: The rule whose measure the curve reads.
        rule: The rule whose pay is multiplied; `None` for all that was earned so far. What cancelled deals of earlier
            statements take back is not multiplied again.

    Raises:
        InvalidValueError: A field is not of its kind, the factor is in hundredths, or there is a curve without a
            measure.

    Examples:
        >>> Scale("1.1").factor
        Fraction(11, 10)
    """

    factor: Fraction = field(default=Fraction(1), converter=_factor)
    curve: Curve | None = None
    of: str | None = None
    rule: str | None = None

    def __attrs_post_init__(self) -> None:
        refuse(
            [
                hundredths_fault(self.factor, "Scale.factor"),
                kind_fault(self.curve, Curve, "Scale.curve", "write Curve.steps({'0.9': 1})", optional=True),
                name_fault(self.of, "Scale.of", optional=True),
                name_fault(self.rule, "Scale.rule", optional=True),
                None
                if (self.curve is None) == (self.of is None)
                else "Scale must have a curve and the rule whose measure it reads, or neither, got one; name both",
            ]
        )
