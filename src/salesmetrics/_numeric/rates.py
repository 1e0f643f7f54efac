"""Rates of many groups: how far they truly differ, and what is known of each one.

A rate's distribution is a Beta, whose density is smooth in log odds whatever its shapes. So all integrals here are sums
over a fine grid of log odds, which is densest where the density is: good to six digits, and nothing is drawn.
"""

from __future__ import annotations

from math import exp, log
from typing import TypeAlias

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

__all__ = ["Betas", "Counts", "Floats", "fitted_prior", "has_excess_variance"]

Floats: TypeAlias = NDArray[np.float64]
Counts: TypeAlias = NDArray[np.int64]


def has_excess_variance(parts: Counts, wholes: Counts) -> bool:
    """Whether rates differ more than they would by chance if all groups had one rate; told in whole numbers.

    Examples:
        >>> tens = np.array([10, 10])
        >>> has_excess_variance(np.array([9, 1]), tens), has_excess_variance(np.array([6, 4]), tens)
        (True, False)
    """
    part, whole = int(parts.sum()), int(wholes.sum())
    spread = sum((own * whole - n * part) ** 2 for own, n in zip(parts.tolist(), wholes.tolist(), strict=True))
    return bool(spread > part * (whole - part) * whole)


def fitted_prior(parts: Counts, wholes: Counts) -> tuple[float, float]:
    """The mean and the strength of the Beta prior under which these counts are likeliest (beta-binomial).

    The strength is how many counts the prior is worth, from 1 up. The rates must have excess variance, or the likeliest
    prior is one of endless strength.

    Examples:
        >>> mean, strength = fitted_prior(np.array([9, 1, 5, 8, 2]), np.array([10] * 5))
        >>> round(mean, 3), round(strength, 1)
        (0.5, 2.5)
    """
    hits, misses, all_ = (_above(counts) for counts in (parts, wholes - parts, wholes))
    low, high = 0.0, log(_STRONGEST)
    mean = float(parts.sum() / wholes.sum())
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        strength = exp(middle)
        mean = _likeliest_mean(hits, misses, strength, mean)
        # where the mean is likeliest, a little more strength makes the counts likelier by this much
        if _inverse_sum(hits, strength * mean) > _inverse_sum(all_, strength):
            low = middle
        else:
            high = middle
    return mean, exp((low + high) / 2)


@frozen(eq=False)
class Betas:
    """Beta distributions of rates, one for each group, on grids of log odds.

    Args:
        a: The first shape of each, above zero.
        b: The second shape of each, above zero.
    """

    a: Floats
    b: Floats

    def intervals(self, level: float) -> tuple[Floats, Floats]:
        """The rates between which each lies with this probability, as much below as above.

        Examples:
            >>> low, high = Betas(np.array([1.0]), np.array([1.0])).intervals(0.9)
            >>> round(float(low[0]), 4), round(float(high[0]), 4)
            (0.05, 0.95)
        """
        grids = [*zip(*self._grids(), strict=True)]
        tail = (1 - level) / 2
        bounds = [[np.interp(share, below, odds) for odds, _, below in grids] for share in (tail, 1 - tail)]
        low, high = (np.exp(-np.logaddexp(0, -np.array(bound))) for bound in bounds)
        return low, high

    def chances_of_top(self) -> Floats:
        r"""For each group the probability that its rate is the highest of all.

        $$ P(i) = \int f_i(t) \prod_{j \ne i} F_j(t) \, dt $$

        Examples:
            >>> Betas(np.array([1.0, 3.0]), np.array([1.0, 1.0])).chances_of_top().round(4)
            array([0.25, 0.75])
        """
        odds, weights, below = self._grids()
        lowest, highest = (
            [np.interp(share, *one) for one in zip(below, odds, strict=True)] for share in (1e-9, 1 - 1e-9)
        )
        in_reach = np.flatnonzero(np.array(highest) >= max(lowest, default=0.0))
        chances = np.zeros(len(odds))
        for one in in_reach:
            top = weights[one].copy()
            for other in in_reach[in_reach != one]:
                top *= np.interp(odds[one], odds[other], below[other])
            chances[one] = top.sum()
        shares: Floats = chances / chances.sum()  # the sum is 1 but for the last digits
        return shares

    def _grids(self) -> tuple[Floats, Floats, Floats]:
        """For each group points of log odds, the share of the distribution at each, and the share below it."""
        a, b = self.a[:, None], self.b[:, None]
        width = np.sqrt(1 / a + 1 / b)
        reach = np.arcsinh(12 + 40 / (np.minimum(a, b) * width))  # beyond it less than 1e-17 is left
        steps = reach * np.linspace(-1, 1, _POINTS)
        odds = np.log(a / b) + width * np.sinh(steps)
        density = -a * np.logaddexp(0, -odds) - b * np.logaddexp(0, odds)
        density -= density.max(axis=1, keepdims=True)
        weights = np.exp(density) * np.cosh(steps)
        weights /= weights.sum(axis=1, keepdims=True)
        below = np.cumsum(weights, axis=1) - weights / 2
        below[:, 1:-1] -= (weights[:, 2:] - weights[:, :-2]) / 24  # what the trapezium rule has too much where it rises
        return odds, weights, below


def _above(counts: Counts) -> Counts:
    """How many groups count more than 0, more than 1, and so on."""
    above: Counts = len(counts) - np.cumsum(np.bincount(counts))[:-1]
    return above


def _inverse_sum(above: Counts, shape: float) -> float:
    """The slope of the logarithm of the rising factorials of a shape, over all groups."""
    return float((above / (shape + np.arange(len(above)))).sum())


def _inverse_squares(above: Counts, shape: float) -> float:
    """How fast that slope falls."""
    return float((above / (shape + np.arange(len(above))) ** 2).sum())


def _likeliest_mean(hits: Counts, misses: Counts, strength: float, start: float) -> float:
    """The mean of a prior of this strength under which the counts are likeliest, where both hits and misses occur."""
    low, high, mean = 0.0, 1.0, start
    moved, n_steps = 1.0, 0
    while moved > 1e-15 and n_steps < _HALVINGS:
        a, b = strength * mean, strength * (1 - mean)
        slope = _inverse_sum(hits, a) - _inverse_sum(misses, b)
        if slope > 0:
            low = mean
        else:
            high = mean
        bend = _inverse_squares(hits, a) + _inverse_squares(misses, b)
        step = mean + slope / (strength * bend)
        after = step if low < step < high else (low + high) / 2
        moved, mean, n_steps = abs(after - mean), after, n_steps + 1
    return mean


_POINTS = 4097
_HALVINGS = 60
_STRONGEST = 1e9
"""A prior worth more than anybody counts."""
