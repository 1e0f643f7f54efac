"""Scores of leads, judged and calibrated."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from salesmetrics.model.probability import MILLION
from salesmetrics.result.score_calibration import IsotonicCalibration, PlattCalibration, calibrate_scores
from salesmetrics.result.score_quality import ScoreKind, ScoreQuality
from salesmetrics.strategies.sums import counts, multisets

__all__ = ["isotonic_calibrations", "platt_calibrations", "score_qualities"]


def score_qualities(kind: ScoreKind | None = None) -> SearchStrategy[ScoreQuality]:
    """Scores of what came and what did not, with ties between the two; those of one kind add.

    Args:
        kind: Probabilities or points; `None` for either.

    Examples:
        >>> from hypothesis import given
        >>> @given(score_qualities())
        ... def test_undefined_of_one_kind(judged: ScoreQuality) -> None:
        ...     assert (judged.auc is None) == (0 in (judged.positives.n, judged.negatives.n))
        >>> test_undefined_of_one_kind()
    """
    if kind is None:
        return score_qualities("probability") | score_qualities("points")
    ties = st.sampled_from([0, 250_000, 500_000, MILLION])
    scores = multisets(ties | (st.integers(0, MILLION) if kind == "probability" else st.integers(-(2**63), 2**63 - 1)))
    return st.builds(ScoreQuality, st.just(kind), scores, scores, counts())


def isotonic_calibrations() -> SearchStrategy[IsotonicCalibration]:
    """Calibrations by pools, of one pool too.

    Examples:
        >>> from hypothesis import given
        >>> @given(isotonic_calibrations())
        ... def test_a_probability_is_a_share(curve: IsotonicCalibration) -> None:
        ...     assert 0 <= curve.probability(0.5) <= 1
        >>> test_a_probability_is_a_share()
    """
    of_both = score_qualities().filter(lambda judged: judged.positives.n > 0 < judged.negatives.n)
    return of_both.map(calibrate_scores)


def platt_calibrations() -> SearchStrategy[PlattCalibration]:
    """Calibrations by a line of log odds, flat and falling ones too.

    Examples:
        >>> from hypothesis import given
        >>> @given(platt_calibrations())
        ... def test_a_probability_is_a_share(curve: PlattCalibration) -> None:
        ...     assert 0 <= curve.probability(0.5) <= 1
        >>> test_a_probability_is_a_share()
    """
    numbers = st.floats(-40, 40) | st.floats(allow_nan=False, allow_infinity=False)
    return st.builds(PlattCalibration, numbers, numbers, counts())
