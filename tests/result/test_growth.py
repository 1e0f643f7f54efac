"""Growth of reps from period to period."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from salesmetrics import (
    Attainment,
    Breakdown,
    CurrencyMismatchError,
    FiscalCalendar,
    InvalidValueError,
    MoneyTotal,
    Rep,
    rep_growth,
)

CALENDAR = FiscalCalendar()
YEAR = CALENDAR.year(2026)
BY: Any = ("rep", CALENDAR.quarters("start"))


def sold(
    amounts: dict[tuple[str, int], int], as_of: date = YEAR.end, target: int = 100, currency: str = "USD"
) -> Breakdown[Attainment]:
    """What reps sold in quarters."""
    none = MoneyTotal(0, currency, 0, 0)
    keys = tuple((rep, CALENDAR.quarter(2026, number)) for rep, number in sorted(amounts))
    answers = [
        Attainment(YEAR, as_of, MoneyTotal(amounts[key], currency, 1, 0), none, target, none, 0, currency, 1)
        for key in sorted(amounts)
    ]
    return Breakdown(BY, keys, answers, (None, None))


def growth(found: Breakdown[Attainment], reps: Any = None, as_of: date = YEAR.end, **options: Any) -> Breakdown[Any]:
    return rep_growth(found, reps, as_of=as_of, **options)


def changes(found: Breakdown[Any]) -> dict[tuple[str, str], Any]:
    return {(rep, str(quarter)): change.difference for (rep, quarter), change in found.items()}


def test_each_period_is_set_beside_the_one_before_of_the_same_rep() -> None:
    found = growth(sold({("Ada", 1): 80, ("Ada", 2): 100, ("Ada", 3): 90, ("Bo", 2): 50, ("Bo", 3): 75}))
    cents = {("Ada", "FY26 Q2"): 20, ("Ada", "FY26 Q3"): -10, ("Bo", "FY26 Q3"): 25}
    assert changes(found) == {key: Fraction(minor, 100) for key, minor in cents.items()}
    assert found["Bo", CALENDAR.quarter(2026, 3)].relative == Fraction(1, 2)
    assert found.by == BY


def test_a_period_without_one_just_before_it_has_no_growth() -> None:
    assert changes(growth(sold({("Ada", 1): 80, ("Ada", 3): 90, ("Ada", 4): 90}))) == {("Ada", "FY26 Q4"): 0}
    assert not growth(sold({("Ada", 1): 80}))


def test_a_period_that_is_not_over_is_left_out() -> None:
    amounts = {("Ada", 1): 80, ("Ada", 2): 100, ("Ada", 3): 10}
    assert [quarter for _, quarter in changes(growth(sold(amounts, date(2026, 9, 1))))] == ["FY26 Q2"]
    assert [quarter for _, quarter in changes(growth(sold(amounts, date(2026, 10, 1))))] == ["FY26 Q2", "FY26 Q3"]


def test_a_quarter_yet_to_come_is_no_decline() -> None:
    amounts = {("Ada", 1): 80, ("Ada", 2): 100, ("Ada", 3): 0}
    assert [quarter for _, quarter in changes(growth(sold(amounts), as_of=date(2026, 9, 30)))] == ["FY26 Q2"]
    with pytest.raises(InvalidValueError, match="as_of must be a date"):
        growth(sold(amounts), as_of="2026-09-30")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_a_part_of_a_period_is_not_set_beside_a_whole_one() -> None:
    found = sold({("Ada", number): 80 for number in (1, 2, 3, 4)} | {("Bo", 1): 50, ("Bo", 2): 75})
    bo, within = Rep("Bo", "Bo", date(2025, 1, 1)), Rep("Ada", "Ada", date(2026, 3, 1), date(2026, 12, 31))
    whole = Rep("Ada", "Ada", date(2026, 1, 1), date(2027, 1, 1))
    assert [*changes(growth(found, [within, bo]))] == [("Ada", "FY26 Q3"), ("Bo", "FY26 Q2")]
    assert changes(growth(found, [whole, bo])) == changes(growth(found))
    with pytest.raises(InvalidValueError) as refused:
        growth(found, [whole])
    assert str(refused.value) == (
        "reps must hold every rep of the answers, got none called 'Bo'; add the rep, or write None where the answers "
        "are by team"
    )
    with pytest.raises(InvalidValueError, match="reps must come once each"):
        growth(found, [whole, within, bo])


def test_by_attainment_a_raised_quota_is_no_growth() -> None:
    lower, higher = sold({("Ada", 1): 80}), sold({("Ada", 2): 120}, target=200)
    by_attainment = growth(lower + higher, trend="attainment")
    assert changes(by_attainment) == {("Ada", "FY26 Q2"): Fraction(-1, 5)}
    assert changes(growth(lower + higher)) == {("Ada", "FY26 Q2"): Fraction(2, 5)}


def test_without_a_target_attainment_has_no_growth() -> None:
    found = growth(sold({("Ada", 1): 80, ("Ada", 2): 90}, target=0), trend="attainment")
    assert changes(found) == {("Ada", "FY26 Q2"): None}


def test_two_currencies_are_refused() -> None:
    dollars, euros = sold({("Ada", 1): 80}), sold({("Ada", 2): 90}, currency="EUR")
    both = Breakdown(BY, (*dollars, *euros), (*dollars.values(), *euros.values()), (None, None))
    with pytest.raises(CurrencyMismatchError):
        growth(both)


def test_answers_are_by_rep_and_period_and_the_word_is_known() -> None:
    with pytest.raises(InvalidValueError, match="answers must be by rep and period, got by rep"):
        growth(Breakdown("rep", (), (), (None,)))
    with pytest.raises(InvalidValueError, match="trend must be"):
        growth(sold({}), trend="amount")
