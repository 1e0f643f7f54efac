"""Steps along curves of straight pieces, each against exact fractions."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from salesmetrics._numeric.payouts import Pieces, running_sums, steps_between

Line = tuple[Fraction, Fraction, Fraction]

NUMBERS = st.integers(-20, 20) | st.sampled_from([2**62, -(2**62), 2**63 - 1, 1 - 2**63])
SOME = st.sampled_from([Fraction(0), Fraction(1), Fraction(1, 2), Fraction(-3, 2), Fraction(1, 3), Fraction(10**19, 7)])


@st.composite
def lines(draw: st.DrawFn) -> list[Line]:
    """Straight pieces from 0 up, with jumps, up and down."""
    bounds = sorted(draw(st.sets(st.fractions(-5, 20, max_denominator=4), max_size=3)))
    return [(bound, draw(SOME), draw(SOME)) for bound in [Fraction(-6), *bounds]]


def worth(those: list[Line], number: int, *, reached: bool) -> int:
    """What the curve comes to at a number, the plain way."""
    bound, start, slope = [
        one for one in those if one is those[0] or one[0] < number or (reached and one[0] == number)
    ][-1]
    exact = start + slope * (number - bound)
    nearest = int(abs(exact) + Fraction(1, 2))
    return nearest if exact >= 0 else -nearest


@given(lines(), st.lists(NUMBERS, max_size=6), st.booleans())
@example([(Fraction(0), Fraction(0), Fraction(10**19))], [0], True)  # a slope that 64 bits do not hold, of nothing
@example([(Fraction(0), Fraction(0), Fraction(1, 2**62 - 1))], [2**60], True)
@example([(Fraction(0), Fraction(0), Fraction(1, 2**61))], [2**62 - 1], True)
@example([(Fraction(0), Fraction(0), Fraction(1))], [1 - 2**63, 0], True)
@example([(Fraction(0), Fraction(0), Fraction(1))], [2**63 - 1, 0], True)
@example([(Fraction(0), Fraction(0), Fraction(1)), (Fraction(2**64), Fraction(0), Fraction(1))], [5], True)
def test_every_number_is_worth_its_piece_rounded_half_away_from_zero(
    those: list[Line],
    numbers: list[int],
    reached: bool,  # noqa: FBT001
) -> None:
    found = Pieces.of(those, reached=reached).at(np.array(numbers, np.int64))
    assert found.tolist() == [worth(those, one, reached=reached) for one in numbers]


def test_many_pieces_are_told_apart() -> None:
    those = [(Fraction(bound), Fraction(bound % 7), Fraction(1, 2)) for bound in range(200)]
    numbers = np.arange(-3, 210)
    found = Pieces.of(those, reached=False).at(numbers)
    assert found.tolist() == [worth(those, one, reached=False) for one in numbers.tolist()]
    assert found.dtype == np.int64


def test_twice_the_denominator_may_be_more_than_64_bits_hold() -> None:
    assert Pieces((), (0,), (0,), 2**62).at(np.array([5])).tolist() == [0]


def test_rows_of_more_than_one_block_are_all_worth_something() -> None:
    half = Pieces((), (1,), (0,), 2)
    assert np.array_equal(half.at(np.arange(70_000) * 2 - 70_000), np.arange(70_000) - 35_000)


@given(st.lists(st.lists(NUMBERS, min_size=1, max_size=4), max_size=4), st.booleans())
def test_sums_begin_anew_in_every_run(runs: list[list[int]], wide: bool) -> None:  # noqa: FBT001
    numbers = np.array([one for run in runs for one in run], object if wide else np.int64)
    firsts = np.cumsum([0, *map(len, runs)], dtype=np.intp)[:-1]
    sums = running_sums(numbers, firsts)
    assert sums.tolist() == [sum(run[: place + 1]) for run in runs for place in range(len(run))]
    assert steps_between(sums, firsts).tolist() == numbers.tolist()


def test_sums_of_many_runs_stay_whole_numbers_of_64_bits_though_all_together_would_not_fit() -> None:
    numbers = np.full(8, 2**61, np.int64)
    sums = running_sums(numbers, np.arange(8))
    assert sums.dtype == np.int64
    assert sums.tolist() == numbers.tolist()


def test_what_does_not_fit_64_bits_is_worked_out_in_whole_numbers_of_any_size() -> None:
    numbers = running_sums(np.array([2**62, 2**62], np.int64), np.array([0]))
    assert Pieces((), (3,), (0,), 1).at(numbers).tolist() == [3 * 2**62, 6 * 2**62]
