"""Keys of groups, and lines that are united."""

from __future__ import annotations

import pickle
from datetime import date
from typing import Any

import numpy as np
import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

import salesmetrics as sm
from salesmetrics import Breakdown, Deal, InvalidValueError, Money
from salesmetrics.result._groups import Keys, united_keys

NAMES = st.sampled_from(["Ada", "Bo", 3, None, True])


@given(st.lists(st.tuples(NAMES, NAMES)), st.slices(9))
def test_keys_are_those_that_they_were_made_of(rows: list[tuple[Any, Any]], some: slice) -> None:
    for given_keys, is_tuple in ((rows, True), ([row[0] for row in rows], False)):
        made = Keys.of(given_keys, 2 if is_tuple else 1, is_tuple=is_tuple)
        for keys in (made, pickle.loads(pickle.dumps(made)), Keys.of(made, 2, is_tuple=is_tuple)):  # noqa: S301
            assert list(keys) == given_keys == [keys[place] for place in range(len(keys))]
            assert keys[some] == tuple(given_keys[some])
            assert not any(codes.flags.writeable for codes in keys.codes)


@given(st.lists(st.lists(st.tuples(NAMES, NAMES), unique=True), min_size=1))
def test_united_keys_are_each_there_once_and_in_order(parts: list[list[tuple[Any, Any]]]) -> None:
    order = (None, "Bo", 3, True, "Ada")
    keys, places = united_keys([Keys.of(part, 2, is_tuple=True) for part in parts], [order, order])
    assert len(set(keys)) == len(keys)
    assert set(keys) == {key for part in parts for key in part}
    for part, place in zip(parts, places, strict=True):
        assert [keys[one] for one in place.tolist()] == part
    rank = {name: place for place, name in enumerate([*order[1:], None])}  # no name comes last, whatever the order says
    assert list(keys) == sorted(keys, key=lambda key: [rank[name] for name in key])


def test_more_combinations_than_int64_holds_are_united_too() -> None:
    rows = [
        tuple(f"{letter}{number}" for letter in "abcdefghijklmnop") for number in range(20)
    ]  # 20**16 is above 2**62
    keys, places = united_keys([Keys.of(part, 16, is_tuple=True) for part in (rows[5:], rows[:10])], [None] * 16)
    assert list(keys) == sorted(rows)
    assert [keys[place] for place in places[1].tolist()] == rows[:10]


def forecast(*deals: Deal) -> Breakdown[sm.Forecast]:
    period = sm.Period.parse("2026-01-01..2026-04-01")
    return sm.breakdown(sm.stage_forecast, deals, "owner", period=period, as_of=period.start)


def deal(name: str | int, owner: str) -> Deal:
    return Deal(name, Money(100, "USD"), "Qualified", owner, date(2026, 1, 5), expected_close=date(2026, 2, 1))


@pytest.mark.parametrize(("twice", "other"), [("D-1", "D-2"), (7, "D-2"), (7, 8)])
def test_a_deal_is_not_in_one_group_of_two_parts(twice: Any, other: Any) -> None:
    parts = [forecast(deal(twice, "Ada"), deal(other, "Bo")), forecast(deal(twice, "Ada"))]
    with pytest.raises(InvalidValueError, match=rf"forecasts that are added must be of different deals, got '?{twice}"):
        Breakdown.added_up(parts)
    moved = Breakdown.added_up([parts[0], forecast(deal(twice, "Bo"))])
    assert moved["Ada"] == parts[0]["Ada"]
    assert set(moved["Bo"].lines.deal.tolist()) == {twice, other}


def test_a_deal_that_is_twice_in_one_part_is_no_fault() -> None:
    book = sm.Deals.of([deal("D-1", "Ada")])
    period = sm.Period.parse("2026-01-01..2026-04-01")
    twice = sm.breakdown(sm.stage_forecast, book.take(np.array([0, 0])), "owner", period=period, as_of=period.start)
    assert (twice + forecast(deal("D-2", "Ada")))["Ada"].lines.deal.tolist() == ["D-1", "D-1", "D-2"]


@frozen
class Largest(sm.Answer):
    """An answer that adds in a way of its own."""

    largest: int

    def __add__(self, other: Any) -> Largest:
        return Largest(max(self.largest, other.largest))


@frozen
class Both(sm.Answer):
    """An answer with such an answer in it."""

    n: int
    inner: Largest


@pytest.mark.parametrize("kind", [Largest, Both])
def test_answers_that_add_in_a_way_of_their_own_are_added_one_by_one(kind: Any) -> None:
    @sm.as_measure
    def asked(deals: sm.Deals) -> sm.Recipe[Any]:
        largest = sm.Recipe(Largest, largest=sm.Count(deals.is_open))
        return largest if kind is Largest else sm.Recipe(Both, n=sm.Count(deals.is_open), inner=largest)

    parts = [sm.breakdown(asked, [deal(f"D-{number}", "Ada") for number in range(n)], "owner") for n in (2, 3, 0)]
    one = Breakdown.added_up(parts)["Ada"]
    assert one == (Largest(3) if kind is Largest else Both(5, Largest(3)))


def test_facts_that_differ_from_part_to_part_are_added_one_by_one() -> None:
    @sm.as_measure
    def counted(deals: sm.Deals) -> sm.Recipe[sm.Proportion]:
        return sm.Recipe(sm.Proportion, part=sm.Count(deals.is_won), whole=len(deals))

    parts = [sm.breakdown(counted, [deal(f"D-{number}", "Ada") for number in range(n)], "owner") for n in (2, 3)]
    assert Breakdown.added_up(parts)["Ada"] == sm.Proportion(0, 5)


def test_groups_added_one_by_one_take_the_currency_of_the_others() -> None:
    nothing = Deal("D-9", None, "Qualified", "Cy", date(2026, 1, 5))
    books = [sm.Deals.of([one], accept={"missing_amount"}) for one in (deal("D-1", "Ada"), nothing)]
    worth, none = (Breakdown.from_dict(sm.breakdown(sm.pipeline_value, book, "owner").to_dict()) for book in books)
    for both in (Breakdown.added_up([none, worth]), Breakdown.added_up([worth, none])):
        assert both["Cy"] == sm.MoneyTotal(0, "USD", 0, 1)


def test_trends_of_parts_are_added_two_by_two() -> None:
    months = sm.FiscalCalendar().months_in(sm.Period.parse("2026-01-01..2026-04-01"))

    def created(deals: sm.Deals) -> sm.Trend[int]:
        return sm.trend(len, deals, months, on="created")

    book = [deal(f"D-{number}", "Ada") for number in range(3)]
    assert sm.distribute(created, [book[:1], [], book[1:]]) == created(sm.Deals.of(book))
