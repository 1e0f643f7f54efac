"""One quota: checked alone, prorated, split and ramped by exact fractions."""

from __future__ import annotations

from calendar import isleap
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesmetrics import Activity, FiscalCalendar, InvalidValueError, Money, Period, Quota, Ramp
from salesmetrics.model.proration import Basis, overlap, share_of_period
from salesmetrics.strategies import quotas, ramps

NEAR = st.dates(date(2023, 12, 1), date(2024, 4, 1))
"""Days around the 29th of February of a leap year."""
PERIODS = st.tuples(NEAR, NEAR).filter(lambda pair: pair[0] < pair[1]).map(lambda pair: Period(*pair))
BASES: list[Basis] = ["days", "months", "365", "30/360"]
Q1 = Period(date(2026, 1, 1), date(2026, 4, 1), "Q1")


def size_of(quota: Quota) -> int | None:
    return quota.amount.minor if isinstance(quota.amount, Money) else quota.amount


def half_away(exact: Fraction) -> int:
    """The nearest whole number of one that is not negative, by its distance to both neighbours."""
    down = exact.numerator // exact.denominator
    return down if exact - down < down + 1 - exact else down + 1


class TestShareOfPeriod:
    @given(PERIODS, PERIODS)
    def test_by_days_it_counts_days(self, part: Period, whole: Period) -> None:
        both = [day for day in whole if day in part]
        assert share_of_period(part, whole) == Fraction(len(both), whole.days)
        assert overlap(part, whole) == (Period(both[0], both[-1] + timedelta(1)) if both else None)

    @given(PERIODS, PERIODS)
    def test_by_365_it_counts_days_other_than_the_29th_of_february(self, part: Period, whole: Period) -> None:
        counted = [day for day in whole if (day.month, day.day) != (2, 29)]
        if counted:
            assert share_of_period(part, whole, "365") == Fraction(sum(day in part for day in counted), len(counted))

    @pytest.mark.parametrize("basis", BASES)
    @given(whole=PERIODS, cut=NEAR)
    def test_shares_of_both_sides_of_a_day_add_up_to_one(self, basis: Basis, whole: Period, cut: date) -> None:
        try:
            share_of_period(whole, whole, basis)
        except InvalidValueError:
            return
        before, after = Period(date(2000, 1, 1), cut), Period(cut, date(2050, 1, 1))
        assert share_of_period(before, whole, basis) + share_of_period(after, whole, basis) == 1

    def test_by_months_a_month_is_a_twelfth_of_a_year_and_a_day_is_a_part_of_its_month(self) -> None:
        year = FiscalCalendar().year(2024)
        assert isleap(2024)
        assert share_of_period(FiscalCalendar().month(2024, 2), year, "months") == Fraction(1, 12)
        assert share_of_period(Period.parse("2024-02-01..2024-02-02"), year, "months") == Fraction(1, 12 * 29)

    def test_by_30_360_a_month_has_30_days(self) -> None:
        year = FiscalCalendar().year(2026)
        assert share_of_period(FiscalCalendar().month(2026, 2), year, "30/360") == Fraction(1, 12)
        assert share_of_period(Period.parse("2026-01-16..2026-02-01"), year, "30/360") == Fraction(15, 360)
        assert share_of_period(Period.parse("2026-01-31..2026-02-01"), year, "30/360") == Fraction(1, 360)
        assert share_of_period(Period.parse("2026-01-30..2026-01-31"), year, "30/360") == 0

    def test_what_cannot_be_counted_is_refused(self) -> None:
        leap_day = Period.parse("2024-02-29..2024-03-01")
        with pytest.raises(InvalidValueError, match="must have a day that the basis counts, got 2024-02-29"):
            share_of_period(leap_day, leap_day, "365")
        with pytest.raises(InvalidValueError, match="basis must be one of"):
            share_of_period(Q1, Q1, "weeks")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


class TestProrated:
    @given(quotas(), st.sampled_from(BASES))
    def test_whole(self, quota: Quota, basis: Basis) -> None:
        assert quota.prorated(quota.period, basis) == quota

    @given(quotas(bounds=NEAR), PERIODS)
    def test_definition(self, quota: Quota, within: Period) -> None:
        days = [day for day in quota.period if day in within]
        if not days:
            with pytest.raises(InvalidValueError, match="a quota must have a day in the period, got"):
                quota.prorated(within)
            return
        size = size_of(quota)
        part = quota.prorated(within)
        assert size_of(part) == (None if size is None else half_away(Fraction(size * len(days), quota.period.days)))
        assert part.period == Period(days[0], days[-1] + timedelta(1))


class TestChanged:
    @given(quotas(bounds=NEAR), NEAR, st.integers(0, 10**9))
    def test_definition(self, quota: Quota, day: date, size: int) -> None:
        before = [one for one in quota.period if one < day]
        amount = Money(size, "USD")
        old = size_of(quota)
        if old is None or not before or len(before) == quota.period.days:
            with pytest.raises(InvalidValueError):
                quota.changed(day, amount)
            return
        exact = Fraction(old * len(before) + size * (quota.period.days - len(before)), quota.period.days)
        assert size_of(quota.changed(day, amount)) == half_away(exact)

    def test_what_it_is_changed_to_is_of_its_kind(self) -> None:
        with pytest.raises(InvalidValueError, match="the new amount must be in the unit of the old one, got 5 and 1"):
            Quota("Ada", Q1, Money(100, "USD"), "arr").changed(date(2026, 2, 1), 5)
        with pytest.raises(InvalidValueError, match="the new amount must be in the unit of the old one, got 1"):
            Quota("Ada", Q1, Money(100, "USD")).changed(date(2026, 2, 1), Money(100, "EUR"))


class TestSplit:
    @given(quotas(bounds=NEAR), st.sets(NEAR, max_size=4), st.data())
    def test_adds_up(self, quota: Quota, cuts: set[date], data: st.DataObject) -> None:
        parts, _ = self.split(quota, cuts, data)
        size = size_of(quota)
        sizes = [size_of(part) for part in parts]
        assert sizes == [None] * len(parts) if size is None else sum(one or 0 for one in sizes) == size
        assert [part.period.start for part in parts[1:]] == [part.period.end for part in parts[:-1]]

    @given(quotas(bounds=NEAR), st.sets(NEAR, max_size=4), st.data())
    def test_nearest(self, quota: Quota, cuts: set[date], data: st.DataObject) -> None:
        parts, weights = self.split(quota, cuts, data)
        size = size_of(quota)
        for part, weight in zip(parts, weights, strict=True):
            own = size_of(part)
            assert size is None or own is None or abs(own - size * weight / sum(weights)) < 1

    def split(self, quota: Quota, cuts: set[date], data: st.DataObject) -> tuple[list[Quota], list[Fraction]]:
        inner = sorted(day for day in cuts if quota.period.start < day < quota.period.end)
        bounds = [quota.period.start, *inner, quota.period.end]
        tiles = [Period(*pair) for pair in pairwise(bounds)]
        if data.draw(st.booleans()):
            return quota.split(tiles), [Fraction(one.days) for one in tiles]
        weights = data.draw(
            st.lists(st.integers(0, 3), min_size=len(tiles), max_size=len(tiles)).filter(lambda those: sum(those) > 0)
        )
        return quota.split(tiles, weights), [*map(Fraction, weights)]

    def test_equal_remainders_go_to_the_first(self) -> None:
        thirds = FiscalCalendar().months_in(Q1)
        assert [size_of(one) for one in Quota("Ada", Q1, Money(100, "USD")).split(thirds, [1, 1, 1])] == [34, 33, 33]

    @pytest.mark.parametrize(
        ("periods", "weights", "message"),
        [
            ([], None, "periods must tile Q1 in order, got none; cut them to it"),
            (["2026-01-01..2026-03-01"], None, "periods must tile Q1 in order, got 2026-01-01..2026-03-01; cut them"),
            (["2026-02-01..2026-04-01"], None, "periods must tile Q1 in order"),
            (
                [str(Q1.start) + ".." + str(Q1.end)],
                [1, 2],
                "there must be a weight for each of 1 periods, and one above",
            ),
            (
                [str(Q1.start) + ".." + str(Q1.end)],
                [0],
                "there must be a weight for each of 1 periods, and one above ze",
            ),
            (
                [str(Q1.start) + ".." + str(Q1.end)],
                ["-1"],
                "a weight must not be below zero, got '-1'; correct the sign",
            ),
        ],
    )
    def test_what_does_not_tile_is_refused(self, periods: list[str], weights: Any, message: str) -> None:
        with pytest.raises(InvalidValueError) as refused:
            Quota("Ada", Q1, Money(100, "USD")).split(map(Period.parse, periods), weights)
        assert str(refused.value).startswith(message)


class TestRamped:
    @given(quotas(bounds=NEAR), st.dates(date(2022, 1, 1), date(2025, 1, 1)), ramps())
    def test_definition(self, quota: Quota, hired: date, ramp: Ramp) -> None:
        shares = [ramp.share(hired, day) for day in quota.period]
        mean = sum(shares, Fraction()) / len(shares)
        assert ramp.mean_share(hired, quota.period) == mean
        size = size_of(quota)
        asked = size_of(quota.ramped(hired, ramp))
        assert asked == (None if size is None else half_away(size * mean))
        assert quota.ramped(hired, ramp).period == quota.period


class TestRamp:
    def test_steps_begin_on_the_day_of_hiring_or_on_the_last_of_a_shorter_month(self) -> None:
        ramp = Ramp(["0", "0.5"])
        days = [date(2026, 1, 30), date(2026, 1, 31), date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 30)]
        hired = date(2026, 1, 31)
        assert [ramp.share(hired, day) for day in days] == [0, 0, 0, Fraction(1, 2), Fraction(1, 2)]
        assert ramp.share(hired, date(2026, 3, 31)) == 1

    def test_a_ramp_may_last_longer_than_the_calendar(self) -> None:
        ramp, hired = Ramp(["0.5", "0.5"], months=12), date(9999, 6, 1)
        assert ramp.mean_share(hired, Period(date(9999, 12, 1), date.max)) == Fraction(1, 2)
        assert ramp.share(hired, date.max) == 1

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("0.5",), "Ramp.shares must be several fractions, got '0.5'; write ['0', '0.5']"),
            ((5,), "Ramp.shares must be several fractions, got 5; write ['0', '0.5']"),
            ((["x"],), "a share of a ramp must be a number such as '1234.50', got 'x'"),
            (
                ([0, 25, 100],),
                "Ramp.shares must be fractions in [0, 1], got ['0', '25', '100']; did you mean hundredths?",
            ),
            (([-1],), "a share of a ramp must not be below zero, got -1; correct the sign"),
            ((["0.5"], 0), "Ramp.months must be one of 1 to 1200, got 0; count months"),
            ((["0.5"], True), "Ramp.months must be one of 1 to 1200, got True; count months"),
        ],
    )
    def test_what_is_no_ramp_is_refused(self, arguments: tuple[Any, ...], message: str) -> None:
        with pytest.raises(InvalidValueError) as refused:
            Ramp(*arguments)
        assert str(refused.value).startswith(message)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"rep": 7, "period": "Q1"},
            "Quota.rep must be text, got 7; name the rep; and Quota.period must be a Period, got 'Q1'; write Period",
        ),
        (
            {"value": "", "overlay": 1},
            "Quota.value must be text, got ''; write 'amount' or the name of a value; and Quota.overlay must be",
        ),
        (
            {"amount": Money(-1, "USD")},
            "Quota.amount must not be below zero, got Money(minor=-1, currency='USD'); corr",
        ),
        ({"amount": 1.5}, "Quota.amount must be Money or a whole number, got 1.5; write"),
        ({"amount": True}, "Quota.amount must be Money or a whole number, got True; write Money.of()"),
        ({"amount": 5}, "Quota.amount must be Money where value is 'amount', got 5; name a value"),
        ({"where": {"kind": object()}}, "label 'kind' must be text, a number, a flag or a day, got <object object at"),
    ],
)
def test_what_is_no_quota_is_refused(fields: dict[str, Any], message: str) -> None:
    usual: dict[str, Any] = {"rep": "Ada", "period": Q1, "amount": Money(100, "USD")}
    with pytest.raises(InvalidValueError) as refused:
        Quota(**(usual | fields))
    assert str(refused.value).startswith(message)


def test_a_rep_without_a_quota_has_none_after_any_change_of_it() -> None:
    none = Quota("Ada", Q1, None)
    january = FiscalCalendar().month(2026, 1)
    assert none.prorated(january).amount is none.ramped(Q1.start, Ramp(["0"])).amount is None
    assert str(none) == "no amount of Ada in Q1"


def test_conditions_and_fields_are_refused_by_their_own_names() -> None:
    nothing: Any = None
    with pytest.raises(InvalidValueError, match=r"^Quota.where must be a mapping, got None"):
        Quota("Ada", Period(date(2026, 1, 1), date(2026, 4, 1)), None, where=nothing)
    with pytest.raises(InvalidValueError, match=r"^Activity.fields must be a mapping, got None"):
        Activity(datetime(2026, 1, 5, 9, tzinfo=UTC), "call", fields=nothing)
