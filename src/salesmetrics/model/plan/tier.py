"""What a curve is made of: straight pieces, the bounds between them, and parts of the way along them."""

from __future__ import annotations

from enum import Enum
from fractions import Fraction

from attrs import field, frozen

from salesmetrics.model.ramp import IntoShare, exact_share

__all__ = ["Boundary", "Slice", "Tier"]


class Boundary(Enum):
    """Which tier a measure belongs to that is exactly at a bound: the one above it, or the one below.

    It matters only where a curve jumps. Most contracts mean `AT`: who reaches the bound has earned the higher tier.

    Examples:
        >>> from salesmetrics import Curve
        >>> Curve.slab({0: 0, 10_000: "0.1"}).payout(10_000)
        Fraction(1000, 1)
        >>> Curve.slab({0: 0, 10_000: "0.1"}, Boundary.BELOW).payout(10_000)
        Fraction(0, 1)
    """

    AT = "at"
    BELOW = "below"


def _number(given: IntoShare) -> Fraction:
    return exact_share(given, "a number of a Tier")


@frozen
class Tier:
    """A straight piece of a curve.

    Args:
        lower: Where it begins.
        start: What is paid in all where it begins.
        rate: What is paid more for each unit above that.

    Raises:
        InvalidValueError: A number is not exact, or below zero.

    Examples:
        >>> Tier(100_000, 10_000, "0.15").rate
        Fraction(3, 20)
    """

    lower: Fraction = field(converter=_number)
    start: Fraction = field(converter=_number)
    rate: Fraction = field(converter=_number)

    def at(self, measure: Fraction) -> Fraction:
        """What the line of this piece pays.

        Examples:
            >>> Tier(100, 10, "0.5").at(Fraction(120))
            Fraction(20, 1)
        """
        return self.start + self.rate * (measure - self.lower)


@frozen
class Slice:
    """A part of the way along a curve: within one tier, or the jump at a bound.

    Args:
        lower: Where it begins.
        upper: Where it ends; the same at a jump.
        rate: What is paid for each unit; `None` at a jump.
        payout: What is paid for it.

    Examples:
        >>> from salesmetrics import Curve
        >>> Curve.slab({0: "0.1", 100: "0.2"}).slices(Fraction(80), Fraction(100))[1]
        Slice(lower=Fraction(100, 1), upper=Fraction(100, 1), rate=None, payout=Fraction(10, 1))
    """

    lower: Fraction
    upper: Fraction
    rate: Fraction | None
    payout: Fraction
