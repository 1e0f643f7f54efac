"""The embedded book: its deals, their past, and the people who sell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import salesmetrics as sm

BOOK = sm.sample_book(300, seed=5)
SMALL = st.builds(sm.sample_book, st.integers(0, 12), st.integers(0, 2**40))


class TestSampleBook:
    def test_the_same_arguments_give_the_same_book(self) -> None:
        assert sm.sample_book(50, seed=7).deals == sm.sample_book(50, seed=7).deals
        assert sm.sample_book(50, seed=7).deals != sm.sample_book(50, seed=8).deals

    @given(st.integers(0, 60), st.integers(0, 2**40))
    def test_it_passes_its_own_door(self, n_deals: int, seed: int) -> None:
        book = sm.sample_book(n_deals, seed)
        again = sm.Deals.of(list(book.deals))
        assert list(again) == list(book.deals)
        assert len(again) == n_deals

    def test_it_has_what_real_books_have(self) -> None:
        book = sm.sample_book()
        deals = book.deals
        stages = dict(sm.breakdown(len, deals, by="stage"))
        assert set(stages) == set(deals.process.names)
        assert deals.is_overdue(book.as_of).any()
        assert (deals.is_open & ~deals.expected_close.known).any()
        assert {deal.owner for deal in deals} == {rep.id for rep in book.reps}
        closed = deals.closed.values[deals.is_closed]
        assert (closed < np.datetime64(book.as_of).astype(int)).all()
        assert book.as_of in book.period

    @pytest.mark.parametrize("n_deals", [-1, 1.5, True, "many"])
    def test_a_number_of_deals_is_whole(self, n_deals: object) -> None:
        with pytest.raises(sm.InvalidValueError, match="n_deals must be a whole number"):
            sm.sample_book(n_deals)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

    def test_the_rest_is_drawn_apart_from_the_deals(self) -> None:
        book = sm.sample_book(50, seed=7)
        assert list(book.history) != list(sm.sample_book(50, seed=8).history)
        assert list(book.history) == list(sm.sample_book(50, seed=7).history)
        assert list(book.activities) == list(sm.sample_book(50, seed=7).activities)
        assert book.deals == sm.sample_book(50, seed=7).deals
        assert book == evolve(book)


def changes_of(book: sm.SampleBook) -> Iterator[tuple[sm.Deal, list[sm.DealChange]]]:
    """Each deal with its changes."""
    by_deal: dict[object, list[sm.DealChange]] = {deal.id: [] for deal in book.deals}
    for change in book.history:
        by_deal[change.deal].append(change)
    return ((deal, by_deal[deal.id]) for deal in book.deals)


class TestHistory:
    @given(SMALL)
    def test_it_passes_its_own_door(self, book: sm.SampleBook) -> None:
        assert list(sm.DealHistory.of(list(book.history))) == list(book.history)
        past = book.deals.with_history(book.history).past
        assert past is not None
        assert past.n_unknown == 0

    @given(SMALL)
    def test_an_open_deal_ends_as_the_book_has_it(self, book: sm.SampleBook) -> None:
        then = book.deals.with_history(book.history).as_of(book.as_of, constant={"account", "kind"})
        assert len(then) == len(book.deals)
        for deal, seen in zip(book.deals, then, strict=True):
            if deal.closed is None:
                assert seen == evolve(deal, values={}, labels={})

    @given(SMALL)
    def test_a_path_leads_from_the_first_stage_to_where_the_deal_is(self, book: sm.SampleBook) -> None:
        names = book.deals.process.names
        for deal, changes in changes_of(book):
            moments = [change.at for change in changes]
            stages = [names.index(change.stage) for change in changes if change.stage is not None]
            assert deal.created is not None
            assert moments == sorted(moments)
            assert moments[0].date() == deal.created
            assert moments[-1].date() < book.as_of
            assert stages[0] == 0
            assert stages == sorted(set(stages))
            assert names[stages[-1]] == deal.stage
            closing = [change.at.date() for change in changes if change.stage in ("Won", "Lost")]
            assert closing == ([] if deal.closed is None else [deal.closed])

    @given(SMALL)
    def test_every_owner_was_there(self, book: sm.SampleBook) -> None:
        for deal, changes in changes_of(book):
            owners = [change for change in changes if change.owner is not None]
            assert owners[-1].owner == deal.owner
            for change in owners:
                one = book.staff.on(str(change.owner), change.at.date())
                assert one is not None

    def test_it_has_what_real_histories_have(self) -> None:
        past = BOOK.deals.with_history(BOOK.history)
        pushed = sm.pushes(past)
        assert 0 < pushed.n_pushed < pushed.n
        names = past.process.names[:5]
        n_visits = [sum(change.stage == name for change in BOOK.history) for name in names]
        assert sorted(n_visits, reverse=True) == n_visits
        assert len(set(n_visits)) == 5
        for name in ("amount", "category", "owner"):
            n_said = sum(getattr(change, name) is not None for change in BOOK.history)
            assert n_said > (0 if name == "category" else len(BOOK.deals))

    def test_the_same_deals_without_the_ones_that_were_not_there_yet(self) -> None:
        day = date(2026, 1, 1)
        then = BOOK.deals.with_history(BOOK.history).as_of(day)
        assert [deal.id for deal in then] == [
            deal.id for deal in BOOK.deals if deal.created is not None and deal.created < day
        ]


class TestActivities:
    @given(SMALL)
    def test_they_pass_their_own_door(self, book: sm.SampleBook) -> None:
        log = book.activities.take(np.flatnonzero(book.activities.deal.known))
        assert list(sm.Activities.of(list(log))) == list(log)

    def test_of_a_deal_they_lie_between_its_days(self) -> None:
        deals = {deal.id: deal for deal in BOOK.deals}
        for one in BOOK.activities:
            assert one.at.date() < BOOK.as_of
            assert 9 <= one.at.hour < 17
            if one.deal is not None:
                deal = deals[one.deal]
                assert deal.created is not None
                assert deal.created <= one.at.date() <= (deal.closed or BOOK.as_of)
            else:
                assert one.at.weekday() < 5

    def test_they_are_in_order_of_time(self) -> None:
        assert (np.diff(BOOK.activities.at.values) >= 0).all()

    def test_demos_are_of_deals_that_came_so_far(self) -> None:
        shown = {
            change.deal: change.at.date() for change in reversed([*BOOK.history]) if change.stage == "Product demo"
        }
        demos = [one for one in BOOK.activities if one.kind == "demo"]
        assert demos
        assert all(one.deal in shown and shown[one.deal] <= one.at.date() for one in demos)

    def test_whoever_did_it_was_there(self) -> None:
        for one in BOOK.activities:
            assert BOOK.staff.on(str(one.rep), one.at.date()) is not None

    def test_reps_do_more_than_sell(self) -> None:
        kinds = sm.Activities.of(BOOK.activities).kind
        assert set(kinds.names) == set(kinds)
        no_deal = BOOK.activities.filter(~BOOK.activities.deal.known)
        assert {one.rep for one in no_deal} == {rep.id for rep in BOOK.reps}
        minutes = BOOK.activities.minutes
        assert 0 < int(minutes.known.sum()) < len(minutes)


class TestLeads:
    @given(SMALL)
    def test_they_pass_their_own_door(self, book: sm.SampleBook) -> None:
        assert list(sm.Leads.of(list(book.leads))) == list(book.leads)
        assert list(sm.Activities.of(list(book.lead_activities))) == list(book.lead_activities)
        assert len(book.leads) == 2 * len(book.deals)

    def test_the_same_arguments_give_the_same_leads(self) -> None:
        book, again = sm.sample_book(50, seed=7), sm.sample_book(50, seed=7)
        assert (list(book.leads), list(book.lead_activities)) == (list(again.leads), list(again.lead_activities))
        assert list(book.leads) != list(sm.sample_book(50, seed=8).leads)

    def test_every_inbound_deal_was_a_lead_and_ends_as_it_does(self) -> None:
        deals = {deal.id: deal for deal in BOOK.deals if deal.labels["source"] == "inbound"}
        became = {lead.opportunity: lead for lead in BOOK.leads if lead.opportunity is not None}
        assert set(became) == set(deals)
        for name, lead in became.items():
            deal = deals[str(name)]
            assert lead.created is not None
            assert deal.created is not None
            assert lead.created < deal.created
            assert lead.closed == deal.closed
            assert lead.outcome is BOOK.deals.process.outcome_of(str(deal.stage))

    def test_they_have_what_real_lists_have(self) -> None:
        leads, log = BOOK.leads, BOOK.lead_activities
        came = {lead.id: lead for lead in leads}
        assert all(lead.created is not None and lead.created < BOOK.as_of for lead in leads)
        assert (leads.is_lost & ~leads.closed.known).any()
        assert all(0 < int(leads.fields[name].known.sum()) < len(leads) for name in ("employees", "country"))
        assert log.is_of(leads).all()
        assert 0 < int(log.is_repeated.sum()) < len(log) // 100
        early = 0
        for one in log:
            lead = came[str(one.lead)]
            assert one.at.date() <= (lead.closed or BOOK.as_of - timedelta(1))
            assert lead.created_at is not None
            early += one.at < lead.created_at
            assert one.at >= lead.created_at or one.kind not in ("call", "automatic e-mail", "MQL", "proposal")
            assert one.rep is None or BOOK.staff.on(one.rep, one.at.date()) is not None
        assert early
        assert set(sm.ScoringModel.classic().kinds) < set(log.kind)
        assert set(sm.ScoringModel.classic().fields) < set(leads.fields)


class TestPeople:
    def test_every_rep_has_a_team_from_the_first_day_on(self) -> None:
        for rep in BOOK.reps:
            day = rep.hired
            while day < BOOK.as_of:
                one = BOOK.staff.on(rep.id, day)
                assert one is not None
                assert one.team == {"nia": "North", "sol": "South"}[str(one.manager)]
                day += timedelta(30)
            assert BOOK.staff.on(rep.id, rep.hired - timedelta(1)) is None
            last = BOOK.staff.on(rep.id, BOOK.as_of)
            assert last is not None
            assert last.team == rep.labels["office"]

    def test_quotas_begin_with_the_rep_and_have_no_gaps(self) -> None:
        years = sm.Period(date(2025, 1, 1), date(2027, 1, 1))
        gaps = BOOK.quotas.gaps(years)
        late = {rep.id: rep.hired for rep in BOOK.reps if rep.hired > years.start}
        assert gaps == {name: [sm.Period(years.start, hired)] for name, hired in late.items()}

    def test_a_larger_book_has_larger_quotas(self) -> None:
        small, large = (sm.quota_attainment(sm.sample_book(n).quotas.with_sales([]), period=ALL) for n in (0, 4_000))
        assert 0 < small.target < large.target


ALL = sm.Period(date(2025, 1, 1), date(2027, 1, 1))


class TestCurrencies:
    def test_a_mixed_book_is_refused_until_it_is_converted(self) -> None:
        with pytest.raises(sm.InvalidTableError, match="currenc"):
            sm.Deals.of(BOOK.mixed)
        dated = sm.Conversion("USD", BOOK.rates, dated=("closed", "as_of"), as_of=BOOK.as_of)
        deals = sm.Deals.of(BOOK.mixed, convert=dated)
        assert deals.currency == "USD"
        assert [deal.id for deal in deals] == [deal.id for deal in BOOK.deals]

    def test_each_region_has_its_currency(self) -> None:
        pairs = {(deal.labels["region"], str(deal.amount)[-3:]) for deal in BOOK.mixed}
        assert pairs == {("Coast", "USD"), ("Hills", "EUR"), ("Plains", "CAD")}
        for deal, own in zip(BOOK.mixed, BOOK.deals, strict=True):
            margin, before = deal.values["margin"], own.values["margin"]
            assert isinstance(margin, sm.Money)
            assert isinstance(before, sm.Money)
            assert deal.amount is not None
            assert margin == sm.Money(before.minor, deal.amount.currency)

    def test_there_is_a_rate_on_every_day(self) -> None:
        days = [BOOK.as_of - timedelta(back) for back in range(0, 731, 10)]
        assert all(BOOK.rates.on(base, "USD", day) for base in ("EUR", "CAD") for day in days)
