"""A table of the changes of deals."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Literal, TypeAlias

import numpy as np
from attrs import asdict, evolve, field, fields, frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, Flags, Index, Masked, coded, readonly
from salesmetrics._numeric.days import DAY, day_number, day_of_number
from salesmetrics.errors import InvalidValueError, check_word, nearest, shown
from salesmetrics.model.currencies import NO_CURRENCY
from salesmetrics.model.deal_change import DealChange
from salesmetrics.model.money import Money
from salesmetrics.model.probability import MILLION
from salesmetrics.model.stage import Category, Outcome, SalesProcess
from salesmetrics.table.checks import one_currency, staged
from salesmetrics.table.columns import DealColumns, id_column
from salesmetrics.table.faults import BadRows, Faults, SetAside, check_door_words, many, set_aside
from salesmetrics.table.of_deals import amount_column, day_column, ordered_column, probability_column
from salesmetrics.table.snapshots import columns_of_snapshots
from salesmetrics.table.table import Table

__all__ = ["CHANGING", "SENTINELS", "DealHistory", "Gaps", "IntoHistory"]

Gaps: TypeAlias = Literal["unchanged", "cleared"]
"""What a missing cell of a change means."""

CHANGING = ("stage", "amount", "expected_close", "probability", "category", "owner")
"""The fields of a deal whose changes a history can hold."""

_DOUBTS = ("negative_amount", "sentinel_day")
SENTINELS = (date(2050, 1, 1), date(9999, 12, 31))
"""Days that some systems write for "none"."""


@frozen(eq=False, slots=False, repr=False)
class DealHistory(Table[DealChange]):
    """The changes of many deals: a sequence of `DealChange`, laid down in checked, read-only columns.

    Make one with `DealHistory.of`, `DealHistory.from_dates` or `DealHistory.from_snapshots`, and attach it with
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
        check_door_words(bad_rows, accept, _DOUBTS)
        if isinstance(changes, DealHistory):
            if (process is not None and process != changes.process) or gaps not in ("unchanged", changes.gaps):
                raise InvalidValueError(
                    "process and gaps must be the table's own, got others; make the table with them"
                )
            return changes
        check_word(gaps, ("unchanged", "cleared"), "gaps")
        rows = list(changes) if isinstance(changes, Iterable) else [changes]
        strays = [row for row, change in enumerate(rows) if type(change) is not DealChange]
        if strays:
            raise InvalidValueError(
                f"changes must be DealChange objects, got {type(rows[strays[0]]).__name__} at row {strays[0]}; "
                "write DealChange(deal, at, stage=...)"
            )
        faults = Faults("DealHistory")
        process = process or SalesProcess.standard()
        amounts = [change.amount for change in rows]
        currency = one_currency([amounts], "amount", faults)
        columns: dict[str, Any] = {
            "stage": staged(coded([change.stage for change in rows]), process, "stage", faults),
            "amount": amount_column("amount", amounts, currency, faults),
            "expected_close": day_column([change.expected_close for change in rows]),
            "probability": probability_column([change.probability for change in rows]),
            "category": ordered_column([change.category for change in rows], tuple(Category)),
            "owner": coded([change.owner for change in rows]),
        }
        table = cls(
            process=process,
            currency=currency,
            gaps=gaps,
            tracked=tuple(name for name in CHANGING if columns[name].known.any()),
            deal=id_column([change.deal for change in rows]),
            at=np.array([change.at for change in rows], "M8[us]").astype(np.int64),
            **columns,
        )
        return table._checked(faults, bad_rows, accept, lambda some: [asdict(rows[row], recurse=False) for row in some])

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

        Raises:
            InvalidTableError: Deals vanished.
            InvalidValueError: The days are not in order, or the books have different processes.
            CurrencyMismatchError: The books are in different currencies.

        Laws:
            round_trip: With such a history, the book as of the day of a snapshot is that snapshot again.

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

    def _checked(self, faults: Faults, bad_rows: BadRows, accept: Collection[str], cells_of: Any) -> DealHistory:
        """The table without rows at fault, or a refusal."""
        n_rows = len(self)

        def note(name: str, rule: str, rows: NDArray[np.intp], one: str, more: str, hint: str) -> None:
            if len(rows):
                detail = many(len(rows), one, more)
                faults.add(name, rule, detail, f"{hint}, or accept={{{rule!r}}}", rows, of_one=f"the {one}")

        note("amount", "negative_amount", np.flatnonzero(self.amount.values < 0), "change has an amount below zero",
             "changes have an amount below zero", "correct the sign")  # fmt: skip
        far = self.expected_close.known & np.isin(self.expected_close.values, [day_number(day) for day in SENTINELS])
        note("expected_close", "sentinel_day", np.flatnonzero(far), "change has a day that stands for none",
             "changes have a day that stands for none",
             "leave it out, or name it among the format's missing words")  # fmt: skip
        good, kept = faults.settle(n_rows, bad_rows, accept)
        if not kept:
            return self
        return evolve(self.take(good), set_aside=set_aside(faults, kept, cells_of))

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
            (None if number is None else day_of_number(number) for number in self.expected_close),
            (None if chance is None else chance / MILLION for chance in self.probability),
            self.category,
            self.owner,
        )

    def _facts(self) -> tuple[Any, ...]:
        return self.process, self.gaps, self.tracked

    def __repr__(self) -> str:
        n_deals = len(set(self.deal.tolist()))
        changes, deals = many(len(self), "change", "changes"), many(n_deals, "deal", "deals")
        return f"DealHistory({changes} of {deals}: {', '.join(self.tracked) or 'of nothing'})"


IntoHistory: TypeAlias = DealHistory | Iterable[DealChange]
"""A table of changes, or any iterable of `DealChange`."""


def _days_of(deals: DealColumns, name: str) -> Masked:
    """The column of days of that name: the day of creation, or a label that holds days."""
    if name == "created":
        return deals.created
    label = deals.labels.get(name)
    if label is None or not all(type(one) is date for one in label.names):
        raise InvalidValueError(
            f"a column must be 'created' or a label that holds days, got {shown(name)}; "
            f"{nearest(name, ['created', *deals.labels])}"
        )
    numbers = [day_number(day) for day in label.names]
    return Masked(label.lookup(np.array(numbers, np.int32), np.int32(0)), label.known)
