"""The line of log odds that makes what came of scores likeliest, after Platt."""

from __future__ import annotations

from math import log

import numpy as np

from salesmetrics._numeric.judged import Judged
from salesmetrics._numeric.rates import Floats

__all__ = ["fitted_line"]


def fitted_line(judged: Judged) -> tuple[float, float]:
    """Intercept and slope of the log odds of coming, by score; the slope is 0 where there is one score only.

    What came counts a little less than wholly, and what did not a little more than not at all, as if one more of each
    kind had been seen. So the line is never vertical.

    Args:
        judged: Scores of which some came and some did not.

    Examples:
        >>> from salesmetrics._numeric.multiset import Multiset
        >>> ones = np.array([1, 1])
        >>> intercept, slope = fitted_line(Judged(Multiset(np.array([2, 4]), ones), Multiset(np.array([1, 3]), ones)))
        >>> round(intercept, 3), round(slope, 3)
        (-1.029, 0.411)

    References:
        J. C. Platt, in Advances in Large Margin Classifiers (1999) 61-74. H.-T. Lin, C.-J. Lin and R. C. Weng, Machine
        Learning 68 (2007) 267-276. The length of a step: D. W. Marquardt, SIAM Journal 11 (1963) 431-441.
    """
    scores, hits, misses = (column.astype(np.float64) for column in (judged.scores, judged.hits, judged.misses))
    n = hits + misses
    came = hits * (judged.n_hits + 1) / (judged.n_hits + 2) + misses / (judged.n_misses + 2)
    middle = float(np.average(scores, weights=n))
    width = float(np.sqrt(np.average((scores - middle) ** 2, weights=n)))
    rate = float(came.sum() / n.sum())
    line = np.array([log(rate / (1 - rate)), 0.0])
    if width == 0:
        return float(line[0]), 0.0
    columns = np.stack([np.ones(len(scores)), (scores - middle) / width])

    def loss(line: Floats) -> float:
        odds = line @ columns
        return float((n * np.logaddexp(0.0, odds) - came * odds).sum())

    moved, damping, n_steps = 1.0, 1e-6, 0
    while moved > 1e-12 and n_steps < _MOST:
        chance = np.exp(-np.logaddexp(0.0, -(line @ columns)))
        bend = (columns * (n * chance * (1 - chance))) @ columns.T
        step = np.linalg.solve(bend + damping * n.sum() * np.eye(2), columns @ (came - n * chance))
        moved, n_steps = float(np.abs(step @ columns).max()), n_steps + 1
        if loss(line + step) < loss(line):
            line, damping = line + step, max(damping / 10, 1e-15)
        else:
            damping *= 10  # shorter, and more straight downhill
    return float(line[0] - line[1] * middle / width), float(line[1] / width)


_MOST = 500
