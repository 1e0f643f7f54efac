from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from history_strategies import Past, pasts, visits_of
from measure_laws import QUESTIONS, MeasureLaws, minor_of, unit_of, was_open, with_its_days
from salesmetrics import (
    Activity,
    Deal,
    DealChange,
    Deals,
    InvalidValueError,
    LateDeals,
    Money,
    MoneyTotal,
    Outcome,
    Period,
    activities_per_win,
    overdue_deals,
    pipeline_coverage,
    scorecard,
    stalled_deals,
)
from strategies import Book, laid_down, tables

Q1 = Period.parse("2026-01-01..2026-04-01")


def added(book: Book, value: str, as_of: date, days: Any, is_late: Any) -> LateDeals:
    """The open deals one by one: those whose day is not known, and those that are late."""
    sums = {"late": [0, 0, 0], "undated": [0, 0, 0]}
    for deal in book.deals:
        if not was_open(deal, book.process, as_of):
            continue
        day, minor = days(deal), minor_of(deal, value)
        if day is not None and not is_late(day):
            continue
        found = sums["undated" if day is None else "late"]
        if minor is None:
            found[2] += 1
        else:
            found[0] += minor
            found[1] += 1
    unit = unit_of(book.deals, value)
    late, undated = (MoneyTotal(minor, unit, n, n_missing) for minor, n, n_missing in sums.values())
    return LateDeals(as_of, late, undated)


class TestOverdueDeals(MeasureLaws):
    measure = staticmethod(overdue_deals)

    @given(laid_down(), st.data())
    def test_definition(self, book: Book, data: DataObject) -> None:
        asked = data.draw(QUESTIONS[overdue_deals](book.table))
        as_of = asked["as_of"]
        expected = added(
            book, asked.get("value", "amount"), as_of, lambda deal: deal.expected_close, lambda day: day < as_of
        )
        assert overdue_deals(book.table, **asked) == expected

    @given(tables(), st.data())
    def test_closed_deals(self, table: Deals, data: DataObject) -> None:
        asked = data.draw(QUESTIONS[overdue_deals](table))
        still_open = table.filter(table.is_open | table.was_open(asked["as_of"]))
        assert overdue_deals(still_open, **asked) == overdue_deals(table, **asked)

    @given(tables(), st.data())
    def test_as_of(self, table: Deals, data: DataObject) -> None:
        asked = data.draw(QUESTIONS[overdue_deals](table))
        placed, everything = with_its_days(table)
        assert overdue_deals(placed.as_of(asked["as_of"], everything), **asked) == overdue_deals(placed, **asked)


class TestStalledDeals(MeasureLaws):
    measure = staticmethod(stalled_deals)

    @given(laid_down(), st.data())
    def test_definition(self, book: Book, data: DataObject) -> None:
        asked = data.draw(QUESTIONS[stalled_deals](book.table))
        asked = {name: one for name, one in asked.items() if name not in ("activities", "zone")}
        as_of, tenths = asked["as_of"], round(asked["typical"] * 10) * round(asked.get("k", 2) * 10)
        expected = added(
            book,
            asked.get("value", "amount"),
            as_of,
            lambda deal: deal.created,
            lambda day: 100 * (as_of - day).days > tenths,
        )
        assert stalled_deals(book.table, **asked) == expected

    @given(laid_down(), st.data())
    def test_silence(self, book: Book, data: DataObject) -> None:
        asked = data.draw(QUESTIONS[overdue_deals](book.table)) | data.draw(QUESTIONS[activities_per_win](book.table))
        as_of, zone = asked["as_of"], ZoneInfo(asked["zone"])
        typical = data.draw(st.sampled_from([1, 15, 365]))

        def last(deal: Deal) -> Any:
            clocks = [one.at for one in asked["activities"] if one.deal == deal.id]
            known = [at.astimezone(zone).date() for at in clocks if at < datetime.combine(as_of, time(), zone)]
            return max(known, default=deal.created)

        expected = added(book, asked.get("value", "amount"), as_of, last, lambda day: (as_of - day).days > 2 * typical)
        assert stalled_deals(book.table, typical=typical, **asked) == expected
        names = [stage.name for stage in book.process if stage.outcome is Outcome.OPEN]
        by_stage = stalled_deals(book.table, typical=dict.fromkeys(names, typical), **asked)
        value = asked.get("value", "amount")
        assert by_stage == added(
            book,
            value,
            as_of,
            lambda deal: last(deal) if deal.stage in names else None,
            lambda day: (as_of - day).days > 2 * typical,
        )

    @given(tables(), st.data())
    def test_closed_deals(self, table: Deals, data: DataObject) -> None:
        asked = data.draw(QUESTIONS[stalled_deals](table))
        still_open = table.filter(table.is_open | table.was_open(asked["as_of"]))
        assert stalled_deals(still_open, **asked) == stalled_deals(table, **asked)

    @given(tables(), st.data())
    def test_as_of(self, table: Deals, data: DataObject) -> None:
        asked = data.draw(QUESTIONS[stalled_deals](table))
        placed, everything = with_its_days(table)
        assert stalled_deals(placed.as_of(asked["as_of"], everything), **asked) == stalled_deals(placed, **asked)

    @given(tables(), st.data(), st.sampled_from([1, 1.5, 2]))
    def test_longer(self, table: Deals, data: DataObject, k: float) -> None:
        asked = data.draw(QUESTIONS[stalled_deals](table))
        larger: dict[str, Any] = asked | {"k": k + 1}
        smaller: dict[str, Any] = asked | {"k": k}
        few, more = stalled_deals(table, **larger).late, stalled_deals(table, **smaller).late
        assert few.n <= more.n
        assert few.n_missing <= more.n_missing

    @given(pasts(), st.data())
    def test_stays(self, past: Past, data: DataObject) -> None:
        book, table = past.book, past.table
        stages = [stage.name for stage in book.process if stage.outcome is Outcome.OPEN]
        typical = {stage: data.draw(st.sampled_from([1, 15, 30.5])) for stage in stages}
        asked: Any = {**data.draw(QUESTIONS[overdue_deals](table)), "k": 2}
        as_of = asked["as_of"]

        def entered(deal: Any) -> Any:
            stays = [stay for stay in visits_of(past, deal) if stay.entered < as_of]
            return (stays[-1].entered, stays[-1].stage) if stays and stays[-1].stage in stages else None

        expected = added(
            book,
            asked.get("value", "amount"),
            as_of,
            entered,
            lambda stay: (as_of - stay[0]).days > 2 * typical[stay[1]],
        )
        assert stalled_deals(table, typical=typical, **asked) == expected


def test_a_deal_that_closed_later_was_late_on_the_day() -> None:
    days = date(2026, 1, 1), date(2026, 3, 10), date(2026, 2, 1)
    deal = Deal("D-1", Money.of(100, "USD"), "Won", "Ada", *days)
    history = [DealChange("D-1", days[0], "Qualified"), DealChange("D-1", days[1], "Won")]
    book = Deals.of([deal]).with_history(history)
    stays = dict.fromkeys([stage.name for stage in book.process if stage.outcome is Outcome.OPEN], 10)
    for as_of, n in ((days[1], 1), (days[1] + timedelta(days=1), 0)):
        assert overdue_deals(book, as_of=as_of).late.n == n
        for typical in (10, stays):
            assert stalled_deals(book, typical=typical, as_of=as_of).late.n == n


@pytest.mark.parametrize("has_log", [False, True])
def test_each_stage_has_a_time_of_its_own(has_log: bool) -> None:  # noqa: FBT001
    """Both deals came into their stages and were called forty days ago."""
    day, stages = date(2026, 1, 1), ("Qualified", "Final call")
    deals = [Deal(stage, Money(1, "USD"), stage, "Ada", day) for stage in stages]
    book = Deals.of(deals).with_history([DealChange(stage, day, stage) for stage in stages])
    log = [Activity(datetime(2026, 1, 1, 9, tzinfo=UTC), "call", deal=stage) for stage in stages]
    asked: Any = {"as_of": date(2026, 2, 10), "k": 1, **({"activities": log, "zone": "UTC"} if has_log else {})}
    usual = {stage.name: 10 for stage in book.process if stage.outcome is Outcome.OPEN}
    for slow, late in ((stages, 0), (stages[:1], 1), (stages[1:], 1), ((), 2)):
        by_stage = stalled_deals(book, typical=usual | dict.fromkeys(slow, 40), **asked)
        assert by_stage.late.n == late
    first = stalled_deals(book.filter(book.stage.is_in("Final call")), typical=usual | {"Final call": 40}, **asked)
    assert first.late.n == 0


def test_the_stages_of_typical_stays_are_the_open_ones() -> None:
    book = Deals.of([]).with_history([])
    with pytest.raises(
        InvalidValueError,
        match=(
            r"^typical must have a number for each of the open stages \['Discovery.*, got \['Discovery call'\]; "
            "name these and no other$"
        ),
    ):
        stalled_deals(book, typical={"Discovery call": 30}, as_of=date(2026, 1, 1))
    deal = Deal("D-1", Money.of(100, "USD"), "Qualified", "Ada", date(2026, 1, 5))
    with pytest.raises(InvalidValueError, match="stalled_deals must know the deals' history"):
        stalled_deals([deal], typical={}, as_of=date(2026, 1, 1))


@pytest.mark.parametrize(
    "ask",
    [
        partial(overdue_deals, as_of=date(2026, 2, 2)),
        partial(stalled_deals, typical=30, as_of=date(2026, 2, 2)),
        partial(pipeline_coverage, quota=Money(1, "USD"), period=Q1, as_of=date(2026, 2, 2)),
        partial(scorecard, period=Q1, as_of=date(2026, 2, 2)),
    ],
)
def test_a_book_of_the_past_knows_no_later_day(ask: Any) -> None:
    book = Deals.of([]).as_of(date(2026, 2, 1))
    with pytest.raises(InvalidValueError, match="as_of must not be after 2026-02-01, of which the book is, got"):
        ask(book)


def test_no_activity_for_a_fortnight() -> None:
    """The last call was at one in the morning of 2 March in Berlin, which was 1 March in New York."""
    book = [Deal("D-1", Money(1, "USD"), "Qualified", None, date(2026, 1, 1))]
    calls = [Activity(datetime(2026, 3, 2, 0, 0, tzinfo=UTC), "call", deal="D-1")]
    late = [Activity(datetime(2026, 3, 17, 0, 0, tzinfo=UTC), "call", deal="D-1")]
    for zone, first in (
        ("Europe/Berlin", date(2026, 3, 17)),
        ("UTC", date(2026, 3, 17)),
        ("America/New_York", date(2026, 3, 16)),
    ):
        ask = partial(stalled_deals, book, typical=14, k=1, activities=calls, zone=zone)
        assert ask(as_of=first - timedelta(1)).late.n == 0
        assert ask(as_of=first).late.n == 1
    unknown_yet = stalled_deals(book, typical=14, k=1, as_of=date(2026, 3, 17), activities=[*calls, *late], zone="UTC")
    assert unknown_yet.late.n == 1


@pytest.mark.parametrize(("log", "zone", "got"), [([], None, "no zone"), (None, "UTC", "a zone alone")])
def test_activities_come_with_their_zone(log: Any, zone: str | None, got: str) -> None:
    with pytest.raises(InvalidValueError, match=f"given together, got {got}; write activities=log, zone='UTC'$"):
        stalled_deals([], typical=14, as_of=date(2026, 3, 1), activities=log, zone=zone)


def test_twice_the_usual_time_is_allowed_unless_told() -> None:
    book, last = [Deal("D-1", Money(1, "USD"), "Qualified", None, date(2026, 1, 1))], date(2026, 3, 2)  # 60 days
    assert stalled_deals(book, typical=30, as_of=last).late.n == 0
    assert stalled_deals(book, typical=30, as_of=last + timedelta(days=1)).late.n == 1


@pytest.mark.parametrize(
    ("wrong", "got"),
    [
        (0, "0"),
        (-1, "-1"),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (True, "True"),
        ("60", "'60'"),
        (None, "None"),
    ],
)
@pytest.mark.parametrize("name", ["typical", "k"])
def test_lengths_are_numbers_above_zero(name: str, wrong: Any, got: str) -> None:
    asked: Any = {"typical": 30, "as_of": date(2026, 1, 1)} | {name: wrong}
    with pytest.raises(InvalidValueError, match=f"{name} must be a number above zero, got {got}; write {name}="):
        stalled_deals([], **asked)


def test_the_day_of_view_is_a_plain_day() -> None:
    with pytest.raises(InvalidValueError, match="as_of must be a date"):
        stalled_deals([], typical=30, as_of="today")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_silence_begins_no_sooner_than_the_calendar(zone: str) -> None:
    deal = Deal("D-1", Money(1, "USD"), "Qualified", "Ada", date.min)
    log = [Activity(datetime(1, 1, 1, 3, tzinfo=UTC), "call", deal="D-1")]
    asked: Any = {"as_of": date(1, 1, 2), "activities": log, "zone": zone}
    assert stalled_deals([deal], typical=1, **asked).late.n == 0
    assert stalled_deals([deal], typical=1, k=1, **asked).late.n == (zone == "America/New_York")  # the day before
    assert stalled_deals([deal], typical=1, k=0.1, **asked).late.n == 1
