"""Largest remainders, against the same done one by one in fractions."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesmetrics._numeric.shares import shares
from salesmetrics.model.money import rounded

MOST = 2**63 - 1
VALUES = (
    st.integers(-3, 3) | st.integers(-1000, 1000) | st.sampled_from([MOST, -MOST, 2**62]) | st.integers(-MOST, MOST)
)
TOPS = st.integers(0, 5) | st.sampled_from([10**6, 2**63 - 1, 2**63, 10**40])
BOTTOMS = st.integers(1, 5) | st.sampled_from([10**6, 139, 2**63 - 1, 2**63, 10**40])
BOOKS = st.lists(st.tuples(TOPS, BOTTOMS), min_size=1, max_size=4).flatmap(
    lambda ratios: st.tuples(st.just(ratios), st.lists(st.tuples(VALUES, st.integers(0, len(ratios) - 1)), max_size=12))
)


def asked(ratios: list[tuple[int, int]], rows: list[tuple[int, int]]) -> list[int]:
    values = np.array([value for value, _ in rows], np.int64)
    codes = np.array([code for _, code in rows], np.intp)
    found: list[int] = shares(values, codes, ratios, rounded).tolist()
    return found


def by_hand(values: list[int], ratio: Fraction) -> list[int]:
    """One group, in its own words: round down, then give what is left to the largest remainders."""
    total = sum(values)
    leading = total or next((value for value in values if value), 1)
    sign = 1 if leading > 0 else -1
    exact = [sign * value * ratio for value in values]
    down = [floor(one) for one in exact]
    whole = sum(exact, Fraction(0))
    left = rounded(whole.numerator, whole.denominator) - sum(down)
    by_rest = sorted(range(len(values)), key=lambda row: (down[row] - exact[row], row))
    return [sign * (down[row] + (row in by_rest[:left])) for row in range(len(values))]


@given(BOOKS)
def test_definition(book: tuple[list[tuple[int, int]], list[tuple[int, int]]]) -> None:
    ratios, rows = book
    found = asked(ratios, rows)
    for code, ratio in enumerate(ratios):
        own = [place for place, row in enumerate(rows) if row[1] == code]
        assert [found[place] for place in own] == by_hand([rows[place][0] for place in own], Fraction(*ratio))


@pytest.mark.parametrize("n_groups", [1, 3])
def test_of_equal_remainders_the_first_are_taller_among_any_number(n_groups: int) -> None:
    ratios = [(1, 2), (1, 3), (2, 5)][:n_groups]
    rows = [(1 + row % 4, row * row % n_groups) for row in range(400)]
    found = asked(ratios, rows)
    for code, ratio in enumerate(ratios):
        own = [place for place, row in enumerate(rows) if row[1] == code]
        assert [found[place] for place in own] == by_hand([rows[place][0] for place in own], Fraction(*ratio))


@pytest.mark.parametrize("top", range(1, 200))
def test_products_just_around_64_bits_are_exact(top: int) -> None:
    edge = -(-(2**63) // top)
    for size in {min(edge + step, MOST) for step in (-1, 0, 1)}:
        assert asked([(top, 3)], [(size, 0)]) == by_hand([size], Fraction(top, 3))


def test_shares_are_fast_integers_where_these_suffice() -> None:
    def kind(value: int, top: int, bottom: int) -> str:
        return shares(np.array([value]), np.array([0]), [(top, bottom)], rounded).dtype.name

    assert kind(2**62 - 1, 2, 1) == kind(0, 2**63 - 1, 1) == kind(1, 1, 2**63 - 1) == "int64"
    assert kind(2**62, 2, 1) == kind(0, 2**63, 1) == kind(1, 1, 2**63) == "object"


def test_no_values_and_no_groups() -> None:
    assert asked([], []) == asked([(1, 2), (10**40, 1)], []) == []


@given(BOOKS)
def test_a_group_adds_up_to_its_sum_rounded_once_and_no_row_is_a_whole_unit_off(
    book: tuple[list[tuple[int, int]], list[tuple[int, int]]],
) -> None:
    ratios, rows = book
    found = asked(ratios, rows)
    for code, (top, bottom) in enumerate(ratios):
        own = [place for place, row in enumerate(rows) if row[1] == code]
        assert sum(found[place] for place in own) == rounded(sum(rows[place][0] for place in own) * top, bottom)
    for one, (value, code) in zip(found, rows, strict=True):
        assert abs(one - Fraction(value * ratios[code][0], ratios[code][1])) < 1


@given(BOOKS)
def test_the_opposite_values_have_the_opposite_shares(
    book: tuple[list[tuple[int, int]], list[tuple[int, int]]],
) -> None:
    ratios, rows = book
    assert asked(ratios, [(-value, code) for value, code in rows]) == [-one for one in asked(ratios, rows)]


@pytest.mark.parametrize(
    ("values", "ratio", "expected"),
    [
        ([1, 1, 1], (1, 2), [1, 1, 0]),  # 1.5 is 2, and the first of equals are taller
        ([1, 1, 1, 1], (1, 2), [1, 1, 0, 0]),
        ([-1, -1, -1], (1, 2), [-1, -1, 0]),
        ([1, -1], (1, 2), [1, -1]),  # they cancel, and so do their shares
        ([-1, 1], (1, 2), [-1, 1]),
        ([0, 1, -1], (1, 2), [0, 1, -1]),
        ([-1, 1, 1], (1, 2), [0, 1, 0]),  # they have the sign of their sum, whatever comes first
        ([-1, 2, 2], (1, 2), [0, 1, 1]),
        ([0, 5, 0], (1, 10), [0, 1, 0]),
        ([7], (1, 1), [7]),
        ([2**62, 1], (2, 1), [2**63, 2]),
        ([], (1, 3), []),
    ],
)
def test_worked_by_hand(values: list[int], ratio: tuple[int, int], expected: list[int]) -> None:
    assert asked([ratio], [(value, 0) for value in values]) == expected
