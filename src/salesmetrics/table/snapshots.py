"""Changes of deals, found between saved books: whoever has no history starts one with the first export."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, Masked, id_column, recoded
from salesmetrics._numeric.days import DAY, FIRST_DAY, day_number
from salesmetrics.door.deal_columns import DealColumns
from salesmetrics.door.faults import Faults, check_door_words, many
from salesmetrics.errors import CurrencyMismatchError, InvalidValueError, shown
from salesmetrics.model.currencies import NO_CURRENCY
from salesmetrics.model.period import check_day
from salesmetrics.model.stage import Category, Outcome, SalesProcess

__all__ = ["columns_of_snapshots"]


def columns_of_snapshots(snapshots: Iterable[tuple[date, DealColumns]], accept: Collection[str]) -> dict[str, Any]:
    """The columns of a history of full rows: one for each deal in each snapshot in which it is new or differs.

    Raises:
        InvalidTableError: A deal is in one snapshot and not in the next, or was created or closed when that was saved
            or later, and such doubts are not accepted.
        InvalidValueError: Something else than days in order with tables of one process came.
        CurrencyMismatchError: Tables are in two currencies.
    """
    check_door_words("refuse", accept, ("later_than_snapshot", "vanished_deal"))
    book: _Book | None = None
    if isinstance(snapshots, Mapping) or not isinstance(snapshots, Iterable):
        raise InvalidValueError(
            f"snapshots must be pairs of a day and Deals, got {type(snapshots).__name__}; "
            "write [(date(2026, 1, 1), deals)]"
        )
    for snapshot in snapshots:
        if not isinstance(snapshot, tuple) or len(snapshot) != 2 or not isinstance(snapshot[1], DealColumns):
            raise InvalidValueError(
                f"snapshots must be pairs of a day and Deals, got {shown(snapshot)}; write [(date(2026, 1, 1), deals)]"
            )
        day, deals = snapshot
        check_day(day, "the day of a snapshot")
        if book is None:
            book = _Book(deals.process)
        book.add(day, deals)
    book = book or _Book(SalesProcess.standard())
    faults = Faults("DealHistory")
    if book.vanished:
        (one, day), n = book.vanished[0], len(book.vanished)
        detail = f"{many(n, 'deal', 'deals')} of a snapshot must be in the next, got none of {shown(one)} on {day}"
        faults.add("deal", "vanished_deal", detail, "export every deal, or accept={'vanished_deal'}")
    if book.later:
        (one, day), n = book.later[0], len(book.later)
        detail = f"{many(n, 'deal', 'deals')} must have come and ended before the day of a snapshot, got {shown(one)} "
        hint = "a book of a day is that of its start: one saved in the evening is of the day after; or "
        faults.add("deal", "later_than_snapshot", f"{detail}on {day}", f"{hint}accept={{'later_than_snapshot'}}")
    faults.settle(0, "refuse", accept)
    return book.columns()


class _Book:
    """What the snapshots so far say of each deal, as whole numbers that are compared."""

    def __init__(self, process: SalesProcess) -> None:
        self.process = process
        self.currency = NO_CURRENCY
        self.numbers: dict[Any, int] = {}
        self.owners: dict[str, int] = {}
        self.state = np.zeros((0, 9), np.int64)
        self.is_here = np.zeros(0, np.bool_)
        self.day: date | None = None
        self.changes: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]] = []
        self.vanished: list[tuple[Any, date]] = []
        self.later: list[tuple[Any, date]] = []

    def add(self, day: date, deals: DealColumns) -> None:
        """Note what is new or differs in the book of a day."""
        self._check(day, deals)
        numbers = np.fromiter(
            (self.numbers.setdefault(one, len(self.numbers)) for one in deals.id.tolist()), np.int64, len(deals.id)
        )
        n_known, n_new = len(self.state), len(self.numbers) - len(self.state)
        self.state = np.concatenate([self.state, np.zeros((n_new, 9), np.int64)])
        is_here = np.zeros(len(self.numbers), np.bool_)
        is_here[numbers] = True
        gone = np.flatnonzero(self.is_here & ~is_here[:n_known])
        ids = list(self.numbers)
        self.vanished += [(ids[number], day) for number in gone.tolist()]
        later = np.zeros(len(deals.id), np.bool_)
        for column in (deals.created, deals.closed):
            later |= column.known & (column.values >= day_number(day))
        self.later += [(one, day) for one in deals.id[later].tolist()]
        current = self._numbered(deals)
        changed = np.flatnonzero((numbers >= n_known) | (current != self.state.take(numbers, axis=0)).any(axis=1))
        self.changes.append((numbers.take(changed), self._moments(day, deals, changed), current.take(changed, axis=0)))
        self.state[numbers] = current
        self.is_here, self.day = is_here, day

    def columns(self) -> dict[str, Any]:
        """The columns of the history."""
        numbers = np.concatenate([np.zeros(0, np.int64), *(one for one, _, _ in self.changes)])
        state = np.concatenate([np.zeros((0, 9), np.int64), *(one for _, _, one in self.changes)])
        ids = id_column(list(self.numbers))

        def masked(place: int, kind: Any, unit: str | None = None) -> Masked:
            return Masked(state[:, place].astype(kind), state[:, place + 1] == 1, unit)

        columns: dict[str, Any] = {
            "stage": Coded(state[:, 6], self.process.names),
            "amount": masked(0, np.int64, self.currency),
            "expected_close": masked(2, np.int32),
            "probability": masked(4, np.int32),
            "category": Coded(state[:, 7], tuple(Category)),
            "owner": recoded(state[:, 8], list(self.owners)),
        }
        return columns | {
            "process": self.process,
            "currency": self.currency,
            "gaps": "cleared",
            "tracked": tuple(name for name, column in columns.items() if column.known.any()),
            "deal": ids.take(numbers),
            "at": np.concatenate([np.zeros(0, np.int64), *(at for _, at, _ in self.changes)]),
        }

    def _numbered(self, deals: DealColumns) -> NDArray[np.int64]:
        """Each deal's fields as nine whole numbers."""
        owners = [self.owners.setdefault(name, len(self.owners)) for name in deals.owner.names]
        numbers = [(column.values, column.known) for column in (deals.amount, deals.expected_close, deals.probability)]
        names = (deals.stage.codes, deals.category.codes, deals.owner.lookup(np.array(owners, np.int64), -1))
        return np.column_stack([*(part for pair in numbers for part in pair), *names]).astype(np.int64)

    def _moments(self, day: date, deals: DealColumns, rows: NDArray[np.intp]) -> NDArray[np.int64]:
        """When a change came: by the end of the day before, and an ending on its own day if no book gainsays it."""
        last = day_number(day) - 1
        first = FIRST_DAY if self.day is None else day_number(self.day)
        ended = deals.has_outcome(Outcome.WON, Outcome.LOST) & deals.closed.known
        days = np.where(ended, np.clip(deals.closed.values, first, last), last).take(rows)
        return days.astype(np.int64) * DAY

    def _check(self, day: date, deals: DealColumns) -> None:
        if self.day is not None and day <= self.day:
            raise InvalidValueError(
                f"snapshots must come in order of their days, got {day} after {self.day}; sort them"
            )
        if deals.process != self.process:
            raise InvalidValueError(f"snapshots must have one process, got another on {day}; read all with one format")
        if len({self.currency, deals.currency} - {NO_CURRENCY}) > 1:
            raise CurrencyMismatchError(
                f"snapshots must be in one currency, got {self.currency} and {deals.currency} on {day}; convert one"
            )
        self.currency = deals.currency if self.currency == NO_CURRENCY else self.currency
