from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from attrs import evolve, frozen
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from measure_laws import key_of
from salesmetrics import (
    Assignment,
    Assignments,
    Attainment,
    Breakdown,
    Credit,
    CurrencyMismatchError,
    Deal,
    Deals,
    FiscalCalendar,
    InvalidTableError,
    InvalidValueError,
    Money,
    MoneyTotal,
    Period,
    Quota,
    Quotas,
    SalesProcess,
    breakdown,
    quota_attainment,
)
from salesmetrics.strategies import assignment_tables, quota_tables
from salesmetrics.strategies.people import credited
from salesmetrics.table.quotas import IntoQuotas
from salesmetrics.testing import assert_round_trip

CALENDAR = FiscalCalendar()
PROCESS = SalesProcess.standard()
NEAR = st.dates(date(2026, 3, 28), date(2026, 4, 4))
Q1 = CALENDAR.quarter(2026, 1)


@st.composite
def deals(draw: DrawFn) -> list[Deal]:
    """Deals that are won within a few days, and others."""
    book = []
    for number in range(draw(st.integers(0, 6))):
        stage = draw(st.sampled_from(["Won", "Won", "Lost", "Qualified"]))
        size = draw(st.sampled_from([0, 1, 100, 12_345, 2**63 - 1, -7]))
        closed = draw(st.none() | NEAR if stage == "Won" else NEAR) if stage != "Qualified" else None
        owner = draw(st.sampled_from(["Ada", "Bo", "Cleo", None]))
        kind: Any = draw(st.sampled_from(["new", "expansion"]))
        amount = draw(st.sampled_from([None, *[Money(size, "USD")] * 4]))
        labels = {"region": draw(st.sampled_from(["EMEA", "APAC"]))} if number else {"region": "EMEA"}
        book.append(Deal(f"D-{number}", amount, stage, owner, None, closed, kind=kind, labels=labels))
    return book


@frozen
class Asked:
    """Quotas, and what was sold for them."""

    quotas: Quotas
    deals: list[Deal]
    credits: list[Credit]

    @property
    def table(self) -> Quotas:
        accept = {"missing_amount", "missing_close", "missing_created", "negative_amount"}
        return self.quotas.with_sales(Deals.of(self.deals, accept=accept), self.credits)


@st.composite
def asked(draw: DrawFn) -> Asked:
    quotas = draw(quota_tables(bounds=NEAR))
    if draw(st.booleans()):
        moves = [Assignment("Ada", "Cleo", "North", date(2026, 1, 1), date(2026, 4, 1))]
        moves += [Assignment("Ada", "Dan", "South", date(2026, 4, 1)), Assignment("Bo", "Dan", None, date(2026, 3, 30))]
        quotas = quotas.with_assignments(draw(assignment_tables() | st.just(Assignments.of(moves))))
    book = draw(deals())
    known = [] if book else [name for name in quotas.where if name == "region"]
    quotas = quotas.filter(~np.isin(quotas.key("region").codes, [0])) if known and len(quotas) else quotas
    return Asked(quotas, book, draw(st.just([]) | credited(book)))


WIDE = Period(date(2026, 1, 1), date(2027, 1, 1))
DAYS = st.none() | NEAR


def rounded_part(size: int, share: Fraction) -> int:
    """Half away from zero."""
    down = abs(size) * share.numerator // share.denominator
    up = 2 * abs(size) * share.numerator - 2 * down * share.denominator >= share.denominator
    return (down + up) * (1 if size >= 0 else -1)


def credits_of(deal: Deal, splits: list[Credit]) -> list[tuple[str | None, int | None, bool]]:
    """Who has how much of a deal, and whether it comes on top: Ada a third and Bo the rest, where it is shared."""
    own = [one for one in splits if one.deal == deal.id]
    size = None if deal.amount is None else deal.amount.minor
    lines: list[tuple[str | None, int | None, bool]] = []
    direct = [one for one in own if not one.overlay]
    if not direct:
        lines.append((deal.owner, size, False))
    elif len(direct) == 1:
        lines.append((direct[0].rep, size, False))
    else:
        thirds = None if size is None else rounded_part(size, Fraction(1, 3))
        lines.append(("Ada", thirds, False))
        lines.append(("Bo", None if size is None or thirds is None else size - thirds, False))
    lines += [(one.rep, None if size is None else rounded_part(size, one.share), True) for one in own if one.overlay]
    return lines


def holds(quota: Quota, deal: Deal) -> bool:
    if deal.closed is None or deal.closed not in quota.period:
        return False
    return all(key_of(deal, name, PROCESS) == value for name, value in quota.where.items())


def total(sizes: list[int | None]) -> MoneyTotal:
    known = [size for size in sizes if size is not None]
    return MoneyTotal(sum(known), "USD" if known else "XXX", len(known), len(sizes) - len(known))


def plain(one: Asked, period: Period, as_of: date | None) -> dict[str, Any]:
    """The attainment as the docs say it, quota by quota and deal by deal."""
    rows = [*one.quotas]
    actual: list[int | None] = []
    without: list[int | None] = []
    overlay: list[int | None] = []
    for deal in one.deals:
        if deal.stage != "Won" or deal.closed is None or not (deal.closed < (as_of or period.end)):
            continue
        for rep, size, on_top in credits_of(deal, one.credits):
            mine = [quota for quota in rows if quota.rep == rep and quota.overlay == on_top and holds(quota, deal)]
            assert len(mine) <= 1
            of_day = [quota for quota in rows if quota.rep == rep and not quota.overlay and deal.closed in quota.period]
            others = [quota for quota in rows if not quota.overlay and holds(quota, deal)]
            if on_top:
                overlay += [size] * len(mine)
            elif mine or (rep is not None and not of_day and others):
                actual.append(size)
                without += [size] if not mine or mine[0].amount is None else []
    direct = [quota for quota in rows if not quota.overlay]
    return {
        "actual": total(actual),
        "without_quota": total(without),
        "overlay": total(overlay),
        "target": sum(quota.amount.minor for quota in direct if isinstance(quota.amount, Money)),
        "overlay_target": sum(
            quota.amount.minor for quota in rows if quota.overlay and isinstance(quota.amount, Money)
        ),
        "n_quotas": sum(quota.amount is not None for quota in direct),
        "starts": Counter(number(quota.period.start) for quota in direct if quota.amount is not None),
        "ends": Counter(number(quota.period.end) for quota in direct if quota.amount is not None),
    }


def number(day: date) -> int:
    """Days since 1970."""
    return (day - date(1970, 1, 1)).days


def said(answer: Attainment) -> dict[str, Any]:
    """The sums of an answer, those of money in the currency that they show."""

    def of(money: MoneyTotal) -> MoneyTotal:
        return MoneyTotal(money.minor, "USD" if money.n else "XXX", money.n, money.n_missing)

    return {
        "actual": of(answer.actual),
        "without_quota": of(answer.without_quota),
        "overlay": of(answer.overlay),
        "target": answer.target,
        "overlay_target": answer.overlay_target,
        "n_quotas": answer.n_quotas,
        "starts": dict(answer.starts),
        "ends": dict(answer.ends),
    }


def keys_of(table: Quotas) -> list[Any]:
    keys: list[Any] = ["rep", CALENDAR.quarters("start"), ("rep", CALENDAR.months("start")), *table.where]
    return keys if table.assignments is None else [*keys, "team", "manager", ("team", "rep")]


class TestQuotaAttainment:
    @given(asked(), DAYS)
    def test_definition(self, one: Asked, as_of: date | None) -> None:
        assert said(quota_attainment(one.table, period=WIDE, as_of=as_of)) == plain(one, WIDE, as_of)
        if as_of is not None:
            answer = quota_attainment(one.table, period=WIDE, as_of=as_of, include_today=True)
            assert said(answer) == plain(one, WIDE, as_of + timedelta(1))
            assert (answer.as_of, answer.include_today) == (as_of, True)

    @given(asked(), DAYS, st.data())
    def test_order(self, one: Asked, as_of: date | None, data: st.DataObject) -> None:
        table = one.table
        order = np.array(data.draw(st.permutations(range(len(table)))), np.intp)
        answer = quota_attainment(table, period=WIDE, as_of=as_of)
        assert quota_attainment(table.take(order), period=WIDE, as_of=as_of) == answer

    @given(asked(), DAYS, st.data())
    def test_merge(self, one: Asked, as_of: date | None, data: st.DataObject) -> None:
        table = one.table
        mask = np.array(data.draw(st.lists(st.booleans(), min_size=len(table), max_size=len(table))), np.bool_)
        parts = [quota_attainment(table.filter(some), period=WIDE, as_of=as_of) for some in (mask, ~mask)]
        assert parts[0] + parts[1] == quota_attainment(table, period=WIDE, as_of=as_of)

    @given(asked())
    def test_identity(self, one: Asked) -> None:
        answer = quota_attainment(one.table, period=WIDE)
        empty: list[IntoQuotas] = [[], Quotas.of([]), one.table[:0]]
        nothing = [quota_attainment(some, period=WIDE) for some in empty]
        assert all(answer + none == answer == none + answer for none in nothing)

    def test_door(self) -> None:
        nobody = Quotas.of([])
        assert quota_attainment([], period=Q1) == quota_attainment(nobody, period=Q1)
        assert quota_attainment(iter([]), period=Q1) == quota_attainment(nobody.with_sales([]), period=Q1)
        assert quota_attainment(quotas=[], period=Q1).value is None  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]

    @given(asked(), DAYS, st.data())
    def test_breakdown(self, one: Asked, as_of: date | None, data: st.DataObject) -> None:
        table = one.table
        by = data.draw(st.sampled_from(keys_of(table)))
        answers = breakdown(quota_attainment, table, by, period=WIDE, as_of=as_of)
        columns = [[*table.key(name)] for name in (by if isinstance(by, tuple) else (by,))]
        keys = [*zip(*columns, strict=True)] if isinstance(by, tuple) else columns[0]
        assert set(answers) == set(keys)
        for key in answers:
            alone = table.filter(np.array([own == key for own in keys], np.bool_))
            assert answers[key] == quota_attainment(alone, period=WIDE, as_of=as_of)

    @given(asked(), DAYS)
    def test_team(self, one: Asked, as_of: date | None) -> None:
        table = one.table
        whole = quota_attainment(table, period=WIDE, as_of=as_of)
        for by in keys_of(table):
            answers: Breakdown[Attainment] = breakdown(quota_attainment, table, by, period=WIDE, as_of=as_of)
            assert sum(answers.values(), quota_attainment(table[:0], period=WIDE, as_of=as_of)) == whole

    @given(asked())
    def test_round_trip(self, one: Asked) -> None:
        assert_round_trip(quota_attainment(one.table, period=WIDE))


class TestWithSales:
    def test_reps_and_conditions_that_no_deal_has_are_named(self) -> None:
        won: dict[str, Any] = {"stage": "Won", "created": date(2026, 1, 1), "closed": date(2026, 2, 1)}
        deals = [
            Deal("D-1", Money(100, "USD"), owner="Ada", labels={"region": "Coast"}, **won),
            Deal("D-2", Money(100, "USD"), owner="Bo", labels={"region": "Hills"}, **won),
        ]
        quotas = Quotas.of(
            [
                Quota("Ada", Q1, Money(100, "USD"), where={"region": "Cost"}),
                Quota("Adda", Q1, Money(100, "USD"), where={"region": "Hills"}),
                Quota("Eve", Q1, Money(100, "USD"), overlay=True),
            ]
        )
        sold = quotas.with_sales(deals, [Credit("D-1", "Eve", 1, overlay=True)])
        assert sold.sales is not None
        assert sold.sales.unmatched == (("rep", "Adda"), ("region", "Cost"))
        assert repr(sold).endswith("of no deal: rep 'Adda', region 'Cost')")
        nobody = quotas.with_sales([]).sales
        assert nobody is not None
        assert nobody.unmatched == ()

    def test_no_credits_are_an_empty_list(self) -> None:
        nothing: Any = None
        with pytest.raises(InvalidValueError, match=r"credits must be Credit objects, got NoneType; write .Credit"):
            Quotas.of([]).with_sales([], nothing)
        with pytest.raises(InvalidValueError, match=r"credits must be several Credit objects, got one; write .credit"):
            Quotas.of([]).with_sales([], Credit("D-1", "Eve", 1))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

    @given(asked())
    def test_definition(self, one: Asked) -> None:
        table = one.table
        sales = table.sales
        assert sales is not None
        rows = [*table]
        for row, day, number in zip(sales.deal.tolist(), sales.day.tolist(), sales.quota.tolist(), strict=True):
            quota, deal = rows[number], one.deals[row]
            assert deal.stage == "Won"
            assert deal.closed is not None
            assert day == (deal.closed - date(1970, 1, 1)).days
            assert holds(quota, deal)
            assert quota.rep in {deal.owner, *(credit.rep for credit in one.credits if credit.deal == deal.id)}
        won = [deal for deal in one.deals if deal.stage == "Won"]
        lines = [line for deal in won if deal.closed for line in credits_of(deal, one.credits)]
        assert sales.n_undated == sum(deal.closed is None for deal in won)
        assert sales.n_unowned == sum(rep is None for rep, _, _ in lines)
        assert len(lines) == len(sales.deal) + sales.n_unowned + sales.n_other

    @given(deals(), st.data())
    def test_shares(self, book: list[Deal], data: st.DataObject) -> None:
        splits = data.draw(credited(book))
        reps = {deal.owner for deal in book} | {one.rep for one in splits}
        everybody = Quotas.of([Quota(rep, WIDE, Money(0, "USD")) for rep in sorted(reps - {None}, key=str) if rep])
        sales = Asked(everybody, book, splits).table.sales
        assert sales is not None
        for row, deal in enumerate(book):
            parts = [size for own, size in zip(sales.deal.tolist(), sales.amount, strict=True) if own == row]
            if parts and deal.amount is not None:
                assert sum(part or 0 for part in parts) == deal.amount.minor

    def test_business_that_the_own_quota_leaves_out_is_not_that_of_a_rep_without_one(self) -> None:
        won: dict[str, Any] = {"stage": "Won", "created": date(2026, 1, 1), "closed": date(2026, 2, 1)}
        deals = [Deal(name, Money(100, "USD"), owner=name, **won) for name in ("Ada", "Bo", "Cleo")]
        some = Quota("Ada", Q1, Money(100, "USD"), where={"kind": "expansion"})
        sold = Quotas.of([some, Quota("Bo", Q1, Money(100, "USD"))]).with_sales(deals)
        assert sold.sales is not None
        assert sold.sales.n_other == 1
        assert [(one.rep, one.amount) for one in sold] == [("Ada", some.amount), ("Bo", some.amount), ("Cleo", None)]
        answer = quota_attainment(sold, period=Q1)
        assert (answer.actual.minor, answer.without_quota.minor) == (200, 100)

    def test_what_a_rep_without_a_quota_sold_stands_beside_the_quotas_that_count_it(self) -> None:
        won: dict[str, Any] = {"stage": "Won", "created": date(2026, 1, 1), "closed": date(2026, 2, 1)}
        sizes = {"Solar": 100, "Wind": 30, "Gas": 7}
        deals = [
            Deal(f"{owner} {product}", Money(size, "USD"), owner=owner, labels={"product": product}, **won)
            for owner in ("Ada", "Cleo")
            for product, size in sizes.items()
        ]
        products = [Quota("Ada", Q1, Money(50, "USD"), where={"product": name}) for name in ("Solar", "Wind")]
        by_product = breakdown(quota_attainment, Quotas.of(products).with_sales(deals), by="product", period=Q1)
        assert {name: one.actual.minor for name, one in by_product.items()} == {"Solar": 200, "Wind": 60}
        assert {name: one.without_quota.minor for name, one in by_product.items()} == {"Solar": 100, "Wind": 30}
        everything = Quotas.of([*products, Quota("Bo", Q1, Money(50, "USD"))]).with_sales(deals)
        by_product = breakdown(quota_attainment, everything, by="product", period=Q1)
        assert {name: one.actual.minor for name, one in by_product.items()} == {"Solar": 100, "Wind": 30, None: 137}

    def test_sales_on_days_or_of_business_of_which_nobody_has_a_quota_count_for_none(self) -> None:
        won: dict[str, Any] = {"stage": "Won", "created": date(2026, 1, 1)}
        deals = [
            Deal("D-1", Money(100, "USD"), owner="Cleo", closed=date(2026, 4, 1), **won),
            Deal("D-2", Money(100, "USD"), owner="Cleo", closed=date(2026, 2, 1), **won),
        ]
        sold = Quotas.of([Quota("Ada", Q1, Money(100, "USD"), where={"kind": "expansion"})]).with_sales(deals)
        assert sold.sales is not None
        assert sold.sales.n_other == 2
        assert len(sold) == 1

    def test_the_odd_cent_of_equal_shares_goes_to_the_first_by_name(self) -> None:
        quotas = Quotas.of([Quota(name, Q1, Money(0, "USD")) for name in ("Ada", "Bo")])
        halves = [Credit("D-1", "Bo", 0.5), Credit("D-1", "Ada", 0.5)]
        for size in (101, -101):
            deal = Deal("D-1", Money(size, "USD"), "Won", "Cleo", date(2026, 1, 1), closed=date(2026, 2, 1))
            sold = quotas.with_sales(Deals.of([deal], accept={"negative_amount"}), halves)
            by_rep = breakdown(quota_attainment, sold, by="rep", period=Q1)
            parts = [one.actual.minor for one in by_rep.values()]
            assert parts == ([51, 50] if size > 0 else [-51, -50])

    @pytest.mark.parametrize(
        ("splits", "problem"),
        [
            ([Credit("D-9", "Ada", 1)], "deal: 1 credit is of a deal that the book does not have (row 0); export both"),
            (
                [Credit("D-1", "Ada", "0.5"), Credit("D-1", "Ada", "0.5")],
                "rep: 1 credit comes a second time for the deal and rep (row 1); add the two up",
            ),
            (
                [Credit("D-1", "Ada", 0.3), Credit("D-1", "Bo", 0.6), Credit("D-1", "Bo", 1, overlay=True)],
                "share: the shares of a deal must add up to exactly 1, got 9/10 of 'D-1' (rows 0, 1); correct a share",
            ),
        ],
    )
    def test_credits_that_contradict_are_refused(self, splits: list[Credit], problem: str) -> None:
        with pytest.raises(InvalidTableError) as refused:
            Quotas.of([]).with_sales([WON], splits)
        assert str(refused.value.problems[0]).startswith(problem)

    def test_credits_that_name_deals_by_ids_of_another_kind_are_refused(self) -> None:
        with pytest.raises(InvalidValueError) as refused:
            Quotas.of([]).with_sales([evolve(WON, id=1)], [Credit("1", "Ada", 1)])
        assert str(refused.value) == (
            "credits must name deals as the book does, got '1' for 1; make all ids text, or all of them numbers"
        )

    def test_what_does_not_go_together_is_refused(self) -> None:
        quotas = Quotas.of([Quota("Ada", Q1, Money(100, "EUR"))])
        with pytest.raises(CurrencyMismatchError, match="deals must be in the unit of the quotas, EUR, got USD"):
            quotas.with_sales([WON])
        sold = quotas.with_sales([])
        with pytest.raises(
            InvalidValueError, match="quotas must have no sales yet, got some; attach all deals at once"
        ):
            sold.with_sales([])
        with pytest.raises(
            InvalidValueError, match="quotas must have their assignments before their sales; attach the"
        ):
            sold.with_assignments([])
        with pytest.raises(InvalidValueError, match="quotas with sales must come once each, got one twice; take each"):
            sold.take(np.array([0, 0]))
        with pytest.raises(InvalidValueError, match=r"credits must be Credit objects, got str at row 0; write .Credit"):
            quotas.with_sales([], ["Ada"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
        with pytest.raises(
            InvalidValueError,
            match=r"^quotas must have their sales, got none; attach them with quotas.with_sales\(deals\)$",
        ):
            quota_attainment(quotas, period=Q1)

    def test_today_counts_where_it_is_included(self) -> None:
        sizes = {date(2026, 1, 31): 1, date(2026, 2, 1): 20, date(2026, 2, 2): 300}
        won = [
            Deal(f"D-{day}", Money(size, "USD"), "Won", "Ada", date(2026, 1, 5), closed=day)
            for day, size in sizes.items()
        ]
        sold = Quotas.of([Quota("Ada", Q1, Money(100, "USD"))]).with_sales(won)
        for include_today, minor in ((False, 1), (True, 21)):
            answer = quota_attainment(sold, period=Q1, as_of=date(2026, 2, 1), include_today=include_today)
            assert answer.actual.minor == minor

    def test_no_quotas_need_no_sales(self) -> None:
        answer = quota_attainment([], period=Q1)
        assert (answer.actual.minor, answer.target, answer.n_quotas) == (0, 0, 0)

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"as_of": "May"}, "as_of must be a date without a time, got 'May';"),
            (
                {"include_today": True},
                "include_today must be True or False, and True only with as_of, got True and None;",
            ),
            (
                {"include_today": 1, "as_of": date(2026, 2, 1)},
                (
                    "include_today must be True or False, and True only with as_of, got 1 and "
                    "datetime.date(2026, 2, 1); give the day"
                ),
            ),
            ({"include_today": 0}, "include_today must be True or False, and True only with as_of, got 0 and None;"),
        ],
    )
    def test_the_day_is_checked(self, options: dict[str, Any], message: str) -> None:
        with pytest.raises(InvalidValueError) as refused:
            quota_attainment([], period=Q1, **options)
        assert str(refused.value).startswith(message)


WON = Deal("D-1", Money(100, "USD"), "Won", "Ada", date(2026, 1, 5), closed=date(2026, 2, 1))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"deal": ""}, "Credit.deal must be an id, got ''; give text or a whole number"),
        ({"rep": 7}, "Credit.rep must be text, got 7; name the rep"),
        ({"share": 2}, "Credit.share must be a fraction in (0, 1], got 2; did you mean hundredths?"),
        (
            {"share": 0, "overlay": 0},
            "Credit.share must be a fraction in (0, 1], got 0; did you mean hundredths?; and Cr",
        ),
        ({"overlay": 0}, "Credit.overlay must be True or False, got 0; write overlay=True"),
        ({"share": -1}, "Credit.share must not be below zero, got -1; correct the sign"),
    ],
)
def test_what_is_no_credit_is_refused(fields: dict[str, Any], message: str) -> None:
    usual: dict[str, Any] = {"deal": "D-1", "rep": "Ada", "share": 1}
    with pytest.raises(InvalidValueError) as refused:
        Credit(**(usual | fields))
    assert str(refused.value).startswith(message)
