"""Probabilities: fractions in [0, 1] that are counted in whole millionths."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.money import Rounding, minor_units, rounded

__all__ = ["MILLION", "IntoProbability", "millionths", "rounded_share"]

IntoProbability: TypeAlias = float | str | Decimal
"""What a probability may be given as; a float is read by its shortest decimal text."""

MILLION = 1_000_000


def millionths(
    probability: IntoProbability, *, what: str = "probability", percent: bool = False, rounding: Rounding | None = None
) -> int:
    """A probability in whole millionths; 0.3 is 300000, not a binary neighbour of it.

    Args:
        probability: A fraction in [0, 1], or with `percent` a number in [0, 100].
        what: What the value is called in an error.
        percent: Whether the value counts hundredths.
        rounding: How more than six decimals are rounded; `None` refuses them.

    Raises:
        InvalidValueError: It is not a number, not in range, or has more than six decimals.

    Examples:
        >>> millionths(0.3), millionths("0.000001"), millionths(60, percent=True)
        (300000, 1, 600000)
        >>> millionths(60)
        Traceback (most recent call last):
        salesmetrics.errors.InvalidValueError: probability must be a fraction in [0, 1], got 60; did you mean 0.6?
    """
    whole = minor_units(probability, 4 if percent else 6, rounding, what=what)
    if 0 <= whole <= MILLION:
        return whole
    if percent:
        raise InvalidValueError(f"{what} must be a percentage in [0, 100], got {shown(probability)}; check the column")
    hint = f"did you mean {whole / MILLION / 100:g}?" if 0 < whole <= 100 * MILLION else "check its unit"
    raise InvalidValueError(f"{what} must be a fraction in [0, 1], got {shown(probability)}; {hint}")


def rounded_share(share: Fraction) -> int:
    """A share that was computed, in whole millionths, rounded half away from zero.

    Examples:
        >>> rounded_share(Fraction(2, 3))
        666667
    """
    return rounded(share.numerator * MILLION, share.denominator)
