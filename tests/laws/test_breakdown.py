from __future__ import annotations

import json
from datetime import date
from functools import partial, wraps
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, DrawFn

from measure_laws import Options, by_one_or_all, key_of, keys_in_order, parts_of, questions
from salesmetrics import (
    Breakdown,
    Calendar,
    Deal,
    Deals,
    FiscalCalendar,
    InvalidValueError,
    Money,
    Outcome,
    RetailCalendar,
    breakdown,
    win_rate,
)
from strategies import Book, books, laid_down

KEYS = ("owner", "stage", "outcome", "account", "kind", "category")


@st.composite
def asked(draw: DrawFn, table: Deals, keys: tuple[str, ...] = KEYS) -> tuple[Any, Any, Options]:
    """A measure, what to break it down by, and its options."""
    names = draw(st.lists(st.sampled_from(keys), min_size=1, max_size=3, unique=True))
    measure, options = draw(questions(table))
    return measure, draw(by_one_or_all(names)), options


class TestBreakdown:
    @given(laid_down(), st.data())
    def test_definition(self, book: Book, data: DataObject) -> None:
        table = book.table
        measure, by, options = data.draw(asked(table, (*KEYS, *table.labels)))
        rows: dict[Any, list[bool]] = {}
        for place, deal in enumerate(book.deals):
            flags = rows.setdefault(key_of(deal, by, book.process), [False] * len(book.deals))
            flags[place] = True
        answers = breakdown(measure, table, by, **options)
        assert list(answers) == keys_in_order(rows, by, book.process)
        for key, flags in rows.items():
            assert answers[key] == measure(table.filter(np.array(flags)), **options)

    @given(laid_down(), st.data())
    def test_whole(self, book: Book, data: DataObject) -> None:
        table = book.table
        measure, by, options = data.draw(asked(table))
        answers = breakdown(measure, table, by, **options)
        assert sum(answers.values(), measure(table[:0], **options)) == measure(table, **options)

    @given(laid_down(), st.data())
    def test_order(self, book: Book, data: DataObject) -> None:
        table = book.table
        measure, by, options = data.draw(asked(table))
        order = data.draw(st.permutations(range(len(table))))
        moved = breakdown(measure, table.take(np.array(order, np.intp)), by, **options)
        still = breakdown(measure, table, by, **options)
        assert moved == still
        assert list(moved) == list(still)

    @given(laid_down(), st.data())
    def test_merge(self, book: Book, data: DataObject) -> None:
        table = book.table
        measure, by, options = data.draw(asked(table))
        part_of = data.draw(parts_of(book.deals))
        parts = data.draw(st.permutations(range(4)))
        cut = [table.filter(np.array(part_of, np.int64) == part) for part in parts]
        self._merge(measure, table, cut, by, options)
        if "value" in options:
            return  # a part laid down apart in which nobody has a value of that name does not know the name
        apart = [
            book.of([deal for deal, its_part in zip(book.deals, part_of, strict=True) if its_part == part])
            for part in parts
        ]
        self._merge(measure, table, apart, by, options)

    def _merge(self, measure: Any, table: Deals, parts: list[Deals], by: Any, options: Options) -> None:
        whole = breakdown(measure, table, by, **options)
        first, *others = (breakdown(measure, part, by, **options) for part in parts)
        merged = sum(others, start=first)
        nothing = measure(table[:0], **options)  # gives its currency to groups that came from a part without money
        assert {key: answer + nothing for key, answer in merged.items()} == dict(whole)
        assert list(merged) == list(whole)

    @given(books(), st.data())
    def test_door(self, book: list[Deal], data: DataObject) -> None:
        measure, by, options = data.draw(asked(Deals.of(book)))
        assert breakdown(measure, iter(book), by, **options) == breakdown(measure, Deals.of(book), by, **options)

    @given(laid_down(), st.data())
    def test_own_function(self, book: Book, data: DataObject) -> None:
        table = book.table
        measure, by, options = data.draw(asked(table, (*KEYS, *table.labels)))

        def own(deals: Deals, /, **options: Any) -> Any:
            assert isinstance(deals, Deals)
            assert len(deals) > 0
            return measure(deals, **options)

        apart, together = breakdown(own, table, by, **options), breakdown(measure, table, by, **options)
        assert apart == together
        assert list(apart) == list(together)


def deal(number: int, **fields: Any) -> Deal:
    return Deal(f"D-{number}", Money(100, "USD"), "Qualified", None, date(2026, 1, 5), **fields)


def test_groups_are_sorted_out_where_a_place_for_each_would_be_too_much() -> None:
    book = Deals.of([deal(number, account=f"A-{number:05}" if number else None) for number in range(70_000)])
    few = book.take(np.array([3, 0, 2, 1, 2]))
    assert {key: len(few) for key, few in breakdown(Deals.of, few, "account").items()} == {
        "A-00001": 1,
        "A-00002": 2,
        "A-00003": 1,
        None: 1,
    }
    assert list(breakdown(win_rate, few, ("account", "stage"))) == [
        ("A-00001", "Qualified"),
        ("A-00002", "Qualified"),
        ("A-00003", "Qualified"),
        (None, "Qualified"),
    ]


def test_too_many_groups_are_refused() -> None:
    labels = {f"label {number}": "x" for number in range(60)}
    book = [deal(1, labels=labels), deal(2, labels=dict.fromkeys(labels, "y"))]
    with pytest.raises(InvalidValueError, match=r"by must make fewer than 2\*\*62 groups, got .*; use fewer keys"):
        breakdown(win_rate, book, tuple(labels))


@pytest.mark.parametrize("by", [(), ["owner"], None, ("owner", 3)])
def test_what_is_no_key_is_refused(by: Any) -> None:
    with pytest.raises(InvalidValueError, match=r"by must be a key or a tuple of keys, got .*; write by="):
        breakdown(win_rate, [], by)


def test_a_key_that_comes_twice_is_refused() -> None:
    with pytest.raises(InvalidValueError, match=r"by must name different keys, got .*; name each one once"):
        breakdown(win_rate, [], ("owner", "owner"))


def test_what_is_no_measure_is_refused() -> None:
    with pytest.raises(InvalidValueError, match=r"measure must be a function of deals, got 'win_rate'; write"):
        breakdown("win_rate", [], "owner")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]


def test_an_unknown_key_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(InvalidValueError, match="got 'onwer'; did you mean 'owner'"):
        breakdown(win_rate, [deal(1)], "onwer")


def test_arguments_reach_the_measure() -> None:
    def counted(deals: Deals, factor: int, *, plus: int) -> int:
        return len(deals) * factor + plus

    assert dict(breakdown(counted, [deal(1, account="A"), deal(2)], "account", 10, plus=3)) == {"A": 13, None: 13}


def test_own_answers_cannot_be_exchanged() -> None:
    assert isinstance(breakdown(len, [deal(1)], "owner").answers, tuple)


def test_a_function_in_a_measures_clothes_is_asked_itself() -> None:
    @wraps(win_rate)
    def of_two(deals: Deals) -> str:
        return f"{len(deals)} deals"

    book = [deal(1, account="A"), deal(2, account="A")]
    assert breakdown(of_two, book, "account")["A"] == "2 deals"
    assert breakdown(partial(win_rate, population="all"), book, "account") == breakdown(
        win_rate, book, "account", population="all"
    )


CALENDARS = [FiscalCalendar(), FiscalCalendar(2), RetailCalendar.nrf(), RetailCalendar("4-4-5", 1, "monday", "first")]


@given(laid_down(), st.sampled_from(CALENDARS), st.data())
def test_periods_are_those_in_which_days_fall(book: Book, calendar: Calendar, data: DataObject) -> None:
    unit = data.draw(st.sampled_from(["years", "halves", "quarters", "months", "weeks"]))
    on: Any = data.draw(st.sampled_from(["closed", "created", "expected_close", "either_close"]))
    far = date(9990, 1, 1), date(10, 1, 1)

    def day_of(deal: Deal) -> date | None:
        is_open = book.process.outcome_of(deal.stage) is Outcome.OPEN
        name = ("expected_close" if is_open else "closed") if on == "either_close" else on
        day: date | None = getattr(deal, name)
        return day

    near = [one for one in book.deals if (day := day_of(one)) is None or far[1] < day < far[0]]
    table = book.of(near)
    key = getattr(calendar, unit)(on)
    expected: dict[Any, list[Any]] = {}
    for deal in near:
        day = day_of(deal)
        period = None if day is None else getattr(calendar, {"halves": "half"}.get(unit, unit[:-1]) + "_of")(day)
        expected.setdefault(period, []).append(deal.id)

    def ids(deals: Deals) -> list[Any]:
        return [*deals.id]

    asked = breakdown(ids, table, key)
    assert dict(asked) == expected
    assert list(asked) == sorted(one for one in expected if one is not None) + [None] * (None in expected)
    assert [str(one) for one in asked if one is not None] == [one.name for one in asked if one is not None]
    both = breakdown(win_rate, table, ("outcome", key))
    assert Breakdown.from_dict(json.loads(json.dumps(both.to_dict()))) == both
    one = breakdown(win_rate, table, key)
    assert Breakdown.from_dict(json.loads(json.dumps(one.to_dict()))) == one
    assert one.names == (f"{on} {key.unit}",)


def test_periods_of_two_calendars_do_not_add() -> None:
    deals = [Deal("D-1", Money(1, "USD"), "Won", None, date(2026, 1, 5), closed=date(2026, 2, 1))]
    calendar, retail = FiscalCalendar(), RetailCalendar.nrf()
    one, other = (breakdown(win_rate, deals, each.quarters("closed")) for each in (calendar, retail))
    with pytest.raises(InvalidValueError, match="breakdowns that are added must be by the same keys"):
        sum([one, other])
    with pytest.raises(InvalidValueError, match="on must be one of"):
        breakdown(win_rate, deals, calendar.quarters("close"))
    far = [Deal("D-1", Money(1, "USD"), "Qualified", None, date(2026, 1, 5), expected_close=date.max)]
    with pytest.raises(InvalidValueError, match="a fiscal period must lie within the years 1 to 9999"):
        breakdown(win_rate, far, calendar.quarters("expected_close"))


@pytest.mark.parametrize(
    "strange", [{"calendar": {"type": "Moon"}}, {"unit": "decade"}, {"calendar": "FiscalCalendar"}, {"on": ["closed"]}]
)
def test_a_key_of_periods_is_read_as_it_was_written(strange: dict[str, Any]) -> None:
    written = breakdown(win_rate, [], FiscalCalendar().quarters("closed")).to_dict()
    with pytest.raises(InvalidValueError, match="a key of periods must name a calendar with its arguments, a unit"):
        Breakdown.from_dict(written | {"by": written["by"] | strange})
