"""The order of rows by a code and then by a number, and where rows of one list stand in another."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["is_in_order", "places_of", "stable_order"]


def is_in_order(codes: NDArray[Any], numbers: NDArray[np.int64]) -> bool:
    """Whether rows stand by code and then by number already, as those of most exports do.

    Examples:
        >>> is_in_order(np.array([0, 1, 1]), np.array([9, 2, 2]))
        True
    """
    same, later = codes[1:] == codes[:-1], numbers[1:] >= numbers[:-1]
    return bool(((codes[1:] > codes[:-1]) | (same & later)).all())


def stable_order(codes: NDArray[Any], numbers: NDArray[np.int64]) -> NDArray[np.intp]:
    """The rows by code, then by number, then as they came; codes are not negative.

    Examples:
        >>> stable_order(np.array([1, 0, 1]), np.array([5, 9, 2]))
        array([1, 2, 0])
    """
    if is_in_order(codes, numbers):
        return np.arange(len(codes))
    above = numbers - numbers.min()  # no numbers here are 2**63 apart: times of ten thousand years are 2**58
    above //= max(int(np.gcd.reduce(above)), 1)  # whole days or seconds need far fewer bits than microseconds
    bits = int(above.max()).bit_length()
    if int(codes.max()).bit_length() + bits + len(codes).bit_length() <= 63:
        return _packed_order((codes.astype(np.int64) << bits) | above)
    by_number = _packed_order(above)
    return by_number.take(_packed_order(codes.astype(np.int64).take(by_number)))


def places_of(wanted: NDArray[Any], ids: NDArray[Any]) -> NDArray[np.int64]:
    """For each wanted id its place among different ids, -1 where it has none.

    Examples:
        >>> places_of(np.array([7, 8, 5]), np.array([5, 7]))
        array([ 1, -1,  0])
    """
    if not len(ids):
        return np.full(len(wanted), -1)
    if object in (wanted.dtype, ids.dtype):
        place = {one: row for row, one in enumerate(ids.tolist())}
        return np.fromiter((place.get(one, -1) for one in wanted.tolist()), np.int64, len(wanted))
    low, high = int(ids.min()), int(ids.max())
    if high - low < 8 * len(ids) + 65_536:  # a table to look up beats a search, as long as it is not mostly empty
        table = np.full(high - low + 2, -1)
        table[ids - low] = np.arange(len(ids))
        is_near = (wanted >= low) & (wanted <= high)
        return table.take(np.where(is_near, wanted - low, high - low + 1))
    order = np.argsort(ids, kind="stable")
    found = order.take(np.minimum(np.searchsorted(ids, wanted, sorter=order), len(ids) - 1))
    return np.where(ids.take(found) == wanted, found, -1)


def _packed_order(keys: NDArray[np.int64]) -> NDArray[np.intp]:
    """The stable order of keys that are not negative: the rows travel in the low bits of what is sorted."""
    bits = len(keys).bit_length()
    if int(keys.max()).bit_length() + bits > 63:
        return np.argsort(keys, kind="stable")
    packed = keys << bits  # sorted whole, ten times faster than argsort finds an order
    packed |= np.arange(len(keys))
    packed.sort()
    packed &= (1 << bits) - 1
    return packed
