"""Answers for many groups in one pass, against the same sums written by hand in numpy."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

import salesmetrics as sm
from benchmarks.timing import in_turn, report, seconds
from salesmetrics._numeric.columns import Coded

N = 10_000_000
OWNERS = 500

FloatArray: TypeAlias = NDArray[np.float64]
Columns: TypeAlias = dict[str, NDArray[Any] | list[Any]]


def book(n_owners: int) -> sm.Deals:
    """The sample book, ten times over, with as many owners as asked for."""
    deals = sm.sample_book(n_deals=N // 10).deals
    many = deals.take(np.tile(np.arange(len(deals)), 10))
    codes = np.random.default_rng(0).integers(0, n_owners, N)
    return evolve(many, owner=Coded(codes, [f"Rep {number:07}" for number in range(n_owners)]))


def same(what: str, ours: Columns, by_hand: list[FloatArray]) -> None:
    """Refuse to compare the times of two ways whose results differ."""
    for name, hand in zip([name for name in ours if name in ("value", "mean", "median")], by_hand, strict=True):
        if not np.allclose(np.asarray(ours[name], np.float64), hand, rtol=1e-9, equal_nan=True):
            raise AssertionError(f"{what}: {name} differs from the sums by hand")


def main() -> None:
    deals = book(OWNERS)
    chances = np.array([stage.probability for stage in deals.process])
    stages, owners = deals.stage.codes, deals.owner.codes

    def weighted_by_hand() -> list[FloatArray]:
        sums = np.bincount(stages, weights=deals.amount.values * deals.is_open, minlength=7)
        return [sums * chances / 100]

    def rates_by_hand() -> list[FloatArray]:
        won = np.bincount(owners, weights=deals.is_won, minlength=OWNERS)
        return [won / np.bincount(owners, weights=deals.is_closed, minlength=OWNERS)]

    def cycles_by_hand() -> list[FloatArray]:
        rows = np.flatnonzero(deals.is_won)
        days = deals.closed.values.take(rows) - deals.created.values.take(rows)
        keys = np.sort(owners.take(rows).astype(np.int32) * 4096 + days)
        ends = np.searchsorted(keys, (np.arange(OWNERS) + 1) * 4096)
        n = np.diff(ends, prepend=0)
        days = keys & 4095
        total = np.add.reduceat(days, ends - n)
        return [total / n, (days[ends - n + (n - 1) // 2] + days[ends - n + n // 2]) / 2]

    jobs: list[tuple[str, Any, str, Callable[[], list[FloatArray]]]] = [
        ("weighted pipeline by stage", sm.weighted_pipeline, "stage", weighted_by_hand),
        (f"win rate by {OWNERS} owners", sm.win_rate, "owner", rates_by_hand),
        (f"cycle length by {OWNERS} owners", sm.cycle_length, "owner", cycles_by_hand),
    ]
    for what, measure, by, by_hand in jobs:
        ask = partial(asked, measure, deals, by)
        same(what, ask(), by_hand())
        report(f"{what} of {N:,} deals, against plain numpy", *in_turn(ask, by_hand, 9), 1, 1.5, unit="ms")
    many = book(1_000_000)
    times = sorted(seconds(lambda: sm.breakdown(sm.win_rate, many, "owner")) for _ in range(5))
    print(
        f"win rate of {N:,} deals by 1,000,000 owners: {times[2] * 1e3:,.0f} ms "
        f"({times[0] * 1e3:,.0f} to {times[-1] * 1e3:,.0f})"
    )


def asked(measure: Any, deals: sm.Deals, by: str) -> Columns:
    return sm.breakdown(measure, deals, by).to_columns()
