"""What is read from a capacity, and hires, against the plain rule day by day."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesmetrics import (
    Breakdown,
    Capacity,
    FiscalCalendar,
    InvalidValueError,
    Money,
    Quota,
    Ramp,
    hire_by,
    hires_needed,
)
from salesmetrics.strategies import ramps

CALENDAR = FiscalCalendar()
Q1, YEAR = CALENDAR.quarter(2026, 1), CALENDAR.year(2026)
NEAR = st.dates(date(2025, 11, 20), date(2026, 4, 10))
RAMP = Ramp(["0", "0.5"])


def half_away(exact: Fraction) -> int:
    """The nearest whole number of one that is not negative."""
    down = exact.numerator // exact.denominator
    return down if exact - down < down + 1 - exact else down + 1


class TestCapacity:
    def test_each_factor_has_its_own_name(self) -> None:
        one = Capacity(Q1, 2_000, 1_000, "USD", 3)
        assert one.value == Money(1_000, "USD")
        assert one.expected(attainment="0.8", attrition="0.1") == Money(760, "USD")
        assert one.over_assignment(Money(800, "USD")) == 1.25
        assert one.over_assignment(Money(0, "USD")) is None
        assert str(Capacity(Q1, 5, 5, None, 1)) == "5 ramped of 5 in FY26 Q1 (1 quota)"

    def test_columns_are_in_major_units(self) -> None:
        columns = Breakdown("team", ("A",), [Capacity(Q1, 2_000, 1_000, "USD", 3)], (None,)).to_columns()
        assert [[*columns[name]] for name in ("value", "full", "n_quotas")] == [[10.0], [20.0], [3]]

    @pytest.mark.parametrize("fields", [(1, 2, "USD"), (2, -1, "USD"), (1, 1, "XXX")])
    def test_no_more_can_be_asked_than_all(self, fields: tuple[int, int, str]) -> None:
        with pytest.raises(InvalidValueError, match="ramped quotas must be from zero to the full ones"):
            Capacity(Q1, *fields, 1)

    @pytest.mark.parametrize(
        ("ask", "message"),
        [
            (
                lambda one: one.expected(attrition=2),
                "attrition must be a fraction in [0, 1], got 2; did you mean hundred",
            ),
            (
                lambda one: one.expected(attainment=80),
                "attainment must be a fraction such as 0.8, got 80; did you mean 0.8?",
            ),
            (lambda one: one.expected(attainment=-1), "attainment must not be below zero, got -1; correct the sign"),
            (
                lambda one: one.over_assignment(Money(1, "EUR")),
                "the target must be in the unit of the quotas, USD, got EUR; convert one of them",
            ),
        ],
    )
    def test_strange_factors_are_refused(self, ask: Any, message: str) -> None:
        with pytest.raises(InvalidValueError) as refused:
            ask(Capacity(Q1, 2_000, 1_000, "USD", 3))
        assert str(refused.value).startswith(message)


class TestHires:
    @given(ramps(), NEAR, st.integers(0, 10**6), st.sampled_from([1, "0.8"]))
    def test_one_hire_fewer_is_not_enough(self, ramp: Ramp, hired: date, missing: int, attainment: Any) -> None:
        quota = Quota("new", Q1, Money(100_000, "USD"))
        shares = [ramp.share(hired, day) for day in Q1]
        each = 100_000 * sum(shares, Fraction()) / Q1.days * Fraction(attainment)
        n = hires_needed(Money(missing, "USD"), quota, ramp, hired=hired, attainment=attainment)
        if n is None:
            assert missing
            assert each == 0
        else:
            assert n * each >= missing
            assert n == 0 or (n - 1) * each < missing

    @given(st.lists(st.sampled_from(["0", "0.25", "0.5", "1"]), max_size=3), st.integers(1, 200_000), st.integers(1, 3))
    def test_a_day_later_is_too_late(self, shares: list[str], missing: int, n: int) -> None:
        ramp, quota = Ramp(sorted(shares)), Quota("new", Q1, 100_000, "units")
        last = hire_by(missing, quota, ramp, n=n)
        enough = [day for day in Q1 if (hires_needed(missing, quota, ramp, hired=day) or n + 1) <= n]
        assert last == (enough[-1] if enough else None)
        assert enough == [Q1.start + timedelta(more) for more in range(len(enough))]

    def test_half_of_whoever_leaves_is_missing(self) -> None:
        quota = Quota("new", Q1, 100, "units")
        assert hires_needed(450, quota, Ramp([]), hired=Q1.start, attrition=0.2) == 5
        assert hires_needed(-5, quota, Ramp([]), hired=Q1.start) == 0

    @pytest.mark.parametrize("missing", ["quota", "ramp"])
    def test_hires_are_of_a_quota_and_a_ramp(self, missing: str) -> None:
        nothing: Any = None
        usual: dict[str, Any] = {"quota": Quota("new", Q1, 100, "units"), "ramp": RAMP, missing: nothing}
        with pytest.raises(InvalidValueError, match=f"{missing} must be a {missing.title()}, got None; write"):
            hires_needed(1, **usual, hired=Q1.start)

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"n": 0}, "n must be a whole number from 1 up, got 0; count the reps"),
            ({"ramp": Ramp(["0.5", "0"])}, "the shares of the ramp must not fall, got ['1/2', '0']; ask each day"),
            ({"missing": Money(0, "USD")}, "something must be missing, got 0.00 USD; nobody need be hired"),
            (
                {"missing": Money(1, "EUR")},
                "what is missing must be in the unit of the quotas, USD, got EUR; convert one",
            ),
            (
                {"quota": Quota("new", Q1, None)},
                "the quota of a new rep must have an amount, got None; give the full q",
            ),
            ({"quota": None}, "quota must be a Quota, got None; write Quota("),
            ({"ramp": None}, "ramp must be a Ramp, got None; write Ramp("),
            ({"attainment": 80}, "attainment must be a fraction such as 0.8, got 80; did you mean 0.8?"),
        ],
    )
    def test_what_cannot_be_asked_is_refused(self, arguments: dict[str, Any], message: str) -> None:
        usual: dict[str, Any] = {
            "missing": Money(100, "USD"),
            "quota": Quota("new", Q1, Money(100, "USD")),
            "ramp": RAMP,
            "n": 1,
        }
        with pytest.raises(InvalidValueError) as refused:
            hire_by(**(usual | arguments))
        assert str(refused.value).startswith(message)
