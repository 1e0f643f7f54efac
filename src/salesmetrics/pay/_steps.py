"""The steps of a plan, one after the other: each works on what was earned so far, and adds lines of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import partial

from attrs import Factory, define, evolve, field

from salesmetrics._numeric.columns import sort_key
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.currencies import exponent
from salesmetrics.model.deal_event import EventKind
from salesmetrics.model.period import Period
from salesmetrics.model.plan.bonus import Bonus
from salesmetrics.model.plan.clamp import Clamp
from salesmetrics.model.plan.draw import Draw
from salesmetrics.model.plan.gate import Gate
from salesmetrics.model.plan.plan import CompPlan, Step
from salesmetrics.model.plan.release import Release
from salesmetrics.model.plan.reversal import Reversal
from salesmetrics.model.plan.rule import Rule
from salesmetrics.model.plan.scale import Scale
from salesmetrics.pay._bonuses import give, standings
from salesmetrics.pay._credits import Book, Credited
from salesmetrics.pay._earnings import Earned, QuotaOf, earned_by, last_window
from salesmetrics.pay._ledger import Key, Ledger, name_of_gate, rule_of_gate
from salesmetrics.pay._reversals import Cancellations, Portions, Reversing, is_in_lines
from salesmetrics.result.balances import Balances, DealBalance
from salesmetrics.result.statement_lines import StatementLine, whole_minor

__all__ = ["Work"]


@define
class Work:
    """A statement that is being worked out.

    Args:
        plan: The plan.
        payee: Who is paid.
        period: The days that it is for.
        book: The won deals and what happened to them.
        quota: What tells a quota.
        opening: The balances before.
        credits: For each rule and bonus the payee's credits, on the days on which their deals were first booked.
        everyone: For each bonus everybody's credits.
        is_told: Whether the opening tells every deal that was paid before.
    """

    plan: CompPlan
    payee: str
    period: Period
    book: Book
    quota: QuotaOf
    opening: Balances
    credits: Mapping[str, Sequence[Credited]]
    everyone: Mapping[str, Mapping[str, Sequence[Credited]]]
    is_told: bool = field(default=False, kw_only=True)
    ledger: Ledger = field(init=False)
    cancellations: Cancellations = field(init=False)
    earned: dict[str, Earned] = Factory(dict)
    carry: int = 0
    reversal: Reversal | None = None
    is_reversed: bool = False

    @property
    def lines(self) -> list[StatementLine]:
        """The lines so far."""
        return self.ledger.lines

    def run(self) -> None:
        """Work out the lines of the rules, and then of each step in its order."""
        days: dict[str | int, date] = {}
        for one in self.opening.deals:
            days[one.deal] = min(one.booked, days.get(one.deal, one.booked))
        asked = self.credits
        self.credits = {name: _as_booked(those, days, self.period) for name, those in asked.items()}
        self.ledger = Ledger(self.opening)
        self.carry = self.opening.banked - self.opening.owed
        self.reversal = next((step for step in self.plan.steps if isinstance(step, Reversal)), None)
        rules = [rule.name for rule in self.plan.rules]
        self.cancellations = Cancellations.of(
            self.book.happened, self.period, self.opening, self.credits, rules, is_told=self.is_told
        )
        if self.reversal is None and self.cancellations.newly(self.ledger.deals):
            raise InvalidValueError(
                "a plan must say what a cancelled deal takes back, got no Reversal; add one to its steps, with a share "
                "of 0 for nothing"
            )
        for rule in self.plan.rules:
            self._earn(rule)
            moved = [one.deal for one in asked[rule.name] if one.is_won and one.on in self.period and one.deal in days]
            for deal in moved:
                was = self.ledger.deals.get((rule.name, deal))
                self.ledger.add("moved", rule.name, 0 if was is None else was.earned, 0, deal=deal)
        for step in self.plan.steps:
            self._take(step)

    def closing(self) -> Balances:
        """The balances after all lines."""
        return self.ledger.closing()

    def contests(self) -> dict[str, dict[str, Fraction]]:
        """Where everybody stands in each contest of the plan, on which its bonuses rest too."""
        tops = [step for step in self.plan.steps if isinstance(step, Bonus) and step.per == "top"]
        return {
            one.name: standings(one, self.everyone[one.name], self.period, self.quota)
            for one in tops
            if any(credit.on in self.period for credit in self.credits[one.name])
        }

    def _earn(self, rule: Rule) -> None:
        """The lines of a rule, and what each deal of the period earned and is worth by it."""
        quota = partial(self.quota, self.payee)
        found = earned_by(
            rule, self.credits[rule.name], self.plan, self.period, quota, self.cancellations.taken_by, self.reversal
        )
        self.earned[rule.name] = found
        self.ledger.lines += found.lines
        for deal, (on, amount) in found.by_deal.items():
            if on in self.period:
                gone = self.cancellations.share_of(deal) if is_in_lines(self.reversal) else Fraction(0)
                worth = amount - whole_minor(amount * gone)
                self.ledger.book(DealBalance(rule.name, deal, on, amount, worth, cancelled=gone))

    def _take(self, step: Step) -> None:
        if isinstance(step, Scale):
            self._scale(step)
        elif isinstance(step, Gate):
            self._gate(step)
        elif isinstance(step, Clamp):
            self._clamp(step)
        elif isinstance(step, Bonus):
            self._bonus(step)
        elif isinstance(step, Reversal):
            self._reverse(step, self.cancellations.newly(self.ledger.deals))
            self.is_reversed = True
        elif isinstance(step, Draw):
            self._draw(step)
        else:
            self._release(step)

    def _scale(self, step: Scale) -> None:
        value, parents = self.ledger.so_far(step.rule, here=True)
        factor = step.factor
        if step.curve is not None and step.of is not None:
            factor *= step.curve.payout(self.earned[step.of].measure)
        exact = value * (factor - 1)
        self.ledger.spread(step.rule, whole_minor(value + exact) - value)
        self.ledger.add("scale", step.rule, value, exact, parents=parents, rate=factor)

    def _gate(self, step: Gate) -> None:
        """Cap what was earned if the gate is not met; if it is, give back what it held back in the same window."""
        of = next(rule for rule in self.plan.rules if rule.name == step.of)
        window = last_window(of, self.plan, self.period) if of.basis.window in ("quarter", "year") else None
        gate, names = name_of_gate(step), self._names_held(step)
        held = [(key, name) for key, one in self.ledger.deals.items() for name in one.gated if name in names]
        lost = [one for one in held if window is None or self.ledger.deals[one[0]].booked not in window]
        for key, name in lost:
            self.ledger.forget(key, name)
        value, parents = self.ledger.so_far(step.rule)
        measure = self.earned[step.of].measure
        exact = Fraction(0)
        if measure >= step.at:
            exact += sum(self.ledger.give_back(*one) for one in held if one not in lost)
        else:
            weight = next((rule.weight for rule in self.plan.rules if rule.name == step.rule), Fraction(1))
            most = self.plan.target_of(self.period) * weight * step.cap if step.cap else Fraction(0)
            exact -= max(Fraction(0), value - most)
            taken = self.ledger.spread(step.rule, whole_minor(value + exact) - value)
            if window is not None:
                self.ledger.hold(gate, taken)
        self.ledger.add("gate", step.rule, value, exact, parents=parents, bounds=(measure, step.at))

    def _names_held(self, step: Gate) -> set[str]:
        """The gates for which a gate answers: itself, and the first on a rule for what the version before held back."""
        gates = [one for one in self.plan.steps if isinstance(one, Gate)]
        own = {name_of_gate(one) for one in gates}
        if step is not next(one for one in gates if one.of == step.of):
            return {name_of_gate(step)}
        before = {name for one in self.ledger.deals.values() for name in one.gated if name not in own}
        return {name_of_gate(step), *(name for name in before if rule_of_gate(name) == step.of)}

    def _clamp(self, step: Clamp) -> None:
        value, parents = self.ledger.so_far(step.rule)
        carried = self.carry if step.carries else 0
        available = value + carried
        least = available if step.least is None else step.least.minor
        most = max(available, least) if step.most is None else step.most.minor
        rest = available - min(max(available, least), most)
        add = partial(self.ledger.add, rule=step.rule, before=available, exact=-rest, parents=parents)
        if rest < 0 and step.below == "given":
            add("guarantee", bounds=(self._major(least), None))
            rest = 0
        if rest > 0 and step.above == "lost":
            self.ledger.spread(step.rule, -rest)
            add("cap", bounds=(None, self._major(most)))
            rest = 0
        if step.carries:
            self._carry(rest)

    def _major(self, minor: int) -> Fraction:
        return Fraction(minor, 10 ** exponent(self.plan.currency))

    def _carry(self, carry: int) -> None:
        """Move the balance to what is left over: banked above zero, and owed below."""
        banked, owed = (max(0, carry) - max(0, self.carry)), (max(0, -carry) - max(0, -self.carry))
        if banked:
            self.ledger.add("banked", None, -max(0, self.carry), -banked)
        if owed:
            self.ledger.add("owed", None, max(0, -self.carry), owed)
        self.carry = carry

    def _bonus(self, step: Bonus) -> None:
        everyone = self.everyone.get(step.name, {})
        given = give(step, self.payee, self.period, self.credits[step.name], everyone, self.quota)
        self.ledger.lines += given.lines
        for balance in given.deals:
            self.ledger.book(balance)
        if self.is_reversed and self.reversal is not None:  # the plan reverses before it gives this bonus
            keys = [(one.rule, one.deal) for one in given.deals]
            self._reverse(self.reversal, [one for one in self.cancellations.newly(keys) if one[0] in keys])

    def _reverse(self, step: Reversal, those: Iterable[tuple[Key, Portions]]) -> None:
        quota = partial(self.quota, self.payee)
        taking = Reversing(
            step, self.plan, self.period, self.ledger, self.cancellations, self.credits, self.earned, quota
        )
        taking.take_back(those)

    def _draw(self, step: Draw) -> None:
        is_paid = step.during is None or self.period.start in step.during
        amount = step.amount if is_paid else evolve(step.amount, minor=0)
        if step.kind == "guarantee":
            if step.recoverable or is_paid:
                self._clamp(Clamp(least=amount, below="owed" if step.recoverable else "given"))
        elif step.recoverable:
            self._clamp(Clamp(least=evolve(amount, minor=0), below="owed"))
            self._carry(self.carry - amount.minor)
        else:
            value, parents = self.ledger.so_far(None)
            self.ledger.add("guarantee", None, value, amount.minor, parents=parents)

    def _release(self, step: Release) -> None:
        self._check_held(step)
        for key, balance in self.ledger.deals.items():
            if balance.kind != "deal":
                continue
            stands = 1 - balance.cancelled
            left = balance.worth * (1 - self.cancellations.share_of(balance.deal)) / stands if stands else Fraction(0)
            invoiced, paid = (
                min(Fraction(1), self.book.happened.share_of(balance.deal, kind))
                for kind in (EventKind.INVOICED, EventKind.PAID)
            )
            due = left * (step.booked + step.invoiced * invoiced + step.paid * paid)
            held = whole_minor(left) - whole_minor(due)
            if held != balance.held:
                self.ledger.add("held", key[0], -balance.held, balance.held - held, deal=key[1])
            self.ledger.deals[key] = evolve(balance, held=held)

    def _check_held(self, step: Release) -> None:
        """Refuse to release what is held of deals where nobody tells what earlier statements held.

        Raises:
            InvalidValueError: There are such deals; some are named.
        """
        kinds = [kind for kind, due in ((EventKind.INVOICED, step.invoiced), (EventKind.PAID, step.paid)) if due]
        known = {deal for _, deal in self.ledger.deals}
        before = {deal for _, deal in self.cancellations.own if deal not in known}
        unknown = [
            shown(deal)
            for deal in sorted(() if self.is_told else before, key=sort_key)
            if any(one.kind in kinds and one.on in self.period for one in self.book.happened.events.get(deal, ()))
        ]
        if unknown:
            raise InvalidValueError(
                "what is held of a deal that is invoiced or paid for must be known, got "
                f"{', '.join(unknown[:8])}, booked before {self.period}; give the statement of the period before as "
                "opening, or Balances() where nothing is held"
            )


def _as_booked(
    credits: Sequence[Credited],  # noqa: A002
    days: Mapping[str | int, date],
    period: Period,
) -> list[Credited]:
    """Credits on the days on which earlier statements booked their deals, whatever day the deals have now."""
    kept = [
        evolve(one, on=days[one.deal]) if one.deal in days else one
        for one in credits
        if one.deal in days or (one.is_won and one.on < period.end)
    ]
    return sorted(kept, key=lambda one: (one.on, sort_key(one.deal)))
