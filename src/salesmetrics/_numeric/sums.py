"""Exact integer sums, of all rows and of groups of rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Flags, Masked

__all__ = ["Groups", "IntColumn", "counts", "rounded_products", "sizes", "total", "totals", "weighed", "whole_numbers"]

IntColumn: TypeAlias = NDArray[Any]
"""Exact integers: int64, or Python integers where int64 could not hold them."""

_BLOCK = 1 << 16  # rows at a time: what a block needs stays in the processor's cache
_INT64 = 2**63


@frozen(eq=False)
class Groups:
    """To which of `n` groups each row belongs; code -1 is the last group, as everywhere in numpy.

    A second code, from -1 up, may divide each group into `n_inner` cells.
    """

    codes: NDArray[np.integer[Any]]
    n: int
    inner: NDArray[np.signedinteger[Any]] | None = None
    n_inner: int = 1

    def write(self, rows: slice, out: NDArray[np.intp]) -> None:
        """Write the cell of each of these rows."""
        np.copyto(out, self.codes[rows])
        if self.inner is not None:
            out *= self.n_inner
            out += self.inner[rows]
            out += 1


def whole_numbers(numbers: Sequence[int]) -> IntColumn:
    """Whole numbers of any size as a column, which can be turned in sign."""
    fits = all(-_INT64 < number < _INT64 for number in numbers)
    return np.array(numbers, np.int64 if fits else object)


def sizes(groups: Groups) -> IntColumn:
    """How many rows each group has."""
    return _scatter(None, None, groups)


def counts(mask: Flags, groups: Groups) -> IntColumn:
    """How many rows of each group the mask has."""
    if not mask.any():  # often nothing is missing, and then nothing need be scattered
        return np.zeros(groups.n * groups.n_inner, np.int64)
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
    exact = sums if largest * max(map(abs, weights), default=0) * len(weights) < _INT64 else sums.astype(object)
    products: IntColumn = exact @ np.array(weights, exact.dtype)
    return products


def rounded_products(values: NDArray[Any], weights: NDArray[Any], scale: int) -> NDArray[np.int64]:
    """Each number times a weight of at most 1, in whole units of `1 / scale`, rounded half away from zero.

    Examples:
        >>> rounded_products(np.array([123450, -2, 3]), np.array([250_000, 250_000, 500_000]), 1_000_000)
        array([30863,    -1,     2])
    """
    sizes = np.abs(values.astype(np.int64))
    whole, rest = sizes // scale, sizes % scale  # the product itself might not fit 64 bits
    shares = weights.astype(np.int64)
    rounded: NDArray[np.int64] = whole * shares + (2 * rest * shares + scale) // (2 * scale)
    return np.where(values < 0, -rounded, rounded)


def _scatter(values: NDArray[Any] | None, mask: Flags | None, groups: Groups) -> NDArray[np.int64]:
    # np.add.at takes its fast path (1 ns a row) only for intp codes and int64 values into int64: a block of each is
    # cast in cache.
    sums = np.zeros(groups.n * groups.n_inner, np.int64)
    n_rows = len(groups.codes)
    size = min(_BLOCK, n_rows)
    cell_block, value_block = np.empty(size, np.intp), np.ones(size, np.int64)
    for start in range(0, n_rows, _BLOCK):
        rows = slice(start, min(start + _BLOCK, n_rows))
        cells, block = cell_block[: rows.stop - start], value_block[: rows.stop - start]
        groups.write(rows, cells)
        if values is not None and mask is not None:
            np.multiply(values[rows], mask[rows], out=block)
        elif values is not None:
            np.copyto(block, values[rows])
        np.add.at(sums, cells, block)
    return sums


def _halves(values: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    # value = high * 2**32 + low; either half of two billion rows adds up within int64
    wide = values.astype(np.int64, copy=False)
    return wide >> 32, wide & 0xFFFF_FFFF
