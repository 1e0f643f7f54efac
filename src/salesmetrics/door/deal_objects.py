"""Deal objects, laid down in columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np
from attrs import asdict

from salesmetrics._numeric.columns import MOST, Coded, Masked, coded, folded, id_column
from salesmetrics._numeric.days import day_number
from salesmetrics.door.deal_checks import Unchecked, currencies_of, one_currency, staged
from salesmetrics.door.deal_columns import DealColumns
from salesmetrics.door.faults import Faults
from salesmetrics.door.objects import objects_of
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.deal import Deal
from salesmetrics.model.deal_fields import KINDS
from salesmetrics.model.labels import EMPTY
from salesmetrics.model.money import Money
from salesmetrics.model.probability import millionths
from salesmetrics.model.stage import Category, SalesProcess

__all__ = ["amount_column", "columns_of_deals", "day_column", "ordered_column", "probability_column"]


def columns_of_deals(deals: Iterable[Deal], process: SalesProcess | None, into: str | None) -> Unchecked:
    """Lay deals down in columns.

    Args:
        deals: The deals.
        process: Their stages; `None` for `SalesProcess.standard()`.
        into: The currency into which their money will be converted; without it, they must be of one.

    Raises:
        InvalidValueError: They are not deals.
    """
    if process is not None and not isinstance(process, SalesProcess):
        raise InvalidValueError(f"process must be a SalesProcess, got {shown(process)}; write SalesProcess([...])")
    rows = objects_of(Deal, deals, "Deals")
    faults = Faults("Deals")
    process = process or SalesProcess.standard()
    amounts = [deal.amount for deal in rows]
    values = _by_name([deal.values for deal in rows])
    money = {"amount": amounts, **values}
    currency = one_currency(money.values(), "amount", faults) if into is None else into
    columns = DealColumns(
        process=process,
        currency=currency,
        id=id_column([deal.id for deal in rows]),
        amount=amount_column("amount", amounts, currency, faults),
        stage=staged(coded([deal.stage for deal in rows]), process, "stage", faults),
        owner=coded([deal.owner for deal in rows]),
        created=day_column([deal.created for deal in rows]),
        closed=day_column([deal.closed for deal in rows]),
        expected_close=day_column([deal.expected_close for deal in rows]),
        probability=probability_column([deal.probability for deal in rows]),
        category=ordered_column([deal.category for deal in rows], tuple(Category)),
        kind=ordered_column([deal.kind for deal in rows], KINDS),
        account=coded([deal.account for deal in rows]),
        values={name: amount_column(name, cells, currency, faults) for name, cells in values.items()},
        labels={name: coded(cells) for name, cells in _by_name([deal.labels for deal in rows]).items()},
    )
    currencies = {name: currencies_of(cells) for name, cells in money.items() if int not in set(map(type, cells))}
    return Unchecked(
        columns,
        {} if into is None else currencies,
        {},
        faults,
        lambda some: [asdict(rows[row], recurse=False) for row in some],
    )


def _by_name(mappings: list[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """The entries of each row's mapping as columns, `None` where a row has none."""
    names = sorted({name for mapping in mappings if mapping is not EMPTY for name in mapping})
    return {name: [mapping.get(name) for mapping in mappings] for name in names}


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
