"""Twenty rules over a million leads, and what ten million activities are worth, beside polars on one thread."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from functools import reduce
from operator import add
from typing import Any

os.environ.setdefault("POLARS_MAX_THREADS", "1")  # before polars is imported

import numpy as np
import polars as pl

import salesmetrics as sm
from benchmarks.timing import compared

N = 1_000_000
AS_OF = date(2026, 7, 1)
KINDS = [f"kind {number}" for number in range(10)]
FADING, MOST = 5, 30
"""Points a month that go, of ten, and the most points of a kind of activity."""


def leads_of(n: int) -> tuple[dict[str, Any], sm.Leads]:
    """Leads with whole numbers, numbers with decimals, and names; and their columns."""
    rng = np.random.default_rng(0)
    columns: dict[str, Any] = {"id": np.arange(n)}
    columns |= {f"whole {number}": rng.integers(0, 1_000, n) for number in range(8)}
    columns |= {f"share {number}": rng.random(n) for number in range(4)}
    columns |= {f"name {number}": np.array([*"abcdefghij"])[rng.integers(0, 10, n)] for number in range(4)}
    form = sm.LeadFormat(id="id", fields={name: name for name in columns if name != "id"})
    return columns, sm.Leads.from_columns(pl.DataFrame(columns), form, accept={"missing_created"})


def log_of(n: int) -> tuple[dict[str, Any], sm.Activities]:
    """Ten activities for each lead, of half a year, as they came."""
    rng = np.random.default_rng(1)
    start = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
    columns: dict[str, Any] = {
        "at": (np.sort(rng.integers(0, 181 * 86_400, 10 * n)) + start) * 1_000_000,
        "kind": rng.integers(0, len(KINDS), 10 * n).astype(np.int8),
        "lead": rng.integers(0, n, 10 * n).astype(np.int32),
    }
    everywhere = np.ones(10 * n, np.bool_)
    none = sm.Activities.of([])
    log = sm.Activities(
        at=type(none.at)(columns["at"], everywhere),
        kind=type(none.kind)(columns["kind"], KINDS),
        rep=type(none.rep)(np.full(10 * n, -1, np.int8), ()),
        lead=type(none.lead)(columns["lead"], range(n)),
        deal=type(none.deal)(np.full(10 * n, -1, np.int8), ()),
        minutes=type(none.minutes)(np.zeros(10 * n, np.int32), ~everywhere),
        fields={},
    )
    return columns, log


def rules_of_fields() -> tuple[sm.ScoringModel, list[pl.Expr]]:
    """Twenty rules, in our words and in those of polars."""
    asked: list[tuple[Any, pl.Expr]] = []
    for number in range(8):
        name, bound = f"whole {number}", 100 * number + 50
        asked.append((sm.Field(name) >= bound, pl.col(name) >= bound))
    for number in range(4):
        name = f"share {number}"
        asked.append((sm.Field(name) < 0.3, pl.col(name) < 0.3))
        asked.append((sm.Field(f"name {number}").is_in("a", "c"), pl.col(f"name {number}").is_in(["a", "c"])))
        both = (sm.Field(name) >= 0.5) & (sm.Field(f"whole {number}") < 500)
        asked.append((both, (pl.col(name) >= 0.5) & (pl.col(f"whole {number}") < 500)))
    points = [(place % 7) - 2 for place in range(len(asked))]
    rules = [sm.ScoreRule(str(place), when, points[place]) for place, (when, _) in enumerate(asked)]
    return sm.ScoringModel(rules), [one.cast(pl.Int32) * points[place] for place, (_, one) in enumerate(asked)]


def rules_of_deeds() -> sm.ScoringModel:
    """For each kind ten points, half of which go with each month, and at most thirty."""
    decay = sm.LinearDecay("0.5")
    return sm.ScoringModel(
        [sm.ScoreRule(kind, sm.Did(kind), 10, repeat="each", maximum=MOST, decay=decay) for kind in KINDS]
    )


def by_polars(frame: pl.DataFrame, n: int) -> np.ndarray[Any, Any]:
    """What the activities of each lead are worth, in millionths of points."""
    age = (pl.lit(AS_OF) - pl.col("at").cast(pl.Datetime("us")).dt.date()).dt.total_days()
    left = (10_000_000 - (age * 5_000_000 / 30)).clip(0, None)
    sums = (
        frame.lazy()
        .select("lead", "kind", left.round(0).cast(pl.Int64).alias("left"))
        .group_by("lead", "kind")
        .agg(pl.col("left").sum().clip(None, MOST * 1_000_000))
        .group_by("lead")
        .agg(pl.col("left").sum())
        .collect()
    )
    points = np.zeros(n, np.int64)
    points[sums["lead"].to_numpy()] = sums["left"].to_numpy()
    return points


def main() -> None:
    n = N
    columns, leads = leads_of(n)
    model, expressions = rules_of_fields()
    frame = pl.DataFrame(columns).with_columns(pl.col("^name .*$").cast(pl.Categorical))
    nothing = sm.Activities.of([])

    def ours() -> np.ndarray[Any, Any]:
        return sm.score_leads(leads, nothing, model=model, as_of=AS_OF).micro

    def theirs() -> np.ndarray[Any, Any]:
        return frame.select(reduce(add, expressions).alias("points"))["points"].to_numpy()

    if not (ours() == theirs().astype(np.int64) * 1_000_000).all():
        raise AssertionError("the rules must give the same points")
    compared(f"20 rules over {n:,} leads", ours, {"polars": theirs}, 9, best=2.3)
    raw, log = log_of(n)
    deeds, events = rules_of_deeds(), pl.DataFrame(raw)
    scored = sm.score_leads(leads, log, model=deeds, as_of=AS_OF).micro
    if not (scored == by_polars(events, n)).all():
        raise AssertionError("activities must be worth the same points")
    compared(
        f"{10 * n:,} activities of {n:,} leads",
        lambda: sm.score_leads(leads, log, model=deeds, as_of=AS_OF).micro,
        {"polars": lambda: by_polars(events, n)},
        3,
        best=5,
    )
