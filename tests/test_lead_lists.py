"""A list of leads that nobody here has tuned for, from the file to scores, answers and chances: nothing is lost."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import salesmetrics as sm

AS_OF = date(2026, 7, 1)
FIELDS = [f"Answer {number}" for number in range(30)]
HEAD = ["Prospect ID", "Created On", "Lead Source", "Converted", "Closed On", "Total Visits", "Do Not Email", *FIELDS]
WORDS = ["", "Select", "Yes", "No", "Better Career Prospects", "12", "Other"]
FORM = sm.LeadFormat(
    id="Prospect ID",
    created="Created On",
    created_at="Created On",
    source="Lead Source",
    outcome=sm.OutcomeColumn("Converted", won="1", lost="0"),
    closed="Closed On",
    fields={"visits": "Total Visits", "no mail": "Do Not Email", **{name: name for name in FIELDS}},
    numbers=["visits"],
    flags=["no mail"],
    zone="UTC",
    missing=("", "Select"),
)


def rows() -> list[list[str]]:
    """9,000 rows of 37 columns: gaps and their placeholders, rows that come twice, days of closing before any call."""
    rng = np.random.default_rng(37)
    days = [datetime(2026, 1, 1, 9) + timedelta(minutes=int(late)) for late in rng.integers(0, 250_000, 9_000)]  # noqa: DTZ001
    ends, visits, words = rng.integers(0, 3, 9_000), rng.integers(-1, 40, 9_000), rng.integers(0, 7, (9_000, 32))
    found = []
    for row, came in enumerate(days):
        closed = (came + timedelta(int(rng.integers(0, 40)))).date()
        is_dated = ends[row] < 2 and closed < AS_OF
        found.append(
            [
                f"P-{row % 8_990}",
                f"{came:%Y-%m-%d %H:%M}",
                ("web", "Web form", "Select", "")[words[row][30] % 4],
                str(ends[row]) if is_dated else "",
                f"{closed}" if is_dated else "",
                str(visits[row]) if visits[row] >= 0 else "",
                ("Yes", "No", "Select")[words[row][31] % 3],
                *(WORDS[word] for word in words[row][:30]),
            ]
        )
    return found


ROWS = rows()


@pytest.fixture(scope="module")
def leads(tmp_path_factory: pytest.TempPathFactory) -> sm.Leads:
    path: Path = tmp_path_factory.mktemp("lists") / "leads.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEAD, *ROWS])
    return sm.Leads.from_csv(path, FORM, bad_rows="set_aside")


LOG = [
    sm.Activity(datetime(2026, 5, 1, 9, tzinfo=UTC) + timedelta(minutes=number), "call", lead=f"P-{3 * number}")
    for number in range(3_100)  # some of them for leads that are not in the list, and many after a lead was closed
]


def test_every_row_is_a_lead_or_is_set_aside(leads: sm.Leads) -> None:
    twice = {row for row in range(9_000) if row < 10 or row >= 8_990}
    assert {one.row for one in leads.set_aside} == twice
    assert [lead.id for lead in leads] == [row[0] for place, row in enumerate(ROWS) if place not in twice]
    sources = [None if row[2] in ("", "Select") else row[2] for place, row in enumerate(ROWS) if place not in twice]
    assert [lead.source for lead in leads] == sources


def test_scores_are_those_of_the_leads_one_by_one(leads: sm.Leads) -> None:
    rules = [
        sm.ScoreRule("visits", sm.Field("visits") >= 10, 5),
        sm.ScoreRule("no mail", sm.Field("no mail").is_in(True), -3),
        sm.ScoreRule("unsaid", sm.Field("Answer 3").is_missing() & ~sm.Field("Answer 4").is_in("Yes", "12"), 2),
        sm.ScoreRule("called", sm.Did("call"), 7),
    ]
    scores = sm.score_leads(leads, LOG, model=sm.ScoringModel(rules), as_of=AS_OF)
    there = [lead for lead in leads if lead.created is not None and lead.created < AS_OF]
    assert scores.lead.tolist() == [lead.id for lead in there]
    called = {one.lead for one in LOG if one.at.date() < AS_OF}
    expected = [
        sum(float(rule.points) for rule in rules[:3] if rule.when.holds(lead)) + 7 * (lead.id in called)
        for lead in there
    ]
    assert scores.total.tolist() == expected
    ids = {lead.id for lead in there}
    assert scores.n_unknown == sum(one.lead not in ids for one in LOG if one.at.date() < AS_OF) > 0


def test_every_lead_waited_for_an_answer_or_is_counted_apart(leads: sm.Leads) -> None:
    asked: Any = {"as_of": AS_OF, "zone": "UTC", "target": timedelta(hours=4)}
    waits = sm.lead_response_time(leads, touches=LOG, **asked)
    came = [lead for lead in leads if lead.created is not None and lead.created < AS_OF]
    assert waits.n + waits.n_missing == len(came)
    first = {one.lead: one.at for one in reversed(LOG)}
    before = [  # won or lost on a day before anybody called
        lead
        for lead in came
        if lead.closed is not None and not (lead.id in first and first[lead.id].date() <= lead.closed)
    ]
    assert {lead.outcome for lead in before} == {sm.Outcome.WON, sm.Outcome.LOST}
    early = [
        lead for lead in came
        if lead.closed is not None and lead.id in first and lead.created_at is not None
        and first[lead.id].date() <= lead.closed and first[lead.id] < lead.created_at
    ]  # fmt: skip
    assert waits.closed.n == len(before) + len(early)


def test_what_became_of_them_is_learned_and_counted(leads: sm.Leads) -> None:
    won, lost = (sum(lead.outcome is end for lead in leads) for end in (sm.Outcome.WON, sm.Outcome.LOST))
    sold = sm.lead_to_sale(leads)
    assert (sold.n_converted, sold.n_not_converted, sold.n_undecided) == (won, lost, len(leads) - won - lost)
    model = sm.lead_propensity(leads, fields=["source", "visits", *FIELDS], bins={"visits": [10, 30]})
    assert (model.n_won, model.n_lost) == (won, lost)
    chances = sm.lead_probabilities(leads, model)
    assert len(chances) == len(leads)
    assert all(0 < chance < 1 for chance in chances)
