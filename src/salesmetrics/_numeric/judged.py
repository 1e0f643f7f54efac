"""How well numbers that were told beforehand go with what came: by their order, their size, and group by group."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import floor, fsum, inf, log
from typing import NamedTuple

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from salesmetrics._numeric.multiset import Multiset
from salesmetrics._numeric.sums import IntColumn

__all__ = ["Bin", "Judged"]

_INT64 = 2**63


class Bin(NamedTuple):
    """Scores that are looked at together.

    Attributes:
        low: Scores are above this one; at it too in the first bin.
        high: And not above this one.
        n: How many there are.
        hits: How often what they spoke of came.
        total: Their sum.
    """

    low: Fraction
    high: Fraction
    n: int
    hits: int
    total: int

    @property
    def mean(self) -> Fraction:
        """The mean score."""
        return Fraction(self.total, self.n)

    @property
    def share(self) -> Fraction:
        """How large a share came."""
        return Fraction(self.hits, self.n)


@frozen(eq=False, slots=False)
class Judged:
    """Whole scores of what came and of what did not; where they are probabilities, `scale` of them make one.

    Examples:
        >>> ones = np.array([1, 1])
        >>> judged = Judged(Multiset(np.array([35, 80]), ones), Multiset(np.array([10, 40]), ones))
        >>> judged.auc, judged.brier(100)
        (Fraction(3, 4), Fraction(253, 1600))
    """

    came: Multiset
    not_came: Multiset

    @cached_property
    def n_hits(self) -> int:
        """How many came."""
        return self.came.n

    @cached_property
    def n_misses(self) -> int:
        """How many did not."""
        return self.not_came.n

    @cached_property
    def scores(self) -> NDArray[np.int64]:
        """The different scores, ascending."""
        return (self.came + self.not_came).values

    @cached_property
    def hits(self) -> IntColumn:
        """How often what had each score came."""
        return self._beside(self.came)

    @cached_property
    def misses(self) -> IntColumn:
        """How often it did not."""
        return self._beside(self.not_came)

    def _beside(self, some: Multiset) -> IntColumn:
        """The counts of a multiset beside all scores, as numbers of which two can be multiplied."""
        counts = np.zeros(len(self.scores), np.int64)
        counts[np.searchsorted(self.scores, some.values)] = some.counts
        n = self.n_hits + self.n_misses
        return counts if 4 * n * n < _INT64 else counts.astype(object)

    @cached_property
    def auc(self) -> Fraction | None:
        """How likely one that came has a higher score than one that did not, a tie counting half; `None` of one kind.

        Examples:
            >>> print(Judged(Multiset(np.array([5]), np.array([2])), Multiset(np.array([5]), np.array([3]))).auc)
            1/2
        """
        if not (self.n_hits and self.n_misses):
            return None
        below = np.cumsum(self.misses) - self.misses
        twice = int((self.hits * (2 * below + self.misses)).sum())
        return Fraction(twice, 2 * self.n_hits * self.n_misses)

    @cached_property
    def average_precision(self) -> float | None:
        """The mean, over all that came, of the share that came of those with as high a score; `None` of none."""
        if not self.n_hits:
            return None
        hits, misses = (np.cumsum(counts[::-1]) for counts in (self.hits, self.misses))
        shares = (self.hits[::-1] * hits / (hits + misses)).astype(np.float64)
        return fsum(shares.tolist()) / self.n_hits

    def brier(self, scale: int) -> Fraction | None:
        """The mean square of the distance from 1 of what came, and from 0 of what did not; `None` of nothing.

        Args:
            scale: How many make a probability of one.

        References:
            G. W. Brier, Monthly Weather Review 78 (1950) 1-3.
        """
        n = self.n_hits + self.n_misses
        if not n:
            return None
        fits = n * scale * scale < _INT64
        scores, hits, misses = (
            column.astype(np.int64 if fits else object) for column in (self.scores, self.hits, self.misses)
        )
        total = int((hits * (scale - scores) ** 2 + misses * scores**2).sum())
        return Fraction(total, n * scale * scale)

    def log_loss(self, scale: int) -> float | None:
        """The mean surprise at what came, in natural logarithms; endless where it was thought impossible.

        Args:
            scale: How many make a probability of one.

        Examples:
            >>> sure = Multiset(np.array([100]), np.array([1]))
            >>> Judged(sure, Multiset(np.array([50]), np.array([1]))).log_loss(100)
            0.34657359027997264

        References:
            I. J. Good, Journal of the Royal Statistical Society B 14 (1952) 107-114.
        """
        n = self.n_hits + self.n_misses
        if not n:
            return None
        least = self.came.values[:1].tolist() == [0]
        most = self.not_came.values[-1:].tolist() == [scale]
        if least or most:
            return inf
        surprises = [
            *(times * -log(score / scale) for score, times in self.came),
            *(times * -log((scale - score) / scale) for score, times in self.not_came),
        ]
        return fsum(surprises) / n

    def bins(self, bounds: Sequence[int | Fraction]) -> list[Bin]:
        """The scores between bounds, those at a bound together with the ones below; bins without any are left out.

        Args:
            bounds: Ascending, no score outside of the first and the last.

        Examples:
            >>> came, not_came = Multiset(np.array([4, 9]), np.array([1, 1])), Multiset(np.array([1]), np.array([2]))
            >>> [(one.n, one.hits, one.total) for one in Judged(came, not_came).bins([0, 5, 7, 10])]
            [(3, 1, 6), (1, 1, 9)]
        """
        ends = np.searchsorted(self.scores, [floor(bound) for bound in bounds[1:]], side="right").tolist()
        found: list[Bin] = []
        start = 0
        for (low, high), end in zip(pairwise(bounds), ends, strict=True):
            if end > start:
                scores = self.scores[start:end].astype(object)
                hits, misses = (counts[start:end].sum() for counts in (self.hits, self.misses))
                total = (scores * (self.hits[start:end] + self.misses[start:end])).sum()
                found.append(Bin(Fraction(low), Fraction(high), int(hits + misses), int(hits), int(total)))
            start = end
        return found

    def quantiles(self, n: int) -> list[Fraction]:
        """The bounds of so many bins with as many scores each, as far as ties let them; of nothing none."""
        all_scores = self.came + self.not_came
        bounds = [all_scores.quantile(Fraction(part, n)) for part in range(n + 1)]
        return [bound for bound in bounds if bound is not None]

    def hits_at_top(self, n: Fraction) -> Fraction:
        """How many of the `n` with the highest scores came; those of one score are taken in equal parts.

        Examples:
            >>> came, not_came = Multiset(np.array([5, 9]), np.array([1, 1])), Multiset(np.array([5]), np.array([3]))
            >>> print(Judged(came, not_came).hits_at_top(Fraction(3)))
            3/2
        """
        taken, hits = self.from_the_top
        place = int(np.searchsorted(taken, floor(n), side="right"))
        before, above = (int(counts[place - 1]) if place else 0 for counts in (taken, hits))
        if place == len(taken):
            return Fraction(above)
        own, came = int(taken[place]) - before, int(hits[place]) - above
        return above + (n - before) * Fraction(came, own)

    @cached_property
    def from_the_top(self) -> tuple[IntColumn, IntColumn]:
        """How many have each score or a higher one, and how many of them came, from the highest score down."""
        hits, misses = (np.cumsum(counts[::-1]) for counts in (self.hits, self.misses))
        return hits + misses, hits
