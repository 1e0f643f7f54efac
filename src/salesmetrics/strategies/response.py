"""How fast leads are answered, and how often deals are followed up."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from salesmetrics.result.response_time import FollowUps, ResponseTime
from salesmetrics.strategies.model import days
from salesmetrics.strategies.sums import counts, multisets

__all__ = ["follow_up_counts", "response_times"]


@st.composite
def response_times(draw: DrawFn, as_of: date | None = None, target: int | None = None) -> ResponseTime:
    """Waits of answered and waiting leads, some exactly as long as the target; those of one day and target add.

    Args:
        draw: Given by hypothesis.
        as_of: The day of view; `None` for any.
        target: Within how many seconds to answer; `None` for any number.

    Examples:
        >>> from hypothesis import given
        >>> @given(response_times())
        ... def test_undefined_of_nothing(waits: ResponseTime) -> None:
        ...     assert (waits.share_in_time is None) == (waits.n == 0)
        >>> test_undefined_of_nothing()
    """
    bound = draw(st.integers(1, 10**6)) if target is None else target
    waits = multisets(st.sampled_from([0, bound, bound + 1]) | st.integers(0, 10**10))
    tallies = (draw(waits), draw(waits), draw(waits))
    return ResponseTime(draw(days()) if as_of is None else as_of, bound, *tallies, draw(counts()), draw(counts()))


def follow_up_counts() -> SearchStrategy[FollowUps]:
    """Numbers of touches, four and five among them.

    Examples:
        >>> from hypothesis import given
        >>> @given(follow_up_counts())
        ... def test_undefined_of_nothing(touched: FollowUps) -> None:
        ...     assert (touched.mean is None) == (touched.n == 0)
        >>> test_undefined_of_nothing()
    """
    return st.builds(FollowUps, multisets(st.integers(0, 6) | st.integers(0, 10**6)), counts())
