"""What a period begins with: the balances that the one directly before it closed with."""

from __future__ import annotations

from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.money import Money
from salesmetrics.model.period import Period
from salesmetrics.model.plan.clamp import Clamp
from salesmetrics.model.plan.draw import Draw
from salesmetrics.model.plan.gate import Gate
from salesmetrics.model.plan.plan import CompPlan
from salesmetrics.model.plan.release import Release
from salesmetrics.pay._ledger import rule_of_gate
from salesmetrics.result.balances import Balances
from salesmetrics.result.statement import Statement

__all__ = ["balances_before", "tells_deals"]


def tells_deals(opening: Statement | Balances | None) -> bool:
    """Whether an opening tells every deal that was paid before: a statement, balances with deals, a new account."""
    return isinstance(opening, Statement) or (opening is not None and (bool(opening.deals) or opening == Balances()))


def balances_before(opening: Statement | Balances | None, payee: str, plan: CompPlan, period: Period) -> Balances:
    """The balances before a period.

    Raises:
        InvalidValueError: They are of somebody else or of another time, or the plan has no step that pays what they
            carry.
    """
    if isinstance(opening, Statement):
        facts = (opening.payee, opening.currency)
        if facts != (payee, plan.currency) or opening.period.end != period.start:
            raise InvalidValueError(
                f"opening must be of {payee} in {plan.currency} and end on {period.start}, got one of {facts[0]} in "
                f"{facts[1]} up to {opening.period.end}; give the statement of the period directly before, also of one "
                "in which nothing was sold, or its closing balances for a new beginning"
            )
        opening = opening.closing
    elif opening is not None and not isinstance(opening, Balances):
        raise InvalidValueError(f"opening must be a Statement or Balances, got {shown(opening)}; leave it out at first")
    begin = opening or Balances()
    carried = begin.banked - begin.owed
    if carried and not any(step.carries for step in plan.steps if isinstance(step, (Clamp, Draw))):
        raise InvalidValueError(
            f"a plan must have a step that goes on with what is carried, got {Money(carried, plan.currency)} and none; "
            "add Clamp(least=Money(0, ...), below='owed') to take what is owed and pay what is banked, or settle it"
        )
    if any(one.held for one in begin.deals) and not any(isinstance(step, Release) for step in plan.steps):
        raise InvalidValueError(
            f"a plan must have a step that pays what is held, got {Money(begin.held, plan.currency)} held and none; "
            "add a Release, with booked=1 to pay it now"
        )
    year = plan.calendar.year_of(period.start)
    held = {name: one for one in begin.deals if one.booked in year for name in one.gated}
    to_date = {rule.name for rule in plan.rules if rule.basis.window in ("quarter", "year")}
    gated = to_date & {step.of for step in plan.steps if isinstance(step, Gate)}
    stray = next((name for name in held if rule_of_gate(name) not in gated), None)
    if stray is not None:
        rule = rule_of_gate(stray)
        raise InvalidValueError(
            f"a plan must go on with what gates hold back, got {shown(held[stray].deal)} held by {stray!r} and no Gate "
            f"of {rule!r} to date; keep the rule, with Gate({rule!r}, at=0) to pay what is not lost"
        )
    later = [one for one in begin.deals if one.booked >= period.start]
    if later:
        raise InvalidValueError(
            f"opening must know of deals that were booked before {period.start} only, got {shown(later[0].deal)} of "
            f"{later[0].booked}; give the balances of the period before"
        )
    return begin
