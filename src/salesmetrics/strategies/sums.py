"""Answers that are sums and tallies."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from salesmetrics._numeric.multiset import Multiset
from salesmetrics.result.proportion import Proportion
from salesmetrics.result.tallied import Amounts, Durations
from salesmetrics.result.totals import MoneyRatio, MoneyTotal, Unit, WeightedTotal
from salesmetrics.strategies.model import IN_A_COLUMN, minor_units

__all__ = [
    "amounts",
    "counts",
    "durations",
    "money_ratios",
    "money_totals",
    "multisets",
    "proportions",
    "units",
    "weighted_totals",
]


@cache
def units() -> SearchStrategy[Unit]:
    """What sums are of: currencies, and `None` for plain whole numbers.

    Examples:
        >>> from hypothesis import given
        >>> @given(units())
        ... def test_every_unit_has_a_zero(unit: str | None) -> None:
        ...     assert MoneyTotal(0, unit, 0, 0).currency == unit
        >>> test_every_unit_has_a_zero()
    """
    return st.sampled_from(["USD", "JPY", "BHD", "CLF", "XXX", None])


@cache
def counts() -> SearchStrategy[int]:
    """How many deals there are: none, a few, very many.

    Examples:
        >>> from hypothesis import given
        >>> @given(counts())
        ... def test_bounds(n: int) -> None:
        ...     assert 0 <= n < 2**63
        >>> test_bounds()
    """
    return st.integers(0, 5) | st.integers(0, 2**40)


@st.composite
def money_totals(draw: DrawFn, unit: Unit = "USD") -> MoneyTotal:
    """A sum of money, or of plain numbers; of no deals it is zero.

    Args:
        draw: Given by hypothesis.
        unit: Its currency; `None` for plain numbers.

    Examples:
        >>> from hypothesis import given
        >>> @given(money_totals("JPY"))
        ... def test_no_deals_are_worth_nothing(total: MoneyTotal) -> None:
        ...     assert total.n or not total.minor
        >>> test_no_deals_are_worth_nothing()
    """
    n = draw(counts())
    return MoneyTotal(draw(_sums(n, unit)), unit, n, draw(counts()))


@st.composite
def weighted_totals(draw: DrawFn, unit: Unit = "USD") -> WeightedTotal:
    """A sum of millionths, often one that lies half way between two cents.

    Args:
        draw: Given by hypothesis.
        unit: Its currency; `None` for plain numbers.

    Examples:
        >>> from hypothesis import given
        >>> @given(weighted_totals(None))
        ... def test_rounded_to_the_nearest(total: WeightedTotal) -> None:
        ...     assert total.value is None or abs(total.value * 1_000_000 - total.micro) <= 500_000
        >>> test_rounded_to_the_nearest()
    """
    n = draw(counts())
    halves = _sums(n, unit).map(lambda minor: minor * 500_000)
    return WeightedTotal(draw(_sums(n, unit) | halves), unit, n, draw(counts()))


@st.composite
def money_ratios(draw: DrawFn, unit: Unit = "USD") -> MoneyRatio:
    """A share of money, of none too; with negative amounts a part may be above the whole.

    Args:
        draw: Given by hypothesis.
        unit: Its currency; `None` for plain numbers.

    Examples:
        >>> from hypothesis import given
        >>> @given(money_ratios())
        ... def test_undefined_of_nothing(ratio: MoneyRatio) -> None:
        ...     assert (ratio.value is None) == (ratio.whole == 0)
        >>> test_undefined_of_nothing()
    """
    n = draw(counts())
    return MoneyRatio(draw(_sums(n, unit)), draw(_sums(n, unit)), unit, n, draw(counts()), draw(st.integers(0, n)))


@cache
def proportions() -> SearchStrategy[Proportion]:
    """Shares of counts: of nothing, none of all, and all of all among them.

    Examples:
        >>> from hypothesis import given
        >>> @given(proportions())
        ... def test_the_interval_holds_the_share(rate: Proportion) -> None:
        ...     low, high = rate.interval()
        ...     assert low <= (rate.value or 0) <= high
        >>> test_the_interval_holds_the_share()
    """
    return st.builds(lambda part, rest: Proportion(part, part + rest), counts(), counts())


def multisets(numbers: SearchStrategy[int] | None = None) -> SearchStrategy[Multiset]:
    """Distinct numbers in order, each with how often it came.

    Args:
        numbers: The numbers; `None` for all that a column can hold.

    Examples:
        >>> from hypothesis import given
        >>> @given(multisets())
        ... def test_twice_the_same(tally: Multiset) -> None:
        ...     assert tally + tally == Multiset(tally.values, 2 * tally.counts)
        >>> test_twice_the_same()
    """
    some = minor_units(IN_A_COLUMN) if numbers is None else numbers
    tallies = st.dictionaries(some, st.integers(1, 3) | st.integers(1, 2**40), max_size=5)
    return tallies.map(
        lambda tally: Multiset(
            np.array(sorted(tally), np.int64), np.array([tally[number] for number in sorted(tally)], np.int64)
        )
    )


def amounts(unit: Unit = "USD") -> SearchStrategy[Amounts]:
    """Sizes of deals, and none.

    Args:
        unit: Their currency; `None` for plain numbers.

    Examples:
        >>> from hypothesis import given
        >>> @given(amounts())
        ... def test_the_median_lies_between(sizes: Amounts) -> None:
        ...     assert sizes.quantile(0) is None or sizes.quantile(0) <= sizes.median <= sizes.quantile(1)
        >>> test_the_median_lies_between()
    """
    return st.builds(Amounts, multisets(st.just(0) if unit == "XXX" else None), st.just(unit), counts())


@cache
def durations() -> SearchStrategy[Durations]:
    """Lengths of time, up to all the days that there are.

    Examples:
        >>> from hypothesis import given
        >>> @given(durations())
        ... def test_undefined_of_nothing(cycle: Durations) -> None:
        ...     assert (cycle.mean is None) == (cycle.n == 0)
        >>> test_undefined_of_nothing()
    """
    return st.builds(Durations, multisets(st.integers(0, 5) | st.integers(0, (date.max - date.min).days)), counts())


def _sums(n: int, unit: Unit) -> SearchStrategy[int]:
    if n == 0 or unit == "XXX":
        return st.just(0)
    return minor_units(10**37)
