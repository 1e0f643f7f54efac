from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from history_strategies import HISTORY_DOUBTS, Past, pasts
from measure_laws import QUESTIONS, MeasureLaws, minor_of, stage_of, unit_of
from salesmetrics import (
    Deal,
    DealChange,
    DealHistory,
    Deals,
    InvalidValueError,
    Money,
    MoneyTotal,
    Outcome,
    Period,
    WeightedTotal,
    forecast_value,
    pipeline_created,
    pipeline_value,
    weighted_pipeline,
)
from strategies import Book, days_around, laid_down, periods, tables


class TestPipelineValue(MeasureLaws):
    measure = staticmethod(pipeline_value)

    @given(laid_down())
    def test_definition(self, book: Book) -> None:
        for value in ("amount", *book.table.values):
            total = n = n_missing = 0
            for deal in book.deals:
                minor = minor_of(deal, value)
                if book.process.outcome_of(deal.stage) is not Outcome.OPEN:
                    continue
                if minor is None:
                    n_missing += 1
                else:
                    n += 1
                    total += minor
            expected = MoneyTotal(total, unit_of(book.deals, value), n, n_missing)
            assert pipeline_value(book.table, value=value) == expected

    @given(tables())
    def test_closed_deals(self, table: Deals) -> None:
        assert pipeline_value(table.filter(~table.is_closed)) == pipeline_value(table)


class TestWeightedPipeline(MeasureLaws):
    measure = staticmethod(weighted_pipeline)

    @given(laid_down(), st.sampled_from(["stage", "deal"]), st.sampled_from(["once", "per_deal"]))
    def test_definition(self, book: Book, probability: Any, rounding: Any) -> None:
        for value in ("amount", *book.table.values):
            total = n = n_missing = 0
            for deal in book.deals:
                minor, stage = minor_of(deal, value), stage_of(deal, book.process)
                chance = None if stage is None else stage.probability
                if probability == "deal" and deal.probability is not None:
                    chance = deal.probability
                if book.process.outcome_of(deal.stage) is not Outcome.OPEN:
                    continue
                if minor is None or chance is None:
                    n_missing += 1
                else:
                    n += 1
                    weighted = minor * round(chance * 1_000_000)
                    if rounding == "per_deal":
                        weighted = int((Decimal(weighted) / 10**6).to_integral_value(ROUND_HALF_UP)) * 10**6
                    total += weighted
            expected = WeightedTotal(total, unit_of(book.deals, value), n, n_missing)
            asked = weighted_pipeline(book.table, value=value, probability=probability, rounding=rounding)
            assert asked == expected

    @given(tables())
    def test_per_deal(self, table: Deals) -> None:
        exact, rounded = weighted_pipeline(table), weighted_pipeline(table, rounding="per_deal")
        assert abs(exact.micro - rounded.micro) <= 500_000 * exact.n

    @given(tables(accept=("missing_amount", "missing_created")))
    def test_between(self, table: Deals) -> None:
        assert 0 <= weighted_pipeline(table).micro <= pipeline_value(table).minor * 1_000_000


class TestForecastValue(MeasureLaws):
    measure = staticmethod(forecast_value)

    @given(laid_down())
    def test_definition(self, book: Book) -> None:
        for value in ("amount", *book.table.values):
            found = [
                minor_of(deal, value)
                for deal in book.deals
                if book.process.outcome_of(deal.stage) in (Outcome.OPEN, Outcome.WON)
            ]
            known = [minor for minor in found if minor is not None]
            expected = MoneyTotal(sum(known), unit_of(book.deals, value), len(known), len(found) - len(known))
            assert forecast_value(book.table, value=value) == expected

    @given(tables())
    def test_lost_deals(self, table: Deals) -> None:
        assert forecast_value(table.filter(~table.is_lost)) == forecast_value(table)


class TestPipelineCreated(MeasureLaws):
    measure = staticmethod(pipeline_created)

    @given(pasts(), st.data())
    def test_definition(self, past: Past, data: DataObject) -> None:
        table = past.table
        asked = data.draw(QUESTIONS[pipeline_created](table))
        period, value = asked["period"], asked.get("value", "amount")
        at_creation = asked.get("amount", "at_creation") == "at_creation"
        total = n = n_missing = 0
        for deal in past.book.deals:
            if deal.created is None or not period.start <= deal.created < period.end:
                continue
            minor = minor_of(deal, value)
            if at_creation:
                changes = sorted((one for one in past.changes if one.deal == deal.id), key=lambda one: one.at)
                told = [one.amount.minor for one in changes if one.amount is not None and value == "amount"]
                kept = minor if value in asked.get("constant", ()) else None
                minor = told[0] if told else kept
            if minor is None:
                n_missing += 1
            else:
                n += 1
                total += minor
        unit = unit_of(past.book.deals, value)
        if unit == "XXX" and value == "amount" and at_creation:
            unit = past.history.currency
        assert pipeline_created(table, **asked) == MoneyTotal(total, unit, n, n_missing)

    @given(pasts(), st.data())
    def test_tiles(self, past: Past, data: DataObject) -> None:
        period = data.draw(periods(days_around(past.book.deals)))
        cut = data.draw(st.integers(1, max(period.days - 1, 1)))
        middle = period.start + timedelta(days=cut)
        if middle >= period.end:
            return
        parts = [Period(period.start, middle), Period(middle, period.end)]
        both = sum(pipeline_created(past.table, period=part) for part in parts)
        assert both == pipeline_created(past.table, period=period)

    @given(pasts(), st.data())
    def test_later_changes(self, past: Past, data: DataObject) -> None:
        period = data.draw(periods(days_around(past.book.deals)))
        first: dict[str | int, DealChange] = {}
        for change in sorted(past.changes, key=lambda one: one.at):
            if change.amount is not None:
                first.setdefault(change.deal, change)
        table = past.book.table.with_history(
            DealHistory.of([*first.values()], past.book.process), accept=HISTORY_DOUBTS
        )
        nothing = pipeline_created(past.table[:0], period=period)
        assert pipeline_created(table, period=period) + nothing == pipeline_created(past.table, period=period)


class TestFirstAmounts:
    """Two deals of which only the first has a history of its amount."""

    CREATED = date(2026, 1, 5)
    ASKED: ClassVar[dict[str, Any]] = {"period": Period.parse("2026-01-01..2026-04-01")}
    TOLD: ClassVar[list[DealChange]] = [
        DealChange("D-1", CREATED, amount=Money(1200, "USD")),
        DealChange("D-1", date(2026, 2, 1), amount=Money(900, "USD")),
    ]

    def book(self, *amounts: int) -> Deals:
        values = {"list": Money(7, "USD")}
        return Deals.of(
            Deal(f"D-{place}", Money(one, "USD"), "Qualified", None, self.CREATED, values=values)
            for place, one in enumerate(amounts, start=1)
        )

    def test_an_amount_that_never_changed_is_the_first_where_none_is_told(self) -> None:
        told = self.book(900, 500).with_history(self.TOLD)
        assert pipeline_created(told, **self.ASKED) == MoneyTotal(1200, "USD", 1, 1)
        assert pipeline_created(told, constant={"amount"}, **self.ASKED) == MoneyTotal(1700, "USD", 2, 0)
        assert pipeline_created(self.book(900, 500), constant={"amount"}, **self.ASKED) == MoneyTotal(1400, "USD", 2, 0)

    def test_a_history_tells_nothing_of_other_values(self) -> None:
        told = self.book(900, 500).with_history(self.TOLD)
        assert pipeline_created(told, value="list", **self.ASKED) == MoneyTotal(0, "USD", 0, 2)
        assert pipeline_created(told, value="list", constant={"list"}, **self.ASKED) == MoneyTotal(14, "USD", 2, 0)

    def test_the_currency_may_be_known_from_the_history_alone(self) -> None:
        deals = [Deal(name, None, "Qualified", None, self.CREATED) for name in ("D-1", "D-2")]
        book = Deals.of(deals, accept=("missing_amount",))
        assert pipeline_created(book, amount="current", **self.ASKED) == MoneyTotal(0, "XXX", 0, 2)
        told = book.with_history(self.TOLD)
        assert pipeline_created(told, **self.ASKED) == MoneyTotal(1200, "USD", 1, 1)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"amount": "first"}, "amount must be one of"),
        ({}, r"pipeline_created\(amount='at_creation'\) must know the deals' history, got a book without one"),
        ({"constant": {"amuont"}}, "constant must be a collection of fields that can change, got {'amuont'}"),
    ],
)
def test_what_created_pipeline_is_asked_is_checked(wrong: dict[str, Any], message: str) -> None:
    book = [Deal("D-1", Money(1, "USD"), "Qualified", None, date(2026, 1, 5))]
    asked: dict[str, Any] = {"period": Period.parse("2026-01-01..2026-04-01")} | wrong
    with pytest.raises(InvalidValueError, match=message):
        pipeline_created(book, **asked)


@pytest.mark.parametrize("wrong", [{"probability": "own"}, {"rounding": "per deal"}])
def test_words_of_the_weighted_pipeline_are_checked(wrong: dict[str, Any]) -> None:
    (name,) = wrong
    with pytest.raises(InvalidValueError, match=f"^{name} must be one of"):
        weighted_pipeline([], **wrong)
