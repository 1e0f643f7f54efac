"""What people say that periods will bring."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from salesmetrics.across.calls import intuitive_forecast
from salesmetrics.model.call import Call
from salesmetrics.model.money import Money
from salesmetrics.model.period import Period
from salesmetrics.result.call_rollup import CallRollup
from salesmetrics.result.totals import Unit
from salesmetrics.strategies.people import REPS, assignment_tables
from salesmetrics.strategies.sums import units

__all__ = ["call_rollups", "calls"]

Q1 = Period(date(2026, 1, 1), date(2026, 4, 1))
Q2 = Period(date(2026, 4, 1), date(2026, 7, 1))
_DAYS = [Q1.start + timedelta(days) for days in (-30, -1, 0, 1, 30, 90)]


@st.composite
def calls(draw: DrawFn, unit: Unit = "USD") -> Call:
    """What somebody says of a quarter or of a deal, and now and then takes back.

    Args:
        draw: Given by hypothesis.
        unit: The currency of the amount; `None` for plain numbers.

    Examples:
        >>> from hypothesis import given
        >>> @given(calls())
        ... def test_confidence_is_a_fraction(call: Call) -> None:
        ...     assert call.confidence is None or 0 <= call.confidence <= 1
        >>> test_confidence_is_a_fraction()
    """
    amounts = st.just(0) if unit == "XXX" else st.integers(0, 9) | st.integers(-5, 10**12)
    minor = draw(amounts | st.none())
    deals: SearchStrategy[str | int | None] = st.sampled_from([None, "D-1", 2])
    return Call(
        draw(st.sampled_from(REPS)),
        draw(st.sampled_from([Q1, Q2])),
        minor if minor is None or unit is None else Money(minor, unit),
        draw(st.none() | st.sampled_from([0, 0.5, 1])),
        draw(st.sampled_from(_DAYS)),
        draw(deals),
    )


def call_lists(unit: Unit = "USD") -> SearchStrategy[list[Call]]:
    """Calls of which each person makes one a day of each period and deal."""
    return st.lists(calls(unit), max_size=8, unique_by=lambda one: (one.by, one.period, one.made_on, one.deal))


@st.composite
def call_rollups(draw: DrawFn) -> CallRollup:
    """What a few people said of a quarter, rolled up; of nobody too.

    Args:
        draw: Given by hypothesis.

    Examples:
        >>> from hypothesis import given
        >>> @given(call_rollups())
        ... def test_the_forecast_is_what_counts(rolled: CallRollup) -> None:
        ...     assert rolled.forecast.value == rolled.corrected_value
        >>> test_the_forecast_is_what_counts()
    """
    made = draw(call_lists(draw(units())))
    whole = [call for call in made if call.deal is None]
    return intuitive_forecast(whole, period=Q1, as_of=Q1.end, assignments=draw(assignment_tables()))
