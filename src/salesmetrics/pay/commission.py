"""What somebody is paid for a period, and why, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import Enum
from fractions import Fraction
from hashlib import sha256
from typing import Any

from attrs import fields, has

from salesmetrics.door.objects import objects_of
from salesmetrics.errors import CurrencyMismatchError, InvalidValueError, not_among, shown
from salesmetrics.model.credit import Credit
from salesmetrics.model.currencies import NO_CURRENCY
from salesmetrics.model.deal_event import DealEvent
from salesmetrics.model.period import Period, check_period
from salesmetrics.model.plan.plan import CompPlan
from salesmetrics.pay._credits import Book
from salesmetrics.pay._earnings import quotas_by_rep
from salesmetrics.pay._names import check_names, people_in
from salesmetrics.pay._opening import balances_before, tells_deals
from salesmetrics.pay._plan_credits import PlanCredits
from salesmetrics.pay._worked_out import worked_out
from salesmetrics.result.balances import Balances
from salesmetrics.result.statement import Statement
from salesmetrics.table.assignments import Assignments, IntoAssignments
from salesmetrics.table.deals import Deals, IntoDeals
from salesmetrics.table.quotas import IntoQuotas

__all__ = ["commission"]


def commission(
    deals: IntoDeals,
    *,
    plan: CompPlan,
    payee: str,
    period: Period,
    quotas: IntoQuotas = (),
    assignments: IntoAssignments = (),
    events: Iterable[DealEvent] = (),
    opening: Statement | Balances | None = None,
    credits: Iterable[Credit] = (),  # noqa: A002
) -> Statement:
    r"""What a plan pays somebody for a period, deal by deal.

    $$ \text{line}_i = \text{round}(P(S_i)) - \text{round}(P(S_{i-1})), \quad S_i = S_{i-1} + \text{credit}_i $$

    Deals are taken in the order of their days, on one day by id; whatever order they come in, the total is the same.
    A deal that an earlier statement booked stays on the day on which that did: with a later day it is not paid again,
    and a line of 0 says so. To move its pay, work the earlier period out anew. So it is with a deal of a day before the
    period that no earlier statement has booked, because it came late: it is not paid now, and no line says so; begin
    with the `Statement.diff` of the earlier period.
    A deal's line is the difference of two rounded totals, so that lines add up to the rounded whole: rounding each
    deal's own commission would pay cents that nobody earned.

    Args:
        deals: `Deals`, or any iterable of `Deal`; won deals count on the day on which they closed, or were booked by an
            event. Where tiers go on through a quarter or year, its earlier deals are needed too.
        plan: The version in force; `plan_on` finds it.
        payee: Who is paid, as deals and assignments name them. A name that none of them has, and that looks like one of
            theirs, is taken for misspelt, unless it has an opening.
        period: The days that are paid for.
        quotas: `Quotas`, or any iterable of `Quota`, where rules measure attainment; of several values too.
        assignments: Who works for whom; they must be given where credit goes up to managers.
        events: What happened to deals after they were won, as far as is known: bookings, of which the first counts,
            invoices, payments and cancellations, in any order. What is dated after the period is not looked at, a
            booking neither: a deal that was won before it then counts on the day on which it was won. A cancellation
            that is dated before the booking takes effect with it, and one of a deal that is not won any more takes back
            what an earlier statement paid.
        opening: The statement of the period directly before, or its closing balances; `None` or `Balances()` for a new
            account. Of balances alone nobody can tell whether a period was left out. A deal of before that a statement
            or balances with deals do not know was not paid: its cancellation takes nothing back, and a line of 0 says
            so. An account that begins in the middle of a year begins with the `DealBalance` of each deal of before.
        credits: Who shares which deal, where it is not as the plan says; overlays go to rules that allocate overlays.

    Returns:
        The lines, and the balances before and after, as a `Statement` [minor units].

    Raises:
        InvalidTableError: The deals, quotas or assignments contradict themselves.
        InvalidValueError: The plan is not in force, or credits, measures or asks for what deals do not have; a quota is
            missing or cut by the window, a deal does not name everybody whom it is shared among, an event cannot be, or
            the opening is of somebody else, of another time, carries what no step of the plan would pay, or does not
            know what is held or was earned of a deal to which something happened.
        CurrencyMismatchError: The deals are in another currency than the plan.

    Laws:
        definition: On one marginal rule, lines are differences of the rounded payout of a plain sum.
        order: The order of deals, events and quotas changes nothing.
        one_day: Nor does the order of what happened on one day.
        future: What happens after the period changes nothing, and so do deals that close after it.
        once: What January paid is not paid in February, whatever days its deals have then.
        door: A list and a table of the same deals give the same statement.
        whole: The lines of a rule add up to its rounded payout.
        again: Asked twice, the difference has no lines; and so it is what was left out that a later run adds.
        reversed: A deal that is booked and wholly cancelled leaves nothing.
        nothing_left: So it is through scales, gates, caps and bonuses, whenever its parts are cancelled.
        parts: What is cancelled in parts takes back the rounded part of what is left; restated, the year to date is
            what is paid for the rest.
        carried: What is paid and carried is what was earned and carried before.
        monotone: A deal more never pays less, where the curve never does.

    Examples:
        >>> from salesmetrics import Curve, Deal, Money
        >>> plan = CompPlan.of("AE", Curve.marginal({0: "0.1", 100_000: "0.15"}), "USD", date(2026, 1, 1))
        >>> sold = [("D-1", 80_000, 5), ("D-2", 40_000, 20)]
        >>> deals = [
        ...     Deal(id, Money.of(amount, "USD"), "Won", "Ada", date(2025, 12, 1), closed=date(2026, 1, day))
        ...     for id, amount, day in sold
        ... ]
        >>> print(commission(deals, plan=plan, payee="Ada", period=Period.parse("2026-01-01..2026-02-01")))
        13,000.00 USD for Ada in 2026-01-01..2026-02-01 by AE, version 1
        line  deal    from      to  rate   amount
        AE    D-1        0   80000   0.1  8000.00
        AE    D-2    80000  100000   0.1  2000.00
        AE    D-2   100000  120000  0.15  3000.00
    """
    table, staff = Deals.of(deals), Assignments.of(assignments)
    _check(table, plan, payee, period, staff)
    known = objects_of(DealEvent, events, "Events")
    shared = objects_of(Credit, credits, "Credits")
    by_rep = quotas_by_rep(quotas)
    if opening is None:
        people = sorted(people_in(table, [plan], by_rep, staff, shared))
        new = " Whoever is new is given the opening Balances()"
        not_among([payee], people, "payee must be named by a deal, quota, assignment or credit", new)
    book = Book.of(table, known, staff, shared, period.end)
    begin = balances_before(opening, payee, plan, period)
    credited = PlanCredits.of(plan, book)
    work = worked_out(plan, payee, period, book, by_rep, begin, credited, is_told=tells_deals(opening))
    mine = {one.deal for those in work.credits.values() for one in those}
    happened = {deal: events for deal, events in book.happened.events.items() if deal in mine}
    own_quotas = by_rep.get(payee, [])
    digest = _digest(plan, payee, period, begin, work.credits, own_quotas, happened, work.contests())
    return Statement(
        payee,
        period,
        plan.currency,
        plan.name,
        plan.version,
        work.lines,
        begin,
        work.closing(),
        credited.missing.get(payee, 0),
        digest,
    )


def _check(table: Deals, plan: CompPlan, payee: str, period: Period, staff: Assignments) -> None:
    check_period(period)
    if not isinstance(plan, CompPlan):
        raise InvalidValueError(f"plan must be a CompPlan, got {shown(plan)}; of several versions take plan_on(...)")
    if type(payee) is not str or not payee:
        raise InvalidValueError(f"payee must be text, got {shown(payee)}; name who is paid")
    if period.start < plan.effective:
        raise InvalidValueError(
            f"the plan must be in force in all of {period}, got one from {plan.effective}; pay the days before it "
            "by the version before, for a period of their own"
        )
    if table.currency not in (plan.currency, NO_CURRENCY):
        raise CurrencyMismatchError(
            f"deals must be in the plan's currency {plan.currency}, got {table.currency}; convert them with in_currency"
        )
    check_names(table, [plan], staff)


def _digest(*inputs: Any) -> str:
    """A fingerprint of all that lines follow from, the same in every process."""
    return sha256(_told(inputs).encode()).hexdigest()[:16]


def _told(value: Any) -> str:
    """A value as text that does not depend on the order of mappings."""
    if isinstance(value, Mapping):
        return "{" + ",".join(sorted(f"{_told(key)}:{_told(one)}" for key, one in value.items())) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(_told, value)) + "]"
    if isinstance(value, Enum):
        return value.name
    if has(type(value)):
        return f"{type(value).__name__}({_told([getattr(value, one.name) for one in fields(type(value))])})"
    return f"{value}" if isinstance(value, (Fraction, date)) else repr(value)
