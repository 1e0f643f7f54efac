"""How good scores are, and what they promise, by scikit-learn; where a figure means another thing, the test says so."""

from __future__ import annotations

from math import inf, isinf

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from salesmetrics import calibrate_scores, score_quality

SCORED = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]) | st.integers(0, 10**6).map(lambda one: one / 10**6), st.booleans()
    ),
    min_size=2,
    max_size=30,
)
WHY = "scikit-learn, a large package, is installed in CI alone"


def near(number: float) -> object:
    return pytest.approx(number, rel=1e-9, abs=1e-9)


def columns(leads: list[tuple[float, bool]]) -> tuple[list[float], list[bool]]:
    scores, came = [score for score, _ in leads], [came for _, came in leads]
    assume(len(set(came)) == 2)
    return scores, came


@given(SCORED)
def test_order(leads: list[tuple[float, bool]]) -> None:
    metrics = pytest.importorskip("sklearn.metrics", reason=WHY)
    scores, came = columns(leads)
    made = score_quality(scores, came)
    assert made.auc == near(metrics.roc_auc_score(came, scores))
    assert made.average_precision == near(metrics.average_precision_score(came, scores))


@given(SCORED)
def test_size(leads: list[tuple[float, bool]]) -> None:
    metrics = pytest.importorskip("sklearn.metrics", reason=WHY)
    scores, came = columns(leads)
    made = score_quality(scores, came)
    assert made.brier == near(metrics.brier_score_loss(came, scores))
    assert made.brier_skill == near(metrics.d2_brier_score(came, scores))
    if made.log_loss == inf:  # there it takes the smallest float for a probability of 0
        assert not isinf(metrics.log_loss(came, scores))
    else:
        assert made.log_loss == near(metrics.log_loss(came, scores))


@given(SCORED, st.sampled_from([1, 2, 3, 5, 10]))
def test_calibration_curve(leads: list[tuple[float, bool]], bins: int) -> None:
    """In equally wide rows; the bounds of equally full ones are floats there, and exact here, which moves a tie."""
    calibration = pytest.importorskip("sklearn.calibration", reason=WHY)
    scores, came = columns(leads)
    shares, means = calibration.calibration_curve(came, scores, n_bins=bins)
    rows = score_quality(scores, came).calibration(bins)
    assert [row.share for row in rows] == near(shares.tolist())
    assert [row.mean for row in rows] == near(means.tolist())


@given(SCORED)
def test_thresholds(leads: list[tuple[float, bool]]) -> None:
    """There the threshold of none comes last, with a precision of 1; here it is first, and its precision undefined."""
    metrics = pytest.importorskip("sklearn.metrics", reason=WHY)
    scores, came = columns(leads)
    precision, recall, thresholds = metrics.precision_recall_curve(came, scores)
    rows = score_quality(scores, came).thresholds()[:0:-1]
    assert [row.threshold for row in rows] == thresholds.tolist()
    assert [row.precision for row in rows] == near(precision[:-1].tolist())
    assert [row.recall for row in rows] == near(recall[:-1].tolist())


@given(SCORED, st.lists(st.floats(-1, 2), max_size=5))
def test_isotonic_calibration(leads: list[tuple[float, bool]], asked: list[float]) -> None:
    model = pytest.importorskip("sklearn.isotonic", reason=WHY)
    scores, came = columns(leads)
    peer = model.IsotonicRegression(out_of_bounds="clip").fit(scores, came)
    told = [round(score, 6) for score in [*asked, *scores]]
    found = calibrate_scores(score_quality(scores, came)).probabilities(told)
    assert found == pytest.approx(peer.predict(told), abs=1e-6)


@given(SCORED)
def test_platt_calibration(leads: list[tuple[float, bool]]) -> None:
    """Its search stops early, so the two lines agree to the third digit of a probability."""
    calibration = pytest.importorskip("sklearn.calibration", reason=WHY)
    scores, came = columns(leads)
    peer = calibration._SigmoidCalibration().fit(np.array(scores), np.array(came, int))
    found = calibrate_scores(score_quality(scores, came), how="platt").probabilities(scores)
    assert found == pytest.approx(peer.predict(np.array(scores)), abs=1e-3)
