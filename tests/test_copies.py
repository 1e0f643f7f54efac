"""Pickles and copies of everything public: equal to what was copied, of the same kind, and no more writable."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import partial
from inspect import isabstract, isfunction
from typing import Any

import attrs
import numpy as np
import pytest
from numpy.typing import NDArray

import salesmetrics as sm
from salesmetrics import (
    Along,
    Count,
    Deal,
    Deals,
    Lines,
    Money,
    Multiset,
    Problem,
    Product,
    Proportion,
    Recipe,
    Tally,
    Total,
    Weighted,
)

DOUBTS = ("close_disagrees", "unknown_deal")
PUBLIC = [getattr(sm, name) for name in sm.__all__]
PROCESS = sm.SalesProcess.standard()
PERIOD = sm.Period(date(2026, 1, 1), date(2026, 4, 1), "Q1")
PROBLEM = Problem("Amount", "unreadable", "1 cell cannot be read", "correct it", (4,))
FORM = sm.DealFormat(
    id="Id",
    stage="Stage",
    amount="Amount",
    currency="USD",
    values={"arr": "ARR"},
    labels={"region": "Region"},
    outcome=sm.OutcomeColumn("Status", "Won", "Lost"),
    process=PROCESS,
)
ROWS = [
    Deal("D-1", Money(100, "USD"), "Won", "Ada", date(2026, 1, 5), closed=date(2026, 2, 1), labels={"region": "EMEA"}),
    Deal(2, Money(250, "USD"), "Qualified", None, date(2026, 1, 6), probability=0.3, values={"arr": Money(5, "USD")}),
    Deal("D-3", Money(7, "USD"), "Lost", "Bo", date(2026, 1, 7), closed=date(2026, 3, 1), category=sm.Category.OMITTED),
]
BOOK = Deals.of([*ROWS, Deal("D-4", None, "Qualified", None, None)], bad_rows="set_aside")
OPEN = BOOK.stage.is_in("Qualified")
COLUMNS: dict[str, Any] = {
    "deal": BOOK.id,
    "amount": BOOK.amount,
    "probability": BOOK.probability,
    "close": BOOK.closed,
    "basis": BOOK.stage,
}
WEIGHTED = Weighted(BOOK.amount, OPEN, BOOK.stage, [round(10**6 * stage.probability) for stage in PROCESS])
MEASURES: list[Any] = [
    sm.win_rate,
    sm.win_value_rate,
    sm.pipeline_value,
    sm.weighted_pipeline,
    sm.deal_size,
    sm.cycle_length,
    sm.sales_velocity,
]
ACTIVITY = sm.Activity(datetime(2026, 1, 5, 9, tzinfo=UTC), "call", rep="Ada", fields={"page": "pricing"})
LEAD = sm.Lead("L-1", date(2026, 1, 5), "web", {"employees": 60, "share": 0.5, "country": "NL"})
MODEL = sm.ScoringModel(
    [
        sm.ScoreRule("staff", (sm.Field("employees") >= 50) & (sm.Times("visit") >= 3), 5, "fit"),
        sm.ScoreRule("visit", sm.Did("visit"), 2, repeat="each", daily_cap=4, maximum=8, decay=sm.LinearDecay("0.5")),
        sm.ScoreRule("demo", sm.Did("demo"), 2, decay=sm.HalfLife(9)),
        sm.ScoreRule("call", sm.Did("call"), 2, decay=sm.Window(9)),
        sm.ScoreRule("form", sm.Did("form"), 2, decay=sm.StepDecay({9: 0})),
    ],
    labels=sm.Grid([("A", 5), ("B", None)], [("1", None)]),
)
SCORED = sm.score_leads([LEAD], [], model=MODEL, as_of=date(2026, 2, 1))
ASSIGNMENT = sm.Assignment("Ada", "Cleo", "North", date(2026, 1, 1))
QUOTA = sm.Quota("Ada", PERIOD, Money(100, "USD"), where={"kind": "new"})
SOLD = sm.Quotas.of([QUOTA]).with_sales(ROWS[:1])
RATES = sm.Rates("EUR", "USD", ["2026-01-01", "2026-02-01"], ["1.08", "1.09"])
CHANGE = sm.DealChange("D-1", date(2026, 1, 5), stage="Won", amount=Money(100, "USD"), owner="Ada")
HISTORY = sm.DealHistory.of([CHANGE, sm.DealChange("D-7", date(2026, 1, 6), category=sm.Category.COMMIT)])
FORECAST = sm.stage_forecast(BOOK, period=PERIOD, as_of=date(2026, 2, 1))
CALL = sm.Call("Ada", PERIOD, Money(100, "USD"), 0.8, date(2025, 12, 1), "D-1")
CALIBRATION = sm.calibrate_stages(
    BOOK.with_history(HISTORY, DOUBTS), as_of=PERIOD.end, periods=[PERIOD], undated="include"
)
FLOW = sm.book_waterfall([], BOOK, period=PERIOD, start=date(2026, 2, 1), end=date(2026, 3, 1))
BRIDGE = sm.bridge(partial(sm.pipeline_value, BOOK), {"D-1": Money(1, "USD"), "D-9": None})
PLAN = sm.CompPlan(
    "AE",
    "USD",
    date(2026, 1, 1),
    [sm.Rule("sales", sm.Curve.flat("0.1")), sm.Rule("rate", sm.Curve.rate_curve({0: 0, 1: "0.1"}))],
    [
        sm.Scale("1.1"),
        sm.Gate("sales", 1),
        sm.Clamp(most=Money(9_000, "USD")),
        sm.Bonus("SPIFF", Money(100, "USD"), gift="a bicycle"),
        sm.Reversal("original", "0.5"),
        sm.Draw(Money(100, "USD")),
        sm.Release(booked="0.5", paid="0.5"),
    ],
)
STATEMENT = sm.commission(
    BOOK, plan=sm.CompPlan.of("AE", sm.Curve.flat("0.1"), "USD", date(2026, 1, 1)), payee="Ada", period=PERIOD
)

FLAT = sm.CompPlan.of("AE", sm.Curve.flat("0.1"), "USD", date(2026, 1, 1))
TEAM = sm.commissions(BOOK, plans=FLAT, period=PERIOD)
COST = sm.plan_cost(FLAT, ["0.5", 1], period=PERIOD, quota=sm.Money.of(100, "USD"))

THINGS: list[Any] = [
    sm.Answer(),
    BOOK,
    BOOK[1:],
    *BOOK,
    *BOOK.set_aside,
    *(measure(BOOK) for measure in MEASURES),
    *(sm.breakdown(measure, BOOK, "owner") for measure in MEASURES),
    sm.breakdown(len, BOOK, ("owner", "region")),
    sm.breakdown(sm.win_rate, BOOK, ("owner", "region")).top(1),
    sm.trend(sm.win_rate, BOOK, [PERIOD], on="closed"),
    sm.compare(sm.deal_size, BOOK[:1], BOOK, "median"),
    sm.compare(sm.win_rate, BOOK[:1], BOOK).against(sm.Goal("Win more", "0.05")),
    sm.rank(sm.win_rate, BOOK, "owner")["Ada"],
    sm.bootstrap(sm.win_rate, BOOK, seed=1, n_resamples=9),
    sm.Goal("Win more", "0.05", "points"),
    FORECAST,
    FORECAST.lines,
    sm.ForecastAccuracy([(9_000, 10_000)], "USD", 0),
    sm.ForecastParts({"base": Fraction(100, 3)}, 1, 0),
    sm.Backtest(["stage"], [PERIOD], [PERIOD.start], [9_000], [None], "USD"),
    sm.NewHires(5, 1, Money(500_000, "USD")),
    sm.time_in_stage(BOOK.with_history(HISTORY, DOUBTS), stage="Qualified", as_of=date(2026, 2, 1)),
    sm.stage_conversion(BOOK.with_history(HISTORY, DOUBTS), stage="Qualified"),
    CALIBRATION,
    CALL,
    sm.intuitive_forecast([CALL], period=PERIOD, as_of=PERIOD.start),
    CALIBRATION["Qualified"],
    sm.pipeline_coverage(BOOK, quota=Money(900, "USD"), period=PERIOD, as_of=date(2026, 2, 1)),
    sm.overdue_deals(BOOK, as_of=date(2026, 2, 1)),
    sm.slippage(BOOK, period=PERIOD, constant={"amount", "expected_close"}),
    sm.pushes(BOOK.with_history(HISTORY, DOUBTS)),
    sm.activities_per_win(BOOK, activities=[ACTIVITY], zone="UTC"),
    sm.activities_per_rep([ACTIVITY]),
    sm.meeting_rate([ACTIVITY], meetings={"meeting set"}, prospecting={"call"}),
    sm.selling_time_share([ACTIVITY], selling={"call"}),
    FLOW,
    FLOW.lines,
    *FLOW.totals.values(),
    BRIDGE,
    *BRIDGE.steps,
    sm.scorecard(BOOK, period=PERIOD, as_of=date(2026, 2, 1)),
    sm.sample_book(20),
    TEAM,
    TEAM.lines,
    *TEAM.lines.plans,
    COST,
    COST.payouts,
    *COST.payouts,
    PLAN,
    STATEMENT,
    STATEMENT.closing,
    *STATEMENT.closing.deals,
    *STATEMENT.lines,
    *PLAN.steps,
    *PLAN.rules,
    *(rule.curve for rule in PLAN.rules),
    sm.Curve.flat("0.1").tiers[0],
    sm.Basis("margin", {"kind": "new"}),
    sm.Allocate({"owner": "0.75", "partner": "0.25"}),
    sm.Boundary.BELOW,
    sm.DealEvent("D-1", date(2026, 3, 1), sm.EventKind.PAID, Money(50, "USD")),
    sm.EventKind.PAID,
    sm.Rep("r1", "Ada Quill", date(2025, 3, 1), labels={"office": "North"}),
    sm.Question(sm.win_rate, "owner", population="all"),
    Multiset(np.array([1, 5]), np.array([2, 1])),
    Money(120, "USD"),
    PERIOD,
    sm.FiscalCalendar(7),
    sm.RetailCalendar.nrf(),
    sm.RetailCalendar.nrf().weeks("closed"),
    PROCESS,
    *PROCESS,
    *sm.Category,
    ACTIVITY,
    sm.Activities.of([ACTIVITY, ACTIVITY]),
    sm.ActivityFormat(at="When", kind="Type", zone="Europe/London"),
    LEAD,
    sm.Field("employees"),
    sm.Did("visit", where=~(sm.Field("page").is_in("home") | sm.Field("page").is_missing())),
    sm.Times("visit"),
    *MODEL.rules,
    *(rule.decay for rule in MODEL.rules if rule.decay),
    MODEL,
    MODEL.limits,
    *SCORED.rules,
    SCORED,
    sm.HandOff("L-1", date(2026, 2, 1), "MQL", 5),
    SCORED.lines("L-1")[0],
    sm.Label("MQL", at=5),
    sm.Grid([("A", 5), ("B", None)], [("1", None)]),
    sm.Leads.of([LEAD]),
    sm.LeadFormat(id="Id", fields={"employees": "Staff"}, numbers="employees", outcome=FORM.outcome),
    ASSIGNMENT,
    sm.Assignments.of([ASSIGNMENT]),
    sm.Credits.of([sm.Credit("D-1", "Ada", 1), sm.Credit("D-1", "Eve", "0.5", overlay=True)]),
    sm.CreditFormat(deal="Deal", rep="Rep", share="Split", share_scale="percent"),
    QUOTA,
    SOLD,
    SOLD.sales,
    sm.quota_attainment(SOLD, period=PERIOD),
    sm.Credit("D-1", "Ada", 0.5),
    sm.Quotas.of([QUOTA]).with_assignments([ASSIGNMENT]),
    sm.ProcessFormat(stage="Stage", probability="Chance", closed="Ends", pipeline="Pipeline"),
    sm.AssignmentFormat(rep="Rep", manager="Manager", start="From"),
    sm.QuotaFormat(rep="Rep", start="From", end="To", amount="Quota", currency="USD"),
    sm.Ramp(["0", "0.5"]),
    sm.Capacity(PERIOD, 100, 50, "USD", 1),
    sm.RampTime(Multiset(np.array([1, 5]), np.array([2, 1])), Multiset(np.array([7]), np.array([1]))),
    sm.score_quality([0.5, 0.25, None], [True, False, True]),
    sm.IsotonicCalibration([(0, 250_000, 1, 4), (500_000, 500_000, 1, 2)]),
    sm.PlattCalibration(-2.0, 0.05, 30),
    sm.ResponseTime(
        PERIOD.start,
        300,
        answered=Multiset(np.array([60]), np.array([2])),
        waiting=Multiset(np.array([9]), np.array([1])),
        closed=Multiset(np.array([7]), np.array([1])),
        n_early=0,
        n_missing=0,
    ),
    sm.LeadPropensity(
        "bayes", ["source"], {"size": [50]}, {"tags": ","}, (), None, "1", 20, 1, [(None, None, None, 1, 2)]
    ),
    sm.WeightsOfEvidence("source", "0", [("web", 1, 2)]),
    sm.FollowUps(Multiset(np.array([1, 5]), np.array([2, 1])), 0),
    sm.BusinessHours.weekdays("09:00-17:00", "Europe/London", [date(2026, 12, 25)]),
    RATES,
    sm.Conversion("USD", RATES, dated=("closed", "as_of"), as_of=date(2026, 2, 1)),
    CHANGE,
    HISTORY,
    sm.HistoryFormat(deal="Deal", at="When", stage="Stage", process=PROCESS),
    sm.FieldHistoryFormat(deal="Deal", at="When", field="Field", new="New", fields={"Stage": "stage"}),
    BOOK.with_history(HISTORY, DOUBTS).past,
    BOOK.with_history(HISTORY, DOUBTS),
    *sm.Outcome,
    FORM,
    FORM.outcome,
    Count(OPEN),
    Along(Count(OPEN), np.arange(len(BOOK)), len(BOOK)),
    Product(BOOK.amount, BOOK.probability, OPEN),
    Total(BOOK.amount, OPEN),
    WEIGHTED,
    Tally(BOOK.amount, OPEN),
    Lines(sm.ForecastLines, OPEN, COLUMNS),
    Recipe(dict, n=Count(OPEN), weighed=WEIGHTED, inner=Recipe(dict, days=Tally(BOOK.created, OPEN)), currency="USD"),
    PROBLEM,
    sm.SalesMetricsError("a b"),
    sm.InvalidValueError("a must be b"),
    sm.CurrencyMismatchError("two currencies"),
    sm.InvalidTableError("Deals", [PROBLEM]),
    sm.MissingColumnError("deals.csv", [PROBLEM, PROBLEM]),
    sm.MissingExtraError("install it"),
]


def pickled(thing: Any, protocol: int) -> Any:
    return pickle.loads(pickle.dumps(thing, protocol))  # noqa: S301  # our own bytes


WAYS: dict[str, Callable[[Any], Any]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    **{f"pickle {number}": partial(pickled, protocol=number) for number in range(2, pickle.HIGHEST_PROTOCOL + 1)},
}
every_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
every_thing = pytest.mark.parametrize("thing", THINGS, ids=lambda thing: type(thing).__name__)


@sm.as_measure
def owned(deals: Deals) -> Recipe[Proportion]:
    """A measure of a user's own."""
    return Recipe(Proportion, part=Count(deals.owner.known), whole=Count(deals.is_open | deals.is_closed))


def said(thing: Any) -> Any:
    """What tells whether two things are the same; parts of recipes and errors have no equality of their own."""
    if isinstance(thing, (Count, Total, Weighted, Product, Tally, Lines, Along, Recipe)):
        return thing.whole()
    if isinstance(thing, Exception):
        return str(thing), vars(thing)
    return thing


def hash_of(thing: Any) -> int | None:
    """The hash of a thing; `None` where it holds something that has none, such as a table."""
    try:
        return hash(thing)
    except TypeError:
        return None


def arrays_in(thing: Any) -> Iterator[NDArray[Any]]:
    """Every array that a thing holds, however deep."""
    if isinstance(thing, np.ndarray):
        yield thing
    elif isinstance(thing, (list, tuple)):
        for one in thing:
            yield from arrays_in(one)
    elif isinstance(thing, dict):
        yield from arrays_in(list(thing.values()))
    elif type(thing).__module__.startswith("salesmetrics.") and not isinstance(thing, type):
        slots = [name for cls in type(thing).__mro__ for name in getattr(cls, "__slots__", ()) if name != "__weakref__"]
        yield from arrays_in([getattr(thing, name) for name in slots if hasattr(thing, name)])
        yield from arrays_in(getattr(thing, "__dict__", {}))


def test_there_is_an_example_of_every_public_class() -> None:
    classes = {one for one in PUBLIC if isinstance(one, type)}
    abstract = {one for one in classes if isabstract(one)}
    assert abstract == {sm.Calendar, sm.Condition, sm.Decay}
    assert classes - abstract == {type(thing) for thing in THINGS}


@every_way
@every_thing
def test_a_copy_is_the_same_thing(thing: Any, way: Callable[[Any], Any]) -> None:
    twin = way(thing)
    assert type(twin) is type(thing)
    assert said(twin) == said(thing)
    assert str(twin) == str(thing) or isinstance(thing, (Count, Total, Weighted, Product, Tally, Lines, Along, Recipe))
    assert said(thing) is not thing or hash_of(twin) == hash_of(thing)


@every_way
@every_thing
def test_a_copy_is_as_read_only_as_its_original(thing: Any, way: Callable[[Any], Any]) -> None:
    for made in (thing, way(thing)):
        arrays = list(arrays_in(made))
        assert bool(arrays) == bool(list(arrays_in(thing)))
        masks = [array for array in arrays if array.flags.writeable]
        assert all(array.dtype == np.bool_ for array in masks)
        assert not masks or isinstance(
            thing, (Count, Total, Weighted, Product, Tally, Lines, Along, Recipe)
        )  # the caller's own masks
        if attrs.has(type(made)):
            for one in attrs.fields(type(made)):
                with pytest.raises(AttributeError):
                    setattr(made, one.name, None)


def test_tables_and_answers_hold_arrays_that_were_looked_at() -> None:
    found: Mapping[type, int] = {type(thing): len(list(arrays_in(thing))) for thing in THINGS}
    assert found[Deals] >= 17  # an id, two arrays for each of five numbers, a code for each of six names
    assert min(found[kind] for kind in (sm.Amounts, sm.Durations, sm.Multiset, sm.SampleBook, sm.Scorecard)) >= 2


@every_way
@pytest.mark.parametrize("function", [owned, *(one for one in PUBLIC if isfunction(one))])
def test_a_measure_and_every_other_function_is_pickled_by_name(function: Any, way: Callable[[Any], Any]) -> None:
    assert way(function) is function
