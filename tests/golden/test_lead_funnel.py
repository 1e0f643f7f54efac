"""A worked funnel of leads."""

from __future__ import annotations

import numpy as np

from salesmetrics import Activities, ActivityFormat, LeadFormat, Leads, OutcomeColumn, lead_conversion


def test_the_rates_of_optif() -> None:
    """200 MQL, 78 % of them accepted, 18 % of those SQL, 35 % of those won: 156, 28.08, 9.828; here 250 times each."""
    sizes = {"MQL": 50_000, "SAL": 39_000, "SQL": 7_020}
    won = 2_457
    leads = Leads.from_columns(
        {"Id": np.arange(50_000), "End": ["won"] * won + ["lost"] * (50_000 - won)},
        LeadFormat(id="Id", outcome=OutcomeColumn("End", "won", "lost")),
        accept={"missing_created"},
    )
    log = Activities.from_columns(
        {
            "Kind": [kind for kind, size in sizes.items() for _ in range(size)],
            "Lead": [lead for size in sizes.values() for lead in range(size)],
            "At": ["2026-01-05T09:00:00Z"] * sum(sizes.values()),
        },
        ActivityFormat(at="At", kind="Kind", lead="Lead"),
    )
    steps = [("MQL", "SAL"), ("SAL", "SQL"), ("SQL", None)]
    found = [lead_conversion(leads, activities=log, stage=stage, to=to) for stage, to in steps]
    assert [one.value for one in found] == [0.78, 0.18, 0.35]
    assert [one.n_converted / 250 for one in found] == [156, 28.08, 9.828]
    assert [one.n_undecided for one in found] == [0, 0, 0]
