from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from measure_laws import questions
from salesmetrics import Answer, Comparison, Deal, Deals, InvalidValueError, Money, compare, win_rate
from strategies import Book, books, laid_down


def halves(table: Deals, data: DataObject) -> tuple[Deals, Deals]:
    cut = data.draw(st.integers(0, len(table)))
    return table[:cut], table[cut:]


def reading_of(measure: Any, table: Deals, options: dict[str, Any], data: DataObject) -> str:
    answer = measure(table[:0], **options)
    assert isinstance(answer, Answer)
    return data.draw(st.sampled_from(answer.readings))


class TestCompare:
    @given(laid_down(), st.data())
    def test_definition(self, book: Book, data: DataObject) -> None:
        measure, options = data.draw(questions(book.table))
        before, after = halves(book.table, data)
        reading = reading_of(measure, book.table, options, data)
        change = compare(measure, before, after, reading, **options)
        assert (change.before, change.after) == (measure(before, **options), measure(after, **options))
        assert change.reading == reading
        one, other = (getattr(answer, reading) or 0 for answer in (change.before, change.after))
        if change.difference is not None:
            told: list[float] = [float(value.amount if isinstance(value, Money) else value) for value in (one, other)]
            largest = max(abs(told[0]), abs(told[1]), 1.0)
            assert abs(float(change.difference) - (told[1] - told[0])) <= 1 + 1e-9 * largest  # readings are rounded

    @given(laid_down(), st.data())
    def test_order(self, book: Book, data: DataObject) -> None:
        measure, options = data.draw(questions(book.table))
        before, after = halves(book.table, data)
        reading = reading_of(measure, book.table, options, data)
        moved = after.take(np.array(data.draw(st.permutations(range(len(after)))), np.intp))
        one, other = (compare(measure, before, later, reading, **options) for later in (after, moved))
        assert one == other

    @given(laid_down(), st.data())
    def test_exchanged(self, book: Book, data: DataObject) -> None:
        measure, options = data.draw(questions(book.table))
        before, after = halves(book.table, data)
        reading = reading_of(measure, book.table, options, data)
        there = compare(measure, before, after, reading, **options).difference
        back = compare(measure, after, before, reading, **options).difference
        assert back == (None if there is None else -there)

    @given(books(), st.data())
    def test_door(self, book: list[Deal], data: DataObject) -> None:
        measure, options = data.draw(questions(Deals.of(book)))
        reading = reading_of(measure, Deals.of(book), options, data)
        one = compare(measure, iter(book), list(book), reading, **options)
        assert one == compare(measure, Deals.of(book), Deals.of(book), reading, **options)

    @given(laid_down(), st.data())
    def test_own_function(self, book: Book, data: DataObject) -> None:
        measure, options = data.draw(questions(book.table))
        before, after = halves(book.table, data)
        reading = reading_of(measure, book.table, options, data)

        def own(deals: Deals, /, **options: Any) -> Any:
            assert isinstance(deals, Deals)
            return measure(deals, **options)

        apart = compare(own, before, after, reading, **options)
        assert apart == compare(measure, before, after, reading, **options)


def test_numbers_of_ones_own() -> None:
    assert compare(len, [], []) == Comparison(0, 0)


def test_what_is_no_measure_is_refused() -> None:
    with pytest.raises(
        InvalidValueError, match=r"measure must be a function of deals, got 'win_rate'; write compare\("
    ):
        compare("win_rate", [], [])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
    with pytest.raises(InvalidValueError, match="got 'valeu'; did you mean 'value'"):
        compare(win_rate, [], [], "valeu")
    change: Any = "0.05"
    with pytest.raises(InvalidValueError, match=r"goal must be a Goal, got '0.05'; write Goal\('Win more', '0.05'\)"):
        compare(win_rate, [], []).against(change)
