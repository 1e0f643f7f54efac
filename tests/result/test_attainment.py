"""What is read from an attainment: gap, pace, what is needed, and bands over reps."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from salesmetrics import (
    Attainment,
    Breakdown,
    Deal,
    FiscalCalendar,
    InvalidValueError,
    Money,
    MoneyTotal,
    Multiset,
    Period,
    Proportion,
    Quota,
    Quotas,
    attainment_bands,
    breakdown,
    quota_achievement_rate,
    quota_attainment,
    sample_book,
    win_rate,
)

Q1 = Period(date(2026, 1, 1), date(2026, 4, 1), "Q1")
NOTHING = MoneyTotal(0, "USD", 0, 0)


def attainment(sold: int | None = 100, target: int = 100, **fields: Any) -> Attainment:
    actual = MoneyTotal(sold or 0, "USD", int(sold is not None), int(sold is None))
    usual: dict[str, Any] = {
        "period": Q1,
        "as_of": Q1.end,
        "actual": actual,
        "without_quota": NOTHING,
        "target": target,
        "overlay": NOTHING,
        "overlay_target": 0,
        "currency": "USD",
        "n_quotas": 1,
    }
    return Attainment(**(usual | fields))


class TestReadings:
    def test_pace_counts_the_days_before_the_day_of_view(self) -> None:
        half = attainment(30, as_of=date(2026, 2, 15))
        assert (half.elapsed, half.value, half.pace) == (0.5, 0.3, 0.6)
        assert half.run_rate == Money(60, "USD")
        assert half.needed_per_day == Money(2, "USD")  # 70 of 45 days, 1.56
        assert half.gap == Money(70, "USD")

    def test_from_the_end_of_the_day_of_view_that_day_is_over_too(self) -> None:
        """46 of the 90 days of the quarter, where 45 are over at the start of 15 February."""
        half = attainment(30, as_of=date(2026, 2, 15), include_today=True)
        assert half.elapsed == 46 / 90
        assert half.pace == 30 * 90 / (100 * 46)
        assert half.needed_per_day == Money(2, "USD")  # 70 of 44 days, 1.59
        assert str(half) == "30.0 % (0.30 USD of 1.00 USD) in Q1 through 2026-02-15, on 58.7 % of the pace"
        first = attainment(1, as_of=Q1.start, include_today=True)
        assert str(first).endswith("in Q1 through 2026-01-01, on 90.0 % of the pace")
        assert attainment(1, as_of=date(2026, 3, 31), include_today=True).needed_per_day is None
        with pytest.raises(InvalidValueError, match="must have one include_today"):
            sum([half, attainment(30, as_of=date(2026, 2, 15))])

    @pytest.mark.parametrize(("today", "as_of"), [("yes", date(2026, 2, 15)), (1, None), (True, None)])
    def test_today_is_included_with_a_day_of_view(self, today: Any, as_of: date | None) -> None:
        with pytest.raises(InvalidValueError, match="include_today must be True or False, and True only with as_of"):
            quota_attainment([], period=Q1, as_of=as_of, include_today=today)

    def test_the_exact_value_is_not_rounded(self) -> None:
        assert attainment(1, 3).exact_value == Fraction(1, 3)
        assert attainment(1, 0).exact_value is None
        assert attainment(None, 3).exact_value is None

    @pytest.mark.parametrize("as_of", [date(2025, 12, 1), Q1.start])
    def test_before_the_first_day_nobody_knows_a_pace(self, as_of: date) -> None:
        early = attainment(0, as_of=as_of)
        assert (early.elapsed, early.pace, early.run_rate) == (0.0, None, None)
        assert early.needed_per_day == Money(1, "USD")  # 100 of 90 days, 1.11

    @pytest.mark.parametrize("as_of", [Q1.end, date(2027, 1, 1)])
    def test_at_the_end_no_day_is_left(self, as_of: date) -> None:
        late = attainment(40, as_of=as_of)
        assert (late.elapsed, late.pace, late.needed_per_day) == (1.0, 0.4, None)
        assert late.run_rate == Money(40, "USD")

    def test_in_a_breakdown_by_quarter_the_pace_is_that_of_each_quarter(self) -> None:
        """Of 92 days of the third quarter 46 are over on 16 August, and a quarter of its quota is sold."""
        calendar = FiscalCalendar()
        quotas = [Quota("Ada", calendar.quarter(2026, number), Money(100, "USD")) for number in (1, 2, 3, 4)]
        deals = [
            Deal(f"D-{size}", Money(size, "USD"), "Won", "Ada", date(2026, 1, 1), closed=day)
            for size, day in ((50, date(2026, 2, 1)), (25, date(2026, 7, 5)))
        ]
        sold, view = Quotas.of(quotas).with_sales(deals), date(2026, 8, 16)
        year: Any = {"period": calendar.year(2026), "as_of": view}
        answers = [*breakdown(quota_attainment, sold, by=calendar.quarters("start"), **year).values()]
        assert [one.elapsed for one in answers] == [1.0, 1.0, 0.5, 0.0]
        assert [one.pace for one in answers] == [0.5, 0.0, 0.5, None]
        assert [one.run_rate for one in answers] == [Money(50, "USD"), Money(0, "USD"), Money(50, "USD"), None]
        assert [one.needed_per_day for one in answers] == [
            None,
            None,
            Money(2, "USD"),
            Money(1, "USD"),
        ]  # 75 of 46 days
        assert [str(one) for one in answers[1:3]] == [
            "0.0 % (0.00 USD of 1.00 USD) in FY26",
            "25.0 % (0.25 USD of 1.00 USD) in FY26 as of 2026-08-16, on 50.0 % of the pace of 2026-07-01..2026-10-01",
        ]
        third = calendar.quarter(2026, 3)
        alone = quota_attainment(sold.filter(sold.is_in_period(third)), period=third, as_of=view)
        assert (alone.pace, alone.run_rate, alone.needed_per_day) == (0.5, Money(50, "USD"), Money(2, "USD"))
        assert str(alone) == "25.0 % (0.25 USD of 1.00 USD) in FY26 Q3 as of 2026-08-16, on 50.0 % of the pace"
        whole = sum(answers, quota_attainment([], **year))
        assert (whole.span, whole.elapsed) == (calendar.year(2026), 227 / 365)

    def test_of_a_rep_who_came_within_the_period_the_pace_is_that_of_the_days_since(self) -> None:
        half = Quota("Ada", Q1, Money(90, "USD")).prorated(Period(date(2026, 2, 15), Q1.end))
        one = quota_attainment(Quotas.of([half]).with_sales([]), period=Q1, as_of=date(2026, 2, 24))
        assert (one.span, one.elapsed) == (half.period, 0.2)

    @pytest.mark.parametrize(("starts", "ends"), [([0], []), ([-1], [90]), ([0], [91])])
    def test_days_are_of_quotas_in_the_period(self, starts: list[int], ends: list[int]) -> None:
        first = 20454  # 1 January 2026
        days = [Multiset(np.array(some), np.ones(len(some), int)) for some in (starts, ends)]
        shifted = [Multiset(one.values + first, one.counts) for one in days]
        with pytest.raises(InvalidValueError, match=r"starts and ends must be of quotas in Q1, got Multiset"):
            attainment(starts=shifted[0], ends=shifted[1])

    def test_above_the_target_nothing_is_needed(self) -> None:
        over = attainment(130, as_of=date(2026, 2, 15))
        assert over.gap == Money(-30, "USD")
        assert over.needed_per_day == Money(0, "USD")

    def test_without_a_target_or_an_amount_nothing_is_defined(self) -> None:
        for one in (attainment(5, 0), attainment(None), attainment(None, 0)):
            assert one.value is one.pace is one.reaches() is None
        assert attainment(None).run_rate is None
        assert attainment(5, 0).gap == Money(-5, "USD")

    def test_an_overlay_is_read_apart(self) -> None:
        credit = MoneyTotal(30, "USD", 1, 0)
        helper = attainment(0, 0, overlay=credit, overlay_target=40)
        assert (helper.value, helper.overlay_value) == (None, 0.75)
        assert attainment(5).overlay_value is None
        assert attainment(overlay=MoneyTotal(0, "USD", 0, 1), overlay_target=40).overlay_value is None
        text = "undefined (0.00 USD of 0.00 USD) in Q1; overlay 75.0 % (0.30 USD of 0.40 USD)"
        assert str(helper) == text

    @pytest.mark.parametrize(
        ("sold", "share", "reached"), [(115, 1.15, True), (115, "1.1500000001", False), (99, 1, False), (0, 0, True)]
    )
    def test_thresholds_are_compared_in_whole_numbers(self, sold: int, share: Any, *, reached: bool) -> None:
        assert attainment(sold).reaches(share) is reached

    def test_columns_hold_what_is_read(self) -> None:
        none = MoneyTotal(50, "USD", 1, 0)
        ones = [attainment(150, without_quota=none), attainment(None), attainment(7, 0)]
        columns = Breakdown("rep", ("A", "B", "C"), ones, (None,)).to_columns()
        assert np.array_equal(columns["value"], [1.5, np.nan, np.nan], equal_nan=True)
        assert [*columns["actual"]] == [1.5, 0.0, 0.07]
        assert [*columns["gap"]] == [-0.5, 1.0, -0.07]
        assert [*columns["without_quota"]] == [0.5, 0.0, 0.0]
        assert [*columns["n_quotas"]] == [1, 1, 1]
        assert [*columns["currency"]] == ["USD"] * 3

    @pytest.mark.parametrize(
        ("fields", "message"),
        [
            ({"target": -1}, "a target must not be below zero, got -1; ask a measure for it"),
            ({"currency": "EUR"}, "sales and quotas must be in one currency, got ['EUR', 'USD']; convert one of them"),
        ],
    )
    def test_what_is_no_attainment_is_refused(self, fields: dict[str, Any], message: str) -> None:
        with pytest.raises(InvalidValueError) as refused:
            attainment(**fields)
        assert str(refused.value) == message


class TestOverReps:
    def test_a_rep_just_at_a_bound_is_in_the_band_above_it(self) -> None:
        answers = [attainment(sold) for sold in (0, 49, 50, 80, 99, 100, 119, 120, 500)]
        answers.append(attainment(5, 0))
        bands = attainment_bands(Breakdown("rep", (*"ABCDEFGHIJ",), answers, (None,)))
        assert [(name, one.part) for name, one in bands.items()] == [
            ("below 50 %", 2),
            ("50 to 80 %", 1),
            ("80 to 100 %", 2),
            ("100 to 120 %", 2),
            ("120 % and more", 2),
        ]
        assert {one.whole for one in bands.values()} == {9}

    def test_bounds_are_named_as_they_are(self) -> None:
        nobody: Breakdown[Attainment] = Breakdown("rep", (), (), (None,))
        assert list(attainment_bands(nobody, [0.125])) == ["below 12.5 %", "12.5 % and more"]
        assert quota_achievement_rate(nobody) == Proportion(0, 0)

    @pytest.mark.parametrize("bounds", [[], [1, 1], [1, 0.5], None, 1, "1"])
    def test_bounds_must_rise(self, bounds: Any) -> None:
        with pytest.raises(InvalidValueError, match="bounds must be rising numbers, got"):
            attainment_bands(Breakdown("rep", (), (), (None,)), bounds)

    def test_hundredths_are_refused(self) -> None:
        nobody: Breakdown[Attainment] = Breakdown("rep", (), (), (None,))
        assert quota_achievement_rate(nobody, 10) == Proportion(0, 0)
        with pytest.raises(InvalidValueError, match="threshold must be a fraction such as"):
            quota_achievement_rate(nobody, 100)
        with pytest.raises(InvalidValueError, match="a bound must be a fraction such as"):
            attainment_bands(nobody, [50, 80])

    @pytest.mark.parametrize("reading", [quota_achievement_rate, attainment_bands])
    def test_other_answers_are_refused(self, reading: Any) -> None:
        rates = breakdown(win_rate, sample_book(20).deals, "owner")
        for given in (rates, [attainment()]):
            with pytest.raises(
                InvalidValueError, match="answers must be attainments by rep, got others; write breakdown"
            ):
                reading(given)


def test_many_groups_have_the_columns_of_each() -> None:
    quotas = Quotas.of([Quota(name, Q1, Money(100, "USD")) for name in ("Ada", "Bo")]).with_sales([])
    columns = breakdown(quota_attainment, quotas, by="rep", period=Q1).to_columns()
    assert [*columns["value"]] == [0.0, 0.0]
    assert [*columns["target"]] == [1.0, 1.0]
