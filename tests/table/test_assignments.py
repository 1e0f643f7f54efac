"""A table of assignments: its laws against the assignments one by one, and what its door refuses."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesmetrics import Assignment, AssignmentFormat, Assignments, InvalidTableError, InvalidValueError
from salesmetrics._numeric.columns import Masked, coded
from salesmetrics._numeric.days import day_number
from salesmetrics.strategies import assignment_tables, assignments
from strategies import days

NAMES = st.sampled_from(["Ada", "Bo", "Cleo", "<b>", "Nobody"])
JAN, FEB, MAR = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)


def found(staff: list[Assignment], rep: str, day: date) -> Assignment | None:
    """The assignment of a rep on a day, by looking through all."""
    here = [one for one in staff if one.rep == rep and one.start <= day and (one.end is None or day < one.end)]
    assert len(here) <= 1
    return here[0] if here else None


def manager_of(staff: list[Assignment], rep: str, day: date) -> str | None:
    one = found(staff, rep, day)
    return None if one is None else one.manager


def ends_of(staff: list[Assignment]) -> list[date]:
    """Days on which something changes, and their neighbours."""
    bounds = {day for one in staff for day in (one.start, one.end) if day is not None}
    near = {date.fromordinal(day.toordinal() + step) for day in bounds - {date.min, date.max} for step in (-1, 0, 1)}
    return sorted(bounds | near | {JAN})


class TestOf:
    @given(assignment_tables())
    def test_round_trip(self, staff: Assignments) -> None:
        assert Assignments.of([*staff]) == staff
        assert Assignments.of(staff) is staff
        assert [staff[row] for row in range(len(staff))] == [*staff]
        assert staff.take(np.arange(len(staff))[::-1]) == Assignments.of([*staff][::-1])

    @given(assignment_tables(), NAMES, st.data())
    def test_order(self, staff: Assignments, rep: str, data: st.DataObject) -> None:
        shuffled = Assignments.of(data.draw(st.permutations([*staff])))
        for day in ends_of([*staff]):
            assert shuffled.on(rep, day) == staff.on(rep, day)
            assert shuffled.managers_of(rep, day) == staff.managers_of(rep, day)

    @given(st.lists(assignments(), max_size=5))
    def test_it_is_refused_where_a_day_has_two_assignments_or_a_circle(self, rows: list[Assignment]) -> None:
        in_force = {
            (one.rep, day): [other for other in rows if other.rep == one.rep and _holds(other, day)]
            for one in rows
            for day in ends_of(rows)
        }
        overlaps = any(len(those) > 1 for those in in_force.values())
        circles = not overlaps and any(_is_in_a_circle(rows, one.rep, day) for one in rows for day in ends_of(rows))
        try:
            Assignments.of(rows)
            rules = set()
        except InvalidTableError as refused:
            rules = {problem.rule for problem in refused.problems}
        assert rules == ({"overlapping_assignments"} if overlaps else {"circle"} if circles else set())

    def test_the_rows_of_overlaps_and_circles_are_named(self) -> None:
        rows = [
            Assignment("Bo", None, None, JAN),
            Assignment("Ada", None, "North", FEB),
            Assignment("Ada", None, "South", JAN, date(2026, 2, 2)),
        ]
        with pytest.raises(InvalidTableError) as refused:
            Assignments.of(rows)
        assert str(refused.value.problems[0]) == (
            "start: a rep must have one assignment on a day, got two of 'Ada' on 2026-02-01 (rows 1, 2); end one "
            "before the next begins"
        )
        three = [Assignment("Ada", "Bo", None, JAN), Assignment("Bo", "Cleo", None, FEB)]
        with pytest.raises(InvalidTableError) as refused:
            Assignments.of([*three, Assignment("Cleo", "Ada", None, MAR), Assignment("Dan", "Ada", None, MAR)])
        assert str(refused.value.problems[0]) == (
            "manager: nobody must stand above themselves, got Cleo, Ada, Bo, Cleo on 2026-03-01 (row 2); correct a "
            "manager or a day"
        )
        assert len(Assignments.of([*three, Assignment("Cleo", "Ada", None, JAN, FEB)])) == 3

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            ("staff", "assignments must be Assignment objects, got str; for columns of foreign data use "),
            (5, "assignments must be Assignment objects, got int; for columns of foreign data use "),
            ({}, "assignments must be Assignment objects, got dict; for columns of foreign data use "),
            (
                Assignment("Ada", "Bo", None, JAN),
                "assignments must be several Assignment objects, got one; write [assignment]",
            ),
            (
                [("Ada",)],
                "assignments must be Assignment objects, got tuple at row 0; for columns of foreign data use",
            ),
        ],
    )
    def test_what_is_no_assignment_is_refused(self, given: Any, message: str) -> None:
        with pytest.raises(InvalidValueError) as refused:
            Assignments.of(given)
        assert str(refused.value).startswith(message)


def _holds(one: Assignment, day: date) -> bool:
    return one.start <= day and (one.end is None or day < one.end)


def _is_in_a_circle(rows: list[Assignment], rep: str, day: date) -> bool:
    manager = manager_of(rows, rep, day)
    for _ in rows:
        if manager is None or manager == rep:
            return manager == rep
        manager = manager_of(rows, manager, day)
    return False


class TestOn:
    @given(assignment_tables(), NAMES)
    def test_definition(self, staff: Assignments, rep: str) -> None:
        for day in ends_of([*staff]):
            assert staff.on(rep, day) == found([*staff], rep, day)

    def test_a_day_is_a_date(self) -> None:
        for ask in (Assignments.of([]).on, Assignments.of([]).managers_of, Assignments.of([]).reports_of):
            with pytest.raises(InvalidValueError, match="day must be a date without a time, got '2026-01-01'"):
                ask("Ada", "2026-01-01")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


class TestManagersOf:
    @given(assignment_tables(), NAMES)
    def test_definition(self, staff: Assignments, rep: str) -> None:
        for day in ends_of([*staff]):
            above: list[str] = []
            manager = manager_of([*staff], rep, day)
            while manager is not None:
                above.append(manager)
                manager = manager_of([*staff], manager, day)
            assert staff.managers_of(rep, day) == tuple(above)


class TestReportsOf:
    @given(assignment_tables(), NAMES)
    def test_definition(self, staff: Assignments, manager: str) -> None:
        for day in ends_of([*staff]):
            below = {one.rep for one in staff if manager_of([*staff], one.rep, day) == manager}
            assert staff.reports_of(manager, day) == tuple(sorted(below))


class TestPlaces:
    @given(assignment_tables(), st.lists(st.tuples(st.none() | NAMES, st.none() | days()), max_size=8), st.data())
    def test_definition(self, staff: Assignments, rows: list[tuple[str | None, date | None]], data: Any) -> None:
        rows += [(data.draw(NAMES), day) for day in ends_of([*staff])]
        reps = coded([rep for rep, _ in rows])
        known = np.array([day is not None for _, day in rows], np.bool_)
        numbers = np.array([0 if day is None else day_number(day) for _, day in rows], np.int32)
        asked = [None if rep is None or day is None else staff.on(rep, day) for rep, day in rows]
        for place in ("manager", "team"):
            expected = [None if one is None else getattr(one, place) for one in asked]
            assert [*staff.places(place, reps, Masked(numbers, known))] == expected

    def test_what_cannot_be_placed_is_refused(self) -> None:
        none = Masked(np.zeros(0, np.int32), np.zeros(0, np.bool_))
        staff = Assignments.of([])
        with pytest.raises(InvalidValueError, match=r"place must be one of \['manager', 'team'\], got 'boss'"):
            staff.places("boss", coded([]), none)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        with pytest.raises(InvalidValueError, match="there must be a day for each of 1 reps, got 0; give both"):
            staff.places("team", coded(["Ada"]), none)


def test_a_table_says_how_large_it_is() -> None:
    rows = [Assignment("Ada", None, "North", JAN, FEB), Assignment("Ada", None, None, FEB)]
    assert repr(Assignments.of(rows)) == "Assignments(2 assignments: 1 rep, 1 team)"
    assert Assignments.of(rows)[1:] == Assignments.of(rows[1:]) != Assignments.of(rows)


FORM = AssignmentFormat(rep="Rep", manager="Manager", team="Team", start="From", end="To")


class TestFromColumns:
    @given(assignment_tables())
    def test_same_door(self, staff: Assignments) -> None:
        data = {
            "Rep": [one.rep for one in staff],
            "Manager": [one.manager for one in staff],
            "Team": [one.team for one in staff],
            "From": [one.start for one in staff],
            "To": [one.end for one in staff],
        }
        assert Assignments.from_columns(data, FORM) == staff

    def test_every_fault_is_told_with_its_rows(self) -> None:
        data = {
            "Rep": ["Ada", "", "Bo", "Cleo"],
            "Manager": ["Dan", "Dan", None, "Ada"],
            "Team": ["North"] * 4,
            "From": ["2026-01-01", "2026-01-01", "soon", None],
            "To": ["2026-01-01", None, None, None],
        }
        with pytest.raises(InvalidTableError) as refused:
            Assignments.from_columns(data, FORM)
        assert sorted((one.column, one.rule, one.rows) for one in refused.value.problems) == [
            ("From", "missing_start", (3,)),
            ("From", "unreadable", (2,)),
            ("Rep", "missing_rep", (1,)),
            ("To", "empty_span", (0,)),
        ]

    def test_contradictions_are_told_by_the_names_of_the_columns(self) -> None:
        data = {"Rep": ["Ada", "Ada"], "Manager": ["Bo", "Bo"], "From": [JAN, FEB]}
        form = AssignmentFormat(rep="Rep", manager="Manager", start="From")
        with pytest.raises(InvalidTableError, match="From: a rep must have one assignment on a day, got two of 'Ada'"):
            Assignments.from_columns(data, form)
        with pytest.raises(InvalidTableError, match="Manager: nobody must stand above themselves, got Ada, Ada on"):
            Assignments.from_columns({"Rep": ["Ada"], "Manager": ["Ada"], "From": [JAN]}, form)

    def test_rows_at_fault_are_set_aside_with_their_reasons(self) -> None:
        rows = [
            ("Ada", "Cleo", "2026-01-01", ""),
            ("Ada", "Dan", "2026-02-01", ""),  # has the days of the row before it
            ("", "Dan", "2026-01-01", ""),
            ("Bo", "Dan", "soon", ""),
            ("Cleo", "Eve", "2026-01-01", "2026-03-01"),
            ("Eve", "Cleo", "2026-02-01", ""),  # closes a circle, until March
            ("Fay", "Dan", "2026-03-01", "2026-03-01"),
            ("Gus", "Dan", "2026-01-01", ""),
        ]
        data = dict(zip(["Rep", "Manager", "From", "To"], map(list, zip(*rows, strict=True)), strict=True))
        form = AssignmentFormat(rep="Rep", manager="Manager", start="From", end="To")
        staff = Assignments.from_columns(data, form, bad_rows="set_aside")
        assert [*staff] == [
            Assignment("Cleo", "Eve", None, date(2026, 1, 1), date(2026, 3, 1)),
            Assignment("Gus", "Dan", None, date(2026, 1, 1)),
        ]
        assert [(one.row, one.problems[0].detail) for one in staff.set_aside] == [
            (0, "another assignment of the rep has the same days"),
            (1, "another assignment of the rep has the same days"),
            (2, "the assignment has no rep"),
            (3, "the cell cannot be read: From must be a day such as 2026-01-31"),
            (5, "the rep stands above themselves from its first day"),
            (6, "the assignment has an end that is not after its start"),
        ]
        assert staff.set_aside[4].cells == {"Rep": "Eve", "Manager": "Cleo", "From": "2026-02-01", "To": ""}
        assert repr(staff) == "Assignments(2 assignments: 2 reps, 0 teams; 6 set aside)"
        assert staff[:1].set_aside == ()
        with pytest.raises(InvalidTableError, match="Assignments has 5 problems"):
            Assignments.from_columns(data, form)
        with pytest.raises(InvalidTableError, match="Whom: the data have no such column"):
            Assignments.from_columns(data, AssignmentFormat(rep="Whom", start="From"), bad_rows="set_aside")
        with pytest.raises(InvalidValueError, match="bad_rows must be one of"):
            Assignments.from_columns(data, form, bad_rows="drop")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

    def test_a_format_is_one(self) -> None:
        with pytest.raises(InvalidValueError, match="format must be an AssignmentFormat, got None; write"):
            Assignments.from_columns({}, None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        with pytest.raises(InvalidValueError, match="AssignmentFormat: "):
            AssignmentFormat(rep=7, start="From")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
