from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from measure_laws import QUESTIONS, MeasureLaws
from salesmetrics import (
    ActivitiesPerWin,
    Activity,
    Deal,
    Deals,
    InvalidValueError,
    Money,
    Multiset,
    Outcome,
    activities_per_win,
    breakdown,
)
from strategies import Book, laid_down, tables


class TestActivitiesPerWin(MeasureLaws):
    measure = staticmethod(activities_per_win)

    @given(laid_down(), st.data())
    def test_definition(self, book: Book, data: DataObject) -> None:
        options: Any = data.draw(QUESTIONS[activities_per_win](book.table))
        numbers, n_missing = [], 0
        for deal in book.deals:
            if book.process.outcome_of(deal.stage) is not Outcome.WON:
                continue
            if deal.closed is None:
                n_missing += 1
                continue
            last = day_after(deal.closed, options["zone"])
            numbers.append(sum(one.deal == deal.id and one.at < last for one in options["activities"]))
        values, counts = np.unique(np.array(numbers, np.int64), return_counts=True)
        ids = {deal.id for deal in book.deals}
        n_found = sum(one.deal in ids for one in options["activities"])
        expected = ActivitiesPerWin(Multiset(values, counts), n_missing, n_found, len(options["activities"]))
        assert activities_per_win(book.table, **options) == expected

    @given(tables(), st.data())
    def test_other_deals(self, table: Deals, data: DataObject) -> None:
        options: Any = data.draw(QUESTIONS[activities_per_win](table))
        others = [*options["activities"], Activity(datetime(2026, 1, 5, tzinfo=UTC), "call", deal="nobody's")]
        asked: Any = {**options, "activities": others}
        found, before = activities_per_win(table.filter(table.is_won), **asked), activities_per_win(table, **options)
        assert (found.activities, found.n_missing) == (before.activities, before.n_missing)
        assert activities_per_win(table, **asked).n_elsewhere == before.n_elsewhere + 1


def day_after(day: date, zone: str) -> datetime:
    """The midnight with which a day ends; of the last day of all, its last moment."""
    if day == date.max:
        return datetime.combine(day, time.max, ZoneInfo(zone)).astimezone(UTC)
    return datetime.combine(day + timedelta(1), time(), ZoneInfo(zone)).astimezone(UTC)


def test_demos_before_a_win_by_rep() -> None:
    deals = [
        Deal(name, Money.of(100, "USD"), stage, owner, date(2026, 1, 5), closed=date(2026, 2, 1))
        for name, stage, owner in (
            ("D-1", "Won", "Ada"),
            ("D-2", "Won", "Ada"),
            ("D-3", "Won", "Bo"),
            ("D-4", "Lost", "Bo"),
        )
    ]
    demos = [("D-1", 10), ("D-1", 20), ("D-1", 31), ("D-2", 12), ("D-4", 12)]
    log = [Activity(datetime(2026, 1, day, 9, tzinfo=UTC), "demo", rep="Cy", deal=deal) for deal, day in demos]
    by_rep = breakdown(activities_per_win, deals, by="owner", activities=log, zone="UTC")
    medians: Any = by_rep.to_columns()["median"]
    assert {owner: (one.value, one.median, one.n_without) for owner, one in by_rep.items()} == {
        "Ada": (2.0, 2.0, 0),
        "Bo": (0.0, 0.0, 1),
    }
    assert medians.tolist() == [2.0, 0.0]


@pytest.mark.parametrize(("zone", "n"), [("UTC", 0), ("America/New_York", 1)])
def test_the_day_of_closing_ends_at_midnight_of_the_zone(zone: str, n: int) -> None:
    deal = Deal("D-1", Money.of(100, "USD"), "Won", "Ada", date(2026, 1, 5), closed=date(2026, 2, 1))
    log = [Activity(datetime(2026, 2, 2, 0, 30, tzinfo=UTC), "demo", deal="D-1")]
    assert activities_per_win([deal], activities=log, zone=zone).n_activities == n


def test_what_is_of_no_deal_of_the_book_is_counted_and_said() -> None:
    deals = [
        Deal("D-1", Money.of(100, "USD"), "Won", "Ada", date(2026, 1, 5), closed=date(2026, 2, 1)),
        Deal("D-2", Money.of(100, "USD"), "Lost", "Bo", date(2026, 1, 5), closed=date(2026, 2, 1)),
    ]
    log = [
        Activity(datetime(2026, 1, 9, tzinfo=UTC), "demo", deal=deal)
        for deal in ("D-1", "D-1", "D-2", "d-1", "D-9", None)
    ]
    found = activities_per_win(deals, activities=log, zone="UTC")
    assert (found.n_activities, found.n_elsewhere, found.n_given) == (2, 3, 6)
    assert str(found) == "2.0 a deal (1 deal); 3 of 6 activities of no deal here"
    by_rep = breakdown(activities_per_win, deals, by="owner", activities=log, zone="UTC")
    assert sum(by_rep.values()) == found
    columns: Any = by_rep.to_columns()
    assert columns["n_found"].tolist() == [2, 1]
    assert "elsewhere" not in str(by_rep)
    with pytest.raises(InvalidValueError, match="answers that are added must have one n_given, got 6 and 5"):
        _ = found + activities_per_win(deals, activities=log[1:], zone="UTC")


def test_a_number_and_the_text_of_it_are_two_deals() -> None:
    days = date(2026, 1, 5), date(2026, 2, 1)
    deals = [Deal(name, Money.of(100, "USD"), "Won", "Ada", days[0], closed=days[1]) for name in (7, "7")]
    log = [Activity(datetime(2026, 1, 9, tzinfo=UTC), "demo", deal=name) for name in ("7", "7", 7)]
    found = activities_per_win(deals, activities=log, zone="UTC")
    assert (found.activities.values.tolist(), found.activities.counts.tolist()) == ([1, 2], [1, 1])


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="zone must be the name of a time zone, got 'Mars'"):
        activities_per_win([], activities=[], zone="Mars")


def test_fewer_than_no_activities_are_refused() -> None:
    with pytest.raises(InvalidValueError, match="activities must be counts, got -1"):
        ActivitiesPerWin(Multiset(np.array([-1]), np.array([1])), 0, 0, 0)


def test_of_nothing_it_is_not_defined() -> None:
    nothing = activities_per_win([], activities=[], zone="UTC")
    assert (nothing.value, nothing.exact_value, nothing.median) == (None, None, None)
    assert str(nothing) == "undefined (0 deals)"


@pytest.mark.parametrize(("own", "named"), [(7, "7"), ("7", 7)])
def test_ids_of_another_kind_are_refused(own: Any, named: Any) -> None:
    deal = Deal(own, Money(1, "USD"), "Won", None, date(2026, 1, 5), closed=date(2026, 2, 1))
    log = [Activity(datetime(2026, 1, 9, tzinfo=UTC), "demo", deal=one) for one in (named, "nobody's", 8)]
    with pytest.raises(InvalidValueError, match=f"name deals as the book does, got {named!r} for {own!r}; make all"):
        activities_per_win([deal], activities=log, zone="UTC")
    assert activities_per_win([deal], activities=log[1:], zone="UTC").n_without == 1
