"""The columns of a table of activities, laid down from objects or read from foreign columns."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import numpy as np
from attrs import field, fields, frozen

from salesmetrics._numeric.columns import Coded, Index, Masked, coded
from salesmetrics._numeric.instants import instant_number
from salesmetrics.door.faults import BadRows, Faults, SetAside, check_door_words, good_rows_of
from salesmetrics.door.objects import objects_of
from salesmetrics.door.opening import opened
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.format.activity_format import ACTIVITY_FIELDS, ActivityFormat, reserved_fields
from salesmetrics.model.activity import LONGEST, Activity
from salesmetrics.model.labels import FrozenMapping

__all__ = ["ACTIVITY_DOUBTS", "ActivityColumns", "columns_of_activities", "columns_of_activity_cells"]

ACTIVITY_DOUBTS = ("ambiguous_time",)
"""Faults that real logs have, which a caller may accept by name; every other fault is fatal."""


def _frozen(columns: Mapping[str, Coded]) -> FrozenMapping[Coded]:
    return FrozenMapping(columns)


@frozen(eq=False)
class ActivityColumns:
    """The columns of a table of activities; an activity stands at the same place in each.

    Args:
        at: Microseconds since 1970 in UTC.
        kind: What was done.
        rep: Names of reps.
        lead: Ids of leads.
        deal: Ids of deals.
        minutes: Whole minutes.
        fields: The user's own fields, by name.
    """

    at: Masked
    kind: Coded
    rep: Coded
    lead: Coded
    deal: Coded
    minutes: Masked
    fields: Mapping[str, Coded] = field(converter=_frozen)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(getattr(self, one.name) for one in fields(type(self)))

    def rows(self, index: Index) -> dict[str, Any]:
        """Every column, cut to some rows."""
        own = {name: getattr(self, name).take(index) for name in ACTIVITY_FIELDS}
        return {**own, "fields": {name: column.take(index) for name, column in self.fields.items()}}


def columns_of_activities(activities: Iterable[Activity]) -> ActivityColumns:
    """Lay activities down in columns.

    Raises:
        InvalidTableError: A field of theirs is called like a column.
        InvalidValueError: They are not activities.
    """
    rows = objects_of(Activity, activities, "Activities")
    faults = Faults("Activities")
    names = sorted({name for one in rows for name in one.fields})
    for fault in reserved_fields(names):
        detail, _, hint = fault.rpartition("; ")
        faults.add("fields", "reserved_name", detail, hint)
    if faults.found:
        faults.refuse()
    minutes = [one.minutes for one in rows]
    return ActivityColumns(
        at=Masked(np.array([instant_number(one.at) for one in rows], np.int64), np.ones(len(rows), np.bool_)),
        kind=coded([one.kind for one in rows]),
        rep=coded([one.rep for one in rows]),
        lead=coded([one.lead for one in rows]),
        deal=coded([one.deal for one in rows]),
        minutes=Masked(
            np.array([one or 0 for one in minutes], np.int32), np.array([one is not None for one in minutes], np.bool_)
        ),
        fields={name: coded([one.fields.get(name) for one in rows]) for name in names},
    )


def columns_of_activity_cells(
    data: Any, form: ActivityFormat, bad_rows: BadRows, accept: Collection[str]
) -> tuple[ActivityColumns, tuple[SetAside, ...]]:
    """Read foreign columns through a format, and check them.

    Raises:
        InvalidTableError: Columns are missing or of different lengths, or cells cannot be read.
        InvalidValueError: The arguments are not what they must be.
    """
    check_door_words(bad_rows, accept, ACTIVITY_DOUBTS)
    if not isinstance(form, ActivityFormat):
        raise InvalidValueError(
            f"format must be an ActivityFormat, got {shown(form)}; write ActivityFormat(at=..., kind=...)"
        )
    data = opened(data, form, bad_rows, {form.at, form.minutes}, "{'at': [...], 'kind': [...]}", "Activities")
    column, reader, n_rows = data.column, data.reader, data.n_rows
    faults = reader.faults

    minutes = reader.amounts(*data.field("minutes"), None, 0)
    columns = ActivityColumns(
        at=reader.instants(*data.field("at")),
        kind=reader.names(*data.field("kind")),
        rep=reader.names(*data.field("rep")),
        lead=reader.references(*data.field("lead")),
        deal=reader.references(*data.field("deal")),
        minutes=Masked(np.clip(minutes.values, 0, LONGEST).astype(np.int32), minutes.known),
        fields={name: reader.labels(column(named), named) for name, named in form.fields.items()},
    )

    def note(called: str, rule: str, wrong: Any, what: str, hint: str) -> None:
        rows = np.flatnonzero(wrong & ~faults.rows_at_fault(called, n_rows))
        faults.note(called, rule, rows, f"activity has {what}", f"activities have {what}", hint)

    note(form.at, "missing_at", ~columns.at.known, "no time", "give the instant of each one")
    note(form.kind, "missing_kind", ~columns.kind.known, "no kind", "say what was done")
    beyond = (minutes.values < 0) | (minutes.values > LONGEST)
    strange = f"minutes that are not from 0 to {LONGEST}"
    note(form.minutes or "minutes", "strange_minutes", beyond, strange, "correct them")
    return good_rows_of(columns, faults, n_rows, bad_rows, accept, data.raw)
