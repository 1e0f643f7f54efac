"""Answers of every kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any, get_args

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from salesmetrics._numeric.days import day_number
from salesmetrics._numeric.multiset import Multiset
from salesmetrics.across.breakdown import breakdown
from salesmetrics.across.trend import trend
from salesmetrics.measure.pipeline import pipeline_value, weighted_pipeline
from salesmetrics.measure.rates import win_rate, win_value_rate
from salesmetrics.measure.size import deal_size
from salesmetrics.measure.velocity import cycle_length, sales_velocity
from salesmetrics.model.currencies import exponent
from salesmetrics.model.period import Period
from salesmetrics.result._answers import exact_reading
from salesmetrics.result.answer import Answer, in_unit
from salesmetrics.result.attainment import Attainment
from salesmetrics.result.backtest import Backtest
from salesmetrics.result.bootstrapped import Bootstrapped
from salesmetrics.result.breakdown import Breakdown, Top
from salesmetrics.result.bridge import Bridge, BridgeStep
from salesmetrics.result.capacity import Capacity
from salesmetrics.result.comparison import Comparison, GoalResult
from salesmetrics.result.coverage import Coverage
from salesmetrics.result.effort import ActivitiesPerWin
from salesmetrics.result.forecast import LEFT_OUT, Forecast
from salesmetrics.result.forecast_accuracy import ForecastAccuracy
from salesmetrics.result.forecast_lines import ForecastLines
from salesmetrics.result.forecast_parts import ForecastParts
from salesmetrics.result.late_deals import LateDeals
from salesmetrics.result.proportion import Proportion
from salesmetrics.result.ramp_time import RampTime
from salesmetrics.result.ranked_rate import RankedRate
from salesmetrics.result.sales_velocity import SalesVelocity
from salesmetrics.result.slips import Pushes, Slippage
from salesmetrics.result.stage_conversion import StageConversion
from salesmetrics.result.tallied import Amounts, Durations
from salesmetrics.result.time_in_stage import TimeInStage
from salesmetrics.result.totals import MoneyRatio, MoneyTotal, Unit, WeightedTotal
from salesmetrics.result.trend import Trend
from salesmetrics.result.waterfall import Movement, Waterfall
from salesmetrics.result.waterfall_lines import ENTRIES, EXITS, WaterfallLines
from salesmetrics.scorecards import Scorecard, scorecard
from salesmetrics.strategies.model import (
    IN_A_COLUMN,
    days,
    days_around,
    goals,
    minor_units,
    periods,
    successive_periods,
)
from salesmetrics.strategies.table import keys, tables
from salesmetrics.table.readable_deals import PeriodBasis

__all__ = [
    "ANSWERS",
    "activities_per_wins",
    "amounts",
    "answers",
    "attainments",
    "backtests",
    "bootstraps",
    "breakdowns",
    "bridge_steps",
    "bridges",
    "capacities",
    "comparisons",
    "counts",
    "coverages",
    "durations",
    "forecast_accuracies",
    "forecast_lines",
    "forecast_parts",
    "forecasts",
    "goal_results",
    "late_deals",
    "money_ratios",
    "money_totals",
    "movements",
    "multisets",
    "proportions",
    "pushes",
    "ramp_times",
    "ranked_rates",
    "sales_velocities",
    "scorecards",
    "slippages",
    "stage_conversions",
    "times_in_stage",
    "tops",
    "trends",
    "units",
    "waterfall_lines",
    "waterfalls",
    "weighted_totals",
]


@cache
def units() -> SearchStrategy[Unit]:
    """What sums are of: currencies, and `None` for plain whole numbers.

    Examples:
        >>> from hypothesis import given
        >>> @given(units())
        ... def test_every_unit_has_a_zero(unit: str | None) -> None:
        ...     assert MoneyTotal(0, unit, 0, 0).currency == unit
        >>> test_every_unit_has_a_zero()
    """
    return st.sampled_from(["USD", "JPY", "BHD", "CLF", "XXX", None])


@cache
def counts() -> SearchStrategy[int]:
    """How many deals there are: none, a few, very many.

    Examples:
        >>> from hypothesis import given
        >>> @given(counts())
        ... def test_bounds(n: int) -> None:
        ...     assert 0 <= n < 2**63
        >>> test_bounds()
    """
    return st.integers(0, 5) | st.integers(0, 2**40)


@st.composite
def money_totals(draw: DrawFn, unit: Unit = "USD") -> MoneyTotal:
    """A sum of money, or of plain numbers; of no deals it is zero.

    Args:
        draw: Given by hypothesis.
        unit: Its currency; `None` for plain numbers.

    Examples:
        >>> from hypothesis import given
        >>> @given(money_totals("JPY"))
        ... def test_no_deals_are_worth_nothing(total: MoneyTotal) -> None:
        ...     assert total.n or not total.minor
        >>> test_no_deals_are_worth_nothing()
    """
    n = draw(counts())
    return MoneyTotal(draw(_sums(n, unit)), unit, n, draw(counts()))


@st.composite
def weighted_totals(draw: DrawFn, unit: Unit = "USD") -> WeightedTotal:
    """A sum of millionths, often one that lies half way between two cents.

    Args:
        draw: Given by hypothesis.
        unit: Its currency; `None` for plain numbers.

    Examples:
        >>> from hypothesis import given
        >>> @given(weighted_totals(None))
        ... def test_rounded_to_the_nearest(total: WeightedTotal) -> None:
        ...     assert total.value is None or abs(total.value * 1_000_000 - total.micro) <= 500_000
        >>> test_rounded_to_the_nearest()
    """
    n = draw(counts())
    halves = _sums(n, unit).map(lambda minor: minor * 500_000)
    return WeightedTotal(draw(_sums(n, unit) | halves), unit, n, draw(counts()))


@st.composite
def money_ratios(draw: DrawFn, unit: Unit = "USD") -> MoneyRatio:
    """A share of money, of none too; with negative amounts a part may be above the whole.

    Args:
        draw: Given by hypothesis.
        unit: Its currency; `None` for plain numbers.

    Examples:
        >>> from hypothesis import given
        >>> @given(money_ratios())
        ... def test_undefined_of_nothing(ratio: MoneyRatio) -> None:
        ...     assert (ratio.value is None) == (ratio.whole == 0)
        >>> test_undefined_of_nothing()
    """
    n = draw(counts())
    return MoneyRatio(draw(_sums(n, unit)), draw(_sums(n, unit)), unit, n, draw(counts()), draw(st.integers(0, n)))


@cache
def proportions() -> SearchStrategy[Proportion]:
    """Shares of counts: of nothing, none of all, and all of all among them.

    Examples:
        >>> from hypothesis import given
        >>> @given(proportions())
        ... def test_the_interval_holds_the_share(rate: Proportion) -> None:
        ...     low, high = rate.interval()
        ...     assert low <= (rate.value or 0) <= high
        >>> test_the_interval_holds_the_share()
    """
    return st.builds(lambda part, rest: Proportion(part, part + rest), counts(), counts())


def multisets(numbers: SearchStrategy[int] | None = None) -> SearchStrategy[Multiset]:
    """Distinct numbers in order, each with how often it came.

    Args:
        numbers: The numbers; `None` for all that a column can hold.

    Examples:
        >>> from hypothesis import given
        >>> @given(multisets())
        ... def test_twice_the_same(tally: Multiset) -> None:
        ...     assert tally + tally == Multiset(tally.values, 2 * tally.counts)
        >>> test_twice_the_same()
    """
    some = minor_units(IN_A_COLUMN) if numbers is None else numbers
    tallies = st.dictionaries(some, st.integers(1, 3) | st.integers(1, 2**40), max_size=5)
    return tallies.map(
        lambda tally: Multiset(
            np.array(sorted(tally), np.int64), np.array([tally[number] for number in sorted(tally)], np.int64)
        )
    )


def amounts(unit: Unit = "USD") -> SearchStrategy[Amounts]:
    """Sizes of deals, and none.

    Args:
        unit: Their currency; `None` for plain numbers.

    Examples:
        >>> from hypothesis import given
        >>> @given(amounts())
        ... def test_the_median_lies_between(sizes: Amounts) -> None:
        ...     assert sizes.quantile(0) is None or sizes.quantile(0) <= sizes.median <= sizes.quantile(1)
        >>> test_the_median_lies_between()
    """
    return st.builds(Amounts, multisets(st.just(0) if unit == "XXX" else None), st.just(unit), counts())


@cache
def durations() -> SearchStrategy[Durations]:
    """Lengths of time, up to all the days that there are.

    Examples:
        >>> from hypothesis import given
        >>> @given(durations())
        ... def test_undefined_of_nothing(cycle: Durations) -> None:
        ...     assert (cycle.mean is None) == (cycle.n == 0)
        >>> test_undefined_of_nothing()
    """
    return st.builds(Durations, multisets(st.integers(0, 5) | st.integers(0, (date.max - date.min).days)), counts())


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
def forecast_lines(draw: DrawFn, unit: Unit = "USD") -> ForecastLines:
    """What a few deals are expected to bring; of some of them nobody knows.

    Args:
        draw: Given by hypothesis.
        unit: The currency of their amounts; `None` for plain numbers.

    Examples:
        >>> from hypothesis import given
        >>> @given(forecast_lines())
        ... def test_columns_are_of_one_length(lines: ForecastLines) -> None:
        ...     assert {len(column) for column in lines.to_columns().values()} == {len(lines)}
        >>> test_columns_are_of_one_length()
    """
    deals = draw(st.lists(st.integers(0, 2**40) | st.text(max_size=3), max_size=4, unique=True))
    amount = st.just(0) if unit == "XXX" else minor_units(IN_A_COLUMN)
    chance = st.sampled_from([0, 500_000, 1_000_000]) | st.integers(0, 1_000_000)
    basis = st.sampled_from(["Qualified", "Final call", "<b>\x1b"])
    cells: list[SearchStrategy[Any]] = [amount, chance, days(), basis]
    columns = [draw(st.lists(st.none() | one, min_size=len(deals), max_size=len(deals))) for one in cells]
    return ForecastLines.of(deals, *columns)


@st.composite
def forecast_parts(draw: DrawFn, unit: Unit = "USD") -> ForecastParts:
    """What a forecast expects beside deals, often thirds of minor units.

    Args:
        draw: Given by hypothesis.
        unit: The currency of the amounts; `None` for plain numbers.

    Examples:
        >>> from hypothesis import given
        >>> @given(forecast_parts())
        ... def test_the_parts_are_the_total(parts: ForecastParts) -> None:
        ...     assert sum(parts.amounts.values()) == parts.total
        >>> test_the_parts_are_the_total()
    """
    minor = st.just(0) if unit == "XXX" else minor_units(IN_A_COLUMN)
    amount = st.builds(Fraction, minor, st.sampled_from([1, 2, 3]))
    amounts = draw(st.dictionaries(st.sampled_from(["base", "growth", "<b>\x1b"]), amount))
    return ForecastParts(amounts, draw(counts()), draw(counts()))


def forecast_accuracies(unit: Unit = "USD") -> SearchStrategy[ForecastAccuracy]:
    """How wrong a few forecasts were, of nothing too.

    Args:
        unit: The currency; `None` for plain numbers.

    Examples:
        >>> from hypothesis import given
        >>> @given(forecast_accuracies())
        ... def test_undefined_where_nothing_came(made: ForecastAccuracy) -> None:
        ...     assert (made.wape is None) == (not any(actual for _, actual in made.pairs))
        >>> test_undefined_where_nothing_came()
    """
    minor = st.just(0) if unit == "XXX" else minor_units(IN_A_COLUMN)
    return st.builds(ForecastAccuracy, st.lists(st.tuples(minor, minor), max_size=5), st.just(unit), counts())


@st.composite
def backtests(draw: DrawFn, unit: Unit = "USD") -> Backtest:
    """A trial of a few methods on past periods.

    Args:
        draw: Given by hypothesis.
        unit: The currency; `None` for plain numbers.

    Examples:
        >>> from hypothesis import given
        >>> @given(backtests())
        ... def test_columns_are_of_one_length(trial: Backtest) -> None:
        ...     assert {len(column) for column in trial.to_columns().values()} == {len(trial)}
        >>> test_columns_are_of_one_length()
    """
    minor = st.just(0) if unit == "XXX" else minor_units(IN_A_COLUMN)
    names = draw(st.lists(st.sampled_from(["naive", "stage", "<b>\x1b"]), max_size=3, unique=True))
    rows = [
        (name, period, period.start, draw(st.none() | minor), draw(st.none() | minor))
        for period in draw(st.lists(periods(), max_size=3, unique=True))
        for name in names
    ]
    columns: list[list[Any]] = [[row[place] for row in rows] for place in range(5)]
    method, period, as_of, forecast, actual = columns
    return Backtest(method, period, as_of, forecast, actual, unit)


@st.composite
def forecasts(
    draw: DrawFn, unit: Unit = "USD", period: Period | None = None, as_of: date | None = None, method: str | None = None
) -> Forecast:
    """A forecast; those of one period, day of view and method add, if no deal is in two of them.

    Args:
        draw: Given by hypothesis.
        unit: Its currency; `None` for plain numbers.
        period: What is forecast; `None` for any period.
        as_of: The day of view; `None` for any.
        method: What was asked; `None` for any.

    Examples:
        >>> from hypothesis import given
        >>> @given(forecasts())
        ... def test_what_is_left_out_is_said(forecast: Forecast) -> None:
        ...     assert len(forecast.left_out) == 6
        >>> test_what_is_left_out_is_said()
    """
    left_out: dict[str, Any] = {name: draw(money_totals(unit)) for name in LEFT_OUT}
    return Forecast(
        draw(periods()) if period is None else period,
        draw(days()) if as_of is None else as_of,
        draw(st.sampled_from(["stage_forecast", "stage_forecast(undated='include')"])) if method is None else method,
        draw(money_totals(unit)),
        draw(forecast_lines(unit)),
        undated_expected=draw(weighted_totals(unit)),
        overdue_expected=draw(weighted_totals(unit)),
        besides=draw(forecast_parts(unit)),
        **left_out,
    )


@st.composite
def attainments(
    draw: DrawFn, unit: Unit = "USD", period: Period | None = None, as_of: date | None = None
) -> Attainment:
    """An attainment, with overlay credit and reps without a quota; those of one period and day of view add.

    Args:
        draw: Given by hypothesis.
        unit: Its currency; `None` for plain numbers.
        period: Of the quotas; `None` for any period.
        as_of: The day of view; `None` for any.

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
    )


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
    """How many activities won deals took, of no deals too.

    Examples:
        >>> from hypothesis import given
        >>> @given(activities_per_wins())
        ... def test_undefined_of_nothing(effort: ActivitiesPerWin) -> None:
        ...     assert (effort.value is None) == (effort.n == 0)
        >>> test_undefined_of_nothing()
    """
    return st.builds(ActivitiesPerWin, multisets(st.integers(0, 12)), counts())


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


def ramp_times() -> SearchStrategy[RampTime]:
    """Days that reps took to ramp, and days of those who have not.

    Examples:
        >>> from hypothesis import given
        >>> @given(ramp_times())
        ... def test_a_share_is_a_fraction(times: RampTime) -> None:
        ...     assert 0 <= times.share_ramped(30) <= 1
        >>> test_a_share_is_a_fraction()
    """
    days = st.sampled_from([0, 1, 30, 90, 365])
    return st.builds(RampTime, multisets(days), multisets(days))


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


@st.composite
def bridge_steps(draw: DrawFn, unit: Unit = "USD") -> BridgeStep:
    """A reason why two figures differ.

    Args:
        draw: Given by hypothesis.
        unit: The currency of the figures; `None` for plain numbers.

    Examples:
        >>> from hypothesis import given
        >>> @given(bridge_steps())
        ... def test_each_deal_has_its_change(step: BridgeStep) -> None:
        ...     assert list(step.by_deal) == list(step.deals)
        >>> test_each_deal_has_its_change()
    """
    deals = draw(st.lists(st.integers(0, 2**40) | st.text(max_size=3), max_size=3, unique=True))
    changes = draw(st.lists(_changes_in(unit), min_size=len(deals), max_size=len(deals)))
    return BridgeStep(draw(st.text(max_size=12)), draw(_changes_in(unit)), unit, tuple(deals), tuple(changes))


@st.composite
def bridges(draw: DrawFn, unit: Unit = "USD") -> Bridge:
    """Why two figures differ, of figures that are not defined too.

    Args:
        draw: Given by hypothesis.
        unit: The currency of the figures; `None` for plain numbers.

    Examples:
        >>> from hypothesis import given
        >>> @given(bridges())
        ... def test_steps_add_up(bridge: Bridge) -> None:
        ...     assert bridge.exact is None or bridge.exact == sum(step.exact or 0 for step in bridge.steps)
        >>> test_steps_add_up()
    """
    steps = tuple(draw(st.lists(bridge_steps(unit), max_size=3)))
    minor = 0 if unit == "XXX" else draw(minor_units(IN_A_COLUMN))
    major = 1 if unit is None else 10 ** exponent(unit)
    changes = [step.exact for step in steps]
    end = None if None in changes else int(minor + major * sum(filter(None, changes)))
    return Bridge(in_unit(minor, unit), None if end is None else in_unit(end, unit), unit, steps)


def _changes_in(unit: Unit) -> SearchStrategy[Fraction | None]:
    """By how much figures change: by whole minor units, or by what nobody can tell."""
    if unit == "XXX":
        return st.just(Fraction(0)) | st.none()
    major = 1 if unit is None else 10 ** exponent(unit)
    return minor_units(IN_A_COLUMN).map(lambda minor: Fraction(minor, major)) | st.none()


@st.composite
def waterfall_lines(draw: DrawFn, unit: Unit = "USD", span: Period | None = None) -> WaterfallLines:
    """What happened to a few deals, from their openings to their closings.

    Args:
        draw: Given by hypothesis.
        unit: The currency of their amounts; `None` for plain numbers.
        span: From the opening to the closing; `None` for any.

    Examples:
        >>> from hypothesis import given
        >>> @given(waterfall_lines())
        ... def test_columns_are_of_one_length(lines: WaterfallLines) -> None:
        ...     assert {len(column) for column in lines.to_columns().values()} == {len(lines)}
        >>> test_columns_are_of_one_length()
    """
    span = draw(periods()) if span is None else span
    first, end = day_number(span.start), day_number(span.end)
    amount = st.none() | (st.just(0) if unit == "XXX" else minor_units(IN_A_COLUMN))
    lines: list[tuple[str, Any, int, int | None]] = []
    for deal in draw(st.lists(st.integers(0, 2**40) | st.text(max_size=3), max_size=3, unique=True)):
        is_in, held = draw(st.booleans()), None
        if is_in:
            held = draw(amount)
            lines.append(("opening", deal, first, held))
        for day in sorted(draw(st.sets(st.integers(first, end - 1), max_size=3))):
            if not is_in:
                held = draw(amount)
                lines.append((draw(st.sampled_from(ENTRIES)), deal, day, held))
            becomes = draw(st.just(held) | amount)
            if becomes != held:
                lines.append((_change(held, becomes), deal, day, (becomes or 0) - (held or 0)))
            held, is_in = becomes, draw(st.booleans())
            if not is_in:
                lines.append((draw(st.sampled_from(EXITS)), deal, day, None if held is None else -held))
        if is_in:
            lines.append(("closing", deal, end, held))
    columns: list[list[Any]] = [[line[place] for line in lines] for place in range(4)]
    return WaterfallLines.of(*columns)


@st.composite
def waterfalls(
    draw: DrawFn,
    unit: Unit = "USD",
    period: Period | None = None,
    span: Period | None = None,
    owners: tuple[str | None, ...] | None = None,
) -> Waterfall:
    """A waterfall; those of one period, span and owners add, if no deal is in two of them.

    Args:
        draw: Given by hypothesis.
        unit: The currency of its amounts; `None` for plain numbers.
        period: When the deals are due; `None` for any period.
        span: From the opening to the closing; `None` for any.
        owners: Whose deals; `None` for any.

    Examples:
        >>> from hypothesis import given
        >>> @given(waterfalls())
        ... def test_the_changes_lead_to_the_closing(flow: Waterfall) -> None:
        ...     *before, closing = flow.totals.values()
        ...     assert sum(movement.minor for movement in before) == closing.minor
        >>> test_the_changes_lead_to_the_closing()
    """
    span = draw(periods()) if span is None else span
    return Waterfall(
        draw(periods()) if period is None else period,
        span.start,
        span.end,
        draw(st.sampled_from([(), ("Ada",), ("Ada", None)])) if owners is None else owners,
        unit,
        draw(waterfall_lines(unit, span)),
        draw(counts()),
        draw(counts()),
    )


@st.composite
def movements(draw: DrawFn, unit: Unit = "USD") -> Movement:
    """What a bucket of a waterfall adds up to.

    Args:
        draw: Given by hypothesis.
        unit: The currency of the sum; `None` for plain numbers.

    Examples:
        >>> from hypothesis import given
        >>> @given(movements())
        ... def test_no_more_deals_than_changes(movement: Movement) -> None:
        ...     assert movement.n_deals <= movement.n_changes
        >>> test_no_more_deals_than_changes()
    """
    return draw(st.sampled_from([*draw(waterfalls(unit)).totals.values()]))


ANSWERS: Mapping[type[Answer], Callable[[Unit], SearchStrategy[Any]]] = {
    Proportion: lambda _: proportions(),
    MoneyTotal: money_totals,
    WeightedTotal: weighted_totals,
    MoneyRatio: money_ratios,
    Amounts: amounts,
    Durations: lambda _: durations(),
    SalesVelocity: sales_velocities,
    StageConversion: lambda _: stage_conversions(),
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
    TimeInStage: lambda _: times_in_stage(),
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


def _sums(n: int, unit: Unit) -> SearchStrategy[int]:
    if n == 0 or unit == "XXX":
        return st.just(0)
    return minor_units(10**37)


def _change(held: int | None, becomes: int | None) -> str:
    if held is None or becomes is None:
        return "amount_given" if held is None else "amount_cleared"
    return "increased" if becomes > held else "decreased"
