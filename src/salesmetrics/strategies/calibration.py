"""What became of deals that were seen in a stage."""

from __future__ import annotations

from datetime import date
from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from salesmetrics.model.stage import Outcome
from salesmetrics.result.stage_calibration import StageCalibration, StageOutcomes
from salesmetrics.strategies.model import STANDARD
from salesmetrics.strategies.sums import counts, multisets

__all__ = ["stage_calibrations", "stage_outcomes"]


@cache
def stage_outcomes() -> SearchStrategy[StageOutcomes]:
    """What became of the deals of one stage, of none too.

    Examples:
        >>> from hypothesis import given
        >>> @given(stage_outcomes())
        ... def test_a_share_is_of_some(seen: StageOutcomes) -> None:
        ...     assert (seen.won_in_all is None) == (seen.n == 0)
        >>> test_a_share_is_of_some()
    """
    return st.builds(StageOutcomes, *[multisets(st.integers(-3, 400))] * 3)


@cache
def stage_calibrations() -> SearchStrategy[StageCalibration]:
    """What became of the deals of the standard process in the same periods, so that they add.

    Examples:
        >>> from hypothesis import given
        >>> @given(stage_calibrations())
        ... def test_later_stages_are_as_likely(made: StageCalibration) -> None:
        ...     chances = [*made.probabilities().values()]
        ...     assert chances == sorted(chances)
        >>> test_later_stages_are_as_likely()
    """
    n = sum(one.outcome is Outcome.OPEN for one in STANDARD)
    seen = st.lists(stage_outcomes(), min_size=n, max_size=n)
    facts = (STANDARD, "in_period", date(2026, 1, 1), 0)
    return st.builds(StageCalibration, *map(st.just, facts), seen, counts())
