import pickle
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from salesmetrics import InvalidValueError
from salesmetrics._numeric.columns import Coded, Flags, Masked
from salesmetrics._numeric.multiset import Multiset
from salesmetrics._numeric.recipe import Along, Count, Lines, Product, Recipe, Tally, Total, Weighted, united_lines
from salesmetrics._numeric.sums import Groups

WEIGHTS = [0, 300_000, 1_000_000]
Row = tuple[int, bool, bool, int, int]
"""A number, whether it is known, whether the mask has it, the code of its name, its group."""


def rows(n_groups: int) -> st.SearchStrategy[list[Row]]:
    number = st.integers(-9, 9) | st.sampled_from([2**63 - 1, -(2**63) + 1, 2**62])
    known = st.tuples(number, st.just(value=True)) | st.just((0, False))  # what is not known is 0
    rest = st.tuples(st.booleans(), st.integers(-1, 2), st.integers(0, n_groups - 1))
    return st.lists(st.tuples(known, rest).map(lambda pair: (pair[0][0], pair[0][1], *pair[1])))


def collected(number: Masked, name: Coded, code: NDArray[np.int64]) -> list[tuple[Any, ...]]:
    """Lines, row by row."""
    return [*zip(number, name, code.tolist(), strict=True)]


def recipe(some: Sequence[Row]) -> Recipe[dict[str, Any]]:
    """Every kind of part, a recipe in a recipe, and facts that are no sums."""
    known: Flags = np.array([row[1] for row in some], np.bool_)
    column = Masked(np.array([row[0] for row in some], np.int64), known)
    mask: Flags = np.array([row[2] for row in some], np.bool_)
    codes = np.array([row[3] for row in some], np.int64)
    names = Coded(codes, "abc")
    weights = Masked(np.array([0 if row[3] < 0 else WEIGHTS[row[3]] for row in some], np.int32), names.known)
    twice = np.repeat(np.arange(len(some)), 2)
    return Recipe(
        dict,
        n=Count(mask),
        money=Total(column, mask),
        each=Product(column, weights, mask),
        twice=Along(Tally(column.take(twice), mask.take(twice)), twice, len(some)),
        lines=Lines(collected, mask, {"number": column, "name": names, "code": codes}),
        inner=Recipe(dict, answer=Weighted(column, mask, names, WEIGHTS), tally=Tally(column, ~mask)),
        currency="USD",
        level=None,
    )


def multiset_of(numbers: list[int]) -> Multiset:
    distinct = sorted(set(numbers))
    return Multiset(np.array(distinct, np.int64), np.array([numbers.count(one) for one in distinct], np.int64))


def by_hand(some: Sequence[Row]) -> dict[str, Any]:
    chosen = [row for row in some if row[2]]
    weighted = sum(row[0] * WEIGHTS[row[3]] for row in chosen if row[3] >= 0)
    left = sorted(row[0] for row in some if row[1] and not row[2])
    known = sorted(row[0] for row in chosen if row[1])
    return {
        "n": len(chosen),
        "money": sum(row[0] for row in chosen),
        "inner": {
            "answer": weighted,
            "tally": multiset_of(left),
        },
        "each": weighted,
        "twice": multiset_of(known * 2),
        "lines": [(row[0] if row[1] else None, "abc"[row[3]] if row[3] >= 0 else None, row[3]) for row in chosen],
        "currency": "USD",
        "level": None,
    }


def codes(some: Sequence[Row]) -> NDArray[np.int8]:
    return np.array([row[4] for row in some], np.int8)


@given(rows(1))
def test_the_whole_is_what_is_summed_by_hand_and_the_one_group(some: list[Row]) -> None:
    asked = recipe(some)
    assert asked.whole() == by_hand(some)
    assert list(asked.grouped(Groups(codes(some), 1))) == [by_hand(some)]


@given(rows(3))
def test_each_group_is_as_if_it_were_alone(some: list[Row]) -> None:
    parts = [[row for row in some if row[4] == group] for group in range(3)]
    answers = recipe(some).grouped(Groups(codes(some), 3))
    assert list(answers) == [by_hand(part) for part in parts] == [recipe(part).whole() for part in parts]


@given(rows(3))
def test_sums_are_plain_integers(some: list[Row]) -> None:
    answers = recipe(some).grouped(Groups(codes(some), 3))
    for one in [recipe(some).whole(), *answers]:
        assert {type(one["n"]), type(one["money"]), type(one["each"]), type(one["inner"]["answer"])} == {int}


@given(rows(3))
def test_a_row_without_a_group_falls_into_the_last_of_every_part(some: list[Row]) -> None:
    last = np.where(codes(some) == 2, -1, codes(some)).astype(np.int8)
    assert list(recipe(some).grouped(Groups(last, 3))) == list(recipe(some).grouped(Groups(codes(some), 3)))


def test_grouped_answers_are_a_sequence() -> None:
    some = [(1, True, True, 0, 0), (2, True, True, 0, 2), (4, True, True, 0, 2)]
    answers = recipe(some).grouped(Groups(codes(some), 3))
    assert len(answers) == 3
    assert [answer["money"] for answer in answers] == [1, 0, 6]
    assert [answer["money"] for answer in answers[1:]] == [0, 6]
    assert [answer["money"] for answer in answers[::-2]] == [6, 1]
    assert answers[1:1] == []
    assert answers[np.int64(2)]["money"] == 6
    counted = Recipe(lambda n: n, n=Count(np.ones(3, np.bool_))).grouped(Groups(codes(some), 3))
    for beyond in (3, -1):
        for one in (answers, counted):
            with pytest.raises(IndexError) as caught:
                one[beyond]
            assert caught.value.args == (beyond,)


@given(rows(3), st.sets(st.integers(0, 2)))
def test_groups_may_be_taken_where_the_others_have_no_rows(some: list[Row], left: set[int]) -> None:
    own, groups = [row for row in some if row[4] in left], np.array(sorted(left), np.intp)
    answers = recipe(own).grouped(Groups(codes(own), 3))
    taken = answers.take(groups)
    assert len(taken) == len(left)
    assert list(taken) == [answers[group] for group in sorted(left)]
    assert taken.answer is answers.answer


def test_a_mask_is_of_the_rows_of_numbers_and_of_names() -> None:
    names, mask = Coded(np.array([0, 0]), "a"), np.array([True, True])
    for column, weighed in ((3, names), (2, Coded(np.array([0, 0, 0]), "a"))):
        numbers = Masked(np.arange(column), np.ones(column, np.bool_))
        with pytest.raises(InvalidValueError, match="a mask must hold one truth value for each row, got"):
            Weighted(numbers, mask, weighed, [1])


@given(st.lists(st.lists(st.tuples(st.integers(-1, 1), st.integers(0, 2))), min_size=1, max_size=3))
def test_lines_of_parts_are_united_group_by_group(parts: list[list[tuple[int, int]]]) -> None:
    def lines(some: list[tuple[int, int]]) -> Any:
        numbers, names = (np.array(column, np.int64) for column in ([row[0] for row in some], [row[1] for row in some]))
        columns: dict[str, Any] = {"number": Masked(numbers, numbers > 0), "name": Coded(numbers, "ab"), "code": names}
        return Lines(collected, np.ones(len(some), np.bool_), columns).grouped(Groups(names, 3))

    found = united_lines([lines(some) for some in parts], [np.arange(3)] * len(parts), 3)
    assert len(found) == 3
    for group in range(3):
        assert found[group] == [line for some in parts for line in lines(some)[group]]


def test_lines_of_groups_are_a_sequence_of_pieces() -> None:
    numbers = np.array([5, 6, 7])
    lines = Lines(dict, np.array([True, True, True]), {"number": numbers}).grouped(Groups(np.array([1, 0, 1]), 2))
    assert [lines[group]["number"].tolist() for group in range(2)] == [[6], [5, 7]]
    assert lines.together["number"].tolist() == [6, 5, 7]
    assert np.shares_memory(lines[1]["number"], lines.together["number"])
    for beyond in (2, -1):
        with pytest.raises(IndexError) as caught:
            lines[beyond]
        assert caught.value.args == (beyond,)
    with pytest.raises(ValueError, match="read-only"):
        numbers[0] = 1


@given(rows(3))
def test_grouped_answers_cross_to_another_process_and_stay_read_only(some: list[Row]) -> None:
    answers = recipe(some).grouped(Groups(codes(some), 3))
    again = pickle.loads(pickle.dumps(answers))  # noqa: S301
    assert list(again) == list(answers)
    for one in (answers, again):
        for name in ("n", "money"):
            with pytest.raises(ValueError, match="read-only"):
                one.sums[name][0] = 7


def test_an_answer_is_made_when_it_is_looked_at() -> None:
    made: list[int] = []

    def answer(n: int) -> int:
        made.append(n)
        return n

    answers = Recipe(answer, n=Count(np.array([True, True, True]))).grouped(Groups(np.array([0, 1, 1]), 2))
    assert made == []
    assert answers[1] == 2
    assert made == [2]


def test_no_rows_and_no_groups() -> None:
    assert recipe([]).whole() == by_hand([])
    assert list(recipe([]).grouped(Groups(codes([]), 0))) == []


def test_weights_beyond_64_bits_are_exact() -> None:
    far = 2**63 - 1
    some: list[Row] = [(far, True, True, 2, 0)] * 5 + [(-far, True, True, 1, 1)] * 3
    assert recipe(some).whole()["inner"]["answer"] == 5 * far * 1_000_000 - 3 * far * 300_000
    assert [one["inner"]["answer"] for one in recipe(some).grouped(Groups(codes(some), 2))] == [
        5 * far * 1_000_000,
        -3 * far * 300_000,
    ]


def test_products_are_weighed_with_small_numbers_of_as_many_rows() -> None:
    column, mask = Masked(np.array([1, 2]), np.ones(2, np.bool_)), np.ones(2, np.bool_)
    with pytest.raises(InvalidValueError, match=r"weights must be less than 2\*\*31, got 2147483648; scale them down"):
        Product(column, Masked(np.array([2**31, 0]), mask), mask)
    assert Product(column, Masked(np.array([2**31 - 1, 0]), mask), mask).whole() == 2**31 - 1
    with pytest.raises(InvalidValueError, match="a mask must hold one truth value for each row"):
        Product(column, column.take(slice(1)), mask)
    with pytest.raises(InvalidValueError, match="a mask must hold one truth value for each row"):
        Product(column.take(slice(1)), column, mask)
    far = Masked(np.array([2**63 - 1, -(2**63) + 1]), mask)
    product = Product(far, Masked(np.array([2**31 - 1, 2**31 - 1]), mask), np.array([True, False]))
    assert product.whole() == (2**63 - 1) * (2**31 - 1)
    assert product.grouped(Groups(np.array([0, 1]), 2)).tolist() == [(2**63 - 1) * (2**31 - 1), 0]


@pytest.mark.parametrize(
    ("value", "weight", "kind"),
    [(2**33, 2**30 - 1, "int64"), (2**33, 2**30, "object"), (2**33 + 1, 2**30, "object"), (2**34, 2**30 - 1, "object")],
)
def test_products_are_exact_around_64_bits_and_fast_integers_below(value: int, weight: int, kind: str) -> None:
    mask = np.ones(1, np.bool_)
    for sign in (1, -1):
        product = Product(Masked(np.array([sign * value]), mask), Masked(np.array([weight]), mask), mask)
        sums = product.grouped(Groups(np.zeros(1, np.int8), 1))
        assert (sums.tolist(), sums.dtype.name) == ([sign * value * weight], kind)
        assert product.whole() == sign * value * weight


def test_a_part_along_the_rows_is_of_the_table_asked() -> None:
    mask = np.ones(2, np.bool_)
    asked: Recipe[dict[str, Any]] = Recipe(dict, n=Along(Count(mask), np.array([0, 0]), 1))
    asked.check_rows(1)
    with pytest.raises(InvalidValueError, match="Along must be of a table of 2 rows, got 1; make it of those"):
        asked.check_rows(2)


@pytest.mark.parametrize(
    ("mask", "got"),
    [
        (True, "True"),
        ([True, False], "[True, False]"),
        (np.array([0, 1]), "int64 of shape (2,)"),
        (np.array([[True, False]]), "bool of shape (1, 2)"),
        (np.array([True, False, True]), "bool of shape (3,)"),
    ],
    ids=["a truth value", "a list", "places", "two dimensions", "another length"],
)
def test_a_mask_that_is_none_is_refused_in_words(mask: Any, got: str) -> None:
    column, names = Masked(np.array([1, 2]), np.array([True, True])), Coded(np.array([0, 1]), "ab")
    parts: list[Any] = [
        lambda: Recipe(dict, n=Count(mask)).check_rows(2),
        lambda: Recipe(dict, inner=Recipe(dict, n=Count(mask))).check_rows(2),
        lambda: Total(column, mask),
        lambda: Tally(column, mask),
        lambda: Weighted(column, mask, names, [1, 2]),
        lambda: Lines(dict, mask, {"name": names, "number": column}),
    ]
    for part in parts:
        with pytest.raises(InvalidValueError) as caught:
            part()
        assert str(caught.value) == (
            f"a mask must hold one truth value for each row, got {got}; compare a column, as in column.is_in('Ada')"
        )


@pytest.mark.parametrize(
    ("weights", "got"),
    [
        ([0.5, 1], "[0.5, 1]"),
        ([1, 0.5], "[1, 0.5]"),
        ([1], "[1]"),
        ([1, 2, 3], "[1, 2, 3]"),
        ([True, False], "[True, False]"),
        ("ab", "'ab'"),
        (np.array([1, 2]), "array([1, 2])"),
    ],
)
def test_weights_that_are_no_whole_numbers_are_refused_and_not_cut_to_nothing(weights: Any, got: str) -> None:
    column, both = Masked(np.array([5, 7]), np.array([True, True])), np.array([True, True])
    with pytest.raises(InvalidValueError) as caught:
        Weighted(column, both, Coded(np.array([0, 1]), "ab"), weights)
    assert str(caught.value) == (
        f"weights must be whole numbers, one for each of 2 names, got {got}; write millionths of a share"
    )


def test_the_names_that_weigh_rows_are_those_of_the_rows() -> None:
    column, both = Masked(np.array([5, 7]), np.array([True, True])), np.array([True, True])
    with pytest.raises(InvalidValueError, match="a mask must hold one truth value for each row, got bool of shape"):
        Weighted(column, both, Coded(np.array([0]), "ab"), [1, 2])
