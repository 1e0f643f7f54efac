"""What the plain form of scores is not, and what it is of no leads."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from salesmetrics import Activity, Did, Field, InvalidValueError, Lead, LeadScores, ScoreRule, ScoringModel, score_leads

MODEL = ScoringModel(
    [
        ScoreRule("visits", Did("visit"), 3, repeat="each", daily_cap=3),
        ScoreRule("staff", Field("staff") >= 50, 5),
    ]
)
LOG = [Activity(datetime(2026, 1, 6, hour, tzinfo=UTC), "visit", lead="L-1") for hour in (9, 10)]
LEADS = [Lead("L-1", date(2026, 1, 5), fields={"staff": 60}), Lead(2, date(2026, 1, 5))]
WRITTEN = score_leads(LEADS, LOG, model=MODEL, as_of=date(2026, 2, 1)).to_dict()


def changed(**said: Any) -> dict[str, Any]:
    return {**WRITTEN, **said}


def of_rule(place: int, **said: Any) -> dict[str, Any]:
    rules = [*WRITTEN["rules"]]
    rules[place] = {**rules[place], **said}
    return changed(rules=rules)


def test_of_no_leads() -> None:
    nothing = score_leads([], [], model=MODEL, as_of=date(2026, 2, 1))
    assert LeadScores.from_dict(nothing.to_dict()) == nothing


@pytest.mark.parametrize(
    "data",
    [
        5,
        {},
        changed(version=2),
        changed(type="Scores"),
        changed(more=1),
        {name: one for name, one in WRITTEN.items() if name != "n_early"},
    ],
)
def test_what_to_dict_did_not_write_is_refused(data: Any) -> None:
    with pytest.raises(InvalidValueError, match="scores must be what to_dict wrote, got"):
        LeadScores.from_dict(data)


@pytest.mark.parametrize(
    "data",
    [
        changed(lead="L-1"),
        changed(lead=["L-1", "L-1"]),
        changed(lead=["L-1", 2.5]),
        changed(micro=[1]),
        changed(micro=[1, 2.5]),
        changed(unweighted=[1, 2**63]),
        changed(groups=[]),
        changed(groups={"fit": [True, 1]}),
        changed(label=["MQL"]),
        changed(disqualified=[None, 5]),
        changed(n_later=-1),
        changed(n_early=True),
        changed(rules={}),
        changed(unknown_fields="staff"),
        changed(unknown_fields=[5]),
        changed(unknown_kinds="visit"),
        changed(n_without_lead=-1),
    ],
)
def test_columns_that_do_not_fit_are_refused(data: Any) -> None:
    with pytest.raises(InvalidValueError, match="scores must hold different leads, and points and labels of each, got"):
        LeadScores.from_dict(data)


@pytest.mark.parametrize(
    "data",
    [
        changed(rules=[5]),
        changed(rules=[{}]),
        of_rule(0, name=5),
        of_rule(0, repeats=1),
        of_rule(0, worth=2.5),
        of_rule(0, maximum="most"),
        of_rule(0, events=[1]),
        of_rule(0, events=[1, True]),
        of_rule(0, faded=[1.5, 2]),
        of_rule(0, is_capped=[1, 0]),
    ],
)
def test_points_of_a_rule_that_do_not_fit_are_refused(data: Any) -> None:
    with pytest.raises(InvalidValueError, match="the points of a rule must be what to_dict wrote of 2 leads, got"):
        LeadScores.from_dict(data)


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="as_of"):
        LeadScores.from_dict(changed(as_of="soon"))
