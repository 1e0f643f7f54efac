"""Pooled means against the closed formula: of all stretches that begin by a place, the largest of the least means."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesmetrics._numeric.isotonic import isotonic

PLACES = st.lists(st.tuples(st.integers(-3, 3) | st.integers(-(10**30), 10**30), st.integers(1, 4)), max_size=7)


def columns(places: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    return [total for total, _ in places], [weight for _, weight in places]


@given(PLACES)
def test_the_largest_of_the_least_means(places: list[tuple[int, int]]) -> None:
    def mean(start: int, end: int) -> Fraction:
        own = places[start : end + 1]
        return Fraction(sum(total for total, _ in own), sum(weight for _, weight in own))

    n = len(places)
    assert isotonic(*columns(places)) == [
        max(min(mean(start, end) for end in range(place, n)) for start in range(place + 1)) for place in range(n)
    ]


@given(PLACES)
def test_it_rises_and_keeps_the_sum(places: list[tuple[int, int]]) -> None:
    totals, weights = columns(places)
    means = isotonic(totals, weights)
    assert sorted(means) == means
    assert sum(mean * weight for mean, weight in zip(means, weights, strict=True)) == sum(totals)


def test_totals_may_be_fractions_of_any_size() -> None:
    assert isotonic([Fraction(3), Fraction(1, 2), 10**40], [1, 1, 3]) == [Fraction(7, 4)] * 2 + [Fraction(10**40, 3)]


def test_a_place_without_a_weight_is_no_place() -> None:
    with pytest.raises(ValueError, match="zip"):
        isotonic([1, 2], [1])
