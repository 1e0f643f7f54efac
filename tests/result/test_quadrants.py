"""Quadrants of reps, against the plain rule, and where two of them meet."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from statistics import median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesmetrics import (
    Attainment,
    Breakdown,
    CurrencyMismatchError,
    InvalidValueError,
    MoneyTotal,
    Period,
    breakdown,
    rep_quadrants,
    sample_book,
    win_rate,
)

Q1 = Period(date(2026, 1, 1), date(2026, 4, 1))
SIZES = st.sampled_from([None, 0, 99, 100, 101, -5])
TARGETS = st.sampled_from([0, 50, 100, 101])
PERIODS = st.dictionaries(st.sampled_from(["Ada", "Bo", "Cleo", None]), st.tuples(SIZES, TARGETS))


def by_rep(sold: dict[Any, tuple[int | None, int]], unit: str | None = "USD") -> Breakdown[Attainment]:
    none = MoneyTotal(0, unit, 0, 0)
    answers = [
        Attainment(
            Q1, Q1.end, MoneyTotal(size or 0, unit, int(size is not None), int(size is None)), none, target, none, 0,
            unit, 1,
        )
        for size, target in sold.values()
    ]  # fmt: skip
    return Breakdown("rep", tuple(sold), answers, (None,))


def rule(before: Any, now: Any, bound: Fraction, trend: str) -> str:
    """The quadrant as the docs say it."""
    if before is None or now is None:
        return "new" if before is None else "left"
    (old, old_target), (new, new_target) = before, now
    if old is None or not old_target or (trend == "attainment" and (new is None or not new_target)):
        return "unrated"
    new = new or 0
    rises = Fraction(new, new_target) >= Fraction(old, old_target) if trend == "attainment" else new >= old
    if Fraction(old, old_target) >= bound:
        return "rising star" if rises else "falling star"
    return "improving laggard" if rises else "deteriorating laggard"


@given(PERIODS, PERIODS, st.sampled_from([1, "0.5", 2, "median"]), st.sampled_from(["sales", "attainment"]))
def test_definition(before: Any, now: Any, threshold: Any, trend: Any) -> None:
    levels = [Fraction(size, target) for size, target in before.values() if size is not None and target]
    bound = Fraction(threshold) if threshold != "median" else Fraction(median(levels)) if levels else Fraction(1)
    found = rep_quadrants(by_rep(before), by_rep(now), threshold=threshold, trend=trend)
    assert dict(found) == {rep: rule(before.get(rep), now.get(rep), bound, trend) for rep in {*before, *now}}
    assert [rep for rep in found if rep is not None] == sorted(rep for rep in {*before, *now} if rep is not None)


def test_who_sold_as_much_rises_and_who_just_reached_the_threshold_is_a_star() -> None:
    assert rep_quadrants(by_rep({"Ada": (100, 100)}), by_rep({"Ada": (100, 100)}))["Ada"] == "rising star"
    assert rep_quadrants(by_rep({"Ada": (99, 100)}), by_rep({"Ada": (98, 100)}))["Ada"] == "deteriorating laggard"


def test_plain_numbers_have_quadrants_too() -> None:
    units = by_rep({"Ada": (23, 20)}, None)
    assert rep_quadrants(units, units, threshold=1.15)["Ada"] == "rising star"


def test_what_cannot_be_compared_is_refused() -> None:
    dollars, euros = by_rep({"Ada": (100, 100)}), by_rep({"Ada": (100, 100)}, "EUR")
    with pytest.raises(CurrencyMismatchError, match="must be in one currency, got USD and EUR"):
        rep_quadrants(dollars, euros)
    with pytest.raises(InvalidValueError, match="answers must be attainments by rep, got others"):
        rep_quadrants(dollars, breakdown(win_rate, sample_book(20).deals, "owner"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    teams = Breakdown("team", dollars.keys_in_order, dollars.answers, dollars.orders)
    with pytest.raises(InvalidValueError, match="both periods must be by the same key, got rep and team; break both"):
        rep_quadrants(dollars, teams)
    with pytest.raises(InvalidValueError, match="trend must be one of"):
        rep_quadrants(dollars, dollars, trend="money")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
