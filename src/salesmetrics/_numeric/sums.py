"""Exact integer sums, of all rows and of groups of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, Flags, Masked
from salesmetrics._numeric.few_rows import FewRows, rows_among

__all__ = [
    "FEW_CELLS",
    "Groups",
    "IntColumn",
    "Pass",
    "counts",
    "rounded_products",
    "summed",
    "total",
    "total_of_products",
    "totals",
    "united",
    "weighed",
    "whole_numbers",
]

IntColumn: TypeAlias = NDArray[Any]
"""Exact integers: int64, or Python integers where int64 could not hold them."""

FEW_CELLS = 1 << 15
"""With more sums than this, which no near cache holds, each row costs more than sharing a pass saves."""

_BLOCK = 1 << 16  # rows at a time: what a block needs stays in the processor's cache
_MASKS = 3  # in one pass
_MANY_ROWS = 1 << 14  # of a smaller table, where that costs more than it saves, they are not
_WORTH_A_BLOCK = 10  # bits; blocks of fewer rows take longer than Python's own numbers
_RIDDEN = 29  # bits of the numbers on which counts can ride for a whole block
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

    @property
    def n_cells(self) -> int:
        """How many sums there are."""
        return self.n * self.n_inner

    def take(self, rows: NDArray[np.integer[Any]]) -> Groups:
        """Some of the rows, in the same groups and cells."""
        inner = None if self.inner is None else self.inner.take(rows)
        return Groups(self.codes.take(rows), self.n, inner, self.n_inner)

    def among(self, few: FewRows) -> Groups:
        """Few of the rows, in the same groups and cells."""
        inner = None if self.inner is None else few.array(self.inner)
        return Groups(few.array(self.codes), self.n, inner, self.n_inner)

    def blocks(self, masks: Sequence[Flags] = ()) -> Iterator[tuple[slice, NDArray[np.intp]]]:
        """Rows that a cache holds, and the cell of each, in an array that is written anew for the next.

        Each cell may be divided once more, by which of some masks have a row, one bit each.
        """
        n_rows = len(self.codes)
        size = min(_BLOCK, n_rows)
        # numpy adds small integers several times as fast as large ones
        small: NDArray[Any] = np.empty(size, np.int16 if self.n_cells << len(masks) <= FEW_CELLS else np.intp)
        cells = np.empty(size, np.intp)
        for start in range(0, n_rows, _BLOCK):
            rows = slice(start, min(start + _BLOCK, n_rows))
            some, out = small[: rows.stop - start], cells[: rows.stop - start]
            np.copyto(some, self.codes[rows], casting="same_kind")
            if self.inner is not None:
                some *= self.n_inner
                some += self.inner[rows]
                some += 1
            for mask in masks:
                some <<= 1
                some |= mask[rows].view(np.int8)
            np.copyto(out, some)
            yield rows, out


def whole_numbers(numbers: Sequence[int]) -> IntColumn:
    """Whole numbers of any size as a column, which can be turned in sign."""
    fits = all(-_INT64 < number < _INT64 for number in numbers)
    return np.array(numbers, np.int64 if fits else object)


class Pass:
    """Sums of each group, named first and made when one is looked at, so that they share passes over the rows.

    A pass over a few cells costs as much for several sums as for one: rows are told apart by their group and by which
    of the masks have them, so that a mask's sums are those of some cells; and counts ride in the high bits of a sum.

    Examples:
        >>> everyone, some = np.array([True, True, True]), np.array([True, False, True])
        >>> rows = Pass(Groups(np.array([0, 0, 1]), 2))
        >>> n, total = rows.counts(everyone), rows.totals(Masked(np.array([5, 6, 7]), everyone), some)
        >>> n(), total()
        (array([2, 1]), array([5, 7]))
    """

    def __init__(self, groups: Groups) -> None:
        self.groups = groups
        self._inner: dict[int, tuple[Coded, Pass]] = {}
        self._along: dict[int, tuple[NDArray[Any], Pass]] = {}
        self._named: dict[_Key, _Summed] = {}
        self._made: dict[_Key, IntColumn] = {}

    def counts(self, mask: Flags | None) -> Callable[[], IntColumn]:
        """How many rows of each group the mask has; `None` has them all."""
        return self.promise(None, mask)

    def totals(self, column: Masked, mask: Flags) -> Callable[[], IntColumn]:
        """The exact sum of each group's rows that the mask has."""
        return self.promise(column, mask)

    def promise(self, column: Masked | None, mask: Flags | None) -> Callable[[], IntColumn]:
        """The sum of a column, or with `None` a count."""
        key = id(None if column is None else column.values), id(mask)
        self._named[key] = column, mask  # and kept, so that nothing else can have its id
        for _, inner in self._inner.values():
            inner.promise(column, mask)
        return lambda: self._look(key)

    def within(self, names: Coded) -> Pass:
        """Sums of the cells into which names divide the groups; the first of each is that of rows without a name."""
        groups = Groups(self.groups.codes, self.groups.n, names.codes, len(names.names) + 1)
        return self._inner.setdefault(id(names.codes), (names, Pass(groups)))[1]

    def along(self, rows: NDArray[np.integer[Any]]) -> Pass:
        """Sums over other rows, each of which belongs to a row here."""
        if id(rows) not in self._along:
            self._along[id(rows)] = rows, Pass(self.groups.take(rows))
        return self._along[id(rows)][1]

    def _look(self, key: _Key) -> IntColumn:
        if key not in self._made:
            self._make()
        return self._made[key]

    def _make(self) -> None:
        """Make all sums that were named since."""
        groups, left = self.groups, {key: one for key, one in self._named.items() if key not in self._made}
        for _, inner in self._inner.values():
            if inner.groups.n_cells <= FEW_CELLS:  # their pass is made anyway
                promises = {key: inner.promise(*one) for key, one in left.items()}
                self._made |= {
                    key: one().reshape(groups.n, inner.groups.n_inner).sum(axis=1) for key, one in promises.items()
                }
                return
        masks = {id(mask): mask for _, mask in left.values() if mask is not None}
        for whose, some in masks.items():
            few, named = FewRows.of(some), {key: column for key, (column, _) in left.items() if key[1] == whose}
            if few.n == 0:  # often nothing is missing, and then nothing need be scattered
                self._made |= {key: np.zeros(groups.n_cells, np.int64) for key in named}
            elif few.are_few and len(some) >= _MANY_ROWS:
                self._made |= self._of_few(named, few)
        room = min(_MASKS, (FEW_CELLS // max(1, groups.n_cells)).bit_length() - 1)
        while left := {key: one for key, one in left.items() if key not in self._made}:
            column = next((one for one, _ in left.values() if one is not None), None)
            if room < 1 or (column is not None and column.bound * len(column) >= _INT64):
                key, mask = next((key, mask) for key, (one, mask) in left.items() if one is column)
                self._made[key] = counts(mask, groups) if column is None else totals(column, mask, groups)
            else:
                self._made |= _together(column, left, groups, room)

    def _of_few(self, named: Mapping[_Key, Masked | None], few: FewRows) -> dict[_Key, IntColumn]:
        """Sums over few rows, such as the open deals: from these and no others."""
        some = Pass(self.groups.among(few))
        promises = {
            key: some.promise(None if column is None else few.column(column), None) for key, column in named.items()
        }
        return {key: promise() for key, promise in promises.items()}


_Summed: TypeAlias = tuple[Masked | None, Flags | None]
"""A column, or `None` where rows are counted; and of which rows, or `None` of all."""

_Key: TypeAlias = tuple[int, int]
"""The ids of what is summed and of the mask."""


def _together(column: Masked | None, named: Mapping[_Key, _Summed], groups: Groups, room: int) -> dict[_Key, IntColumn]:
    """What one pass makes: sums of the column, and counts, for as long as there is room for their masks."""
    rides = column is not None and column.bound.bit_length() <= _RIDDEN
    masks: dict[int, Flags] = {}
    chosen: list[_Key] = []
    for key, (one, mask) in sorted(named.items(), key=lambda item: item[1][0] is None):  # sums before counts
        of_this_pass = one is column or (one is None and rides)
        if of_this_pass and (mask is None or key[1] in masks or len(masks) < room):
            chosen.append(key)
            if mask is not None:
                masks[key[1]] = mask
    summed, counted = _cells(column, [*masks.values()], groups, rides=rides)
    patterns = np.arange(1 << len(masks))
    made: dict[_Key, IntColumn] = {}
    for key in chosen:
        column, mask = named[key]
        has = slice(None) if mask is None else (patterns >> [*reversed(masks)].index(key[1])) & 1 == 1
        made[key] = (counted if column is None else summed)[:, has].sum(axis=1)
    return made


def summed(sums: IntColumn) -> Masked:
    """Sums as a column that is summed again."""
    fits = sums.dtype != object or all(abs(one) < _INT64 for one in sums.tolist())
    return Masked(sums.astype(np.int64) if fits else sums, np.ones(len(sums), np.bool_))


def total(column: Masked, mask: Flags) -> int:
    """The exact sum of the rows that the mask has."""
    (values,) = rows_among(mask, column.values)
    if values.dtype == object:
        return sum(values.tolist())
    if column.bound * len(values) < _INT64:
        return int(values.sum())
    high, low = _halves(values)
    return (int(high.sum()) << 32) + int(low.sum())


def total_of_products(column: Masked, weights: Masked, mask: Flags) -> int:
    """The exact sum of the products of two columns over the rows that the mask has; what is not known is 0."""
    few = FewRows.of(mask)
    is_whole = few.are_few or few.n == len(mask)
    values, factors = column.values, weights.values
    if few.are_few:
        values, factors = few.array(values), few.array(factors)
    bits = 62 - (column.bound * weights.bound).bit_length()  # 2**bits products add up within int64
    size, exact = (min(_BLOCK, 1 << bits), np.int64) if bits >= _WORTH_A_BLOCK else (_BLOCK, object)
    found = 0
    for start in range(0, len(values), size):
        some = slice(start, start + size)
        factor = factors[some] if is_whole else factors[some] * mask[some]
        found += int(np.einsum("i,i->", values[some].astype(exact, copy=False), factor.astype(exact, copy=False)))
    return found


def totals(column: Masked, mask: Flags | None, groups: Groups) -> IntColumn:
    """The exact sum of each group's rows that the mask has, however large it is."""
    if column.bound * len(column) < _INT64 or column.values.dtype == object:
        return _scatter(column.values, mask, groups)
    high, low = _halves(column.values)
    wide: IntColumn = _scatter(high, mask, groups).astype(object)
    return wide * 2**32 + _scatter(low, mask, groups)


def counts(mask: Flags | None, groups: Groups) -> IntColumn:
    """How many rows of each group the mask has; `None` has them all."""
    return _scatter(None, mask, groups)


def united(sums: Sequence[IntColumn], places: Sequence[NDArray[np.intp]], n: int) -> IntColumn:
    """The exact sums of `n` groups, from those of parts in which each group comes once at most.

    Args:
        sums: Those of each part.
        places: Which of all groups the groups of each part are.
        n: How many groups there are.

    Examples:
        >>> united([np.array([5, 6]), np.array([7])], [np.array([0, 2]), np.array([2])], 3)
        array([ 5,  0, 13])
    """
    is_wide = sum(map(_largest, sums)) >= _INT64 or any(one.dtype == object for one in sums)
    exact: IntColumn = np.zeros(n, object if is_wide else np.int64)
    for one, place in zip(sums, places, strict=True):
        exact[place] += one
    return exact


def weighed(sums: IntColumn, weights: list[int]) -> IntColumn:
    """The exact products of each row of sums with the weights, added up along the row."""
    exact = sums if _largest(sums) * max(map(abs, weights), default=0) * len(weights) < _INT64 else sums.astype(object)
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


def _scatter(values: NDArray[Any] | None, mask: Flags | None, groups: Groups) -> IntColumn:
    # np.add.at takes its fast path (1 ns a row) only for intp codes and int64 values into int64: a block of each is
    # cast in cache.
    exact = object if values is not None and values.dtype == object else np.int64
    sums = np.zeros(groups.n_cells, exact)
    block = np.ones(min(_BLOCK, len(groups.codes)), exact)
    for rows, cells in groups.blocks():
        some = block[: len(cells)]
        if mask is not None:
            np.multiply(1 if values is None else values[rows], mask[rows], out=some)
        elif values is not None:
            np.copyto(some, values[rows])
        np.add.at(sums, cells, some)
    return sums


def _cells(
    column: Masked | None, masks: Sequence[Flags], groups: Groups, *, rides: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The sums of the column, and counts where they ride on it; or the counts, where there is no column.

    A row of either is a group; a place in it says by its bits which of the masks have those rows.
    """
    shape = groups.n_cells, 1 << len(masks)
    packed, summed, counted = np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    # Sums of 2**run rows stay below 2**(shift - 1) in size, and their counts fit above them.
    bits = 0 if column is None else column.bound.bit_length()
    run = (61 - bits) // 2
    shift = bits + run + 1
    one_row, half = (np.int64(1 << shift), np.int64(1 << shift - 1)) if rides else (np.int64(0), np.int64(0))
    block = np.ones(min(_BLOCK, len(groups.codes)), np.int64)
    for rows, cells in groups.blocks(masks):
        some = block[: len(cells)]
        if column is not None:
            np.add(column.values[rows], one_row, out=some)
        np.add.at(packed.ravel(), cells, some)
        if rides and (rows.stop % (1 << run) == 0 or rows.stop == len(groups.codes)):
            low = ((packed + half) & (one_row - 1)) - half
            summed += low
            counted += (packed - low) >> shift
            packed[:] = 0
    return (summed, counted) if rides else (packed, packed)


def _largest(sums: IntColumn) -> int:
    """The size of the largest, whatever its sign."""
    return max(abs(int(sums.min())), abs(int(sums.max()))) if sums.size else 0


def _halves(values: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    # value = high * 2**32 + low; either half of two billion rows adds up within int64
    wide = values.astype(np.int64, copy=False)
    return wide >> 32, wide & 0xFFFF_FFFF
