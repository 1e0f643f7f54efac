from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

import salesmetrics as sm
from salesmetrics import (
    Allocate,
    Basis,
    CompPlan,
    Curve,
    Deal,
    DealEvent,
    Deals,
    EventKind,
    Money,
    Reversal,
    Rule,
    commission,
)
from salesmetrics.strategies import curves
from salesmetrics.strategies.compensation import FEBRUARY, JANUARY, commission_arguments

BOUNDS = st.sampled_from([1, 10, 100, 12_345])
RATES = st.sampled_from(["0", "0.05", "0.333", "1"])
OWN = Rule("sales", Curve.flat(1))


def rounded_half_away(exact: Fraction) -> int:
    """The nearest whole number, by its distance to both neighbours."""
    down = exact.numerator // exact.denominator
    below, above = exact - down, down + 1 - exact
    return down if below < above or (below == above and exact < 0) else down + 1


def plan(curve: Curve, *steps: Any, basis: Basis | None = None) -> CompPlan:
    return CompPlan("plan", "USD", date(2020, 1, 1), [Rule("sales", curve, basis or Basis())], steps)


def paid(asked: dict[str, Any], **others: Any) -> sm.Statement:
    return commission(**{**asked, **others})


def own_deals(asked: dict[str, Any]) -> list[Deal]:
    return [deal for deal in asked["deals"] if deal.owner == asked["payee"]]


def minor_of(deal: Deal) -> int:
    return deal.amount.minor if deal.amount else 0


class TestCommission:
    @given(commission_arguments(), BOUNDS, RATES, RATES)
    def test_definition(self, asked: dict[str, Any], bound: int, low: str, high: str) -> None:
        made = plan(Curve.marginal({0: low, bound: high}))
        statement = commission(asked["deals"], plan=made, payee=asked["payee"], period=JANUARY)
        expected: dict[Any, int] = {}
        sold, stated = 0, 0
        for deal in sorted(own_deals(asked), key=lambda deal: (deal.closed or date.min, deal.id)):
            sold += minor_of(deal)
            below = min(sold, 100 * bound)
            whole = rounded_half_away(below * Fraction(low) + (sold - below) * Fraction(high))
            expected[deal.id] = whole - stated
            stated = whole
        lines = {deal: sum(one.amount for one in statement.lines if one.deal == deal) for deal in expected}
        assert lines == expected
        assert statement.total.minor == stated

    @given(commission_arguments(), st.randoms(use_true_random=False))
    def test_order(self, asked: dict[str, Any], random: Any) -> None:
        mixed = {name: random.sample(asked[name], len(asked[name])) for name in ("deals", "quotas", "assignments")}
        whole = {event: number for number, event in enumerate(asked["events"])}
        events = sorted(random.sample(asked["events"], len(asked["events"])), key=lambda one: (one.on, whole[one]))
        assert paid(asked, **mixed, events=events) == paid(asked)

    @given(commission_arguments())
    def test_door(self, asked: dict[str, Any]) -> None:
        deals, quotas = Deals.of(asked["deals"]), sm.Quotas.of(asked["quotas"])
        assert paid(asked, deals=deals, quotas=quotas) == paid(asked)

    @given(commission_arguments(), curves(), st.sampled_from(["period", "quarter", "year"]))
    def test_whole(self, asked: dict[str, Any], curve: Curve, window: Any) -> None:
        statement = commission(
            asked["deals"], plan=plan(curve, basis=Basis(window=window)), payee=asked["payee"], period=JANUARY
        )
        sold = Fraction(sum(map(minor_of, own_deals(asked))), 100)
        assert sum(line.amount for line in statement.lines) == rounded_half_away(100 * curve.payout(sold))

    @given(commission_arguments())
    def test_again(self, asked: dict[str, Any]) -> None:
        first = paid(asked)
        assert sm.Statement.diff(first, paid(asked)).lines == ()
        fewer = paid(asked, deals=[], events=[])
        assert fewer.total + sm.Statement.diff(fewer, first).total == first.total

    @given(commission_arguments(), curves(), st.sampled_from(["original", "paid", "margin", "restate"]))
    def test_reversed(self, asked: dict[str, Any], curve: Curve, method: Any) -> None:
        made = plan(curve, Reversal(method))
        last = Deal("Z", Money(7_777, "USD"), "Won", asked["payee"], date(2025, 12, 1), closed=date(2026, 1, 31))
        gone = DealEvent("Z", date(2026, 1, 31), EventKind.CANCELLED)
        one: dict[str, Any] = {"plan": made, "payee": asked["payee"], "period": JANUARY}
        without = commission(asked["deals"], **one)
        assert commission([*asked["deals"], last], events=[gone], **one).total == without.total
        assert commission([last], events=[gone], **one).total.minor == 0

    @given(commission_arguments())
    def test_carried(self, asked: dict[str, Any]) -> None:
        steps = [step for step in asked["plan"].steps if not isinstance(step, Reversal)]
        asked["plan"] = evolve(asked["plan"], steps=[*steps, Reversal("original")])
        january = paid(asked)
        february = paid(asked, period=FEBRUARY, opening=january)
        for one in (january, february):
            assert one.total.minor + one.closing.carried == one.earned.minor + one.opening.carried
        assert february.opening == january.closing
        both = january.total.minor + february.total.minor
        assert february.closing.payable == both
        assert february.closing.earned - february.closing.carried == both

    @given(st.data(), curves(monotone=True))
    def test_monotone(self, data: DataObject, curve: Curve) -> None:
        assume(all(one.at(two.lower) <= two.start for one, two in pairwise(curve.tiers)))
        asked = data.draw(commission_arguments())
        one: dict[str, Any] = {"plan": plan(curve), "payee": asked["payee"], "period": JANUARY}
        fewer = asked["deals"][: data.draw(st.integers(0, len(asked["deals"])))]
        assert commission(fewer, **one).total.minor <= commission(asked["deals"], **one).total.minor


class TestSplits:
    @given(
        commission_arguments(),
        st.sampled_from([{"owner": "0.75", "partner": "0.25"}, {"owner": "0.1", "partner": "0.9"}]),
    )
    def test_credits_add_up_to_the_deals_and_mirror(self, asked: dict[str, Any], to: dict[str, str]) -> None:
        made = CompPlan("plan", "USD", date(2020, 1, 1), [evolve(OWN, allocate=Allocate(to))], [Reversal()])
        gone = [DealEvent(deal.id, date(2026, 1, 31), EventKind.CANCELLED) for deal in asked["deals"]]
        payees = ("Ada", "Bo", "Cleo")
        those = [commission(asked["deals"], plan=made, payee=payee, period=JANUARY) for payee in payees]
        assert sum(one.total.minor for one in those) == sum(map(minor_of, asked["deals"]))
        for payee in payees:
            mirrored = commission(asked["deals"], plan=made, payee=payee, period=JANUARY, events=gone)
            assert mirrored.total.minor == 0
