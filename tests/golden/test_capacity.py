"""Worked numbers from public sources; the row numbers are those of the collection they were gathered in."""

from __future__ import annotations

from datetime import date

from salesmetrics import Capacity, FiscalCalendar, Money, Quota, Ramp, Rep, capacity

CALENDAR = FiscalCalendar()
YEAR = CALENDAR.year(2026)


def test_seven_ramped_reps_and_three_who_ramp() -> None:
    # Row 32: metrickit: 7 of 150,000 at 85 %, and 3 at 40 % of it: 892,500 + 180,000
    quotas = [Quota(f"Rep {n}", YEAR, Money.of(150_000, "USD")) for n in range(10)]
    old = [Rep(f"Rep {n}", f"Rep {n}", date(2020, 1, 1)) for n in range(7)]
    new = [Rep(f"Rep {n}", f"Rep {n}", YEAR.start) for n in range(7, 10)]
    full = capacity(quotas[:7], old, Ramp([]), period=YEAR)
    ramping = capacity(quotas[7:], new, Ramp(["0.4"], months=12), period=YEAR)
    parts = [full.expected(attainment=0.85), ramping.expected()]
    assert parts == [Money.of(892_500, "USD"), Money.of(180_000, "USD")]
    assert (full + ramping).full == Money.of(1_500_000, "USD").minor


def test_a_street_quota_above_the_target() -> None:
    # Row E81: a street quota of 1M for a target of 800k: 125 %, and with 80 % of it the target is reached
    street = Capacity(YEAR, 10**8, 10**8, "USD", 10)
    assert street.over_assignment(Money.of(800_000, "USD")) == 1.25
    assert street.expected(attainment=0.8) == Money.of(800_000, "USD")


def test_five_reps_in_the_second_month_of_their_ramp() -> None:
    # Row E82: 5 reps of 10,000 a month, of whom month 2 asks for half: 25,000 of 50,000
    february = CALENDAR.month(2026, 2)
    quotas = [Quota(f"Rep {n}", february, Money.of(10_000, "USD")) for n in range(5)]
    reps = [Rep(f"Rep {n}", f"Rep {n}", date(2026, 1, 1)) for n in range(5)]
    plan = capacity(quotas, reps, Ramp(["0", "0.5"]), period=february)
    assert (plan.full, plan.ramped) == (5_000_000, 2_500_000)


def test_rep_months_of_three_hires() -> None:
    # Row E84: hires in months 1, 1 and 4, ramp 0, 25, 50, 75, 100 %: 25.5 rep months of 100k at 80 % are 2,040,000
    hired = [date(2026, 1, 1), date(2026, 1, 1), date(2026, 4, 1)]
    reps = [Rep(f"Rep {n}", f"Rep {n}", day) for n, day in enumerate(hired)]
    ramp = Ramp(["0", "0.25", "0.5", "0.75"])
    months = CALENDAR.months_in(YEAR)
    quotas = [Quota(rep.id, month, Money.of(100_000, "USD")) for rep in reps for month in months]
    by_month = [capacity(quotas, reps, ramp, period=month).ramped / 10**7 for month in months]
    assert by_month[:8] == [0, 0.5, 1, 1.5, 2.25, 2.5, 2.75, 3]
    assert capacity(quotas, reps, ramp, period=YEAR).expected(attainment=0.8) == Money.of(2_040_000, "USD")
