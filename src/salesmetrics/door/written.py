"""A table of deals written out: as plain columns, as a CSV file, and the formats that read both back."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, Masked
from salesmetrics.door.csv_file import check_path
from salesmetrics.door.deal_columns import DealColumns
from salesmetrics.errors import InvalidValueError, check_word, shown
from salesmetrics.format.cell_format import ESCAPE
from salesmetrics.format.deal_format import DealFormat
from salesmetrics.model.currencies import NO_CURRENCY, exponent
from salesmetrics.model.probability import MILLION

__all__ = ["MoneyAs", "columns_written", "csv_written", "days_written", "format_written"]

MoneyAs: TypeAlias = Literal["float", "decimal"]
"""How amounts are written out: as the floats nearest to them, or exactly."""

_TEXTS = "stage owner category kind account".split()
_DAYS = "created closed expected_close".split()
_OWN = ["id", "outcome", "amount", "currency", "probability", *_TEXTS, *_DAYS]
_RUN = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠", ESCAPE)
"""How a text begins that a spreadsheet would run, or that looks like one that was kept from it."""


def columns_written(deals: DealColumns, money: MoneyAs) -> dict[str, Any]:
    """The columns of a table as arrays and lists of plain cells.

    Raises:
        InvalidValueError: `money` is misspelt.
    """
    check_word(money, ("float", "decimal"), "money")
    values, labels = _further(deals)
    category = Coded(deals.category.codes, [one.value for one in deals.category.names])
    return {
        "id": deals.id.tolist() if deals.id.dtype == object else deals.id,
        "stage": list(deals.stage),
        "outcome": list(deals.outcome),
        "amount": _numbers(deals.amount, money),
        "currency": [deals.currency] * len(deals.id),
        "owner": list(deals.owner),
        **{name: days_written(getattr(deals, name)) for name in _DAYS},
        "probability": _floats(deals.probability, MILLION),
        "category": list(category),
        "kind": list(deals.kind),
        "account": list(deals.account),
        **{named: _numbers(deals.values[name], money) for name, named in values.items()},
        **{named: list(deals.labels[name]) for name, named in labels.items()},
    }


def format_written(deals: DealColumns) -> DealFormat:
    """The format that reads these columns."""
    values, labels = _further(deals)
    has_money = deals.currency != NO_CURRENCY
    own: dict[str, Any] = {name: name for name in ("id", "amount", "probability", *_TEXTS, *_DAYS)}
    return DealFormat(
        **own,
        values=values,
        plain_values=tuple(name for name, column in deals.values.items() if column.unit is None),
        labels=labels,
        process=deals.process,
        currency=deals.currency if has_money else None,
        currency_column=None if has_money else "currency",  # there a zero needs no currency
        missing=(),
    )


def csv_written(deals: DealColumns, path: str | Path) -> DealFormat:
    """Write the columns of a table into a CSV file, and say how it is read.

    Raises:
        InvalidValueError: A text has no form in UTF-8, or the path is none.
        OSError: The file cannot be written.
    """
    check_path(path, "to_columns")
    form = format_written(deals)
    columns = columns_written(deals, "decimal")
    columns |= {name: columns[name].tolist() for name in _DAYS}
    columns["probability"] = [None if one is None else Decimal(one).scaleb(-6) for one in deals.probability]
    _check_texts(columns)  # before the file that may be there is overwritten
    rows = zip(*(map(_written, column) for column in columns.values()), strict=True)
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(map(_written, columns))
        writer.writerows(rows)
    return evolve(
        form,
        values={name: _written(named) for name, named in form.values.items()},
        labels={name: _written(named) for name, named in form.labels.items()},
        missing=("",),
        escaped=True,
    )


def _check_texts(columns: dict[str, Any]) -> None:
    """Refuse texts that UTF-8 has no form for."""
    texts = {cell for cells in (columns, *columns.values()) for cell in cells if isinstance(cell, str)}
    try:
        "\n".join(texts).encode("utf-8")
    except UnicodeEncodeError as fault:
        raise InvalidValueError(
            f"a CSV file holds texts of UTF-8, got {shown(fault.object[fault.start : fault.end])}; correct that text"
        ) from None


def _further(deals: DealColumns) -> tuple[dict[str, str], dict[str, str]]:
    """What the columns of values and of labels are called; a value, a label and our own column may share a name."""
    taken = set(_OWN)

    def free(name: str, kind: str) -> str:
        while name in taken:
            name = f"{kind}_{name}"
        taken.add(name)
        return name

    return {name: free(name, "value") for name in deals.values}, {name: free(name, "label") for name in deals.labels}


def _numbers(column: Masked, money: MoneyAs) -> NDArray[Any] | list[Any]:
    """Money in major units, or plain numbers; exactly, where that is asked for."""
    digits = 0 if column.unit is None else exponent(column.unit)
    if money == "decimal" and not (column.unit is None and column.known.all()):
        return [None if number is None else Decimal(number).scaleb(-digits) for number in column]
    if column.unit is None:
        return column.values if column.known.all() else list(column)
    return _floats(column, 10**digits)


def _floats(column: Masked, scale: int) -> NDArray[np.float64]:
    """The floats nearest to numbers in units of `1 / scale`; NaN where one is not known."""
    floats: NDArray[np.float64] = column.values / scale
    for row in np.flatnonzero(np.abs(column.values) > 2**53):  # numpy would round twice: to a float, and the quotient
        floats[row] = int(column.values[row]) / scale
    floats[~column.known] = np.nan
    return floats


def days_written(column: Masked) -> NDArray[np.datetime64]:
    """Days of numpy's; NaT where one is not known."""
    days = column.values.astype("M8[D]")
    days[~column.known] = np.datetime64("NaT")
    return days


def _written(cell: Any) -> str:
    """A cell of a CSV file: a gap is empty, and a text never begins as a formula does."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return ESCAPE + cell if not cell or cell.startswith(_RUN) else cell
    return f"{cell:f}" if isinstance(cell, Decimal) else cell.isoformat() if isinstance(cell, date) else str(cell)
