"""Worked numbers of forecasts and of how wrong they were, each with its source."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from salesmetrics import (
    Category,
    Deal,
    FiscalCalendar,
    Money,
    Multiset,
    NewHires,
    Period,
    StageOutcomes,
    category_forecast,
    cycle_length_forecast,
    forecast_accuracy,
    historical_forecast,
)

Q1 = Period.parse("2026-01-01..2026-04-01")


def dollars(amount: int) -> Money:
    return Money.of(amount, "USD")


@pytest.mark.parametrize(("age", "typical"), [(30, 60), (60, 120)])
def test_half_of_a_cycle_is_one_half(age: int, typical: int) -> None:
    """forecastio: 30 days into a cycle of 60; the usual sentence of handbooks: two months into four."""
    created = date.fromordinal(date(2026, 2, 1).toordinal() - age)
    deal = Deal("D-1", dollars(1000), "Qualified", "Ada", created)
    forecast = cycle_length_forecast(
        [deal], period=Period(Q1.start, date(2027, 1, 1)), as_of=date(2026, 2, 1), typical=typical
    )
    assert forecast.expected.value == dollars(500)


@pytest.mark.parametrize(
    ("rates", "value"),
    [
        ({}, 50),
        ({"commit": 1}, 150),
        ("commit", 150),
        ("best_case", 300),
        ("pipeline", 500),
    ],
)
def test_categories(rates: Any, value: int) -> None:
    """Salesforce help: closed 50, commit 100, best case 150, pipeline 200; cumulative roll-up by its admin guides."""

    def due(name: str, amount: int, category: Category) -> Deal:
        return Deal(name, dollars(amount), "Qualified", "Ada", Q1.start, None, Q1.start, category=category)

    deals = [
        Deal("D-1", dollars(50), "Won", "Ada", date(2025, 12, 1), closed=date(2025, 12, 31)),
        due("D-2", 100, Category.COMMIT),
        due("D-3", 150, Category.BEST_CASE),
        due("D-4", 200, Category.PIPELINE),
    ]
    period = Period(date(2025, 12, 1), Q1.end)
    assert category_forecast(deals, period=period, as_of=Q1.start, rates=rates).value == dollars(value)


@pytest.mark.parametrize(("each", "value"), [("0.2", 1_055_000), (1, 1_075_000), (5, 1_175_000)])
def test_a_million_grows_and_five_begin(each: Any, value: int) -> None:
    """1,000,000 on average, 5 % growth, and 5 new people who close about five deals of 5,000: together, 1,075,000.

    Five each would be 125,000 of new revenue; one together 5,000.
    """
    quarters = [FiscalCalendar().quarter(2025, number) for number in (3, 4)]
    deals = [
        Deal("D-1", dollars(900_000), "Won", "Ada", date(2025, 6, 5), closed=date(2025, 8, 20)),
        Deal("D-2", dollars(1_100_000), "Won", "Bo", date(2025, 6, 9), closed=date(2025, 11, 1)),
    ]
    forecast = historical_forecast(
        deals,
        period=Q1,
        as_of=Q1.start,
        look_back=quarters,
        growth=0.05,
        new_hires=NewHires(5, deals_each=each, deal_size=dollars(5_000)),
    )
    assert forecast.value == dollars(value)
    assert forecast.besides.amounts["growth"] == 50_000_00


@pytest.mark.parametrize(("forecast", "accuracy", "bias"), [(90, 0.9, -0.1), (110, 0.9, 0.1)])
def test_accuracy_and_bias_of_one_forecast(forecast: int, accuracy: float, bias: float) -> None:
    """A public test suite: 90 and 110 against 100."""
    made = forecast_accuracy([(forecast, 100)])
    assert (made.accuracy, made.bias) == (accuracy, bias)


def test_accuracy_is_undefined_where_nothing_came() -> None:
    """The same: 10 against 0."""
    assert forecast_accuracy([(10, 0)]).accuracy is None


FORECASTS, ACTUALS = (420, 480, 510, 550, 520, 580), (445, 460, 525, 510, 540, 560)


def test_six_months() -> None:
    """claude-skills, sample_forecast_data.json, in thousands; the same figures from utilsforecast and fos."""
    made = forecast_accuracy(
        (dollars(1000 * forecast), dollars(1000 * actual)) for forecast, actual in zip(FORECASTS, ACTUALS, strict=True)
    )
    assert made.mape == pytest.approx(0.046569, abs=5e-7)
    assert made.wape == pytest.approx(0.046053, abs=5e-7)
    assert made.mae == Money(23_333_33, "USD")
    assert made.rmse == pytest.approx(24_664_00, abs=50)
    assert made.mean_error == Money(3_333_33, "USD")
    assert made.bias == pytest.approx(0.006579, abs=5e-7)
    assert made.tracking_signal == pytest.approx(0.857, abs=5e-4)
    assert (sum(error > 0 for error in made.errors), sum(error < 0 for error in made.errors)) == (3, 3)


def test_their_errors_by_those_of_a_naive_forecast() -> None:
    """utilsforecast: MASE 1.16667 by a history of 400, 420, 410, 440."""
    train = (400, 420, 410, 440)
    naive = forecast_accuracy(pairwise(train))
    made = forecast_accuracy(zip(FORECASTS, ACTUALS, strict=True))
    assert made.mase(Fraction(sum(map(abs, naive.errors)), naive.n)) == pytest.approx(1.16667, abs=5e-6)


def test_a_zero_among_the_actuals() -> None:
    """utilsforecast: forecasts 10, 90, 220 of 0, 100, 200; the zero is in the WAPE and not in the MAPE."""
    made = forecast_accuracy([(10, 0), (90, 100), (220, 200)])
    assert made.mape == pytest.approx(0.10)
    assert made.wape == pytest.approx(0.13333, abs=5e-6)
    assert made.n_zero == 1


@pytest.mark.parametrize(("came", "other"), [([2, 3], [4, 5]), ([4, 5], [2, 3])])
def test_the_share_of_each_of_two_ends(came: list[int], other: list[int]) -> None:
    """lifelines, PR 1699: durations 1 to 6, events 0, 1, 1, 2, 2, 0; at 6 each cause has 0.4."""
    of_each = [Multiset(np.array(days), np.ones(2, np.int64)) for days in (came, other, [1, 6])]
    assert StageOutcomes(*of_each).won_at_last == Fraction(2, 5)


def test_of_forty_that_advanced_sixteen_were_won() -> None:
    """SaaSGrid: 40 % of 40, where open deals stand in the denominator."""
    counts = [Multiset(np.array([30]), np.array([n])) for n in (16, 14, 10)]
    assert StageOutcomes(*counts).won_in_all == Fraction(2, 5)
