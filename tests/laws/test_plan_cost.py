"""What a plan costs: what it pays reps who each sell so many times their quota in one deal."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from salesmetrics import (
    Basis,
    Bonus,
    Clamp,
    CompPlan,
    CurrencyMismatchError,
    Curve,
    Deal,
    Draw,
    FiscalCalendar,
    Gate,
    InvalidValueError,
    Money,
    Quota,
    Release,
    Reversal,
    Rule,
    Statement,
    commission,
    plan_cost,
)
from salesmetrics.model.plan.plan import Step
from salesmetrics.strategies import clamps, curves, draws, gates, rate_curves, releases, reversals, scales

CALENDAR = FiscalCalendar()
YEAR, QUARTER = CALENDAR.year(2026), CALENDAR.quarter(2026, 1)
QUOTA = Money.of(600, "USD")
TARGET = Money.of(1_000, "USD")
ATTAINMENTS = st.sampled_from(
    [Fraction(0), Fraction(1, 3), Fraction(1, 2), Fraction("0.99"), Fraction(1), Fraction("1.25")]
)
TIMES: Any = st.sampled_from(["one", "target", "quota"])


@st.composite
def plans(draw: st.DrawFn) -> CompPlan:
    """A plan of a rule on amounts or attainment, and of steps."""
    times = draw(TIMES)
    basis = Basis(of_quota=times != "one" or draw(st.booleans()))
    rules = [Rule("sales", draw(curves() | rate_curves()), basis, times=times)]
    bonuses: Any = st.builds(
        Bonus, st.just("SPIFF"), st.just(Money(2_500, "USD")), st.sampled_from(["once", "unit"]), ATTAINMENTS
    )
    kinds: list[Any] = [scales(), gates(), bonuses, clamps() | draws(), reversals(), releases()]
    steps: list[Step] = [draw(kind) for kind in draw(st.lists(st.sampled_from(kinds), max_size=3, unique_by=id))]
    return CompPlan("plan", "USD", date(2026, 1, 1), rules, steps, target_incentive=TARGET)


def paid(plan: CompPlan, attainment: Fraction) -> int:
    """What the statement of one deal pays, nothing of it held back."""
    steps = [step for step in plan.steps if not isinstance(step, Release)]
    sold = Money(int(attainment * QUOTA.minor), "USD")
    deals = [Deal("D-1", sold, "Won", "Ada", YEAR.start, closed=YEAR.start)]
    quotas = [Quota("Ada", YEAR, QUOTA)]
    statement: Statement = commission(deals, plan=evolve(plan, steps=steps), payee="Ada", period=YEAR, quotas=quotas)
    minor: int = statement.total.minor
    return minor


class TestPlanCost:
    @given(plans(), st.lists(ATTAINMENTS, max_size=3))
    def test_definition(self, plan: CompPlan, attainments: list[Fraction]) -> None:
        cost = plan_cost(plan, attainments, period=YEAR, quota=QUOTA)
        assert cost.value.minor == sum(paid(plan, one) for one in attainments)
        assert cost.n == len(attainments)

    @given(plans(), st.lists(ATTAINMENTS, max_size=4), st.data())
    def test_order(self, plan: CompPlan, attainments: list[Fraction], data: st.DataObject) -> None:
        moved = data.draw(st.permutations(attainments))
        one, other = (plan_cost(plan, some, period=YEAR, quota=QUOTA) for some in (attainments, moved))
        assert one == other

    @given(plans(), st.lists(ATTAINMENTS, max_size=2), st.lists(ATTAINMENTS, max_size=2))
    def test_merge(self, plan: CompPlan, some: list[Fraction], others: list[Fraction]) -> None:
        one, other, both = (plan_cost(plan, those, period=YEAR, quota=QUOTA) for those in (some, others, some + others))
        assert one + other == both


ON_TARGET = CompPlan(
    "AE",
    "USD",
    date(2026, 1, 1),
    [Rule("quota", Curve.marginal({0: 1, 1: "1.4"}).cap("1.5"), Basis(of_quota=True), times="target")],
    [Gate("quota", "0.5")],
    target_incentive=Money.of(50_000, "USD"),
)


def test_reps_stand_at_gate_quota_and_cap() -> None:
    cost = plan_cost(ON_TARGET, ["0.49", "0.5", 1, "1.8"], period=YEAR)
    columns = cost.to_columns()
    assert columns["minor"] == [0, 2_500_000, 5_000_000, 7_500_000]
    assert columns["past_gates"] == [False, True, True, True]
    assert columns["at_cap"] == [False, False, False, True]
    assert (cost.gate_share, cost.quota_share, cost.cap_share) == (Fraction(3, 4), Fraction(1, 2), Fraction(1, 4))
    assert str(cost) == (
        "150,000.00 USD for 4 reps in FY26 by AE, version 1: 75.0 % past the gates, 50.0 % at quota, 25.0 % at the cap"
    )


def test_a_cap_of_pay_is_a_cap_too() -> None:
    plan = evolve(ON_TARGET, rules=[Rule("quota", Curve.flat(1), Basis(of_quota=True), times="target")])
    capped = evolve(plan, steps=[Clamp(most=Money.of(60_000, "USD"))])
    assert plan_cost(plan, [9], period=YEAR).cap_share == 0
    assert plan_cost(capped, [1, "1.2", 9], period=YEAR).to_columns()["at_cap"] == [False, True, True]


def test_a_year_is_attained_evenly_in_its_quarters() -> None:
    rule = Rule("sales", Curve.marginal({0: 0, 100: "0.1"}), Basis(window="quarter"))
    plan = CompPlan("AE", "USD", date(2026, 1, 1), [rule], proration="months")
    cost = plan_cost(plan, [1, 2], period=YEAR, quota=QUOTA)
    # 150 in each quarter, of which 50 are above the bound; and 300, of which 200 are
    assert cost.to_columns()["minor"] == [4 * 5_00, 4 * 20_00]
    assert plan_cost(plan, [1], period=QUARTER, quota=QUOTA).value == Money.of(50, "USD")


def test_units_are_a_quota_too() -> None:
    rule = Rule("units", Curve.steps({10: 500}), Basis("units"))
    plan = CompPlan("AE", "USD", date(2026, 1, 1), [rule])
    assert plan_cost(plan, ["0.9", 1], period=YEAR, quota=10).value == Money.of(500, "USD")


def test_each_thing_that_is_measured_has_its_own_quota() -> None:
    rules = [
        Rule("sales", Curve.flat("0.1")),
        Rule("deals", Curve.flat(50), Basis("count")),
        Rule("margin", Curve.flat(1), Basis("margin", of_quota=True), times="target"),
    ]
    bonus = Bonus("ten deals", Money.of(7, "USD"), "once", at=10, basis=Basis("count"))
    plan = CompPlan("AE", "USD", date(2026, 1, 1), rules, [bonus], target_incentive=TARGET)
    cost = plan_cost(plan, ["0.5", 1], period=YEAR, quota={"amount": QUOTA, "count": 10})
    # half: 30 of sales, 5 deals at 50, half of the target; all: 60, 10 deals at 50, the target, and the bonus
    assert cost.to_columns()["minor"] == [30_00 + 250_00 + 500_00, 60_00 + 500_00 + 1_000_00 + 7_00]
    by_target = evolve(plan, rules=rules[2:], steps=[])
    assert plan_cost(by_target, [1], period=YEAR, quota=12) == plan_cost(by_target, [1], period=YEAR)


@pytest.mark.parametrize("attainments", [None, "12", 1, {1: 2}])
def test_attainments_are_several_numbers(attainments: Any) -> None:
    with pytest.raises(InvalidValueError, match=r"attainments must be several numbers, got .*; write \['0.8', 1\]"):
        plan_cost(ON_TARGET, attainments, period=YEAR)


def test_attainments_in_hundredths_are_refused() -> None:
    said = r"an attainment must be a fraction such as 0\.8, got 80; did you mean 0\.8\?"
    with pytest.raises(InvalidValueError, match=said):
        plan_cost(ON_TARGET, [1, 80], period=YEAR)


@pytest.mark.parametrize(
    ("rules", "steps", "options", "message"),
    [
        (
            [Rule("each", Curve.slab({0: 0, 10: "0.1"}), Basis(window="deal"))],
            [Bonus("big", Money.of(1, "USD")), Bonus("best", Money.of(1, "USD"), "top")],
            {"quota": QUOTA},
            (
                "what a plan costs must not hang on single deals or on who sells most, got the bonus 'big' and the "
                "bonus 'best' and the rule 'each'; leave it out, and work it out beside the plan"
            ),
        ),
        (
            [Rule("sales", Curve.flat(1))],
            [Bonus("SPIFF", Money.of(1, "USD"), "once")],
            {},
            "quota must be given of what is paid for, got none for sales and SPIFF; give the period's",
        ),
        (
            [Rule("sales", Curve.flat(1), Basis(window="year"))],
            [],
            {"quota": QUOTA, "period": QUARTER},
            (
                "period must be made of whole windows, got FY26 Q1, which cuts those of sales; ask for a whole quarter "
                "or year"
            ),
        ),
        (
            [Rule("sales", Curve.flat(1))],
            [],
            {"quota": 0},
            "quota of amount must be Money above zero, got 0; write Money.of('600000', 'USD')",
        ),
        (
            [Rule("sales", Curve.flat(1))],
            [],
            {"quota": Money(0, "USD")},
            (
                "quota of amount must be Money above zero, got Money(minor=0, currency='USD'); write "
                "Money.of('600000', 'USD')"
            ),
        ),
        (
            [Rule("deals", Curve.flat(1), Basis("count"))],
            [],
            {"quota": Money.of(10, "USD")},
            "quota of count must be a whole number above zero, got Money(minor=1000, currency='USD'); write 60",
        ),
        (
            [Rule("units", Curve.flat(1), Basis("units"))],
            [],
            {"quota": "10"},
            "quota of units must be Money or a whole number above zero, got '10'; write Money.of('600000', 'USD')",
        ),
        (
            [Rule("sales", Curve.flat(1)), Rule("deals", Curve.flat(1), Basis("count"))],
            [],
            {"quota": QUOTA},
            (
                "quota must be given of each of amount and count, got one for all of them; write {'amount': ..., "
                "'count': ...}"
            ),
        ),
        (
            [Rule("sales", Curve.flat(1)), Rule("deals", Curve.flat(1), Basis("count"))],
            [],
            {"quota": {"amount": QUOTA}},
            "quota must be given of what is paid for, got none for deals; give the period's",
        ),
        (
            [Rule("sales", Curve.flat(1))],
            [],
            {"quota": {"amuont": QUOTA}},
            "quota must be of what the plan measures, got one of 'amuont'; did you mean 'amount'?",
        ),
    ],
)
def test_what_cannot_be_said_beforehand_is_refused(
    rules: list[Rule], steps: list[Step], options: dict[str, Any], message: str
) -> None:
    plan = CompPlan("AE", "USD", date(2026, 1, 1), rules, steps)
    asked: dict[str, Any] = {"period": YEAR, **options}
    with pytest.raises(InvalidValueError) as refused:
        plan_cost(plan, [1], **asked)
    assert str(refused.value) == message


def test_what_is_no_plan_and_a_quota_in_another_currency_are_refused() -> None:
    nobody: Any = "AE"
    with pytest.raises(InvalidValueError, match="plan must be a CompPlan, got 'AE'; of several versions take plan_on"):
        plan_cost(nobody, [1], period=YEAR)
    with pytest.raises(CurrencyMismatchError, match="got USD and EUR"):
        plan_cost(ON_TARGET, [1], period=YEAR, quota=Money.of(1, "EUR"))


def test_every_deal_alone_at_one_rate_needs_no_deals() -> None:
    plan = CompPlan("AE", "USD", date(2026, 1, 1), [Rule("each", Curve.flat("0.1"), Basis(window="deal"))])
    assert plan_cost(plan, [2], period=YEAR, quota=QUOTA).value == Money.of(120, "USD")


def test_draws_are_paid_by_one_statement() -> None:
    plan = CompPlan(
        "AE", "USD", date(2026, 1, 1), [Rule("sales", Curve.flat("0.1"))], [Draw(Money.of(50, "USD")), Reversal()]
    )
    assert plan_cost(plan, ["0.5", 1], period=YEAR, quota=QUOTA).to_columns()["minor"] == [5_000, 6_000]
