from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from forecast_laws import Line, by_hand
from measure_laws import MeasureLaws, category_of
from salesmetrics import (
    Breakdown,
    Category,
    Deal,
    InvalidValueError,
    Money,
    Period,
    Proportion,
    WeightedTotal,
    breakdown,
    category_forecast,
    win_rate,
)
from strategies import Book, days_around, laid_down, periods

FIRST, NOW, END = date(2026, 1, 1), date(2026, 2, 1), date(2026, 4, 1)
DAY = timedelta(days=1)


RATES: Any = st.sampled_from([one.value for one in Category]) | st.dictionaries(
    st.sampled_from([one.value for one in Category]), st.sampled_from([0, 1, 0.5, 0.333333])
)


class TestCategoryForecast(MeasureLaws):
    measure = staticmethod(category_forecast)

    @given(laid_down(), RATES, st.data())
    def test_definition(self, book: Book, rates: Any, data: DataObject) -> None:
        around = days_around(book.deals)
        period, as_of = data.draw(periods(around)), data.draw(around)
        order = [*Category]

        def line_of(deal: Deal) -> Line:
            category = category_of(deal, book.process)
            if category is None:
                return None, deal.expected_close, None
            if isinstance(rates, str):
                counted = order.index(category) >= order.index(Category(rates))
                return 1_000_000 * counted, deal.expected_close, category.value
            return round(rates.get(category.value, 0) * 1_000_000), deal.expected_close, category.value

        said = rates if isinstance(rates, str) else {name: float(one) for name, one in rates.items()}
        forecast = category_forecast(book.table, period=period, as_of=as_of, rates=rates)
        options = {} if said == "commit" else {"rates": said}
        assert forecast == by_hand(book, (period, as_of), "amount", "category_forecast", line_of, options)

    @given(laid_down(), st.data())
    def test_cumulative(self, book: Book, data: DataObject) -> None:
        around = days_around(book.deals)
        asked: Any = {"period": data.draw(periods(around)), "as_of": data.draw(around)}
        forecasts = {one.value: category_forecast(book.table, rates=one, **asked).expected for one in Category}
        names = [*forecasts]
        for name, surer in pairwise(names):
            own = category_forecast(book.table, rates={name: 1}, **asked).expected
            assert forecasts[name].micro == forecasts[surer].micro + own.micro


def test_rates_by_category_may_be_win_rates_of_the_past() -> None:
    def due(name: str, category: Category) -> Deal:
        return Deal(name, Money(300, "USD"), "Qualified", None, FIRST, None, NOW, category=category)

    order = tuple(one.value for one in Category)
    rates = {"pipeline": Proportion(1, 3), "best_case": Proportion(0, 0), None: Proportion(1, 2)}
    past = Breakdown("category", tuple(rates), tuple(rates.values()), (order,))
    deals = [due("D-1", Category.PIPELINE), due("D-2", Category.BEST_CASE), due("D-3", Category.COMMIT)]
    forecast = category_forecast(deals, period=Period(FIRST, END), as_of=NOW, rates=past)
    assert forecast.by_basis == {
        "pipeline": WeightedTotal(300 * 333_333, "USD", 1, 0),
        "best_case": WeightedTotal(0, "USD", 0, 1),
        "commit": WeightedTotal(0, "USD", 1, 0),
    }
    assert forecast.method == "category_forecast(rates={'pipeline': 0.333333, 'best_case': None})"
    assert "expected, best_case: undefined of undefined (1 deal, all without probability)" in forecast.explain()
    assert "1.00 USD expected (2 deals, 1 more without probability)" in str(forecast)


def test_categories_may_be_named_or_left_to_commit() -> None:
    deal = Deal("D-1", Money(300, "USD"), "Qualified", None, FIRST, None, NOW, category=Category.COMMIT)
    asked: Any = {"period": Period(FIRST, END), "as_of": NOW}
    by_name, by_category = (category_forecast([deal], rates={one: 0.5}, **asked) for one in ("commit", Category.COMMIT))
    assert by_category == by_name
    assert by_category.method == "category_forecast(rates={'commit': 0.5})"
    assert category_forecast([deal], **asked) == category_forecast([deal], rates=Category.COMMIT, **asked)
    assert category_forecast([deal], **asked).value == Money(300, "USD")


@pytest.mark.parametrize(
    ("rates", "message"),
    [
        ("comit", "rates must be one of .*, got 'comit'; did you mean 'commit'?"),
        (5, "rates must be one of .*, got 5"),
        ({"comit": 1}, "a category of rates must be one of .*, got 'comit'"),
        ({"commit": 60}, "the rate of commit must be a fraction in .*, got 60; did you mean 0.6?"),
        (breakdown(win_rate, [], "owner"), "rates must be by category, got a breakdown by 'owner'; break down by it"),
    ],
)
def test_what_are_no_rates_is_refused(rates: Any, message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        category_forecast([], period=Period(FIRST, END), as_of=NOW, rates=rates)
