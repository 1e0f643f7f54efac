"""Units drawn again and again, with replacement: how often each one came, and what the draws sum to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from salesmetrics._numeric.multiset import Multisets
from salesmetrics._numeric.recipe import Grouped, LinesOfGroups
from salesmetrics._numeric.sums import weighed

__all__ = ["draws", "is_recombinable", "recombined"]

A = TypeVar("A")


def draws(seed: int, n_units: int, n_draws: int, at_once: int) -> Iterator[NDArray[np.int64]]:
    """How often each unit comes in each of many draws of as many units; so many draws at once, a row each.

    The numbers come from the bit generator itself, whose stream numpy keeps from release to release; those of its
    distributions it does not. So a seed draws the same everywhere, however many at once.

    Examples:
        >>> [times] = draws(0, 3, 2, at_once=2)
        >>> times
        array([[2, 1, 0],
               [1, 0, 2]])
    """
    source = np.random.PCG64(seed)
    for start in range(0, n_draws, at_once):
        n = min(at_once, n_draws - start)
        raw: NDArray[Any] = source.random_raw(n * n_units)
        shares = (raw >> np.uint64(11)).astype(np.float64) * 2.0**-53  # 53 bits, as many as a float keeps
        units = (shares * n_units).astype(np.int64).reshape(n, n_units)
        units += np.arange(n)[:, None] * n_units
        yield np.bincount(units.ravel(), minlength=n * n_units).reshape(n, n_units)


def is_recombinable(units: Grouped[Any]) -> bool:
    """Whether all that was gathered from each unit are sums; lines cannot be counted twice by a number."""
    return all(
        is_recombinable(one) if isinstance(one, Grouped) else not isinstance(one, LinesOfGroups)
        for one in units.sums.values()
    )


def recombined(units: Grouped[A], times: NDArray[np.int64]) -> Grouped[A]:
    """The answers for draws of units, from the sums of each unit; exact, because sums add.

    Args:
        units: What was summed over each unit.
        times: How often each unit is in each draw, a row for a draw.

    Examples:
        >>> own = Grouped(dict, {"n": np.array([5, 7])}, 2)
        >>> list(recombined(own, np.array([[2, 0], [1, 1]])))
        [{'n': 10}, {'n': 12}]
    """
    return Grouped(units.answer, {name: _recombined(one, times) for name, one in units.sums.items()}, len(times))


def _recombined(sums: Any, times: NDArray[np.int64]) -> Any:
    if isinstance(sums, np.ndarray):
        return weighed(times, sums.tolist())
    if isinstance(sums, Multisets):
        return _tallied(sums, times)
    return recombined(sums, times) if isinstance(sums, Grouped) else sums  # a fact that is the same for all


def _tallied(sums: Multisets, times: NDArray[np.int64]) -> Multisets:
    unit = np.repeat(np.arange(len(sums)), np.diff(sums.starts))
    values, place = np.unique(sums.values, return_inverse=True)
    counts = np.zeros((len(times), len(values)), np.int64)
    for own, how_often in zip(counts, times, strict=True):
        np.add.at(own, place, how_often.take(unit) * sums.counts)
    draw, column = np.nonzero(counts)
    return Multisets(values.take(column), counts[draw, column], np.searchsorted(draw, np.arange(len(times) + 1)))
