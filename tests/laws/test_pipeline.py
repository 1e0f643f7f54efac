from __future__ import annotations

from hypothesis import given

from measure_laws import MeasureLaws, minor_of, unit_of
from salesmetrics import Deals, MoneyTotal, Outcome, WeightedTotal, pipeline_value, weighted_pipeline
from strategies import Book, laid_down, tables


class TestPipelineValue(MeasureLaws):
    measure = staticmethod(pipeline_value)

    @given(laid_down())
    def test_definition(self, book: Book) -> None:
        for value in ("amount", *book.table.values):
            total = n = n_missing = 0
            for deal in book.deals:
                minor = minor_of(deal, value)
                if book.process[deal.stage].outcome is not Outcome.OPEN:
                    continue
                if minor is None:
                    n_missing += 1
                else:
                    n += 1
                    total += minor
            expected = MoneyTotal(total, unit_of(book.deals, value), n, n_missing)
            assert pipeline_value(book.table, value=value) == expected

    @given(tables())
    def test_closed_deals(self, table: Deals) -> None:
        assert pipeline_value(table.filter(~table.is_closed)) == pipeline_value(table)


class TestWeightedPipeline(MeasureLaws):
    measure = staticmethod(weighted_pipeline)

    @given(laid_down())
    def test_definition(self, book: Book) -> None:
        for value in ("amount", *book.table.values):
            total = n = n_missing = 0
            for deal in book.deals:
                stage, minor = book.process[deal.stage], minor_of(deal, value)
                if stage.outcome is not Outcome.OPEN:
                    continue
                if minor is None:
                    n_missing += 1
                else:
                    n += 1
                    total += minor * round(stage.probability * 1_000_000)
            expected = WeightedTotal(total, unit_of(book.deals, value), n, n_missing)
            assert weighted_pipeline(book.table, value=value) == expected

    @given(tables(accept=("missing_amount", "missing_created")))
    def test_between(self, table: Deals) -> None:
        assert 0 <= weighted_pipeline(table).micro <= pipeline_value(table).minor * 1_000_000
