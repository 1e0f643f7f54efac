# Strategies: how hypothesis draws what the public face names, each file for the floor that it is called after.
# What lives here knows all floors, and draws.
"""Strategies for hypothesis: every public type, over its whole valid domain.

Days, amounts and probabilities are placed where answers change: at ties, at the bounds of periods, at half cents, at
zero and at the largest number that there is. Everything shrinks toward the empty book of the standard process.

Importing this module also tells hypothesis of the types, so that `st.from_type(Deal)` works; hypothesis alone would
fill a deal with values that contradict each other. There is no entry point that would do so at `import hypothesis`,
because then whoever has both would pay for it in every test run.

A strategy is called like what it draws, in the plural: `deals()`, `books()` (lists), `tables()` (`Deals`), `money()`.
It needs hypothesis: `pip install 'salesmetrics[hypothesis]'`.

Examples:
    >>> from hypothesis import given, strategies as st
    >>> from salesmetrics import Deals, Period, pipeline_value
    >>> @given(tables())
    ... def test_closed_deals_are_not_in_the_pipeline(table: Deals) -> None:
    ...     assert pipeline_value(table.filter(~table.is_closed)) == pipeline_value(table)
    >>> test_closed_deals_are_not_in_the_pipeline()
    >>> @given(st.from_type(Period))
    ... def test_a_period_has_its_first_day_and_not_its_end(period: Period) -> None:
    ...     assert period.start in period
    ...     assert period.end not in period
    >>> test_a_period_has_its_first_day_and_not_its_end()
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, get_args, get_origin

from salesmetrics.errors import MissingExtraError

try:
    from hypothesis import strategies as st
except ModuleNotFoundError:
    raise MissingExtraError(
        "salesmetrics.strategies needs hypothesis, which is not installed; run pip install 'salesmetrics[hypothesis]'"
    ) from None

import salesmetrics as sm
from salesmetrics.strategies.activities import activities, activity_formats, activity_logs
from salesmetrics.strategies.attainment import (
    activities_per_reps,
    attainments,
    capacities,
    meeting_rates,
    ramp_times,
    time_shares,
)
from salesmetrics.strategies.calibration import stage_calibrations, stage_outcomes
from salesmetrics.strategies.calls import call_rollups, calls
from salesmetrics.strategies.compensation import (
    balances,
    deal_balances,
    deal_events,
    event_kinds,
    statement_lines,
    statements,
)
from salesmetrics.strategies.forecasts import backtests, forecast_accuracies, forecast_lines, forecast_parts, forecasts
from salesmetrics.strategies.history import (
    attached_histories,
    deal_changes,
    deal_histories,
    field_history_formats,
    history_formats,
    tables_with_history,
)
from salesmetrics.strategies.leads import lead_formats, lead_tables, leads
from salesmetrics.strategies.model import (
    business_hours,
    calendars,
    categories,
    currencies,
    days,
    days_around,
    deals,
    fiscal_calendars,
    goals,
    minor_units,
    money,
    new_hires,
    outcomes,
    period_keys,
    periods,
    probabilities,
    processes,
    reps,
    retail_calendars,
    stages,
    successive_periods,
)
from salesmetrics.strategies.people import (
    assignment_formats,
    assignment_tables,
    assignments,
    attached_sales,
    credits,  # noqa: A004  # the plural of what it draws
    quota_formats,
    quota_tables,
    quota_tables_with_sales,
    quotas,
    ramps,
)
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
from salesmetrics.strategies.plans import (
    allocations,
    bases,
    bonuses,
    boundaries,
    clamps,
    comp_plans,
    curves,
    draws,
    gates,
    rate_curves,
    releases,
    reversals,
    rules,
    scales,
    tiers,
)
from salesmetrics.strategies.propensity import lead_propensities, weights_of_evidences
from salesmetrics.strategies.rates import conversions, rates
from salesmetrics.strategies.response import follow_up_counts, response_times
from salesmetrics.strategies.result import (
    answers,
    bootstraps,
    breakdowns,
    comparisons,
    goal_results,
    ranked_rates,
    scorecards,
    tops,
    trends,
)
from salesmetrics.strategies.scores import isotonic_calibrations, platt_calibrations, score_qualities
from salesmetrics.strategies.scoring import (
    conditions,
    decays,
    deeds,
    grids,
    handed_off,
    lead_fields,
    lead_scores,
    limits,
    rule_scores,
    score_labels,
    score_lines,
    score_rules,
    scored_books,
    scoring_models,
)
from salesmetrics.strategies.sums import (
    amounts,
    counts,
    durations,
    money_ratios,
    money_totals,
    multisets,
    proportions,
    units,
    weighted_totals,
)
from salesmetrics.strategies.table import (
    books,
    deal_formats,
    keys,
    outcome_columns,
    problems,
    process_formats,
    sample_books,
    set_aside_rows,
    tables,
)
from salesmetrics.strategies.team_pay import (
    commission_lines,
    payee_plans,
    plan_costs,
    plan_payouts,
    plan_payouts_by_attainment,
    team_commissions,
)
from salesmetrics.strategies.waterfalls import bridge_steps, bridges, movements, waterfall_lines, waterfalls

__all__ = [
    "activities",
    "activities_per_reps",
    "activities_per_wins",
    "activity_formats",
    "activity_logs",
    "allocations",
    "amounts",
    "answers",
    "assignment_formats",
    "assignment_tables",
    "assignments",
    "attached_histories",
    "attached_sales",
    "attainments",
    "backtests",
    "balances",
    "bases",
    "bonuses",
    "books",
    "bootstraps",
    "boundaries",
    "breakdowns",
    "bridge_steps",
    "bridges",
    "business_hours",
    "calendars",
    "call_rollups",
    "calls",
    "capacities",
    "categories",
    "clamps",
    "commission_lines",
    "comp_plans",
    "comparisons",
    "conditions",
    "conversions",
    "counts",
    "coverages",
    "credits",
    "currencies",
    "curves",
    "days",
    "days_around",
    "deal_balances",
    "deal_changes",
    "deal_events",
    "deal_formats",
    "deal_histories",
    "deals",
    "decays",
    "deeds",
    "draws",
    "durations",
    "event_kinds",
    "field_history_formats",
    "fiscal_calendars",
    "follow_up_counts",
    "forecast_accuracies",
    "forecast_lines",
    "forecast_parts",
    "forecasts",
    "gates",
    "goal_results",
    "goals",
    "grids",
    "handed_off",
    "history_formats",
    "isotonic_calibrations",
    "keys",
    "late_deals",
    "lead_fields",
    "lead_formats",
    "lead_propensities",
    "lead_scores",
    "lead_tables",
    "leads",
    "limits",
    "meeting_rates",
    "minor_units",
    "money",
    "money_ratios",
    "money_totals",
    "movements",
    "multisets",
    "new_hires",
    "outcome_columns",
    "outcomes",
    "payee_plans",
    "period_keys",
    "periods",
    "plan_costs",
    "plan_payouts",
    "plan_payouts_by_attainment",
    "platt_calibrations",
    "probabilities",
    "problems",
    "process_formats",
    "processes",
    "proportions",
    "pushes",
    "quota_formats",
    "quota_tables",
    "quota_tables_with_sales",
    "quotas",
    "ramp_times",
    "ramps",
    "ranked_rates",
    "rate_curves",
    "rates",
    "releases",
    "reps",
    "response_times",
    "retail_calendars",
    "reversals",
    "rule_scores",
    "rules",
    "sales_velocities",
    "sample_books",
    "scales",
    "score_labels",
    "score_lines",
    "score_qualities",
    "score_rules",
    "scorecards",
    "scored_books",
    "scoring_models",
    "set_aside_rows",
    "slippages",
    "stage_calibrations",
    "stage_conversions",
    "stage_outcomes",
    "stages",
    "statement_lines",
    "statements",
    "successive_periods",
    "tables",
    "tables_with_history",
    "team_commissions",
    "tiers",
    "time_shares",
    "times_in_stage",
    "tops",
    "trends",
    "units",
    "waterfall_lines",
    "waterfalls",
    "weighted_totals",
    "weights_of_evidences",
]


def _in_any_unit(of: Callable[[str | None], st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    return units().flatmap(of)


_STRATEGIES: dict[type[Any], Callable[[], st.SearchStrategy[Any]]] = {
    sm.Activities: activity_logs,
    sm.ActivitiesPerRep: activities_per_reps,
    sm.ActivitiesPerWin: activities_per_wins,
    sm.Activity: activities,
    sm.ActivityFormat: activity_formats,
    sm.Amounts: partial(_in_any_unit, amounts),
    sm.Answer: answers,
    sm.Assignment: assignments,
    sm.Assignments: assignment_tables,
    sm.AttachedHistory: attached_histories,
    sm.AttachedSales: attached_sales,
    sm.Attainment: partial(_in_any_unit, attainments),
    sm.Breakdown: breakdowns,
    sm.Bridge: partial(_in_any_unit, bridges),
    sm.BridgeStep: partial(_in_any_unit, bridge_steps),
    sm.BusinessHours: business_hours,
    sm.Calendar: calendars,
    sm.Call: calls,
    sm.CallRollup: call_rollups,
    sm.Capacity: partial(_in_any_unit, capacities),
    sm.Category: categories,
    sm.Comparison: comparisons,
    sm.Allocate: allocations,
    sm.Basis: bases,
    sm.Bonus: bonuses,
    sm.Boundary: boundaries,
    sm.Clamp: clamps,
    sm.CompPlan: comp_plans,
    sm.Curve: curves,
    sm.DealEvent: deal_events,
    sm.Draw: draws,
    sm.EventKind: event_kinds,
    sm.Gate: gates,
    sm.RateCurve: rate_curves,
    sm.Release: releases,
    sm.Reversal: reversals,
    sm.Rule: rules,
    sm.Scale: scales,
    sm.Tier: tiers,
    sm.Balances: balances,
    sm.DealBalance: deal_balances,
    sm.Statement: statements,
    sm.StatementLine: statement_lines,
    sm.CommissionLines: commission_lines,
    sm.Commissions: team_commissions,
    sm.PayeePlan: payee_plans,
    sm.PlanCost: plan_costs,
    sm.PlanPayout: plan_payouts,
    sm.PlanPayouts: plan_payouts_by_attainment,
    sm.Conversion: conversions,
    sm.Coverage: partial(_in_any_unit, coverages),
    sm.Credit: credits,
    sm.Deal: deals,
    sm.DealChange: deal_changes,
    sm.DealFormat: deal_formats,
    sm.DealHistory: deal_histories,
    sm.Deals: tables,
    sm.Durations: durations,
    sm.FieldHistoryFormat: field_history_formats,
    sm.FiscalCalendar: fiscal_calendars,
    sm.FollowUps: follow_up_counts,
    sm.ResponseTime: response_times,
    sm.Forecast: partial(_in_any_unit, forecasts),
    sm.Backtest: partial(_in_any_unit, backtests),
    sm.ForecastAccuracy: partial(_in_any_unit, forecast_accuracies),
    sm.ForecastParts: partial(_in_any_unit, forecast_parts),
    sm.NewHires: new_hires,
    sm.ForecastLines: partial(_in_any_unit, forecast_lines),
    sm.Goal: goals,
    sm.GoalResult: goal_results,
    sm.HistoryFormat: history_formats,
    sm.IsotonicCalibration: isotonic_calibrations,
    sm.LateDeals: partial(_in_any_unit, late_deals),
    sm.Lead: leads,
    sm.LeadFormat: lead_formats,
    sm.Leads: lead_tables,
    sm.MeetingRate: meeting_rates,
    sm.Condition: conditions,
    sm.Field: lead_fields,
    sm.Did: deeds,
    sm.Times: partial(deeds, sm.Times),
    sm.Decay: decays,
    sm.HalfLife: partial(st.builds, sm.HalfLife, st.integers(1, 365)),
    sm.LinearDecay: partial(st.builds, sm.LinearDecay, st.sampled_from(["1", "0.5", "0.07"])),
    sm.StepDecay: partial(st.sampled_from, (sm.StepDecay({1: 0}), sm.StepDecay({30: "0.5", 90: 0}))),
    sm.Window: partial(st.builds, sm.Window, st.integers(1, 365)),
    sm.Limits: limits,
    sm.ScoreRule: score_rules,
    sm.Label: score_labels,
    sm.Grid: grids,
    sm.ScoringModel: scoring_models,
    sm.HandOff: handed_off,
    sm.LeadScores: lead_scores,
    sm.RuleScores: rule_scores,
    sm.ScoreLine: score_lines,
    sm.Money: money,
    sm.MoneyRatio: partial(_in_any_unit, money_ratios),
    sm.MoneyTotal: partial(_in_any_unit, money_totals),
    sm.Movement: partial(_in_any_unit, movements),
    sm.LeadPropensity: lead_propensities,
    sm.WeightsOfEvidence: weights_of_evidences,
    sm.Multiset: multisets,
    sm.Outcome: outcomes,
    sm.OutcomeColumn: outcome_columns,
    sm.Period: periods,
    sm.PeriodKey: period_keys,
    sm.PlattCalibration: platt_calibrations,
    sm.Problem: problems,
    sm.Proportion: proportions,
    sm.Pushes: pushes,
    sm.ProcessFormat: process_formats,
    sm.Quota: quotas,
    sm.AssignmentFormat: assignment_formats,
    sm.QuotaFormat: quota_formats,
    sm.Quotas: quota_tables,
    sm.Ramp: ramps,
    sm.RampTime: ramp_times,
    sm.Bootstrapped: bootstraps,
    sm.RankedRate: ranked_rates,
    sm.Rates: rates,
    sm.Rep: reps,
    sm.RetailCalendar: retail_calendars,
    sm.SalesProcess: processes,
    sm.SalesVelocity: partial(_in_any_unit, sales_velocities),
    sm.SampleBook: sample_books,
    sm.ScoreQuality: score_qualities,
    sm.Scorecard: scorecards,
    sm.SetAside: set_aside_rows,
    sm.Slippage: partial(_in_any_unit, slippages),
    sm.Stage: stages,
    sm.StageCalibration: stage_calibrations,
    sm.StageConversion: stage_conversions,
    sm.StageOutcomes: stage_outcomes,
    sm.TimeInStage: times_in_stage,
    sm.TimeShare: time_shares,
    sm.Waterfall: partial(_in_any_unit, waterfalls),
    sm.WaterfallLines: partial(_in_any_unit, waterfall_lines),
    sm.Top: tops,
    sm.Trend: trends,
    sm.WeightedTotal: partial(_in_any_unit, weighted_totals),
}


def _resolver(kind: type[Any]) -> Callable[[Any], Any]:
    """What hypothesis asks for a type: the strategy for this one, and nothing for what it also is, a `Sequence` say."""

    def strategy_for(asked: Any) -> Any:
        return _STRATEGIES[kind](*get_args(asked)) if kind in (asked, get_origin(asked)) else NotImplemented

    return strategy_for


for _kind in _STRATEGIES:
    st.register_type_strategy(_kind, _resolver(_kind))
