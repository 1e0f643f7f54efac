"""A history made of saved books gives each of the books back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from history_strategies import HISTORY_DOUBTS
from salesmetrics import (
    CurrencyMismatchError,
    Deal,
    DealHistory,
    Deals,
    InvalidTableError,
    InvalidValueError,
    Money,
    Outcome,
    SalesProcess,
    Stage,
)
from strategies import DOUBTS, deals, processes

FIRST = date(2026, 1, 1)
JAN, FEB, MAR = (date(2026, month, 1) for month in (1, 2, 3))
LATER = {"later_than_snapshot"}


@st.composite
def nights(draw: DrawFn) -> list[tuple[date, Deals]]:
    """Books of a few days: deals come, and change in any way, but keep their day of creation and where they ended."""
    process = draw(processes())
    steps = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    found: list[tuple[date, Deals]] = []
    known: dict[int, Deal] = {}
    day = FIRST
    for step in steps:
        day += timedelta(step)
        for number in range(len(known) + draw(st.integers(0, 2))):
            before = known.get(number)
            if before is not None and not draw(st.booleans()):
                continue
            deal = evolve(draw(deals(process, DOUBTS, "USD")), id=number)
            created = deal.created if before is None else before.created
            if before is None and found and created is not None:
                created = found[-1][0]  # a deal that is new was made after the night before
            ended = process.outcome_of(deal.stage) is not Outcome.OPEN
            closed = None
            if ended:
                was_same = before is not None and before.stage == deal.stage
                closed = before.closed if was_same and before else day - timedelta(draw(st.integers(1, step)))
            known[number] = evolve(deal, created=created, closed=closed)
        found.append((day, Deals.of(known.values(), process, accept=DOUBTS)))
    return found


@given(nights())
def test_the_book_as_of_a_night_is_that_of_the_night(books: list[tuple[date, Deals]]) -> None:
    history = DealHistory.from_snapshots(books, LATER)
    last = books[-1][1].with_history(history, accept=HISTORY_DOUBTS)
    for day, book in books:
        there = book.filter(book.created.known & (book.created.values < (day - date(1970, 1, 1)).days))
        seen = last.as_of(day)
        for one, other in zip(there, seen, strict=True):
            assert evolve(one, account=None, kind=None, values={}, labels={}) == other


@given(nights())
def test_only_what_differs_is_a_change(books: list[tuple[date, Deals]]) -> None:
    changes: int = 0
    before: dict[Any, tuple[Any, ...]] = {}
    for _, book in books:
        for deal in book:
            state = (deal.stage, deal.amount, deal.expected_close, deal.probability, deal.category, deal.owner)
            changes += before.get(deal.id) != state
            before[deal.id] = state
    history = DealHistory.from_snapshots(iter(books), LATER)
    assert len(history) == changes
    assert history.gaps == "cleared"


def deal(stage: str | None = "Qualified", **more: Any) -> Deal:
    return evolve(Deal("D-1", Money(100, "USD"), stage, "Ada", JAN), **more)


def test_an_end_is_placed_on_its_own_day_if_no_book_gainsays_it() -> None:
    won = deal("Won", closed=date(2026, 2, 10))
    late = [(MAR, Deals.of([won]))]
    assert [one.at.date() for one in DealHistory.from_snapshots(late)] == [date(2026, 2, 10)]
    gainsaid = [(date(2026, 2, 20), Deals.of([deal()])), *late]
    assert [one.at.date() for one in DealHistory.from_snapshots(gainsaid)] == [date(2026, 2, 19), date(2026, 2, 20)]
    ahead = [(FEB, Deals.of([won]))]
    assert [one.at.date() for one in DealHistory.from_snapshots(ahead, LATER)] == [date(2026, 1, 31)]


def test_a_deal_that_vanishes_is_a_doubt() -> None:
    there = deal(created=date(2025, 12, 31))
    books = [(JAN, Deals.of([there])), (FEB, Deals.of([])), (MAR, Deals.of([evolve(there, stage="Won", closed=FEB)]))]
    with pytest.raises(InvalidTableError) as caught:
        DealHistory.from_snapshots(books)
    assert [str(problem) for problem in caught.value.problems] == [
        (
            "deal: 1 deal of a snapshot must be in the next, got none of 'D-1' on 2026-02-01; "
            "export every deal, or accept={'vanished_deal'}"
        )
    ]
    history = DealHistory.from_snapshots(books, accept={"vanished_deal"})
    assert [one.stage for one in history] == ["Qualified", "Won"]


def test_a_book_that_is_saved_in_the_evening_is_a_doubt() -> None:
    books = [(JAN, Deals.of([deal()])), (FEB, Deals.of([deal("Won", closed=FEB)]))]
    with pytest.raises(InvalidTableError) as caught:
        DealHistory.from_snapshots(books)
    assert [str(problem) for problem in caught.value.problems] == [
        (
            "deal: 2 deals must have come and ended before the day of a snapshot, got 'D-1' on 2026-01-01; a book of a "
            "day is that of its start: one saved in the evening is of the day after; or accept={'later_than_snapshot'}"
        )
    ]
    dated = [(day + timedelta(1), book) for day, book in books]
    assert [one.at.date() for one in DealHistory.from_snapshots(dated)] == [JAN, FEB]


def test_no_books_make_no_history() -> None:
    assert DealHistory.from_snapshots([]) == evolve(DealHistory.of([]), gaps="cleared")


@pytest.mark.parametrize(
    ("books", "message"),
    [
        ([Deals.of([])], "snapshots must be pairs of a day and Deals, got"),
        ([(JAN, [deal()])], "snapshots must be pairs of a day and Deals, got"),
        ([("2026-01-01", Deals.of([]))], "the day of a snapshot must be a date without a time"),
        (
            [(JAN, Deals.of([])), (JAN, Deals.of([]))],
            "snapshots must come in order of their days, got 2026-01-01 after",
        ),
        ([(JAN, Deals.of([])), (FEB, Deals.of([], SalesProcess([Stage("Talk", 0.5)])))], "must have one process, got"),
    ],
)
def test_snapshots_are_days_in_order_with_tables(books: Any, message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        DealHistory.from_snapshots(books)


def test_snapshots_are_in_one_currency() -> None:
    books = [(JAN, Deals.of([deal()])), (FEB, Deals.of([deal(amount=Money(1, "EUR"))]))]
    with pytest.raises(CurrencyMismatchError, match="in one currency, got USD and EUR on 2026-02-01"):
        DealHistory.from_snapshots(books)
    with pytest.raises(InvalidValueError, match="accept must name doubts"):
        DealHistory.from_snapshots(books, accept={"reopened"})


def test_ids_stay_whole_numbers() -> None:
    books = [(FEB, Deals.of([deal(id=7)]))]
    assert DealHistory.from_snapshots(books).deal.dtype == np.int64


@pytest.mark.parametrize("snapshots", [None, 5, {date(2026, 1, 1): Deals.of([])}])
def test_snapshots_are_pairs_one_after_the_other(snapshots: Any) -> None:
    with pytest.raises(InvalidValueError, match="snapshots must be pairs of a day and Deals, got"):
        DealHistory.from_snapshots(snapshots)
