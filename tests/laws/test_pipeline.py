from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measure_laws import MeasureLaws, minor_of, stage_of, unit_of
from salesmetrics import Deals, InvalidValueError, MoneyTotal, Outcome, WeightedTotal, pipeline_value, weighted_pipeline
from strategies import Book, laid_down, tables


class TestPipelineValue(MeasureLaws):
    measure = staticmethod(pipeline_value)

    @given(laid_down())
    def test_definition(self, book: Book) -> None:
        for value in ("amount", *book.table.values):
            total = n = n_missing = 0
            for deal in book.deals:
                minor = minor_of(deal, value)
                if book.process.outcome_of(deal.stage) is not Outcome.OPEN:
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

    @given(laid_down(), st.sampled_from(["stage", "deal"]), st.sampled_from(["once", "per_deal"]))
    def test_definition(self, book: Book, probability: Any, rounding: Any) -> None:
        for value in ("amount", *book.table.values):
            total = n = n_missing = 0
            for deal in book.deals:
                minor, stage = minor_of(deal, value), stage_of(deal, book.process)
                chance = None if stage is None else stage.probability
                if probability == "deal" and deal.probability is not None:
                    chance = deal.probability
                if book.process.outcome_of(deal.stage) is not Outcome.OPEN:
                    continue
                if minor is None or chance is None:
                    n_missing += 1
                else:
                    n += 1
                    weighted = minor * round(chance * 1_000_000)
                    if rounding == "per_deal":
                        weighted = int((Decimal(weighted) / 10**6).to_integral_value(ROUND_HALF_UP)) * 10**6
                    total += weighted
            expected = WeightedTotal(total, unit_of(book.deals, value), n, n_missing)
            asked = weighted_pipeline(book.table, value=value, probability=probability, rounding=rounding)
            assert asked == expected

    @given(tables())
    def test_per_deal(self, table: Deals) -> None:
        exact, rounded = weighted_pipeline(table), weighted_pipeline(table, rounding="per_deal")
        assert abs(exact.micro - rounded.micro) <= 500_000 * exact.n

    @given(tables(accept=("missing_amount", "missing_created")))
    def test_between(self, table: Deals) -> None:
        assert 0 <= weighted_pipeline(table).micro <= pipeline_value(table).minor * 1_000_000


@pytest.mark.parametrize("wrong", [{"probability": "own"}, {"rounding": "per deal"}])
def test_words_of_the_weighted_pipeline_are_checked(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidValueError, match="must be one of"):
        weighted_pipeline([], **wrong)
