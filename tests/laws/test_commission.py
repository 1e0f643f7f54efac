from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, DrawFn

import salesmetrics as sm
from salesmetrics import (
    Allocate,
    Basis,
    Bonus,
    CompPlan,
    Curve,
    Deal,
    DealEvent,
    Deals,
    EventKind,
    Money,
    Period,
    Quota,
    Release,
    Reversal,
    Rule,
    commission,
)
from salesmetrics.strategies import bonuses, clamps, curves, deal_events, gates, scales
from salesmetrics.strategies.compensation import FEBRUARY, JANUARY, commission_arguments

BOUNDS = st.sampled_from([1, 10, 100, 12_345])
RATES = st.sampled_from(["0", "0.05", "0.333", "1"])
MARCH, YEAR = Period(date(2026, 3, 1), date(2026, 4, 1)), Period(date(2026, 1, 1), date(2027, 1, 1))
FUTURE = st.dates(date(2026, 2, 1), date(2026, 4, 1))
WINDOWS: list[Any] = ["period", "quarter", "year", "deal"]
REMEASURED: list[Any] = [("restate", WINDOWS[1:3]), ("margin", WINDOWS[1:3])]
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


@st.composite
def whole_plans(draw: DrawFn) -> CompPlan:
    """A plan in which what a cancelled deal takes back is what it was paid: no floors, and nothing kept."""
    ways: list[tuple[Any, list[Any]]] = [("original", WINDOWS), ("paid", WINDOWS), *REMEASURED]
    method, windows = draw(st.sampled_from(ways))
    curve = Curve.flat(draw(RATES)) if method == "margin" else draw(curves())
    rules = [Rule("sales", curve, Basis(window=draw(st.sampled_from(windows))))]
    kinds = [scales(), gates(), clamps().filter(lambda one: one.least is None), bonuses()]
    steps: list[Any] = [draw(kind) for kind in draw(st.lists(st.sampled_from(kinds), max_size=4, unique_by=id))]
    held = draw(st.sampled_from([[], [Release(paid=1)]]))
    return CompPlan(
        "plan",
        "USD",
        date(2020, 1, 1),
        rules,
        [*steps, Reversal(method), *held],
        target_incentive=Money(1_000, "USD"),
    )


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
        events = random.sample(asked["events"], len(asked["events"]))
        assert paid(asked, **mixed, events=events) == paid(asked)

    @given(commission_arguments(), st.data())
    def test_future(self, asked: dict[str, Any], data: DataObject) -> None:
        ids = st.sampled_from([*(deal.id for deal in asked["deals"]), "of nobody"])
        planted = data.draw(st.lists(ids.flatmap(lambda deal: deal_events(deal, FUTURE)), max_size=4))
        later = Deal(
            "Z",
            None,
            "Won",
            asked["payee"],
            date(2025, 12, 1),
            closed=date(2026, 2, 1),
            kind="new",
            values={"margin": Money(100, "USD"), "units": 1},  # what plans name is there, as in all deals here
            labels={"region": "EMEA", "partner": "Cleo"},
        )
        deals = Deals.of([*asked["deals"], later], accept={"missing_amount"})
        assert paid(asked, deals=deals, events=[*asked["events"], *planted]) == paid(asked)

    @given(commission_arguments(), st.data())
    def test_once(self, asked: dict[str, Any], data: DataObject) -> None:
        # a contest of February is not that of January, and a month that is closed is not restated
        steps = [step for step in asked["plan"].steps if not isinstance(step, (Bonus, Reversal))]
        asked["plan"] = evolve(asked["plan"], steps=[*steps, Reversal("original")])
        january = paid(asked)
        moved = [
            evolve(deal, closed=data.draw(st.dates(date(2026, 1, 1), date(2026, 2, 28)))) for deal in asked["deals"]
        ]
        february, still = (
            paid(asked, deals=deals, period=FEBRUARY, opening=january) for deals in (moved, asked["deals"])
        )
        said = [line for line in february.lines if line.kind == "moved"]
        assert all(line.amount == 0 for line in said)
        assert (february.total, february.closing) == (still.total, still.closing)
        known = {one.deal for one in january.closing.deals if one.kind == "deal"}
        rebooked = {deal.id for deal in moved if deal.closed is not None and deal.closed.month == 2}
        assert {line.deal for line in said} == known & rebooked

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

    @given(whole_plans(), commission_arguments(), st.data())
    def test_nothing_left(self, made: CompPlan, asked: dict[str, Any], data: DataObject) -> None:
        """What is booked in January, and cancelled wholly, in parts and in any month by March, leaves nothing."""
        asked["plan"], days = made, st.dates(date(2026, 1, 1), date(2026, 3, 31))
        asked["quotas"] = [Quota(payee, YEAR, Money(10_000, "USD")) for payee in ("Ada", "Bo", "Cleo")]
        asked["events"] = []
        for deal in asked["deals"]:
            first, last = sorted((data.draw(days), data.draw(days)))
            half = Money(minor_of(deal) // 2, "USD")
            asked["events"] += [
                DealEvent(deal.id, first, EventKind.CANCELLED, half),
                DealEvent(deal.id, last, EventKind.CANCELLED),
            ]
        january = paid(asked)
        february = paid(asked, period=FEBRUARY, opening=january)
        march = paid(asked, period=MARCH, opening=february)
        assert (march.closing.earned, march.closing.gifts) == (0, 0)
        assert all((one.worth, one.cancelled) == (0, Fraction(1)) for one in march.closing.deals)

    @given(commission_arguments(), curves(), st.sampled_from(["original", "restate"]), st.data())
    def test_parts(self, asked: dict[str, Any], curve: Curve, method: Any, data: DataObject) -> None:
        """Of what is cancelled in parts the rounded part is taken back, and no cent more."""
        days = st.dates(date(2026, 1, 1), date(2026, 3, 31))
        events: list[DealEvent] = []
        for deal in own_deals(asked):
            left = minor_of(deal)
            for day in sorted(data.draw(st.lists(days, max_size=3))):
                part = data.draw(st.integers(0, left))
                events.append(DealEvent(deal.id, max(day, deal.closed or day), EventKind.CANCELLED, Money(part, "USD")))
                left -= part
        made = plan(curve, Reversal(method), basis=Basis(window="year"))
        amounts = {deal.id: minor_of(deal) for deal in own_deals(asked)}
        opening, earned = None, dict.fromkeys(amounts, 0)
        for month in (JANUARY, FEBRUARY, MARCH):
            opening = paid(asked, plan=made, quotas=(), events=events, period=month, opening=opening)
            for line in opening.lines:
                if line.deal is not None and line.kind in ("tier", "jump"):
                    earned[line.deal] += line.amount
            gone = dict.fromkeys(amounts, Fraction(0))
            for event in events:
                if event.on < month.end and event.amount is not None:
                    gone[event.deal] += Fraction(event.amount.minor, amounts[event.deal] or 1)
            rest = sum((amounts[deal] * (1 - share) for deal, share in gone.items()), Fraction(0))
            kept = sum(earned[deal] - rounded_half_away(earned[deal] * share) for deal, share in gone.items())
            restated = rounded_half_away(100 * curve.payout(rest / 100))
            assert opening.closing.earned == (restated if method == "restate" else kept)
            assert "undone" not in {line.kind for line in opening.lines}

    @given(commission_arguments(), st.randoms(use_true_random=False))
    def test_one_day(self, asked: dict[str, Any], random: Any) -> None:
        events = [evolve(event, on=date(2026, 1, 20)) for event in asked["events"]]
        assert paid(asked, events=events) == paid(asked, events=random.sample(events, len(events)))

    @given(commission_arguments())
    def test_carried(self, asked: dict[str, Any]) -> None:
        steps = [step for step in asked["plan"].steps if not isinstance(step, Reversal)]
        asked["plan"] = evolve(asked["plan"], steps=[*steps, Reversal("original")])
        january = paid(asked)
        february = paid(asked, period=FEBRUARY, opening=january)
        for one in (january, february):
            assert one.total.minor + one.closing.carried == one.earned.minor + one.opening.carried
        assert february.opening == january.closing
        assert february.closing.payable == january.paid.minor + february.paid.minor
        both = january.total.minor + february.total.minor
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
