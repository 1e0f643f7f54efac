"""Worked numbers from public sources; the row numbers are those of the collection they were gathered in."""

from __future__ import annotations

from datetime import date

from salesmetrics import (
    Deal,
    FiscalCalendar,
    Money,
    Quota,
    Quotas,
    breakdown,
    quota_achievement_rate,
    quota_attainment,
)

CALENDAR = FiscalCalendar()
YEAR = CALENDAR.year(2026)


def won(number: int, owner: str, amount: str, closed: date) -> Deal:
    return Deal(f"D-{number}", Money.of(amount, "USD"), "Won", owner, date(2026, 1, 1), closed=closed)


def test_three_months_of_sales_against_50000_a_month() -> None:
    # Rows 29 and E85: 42.5, 55 and 52.5 thousand are 85, 110 and 105 %; to date 85, 97.5 and 100 %
    months = [CALENDAR.month(2026, number) for number in (1, 2, 3)]
    quotas = Quotas.of([Quota("Ada", month, Money.of(50_000, "USD")) for month in months])
    sales = [won(row, "Ada", one, months[row].start) for row, one in enumerate(["42500", "55000", "52500"])]
    sold = quotas.with_sales(sales)
    by_month = breakdown(quota_attainment, sold, by=CALENDAR.months("start"), period=YEAR)
    assert [one.value for one in by_month.values()] == [0.85, 1.1, 1.05]
    first, two, three = (by_month[month] for month in months)
    assert [first.value, (first + two).value, (first + two + three).value] == [0.85, 0.975, 1.0]


def test_a_team_is_a_ratio_of_sums() -> None:
    # Quotas of 100k and 50k, sales of 50k and 100k: 100 %, where a mean of ratios says 125 %
    q1 = CALENDAR.quarter(2026, 1)
    quotas = Quotas.of([Quota("Ada", q1, Money.of(100_000, "USD")), Quota("Bo", q1, Money.of(50_000, "USD"))])
    sold = quotas.with_sales([won(1, "Ada", "50000", q1.start), won(2, "Bo", "100000", q1.start)])
    assert quota_attainment(sold, period=q1).value == 1.0
    assert [one.value for one in breakdown(quota_attainment, sold, by="rep", period=q1).values()] == [0.5, 2.0]


def test_three_of_six_reps_reach_their_quota_while_their_mean_is_above_it() -> None:
    # Attainments of 180, 160, 140, 55, 45 and 40 %: 3 of 6
    q1, levels = CALENDAR.quarter(2026, 1), (180, 160, 140, 55, 45, 40)
    quotas = Quotas.of([Quota(f"Rep {level}", q1, Money.of(100, "USD")) for level in levels])
    sold = quotas.with_sales([won(level, f"Rep {level}", str(level), q1.start) for level in levels])
    by_rep = breakdown(quota_attainment, sold, by="rep", period=q1)
    rate = quota_achievement_rate(by_rep)
    assert (rate.part, rate.whole) == (3, 6)
    assert quota_attainment(sold, period=q1).reaches("1.033")


def test_23_of_a_quota_of_20_units_is_115_percent() -> None:
    # In floats it is 114.99999999999999 %
    q1 = CALENDAR.quarter(2026, 1)
    deal = Deal("D-1", Money(0, "USD"), "Won", "Ada", date(2026, 1, 1), closed=q1.start, values={"units": 23})
    answer = quota_attainment(Quotas.of([Quota("Ada", q1, 20, "units")]).with_sales([deal]), period=q1)
    assert answer.reaches(1.15)
    assert not answer.reaches("1.1501")
