import copy
import json
import pickle
import time
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesmetrics.errors import (
    CurrencyMismatchError,
    InvalidTableError,
    InvalidValueError,
    MissingColumnError,
    Problem,
    SalesMetricsError,
    check_word,
    nearest,
    shown,
)

ONE_SHOT = pytest.mark.thread_unsafe(reason="the threads would share one iterator")
HUGE = 10**5000  # Python refuses to write it in decimals
HOSTILE_WORDS: list[Any] = ["", None, 1, ["x"], HUGE, "x" * 1_000_000, np.array(["won", "won"])]


def problem(*rows: int) -> Problem:
    return Problem("close date", "missing_close", "won deals have no close date", "give one", rows)


@pytest.mark.parametrize(
    ("rows", "where"),
    [
        ((), ""),
        ((3,), " (row 3)"),
        ((4, 9), " (rows 4, 9)"),
        (tuple(range(8)), " (rows 0, 1, 2, 3, 4, 5, 6, 7)"),
        (tuple(range(9)), " (rows 0, 1, 2, 3, 4, 5, 6, 7 and 1 more)"),
        (tuple(range(1008)), " (rows 0, 1, 2, 3, 4, 5, 6, 7 and 1,000 more)"),
    ],
)
def test_a_problem_is_a_sentence_with_the_first_eight_rows(rows: tuple[int, ...], where: str) -> None:
    assert str(problem(*rows)) == f"close date: won deals have no close date{where}; give one"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Close\nDate", "Close\\nDate"),
        ("\x1b[31m\u202e\ud800", "\\x1b[31m\\u202e\\ud800"),
        ("Größe (\\n) 'x'", "Größe (\\n) 'x'"),
        ("x" * 60, "x" * 60),
        ("x" * 61, "x" * 59 + "…"),
        ("\0" * 61, "\\x00" * 14 + "\\x0…"),
    ],
)
def test_a_problem_is_one_line_that_can_be_printed_whatever_its_column_is_called(name: str, said: str) -> None:
    told = Problem(name, "missing_id", f"{name} must be there", f"add {name}")
    assert (told.column, told.to_dict()["column"]) == (name, name)
    assert str(told).startswith(f"{said}: ")
    assert str(told).isprintable()
    assert str(InvalidTableError(name, [])).isprintable()


def test_a_problem_is_short_whatever_it_says() -> None:
    told = Problem("\U000e0001" * 10**6, "x", "\U000e0001" * 10**6, "\U000e0001" * 10**6, tuple(range(10**5)))
    assert len(str(told)) < 2000
    assert str(Problem("a", "x", "d" * 800, "h" * 801)) == f"a: {'d' * 800}; {'h' * 799}…"


def test_a_problem_is_a_value() -> None:
    assert problem(1, 2) == problem(1, 2)
    assert problem(1, 2) != problem(1)
    assert len({problem(1), problem(1), problem(2)}) == 2


def test_a_problem_survives_json() -> None:
    assert json.loads(json.dumps(problem(4, 9).to_dict())) == {
        "column": "close date",
        "rule": "missing_close",
        "detail": "won deals have no close date",
        "hint": "give one",
        "rows": [4, 9],
    }


@pytest.mark.parametrize("kind", [InvalidTableError, MissingColumnError])
@pytest.mark.parametrize(("n", "count"), [(0, "0 problems"), (1, "1 problem"), (2, "2 problems"), (11, "11 problems")])
def test_a_table_error_lists_every_problem(kind: type[InvalidTableError], n: int, count: str) -> None:
    error = kind("Deals", [problem(row) for row in range(n)])
    lines = [f"- close date: won deals have no close date (row {row}); give one" for row in range(n)]
    assert str(error).split("\n") == [f"Deals has {count}:", *lines]
    assert error.table == "Deals"
    assert error.problems == tuple(problem(row) for row in range(n))


@pytest.mark.parametrize("kind", [InvalidTableError, MissingColumnError])
def test_a_table_error_crosses_to_another_process(kind: type[InvalidTableError]) -> None:
    error = kind("Deals", [problem(1), problem()])
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):  # noqa: S301
        assert type(twin) is kind
        assert (str(twin), twin.table, twin.problems) == (str(error), "Deals", error.problems)


@pytest.mark.parametrize(
    ("kind", "parents"),
    [
        (InvalidValueError, (SalesMetricsError, ValueError)),
        (CurrencyMismatchError, (InvalidValueError,)),
        (InvalidTableError, (SalesMetricsError, ValueError)),
        (MissingColumnError, (InvalidTableError,)),
    ],
)
def test_errors_are_caught_by_their_parents(kind: type[Exception], parents: tuple[type[Exception], ...]) -> None:
    assert all(issubclass(kind, parent) for parent in parents)


def test_a_wrong_value_is_not_a_wrong_table() -> None:
    assert not issubclass(InvalidValueError, InvalidTableError)
    assert not issubclass(InvalidTableError, InvalidValueError)


@pytest.mark.parametrize(
    ("name", "known", "hint"),
    [
        ("Wno", ["Won", "Lost"], "did you mean 'Won'?"),
        (2027, [2026, 1999], "did you mean '2026'?"),
        ("zzz", ["Won", "Lost"], "known are 'Won', 'Lost'"),
        ("zzz", list("abcdefgh"), "known are 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'"),
        ("zzz", list("abcdefghi"), "known are 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h' and 1 more"),
        ("zzz", (), "there are none"),
        pytest.param(None, iter(["b"]), "known are 'b'", marks=ONE_SHOT),
        ("won\n", ["won\x07"], "did you mean 'won\\x07'?"),
        ("OWN", ["won", "own"], "did you mean 'own'?"),  # the same in other capitals before the same letters
        ("nwo", ["wont", "won"], "did you mean 'won'?"),
        ("US", ["UAH", "USD", "USN"], "did you mean 'USD'?"),  # as close as USN, and first
        ("US", ["UAH", "USN", "USD"], "did you mean 'USN'?"),
        ("abcde", ["abcxx", "x"], "did you mean 'abcxx'?"),  # just close enough: three letters of five
        ("abcde", ["abxxx", "x"], "known are 'abxxx', 'x'"),
        ("x" * 60 + "y", ["x" * 60 + "z"], f"did you mean {shown('x' * 60 + 'z')}?"),
        ("won", ["-"] * 999 + ["won"], "did you mean 'won'?"),
        ("won", ["-"] * 1000 + ["won"], "known are '-', '-', '-', '-', '-', '-', '-', '-' and 993 more"),
    ],
)
def test_nearest(name: object, known: Any, hint: str) -> None:
    assert nearest(name, known) == hint


@pytest.mark.parametrize(("alike", "hint"), [(0.8, "did you mean 'abcx'?"), (0.81, "known are 'abcx'")])
def test_how_alike_the_nearest_must_be(alike: float, hint: str) -> None:
    assert nearest("abcxyz", ["abcx"], alike) == hint  # 2 * 4 letters of 4 + 6


@pytest.mark.parametrize("word", ["won", "lost"])
def test_a_known_word_is_let_in(word: str) -> None:
    check_word(word, iter(["won", "lost"]), "on")  # no error is the answer


@pytest.mark.parametrize(
    ("word", "hint"),
    [("wno", "did you mean 'won'?"), *[(word, "known are 'won', 'lost'") for word in HOSTILE_WORDS]],
    ids=shown,
)
def test_another_word_is_refused_with_a_hint(word: Any, hint: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        check_word(word, iter(["won", "lost"]), "on")
    assert str(caught.value) == f"on must be one of ['won', 'lost'], got {shown(word)}; {hint}"


def nested(depth: int, width: int) -> list[Any]:
    value: list[Any] = ["x" * 1000] * width
    for _ in range(depth):
        value = [value] * width
    return value


class Unshowable:
    def __repr__(self) -> str:
        raise RuntimeError


class Vast(IntEnum):
    NUMBER = HUGE


HOSTILE: list[Any] = [
    HUGE,
    -HUGE,
    [HUGE],
    {HUGE: {HUGE}},
    (Fraction(HUGE),),
    Vast.NUMBER,
    Decimal("1E+1000000"),
    Decimal("9" * 5000),
    "x" * 1_000_000,
    "\x00\n\ud800" * 100_000,
    b"x" * 1_000_000,
    list(range(1_000_000)),
    dict.fromkeys(range(100_000)),
    nested(depth=7, width=10),
    nested(depth=100_000, width=1),
    Unshowable(),
    [Unshowable()],
]


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: type(value).__name__)
def test_hostile_values_are_shown_in_bounded_size_and_time(value: Any) -> None:
    start = time.thread_time()
    text = shown(value)
    assert 0 < len(text) <= 203
    assert text.isascii()
    assert "\n" not in text
    assert len(nearest(value, ["Won"])) < 300
    assert len(nearest("Won", [value] * 9)) < 2000
    assert time.thread_time() - start < 5


@given(st.recursive(st.integers() | st.text() | st.none() | st.decimals(), st.lists, max_leaves=20))
def test_any_value_is_shown_in_bounded_size(value: Any) -> None:
    assert 0 < len(shown(value)) <= 203


@pytest.mark.parametrize(
    ("value", "text"), [(Fraction(-1, 3), "-1/3"), (Fraction(5), "5"), ([Fraction(1, 2)], "[1/2]")], ids=str
)
def test_fractions_are_shown_as_they_are_written(value: Any, text: str) -> None:
    assert shown(value) == text


@given(st.text(max_size=7) | st.integers(-(10**38), 10**38) | st.booleans() | st.none() | st.floats())
def test_small_values_are_shown_as_they_are(value: Any) -> None:
    assert shown(value) == repr(value)


@pytest.mark.parametrize("value", [[1, "a"], {"b": None}, (1.5,), {1}, [[["x"]]]])
def test_small_containers_are_shown_as_they_are(value: Any) -> None:
    assert shown(value) == repr(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2**256 - 1, "115792089237316195...7584007913129639935"),
        (2**256, "an integer of 257 bits"),
        (-(2**256), "an integer of 257 bits"),
        ([2**300], "[an integer of 301 bits]"),
        ("x" * 78, repr("x" * 78)),
        ("x" * 79, "'" + "x" * 37 + "..." + "x" * 38 + "'"),
        ([[[["x"]]]], "[[[[...]]]]"),
        (["y" * 70] * 3, ("[" + ", ".join(["'" + "y" * 70 + "'"] * 3))[:200] + "..."),
        (["y" * 47] * 4, repr(["y" * 47] * 4)[:200] + "..."),
        (["y" * 46] * 4, repr(["y" * 46] * 4)),
    ],
)
def test_where_values_are_cut(value: Any, text: str) -> None:
    assert shown(value) == text


def test_a_name_in_other_letters_is_the_nearest() -> None:
    assert nearest("ID", ["IDs", "id"]) == "did you mean 'id'?"
