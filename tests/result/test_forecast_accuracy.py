from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from salesmetrics import (
    Answer,
    Breakdown,
    Comparison,
    CurrencyMismatchError,
    ForecastAccuracy,
    ForecastParts,
    InvalidValueError,
    Money,
    MoneyTotal,
    Period,
    forecast_accuracy,
    stage_forecast,
)


def dollars(amount: str) -> Money:
    return Money.of(amount, "USD")


def test_a_pair_is_of_money_or_of_answers() -> None:
    forecast = stage_forecast([], period=Period.parse("2026-01-01..2026-04-01"), as_of=date(2026, 1, 1))
    actual = MoneyTotal(500, "USD", 1, 0)
    made = forecast_accuracy([(forecast, actual), (dollars("4"), actual)])
    assert made == ForecastAccuracy([(0, 500), (400, 500)], "USD", 0)
    assert str(made) == "accuracy 40.0 % (2 forecasts; bias -60.0 %, MAE 3.00 USD)"
    unknown = MoneyTotal(0, "USD", 0, 3)
    assert str(forecast_accuracy([(unknown, actual)])) == (
        "accuracy undefined (0 forecasts, 1 more undefined; bias undefined, MAE undefined)"
    )


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([5], "a pair must be a forecast and what came, as money or whole numbers, got 5; write"),
        ([(1, 2, 3)], "a pair must be a forecast and what came"),
        ([(1.5, 2)], "a pair must be a forecast and what came"),
        ([(True, 2)], "a pair must be a forecast and what came"),
        ([(dollars("1"), 2)], "pairs must be of money or of plain numbers, got both, in USD; give one kind"),
        ([(2, 2), (dollars("1"), dollars("1"))], "pairs must be of money or of plain numbers, got both"),
    ],
)
def test_what_are_no_pairs_is_refused(pairs: Any, message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        forecast_accuracy(pairs)


def test_pairs_are_in_one_currency() -> None:
    with pytest.raises(CurrencyMismatchError):
        forecast_accuracy([(dollars("1"), Money(1, "EUR"))])
    with pytest.raises(InvalidValueError, match="without a currency must be of zeros, got others; name the currency"):
        ForecastAccuracy([(1, 2)], "XXX", 0)
    with pytest.raises(InvalidValueError, match=r"must be pairs of whole numbers, got \(1, 2, 3\); ask"):
        Answer.from_dict({**ForecastAccuracy([], "USD", 0).to_dict(), "pairs": [[1, 2, 3]]})


def test_the_scale_of_a_mase_is_above_zero_and_in_the_currency() -> None:
    made = forecast_accuracy([(dollars("9"), dollars("10"))])
    assert made.mase(dollars("2")) == made.mase(200) == made.mase(Fraction(200)) == 0.5
    wrong: list[Any] = [0, dollars("0"), -1, 2.5, True]
    for scale in wrong:
        with pytest.raises(InvalidValueError, match="scale must be money or a whole number above zero, got"):
            made.mase(scale)
    with pytest.raises(CurrencyMismatchError):
        made.mase(Money(1, "EUR"))


def test_means_of_counts_are_told_exactly_too() -> None:
    made = forecast_accuracy([(1, 2), (2, 2), (3, 3)])
    assert (made.mae, made.exact_mae) == (0, Fraction(1, 3))
    assert (made.mean_error, made.exact_mean_error) == (0, Fraction(-1, 3))
    assert forecast_accuracy([(dollars("9"), dollars("10"))]).exact_mae == 1
    assert forecast_accuracy([]).exact_mae is None
    assert Comparison(made, forecast_accuracy([(1, 1)]), "mae").difference == Fraction(-1, 3)


def test_columns_of_many() -> None:
    every = (forecast_accuracy([(dollars("9"), dollars("10"))]), forecast_accuracy([]))
    columns = Breakdown("method", ("a", "b"), every, (None,)).to_columns()
    assert columns["accuracy"][0] == pytest.approx(0.9)
    assert [columns[name][0] for name in ("mean_error", "mae", "rmse", "n")] == [-1.0, 1.0, 1.0, 1]
    assert str(columns["mae"][1]) == "nan"


@pytest.mark.parametrize(
    "data",
    [
        {"amounts": {"base": "1/0"}, "n": 0, "n_missing": 0},
        {"amounts": {"base": "2/4"}, "n": 0, "n_missing": 0},
        {"amounts": {"base": "01"}, "n": 0, "n_missing": 0},
        {"amounts": {"base": 1}, "n": 0, "n_missing": 0},
        {"amounts": ["base"], "n": 0, "n_missing": 0},
        {"amounts": {}, "n": 0},
        {"amounts": {}, "n": -1, "n_missing": 0},
        {"amounts": {}, "n": 0, "n_missing": 1.0},
        None,
    ],
)
def test_what_are_no_parts_is_refused(data: Any) -> None:
    with pytest.raises(InvalidValueError, match="must be"):
        ForecastParts.from_dict(data)


def test_parts_add_only_to_parts() -> None:
    with pytest.raises(TypeError, match="unsupported operand"):
        _ = ForecastParts({}, 0, 0) + 5  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]


def test_pairs_that_are_none_are_refused_and_no_pairs_are_undefined() -> None:
    with pytest.raises(InvalidValueError, match=r"pairs must be pairs of amounts, got None; write \[\(90, 100\)\]"):
        forecast_accuracy(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    made = forecast_accuracy([])
    assert (made.n, made.wape, made.bias, made.mae, made.accuracy) == (0, None, None, None, None)


def test_an_interval_is_of_a_forecast_of_the_same_kind() -> None:
    made = ForecastAccuracy([(9_000, 10_000)] * 9, "USD", 0)
    assert made.interval(Money(500, "USD")) == (Money(-500, "USD"), Money(1500, "USD"))
    assert made.interval(Money(0, "XXX")) is not None
    with pytest.raises(InvalidValueError, match="forecast must be of the kind of the pairs, got 500; give money"):
        made.interval(500)
    with pytest.raises(CurrencyMismatchError):
        made.interval(Money(500, "EUR"))
    with pytest.raises(InvalidValueError, match="level must be a fraction between 0 and 1, got 80"):
        made.interval(Money(500, "USD"), level=80)
    undefined: Any = None
    assert made.interval(undefined) is None
