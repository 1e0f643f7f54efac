"""What a plan pays all its payees at once, where each deal is its owner's and pay follows straight pieces."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from fractions import Fraction
from functools import cache, partial
from typing import Any, TypeAlias

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
from salesmetrics.model.quota import Quota
from salesmetrics.pay._earnings import quota_of, unit_of
from salesmetrics.result._lines import in_order_of_ids
from salesmetrics.result.commission_lines import CommissionLines, PayeePlan
from salesmetrics.table.deals import Deals

__all__ = ["goes_at_once", "lines_at_once"]

_Worth: TypeAlias = tuple[Fraction, Fraction]
"""What is measured is divided by the first; what the curve pays for that is worth the second [minor units]."""


def goes_at_once(plan: CompPlan, deals: Deals) -> bool:
    """Whether all payees of a plan can be worked out at once: owners' deals on straight pieces, and no steps."""
    known = {"amount", "count", *deals.values}
    return not plan.steps and not plan.most_specific and all(_is_straight(rule, known) for rule in plan.rules)


def lines_at_once(
    deals: Deals, plan: CompPlan, payees: Sequence[str], period: Period, quotas: Mapping[str, Sequence[Quota]]
) -> CommissionLines:
    """What a plan pays its payees, whose names are sorted.

    The deals of all of them are put in order once: by payee, day and id. What a deal earns by a rule is the difference
    of two totals to date, each rounded once.
    """
    number = {name: place for place, name in enumerate(payees)}
    numbers = np.array([*(number.get(name, -1) for name in deals.owner.names), -1])
    windows = [_windows(rule, plan, period) for rule in plan.rules]
    first = min((tiles[0].start for tiles in windows), default=period.start)
    quota = quota_of(quotas, plan.currency)

    def worth(rule: Rule, payee: int, window: Period) -> _Worth:
        divisor = quota(payees[payee], rule, window) if rule.basis.of_quota else Fraction(1)
        return divisor, unit_of(rule, plan, window, divisor)

    sold = _sold(deals, numbers, Period(first, period.end))
    parts = [
        _of_rule(sold, deals, rule, tiles, period, partial(worth, rule))
        for rule, tiles in zip(plan.rules, windows, strict=True)
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


def _of_rule(
    sold: _Sold,
    deals: Deals,
    rule: Rule,
    windows: Sequence[Period],
    period: Period,
    worth: Callable[[int, Period], _Worth],
) -> _Paid:
    """What a rule pays in a period, where it measures in given windows, of which the first may begin before it."""
    basis, starts = rule.basis, [day_number(window.start) for window in windows]
    counts = sold.day >= starts[0]
    for name, wanted in basis.where.items():
        counts &= deals.key(name).is_in(wanted).take(sold.row)
    values = np.ones(len(sold.row), np.int64)
    if basis.value != "count":
        column = deals.value(basis.value)
        values = column.values.take(sold.row).astype(np.int64, copy=False)
        if not column.is_complete:
            counts &= column.known.take(sold.row)
    if not basis.of_quota:
        counts &= (
            values != 0
        )  # what is 0 does not move along the curve; but of a quota it must be known how large it is
    if not counts.all():
        sold, values = sold.take(counts), values[counts]
    is_new = np.ones(len(values), np.bool_)  # where another payee or window begins
    np.not_equal(sold.payee[1:], sold.payee[:-1], out=is_new[1:])
    window = np.zeros(len(values), np.int64)
    if len(starts) > 1:
        window = np.searchsorted(starts, sold.day, side="right") - 1
        is_new[1:] |= window[1:] != window[:-1]
    stretches = np.flatnonzero(is_new)
    firsts = np.arange(len(values)) if basis.window == "deal" else stretches
    sums = running_sums(values, firsts)
    places, payees = window.take(stretches).tolist(), sold.payee.take(stretches).tolist()
    if basis.of_quota:
        worths = [worth(who, windows[at]) for who, at in zip(payees, places, strict=True)]
    else:
        known = [worth(0, one) for one in windows]
        worths = [known[at] for at in places]
    minor = steps_between(_along(_pieces_of(rule, deals), sums, stretches, worths), firsts)
    begin = day_number(period.start)
    if starts[0] >= begin and values.all():
        return _Paid(sold.payee, sold.row, minor)
    is_paid = (sold.day >= begin) & (values != 0)
    return _Paid(sold.payee[is_paid], sold.row[is_paid], minor[is_paid])


def _is_straight(rule: Rule, known: Collection[str]) -> bool:
    return isinstance(rule.curve, Curve) and rule.allocate == Allocate() and rule.basis.value in known


def _windows(rule: Rule, plan: CompPlan, period: Period) -> Sequence[Period]:
    """The windows in which a rule measures, of which the first may begin before the period."""
    tiles = {"quarter": plan.calendar.quarters_in, "year": plan.calendar.years_in}.get(rule.basis.window)
    return [period] if tiles is None else [*tiles(period)]


def _pieces_of(rule: Rule, deals: Deals) -> Callable[[_Worth], Pieces]:
    """What makes the curve of a rule, from what is measured in whole numbers to minor units."""
    curve: Any = rule.curve
    unit = None if rule.basis.value == "count" else deals.value(rule.basis.value).unit
    per = 1 if unit is None else 10 ** exponent(unit)

    @cache
    def pieces(worth: _Worth) -> Pieces:
        divisor, paid = worth[0] * per, worth[1]
        lines = [(tier.lower * divisor, tier.start * paid, tier.rate * paid / divisor) for tier in curve.tiers]
        return Pieces.of(lines, reached=curve.boundary is Boundary.AT)

    return pieces


def _along(
    pieces: Callable[[_Worth], Pieces], sums: IntColumn, stretches: NDArray[np.intp], worths: Sequence[_Worth]
) -> IntColumn:
    """What the curve comes to at each sum, by the worth of the stretch that it is in; alike ones at once."""
    changes = [place for place, worth in enumerate(worths) if not place or worth != worths[place - 1]]
    ends = [*stretches.take(changes[1:]).tolist(), len(sums)] if changes else []
    first, made = 0, [np.zeros(0, np.int64)]
    for place, end in zip(changes, ends, strict=True):
        made.append(pieces(worths[place]).at(sums[first:end]))
        first = end
    return made[1] if len(made) == 2 else np.concatenate(made)


def _n_missing(deals: Deals, plan: CompPlan, numbers: NDArray[np.int64], n_payees: int, end: int) -> list[int]:
    """How many won deals of each payee up to a day have no day or nothing to measure, by the rule that lacks most."""
    most = np.zeros(n_payees, np.int64)
    for rule in plan.rules:
        lacks = ~deals.closed.known
        if rule.basis.value != "count":
            lacks |= ~deals.value(rule.basis.value).known
        lacks &= deals.is_won
        for name, wanted in rule.basis.where.items():
            lacks &= deals.key(name).is_in(wanted)
        rows = np.flatnonzero(lacks)
        is_later = deals.closed.known.take(rows) & (deals.closed.values.take(rows) >= end)
        payee = numbers.take(deals.owner.codes.take(rows[~is_later]))
        most = np.maximum(most, np.bincount(payee[payee >= 0], minlength=n_payees))
    return most.tolist()


def _together(parts: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Columns one after the other; of one, itself."""
    return parts[0] if len(parts) == 1 else np.concatenate([np.zeros(0, np.int64), *parts])
