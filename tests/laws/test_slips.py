from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, SearchStrategy

from history_strategies import HISTORY_DOUBTS, Past, pasts
from measure_laws import QUESTIONS, MeasureLaws, minor_of
from salesmetrics import (
    Deal,
    DealChange,
    DealHistory,
    Deals,
    InvalidValueError,
    Money,
    MoneyRatio,
    Multiset,
    Outcome,
    Period,
    Proportion,
    Pushes,
    Slippage,
    pushes,
    slippage,
)
from salesmetrics.testing import assert_door
from strategies import books, tables_with_history

Q1 = Period.parse("2026-01-01..2026-04-01")


class TestSlippage(MeasureLaws):
    measure = staticmethod(slippage)

    @given(pasts(), st.data())
    def test_definition(self, past: Past, data: DataObject) -> None:
        table, process = past.table, past.book.process
        asked = data.draw(QUESTIONS[slippage](table))
        period, value = asked["period"], asked.get("value", "amount")
        constant = asked.get("constant", ())
        before = {deal.id: deal for deal in table.as_of(period.start, constant)}
        after = {deal.id: deal for deal in table.as_of(period.end, constant)}
        slipped = due = part = whole = n = n_missing = n_zero = n_unknown = 0
        for deal in past.book.deals:
            was = before.get(deal.id)
            if deal.created is None:
                n_unknown += 1
            if was is None or process.outcome_of(was.stage) is not Outcome.OPEN:
                continue
            if was.expected_close is None:
                n_unknown += 1
                continue
            if not period.start <= was.expected_close < period.end:
                continue
            outcome = process.outcome_of(after[deal.id].stage)
            if outcome is Outcome.OPEN and deal.closed is None and process.outcome_of(deal.stage) is not Outcome.OPEN:
                n_unknown += 1
                continue
            has_slipped = outcome is Outcome.OPEN or (outcome is Outcome.LOST and asked.get("lost_counts", False))
            due += 1
            slipped += has_slipped
            minor = minor_of(was, value)
            if minor is None:
                n_missing += 1
            else:
                n += 1
                n_zero += minor == 0
                whole += minor
                part += minor if has_slipped else 0
        unit = table.as_of(period.start, constant).value(value).unit
        by_amount = MoneyRatio(part, whole, unit, n, n_missing, n_zero)
        assert slippage(table, **asked) == Slippage(Proportion(slipped, due), by_amount, n_unknown)

    @given(pasts(), st.data())
    def test_lost_counts(self, past: Past, data: DataObject) -> None:
        asked = data.draw(QUESTIONS[slippage](past.table))
        without: dict[str, Any] = asked | {"lost_counts": False}
        with_them: dict[str, Any] = asked | {"lost_counts": True}
        few, more = slippage(past.table, **without), slippage(past.table, **with_them)
        assert few.by_count.whole == more.by_count.whole
        assert few.by_amount.whole == more.by_amount.whole
        assert few.by_count.part <= more.by_count.part


BOOK = Deals.of([Deal("D-1", Money(1, "USD"), "Qualified", None, date(2026, 1, 1), None, date(2026, 3, 1))])
ALL = {"amount", "expected_close"}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"period": 2026}, "period must be a Period"),
        ({"lost_counts": 1}, "lost_counts must be True or False, got 1"),
        ({}, "slippage must know what the deals were on 2026-01-01, got a book without history"),
        ({"constant": {"amuont", *ALL}}, "constant must be a collection of fields that can change"),
    ],
)
def test_what_slippage_is_asked_is_checked(wrong: dict[str, Any], message: str) -> None:
    asked: dict[str, Any] = {"period": Q1} | wrong
    with pytest.raises(InvalidValueError, match=message):
        slippage(BOOK, **asked)


def test_what_is_not_known_of_the_past_is_named() -> None:
    with pytest.raises(InvalidValueError, match=r"^pushes must know the deals' history"):
        pushes(BOOK)
    without = BOOK.with_history([DealChange("D-1", date(2026, 1, 1), stage="Qualified", amount=Money(1, "USD"))])
    with pytest.raises(InvalidValueError, match=r"^slippage must know the expected_close that deals had"):
        slippage(without, period=Q1)


def test_a_period_that_has_not_ended_in_the_book_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="slippage must not look past 2026-03-31"):
        slippage(BOOK.as_of(date(2026, 3, 31), ALL), period=Q1, constant=ALL)


class TestPushes(MeasureLaws):
    measure = staticmethod(pushes)

    def tables(self) -> SearchStrategy[Deals]:
        return tables_with_history()

    @given(pasts())
    def test_definition(self, past: Past) -> None:
        later: list[int] = []
        earlier: list[int] = []
        n_missing = 0
        for deal in past.book.deals:
            own = [one for one in past.changes if one.deal == deal.id]
            days = [one.expected_close for one in sorted(own, key=lambda one: one.at) if one.expected_close is not None]
            if not days:
                n_missing += 1
                continue
            months = [(day.year, day.month) for day in days]
            moves = [*pairwise(months)]
            later.append(sum(one < other for one, other in moves))
            earlier.append(sum(one > other for one, other in moves))
        assert pushes(past.table) == Pushes(_tally(later), _tally(earlier), n_missing)

    @given(pasts())
    def test_backwards(self, past: Past) -> None:
        moments = [change.at for change in past.changes]
        turned = [evolve(change, at=min(moments) + (max(moments) - change.at)) for change in reversed(past.changes)]
        history = DealHistory.of(turned, past.book.process)
        backwards, forwards = pushes(past.book.table.with_history(history, HISTORY_DOUBTS)), pushes(past.table)
        assert (backwards.pulls, backwards.pushes) == (forwards.pushes, forwards.pulls)

    @given(books())
    def test_door(self, book: list[Deal]) -> None:
        if not book:
            assert_door(pushes, book)
        for given_as in (book, Deals.of(book)) if book else ():
            with pytest.raises(InvalidValueError, match="pushes must know the deals' history, got a book without one"):
                pushes(given_as)


def _tally(numbers: list[int]) -> Multiset:
    tally = Counter(numbers)
    return Multiset(np.array(sorted(tally), np.int64), np.array([tally[one] for one in sorted(tally)], np.int64))


def test_pushes_of_a_year_are_later_months_too() -> None:
    days = [date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 31), date(2026, 1, 1)]
    history = [DealChange("D-1", date(2026, 1, number), expected_close=day) for number, day in enumerate(days, 1)]
    moves = pushes(BOOK.with_history(history))
    assert (moves.n_pushes, moves.n_pulls) == (1, 1)


def test_what_slips_is_counted_with_what_is_nothing_and_what_is_missing() -> None:
    days = date(2025, 12, 1), None, date(2026, 3, 1)
    amounts = [None if minor is None else Money(minor, "USD") for minor in (0, 0, 5, 1, None)]
    deals = [Deal(number, amount, "Qualified", None, *days) for number, amount in enumerate(amounts)]
    lost = Deal("lost", Money(7, "USD"), "Lost", None, days[0], date(2026, 2, 1), days[2])
    found = slippage(Deals.of([*deals, lost], accept=("missing_amount",)), period=Q1, constant=ALL)
    assert found.by_count == Proportion(5, 6)
    assert found.by_amount == MoneyRatio(6, 13, "USD", n=5, n_missing=1, n_zero=2)
