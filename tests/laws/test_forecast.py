from __future__ import annotations

from typing import Any

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from measure_laws import MeasureLaws, category_of, minor_of, stage_of, unit_of
from salesmetrics import (
    Category,
    MoneyTotal,
    Outcome,
    SalesProcess,
    StageForecast,
    WeightedTotal,
    pipeline_value,
    stage_forecast,
)
from strategies import Book, days_around, laid_down, periods


class TestStageForecast(MeasureLaws):
    measure = staticmethod(stage_forecast)

    @given(laid_down(), st.data())
    def test_definition(self, book: Book, data: DataObject) -> None:
        around = days_around(book.deals)
        period, as_of = data.draw(periods(around)), data.draw(around)
        for value in ("amount", *book.table.values):
            sums = {name: [0, 0, 0] for name in _SUMS}
            for deal in book.deals:
                stage, due = stage_of(deal, book.process), deal.expected_close
                outcome, minor = book.process.outcome_of(deal.stage), minor_of(deal, value)
                factor = 1
                if outcome is not Outcome.OPEN:
                    if deal.closed is None:
                        name = "closed_undated"
                    elif deal.closed >= as_of:
                        name = "closed_later"
                    elif outcome is Outcome.WON and period.start <= deal.closed < period.end:
                        name = "booked"
                    else:
                        continue
                elif category_of(deal, book.process) is Category.OMITTED:
                    name = "omitted"
                elif due is None:
                    name = "undated"
                elif due < as_of:
                    name = "overdue"
                elif period.start <= due < period.end:
                    name = "expected"
                    if stage is None:
                        minor = None  # no stage gives a probability
                    else:
                        factor = round(stage.probability * 1_000_000)
                else:
                    name = "other_period"
                if minor is None:
                    sums[name][2] += 1
                else:
                    sums[name][0] += minor * factor
                    sums[name][1] += 1
            unit = unit_of(book.deals, value)
            made: dict[str, Any] = {
                name: (WeightedTotal if name == "expected" else MoneyTotal)(total, unit, n, n_missing)
                for name, (total, n, n_missing) in sums.items()
            }
            expected = StageForecast(period, as_of, **made)
            assert stage_forecast(book.table, period=period, as_of=as_of, value=value) == expected

    @given(laid_down(), st.data())
    def test_partition(self, book: Book, data: DataObject) -> None:
        certain = SalesProcess(
            [evolve(one, probability=1.0) if one.outcome is Outcome.OPEN else one for one in book.process]
        )
        table = evolve(book, process=certain).table
        around = days_around(book.deals)
        forecast = stage_forecast(table, period=data.draw(periods(around)), as_of=data.draw(around))
        open_parts = forecast.omitted + forecast.undated + forecast.overdue + forecast.other_period
        assert open_parts + MoneyTotal(
            forecast.expected.micro // 1_000_000,
            forecast.expected.currency,
            forecast.expected.n,
            forecast.expected.n_missing,
        ) == pipeline_value(table)


_SUMS = ("booked", "expected", "omitted", "undated", "overdue", "other_period", "closed_later", "closed_undated")
