from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from measure_laws import MeasureLaws, category_of, minor_of, stage_of, unit_of
from salesmetrics import (
    Category,
    Deal,
    Money,
    MoneyTotal,
    Outcome,
    Period,
    SalesProcess,
    StageForecast,
    WeightedTotal,
    pipeline_value,
    stage_forecast,
)
from strategies import Book, days_around, laid_down, periods


class TestStageForecast(MeasureLaws):
    measure = staticmethod(stage_forecast)

    @given(laid_down(), st.data())
    def test_definition(self, book: Book, data: DataObject) -> None:
        around = days_around(book.deals)
        period, as_of = data.draw(periods(around)), data.draw(around)
        for value in ("amount", *book.table.values):
            sums = {name: [0, 0, 0] for name in _SUMS}
            for deal in book.deals:
                stage, due = stage_of(deal, book.process), deal.expected_close
                outcome, minor = book.process.outcome_of(deal.stage), minor_of(deal, value)
                factor = 1
                if outcome is not Outcome.OPEN:
                    if deal.closed is None:
                        name = "closed_undated"
                    elif deal.closed >= as_of:
                        name = "closed_later"
                    elif outcome is Outcome.WON and period.start <= deal.closed < period.end:
                        name = "booked"
                    else:
                        continue
                elif category_of(deal, book.process) is Category.OMITTED:
                    name = "omitted"
                elif due is None:
                    name = "undated"
                elif due < as_of:
                    name = "overdue"
                elif period.start <= due < period.end:
                    name = "expected"
                    if stage is None:
                        minor = None  # no stage gives a probability
                    else:
                        factor = round(stage.probability * 1_000_000)
                else:
                    name = "other_period"
                if minor is None:
                    sums[name][2] += 1
                else:
                    sums[name][0] += minor * factor
                    sums[name][1] += 1
            unit = unit_of(book.deals, value)
            made: dict[str, Any] = {
                name: (WeightedTotal if name == "expected" else MoneyTotal)(total, unit, n, n_missing)
                for name, (total, n, n_missing) in sums.items()
            }
            expected = StageForecast(period, as_of, **made)
            assert stage_forecast(book.table, period=period, as_of=as_of, value=value) == expected

    @given(laid_down(), st.data())
    def test_partition(self, book: Book, data: DataObject) -> None:
        certain = SalesProcess(
            [evolve(one, probability=1.0) if one.outcome is Outcome.OPEN else one for one in book.process]
        )
        table = evolve(book, process=certain).table
        around = days_around(book.deals)
        forecast = stage_forecast(table, period=data.draw(periods(around)), as_of=data.draw(around))
        open_parts = forecast.omitted + forecast.undated + forecast.overdue + forecast.other_period
        assert open_parts + MoneyTotal(
            forecast.expected.micro // 1_000_000,
            forecast.expected.currency,
            forecast.expected.n,
            forecast.expected.n_missing,
        ) == pipeline_value(table)


FIRST, NOW, END = date(2026, 1, 1), date(2026, 2, 1), date(2026, 4, 1)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("due", "part"),
    [
        (NOW - DAY, "overdue"),
        (NOW, "expected"),
        (END - DAY, "expected"),
        (END, "other_period"),
        (None, "undated"),
    ],
)
def test_where_an_open_deal_belongs_on_the_days_at_the_edges(due: date | None, part: str) -> None:
    deal = Deal("D-1", Money(100, "USD"), "Qualified", "Ada", FIRST, expected_close=due)
    forecast = stage_forecast([deal], period=Period(FIRST, END), as_of=NOW)
    assert {name: getattr(forecast, name).n for name in _SUMS if getattr(forecast, name).n} == {part: 1}


@pytest.mark.parametrize(
    ("closed", "part"),
    [
        (FIRST - DAY, None),
        (FIRST, "booked"),
        (NOW - DAY, "booked"),
        (NOW, "closed_later"),
        (END, "closed_later"),
    ],
)
def test_where_a_won_deal_belongs_on_the_days_at_the_edges(closed: date, part: str | None) -> None:
    deal = Deal("D-1", Money(100, "USD"), "Won", "Ada", FIRST - DAY, closed=closed)
    forecast = stage_forecast([deal], period=Period(FIRST, END), as_of=NOW)
    assert {name: getattr(forecast, name).n for name in _SUMS if getattr(forecast, name).n} == (
        {part: 1} if part else {}
    )


_SUMS = ("booked", "expected", "omitted", "undated", "overdue", "other_period", "closed_later", "closed_undated")
