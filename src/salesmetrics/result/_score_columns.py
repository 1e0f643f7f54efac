"""Scores, and what came of them, as columns; scores are counted in whole millionths."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Flags, folded
from salesmetrics._numeric.gaps import is_gap
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.money import minor_units
from salesmetrics.model.probability import MILLION

__all__ = ["outcome_column", "score_column"]


def score_column(scores: Iterable[Any], *, inside: bool = False) -> tuple[NDArray[np.int64], Flags]:
    """Scores in millionths, rounded half away from zero, and which of them are known.

    Args:
        scores: The scores.
        inside: Whether scores between 0 and 1 are rounded to neither, because only what is certain is told as certain.

    Raises:
        InvalidValueError: One is no number, or one that is too large to count in millionths.
    """
    cells = _cells(scores, "scores", {int, float, Decimal, type(None)})
    if cells.dtype.kind == "f":
        known = ~np.isnan(cells)  # frames have it for what is not known
        exact = np.where(known, cells, 0.0) * MILLION
        is_near = np.abs(exact) < 2.0**52  # and a number at all
        whole = np.rint(np.where(is_near, exact, 0.0))
        # so close to a half the product may lie on its wrong side, and a half itself is to go away from zero
        unsure = np.flatnonzero(~is_near | (np.abs(np.abs(exact - whole) - 0.5) < 1e-3))
        values = whole.astype(np.int64)
        values[unsure] = [_millionths(cell) for cell in cells[unsure].tolist()]
        if inside:
            values[(cells > 0) & (values == 0)] = 1
            values[(cells < 1) & (values == MILLION)] = MILLION - 1
        return values, known
    codes, names = folded(cells.tolist())
    numbers = np.array([0 if name is None else _millionths(name, inside=inside) for name in names], np.int64)
    return numbers.take(codes), np.array([name is not None for name in names], np.bool_).take(codes)


def outcome_column(outcomes: Iterable[Any]) -> tuple[Flags, Flags]:
    """What came, and of which it is known; 1 and 0 are true and false.

    Raises:
        InvalidValueError: One is anything else.
    """
    cells = _cells(outcomes, "outcomes", {bool, int, float, type(None)}).tolist()
    codes, names = folded([None if is_gap(cell) else cell for cell in cells])
    strays = [name for name in names if name not in (True, False, None)]
    if strays:
        raise InvalidValueError(
            f"an outcome must be True, False, or None while it is open, got {shown(strays[0])}; say whether it came"
        )
    came, known = ([name == 1 for name in names], [name is not None for name in names])
    return np.array(came, np.bool_).take(codes), np.array(known, np.bool_).take(codes)


def _millionths(score: Any, *, inside: bool = False) -> int:
    if inside and 0 < score < 1:
        return min(max(_millionths(score), 1), MILLION - 1)
    if abs(score) < 1e-7:  # however small
        return 0
    number = minor_units(score, 6, "half_away", what="a score")
    if abs(number) >= _INT64:
        raise InvalidValueError(f"a score must be below {_INT64 // MILLION:,}, got {shown(score)}; check its unit")
    return number


def _cells(values: Iterable[Any], what: str, kinds: set[type]) -> NDArray[Any]:
    """A cell for each: floats alone as such, anything else as Python's objects of these kinds."""
    is_listed = isinstance(values, Iterable) and not isinstance(values, (str, bytes, dict))
    listed = values.tolist() if isinstance(values, np.ndarray) else list(values) if is_listed else None
    if listed is None or getattr(values, "ndim", 1) != 1:
        raise InvalidValueError(f"{what} must be a list or a column, got {shown(values)}; give one for each lead")
    plain = [cell.item() if isinstance(cell, np.generic) else cell for cell in listed]
    strays = [cell for cell in plain if type(cell) not in kinds and not is_gap(cell)]
    if strays:
        raise InvalidValueError(
            f"{what} must be {_KINDS[what]}, or None where one is not known, got {shown(strays[0])}; convert it first"
        )
    if set(map(type, plain)) == {float}:
        return np.array(plain, np.float64)
    cells = np.empty(len(plain), object)
    cells[:] = [None if is_gap(cell) else cell for cell in plain]
    return cells


_INT64 = 2**63
_KINDS = {"scores": "numbers", "outcomes": "True or False"}
