"""The one door: objects or foreign columns become the checked columns of a table, or a list of every fault."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, tzinfo
from typing import Any

import numpy as np
from attrs import asdict
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, Flags, Masked, coded
from salesmetrics._numeric.days import EPOCH
from salesmetrics.errors import InvalidValueError, nearest, shown
from salesmetrics.model.currencies import NO_CURRENCY, exponent
from salesmetrics.model.deal import KINDS, Deal
from salesmetrics.model.labels import EMPTY
from salesmetrics.model.money import Money
from salesmetrics.model.probability import MILLION
from salesmetrics.model.stage import Category, Outcome, SalesProcess
from salesmetrics.table.cells import Cells, Reader, as_cells
from salesmetrics.table.columns import DealColumns
from salesmetrics.table.faults import DOUBTS, BadRows, Faults, SetAside, check_door_words, many, set_aside
from salesmetrics.table.format import DealFormat, OutcomeColumn, reserved_names

__all__ = ["columns_of_cells", "columns_of_deals"]

_OWN = {name: name for name in ("id", "stage", "amount", "created", "closed")}


def columns_of_deals(
    deals: Iterable[Deal], process: SalesProcess | None, bad_rows: BadRows, accept: Collection[str]
) -> tuple[DealColumns, tuple[SetAside, ...]]:
    """Lay deals down in columns, and check them.

    Raises:
        InvalidTableError: They are not deals, or contradict themselves or each other.
        InvalidValueError: `bad_rows` or `accept` are misspelt.
    """
    check_door_words(bad_rows, accept)
    if process is not None and not isinstance(process, SalesProcess):
        raise InvalidValueError(f"process must be a SalesProcess, got {shown(process)}; write SalesProcess([...])")
    if isinstance(deals, (str, bytes, Mapping)) or hasattr(deals, "columns") or not isinstance(deals, Iterable):
        raise InvalidValueError(
            f"Deals.of takes Deal objects, got {type(deals).__name__}; "
            "for columns of foreign data use Deals.from_columns(data, format)"
        )
    rows = list(deals)
    strays = [] if set(map(type, rows)) <= {Deal} else [row for row, deal in enumerate(rows) if not isinstance(deal, Deal)]
    if strays:
        raise InvalidValueError(
            f"Deals.of takes Deal objects, got {type(rows[strays[0]]).__name__} at row {strays[0]}; "
            "for columns of foreign data use Deals.from_columns(data, format)"
        )
    faults = Faults("Deals")
    process = process or SalesProcess.standard()
    amounts = [deal.amount for deal in rows]
    values = {name: [deal.values.get(name) for deal in rows] for name in _names_among([deal.values for deal in rows])}
    labels = {name: [deal.labels.get(name) for deal in rows] for name in _names_among([deal.labels for deal in rows])}
    currency = _one_currency({"amount": amounts, **values}, faults)
    columns = DealColumns(
        process=process,
        currency=currency,
        id=_ids([deal.id for deal in rows]),
        amount=_amounts("amount", amounts, currency, faults),
        stage=_staged(coded([deal.stage for deal in rows]), process, "stage", faults),
        owner=coded([deal.owner for deal in rows]),
        created=_days([deal.created for deal in rows]),
        closed=_days([deal.closed for deal in rows]),
        expected_close=_days([deal.expected_close for deal in rows]),
        probability=_probabilities([deal.probability for deal in rows]),
        category=_ordered([deal.category for deal in rows], tuple(Category)),
        kind=_ordered([deal.kind for deal in rows], KINDS),
        account=coded([deal.account for deal in rows]),
        values={name: _amounts(name, cells, currency, faults) for name, cells in values.items()},
        labels={name: coded(cells) for name, cells in labels.items()},
    )
    return _checked(columns, faults, _OWN, bad_rows, accept, lambda row: asdict(rows[row], recurse=False))


def columns_of_cells(
    data: Mapping[str, Any], form: DealFormat, bad_rows: BadRows, accept: Collection[str], faults: Faults
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
    if not isinstance(data, Mapping):
        raise InvalidValueError(
            f"data must map column names to columns, got {type(data).__name__}; write {{'id': [...], 'stage': [...]}}"
        )
    cells = _cells_of(data, form, faults)
    n_rows = max(map(len, cells.values()), default=0)
    reader = Reader(
        faults,
        frozenset(form.missing),
        form.rounding,
        form.date_format,
        _zone(form.zone),
    )

    def column(name: str | None) -> Cells:
        found = cells.get(name) if name is not None else None
        return [None] * n_rows if found is None else found

    process = form.process or SalesProcess.standard()
    money = {"amount": form.amount, **{name: form.values[name] for name in form.values if name not in form.plain_values}}
    currency = _currency_of_cells(form, {name: column(name) for name in money.values()}, column, reader)
    digits = exponent(currency)
    stage = _staged(reader.names(column(form.stage), form.stage), process, form.stage, faults)
    if form.outcome is not None:
        stage = _outcomes_applied(stage, reader, column(form.outcome.column), form.outcome, process)
    closed = reader.days(column(form.closed or form.close), form.closed or form.close or "closed")
    expected = reader.days(column(form.expected_close), form.expected_close or "expected_close")
    if form.close is not None:
        is_open = stage.is_in(*(one.name for one in process if one.outcome is Outcome.OPEN))
        expected = Masked(np.where(is_open, closed.values, 0), closed.known & is_open)
        closed = Masked(np.where(is_open, 0, closed.values), closed.known & ~is_open)
    kind = reader.words(column(form.kind), form.kind or "kind", {word: word for word in KINDS})
    columns = DealColumns(
        process=process,
        currency=currency,
        id=reader.ids(column(form.id), form.id),
        amount=reader.amounts(column(form.amount), form.amount or "amount", currency, digits),
        stage=stage,
        owner=reader.names(column(form.owner), form.owner or "owner"),
        created=reader.days(column(form.created), form.created or "created"),
        closed=closed,
        expected_close=expected,
        probability=reader.probabilities(
            column(form.probability), form.probability or "probability", percent=form.probability_scale == "percent"
        ),
        category=reader.words(
            column(form.category), form.category or "category", {one.value: one for one in Category}
        ),
        kind=Coded(np.where(kind.known, kind.codes, 0), KINDS),  # an unsaid kind is new business, as in Deal
        account=reader.names(column(form.account), form.account or "account"),
        values={
            name: reader.amounts(column(source), source, None, 0)
            if name in form.plain_values
            else reader.amounts(column(source), source, currency, digits)
            for name, source in form.values.items()
        },
        labels={name: reader.labels(column(source), source) for name, source in form.labels.items()},
    )
    own = {name: getattr(form, name) or name for name in _OWN}
    own["closed"] = form.closed or form.close or "closed"
    return _checked(
        columns, faults, own, bad_rows, accept, lambda row: {name: _plain(data[name], row) for name in data}
    )


def _checked(
    columns: DealColumns,
    faults: Faults,
    own: Mapping[str, str],
    bad_rows: BadRows,
    accept: Collection[str],
    cells_of: Callable[[int], dict[str, Any]],
) -> tuple[DealColumns, tuple[SetAside, ...]]:
    """The one checking function: fields against each other, then faults are refused or set aside."""
    n_rows = len(columns.id)
    read = {name: ~faults.rows_at_fault(own[name], n_rows) for name in own}
    whole = {problem.column for problem in faults.found if not problem.rows}  # no more is said of a missing column
    is_open = columns.has_outcome(Outcome.OPEN)
    is_closed = columns.has_outcome(Outcome.WON, Outcome.LOST)
    created, closed, amount = columns.created, columns.closed, columns.amount

    def note(name: str, rule: str, wrong: Flags, one: str, more: str, hint: str) -> None:
        rows = np.flatnonzero(wrong & read[name])
        if len(rows) and own[name] not in whole:
            doubt = f", or accept={{{rule!r}}}" if rule in DOUBTS else ""
            faults.add(own[name], rule, many(len(rows), one, more), hint + doubt, rows)

    note("id", "duplicate_id", _repeated(columns.id), "row repeats an id", "rows share an id with another row",
         "keep one row of each deal")  # fmt: skip
    note("closed", "closed_while_open", is_open & closed.known, "open deal has a close date",
         "open deals have a close date", "expected_close is the day on which an open deal is due")  # fmt: skip
    note("closed", "closed_before_created", created.known & closed.known & (closed.values < created.values),
         "deal closes before it was created", "deals close before they were created", "correct a date")  # fmt: skip
    note("closed", "missing_close", is_closed & ~closed.known, "won or lost deal has no close date",
         "won or lost deals have no close date", "give the day on which each one ended")  # fmt: skip
    note("amount", "missing_amount", ~amount.known, "deal has no amount", "deals have no amount",
         "give what each one is worth")  # fmt: skip
    note("amount", "negative_amount", amount.values < 0, "deal has an amount below zero",
         "deals have an amount below zero", "correct the sign")  # fmt: skip
    note("created", "missing_created", ~created.known, "deal has no day of creation",
         "deals have no day of creation", "give the day on which each one came into the book")  # fmt: skip
    for fault in reserved_names(columns.values, columns.labels):
        faults.add("labels", "reserved_name", fault, "choose another name")
    good, kept = faults.settle(n_rows, bad_rows, accept)
    if not kept:
        return columns, ()
    return columns.cut(good), set_aside(kept, cells_of)


def _names_among(mappings: list[Mapping[str, Any]]) -> list[str]:
    return sorted({name for mapping in mappings if mapping is not EMPTY for name in mapping})


def _one_currency(money: Mapping[str, list[Any]], faults: Faults) -> str:
    """The currency of all money in the columns; more than one is a fault of the table."""
    seen: dict[str, int] = {}
    for cells in money.values():
        for currency in {cell.currency for cell in cells if type(cell) is Money} - {NO_CURRENCY}:
            row = next(row for row, cell in enumerate(cells) if type(cell) is Money and cell.currency == currency)
            seen[currency] = min(row, seen.get(currency, row))
    if len(seen) > 1:
        first = ", ".join(f"{currency} from row {row}" for currency, row in sorted(seen.items()))
        faults.add("amount", "mixed_currencies", f"a table has one currency, got {first}", "convert to one of them first")
    return min(seen, default=NO_CURRENCY)


def _amounts(name: str, cells: list[Any], currency: str, faults: Faults) -> Masked:
    known = np.array([cell is not None for cell in cells], np.bool_)
    kinds = set(map(type, cells)) - {type(None)}
    is_plain = kinds == {int}
    if len(kinds) > 1:
        faults.add(name, "mixed_kinds", "a value is Money or a whole number, got both", "give it the same kind throughout")
        return Masked(np.zeros(len(cells), np.int64), known & False)
    minor = [0 if cell is None else cell if is_plain else cell.minor for cell in cells]
    try:
        values = np.array(minor, np.int64)
    except OverflowError:
        far = [row for row, one in enumerate(minor) if not -(2**63) < one < 2**63]
        faults.add(name, "too_large", many(len(far), "amount is", "amounts are") + " beyond 64 bits", "check the unit", far)
        values = np.array([0 if not -(2**63) < one < 2**63 else one for one in minor], np.int64)
    return Masked(values, known, None if is_plain else currency)


def _days(days: list[date | None]) -> Masked:
    ordinals = np.array([0 if day is None else day.toordinal() for day in days], np.int32)  # the first day has 1
    known = ordinals > 0
    return Masked(np.where(known, ordinals - EPOCH, 0).astype(np.int32), known)


def _probabilities(chances: list[float | None]) -> Masked:
    shares = np.array(chances, np.float64)  # None becomes NaN
    known = ~np.isnan(shares)
    # each is the float nearest to whole millionths, so rounding finds them exactly
    return Masked(np.rint(np.where(known, shares, 0) * MILLION).astype(np.int32), known)


def _ids(ids: list[str | int]) -> NDArray[Any]:
    if ids and set(map(type, ids)) == {int}:
        try:
            return np.array(ids, np.int64)
        except OverflowError:
            pass  # a larger number stays an object
    column = np.empty(len(ids), object)
    column[:] = ids
    return column


def _ordered(cells: list[Any], order: tuple[Any, ...]) -> Coded:
    place = {None: -1, **{name: code for code, name in enumerate(order)}}
    return Coded(np.fromiter(map(place.__getitem__, cells), np.int8, len(cells)), order)


def _repeated(ids: NDArray[Any]) -> Flags:
    """Which rows have an id that another row has too."""
    if ids.dtype == object:
        listed = ids.tolist()
        if len(set(listed)) == len(listed):
            return np.zeros(len(listed), np.bool_)
        seen: dict[Any, int] = {}
        for one in listed:
            seen[one] = seen.get(one, 0) + 1
        return np.array([seen[one] > 1 for one in listed], np.bool_)
    order = np.argsort(ids, kind="stable")
    twin = ids[order[1:]] == ids[order[:-1]]
    flags = np.zeros(len(ids), np.bool_)
    flags[order[1:][twin]] = flags[order[:-1][twin]] = True
    return flags


def _staged(names: Coded, process: SalesProcess, column: str, faults: Faults) -> Coded:
    """Stage names as codes into the process; names that it does not have are faults."""
    place = {name: code for code, name in enumerate(process.names)}
    for strange in (name for name in names.names if name not in place):
        rows = np.flatnonzero(names.is_in(strange))
        hint = nearest(strange, process.names)
        faults.add(column, "unknown_stage", f"the process has no stage {shown(strange)}", hint, rows)
    gaps = np.flatnonzero(~names.known)
    if len(gaps) and not any(problem.column == column and not problem.rows for problem in faults.found):
        faults.add(column, "missing_stage", many(len(gaps), "deal has", "deals have") + " no stage", "give each one", gaps)
    return Coded(names.lookup([place.get(name, -1) for name in names.names], -1), process.names)


def _outcomes_applied(
    stage: Coded, reader: Reader, cells: Cells, rule: OutcomeColumn, process: SalesProcess
) -> Coded:
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
            reader.faults.add(
                rule.column, "outcome_disagrees", many(len(rows), "deal is", "deals are") + " called open in a closed stage",
                "correct the stage or the outcome", rows,
            )  # fmt: skip
        elif len(ends) != 1:
            reader.faults.add(
                rule.column, "outcome_without_stage", f"the process must have one {outcome.value} stage, got {len(ends)}",
                "give it one stage for deals that the column calls so",
            )  # fmt: skip
        else:
            codes[rows] = ends[0]
    return Coded(codes, process.names)


def _cells_of(data: Mapping[str, Any], form: DealFormat, faults: Faults) -> dict[str, Cells]:
    """The columns that the format names, or the faults of those that are not there or not columns."""
    wanted = [getattr(form, name) for name in _NAMED] + [*form.values.values(), *form.labels.values()]
    if form.outcome is not None:
        wanted.append(form.outcome.column)
    cells: dict[str, Cells] = {}
    for name in dict.fromkeys(name for name in wanted if name is not None):
        if name not in data:
            faults.add(name, "missing_column", "the data have no such column", nearest(name, data))
            continue
        try:
            cells[name] = as_cells(data[name])
        except InvalidValueError as fault:
            faults.add(name, "not_a_column", *str(fault).split("; ", 1))
    lengths = {len(column) for column in cells.values()}
    if len(lengths) > 1:
        sizes = ", ".join(f"{name} {len(column):,}" for name, column in cells.items())
        faults.add("columns", "unequal_lengths", f"columns must be of one length, got {sizes}", "give every row a cell")
        faults.refuse()
    return cells


def _currency_of_cells(
    form: DealFormat, money: Mapping[str, Cells], column: Callable[[str | None], Cells], reader: Reader
) -> str:
    if form.currency is not None:
        return form.currency
    if form.currency_column is None:
        listed = {name: cells if isinstance(cells, list) else cells[:1].tolist() for name, cells in money.items()}
        currency = _one_currency(listed, reader.faults)
        bare = [name for name, cells in listed.items() if any(type(cell) is not Money and cell is not None for cell in cells)]
        if bare:
            reader.faults.add(
                bare[0], "missing_currency", "amounts must be in a currency, and the format names none",
                "write currency='USD' or currency_column=... in the format",
            )  # fmt: skip
        return currency
    name = form.currency_column
    read = reader.names(column(name), name)
    used = [code for code in read.names if read.is_in(code).any()]
    for code in used:
        try:
            exponent(code)
        except InvalidValueError as fault:
            reader.faults.add(name, "unknown_currency", *str(fault).split("; ", 1), np.flatnonzero(read.is_in(code)))
            return NO_CURRENCY
    if len(used) > 1:
        reader.faults.add(name, "mixed_currencies", f"a table has one currency, got {', '.join(used)}", "convert first")
    return used[0] if used else NO_CURRENCY


def _zone(name: str | None) -> tzinfo | None:
    if name is None:
        return None
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


def _plain(cells: Any, row: int) -> Any:
    """One raw cell, as a plain object; `None` where a ragged row has none."""
    try:
        cell = cells[row]
    except IndexError:
        return None
    return cell.item() if isinstance(cell, np.generic) else cell


_NAMED = (
    "id stage amount owner created closed expected_close close probability category kind account currency_column".split()
)
