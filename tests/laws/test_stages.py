from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from history_strategies import Past, pasts
from salesmetrics import Outcome, funnel, stage_conversion

RULES: st.SearchStrategy[Any] = st.sampled_from(["reached", "strict", "direct", "any"])


class TestFunnel:
    @given(past=pasts(), rule=RULES, decided_only=st.booleans())
    def test_definition(self, past: Past, rule: Any, *, decided_only: bool) -> None:
        found = funnel(past.table, rule=rule, decided_only=decided_only)
        outcomes = [stage.outcome for stage in past.book.process]
        stages = [stage.name for stage in past.book.process if stage.outcome is Outcome.OPEN]
        assert list(found) == (stages if Outcome.WON in outcomes else stages[:-1])
        for stage, step in found.items():
            assert step == stage_conversion(past.table, stage=stage, rule=rule, decided_only=decided_only)

    @given(pasts(), RULES, st.data())
    def test_merge(self, past: Past, rule: Any, data: DataObject) -> None:
        cut = data.draw(st.integers(0, len(past.table)))
        parts = funnel(past.table[:cut], rule=rule) + funnel(past.table[cut:], rule=rule)
        assert parts == funnel(past.table, rule=rule)

    @given(pasts(), st.sampled_from(["reached", "strict"]))
    def test_chain(self, past: Past, rule: Any) -> None:
        steps = list(funnel(past.table, rule=rule).values())
        for step, after in pairwise(steps):
            assert step.n_converted == after.whole
