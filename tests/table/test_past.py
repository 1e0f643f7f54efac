"""The book as it was known on a day: each law against a replay of the changes, deal by deal."""

from __future__ import annotations

import pickle
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, SearchStrategy

from history_strategies import HISTORY_DOUBTS, Past, changes, pasts
from salesmetrics import (
    CurrencyMismatchError,
    Deal,
    DealChange,
    DealHistory,
    Deals,
    InvalidTableError,
    InvalidValueError,
    Money,
    Outcome,
    Period,
    Rates,
    SalesProcess,
    Stage,
    stage_forecast,
)
from salesmetrics._numeric.days import day_number
from salesmetrics.format.history_format import CHANGING
from salesmetrics.table.deals import seen_from
from strategies import DOUBTS, Book, days, laid_down, tables

JAN, FEB, MAR, APR = (date(2026, month, 1) for month in (1, 2, 3, 4))


def replayed(past: Past, day: date, constant: Collection[str]) -> list[Deal]:
    """The deals as they were known at the start of the day, one by one, one change after the other."""
    now, process = datetime(day.year, day.month, day.day), past.book.process  # noqa: DTZ001
    found = []
    for deal in past.given.deals:  # where no change speaks yet, the deals speak for themselves
        if deal.created is None or deal.created >= day:
            continue
        own = [change for change in past.changes if change.deal == deal.id]
        before = sorted((change for change in own if change.at < now), key=lambda change: change.at)
        fields: dict[str, Any] = {}
        for name in CHANGING:
            told = [change for change in before if past.says(change, name)]
            never = not any(past.says(change, name) for change in own)
            fields[name] = getattr(told[-1], name) if told else None
            if never and name in constant:
                fields[name] = getattr(deal, name)
        for name in ("account", "kind"):
            fields[name] = getattr(deal, name) if name in constant else None
        for name in ("values", "labels"):
            fields[name] = {one: value for one, value in getattr(deal, name).items() if one in constant}

        had_closed = (
            deal.closed is not None and deal.closed < day and process.outcome_of(deal.stage) is not Outcome.OPEN
        )
        ending, closed = past.told(before), None
        if ending is not None:
            closed = ending[1]
        elif had_closed:
            fields["stage"], closed = deal.stage, deal.closed
        elif process.outcome_of(fields["stage"]) is not Outcome.OPEN:
            fields["stage"] = None
        found.append(Deal(id=deal.id, created=deal.created, closed=closed, **fields))
    return found


def constants(table: Deals) -> SearchStrategy[set[str]]:
    return st.sets(st.sampled_from([*CHANGING, "account", "kind", *table.values, *table.labels]))


class TestAsOf:
    @given(pasts(), days(), st.data())
    def test_definition(self, past: Past, day: date, data: DataObject) -> None:
        constant = data.draw(constants(past.book.table))
        book = past.table.as_of(day, constant)
        unit = book.currency

        def exchanged(amount: Money | int | None) -> Any:
            return Money(0, unit) if amount == Money(0, "XXX") else amount

        expected = [
            evolve(
                deal,
                amount=exchanged(deal.amount),
                values={name: exchanged(value) for name, value in deal.values.items()},
            )
            for deal in replayed(past, day, constant)
        ]
        assert list(book) == expected
        assert book.day == day
        assert book.n_unplaced == sum(deal.created is None for deal in past.book.deals)

    @given(pasts(), days(), st.data())
    def test_filter(self, past: Past, day: date, data: DataObject) -> None:
        table = past.table
        order = data.draw(st.permutations(range(len(table))))
        some = np.array(order[: len(order) // 2], np.intp)
        ids = table.id.take(some).tolist()
        whole = {deal.id: deal for deal in table.as_of(day)}
        assert list(table.take(some).as_of(day)) == [whole[one] for one in ids if one in whole]

    @given(laid_down(), days())
    def test_without_a_history_the_days_speak(self, book: Book, day: date) -> None:
        assert list(book.table.as_of(day)) == replayed(Past(book, [], "unchanged"), day, ())

    @given(pasts(), days(), st.data())
    def test_poisoned_future(self, past: Past, day: date, data: DataObject) -> None:
        """Whatever the export says of the time from the day on may be anything."""
        now = datetime(day.year, day.month, day.day)  # noqa: DTZ001
        poison = [change for change in data.draw(changes(past.given)) if change.at >= now]
        known = [change for change in past.changes if change.at < now]
        ends = [stage.name for stage in past.given.process if stage.outcome is not Outcome.OPEN]

        def poisoned(deal: Deal) -> Deal:
            other = data.draw(st.sampled_from(past.given.deals))
            later = evolve(
                other,
                id=deal.id,
                created=deal.created if deal.created is None or deal.created < day else day,
                closed=None,
                stage=None,
            )
            if deal.closed is not None and deal.closed < day:
                return evolve(later, stage=deal.stage, closed=deal.closed)
            if data.draw(st.booleans()) and ends:
                return evolve(later, stage=data.draw(st.sampled_from(ends)), closed=day)
            return later

        book = evolve(past.given, deals=[poisoned(deal) for deal in past.given.deals], doubts=DOUBTS)
        accept = HISTORY_DOUBTS
        history = DealHistory.of(known, past.given.process, past.gaps)
        before = past.given.table.with_history(history, accept).as_of(day)
        # what is known of a field at all must not depend on the future either
        told = evolve(DealHistory.of([*known, *poison], past.given.process, past.gaps), tracked=history.tracked)
        after = book.table.with_history(told, accept).as_of(day)
        assert [evolve(deal, amount=deal.amount and Money(deal.amount.minor, "USD")) for deal in before] == [
            evolve(deal, amount=deal.amount and Money(deal.amount.minor, "USD")) for deal in after
        ]

    @given(pasts(), days(), days())
    def test_an_earlier_view_is_a_view_of_a_later_one(self, past: Past, one: date, other: date) -> None:
        # a history whose stages gainsay the days of the deals is believed as far as it is known
        past = evolve(past, changes=[evolve(change, stage=None) for change in past.changes])
        early, late = sorted([one, other])
        constant = {"account", "kind", *past.book.table.values, *past.book.table.labels}
        assert past.table.as_of(late, constant).as_of(early, constant) == past.table.as_of(early, constant)

    @given(pasts(), days())
    def test_rows_of_a_view_see_no_further_than_it(self, past: Past, day: date) -> None:
        view = past.table.as_of(day)
        later = np.full(len(view), day_number(day) + 500)
        assert list(seen_from(view, later, ()).stage) == list(view.stage)
        assert list(seen_from(view, later, ()).amount) == list(view.amount)

    def test_a_later_view_is_refused(self) -> None:
        book = Deals.of([Deal("D-1", Money(1, "USD"), "Qualified", None, JAN)]).as_of(FEB)
        with pytest.raises(InvalidValueError, match="as_of must not be after 2026-02-01, of which the book is"):
            book.as_of(MAR)
        assert book.as_of(FEB) == book
        for ask in (book.is_overdue, lambda day: stage_forecast(book, period=Period(JAN, APR), as_of=day)):
            ask(FEB)
            with pytest.raises(InvalidValueError, match="as_of must not be after 2026-02-01, of which the book is"):
                ask(MAR)

    def test_it_says_what_it_is(self) -> None:
        deals = [Deal("D-1", None, "Qualified", None, JAN), Deal("D-2", Money(1, "USD"), "Qualified", None, None)]
        book = Deals.of(deals, bad_rows="set_aside", accept={"missing_created"})
        assert repr(book) == "Deals(1 deal in USD: 1 open, 0 won, 0 lost; 1 set aside)"
        assert repr(book.as_of(FEB)) == (
            "Deals(0 deals in USD: 0 open, 0 won, 0 lost, as of 2026-02-01; 1 without a day of creation left out)"
        )

    def test_the_start_of_the_day_is_what_counts(self) -> None:
        deal = Deal("D-1", Money(1, "USD"), "Won", "Ada", JAN, closed=FEB)
        assert [len(Deals.of([deal]).as_of(day)) for day in (JAN, JAN + timedelta(1))] == [0, 1]
        history = [DealChange("D-1", datetime(2026, 2, 1, 0, 0), stage="Won")]  # noqa: DTZ001
        book = Deals.of([deal]).with_history(history)
        assert [table.is_won.tolist() for table in (book.as_of(FEB), book.as_of(FEB + timedelta(1)))] == [
            [False],
            [True],
        ]

    @pytest.mark.parametrize("constant", ["amount", ["amuont"], ["closed"], ["id"]])
    def test_constant_names_fields_that_change(self, constant: Any) -> None:
        with pytest.raises(InvalidValueError, match="constant must be a collection of fields that can change, got"):
            Deals.of([Deal("D-1", Money(1, "USD"), "Won", None, JAN, JAN)]).as_of(JAN, constant)

    def test_the_day_is_a_plain_day(self) -> None:
        with pytest.raises(InvalidValueError, match="as_of must be a date without a time"):
            Deals.of([]).as_of(datetime(2026, 1, 1))  # noqa: DTZ001


class TestWithHistory:
    @given(pasts())
    def test_ends(self, past: Past) -> None:
        """The history says in which stage a deal is and when it closed, where it tells a stage at all."""
        assert list(past.table) == list(past.book.table)

    @given(pasts(), st.data())
    def test_order(self, past: Past, data: DataObject) -> None:
        moved = data.draw(st.permutations(past.changes))
        moved = sorted(moved, key=past.changes.index)  # equal moments keep their order
        times = sorted({change.at for change in past.changes})
        shuffled = data.draw(st.permutations(times))
        moved.sort(key=lambda change: shuffled.index(change.at))
        other = DealHistory.of(moved, past.book.process, past.gaps)
        table = past.book.table.with_history(other, HISTORY_DOUBTS)
        assert table == past.table
        assert table.history == past.table.history

    @given(pasts())
    def test_history_is_that_of_the_deals_in_order_of_time(self, past: Past) -> None:
        expected = [
            change
            for deal in past.book.deals
            for change in sorted((one for one in past.changes if one.deal == deal.id), key=lambda one: one.at)
        ]
        history, attached = past.table.history, past.table.past
        assert history is not None
        assert attached is not None
        amounts = [None if one.amount is None else one.amount.minor for one in expected]
        assert list(history.amount) == amounts
        assert [(one.deal, one.at, one.stage) for one in history] == [(one.deal, one.at, one.stage) for one in expected]
        ids = {deal.id for deal in past.book.deals}
        assert attached.n_unknown == sum(change.deal not in ids for change in past.changes)
        n_moments = len({(one.deal, one.at) for one in expected})
        assert attached.n_same_moment == len(expected) - n_moments
        assert pickle.loads(pickle.dumps(past.table)) == past.table  # noqa: S301

    @given(tables())
    def test_a_table_without_one_has_none(self, table: Deals) -> None:
        assert table.history is None
        assert table.with_history([]).history is not None
        assert table != table.with_history([])

    @pytest.mark.parametrize(("deal", "named"), [(1, "1"), ("1", 1)])
    @pytest.mark.parametrize("accept", [(), ("unknown_deal",)])
    def test_ids_of_another_kind_are_said(self, deal: Any, named: Any, accept: Any) -> None:
        book = Deals.of([Deal(deal, Money(1, "USD"), "Qualified", None, JAN)])
        with pytest.raises(InvalidValueError) as caught:
            book.with_history([DealChange(named, JAN, stage="Qualified"), DealChange("D-9", JAN)], accept=accept)
        assert str(caught.value) == (
            f"changes must name deals as the book does, got {named!r} for {deal!r}; "
            "make all ids text, or all of them numbers"
        )

    def test_every_disagreement_is_named(self) -> None:
        deals = [
            Deal("D-1", Money(1, "USD"), "Won", None, JAN, closed=MAR),
            Deal("D-2", Money(1, "USD"), "Lost", None, JAN, closed=FEB),
            Deal("D-3", Money(1, "USD"), "Qualified", None, JAN),
        ]
        history = [
            DealChange("D-3", FEB, stage="Lost"),
            DealChange("D-1", FEB, stage="Won"),
            DealChange("D-2", FEB, stage="Won"),
            DealChange("D-2", MAR, stage="Lost"),
            DealChange("D-3", MAR, stage="Product demo"),
            DealChange("D-9", MAR, stage="Won"),
        ]
        with pytest.raises(InvalidTableError) as caught:
            Deals.of(deals).with_history(history)
        assert [str(problem) for problem in caught.value.problems] == [
            (
                "deal: 1 change is of a deal that the book does not have (row 5); "
                "export both together, or accept={'unknown_deal'}"
            ),
            (
                "stage: 1 change moves a closed deal to another closed stage (row 3); "
                "keep the move that counts, or accept={'moved_after_close'}"
            ),
            "stage: 1 change opens a closed deal again (row 4); correct the stages, or accept={'reopened'}",
            (
                "stage of the deals: 1 deal is in another stage than its history says (row 2); "
                "export both together, or accept={'stage_disagrees'}"
            ),
            (
                "closed of the deals: 2 deals closed on another day than their history says (rows 0, 1); "
                "correct the day, or accept={'close_disagrees'}"
            ),
        ]
        book = Deals.of(deals).with_history(history, accept=HISTORY_DOUBTS)
        assert [deal.stage for deal in book.as_of(APR)] == ["Won", "Lost", "Product demo"]

    def test_the_same_stage_again_is_no_move(self) -> None:
        deal = Deal("D-1", Money(1, "USD"), "Won", None, JAN, closed=FEB)
        history = [DealChange("D-1", FEB, stage="Won"), DealChange("D-1", MAR, stage="Won", owner="Ada")]
        assert Deals.of([deal]).with_history(history).as_of(APR)[0].closed == FEB

    def test_process_and_currency_are_those_of_the_deals(self) -> None:
        deals = Deals.of([Deal("D-1", Money(1, "USD"), "Won", None, JAN, closed=FEB)])
        other = SalesProcess([Stage("Won", 1, Outcome.WON)])
        with pytest.raises(InvalidValueError, match="the history must have the process of the deals"):
            deals.with_history(DealHistory.of([DealChange("D-1", FEB, stage="Won")], other))
        with pytest.raises(CurrencyMismatchError, match="the history must be in USD, as the deals are, got EUR"):
            deals.with_history([DealChange("D-1", FEB, amount=Money(1, "EUR"))])
        with pytest.raises(InvalidValueError, match="accept must name doubts"):
            deals.with_history([], accept={"missing_amount"})

    def test_a_history_of_amounts_is_not_converted(self) -> None:
        deal, rates = Deal("D-1", Money(1, "EUR"), "Qualified", None, JAN), Rates("EUR", "USD", JAN, 2)
        book = Deals.of([deal]).with_history([DealChange("D-1", JAN, amount=Money(1, "EUR"))])
        with pytest.raises(CurrencyMismatchError, match="the history must be in USD too, got EUR; convert the deals"):
            book.in_currency("USD", rates, dated="created")
        staged = Deals.of([deal]).with_history([DealChange("D-1", JAN, stage="Qualified")])
        assert staged.in_currency("USD", rates, dated="created").as_of(FEB, {"amount"})[0].amount == Money(2, "USD")

    def test_a_book_without_money_takes_that_of_its_history(self) -> None:
        deals = Deals.of([Deal("D-1", None, "Qualified", None, JAN)], accept={"missing_amount"})
        book = deals.with_history([DealChange("D-1", JAN, amount=Money(5, "EUR"))]).as_of(FEB)
        assert (book.currency, book[0].amount) == ("EUR", Money(5, "EUR"))
