"""What a plan would cost, before anybody has sold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import TypeAlias

from attrs import evolve, frozen

from salesmetrics.errors import InvalidValueError, nearest, refuse, shown
from salesmetrics.model.currencies import exponent
from salesmetrics.model.money import Money, shared_currency
from salesmetrics.model.period import Period, check_period
from salesmetrics.model.plan.bonus import Bonus
from salesmetrics.model.plan.curve import Curve
from salesmetrics.model.plan.plan import CompPlan
from salesmetrics.model.plan.release import Release
from salesmetrics.model.plan.reversal import Reversal
from salesmetrics.model.plan.rule import Rule
from salesmetrics.model.proration import share_of_period
from salesmetrics.model.ramp import IntoShare, exact_attainment
from salesmetrics.pay._credits import Book, Credited
from salesmetrics.pay._earnings import window_of
from salesmetrics.pay._steps import Work
from salesmetrics.result.balances import Balances
from salesmetrics.result.plan_cost import PlanCost, PlanPayout, PlanPayouts
from salesmetrics.table.assignments import Assignments
from salesmetrics.table.deals import Deals

__all__ = ["IntoQuota", "plan_cost"]

IntoQuota: TypeAlias = Money | int | Mapping[str, Money | int]
"""The quota of what a plan measures, or of each thing that it measures, by its name."""


def plan_cost(
    plan: CompPlan, attainments: Iterable[IntoShare], *, period: Period, quota: IntoQuota | None = None
) -> PlanCost:
    """What a plan costs if reps reach given shares of their quotas, and how many stand at its gates and its cap.

    Every rule is taken to be attained alike, and evenly in all windows of the period. All that is sold is taken to be
    invoiced, paid for and never cancelled. A mean of attainments does not tell the cost: of two reps at 50 and 150 %,
    accelerators pay more than of two at 100 %.

    Args:
        plan: The plan.
        attainments: How many times the quota each rep sells; of a sample, or of last year.
        period: The days that are paid for by one statement, made of whole windows of the rules.
        quota: What each rep is to sell in the period, where the plan pays for what is sold and not for attainment only:
            money of amounts, a whole number of deals or units. Where the plan measures several things, a mapping of
            "amount", "count" or the name of a value to the quota of each.

    Returns:
        The cost, the shares of reps past gates, at quota and at the cap, and the payout at each attainment as
        `PlanCost`.

    Raises:
        InvalidValueError: An attainment is no number from 0 up or in hundredths, a quota is needed and there is none or
            one of something else, windows go beyond the period, or what the plan pays hangs on single deals or on who
            sells most.
        CurrencyMismatchError: The quota is in another currency than the plan.

    Laws:
        definition: For one deal of the quota times the attainment, it is the total of the statement.
        order: The order of attainments does not matter.
        merge: The costs of some reps and of the others add up to that of all.

    Examples:
        >>> from datetime import date
        >>> from salesmetrics import Basis
        >>> curve = Curve.marginal({0: 1, 1: "1.5"}).cap(2)
        >>> target = Money.of(50_000, "USD")
        >>> rules = [Rule("quota", curve, Basis(of_quota=True), times="target")]
        >>> plan = CompPlan("AE", "USD", date(2026, 1, 1), rules, target_incentive=target)
        >>> year = Period.parse("2026-01-01..2027-01-01")
        >>> print(plan_cost(plan, ["0.5", "1.5"], period=year))
        112,500.00 USD for 2 reps in 2026-01-01..2027-01-01 by AE, version 1: 100.0 % past the gates, 50.0 % at \
quota, 0.0 % at the cap
        >>> print(plan_cost(plan, [1, 1], period=year).value)
        100,000.00 USD
    """
    check_period(period)
    if not isinstance(plan, CompPlan):
        raise InvalidValueError(f"plan must be a CompPlan, got {shown(plan)}; of several versions take plan_on(...)")
    kept = [step for step in plan.steps if not isinstance(step, (Release, Reversal))]
    if isinstance(attainments, (str, bytes, Mapping)) or not isinstance(attainments, Iterable):
        raise InvalidValueError(f"attainments must be several numbers, got {shown(attainments)}; write ['0.8', 1]")
    reps = _Reps(evolve(plan, steps=kept), period, _quotas(quota, plan))
    most, _ = reps.paid(_FAR)
    found = Counter(exact_attainment(one, "an attainment") for one in attainments)
    rows: list[PlanPayout] = []
    for attainment, n in found.items():
        minor, past_gates = reps.paid(attainment)
        rows.append(PlanPayout(attainment, n, minor, past_gates, at_cap=minor == most))
    return PlanCost(plan.name, plan.version, period, plan.currency, PlanPayouts(rows))


@frozen
class _Reps:
    """Reps of a plan, each of whom sells the quota so many times.

    Args:
        plan: The plan.
        period: The days that are paid for.
        quotas: What each is to sell in it of each thing that is measured, in whole units, as far as it is known.
    """

    plan: CompPlan
    period: Period
    quotas: Mapping[str, Fraction]

    def __attrs_post_init__(self) -> None:
        bonuses = [step for step in self.plan.steps if isinstance(step, Bonus)]
        hanging = [f"the bonus {one.name!r}" for one in bonuses if one.per in ("deal", "top")]
        hanging += [f"the rule {one.name!r}" for one in self.plan.rules if _looks_at_deals(one)]
        needing = [one.name for one in _by_quota(self.plan) if one.basis.value not in self.quotas]
        beyond = [
            rule.name for rule in self.plan.rules if any(not _is_in(tile, self.period) for tile in self._tiles(rule))
        ]
        refuse(
            [
                f"what a plan costs must not hang on single deals or on who sells most, got {' and '.join(hanging)}; "
                "leave it out, and work it out beside the plan"
                if hanging
                else None,
                f"quota must be given of what is paid for, got none for {' and '.join(needing)}; give the period's"
                if needing
                else None,
                f"period must be made of whole windows, got {self.period}, which cuts those of {' and '.join(beyond)}; "
                "ask for a whole quarter or year"
                if beyond
                else None,
            ]
        )

    def paid(self, attainment: Fraction) -> tuple[int, bool]:
        """What a rep is paid, in minor units, and whether every gate is passed."""
        credits = {  # noqa: A001
            rule.name: [
                Credited(place, tile.start, attainment * self._goal(_REP, rule, tile), Fraction(1))
                for place, tile in enumerate(self._tiles(rule))
            ]
            for rule in self.plan.rules
        }
        by_bonus = {
            step.name: [Credited(0, self.period.start, attainment * self._whole(step), Fraction(1))]
            for step in self.plan.steps
            if isinstance(step, Bonus)
        }
        nothing_happened = Book.of(Deals.of([]), (), Assignments.of(()), (), self.period.end)
        work = Work(self.plan, _REP, self.period, nothing_happened, self._goal, Balances(), credits | by_bonus, {})
        work.run()
        gates = [line for line in work.lines if line.kind == "gate"]
        past = all(line.lower is not None and line.upper is not None and line.lower >= line.upper for line in gates)
        return sum(line.amount for line in work.lines), past

    def _whole(self, one: Rule | Bonus) -> Fraction:
        """The quota of what is measured; where only attainment pays, any will do."""
        return self.quotas.get(one.basis.value, Fraction(1))

    def _goal(self, _rep: str, rule: Rule, window: Period) -> Fraction:
        """The part of the quota that is to be sold in a window."""
        return self._whole(rule) * share_of_period(window, self.period, self.plan.proration)

    def _tiles(self, rule: Rule) -> list[Period]:
        """The windows of a rule in the period."""
        first = window_of(rule, self.plan, self.period, self.period.start)
        tiles = [first]
        while tiles[-1].end < self.period.end:
            tiles.append(window_of(rule, self.plan, self.period, tiles[-1].end))
        return tiles


def _looks_at_deals(rule: Rule) -> bool:
    """Whether it makes a difference by how many deals something is sold."""
    is_flat = isinstance(rule.curve, Curve) and len(rule.curve.tiers) == 1
    return rule.basis.window == "deal" and not is_flat


def _is_in(part: Period, whole: Period) -> bool:
    return whole.start <= part.start and part.end <= whole.end


def _by_quota(plan: CompPlan) -> list[Rule | Bonus]:
    """What of a plan pays by how much is sold, and not by attainment only."""
    bonuses = [step for step in plan.steps if isinstance(step, Bonus)]
    rules = [one for one in plan.rules if one.times == "quota" or not one.basis.of_quota]
    return [*rules, *(one for one in bonuses if not one.basis.of_quota)]


def _quotas(quota: IntoQuota | None, plan: CompPlan) -> dict[str, Fraction]:
    """The quotas of what a plan measures, in whole units.

    Raises:
        InvalidValueError: One is in the unit of something else, or it is not said of what it is.
        CurrencyMismatchError: One is in another currency.
    """
    if quota is None:
        return {}
    known = [*dict.fromkeys(one.basis.value for one in (*plan.rules, *plan.steps) if isinstance(one, (Rule, Bonus)))]
    if isinstance(quota, Mapping):
        refuse(
            f"quota must be of what the plan measures, got one of {shown(value)}; {nearest(value, known)}"
            for value in quota
            if value not in known
        )
        return {value: _size(one, value, plan) for value, one in quota.items()}
    needed = [*dict.fromkeys(one.basis.value for one in _by_quota(plan))]
    if len(needed) > 1:
        raise InvalidValueError(
            f"quota must be given of each of {' and '.join(needed)}, got one for all of them; write "
            f"{{{needed[0]!r}: ..., {needed[1]!r}: ...}}"
        )
    return {value: _size(quota, value, plan) for value in needed or known[:1]}


def _size(quota: object, value: str, plan: CompPlan) -> Fraction:
    """A quota in whole units."""
    if isinstance(quota, Money) and quota.minor > 0 and value != "count":
        shared_currency(plan.currency, quota.currency)
        return Fraction(quota.minor, 10 ** exponent(quota.currency))
    if type(quota) is int and quota > 0 and value != "amount":
        return Fraction(quota)
    wanted = {"amount": "Money", "count": "a whole number"}.get(value, "Money or a whole number")
    example = "60" if value == "count" else "Money.of('600000', 'USD')"
    raise InvalidValueError(f"quota of {value} must be {wanted} above zero, got {shown(quota)}; write {example}")


_REP = "rep"
_FAR = Fraction(10) ** 60
"""An attainment above all bounds of tiers and caps."""
