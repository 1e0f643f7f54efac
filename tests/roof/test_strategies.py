"""Every public type has a strategy that hypothesis knows, draws what is valid, and shrinks to the simplest."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from fractions import Fraction
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from attrs import evolve, has
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

import salesmetrics as sm
from salesmetrics import strategies
from salesmetrics.door.faults import DOUBTS
from salesmetrics.result.forecast import LEFT_OUT

PARTS = {sm.Along, sm.Count, sm.Lines, sm.Product, sm.Question, sm.Recipe, sm.Tally, sm.Total, sm.Weighted}
"""What measures are written with, and asked by: sums over the rows of one table, and functions of a table."""

TYPES = [
    thing
    for thing in (getattr(sm, name) for name in sm.__all__)
    if inspect.isclass(thing) and not issubclass(thing, Exception) and thing not in PARTS
]

Q1 = sm.Period(date(2026, 1, 1), date(2026, 1, 2))
NOTHING = sm.MoneyTotal(0, "USD", 0, 0)
EMPTY = sm.deal_size([]).amounts
LEFT_OUT_NOTHING: Any = dict.fromkeys(LEFT_OUT, NOTHING) | dict.fromkeys(
    ("undated_expected", "overdue_expected"), sm.WeightedTotal(0, "USD", 0, 0)
)
NO_LINES = sm.ForecastLines.of([], [], [], [], [])

SIMPLE_PLAN = sm.CompPlan("plan", "USD", date(2020, 1, 1), [sm.Rule("sales", sm.Curve.flat(0))], [sm.Reversal()])

SIMPLEST: dict[type[Any], Any] = {
    sm.Activities: sm.Activities.of([]),
    sm.Activity: sm.Activity(datetime(2026, 6, 30, 23, tzinfo=UTC), "call"),
    sm.ActivityFormat: sm.ActivityFormat(at="At", kind="Kind"),
    sm.Amounts: sm.Amounts(EMPTY, "USD", 0),
    sm.Answer: sm.Proportion(0, 0),
    sm.Assignment: sm.Assignment("Ada", None, None, date(2026, 1, 1)),
    sm.Assignments: sm.Assignments.of([]),
    sm.Credits: sm.Credits.of([]),
    sm.AttachedHistory: sm.Deals.of([]).with_history([]).past,
    sm.AttachedSales: sm.Quotas.of([]).with_sales([]).sales,
    sm.Attainment: sm.Attainment(Q1, date(2026, 1, 1), NOTHING, NOTHING, 0, NOTHING, 0, "USD", 0),
    sm.Breakdown: sm.breakdown(sm.win_rate, [], "stage"),
    sm.BusinessHours: sm.BusinessHours({"mon": "09:00-17:00"}, "UTC"),
    sm.Calendar: sm.FiscalCalendar(),
    sm.Call: sm.Call("Ada", sm.Period(Q1.start, date(2026, 4, 1)), sm.Money(0, "USD"), None, date(2025, 12, 2)),
    sm.CallRollup: sm.intuitive_forecast([], period=sm.Period(Q1.start, date(2026, 4, 1)), as_of=date(2026, 4, 1)),
    sm.Capacity: sm.Capacity(Q1, 0, 0, "USD", 0),
    sm.Category: sm.Category.OMITTED,
    sm.Deal: sm.Deal("D", sm.Money(0, "USD"), "Discovery call", None, date(2026, 1, 1)),
    sm.Comparison: sm.Comparison(sm.Proportion(0, 0), sm.Proportion(0, 0)),
    sm.Allocate: sm.Allocate(),
    sm.Basis: sm.Basis(),
    sm.Bonus: sm.Bonus("SPIFF", sm.Money(0, "USD")),
    sm.Boundary: sm.Boundary.AT,
    sm.Balances: sm.Balances(),
    sm.DealBalance: sm.DealBalance("sales", "D-1", date(2026, 1, 1), 0, 0),
    sm.Statement: sm.commission([], plan=SIMPLE_PLAN, payee="Ada", period=sm.Period.parse("2026-01-01..2026-02-01")),
    sm.StatementLine: sm.StatementLine("tier", None, None, None, None, None, Fraction(0), Fraction(0)),
    sm.Clamp: sm.Clamp(least=sm.Money(0, "USD")),
    sm.CompPlan: sm.CompPlan("plan", "USD", date(2026, 1, 1), [sm.Rule("sales", sm.Curve.flat(0))]),
    sm.Curve: sm.Curve.flat(0),
    sm.DealEvent: sm.DealEvent("D-1", date(2026, 1, 1), sm.EventKind.BOOKED),
    sm.Draw: sm.Draw(sm.Money(0, "USD"), recoverable=False),
    sm.EventKind: sm.EventKind.BOOKED,
    sm.Gate: sm.Gate("sales", 0),
    sm.RateCurve: sm.RateCurve(sm.Curve.flat(0)),
    sm.Release: sm.Release(booked=1),
    sm.Reversal: sm.Reversal(),
    sm.Rule: sm.Rule("sales", sm.Curve.flat(0)),
    sm.Scale: sm.Scale(),
    sm.Tier: sm.Tier(0, 0, 0),
    sm.Conversion: sm.Conversion("USD", sm.Rates([], [], [], []), dated="plan"),
    sm.Coverage: sm.Coverage(Q1, date(2026, 1, 1), "remaining", sm.WeightedTotal(0, "USD", 0, 0), NOTHING, 0, "USD", 0),
    sm.Credit: sm.Credit("D-1", "Ada", 1),
    sm.DealChange: sm.DealChange("D-1", date(2026, 1, 1)),
    sm.DealFormat: sm.DealFormat(id="Id", stage="Stage"),
    sm.DealHistory: sm.DealHistory.of([]),
    sm.Deals: sm.Deals.of([]),
    sm.Durations: sm.Durations(EMPTY, 0),
    sm.FieldHistoryFormat: sm.FieldHistoryFormat(
        deal="Deal", at="At", field="Field", new="New", fields={"Stage": "stage"}
    ),
    sm.FiscalCalendar: sm.FiscalCalendar(),
    sm.Forecast: sm.Forecast(Q1, date(2026, 1, 1), "stage_forecast", NOTHING, NO_LINES, **LEFT_OUT_NOTHING),
    sm.ForecastLines: NO_LINES,
    sm.Goal: sm.Goal("", 0),
    sm.GoalResult: sm.GoalResult(sm.Goal("", 0), sm.Comparison(sm.Proportion(0, 0), sm.Proportion(0, 0))),
    sm.ForecastAccuracy: sm.ForecastAccuracy([], "USD", 0),
    sm.ForecastParts: sm.ForecastParts({}, 0, 0),
    sm.Backtest: sm.Backtest([], [], [], [], [], "USD"),
    sm.NewHires: sm.NewHires(0, 0, 0),
    sm.HistoryFormat: sm.HistoryFormat(deal="Deal", at="At", stage="Stage"),
    sm.IsotonicCalibration: sm.IsotonicCalibration([(0, 0, 1, 2)]),
    sm.LateDeals: sm.LateDeals(date(2026, 1, 1), NOTHING, NOTHING),
    sm.Condition: sm.Field("employees") >= 50,
    sm.Field: sm.Field("employees"),
    sm.Did: sm.Did("call"),
    sm.Times: sm.Times("call"),
    sm.Decay: sm.Window(1),
    sm.HalfLife: sm.HalfLife(1),
    sm.LinearDecay: sm.LinearDecay(1),
    sm.StepDecay: sm.StepDecay({1: 0}),
    sm.Window: sm.Window(1),
    sm.Limits: sm.Limits(),
    sm.ScoreRule: sm.ScoreRule("rule", sm.Field("employees") >= 50, 0),
    sm.Label: sm.Label("lead"),
    sm.Grid: sm.Grid([("C", None)], [("3", None)]),
    sm.ScoringModel: sm.ScoringModel([], role="country"),
    sm.HandOff: sm.HandOff("L-1", date(2026, 1, 1), "MQL", 0),
    sm.LeadScores: sm.score_leads(
        [sm.Lead("seed", date(2026, 1, 1))],
        [sm.Activity(datetime(2026, 1, 1, tzinfo=UTC), "call", lead="nobody's")],
        model=sm.ScoringModel([], role="country"),
        as_of=date(2026, 7, 1),
    ),
    sm.RuleScores: sm.RuleScores("rule", "fit", 1_000_000, False, np.array([False])),
    sm.ScoreLine: sm.ScoreLine("rule", "fit", 0, 0, 0, 0, None),
    sm.Lead: sm.Lead("L", date(2026, 1, 1)),
    sm.LeadFormat: sm.LeadFormat(id="Id"),
    sm.Leads: sm.Leads.of([]),
    sm.LeadPropensity: sm.LeadPropensity("bayes", ["source"], (), (), (), "team", "1/10", 20, 1, []),
    sm.WeightsOfEvidence: sm.WeightsOfEvidence("source", "0", []),
    sm.Money: sm.Money(0, "XXX"),
    sm.MoneyRatio: sm.MoneyRatio(0, 0, "USD", 0, 0, 0),
    sm.MoneyTotal: NOTHING,
    sm.Movement: sm.Movement(0, "USD", 0, 0, 0),
    sm.Multiset: EMPTY,
    sm.Outcome: sm.Outcome.OPEN,
    sm.OutcomeColumn: sm.OutcomeColumn("", (), ()),
    sm.Period: Q1,
    sm.PeriodKey: sm.FiscalCalendar().years("closed"),
    sm.PlattCalibration: sm.PlattCalibration(0.0, 0.0, 0),
    sm.Problem: sm.Problem("", "", "", ""),
    sm.ProcessFormat: sm.ProcessFormat(stage="Stage", probability="Probability", closed="Closed"),
    sm.Proportion: sm.Proportion(0, 0),
    sm.Pushes: sm.Pushes(EMPTY, EMPTY, 0),
    sm.Quota: sm.Quota("Ada", Q1, None),
    sm.AssignmentFormat: sm.AssignmentFormat(rep="Rep", start="Start"),
    sm.CreditFormat: sm.CreditFormat(deal="Deal", rep="Rep", share="Share"),
    sm.QuotaFormat: sm.QuotaFormat(rep="Rep", start="Start", amount="Amount", end="End", currency="USD"),
    sm.Quotas: sm.Quotas.of([]),
    sm.Ramp: sm.Ramp([]),
    sm.RampTime: sm.RampTime(EMPTY, EMPTY),
    sm.Bootstrapped: sm.Bootstrapped(sm.Proportion(0, 0), "value", 0.0, 0.0, 0.5, 0, 0, 1, 0),
    sm.RankedRate: sm.RankedRate(0, 0, 0.0, 1.0, False, 0.0, 0.0, 0.0, 0.0, 0.0),
    sm.Rates: sm.Rates([], [], [], []),
    sm.Rep: sm.Rep("Ada", "Ada", date(2026, 1, 1)),
    sm.ResponseTime: sm.ResponseTime(date(2026, 1, 1), 1, EMPTY, EMPTY, EMPTY, 0, 0),
    sm.FollowUps: sm.FollowUps(EMPTY, 0),
    sm.RetailCalendar: sm.RetailCalendar(first_month=1),
    sm.SalesProcess: sm.SalesProcess.standard(),
    sm.SalesVelocity: sm.SalesVelocity(0, NOTHING, sm.Proportion(0, 0), sm.Durations(EMPTY, 0)),
    sm.SampleBook: sm.sample_book(0),
    sm.ScoreQuality: sm.ScoreQuality("probability", EMPTY, EMPTY, 0),
    sm.Scorecard: sm.scorecard([], period=Q1, as_of=date(2026, 1, 1)),
    sm.SetAside: sm.SetAside(0, {}, (sm.Problem("", "", "", "", (0,)),)),
    sm.ActivitiesPerRep: sm.activities_per_rep([]),
    sm.ActivitiesPerWin: sm.ActivitiesPerWin(EMPTY, 0, 0, 12),
    sm.MeetingRate: sm.MeetingRate(0, 0),
    sm.TimeShare: sm.TimeShare(0, 0, 0, 0),
    sm.Bridge: sm.Bridge(sm.Money(0, "USD"), sm.Money(0, "USD"), "USD", ()),
    sm.BridgeStep: sm.BridgeStep("", Fraction(0), "USD", (), ()),
    sm.Slippage: sm.Slippage(sm.Proportion(0, 0), sm.MoneyRatio(0, 0, "USD", 0, 0, 0), 0),
    sm.Stage: sm.Stage("S", 0.0),
    sm.StageCalibration: sm.StageCalibration(
        sm.SalesProcess.standard(), "in_period", date(2026, 1, 1), 0, [sm.StageOutcomes(EMPTY, EMPTY, EMPTY)] * 5, 0
    ),
    sm.StageOutcomes: sm.StageOutcomes(EMPTY, EMPTY, EMPTY),
    sm.StageConversion: sm.StageConversion("Qualified", "Product demo", "reached", "all", 0, 0, 0, 0),
    sm.TimeInStage: sm.TimeInStage("Qualified", date(2026, 1, 1), EMPTY, EMPTY, 0, 0),
    sm.Waterfall: sm.Waterfall(
        Q1, Q1.start, Q1.end, (), "USD", sm.WaterfallLines.of([], [], [], []), n_undated=0, n_unplaced=0
    ),
    sm.WaterfallLines: sm.WaterfallLines.of([], [], [], []),
    sm.Top: sm.breakdown(sm.win_rate, [], "stage").top(1),
    sm.Trend: sm.trend(sm.win_rate, [], [Q1], on="closed"),
    sm.CommissionLines: sm.CommissionLines.of({}, [], [], [], [], []),
    sm.Commissions: sm.Commissions(Q1, "USD", sm.CommissionLines.of({}, [], [], [], [], [])),
    sm.PayeePlan: sm.PayeePlan("junior", 1, 0),
    sm.PlanCost: sm.PlanCost("AE", 1, Q1, "USD", sm.PlanPayouts([])),
    sm.PlanPayout: sm.PlanPayout(Fraction(0), 0, 0, past_gates=False, at_cap=False),
    sm.PlanPayouts: sm.PlanPayouts([]),
    sm.WeightedTotal: sm.WeightedTotal(0, "USD", 0, 0),
}


SEARCH = settings(max_examples=2_000, phases=[Phase.generate], database=None, derandomize=True)
SHRINK = settings(SEARCH, phases=[Phase.generate, Phase.shrink])
"""Without the phase `explain`, whose last try `find` would give back instead."""


def test_every_public_type_has_a_simplest_value() -> None:
    assert set(SIMPLEST) == set(TYPES)


@pytest.mark.parametrize("kind", TYPES, ids=[kind.__name__ for kind in TYPES])
class TestFromType:
    @given(st.data())
    def test_draws_what_is_valid(self, kind: Any, data: st.DataObject) -> None:
        thing = data.draw(st.from_type(kind))
        assert isinstance(thing, kind)
        if isinstance(thing, sm.Deals):
            assert list(sm.Deals.of([*thing], thing.process, accept=DOUBTS)) == [*thing]
        elif has(type(thing)):
            assert evolve(thing) == thing  # made anew, every check is run again

    def test_shrinks_to_the_simplest(self, kind: Any) -> None:
        assert find(st.from_type(kind), lambda _: True, settings=SHRINK) == SIMPLEST[kind]


@given(st.from_type(sm.Breakdown[sm.Amounts]))
def test_a_breakdown_is_of_the_answers_that_were_asked_for(sizes: sm.Breakdown[sm.Amounts]) -> None:
    assert all(isinstance(size, sm.Amounts) for size in sizes.values())


@given(st.from_type(Sequence[sm.Deal]), st.from_type(Mapping[str, int]))  # type: ignore[type-abstract]
def test_other_types_are_drawn_as_before(listed: Sequence[sm.Deal], mapping: Mapping[str, int]) -> None:
    assert not isinstance(listed, sm.Deals)
    assert not isinstance(mapping, sm.Breakdown)


class TestPlacedWhereAnswersChange:
    """What must come up; a strategy that never gets there would leave the laws untried."""

    @pytest.mark.parametrize(
        ("strategy", "condition"),
        [
            (strategies.money(), lambda amount: amount.minor == 10**38 - 1),
            (strategies.money(), lambda amount: amount.minor < -(2**63)),
            (strategies.money("USD", 2**63 - 1), lambda amount: amount.minor == 2**63 - 1),
            (strategies.minor_units(7, negative=False), lambda minor: minor == 7),
            (strategies.days(), lambda day: day == date.max),
            (strategies.days(), lambda day: day == date.min),
            (strategies.periods(), lambda period: period.days == 1),
            (strategies.periods(), lambda period: period.end == date.max),
            (strategies.periods(st.just(date.max)), lambda period: period.days == 1),
            (strategies.probabilities(), lambda chance: chance == 1.0),
            (strategies.processes(), lambda process: len(process) == 1),
            (strategies.processes(), lambda process: all(one.outcome is not sm.Outcome.WON for one in process)),
            (strategies.stages(), lambda stage: stage.name not in "STA<b>Won"),
            (strategies.reps(), lambda rep: rep.left == rep.hired),
            (strategies.weighted_totals(), lambda total: total.micro % 1_000_000 == 500_000),
            (strategies.tables(), lambda table: len(table) == 8),
            (strategies.waterfalls(), lambda flow: any(abs(one.minor) >= 2**63 for one in flow.totals.values())),
            (strategies.waterfall_lines(), lambda lines: any(abs(one) >= 2**63 for one in lines.minor.tolist())),
            (strategies.books(), lambda book: sum(one.amount.minor for one in book if one.amount) >= 2**63),
            (strategies.tables(), lambda table: sm.weighted_pipeline(table).micro % 1_000_000 == 500_000),
            (strategies.scorecards(), lambda card: card.as_of == card.period.end),
            (strategies.deal_formats(), lambda form: form.close and form.outcome and form.plain_values),
        ],
    )
    def test_comes_up(self, strategy: st.SearchStrategy[Any], condition: Any) -> None:
        assert condition(find(strategy, condition, settings=SEARCH))

    @pytest.mark.parametrize("doubt", DOUBTS)
    def test_doubts_come_up_where_they_are_accepted_and_nowhere_else(self, doubt: str) -> None:
        def is_doubtful(book: list[sm.Deal]) -> bool:
            try:
                sm.Deals.of(book)
            except sm.InvalidTableError as fault:
                return {problem.rule for problem in fault.problems} == {doubt}
            return False

        assert is_doubtful(find(strategies.books(accept={doubt}), is_doubtful, settings=SEARCH))
        with pytest.raises(NoSuchExample):
            find(strategies.books(), is_doubtful, settings=settings(SEARCH, max_examples=50))

    def test_few_or_many_deals_as_asked(self) -> None:
        assert len(find(strategies.books(max_size=20), lambda book: len(book) > 8, settings=SEARCH)) <= 20
        with pytest.raises(NoSuchExample):
            find(strategies.books(max_size=2), lambda book: len(book) > 2, settings=settings(SEARCH, max_examples=50))


def test_without_hypothesis_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    monkeypatch.delitem(sys.modules, "salesmetrics.strategies")
    with pytest.raises(sm.MissingExtraError) as caught:
        import_module("salesmetrics.strategies")
    assert str(caught.value) == (
        "salesmetrics.strategies needs hypothesis, which is not installed; run pip install 'salesmetrics[hypothesis]'"
    )
    assert isinstance(caught.value, ImportError)
