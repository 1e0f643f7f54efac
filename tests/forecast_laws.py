"""A forecast deal by deal, as a plain loop, for the laws of all that forecast from open deals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from hypothesis import strategies as st

from measure_laws import category_of, minor_of, unit_of
from salesmetrics import (
    Category,
    Deal,
    Forecast,
    ForecastLines,
    MoneyTotal,
    Outcome,
    Period,
    SalesProcess,
    WeightedTotal,
)
from strategies import Book

__all__ = ["CHOICES", "SUMS", "Line", "by_hand"]

SUMS = ("booked", "omitted", "undated", "overdue", "other_period", "closed_later", "closed_undated")
"""The sums of a forecast, and of what it leaves out."""

CHOICES: Any = st.sampled_from(["leave_out", "include"])

Line = tuple[int | None, date | None, str | None]
"""The chance of a deal in millionths, the day on which it closes, and what gave the chance."""


def by_hand(
    book: Book, view: tuple[Period, date], value: str, method: str, line_of: Callable[[Deal], Line], options: Any
) -> Forecast:
    """A forecast, deal by deal."""
    period, as_of = view
    sums = {name: [0, 0, 0] for name in SUMS}
    weighed = {"undated": [0, 0, 0], "overdue": [0, 0, 0]}
    lines: list[tuple[Any, ...]] = []
    for deal in book.deals:
        minor, (chance, close, basis) = minor_of(deal, value), line_of(deal)
        name = _place(deal, close, book.process, period, as_of)
        if name == "expected" or options.get(name) == "include":
            lines.append((deal.id, minor, chance, close, basis))
        elif name is not None:
            _count(sums[name], minor)
            if name in weighed:
                _count(weighed[name], None if minor is None or chance is None else minor * chance)
    unit = unit_of(book.deals, value)
    left_out: dict[str, Any] = {name: MoneyTotal(made[0], unit, *made[1:]) for name, made in sums.items()}
    undated_expected, overdue_expected = (WeightedTotal(made[0], unit, *made[1:]) for made in weighed.values())
    columns: list[list[Any]] = [[line[place] for line in lines] for place in range(5)]
    asked = [f"{name}={choice!r}" for name, choice in options.items() if choice != "leave_out"]
    asked += [f"value={value!r}"] if value != "amount" else []
    forecast = Forecast(
        period,
        as_of,
        f"{method}({', '.join(asked)})" if asked else method,
        lines=ForecastLines.of(*columns),
        undated_expected=undated_expected,
        overdue_expected=overdue_expected,
        **left_out,
    )
    known = [minor * chance for _, minor, chance, *_ in lines if minor is not None and chance is not None]
    assert forecast.expected == WeightedTotal(sum(known), unit, len(known), len(lines) - len(known))
    return forecast


def _place(deal: Deal, close: date | None, process: SalesProcess, period: Period, as_of: date) -> str | None:
    """To which part of a forecast a deal belongs."""
    outcome = process.outcome_of(deal.stage)
    if outcome is not Outcome.OPEN:
        if deal.closed is None:
            return "closed_undated"
        if deal.closed >= as_of:
            return "closed_later"
        return "booked" if outcome is Outcome.WON and period.start <= deal.closed < period.end else None
    if category_of(deal, process) is Category.OMITTED:
        return "omitted"
    if close is None:
        return "undated"
    if close < as_of:
        return "overdue"
    return "expected" if period.start <= close < period.end else "other_period"


def _count(sums: list[int], number: int | None) -> None:
    """Add a number to a sum, and count it; or that it is missing."""
    if number is None:
        sums[2] += 1
    else:
        sums[0] += number
        sums[1] += 1
