"""How each measure is asked: its options, drawn to fit a table; and what a deal is to a plain loop."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from salesmetrics import (
    Activity,
    Category,
    Deal,
    Deals,
    Money,
    Outcome,
    Period,
    SalesProcess,
    Stage,
    activities_per_rep,
    activities_per_win,
    calibrate_stages,
    capacity,
    category_forecast,
    closing_ratio,
    creation_forecast,
    cycle_length,
    cycle_length_forecast,
    deal_size,
    expansion_share,
    follow_ups,
    forecast_value,
    historical_forecast,
    lead_conversion,
    lead_propensity,
    lead_response_time,
    lead_to_opportunity,
    lead_to_sale,
    meeting_rate,
    overdue_deals,
    pipeline_conversion,
    pipeline_coverage,
    pipeline_created,
    pipeline_value,
    pipeline_waterfall,
    pushes,
    quota_attainment,
    sales_velocity,
    selling_time_share,
    slippage,
    stage_conversion,
    stage_forecast,
    stalled_deals,
    testing,
    time_in_stage,
    weighted_pipeline,
    weights_of_evidence,
    win_rate,
    win_value_rate,
)
from salesmetrics.format.history_format import CHANGING
from salesmetrics.measure.funnel import way
from strategies import days, days_around, periods, tables, tables_with_history

__all__ = [
    "HISTORY_QUESTIONS",
    "LENGTHS",
    "OTHER_QUESTIONS",
    "QUESTIONS",
    "MeasureLaws",
    "Options",
    "by_one_or_all",
    "category_of",
    "currency_of",
    "key_of",
    "keys_in_order",
    "minor_of",
    "needed",
    "parts_of",
    "questions",
    "stage_of",
    "unit_of",
    "was_open",
    "with_its_days",
    "with_what_it_needs",
]

Options = dict[str, Any]


def _values(table: Deals) -> SearchStrategy[str]:
    return st.sampled_from(["amount", *table.values])


def _of_value(table: Deals) -> SearchStrategy[Options]:
    return st.fixed_dictionaries({}, optional={"value": _values(table)})


def _of_weights(table: Deals) -> SearchStrategy[Options]:
    probability, rounding = st.sampled_from(["stage", "deal"]), st.sampled_from(["once", "per_deal"])
    return st.fixed_dictionaries(
        {}, optional={"value": _values(table), "probability": probability, "rounding": rounding}
    )


def _of_population(*populations: str) -> Callable[[Deals], SearchStrategy[Options]]:
    return lambda _: st.fixed_dictionaries({}, optional={"population": st.sampled_from(populations)})


def _of_win_rate(table: Deals) -> SearchStrategy[Options]:
    closed_or_all = _of_population("closed", "all")(table)
    stages = _open_stages(table)
    if table.past is None or not stages:
        return closed_or_all
    qualified = st.fixed_dictionaries(
        {"population": st.just("qualified"), "stage": st.sampled_from(stages)},
        optional={"open": st.sampled_from(["out", "in"])},
    )
    return closed_or_all | qualified


def _of_cycle(table: Deals) -> SearchStrategy[Options]:
    stages = [] if table.past is None else _open_stages(table)
    return st.fixed_dictionaries(
        {},
        optional={
            "population": st.sampled_from(["won", "lost", "closed"]),
            "since": st.sampled_from(["created", *stages]),
        },
    )


def _open_stages(table: Deals) -> list[str]:
    return [stage.name for stage in table.process if stage.outcome is Outcome.OPEN]


def _of_the_past(table: Deals) -> SearchStrategy[Options]:
    """Without a history, amount and expected close must be said to be constant."""
    fields = {"amount", "expected_close"}
    if table.past is None:
        return st.just({"constant": fields})
    constant = st.sets(st.sampled_from([*fields, *table.values]))
    if "expected_close" not in table.past.changes.tracked:  # of what nobody has told anything, something must be said
        told = constant.map(lambda some: some | {"expected_close"})
        return st.fixed_dictionaries({"constant": told}, optional={"value": _values(table)})
    return st.fixed_dictionaries({}, optional={"value": _values(table), "constant": constant})


def _of_created(table: Deals) -> SearchStrategy[Options]:
    period = st.fixed_dictionaries({"period": periods(days_around(table))})
    current = st.fixed_dictionaries({"amount": st.just("current")}, optional={"value": _values(table)})
    return _both(period, current | _of_the_past(table))


def _of_conversion(table: Deals) -> SearchStrategy[Options]:
    openings = st.fixed_dictionaries({}, optional={"opening": st.sampled_from(["due", "all"])})
    weeks = periods(days_around(table)).flatmap(
        lambda period: st.fixed_dictionaries(
            {"period": st.just(period), "week": st.integers(0, min(5, (period.days - 1) // 7))}
        )
    )
    return _both(weeks, _both(openings, _of_the_past(table)))


def _of_slippage(table: Deals) -> SearchStrategy[Options]:
    options = st.fixed_dictionaries({"period": periods(days_around(table))}, optional={"lost_counts": st.booleans()})
    return _both(options, _of_the_past(table))


def _of_coverage(table: Deals) -> SearchStrategy[Options]:
    around = days_around(table)
    asked = {"period": periods(around), "as_of": around}
    words = {"against": st.sampled_from(["remaining", "full"]), "weighted": st.booleans()}
    quotas = st.sampled_from([0, 1, 120_050, 2**63])

    def against(value: str) -> SearchStrategy[Options]:
        unit = table.value(value).unit
        quota: SearchStrategy[Any] = quotas if unit is None else quotas.map(lambda minor: Money(minor, unit))
        if unit == "XXX":
            quota = st.just(Money(0, "XXX"))
        return st.fixed_dictionaries({**asked, "quota": quota, "value": st.just(value)}, optional=words)

    return _values(table).flatmap(against)


def _of_day(table: Deals) -> SearchStrategy[Options]:
    return st.fixed_dictionaries({"as_of": days_around(table)}, optional={"value": _values(table)})


def _of_stalled(table: Deals) -> SearchStrategy[Options]:
    days: SearchStrategy[Any] = st.sampled_from([1, 15, 30.5, 365])
    if table.past is not None:  # which tells when a deal came into its stage
        days = days | st.fixed_dictionaries(dict.fromkeys(_open_stages(table), days))
    rule = st.fixed_dictionaries({"typical": days}, optional={"k": st.sampled_from([0.1, 1, 2, 3])})
    return _both(_both(rule, _of_day(table)), st.just({}) | _of_effort(table))


def _of_effort(table: Deals) -> SearchStrategy[Options]:
    ids = [*table.id.tolist(), "nobody's", None]
    around = days_around(table).flatmap(
        lambda day: st.sampled_from([(0, 0), (0, 30), (4, 30), (12, 0), (23, 59)]).map(
            lambda clock: datetime(day.year, day.month, day.day, *clock, tzinfo=UTC)
        )
    )
    logs = st.lists(st.builds(Activity, around, st.just("demo"), deal=st.sampled_from(ids)), max_size=8)
    zones = st.sampled_from(["UTC", "America/New_York", "Asia/Tokyo"])
    return st.fixed_dictionaries({"activities": logs, "zone": zones})


def _of_follow_ups(table: Deals) -> SearchStrategy[Options]:
    asked = st.tuples(_of_effort(table), days_around(table))
    return asked.map(lambda some: {"touches": some[0]["activities"], "zone": some[0]["zone"], "as_of": some[1]})


def _both(one: SearchStrategy[Options], other: SearchStrategy[Options]) -> SearchStrategy[Options]:
    return st.builds(lambda some, more: some | more, one, other)


def _of_size(table: Deals) -> SearchStrategy[Options]:
    populations = st.sampled_from(["won", "closed", "open", "all"])
    return st.fixed_dictionaries({}, optional={"population": populations, "value": _values(table)})


def _of_velocity(table: Deals) -> SearchStrategy[Options]:
    words = {
        "counted": ["open", "closed", "all"],
        "size": ["won", "closed", "open", "all"],
        "rate": ["closed", "all"],
        "cycle": ["won", "lost", "closed"],
        "value": ["amount", *table.values],
    }
    return st.fixed_dictionaries({}, optional={name: st.sampled_from(those) for name, those in words.items()})


def _of_period(table: Deals) -> SearchStrategy[Options]:
    around = days_around(table)
    return st.fixed_dictionaries({"period": periods(around), "as_of": around}, optional={"value": _values(table)})


def _of_span(table: Deals) -> SearchStrategy[Options]:
    around = days_around(table)
    constants = st.sets(st.sampled_from(["amount", "stage"]))  # a part of the book may not know a value's name
    needed: dict[str, SearchStrategy[Any]] = {
        "period": periods(around),
        "span": periods(around),
        "constant": constants.map(lambda some: some | {"expected_close", "owner"}),
    }
    owners = st.none() | st.sets(st.sampled_from([None, *table.owner.names]), min_size=1)
    asked = st.fixed_dictionaries(needed, optional={"value": _values(table), "owners": owners})
    return asked.map(_with_both_days)


def _with_both_days(options: Options) -> Options:
    span = options["span"]
    others = {name: value for name, value in options.items() if name != "span"}
    return {"start": span.start, "end": span.end, **others}


def _of_forecast(table: Deals) -> SearchStrategy[Options]:
    choices = st.sampled_from(["leave_out", "include"])
    return _both(_of_period(table), st.fixed_dictionaries({}, optional={"undated": choices, "overdue": choices}))


LENGTHS = st.sampled_from([1, 15, 30.5, 365, 10_000_000])


def _of_cycle_forecast(table: Deals) -> SearchStrategy[Options]:
    dated = st.fixed_dictionaries({}, optional={"dated": st.sampled_from(["predicted", "expected"])})
    segments = st.sampled_from(["kind", "stage", "owner", *table.labels]).flatmap(
        lambda by: st.fixed_dictionaries(
            {"segment": st.just(by), "typical": st.dictionaries(st.sampled_from([*table.key(by).names, None]), LENGTHS)}
        )
    )
    lengths = st.fixed_dictionaries({"typical": LENGTHS}) | segments
    return _both(_both(lengths, dated), _of_forecast(table))


def _of_earlier_periods(table: Deals) -> SearchStrategy[Options]:
    more = st.fixed_dictionaries(
        {"base": st.sampled_from(["mean", "last", "drift"])},
        optional={"growth": st.sampled_from([0, 0.05, "-0.333333", -1]), "value": _values(table)},
    )
    lengths = st.sampled_from([2, 28, 90]).flatmap(
        lambda days: st.lists(st.sampled_from([days, 3 * days // 2]), min_size=2, max_size=5)
    )
    return st.builds(_looking_back, days_around(table), lengths, st.sampled_from([0, 5]), st.sampled_from(VIEWS), more)


VIEWS = ("ended", "start", "within", "last")
"""When a period is forecast: when those before have ended, at its start, in it, or on its last day."""


def _looking_back(start: date, lengths: list[int], gap: int, view: str, options: Options) -> Options:
    """Periods one after the other, with a gap before the last, which is the one that is forecast."""
    first = min(start.toordinal(), date.max.toordinal() - sum(lengths) - gap)
    ends = [date.fromordinal(first + sum(lengths[:n])) for n in range(len(lengths))]
    look_back = [Period(one, end) for one, end in pairwise(ends)]
    begun = ends[-1] + timedelta(gap)
    period = Period(begun, begun + timedelta(lengths[-1]))
    days = {"ended": ends[-1], "start": begun, "within": begun + timedelta(1), "last": period.end - timedelta(1)}
    base = "last" if len(look_back) < 2 and options["base"] == "drift" else options["base"]
    return options | {"look_back": look_back, "period": period, "as_of": days[view], "base": base}


def _of_creation(table: Deals) -> SearchStrategy[Options]:
    names = {"period", "as_of", "look_back", "value"}
    asked = _of_earlier_periods(table).map(
        lambda options: {name: one for name, one in options.items() if name in names}
    )
    return st.tuples(asked, st.booleans()).map(lambda drawn: _since(*drawn))


def _since(options: Options, cut: bool) -> Options:  # noqa: FBT001
    """The first day of the book: before all periods that are looked back at, or in the last of them."""
    ahead = (options["as_of"] - options["period"].start).days
    view = options["look_back"][-1].start.toordinal() + min(ahead, 0)
    return options | {"book_start": date.fromordinal(max(view, 1)) if cut else date.min}


def _of_category_forecast(table: Deals) -> SearchStrategy[Options]:
    words = st.sampled_from([one.value for one in Category])
    shares = st.dictionaries(words, st.sampled_from([0, 1, 0.5, 0.333333]))
    return _both(st.fixed_dictionaries({}, optional={"rates": words | shares}), _of_forecast(table))


QUESTIONS: Mapping[Any, Callable[[Deals], SearchStrategy[Options]]] = {
    win_rate: _of_win_rate,
    win_value_rate: _of_value,
    pipeline_value: _of_value,
    pipeline_waterfall: _of_span,
    weighted_pipeline: _of_weights,
    deal_size: _of_size,
    cycle_length: _of_cycle,
    sales_velocity: _of_velocity,
    stage_forecast: _of_forecast,
    cycle_length_forecast: _of_cycle_forecast,
    category_forecast: _of_category_forecast,
    creation_forecast: _of_creation,
    historical_forecast: _of_earlier_periods,
    forecast_value: _of_value,
    expansion_share: _of_value,
    pipeline_created: _of_created,
    pipeline_conversion: _of_conversion,
    pipeline_coverage: _of_coverage,
    overdue_deals: _of_day,
    stalled_deals: _of_stalled,
    slippage: _of_slippage,
    pushes: lambda _: st.just({}),
    activities_per_win: _of_effort,
    follow_ups: _of_follow_ups,
}
"""Every measure that a table alone can be asked, and its options."""


def _of_step(table: Deals) -> SearchStrategy[Options]:
    stages = way(table.process)
    if len(stages) < 2:
        return st.nothing()
    start = st.integers(0, len(stages) - 2)
    steps = start.flatmap(
        lambda one: st.fixed_dictionaries(
            {"stage": st.just(stages[one])}, optional={"to": st.sampled_from(stages[one + 1 :])}
        )
    )
    rules = st.sampled_from(["reached", "strict", "direct", "any"])
    more = st.fixed_dictionaries({}, optional={"rule": rules, "decided_only": st.booleans()})
    return st.builds(lambda step, others: step | others, steps, more)


def _of_stay(table: Deals) -> SearchStrategy[Options]:
    stages = [stage.name for stage in table.process if stage.outcome is Outcome.OPEN]
    if not stages:
        return st.nothing()
    return st.fixed_dictionaries({"stage": st.sampled_from(stages), "as_of": days()})


def _of_calibration(table: Deals) -> SearchStrategy[Options]:
    around = days_around(table).map(lambda day: max(day, date(1, 1, 9)))
    ever = st.fixed_dictionaries({"as_of": days(), "target": st.just("ever")})
    choices = st.sampled_from(["leave_out", "include"])
    constants = st.sets(st.sampled_from(["expected_close", "stage", "category"]))
    more = st.fixed_dictionaries({}, optional={"undated": choices, "overdue": choices, "constant": constants})
    asked = st.lists(periods(around), min_size=1, max_size=2, unique=True)
    leads = st.fixed_dictionaries({}, optional={"lead_days": st.integers(-5, 5)})
    return ever | st.builds(_calibrated_by, asked, _both(leads, more))


def _calibrated_by(asked: list[Period], options: Options) -> Options:
    least = 1 - min(one.days for one in asked)
    lead = {"lead_days": max(options["lead_days"], least)} if "lead_days" in options else {}
    return {"periods": asked, "as_of": max(one.end for one in asked), **options, **lead}


HISTORY_QUESTIONS: Mapping[Any, Callable[[Deals], SearchStrategy[Options]]] = {
    stage_conversion: _of_step,
    calibrate_stages: _of_calibration,
    time_in_stage: _of_stay,
}
"""Every measure of deals with a history, and its options."""

OTHER_QUESTIONS: frozenset[Any] = frozenset(
    {
        activities_per_rep,
        capacity,
        closing_ratio,
        lead_conversion,
        lead_propensity,
        lead_response_time,
        lead_to_opportunity,
        lead_to_sale,
        meeting_rate,
        quota_attainment,
        selling_time_share,
        weights_of_evidence,
    }
)
"""Every measure of another table than deals; their laws ask them themselves."""


def needed(measure: Any) -> Options:
    """The options without which a measure cannot be asked of a book in dollars."""
    usual = {
        "period": Period(date(2026, 1, 1), date(2026, 4, 1)),
        "as_of": date(2026, 2, 1),
        "look_back": [Period(date(2025, 10, 1), date(2026, 1, 1))],
        "book_start": date(2025, 1, 1),
        "start": date(2026, 1, 1),
        "end": date(2026, 2, 1),
        "quota": Money(120_050, "USD"),
        "typical": 30,
        "activities": [Activity(datetime(2026, 1, 9, tzinfo=UTC), "demo", deal="D-1")],
        "touches": [Activity(datetime(2026, 1, 9, tzinfo=UTC), "call", deal="D-1")],
        "zone": "UTC",
        "constant": {"amount", "expected_close"},
    }
    shape = inspect.signature(measure).parameters
    return {name: one for name, one in usual.items() if name in shape}


def with_what_it_needs(measure: Any, table: Deals) -> Deals:
    """The table, with an empty history where the measure cannot be asked without one."""
    return table.with_history([]) if measure is pushes else table


def questions(table: Deals) -> SearchStrategy[tuple[Any, Options]]:
    """Any measure that can be asked of the table, with options."""
    unasked = set() if table.past is not None else {pushes}
    return st.sampled_from([measure for measure in QUESTIONS if measure not in unasked]).flatmap(
        lambda measure: st.tuples(st.just(measure), QUESTIONS[measure](table))
    )


class MeasureLaws(testing.MeasureLaws):
    """The published laws, with the options of our own measures."""

    def options(self, table: Deals) -> SearchStrategy[Options]:
        return {**QUESTIONS, **HISTORY_QUESTIONS}[self.measure](table)

    def tables(self) -> SearchStrategy[Deals]:
        return tables() | tables_with_history()


def by_one_or_all(names: list[str]) -> SearchStrategy[str | tuple[str, ...]]:
    """The first name alone, which gives plain keys, or all of them, which gives tuples."""
    return st.just(names[0]) | st.just(tuple(names))


def parts_of(book: list[Deal]) -> SearchStrategy[list[int]]:
    """For each deal one of four parts; a part may be empty."""
    return st.lists(st.integers(0, 3), min_size=len(book), max_size=len(book))


def currency_of(book: list[Deal]) -> str:
    """The one currency of a book; XXX gives way."""
    amounts = [amount for deal in book for amount in (deal.amount, deal.values.get("arr"))]
    return max({amount.currency for amount in amounts if isinstance(amount, Money)} - {"XXX"}, default="XXX")


def unit_of(book: list[Deal], value: str) -> str | None:
    """Of the amounts of that name: plain numbers have none."""
    return None if value == "units" else currency_of(book)


def minor_of(deal: Deal, value: str) -> int | None:
    """A deal's amount of that name, as a whole number."""
    amount = deal.amount if value == "amount" else deal.values.get(value)
    return amount.minor if isinstance(amount, Money) else amount


_KEYS = ("owner", "stage", "outcome", "account", "kind", "category")

_ORDERS: Mapping[str, Sequence[Any]] = {
    "outcome": [one.value for one in Outcome],
    "kind": ["new", "expansion", "renewal"],
    "category": [one.value for one in Category],
}


def stage_of(deal: Deal, process: SalesProcess) -> Stage | None:
    """The stage of a deal, where anybody knows it."""
    return None if deal.stage is None else process[deal.stage]


def was_open(deal: Deal, process: SalesProcess, day: date) -> bool:
    """Whether a deal was there and open at the start of a day."""
    is_there = deal.created is None or deal.created < day
    closed_later = deal.closed is not None and deal.closed >= day
    return is_there and (closed_later or process.outcome_of(deal.stage) is Outcome.OPEN)


def with_its_days(table: Deals) -> tuple[Deals, set[str]]:
    """The deals that can be placed in time, and everything else of them that could have changed.

    One that closed before it was created cannot: between these days it is booked, and not yet there.
    """
    is_in_order = table.closed.known & (table.closed.values >= table.created.values)
    return table.filter(table.created.known & (table.is_open | is_in_order)), {
        *CHANGING,
        "account",
        "kind",
        *table.values,
        *table.labels,
    }


def category_of(deal: Deal, process: SalesProcess) -> Category | None:
    """A deal's own forecast category, else its stage's."""
    stage = stage_of(deal, process)
    return deal.category or (None if stage is None else stage.category)


def key_of(deal: Deal, by: str | tuple[str, ...], process: SalesProcess) -> Any:
    """The group of a deal, as the docs say it."""
    if isinstance(by, tuple):
        return tuple(key_of(deal, name, process) for name in by)
    if by == "outcome":
        return process.outcome_of(deal.stage).value
    if by == "category":
        category = category_of(deal, process)
        return None if category is None else category.value
    return getattr(deal, by) if by in _KEYS else deal.labels.get(by)


def keys_in_order(keys: Iterable[Any], by: str | tuple[str, ...], process: SalesProcess) -> list[Any]:
    """Stages as in the process, fixed words in their order, other names sorted; `None` last."""
    if isinstance(by, str):
        return [key for (key,) in keys_in_order([(key,) for key in keys], (by,), process)]
    orders = {**_ORDERS, "stage": process.names}

    def place(name: str, part: Any) -> tuple[Any, ...]:
        if part is None:
            return (1,)
        if name in orders:
            return 0, orders[name].index(part)
        return 0, type(part) in (str, date), isinstance(part, str), part  # numbers, days, text

    return sorted(keys, key=lambda key: [place(name, part) for name, part in zip(by, key, strict=True)])
