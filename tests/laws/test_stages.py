from __future__ import annotations

from datetime import date
from itertools import pairwise
from math import inf
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from history_strategies import Past, pasts
from salesmetrics import Outcome, funnel, slow_stages, stage_conversion, time_in_stage
from strategies import days

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


class TestSlowStages:
    @given(pasts(), days())
    def test_definition(self, past: Past, as_of: date) -> None:
        found = slow_stages(past.table, as_of=as_of)
        assert set(found) == {stage.name for stage in past.book.process if stage.outcome is Outcome.OPEN}
        for stage, stays in found.items():
            assert stays == time_in_stage(past.table, stage=stage, as_of=as_of)

    @given(pasts(), days())
    def test_slowest(self, past: Past, as_of: date) -> None:
        stays = list(slow_stages(past.table, as_of=as_of).values())
        medians = [inf if one.median is None and one.n else one.median for one in stays]
        been_in = [one for one in medians if one is not None]
        assert medians[: len(been_in)] == sorted(been_in, reverse=True)

    @given(pasts(), days())
    def test_shares(self, past: Past, as_of: date) -> None:
        stays = list(slow_stages(past.table, as_of=as_of).values())
        assert all(sum(one.days for one in stays) == each.all_days for each in stays)
