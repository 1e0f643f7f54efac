"""A table of assignments: who worked for whom, on any day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from attrs import evolve, fields, frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, Index, Masked, coded, readonly
from salesmetrics._numeric.days import FIRST_DAY, LAST_DAY, day_number, day_of_number
from salesmetrics._numeric.order import stable_order
from salesmetrics.door.csv_file import csv_source
from salesmetrics.door.deal_objects import day_column
from salesmetrics.door.faults import BadRows, Faults, SetAside, check_door_words, many, set_aside
from salesmetrics.door.objects import objects_of
from salesmetrics.door.opening import opened
from salesmetrics.errors import InvalidValueError, check_word, shown
from salesmetrics.format.assignment_format import AssignmentFormat
from salesmetrics.model.assignment import Assignment
from salesmetrics.model.period import check_day
from salesmetrics.table.table import Table

__all__ = ["Assignments", "IntoAssignments", "Place"]

Place: TypeAlias = Literal["manager", "team"]
"""What an assignment says of a rep."""

_PLACES = ("manager", "team")
_COLUMNS = ("rep", "manager", "team", "start", "end")
_SPAN = LAST_DAY - FIRST_DAY + 2  # above the number of days that there are, an end after the last one too


@frozen(eq=False, slots=False, repr=False)
class Assignments(Table[Assignment]):
    """Who works for whom, from when until when: a sequence of `Assignment`, in checked, read-only columns.

    Make one with `Assignments.of`, `Assignments.from_columns` or `Assignments.from_csv`. On a day a rep has at most one
    assignment, and nobody stands above themselves. Days on which a rep has none are no fault: then nobody knows team
    and manager, and roll-ups say `None`.

    Columns: `rep`, `manager`, `team` (names) and `start`, `end` (days since 1970; an end that is not known is yet to
    come). Of rows that the door sets aside nobody knows any more where their reps stood.

    Examples:
        >>> staff = Assignments.of([
        ...     Assignment("Ada", "Cleo", "North", date(2025, 1, 1), date(2026, 2, 1)),
        ...     Assignment("Ada", "Dan", "South", date(2026, 2, 1)),
        ...     Assignment("Dan", "Cleo", None, date(2025, 1, 1)),
        ... ])
        >>> staff
        Assignments(3 assignments: 2 reps, 2 teams)
        >>> staff.on("Ada", date(2026, 1, 31)).team, staff.on("Ada", date(2026, 2, 1)).team
        ('North', 'South')
        >>> staff.managers_of("Ada", date(2026, 2, 1)), staff.reports_of("Cleo", date(2026, 1, 1))
        (('Dan', 'Cleo'), ('Ada', 'Dan'))
    """

    rep: Coded
    manager: Coded
    team: Coded
    start: Masked
    end: Masked

    set_aside: tuple[SetAside, ...] = ()
    """Rows that the door kept out, with `bad_rows="set_aside"`; empty in tables made from this one."""

    @classmethod
    def of(cls, assignments: IntoAssignments) -> Assignments:
        """A table of assignments; a table passes through as it is.

        Args:
            assignments: `Assignments`, or any iterable of `Assignment`.

        Raises:
            InvalidTableError: A rep has two assignments on one day, or stands above themselves; `.problems` lists
                every fault.
            InvalidValueError: Something other than assignments came.

        Laws:
            round_trip: `list(Assignments.of(assignments))` equals the assignments.
            order: Assignments in any order say the same of every rep and day.

        Examples:
            >>> Assignments.of([
            ...     Assignment("Ada", "Cleo", "North", date(2025, 1, 1)),
            ...     Assignment("Cleo", "Ada", "North", date(2026, 1, 1)),
            ... ])
            Traceback (most recent call last):
            salesmetrics.errors.InvalidTableError: Assignments has 1 problem:
            - manager: nobody must stand above themselves, got Cleo, Ada, Cleo on 2026-01-01 (row 1); correct \
a manager or a day
        """
        if isinstance(assignments, Assignments):
            return assignments
        rows = objects_of(Assignment, assignments, "Assignments")
        table = cls(
            rep=coded([one.rep for one in rows]),
            manager=coded([one.manager for one in rows]),
            team=coded([one.team for one in rows]),
            start=day_column([one.start for one in rows]),
            end=day_column([one.end for one in rows]),
        )
        faults = Faults("Assignments")
        table._note_contradictions(faults, {})
        faults.settle(len(table), "refuse", ())
        return table

    @classmethod
    def from_columns(
        cls,
        data: Any,
        format: AssignmentFormat,  # noqa: A002  # the word that users look for
        bad_rows: BadRows = "refuse",
    ) -> Assignments:
        """A table from a frame or from other columns of foreign data, read through a format.

        Args:
            data: Column names to columns, or with the extra `frames` a frame, as in `Deals.from_columns`.
            format: Which column is which, and how cells are written.
            bad_rows: "refuse" the table when a row is at fault, or carry such rows apart in `.set_aside`. Of
                assignments of a rep on the same day all are at fault, and of a circle the one that closes it.

        Raises:
            InvalidTableError: Columns are missing or of different lengths, cells cannot be read, or assignments
                contradict each other; `.problems` lists every fault.
            InvalidValueError: The data are neither a mapping nor a frame, the format is none, or the word is misspelt.
            MissingExtraError: The data are a frame, and the extra `frames` is not installed.

        Laws:
            same_door: Columns and objects of the same assignments make the same table.

        Examples:
            >>> form = AssignmentFormat(rep="Rep", manager="Manager", start="From", end="To")
            >>> data = {"Rep": ["Ada", "Ada"], "Manager": ["Cleo", "Dan"]}
            >>> data |= {"From": ["2025-01-01", "2026-02-01"], "To": ["2026-02-01", None]}
            >>> Assignments.from_columns(data, form).on("Ada", date(2026, 1, 31)).manager
            'Cleo'
        """
        if not isinstance(format, AssignmentFormat):
            raise InvalidValueError(
                f"format must be an AssignmentFormat, got {shown(format)}; write AssignmentFormat(rep=..., start=...)"
            )
        check_door_words(bad_rows, ())
        opening = opened(data, format, bad_rows, (), "{'rep': [...], 'start': [...]}", "Assignments")
        reader, called = opening.reader, {name: getattr(format, name) or name for name in _COLUMNS}
        names: dict[str, Any] = {
            name: reader.names(opening.column(getattr(format, name)), called[name])
            for name in ("rep", "manager", "team")
        }
        days: dict[str, Any] = {
            name: reader.days(opening.column(getattr(format, name)), called[name]) for name in ("start", "end")
        }
        table = cls(**names, **days)
        for name, column in (("rep", table.rep), ("start", table.start)):
            reader.faults.note_missing(called[name], name, column.known, "assignment", "assignments")
        table._note_contradictions(reader.faults, called)
        good, kept = reader.faults.settle(len(table), bad_rows, ())
        return evolve(table.take(good), set_aside=set_aside(reader.faults, kept, opening.raw)) if kept else table

    @classmethod
    def from_csv(
        cls,
        path: str | Path,
        format: AssignmentFormat,  # noqa: A002  # the word that users look for
        bad_rows: BadRows = "refuse",
    ) -> Assignments:
        r"""A table from a CSV file in UTF-8 with a header.

        Args:
            path: The file.
            format: Which column is which, and how cells are written.
            bad_rows: As in `from_columns`; rows are counted from 0, the header and blank lines not counted.

        Raises:
            InvalidTableError: As `from_columns`; also when the file is not CSV.
            OSError: The file cannot be read.

        Examples:
            >>> import tempfile
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     path = Path(folder, "staff.csv")
            ...     _ = path.write_text("Rep,Team,From\nAda,North,2026-01-01\n")
            ...     Assignments.from_csv(path, AssignmentFormat(rep="Rep", team="Team", start="From"))
            Assignments(1 assignment: 1 rep, 1 team)
        """
        return cls.from_columns(csv_source(path), format, bad_rows)

    def on(self, rep: str, day: date) -> Assignment | None:
        """The assignment of a rep on a day; `None` where there is none.

        Raises:
            InvalidValueError: The day is not a date.

        Laws:
            definition: Equal to looking through the assignments one by one.

        Examples:
            >>> staff = Assignments.of([Assignment("Ada", "Cleo", "North", date(2026, 1, 1), date(2026, 2, 1))])
            >>> print(staff.on("Ada", date(2026, 1, 31)).team, staff.on("Ada", date(2026, 2, 1)))
            North None
        """
        check_day(day, "day")
        row = self._row(rep, day_number(day))
        return None if row is None else self[row]

    def managers_of(self, rep: str, day: date) -> tuple[str, ...]:
        """Everybody above a rep on a day, the nearest first.

        Raises:
            InvalidValueError: The day is not a date.

        Laws:
            definition: Equal to asking for the manager of the manager, until there is none.

        Examples:
            >>> staff = Assignments.of([
            ...     Assignment("Ada", "Cleo", "North", date(2026, 1, 1)),
            ...     Assignment("Cleo", "Dan", None, date(2026, 1, 1)),
            ... ])
            >>> staff.managers_of("Ada", date(2026, 1, 1)), staff.managers_of("Dan", date(2026, 1, 1))
            (('Cleo', 'Dan'), ())
        """
        check_day(day, "day")
        return tuple(self._above(rep, day_number(day)))

    def reports_of(self, manager: str, day: date) -> tuple[str, ...]:
        """The reps who worked for a manager directly on a day, sorted.

        Raises:
            InvalidValueError: The day is not a date.

        Laws:
            definition: Equal to the reps whose manager it was, one by one.

        Examples:
            >>> staff = Assignments.of([Assignment(name, "Cleo", None, date(2026, 1, 1)) for name in ("Bo", "Ada")])
            >>> staff.reports_of("Cleo", date(2026, 1, 1))
            ('Ada', 'Bo')
        """
        check_day(day, "day")
        number = day_number(day)
        here = self.manager.is_in(manager) & (self.start.values <= number) & (number < self._ends)
        return tuple(sorted(self.rep[row] for row in np.flatnonzero(here).tolist()))

    def places(self, place: Place, reps: Coded, days: Masked) -> Coded:
        """The manager or the team of many reps, each on a day of its own.

        Args:
            place: "manager" or "team".
            reps: A column of names.
            days: As many days since 1970.

        Returns:
            A column of names: none where the rep, the day or the assignment is not known.

        Raises:
            InvalidValueError: The word is misspelt, or there are not as many reps as days.

        Laws:
            definition: Equal to asking `on` row by row.

        Examples:
            >>> from salesmetrics import Deal, Deals, Money
            >>> deal = Deal("D-1", Money(100, "USD"), "Won", "Ada", date(2026, 1, 5), closed=date(2026, 2, 1))
            >>> book = Deals.of([deal])
            >>> staff = Assignments.of([Assignment("Ada", "Cleo", "North", date(2026, 1, 1))])
            >>> staff.places("team", book.owner, book.closed)
            Coded(['North'])
        """
        check_word(place, _PLACES, "place")
        if len(reps) != len(days):
            raise InvalidValueError(f"there must be a day for each of {len(reps):,} reps, got {len(days):,}; give both")
        column: Coded = getattr(self, place)
        if not len(self):
            return Coded(np.full(len(reps), -1, np.int8), column.names)
        order, starts = self._in_order
        own = {name: code for code, name in enumerate(self.rep.names)}
        who = reps.lookup([own.get(name, -1) for name in reps.names], -1).astype(np.int64)
        numbers = days.values.astype(np.int64)
        found = np.searchsorted(starts, who * _SPAN + (numbers - FIRST_DAY), side="right") - 1
        row = order.take(np.maximum(found, 0))
        is_there = (who >= 0) & days.known & (found >= 0)
        is_there &= (self.rep.codes.take(row) == who) & (numbers < self._ends.take(row))
        return Coded(np.where(is_there, column.codes.take(row), -1), column.names)

    def take(self, index: Index) -> Assignments:
        """The assignments at these places, in this order; a slice is a view and copies nothing.

        Examples:
            >>> staff = Assignments.of([Assignment(name, "Cleo", None, date(2026, 1, 1)) for name in ("Bo", "Ada")])
            >>> staff.take(np.array([1]))[0].rep
            'Ada'
        """
        return Assignments(*(getattr(self, name).take(index) for name in _COLUMNS))

    def __reduce__(self) -> tuple[Any, ...]:
        return Assignments, tuple(getattr(self, one.name) for one in fields(Assignments))  # nothing that was looked up

    def __len__(self) -> int:
        return len(self.start)

    def __iter__(self) -> Iterator[Assignment]:
        ends = (None if number is None else day_of_number(number) for number in self.end)
        return map(Assignment, self.rep, self.manager, self.team, map(day_of_number, self.start.values.tolist()), ends)

    def __repr__(self) -> str:
        reps, teams = (len(set(one.codes.tolist()) - {-1}) for one in (self.rep, self.team))
        parts = f"{many(reps, 'rep', 'reps')}, {many(teams, 'team', 'teams')}"
        told = f"; {len(self.set_aside):,} set aside" if self.set_aside else ""
        return f"Assignments({many(len(self), 'assignment', 'assignments')}: {parts}{told})"

    @cached_property
    def _ends(self) -> NDArray[np.int64]:
        """The day after the last one; after all days where it is not known."""
        return readonly(np.where(self.end.known, self.end.values, LAST_DAY + 1).astype(np.int64))

    @cached_property
    def _in_order(self) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """The rows by rep and start, and for each of them one number that says both."""
        starts = self.start.values.astype(np.int64)
        order = stable_order(self.rep.codes, starts)
        keys = self.rep.codes.astype(np.int64) * _SPAN + (starts - FIRST_DAY)
        return readonly(order), readonly(keys.take(order))

    @cached_property
    def _of_rep(self) -> Mapping[str, tuple[list[int], list[int]]]:
        """For each rep the first days of its assignments, in order, and their rows."""
        found: dict[str, tuple[list[int], list[int]]] = {}
        for row in self._in_order[0].tolist() if len(self) else []:
            starts, rows = found.setdefault(self.rep[row], ([], []))
            starts.append(int(self.start.values[row]))
            rows.append(row)
        return found

    def _row(self, rep: str, day: int) -> int | None:
        starts, rows = self._of_rep.get(rep, ([], []))
        place = bisect_right(starts, day)
        return rows[place - 1] if place and day < self._ends[rows[place - 1]] else None

    def _above(self, rep: str, day: int) -> Iterator[str]:
        """The managers above a rep; a circle ends where it closes."""
        seen = {rep}
        row = self._row(rep, day)
        while row is not None and self.manager[row] is not None:
            manager: str = self.manager[row]
            yield manager
            if manager in seen:
                return
            seen.add(manager)
            row = self._row(manager, day)

    def _note_contradictions(self, faults: Faults, called: Mapping[str, str]) -> None:
        """Note assignments that contradict themselves or each other; `called` gives the caller's names."""
        rows = np.flatnonzero(self.start.known & (self._ends <= self.start.values))
        one, more = "assignment has an end that is not after its start", "assignments have such ends"
        faults.note(called.get("end", "end"), "empty_span", rows, one, more, "the end is the day after the last")
        if not all(problem.rows for problem in faults.found):  # of a column that is not there nothing further is said
            return
        good = faults.good_rows(len(self))
        self.take(good)._note_overlaps(faults, called.get("start", "start"), good)  # noqa: SLF001  # of the same kind
        good = faults.good_rows(len(self))  # nobody could say who is above whom where a rep is in two places
        self.take(good)._note_circles(faults, called.get("manager", "manager"), good)  # noqa: SLF001

    def _note_overlaps(self, faults: Faults, called: str, places: NDArray[np.intp]) -> None:
        """Note assignments of a rep that begin before another one of theirs has ended, by the places of the rows."""
        if not len(self):
            return
        order, _ = self._in_order
        before, after = order[:-1], order[1:]
        same = self.rep.codes.take(before) == self.rep.codes.take(after)
        early = same & (self.start.values.take(after) < self._ends.take(before))
        if early.any():
            first = int(after[early].min())
            rows = np.unique(np.concatenate([before[early], after[early]]))
            name, day = shown(self.rep[first]), day_of_number(int(self.start.values[first]))
            detail = f"a rep must have one assignment on a day, got two of {name} on {day}"
            of_one = "another assignment of the rep has the same days"
            hint = "end one before the next begins"
            faults.add(called, "overlapping_assignments", detail, hint, places[rows], of_one=of_one)

    def _note_circles(self, faults: Faults, called: str, places: NDArray[np.intp]) -> None:
        """Note who stands above themselves: a circle closes on the day on which the last of its assignments begins."""
        rows: list[int] = []
        details: list[str] = []
        for row, (rep, day) in enumerate(zip(self.rep, self.start.values.tolist(), strict=True)):
            above = [*self._above(rep, day)]
            if rep in above:
                rows.append(row)
                details.append(f"{', '.join([rep, *above])} on {day_of_number(day)}")
        if rows:
            detail = f"nobody must stand above themselves, got {details[0]}"
            of_one = "the rep stands above themselves from its first day"
            faults.add(called, "circle", detail, "correct a manager or a day", places[rows], of_one=of_one)


IntoAssignments: TypeAlias = Assignments | Iterable[Assignment]
"""What a roll-up takes: a table, or any iterable of `Assignment`."""
