from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from history_strategies import Past, pasts
from measure_laws import QUESTIONS, MeasureLaws, minor_of, stage_of, unit_of, was_open, with_its_days
from salesmetrics import (
    Coverage,
    Deal,
    DealChange,
    Deals,
    InvalidValueError,
    Money,
    MoneyRatio,
    MoneyTotal,
    Outcome,
    Period,
    SalesProcess,
    Stage,
    WeightedTotal,
    pipeline_conversion,
    pipeline_coverage,
    pipeline_value,
    slippage,
    weighted_pipeline,
)
from strategies import Book, days_around, laid_down, tables

Q1 = Period.parse("2026-01-01..2026-04-01")
JAN_2 = date(2026, 1, 2)
BOOK = Deals.of([Deal("D-1", Money(1, "USD"), "Qualified", None, date(2026, 1, 1), None, date(2026, 3, 1))])


def is_booked(deal: Deal, period: Period, as_of: date) -> bool:
    return deal.closed is not None and period.start <= deal.closed < min(period.end, as_of)


class TestPipelineCoverage(MeasureLaws):
    measure = staticmethod(pipeline_coverage)

    @given(laid_down(), st.data())
    def test_definition(self, book: Book, data: DataObject) -> None:
        asked = data.draw(QUESTIONS[pipeline_coverage](book.table))
        period, as_of, value, quota = asked["period"], asked["as_of"], asked["value"], asked["quota"]
        micro = n = n_missing = booked = n_booked = n_unknown = n_undated = 0
        for deal in book.deals:
            outcome, minor, due = book.process.outcome_of(deal.stage), minor_of(deal, value), deal.expected_close
            stage = stage_of(deal, book.process) if outcome is Outcome.OPEN else None
            chance = 1.0 if not asked.get("weighted") else None if stage is None else stage.probability
            is_open = was_open(deal, book.process, as_of)
            if is_open and due is None:
                n_undated += 1
            elif is_open and due is not None and period.start <= due < period.end:
                if minor is None or chance is None:
                    n_missing += 1
                else:
                    n += 1
                    micro += minor * round(chance * 1_000_000)
            elif outcome is Outcome.WON and is_booked(deal, period, as_of):
                if minor is None:
                    n_unknown += 1
                else:
                    n_booked += 1
                    booked += minor
        unit = unit_of(book.deals, value)
        answer = pipeline_coverage(book.table, **asked)
        assert answer == Coverage(
            period=period,
            as_of=as_of,
            against=asked.get("against", "remaining"),
            pipeline=WeightedTotal(micro, unit, n, n_missing),
            booked=MoneyTotal(booked, unit, n_booked, n_unknown),
            quota=quota.minor if isinstance(quota, Money) else quota,
            currency=quota.currency if isinstance(quota, Money) else None,
            n_undated=n_undated,
        )

    @given(tables(), st.data())
    def test_composition(self, table: Deals, data: DataObject) -> None:
        asked = data.draw(QUESTIONS[pipeline_coverage](table))
        table = table.filter(table.was_open(asked["as_of"]) == table.is_open)
        due = table.in_period(asked["period"], on="expected_close")
        value = {"value": asked["value"]}
        raw: dict[str, Any] = asked | {"weighted": False}
        weighted: dict[str, Any] = asked | {"weighted": True}
        pipeline = pipeline_coverage(table, **raw).pipeline
        assert pipeline.micro == pipeline_value(due, **value).minor * 1_000_000
        assert pipeline.value == pipeline_value(due, **value).value
        assert pipeline_coverage(table, **weighted).pipeline == weighted_pipeline(due, **value)

    @given(tables(), st.data())
    def test_as_of(self, table: Deals, data: DataObject) -> None:
        asked = data.draw(QUESTIONS[pipeline_coverage](table))
        placed, everything = with_its_days(table)
        then = placed.as_of(asked["as_of"], everything)
        assert pipeline_coverage(then, **asked) == pipeline_coverage(placed, **asked)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"quota": 1.5}, "quota must be Money or a whole number, got 1.5"),
        ({"quota": True}, "quota must be Money or a whole number, got True"),
        ({"quota": Money(-1, "USD")}, "a quota must be zero or above and have a currency, got -1 USD"),
        ({"quota": Money(1, "EUR")}, r"deals and quota must be in one currency, got \['EUR', 'USD'\]"),
        ({"quota": 1}, r"deals and quota must be in one currency, got \['None', 'USD'\]"),
        ({"weighted": 1}, "weighted must be True or False, got 1"),
        ({"against": "all"}, "against must be one of"),
        ({"as_of": "today"}, "as_of must be a date"),
    ],
)
def test_what_coverage_is_asked_is_checked(wrong: dict[str, Any], message: str) -> None:
    asked: dict[str, Any] = {"quota": Money(1, "USD"), "period": Q1, "as_of": JAN_2}
    with pytest.raises(InvalidValueError, match=message):
        pipeline_coverage(BOOK, **asked | wrong)


class TestPipelineConversion(MeasureLaws):
    measure = staticmethod(pipeline_conversion)

    @given(pasts(), st.data())
    def test_definition(self, past: Past, data: DataObject) -> None:
        table, process = past.table, past.book.process
        asked = data.draw(QUESTIONS[pipeline_conversion](table))
        period, value = asked["period"], asked.get("value", "amount")
        day = period.start + timedelta(days=7 * asked.get("week", 0))
        then = table.as_of(day, asked.get("constant", ()))
        before = {deal.id: deal for deal in then}
        part = whole = n = n_missing = n_zero = 0
        for deal in past.book.deals:
            was = before.get(deal.id)
            is_won = process.outcome_of(deal.stage) is Outcome.WON and (
                deal.closed is not None and period.start <= deal.closed < period.end
            )
            then_open = was is not None and process.outcome_of(was.stage) is Outcome.OPEN
            is_undated = False
            if was is not None and asked.get("opening", "due") == "due":
                is_undated = then_open and was.expected_close is None
                then_open = then_open and period.start <= (was.expected_close or day) < period.end
            found = [minor_of(deal, value)] if is_won else []
            found += [minor_of(was, value)] if was is not None and then_open else []
            if None in found or is_undated:
                n_missing += 1
            elif found:
                n += 1
                n_zero += set(found) == {0}
                part += (found[0] or 0) if is_won else 0
                whole += (found[-1] or 0) if then_open else 0
        unit = then.value(value).unit if table.value(value).unit == "XXX" else table.value(value).unit
        assert pipeline_conversion(table, **asked) == MoneyRatio(part, whole, unit, n, n_missing, n_zero)

    @given(pasts(), days_around([]), st.sets(st.sampled_from(["amount", "expected_close"])))
    def test_composition(self, past: Past, day: date, constant: set[str]) -> None:
        table = past.table.filter(past.table.amount.known)
        period = Period(min(day, date.max - timedelta(days=1)), date.max)
        answer = pipeline_conversion(table, period=period, opening="all", constant=constant)
        assert answer.whole == pipeline_value(table.as_of(period.start, constant)).minor


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"week": 13}, "week must be a whole number of weeks in the period, got 13"),
        ({"week": -1}, "week must be"),
        ({"week": True}, "week must be"),
        ({"opening": "open"}, "opening must be one of"),
        ({"period": 2026}, "period must be a Period"),
        ({}, "pipeline_conversion must know what the deals were on 2026-01-01, got a book without history"),
        ({"constant": {"amount"}}, "pipeline_conversion must know what the deals were"),
    ],
)
def test_what_conversion_is_asked_is_checked(wrong: dict[str, Any], message: str) -> None:
    asked: dict[str, Any] = {"period": Q1} | wrong
    with pytest.raises(InvalidValueError, match=message):
        pipeline_conversion(BOOK, **asked)


def ten_won(history: list[DealChange]) -> Deals:
    """Ten deals of 100 that were open at the start of the quarter, and won in it."""
    days = date(2025, 12, 1), date(2026, 2, 1)
    deals = [Deal(number, Money.of(100, "USD"), "Won", "Ada", *days) for number in range(10)]
    amounts = [DealChange(number, days[0], "Qualified", Money.of(100, "USD")) for number in range(10)]
    wins = [DealChange(number, days[1], "Won") for number in range(10)]
    return Deals.of(deals).with_history([*amounts, *wins, *history])


def test_deals_of_which_nobody_knows_when_they_were_due_are_counted() -> None:
    due = DealChange(0, date(2025, 12, 1), expected_close=date(2026, 3, 1))
    answer = pipeline_conversion(ten_won([due]), period=Q1)
    assert (answer.part, answer.whole, answer.n, answer.n_missing) == (10_000, 10_000, 1, 9)
    assert str(answer) == "100.0 % (100.00 USD of 100.00 USD; 1 deal, 9 more without amount, kind or day)"


@pytest.mark.parametrize("measure", [pipeline_conversion, slippage])
def test_a_history_without_any_expected_close_is_refused(measure: Any) -> None:
    refusal = f"{measure.__name__} must know the expected_close that deals had, got a book without a history of it; "
    with pytest.raises(InvalidValueError, match=refusal):
        measure(ten_won([]), period=Q1)
    assert measure(ten_won([]), period=Q1, constant={"expected_close"})


def test_all_open_deals_need_no_expected_close() -> None:
    period = Period.parse("2026-01-02..2026-04-01")
    assert pipeline_conversion(BOOK, period=period, opening="all", constant={"amount"}).whole == 1
    assert pipeline_conversion(BOOK, period=period, week=12, opening="all", constant={"amount"}).whole == 1


def test_a_book_of_the_past_does_not_know_what_came_later() -> None:
    book = BOOK.as_of(JAN_2, {"amount", "expected_close"})
    for week, day in ((1, "2026-01-08"), (0, "2026-04-01")):
        refusal = f"pipeline_conversion must not look past 2026-01-02, of which the book is, got {day}"
        with pytest.raises(InvalidValueError, match=refusal):
            pipeline_conversion(book, period=Q1, week=week, constant={"amount", "expected_close"})


KNOWN = {"amount", "expected_close"}


def deal(name: str, minor: int, stage: str = "Qualified", closed: date | None = None) -> Deal:
    return Deal(name, Money(minor, "USD"), stage, None, date(2025, 12, 1), closed, date(2026, 3, 1))


def test_what_is_won_on_the_day_of_view_is_not_booked_by_then() -> None:
    for day, n in ((date(2026, 1, 1), 1), (JAN_2, 0)):
        found = pipeline_coverage([deal("D-1", 5, "Won", day)], quota=Money(1, "USD"), period=Q1, as_of=JAN_2)
        assert (found.booked.n, found.booked.minor) == (n, 5 * n)


def test_a_deal_that_has_closed_since_is_weighed_by_nothing_that_is_known() -> None:
    stages = [("Qualified", 0.5, Outcome.OPEN), ("Lost", 0.0, Outcome.LOST), ("Won", 1.0, Outcome.WON)]
    process = SalesProcess(Stage(name, probability, outcome) for name, probability, outcome in stages)
    deals = Deals.of([deal("D-1", 10), deal("D-2", 7, "Won", date(2026, 2, 1))], process)
    found = pipeline_coverage(deals, quota=Money(1, "USD"), period=Q1, as_of=JAN_2, weighted=True)
    assert found.pipeline == WeightedTotal(5_000_000, "USD", n=1, n_missing=1)


def test_an_amount_of_nothing_is_counted_as_such_and_the_smallest_is_not() -> None:
    deals = [deal("D-1", 1), deal("D-2", 0), deal("D-3", 2)]
    found = pipeline_conversion(Deals.of(deals), period=Q1, constant=KNOWN)
    assert found == MoneyRatio(0, 3, "USD", n=3, n_missing=0, n_zero=1)


def test_what_had_closed_before_is_no_pipeline_though_it_was_due() -> None:
    deals = [deal("D-1", 4), deal("D-2", 8, "Lost", date(2025, 12, 15))]
    found = pipeline_conversion(Deals.of(deals), period=Q1, constant=KNOWN)
    assert found == MoneyRatio(0, 4, "USD", n=1, n_missing=0, n_zero=0)


def test_the_currency_may_be_known_from_what_the_deals_are_or_from_what_they_were() -> None:
    told = [DealChange("D-1", date(2025, 12, 1), amount=Money(6, "USD"))]
    due = [DealChange("D-1", date(2025, 12, 1), expected_close=date(2026, 3, 1))]
    bare = Deals.of([evolve(deal("D-1", 0), amount=None)], accept=("missing_amount",))
    was = pipeline_conversion(bare.with_history(told), period=Q1, constant={"expected_close"})
    assert was == MoneyRatio(0, 6, "USD", n=1, n_missing=0, n_zero=0)
    is_now = pipeline_conversion(Deals.of([deal("D-1", 6)]).with_history(due), period=Q1)
    assert is_now == MoneyRatio(0, 0, "USD", n=0, n_missing=1, n_zero=0)


def test_weeks_are_counted_to_the_last_day_of_a_period() -> None:
    fortnight = Period.parse("2026-01-01..2026-01-15")
    assert pipeline_conversion(BOOK, period=fortnight, week=1, opening="all", constant=KNOWN).whole == 1
    with pytest.raises(InvalidValueError, match="week must be a whole number of weeks in the period, got 2"):
        pipeline_conversion(BOOK, period=fortnight, week=2, opening="all", constant=KNOWN)
