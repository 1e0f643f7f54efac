"""The laws of a measure that asks the history: those of every measure, tried on books that have one."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from history_strategies import HISTORY_DOUBTS, Past, pasts
from measure_laws import MeasureLaws
from salesmetrics import Deals, InvalidValueError
from salesmetrics.strategies import books, keys
from salesmetrics.testing import assert_breakdown, assert_order, assert_round_trip

__all__ = ["HistoryLaws"]

# One test function runs in the class of every measure, and a process may have nothing to ask about.
_law = settings(deadline=None, suppress_health_check=[HealthCheck.differing_executors, HealthCheck.filter_too_much])


class HistoryLaws(MeasureLaws):
    @_law
    @given(pasts(), st.data())
    def test_order(self, past: Past, data: DataObject) -> None:
        assert_order(self.measure, past.table, **data.draw(self.options(past.table)))

    @_law
    @given(pasts(), st.data())
    def test_merge(self, past: Past, data: DataObject) -> None:
        """Parts by deal, each of which has the history of its own deals."""
        options = data.draw(self.options(past.table))
        cut = data.draw(st.integers(0, len(past.table)))
        parts = [past.table[:cut], past.table[cut:]]
        whole = self.measure(past.table, **options)
        assert sum(self.measure(part, **options) for part in parts) == whole
        apart = [past.book.of([*part]).with_history(past.history, HISTORY_DOUBTS) for part in parts]
        assert sum(self.measure(part, **options) for part in apart) == whole

    @_law
    @given(pasts(), st.data())
    def test_identity(self, past: Past, data: DataObject) -> None:
        options = data.draw(self.options(past.table))
        answer = self.measure(past.table, **options)
        for nothing in (past.table[:0], Deals.of([], past.book.process).with_history([])):
            empty = self.measure(nothing, **options)
            assert answer + empty == answer == empty + answer

    @_law
    @given(pasts(), st.data())
    def test_breakdown(self, past: Past, data: DataObject) -> None:
        assert_breakdown(self.measure, past.table, data.draw(keys(past.table)), **data.draw(self.options(past.table)))

    @_law
    @given(pasts(), st.data())
    def test_door(self, past: Past, data: DataObject) -> None:
        refusal = r"must know the deals' history, got a book without one; attach it with deals.with_history\(history\)"
        # no deals have no history, and nothing is wanting; any others are refused without one, however they come
        refused = pytest.raises(InvalidValueError, match=refusal)
        with refused if past.book.deals else nullcontext():
            self.measure(past.book.table, **data.draw(self.options(past.table)))
        rows = data.draw(books())
        options = data.draw(self.options(Deals.of(rows)))
        for deals in (rows, iter(rows)):
            with pytest.raises(InvalidValueError, match=refusal) if rows else nullcontext():
                self.measure(deals, **options)

    @_law
    @given(pasts(), st.data())
    def test_round_trip(self, past: Past, data: DataObject) -> None:
        assert_round_trip(self.measure(past.table, **data.draw(self.options(past.table))))
