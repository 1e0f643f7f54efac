"""Foreign columns, read through a format."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import partial
from typing import Any

import numpy as np

from salesmetrics._numeric.columns import Coded, Masked
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.currencies import NO_CURRENCY, exponent
from salesmetrics.model.deal_fields import KINDS
from salesmetrics.model.money import Money
from salesmetrics.model.stage import Category, Outcome, SalesProcess
from salesmetrics.table.cells import Cells, Reader, objects
from salesmetrics.table.checks import MIXED, checked, currencies_of, one_currency, staged
from salesmetrics.table.columns import DealColumns
from salesmetrics.table.conversion import Conversion, check_conversion, checked_in_one_currency
from salesmetrics.table.faults import BadRows, Faults, SetAside, check_door_words, many
from salesmetrics.table.format import FIELDS, DealFormat, OutcomeColumn
from salesmetrics.table.opening import opened

__all__ = ["columns_of_cells"]

_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_MOST_DECIMALS = 4  # of any currency: where none is known, no amount is refused for its decimals


def columns_of_cells(
    data: Any,
    form: DealFormat,
    bad_rows: BadRows,
    accept: Collection[str],
    convert: Conversion | None,
    faults: Faults,
) -> tuple[DealColumns, tuple[SetAside, ...]]:
    """Read foreign columns through a format, and check them.

    Raises:
        InvalidTableError: Columns are missing or of different lengths, cells cannot be read, or rows contradict
            themselves or each other.
        InvalidValueError: The arguments are not what they must be.
    """
    check_door_words(bad_rows, accept)
    check_conversion(convert)
    if not isinstance(form, DealFormat):
        raise InvalidValueError(f"format must be a DealFormat, got {shown(form)}; write DealFormat(id=..., stage=...)")
    each_its_own = {form.id, form.amount, form.probability, *form.values.values()}
    data = opened(data, form, bad_rows, each_its_own, "{'id': [...], 'stage': [...]}", faults)
    column, reader, n_rows = data.column, data.reader, data.n_rows
    names: dict[str, str | None] = {field: getattr(form, field) for field in FIELDS}
    names["closed"] = form.close if form.closed is None else form.closed

    def given(field: str) -> tuple[Cells, str]:
        """The cells of a field, and what the caller calls them."""
        return column(names[field]), names[field] or field

    money = {"amount": given("amount")}
    money |= {name: (column(named), named) for name, named in form.values.items() if name not in form.plain_values}
    codes = reader.currencies(column(form.currency_column), form.currency_column or "currency")
    currencies: dict[str, Coded] = {}
    if convert is None:
        currency = form.currency or _currency(money.values(), codes, form.currency_column, reader)
        values = {name: reader.amounts(*one, currency, _digits(currency)) for name, one in money.items()}
    else:
        currency = convert.currency
        currencies = {name: _currencies(cells, codes, form) for name, (cells, _) in money.items()}
        if form.currency is None and form.currency_column is None:
            _note_unnamed(money.values(), reader)
        values = {name: _in_own_units(reader, *one, currencies[name]) for name, one in money.items()}
    if form.currency_column is not None:
        _note_bare(values.values(), codes, form.currency_column, faults)
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
        category=reader.words(*given("category"), _categories(form)),
        kind=kind if form.kind is not None else Coded(np.zeros(n_rows, np.int8), KINDS),  # new, as in Deal
        account=reader.names(*given("account")),
        values=values,
        labels={name: reader.labels(column(named), named) for name, named in form.labels.items()},
    )
    if form.deleted is not None:
        _note_deleted(reader, column(form.deleted), form.deleted)
    own = {field: names[field] or field for field in ("id", "stage", "amount", "created", "closed")}
    check = partial(checked, faults=faults, own=own, bad_rows=bad_rows, accept=accept, cells_of=data.raw)
    if convert is None:
        return check(columns)
    called = {**own, **form.values}
    called["expected_close"] = form.close or form.expected_close or "expected_close"
    return checked_in_one_currency(columns, currencies, convert, called, faults, check)


def _categories(form: DealFormat) -> dict[str, Category]:
    """What each word for a forecast category stands for; ours come first, which keeps the categories in their order."""
    own = {word: Category(ours) for word, ours in form.category_words.items()}
    return {one.value: one for one in Category} | own


def _note_deleted(reader: Reader, cells: Cells, column: str) -> None:
    """Note rows that are marked as deleted."""
    rows = [row for row, is_deleted in enumerate(reader.each(cells, column, _flag)) if is_deleted]
    if rows:
        detail = many(len(rows), "row is", "rows are") + " marked as deleted"
        hint = "leave deleted rows out of the export, or set them aside"
        reader.faults.add(column, "deleted_row", detail, hint, rows, of_one="the row is marked as deleted")


def _flag(cell: Any) -> bool:
    flag = _FLAGS.get(str(cell).strip().casefold())
    if flag is None:
        raise InvalidValueError(f"a flag must be true or false, got {shown(cell)}; write one of them")
    return flag


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
            detail = many(len(rows), "deal is", "deals are") + " called open in a closed stage"
            reader.faults.add(rule.column, "outcome_disagrees", detail, "correct the stage or the outcome", rows)
        elif len(ends) != 1:
            detail = f"the process must have one {outcome.value} stage, got {len(ends)}"
            hint = "give it one stage for deals that the column calls so"
            reader.faults.add(rule.column, "outcome_without_stage", detail, hint)
        else:
            codes[rows] = ends[0]
    return Coded(codes, process.names)


def _currency(money: Collection[tuple[Cells, str]], codes: Coded, currency_column: str | None, reader: Reader) -> str:
    """The currency of all amounts, as their column or they themselves say; XXX where neither does."""
    if currency_column is not None:
        if len(codes.names) > 1:
            detail = f"a table has one currency, got {', '.join(codes.names)}"
            reader.faults.add(currency_column, "mixed_currencies", detail, MIXED)
        return min(codes.names, default=NO_CURRENCY)
    _note_unnamed(money, reader)
    listed = {named: objects(cells) for cells, named in money}
    return one_currency(listed.values(), next(iter(listed)), reader.faults)


def _note_unnamed(money: Iterable[tuple[Cells, str]], reader: Reader) -> None:
    """Note amounts that are bare numbers, where the format names no currency."""
    bare = [
        named
        for cells, named in money
        if any(type(cell) is not Money and not reader.is_missing(cell) for cell in objects(cells))
    ]
    if bare:
        detail, hint = "amounts must be in a currency, and the format names none", "write currency='USD' in the format"
        reader.faults.add(bare[0], "missing_currency", detail, f"{hint}, or currency_column=...")


def _digits(currency: str) -> int:
    return _MOST_DECIMALS if currency == NO_CURRENCY else exponent(currency)


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
        read = reader.amounts(part, column, currency, _digits(currency))
        values += read.values
        known |= read.known
    return Masked(values, known, NO_CURRENCY)


def _note_bare(money: Iterable[Masked], codes: Coded, column: str, faults: Faults) -> None:
    """Note amounts beside which no currency stands; zero needs none."""
    has_money = np.logical_or.reduce([one.values != 0 for one in money])
    rows = np.flatnonzero(has_money & ~codes.known & ~faults.rows_at_fault(column, len(codes)))
    if len(rows):
        detail = many(len(rows), "amount has", "amounts have") + " no currency"
        faults.add(column, "missing_currency", detail, "give each one its code", rows)
