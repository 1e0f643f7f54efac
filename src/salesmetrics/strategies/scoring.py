"""Conditions, rules and models of lead scoring, and the scores that they give."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import numpy as np
from attrs import evolve
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from salesmetrics.across.score_leads import score_leads
from salesmetrics.model.activity import Activity
from salesmetrics.model.lead import Lead
from salesmetrics.model.scoring.condition import AllOf, AnyOf, Comparison, Condition, Counted, Did, Not
from salesmetrics.model.scoring.decay import Decay, HalfLife, LinearDecay, StepDecay, Window
from salesmetrics.model.scoring.hand_off import HandOff
from salesmetrics.model.scoring.label import Grid, Label
from salesmetrics.model.scoring.operands import Field, Times
from salesmetrics.model.scoring.rule import Limits, ScoreRule
from salesmetrics.model.scoring.scoring_model import ScoringModel
from salesmetrics.result._rule_scores import RuleScores, ScoreLine
from salesmetrics.result.lead_scores import LeadScores
from salesmetrics.strategies.activities import activities
from salesmetrics.strategies.leads import leads
from salesmetrics.strategies.model import days

__all__ = [
    "conditions",
    "decays",
    "deeds",
    "grids",
    "handed_off",
    "lead_fields",
    "lead_scores",
    "limits",
    "rule_scores",
    "score_labels",
    "score_lines",
    "score_rules",
    "scored_books",
    "scoring_models",
]

KINDS = ("call", "demo", "page visit")


def lead_fields() -> SearchStrategy[Field]:
    """A field of leads that conditions ask of.

    Examples:
        >>> from hypothesis import given
        >>> @given(lead_fields())
        ... def test_a_field_has_a_name(one: Field) -> None:
        ...     assert one.name
        >>> test_a_field_has_a_name()
    """
    return st.sampled_from([Field("employees"), Field("visits"), Field("country"), Field("persona"), Field("source")])


def deeds(kind: type[Did | Times] = Did) -> SearchStrategy[Any]:
    """Something that leads do, whatever the activity's own fields or only with some.

    Args:
        kind: `Did`, or `Times`.

    Examples:
        >>> from hypothesis import given
        >>> @given(deeds())
        ... def test_what_is_done_is_done_at_least_once(did: Did) -> None:
        ...     assert (Times(did.kind, did.where) >= 1).did == did
        >>> test_what_is_done_is_done_at_least_once()
    """
    where = st.sampled_from([None, None, Field("page").is_in("pricing"), ~Field("page").is_missing()])
    return st.builds(kind, st.sampled_from(KINDS), where)


def conditions(depth: int = 2) -> SearchStrategy[Condition]:
    """A condition on leads, of a few parts.

    Args:
        depth: How deep parts may stand in parts.

    Examples:
        >>> from hypothesis import given
        >>> @given(conditions())
        ... def test_a_condition_is_made_of_parts(condition: Condition) -> None:
        ...     assert [*condition.parts()]
        >>> test_a_condition_is_made_of_parts()
    """
    signs = st.sampled_from([">=", ">", "<=", "<"])
    simple: SearchStrategy[Condition] = st.one_of(
        st.builds(Comparison, st.sampled_from(["employees", "visits"]), signs, st.sampled_from([50, 0, 2.5, -(2**53)])),
        st.sampled_from([Field("country").is_in("NL", "DE"), Field("persona").is_in(True)]),
        st.sampled_from([Field("employees").is_in(50, 2.5), Field("visits").is_in(2.5, 0)]),
        st.sampled_from([Field("source").is_in("web"), Field("asked").is_in(7, "7", False, date(2026, 1, 6))]),
        st.sampled_from(["employees", "asked"]).map(lambda name: Field(name).is_missing()),
        deeds(),
        st.builds(Counted, deeds(), signs, st.sampled_from([0, 1, 3])),
    )
    if not depth:
        return simple
    inner = conditions(depth - 1)
    several = st.lists(inner, min_size=1, max_size=3)
    return simple | st.builds(Not, inner) | st.builds(AllOf, several) | st.builds(AnyOf, several)


def decays() -> SearchStrategy[Decay]:
    """A way in which points fade.

    Examples:
        >>> from hypothesis import given
        >>> @given(decays())
        ... def test_points_only_fade(decay: Decay) -> None:
        ...     assert 1 >= decay.share(1) >= decay.share(31) >= decay.share(decay.horizon) >= 0
        >>> test_points_only_fade()
    """
    some = st.sampled_from([1, 30, 90])
    return st.one_of(
        st.builds(Window, some),
        st.builds(LinearDecay, st.sampled_from(["0.5", "1", "0.07"])),
        st.builds(HalfLife, some),
        st.sampled_from([StepDecay({30: "0.5"}), StepDecay({1: "0.9", 31: 0}), StepDecay({2: 0})]),
    )


def limits() -> SearchStrategy[Limits]:
    """Limits of a score, or of a part of it.

    Examples:
        >>> from hypothesis import given
        >>> @given(limits())
        ... def test_limits_leave_room(one: Limits) -> None:
        ...     assert one.minimum is None or one.maximum is None or one.minimum <= one.maximum
        >>> test_limits_leave_room()
    """
    return st.builds(Limits, st.sampled_from([None, -5, 0]), st.sampled_from([None, 5, 12.5]))


@st.composite
def score_rules(draw: DrawFn, name: str = "rule") -> ScoreRule:
    """A rule: on what is known of leads, or on what they did, with caps and decay.

    Args:
        draw: Given by hypothesis.
        name: Its name.

    Examples:
        >>> from hypothesis import given
        >>> @given(score_rules())
        ... def test_a_rule_reaches_its_points(rule: ScoreRule) -> None:
        ...     low, high = rule.reach
        ...     assert (low is None or low <= rule.points) and (high is None or rule.points <= high)
        >>> test_a_rule_reaches_its_points()
    """
    points: Any = draw(st.sampled_from([0, 1, 5, -3, 2.5, "0.000001"]))
    group = draw(st.sampled_from([None, None, "fit", "engagement", "other"]))
    if not draw(st.booleans()):
        return ScoreRule(name, draw(conditions()), points, group)
    decay = draw(st.none() | decays())
    if draw(st.booleans()):
        return ScoreRule(name, draw(deeds()), points, group, decay=decay)
    most = st.sampled_from([None, None, 5, 7.5])
    return ScoreRule(name, draw(deeds()), points, group, "each", daily_cap=draw(most), maximum=draw(most), decay=decay)


def score_labels() -> SearchStrategy[Label]:
    """What leads are called from some points on, or by what they did.

    Examples:
        >>> from hypothesis import given
        >>> @given(score_labels())
        ... def test_a_label_has_a_name(label: Label) -> None:
        ...     assert label.name
        >>> test_a_label_has_a_name()
    """
    return st.builds(Label, st.sampled_from(["lead", "MQL", "<b>"]), st.sampled_from([None, 0, 30, 2.5]),
                     st.sampled_from(["total", "fit"]), st.none() | deeds())  # fmt: skip


def grids() -> SearchStrategy[Grid]:
    """Labels by two parts of the score.

    Examples:
        >>> from hypothesis import given
        >>> @given(grids())
        ... def test_a_grid_is_full(grid: Grid) -> None:
        ...     assert len(grid.names) == len(grid.rows) * len(grid.columns)
        >>> test_a_grid_is_full()
    """
    rows = st.sampled_from([[("C", None)], [("A", 5), ("C", None)], [("A", 5), ("B", 1), ("C", None)]])
    columns = st.sampled_from([[("3", None)], [("1", 2.5), ("3", None)]])
    return st.builds(Grid, rows, columns)


@st.composite
def scoring_models(draw: DrawFn) -> ScoringModel:
    """A model of a few rules, with limits, labels, disqualifiers and weights of roles.

    Args:
        draw: Given by hypothesis.

    Examples:
        >>> from hypothesis import given
        >>> @given(scoring_models())
        ... def test_every_rule_has_its_group(model: ScoringModel) -> None:
        ...     assert {rule.group for rule in model.rules} == {*model.group_names}
        >>> test_every_rule_has_its_group()
    """
    n_rules = draw(st.integers(0, 4))
    own = [draw(score_rules(f"rule {number}")) for number in range(n_rules)]
    names = sorted({str(rule.group) for rule in own})
    groups = {name: draw(limits()) for name in names if draw(st.booleans())}
    least = sum(one.minimum or 0 for one in groups.values())
    total = Limits() if least else draw(limits())  # which might not leave room for the least of all groups
    ladder = [[], [Label("lead")], [Label("lead"), Label("SQL", when=draw(deeds()))]]
    model = ScoringModel(
        own,
        groups,
        total,
        draw(st.sampled_from(ladder)),
        {"small": draw(conditions(0))} if draw(st.booleans()) else {},
        draw(st.sampled_from([{}, {"NL": "0.8", "DE": "0.15", "Ünal 雪": "0.000001", "": 0}])),
        "country",
    )
    return evolve(model, hand_off=model.label_names[-1:], recycle="call" if model.label_names else None)


@st.composite
def scored_books(draw: DrawFn) -> tuple[list[Lead], list[Activity], ScoringModel, date]:
    """Leads, what they did, a model that scores them, and a day of view among the days of both.

    Args:
        draw: Given by hypothesis.

    Examples:
        >>> from hypothesis import given
        >>> @given(scored_books())
        ... def test_every_lead_that_was_there_has_a_score(book) -> None:
        ...     own, log, model, as_of = book
        ...     scores = score_leads(own, log, model=model, as_of=as_of)
        ...     assert len(scores) == sum(lead.created < as_of for lead in own)
        >>> test_every_lead_that_was_there_has_a_score()
    """
    seeds: dict[str, Any] = {"employees": 50, "visits": 2.5, "country": "NL", "persona": True, "asked": 7}
    near = st.sampled_from([date(2026, 6, 1), date(2026, 7, 1), date(2026, 7, 2)])
    own: list[Lead] = []
    for name in draw(_LEAD_NAMES):
        day = draw(near)
        at = draw(st.sampled_from([None, datetime.combine(day, time(9, 30), UTC)]))
        own.append(evolve(draw(leads(name)), created=day, created_at=at, closed=None))
    own.append(Lead("seed", date(2026, 1, 1), "web", seeds))  # so that there are all the fields
    some = st.sampled_from([*(lead.id for lead in own), "nobody's", None])
    log = [evolve(one, lead=draw(some)) for one in draw(st.lists(activities(), max_size=8))]
    log += draw(st.lists(st.sampled_from(log), max_size=2)) if log else []  # some of it is written down twice
    log.append(evolve(draw(activities()), lead="nobody's", fields={"page": "home"}))
    as_of = draw(st.sampled_from([date(2026, 7, day) for day in (1, 2, 31)] + [date(2030, 1, 1)]))
    return own, log, draw(scoring_models()), as_of


def handed_off() -> SearchStrategy[HandOff]:
    """A lead that is handed to sales.

    Examples:
        >>> from hypothesis import given
        >>> @given(handed_off())
        ... def test_a_hand_off_has_its_day(one: HandOff) -> None:
        ...     assert str(one.day) in str(one)
        >>> test_a_hand_off_has_its_day()
    """
    return st.builds(HandOff, st.sampled_from(["L-1", 7]), days(), st.sampled_from(["MQL", "<b>"]), st.integers(0, 99))


def lead_scores() -> SearchStrategy[LeadScores]:
    """The scores of a few leads.

    Examples:
        >>> from hypothesis import given
        >>> @given(lead_scores())
        ... def test_every_lead_has_a_total(scores: LeadScores) -> None:
        ...     assert len(scores.total) == len(scores)
        >>> test_every_lead_has_a_total()
    """
    return scored_books().map(lambda book: score_leads(book[0], book[1], model=book[2], as_of=book[3]))


@st.composite
def rule_scores(draw: DrawFn) -> RuleScores:
    """What one rule gave a few leads.

    Args:
        draw: Given by hypothesis.

    Examples:
        >>> from hypothesis import given
        >>> @given(rule_scores())
        ... def test_points_are_given_for_something(one: RuleScores) -> None:
        ...     assert (one.raw[one.events == 0] == 0).all()
        >>> test_points_are_given_for_something()
    """
    n_leads, repeats = draw(st.integers(1, 3)), draw(st.booleans())
    times = st.integers(0, 3) if repeats else st.booleans()
    events = np.array(draw(st.lists(times, min_size=n_leads, max_size=n_leads)))
    worth = draw(st.sampled_from([1_000_000, -2_500_000]))
    faded = events * np.int64(worth) // 2 if repeats and draw(st.booleans()) else None
    maximum = draw(st.sampled_from([None, 3_000_000])) if repeats else None
    is_capped = events > 2 if faded is not None and draw(st.booleans()) else None
    return RuleScores("rule", draw(st.sampled_from(["fit", "<b>"])), worth, repeats, events, faded, maximum, is_capped)


def score_lines() -> SearchStrategy[ScoreLine]:
    """What one rule gave one lead.

    Examples:
        >>> from hypothesis import given
        >>> @given(score_lines())
        ... def test_a_line_counts_something_or_nothing(line: ScoreLine) -> None:
        ...     assert line.events >= 0
        >>> test_a_line_counts_something_or_nothing()
    """
    return rule_scores().map(lambda scores: scores.line(0))


_LEAD_NAMES = st.lists(st.sampled_from(["L-1", "Ünal 雪", "7"]), max_size=3, unique=True)
