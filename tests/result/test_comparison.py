from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from salesmetrics import (
    Amounts,
    Bootstrapped,
    Comparison,
    CurrencyMismatchError,
    Durations,
    Goal,
    GoalResult,
    InvalidValueError,
    Money,
    MoneyTotal,
    Multiset,
    Proportion,
    TimeInStage,
)
from salesmetrics.model.currencies import exponent
from salesmetrics.result._answers import exact_reading
from strategies import answers


@given(answers())
def test_a_reading_is_its_exact_one_rounded(answer: Any) -> None:
    for reading in answer.readings:
        told, exact = getattr(answer, reading), exact_reading(answer, reading)
        if told is None or exact is None:
            assert told is exact is None
        elif isinstance(told, Money):
            assert abs(exact * 10 ** exponent(told.currency) - told.minor) <= Fraction(1, 2)
        elif isinstance(told, int):
            assert abs(exact - told) <= Fraction(1, 2)
        else:
            assert told == float(exact)


RATES = Comparison(Proportion(60, 100), Proportion(63, 100))


@pytest.mark.parametrize(
    ("part", "goal", "met", "margin"),
    [
        (63, Goal("", "0.05"), True, 0),  # as floats, 0.6 * 1.05 is more than 0.63
        (62, Goal("", "0.05"), False, Fraction(-1, 100)),
        (65, Goal("", "0.05", "points"), True, 0),
        (64, Goal("", "0.05", "points"), False, Fraction(-1, 100)),
        (54, Goal("", "-0.1"), True, 0),
        (55, Goal("", "-0.1"), False, Fraction(-1, 100)),
        (50, Goal("", "-0.1", "points"), True, 0),
        (49, Goal("", Decimal("-0.1"), "points"), True, Fraction(1, 100)),
        (60, Goal("", 0), True, 0),
        (59, Goal("", 0), False, Fraction(-1, 100)),
        (80, Goal("", "1/3"), True, 0),
    ],
)
def test_goals_are_met_to_the_last_digit(part: int, goal: Goal, met: bool, margin: Fraction) -> None:  # noqa: FBT001
    result = Comparison(Proportion(60, 100), Proportion(part, 100)).against(goal)
    assert (result.met, result.margin) == (met, margin)


def test_below_zero_more_is_nearer_to_zero() -> None:
    result = Comparison(-100, -95).against(Goal("", "0.05"))
    assert (result.target, result.comparison.relative) == (Fraction(-95), Fraction(1, 20))
    assert result.met is True


@pytest.mark.parametrize(
    ("before", "after", "basis"),
    [
        (Proportion(0, 0), Proportion(1, 2), "points"),
        (Proportion(1, 2), Proportion(0, 0), "relative"),
        (Proportion(0, 2), Proportion(1, 2), "relative"),
        (None, 5, "points"),
        (float("nan"), 5, "points"),
        (5, float("inf"), "points"),
    ],
)
def test_what_is_not_defined_neither_meets_nor_misses(before: Any, after: Any, basis: Any) -> None:
    result = Comparison(before, after).against(Goal("Win more", "0.1", basis))
    assert result.met is None
    assert result.margin is None
    assert str(result) == "Win more: undefined"
    assert result.comparison.relative is None


def test_what_is_not_defined_has_not_changed() -> None:
    change = Comparison(Proportion(0, 0), Proportion(1, 2))
    assert (change.difference, change.relative) == (None, None)
    assert str(change) == "undefined (0 of 0) to 50.0 % (1 of 2): undefined"


def test_from_zero_there_is_a_difference_and_no_share() -> None:
    change = Comparison(Proportion(0, 2), Proportion(1, 2))
    assert (change.difference, change.relative) == (Fraction(1, 2), None)
    assert str(change) == "0.0 % (0 of 2) to 50.0 % (1 of 2): +50.0 points, undefined"
    assert change.against(Goal("", "0.5", "points")).met is True


def test_money_is_told_in_its_currency() -> None:
    change = Comparison(MoneyTotal(100_000, "USD", 2, 0), MoneyTotal(99_950, "USD", 3, 0))
    assert (change.difference, change.relative) == (Fraction(-1, 2), Fraction(-1, 2000))
    assert str(change) == "1,000.00 USD (2 deals) to 999.50 USD (3 deals): -0.50 USD, -0.1 %"
    result = change.against(Goal("Sell more", 250, "points"))
    assert str(result) == "Sell more: not met, 999.50 USD for 1,250.00 USD, 250.50 USD short"
    no_money = Comparison(MoneyTotal(0, "XXX", 0, 0), MoneyTotal(500, "USD", 1, 0))
    assert str(no_money) == "0 (0 deals) to 5.00 USD (1 deal): +5.00 USD, undefined"
    own = Comparison(Money(100, "USD"), Money(300, "USD"))
    assert str(own) == "1.00 USD to 3.00 USD: +2.00 USD, +200.0 %"


def test_days_are_told_as_numbers_and_less_can_be_the_goal() -> None:
    before, after = (Durations(Multiset(np.array([days]), np.array([1])), 0) for days in (50, 44))
    change = Comparison(before, after, "median")
    assert str(change).endswith(": -6, -12.0 %")
    assert str(change.against(Goal("Sell faster", "-0.1"))) == "Sell faster: met, 44 for 45, 1 below"
    assert str(change.against(Goal("Sell faster", "-0.15"))) == "Sell faster: not met, 44 for 42.5, 1.5 over"


def test_a_share_beside_other_readings_is_told_in_points() -> None:
    days = Multiset(np.array([5]), np.array([1]))
    none, day = Multiset(days.values[:0], days.counts[:0]), date(2026, 1, 1)
    before, after = (TimeInStage("Lead", day, days, none, all_days, 0) for all_days in (10, 8))
    assert str(Comparison(before, after, "share")).endswith(": +12.5 points, +25.0 %")


SIZES = Amounts(Multiset(np.array([5]), np.array([1])), "USD", 0)


@pytest.mark.parametrize(
    ("before", "after", "reading", "message"),
    [
        (Proportion(1, 2), MoneyTotal(1, "USD", 1, 0), "value", "answers that are compared must be to one question"),
        (Proportion(1, 2), 0.5, "value", "answers that are compared must be to one question, got"),
        (0.5, Proportion(1, 2), "value", "answers that are compared must be to one question, got"),
        (Proportion(1, 2), Proportion(1, 2), "median", r"a reading must be one of the answer's, got 'median'"),
        (SIZES, SIZES, "amounts", "a reading that is compared must be a number or money, got Multiset"),
        ("a", "b", "value", "a reading must be one of the answer's, got 'value'; there are none"),
        (True, False, "value", "a reading that is compared must be a number or money, got True; name one"),
        (1, 2, 5, "Comparison.reading must be str, got 5"),
    ],
)
def test_what_cannot_be_compared_is_refused(before: Any, after: Any, reading: Any, message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        Comparison(before, after, reading)


def test_two_currencies_are_not_compared() -> None:
    with pytest.raises(CurrencyMismatchError, match="must be in one currency, got USD and EUR"):
        Comparison(MoneyTotal(1, "USD", 1, 0), MoneyTotal(1, "EUR", 1, 0))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("", 0.05), r"Goal.change must be text, int, Decimal or Fraction, got 0.05; write '0.05'"),
        (("", True), r"Goal.change must be text, int, Decimal or Fraction, got True"),
        (("", "5 %"), r"Goal.change must be a number such as '0.05' or '1/20', got '5 %'; correct it"),
        (("", "1/0"), r"Goal.change must be a number such as '0.05' or '1/20', got '1/0'"),
        (("", "1_0"), r"Goal.change must be a number such as '0.05' or '1/20', got '1_0'"),
        (("", " 1"), r"Goal.change must be a number such as '0.05' or '1/20', got ' 1'"),
        (("", "٣"), r"Goal.change must be a number such as '0.05' or '1/20', got '٣'"),
        (("", "1e9999999"), r"Goal.change must be a number such as"),
        (("", Decimal("NaN")), r"Goal.change must be a number such as"),
        (("", "1" * 101), r"Goal.change must be a number such as"),
        ((5, "0.05"), r"Goal.name must be text, got 5; write what it is called"),
        (("", "0.05", "percent"), r"Goal.basis must be one of \['relative', 'points'\]"),
    ],
)
def test_what_is_no_goal_is_refused(arguments: Any, message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        Goal(*arguments)


def test_a_hundred_digits_are_still_a_number() -> None:
    assert Goal("", "1" * 100).change == int("1" * 100)


def test_only_a_goal_is_met() -> None:
    with pytest.raises(InvalidValueError, match=r"goal must be a Goal, got '0.05'; write Goal\('Win more', '0.05'\)"):
        RATES.against("0.05")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_names_are_shown_and_not_obeyed() -> None:
    told = RATES.against(Goal("<b>\x1b[31m", "0.05"))
    assert str(told).startswith("<b>\\x1b[31m: met, ")
    assert told._repr_html_() == "<code>&lt;b&gt;\\x1b[31m: met, 63.0 % for 63.0 %, 0.0 points above</code>"


def test_what_was_written_must_follow() -> None:
    written = RATES.against(Goal("Win more", "0.05")).to_dict()
    assert GoalResult.from_dict(written) == RATES.against(Goal("Win more", "0.05"))
    assert (written["goal"], written["met"], written["margin"]) == (
        {"name": "Win more", "change": "1/20", "basis": "relative"},
        True,
        0.0,
    )
    for wrong in ({"met": False}, {"margin": 1.0}):
        with pytest.raises(InvalidValueError, match="GoalResult must hold its fields and what follows from them"):
            GoalResult.from_dict(written | wrong)
    with pytest.raises(InvalidValueError, match=r"GoalResult.goal must be Goal, got \{\}"):
        GoalResult.from_dict(written | {"goal": {}})


def test_the_interval_of_a_change_is_told_as_the_change_is() -> None:
    rates: Comparison[Any] = Comparison(Proportion(60, 100), Proportion(63, 100))
    bounds: Any = {"level": 0.9, "seed": 1, "n_units": 9, "n_resamples": 9, "n_undefined": 0}
    relative: Bootstrapped[Any] = Bootstrapped(rates, "relative", -0.05, 0.1, **bounds)
    assert str(relative).endswith("90 % interval of relative -5.0 % to +10.0 %")
    difference: Bootstrapped[Any] = Bootstrapped(rates, "difference", -0.01, 0.07, **bounds)
    assert str(difference).endswith("-1.0 points to 7.0 points")
