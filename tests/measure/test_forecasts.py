"""What forecasts of the deals in the book and of earlier periods have in common."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from salesmetrics import Deal, InvalidValueError, Money, Period, breakdown, stage_forecast
from salesmetrics.measure._forecasts import checked_look_back

JANUARY, FEBRUARY = Period.parse("2026-01-01..2026-02-01"), Period.parse("2026-02-01..2026-03-01")
AS_OF = date(2026, 4, 1)


def days(start: date, n: int) -> Period:
    return Period(start, date.fromordinal(start.toordinal() + n))


def test_what_is_looked_back_at_are_periods_in_order() -> None:
    assert checked_look_back((JANUARY, FEBRUARY), None, AS_OF) == [JANUARY, FEBRUARY]
    wrong: Any
    for wrong in (5, None, [], [5], {JANUARY}):
        with pytest.raises(InvalidValueError, match=r"^look_back must be periods, got "):
            checked_look_back(wrong, None, AS_OF)
    message = (
        r"^look_back must be periods in order that do not overlap and have ended at 2026-04-01, got "
        r"\['2026-02-01..2026-03-01', '2026-01-01..2026-02-01'\]; leave out what is not over$"
    )
    with pytest.raises(InvalidValueError, match=message):
        checked_look_back([FEBRUARY, JANUARY], None, AS_OF)


@pytest.mark.parametrize("period", [None, days(date(2026, 3, 1), 30)])
def test_a_period_may_be_half_as_long_again_and_no_longer(period: Period | None) -> None:
    for n, is_refused in ((30, False), (31, True)):
        two = [days(date(2026, 1, 1), 20), days(date(2026, 1, 21), n)]
        if is_refused:
            with pytest.raises(
                InvalidValueError, match=r"about as long as the one forecast, got 20 days in .* and 31 "
            ):
                checked_look_back(two, period, AS_OF)
        else:
            assert checked_look_back(two, period, AS_OF) == two


def test_forecasts_of_many_groups_are_columns() -> None:
    deals = [
        Deal(name, Money(500, "USD"), "Qualified", name, date(2026, 1, 1), None, date(2026, 2, 1))
        for name in ("Ada", "Bo")
    ]
    found = breakdown(stage_forecast, deals, "owner", period=days(date(2026, 1, 1), 90), as_of=date(2026, 1, 5))
    columns: Any = found.to_columns()
    assert columns["owner"] == ["Ada", "Bo"]
    assert columns["value"].tolist() == [1.0, 1.0]  # 5.00 USD at 20 %
    assert columns["besides"].tolist() == [0.0, 0.0]
