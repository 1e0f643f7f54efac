from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from salesmetrics import (
    CurrencyMismatchError,
    Forecast,
    ForecastLines,
    InvalidValueError,
    Money,
    MoneyTotal,
    Period,
    WeightedTotal,
)
from salesmetrics.model.money import rounded
from salesmetrics.result.forecast import LEFT_OUT
from strategies import forecasts, units

NONE = MoneyTotal(0, "USD", 0, 0)
Q1 = Period.parse("2026-01-01..2026-04-01")
NO_LINES = ForecastLines.of([], [], [], [], [])


def forecast_of(booked: MoneyTotal, lines: ForecastLines = NO_LINES) -> Forecast:
    none, nothing = MoneyTotal(0, booked.currency, 0, 0), WeightedTotal(0, booked.currency, 0, 0)
    more: Any = dict.fromkeys(LEFT_OUT, none) | dict.fromkeys(("undated_expected", "overdue_expected"), nothing)
    return Forecast(Q1, date(2026, 2, 1), "stage_forecast", booked, lines, **more)


EMPTY = forecast_of(NONE)
LINES = ForecastLines.of(["D-1", 7], [100_000, 5], [600_000, None], [date(2026, 3, 1), None], ["Product trial", None])


@given(units(), st.data())
def test_the_value_is_booked_and_expected_rounded_once(unit: str | None, data: DataObject) -> None:
    forecast = data.draw(forecasts(unit))
    booked, expected, besides = forecast.booked, forecast.expected, forecast.besides
    exact = Fraction(booked.minor * 1_000_000 + expected.micro, 1_000_000) + sum(besides.amounts.values())
    minor = rounded(exact.numerator, exact.denominator)
    if booked.n == expected.n == besides.n == 0 and (booked.n_missing or expected.n_missing or besides.n_missing):
        assert forecast.value is None
    else:
        assert forecast.value == (minor if unit is None else Money(minor, unit))


def test_what_is_left_out_is_said() -> None:
    assert str(EMPTY) == (
        "0.00 USD in 2026-01-01..2026-04-01 as of 2026-02-01: 0.00 USD booked (0 deals), 0.00 USD expected (0 deals)"
    )
    forecast = evolve(EMPTY, other_period=MoneyTotal(500, "USD", 1, 0), undated=MoneyTotal(0, "USD", 0, 2))
    assert str(forecast).endswith(
        "; left out: undated undefined (2 deals, all without amount), other period 5.00 USD (1 deal)"
    )
    assert list(forecast.left_out) == [
        "omitted",
        "undated",
        "overdue",
        "other_period",
        "closed_later",
        "closed_undated",
    ]


def test_undefined_is_said() -> None:
    forecast = evolve(EMPTY, booked=MoneyTotal(0, "USD", 0, 1))
    assert forecast.value is None
    assert str(forecast).startswith("undefined in 2026-01-01..2026-04-01 as of 2026-02-01: undefined booked (1 deal,")


@pytest.mark.parametrize(
    ("booked", "expected", "is_defined"),
    [
        ((0, 0), (0, 0), True),
        ((0, 1), (0, 0), False),
        ((0, 0), (0, 1), False),
        ((0, 1), (0, 1), False),
        ((1, 1), (0, 1), True),
        ((0, 1), (1, 1), True),
        ((1, 0), (1, 1), True),
    ],
)
def test_it_is_undefined_when_no_deal_had_an_amount(
    booked: tuple[int, int], expected: tuple[int, int], *, is_defined: bool
) -> None:
    n, n_missing = expected
    cells: list[list[Any]] = [[*range(n + n_missing)], [0] * n + [None] * n_missing]
    cells += [[500_000] * (n + n_missing), [None] * (n + n_missing), ["Qualified"] * (n + n_missing)]
    forecast = evolve(EMPTY, booked=MoneyTotal(0, "USD", *booked), lines=ForecastLines.of(*cells))
    assert (forecast.value is not None) == is_defined
    columns = Forecast.columns_of(Forecast.sums_of([EMPTY, forecast]))
    assert np.isnan(columns["value"]).tolist() == [False, not is_defined]


def test_a_periods_name_is_shown_and_not_obeyed() -> None:
    named = evolve(EMPTY, period=Period(Q1.start, Q1.end, "Q1 \x1b[31m\n<script>"))
    assert "in Q1 \\x1b[31m\\n<script> as of" in str(named)
    assert "&lt;script&gt;" in named._repr_html_()
    assert "<script>" not in named._repr_html_()


def test_a_gap_is_what_is_missing_to_a_target() -> None:
    forecast = evolve(EMPTY, booked=MoneyTotal(50_000, "USD", 1, 0), lines=LINES)
    assert forecast.value == Money.of(1100, "USD")
    assert forecast.gap(Money.of(1500, "USD")) == Money.of(400, "USD")
    assert forecast.gap(Money.of(1000, "USD")) == Money.of(-100, "USD")
    assert evolve(EMPTY, booked=MoneyTotal(0, "USD", 0, 1)).gap(Money.of(1000, "USD")) is None
    assert forecast_of(MoneyTotal(3, None, 1, 0)).gap(5) == 2


def test_a_target_is_of_the_kind_of_the_forecast() -> None:
    wrong: list[Any] = [5, None, 1000.0, True]
    for target in wrong:
        with pytest.raises(InvalidValueError, match="target must be Money in USD, got"):
            EMPTY.gap(target)
    with pytest.raises(InvalidValueError, match="target must be a whole number, got Money"):
        forecast_of(MoneyTotal(3, None, 1, 0)).gap(Money(5, "USD"))
    with pytest.raises(CurrencyMismatchError, match="got EUR and USD"):
        EMPTY.gap(Money(5, "EUR"))


def test_it_explains_each_part_in_words() -> None:
    forecast = evolve(
        EMPTY,
        booked=MoneyTotal(50_000, "USD", 1, 0),
        lines=LINES,
        overdue=MoneyTotal(200, "USD", 1, 0),
        overdue_expected=WeightedTotal(40_000_000, "USD", 1, 0),
        closed_later=MoneyTotal(100, "USD", 1, 0),
    )
    assert forecast.explain().split("\n") == [
        "stage_forecast of 2026-01-01..2026-04-01 as of 2026-02-01: 1,100.00 USD",
        "booked before that day: 500.00 USD (1 deal)",
        "expected, Product trial: 600.00 USD of 1,000.00 USD (1 deal)",
        "expected, nobody knows by what: undefined of undefined (1 deal, all without probability)",
        "left out, overdue: 2.00 USD (1 deal), of which 0.40 USD would be expected",
        "left out, closed later: 1.00 USD (1 deal)",
    ]


def test_what_lines_lack_is_said() -> None:
    lines = ForecastLines.of(["D-1", "D-2"], [None, 5], [600_000, None], [None] * 2, ["Qualified"] * 2)
    forecast = evolve(EMPTY, lines=lines)
    assert "undefined expected (2 deals, all without amount or probability)" in str(forecast)
    assert forecast.explain().endswith("undefined of undefined (2 deals, all without amount or probability)")


@given(forecasts())
def test_what_it_explains_is_printable_line_by_line(forecast: Forecast) -> None:
    assert all(line.isprintable() for line in forecast.explain().split("\n"))


def test_lines_are_columns_for_a_frame() -> None:
    assert LINES.to_columns() == {
        "deal": ["D-1", 7],
        "amount": [100_000, 5],
        "probability": [0.6, None],
        "close": [date(2026, 3, 1), None],
        "basis": ["Product trial", None],
        "contribution": [60_000_000_000, 0],
    }


def test_contributions_beyond_64_bits_are_exact() -> None:
    far = 2**63 - 1
    lines = ForecastLines.of([1, 2], [far, 5], [1_000_000, 300_000], [None, None], ["A", "A"])
    assert lines.contribution.tolist() == [far * 1_000_000, 1_500_000]
    assert evolve(EMPTY, lines=lines).expected == WeightedTotal(far * 1_000_000 + 1_500_000, "USD", 2, 0)


def test_lines_add_only_to_lines() -> None:
    with pytest.raises(TypeError, match="unsupported operand"):
        _ = LINES + 5  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    assert LINES != 5


def test_lines_with_money_need_a_currency() -> None:
    with pytest.raises(InvalidValueError, match="without a currency must be of zeros, got others"):
        forecast_of(MoneyTotal(0, "XXX", 0, 0), LINES)


@pytest.mark.parametrize(
    "changes",
    [
        {"deal": ["D-1", "D-1"]},
        {"deal": ["D-1", None]},
        {"deal": ["D-1"]},
        {"amount": [2**63, 1]},
        {"amount": [1.0, 1]},
        {"probability": [1_000_001, 0]},
        {"probability": [-1, 0]},
        {"probability": [True, 0]},
        {"close": [5, None]},
        {"basis": [5, None]},
        {"colour": []},
    ],
)
def test_what_are_no_lines_is_refused(changes: dict[str, Any]) -> None:
    assert ForecastLines.from_dict(LINES.to_dict()) == LINES
    with pytest.raises(InvalidValueError, match="the lines of a forecast must be the columns"):
        ForecastLines.from_dict({**LINES.to_dict(), **changes})


def test_a_day_of_a_line_is_a_day() -> None:
    with pytest.raises(InvalidValueError, match="close must be a day such as 2026-01-31, got '2026-02-30'"):
        ForecastLines.from_dict({**LINES.to_dict(), "close": ["2026-02-30", None]})
