"""A compensation plan: rules that measure and pay, and the steps that what they pay goes through, in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from typing import TypeAlias, get_args

from attrs import evolve, field, frozen

from salesmetrics.errors import InvalidValueError, nearest, refuse, shown
from salesmetrics.model.calendar import Calendar
from salesmetrics.model.currencies import exponent
from salesmetrics.model.fiscal_calendar import FiscalCalendar
from salesmetrics.model.money import Money, rounded
from salesmetrics.model.period import Period, check_day, check_period
from salesmetrics.model.plan._fields import amount_fault, hundredths_fault, kind_fault, name_fault, word_fault
from salesmetrics.model.plan.bonus import Bonus
from salesmetrics.model.plan.clamp import Clamp
from salesmetrics.model.plan.curve import Curve
from salesmetrics.model.plan.draw import Draw
from salesmetrics.model.plan.gate import Gate
from salesmetrics.model.plan.release import Release
from salesmetrics.model.plan.reversal import Reversal
from salesmetrics.model.plan.rule import Rule
from salesmetrics.model.plan.scale import Scale
from salesmetrics.model.proration import Basis as Proration
from salesmetrics.model.proration import share_of_period

__all__ = ["CompPlan", "Step", "plan_on", "usual_order"]

Step: TypeAlias = Scale | Gate | Clamp | Bonus | Reversal | Draw | Release
"""What can be done to what the rules pay."""

_USUAL: tuple[type[Step], ...] = (Scale, Gate, Clamp, Bonus, Reversal, Draw, Release)


def usual_order(*steps: Step) -> tuple[Step, ...]:
    """Steps in the order that most plans mean: scale, gate, cap, bonus, reversal, draw, release.

    Steps of one kind stay as they stand. The order matters: of 30,000 earned, a cap of 20,000, a SPIFF of 2,000 and a
    clawback of 4,000, this order pays 18,000; with the SPIFF inside the cap it is 16,000.

    Raises:
        InvalidValueError: One of them is no step.

    Examples:
        >>> [type(step).__name__ for step in usual_order(Draw(Money.of(1, "USD")), Gate("sales", 1), Scale("1.1"))]
        ['Scale', 'Gate', 'Draw']
    """
    strays = [one for one in steps if not isinstance(one, _USUAL)]
    if strays:
        raise InvalidValueError(
            f"steps must be given one by one, got {shown(strays[0])}; write usual_order(Gate(...), Draw(...)), or "
            "usual_order(*steps)"
        )
    return tuple(sorted(steps, key=lambda step: _USUAL.index(type(step))))


def _rules(given: Iterable[Rule]) -> tuple[Rule, ...]:
    return tuple(given) if isinstance(given, Iterable) else (given,)


def _steps(given: Iterable[Step]) -> tuple[Step, ...]:
    return tuple(given) if isinstance(given, Iterable) else (given,)


@frozen
class CompPlan:
    """What somebody is paid, and when: one version of a plan.

    Each rule credits, measures and pays; then the steps are taken one after the other, each on what was earned before
    it. The order is the plan's own, because it changes what is paid; `usual_order` puts steps as most plans mean them.

    Args:
        name: What the plan is called.
        currency: The currency of all its amounts.
        effective: The first day on which this version is in force.
        rules: What is measured and paid for.
        steps: What happens to what the rules pay, in order.
        version: The number of the version.
        base_salary: The fixed pay of a year; `None` where it is not part of the plan.
        target_incentive: The variable pay of a year at target; `None` where nothing hangs on it.
        calendar: Whose quarters and years windows follow.
        proration: How the part of a year's target that falls to a period is counted.
        most_specific: Whether a deal counts only for the rule with the most conditions that it meets, the first among
            equals, instead of for every rule that it meets.

    Raises:
        InvalidValueError: The plan contradicts itself; every fault is told, with its remedy.

    Examples:
        >>> junior = CompPlan.of("junior", Curve.slab({0: 0, 10_000: "0.1"}), "USD", date(2026, 1, 1))
        >>> [str(junior.rules[0].curve.payout(sold)) for sold in ("9999.99", 10_000, 15_000)]
        ['0', '1000', '1500']
    """

    name: str
    currency: str
    effective: date
    rules: tuple[Rule, ...] = field(converter=_rules)
    steps: tuple[Step, ...] = field(default=(), converter=_steps)
    version: int = 1
    base_salary: Money | None = None
    target_incentive: Money | None = None
    calendar: Calendar = field(factory=FiscalCalendar)
    proration: Proration = "days"
    most_specific: bool = False

    def __attrs_post_init__(self) -> None:
        check_day(self.effective, "CompPlan.effective")
        exponent(self.currency)
        strays = [one for one in self.rules if not isinstance(one, Rule)]
        others = [one for one in self.steps if not isinstance(one, get_args(Step))]
        is_number = type(self.version) is int and self.version > 0
        refuse(
            [
                name_fault(self.name, "CompPlan.name"),
                f"CompPlan.rules must be Rule objects, got {shown(strays[0])}; write Rule(name, curve)"
                if strays
                else None,
                f"CompPlan.steps must be steps of a plan, got {shown(others[0])}; write Gate, Clamp, Bonus ..."
                if others
                else None,
                None if is_number else f"CompPlan.version must be a number from 1 up, got {shown(self.version)}; count",
                amount_fault(self.base_salary, "CompPlan.base_salary", optional=True),
                amount_fault(self.target_incentive, "CompPlan.target_incentive", optional=True),
                kind_fault(self.calendar, Calendar, "CompPlan.calendar", "write FiscalCalendar()"),
                word_fault(self.proration, get_args(Proration), "CompPlan.proration"),
                kind_fault(self.most_specific, bool, "CompPlan.most_specific", "write True or False"),
            ]
        )
        refuse([*self._faults_of_names(), *self._faults_of_money(), *self._faults_of_steps()])

    @classmethod
    def of(cls, name: str, curve: Curve, currency: str, effective: date) -> CompPlan:
        """A plan of one curve on what each statement's period has sold.

        Examples:
            >>> CompPlan.of("senior", Curve.slab({0: 0, 25_000: "0.1"}), "USD", date(2026, 1, 1)).rules[0].name
            'senior'
        """
        return cls(name, currency, effective, [Rule(name, curve)])

    @property
    def on_target_earnings(self) -> Money | None:
        """Base salary and target incentive together; `None` where one of them is not part of the plan.

        Examples:
            >>> curve = Curve.flat("0.1")
            >>> base, target = Money.of(60_000, "USD"), Money.of(40_000, "USD")
            >>> rules = [Rule("sales", curve)]
            >>> plan = CompPlan("AE", "USD", date(2026, 1, 1), rules, base_salary=base, target_incentive=target)
            >>> print(plan.on_target_earnings, plan.pay_mix)
            100,000.00 USD 3/5
        """
        if self.base_salary is None or self.target_incentive is None:
            return None
        return self.base_salary + self.target_incentive

    @property
    def pay_mix(self) -> Fraction | None:
        """The share of on-target earnings that is fixed; `None` where there are none."""
        whole = self.on_target_earnings
        return Fraction(self.base_salary.minor, whole.minor) if self.base_salary and whole else None

    def prorated(self, part: Period, whole: Period) -> CompPlan:
        """The plan for part of a period: the fixed amounts of its clamps and draws by their share, and never a rate.

        Args:
            part: The days in which the payee was on the plan.
            whole: The period of the full amounts, such as the month.

        Returns:
            The same plan with each amount rounded half away from zero. The target incentive stays that of a year; a
            statement takes the share of its own period.

        Raises:
            InvalidValueError: The basis counts no day of the period.

        Laws:
            whole: For the whole period the plan stays as it is.

        Examples:
            >>> plan = CompPlan("AE", "USD", date(2026, 1, 1), [], [Draw(Money.of(4_000, "USD"))])
            >>> january = Period.parse("2026-01-01..2026-02-01")
            >>> print(plan.prorated(Period.parse("2026-01-15..2026-02-01"), january).steps[0].amount)
            2,193.55 USD
        """
        check_period(part)
        check_period(whole)
        share = share_of_period(part, whole, self.proration)

        def of(amount: Money) -> Money:
            return Money(rounded(amount.minor * share.numerator, share.denominator), amount.currency)

        def prorated(step: Step) -> Step:
            if isinstance(step, Clamp):
                return evolve(step, least=step.least and of(step.least), most=step.most and of(step.most))
            return evolve(step, amount=of(step.amount)) if isinstance(step, Draw) else step

        return evolve(self, steps=[prorated(step) for step in self.steps])

    def target_of(self, period: Period) -> Fraction:
        """The target incentive of a period [minor units], by its share of each year that it lies in.

        Raises:
            InvalidValueError: The plan has no target incentive, or something else than a period came.

        Laws:
            tiles: Targets of periods that tile a year add up to the year's.

        Examples:
            >>> plan = CompPlan("AE", "USD", date(2026, 1, 1), [], target_incentive=Money.of(36_500, "USD"))
            >>> plan.target_of(Period.parse("2026-01-01..2026-02-01"))
            Fraction(310000, 1)
        """
        check_period(period)
        if self.target_incentive is None:
            raise InvalidValueError(
                "a plan must have a target incentive where pay hangs on it, got none; give target_incentive"
            )
        year, shares = self.calendar.year_of(period.start), Fraction(0)
        while True:
            shares += share_of_period(period, year, self.proration)
            if year.end >= period.end:
                return self.target_incentive.minor * shares
            year = self.calendar.year_of(year.end)

    def _faults_of_names(self) -> Iterator[str]:
        rules = [rule.name for rule in self.rules]
        bonuses = [step.name for step in self.steps if isinstance(step, Bonus)]
        for name, times in Counter([*rules, *bonuses]).items():
            if times > 1:
                yield f"CompPlan must call its rules and bonuses by different names, got {name!r} twice; rename one"
        for step in self.steps:
            if isinstance(step, (Scale, Gate, Clamp)) and step.rule is not None and step.rule not in rules + bonuses:
                yield f"{type(step).__name__}.rule must be a rule of the plan, got {step.rule!r}; " + nearest(
                    step.rule, [*rules, *bonuses]
                )
            if isinstance(step, (Scale, Gate)) and step.of is not None and step.of not in rules:
                yield f"{type(step).__name__}.of must be a rule of the plan, got {step.of!r}; " + nearest(
                    step.of, rules
                )

    def _faults_of_money(self) -> Iterator[str]:
        amounts = [("base_salary", self.base_salary), ("target_incentive", self.target_incentive)]
        for step in self.steps:
            kind = type(step).__name__
            if isinstance(step, Clamp):
                amounts += [(f"{kind}.least", step.least), (f"{kind}.most", step.most)]
            elif isinstance(step, (Bonus, Draw)):
                amounts.append((f"{kind}.amount", step.amount))
        for what, amount in amounts:
            if amount is not None and amount.minor and amount.currency != self.currency:
                yield f"{what} must be in the plan's currency {self.currency}, got {amount}; convert it first"
        weights = [rule.weight for rule in self.rules if rule.times == "target"]
        if weights and sum(weights) != 1:
            yield (
                "the weights of rules that pay by target must add up to exactly 1, got "
                f"{' + '.join(map(str, weights))}; correct one"
            )
        if weights and self.target_incentive is None:
            yield "a plan whose rules pay by target must have a target_incentive, got none; give that of a year"

    def _faults_of_steps(self) -> Iterator[str]:
        place = {rule.name: number for number, rule in enumerate(self.rules)}
        by_quota = {rule.name for rule in self.rules if rule.basis.of_quota}
        bonuses = {step.name: step for step in self.steps if isinstance(step, Bonus)}
        for number, step in enumerate(self.steps):
            if isinstance(step, (Gate, Scale)) and place.get(step.of or "", 0) > place.get(step.rule or "", len(place)):
                yield (
                    f"{type(step).__name__}.of must be the rule {step.rule!r} itself or one before it, got "
                    f"{step.of!r}, which comes later; put it before"
                )
            bonus = bonuses.get(step.rule or "") if isinstance(step, (Scale, Gate, Clamp)) else None
            if bonus is not None and bonus.gift is not None:
                yield (
                    f"{type(step).__name__}.rule must be paid in money, got the gift {bonus.name!r}; leave the step out"
                )
            elif bonus is not None and number < self.steps.index(bonus):
                yield (
                    f"{type(step).__name__}.rule must be paid before the step, got the bonus {bonus.name!r}, which "
                    "comes later; put it before"
                )
            if isinstance(step, Gate) and step.of in by_quota and (fault := hundredths_fault(step.at, "Gate.at")):
                yield fault
            if isinstance(step, Gate) and step.cap and self.target_incentive is None:
                yield "a Gate that caps at a share of target must have a target_incentive, got none; give it"
        ledgers = [type(step).__name__ for step in self.steps if isinstance(step, (Clamp, Draw)) and step.carries]
        if len(ledgers) > 1:
            yield (
                f"a plan must carry one balance for a payee, got {' and '.join(ledgers)}; make one Clamp of them, with "
                "least and most"
            )
        for kind in (Reversal, Release):
            if sum(isinstance(step, kind) for step in self.steps) > 1:
                yield f"a plan must have one {kind.__name__}, got several; make one of them"


def plan_on(plans: Iterable[CompPlan], day: date) -> CompPlan:
    """The version of a plan that is in force on a day: the last one that has begun.

    Raises:
        InvalidValueError: None has begun, two begin on one day, or something else than plans came.

    Examples:
        >>> one = CompPlan.of("AE", Curve.flat("0.1"), "USD", date(2026, 1, 1))
        >>> two = evolve(one, version=2, effective=date(2026, 7, 1))
        >>> plan_on([two, one], date(2026, 6, 30)).version, plan_on([two, one], date(2026, 7, 1)).version
        (1, 2)
    """
    check_day(day, "day")
    versions = [*plans] if isinstance(plans, Iterable) else [plans]
    strays = [one for one in versions if not isinstance(one, CompPlan)]
    if strays or isinstance(plans, CompPlan):
        raise InvalidValueError(
            f"plans must be several CompPlan objects, got {shown(strays[0]) if strays else 'one'}; write [plan]"
        )
    begun = sorted((plan for plan in versions if plan.effective <= day), key=lambda plan: plan.effective)
    if not begun:
        raise InvalidValueError(f"a version of the plan must be in force on {day}, got none; give an earlier one")
    if len(begun) > 1 and begun[-2].effective == begun[-1].effective:
        raise InvalidValueError(
            f"versions of a plan must begin on different days, got two on {begun[-1].effective}; leave one out"
        )
    return begun[-1]
