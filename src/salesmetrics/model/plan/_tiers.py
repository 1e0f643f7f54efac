"""Tables of tiers as they are given, without gaps and overlaps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any, TypeAlias

from salesmetrics.errors import InvalidValueError, refuse, shown
from salesmetrics.model.ramp import exact_share

__all__ = ["IntoTiers", "bounds_of", "points_of"]

IntoTiers: TypeAlias = Mapping[Any, Any] | Iterable[Any]
"""Tiers: a mapping of each lower bound to its rate, or rows of lower bound, upper bound (`None` for none) and rate.

Numbers and texts may stand side by side, which type checkers cannot tell of a union: what is no number is refused."""


def bounds_of(tiers: IntoTiers) -> list[tuple[Fraction, Fraction]]:
    """The lower bound and the rate of each tier, in order, the first from 0.

    Raises:
        InvalidValueError: There are none, or tiers do not start at 0, have gaps or overlap; all of it is told.
    """
    faults: list[str | None] = []
    if isinstance(tiers, Mapping):
        known = points_of(tiers, "a bound", "a rate", "{0: '0.1'}")
    elif isinstance(tiers, str) or not isinstance(tiers, Iterable):
        raise InvalidValueError(f"tiers must be a mapping of bounds to rates, got {shown(tiers)}; write {{0: '0.1'}}")
    else:
        listed: Iterable[Any] = tiers
        rows = sorted((_row(one) for one in listed), key=lambda row: row[0])
        faults = [_seam(upper, lower) for (_, upper, _), (lower, _, _) in pairwise(rows)]
        if rows and rows[-1][1] is not None:
            faults.append(f"the last tier must have no end, got {rows[-1][1]}; write None, and `until` where it ends")
        known = [(lower, rate) for lower, _, rate in rows]
    if not known:
        faults.append("there must be a tier, got none; write {0: '0.1'}")
    elif known[0][0]:
        faults.append(f"tiers must start at 0, got {known[0][0]}; say what is paid below it, 0 for nothing")
    refuse(faults)
    return known


def points_of(given: object, at: str, worth: str, example: str) -> list[tuple[Fraction, Fraction]]:
    """Points and what each is worth, in order.

    Args:
        given: A mapping.
        at: What a point is called.
        worth: What its worth is called.
        example: What to write.

    Raises:
        InvalidValueError: It is no mapping, an empty one, or one of a point that is written in two ways.
    """
    if not isinstance(given, Mapping) or not given:
        raise InvalidValueError(
            f"{at} must be mapped to {worth}, one or more of them, got {shown(given)}; write {example}"
        )
    entries: Mapping[Any, Any] = given
    known = sorted((exact_share(point, at), exact_share(paid, worth)) for point, paid in entries.items())
    refuse(
        f"{at} must be given once, got {one} twice; leave one out"
        for (one, _), (two, _) in pairwise(known)
        if one == two
    )
    return known


def _row(row: Any) -> tuple[Fraction, Fraction | None, Fraction]:
    if not isinstance(row, (tuple, list)) or len(row) != 3:
        raise InvalidValueError(
            f"a tier must be a lower bound, an upper one and a rate, got {shown(row)}; write (0, None, '0.1')"
        )
    start, end = exact_share(row[0], "a bound"), None if row[1] is None else exact_share(row[1], "a bound")
    if end is not None and end <= start:
        raise InvalidValueError(f"a tier must end above where it begins, got {start} to {end}; exchange its bounds")
    return start, end, exact_share(row[2], "a rate")


def _seam(upper: Fraction | None, lower: Fraction) -> str | None:
    """What is wrong where one tier ends and the next begins."""
    if upper == lower:
        return None
    if upper is None:
        return f"only the last tier must have no end, got one before {lower}; write where it ends"
    what = "gap" if upper < lower else "overlap"
    remedy = "let one end where the next begins: the end is not in it"
    return f"tiers must have no {what}, got {upper} before {lower}; {remedy}"
