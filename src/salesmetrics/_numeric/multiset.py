"""Multisets: sorted distinct whole numbers with their counts, which add, and from which any quantile is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any, final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Flags, Masked, readonly
from salesmetrics._numeric.few_rows import rows_among
from salesmetrics._numeric.sums import Groups, IntColumn, totals

__all__ = ["Multiset", "Multisets", "multiset", "multisets", "united_multisets"]


@final
class Multiset:
    """Sorted distinct whole numbers, and how often each one came.

    Examples:
        >>> days = Multiset(np.array([39, 45, 54]), np.array([1, 1, 2]))
        >>> days.n, days.total, days.quantile(Fraction(1, 2))
        (4, 192, Fraction(99, 2))
    """

    __slots__ = ("counts", "values")

    def __init__(self, values: NDArray[Any], counts: NDArray[Any]) -> None:
        self.values: NDArray[np.int64] = readonly(values.astype(np.int64, copy=False))
        self.counts: NDArray[np.int64] = readonly(counts.astype(np.int64, copy=False))

    @property
    def n(self) -> int:
        """How many numbers there are."""
        return int(self.counts.sum())

    @property
    def total(self) -> int:
        """Their exact sum."""
        return sum(value * times for value, times in self)

    def quantile(self, share: Fraction) -> Fraction | None:
        """The number below which a share of them lies, between two neighbours in proportion (numpy's "linear")."""
        n = self.n
        if n == 0:
            return None
        place = share * (n - 1)
        ends = np.cumsum(self.counts)
        lower, upper = (
            int(self.values[np.searchsorted(ends, rank, side="right")])
            for rank in (int(place), min(int(place) + 1, n - 1))
        )
        return lower + (upper - lower) * (place - int(place))

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return zip(self.values.tolist(), self.counts.tolist(), strict=True)

    def __add__(self, other: Multiset) -> Multiset:
        if not isinstance(other, Multiset):
            return NotImplemented
        values, place = np.unique(np.concatenate([self.values, other.values]), return_inverse=True)
        counts = np.zeros(len(values), np.int64)
        np.add.at(counts, place, np.concatenate([self.counts, other.counts]))
        return Multiset(values, counts)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Multiset):
            return NotImplemented
        return np.array_equal(self.values, other.values) and np.array_equal(self.counts, other.counts)

    def __hash__(self) -> int:
        return hash((self.values.tobytes(), self.counts.tobytes()))

    def __repr__(self) -> str:
        return f"Multiset({self.values.tolist()}, {self.counts.tolist()})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Multiset, (self.values, self.counts)


@frozen(eq=False, slots=False)
class Multisets:
    """The multisets of many groups, end to end; group `i` is rows `starts[i]` to `starts[i + 1]`."""

    values: NDArray[np.int64]
    counts: NDArray[np.int64]
    starts: NDArray[np.int64]

    def __attrs_post_init__(self) -> None:
        for array in (self.values, self.counts, self.starts):
            readonly(array)

    def __reduce__(self) -> tuple[Any, ...]:
        return Multisets, (self.values, self.counts, self.starts)  # a pickled array forgets that it is read-only

    def __len__(self) -> int:
        return len(self.starts) - 1

    def take(self, groups: NDArray[np.intp]) -> Multisets:
        """Some of the groups, in order, where the others are empty."""
        return Multisets(self.values, self.counts, np.append(self.starts.take(groups), self.starts[-1]))

    def __getitem__(self, group: int) -> Multiset:
        if not 0 <= group < len(self):
            raise IndexError(group)
        rows = slice(self.starts[group], self.starts[group + 1])
        return Multiset(self.values[rows], self.counts[rows])

    @cached_property
    def _before(self) -> NDArray[np.int64]:
        """How many numbers there are before each row, of all groups, and at last how many at all."""
        before = np.zeros(len(self.counts) + 1, np.int64)
        np.cumsum(self.counts, out=before[1:])
        return before

    @cached_property
    def n(self) -> IntColumn:
        """How many numbers each group has."""
        return readonly(np.diff(self._before.take(self.starts)))

    @property
    def mean(self) -> NDArray[np.float64]:
        """Each group's mean, as floats; NaN where a group is empty."""
        # reduceat takes an empty group for one row, so a zero row is added and empty groups are written over
        products = np.append(self.values.astype(np.float64) * self.counts, 0.0)
        n = self.n
        means: NDArray[np.float64] = np.add.reduceat(products, self.starts[:-1]) / np.maximum(n, 1)
        means[n == 0] = np.nan
        return means

    @property
    def median(self) -> NDArray[np.float64]:
        """Each group's median, as floats; NaN where a group is empty."""
        ends, n = self._before[1:], self.n
        first = self._before.take(self.starts[:-1])
        padded = np.append(self.values, 0)  # an empty group at the very end looks one past the last value
        low, high = (
            padded[np.searchsorted(ends, first + rank, side="right")].astype(np.float64)
            for rank in ((n - 1) // 2, n // 2)
        )
        medians: NDArray[np.float64] = low / 2 + high / 2
        medians[n == 0] = np.nan
        return medians


def multiset(column: Masked, mask: Flags) -> Multiset:
    """The numbers of the rows that the mask has."""
    (values,) = rows_among(mask, column.values)
    low, high = _range(values)
    if low < 0 or high >= 4 * len(values):
        return Multiset(*np.unique(values, return_counts=True))
    return Multiset(*_counted(values, high + 1))


def multisets(column: Masked, mask: Flags, groups: Groups) -> Multisets:
    """The numbers of each group's rows that the mask has."""
    values, codes = rows_among(mask, column.values, groups.codes)
    codes = codes.astype(np.int32)
    if codes.min(initial=0) < 0:
        codes[codes < 0] += groups.n
    return _folded(values, codes, groups.n)


def united_multisets(parts: Sequence[Multisets], places: Sequence[NDArray[np.intp]], n: int) -> Multisets:
    """The multisets of `n` groups, from those of parts; where each part's groups stand among all is in `places`."""
    codes = [np.repeat(place, np.diff(one.starts)) for one, place in zip(parts, places, strict=True)]
    values, times = (np.concatenate([getattr(one, name) for one in parts]) for name in ("values", "counts"))
    return _folded(values, np.concatenate(codes).astype(np.int32), n, times)


def _folded(values: NDArray[Any], codes: NDArray[Any], n: int, times: NDArray[np.int64] | None = None) -> Multisets:
    """Each group's different values, and how often each comes, when each row stands for one or for so many.

    The codes are written over.
    """
    low, high = _range(values)
    bits = (high - low).bit_length()
    width = bits + n.bit_length()
    if width > 63:
        order = np.lexsort((values, codes))
        firsts = _firsts(codes[order], values[order])
        codes, values = codes[order[firsts]].astype(np.int64), values[order[firsts]].astype(np.int64)
        times = _lengths(firsts, None if times is None else times.take(order), len(order))
    else:
        # One packed key sorts ten times faster than two columns, and where there are few different ones it is counted;
        # and only what is left of it is unpacked.
        keys: NDArray[Any] = codes.astype(np.int32 if width < 32 else np.int64, copy=False)
        keys <<= bits
        keys += values
        keys -= np.int64(low).astype(keys.dtype)  # where a sum did not fit the keys, it comes back
        if n << bits <= len(keys):
            left, times = _counted(keys, n << bits, times)
        else:
            if times is None:
                keys.sort()
            else:
                order = np.argsort(keys, kind="stable")  # which is quick where parts that are sorted stand end to end
                keys, times = keys.take(order), times.take(order)
            firsts = _firsts(keys)
            left, times = keys.take(firsts).astype(np.int64), _lengths(firsts, times, len(keys))
        codes, values = left >> bits, (left & ((1 << bits) - 1)) + low
    starts = np.searchsorted(codes, np.arange(n + 1))
    return Multisets(values, times, starts)


def _range(values: NDArray[Any]) -> tuple[int, int]:
    """The smallest and the largest number; 0 of none."""
    return (int(values.min()), int(values.max())) if len(values) else (0, 0)


def _counted(
    keys: NDArray[Any], n: int, times: NDArray[np.int64] | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The different keys from 0 to `n - 1`, and how often each comes."""
    summed = np.bincount(keys) if times is None else totals(Masked(times, times > 0), None, Groups(keys, n))
    left = np.flatnonzero(summed > 0)  # of flags it is several times as fast as of numbers
    return left, summed.take(left).astype(np.int64, copy=False)


def _lengths(firsts: NDArray[np.intp], times: NDArray[np.int64] | None, n_rows: int) -> NDArray[np.int64]:
    """How many rows each run of equal ones has, when each row is one or so many."""
    return np.diff(firsts, append=n_rows) if times is None else np.add.reduceat(times, firsts)


def _firsts(*columns: NDArray[Any]) -> NDArray[np.intp]:
    """Where a row of sorted columns differs from the row before."""
    new = np.zeros(len(columns[0]), np.bool_)
    new[:1] = True
    for column in columns:
        new[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(new)
