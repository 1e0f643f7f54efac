"""The columns of a table of quotas, laid down from objects or read from foreign columns, and their one checking."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import field, fields, frozen

from salesmetrics._numeric.columns import Coded, Flags, Index, Masked, coded, readonly
from salesmetrics._numeric.days import day_number, day_of_number
from salesmetrics.door.cell_values import as_flag
from salesmetrics.door.faults import BadRows, Faults, SetAside, check_door_words, good_rows_of
from salesmetrics.door.loose_columns import amount_column, day_column, one_currency
from salesmetrics.door.objects import cells_of, objects_of
from salesmetrics.door.opening import opened
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.format.quota_format import QuotaFormat, reserved_conditions
from salesmetrics.model.calendar import PeriodKey
from salesmetrics.model.currencies import exponent
from salesmetrics.model.labels import FrozenMapping
from salesmetrics.model.quota import Quota

__all__ = ["QUOTA_DOUBTS", "QuotaColumns", "columns_of_quota_cells", "columns_of_quotas"]

QUOTA_DOUBTS = ("missing_amount",)
"""Faults that real quotas have, which a caller may accept by name; every other fault is fatal."""


def _frozen(columns: Mapping[str, Coded]) -> FrozenMapping[Coded]:
    return FrozenMapping(columns)


@frozen(eq=False)
class QuotaColumns:
    """The columns of a table of quotas; a quota stands at the same place in each.

    Args:
        value: What all the quotas count.
        rep: Names of reps.
        start: Days since 1970.
        end: Days since 1970, the day after the last.
        amount: Minor units, or plain numbers; not known for reps without a quota.
        overlay: Whose credit is not counted a second time.
        where: What deals must be, by key or label.
    """

    value: str
    rep: Coded
    start: Masked
    end: Masked
    amount: Masked
    overlay: Flags
    where: Mapping[str, Coded] = field(converter=_frozen)

    def __attrs_post_init__(self) -> None:
        readonly(self.overlay)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(getattr(self, one.name) for one in fields(type(self)))  # a pickle forgets "read-only"

    def rows(self, index: Index) -> dict[str, Any]:
        """Every column, cut to some rows."""
        return {
            **{name: getattr(self, name).take(index) for name in ("rep", "start", "end", "amount")},
            "overlay": self.overlay[index],
            "where": {name: column.take(index) for name, column in self.where.items()},
        }


def columns_of_quotas(quotas: Iterable[Quota]) -> QuotaColumns:
    """Lay quotas down in columns, and check them.

    Raises:
        InvalidTableError: They contradict each other.
        InvalidValueError: They are not quotas.
    """
    rows = objects_of(Quota, quotas, "Quotas")
    faults = Faults("Quotas")
    values = sorted({one.value for one in rows})
    if len(values) > 1:
        detail = f"quotas of a table must count one value, got {', '.join(map(shown, values[:8]))}"
        faults.add("value", "mixed_values", detail, "make a table of each")
    names = sorted({name for one in rows for name in one.where})
    _note_reserved(names, faults)
    amounts = [one.amount for one in rows]
    unit = one_currency([amounts], "amount", faults, "make a table of each, or convert them first")
    columns = QuotaColumns(
        value=values[0] if values else "amount",
        rep=coded([one.rep for one in rows]),
        start=day_column([one.period.start for one in rows]),
        end=day_column([one.period.end for one in rows]),
        amount=amount_column("amount", amounts, unit, faults),
        overlay=np.array([one.overlay for one in rows], np.bool_),
        where={name: coded([one.where.get(name) for one in rows]) for name in names},
    )
    return _checked(columns, faults, {}, "refuse", QUOTA_DOUBTS, cells_of(rows))[0]


def columns_of_quota_cells(
    data: Any, form: QuotaFormat, bad_rows: BadRows, accept: Collection[str]
) -> tuple[QuotaColumns, tuple[SetAside, ...]]:
    """Read foreign columns through a format, and check them.

    Raises:
        InvalidTableError: Columns are missing or of different lengths, cells cannot be read, or quotas contradict each
            other.
        InvalidValueError: The arguments are not what they must be.
    """
    check_door_words(bad_rows, accept, QUOTA_DOUBTS)
    if not isinstance(form, QuotaFormat):
        raise InvalidValueError(
            f"format must be a QuotaFormat, got {shown(form)}; write QuotaFormat(rep=..., start=..., amount=...)"
        )
    opening = opened(data, form, bad_rows, {form.amount}, "{'rep': [...], 'start': [...], 'amount': [...]}", "Quotas")
    reader, faults = opening.reader, opening.reader.faults
    start = reader.days(opening.column(form.start), form.start)
    if form.periods is not None:
        start, end = _spans(start, form.periods)
    else:
        end = reader.days(opening.column(form.end), str(form.end))
    digits = 0 if form.currency is None else exponent(form.currency)
    columns = QuotaColumns(
        value=form.value,
        rep=reader.names(opening.column(form.rep), form.rep),
        start=start,
        end=end,
        amount=reader.amounts(opening.column(form.amount), form.amount, form.currency, digits),
        overlay=np.array(reader.each(opening.column(form.overlay), form.overlay or "overlay", as_flag), np.bool_),
        where={name: reader.labels(opening.column(named), named) for name, named in form.where.items()},
    )
    called = {"rep": form.rep, "start": form.start, "end": form.end or form.start, "amount": form.amount}
    for name, column in (("rep", columns.rep), ("start", columns.start), ("end", columns.end)):
        if not (name == "end" and form.periods is not None):
            faults.note_missing(called[name], name, column.known, "quota", "quotas")
    return _checked(columns, faults, called, bad_rows, accept, opening.raw)


def _checked(
    columns: QuotaColumns,
    faults: Faults,
    called: Mapping[str, str],
    bad_rows: BadRows,
    accept: Collection[str],
    raw: Callable[[Sequence[int]], list[dict[str, Any]]],
) -> tuple[QuotaColumns, tuple[SetAside, ...]]:
    """Check quotas against each other; then refuse the table, or set the rows at fault aside.

    `called` gives the caller's names of the columns.
    """
    n_rows = len(columns.start)

    def note(name: str, rule: str, wrong: Flags, one: str, more: str, hint: str) -> None:
        own = called.get(name, name)
        rows = np.flatnonzero(wrong & ~faults.rows_at_fault(own, n_rows))
        if rule not in accept:
            faults.note(own, rule, rows, one, more, hint)

    placed = columns.start.known & columns.end.known
    note("end", "empty_period", placed & (columns.end.values <= columns.start.values),
         "quota has an end that is not after its start", "quotas have ends that are not after their starts",
         "the end is the day after the last")  # fmt: skip
    note("amount", "missing_amount", ~columns.amount.known, "quota has no amount", "quotas have no amount",
         "fill it in, or for reps without a quota accept={'missing_amount'}")  # fmt: skip
    note("amount", "negative_amount", columns.amount.values < 0, "quota is below zero", "quotas are below zero",
         "correct the sign")  # fmt: skip
    _note_overlaps(columns, called.get("start", "start"), faults)
    return good_rows_of(columns, faults, n_rows, bad_rows, accept, raw)


def _note_overlaps(columns: QuotaColumns, called: str, faults: Faults) -> None:
    """Note quotas of a rep for which one deal could count twice."""
    is_whole = columns.rep.known & columns.start.known & (columns.end.values > columns.start.values)
    rows = np.flatnonzero(is_whole)
    order = np.lexsort((columns.start.values[rows], columns.overlay[rows], columns.rep.codes[rows]))
    reps, overlay = columns.rep.codes.tolist(), columns.overlay.tolist()
    starts, ends = columns.start.values.tolist(), columns.end.values.tolist()
    wheres = [*zip(*(column.codes.tolist() for column in columns.where.values()), strict=True)]
    at_fault: set[int] = set()
    first: tuple[int, int] | None = None
    running: list[int] = []
    for row in rows[order].tolist():
        running = [
            one
            for one in running
            if reps[one] == reps[row] and overlay[one] == overlay[row] and ends[one] > starts[row]
        ]
        twins = [one for one in running if not wheres or _may_meet(wheres[one], wheres[row])]
        if twins:
            at_fault |= {row, *twins}
            first = first or (row, twins[0])
        running.append(row)
    if first is not None:
        day, rep = day_of_number(starts[first[0]]), shown(columns.rep[first[0]])
        detail = f"a deal must count for one quota of a rep, got two of {rep} on {day} that may both count it"
        hint = "end one before the next begins, say where each counts, or make a table of each"
        faults.add(called, "overlapping_quotas", detail, hint, sorted(at_fault), of_one="another quota counts the same")


def _may_meet(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether a deal can be what both ask for: they ask for nothing different of one label."""
    return all(-1 in pair or pair[0] == pair[1] for pair in zip(one, other, strict=True))


def _note_reserved(names: Iterable[str], faults: Faults) -> None:
    for fault in reserved_conditions(names):
        detail, _, hint = fault.rpartition("; ")
        faults.add("where", "reserved_name", detail, hint)


def _spans(days: Masked, periods: PeriodKey) -> tuple[Masked, Masked]:
    """The first days, and the days after the last, of the periods in which days fall."""
    spans = [None if day is None else periods.of(day_of_number(day)) for day in days]
    starts = [0 if span is None else day_number(span.start) for span in spans]
    ends = [0 if span is None else day_number(span.end) for span in spans]
    return Masked(np.array(starts, np.int32), days.known), Masked(np.array(ends, np.int32), days.known)
