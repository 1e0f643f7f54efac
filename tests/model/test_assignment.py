"""One assignment: whom a rep works for, checked alone."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from salesmetrics import Assignment, InvalidValueError

JAN, FEB = date(2026, 1, 1), date(2026, 2, 1)


def test_the_top_has_no_manager_and_may_have_no_team() -> None:
    assert Assignment("Ada", None, None, JAN) == Assignment(rep="Ada", manager=None, team=None, start=JAN, end=None)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            (7, 5, date, JAN),
            "Assignment.rep must be text, got 7; name the rep; and Assignment.manager must be text or None, got 5",
        ),
        (("Ada", "Ada", None, JAN), "Assignment.manager must be another than the rep 'Ada'; at the top write None"),
        (("Ada", None, None, datetime(2026, 1, 1)), "Assignment.start must be a date without a time"),  # noqa: DTZ001
        (("Ada", None, None, JAN, "2026-02-01"), "Assignment.end must be a date without a time, got '2026-02-01'"),
        (("Ada", None, None, FEB, FEB), "Assignment.end must be after its start 2026-02-01, got 2026-02-01; it is the"),
    ],
)
def test_what_is_no_assignment_is_refused(fields: tuple[Any, ...], message: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        Assignment(*fields)
    assert str(refused.value).startswith(message)
