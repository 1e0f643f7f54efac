"""Deal objects, laid down in columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from salesmetrics._numeric.columns import coded, id_column
from salesmetrics.door.deal_checks import Unchecked, staged
from salesmetrics.door.deal_columns import DealColumns
from salesmetrics.door.faults import Faults
from salesmetrics.door.loose_columns import (
    amount_column,
    currencies_of,
    day_column,
    one_currency,
    ordered_column,
    probability_column,
)
from salesmetrics.door.objects import cells_of, objects_of
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.deal import Deal
from salesmetrics.model.deal_fields import KINDS
from salesmetrics.model.labels import EMPTY
from salesmetrics.model.stage import Category, SalesProcess

__all__ = ["columns_of_deals"]


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
        cells_of(rows),
    )


def _by_name(mappings: list[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """The entries of each row's mapping as columns, `None` where a row has none."""
    names = sorted({name for mapping in mappings if mapping is not EMPTY for name in mapping})
    return {name: [mapping.get(name) for mapping in mappings] for name in names}
