"""salesmetrics: sales-operations figures that are exact, explained, and the same for five deals or ten million."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from salesmetrics import formats as formats
    from salesmetrics._numeric.multiset import Multiset as Multiset
    from salesmetrics._numeric.recipe import Along as Along
    from salesmetrics._numeric.recipe import Count as Count
    from salesmetrics._numeric.recipe import Lines as Lines
    from salesmetrics._numeric.recipe import Product as Product
    from salesmetrics._numeric.recipe import Recipe as Recipe
    from salesmetrics._numeric.recipe import Tally as Tally
    from salesmetrics._numeric.recipe import Total as Total
    from salesmetrics._numeric.recipe import Weighted as Weighted
    from salesmetrics.across.ask import Question as Question
    from salesmetrics.across.ask import ask as ask
    from salesmetrics.across.backtest import backtest as backtest
    from salesmetrics.across.bootstrap import bootstrap as bootstrap
    from salesmetrics.across.breakdown import breakdown as breakdown
    from salesmetrics.across.bridge import bridge as bridge
    from salesmetrics.across.calls import call_bias as call_bias
    from salesmetrics.across.calls import intuitive_forecast as intuitive_forecast
    from salesmetrics.across.category_rates import category_rates as category_rates
    from salesmetrics.across.compare import compare as compare
    from salesmetrics.across.compare_cohorts import compare_cohorts as compare_cohorts
    from salesmetrics.across.distribute import distribute as distribute
    from salesmetrics.across.propensity import lead_probabilities as lead_probabilities
    from salesmetrics.across.rank import rank as rank
    from salesmetrics.across.score_history import hand_offs as hand_offs
    from salesmetrics.across.score_history import score_history as score_history
    from salesmetrics.across.score_leads import score_leads as score_leads
    from salesmetrics.across.stages import funnel as funnel
    from salesmetrics.across.stages import slow_stages as slow_stages
    from salesmetrics.across.track_record import forecast_quality as forecast_quality
    from salesmetrics.across.track_record import historical_errors as historical_errors
    from salesmetrics.across.trend import trend as trend
    from salesmetrics.door.faults import SetAside as SetAside
    from salesmetrics.errors import CurrencyMismatchError as CurrencyMismatchError
    from salesmetrics.errors import InvalidTableError as InvalidTableError
    from salesmetrics.errors import InvalidValueError as InvalidValueError
    from salesmetrics.errors import MissingColumnError as MissingColumnError
    from salesmetrics.errors import MissingExtraError as MissingExtraError
    from salesmetrics.errors import Problem as Problem
    from salesmetrics.errors import SalesMetricsError as SalesMetricsError
    from salesmetrics.format.activity_format import ActivityFormat as ActivityFormat
    from salesmetrics.format.assignment_format import AssignmentFormat as AssignmentFormat
    from salesmetrics.format.credit_format import CreditFormat as CreditFormat
    from salesmetrics.format.deal_format import DealFormat as DealFormat
    from salesmetrics.format.deal_format import OutcomeColumn as OutcomeColumn
    from salesmetrics.format.documents import from_data as from_data
    from salesmetrics.format.documents import from_json as from_json
    from salesmetrics.format.documents import to_data as to_data
    from salesmetrics.format.documents import to_json as to_json
    from salesmetrics.format.history_format import FieldHistoryFormat as FieldHistoryFormat
    from salesmetrics.format.history_format import HistoryFormat as HistoryFormat
    from salesmetrics.format.lead_format import LeadFormat as LeadFormat
    from salesmetrics.format.process_format import ProcessFormat as ProcessFormat
    from salesmetrics.format.quota_format import QuotaFormat as QuotaFormat
    from salesmetrics.measure._measure import as_measure as as_measure
    from salesmetrics.measure.activity import activities_per_rep as activities_per_rep
    from salesmetrics.measure.activity import meeting_rate as meeting_rate
    from salesmetrics.measure.activity import selling_time_share as selling_time_share
    from salesmetrics.measure.attainment import quota_attainment as quota_attainment
    from salesmetrics.measure.capacity import capacity as capacity
    from salesmetrics.measure.category_forecast import category_forecast as category_forecast
    from salesmetrics.measure.coverage import pipeline_conversion as pipeline_conversion
    from salesmetrics.measure.coverage import pipeline_coverage as pipeline_coverage
    from salesmetrics.measure.creation_forecast import creation_forecast as creation_forecast
    from salesmetrics.measure.cycle_length_forecast import cycle_length_forecast as cycle_length_forecast
    from salesmetrics.measure.effort import activities_per_win as activities_per_win
    from salesmetrics.measure.flow import pipeline_waterfall as pipeline_waterfall
    from salesmetrics.measure.forecast import stage_forecast as stage_forecast
    from salesmetrics.measure.funnel import stage_conversion as stage_conversion
    from salesmetrics.measure.historical_forecast import historical_forecast as historical_forecast
    from salesmetrics.measure.late import overdue_deals as overdue_deals
    from salesmetrics.measure.late import stalled_deals as stalled_deals
    from salesmetrics.measure.lead_funnel import closing_ratio as closing_ratio
    from salesmetrics.measure.lead_funnel import lead_conversion as lead_conversion
    from salesmetrics.measure.lead_funnel import lead_to_opportunity as lead_to_opportunity
    from salesmetrics.measure.lead_funnel import lead_to_sale as lead_to_sale
    from salesmetrics.measure.pipeline import forecast_value as forecast_value
    from salesmetrics.measure.pipeline import pipeline_created as pipeline_created
    from salesmetrics.measure.pipeline import pipeline_value as pipeline_value
    from salesmetrics.measure.pipeline import weighted_pipeline as weighted_pipeline
    from salesmetrics.measure.propensity import lead_propensity as lead_propensity
    from salesmetrics.measure.propensity import weights_of_evidence as weights_of_evidence
    from salesmetrics.measure.rates import expansion_share as expansion_share
    from salesmetrics.measure.rates import win_rate as win_rate
    from salesmetrics.measure.rates import win_value_rate as win_value_rate
    from salesmetrics.measure.response import follow_ups as follow_ups
    from salesmetrics.measure.response import lead_response_time as lead_response_time
    from salesmetrics.measure.size import deal_size as deal_size
    from salesmetrics.measure.slips import pushes as pushes
    from salesmetrics.measure.slips import slippage as slippage
    from salesmetrics.measure.stage_calibration import calibrate_stages as calibrate_stages
    from salesmetrics.measure.time_in_stage import time_in_stage as time_in_stage
    from salesmetrics.measure.velocity import cycle_length as cycle_length
    from salesmetrics.measure.velocity import sales_velocity as sales_velocity
    from salesmetrics.model.activity import Activity as Activity
    from salesmetrics.model.assignment import Assignment as Assignment
    from salesmetrics.model.business_hours import BusinessHours as BusinessHours
    from salesmetrics.model.calendar import Calendar as Calendar
    from salesmetrics.model.calendar import PeriodKey as PeriodKey
    from salesmetrics.model.call import Call as Call
    from salesmetrics.model.credit import Credit as Credit
    from salesmetrics.model.deal import Deal as Deal
    from salesmetrics.model.deal_change import DealChange as DealChange
    from salesmetrics.model.deal_event import DealEvent as DealEvent
    from salesmetrics.model.deal_event import EventKind as EventKind
    from salesmetrics.model.fiscal_calendar import FiscalCalendar as FiscalCalendar
    from salesmetrics.model.goal import Goal as Goal
    from salesmetrics.model.lead import Lead as Lead
    from salesmetrics.model.money import Money as Money
    from salesmetrics.model.new_hires import NewHires as NewHires
    from salesmetrics.model.period import Period as Period
    from salesmetrics.model.plan.allocate import Allocate as Allocate
    from salesmetrics.model.plan.basis import Basis as Basis
    from salesmetrics.model.plan.bonus import Bonus as Bonus
    from salesmetrics.model.plan.clamp import Clamp as Clamp
    from salesmetrics.model.plan.curve import Curve as Curve
    from salesmetrics.model.plan.curve import RateCurve as RateCurve
    from salesmetrics.model.plan.draw import Draw as Draw
    from salesmetrics.model.plan.gate import Gate as Gate
    from salesmetrics.model.plan.plan import CompPlan as CompPlan
    from salesmetrics.model.plan.plan import plan_on as plan_on
    from salesmetrics.model.plan.plan import usual_order as usual_order
    from salesmetrics.model.plan.release import Release as Release
    from salesmetrics.model.plan.reversal import Reversal as Reversal
    from salesmetrics.model.plan.rule import Rule as Rule
    from salesmetrics.model.plan.scale import Scale as Scale
    from salesmetrics.model.plan.tier import Boundary as Boundary
    from salesmetrics.model.plan.tier import Tier as Tier
    from salesmetrics.model.quota import Quota as Quota
    from salesmetrics.model.ramp import Ramp as Ramp
    from salesmetrics.model.rep import Rep as Rep
    from salesmetrics.model.retail_calendar import RetailCalendar as RetailCalendar
    from salesmetrics.model.scoring.condition import Condition as Condition
    from salesmetrics.model.scoring.condition import Did as Did
    from salesmetrics.model.scoring.decay import Decay as Decay
    from salesmetrics.model.scoring.decay import HalfLife as HalfLife
    from salesmetrics.model.scoring.decay import LinearDecay as LinearDecay
    from salesmetrics.model.scoring.decay import StepDecay as StepDecay
    from salesmetrics.model.scoring.decay import Window as Window
    from salesmetrics.model.scoring.hand_off import HandOff as HandOff
    from salesmetrics.model.scoring.label import Grid as Grid
    from salesmetrics.model.scoring.label import Label as Label
    from salesmetrics.model.scoring.operands import Field as Field
    from salesmetrics.model.scoring.operands import Times as Times
    from salesmetrics.model.scoring.rule import Limits as Limits
    from salesmetrics.model.scoring.rule import ScoreRule as ScoreRule
    from salesmetrics.model.scoring.scoring_model import ScoringModel as ScoringModel
    from salesmetrics.model.stage import Category as Category
    from salesmetrics.model.stage import Outcome as Outcome
    from salesmetrics.model.stage import SalesProcess as SalesProcess
    from salesmetrics.model.stage import Stage as Stage
    from salesmetrics.nightly import nightly_books as nightly_books
    from salesmetrics.pay.commission import commission as commission
    from salesmetrics.pay.commissions import commissions as commissions
    from salesmetrics.pay.plan_cost import plan_cost as plan_cost
    from salesmetrics.processes import read_process as read_process
    from salesmetrics.result._rule_scores import RuleScores as RuleScores
    from salesmetrics.result._rule_scores import ScoreLine as ScoreLine
    from salesmetrics.result.activity import ActivitiesPerRep as ActivitiesPerRep
    from salesmetrics.result.activity import MeetingRate as MeetingRate
    from salesmetrics.result.activity import TimeShare as TimeShare
    from salesmetrics.result.answer import Answer as Answer
    from salesmetrics.result.attainment import Attainment as Attainment
    from salesmetrics.result.attainment import attainment_bands as attainment_bands
    from salesmetrics.result.attainment import quota_achievement_rate as quota_achievement_rate
    from salesmetrics.result.backtest import Backtest as Backtest
    from salesmetrics.result.balances import Balances as Balances
    from salesmetrics.result.balances import DealBalance as DealBalance
    from salesmetrics.result.bootstrapped import Bootstrapped as Bootstrapped
    from salesmetrics.result.breakdown import Breakdown as Breakdown
    from salesmetrics.result.breakdown import Top as Top
    from salesmetrics.result.bridge import Bridge as Bridge
    from salesmetrics.result.bridge import BridgeStep as BridgeStep
    from salesmetrics.result.call_rollup import CallRollup as CallRollup
    from salesmetrics.result.capacity import Capacity as Capacity
    from salesmetrics.result.capacity import hire_by as hire_by
    from salesmetrics.result.capacity import hires_needed as hires_needed
    from salesmetrics.result.combined_forecast import combined_forecast as combined_forecast
    from salesmetrics.result.commission_lines import CommissionLines as CommissionLines
    from salesmetrics.result.commission_lines import PayeePlan as PayeePlan
    from salesmetrics.result.commissions import Commissions as Commissions
    from salesmetrics.result.comparison import Comparison as Comparison
    from salesmetrics.result.comparison import GoalResult as GoalResult
    from salesmetrics.result.coverage import Coverage as Coverage
    from salesmetrics.result.coverage import required_coverage as required_coverage
    from salesmetrics.result.effort import ActivitiesPerWin as ActivitiesPerWin
    from salesmetrics.result.forecast import Forecast as Forecast
    from salesmetrics.result.forecast_accuracy import ForecastAccuracy as ForecastAccuracy
    from salesmetrics.result.forecast_accuracy import forecast_accuracy as forecast_accuracy
    from salesmetrics.result.forecast_lines import ForecastLines as ForecastLines
    from salesmetrics.result.forecast_parts import ForecastParts as ForecastParts
    from salesmetrics.result.growth import rep_growth as rep_growth
    from salesmetrics.result.late_deals import LateDeals as LateDeals
    from salesmetrics.result.lead_propensity import LeadPropensity as LeadPropensity
    from salesmetrics.result.lead_scores import LeadScores as LeadScores
    from salesmetrics.result.plan_cost import PlanCost as PlanCost
    from salesmetrics.result.plan_cost import PlanPayout as PlanPayout
    from salesmetrics.result.plan_cost import PlanPayouts as PlanPayouts
    from salesmetrics.result.proportion import Proportion as Proportion
    from salesmetrics.result.quadrants import rep_quadrants as rep_quadrants
    from salesmetrics.result.ramp_time import RampTime as RampTime
    from salesmetrics.result.ramp_time import ramp_curve as ramp_curve
    from salesmetrics.result.ramp_time import ramp_time as ramp_time
    from salesmetrics.result.ranked_rate import RankedRate as RankedRate
    from salesmetrics.result.response_time import FollowUps as FollowUps
    from salesmetrics.result.response_time import ResponseTime as ResponseTime
    from salesmetrics.result.rollup import category_rollup as category_rollup
    from salesmetrics.result.sales_velocity import SalesVelocity as SalesVelocity
    from salesmetrics.result.score_calibration import IsotonicCalibration as IsotonicCalibration
    from salesmetrics.result.score_calibration import PlattCalibration as PlattCalibration
    from salesmetrics.result.score_calibration import calibrate_scores as calibrate_scores
    from salesmetrics.result.score_quality import ScoreQuality as ScoreQuality
    from salesmetrics.result.score_quality import score_quality as score_quality
    from salesmetrics.result.slips import Pushes as Pushes
    from salesmetrics.result.slips import Slippage as Slippage
    from salesmetrics.result.stage_calibration import StageCalibration as StageCalibration
    from salesmetrics.result.stage_calibration import StageOutcomes as StageOutcomes
    from salesmetrics.result.stage_conversion import StageConversion as StageConversion
    from salesmetrics.result.statement import Statement as Statement
    from salesmetrics.result.statement_lines import StatementLine as StatementLine
    from salesmetrics.result.tallied import Amounts as Amounts
    from salesmetrics.result.tallied import Durations as Durations
    from salesmetrics.result.time_in_stage import TimeInStage as TimeInStage
    from salesmetrics.result.totals import MoneyRatio as MoneyRatio
    from salesmetrics.result.totals import MoneyTotal as MoneyTotal
    from salesmetrics.result.totals import WeightedTotal as WeightedTotal
    from salesmetrics.result.trend import Trend as Trend
    from salesmetrics.result.waterfall import Movement as Movement
    from salesmetrics.result.waterfall import Waterfall as Waterfall
    from salesmetrics.result.waterfall_lines import WaterfallLines as WaterfallLines
    from salesmetrics.result.weights_of_evidence import WeightsOfEvidence as WeightsOfEvidence
    from salesmetrics.result.weights_of_evidence import scorecard_points as scorecard_points
    from salesmetrics.sample.book import SampleBook as SampleBook
    from salesmetrics.sample.book import sample_book as sample_book
    from salesmetrics.saved_books import book_waterfall as book_waterfall
    from salesmetrics.scorecards import Scorecard as Scorecard
    from salesmetrics.scorecards import scorecard as scorecard
    from salesmetrics.table.activities import Activities as Activities
    from salesmetrics.table.assignments import Assignments as Assignments
    from salesmetrics.table.conversion import Conversion as Conversion
    from salesmetrics.table.credits import Credits as Credits
    from salesmetrics.table.deal_history import DealHistory as DealHistory
    from salesmetrics.table.deals import Deals as Deals
    from salesmetrics.table.deals import IntoDeals as IntoDeals
    from salesmetrics.table.leads import Leads as Leads
    from salesmetrics.table.past import AttachedHistory as AttachedHistory
    from salesmetrics.table.quotas import Quotas as Quotas
    from salesmetrics.table.rates import Rates as Rates
    from salesmetrics.table.sales import AttachedSales as AttachedSales

__version__ = "0.1.0"

_HOMES = {
    "_numeric.multiset": "Multiset",
    "_numeric.recipe": "Along Count Lines Product Recipe Tally Total Weighted",
    "across.ask": "Question ask",
    "across.backtest": "backtest",
    "across.bootstrap": "bootstrap",
    "across.breakdown": "breakdown",
    "across.bridge": "bridge",
    "across.distribute": "distribute",
    "across.calls": "call_bias intuitive_forecast",
    "across.category_rates": "category_rates",
    "across.compare": "compare",
    "across.compare_cohorts": "compare_cohorts",
    "across.propensity": "lead_probabilities",
    "across.rank": "rank",
    "across.stages": "funnel slow_stages",
    "door.faults": "SetAside",
    "across.track_record": "forecast_quality historical_errors",
    "across.trend": "trend",
    "errors": """CurrencyMismatchError InvalidTableError InvalidValueError MissingColumnError
                 MissingExtraError Problem SalesMetricsError""",
    "format.activity_format": "ActivityFormat",
    "format.assignment_format": "AssignmentFormat",
    "format.credit_format": "CreditFormat",
    "format.deal_format": "DealFormat OutcomeColumn",
    "format.documents": "from_data from_json to_data to_json",
    "format.history_format": "FieldHistoryFormat HistoryFormat",
    "format.lead_format": "LeadFormat",
    "format.process_format": "ProcessFormat",
    "format.quota_format": "QuotaFormat",
    "formats": "formats",
    "measure._measure": "as_measure",
    "measure.activity": "activities_per_rep meeting_rate selling_time_share",
    "measure.capacity": "capacity",
    "measure.category_forecast": "category_forecast",
    "measure.attainment": "quota_attainment",
    "measure.coverage": "pipeline_conversion pipeline_coverage",
    "measure.creation_forecast": "creation_forecast",
    "measure.cycle_length_forecast": "cycle_length_forecast",
    "measure.effort": "activities_per_win",
    "measure.flow": "pipeline_waterfall",
    "measure.forecast": "stage_forecast",
    "measure.funnel": "stage_conversion",
    "measure.historical_forecast": "historical_forecast",
    "measure.late": "overdue_deals stalled_deals",
    "measure.pipeline": "forecast_value pipeline_created pipeline_value weighted_pipeline",
    "measure.rates": "expansion_share win_rate win_value_rate",
    "measure.propensity": "lead_propensity weights_of_evidence",
    "measure.response": "follow_ups lead_response_time",
    "measure.size": "deal_size",
    "measure.slips": "pushes slippage",
    "measure.stage_calibration": "calibrate_stages",
    "measure.time_in_stage": "time_in_stage",
    "measure.velocity": "cycle_length sales_velocity",
    "model.activity": "Activity",
    "model.assignment": "Assignment",
    "model.business_hours": "BusinessHours",
    "model.calendar": "Calendar PeriodKey",
    "model.call": "Call",
    "model.credit": "Credit",
    "model.deal": "Deal",
    "model.deal_change": "DealChange",
    "model.deal_event": "DealEvent EventKind",
    "model.fiscal_calendar": "FiscalCalendar",
    "model.goal": "Goal",
    "model.lead": "Lead",
    "model.money": "Money",
    "model.new_hires": "NewHires",
    "model.period": "Period",
    "model.plan.allocate": "Allocate",
    "model.plan.basis": "Basis",
    "model.plan.bonus": "Bonus",
    "model.plan.clamp": "Clamp",
    "model.plan.curve": "Curve RateCurve",
    "model.plan.draw": "Draw",
    "model.plan.gate": "Gate",
    "model.plan.plan": "CompPlan plan_on usual_order",
    "model.plan.release": "Release",
    "model.plan.reversal": "Reversal",
    "model.plan.rule": "Rule",
    "model.plan.scale": "Scale",
    "model.plan.tier": "Boundary Tier",
    "model.quota": "Quota",
    "model.ramp": "Ramp",
    "model.rep": "Rep",
    "model.retail_calendar": "RetailCalendar",
    "across.score_leads": "score_leads",
    "model.scoring.condition": "Condition Did",
    "model.scoring.decay": "Decay HalfLife LinearDecay StepDecay Window",
    "model.scoring.label": "Grid Label",
    "model.scoring.operands": "Field Times",
    "model.scoring.rule": "Limits ScoreRule",
    "model.scoring.scoring_model": "ScoringModel",
    "result._rule_scores": "RuleScores ScoreLine",
    "result.lead_scores": "LeadScores",
    "measure.lead_funnel": "closing_ratio lead_conversion lead_to_opportunity lead_to_sale",
    "across.score_history": "hand_offs score_history",
    "model.scoring.hand_off": "HandOff",
    "model.stage": "Category Outcome SalesProcess Stage",
    "result.activity": "ActivitiesPerRep MeetingRate TimeShare",
    "pay.commission": "commission",
    "result.answer": "Answer",
    "result.attainment": "Attainment attainment_bands quota_achievement_rate",
    "result.bridge": "Bridge BridgeStep",
    "result.backtest": "Backtest",
    "result.call_rollup": "CallRollup",
    "result.capacity": "Capacity hire_by hires_needed",
    "pay.commissions": "commissions",
    "pay.plan_cost": "plan_cost",
    "result.commission_lines": "CommissionLines PayeePlan",
    "result.commissions": "Commissions",
    "result.bootstrapped": "Bootstrapped",
    "result.breakdown": "Breakdown Top",
    "result.combined_forecast": "combined_forecast",
    "result.comparison": "Comparison GoalResult",
    "result.coverage": "Coverage required_coverage",
    "result.forecast": "Forecast",
    "result.forecast_accuracy": "ForecastAccuracy forecast_accuracy",
    "result.forecast_lines": "ForecastLines",
    "result.effort": "ActivitiesPerWin",
    "result.forecast_parts": "ForecastParts",
    "result.growth": "rep_growth",
    "result.late_deals": "LateDeals",
    "result.trend": "Trend",
    "result.totals": "MoneyRatio MoneyTotal WeightedTotal",
    "result.lead_propensity": "LeadPropensity",
    "result.weights_of_evidence": "WeightsOfEvidence scorecard_points",
    "result.proportion": "Proportion",
    "result.sales_velocity": "SalesVelocity",
    "result.stage_calibration": "StageCalibration StageOutcomes",
    "result.stage_conversion": "StageConversion",
    "result.plan_cost": "PlanCost PlanPayout PlanPayouts",
    "result.quadrants": "rep_quadrants",
    "result.ramp_time": "RampTime ramp_curve ramp_time",
    "result.ranked_rate": "RankedRate",
    "result.rollup": "category_rollup",
    "result.response_time": "FollowUps ResponseTime",
    "result.score_calibration": "IsotonicCalibration PlattCalibration calibrate_scores",
    "result.score_quality": "ScoreQuality score_quality",
    "result.slips": "Pushes Slippage",
    "result.statement": "Statement",
    "result.statement_lines": "StatementLine",
    "result.balances": "Balances DealBalance",
    "result.tallied": "Amounts Durations",
    "result.time_in_stage": "TimeInStage",
    "result.waterfall": "Movement Waterfall",
    "result.waterfall_lines": "WaterfallLines",
    "sample.book": "SampleBook sample_book",
    "nightly": "nightly_books",
    "processes": "read_process",
    "saved_books": "book_waterfall",
    "scorecards": "Scorecard scorecard",
    "table.activities": "Activities",
    "table.assignments": "Assignments",
    "table.credits": "Credits",
    "table.conversion": "Conversion",
    "table.deal_history": "DealHistory",
    "table.deals": "Deals IntoDeals",
    "table.leads": "Leads",
    "table.past": "AttachedHistory",
    "table.quotas": "Quotas",
    "table.rates": "Rates",
    "table.sales": "AttachedSales",
}
_MODULES = ("strategies", "testing")  # not among the names of `import *`, because one of them needs hypothesis
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = sorted(_HOME_OF)  # noqa: PLE0605  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for, so that importing the package costs next to nothing."""
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = import_module(f"{__name__}.{_HOME_OF[name]}")
    found = home if _HOME_OF[name] == name else getattr(home, name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME_OF])
