"""Tables of tiers as they are given, without gaps and overlaps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any, TypeAlias

from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.plan._fields import refuse
from salesmetrics.model.ramp import exact_share

__all__ = ["IntoTiers", "bounds_of"]

IntoTiers: TypeAlias = Mapping[Any, Any] | Iterable[Any]
"""Tiers: a mapping of each lower bound to its rate, or rows of lower bound, upper bound (`None` for none) and rate.

Numbers and texts may stand side by side, which type checkers cannot tell of a union: what is no number is refused."""


def bounds_of(tiers: IntoTiers) -> list[tuple[Fraction, Fraction]]:
    """The lower bound and the rate of each tier, in order.

    Raises:
        InvalidValueError: There are none, or tiers have gaps or overlaps; all of them are told.
    """
    if isinstance(tiers, Mapping):
        entries: Mapping[Any, Any] = tiers
        known = sorted((exact_share(lower, "a bound"), exact_share(rate, "a rate")) for lower, rate in entries.items())
        faults: list[str | None] = []
    else:
        listed: Iterable[Any] = tiers
        rows = [_row(one) for one in listed]
        rows.sort(key=lambda row: row[0])
        faults = [_seam(upper, lower) for (_, upper, _), (lower, _, _) in pairwise(rows)]
        if rows and rows[-1][1] is not None:
            faults.append(f"the last tier must have no end, got {rows[-1][1]}; write None, and `until` where it ends")
        known = [(lower, rate) for lower, _, rate in rows]
    refuse([None if known else "there must be a tier, got none; write {0: '0.1'}", *faults])
    return known


def _row(row: Any) -> tuple[Fraction, Fraction | None, Fraction]:
    if not isinstance(row, (tuple, list)) or len(row) != 3:
        raise InvalidValueError(
            f"a tier must be a lower bound, an upper one and a rate, got {shown(row)}; write (0, None, '0.1')"
        )
    lower, upper, rate = row
    end = None if upper is None else exact_share(upper, "a bound")
    return exact_share(lower, "a bound"), end, exact_share(rate, "a rate")


def _seam(upper: Fraction | None, lower: Fraction) -> str | None:
    """What is wrong where one tier ends and the next begins."""
    if upper == lower:
        return None
    if upper is None:
        return f"only the last tier must have no end, got one before {lower}; write where it ends"
    what = "gap" if upper < lower else "overlap"
    remedy = "let one end where the next begins: the end is not in it"
    return f"tiers must have no {what}, got {upper} before {lower}; {remedy}"
