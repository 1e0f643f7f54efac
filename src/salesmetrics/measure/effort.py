"""What it takes to win."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from salesmetrics._numeric.columns import Masked, id_column
from salesmetrics._numeric.days import DAY
from salesmetrics._numeric.instants import LAST_INSTANT, in_utc
from salesmetrics._numeric.order import places_of
from salesmetrics._numeric.recipe import Count, Recipe, Tally, Total
from salesmetrics.measure._measure import as_measure
from salesmetrics.model.activity import Activity
from salesmetrics.model.zones import zone_named
from salesmetrics.result.effort import ActivitiesPerWin
from salesmetrics.table.activities import Activities, check_ids
from salesmetrics.table.deals import Deals

__all__ = ["activities_per_win"]


@as_measure
def activities_per_win(
    deals: Deals, *, activities: Activities | Iterable[Activity], zone: str
) -> Recipe[ActivitiesPerWin]:
    r"""How many activities a won deal took, such as demos before closing.

    $$ \text{activities per win} = \frac{\text{activities of won deals, until they closed}}{|\text{won}|} $$

    Won deals without any count as 0: left out, they would make every win look like hard work. What was done for lost
    deals is not counted, so this is not the effort of all selling; what was done after a deal had closed is not either.

    Args:
        deals: `Deals`, or any iterable of `Deal`.
        activities: `Activities`, or any iterable of `Activity`: those that shall be counted, as in
            `log.filter(log.kind.is_in("demo"))`. They find their deals by `Activity.deal`, whoever did them. Those of
            deals that are not among these, or of none, are not of a win; `n_elsewhere` tells how many they are, because
            of a whole book they are a log of other deals, or ids that are written otherwise.
        zone: Where days begin, such as "Europe/London": an activity counts until the end of the day of closing there.

    Returns:
        The numbers of activities of won deals, and how many deals had so many [deals], as `ActivitiesPerWin`; won deals
        without a day of closing are counted in `n_missing`. Answers add where as many activities were given.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: The zone is not known, something other than activities came, or the activities name deals by
            text and the book has the same ids as numbers, or the other way round.

    Laws:
        definition: Equal to counting the activities of each won deal one by one.
        order: Reordering the deals changes nothing.
        merge: The answer for two books together is the sum of theirs.
        door: A list and a table of the same deals give the same answer.
        breakdown: By group, it equals asking each group alone.
        other_deals: Adding deals that are not won, or activities of other deals, changes nothing.

    Examples:
        >>> from datetime import UTC, date, datetime
        >>> from salesmetrics import Deal, Money
        >>> deals = [
        ...     Deal("D-1", Money.of(100, "USD"), "Won", "Ada", date(2026, 1, 5), closed=date(2026, 2, 1)),
        ...     Deal("D-2", Money.of(300, "USD"), "Won", "Bo", date(2026, 1, 9), closed=date(2026, 2, 3)),
        ... ]
        >>> log = Activities.of([
        ...     Activity(datetime(2026, 1, day, 9, tzinfo=UTC), kind, rep="Ada", deal=deal)
        ...     for day, kind, deal in ((12, "call", "D-1"), (20, "demo", "D-1"), (28, "demo", "D-1"), (9, "demo", "D"))
        ... ])
        >>> print(activities_per_win(deals, activities=log.filter(log.kind.is_in("demo")), zone="UTC"))
        1.0 a deal (2 deals), 1 of them without any; 1 of 3 activities of no deal here
    """
    log, clocks = Activities.of(activities), zone_named(zone)
    is_counted = deals.is_won & deals.closed.known
    names = [*log.deal.names]
    deals_named = places_of(id_column(names), deals.id)
    check_ids((names[one] for one in np.flatnonzero(deals_named < 0).tolist()), deals.id, "deals")
    rows = log.deal.lookup(deals_named, -1)
    ours = np.flatnonzero(rows >= 0)
    rows = rows.take(ours)
    ends = deals.closed.values.astype(np.int64) * DAY + DAY
    until, _, _ = in_utc(np.minimum(ends, LAST_INSTANT), clocks)
    in_time = is_counted.take(rows) & (log.at.values.take(ours) < until.take(rows))
    places = places_of(deals.id, deals.id)  # a deal that was drawn twice took as many both times
    taken, found = (np.bincount(some, minlength=len(deals)).take(places) for some in (rows[in_time], rows))
    every = np.ones(len(deals), np.bool_)
    return Recipe(
        ActivitiesPerWin,
        activities=Tally(Masked(taken, is_counted), deals.is_won),
        n_missing=Count(deals.is_won & ~deals.closed.known),
        n_found=Total(Masked(found, every), every),
        n_given=len(log),
    )
