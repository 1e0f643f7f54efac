from __future__ import annotations

import json
from datetime import date
from typing import Any

import numpy as np
import pytest
from attrs.exceptions import FrozenInstanceError

from salesmetrics import (
    Comparison,
    FiscalCalendar,
    InvalidValueError,
    Money,
    Period,
    Proportion,
    RetailCalendar,
    Trend,
)

CALENDAR = FiscalCalendar(2)
QUARTERS = CALENDAR.quarters_in(Period(date(2025, 2, 1), date(2026, 8, 1)))
RATES: Trend[Any] = Trend(QUARTERS, tuple(Proportion(part, 4) for part in (1, 2, 3, 4, 2, 2)), "closed")


def test_it_is_a_mapping() -> None:
    assert RATES[CALENDAR.quarter(2026, 3)] == Proportion(3, 4)
    assert RATES[Period(date(2025, 8, 1), date(2025, 11, 1))] == Proportion(3, 4)  # its name is not compared
    assert list(RATES) == list(QUARTERS)
    assert len(RATES) == 6
    assert RATES.get(CALENDAR.quarter(2024, 1)) is None
    assert dict(RATES) != RATES


def test_it_cannot_change() -> None:
    with pytest.raises(FrozenInstanceError):
        RATES.on = "created"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(TypeError, match="unhashable"):
        hash(RATES)


def test_each_year_is_set_against_the_same_period_before() -> None:
    year = RATES.year_over_year(CALENDAR)
    assert dict(year) == {
        CALENDAR.quarter(2027, 1): Comparison(Proportion(1, 4), Proportion(2, 4)),
        CALENDAR.quarter(2027, 2): Comparison(Proportion(2, 4), Proportion(2, 4)),
    }
    assert year.on == "closed"
    assert str(year).splitlines()[1] == "FY27 Q1  25.0 % (1 of 4) to 50.0 % (2 of 4): +25.0 points, +100.0 %"
    assert Trend.from_dict(json.loads(json.dumps(year.to_dict()))) == year
    with pytest.raises(InvalidValueError, match="readings do not add"):
        _ = year + year


def test_a_53rd_week_has_nothing_to_be_set_against() -> None:
    nrf = RetailCalendar.nrf()
    weeks = nrf.weeks_in(Period(nrf.week(2022, 51).start, nrf.week(2024, 1).end))
    counts = Trend(weeks, tuple(range(len(weeks))), "created")
    assert [str(week) for week in counts.year_over_year(nrf)][-3:] == ["FY23 W51", "FY23 W52", "FY24 W01"]


def test_each_period_is_set_against_the_one_before() -> None:
    over = RATES.period_over_period()
    assert list(over) == list(QUARTERS[1:])
    assert over[QUARTERS[4]] == Comparison(Proportion(4, 4), Proportion(2, 4))
    with pytest.raises(InvalidValueError, match="got 'valeu'; did you mean 'value'"):
        RATES.period_over_period("valeu")


def test_what_cannot_be_compared_over_time_is_refused() -> None:
    one = Trend(QUARTERS[:1], (1,), "closed")
    with pytest.raises(InvalidValueError, match=r"must have another period before to be compared with, got Trend\("):
        one.period_over_period()
    with pytest.raises(InvalidValueError, match="must have the same period of the year before to be compared with"):
        one.year_over_year(CALENDAR)
    with pytest.raises(InvalidValueError, match="period must be a year, half, quarter, month or week of the calendar"):
        RATES.year_over_year(FiscalCalendar(1))
    to_date = Trend(QUARTERS, (1,) * 6, "closed", cumulative=True)
    with pytest.raises(InvalidValueError, match="must not be cumulative, got one that is; compare two answers of it"):
        to_date.period_over_period()
    with pytest.raises(InvalidValueError, match="must not be cumulative, got one that is; compare two answers of it"):
        to_date.year_over_year(CALENDAR)


@pytest.mark.parametrize(
    "other",
    [
        Trend(QUARTERS[:5], RATES.answers[:5], "closed"),
        Trend(QUARTERS, RATES.answers, "created"),
        Trend(QUARTERS, RATES.answers, "closed", cumulative=True),
    ],
)
def test_trends_of_something_else_are_not_added(other: Any) -> None:
    assert other != RATES
    with pytest.raises(InvalidValueError, match="trends that are added must be of the same periods by the same day"):
        _ = RATES + other


def test_only_trends_are_added() -> None:
    others: list[Any] = [1, {}, Proportion(1, 2)]
    for other in others:
        with pytest.raises(TypeError, match="unsupported operand"):
            _ = RATES + other
    with pytest.raises(TypeError, match="unsupported operand"):
        _ = 1 + RATES
    with pytest.raises(InvalidValueError, match="readings do not add"):
        _ = Trend(QUARTERS[:1], (0.5,), "closed") + Trend(QUARTERS[:1], (0.5,), "closed")


def test_columns_of_a_frame() -> None:
    columns = Trend(QUARTERS[:2], (Proportion(1, 2), Proportion(0, 0)), "closed").to_columns()
    assert list(columns) == ["period", "start", "end", "part", "whole", "value"]
    assert columns["period"] == ["FY26 Q1", "FY26 Q2"]
    assert np.array_equal(columns["start"], np.array(["2025-02-01", "2025-05-01"], "datetime64[D]"))
    assert np.array_equal(columns["end"], np.array(["2025-05-01", "2025-08-01"], "datetime64[D]"))
    np.testing.assert_array_equal(columns["value"], [0.5, np.nan])
    own = Trend(QUARTERS[:2], (Money(5, "USD"), None), None).to_columns()
    assert own["answer"] == [Money(5, "USD"), None]


def test_names_are_shown_and_not_obeyed() -> None:
    hostile = Trend((Period(date(2026, 1, 1), date(2026, 2, 1), "<b>\x1b[31m"),), ("<script>",), None)
    assert str(hostile) == "period         answer\n<b>\\x1b[31m  <script>"
    assert "<script>" not in hostile._repr_html_()


def test_every_period_has_an_answer() -> None:
    with pytest.raises(InvalidValueError, match="an answer for each of its 6 periods, got 2; ask trend"):
        Trend(QUARTERS, (1, 2), "closed")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"type": "Breakdown"}, "a trend must be what to_dict wrote"),
        ({"version": 2}, "a trend must be what to_dict wrote"),
        ({"more": 1}, "a trend must be what to_dict wrote"),
        ({"periods": 5}, "a trend must hold lists, a word and a flag"),
        ({"answers": {}}, "a trend must hold lists, a word and a flag"),
        ({"on": 5}, "a trend must hold lists, a word and a flag"),
        ({"cumulative": 1}, "a trend must hold lists, a word and a flag"),
        ({"periods": [{}]}, "periods must be one Period or more"),
        ({"answers": [1]}, "an answer for each of its 6 periods, got 1"),
        ({"answers": [{}]}, "type must be Answer, got None"),
        ({"answers": [{"type": {}}]}, "type must be Answer, got"),
    ],
)
def test_what_was_not_written_is_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        Trend.from_dict({**RATES.to_dict(), **wrong})
    with pytest.raises(InvalidValueError, match="a trend must be what to_dict wrote, got 5"):
        Trend.from_dict(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
