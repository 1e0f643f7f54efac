"""Foreign cells in columns: whatever holds them, a few kinds of arrays, or a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, TypeAlias

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import MOST, Coded, Masked, folded
from salesmetrics._numeric.days import FIRST_DAY, LAST_DAY
from salesmetrics._numeric.gaps import GAPS
from salesmetrics.errors import InvalidValueError, shown

__all__ = ["Cells", "Instants", "as_cells", "distinct", "objects"]

_FOLDED = frozenset({type(None), str, date, int, float, bool})


@frozen(eq=False)
class Instants:
    """Points in time, whatever clock showed them.

    Args:
        utc: A datetime64 array, on the clock of UTC.
    """

    utc: NDArray[np.datetime64]

    def __len__(self) -> int:
        return len(self.utc)

    def __iter__(self) -> Iterator[np.datetime64]:
        return iter(self.utc)


Cells: TypeAlias = NDArray[Any] | Masked | Coded | Instants | list[Any]
"""A column as it came, in a copy: an int64, float64 or datetime64 array, whole numbers with gaps, cells that repeat
as codes into the different ones, points in time, or a list of anything."""


def as_cells(data: Any) -> NDArray[Any] | list[Any]:
    """A column of foreign data as an array of plain numbers or days, or as a list of objects.

    Raises:
        InvalidValueError: It is not a column of cells.
    """
    if isinstance(data, (str, bytes, Mapping, set, frozenset)) or not hasattr(data, "__iter__"):
        raise InvalidValueError(f"must be a column of cells, got {shown(data)}; give a list or a one-dimensional array")
    if not isinstance(getattr(data, "dtype", None), np.dtype):  # other makers' arrays may lose digits on the way
        return _without_numpy(list(data))
    array = np.asarray(data)
    if array.ndim != 1:
        raise InvalidValueError(f"must have one dimension, got {array.ndim}; give one column at a time")
    if np.ma.isMaskedArray(data):
        return list(data.tolist())
    kind = array.dtype.kind
    if kind == "M" and np.can_cast("M8[D]", array.dtype):  # a coarser unit, such as a month, is no day
        return array.copy()
    if kind in "iu" and (np.can_cast(array.dtype, np.int64) or array.max(initial=0) <= MOST):
        return array.astype(np.int64)
    if kind == "f" and array.dtype.itemsize < 8:  # a short float says what its own shortest text says
        return array.astype(str).astype(np.float64)
    if kind == "f" and array.dtype.itemsize == 8:
        return array.astype(np.float64)
    return _without_numpy(list(array))


def objects(cells: Cells) -> list[Any]:
    """The cells one by one, as plain objects; whole days of an array are dates."""
    if isinstance(cells, list):
        return cells
    if isinstance(cells, (Masked, Coded, Instants)):
        return list(cells)
    if cells.dtype.kind != "M":
        return list(cells.tolist())
    days = cells.astype("M8[D]")
    numbers = days.astype(np.int64)
    is_day = np.isnat(cells) | ((days == cells) & (numbers >= FIRST_DAY) & (numbers <= LAST_DAY))
    return list(days.tolist() if is_day.all() else cells)


def distinct(cells: Cells) -> tuple[NDArray[np.signedinteger[Any]], list[Any]]:
    """Codes into the different cells; numbers of two kinds are not folded: 1, 1.0 and True are equal, not the same.

    Gaps may stand among the cells: `None`, the NaN of floats, and what pandas has for them.
    """
    if isinstance(cells, Coded):
        return cells.codes, [*cells.names, None]  # code -1 takes the last
    cells = objects(cells)
    kinds = set(map(type, cells))
    foldable = all(kind in _FOLDED or kind.__name__ in GAPS for kind in kinds)
    if foldable and len(kinds & {int, float, bool}) <= 1:
        return folded(cells)
    return np.arange(len(cells), dtype=np.int32), cells


def _without_numpy(cells: list[Any]) -> list[Any]:
    """Numbers and texts of numpy's own types as Python's; its times stay, because they may be finer than Python's."""
    if not any(issubclass(kind, np.generic) for kind in set(map(type, cells))):
        return cells
    times = (np.datetime64, np.timedelta64)
    return [cell.item() if isinstance(cell, np.generic) and not isinstance(cell, times) else cell for cell in cells]
