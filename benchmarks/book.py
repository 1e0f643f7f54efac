"""The book that the benchmarks ask: the sample book many times over, with as many owners as wanted."""

from __future__ import annotations

import numpy as np
from attrs import evolve

import salesmetrics as sm
from salesmetrics._numeric.columns import Coded, Masked

__all__ = ["OWNERS", "book"]

OWNERS = 500


def book(n_deals: int, n_owners: int = OWNERS) -> sm.Deals:
    """Deals whose ids are whole numbers, some with a probability of their own."""
    deals = sm.sample_book(n_deals=max(n_deals // 10, 1_000)).deals
    many = deals.take(np.arange(n_deals) % len(deals))
    rng = np.random.default_rng(0)
    codes = rng.integers(0, n_owners, n_deals)
    chances = Masked(rng.integers(1, 100, n_deals).astype(np.int32) * 10_000, np.ones(n_deals, np.bool_))
    return evolve(
        many,
        id=np.arange(n_deals),
        owner=Coded(codes, [f"Rep {number:07}" for number in range(n_owners)]),
        probability=chances,
    )
