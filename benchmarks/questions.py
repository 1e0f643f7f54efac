"""Grouped questions side by side with pandas, polars and duckdb on one thread, and with plain numpy by hand."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import partial
from itertools import pairwise
from typing import Any

os.environ["POLARS_MAX_THREADS"] = "1"  # read once, when polars is imported

import numpy as np
from numpy.typing import NDArray

import salesmetrics as sm
from benchmarks.book import OWNERS, book
from benchmarks.by_hand import ByHand
from benchmarks.timing import compared, peak
from salesmetrics.model.probability import MILLION

SIZES = (10_000, 1_000_000, 10_000_000)
CALENDAR = sm.FiscalCalendar()
FAST = {"weighted": 1.8, "wins": 2.2, "cycles": 2.0, "own chances": 3.0}
"""How many times as long as ours the best of the others should take, where the table is large."""

HAND = 1 / 1.5
"""And how many times as long the yardstick."""


@sm.as_measure
def booked(deals: sm.Deals) -> sm.Recipe[sm.MoneyTotal]:
    """The money of won deals."""
    amounts = deals.amount
    return sm.Recipe(
        sm.MoneyTotal,
        minor=sm.Total(amounts, deals.is_won),
        currency=amounts.unit,
        n=sm.Count(amounts.known_among(deals.is_won)),
        n_missing=sm.Count(amounts.missing_among(deals.is_won)),
    )


WEIGHTED = sm.Question(sm.weighted_pipeline, "stage")
WINS = sm.Question(sm.win_rate, "owner")
CYCLES = sm.Question(sm.cycle_length, "owner")
QUESTIONS: dict[str, tuple[str, sm.Question[Any], tuple[str, ...]]] = {
    "weighted": ("weighted pipeline by stage", WEIGHTED, ("value",)),
    "wins": (f"win rate by {OWNERS} owners", WINS, ("value",)),
    "cycles": (f"cycle length by {OWNERS} owners", CYCLES, ("mean", "median")),
}
FOUR = (WEIGHTED, WINS, sm.Question(sm.cycle_length), sm.Question(booked, ("owner", CALENDAR.quarters("closed"))))
"""What is asked in one pass."""

Columns = Mapping[str, NDArray[Any]]


def columns_of(deals: sm.Deals) -> dict[str, NDArray[Any]]:
    """What every other way is given: small integers, and missing days as the smallest number."""
    return {
        "stage": deals.stage.codes,
        "owner": deals.owner.codes,
        "amount": deals.amount.values,
        "chance": deals.probability.values,
        "won": deals.is_won,
        "lost": deals.is_lost,
        "open": deals.is_open,
        "days": np.where(deals.is_won, deals.closed.values - deals.created.values, -1).astype(np.int32),
        "created": deals.created.values,
        "closed": deals.closed.values,
    }


def in_pandas(columns: Columns, chances: NDArray[Any]) -> dict[str, Callable[[], Any]]:
    import pandas as pd

    frame: Any = pd.DataFrame(dict(columns))

    def weighted() -> Any:
        sums = frame[frame["open"]].groupby("stage")["amount"].sum()
        return sums.reindex(range(len(chances)), fill_value=0) * chances

    def wins() -> Any:
        ends = frame.groupby("owner")[["won", "lost"]].sum()
        return ends["won"] / (ends["won"] + ends["lost"])

    def cycles() -> Any:
        groups = frame[frame["won"]].groupby("owner")["days"]
        return pd.DataFrame({"mean": groups.mean(), "median": groups.median()})

    def own() -> Any:
        some = frame[frame["open"]]
        return (some["amount"] * some["chance"]).sum()

    return {"weighted": weighted, "wins": wins, "cycles": cycles, "own chances": own}


def in_polars(columns: Columns, chances: NDArray[Any]) -> dict[str, Callable[[], Any]]:
    import polars as pl

    frame = pl.DataFrame(dict(columns)).lazy()
    weights = pl.DataFrame({"stage": np.arange(len(chances), dtype=np.int8), "weight": chances}).lazy()

    def weighted() -> Any:
        sums = frame.filter("open").group_by("stage").agg(pl.col("amount").sum())
        all_stages = weights.join(sums, on="stage", how="left").sort("stage")
        return all_stages.select(pl.col("amount").fill_null(0) * pl.col("weight")).collect()["amount"]

    def wins() -> Any:
        ends = frame.group_by("owner").agg(pl.col("won").sum(), pl.col("lost").sum()).sort("owner")
        return ends.select(pl.col("won") / (pl.col("won") + pl.col("lost"))).collect()["won"]

    def cycles() -> Any:
        groups = frame.filter("won").group_by("owner")
        return (
            groups.agg(pl.col("days").mean().alias("mean"), pl.col("days").median().alias("median"))
            .sort("owner")
            .collect()
        )

    def own() -> Any:
        return frame.select((pl.col("amount") * pl.col("chance")).filter("open").sum()).collect().item()

    return {"weighted": weighted, "wins": wins, "cycles": cycles, "own chances": own}


def in_duckdb(columns: Columns, chances: NDArray[Any]) -> dict[str, Callable[[], Any]]:
    import duckdb
    import polars as pl

    lines = duckdb.connect(config={"threads": 1})
    lines.register("frame", pl.DataFrame(dict(columns)).to_arrow())
    lines.execute("create table deals as select * from frame")
    lines.register("given", pl.DataFrame({"stage": np.arange(len(chances)), "weight": chances}).to_arrow())
    lines.execute("create table weights as select * from given")

    def asked(query: str, *names: str) -> Callable[[], Any]:
        def ask() -> Any:
            found = lines.execute(query).fetchnumpy()
            return found if len(names) > 1 else found["value"]

        return ask

    return {
        "weighted": asked(
            "select coalesce(s.total, 0) * weight as value from weights left join (select stage, sum(amount)::bigint "
            "as total from deals where open group by stage) s using (stage) order by stage",
            "value",
        ),
        "wins": asked(
            "select sum(won::int) / sum(won::int + lost::int) as value from deals group by owner order by owner",
            "value",
        ),
        "cycles": asked(
            "select avg(days) as mean, median(days) as median from deals where won group by owner order by owner",
            "mean",
            "median",
        ),
        "own chances": asked("select sum(amount * chance::bigint) as value from deals where open", "value"),
    }


def same(what: str, one: Any, other: Any, names: tuple[str, ...], scale: float = 1) -> None:
    """Refuse to compare the times of two ways whose results differ."""
    for name in names:
        mine, theirs = (np.asarray(got[name] if len(names) > 1 else got, np.float64) for got in (one, other))
        if not np.allclose(mine, theirs * scale, rtol=1e-9, atol=0, equal_nan=True):
            raise AssertionError(f"{what}: {name} differs")


def main() -> None:
    for size in SIZES:
        subprocess.run([sys.executable, "-m", "benchmarks.questions", str(size)], check=True)


def measured(n_deals: int) -> None:
    deals = book(n_deals)
    columns = columns_of(deals)
    chances = np.array([round(MILLION * stage.probability) for stage in deals.process]) / MILLION
    print(f"\n{n_deals:,} deals; {peak():,} MB of memory so far")
    others = {
        "pandas": in_pandas(columns, chances),
        "polars": in_polars(columns, chances),
        "duckdb": in_duckdb(columns, chances),
    }
    hand = ByHand(columns, chances, OWNERS)
    rounds = 31 if n_deals <= 10_000 else 9 if n_deals <= 1_000_000 else 5
    few = n_deals <= 10_000
    for name, (what, question, readings) in QUESTIONS.items():
        ways = {"by_hand": getattr(hand, name), **{other: ways[name] for other, ways in others.items()}}
        ask = partial(asked, question, deals)
        mine = [np.asarray(ask()[one], np.float64) for one in readings]
        mine_named = dict(zip(readings, mine, strict=True)) if len(readings) > 1 else mine[0]
        for theirs in ways.values():
            same(what, mine_named, theirs(), readings, 0.01 if name == "weighted" else 1)
        goals = {"polars": 5.0} if few else {}
        compared(what, ask, ways, rounds, best=None if few else FAST[name], by_hand=HAND, **goals)
    own_chances = partial(sm.weighted_pipeline, probability="deal")
    own = partial(own_chances, deals)
    if not own().micro == hand.own() == int(others["polars"]["own chances"]()):
        raise AssertionError("the deals' own probabilities: results differ")
    ways = {"by_hand": hand.own, **{other: ways["own chances"] for other, ways in others.items()}}
    compared("the deals' own probabilities", own, ways, rounds, best=FAST["own chances"], by_hand=HAND)
    compared("the same, of a table that is asked first", lambda: own_chances(deals[:]), ways, rounds)
    first = {other: ways["weighted"] for other, ways in others.items()}
    compared(
        "weighted pipeline by stage, of a table that is asked first", lambda: asked(WEIGHTED, deals[:]), first, rounds
    )

    def one_by_one() -> list[Any]:
        return [question(deals) for question in FOUR]

    ways_of_four = {"by_hand": hand.four, "one_by_one": one_by_one}
    compared("four questions in one pass", partial(four, deals), ways_of_four, rounds, by_hand=HAND)
    rates = sm.breakdown(sm.win_rate, deals, "owner")
    compared(f"{OWNERS} answer objects made of columns of sums", lambda: [*rates.values()], {}, rounds)
    if n_deals >= 1_000_000:
        cuts = np.linspace(0, n_deals, 17).astype(int).tolist()
        parts = [deals[start:end] for start, end in pairwise(cuts)]
        compared(
            "four questions of 16 parts, and their sums",
            lambda: sm.distribute(FOUR, parts),
            {"one_pass": lambda: sm.ask(deals, *FOUR)},
            rounds,
            one_pass=1 / (1.35 if n_deals > 1_000_000 else 2.2),
        )
        many = book(n_deals, n_deals // 10)
        compared(f"win rate by {n_deals // 10:,} owners", lambda: WINS(many), {}, 5)
    print(f"peak memory of this process: {peak():,} MB")


def asked(question: sm.Question[Any], deals: sm.Deals) -> Any:
    return question(deals).to_columns()


def four(deals: sm.Deals) -> list[Any]:
    weighted, wins, cycle, money = sm.ask(deals, *FOUR)
    return [weighted.to_columns(), wins.to_columns(), [cycle.quantile(q) for q in (0.1, 0.5, 0.9)], money.to_columns()]


if __name__ == "__main__":
    measured(int(sys.argv[1]))
