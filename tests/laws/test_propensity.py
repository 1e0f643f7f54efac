from __future__ import annotations

from datetime import date
from fractions import Fraction
from math import exp, inf
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, DrawFn

from measure_laws import Options
from salesmetrics import (
    InvalidValueError,
    Lead,
    LeadPropensity,
    Leads,
    Outcome,
    WeightsOfEvidence,
    breakdown,
    lead_probabilities,
    lead_propensity,
    scorecard_points,
    weights_of_evidence,
)
from salesmetrics.testing import assert_round_trip

ENDS: Any = st.sampled_from([Outcome.WON, Outcome.LOST, Outcome.OPEN, None])
DAY = date(2026, 1, 5)
STAGES = ["new", "met", "won"]


@st.composite
def lists(draw: DrawFn, max_size: int = 6) -> list[Lead]:
    """Leads that say few different things."""
    fields = st.fixed_dictionaries(
        {"stage": st.sampled_from(["new", "met", "other"])},
        optional={
            "size": st.sampled_from([0, 49, 50, 60]),
            "tags": st.sampled_from(["a", "a,b", "b, a,", ""]),
            "team": st.sampled_from(["North", "South"]),
            "persona": st.booleans(),
        },
    )
    sources = st.sampled_from([None, "web", "fair"])
    rows = draw(st.lists(st.tuples(sources, fields, ENDS), max_size=max_size))
    everything = {"stage": "new", "size": 1, "tags": "b", "team": "North", "persona": True}
    known = [("web", everything, Outcome.OPEN)]  # so that every field has a column
    every: list[Any] = [*known, *rows]
    return [Lead(number, DAY, *row) for number, row in enumerate(every)]


FIELDS = st.lists(st.sampled_from(["source", "size", "tags", "persona"]), unique=True, max_size=3)
COMMON: dict[str, st.SearchStrategy[Any]] = {
    "fields": FIELDS,
    "bins": st.sampled_from([{}, {"size": [50]}]),
    "several": st.sampled_from([{}, {"tags": ","}]),
}


def of_own_fields(options: Options) -> Options:
    """The same, where what is said of fields is said of those that count."""
    own = {
        what: {name: one for name, one in options[what].items() if name in options["fields"]}
        for what in ("bins", "several")
    }
    return {**options, **own}


BAYES: st.SearchStrategy[Options] = st.fixed_dictionaries(
    COMMON,
    optional={
        "alpha": st.sampled_from([1, 0.5, "1/3"]),
        "team": st.sampled_from(["team", None]),
        "shrink": st.sampled_from([1, 20]),
        "min_support": st.integers(0, 3),
    },
)
ODOO: st.SearchStrategy[Options] = st.fixed_dictionaries(
    {
        **COMMON,
        "fields": FIELDS.map(lambda names: ["stage", *names]),
        "style": st.just("odoo"),
        "stages": st.just({"stage": STAGES}),
    },
    optional={"team": st.sampled_from(["team", None]), "min_support": st.integers(0, 3)},
)
OPTIONS: st.SearchStrategy[Options] = (BAYES | ODOO).map(of_own_fields)


def texts(lead: Lead, name: str, options: Options) -> list[str]:
    """What a field says, written out."""
    value: Any = lead.source if name == "source" else lead.fields.get(name)
    if value is None:
        return []
    if name in options["several"]:
        return sorted({part.strip() for part in str(value).split(",")} - {""})
    if name == "size" and options["bins"]:
        return ["under 50" if int(value) < 50 else "50 up"]
    return [str(value)]


def chance(leads: list[Lead], asked: Lead, options: Options) -> Fraction | None:
    """Naive Bayes of a lead without Odoo's style, counted lead by lead."""
    decided = [lead for lead in leads if lead.outcome in (Outcome.WON, Outcome.LOST)]
    if not decided:
        return None
    alpha, shrink = Fraction(str(options.get("alpha", 1))), options.get("shrink", 20)
    team = asked.fields.get("team") if options.get("team") else None
    own = [lead for lead in decided if team is not None and lead.fields.get("team") == team]
    sides = [[lead for lead in decided if lead.outcome is end] for end in (Outcome.WON, Outcome.LOST)]
    own_sides = [[lead for lead in own if lead.outcome is end] for end in (Outcome.WON, Outcome.LOST)]
    both: list[Fraction] = []
    for side, own_side in zip(sides, own_sides, strict=True):
        share = (len(side) + alpha) / (len(decided) + 2 * alpha)
        both.append((len(own_side) + shrink * share) / (len(own) + shrink))
    for name in options["fields"]:
        seen = [[text for lead in side for text in texts(lead, name, options)] for side in sides]
        own_seen = [[text for lead in side for text in texts(lead, name, options)] for side in own_sides]
        kinds = len({*seen[0], *seen[1]})
        for text in texts(asked, name, options):
            n = seen[0].count(text) + seen[1].count(text)
            if n < max(1, options.get("min_support", 1)):
                continue
            for place in (0, 1):
                share = (seen[place].count(text) + alpha) / (len(seen[place]) + alpha * (kinds + 1))
                both[place] *= (own_seen[place].count(text) + shrink * share) / (len(own_seen[place]) + shrink)
    return both[0] / (both[0] + both[1])


class TestLeadPropensity:
    @given(lists(), OPTIONS)
    def test_definition(self, leads: list[Lead], options: Any) -> None:
        model = lead_propensity(leads, **options)
        one_by_one = lead_propensity([], **options)
        for lead in leads:
            one_by_one = one_by_one.with_lead(lead)
        assert model == one_by_one
        assert model.n_won == sum(lead.outcome is Outcome.WON for lead in leads)
        assert model.n_lost == sum(lead.outcome is Outcome.LOST for lead in leads)
        if options.get("style") != "odoo":
            for lead in leads:
                assert model.exact_probability(lead) == chance(leads, lead, options)

    @given(lists(), OPTIONS, st.data())
    def test_order(self, leads: list[Lead], options: Any, data: DataObject) -> None:
        moved = data.draw(st.permutations(leads))
        assert lead_propensity(moved, **options) == lead_propensity(leads, **options)

    @given(lists(), lists(), OPTIONS)
    def test_merge(self, one: list[Lead], other: list[Lead], options: Any) -> None:
        renumbered = [Lead(f"L-{lead.id}", DAY, lead.source, lead.fields, lead.outcome) for lead in other]
        both = lead_propensity(one, **options) + lead_propensity(renumbered, **options)
        assert both == lead_propensity([*one, *renumbered], **options)

    @given(lists(), OPTIONS)
    def test_identity(self, leads: list[Lead], options: Any) -> None:
        model, nothing = lead_propensity(leads, **options), lead_propensity([], **options)
        assert model + nothing == model == nothing + model

    @given(lists(), OPTIONS)
    def test_door(self, leads: list[Lead], options: Any) -> None:
        asked = [lead_propensity(some, **options) for some in (leads, iter(leads), Leads.of(leads))]
        assert asked[0] == asked[1] == asked[2]

    @given(lists(), OPTIONS)
    def test_breakdown(self, leads: list[Lead], options: Any) -> None:
        table = Leads.of(leads)
        for source, answer in breakdown(lead_propensity, table, "source", **options).items():
            assert answer == lead_propensity(table.filter(table.source.is_in(source)), **options)

    @given(lists(), OPTIONS)
    def test_open_leads(self, leads: list[Lead], options: Any) -> None:
        decided = [lead for lead in leads[1:] if lead.outcome in (Outcome.WON, Outcome.LOST)]
        assert lead_propensity([leads[0], *decided], **options) == lead_propensity(leads, **options)

    @given(lists(), OPTIONS)
    def test_round_trip(self, leads: list[Lead], options: Any) -> None:
        assert_round_trip(lead_propensity(leads, **options))


class TestLeadProbabilities:
    @given(lists(), lists(), OPTIONS)
    def test_definition(self, past: list[Lead], leads: list[Lead], options: Any) -> None:
        model = lead_propensity(past, **options)
        if not model.n_won + model.n_lost:
            with pytest.raises(InvalidValueError, match="model must have counted decided leads, got"):
                lead_probabilities(leads, model)
            return
        found = lead_probabilities(leads, model).tolist()
        assert found == pytest.approx([model.probability(lead) for lead in leads], rel=1e-9)

    @given(lists(), st.data())
    def test_order(self, leads: list[Lead], data: DataObject) -> None:
        model = lead_propensity([Lead("a", DAY, "web", outcome=Outcome.WON)], fields=["source"])
        order = data.draw(st.permutations(range(len(leads))))
        moved = lead_probabilities([leads[place] for place in order], model)
        assert moved.tolist() == lead_probabilities(leads, model)[order].tolist()


WEIGHED = st.fixed_dictionaries(
    {"field": st.sampled_from(["source", "size", "persona"])},
    optional={"alpha": st.sampled_from([0, 0.5, "1/3"])},
).flatmap(lambda one: st.sampled_from([one, {**one, "bins": [50]}] if one["field"] == "size" else [one]))


class TestWeightsOfEvidence:
    @given(lists(), WEIGHED)
    def test_definition(self, leads: list[Lead], options: Any) -> None:
        found = weights_of_evidence(leads, **options)
        counts: dict[Any, list[int]] = {}
        for lead in leads:
            if lead.outcome in (Outcome.WON, Outcome.LOST):
                said: list[Any] = texts(lead, options["field"], {"bins": options.get("bins"), "several": {}}) or [None]
                counts.setdefault(said[0], [0, 0])[lead.outcome is Outcome.LOST] += 1
        assert {value: [won, lost] for value, won, lost in found.counts} == counts

    @given(lists(), WEIGHED, st.data())
    def test_order(self, leads: list[Lead], options: Any, data: DataObject) -> None:
        moved = data.draw(st.permutations(leads))
        assert weights_of_evidence(moved, **options) == weights_of_evidence(leads, **options)

    @given(lists(), lists(), WEIGHED)
    def test_merge(self, one: list[Lead], other: list[Lead], options: Any) -> None:
        renumbered = [Lead(f"L-{lead.id}", DAY, lead.source, lead.fields, lead.outcome) for lead in other]
        both = weights_of_evidence(one, **options) + weights_of_evidence(renumbered, **options)
        assert both == weights_of_evidence([*one, *renumbered], **options)

    @given(lists(), WEIGHED)
    def test_identity(self, leads: list[Lead], options: Any) -> None:
        found, nothing = weights_of_evidence(leads, **options), weights_of_evidence([], **options)
        assert found + nothing == found == nothing + found

    @given(lists(), WEIGHED)
    def test_door(self, leads: list[Lead], options: Any) -> None:
        asked = [weights_of_evidence(some, **options) for some in (leads, iter(leads), Leads.of(leads))]
        assert asked[0] == asked[1] == asked[2]

    @given(lists(), WEIGHED)
    def test_breakdown(self, leads: list[Lead], options: Any) -> None:
        table = Leads.of(leads)
        for source, answer in breakdown(weights_of_evidence, table, "source", **options).items():
            assert answer == weights_of_evidence(table.filter(table.source.is_in(source)), **options)

    @given(lists(), WEIGHED)
    def test_open_leads(self, leads: list[Lead], options: Any) -> None:
        decided = [lead for lead in leads[1:] if lead.outcome in (Outcome.WON, Outcome.LOST)]
        assert weights_of_evidence([leads[0], *decided], **options) == weights_of_evidence(leads, **options)

    @given(lists(), WEIGHED)
    def test_round_trip(self, leads: list[Lead], options: Any) -> None:
        assert_round_trip(weights_of_evidence(leads, **options))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"fields": "source"}, "fields must be different names, got 'source'; write"),
        ({"fields": ["source", "source"]}, "fields must be different names"),
        ({"fields": None}, "fields must be different names, got None; write"),
        ({"fields": [5]}, "fields must be different names"),
        ({"fields": ["colour"]}, "one that leads have, got 'colour'; known are 'source', 'size', 'tags'$"),
        ({"fields": ["outcome"]}, "fields and team must be known before the outcome is, got 'outcome'; name fields"),
        ({"team": "outcome"}, "fields and team must be known before the outcome is, got 'outcome'"),
        ({"team": "taegs"}, "one that leads have, got 'taegs'; did you mean 'tags'"),
        ({"style": "logit"}, "style must be one of"),
        ({"alpha": 0}, "must have an alpha above 0, a shrink from 1 up and a min_support from 0 up, got '0', 20 and 1"),
        ({"alpha": "many"}, "alpha must be a number, got 'many'; write 1 or '0.1'"),
        ({"alpha": "1/0"}, "alpha must be a number"),
        ({"shrink": 0}, "must have an alpha above 0, a shrink from 1 up"),
        ({"min_support": -1}, "a min_support from 0 up"),
        ({"stages": {"tags": STAGES}}, "stages must be given with style='odoo' alone"),
        ({"bins": {"size": []}}, "bins must be ascending numbers for each field, got"),
        ({"bins": {"size": [50, 50]}}, "bins must be ascending numbers"),
        ({"bins": {"size": ["50"]}}, "bins must be ascending numbers"),
        ({"bins": {"size": [inf]}}, "bins must be ascending numbers"),
        ({"bins": {"sise": [50]}}, "bins must be of names among fields, got 'sise'; did you mean 'size'"),
        ({"several": {"tgs": ","}}, "several must be of names among fields, got 'tgs'; did you mean 'tags'"),
        (
            {"stages": {"stage": STAGES}, "style": "odoo"},
            "stages must be of names among fields, got 'stage'; did you mean",
        ),
        ({"several": {"tags": ""}}, "several must be the text between the values of a field, got"),
    ],
)
def test_what_is_asked_wrongly_is_refused(wrong: Any, message: str) -> None:
    leads = [Lead("L-1", DAY, "web", {"size": 5, "tags": "a"}, Outcome.WON)]
    asked: Any = {"fields": ["source", "size", "tags"], **wrong}
    with pytest.raises(InvalidValueError, match=message):
        lead_propensity(leads, **asked)


def test_what_became_of_a_lead_foretells_nothing() -> None:
    leads = [Lead("L-1", DAY, "web", outcome=Outcome.WON)]
    with pytest.raises(InvalidValueError, match="must be known before the outcome is, got 'outcome'"):
        weights_of_evidence(leads, field="outcome")
    with pytest.raises(InvalidValueError, match=r"got 'outcom'; known are 'source'$"):
        weights_of_evidence(leads, field="outcom")
    with pytest.raises(InvalidValueError, match="must be known before the outcome is, got 'outcome'"):
        LeadPropensity("bayes", ["outcome"], (), (), (), None, "1", 20, 1, [])
    model = LeadPropensity("bayes", ["colour"], (), (), (), None, "1", 20, 1, [(None, None, None, 1, 1)])
    with pytest.raises(InvalidValueError, match=r"got 'colour'; known are 'source'$"):
        lead_probabilities(leads, model)


def test_what_speaks_for_it_and_against_it_is_told() -> None:
    ends = [("web", Outcome.WON)] * 3 + [("web", Outcome.LOST)] + [("fair", Outcome.LOST)] * 2
    leads = [Lead(number, DAY, source, outcome=end) for number, (source, end) in enumerate(ends)]
    model = lead_propensity(leads, fields=["source"], min_support=2)
    first, *others = model.explain(Lead("L-9", DAY, "web"))
    assert (tuple(first), len(others)) == ((None, None, 3, 3, 1.0), 1)
    assert tuple(others[0])[:4] == ("source", "web", 3, 1)
    assert others[0].ratio == pytest.approx((4 / 6) / (2 / 6))
    assert [tuple(one) for one in model.explain(Lead("L-9", DAY, "call"))[1:]] == [("source", "call", 0, 0, None)]
    assert lead_propensity([], fields=["source"]).explain(Lead("L-9", DAY, "web"))[0].ratio is None
    assert lead_propensity([], fields=["source"]).probability(Lead("L-9", DAY)) is None


def test_only_a_lead_has_a_chance() -> None:
    model = lead_propensity([], fields=[])
    nobody: Any = None
    for ask in (model.probability, model.exact_probability, model.explain, model.with_lead):
        with pytest.raises(InvalidValueError, match="lead must be a Lead, got None; of many ask lead_probabilities"):
            ask(nobody)


def test_a_chance_is_never_a_certainty_even_as_a_float() -> None:
    rows = [(None, None, None, 2**62, 0)]
    model = LeadPropensity("bayes", (), (), (), (), None, "1/1000000", 1, 1, rows)
    assert model.exact_probability(Lead("L-9", DAY)) != 1
    assert model.probability(Lead("L-9", DAY)) == 1 - 2**-53


def test_points_double_the_odds() -> None:
    sure = WeightsOfEvidence("size", "0", [("a", 10, 0), ("b", 20, 10), (None, 10, 20)])
    assert scorecard_points([sure], double=10) == {"size": {None: -14, "a": None, "b": 6}}
    assert sure.information_value is None
    assert exp((sure.weights["b"] or 0) - (sure.weights[None] or 0)) == pytest.approx(4)
    wrong: Any = [None, [5], [sure, sure]]
    for weights in wrong:
        with pytest.raises(InvalidValueError, match="weights must be WeightsOfEvidence of different fields, got"):
            scorecard_points(weights)
    for double in (0, 2.5, True):
        asked: Any = {"double": double}
        with pytest.raises(InvalidValueError, match="double must be a whole number from 1 up, got"):
            scorecard_points([sure], **asked)


@pytest.mark.parametrize("wrong", [{"fields": None}, {"fields": "source"}, {"bins": 5}, {"several": {"tags": None}}])
def test_a_model_of_options_that_are_none_is_refused(wrong: dict[str, Any]) -> None:
    model = lead_propensity([], fields=["source"])
    with pytest.raises(InvalidValueError, match=r"must (be a list of names|map each field to its own), got"):
        evolve(model, **wrong)
