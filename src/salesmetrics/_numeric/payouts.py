"""What each step along a curve of straight pieces is worth: differences of a total that is rounded once."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import chain
from math import ceil, floor, lcm
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import code_type
from salesmetrics._numeric.order import blocks
from salesmetrics._numeric.sums import IntColumn

__all__ = ["Pieces", "running_sums", "steps_between"]

_INT64 = 2**63


@frozen
class Pieces:
    """A curve of straight pieces, from whole numbers to whole numbers.

    A number lies in the last piece whose bound it has reached, and there the curve is
    `(slope * number + start) / denominator`, rounded half away from zero.

    Args:
        bounds: Where each piece but the first begins, ascending.
        slopes: The slope of each piece.
        starts: What each piece's line comes to at 0.
        denominator: What both are divided by.
    """

    bounds: tuple[int, ...]
    slopes: tuple[int, ...]
    starts: tuple[int, ...]
    denominator: int

    @classmethod
    def of(cls, lines: Iterable[tuple[Fraction, Fraction, Fraction]], *, reached: bool) -> Pieces:
        """Pieces from exact lines: where each begins, what it comes to there, and its slope.

        Args:
            lines: In order; the first goes on below its beginning.
            reached: Whether who is exactly at a bound has reached it.

        Examples:
            >>> Pieces.of([(Fraction(0), Fraction(0), Fraction(0)), (Fraction(5), Fraction(1, 2), Fraction(1))],
            ...           reached=True)
            Pieces(bounds=(5,), slopes=(0, 2), starts=(0, -9), denominator=2)
        """
        known = [(bound, slope, start - slope * bound) for bound, start, slope in lines]
        denominator = lcm(*(one.denominator for one in chain.from_iterable((slope, at) for _, slope, at in known)))
        return cls(
            tuple(ceil(bound) if reached else floor(bound) + 1 for bound, _, _ in known[1:]),
            tuple(int(slope * denominator) for _, slope, _ in known),
            tuple(int(start * denominator) for _, _, start in known),
            denominator,
        )

    def at(self, numbers: IntColumn) -> IntColumn:
        """What the curve comes to at each number, rounded.

        Examples:
            >>> Pieces((5,), (0, 2), (0, -9), 2).at(np.array([4, 5, 6, -1]))
            array([0, 1, 2, 0])
        """
        kind = np.int64 if numbers.dtype != object and self._fits(numbers) else object
        # Everything twice, so that half of the denominator is whole.
        slopes, starts = (2 * np.array(those, kind) for those in (self.slopes, self.starts))
        out: IntColumn = np.empty(len(numbers), kind)
        for block in blocks(len(numbers)):
            some, paid = numbers[block].astype(kind, copy=False), out[block]
            piece: NDArray[np.signedinteger[Any]] = np.zeros(len(some), code_type(len(slopes)))
            for bound in self.bounds:
                piece += some >= bound
            slopes.take(piece, out=paid, mode="clip")
            paid *= some
            paid += starts.take(piece)
            paid -= paid < 0  # half away from zero: what is below it is rounded down from one less
            paid += self.denominator
            paid //= 2 * self.denominator
        return out

    def _fits(self, numbers: IntColumn) -> bool:
        """Whether everything that comes up on the way fits 64 bits."""
        largest = max(1, abs(int(numbers.min())), abs(int(numbers.max()))) if len(numbers) else 1
        steepest, highest = (max(map(abs, those)) for those in (self.slopes, self.starts))
        double = 2 * (largest * steepest + highest + self.denominator)
        return max(double, max(map(abs, self.bounds), default=0)) < _INT64


def running_sums(numbers: IntColumn, firsts: NDArray[np.intp]) -> IntColumn:
    """The sum of each number and those before it, begun anew at some rows, the first row being one.

    Examples:
        >>> running_sums(np.array([1, 2, 3, 4]), np.array([0, 2]))
        array([1, 3, 3, 7])
    """
    sizes = np.diff(firsts, append=len(numbers))
    if numbers.dtype != object and len(numbers):
        largest = max(abs(int(numbers.min())), abs(int(numbers.max())))
        # What all rows sum up to may wrap around 64 bits: it wraps back where the rows before a run are taken away.
        if largest * int(sizes.max()) >= _INT64:
            numbers = numbers.astype(object)
    sums: IntColumn = np.cumsum(numbers)
    sums -= np.repeat(sums.take(firsts) - numbers.take(firsts), sizes)
    return sums


def steps_between(totals: IntColumn, firsts: NDArray[np.intp]) -> IntColumn:
    """By how much each total is more than the one before it, begun anew from 0 at some rows.

    Examples:
        >>> steps_between(np.array([1, 3, 3, 7]), np.array([0, 2]))
        array([1, 2, 3, 4])
    """
    steps = totals.copy()
    steps[1:] -= totals[:-1]
    steps[firsts] = totals.take(firsts)
    return steps
