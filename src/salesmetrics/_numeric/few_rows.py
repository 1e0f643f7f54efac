"""The rows of a mask that has few, such as the open deals among all: found once, and not at each question."""

from __future__ import annotations

from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Flags, Masked, readonly
from salesmetrics._numeric.remembered import Remembered

__all__ = ["FewRows", "rows_among"]

_FEW = 4  # one row of so many, or fewer


@final
class FewRows:
    """How many rows a mask has; and where they are few, columns of them.

    Examples:
        >>> few = FewRows.of(np.array([False, True, False, False]))
        >>> few.n, few.are_few, few.array(np.array([5, 6, 7, 8]))
        (1, True, array([6]))
    """

    def __init__(self, mask: Flags) -> None:
        self.n = int(np.count_nonzero(mask))
        self.are_few = self.n * _FEW <= len(mask)
        self._rows = np.flatnonzero(mask) if self.n and self.are_few else np.zeros(0, np.intp)
        self._arrays, self._columns = Remembered(), Remembered()

    @staticmethod
    def of(mask: Flags) -> FewRows:
        """Those of a mask, which are remembered with it."""
        return _OF_MASKS.of(mask, lambda: FewRows(mask))

    def array(self, array: NDArray[Any]) -> NDArray[Any]:
        """The few rows of an array."""
        return self._arrays.of(array, lambda: readonly(array.take(self._rows)))

    def column(self, column: Masked) -> Masked:
        """The few rows of a column of numbers."""
        values, known = column.values, column.known
        return self._columns.of(
            values, lambda: Masked(self.array(values), self.array(known), column.unit, column.bound)
        )


_OF_MASKS = Remembered()


def rows_among(mask: Flags, *arrays: NDArray[Any]) -> tuple[NDArray[Any], ...]:
    """The rows of arrays that a mask has.

    Examples:
        >>> rows_among(np.array([True, False]), np.array([5, 6]))
        (array([5]),)
    """
    few = FewRows.of(mask)
    if few.n == len(mask):
        return arrays
    if few.are_few:
        return tuple(map(few.array, arrays))
    rows = np.flatnonzero(mask)  # faster than array[mask]
    return tuple(array.take(rows) for array in arrays)
