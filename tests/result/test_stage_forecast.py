from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from salesmetrics import Money, MoneyTotal, Period, StageForecast, WeightedTotal
from salesmetrics.model.money import rounded
from strategies import stage_forecasts, units

NONE = MoneyTotal(0, "USD", 0, 0)
Q1 = Period.parse("2026-01-01..2026-04-01")
EMPTY = StageForecast(Q1, date(2026, 2, 1), NONE, WeightedTotal(0, "USD", 0, 0), NONE, NONE, NONE, NONE, NONE, NONE)


@given(units(), st.data())
def test_the_value_is_booked_and_expected_rounded_once(unit: str | None, data: DataObject) -> None:
    forecast = data.draw(stage_forecasts(unit))
    booked, expected = forecast.booked, forecast.expected
    minor = rounded(booked.minor * 1_000_000 + expected.micro, 1_000_000)
    if booked.n == expected.n == 0 and (booked.n_missing or expected.n_missing):
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
    forecast = evolve(EMPTY, booked=MoneyTotal(0, "USD", *booked), expected=WeightedTotal(0, "USD", *expected))
    assert (forecast.value is not None) == is_defined
    columns = StageForecast.columns_of(StageForecast.sums_of([EMPTY, forecast]))
    assert np.isnan(columns["value"]).tolist() == [False, not is_defined]


def test_a_periods_name_is_shown_and_not_obeyed() -> None:
    named = evolve(EMPTY, period=Period(Q1.start, Q1.end, "Q1 \x1b[31m\n<script>"))
    assert "in Q1 \\x1b[31m\\n<script> as of" in str(named)
    assert "&lt;script&gt;" in named._repr_html_()
    assert "<script>" not in named._repr_html_()
