from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesmetrics._numeric.columns import Masked
from salesmetrics._numeric.recipe import Count, Lines, Recipe, Tally, Total
from salesmetrics._numeric.resampling import draws, is_recombinable, recombined
from salesmetrics._numeric.sums import Groups

times = st.lists(st.lists(st.integers(0, 3), min_size=4, max_size=4), max_size=4)


@given(st.integers(0, 2**70), st.integers(0, 6), st.integers(1, 7), st.integers(1, 8))
def test_every_draw_has_as_many_units_however_many_at_once(seed: int, n_units: int, n: int, at_once: int) -> None:
    blocks = [*draws(seed, n_units, n, at_once)]
    drawn = np.concatenate(blocks)
    assert max(map(len, blocks)) <= at_once
    assert drawn.shape == (n, n_units)
    assert drawn.sum(axis=1).tolist() == [n_units] * n
    (together,) = draws(seed, n_units, n, n)
    assert drawn.tolist() == together.tolist()


def test_a_seed_draws_the_same_everywhere() -> None:
    # numpy's documentation: default_rng(0), which is of PCG64, begins with 0.637, 0.270, 0.041, 0.017, 0.813, 0.913
    (drawn,) = draws(0, 3, 2, 2)
    assert drawn.tolist() == [[2, 1, 0], [1, 0, 2]]


def test_every_unit_has_the_same_chance() -> None:
    (drawn,) = draws(1, 4, 25_000, 25_000)
    assert drawn.sum(axis=0) == pytest.approx(25_000, abs=5 * (100_000 * 3 / 16) ** 0.5)  # five standard deviations


@given(st.lists(st.tuples(st.integers(-(2**62), 2**62) | st.integers(-2, 2), st.integers(0, 3))), times)
def test_recombined_sums_are_those_of_the_drawn_rows(rows: list[tuple[int, int]], drawn: list[list[int]]) -> None:
    values = np.array([value for value, _ in rows], np.int64)
    units = np.array([unit for _, unit in rows], np.int64)

    def recipe(taken: Any) -> Recipe[Any]:
        column = Masked(values[taken], np.ones(len(taken), np.bool_))
        inner: Recipe[Any] = Recipe(dict, n=Count(column.values > 0))
        return Recipe(dict, total=Total(column, column.known), tally=Tally(column, column.known), inner=inner, unit="x")

    every = np.arange(len(rows))
    own = recipe(every).grouped(Groups(units, 4))
    assert is_recombinable(own)
    found = recombined(own, np.array(drawn, np.int64).reshape(len(drawn), 4))
    assert len(found) == len(drawn)
    tally: Any = found.sums["tally"]
    assert len(tally) == len(drawn)
    assert tally.counts.dtype == np.int64
    for one, how_often in zip(found, drawn, strict=True):
        assert one == recipe(np.repeat(every, np.array(how_often, np.int64)[units])).whole()


def test_lines_do_not_add_up() -> None:
    mask = np.ones(2, np.bool_)
    lines: Recipe[Any] = Recipe(dict, lines=Lines(dict, mask, {"deal": np.arange(2)}))
    groups = Groups(np.arange(2), 2)
    assert not is_recombinable(lines.grouped(groups))
    assert not is_recombinable(Recipe(dict, inner=lines, n=Count(mask)).grouped(groups))
