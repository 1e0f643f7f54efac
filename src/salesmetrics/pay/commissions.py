"""What a whole team is paid for a period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from salesmetrics.door.objects import objects_of
from salesmetrics.errors import CurrencyMismatchError, InvalidValueError, nearest, refuse, shown
from salesmetrics.model.credit import Credit
from salesmetrics.model.currencies import NO_CURRENCY
from salesmetrics.model.deal_event import DealEvent
from salesmetrics.model.labels import EMPTY
from salesmetrics.model.period import Period, check_period
from salesmetrics.model.plan.plan import CompPlan, plan_on
from salesmetrics.pay._at_once import goes_at_once, lines_at_once
from salesmetrics.pay._earnings import quotas_by_rep
from salesmetrics.pay._names import check_names, people_in, rows_of_nobody
from salesmetrics.pay._opening import balances_before, tells_deals
from salesmetrics.pay._plan_credits import TeamCredits
from salesmetrics.pay._steps import Work
from salesmetrics.pay._worked_out import worked_out
from salesmetrics.result.balances import Balances
from salesmetrics.result.commission_lines import CommissionLines, PayeePlan
from salesmetrics.result.commissions import Commissions
from salesmetrics.result.statement import Statement
from salesmetrics.table.assignments import Assignments, IntoAssignments
from salesmetrics.table.deals import Deals, IntoDeals
from salesmetrics.table.quotas import IntoQuotas

__all__ = ["IntoPlans", "commissions"]

IntoPlans: TypeAlias = CompPlan | Iterable[CompPlan] | Mapping[str, CompPlan | Iterable[CompPlan]]
"""One plan, or its versions, for everybody; or for each payee the plan or its versions."""


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
    straight pieces, of what they sell or of attainment, are worked out for all payees at once, ten million deals in
    seconds. Of every other plan each deal is looked at once, and then each payee is asked for: thousands of deals a
    second.

    Args:
        deals: `Deals`, or any iterable of `Deal`, as in `commission`.
        plans: A plan, or several versions of one, for everybody who owns a deal, is credited with one or has an
            opening; or a mapping of payees to theirs.
        period: The days that are paid for. A version of a plan must be in force in all of it.
        quotas: As in `commission`.
        assignments: As in `commission`.
        events: As in `commission`.
        openings: For payees with an account, the statement of the period before, or its closing balances. Who is paid
            by a plan of their own and named by no deal, quota, assignment or credit yet needs one too, `Balances()`:
            without it the name is taken for misspelt.
        credits: As in `commission`.

    Returns:
        Everybody's lines and totals as `Commissions` [minor units], with the won deals that name nobody to credit. For
        how a payee's lines follow from the deals, and the balances that the next period begins with, ask for the
        `commission`.

    Raises:
        InvalidTableError: The deals, quotas or assignments contradict themselves.
        InvalidValueError: A payee has no plan in force, or one that changes within the period, or is known to nobody;
            plans are in two currencies, or credit, measure or ask for what the deals do not have; an opening is of
            somebody who has no plan; or as `commission`.
        CurrencyMismatchError: The deals are in another currency than the plans.

    Laws:
        definition: For every payee the totals and lines are those of `commission`.
        steps: So they are for any plan, with quotas, assignments, events and credits.
        order: The order of deals and of plans changes nothing.
        door: A list and a table of the same deals give the same commissions.
        parts: Payees asked in two parts, each with its plans, add up to the team.
        everybody: One plan for all pays everybody whom it credits, and names the deals that credit nobody.

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
    happened = [event for event in objects_of(DealEvent, events, "Events") if event.on < period.end]
    shared = objects_of(Credit, credits, "Credits")
    by_rep, staff = quotas_by_rep(quotas or ()), Assignments.of(assignments)
    if not isinstance(openings, Mapping):
        raise InvalidValueError(
            f"openings must be a mapping of payees to their statements, got {shown(openings)}; leave it out at first"
        )
    in_force = _in_force(plans, period)
    by_plan: dict[CompPlan, list[str]] = {plan: [] for plan in {id(one): one for one in in_force.values()}.values()}
    _check(by_plan, table, staff)
    team = TeamCredits(table, happened, staff, shared, period.end)
    at_once = {plan for plan in by_plan if not happened and not shared and goes_at_once(plan, table)}
    known = people_in(table, by_plan, by_rep, staff, shared)
    known |= {name for name, one in openings.items() if isinstance(one, Statement)}
    if not isinstance(plans, Mapping):
        plan = in_force[_EVERYBODY]
        paid = {*_owners(table), *(known & {*openings}), *(() if plan in at_once else team.by(plan).people)}
        in_force = dict.fromkeys(paid, plan)
    _check_payees(in_force, known, openings)
    begin = {payee: balances_before(one, payee, in_force[payee], period) for payee, one in openings.items()}
    alike: dict[int, list[str]] = {}  # a plan is looked up once, and not once for each payee
    for payee, plan in in_force.items():
        alike.setdefault(id(plan), []).append(payee)
    for payees in alike.values():
        by_plan[in_force[payees[0]]] += payees
    parts: list[CommissionLines] = []
    for plan, payees in by_plan.items():
        # a deal that an opening has paid may have another day now, which is looked up deal by deal
        knows = any(begin[payee].deals for payee in payees if payee in begin)
        if plan in at_once and not knows:
            parts.append(lines_at_once(table, plan, sorted(payees), period, by_rep))
            continue
        credits_by = team.by(plan)
        for payee in payees:
            is_told = tells_deals(openings.get(payee))
            opening = begin.get(payee, _NEW)
            work = worked_out(plan, payee, period, team.book, by_rep, opening, credits_by, is_told=is_told)
            parts.append(_lines_of(work, credits_by.missing.get(payee, 0)))
    lines = parts[0] if len(parts) == 1 else CommissionLines.together(parts)
    nobodys = [table.id.take(rows_of_nobody(table, plan, period, happened, shared)) for plan in by_plan]
    currency = next((plan.currency for plan in by_plan), table.currency)
    return Commissions(period, currency, lines.with_uncredited(nobodys))


_NEW = Balances()
_EVERYBODY = ""
"""Stands for the payees of a plan that is everybody's."""


def _in_force(plans: IntoPlans, period: Period) -> dict[str, CompPlan]:
    """The version of each payee's plan that is in force in the period, or of the one that is everybody's.

    Raises:
        InvalidValueError: There is none, or more than one.
    """
    if not isinstance(plans, Mapping):
        return {_EVERYBODY: _version(plans, period, "")}
    named: Mapping[Any, Any] = plans
    nameless = [payee for payee in named if type(payee) is not str or not payee]
    if nameless:
        raise InvalidValueError(f"payees must be text, got {shown(nameless[0])}; name who is paid")
    return {payee: _version(those, period, f" of {shown(payee)}") for payee, those in named.items()}


def _owners(table: Deals) -> set[str]:
    """Who owns a deal of the table."""
    return {name for name, n in zip(table.owner.names, table.owner.counts.tolist(), strict=False) if n}


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


def _check(plans: Iterable[CompPlan], table: Deals, staff: Assignments) -> None:
    """Refuse plans that do not go together, or not with the deals.

    Raises:
        InvalidValueError: Plans are in two currencies, or name what the deals and assignments do not have.
        CurrencyMismatchError: The deals are in another currency.
    """
    currencies = sorted({plan.currency for plan in plans})
    if len(currencies) > 1:
        raise InvalidValueError(
            f"plans of a team must be in one currency, got {' and '.join(currencies)}; ask for the payees of each apart"
        )
    if currencies and table.currency not in (*currencies, NO_CURRENCY):
        raise CurrencyMismatchError(
            f"deals must be in the currency of the plans {currencies[0]}, got {table.currency}; convert them with "
            "in_currency"
        )
    check_names(table, plans, staff)


def _check_payees(in_force: Mapping[str, CompPlan], known: set[str], openings: Mapping[str, object]) -> None:
    """Refuse payees whom nobody knows, and openings of who is not paid.

    Raises:
        InvalidValueError: There are some; all of them are told.
    """
    nameless = [payee for payee in in_force if payee not in known and payee not in openings]
    strays = [payee for payee in openings if payee not in in_force]
    refuse(
        [
            *(
                f"payees must be named by a deal, quota, assignment, credit or opening, got {shown(payee)}; "
                f"{_sentence(nearest(payee, sorted(known)))} Whoever is new is given the opening Balances()"
                for payee in nameless[:8]
            ),
            *(
                f"openings must be of payees who have a plan, got one of {shown(payee)}; "
                f"{nearest(payee, sorted(in_force))}"
                for payee in strays[:8]
            ),
        ]
    )


def _sentence(end: str) -> str:
    return end if end.endswith("?") else f"{end}."


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
