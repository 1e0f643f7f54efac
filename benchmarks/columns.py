"""How much memory a large table takes."""

from __future__ import annotations

from typing import Any

import salesmetrics as sm
from salesmetrics._numeric.columns import Coded, Masked

N = 10_000_000
GOAL = 1_000_000_000


def size(column: Any) -> int:
    if isinstance(column, Masked):
        return int(column.values.nbytes + column.known.nbytes)
    return int(column.codes.nbytes) if isinstance(column, Coded) else 0


def main() -> None:
    deals = sm.sample_book(n_deals=N // 10).deals
    columns = [deals.amount, deals.stage, deals.owner, deals.created, deals.closed, deals.expected_close]
    columns += [deals.probability, deals.category, deals.kind, deals.account]
    fixed = sum(map(size, columns)) * 10
    further = sum(size(column) for table in (deals.values, deals.labels) for column in table.values()) * 10
    verdict = "ok" if fixed + further <= GOAL else "MISSED"
    print(
        f"{N:,} deals in columns, without ids: {fixed / 1e6:,.0f} MB, and {further / 1e6:,.0f} MB for one further "
        f"value and two labels, goal at most {GOAL / 1e6:,.0f} MB: {verdict}"
    )
