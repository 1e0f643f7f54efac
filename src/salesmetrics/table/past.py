"""What a book knows of its own past: its history, attached deal by deal, and the book as it was known on a day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

import numpy as np
from attrs import cmp_using, evolve, field, frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, Flags, Index, Masked, readonly, recoded
from salesmetrics._numeric.days import DAY, day_number
from salesmetrics._numeric.order import is_in_order, places_of, stable_order
from salesmetrics.door.deal_columns import DealColumns
from salesmetrics.door.faults import Faults, check_door_words
from salesmetrics.errors import CurrencyMismatchError, InvalidValueError, nearest, shown
from salesmetrics.format.history_format import CHANGING
from salesmetrics.model.currencies import NO_CURRENCY
from salesmetrics.model.stage import Outcome, SalesProcess
from salesmetrics.table.deal_history import DealHistory

__all__ = ["HISTORY_DOUBTS", "AttachedHistory", "attached", "check_constant", "columns_as_of"]

HISTORY_DOUBTS = ("close_disagrees", "moved_after_close", "reopened", "stage_disagrees", "unknown_deal")
"""In what a history may contradict itself or its deals, which a caller may accept by name."""


@frozen
class AttachedHistory:
    """The history of the deals of a table, in the order of deals and time; it follows every filter and group.

    Args:
        changes: The changes of the deals that the history was attached to, deal by deal, each deal's in order of time.
        number: For each change the number of its deal.
        deals: For each row of the table the number of its deal.
        n_unknown: How many changes were left out because the book does not have their deals [changes].
        n_same_moment: How many changes came at the same moment as the one before of that deal [changes].
        before: Changes at this moment or later are not known yet; `None` when all are known.

    Examples:
        >>> from salesmetrics import Deal, DealChange, Deals, Money
        >>> book = Deals.of([Deal("D-1", Money(100, "USD"), "Qualified", "Ada", date(2026, 1, 5))])
        >>> history = [DealChange("D-1", date(2026, 1, 5), stage="Qualified"), DealChange("D-7", date(2026, 1, 6))]
        >>> book.with_history(history, accept={"unknown_deal"}).past.n_unknown
        1
    """

    changes: DealHistory
    number: NDArray[np.int32] = field(eq=cmp_using(np.array_equal))
    deals: NDArray[np.int32] = field(eq=cmp_using(np.array_equal))
    n_unknown: int
    n_same_moment: int
    before: int | None = None

    def __attrs_post_init__(self) -> None:
        readonly(self.number)
        readonly(self.deals)

    def __reduce__(self) -> tuple[Any, ...]:
        fields = self.changes, self.number, self.deals, self.n_unknown, self.n_same_moment, self.before
        return AttachedHistory, fields  # a pickled array forgets that it is read-only

    def take(self, index: Index) -> AttachedHistory:
        """The history of some rows of the table; no change is copied."""
        return evolve(self, deals=self.deals[index])

    def last(self, said: Flags, before: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        """For each row of the table the last of these changes of its deal, or the last before the row's own moment.

        It is -1 where there is none.
        """
        places = np.flatnonzero(said)
        if before is not None:
            return self._last_before(places, before)
        last = np.full(self.n_deals, -1)
        last[self.number.take(places)] = places  # of several changes of one deal, the last written stays
        return last.take(self.deals)

    def _last_before(self, places: NDArray[np.intp], before: NDArray[np.int64]) -> NDArray[np.int64]:
        numbers, n_rows = self.number.take(places), len(self.deals)
        # moments stand before the changes of the same moment, which they do not know
        order = stable_order(
            np.concatenate([self.deals, numbers]), np.concatenate([before, self.changes.at.take(places)])
        )
        is_row = order < n_rows
        n_earlier = np.zeros(n_rows, np.int64)
        n_earlier[order[is_row]] = np.cumsum(~is_row)[is_row]
        found = np.append(places, -1).take(n_earlier - 1)  # none before is the last place, which says none
        own = np.append(self.number, -1).take(found) == self.deals
        return np.where(own, found, -1)

    def of_rows(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The known changes of the table's rows, row by row and in order of time: their places, and the row of each."""
        starts = np.searchsorted(self.number, np.arange(self.n_deals + 1)).take(self.deals)
        n_changes = np.searchsorted(self.number, self.deals, side="right") - starts
        rows = np.repeat(np.arange(len(self.deals)), n_changes)
        first = np.cumsum(n_changes) - n_changes
        places = np.arange(len(rows)) - first.take(rows) + starts.take(rows)
        known = np.flatnonzero(self.known.take(places))
        return places.take(known), rows.take(known)

    @property
    def n_deals(self) -> int:
        """Above the number of every deal, of the table or of a change."""
        last = int(self.number[-1]) if len(self.number) else -1  # they are sorted
        return 1 + max(last, int(self.deals.max(initial=-1)))

    @property
    def known(self) -> Flags:
        """Which changes are known."""
        at = self.changes.at
        return np.ones(len(at), np.bool_) if self.before is None else at < self.before


def attached(deals: DealColumns, history: DealHistory, accept: Collection[str]) -> AttachedHistory:
    """A history, attached to the deals that it is of.

    Raises:
        InvalidTableError: The history contradicts itself or the deals, in doubts that are not accepted.
        InvalidValueError: It has another process, or `accept` is misspelt.
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
    if len(stray) or not is_in_order(number, history.at):
        rows = np.flatnonzero(number >= 0)
        rows = rows.take(stable_order(number.take(rows), history.at.take(rows)))
        changes, numbers = history.take(rows), number.take(rows).astype(np.int32)
    else:  # nothing has to be moved, so nothing is copied
        rows, changes, numbers = np.arange(len(history)), history[:], number.astype(np.int32)
    twin = (numbers[1:] == numbers[:-1]) & (changes.at[1:] == changes.at[:-1])
    found = AttachedHistory(
        changes, numbers, np.arange(len(deals.id), dtype=np.int32), len(stray), int(np.count_nonzero(twin))
    )
    faults = Faults("DealHistory")

    def note(column: str, rule: str, at_fault: NDArray[np.intp], one: str, more: str, hint: str) -> None:
        if rule not in accept:
            faults.note(column, rule, np.sort(at_fault), one, more, f"{hint}, or accept={{{rule!r}}}")

    note("deal", "unknown_deal", stray, "change is of a deal that the book does not have",
         "changes are of deals that the book does not have", "export both together")  # fmt: skip
    staged = _where(changes.stage.known)
    ended = changes.stage.is_in(*_ends(changes.process))[staged]
    codes, same = changes.stage.codes[staged], numbers[staged]
    moved = (same[1:] == same[:-1]) & (codes[1:] != codes[:-1]) & ended[:-1]
    note("stage", "moved_after_close", rows[staged][1:][moved & ended[1:]],
         "change moves a closed deal to another closed stage", "changes move closed deals to another closed stage",
         "keep the move that counts")  # fmt: skip
    note("stage", "reopened", rows[staged][1:][moved & ~ended[1:]], "change opens a closed deal again",
         "changes open closed deals again", "correct the stages")  # fmt: skip
    last = found.last(changes.stage.known)
    has_stage = np.flatnonzero((last >= 0) & deals.stage.known)
    differs = changes.stage.codes.take(last.take(has_stage)) != deals.stage.codes.take(has_stage)
    note("stage of the deals", "stage_disagrees", has_stage[differs],
         "deal is in another stage than its history says", "deals are in another stage than their history says",
         "export both together")  # fmt: skip
    closing = _closing_days(changes, numbers)
    both = np.flatnonzero((last >= 0) & deals.closed.known)
    both = both[closing.known.take(last.take(both))]
    days = closing.values.take(last.take(both))
    note("closed of the deals", "close_disagrees", both[days != deals.closed.values.take(both)],
         "deal closed on another day than its history says", "deals closed on another day than their history says",
         "correct the day")  # fmt: skip
    faults.settle(len(history), "refuse", accept)
    return found


def check_constant(deals: DealColumns, constant: Collection[str]) -> None:
    """Refuse what are no fields that can change.

    Raises:
        InvalidValueError: There are others among them.
    """
    known_names = [*CHANGING, "account", "kind", *deals.values, *deals.labels]
    strange = [name for name in constant if name not in known_names]
    if isinstance(constant, str) or strange:
        stray = constant if isinstance(constant, str) else strange[0]
        raise InvalidValueError(
            f"constant must be a collection of fields that can change, got {shown(constant)}; "
            f"{nearest(stray, known_names)}"
        )


def columns_as_of(
    deals: DealColumns, past: AttachedHistory | None, day: date | NDArray[np.int64], constant: Collection[str]
) -> dict[str, Any]:
    """The changing columns of deals that were there already, as they were known at the start of a day.

    Args:
        deals: The deals.
        past: Their history.
        day: The day; or for each row its own, in days since 1970.
        constant: What never changed.
    """
    check_constant(deals, constant)
    now, before = (day_number(day), None) if isinstance(day, date) else (day, day * DAY)
    lasts: dict[str, NDArray[np.int64]] = {}
    if past is not None:
        known = past.known
        lasts = {name: past.last(known & past.changes.says(name), before) for name in past.changes.tracked}
    columns = {
        name: _as_of(getattr(deals, name), past, name, lasts.get(name), is_constant=name in constant)
        for name in (*CHANGING, "account", "kind")
    }
    for mapping in ("values", "labels"):
        columns[mapping] = {
            name: _as_of(column, None, name, None, is_constant=name in constant)
            for name, column in getattr(deals, mapping).items()
        }
    # Where no history tells the stage, the days do: a deal that had closed by then was in the stage that it is in now,
    # and every other deal was open.
    had_closed = deals.closed.known & (deals.closed.values < now) & deals.has_outcome(Outcome.WON, Outcome.LOST)
    stage: Coded = columns["stage"]
    told, is_closed, days = np.zeros(len(deals.id), np.bool_), had_closed, deals.closed.values
    if past is not None and "stage" in lasts and len(past.changes):
        last = lasts["stage"]
        told = last >= 0
        closing = _closing_days(past.changes, past.number)
        is_closed = np.where(told, closing.known.take(last, mode="clip"), had_closed)
        days = np.where(had_closed, days, closing.values.take(last, mode="clip"))
    open_codes = np.where(stage.is_in(*_ends(deals.process)), -1, stage.codes)
    codes = np.where(told, stage.codes, np.where(had_closed, deals.stage.codes, open_codes))
    return columns | {"stage": Coded(codes, stage.names), "closed": Masked(np.where(is_closed, days, 0), is_closed)}


def _as_of(
    column: Any, past: AttachedHistory | None, name: str, last: NDArray[np.int64] | None, *, is_constant: bool
) -> Any:
    """A column as it was known: from its last known changes, or where a deal has none of it, constant or missing."""
    if past is None or last is None:
        return column if is_constant else _missing(column)
    own, told = getattr(past.changes, name), last >= 0
    untouched = past.last(past.changes.says(name)) < 0 if is_constant else np.zeros(len(last), np.bool_)
    if isinstance(own, Masked):
        values = own.values.take(last, mode="clip") if len(own) else np.zeros(len(last), column.values.dtype)
        known = own.known.take(last, mode="clip") if len(own) else told
        unit = column.unit if own.unit in (None, NO_CURRENCY) else own.unit
        return Masked(
            np.where(told, values, np.where(untouched, column.values, 0)),
            np.where(told, known, untouched & column.known),
            unit,
        )
    codes = own.codes.take(last, mode="clip").astype(np.int32) if len(own) else np.full(len(last), -1, np.int32)
    kept = np.where(untouched, column.codes, -1)
    if own.names == column.names:
        return Coded(np.where(told, codes, kept), own.names)
    # two lists of names: one of them is put behind the other, and equal names meet again
    return recoded(np.where(told, codes, np.where(kept >= 0, kept + len(own.names), -1)), [*own.names, *column.names])


def _missing(column: Masked | Coded) -> Masked | Coded:
    """A column of the same kind of which nothing is known."""
    if isinstance(column, Masked):
        return Masked(np.zeros_like(column.values), np.zeros(len(column), np.bool_), column.unit)
    return Coded(np.full(len(column), -1, np.int8), column.names)


def _ends(process: SalesProcess) -> list[str]:
    return [one.name for one in process if one.outcome is not Outcome.OPEN]


def _where(flags: Flags) -> Index:
    """Which rows are flagged; all of them as a view."""
    return slice(None) if flags.all() else np.flatnonzero(flags)


def _closing_days(changes: DealHistory, number: NDArray[np.int32]) -> Masked:
    """For each change into a closed stage, or within one, the day on which its deal came into that stage."""
    days, known = np.zeros(len(changes), np.int32), changes.stage.is_in(*_ends(changes.process))
    staged = _where(changes.stage.known)
    codes, deals = changes.stage.codes[staged], number[staged]
    first = np.ones(len(codes), np.bool_)
    first[1:] = (codes[1:] != codes[:-1]) | (deals[1:] != deals[:-1])
    entered = np.maximum.accumulate(np.where(first, np.arange(len(codes)), 0))
    days[staged] = changes.day[staged].take(entered)
    return Masked(np.where(known, days, 0), known)
