"""The laws of the conversion of leads, against counting them one by one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, ClassVar

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from salesmetrics import (
    Activities,
    Activity,
    InvalidValueError,
    Lead,
    Leads,
    Outcome,
    StageConversion,
    breakdown,
    closing_ratio,
    lead_conversion,
    lead_to_opportunity,
    lead_to_sale,
)
from salesmetrics.strategies import lead_tables
from salesmetrics.testing import assert_round_trip

NOON = datetime(2026, 1, 6, 12, tzinfo=UTC)
KINDS = st.sampled_from(["MQL", "SAL", "proposal"])
Came = Callable[[Lead, list[str]], bool]


def expected(stage: str, to: str, leads: list[Lead], log: list[Activity], came: Came, went: Came) -> StageConversion:
    counts = {"n_converted": 0, "n_not_converted": 0, "n_undecided": 0}
    for lead in leads:
        done = [one.kind for one in log if one.lead == lead.id]
        if came(lead, done):
            is_open = lead.outcome in (None, Outcome.OPEN)
            name = "n_converted" if went(lead, done) else "n_undecided" if is_open else "n_not_converted"
            counts[name] += 1
    return StageConversion(stage, to, "any", "all", **counts, n_missing=0)


def known(log: list[Activity]) -> Activities:
    """The log, which knows all kinds."""
    return Activities.of(log).with_kinds("MQL", "SAL", "proposal")


class LeadLaws:
    measure: ClassVar[Any]

    def options(self, log: list[Activity]) -> dict[str, Any]:
        del log
        return {}

    def drawn(self, data: DataObject) -> tuple[Leads, list[Activity]]:
        table = data.draw(lead_tables())
        ids = st.sampled_from([*table.id.tolist(), "nobody's", None])
        log = data.draw(st.lists(st.builds(Activity, st.just(NOON), KINDS, lead=ids), max_size=6))
        return table, log

    @given(st.data())
    def test_order(self, data: DataObject) -> None:
        table, log = self.drawn(data)
        mixed = table.take(np.array(data.draw(st.permutations(range(len(table)))), np.intp))
        assert self.measure(mixed, **self.options(log)) == self.measure(table, **self.options(log))

    @given(st.data())
    def test_merge(self, data: DataObject) -> None:
        table, log = self.drawn(data)
        cut = data.draw(st.integers(0, len(table)))
        parts = [self.measure(part, **self.options(log)) for part in (table[:cut], table[cut:])]
        assert parts[0] + parts[1] == self.measure(table, **self.options(log))

    @given(st.data())
    def test_identity(self, data: DataObject) -> None:
        table, log = self.drawn(data)
        answer = self.measure(table, **self.options(log))
        assert answer + self.measure(table[:0], **self.options(log)) == answer

    @given(st.data())
    def test_door(self, data: DataObject) -> None:
        table, log = self.drawn(data)
        dated = table.filter(table.created.known)
        assert self.measure([*dated], **self.options(log)) == self.measure(dated, **self.options(log))

    @given(st.data())
    def test_breakdown(self, data: DataObject) -> None:
        table, log = self.drawn(data)
        by = data.draw(st.sampled_from(["source", "outcome", *table.fields]))
        names = list(table.key(by))
        for name, answer in breakdown(self.measure, table, by, **self.options(log)).items():
            assert answer == self.measure(table.filter([one == name for one in names]), **self.options(log))

    @given(st.data())
    def test_lost(self, data: DataObject) -> None:
        table, log = self.drawn(data)
        lost = [evolve(lead, outcome=Outcome.LOST) if lead.outcome in (None, Outcome.OPEN) else lead for lead in table]
        found = self.measure(Leads.of(lost, accept={"missing_created"}), **self.options(log))
        before = self.measure(table, **self.options(log))
        assert (found.n_converted, found.whole, found.n_undecided) == (before.n_converted, before.whole, 0)

    @given(st.data())
    def test_round_trip(self, data: DataObject) -> None:
        table, log = self.drawn(data)
        assert_round_trip(self.measure(table, **self.options(log)))


class TestLeadToOpportunity(LeadLaws):
    measure = staticmethod(lead_to_opportunity)

    @given(st.data())
    def test_definition(self, data: DataObject) -> None:
        table, log = self.drawn(data)
        went: Came = lambda lead, _: lead.opportunity is not None  # noqa: E731
        assert lead_to_opportunity(table) == expected("lead", "opportunity", [*table], log, lambda *_: True, went)


class TestLeadToSale(LeadLaws):
    measure = staticmethod(lead_to_sale)

    @given(st.data())
    def test_definition(self, data: DataObject) -> None:
        table, log = self.drawn(data)
        went: Came = lambda lead, _: lead.outcome is Outcome.WON  # noqa: E731
        assert lead_to_sale(table) == expected("lead", "sale", [*table], log, lambda *_: True, went)


class TestLeadConversion(LeadLaws):
    measure = staticmethod(lead_conversion)

    def options(self, log: list[Activity]) -> dict[str, Any]:
        return {"activities": known(log), "stage": "MQL", "to": "SAL"}

    @given(st.data())
    def test_definition(self, data: DataObject) -> None:
        table, log = self.drawn(data)
        found = lead_conversion(table, activities=known(log), stage="MQL", to="SAL")
        came: Came = lambda _, done: "MQL" in done  # noqa: E731
        assert found == expected("MQL", "SAL", [*table], log, came, lambda _, done: "SAL" in done)
        assert len(table) == 0 or lead_conversion(
            table.take(np.zeros(2, np.intp)), activities=known(log), stage="MQL"
        ) == expected("MQL", "won", [table[0]] * 2, log, came, lambda lead, _: lead.outcome is Outcome.WON)


class TestClosingRatio(LeadLaws):
    measure = staticmethod(closing_ratio)

    def options(self, log: list[Activity]) -> dict[str, Any]:
        return {"activities": known(log)}

    @given(st.data())
    def test_definition(self, data: DataObject) -> None:
        table, log = self.drawn(data)
        came: Came = lambda _, done: "proposal" in done  # noqa: E731
        went: Came = lambda lead, _: lead.outcome is Outcome.WON  # noqa: E731
        assert closing_ratio(table, activities=known(log)) == expected("proposal", "won", [*table], log, came, went)


def test_a_kind_that_the_log_does_not_know_is_refused() -> None:
    log = [Activity(NOON, "offer", lead=1)]
    leads = [Lead(1, NOON.date(), outcome=Outcome.WON)]
    message = r"stages must be of kinds that there are, got 'proposal'; known are 'offer'. If nothing of the kind was"
    with pytest.raises(InvalidValueError, match=message):
        closing_ratio(leads, activities=log)
    with pytest.raises(InvalidValueError, match="stages must be of kinds that there are, got 'SAL'; known are 'offer'"):
        lead_conversion(leads, activities=log, stage="offer", to="SAL")
    nothing = StageConversion("proposal", "won", "any", "all", 0, 0, 0, n_missing=0)
    for told in (Activities.of(log).with_kinds("proposal"), Activities.of([])):
        assert closing_ratio(leads, activities=told) == nothing


def test_leads_that_are_named_by_ids_of_another_kind_are_refused() -> None:
    log = [Activity(NOON, "proposal", lead="1"), Activity(NOON, "proposal", lead="nobody")]
    leads = [Lead(1, NOON.date(), outcome=Outcome.WON), Lead(2, NOON.date())]
    with pytest.raises(InvalidValueError, match="activities must name leads as the book does, got '1' for 1; make all"):
        closing_ratio(leads, activities=log)
    assert closing_ratio(leads, activities=log[1:]).whole == 0
    assert closing_ratio(leads, activities=[*log, Activity(NOON, "proposal", lead=2)]).n_undecided == 1


def test_a_kind_is_text() -> None:
    wrong: Any = 5
    with pytest.raises(InvalidValueError, match="stage must be a kind of activity, got 5; write 'MQL'"):
        lead_conversion([], activities=[], stage=wrong)
    with pytest.raises(InvalidValueError, match="to must be a kind of activity, got 5; write 'MQL'"):
        lead_conversion([], activities=[], stage="MQL", to=wrong)
