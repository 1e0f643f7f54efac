from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, DrawFn

from salesmetrics import (
    Comparison,
    Deal,
    Deals,
    InvalidValueError,
    Money,
    Period,
    bootstrap,
    compare,
    compare_cohorts,
    cycle_length,
    deal_size,
    win_rate,
)

DAYS = st.dates(date(2026, 1, 29), date(2026, 2, 4))
H1, H2 = Period(date(2026, 1, 1), date(2026, 2, 1)), Period(date(2026, 2, 1), date(2026, 3, 1))
MEASURES: Any = st.sampled_from([(win_rate, "value"), (deal_size, "median"), (cycle_length, "mean")])
COHORTS: Any = st.sampled_from(
    [
        ({"Ada": H1, "Bo": H1}, {"Ada": H2, "Bo": H2}),
        ({"Ada": H1}, {"Bo": H1, "Cleo": H2}),
        ({"Ada": Period(date(2026, 1, 1), date(2026, 1, 30)), "Bo": H1}, {"Ada": H2}),
    ]
)


@st.composite
def books(draw: DrawFn) -> list[Deal]:
    """Deals that closed around the end of January, and open ones; every rep has one far off."""
    book = [
        Deal(f"0-{name}", Money(7, "USD"), "Won", name, date(2020, 1, 1), date(2020, 2, 1))
        for name in ("Ada", "Bo", "Cleo")
    ]
    for number in range(draw(st.integers(0, 8))):
        owner = draw(st.sampled_from(["Ada", "Bo", "Cleo", "Dan", None]))
        closed = draw(st.none() | DAYS)
        stage = "Qualified" if closed is None else draw(st.sampled_from(["Won", "Lost"]))
        amount = Money(draw(st.sampled_from([0, 1, 250])), "USD")
        book.append(Deal(f"1-{number}", amount, stage, owner, date(2026, 1, draw(st.integers(1, 28))), closed))
    return book


def own(book: list[Deal], spans: dict[str, Period]) -> list[Deal]:
    return [
        deal
        for deal in book
        if deal.owner in spans and deal.closed is not None and deal.closed in spans[str(deal.owner)]
    ]


def asked(data: DataObject) -> tuple[Any, Any, Any, dict[str, Any]]:
    measure, reading = data.draw(MEASURES)
    before, after = data.draw(COHORTS)
    options = {"seed": data.draw(st.integers(0, 99)), "reading": reading, "level": 0.8, "n_resamples": 4}
    return measure, before, after, options


class TestCompareCohorts:
    @given(books(), st.data())
    def test_definition(self, book: list[Deal], data: DataObject) -> None:
        measure, before, after, options = asked(data)
        found = compare_cohorts(measure, book, before, after, **options)
        halves = [Deals.of(book).filter([deal in own(book, spans) for deal in book]) for spans in (before, after)]
        assert found.answer == compare(measure, halves[0], halves[1], options["reading"])
        assert found.n_units == len({deal.owner for deal in own(book, before) + own(book, after)})

    @given(books(), st.data())
    def test_clusters(self, book: list[Deal], data: DataObject) -> None:
        measure, before, after, options = asked(data)

        def change(some: Deals) -> Comparison[Any]:
            rows = [*some]  # a rep who was drawn twice is in it twice, which no door would let in again
            halves = [some.filter([deal in own(rows, spans) for deal in rows]) for spans in (before, after)]
            return Comparison(measure(halves[0]), measure(halves[1]), options["reading"])

        both = Deals.of([deal for deal in book if deal in own(book, before) + own(book, after)])
        drawn = {name: one for name, one in options.items() if name != "reading"}
        expected = bootstrap(change, both, cluster="owner", reading="difference", **drawn)
        found = compare_cohorts(measure, book, before, after, **options)
        is_alone = 1 in [len({deal.owner for deal in own(book, spans)}) for spans in (before, after)]
        assert found.interval == (None if is_alone else expected.interval)
        assert found.n_undefined == expected.n_undefined

    @given(books(), st.data())
    def test_order(self, book: list[Deal], data: DataObject) -> None:
        measure, before, after, options = asked(data)
        moved = data.draw(st.permutations(book))
        still = compare_cohorts(measure, book, before, after, **options)
        assert compare_cohorts(measure, moved, before, after, **options) == still

    @given(books(), st.data())
    def test_exchanged(self, book: list[Deal], data: DataObject) -> None:
        measure, before, after, options = asked(data)
        one = compare_cohorts(measure, book, before, after, **options)
        other = compare_cohorts(measure, book, after, before, **options)
        assert other.answer == Comparison(one.answer.after, one.answer.before, options["reading"])
        assert other.interval == (None if one.low is None or one.high is None else (-one.high, -one.low))

    @given(books(), st.data())
    def test_door(self, book: list[Deal], data: DataObject) -> None:
        measure, before, after, options = asked(data)
        table = compare_cohorts(measure, Deals.of(book), before, after, **options)
        assert compare_cohorts(measure, iter(book), before, after, **options) == table

    @given(books(), st.data())
    def test_own_function(self, book: list[Deal], data: DataObject) -> None:
        measure, before, after, options = asked(data)

        def undecorated(some: Deals) -> Any:
            return measure(some)

        found = compare_cohorts(undecorated, book, before, after, **options)
        assert found == compare_cohorts(measure, book, before, after, **options)


DEALS = [
    Deal(number, Money(100, "USD"), stage, rep, date(2026, 1, 1), day)
    for number, (rep, stage, day) in enumerate(
        [
            ("Ada", "Lost", date(2026, 1, 31)),
            ("Ada", "Won", date(2026, 2, 1)),
            ("Bo", "Lost", date(2026, 1, 15)),
            ("Bo", "Won", date(2026, 2, 15)),
        ]
    )
]


def test_a_change_is_told_with_its_interval() -> None:
    team = ["Ada", "Bo"]
    rates = compare_cohorts(win_rate, DEALS, dict.fromkeys(team, H1), dict.fromkeys(team, H2), seed=1, n_resamples=3)
    assert str(rates) == (
        "0.0 % (0 of 2) to 100.0 % (2 of 2): +100.0 points, undefined; 95 % interval of difference 100.0 points to "
        "100.0 points"
    )


@pytest.mark.parametrize(("before", "after"), [(["Ada"], ["Ada"]), (["Bo"], ["Ada", "Bo"]), (["Ada", "Bo"], ["Ada"])])
def test_of_one_rep_in_a_cohort_there_is_no_interval(before: list[str], after: list[str]) -> None:
    halves = dict.fromkeys(before, H1), dict.fromkeys(after, H2)
    alone = compare_cohorts(win_rate, DEALS, *halves, seed=1, n_resamples=3)
    assert alone.interval is None
    assert "+100.0 points, undefined; 95 % interval of difference undefined" in str(alone)


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ({}, "before must be periods by owner, got {}"),
        (["Ada"], "before must be periods by owner"),
        ({"Ada": "Q1"}, "before must be periods by owner"),
        ({"Adda": H1}, "before must name owners of deals, got 'Adda'; did you mean 'Ada'?"),
        ({"Ada": Period(date(2026, 1, 1), date(2026, 2, 2))}, "a rep must have no day in common, got .* of 'Ada'"),
    ],
)
def test_cohorts_are_periods_by_owner_that_lie_apart(before: Any, said: str) -> None:
    with pytest.raises(InvalidValueError, match=said):
        compare_cohorts(win_rate, DEALS, before, {"Ada": H2}, seed=1)


def test_of_no_deals_nothing_is_known() -> None:
    nothing = compare_cohorts(win_rate, [], {"Ada": H1}, {"Ada": H2}, seed=1, n_resamples=2)
    assert (nothing.interval, nothing.n_units, nothing.n_undefined) == (None, 0, 2)
