"""The columns of a table of assignments, laid down from objects or read from foreign columns; their one checking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from attrs import fields, frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, Index, Masked, coded
from salesmetrics._numeric.days import day_of_number
from salesmetrics.door.faults import BadRows, Faults, SetAside, check_door_words, good_rows_of
from salesmetrics.door.loose_columns import day_column
from salesmetrics.door.objects import objects_of
from salesmetrics.door.opening import opened
from salesmetrics.door.whereabouts import Whereabouts
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.format.assignment_format import AssignmentFormat
from salesmetrics.model.assignment import Assignment

__all__ = ["AssignmentColumns", "columns_of_assignment_cells", "columns_of_assignments"]

_COLUMNS = ("rep", "manager", "team", "start", "end")


@frozen(eq=False)
class AssignmentColumns:
    """The columns of a table of assignments; an assignment stands at the same place in each.

    Args:
        rep: Names of reps.
        manager: Names of managers.
        team: Names of teams.
        start: Days since 1970.
        end: Days since 1970, the day after the last; not known where it is yet to come.
    """

    rep: Coded
    manager: Coded
    team: Coded
    start: Masked
    end: Masked

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(getattr(self, one.name) for one in fields(type(self)))  # nothing that was looked up

    def rows(self, index: Index) -> dict[str, Any]:
        """Every column, cut to some rows."""
        return {name: getattr(self, name).take(index) for name in _COLUMNS}


def columns_of_assignments(assignments: Iterable[Assignment]) -> AssignmentColumns:
    """Lay assignments down in columns, and check them.

    Raises:
        InvalidTableError: They contradict each other.
        InvalidValueError: They are not assignments.
    """
    rows = objects_of(Assignment, assignments, "Assignments")
    columns = AssignmentColumns(
        rep=coded([one.rep for one in rows]),
        manager=coded([one.manager for one in rows]),
        team=coded([one.team for one in rows]),
        start=day_column([one.start for one in rows]),
        end=day_column([one.end for one in rows]),
    )
    faults = Faults("Assignments")
    _note_contradictions(columns, {}, faults)
    faults.settle(len(rows), "refuse", ())
    return columns


def columns_of_assignment_cells(
    data: Any, form: AssignmentFormat, bad_rows: BadRows
) -> tuple[AssignmentColumns, tuple[SetAside, ...]]:
    """Read foreign columns through a format, and check them.

    Raises:
        InvalidTableError: Columns are missing or of different lengths, cells cannot be read, or assignments contradict
            each other.
        InvalidValueError: The arguments are not what they must be.
    """
    if not isinstance(form, AssignmentFormat):
        raise InvalidValueError(
            f"format must be an AssignmentFormat, got {shown(form)}; write AssignmentFormat(rep=..., start=...)"
        )
    check_door_words(bad_rows, ())
    opening = opened(data, form, bad_rows, (), "{'rep': [...], 'start': [...]}", "Assignments")
    reader, called = opening.reader, {name: getattr(form, name) or name for name in _COLUMNS}

    columns = AssignmentColumns(
        rep=reader.names(*opening.field("rep")),
        manager=reader.names(*opening.field("manager")),
        team=reader.names(*opening.field("team")),
        start=reader.days(*opening.field("start")),
        end=reader.days(*opening.field("end")),
    )
    for name, column in (("rep", columns.rep), ("start", columns.start)):
        reader.faults.note_missing(called[name], name, column.known, "assignment", "assignments")
    _note_contradictions(columns, called, reader.faults)
    return good_rows_of(columns, reader.faults, len(columns.rep), bad_rows, (), opening.raw)


def _note_contradictions(columns: AssignmentColumns, called: Mapping[str, str], faults: Faults) -> None:
    """Note assignments that contradict themselves or each other; `called` gives the caller's names of the columns."""
    n_rows = len(columns.rep)
    is_empty = columns.start.known & columns.end.known & (columns.end.values <= columns.start.values)
    one, more = "assignment has an end that is not after its start", "assignments have such ends"
    hint = "the end is the day after the last"
    faults.note(called.get("end", "end"), "empty_span", np.flatnonzero(is_empty), one, more, hint)
    if not all(problem.rows for problem in faults.found):  # of a column that is not there nothing further is said
        return
    good = faults.good_rows(n_rows)
    _note_overlaps(_of_rows(columns, good), called.get("start", "start"), good, faults)
    good = faults.good_rows(n_rows)  # nobody could say who is above whom where a rep is in two places
    _note_circles(_of_rows(columns, good), called.get("manager", "manager"), good, faults)


def _of_rows(columns: AssignmentColumns, rows: NDArray[np.intp]) -> Whereabouts:
    rep, manager = columns.rep.take(rows), columns.manager.take(rows)
    return Whereabouts(rep, manager, columns.start.take(rows), columns.end.take(rows))


def _note_overlaps(found: Whereabouts, called: str, places: NDArray[np.intp], faults: Faults) -> None:
    """Note assignments of a rep that begin before another one of theirs has ended, by the places of the rows."""
    if not len(places):
        return
    before, after = found.order[:-1], found.order[1:]
    same = found.rep.codes.take(before) == found.rep.codes.take(after)
    early = same & (found.start.values.take(after) < found.ends.take(before))
    if early.any():
        first = int(after[early].min())
        rows = np.unique(np.concatenate([before[early], after[early]]))
        name, day = shown(found.rep[first]), day_of_number(int(found.start.values[first]))
        detail = f"a rep must have one assignment on a day, got two of {name} on {day}"
        of_one = "another assignment of the rep has the same days"
        hint = "end one before the next begins"
        faults.add(called, "overlapping_assignments", detail, hint, places[rows], of_one=of_one)


def _note_circles(found: Whereabouts, called: str, places: NDArray[np.intp], faults: Faults) -> None:
    """Note who stands above themselves: a circle closes on the day on which the last of its assignments begins."""
    rows: list[int] = []
    details: list[str] = []
    for row, (rep, day) in enumerate(zip(found.rep, found.start.values.tolist(), strict=True)):
        above = [*found.above(rep, day)]
        if rep in above:
            rows.append(row)
            details.append(f"{', '.join([rep, *above])} on {day_of_number(day)}")
    if rows:
        detail = f"nobody must stand above themselves, got {details[0]}"
        of_one = "the rep stands above themselves from its first day"
        faults.add(called, "circle", detail, "correct a manager or a day", places[rows], of_one=of_one)
