"""The order of rows by a code and then by a number, and where rows of one list stand in another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["blocks", "in_order", "is_in_order", "of_another_kind", "places_of", "stable_order"]

_BLOCK = 1 << 16


def blocks(n_rows: int) -> Iterator[slice]:
    """Rows some thousand at a time: what is worked out of a block stays in the processor's cache.

    Examples:
        >>> [*blocks(100_000)]
        [slice(0, 65536, None), slice(65536, 100000, None)]
    """
    return (slice(start, min(start + _BLOCK, n_rows)) for start in range(0, n_rows, _BLOCK))


def is_in_order(codes: NDArray[Any], numbers: NDArray[np.int64]) -> bool:
    """Whether rows stand by code and then by number already, as those of most exports do.

    Examples:
        >>> is_in_order(np.array([0, 1, 1]), np.array([9, 2, 2]))
        True
    """
    for block in blocks(len(codes) - 1):
        behind = slice(block.start + 1, block.stop + 1)
        same, later = codes[behind] == codes[block], numbers[behind] >= numbers[block]
        if not ((codes[behind] > codes[block]) | (same & later)).all():
            return False
    return True


def stable_order(codes: NDArray[Any], numbers: NDArray[np.int64]) -> NDArray[np.intp]:
    """The rows by code, then by number, then as they came; codes are not negative.

    Examples:
        >>> stable_order(np.array([1, 0, 1]), np.array([5, 9, 2]))
        array([1, 2, 0])
    """
    return in_order(codes, numbers)[0]


def in_order(
    codes: NDArray[Any], numbers: NDArray[np.int64]
) -> tuple[NDArray[np.intp], NDArray[np.int64], NDArray[np.int64]]:
    """The rows by code, then by number, then as they came, and their codes and numbers in that order.

    Whatever is sorted carries what it is sorted for in its low bits: a sort of whole numbers is ten times faster than
    finding an order, and what it carries need not be fetched from all over the memory.

    Examples:
        >>> in_order(np.array([1, 0, 1]), np.array([5, 9, 2]))
        (array([1, 2, 0]), array([0, 1, 1]), array([9, 2, 5]))
    """
    if is_in_order(codes, numbers):
        return np.arange(len(codes)), codes.astype(np.int64), numbers
    low, row_bits = int(numbers.min()), len(codes).bit_length()
    number_bits = (int(numbers.max()) - low).bit_length()
    if int(codes.max()).bit_length() + number_bits + row_bits <= 63:  # as whole days: one sort has it all
        keys = codes.astype(np.int64)
        keys <<= number_bits
        keys += numbers - low
        keys <<= row_bits
        keys |= np.arange(len(keys))
        keys.sort()
        rows = keys & ((1 << row_bits) - 1)
        keys >>= row_bits
        return rows, keys >> number_bits, (keys & ((1 << number_bits) - 1)) + low
    rows = _packed_order(codes.astype(np.int64))
    by_code, moments = codes.take(rows).astype(np.int64), numbers.take(rows)
    if is_in_order(by_code, moments):  # as in a log of all that happens
        return rows, by_code, moments
    above = moments - low  # no numbers here are 2**63 apart: times of ten thousand years are 2**58
    unit = _unit_of(above)  # whole days or seconds need far fewer bits than microseconds
    above //= unit
    is_first = np.ones(len(rows), np.bool_)
    is_first[1:] = by_code[1:] != by_code[:-1]
    first = np.flatnonzero(is_first)
    start = np.repeat(first, np.diff(first, append=len(rows)))
    within = np.arange(len(rows)) - start
    number_bits, place_bits = int(above.max()).bit_length(), int(within.max()).bit_length()
    if int(by_code[-1]).bit_length() + number_bits + place_bits > 63:
        by_number = _packed_order(numbers - low)
        rows = by_number.take(_packed_order(codes.astype(np.int64).take(by_number)))
        return rows, by_code, numbers.take(rows)
    keys = by_code
    keys <<= number_bits
    keys |= above
    keys <<= place_bits
    keys |= within
    keys.sort()
    rows = rows.take(start + (keys & ((1 << place_bits) - 1)))  # each from nearby: codes stand together already
    keys >>= place_bits
    return rows, keys >> number_bits, (keys & ((1 << number_bits) - 1)) * unit + low


def places_of(wanted: NDArray[Any], ids: NDArray[Any]) -> NDArray[np.int64]:
    """For each wanted id its place among different ids, -1 where it has none.

    Examples:
        >>> places_of(np.array([7, 8, 5]), np.array([5, 7]))
        array([ 1, -1,  0])
    """
    if not len(ids) or not len(wanted):
        return np.full(len(wanted), -1)
    if object in (wanted.dtype, ids.dtype):
        place = {one: row for row, one in enumerate(ids.tolist())}
        return np.fromiter(map(place.get, wanted.tolist(), repeat(-1)), np.int64, len(wanted))
    low, high = int(ids.min()), int(ids.max())
    if high - low == len(ids) - 1 and (ids[1:] > ids[:-1]).all():  # numbered one by one, as databases do
        is_near = (wanted >= low) & (wanted <= high)
        return wanted - low if is_near.all() else np.where(is_near, wanted - low, -1)
    found = np.empty(len(wanted), np.int64)
    if high - low < 8 * len(ids) + 65_536:  # a table to look up beats a search, as long as it is not mostly empty
        table = np.full(high - low + 2, -1)
        table[ids - low] = np.arange(len(ids))
        for block in blocks(len(wanted)):
            some = wanted[block]
            table.take(np.where((some >= low) & (some <= high), some - low, high - low + 1), out=found[block])
        return found
    order = np.argsort(ids, kind="stable")
    found = order.take(np.minimum(np.searchsorted(ids, wanted, sorter=order), len(ids) - 1))
    return np.where(ids.take(found) == wanted, found, -1)


def of_another_kind(strangers: Iterable[str | int], ids: NDArray[Any]) -> tuple[str | int, str | int] | None:
    """The first of some ids that is among the others but for its kind: a number that is text there, or text a number.

    Examples:
        >>> of_another_kind(["8", "7"], np.array([7, 9]))
        ('7', 7)
    """
    other: dict[str | int, str | int] = {}
    for one in strangers:
        if isinstance(one, int):
            other[one] = str(one)
        elif one.isdecimal() and len(one) <= 19:  # a longer one fits no column of numbers
            other[one] = int(one)
    own = set(ids.tolist()) if other else set()
    return next(((one, twin) for one, twin in other.items() if twin in own), None)


def _unit_of(numbers: NDArray[np.int64]) -> int:
    """What all numbers are multiples of: that of the first few, if it holds for the others too."""
    unit = max(int(np.gcd.reduce(numbers[:_BLOCK])), 1)
    if all((numbers[block] // unit * unit == numbers[block]).all() for block in blocks(len(numbers))):
        return unit
    return max(int(np.gcd.reduce(numbers)), 1)


def _packed_order(keys: NDArray[np.int64]) -> NDArray[np.intp]:
    """The stable order of keys that are not negative: the rows travel in the low bits of what is sorted."""
    bits = len(keys).bit_length()
    if int(keys.max()).bit_length() + bits > 63:
        return np.argsort(keys, kind="stable")
    packed = keys << bits
    packed |= np.arange(len(keys))
    packed.sort()
    packed &= (1 << bits) - 1
    return packed
