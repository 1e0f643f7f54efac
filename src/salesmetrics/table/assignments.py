"""A table of assignments: who worked for whom, on any day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from attrs import evolve, frozen

from salesmetrics._numeric.columns import Coded, Index, Masked
from salesmetrics._numeric.days import day_number, day_of_number
from salesmetrics.door.assignment_columns import (
    AssignmentColumns,
    columns_of_assignment_cells,
    columns_of_assignments,
)
from salesmetrics.door.csv_file import csv_source
from salesmetrics.door.faults import BadRows, SetAside, many
from salesmetrics.door.whereabouts import Whereabouts
from salesmetrics.errors import InvalidValueError, check_word
from salesmetrics.format.assignment_format import AssignmentFormat
from salesmetrics.model.assignment import Assignment
from salesmetrics.model.period import check_day
from salesmetrics.table.table import Table, dates

__all__ = ["Assignments", "IntoAssignments", "Place"]

Place: TypeAlias = Literal["manager", "team"]
"""What an assignment says of a rep."""


@frozen(eq=False, slots=False, repr=False)
class Assignments(AssignmentColumns, Table[Assignment]):
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
        return cls._of_columns(columns_of_assignments(assignments))

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
        return cls._of_columns(*columns_of_assignment_cells(data, format, bad_rows))

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
        row = self._whereabouts.row(rep, day_number(day))
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
        return tuple(self._whereabouts.above(rep, day_number(day)))

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
        here = self.manager.is_in(manager) & (self.start.values <= number) & (number < self._whereabouts.ends)
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
        check_word(place, get_args(Place), "place")
        if len(reps) != len(days):
            raise InvalidValueError(f"there must be a day for each of {len(reps):,} reps, got {len(days):,}; give both")
        column: Coded = getattr(self, place)
        if not len(self):
            return Coded(np.full(len(reps), -1, np.int8), column.names)
        row, is_there = self._whereabouts.rows(reps, days)
        return Coded(np.where(is_there, column.codes.take(row), -1), column.names)

    def take(self, index: Index) -> Assignments:
        """The assignments at these places, in this order; a slice is a view and copies nothing.

        Examples:
            >>> staff = Assignments.of([Assignment(name, "Cleo", None, date(2026, 1, 1)) for name in ("Bo", "Ada")])
            >>> staff.take(np.array([1]))[0].rep
            'Ada'
        """
        return evolve(self, **self.rows(index), set_aside=())

    @cached_property
    def _whereabouts(self) -> Whereabouts:
        return Whereabouts(self.rep, self.manager, self.start, self.end)

    def __len__(self) -> int:
        return len(self.start)

    def __iter__(self) -> Iterator[Assignment]:
        starts = map(day_of_number, self.start.values.tolist())
        return map(Assignment, self.rep, self.manager, self.team, starts, dates(self.end))

    def __repr__(self) -> str:
        reps, teams = (len(set(one.codes.tolist()) - {-1}) for one in (self.rep, self.team))
        parts = f"{many(reps, 'rep', 'reps')}, {many(teams, 'team', 'teams')}"
        return f"Assignments({many(len(self), 'assignment', 'assignments')}: {parts}{self._and_aside})"


IntoAssignments: TypeAlias = Assignments | Iterable[Assignment]
"""What a roll-up takes: a table, or any iterable of `Assignment`."""
