"""What leads did, as it is seen at the start of a day: counted, and faded, lead by lead in one pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, tzinfo
from functools import lru_cache
from typing import Any

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, Flags, Floats, Masked, readonly
from salesmetrics._numeric.days import DAY, day_number
from salesmetrics._numeric.instants import LAST_INSTANT, in_utc
from salesmetrics._numeric.order import blocks
from salesmetrics.across._conditions import FieldsOfActivities, fields_of, known_to_be
from salesmetrics.model.scoring.condition import Did
from salesmetrics.model.scoring.decay import Decay
from salesmetrics.model.scoring.points import micropoints
from salesmetrics.model.scoring.rule import ScoreRule
from salesmetrics.table.activities import Activities, places_named
from salesmetrics.table.leads import Leads

__all__ = ["Given", "LeadLog", "days_of"]

_COUNT = 38  # bits of the points of one lead and rule on which its count rides
_MOST_COUNTED = 1 << 25
_EVER = np.iinfo(np.int64).min  # before which nothing was done


@frozen(eq=False)
class Given:
    """What a rule on what was done gives each lead, before its maximum.

    Args:
        events: How many activities count.
        decayed: What is left of their points, after the daily cap, in millionths; `None` where nothing fades or is
            capped.
        is_capped: Who did more on a day than its cap allows; `None` without one.
    """

    events: NDArray[np.int64]
    decayed: NDArray[np.int64] | None = None
    is_capped: Flags | None = None


class LeadLog:
    """The activities of a table of leads, each with its lead and its age; `View` of the leads for conditions.

    Args:
        leads: The leads that are seen.
        log: The activities.
        as_of: The day before which they are counted.
        zone: Where days begin.
    """

    def __init__(self, leads: Leads, log: Activities, as_of: date, zone: tzinfo) -> None:
        self.leads = leads
        self.log = log
        self.row = np.empty(len(log), np.int32)  # of its lead; as many as there are leads where it is not counted
        self.age = np.empty(len(log), np.int32)  # in days
        self.n_unseen = self.n_unknown = self.n_without_lead = self.oldest = 0
        self._place(day_number(as_of), zone)
        self.n_early = self._n_early(zone)
        self.n_repeated = int(np.count_nonzero(self.row.take(np.flatnonzero(log.is_repeated)) < len(leads)))
        self._times: dict[Did, NDArray[np.int64]] = {}

    def _place(self, today: int, zone: tzinfo) -> None:
        """Find the lead and the age of each activity, some thousand at a time, and count what is left out."""
        n_leads, codes = len(self.leads), self.log.lead.codes
        places = places_named(self.log.lead_ids, self.leads.id, "leads")
        # a log that knows the leads in the order in which they stand has their rows for codes
        is_in_place = self.log.lead.is_complete and bool((places == np.arange(len(places))).all())
        row_of = np.append(np.where(places < 0, n_leads, places), n_leads).astype(np.int32)
        days = None if str(zone) == "UTC" else days_of(self.log, zone)
        for rows in blocks(len(self.log)):
            age = today - (self.log.at.values[rows] // DAY if days is None else days[rows])
            row, is_seen = codes[rows] if is_in_place else row_of.take(codes[rows]), age > 0
            n_seen = int(np.count_nonzero(is_seen))
            self.n_unseen += len(age) - n_seen
            if n_seen < len(age):
                age = np.where(is_seen, age, 0)
            is_stray = is_seen & (row == n_leads)
            if is_stray.any():
                n_unknown = int(np.count_nonzero(is_stray & (codes[rows] >= 0)))
                self.n_unknown += n_unknown
                self.n_without_lead += int(np.count_nonzero(is_stray)) - n_unknown
            self.row[rows] = row if n_seen == len(age) else np.where(is_seen, row, n_leads)
            self.age[rows] = age
            self.oldest = max(self.oldest, int(age.max()))

    def _n_early(self, zone: tzinfo) -> int:
        """How many of the activities that count are from before their lead came in."""
        created, at = self.leads.created, self.leads.created_at
        if not (at.known.any() or created.known.any()):
            return 0
        came = np.where(at.known, at.values, np.where(created.known, _starts(created.values, zone), _EVER))
        return int(np.count_nonzero(self.log.at.values < np.append(came, _EVER).take(self.row)))

    def column(self, name: str) -> Masked | Floats | Coded:
        """What is known of the leads under a name."""
        return fields_of(self.leads, name)

    def times(self, did: Did) -> NDArray[np.int64]:
        """How often each lead did something."""
        if did not in self._times:
            if did.where is None:
                self._times |= self._scattered({did.kind: None})[0]
            else:
                self._times[did] = _counts(self.row.take(self._rows_of(did)), len(self.leads))
        return self._times[did]

    def given(self, rules: Sequence[tuple[ScoreRule, Did]]) -> list[Given]:
        """What each of some rules on what was done gives."""
        fading: dict[str, ScoreRule | None] = {}  # of each kind the first rule of which every activity fades by itself
        for rule, did in rules:
            if did.where is None:
                alone = rule.decay is not None and rule.repeat == "each" and rule.daily_cap is None
                fading[did.kind] = fading.get(did.kind) or (rule if alone else None)
        counted, faded = self._scattered(fading)
        self._times |= counted
        return [
            Given(self.times(did), faded[did.kind]) if fading.get(did.kind) is rule else self._given(rule, did)
            for rule, did in rules
        ]

    def _given(self, rule: ScoreRule, event: Did) -> Given:
        events = self.times(event)
        if rule.daily_cap is not None:
            return self._capped(rule, event, events)
        if rule.decay is None:
            return Given(events)
        rows = self._rows_of(event)
        lead, age = self.row.take(rows), self.age.take(rows)
        left = _left(rule.decay, micropoints(rule.points, "points"), self.oldest)
        sums = np.zeros(len(self.leads) + 1, np.int64)
        if rule.repeat == "each":
            np.add.at(sums, lead.astype(np.intp), left.take(np.minimum(age, len(left) - 1)))
            return Given(events, sums[:-1])
        latest = np.full(len(self.leads) + 1, len(left) - 1)
        np.minimum.at(latest, lead, np.minimum(age, len(left) - 1))
        return Given(events, np.where(events > 0, left.take(latest[:-1]), 0))

    def _capped(self, rule: ScoreRule, event: Did, events: NDArray[np.int64]) -> Given:
        """The points of each day, held to its cap."""
        rows = self._rows_of(event)
        lead, age = self.row.take(rows).astype(np.int64), self.age.take(rows).astype(np.int64)
        micro, cap = micropoints(rule.points, "points"), micropoints(rule.daily_cap or 0, "daily_cap")
        span = int(age.max(initial=0)) + 1
        days, times = np.unique(lead * span + age, return_counts=True)
        lead, age = days // span, days % span
        is_beyond = times * abs(micro) > cap
        one = _left(rule.decay, micro, self.oldest)
        most = _left(rule.decay, cap if micro > 0 else -cap, self.oldest)
        place = np.minimum(age, len(one) - 1)
        points = np.where(is_beyond, most.take(place), times * one.take(place))
        sums = np.zeros(len(self.leads) + 1, np.int64)
        np.add.at(sums, lead, points)
        is_capped = np.zeros(len(self.leads) + 1, np.bool_)
        is_capped[lead[is_beyond]] = True
        return Given(events, sums[:-1], is_capped[:-1])

    def _rows_of(self, did: Did) -> NDArray[np.intp]:
        """The activities of some kind, and with such fields, that are counted."""
        rows = np.flatnonzero(self.log.kind.is_in(did.kind) & (self.row < len(self.leads)))
        if did.where is None:
            return rows
        fields = FieldsOfActivities(evolve(self.log.take(rows), set_aside=()))
        return rows[known_to_be(did.where, fields)]

    def _scattered(
        self, asked: Mapping[str, ScoreRule | None]
    ) -> tuple[dict[Did, NDArray[np.int64]], dict[str, NDArray[np.int64]]]:
        """How often each lead did things of some kinds, and what is left of the points that rules give for them.

        The counts ride in the high bits of the points, which are shifted to be 0 at least, so that one pass scatters
        both; where the points of a lead might have been too many for their bits, each is scattered alone.
        """
        stride, kinds, slot = len(self.leads) + 1, asked, None
        if len(set(self.log.kind.names).difference(asked)) <= len(asked):
            # others are counted too, for that is quicker than to look up of each activity where its kind stands
            kinds = {**dict.fromkeys(self.log.kind.names), **asked}
        else:
            place = {kind: number for number, kind in enumerate(kinds)}
            slot = np.array([*(place.get(name, len(kinds)) for name in self.log.kind.names), len(kinds)])
        tables = [
            np.zeros(1, np.int64)
            if rule is None or rule.decay is None
            else _left(rule.decay, micropoints(rule.points, "points"), self.oldest)
            for rule in kinds.values()
        ]
        width = max(map(len, tables), default=1)
        left = np.zeros((len(kinds) + 1, width), np.int64)
        for table, points in zip(left, tables, strict=False):
            table[: len(points)], table[len(points) :] = points, points[-1]
        low, n = int(left.min()), len(kinds)
        is_packed = len(self.row) < _MOST_COUNTED and width > 1
        sums = self._summed(slot, left - low + (1 << _COUNT) if is_packed else np.ones_like(left), stride)
        counts, points = sums, sums
        if is_packed:
            counts = sums >> _COUNT
            points = np.bitwise_and(sums, (1 << _COUNT) - 1, out=sums)
            if low:
                points += counts * low
            # a count that points had come to would be too large, never too small
            is_packed = int(counts[:n, :-1].max(initial=0)) * (int(left.max()) - low) < 1 << _COUNT
        if not is_packed and width > 1:
            counts, points = self._summed(slot, np.ones_like(left), stride), self._summed(slot, left, stride)
        rows = {Did(kind): one[:-1] for kind, one in zip(kinds, counts, strict=False)}
        return rows, {
            kind: one[:-1] for (kind, rule), one in zip(kinds.items(), points, strict=False) if rule is not None
        }

    def _summed(self, slot: NDArray[np.intp] | None, worth: NDArray[np.int64], stride: int) -> NDArray[np.int64]:
        """What each slot of each lead comes to, where an activity is worth what stands at its slot and age."""
        sums = np.zeros(len(worth) * stride, np.int64)
        flat, width = worth.ravel(), worth.shape[1]
        for rows in blocks(len(self.row)):
            codes = self.log.kind.codes[rows]
            kind = codes.astype(np.intp) if slot is None else slot.take(codes)
            cells = kind * stride
            cells += self.row[rows]
            if width > 1:
                kind *= width
                kind += np.minimum(self.age[rows], width - 1)
            np.add.at(sums, cells, flat.take(kind))
        return sums.reshape(len(worth), stride)


def days_of(log: Activities, zone: tzinfo) -> NDArray[np.int64]:
    """On which day each activity fell, by the clocks of a zone."""
    days = log.at.values // DAY
    if str(zone) == "UTC" or not len(days):
        return days
    different, place = np.unique(days, return_inverse=True)
    starts = _starts(different, zone).take(place)
    ends = _starts(different + 1, zone).take(place)
    return days + (log.at.values >= ends) - (log.at.values < starts)


def _starts(days: NDArray[np.integer[Any]], zone: tzinfo) -> NDArray[np.int64]:
    """The instants at which days begin."""
    return in_utc(np.minimum(days.astype(np.int64) * DAY, LAST_INSTANT), zone)[0]


def _left(decay: Decay | None, micro: int, oldest: int) -> NDArray[np.int64]:
    """What is left of points at each age up to the largest, or up to where nothing changes any more."""
    return np.array([micro], np.int64) if decay is None else _left_until(decay, micro, min(oldest, decay.horizon))


@lru_cache(256)  # rules that fade alike, and one day of view after the other, ask for the same
def _left_until(decay: Decay, micro: int, last: int) -> NDArray[np.int64]:
    return readonly(np.array([decay.left(micro, days) for days in range(last + 1)], np.int64))


def _counts(rows: NDArray[np.int32], n_leads: int) -> NDArray[np.int64]:
    return np.bincount(rows, minlength=n_leads + 1)[:n_leads]
