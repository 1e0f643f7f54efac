"""The laws of lead scores: against following the rules for one lead and one activity after the other."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from salesmetrics import (
    Activities,
    Activity,
    Did,
    Field,
    Grid,
    InvalidValueError,
    Label,
    Lead,
    Leads,
    LeadScores,
    Limits,
    LinearDecay,
    Outcome,
    Period,
    ScoreRule,
    ScoringModel,
    Times,
    Window,
    hand_offs,
    score_leads,
)
from salesmetrics.model.scoring.condition import AllOf, Condition
from salesmetrics.result._rule_scores import RuleScores
from salesmetrics.strategies import scored_books

MICRO = 10**6
Book = tuple[list[Lead], list[Activity], ScoringModel, date]


def half_away(number: Fraction) -> int:
    size = int(abs(number) + Fraction(1, 2))
    return size if number >= 0 else -size


def millionths_of(points: float | None) -> int:
    return int(Fraction(str(points or 0)) * MICRO)


def faded(rule: ScoreRule, micro: int, age: int) -> int:
    return half_away(micro * (rule.decay.share(age) if rule.decay else Fraction(1)))


def points_of(rule: ScoreRule, lead: Lead, log: list[Activity], as_of: date) -> tuple[int, int, int, int]:
    """How many activities count, and the points: raw, faded, and after the maximum, in millionths."""
    worth = millionths_of(rule.points)
    if not isinstance(rule.when, Did):
        points = worth * (rule.when.holds(lead, log) is True)
        return int(rule.when.holds(lead, log) is True), points, points, points
    ages = sorted((as_of - one.at.date()).days for one in log if rule.when.is_met_by(one))
    if rule.repeat == "once":
        left = faded(rule, worth, ages[0]) if ages else 0
        return len(ages), worth * bool(ages), left, left
    left = 0
    for age, times in Counter(ages).items():
        cap = millionths_of(rule.daily_cap)
        if rule.daily_cap is not None and times * abs(worth) > cap:
            left += faded(rule, cap if worth > 0 else -cap, age)
        else:
            left += times * faded(rule, worth, age)
    most = millionths_of(rule.maximum)
    held = left if rule.maximum is None else max(-most, min(most, left))
    return len(ages), worth * len(ages), left, held


def within(micro: int, limits: Limits | None) -> int:
    if limits is not None and limits.minimum is not None:
        micro = max(micro, millionths_of(limits.minimum))
    if limits is not None and limits.maximum is not None:
        micro = min(micro, millionths_of(limits.maximum))
    return micro


def label_of(model: ScoringModel, lead: Lead, log: list[Activity], points: dict[str, int]) -> str | None:
    if any(condition.holds(lead, log) for condition in model.disqualifiers.values()):
        return "disqualified"
    assert not isinstance(model.labels, Grid)
    found = None
    for label in model.labels:
        by_points = label.at is not None and points[label.of] >= millionths_of(label.at)
        by_deed = label.when is not None and label.when.holds(lead, log) is True
        found = label.name if by_points or by_deed or (label.at is None and label.when is None) else found
    return found


def midnight(day: date | None) -> datetime:
    assert day is not None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


class TestScoreLeads:
    @given(scored_books())
    def test_definition(self, book: Book) -> None:
        leads, log, model, as_of = book
        scores = score_leads(leads, log, model=model, as_of=as_of)
        there = [lead for lead in leads if lead.created is not None and lead.created < as_of]
        assert scores.lead.tolist() == [lead.id for lead in there]
        assert scores.n_later == len(leads) - len(there)
        for row, lead in enumerate(there):
            own = [one for one in log if one.lead == lead.id and one.at.date() < as_of]
            given = {rule.name: points_of(rule, lead, own, as_of) for rule in model.rules}
            for rule in scores.rules:
                events, raw, left, held = given[rule.name]
                assert int(rule.events[row]) == events
                assert (rule.raw[row], rule.decayed[row], rule.points[row]) == (raw, left, held)
            groups = {
                name: within(
                    sum(given[rule.name][3] for rule in model.rules if rule.group == name), model.groups.get(name)
                )
                for name in model.group_names
            }
            assert {name: int(one[row]) for name, one in scores.groups.items()} == groups
            total = within(sum(groups.values()), model.limits)
            assert scores.unweighted[row] == total
            role = lead.fields.get("country") if model.role_weights else None
            weight = Fraction(1) if role is None else Fraction(str(model.role_weights[str(role)]))
            total = half_away(total * weight)
            assert scores.micro[row] == total
            assert scores.label[row] == label_of(model, lead, own, {**groups, "total": total})
        known = {lead.id for lead in there}
        assert scores.n_unseen == sum(one.at.date() >= as_of for one in log)
        assert scores.n_unknown == sum(
            one.lead is not None and one.lead not in known and one.at.date() < as_of for one in log
        )
        assert scores.n_without_lead == sum(one.lead is None and one.at.date() < as_of for one in log)
        assert scores.unknown_kinds == tuple(kind for kind in model.kinds if kind not in {one.kind for one in log})
        counted = [one for one in log if one.lead in known and one.at.date() < as_of]
        came: dict[Any, datetime] = {lead.id: lead.created_at or midnight(lead.created) for lead in there}
        assert scores.n_early == sum(one.at < came[one.lead] for one in counted)
        assert scores.n_repeated == len(counted) - sum(one not in counted[:row] for row, one in enumerate(counted))

    @given(scored_books(), st.randoms(use_true_random=False))
    def test_order(self, book: Book, random: Any) -> None:
        leads, log, model, as_of = book
        scores = score_leads(leads, log, model=model, as_of=as_of)
        mixed, others = random.sample(leads, len(leads)), random.sample(log, len(log))
        again = score_leads(mixed, others, model=model, as_of=as_of)
        for lead in scores.lead.tolist():
            assert again.explain(lead) == scores.explain(lead)

    @given(scored_books(), st.sampled_from(["call", "demo", "page visit"]), st.integers(0, 3))
    def test_planted(self, book: Book, kind: str, days: int) -> None:
        leads, log, model, as_of = book
        scores = score_leads(leads, Activities.of(log).with_kinds(kind), model=model, as_of=as_of)
        at = datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC) + timedelta(days)
        planted = [Activity(at, kind, lead=lead.id, fields={"page": "pricing"}) for lead in leads]
        more = Activities.of(log + planted).with_kinds(kind)
        again = score_leads(leads, more, model=model, as_of=as_of)
        assert again == evolve(scores, n_unseen=scores.n_unseen + len(planted))

    @given(scored_books(), st.integers(0, 3))
    def test_merge(self, book: Book, cut: int) -> None:
        leads, log, model, as_of = book
        table = Leads.of(leads)
        whole = score_leads(table, log, model=model, as_of=as_of)
        for part in (table[:cut], table[cut:], leads[:cut], leads[cut:]):
            scores = score_leads(part, log, model=model, as_of=as_of)
            assert [scores.explain(lead) for lead in scores.lead] == [whole.explain(lead) for lead in scores.lead]

    @given(scored_books())
    def test_role(self, book: Book) -> None:
        leads, log, model, as_of = book
        rules = [ScoreRule("ever", Field("source").is_missing() | Field("source").is_in("web", "fair"), 10)]
        labels = [Label("lead"), Label("MQL", at=5)]
        model = ScoringModel(rules, labels=labels, role_weights=model.role_weights, role="country", hand_off="MQL")
        day = Period(date(2026, 1, 1), as_of + timedelta(1))
        handed = hand_offs(leads, log, model=model, period=day)
        scores = score_leads(leads, log, model=model, as_of=as_of)
        assert [*scores.label] == ["MQL" if points >= 5 else "lead" for points in scores.total]
        known = {one.lead: one.points for one in handed}
        ended = {lead.id for lead in leads if lead.outcome in (Outcome.WON, Outcome.LOST)}
        for lead, points in zip(scores.lead.tolist(), scores.total.tolist(), strict=True):
            if lead not in ended:
                assert known.get(lead) == (points if points >= 5 else None)


NOON = datetime(2026, 1, 10, 12, tzinfo=UTC)
FEBRUARY = date(2026, 2, 1)
LEADS = [
    Lead("L-1", date(2026, 1, 5), "web", {"staff": 60, "day": date(2026, 1, 1), "share": 0.5, "old": "x"}),
    Lead("L-2", date(2026, 1, 5), fields={"staff": 40, "role": "buyer"}),
]


def scored(*rules: ScoreRule, log: list[Activity] | None = None, leads: Any = LEADS, **said: Any) -> list[float]:
    model = ScoringModel(rules, **said)
    return [float(one) for one in score_leads(leads, log or [], model=model, as_of=FEBRUARY).total]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (Field("staff") > 40, [1, 0]),
        (Field("staff") >= 40.5, [1, 0]),
        (Field("staff") < 40.5, [0, 1]),
        (Field("staff") <= 59.5, [0, 1]),
        (Field("staff").is_in(40.0, 60.5), [0, 1]),
        (Field("share") > 0, [1, 0]),
        (Field("share").is_in(0.5, "0.5"), [1, 0]),
        (Field("day") >= date(2026, 1, 1), [1, 0]),
        (Field("day") < date(2026, 1, 1), [0, 0]),
        (~(Field("day") < date(2026, 1, 1)), [1, 0]),
        (Field("source").is_in("web"), [1, 0]),
        (Field("old").is_in(*"abcdex"), [1, 0]),
        (Field("share").is_missing(), [0, 1]),
    ],
)
def test_conditions_on_columns_are_those_on_leads(when: Condition, expected: list[int]) -> None:
    assert scored(ScoreRule("rule", when, 1)) == expected
    assert [int(when.holds(lead) is True) for lead in LEADS] == expected


def test_a_field_that_looks_misspelt_is_refused() -> None:
    message = (
        r"conditions must be on fields that there are, got 'staf'; did you mean 'staff'\? If nobody knows it of any"
    )
    with pytest.raises(InvalidValueError, match=message):
        scored(ScoreRule("rule", Field("staf") >= 5, 1))
    with pytest.raises(InvalidValueError, match="got 'rol'; did you mean 'role'"):
        scored(role_weights={"buyer": 1}, role="rol")
    visit = [Activity(NOON, "visit", lead="L-1", fields={"page": "home"})]
    with pytest.raises(InvalidValueError, match=r"fields that there are, got 'pag'; did you mean 'page'\?$"):
        scored(ScoreRule("rule", Did("visit", where=Field("pag").is_in("home")), 1), log=visit)
    assert scored(ScoreRule("rule", Field("staf") >= 5, 1), leads=[]) == []
    assert scored(ScoreRule("rule", Field("staf") >= 5, 1), leads=Leads.of(LEADS).with_fields("staf")) == [0, 0]
    assert scored(ScoreRule("rule", (Field("staf") >= 5) | (Field("staff") > 5), 1)) == [1, 1]
    assert scored(ScoreRule("rule", Did("visit", where=Field("page").is_in("home")), 1), log=[]) == [0, 0]


def test_a_field_that_no_lead_has_is_known_of_none_and_named() -> None:
    where = Did("visit", where=Field("campaign").is_in("spring"))
    rules = [ScoreRule("fits", Field("fits persona").is_in(True), 5), ScoreRule("gap", Field("phone").is_missing(), 1)]
    model = ScoringModel([*rules, ScoreRule("spring", where, 7)], role_weights={"buyer": "0.5"}, role="function")
    scores = score_leads(LEADS, [Activity(NOON, "visit", lead="L-1")], model=model, as_of=FEBRUARY)
    assert scores.total.tolist() == [1, 1]
    assert scores.unknown_fields == ("fits persona", "phone", "function", "campaign")
    assert repr(scores).endswith("; nothing has the field 'function'; nothing has the field 'campaign')")
    batch = [Lead("L-1", date(2026, 1, 5), fields={"fits persona": True}), Lead("L-2", date(2026, 1, 5))]
    classic = [score_leads(some, [], model=ScoringModel.classic(), as_of=FEBRUARY) for some in (batch, batch[1:])]
    assert classic[0]["L-2"] == classic[1]["L-2"] == 0
    assert [one.unknown_fields for one in classic] == [("inaccurate details",), ("inaccurate details", "fits persona")]


def test_a_label_that_roles_keep_leads_from_is_within_reach() -> None:
    rule = ScoreRule("staff", Field("staff") >= 1, 10)
    said: Any = {"limits": Limits(minimum=8), "labels": [Label("lead"), Label("MQL", at=8)]}
    with pytest.raises(InvalidValueError, match="label 'lead' must be within reach, got 'MQL' after it"):
        ScoringModel([rule], **said)
    model = ScoringModel([rule], **said, role_weights={"buyer": "0.5"})
    assert [*score_leads(LEADS, [], model=model, as_of=FEBRUARY).label] == ["MQL", "lead"]
    below = Limits(maximum=-8)
    ScoringModel([rule], limits=below, labels=[Label("lead"), Label("MQL", at=-4)], role_weights={"buyer": "0.5"})


@pytest.mark.parametrize(
    ("when", "message"),
    [
        (Field("old") >= 5, "field 'old' must be a number for >= 5, got 'x'; read it as one"),
        (Field("staff") >= date(2026, 1, 1), "field 'staff' must be a day for >= 2026-01-01, got"),
    ],
)
def test_a_field_of_another_kind_is_refused(when: Condition, message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        scored(ScoreRule("rule", when, 1))
    with pytest.raises(InvalidValueError, match=message):
        when.holds(LEADS[0])


def test_what_leads_of_a_table_have_that_are_not_asked_does_not_matter() -> None:
    fields: list[Any] = [{"old": "x"}, {"old": 5, "staff": 1}, *({"old": one} for one in "abcdef"), {"share": 0.5}]
    table = Leads.of([Lead(row, date(2026, 1, 5), fields=one) for row, one in enumerate(fields)])
    assert scored(ScoreRule("rule", Field("old") >= 5, 1), leads=table[1:2]) == [1]
    assert scored(ScoreRule("rule", Field("old").is_in(*"abcdef"), 1), leads=table) == [0, 0, 1, 1, 1, 1, 1, 1, 0]
    assert scored(ScoreRule("rule", Field("staff") >= date(2026, 1, 1), 1), leads=table[:1]) == [0]
    assert scored(ScoreRule("rule", Field("share") >= date(2026, 1, 1), 1), leads=table[:1]) == [0]


def test_a_condition_of_a_users_own_is_refused() -> None:
    class Mine(Condition):
        def verdict(self, seen: Any) -> bool | None:
            return bool(seen)

        def parts(self) -> Any:
            return iter([self])

    with pytest.raises(InvalidValueError, match="a condition must be made of Field, Did and Times, got"):
        scored(ScoreRule("rule", Mine(), 1))

    class Sly(AllOf):
        def parts(self) -> Any:
            return iter([])

    log = [Activity(NOON, "visit", lead="L-1")]
    with pytest.raises(InvalidValueError, match="an activity's own condition must be on its fields, got Did"):
        scored(ScoreRule("rule", Did("visit", where=Sly([Did("visit")])), 1), log=log)
    where = Did("visit", where=Mine())
    with pytest.raises(InvalidValueError, match="a condition must be made of Field"):
        scored(ScoreRule("rule", where, 1), log=[Activity(NOON, "visit", lead="L-1")])


def test_a_kind_that_looks_misspelt_is_refused() -> None:
    visits = Activities.of([Activity(NOON, "visit", lead="L-1")])
    rules = [ScoreRule("rule", Did("vist"), 1)]
    message = (
        r"conditions must be of kinds that there are, got 'vist'; did you mean 'visit'\? If nothing of the kind was"
    )
    for asked in (
        ScoringModel(rules),
        ScoringModel([], labels=[Label("lead"), Label("MQL", when=Times("vist") > 2)]),
        ScoringModel([], disqualifiers={"idle": Times("vist") < 1}),
        ScoringModel([], labels=[Label("lead")], hand_off="lead", recycle="vist"),
    ):
        with pytest.raises(InvalidValueError, match=message):
            score_leads(LEADS, visits, model=asked, as_of=FEBRUARY)
    for log in (visits.with_kinds("vist"), visits[:0].with_kinds("vist"), Activities.of([])):
        assert score_leads(LEADS, log, model=ScoringModel(rules), as_of=FEBRUARY).total.tolist() == [0, 0]
    assert scored(*rules, ScoreRule("other", Did("visit"), 2), log=[*visits]) == [2, 0]  # who names both can spell both


def test_what_is_left_out_or_strange_is_told() -> None:
    at = datetime(2026, 1, 11, tzinfo=UTC)
    leads = [*LEADS, Lead("L-3", date(2026, 2, 1)), Lead("L-4", None, created_at=at), Lead("L-5", None)]
    first, late = Activity(NOON, "visit", lead="L-1"), datetime(2026, 2, 1, tzinfo=UTC)
    others = [Activity(NOON, "visit", lead=lead) for lead in ("nobody", "L-3", "L-4", "L-5", None, None)]
    log = Activities.of([first, first, first, Activity(late, "visit", lead="L-1"), *others])
    table = Leads.of(leads, accept={"missing_created"})
    scores = score_leads(table, log, model=ScoringModel([]), as_of=FEBRUARY)
    told = [
        "1 lead that came in later is left out",
        "1 later activity is left out",
        "2 activities of other leads are left out",
        "2 activities without a lead are left out",
        "1 activity is from before its lead came in",
        "2 activities repeat another one",
    ]
    assert repr(scores) == "; ".join(["LeadScores(4 leads as of 2026-02-01", *told]) + ")"
    assert str(scores).splitlines()[-6:] == told
    assert LeadScores.from_dict(scores.to_dict()) == scores
    assert scores._repr_html_().endswith("".join(f"<code>{one}</code>" for one in told))


def test_a_kind_that_no_activity_is_of_is_named() -> None:
    model = ScoringModel(
        [ScoreRule("absent", ~Did("webinar attended"), -5), ScoreRule("visits", Times("visit") >= 1, 2)],
        labels=[Label("lead")],
        hand_off="lead",
        recycle="back",
    )
    log = Activities.of([Activity(NOON, "visit", lead="L-1")])
    scores = score_leads(LEADS, log, model=model, as_of=FEBRUARY)
    assert (scores.total.tolist(), scores.unknown_kinds) == ([-3, -5], ("webinar attended", "back"))
    assert str(scores).splitlines()[-2:] == [
        "nothing is of the kind 'webinar attended'",
        "nothing is of the kind 'back'",
    ]
    assert LeadScores.from_dict(scores.to_dict()).unknown_kinds == ("webinar attended", "back")
    for told in (log.with_kinds("webinar attended", "back"), Activities.of([])):
        assert score_leads(LEADS, told, model=model, as_of=FEBRUARY).unknown_kinds == ()


def test_a_log_that_names_no_lead_is_refused() -> None:
    log = [Activity(NOON, "visit"), Activity(NOON, "visit", rep="Ada")]
    with pytest.raises(InvalidValueError, match=r"activities must name their leads, got none that does among 2; name"):
        scored(ScoreRule("visits", Did("visit"), 1), log=log)
    assert scored(ScoreRule("visits", Did("visit"), 1), log=log, leads=[]) == []
    table = Activities.of([*log, Activity(NOON, "visit", lead="L-1")])
    scores = score_leads(LEADS, table[:2], model=ScoringModel([]), as_of=FEBRUARY)  # part of a log that does
    assert (scores.n_without_lead, scores.n_unknown) == (2, 0)


def test_leads_that_are_named_by_ids_of_another_kind_are_refused() -> None:
    leads = [Lead(1, date(2026, 1, 5)), Lead(2, date(2026, 1, 5))]
    log = [Activity(NOON, "visit", lead=lead) for lead in ("nobody", "2")]
    with pytest.raises(InvalidValueError, match=r"activities must name leads as the book does, got '2' for 2; make"):
        scored(ScoreRule("visits", Did("visit"), 1), log=log, leads=leads)
    assert scored(ScoreRule("visits", Did("visit"), 1), log=[*log, Activity(NOON, "visit", lead=1)], leads=leads) == [
        1,
        0,
    ]


HELD: dict[str, Any] = {"fits": "yes", "staff": "60", "flag": True, "day": date(2026, 1, 5), "count": 60, "share": 0.5}


@pytest.mark.parametrize(
    ("when", "message"),
    [
        (
            Field("fits").is_in(True),
            "flags for is_in(True), got text, such as 'yes'; read it with flags=['fits'] in the",
        ),
        (
            Field("staff").is_in(60, 70),
            "numbers for is_in(60, 70), got text, such as '60'; read it with numbers=['staff']",
        ),
        (
            Field("flag").is_in("true"),
            "field 'flag' must hold text for is_in('true'), got flags, such as True; ask for",
        ),
        (Field("flag").is_in(1), "field 'flag' must hold numbers for is_in(1), got flags, such as True; read it with"),
        (Field("day").is_in("2026-01-05", 5), "must hold text or numbers for is_in('2026-01-05', 5), got days"),
        (~Field("count").is_in("60"), "field 'count' must hold text for is_in('60'), got numbers, such as 60; ask for"),
        (Field("share").is_in("0.5"), "field 'share' must hold text for is_in('0.5'), got numbers, such as 0.5; ask"),
        (Field("source").is_in(5), "'source' must hold numbers for is_in(5), got text, such as 'web'; ask for text"),
    ],
)
def test_values_of_a_kind_that_the_field_does_not_hold_are_refused(when: Condition, message: str) -> None:
    lead = Lead("L-1", date(2026, 1, 5), "web", HELD)
    for leads in ([lead], [Lead("L-0", date(2026, 1, 5)), lead]):
        with pytest.raises(InvalidValueError, match=re.escape(message)):
            scored(ScoreRule("rule", when, 1), leads=leads)
    with pytest.raises(InvalidValueError, match=re.escape(message)):
        when.holds(lead)


def test_what_activities_say_is_asked_for_in_its_kind() -> None:
    log = [Activity(NOON, "visit", lead="L-1", fields={"page": "home"}), Activity(NOON, "visit", lead="L-1")]
    message = "field 'page' must hold numbers for is_in(5), got text, such as 'home'; ask for text"
    for when in (Did("visit", where=Field("page").is_in(5)), Times("visit", where=~Field("page").is_in(5)) >= 1):
        with pytest.raises(InvalidValueError, match=re.escape(message)):
            scored(ScoreRule("rule", when, 1), log=log)
        with pytest.raises(InvalidValueError, match=re.escape(message)):
            when.holds(LEADS[0], log)
        assert when.holds(LEADS[0], log[1:]) is False


def test_values_of_some_kind_that_the_field_holds_are_no_mistake() -> None:
    old: list[Any] = ["yes", True, date(2026, 1, 6)]
    leads = [Lead(row, date(2026, 1, 5), fields={"old": one}) for row, one in enumerate(old)]
    table = Leads.of([*leads, Lead(3, date(2026, 1, 5))])
    assert scored(ScoreRule("rule", Field("old").is_in(True), 1), leads=table) == [0, 1, 0, 0]
    assert scored(ScoreRule("rule", Field("old").is_in(True), 1), leads=table[:1]) == [0]  # as among all of them
    assert scored(ScoreRule("rule", Field("old").is_in(date(2026, 1, 5)), 1), leads=table[3:]) == [0]
    assert scored(ScoreRule("rule", Field("old").is_in("yes", date(2026, 1, 5)), 1), leads=leads[:1]) == [1]


def test_arguments_are_checked() -> None:
    with pytest.raises(InvalidValueError, match="model must be a ScoringModel, got None; write"):
        score_leads([], [], model=None, as_of=FEBRUARY)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    with pytest.raises(InvalidValueError, match="role_weights must weigh every role, got none for 'buyer'; did you"):
        scored(ScoreRule("rule", Did("visit"), 1), role_weights={"buyers": 1})


def test_points_must_fit_64_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("salesmetrics.across.score_leads._MOST", 2_000_000)
    assert scored(ScoreRule("visit", Did("visit"), 1)) == [0, 0]
    with pytest.raises(InvalidValueError, match="points must fit 64 bits, got rules of 1,000,000 millionths for 2 act"):
        scored(ScoreRule("visit", Did("visit"), 1), log=[Activity(NOON, "visit")] * 2)


def test_days_begin_where_one_asks() -> None:
    late = [Activity(datetime(2026, 6, 30, hour, 30, tzinfo=UTC), "visit", lead="L-1") for hour in (22, 23)]
    model = ScoringModel([ScoreRule("visit", Did("visit"), 1, repeat="each", decay=Window(1), daily_cap=1)])
    found = {
        zone: score_leads(LEADS, late, model=model, as_of=date(2026, 7, 1), zone=zone)
        for zone in ("UTC", "Europe/London", "America/New_York")
    }
    assert {zone: (one["L-1"], one.n_unseen) for zone, one in found.items()} == {
        "UTC": (1, 0), "Europe/London": (1, 1), "America/New_York": (1, 0),
    }  # fmt: skip
    assert score_leads(LEADS, late, model=model, as_of=date(2026, 7, 2), zone="Europe/London")["L-1"] == 1


def test_points_of_many_that_fill_their_bits_are_counted_apart() -> None:
    decay = LinearDecay("0.5")
    model = ScoringModel([ScoreRule("visit", Did("visit"), 1_000_000, repeat="each", decay=decay)])
    log = Activities.of([Activity(NOON, "visit", lead="L-1")] * 3)
    share = decay.share((FEBRUARY - NOON.date()).days)
    scores = score_leads(LEADS, log, model=model, as_of=FEBRUARY)
    assert (int(scores.rules[0].events[0]), int(scores.micro[0])) == (3, 3 * half_away(share * MICRO**2))


def test_two_rules_of_one_kind_fade_each_in_its_way() -> None:
    rules = [
        ScoreRule("soon", Did("visit"), 10, repeat="each", decay=Window(10)),
        ScoreRule("later", Did("visit"), 10, repeat="each", decay=Window(30)),
        ScoreRule("ever", Did("visit"), 10, repeat="each"),
    ]
    assert scored(*rules, log=[Activity(NOON, "visit", lead="L-1")]) == [20, 0]


def test_a_grid_by_fit_and_engagement() -> None:
    rules = [
        ScoreRule("staff", Field("staff") >= 50, 60),
        ScoreRule("visits", Did("visit"), 20, repeat="each"),
        ScoreRule("some", Field("staff") >= 40, 5, "fit"),
    ]
    grid = Grid([("A", 60), ("B", 5), ("C", None)], [("1", 40), ("2", 20), ("3", None)])
    leads = [*LEADS, Lead("L-3", date(2026, 1, 5))]
    log = [Activity(NOON, "visit", lead=lead) for lead in ("L-1", "L-2", "L-1", "L-3", "L-3")]
    model = ScoringModel(rules, labels=grid, disqualifiers={"no web": Field("source").is_missing()})
    scores = score_leads(leads, log, model=model, as_of=FEBRUARY)
    assert [*scores.label] == ["A1", "disqualified", "disqualified"]
    assert scores.explain("L-2").splitlines()[0] == "L-2 as of 2026-02-01: 25 points, disqualified by no web"
    scores = score_leads(leads, log, model=evolve(model, disqualifiers={}), as_of=FEBRUARY)
    assert [*scores.label] == ["A1", "B2", "C1"]


def test_an_event_makes_a_label_whatever_the_points() -> None:
    labels = [Label("lead"), Label("MQL", when=Did("form")), Label("SQL", at=60, when=Times("demo request") >= 1)]
    rules = [ScoreRule("staff", Field("staff") >= 50, 60)]
    log = [Activity(NOON, "form", lead="L-2")]
    model = ScoringModel(rules, labels=labels)
    assert [*score_leads(LEADS, log, model=model, as_of=FEBRUARY).label] == ["SQL", "MQL"]


def test_scores_are_shown() -> None:
    rules = [ScoreRule("staff", Field("staff") >= 50, 60, "fit"), ScoreRule("visits", Did("visit"), 2.5, repeat="each")]
    model = ScoringModel(rules, {"fit": Limits(maximum=50)}, labels=[Label("lead")], role_weights={"buyer": "0.5"})
    log = [Activity(NOON, "visit", lead="L-2")]
    scores = score_leads(LEADS, log, model=model, as_of=FEBRUARY)
    assert str(scores) == (
        "lead  points  fit  engagement  label\n"
        "L-1       50   50           0   lead\n"
        "L-2     1.25    0         2.5   lead"
    )
    assert "<td>2.5</td>" in scores._repr_html_()
    assert repr(scores) == "LeadScores(2 leads as of 2026-02-01)"
    assert scores.explain("L-1") == (
        "L-1 as of 2026-02-01: 50 points, lead\nfit: 50, held from 60\n  staff: 60 of 60 points for 1\nengagement: 0"
    )
    assert scores.explain("L-2").splitlines()[:2] == [
        "L-2 as of 2026-02-01: 1.25 points, lead",
        "weighed by role, from 2.5",
    ]
    assert scores.buying_groups(["Acme", None]) == {"Acme": 50}
    with pytest.raises(InvalidValueError, match="the lead must be among those that were scored, got 'L-9'; did you"):
        scores["L-9"]
    with pytest.raises(InvalidValueError, match="keys must be one for each of 2 leads, got 1; align them"):
        scores.buying_groups(["Acme"])
    strange: Any
    for strange in (None, "AB", {"Acme": 1, "Bolt": 2}, {"Acme", "Bolt"}):
        with pytest.raises(InvalidValueError, match=r"keys must be a list with one for each lead, got .*; write leads"):
            scores.buying_groups(strange)
    strange = np.array(["Acme", "Acme"])
    assert scores.buying_groups(strange) == {"Acme": 51.25}
    assert {lead: scores[lead] for lead in scores} == {"L-1": 50, "L-2": 1.25}
    assert "L-2" in [*scores]
    many = score_leads([Lead(row, date(2026, 1, 5)) for row in range(22)], [], model=ScoringModel([]), as_of=FEBRUARY)
    assert str(many).splitlines()[-1] == "... 2 more"
    assert scores != model


def test_what_a_rule_gave_is_no_other_thing() -> None:
    given = RuleScores("visits", "engagement", 3_000_000, True, np.array([4, 0]))
    assert given != "visits"
