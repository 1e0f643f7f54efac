"""The waterfall: each law against deals that are looked at one by one, on one day after the other."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from attrs import evolve, frozen
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, DrawFn, SearchStrategy

from history_strategies import GAPS, HISTORY_DOUBTS, pasts
from measure_laws import MeasureLaws, minor_of
from salesmetrics import (
    Deal,
    DealChange,
    DealHistory,
    Deals,
    InvalidValueError,
    Money,
    MoneyTotal,
    Outcome,
    Period,
    SalesProcess,
    Waterfall,
    WaterfallLines,
    book_waterfall,
    breakdown,
    pipeline_value,
    pipeline_waterfall,
)
from salesmetrics._numeric.columns import Coded
from salesmetrics._numeric.days import day_number
from strategies import DOUBTS, days_around

PROCESS = SalesProcess.standard()
FIRST = date(2026, 3, 1)
MARCH = Period(FIRST, date(2026, 4, 1))
DUE = (None, date(2026, 2, 28), FIRST, date(2026, 3, 31), date(2026, 4, 1))
DAYS = [FIRST + timedelta(number) for number in range(7)]
DAY = timedelta(days=1)


def dollars(amount: int) -> Money:
    return Money.of(amount, "USD")


@st.composite
def moved(draw: DrawFn) -> Deals:
    """A few deals of which much happens in one week, at the edges of a period."""
    days, amounts = st.sampled_from(DAYS), st.none() | st.sampled_from([0, 100, 250]).map(dollars)
    names: list[str | int] = ["D-1", "D-2", 3]
    ids = names[: draw(st.integers(0, 3))]
    stages, owners = st.sampled_from(["Qualified", "Final call", "Won", "Lost"]), st.sampled_from([None, "Ada", "Bo"])
    deals = [
        Deal(
            one,
            draw(amounts),
            stage := draw(stages),
            draw(owners),
            draw(st.none() | days | st.just(FIRST - DAY)),
            draw(days) if stage in {"Won", "Lost"} else None,
            draw(st.sampled_from(DUE)),
        )
        for one in ids
    ]
    change = st.builds(
        DealChange,
        st.sampled_from(ids or ["nobody's"]),
        days,
        st.none() | stages,
        amounts,
        st.sampled_from(DUE),
        owner=owners,
    )
    changes = draw(st.lists(change, max_size=8))
    gaps = draw(st.sampled_from(GAPS))
    history = DealHistory.of(changes, PROCESS, gaps)
    return Deals.of(deals, PROCESS, accept=DOUBTS).with_history(history, accept=HISTORY_DOUBTS)


def owners_of(*columns: Coded) -> SearchStrategy[list[str | None] | None]:
    """Everyone, or some who have deals or had some, and nobody."""
    known = sorted({name for column in columns for name in column.names})
    return st.none() | st.lists(st.sampled_from([None, *known]), min_size=1, max_size=2)


@st.composite
def asked(draw: DrawFn, table: Deals) -> dict[str, Any]:
    """What can be asked of such a book."""
    start, end = sorted(draw(st.sets(st.sampled_from([*DAYS, FIRST + 7 * DAY]), min_size=2, max_size=2)))
    assert table.past
    owners = draw(owners_of(table.owner, table.past.changes.owner))
    constant = draw(st.sets(st.just("amount"))) | {"expected_close", "owner"}
    return {"period": MARCH, "start": start, "end": end, "owners": owners, "constant": constant}


@frozen
class State:
    """What one deal is on one day, to a waterfall."""

    outcome: Outcome
    due: date
    owner: str | None
    minor: int | None


def is_inside(state: State | None, period: Period, owners: Collection[str | None] | None) -> bool:
    if state is None or state.outcome is not Outcome.OPEN:
        return False
    return state.due in period and (owners is None or state.owner in owners)


def states(deals: Deals, value: str) -> dict[Any, State]:
    """The deals of a book; no day is the last of all."""
    return {
        deal.id: State(
            deals.process.outcome_of(deal.stage), deal.expected_close or date.max, deal.owner, minor_of(deal, value)
        )
        for deal in deals
    }


Line = tuple[str, int | None]


def step(old: State | None, new: State | None, period: Period, owners: Collection[str | None] | None) -> list[Line]:
    """What one deal does from one day to the next, as the docs say it."""
    lines: list[Line] = []
    was_in, is_in = is_inside(old, period, owners), is_inside(new, period, owners)
    held = None if old is None else old.minor
    had_closed = old is not None and old.outcome is not Outcome.OPEN
    turns = old is not None and new is not None and had_closed and old.outcome is not new.outcome
    closes = new is not None and new.outcome is not Outcome.OPEN and (turns or not had_closed)
    if not was_in:
        passes = closes and new is not None and is_inside(evolve(new, outcome=Outcome.OPEN), period, owners)
        if not is_in and not passes:
            return []
        assert new is not None
        if old is None:
            why, held = "created", new.minor
        elif had_closed:
            why, held = "reopened", held if closes and new.outcome is Outcome.LOST else new.minor
        elif owners is not None and old.owner not in owners:
            why = "owner_in"
        else:
            why = "pulled_in" if old.due >= period.end else "pushed_in"
        lines.append((why, held))
    if new is None:
        return [*lines, ("removed", held if held is None else -held)]
    if closes and new.outcome is Outcome.LOST:
        return [*lines, ("lost", held if held is None else -held)]
    if new.minor != held:
        if new.minor is None or held is None:
            lines.append(("amount_given" if held is None else "amount_cleared", (new.minor or 0) - (held or 0)))
        else:
            lines.append(("increased" if new.minor > held else "decreased", new.minor - held))
    if not is_in:
        if closes:
            why = "won"
        elif owners is not None and new.owner not in owners:
            why = "owner_out"
        else:
            why = "pushed_out" if new.due >= period.end else "pulled_out"
        lines.append((why, None if new.minor is None else -new.minor))
    return lines


def walked(
    seen: Sequence[tuple[date, Mapping[Any, State]]], period: Period, owners: Collection[str | None] | None
) -> WaterfallLines:
    """The lines of all deals, from what each was on one day after the other."""
    found: list[tuple[str, Any, date, int | None]] = []
    (start, first), (end, last) = seen[0], seen[-1]
    found += [("opening", deal, start, one.minor) for deal, one in first.items() if is_inside(one, period, owners)]
    for (_, before), (day, after) in pairwise(seen):
        for deal in {**before, **after}:
            lines = step(before.get(deal), after.get(deal), period, owners)
            found += [(bucket, deal, day - DAY, minor) for bucket, minor in lines]
    found += [("closing", deal, end, one.minor) for deal, one in last.items() if is_inside(one, period, owners)]
    return WaterfallLines.of(
        [bucket for bucket, _, _, _ in found],
        [deal for _, deal, _, _ in found],
        [day_number(day) for _, _, day, _ in found],
        [minor for _, _, _, minor in found],
    )


class TestPipelineWaterfall(MeasureLaws):
    measure = staticmethod(pipeline_waterfall)

    @given(moved(), st.data())
    def test_definition(self, table: Deals, data: DataObject) -> None:
        options = data.draw(asked(table))
        start, end, constant = options["start"], options["end"], options["constant"]
        days = [start + number * DAY for number in range((end - start).days + 1)]
        seen = [(day, states(table.as_of(day, constant), "amount")) for day in days]
        flow = pipeline_waterfall(table, **options)
        assert flow.lines == walked(seen, MARCH, options["owners"])
        last = table.as_of(end, constant)
        owned = [deal for deal in last if options["owners"] is None or deal.owner in options["owners"]]
        is_open = [deal for deal in owned if PROCESS.outcome_of(deal.stage) is Outcome.OPEN]
        assert flow.n_undated == sum(deal.expected_close is None for deal in is_open)
        assert flow.n_unplaced == sum(deal.created is None for deal in table)
        assert flow.currency == last.currency

    @given(moved(), st.data())
    def test_balance(self, table: Deals, data: DataObject) -> None:
        flow = pipeline_waterfall(table, **data.draw(asked(table)))
        left: dict[Any, int] = {}
        for bucket, deal, _, minor in zip(*flow.lines.to_columns().values(), strict=True):
            left[deal] = left.get(deal, 0) + (-1 if bucket == "closing" else 1) * (minor or 0)
        assert set(left.values()) <= {0}

    @given(pasts(), st.data())
    def test_ends(self, past: Any, data: DataObject) -> None:
        table, around = past.table, days_around(past.book.table)
        start, end = sorted(data.draw(st.lists(around, min_size=2, max_size=2, unique=True)))
        (period, value) = data.draw(st.tuples(self._periods(around), st.sampled_from(["amount", *table.values])))
        constant = {"expected_close", "amount", *table.values}
        flow = pipeline_waterfall(table, period=period, start=start, end=end, value=value, constant=constant)
        for day, bucket in ((start, "opening"), (end, "closing")):
            book = table.as_of(day, constant)
            due = book.filter(book.is_in_period(period, on="expected_close"))
            movement = flow.totals[bucket]
            assert MoneyTotal(
                movement.minor,
                movement.currency,
                movement.n_changes - movement.n_missing,
                movement.n_missing,
            ) == pipeline_value(due, value=value)
            assert getattr(flow, bucket) == pipeline_value(due, value=value).value

    def _periods(self, around: SearchStrategy[date]) -> SearchStrategy[Period]:
        pairs = st.lists(around, min_size=2, max_size=2, unique=True)
        return pairs.map(lambda pair: Period(min(pair), max(pair)))

    @given(moved(), st.data())
    def test_days(self, table: Deals, data: DataObject) -> None:
        options = data.draw(asked(table))
        start, end = options.pop("start"), options.pop("end")
        between = [day for day in DAYS if start < day < end]
        assume(between)
        middle = data.draw(st.sampled_from(between))
        whole = pipeline_waterfall(table, start=start, end=end, **options)
        parts = [
            pipeline_waterfall(table, start=one, end=other, **options)
            for one, other in ((start, middle), (middle, end))
        ]
        ends = ("opening", "closing")

        def changes(flow: Waterfall) -> list[Any]:
            rows = zip(*flow.lines.to_columns().values(), strict=True)
            return [row for row in rows if row[0] not in ends]

        assert sorted(map(str, changes(whole))) == sorted(map(str, [*changes(parts[0]), *changes(parts[1])]))
        assert parts[0].totals["closing"] == parts[1].totals["opening"]


class TestBookWaterfall:
    @given(moved(), moved(), st.data())
    def test_definition(self, before: Deals, after: Deals, data: DataObject) -> None:
        owners = data.draw(owners_of(before.owner, after.owner))
        start, end = FIRST, FIRST + 10 * DAY
        flow = book_waterfall(before, after, period=MARCH, start=start, end=end, owners=owners)
        seen = [(start, states(before, "amount")), (end, states(after, "amount"))]
        assert flow.lines == walked(seen, MARCH, owners)
        undated = [deal for deal in after.filter(after.is_open) if owners is None or deal.owner in owners]
        assert flow.n_undated == sum(deal.expected_close is None for deal in undated)
        assert flow.n_unplaced == 0

    @given(moved(), moved())
    def test_balance(self, before: Deals, after: Deals) -> None:
        flow = book_waterfall(before, after, period=MARCH, start=FIRST, end=FIRST + DAY)
        *changes, closing = flow.totals.values()
        assert sum(one.minor for one in changes) == closing.minor

    @given(moved(), st.sampled_from(DAYS), st.data())
    def test_history(self, table: Deals, day: date, data: DataObject) -> None:
        owners = data.draw(owners_of(table.owner))
        constant = {"amount", "expected_close", "owner"}
        books = table.as_of(day, constant), table.as_of(day + DAY, constant)
        span: dict[str, Any] = {"period": MARCH, "start": day, "end": day + DAY, "owners": owners}
        flow = pipeline_waterfall(table, constant=constant, **span)
        assert book_waterfall(*books, **span) == evolve(flow, n_unplaced=0)


@given(moved(), st.data())
def test_a_history_follows_the_deals_in_any_order_and_by_group(table: Deals, data: DataObject) -> None:
    options = data.draw(asked(table))
    order = np.array(data.draw(st.permutations(range(len(table)))), np.intp)
    flow = pipeline_waterfall(table, **options)
    assert pipeline_waterfall(table.take(order), **options) == flow
    by_owner = breakdown(pipeline_waterfall, table, "owner", **options)
    assert sum(by_owner.values(), pipeline_waterfall(table[:0], **options)) == flow


def test_every_law_of_two_books_is_tried() -> None:
    stated = {"definition", "balance", "history"}
    assert {f"test_{law}" for law in stated} == {name for name in dir(TestBookWaterfall) if name.startswith("test_")}
    assert all(f"    {law}: " in (book_waterfall.__doc__ or "") for law in stated)


MARCH_DEAL = Deal("D-1", dollars(100), "Qualified", "Ada", FIRST, None, date(2026, 3, 20))
MARCH_SPAN: dict[str, Any] = {"period": MARCH, "start": FIRST, "end": date(2026, 3, 8)}


def test_what_a_waterfall_must_know_is_named() -> None:
    with pytest.raises(InvalidValueError, match=r"^pipeline_waterfall must know the expected_close that deals had"):
        pipeline_waterfall([MARCH_DEAL], **MARCH_SPAN)
    with pytest.raises(InvalidValueError, match=r"^pipeline_waterfall must know the owner that deals had"):
        pipeline_waterfall([MARCH_DEAL], **MARCH_SPAN, owners=["Ada"], constant={"expected_close"})


def test_a_waterfall_ends_on_the_day_of_the_book() -> None:
    constant = {"amount", "expected_close"}
    known = Deals.of([MARCH_DEAL]).as_of(date(2026, 3, 8), constant)
    assert pipeline_waterfall(known, **MARCH_SPAN, constant=constant).closing == dollars(100)
    with pytest.raises(InvalidValueError) as refused:
        pipeline_waterfall(known, period=MARCH, start=FIRST, end=date(2026, 3, 9), constant=constant)
    assert str(refused.value) == (
        "end must not be after 2026-03-08, of which the book is, got 2026-03-09; ask the book as it was given"
    )


def test_a_deal_won_and_then_lost_is_in_both_buckets() -> None:
    january, february, march = (date(2026, month, 5) for month in (1, 2, 3))
    deal = Deal("D-1", dollars(0), "Lost", "Ada", january, march, march)
    history = [
        DealChange("D-1", january, "Qualified", dollars(100), march),
        DealChange("D-1", february, "Won"),
        DealChange("D-1", march, "Lost", dollars(0)),
    ]
    book = Deals.of([deal]).with_history(history, accept={"moved_after_close"})
    quarter = Period(date(2026, 1, 1), date(2026, 4, 1))
    lines = pipeline_waterfall(book, period=quarter, start=date(2026, 2, 1), end=date(2026, 4, 1)).lines.to_columns()
    assert lines == {
        "bucket": ["opening", "won", "reopened", "lost"],
        "deal": ["D-1"] * 4,
        "day": [date(2026, 2, 1), february, march, march],
        "minor": [10000, -10000, 10000, -10000],
    }
