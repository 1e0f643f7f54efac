"""A table of leads."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from attrs import evolve, frozen
from numpy.typing import ArrayLike

from salesmetrics._numeric.columns import Coded, Flags, Index, Masked, coded, readonly
from salesmetrics._numeric.days import day_number
from salesmetrics._numeric.instants import instant_of_number
from salesmetrics.door.csv_file import csv_source
from salesmetrics.door.faults import BadRows, SetAside, check_door_words, many
from salesmetrics.door.lead_columns import LEAD_DOUBTS, LeadColumns, columns_of_lead_cells, columns_of_leads
from salesmetrics.door.written_leads import lead_columns_written, lead_format_written
from salesmetrics.errors import check_word, refuse, shown
from salesmetrics.format.lead_format import LEAD_KEYS, LeadFormat, reserved_lead_fields
from salesmetrics.model.calendar import PeriodKey
from salesmetrics.model.lead import Lead
from salesmetrics.model.period import Period, check_period
from salesmetrics.model.stage import Outcome
from salesmetrics.table.readable_deals import periods_of
from salesmetrics.table.table import Keyed, dates, mappings, rows_of, unknown_key

__all__ = ["IntoLeads", "Leads"]

_OUTCOMES = {one.value: one for one in Outcome}


@frozen(eq=False, slots=False, repr=False)
class Leads(LeadColumns, Keyed[Lead]):
    """A list of leads: a sequence of `Lead`, laid down in checked, read-only columns.

    Make one with `Leads.of`, `Leads.from_columns` or `Leads.from_csv`. A table never changes; `leads[3]` is a `Lead`,
    `leads[10:20]` a table.

    Columns: `id`, `created` (days since 1970), `created_at` (microseconds since 1970 in UTC), `source`, `outcome`
    ("open", "won", "lost"), `closed` (days since 1970), `opportunity`, and the mapping `fields`. A column of
    numbers has `.values` and `.known`; a column of names has `.codes`, `.names` and `.is_in("web")`. A field is a
    column of whole numbers, of numbers with decimals, or of names: text, flags, days, and what is of several kinds.

    Examples:
        >>> from datetime import date
        >>> leads = Leads.of([
        ...     Lead("L-1", date(2026, 1, 5), "web", {"employees": 60}),
        ...     Lead("L-2", date(2026, 1, 9), "fair", outcome=Outcome.WON, closed=date(2026, 2, 1)),
        ... ])
        >>> leads
        Leads(2 leads: 1 open, 1 won, 0 lost)
        >>> leads.filter(leads.source.is_in("web"))[0].fields
        {'employees': 60}
        >>> leads.fields["employees"]
        Masked([60, None])
    """

    ordered_keys = frozenset({"outcome"})

    set_aside: tuple[SetAside, ...] = ()
    """Rows that the door kept out, with `bad_rows="set_aside"`; empty in tables made from this one."""

    @classmethod
    def of(cls, leads: IntoLeads, bad_rows: BadRows = "refuse", accept: Collection[str] = ()) -> Leads:
        """A table of leads; a table passes through as it is.

        Args:
            leads: `Leads`, or any iterable of `Lead`.
            bad_rows: "refuse" the table when a row is at fault, or carry such rows apart in `.set_aside`.
            accept: Doubts that are let in: "closed_before_created", "missing_created". A lead without a day of
                creation is in no cohort and has no response time, and is counted there.

        Raises:
            InvalidTableError: The leads contradict themselves or each other; `.problems` lists every fault.
            InvalidValueError: Something other than leads came, or a word is misspelt.

        Laws:
            round_trip: `list(Leads.of(leads))` equals the leads.

        Examples:
            >>> Leads.of([Lead("L-1", None, "web")])
            Traceback (most recent call last):
            salesmetrics.errors.InvalidTableError: Leads has 1 problem:
            - created: 1 lead has no day of creation (row 0); give the day on which each one came in, or \
accept={'missing_created'}
            >>> len(Leads.of([Lead("L-1", None, "web")], accept={"missing_created"}))
            1
        """
        check_door_words(bad_rows, accept, LEAD_DOUBTS)
        if isinstance(leads, Leads):
            return leads
        return cls._of_columns(*columns_of_leads(leads, bad_rows, accept))

    @classmethod
    def from_columns(
        cls,
        data: Any,
        format: LeadFormat,  # noqa: A002  # the word that users look for
        bad_rows: BadRows = "refuse",
        accept: Collection[str] = (),
    ) -> Leads:
        """A table from a frame or from other columns of foreign data, read through a format.

        Only the columns that the format names are read, whatever else there is. Every row of an id that comes more
        than once is at fault, because nobody knows which of them to keep.

        Args:
            data: Column names to columns (lists, or one-dimensional numpy arrays), or with the extra `frames` a frame,
                as in `Deals.from_columns`.
            format: Which column is which, and how cells are written.
            bad_rows: As in `of`; rows are counted from 0 in the order of the data.
            accept: As in `of`; and "ambiguous_time", for times that the clocks of the format's zone showed twice, of
                which the first is taken.

        Raises:
            InvalidTableError: Columns are missing or of different lengths, cells cannot be read, or rows are at
                fault; `.problems` lists every fault.
            InvalidValueError: The data are neither a mapping nor a frame, or a word is misspelt.
            MissingExtraError: The data are a frame, and the extra `frames` is not installed.

        Laws:
            same_door: Columns and objects of the same leads make the same table.

        Examples:
            >>> form = LeadFormat(id="Id", created="Created", fields={"staff": "Staff"}, numbers=["staff"])
            >>> data = {"Id": ["L-1", "L-2"], "Created": ["2026-01-05", "2026-01-06"], "Staff": ["60", ""]}
            >>> Leads.from_columns(data, form).fields["staff"]
            Masked([60, None])
        """
        return cls._of_columns(*columns_of_lead_cells(data, format, bad_rows, accept))

    @classmethod
    def from_csv(
        cls,
        path: str | Path,
        format: LeadFormat,  # noqa: A002  # the word that users look for
        bad_rows: BadRows = "refuse",
        accept: Collection[str] = (),
    ) -> Leads:
        r"""A table from a CSV file in UTF-8 with a header.

        Args:
            path: The file.
            format: Which column is which, and how cells are written.
            bad_rows: As in `of`; rows are counted from 0, the header and blank lines not counted.
            accept: As in `from_columns`.

        Raises:
            InvalidTableError: As `from_columns`; also when the file is not CSV.
            OSError: The file cannot be read.

        Examples:
            >>> import tempfile
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     path = Path(folder, "leads.csv")
            ...     _ = path.write_text("Id,Created,Source\nL-1,2026-01-05,Select\n")
            ...     form = LeadFormat(id="Id", created="Created", source="Source", missing=("", "Select"))
            ...     Leads.from_csv(path, form)[0].source is None
            True
        """
        return cls.from_columns(csv_source(path), format, bad_rows, accept)

    @property
    def format(self) -> LeadFormat:
        """The format that reads what `to_columns` wrote.

        Examples:
            >>> Leads.of([]).format.created
            'created'
        """
        return lead_format_written(self)

    def to_columns(self) -> dict[str, Any]:
        """Plain columns, of which every frame library builds a frame in one call: `pandas.DataFrame(columns)`.

        Days and instants are numpy's, with NaT where there is none, and instants are those of UTC; numbers with
        decimals have NaN where one is not known; other gaps are `None`. Fields stand under their own names.

        Laws:
            round_trip: `Leads.from_columns(leads.to_columns(), leads.format)` equals the leads, where the doubts that
                they have are accepted.

        Examples:
            >>> from datetime import date
            >>> Leads.of([Lead("L-1", date(2026, 1, 5), "web", {"employees": 60})]).to_columns()["employees"]
            array([60])
        """
        return lead_columns_written(self)

    @cached_property
    def is_open(self) -> Flags:
        """Which leads may still become customers, for all that is known."""
        return readonly(self.outcome.is_in("open", None))

    @cached_property
    def is_won(self) -> Flags:
        """Which leads became customers."""
        return readonly(self.outcome.is_in("won"))

    @cached_property
    def is_lost(self) -> Flags:
        """Which leads will not become customers."""
        return readonly(self.outcome.is_in("lost"))

    def is_created_in(self, period: Period) -> Flags:
        """Which leads came in on a day of a period: a cohort. Leads without a day of creation are in none.

        Raises:
            InvalidValueError: The period is no `Period`.

        Laws:
            definition: Equal to looking at the leads one by one.

        Examples:
            >>> from datetime import date
            >>> leads = Leads.of([Lead("L-1", date(2026, 1, 5)), Lead("L-2", date(2026, 2, 5))])
            >>> leads.is_created_in(Period.parse("2026-01-01..2026-02-01"))
            array([ True, False])
        """
        check_period(period)
        days = self.created
        return days.known & (days.values >= day_number(period.start)) & (days.values < day_number(period.end))

    def with_fields(self, *names: str) -> Leads:
        """The same leads, which may have some further fields, although nobody knows what any of them says.

        A score that asks for a field which no lead has, and that looks like one which leads do have, is taken to
        misspell it, and is refused. Leads know the fields that their format names, and those of the table that they
        were taken from; of others they are told here.

        Args:
            names: The fields.

        Raises:
            InvalidValueError: A name is no text, or that of a column.

        Examples:
            >>> from datetime import date
            >>> Leads.of([Lead("L-1", date(2026, 1, 5))]).with_fields("employees").fields
            {'employees': Coded([None])}
        """
        strange = [name for name in names if not isinstance(name, str) or not name]
        faults = [f"a field must be named by text, got {shown(name)}; name it" for name in strange]
        faults = faults or reserved_lead_fields(names)
        refuse(faults)
        nothing = Coded(np.full(len(self), -1, np.int8), ())
        return evolve(self, fields={**dict.fromkeys(names, nothing), **self.fields})

    def filter(self, mask: ArrayLike) -> Leads:
        """The leads for which the mask is true, in their order.

        Args:
            mask: One truth value per lead.

        Raises:
            InvalidValueError: The mask does not hold one truth value per lead.

        Laws:
            definition: Equal to keeping the leads one by one.

        Examples:
            >>> from datetime import date
            >>> leads = Leads.of([Lead("L-1", date(2026, 1, 5), "web"), Lead("L-2", date(2026, 1, 5), "fair")])
            >>> [lead.id for lead in leads.filter(leads.source.is_in("fair"))]
            ['L-2']
        """
        return self.take(rows_of(mask, len(self), "leads", "leads.source.is_in('web')"))

    def take(self, index: Index) -> Leads:
        """The leads at these places, in this order; a slice is a view and copies nothing.

        Examples:
            >>> from datetime import date
            >>> leads = Leads.of([Lead("L-1", date(2026, 1, 5)), Lead("L-2", date(2026, 1, 5))])
            >>> [lead.id for lead in leads.take(np.array([1]))]
            ['L-2']
        """
        return evolve(self, **self.rows(index), set_aside=())

    def key(self, name: str | PeriodKey) -> Coded:
        """The column of names that groups are made by: "source", "outcome", a field, or periods of a calendar.

        Args:
            name: The key; periods are those in which leads came in or were closed, `calendar.months("created")`.

        Raises:
            InvalidValueError: The table has no such key.

        Examples:
            >>> from datetime import date
            >>> leads = Leads.of([Lead("L-1", date(2026, 1, 5), "web", {"employees": 60})])
            >>> leads.key("source")[0], leads.key("employees")[0]
            ('web', 60)
        """
        if isinstance(name, PeriodKey):
            check_word(name.on, ("created", "closed"), "the day of a lead's period")
            days: Masked = getattr(self, name.on)
            return periods_of(days, name)
        if name in LEAD_KEYS:
            column: Coded = getattr(self, name)
            return column
        if name in self.fields:
            field = self.fields[name]
            return field if isinstance(field, Coded) else coded([*field])
        return unknown_key(name, len(self), [*LEAD_KEYS, *self.fields], "a field")

    def __len__(self) -> int:
        return len(self.id)

    def __iter__(self) -> Iterator[Lead]:
        return map(
            Lead,
            self.id.tolist(),
            dates(self.created),
            self.source,
            mappings(self.fields, len(self)),
            (None if name is None else _OUTCOMES[name] for name in self.outcome),
            dates(self.closed),
            self.opportunity,
            (None if number is None else instant_of_number(number) for number in self.created_at),
        )

    def __repr__(self) -> str:
        parts = [(self.is_open, "open"), (self.is_won, "won"), (self.is_lost, "lost")]
        told = ", ".join(f"{int(np.count_nonzero(flags)):,} {name}" for flags, name in parts)
        return f"Leads({many(len(self), 'lead', 'leads')}: {told}{self._and_aside})"


IntoLeads: TypeAlias = Leads | Iterable[Lead]
"""What a question of leads takes: a table, or any iterable of `Lead`."""
