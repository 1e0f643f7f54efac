from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from measure_laws import QUESTIONS
from salesmetrics import (
    Deal,
    Deals,
    FiscalCalendar,
    Forecast,
    InvalidValueError,
    Money,
    MoneyTotal,
    Outcome,
    Period,
    forecast_accuracy,
    forecast_quality,
    historical_errors,
    historical_forecast,
    score_quality,
    stage_forecast,
)
from strategies import Book, days_around, laid_down, periods

INCLUDED: Any = {"undated": "include", "overdue": "include"}


def made_of(book: Book, data: DataObject) -> tuple[list[Forecast], date]:
    """Forecasts of some deals of a book, and a day on which their periods have ended."""
    around = days_around(book.deals)
    asked = data.draw(st.lists(periods(around), min_size=1, max_size=2))
    some = Deals.of(book.deals[1:], book.process, accept=book.doubts)
    every = [book.table, some]
    forecasts = [
        stage_forecast(table, period=one, as_of=one.start, **INCLUDED) for table, one in zip(every, asked, strict=False)
    ]
    return forecasts, max(one.end for one in asked)


class TestForecastQuality:
    @given(laid_down(), st.data())
    def test_definition(self, book: Book, data: DataObject) -> None:
        forecasts, as_of = made_of(book, data)
        now = {deal.id: deal for deal in book.deals[:-1]}
        chances: list[float | None] = []
        outcomes: list[bool | None] = []
        for forecast in forecasts:
            columns = forecast.lines.to_columns()
            for name, chance in zip(columns["deal"], columns["probability"], strict=True):
                deal = now.get(name)
                chances.append(chance)
                outcomes.append(None if deal is None else self.is_won(deal, book, forecast.period))
        known = Deals.of(book.deals[:-1], book.process, accept=book.doubts)
        assert forecast_quality(forecasts, known, as_of=as_of) == score_quality(chances, outcomes)

    @staticmethod
    def is_won(deal: Deal, book: Book, period: Period) -> bool:
        is_in = deal.closed is not None and deal.closed in period
        return is_in and book.process.outcome_of(deal.stage) is Outcome.WON

    @given(laid_down(), st.data())
    def test_order(self, book: Book, data: DataObject) -> None:
        forecasts, as_of = made_of(book, data)
        turned = forecast_quality(forecasts[::-1], book.table[::-1], as_of=as_of)
        assert turned == forecast_quality(forecasts, book.table, as_of=as_of)

    @given(laid_down(), st.data())
    def test_merge(self, book: Book, data: DataObject) -> None:
        forecasts, as_of = made_of(book, data)
        each = [forecast_quality(one, book.table, as_of=as_of) for one in forecasts]
        assert sum(each) == forecast_quality(forecasts, book.table, as_of=as_of)

    @given(laid_down(doubts=()), st.data())
    def test_door(self, book: Book, data: DataObject) -> None:
        forecasts, as_of = made_of(book, data)
        if book.process == Deals.of([]).process:
            asked = forecast_quality(forecasts, iter(book.deals), as_of=as_of)
            assert asked == forecast_quality(forecasts, book.table, as_of=as_of)


class TestHistoricalErrors:
    @given(laid_down(), st.data())
    def test_definition(self, book: Book, data: DataObject) -> None:
        asked = data.draw(QUESTIONS[historical_forecast](book.table))
        look_back, value = [*asked["look_back"], asked["period"]], asked.get("value", "amount")
        base: Any = "mean" if asked["base"] == "drift" else asked["base"]  # the last of them comes after a gap
        pairs = []
        for place in range(1, len(look_back)):
            period = look_back[place]
            forecast = historical_forecast(
                book.table, period=period, as_of=period.start, look_back=look_back[:place], base=base, value=value
            )
            won = book.table.in_period(period)
            pairs.append((forecast, money_of(won.filter(won.is_won), value)))
        found = historical_errors(book.table, look_back=look_back, as_of=look_back[-1].end, base=base, value=value)
        assert found == forecast_accuracy(pairs)

    @given(laid_down(), st.data())
    def test_order(self, book: Book, data: DataObject) -> None:
        asked = data.draw(QUESTIONS[historical_forecast](book.table))
        options: Any = {name: asked[name] for name in ("look_back", "as_of", "base")}
        assert historical_errors(book.table[::-1], **options) == historical_errors(book.table, **options)

    @given(laid_down(), st.data())
    def test_poisoned_future(self, book: Book, data: DataObject) -> None:
        asked = data.draw(QUESTIONS[historical_forecast](book.table))
        options: Any = {name: asked[name] for name in ("look_back", "as_of", "base")}
        closed, day = book.table.closed, asked["as_of"].toordinal() - date(1970, 1, 1).toordinal()
        before = book.table.filter(~closed.known | (closed.values < day))
        assert historical_errors(before, **options) == historical_errors(book.table, **options)


def money_of(deals: Deals, value: str) -> MoneyTotal:
    """What deals are worth, one by one."""
    known = [one for one in deals.value(value) if one is not None]
    return MoneyTotal(sum(known), deals.value(value).unit, len(known), len(deals) - len(known))


YEAR = FiscalCalendar()
QUARTERS = [YEAR.quarter(year, number) for year in (2024, 2025) for number in (1, 2, 3, 4)]
WON = [
    Deal(n, Money(100 * n, "USD"), "Won", None, date(2023, 1, 1), one.start) for n, one in enumerate(QUARTERS, start=1)
]


@pytest.mark.parametrize(
    ("base", "errors"),
    [
        ("last", [-100] * 7),
        ("mean", [-100, -150, -200, -250, -300, -350, -400]),
        ("drift", [0] * 6),
        ("seasonal", [-400] * 4),
    ],
)
def test_each_period_is_forecast_from_those_before_it(base: Any, errors: list[int]) -> None:
    made = historical_errors(WON, look_back=QUARTERS, as_of=date(2026, 1, 1), base=base)
    assert sorted(made.errors) == sorted(errors)


def test_an_interval_is_made_of_past_errors() -> None:
    made = historical_errors(WON, look_back=QUARTERS, as_of=date(2026, 1, 1), base="last")
    forecast = historical_forecast(
        WON, period=YEAR.quarter(2026, 1), as_of=date(2026, 1, 1), look_back=QUARTERS, base="last"
    )
    assert made.interval(forecast, level=0.8) == (Money(700, "USD"), Money(900, "USD"))
    assert made.interval(forecast, level=0.9) is None


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: historical_errors([], look_back=[], as_of=date(2026, 1, 1)), "look_back must be periods, got"),
        (lambda: historical_errors([], look_back=QUARTERS, as_of=date(2025, 1, 1)), "have ended at 2025-01-01"),
        (
            lambda: historical_errors([], look_back=[QUARTERS[0], YEAR.year(2025)], as_of=date(2026, 1, 1)),
            "about as long as the one forecast, got 91 days",
        ),
        (lambda: historical_errors([], look_back=QUARTERS, as_of=date(2026, 1, 1), base="best"), "base must be one of"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        (lambda: forecast_quality(5, [], as_of=date(2026, 1, 1)), "forecasts must be of periods that have ended"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        (
            lambda: forecast_quality(
                stage_forecast([], period=QUARTERS[7], as_of=QUARTERS[7].start), [], as_of=date(2025, 12, 31)
            ),
            "forecasts must be of periods that have ended at 2025-12-31, got Forecast",
        ),
    ],
)
def test_what_has_no_track_record_is_refused(ask: Any, message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        ask()
