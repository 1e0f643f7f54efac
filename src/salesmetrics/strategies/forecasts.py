"""Forecasts, and how wrong they were."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from salesmetrics.model.period import Period
from salesmetrics.result.backtest import Backtest
from salesmetrics.result.forecast import LEFT_OUT, Forecast
from salesmetrics.result.forecast_accuracy import ForecastAccuracy
from salesmetrics.result.forecast_lines import ForecastLines
from salesmetrics.result.forecast_parts import ForecastParts
from salesmetrics.result.totals import Unit
from salesmetrics.strategies.model import IN_A_COLUMN, days, minor_units, periods
from salesmetrics.strategies.sums import counts, money_totals, weighted_totals

__all__ = [
    "backtests",
    "forecast_accuracies",
    "forecast_lines",
    "forecast_parts",
    "forecasts",
]


@st.composite
def forecast_lines(draw: DrawFn, unit: Unit = "USD") -> ForecastLines:
    """What a few deals are expected to bring; of some of them nobody knows.

    Args:
        draw: Given by hypothesis.
        unit: The currency of their amounts; `None` for plain numbers.

    Examples:
        >>> from hypothesis import given
        >>> @given(forecast_lines())
        ... def test_columns_are_of_one_length(lines: ForecastLines) -> None:
        ...     assert {len(column) for column in lines.to_columns().values()} == {len(lines)}
        >>> test_columns_are_of_one_length()
    """
    deals = draw(st.lists(st.integers(0, 2**40) | st.text(max_size=3), max_size=4, unique=True))
    amount = st.just(0) if unit == "XXX" else minor_units(IN_A_COLUMN)
    chance = st.sampled_from([0, 500_000, 1_000_000]) | st.integers(0, 1_000_000)
    basis = st.sampled_from(["Qualified", "Final call", "<b>\x1b"])
    cells: list[SearchStrategy[Any]] = [amount, chance, days(), basis]
    columns = [draw(st.lists(st.none() | one, min_size=len(deals), max_size=len(deals))) for one in cells]
    return ForecastLines.of(deals, *columns)


@st.composite
def forecast_parts(draw: DrawFn, unit: Unit = "USD") -> ForecastParts:
    """What a forecast expects beside deals, often thirds of minor units.

    Args:
        draw: Given by hypothesis.
        unit: The currency of the amounts; `None` for plain numbers.

    Examples:
        >>> from hypothesis import given
        >>> @given(forecast_parts())
        ... def test_the_parts_are_the_total(parts: ForecastParts) -> None:
        ...     assert sum(parts.amounts.values()) == parts.total
        >>> test_the_parts_are_the_total()
    """
    minor = st.just(0) if unit == "XXX" else minor_units(IN_A_COLUMN)
    amount = st.builds(Fraction, minor, st.sampled_from([1, 2, 3]))
    amounts = draw(st.dictionaries(st.sampled_from(["base", "growth", "<b>\x1b"]), amount))
    return ForecastParts(amounts, draw(counts()), draw(counts()))


def forecast_accuracies(unit: Unit = "USD") -> SearchStrategy[ForecastAccuracy]:
    """How wrong a few forecasts were, of nothing too.

    Args:
        unit: The currency; `None` for plain numbers.

    Examples:
        >>> from hypothesis import given
        >>> @given(forecast_accuracies())
        ... def test_undefined_where_nothing_came(made: ForecastAccuracy) -> None:
        ...     assert (made.wape is None) == (not any(actual for _, actual in made.pairs))
        >>> test_undefined_where_nothing_came()
    """
    minor = st.just(0) if unit == "XXX" else minor_units(IN_A_COLUMN)
    return st.builds(ForecastAccuracy, st.lists(st.tuples(minor, minor), max_size=5), st.just(unit), counts())


@st.composite
def backtests(draw: DrawFn, unit: Unit = "USD") -> Backtest:
    """A trial of a few methods on past periods, seen from one day before or in each, or from several.

    Args:
        draw: Given by hypothesis.
        unit: The currency; `None` for plain numbers.

    Examples:
        >>> from hypothesis import given
        >>> @given(backtests())
        ... def test_columns_are_of_one_length(trial: Backtest) -> None:
        ...     assert {len(column) for column in trial.to_columns().values()} == {len(trial)}
        >>> test_columns_are_of_one_length()
    """
    minor = st.just(0) if unit == "XXX" else minor_units(IN_A_COLUMN)
    names = draw(st.lists(st.sampled_from(["naive", "stage", "<b>\x1b"]), max_size=3, unique=True))
    days = draw(st.sampled_from([(0,), (-1,), (0, -1)]))
    rows = [
        (name, period, period.start - timedelta(lead), draw(st.none() | minor), draw(st.none() | minor))
        for period in draw(st.lists(periods(), max_size=3, unique=True))
        for lead in days
        if -lead < period.days
        for name in names
    ]
    columns: list[list[Any]] = [[row[place] for row in rows] for place in range(5)]
    method, period, as_of, forecast, actual = columns
    return Backtest(method, period, as_of, forecast, actual, unit)


@st.composite
def forecasts(
    draw: DrawFn, unit: Unit = "USD", period: Period | None = None, as_of: date | None = None, method: str | None = None
) -> Forecast:
    """A forecast; those of one period, day of view and method add, if no deal is in two of them.

    Args:
        draw: Given by hypothesis.
        unit: Its currency; `None` for plain numbers.
        period: What is forecast; `None` for any period.
        as_of: The day of view; `None` for any.
        method: What was asked; `None` for any.

    Examples:
        >>> from hypothesis import given
        >>> @given(forecasts())
        ... def test_what_is_left_out_is_said(forecast: Forecast) -> None:
        ...     assert len(forecast.left_out) == 6
        >>> test_what_is_left_out_is_said()
    """
    left_out: dict[str, Any] = {name: draw(money_totals(unit)) for name in LEFT_OUT}
    return Forecast(
        draw(periods()) if period is None else period,
        draw(days()) if as_of is None else as_of,
        draw(st.sampled_from(["stage_forecast", "stage_forecast(undated='include')"])) if method is None else method,
        draw(money_totals(unit)),
        draw(forecast_lines(unit)),
        undated_expected=draw(weighted_totals(unit)),
        overdue_expected=draw(weighted_totals(unit)),
        besides=draw(forecast_parts(unit)),
        **left_out,
    )
