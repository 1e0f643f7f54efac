from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, DrawFn

from salesmetrics import (
    Assignment,
    Capacity,
    FiscalCalendar,
    InvalidTableError,
    InvalidValueError,
    Money,
    Period,
    Quota,
    Quotas,
    Ramp,
    Rep,
    breakdown,
    capacity,
)
from salesmetrics.strategies import quota_tables, ramps
from salesmetrics.testing import assert_round_trip

CALENDAR = FiscalCalendar()
Q1, YEAR = CALENDAR.quarter(2026, 1), CALENDAR.year(2026)
NEAR = st.dates(date(2026, 3, 28), date(2026, 4, 4))
RAMP = Ramp(["0", "0.5"])
MOVES = [
    Assignment("Ada", "Cleo", "North", date(2026, 1, 1), date(2026, 4, 1)),
    Assignment("Ada", "Dan", "South", date(2026, 4, 1)),
    Assignment("Bo", "Dan", None, date(2026, 3, 30)),
]


@frozen
class Plan:
    """Quotas, who they are of, and what is asked of whoever is new."""

    quotas: Quotas
    reps: list[Rep]
    ramp: Ramp

    def of(self, quotas: Any) -> Capacity:
        return capacity(quotas, self.reps, self.ramp, period=YEAR)


@st.composite
def plans(draw: DrawFn) -> Plan:
    table = draw(quota_tables(draw(st.sampled_from(["USD", None])), NEAR))
    if draw(st.booleans()):
        table = table.with_assignments(MOVES)
    reps = []
    for name in sorted({*table.rep}):
        hired, left = draw(NEAR), draw(st.none() | NEAR)
        reps.append(Rep(name, name, hired, None if left is None else max(hired, left)))
    return Plan(table, reps, draw(ramps()))


def size_of(amount: Money | int | None) -> int:
    return amount.minor if isinstance(amount, Money) else amount or 0


def half_away(exact: Fraction) -> int:
    """The nearest whole number of one that is not negative."""
    down = exact.numerator // exact.denominator
    return down if exact - down < down + 1 - exact else down + 1


class TestCapacity:
    @given(plans())
    def test_definition(self, plan: Plan) -> None:
        reps = {rep.id: rep for rep in plan.reps}
        counted = [quota for quota in plan.quotas if quota.amount is not None and not quota.overlay]
        ramped = 0
        for quota in counted:
            rep = reps[quota.rep]
            shares = [plan.ramp.share(rep.hired, day) for day in quota.period if rep.left is None or day < rep.left]
            ramped += half_away(size_of(quota.amount) * sum(shares, Fraction()) / quota.period.days)
        found = plan.of(plan.quotas)
        assert (found.full, found.ramped) == (sum(size_of(quota.amount) for quota in counted), ramped)
        assert found.n_quotas == len(counted)

    @given(plans(), st.data())
    def test_order(self, plan: Plan, data: DataObject) -> None:
        order = np.array(data.draw(st.permutations(range(len(plan.quotas)))), np.intp)
        assert plan.of(plan.quotas.take(order)) == plan.of(plan.quotas)

    @given(plans(), st.data())
    def test_merge(self, plan: Plan, data: DataObject) -> None:
        size = len(plan.quotas)
        mask = np.array(data.draw(st.lists(st.booleans(), min_size=size, max_size=size)), np.bool_)
        parts = [plan.of(plan.quotas.filter(some)) for some in (mask, ~mask)]
        assert parts[0] + parts[1] == plan.of(plan.quotas)

    @given(plans())
    def test_identity(self, plan: Plan) -> None:
        answer, nothing = plan.of(plan.quotas), plan.of(plan.quotas[:0])
        assert answer + nothing == answer == nothing + answer

    @given(plans())
    def test_door(self, plan: Plan) -> None:
        table = Quotas.of([*plan.quotas])
        assert plan.of([*plan.quotas]) == plan.of(iter([*plan.quotas])) == plan.of(table)

    @given(plans(), st.data())
    def test_breakdown(self, plan: Plan, data: DataObject) -> None:
        table = plan.quotas
        keys: list[Any] = ["rep", CALENDAR.quarters("start"), *table.where]
        keys += [] if table.assignments is None else ["team", "manager"]
        by = data.draw(st.sampled_from(keys))
        answers = breakdown(capacity, table, by, plan.reps, plan.ramp, period=YEAR)
        names = [*table.key(by)]
        assert set(answers) == set(names)
        for name in answers:
            assert answers[name] == plan.of(table.filter(np.array([own == name for own in names], np.bool_)))

    @given(plans())
    def test_old_hands(self, plan: Plan) -> None:
        old = [Rep(rep.id, rep.id, date(1999, 1, 1)) for rep in plan.reps]
        found = capacity(plan.quotas, old, plan.ramp, period=YEAR)
        assert found.ramped == found.full

    @given(plans())
    def test_round_trip(self, plan: Plan) -> None:
        assert_round_trip(plan.of(plan.quotas))


def test_quotas_of_nothing_of_specialists_and_of_other_periods_are_left_out() -> None:
    quotas = [
        Quota("Ada", Q1, None),
        Quota("Ada", Q1, Money(5, "USD"), overlay=True),
        Quota("Ada", CALENDAR.quarter(2025, 4), Money(5, "USD")),
    ]
    assert capacity(quotas, [], RAMP, period=Q1) == Capacity(Q1, 0, 0, "USD", 0)


def test_who_left_before_the_quota_begins_is_asked_for_nothing() -> None:
    rep = Rep("Ada", "Ada", date(2024, 1, 1), Q1.start)
    assert capacity([Quota("Ada", Q1, Money(5, "USD"))], [rep], Ramp([]), period=Q1).ramped == 0


def test_a_day_that_the_basis_does_not_count_asks_for_nothing() -> None:
    quota = Quota("Ada", Period(date(2024, 2, 29), date(2024, 4, 1)), 31, "units")
    rep = Rep("Ada", "Ada", date(2024, 1, 1), date(2024, 3, 1))
    assert capacity([quota], [rep], Ramp([]), period=quota.period, basis="365").ramped == 0
    assert capacity([quota], [rep], Ramp([]), period=quota.period, basis="days").ramped == 1


def test_a_ramp_has_the_basis_of_the_quota() -> None:
    """Nothing is asked in January: a third of the months of the quarter, and 31 of its 90 days."""
    quota, rep, ramp = Quota("Ada", Q1, 90_000, "units"), Rep("Ada", "Ada", Q1.start), Ramp(["0"])
    assert capacity([quota], [rep], ramp, period=Q1, basis="months").ramped == 60_000
    assert capacity([quota], [rep], ramp, period=Q1, basis="days").ramped == 59_000


def test_a_rep_has_no_quota_twice() -> None:
    whole, part = Quota("Ada", Q1, 90, "units"), Quota("Ada", CALENDAR.month(2026, 2), 30, "units")
    for twice in ([whole, whole], [whole, part]):
        with pytest.raises(InvalidTableError, match="a deal must count for one quota of a rep, got two of 'Ada'"):
            capacity(twice, [Rep("Ada", "Ada", Q1.start)], RAMP, period=Q1)


@pytest.mark.parametrize(
    ("quotas", "message"),
    [
        (
            [Quota("Ada", YEAR, 1, "units")],
            "quotas must lie in FY26 Q1 or outside of it, got 1 that it cuts, such as 1 units of Ada in",
        ),
        (None, "quotas must be Quota objects, got NoneType"),
        (Quota("Ada", Q1, 1, "units"), "quotas must be several Quota objects, got one; write [quota]"),
        ([1], "quotas must be Quota objects, got int at row 0"),
        ([Quota("Adda", Q1, 1, "units")], "quotas must be of known reps, got 'Adda'; did you mean 'Ada'?"),
    ],
)
def test_what_has_no_capacity_is_refused(quotas: Any, message: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        capacity(quotas, [Rep("Ada", "Ada", Q1.start)], RAMP, period=Q1)
    assert str(refused.value).startswith(message)


def test_a_capacity_needs_a_ramp() -> None:
    nothing: Any = None
    with pytest.raises(InvalidValueError, match="ramp must be a Ramp, got None; write Ramp"):
        capacity([], [], nothing, period=Q1)
