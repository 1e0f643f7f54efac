"""Answers of quotas, and of how reps spend their time."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from salesmetrics._numeric.days import day_number
from salesmetrics.model.period import Period
from salesmetrics.result._counts import CountsByName
from salesmetrics.result.activity import ActivitiesPerRep, MeetingRate, TimeShare
from salesmetrics.result.attainment import Attainment
from salesmetrics.result.capacity import Capacity
from salesmetrics.result.ramp_time import RampTime, days_counted
from salesmetrics.result.totals import Unit
from salesmetrics.strategies.model import IN_A_COLUMN, days, minor_units, periods
from salesmetrics.strategies.sums import counts, money_totals, multisets

__all__ = [
    "activities_per_reps",
    "attainments",
    "capacities",
    "meeting_rates",
    "ramp_times",
    "time_shares",
]


@st.composite
def attainments(
    draw: DrawFn,
    unit: Unit = "USD",
    period: Period | None = None,
    as_of: date | None = None,
    include_today: bool | None = None,  # noqa: FBT001
) -> Attainment:
    """An attainment, with overlay credit and reps without a quota; those of one period and day of view add.

    Args:
        draw: Given by hypothesis.
        unit: Its currency; `None` for plain numbers.
        period: Of the quotas; `None` for any period.
        as_of: The day of view; `None` for any.
        include_today: Whether the day of view is over too; `None` for either.

    Examples:
        >>> from hypothesis import given
        >>> @given(attainments())
        ... def test_a_reached_quota_leaves_nothing_to_sell(one: Attainment) -> None:
        ...     assert not one.reaches() or one.gap.minor <= 0
        >>> test_a_reached_quota_leaves_nothing_to_sell()
    """
    span = draw(periods()) if period is None else period
    # what a day brings, on every day of the period, is still money
    totals = money_totals(unit).filter(lambda total: abs(total.minor) * span.days < 10**37)
    targets = st.just(0) if unit == "XXX" else minor_units(IN_A_COLUMN, negative=False)
    spans = draw(st.lists(_days_within(span), max_size=3))
    return Attainment(
        span,
        draw(days()) if as_of is None else as_of,
        draw(totals),
        draw(totals),
        draw(targets),
        draw(totals),
        draw(targets),
        unit,
        draw(counts()),
        draw(st.booleans()) if include_today is None else include_today,
        days_counted([first for first, _ in spans]),
        days_counted([end for _, end in spans]),
    )


def _days_within(period: Period) -> SearchStrategy[tuple[int, int]]:
    """The first day of some days of a period, and the day after their last."""
    first, end = day_number(period.start), day_number(period.end)
    return st.integers(first, end - 1).flatmap(lambda start: st.tuples(st.just(start), st.integers(start + 1, end)))


@st.composite
def capacities(draw: DrawFn, unit: Unit = "USD", period: Period | None = None) -> Capacity:
    """What reps are asked to sell, some of them for less than all; capacities of one period add.

    Args:
        draw: Given by hypothesis.
        unit: Its currency; `None` for plain numbers.
        period: Of the quotas; `None` for any.

    Examples:
        >>> from hypothesis import given
        >>> @given(capacities())
        ... def test_no_more_is_asked_than_all(one: Capacity) -> None:
        ...     assert one.ramped <= one.full
        >>> test_no_more_is_asked_than_all()
    """
    sizes = st.just(0) if unit == "XXX" else minor_units(IN_A_COLUMN, negative=False)
    ramped, full = sorted([draw(sizes), draw(sizes)])
    return Capacity(draw(periods()) if period is None else period, full, ramped, unit, draw(counts()))


def ramp_times() -> SearchStrategy[RampTime]:
    """Days that reps took to ramp, days of those who have not, and others who were not seen from hiring.

    Examples:
        >>> from hypothesis import given
        >>> @given(ramp_times())
        ... def test_a_share_is_a_fraction(times: RampTime) -> None:
        ...     assert 0 <= times.share_ramped(30) <= 1
        >>> test_a_share_is_a_fraction()
    """
    days = st.sampled_from([0, 1, 30, 90, 365])
    return st.builds(RampTime, multisets(days), multisets(days), counts())


def time_shares() -> SearchStrategy[TimeShare]:
    """Minutes of selling and of work, of none too, and now and then more selling than work.

    Examples:
        >>> from hypothesis import given
        >>> @given(time_shares())
        ... def test_a_share_is_a_fraction(share: TimeShare) -> None:
        ...     assert share.value is None or 0 <= share.value <= 1
        >>> test_a_share_is_a_fraction()
    """
    return st.builds(TimeShare, *[counts()] * 4)


def meeting_rates() -> SearchStrategy[MeetingRate]:
    """Meetings and what was done to get them, now and then fewer tries than meetings.

    Examples:
        >>> from hypothesis import given
        >>> @given(meeting_rates())
        ... def test_undefined_without_tries(rate: MeetingRate) -> None:
        ...     assert (rate.value is None) == (rate.n_prospecting == 0)
        >>> test_undefined_without_tries()
    """
    return st.builds(MeetingRate, counts(), counts())


def activities_per_reps() -> SearchStrategy[ActivitiesPerRep]:
    """What a few reps did, of whom some did nothing.

    Examples:
        >>> from hypothesis import given
        >>> @given(activities_per_reps())
        ... def test_undefined_without_reps(work: ActivitiesPerRep) -> None:
        ...     assert (work.value is None) == (work.n == 0)
        >>> test_undefined_without_reps()
    """
    some = st.integers(0, 12) | st.integers(0, 2**40)
    by_rep = st.dictionaries(st.sampled_from(["Ada", "Bo", "", "<b>"]), some)
    return st.builds(ActivitiesPerRep, by_rep.map(CountsByName), counts())
