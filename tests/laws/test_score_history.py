"""The laws of scores over days, and of hand-offs, against following each lead from day to day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from salesmetrics import (
    Activities,
    Activity,
    Did,
    HandOff,
    InvalidValueError,
    Label,
    Lead,
    Outcome,
    Period,
    ScoreRule,
    ScoringModel,
    Window,
    hand_offs,
    score_history,
    score_leads,
)
from salesmetrics.strategies import scored_books

START = date(2026, 7, 1)
LABELS = [Label("lead"), Label("MQL", at=5), Label("SQL", when=Did("demo"))]


def book(data: DataObject) -> tuple[list[Lead], list[Activity], ScoringModel]:
    """Leads, what they did within a few days, and a model whose points fade soon."""
    leads, log, model, _ = data.draw(scored_books())
    ends = st.sampled_from([None, date(2026, 7, 2), date(2026, 7, 4)])
    outcomes = st.sampled_from([Outcome.LOST, Outcome.WON, None])
    leads = [evolve(lead, outcome=data.draw(outcomes), closed=data.draw(ends)) for lead in leads]
    days = st.integers(-3, 6).map(lambda day: datetime(2026, 7, 1, 9, tzinfo=UTC) + timedelta(day))
    rules = [
        ScoreRule("visits", Did("page visit"), 3, repeat="each", decay=data.draw(st.sampled_from([None, Window(2)]))),
        ScoreRule("call", Did("call"), -2),
    ]
    labels: Any = LABELS
    model = evolve(model, rules=rules, groups={}, labels=labels, hand_off=("MQL", "SQL"))
    return leads, [evolve(one, at=data.draw(days)) for one in log], evolve(model, limits=type(model.limits)())


class TestScoreHistory:
    @given(st.data())
    def test_definition(self, data: DataObject) -> None:
        leads, log, model = book(data)
        days = [START + timedelta(number) for number in (0, 3, 1)]
        found = score_history(leads, log, model=model, days=days)
        assert found == [score_leads(leads, log, model=model, as_of=day) for day in days]


class TestHandOffs:
    @given(st.data())
    def test_definition(self, data: DataObject) -> None:
        leads, log, model = book(data)
        period = Period(START, START + timedelta(6))
        table = Activities.of(log).with_kinds("call")
        assert hand_offs(leads, table, model=model, period=period) == followed(leads, log, model, period)

    @given(st.data())
    def test_tiles(self, data: DataObject) -> None:
        leads, done, model = book(data)
        log = Activities.of(done).with_kinds("call")
        days = [START, START + timedelta(2), START + timedelta(6)]
        parts = [hand_offs(leads, log, model=model, period=Period(*pair)) for pair in pairwise(days)]
        whole = hand_offs(leads, log, model=model, period=Period(days[0], days[-1]))
        assert [one for part in parts for one in part] == whole


def followed(leads: list[Lead], log: list[Activity], model: ScoringModel, period: Period) -> list[HandOff]:
    """Each lead day by day, from before anything was done."""
    days = [date(2026, 6, 27) + timedelta(number) for number in range((period.end - date(2026, 6, 27)).days)]
    history = [score_leads(leads, log, model=model, as_of=day) for day in days]
    found = []
    for place, lead in enumerate(leads):
        may_be, was = True, False
        for scores in history:
            yesterday = scores.as_of - timedelta(1)
            own = [one for one in log if one.lead == lead.id and one.at.date() == yesterday]
            may_be |= any(one.kind == model.recycle for one in own)
            rows = scores.lead.tolist()
            label = scores.label[rows.index(lead.id)] if lead.id in rows else None
            is_open = lead.closed >= scores.as_of if lead.closed is not None else lead.outcome is None
            if label in model.hand_off and not was and may_be and is_open:
                may_be = False
                if scores.as_of >= period.start:
                    found.append((scores.as_of, place, HandOff(lead.id, scores.as_of, str(label), scores[lead.id])))
            was = label in model.hand_off
    return [one for _, _, one in sorted(found, key=lambda one: one[:2])]


def test_a_lead_is_handed_off_again_when_it_was_given_back_and_comes_anew() -> None:
    def at(day: int, kind: str) -> Activity:
        return Activity(datetime(2026, 7, day, 9, tzinfo=UTC), kind, lead="L")

    visits = ScoreRule("visits", Did("visit"), 10, repeat="each", decay=Window(2))
    model = ScoringModel([visits], labels=[Label("lead"), Label("MQL", at=10)], hand_off="MQL", recycle="back")
    july = Period(date(2026, 7, 1), date(2026, 8, 1))
    log = [at(1, "visit"), at(10, "visit"), at(15, "back"), at(20, "visit")]
    found = hand_offs([Lead("L", date(2026, 6, 1))], log, model=model, period=july)
    assert found == [HandOff("L", date(2026, 7, 2), "MQL", 10), HandOff("L", date(2026, 7, 21), "MQL", 10)]
    without = hand_offs([Lead("L", date(2026, 6, 1))], log, model=evolve(model, recycle=None), period=july)
    assert without == found[:1]


def test_a_lead_that_was_won_or_lost_before_the_day_is_not_handed_off() -> None:
    model = ScoringModel(
        [ScoreRule("visit", Did("visit"), 10)], labels=[Label("lead"), Label("MQL", at=10)], hand_off="MQL"
    )
    log = [Activity(datetime(2026, 7, 9, 9, tzinfo=UTC), "visit", lead="L")]
    july = Period(date(2026, 7, 1), date(2026, 8, 1))
    for outcome in (Outcome.WON, Outcome.LOST):
        for closed, n_handed in ((date(2026, 7, 8), 0), (date(2026, 7, 9), 0), (date(2026, 7, 10), 1), (None, 0)):
            lead = Lead("L", date(2026, 6, 1), outcome=outcome, closed=closed)
            assert len(hand_offs([lead], log, model=model, period=july)) == n_handed


def test_a_lead_whose_end_nobody_knows_is_handed_off() -> None:
    model = ScoringModel([], labels=[Label("lead")], hand_off="lead")
    july = Period(date(2026, 7, 1), date(2026, 8, 1))
    for outcome in (Outcome.OPEN, None):
        assert len(hand_offs([Lead("L", date(2026, 7, 5), outcome=outcome)], [], model=model, period=july)) == 1


def test_a_kind_of_recycle_that_the_log_does_not_know_is_refused() -> None:
    model = ScoringModel([], labels=[Label("lead")], hand_off="lead", recycle="returned")
    july = Period(date(2026, 7, 1), date(2026, 8, 1))
    log = Activities.of([Activity(datetime(2026, 7, 9, 9, tzinfo=UTC), "visit", lead="L")])
    message = (
        r"recycle must be of kinds that there are, got 'returned'; known are 'visit'. If .*with_kinds\('returned'\)"
    )
    with pytest.raises(InvalidValueError, match=message):
        hand_offs([Lead("L", START)], log, model=model, period=july)
    for told in (log.with_kinds("returned"), Activities.of([])):
        assert len(hand_offs([Lead("L", START)], told, model=model, period=july)) == 1


def test_days_are_several() -> None:
    for days in (None, START, "2026-08-01"):
        asked: Any = days
        with pytest.raises(InvalidValueError, match=r"days must be several days, got .*; write a Period, or"):
            score_history([], [], model=ScoringModel([]), days=asked)


def test_a_model_that_hands_nothing_off_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="model must be a ScoringModel that hands off, got none; write hand_of"):
        hand_offs([], [], model=ScoringModel([]), period=Period(START, START + timedelta(1)))
