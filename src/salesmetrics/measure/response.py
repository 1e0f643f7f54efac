"""How fast leads are answered, and how often deals are followed up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, Flags, Masked, id_column
from salesmetrics._numeric.days import DAY, FIRST_DAY, LAST_DAY, day_number, day_of_number
from salesmetrics._numeric.instants import LAST_INSTANT, in_utc
from salesmetrics._numeric.open_time import open_time
from salesmetrics._numeric.order import places_of
from salesmetrics._numeric.recipe import Count, Recipe, Tally
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.measure._measure import as_measure, measure_of
from salesmetrics.model.activity import Activity
from salesmetrics.model.business_hours import BusinessHours
from salesmetrics.model.period import check_day
from salesmetrics.model.zones import zone_named
from salesmetrics.result.response_time import FollowUps, ResponseTime
from salesmetrics.table.activities import Activities, places_named
from salesmetrics.table.deals import Deals
from salesmetrics.table.leads import IntoLeads, Leads

__all__ = ["follow_ups", "lead_response_time"]

Instants = NDArray[np.int64]


@measure_of(Leads.of, IntoLeads)
def lead_response_time(
    leads: Leads,
    *,
    touches: Activities | Iterable[Activity],
    as_of: date,
    zone: str,
    target: timedelta,
    hours: BusinessHours | None = None,
    since: Activities | Iterable[Activity] | None = None,
) -> Recipe[ResponseTime]:
    r"""How long leads wait for the first answer: speed to lead, or with `since=` the time that an agreement counts.

    $$ \text{wait} = \text{first touch} - \text{created}, \qquad
       \text{median: where half of all leads are answered, by Kaplan and Meier} $$

    Leads that nobody has answered are kept, as waiting since they came in: a mean of the answered ones alone is best
    where most are forgotten. One that was won or lost unanswered waited until the end of that day, and not until today.
    Choose the touches with care, because an automatic e-mail is no answer.

    Args:
        leads: `Leads`, or any iterable of `Lead`, with the instants at which they were created.
        touches: `Activities` that answer a lead, or any iterable of `Activity`, such as
            `log.filter(log.kind.is_in("call", "meeting"))`. They find their leads by `Activity.lead`.
        as_of: The day of view; what happened before its start is known.
        zone: Where that day begins, such as "Europe/London".
        target: Within how long a lead is to be answered.
        hours: When somebody is there; `None` counts all hours, nights and weekends too.
        since: Activities with the first of which a lead's wait begins, such as those that hand it to a rep; `None` for
            the instant of creation.

    Returns:
        The waits of answered leads, of waiting ones and of those that were closed unanswered [seconds], as a
        `ResponseTime`. Leads that came in on the day of view or later are left out. Leads without an instant of
        creation, with `since` not begun, or closed on a day before their wait began, are `n_missing`; one whose day of
        closing nobody knows is taken to wait still. A touch before the wait began is no answer, and its leads are
        counted in `n_early`. Touches of leads that are not in the list say nothing: `~log.is_of(leads)` finds them.

    Raises:
        InvalidTableError: The leads contradict themselves; `.problems` lists every fault.
        InvalidValueError: The zone is not known, the day or the target is none, the touches name leads by ids of
            another kind, or other than activities came.

    Laws:
        definition: Equal to looking for the first answer of each lead, one by one.
        order: Reordering the leads changes nothing.
        merge: The answer for two lists together is the sum of theirs.
        door: A list and a table of the same leads give the same answer.
        breakdown: By group, it equals asking each group alone.
        as_of: What happens on the day of view or later changes nothing.
        hours: Where somebody is there at all hours, it is as if no hours were given.

    Examples:
        >>> from datetime import UTC, datetime
        >>> from salesmetrics import Lead
        >>> day = date(2026, 1, 5)
        >>> leads = [Lead(name, day, created_at=datetime(2026, 1, 5, 9, tzinfo=UTC)) for name in ("L-1", "L-2")]
        >>> calls = [Activity(datetime(2026, 1, 5, 9, 4, tzinfo=UTC), "call", lead="L-1")]
        >>> print(lead_response_time(
        ...     leads, touches=calls, as_of=date(2026, 1, 6), zone="UTC", target=timedelta(minutes=5)
        ... ))
        50.0 % within 0:05:00 (1 lead answered, 1 waiting; median 0:04:00, 90th percentile undefined)
    """
    now = _start(as_of, zone)
    if not isinstance(target, timedelta) or target < timedelta(seconds=1) or target % timedelta(seconds=1):
        raise InvalidValueError(
            f"target must be a timedelta of whole seconds, got {shown(target)}; write timedelta(minutes=5)"
        )
    if hours is not None and not isinstance(hours, BusinessHours):
        raise InvalidValueError(f"hours must be BusinessHours or None, got {shown(hours)}; write BusinessHours(...)")
    answers, starts = Activities.of(touches), leads.created_at.values
    if since is not None:
        starts = _firsts(leads, Activities.of(since), starts, now)
    day = day_number(as_of)
    is_closed = leads.closed.known & (leads.closed.values < day)
    until = np.where(is_closed, _ends_of(np.where(is_closed, leads.closed.values, day), zone), now)
    has_begun = leads.created_at.known & (starts < until)  # which is the time of view at most
    ends = np.minimum(_firsts(leads, answers, starts, now), until)
    is_answered = has_begun & (ends < until)
    seconds = _seconds(np.where(has_begun, starts, now), np.where(has_begun, ends, now), hours)
    is_future = leads.created_at.known & (leads.created_at.values >= now)
    is_future |= ~leads.created_at.known & leads.created.known & (leads.created.values >= day)
    waits = Masked(seconds, has_begun)
    return Recipe(
        ResponseTime,
        as_of=as_of,
        target=target // timedelta(seconds=1),
        answered=Tally(waits, is_answered),
        waiting=Tally(waits, has_begun & ~is_answered & ~is_closed),
        closed=Tally(waits, has_begun & ~is_answered & is_closed),
        n_early=Count(has_begun & _is_early(leads, answers, starts)),
        n_missing=Count(~has_begun & ~is_future),
    )


@as_measure
def follow_ups(deals: Deals, *, touches: Activities | Iterable[Activity], as_of: date, zone: str) -> Recipe[FollowUps]:
    r"""How often deals were followed up, until they were closed or until the day of view.

    $$ \text{follow-ups} = \frac{\text{touches of deals until they closed}}{|\text{deals}|} $$

    Read the share of deals that ever got five touches beside the mean: most deals are given up after one or two, and a
    few that are called every week hide it.

    Args:
        deals: `Deals`, or any iterable of `Deal`.
        touches: `Activities` that count, or any iterable of `Activity`. They find their deals by `Activity.deal`.
        as_of: The day of view; deals that were created, and touches that happened, before its start are known.
        zone: Where days begin, such as "Europe/London": a touch counts until the end of the day of closing there.

    Returns:
        The numbers of touches of a deal, and how many deals had so many [deals], as `FollowUps`. A deal without a day
        of creation, or closed on a day that nobody knows, is counted in `n_missing`. Touches of deals that are not in
        the book say nothing.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: The zone is not known, the day is none, the touches name deals by ids of another kind, or
            other than activities came.

    Laws:
        definition: Equal to counting the touches of each deal one by one.
        order: Reordering the deals changes nothing.
        merge: The answer for two books together is the sum of theirs.
        door: A list and a table of the same deals give the same answer.
        breakdown: By group, it equals asking each group alone.
        as_of: What happens on the day of view or later changes nothing.

    Examples:
        >>> from datetime import UTC, datetime
        >>> from salesmetrics import Deal, Money
        >>> deals = [Deal(name, Money.of(100, "USD"), "Qualified", "Ada", date(2026, 1, 5)) for name in ("D-1", "D-2")]
        >>> calls = [Activity(datetime(2026, 1, day, 9, tzinfo=UTC), "call", deal="D-1") for day in range(6, 12)]
        >>> print(follow_ups(deals, touches=calls, as_of=date(2026, 2, 1), zone="UTC"))
        mean 3.0, median 3.0 a deal (2 deals, 1 never touched, 50.0 % five times or more)
    """
    now, log, day = _start(as_of, zone), Activities.of(touches), day_number(as_of)
    rows, at = _rows_of(deals.id, log.deal, log.at.values, "deals")
    is_known = deals.created.known & (deals.is_open | deals.closed.known)
    is_counted = is_known & (deals.created.values < day)
    until = _ends_of(np.where(deals.closed.known, np.minimum(deals.closed.values, day), day), zone)
    in_time = is_counted.take(rows) & (at < np.minimum(until, now).take(rows))
    numbers = np.bincount(rows[in_time], minlength=len(deals)).take(places_of(deals.id, deals.id))
    is_future = deals.created.known & (deals.created.values >= day)
    return Recipe(
        FollowUps,
        touches=Tally(Masked(numbers, is_counted), is_counted),
        n_missing=Count(~is_known & ~is_future),
    )


def _start(as_of: date, zone: str) -> int:
    """The instant at which a day begins in a zone."""
    check_day(as_of, "as_of")
    starts, _, _ = in_utc(np.array([day_number(as_of) * DAY]), zone_named(zone))
    return int(starts[0])


def _ends_of(days: NDArray[np.integer[Any]], zone: str) -> Instants:
    """The instants at which days end in a zone."""
    return in_utc(np.minimum(days.astype(np.int64) * DAY + DAY, LAST_INSTANT), zone_named(zone))[0]


def _rows_of(ids: NDArray[np.generic], names: Coded, at: Instants, what: str) -> tuple[NDArray[np.int64], Instants]:
    """The rows that activities belong to, and when each was, of those that belong to any."""
    rows = names.lookup(places_named(id_column([*names.names]), ids, what), -1)
    found = np.flatnonzero(rows >= 0)
    return rows.take(found), at.take(found)


def _firsts(leads: Leads, log: Activities, starts: Instants, now: int) -> Instants:
    """For each lead the first activity from its start on, and the time of view where there was none before."""
    rows, at = _rows_of(leads.id, log.lead, log.at.values, "leads")
    is_after = at >= starts.take(rows)
    first = np.full(len(leads), now)
    np.minimum.at(first, rows[is_after], at[is_after])
    return first.take(places_of(leads.id, leads.id))  # a lead that was drawn twice was answered both times


def _is_early(leads: Leads, log: Activities, starts: Instants) -> Flags:
    """Which leads have an activity before their start."""
    rows, at = _rows_of(leads.id, log.lead, log.at.values, "leads")
    is_early = np.zeros(len(leads), np.bool_)
    is_early[rows[at < starts.take(rows)]] = True
    return is_early.take(places_of(leads.id, leads.id))


def _seconds(starts: Instants, ends: Instants, hours: BusinessHours | None) -> Instants:
    """The seconds between instants in which somebody is there; one that has begun counts."""
    if hours is None or not len(starts):
        return -((starts - ends) // _SECOND)
    first, last = (int(number) // DAY for number in (starts.min(), ends.max()))
    days = (day_of_number(day) for day in range(max(first - 1, FIRST_DAY), min(last + 1, LAST_DAY) + 1))
    spans = sorted(span for day in days for span in hours.open_spans(day))
    bounds = np.array(spans, np.int64).reshape(-1, 2) * _SECOND
    before, after = (open_time(bounds[:, 0], bounds[:, 1], instants) for instants in (starts, ends))
    return -((before - after) // _SECOND)


_SECOND = 1_000_000
