from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, SearchStrategy

from history_strategies import HISTORY_DOUBTS, Past, changes, pasts
from measure_laws import HISTORY_QUESTIONS, Options, category_of
from salesmetrics import (
    Breakdown,
    Category,
    Deal,
    DealHistory,
    Deals,
    InvalidValueError,
    Money,
    Outcome,
    Period,
    Proportion,
    calibrate_stages,
    category_forecast,
    category_rates,
)


def asked_of(past: Past) -> SearchStrategy[Options]:
    return HISTORY_QUESTIONS[calibrate_stages](past.table).filter(lambda options: "periods" in options)


class TestCategoryRates:
    @given(pasts(), st.data())
    def test_definition(self, past: Past, data: DataObject) -> None:
        asked = data.draw(asked_of(past))
        process, constant = past.book.process, asked.get("constant", ())
        now = {deal.id: deal for deal in past.table.as_of(asked["as_of"], constant)}
        counts: dict[str | None, list[int]] = {}
        for period in asked["periods"]:
            day = period.start - timedelta(asked.get("lead_days", 0))
            for deal in past.table.as_of(day, constant):
                category, due = category_of(deal, process), deal.expected_close
                if process.outcome_of(deal.stage) is not Outcome.OPEN or category is Category.OMITTED:
                    continue
                if due is None:
                    is_due = asked.get("undated") == "include"
                elif due < day:
                    is_due = asked.get("overdue") == "include"
                else:
                    is_due = due in period
                if is_due:
                    later = now[deal.id]
                    is_won = process.outcome_of(later.stage) is Outcome.WON and later.closed is not None
                    found = counts.setdefault(None if category is None else category.value, [0, 0])
                    found[0] += is_won and later.closed in period
                    found[1] += 1
        assert {name: [one.part, one.whole] for name, one in category_rates(past.table, **asked).items()} == counts

    @given(pasts(), st.data())
    def test_order(self, past: Past, data: DataObject) -> None:
        asked = data.draw(asked_of(past))
        assert category_rates(past.table[::-1], **asked) == category_rates(past.table, **asked)

    @given(pasts(), st.data())
    def test_merge(self, past: Past, data: DataObject) -> None:
        asked = data.draw(asked_of(past))
        cut = data.draw(st.integers(0, len(past.table)))
        parts = [category_rates(part, **asked) for part in (past.table[:cut], past.table[cut:])]
        assert parts[0] + parts[1] == category_rates(past.table, **asked)

    @given(pasts(), st.data())
    def test_poisoned_future(self, past: Past, data: DataObject) -> None:
        asked = data.draw(asked_of(past))
        asked.pop("constant", None)
        day = asked["as_of"]
        now = datetime(day.year, day.month, day.day)  # noqa: DTZ001
        known = [change for change in past.changes if change.at < now]
        poison = [change for change in data.draw(changes(past.book)) if change.at >= now]
        told = DealHistory.of(known, past.book.process, past.gaps)
        more = evolve(DealHistory.of([*known, *poison], past.book.process, past.gaps), tracked=told.tracked)
        before, after = (
            category_rates(past.book.table.with_history(one, HISTORY_DOUBTS), **asked) for one in (told, more)
        )
        assert before == after


YEAR = Period.parse("2025-01-01..2026-01-01")
BOOK = Deals.of([Deal("D-1", Money(500, "USD"), "Qualified", "Ada", date(2024, 5, 1), None, YEAR.end)]).with_history([])


def test_a_category_forecast_takes_them() -> None:
    rates = category_rates(BOOK, as_of=YEAR.end, periods=[YEAR], undated="include", constant={"stage"})
    assert rates == Breakdown("category", ("pipeline",), (Proportion(0, 1),), (tuple(one.value for one in Category),))
    forecast = category_forecast(BOOK, period=Period(YEAR.end, date(2027, 1, 1)), as_of=YEAR.end, rates=rates)
    assert forecast.expected.micro == 0
    assert forecast.expected.n == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"periods": []}, "periods must be one or more that have ended, got none; write"),
        ({"as_of": date(2025, 12, 31)}, "periods must have ended at 2025-12-31, got"),
        ({"undated": "yes"}, "undated must be one of"),
        ({"deals": [*BOOK]}, "category_rates must know the deals' history, got a book without one"),
    ],
)
def test_what_has_no_rates_is_refused(options: Any, message: str) -> None:
    asked: Options = {"deals": BOOK, "periods": [YEAR], "as_of": YEAR.end, **options}
    with pytest.raises(InvalidValueError, match=message):
        category_rates(asked.pop("deals"), **asked)
