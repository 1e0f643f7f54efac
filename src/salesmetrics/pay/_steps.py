"""The steps of a plan, one after the other: each works on what was earned so far, and adds lines of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction

from attrs import Factory, define, evolve

from salesmetrics._numeric.columns import sort_key
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.currencies import exponent
from salesmetrics.model.deal_event import EventKind
from salesmetrics.model.period import Period
from salesmetrics.model.plan.bonus import Bonus
from salesmetrics.model.plan.clamp import Clamp
from salesmetrics.model.plan.curve import Curve
from salesmetrics.model.plan.draw import Draw
from salesmetrics.model.plan.gate import Gate
from salesmetrics.model.plan.plan import CompPlan, Step
from salesmetrics.model.plan.release import Release
from salesmetrics.model.plan.reversal import Reversal
from salesmetrics.model.plan.rule import Rule
from salesmetrics.model.plan.scale import Scale
from salesmetrics.model.ramp import months_between
from salesmetrics.pay._credits import Book, Credited
from salesmetrics.pay._earnings import Earned, earned_by, is_gone_through, unit_of, window_of
from salesmetrics.result.balances import Balances, DealBalance
from salesmetrics.result.statement_lines import LineKind, StatementLine, whole_minor

__all__ = ["Work"]

_Quota = Callable[[Rule, Period], Fraction]
_Key = tuple[str, str | int]


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
        credits: For each rule the payee's credits.
        bonus_credits: For each bonus everybody's credits.
    """

    plan: CompPlan
    payee: str
    period: Period
    book: Book
    quota: _Quota
    opening: Balances
    credits: Mapping[str, Sequence[Credited]]
    bonus_credits: Mapping[str, Mapping[str, Sequence[Credited]]]
    lines: list[StatementLine] = Factory(list)
    earned: dict[str, Earned] = Factory(dict)
    deals: dict[_Key, DealBalance] = Factory(dict)
    carry: int = 0

    def run(self) -> None:
        """Work out the lines of the rules, and then of each step in its order."""
        self.deals = {(one.rule, one.deal): one for one in self.opening.deals}
        self.carry = self.opening.banked - self.opening.owed
        reversal = next((step for step in self.plan.steps if isinstance(step, Reversal)), None)
        if reversal is None and self._newly_cancelled():
            raise InvalidValueError(
                "a plan must say what a cancelled deal takes back, got no Reversal; add one to its steps, with a share "
                "of 0 for nothing"
            )
        for rule in self.plan.rules:
            found = earned_by(
                rule, self.credits[rule.name], self.plan, self.period, self.quota, self.book.cancelled, reversal
            )
            self.earned[rule.name] = found
            self.lines += found.lines
            for deal, (on, amount) in found.by_deal.items():
                if on in self.period:
                    self.deals[rule.name, deal] = DealBalance(rule.name, deal, on, amount, amount)
        for key, balance in self.deals.items():
            gone = _sum([part for part in self.book.cancelled(key[1]) if part[0] < self.period.end])
            self.deals[key] = evolve(balance, cancelled=gone)
        for step in self.plan.steps:
            self._take(step)

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
            self._reverse(step)
        elif isinstance(step, Draw):
            self._draw(step)
        else:
            self._release(step)

    def _add(
        self,
        kind: LineKind,
        rule: str | None,
        before: Fraction | int,
        exact: Fraction | int,
        *,
        deal: str | int | None = None,
        parents: tuple[int, ...] = (),
        bounds: tuple[Fraction | None, Fraction | None] = (None, None),
        rate: Fraction | None = None,
    ) -> int:
        line = StatementLine(kind, rule, deal, *bounds, rate, Fraction(before), Fraction(exact), parents)
        self.lines.append(line)
        return line.amount

    def _so_far(self, rule: str | None) -> tuple[int, tuple[int, ...]]:
        """What was earned by a rule, or by all, in money; and the places of its lines."""
        places = tuple(
            place
            for place, line in enumerate(self.lines)
            if line.kind != "gift" and (rule is None or line.rule == rule)
        )
        return sum(self.lines[place].amount for place in places), places

    def _scale(self, step: Scale) -> None:
        value, parents = self._so_far(step.rule)
        factor = step.factor
        if step.curve is not None and step.of is not None:
            factor *= step.curve.payout(self.earned[step.of].measure)
        self._add("scale", step.rule, value, value * (factor - 1), parents=parents, rate=factor)

    def _gate(self, step: Gate) -> None:
        value, parents = self._so_far(step.rule)
        measure = self.earned[step.of].measure
        taken = Fraction(0)
        if measure < step.at:
            weight = next((rule.weight for rule in self.plan.rules if rule.name == step.rule), Fraction(1))
            most = self.plan.target_of(self.period) * weight * step.cap if step.cap else Fraction(0)
            taken = max(Fraction(0), value - most)
        self._add("gate", step.rule, value, -taken, parents=parents, bounds=(measure, step.at))

    def _clamp(self, step: Clamp) -> None:
        value, parents = self._so_far(step.rule)
        carried = self.carry if step.carries else 0
        available = value + carried
        least = available if step.least is None else step.least.minor
        most = max(available, least) if step.most is None else step.most.minor
        rest = available - min(max(available, least), most)
        if rest < 0 and step.below == "given":
            self._add("guarantee", step.rule, available, -rest, parents=parents, bounds=(self._major(least), None))
            rest = 0
        if rest > 0 and step.above == "lost":
            self._add("cap", step.rule, available, -rest, parents=parents, bounds=(None, self._major(most)))
            rest = 0
        if step.carries:
            self._carry(rest)

    def _major(self, minor: int) -> Fraction:
        return Fraction(minor, 10 ** exponent(self.plan.currency))

    def _carry(self, carry: int) -> None:
        """Move the balance to what is left over: banked above zero, and owed below."""
        banked, owed = (max(0, carry) - max(0, self.carry)), (max(0, -carry) - max(0, -self.carry))
        if banked:
            self._add("banked", None, -max(0, self.carry), -banked)
        if owed:
            self._add("owed", None, max(0, -self.carry), owed)
        self.carry = carry

    def _bonus(self, step: Bonus) -> None:
        of_all = {
            person: [one for one in those if one.on in self.period]
            for person, those in self.bonus_credits[step.name].items()
        }
        own = of_all.get(self.payee, [])
        divisor = Fraction(1)
        if step.basis.of_quota:
            divisor = self.quota(Rule(step.name, _NOTHING, step.basis), self.period)
        total = sum((one.measure for one in own), Fraction(0)) / divisor
        kind: LineKind = "bonus" if step.gift is None else "gift"
        if step.per == "deal":
            for one in own:
                if one.measure / divisor >= step.at:
                    self._add(kind, step.name, 0, step.amount.minor * one.share, deal=one.deal)
        elif step.per == "unit":
            before = Fraction(0)
            for one in own if total >= step.at else ():
                exact = step.amount.minor * one.measure * one.share / divisor
                self._add(kind, step.name, before, exact, deal=one.deal)
                before += exact
        elif total >= step.at and (step.per == "once" or total == _most(of_all) > 0):
            self._add(kind, step.name, 0, step.amount.minor)

    def _reverse(self, step: Reversal) -> None:
        for key, new in self._newly_cancelled():
            if step.method == "restate":
                self._restate(key)
            elif step.method != "margin":  # which is in the lines of the rules
                balance = self._balance(key)
                base = balance.earned if step.method == "original" else self._worth_of(balance)
                before = Fraction(0)
                for on, share in new:
                    exact = -base * share * step.share * _unearned(step, balance.booked, on)
                    self._add("reversal", key[0], before, exact, deal=key[1])
                    before += exact

    def _newly_cancelled(self) -> list[tuple[_Key, list[tuple[date, Fraction]]]]:
        """What was cancelled in the period of the payee's deals, by rule and deal."""
        by_now = {deal for _, deal in self.deals}  # a rule that did not pay for a deal then has nothing to take back
        own = [(rule, one.deal) for rule, those in self.credits.items() for one in those]
        keys = dict.fromkeys([*(key for key in own if key in self.deals or key[1] not in by_now), *self.deals])
        found = ((key, [one for one in self.book.cancelled(key[1]) if one[0] in self.period]) for key in keys)
        return sorted(((key, new) for key, new in found if new), key=lambda one: (one[0][0], sort_key(one[0][1])))

    def _balance(self, key: _Key) -> DealBalance:
        """What is known of a deal: from this statement, from the opening, or from earlier in the same window."""
        rule, deal = key
        by_deal = self.earned[rule].by_deal if rule in self.earned else {}
        if key not in self.deals and deal not in by_deal:
            raise InvalidValueError(
                f"what a cancelled deal earned must be known, got {shown(deal)}, booked before {self.period}; give the "
                "statement of the period before as opening"
            )
        if key in self.deals:
            return self.deals[key]
        on, earned = by_deal[deal]
        return DealBalance(rule, deal, on, earned, earned)

    def _restate(self, key: _Key) -> None:
        """The difference that cancelled deals make to a window that is over."""
        rule = next((one for one in self.plan.rules if one.name == key[0]), None)
        sold = next((one for one in self.credits.get(key[0], ()) if one.deal == key[1]), None)
        if rule is None or sold is None:
            return  # nothing was measured

        def over_of(one: Credited) -> list[tuple[date, Fraction]]:
            """What is cancelled in the period of a deal whose window is over."""
            parts = [part for part in self.book.cancelled(one.deal) if part[0] in self.period]
            return [part for part in parts if not is_gone_through(rule, self.plan, self.period, one.on, part[0])]

        over = over_of(sold)
        if not over:
            return  # it is in the lines of the rule
        if rule.basis.window == "period":
            raise InvalidValueError(
                f"a window that is restated must be a quarter or a year, got the period of a statement for rule "
                f"{rule.name!r}; restate that statement and take the difference, or reverse by 'original'"
            )
        window = window_of(rule, self.plan, self.period, sold.on)
        divisor = self.quota(rule, window) if rule.basis.of_quota else Fraction(1)
        unit = unit_of(rule, self.plan, window, divisor)
        gone = {
            one.deal: _sum([part for part in self.book.cancelled(one.deal) if part[0] < self.period.end])
            - (0 if sort_key(one.deal) < sort_key(key[1]) else _sum(over_of(one)))
            for one in self.credits[rule.name]
        }
        before = self._window_total(rule, window, divisor, gone) * unit
        gone[key[1]] += _sum(over)
        after = self._window_total(rule, window, divisor, gone) * unit
        self._add("reversal", rule.name, before, after - before, deal=key[1])

    def _window_total(
        self, rule: Rule, window: Period, divisor: Fraction, gone: Mapping[str | int, Fraction]
    ) -> Fraction:
        """What a window's deals pay without the shares that are gone, in units of the curve."""
        measure, paid = Fraction(0), Fraction(0)
        for one in self.credits[rule.name]:
            if one.on in window:
                before = measure
                measure += one.measure * (1 - gone[one.deal]) / divisor
                paid += (rule.curve.payout(measure) - rule.curve.payout(before)) * one.share
        return paid

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
            value, parents = self._so_far(None)
            self._add("guarantee", None, value, amount.minor, parents=parents)

    def _release(self, step: Release) -> None:
        worths = self._worths()
        for key, balance in self.deals.items():
            left = worths.get(key, balance.worth) * (1 - balance.cancelled)
            invoiced, paid = (
                min(Fraction(1), self.book.share_of(balance.deal, kind, self.period.end))
                for kind in (EventKind.INVOICED, EventKind.PAID)
            )
            due = left * (step.booked + step.invoiced * invoiced + step.paid * paid)
            held = whole_minor(left) - whole_minor(due)
            if held != balance.held:
                self._add("held", key[0], -balance.held, balance.held - held, deal=key[1])
            self.deals[key] = evolve(balance, held=held)

    def closing(self) -> Balances:
        """The balances after all lines."""
        worths = self._worths()
        deals = [evolve(one, worth=worths.get(key, one.worth)) for key, one in self.deals.items()]
        return self.opening.after(self.lines, deals)

    def _worth_of(self, balance: DealBalance) -> int:
        return self._worths().get((balance.rule, balance.deal), balance.worth)

    def _worths(self) -> dict[_Key, int]:
        """What each deal of the period is worth after scales, gates and caps, which are spread over the deals."""
        earned: dict[_Key, int] = {}
        by_rule: dict[str | None, int] = {}
        spread: dict[str | None, int] = {}
        for line in self.lines:
            if line.kind in ("tier", "jump") and line.rule is not None and line.deal is not None:
                key = (line.rule, line.deal)
                earned[key] = earned.get(key, 0) + line.amount
                by_rule[line.rule] = by_rule.get(line.rule, 0) + line.amount
            elif line.kind in ("scale", "gate", "cap"):
                spread[line.rule] = spread.get(line.rule, 0) + line.amount
        whole = sum(by_rule.values()) + sum(spread.get(rule, 0) for rule in by_rule)
        of_all = _factor(whole, spread.get(None, 0))
        worths: dict[_Key, int] = {}
        running: dict[str, Fraction] = {}
        for (rule, deal), amount in earned.items():
            before = running.get(rule, Fraction(0))
            running[rule] = before + amount * _factor(by_rule[rule], spread.get(rule, 0)) * of_all
            worths[rule, deal] = whole_minor(running[rule]) - whole_minor(before)
        return worths


def _sum(portions: Sequence[tuple[date, Fraction]]) -> Fraction:
    """The shares of a deal that were cancelled, together."""
    return sum((share for _, share in portions), Fraction(0))


def _factor(whole: int, more: int) -> Fraction:
    """What is left of each unit of a whole to which more is added."""
    return max(Fraction(0), Fraction(whole + more, whole)) if whole else Fraction(1)


def _most(of_all: Mapping[str, Sequence[Credited]]) -> Fraction:
    """What the best of all sold."""
    return max((sum((one.measure for one in those), Fraction(0)) for those in of_all.values()), default=Fraction(0))


def _unearned(step: Reversal, booked: date, on: date) -> Fraction:
    """The share that is not earned yet, by whole months."""
    if step.months is None:
        return Fraction(1)
    return Fraction(max(0, step.months - months_between(booked, max(booked, on))), step.months)


_NOTHING = Curve.flat(0)
