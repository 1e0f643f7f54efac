"""The waterfall between two saved books, for whoever has exports and no history."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

import numpy as np

from salesmetrics._numeric.columns import id_column
from salesmetrics._numeric.days import day_number
from salesmetrics._numeric.order import places_of
from salesmetrics.measure._sightings import Sightings, check_span, checked_owners, waterfall_lines
from salesmetrics.model.money import shared_currency
from salesmetrics.model.period import Period, check_period
from salesmetrics.result.waterfall import Waterfall
from salesmetrics.table.deals import Deals, IntoDeals

__all__ = ["book_waterfall"]


def book_waterfall(
    before: IntoDeals,
    after: IntoDeals,
    *,
    period: Period,
    start: date,
    end: date,
    owners: Collection[str | None] | None = None,
    value: str = "amount",
) -> Waterfall:
    """From the open pipeline of a period in one saved book to that in a later one: every change in its bucket.

    Deals are matched by id. The buckets are those of `pipeline_waterfall`, with the two books as the only days: what
    happened twice between them is seen once, and what was undone is not seen. A deal that is in the first book only
    was `removed`, and one that is in the second only was `created`, whatever its day of creation says: save whole
    books, not the part that a report shows.

    Args:
        before: The book as it was at the start of `start`.
        after: The book as it was at the start of `end`.
        period: The period in which deals are due.
        start: The day of the first book.
        end: The day of the second one. What changed was known by then: it is placed on the day before.
        owners: Whose deals, where `None` is nobody; everyone's unless told.
        value: "amount", or the name of one of the deals' `values`.

    Returns:
        The lines of every deal [minor units], as a `Waterfall`.

    Raises:
        InvalidTableError: The deals of a book contradict themselves; `.problems` lists every fault.
        InvalidValueError: `end` is not after `start`, one of the owners has deals in neither book, or another argument
            is not of its kind.
        CurrencyMismatchError: The books are in two currencies.

    Laws:
        definition: Equal to comparing each deal of the one book with itself in the other.
        balance: Opening and all changes add up to the closing, for every deal.
        history: Where everything happened on one day, equal to `pipeline_waterfall`.

    Examples:
        >>> from salesmetrics import Deal, Money
        >>> def deal(name, amount, due):
        ...     return Deal(name, Money.of(amount, "USD"), "Qualified", "Ada", date(2026, 1, 5), expected_close=due)
        >>> march, april = date(2026, 3, 20), date(2026, 4, 9)
        >>> print(book_waterfall(
        ...     [deal("D-1", 600, march), deal("D-2", 300, march)], [deal("D-1", 700, april), deal("D-3", 90, march)],
        ...     period=Period.parse("2026-01-01..2026-04-01"), start=date(2026, 2, 1), end=date(2026, 3, 1),
        ... ))
                         amount  deals
        opening      900.00 USD      2
        created       90.00 USD      1
        increased    100.00 USD      1
        pushed out  -700.00 USD      1
        removed     -300.00 USD      1
        closing       90.00 USD      1
    """
    old, new = Deals.of(before), Deals.of(after)
    check_period(period)
    check_span(start, end)
    scope, first, last = checked_owners(owners, old.owner, new.owner), day_number(start), day_number(end)
    is_added = places_of(new.id, old.id) < 0
    ids = id_column([*old.id.tolist(), *new.id[is_added].tolist()])
    parts = []
    for book, day in ((old, first - 1), (new, last - 1)):
        number = places_of(book.id, ids)
        absent = np.setdiff1d(np.arange(len(ids)), number)
        there = np.ones(len(book), np.bool_)
        parts.append(Sightings.of(book, number, np.full(len(book), day), there, period, scope, value))
        parts.append(Sightings.of_nothing(absent, np.full(len(absent), day)))
    seen = Sightings.together(parts)
    units: list[Any] = [one.value(value).unit for one in (old, new)]  # plain numbers have none, and match their like
    return Waterfall(
        period,
        start,
        end,
        scope,
        shared_currency(*units),
        waterfall_lines(seen, ids, first, last),
        n_undated=len(seen.undated),
        n_unplaced=0,
    )
