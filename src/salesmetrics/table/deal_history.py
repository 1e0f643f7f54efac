"""A table of the changes of deals."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from attrs import evolve, field, fields, frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, Flags, Index, Masked, readonly
from salesmetrics._numeric.days import DAY, day_number
from salesmetrics.door.change_checks import CHANGE_DOUBTS
from salesmetrics.door.change_objects import columns_of_changes
from salesmetrics.door.csv_file import csv_source
from salesmetrics.door.deal_columns import DealColumns
from salesmetrics.door.faults import BadRows, SetAside, check_door_words, many
from salesmetrics.door.history_cells import columns_of_history_cells
from salesmetrics.errors import InvalidValueError, check_word, nearest, shown
from salesmetrics.format.history_format import CHANGING, FieldHistoryFormat, Gaps, HistoryFormat
from salesmetrics.model.currencies import NO_CURRENCY
from salesmetrics.model.deal_change import DealChange
from salesmetrics.model.money import Money
from salesmetrics.model.probability import MILLION
from salesmetrics.model.stage import Category, Outcome, SalesProcess
from salesmetrics.table.snapshots import columns_of_snapshots
from salesmetrics.table.table import Table, dates

__all__ = ["DealHistory", "IntoHistory"]


@frozen(eq=False, slots=False, repr=False)
class DealHistory(Table[DealChange]):
    """The changes of many deals: a sequence of `DealChange`, laid down in checked, read-only columns.

    Make one with `DealHistory.of`, `from_columns`, `from_csv`, `from_dates` or `from_snapshots`, and attach it with
    `deals.with_history(history)`. The changes may be in any order; those of one deal at one moment take effect in the
    order in which they stand.

    Columns: `deal` (ids), `at` (microseconds since 1970 on the clock of the book), `stage`, `amount` (minor units),
    `expected_close` (days since 1970), `probability` (millionths), `category` and `owner`. `tracked` names the fields
    whose changes the history holds; it knows nothing of the others.

    Examples:
        >>> history = DealHistory.of([
        ...     DealChange("D-1", date(2026, 1, 5), stage="Qualified", amount=Money.of("1200", "USD")),
        ...     DealChange("D-1", date(2026, 2, 1), stage="Won"),
        ... ])
        >>> history, history.tracked
        (DealHistory(2 changes of 1 deal: stage, amount), ('stage', 'amount'))
    """

    process: SalesProcess
    currency: str
    gaps: Gaps
    tracked: tuple[str, ...]
    deal: NDArray[Any]
    at: NDArray[np.int64]
    stage: Coded
    amount: Masked
    expected_close: Masked
    probability: Masked
    category: Coded
    owner: Coded
    set_aside: tuple[SetAside, ...] = field(default=())

    def __attrs_post_init__(self) -> None:
        readonly(self.deal)
        readonly(self.at)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(getattr(self, one.name) for one in fields(type(self)))  # a pickle forgets "read-only"

    @classmethod
    def of(
        cls,
        changes: IntoHistory,
        process: SalesProcess | None = None,
        gaps: Gaps = "unchanged",
        bad_rows: BadRows = "refuse",
        accept: Collection[str] = (),
    ) -> DealHistory:
        """A table of changes; a table passes through as it is.

        Args:
            changes: `DealHistory`, or any iterable of `DealChange`.
            process: The stages; `None` for `SalesProcess.standard()`. A table keeps its own.
            gaps: What a field that is `None` means: it is "unchanged", or in full rows it was "cleared". A field that
                no change names is not tracked either way.
            bad_rows: "refuse" the table when a row is at fault, or carry such rows apart in `.set_aside`.
            accept: Doubts that are let in: "negative_amount", "sentinel_day" (an expected close on 2050-01-01 or
                9999-12-31, which some systems write for "none").

        Raises:
            InvalidTableError: Stages are unknown, currencies are mixed, or there are doubts; `.problems` lists all.
            InvalidValueError: Something other than changes came, or a word is misspelt.

        Laws:
            round_trip: `list(DealHistory.of(changes))` equals the changes.

        Examples:
            >>> DealHistory.of([DealChange("D-1", date(2026, 1, 5), stage="Wno")])
            Traceback (most recent call last):
            salesmetrics.errors.InvalidTableError: DealHistory has 1 problem:
            - stage: a stage must be one of the process, got 'Wno' (row 0); did you mean 'Won'?
        """
        check_door_words(bad_rows, accept, CHANGE_DOUBTS)
        if isinstance(changes, DealHistory):
            if (process is not None and process != changes.process) or gaps not in ("unchanged", changes.gaps):
                raise InvalidValueError(
                    "process and gaps must be the table's own, got others; make the table with them"
                )
            return changes
        columns, aside = columns_of_changes(changes, process, gaps, bad_rows, accept)
        return cls(**columns, set_aside=aside)

    @classmethod
    def from_columns(
        cls,
        data: Any,
        format: HistoryFormat | FieldHistoryFormat,  # noqa: A002  # the word that users look for
        bad_rows: BadRows = "refuse",
        accept: Collection[str] = (),
    ) -> DealHistory:
        """A table of changes from a frame or from other columns of foreign data, read through a format.

        Args:
            data: Column names to columns, or with the extra `frames` a frame, as in `Deals.from_columns`.
            format: Which column is which, and how cells are written: `HistoryFormat` where a row has all fields,
                `FieldHistoryFormat` where it has one.
            bad_rows: As in `of`.
            accept: As in `of`.

        Raises:
            InvalidTableError: Columns are missing or of different lengths, cells cannot be read, stages are unknown, or
                there are doubts; `.problems` lists every fault.
            InvalidValueError: The data are neither a mapping nor a frame, or a word is misspelt.
            MissingExtraError: The data are a frame, and the extra `frames` is not installed.

        Laws:
            same_door: Columns and objects of the same changes make the same table, in fields that the columns have.

        Examples:
            >>> from salesmetrics import HistoryFormat
            >>> form = HistoryFormat(deal="Deal", at="When", stage="Stage", zone="Europe/London")
            >>> data = {"Deal": ["D-1"], "When": ["2026-06-30T23:30:00Z"], "Stage": ["Qualified"]}
            >>> print(DealHistory.from_columns(data, form)[0].at)
            2026-07-01 00:30:00
        """
        columns, aside = columns_of_history_cells(data, format, bad_rows, accept)
        return cls(**columns, set_aside=aside)

    @classmethod
    def from_csv(
        cls,
        path: str | Path,
        format: HistoryFormat | FieldHistoryFormat,  # noqa: A002  # the word that users look for
        bad_rows: BadRows = "refuse",
        accept: Collection[str] = (),
    ) -> DealHistory:
        r"""A table of changes from a CSV file in UTF-8 with a header.

        Args:
            path: The file.
            format: As in `from_columns`.
            bad_rows: As in `of`; rows are counted from 0, the header and blank lines not counted.
            accept: As in `of`.

        Raises:
            InvalidTableError: As `from_columns`; also when the file is not CSV.
            OSError: The file cannot be read.

        Examples:
            >>> import tempfile
            >>> from salesmetrics import FieldHistoryFormat
            >>> form = FieldHistoryFormat(
            ...     deal="Deal", at="At", field="Field", old="Old", new="New", fields={"Stage": "stage"}, ignored="made"
            ... )
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     path = Path(folder, "log.csv")
            ...     _ = path.write_text(
            ...         "Deal,At,Field,Old,New\nD-1,2026-01-05,made,,\nD-1,2026-02-01,Stage,Qualified,Won\n"
            ...     )
            ...     [(str(change.at.date()), change.stage) for change in DealHistory.from_csv(path, form)]
            [('2026-01-05', 'Qualified'), ('2026-02-01', 'Won')]
        """
        return cls.from_columns(csv_source(path), format, bad_rows, accept)

    @classmethod
    def from_dates(cls, deals: DealColumns, stages: Mapping[str, str]) -> DealHistory:
        """The stages of deals, from the days that an export has of them.

        Every closed deal comes into its stage on the day on which it closed. Whatever happened between the days that
        the export has is not known to such a history.

        Args:
            deals: The deals.
            stages: For each stage the day on which deals came into it: "created", or the name of a label that holds
                days.

        Raises:
            InvalidValueError: There is no such stage, or no such column of days.

        Examples:
            >>> from salesmetrics import Deal, Deals
            >>> deal = Deal("D-1", Money.of("1200", "USD"), "Won", "Ada", date(2026, 1, 5), closed=date(2026, 2, 1))
            >>> for change in DealHistory.from_dates(Deals.of([deal]), {"Qualified": "created"}):
            ...     print(change.at.date(), change.stage)
            2026-01-05 Qualified
            2026-02-01 Won
        """
        if not isinstance(deals, DealColumns) or not isinstance(stages, Mapping):
            raise InvalidValueError(
                f"deals must be Deals and stages a mapping, got {shown(deals)} and {shown(stages)}; "
                "write DealHistory.from_dates(deals, {'Qualified': 'created'})"
            )
        order = deals.process.names
        parts = []
        for name, column in stages.items():
            check_word(name, order, "a stage")
            days = _days_of(deals, column)
            parts.append((np.flatnonzero(days.known), days, np.full(len(deals.id), order.index(name), np.int32)))
        ended = np.flatnonzero(deals.has_outcome(Outcome.WON, Outcome.LOST) & deals.closed.known)
        parts.append((ended, deals.closed, deals.stage.codes.astype(np.int32)))
        n_rows = sum(len(rows) for rows, _, _ in parts)
        nothing = Masked(np.zeros(n_rows, np.int32), np.zeros(n_rows, np.bool_))
        return cls(
            process=deals.process,
            currency=NO_CURRENCY,
            gaps="unchanged",
            tracked=("stage",),
            deal=np.concatenate([deals.id.take(rows) for rows, _, _ in parts]),
            at=np.concatenate([days.values.take(rows).astype(np.int64) * DAY for rows, days, _ in parts]),
            stage=Coded(np.concatenate([codes.take(rows) for rows, _, codes in parts]), order),
            amount=Masked(np.zeros(n_rows, np.int64), nothing.known, NO_CURRENCY),
            expected_close=nothing,
            probability=nothing,
            category=Coded(np.full(n_rows, -1, np.int8), tuple(Category)),
            owner=Coded(np.full(n_rows, -1, np.int8), ()),
        )

    @classmethod
    def from_snapshots(cls, snapshots: Iterable[tuple[date, DealColumns]], accept: Collection[str] = ()) -> DealHistory:
        """What changed between saved books, such as nightly exports.

        A book of a day is the book at the start of that day. A change is known to have come by then, so it is placed
        on the day before; the end of a deal is placed on the day on which it closed, if the book before allows it.

        Args:
            snapshots: Pairs of a day and the deals as they were at its start, in order of the days. They may be read
                one at a time: only the last state of each deal is kept.
            accept: "vanished_deal" lets deals in that are in one book and not in the next; they stay as they were.
                "later_than_snapshot" lets deals in that were created, or closed, on the day of their book or later.

        Raises:
            InvalidTableError: Deals vanished, or are later than their book, as in files that are saved in the evening.
            InvalidValueError: The days are not in order, or the books have different processes.
            CurrencyMismatchError: The books are in different currencies.

        Laws:
            round_trip: With such a history, the book as of the day of a snapshot is that snapshot again, in the fields
                that a history can tell.

        Examples:
            >>> from salesmetrics import Deal, Deals
            >>> def book(stage):
            ...     return Deals.of([Deal("D-1", Money.of("1200", "USD"), stage, "Ada", date(2026, 1, 5))])
            >>> nights = [(date(2026, 1, 6), book("Qualified")), (date(2026, 1, 7), book("Product demo"))]
            >>> [change.at.day for change in DealHistory.from_snapshots(nights)]
            [5, 6]
        """
        return cls(**columns_of_snapshots(snapshots, accept))

    def take(self, index: Index) -> DealHistory:
        """The changes at these places, in this order.

        Examples:
            >>> history = DealHistory.of([DealChange(name, date(2026, 1, 5), stage="Won") for name in ("D-1", "D-2")])
            >>> [change.deal for change in history.take(np.array([1]))]
            ['D-2']
        """
        columns = {name: getattr(self, name).take(index) for name in CHANGING}
        return evolve(self, deal=self.deal[index], at=self.at[index], **columns, set_aside=())

    @property
    def day(self) -> NDArray[np.int64]:
        """The day of each change, in days since 1970."""
        return self.at // DAY

    def says(self, name: str) -> Flags:
        """Which changes say something of a field, be it that it was cleared."""
        known: Flags = getattr(self, name).known
        return np.ones(len(self), np.bool_) if self.gaps == "cleared" and name in self.tracked else known

    def __len__(self) -> int:
        return len(self.at)

    def __iter__(self) -> Iterator[DealChange]:
        currency = self.currency
        return map(
            DealChange,
            self.deal.tolist(),
            self.at.view("M8[us]").tolist(),
            self.stage,
            (None if minor is None else Money(minor, currency) for minor in self.amount),
            dates(self.expected_close),
            (None if chance is None else chance / MILLION for chance in self.probability),
            self.category,
            self.owner,
        )

    def _facts(self) -> tuple[Any, ...]:
        return self.process, self.gaps, self.tracked

    def __repr__(self) -> str:
        n_deals = len(set(self.deal.tolist()))
        changes, deals = many(len(self), "change", "changes"), many(n_deals, "deal", "deals")
        return f"DealHistory({changes} of {deals}: {', '.join(self.tracked) or 'of nothing'}{self._and_aside})"


IntoHistory: TypeAlias = DealHistory | Iterable[DealChange]
"""A table of changes, or any iterable of `DealChange`."""


def _days_of(deals: DealColumns, name: str) -> Masked:
    """The column of days of that name: the day of creation, or a label that holds days."""
    if name == "created":
        return deals.created
    label = deals.labels.get(name)
    if label is not None and not all(type(one) is date for one in label.names):
        stray = next(one for one in label.names if type(one) is not date)
        raise InvalidValueError(
            f"the label {name!r} must hold days, got {shown(stray)}; read it as days, or name another column"
        )
    if label is None:
        raise InvalidValueError(
            f"a column must be 'created' or a label that holds days, got {shown(name)}; "
            f"{nearest(name, ['created', *deals.labels])}"
        )
    numbers = [day_number(day) for day in label.names]
    return Masked(label.lookup(np.array(numbers, np.int32), np.int32(0)), label.known)
