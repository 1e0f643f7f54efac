"""Laws of books in parts, and what is said when a part goes wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import date
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, SearchStrategy

import salesmetrics as sm
from measure_laws import by_one_or_all, parts_of, questions
from salesmetrics import Deals, InvalidTableError, InvalidValueError, Question, distribute, win_rate
from strategies import Book, laid_down, tables_with_history

KEYS: list[str] = ["owner", "stage", "outcome", "kind", "category", "account"]


def by_some_key() -> SearchStrategy[str | tuple[str, ...]]:
    return st.lists(st.sampled_from(KEYS), min_size=1, max_size=2, unique=True).flatmap(by_one_or_all)


def shuffled(data: DataObject) -> Any:
    """A `map` that gives its results in any order, as some pools do."""

    def any_order(function: Any, things: Iterable[Any]) -> Iterator[Any]:
        return iter(data.draw(st.permutations([function(thing) for thing in things])))

    return any_order


def cut(table: Deals, data: DataObject) -> list[Deals]:
    """Five parts of a table, the last one empty."""
    part_of = np.array(data.draw(parts_of([*table])), np.int64)
    return [table.filter(part_of == part) for part in range(5)]


class TestDistribute:
    @given(laid_down(), st.data())
    def test_definition(self, book: Book, data: DataObject) -> None:
        table = book.table
        measure, options = data.draw(questions(table))
        question, whole = Question(measure, None, **options), measure(table, **options)
        assert distribute(question, cut(table, data), map=shuffled(data)) == whole
        if "value" not in options:  # a part laid down apart does not know a value that nobody in it has
            apart = [[*part] for part in cut(table, data)]
            assert distribute(question, apart, read=book.of, map=shuffled(data)) == whole

    @given(laid_down(), st.data())
    def test_breakdown(self, book: Book, data: DataObject) -> None:
        table = book.table
        measure, options = data.draw(questions(table))
        question = Question(measure, data.draw(by_some_key()), **options)
        whole = question(table)
        cut_from_it = distribute(question, cut(table, data), map=shuffled(data))
        assert cut_from_it == whole
        assert list(cut_from_it) == list(whole)
        if "value" not in options:
            apart = distribute(question, [[*part] for part in cut(table, data)], read=book.of, map=shuffled(data))
            assert apart == whole
            assert list(apart) == list(whole)

    @given(tables_with_history(), st.data())
    def test_together(self, table: Deals, data: DataObject) -> None:
        drawn = data.draw(st.lists(st.tuples(questions(table), st.none() | by_some_key()), max_size=3))
        those = tuple(Question(measure, by, **options) for (measure, options), by in drawn)
        assert distribute(those, cut(table, data), map=shuffled(data)) == sm.ask(table, *those)


BOOK = sm.sample_book(60).deals
PARTS = [BOOK[:20], BOOK[20:20], BOOK[20:]]
FORM = sm.DealFormat(id="Id", stage="Stage", amount="Amount", created="Created", currency="USD")
READ = partial(Deals.from_csv, format=FORM)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Three files of which the first and the last are at fault."""
    rows = {"north": "D-1,Qualified,12.50,\n", "east": "D-2,Qualified,7,2026-01-05\n", "south": "D-3,Qualfied,x,\n"}
    for name, row in rows.items():
        (tmp_path / f"{name}.csv").write_text(f"Id,Stage,Amount,Created\n{row}", "utf-8")
    return [tmp_path / f"{name}.csv" for name in rows]


class TestPools:
    def test_threads(self) -> None:
        with ThreadPoolExecutor(2) as pool:
            assert distribute(win_rate, PARTS, map=pool.map) == win_rate(BOOK)

    def test_processes(self, files: list[Path]) -> None:
        question = Question(sm.weighted_pipeline, ("owner", "stage"), value="margin")
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            rates, weighted = distribute((Question(win_rate, "owner"), question), PARTS, map=pool.map)
            assert rates == sm.breakdown(win_rate, BOOK, "owner")
            assert weighted == question(BOOK)
            assert distribute(sm.pipeline_value, files[1:2], read=READ, map=pool.map).minor == 700
            with pytest.raises(InvalidTableError) as caught:
                distribute(win_rate, files, read=READ, map=pool.map)
        with pytest.raises(InvalidTableError) as here:
            distribute(win_rate, files, read=READ)
        assert str(caught.value) == str(here.value)
        assert caught.value.problems == here.value.problems


class TestFaults:
    def test_those_of_every_part_come_together(self, files: list[Path]) -> None:
        with pytest.raises(InvalidTableError) as caught:
            distribute(win_rate, files, read=READ)
        assert str(caught.value).startswith("a book in 3 parts has 4 problems:\n")
        north, south = f" of {files[0]}", f" of {files[2]}"
        assert [one.column for one in caught.value.problems] == [
            f"Created{north}",
            f"Amount{south}",
            f"Stage{south}",
            f"Created{south}",
        ]
        assert {one.rows for one in caught.value.problems} == {(0,)}

    def test_a_file_is_named(self, files: list[Path]) -> None:
        with pytest.raises(InvalidTableError) as caught:
            distribute(win_rate, files[:2], read=READ)
        assert caught.value.table == str(files[0])
        assert [one.column for one in caught.value.problems] == ["Created"]

    def test_a_table_has_a_number(self) -> None:
        undated = sm.Deal("D-1", sm.Money(1, "USD"), "Won", None, date(2026, 1, 5))
        with pytest.raises(InvalidTableError, match=r"^part 1 \(Deals\) has 1 problem:\n- closed: 1 won"):
            distribute(win_rate, [[], [undated]])

    def test_anything_else_is_raised_with_a_note(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError) as caught:
            distribute(win_rate, [tmp_path / "west.csv"], read=READ)
        assert caught.value.__notes__ == [f"in {tmp_path / 'west.csv'}"]
        with pytest.raises(InvalidValueError, match="did you mean 'owner'") as unknown:
            distribute(Question(win_rate, "onwer"), [BOOK[:0], BOOK])
        assert unknown.value.__notes__ == ["in part 1"]

    def test_answers_that_differ_in_kind_name_the_part(self) -> None:
        yen = sm.Deal("D-1", sm.Money(1, "JPY"), "Qualified", None, date(2026, 1, 5))
        with pytest.raises(sm.CurrencyMismatchError) as caught:
            distribute(sm.pipeline_value, [BOOK, [yen]])
        assert caught.value.__notes__ == ["in part 1"]


def largest(deals: Deals) -> sm.Money | None:
    return max((deal.amount for deal in deals if deal.amount), default=None)


def mean_size(deals: Deals) -> float:
    return sum(deal.amount.minor for deal in deals if deal.amount) / len(deals)


def has_deals(deals: Deals) -> bool:
    return len(deals) > 0


@pytest.mark.parametrize("question", [largest, Question(largest, "owner"), mean_size, has_deals])
def test_what_does_not_add_is_refused_of_one_part_too(question: Any) -> None:
    with pytest.raises(InvalidValueError, match=r"answers that are added must be .*, got .*; readings do not add"):
        distribute(question, [BOOK])


def test_no_parts_are_a_book_without_deals() -> None:
    assert distribute((win_rate, Question(win_rate, "owner"), len), []) == (
        win_rate([]),
        sm.breakdown(win_rate, [], "owner"),
        0,
    )


def test_parts_are_read_one_at_a_time() -> None:
    asked: list[int] = []

    def parts() -> Iterator[Deals]:
        for part in PARTS:
            assert sum(asked) == sum(map(len, PARTS[: len(asked)]))
            yield part

    def counted(deals: Deals) -> int:
        asked.append(len(deals))
        return len(deals)

    assert distribute(counted, parts()) == len(BOOK)
    assert asked == [20, 0, 40]


@pytest.mark.parametrize("n_parts", [15, 16, 17, 33])
def test_more_parts_than_are_added_at_once(n_parts: int) -> None:
    assert distribute(win_rate, [BOOK[row : row + 1] for row in range(n_parts)]) == win_rate(BOOK[:n_parts])


def lost(function: Any, things: Iterable[Any]) -> list[Any]:
    return [function(thing) for thing in things][1:]


def stopped(function: Any, things: Iterable[Any]) -> list[Any]:
    return [function(next(iter(things)))]


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (lambda function, things: [function(things) for _ in ()] + [object()], "map must give each part's answer once"),
        (lambda function, things: [function(thing) for thing in things for _ in range(2)], "map must give each part's"),
        (lost, "map must give an answer for each part, got 2 for 3"),
        (stopped, "map must give an answer for each part, got 1 for 2"),
    ],
)
def test_a_map_that_loses_or_repeats_parts_is_refused(broken: Any, said: str) -> None:
    with pytest.raises(InvalidValueError, match=said):
        distribute(win_rate, PARTS, map=broken)


def test_set_aside_rows_are_counted_where_somebody_asks() -> None:
    def n_set_aside(deals: Deals) -> int:
        return len(deals.set_aside)

    bad = sm.Deal("D-1", None, "Qualified", None, date(2026, 1, 5))
    read = partial(Deals.of, bad_rows="set_aside")
    assert distribute((len, n_set_aside), [[bad], [bad], []], read=read) == (0, 2)
