"""The likeliest line: what it expects of all scores together, and of scores times their size, is what came."""

from __future__ import annotations

from math import exp, log

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from salesmetrics._numeric.judged import Judged
from salesmetrics._numeric.multiset import Multiset
from salesmetrics._numeric.platt import fitted_line

SCORES = st.lists(st.integers(0, 4) | st.integers(-(10**12), 10**12), min_size=1, max_size=8)


def tally(scores: list[int]) -> Multiset:
    return Multiset(*np.unique(np.array(scores, np.int64), return_counts=True))


def expected(odds: float) -> float:
    return 1 / (1 + exp(-odds)) if odds > -700 else 0.0


@given(SCORES, SCORES)
@example([1, 1], [0, 0])
@example([0] * 7, [10**12, 0])
@example([5, 6, 7, 8], [4])
@example([1, 1, 1], [1])
@example([4] + [10**6] * 50, [4, 10**6])  # where Newton's own steps go too far
def test_both_moments_are_met(came: list[int], not_came: list[int]) -> None:
    intercept, slope = fitted_line(Judged(tally(came), tally(not_came)))
    every = [(score, (len(came) + 1) / (len(came) + 2)) for score in came]
    every += [(score, 1 / (len(not_came) + 2)) for score in not_came]
    least, most = min(score for score, _ in every), max(score for score, _ in every)
    off = [wanted - expected(intercept + slope * score) for score, wanted in every]
    assert sum(off) == pytest.approx(0, abs=1e-6)
    if most > least:
        moment = sum((score - least) / (most - least) * one for (score, _), one in zip(every, off, strict=True))
        assert moment == pytest.approx(0, abs=1e-6)
    else:
        assert slope == 0


def test_two_scores_are_met_exactly() -> None:
    came, not_came = Multiset(np.array([3]), np.array([8])), Multiset(np.array([1]), np.array([4]))
    intercept, slope = fitted_line(Judged(came, not_came))
    assert intercept + 3 * slope == pytest.approx(log(9 / 1))
    assert intercept + slope == pytest.approx(log(1 / 5))


def test_two_scores_of_which_nearly_all_came() -> None:
    came, not_came = (
        Multiset(np.array([1, 3]), np.array([10**6, 4 * 10**6])),
        Multiset(np.array([1, 3]), np.array([1, 5])),
    )
    intercept, slope = fitted_line(Judged(came, not_came))
    of_hit, of_miss = (5 * 10**6 + 1) / (5 * 10**6 + 2), 1 / 8
    for score, hits, misses in [(1, 10**6, 1), (3, 4 * 10**6, 5)]:
        wanted, unwanted = hits * of_hit + misses * of_miss, hits * (1 - of_hit) + misses * (1 - of_miss)
        assert intercept + score * slope == pytest.approx(log(wanted / unwanted), rel=1e-6)
