"""How the pipeline changed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import numpy as np

from salesmetrics._numeric.days import day_number
from salesmetrics._numeric.order import places_of
from salesmetrics._numeric.recipe import Along, Count, Lines, Recipe
from salesmetrics.errors import InvalidValueError
from salesmetrics.measure._history import check_told
from salesmetrics.measure._measure import as_measure
from salesmetrics.measure._sightings import Sightings, check_span, checked_owners, waterfall_lines
from salesmetrics.model.period import Period, check_period
from salesmetrics.result.waterfall import Waterfall
from salesmetrics.result.waterfall_lines import WaterfallLines
from salesmetrics.table.deals import Deals, seen_from
from salesmetrics.table.past import check_constant

__all__ = ["pipeline_waterfall"]


@as_measure
def pipeline_waterfall(
    deals: Deals,
    *,
    period: Period,
    start: date,
    end: date,
    owners: Collection[str | None] | None = None,
    value: str = "amount",
    constant: Collection[str] = (),
) -> Recipe[Waterfall]:
    r"""From the open pipeline of a period on one day to that on a later one: every change in its bucket.

    $$ \text{closing} = \text{opening} + \sum_{\text{changes}} \text{amount} $$

    A deal is in the pipeline while it is open, due in the period, and one of the owners'. Its history is walked day by
    day, and not only its two ends compared, so a deal that grows and is then pushed out is in both buckets, and one
    that is pushed out and comes back is in `pushed_out` and in `pulled_in`. What changes on one day is one step.

    - It comes in: `created`; `reopened` (it was won or lost); `owner_in`; `pulled_in` (it was due later, or on no
      day) or `pushed_in` (it was due earlier). Where several hold on one day, the first of them counts.
    - Its amount changes while it is in: `increased`, `decreased`; or a missing one is `amount_given`, or a known one
      cleared (`amount_cleared`), which is neither growth nor shrinking.
    - It leaves: `won`, `lost`, `owner_out`, `pushed_out` (due later, or on no day), `pulled_out` (due earlier); the
      first of them counts. `removed` is of `book_waterfall`, because a deal with a history is there.

    A change of amount on the day of a move is split from it: the deal comes in with the amount that it had, and leaves
    with the one that it got. A lost deal leaves with the one that it had, because many systems then write 0. Deals that
    come in and close on one day are in both buckets. The amounts of what leaves are below zero.

    A deal that was won and is lost later is in both buckets, each on its day: on the second one it is `reopened` and
    `lost`. So `won` is what was won in the span, whatever became of it; what is won still is a question for the book.

    It is no sum over rows: its lines name deals, and are joined. `breakdown` walks all deals once, and gives each group
    the lines of its own.

    Args:
        deals: `Deals` with a history, or any iterable of `Deal`.
        period: The period in which deals are due, whenever that is.
        start: The opening is what was known at the start of this day.
        end: The closing is what was known at the start of this one, which is later.
        owners: Whose deals, by their owners at the time, where `None` is nobody; everyone's unless told. A breakdown
            by owner is by who owns a deal now.
        value: "amount", or the name of one of the deals' `values`, which must be constant.
        constant: Fields that never changed, by name, as in `as_of`.

    Returns:
        The lines of every deal [minor units], as a `Waterfall`; missing amounts are counted in each bucket.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: Nobody knows when the deals were due; `end` is not after `start`, or later than the day that
            the book is as of; one of the owners has no deals and had none; or another argument is not of its kind.

    Laws:
        definition: Equal to comparing, day by day, each deal as of the one day with itself as of the next.
        balance: Opening and all changes add up to the closing, for every deal.
        ends: Opening and closing are the pipeline values of the book as of the two days.
        days: The changes of two spans that meet are those of both together.
        order: Reordering the deals changes nothing.
        merge: The waterfall of two books together is the sum of their waterfalls.
        door: A list and a table of the same deals give the same answer.
        breakdown: By group, it equals asking each group alone.

    Examples:
        >>> from salesmetrics import Deal, DealChange, Deals, Money
        >>> def dollars(amount):
        ...     return Money.of(amount, "USD")
        >>> deals = [
        ...     Deal("D-1", dollars(700), "Qualified", "Ada", date(2026, 1, 5), expected_close=date(2026, 4, 9)),
        ...     Deal("D-2", dollars(500), "Won", "Bo", date(2026, 1, 9), closed=date(2026, 2, 20)),
        ... ]
        >>> book = Deals.of(deals).with_history([
        ...     DealChange("D-1", date(2026, 1, 5), "Qualified", dollars(600), date(2026, 3, 20)),
        ...     DealChange("D-1", date(2026, 2, 10), amount=dollars(700)),
        ...     DealChange("D-1", date(2026, 3, 1), expected_close=date(2026, 4, 9)),
        ...     DealChange("D-2", date(2026, 1, 9), "Qualified", dollars(500), date(2026, 2, 28)),
        ...     DealChange("D-2", date(2026, 2, 20), "Won"),
        ... ])
        >>> q1 = Period.parse("2026-01-01..2026-04-01")
        >>> print(pipeline_waterfall(book, period=q1, start=date(2026, 2, 1), end=date(2026, 3, 2)))
                          amount  deals
        opening     1,100.00 USD      2
        increased     100.00 USD      1
        won          -500.00 USD      1
        pushed out   -700.00 USD      1
        closing         0.00 USD      0

    References:
        Looker too counts a move and a change of amount of one deal; Gong ranks moves, and has the amount beside them.
    """
    check_period(period)
    check_span(start, end)
    if deals.day is not None and end > deals.day:
        raise InvalidValueError(
            f"end must not be after {deals.day}, of which the book is, got {end}; ask the book as it was given"
        )
    earlier = () if deals.past is None else (deals.past.changes.owner,)
    scope = checked_owners(owners, deals.owner, *earlier)
    check_constant(deals, constant)
    for name in ("expected_close", "owner") if scope else ("expected_close",):
        check_told(deals, name, constant, "pipeline_waterfall")
    first, last = day_number(start), day_number(end)
    rows, days = [np.arange(len(deals))], [np.full(len(deals), first - 1)]
    if deals.past is not None:
        places, of_changes = deals.past.of_rows()
        rows.append(of_changes)
        days.append(deals.past.changes.day.take(places))
    for column in (deals.created, deals.closed):
        rows.append(np.flatnonzero(column.known))
        days.append(column.values[column.known].astype(np.int64))
    row, day = np.concatenate(rows), np.concatenate(days)
    within = (day >= first - 1) & (day < last)
    span = last - first + 1
    # each row and day once, a row's together and in order; a day is seen at the start of the next
    row, ahead = np.divmod(np.unique(row[within] * span + day[within] - (first - 1)), span)
    placed = deals.take(row)
    seen = seen_from(placed, first + ahead, constant)
    is_there = placed.created.known & (placed.created.values < first + ahead)
    sightings = Sightings.of(seen, row, first + ahead - 1, is_there, period, scope, value)
    lines = waterfall_lines(sightings, deals.id, first, last)
    columns = {"bucket": lines.bucket, "deal": lines.deal, "day": lines.day, "minor": lines.minor, "known": lines.known}
    every = np.ones(len(lines), np.bool_)
    is_undated = np.zeros(len(deals), np.bool_)
    is_undated[sightings.undated] = True
    return Recipe(
        Waterfall,
        period=period,
        start=start,
        end=end,
        owners=scope,
        currency=seen.value(value).unit,
        lines=Along(Lines(WaterfallLines, every, columns), places_of(lines.deal, deals.id), len(deals)),
        n_undated=Count(is_undated),
        n_unplaced=Count(~deals.created.known),
    )
