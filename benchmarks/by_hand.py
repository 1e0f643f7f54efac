"""The yardstick: the best plain numpy that we could write by hand, without checks and without missing values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["ByHand"]

BLOCK = 1 << 16  # rows that a near cache holds
PACKED = 46  # a count rides above the cents of a block, which must be below 2**30
WON = 5
QUARTER = 92  # days; where a quarter ends makes no difference to the time


class ByHand:
    """Columns, and what is asked of them; `four` asks it all in one pass."""

    def __init__(self, columns: Mapping[str, NDArray[Any]], chances: NDArray[Any], n_owners: int) -> None:
        self.columns, self.chances, self.n_owners = columns, chances, n_owners
        self.n = len(columns["stage"])
        self.day = int(columns["closed"][columns["won"]].min())
        n_days = int(columns["closed"].max()) - self.day + 1
        self.quarter_of_day = np.arange(n_days) // QUARTER

    def weighted(self) -> NDArray[Any]:
        """Weighted pipeline by stage."""
        stage, amount = self.columns["stage"], self.columns["amount"]
        sums, cells = np.zeros(len(self.chances), np.int64), np.empty(BLOCK, np.intp)
        for start in range(0, self.n, BLOCK):
            rows = slice(start, min(start + BLOCK, self.n))
            some = cells[: rows.stop - start]
            np.copyto(some, stage[rows])
            np.add.at(sums, some, amount[rows])  # summed by stage first, so no row is multiplied
        sums[WON:] = 0
        weighed: NDArray[Any] = sums * self.chances
        return weighed

    def wins(self) -> NDArray[Any]:
        """Win rate by owner."""
        stage, owner = self.columns["stage"], self.columns["owner"]
        counts, cells = np.zeros(self.n_owners << 3, np.int64), np.empty(BLOCK, np.intp)
        ones, small = np.ones(BLOCK, np.int64), np.empty(BLOCK, np.int16)
        for start in range(0, self.n, BLOCK):
            rows = slice(start, min(start + BLOCK, self.n))
            n = rows.stop - start
            np.left_shift(owner[rows], 3, out=small[:n])
            np.add(small[:n], stage[rows], out=small[:n])
            np.copyto(cells[:n], small[:n])
            np.add.at(counts, cells[:n], ones[:n])
        won, lost = counts.reshape(-1, 8)[:, WON], counts.reshape(-1, 8)[:, WON + 1]
        rates: NDArray[Any] = won / (won + lost)
        return rates

    def cycles(self) -> dict[str, NDArray[Any]]:
        """Mean and median cycle by owner."""
        rows = np.flatnonzero(self.columns["won"])
        days = self.columns["closed"].take(rows) - self.columns["created"].take(rows)
        keys = self.columns["owner"].take(rows).astype(np.int32)
        keys <<= 12
        keys += days
        keys.sort()
        ends = np.searchsorted(keys, (np.arange(self.n_owners) + 1) << 12)
        n = np.diff(ends, prepend=0)
        keys &= 4095
        middle = keys[ends - n + (n - 1) // 2] + keys[ends - n + n // 2]
        return {"mean": np.add.reduceat(keys, ends - n) / n, "median": middle / 2}

    def own(self) -> int:
        """Open amounts times the deals' own probabilities."""
        return self._own(*(self.columns[name] for name in ("amount", "chance", "open")))

    @staticmethod
    def _own(amount: NDArray[Any], chance: NDArray[Any], is_open: NDArray[Any]) -> int:
        total, weights = 0, np.empty(BLOCK, np.int64)
        for start in range(0, len(amount), BLOCK):
            rows = slice(start, start + BLOCK)
            some = weights[: len(amount[rows])]
            np.multiply(chance[rows], is_open[rows], out=some)
            total += int(np.einsum("i,i->", amount[rows], some))
        return total

    def four(self) -> Any:
        """Amounts and counts by owner and stage, cycles by day, and money by owner and quarter, block by block."""
        stage, owner, amount, closed, created = (
            self.columns[name] for name in ("stage", "owner", "amount", "closed", "created")
        )
        n_quarters = int(self.quarter_of_day[-1]) + 1
        packed, counts, sums = (np.zeros(self.n_owners << 3, np.int64) for _ in range(3))
        money, cycle = np.zeros(self.n_owners * n_quarters, np.int64), np.zeros(4096, np.int64)
        cells, values, small = np.empty(BLOCK, np.intp), np.empty(BLOCK, np.int64), np.empty(BLOCK, np.int16)
        ones = np.ones(BLOCK, np.int64)
        for start in range(0, self.n, BLOCK):
            rows = slice(start, min(start + BLOCK, self.n))
            n = rows.stop - start
            np.left_shift(owner[rows], 3, out=small[:n])
            np.add(small[:n], stage[rows], out=small[:n])
            np.copyto(cells[:n], small[:n])
            np.add(amount[rows], 1 << PACKED, out=values[:n])
            packed[:] = 0
            np.add.at(packed, cells[:n], values[:n])
            counts += packed >> PACKED
            sums += packed & ((1 << PACKED) - 1)
            won = np.flatnonzero(stage[rows] == WON)
            ended = closed[rows].take(won)
            place = self.quarter_of_day.take(ended - self.day)
            place += owner[rows].take(won).astype(np.intp) * n_quarters
            np.add.at(money, place, amount[rows].take(won))
            np.subtract(ended, created[rows].take(won), out=cells[: len(won)])
            np.add.at(cycle, cells[: len(won)], ones[: len(won)])
        by_stage = sums.reshape(-1, 8).sum(axis=0)[: len(self.chances)]
        by_owner = counts.reshape(-1, 8)
        ends = np.cumsum(cycle)
        ranks = [int(share * (ends[-1] - 1)) for share in (0.1, 0.5, 0.9)]
        return (
            np.where(np.arange(len(by_stage)) < WON, by_stage, 0) * self.chances,
            by_owner[:, WON] / (by_owner[:, WON] + by_owner[:, WON + 1]),
            np.searchsorted(ends, ranks, side="right"),
            money.reshape(-1, n_quarters),
        )
