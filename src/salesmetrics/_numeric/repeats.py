"""Rows that say the same as one before them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Flags

__all__ = ["is_repeated"]

_ODD = np.uint64(0x9E3779B97F4A7C15)


def is_repeated(columns: Sequence[NDArray[Any]]) -> Flags:
    """Which rows say in every column of whole numbers the same as one before them.

    The rows are mixed down to one number each, and sorted; only those that share it are looked at one by one, because
    others may have come to the same number.

    Examples:
        >>> is_repeated([np.array([1, 1, 2, 1]), np.array([5, 6, 5, 5])])
        array([False, False, False,  True])
    """
    mixed = np.zeros(len(columns[0]), np.uint64)
    for column in columns:
        mixed ^= column.astype(np.int64).view(np.uint64)
        mixed *= _ODD
        mixed ^= mixed >> np.uint64(29)
    ordered = np.sort(mixed)
    shared = ordered[1:][ordered[1:] == ordered[:-1]]
    flags = np.zeros(len(mixed), np.bool_)
    if len(shared):
        rows = np.flatnonzero(shared.take(np.searchsorted(shared, mixed), mode="clip") == mixed)
        seen: set[tuple[int, ...]] = set()
        for row, said in zip(
            rows.tolist(), zip(*(one.take(rows).tolist() for one in columns), strict=True), strict=True
        ):
            flags[row] = said in seen
            seen.add(said)
    return flags
