from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, DrawFn

from laws.test_effort import day_after
from measure_laws import QUESTIONS, MeasureLaws, Options
from salesmetrics import (
    Activity,
    BusinessHours,
    Deal,
    Deals,
    FollowUps,
    InvalidValueError,
    Lead,
    Leads,
    Money,
    Multiset,
    Outcome,
    ResponseTime,
    breakdown,
    follow_ups,
    lead_response_time,
)
from salesmetrics.strategies import business_hours
from salesmetrics.testing import assert_round_trip
from strategies import Book, laid_down

DAYS = st.dates(date(2026, 3, 27), date(2026, 4, 2))  # clocks in London are put forward on 29 March
INSTANTS = st.datetimes(datetime(2026, 3, 27), datetime(2026, 4, 3), timezones=st.just(UTC)) | st.builds(  # noqa: DTZ001
    lambda day, hour: datetime.combine(day, time(hour), UTC), DAYS, st.sampled_from([0, 8, 9, 23])
)
ALWAYS = BusinessHours(dict.fromkeys(["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "00:00-24:00"), "Europe/London")


@st.composite
def lists(draw: DrawFn) -> list[Lead]:
    """Leads of a few days, some of whose instant or day of creation nobody knows."""
    found = []
    for number in range(draw(st.integers(0, 5))):
        at = draw(st.none() | INSTANTS)
        day = draw(st.none() | DAYS) if at is None else draw(st.sampled_from([None, at.date()]))
        end, closed = draw(st.sampled_from([Outcome.OPEN, Outcome.LOST, Outcome.WON, None])), draw(st.none() | DAYS)
        closed = None if end is Outcome.OPEN else closed
        source = draw(st.sampled_from(["web", "fair", None]))
        found.append(Lead(f"L-{number}", day, source, outcome=end, closed=closed, created_at=at))
    return found


def logs(kind: str) -> st.SearchStrategy[list[Activity]]:
    ids = st.sampled_from(["L-0", "L-1", "L-2", "nobody", None])
    return st.lists(st.builds(Activity, INSTANTS, st.just(kind), lead=ids), max_size=7)


OPTIONS: st.SearchStrategy[Options] = st.fixed_dictionaries(
    {
        "touches": logs("call"),
        "as_of": DAYS,
        "zone": st.sampled_from(["UTC", "Europe/London", "Asia/Tokyo"]),
        "target": st.sampled_from([timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)]),
    },
    optional={"hours": st.none() | business_hours() | st.just(ALWAYS), "since": logs("routed")},
)


def laid(leads: Any) -> Leads:
    return Leads.of(leads, accept={"missing_created", "closed_before_created"})


def tally(numbers: list[int]) -> Multiset:
    return Multiset(*np.unique(np.array(numbers, np.int64), return_counts=True))


def plain(leads: list[Lead], options: Options) -> ResponseTime:
    """The answer, lead by lead."""
    now = datetime.combine(options["as_of"], time(), ZoneInfo(options["zone"])).astimezone(UTC)
    answered: list[int] = []
    waiting: list[int] = []
    closed: list[int] = []
    n_early = n_missing = 0
    for lead in leads:
        start = lead.created_at
        if start is None:
            n_missing += lead.created is None or lead.created < options["as_of"]
            continue
        if start >= now:
            continue
        if "since" in options:
            begun = [one.at for one in options["since"] if one.lead == lead.id and start <= one.at < now]
            if not begun:
                n_missing += 1
                continue
            start = min(begun)
        has_end = lead.closed is not None and lead.closed < options["as_of"]
        until = day_after(lead.closed, options["zone"]) if lead.closed is not None and has_end else now
        if until <= start:
            n_missing += 1
            continue
        own = [one.at for one in options["touches"] if one.lead == lead.id]
        n_early += any(at < start for at in own)
        after = [at for at in own if start <= at < until]
        end = min([*after, until])
        hours = options.get("hours")
        wait = end - start if hours is None else hours.between(start, end)
        (answered if after else closed if has_end else waiting).append(-(-wait // timedelta(seconds=1)))
    target = options["target"] // timedelta(seconds=1)
    tallies = (tally(answered), tally(waiting), tally(closed))
    return ResponseTime(options["as_of"], target, *tallies, n_early, n_missing)


class TestLeadResponseTime:
    @given(lists(), OPTIONS)
    def test_definition(self, leads: list[Lead], options: Any) -> None:
        found = lead_response_time(laid(leads), **options)
        assert found == plain(leads, options)
        waits = [wait for wait, times in found.answered for _ in range(times)]
        assert found.n_in_time == sum(wait <= found.target for wait in waits)

    @given(lists(), OPTIONS, st.data())
    def test_order(self, leads: list[Lead], options: Any, data: DataObject) -> None:
        moved = data.draw(st.permutations(leads))
        assert lead_response_time(laid(moved), **options) == lead_response_time(laid(leads), **options)

    @given(lists(), OPTIONS, st.integers(0, 5))
    def test_merge(self, leads: list[Lead], options: Any, cut: int) -> None:
        parts = [lead_response_time(laid(some), **options) for some in (leads[:cut], leads[cut:])]
        assert sum(parts) == lead_response_time(laid(leads), **options)

    @given(lists(), OPTIONS)
    def test_identity(self, leads: list[Lead], options: Any) -> None:
        answer, nothing = (lead_response_time(laid(some), **options) for some in (leads, []))
        assert answer + nothing == answer == nothing + answer

    @given(lists(), OPTIONS)
    def test_door(self, leads: list[Lead], options: Any) -> None:
        known = [evolve(lead, closed=None) for lead in leads if lead.created is not None]
        asked = [lead_response_time(some, **options) for some in (known, iter(known), Leads.of(known))]
        assert asked[0] == asked[1] == asked[2]

    @given(lists(), OPTIONS)
    def test_breakdown(self, leads: list[Lead], options: Any) -> None:
        table = laid(leads)
        answers = breakdown(lead_response_time, table, "source", **options)
        assert set(answers) == {lead.source for lead in leads}
        for source, answer in answers.items():
            assert answer == lead_response_time(table.filter(table.source.is_in(source)), **options)
        columns = answers.to_columns()
        assert [*columns["n"]] == [answer.n for answer in answers.values()]
        shares = [one.share_in_time for one in answers.values()]
        assert [None if np.isnan(one) else one for one in columns["share_in_time"]] == shares

    @given(lists(), OPTIONS)
    def test_as_of(self, leads: list[Lead], options: Any) -> None:
        now = datetime.combine(options["as_of"], time(), ZoneInfo(options["zone"])).astimezone(UTC)
        known = [lead for lead in leads if lead.created_at is None or lead.created_at < now]
        ends = [lead.closed is not None and lead.closed >= options["as_of"] for lead in known]
        known = [
            evolve(lead, outcome=Outcome.OPEN, closed=None) if end else lead
            for lead, end in zip(known, ends, strict=True)
        ]
        seen = {
            name: [one for one in options[name] if one.at < now] for name in ("touches", "since") if name in options
        }
        asked: Any = {**options, **seen}
        assert lead_response_time(laid(known), **asked) == lead_response_time(laid(leads), **options)

    @given(lists(), OPTIONS)
    def test_hours(self, leads: list[Lead], options: Any) -> None:
        asked: Any = [{**options, "hours": hours} for hours in (None, ALWAYS)]
        found, always = (lead_response_time(laid(leads), **one) for one in asked)
        assert found == always

    @given(lists(), OPTIONS)
    def test_round_trip(self, leads: list[Lead], options: Any) -> None:
        assert_round_trip(lead_response_time(laid(leads), **options))


def test_a_lead_that_was_drawn_twice_was_answered_both_times() -> None:
    at = datetime(2026, 1, 5, 9, tzinfo=UTC)
    table = Leads.of([Lead("L-1", date(2026, 1, 5), created_at=at)]).take(np.array([0, 0]))
    calls = [Activity(at - timedelta(hours=1), "call", lead="L-1"), Activity(at, "call", lead="L-1")]
    asked: Any = {"as_of": date(2026, 1, 6), "zone": "UTC", "target": timedelta(minutes=5)}
    found = lead_response_time(table, touches=calls, **asked)
    assert (found.answered, found.n_early, found.share_in_time) == (tally([0, 0]), 2, 1.0)


def test_a_lead_that_was_lost_unanswered_waits_no_longer() -> None:
    at, day = datetime(2026, 1, 5, 22, tzinfo=UTC), date(2026, 1, 5)
    leads = [Lead(name, day, outcome=Outcome.LOST, closed=day, created_at=at) for name in ("L-1", "L-2")]
    calls = [Activity(at + timedelta(hours=3), "call", lead="L-1"), Activity(at - timedelta(1), "call", lead="L-2")]
    asked: Any = {"as_of": date(2026, 2, 1), "zone": "UTC", "target": timedelta(hours=4)}
    found = lead_response_time(leads, touches=calls, **asked)  # to whom a call on the day after is no answer
    assert (found.answered, found.waiting, found.closed) == (tally([]), tally([]), tally([7200, 7200]))
    assert (found.n, found.n_undecided, found.share_in_time) == (2, 0, 0.0)
    assert str(found) == (
        "0.0 % within 4:00:00 (0 leads answered, 0 waiting, 2 closed before; median undefined, 90th percentile "
        "undefined; 1 touched before their wait began)"
    )


ASKED: Any = {"as_of": date(2026, 2, 1), "zone": "UTC", "target": timedelta(hours=1)}
MONDAY = datetime(2026, 1, 5, tzinfo=UTC)


def lead(at: datetime, closed: date | None = None) -> Lead:
    return Lead(
        "L-1", at.date(), outcome=Outcome.OPEN if closed is None else Outcome.LOST, closed=closed, created_at=at
    )


def test_a_wait_is_of_the_hours_in_which_somebody_is_there() -> None:
    """From Friday at 16:00 to Monday at 10:00 an hour of each; where only Mondays count, none on other days."""
    friday, monday = datetime(2026, 1, 9, 16, tzinfo=UTC), datetime(2026, 1, 12, 10, tzinfo=UTC)
    week = BusinessHours(dict.fromkeys(["mon", "tue", "wed", "thu", "fri"], "09:00-17:00"), "UTC")
    calls = [Activity(monday, "call", lead="L-1")]
    assert lead_response_time([lead(friday)], touches=calls, hours=week, **ASKED).answered == tally([2 * 3600])
    mondays = BusinessHours({"mon": "09:00-17:00"}, "UTC")
    wednesday, friday = MONDAY + timedelta(2), MONDAY + timedelta(3)
    calls = [Activity(friday, "call", lead="L-1")]
    found = lead_response_time([lead(wednesday)], touches=calls, hours=mondays, **ASKED)
    assert found.answered == tally([0])
    assert found.answered.values.dtype == np.int64


def test_a_touch_at_the_very_start_is_an_answer_and_not_early() -> None:
    found = lead_response_time([lead(MONDAY)], touches=[Activity(MONDAY, "call", lead="L-1")], **ASKED)
    assert (found.answered, found.n_early) == (tally([0]), 0)


def test_a_lead_that_comes_in_when_the_day_of_its_closing_ends_never_waited() -> None:
    before = MONDAY.date() - timedelta(1)
    for at, n_missing in ((MONDAY, 1), (MONDAY - timedelta(seconds=1), 0)):
        found = lead_response_time(laid([lead(at, before)]), touches=[], **ASKED)
        assert (found.closed, found.n_missing) == (tally([] if n_missing else [1]), n_missing)


def test_the_day_of_closing_ends_at_midnight_of_the_zone() -> None:
    """In New York that is at 05:00 of the next day in UTC."""
    leads, deal = (
        [lead(MONDAY, MONDAY.date())],
        Deal("D-1", Money(1, "USD"), "Lost", "Ada", MONDAY.date(), MONDAY.date()),
    )
    for zone, hours, n in (("UTC", 24, 0), ("America/New_York", 29, 1)):
        asked: Any = {**ASKED, "zone": zone}
        assert lead_response_time(leads, touches=[], **asked).closed == tally([hours * 3600])
        late = [Activity(MONDAY + timedelta(hours=one), "call", deal="D-1") for one in (28, 29)]
        found = follow_ups([deal], touches=late, as_of=ASKED["as_of"], zone=zone)
        assert (found.touches, found.n_missing) == (tally([n]), 0)


def test_a_deal_of_the_day_of_view_is_not_there_yet() -> None:
    deals = [Deal(day, Money(1, "USD"), "Lost", "Ada", date(2026, 1, day)) for day in (4, 5, 6)]
    book = Deals.of(deals, accept={"missing_close"})
    assert follow_ups(book, touches=[], as_of=MONDAY.date(), zone="UTC") == FollowUps(tally([]), 1)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"target": timedelta()}, "target must be a timedelta of whole seconds, got"),
        ({"target": timedelta(seconds=1.5)}, "target must be a timedelta of whole seconds, got"),
        ({"target": 300}, "target must be a timedelta of whole seconds, got 300; write timedelta"),
        ({"hours": "09:00-17:00"}, "hours must be BusinessHours or None, got '09:00-17:00'; write"),
        ({"zone": "Atlantis"}, "zone must be the name of a time zone"),
        ({"as_of": datetime(2026, 1, 6, tzinfo=UTC)}, "as_of must be a"),
        ({"touches": [5]}, "Activity"),
    ],
)
def test_what_is_asked_wrongly_is_refused(wrong: Any, message: str) -> None:
    asked: Any = {"touches": [], "as_of": date(2026, 1, 6), "zone": "UTC", "target": timedelta(minutes=5), **wrong}
    with pytest.raises(InvalidValueError, match=message):
        lead_response_time([], **asked)


class TestFollowUps(MeasureLaws):
    measure = staticmethod(follow_ups)

    @given(laid_down(), st.data())
    def test_definition(self, book: Book, data: DataObject) -> None:
        options: Any = data.draw(QUESTIONS[follow_ups](book.table))
        now = day_start(options["as_of"], options["zone"])
        numbers, n_missing = [], 0
        for deal in book.deals:
            is_open = deal.stage is None or book.process.outcome_of(deal.stage) is Outcome.OPEN
            if deal.created is not None and deal.created >= options["as_of"]:
                continue
            if deal.created is None or (deal.closed is None and not is_open):
                n_missing += 1
                continue
            until = now if deal.closed is None else min(now, day_after(deal.closed, options["zone"]))
            numbers.append(sum(one.deal == deal.id and one.at < until for one in options["touches"]))
        found = follow_ups(book.table, **options)
        assert found == FollowUps(tally(numbers), n_missing)
        assert found.n_with(2) == sum(number >= 2 for number in numbers)

    @given(laid_down(), st.data())
    def test_as_of(self, book: Book, data: DataObject) -> None:
        options: Any = data.draw(QUESTIONS[follow_ups](book.table))
        now = day_start(options["as_of"], options["zone"])
        seen: Any = {**options, "touches": [one for one in options["touches"] if one.at < now]}
        assert follow_ups(book.table, **seen) == follow_ups(book.table, **options)


def day_start(day: date, zone: str) -> datetime:
    """The midnight with which a day begins; of the first day of all, its first moment in UTC."""
    try:
        return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


def test_touches_that_name_leads_or_deals_by_ids_of_another_kind_are_refused() -> None:
    at, day = datetime(2026, 3, 27, 9, tzinfo=UTC), date(2026, 3, 28)
    touches = [Activity(at, "call", lead="7", deal="7")]
    leads = [Lead(7, at.date(), created_at=at)]
    asked: Options = {"as_of": day, "zone": "UTC", "target": timedelta(hours=1)}
    with pytest.raises(InvalidValueError, match="activities must name leads as the book does, got '7' for 7; make all"):
        lead_response_time(leads, touches=touches, **asked)
    with pytest.raises(InvalidValueError, match="activities must name leads as the book does, got '7' for 7; make all"):
        lead_response_time(leads, touches=[], since=touches, **asked)
    deals = [Deal(7, Money.of(100, "USD"), "Qualified", "Ada", at.date())]
    with pytest.raises(InvalidValueError, match="activities must name deals as the book does, got '7' for 7; make all"):
        follow_ups(deals, touches=touches, as_of=day, zone="UTC")
