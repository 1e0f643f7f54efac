"""Numbers that look drawn and are the same everywhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["Draws"]


class Draws:
    """Numbers from a raw bit generator, whose stream numpy promises to keep; its distributions it does not.

    Args:
        seed: Which stream; several numbers for one that is apart from that of the first.
        n: How many numbers there are in a draw.
    """

    def __init__(self, seed: int | tuple[int, ...], n: int) -> None:
        self._bits = np.random.PCG64(seed)
        self._n = n

    def share(self) -> NDArray[np.float64]:
        """Fractions in [0, 1)."""
        raw = np.asarray(self._bits.random_raw(self._n), np.uint64)
        return (raw >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def whole(self, end: int) -> NDArray[np.int64]:
        """Whole numbers from 0 up to and without the end."""
        return (self.share() * end).astype(np.int64)

    def weighted(self, weights: tuple[int, ...]) -> NDArray[np.int64]:
        """Places, each as often as its weight says."""
        return np.searchsorted(np.cumsum(weights), self.whole(sum(weights)), side="right").astype(np.int64)
