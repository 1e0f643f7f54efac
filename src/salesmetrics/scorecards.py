"""A scorecard: the first figures anyone asks of a book of deals, each equal to a public call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeAlias

from attrs import field, frozen

from salesmetrics._numeric.days import day_number
from salesmetrics.across.ask import Question, ask
from salesmetrics.measure.forecast import stage_forecast
from salesmetrics.measure.pipeline import pipeline_value, weighted_pipeline
from salesmetrics.measure.rates import win_rate, win_value_rate
from salesmetrics.measure.size import deal_size
from salesmetrics.measure.velocity import cycle_length
from salesmetrics.model.period import Period
from salesmetrics.result._display import html_of_table, html_of_text, percent, plain_text, text_of_table
from salesmetrics.result.answer import SAME, Answer
from salesmetrics.result.breakdown import Breakdown
from salesmetrics.result.forecast import Forecast
from salesmetrics.result.proportion import Proportion
from salesmetrics.result.tallied import Amounts, Durations, days_shown
from salesmetrics.result.totals import MoneyRatio, MoneyTotal, WeightedTotal, amount_shown
from salesmetrics.table.deals import Deals, IntoDeals

__all__ = ["Scorecard", "scorecard"]

Table: TypeAlias = tuple[list[str], list[list[str]]]
"""Heads and rows."""


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
        overdue: What is open and was expected to close before `as_of`, whatever its forecast category.
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

    Money is in minor units, rates are fractions, sizes are in minor units and cycles in days, as each answer says.

    Examples:
        >>> from salesmetrics import sample_book
        >>> book = sample_book()
        >>> card = scorecard(book.deals, period=book.period, as_of=book.as_of)
        >>> print(card.pipeline_by_owner["hal"])
        151,650.00 USD (8 deals)
    """

    readings = ()

    period: Period = field(metadata=SAME)
    as_of: date = field(metadata=SAME)
    pipeline: MoneyTotal
    weighted: WeightedTotal
    overdue: MoneyTotal
    win_rate: Proportion
    win_value_rate: MoneyRatio
    deal_size: Amounts
    cycle_length: Durations
    forecast: Forecast
    pipeline_by_stage: Breakdown[MoneyTotal]
    weighted_by_stage: Breakdown[WeightedTotal]
    pipeline_by_owner: Breakdown[MoneyTotal]
    weighted_by_owner: Breakdown[WeightedTotal]
    overdue_by_owner: Breakdown[MoneyTotal]
    win_rate_by_owner: Breakdown[Proportion]
    win_value_rate_by_owner: Breakdown[MoneyRatio]
    deal_size_by_owner: Breakdown[Amounts]
    cycle_length_by_owner: Breakdown[Durations]
    forecast_by_owner: Breakdown[Forecast]

    def __str__(self) -> str:
        tables = [
            text_of_table(*table, left=len(table[0]) if "asked as" in table[0] else 1) for table in self._tables()
        ]
        return "\n\n".join([self._title(), "\n".join(self._where()), *tables])

    def _repr_html_(self) -> str:
        lines = "".join(f"<p>{html_of_text(line)}</p>" for line in (self._title(), *self._where()))
        return lines + "".join(html_of_table(*table) for table in self._tables())

    @property
    def in_a_line(self) -> str:
        """What it is of; its figures need more room than a line."""
        return self._title()

    def _title(self) -> str:
        return f"Scorecard of {plain_text(self.period)}, as of {self.as_of}"

    def _where(self) -> list[str]:
        """What the names in the columns "asked as" stand for."""
        known = Period(self.period.start, min(self.period.end, self.as_of)) if self.as_of > self.period.start else None
        return [
            f"as_of    = date({self.as_of.year}, {self.as_of.month}, {self.as_of.day})",
            f"period   = {_asked(self.period)}",
            f"closed   = deals.in_period({_asked(known)})" if known else "closed   = deals[:0]",
            "overdue  = deals.filter(deals.is_overdue(as_of))",
            "forecast = sm.stage_forecast(deals, period=period, as_of=as_of)",
        ]

    def _tables(self) -> list[Table]:
        return [self._figures(), *self._stages(), *self._owners()]

    def _figures(self) -> Table:
        low, high = self.win_rate.interval(0.95)
        q10, q90 = (self.cycle_length.quantile(share) for share in (0.1, 0.9))
        spread = "" if q10 is None or q90 is None else f"; p10 {q10:,.1f}, p90 {q90:,.1f}"
        figures = [
            ("Open pipeline", self.pipeline, "sm.pipeline_value(deals)"),
            ("Weighted pipeline", self.weighted, "sm.weighted_pipeline(deals)"),
            ("Overdue", self.overdue, "sm.pipeline_value(overdue)"),
            ("Win rate", f"{self.win_rate}; 95 % interval {percent(low)} to {percent(high)}", "sm.win_rate(closed)"),
            ("Win value rate", self.win_value_rate, "sm.win_value_rate(closed)"),
            ("Deal size", self.deal_size, "sm.deal_size(closed)"),
            ("Cycle length", f"{self.cycle_length}{spread}", "sm.cycle_length(closed)"),
            ("Forecast", amount_shown(self.forecast.value), "forecast.value"),
            ("  booked", self.forecast.booked, "forecast.booked"),
            ("  expected", self.forecast.expected, "forecast.expected"),
            *(
                (f"  left out: {name.replace('_', ' ')}", left_out, f"forecast.{name}")
                for name, left_out in self.forecast.left_out.items()
            ),
        ]
        return ["figure", "answer", "asked as"], [[name, str(answer), ask] for name, answer, ask in figures]

    def _stages(self) -> list[Table]:
        rows = [
            [
                "-" if stage is None else plain_text(stage),
                f"{total.n + total.n_missing:,}",
                _value(total),
                _value(self.weighted_by_stage[stage]) if stage in self.weighted_by_stage else "-",
            ]
            for stage, total in self.pipeline_by_stage.items()
            if total.n + total.n_missing
        ]
        asked = [
            ["pipeline", 'sm.breakdown(sm.pipeline_value, deals, by="stage")'],
            ["weighted", 'sm.breakdown(sm.weighted_pipeline, deals, by="stage")'],
        ]
        return [(["stage", "open deals", "pipeline", "weighted"], rows), (["by stage", "asked as"], asked)]

    def _owners(self) -> list[Table]:
        columns: list[tuple[str, str, Breakdown[Any], Callable[[Any], str]]] = [
            ("pipeline", "sm.pipeline_value, deals", self.pipeline_by_owner, _value),
            ("weighted", "sm.weighted_pipeline, deals", self.weighted_by_owner, _value),
            ("overdue", "sm.pipeline_value, overdue", self.overdue_by_owner, _value),
            ("win rate", "sm.win_rate, closed", self.win_rate_by_owner, str),
            ("by value", "sm.win_value_rate, closed", self.win_value_rate_by_owner, lambda rate: percent(rate.value)),
            ("mean deal", "sm.deal_size, closed", self.deal_size_by_owner, lambda size: amount_shown(size.mean)),
            (
                "median cycle",
                "sm.cycle_length, closed",
                self.cycle_length_by_owner,
                lambda days: days_shown(days.median),
            ),
            ("forecast", "sm.stage_forecast, deals", self.forecast_by_owner, _value),
        ]
        rows = [
            [
                "-" if owner is None else plain_text(owner),
                *(shown(answers[owner]) if owner in answers else "-" for _, _, answers, shown in columns),
            ]
            for owner in self.pipeline_by_owner
        ]
        further = {"forecast": ", period=period, as_of=as_of"}
        asked = [[head, f'sm.breakdown({ask}, by="owner"{further.get(head, "")})'] for head, ask, _, _ in columns]
        return [(["owner", *(head for head, _, _, _ in columns)], rows), (["by owner", "asked as"], asked)]


def scorecard(deals: IntoDeals, *, period: Period, as_of: date) -> Scorecard:
    """The first figures of a book of deals: what is open, what was won and how, what is to come; and all by owner.

    Args:
        deals: `Deals`, or any iterable of `Deal`.
        period: The period that is looked at.
        as_of: The day of view; rates, sizes and cycles are of the deals closed in the period before it.

    Returns:
        A `Scorecard`. Each field equals the public call that is printed beside it.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: `as_of` is not a plain day or later than that of the book, or the period is no `Period`.

    Laws:
        fields: Each field equals its public call.
        merge: The scorecard of two books together is the sum of their scorecards.

    Examples:
        >>> from salesmetrics import sample_book
        >>> book = sample_book()
        >>> card = scorecard(book.deals, period=book.period, as_of=book.as_of)
        >>> print(card.win_rate)
        47.6 % (78 of 164)
    """
    book = Deals.of(deals)
    book.check_view(as_of)
    in_period = book.is_in_period(period)
    known = in_period & (book.closed.values < day_number(as_of))
    closed, overdue = book.filter(known), book.filter(book.is_overdue(as_of))
    return Scorecard(
        period=period,
        as_of=as_of,
        **_answers(
            book,
            pipeline=pipeline_value,
            weighted=weighted_pipeline,
            forecast=Question(stage_forecast, period=period, as_of=as_of),
            pipeline_by_stage=Question(pipeline_value, "stage"),
            weighted_by_stage=Question(weighted_pipeline, "stage"),
            pipeline_by_owner=Question(pipeline_value, "owner"),
            weighted_by_owner=Question(weighted_pipeline, "owner"),
            forecast_by_owner=Question(stage_forecast, "owner", period=period, as_of=as_of),
        ),
        **_answers(overdue, overdue=pipeline_value, overdue_by_owner=Question(pipeline_value, "owner")),
        **_answers(
            closed,
            win_rate=win_rate,
            win_value_rate=win_value_rate,
            deal_size=deal_size,
            cycle_length=cycle_length,
            win_rate_by_owner=Question(win_rate, "owner"),
            win_value_rate_by_owner=Question(win_value_rate, "owner"),
            deal_size_by_owner=Question(deal_size, "owner"),
            cycle_length_by_owner=Question(cycle_length, "owner"),
        ),
    )


def _answers(deals: Deals, **questions: Callable[[Deals], Any]) -> dict[str, Any]:
    """The answers to named questions, all asked together."""
    return dict(zip(questions, ask(deals, *questions.values()), strict=True))


def _value(answer: Any) -> str:
    return amount_shown(answer.value)


def _asked(period: Period) -> str:
    return f'sm.Period.parse("{period.start}..{period.end}")'
