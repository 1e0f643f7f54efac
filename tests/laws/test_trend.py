from __future__ import annotations

from datetime import date
from functools import partial
from itertools import pairwise
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, DrawFn

from measure_laws import Options, parts_of, questions
from salesmetrics import (
    Count,
    Deal,
    Deals,
    FiscalCalendar,
    InvalidValueError,
    Money,
    Period,
    Proportion,
    Recipe,
    Trend,
    as_measure,
    breakdown,
    pipeline_created,
    trend,
    win_rate,
)
from salesmetrics.strategies import successive_periods
from salesmetrics.table.readable_deals import PeriodBasis
from strategies import Book, books, days_around, laid_down

ON = get_args(PeriodBasis)


@st.composite
def asked(draw: DrawFn, table: Deals) -> tuple[Any, tuple[Period, ...], Any, Options]:
    """A measure, periods on and beside the days of the deals, the day that counts, and options."""
    measure, options = draw(questions(table))
    return measure, draw(successive_periods(days_around(table))), draw(st.sampled_from(ON)), options


class TestTrend:
    @given(laid_down(), st.data())
    def test_definition(self, book: Book, data: DataObject) -> None:
        table = book.table
        measure, periods, on, options = data.draw(asked(table))
        answers = trend(measure, table, periods, on, **options)
        assert list(answers) == list(periods)
        for period in periods:
            days = [table.days_on(on)[row] for row in range(len(table))]
            flags = [
                day is not None
                and period.start.toordinal() <= day + date(1970, 1, 1).toordinal() < period.end.toordinal()
                for day in days
            ]
            assert answers[period] == measure(table.filter(np.array(flags, np.bool_)), **options)

    @given(laid_down(), st.data())
    def test_period(self, book: Book, data: DataObject) -> None:
        table = book.table
        of_a_period = asked(table).filter(lambda one: "period" in one[3] and "look_back" not in one[3])
        measure, periods, _, options = data.draw(of_a_period)
        options = {name: option for name, option in options.items() if name not in ("period", "week")}
        for cumulative in (False, True):
            answers = trend(measure, table, periods, None, cumulative, **options)
            for period in periods:
                start = periods[0].start if cumulative else period.start
                assert answers[period] == measure(table, period=Period(start, period.end), **options)

    @given(laid_down(), st.data())
    def test_cumulative(self, book: Book, data: DataObject) -> None:
        table = book.table
        measure, periods, on, options = data.draw(asked(table))
        answers = trend(measure, table, periods, on, cumulative=True, **options)
        for period in periods:
            so_far = table.in_period(Period(periods[0].start, period.end), on)
            assert answers[period] == measure(so_far, **options)

    @given(laid_down(), st.data())
    def test_tiles(self, book: Book, data: DataObject) -> None:
        table = book.table
        measure, periods, on, options = data.draw(asked(table))
        cuts = sorted({day for period in periods for day in (period.start, period.end)})
        tiles = [Period(start, end) for start, end in pairwise(cuts)]
        span = table.in_period(Period(cuts[0], cuts[-1]), on)
        answers = trend(measure, table, tiles, on, **options)
        assert sum(answers.values(), measure(table[:0], **options)) == measure(span, **options)

    @given(laid_down(), st.data())
    def test_order(self, book: Book, data: DataObject) -> None:
        table = book.table
        measure, periods, on, options = data.draw(asked(table))
        moved = table.take(np.array(data.draw(st.permutations(range(len(table)))), np.intp))
        assert trend(measure, moved, periods, on, **options) == trend(measure, table, periods, on, **options)

    @given(laid_down(), st.data())
    def test_merge(self, book: Book, data: DataObject) -> None:
        table = book.table
        measure, periods, on, options = data.draw(asked(table))
        part_of = np.array(data.draw(parts_of(book.deals)), np.int64)
        for cumulative in (False, True):
            parts = [
                trend(measure, table.filter(part_of == part), periods, on, cumulative, **options) for part in range(4)
            ]
            assert sum(parts) == trend(measure, table, periods, on, cumulative, **options)

    @given(books(), st.data())
    def test_door(self, book: list[Deal], data: DataObject) -> None:
        table = Deals.of(book)
        measure, periods, on, options = data.draw(asked(table))
        assert trend(measure, iter(book), iter(periods), on, **options) == trend(measure, table, periods, on, **options)

    @given(laid_down(), st.data())
    def test_breakdown(self, book: Book, data: DataObject) -> None:
        calendar = FiscalCalendar(2)
        span = Period(date(2024, 1, 1), date(2027, 1, 1))
        on = data.draw(st.sampled_from(ON))
        table = book.table.in_period(span, on)
        measure, options = data.draw(questions(table))
        by_quarter = breakdown(measure, table, calendar.quarters(on), **options)
        answers = trend(measure, table, calendar.quarters_in(span), on, **options)
        nothing = measure(table[:0], **options)
        assert {period: by_quarter.get(period, nothing) for period in answers} == dict(answers)

    @given(laid_down(), st.data())
    def test_own_function(self, book: Book, data: DataObject) -> None:
        table = book.table
        measure, periods, on, options = data.draw(asked(table))

        def own(deals: Deals, /, **options: Any) -> Any:
            assert isinstance(deals, Deals)
            return measure(deals, **options)

        for cumulative in (False, True):
            apart = trend(own, table, periods, on, cumulative, **options)
            assert apart == trend(measure, table, periods, on, cumulative, **options)


CALENDAR = FiscalCalendar()
MONTHS = CALENDAR.months_in(CALENDAR.quarter(2026, 1))


def won(number: int, day: date) -> Deal:
    return Deal(f"D-{number}", Money(100, "USD"), "Won", "Ada", date(2025, 12, 1), closed=day)


BOOK = [won(1, date(2026, 1, 31)), won(2, date(2026, 2, 1)), won(3, date(2026, 2, 28)), won(4, date(2026, 4, 1))]


def test_a_period_without_deals_stays() -> None:
    assert list(trend(win_rate, BOOK, MONTHS, on="closed").values()) == [
        Proportion(1, 1),
        Proportion(2, 2),
        Proportion(0, 0),
    ]
    assert list(trend(len, BOOK, MONTHS, on="closed", cumulative=True).values()) == [1, 3, 3]
    assert list(trend(win_rate, [], MONTHS, on="created").values()) == [Proportion(0, 0)] * 3


def test_days_between_the_periods_count_only_to_date() -> None:
    first, _, last = MONTHS
    assert list(trend(win_rate, BOOK, [first, last], on="closed").values()) == [Proportion(1, 1), Proportion(0, 0)]
    assert list(trend(win_rate, BOOK, [first, last], on="closed", cumulative=True).values()) == [
        Proportion(1, 1),
        Proportion(3, 3),
    ]


def test_what_does_not_add_is_asked_to_date() -> None:
    @as_measure
    def counted(deals: Deals) -> Recipe[dict[str, int]]:
        return Recipe(dict, n=Count(deals.is_won))

    answers = trend(counted, BOOK, MONTHS, on="closed", cumulative=True)
    assert list(answers.values()) == [{"n": 1}, {"n": 3}, {"n": 3}]


def test_arguments_reach_the_measure() -> None:
    def counted(deals: Deals, factor: int, *, plus: int) -> int:
        return len(deals) * factor + plus

    assert list(trend(counted, BOOK, MONTHS, "closed", False, 10, plus=3).values()) == [13, 23, 3]


def test_a_function_of_ones_own_is_told_of_the_period() -> None:
    def open_at_start(deals: Deals, *, period: Period) -> int:
        return int(deals.as_of(period.start).is_open.sum())

    assert list(trend(open_at_start, BOOK, MONTHS).values()) == [4, 3, 1]

    def anything(deals: Deals, /, **options: Any) -> list[Any]:
        return [len(deals), *options]

    assert list(trend(anything, BOOK, MONTHS).values()) == [[4, "period"]] * 3
    created = trend(partial(pipeline_created, amount="current"), BOOK, [CALENDAR.quarter(2025, 4)])
    assert next(iter(created.values())).n == 4


@pytest.mark.parametrize(
    ("periods", "message"),
    [
        ([], r"periods must be one Period or more, got none; write calendar\.quarters_in\(year\)"),
        ([date(2026, 1, 1)], r"periods must be one Period or more, got datetime\.date"),
        (MONTHS[::-1], "periods must be in order and not overlap, got FY26 M02 after FY26 M03; sort them, and ask"),
        ([MONTHS[0], MONTHS[0]], "periods must be in order and not overlap, got FY26 M01 after FY26 M01"),
    ],
)
def test_what_are_no_periods_is_refused(periods: Any, message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        trend(win_rate, BOOK, periods, on="closed")


@pytest.mark.parametrize("measure", [win_rate, len, dict])
def test_a_measure_that_cannot_be_told_of_a_period_needs_a_day(measure: Any) -> None:
    with pytest.raises(InvalidValueError, match="on must say by which day deals belong to a period where the measure"):
        trend(measure, BOOK, MONTHS)


def test_what_was_told_already_is_not_told_again() -> None:
    with pytest.raises(InvalidValueError, match=r"on must say by which day .* got pipeline_created and None"):
        trend(pipeline_created, BOOK, MONTHS, period=MONTHS[0])


def test_other_words_and_things_are_refused() -> None:
    with pytest.raises(InvalidValueError, match="on must be one of"):
        trend(win_rate, BOOK, MONTHS, on="close")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
    with pytest.raises(InvalidValueError, match="cumulative must be True or False, got 'no'; write cumulative=True"):
        trend(win_rate, BOOK, MONTHS, on="closed", cumulative="no")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
    with pytest.raises(InvalidValueError, match=r"measure must be a function of deals, got 'win_rate'; write trend\("):
        trend("win_rate", BOOK, MONTHS, on="closed")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]


def test_it_says_what_it_is_of() -> None:
    assert repr(trend(win_rate, BOOK, MONTHS, on="closed")) == (
        "Trend(3 periods from 2026-01-01 to 2026-04-01, on='closed', cumulative=False)"
    )
    assert repr(Trend(MONTHS, (1, 2, 3), None)) == "Trend(3 periods from 2026-01-01 to 2026-04-01, cumulative=False)"
