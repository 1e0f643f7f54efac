"""Plans as data: what contradicts itself is refused when it is made, all of it at once."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import salesmetrics
from refusals import check_refusal
from salesmetrics import (
    Allocate,
    Basis,
    Bonus,
    Clamp,
    CompPlan,
    Curve,
    DealEvent,
    Draw,
    EventKind,
    FiscalCalendar,
    Gate,
    InvalidValueError,
    Money,
    Period,
    Release,
    Reversal,
    Rule,
    Scale,
    plan_on,
    usual_order,
)
from salesmetrics.model.plan.allocate import parts_of
from salesmetrics.strategies import allocations, comp_plans

ANY: Any = salesmetrics
"""The package without its types, for what they do not allow."""
START = date(2026, 1, 1)
YEAR = Period(START, date(2027, 1, 1))
SALES = Rule("sales", Curve.flat("0.1"))
LATER = Rule("renewals", Curve.flat("0.05"))
USD = Money.of(100, "USD")
BY_TARGET = Rule("target", Curve.flat(1), Basis(of_quota=True), times="target")


def plan(*steps: Any, rules: Any = (SALES, LATER), **facts: Any) -> CompPlan:
    return CompPlan("AE", "USD", START, rules, steps, **facts)


class TestAllocate:
    PEOPLE = st.fixed_dictionaries({"owner": st.sampled_from(["Ada", "Bo"]), "partner": st.sampled_from(["Ada", "Bo"])})

    @given(allocations().filter(lambda one: one.by != "overlay"), st.integers(-(10**20), 10**20), PEOPLE)
    def test_sum(self, allocate: Allocate, amount: int, people: dict[str, str | None]) -> None:
        assert sum(allocate.parts(amount, people).values()) == amount

    @given(allocations(), st.integers(-999, 999), PEOPLE)
    def test_mirror(self, allocate: Allocate, amount: int, people: dict[str, str | None]) -> None:
        mirrored = {person: -part for person, part in allocate.parts(-amount, people).items()}
        assert allocate.parts(amount, people) == mirrored

    def test_who_is_named_twice_has_both_parts(self) -> None:
        halves = Allocate({"owner": "0.5", "partner": "0.5"})
        assert halves.shares({"owner": "Ada", "partner": "Ada"}) == {"Ada": 1}

    def test_overlays_are_rounded_each_alone(self) -> None:
        overlay = Allocate({"owner": "0.5", "engineer": "0.5"}, by="overlay")
        assert overlay.parts(1, {"owner": "Ada", "engineer": "Bo"}) == {"Ada": 1, "Bo": 1}
        assert overlay.parts(1, {"owner": "Ada", "engineer": None}) == {"Ada": 1}

    def test_nobody_has_no_parts(self) -> None:
        assert Allocate({"owner": 1}, by="weights").parts(100, {"owner": None}) == {}
        assert parts_of(100, {}) == {}

    def test_a_share_of_nobody_is_refused(self) -> None:
        with pytest.raises(InvalidValueError, match="got nobody as 'owner', 'partner'"):
            Allocate({"owner": "0.5", "partner": "0.5"}).shares({"owner": None})


class TestCompPlan:
    def test_on_target_earnings_need_both_parts(self) -> None:
        whole = plan(base_salary=Money.of(60, "USD"), target_incentive=Money.of(40, "USD"))
        assert (whole.on_target_earnings, whole.pay_mix) == (Money.of(100, "USD"), Fraction(3, 5))
        assert plan(base_salary=USD).on_target_earnings is None
        assert plan(target_incentive=USD).pay_mix is None

    @given(comp_plans(), st.sampled_from(["days", "months", "365", "30/360"]))
    def test_targets_of_months_add_up_to_that_of_the_year(self, made: CompPlan, basis: Any) -> None:
        made = evolve(made, proration=basis)
        if made.target_incentive is not None:
            year = made.calendar.year_of(date(2026, 6, 1))
            months = made.calendar.months_in(year)
            assert sum(map(made.target_of, months)) == made.target_of(year) == made.target_incentive.minor

    def test_a_target_over_years_is_that_of_each(self) -> None:
        years = Period(date(2026, 7, 1), date(2029, 1, 1))
        half = Fraction((date(2027, 1, 1) - date(2026, 7, 1)).days, 365)
        assert plan(target_incentive=USD).target_of(years) == 10_000 * (2 + half)

    def test_nothing_hangs_on_a_target_that_is_not_there(self) -> None:
        with pytest.raises(InvalidValueError, match="must have a target incentive"):
            plan().target_of(YEAR)
        with pytest.raises(InvalidValueError, match="period must be a Period, got None"):
            ANY.CompPlan.target_of(plan(target_incentive=USD), None)

    @given(comp_plans())
    def test_for_the_whole_period_a_plan_stays_as_it_is(self, made: CompPlan) -> None:
        assert made.prorated(YEAR, YEAR) == made

    def test_bounds_and_draws_are_prorated(self) -> None:
        half = Period(START, date(2026, 2, 15)), Period(START, date(2026, 4, 1))
        made = plan(Clamp(least=USD, most=Money.of(200, "USD")), Draw(USD, recoverable=False)).prorated(*half)
        assert made.steps == (
            Clamp(least=Money.of(50, "USD"), most=Money.of(100, "USD")),
            Draw(Money.of(50, "USD"), recoverable=False),
        )

    def test_steps_in_the_usual_order(self) -> None:
        steps: list[Any] = [
            Release(booked=1),
            Draw(USD),
            Reversal(),
            Bonus("SPIFF", USD),
            Clamp(most=USD),
            Gate("sales", 1),
            Scale(),
        ]
        assert usual_order(*steps) == tuple(reversed(steps))

    def test_versions_by_day(self) -> None:
        second = evolve(plan(), version=2, effective=date(2026, 7, 1))
        assert plan_on([second, plan()], date(2026, 6, 30)).version == 1
        assert plan_on([second, plan()], date(2026, 7, 1)).version == 2
        with pytest.raises(InvalidValueError, match="in force on 2025-12-31"):
            plan_on([plan()], date(2025, 12, 31))
        with pytest.raises(InvalidValueError, match="two on 2026-01-01"):
            plan_on([plan(), plan()], START)

    @pytest.mark.parametrize("plans", [plan(), [None], None, "AE"])
    def test_versions_are_plans(self, plans: Any) -> None:
        with pytest.raises(InvalidValueError, match=r"plans must be several CompPlan objects, got .*; write \[plan\]"):
            plan_on(plans, START)

    def test_what_is_no_period_and_no_step_is_refused(self) -> None:
        anything: Any = None
        steps: Any = [Scale()]
        for ask in (
            lambda: plan().prorated(anything, YEAR),
            lambda: plan().prorated(YEAR, anything),
            lambda: plan().target_of(anything),
        ):
            with pytest.raises(InvalidValueError, match="period must be a Period, got None"):
                ask()
        with pytest.raises(
            InvalidValueError, match=r"steps must be given one by one, got \[Scale.*usual_order\(\*steps"
        ):
            usual_order(steps)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: plan(rules=[SALES, SALES]), "different names, got 'sales' twice"),
        (lambda: plan(Bonus("sales", USD)), "different names, got 'sales' twice"),
        (lambda: plan(rules="sales"), "must be Rule objects"),
        (lambda: plan(rules=SALES), None),
        (lambda: plan("cap"), "must be steps of a plan"),
        (lambda: ANY.CompPlan("AE", "USD", START, [SALES], Scale()), None),
        (lambda: CompPlan("", "USD", START, [SALES]), "CompPlan.name must be text"),
        (lambda: CompPlan("AE", "Dollar", START, [SALES]), "currency"),
        (lambda: ANY.CompPlan("AE", "USD", "2026", [SALES]), "must be a date"),
        (lambda: plan(version=0), "from 1 up"),
        (lambda: plan(base_salary=100), "must be Money or None"),
        (lambda: plan(base_salary=Money(-1, "USD")), "must not be below zero"),
        (lambda: plan(calendar="fiscal"), "must be a Calendar"),
        (lambda: plan(proration="weeks"), "CompPlan.proration must be one of"),
        (lambda: plan(most_specific=1), "must be True or False"),
        (lambda: plan(Gate("renewals", 1, rule="sales")), "comes later"),
        (lambda: plan(Gate("sales", 1, rule="renewals")), None),
        (lambda: plan(Gate("renewals", 1)), None),
        (lambda: plan(Scale(1, Curve.flat(1), "renewals", "sales")), "comes later"),
        (lambda: plan(Gate("sale", 1)), "did you mean 'sales'"),
        (lambda: plan(Clamp(most=USD, rule="SPIFF")), "Clamp.rule must be a rule of the plan"),
        (lambda: plan(Bonus("SPIFF", USD), Clamp(most=USD, rule="SPIFF")), None),
        (
            lambda: plan(Clamp(most=USD, rule="SPIFF"), Bonus("SPIFF", USD)),
            "got the bonus 'SPIFF', which comes later; put",
        ),
        (
            lambda: plan(Bonus("SPIFF", USD, gift="a trip"), Gate("sales", 1, rule="SPIFF")),
            "Gate.rule must be paid in money, got the gift 'SPIFF'",
        ),
        (lambda: plan(Draw(Money.of(1, "EUR"))), "in the plan's currency USD, got 1.00 EUR"),
        (lambda: plan(Clamp(least=Money.of(1, "EUR"))), "Clamp.least must be in the plan's currency"),
        (lambda: plan(base_salary=Money.of(1, "EUR")), "base_salary must be in the plan's currency"),
        (lambda: plan(Draw(USD), Clamp(least=USD, below="owed")), "one balance for a payee, got Draw and Clamp"),
        (lambda: plan(Draw(USD), Clamp(most=USD)), None),
        (lambda: plan(Reversal(), Reversal()), "one Reversal, got several"),
        (lambda: plan(Release(booked=1), Release(paid=1)), "one Release, got several"),
        (lambda: plan(Gate("sales", 1, cap="0.5")), "a Gate that caps at a share of target"),
        (lambda: plan(rules=[BY_TARGET]), "must have a target_incentive"),
        (
            lambda: plan(rules=[evolve(BY_TARGET, weight="0.6"), evolve(BY_TARGET, name="more", weight="0.3")]),
            "must add up to exactly 1, got 3/5",
        ),
        (lambda: plan(rules=[BY_TARGET], target_incentive=USD), None),
        (lambda: ANY.Rule("sales", "0.1"), "Rule.curve must be a Curve"),
        (lambda: ANY.Rule("sales", Curve.flat(1), "amount"), "must be a Basis"),
        (lambda: Rule("sales", Curve.flat(1), times="quota"), "say of_quota=True"),
        (lambda: Rule("sales", Curve.flat(1), weight=2), "Rule.weight must be a fraction"),
        (
            lambda: Rule("sales", Curve.marginal({0: 1, 100: "1.4"}), Basis(of_quota=True)),
            "a bound of Rule.curve must be a fraction such as 0.8, got 100; did you mean 1?",
        ),
        (
            lambda: Rule("sales", Curve.rate_curve({0: 0, 120: 1}), Basis(of_quota=True)),
            "a bound of Rule.curve must be a fraction such as 0.8, got 120; did you mean 1.2?",
        ),
        (lambda: Rule("sales", Curve.marginal({0: 1, 10: 2}), Basis(of_quota=True)), None),
        (lambda: Rule("sales", Curve.marginal({0: "0.1", 100: "0.2"})), None),
        (
            lambda: Rule("sales", Curve.flat(110)),
            "a rate of Rule.curve must be a fraction such as 0.8, got 110; did yo",
        ),
        (
            lambda: Rule("sales", Curve.flat(110).cap(500)),
            "a rate of Rule.curve must be a fraction such as 0.8, got 110",
        ),
        (lambda: Rule("sales", Curve.flat(110).cap(5)), None),
        (lambda: Rule("sales", Curve.flat(10)), None),
        (lambda: Rule("sales", Curve.steps({1: 500})), None),
        (lambda: Rule("units", Curve.flat(110), Basis("units")), None),
        (lambda: Rule("sales", Curve.steps({1: 500}), Basis(of_quota=True)), None),
        (lambda: evolve(BY_TARGET, curve=Curve.marginal({0: 100, 1: 140})), "a rate of Rule.curve must be a fraction"),
        (lambda: evolve(BY_TARGET, curve=Curve.steps({1: 100})), "such as 0.8, got 100; did you mean 1?"),
        (lambda: evolve(BY_TARGET, curve=Curve.steps({"0.5": 11})), "such as 0.8, got 11; did you mean 0.11?"),
        (lambda: evolve(BY_TARGET, curve=Curve.steps({2: 20})), None),
        (lambda: evolve(BY_TARGET, curve=Curve.interpolated({"0.95": 0, 1: 1, 0: 0}, beyond=2)), None),
        (lambda: evolve(BY_TARGET, times="quota", curve=Curve.flat(11)), "such as 0.8, got 11; did you mean 0.11?"),
        (lambda: ANY.Basis(window="month"), "Basis.window must be one of"),
        (lambda: Basis(""), "Basis.value must be text"),
        (lambda: ANY.Basis(of_quota=1), "must be True or False"),
        (lambda: ANY.Allocate("owner"), "must be a mapping"),
        (lambda: ANY.Allocate({"owner": 1, 2: 1}, by="weights"), "labels, got 2"),
        (lambda: Allocate({"owner": 1, "partner": 0}), "credits above zero, got 0 of 'partner'"),
        (lambda: Allocate({}), "must name somebody"),
        (lambda: Allocate({"owner": "0.9"}), "must add up to exactly 1, got 9/10"),
        (lambda: ANY.Allocate(by="halves"), "Allocate.by must be one of"),
        (lambda: ANY.Allocate(split="deal"), "'credit' or 'commission'"),
        (lambda: Allocate(level=-1), "how many managers up"),
        (lambda: Scale(curve=Curve.flat(1)), "or neither, got one"),
        (lambda: Scale(110), "Scale.factor must be a fraction such as 0.8, got 110; did you mean 1.1?"),
        (lambda: Scale(10), None),
        (
            lambda: Allocate({"owner": 50}, by="overlay"),
            "an overlay of 'owner' must be a fraction such as 0.8, got 50; d",
        ),
        (lambda: Allocate({"owner": 50}, by="weights"), None),
        (lambda: Gate("", 1), "Gate.of must be text"),
        (lambda: Gate("sales", 1, cap=50), "Gate.cap must be a fraction such as 0.8, got 50; did you mean 0.5?"),
        (lambda: plan(Gate("sales", 50_000)), None),
        (
            lambda: plan(Gate("target", 80), rules=[BY_TARGET], target_incentive=USD),
            "Gate.at must be a fraction such as 0.8, got 80; did you mean 0.8?",
        ),
        (
            lambda: Bonus("SPIFF", USD, "once", at=80, basis=Basis(of_quota=True)),
            "Bonus.at must be a fraction such as 0.8, got 80; did you mean 0.8?",
        ),
        (Clamp, "must have a bound"),
        (lambda: Clamp(least=USD, most=Money(1, "USD")), "must not be below its least"),
        (lambda: Clamp(least=USD, most=Money.of(200, "EUR")), "in one currency"),
        (lambda: Clamp(least=USD, below="owed", rule="sales"), "carry a balance for all rules and not for 'sales'"),
        (lambda: ANY.Clamp(least=USD, above="kept"), "Clamp.above must be one of"),
        (lambda: ANY.Draw(100), "Draw.amount must be Money"),
        (lambda: ANY.Draw(USD, during=START), "must be a Period or None"),
        (lambda: Release(booked="0.5"), "must add up to exactly 1, got 1/2"),
        (lambda: ANY.Bonus("SPIFF", USD, "month"), "Bonus.per must be one of"),
        (lambda: Bonus("SPIFF", USD, gift=""), "Bonus.gift must be text or None"),
        (
            lambda: Bonus("SPIFF", USD, basis=Basis(window="year")),
            "measure the period of a statement, got the window 'y",
        ),
        (lambda: ANY.Reversal("all"), "Reversal.method must be one of"),
        (lambda: Reversal(share=2), "Reversal.share must be a fraction"),
        (lambda: Reversal(months=0), "one of 1 to 1200"),
        (lambda: Reversal(days=0), "Reversal.days must be one of 1 to 36500, got 0; count days"),
        (lambda: ANY.Reversal(days="90"), "Reversal.days must be one of 1 to 36500, got '90'; count days"),
        (lambda: Reversal(days=36_501), "one of 1 to 36500"),
        (lambda: Reversal(days=36_500), None),
        (lambda: Reversal(months=3, days=90), "must end after months or after days, got both; leave one out"),
        (lambda: Reversal("margin", days=90), "all of what it re-measures, got a share, months or days; use"),
        (lambda: Reversal("margin", share="0.5"), "all of what it re-measures"),
        (lambda: Reversal("restate", months=9), "all of what it re-measures"),
        (lambda: DealEvent("", START, EventKind.PAID), "DealEvent.deal must be an id"),
        (lambda: ANY.DealEvent("D", START, "paid"), "must be an EventKind"),
        (lambda: ANY.DealEvent("D", START, EventKind.PAID, 5), "must be Money or None"),
        (lambda: DealEvent("D", START, EventKind.PAID, Money(-5, "USD")), "must not be below zero"),
        (lambda: DealEvent("D", START, EventKind.BOOKED, USD), "a deal is booked whole"),
        (lambda: ANY.DealEvent("D", "today", EventKind.PAID), "must be a date"),
    ],
)
def test_what_contradicts_itself_is_refused_and_nothing_else(make: Any, said: str | None) -> None:
    if said is None:
        make()
        return
    with pytest.raises(InvalidValueError) as caught:
        make()
    assert said in str(caught.value)
    check_refusal(caught.value)


def test_all_faults_of_a_plan_are_told_at_once() -> None:
    with pytest.raises(InvalidValueError) as caught:
        plan(
            Gate("renewals", 1, rule="sales"), Draw(Money.of(1, "EUR")), Clamp(least=USD, below="owed"), Scale(rule="x")
        )
    assert len(str(caught.value).split("; and ")) == 4


def test_calendar_is_that_of_the_plan() -> None:
    july = plan(calendar=FiscalCalendar(7), target_incentive=Money.of(365, "USD"))
    assert july.target_of(Period(date(2026, 6, 30), date(2026, 7, 2))) == 200
