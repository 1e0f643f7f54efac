"""A table of activities."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, time
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from attrs import evolve, frozen
from numpy.typing import ArrayLike, NDArray

from salesmetrics._numeric.columns import Coded, Flags, Index, id_column, readonly, recoded
from salesmetrics._numeric.instants import in_utc, instant_of_number, local_number
from salesmetrics._numeric.order import places_of
from salesmetrics._numeric.repeats import is_repeated
from salesmetrics.door.activity_columns import ActivityColumns, columns_of_activities, columns_of_activity_cells
from salesmetrics.door.csv_file import csv_source
from salesmetrics.door.faults import BadRows, SetAside, many
from salesmetrics.errors import InvalidValueError, nearest, not_among, shown
from salesmetrics.format.activity_format import ACTIVITY_KEYS, ActivityFormat
from salesmetrics.model.activity import Activity
from salesmetrics.model.period import Period, check_period
from salesmetrics.model.zones import zone_named
from salesmetrics.table.ids import check_ids
from salesmetrics.table.leads import Leads
from salesmetrics.table.table import Keyed, mappings, rows_of, unknown_key

__all__ = [
    "Activities",
    "IntoActivities",
    "check_ids",
    "check_kinds",
    "check_known_kinds",
    "places_named",
]


@frozen(eq=False, slots=False, repr=False)
class Activities(ActivityColumns, Keyed[Activity]):
    """One log of what was done for reps, leads and deals: a sequence of `Activity`, in checked, read-only columns.

    Make one with `Activities.of`, `Activities.from_columns` or `Activities.from_csv`. A table never changes;
    `activities[3]` is an `Activity`, `activities[10:20]` a table.

    Columns: `at` (microseconds since 1970 in UTC), `kind`, `rep`, `lead`, `deal`, `minutes` and the mapping `fields`. A
    column of numbers has `.values` and `.known`; a column of names has `.codes`, `.names` and `.is_in("call")`. A log
    keeps its order and its repetitions: two page visits in one second are two.

    Examples:
        >>> from datetime import UTC
        >>> log = Activities.of([
        ...     Activity(datetime(2026, 1, 5, 9, 30, tzinfo=UTC), "call", rep="Ada", lead="L-1", minutes=12),
        ...     Activity(datetime(2026, 1, 6, 14, 0, tzinfo=UTC), "demo", rep="Ada", deal="D-1", minutes=45),
        ... ])
        >>> log
        Activities(2 activities: 1 call, 1 demo)
        >>> log.filter(log.kind.is_in("demo"))[0].deal
        'D-1'
    """

    set_aside: tuple[SetAside, ...] = ()
    """Rows that the door kept out, with `bad_rows="set_aside"`; empty in tables made from this one."""

    @classmethod
    def of(cls, activities: IntoActivities) -> Activities:
        """A table of activities; a table passes through as it is.

        Args:
            activities: `Activities`, or any iterable of `Activity`.

        Raises:
            InvalidTableError: A field of theirs is called like a column.
            InvalidValueError: Something other than activities came.

        Laws:
            round_trip: `list(Activities.of(activities))` equals the activities.

        Examples:
            >>> len(Activities.of([]))
            0
        """
        if isinstance(activities, Activities):
            return activities
        return cls._of_columns(columns_of_activities(activities))

    @classmethod
    def from_columns(
        cls,
        data: Any,
        format: ActivityFormat,  # noqa: A002  # the word that users look for
        bad_rows: BadRows = "refuse",
        accept: Collection[str] = (),
    ) -> Activities:
        """A table from a frame or from other columns of foreign data, read through a format.

        Args:
            data: Column names to columns, or with the extra `frames` a frame, as in `Deals.from_columns`.
            format: Which column is which, and how cells are written.
            bad_rows: "refuse" the table when a row is at fault, or carry such rows apart in `.set_aside`.
            accept: Doubts that are let in: "ambiguous_time", for times that the clocks of the format's zone showed
                twice, of which the first is taken.

        Raises:
            InvalidTableError: Columns are missing or of different lengths, or cells cannot be read; `.problems` lists
                every fault.
            InvalidValueError: The data are neither a mapping nor a frame, or a word is misspelt.
            MissingExtraError: The data are a frame, and the extra `frames` is not installed.

        Laws:
            same_door: Columns and objects of the same activities make the same table.

        Examples:
            >>> form = ActivityFormat(at="When", kind="Type", rep="Owner", zone="Europe/London")
            >>> data = {"When": ["2026-07-01 00:30"], "Type": ["call"], "Owner": ["Ada"]}
            >>> print(Activities.from_columns(data, form)[0].at)
            2026-06-30 23:30:00+00:00
        """
        return cls._of_columns(*columns_of_activity_cells(data, format, bad_rows, accept))

    @classmethod
    def from_csv(
        cls,
        path: str | Path,
        format: ActivityFormat,  # noqa: A002  # the word that users look for
        bad_rows: BadRows = "refuse",
        accept: Collection[str] = (),
    ) -> Activities:
        r"""A table from a CSV file in UTF-8 with a header.

        Args:
            path: The file.
            format: Which column is which, and how cells are written.
            bad_rows: As in `from_columns`; rows are counted from 0, the header and blank lines not counted.
            accept: As in `from_columns`.

        Raises:
            InvalidTableError: As `from_columns`; also when the file is not CSV.
            OSError: The file cannot be read.

        Examples:
            >>> import tempfile
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     path = Path(folder, "log.csv")
            ...     _ = path.write_text("When,Type\n2026-01-05T09:30:00Z,call\n")
            ...     Activities.from_csv(path, ActivityFormat(at="When", kind="Type"))
            Activities(1 activity: 1 call)
        """
        return cls.from_columns(csv_source(path), format, bad_rows, accept)

    @cached_property
    def is_repeated(self) -> Flags:
        """Which activities say in every column the same as one before them.

        It may be a page that was visited twice in a moment, or an event that was written down twice. Nothing is left
        out because of it; `log.filter(~log.is_repeated)` does.

        Laws:
            definition: Equal to looking at the activities one by one.

        Examples:
            >>> from datetime import UTC
            >>> visit = Activity(datetime(2026, 1, 5, 9, 30, tzinfo=UTC), "visit", lead="L-1")
            >>> Activities.of([visit, visit]).is_repeated
            array([False,  True])
        """
        names = (self.kind, self.rep, self.lead, self.deal, *self.fields.values())
        minutes = np.where(self.minutes.known, self.minutes.values, -1)
        return readonly(is_repeated([self.at.values, minutes, *(one.codes for one in names)]))

    def is_of(self, leads: Leads) -> Flags:
        """Which activities are of one of these leads; those of no lead are not.

        Args:
            leads: The leads.

        Laws:
            definition: Equal to looking for the lead of each activity one by one.

        Examples:
            >>> from datetime import UTC, date
            >>> from salesmetrics import Lead
            >>> leads = Leads.of([Lead("L-1", date(2026, 1, 5))])
            >>> at = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
            >>> log = Activities.of([Activity(at, "call", lead=name) for name in ("L-1", "L-2", None)])
            >>> log.is_of(leads)
            array([ True, False, False])
        """
        flags: Flags = self.lead.lookup(places_of(self.lead_ids, leads.id) >= 0, False)
        return flags

    @cached_property
    def lead_ids(self) -> NDArray[Any]:
        """The ids of the leads that the log knows, as a column: of code 0 the first."""
        return readonly(id_column([*self.lead.names]))

    def with_kinds(self, *kinds: str) -> Activities:
        """The same log, which knows some further kinds, although nothing of them was done yet.

        Whoever asks for a kind that a log does not know, and that looks like one that it does, is taken to have
        misspelt it, and is refused. A log knows the kinds of its activities, and of those of the table that it was
        taken from; of others it is told here.

        Args:
            kinds: The kinds.

        Raises:
            InvalidValueError: A kind is no text.

        Examples:
            >>> from datetime import UTC
            >>> log = Activities.of([Activity(datetime(2026, 1, 5, 9, 30, tzinfo=UTC), "e-mail sent")])
            >>> log.with_kinds("e-mail read").kind.names
            ('e-mail read', 'e-mail sent')
        """
        strange = [kind for kind in kinds if not isinstance(kind, str) or not kind]
        if strange:
            raise InvalidValueError(f"a kind must be text, got {shown(strange[0])}; name what may be done")
        new = [kind for kind in dict.fromkeys(kinds) if kind not in self.kind.names]
        return evolve(self, kind=recoded(self.kind.codes, [*self.kind.names, *new]))

    def is_in_period(self, period: Period, *, zone: str) -> Flags:
        """Which activities fell in a period, by the clocks of a zone.

        Raises:
            InvalidValueError: The period is no `Period`, or the zone is not known.

        Examples:
            >>> form = ActivityFormat(at="When", kind="Type")
            >>> log = Activities.from_columns({"When": ["2026-06-30T23:30:00Z"], "Type": ["call"]}, form)
            >>> july = Period.parse("2026-07-01..2026-08-01")
            >>> log.is_in_period(july, zone="Europe/London"), log.is_in_period(july, zone="UTC")
            (array([ True]), array([False]))
        """
        check_period(period)
        midnights = [local_number(datetime.combine(day, time())) for day in (period.start, period.end)]
        (start, end), _, _ = in_utc(np.array(midnights), zone_named(zone))
        flags: Flags = (self.at.values >= start) & (self.at.values < end)
        return flags

    def in_period(self, period: Period, *, zone: str) -> Activities:
        """The activities that fell in a period: from midnight of its first day in a zone, up to midnight of its end.

        Args:
            period: The half-open span of days.
            zone: Where days begin, such as "Europe/London"; the same instant falls on other days elsewhere.

        Raises:
            InvalidValueError: The period is no `Period`, or the zone is not known.

        Laws:
            definition: Equal to keeping the activities between the two midnights, one by one.
            tiles: Periods that tile a span share its activities out among them.

        Examples:
            >>> form = ActivityFormat(at="When", kind="Type")
            >>> log = Activities.from_columns({"When": ["2026-06-30T23:30:00Z"], "Type": ["call"]}, form)
            >>> len(log.in_period(Period.parse("2026-07-01..2026-08-01"), zone="Europe/London"))
            1
        """
        return self.filter(self.is_in_period(period, zone=zone))

    def filter(self, mask: ArrayLike) -> Activities:
        """The activities for which the mask is true, in their order.

        Args:
            mask: One truth value per activity.

        Raises:
            InvalidValueError: The mask does not hold one truth value per activity.

        Laws:
            definition: Equal to keeping the activities one by one.

        Examples:
            >>> form = ActivityFormat(at="When", kind="Type")
            >>> log = Activities.from_columns({"When": ["2026-06-30T23:30:00Z"], "Type": ["call"]}, form)
            >>> len(log.filter(log.kind.is_in("demo")))
            0
        """
        return self.take(rows_of(mask, len(self), "activities", "activities.kind.is_in('call')"))

    def take(self, index: Index) -> Activities:
        """The activities at these places, in this order; a slice is a view and copies nothing.

        Examples:
            >>> form = ActivityFormat(at="When", kind="Type")
            >>> data = {"When": ["2026-06-30T23:30:00Z", "2026-07-01T08:00:00Z"], "Type": ["call", "demo"]}
            >>> Activities.from_columns(data, form).take(np.array([1]))
            Activities(1 activity: 1 demo)
        """
        return evolve(self, **self.rows(index), set_aside=())

    def key(self, name: str) -> Coded:
        """The column of names that groups are made by: "kind", "rep", "lead", "deal", or a field of the user's own.

        Raises:
            InvalidValueError: The table has no such key.

        Examples:
            >>> form = ActivityFormat(at="When", kind="Type")
            >>> log = Activities.from_columns({"When": ["2026-06-30T23:30:00Z"], "Type": ["call"]}, form)
            >>> log.key("kind")[0]
            'call'
        """
        if name in ACTIVITY_KEYS:
            column: Coded = getattr(self, name)
            return column
        if name in self.fields:
            return self.fields[name]
        return unknown_key(name, len(self), [*ACTIVITY_KEYS, *self.fields], "a field")

    def __len__(self) -> int:
        return len(self.at)

    def __iter__(self) -> Iterator[Activity]:
        at = map(instant_of_number, self.at.values.tolist())
        return map(
            Activity, at, self.kind, self.rep, self.lead, self.deal, self.minutes, mappings(self.fields, len(self))
        )

    def __repr__(self) -> str:
        counts = np.bincount(self.kind.codes, minlength=len(self.kind.names)).tolist() if len(self) else []
        kinds = [f"{count:,} {kind}" for kind, count in zip(self.kind.names, counts, strict=False) if count]
        more = f" and {len(kinds) - 6} more kinds" if len(kinds) > 6 else ""
        told = f"{', '.join(kinds[:6]) or 'none'}{more}{self._and_aside}"
        return f"Activities({many(len(self), 'activity', 'activities')}: {told})"


def check_kinds(log: Activities, kinds: Iterable[str], what: str) -> tuple[str, ...]:
    """The kinds that a log does not know; of a log without activities it is not told.

    Raises:
        InvalidValueError: A kind looks misspelt: the log knows one that looks nearly so, and that nobody asks for. All
            such are named.
    """
    hint = " If nothing of the kind was done yet, name it: log.with_kinds({})"
    none = not_among(dict.fromkeys(kinds), log.kind.names, f"{what} must be of kinds that there are", hint)
    return none if len(log) else ()


def check_known_kinds(log: Activities, kinds: Iterable[str], what: str) -> None:
    """Refuse kinds that a log does not know, for answers that cannot tell of them; a log without activities knows all.

    Raises:
        InvalidValueError: The log knows no such kind.
    """
    none = check_kinds(log, kinds, what)
    if none:
        raise InvalidValueError(
            f"{what} must be of kinds that there are, got {shown(none[0])}; {nearest(none[0], log.kind.names)}. If "
            f"nothing of the kind was done yet, name it: log.with_kinds({shown(none[0])})"
        )


def places_named(named: NDArray[Any], ids: NDArray[Any], what: str) -> NDArray[np.int64]:
    """Where the leads or deals that activities name stand among all; -1 of those that are not there.

    Raises:
        InvalidValueError: None is there, and the ids are of another kind.
    """
    places = places_of(named, ids)
    if not (places >= 0).any():
        check_ids(named.tolist(), ids, what)
    return places


IntoActivities: TypeAlias = Activities | Iterable[Activity]
"""What a question of activities takes: a table, or any iterable of `Activity`."""
