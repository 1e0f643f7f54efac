"""Several forecasts of one period as one, weighed by how right their methods have been."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from attrs import evolve

from salesmetrics.errors import CurrencyMismatchError, InvalidValueError, shown
from salesmetrics.model.currencies import NO_CURRENCY
from salesmetrics.model.money import shared_currency
from salesmetrics.result.backtest import Backtest
from salesmetrics.result.forecast import LEFT_OUT, Forecast
from salesmetrics.result.forecast_lines import ForecastLines
from salesmetrics.result.forecast_parts import ForecastParts
from salesmetrics.result.totals import MoneyTotal, WeightedTotal

__all__ = ["combined_forecast"]

FEWEST = 8
"""Of fewer past periods nobody can tell which method is better."""


def combined_forecast(forecasts: Mapping[str, Forecast], trial: Backtest | None = None) -> Forecast:
    r"""Several forecasts of one period as one: the mean of all, weighed by how wrong each method was before.

    $$ w_i = \frac{n}{n + 8} \cdot \frac{1 / \text{MSE}_i}{\sum_j 1 / \text{MSE}_j}
       + \frac{8}{n + 8} \cdot \frac{1}{k} $$

    The plain mean is hard to beat: weights that are learned from a few periods are mostly noise. So weights are equal
    below 8 past periods, and from there on they are shrunk to equal ones, by as much as $n$ periods leave open. None is
    below zero. What is combined are means; the distribution of the combination is the mixture of all in these
    weights, which is wider than that of a weighted sum.

    Args:
        forecasts: For each method its forecast, all of one period and day.
        trial: How the methods of these names did on past periods. Only rows of periods that had ended by the forecasts'
            day of view are looked at, and of these only trials that each method has. It is of one lead, such as
            `trial.at_lead(30)`: errors of other leads say nothing of how right the methods are at this one.

    Returns:
        A `Forecast` without lines; `besides` has the part of each method, in its weight, and takes off what is booked
        already. It is undefined where one of the forecasts is.

    Raises:
        InvalidValueError: There is no forecast, they are of different periods or days, or the trial is none, lacks a
            method or is of several leads.
        CurrencyMismatchError: They are in two currencies, or the trial is in another.

    Examples:
        >>> from datetime import date
        >>> from salesmetrics import Deal, FiscalCalendar, Money, Period, historical_forecast, stage_forecast
        >>> q4, q1 = FiscalCalendar().quarter(2025, 4), FiscalCalendar().quarter(2026, 1)
        >>> deals = [
        ...     Deal("D-1", Money.of(500, "USD"), "Won", "Ada", date(2025, 9, 5), closed=date(2025, 10, 20)),
        ...     Deal("D-2", Money.of(1000, "USD"), "Product trial", "Bo", date(2025, 10, 9), None, date(2026, 2, 1)),
        ... ]
        >>> asked = {"period": q1, "as_of": q1.start}
        >>> last = historical_forecast(deals, look_back=[q4], **asked)
        >>> print(combined_forecast({"stage": stage_forecast(deals, **asked), "last": last}).explain())
        combined_forecast(stage=0.5, last=0.5) of FY26 Q1 as of 2026-01-01: 550.00 USD
        booked before that day: 0.00 USD (0 deals)
        expected, stage: 300.00 USD
        expected, last: 250.00 USD

    References:
        J. M. Bates and C. W. J. Granger, Operational Research Quarterly 20 (1969) 451-468: weights by past errors;
        R. T. Clemen, International Journal of Forecasting 5 (1989) 559-583: the plain mean is hard to beat.
    """
    if not isinstance(forecasts, Mapping) or not forecasts or not all(map(_is_forecast, forecasts.items())):
        raise InvalidValueError(
            f"forecasts must be Forecasts by name, got {shown(forecasts)}; write {{'stage': stage_forecast(...)}}"
        )
    first = next(iter(forecasts.values()))
    if len({(one.period, one.as_of) for one in forecasts.values()}) > 1:
        raise InvalidValueError(
            f"forecasts that are combined must be of one period and day, got "
            f"{sorted({f'{one.period} as of {one.as_of}' for one in forecasts.values()})}; ask all alike"
        )
    unit = first.currency
    for one in forecasts.values():
        if one.currency != unit:
            unit = shared_currency(unit or NO_CURRENCY, one.currency or NO_CURRENCY)
    if trial is not None:
        _check_trial(trial, unit)
    weights = _weights(tuple(forecasts), first, trial)
    exact = {name: one.exact_minor for name, one in forecasts.items()}
    booked = max((one.booked for one in forecasts.values()), key=lambda one: (one.n + one.n_missing, one.minor))
    known = {name: weights[name] * minor for name, minor in exact.items() if minor is not None}
    is_defined = len(known) == len(exact)
    amounts = dict(known) if is_defined else {}
    if is_defined and booked.minor:
        amounts["booked already"] = Fraction(-booked.minor)
    said = ", ".join(f"{name}={float(weight):.6g}" for name, weight in weights.items())
    none, nothing = MoneyTotal(0, unit, 0, 0), WeightedTotal(0, unit, 0, 0)
    return Forecast(
        first.period,
        first.as_of,
        f"combined_forecast({said})",
        evolve(booked, currency=unit) if is_defined else none,
        ForecastLines.of([], [], [], [], []),
        besides=ForecastParts(amounts, *((len(known), 0) if is_defined else (0, len(exact) - len(known)))),
        undated_expected=nothing,
        overdue_expected=nothing,
        **dict.fromkeys(LEFT_OUT, none),
    )


def _is_forecast(named: tuple[object, object]) -> bool:
    name, forecast = named
    return isinstance(name, str) and isinstance(forecast, Forecast)


def _check_trial(trial: object, unit: str | None) -> None:
    """Refuse what is no trial of one lead in the currency of the forecasts."""
    if not isinstance(trial, Backtest):
        raise InvalidValueError(f"trial must be a Backtest, got {shown(trial)}; write backtest(...)")
    leads = [*trial.leads]
    if len(leads) > 1:
        raise InvalidValueError(f"trial must be of one lead, got lead_days {shown(leads)}; give trial.at_lead(...)")
    if trial.currency != unit and NO_CURRENCY not in {trial.currency, unit}:
        raise CurrencyMismatchError(
            f"trial must be in the currency of the forecasts, got {trial.currency} and {unit}; convert one first"
        )


def _weights(names: tuple[str, ...], forecast: Forecast, trial: Backtest | None) -> dict[str, Fraction]:
    """The weight of each method; they add up to one."""
    equal = Fraction(1, len(names))
    if trial is None:
        return dict.fromkeys(names, equal)
    errors = {name: trial.errors_before(name, forecast.as_of) for name in names}
    common = set.intersection(*(set(one) for one in errors.values()))
    n = len({period for period, _ in common})
    if n < FEWEST:
        return dict.fromkeys(names, equal)
    squares = {name: sum(one[both] ** 2 for both in common) for name, one in errors.items()}
    never = [name for name in names if not squares[name]]
    shares = {name: Fraction(name in never) if never else Fraction(1, squares[name]) for name in names}
    whole = sum(shares.values(), Fraction(0))
    learned = Fraction(n, n + FEWEST)
    return {name: learned * shares[name] / whole + (1 - learned) * equal for name in names}
