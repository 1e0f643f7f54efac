"""What a measure reads of deals: masks, days, keys and values."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any, Literal, TypeAlias, cast, get_args

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, Flags, Masked, code_type, readonly
from salesmetrics._numeric.days import day_number, day_of_number
from salesmetrics.door.deal_columns import DealColumns
from salesmetrics.errors import InvalidValueError, check_word, nearest, shown
from salesmetrics.format.deal_format import KEYS
from salesmetrics.model.calendar import PeriodKey
from salesmetrics.model.period import Period, check_day, check_period
from salesmetrics.model.stage import Category, Outcome
from salesmetrics.table.table import unknown_key

__all__ = ["PeriodBasis", "ReadableDeals", "periods_of"]

PeriodBasis: TypeAlias = Literal["closed", "expected_close", "created", "either_close"]
"""By which day a deal belongs to a period; "either_close" is the actual day for closed deals, else the expected."""


@frozen(eq=False, slots=False, repr=False)
class ReadableDeals(DealColumns):
    """Deals in columns, as measures read them."""

    day: date | None = None
    """The day at whose start the book was as it is here; `None` for a book as it was given."""

    @cached_property
    def is_open(self) -> Flags:
        """Which deals are open."""
        return readonly(self.has_outcome(Outcome.OPEN))

    @cached_property
    def is_won(self) -> Flags:
        """Which deals are won."""
        return readonly(self.has_outcome(Outcome.WON))

    @cached_property
    def is_lost(self) -> Flags:
        """Which deals are lost."""
        return readonly(self.has_outcome(Outcome.LOST))

    @cached_property
    def is_closed(self) -> Flags:
        """Which deals are won or lost."""
        return readonly(self.has_outcome(Outcome.WON, Outcome.LOST))

    @cached_property
    def is_omitted(self) -> Flags:
        """Which deals are left out of forecasts: by their own category, or else by their stage's."""
        own = self.category.is_in(Category.OMITTED)
        by_stage = self.stage.is_in(*(one.name for one in self.process if one.category is Category.OMITTED))
        return readonly(np.where(self.category.known, own, by_stage))

    @cached_property
    def cycle(self) -> Masked:
        """The days from created to closed, as `closed_since` has them."""
        return self.closed_since(self.created)

    def closed_since(self, start: Masked) -> Masked:
        """The days from a day of each deal to closed; not known where one is not, or where closed is the earlier.

        Examples:
            >>> from salesmetrics import Deal, Deals, Money
            >>> deal = Deal("D-1", Money(100, "USD"), "Won", None, date(2026, 1, 5), closed=date(2026, 2, 1))
            >>> book = Deals.of([deal])
            >>> book.closed_since(book.created)[0], book.cycle[0]
            (27, 27)
        """
        days = self.closed.values - start.values
        known = self.closed.known & start.known & (days >= 0)
        return Masked(np.where(known, days, 0), known)

    @cached_property
    def _periods(self) -> dict[PeriodKey, Coded]:
        """The periods of the deals, by keys that were asked for."""
        return {}

    def check_view(self, as_of: date) -> None:
        """Refuse a day of view that is none, or later than the day that the book is as of.

        Raises:
            InvalidValueError: It is.

        Examples:
            >>> from salesmetrics import Deals
            >>> Deals.of([]).as_of(date(2026, 2, 1)).check_view(date(2026, 1, 31))
        """
        check_day(as_of, "as_of")
        if self.day is not None and as_of > self.day:
            raise InvalidValueError(
                f"as_of must not be after {self.day}, of which the book is, got {as_of}; ask the book as it was given"
            )

    def was_open(self, as_of: date) -> Flags:
        """Which deals were open at the start of a day, as far as their own days tell: those that closed later too.

        A deal that was created on the day or later was not there. One without a day of creation was, as far as anybody
        knows.

        Examples:
            >>> from salesmetrics import Deal, Deals, Money
            >>> deal = Deal("D-1", Money(100, "USD"), "Won", None, date(2026, 1, 5), closed=date(2026, 2, 1))
            >>> book = Deals.of([deal])
            >>> book.was_open(date(2026, 2, 1)), book.was_open(date(2026, 2, 2))
            (array([ True]), array([False]))
        """
        self.check_view(as_of)
        now = day_number(as_of)
        closed_later = self.closed.known & (self.closed.values >= now)
        created_later = self.created.known & (self.created.values >= now)
        flags: Flags = (self.is_open | closed_later) & ~created_later
        return flags

    def is_overdue(self, as_of: date) -> Flags:
        """Which deals were open at the start of the day though they were expected to close before it.

        Examples:
            >>> from salesmetrics import Deal, Deals
            >>> deal = Deal("D-1", None, "Qualified", "Ada", date(2026, 1, 5), expected_close=date(2026, 3, 1))
            >>> book = Deals.of([deal], accept={"missing_amount"})
            >>> book.is_overdue(as_of=date(2026, 3, 1)), book.is_overdue(as_of=date(2026, 3, 2))
            (array([False]), array([ True]))
        """
        due = self.expected_close
        overdue: Flags = self.was_open(as_of) & due.known & (due.values < day_number(as_of))
        return overdue

    def is_in_period(self, period: Period, on: PeriodBasis = "closed") -> Flags:
        """Which deals belong to a period, by a day of theirs.

        Raises:
            InvalidValueError: The period is no `Period`, or `on` is misspelt.

        Examples:
            >>> from salesmetrics import Deal, Deals, Money
            >>> deal = Deal("D-1", Money(100, "USD"), "Qualified", None, date(2026, 1, 5))
            >>> Deals.of([deal]).is_in_period(Period.parse("2026-01-01..2026-02-01"), on="created")
            array([ True])
        """
        check_period(period)
        days = self.days_on(on)
        start, end = day_number(period.start), day_number(period.end)
        return days.known & (days.values >= start) & (days.values < end)

    def days_on(self, on: PeriodBasis) -> Masked:
        """The day by which each deal belongs to a period, in days since 1970.

        Raises:
            InvalidValueError: `on` is misspelt.

        Examples:
            >>> from salesmetrics import Deal, Deals, Money
            >>> deal = Deal("D-1", Money(100, "USD"), "Qualified", None, date(1970, 1, 5))
            >>> Deals.of([deal]).days_on("created")[0]
            4
        """
        check_word(on, get_args(PeriodBasis), "on")
        if on != "either_close":
            own: Masked = getattr(self, on)
            return own
        due, closed = self.expected_close, self.closed
        values = np.where(self.is_open, due.values, closed.values)
        return Masked(values, np.where(self.is_open, due.known, closed.known))

    def key(self, name: str | PeriodKey) -> Coded:
        """The column of names that groups are made by: a key such as "owner" or "stage", a label, or periods.

        Raises:
            InvalidValueError: The table has no such key.

        Examples:
            >>> from salesmetrics import Deal, Deals, Money
            >>> Deals.of([Deal("D-1", Money(100, "USD"), "Qualified", "Ada", date(2026, 1, 5))]).key("outcome")[0]
            'open'
        """
        if isinstance(name, PeriodKey):
            if name not in self._periods:
                self._periods[name] = periods_of(self.days_on(cast("PeriodBasis", name.on)), name)
            return self._periods[name]
        if name == "outcome":
            return self.outcome
        if name == "category":
            order = [category.value for category in Category]
            by_stage = self.stage.lookup([order.index(stage.category.value) for stage in self.process], -1)
            return Coded(np.where(self.category.known, self.category.codes, by_stage), order)
        if name in KEYS:
            column: Coded = getattr(self, name)
            return column
        if name in self.labels:
            return self.labels[name]
        return unknown_key(name, len(self.id), [*KEYS, *self.labels], "a label")

    def value(self, name: str) -> Masked:
        """The column of amounts of that name: "amount", or one of `values`.

        Raises:
            InvalidValueError: The table has no such value.

        Examples:
            >>> from salesmetrics import Deal, Deals, Money
            >>> Deals.of([Deal("D-1", Money(100, "USD"), "Qualified", "Ada", date(2026, 1, 5))]).value("amount").unit
            'USD'
        """
        if name == "amount":
            return self.amount
        if isinstance(name, str):
            if name in self.values:
                return self.values[name]
            if not len(self.id):
                return self.amount
        known = ["amount", *self.values]
        raise InvalidValueError(f"value must be 'amount' or a named value, got {shown(name)}; {nearest(name, known)}")


def periods_of(days: Masked, key: PeriodKey) -> Coded:
    """The periods in which days fall, each asked of the calendar once."""
    if not days.known.any():
        return Coded(np.full(len(days), -1, np.int8), ())
    low, high = days.range
    is_there = np.zeros(high - low + 1, np.bool_)
    if len(is_there) <= len(days):
        is_there[:] = True  # a few days more cost less than a look at which there are
    else:
        is_there[days.values[days.known].astype(np.int64) - low] = True
    different = np.flatnonzero(is_there)
    periods: list[Period] = []
    code_of_day = np.zeros(len(is_there), np.int32)
    place = 0
    while place < len(different):
        period = key.of(day_of_number(low + int(different[place])))
        end = int(np.searchsorted(different, day_number(period.end) - low))
        code_of_day[different[place:end]] = len(periods)
        periods.append(period)
        place = end
    code_of_day = code_of_day.astype(code_type(len(periods)))
    table: NDArray[Any] = np.empty(len(days), code_of_day.dtype)
    for start in range(0, len(days), _BLOCK):
        rows = slice(start, start + _BLOCK)
        places = np.subtract(days.values[rows], low, dtype=np.intp)
        np.take(code_of_day, places, mode="clip", out=table[rows])
        if not days.is_complete:
            table[rows] |= days.known[rows].view(np.int8) - np.int8(1)  # every bit, which is -1, where no day is known
    return Coded(table, periods)  # which come in order, because the days did


_BLOCK = 1 << 16  # rows at a time: what a block needs stays in the processor's cache
