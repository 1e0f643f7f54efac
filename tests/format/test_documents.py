"""Things as JSON documents: nothing is lost, nothing is guessed, and every fault is told with its place."""

from __future__ import annotations

import json
import sys
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import salesmetrics as sm
from refusals import check_refusal
from salesmetrics import strategies
from salesmetrics.format import documents

THINGS: dict[type[Any], st.SearchStrategy[Any]] = {
    sm.Activity: strategies.activities(),
    sm.Assignment: strategies.assignments(),
    sm.CompPlan: strategies.comp_plans(),
    sm.Credit: strategies.credits(),
    sm.Curve: strategies.curves(),
    sm.Deal: strategies.deals(),
    sm.DealChange: strategies.deal_changes(),
    sm.DealEvent: strategies.deal_events(),
    sm.FiscalCalendar: strategies.fiscal_calendars(),
    sm.Goal: strategies.goals(),
    sm.Money: strategies.money(),
    sm.NewHires: strategies.new_hires(),
    sm.Period: strategies.periods(),
    sm.PeriodKey: strategies.period_keys(),
    sm.Quota: strategies.quotas(),
    sm.Ramp: strategies.ramps(),
    sm.RateCurve: strategies.rate_curves(),
    sm.Rep: strategies.reps(),
    sm.RetailCalendar: strategies.retail_calendars(),
    sm.SalesProcess: strategies.processes(),
    sm.Lead: strategies.leads(),
    sm.ScoreRule: strategies.score_rules(),
    sm.ScoringModel: strategies.scoring_models(),
    sm.Stage: strategies.stages(),
}
PLAN = sm.CompPlan(
    "AE",
    "USD",
    date(2026, 1, 1),
    [sm.Rule("sales", sm.Curve.marginal({0: Fraction("0.05"), 1: Fraction(1, 3)}))],
    [sm.Gate("sales", "0.5"), sm.Bonus("SPIFF", sm.Money.of(100, "USD"), basis=sm.Basis("units", {"region": "EMEA"}))],
)


def faults_of(kind: type[Any], data: Any) -> dict[str, str]:
    """What is wrong, by place."""
    with pytest.raises(sm.InvalidTableError) as caught:
        sm.from_data(kind, data)
    check_refusal(caught.value)
    return {problem.column: problem.detail for problem in caught.value.problems}


def changed(thing: Any, at: list[Any], value: Any) -> dict[str, Any]:
    """The thing's document with another value at a place."""
    data = sm.to_data(thing)
    within: Any = data
    for step in at[:-1]:
        within = within[step]
    within[at[-1]] = value
    return data


@pytest.mark.parametrize("kind", THINGS, ids=[kind.__name__ for kind in THINGS])
@given(data=st.data())
def test_round_trip(kind: type[Any], data: st.DataObject) -> None:
    thing = data.draw(THINGS[kind])
    assert sm.from_data(kind, sm.to_data(thing)) == thing
    assert sm.from_json(kind, sm.to_json(thing)) == thing
    assert json.loads(sm.to_json(thing)) == sm.to_data(thing)


def test_numbers_of_hand_written_documents_are_read_exactly() -> None:
    text = '{"type": "Tier", "lower": 0.1, "start": 2, "rate": "1/3"}'
    assert sm.from_json(sm.Tier, text) == sm.Tier("0.1", 2, Fraction(1, 3))
    assert sm.from_json(sm.Tier, text.replace("0.1", "1e-1").replace("2", "2e0")) == sm.from_json(sm.Tier, text)
    assert sm.from_data(sm.Tier, {"type": "Tier", "lower": 0.1, "start": Decimal("2.0"), "rate": "1/3"}) == sm.Tier(
        "0.1", 2, Fraction(1, 3)
    )


def test_what_has_a_default_may_be_left_out() -> None:
    assert sm.from_data(sm.Basis, {"type": "Basis"}) == sm.Basis()


def test_things_of_several_kinds_say_their_own() -> None:
    data = sm.to_data(PLAN)
    assert [step["type"] for step in data["steps"]] == ["Gate", "Bonus"]
    assert data["calendar"]["type"] == "FiscalCalendar"
    assert data["rules"][0]["curve"]["tiers"][1] == {"lower": "1", "start": "0.05", "rate": "1/3"}
    assert "type" not in data["rules"][0]


def test_days_and_texts_of_labels_stay_apart() -> None:
    labels: dict[str, Any] = {"day": date(2026, 1, 1), "text": "2026-01-01", "flag": True, "number": 1, "share": 0.5}
    rep = sm.Rep("ada", "Ada", date(2026, 1, 1), labels=labels)
    assert sm.from_json(sm.Rep, sm.to_json(rep)).labels == labels
    assert sm.to_data(rep)["labels"]["day"] == {"day": "2026-01-01"}


def test_all_faults_are_told_with_their_places() -> None:
    data = changed(PLAN, ["rules", 0, "curve", "tiers", 1, "rate"], "a third")
    data["steps"][0]["type"] = "Gat"
    data["steps"][1]["basis"]["where"] = ["EMEA"]
    data["nam"] = data.pop("name")
    data["version"] = "1"
    assert faults_of(sm.CompPlan, data) == {
        "name": "must be given, got nothing",
        "nam": "must be a field of CompPlan, got 'nam'",
        "version": "must be a whole number, got '1'",
        "rules[0].curve.tiers[1].rate": "must be an exact number, got 'a third'",
        "steps[0]": "type must be one of ['Scale', 'Gate', 'Clamp', 'Bonus', 'Reversal', 'Draw', 'Release'], got 'Gat'",
        "steps[1].basis.where": "must be an object, got ['EMEA']",
    }


def test_the_checks_of_things_are_made_and_told_one_by_one() -> None:
    data = changed(PLAN, ["steps", 0, "of"], "sale") | {"target_incentive": {"amount": "1.00", "currency": "EUR"}}
    with pytest.raises(sm.InvalidTableError) as caught:
        sm.from_data(sm.CompPlan, data)
    assert [problem.column for problem in caught.value.problems] == ["document", "document"]
    assert [problem.hint for problem in caught.value.problems] == ["did you mean 'sales'?", "convert it first"]


@pytest.mark.parametrize(
    ("kind", "at", "value", "said"),
    [
        (sm.Period, ["start"], "2026-1-1", "a day must be a day such as 2026-01-31, got '2026-1-1'"),
        (sm.Period, ["start"], 20260101, "must be text, got 20260101"),
        (sm.Period, ["type"], "Perio", "type must be one of ['Period'], got 'Perio'"),
        (sm.Curve, ["boundary"], "over", "Boundary must be one of ['at', 'below'], got 'over'"),
        (sm.DealEvent, ["deal"], 1.5, "must be one of text, a whole number, got 1.5"),
        (sm.DealEvent, ["amount"], "5", "must be an object, got '5'"),
        (sm.DealEvent, ["amount"], {"amount": "5"}, "must be money, got {'amount': '5'}"),
        (sm.DealEvent, ["amount"], {"amount": 5, "currency": "USD"}, "must be text, got 5"),
        (sm.Basis, ["of_quota"], 1, "must be true or false, got 1"),
        (sm.Basis, ["window"], "month", "it must be one of ['deal', 'period', 'quarter', 'year'], got 'month'"),
        (sm.Allocate, ["level"], "some", "must be one of a whole number, 'all', got 'some'"),
        (sm.Gate, ["at"], True, "must be an exact number, got True"),
        (sm.Gate, ["at"], "1e9999999", "must be an exact number, got '1e9999999'"),
        (sm.Gate, ["at"], "1/0", "must be an exact number, got '1/0'"),
        (sm.Gate, ["at"], float("nan"), "must be an exact number, got nan"),
        (sm.Gate, ["at"], "٣", "must be an exact number, got '٣'"),
        (sm.Stage, ["probability"], "0.5", "must be a number, got '0.5'"),
        (sm.Stage, ["probability"], float("inf"), "must be a number, got inf"),
        (sm.DealChange, ["at"], "yesterday", "must be an instant, got 'yesterday'"),
        (sm.SalesProcess, ["stages"], "Won", "must be a list, got 'Won'"),
    ],
)  # fmt: skip
def test_what_is_of_another_kind_is_refused(kind: Any, at: list[Any], value: Any, said: str) -> None:
    things: dict[Any, Any] = {
        sm.Period: sm.Period.parse("2026-01-01..2026-02-01"),
        sm.DealEvent: sm.DealEvent("D-1", date(2026, 1, 1), sm.EventKind.PAID),
        sm.Basis: sm.Basis(),
        sm.Curve: sm.Curve.flat(1),
        sm.Allocate: sm.Allocate(),
        sm.Gate: sm.Gate("sales", 1),
        sm.Stage: sm.Stage("Trial", 0.5),
        sm.DealChange: sm.DealChange("D-1", date(2026, 1, 1)),
        sm.SalesProcess: sm.SalesProcess.standard(),
    }
    place = at[0] if at != ["type"] else "document"
    assert faults_of(kind, changed(things[kind], at, value)) == {place: said}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "must be an object, got []"),
        ("{1: 2}", "a document must be JSON, got Expecting property name"),
        ("", "a document must be JSON, got Expecting value"),
        ('{"amount": NaN}', "a document must hold finite numbers, got NaN"),
        ('{"amount": -Infinity}', "a document must hold finite numbers, got -Infinity"),
        ('{"amount": "1", "amount": "2"}', "a document must name each key once, got 'amount' twice"),
        ("[" * 100_000, "a document must be JSON, got "),
        ("9" * 10_000, "a document must be JSON, got "),
        ("{}", "type must be one of ['Money'], got None"),
    ],
)
def test_text_that_is_no_document_is_refused(text: str, said: str) -> None:
    with pytest.raises(sm.InvalidTableError) as caught:
        sm.from_json(sm.Money, text)
    check_refusal(caught.value)
    assert caught.value.problems[0].detail.startswith(said)


def test_what_is_too_deep_is_refused_in_words() -> None:
    condition: dict[str, Any] = {"type": "Did", "kind": "visit"}
    for _ in range(2_000):
        condition = {"type": "Not", "condition": condition}
    faults = faults_of(sm.ScoreRule, {"type": "ScoreRule", "name": "new", "when": condition, "points": 5})
    assert [*faults.values()] == ["must be told in few steps, got one in another too often"]


def test_keys_of_documents_are_text() -> None:
    assert faults_of(sm.Money, {1: 2}) == {"document": "must be an object, got {1: 2}"}


BOOK = sm.sample_book(20).deals
TEAM = sm.commissions([], plans={}, period=sm.FiscalCalendar().year(2026))


@pytest.mark.parametrize("stray", [5, "plan", sm.CompPlan, [PLAN]])
def test_what_has_no_fields_is_no_document(stray: Any) -> None:
    with pytest.raises(sm.InvalidValueError, match=r"a document must be of a thing such as a plan, got .*; give one"):
        sm.to_data(stray)


@pytest.mark.parametrize(
    "answer",
    [
        TEAM,
        sm.win_rate(BOOK),
        sm.breakdown(sm.win_rate, BOOK, "owner"),
        sm.breakdown(sm.win_rate, BOOK, ("owner", "stage")),
    ],
)
def test_an_answer_has_a_plain_form_of_its_own(answer: Any) -> None:
    with pytest.raises(sm.InvalidValueError, match=r"of a thing and not of an answer, got .*; write it by its to_dict"):
        sm.to_data(answer)
    with pytest.raises(sm.InvalidValueError, match=r"an answer is read by its from_dict\(\)"):
        sm.from_data(type(answer), answer.to_dict())


def test_a_table_is_no_document() -> None:
    with pytest.raises(sm.InvalidValueError, match=r"a thing without columns, got Deals.*; write them one by one"):
        sm.to_data(BOOK)
    with pytest.raises(sm.InvalidValueError, match=r"got <class .*Deals'>; .*, and a table thing by thing"):
        sm.from_data(sm.Deals, {"type": "Deals"})
    with pytest.raises(sm.InvalidValueError, match=r"must be read as a class of things .*, got <class .*Question'>;"):
        sm.from_data(sm.Question, {"type": "Question"})


@pytest.mark.parametrize("stray", ["CompPlan", None, int, dict, list[sm.Deal], sm.Outcome, sm.Answer])
def test_a_document_is_read_as_a_class_of_things(stray: Any) -> None:
    with pytest.raises(sm.InvalidValueError, match="must be read as a class of things such as CompPlan, got"):
        sm.from_data(stray, {"type": "CompPlan"})
    with pytest.raises(sm.InvalidValueError, match="must be read as a class of things such as CompPlan, got"):
        sm.from_json(stray, "{")


@pytest.mark.parametrize(
    ("family", "thing"),
    [
        (sm.Calendar, sm.RetailCalendar.nrf()),
        (sm.Condition, sm.Field("country").is_in("NL")),
        (sm.Decay, sm.Window(30)),
    ],
)
def test_a_document_of_one_of_some_kinds_says_which(family: Any, thing: Any) -> None:
    assert sm.from_json(family, sm.to_json(thing)) == thing
    said = faults_of(family, {"type": "Period"})["document"]
    assert said.startswith("type must be one of [")
    assert type(thing).__name__ in said


def test_bytes_are_no_text() -> None:
    stray: Any = b"{}"
    with pytest.raises(sm.InvalidValueError, match="a document must be text"):
        sm.from_json(sm.Money, stray)


@pytest.mark.thread_unsafe(reason="it takes a module away")
def test_without_cattrs_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cattrs", None)
    documents._converter.cache_clear()
    for ask in (lambda: sm.to_data(PLAN), lambda: sm.from_data(sm.Money, {})):
        with pytest.raises(sm.MissingExtraError, match=r"pip install 'salesmetrics\[json\]'"):
            ask()


def test_models_of_scores_with_a_grid_and_a_day() -> None:
    grid = sm.Grid([("A", 5), ("B", None)], [("1", 2.5), ("2", None)])
    rules = [
        sm.ScoreRule("new", sm.Field("born") >= date(2026, 1, 1), 9),
        sm.ScoreRule("visit", sm.Did("visit"), 5, decay=sm.StepDecay({30: "0.5"})),
    ]
    model = sm.ScoringModel(rules, labels=grid)
    assert sm.from_json(sm.ScoringModel, sm.to_json(model)) == model
    assert sm.to_data(model)["labels"]["rows"] == [["A", 5], ["B", None]]


def test_faults_of_a_model_of_scores_are_told_with_their_places() -> None:
    rules: Any = [
        {"name": "a", "when": {"type": "Didd", "kind": "visit"}, "points": 5},
        {"name": "b", "when": {"type": "Did", "kind": "visit"}, "points": 5, "decay": {"type": "Window", "days": 0}},
    ]
    with pytest.raises(sm.InvalidTableError) as refused:
        sm.from_data(sm.ScoringModel, {"type": "ScoringModel", "rules": rules, "labels": {"rows": [["A"]]}})
    told = {problem.column: str(problem) for problem in refused.value.problems}
    assert "did you mean 'Did'?" in told["rules[0].when"]
    assert "Window.days must be a whole number of days from 1 to 36,500, got 0" in told["rules[1].decay"]
    assert "must be a list of 2, got ['A']" in told["labels.rows[0]"]
