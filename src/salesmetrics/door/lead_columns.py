"""The columns of a table of leads, laid down from objects or read from foreign columns, and their one checking."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import field, fields, frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, Flags, Index, Masked, coded, id_column, readonly
from salesmetrics._numeric.days import DAY
from salesmetrics._numeric.instants import instant_number
from salesmetrics.door.book_cells import note_deleted
from salesmetrics.door.deal_checks import repeated
from salesmetrics.door.faults import BadRows, Faults, SetAside, check_door_words, good_rows_of
from salesmetrics.door.field_columns import FieldColumn, field_column, field_of_cells, note_mixed_kinds
from salesmetrics.door.loose_columns import day_column, ordered_column
from salesmetrics.door.objects import cells_of, objects_of
from salesmetrics.door.opening import opened
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.format.lead_format import LeadFormat, reserved_lead_fields
from salesmetrics.model.labels import FrozenMapping
from salesmetrics.model.lead import Lead
from salesmetrics.model.stage import Outcome

__all__ = ["LEAD_DOUBTS", "LeadColumns", "columns_of_lead_cells", "columns_of_leads"]

LEAD_DOUBTS = ("ambiguous_time", "closed_before_created", "missing_created")
"""Faults that real lead lists have, which a caller may accept by name; every other fault is fatal."""

_OUTCOMES = tuple(one.value for one in Outcome)


def _frozen(columns: Mapping[str, FieldColumn]) -> FrozenMapping[FieldColumn]:
    return FrozenMapping(columns)


@frozen(eq=False)
class LeadColumns:
    """The columns of a table of leads; a lead stands at the same place in each.

    Args:
        id: Whole numbers as int64, anything else as objects.
        created: Days since 1970.
        created_at: Microseconds since 1970 in UTC.
        source: Where leads came from.
        outcome: Names of outcomes: open, won, lost.
        closed: Days since 1970.
        opportunity: Ids of deals.
        fields: What else is known of leads, by name.
    """

    id: NDArray[Any]
    created: Masked
    created_at: Masked
    source: Coded
    outcome: Coded
    closed: Masked
    opportunity: Coded
    fields: Mapping[str, FieldColumn] = field(converter=_frozen)

    def __attrs_post_init__(self) -> None:
        readonly(self.id)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(getattr(self, one.name) for one in fields(type(self)))  # a pickle forgets "read-only"

    def rows(self, index: Index) -> dict[str, Any]:
        """Every column, cut to some rows."""
        names = ("created", "created_at", "source", "outcome", "closed", "opportunity")
        return {
            "id": self.id[index],
            **{name: getattr(self, name).take(index) for name in names},
            "fields": {name: column.take(index) for name, column in self.fields.items()},
        }


def columns_of_leads(
    leads: Iterable[Lead], bad_rows: BadRows, accept: Collection[str]
) -> tuple[LeadColumns, tuple[SetAside, ...]]:
    """Lay leads down in columns, and check them.

    Raises:
        InvalidTableError: They contradict themselves or each other.
        InvalidValueError: They are not leads.
    """
    rows = objects_of(Lead, leads, "Leads")
    faults = Faults("Leads")
    names = sorted({name for one in rows for name in one.fields})
    for fault in reserved_lead_fields(names):
        detail, _, hint = fault.rpartition("; ")
        faults.add("fields", "reserved_name", detail, hint)
    own = {name: [one.fields.get(name) for one in rows] for name in names}
    for name, cells in own.items():
        note_mixed_kinds(faults, cells, name, "make them all flags, or all numbers")
    instants = [one.created_at for one in rows]
    columns = LeadColumns(
        id=id_column([one.id for one in rows]),
        created=day_column([one.created for one in rows]),
        created_at=Masked(
            np.array([0 if at is None else instant_number(at) for at in instants], np.int64),
            np.array([at is not None for at in instants], np.bool_),
        ),
        source=coded([one.source for one in rows]),
        outcome=ordered_column([None if one.outcome is None else one.outcome.value for one in rows], _OUTCOMES),
        closed=day_column([one.closed for one in rows]),
        opportunity=coded([one.opportunity for one in rows]),
        fields={name: field_column(coded(cells)) for name, cells in own.items()},
    )
    return _checked(columns, faults, {}, bad_rows, accept, cells_of(rows))


def columns_of_lead_cells(
    data: Any, form: LeadFormat, bad_rows: BadRows, accept: Collection[str]
) -> tuple[LeadColumns, tuple[SetAside, ...]]:
    """Read foreign columns through a format, and check them.

    Raises:
        InvalidTableError: Columns are missing or of different lengths, cells cannot be read, or rows are at fault.
        InvalidValueError: The arguments are not what they must be.
    """
    check_door_words(bad_rows, accept, LEAD_DOUBTS)
    if not isinstance(form, LeadFormat):
        raise InvalidValueError(f"format must be a LeadFormat, got {shown(form)}; write LeadFormat(id=...)")
    data = opened(data, form, bad_rows, {form.id, form.opportunity}, "{'id': [...], 'created': [...]}", "Leads")
    column, reader, n_rows = data.column, data.reader, data.n_rows

    kinds = dict.fromkeys(form.numbers, "number") | dict.fromkeys(form.flags, "flag")
    outcome = Coded(np.zeros(n_rows, np.int8), _OUTCOMES)
    if form.outcome is not None:
        said = reader.words(column(form.outcome.column), form.outcome.column, form.outcome.outcomes)
        outcome = Coded(said.lookup([_OUTCOMES.index(one.value) for one in said.names], -1), _OUTCOMES)
    columns = LeadColumns(
        id=reader.ids(*data.field("id"), "lead"),
        created=reader.days(*data.field("created")),
        created_at=reader.instants(*data.field("created_at")),
        source=reader.names(*data.field("source")),
        outcome=outcome,
        closed=reader.days(*data.field("closed")),
        opportunity=reader.references(*data.field("opportunity")),
        fields={
            name: field_of_cells(reader, column(named), named, kinds.get(name)) for name, named in form.fields.items()
        },
    )
    if form.deleted is not None:
        note_deleted(reader, column(form.deleted), form.deleted)
    own = {name: getattr(form, name) for name in ("id", "created", "created_at", "closed")}
    called = {name: one for name, one in own.items() if one is not None}
    return _checked(columns, reader.faults, called, bad_rows, accept, data.raw)


def _checked(
    columns: LeadColumns,
    faults: Faults,
    called: Mapping[str, str],
    bad_rows: BadRows,
    accept: Collection[str],
    raw: Callable[[Sequence[int]], list[dict[str, Any]]],
) -> tuple[LeadColumns, tuple[SetAside, ...]]:
    """Check leads against themselves and each other; then refuse the table, or set the rows at fault aside.

    `called` gives the caller's names of the columns.
    """
    n_rows = len(columns.id)
    created, at, closed = columns.created, columns.created_at, columns.closed

    def note(name: str, rule: str, wrong: Flags, one: str, more: str, hint: str) -> None:
        own = called.get(name, name)
        if rule not in accept:
            rows = np.flatnonzero(wrong & ~faults.rows_at_fault(own, n_rows))
            faults.note(own, rule, rows, one, more, hint + (f", or accept={{{rule!r}}}" if rule in LEAD_DOUBTS else ""))

    note("id", "duplicate_id", repeated(columns.id), "row repeats an id", "rows share an id with another row",
         "keep one row of each lead")  # fmt: skip
    note("created", "missing_created", ~created.known, "lead has no day of creation", "leads have no day of creation",
         "give the day on which each one came in")  # fmt: skip
    # the clocks of a day are at most 14 hours from those of UTC, so an instant is on the same day there or the next
    apart = np.abs(at.values // DAY - created.values) > 1
    note("created_at", "created_disagrees", created.known & at.known & apart,
         "lead came in at an instant of another day", "leads came in at instants of other days",
         "correct the day or the instant")  # fmt: skip
    note("closed", "closed_while_open", columns.outcome.is_in("open") & closed.known, "open lead has a day of closing",
         "open leads have a day of closing", "say whether it was won or lost")  # fmt: skip
    note("closed", "closed_before_created", created.known & closed.known & (closed.values < created.values),
         "lead closes before it was created", "leads close before they were created", "correct a date")  # fmt: skip
    return good_rows_of(columns, faults, n_rows, bad_rows, accept, raw)
