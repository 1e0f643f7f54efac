"""The published strategies, and what only our own tests need: deals together with what it takes to lay them down."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any

from attrs import evolve, frozen
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from salesmetrics import (
    Answer,
    Attainment,
    Capacity,
    Commissions,
    Coverage,
    Deal,
    Deals,
    Forecast,
    LateDeals,
    LeadPropensity,
    Period,
    PlanCost,
    ResponseTime,
    SalesProcess,
    ScoreQuality,
    Waterfall,
    WeightsOfEvidence,
)
from salesmetrics.door.faults import DOUBTS
from salesmetrics.strategies import (
    amounts,
    answers,
    attainments,
    backtests,
    books,
    capacities,
    coverages,
    days,
    days_around,
    deals,
    durations,
    forecast_lines,
    forecast_parts,
    forecasts,
    late_deals,
    lead_propensities,
    money_ratios,
    money_totals,
    periods,
    plan_costs,
    processes,
    proportions,
    response_times,
    score_qualities,
    stage_conversions,
    stages,
    tables,
    tables_with_history,
    team_commissions,
    times_in_stage,
    units,
    waterfall_lines,
    waterfalls,
    weighted_totals,
    weights_of_evidences,
)
from salesmetrics.strategies.model import STANDARD
from salesmetrics.strategies.result import ANSWERS as OF_ANY_QUESTION

__all__ = [
    "ANSWERS",
    "AS_OF",
    "DOUBTS",
    "PERIOD",
    "STANDARD",
    "Book",
    "amounts",
    "answers",
    "backtests",
    "books",
    "days",
    "days_around",
    "deals",
    "durations",
    "forecast_lines",
    "forecast_parts",
    "forecasts",
    "laid_down",
    "money_ratios",
    "money_totals",
    "periods",
    "processes",
    "proportions",
    "stage_conversions",
    "stages",
    "tables",
    "tables_with_history",
    "times_in_stage",
    "units",
    "waterfall_lines",
    "waterfalls",
    "weighted_totals",
]

PERIOD = Period(date(2026, 1, 1), date(2026, 4, 1), "Q\x1b1 <b>")
AS_OF = date(2026, 1, 2)
"""What forecasts, coverages and waterfalls are of, so that they add."""

ANSWERS: Mapping[type[Answer], Callable[[str | None], SearchStrategy[Any]]] = {
    **OF_ANY_QUESTION,
    Forecast: lambda unit: forecasts(unit, PERIOD, AS_OF, "stage_forecast"),
    Coverage: lambda unit: coverages(unit, PERIOD, AS_OF, quota=0),
    Attainment: lambda unit: attainments(unit, PERIOD, AS_OF, include_today=False),
    Capacity: lambda unit: capacities(unit, PERIOD),
    Commissions: lambda unit: team_commissions(unit or "USD", PERIOD),
    PlanCost: lambda unit: plan_costs(unit or "USD", PERIOD),
    LateDeals: lambda unit: late_deals(unit, AS_OF),
    ResponseTime: lambda _: response_times(AS_OF, 300),
    LeadPropensity: lambda _: lead_propensities("bayes"),
    WeightsOfEvidence: lambda _: weights_of_evidences().map(lambda one: evolve(one, alpha="1/2")),
    ScoreQuality: lambda _: score_qualities("probability"),
    Waterfall: lambda unit: waterfalls(unit, PERIOD, PERIOD, ("Ada",)),
}
"""Every kind of answer, in a unit; those of one kind and unit add, of waterfalls those of different deals."""


@frozen
class Book:
    """Deals, and what it takes to lay them down."""

    deals: list[Deal]
    process: SalesProcess
    doubts: tuple[str, ...]

    @property
    def table(self) -> Deals:
        return self.of(self.deals)

    def of(self, some: Sequence[Deal]) -> Deals:
        """Some of the deals, laid down alone."""
        return Deals.of(some, self.process, accept=self.doubts)


@st.composite
def laid_down(draw: DrawFn, doubts: Collection[str] = DOUBTS) -> Book:
    """A book of any process, with doubts or without."""
    process = draw(processes())
    accepted = draw(st.sampled_from([(), tuple(doubts)]))
    return Book(draw(books(process, accepted)), process, accepted)
