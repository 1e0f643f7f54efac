"""Who sells, for whom, and how much is asked of them."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from salesmetrics.errors import InvalidTableError
from salesmetrics.model.assignment import Assignment
from salesmetrics.strategies.model import days
from salesmetrics.table.assignments import Assignments

__all__ = ["assignment_tables", "assignments"]

REPS = ("Ada", "Bo", "Cleo", "<b>")


@st.composite
def assignments(draw: DrawFn) -> Assignment:
    """Whom a rep works for, for a day, for ever, or for a span between.

    Args:
        draw: Given by hypothesis.

    Examples:
        >>> from hypothesis import given
        >>> @given(assignments())
        ... def test_nobody_is_their_own_manager(one: Assignment) -> None:
        ...     assert one.rep != one.manager
        >>> test_nobody_is_their_own_manager()
    """
    rep = draw(st.sampled_from(REPS))
    manager = draw(st.sampled_from([None, *(name for name in REPS if name != rep)]))
    team = draw(st.sampled_from([None, "North", "South"]))
    start = draw(days())
    return Assignment(rep, manager, team, start, draw(st.none() | days().filter(lambda day: day > start)))


@st.composite
def assignment_tables(draw: DrawFn) -> Assignments:
    """A table of assignments in which reps move, and managers and reports change their places.

    Args:
        draw: Given by hypothesis.

    Examples:
        >>> from hypothesis import given
        >>> @given(assignment_tables())
        ... def test_every_assignment_is_in_force_on_its_first_day(staff: Assignments) -> None:
        ...     assert all(staff.on(one.rep, one.start) == one for one in staff)
        >>> test_every_assignment_is_in_force_on_its_first_day()
    """
    table = Assignments.of([])
    for one in draw(st.lists(assignments(), max_size=6)):
        try:
            table = Assignments.of([*table, one])
        except InvalidTableError:  # it does not go with those before
            continue
    return table
