from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from history_strategies import Past, pasts, visits_of
from measure_laws import MeasureLaws, minor_of, unit_of
from salesmetrics import (
    Deal,
    DealChange,
    Deals,
    InvalidValueError,
    Money,
    MoneyRatio,
    Outcome,
    Proportion,
    expansion_share,
    stage_conversion,
    win_rate,
    win_value_rate,
)
from strategies import Book, books, laid_down, tables


class TestWinRate(MeasureLaws):
    measure = staticmethod(win_rate)

    @given(laid_down())
    def test_definition(self, book: Book) -> None:
        won = closed = everything = 0
        for deal in book.deals:
            outcome = book.process.outcome_of(deal.stage)
            everything += 1
            if outcome is not Outcome.OPEN:
                closed += 1
            if outcome is Outcome.WON:
                won += 1
        assert win_rate(book.table) == Proportion(won, closed)
        assert win_rate(book.table, population="closed") == Proportion(won, closed)
        assert win_rate(book.table, population="all") == Proportion(won, everything)

    @given(tables())
    def test_open_deals(self, table: Deals) -> None:
        assert win_rate(table.filter(~table.is_open)) == win_rate(table)

    @given(pasts())
    def test_qualified(self, past: Past) -> None:
        table, process = past.table, past.book.process
        stages = [stage.name for stage in process if stage.outcome is Outcome.OPEN]
        if not stages:
            return
        found = []
        for stage in stages:
            won = closed = still_open = 0
            for deal in past.book.deals:
                been = [visit.stage for visit in visits_of(past, deal)]
                outcome = process.outcome_of(deal.stage)
                is_there = any(stages.index(one) >= stages.index(stage) for one in been if one in stages)
                if not is_there and not (been and outcome is Outcome.WON):
                    continue
                won += outcome is Outcome.WON
                closed += outcome is not Outcome.OPEN
                still_open += outcome is Outcome.OPEN
            rate = win_rate(table, population="qualified", stage=stage)
            assert rate == Proportion(won, closed)
            with_open = win_rate(table, population="qualified", stage=stage, open="in")
            assert with_open == Proportion(won, closed + still_open)
            found.append(rate)
        assert all(one.whole >= later.whole for one, later in pairwise(found))
        is_won = [process.outcome_of(stage) is Outcome.WON for stage in process.names]
        if any(is_won) and all(self._is_told(past, deal) for deal in past.book.deals):
            for stage, rate in zip(stages, found, strict=True):
                to_won = stage_conversion(table, stage=stage, to=process.names[is_won.index(True)], decided_only=True)
                assert to_won.proportion == rate

    def _is_told(self, past: Past, deal: Deal) -> bool:
        visits = visits_of(past, deal)
        outcome_of = past.book.process.outcome_of
        return not visits or outcome_of(visits[-1].stage) is outcome_of(deal.stage)


def test_a_deal_won_from_an_early_stage_reached_every_one() -> None:
    days = {"Discovery call": date(2026, 1, 5), "Won": date(2026, 2, 1)}
    deal = Deal("D-1", Money(1, "USD"), "Won", None, days["Discovery call"], days["Won"])
    book = Deals.of([deal]).with_history([DealChange("D-1", day, stage=stage) for stage, day in days.items()])
    assert win_rate(book, population="qualified", stage="Final call") == Proportion(1, 1)
    assert stage_conversion(book, stage="Final call", to="Won").proportion == Proportion(1, 1)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"population": "won"}, r"population must be one of \['closed', 'all', 'qualified'\], got 'won'"),
        ({"population": "qualifed"}, "population must be one of .*, got 'qualifed'; did you mean 'qualified'"),
        ({"population": "qualifed", "stage": "Qualified"}, "population must be one of"),
        (
            {"stage": "Qualified"},
            "^stage and open must be left out unless .*, got 'Qualified' and 'out'; write population='qualified'$",
        ),
        ({"open": "in"}, "^stage and open must be left out unless the population is 'qualified', got None and 'in'; "),
        ({"population": "all", "open": "in"}, "stage and open must be left out"),
        (
            {"population": "qualified"},
            "^stage must be the name of an open stage, got None; name the one that qualifies a deal$",
        ),
        ({"population": "qualified", "stage": "Won"}, "stage must be one of"),
        ({"population": "qualified", "stage": "Qualified", "open": "all"}, "open must be one of"),
        (
            {"population": "qualified", "stage": "Qualified"},
            r"win_rate\(population='qualified'\) must know the deals' history, got a book without one",
        ),
    ],
)
def test_what_the_win_rate_is_asked_is_checked(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        win_rate([Deal("D-1", Money(1, "USD"), "Qualified", None, date(2026, 1, 5))], **wrong)


class TestExpansionShare(MeasureLaws):
    measure = staticmethod(expansion_share)

    @given(laid_down())
    def test_definition(self, book: Book) -> None:
        for value in ("amount", *book.table.values):
            part = whole = n = n_missing = n_zero = 0
            for deal in book.deals:
                minor = minor_of(deal, value)
                if book.process.outcome_of(deal.stage) is not Outcome.WON:
                    continue
                if minor is None or deal.kind is None:
                    n_missing += 1
                    continue
                n += 1
                whole += minor
                n_zero += minor == 0
                part += minor if deal.kind == "expansion" else 0
            expected = MoneyRatio(part, whole, unit_of(book.deals, value), n, n_missing, n_zero)
            assert expansion_share(book.table, value=value) == expected

    @given(tables())
    def test_unwon_deals(self, table: Deals) -> None:
        assert expansion_share(table.filter(table.is_won)) == expansion_share(table)


def test_of_the_won_money_of_known_kinds_only_that_of_expansion_is_counted() -> None:
    kinds: list[tuple[Any, int]] = [("new", 300), ("expansion", 100), ("renewal", 50), (None, 70)]
    days = date(2026, 1, 5), date(2026, 2, 1)
    deals = [Deal(minor, Money(minor, "USD"), "Won", None, *days, kind=kind) for kind, minor in kinds]
    assert expansion_share(deals) == MoneyRatio(100, 450, "USD", n=3, n_missing=1, n_zero=0)


class TestWinValueRate(MeasureLaws):
    measure = staticmethod(win_value_rate)

    @given(laid_down())
    def test_definition(self, book: Book) -> None:
        for value in ("amount", *book.table.values):
            part = whole = n = n_missing = n_zero = 0
            for deal in book.deals:
                outcome, minor = book.process.outcome_of(deal.stage), minor_of(deal, value)
                if outcome is Outcome.OPEN:
                    continue
                if minor is None:
                    n_missing += 1
                    continue
                n += 1
                whole += minor
                if minor == 0:
                    n_zero += 1
                if outcome is Outcome.WON:
                    part += minor
            expected = MoneyRatio(part, whole, unit_of(book.deals, value), n, n_missing, n_zero)
            assert win_value_rate(book.table, value=value) == expected

    @given(books(), st.integers(1, 2**63 - 1))
    def test_equal_amounts(self, book: list[Deal], minor: int) -> None:
        alike = [evolve(deal, amount=Money(minor, "USD"), values={}) for deal in book]
        assert win_value_rate(alike).value == win_rate(alike).value
