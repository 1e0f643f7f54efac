"""Exact numbers as text."""

from __future__ import annotations

import re
from fractions import Fraction

__all__ = ["exact_number", "exact_text"]


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


def exact_number(text: str) -> Fraction | None:
    """The fraction that a text of at most 100 ASCII characters says; `None` where it says none.

    Examples:
        >>> exact_number("-0.05"), exact_number("1/3"), exact_number("1e9999999"), exact_number("1/0")
        (Fraction(-1, 20), Fraction(1, 3), None, None)
    """
    return Fraction(text) if len(text) <= _LONGEST and _EXACT.fullmatch(text) else None


_LONGEST = 100
# powers of ten up to 99, because 1e9999999 would take minutes; and nothing over nothing
_EXACT = re.compile(r"[+-]?(?:[0-9]+/0*[1-9][0-9]*|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?)")
_MOST_DIGITS = 24  # as many as numbers are read with
