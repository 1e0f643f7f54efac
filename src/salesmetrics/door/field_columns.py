"""The users' own fields as typed columns: whole numbers, numbers with decimals, and all else by codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from salesmetrics._numeric.columns import MOST, Coded, Flags, Floats, Masked
from salesmetrics._numeric.gaps import is_gap
from salesmetrics.door.cells import Cells
from salesmetrics.door.faults import Faults
from salesmetrics.door.reader import Reader

__all__ = ["FieldColumn", "field_column", "field_of_cells", "note_mixed_kinds"]

FieldColumn: TypeAlias = Masked | Floats | Coded
"""Whole numbers, numbers with decimals, or text, flags, days and what is of several kinds."""

_EXACT = 2**53  # whole numbers up to here are floats without loss


def field_column(cells: Coded) -> FieldColumn:
    """A column of the kind of what stands in it; whole numbers beyond 64 bits stay as they are.

    Examples:
        >>> field_column(Coded(np.array([1, -1, 0]), (10, 60)))
        Masked([60, None, 10])
        >>> field_column(Coded(np.array([1, -1, 0]), (False, True)))
        Coded([True, None, False])
    """
    kinds = set(map(type, cells.names))
    if kinds == {int} and all(-MOST <= one <= MOST for one in cells.names):
        return _whole(np.array([*cells.names, 0], np.int64).take(cells.codes), cells.known)
    is_exact = float in kinds and kinds <= {int, float}
    if is_exact and all(type(one) is float or abs(one) <= _EXACT for one in cells.names):
        return Floats(np.array([*cells.names, 0.0], np.float64).take(cells.codes), cells.known)
    return cells


def note_mixed_kinds(faults: Faults, cells: Sequence[Any], name: str, hint: str) -> None:
    """Note a field of flags and numbers: `True` equals 1, and one of them would come back as the other.

    Nobody but the caller can say which of them are wrong, so it is a fault of the whole table.
    """
    kinds = set(map(type, cells))
    if bool in kinds and any(type(cell) in (int, float) and not is_gap(cell) for cell in cells):
        faults.add(name, "mixed_kinds", "a field is of flags or of numbers, got both", hint)


def field_of_cells(reader: Reader, cells: Cells, column: str, kind: str | None) -> FieldColumn:
    """A field of foreign data.

    Args:
        reader: Reads what cells say.
        cells: The cells.
        column: What the caller calls them.
        kind: "number" or "flag" where the caller says what they are, else `None`.
    """
    if kind == "flag":
        return reader.flags(cells, column)
    if isinstance(cells, np.ndarray) and cells.dtype == np.int64:
        return _whole(cells, np.ones(len(cells), np.bool_))
    if isinstance(cells, Masked):
        return _whole(cells.values, cells.known)
    if isinstance(cells, np.ndarray) and cells.dtype.kind == "f" and not np.isinf(cells).any():
        known = ~np.isnan(cells)
        return Floats(np.where(known, cells, 0.0), known)
    if kind == "number":
        return field_column(reader.numbers(cells, column))
    if isinstance(cells, list):
        hint = "name the field in the format's numbers or flags, which reads the column as one of them"
        note_mixed_kinds(reader.faults, cells, column, hint)
    return field_column(reader.labels(cells, column))


def _whole(values: NDArray[np.integer[Any]], known: Flags) -> Masked:
    """Whole numbers in the smallest integers that hold them: comparing small ones is several times as fast."""
    low, high = int(values.min(initial=0)), int(values.max(initial=0))
    kinds: tuple[type[np.signedinteger[Any]], ...] = (np.int8, np.int16, np.int32, np.int64)
    smallest = next(kind for kind in kinds if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max)
    return Masked(values.astype(smallest), known)
