from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from history_strategies import Past, pasts
from measure_laws import MeasureLaws, minor_of, unit_of
from salesmetrics import (
    Deal,
    Durations,
    InvalidValueError,
    Money,
    MoneyTotal,
    Outcome,
    Proportion,
    SalesVelocity,
    cycle_length,
    sales_velocity,
)
from salesmetrics._numeric.multiset import Multiset
from salesmetrics.measure.velocity import CyclePopulation
from salesmetrics.model.currencies import exponent
from strategies import Book, laid_down


class TestCycleLength(MeasureLaws):
    measure = staticmethod(cycle_length)

    @given(laid_down())
    def test_definition(self, book: Book) -> None:
        counted: dict[CyclePopulation, list[Outcome]] = {
            "won": [Outcome.WON],
            "lost": [Outcome.LOST],
            "closed": [Outcome.WON, Outcome.LOST],
        }
        for population, outcomes in counted.items():
            found: list[int] = []
            n_missing = 0
            for deal in book.deals:
                if book.process.outcome_of(deal.stage) not in outcomes:
                    continue
                if deal.created is None or deal.closed is None or deal.closed < deal.created:
                    n_missing += 1
                else:
                    found.append((deal.closed - deal.created).days)
            distinct = sorted(set(found))
            days = Multiset(np.array(distinct, np.int64), np.array([found.count(one) for one in distinct], np.int64))
            assert cycle_length(book.table, population=population) == Durations(days, n_missing)
        assert cycle_length(book.table) == cycle_length(book.table, population="won")

    @given(laid_down(), st.data())
    def test_shift(self, book: Book, data: DataObject) -> None:
        days = [day for deal in book.deals for day in (deal.created, deal.closed) if day is not None]
        back = (min(days, default=date.min) - date.min).days
        ahead = (date.max - max(days, default=date.max)).days
        step = timedelta(days=data.draw(st.integers(-back, ahead)))
        moved = [
            evolve(
                deal,
                created=None if deal.created is None else deal.created + step,
                closed=None if deal.closed is None else deal.closed + step,
            )
            for deal in book.deals
        ]
        assert cycle_length(book.of(moved), population="closed") == cycle_length(book.table, population="closed")

    @given(pasts())
    def test_since_a_stage(self, past: Past) -> None:
        table, process = past.table, past.book.process
        stages = [stage.name for stage in process if stage.outcome is Outcome.OPEN]
        for place, since in enumerate(stages):
            found: list[int] = []
            n_missing = 0
            for deal in past.book.deals:
                if process.outcome_of(deal.stage) is not Outcome.WON:
                    continue
                reaching = [one for one in past.changes if one.deal == deal.id and one.stage in stages[place:]]
                start = min((one.at.date() for one in reaching), default=None)
                if start is None or deal.closed is None or deal.closed < start:
                    n_missing += 1
                else:
                    found.append((deal.closed - start).days)
            distinct = sorted(set(found))
            days = Multiset(np.array(distinct, np.int64), np.array([found.count(one) for one in distinct], np.int64))
            assert cycle_length(table, since=since) == Durations(days, n_missing)


def test_since_a_stage_needs_a_history_and_an_open_stage() -> None:
    book = [Deal("D-1", Money(1, "USD"), "Qualified", None, date(2026, 1, 5))]
    with pytest.raises(InvalidValueError, match=r"cycle_length\(since=...\) must know the deals' history"):
        cycle_length(book, since="Qualified")
    with pytest.raises(InvalidValueError, match="stage must be one of"):
        cycle_length(book, since="Won")


OUTCOMES = {
    "won": [Outcome.WON],
    "lost": [Outcome.LOST],
    "closed": [Outcome.WON, Outcome.LOST],
    "open": [Outcome.OPEN],
    "all": [*Outcome],
}


class TestSalesVelocity(MeasureLaws):
    measure = staticmethod(sales_velocity)

    @given(laid_down(), st.data())
    def test_definition(self, book: Book, data: DataObject) -> None:
        options: Any = data.draw(self.options(book.table))
        words = {"counted": "open", "size": "won", "rate": "closed", "cycle": "won", "value": "amount"} | options
        n = won = closed = n_sized = n_unsized = minor = n_undated = 0
        days: list[int] = []
        for deal in book.deals:
            outcome = book.process.outcome_of(deal.stage)
            n += outcome in OUTCOMES[words["counted"]]
            won += outcome is Outcome.WON
            closed += outcome in OUTCOMES[words["rate"]]
            if outcome in OUTCOMES[words["size"]]:
                amount = minor_of(deal, words["value"])
                n_sized += amount is not None
                n_unsized += amount is None
                minor += amount or 0
            if outcome in OUTCOMES[words["cycle"]]:
                if deal.created is None or deal.closed is None or deal.closed < deal.created:
                    n_undated += 1
                else:
                    days.append((deal.closed - deal.created).days)
        velocity = sales_velocity(book.table, **options)
        assert velocity.n == n
        assert velocity.size == MoneyTotal(minor, unit_of(book.deals, words["value"]), n_sized, n_unsized)
        assert velocity.rate == Proportion(won, closed)
        assert sorted(velocity.cycle.days) == sorted((one, days.count(one)) for one in set(days))
        assert velocity.cycle.n_missing == n_undated
        if not n_sized or not closed or not sum(days):
            assert velocity.exact_value is None
            assert velocity.value is None
        else:
            exact = n * Fraction(minor, n_sized) * Fraction(won, closed) / Fraction(sum(days), len(days))
            currency = velocity.size.currency
            assert velocity.exact_value == exact / (1 if currency is None else 10 ** exponent(currency))

    @given(st.tuples(*[st.integers(1, 3)] * 5))
    def test_levers(self, sizes: tuple[int, ...]) -> None:
        n_open, amount, n_won, n_lost, days = (5 * size for size in sizes)
        before = worked(n_open, amount, n_won, n_won + n_lost, days).exact_value
        assert before is not None
        assert [
            worked(n_open * 6 // 5, amount, n_won, n_won + n_lost, days).exact_value,
            worked(n_open, amount * 6 // 5, n_won, n_won + n_lost, days).exact_value,
            worked(n_open, amount, n_won * 6 // 5, n_won + n_lost, days).exact_value,
            worked(n_open, amount, n_won, n_won + n_lost, days * 4 // 5).exact_value,
        ] == [before * Fraction(6, 5)] * 3 + [before * Fraction(5, 4)]


def worked(n_open: int, amount: int, n_won: int, n_closed: int, days: int) -> SalesVelocity:
    """The velocity of a book of so many deals, each worth the same and each as long."""
    first = date(2026, 1, 1)
    stages = ["Qualified"] * n_open + ["Won"] * n_won + ["Lost"] * (n_closed - n_won)
    return sales_velocity(
        Deal(
            number,
            Money.of(amount, "GBP"),
            stage,
            "Ada",
            first,
            closed=None if stage == "Qualified" else first + timedelta(days),
        )
        for number, stage in enumerate(stages)
    )


def test_a_cycle_of_no_days_and_nothing_won_leave_the_velocity_undefined() -> None:
    assert worked(2, 100, 1, 2, 0).value is None
    assert str(worked(2, 100, 1, 2, 0)) == "undefined (2 deals x 100.00 GBP x 50.0 % / 0.0 days)"
    assert str(worked(1, 100, 0, 2, 9)) == "undefined (1 deal x undefined x 0.0 % / undefined)"
    assert worked(0, 100, 1, 2, 9).value == Money.of(0, "GBP")


@pytest.mark.parametrize("days", [-1, 1.5, True, "90", None])
def test_money_comes_in_whole_days(days: Any) -> None:
    with pytest.raises(InvalidValueError, match=r"days must be a whole number from 0 up, got .*; write 90"):
        worked(1, 1, 1, 1, 1).within(days)


@pytest.mark.parametrize("option", ["counted", "size", "rate", "cycle"])
def test_a_misspelt_word_is_refused(option: str) -> None:
    words: Any = {option: "wno"}
    with pytest.raises(InvalidValueError, match=rf"{option} must be one of \[.*\], got 'wno'"):
        sales_velocity([], **words)
