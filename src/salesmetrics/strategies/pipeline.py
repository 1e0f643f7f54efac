"""Answers of deals: how they move, how late they are, and what they take."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from salesmetrics._numeric.multiset import Multiset
from salesmetrics.model.period import Period
from salesmetrics.result.coverage import Coverage
from salesmetrics.result.effort import ActivitiesPerWin
from salesmetrics.result.late_deals import LateDeals
from salesmetrics.result.sales_velocity import SalesVelocity
from salesmetrics.result.slips import Pushes, Slippage
from salesmetrics.result.stage_conversion import StageConversion
from salesmetrics.result.time_in_stage import TimeInStage
from salesmetrics.result.totals import Unit
from salesmetrics.strategies.model import IN_A_COLUMN, days, minor_units, periods
from salesmetrics.strategies.sums import (
    counts,
    durations,
    money_ratios,
    money_totals,
    multisets,
    proportions,
    weighted_totals,
)

__all__ = [
    "activities_per_wins",
    "coverages",
    "late_deals",
    "pushes",
    "sales_velocities",
    "slippages",
    "stage_conversions",
    "times_in_stage",
]


def sales_velocities(unit: Unit = "USD") -> SearchStrategy[SalesVelocity]:
    """Velocities, and ones of which a figure is not defined.

    Args:
        unit: Their currency; `None` for plain numbers.

    Examples:
        >>> from hypothesis import given
        >>> @given(sales_velocities())
        ... def test_undefined_without_a_size(velocity: SalesVelocity) -> None:
        ...     assert velocity.size.n or velocity.value is None
        >>> test_undefined_without_a_size()
    """
    drawn = st.builds(SalesVelocity, counts(), money_totals(unit), proportions(), durations())
    return drawn.filter(lambda one: one.n * abs(one.size.minor) < 10**37)  # what they bring in a day is still money


@cache
def stage_conversions() -> SearchStrategy[StageConversion]:
    """Steps between two stages, by one rule, so that they add.

    Examples:
        >>> from hypothesis import given
        >>> @given(stage_conversions())
        ... def test_the_undecided_are_among_all(step: StageConversion) -> None:
        ...     assert step.whole >= step.n_converted + step.n_undecided
        >>> test_the_undecided_are_among_all()
    """
    facts = ("Qualified", "Product demo", "reached", "all")
    return st.builds(StageConversion, *map(st.just, facts), *[counts()] * 4)


@st.composite
def coverages(
    draw: DrawFn, unit: Unit = "USD", period: Period | None = None, as_of: date | None = None, quota: int | None = None
) -> Coverage:
    """A coverage of what remains, of a quota that is reached too; those of one quota, period and day of view add.

    Args:
        draw: Given by hypothesis.
        unit: Its currency; `None` for plain numbers.
        period: Of the quota; `None` for any period.
        as_of: The day of view; `None` for any.
        quota: In minor units; `None` for any.

    Examples:
        >>> from hypothesis import given
        >>> @given(coverages())
        ... def test_a_quota_that_is_reached_needs_no_pipeline(coverage: Coverage) -> None:
        ...     assert coverage.value is None or not coverage.surplus
        >>> test_a_quota_that_is_reached_needs_no_pipeline()
    """
    return Coverage(
        draw(periods()) if period is None else period,
        draw(days()) if as_of is None else as_of,
        "remaining",
        draw(weighted_totals(unit)),
        draw(money_totals(unit)),
        draw(minor_units(IN_A_COLUMN, negative=False)) if quota is None and unit != "XXX" else quota or 0,
        unit,
        draw(counts()),
    )


@st.composite
def late_deals(draw: DrawFn, unit: Unit = "USD", as_of: date | None = None) -> LateDeals:
    """Deals that are late; those of one day of view add.

    Args:
        draw: Given by hypothesis.
        unit: Their currency; `None` for plain numbers.
        as_of: The day of view; `None` for any.

    Examples:
        >>> from hypothesis import given
        >>> @given(late_deals())
        ... def test_worth_as_much_as_the_late_ones(found: LateDeals) -> None:
        ...     assert found.value == found.late.value
        >>> test_worth_as_much_as_the_late_ones()
    """
    return LateDeals(draw(days()) if as_of is None else as_of, draw(money_totals(unit)), draw(money_totals(unit)))


def slippages(unit: Unit = "USD") -> SearchStrategy[Slippage]:
    """How much slipped, of nothing too.

    Args:
        unit: The currency; `None` for plain numbers.

    Examples:
        >>> from hypothesis import given
        >>> @given(slippages())
        ... def test_undefined_of_nothing(slipped: Slippage) -> None:
        ...     assert (slipped.value is None) == (slipped.by_count.whole == 0)
        >>> test_undefined_of_nothing()
    """
    return st.builds(Slippage, proportions(), money_ratios(unit), counts())


@cache
def activities_per_wins() -> SearchStrategy[ActivitiesPerWin]:
    """How many activities won deals took, of no deals too; of as many that were given, so that they add.

    Examples:
        >>> from hypothesis import given
        >>> @given(activities_per_wins())
        ... def test_undefined_of_nothing(effort: ActivitiesPerWin) -> None:
        ...     assert (effort.value is None) == (effort.n == 0)
        >>> test_undefined_of_nothing()
    """
    return st.builds(ActivitiesPerWin, multisets(st.integers(0, 12)), counts(), counts(), st.just(12))


@cache
def pushes() -> SearchStrategy[Pushes]:
    """How often deals were pushed, of no deals too.

    Examples:
        >>> from hypothesis import given
        >>> @given(pushes())
        ... def test_no_more_deals_than_pushes(moves: Pushes) -> None:
        ...     assert moves.n_pushed <= moves.n_pushes
        >>> test_no_more_deals_than_pushes()
    """
    return st.builds(
        lambda moves, first, n_missing: Pushes(
            moves, Multiset(np.arange(first, first + len(moves.values)), moves.counts), n_missing
        ),
        multisets(st.integers(0, 12)),
        st.integers(0, 3),
        counts(),
    )


@st.composite
def times_in_stage(draw: DrawFn) -> TimeInStage:
    """Stays in one stage, finished and running, as of one day, so that they add.

    Args:
        draw: Given by hypothesis.

    Examples:
        >>> from hypothesis import given
        >>> @given(times_in_stage())
        ... def test_a_share_is_of_all_days(stays: TimeInStage) -> None:
        ...     assert stays.share is None or 0 <= stays.share <= 1
        >>> test_a_share_is_of_all_days()
    """
    finished, running, elsewhere = draw(durations()).days, draw(durations()).days, draw(counts())
    all_days = finished.total + running.total + elsewhere
    return TimeInStage("Qualified", date(2026, 1, 1), finished, running, all_days, draw(counts()))
