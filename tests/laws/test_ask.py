"""Laws of questions that are asked together."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, DrawFn

from measure_laws import by_one_or_all, questions
from salesmetrics import Deal, Deals, InvalidValueError, Question, ask, breakdown, sample_book, win_rate
from strategies import Book, books, laid_down

KEYS: tuple[str, ...] = ("owner", "stage", "outcome", "kind")


@st.composite
def asked(draw: DrawFn, table: Deals) -> list[Question[Any]]:
    """Up to four questions, with a key or without, of a few keys so that some are the same."""
    keys = st.lists(st.sampled_from(KEYS), min_size=1, max_size=2, unique=True).flatmap(by_one_or_all)
    drawn = draw(st.lists(st.tuples(questions(table), st.none() | keys), max_size=4))
    return [Question(measure, by, **options) for (measure, options), by in drawn]


def alone(question: Question[Any], deals: Deals) -> Any:
    if question.by is None:
        return question.measure(deals, **question.options)
    return breakdown(question.measure, deals, question.by, **question.options)


class TestAsk:
    @given(laid_down(), st.data())
    def test_definition(self, book: Book, data: DataObject) -> None:
        table = book.table
        those = data.draw(asked(table))
        answers = ask(table, *those)
        assert answers == tuple(alone(one, table) for one in those) == tuple(one(table) for one in those)
        for answer, one in zip(answers, those, strict=True):
            assert one.by is None or list(answer) == list(alone(one, table))

    @given(laid_down(), st.data())
    def test_order(self, book: Book, data: DataObject) -> None:
        table = book.table
        those = data.draw(asked(table))
        order = data.draw(st.permutations(range(len(those))))
        still = ask(table, *those)
        assert ask(table, *(those[place] for place in order)) == tuple(still[place] for place in order)

    @given(laid_down(), st.data())
    def test_merge(self, book: Book, data: DataObject) -> None:
        table = book.table
        those = data.draw(asked(table))
        cut = data.draw(st.integers(0, len(table)))
        parts = [ask(part, *those) for part in (table[:cut], table[cut:])]
        assert tuple(map(sum, zip(*parts, strict=True))) == ask(table, *those)

    @given(books(), st.data())
    def test_door(self, book: list[Deal], data: DataObject) -> None:
        those = data.draw(asked(Deals.of(book)))
        assert ask(iter(book), *those) == ask(Deals.of(book), *those)


BOOK = sample_book(100).deals


def test_any_function_of_a_table_is_asked_beside_measures() -> None:
    def n_named(deals: Deals, start: str, *, plus: int = 0) -> int:
        return sum(str(deal.owner).startswith(start) for deal in deals) + plus

    whole, by_stage, rate = ask(
        BOOK,
        Question(n_named, None, "a"),
        Question(n_named, "stage", "a", plus=1),
        partial(win_rate, population="all"),
    )
    assert whole == n_named(BOOK, "a") > 0
    assert by_stage == breakdown(n_named, BOOK, "stage", "a", plus=1)
    assert rate == win_rate(BOOK, population="all")
    assert ask(BOOK) == ()


def test_what_is_no_question_is_refused() -> None:
    pair: Any = (win_rate, "owner")
    with pytest.raises(InvalidValueError, match=r"a question must be a function of deals, got .*; write Question\(win"):
        ask(BOOK, pair)
    word: Any = "win_rate"
    with pytest.raises(InvalidValueError, match="measure must be a function of deals, got 'win_rate'; write Question"):
        Question(word)
    for by in ((), ["owner"], 3, ("owner", "owner")):
        key: Any = by
        with pytest.raises(InvalidValueError, match="by must "):
            Question(win_rate, key)
