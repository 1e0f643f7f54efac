"""Strategies for the whole valid domain; each shrinks toward the empty book of the standard process.

Days come mostly from a small pool, so that deals tie with each other and with the bounds of periods.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import product
from typing import Any

import numpy as np
from attrs import evolve, frozen
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from salesmetrics import (
    Amounts,
    Answer,
    Category,
    Deal,
    Deals,
    Durations,
    Money,
    MoneyRatio,
    MoneyTotal,
    Outcome,
    Period,
    Proportion,
    SalesProcess,
    Stage,
    StageForecast,
    WeightedTotal,
)
from salesmetrics._numeric.multiset import Multiset

__all__ = [
    "ANSWERS",
    "AS_OF",
    "DOUBTS",
    "PERIOD",
    "STANDARD",
    "Book",
    "amounts",
    "answers",
    "books",
    "counts",
    "currencies",
    "cycles",
    "days",
    "days_around",
    "deals",
    "forecasts",
    "laid_down",
    "money",
    "money_ratios",
    "money_totals",
    "multisets",
    "periods",
    "probabilities",
    "processes",
    "proportions",
    "sizes",
    "stages",
    "tables",
    "units",
    "weighted_totals",
]

DOUBTS = (
    "closed_before_created",
    "missing_amount",
    "missing_close",
    "missing_created",
    "missing_stage",
    "negative_amount",
)
"""What real data have; a strategy that is given some of these makes deals which have them, sometimes."""

STANDARD = SalesProcess.standard()

PERIOD = Period(date(2026, 1, 1), date(2026, 4, 1), "Q\x1b1 <b>")
AS_OF = date(2026, 1, 2)
"""What forecasts are of, so that they add."""

_MOST = 2**63 - 1  # what a column can hold
_NEAR = [date(2026, 1, 1) + timedelta(days=number) for number in (0, 1, 2, 30, 31, 59, 90)]
_NAMES = [None, "Ada", "Bo", "", " ", "Ünal 雪", "<script>", "a\x1b[31m\n"]


@cache
def currencies() -> SearchStrategy[str]:
    """Currencies of two, no and three decimals, and that of no money."""
    return st.sampled_from(["USD", "JPY", "BHD", "XXX"])


@cache
def amounts(*, negative: bool = False) -> SearchStrategy[int]:
    """Whole minor units: zero, a few cents, and so much that two of them pass 64 bits."""
    small, large = st.integers(0, 300), st.sampled_from([_MOST, 2**62, 10**15 + 1]) | st.integers(0, _MOST)
    sizes = small | large
    return sizes | sizes.map(lambda size: -size) if negative else sizes


@cache
def money(currency: str = "USD", *, negative: bool = False) -> SearchStrategy[Money]:
    """Money; in XXX only its zero."""
    if currency == "XXX":
        return st.just(Money(0, "XXX"))
    return amounts(negative=negative).map(lambda minor: Money(minor, currency))


@cache
def days() -> SearchStrategy[date]:
    """Days that often meet, and any other, as far as the calendar goes."""
    return st.sampled_from(_NEAR) | st.sampled_from([date.min, date(1969, 12, 31), date.max]) | st.dates()


def days_around(book: Sequence[Deal]) -> SearchStrategy[date]:
    """Days of the deals, and the days before and after these; any day when there are none."""
    own = {day for deal in book for day in (deal.created, deal.closed, deal.expected_close) if day is not None}
    beside = {day + timedelta(days=1) for day in own if day < date.max}
    beside |= {day - timedelta(days=1) for day in own if day > date.min}
    return st.sampled_from(sorted(own)) | st.sampled_from(sorted(beside)) if own else days()


def periods(bounds: SearchStrategy[date] | None = None) -> SearchStrategy[Period]:
    """Half-open spans between two such days."""
    two = st.lists(days() if bounds is None else bounds, min_size=2, max_size=2, unique=True)
    return two.map(lambda pair: Period(min(pair), max(pair)))


@cache
def probabilities() -> SearchStrategy[float]:
    """Whole millionths, and both ends often."""
    return st.sampled_from([0.0, 0.25, 0.5, 1.0, 0.000001, 0.999999]) | st.integers(0, 10**6).map(lambda n: n / 10**6)


@st.composite
def stages(draw: DrawFn, name: str = "Talking") -> Stage:
    """A stage of any outcome, and sometimes of a category that is not the usual one."""
    outcome = draw(st.sampled_from(Outcome))
    certain = {Outcome.WON: 1.0, Outcome.LOST: 0.0}
    stage = Stage(name, draw(probabilities()) if outcome is Outcome.OPEN else certain[outcome], outcome)
    category = draw(st.none() | st.sampled_from(Category))
    return stage if category is None else evolve(stage, category=category)


@cache
def processes() -> SearchStrategy[SalesProcess]:
    """The standard one, and any other: of a single stage, of none that is won, in an order that is not alphabetical."""
    names = st.lists(st.sampled_from(["S", "T", "A", "<b>", "Won"]), min_size=1, unique=True)
    others = names.flatmap(lambda chosen: st.tuples(*map(stages, chosen))).map(SalesProcess)
    return st.just(STANDARD) | others


@st.composite
def deals(draw: DrawFn, process: SalesProcess = STANDARD, doubts: Collection[str] = (), currency: str = "USD") -> Deal:
    """A deal that a table of this process takes, where these doubts are accepted."""

    def maybe(strategy: SearchStrategy[Any], doubt: str = "") -> Any:
        return draw(_or_none(strategy)) if doubt in {"", *doubts} else draw(strategy)

    stage = draw(st.sampled_from(process.stages))
    created = maybe(days(), "missing_created")
    closed = None if stage.outcome is Outcome.OPEN else maybe(days(), "missing_close")
    if created is not None and closed is not None and "closed_before_created" not in doubts:
        created, closed = min(created, closed), max(created, closed)
    is_staged = "missing_stage" not in doubts or draw(st.integers(0, 7)) or stage.outcome is not Outcome.OPEN
    account, kind, category, probability, region, tier = draw(_REST)
    values = {"arr": maybe(money(currency, negative=True)), "units": maybe(amounts(negative=True))}
    labels = {"region": region, "tier": tier}
    return Deal(
        id="D",
        amount=maybe(money(currency, negative="negative_amount" in doubts), "missing_amount"),
        stage=stage.name if is_staged else None,
        owner=draw(st.sampled_from(_NAMES)),
        created=created,
        closed=closed,
        expected_close=maybe(days()),
        probability=probability,
        category=category,
        kind=kind,
        account=account,
        values={name: value for name, value in values.items() if value is not None},
        labels={name: label for name, label in labels.items() if label is not None},
    )


@cache
def _or_none(strategy: SearchStrategy[Any]) -> SearchStrategy[Any]:
    return st.none() | strategy


_CHOICES: list[tuple[Any, ...]] = list(
    product(
        _NAMES,
        ["new", "expansion", "renewal", None],
        [None, *Category],
        [None, 0.0, 0.3, 1.0],
        [None, "EMEA", "APAC", "<td>"],
        [None, 1, 2, 2.5, True, "A", date(2026, 1, 1)],
    )
)
_REST = st.integers(0, len(_CHOICES) - 1).map(_CHOICES.__getitem__)
"""Six fields in one draw, because draws are what a test's time is spent on."""


@st.composite
def books(
    draw: DrawFn, process: SalesProcess = STANDARD, doubts: Collection[str] = (), max_size: int = 8
) -> list[Deal]:
    """Deals of different ids in one currency; some may be worth the zero of no currency."""
    currency = draw(currencies())
    drawn = draw(st.lists(deals(process, doubts, currency) | deals(process, doubts, "XXX"), max_size=max_size))
    text_every = draw(st.sampled_from([1, 2, 100]))  # ids of text, of both kinds, whole numbers
    return [evolve(deal, id=place if place % text_every else f"D-{place}") for place, deal in enumerate(drawn)]


@frozen
class Book:
    """Deals, and what it takes to lay them down."""

    deals: list[Deal]
    process: SalesProcess
    doubts: tuple[str, ...]

    @property
    def table(self) -> Deals:
        return self.of(self.deals)

    def of(self, some: Sequence[Deal]) -> Deals:
        """Some of the deals, laid down alone."""
        return Deals.of(some, self.process, accept=self.doubts)


@st.composite
def laid_down(draw: DrawFn, doubts: Collection[str] = DOUBTS) -> Book:
    """A book of any process, with doubts or without."""
    process = draw(processes())
    accepted = draw(st.sampled_from([(), tuple(doubts)]))
    return Book(draw(books(process, accepted)), process, accepted)


def tables(doubts: Collection[str] = DOUBTS) -> SearchStrategy[Deals]:
    """Tables of any process."""
    return laid_down(doubts).map(lambda book: book.table)


def units() -> SearchStrategy[str | None]:
    """What amounts are of: currencies, and plain whole numbers."""
    return st.sampled_from(["USD", "JPY", None])


def counts() -> SearchStrategy[int]:
    """How many deals there are: none, a few, very many."""
    return st.integers(0, 5) | st.integers(0, 2**40)


@st.composite
def money_totals(draw: DrawFn, unit: str | None = "USD") -> MoneyTotal:
    """Sums of money, or of plain numbers; of no deals they are zero."""
    n = draw(counts())
    return MoneyTotal(draw(_sums(n, unit)), unit, n, draw(counts()))


@st.composite
def weighted_totals(draw: DrawFn, unit: str | None = "USD") -> WeightedTotal:
    """Sums of millionths, half cents among them."""
    n = draw(counts())
    micro = draw(_sums(n, unit) | _sums(n, unit).map(lambda minor: minor * 500_000))
    return WeightedTotal(micro, unit, n, draw(counts()))


@st.composite
def money_ratios(draw: DrawFn, unit: str | None = "USD") -> MoneyRatio:
    """Shares of money; with negative amounts a part may be above the whole."""
    n = draw(counts())
    return MoneyRatio(draw(_sums(n, unit)), draw(_sums(n, unit)), unit, n, draw(counts()), draw(st.integers(0, n)))


def proportions() -> SearchStrategy[Proportion]:
    """Shares of counts, of nothing too."""
    return st.builds(lambda part, rest: Proportion(part, part + rest), counts(), counts())


def multisets(numbers: SearchStrategy[int]) -> SearchStrategy[Multiset]:
    """Distinct numbers in order, each with how often it came."""
    tallies = st.dictionaries(numbers, st.integers(1, 3) | st.integers(1, 2**40), max_size=5)
    return tallies.map(
        lambda tally: Multiset(
            np.array(sorted(tally), np.int64), np.array([tally[number] for number in sorted(tally)], np.int64)
        )
    )


def sizes(unit: str | None = "USD") -> SearchStrategy[Amounts]:
    """Sizes of deals."""
    numbers = st.just(0) if unit == "XXX" else amounts(negative=True)
    return st.builds(Amounts, multisets(numbers), st.just(unit), counts())


def cycles() -> SearchStrategy[Durations]:
    """Lengths of time."""
    return st.builds(Durations, multisets(st.integers(0, 5) | st.integers(0, 3_652_058)), counts())


@st.composite
def forecasts(
    draw: DrawFn,
    unit: str | None = "USD",
) -> StageForecast:
    """Forecasts of one period and one day of view."""
    total = money_totals(unit)
    booked, expected = draw(total), draw(weighted_totals(unit))
    return StageForecast(PERIOD, AS_OF, booked, expected, *(draw(total) for _ in range(6)))


ANSWERS: dict[type[Answer], Callable[[str | None], SearchStrategy[Any]]] = {
    MoneyTotal: money_totals,
    WeightedTotal: weighted_totals,
    MoneyRatio: money_ratios,
    Proportion: lambda _: proportions(),
    Amounts: sizes,
    Durations: lambda _: cycles(),
    StageForecast: forecasts,
}
"""Every kind of answer, in a unit."""


def answers() -> SearchStrategy[Any]:
    """Any answer in any unit."""
    return units().flatmap(lambda unit: st.one_of(*(kind(unit) for kind in ANSWERS.values())))


def _sums(n: int, unit: str | None) -> SearchStrategy[int]:
    if n == 0 or unit == "XXX":
        return st.just(0)
    return amounts(negative=True) | st.integers(-(10**37), 10**37)
