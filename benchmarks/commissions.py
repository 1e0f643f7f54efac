"""What 500 reps earn by the deal on accelerators, side by side with polars and duckdb on one thread."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import date
from itertools import pairwise
from typing import Any

os.environ["POLARS_MAX_THREADS"] = "1"  # read once, when polars is imported

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

import salesmetrics as sm
from benchmarks.book import OWNERS, book
from benchmarks.timing import compared, peak
from salesmetrics._numeric.days import day_number

SIZES = (10_000, 1_000_000, 10_000_000)
PERIOD = sm.Period(date(2025, 1, 1), date(2026, 1, 1))
FAST = 2.0
"""How many times as long as ours the best of the others should take, where the table is large."""

BOUNDS = (3_000_000, 6_000_000, 8_000_000)
HUNDREDTHS = (5, 8, 12, 15)
PLAN = sm.CompPlan.of(
    "accelerators",
    sm.Curve.marginal({bound: f"0.{rate:02}" for bound, rate in zip((0, *BOUNDS), HUNDREDTHS, strict=True)}),
    "USD",
    PERIOD.start,
)
CENTS = [100 * bound for bound in BOUNDS]
RISES = [after - before for before, after in pairwise(HUNDREDTHS)]
"""By how many hundredths the rate rises at each bound."""

Columns = Mapping[str, NDArray[Any]]


def in_polars(columns: Columns) -> Callable[[], Any]:
    import polars as pl

    frame, amount = pl.DataFrame(dict(columns)).lazy(), pl.col("amount")

    def earned(sold: pl.Expr) -> pl.Expr:
        exact = HUNDREDTHS[0] * sold
        for bound, rise in zip(CENTS, RISES, strict=True):
            exact += rise * (sold - bound).clip(lower_bound=0)
        return (2 * exact + 100) // 200

    def ask() -> Any:
        # a sort of all days and then groups of rows: the quickest of five ways that were tried
        first, last = day_number(PERIOD.start), day_number(PERIOD.end)
        paid = frame.filter(pl.col("won") & (pl.col("closed") >= first) & (pl.col("closed") < last))
        by_owner = paid.sort("closed", maintain_order=True).group_by("owner")
        each = earned(amount.cum_sum()).diff().fill_null(earned(amount.first()))
        return by_owner.agg("id", paid=each).explode("id", "paid").sort("owner", maintain_order=True).collect()

    return ask


def in_duckdb(columns: Columns) -> Callable[[], Any]:
    import duckdb
    import polars as pl

    lines = duckdb.connect(config={"threads": 1})
    lines.register("frame", pl.DataFrame(dict(columns)).to_arrow())
    lines.execute("create table deals as select * from frame")
    rises = "".join(f" + {rise} * greatest(sold - {bound}, 0)" for bound, rise in zip(CENTS, RISES, strict=True))
    query = f"""
        with run as (
            select owner, id, closed, (sum(amount) over (partition by owner order by closed, id))::bigint as sold
            from deals where won and closed >= {day_number(PERIOD.start)} and closed < {day_number(PERIOD.end)}
        ), earned as (
            select owner, id, closed, (2 * ({HUNDREDTHS[0]} * sold{rises}) + 100) // 200 as total from run
        )
        select owner, id, total - lag(total, 1, 0) over (partition by owner order by closed, id) as paid from earned
    """  # noqa: S608  # of our own numbers
    return lambda: lines.execute(query).fetchnumpy()


def main() -> None:
    for size in SIZES:
        subprocess.run([sys.executable, "-m", "benchmarks.commissions", str(size)], check=True)


def measured(n_deals: int) -> None:
    deals = book(n_deals)
    columns = {
        "id": deals.id,
        "owner": deals.owner.codes,
        "amount": deals.amount.values,
        "won": deals.is_won,
        "closed": deals.closed.values,
    }
    others = {"polars": in_polars(columns), "duckdb": in_duckdb(columns)}
    print(f"\n{n_deals:,} deals; {peak():,} MB of memory so far")

    def ours() -> sm.Commissions:
        return sm.commissions(deals, plans=PLAN, period=PERIOD)

    lines = ours().lines
    mine = {"id": lines.deal, "paid": lines.minor, "owner": lines.payee.codes}
    order = np.argsort(mine["id"])
    for name, ask in others.items():
        found = ask()
        theirs = {key: np.asarray(found[key]) for key in mine}
        rows = np.argsort(theirs["id"])
        if not all(np.array_equal(mine[key].take(order), theirs[key].take(rows)) for key in ("id", "paid")):
            raise AssertionError(f"{name} pays something else")
    rounds = 31 if n_deals <= 10_000 else 9 if n_deals <= 1_000_000 else 5
    compared(f"commissions of {OWNERS} reps, {len(lines):,} lines", ours, others, rounds, best=FAST)
    if n_deals <= SIZES[0]:
        drawing = evolve(PLAN, steps=[sm.Draw(sm.Money.of(4_000, "USD"))])
        compared(
            "the same with a draw, payee by payee", lambda: sm.commissions(deals, plans=drawing, period=PERIOD), {}, 3
        )
    print(f"peak memory of this process: {peak():,} MB")


if __name__ == "__main__":
    measured(int(sys.argv[1]))
