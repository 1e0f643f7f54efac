"""Points in whole millionths, so that scores add exactly and in any order."""

from __future__ import annotations

from decimal import Decimal
from typing import TypeAlias

from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.money import minor_units

__all__ = ["MICRO", "IntoPoints", "micropoints", "points_shown", "whole_or_float"]

MICRO = 1_000_000
"""Millionths of a point."""

_MOST = 1_000_000  # points of one rule or limit

IntoPoints: TypeAlias = int | float | str | Decimal
"""What points are given as; a float counts as its shortest decimal text."""


def micropoints(points: IntoPoints, what: str) -> int:
    """Points in whole millionths.

    Raises:
        InvalidValueError: They are no number, have more than six decimals, or are beyond a million.

    Examples:
        >>> micropoints("-0.5", "ScoreRule.points")
        -500000
    """
    micro = minor_units(points, 6, what=what)
    if abs(micro) > _MOST * MICRO:
        raise InvalidValueError(f"{what} must be at most {_MOST:,} in size, got {shown(points)}; check it")
    return micro


def whole_or_float(micro: int) -> int | float:
    """Points as a number: whole where they are, else the float nearest to them.

    Examples:
        >>> whole_or_float(5_000_000), whole_or_float(7_500_000)
        (5, 7.5)
    """
    return micro // MICRO if micro % MICRO == 0 else micro / MICRO


def points_shown(micro: int) -> str:
    """Points as text shows them, in hundredths at the finest.

    Examples:
        >>> points_shown(5_000_000), points_shown(-7_500_000), points_shown(9_833_333)
        ('5', '-7.5', '9.83')
    """
    return f"{micro / MICRO:,.2f}".rstrip("0").rstrip(".")
