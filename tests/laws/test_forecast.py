from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from forecast_laws import CHOICES, SUMS, Line, by_hand
from measure_laws import MeasureLaws, stage_of
from salesmetrics import (
    Deal,
    Deals,
    Forecast,
    InvalidValueError,
    Money,
    MoneyTotal,
    Outcome,
    Period,
    SalesProcess,
    Stage,
    pipeline_value,
    stage_forecast,
)
from strategies import Book, days_around, laid_down, periods

FIRST, NOW, END = date(2026, 1, 1), date(2026, 2, 1), date(2026, 4, 1)
DAY = timedelta(days=1)


class TestStageForecast(MeasureLaws):
    measure = staticmethod(stage_forecast)

    @given(laid_down(), CHOICES, CHOICES, st.data())
    def test_definition(self, book: Book, undated: Any, overdue: Any, data: DataObject) -> None:
        around = days_around(book.deals)
        period, as_of = data.draw(periods(around)), data.draw(around)

        def line_of(deal: Deal) -> Line:
            stage = stage_of(deal, book.process)
            return None if stage is None else round(stage.probability * 1_000_000), deal.expected_close, deal.stage

        options = {"undated": undated, "overdue": overdue}
        for value in ("amount", *book.table.values):
            forecast = stage_forecast(
                book.table, period=period, as_of=as_of, undated=undated, overdue=overdue, value=value
            )
            assert forecast == by_hand(book, (period, as_of), value, "stage_forecast", line_of, options)

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

    @given(laid_down(), st.sampled_from([0, 0.3, 1]), st.data())
    def test_process(self, book: Book, chance: float, data: DataObject) -> None:
        process = SalesProcess(
            [evolve(one, probability=chance) if one.outcome is Outcome.OPEN else one for one in book.process]
        )
        around = days_around(book.deals)
        asked: Any = {"period": data.draw(periods(around)), "as_of": data.draw(around), "undated": "include"}
        forecast = stage_forecast(book.table, process=process, **asked)
        as_theirs = stage_forecast(evolve(book.table, process=process), **asked)
        assert evolve(forecast, method=as_theirs.method) == as_theirs

    @given(laid_down(), st.data())
    def test_included(self, book: Book, data: DataObject) -> None:
        around = days_around(book.deals)
        period, as_of = data.draw(periods(around)), data.draw(around)
        usual = stage_forecast(book.table, period=period, as_of=as_of)
        options: Any = data.draw(
            st.fixed_dictionaries({}, optional=dict.fromkeys(("undated", "overdue"), st.just("include")))
        )
        asked = stage_forecast(book.table, period=period, as_of=as_of, **options)
        brought = [getattr(usual, f"{name}_expected") for name in options]
        assert asked.expected == sum(brought, usual.expected)
        assert all(getattr(asked, name).n == getattr(asked, name).n_missing == 0 for name in options)


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
    assert _found(forecast) == {part: 1}


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
    assert _found(forecast) == ({part: 1} if part else {})


def _found(forecast: Forecast) -> dict[str, int]:
    return {name: getattr(forecast, name).n for name in (*SUMS, "expected") if getattr(forecast, name).n}


class TestOtherProbabilities:
    ASKED: ClassVar[dict[str, Any]] = {"period": Period.parse("2026-01-01..2026-04-01"), "as_of": date(2026, 1, 10)}
    STAGES: ClassVar[list[Stage]] = [
        Stage("Early", 0.1, Outcome.OPEN),
        Stage("Late", 0.6, Outcome.OPEN),
        Stage("Won", 1.0, Outcome.WON),
        Stage("Lost", 0.0, Outcome.LOST),
    ]

    def book(self) -> Deals:
        days = date(2026, 1, 5), None, date(2026, 2, 1)
        deals = [Deal(stage, Money(100, "USD"), stage, None, *days) for stage in ("Early", "Late")]
        return Deals.of(deals, SalesProcess(self.STAGES))

    def test_the_answer_says_which_they_were(self) -> None:
        usual = stage_forecast(self.book(), **self.ASKED)
        assert (usual.method, usual.expected.micro) == ("stage_forecast", 70_000_000)
        others = SalesProcess([evolve(self.STAGES[0], probability=0.25), *self.STAGES[1:]])
        asked = stage_forecast(self.book(), process=others, **self.ASKED)
        assert asked.expected.micro == 85_000_000
        assert asked.method == "stage_forecast(process={'Early': 0.25, 'Late': 0.6})"

    def test_they_are_of_the_deals_own_stages(self) -> None:
        for others in (SalesProcess(self.STAGES[1:]), SalesProcess([*self.STAGES[1::-1], *self.STAGES[2:]])):
            with pytest.raises(InvalidValueError) as refused:
                stage_forecast(self.book(), process=others, **self.ASKED)
            said = str(refused.value)
            start = (
                "process must have the stages of the deals' own, ['Early', 'Late', 'Won', 'Lost'], got SalesProcess("
            )
            assert said.startswith(start)
            assert said.endswith("; change their probabilities alone")
