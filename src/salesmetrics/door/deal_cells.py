"""Foreign columns, read through a format."""

from __future__ import annotations

from typing import Any

import numpy as np

from salesmetrics._numeric.columns import Coded, Masked
from salesmetrics.door.book_cells import categories, currency_of, digits_of, note_bare, note_deleted, note_unnamed
from salesmetrics.door.cells import Cells, objects
from salesmetrics.door.deal_checks import Unchecked, staged
from salesmetrics.door.deal_columns import DealColumns
from salesmetrics.door.faults import BadRows
from salesmetrics.door.loose_columns import currencies_of
from salesmetrics.door.opening import opened
from salesmetrics.door.reader import Reader
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.format.deal_format import FIELDS, DealFormat, OutcomeColumn
from salesmetrics.model.currencies import NO_CURRENCY
from salesmetrics.model.deal_fields import KINDS
from salesmetrics.model.stage import Outcome, SalesProcess

__all__ = ["columns_of_cells"]


def columns_of_cells(data: Any, form: DealFormat, bad_rows: BadRows, into: str | None) -> Unchecked:
    """Read foreign columns through a format.

    Args:
        data: The columns.
        form: Which of them are read, and how.
        bad_rows: Whether raw cells will be asked for.
        into: The currency into which money will be converted; without it, it must be of one.

    Raises:
        InvalidTableError: Columns are of different lengths.
        InvalidValueError: The arguments are not what they must be.
    """
    if not isinstance(form, DealFormat):
        raise InvalidValueError(f"format must be a DealFormat, got {shown(form)}; write DealFormat(id=..., stage=...)")
    each_its_own = {form.id, form.amount, form.probability, *form.values.values()}
    data = opened(data, form, bad_rows, each_its_own, "{'id': [...], 'stage': [...]}", "Deals")
    column, reader, n_rows = data.column, data.reader, data.n_rows
    faults = reader.faults
    names: dict[str, str | None] = {field: getattr(form, field) for field in FIELDS}
    names["closed"] = form.close if form.closed is None else form.closed

    def given(field: str) -> tuple[Cells, str]:
        """The cells of a field, and what the caller calls them."""
        return column(names[field]), names[field] or field

    money = {"amount": given("amount")}
    money |= {name: (column(named), named) for name, named in form.values.items() if name not in form.plain_values}
    codes = reader.currencies(column(form.currency_column), form.currency_column or "currency")
    currencies: dict[str, Coded] = {}
    if into is None:
        currency = form.currency or currency_of(money.values(), codes, form.currency_column, reader)
        values = {name: reader.amounts(*one, currency, digits_of(currency)) for name, one in money.items()}
    else:
        currency = into
        currencies = {name: _currencies(cells, codes, form) for name, (cells, _) in money.items()}
        if form.currency is None and form.currency_column is None:
            note_unnamed(money.values(), reader)
        values = {name: _in_own_units(reader, *one, currencies[name]) for name, one in money.items()}
    if form.currency_column is not None:
        note_bare(values.values(), codes, form.currency_column, faults)
    amount = values.pop("amount")
    values |= {
        name: reader.amounts(column(form.values[name]), form.values[name], None, 0) for name in form.plain_values
    }
    process = form.process or SalesProcess.standard()
    named = reader.names(*given("stage"))
    stage = staged(named, process, form.stage, faults)
    if form.outcome is not None:
        stage = _outcomes_applied(stage, reader, column(form.outcome.column), form.outcome, process)
    closed, expected = reader.days(*given("closed")), reader.days(*given("expected_close"))
    if form.close is not None:
        open_names = (one.name for one in process if one.outcome is Outcome.OPEN)
        is_open = stage.is_in(*open_names) | ~named.known  # no stage is open, as in the table
        expected = Masked(np.where(is_open, closed.values, 0), closed.known & is_open)
        closed = Masked(np.where(is_open, 0, closed.values), closed.known & ~is_open)
    kind = reader.words(*given("kind"), {word: word for word in KINDS})
    columns = DealColumns(
        process=process,
        currency=currency,
        id=reader.ids(*given("id")),
        amount=amount,
        stage=stage,
        owner=reader.names(*given("owner")),
        created=reader.days(*given("created")),
        closed=closed,
        expected_close=expected,
        probability=reader.probabilities(*given("probability"), percent=form.probability_scale == "percent"),
        category=reader.words(*given("category"), categories(form)),
        kind=kind if form.kind is not None else Coded(np.zeros(n_rows, np.int8), KINDS),  # new, as in Deal
        account=reader.names(*given("account")),
        values=values,
        labels={name: reader.labels(column(named), named) for name, named in form.labels.items()},
    )
    if form.deleted is not None:
        note_deleted(reader, column(form.deleted), form.deleted)
    called = {field: column for field, column in names.items() if column is not None} | dict(form.values)
    if form.close is not None:
        called["expected_close"] = form.close
    if form.outcome is not None:
        called["outcome"] = form.outcome.column
    return Unchecked(columns, currencies, called, faults, data.raw)


def _outcomes_applied(stage: Coded, reader: Reader, cells: Cells, rule: OutcomeColumn, process: SalesProcess) -> Coded:
    """Stages corrected by the column that says how deals ended."""
    said = reader.words(cells, rule.column, rule.outcomes)
    codes = stage.codes.copy()
    for outcome in (Outcome.WON, Outcome.LOST, Outcome.OPEN):
        fits = stage.is_in(*(one.name for one in process if one.outcome is outcome))
        rows = np.flatnonzero(said.is_in(outcome) & ~fits & stage.known)
        ends = [code for code, one in enumerate(process) if one.outcome is outcome]
        if len(rows) == 0:
            continue
        if outcome is Outcome.OPEN:
            reader.faults.note(rule.column, "outcome_disagrees", rows, "deal is called open in a closed stage",
                               "deals are called open in a closed stage",
                               "correct the stage or the outcome")  # fmt: skip
        elif len(ends) != 1:
            detail = f"the process must have one {outcome.value} stage, got {len(ends)}"
            hint = "give it one stage for deals that the column calls so"
            reader.faults.add(rule.column, "outcome_without_stage", detail, hint)
        else:
            codes[rows] = ends[0]
    return Coded(codes, process.names)


def _currencies(cells: Cells, codes: Coded, form: DealFormat) -> Coded:
    """The currency of each row: the format's, that of its column, or that of the money in the cells."""
    if form.currency is not None:
        return Coded(np.zeros(len(cells), np.int8), (form.currency,))
    if form.currency_column is not None:
        return codes
    return currencies_of(objects(cells))


def _in_own_units(reader: Reader, cells: Cells, column: str, currencies: Coded) -> Masked:
    """Money in minor units of the currency of each row."""
    values, known = np.zeros(len(cells), np.int64), np.zeros(len(cells), np.bool_)
    for code, currency in [*enumerate(currencies.names), (-1, NO_CURRENCY)]:
        own = currencies.codes == code
        part = [cell if is_own else None for cell, is_own in zip(objects(cells), own.tolist(), strict=True)]
        read = reader.amounts(part, column, currency, digits_of(currency))
        values += read.values
        known |= read.known
    return Masked(values, known, NO_CURRENCY)
