"""Foreign columns, read through a format."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import tzinfo
from typing import Any, TypeAlias

import numpy as np

from salesmetrics._numeric.columns import Coded, Masked
from salesmetrics.errors import InvalidValueError, nearest, shown
from salesmetrics.model.currencies import NO_CURRENCY, exponent
from salesmetrics.model.deal_fields import KINDS
from salesmetrics.model.money import Money
from salesmetrics.model.stage import Category, Outcome, SalesProcess
from salesmetrics.table.cells import Cells, Reader, objects
from salesmetrics.table.checks import checked, one_currency, staged
from salesmetrics.table.columns import DealColumns
from salesmetrics.table.csv_file import CsvSource
from salesmetrics.table.faults import BadRows, Faults, SetAside, check_door_words, many
from salesmetrics.table.format import FIELDS, DealFormat, OutcomeColumn
from salesmetrics.table.frames import FrameSource, frame_source, may_be_frame
from salesmetrics.table.source import MappingSource

__all__ = ["columns_of_cells"]

Source: TypeAlias = MappingSource | FrameSource | CsvSource

_MOST_DECIMALS = 4  # of any currency: where none is known, no amount is refused for its decimals


def columns_of_cells(
    data: Any, form: DealFormat, bad_rows: BadRows, accept: Collection[str], faults: Faults
) -> tuple[DealColumns, tuple[SetAside, ...]]:
    """Read foreign columns through a format, and check them.

    Raises:
        InvalidTableError: Columns are missing or of different lengths, cells cannot be read, or rows contradict
            themselves or each other.
        InvalidValueError: The arguments are not what they must be.
    """
    check_door_words(bad_rows, accept)
    if not isinstance(form, DealFormat):
        raise InvalidValueError(f"format must be a DealFormat, got {shown(form)}; write DealFormat(id=..., stage=...)")
    source = _source(data, form, bad_rows)
    cells = _cells_of(source, form, faults)
    n_rows = max(map(len, cells.values()), default=0)
    reader = Reader(
        faults, frozenset(form.missing), form.rounding, form.date_format, _zone(form.zone), escaped=form.escaped
    )
    names: dict[str, str | None] = {field: getattr(form, field) for field in FIELDS}
    names["closed"] = form.close if form.closed is None else form.closed

    absent = Coded(np.full(n_rows, -1, np.int8), ())

    def column(name: str | None) -> Cells:
        return absent if name is None else cells.get(name, absent)

    def given(field: str) -> tuple[Cells, str]:
        """The cells of a field, and what the caller calls them."""
        return column(names[field]), names[field] or field

    money = {"amount": given("amount")}
    money |= {name: (column(named), named) for name, named in form.values.items() if name not in form.plain_values}
    codes = reader.currencies(column(form.currency_column), form.currency_column or "currency")
    currency = form.currency or _currency(money.values(), codes, form.currency_column, reader)
    digits = _MOST_DECIMALS if currency == NO_CURRENCY else exponent(currency)
    values = {name: reader.amounts(*one, currency, digits) for name, one in money.items()}
    if form.currency_column is not None:
        _note_bare(values.values(), codes, form.currency_column, faults)
    amount = values.pop("amount")
    values |= {
        name: reader.amounts(column(form.values[name]), form.values[name], None, 0) for name in form.plain_values
    }
    process = form.process or SalesProcess.standard()
    stage = staged(reader.names(*given("stage")), process, form.stage, faults)
    if form.outcome is not None:
        stage = _outcomes_applied(stage, reader, column(form.outcome.column), form.outcome, process)
    closed, expected = reader.days(*given("closed")), reader.days(*given("expected_close"))
    if form.close is not None:
        is_open = stage.is_in(*(one.name for one in process if one.outcome is Outcome.OPEN), None)  # as in the table
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
        category=reader.words(*given("category"), {one.value: one for one in Category}),
        kind=kind if form.kind is not None else Coded(np.zeros(n_rows, np.int8), KINDS),  # new, as in Deal
        account=reader.names(*given("account")),
        values=values,
        labels={name: reader.labels(column(named), named) for name, named in form.labels.items()},
    )
    own = {field: names[field] or field for field in ("id", "stage", "amount", "created", "closed")}
    return checked(columns, faults, own, bad_rows, accept, source.rows)


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


def _source(data: Any, form: DealFormat, bad_rows: BadRows) -> Source:
    """The columns of a CSV file that was opened, of a mapping or of a frame."""
    if isinstance(data, CsvSource):
        return data
    if isinstance(data, Mapping):
        return MappingSource(data)
    source = None
    if may_be_frame(data):
        source = frame_source(data, _columns_of(form), form.zone, whole=bad_rows == "set_aside")
    if source is None:
        raise InvalidValueError(
            f"data must map column names to columns, got {type(data).__name__}; "
            "write {'id': [...], 'stage': [...]}, or give a frame"
        )
    return source


def _columns_of(form: DealFormat) -> list[str]:
    """The columns that a format names."""
    names: list[str | None] = [getattr(form, name) for name in (*FIELDS, "currency_column")]
    names += [*form.values.values(), *form.labels.values(), None if form.outcome is None else form.outcome.column]
    return list(dict.fromkeys(name for name in names if name is not None))


def _cells_of(source: Source, form: DealFormat, faults: Faults) -> dict[str, Cells]:
    """The columns that the format names, or the faults of those that are not there or not columns."""
    each_its_own = {form.id, form.amount, form.probability, *form.values.values()}
    cells: dict[str, Cells] = {}
    for name in _columns_of(form):
        if name not in source.names:
            faults.add(name, "missing_column", "the data have no such column", nearest(name, source.names))
            continue
        if name in source.repeated:
            faults.add(name, "repeated_column", "the data have several columns of this name", "rename all but one")
            continue
        try:
            cells[name] = source.cells(name, repeats=name not in each_its_own)
        except InvalidValueError as fault:
            detail, _, hint = str(fault).rpartition("; ")
            faults.add(name, "not_a_column", detail, hint)
    lengths = {len(column) for column in cells.values()}
    if len(lengths) > 1:
        sizes = ", ".join(f"{name} {len(column):,}" for name, column in cells.items())
        faults.add("columns", "unequal_lengths", f"columns must be of one length, got {sizes}", "give every row a cell")
        faults.refuse()
    return cells


def _currency(money: Collection[tuple[Cells, str]], codes: Coded, currency_column: str | None, reader: Reader) -> str:
    """The currency of all amounts, as their column or they themselves say; XXX where neither does."""
    if currency_column is not None:
        if len(codes.names) > 1:
            detail = f"a table has one currency, got {', '.join(codes.names)}"
            reader.faults.add(currency_column, "mixed_currencies", detail, "convert to one first")
        return min(codes.names, default=NO_CURRENCY)
    listed = {named: objects(cells) for cells, named in money}
    bare = [
        named
        for named, cells in listed.items()
        if any(type(cell) is not Money and not reader.is_missing(cell) for cell in cells)
    ]
    if bare:
        detail, hint = "amounts must be in a currency, and the format names none", "write currency='USD' in the format"
        reader.faults.add(bare[0], "missing_currency", detail, f"{hint}, or currency_column=...")
    return one_currency(listed.values(), next(iter(listed)), reader.faults)


def _note_bare(money: Iterable[Masked], codes: Coded, column: str, faults: Faults) -> None:
    """Note amounts beside which no currency stands; zero needs none."""
    has_money = np.logical_or.reduce([one.values != 0 for one in money])
    rows = np.flatnonzero(has_money & ~codes.known & ~faults.rows_at_fault(column, len(codes)))
    if len(rows):
        detail = many(len(rows), "amount has", "amounts have") + " no currency"
        faults.add(column, "missing_currency", detail, "give each one its code", rows)


def _zone(name: str | None) -> tzinfo | None:
    if name is None:
        return None
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)
