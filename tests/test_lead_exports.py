"""Leads of a developer org of Salesforce, read and scored: every row is a lead or is set aside with its reason."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from salesmetrics import (
    Field,
    Lead,
    Leads,
    ScoreRule,
    ScoringModel,
    formats,
    lead_to_opportunity,
    lead_to_sale,
    score_leads,
)

DEMO = Path(__file__).parent.parent.parent / "shared/data/sfdc_powerbi_demo/Lead.csv"
FORM = formats.salesforce_leads(created=None, created_at=None, date_format="%m/%d/%y")  # which the export lacks

pytestmark = pytest.mark.skipif(not DEMO.exists(), reason=f"the export {DEMO.name} is not beside this checkout")


def rows() -> list[dict[str, str]]:
    with DEMO.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_is_a_lead() -> None:
    table, raw = Leads.from_csv(DEMO, FORM, accept={"missing_created"}), rows()
    assert [lead.id for lead in table] == [row["Id"] for row in raw]
    assert [lead.source for lead in table] == [row["LeadSource"] or None for row in raw]
    assert [lead.fields.get("employees") for lead in table] == [
        int(row["NumberOfEmployees"]) if row["NumberOfEmployees"] else None for row in raw
    ]
    ends = Counter(row["Status"] for row in raw)
    assert int(table.is_won.sum()) == ends["Closed - Converted"]
    assert int(table.is_lost.sum()) == ends["Closed - Not Converted"]


def test_what_became_of_them() -> None:
    table, raw = Leads.from_csv(DEMO, FORM, accept={"missing_created"}), rows()
    found = lead_to_opportunity(table)
    assert (found.n_converted, found.whole) == (sum(bool(row["ConvertedOpportunityId"]) for row in raw), len(raw))
    assert lead_to_sale(table).n_converted == sum(row["Status"] == "Closed - Converted" for row in raw)


def test_their_scores_are_those_of_the_rows_one_by_one() -> None:
    table: Leads = Leads.from_csv(DEMO, FORM, accept={"missing_created"})
    model = ScoringModel(
        [
            ScoreRule("revenue", Field("revenue") >= 100_000_000, 20),
            ScoreRule("no industry", Field("industry").is_missing(), -5),
            ScoreRule("source", Field("source").is_in("Web", "Partner Referral"), "2.5"),
        ]
    )
    scores = score_leads(table, [], model=model, as_of=date(2026, 3, 1))

    def points(lead: Lead) -> float:
        return sum(float(rule.points) for rule in model.rules if rule.when.holds(lead))

    assert scores.total.tolist() == [points(lead) for lead in table]
