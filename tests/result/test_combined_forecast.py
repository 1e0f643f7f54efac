from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve

from salesmetrics import (
    Backtest,
    CurrencyMismatchError,
    Deal,
    FiscalCalendar,
    Forecast,
    InvalidValueError,
    Money,
    MoneyTotal,
    combined_forecast,
    historical_forecast,
    stage_forecast,
)

YEAR = FiscalCalendar()
MONTHS = [YEAR.month(2025, number) for number in range(1, 13)]
NEXT = YEAR.month(2026, 1)


def forecast_of(minor: int, booked: int = 0, day: date = NEXT.start) -> Forecast:
    deals = [Deal("D-1", Money(minor, "USD"), "Won", None, date(2025, 1, 1), date(2025, 12, 1))]
    deals += [Deal("D-2", Money(booked, "USD"), "Won", None, date(2025, 1, 1), NEXT.start)] if booked else []
    return historical_forecast(deals, period=NEXT, as_of=day, look_back=MONTHS[-1:])


def trial_of(n: int, **errors: int) -> Backtest:
    rows = [(name, one, one.start, 100 + error, 100) for one in MONTHS[:n] for name, error in errors.items()]
    columns: list[list[Any]] = [[row[place] for row in rows] for place in range(5)]
    method, period, as_of, forecast, actual = columns
    return Backtest(method, period, as_of, forecast, actual, "USD")


BOTH = {"a": forecast_of(1000), "b": forecast_of(2000)}


@pytest.mark.parametrize("trial", [None, trial_of(7, a=1, b=100)])
def test_weights_are_equal_below_eight_periods(trial: Backtest | None) -> None:
    combined = combined_forecast(BOTH, trial)
    assert combined.value == Money(1500, "USD")
    assert combined.method == "combined_forecast(a=0.5, b=0.5)"


def test_from_eight_periods_on_weights_go_by_past_errors_and_are_shrunk() -> None:
    combined = combined_forecast(BOTH, trial_of(8, a=1, b=-3))
    # by errors 9 to 1; half of that and half of equal weights
    assert combined.besides.amounts == {"a": 1000 * Fraction(7, 10), "b": 2000 * Fraction(3, 10)}
    of_twelve = combined_forecast(BOTH, trial_of(12, a=0, b=-3))  # one was never wrong: 12/20 of all, and half of 8/20
    assert of_twelve.besides.amounts == {"a": 1000 * Fraction(4, 5), "b": 2000 * Fraction(1, 5)}


def test_weights_are_learned_from_periods_that_had_ended() -> None:
    earlier = {name: evolve(one, as_of=date(2025, 8, 31)) for name, one in BOTH.items()}
    assert combined_forecast(earlier, trial_of(12, a=1, b=-3)).method == "combined_forecast(a=0.5, b=0.5)"
    later = {name: evolve(one, as_of=date(2025, 9, 1)) for name, one in BOTH.items()}
    assert combined_forecast(later, trial_of(12, a=1, b=-3)).method == "combined_forecast(a=0.7, b=0.3)"


def test_what_is_booked_is_a_part_of_each() -> None:
    day = date(2026, 1, 15)
    both = {"a": forecast_of(1000, 300, day), "b": forecast_of(2000, 300, day)}
    combined = combined_forecast(both)
    assert (combined.booked.minor, combined.value) == (300, Money(1500, "USD"))
    assert combined.besides.amounts["booked already"] == -300


def test_it_is_undefined_where_one_of_them_is() -> None:
    undefined = evolve(BOTH["a"], booked=MoneyTotal(0, "USD", 0, 1), besides=evolve(BOTH["a"].besides, n=0, amounts={}))
    assert undefined.value is None
    assert combined_forecast({"a": undefined, "b": BOTH["b"]}).value is None
    nothing = stage_forecast([], period=NEXT, as_of=NEXT.start)
    assert combined_forecast({"a": nothing, "b": BOTH["b"]}).value == Money(1000, "USD")


@pytest.mark.parametrize(
    ("forecasts", "message"),
    [
        ({}, "forecasts must be Forecasts by name, got {}; write"),
        ([], r"forecasts must be Forecasts by name, got \[\]"),
        ({"a": 5}, "forecasts must be Forecasts by name, got"),
        ({1: BOTH["a"]}, "forecasts must be Forecasts by name, got"),
        ({"a": BOTH["a"], "b": evolve(BOTH["b"], as_of=date(2026, 1, 2))}, "must be of one period and day, got"),
        ({"a": BOTH["a"], "b": evolve(BOTH["b"], period=MONTHS[0])}, "must be of one period and day, got"),
    ],
)
def test_what_cannot_be_combined_is_refused(forecasts: Any, message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        combined_forecast(forecasts)
    with pytest.raises(InvalidValueError, match=r"method must be one of \['a'\], got 'b'"):
        combined_forecast(BOTH, trial_of(8, a=1))


def test_a_trial_of_several_leads_is_refused() -> None:
    trial = trial_of(8, a=1, b=-3)
    mixed = evolve(trial, as_of=[*trial.as_of[:-1], trial.period[-1].start - timedelta(60)])
    with pytest.raises(
        InvalidValueError, match=r"trial must be of one lead, got lead_days \[60, 0\]; give trial.at_lead"
    ):
        combined_forecast(BOTH, mixed)


def test_a_trial_in_another_currency_is_refused() -> None:
    for currency in ("EUR", None):
        with pytest.raises(CurrencyMismatchError, match=f"currency of the forecasts, got {currency} and USD; convert"):
            combined_forecast(BOTH, evolve(trial_of(8, a=1, b=-3), currency=currency))


def test_what_is_no_trial_is_refused() -> None:
    not_a_trial: Any = 5
    with pytest.raises(InvalidValueError, match="trial must be a Backtest, got 5; write"):
        combined_forecast(BOTH, not_a_trial)
