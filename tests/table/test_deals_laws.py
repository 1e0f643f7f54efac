"""Laws of a table of deals over any valid book, each against the deals one by one."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from measure_laws import category_of
from salesmetrics import Category, Deal, Deals, Money, Outcome, Period
from salesmetrics._numeric.columns import Coded, Masked
from salesmetrics.table.readable_deals import PeriodBasis
from strategies import Book, days, days_around, laid_down, periods

BASES: list[PeriodBasis] = ["closed", "expected_close", "created", "either_close"]


def in_currency(deal: Deal, currency: str) -> Deal:
    """The deal with zeros of no currency in another."""

    def exchanged(money: Money | int | None) -> Any:
        return Money(0, currency) if money == Money(0, "XXX") else money

    values = {name: exchanged(value) for name, value in deal.values.items()}
    return evolve(deal, amount=exchanged(deal.amount), values=values)


def currency_of(deals: list[Deal]) -> str:
    money = [one for deal in deals for one in (deal.amount, *deal.values.values()) if isinstance(one, Money)]
    return min({one.currency for one in money} - {"XXX"}, default="XXX")


def arrays(table: Deals) -> Iterator[NDArray[Any]]:
    """Every array that a table holds."""
    yield table.id
    yield from (table.is_open, table.is_won, table.is_lost, table.is_closed, table.is_omitted)
    named = [getattr(table, name) for name in "amount stage owner created closed expected_close".split()]
    named += [table.probability, table.category, table.kind, table.account]
    for column in [*named, *table.values.values(), *table.labels.values()]:
        if isinstance(column, Masked):
            yield from (column.values, column.known)
        elif isinstance(column, Coded):
            yield column.codes


def day_of(deal: Deal, on: PeriodBasis, book: Book) -> date | None:
    if on == "either_close":
        on = "expected_close" if book.process.outcome_of(deal.stage) is Outcome.OPEN else "closed"
    day: date | None = getattr(deal, on)
    return day


class TestOf:
    @given(laid_down())
    def test_round_trip(self, book: Book) -> None:
        currency = currency_of(book.deals)
        assert list(book.table) == [in_currency(deal, currency) for deal in book.deals]
        assert (book.table.currency, book.table.process) == (currency, book.process)
        assert book.table.set_aside == ()


class TestColumns:
    @given(laid_down())
    def test_flags_are_those_of_each_deal(self, book: Book) -> None:
        outcomes = [book.process.outcome_of(deal.stage) for deal in book.deals]
        assert book.table.is_open.tolist() == [outcome is Outcome.OPEN for outcome in outcomes]
        assert book.table.is_won.tolist() == [outcome is Outcome.WON for outcome in outcomes]
        assert book.table.is_lost.tolist() == [outcome is Outcome.LOST for outcome in outcomes]
        assert book.table.is_closed.tolist() == [outcome is not Outcome.OPEN for outcome in outcomes]
        categories = [category_of(deal, book.process) for deal in book.deals]
        assert book.table.is_omitted.tolist() == [category is Category.OMITTED for category in categories]

    @given(laid_down())
    def test_keys_are_those_of_each_deal(self, book: Book) -> None:
        table, deals = book.table, book.deals
        assert list(table.key("stage")) == [deal.stage for deal in deals]
        assert list(table.key("owner")) == [deal.owner for deal in deals]
        assert list(table.key("account")) == [deal.account for deal in deals]
        assert list(table.key("kind")) == [deal.kind for deal in deals]
        assert list(table.key("outcome")) == [book.process.outcome_of(deal.stage).value for deal in deals]
        categories = [category_of(deal, book.process) for deal in deals]
        assert list(table.key("category")) == [category and category.value for category in categories]
        for name in {name for deal in deals for name in deal.labels}:
            assert list(table.key(name)) == [deal.labels.get(name) for deal in deals]

    @given(laid_down())
    def test_values_are_those_of_each_deal(self, book: Book) -> None:
        def minor(value: Money | int | None) -> int | None:
            return value.minor if isinstance(value, Money) else value

        assert list(book.table.value("amount")) == [minor(deal.amount) for deal in book.deals]
        assert set(book.table.values) == {name for deal in book.deals for name in deal.values}
        for name, unit in (("arr", book.table.currency), ("units", None)):
            if name in book.table.values:
                assert list(book.table.value(name)) == [minor(deal.values.get(name)) for deal in book.deals]
                assert book.table.value(name).unit == unit

    @given(laid_down(), st.data())
    def test_is_overdue(self, book: Book, data: st.DataObject) -> None:
        as_of = data.draw(days_around(book.deals))
        assert book.table.is_overdue(as_of).tolist() == [
            (book.process.outcome_of(deal.stage) is Outcome.OPEN or (deal.closed is not None and deal.closed >= as_of))
            and (deal.created is None or deal.created < as_of)
            and deal.expected_close is not None
            and deal.expected_close < as_of
            for deal in book.deals
        ]

    @given(laid_down())
    def test_gaps_are_zeros(self, book: Book) -> None:
        table = book.table
        for column in (table.amount, table.created, table.closed, table.expected_close, table.probability):
            assert not column.values[~column.known].any()
        for column in table.values.values():
            assert not column.values[~column.known].any()

    @given(laid_down())
    def test_nobody_can_write_into_them(self, book: Book) -> None:
        for array in arrays(book.table):
            assert not array.flags.writeable
        with pytest.raises(TypeError):
            book.table.values["x"] = book.table.amount  # type: ignore[index]  # pyright: ignore[reportIndexIssue]


class TestInPeriod:
    @given(laid_down(), st.sampled_from(BASES), st.data())
    def test_definition(self, book: Book, on: PeriodBasis, data: st.DataObject) -> None:
        period = data.draw(periods(days_around(book.deals)))
        days_of_deals = [day_of(deal, on, book) for deal in book.deals]
        expected = [day is not None and period.start <= day < period.end for day in days_of_deals]
        assert book.table.is_in_period(period, on).tolist() == expected
        assert list(book.table.in_period(period, on)) == [
            deal for deal, is_in in zip(book.table, expected, strict=True) if is_in
        ]

    @given(laid_down(), st.sampled_from(BASES), st.data())
    def test_tiles(self, book: Book, on: PeriodBasis, data: st.DataObject) -> None:
        bounds = sorted(data.draw(st.sets(days_around(book.deals) | days(), min_size=2, max_size=5)))
        tiles = [book.table.in_period(Period(start, end), on) for start, end in pairwise(bounds)]
        whole = book.table.in_period(Period(bounds[0], bounds[-1]), on)
        shared_out = [deal.id for tile in tiles for deal in tile]
        assert sorted(shared_out, key=str) == sorted((deal.id for deal in whole), key=str)


class TestFilter:
    @given(laid_down(), st.data())
    def test_definition(self, book: Book, data: st.DataObject) -> None:
        mask = data.draw(st.lists(st.booleans(), min_size=len(book.deals), max_size=len(book.deals)))
        kept = [deal for deal, keep in zip(book.table, mask, strict=True) if keep]
        assert list(book.table.filter(mask)) == kept
        assert list(book.table.filter(np.array(mask, np.bool_))) == kept


class TestRows:
    @given(laid_down(), st.data())
    def test_a_slice_is_a_view_of_those_deals(self, book: Book, data: st.DataObject) -> None:
        table = book.table
        rows = data.draw(st.slices(len(book.deals)))
        part = table[rows]
        assert list(part) == list(table)[rows]
        assert (part.currency, part.process) == (table.currency, table.process)
        for whole, cut in zip(arrays(table), arrays(part), strict=True):
            assert not cut.flags.writeable
            assert cut.tolist() == whole[rows].tolist()
        if len(part):
            assert np.shares_memory(part.id, table.id)
            assert np.shares_memory(part.amount.values, table.amount.values)
            assert np.shares_memory(part.stage.codes, table.stage.codes)

    @given(laid_down(), st.data())
    def test_take_gives_deals_in_the_order_asked(self, book: Book, data: st.DataObject) -> None:
        n = len(book.deals)
        places = data.draw(st.lists(st.integers(0, n - 1), max_size=10) if n else st.just([]))
        table = book.table
        assert list(table.take(np.array(places, np.intp))) == [table[place] for place in places]

    @given(laid_down())
    def test_one_row_is_its_deal_from_either_end(self, book: Book) -> None:
        table, n = book.table, len(book.deals)
        listed = list(table)
        assert [table[row] for row in range(n)] == listed
        assert [table[row - n] for row in range(n)] == listed
        assert list(reversed(table)) == listed[::-1]
        for row in (n, -n - 1):
            with pytest.raises(IndexError, match=f"a row must be one of {n:,}, got {row}"):
                table[row]


class TestEquality:
    @given(laid_down(), st.data())
    def test_tables_are_equal_when_their_deals_are(self, book: Book, data: st.DataObject) -> None:
        table = book.table
        rows = data.draw(st.slices(len(book.deals)))
        assert table[rows] == book.of(list(table)[rows])  # though their names may have other codes
        if len(table):
            other = evolve(book.deals[0], owner="somebody else")
            assert table != book.of([other, *book.deals[1:]])
            assert table != book.of(book.deals[1:])

    @given(laid_down(), st.sampled_from(range(2, pickle.HIGHEST_PROTOCOL + 1)))
    def test_a_pickle_is_equal_and_read_only(self, book: Book, protocol: int) -> None:
        table = book.table
        assert all(not array.flags.writeable for array in arrays(table))  # the flags are kept on the table, too
        for twin in (pickle.loads(pickle.dumps(table, protocol)), copy.deepcopy(table)):  # noqa: S301
            assert twin == table
            assert (twin.currency, twin.process, twin.set_aside) == (table.currency, table.process, table.set_aside)
            for array in arrays(twin):
                assert not array.flags.writeable
