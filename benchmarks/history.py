"""A large history, sorted and read, and the book as of a day: against polars and duckdb on one thread."""

from __future__ import annotations

import os
from datetime import date
from typing import Any

os.environ["POLARS_MAX_THREADS"] = "1"  # read once, when polars is imported

import numpy as np
from attrs import evolve

import salesmetrics as sm
from benchmarks.timing import in_turn, report
from salesmetrics._numeric.columns import Coded, Masked
from salesmetrics._numeric.days import DAY
from salesmetrics.format.history_format import CHANGING

N_DEALS = 10_000_000
PER_DEAL = 4
DAY_OF_VIEW = date(2026, 3, 1)


def book(n_deals: int) -> sm.Deals:
    """The sample book, ten times over, with whole numbers for ids."""
    deals = sm.sample_book(n_deals=n_deals // 10).deals
    many = deals.take(np.tile(np.arange(len(deals)), 10))
    return evolve(many, id=np.arange(n_deals))


def history(deals: sm.Deals, *, in_order: bool) -> sm.DealHistory:
    """Four changes of stage and amount of each deal, at seconds between its creation and its end."""
    n_rows, rng = len(deals) * PER_DEAL, np.random.default_rng(0)
    number = np.repeat(np.arange(len(deals)), PER_DEAL)
    created = deals.created.values.astype(np.int64)
    ends = np.where(deals.is_closed, np.maximum(deals.closed.values, created + 1), created + 600)
    shares = np.sort(rng.random((len(deals), PER_DEAL)), axis=1)
    shares[:, -1] = 1
    seconds = (shares * ((ends - created) * 86_400)[:, None]).astype(np.int64).ravel()
    at = created.take(number) * DAY + seconds * 1_000_000
    n_open = sum(stage.outcome is sm.Outcome.OPEN for stage in deals.process)
    stages = rng.integers(0, n_open, (len(deals), PER_DEAL))
    stages[:, -1] = deals.stage.codes  # the history ends in the stage, and on the day, that the deals have
    stages = stages.ravel()
    amounts = rng.integers(1, 10**8, n_rows)
    rows = np.arange(n_rows) if in_order else rng.permutation(n_rows)
    nothing = np.zeros(n_rows, np.bool_)
    columns: dict[str, Any] = {
        "stage": Coded(stages.take(rows), deals.process.names),
        "amount": Masked(amounts.take(rows), ~nothing, deals.currency),
        "expected_close": Masked(np.zeros(n_rows, np.int32), nothing),
        "probability": Masked(np.zeros(n_rows, np.int32), nothing),
        "category": Coded(np.full(n_rows, -1, np.int8), tuple(sm.Category)),
        "owner": Coded(np.full(n_rows, -1, np.int8), ()),
    }
    return sm.DealHistory(
        process=deals.process,
        currency=deals.currency,
        gaps="unchanged",
        tracked=CHANGING[:2],
        deal=deals.id.take(number.take(rows)),
        at=at.take(rows),
        **columns,
    )


def main() -> None:
    deals = book(N_DEALS)
    for in_order in (True, False):
        compare(deals, history(deals, in_order=in_order), "in order" if in_order else "in no order")


def compare(deals: sm.Deals, changes: sm.DealHistory, how: str) -> None:
    """Sort a history to attach it, and read the book as of a day from it; the others' results are held against ours."""
    import duckdb
    import polars as pl

    accept = ("close_disagrees", "reopened", "stage_disagrees")
    frame = pl.DataFrame(
        {"deal": changes.deal, "at": changes.at, "stage": changes.stage.codes, "amount": changes.amount.values}
    )
    lines = duckdb.connect(config={"threads": 1})
    lines.register("frame", frame.to_arrow())
    lines.execute("create table changes as select * from frame")
    n_changes = f"{len(changes):,} changes {how}"

    def attach() -> Any:
        return deals.with_history(changes, accept=accept)

    def sort_in_polars() -> Any:
        return frame.sort("deal", "at", maintain_order=True)

    def sort_in_duckdb() -> Any:
        return lines.execute('create or replace temp table ordered as select * from changes order by deal, "at"')

    goal = 1 / 1.5 if how == "in order" else 1 / 2.8
    for name, theirs in (("polars", sort_in_polars), ("duckdb", sort_in_duckdb)):
        report(
            f"{n_changes} sorted, checked and attached, against a sort in {name}",
            *in_turn(attach, theirs, 3),
            1,
            round(goal, 2),
            unit="ms",
        )
    booked = attach()
    now = sm.Period(DAY_OF_VIEW, date.max).start
    cut = (now - date(1970, 1, 1)).days * DAY
    there = pl.DataFrame({"deal": deals.id, "created": deals.created.values}).filter(pl.col("created") < cut // DAY)

    def as_of() -> sm.Deals:
        seen: sm.Deals = booked.as_of(DAY_OF_VIEW)
        return seen

    def as_of_in_polars() -> Any:
        last = frame.filter(pl.col("at") < cut).sort("at").group_by("deal").agg(pl.col("stage", "amount").last())
        return there.join(last, on="deal", how="left").sort("deal")

    def as_of_in_duckdb() -> Any:
        lines.register("there", there.to_arrow())
        state = 'select deal, arg_max(stage, "at") stage, arg_max(amount, "at") amount from changes'
        query = f'select deal, stage, amount from there left join ({state} where "at" < {cut} group by deal)'  # noqa: S608
        return lines.execute(f"{query} using (deal) order by deal").fetchnumpy()

    ours, polars = as_of(), as_of_in_polars()
    # two changes of a deal in one second are told apart by their order, which the others do not promise to keep
    same = float(np.mean(polars["amount"].fill_null(0).to_numpy() == ours.amount.values))
    if len(ours) != len(polars) or same < 0.9999:
        raise AssertionError(
            f"the book as of a day differs: {len(ours)} and {len(polars)} deals, {same} of the amounts"
        )
    for name, theirs in (("polars", as_of_in_polars), ("duckdb", as_of_in_duckdb)):
        report(
            f"the book of {N_DEALS:,} deals as of a day, {how}, against {name}",
            *in_turn(as_of, theirs, 3),
            1,
            1,
            unit="ms",
        )
