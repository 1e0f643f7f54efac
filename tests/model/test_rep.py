import copy
import pickle
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesmetrics import InvalidValueError, Rep
from salesmetrics.model.labels import FrozenMapping

HIRED = date(2026, 1, 5)


def rep(**changed: Any) -> Rep:
    plain: dict[str, Any] = {"id": "r1", "name": "Ada Quill", "hired": HIRED}
    return Rep(**plain | changed)


@given(st.text(min_size=1), st.text(min_size=1), st.dates(), st.none() | st.text(), st.integers(0, 9))
def test_a_rep_is_a_value(key: str, name: str, hired: date, role: str | None, tier: int) -> None:
    one = Rep(key, name, hired, None, role, {"tier": tier, "gone": None})
    assert (one.id, one.name, one.hired, one.left, one.role, dict(one.labels)) == (
        key,
        name,
        hired,
        None,
        role,
        {"tier": tier},
    )
    for twin in (pickle.loads(pickle.dumps(one)), copy.copy(one), copy.deepcopy(one)):  # noqa: S301
        assert twin == one
        assert hash(twin) == hash(one)


@pytest.mark.parametrize("days", [0, 1, 1000])
def test_a_rep_leaves_on_the_day_of_hiring_or_later(days: int) -> None:
    assert rep(left=HIRED + timedelta(days)).left == HIRED + timedelta(days)


def test_a_rep_does_not_leave_before_being_hired() -> None:
    with pytest.raises(InvalidValueError) as caught:
        rep(left=date(2026, 1, 4))
    assert str(caught.value) == (
        "Rep.left must not be before hired 2026-01-05, got 2026-01-04; exchange the two or correct one"
    )


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        *[({"id": one}, f"Rep.id must be text, got {one!r}; name the rep") for one in ("", None, 1, b"r1", ["r1"])],
        *[({"name": one}, f"Rep.name must be text, got {one!r}; name the rep") for one in ("", None, 1)],
        *[({"role": one}, f"Rep.role must be text or None, got {one!r}; leave it out") for one in (1, ["boss"], True)],
        *[
            ({field: one}, f"Rep.{field} must be a date without a time, got {one!r}; write ")
            for field in ("hired", "left")
            for one in (datetime(2026, 1, 5, tzinfo=UTC), "2026-01-05", 5)
        ],
        ({"hired": None}, "Rep.hired must be a date without a time, got None; write "),
        ({"labels": "EMEA"}, "labels must be a mapping, got 'EMEA'; write {'region': 'EMEA'}"),
    ],
)
def test_a_field_of_another_kind_is_refused_with_a_remedy(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        rep(**changed)
    assert str(caught.value).startswith(message)


def test_defaults() -> None:
    assert (rep().left, rep().role, rep().labels) == (None, None, FrozenMapping({}))
