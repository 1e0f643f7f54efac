"""How far an answer might have come out otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, Concatenate, ParamSpec, TypeVar

import numpy as np

from salesmetrics._numeric.intervals import check_level
from salesmetrics._numeric.resampling import draws, is_recombinable, recombined
from salesmetrics._numeric.sums import Groups
from salesmetrics.across._measures import check_measure
from salesmetrics.across.breakdown import By, Grouping
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.measure._measure import recipe_of, table_for
from salesmetrics.result._answers import exact_reading
from salesmetrics.result.bootstrapped import Bootstrapped
from salesmetrics.table.deals import IntoDeals

__all__ = ["bootstrap"]

P = ParamSpec("P")
A = TypeVar("A")
T = TypeVar("T")


def bootstrap(
    measure: Callable[Concatenate[T, P], A],
    deals: T | IntoDeals,
    seed: int,
    level: float = 0.95,
    cluster: By | None = None,
    reading: str = "value",
    n_resamples: int = 1_000,
    *args: P.args,
    **kwargs: P.kwargs,
) -> Bootstrapped[A]:
    """The answer of any measure with an interval: the book is drawn again from itself, and asked each time.

    Deals of one owner, or of one customer, are alike. Drawn one by one they make a figure look surer than it is;
    `cluster="owner"` draws whole owners, with all their deals. The interval is the middle of the readings, by their
    percentiles. With few deals, or few groups, it is too narrow, and of a single one it has no width: see `n_units`. It
    takes time in proportion to the deals, times the books that are drawn.

    Args:
        measure: Any measure, or any function of a table of deals.
        deals: `Deals`, or any iterable of `Deal`; another table where the measure is of that, such as `Quotas`.
        seed: Which draws, a whole number from 0; the same seed gives the same answer on every machine.
        level: The share of the readings that lie in the interval, as many left out below as above.
        cluster: Keys as in `breakdown`, to draw whole groups; `None` draws single deals.
        reading: The reading of the answers that the interval is of, such as "value" or "median".
        n_resamples: How many books are drawn, each of as many deals, or groups, as there are.
        args: Further arguments of the measure.
        kwargs: Further arguments of the measure.

    Returns:
        The measure's own answer with the interval of its reading, as `Bootstrapped`. Drawn books in which the reading
        is not defined are not in the interval, and are counted.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: The answers have no such reading, or it is no number; the deals have no such key; the seed,
            the level or the number of books is none; or the measure refuses a deal that comes twice, as a waterfall.

    Laws:
        definition: Equal to drawing the deals one by one, and asking the measure of each book that comes of it.
        clusters: Equal to drawing groups one by one, and asking the measure of all deals of the drawn groups.
        seed: The same seed gives the same answer.
        order: With clusters, reordering the deals changes nothing.
        certain: Of one deal, or of one group, the interval is the reading itself.
        door: A list and a table of the same deals give the same answer.
        own_function: An undecorated function gives what the measure gives.

    Examples:
        >>> from salesmetrics import deal_size, sample_book, win_rate
        >>> deals = sample_book().deals
        >>> print(bootstrap(win_rate, deals, seed=1))
        45.4 % (811 of 1,785); 95 % interval 43.2 % to 47.7 %
        >>> print(bootstrap(win_rate, deals, seed=1, cluster="owner"))
        45.4 % (811 of 1,785); 95 % interval 34.5 % to 53.2 %
        >>> print(bootstrap(deal_size, deals, seed=1, reading="median"))
        mean 15,435.39 USD, median 5,000.00 USD (811 deals); 95 % interval of median 4,250.00 USD to 5,750.00 USD

    References:
        B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap (1993), chapter 13: the percentile interval.
    """
    check_measure(measure, "bootstrap(win_rate, ...)")
    check_level(level)
    for name, number, least, usual in (("seed", seed, 0, 1), ("n_resamples", n_resamples, 1, 1000)):
        if type(number) is not int or number < least:
            raise InvalidValueError(
                f"{name} must be a whole number from {least}, got {shown(number)}; write {name}={usual}"
            )
    book = table_for(deals, measure)
    groups = Groups(np.arange(len(book)), len(book)) if cluster is None else Grouping.of(book, cluster).filled
    answer = measure(book, *args, **kwargs)

    def resampled() -> Iterator[Any]:
        recipe = recipe_of(measure)
        units = None if recipe is None else recipe(book, *args, **kwargs).grouped(groups)
        for times in draws(seed, groups.n, n_resamples, max(_AT_ONCE // max(len(book), 1), 1)):
            if units is not None and is_recombinable(units):
                yield from recombined(units, times)
                continue
            for one in times:
                rows = np.repeat(np.arange(len(book)), one.take(groups.codes))
                yield measure(book.take(rows), *args, **kwargs)

    readings = [exact_reading(one, reading) for one in resampled()]
    defined = sorted(one for one in readings if one is not None)
    tail = (1 - Fraction(str(level))) / 2
    low, high = (_quantile(defined, share) if defined else None for share in (tail, 1 - tail))
    n_undefined = n_resamples - len(defined)
    return Bootstrapped(answer, reading, low, high, level, seed, groups.n, n_resamples, n_undefined)


def _quantile(ascending: list[Fraction], share: Fraction) -> float:
    """The number below which a share of them lies, between two neighbours in proportion."""
    place = share * (len(ascending) - 1)
    lower, upper = ascending[int(place)], ascending[min(int(place) + 1, len(ascending) - 1)]
    return float(lower + (upper - lower) * (place - int(place)))


_AT_ONCE = 1 << 22
"""Rows of drawn books at a time; more would only fill the memory."""
