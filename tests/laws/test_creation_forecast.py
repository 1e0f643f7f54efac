from __future__ import annotations

from datetime import date
from fractions import Fraction
from math import floor
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from measure_laws import QUESTIONS, MeasureLaws, minor_of, unit_of
from salesmetrics import (
    CurrencyMismatchError,
    Deal,
    Deals,
    FiscalCalendar,
    Forecast,
    ForecastLines,
    ForecastParts,
    InvalidValueError,
    Money,
    MoneyTotal,
    Outcome,
    WeightedTotal,
    creation_forecast,
    historical_forecast,
    stage_forecast,
)
from salesmetrics.result.forecast import LEFT_OUT
from strategies import Book, laid_down


class TestCreationForecast(MeasureLaws):
    measure = staticmethod(creation_forecast)

    @given(laid_down(), st.data())
    def test_definition(self, book: Book, data: DataObject) -> None:
        asked = data.draw(QUESTIONS[creation_forecast](book.table))
        period, as_of, value = asked["period"], asked["as_of"], asked.get("value", "amount")
        ahead, total, n, n_missing = as_of.toordinal() - period.start.toordinal(), 0, 0, 0
        seen = []
        for one in asked["look_back"]:
            gone_by = ahead if ahead < 0 else floor(Fraction(ahead, period.days) * one.days)
            day = max(one.start.toordinal() + gone_by, 1)
            if day >= asked["book_start"].toordinal():
                seen.append((one, day))
        for deal in book.deals:
            for one, day in seen:
                if book.process.outcome_of(deal.stage) is not Outcome.WON or deal.closed is None:
                    continue
                if not one.start <= deal.closed < one.end:
                    continue
                minor = minor_of(deal, value)
                is_new = deal.created is not None and min(deal.created, deal.closed).toordinal() >= day
                n += is_new and minor is not None
                n_missing += deal.created is None or (is_new and minor is None)
                total += (minor or 0) * is_new
        unit = unit_of(book.deals, value)
        none, nothing = MoneyTotal(0, unit, 0, 0), WeightedTotal(0, unit, 0, 0)
        left_out: dict[str, Any] = dict.fromkeys(LEFT_OUT, none)
        forecast = creation_forecast(book.table, **asked)
        assert forecast == Forecast(
            period,
            as_of,
            forecast.method,
            none,
            ForecastLines.of([], [], [], [], []),
            undated_expected=nothing,
            overdue_expected=nothing,
            besides=ForecastParts({"not yet created": Fraction(total, len(seen))}, n, n_missing),
            **left_out,
        )

    @given(laid_down(), st.data())
    def test_open_deals(self, book: Book, data: DataObject) -> None:
        options = data.draw(QUESTIONS[creation_forecast](book.table))
        closed = book.table.filter(book.table.is_closed)
        assert creation_forecast(book.table, **options) == creation_forecast(closed, **options)


YEAR = FiscalCalendar()
ASKED: Any = {"period": YEAR.quarter(2026, 1), "as_of": date(2026, 1, 1), "look_back": [YEAR.quarter(2025, 4)]}
HERE: Any = {"period": ASKED["period"], "as_of": ASKED["as_of"]}
NEW = Deal("D-1", Money(300, "USD"), "Won", None, date(2025, 11, 1), date(2025, 12, 1))
DUE = Deal("D-2", Money(1000, "USD"), "Qualified", None, date(2025, 11, 1), None, date(2026, 2, 1))


@pytest.mark.parametrize(("lead", "minor"), [(0, 300), (31, 300), (-30, 300), (-31, 300), (-32, 0)])
def test_earlier_periods_are_seen_at_the_same_lead(lead: int, minor: int) -> None:
    day = date.fromordinal(ASKED["period"].start.toordinal() - lead)
    asked: dict[str, Any] = {
        **ASKED,
        "as_of": day,
        "look_back": [YEAR.quarter(2025, 4) if lead <= 0 else YEAR.quarter(2025, 3)],
    }
    deal = NEW if lead <= 0 else evolve(NEW, created=date(2025, 5, 31), closed=date(2025, 7, 1))
    assert creation_forecast([deal], **asked).value == Money(minor, "USD")


def test_on_the_last_day_of_a_month_shorter_months_are_seen_on_their_last_day() -> None:
    february, april = YEAR.month(2026, 2), YEAR.month(2026, 4)
    last_day = Deal("D-1", Money(300, "USD"), "Won", None, date(2026, 2, 28), date(2026, 2, 28))
    asked: Any = {"period": april, "as_of": date(2026, 4, 30), "look_back": [february]}
    assert creation_forecast([last_day], **asked).value == Money(300, "USD")
    assert creation_forecast([evolve(last_day, created=date(2026, 2, 27))], **asked).value == Money(0, "USD")
    half: Any = {**asked, "as_of": date(2026, 4, 16)}
    middle = [evolve(last_day, id=day, created=date(2026, 2, day)) for day in (14, 15)]
    assert creation_forecast(middle, **half).besides.n == 1


@pytest.mark.parametrize(
    ("as_of", "first"),
    [
        (date(2026, 4, 2), date(2026, 2, 1)),  # 28/30 of a day are over: none is
        (date(2026, 4, 1), date(2026, 2, 1)),
        (date(2026, 3, 2), date(2026, 1, 2)),  # before a period days are days: 30 of them
    ],
)
def test_days_within_a_period_are_of_its_length_and_days_before_it_are_not(as_of: date, first: date) -> None:
    asked: Any = {"period": YEAR.month(2026, 4), "as_of": as_of, "look_back": [YEAR.month(2026, 2)]}
    new = evolve(NEW, created=first, closed=date(2026, 2, 20))
    old = evolve(new, created=date.fromordinal(first.toordinal() - 1))
    assert [creation_forecast([deal], **asked).besides.n for deal in (new, old)] == [1, 0]


def test_what_is_missing_is_counted_once() -> None:
    deals = [evolve(NEW, id="D-3", amount=None), evolve(NEW, id="D-4", created=None, amount=None)]
    book = Deals.of([NEW, *deals], accept={"missing_amount", "missing_created"})
    found = creation_forecast(book, **ASKED)
    assert (found.besides.n, found.besides.n_missing) == (1, 2)
    assert found.booked == found.undated == MoneyTotal(0, "USD", 0, 0)


def test_how_it_was_asked_is_told() -> None:
    found = creation_forecast([evolve(NEW, values={"arr": Money(100, "USD")})], value="arr", **ASKED)
    assert found.method == "creation_forecast(look_back='2025-10-01..2026-01-01 in 1', value='arr')"


def test_periods_before_the_book_began_are_left_out_and_counted() -> None:
    quarters, deal = [YEAR.quarter(2025, number) for number in (2, 3, 4)], evolve(NEW, created=date(2025, 10, 1))
    asked: Any = {**HERE, "look_back": quarters}
    with pytest.raises(
        InvalidValueError,
        match=(
            "before the book began, got FY25 Q2 and deals created since 2025-10-01; leave out what the book cannot "
            r"tell of, or say since when it can: book_start=\.\.\.$"
        ),
    ):
        creation_forecast([deal], **asked)
    with pytest.raises(
        InvalidValueError, match="before the book began, got FY25 Q2 and deals created since 2025-07-01"
    ):
        creation_forecast([evolve(deal, created=date(2025, 7, 1))], **asked)
    since = creation_forecast([deal], book_start=date(2025, 10, 1), **asked)
    assert since.value == Money(300, "USD")
    assert since.method == "creation_forecast(look_back='2025-10-01..2026-01-01 in 1, 2 before the book left out')"
    assert since.explain().startswith(since.method)
    whole = creation_forecast([deal], book_start=date(2025, 1, 1), **asked)
    assert (whole.value, whole.method) == (
        Money(100, "USD"),
        "creation_forecast(look_back='2025-04-01..2026-01-01 in 3')",
    )
    with pytest.raises(
        InvalidValueError,
        match=(
            "^look_back must have periods since the book began on 2025-10-02, got "
            r"\['FY25 Q2', 'FY25 Q3', 'FY25 Q4'\]; look back less far$"
        ),
    ):
        creation_forecast([deal], book_start=date(2025, 10, 2), **asked)
    earlier = evolve(deal, id="D-0", created=date(2025, 6, 30))
    assert creation_forecast([deal, earlier], **asked).value == Money(100, "USD")
    undated = Deals.of([evolve(deal, created=None)], accept={"missing_created"})
    assert creation_forecast(undated, **asked).besides.n_missing == 1


def test_it_stands_beside_a_forecast_of_the_deals_in_the_book() -> None:
    new = creation_forecast([NEW], **ASKED)
    both = stage_forecast([NEW, DUE], **HERE).beside(new)
    assert both.value == Money(500, "USD")
    assert both.method == "stage_forecast + creation_forecast(look_back='2025-10-01..2026-01-01 in 1')"
    assert stage_forecast([], **HERE).beside(new).value == Money(300, "USD")
    assert stage_forecast([DUE], **HERE).beside(creation_forecast([], **ASKED)).value == Money(200, "USD")


def test_what_is_beside_a_forecast_is_of_other_deals() -> None:
    forecast, new = stage_forecast([DUE], **HERE), creation_forecast([NEW], **ASKED)
    with pytest.raises(InvalidValueError, match="must be of other deals, got 'stage_forecast' with lines"):
        new.beside(forecast)
    with pytest.raises(InvalidValueError, match=r"or the same parts \['not yet created'\]; take one that"):
        forecast.beside(new).beside(new)
    booked = historical_forecast(
        [NEW], period=YEAR.quarter(2025, 4), as_of=date(2025, 12, 31), look_back=[YEAR.quarter(2025, 3)]
    )
    with pytest.raises(InvalidValueError, match="must be one of FY26 Q1 as of 2026-01-01, got Forecast"):
        forecast.beside(booked)
    with pytest.raises(InvalidValueError, match="must be one of FY26 Q1 as of 2026-01-01, got 5"):
        forecast.beside(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    euros = creation_forecast([evolve(NEW, amount=Money(1, "EUR"))], **ASKED)
    with pytest.raises(CurrencyMismatchError, match="must be in its currency USD, got EUR; convert"):
        forecast.beside(euros)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"as_of": date(2026, 4, 1)}, "as_of must be before the end of the period, got 2026-04-01 for FY26 Q1"),
        ({"look_back": []}, "look_back must be periods, got"),
        ({"look_back": [YEAR.year(2025)]}, "about as long as the one forecast"),
        ({"book_start": "2025-01-01"}, "book_start must be a date without a time, got '2025-01-01'"),
    ],
)
def test_what_cannot_be_looked_back_at_is_refused(change: Any, message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        creation_forecast([], **{**ASKED, **change})
