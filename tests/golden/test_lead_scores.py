"""Worked numbers of lead scores from the documents and tests of other systems."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from salesmetrics import (
    Activity,
    Did,
    Field,
    Label,
    Lead,
    Limits,
    LinearDecay,
    ScoreRule,
    ScoringModel,
    Times,
    score_leads,
)

CAME = date(2026, 1, 1)
AS_OF = date(2026, 2, 1)


def did(kind: str, times: int = 1, lead: str = "L", day: date = date(2026, 1, 31)) -> list[Activity]:
    """The same thing a number of times on a day."""
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    return [Activity(at + timedelta(seconds=number), kind, lead=lead) for number in range(times)]


def scored(rules: list[ScoreRule], log: list[Activity], as_of: date = AS_OF, **said: object) -> float:
    model = ScoringModel(rules, **said)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    return score_leads([Lead("L", CAME)], log, model=model, as_of=as_of)["L"]


def test_one_of_each_of_the_classic_list() -> None:
    """Pricing page +10, e-mail open +1, click-through +3, inaccurate company details -5, fits the persona +5."""
    lead = Lead("L", CAME, fields={"inaccurate details": True, "fits persona": True})
    log = did("pricing page") + did("email open") + did("click-through")
    assert score_leads([lead], log, model=ScoringModel.classic(), as_of=AS_OF)["L"] == 14


def test_hubspot_gives_the_points_of_a_form_once() -> None:
    assert scored([ScoreRule("form", Did("form"), 5)], did("form", 2)) == 5


@pytest.mark.parametrize(("days", "left"), [(0, 10), (15, 7.5), (30, 5), (60, 0), (90, 0)])
def test_hubspot_takes_half_of_the_points_with_each_month_of_30_days(days: int, left: float) -> None:
    decay = LinearDecay("0.5")
    assert decay.share(days) * 10 == left
    if days:  # what was done on the day itself is not seen yet
        rule = ScoreRule("visit", Did("visit"), 10, repeat="each", decay=decay)
        assert scored([rule], did("visit", day=AS_OF - timedelta(days))) == left


@pytest.mark.parametrize(("sales", "marketing", "total"), [(90, 70, 100), (90, 10, 70)])
def test_hubspot_holds_groups_and_then_the_total(sales: int, marketing: int, total: int) -> None:
    rules = [ScoreRule("call", Did("call"), sales, "sales"), ScoreRule("click", Did("click"), marketing, "marketing")]
    groups = {"sales": Limits(maximum=60), "marketing": Limits(maximum=40)}
    log = did("call") + did("click")
    assert scored(rules, log, groups=groups, limits=Limits(maximum=100)) == total


def test_pardot_defaults() -> None:
    points = {"form": 50, "visit": 3, "page view": 1, "file": 3, "form error": -5}
    rules = [ScoreRule(kind, Did(kind), worth, repeat="each") for kind, worth in points.items()]
    log = did("form") + did("visit") + did("page view", 4) + did("file")
    assert scored(rules, log) == 60
    assert scored(rules, did("form error", day=date(2026, 1, 30)) + log) == 55


@pytest.mark.parametrize(("cap", "expected"), [(20, 22.15), (None, 806.15)])
def test_adobe_weighs_the_members_of_a_buying_group_by_role(cap: int | None, expected: float) -> None:
    kinds = ("web", "click", "download")
    roles = {"Adam": "decision maker", "Bob": "user", "Calvin": "other"}
    model = ScoringModel(
        [ScoreRule(kind, Did(kind), 1, repeat="each", daily_cap=cap) for kind in kinds],
        role_weights={"decision maker": "0.8", "user": "0.15", "other": "0.05"},
    )
    before = date(2026, 1, 30)
    log = did("web", 1000, "Adam") + did("web", 2, "Adam", before) + did("click", 1, "Adam")
    log += did("download", 1, "Adam") + did("download", 3, "Adam", before)
    log += did("web", 1, "Bob") + did("web", 2, "Bob", before) + did("click", 1, "Calvin") + did("web", 1, "Calvin")
    leads = [Lead(name, CAME, fields={"role": role}) for name, role in roles.items()]
    scores = score_leads(leads, log, model=model, as_of=AS_OF)
    assert scores.buying_groups(["Acme"] * 3) == {"Acme": expected}


def test_mautic_5213_a_visit_once_and_a_number_of_visits() -> None:
    rules = [ScoreRule("visit", Did("visit"), 1), ScoreRule("visits", Times("visit") >= 3, 5)]
    assert scored(rules, did("visit", 3)) == 6


def test_mautic_5774_a_form_that_is_submitted_twice() -> None:
    assert scored([ScoreRule("form", Did("form"), 40)], did("form", 2)) == 40
    assert scored([ScoreRule("form", Did("form"), 40, repeat="each")], did("form", 2)) == 80


def test_relias_bands() -> None:
    labels = [Label("MCL", at=0), Label("MNL", at=30), Label("MEL", at=70), Label("MQL", at=100)]
    rules = [ScoreRule("visit", Did("visit"), 1, repeat="each"), ScoreRule("cost", Field("bad").is_in(True), -1)]
    model = ScoringModel(rules, labels=labels)
    points = {"29": 29, "30": 30, "69": 69, "70": 70, "99": 99, "100": 100}
    log = [one for lead, times in points.items() for one in did("visit", times, lead)]
    leads = [Lead(lead, CAME, fields={"bad": False}) for lead in points]
    found = score_leads(leads, log, model=model, as_of=AS_OF).label
    assert list(found) == ["MCL", "MNL", "MNL", "MEL", "MEL", "MQL"]


def test_points_that_came_after_the_qualification_are_not_in_its_score() -> None:
    """20 points at qualification, +20 and +25 later, with a threshold of 60: as of qualification 20, and not 65."""
    rules = [ScoreRule(f"step {points}", Did(f"step {points}"), points, "engagement") for points in (20, 25)]
    rules.append(ScoreRule("step 20 again", Did("step 20 again"), 20))
    qualified = date(2026, 1, 15)
    log = did("step 20", day=date(2026, 1, 14)) + did("step 20 again", day=qualified) + did("step 25", day=AS_OF)
    labels = [Label("lead"), Label("MQL", at=60)]
    model = ScoringModel(rules, labels=labels)
    scores = score_leads([Lead("L", CAME)], log, model=model, as_of=qualified)
    assert (scores["L"], scores.label[0]) == (20, "lead")
    assert score_leads([Lead("L", CAME)], log, model=model, as_of=date(2026, 2, 2)).label[0] == "MQL"
