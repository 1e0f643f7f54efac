"""Exact numbers as text."""

from __future__ import annotations

from fractions import Fraction

__all__ = ["exact_text"]


def exact_text(exact: Fraction) -> str:
    """A fraction as decimal text where its decimals end, else as one whole number over another.

    Examples:
        >>> exact_text(Fraction(-1, 8)), exact_text(Fraction(1, 3)), exact_text(Fraction(100))
        ('-0.125', '1/3', '100')
    """
    digits, power = 0, 1
    while power % exact.denominator and digits < _MOST_DIGITS:
        digits, power = digits + 1, power * 10
    if power % exact.denominator:
        return str(exact)
    whole, rest = divmod(abs(exact.numerator) * (power // exact.denominator), power)
    return f"{'-' if exact < 0 else ''}{whole}{f'.{rest:0{digits}}' if digits else ''}"


_MOST_DIGITS = 24  # as many as numbers are read with
