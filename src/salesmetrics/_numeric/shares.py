"""Whole shares of rounded wholes, by the largest remainder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Masked
from salesmetrics._numeric.sums import Groups, IntColumn, Pass

__all__ = ["shares"]

_INT64 = 2**63


def shares(
    values: NDArray[np.int64],
    codes: NDArray[np.intp],
    ratios: Sequence[tuple[int, int]],
    rounded: Callable[[int, int], int],
) -> IntColumn:
    """Each value times the ratio of its group, up or down to a whole number, so that groups add up.

    The sum of a group is multiplied exactly and rounded once; its rows are rounded down, and what is left goes one by
    one to the rows with the largest remainders, the first among equals. Values of the other sign have shares of the
    other sign.

    Args:
        values: Whole numbers.
        codes: The group of each value, from 0 to `len(ratios) - 1`.
        ratios: For each group a numerator and a denominator, neither below zero.
        rounded: How a numerator and a denominator become the nearest whole number, the same for either sign.
    """
    n = len(ratios)
    sums = _sums(values, codes, n).tolist()
    wholes = [rounded(one * top, bottom) for one, (top, bottom) in zip(sums, ratios, strict=True)]
    largest = np.zeros(n, np.int64)
    np.maximum.at(largest, codes, np.abs(values))
    is_wide = np.array(
        [
            max(size, 1) * top >= _INT64 or bottom >= _INT64
            for size, (top, bottom) in zip(largest.tolist(), ratios, strict=True)
        ],
        np.bool_,
    )
    signs = _signs(values, codes, sums)
    out: IntColumn = np.zeros(len(values), object if is_wide.any() else np.int64)
    for some, kind in ((~is_wide, np.int64), (is_wide, object)):  # few groups are wide, and their rows are slow
        rows = np.flatnonzero(some.take(codes))
        place = np.cumsum(some) - 1
        chosen = np.flatnonzero(some).tolist()
        if chosen:
            top, bottom = (np.array([ratios[code][side] for code in chosen], kind) for side in (0, 1))
            whole = [wholes[code] * sign for code, sign in zip(chosen, signs[some].tolist(), strict=True)]
            sign = signs.take(codes[rows])
            size = values[rows].astype(kind) * sign
            out[rows] = _of_one_kind(size, place.take(codes[rows]), top, bottom, whole) * sign
    return out


def _of_one_kind(
    values: NDArray[Any], codes: NDArray[np.intp], top: NDArray[Any], bottom: NDArray[Any], wholes: list[int]
) -> NDArray[Any]:
    """The shares where all products fit the type of the arrays."""
    products, divisors = values * top.take(codes), bottom.take(codes)
    down = products // divisors
    rest = products - down * divisors
    n = len(wholes)
    left = np.array(wholes, object) - _sums(down, codes, n)
    by_rest = np.argsort(-rest, kind="stable")
    small = codes.astype(np.min_scalar_type(n))  # numpy sorts two bytes in one pass
    order = by_rest[np.argsort(small[by_rest], kind="stable")]
    sizes = np.bincount(codes)
    rank = np.empty(len(codes), np.intp)
    rank[order] = np.arange(len(codes)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    taller: NDArray[Any] = down + (rank < left.astype(np.intp).take(codes))
    return taller


def _sums(values: NDArray[Any], codes: NDArray[np.intp], n: int) -> IntColumn:
    if values.dtype != object:
        all_rows = np.ones(len(values), np.bool_)
        return Pass(Groups(codes, n)).totals(Masked(values.view(), all_rows), all_rows)()
    sums = np.zeros(n, object)
    np.add.at(sums, codes, values)
    return sums


def _signs(values: NDArray[np.int64], codes: NDArray[np.intp], sums: list[int]) -> NDArray[np.int64]:
    """The sign of each group's sum, or of its first value that is not zero where they cancel."""
    signs = np.array([(one > 0) - (one < 0) for one in sums], np.int64)
    rows = np.flatnonzero((signs == 0).take(codes) & (values != 0))
    groups, first = np.unique(codes[rows], return_index=True)
    signs[groups] = np.sign(values[rows[first]])
    return signs
