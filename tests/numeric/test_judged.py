"""What scores say of what came, against loops over every pair, every score and every one that came."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import pairwise
from math import inf, log

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from salesmetrics._numeric.judged import Judged
from salesmetrics._numeric.multiset import Multiset

SCORES = st.lists(st.integers(0, 4) | st.integers(0, 1000), max_size=8)
HUGE = 2**58 - 1


def tally(scores: list[int]) -> Multiset:
    return Multiset(*np.unique(np.array(scores, np.int64), return_counts=True))


def times(scores: Multiset, n: int) -> Multiset:
    return Multiset(scores.values, scores.counts * n)


def judged(came: list[int], not_came: list[int]) -> Judged:
    return Judged(tally(came), tally(not_came))


@given(SCORES, SCORES)
def test_a_higher_score_than_one_that_did_not_come(came: list[int], not_came: list[int]) -> None:
    pairs = [(2 * (one > other) + (one == other)) for one in came for other in not_came]
    assert judged(came, not_came).auc == (Fraction(sum(pairs), 2 * len(pairs)) if pairs else None)


@given(SCORES, SCORES)
def test_precision_at_each_that_came(came: list[int], not_came: list[int]) -> None:
    shares = []
    for one in came:
        hits, misses = (sum(other >= one for other in some) for some in (came, not_came))
        shares.append(hits / (hits + misses))
    found = judged(came, not_came).average_precision
    assert found == (pytest.approx(sum(shares) / len(shares), rel=1e-12) if shares else None)


@given(SCORES, SCORES)
def test_squares_of_distances(came: list[int], not_came: list[int]) -> None:
    squares = [(1 - Fraction(one, 1000)) ** 2 for one in came] + [Fraction(one, 1000) ** 2 for one in not_came]
    assert judged(came, not_came).brier(1000) == (sum(squares) / len(squares) if squares else None)


@given(SCORES, SCORES)
@example([0], [5])
@example([5], [1000])
@example([1000], [0])
@example([5], [3, 1000])
def test_surprises(came: list[int], not_came: list[int]) -> None:
    chances = [one / 1000 for one in came] + [(1000 - one) / 1000 for one in not_came]
    found = judged(came, not_came).log_loss(1000)
    if not chances:
        assert found is None
    elif 0 in chances:
        assert found == inf
    else:
        assert found == pytest.approx(-sum(map(log, chances)) / len(chances), rel=1e-12)


@given(SCORES, SCORES, st.lists(st.integers(1, 3000), max_size=4))
@example([5, 2], [5, 3], [9, 15])
def test_bins_hold_every_score_once(came: list[int], not_came: list[int], cuts: list[int]) -> None:
    bounds = [Fraction(0), *sorted(Fraction(cut, 3) for cut in cuts), Fraction(1000)]
    counted = []
    for low, high in pairwise(bounds):
        hits, misses = (
            [one for one in some if low < one <= high or (one == low == 0 and low is bounds[0])]
            for some in (came, not_came)
        )
        if hits or misses:
            counted.append((low, high, len(hits) + len(misses), len(hits), sum(hits) + sum(misses)))
    found = judged(came, not_came).bins(bounds)
    assert [tuple(one) for one in found] == counted
    assert all(one.mean * one.n == one.total for one in found)
    assert all(one.share * one.n == one.hits for one in found)


@given(SCORES, SCORES, st.integers(1, 5))
def test_quantiles_are_those_of_all_scores(came: list[int], not_came: list[int], n: int) -> None:
    found = judged(came, not_came).quantiles(n)
    every = [*came, *not_came]
    assert [float(one) for one in found] == (
        [] if not every else pytest.approx(np.quantile(every, np.linspace(0, 1, n + 1)).tolist(), rel=1e-12)
    )


@given(SCORES, SCORES, st.data())
def test_the_top_takes_equal_parts_of_a_tie(came: list[int], not_came: list[int], data: st.DataObject) -> None:
    left = data.draw(st.fractions(0, len(came) + len(not_came), max_denominator=6))
    expected, all_scores, hits = Fraction(0), Counter([*came, *not_came]), Counter(came)
    found = judged(came, not_came).hits_at_top(left)
    for score in sorted(all_scores, reverse=True):
        part = min(left / all_scores[score], Fraction(1))
        expected += part * hits[score]
        left -= part * all_scores[score]
    assert found == expected


@given(SCORES, SCORES)
def test_counts_may_be_huge(came: list[int], not_came: list[int]) -> None:
    small = judged(came, not_came)
    large = Judged(times(tally(came), HUGE), times(tally(not_came), HUGE))
    assert large.auc == small.auc
    assert large.brier(1000) == small.brier(1000)
    assert large.average_precision == (
        None if small.average_precision is None else pytest.approx(small.average_precision, rel=1e-12)
    )
    if came or not_came:
        (one,), (many,) = small.bins([0, 1000]), large.bins([0, 1000])
        assert (many.hits, many.total) == (one.hits * (HUGE), one.total * (HUGE))


def test_where_products_still_fit_and_where_they_do_not() -> None:
    one, other = Multiset(np.array([1]), np.array([1])), Multiset(np.array([0]), np.array([1]))
    for n in (1_073_741_823, 1_073_741_824, 1_073_741_825, 1_518_500_250):
        both = Judged(times(one, n // 2), times(other, n // 2))
        assert both.auc == 1
        assert both.brier(1) == 0
        assert both.average_precision == 1.0
        assert (both.hits.dtype == np.int64) == (4 * (n - n % 2) ** 2 < 2**63)


def test_squares_that_64_bits_do_not_hold() -> None:
    assert Judged(Multiset(np.array([0]), np.array([2])), tally([])).brier(2**31) == 1
