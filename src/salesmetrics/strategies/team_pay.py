"""What teams are paid, and what plans cost."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from salesmetrics.model.period import Period
from salesmetrics.result.commission_lines import CommissionLines, PayeePlan
from salesmetrics.result.commissions import Commissions
from salesmetrics.result.plan_cost import PlanCost, PlanPayout, PlanPayouts
from salesmetrics.strategies.model import currencies, periods

__all__ = [
    "commission_lines",
    "payee_plans",
    "plan_costs",
    "plan_payouts",
    "plan_payouts_by_attainment",
    "team_commissions",
]


def payee_plans() -> SearchStrategy[PayeePlan]:
    """By which plan a payee is paid.

    Examples:
        >>> from hypothesis import given
        >>> @given(payee_plans())
        ... def test_versions_are_counted_from_1(plan: PayeePlan) -> None:
        ...     assert plan.version >= 1
        >>> test_versions_are_counted_from_1()
    """
    return st.builds(PayeePlan, st.sampled_from(["junior", "<b>\x1b"]), st.integers(1, 3), st.integers(0, 2))


@st.composite
def commission_lines(draw: DrawFn, currency: str = "USD") -> CommissionLines:
    """What a few payees are paid, some of them nothing.

    Args:
        draw: Given by hypothesis.
        currency: Of the amounts.

    Examples:
        >>> from hypothesis import given
        >>> @given(commission_lines())
        ... def test_every_payee_has_a_total(lines: CommissionLines) -> None:
        ...     assert list(lines.totals) == sorted(lines.totals)
        >>> test_every_payee_has_a_total()
    """
    plans = draw(st.dictionaries(st.text(min_size=1, max_size=3), payee_plans(), max_size=3))
    n = draw(st.integers(0, 4)) if plans else 0
    numbers = st.sampled_from([0, 1, -1, 10**6, 2**62, 2**70])
    minor = st.just(0) if currency == "XXX" else numbers
    cells: list[SearchStrategy[Any]] = [
        st.sampled_from(sorted(plans) or [""]),
        st.sampled_from(["deal", "gate", "gift", "owed"]),
        st.sampled_from(["sales", "<b>\x1b", None]),
        st.none() | st.integers(0, 9) | st.text(min_size=1, max_size=3),
        minor,
    ]
    nobodys = draw(st.lists(st.integers(0, 9) | st.text(min_size=1, max_size=3), max_size=2))
    payee, kind, rule, deal, paid = (draw(st.lists(one, min_size=n, max_size=n)) for one in cells)
    return CommissionLines.of(plans, payee, kind, rule, deal, paid, nobodys)


@st.composite
def team_commissions(draw: DrawFn, currency: str | None = None, period: Period | None = None) -> Commissions:
    """What a team is paid for a period.

    Args:
        draw: Given by hypothesis.
        currency: Of the amounts; `None` for any.
        period: The days that are paid for; `None` for any.

    Examples:
        >>> from hypothesis import given
        >>> @given(team_commissions())
        ... def test_what_is_no_gift_is_paid_in_money(team: Commissions) -> None:
        ...     assert team.paid == team.value or "gift" in team.lines.kind
        >>> test_what_is_no_gift_is_paid_in_money()
    """
    unit = draw(currencies()) if currency is None else currency
    return Commissions(draw(periods()) if period is None else period, unit, draw(commission_lines(unit)))


def plan_payouts() -> SearchStrategy[PlanPayout]:
    """What a plan with a gate at half of the quota and a cap at twice of it pays at one attainment.

    Examples:
        >>> from hypothesis import given
        >>> @given(plan_payouts())
        ... def test_who_is_at_the_cap_is_past_the_gate(payout: PlanPayout) -> None:
        ...     assert payout.past_gates or not payout.at_cap
        >>> test_who_is_at_the_cap_is_past_the_gate()
    """
    attainments = st.sampled_from(
        [Fraction(0), Fraction(1, 3), Fraction(1, 2), Fraction(1), Fraction("1.25"), Fraction(2)]
    )

    def paid(those: tuple[Fraction, int]) -> PlanPayout:
        attainment, n = those
        past = attainment >= Fraction(1, 2)
        return PlanPayout(attainment, n, int(attainment * 99_999) if past else 0, past, attainment >= 2)

    return st.tuples(attainments, st.integers(0, 3)).map(paid)


def plan_payouts_by_attainment() -> SearchStrategy[PlanPayouts]:
    """What that plan pays at some attainments; any two of these add.

    Examples:
        >>> from hypothesis import given
        >>> @given(plan_payouts_by_attainment())
        ... def test_more_is_never_paid_less(payouts: PlanPayouts) -> None:
        ...     paid = [row.minor for row in payouts]
        ...     assert paid == sorted(paid)
        >>> test_more_is_never_paid_less()
    """
    return st.lists(plan_payouts(), max_size=3, unique_by=lambda one: one.attainment).map(PlanPayouts)


@st.composite
def plan_costs(draw: DrawFn, currency: str | None = None, period: Period | None = None) -> PlanCost:
    """What that plan costs; in no currency of nobody.

    Args:
        draw: Given by hypothesis.
        currency: That of the plan; `None` for any.
        period: The days that are paid for; `None` for any.

    Examples:
        >>> from hypothesis import given
        >>> @given(plan_costs())
        ... def test_shares_are_of_somebody(cost: PlanCost) -> None:
        ...     assert (cost.quota_share is None) == (cost.n == 0)
        >>> test_shares_are_of_somebody()
    """
    unit = draw(currencies()) if currency is None else currency
    payouts = PlanPayouts([]) if unit == "XXX" else draw(plan_payouts_by_attainment())
    return PlanCost("AE", 1, draw(periods()) if period is None else period, unit, payouts)
