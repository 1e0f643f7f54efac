from __future__ import annotations

import numpy as np
from hypothesis import given

from measure_laws import MeasureLaws, minor_of, unit_of
from salesmetrics import Amounts, Deals, Outcome, deal_size
from salesmetrics._numeric.multiset import Multiset
from salesmetrics.measure.size import SizePopulation
from strategies import Book, laid_down, tables


class TestDealSize(MeasureLaws):
    measure = staticmethod(deal_size)

    @given(laid_down())
    def test_definition(self, book: Book) -> None:
        counted: dict[SizePopulation, list[Outcome]] = {
            "won": [Outcome.WON],
            "closed": [Outcome.WON, Outcome.LOST],
            "open": [Outcome.OPEN],
            "all": [*Outcome],
        }
        for value in ("amount", *book.table.values):
            for population, outcomes in counted.items():
                found: list[int] = []
                n_missing = 0
                for deal in book.deals:
                    minor = minor_of(deal, value)
                    if book.process.outcome_of(deal.stage) not in outcomes:
                        continue
                    if minor is None:
                        n_missing += 1
                    else:
                        found.append(minor)
                distinct = sorted(set(found))
                counts = [found.count(minor) for minor in distinct]
                sizes = Multiset(np.array(distinct, np.int64), np.array(counts, np.int64))
                expected = Amounts(sizes, unit_of(book.deals, value), n_missing)
                assert deal_size(book.table, population=population, value=value) == expected
        assert deal_size(book.table) == deal_size(book.table, population="won", value="amount")

    @given(tables())
    def test_populations(self, table: Deals) -> None:
        lost = deal_size(table.filter(table.is_lost), population="closed")
        closed = deal_size(table, population="closed")
        assert deal_size(table, population="won") + lost == closed
        assert closed + deal_size(table, population="open") == deal_size(table, population="all")
