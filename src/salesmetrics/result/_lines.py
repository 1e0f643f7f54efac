"""What lines of deals have in common: they are joined, and the same deal is in one of both only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from salesmetrics._numeric.columns import sort_key
from salesmetrics.errors import InvalidValueError, shown

__all__ = ["column_of_ids", "in_order_of_ids", "joined_ids"]


def column_of_ids(deals: Sequence[Any]) -> NDArray[Any]:
    """Ids as a column: whole numbers where all of them are, else objects."""
    if deals and all(type(one) is int and -(2**63) <= one < 2**63 for one in deals):
        return np.array(deals, np.int64)
    column = np.empty(len(deals), object)
    column[:] = deals
    return column


def in_order_of_ids(deals: NDArray[Any]) -> NDArray[np.intp]:
    """The places of ids in their order: numbers first, then texts; of one id as they stand."""
    if deals.dtype != object:
        return np.argsort(deals, kind="stable")
    listed = deals.tolist()
    return np.array(sorted(range(len(listed)), key=lambda place: sort_key(listed[place])), np.intp)


def joined_ids(one: NDArray[Any], other: NDArray[Any], what: str) -> NDArray[Any]:
    """The ids of both.

    Raises:
        InvalidValueError: An id is in both.
    """
    if object in (one.dtype, other.dtype):
        one, other = one.astype(object), other.astype(object)  # whole numbers of Python's, and not of numpy's
        both: Any = set(one.tolist()).intersection(other.tolist())
    else:
        both = np.intersect1d(one, other).tolist()
    if both:
        raise InvalidValueError(
            f"{what} that are added must be of different deals, got {shown(min(both, key=sort_key))} in both; "
            "ask each about its own part of the book"
        )
    return np.concatenate([one, other])
