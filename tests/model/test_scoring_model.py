"""What a scoring model refuses when it is made: contradictions, and labels that nothing can reach."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import salesmetrics
from salesmetrics import (
    Activity,
    Did,
    Field,
    Grid,
    InvalidValueError,
    Label,
    Lead,
    Limits,
    ScoreRule,
    ScoringModel,
    Times,
)
from salesmetrics.model.scoring import condition
from salesmetrics.strategies import conditions, leads

sm: Any = salesmetrics  # of which type checkers do not know that it is given what it refuses
parts: Any = condition
VISIT = Did("visit")
STAFF = ScoreRule("staff", Field("employees") >= 50, 20)
VISITS = ScoreRule("visits", VISIT, 5, repeat="each")


@given(conditions(1), leads(), st.booleans())
def test_not_and_or_keep_to_what_is_known(one: Any, lead: Lead, other: bool) -> None:  # noqa: FBT001
    known = one.holds(lead)
    fixed = Times("nothing") <= 0 if other else Times("nothing") > 0
    assert (~one).holds(lead) is (None if known is None else not known)
    assert (one & fixed).holds(lead) is (known if other else False)
    assert (one | fixed).holds(lead) is (True if other else known)


def test_activities_of_others_are_not_looked_at() -> None:
    lead = Lead("L-1", date(2026, 1, 5))
    log = [Activity(datetime(2026, 1, 6, tzinfo=UTC), "visit", lead=name) for name in ("L-1", "L-2", None)]
    assert [(Times("visit") >= number).holds(lead, log) for number in (1, 2)] == [True, False]
    assert [(Times("visit") < 2).holds(lead, log), (Times("visit") > 1).holds(lead, log)] == [True, False]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: sm.Field(""), "Field.name must be text, got ''; name it"),
        (lambda: sm.Field("n") >= "50", "'n' must be compared with a number up to 2\\*\\*53 or a day, got '50'; for"),
        (lambda: sm.Field("n") >= "2026-01-05", r"'n' must be .* a day, got '2026-01-05'; write date\(2026, 1, 5\)"),
        (lambda: sm.Field("n") < datetime(2026, 1, 5, 9, tzinfo=UTC), r"got datetime.*; write date\(2026, 1, 5\)"),
        (lambda: sm.Field("n") >= None, "'n' must be compared with a number .*, got None; for text write"),
        (lambda: ~sm.Field("n"), r"a condition must ask something, got Field\(name='n'\) alone; write"),
        (lambda: sm.Field("n") & sm.Field("m"), r"a condition must ask something, got Field\(name='n'\) alone"),
        (lambda: sm.Field("n") | (sm.Field("m") >= 5), r"a condition must ask something, got Field\(name='n'\) alone"),
        (lambda: sm.Field("n") and sm.Field("m"), r"a condition must ask something, got Field\(name='n'\) alone"),
        (lambda: ~sm.Times("visit"), r"a condition must ask something, got Times\(kind='visit', where=None\) alone"),
        (lambda: True & sm.Times("visit"), r"a condition must ask something, got Times\(kind='visit'"),
        (lambda: sm.Field("n") >= True, "'n' must be compared with a number up to 2\\*\\*53 or a day, got True"),
        (lambda: sm.Field("n").__lt__(float("nan")), "'n' must be compared with a number .*, got nan"),
        (lambda: sm.Field("n").is_in(), "'n' must be in text, numbers, flags or days, got none; write"),
        (lambda: sm.Field("n").is_in(["NL"]), r"'n' must be in text, numbers, flags or days, got \['NL'\]; write"),
        (lambda: sm.Field("n") == "NL", r"asked by its methods, got Field\('n'\) beside 'NL'; write .*is_in\('NL'\)"),
        (lambda: sm.Field("n") != 5, r"a field must be asked by its methods, got .* 5; write Field\('n'\).is_in\(5\)"),
        (lambda: sm.Field("n") == None, r"got Field\('n'\) beside None; write Field\('n'\).is_missing\(\)"),  # noqa: E711
        (lambda: sm.Times("visit") == 3, r"times must be compared with >=, >, <= or <, got Times\('visit'\) beside 3"),
        (lambda: sm.Did(""), "Did.kind must be text, got ''; name it"),
        (lambda: sm.Did("visit", where=VISIT), "Did.where must be a condition on fields of the activity, got Did"),
        (lambda: sm.Did("visit", where="home"), "Did.where must be a condition on fields of the activity, got 'home'"),
        (lambda: sm.Times("visit") >= 0.5, "times must be compared with a whole number from 0 up, got 0.5; write"),
        (lambda: parts.Counted("visit", ">=", 1), "Counted.did must be a Did, got 'visit'; write"),
        (lambda: parts.Comparison("n", "=", 1), "Comparison.sign must be one of"),
        (lambda: sm.Did("visit") & "home", "a condition was expected, got 'home'; write Field"),
        (lambda: parts.Not("home"), "a condition was expected, got 'home'; write Field"),
        (lambda: parts.AllOf([]), "conditions must be one or more, got none; name them"),
        (lambda: bool(VISIT), "a condition is neither true nor false by itself, got one where a truth value was"),
        (lambda: sm.LinearDecay(0), "LinearDecay.per_month must be above 0, got 0; write decay=None for none"),
        (lambda: sm.LinearDecay(50), "LinearDecay.per_month must be a fraction in .*, got 50; did you mean 0.5?"),
        (lambda: sm.StepDecay({30: "0.5", 90: "0.6"}), "StepDecay.shares must fall with the days, got"),
        (lambda: sm.StepDecay({}), "StepDecay.shares must fall with the days, got {}; write"),
        (lambda: sm.StepDecay({0: 1}), "an age of StepDecay.shares must be a whole number of days from 1 to 36,500,"),
        (lambda: sm.HalfLife(0), "HalfLife.days must be a whole number of days from 1 to 36,500, got 0; correct it"),
        (lambda: sm.Window(1.5), "Window.days must be a whole number of days from 1 to 36,500, got 1.5; correct it"),
        (lambda: sm.Limits(5, 3), "Limits.minimum must not be above the maximum 3, got 5; exchange the two"),
        (lambda: sm.Limits("0.0000001"), "a limit must have at most 6 decimals, got '0.0000001'"),
        (lambda: sm.ScoreRule("r", VISIT, 10**7), "ScoreRule.points must be at most 1,000,000 in size, got 1000"),
        (lambda: sm.ScoreRule("", "visit", 1, decay=5, repeat="twice"), (
            "rule '': ScoreRule.name must be text, got ''; name it; and when must be a condition, got 'visit'; .*; "
            "and decay must be a Decay or None, got 5; write .*; and repeat must be one of"
        )),
        (lambda: sm.ScoreRule("r", VISIT, 1, 5), "rule 'r': ScoreRule.group must be text, got 5; name it"),
        (lambda: sm.ScoreRule("r", VISIT, -5, repeat="each", daily_cap=4, maximum=3), (
            "rule 'r': daily_cap must not be below the points of one time, 5, got 4; .*; and maximum must not be below"
        )),
        (lambda: sm.ScoreRule("r", sm.Field("n") > 5, 5, repeat="each"), "repeat='each' must be of points for what"),
        (lambda: sm.ScoreRule("r", sm.Times("n") > 5, 5, decay=sm.Window(5)), "decay must be of points for what was"),
        (lambda: sm.ScoreRule("r", VISIT, 5, maximum=9), "daily_cap and maximum must be of points that repeat, got"),
        (lambda: sm.Label(""), "Label.name must be text, got ''; name it"),
        (lambda: sm.Label("MQL", when="demo"), "Label.when must be a condition, got 'demo'; write"),
        (lambda: sm.Grid([], [("1", None)]), "the steps of a Grid must end with one for whoever has fewer"),
        (lambda: sm.Grid([("A", 5)], [("1", None)]), "the steps of a Grid must end with one for whoever has fewer p"),
        (lambda: sm.Grid(None, [("1", None)]), "the steps of a Grid must be names with points, got None; write"),
        (lambda: sm.Grid([("A", None)], [("1", None)], None), "Grid.by must name two groups, got None; write"),
        (lambda: sm.StepDecay(None), "StepDecay.shares must be a mapping, got None; write"),
        (lambda: sm.Grid(["A"], [("1", None)]), "the steps of a Grid must be names with points, got 'A'; write"),
        (lambda: sm.Grid([("A", 5), ("B", 5), ("C", None)], [("1", None)]), "the steps of a Grid must fall from the"),
        (lambda: sm.Grid([("A", None)], [("1", None)], "fit"), "Grid.by must name two groups, got 'fit'; write"),
        (lambda: sm.Grid([("A", 1), ("A", None)], [("1", None)]), r"Grid labels must differ, got \('A1', 'A1'\); re"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_refused(make: Any, message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"rules": None}, "a rule must be a ScoreRule, got None; make one of it"),
        ({"rules": ["visit"]}, "a rule must be a ScoreRule, got 'visit'; make one of it"),
        ({"limits": 5, "recycle": 5}, "limits must be a Limits, got 5; make one of it; and recycle must be a kind of"),
        ({"groups": {"fit": 5}}, "the limits of a group must be a Limits, got 5"),
        ({"groups": 5}, "groups must be a mapping, got 5; write {'fit': Limits"),
        ({"disqualifiers": [sm.Did("visit")]}, r"disqualifiers must be a mapping, got \[Did.*; write {'competitor'"),
        ({"labels": ["MQL"]}, "a label must be a Label, got 'MQL'"),
        ({"labels": "MQL"}, "a label must be a Label, got 'MQL'"),
        ({"labels": None}, "a label must be a Label, got None"),
        ({"hand_off": None}, "a label of hand_off must be a str, got None"),
        ({"disqualifiers": {"small": 5}}, "a disqualifier must be a Condition, got 5"),
        ({"role_weights": 5}, "role_weights must be a mapping, got 5; write"),
        ({"role_weights": {"buyer": 80}}, "a role's weight must be a fraction in .*, got 80; did you mean 0.8?"),
        ({"rules": [STAFF, STAFF]}, "rules must have different names, got 'staff' twice; rename one"),
        ({"labels": [Label("a"), Label("b", 5), Label("a", 9)]}, "labels must have different names, got 'a' twice"),
        ({"labels": [Label("disqualified")]}, "no label must be called 'disqualified', got one; name conditions"),
        ({"rules": [ScoreRule("r", VISIT, 1, "total")]}, "no group must be called 'total', got one; rename it"),
        ({"groups": {"fti": Limits()}}, "a group must have a rule, got 'fti' with none; did you mean 'fit'?"),
        ({"labels": [Label("a", 5, "fti")]}, "labels must be of groups or the total, got 'fti'; did you mean 'fit'?"),
        ({"hand_off": "MQL"}, "hand_off must name labels, got 'MQL'; there are none"),
        ({"recycle": "back"}, "recycle must be of a model that hands off, got 'back'; name hand_off"),
        ({"groups": {"fit": Limits(5), "engagement": Limits(5)}, "limits": Limits(maximum=9)},
         "the maximum of the total must not be below the minima of its groups together, 10, got 9; change one"),
        ({"groups": {"fit": Limits(maximum=5), "engagement": Limits(maximum=5)}, "limits": Limits(minimum=11)},
         "the minimum of the total must not be above the maxima of its groups together, 10, got 11; change one"),
        ({"rules": [STAFF], "labels": [Label("a"), Label("b", 21)]},
         "label 'b' must be within reach, got 21 points of 'total', which has at most 20; lower it"),
        ({"limits": Limits(maximum=100), "labels": [Label("a"), Label("b", 101)]},
         "label 'b' must be within reach, got 101 points of 'total', which has at most 100"),
        ({"groups": {"engagement": Limits(maximum=5)}, "labels": [Label("b", 6, "engagement")]},
         "label 'b' must be within reach, got 6 points of 'engagement', which has at most 5"),
        ({"labels": [Label("b", 20), Label("a", 20)]},
         "label 'b' must be within reach, got 'a' after it, which whoever reaches it reaches too; sort"),
        ({"labels": [Label("a"), Label("b")]}, "label 'a' must be within reach, got 'b' after it"),
        ({"labels": [Label("a"), Label("b", 0)]}, "label 'a' must be within reach, got 'b' after it"),
        ({"labels": Grid([("A", 21), ("B", None)], [("1", None)])},
         "'A' of the grid must be within reach, got 21 points of 'fit', which has at most 20; lower it"),
        ({"labels": Grid([("A", None)], [("1", 0), ("2", None)])},
         "'2' of the grid must be within reach, got 0 points of 'engagement' for '1', which has at least 0; raise it"),
    ],
)  # fmt: skip
def test_a_model_that_contradicts_itself_is_refused(said: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError, match=f"^(ScoringModel: )?{message}"):
        sm.ScoringModel(**{"rules": [STAFF, VISITS], **said})


def test_fields_and_counts_that_are_asked_of_are_themselves_compared() -> None:
    assert len({Field("n"), Field("n"), Field("m")}) == 2
    assert len({Times("visit"), Times("visit"), Times("visit", Field("n").is_missing())}) == 2
    assert Field("n") != Times("n")
    assert Times("n") != Field("n")


def test_limits_move_what_is_within_reach() -> None:
    lifted = ScoringModel([STAFF], {"fit": Limits(minimum=25)}, labels=[Label("a", 25)])
    assert lifted.label_names == ("a",)
    bounded = ScoreRule("cost", VISIT, -5, repeat="each", maximum=10)
    below = ScoringModel([STAFF, bounded], limits=Limits(maximum=-5), labels=[Label("a")])
    assert below.group_names == ("fit", "engagement")


def test_a_label_by_an_event_is_within_reach_whatever_its_points() -> None:
    model = ScoringModel([STAFF], labels=[Label("a"), Label("b", 50, when=VISIT)], hand_off="b", recycle="back")
    assert (model.label_names, model.hand_off) == (("a", "b"), ("b",))
