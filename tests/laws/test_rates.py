from __future__ import annotations

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from measure_laws import MeasureLaws, minor_of, unit_of
from salesmetrics import Deal, Deals, Money, MoneyRatio, Outcome, Proportion, win_rate, win_value_rate
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
