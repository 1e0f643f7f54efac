"""Scores day by day, and when leads are handed to sales."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Flags
from salesmetrics._numeric.days import day_number, day_of_number
from salesmetrics._numeric.order import places_of
from salesmetrics.across._lead_log import days_of
from salesmetrics.across.score_leads import score_leads
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.activity import Activity
from salesmetrics.model.period import Period, check_period
from salesmetrics.model.scoring.hand_off import HandOff
from salesmetrics.model.scoring.points import whole_or_float
from salesmetrics.model.scoring.scoring_model import ScoringModel
from salesmetrics.model.zones import zone_named
from salesmetrics.result.lead_scores import LeadScores
from salesmetrics.table.activities import Activities, check_known_kinds
from salesmetrics.table.leads import IntoLeads, Leads

__all__ = ["hand_offs", "score_history"]


def score_history(
    leads: IntoLeads,
    activities: Activities | Iterable[Activity],
    *,
    model: ScoringModel,
    days: Iterable[date],
    zone: str = "UTC",
) -> list[LeadScores]:
    """The scores of leads on several days, each as it was then.

    Args:
        leads: `Leads`, or any iterable of `Lead`.
        activities: `Activities`, or any iterable of `Activity`.
        model: The rules, the limits of points, and the labels.
        days: The days at whose start leads are scored, such as a `Period`, which has them all.
        zone: Where days begin.

    Raises:
        InvalidTableError: As `score_leads`.
        InvalidValueError: As `score_leads`.

    Laws:
        definition: Each is what `score_leads` gives as of its day.

    Examples:
        >>> from datetime import UTC, datetime
        >>> from salesmetrics import Did, Lead, LinearDecay, ScoreRule
        >>> model = ScoringModel([ScoreRule("visit", Did("visit"), 10, decay=LinearDecay("0.5"))])
        >>> log = [Activity(datetime(2026, 1, 5, 9, tzinfo=UTC), "visit", lead=1)]
        >>> days = [date(2026, 1, 5), date(2026, 1, 20), date(2026, 2, 4)]
        >>> [scores[1] for scores in score_history([Lead(1, date(2026, 1, 1))], log, model=model, days=days)]
        [0, 7.5, 5]
    """
    if not isinstance(days, Iterable) or isinstance(days, str):
        raise InvalidValueError(f"days must be several days, got {shown(days)}; write a Period, or [date(2026, 7, 1)]")
    table, log = Leads.of(leads), Activities.of(activities)
    return [score_leads(table, log, model=model, as_of=day, zone=zone) for day in days]


def hand_offs(
    leads: IntoLeads,
    activities: Activities | Iterable[Activity],
    *,
    model: ScoringModel,
    period: Period,
    zone: str = "UTC",
) -> list[HandOff]:
    """Which leads are handed to sales in a period: those that come to a label of the model's `hand_off`.

    A lead is handed off once, on the day at whose start it first has such a label; that its points fade later takes
    nothing back. When sales has given it back, by an activity of the model's `recycle`, it is handed off again as soon
    as it comes to such a label anew, from another one. Everything before the period is looked at too, for a lead that
    was handed off before is not in the list. Neither is one that was won or lost before the day: what it does then is
    nothing for sales. One that was won or lost on a day that nobody knows is never in the list: find such leads with
    `leads.filter(~leads.is_open & ~leads.closed.known)`.

    Args:
        leads: `Leads`, or any iterable of `Lead`.
        activities: `Activities`, or any iterable of `Activity`.
        model: The model; it says which labels hand off.
        period: The days of the list. Only days on which something can have changed are scored, each by a pass over all
            activities.
        zone: Where days begin.

    Returns:
        The leads in the order of the days, and on one day in that of the table, each with its label and points.

    Raises:
        InvalidTableError: As `score_leads`.
        InvalidValueError: As `score_leads`; or the model hands nothing off, or the log does not know the kind of
            `recycle`, unless `log.with_kinds` names it; or the period is none.

    Laws:
        definition: Equal to following each lead from day to day.
        tiles: The lists of periods that tile a span make up that of the span.

    Examples:
        >>> from datetime import UTC, datetime
        >>> from salesmetrics import Did, Label, Lead, ScoreRule
        >>> labels = [Label("lead"), Label("MQL", at=10)]
        >>> model = ScoringModel([ScoreRule("visit", Did("visit"), 5, repeat="each")], labels=labels, hand_off="MQL")
        >>> log = [Activity(datetime(2026, 1, day, 9, tzinfo=UTC), "visit", lead=1) for day in (5, 8, 9)]
        >>> january = Period.parse("2026-01-01..2026-02-01")
        >>> for one in hand_offs([Lead(1, date(2026, 1, 1))], log, model=model, period=january):
        ...     print(one)
        2026-01-09: 1 is MQL with 10 points
    """
    table, log = Leads.of(leads), Activities.of(activities)
    check_period(period)
    if not isinstance(model, ScoringModel) or not model.hand_off:
        raise InvalidValueError("model must be a ScoringModel that hands off, got none; write hand_off='MQL'")
    if model.recycle is not None:
        check_known_kinds(log, [model.recycle], "recycle")
    done = days_of(log, zone_named(zone))
    given_back = log.kind.is_in(model.recycle) if model.recycle is not None else np.zeros(len(log), np.bool_)
    rows = np.append(places_of(log.lead_ids, table.id), -1).take(log.lead.codes)
    recycled_rows, recycled_days = rows[given_back & (rows >= 0)], done[given_back & (rows >= 0)]
    ends = np.where(table.closed.known, table.closed.values, np.where(table.is_open, _NEVER, _LONG_AGO))
    may_be, was = np.ones(len(table), np.bool_), np.zeros(len(table), np.bool_)
    found: list[HandOff] = []
    for before, day in pairwise([_LONG_AGO, *_days_of_change(table, done, model, period)]):
        as_of = day_of_number(day)
        scores = score_leads(table, log, model=model, as_of=as_of, zone=zone)
        there = places_of(scores.lead, table.id)
        may_be[recycled_rows[(recycled_days >= before) & (recycled_days < day)]] = True
        now: Flags = np.zeros(len(table), np.bool_)
        now[there] = scores.label.is_in(*model.hand_off)
        new = now & ~was & may_be & (ends >= day)
        may_be[new] = False
        was = now
        if as_of >= period.start:
            for place in np.flatnonzero(new[there]).tolist():
                points = whole_or_float(int(scores.micro[place]))
                found.append(HandOff(scores.lead[place : place + 1].tolist()[0], as_of, scores.label[place], points))
    return found


_LONG_AGO, _NEVER = day_number(date.min), day_number(date.max)


def _days_of_change(leads: Leads, done: NDArray[np.int64], model: ScoringModel, period: Period) -> Sequence[int]:
    """The days before the end of a period at whose start scores may be others than the day before."""
    horizon = max((rule.decay.horizon for rule in model.rules if rule.decay is not None), default=0)
    came = leads.created.values[leads.created.known].astype(np.int64)
    last = day_number(period.end) - 1
    changes = np.unique(np.concatenate([done, came, [day_number(period.start) - 1]])) + 1
    days = {
        day for change in changes[changes <= last].tolist() for day in range(change, min(change + horizon, last) + 1)
    }
    return sorted(days)
