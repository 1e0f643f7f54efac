"""What a rule pays for a payee's credits: one deal after the other along its curve."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

from attrs import define, frozen

from salesmetrics._numeric.columns import sort_key
from salesmetrics.door.objects import objects_of
from salesmetrics.errors import InvalidValueError
from salesmetrics.model.currencies import exponent
from salesmetrics.model.money import Money
from salesmetrics.model.period import Period
from salesmetrics.model.plan.plan import CompPlan
from salesmetrics.model.plan.reversal import Reversal
from salesmetrics.model.plan.rule import Rule
from salesmetrics.model.quota import Quota
from salesmetrics.pay._credits import Credited
from salesmetrics.result.statement_lines import LineKind, StatementLine, whole_minor
from salesmetrics.table.quotas import IntoQuotas, Quotas

__all__ = [
    "Earned",
    "QuotaOf",
    "earned_by",
    "is_gone_through",
    "last_window",
    "quota_of",
    "quotas_by_rep",
    "unit_of",
    "window_of",
]

QuotaOf: TypeAlias = Callable[[str, Rule, Period], Fraction]
"""What tells somebody's quota of a rule and window, in whole units."""


@frozen
class Earned:
    """What a rule has earned for a payee.

    Args:
        lines: Its lines of the period.
        measure: Where the measure stands at the end of the period, in the rule's own unit.
        by_deal: What each deal earned when it was booked, in the period or before it in the same window [minor units].
    """

    lines: list[StatementLine]
    measure: Fraction
    by_deal: dict[str | int, tuple[date, int]]


@frozen
class _Entry:
    """One step along the curve: a deal that is booked, or what is cancelled of it; and a day of the window it is in."""

    deal: str | int
    on: date
    at: date
    measure: Fraction
    share: Fraction
    pays: bool
    is_reversal: bool


@define
class _Run:
    """Where a window's measure and pay stand."""

    measure: Fraction = Fraction(0)
    paid: Fraction = Fraction(0)


def earned_by(
    rule: Rule,
    credits: Sequence[Credited],  # noqa: A002
    plan: CompPlan,
    period: Period,
    quota: Callable[[Rule, Period], Fraction],
    cancelled: Callable[[str, str | int], list[tuple[date, Fraction, bool]]],
    reversal: Reversal | None,
) -> Earned:
    """The lines that a rule pays in a period, and where they leave its measure.

    A window that began before the period is gone through from its beginning, so that tiers go on where they were; only
    what is of the period becomes lines.
    """
    runs: dict[object, _Run] = {}
    lines: list[StatementLine] = []
    by_deal: dict[str | int, tuple[date, int]] = {}
    of_period = Fraction(0)
    for entry in _entries(rule, credits, plan, period, cancelled, reversal):
        window = window_of(rule, plan, period, entry.at)
        run = runs.setdefault(entry.deal if rule.basis.window == "deal" else window, _Run())
        divisor = quota(rule, window) if rule.basis.of_quota else Fraction(1)
        unit = unit_of(rule, plan, window, divisor)
        start, run.measure = run.measure, run.measure + entry.measure / divisor
        before = run.paid
        for one in rule.curve.slices(start, run.measure) if entry.pays else ():
            kind: LineKind = "reversal" if entry.is_reversal else "jump" if one.rate is None else "tier"
            rate = None if one.rate is None else one.rate * entry.share * unit / 10 ** exponent(plan.currency)
            exact = one.payout * entry.share * unit
            if entry.on >= period.start:
                line = StatementLine(kind, rule.name, entry.deal, one.lower, one.upper, rate, run.paid, exact)
                lines.append(line)
            run.paid += exact
        if not entry.is_reversal:
            by_deal[entry.deal] = (entry.on, whole_minor(run.paid) - whole_minor(before))
        if entry.on >= period.start:
            of_period += entry.measure / divisor
    last = last_window(rule, plan, period)
    measure = of_period if rule.basis.window == "deal" else runs.get(last, _Run()).measure
    return Earned(lines, measure, by_deal)


def window_of(rule: Rule, plan: CompPlan, period: Period, day: date) -> Period:
    """The span of days over which a rule's measure runs on, of a day."""
    if rule.basis.window == "quarter":
        return plan.calendar.quarter_of(day)
    if rule.basis.window == "year":
        return plan.calendar.year_of(day)
    return period


def last_window(rule: Rule, plan: CompPlan, period: Period) -> Period:
    """The window in which a period ends."""
    return window_of(rule, plan, period, date.fromordinal(period.end.toordinal() - 1))


def is_gone_through(rule: Rule, plan: CompPlan, period: Period, sold: date, on: date) -> bool:
    """Whether a deal's own window is gone through in the period in which it is cancelled, or is over."""
    if rule.basis.window == "deal" or sold in period:
        return True
    return rule.basis.window != "period" and on in window_of(rule, plan, period, sold)


def quotas_by_rep(quotas: IntoQuotas) -> dict[str, list[Quota]]:
    """The quotas of each rep, in the order in which a statement takes them."""
    listed = list(quotas) if isinstance(quotas, Quotas) else objects_of(Quota, quotas, "Quotas")
    found: dict[str, list[Quota]] = {}
    for one in sorted(listed, key=str):
        found.setdefault(one.rep, []).append(one)
    return found


def quota_of(quotas: Mapping[str, Sequence[Quota]], currency: str) -> QuotaOf:
    """What tells a quota, in whole units."""

    def quota(payee: str, rule: Rule, window: Period) -> Fraction:
        own = quotas.get(payee, ())
        mine = [one for one in own if one.value == rule.basis.value and dict(one.where) == dict(rule.basis.where)]
        some = [one for one in mine if one.period.start < window.end and window.start < one.period.end]
        cut = [one for one in some if one.period.start < window.start or window.end < one.period.end]
        if cut:
            raise InvalidValueError(
                f"quotas must lie within {window}, which rule {rule.name!r} measures, got {cut[0]}; split it first"
            )
        in_order = sorted(some, key=lambda one: one.period)
        twice = [two for one, two in pairwise(in_order) if two.period.start < one.period.end]
        if twice:
            raise InvalidValueError(
                f"{payee!r} must have one quota for a day by rule {rule.name!r}, got two in "
                f"{twice[0].period}; leave one out"
            )
        ends = [window.start, *(one.period.end for one in in_order)]
        gaps = [
            (end, start)
            for end, start in zip(ends, [*(one.period.start for one in in_order), window.end], strict=True)
            if end < start
        ]
        if some and gaps:
            raise InvalidValueError(
                f"quotas of {payee!r} must cover all of {window}, which rule {rule.name!r} measures, got none from "
                f"{gaps[0][0]} to {gaps[0][1]}; give them too, of 0 where nothing was to be sold"
            )
        total = sum((_size(one.amount, currency) for one in some), Fraction(0))
        if not total:
            raise InvalidValueError(
                f"{payee!r} must have a quota above zero in {window} for rule {rule.name!r}, got "
                f"{_of_nothing(some)}; give one with the value {rule.basis.value!r} and the same conditions"
            )
        return total

    return quota


def _entries(
    rule: Rule,
    credits: Sequence[Credited],  # noqa: A002
    plan: CompPlan,
    period: Period,
    cancelled: Callable[[str, str | int], list[tuple[date, Fraction, bool]]],
    reversal: Reversal | None,
) -> list[_Entry]:
    """What is met along the curve, in order: on one day deals before what is cancelled, each by id."""
    whole = rule.basis.window == "deal"
    start = min(period.start, window_of(rule, plan, period, period.start).start)
    made: list[_Entry] = []
    for one in credits:
        in_reach = (whole or start <= one.on) and one.on < period.end
        if in_reach:
            made.append(_Entry(one.deal, one.on, one.on, one.measure, one.share, pays=True, is_reversal=False))
        if reversal is None or not reversal.remeasures:
            continue
        for on, share, was_paid in cancelled(rule.name, one.deal):
            day = max(on, one.on)
            restates = reversal.method == "restate"
            if (whole or start <= day) and day < period.end:
                if restates and not is_gone_through(rule, plan, period, one.on, day):
                    continue
                at = one.on if restates else day
                pays = was_paid and (restates or reversal.method == "margin")
                made.append(_Entry(one.deal, day, at, -one.measure * share, one.share, pays=pays, is_reversal=True))
    return sorted(made, key=lambda one: (one.on, one.is_reversal, sort_key(one.deal)))


def unit_of(rule: Rule, plan: CompPlan, window: Period, quota: Fraction) -> Fraction:
    """What one of the curve's payout is worth [minor units]."""
    if rule.times == "target":
        return plan.target_of(window) * rule.weight
    return (quota if rule.times == "quota" else 1) * Fraction(10 ** exponent(plan.currency))


def _of_nothing(quotas: Sequence[Quota]) -> str:
    """What quotas that come to nothing are, as an error tells it."""
    if not quotas:
        return "none"
    return "zero" if any(one.amount is not None for one in quotas) else "one without an amount"


def _size(amount: Money | int | None, currency: str) -> Fraction:
    if isinstance(amount, Money):
        if amount.minor and amount.currency != currency:
            raise InvalidValueError(f"quotas must be in the plan's currency {currency}, got {amount}; convert them")
        return Fraction(amount.minor, 10 ** exponent(amount.currency))
    return Fraction(amount or 0)
