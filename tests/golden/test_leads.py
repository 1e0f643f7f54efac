"""Worked numbers of leads: how good scores are, and how fast somebody answers, each with its source."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
import pytest

from salesmetrics import (
    Activity,
    BusinessHours,
    Lead,
    Multiset,
    Outcome,
    ScoreQuality,
    WeightsOfEvidence,
    lead_propensity,
    lead_response_time,
    score_quality,
)
from salesmetrics._numeric.isotonic import isotonic
from salesmetrics.model.money import rounded

NINE = score_quality([0.1, 0.2, 0.3, 0.4, 0.65, 0.7, 0.8, 0.9, 1.0], [False] * 4 + [True] * 5)


def near(*numbers: float) -> object:
    return pytest.approx(list(numbers), abs=5e-5)


class TestModelQuality:
    """scikit-learn 1.9.1, the examples of its documentation run."""

    def test_auc_and_average_precision(self) -> None:
        made = score_quality([0.1, 0.4, 0.35, 0.8], [False, False, True, True])
        assert (made.auc, made.gini) == (0.75, 0.5)
        assert made.average_precision == pytest.approx(0.8333, abs=5e-5)

    def test_auc_with_ties(self) -> None:
        assert score_quality([0.5, 0.5, 0.5, 0.9], [False, True, False, True]).auc == 0.75

    def test_brier(self) -> None:
        assert score_quality([0.1, 0.9, 0.8, 0.3], [False, True, True, False]).brier == 0.0375

    def test_log_loss(self) -> None:
        made = score_quality([0.9, 0.1, 0.2, 0.65], [True, False, False, True])
        assert made.log_loss == pytest.approx(0.21616187468057912, rel=1e-14)

    def test_calibration_in_equally_wide_rows(self) -> None:
        rows = NINE.calibration(3)
        assert [row.share for row in rows] == [0, 0.5, 1]
        assert [row.mean for row in rows] == near(0.2, 0.525, 0.85)

    def test_calibration_in_equally_full_rows(self) -> None:
        rows = NINE.calibration(3, by="quantile")
        assert [row.share for row in rows] == near(0, 0.6667, 1)
        assert [row.mean for row in rows] == near(0.2, 0.58333, 0.9)

    def test_isotonic(self) -> None:
        doubled = isotonic([2, 6, 4, 8, 7, 10], [2] * 6)
        assert [float(mean) for mean in doubled] == [1, 2.5, 2.5, 3.75, 3.75, 5]


def test_gains_and_lift_by_decile() -> None:
    """The worked table of a direct-mail campaign: 100,000 prospects, a fifth of whom respond."""
    reached = [0, 6000, 10_000, 13_000, 15_800, 17_000, 18_000, 18_800, 19_400, 19_800, 20_000]
    hits = [after - before for before, after in pairwise(reached)]
    scores = np.arange(10)  # the best tenth has the highest score
    made = ScoreQuality(
        "points", Multiset(scores, np.array(hits[::-1])), Multiset(scores, 10_000 - np.array(hits[::-1])), 0
    )
    rows = made.gains()
    assert [row.positives for row in rows] == list(accumulate(hits))
    assert [row.gain for row in rows] == near(0.3, 0.5, 0.65, 0.79, 0.85, 0.9, 0.94, 0.97, 0.99, 1.0)
    assert [row.lift for row in rows] == pytest.approx(
        [3.0, 2.5, 2.167, 1.975, 1.7, 1.5, 1.343, 1.2125, 1.1, 1.0], abs=5e-4
    )


def at(day: int, clock: str) -> datetime:
    """A time of the week in January 2026 whose Monday is the 5th."""
    return datetime.fromisoformat(f"2026-01-{day:02}T{clock}+00:00")


MON, TUE, WED, THU, FRI, SAT = range(5, 11)
NINE_TO_FIVE = BusinessHours.weekdays("09:00-17:00", "UTC")


class TestBusinessHours:
    """Worked examples of help desks' documentation, Monday to Friday."""

    @pytest.mark.parametrize(
        ("start", "end", "minutes"),
        [
            (at(TUE, "10:00"), at(TUE, "12:30"), 150),
            (at(FRI, "16:30"), at(MON + 7, "09:30"), 60),
            (at(SAT, "11:00"), at(MON + 7, "10:00"), 60),
        ],
    )
    def test_time_that_counts(self, start: datetime, end: datetime, minutes: int) -> None:
        assert NINE_TO_FIVE.between(start, end) == timedelta(minutes=minutes)

    @pytest.mark.parametrize(
        ("start", "hours", "due"), [(at(THU, "15:00"), 4, at(FRI, "11:00")), (at(TUE, "11:00"), 8, at(WED, "11:00"))]
    )
    def test_when_it_is_due(self, start: datetime, hours: int, due: datetime) -> None:
        assert NINE_TO_FIVE.due(start, timedelta(hours=hours)) == due

    def test_the_evening_starts_the_next_morning(self) -> None:
        assert NINE_TO_FIVE.opens(at(WED, "18:00")) == at(THU, "09:00")

    def test_over_a_weekend(self) -> None:
        """The source prints Tuesday; its own sum says Monday."""
        hours = BusinessHours.weekdays("08:00-17:00", "UTC")
        assert hours.due(at(FRI, "16:00"), timedelta(hours=4)) == at(MON + 7, "11:00")


def test_speed_to_lead_and_time_of_the_agreement() -> None:
    """A lead router's documentation: routed after 30 minutes, answered 5 minutes later."""
    created = datetime(2026, 1, 6, 10, tzinfo=UTC)
    routed, call = (
        Activity(created + timedelta(minutes=late), kind, lead="L") for late, kind in ((30, "r"), (35, "c"))
    )
    for since, minutes in ((None, 35), ([routed], 5)):
        waits = lead_response_time(
            [Lead("L", created.date(), created_at=created)],
            touches=[call],
            as_of=date(2026, 2, 1),
            zone="UTC",
            target=timedelta(minutes=5),
            since=since,
        )
        assert waits.median == 60 * minutes
        assert waits.share_in_time == (1.0 if since else 0.0)


STAGES = ["s0", "s1", "s2", "won"]
ODOO = """
0 1 c0 st0 src0 s0 lost
1 1 c1 st1 src1 s1 lost
2 1 c2 st2 src2 s2 won
3 1 c0 st1 src2 s1 open
4 1 c1 st1 src1 s0 open
5 2 c0 st1 src1 s2 lost
6 2 c0 st1 src2 s1 lost
7 2 c0 st2 src2 s0 won
8 2 c0 st1 src2 s1 open
9 2 c1 st0 src1 s1 open
10 3 c1 st1 src1 s2 won
11 3 c0 st1 src0 s0 lost
12 3 c1 st2 src2 s0 lost
13 3 c0 st1 src2 s1 open
"""
FIELDS = ["stage", "country", "state", "source", "email", "phone"]


def odoo_leads(without_team: range = range(0)) -> list[Lead]:
    """The leads of the rebuild; their e-mail and phone states are empty, which says something."""
    found = []
    for line in ODOO.split("\n")[1:-1]:
        number, team, country, state, source, stage, outcome = line.split()
        fields = {"country": country, "state": state, "stage": stage, "email": "", "phone": ""}
        fields |= {} if int(number) in without_team else {"team": team}
        found.append(Lead(int(number), date(2026, 1, 5), source, fields, Outcome(outcome)))
    return found


def odoo_percent(leads: list[Lead], number: int, fields: list[str], **options: Any) -> float:
    """As its tests round it: to two places, halves away from zero."""
    model = lead_propensity(leads, fields=fields, team="team", style="odoo", stages={"stage": STAGES}, **options)
    chance = model.exact_probability(leads[number])
    assert chance is not None
    return rounded(chance.numerator * 10_000, chance.denominator) / 100


class TestOdoo:
    """Odoo's own tests of its frequencies, by the probabilities that they expect after a rebuild."""

    @pytest.mark.parametrize(("number", "percent"), [(3, 33.49), (8, 7.74), (13, 35.09)])
    def test_all_fields(self, number: int, percent: float) -> None:
        assert odoo_percent(odoo_leads(), number, FIELDS) == percent

    def test_the_two_products(self) -> None:
        for number, won, lost in (
            (3, 0.0017210969503868914, 0.0034185707240897522),
            (8, 0.02625868055555556, 0.31321022727272724),
        ):
            leads = odoo_leads()
            model = lead_propensity(leads, fields=FIELDS, team="team", style="odoo", stages={"stage": STAGES})
            chance = model.exact_probability(leads[number])
            assert chance is not None
            assert float(chance) == pytest.approx(won / (won + lost), rel=1e-12)

    def test_a_lead_without_a_team(self) -> None:
        assert odoo_percent(odoo_leads(range(10, 14)), 13, FIELDS) == 35.19

    @pytest.mark.parametrize(("number", "percent"), [(3, 50.0), (8, 34.38)])
    def test_the_stage_alone(self, number: int, percent: float) -> None:
        assert odoo_percent(odoo_leads(), number, ["stage"]) == percent

    def test_tags(self) -> None:
        lost, won = [range(30), range(50, 90), range(100, 135)], [range(31, 50), range(91, 100), range(136, 150)]
        leads = []
        for number in range(150):
            tags = "tag 1" if number < 50 else "tag 2" if number < 100 else "tag 1,tag 2"
            ends = [(lost, Outcome.LOST), (won, Outcome.WON)]
            outcome = next((end for some, end in ends if any(number in one for one in some)), Outcome.OPEN)
            leads.append(Lead(number, date(2026, 1, 5), None, {"team": "1", "stage": "s0", "tags": tags}, outcome))
        fields = ["stage", "tags"]
        found = [odoo_percent(leads, number, fields, several={"tags": ","}) for number in (30, 90, 135)]
        assert found == [33.69, 23.51, 28.05]
        assert odoo_percent(leads, 30, ["stage"]) == 28.6
        assert odoo_percent(leads, 30, fields, several={"tags": ","}, min_support=200) == 28.6


def test_weights_of_evidence() -> None:
    """optbinning 1.0.0, which prints the opposite sign: three groups of 100 with 10, 30 and 60 events."""
    groups = [("a", 10, 90), ("b", 30, 70), ("c", 60, 40)]
    found = WeightsOfEvidence("group", "0", groups)
    assert list(found.weights.values()) == pytest.approx([-1.504077, -0.154151, 1.098612], abs=5e-7)
    assert found.information_value == pytest.approx(0.973580, abs=5e-7)
