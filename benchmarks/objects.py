"""What deals cost as objects: to make one, and to lay many down in columns."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

import numpy as np
from attrs import fields, frozen

import salesmetrics as sm
from benchmarks.timing import in_turn, report
from salesmetrics.model.labels import EMPTY

N = 100_000
DAY = date(2026, 1, 1)
MONEY = sm.Money(120_000, "USD")


@frozen
class Plain:
    """The same fields, unchecked."""

    id: Any
    amount: Any
    stage: Any
    owner: Any
    created: Any
    closed: Any = None
    expected_close: Any = None
    probability: Any = None
    category: Any = None
    kind: Any = "new"
    account: Any = None
    values: Any = EMPTY
    labels: Any = EMPTY


def made(kind: Any) -> list[Any]:
    return [kind("D-1", MONEY, "Won", "Ada", DAY, DAY) for _ in range(N)]


def made_in_full(kind: Any) -> list[Any]:
    return [kind("D-1", MONEY, "Won", "Ada", DAY, DAY, DAY, 0.3, None, "renewal", "Customer 1") for _ in range(N)]


def book() -> list[sm.Deal]:
    names = [f"Rep {number}" for number in range(500)]
    days = [DAY + timedelta(number) for number in range(365)]
    return [
        sm.Deal(
            f"D-{number}",
            sm.Money(number * 100, "USD"),
            "Won" if number % 3 else "Qualified",
            names[number % 500],
            days[number % 200],
            closed=days[200 + number % 165] if number % 3 else None,
            expected_close=None if number % 3 else days[number % 365],
            account=names[number % 77],
        )
        for number in range(N)
    ]


def main() -> None:
    for what, make in (("six", made), ("eleven", made_in_full)):
        ours, theirs = in_turn(partial(make, sm.Deal), partial(make, Plain), 15)
        report(f"making a Deal of {what} fields, against plain attrs", ours, theirs, N, 1.3)
    deals = book()
    names = [one.name for one in fields(sm.Deal) if one.name not in ("values", "labels")]  # numpy takes no mappings

    def field_by_field() -> list[Any]:
        return [np.array([getattr(deal, name) for deal in deals]) for name in names]

    ours, theirs = in_turn(lambda: sm.Deals.of(deals), field_by_field, 9)
    report("Deals.of, checked, against np.array([getattr(...)]) of each field", ours, theirs, N, 0.6)
