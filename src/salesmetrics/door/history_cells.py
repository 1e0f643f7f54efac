"""Changes of deals in foreign columns, read through a format: all fields in a row, or one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, Flags, Masked, folded, recoded
from salesmetrics._numeric.order import stable_order
from salesmetrics.door.book_cells import categories, currency_of, digits_of, note_bare, note_deleted
from salesmetrics.door.cells import Cells, objects
from salesmetrics.door.change_checks import CHANGE_DOUBTS, ONE_CURRENCY, note_doubts
from salesmetrics.door.deal_checks import staged
from salesmetrics.door.faults import BadRows, Faults, SetAside, check_door_words, set_aside
from salesmetrics.door.opening import opened
from salesmetrics.door.reader import Reader
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.format.history_format import CHANGING, FieldHistoryFormat, HistoryFormat
from salesmetrics.model.stage import SalesProcess

__all__ = ["columns_of_history_cells"]

_IGNORED = ""
"""What stands for fields that are no concern of the history."""


def columns_of_history_cells(
    data: Any, form: HistoryFormat | FieldHistoryFormat, bad_rows: BadRows, accept: Collection[str]
) -> tuple[dict[str, Any], tuple[SetAside, ...]]:
    """Read foreign columns through a format, and check them.

    Raises:
        InvalidTableError: Columns are missing or of different lengths, or cells cannot be read.
        InvalidValueError: The arguments are not what they must be.
    """
    check_door_words(bad_rows, accept, CHANGE_DOUBTS)
    if not isinstance(form, (HistoryFormat, FieldHistoryFormat)):
        raise InvalidValueError(
            f"format must be a HistoryFormat or a FieldHistoryFormat, got {shown(form)}; "
            "write HistoryFormat(deal=..., at=..., stage=...)"
        )
    amounts = {form.amount, form.probability} if isinstance(form, HistoryFormat) else set()
    source = opened(data, form, bad_rows, {form.deal, form.at, *amounts}, "{'deal': [...], 'at': [...]}", "DealHistory")
    column, reader = source.column, source.reader
    faults = reader.faults
    deal = reader.ids(column(form.deal), form.deal)
    clock = evolve(reader.clock, date_format=form.time_format or form.date_format)
    at = evolve(reader, clock=clock).moments(column(form.at), form.at)
    _note(faults, form.at, "missing_at", ~at.known, "no time", "give the day of each one")
    said: Coded | None = None
    if isinstance(form, HistoryFormat):
        told = [{name: (column(getattr(form, name)), getattr(form, name) or name) for name in CHANGING}]
    else:
        said = reader.words(column(form.field), form.field, {**form.fields, **dict.fromkeys(form.ignored, _IGNORED)})
        _note(faults, form.field, "missing_field", ~said.known, "no field", "name the field of each one")
        told = [_by_field(said, column(named), named or "old") for named in (form.new, form.old)]
    codes = reader.currencies(column(form.currency_column), form.currency_column or "currency")
    money = [cells["amount"] for cells in told]
    currency = form.currency or currency_of(money, codes, form.currency_column, reader, ONE_CURRENCY)
    changes = [_read(form, cells, currency, reader) for cells in told]
    if form.currency_column is not None:
        note_bare([one["amount"] for one in changes], codes, form.currency_column, faults)
    for one, cells in zip(changes, told, strict=True):
        note_doubts(one["amount"], one["expected_close"], {name: called for name, (_, called) in cells.items()}, faults)
    if said is not None:
        is_silent = said.known & ~said.is_in(_IGNORED) & ~_says_something(changes[0])
        what, hint = "a cleared field, which single changes cannot say", "give its value, or set the row aside"
        _note(faults, told[0]["stage"][1], "cleared_field", is_silent, what, hint)
    if form.deleted is not None:
        note_deleted(reader, column(form.deleted), form.deleted)
    good, kept = faults.settle(source.n_rows, bad_rows, accept)
    deal, times = deal[good], at.values[good]
    new, *old = [{name: one.take(good) for name, one in part.items()} for part in changes]
    if said is not None:
        new = _with_old_values(deal, times, said.take(good), new, old[0])
        rows = np.flatnonzero(_says_something(new))
        deal, times, new = deal[rows], times[rows], {name: one.take(rows) for name, one in new.items()}
    columns = {
        "process": form.process or SalesProcess.standard(),
        "currency": currency,
        "gaps": form.gaps if isinstance(form, HistoryFormat) else "unchanged",
        "tracked": form.tracked,
        "deal": deal,
        "at": times,
        **new,
    }
    return columns, set_aside(faults, kept, source.raw) if kept else ()


def _by_field(said: Coded, cells: Cells, called: str) -> dict[str, tuple[Cells, str]]:
    """The cells of one column as a column for each field, in which the cells of the others are gaps."""
    listed = objects(cells)
    own = {name: said.is_in(name).tolist() for name in CHANGING}
    return {
        name: ([cell if is_own else None for cell, is_own in zip(listed, flags, strict=True)], called)
        for name, flags in own.items()
    }


def _read(
    form: HistoryFormat | FieldHistoryFormat, cells: Mapping[str, tuple[Cells, str]], currency: str, reader: Reader
) -> dict[str, Any]:
    """The columns of the fields that change."""
    process, stage = form.process or SalesProcess.standard(), cells["stage"]
    return {
        "stage": staged(reader.names(*stage), process, stage[1], reader.faults),
        "amount": reader.amounts(*cells["amount"], currency, digits_of(currency)),
        "expected_close": reader.days(*cells["expected_close"]),
        "probability": reader.probabilities(*cells["probability"], percent=form.probability_scale == "percent"),
        "category": reader.words(*cells["category"], categories(form)),
        "owner": reader.names(*cells["owner"]),
    }


def _note(faults: Faults, called: str, rule: str, wrong: Flags, what: str, hint: str) -> None:
    """Note rows that lack something, except where nothing in that column could be read."""
    rows = np.flatnonzero(wrong & ~faults.rows_at_fault(called, len(wrong)))
    faults.note(called, rule, rows, f"change has {what}", f"changes have {what}", hint)


def _says_something(columns: Mapping[str, Any]) -> Flags:
    """Which rows have a value in any field."""
    flags: Flags = np.logical_or.reduce([one.known for one in columns.values()])
    return flags


def _with_old_values(
    deal: NDArray[Any], at: NDArray[np.int64], said: Coded, new: dict[str, Any], old: dict[str, Any]
) -> dict[str, Any]:
    """Each deal's first row also tells what the other fields were then: the old values of their first changes."""
    numbers, _ = folded(deal.tolist())
    order = stable_order(numbers, at)
    start = order.take(_firsts(numbers.take(order)))  # for each deal, by its number
    told = {}
    for name, column in new.items():
        own = order[said.is_in(name).take(order)]
        first = own.take(_firsts(numbers.take(own)))
        first = first[old[name].known.take(first)]
        target = start.take(numbers.take(first))
        moved = target != first  # what was before the first row of all cannot be placed
        told[name] = _placed(column, target[moved], old[name].take(first[moved]))
    return told


def _firsts(numbers: NDArray[Any]) -> NDArray[np.intp]:
    """Where numbers in runs change to the next."""
    is_first = np.ones(len(numbers), np.bool_)
    is_first[1:] = numbers[1:] != numbers[:-1]
    return np.flatnonzero(is_first)


def _placed(column: Masked | Coded, rows: NDArray[np.intp], others: Any) -> Masked | Coded:
    """A column with other cells at some rows."""
    if isinstance(column, Masked):
        values, known = column.values.copy(), column.known.copy()
        values[rows], known[rows] = others.values, True
        return Masked(values, known, column.unit)
    names = list(dict.fromkeys([*column.names, *others.names]))
    codes = column.codes.astype(np.int32)
    codes[rows] = others.lookup([names.index(name) for name in others.names], -1)
    return Coded(codes, names) if len(names) == len(column.names) else recoded(codes, names)
