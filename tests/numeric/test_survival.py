"""Kaplan and Meier's curve against a loop over single stays."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesmetrics._numeric.multiset import Multiset
from salesmetrics._numeric.survival import cumulative_incidence, median_survival, quantile_survival, survival


def tally(numbers: list[int]) -> Multiset:
    return Multiset(*np.unique(np.array(numbers, np.int64), return_counts=True))


def outlasting(ended: list[int], running: list[int]) -> list[tuple[int, Fraction]]:
    """Of the stays that were there at each end, the share that went on, times what went on before."""
    share, found = Fraction(1), []
    for day in sorted(set(ended)):
        there = [stay for stay in [*ended, *running] if stay >= day]
        share *= 1 - Fraction(ended.count(day), len(there))
        found.append((day, share))
    return found


STAYS = st.lists(st.integers(0, 6) | st.integers(0, 3_000), max_size=10)


@given(STAYS, STAYS)
def test_the_curve_is_that_of_a_plain_loop(ended: list[int], running: list[int]) -> None:
    found = [(day, Fraction(above, below)) for day, above, below in survival(tally(ended), tally(running))]
    assert found == outlasting(ended, running)


@given(STAYS, STAYS)
def test_half_last_no_longer_than_the_median(ended: list[int], running: list[int]) -> None:
    curve = outlasting(ended, running)
    at_most_half = [(day, share) for day, share in curve if share <= Fraction(1, 2)]
    found = median_survival(tally(ended), tally(running))
    if not at_most_half:
        assert found is None
    elif at_most_half[0][1] == Fraction(1, 2) and len(at_most_half) > 1:
        assert found == Fraction(at_most_half[0][0] + at_most_half[1][0], 2)
    else:
        assert found == at_most_half[0][0]


@given(STAYS)
def test_without_running_stays_it_is_the_plain_median(ended: list[int]) -> None:
    assert median_survival(tally(ended), tally([])) == tally(ended).quantile(Fraction(1, 2))


@given(STAYS, STAYS, st.integers(0, 3_000) | st.integers(0, 6))
def test_a_further_running_stay_never_lowers_the_median(ended: list[int], running: list[int], more: int) -> None:
    before = median_survival(tally(ended), tally(running))
    after = median_survival(tally(ended), tally([*running, more]))
    assert after is None or (before is not None and after >= before)


@pytest.mark.parametrize(
    ("ended", "running", "median"),
    [([1, 2, 3, 4], [], Fraction(5, 2)), ([1, 2], [2, 9], 2), ([1], [1, 1], None), ([], [5], None), ([7], [], 7)],
)
def test_where_half_is_met(ended: list[int], running: list[int], median: Fraction | None) -> None:
    assert median_survival(tally(ended), tally(running)) == median


@given(STAYS, STAYS, st.fractions(0, 1, max_denominator=10).filter(lambda share: 0 < share < 1))
def test_a_share_ends_no_later_than_its_day(ended: list[int], running: list[int], share: Fraction) -> None:
    curve = outlasting(ended, running)
    over = [(day, left) for day, left in curve if left <= 1 - share]
    found = quantile_survival(tally(ended), tally(running), share)
    if not over:
        assert found is None
    elif over[0][1] == 1 - share and len(over) > 1:
        assert found == Fraction(over[0][0] + over[1][0], 2)
    else:
        assert found == over[0][0]


def test_counts_may_be_huge() -> None:
    many = Multiset(np.array([1, 2]), np.array([2**62, 2**62 - 1]))
    assert median_survival(many, many) == 2  # three quarters last longer than 1 day, and half of those longer than 2


@given(STAYS, STAYS, STAYS)
def test_the_share_of_one_of_two_ends_is_that_of_a_loop(came: list[int], other: list[int], running: list[int]) -> None:
    share, left = Fraction(0), Fraction(1)
    for day in sorted({*came, *other}):
        there = sum(days >= day for days in (*came, *other, *running))
        share += left * Fraction(came.count(day), there)
        left *= 1 - Fraction(came.count(day) + other.count(day), there)
    assert Fraction(*cumulative_incidence(tally(came), tally(other), tally(running))) == share
    assert left + share + Fraction(*cumulative_incidence(tally(other), tally(came), tally(running))) == 1
