"""Attainment by rep and fiscal quarter side by side with pandas, polars and duckdb on one thread."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

import salesmetrics as sm
from benchmarks.book import book
from benchmarks.questions import Columns, columns_of
from benchmarks.timing import compared
from salesmetrics._numeric.days import day_number

SIZES = (1_000_000, 10_000_000)
CALENDAR = sm.FiscalCalendar()
QUARTERS = [quarter for year in range(2022, 2027) for quarter in CALENDAR.quarters_in(CALENDAR.year(year))]
SPAN = sm.Period(QUARTERS[0].start, QUARTERS[-1].end)
QUOTA = 100_000_00
FAST = 1.4
"""How many times as long as ours the best of the others should take."""


def quarter_of_day() -> NDArray[np.int8]:
    """The look-up table that the others are given too: for each day of the span the number of its quarter."""
    starts = [day_number(quarter.start) for quarter in QUARTERS]
    days = np.arange(day_number(SPAN.start), day_number(SPAN.end))
    return (np.searchsorted(starts, days, side="right") - 1).astype(np.int8)


def in_pandas(columns: Columns, n_reps: int) -> Callable[[], Any]:
    import pandas as pd

    frame: Any = pd.DataFrame(dict(columns))
    quarters, first = quarter_of_day(), day_number(SPAN.start)

    def ask() -> Any:
        won = frame[frame["won"]]
        cell = won["owner"].to_numpy().astype(np.int32) * len(QUARTERS)
        cell += quarters.take(won["closed"].to_numpy() - first)
        sums = won["amount"].groupby(cell).sum().reindex(range(n_reps * len(QUARTERS)), fill_value=0)
        return sums.to_numpy() / QUOTA

    return ask


def in_polars(columns: Columns, n_reps: int) -> dict[str, Callable[[], Any]]:
    import polars as pl

    frame = pl.DataFrame(dict(columns)).lazy()
    first, n = day_number(SPAN.start), len(QUARTERS)
    quarters = pl.Series(quarter_of_day()).cast(pl.Int32)
    days = pl.DataFrame({"closed": np.arange(first, first + len(quarters), dtype=np.int32), "quarter": quarters}).lazy()
    cells = pl.DataFrame({"cell": np.arange(n_reps * n, dtype=np.int32)}).lazy()

    def summed(won: Any) -> Any:
        sums = won.group_by("cell").agg(pl.col("amount").sum())
        every = cells.join(sums, on="cell", how="left").sort("cell")
        return every.select(pl.col("amount").fill_null(0) / QUOTA).collect()["amount"]

    def by_gather() -> Any:
        quarter = pl.lit(quarters).gather(pl.col("closed") - first)
        return summed(frame.filter("won").select("amount", cell=pl.col("owner").cast(pl.Int32) * n + quarter))

    def by_join() -> Any:
        won = frame.filter("won").join(days, on="closed")
        return summed(won.select("amount", cell=pl.col("owner").cast(pl.Int32) * n + pl.col("quarter")))

    return {"polars": by_gather, "polars_by_join": by_join}


def in_duckdb(columns: Columns, n_reps: int) -> Callable[[], Any]:
    import duckdb
    import polars as pl

    first = day_number(SPAN.start)
    days = {"closed": np.arange(first, day_number(SPAN.end), dtype=np.int32), "quarter": quarter_of_day()}
    cells = {"cell": np.arange(n_reps * len(QUARTERS), dtype=np.int32)}
    lines = duckdb.connect(config={"threads": 1})
    creations = {
        "create table deals as select * from given": columns,
        "create table days as select * from given": days,
        "create table cells as select * from given": cells,
    }
    for creation, table in creations.items():
        lines.register("given", pl.DataFrame(dict(table)).to_arrow())
        lines.execute(creation)
    query = (
        "select coalesce(total, 0) / 10000000 as value from cells left join (select owner::int * 20 + quarter as cell, "
        "sum(amount)::bigint as total from deals join days using (closed) where won group by cell) using (cell) "
        "order by cell"
    )
    return lambda: lines.execute(query).fetchnumpy()["value"]


def main() -> None:
    for size in SIZES:
        subprocess.run([sys.executable, "-m", "benchmarks.attainment", str(size)], check=True)


def measured(n_deals: int) -> None:
    deals = book(n_deals)
    reps = deals.owner.names
    quotas = sm.Quotas.of(sm.Quota(rep, quarter, sm.Money(QUOTA, "USD")) for rep in reps for quarter in QUARTERS)
    sold = quotas.with_sales(deals)
    columns = columns_of(deals)

    def asked_of(sold: sm.Quotas) -> Any:
        return sm.breakdown(
            sm.quota_attainment, sold, by=("rep", CALENDAR.quarters("start")), period=SPAN
        ).to_columns()["value"]

    def ours() -> Any:
        return asked_of(sold)

    def ours_from_deals() -> Any:
        return asked_of(quotas.with_sales(deals))

    ways = {
        "pandas": in_pandas(columns, len(reps)),
        "duckdb": in_duckdb(columns, len(reps)),
        **in_polars(columns, len(reps)),
    }
    for name, way in ways.items():
        if not np.allclose(np.asarray(way(), np.float64), np.asarray(ours(), np.float64), rtol=1e-12, atol=0):
            raise AssertionError(f"attainment in {name} differs")
    print(f"\n{n_deals:,} deals, {len(reps)} reps, {len(QUARTERS)} fiscal quarters")
    compared("attainment, of quotas with their sales", ours, ways, 5, best=FAST)
    compared("the same, with the sales attached each time", ours_from_deals, ways, 5)


if __name__ == "__main__":
    measured(int(sys.argv[1]))
