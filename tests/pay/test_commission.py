"""What plans pay, step by step, with amounts worked out by hand; and what is refused."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve

import salesmetrics as sm
from refusals import check_refusal
from salesmetrics import (
    Allocate,
    Assignment,
    Balances,
    Basis,
    Bonus,
    Clamp,
    CompPlan,
    Credit,
    Curve,
    Deal,
    DealBalance,
    DealEvent,
    Draw,
    EventKind,
    FiscalCalendar,
    Gate,
    InvalidValueError,
    Money,
    Period,
    Quota,
    Release,
    Reversal,
    Rule,
    Scale,
    Statement,
    commission,
)

YEAR = FiscalCalendar().year(2026)
MONTHS = FiscalCalendar().months_in(YEAR)
SALES = Rule("sales", Curve.flat("0.1"))
CANCELLED, INVOICED, PAID = EventKind.CANCELLED, EventKind.INVOICED, EventKind.PAID


def usd(amount: Any) -> Money:
    return Money.of(amount, "USD")


def sold(amount: Any, id: Any = "D-1", month: int = 1, owner: Any = "Ada", **more: Any) -> Deal:  # noqa: A002
    worth = None if amount is None else usd(amount)
    return Deal(id, worth, "Won", owner, date(2025, 12, 1), closed=date(2026, month, 10), **more)


def plan(*steps: Any, rules: Any = (SALES,), **facts: Any) -> CompPlan:
    return CompPlan("AE", "USD", date(2026, 1, 1), rules, steps, **facts)


def paid(made: Any, *deals: Deal, month: int = 1, **asked: Any) -> Statement:
    usual: dict[str, Any] = {"payee": "Ada", "period": MONTHS[month - 1]}
    return commission(deals, plan=made, **usual | asked)


def lines(statement: Statement) -> list[tuple[str, str | None, Any, int]]:
    return [(line.kind, line.rule, line.deal, line.amount) for line in statement.lines]


class TestSteps:
    def test_a_factor_is_read_from_another_measure(self) -> None:
        satisfaction = Rule("satisfaction", Curve.flat(0), Basis("score"))
        factor = Scale("0.5", Curve.steps({80: 1, 90: 2}), "satisfaction", "sales")
        made = plan(factor, rules=[satisfaction, SALES])
        statement = paid(made, sold(1_000, values={"score": 85}))
        assert lines(statement)[-1] == ("scale", "sales", None, -5_000)
        assert statement.lines[-1].parents == (1,)
        assert paid(made, sold(1_000, values={"score": 90})).total == usd(100)

    def test_a_fixed_factor_is_a_line_of_its_own(self) -> None:
        assert lines(paid(plan(Scale("1.1")), sold(1_000)))[-1] == ("scale", None, None, 1_000)

    def test_a_gate_that_is_not_met_caps_at_a_share_of_target(self) -> None:
        made = plan(Gate("sales", 10_000, cap="0.5"), target_incentive=usd(1_200), proration="months")
        assert paid(made, sold(9_000)).total == usd(50)
        assert paid(made, sold(100)).total == usd(10)
        assert paid(made, sold(10_000)).total == usd(1_000)

    def test_a_gate_looks_at_the_deals_of_the_period_where_each_goes_alone(self) -> None:
        alone = Rule("alone", Curve.flat("0.1"), Basis(window="deal"))
        made = plan(Gate("alone", 1_000), rules=[alone])
        assert paid(made, sold(600), sold(400, "D-2")).total == usd(100)
        assert paid(made, sold(600), sold(900, "D-2", month=2)).total == usd(0)

    def test_bonuses_by_unit_and_once(self) -> None:
        units = Basis("units")
        made = plan(Bonus("each", usd("0.05"), "unit", 3, units), Bonus("once", usd(7), "once", 3, units), rules=[])
        two, one = sold(1, values={"units": 2}), sold(1, "D-2", values={"units": 1})
        assert lines(paid(made, two, one)) == [
            ("bonus", "each", "D-1", 10),
            ("bonus", "each", "D-2", 5),
            ("bonus", "once", None, 700),
        ]
        assert paid(made, two).lines == ()

    def test_the_top_seller_of_the_period_has_it_and_so_has_who_ties(self) -> None:
        made = plan(Bonus("top", usd(100), "top"), rules=[])
        deals = [sold(500), sold(500, "D-2", owner="Bo"), sold(499, "D-3", owner="Cleo"), sold(900, "D-4", 2, "Cleo")]
        assert [paid(made, *deals, payee=name).total.minor for name in ("Ada", "Bo", "Cleo")] == [10_000, 10_000, 0]
        assert paid(made, *deals, payee="Dan").total == usd(0)

    def test_the_top_seller_may_be_who_reached_most_of_the_quota(self) -> None:
        made = plan(Bonus("top", usd(100), "top", basis=Basis(of_quota=True)), rules=[])
        deals = [sold(500), sold(900, "D-2", owner="Bo")]
        quotas = [Quota("Ada", MONTHS[0], usd(500)), Quota("Bo", MONTHS[0], usd(1_000))]
        assert [paid(made, *deals, quotas=quotas, payee=name).total.minor for name in ("Ada", "Bo")] == [10_000, 0]
        with pytest.raises(InvalidValueError, match="'Bo' must have a quota above zero in FY26 M01 for rule 'top'"):
            paid(made, *deals, quotas=quotas[:1])

    def test_nothing_is_given_for_nothing(self) -> None:
        assert paid(plan(Bonus("once", usd(7), "once"))).lines == ()

    def test_units_are_told_with_what_each_is_worth(self) -> None:
        statement = paid(
            plan(Bonus("each", usd("0.05"), "unit", 0, Basis("units")), rules=[]), sold(1, values={"units": 3})
        )
        assert "from 0 to 3 at 0.05 is 0.15; 0 before it" in statement.explain(statement.lines[0])

    def test_a_bonus_by_attainment(self) -> None:
        made = plan(Bonus("quota", usd(100), "once", 1, Basis(of_quota=True)), rules=[])
        quota = [Quota("Ada", MONTHS[0], usd(1_000))]
        assert paid(made, sold(1_000), quotas=quota).total == usd(100)
        assert paid(made, sold(999), quotas=quota).total == usd(0)

    def test_a_gift_counts_and_is_not_paid_in_money(self) -> None:
        made = plan(Bonus("trip", usd(300), "once", gift="a trip"), Clamp(most=usd(50)))
        statement = paid(made, sold(1_000))
        assert (statement.total, statement.paid) == (usd(350), usd(50))
        assert (statement.closing.payable, statement.closing.gifts, statement.earned) == (5_000, 30_000, usd(350))
        assert str(statement).startswith("350.00 USD, of which 300.00 USD are the value of gifts, for Ada")

    def test_a_cap_of_one_rule_leaves_the_others(self) -> None:
        other = Rule("margin", Curve.flat(1), Basis("margin"))
        made = plan(Clamp(most=usd(50), rule="sales"), rules=[SALES, other])
        assert paid(made, sold(1_000, values={"margin": usd(30)})).total == usd(80)

    def test_what_is_above_a_cap_is_banked_and_paid_later(self) -> None:
        made = plan(Clamp(most=usd(50), above="banked"))
        first = paid(made, sold(1_000))
        assert (first.total, first.closing.banked) == (usd(50), 5_000)
        second = paid(made, sold(200, "D-2", 2), month=2, opening=first)
        assert (second.total, second.closing.banked) == (usd(50), 2_000)
        third = paid(made, month=3, opening=second.closing)
        assert (third.total, third.closing.banked) == (usd(20), 0)

    def test_draws_that_are_not_recoverable_end_with_their_time(self) -> None:
        expected: list[tuple[Any, int, int]] = [("guarantee", 100, 10), ("additional", 110, 10)]
        for kind, january, february in expected:
            made = plan(Draw(usd(100), kind, recoverable=False, during=MONTHS[0]))
            assert paid(made, sold(100)).total == usd(january)
            assert paid(made, sold(100, month=2), month=2).total == usd(february)

    def test_a_commission_is_held_until_paid_for(self) -> None:
        made = plan(Release(booked="0.5", paid="0.5"))
        half = DealEvent("D-1", date(2026, 2, 1), PAID, usd(500))
        first = paid(made, sold(1_000), events=[half])
        assert (first.total, first.closing.held) == (usd(50), 5_000)
        second = paid(made, sold(1_000), month=2, events=[half], opening=first)
        assert lines(second) == [("held", "sales", "D-1", 2_500)]
        rest = DealEvent("D-1", date(2026, 3, 1), PAID)
        third = paid(made, sold(1_000), month=3, events=[half, rest], opening=second)
        assert (third.total, third.closing.held) == (usd(25), 0)

    def test_an_event_that_releases_nothing_needs_no_opening(self) -> None:
        made = plan(Release(booked="0.5", invoiced="0.5"))
        events = [DealEvent("D-1", date(2026, 2, 1), PAID), DealEvent("D-2", date(2026, 1, 20), INVOICED)]
        assert paid(made, sold(1_000), sold(1, "D-2"), month=2, events=events).lines == ()

    def test_what_is_due_at_once_is_not_held(self) -> None:
        assert lines(paid(plan(Release(booked=1)), sold(1_000))) == [("tier", "sales", "D-1", 10_000)]

    def test_what_is_held_of_a_cancelled_deal_goes_with_it(self) -> None:
        made = plan(Reversal(), Release(paid=1))
        first = paid(made, sold(1_000))
        gone = DealEvent("D-1", date(2026, 2, 1), CANCELLED)
        second = paid(made, sold(1_000), month=2, events=[gone], opening=first)
        assert lines(second) == [("reversal", "sales", "D-1", -10_000), ("held", "sales", "D-1", 10_000)]
        assert second.closing.held == 0


class TestReversals:
    def test_as_paid_takes_back_what_a_cap_had_left(self) -> None:
        made = plan(Clamp(most=usd(60)), Reversal("paid"))
        first = paid(made, sold(1_000), sold(1_000, "D-2"))
        assert first.total == usd(60)
        gone = DealEvent("D-1", date(2026, 2, 1), CANCELLED)
        assert paid(made, sold(1_000), sold(1_000, "D-2"), month=2, events=[gone], opening=first).total == usd(-30)

    def test_as_paid_in_the_same_period_and_after_a_gate(self) -> None:
        made = plan(Gate("sales", 5_000, rule="sales"), Reversal("paid"))
        gone = DealEvent("D-1", date(2026, 1, 20), CANCELLED)
        assert paid(made, sold(1_000), events=[gone]).total == usd(0)

    def test_at_the_margin_of_the_period_in_which_it_is_cancelled(self) -> None:
        tiers = Rule("sales", Curve.marginal({0: "0.1", 1_000: "0.2"}))
        made = plan(Reversal("margin"), rules=[tiers])
        gone = DealEvent("D-1", date(2026, 2, 20), CANCELLED, usd(500))
        deals = [sold(800), sold(1_300, "D-2", 2)]
        statement = paid(made, *deals, month=2, events=[gone])
        # 1,300 sold pay 160; 800 left pay 80
        assert [line.amount for line in statement.lines] == [10_000, 6_000, -6_000, -2_000]

    @pytest.mark.parametrize(
        ("day", "taken"), [(date(2026, 2, 1), 5_000), (date(2026, 4, 10), 5_000), (date(2026, 4, 11), 0)]
    )
    def test_within_some_days_all_of_the_share_is_taken_back_and_nothing_later(self, day: date, taken: int) -> None:
        made = plan(Bonus("big", usd(10)), Reversal(share="0.5", days=90))
        first = paid(made, sold(1_000))
        statement = paid(
            made, sold(1_000), month=day.month, events=[DealEvent("D-1", day, CANCELLED)], opening=first.closing
        )
        assert lines(statement) == [("reversal", "big", "D-1", -taken // 10), ("reversal", "sales", "D-1", -taken)]
        assert all(one.cancelled == 1 for one in statement.closing.deals)

    def test_a_second_part_is_rounded_with_the_first(self) -> None:
        """Of 3 cents 1.5 go and then 2.4 in all: 2 and 2 are taken; restated, 1.5 and then 0.6 are left: 2 and 1."""
        parts = [(2, "0.05"), (3, "0.03")]
        events = [DealEvent("D-1", date(2026, month, 20), CANCELLED, usd(part)) for month, part in parts]
        ways: list[tuple[Any, Any, list[int]]] = [("original", "period", [3, -2, 0]), ("restate", "year", [3, -1, -1])]
        for method, window, amounts in ways:
            made = plan(Reversal(method), rules=[Rule("sales", Curve.flat("0.3"), Basis(window=window))])
            statements: list[Statement] = []
            for month in (1, 2, 3):
                before = statements[-1] if statements else None
                statements.append(paid(made, sold("0.10"), month=month, events=events, opening=before))
            assert [one.total.minor for one in statements] == amounts
            assert {line.kind for one in statements for line in one.lines} == {"tier", "reversal"}

    def test_attainment_may_be_restated_where_the_rate_is_not(self) -> None:
        tiers = Rule("sales", Curve.marginal({0: "0.1", 1_000: "0.2"}))
        gone = DealEvent("D-1", date(2026, 1, 15), CANCELLED)
        deals = [sold(800), Deal("D-2", usd(600), "Won", "Ada", date(2025, 12, 1), closed=date(2026, 1, 20))]
        kept = paid(plan(Reversal(), rules=[tiers]), *deals, events=[gone])
        restated = paid(plan(Reversal(restates_attainment=True), rules=[tiers]), *deals, events=[gone])
        assert (kept.total, restated.total) == (usd(100), usd(60))

    def test_a_quarter_that_is_over_is_restated(self) -> None:
        tiers = Rule("sales", Curve.marginal({0: "0.1", 1_000: "0.2"}), Basis(window="quarter"))
        made = plan(Reversal("restate"), rules=[tiers])
        deals = [sold(800), sold(700, "D-2", 2), sold(500, "D-3", 3), sold(100, "D-4", 4)]
        gone = [DealEvent("D-1", date(2026, 4, 2), CANCELLED), DealEvent("D-2", date(2026, 4, 3), CANCELLED, usd(350))]
        statement = paid(made, *deals, month=4, events=gone)
        # the quarter's 2,000 paid 300; without 800 its 1,200 pay 140, and without 350 more its 850 pay 85
        assert lines(statement) == [
            ("tier", "sales", "D-4", 1_000),
            ("reversal", "sales", "D-1", -16_000),
            ("reversal", "sales", "D-2", -5_500),
        ]
        early = DealEvent("D-1", date(2026, 3, 20), CANCELLED)
        march = paid(made, *deals, month=3, events=[early])
        assert march.total == usd(100 - 160)
        later = paid(made, *deals, month=4, events=[early, gone[1]])
        assert later.total == usd(10) - usd(55)

    def test_a_year_that_is_paid_at_once_restates_each_quarter(self) -> None:
        tiers = Rule("sales", Curve.marginal({0: "0.1", 1_000: "0.2"}), Basis(window="quarter"))
        made = plan(Reversal("restate"), rules=[tiers])
        deals = [sold(800), sold(700, "D-2", 2), sold(100, "D-4", 4)]
        gone = DealEvent("D-1", date(2026, 4, 2), CANCELLED)
        # the first quarter's 1,500 paid 200; without 800 its 700 pay 70
        statement = paid(made, *deals, period=YEAR, events=[gone])
        assert statement.total == usd(80)
        assert sum(line.amount for line in statement.lines if line.kind == "reversal") == -13_000

    def test_a_deal_of_before_is_known_from_the_same_window(self) -> None:
        made = plan(Reversal(), rules=[Rule("sales", Curve.flat("0.1"), Basis(window="year"))])
        gone = DealEvent("D-1", date(2026, 2, 1), CANCELLED)
        assert paid(made, sold(1_000), month=2, events=[gone]).total == usd(-100)

    def test_cancelled_before_it_is_booked_takes_back_nothing_early(self) -> None:
        made = plan(Reversal("margin"))
        events = [DealEvent("D-1", date(2026, 1, 5), CANCELLED), DealEvent("D-1", date(2026, 1, 20), EventKind.BOOKED)]
        assert [line.amount for line in paid(made, sold(1_000), events=events).lines] == [10_000, -10_000]


class TestWhatAnEarlierStatementPaid:
    def test_is_not_paid_again_when_the_deal_has_a_later_day_and_a_line_says_so(self) -> None:
        january = paid(plan(), sold(1_000))
        february = paid(plan(), sold(1_000, month=2), sold(50, "D-2", 2), month=2, opening=january)
        assert lines(february) == [("tier", "sales", "D-2", 500), ("moved", "sales", "D-1", 0)]
        assert february.explain(february.lines[1]) == (
            "sales, moved, deal D-1: what is paid again for a deal that an earlier statement booked on another day is "
            "0; 100 before it and 100 with it; amount 0.00 USD"
        )

    def test_a_rule_that_did_not_pay_then_does_not_pay_now(self) -> None:
        both = plan(rules=[SALES, Rule("units", Curve.flat(1), Basis("units"))])
        january = paid(plan(), sold(1_000))
        february = paid(both, sold(1_000, month=2, values={"units": 3}), month=2, opening=january)
        assert lines(february) == [("moved", "sales", "D-1", 0), ("moved", "units", "D-1", 0)]

    def test_stays_on_its_day_in_the_year_to_date(self) -> None:
        tiers = Rule("sales", Curve.marginal({0: "0.1", 1_000: "0.2"}), Basis(window="year"))
        made = plan(rules=[tiers])
        january = paid(made, sold(1_000))
        for month in (2, 3):
            moved = paid(made, sold(1_000, month=month), sold(100, "D-2", 2), month=2, opening=january)
            assert moved.total == usd(20)

    def test_a_bonus_is_not_given_again(self) -> None:
        made = plan(Bonus("once", usd(7), "once"), rules=[])
        january = paid(made, sold(1_000))
        assert paid(made, sold(1_000, month=2), month=2, opening=january).lines == ()

    def test_a_team_is_not_paid_again_either(self) -> None:
        january = paid(plan(), sold(1_000))
        asked: dict[str, Any] = {"plans": {"Ada": plan()}, "period": MONTHS[1], "openings": {"Ada": january}}
        assert sm.commissions([sold(1_000, month=2)], **asked).value == usd(0)

    def test_a_deal_that_is_lost_now_is_taken_back_by_its_cancellation(self) -> None:
        lost = Deal("D-1", usd(1_000), "Lost", "Ada", date(2025, 12, 1), closed=date(2026, 2, 3))
        gone = DealEvent("D-1", date(2026, 2, 3), CANCELLED)
        year = Rule("sales", Curve.flat("0.1"), Basis(window="year"))
        methods: list[Any] = ["original", "paid", "margin", "restate"]
        for method in methods:
            made = plan(Reversal(method), rules=[year])
            january = paid(made, sold(1_000))
            assert paid(made, lost, month=2, opening=january, events=[gone]).total == usd(-100)
            assert paid(made, lost, events=[gone], month=2).lines == ()  # of one that was never paid

    def test_what_was_cancelled_before_must_be_known(self) -> None:
        late = DealEvent("D-1", date(2026, 1, 20), CANCELLED, usd(100))
        january = paid(plan(Reversal()), sold(1_000))
        with pytest.raises(InvalidValueError, match="must be known to the opening, got 1/10 of 'D-1' and 0 there"):
            paid(plan(Reversal()), sold(1_000), month=2, opening=january, events=[late])
        again = paid(plan(Reversal()), sold(1_000), events=[late])
        rest = DealEvent("D-1", date(2026, 2, 20), CANCELLED)
        for events in ([late, rest], [rest]):  # the rest is what the opening leaves, also where it alone is told
            february = paid(plan(Reversal()), sold(1_000), month=2, opening=again, events=events)
            assert (february.total, february.closing.deals[0].cancelled) == (usd(-90), Fraction(1))


METHODS: list[Any] = [
    *(("original", window) for window in ("period", "quarter", "year", "deal")),
    *(("paid", window) for window in ("period", "quarter", "year", "deal")),
    *(("margin", window) for window in ("period", "quarter", "year")),
    *(("restate", window) for window in ("quarter", "year")),
]


class TestWhatNoEarlierStatementPaid:
    @pytest.mark.parametrize(("method", "window"), METHODS)
    @pytest.mark.parametrize("month", [3, 4])
    def test_takes_nothing_back_when_it_is_cancelled_and_a_line_says_so(
        self, method: Any, window: Any, month: int
    ) -> None:
        """A deal that has changed hands takes back what it paid its old owner, and nothing of the new one."""
        made = plan(Reversal(method), rules=[Rule("sales", Curve.flat("0.1"), Basis(window=window))])
        gone = DealEvent("D-1", date(2026, month, 4), CANCELLED)
        last = {}
        for who in ("Ada", "Bo"):
            before = paid(made, sold(1_000), sold(500, "D-2", owner="Bo"), payee=who)
            for number in range(2, month + 1):
                deals = sold(1_000, owner="Bo"), sold(500, "D-2", owner="Bo")
                before = paid(made, *deals, month=number, payee=who, events=[gone], opening=before)
            last[who] = before
        assert [last[who].total.minor for who in ("Ada", "Bo")] == [-10_000, 0]
        assert [(line.kind, line.deal, line.amount) for line in last["Bo"].lines] == [("reversal", "D-1", 0)]
        assert last["Bo"].closing.payable == 5_000

    @pytest.mark.parametrize("method", ["original", "paid", "margin", "restate"])
    def test_a_rule_of_a_new_version_does_not_take_back_what_another_paid(self, method: Any) -> None:
        first = plan(Reversal(method), rules=[Rule("sales", Curve.flat("0.1"), Basis(window="year"))])
        second = evolve(first, version=2, rules=[Rule("all sales", Curve.flat("0.1"), Basis(window="year"))])
        january = paid(first, sold(1_000))
        gone = DealEvent("D-1", date(2026, 2, 4), CANCELLED)
        february = paid(second, sold(1_000), month=2, events=[gone], opening=january)
        assert lines(february) == [("reversal", "sales", "D-1", -10_000)]

    def test_a_new_account_has_been_paid_nothing(self) -> None:
        made = plan(Reversal(), Release(paid=1))
        gone, come = DealEvent("D-1", date(2026, 2, 4), CANCELLED), DealEvent("D-1", date(2026, 2, 3), PAID)
        assert lines(paid(made, sold(1_000), month=2, events=[gone, come], opening=Balances())) == [
            ("reversal", "sales", "D-1", 0)
        ]
        with pytest.raises(InvalidValueError, match="what a cancelled deal earned must be known, got 'D-1'"):
            paid(made, sold(1_000), month=2, events=[gone], opening=Balances(earned=5, payable=5))

    def test_a_team_takes_nothing_back_either(self) -> None:
        made = plan(Reversal())
        gone = DealEvent("D-1", date(2026, 2, 4), CANCELLED)
        openings = {"Bo": paid(made, sold(1_000), payee="Bo")}
        deals = [sold(1_000, owner="Bo")]
        team = sm.commissions(deals, plans=made, period=MONTHS[1], events=[gone], openings=openings)
        assert team["Bo"].value == usd(0)
        with pytest.raises(InvalidValueError, match="what a cancelled deal earned must be known, got 'D-1'"):
            sm.commissions(deals, plans=made, period=MONTHS[1], events=[gone])


class TestGatesToDate:
    YEAR_TO_DATE = Rule("sales", Curve.flat("0.1"), Basis(window="year"))

    def test_what_a_gate_held_back_is_paid_when_it_is_met(self) -> None:
        made = plan(Gate("sales", 10_000), rules=[self.YEAR_TO_DATE])
        deals = [sold(6_000), sold(6_000, "D-2", 2), sold(10, "D-3", 3)]
        january = paid(made, *deals)
        february = paid(made, *deals, month=2, opening=january)
        march = paid(made, *deals, month=3, opening=february)
        assert [one.total for one in (january, february, march)] == [usd(0), usd(1_200), usd(1)]
        assert february.explain(february.lines[-1]) == (
            "all, gate: the gate (12000 of 10000) is 600; 600 before it and 1200 with it; amount 600.00 USD"
        )

    def test_what_is_still_held_back_when_the_window_ends_is_lost(self) -> None:
        made = plan(Gate("sales", 10_000), rules=[Rule("sales", Curve.flat("0.1"), Basis(window="quarter"))])
        march = paid(made, sold(6_000, month=3), month=3)
        assert march.closing.deals[0].gated == {"sales from 10000": 60_000}
        april = paid(made, sold(6_000, month=3), sold(12_000, "D-2", 4), month=4, opening=march)
        assert april.total == usd(1_200)
        assert all(not one.gated for one in april.closing.deals)

    def test_a_version_with_another_threshold_goes_on_with_what_is_held_back(self) -> None:
        deals = [sold(6_000), sold(3_000, "D-2", 2), sold(1_000, "D-3", 3)]
        january = paid(plan(Gate("sales", 20_000), rules=[self.YEAR_TO_DATE]), *deals)
        for at, amounts in ((9_000, [900, 100]), (10_000, [0, 1_000]), (0, [900, 100])):
            steps = Gate("sales", at, rule="sales"), Gate("sales", 0)
            second = plan(*steps, rules=[self.YEAR_TO_DATE], version=2)
            february = paid(second, *deals, month=2, opening=january)
            march = paid(second, *deals, month=3, opening=february)
            assert [one.total for one in (february, march)] == [*map(usd, amounts)]
            assert all(not one.gated for one in march.closing.deals)

    @pytest.mark.parametrize(
        "second",
        [
            plan(rules=[YEAR_TO_DATE]),
            plan(Gate("new", 0), rules=[evolve(YEAR_TO_DATE, name="new")]),
            plan(Gate("sales", 20_000), rules=[SALES]),
        ],
    )
    def test_a_version_without_the_gate_would_lose_it(self, second: CompPlan) -> None:
        january = paid(plan(Gate("sales", 20_000), rules=[self.YEAR_TO_DATE]), sold(6_000))
        with pytest.raises(InvalidValueError) as caught:
            paid(second, sold(6_000), month=2, opening=january)
        assert str(caught.value) == (
            "a plan must go on with what gates hold back, got 'D-1' held by 'sales from 20000' and no Gate of 'sales' "
            "to date; keep the rule, with Gate('sales', at=0) to pay what is not lost"
        )
        check_refusal(caught.value)
        later = Period(date(2027, 1, 1), date(2027, 2, 1))
        assert paid(second, period=later, opening=january.closing).total == usd(0)

    def test_a_cap_at_a_share_of_target_holds_the_rest_back(self) -> None:
        made = plan(
            Gate("sales", 10_000, cap="0.5"),
            rules=[self.YEAR_TO_DATE],
            target_incentive=usd(1_200),
            proration="months",
        )
        deals = [sold(6_000), sold(6_000, "D-2", 2)]
        january = paid(made, *deals)
        assert (january.total, paid(made, *deals, month=2, opening=january).total) == (usd(50), usd(1_150))

    def test_of_a_deal_that_was_cancelled_nothing_is_given_back(self) -> None:
        made = plan(Gate("sales", 10_000), Reversal(), rules=[self.YEAR_TO_DATE])
        deals = [sold(6_000), sold(6_000, "D-2", 2)]
        half = DealEvent("D-1", date(2026, 2, 3), CANCELLED, usd(3_000))
        january = paid(made, *deals)
        february = paid(made, *deals, month=2, opening=january, events=[half])
        assert february.total == usd(1_200 - 300)


class TestNothingIsLeft:
    GONE = DealEvent("D-1", date(2026, 1, 20), CANCELLED)

    def test_steps_are_undone_with_the_deal_in_lines_of_their_own(self) -> None:
        made = plan(Scale("1.1"), Clamp(most=usd(60)), Reversal())
        assert lines(paid(made, sold(1_000), events=[self.GONE]))[3:] == [
            ("reversal", "sales", "D-1", -10_000),
            ("undone", "sales", "D-1", 4_000),
        ]
        january = paid(made, sold(1_000))
        later = DealEvent("D-1", date(2026, 2, 2), CANCELLED)
        february = paid(made, sold(1_000), month=2, opening=january, events=[later])
        assert (january.total + february.total, lines(february)[1:]) == (
            usd(0),
            [("reversal", "sales", "D-1", -10_000), ("undone", "sales", "D-1", 4_000)],
        )

    def test_a_scale_does_not_scale_what_earlier_deals_take_back(self) -> None:
        made = plan(Reversal(), Scale("1.1"))
        january = paid(made, sold(1_000))
        later = DealEvent("D-1", date(2026, 2, 2), CANCELLED)
        deals = [sold(1_000), sold(10, "D-2", 2)]
        assert january.total == usd(110)
        assert paid(made, *deals, month=2, opening=january, events=[later]).total == usd("1.10") - usd(110)

    @pytest.mark.parametrize("per", ["deal", "unit", "once", "top"])
    def test_bonuses_go_back_by_what_is_cancelled_of_their_deals(self, per: Any) -> None:
        made = plan(Bonus("SPIFF", usd(9), per, basis=Basis("count")), Reversal("margin"), rules=[])
        deals = [sold(1_000), sold(10, "D-2"), sold(5, "D-3", owner="Bo")]
        january = paid(made, *deals)
        third = DealEvent("D-1", date(2026, 2, 2), CANCELLED)
        february = paid(made, *deals, month=2, opening=january, events=[third])
        assert february.total.minor * 2 == -january.total.minor

    def test_a_bonus_after_the_reversal_goes_back_too(self) -> None:
        made = plan(Reversal(), Bonus("SPIFF", usd(9)))
        assert paid(made, sold(1_000), sold(5, "D-2"), events=[self.GONE]).total == usd("9.50")

    def test_a_gift_goes_back_as_a_gift(self) -> None:
        made = plan(Bonus("trip", usd(9), gift="a trip"), Reversal(), rules=[])
        statement = paid(made, sold(1_000), events=[self.GONE])
        assert lines(statement) == [("gift", "trip", "D-1", 900), ("gift", "trip", "D-1", -900)]

    def test_a_bonus_for_deals_that_count_nothing_is_shared_evenly(self) -> None:
        made = plan(Bonus("once", usd(9), "once", basis=Basis("units")), rules=[])
        nothing: dict[str, Any] = {"values": {"units": 0}}
        statement = paid(made, sold(1, **nothing), sold(1, "D-2", **nothing))
        assert [one.worth for one in statement.closing.deals] == [450, 450]

    def test_a_guarantee_is_not_taken_back_and_is_the_last_that_a_cap_takes(self) -> None:
        made = plan(Draw(usd(500), "additional", recoverable=False), Clamp(most=usd(100)), Reversal())
        statement = paid(made, sold(100), events=[self.GONE])
        assert statement.closing.deals[0].worth == 0
        assert statement.total == usd(100)

    def test_the_later_a_part_is_cancelled_the_rest_is_left(self) -> None:
        made = plan(Reversal(), rules=[Rule("sales", Curve.flat("0.1"), Basis(window="year"))])
        parts = [DealEvent("D-1", date(2026, month, 20), CANCELLED, usd(500)) for month in (1, 2)]
        assert paid(made, sold(1_000), month=2, events=parts).total == usd(-50)


class TestCredits:
    STAFF = (Assignment("Ada", "Bo", None, date(2020, 1, 1)), Assignment("Bo", "Cleo", None, date(2020, 1, 1)))

    def test_everybody_above_is_credited(self) -> None:
        made = plan(rules=[Rule("team", Curve.flat(1), allocate=Allocate(level="all"))])
        deals = [sold(100), sold(10, "D-2", owner="Bo")]
        totals = [paid(made, *deals, payee=name, assignments=self.STAFF).total for name in ("Ada", "Bo", "Cleo")]
        assert totals == [usd(0), usd(100), usd(110)]

    def test_a_manager_of_two_who_share_a_commission_is_measured_by_the_deal_once(self) -> None:
        halves = [Credit("D-1", "Ada", "0.5"), Credit("D-1", "Eve", "0.5")]
        staff = [Assignment(name, "Bo", None, date(2020, 1, 1)) for name in ("Ada", "Eve")]
        tiers = Curve.marginal({0: "0.1", 100: "0.2"})
        made = plan(rules=[Rule("team", tiers, allocate=Allocate(level=1, split="commission"))])
        assert paid(made, sold(150), payee="Bo", credits=halves, assignments=staff).total == usd(20)

    def test_two_credits_of_one_rep_are_one(self) -> None:
        halves = [Credit("D-1", "Ada", "0.5"), Credit("D-1", "Ada", "0.5")]
        assert paid(plan(), sold(100), credits=halves).total == usd(10)

    def test_deals_that_are_not_won_pay_nothing(self) -> None:
        lost = Deal("D-2", usd(900), "Lost", "Ada", date(2025, 12, 1), closed=date(2026, 1, 10))
        assert paid(plan(), sold(100), lost).total == usd(10)

    def test_half_a_deal_is_half_a_deal(self) -> None:
        half = Rule("deals", Curve.flat(100), Basis("count"), Allocate({"owner": "0.5", "partner": "0.5"}))
        statement = paid(plan(rules=[half]), sold(1, labels={"partner": "Bo"}))
        assert (statement.lines[0].upper, statement.total) == (Fraction(1, 2), usd(50))

    def test_deals_without_a_day_or_a_value_are_counted(self) -> None:
        table = sm.Deals.of(
            [sold(None), Deal("D-2", usd(1), "Won", "Ada", date(2025, 12, 1)), sold(3, "D-3")],
            accept={"missing_amount", "missing_close"},
        )
        statement = commission(table, plan=plan(), payee="Ada", period=MONTHS[0])
        assert statement.n_missing == 2
        team = plan(rules=[Rule("team", Curve.flat(1), allocate=Allocate(level=1))])
        staff = [Assignment("Ada", "Bo", None, date(2020, 1, 1))]
        above = [
            commission(table, plan=team, payee=name, period=MONTHS[0], assignments=staff).n_missing
            for name in ("Ada", "Bo")
        ]
        assert above == [0, 2]
        assert str(statement).endswith("2 deals without a day or a value earn nothing")
        alone = commission(table[1:], plan=plan(), payee="Ada", period=MONTHS[0])
        assert str(alone).endswith("1 deal without a day or a value earns nothing")
        two, one = (sm.commissions(some, plans=plan(), period=MONTHS[0]) for some in (table, table[1:]))
        assert str(two) == "0.30 USD for 1 payee in FY26 M01, 2 deals without a day or a value"
        assert str(one) == "0.30 USD for 1 payee in FY26 M01, 1 deal without a day or a value"

    def test_a_deal_is_booked_on_the_day_of_its_event(self) -> None:
        booked = DealEvent("D-1", date(2026, 2, 1), EventKind.BOOKED)
        assert paid(plan(), sold(1_000, month=3), events=[booked], month=2).total == usd(100)
        assert paid(plan(), sold(1_000, month=3), events=[booked], month=3).total == usd(0)
        # in January nobody knew of it
        assert paid(plan(), sold(1_000), events=[booked]).total == usd(100)

    def test_quotas_of_several_values_stand_side_by_side(self) -> None:
        rules = [
            Rule("sales", Curve.flat("0.1"), Basis(of_quota=True), times="quota"),
            Rule("units", Curve.flat("0.5"), Basis("units", of_quota=True), times="quota"),
        ]
        quotas = [Quota("Ada", MONTHS[0], usd(500)), Quota("Ada", MONTHS[0], 4, value="units")]
        statement = paid(plan(rules=rules), sold(1_000, values={"units": 2}), quotas=quotas)
        assert [line.amount for line in statement.lines] == [10_000, 100]
        assert statement.total == paid(plan(rules=rules), sold(1_000, values={"units": 2}), quotas=quotas[::-1]).total


class TestStatement:
    def test_is_shown_and_told_in_columns(self) -> None:
        made = plan(
            Gate("sales", 5_000),
            rules=[Rule("sales", Curve.marginal({0: Fraction(1, 3), 1: Fraction(10_001, 70_000)}))],
        )
        statement = paid(made, sold(10))
        assert str(statement).split("\n")[2:] == [
            "sales      D-1      0     1  0.333333    0.33",
            "sales      D-1      1    10  0.142871    1.29",
            "all, gate          10  5000             -1.62",
        ]
        assert statement._repr_html_().startswith("<code>0.00 USD for Ada")
        assert statement.to_columns()["amount"] == [33, 129, -162]
        assert "the gate (10 of 5000) is" in statement.explain(statement.lines[-1])
        assert str(paid(plan())).startswith("0.00 USD for Ada")

    def test_a_line_of_another_statement_is_not_explained(self) -> None:
        one, other = paid(plan(), sold(10)), paid(plan(), sold(20))
        with pytest.raises(InvalidValueError, match="must be one of the statement"):
            one.explain(other.lines[0])

    def test_the_difference_is_told_in_words_too(self) -> None:
        old, new = paid(plan(), sold(10)), paid(plan(), sold(20))
        late = Statement.diff(old, new)
        assert late.explain(late.lines[0]) == (
            "sales, deal D-1: what is restated is 1; 1 before it and 2 with it; amount 1.00 USD"
        )

    def test_steps_are_told_with_what_they_work_on(self) -> None:
        made = plan(
            Scale("1.1"), Clamp(most=usd(60)), Draw(usd(5), "additional", recoverable=False), Clamp(least=usd(70))
        )
        statement = paid(made, sold(1_000))
        assert [statement.explain(line) for line in statement.lines[1:]] == [
            "all, scale: what 1.1 times 100 adds is 10; 100 before it and 110 with it; amount 10.00 USD",
            "all, cap: what lies above the cap of 60 is -50; 110 before it and 60 with it; amount -50.00 USD",
            "all, guarantee: what is guaranteed is 5; 60 before it and 65 with it; amount 5.00 USD",
            "all, guarantee: what is guaranteed, up to 70 is 5; 65 before it and 70 with it; amount 5.00 USD",
        ]
        jump = paid(CompPlan.of("AE", Curve.slab({0: 0, 10: 1}), "USD", date(2026, 1, 1)), sold(10))
        assert "the jump at 10 is 10; 0 before it and 10 with it; amount" in jump.explain(jump.lines[1])

    def test_totals_that_are_rounded_are_told_before_and_after(self) -> None:
        statement = paid(plan(), sold("0.05"), sold("0.10", "D-2"))  # at 10 %: half a cent, and one and a half
        half, whole = (statement.explain(line) for line in statement.lines)
        assert half == (
            "sales, deal D-1: from 0 to 0.05 at 0.1 is 0.005; 0 before it and 0.005 with it are rounded to 0.00 and "
            "0.01; amount 0.01 USD"
        )
        assert "0.005 before it and 0.015 with it are rounded to 0.01 and 0.02; amount 0.01 USD" in whole

    def test_of_a_period_that_is_restated_later_balances_are_not_forgotten(self) -> None:
        made = plan(Release(paid=1))
        late = sold(200, "D-3")
        january, again = paid(made, sold(1_000)), paid(made, sold(1_000), late)
        deals = [sold(1_000), sold(500, "D-2", 2)]
        february = paid(made, *deals, month=2, opening=january)
        anew = paid(made, *deals, late, month=2, opening=again)
        forward = Statement.diff([january, february], [again, anew])
        march = paid(made, *deals, late, month=3, opening=forward)
        assert march.opening.held == 10_000 + 5_000 + 2_000
        with pytest.raises(InvalidValueError, match="end on 2026-03-01, got one of Ada in USD up to 2026-02-01"):
            paid(made, *deals, late, month=3, opening=Statement.diff(january, again))

    def test_a_difference_has_a_digest_of_its_own(self) -> None:
        old, new = paid(plan(), sold(10)), paid(plan(), sold(20))
        assert len({one.digest for one in (old, new, Statement.diff(old, new), Statement.diff(new, old))}) == 4

    @pytest.mark.parametrize(
        ("sides", "said"),
        [
            (lambda: (paid(plan()), paid(plan(), month=2)), "of one payee, currency and opening and of the same per"),
            (lambda: (None, paid(plan())), "the old side of a difference must be a Statement"),
            (lambda: (paid(plan()), []), "the new side of a difference must be a Statement"),
            (lambda: (paid(plan()), [5]), "the new side of a difference must be a Statement"),
            (
                lambda: ([paid(plan(), sold(10)), paid(plan(), month=2)], paid(plan())),
                "the old statements of a difference must follow each other, got FY26 M02 after FY26 M01",
            ),
        ],
    )
    def test_only_runs_of_the_same_periods_in_a_row_are_compared(self, sides: Any, said: str) -> None:
        with pytest.raises(InvalidValueError) as caught:
            Statement.diff(*sides())
        assert said in str(caught.value)
        check_refusal(caught.value)

    def test_what_others_sold_is_in_the_digest_where_a_contest_rests_on_it(self) -> None:
        made = plan(Bonus("top", usd(5), "top"))
        alone, beside = paid(made, sold(10)), paid(made, sold(10), sold(5, "D-2", owner="Bo"))
        assert (alone.lines, alone.digest != beside.digest) == (beside.lines, True)

    def test_the_same_inputs_have_the_same_digest_and_others_another(self) -> None:
        one = paid(plan(), sold(10))
        assert one.digest == paid(plan(), sold(10), sold(99, "D-9", owner="Bo")).digest
        assert one.digest != paid(plan(), sold("10.01")).digest
        assert len(one.digest) == 16


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: paid(plan(), month=1, period=YEAR.start), "period must be a Period"),
        (lambda: paid("plan"), "plan must be a CompPlan"),
        (lambda: paid(plan(), payee=""), "payee must be text"),
        (
            lambda: paid(plan(), sold(1, owner="Cleo"), payee="Cloe"),
            "payee must be named by a deal, quota, assignment or credit, got 'Cloe'; did you mean 'Cleo'? Whoever",
        ),
        (
            lambda: paid(plan(), sold(1), payee="Cloe", quotas=[Quota("Cleo", YEAR, usd(1))]),
            "did you mean 'Cleo'?",
        ),
        (
            lambda: paid(plan(), sold(1), payee="Cloe", assignments=[Assignment("Ada", "Cleo", None, YEAR.start)]),
            "did you mean 'Cleo'?",
        ),
        (
            lambda: paid(plan(), sold(1), payee="Cloe", credits=[Credit("D-1", "Cleo", 1)]),
            "did you mean 'Cleo'?",
        ),
        (
            lambda: paid(plan(rules=[evolve(SALES, allocate=Allocate(level=1))]), sold(1), payee="Cleo"),
            "'sales' must credit managers whom assignments name, got none; give assignments",
        ),
        (
            lambda: paid(plan(Bonus("SPIFF", usd(1), allocate=Allocate(level="all"))), sold(1)),
            "'SPIFF' must credit managers whom assignments name, got none; give assignments",
        ),
        (lambda: paid(plan(), period=Period(date(2025, 12, 1), date(2026, 2, 1))), "must be in force in all of"),
        (
            lambda: paid(plan(), Deal("D", Money(1, "EUR"), "Won", "Ada", date(2026, 1, 1), date(2026, 1, 2))),
            "must be in",
        ),
        (lambda: paid(plan(), opening=5), "must be a Statement or Balances"),
        (lambda: paid(plan(), opening=paid(plan(), payee="Bo")), "opening must be of Ada in USD"),
        (lambda: paid(plan(), opening=paid(plan())), "end on 2026-01-01"),
        (lambda: paid(plan(), month=3, opening=paid(plan())), "give the statement of the period directly before"),
        (
            lambda: paid(plan(), month=2, opening=paid(plan(Clamp(most=usd(1), above="banked")), sold(20))),
            "must have a step that goes on with what is carried, got 1.00 USD and none",
        ),
        (lambda: paid(plan(), opening=Balances(payable=5, owed=5)), "goes on with what is carried, got -0.05 USD"),
        (
            lambda: paid(plan(), month=2, opening=paid(plan(Release(paid=1)), sold(20))),
            "must have a step that pays what is held, got 2.00 USD held and none",
        ),
        (
            lambda: paid(plan(), opening=Balances(deals=(DealBalance("sales", "D-1", MONTHS[0].start, 0, 0),))),
            "must know of deals that were booked before 2026-01-01 only, got 'D-1' of 2026-01-01",
        ),
        (
            lambda: paid(
                plan(),
                sold(1),
                events=[
                    DealEvent("D-1", date(2026, 1, 11), PAID),
                    DealEvent("D-1", date(2026, 1, 12), PAID, usd("0.5")),
                ],
            ),
            "no more of a deal must be paid than was sold, got 1.50 USD of 1.00 USD of 'D-1'",
        ),
        (lambda: paid(plan(), events=["cancelled"]), "must be DealEvent objects"),
        (
            lambda: paid(plan(), events=[DealEvent("D-9", YEAR.start, PAID)]),
            "events must be of won deals, got one of 'D-9'",
        ),
        (lambda: paid(plan(), credits=[Credit("D-9", "Ada", 1)]), "credits must be of won deals, got one of 'D-9'"),
        (lambda: paid(plan(), sold(1), credits=[Credit("D-1", "Ada", "0.5")]), "must add up to exactly 1, got 1/2"),
        (
            lambda: paid(plan(), sold(1), events=[DealEvent("D-1", YEAR.start, PAID, Money(1, "EUR"))]),
            "must be parts of the deal's own amount",
        ),
        (
            lambda: paid(plan(), sold(1), events=[DealEvent("D-1", YEAR.start, INVOICED, usd(1))] * 2),
            "no more of a deal must be invoiced than was sold, got 2.00 USD of 1.00 USD",
        ),
        (
            lambda: paid(plan(), sold(1), events=[DealEvent("D-1", YEAR.start, CANCELLED)]),
            "must say what a cancelled deal takes back",
        ),
        (
            lambda: paid(plan(Reversal()), sold(1), month=2, events=[DealEvent("D-1", date(2026, 2, 1), CANCELLED)]),
            "what a cancelled deal earned must be known, got 'D-1'",
        ),
        (
            lambda: paid(plan(Release(paid=1)), sold(1), month=2, events=[DealEvent("D-1", date(2026, 2, 1), PAID)]),
            "what is held of a deal that is invoiced or paid for must be known, got 'D-1', booked before FY26 M02; ",
        ),
        (
            lambda: paid(
                plan(Release(invoiced=1), rules=[Rule("year", Curve.flat("0.1"), Basis(window="year"))]),
                sold(1),
                month=2,
                events=[DealEvent("D-1", date(2026, 2, 1), INVOICED)],
            ),
            "what is held of a deal that is invoiced or paid for must be known, got 'D-1'",
        ),
        (
            lambda: paid(
                plan(Reversal("restate")), sold(1), month=2, events=[DealEvent("D-1", date(2026, 2, 1), CANCELLED)]
            ),
            "a window that is restated must be a quarter or a year",
        ),
        (
            lambda: paid(
                plan(rules=[Rule("split", Curve.flat(1), allocate=Allocate({"owner": "0.5", "partner": "0.5"}))]),
                sold(1),
                sold(2, "D-2", labels={"partner": "Bo"}),
            ),
            "deals must name everybody whom they are shared among, got 'D-1' that do not",
        ),
        (lambda: paid(by_quota(), sold(1)), "must have a quota above zero in FY26 M01 for rule 'sales', got none"),
        (lambda: paid(by_quota(), sold(1), quotas=[Quota("Ada", MONTHS[0], usd(0))]), "got zero"),
        (lambda: paid(by_quota(), sold(1), quotas=[Quota("Ada", MONTHS[0], None)]), "got one without an amount; give"),
        (lambda: paid(by_quota(), sold(1), quotas=[Quota("Ada", YEAR, usd(1))]), "quotas must lie within"),
        (
            lambda: paid(by_quota(), sold(1), quotas=[Quota("Ada", MONTHS[0], Money(1, "EUR"))]),
            "in the plan's currency",
        ),
        (lambda: paid(by_quota(), sold(1), quotas=[Quota("Ada", MONTHS[0], usd(1))] * 2), "one quota for a day"),
        (
            lambda: paid(by_quota(), sold(1), period=YEAR, quotas=[Quota("Ada", MONTHS[n], usd(1)) for n in (0, 2)]),
            "must cover all of FY26, which rule 'sales' measures, got none from 2026-02-01 to 2026-03-01",
        ),
        (
            lambda: paid(by_quota(), sold(1), period=YEAR, quotas=[Quota("Ada", MONTHS[0], usd(1))]),
            "got none from 2026-02-01 to 2027-01-01; give them too",
        ),
    ],
)
def test_what_cannot_be_paid_is_refused(ask: Any, said: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        ask()
    assert said in str(caught.value)
    check_refusal(caught.value)


def by_quota() -> CompPlan:
    return plan(rules=[Rule("sales", Curve.flat("0.1"), Basis(of_quota=True), times="quota")])


def test_whoever_is_new_has_an_opening_or_a_name_of_their_own() -> None:
    assert paid(plan(), sold(1, owner="Cleo"), payee="Cloe", opening=Balances()).total == usd(0)
    assert paid(plan(), sold(1, owner="Cleo"), payee="Dan").total == usd(0)
    assert paid(plan(rules=[evolve(SALES, allocate=Allocate(level=1))])).total == usd(0)


def test_a_balance_of_a_rule_that_the_plan_no_longer_has_is_still_reversed() -> None:
    before = DealBalance("old rule", "D-1", date(2025, 12, 10), 500, 500)
    opening = Balances(earned=500, payable=500, deals=(before,))
    old = Deal("D-1", usd(100), "Won", "Ada", date(2025, 11, 1), closed=date(2025, 12, 10))
    gone = DealEvent("D-1", date(2026, 1, 5), CANCELLED)
    assert lines(paid(plan(Reversal()), old, events=[gone], opening=opening)) == [("reversal", "old rule", "D-1", -500)]
    restated = paid(plan(Reversal("restate")), old, events=[gone], opening=opening)  # nothing can be measured anew
    assert lines(restated) == [("reversal", "old rule", "D-1", -500)]
