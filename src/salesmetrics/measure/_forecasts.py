"""What all forecasts from open deals have in common: which of them belong to the period, and which are left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, Literal, TypeAlias, get_args

from attrs import evolve

from salesmetrics._numeric.columns import Coded, Flags, Masked
from salesmetrics._numeric.days import day_number
from salesmetrics._numeric.recipe import Count, Lines, Product, Recipe
from salesmetrics.errors import InvalidValueError, check_word, shown
from salesmetrics.measure._parts import money_total
from salesmetrics.model.period import Period, check_period
from salesmetrics.result.forecast import LEFT_OUT, Forecast
from salesmetrics.result.forecast_lines import ForecastLines
from salesmetrics.result.forecast_parts import NO_PARTS, ForecastParts
from salesmetrics.result.totals import MoneyTotal, WeightedTotal
from salesmetrics.table.deals import Deals

__all__ = [
    "LeftOut",
    "asked_as",
    "check_not_over",
    "checked_look_back",
    "due_in",
    "forecast_besides",
    "forecast_of_deals",
]

LeftOut: TypeAlias = Literal["leave_out", "include"]
"""Whether such deals are left out of the forecast, or expected in its period."""


def forecast_of_deals(
    deals: Deals,
    period: Period,
    as_of: date,
    measure: str,
    own: Mapping[str, tuple[object, object]],
    value: str,
    chances: Masked,
    basis: Coded,
    close: Masked,
    undated: LeftOut,
    overdue: LeftOut,
) -> Recipe[Forecast]:
    """Booked money, and the open deals that close in the period, each with its chance.

    Args:
        deals: The table.
        period: The period that is forecast.
        as_of: The day of view.
        measure: The name of what was asked.
        own: The options that it alone has, each as asked and as it is unless told.
        value: The name of the amounts.
        chances: For each deal the probability that it is won in the period, in millionths.
        basis: What gave it.
        close: The day on which the deal closes, as far as anybody knows.
        undated: Whether open deals without such a day count.
        overdue: Whether open deals count of which that day has passed.

    Raises:
        InvalidValueError: `as_of` is not a plain day, the period is no `Period`, the deals have no such value, or a
            word is misspelt.
    """
    deals.check_view(as_of)
    check_period(period)
    check_word(undated, get_args(LeftOut), "undated")
    check_word(overdue, get_args(LeftOut), "overdue")
    column, now = deals.value(value), day_number(as_of)
    closed_before = deals.closed.known & (deals.closed.values < now)
    counted = deals.is_open & ~deals.is_omitted
    expected = due_in(close, counted, period, as_of, undated, overdue)
    left_out = {"undated": counted & ~close.known & ~expected}
    left_out["overdue"] = counted & close.known & (close.values < now) & ~expected
    ahead = counted & close.known & (close.values >= now)
    of_all = {"undated": (undated, "leave_out"), "overdue": (overdue, "leave_out"), "value": (value, "amount")}
    return Recipe(
        Forecast,
        period=period,
        as_of=as_of,
        method=asked_as(measure, {**own, **of_all}),
        booked=money_total(column, deals.is_won & deals.is_in_period(period) & closed_before),
        lines=Lines(
            ForecastLines,
            expected,
            {"deal": deals.id, "amount": column, "probability": chances, "close": close, "basis": basis},
        ),
        omitted=money_total(column, deals.is_open & deals.is_omitted),
        **{name: money_total(column, mask) for name, mask in left_out.items()},
        other_period=money_total(column, ahead & ~expected),
        closed_later=money_total(column, deals.is_closed & deals.closed.known & ~closed_before),
        closed_undated=money_total(column, deals.is_closed & ~deals.closed.known),
        **{f"{name}_expected": _expected(column, chances, mask) for name, mask in left_out.items()},
        besides=NO_PARTS,
    )


def due_in(close: Masked, counted: Flags, period: Period, day: date, undated: LeftOut, overdue: LeftOut) -> Flags:
    """Which of the deals that are counted are due in a period, seen from a day."""
    is_overdue = close.known & (close.values < day_number(day))
    is_due = close.known & ~is_overdue
    is_due &= (close.values >= day_number(period.start)) & (close.values < day_number(period.end))
    if undated == "include":
        is_due |= ~close.known
    if overdue == "include":
        is_due |= is_overdue
    due: Flags = counted & is_due
    return due


def asked_as(measure: str, options: Mapping[str, tuple[object, object]]) -> str:
    """How a measure was asked: its name, and the options that are not as they are unless told.

    Args:
        measure: Its name.
        options: For each option what was asked, and the default.

    Examples:
        >>> asked_as("stage_forecast", {"undated": ("include", "leave_out"), "overdue": ("leave_out", "leave_out")})
        "stage_forecast(undated='include')"
    """
    unusual = [f"{name}={asked!r}" for name, (asked, usual) in options.items() if asked != usual]
    return f"{measure}({', '.join(unusual)})" if unusual else measure


def _expected(column: Masked, chances: Masked, mask: Flags) -> Recipe[WeightedTotal]:
    known = column.known & chances.known
    return Recipe(
        WeightedTotal,
        micro=Product(column, chances, mask),
        currency=column.unit,
        n=Count(mask & known),
        n_missing=Count(mask & ~known),
    )


def checked_look_back(look_back: Sequence[Period], period: Period | None, as_of: date) -> list[Period]:
    """The periods, if they come one after the other, before the one forecast, have ended, and are about as long.

    Raises:
        InvalidValueError: They do not.
    """
    periods = [*look_back] if isinstance(look_back, Sequence) else []
    if not periods or not all(isinstance(one, Period) for one in periods):
        raise InvalidValueError(f"look_back must be periods, got {shown(look_back)}; give those that came before")
    if any(later.start < earlier.end for earlier, later in pairwise(periods)) or periods[-1].end > as_of:
        raise InvalidValueError(
            f"look_back must be periods in order that do not overlap and have ended at {as_of}, got "
            f"{[str(one) for one in periods]}; leave out what is not over"
        )
    if period is not None and period.start < periods[-1].end:
        raise InvalidValueError(
            f"look_back must be periods before the one forecast, got {periods[-1]} for {period}; leave out what is not "
            "before it"
        )
    all_periods = periods if period is None else [*periods, period]
    shortest, longest = (extreme(all_periods, key=lambda one: one.days) for extreme in (min, max))
    if 2 * longest.days > 3 * shortest.days:
        raise InvalidValueError(
            f"look_back must be periods about as long as the one forecast, got {shortest.days} days in {shortest} and "
            f"{longest.days} in {longest}; look back at quarters for a quarter"
        )
    return periods


def check_not_over(period: Period, as_of: date) -> None:
    """Refuse a period that is over on the day of view.

    Raises:
        InvalidValueError: It is.
    """
    if as_of >= period.end:
        raise InvalidValueError(
            f"as_of must be before the end of the period, got {as_of} for {period}; what is over is no forecast"
        )


def forecast_besides(
    period: Period,
    as_of: date,
    method: str,
    booked: MoneyTotal,
    closed_later: MoneyTotal,
    closed_undated: MoneyTotal,
    besides: ForecastParts,
    unit: str | None,
) -> Forecast:
    """A forecast without lines, of what earlier periods say."""
    nothing = WeightedTotal(0, unit, 0, 0)
    left_out: dict[str, Any] = dict.fromkeys(LEFT_OUT, MoneyTotal(0, unit, 0, 0)) | {
        "closed_later": evolve(closed_later, currency=unit),
        "closed_undated": evolve(closed_undated, currency=unit),
    }
    return Forecast(
        period,
        as_of,
        method,
        evolve(booked, currency=unit),
        ForecastLines.of([], [], [], [], []),
        besides=besides,
        undated_expected=nothing,
        overdue_expected=nothing,
        **left_out,
    )
