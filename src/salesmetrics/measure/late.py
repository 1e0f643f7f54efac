"""Open deals that need somebody's attention."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from math import floor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Flags, id_column
from salesmetrics._numeric.days import DAY, FIRST_DAY, day_number
from salesmetrics._numeric.instants import FIRST_INSTANT, in_utc
from salesmetrics._numeric.order import places_of
from salesmetrics._numeric.recipe import Recipe
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.measure._history import stage_on
from salesmetrics.measure._measure import as_measure
from salesmetrics.measure._parts import above_zero, money_total
from salesmetrics.model.stage import Outcome
from salesmetrics.model.zones import zone_named
from salesmetrics.result.late_deals import LateDeals
from salesmetrics.table.activities import Activities, IntoActivities
from salesmetrics.table.deals import Deals

__all__ = ["overdue_deals", "stalled_deals"]


@as_measure
def overdue_deals(deals: Deals, *, as_of: date, value: str = "amount") -> Recipe[LateDeals]:
    r"""Open deals that were expected to close before a day.

    $$ \text{overdue} = \sum_{\text{open, expected close} < \text{as of}} \text{amount} $$

    A deal that closed on the day or later was open then, and counts. One that is expected on the day itself is not
    overdue. One without an expected close is never overdue, however
    old it is, so those are counted apart. `deals.filter(deals.is_overdue(as_of))` has the deals themselves. Amounts and
    expected closes are taken as they are: for what they were then, ask `deals.as_of(day)`.

    Args:
        deals: `Deals`, or any iterable of `Deal`.
        as_of: The day of view.
        value: "amount", or the name of one of the deals' `values`.

    Returns:
        Money [minor units] and counts [deals] of the overdue deals and of the open ones without an expected close, as
        `LateDeals`.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: `as_of` is no plain day, or the deals have no such value.

    Laws:
        definition: Equal to looking at the open deals one by one.
        order: Reordering the deals changes nothing.
        merge: The overdue deals of two books together are the sum of theirs.
        door: A list and a table of the same deals give the same answer.
        breakdown: By group, it equals asking each group alone.
        closed_deals: Adding deals that were won or lost before the day changes nothing.
        as_of: Equal to asking the book as of the day, where nothing but the outcomes has changed since.

    Examples:
        >>> from salesmetrics import Deal, Money
        >>> deals = [
        ...     Deal("D-1", Money.of(1000, "USD"), "Product trial", "Bo", date(2026, 1, 9), None, date(2026, 3, 1)),
        ...     Deal("D-2", Money.of(800, "USD"), "Final call", "Bo", date(2026, 1, 9)),
        ... ]
        >>> print(overdue_deals(deals, as_of=date(2026, 3, 2)))
        1,000.00 USD (1 deal) as of 2026-03-02; undated 800.00 USD (1 deal)

    References:
        Called "past due" or "slipped" in some systems; here `slippage` is of a period that has ended.
    """
    return Recipe(
        LateDeals,
        as_of=as_of,
        late=money_total(deals.value(value), deals.is_overdue(as_of)),
        undated=money_total(deals.value(value), deals.was_open(as_of) & ~deals.expected_close.known),
    )


@as_measure
def stalled_deals(
    deals: Deals,
    *,
    typical: float | Mapping[str, float],
    as_of: date,
    k: float = 2,
    value: str = "amount",
    activities: IntoActivities | None = None,
    zone: str | None = None,
) -> Recipe[LateDeals]:
    r"""Open deals that have been open, in their stage, or left alone for much longer than deals typically are.

    $$ \text{stalled} = \sum_{\text{open, age} > k \cdot \text{typical}} \text{amount} $$

    What is typical is a fact of the whole book and of its past, so it is given: the median cycle of won deals is a good
    one, `cycle_length(deals).median`. A mean is pulled up by the slowest deals, and finds fewer.

    A young deal can be stuck too. With a typical stay for each stage, as `slow_stages` tells them, the age is that of
    the stay: the days since the deal came into the stage that it was in at the start of the day. A deal that closed on
    the day or later was open then, and counts.

    With `activities` the age is that of silence: the days since the last of them for the deal, or since its creation
    where there was none. No activity for a fortnight is `typical=14, k=1`.

    Args:
        deals: `Deals`, or any iterable of `Deal`.
        typical: How long a deal typically takes [days]; or how long it typically stays in each open stage, by name, for
            deals with a history.
        as_of: The day of view; the age of a deal is the days from its creation to it.
        k: How many times the typical length is too long: twice, a common rule of thumb, unless told.
        value: "amount", or the name of one of the deals' `values`.
        activities: `Activities`, or any iterable of `Activity`: those that break the silence, found by
            `Activity.deal`. What happened on the day of view or later is not known yet.
        zone: Where the days of the activities begin, such as "Europe/London"; with activities only.

    Returns:
        Money [minor units] and counts [deals] of the stalled deals and of the open ones without a day of creation, or
        of which nobody knows in which stage they were or when they came into it, as `LateDeals`.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: `as_of` is no plain day or later than that of the book, `typical` or `k` is no number above
            zero, the stages are not the open ones, the deals have no history of their stages, or no such value;
            activities come without a zone, or a zone without them.

    Laws:
        definition: Equal to looking at the open deals one by one.
        order: Reordering the deals changes nothing.
        merge: The stalled deals of two books together are the sum of theirs.
        door: A list and a table of the same deals give the same answer.
        breakdown: By group, it equals asking each group alone.
        closed_deals: Adding deals that were won or lost before the day changes nothing.
        as_of: Equal to asking the book as of the day, where nothing but the outcomes has changed since.
        longer: With a larger `k`, no more deals are stalled.
        stays: With a typical stay for each stage, equal to looking at the last stay of each open deal.
        silence: With activities, equal to looking for the last one of each open deal.

    Examples:
        >>> from salesmetrics import Deal, Money
        >>> deals = [Deal("D-1", Money.of(1000, "USD"), "Product trial", "Bo", date(2026, 1, 1))]
        >>> print(stalled_deals(deals, typical=30, as_of=date(2026, 3, 2)))
        0.00 USD (0 deals) as of 2026-03-02
        >>> print(stalled_deals(deals, typical=30, as_of=date(2026, 3, 3)))
        1,000.00 USD (1 deal) as of 2026-03-03
        >>> from datetime import UTC, datetime
        >>> from salesmetrics import Activity
        >>> log = [Activity(datetime(2026, 2, 20, 9, tzinfo=UTC), "call", deal="D-1")]
        >>> print(stalled_deals(deals, typical=14, k=1, as_of=date(2026, 3, 6), activities=log, zone="UTC"))
        0.00 USD (0 deals) as of 2026-03-06
        >>> print(stalled_deals(deals, typical=14, k=1, as_of=date(2026, 3, 7), activities=log, zone="UTC"))
        1,000.00 USD (1 deal) as of 2026-03-07

    References:
        Called "rotting" in Pipedrive and "stale" elsewhere, often by fixed days: that is `typical=days, k=1`.
    """
    was_open = deals.was_open(as_of)
    if (activities is None) != (zone is None):
        raise InvalidValueError(
            f"activities and their zone must be given together, got {'no zone' if zone is None else 'a zone alone'}; "
            "write activities=log, zone='UTC'"
        )
    times, since, is_placed = above_zero(k, "k", "k=2"), deals.created, was_open
    limit: NDArray[Any] | int
    if isinstance(typical, Mapping):
        stage = deals.stage
        if activities is None:
            stage, since = stage_on(deals, as_of, "stalled_deals")
        else:
            is_placed = deals.is_open & stage.known  # the stage of a deal that has closed since is not
        limit = stage.lookup([_limit(one, times) for one in _by_stage(deals, typical)], 0)
    else:
        limit = _limit(typical, times)
    if activities is not None and zone is not None:
        is_longer, is_known = _silence(deals, Activities.of(activities), as_of, zone, limit)
        is_longer, is_known = is_longer & is_placed, is_known & is_placed
    else:
        is_longer, is_known = since.known & (day_number(as_of) - since.values > limit), since.known
    return Recipe(
        LateDeals,
        as_of=as_of,
        late=money_total(deals.value(value), was_open & is_longer),
        undated=money_total(deals.value(value), was_open & ~is_known),
    )


def _by_stage(deals: Deals, typical: Mapping[str, float]) -> list[float]:
    """The typical stay in each stage of the process; of closed ones, in which nobody waits, any number.

    Raises:
        InvalidValueError: The stages are not the open ones.
    """
    open_stages = [stage.name for stage in deals.process if stage.outcome is Outcome.OPEN]
    if set(typical) != {*open_stages}:
        raise InvalidValueError(
            f"typical must have a number for each of the open stages {open_stages}, got {shown([*typical])}; name "
            "these and no other"
        )
    return [typical.get(name, 1) for name in deals.process.names]


def _limit(typical: float, times: Fraction) -> int:
    """The most days that are not too long."""
    return min(floor(above_zero(typical, "typical", "typical=60") * times), _LONGEST)  # ages are whole days


def _silence(deals: Deals, log: Activities, as_of: date, zone: str, limit: NDArray[Any] | int) -> tuple[Flags, Flags]:
    """Which deals were left alone for more than so many days before a day, and of which anybody knows."""
    clocks, now = zone_named(zone), day_number(as_of)
    since = now - limit
    first_days, place = np.unique(np.maximum(since, FIRST_DAY), return_inverse=True)
    midnights, _, _ = in_utc(np.append(first_days, now) * DAY, clocks)
    rows = log.deal.lookup(places_of(id_column([*log.deal.names]), deals.id), -1)
    seen = np.flatnonzero((rows >= 0) & (log.at.values < midnights[-1]))
    last = np.full(len(deals), _NEVER)
    np.maximum.at(last, rows.take(seen), log.at.values.take(seen))
    last = last.take(places_of(deals.id, deals.id))  # a deal that was drawn twice was called both times
    is_old = deals.created.known & (deals.created.values < since)
    was_before = (last < midnights[:-1].take(place)) & (since >= FIRST_DAY)  # there is no day before that
    is_silent: Flags = np.where(last == _NEVER, is_old, was_before)
    return is_silent, (last != _NEVER) | deals.created.known


_NEVER = FIRST_INSTANT - 1

_LONGEST = 2**31 - 1
"""Days that no age comes near."""
