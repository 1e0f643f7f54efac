"""Any answer, and what is read of answers: breakdowns, trends, comparisons, scorecards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, get_args

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from salesmetrics.across.breakdown import breakdown
from salesmetrics.across.trend import trend
from salesmetrics.measure.pipeline import pipeline_value, weighted_pipeline
from salesmetrics.measure.rates import win_rate, win_value_rate
from salesmetrics.measure.size import deal_size
from salesmetrics.measure.velocity import cycle_length, sales_velocity
from salesmetrics.result._answers import exact_reading
from salesmetrics.result.activity import ActivitiesPerRep, MeetingRate, TimeShare
from salesmetrics.result.answer import Answer
from salesmetrics.result.attainment import Attainment
from salesmetrics.result.bootstrapped import Bootstrapped
from salesmetrics.result.breakdown import Breakdown, Top
from salesmetrics.result.capacity import Capacity
from salesmetrics.result.comparison import Comparison, GoalResult
from salesmetrics.result.coverage import Coverage
from salesmetrics.result.effort import ActivitiesPerWin
from salesmetrics.result.forecast import Forecast
from salesmetrics.result.forecast_accuracy import ForecastAccuracy
from salesmetrics.result.late_deals import LateDeals
from salesmetrics.result.lead_propensity import LeadPropensity
from salesmetrics.result.proportion import Proportion
from salesmetrics.result.ramp_time import RampTime
from salesmetrics.result.ranked_rate import RankedRate
from salesmetrics.result.response_time import FollowUps, ResponseTime
from salesmetrics.result.sales_velocity import SalesVelocity
from salesmetrics.result.score_quality import ScoreQuality
from salesmetrics.result.slips import Pushes, Slippage
from salesmetrics.result.stage_calibration import StageCalibration, StageOutcomes
from salesmetrics.result.stage_conversion import StageConversion
from salesmetrics.result.tallied import Amounts, Durations
from salesmetrics.result.time_in_stage import TimeInStage
from salesmetrics.result.totals import MoneyRatio, MoneyTotal, Unit, WeightedTotal
from salesmetrics.result.trend import Trend
from salesmetrics.result.waterfall import Waterfall
from salesmetrics.result.weights_of_evidence import WeightsOfEvidence
from salesmetrics.scorecards import Scorecard, scorecard
from salesmetrics.strategies.attainment import (
    activities_per_reps,
    attainments,
    capacities,
    meeting_rates,
    ramp_times,
    time_shares,
)
from salesmetrics.strategies.calibration import stage_calibrations, stage_outcomes
from salesmetrics.strategies.forecasts import forecast_accuracies, forecasts
from salesmetrics.strategies.model import days_around, goals, periods, successive_periods
from salesmetrics.strategies.pipeline import (
    activities_per_wins,
    coverages,
    late_deals,
    pushes,
    sales_velocities,
    slippages,
    stage_conversions,
    times_in_stage,
)
from salesmetrics.strategies.propensity import lead_propensities, weights_of_evidences
from salesmetrics.strategies.response import follow_up_counts, response_times
from salesmetrics.strategies.scores import score_qualities
from salesmetrics.strategies.sums import (
    amounts,
    durations,
    money_ratios,
    money_totals,
    proportions,
    units,
    weighted_totals,
)
from salesmetrics.strategies.table import keys, tables
from salesmetrics.strategies.waterfalls import waterfalls
from salesmetrics.table.readable_deals import PeriodBasis

__all__ = [
    "ANSWERS",
    "answers",
    "bootstraps",
    "breakdowns",
    "comparisons",
    "goal_results",
    "ranked_rates",
    "scorecards",
    "tops",
    "trends",
]


ANSWERS: Mapping[type[Answer], Callable[[Unit], SearchStrategy[Any]]] = {
    Proportion: lambda _: proportions(),
    MoneyTotal: money_totals,
    WeightedTotal: weighted_totals,
    MoneyRatio: money_ratios,
    Amounts: amounts,
    Durations: lambda _: durations(),
    SalesVelocity: sales_velocities,
    StageCalibration: lambda _: stage_calibrations(),
    StageConversion: lambda _: stage_conversions(),
    StageOutcomes: lambda _: stage_outcomes(),
    Forecast: forecasts,
    Attainment: attainments,
    Capacity: capacities,
    ForecastAccuracy: forecast_accuracies,
    Coverage: coverages,
    LateDeals: late_deals,
    Slippage: slippages,
    Pushes: lambda _: pushes(),
    RampTime: lambda _: ramp_times(),
    ActivitiesPerWin: lambda _: activities_per_wins(),
    ActivitiesPerRep: lambda _: activities_per_reps(),
    MeetingRate: lambda _: meeting_rates(),
    TimeShare: lambda _: time_shares(),
    TimeInStage: lambda _: times_in_stage(),
    ScoreQuality: lambda _: score_qualities(),
    ResponseTime: lambda _: response_times(),
    FollowUps: lambda _: follow_up_counts(),
    LeadPropensity: lambda _: lead_propensities(),
    WeightsOfEvidence: lambda _: weights_of_evidences(),
    Waterfall: waterfalls,
}
"""What gives the answers of each kind, in a unit."""


@cache
def answers() -> SearchStrategy[Any]:
    """Any answer of a single question, in any unit.

    Examples:
        >>> from hypothesis import given
        >>> @given(answers())
        ... def test_round_trip(answer: Answer) -> None:
        ...     assert Answer.from_dict(answer.to_dict()) == answer
        >>> test_round_trip()
    """
    return units().flatmap(lambda unit: st.one_of(*(kind(unit) for kind in ANSWERS.values())))


_MEASURES: Mapping[type[Answer], Callable[..., Answer]] = {
    Proportion: win_rate,
    MoneyTotal: pipeline_value,
    WeightedTotal: weighted_pipeline,
    MoneyRatio: win_value_rate,
    Amounts: deal_size,
    Durations: cycle_length,
    SalesVelocity: sales_velocity,
}


@st.composite
def breakdowns(draw: DrawFn, kind: type[Answer] | None = None) -> Breakdown[Any]:
    """A table's answers by one key or by several.

    Args:
        draw: Given by hypothesis.
        kind: Which answers, such as `Proportion`; `None` for any.

    Examples:
        >>> from hypothesis import given
        >>> @given(breakdowns(Proportion))
        ... def test_of_one_kind(rates: Breakdown[Proportion]) -> None:
        ...     assert all(isinstance(rate, Proportion) for rate in rates.values())
        >>> test_of_one_kind()
    """
    table = draw(tables())
    measure = draw(st.sampled_from([*_MEASURES.values()])) if kind is None else _MEASURES[kind]
    return breakdown(measure, table, draw(keys(table)))


@st.composite
def tops(draw: DrawFn, kind: type[Answer] | None = None) -> Top[Any]:
    """The first groups of a breakdown and its rest, by any of the answers' readings.

    Args:
        draw: Given by hypothesis.
        kind: Which answers, such as `Proportion`; `None` for any.

    Examples:
        >>> from hypothesis import given
        >>> @given(tops(Proportion))
        ... def test_a_rest_only_of_others(best: Top[Proportion]) -> None:
        ...     assert (best.rest is None) == (best.n_rest == 0)
        >>> test_a_rest_only_of_others()
    """
    groups = draw(breakdowns(kind))
    readings = ("value",) if not groups else next(iter(groups.values())).readings
    return groups.top(draw(st.integers(1, 4)), draw(st.sampled_from(readings)), descending=draw(st.booleans()))


@st.composite
def trends(draw: DrawFn, kind: type[Answer] | None = None) -> Trend[Any]:
    """A table's answers period by period, by any day of the deals, and to date.

    Args:
        draw: Given by hypothesis.
        kind: Which answers, such as `Proportion`; `None` for any.

    Examples:
        >>> from hypothesis import given
        >>> @given(trends())
        ... def test_an_answer_for_each_period(found: Trend[Any]) -> None:
        ...     assert len(found.answers) == len(found.periods)
        >>> test_an_answer_for_each_period()
    """
    table = draw(tables())
    measure = draw(st.sampled_from([*_MEASURES.values()])) if kind is None else _MEASURES[kind]
    on = draw(st.sampled_from(get_args(PeriodBasis)))
    return trend(measure, table, draw(successive_periods(days_around(table))), on, draw(st.booleans()))


@st.composite
def comparisons(draw: DrawFn, kind: type[Answer] | None = None) -> Comparison[Any]:
    """Two answers of one kind and unit, compared by one of their readings.

    Args:
        draw: Given by hypothesis.
        kind: Which answers, such as `Proportion`; `None` for any.

    Examples:
        >>> from hypothesis import given
        >>> @given(comparisons())
        ... def test_nothing_comes_of_nothing(change: Comparison[Any]) -> None:
        ...     assert change.difference is not None or change.relative is None
        >>> test_nothing_comes_of_nothing()
    """
    chosen = draw(st.sampled_from([*ANSWERS])) if kind is None else kind
    some = ANSWERS[chosen](draw(units()))
    return Comparison(draw(some), draw(some), draw(st.sampled_from(chosen.readings)))


@st.composite
def bootstraps(draw: DrawFn) -> Bootstrapped[Any]:
    """Answers of any kind with the interval of one of their readings, which may be undefined.

    Examples:
        >>> from hypothesis import given
        >>> @given(bootstraps())
        ... def test_bounds_are_in_order(one: Bootstrapped[Any]) -> None:
        ...     assert one.interval is None or one.interval[0] <= one.interval[1]
        >>> test_bounds_are_in_order()
    """
    kind = draw(st.sampled_from([*ANSWERS]))
    answer, reading = draw(ANSWERS[kind](draw(units()))), draw(st.sampled_from(kind.readings))
    n_resamples = draw(st.integers(1, 10_000))
    n_undefined = draw(st.integers(0, n_resamples))
    point = float(exact_reading(answer, reading) or 0)
    is_defined = n_undefined < n_resamples
    below, above = draw(st.tuples(st.floats(0, 1), st.floats(0, 1)))  # a reading of zero may be of no currency
    low, high = (point - below * abs(point), point + above * abs(point)) if is_defined else (None, None)
    level, seed = draw(st.floats(0, 1, exclude_min=True, exclude_max=True)), draw(st.integers(0, 2**128))
    n_units = draw(st.integers(0, 2**40))
    return Bootstrapped(answer, reading, low, high, level, seed, n_units, n_resamples, n_undefined)


@cache
def ranked_rates() -> SearchStrategy[RankedRate]:
    """Rates among others, counted and shrunk.

    Examples:
        >>> from hypothesis import given
        >>> @given(ranked_rates())
        ... def test_as_many_as_there_are(one: RankedRate) -> None:
        ...     assert 0 <= one.part <= one.whole
        >>> test_as_many_as_there_are()
    """
    share, strength = st.floats(0, 1), st.floats(1, 1e9)

    def of(rate: Proportion, fitted: bool, shares: tuple[float, ...], strength: float) -> RankedRate:  # noqa: FBT001
        low, shrunk, high = sorted(shares[:3])
        return RankedRate(rate.part, rate.whole, shares[3], strength, fitted, shrunk, low, high, shares[4], shares[5])

    return st.builds(of, proportions(), st.booleans(), st.tuples(*[share] * 6), strength)


@cache
def goal_results() -> SearchStrategy[GoalResult]:
    """Changes set against goals, which they meet, miss, or cannot be set against.

    Examples:
        >>> from hypothesis import given
        >>> @given(goal_results())
        ... def test_a_margin_says_whether_it_was_met(result: GoalResult) -> None:
        ...     assert result.met == (None if result.margin is None else result.margin >= 0)
        >>> test_a_margin_says_whether_it_was_met()
    """
    return st.builds(GoalResult, goals(), comparisons())


@st.composite
def scorecards(draw: DrawFn) -> Scorecard:
    """A scorecard of any table, with its day of view and the bounds of its period on and beside the deals' days.

    Args:
        draw: Given by hypothesis.

    Examples:
        >>> from hypothesis import given
        >>> @given(scorecards())
        ... def test_round_trip(card: Scorecard) -> None:
        ...     assert Scorecard.from_dict(card.to_dict()) == card
        >>> test_round_trip()
    """
    table = draw(tables())
    around = days_around(table)
    return scorecard(table, period=draw(periods(around)), as_of=draw(around))
