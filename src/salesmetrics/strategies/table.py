"""Many deals, and what stands at their door: books, tables, formats, problems."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from salesmetrics.across.breakdown import By
from salesmetrics.door.faults import DOUBTS, SetAside
from salesmetrics.errors import Problem
from salesmetrics.format.deal_format import FIELDS, KEYS, DealFormat, OutcomeColumn
from salesmetrics.format.process_format import ProcessFormat
from salesmetrics.model.deal import Deal
from salesmetrics.model.fiscal_calendar import FiscalCalendar
from salesmetrics.model.retail_calendar import RetailCalendar
from salesmetrics.model.stage import SalesProcess
from salesmetrics.sample.book import SampleBook, sample_book
from salesmetrics.strategies.model import currencies, deals, processes
from salesmetrics.table.deals import Deals

__all__ = [
    "books",
    "deal_formats",
    "keys",
    "outcome_columns",
    "problems",
    "sample_books",
    "set_aside_rows",
    "tables",
]


@st.composite
def books(
    draw: DrawFn, process: SalesProcess | None = None, accept: Collection[str] = (), max_size: int = 8
) -> list[Deal]:
    """Deals of different ids in one currency, as a list; some may be worth the zero of no currency.

    Args:
        draw: Given by hypothesis.
        process: The stages that they can be in; `None` for `SalesProcess.standard()`, as in `Deals.of`.
        accept: Doubts that they may have; the names are those of `Deals.of`.
        max_size: How many deals there are at most.

    Examples:
        >>> from hypothesis import given
        >>> @given(books())
        ... def test_a_table_takes_them(book: list[Deal]) -> None:
        ...     assert [deal.id for deal in Deals.of(book)] == [deal.id for deal in book]
        >>> test_a_table_takes_them()
    """
    currency = draw(currencies())
    drawn = draw(st.lists(deals(process, accept, currency) | deals(process, accept, "XXX"), max_size=max_size))
    text_every = draw(_TEXT_EVERY)
    return [evolve(deal, id=place if place % text_every else f"D-{place}") for place, deal in enumerate(drawn)]


_TEXT_EVERY = st.sampled_from([1, 2, 100])
"""Ids of text, of both kinds, and whole numbers."""


@st.composite
def tables(
    draw: DrawFn, process: SalesProcess | None = None, accept: Collection[str] = DOUBTS, max_size: int = 8
) -> Deals:
    """A table, with doubts or without.

    Args:
        draw: Given by hypothesis.
        process: Its stages; `None` for any, because a table knows its own.
        accept: Doubts that some of the tables have; all of them unless told, because real data have them.
        max_size: How many deals there are at most.

    Examples:
        >>> from hypothesis import given
        >>> @given(tables())
        ... def test_every_deal_has_one_outcome(table: Deals) -> None:
        ...     assert int(table.is_open.sum() + table.is_won.sum() + table.is_lost.sum()) == len(table)
        >>> test_every_deal_has_one_outcome()
    """
    chosen = draw(processes()) if process is None else process
    accepted = draw(st.sampled_from([(), tuple(accept)]))
    book = books(chosen, accepted, max_size)
    return draw(st.builds(Deals.of, book, st.just(chosen), accept=st.just(accepted)))  # which a failing law then shows


def keys(deals: Deals) -> SearchStrategy[By]:
    """What a table can be broken down by: a key, label or period, which gives plain keys, or a tuple of them.

    Args:
        deals: The table.

    Examples:
        >>> from hypothesis import given
        >>> @given(keys(Deals.of([])))
        ... def test_names_are_different(by: By) -> None:
        ...     assert not isinstance(by, tuple) or len(set(by)) == len(by)
        >>> test_names_are_different()
    """
    columns = (deals.created, deals.closed, deals.expected_close)
    is_near = all(one.bound < _FAR for one in columns)  # a calendar ends before the dates do
    names = st.lists(
        st.sampled_from([*KEYS, *deals.labels, *(_PERIODS if is_near else ())]), min_size=1, max_size=3, unique=True
    )
    return names.flatmap(lambda chosen: st.sampled_from([chosen[0], tuple(chosen)]))


_WORDS = ["", "Id", "Status", "Ünal 雪", "<b>", "=1+1"]
_TEXTS = st.sampled_from(_WORDS) | st.text(max_size=20)


_FAR = 700_000  # days before or after 1970

_PERIODS = (
    FiscalCalendar(2).quarters("closed"),
    FiscalCalendar().months("either_close"),
    RetailCalendar.nrf().weeks("created"),
)


@st.composite
def outcome_columns(draw: DrawFn) -> OutcomeColumn:
    """A column that says how deals ended, with several words for an outcome, or none.

    Args:
        draw: Given by hypothesis.

    Examples:
        >>> from hypothesis import given
        >>> @given(outcome_columns())
        ... def test_a_word_has_one_outcome(column: OutcomeColumn) -> None:
        ...     assert len(column.outcomes) == len(column.won) + len(column.lost) + len(column.open)
        >>> test_a_word_has_one_outcome()
    """
    words = draw(st.permutations(["Won", "Lost", "Open", "gewonnen", "", "verloren"]))
    first, second, end = sorted(draw(st.tuples(*[st.integers(0, len(words))] * 3)))
    return OutcomeColumn(draw(st.sampled_from(_WORDS)), words[:first], words[first:second], words[second:end])


@st.composite
def process_formats(draw: DrawFn) -> ProcessFormat:
    """A format of stages: with any of the columns, and every way in which cells are written.

    Args:
        draw: Given by hypothesis.

    Examples:
        >>> from hypothesis import given
        >>> @given(process_formats())
        ... def test_it_says_where_deals_end(form: ProcessFormat) -> None:
        ...     assert form.closed in form.columns
        >>> test_it_says_where_deals_end()
    """
    return ProcessFormat(
        stage="Stage",
        probability="Probability",
        closed="Closed",
        won=draw(st.sampled_from([None, "Won"])),
        place=draw(st.sampled_from([None, "Place"])),
        pipeline=draw(st.sampled_from([None, "Pipeline"])),
        probability_scale=draw(st.sampled_from(["fraction", "percent"])),
        rounding=draw(st.sampled_from([None, "half_away"])),
        missing=draw(st.sampled_from([("",), (), ("", "-")])),
        escaped=draw(st.booleans()),
    )


@st.composite
def deal_formats(draw: DrawFn) -> DealFormat:
    """A format: with one close column or two, a currency or its column, and every way in which cells are written.

    Args:
        draw: Given by hypothesis.

    Examples:
        >>> from hypothesis import given
        >>> @given(deal_formats())
        ... def test_one_close_column_or_two(form: DealFormat) -> None:
        ...     assert form.close is None or form.closed is None
        >>> test_one_close_column_or_two()
    """
    maybe = draw(st.sets(st.sampled_from([*FIELDS, "values", "labels", "plain_values"])))
    columns = {name: name.replace("_", " ").title() for name in FIELDS if name in {"id", "stage", *maybe}}
    if draw(st.booleans()):
        columns.pop("close", None)
    if "close" in columns:
        columns = {name: column for name, column in columns.items() if name not in ("closed", "expected_close")}
    values = {"arr": "ARR", "units": "Units"} if "values" in maybe else {}
    given: dict[str, Any] = columns
    given |= draw(st.sampled_from([{}, {"currency": "USD"}, {"currency": "JPY"}, {"currency_column": "Currency"}]))
    return DealFormat(
        **given,
        values=values,
        plain_values=("units",) if values and "plain_values" in maybe else (),
        labels={"region": "Region"} if "labels" in maybe else {},
        outcome=draw(st.none() | outcome_columns()),
        process=draw(st.none() | processes()),
        probability_scale=draw(st.sampled_from(["fraction", "percent"])),
        date_format=draw(st.sampled_from([None, "%d.%m.%Y", "%m/%d/%y"])),
        zone=draw(st.sampled_from([None, "UTC"])),
        rounding=draw(st.sampled_from([None, "half_away"])),
        missing=draw(st.sampled_from([("",), (), ("", "-", "n/a")])),
        escaped=draw(st.booleans()),
    )


@cache
def problems() -> SearchStrategy[Problem]:
    """Faults of the whole table, of one row and of many, with any text.

    Examples:
        >>> from hypothesis import given
        >>> @given(problems())
        ... def test_rows_in_order(problem: Problem) -> None:
        ...     assert problem.to_dict()["rows"] == sorted(problem.rows)
        >>> test_rows_in_order()
    """
    rows = st.lists(st.integers(0, 2**40), unique=True, max_size=12).map(sorted).map(tuple)
    return st.builds(Problem, *[_TEXTS] * 4, rows)


@st.composite
def set_aside_rows(draw: DrawFn) -> SetAside:
    """A row that a door kept out, with its cells and at least one fault.

    Args:
        draw: Given by hypothesis.

    Examples:
        >>> from hypothesis import given
        >>> @given(set_aside_rows())
        ... def test_each_fault_is_of_the_row(aside: SetAside) -> None:
        ...     assert all(problem.rows == (aside.row,) for problem in aside.problems)
        >>> test_each_fault_is_of_the_row()
    """
    row = draw(st.integers(0, 2**40))
    cells = draw(st.dictionaries(st.text(), st.none() | st.text() | st.integers() | st.floats(allow_nan=False)))
    faults = draw(st.lists(problems(), min_size=1, max_size=3))
    name = draw(st.none() | st.text(max_size=3) | st.integers(0, 2**40))
    return SetAside(row, cells, tuple(evolve(fault, rows=(row,)) for fault in faults), name)


def sample_books(max_size: int = 50) -> SearchStrategy[SampleBook]:
    """Embedded books of many seeds.

    Args:
        max_size: How many deals there are at most.

    Examples:
        >>> from hypothesis import given
        >>> @given(sample_books(max_size=10))
        ... def test_owners_are_reps(book: SampleBook) -> None:
        ...     assert {deal.owner for deal in book.deals} <= {rep.id for rep in book.reps}
        >>> test_owners_are_reps()
    """
    return st.builds(sample_book, st.integers(0, max_size), st.integers(0, 2**63 - 1))
