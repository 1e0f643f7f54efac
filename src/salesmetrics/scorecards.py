"""A scorecard: the first figures anyone asks of a book of deals, each equal to a public call."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from salesmetrics.across.breakdown import breakdown
from salesmetrics.measure.forecast import stage_forecast
from salesmetrics.measure.pipeline import deal_size, pipeline_value, weighted_pipeline
from salesmetrics.measure.rates import win_rate, win_value_rate
from salesmetrics.measure.velocity import cycle_length
from salesmetrics.model.period import Period, check_day
from salesmetrics.result.answer import Answer, same
from salesmetrics.result.breakdown import Breakdown
from salesmetrics.result.money import MoneyRatio, MoneyTotal, WeightedTotal
from salesmetrics.result.proportion import Proportion
from salesmetrics.result.stage_forecast import StageForecast
from salesmetrics.result.tallied import Amounts, Durations
from salesmetrics.table.deals import Deals, IntoDeals

__all__ = ["Scorecard", "scorecard"]


@frozen
class Scorecard(Answer):
    """The first figures of a book of deals, and the same by owner.

    The book is taken as given: deals that closed on or after `as_of` count as closed, and `forecast.closed_later`
    says how many they are.

    Args:
        period: The period that is looked at.
        as_of: The day of view.
        pipeline: What is open.
        weighted: What is open, weighted by stage.
        overdue: What is open and was expected to close before `as_of`.
        win_rate: Of the deals closed in the period before `as_of`.
        win_value_rate: Of the same deals.
        deal_size: Of the won ones among them.
        cycle_length: Of the won ones among them.
        forecast: Of the period.
        pipeline_by_stage: What is open in each stage.
        weighted_by_stage: The same, weighted.
        pipeline_by_owner: What each owner has open.
        weighted_by_owner: The same, weighted.
        overdue_by_owner: What is overdue.
        win_rate_by_owner: Of the deals closed in the period before `as_of`.
        win_value_rate_by_owner: Of the same deals.
        deal_size_by_owner: Of the won ones among them.
        cycle_length_by_owner: Of the won ones among them.
        forecast_by_owner: Of the period.
    """

    readings = ()

    period: Period = same()
    as_of: date = same()
    pipeline: MoneyTotal
    weighted: WeightedTotal
    overdue: MoneyTotal
    win_rate: Proportion
    win_value_rate: MoneyRatio
    deal_size: Amounts
    cycle_length: Durations
    forecast: StageForecast
    pipeline_by_stage: Breakdown[MoneyTotal]
    weighted_by_stage: Breakdown[WeightedTotal]
    pipeline_by_owner: Breakdown[MoneyTotal]
    weighted_by_owner: Breakdown[WeightedTotal]
    overdue_by_owner: Breakdown[MoneyTotal]
    win_rate_by_owner: Breakdown[Proportion]
    win_value_rate_by_owner: Breakdown[MoneyRatio]
    deal_size_by_owner: Breakdown[Amounts]
    cycle_length_by_owner: Breakdown[Durations]
    forecast_by_owner: Breakdown[StageForecast]

    def __str__(self) -> str:
        low, high = self.win_rate.interval(0.95)
        known = Period(self.period.start, min(self.period.end, self.as_of)) if self.as_of > self.period.start else None
        closed = f'deals.in_period(Period.parse("{known}"))' if known else "deals[:0]"
        q10, q90 = (self.cycle_length.quantile(share) for share in (0.1, 0.9))
        spread = "" if q10 is None or q90 is None else f"; p10 {q10:,.1f}, p90 {q90:,.1f}"
        lines = [
            ("Open pipeline", self.pipeline, "pipeline_value(deals)"),
            ("Weighted pipeline", self.weighted, "weighted_pipeline(deals)"),
            ("Overdue", self.overdue, "pipeline_value(deals.filter(deals.is_overdue(as_of)))"),
            ("Win rate", f"{self.win_rate}; 95 % interval {percent(low)} to {percent(high)}", "win_rate(closed)"),
            ("Win value rate", self.win_value_rate, "win_value_rate(closed)"),
            ("Deal size", self.deal_size, "deal_size(closed)"),
            ("Cycle length", f"{self.cycle_length}{spread}", "cycle_length(closed)"),
            ("Booked", self.forecast.booked, "forecast.booked"),
            ("Expected", self.forecast.expected, "forecast.expected"),
            ("Forecast", amount_shown(self.forecast.value), "forecast.value"),
            *((f"  left out: {name.replace('_', ' ')}", total, f"forecast.{name}")
              for name, total in self.forecast.left_out.items()),
        ]  # fmt: skip
        period = f'Period.parse("{self.period.start}..{self.period.end}")'
        return "\n\n".join(
            [
                f"Scorecard of {self.period}, as of {self.as_of}",
                f"as_of    = date({self.as_of.year}, {self.as_of.month}, {self.as_of.day})\n"
                f"closed   = {closed}\n"
                f"forecast = stage_forecast(deals, period={period}, as_of=as_of)",
                text_of_table(("figure", "answer", "asked as"), [[name, str(said), ask] for name, said, ask in lines]),
                *(text_of_table(*table) for table in self._tables()),
            ]
        )

    def _tables(self) -> list[tuple[list[str], list[list[str]]]]:
        return []

    def _repr_html_(self) -> str:
        return ""
