"""From scores to probabilities: what scores like this one came to before."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import groupby
from math import isfinite
from typing import Any, ClassVar, Literal, overload

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from salesmetrics._numeric.isotonic import isotonic
from salesmetrics._numeric.judged import Judged
from salesmetrics._numeric.platt import fitted_line
from salesmetrics.errors import InvalidValueError, check_word, shown
from salesmetrics.model.probability import MILLION
from salesmetrics.result._plain_form import PlainForm
from salesmetrics.result._score_columns import score_column
from salesmetrics.result.score_quality import ScoreQuality

__all__ = ["IsotonicCalibration", "PlattCalibration", "calibrate_scores"]

Pool = tuple[int, int, int, int]
"""The lowest and the highest score of a pool in millionths, how many came, and how many there were."""


def _pools(pools: Any) -> tuple[Pool, ...]:
    """Pools in the order of their scores, each with a larger share than the one before."""
    listed = [tuple(pool) if isinstance(pool, (list, tuple)) else pool for pool in pools] if _is_row(pools) else []
    if not listed or not all(map(_is_pool, listed)) or not all(map(_rises, listed, listed[1:])):
        raise InvalidValueError(
            f"pools must be (low, high, came, n) of ascending scores and shares, got {shown(pools)}; "
            "ask calibrate_scores for them"
        )
    return tuple(listed)


def _is_row(pools: object) -> bool:
    return isinstance(pools, (list, tuple))


def _is_pool(pool: Any) -> bool:
    if not isinstance(pool, tuple) or len(pool) != 4 or any(type(number) is not int for number in pool):
        return False
    low, high, came, n = pool
    return bool(-_INT64 <= low <= high < _INT64 and 0 <= came <= n and 0 < n < _INT64)


def _rises(one: Pool, other: Pool) -> bool:
    return one[1] < other[0] and one[2] * other[3] < other[2] * one[3]


_INT64 = 2**63


@frozen
class IsotonicCalibration(PlainForm):
    """Probabilities that rise with the score, each the share that came of a pool of neighbouring scores.

    Between two pools the probability goes in a straight line from the one to the other; below the first and above the
    last it is theirs. So it is 0 or 1 where a pool at an end was all of one kind.

    Args:
        pools: The lowest and the highest score of each, in millionths, how many came, and how many there were.

    Laws:
        rises: A higher score never has a lower probability.
        kept: Over the leads that it was made of, the probabilities add up to what came.
        round_trip: `from_dict` makes the same of what `to_dict` wrote.

    Examples:
        >>> curve = IsotonicCalibration([(10_000_000, 20_000_000, 1, 4), (60_000_000, 60_000_000, 2, 2)])
        >>> curve.probability(15), curve.probability(40), curve.probability(90)
        (0.25, 0.625, 1.0)
        >>> print(curve)
        isotonic, 2 pools of 6 leads, from 25.0 % to 100.0 %
    """

    readings: ClassVar[tuple[str, ...]] = ()

    pools: tuple[Pool, ...] = field(converter=_pools)

    @property
    def n(self) -> int:
        """Of how many it was made [leads]."""
        return sum(n for *_, n in self.pools)

    def exact_probability(self, score: float) -> Fraction:
        """The probability of a score, not rounded.

        Args:
            score: As it was given to `score_quality`.

        Raises:
            InvalidValueError: It is no number.
        """
        place = int(_column([score])[0])
        before = self.pools[0]
        for pool in self.pools:
            low, high, hits, n = pool
            share = Fraction(hits, n)
            if place < low:
                if pool is before:
                    return share
                other = Fraction(before[2], before[3])
                return other + (share - other) * Fraction(place - before[1], low - before[1])
            if place <= high:
                return share
            before = pool
        return Fraction(before[2], before[3])

    def probability(self, score: float) -> float:
        """The probability that a lead of this score comes, a fraction in [0, 1].

        Args:
            score: As it was given to `score_quality`.

        Raises:
            InvalidValueError: It is no number.
        """
        return float(self.exact_probability(score))

    def probabilities(self, scores: Iterable[float]) -> NDArray[np.float64]:
        """The probability of each score, a whole column at once.

        Args:
            scores: As they were given to `score_quality`.

        Raises:
            InvalidValueError: One is no number.
        """
        ends = np.array([end for low, high, *_ in self.pools for end in (low, high)], np.float64)
        shares = np.array([hits / n for *_, hits, n in self.pools for _ in range(2)], np.float64)
        found: NDArray[np.float64] = np.interp(_column(scores), ends, shares)
        return found

    def __str__(self) -> str:
        first, last = (100 * hits / n for *_, hits, n in (self.pools[0], self.pools[-1]))
        pools = f"{len(self.pools):,} {'pool' if len(self.pools) == 1 else 'pools'} of {self.n:,} leads"
        return f"isotonic, {pools}, from {first:.1f} % to {last:.1f} %"


@frozen
class PlattCalibration(PlainForm):
    r"""Probabilities on one S-shaped curve, for histories that are too short for pools.

    $$ p(s) = \frac{1}{1 + e^{-(a + b s)}} $$

    Args:
        intercept: The log odds of a score of 0.
        slope: By how much the log odds grow with each point, or with each whole probability.
        n: Of how many it was made [leads].

    Laws:
        rises: A higher score never has a lower probability, or never a higher one where the slope is below zero.
        best: No other line has a smaller loss on what it was made of.
        round_trip: `from_dict` makes the same of what `to_dict` wrote.

    Examples:
        >>> curve = PlattCalibration(-2.0, 0.05, 30)
        >>> curve.probability(40)
        0.5
        >>> print(curve)
        Platt, log odds -2 + 0.05 x score, from 30 leads
    """

    readings: ClassVar[tuple[str, ...]] = ()

    intercept: float
    slope: float
    n: int

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if not (isfinite(self.intercept) and isfinite(self.slope)) or self.n < 0:
            raise InvalidValueError(
                f"PlattCalibration must have a finite line and a count, got {shown(self.intercept)}, "
                f"{shown(self.slope)} and {shown(self.n)}; ask calibrate_scores for it"
            )

    def probability(self, score: float) -> float:
        """The probability that a lead of this score comes, a fraction in [0, 1].

        Args:
            score: As it was given to `score_quality`.

        Raises:
            InvalidValueError: It is no number.
        """
        return float(self.probabilities([score])[0])

    def probabilities(self, scores: Iterable[float]) -> NDArray[np.float64]:
        """The probability of each score, a whole column at once.

        Args:
            scores: As they were given to `score_quality`.

        Raises:
            InvalidValueError: One is no number.
        """
        odds = self.intercept + self.slope * (_column(scores) / MILLION)
        found: NDArray[np.float64] = np.exp(-np.logaddexp(0.0, -odds))
        return found

    def __str__(self) -> str:
        sign = "-" if self.slope < 0 else "+"
        return f"Platt, log odds {self.intercept:.4g} {sign} {abs(self.slope):.4g} x score, from {self.n:,} leads"


@overload
def calibrate_scores(judged: ScoreQuality, *, how: Literal["isotonic"] = ...) -> IsotonicCalibration: ...
@overload
def calibrate_scores(judged: ScoreQuality, *, how: Literal["platt"]) -> PlattCalibration: ...
def calibrate_scores(
    judged: ScoreQuality, *, how: Literal["isotonic", "platt"] = "isotonic"
) -> IsotonicCalibration | PlattCalibration:
    r"""Probabilities for scores, from what came of leads that had them.

    The default makes no assumption but that a higher score is not worse, and its pools can be counted by hand; below a
    few hundred leads of either kind it follows chance, and `how="platt"` fits one curve of two numbers. Judge the
    outcome with other leads than those that it was made of: on its own it is right by construction.

    Args:
        judged: What `score_quality` made of scores and outcomes; of several histories their sum.
        how: As pools of neighbouring scores, or as one S-shaped curve.

    Returns:
        A calibration, which gives the `probability` of a score and the `probabilities` of a column.

    Raises:
        InvalidValueError: Nothing came, or everything did: there is nothing to learn from.

    Examples:
        >>> from salesmetrics import score_quality
        >>> points, came = [10, 20, 30, 40, 50, 60], [False, True, False, False, True, True]
        >>> judged = score_quality(points, came, kind="points")
        >>> curve = calibrate_scores(judged)
        >>> [round(curve.probability(score), 3) for score in (5, 25, 45, 99)]
        [0.0, 0.333, 0.667, 1.0]
        >>> print(calibrate_scores(judged, how="platt"))
        Platt, log odds -1.265 + 0.03613 x score, from 6 leads

    References:
        B. Zadrozny and C. Elkan, KDD 2002, 694-699. J. C. Platt, in Advances in Large Margin Classifiers (1999) 61-74.
        scikit-learn's IsotonicRegression and CalibratedClassifierCV fit the same lines.
    """
    check_word(how, ("isotonic", "platt"), "how")
    if not isinstance(judged, ScoreQuality):
        raise InvalidValueError(f"judged must be a ScoreQuality, got {shown(judged)}; ask score_quality for it")
    if not (judged.positives.n and judged.negatives.n):
        raise InvalidValueError(
            f"a calibration must be made of leads that came and of ones that did not, got {judged.positives.n:,} and "
            f"{judged.negatives.n:,}; give a longer history"
        )
    scores = Judged(judged.positives, judged.negatives)
    if how == "platt":
        intercept, slope = fitted_line(scores)
        return PlattCalibration(intercept, slope * MILLION, judged.n)
    hits, n = scores.hits.tolist(), (scores.hits + scores.misses).tolist()
    rows = zip(isotonic(hits, n), scores.scores.tolist(), hits, n, strict=True)
    pools = []
    for _, same in groupby(rows, key=lambda row: row[0]):
        _, values, came, counts = zip(*same, strict=True)
        pools.append((values[0], values[-1], sum(came), sum(counts)))
    return IsotonicCalibration(tuple(pools))


def _column(scores: Iterable[float]) -> NDArray[np.int64]:
    values, known = score_column(scores)
    if not known.all():
        raise InvalidValueError("a score must be a number, got None; leave out leads without one")
    return values
