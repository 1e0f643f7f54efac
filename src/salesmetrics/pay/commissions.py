"""What a whole team is paid for a period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from salesmetrics._numeric.sums import Groups, counts
from salesmetrics.door.objects import objects_of
from salesmetrics.errors import CurrencyMismatchError, InvalidValueError, shown
from salesmetrics.model.credit import Credit
from salesmetrics.model.currencies import NO_CURRENCY
from salesmetrics.model.deal_event import DealEvent
from salesmetrics.model.labels import EMPTY
from salesmetrics.model.period import Period, check_period
from salesmetrics.model.plan.basis import Basis
from salesmetrics.model.plan.bonus import Bonus
from salesmetrics.model.plan.plan import CompPlan, plan_on
from salesmetrics.model.plan.rule import Rule
from salesmetrics.model.quota import Quota
from salesmetrics.pay._at_once import goes_at_once, lines_at_once
from salesmetrics.pay._credits import Book
from salesmetrics.pay._plan_credits import PlanCredits, what_credits
from salesmetrics.pay._steps import Work
from salesmetrics.pay.commission import balances_before, worked_out
from salesmetrics.result.balances import Balances
from salesmetrics.result.commission_lines import CommissionLines, PayeePlan
from salesmetrics.result.commissions import Commissions
from salesmetrics.result.statement import Statement
from salesmetrics.table.assignments import Assignments, IntoAssignments
from salesmetrics.table.deals import Deals, IntoDeals
from salesmetrics.table.quotas import IntoQuotas, Quotas

__all__ = ["IntoPlans", "commissions"]

IntoPlans: TypeAlias = CompPlan | Iterable[CompPlan] | Mapping[str, CompPlan | Iterable[CompPlan]]
"""One plan, or its versions, for everybody who owns a deal; or for each payee the plan or its versions."""


def commissions(
    deals: IntoDeals,
    *,
    plans: IntoPlans,
    period: Period,
    quotas: IntoQuotas | None = None,
    assignments: IntoAssignments = (),
    events: Iterable[DealEvent] = (),
    openings: Mapping[str, Statement | Balances] = EMPTY,
    credits: Iterable[Credit] = (),  # noqa: A002
) -> Commissions:
    """What plans pay a whole team for a period, in columns.

    Each payee is paid as `commission` says, to the cent. Plans without steps whose rules credit owners and pay by
    straight pieces are worked out for all payees at once, ten million deals in seconds; every other payee is asked for
    one by one.

    Args:
        deals: `Deals`, or any iterable of `Deal`, as in `commission`.
        plans: A plan, or several versions of one, for everybody who owns a deal; or a mapping of payees to theirs. Who
            is paid for the deals of others, as managers are, must be named in a mapping.
        period: The days that are paid for. A version of a plan must be in force in all of it.
        quotas: As in `commission`.
        assignments: As in `commission`.
        events: As in `commission`.
        openings: For payees with an account, the statement of the period before, or its closing balances.
        credits: As in `commission`.

    Returns:
        Everybody's lines and totals as `Commissions` [minor units]. To see how one of them follows from the deals, and
        for the balances that the next period begins with, ask for their `commission`.

    Raises:
        InvalidTableError: The deals, quotas or assignments contradict themselves.
        InvalidValueError: A payee has no plan in force, or one that changes within the period, plans are in two
            currencies, an opening is of somebody who has no plan, or as `commission`.
        CurrencyMismatchError: The deals are in another currency than the plans.

    Laws:
        definition: For every payee the totals and lines are those of `commission`.
        steps: So they are for any plan, with quotas, assignments, events and credits.
        order: The order of deals and of plans changes nothing.
        door: A list and a table of the same deals give the same commissions.
        parts: Payees asked in two parts, each with its plans, add up to the team.

    Examples:
        >>> from datetime import date
        >>> from salesmetrics import Curve, Deal, Money
        >>> plan = CompPlan.of("AE", Curve.marginal({0: "0.1", 100_000: "0.15"}), "USD", date(2026, 1, 1))
        >>> sold = [("D-1", "Ada", 80_000, 5), ("D-2", "Ada", 40_000, 20), ("D-3", "Bo", 90_000, 7)]
        >>> deals = [
        ...     Deal(id, Money.of(amount, "USD"), "Won", owner, date(2025, 12, 1), closed=date(2026, 1, day))
        ...     for id, owner, amount, day in sold
        ... ]
        >>> team = commissions(deals, plans=plan, period=Period.parse("2026-01-01..2026-02-01"))
        >>> print(team)
        22,000.00 USD for 2 payees in 2026-01-01..2026-02-01
        >>> team.lines.to_columns()["minor"], print(team["Ada"].value)
        13,000.00 USD
        (array([800000, 500000, 900000]), None)
    """
    table = Deals.of(deals)
    check_period(period)
    in_force = _in_force(plans, table, period)
    _check(in_force, table, openings)
    happened, shared = objects_of(DealEvent, events, "Events"), objects_of(Credit, credits, "Credits")
    begin = {payee: balances_before(openings.get(payee), payee, plan, period) for payee, plan in in_force.items()}
    own_quotas, staff = _quotas_of(quotas), Assignments.of(assignments)
    by_plan: dict[CompPlan, list[str]] = {}
    for payee in sorted(in_force):
        by_plan.setdefault(in_force[payee], []).append(payee)
    parts: list[CommissionLines] = []
    one_by_one: list[CompPlan] = []
    for plan, payees in by_plan.items():
        if happened or shared or not goes_at_once(plan, table):
            one_by_one.append(plan)
        else:
            parts.append(lines_at_once(table, plan, payees, period))
    if one_by_one:
        book, known = Book.of(table, happened, staff, shared), dict[object, PlanCredits]()
        for plan in one_by_one:
            measured = what_credits(plan)
            if measured not in known:
                known[measured] = PlanCredits.of(plan, book)
            credited = known[measured]
            for payee in by_plan[plan]:
                work = worked_out(plan, payee, period, book, own_quotas.get(payee, ()), begin[payee], credited)
                parts.append(_lines_of(work, credited.missing.get(payee, 0)))
    currency = next((plan.currency for plan in in_force.values()), table.currency)
    return Commissions(period, currency, parts[0] if len(parts) == 1 else CommissionLines.together(parts))


def _in_force(plans: IntoPlans, table: Deals, period: Period) -> dict[str, CompPlan]:
    """The version of each payee's plan that is in force in the period.

    Raises:
        InvalidValueError: There is none, or more than one.
    """
    if isinstance(plans, Mapping):
        named: Mapping[Any, Any] = plans
        nameless = [payee for payee in named if type(payee) is not str or not payee]
        if nameless:
            raise InvalidValueError(f"payees must be text, got {shown(nameless[0])}; name who is paid")
        return {payee: _version(those, period, f" of {shown(payee)}") for payee, those in named.items()}
    names = table.owner.names
    n_deals = counts(None, Groups(table.owner.codes, len(names) + 1))  # the last are of nobody
    plan = _version(plans, period, "")
    return {name: plan for name, n in zip(names, n_deals.tolist(), strict=False) if n}


def _version(plans: Any, period: Period, whose: str) -> CompPlan:
    versions = [plans] if isinstance(plans, CompPlan) else [*plans] if isinstance(plans, Iterable) else [plans]
    strays = [one for one in versions if not isinstance(one, CompPlan)]
    if strays:
        raise InvalidValueError(f"plans must be CompPlan objects, got {shown(strays[0])}{whose}; write CompPlan(...)")
    plan = plan_on(versions, period.start)
    later = [one.effective for one in versions if plan.effective < one.effective < period.end]
    if later:
        raise InvalidValueError(
            f"one version of a plan must be in force in all of {period}, got a new one{whose} on {min(later)}; ask for "
            "the days before and after it apart"
        )
    return plan


def _check(in_force: Mapping[str, CompPlan], table: Deals, openings: object) -> None:
    """Refuse what does not go together.

    Raises:
        InvalidValueError: Plans are in two currencies, or an opening is of somebody without a plan.
        CurrencyMismatchError: The deals are in another currency.
    """
    if not isinstance(openings, Mapping):
        raise InvalidValueError(
            f"openings must be a mapping of payees to their statements, got {shown(openings)}; leave it out at first"
        )
    strays = [name for name in openings if name not in in_force]
    if strays:
        raise InvalidValueError(
            f"openings must be of payees who have a plan, got one of {shown(strays[0])}; give everybody's plan"
        )
    currencies = sorted({plan.currency for plan in in_force.values()})
    if len(currencies) > 1:
        raise InvalidValueError(
            f"plans of a team must be in one currency, got {' and '.join(currencies)}; ask for the payees of each apart"
        )
    if currencies and table.currency not in (*currencies, NO_CURRENCY):
        raise CurrencyMismatchError(
            f"deals must be in the currency of the plans {currencies[0]}, got {table.currency}; convert them with "
            "in_currency"
        )
    for plan in {id(plan): plan for plan in in_force.values()}.values():
        for basis in _bases(plan):
            for name in basis.where:
                table.key(name)  # refuses a key that deals do not have, though a payee has none


def _bases(plan: CompPlan) -> list[Basis]:
    return [one.basis for one in (*plan.rules, *plan.steps) if isinstance(one, (Rule, Bonus))]


def _quotas_of(quotas: IntoQuotas | None) -> dict[str, list[Quota]]:
    """The quotas of each rep, in the order in which a statement takes them."""
    listed = list(quotas) if isinstance(quotas, Quotas) else objects_of(Quota, quotas or (), "Quotas")
    found: dict[str, list[Quota]] = {}
    for one in sorted(listed, key=str):
        found.setdefault(one.rep, []).append(one)
    return found


def _lines_of(work: Work, n_missing: int) -> CommissionLines:
    """The lines of a payee, those of one kind, rule and deal together."""
    sums: dict[tuple[str, str | None, str | int | None], int] = {}
    for line in work.lines:
        key = ("deal" if line.kind in ("tier", "jump") else line.kind), line.rule, line.deal
        sums[key] = sums.get(key, 0) + line.amount
    return CommissionLines.of(
        {work.payee: PayeePlan(work.plan.name, work.plan.version, n_missing)},
        payee=[work.payee] * len(sums),
        kind=[kind for kind, _, _ in sums],
        rule=[rule for _, rule, _ in sums],
        deal=[deal for _, _, deal in sums],
        minor=[*sums.values()],
    )
