from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from measure_laws import Options, key_of, keys_in_order, questions
from salesmetrics import (
    Bootstrapped,
    Deal,
    Deals,
    InvalidValueError,
    Proportion,
    bootstrap,
    deal_size,
    pipeline_waterfall,
    sample_book,
    win_rate,
)
from salesmetrics.result._answers import exact_reading
from salesmetrics.strategies import tables_with_history
from strategies import Book, books, laid_down

BOOK = sample_book(60)
KEYS = ["owner", "stage", "outcome", ("owner", "kind")]


def asked(table: Deals, data: DataObject) -> tuple[Any, Options]:
    """A measure with the arguments of the bootstrap and its own; a waterfall follows each deal once."""
    measure, options = data.draw(questions(table).filter(lambda question: question[0] is not pipeline_waterfall))
    chosen: Options = {
        "seed": data.draw(st.integers(0, 2**64)),
        "level": data.draw(st.sampled_from([0.5, 0.9, 0.95])),
        "reading": data.draw(st.sampled_from(measure(table[:0], **options).readings)),
        "n_resamples": data.draw(st.integers(1, 5)),
    }
    return measure, chosen | options


def one_by_one(measure: Any, table: Deals, units: Sequence[Sequence[int]], options: Options) -> Bootstrapped[Any]:
    """The bootstrap as a plain loop: units of rows are drawn one by one, and each book is asked apart."""
    seed, level, reading, n_resamples = (options[name] for name in ("seed", "level", "reading", "n_resamples"))
    own = {name: one for name, one in options.items() if name not in {"seed", "level", "reading", "n_resamples"}}
    source, readings = np.random.PCG64(seed), []
    for _ in range(n_resamples):
        rows: list[int] = []
        for _ in units:
            rows += units[int((source.random_raw() >> 11) / 2**53 * len(units))]
        readings.append(exact_reading(measure(table.take(np.array(rows, np.intp)), **own), reading))
    defined = sorted(one for one in readings if one is not None)
    bounds: list[float | None] = [None, None]
    if defined:
        tail = (1 - Fraction(str(level))) / 2
        bounds = [float(between(defined, share)) for share in (tail, 1 - tail)]
    n_undefined = readings.count(None)
    return Bootstrapped(
        measure(table, **own), reading, bounds[0], bounds[1], level, seed, len(units), n_resamples, n_undefined
    )


def between(ascending: list[Fraction], share: Fraction) -> Fraction:
    whole, rest = divmod(share * (len(ascending) - 1), 1)
    return (1 - rest) * ascending[whole] + rest * ascending[min(whole + 1, len(ascending) - 1)]


def rows_by_key(book: Book, by: Any) -> list[list[int]]:
    keys = [key_of(deal, by, book.process) for deal in book.deals]
    return [[row for row, own in enumerate(keys) if own == key] for key in keys_in_order(set(keys), by, book.process)]


class TestBootstrap:
    @given(laid_down(), st.data())
    def test_definition(self, book: Book, data: DataObject) -> None:
        measure, options = asked(book.table, data)
        each = [[row] for row in range(len(book.deals))]
        assert bootstrap(measure, book.table, **options) == one_by_one(measure, book.table, each, options)

    @given(laid_down(), st.sampled_from(KEYS), st.data())
    def test_clusters(self, book: Book, by: Any, data: DataObject) -> None:
        measure, options = asked(book.table, data)
        by_hand = one_by_one(measure, book.table, rows_by_key(book, by), options)
        assert bootstrap(measure, book.table, cluster=by, **options) == by_hand

    @given(laid_down(), st.none() | st.sampled_from(KEYS), st.data())
    def test_seed(self, book: Book, by: Any, data: DataObject) -> None:
        measure, options = asked(book.table, data)
        one, other = (bootstrap(measure, book.table, cluster=by, **options) for _ in range(2))
        assert one == other
        assert one.seed == options["seed"]

    @given(laid_down(), st.sampled_from(KEYS), st.data())
    def test_order(self, book: Book, by: Any, data: DataObject) -> None:
        measure, options = asked(book.table, data)
        moved = book.table.take(np.array(data.draw(st.permutations(range(len(book.deals)))), np.intp))
        still = bootstrap(measure, book.table, cluster=by, **options)
        assert bootstrap(measure, moved, cluster=by, **options) == still

    @given(laid_down(), st.none() | st.sampled_from(KEYS), st.data())
    def test_certain(self, book: Book, by: Any, data: DataObject) -> None:
        assume(book.deals)
        units = [[0]] if by is None else rows_by_key(book, by)
        table = book.table.take(np.array(units[0], np.intp))
        measure, options = asked(table, data)
        found = bootstrap(measure, table, cluster=by, **options)
        point = exact_reading(found.answer, found.reading)
        assert found.n_units == 1
        assert found.interval == (None if point is None else (float(point), float(point)))

    @given(books(), st.data())
    def test_door(self, book: list[Deal], data: DataObject) -> None:
        measure, options = asked(Deals.of(book), data)
        assert bootstrap(measure, iter(book), **options) == bootstrap(measure, Deals.of(book), **options)

    @given(laid_down(), st.none() | st.sampled_from(KEYS), st.data())
    def test_own_function(self, book: Book, by: Any, data: DataObject) -> None:
        measure, options = asked(book.table, data)

        def own(deals: Deals, /, **options: Any) -> Any:
            assert isinstance(deals, Deals)
            return measure(deals, **options)

        apart = bootstrap(own, book.table, cluster=by, **options)
        assert apart == bootstrap(measure, book.table, cluster=by, **options)


@given(tables_with_history(), st.data())
def test_histories_follow_their_deals(table: Deals, data: DataObject) -> None:
    measure, options = asked(table, data)
    each = [[row] for row in range(len(table))]
    assert bootstrap(measure, table, **options) == one_by_one(measure, table, each, options)


def won_and_lost(owners: list[tuple[str, int, int]]) -> Deals:
    won, lost = (BOOK.deals.filter(flags)[0] for flags in (BOOK.deals.is_won, BOOK.deals.is_lost))
    deals = [
        evolve(deal, owner=owner)
        for owner, n_won, n_lost in owners
        for deal, n in ((won, n_won), (lost, n_lost))
        for _ in range(n)
    ]
    return Deals.of([evolve(deal, id=number) for number, deal in enumerate(deals)])


def test_a_share_is_as_wide_as_its_binomial() -> None:
    # of 100 tosses of a fair coin 40 to 60 are heads with 95 %: both quantiles of the binomial distribution
    low, high = bootstrap(win_rate, won_and_lost([("Ada", 50, 50)]), seed=3).interval or (0.0, 0.0)
    assert low == pytest.approx(0.40, abs=0.011)
    assert high == pytest.approx(0.60, abs=0.011)


def test_alike_deals_of_an_owner_tell_less() -> None:
    # ten owners who each win all or nothing are ten tosses: 2 to 8 of 10 with 95 %
    owners = [(f"{number}", 10 * (number % 2), 10 * (1 - number % 2)) for number in range(10)]
    by_deals, by_owners = (bootstrap(win_rate, won_and_lost(owners), 5, cluster=one) for one in (None, "owner"))
    assert by_deals.answer == by_owners.answer == Proportion(50, 100)
    assert (by_deals.n_units, by_owners.n_units) == (100, 10)
    assert by_deals.interval == pytest.approx((0.4, 0.6), abs=0.011)
    assert by_owners.interval == pytest.approx((0.2, 0.8), abs=1e-9)


def test_another_seed_draws_other_books() -> None:
    one, other = (bootstrap(win_rate, BOOK.deals, seed, n_resamples=50) for seed in (1, 2))
    assert one.answer == other.answer
    assert one.interval != other.interval


def test_where_the_reading_is_not_defined() -> None:
    nothing = bootstrap(win_rate, [], seed=1)
    assert nothing.interval is None
    assert (nothing.n_units, nothing.n_resamples, nothing.n_undefined) == (0, 1000, 1000)
    closed, still_open = (BOOK.deals.filter(flags)[:1] for flags in (BOOK.deals.is_closed, BOOK.deals.is_open))
    two = bootstrap(win_rate, [*closed, *still_open], seed=1)
    assert two.n_undefined == pytest.approx(250, abs=50)  # of four draws of two deals one has the open deal twice
    assert two.interval == (two.answer.value, two.answer.value)


def test_large_amounts_do_not_overflow() -> None:
    def minor(deals: Deals) -> int:
        return 2**62 * len(deals)

    assert bootstrap(minor, won_and_lost([("Ada", 2, 1)]), seed=1).interval == (3 * 2.0**62, 3 * 2.0**62)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"measure": "win_rate"}, r"measure must be a function of deals, got 'win_rate'; write bootstrap\("),
        ({"seed": -1}, "seed must be a whole number from 0, got -1; write seed=1"),
        ({"seed": None}, "seed must be a whole number from 0, got None; write seed=1"),
        ({"seed": True}, "seed must be a whole number from 0, got True; write seed=1"),
        ({"n_resamples": 0}, "n_resamples must be a whole number from 1, got 0; write n_resamples=1000"),
        ({"n_resamples": 1e3}, "n_resamples must be a whole number from 1, got 1000.0; write n_resamples=1000"),
        ({"level": 95}, "level must be a fraction between 0 and 1, got 95; write 0.95"),
        ({"cluster": "ownr"}, "got 'ownr'; did you mean 'owner'"),
        ({"reading": "valeu"}, "got 'valeu'; did you mean 'value'"),
        ({"measure": deal_size}, "known are 'mean', 'median', 'n'; write reading='mean'"),
        ({"measure": lambda _: "x"}, "a reading must be one of the answer's, got 'value'; there are none"),
    ],
)
def test_what_cannot_be_drawn_is_refused(wrong: dict[str, Any], message: str) -> None:
    chosen: dict[str, Any] = {"measure": win_rate, "deals": BOOK.deals, "seed": 1, **wrong}
    with pytest.raises(InvalidValueError, match=message):
        bootstrap(**chosen)


def test_a_waterfall_follows_each_deal_once() -> None:
    span: dict[str, Any] = {"period": BOOK.period, "start": BOOK.period.start, "end": BOOK.as_of}
    constant = {"amount", "stage", "expected_close", "owner"}
    with pytest.raises(InvalidValueError, match="the lines of a Waterfall must lead each deal from its opening"):
        bootstrap(pipeline_waterfall, BOOK.deals, seed=1, reading="opening", **span, constant=constant)
