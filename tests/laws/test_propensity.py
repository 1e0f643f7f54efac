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
            "size": st.sampled_from([0, 49, 50, 60, 60.0, 49.5, -0.0]),
            "tags": st.sampled_from(["a", "a,b", "b, a,", ""]),
            "team": st.sampled_from(["North", "South", 7, 7.0]),
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
        return ["under 50" if value < 50 else "50 up"]
    return [f"{value + 0:g}" if name == "size" else str(value)]


def pointed(leads: list[Lead]) -> list[Lead]:
    """The same, whole numbers written with a point."""
    return [
        evolve(lead, fields={name: float(one) if type(one) is int else one for name, one in lead.fields.items()})
        for lead in leads
    ]


def renumbered(leads: list[Lead]) -> list[Lead]:
    return [evolve(lead, id=f"L-{lead.id}") for lead in leads]


def is_of_both(model: LeadPropensity) -> bool:
    """Whether it has chances to tell, or none because nothing was counted."""
    return bool(model.n_won) == bool(model.n_lost)


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
        if options.get("style") != "odoo" and is_of_both(model):
            for lead in leads:
                assert model.exact_probability(lead) == chance(leads, lead, options)

    @given(lists(), OPTIONS, st.data())
    def test_order(self, leads: list[Lead], options: Any, data: DataObject) -> None:
        moved = data.draw(st.permutations(leads))
        assert lead_propensity(moved, **options) == lead_propensity(leads, **options)

    @given(lists(), lists(), OPTIONS)
    def test_merge(self, one: list[Lead], other: list[Lead], options: Any) -> None:
        others = renumbered(other)
        both = lead_propensity(one, **options) + lead_propensity(others, **options)
        assert both == lead_propensity([*one, *others], **options)

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

    @given(lists(), OPTIONS)
    def test_whole_numbers(self, leads: list[Lead], options: Any) -> None:
        assert lead_propensity(pointed(leads), **options) == lead_propensity(leads, **options)


class TestLeadProbabilities:
    @given(lists(), lists(), OPTIONS)
    def test_definition(self, past: list[Lead], leads: list[Lead], options: Any) -> None:
        model = lead_propensity(past, **options)
        if not model.n_won + model.n_lost:
            with pytest.raises(InvalidValueError, match="model must have counted decided leads, got"):
                lead_probabilities(leads, model)
            return
        if not is_of_both(model):
            told = (
                f"a chance must be of won and of lost leads, got {model.n_won} won and {model.n_lost} lost; add leads"
            )
            for ask in (model.probability, model.explain, lambda lead: lead_probabilities([lead], model)):
                with pytest.raises(InvalidValueError, match=told):
                    ask(leads[0])
            return
        found = lead_probabilities(leads, model).tolist()
        assert found == pytest.approx([model.probability(lead) for lead in leads], rel=1e-9)
        if options.get("style") != "odoo":
            assert found == pytest.approx([float(chance(past, lead, options) or 0) for lead in leads], rel=1e-9)

    @given(lists(), lists(), lists(), OPTIONS)
    def test_merge(self, past: list[Lead], one: list[Lead], other: list[Lead], options: Any) -> None:
        ends = [Lead("won", DAY, "web", outcome=Outcome.WON), Lead("lost", DAY, "web", outcome=Outcome.LOST)]
        model = lead_propensity([*past, *ends], **options)
        parts = [one[1:], renumbered(other[1:])]  # without the lead of which every field is known
        both = lead_probabilities([*parts[0], *parts[1]], model).tolist()
        assert both == pytest.approx([chance for part in parts for chance in lead_probabilities(part, model)])

    @given(lists(), st.data())
    def test_order(self, leads: list[Lead], data: DataObject) -> None:
        past = [Lead("a", DAY, "web", outcome=Outcome.WON), Lead("b", DAY, "fair", outcome=Outcome.LOST)]
        model = lead_propensity(past, fields=["source"])
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
        others = renumbered(other)
        both = weights_of_evidence(one, **options) + weights_of_evidence(others, **options)
        assert both == weights_of_evidence([*one, *others], **options)

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

    @given(lists(), WEIGHED)
    def test_whole_numbers(self, leads: list[Lead], options: Any) -> None:
        assert weights_of_evidence(pointed(leads), **options) == weights_of_evidence(leads, **options)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"fields": "source"}, r"fields must be a list of names, got 'source'; write \['source'\]"),
        ({"fields": ["source", "source"]}, "fields must be different names"),
        ({"fields": None}, "fields must be different names, got None; write"),
        ({"fields": [5]}, r"fields must be different names, got \[5\]; write"),
        ({"fields": ["colour"]}, "one that leads have, got 'colour'; known are 'source', 'size', 'tags'$"),
        ({"fields": ["outcome"]}, "fields and team must be known before the outcome is, got 'outcome'; name fields"),
        ({"team": "outcome"}, "fields and team must be known before the outcome is, got 'outcome'"),
        ({"team": "taegs"}, "one that leads have, got 'taegs'; did you mean 'tags'"),
        ({"style": "logit"}, "style must be one of"),
        ({"alpha": 0}, "a min_support from 0 up, got '0', 20 and 1; write alpha=1, shrink=20, min_support=1$"),
        ({"alpha": "many"}, "alpha must be a number, got 'many'; write 1 or '0.1'"),
        ({"alpha": "1/0"}, "alpha must be a number"),
        ({"alpha": "1e9999999"}, "alpha must be a number"),
        ({"shrink": 0}, "must have an alpha above 0, a shrink from 1 up"),
        ({"min_support": -1}, "a min_support from 0 up"),
        ({"stages": {"tags": STAGES}}, "stages must be given with style='odoo' alone"),
        ({"bins": {"size": []}}, "bins must be ascending numbers for each field, got"),
        ({"bins": {"size": [50, 50]}}, "bins must be ascending numbers"),
        ({"bins": {"size": ["50"]}}, "bins must be ascending numbers"),
        ({"bins": {"size": [inf]}}, "bins must be ascending numbers"),
        ({"bins": {"sise": [50]}}, "bins must be of names among fields, got 'sise'; did you mean 'size'"),
        ({"several": "tags"}, "several must map each field to its own, got 'tags'; write {'tags'"),
        ({"several": {"tgs": ","}}, "several must be of names among fields, got 'tgs'; did you mean 'tags'"),
        (
            {"stages": {"stage": STAGES}, "style": "odoo"},
            "stages must be of names among fields, got 'stage'; did you mean",
        ),
        (
            {"bins": {"tags": [5]}},
            r"with bins must be of numbers, got 'a' in 'tags'; .*LeadFormat\(numbers=\['tags'\]\)",
        ),
        (
            {"bins": {"size": [50]}, "several": {"size": ","}},
            "bins or say several things, got 'size' as both; keep one",
        ),
        ({"several": {"tags": ""}}, "several must be the text between the values of a field, got"),
    ],
)
def test_what_is_asked_wrongly_is_refused(wrong: Any, message: str) -> None:
    leads = [Lead("L-1", DAY, "web", {"size": 5, "tags": "a"}, Outcome.WON)]
    asked: Any = {"fields": ["source", "size", "tags"], **wrong}
    with pytest.raises(InvalidValueError, match=message):
        lead_propensity(leads, **asked)


def test_what_is_not_asked_for_is_as_the_docs_say() -> None:
    model = lead_propensity([], fields=["source"])
    assert (model.alpha, model.shrink, model.min_support) == ("1", 20, 1)
    odoo = lead_propensity([], fields=["stage"], style="odoo", stages={"stage": STAGES})
    assert (odoo.alpha, odoo.min_support) == ("0.1", 50)
    assert weights_of_evidence([Lead("L-1", DAY, "web", outcome=Outcome.WON)], field="source").alpha == "0"


def test_what_became_of_a_lead_foretells_nothing() -> None:
    leads = [Lead("L-1", DAY, "web", outcome=Outcome.WON)]
    with pytest.raises(InvalidValueError, match="must be known before the outcome is, got 'outcome'"):
        weights_of_evidence(leads, field="outcome")
    with pytest.raises(InvalidValueError, match=r"got 'outcom'; known are 'source'$"):
        weights_of_evidence(leads, field="outcom")
    with pytest.raises(InvalidValueError, match="must be known before the outcome is, got 'outcome'"):
        LeadPropensity("bayes", ["outcome"], (), (), (), None, "1", 20, 1, [])


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
    rows = [(None, None, None, 2**62, 1)]
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


def test_a_whole_number_is_one_value_in_a_column_with_decimals() -> None:
    ends = [(1, Outcome.WON)] * 3 + [(2.5, Outcome.LOST)] * 2 + [(2, Outcome.LOST)]
    leads = [Lead(number, DAY, None, {"size": size}, end) for number, (size, end) in enumerate(ends)]
    model = lead_propensity(leads, fields=["size"])
    assert model.probability(leads[0]) == pytest.approx((4 / 7) / (4 / 7 + 1 / 7))
    assert lead_probabilities(leads, model)[0] == lead_probabilities(leads[:1], model)[0] == pytest.approx(0.8)
    assert [row[2:] for row in model.counts if row[1]] == [("1", 3, 0), ("2", 0, 1), ("2.5", 0, 2)]
    told = [model.probability(Lead("L-9", DAY, None, {"size": size})) for size in (1.0, "1", True)]
    assert told == [model.probability(leads[0])] * 2 + [0.5]


def test_bounds_of_groups_are_told_in_full() -> None:
    bounds = {"revenue": [1_000_000, 1_000_001, 1_000_001.5]}
    sizes = [999_999, 1_000_000, 1_000_001, 2_000_000]
    leads = [Lead(number, DAY, None, {"revenue": size}, Outcome.WON) for number, size in enumerate(sizes)]
    found = weights_of_evidence(leads, field="revenue", bins=bounds["revenue"])
    groups = ["1000000 to 1000001", "1000001 to 1000001.5", "1000001.5 up", "under 1000000"]
    assert list(found.weights) == groups
    assert [row[2] for row in lead_propensity(leads, fields=["revenue"], bins=bounds).counts if row[1]] == groups


def test_what_is_no_number_is_in_no_group_of_numbers() -> None:
    ends = [(10, Outcome.WON), (60, Outcome.LOST)]
    leads = [Lead(number, DAY, None, {"size": size}, end) for number, (size, end) in enumerate(ends)]
    model = lead_propensity(leads, fields=["size"], bins={"size": [50]})
    for size in ("12", True):
        asked = Lead("L-9", DAY, None, {"size": size}, Outcome.WON)
        told = f"a field with bins must be of numbers, got {size!r} in 'size'; read it as one with"
        for ask in (model.probability, model.explain, model.with_lead, lambda lead: lead_probabilities([lead], model)):
            with pytest.raises(InvalidValueError, match=told):
                ask(asked)
        with pytest.raises(InvalidValueError, match=told):
            weights_of_evidence([asked], field="size", bins=[50])


def test_a_field_that_nobody_has_is_not_known_unless_it_looks_misspelt() -> None:
    ends = [("web", Outcome.WON), ("fair", Outcome.LOST)]
    past = [Lead(source, DAY, source, {"employees": 5, "office": "North"}, end) for source, end in ends]
    model = lead_propensity(past, fields=["source", "employees"], team="office")
    nobody = Lead("L-9", DAY, "web")
    assert lead_probabilities([nobody], model).tolist() == pytest.approx([model.probability(nobody)])
    for name, meant in (("employes", "employees"), ("ofice", "office")):
        misspelt = Leads.of([Lead("L-9", DAY, "web", {name: 5})])
        told = f"a model must be on fields that there are, got '{meant}'; did you mean '{name}'.* leads.with_fields"
        with pytest.raises(InvalidValueError, match=told):
            lead_probabilities(misspelt, model)
        named = misspelt.with_fields(meant)
        assert lead_probabilities(named, model).tolist() == pytest.approx([model.probability(nobody)])


def test_parts_of_one_kind_add_up_to_chances() -> None:
    won = lead_propensity([Lead(1, DAY, "web", outcome=Outcome.WON)], fields=["source"])
    lost = lead_propensity([Lead(2, DAY, "fair", outcome=Outcome.LOST)], fields=["source"])
    asked = Lead("L-9", DAY, "web")
    assert (won + lost).probability(asked) == pytest.approx(2 / 3)
    for part, missing in ((won, "got 1 won and 0 lost; add leads that were lost"), (lost, "leads that were won")):
        with pytest.raises(InvalidValueError, match=missing):
            part.exact_probability(asked)
    nobody = won.of_counts([(None, None, None, 0, 0)])
    assert nobody.probability(asked) is None
