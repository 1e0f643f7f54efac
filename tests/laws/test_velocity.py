from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from history_strategies import Past, pasts
from measure_laws import MeasureLaws
from salesmetrics import Deal, Durations, InvalidValueError, Money, Outcome, cycle_length
from salesmetrics._numeric.multiset import Multiset
from salesmetrics.measure.velocity import CyclePopulation
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
