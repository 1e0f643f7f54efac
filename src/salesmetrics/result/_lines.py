"""What lines of deals have in common: they are joined, and the same deal is in one of both only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from salesmetrics._numeric.columns import folded, joined, sort_key
from salesmetrics.errors import InvalidValueError, shown

__all__ = ["check_apart", "in_order_of_ids", "joined_ids"]


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
    check_apart([one, other], [np.zeros(len(one), np.intp), np.zeros(len(other), np.intp)], what)
    both: NDArray[Any] = joined([one, other])
    return both


def check_apart(deals: Sequence[NDArray[Any]], groups: Sequence[NDArray[np.intp]], what: str) -> None:
    """Refuse lines of which a deal is in the same group of two parts.

    Args:
        deals: The deal of each line of each part.
        groups: Its group.
        what: What is added.

    Raises:
        InvalidValueError: A deal is.
    """
    ids, group = joined(deals), np.concatenate(groups)
    codes = folded(ids.tolist())[0] if ids.dtype == object else ids
    part = np.repeat(np.arange(len(deals)), [len(one) for one in deals])
    order = np.lexsort((part, codes, group))
    is_same = np.ones(max(len(order) - 1, 0), np.bool_)
    for column in (codes, group):
        is_same &= column[order[1:]] == column[order[:-1]]
    both = ids[order[1:][is_same & (part[order[1:]] != part[order[:-1]])]].tolist()
    if both:
        raise InvalidValueError(
            f"{what} that are added must be of different deals, got {shown(min(both, key=sort_key))} in both; "
            "ask each about its own part of the book"
        )
