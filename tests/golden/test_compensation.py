"""Worked numbers from public sources; the row numbers are those of the collection they were gathered in."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any, ClassVar

import pytest

from salesmetrics import (
    Allocate,
    Assignment,
    Balances,
    Basis,
    Bonus,
    Boundary,
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
    Money,
    Period,
    Quota,
    Quotas,
    Release,
    Reversal,
    Rule,
    Statement,
    breakdown,
    commission,
    quota_attainment,
)

CALENDAR = FiscalCalendar()
YEAR = CALENDAR.year(2026)
MONTHS = CALENDAR.months_in(YEAR)
JANUARY = MONTHS[0]
OF_QUOTA = Basis(of_quota=True)
AT, BELOW = Boundary.AT, Boundary.BELOW


def usd(amount: Any) -> Money:
    return Money.of(amount, "USD")


def sold(amount: Any, number: int = 1, on: date | None = None, **more: Any) -> Deal:
    """A deal of Ada's, won on the day that is its number in January."""
    closed = on or date(2026, 1, number)
    return Deal(f"D-{number:02}", usd(amount), "Won", "Ada", date(2025, 12, 1), closed=closed, **more)


def plan(*rules: Rule, steps: Any = (), target: Any = None) -> CompPlan:
    return CompPlan(
        "plan", "USD", date(2020, 1, 1), rules, steps, target_incentive=None if target is None else usd(target)
    )


def flat(rate: Any, *steps: Any) -> CompPlan:
    return plan(Rule("sales", Curve.flat(rate)), steps=steps)


def paid(made: CompPlan, *deals: Deal, **asked: Any) -> Statement:
    asked = {"payee": "Ada", "period": JANUARY, **asked}
    return commission(deals, plan=made, **asked)


def at_attainment(made: CompPlan, attainment: Any, quota: Any = 1_000_000) -> Money:
    """What is paid for a year at so much of the quota."""
    won = sold(Money(int(Fraction(attainment) * usd(quota).minor), "USD").amount)
    return paid(made, won, period=YEAR, quotas=[Quota("Ada", YEAR, usd(quota))]).total


def by_target(curve: Any, target: Any) -> CompPlan:
    return plan(Rule("quota", curve, OF_QUOTA, times="target"), target=target)


def by_quota(curve: Curve) -> CompPlan:
    return plan(Rule("quota", curve, OF_QUOTA, times="quota"))


class TestSeedPlans:
    # The two plans that every reader knows
    JUNIOR = CompPlan.of("junior", Curve.slab({0: 0, 10_000: "0.1"}), "USD", date(2026, 1, 1))
    SENIOR = CompPlan.of("senior", Curve.slab({0: 0, 25_000: "0.1"}), "USD", date(2026, 1, 1))

    @pytest.mark.parametrize(("amount", "expected"), [("9999.99", 0), (10_000, 1_000), (15_000, 1_500)])
    def test_junior(self, amount: Any, expected: int) -> None:
        assert paid(self.JUNIOR, sold(amount)).total == usd(expected)

    @pytest.mark.parametrize(("amount", "expected"), [("24999.99", 0), (25_000, 2_500)])
    def test_senior(self, amount: Any, expected: int) -> None:
        assert paid(self.SENIOR, sold(amount)).total == usd(expected)


class TestTiers:
    def test_a_deal_that_crosses_a_tier_of_the_year_to_date(self) -> None:
        # Row E1: a Trailhead page: 4 % to 150k, 6 % to 250k, 8 %; 145,000 to date and a deal of 20,000
        tiers = Curve.marginal({0: "0.04", 150_000: "0.06", 250_000: "0.08"})
        ytd = plan(Rule("sales", tiers, Basis(window="year")))
        deals = [sold(145_000, 1), sold(20_000, 2, date(2026, 2, 10))]
        statement = paid(ytd, *deals, period=MONTHS[1])
        assert statement.total == usd(1_100)
        assert [line.amount for line in statement.lines] == [20_000, 90_000]

    def test_tiers_without_gaps(self) -> None:
        # Row E2: a commission product's page, corrected: it prints 424.98 because its bounds end in .99
        tiers = plan(Rule("sales", Curve.marginal({0: "0.25", 500: "0.3", 3_000: "0.4"})))
        cycles = [paid(tiers, sold(amount)).total for amount in (400, 100, 1_500, 5_000)]
        assert cycles == [usd(100), usd(25), usd(425), usd(1_675)]
        assert sum(cycles, Money(0, "XXX")) == usd(2_225)

    def test_interpolated_lumps_of_each_deal_alone(self) -> None:
        # Row E5: Oracle's documentation: lumps of 10, 40, 100 and 2000 over tiers to 1k, 3k, 8k and 20k
        lumps = Curve.interpolated({0: 0, 1_000: 10, 3_000: 50, 8_000: 150, 20_000: 2_150})
        alone = plan(Rule("sales", lumps, Basis(window="deal")))
        deals = [sold(amount, n) for n, amount in enumerate((200, 300, 1_500, 1_200, 2_000, 4_500), 1)]
        statement = paid(alone, *deals)
        by_deal = [sum(line.amount for line in statement.lines if line.deal == deal.id) // 100 for deal in deals]
        assert by_deal == [2, 3, 20, 14, 30, 80]
        assert statement.total == usd(149)

    @pytest.mark.parametrize(("boundary", "expected"), [(AT, 1_500), (BELOW, 1_000)])
    def test_who_is_exactly_at_a_bound(self, boundary: Boundary, expected: int) -> None:
        # Rows E6 and E7: Oracle's equal tiers, and the same table by Spiff's rule
        slab = Curve.slab({0: "0.01", 25_000: "0.02", 50_000: "0.03"}, boundary)
        assert paid(plan(Rule("sales", slab)), sold(50_000)).total == usd(expected)

    def test_tiers_that_do_not_split_a_deal(self) -> None:
        # Row E8: Oracle's documentation, amounts worked out: 1 % to 10k, 2 % to 50k, 3 % to 100k
        slab = Curve.slab({0: "0.01", 10_000: "0.02", 50_000: "0.03"})
        alone = plan(Rule("sales", slab, Basis(window="deal")))
        assert [paid(alone, sold(amount)).total for amount in (5_000, 15_000, 60_000)] == [
            usd(50),
            usd(300),
            usd(1_800),
        ]

    def test_slices_of_a_deal_over_two_tiers(self) -> None:
        # Row E9: Oracle 24B: 1 % to 1,000 and 2 % to 5,000, of 2,500
        statement = paid(plan(Rule("sales", Curve.marginal({0: "0.01", 1_000: "0.02"}))), sold(2_500))
        slices = [(line.upper or 0) - (line.lower or 0) for line in statement.lines]
        assert slices == [1_000, 1_500]
        assert statement.total == usd(40)

    def test_a_rate_that_slides_pays_a_quadratic_payout(self) -> None:
        # Row E10: Oracle 24B's proportional percentages: 1 % over the first 1,000, 2 % over the next 4,000; at 2,000
        # the rate is 1 % + a quarter of 2 %
        sliding = Curve.rate_curve({0: 0, 1_000: "0.01", 5_000: "0.03"})
        statement = paid(plan(Rule("sales", sliding)), sold(2_000))
        assert statement.lines[0].rate == Fraction("0.015")
        assert statement.total == usd(30)

    def test_the_tier_that_was_reached_pays_all(self) -> None:
        # Row E12: Spiff's tier payout, and row E13: a blog, of 220,000 in the tier of 8 %
        slab = Curve.slab({0: "0.1", 100: "0.12", 150: "0.14", 200: "0.16"})
        assert paid(plan(Rule("sales", slab)), sold(125)).total == usd(15)
        eight = Curve.slab({0: "0.05", 200_000: "0.08"})
        assert paid(plan(Rule("sales", eight)), sold(220_000)).total == usd(17_600)

    def test_marginal_rates_of_blogs(self) -> None:
        # Rows E14 (Sparrowgenie) and E16 (Referello)
        rates = Curve.marginal({0: "0.03", 300_000: "0.05", 500_000: "0.07"})
        assert paid(plan(Rule("sales", rates)), sold(600_000)).total == usd(26_000)
        rates = Curve.marginal({0: "0.1", 10_000: "0.2"})
        assert paid(plan(Rule("sales", rates)), sold(15_000)).total == usd(2_000)

    def test_rates_of_sales_with_bounds_of_attainment(self) -> None:
        # Rows E15 (Comish: a quota of 375k) and E18 (Prowi: nothing up to half of 250k)
        comish = by_quota(Curve.marginal({0: "0.06", 1: "0.08", "1.25": "0.1", "1.5": "0.12"}))
        assert at_attainment(comish, Fraction(500, 375), 375_000) == usd(33_125)
        prowi = by_quota(Curve.marginal({0: 0, "0.5": "0.08", 1: "0.12", "1.25": "0.15"}))
        assert at_attainment(prowi, "1.3", 250_000) == usd(19_375)

    def test_a_slab_bonus_of_an_insurance_calculator(self) -> None:
        # Row E46: an open-source calculator: rates by tier as the source has them, its bounds between the amounts
        slab = Curve.slab({0: "0.03", 100_000: "0.05", 1_000_000: "0.06", 3_000_000: "0.07"})
        totals = [paid(plan(Rule("sales", slab)), sold(n)).total for n in (125_000, 70_000, 1_500_000, 4_000_000)]
        assert totals == [usd(6_250), usd(2_100), usd(90_000), usd(280_000)]


class TestTarget:
    @pytest.mark.parametrize(("attainment", "expected"), [("0.8", 16_000), ("1.1", 22_800), ("1.3", 28_800)])
    def test_multiples_of_target(self, attainment: str, expected: int) -> None:
        # Row E20: a variable-pay calculator's tests
        tiers = Curve.marginal({0: 1, 1: "1.4", "1.2": "1.6"})
        assert at_attainment(by_target(tiers, 20_000), attainment) == usd(expected)

    def test_a_grid_that_pays_nothing_below_its_first_step(self) -> None:
        # Row E22: a variable-pay calculator's test plan: 0 to 95 % nothing, 1.0 from there, 1.2 from 100 %
        grid = by_target(Curve.slab({0: 0, "0.95": 1, 1: "1.2"}), 20_000)
        assert at_attainment(grid, "0.9") == usd(0)

    def test_a_dead_band_and_a_gate_at_the_same_bound(self) -> None:
        # Row E23: a variable-pay calculator's tests; the gate as defined: it pays from the first unit
        assert at_attainment(by_target(Curve.deadband("0.95", 1), 15_000), "0.975") == usd(375)
        gated = plan(
            Rule("quota", Curve.flat(1), OF_QUOTA, times="target"), steps=[Gate("quota", "0.95")], target=15_000
        )
        assert at_attainment(gated, "0.975") == usd(14_625)

    def test_a_slab_of_attainment_with_the_tier_below_at_the_bound(self) -> None:
        # Row E26: a variable-pay calculator's test plan, "linear with grid"
        grid = Curve.slab({0: 1, 1: "1.6", "1.2": 2}, BELOW)
        assert at_attainment(by_target(grid, 25_000), "1.2") == usd(48_000)

    def test_slab_and_marginal_of_the_same_multiples(self) -> None:
        # Row E27: a variable-pay calculator's change notes
        tiers = {0: Fraction(1), 1: Fraction("1.4"), Fraction("1.2"): Fraction("1.6")}
        assert at_attainment(by_target(Curve.slab(tiers), 50_000), "1.1") == usd(77_000)
        marginal = by_target(Curve.marginal(tiers), 50_000)
        assert [at_attainment(marginal, at) for at in ("1.1", "1.2", "1.5")] == [usd(57_000), usd(64_000), usd(88_000)]

    @pytest.mark.parametrize(("amount", "base", "expected"), [(80, "0.6", 48), (110, "0.6", 69), (140, "0.5", 90)])
    def test_a_slab_on_the_overage(self, amount: int, base: str, expected: int) -> None:
        # Row E28: an earnings calculator's tests: multiples of the base rate
        multiples = Curve.slab_over({0: 1, 1: "1.5", "1.25": 2, "1.5": "2.5"}).scale(base)
        assert at_attainment(by_quota(multiples), Fraction(amount, 100), 100_000) == usd(expected * 1_000)

    def test_one_table_of_three_meanings(self) -> None:
        # Row E31: worked out by hand
        rates = {0: "0.5", 1: "0.75", "1.25": 1, "1.5": "1.25"}
        made = (Curve.marginal(rates), Curve.slab_over(rates), Curve.slab(rates))
        totals = [at_attainment(by_quota(curve), "1.4", 100_000) for curve in made]
        assert totals == [usd(83_750), usd(90_000), usd(140_000)]

    def test_an_accelerator_of_the_base_rate(self) -> None:
        # Row E75: a bonus calculator: from 70 % on, twice the base rate above 100 %, at most 200 %
        curve = Curve.interpolated({0: 0, "0.7": 0, 1: 1}, beyond=2).cap(2)
        assert [at_attainment(by_target(curve, 10_000), at) for at in ("0.85", "1.2")] == [usd(5_000), usd(14_000)]

    def test_a_cap_on_attainment_is_no_cap_on_payout(self) -> None:
        # Row E78: worked out by hand, at 180 %
        curve = Curve.marginal({0: 1, 1: "1.4", "1.2": "1.6"})
        capped = (curve, curve.until("1.5"), curve.cap("1.5"))
        totals = [at_attainment(by_target(one, 50_000), "1.8") for one in capped]
        assert totals == [usd(112_000), usd(88_000), usd(75_000)]


class TestBalances:
    def run(self, step: Any, earned: list[int]) -> list[Statement]:
        """Statements of month after month, each after the one before; below zero a deal is cancelled."""
        made = flat(1, Reversal("original"), step)
        statements: list[Statement] = []
        for amount, month in zip(earned, MONTHS, strict=False):
            events, deals, opening = [], [], statements[-1] if statements else None
            if amount >= 0:
                deals.append(sold(amount, month.start.month, month.start))
            else:  # of a deal of the first month
                deals.append(sold(earned[0], 1, JANUARY.start))
                events.append(DealEvent("D-01", month.start, EventKind.CANCELLED, usd(-amount)))
            statements.append(paid(made, *deals, period=month, opening=opening, events=events))
        return statements

    @pytest.mark.parametrize(
        ("step", "earned", "pays", "carries"),
        [
            # Row E34: Oracle 1088212.1, a recoverable minimum of 250
            (
                Clamp(least=usd(250), below="owed"),
                [100, 1_200, -20, 110, 50],
                [250, 1_050, 250, 250, 250],
                [-150, 0, -270, -410, -610],
            ),
            # Row E35: Oracle Fusion, a draw of 1,000
            (Draw(usd(1_000)), [500, 700, 400], [1_000] * 3, [-500, -800, -1_400]),
            # Row E36: Oracle 1089004.1, delayed recovery of 250 a period, restated as paid + closing = earned + opening
            (
                Clamp(least=usd(250), most=usd(250), below="owed", above="banked"),
                [100, 1_200, -20],
                [250] * 3,
                [-150, 800, 530],
            ),
        ],
    )
    def test_minimum_and_carry(self, step: Any, earned: list[int], pays: list[int], carries: list[int]) -> None:
        statements = self.run(step, earned)
        assert [one.total for one in statements] == [usd(amount) for amount in pays]
        assert [one.closing.carried for one in statements] == [100 * amount for amount in carries]

    @pytest.mark.parametrize(
        ("advance", "earned", "pays", "owes"),
        [(4_000, 6_000, 2_000, 0), (3_000, 5_000, 2_000, 0), (3_000, 2_000, 0, 1_000)],
    )
    def test_an_advance_is_recovered(self, advance: int, earned: int, pays: int, owes: int) -> None:
        # Row E38: Visdum and LegalClarity
        draw = flat(1, Draw(usd(advance), "additional", during=JANUARY))
        first = paid(draw)
        assert first.total == usd(advance)
        second = paid(draw, sold(earned, 1, date(2026, 2, 1)), period=MONTHS[1], opening=first)
        assert (second.total, second.closing.owed) == (usd(pays), owes * 100)

    def test_a_draw_that_is_not_recoverable_fills_up(self) -> None:
        # Row E39: an earnings calculator's tests: a ramped quota of 5k, 80 % of what it lacks of 10k
        statement = paid(flat("0.1", Draw(usd(4_000), recoverable=False)), sold(1_000))
        assert statement.total == usd(4_000)
        assert statement.lines[-1].amount == 390_000

    def test_a_draw_of_17_of_31_days(self) -> None:
        # Row E41: an earnings calculator's tests
        draw = flat("0.1", Draw(usd(4_000), recoverable=False))
        assert paid(draw.prorated(Period.parse("2026-01-15..2026-02-01"), JANUARY)).total == usd("2193.55")

    def test_a_minimum_is_not_taken_back_with_the_credit(self) -> None:
        # Row E32: Xactly: a credit of 100 at 5 %, of which 10 were paid
        minimum = flat("0.05", Clamp(least=usd(10)), Reversal("original"))
        first = paid(minimum, sold(100))
        assert first.total == usd(10)
        gone = DealEvent("D-01", date(2026, 2, 1), EventKind.CANCELLED)
        after = paid(minimum, sold(100), period=MONTHS[1], events=[gone], opening=first)
        assert [line.amount for line in after.lines if line.kind == "reversal"] == [-500]

    @pytest.mark.parametrize(
        ("order", "expected"),
        [("cap bonus claw debt", 13_000), ("bonus cap claw debt", 11_000), ("claw cap bonus debt", 17_000)],
    )
    def test_the_order_of_steps_changes_what_is_paid(self, order: str, expected: int) -> None:
        # Row E79: worked out by hand: earned 30k, cap 20k, SPIFF 2k, clawback 4k, debt 5k
        steps: dict[str, Any] = {
            "cap": Clamp(most=usd(20_000)),
            "bonus": Bonus("SPIFF", usd(2_000)),
            "claw": Reversal("original"),
            "debt": Clamp(least=usd(0), below="owed"),
        }
        made = flat(1, *(steps[name] for name in order.split()))
        before = DealBalance("sales", "D-02", date(2025, 12, 1), 400_000, 400_000)
        opening = Balances(earned=400_000, payable=900_000, owed=500_000, deals=(before,))
        old = sold(4_000, 2, date(2025, 12, 1))
        gone = DealEvent("D-02", date(2026, 1, 20), EventKind.CANCELLED)
        assert paid(made, sold(30_000), old, opening=opening, events=[gone]).total == usd(expected)


class TestAllocation:
    @pytest.mark.parametrize(
        ("amount", "to", "by", "expected"),
        [
            # Row E58: a money library's issue, by largest remainder
            ("99.99", {"owner": "0.75", "partner": "0.25"}, "shares", [7_499, 2_500]),
            # Row E59: the same issue: weights, not shares of 1
            ("0.01", {"owner": 33, "partner": 66}, "weights", [0, 1]),
            # Row E62: an expense splitter's issues
            ("1.00", {"owner": 1, "partner": 1, "third": 1}, "weights", [34, 33, 33]),
        ],
    )
    def test_splits(self, amount: str, to: Any, by: Any, expected: list[int]) -> None:
        people = {"owner": "Ada", "partner": "Bo", "third": "Cleo"}
        assert list(Allocate(to, by).parts(usd(amount).minor, people).values()) == expected
        deal = sold(amount, labels={"partner": "Bo", "third": "Cleo"})
        split = plan(Rule("sales", Curve.flat(1), allocate=Allocate(to, by)))
        totals = [paid(split, deal, payee=name).total.minor for name in ("Ada", "Bo", "Cleo")]
        assert totals[: len(expected)] == expected

    LADDER = (
        Rule("own", Curve.flat("0.5")),
        Rule("first", Curve.flat("0.02"), allocate=Allocate(level=1)),
        Rule("second", Curve.flat("0.015"), allocate=Allocate(level=2)),
        Rule("third", Curve.flat("0.01"), allocate=Allocate(level=3)),
    )
    STAFF: ClassVar = [
        Assignment(*pair, None, date(2020, 1, 1)) for pair in (("Ada", "Bo"), ("Bo", "Cleo"), ("Cleo", "Dan"))
    ]

    def test_overrides_of_managers_and_their_cancellation(self) -> None:
        # Rows E43 and E44: an open-source insurance calculator
        made = plan(*self.LADDER, steps=[Reversal("original")])
        deals = [sold(100_000, 1), sold(50_000, 2)]
        names = ("Ada", "Bo", "Cleo", "Dan")
        alone = [paid(made, deals[0], payee=name, assignments=self.STAFF).total for name in names]
        assert alone == [usd(50_000), usd(2_000), usd(1_500), usd(1_000)]
        gone = DealEvent("D-02", date(2026, 2, 3), EventKind.CANCELLED)
        taken: list[Money] = []
        for name in names:
            first = paid(made, *deals, payee=name, assignments=self.STAFF)
            later = {"period": MONTHS[1], "opening": first, "events": [gone]}
            taken.append(paid(made, *deals, payee=name, assignments=self.STAFF, **later).total)
        assert taken == [usd(-25_000), usd(-1_000), usd(-750), usd(-500)]
        assert sum(taken, Money(0, "XXX")) == usd(-27_250)

    @pytest.mark.parametrize(("split", "expected"), [("credit", 2_000), ("commission", 2_500)])
    def test_the_credit_or_the_commission_is_split(self, split: Any, expected: int) -> None:
        # Row E80: worked out by hand: a deal of 40k on top of 80k
        tiers = Curve.marginal({0: "0.1", 100_000: "0.15"})
        made = plan(Rule("sales", tiers, Basis(window="year"), Allocate(split=split)))
        deals = [sold(80_000, 1), sold(40_000, 2, date(2026, 2, 10))]
        halves = [Credit("D-02", "Ada", "0.5"), Credit("D-02", "Bo", "0.5")]
        assert paid(made, *deals, period=MONTHS[1], credits=halves).total == usd(expected)

    def test_the_most_specific_criteria_win(self) -> None:
        # Row E56: an accounting module's tests on a line of 1,000
        once = Basis("count", window="deal")
        fixed = Curve.steps({1: 10}), Curve.steps({1: 20})
        where = {"group": "tools"}, {"group": "tools", "product": "saw"}
        rules = [
            Rule("global", fixed[0], once),
            Rule("category", fixed[1], Basis("count", where[0], "deal")),
            Rule("product", Curve.flat("0.05"), Basis(where=where[1])),
            Rule("variant", Curve.flat("0.15"), Basis(where={**where[1], "variant": "big"})),
        ]
        made = CompPlan("plan", "USD", date(2026, 1, 1), rules, most_specific=True)
        none = {"group": "none", "product": "none", "variant": "none"}
        levels: Any = ({}, where[0], where[1], {**where[1], "variant": "big"})
        totals = [paid(made, sold(1_000, labels=none | labels)).total for labels in levels]
        assert totals == [usd(10), usd(20), usd(50), usd(150)]

    def test_units_that_two_reps_share(self) -> None:
        # Row E57: an ERP's sales-person target report: 20 units, halves, a target of 50 each, a variance of -40
        deal = sold(100, values={"units": 20})
        halves = [Credit("D-01", "Ada", "0.5"), Credit("D-01", "Bo", "0.5")]
        quotas = Quotas.of([Quota(name, JANUARY, 50, value="units") for name in ("Ada", "Bo")])
        answers = breakdown(quota_attainment, quotas.with_sales([deal], halves), by="rep", period=JANUARY)
        assert [(one.actual.value, one.gap) for one in answers.values()] == [(10, 40), (10, 40)]
        made = plan(Rule("units", Curve.flat(1), Basis("units")))
        statement = paid(made, deal, credits=halves, payee="Bo")
        assert statement.lines[0].upper == 10


class TestBonuses:
    @pytest.mark.parametrize(("units", "expected"), [(9, 0), (10, 250), (25, 250)])
    def test_a_bonus_for_each_big_order(self, units: int, expected: int) -> None:
        # Row E76: Xactly's SPIF for orders of ten and more
        made = flat(0, Bonus("SPIF", usd(250), "deal", 10, Basis("units")))
        assert paid(made, sold(100, values={"units": units})).total == usd(expected)

    @pytest.mark.parametrize(
        ("amount", "weight", "least", "expected"),
        [(500_000, "0.6", "0.4", 1_500), (350_000, "0.6", "0.4", 0), (200_000, 1, 0, 1_000)],
    )
    def test_a_share_of_target_for_one_deal(self, amount: int, weight: Any, least: Any, expected: int) -> None:
        # Row E68: a variable-pay calculator's tests: 25 % of the target's weight, by the deal's share of the quota
        least = Fraction(least)
        curve = Curve.slab({0: 0, least: "0.25"}) if least else Curve.flat("0.25")
        rest = [Rule("rest", Curve.flat(0), OF_QUOTA, times="target", weight="0.4")] if weight != 1 else []
        spiff = Rule("SPIFF", curve, Basis(window="deal", of_quota=True), times="target", weight=weight)
        made = plan(spiff, *rest, target=20_000)
        quotas = [Quota("Ada", YEAR, usd(1_000_000))]
        assert paid(made, sold(amount), period=YEAR, quotas=quotas).total == usd(expected)

    @pytest.mark.parametrize(("amount", "expected"), [(75_000, 3_000), (50_000, 2_000), (40_000, 0)])
    def test_a_commission_with_a_threshold(self, amount: int, expected: int) -> None:
        # Row E70: a variable-pay calculator's tests: 4 % from 50k on, and who is at it has reached it
        assert paid(flat("0.04", Gate("sales", 50_000)), sold(amount)).total == usd(expected)


class TestReversals:
    def test_original_rate_and_restated(self) -> None:
        # Row E52: clawback policies, worked out by hand
        tiers = Rule("sales", Curve.marginal({0: "0.1", 100_000: "0.15"}))
        deals = [sold(80_000, 1), sold(40_000, 2)]
        gone = DealEvent("D-01", date(2026, 1, 20), EventKind.CANCELLED)
        methods: list[tuple[Any, int, int]] = [("original", -8_000, 5_000), ("restate", -9_000, 4_000)]
        for method, taken, net in methods:
            steps = [Reversal(method)]
            statement = paid(plan(tiers, steps=steps), *deals, events=[gone])
            assert sum(line.amount for line in statement.lines if line.kind == "reversal") == taken * 100
            assert statement.total == usd(net)

    def test_an_advance_of_nine_months_is_prorated(self) -> None:
        # Row E48: an insurance chargeback: 612 for nine months, of which five are not earned
        made = flat(1, Reversal("original", months=9))
        first = paid(made, sold(612))
        gone = DealEvent("D-01", date(2026, 5, 1), EventKind.CANCELLED)
        assert paid(made, sold(612), period=MONTHS[4], events=[gone], opening=first.closing).total == usd(-340)

    def test_half_is_taken_back(self) -> None:
        # Row E51: Core8's fixed clawback
        made = flat(1, Reversal("original", share="0.5"))
        first = paid(made, sold(10_000))
        gone = DealEvent("D-01", date(2026, 2, 1), EventKind.CANCELLED)
        assert paid(made, sold(10_000), period=MONTHS[1], events=[gone], opening=first).total == usd(-5_000)

    def test_refunds_of_units(self) -> None:
        # Row E55: an accounting module's tests: five units of one at 20 %
        made = flat("0.2", Reversal("original"))
        three = DealEvent("D-01", date(2026, 1, 2), EventKind.CANCELLED, usd(3))
        whole = DealEvent("D-01", date(2026, 1, 2), EventKind.CANCELLED)
        again = sold(3, 3)
        statements = [
            paid(made, sold(5), events=[three]),
            paid(made, sold(5), events=[whole]),
            paid(made, sold(5), again, events=[whole]),
        ]
        assert [one.total for one in statements] == [usd("0.40"), usd(0), usd("0.60")]
        assert [len(one.lines) for one in statements] == [2, 2, 3]


class TestRelease:
    def test_a_down_payment_and_the_final_invoice(self) -> None:
        # Row E54: an accounting module's tests: two lines of 500, two agents at 10 %, then one
        held = flat("0.1", Release(invoiced=1))
        lines = [sold(500, 1), sold(500, 2)]
        agents = [
            credit for deal in lines for credit in (Credit(deal.id, "Ada", 1), Credit(deal.id, "Bo", 1, overlay=True))
        ]
        overlay = plan(Rule("sales", Curve.flat("0.1"), allocate=Allocate({"owner": 1}, "overlay")))
        booked = [
            paid(flat("0.1"), *lines, credits=agents).total,
            paid(overlay, *lines, credits=agents, payee="Bo").total,
        ]
        assert sum(booked, Money(0, "XXX")) == usd(200)
        down = [DealEvent(deal.id, date(2026, 1, 20), EventKind.INVOICED, usd(50)) for deal in lines]
        rest = [DealEvent(deal.id, date(2026, 2, 20), EventKind.INVOICED, usd(450)) for deal in lines]
        first = paid(held, *lines, events=down)
        second = paid(held, *lines, period=MONTHS[1], events=[*down, *rest], opening=first)
        assert (first.earned, first.total, second.total) == (usd(100), usd(10), usd(90))
        assert (first.closing.held, second.closing.held) == (9_000, 0)
