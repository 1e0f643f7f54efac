"""What a team is paid at once: for every payee what `commission` says, whatever the plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, DrawFn

from refusals import check_refusal
from salesmetrics import (
    Allocate,
    Assignment,
    Balances,
    Basis,
    Bonus,
    Commissions,
    Comparison,
    CompPlan,
    Credit,
    CurrencyMismatchError,
    Curve,
    Deal,
    DealEvent,
    Deals,
    Draw,
    EventKind,
    FiscalCalendar,
    Gate,
    InvalidValueError,
    Money,
    Period,
    Quota,
    Rule,
    SalesMetricsError,
    Statement,
    commission,
    commissions,
)
from salesmetrics.strategies import bases, comp_plans, curves

CALENDAR = FiscalCalendar()
YEAR, Q2, MAY = CALENDAR.year(2026), CALENDAR.quarter(2026, 2), CALENDAR.month(2026, 5)
PERIODS = [YEAR, Q2, MAY, Period(date(2026, 5, 20), date(2026, 7, 10))]
DAYS = st.sampled_from(
    [
        *(date(2025, 12, 31), date(2026, 1, 1), date(2026, 4, 1), date(2026, 5, 1), date(2026, 5, 20)),
        *(date(2026, 6, 30), date(2026, 7, 1), date(2026, 7, 9), date(2026, 12, 31)),
    ]
)
CENTS = st.sampled_from([0, 1, -1, 5, 50, 100, 125, 1_000, 9_999, 10_000, -10_000, 2**62])
REPS: tuple[str, ...] = ("Ada", "Bo", "Cleo")
ACCOUNTS: dict[str, Balances] = dict.fromkeys(REPS, Balances())
DOUBTS = {"missing_amount", "missing_close", "negative_amount", "missing_created", "closed_before_created"}

Line = tuple[str, str | None, Any, int]


@st.composite
def sold(draw: DrawFn) -> list[Deal]:
    """A few deals, most of them won by two reps, placed at bounds of tiers and windows; some lack something."""
    numbered, complete = draw(st.booleans()), draw(st.booleans())
    gap: Any = st.just(None) if not complete else st.nothing()
    made: list[Deal] = []
    for number in draw(st.lists(st.integers(0, 30), min_size=2, max_size=7, unique=True)):
        stage = draw(st.sampled_from(["Won", "Won", "Won", "Lost", "Qualified"]))
        amount, margin = (draw(CENTS.map(lambda cents: Money(cents, "USD")) | gap) for _ in range(2))
        day = draw(DAYS | gap)
        made.append(
            Deal(
                number if numbered else f"D-{number}",
                amount,
                stage,
                draw(st.sampled_from(["Ada", "Bo"]) | gap),
                date(2025, 1, 1),
                closed=None if stage == "Qualified" else day,
                kind=draw(st.sampled_from(["new", "renewal"])),
                values={"units": draw(st.integers(-3, 30) | gap), "margin": margin},
                labels={"region": draw(st.sampled_from(["EMEA", "APAC"])), "partner": draw(st.sampled_from(REPS))},
            )
        )
    return made


@st.composite
def straight_plans(draw: DrawFn) -> CompPlan:
    """A plan whose payees are worked out at once."""
    rules: list[Rule] = []
    for name in draw(st.sampled_from([["sales"], ["sales", "renewals"], []])):
        basis = draw(bases())
        times: Any = draw(st.sampled_from(["one", "quota"])) if basis.of_quota else "one"
        rules.append(Rule(name, draw(curves()), basis, times=times))
    if draw(st.booleans()):
        rules.append(Rule("target", draw(curves()), draw(bases()), times="target"))
    return CompPlan("straight", "USD", date(2025, 1, 1), rules, target_incentive=Money.of(12_000, "USD"))


def any_plans() -> st.SearchStrategy[CompPlan]:
    """Any plan, in force in the periods that are asked for."""
    return straight_plans() | comp_plans().map(lambda plan: evolve(plan, effective=date(2025, 1, 1)))


def table_of(deals: Iterable[Deal]) -> Deals:
    return Deals.of(deals, accept=DOUBTS)


def lines_of(statement: Statement) -> list[Line]:
    """The lines of a statement, those of a deal's way along the tiers added up, the plain way."""
    found: list[Line] = []
    for line in statement.lines:
        kind = "deal" if line.kind in ("tier", "jump") else line.kind
        at = [place for place, one in enumerate(found) if one[:3] == (kind, line.rule, line.deal)]
        if at:
            found[at[0]] = (kind, line.rule, line.deal, found[at[0]][3] + line.amount)
        else:
            found.append((kind, line.rule, line.deal, line.amount))
    return found


def listed(team: Commissions, payee: str) -> list[Line]:
    columns = team.lines.to_columns()
    rows = zip(*(columns[name].tolist() for name in ("payee", "kind", "rule", "deal", "minor")), strict=True)
    return [(kind, rule, deal, minor) for who, kind, rule, deal, minor in rows if who == payee]


def asked_alone(
    table: Deals, plans: Mapping[str, CompPlan], period: Period, options: dict[str, Any]
) -> dict[str, Statement] | None:
    """Everybody's own statement; nothing where one is refused."""
    try:
        return {
            payee: commission(table, plan=plan, payee=payee, period=period, **options) for payee, plan in plans.items()
        }
    except SalesMetricsError:
        return None


def check(table: Deals, plans: Mapping[str, CompPlan], period: Period, **options: Any) -> None:
    """Refuse a team that is paid something else than its members asked for alone."""
    alone = asked_alone(table, plans, period, options)
    if alone is None:
        with pytest.raises(SalesMetricsError):
            commissions(table, plans=plans, period=period, openings=ACCOUNTS, **options)
        return
    team = commissions(table, plans=plans, period=period, openings=ACCOUNTS, **options)
    assert [*team] == sorted(plans)
    for payee, statement in alone.items():
        own = team[payee]
        assert listed(team, payee) == lines_of(statement)
        assert (own.value, own.paid, own.earned) == (statement.total, statement.paid, statement.earned)
        assert own.n_missing == statement.n_missing
        assert (own.to_columns()["plan"], own.to_columns()["version"]) == ([statement.plan], [statement.version])
    totals = {payee: statement.total for payee, statement in alone.items()}
    assert team.totals == totals


def monthly_quotas(plans: Iterable[CompPlan]) -> list[Quota]:
    """Quotas of everything that plans measure, of each rep for each month of the year, larger for some than others."""
    measured = dict.fromkeys(rule.basis for plan in plans for rule in plan.rules if rule.basis.of_quota)
    asked = dict.fromkeys((basis.value, basis.where) for basis in measured)
    return [
        Quota(
            rep,
            month,
            Money((1 + place) * 1_000, "USD") if value in ("amount", "margin") else 3 - place,
            value=value,
            where=where,
        )
        for value, where in asked
        for place, rep in enumerate(REPS)
        for month in CALENDAR.months_in(YEAR)
    ]


def around(deals: list[Deal], period: Period, data: DataObject) -> dict[str, Any]:
    """Whatever else a commission may be asked with."""
    options: dict[str, Any] = {}
    ids = [deal.id for deal in deals]
    if data.draw(st.booleans()):
        window = data.draw(st.sampled_from([YEAR, period]))
        options["quotas"] = [Quota(payee, window, Money(10_000, "USD")) for payee in REPS]
    if data.draw(st.booleans()):
        options["assignments"] = [Assignment("Ada", "Bo", None, date(2025, 1, 1))]
    if data.draw(st.booleans()):
        event = DealEvent(data.draw(st.sampled_from(ids)), data.draw(DAYS), data.draw(st.sampled_from(EventKind)))
        options["events"] = [event]
    if data.draw(st.integers(0, 3)) == 0:
        options["credits"] = [Credit(data.draw(st.sampled_from(ids)), "Bo", 1)]
    return options


class TestCommissions:
    @given(sold(), st.lists(straight_plans(), min_size=1, max_size=3), st.sampled_from(PERIODS))
    def test_definition(self, deals: list[Deal], plans: list[CompPlan], period: Period) -> None:
        by_payee = {payee: plans[place % len(plans)] for place, payee in enumerate(REPS)}
        check(table_of(deals), by_payee, period, quotas=monthly_quotas(plans))

    @given(sold(), st.lists(any_plans(), min_size=3, max_size=3), st.sampled_from(PERIODS), st.data())
    def test_steps(self, deals: list[Deal], plans: list[CompPlan], period: Period, data: DataObject) -> None:
        options = around(deals, period, data)
        check(table_of(deals), dict(zip(REPS, plans, strict=True)), period, **options)

    @given(sold(), straight_plans(), st.data())
    def test_order(self, deals: list[Deal], plan: CompPlan, data: DataObject) -> None:
        moved = data.draw(st.permutations(deals))
        plans = dict.fromkeys(REPS, plan)
        if asked_alone(table_of(deals), plans, YEAR, {}) is not None:
            one = commissions(table_of(deals), plans=plans, period=YEAR, openings=ACCOUNTS)
            back = dict(reversed(plans.items()))
            assert one == commissions(table_of(moved), plans=back, period=YEAR, openings=ACCOUNTS)

    @given(sold(), straight_plans())
    def test_door(self, deals: list[Deal], plan: CompPlan) -> None:
        sound = [*table_of(deals).filter(table_of(deals).amount.known)]
        kept = [deal for deal in sound if (deal.closed or deal.stage == "Qualified") and deal.amount]
        kept = [deal for deal in kept if deal.amount is not None and deal.amount.minor >= 0]
        asked: dict[str, Any] = {"plans": {"Ada": plan}, "period": YEAR, "openings": {"Ada": Balances()}}
        if asked_alone(Deals.of(kept), {"Ada": plan}, YEAR, {}) is not None:
            assert commissions(iter(kept), **asked) == commissions(Deals.of(kept), **asked)

    @given(sold(), any_plans(), any_plans())
    def test_parts(self, deals: list[Deal], one: CompPlan, other: CompPlan) -> None:
        plans = {"Ada": one, "Bo": other}
        table = table_of(deals)
        if asked_alone(table, plans, YEAR, {}) is not None:
            ada, bo, both = (
                commissions(table, plans=some, period=YEAR, openings=dict.fromkeys(some, Balances()))
                for some in ({"Ada": one}, {"Bo": other}, plans)
            )
            assert ada + bo == both

    @given(sold(), any_plans(), st.sampled_from(PERIODS), st.data())
    def test_everybody(self, deals: list[Deal], plan: CompPlan, period: Period, data: DataObject) -> None:
        options = around(deals, period, data)
        table = table_of(deals)
        people = [*REPS, "Dot"]
        alone = asked_alone(table, dict.fromkeys(people, plan), period, options)
        if alone is not None:
            team = commissions(table, plans=plan, period=period, **options)
            assert {*team} >= {deal.owner for deal in deals if deal.owner}
            for person, statement in alone.items():
                if any(line.deal is not None for line in statement.lines) or statement.n_missing:
                    assert person in team
                if person in team:
                    assert listed(team, person) == lines_of(statement)
            nobodys = sorted(deal.id for deal in deals if is_nobodys(deal, plan, period, options))
            assert team.lines.uncredited.tolist() == nobodys
            assert team.n_uncredited == len(nobodys)


def is_nobodys(deal: Deal, plan: CompPlan, period: Period, options: dict[str, Any]) -> bool:
    """Whether a won deal of a period counts by a plan and names nobody whom it would credit, told the plain way."""
    if deal.stage != "Won" or any(credit.deal == deal.id for credit in options.get("credits", ())):
        return False
    booked = [one.on for one in options.get("events", ()) if (one.deal, one.kind) == (deal.id, EventKind.BOOKED)]
    day = min(booked) if booked else deal.closed
    if day is not None and day not in period:
        return False
    measured = [one for one in (*plan.rules, *plan.steps) if isinstance(one, (Rule, Bonus))]
    facts = {"owner": deal.owner, "kind": deal.kind, **deal.labels}
    counting = [
        one
        for one in measured
        if one.allocate.by != "overlay" and all(facts.get(name) == wanted for name, wanted in one.basis.where.items())
    ]
    return bool(counting) and not any(facts.get(field) for one in counting for field in one.allocate.to)


AE = CompPlan.of("AE", Curve.marginal({0: "0.1", 100: "0.2"}), "USD", date(2026, 1, 1))
MARCH = CALENDAR.month(2026, 3)


def deal(number: int, owner: str | None, dollars: int, closed: date = date(2026, 3, 3)) -> Deal:
    return Deal(number, Money.of(dollars, "USD"), "Won", owner, date(2026, 1, 1), closed=closed)


def paid(team: Commissions) -> dict[str, str]:
    return {payee: str(total.amount) for payee, total in team.totals.items()}


def test_one_plan_is_that_of_everybody_who_owns_a_deal() -> None:
    deals = Deals.of([deal(1, "Ada", 100), deal(2, None, 50), deal(3, "Bo", 10), deal(4, "Cleo", 1)])
    team = commissions(deals.filter(~deals.owner.is_in("Cleo")), plans=AE, period=MARCH)
    assert paid(team) == {"Ada": "10.00", "Bo": "1.00"}
    assert str(team) == "11.00 USD for 2 payees in FY26 M03, 1 won deal of nobody (2)"
    assert str(team["Bo"]) == "1.00 USD for 1 payee in FY26 M03"
    assert (team.n_uncredited, team.lines.uncredited.tolist(), team["Bo"].n_uncredited) == (1, [2], 0)


def test_many_deals_of_nobody_are_named_in_part() -> None:
    deals = [deal(number, None, 1) for number in (5, 3, 4, 1)]
    team = commissions(deals, plans=AE, period=MARCH)
    assert str(team) == "0.00 USD for 0 payees in FY26 M03, 4 won deals of nobody (1, 3, 4 ...)"
    assert Commissions.from_dict(team.to_dict()) == team


def test_a_deal_of_nobody_is_in_the_period_in_which_it_was_booked_and_credits_may_name_somebody() -> None:
    deals = [deal(1, None, 10), deal(2, None, 20, date(2026, 4, 2)), deal(3, None, 30), deal(4, None, 40)]
    events = [DealEvent(1, date(2026, 2, 27), EventKind.BOOKED), DealEvent(2, MARCH.start, EventKind.BOOKED)]
    team = commissions(deals, plans=AE, period=MARCH, events=events, credits=[Credit(3, "Ada", 1)])
    assert (paid(team), team.lines.uncredited.tolist()) == ({"Ada": "3.00"}, [2, 4])


def test_one_plan_pays_partners_and_managers_who_own_no_deal() -> None:
    halves = Rule("sales", Curve.flat("0.1"), allocate=Allocate({"owner": "0.5", "partner": "0.5"}))
    above = Rule("team", Curve.flat("0.01"), allocate=Allocate(level=1))
    deals = [evolve(deal(1, "Ada", 100), labels={"partner": "Eve"})]
    staff = [Assignment("Ada", "Dot", None, date(2025, 1, 1))]
    team = commissions(deals, plans=evolve(AE, rules=[halves, above]), period=MARCH, assignments=staff)
    assert paid(team) == {"Ada": "5.00", "Dot": "1.00", "Eve": "5.00"}


def test_one_plan_pays_whoever_has_an_account() -> None:
    plan = evolve(AE, steps=[Draw(Money.of(50, "USD"))])
    february = commission([], plan=plan, payee="Dan", period=CALENDAR.month(2026, 2))
    team = commissions([deal(1, "Ada", 1_000)], plans=plan, period=MARCH, openings={"Dan": february})
    assert paid(team) == {"Ada": "190.00", "Dan": "50.00"}


def test_payees_whom_nobody_knows_are_refused_all_at_once() -> None:
    with pytest.raises(InvalidValueError) as refused:
        commissions([deal(1, "Ada", 100)], plans={"Adda": AE, "Ada": AE, "Zoe": AE}, period=MARCH)
    assert [said.split("got ")[1] for said in str(refused.value).split("; and ")] == [
        "'Adda'; did you mean 'Ada'? Whoever is new is given the opening Balances()",
        "'Zoe'; known are 'Ada'. Whoever is new is given the opening Balances()",
    ]
    check_refusal(refused.value)
    assert "Zoe" in commissions([deal(1, "Ada", 9)], plans={"Zoe": AE}, period=MARCH, openings={"Zoe": Balances()})
    assert "Zoe" in commissions(
        [deal(1, "Ada", 9)], plans={"Zoe": AE}, period=MARCH, quotas=[Quota("Zoe", MARCH, Money.of(9, "USD"))]
    )


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (
            Rule("sales", Curve.flat(1), allocate=Allocate({"ownr": 1})),
            "'sales' must credit 'owner' or whom a label of the deals names, got 'ownr'; did you mean 'owner'?",
        ),
        (
            Rule("sales", Curve.flat(1), Basis("margn")),
            "'sales' must measure a value of the deals, got 'margn'; did you mean 'margin'?",
        ),
        (
            Rule("sales", Curve.flat(1), Basis(where={"region": "emea "})),
            "'sales' must ask for what deals have as 'region', got 'emea '; did you mean 'EMEA'?",
        ),
        (
            Rule("sales", Curve.flat(1), Basis(where={"owner": "Adda"})),
            "'sales' must ask for what deals have as 'owner', got 'Adda'; did you mean 'Ada'?",
        ),
        (
            Rule("sales", Curve.flat(1), Basis(where={"tier": "1"})),
            "'sales' must ask for what deals have as 'tier', got '1'; did you mean 1?",
        ),
        (
            Rule("sales", Curve.flat(1), Basis(where={"kind": "upsell"})),
            ("'sales' must ask for what deals have as 'kind', got 'upsell'; known are 'new', 'expansion', 'renewal'"),
        ),
        (
            Rule("sales", Curve.flat(1), allocate=Allocate({"tier": 1}, by="overlay")),
            "'sales' must credit people whom 'tier' names in text, got 1; write text",
        ),
        (Rule("sales", Curve.flat(1), allocate=Allocate({"region": 1}, by="overlay")), None),
        (Rule("sales", Curve.flat(1), Basis(where={"kind": "renewal"})), None),
        (Rule("sales", Curve.flat(1), Basis(where={"region": "APAC"})), None),
        (Rule("sales", Curve.flat(1), Basis(where={"product": "GTX 2"})), None),
    ],
)
def test_what_is_misspelt_in_a_plan_is_refused_where_the_deals_are_known(rule: Rule, said: str | None) -> None:
    labels: dict[str, Any] = {"region": "EMEA", "tier": 1, "product": "GTX 1"}
    deals = [evolve(deal(1, "Ada", 100), values={"margin": 4}, labels=labels)]
    plan = evolve(AE, rules=[rule])
    asked: list[Any] = [
        lambda: commissions(deals, plans=plan, period=MARCH),
        lambda: commission(deals, plan=plan, payee="Ada", period=MARCH),
        lambda: commissions(deals, plans=evolve(plan, steps=[Gate("sales", 1)]), period=MARCH),
    ]
    for ask in asked:
        if said is None:
            ask()
            continue
        with pytest.raises(InvalidValueError) as refused:
            ask()
        assert str(refused.value) == said


def test_the_version_in_force_pays() -> None:
    later = evolve(AE, version=2, effective=date(2026, 3, 1), rules=[Rule("AE", Curve.flat("0.3"))])
    team = commissions([deal(1, "Ada", 100)], plans=[later, AE], period=MARCH)
    assert paid(team) == {"Ada": "30.00"}
    assert team.lines.plans[0].version == 2


def test_a_plan_that_credits_managers_needs_assignments() -> None:
    above = Rule("override", Curve.flat("0.01"), allocate=Allocate(level=1))
    made = CompPlan("plan", "USD", date(2025, 1, 1), [above])
    deal = Deal("D-1", Money.of(100, "USD"), "Won", "Ada", date(2025, 1, 1), closed=MAY.start)
    with pytest.raises(InvalidValueError, match="'override' must credit managers whom assignments name, got none; gi"):
        commissions([deal], plans=made, period=MAY)
    team = commissions([deal], plans=made, period=MAY, assignments=[Assignment("Ada", "Cleo", None, MAY.start)])
    assert team["Cleo"].value == Money.of(1, "USD")


def test_a_version_that_begins_within_the_period_is_refused() -> None:
    later = evolve(AE, version=2, effective=date(2026, 3, 2))
    with pytest.raises(InvalidValueError) as refused:
        commissions([deal(1, "Ada", 100)], plans={"Ada": [AE, later]}, period=MARCH)
    assert str(refused.value) == (
        "one version of a plan must be in force in all of FY26 M03, got a new one of 'Ada' on 2026-03-02; ask for the "
        "days before and after it apart"
    )
    after = evolve(later, effective=MARCH.end)
    assert paid(commissions([deal(1, "Ada", 100)], plans=[AE, after], period=MARCH)) == {"Ada": "10.00"}


@pytest.mark.parametrize(
    ("plans", "openings", "message"),
    [
        ({"Ada": "AE"}, {}, "plans must be CompPlan objects, got 'A' of 'Ada'; write CompPlan(...)"),
        (7, {}, "plans must be CompPlan objects, got 7; write CompPlan(...)"),
        ({1: AE}, {}, "payees must be text, got 1; name who is paid"),
        (
            AE,
            None,
            "openings must be a mapping of payees to their statements, got None; leave it out at first",
        ),
        (AE, {"Ada": 5}, "opening must be a Statement or Balances, got 5; leave it out at first"),
        (
            {"Ada": AE},
            {"Bo": Balances()},
            "openings must be of payees who have a plan, got one of 'Bo'; known are 'Ada'",
        ),
        (
            {"Ada": AE, "Bo": evolve(AE, currency="EUR")},
            {},
            "plans of a team must be in one currency, got EUR and USD; ask for the payees of each apart",
        ),
        ([], {}, "a version of the plan must be in force on 2026-03-01, got none; give an earlier one"),
    ],
)
def test_what_does_not_go_together_is_refused(plans: Any, openings: Any, message: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        commissions([deal(1, "Ada", 100)], plans=plans, period=MARCH, openings=openings)
    assert str(refused.value) == message


def test_an_account_of_somebody_else_is_refused_however_pay_is_worked_out() -> None:
    bo = commission([], plan=AE, payee="Bo", period=CALENDAR.month(2026, 2))
    for plan in (AE, evolve(AE, steps=[Gate("AE", 1)])):
        with pytest.raises(
            InvalidValueError, match="opening must be of Ada in USD and end on 2026-03-01, got one of Bo"
        ):
            commissions([deal(1, "Ada", 100)], plans=plan, period=MARCH, openings={"Ada": bo})


def test_deals_in_another_currency_are_refused() -> None:
    with pytest.raises(CurrencyMismatchError, match="deals must be in the currency of the plans EUR, got USD; convert"):
        commissions([deal(1, "Ada", 100)], plans=evolve(AE, currency="EUR"), period=MARCH)


def test_a_condition_on_a_key_that_deals_do_not_have_is_refused_for_who_sold_nothing_too() -> None:
    plan = CompPlan("AE", "USD", date(2026, 1, 1), [Rule("sales", Curve.flat(1), Basis(where={"region": "EMEA"}))])
    gated = evolve(plan, steps=[Gate("sales", 1)])
    for one in (plan, gated):
        with pytest.raises(InvalidValueError, match="a key must be a column or a label, got 'region'"):
            commissions([deal(1, "Bo", 100)], plans={"Ada": one}, period=MARCH)


def test_nobody_is_paid_nothing() -> None:
    team = commissions([], plans=AE, period=MARCH)
    assert (len(team), bool(team), team.n_missing) == (0, True, 0)
    assert str(team) == "0.00 USD for 0 payees in FY26 M03"
    assert Commissions.from_dict(team.to_dict()) == team


def test_of_a_contest_every_rep_is_looked_at() -> None:
    contest = evolve(AE, steps=[Bonus("best", Money.of(500, "USD"), "top")])
    deals = [deal(1, "Ada", 100), deal(2, "Bo", 90)]
    assert paid(commissions(deals, plans=contest, period=MARCH)) == {"Ada": "510.00", "Bo": "9.00"}


def test_an_account_goes_on_where_it_stood() -> None:
    draw = evolve(AE, steps=[Draw(Money.of(50, "USD"))])
    deals = [deal(1, "Ada", 100), deal(2, "Ada", 900, date(2026, 4, 2))]
    march = commission(deals, plan=draw, payee="Ada", period=MARCH)
    april = commissions(deals, plans=draw, period=CALENDAR.month(2026, 4), openings={"Ada": march})
    assert (paid(april), april["Ada"].earned.minor) == ({"Ada": "130.00"}, 17_000)
    kinds = april.lines.to_columns()["kind"].tolist()
    assert kinds == ["deal", "owed"]


def test_an_event_of_a_deal_that_was_not_won_is_refused() -> None:
    event = DealEvent(9, MARCH.start, EventKind.PAID)
    with pytest.raises(InvalidValueError, match="events must be of won deals, got one of 9; give the deal"):
        commissions([deal(1, "Ada", 100)], plans=AE, period=MARCH, events=[event])


def test_tiers_go_on_where_the_year_stands() -> None:
    tiers = Curve.marginal({0: "0.04", 150_000: "0.06", 250_000: "0.08"})
    plan = evolve(AE, rules=[Rule("sales", tiers, Basis(window="year"))])
    deals = [deal(1, "Ada", 145_000, date(2026, 1, 15)), deal(2, "Ada", 20_000), deal(3, "Ada", 9, date(2026, 4, 1))]
    team = commissions(deals, plans=plan, period=MARCH)
    # Salesforce's lesson on marginal tiers: 5,000 at 4 % and 15,000 at 6 %
    assert listed(team, "Ada") == [("deal", "sales", 2, 110_000)]


def test_a_team_on_quotas_of_many_sizes_is_paid_at_once() -> None:
    # 10 % of sales up to the quota of the quarter and 20 % above it
    tiers = Rule("sales", Curve.marginal({0: "0.1", 1: "0.2"}), Basis(window="quarter", of_quota=True), times="quota")
    quotas = [
        Quota(rep, CALENDAR.quarter(2026, number), Money.of(dollars, "USD"))
        for rep, number, dollars in [("Ada", 1, 100), ("Ada", 2, 50), ("Bo", 1, 100), ("Cleo", 1, 300)]
    ]
    deals = [
        *(deal(number, "Ada", 80, date(2026, month, 9)) for number, month in enumerate((1, 3, 4), start=1)),
        *(deal(number, rep, 200) for number, rep in enumerate(("Bo", "Cleo"), start=4)),
    ]
    team = commissions(
        deals, plans=evolve(AE, rules=[tiers]), period=Period(YEAR.start, date(2026, 7, 1)), quotas=quotas
    )
    assert team.lines.to_columns()["minor"].tolist() == [8_00, 14_00, 11_00, 30_00, 20_00]


def test_a_quarter_begins_anew_within_a_longer_period() -> None:
    plan = evolve(AE, rules=[Rule("sales", Curve.slab({0: 0, 100: 1}), Basis(window="quarter"))])
    deals = [deal(1, "Ada", 60), deal(2, "Ada", 50, date(2026, 3, 31)), deal(3, "Ada", 60, date(2026, 4, 1))]
    team = commissions(deals, plans=plan, period=YEAR)
    assert [line[2:] for line in listed(team, "Ada")] == [(1, 0), (2, 110_00), (3, 0)]


def test_amounts_that_64_bits_do_not_hold_together_are_exact() -> None:
    dollars = 9 * 10**16
    deals = [deal(number, "Ada", dollars) for number in range(3)]
    plan = CompPlan.of("third", Curve.flat(Fraction(1, 3)), "USD", date(2026, 1, 1))
    team = commissions(deals, plans=plan, period=MARCH)
    assert team.lines.to_columns()["minor"].tolist() == [3 * 10**18] * 3
    assert team.value == Money(9 * 10**18, "USD")
    double = commissions(deals, plans=evolve(plan, rules=[Rule("all", Curve.flat(2))]), period=MARCH)
    assert double.value == Money(54 * 10**18, "USD")
    assert Commissions.from_dict(double.to_dict()) == double


def test_two_plans_on_the_same_deals_are_compared() -> None:
    deals = [deal(1, "Ada", 100), deal(2, "Ada", 50)]
    before, after = (
        commissions(deals, plans=plan, period=MARCH)
        for plan in (AE, CompPlan.of("flat", Curve.flat("0.1"), "USD", date(2026, 1, 1)))
    )
    change = Comparison(before, after)
    assert (change.difference, change.relative) == (Fraction(-5), Fraction(-1, 4))
    assert Comparison.from_dict(change.to_dict()) == change


def test_quotas_of_several_values_pay_as_they_do_alone() -> None:
    units = Rule("units", Curve.flat(1), Basis("units", of_quota=True), times="quota")
    sales = Rule("sales", Curve.flat("0.1"), Basis(of_quota=True), times="quota")
    plan = evolve(AE, rules=[units, sales])
    deals = [evolve(deal(1, "Ada", 100), values={"units": 3})]
    quotas = [Quota("Ada", MARCH, Money.of(400, "USD")), Quota("Ada", MARCH, 6, value="units")]
    assert paid(commissions(deals, plans=plan, period=MARCH, quotas=quotas)) == {"Ada": "13.00"}


def test_quotas_and_assignments_are_looked_at_where_no_plan_needs_them() -> None:
    anything: Any = ["much"]
    with pytest.raises(InvalidValueError, match="quotas must be Quota objects, got str"):
        commissions([deal(1, "Ada", 100)], plans=AE, period=MARCH, quotas=anything)
    with pytest.raises(InvalidValueError, match="assignments must be Assignment objects, got str"):
        commissions([deal(1, "Ada", 100)], plans=AE, period=MARCH, assignments=anything)
