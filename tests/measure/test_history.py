"""What measures ask of a history, against each deal's changes one by one."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from history_strategies import Past, pasts
from salesmetrics import (
    Deal,
    DealChange,
    Deals,
    InvalidValueError,
    Money,
    Outcome,
    Period,
    SalesProcess,
    Stage,
    pipeline_conversion,
    pipeline_created,
    pipeline_waterfall,
    slippage,
)
from salesmetrics.measure._history import check_known, first_been, history_of, stage_on, visits
from strategies import days


@given(pasts(), days(), st.data())
def test_visits_are_those_of_each_deal(past: Past, day: date, data: DataObject) -> None:
    deals = past.table if data.draw(st.booleans()) else past.table.as_of(day)
    if len(deals):  # rows in any order, and some of them twice, as a bootstrap takes them
        deals = deals.take(np.array(data.draw(st.lists(st.integers(0, len(deals) - 1), max_size=5)), np.intp))
    expected = []
    for row, deal in enumerate(deals):
        own = [one for one in past.changes if one.deal == deal.id and one.stage is not None]
        if deals.day is not None:
            own = [one for one in own if one.at.date() < deals.day]
        own.sort(key=lambda one: one.at)
        entered = [one for place, one in enumerate(own) if place == 0 or one.stage != own[place - 1].stage]
        for one, after in zip(entered, [*entered[1:], None], strict=False):
            stage = past.book.process.names.index(one.stage or "")
            left = after.at.date() if after else one.at.date()
            expected.append((row, stage, one.at.date(), left, after is not None))
    found = visits(deals, "a test")
    assert [
        (row, stage, date.fromordinal(entered + 719_163), date.fromordinal(left + 719_163), has_left)
        for row, stage, entered, left, has_left in zip(
            *(column.tolist() for column in (found.rows, found.stages, found.entered, found.left, found.has_left)),
            strict=True,
        )
    ] == expected


def test_a_stage_said_again_is_no_visit_and_each_deal_has_its_own() -> None:
    told = {"D-1": "QNNQ", "D-2": "QQ", "D-3": "Q"}
    names = {"Q": "Qualified", "N": "Final call"}
    deals = Deals.of(
        [Deal(one, Money(1, "USD"), names[said[-1]], None, date(2026, 1, 1)) for one, said in told.items()]
    )
    changes = [
        DealChange(one, date(2026, 1, 2 + place), stage=names[stage])
        for one, said in told.items()
        for place, stage in enumerate(said)
    ]
    found = visits(deals.with_history(changes), "a test")
    assert found.rows.tolist() == [0, 0, 0, 1, 2]
    assert [deals.process.names[stage] for stage in found.stages] == [names[stage] for stage in "QNQQQ"]
    first = 20_454 + 1  # 2026-01-02
    assert found.entered.tolist() == [first, first + 1, first + 3, first, first]
    assert found.left.tolist() == [first + 1, first + 3, first + 3, first, first]
    assert found.has_left.tolist() == [True, True, False, False, False]


@pytest.mark.parametrize("n", [0, 1, 2])
def test_visits_are_columns_of_whole_numbers_and_flags(n: int) -> None:
    deals = Deals.of([Deal(f"D-{one}", Money(1, "USD"), "Qualified", None, date(2026, 1, 1)) for one in range(n)])
    found = visits(deals.with_history([DealChange(one.id, date(2026, 1, 2), stage=one.stage) for one in deals]), "x")
    for column in (found.rows, found.stages, found.entered, found.left):
        assert (column.dtype.kind, len(column)) == ("i", n)
    assert (found.has_left.dtype.name, len(found.has_left)) == ("bool", n)


def test_without_a_history_it_says_what_to_attach() -> None:
    deals = Deals.of([Deal("D-1", Money(1, "USD"), "Qualified", None, date(2026, 1, 1))])
    with pytest.raises(InvalidValueError, match="time in stage must know the deals' history, got a book without one"):
        visits(deals, "time in stage")
    assert len(
        visits(deals.with_history([DealChange("D-1", date(2026, 1, 2), stage="Won")], {"stage_disagrees"}), "x").rows
    )


def test_of_no_deals_the_history_is_empty_and_of_their_process() -> None:
    process = SalesProcess([Stage("Met", 0.5), Stage("Won", 1, Outcome.WON)])
    assert history_of(Deals.of([], process), "x").changes.process == process
    assert len(visits(Deals.of([], process), "x").rows) == 0


def test_a_deal_has_been_in_a_stage_since_it_first_came_so_far() -> None:
    first = date(2026, 1, 2)
    deal = Deal("D-1", Money(1, "USD"), "Qualified", None, first)
    stages = ["Qualified", "Final call", "Product demo", "Qualified"]
    changes = [DealChange("D-1", first + timedelta(place), stage) for place, stage in enumerate(stages)]
    book = Deals.of([deal]).with_history(changes)
    found = {
        stage: first_been(book, stage, "x").values.tolist() for stage in ("Qualified", "Product demo", "Final call")
    }
    assert found == {"Qualified": [20_455], "Product demo": [20_456], "Final call": [20_456]}  # days since 1970
    assert [*first_been(book[:0], "Qualified", "x")] == []
    for after, now in ((0, None), (1, ("Qualified", 20_455)), (2, ("Final call", 20_456)), (9, ("Qualified", 20_458))):
        stage, since = stage_on(book, first + timedelta(after), "x")
        assert [*stage] == [None if now is None else now[0]]
        assert [*since] == [None if now is None else now[1]]
        assert (stage.codes.dtype.kind, since.values.dtype.kind) == ("i", "i")


def test_a_book_knows_up_to_its_own_day() -> None:
    known = Deals.of([]).as_of(date(2026, 2, 1))
    check_known(known, date(2026, 2, 1), "slippage")
    message = (
        "^slippage must not look past 2026-02-01, of which the book is, got 2026-02-02; ask the book as it was given$"
    )
    with pytest.raises(InvalidValueError, match=message):
        check_known(known, date(2026, 2, 2), "slippage")


Q1 = Period.parse("2026-01-01..2026-04-01")
DEAL = Deal("D-1", Money(1, "USD"), "Qualified", None, date(2026, 1, 1), None, date(2026, 3, 1))
ASKED: list[Any] = [
    partial(pipeline_created, period=Q1),
    partial(pipeline_conversion, period=Q1),
    partial(slippage, period=Q1),
    partial(pipeline_waterfall, period=Q1, start=Q1.start, end=Q1.end),
    lambda deals, constant: Deals.of(deals).as_of(Q1.start, constant),
]


@pytest.mark.parametrize("ask", ASKED)
@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (None, r"got None; write \{'amount'\}"),
        (5, r"got 5; write \{'amount'\}"),
        ("expected_close", r"got 'expected_close'; write \{'expected_close'\}"),
        ("due", r"got 'due'; write \{'amount'\}"),
        ({"expected_clos"}, r"got \{'expected_clos'\}; did you mean 'expected_close'\?"),
    ],
)
def test_what_is_constant_is_a_collection_of_fields(ask: Any, wrong: Any, message: str) -> None:
    with pytest.raises(InvalidValueError, match=f"constant must be a collection of fields that can change, {message}"):
        ask([DEAL], constant=wrong)


@pytest.mark.parametrize("ask", ASKED)
def test_of_no_deals_any_name_may_be_constant_in_a_collection(ask: Any) -> None:
    ask([], constant={"a value of deals that are not here"})
    for wrong in (None, 5, "amount"):
        with pytest.raises(
            InvalidValueError, match=r"a collection of fields that can change, got .*; write \{'amount'\}"
        ):
            ask([], constant=wrong)


@pytest.mark.parametrize("measure", [pipeline_created, pipeline_conversion, slippage])
def test_a_value_that_is_no_text_is_refused(measure: Any) -> None:
    with pytest.raises(InvalidValueError, match=r"value must be 'amount' or a named value, got \['amount'\]"):
        measure([DEAL], period=Q1, constant={"amount", "expected_close"}, value=["amount"])
