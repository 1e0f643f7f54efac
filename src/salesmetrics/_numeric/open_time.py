"""How much of the time before an instant lay in given spans, such as opening hours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["open_time"]

Numbers = NDArray[np.int64]


def open_time(starts: Numbers, ends: Numbers, instants: Numbers) -> Numbers:
    """For each instant how much of all spans lies before it; of two instants the difference lies between them.

    Args:
        starts: Where spans start, ascending.
        ends: Where each one ends, not after the next start.
        instants: In the same unit, in any order.

    Examples:
        >>> open_time(np.array([10, 30]), np.array([20, 35]), np.array([5, 12, 25, 99]))
        array([ 0,  2, 10, 15])
    """
    before = np.append(0, np.cumsum(ends - starts))
    n_begun = np.searchsorted(starts, instants)
    last = np.append(-(2**63), ends).take(n_begun)  # of none that has begun nothing is left
    found: Numbers = before.take(n_begun) - np.maximum(last, instants) + instants
    return found
