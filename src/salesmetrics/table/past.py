"""What a book knows of its own past: its history, attached deal by deal, and the book as it was known on a day."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from functools import cache
from typing import Any

import numpy as np
from attrs import cmp_using, evolve, field, frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, Flags, Index, Masked, readonly, recoded
from salesmetrics._numeric.days import DAY, day_number
from salesmetrics._numeric.order import blocks, in_order, is_in_order, places_of
from salesmetrics.door.deal_columns import DealColumns
from salesmetrics.door.faults import Faults, check_door_words
from salesmetrics.errors import CurrencyMismatchError, InvalidValueError, nearest, shown
from salesmetrics.format.history_format import CHANGING
from salesmetrics.model.currencies import NO_CURRENCY
from salesmetrics.model.stage import Outcome, SalesProcess
from salesmetrics.table.changes_by_deal import ChangesByDeal
from salesmetrics.table.deal_history import DealHistory
from salesmetrics.table.ids import check_ids

__all__ = ["HISTORY_DOUBTS", "AttachedHistory", "attached", "check_constant", "columns_as_of", "ends_by_history"]

HISTORY_DOUBTS = ("close_disagrees", "moved_after_close", "reopened", "stage_disagrees", "unknown_deal")
"""In what a history may contradict itself or its deals, which a caller may accept by name."""


@frozen
class AttachedHistory:
    """The history of the deals of a table, in the order of deals and time; it follows every filter and group.

    Args:
        by_deal: The changes of the deals that the history was attached to.
        deals: For each row of the table the number of its deal.
        n_unknown: How many changes were left out because the book does not have their deals [changes].
        n_same_moment: How many changes came at the same moment as the one before of that deal [changes].
        stage: The stages that the deals themselves told, by number: they speak where no change does yet.
        closed: The days of closing that the deals themselves told, by number.
        before: Changes at this moment or later are not known yet; `None` when all are known.

    Examples:
        >>> from salesmetrics import Deal, DealChange, Deals, Money
        >>> book = Deals.of([Deal("D-1", Money(100, "USD"), "Qualified", "Ada", date(2026, 1, 5))])
        >>> history = [DealChange("D-1", date(2026, 1, 5), stage="Qualified"), DealChange("D-7", date(2026, 1, 6))]
        >>> book.with_history(history, accept={"unknown_deal"}).past.n_unknown
        1
    """

    by_deal: ChangesByDeal
    deals: NDArray[np.int32] = field(eq=cmp_using(np.array_equal))
    n_unknown: int
    n_same_moment: int
    stage: Coded = field(eq=list)
    closed: Masked = field(eq=list)
    before: int | None = None

    def __attrs_post_init__(self) -> None:
        readonly(self.deals)

    def __reduce__(self) -> tuple[Any, ...]:
        ends = self.stage, self.closed
        fields = self.by_deal, self.deals, self.n_unknown, self.n_same_moment, *ends, self.before
        return AttachedHistory, fields  # a pickled array forgets that it is read-only

    @property
    def changes(self) -> DealHistory:
        """The changes, deal by deal and each deal's in order of time."""
        return self.by_deal.changes

    @property
    def number(self) -> NDArray[np.int32]:
        """For each change the number of its deal."""
        return self.by_deal.number

    def take(self, index: Index) -> AttachedHistory:
        """The history of some rows of the table; no change is copied."""
        return evolve(self, deals=self.deals[index])

    def ends(self, before: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        """For each row the end of its deal's changes that are known, or of those before a moment of its own."""
        if before is None and self.before is None:
            return self.by_deal.starts.take(self.deals + 1)
        if before is None or self.before is None:
            moments = np.full(len(self.deals), self.before) if before is None else before
        else:
            moments = np.minimum(before, self.before)
        found = np.empty(len(self.deals), np.int64)
        for block in blocks(len(self.deals)):
            found[block] = self._ends_before(self.deals[block], moments[block])
        return found

    def last(self, name: str, ends: NDArray[np.int64]) -> NDArray[np.int64]:
        """For each row the last change of its deal, before an end, that says something of a field; -1 for none."""
        said, found = self.by_deal.last_said(name), ends - 1
        if said is not None and len(said):
            found = said.take(found, mode="clip")
        return np.where((ends > 0) & (found >= self.by_deal.starts.take(self.deals)), found, -1)

    def _ends_before(self, deals: NDArray[np.int32], moments: NDArray[np.int64]) -> NDArray[np.int64]:
        """A search by halves, in the changes of all these deals at once."""
        starts, at = self.by_deal.starts, self.changes.at
        low = starts.take(deals)
        size = starts.take(deals + 1) - low
        while size.any():
            half = size >> 1
            is_before = (size > 0) & (at.take(low + half, mode="clip") < moments)
            low = np.where(is_before, low + half + 1, low)
            size = np.where(is_before, size - half - 1, half)
        return low

    def of_rows(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The known changes of the table's rows, row by row and in order of time: their places, and the row of each."""
        starts = self.by_deal.starts.take(self.deals)
        n_changes = self.ends() - starts
        rows = np.repeat(np.arange(len(self.deals)), n_changes)
        first = np.cumsum(n_changes) - n_changes
        return np.arange(len(rows)) + (starts - first).take(rows), rows

    @property
    def known(self) -> Flags:
        """Which changes are known."""
        at = self.changes.at
        return np.ones(len(at), np.bool_) if self.before is None else at < self.before


def attached(deals: DealColumns, history: DealHistory, accept: Collection[str]) -> AttachedHistory:
    """A history, attached to the deals that it is of.

    Raises:
        InvalidTableError: The history contradicts itself or the deals, in doubts that are not accepted.
        InvalidValueError: It has another process, it names deals by ids of another kind, or `accept` is misspelt.
        CurrencyMismatchError: It has another currency.
    """
    check_door_words("refuse", accept, HISTORY_DOUBTS)
    if history.process != deals.process:
        raise InvalidValueError("the history must have the process of the deals, got another; make both with one")
    if len({deals.currency, history.currency} - {NO_CURRENCY}) > 1:
        raise CurrencyMismatchError(
            f"the history must be in {deals.currency}, as the deals are, got {history.currency}; convert it first"
        )
    number = places_of(history.deal, deals.id)
    stray = np.flatnonzero(number < 0)
    if len(stray) == len(number):
        check_ids(history.deal.tolist(), deals.id, "deals", "changes")
    if len(stray) or not is_in_order(number, history.at):
        rows = np.flatnonzero(number >= 0)
        order, number, at = in_order(number.take(rows), history.at.take(rows))
        rows = rows.take(order)
        columns = {name: getattr(history, name) for name in CHANGING}
        columns = {
            name: column.take(rows) if name in history.tracked else _missing(column, len(rows))
            for name, column in columns.items()
        }
        changes = evolve(history, deal=deals.id.take(number), at=at, **columns, set_aside=())
    else:  # nothing has to be moved, so nothing is copied
        rows, changes = None, history[:]
    by_deal = ChangesByDeal(changes, number.astype(np.int32), len(deals.id))
    twin = ~by_deal.is_first[1:] & (changes.at[1:] == changes.at[:-1])
    numbers = np.arange(len(deals.id), dtype=np.int32)
    n_twins = int(np.count_nonzero(twin))
    found = AttachedHistory(by_deal, numbers, len(stray), n_twins, deals.stage, deals.closed)
    faults = Faults("DealHistory")

    def note(column: str, rule: str, find: Callable[[], NDArray[np.intp]], one: str, more: str, hint: str) -> None:
        if rule not in accept:  # what is accepted need not be found
            faults.note(column, rule, np.sort(find()), one, more, f"{hint}, or accept={{{rule!r}}}")

    @cache
    def ends() -> dict[str, Any]:
        return ends_by_history(deals, found)

    def as_given(places: NDArray[np.intp]) -> NDArray[np.intp]:
        return places if rows is None else rows.take(places)

    closed = _ends(changes.process)
    note("deal", "unknown_deal", lambda: stray, "change is of a deal that the book does not have",
         "changes are of deals that the book does not have", "export both together")  # fmt: skip
    note("stage", "moved_after_close", lambda: as_given(by_deal.moves(closed)[0]),
         "change moves a closed deal to another closed stage", "changes move closed deals to another closed stage",
         "keep the move that counts")  # fmt: skip
    note("stage", "reopened", lambda: as_given(by_deal.moves(closed)[1]), "change opens a closed deal again",
         "changes open closed deals again", "correct the stages")  # fmt: skip
    note("stage of the deals", "stage_disagrees", lambda: _told_otherwise(deals.stage, ends()["stage"]),
         "deal is in another stage than its history says", "deals are in another stage than their history says",
         "export both together")  # fmt: skip
    note("closed of the deals", "close_disagrees", lambda: _told_otherwise(deals.closed, ends()["closed"]),
         "deal closed on another day than its history says", "deals closed on another day than their history says",
         "correct the day")  # fmt: skip
    faults.settle(len(history), "refuse", accept)
    return found


def ends_by_history(deals: DealColumns, past: AttachedHistory) -> dict[str, Any]:
    """The stages and the days of closing of deals, by their history where it tells their stage."""
    last = past.last("stage", past.ends())
    told = last >= 0
    if not told.any():
        return {"stage": deals.stage, "closed": deals.closed}
    closing = _closing_days(past.by_deal, last)
    known = np.where(told, closing.known, deals.closed.known)
    return {
        "stage": Coded(np.where(told, past.changes.stage.codes.take(last), deals.stage.codes), deals.stage.names),
        "closed": Masked(np.where(told, closing.values, deals.closed.values), known),
    }


def _told_otherwise(column: Any, by_history: Any) -> NDArray[np.intp]:
    """The rows of which a column and the history both know something, and not the same."""
    own, told = ((one.codes if isinstance(one, Coded) else one.values) for one in (column, by_history))
    return np.flatnonzero(column.known & by_history.known & (own != told))


def check_constant(deals: DealColumns, constant: Collection[str]) -> None:
    """Refuse what are no fields that can change; of no deals nobody says which there are, and any name may be one.

    Raises:
        InvalidValueError: There are others among them, or they are no collection.
    """
    known_names = [*CHANGING, "account", "kind", *deals.values, *deals.labels]
    what = "constant must be a collection of fields that can change"
    if isinstance(constant, str) or not isinstance(constant, Collection):
        example = constant if constant in known_names else "amount"
        raise InvalidValueError(f"{what}, got {shown(constant)}; write {{{example!r}}}")
    strange = [name for name in constant if name not in known_names]
    if strange and len(deals.id):
        raise InvalidValueError(f"{what}, got {shown(constant)}; {nearest(strange[0], known_names)}")


def columns_as_of(
    deals: DealColumns,
    rows: Index,
    past: AttachedHistory | None,
    day: date | NDArray[np.int64],
    constant: Collection[str],
) -> dict[str, Any]:
    """The changing columns of deals that were there already, as they were known at the start of a day.

    Args:
        deals: The deals.
        rows: Which of them.
        past: The history of these.
        day: The day; or for each row its own, in days since 1970.
        constant: What never changed.
    """
    check_constant(deals, constant)
    now, before = (day_number(day), None) if isinstance(day, date) else (day, day * DAY)
    stage_now, closed = deals.stage.take(rows), deals.closed.take(rows)
    if past is not None:  # what the deals have now may be what their history told later
        numbers = past.deals.astype(np.intp)
        stage_now, closed = past.stage.take(numbers), past.closed.take(numbers)
        now = now if past.before is None else np.minimum(now, past.before // DAY)  # a view sees no further than its day
    ends = None if past is None else past.ends(before)

    def seen(name: str, column: Any, past: AttachedHistory | None) -> Any:
        kept = column.take(rows) if name in constant else _missing(column, len(closed))
        if past is None or ends is None or name not in past.changes.tracked:
            return kept
        if name in constant:
            kept = _only(past.last(name, evolve(past, before=None).ends()) < 0, kept)
        return _told(getattr(past.changes, name), past.last(name, ends), kept)

    columns = {name: seen(name, getattr(deals, name), past) for name in (*CHANGING, "account", "kind")}
    for mapping in ("values", "labels"):
        columns[mapping] = {name: seen(name, column, None) for name, column in getattr(deals, mapping).items()}
    # Where no history tells the stage, the days do: a deal that had closed by then was in the stage that it is in now,
    # and every other deal was open.
    had_closed = closed.known & (closed.values < now) & stage_now.is_in(*_ends(deals.process))
    stage: Coded = columns["stage"]
    told, is_closed, days = np.zeros(len(closed), np.bool_), had_closed, closed.values
    if past is not None and ends is not None and "stage" in past.changes.tracked:
        last = past.last("stage", ends)
        closing = _closing_days(past.by_deal, last)
        told = last >= 0
        is_closed = np.where(told, closing.known, had_closed)
        days = np.where(told, closing.values, days)
    open_codes = np.where(stage.is_in(*_ends(deals.process)), -1, stage.codes)
    codes = np.where(told, stage.codes, np.where(had_closed, stage_now.codes, open_codes))
    return columns | {"stage": Coded(codes, stage.names), "closed": Masked(np.where(is_closed, days, 0), is_closed)}


def _told(own: Any, last: NDArray[np.int64], kept: Any) -> Any:
    """What these changes say, and for a deal without one what is kept for it."""
    if isinstance(own, Masked):
        kept = kept.in_unit(kept.unit if own.unit in (None, NO_CURRENCY) else own.unit)
    if not len(own):
        return kept
    told = last >= 0
    if isinstance(own, Masked):
        values, known = own.values.take(last, mode="clip"), own.known.take(last, mode="clip")
        return Masked(np.where(told, values, kept.values), np.where(told, known, kept.known), kept.unit)
    codes = own.codes.take(last, mode="clip")
    if own.names == kept.names:
        return Coded(np.where(told, codes, kept.codes), own.names)
    # two lists of names: one of them is put behind the other, and equal names meet again
    behind = np.where(kept.codes >= 0, kept.codes.astype(np.int32) + len(own.names), -1)
    return recoded(np.where(told, codes, behind), [*own.names, *kept.names])


def _only(flags: Flags, column: Masked | Coded) -> Masked | Coded:
    """A column of which only some rows are known."""
    if isinstance(column, Masked):
        return Masked(np.where(flags, column.values, 0), flags & column.known, column.unit)
    return Coded(np.where(flags, column.codes, -1), column.names)


def _missing(column: Masked | Coded, n_rows: int) -> Masked | Coded:
    """A column of the same kind of which nothing is known."""
    if isinstance(column, Masked):
        return Masked(np.zeros(n_rows, column.values.dtype), np.zeros(n_rows, np.bool_), column.unit)
    return Coded(np.full(n_rows, -1, np.int8), column.names)


def _ends(process: SalesProcess) -> list[str]:
    return [one.name for one in process if one.outcome is not Outcome.OPEN]


def _closing_days(by_deal: ChangesByDeal, last: NDArray[np.int64]) -> Masked:
    """The days on which deals came into the stage that these changes say, where it is a closed one; -1 is no change."""
    changes = by_deal.changes
    known = np.zeros(len(last), np.bool_)
    days = np.zeros(len(last), np.int32)
    told = np.flatnonzero(last >= 0)
    ended = told[changes.stage.take(last.take(told)).is_in(*_ends(changes.process))]
    days[ended] = changes.at.take(by_deal.came_in.take(last.take(ended))) // DAY
    known[ended] = True
    return Masked(days, known)
