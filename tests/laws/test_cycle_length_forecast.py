from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from forecast_laws import Line, by_hand
from measure_laws import LENGTHS, MeasureLaws
from salesmetrics import (
    Deal,
    InvalidValueError,
    Money,
    Period,
    breakdown,
    cycle_length,
    cycle_length_forecast,
)
from strategies import Book, days_around, laid_down, periods

FIRST, NOW, END = date(2026, 1, 1), date(2026, 2, 1), date(2026, 4, 1)
DAY = timedelta(days=1)


class TestCycleLengthForecast(MeasureLaws):
    measure = staticmethod(cycle_length_forecast)

    @given(laid_down(), st.sampled_from([1, 15, 30.5, 365, 10_000_000]), st.booleans(), st.data())
    def test_definition(self, book: Book, typical: float, predicted: bool, data: DataObject) -> None:  # noqa: FBT001
        around = days_around(book.deals)
        period, as_of = data.draw(periods(around)), data.draw(around)

        def line_of(deal: Deal) -> Line:
            if deal.created is None:
                return None, None if predicted else deal.expected_close, None
            age = max((as_of - deal.created).days, 0)
            share = min(Fraction(1), age / Fraction(str(typical)))
            chance = floor(share * 1_000_000 + Fraction(1, 2))
            of_age = deal.created.toordinal() + ceil(typical)
            # a day after the last that there is belongs to no period
            close = as_of if of_age <= as_of.toordinal() else date.fromordinal(min(of_age, date.max.toordinal()))
            basis = "past typical" if age > typical else "within typical"
            return chance, close if predicted else deal.expected_close, basis

        dated: Any = "predicted" if predicted else "expected"
        options = {"typical": typical, **({} if predicted else {"dated": dated})}
        forecast = cycle_length_forecast(book.table, period=period, as_of=as_of, typical=typical, dated=dated)
        assert forecast == by_hand(book, (period, as_of), "amount", "cycle_length_forecast", line_of, options)

    @given(laid_down(), st.data())
    def test_segments(self, book: Book, data: DataObject) -> None:
        around = days_around(book.deals)
        asked: Any = {"period": data.draw(periods(around)), "as_of": data.draw(around)}
        kinds = [*book.table.kind.names, None]
        lengths = data.draw(st.dictionaries(st.sampled_from(kinds), LENGTHS))
        forecast = cycle_length_forecast(book.table, typical=lengths, segment="kind", **asked)
        for kind in ("new", "expansion", "renewal", None):
            group = book.table.filter(book.table.kind.is_in(kind))
            alone = cycle_length_forecast(group, typical=lengths, segment="kind", **asked)
            if kind not in lengths:
                assert not len(alone.lines)
                assert alone.other_period.n == alone.other_period.n_missing == 0
            else:
                plain = cycle_length_forecast(group, typical=lengths[kind], **asked)
                assert evolve(plain, method=alone.method) == alone
        groups = breakdown(cycle_length_forecast, book.table, "kind", typical=lengths, segment="kind", **asked)
        assert not groups or sum(groups.values()) == forecast


def test_what_is_typical_is_learned_from_won_deals() -> None:
    def won(name: str, kind: Any, days: int) -> Deal:
        return Deal(name, Money(5, "USD"), "Won", None, FIRST, FIRST + days * DAY, kind=kind)

    some = [won("W-1", "new", 40), won("W-2", "new", 80), won("W-3", "renewal", 10)]
    kinds: tuple[Any, ...] = ("new", "renewal")
    waiting = [Deal(kind, Money(100, "USD"), "Qualified", None, FIRST, kind=kind) for kind in kinds]
    asked: Any = {"period": Period(FIRST, END), "as_of": FIRST + 15 * DAY}
    by_kind = cycle_length_forecast(waiting, typical=breakdown(cycle_length, some, "kind"), **asked)
    assert by_kind.method == "cycle_length_forecast(typical={'kind': {'new': 60, 'renewal': 10}})"
    assert {basis: total.micro for basis, total in by_kind.by_basis.items()} == {
        "within typical": 25_000_000,
        "past typical": 100_000_000,
    }
    of_all = cycle_length_forecast(waiting, typical=cycle_length(some), **asked)
    assert of_all.method == "cycle_length_forecast(typical=40)"
    assert of_all.expected.micro == 2 * 37_500_000
    unknown = cycle_length_forecast(waiting, typical=cycle_length([]), **asked)
    assert (unknown.undated.n, unknown.undated_expected.n_missing) == (2, 2)


def test_who_is_of_no_segment_has_a_length_too() -> None:
    """After 31 of 62 days half of a deal counts; after 31 of 31 all of it, which is not past what is typical."""
    deals = [
        Deal(name, Money(100, "USD"), "Qualified", None, FIRST, labels=labels)
        for name, labels in (("D-1", {"product": "Coat"}), ("D-2", {}), ("D-3", {"product": "Hat"}))
    ]
    asked: Any = {"period": Period(FIRST, END), "as_of": NOW, "segment": "product"}
    found = cycle_length_forecast(deals, typical={"Coat": 62, None: 31, "Hat": 30.5}, **asked)
    assert {basis: total.micro for basis, total in found.by_basis.items()} == {
        "within typical": 150_000_000,
        "past typical": 100_000_000,
    }
    assert found.method == "cycle_length_forecast(typical={'product': {'Coat': 62, None: 31, 'Hat': 30.5}})"


def test_the_longest_length_is_longer_than_any_age() -> None:
    deal = Deal("D-1", Money(5, "USD"), "Qualified", None, FIRST, expected_close=END - DAY)
    asked: Any = {"period": Period(FIRST, END), "as_of": NOW}
    for typical in (1e300, 10**400):
        assert cycle_length_forecast([deal], typical=typical, **asked).other_period.n == 1
        assert cycle_length_forecast([deal], typical=typical, dated="expected", **asked).expected.micro == 0


def test_lengths_are_of_segments_that_the_deals_have() -> None:
    deals = [Deal("D-1", Money(5, "USD"), "Qualified", None, FIRST, labels={"product": "Coat"})]
    asked: Any = {"period": Period(FIRST, END), "as_of": NOW, "segment": "product"}
    message = "by product, got 'Cost' and no length for 'Coat'; did you mean 'Coat'"
    hats = [evolve(deals[0], id="D-2", labels={"product": "Hat"})]
    for book, lengths in (
        (deals, {"Cost": 40}),
        (deals, {"Cost": 40, None: 40}),
        (deals + hats, {"Hat": 9, "Cost": 40}),
    ):
        with pytest.raises(InvalidValueError, match=message):
            cycle_length_forecast(book, typical=lengths, **asked)
    assert cycle_length_forecast(deals, typical={"Cost": 40, "Coat": 40}, **asked).expected.n == 1
    assert cycle_length_forecast(deals + hats, typical={"Coat": 40}, **asked).undated.n == 1
    asked["segment"] = "owner"
    assert cycle_length_forecast([], typical={"Cost": 40}, **asked).undated.n == 0
    assert cycle_length_forecast(deals, typical={}, **asked).undated.n == 1


def test_a_day_is_long_enough_to_be_typical() -> None:
    won = Deal("D-1", Money(5, "USD"), "Won", None, FIRST, FIRST + DAY)
    found = cycle_length_forecast([won], period=Period(FIRST, END), as_of=NOW, typical=cycle_length([won]))
    assert found.method == "cycle_length_forecast(typical=1)"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"typical": 0}, "typical must be a number above zero, got 0; write typical=60$"),
        ({"typical": "60"}, "typical must be a number above zero, got '60'"),
        ({"typical": float("inf")}, "typical must be a number above zero, got inf"),
        ({"typical": float("nan")}, "typical must be a number above zero, got nan"),
        ({"typical": {"new": 60}}, "segment must name the one key of the typical lengths, got None"),
        (
            {"typical": 60, "segment": "kind"},
            "segment must be None where one length is typical of all, got 'kind'; give one for each",
        ),
        (
            {"typical": breakdown(cycle_length, [], ("kind", "owner"))},
            "must name the one key of the typical",
        ),
        (
            {"typical": breakdown(cycle_length, [], "kind"), "segment": "owner"},
            "got 'owner'; write segment='kind', or give the breakdown by that key alone$",
        ),
        ({"typical": 60, "dated": "predict"}, "dated must be one of"),
        ({"typical": 60, "undated": "leave out"}, "undated must be one of"),
        ({"typical": 60, "overdue": "leave out"}, "overdue must be one of"),
        (
            {"typical": cycle_length([Deal("D-1", Money(5, "USD"), "Won", None, date(2026, 1, 1), date(2026, 1, 1))])},
            "typical must have a median above zero, got Durations",
        ),
    ],
)
def test_what_is_no_typical_length_is_refused(options: Any, message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        cycle_length_forecast([], period=Period(FIRST, END), as_of=NOW, **options)
