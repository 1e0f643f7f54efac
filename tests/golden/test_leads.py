"""Worked numbers of leads: how good scores are, each with its source."""

from __future__ import annotations

from itertools import accumulate, pairwise

import numpy as np
import pytest

from salesmetrics import Multiset, ScoreQuality, score_quality
from salesmetrics._numeric.isotonic import isotonic

NINE = score_quality([0.1, 0.2, 0.3, 0.4, 0.65, 0.7, 0.8, 0.9, 1.0], [False] * 4 + [True] * 5)


def near(*numbers: float) -> object:
    return pytest.approx(list(numbers), abs=5e-5)


class TestModelQuality:
    """scikit-learn 1.9.1, the examples of its documentation run."""

    def test_auc_and_average_precision(self) -> None:
        made = score_quality([0.1, 0.4, 0.35, 0.8], [False, False, True, True])
        assert (made.auc, made.gini) == (0.75, 0.5)
        assert made.average_precision == pytest.approx(0.8333, abs=5e-5)

    def test_auc_with_ties(self) -> None:
        assert score_quality([0.5, 0.5, 0.5, 0.9], [False, True, False, True]).auc == 0.75

    def test_brier(self) -> None:
        assert score_quality([0.1, 0.9, 0.8, 0.3], [False, True, True, False]).brier == 0.0375

    def test_log_loss(self) -> None:
        made = score_quality([0.9, 0.1, 0.2, 0.65], [True, False, False, True])
        assert made.log_loss == pytest.approx(0.21616187468057912, rel=1e-14)

    def test_calibration_in_equally_wide_rows(self) -> None:
        rows = NINE.calibration(3)
        assert [row.share for row in rows] == [0, 0.5, 1]
        assert [row.mean for row in rows] == near(0.2, 0.525, 0.85)

    def test_calibration_in_equally_full_rows(self) -> None:
        rows = NINE.calibration(3, by="quantile")
        assert [row.share for row in rows] == near(0, 0.6667, 1)
        assert [row.mean for row in rows] == near(0.2, 0.58333, 0.9)

    def test_isotonic(self) -> None:
        doubled = isotonic([2, 6, 4, 8, 7, 10], [2] * 6)
        assert [float(mean) for mean in doubled] == [1, 2.5, 2.5, 3.75, 3.75, 5]


def test_gains_and_lift_by_decile() -> None:
    """The worked table of a direct-mail campaign: 100,000 prospects, a fifth of whom respond."""
    reached = [0, 6000, 10_000, 13_000, 15_800, 17_000, 18_000, 18_800, 19_400, 19_800, 20_000]
    hits = [after - before for before, after in pairwise(reached)]
    scores = np.arange(10)  # the best tenth has the highest score
    made = ScoreQuality(
        "points", Multiset(scores, np.array(hits[::-1])), Multiset(scores, 10_000 - np.array(hits[::-1])), 0
    )
    rows = made.gains()
    assert [row.positives for row in rows] == list(accumulate(hits))
    assert [row.gain for row in rows] == near(0.3, 0.5, 0.65, 0.79, 0.85, 0.9, 0.94, 0.97, 0.99, 1.0)
    assert [row.lift for row in rows] == pytest.approx(
        [3.0, 2.5, 2.167, 1.975, 1.7, 1.5, 1.343, 1.2125, 1.1, 1.0], abs=5e-4
    )
