"""Exact integer sums, of all rows and of groups of rows."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Flags, Masked

__all__ = ["Groups", "IntColumn", "counts", "total", "totals", "weighed"]

IntColumn: TypeAlias = NDArray[Any]
"""Exact integers: int64, or Python integers where int64 could not hold them."""

_BLOCK = 1 << 16  # rows at a time: what a block needs stays in the processor's cache
_INT64 = 2**63


@frozen(eq=False)
class Groups:
    """To which of `n` groups each row belongs."""

    codes: NDArray[np.integer[Any]]
    n: int


def counts(mask: Flags, groups: Groups) -> IntColumn:
    """How many rows of each group the mask has."""
    return _scatter(mask, None, groups)


def total(column: Masked, mask: Flags) -> int:
    """The exact sum of the rows that the mask has."""
    rows = np.flatnonzero(mask)  # faster than column[mask]
    values = column.values.take(rows)
    if column.bound * len(values) < _INT64:
        return int(values.sum())
    high, low = _halves(values)
    return (int(high.sum()) << 32) + int(low.sum())


def totals(column: Masked, mask: Flags, groups: Groups) -> IntColumn:
    """The exact sum of each group's rows that the mask has."""
    if column.bound * len(column) < _INT64:
        return _scatter(column.values, mask, groups)
    high, low = _halves(column.values)
    wide: IntColumn = _scatter(high, mask, groups).astype(object)
    return wide * 2**32 + _scatter(low, mask, groups)


def weighed(sums: IntColumn, weights: list[int]) -> IntColumn:
    """The exact products of each row of sums with the weights, added up along the row."""
    largest = max(abs(int(sums.min())), abs(int(sums.max()))) if sums.size else 0
    exact = sums if largest * max(weights, default=0) * len(weights) < _INT64 else sums.astype(object)
    products: IntColumn = exact @ np.array(weights, exact.dtype)
    return products


def _scatter(values: NDArray[Any], mask: Flags | None, groups: Groups) -> NDArray[np.int64]:
    # np.add.at takes its fast path (1 ns a row) only for intp codes and int64 values into int64: a block of each is
    # cast in cache. Code -1 falls into the last group, as everywhere in numpy.
    sums = np.zeros(groups.n, np.int64)
    size = min(_BLOCK, len(values))
    code_block, value_block = np.empty(size, np.intp), np.empty(size, np.int64)
    for start in range(0, len(values), _BLOCK):
        part = slice(start, start + _BLOCK)
        taken = len(values[part])
        codes, block = code_block[:taken], value_block[:taken]
        np.copyto(codes, groups.codes[part], casting="same_kind")
        if mask is None:
            np.copyto(block, values[part])
        else:
            np.multiply(values[part], mask[part], out=block)
        np.add.at(sums, codes, block)
    return sums


def _halves(values: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    # value = high * 2**32 + low; either half of two billion rows adds up within int64
    wide = values.astype(np.int64, copy=False)
    return wide >> 32, wide & 0xFFFF_FFFF
