"""Worked numbers from public sources; the row numbers are those of the collection they were gathered in."""

from __future__ import annotations

from datetime import date

import pytest

from salesmetrics import FiscalCalendar, Money, Period, Quota, Ramp
from salesmetrics.model.proration import Basis

CALENDAR = FiscalCalendar()


def amounts(quotas: list[Quota]) -> list[str]:
    return [str(quota.amount) for quota in quotas]


def test_a_quota_of_17_of_31_days() -> None:
    # Row E40: an earnings calculator's tests: 15 to 31 January of a quota of 10,000
    january = Quota("Ada", CALENDAR.month(2026, 1), Money.of(10_000, "USD"))
    assert january.prorated(Period.parse("2026-01-15..2026-02-01")).amount == Money(548_387, "USD")


def test_a_quota_that_changes_within_the_year_is_blended() -> None:
    # Row E64: a plan simulator's tests: 20,000 until the end of May of 2025 and 24,000 from June on
    year = Quota("Ada", CALENDAR.year(2025), Money.of(20_000, "USD"))
    assert year.changed(date(2025, 6, 1), Money.of(24_000, "USD")).amount == Money(2_234_521, "USD")


@pytest.mark.parametrize(("basis", "total"), [("months", 8_666_667), ("days", 8_688_889)])
def test_a_seasonal_quota_from_march_on(basis: Basis, total: int) -> None:
    # Row E65: 100,000 as 20, 20, 20 and 40 % of the quarters, for who starts on 1 March
    year = Quota("Ada", CALENDAR.year(2026), Money.of(100_000, "USD"))
    quarters = year.split(CALENDAR.quarters_in(year.period), [20, 20, 20, 40])
    parts = [quota.prorated(Period.parse("2026-03-01..2027-01-01"), basis) for quota in quarters]
    assert sum((one.amount for one in parts if isinstance(one.amount, Money)), Money(0, "XXX")) == Money(total, "USD")


def test_a_ramp_by_quarters_of_tenure() -> None:
    # Row 35: Kellogg's norms, 0, 25, 50 and 100 % of 1.2 million a year, as amounts of each quarter
    year = Quota("Ada", CALENDAR.year(2026), Money.of(1_200_000, "USD"))
    quarters = year.split(CALENDAR.quarters_in(year.period), [1, 1, 1, 1])
    ramp = Ramp(["0", "0.25", "0.5"], months=3)
    asked = [quota.ramped(date(2026, 1, 1), ramp) for quota in quarters]
    assert amounts(asked) == ["0.00 USD", "75,000.00 USD", "150,000.00 USD", "300,000.00 USD"]


def test_the_quota_of_five_reps_in_their_second_month() -> None:
    # Row E82: a capacity guide: five reps of 10,000 a month, of whom a month in the ramp asks for half
    february = [Quota(f"Rep {n}", CALENDAR.month(2026, 2), Money.of(10_000, "USD")) for n in range(5)]
    asked = [quota.ramped(date(2026, 1, 1), Ramp(["0", "0.5"])) for quota in february]
    assert amounts(asked) == ["5,000.00 USD"] * 5
