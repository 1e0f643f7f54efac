"""What a plan pays all its payees at once, where each deal is its owner's and pay follows straight pieces."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, Flags
from salesmetrics._numeric.days import day_number
from salesmetrics._numeric.order import in_order
from salesmetrics._numeric.payouts import Pieces, running_sums, steps_between
from salesmetrics._numeric.sums import IntColumn
from salesmetrics.model.currencies import exponent
from salesmetrics.model.period import Period
from salesmetrics.model.plan.allocate import Allocate
from salesmetrics.model.plan.curve import Curve
from salesmetrics.model.plan.plan import CompPlan
from salesmetrics.model.plan.rule import Rule
from salesmetrics.model.plan.tier import Boundary
from salesmetrics.result._lines import in_order_of_ids
from salesmetrics.result.commission_lines import CommissionLines, PayeePlan
from salesmetrics.table.deals import Deals

__all__ = ["goes_at_once", "lines_at_once"]


def goes_at_once(plan: CompPlan, deals: Deals) -> bool:
    """Whether all payees of a plan can be worked out at once: owners' deals on straight pieces, and no steps."""
    known = {"amount", "count", *deals.values}
    return not plan.steps and not plan.most_specific and all(_is_straight(rule, known) for rule in plan.rules)


def lines_at_once(deals: Deals, plan: CompPlan, payees: Sequence[str], period: Period) -> CommissionLines:
    """What a plan pays its payees, whose names are sorted.

    The deals of all of them are put in order once: by payee, day and id. What a deal earns by a rule is the difference
    of two totals to date, each rounded once.
    """
    number = {name: place for place, name in enumerate(payees)}
    numbers = np.array([*(number.get(name, -1) for name in deals.owner.names), -1])
    windows = [_window_starts(rule, plan, period) for rule in plan.rules]
    first = min((starts[0] for starts in windows), default=period.start)
    sold = _sold(deals, numbers, Period(first, period.end))
    parts = [
        _of_rule(sold, deals, rule, plan, [day_number(start) for start in starts], day_number(period.start))
        for rule, starts in zip(plan.rules, windows, strict=True)
    ]
    lengths = [len(part.minor) for part in parts]
    kinds = np.zeros(sum(lengths), np.int8)
    rules = np.repeat(np.arange(len(parts), dtype=np.int32), lengths)
    missing = _n_missing(deals, plan, numbers, len(payees), day_number(period.end))
    return CommissionLines.sorted(
        Coded(_together([part.payee for part in parts]), payees),
        [PayeePlan(plan.name, plan.version, n) for n in missing],
        Coded(kinds, ["deal"]),
        Coded(rules, [rule.name for rule in plan.rules]),
        deals.id.take(_together([part.row for part in parts])),
        _together([part.minor for part in parts]),
    )


@frozen(eq=False)
class _Sold:
    """Won deals of payees, by payee, day and id: the number of the payee, the row and the day of each."""

    payee: NDArray[np.int64]
    row: NDArray[np.intp]
    day: NDArray[np.int64]

    def take(self, mask: Flags) -> _Sold:
        """Some of them."""
        if mask.all():
            return self
        rows = np.flatnonzero(mask)
        return _Sold(self.payee.take(rows), self.row.take(rows), self.day.take(rows))


@frozen(eq=False)
class _Paid:
    """What a rule pays for deals: the number of the payee, the row and the minor units of each."""

    payee: NDArray[np.int64]
    row: NDArray[np.intp]
    minor: IntColumn


def _sold(deals: Deals, numbers: NDArray[np.int64], span: Period) -> _Sold:
    """The won deals of a span of days whose owner has a number."""
    row = np.flatnonzero(deals.is_won & deals.is_in_period(span))
    payee = numbers.take(deals.owner.codes.take(row))
    if payee.min(initial=0) < 0:
        row, payee = row[payee >= 0], payee[payee >= 0]
    ids = deals.id.take(row)
    if ids.dtype == object or (ids[1:] < ids[:-1]).any():
        by_id = in_order_of_ids(ids)
        row, payee = row.take(by_id), payee.take(by_id)
    order, payee, day = in_order(payee, deals.closed.values.take(row).astype(np.int64))
    return _Sold(payee, row.take(order), day)


def _of_rule(sold: _Sold, deals: Deals, rule: Rule, plan: CompPlan, starts: Sequence[int], begin: int) -> _Paid:
    """What a rule pays from a day on, where its windows begin on given days, the first of them no later."""
    basis = rule.basis
    counts = sold.day >= starts[0]
    for name, wanted in basis.where.items():
        counts &= deals.key(name).is_in(wanted).take(sold.row)
    sold = sold.take(counts)
    values = np.ones(len(sold.row), np.int64)
    if basis.value != "count":
        values = deals.value(basis.value).values.take(sold.row).astype(np.int64, copy=False)
    if not values.all():  # what is not known is 0, and neither moves along the curve
        sold, values = sold.take(values != 0), values[values != 0]
    is_first = np.ones(len(values), np.bool_)
    if basis.window != "deal":
        np.not_equal(sold.payee[1:], sold.payee[:-1], out=is_first[1:])
        if len(starts) > 1:
            window = np.searchsorted(starts, sold.day, side="right")
            is_first[1:] |= window[1:] != window[:-1]
    firsts = np.flatnonzero(is_first)
    minor = steps_between(_pieces(rule, plan, deals).at(running_sums(values, firsts)), firsts)
    if starts[0] >= begin:
        return _Paid(sold.payee, sold.row, minor)
    is_paid = sold.day >= begin
    return _Paid(sold.payee[is_paid], sold.row[is_paid], minor[is_paid])


def _is_straight(rule: Rule, known: Collection[str]) -> bool:
    is_owners = rule.allocate == Allocate() and rule.basis.value in known
    return isinstance(rule.curve, Curve) and is_owners and rule.times == "one" and not rule.basis.of_quota


def _window_starts(rule: Rule, plan: CompPlan, period: Period) -> list[date]:
    """The first days of the windows in which a rule measures, of which the first may begin before the period."""
    tiles = {"quarter": plan.calendar.quarters_in, "year": plan.calendar.years_in}.get(rule.basis.window)
    return [period.start] if tiles is None else [tile.start for tile in tiles(period)]


def _pieces(rule: Rule, plan: CompPlan, deals: Deals) -> Pieces:
    """The curve of a rule, from what is measured in whole numbers to minor units."""
    curve: Any = rule.curve
    unit = None if rule.basis.value == "count" else deals.value(rule.basis.value).unit
    per, worth = (1 if one is None else 10 ** exponent(one) for one in (unit, plan.currency))
    lines = [(tier.lower * per, tier.start * worth, tier.rate * worth / per) for tier in curve.tiers]
    return Pieces.of(lines, reached=curve.boundary is Boundary.AT)


def _n_missing(deals: Deals, plan: CompPlan, numbers: NDArray[np.int64], n_payees: int, end: int) -> list[int]:
    """How many won deals of each payee up to a day have no day or nothing to measure, by the rule that lacks most."""
    most = np.zeros(n_payees, np.int64)
    for rule in plan.rules:
        lacks = ~deals.closed.known
        if rule.basis.value != "count":
            lacks |= ~deals.value(rule.basis.value).known
        lacks &= deals.is_won & ~(deals.closed.known & (deals.closed.values.astype(np.int64) >= end))
        for name, wanted in rule.basis.where.items():
            lacks &= deals.key(name).is_in(wanted)
        payee = numbers.take(deals.owner.codes.take(np.flatnonzero(lacks)))
        most = np.maximum(most, np.bincount(payee[payee >= 0], minlength=n_payees))
    return most.tolist()


def _together(parts: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Columns one after the other; of one, itself."""
    return parts[0] if len(parts) == 1 else np.concatenate([np.zeros(0, np.int64), *parts])
