"""The loose values of objects, laid down in columns: money of one currency, days, probabilities, words in an order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np

from salesmetrics._numeric.columns import MOST, Coded, Masked, coded, folded
from salesmetrics._numeric.days import day_number
from salesmetrics.door.faults import Faults
from salesmetrics.model.currencies import NO_CURRENCY
from salesmetrics.model.money import Money
from salesmetrics.model.probability import millionths

__all__ = [
    "MIXED",
    "amount_column",
    "currencies_of",
    "day_column",
    "one_currency",
    "ordered_column",
    "probability_column",
]

MIXED = "name convert=Conversion(...)"
"""What to change in a book of several currencies."""


def one_currency(money: Iterable[list[Any]], column: str, faults: Faults, hint: str = MIXED) -> str:
    """The currency of all money in some lists; more than one is a fault of the column that stands for them."""
    seen: dict[str, int] = {}
    for cells in money:
        for currency in {cell.currency for cell in cells if type(cell) is Money} - {NO_CURRENCY}:
            row = next(row for row, cell in enumerate(cells) if type(cell) is Money and cell.currency == currency)
            seen[currency] = min(row, seen.get(currency, row))
    if len(seen) > 1:
        first = ", ".join(f"{currency} from row {row}" for currency, row in sorted(seen.items()))
        faults.add(column, "mixed_currencies", f"a table has one currency, got {first}", hint)
    return min(seen, default=NO_CURRENCY)


def currencies_of(cells: list[Any]) -> Coded:
    """The currency of each amount of money in a list; XXX names none."""
    return coded([cell.currency if type(cell) is Money and cell.currency != NO_CURRENCY else None for cell in cells])


def amount_column(name: str, cells: list[Any], currency: str, faults: Faults) -> Masked:
    """Amounts in minor units, all in one currency or all plain numbers."""
    kinds = set(map(type, cells))
    known = np.ones(len(cells), np.bool_)
    if type(None) in kinds:
        known = np.array([cell is not None for cell in cells], np.bool_)
    if kinds >= {int, Money}:
        faults.add(name, "mixed_kinds", "a value is Money or a whole number, got both", "keep to one of them")
        return Masked(np.zeros(len(cells), np.int64), known & False)
    unit = None if int in kinds else currency
    minor = [0 if cell is None else cell if unit is None else cell.minor for cell in cells]
    if max(minor, default=0) > MOST or min(minor, default=0) < -MOST:
        far = [row for row, one in enumerate(minor) if not -MOST <= one <= MOST]
        faults.note(name, "too_large", far, "amount is beyond 64 bits", "amounts are beyond 64 bits", "check the unit")
        minor = [one if -MOST <= one <= MOST else 0 for one in minor]
    return Masked(np.array(minor, np.int64), known, unit)


def day_column(days: list[date | None]) -> Masked:
    """Days since 1970."""
    codes, distinct = folded(days)  # books have many deals to a day
    known = np.array([day is not None for day in distinct], np.bool_)
    numbers = np.array([0 if day is None else day_number(day) for day in distinct], np.int32)
    return Masked(numbers.take(codes), known.take(codes))


def probability_column(chances: list[float | None]) -> Masked:
    """Probabilities in millionths."""
    codes, distinct = folded(chances)
    known = np.array([chance is not None for chance in distinct], np.bool_)
    numbers = np.array([0 if chance is None else millionths(chance) for chance in distinct], np.int32)
    return Masked(numbers.take(codes), known.take(codes))


def ordered_column(cells: list[Any], order: tuple[Any, ...]) -> Coded:
    """Words that have an order of their own."""
    place = {None: -1, **{name: code for code, name in enumerate(order)}}
    return Coded(np.fromiter(map(place.__getitem__, cells), np.int8, len(cells)), order)
