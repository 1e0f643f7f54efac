"""Won deals, attached to the quotas that they count for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import cmp_using, evolve, field, frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, Flags, Index, Masked, readonly, recoded
from salesmetrics._numeric.order import blocks
from salesmetrics._numeric.sums import Groups, Pass, summed
from salesmetrics.door.objects import objects_of
from salesmetrics.door.quota_columns import QuotaColumns
from salesmetrics.errors import CurrencyMismatchError, InvalidValueError
from salesmetrics.model.credit import Credit
from salesmetrics.model.currencies import NO_CURRENCY
from salesmetrics.model.labels import Label
from salesmetrics.table.assignments import Assignments
from salesmetrics.table.credited import credited
from salesmetrics.table.credits import IntoCredits
from salesmetrics.table.deals import Deals

__all__ = ["AttachedSales", "attached_sales"]


@frozen
class AttachedSales:
    """The won deals that count for the quotas of a table, each for one; they follow every filter and group.

    Args:
        deals: The deals, won and others.
        deal: For each credit the row of its deal.
        amount: For each credit its part of the deal.
        day: For each credit the day on which the deal was won.
        quota: For each credit the number of its quota.
        numbers: For each row of the table the number of its quota.
        n_undated: How many deals were won without a close date, and count for no quota [deals].
        n_unowned: How many deals were won by nobody, and count for no quota [deals].
        n_other: How many credits count for no quota: of days or of deals of which nobody has one, or of business that
            the rep's own quotas leave out [credits].
        unmatched: What quotas ask for and no deal has, each with its column: a rep who owns no deal and has no credit,
            or a condition that none meets. Where it is not the first day of a product, it is often misspelt.

    Examples:
        >>> from datetime import date
        >>> from salesmetrics import Deal, Money, Period, Quota, Quotas
        >>> q1 = Period.parse("2026-01-01..2026-04-01")
        >>> deal = Deal("D-1", Money.of("900", "USD"), "Won", "Ada", date(2026, 1, 5), closed=date(2026, 2, 1))
        >>> sales = Quotas.of([Quota("Ada", q1, Money.of("1000", "USD"))]).with_sales([deal]).sales
        >>> sales.amount, sales.quota, sales.n_other
        (Masked([90000] USD), array([0], dtype=int32), 0)
    """

    deals: Deals
    deal: NDArray[np.int32] = field(eq=cmp_using(np.array_equal))
    amount: Masked = field(eq=list)
    day: NDArray[np.int32] = field(eq=cmp_using(np.array_equal))
    quota: NDArray[np.int32] = field(eq=cmp_using(np.array_equal))
    numbers: NDArray[np.int32] = field(eq=cmp_using(np.array_equal))
    n_undated: int
    n_unowned: int
    n_other: int
    unmatched: tuple[tuple[str, Label], ...] = ()

    def __attrs_post_init__(self) -> None:
        for array in (self.deal, self.day, self.quota, self.numbers):
            readonly(array)

    def __reduce__(self) -> tuple[Any, ...]:
        arrays = self.deals, self.deal, self.amount, self.day, self.quota, self.numbers
        return AttachedSales, (*arrays, self.n_undated, self.n_unowned, self.n_other, self.unmatched)

    def take(self, index: Index) -> AttachedSales:
        """The sales of some rows of the table; nothing of theirs is copied.

        Raises:
            InvalidValueError: A row comes twice, so that its sales would count twice.
        """
        numbers = self.numbers[index]
        if len(np.unique(numbers)) < len(numbers):
            raise InvalidValueError("quotas with sales must come once each, got one twice; take each row once")
        return evolve(self, numbers=numbers)

    def before(self, day: int) -> tuple[Masked, Masked, Masked]:
        """What was sold for each row of the table before a day: how much together, and how many are and are not known.

        There are far more credits than quotas: they are summed by quota, and whoever groups them sums quotas.
        """
        is_seen = self.day < day
        seen = None if is_seen.all() else is_seen
        is_known = self.amount.known if seen is None else seen & self.amount.known
        n_quotas = 1 + max(int(self.quota.max(initial=-1)), int(self.numbers.max(initial=-1)))
        rows = Pass(Groups(self.quota, n_quotas))
        promises = rows.promise(self.amount, seen), rows.counts(is_known), rows.counts(is_seen & ~self.amount.known)
        sold, n_known, n_missing = (summed(promise().take(self.numbers)) for promise in promises)
        return sold.in_unit(self.amount.unit), n_known, n_missing


def attached_sales(
    quotas: QuotaColumns,
    staff: Assignments | None,
    deals: Deals,
    credits: IntoCredits,  # noqa: A002
) -> tuple[AttachedSales, QuotaColumns]:
    """Won deals, each with the quota that it counts for, and the quotas with the reps who have none.

    Raises:
        InvalidTableError: The credits contradict each other or the deals.
        InvalidValueError: The deals have no such value or key.
        CurrencyMismatchError: Quotas and deals are in two currencies.
    """
    value = deals.value(quotas.value)
    if len({quotas.amount.unit, value.unit} - {NO_CURRENCY}) > 1:
        raise CurrencyMismatchError(
            f"deals must be in the unit of the quotas, {quotas.amount.unit}, got {value.unit}; convert one of them"
        )
    splits = objects_of(Credit, credits, "credits", hint="write [Credit(deal, rep, share)]")
    lines = credited(deals, value, splits)
    sellers = set(lines.rep.names)
    names = [*lines.rep.names, *(name for name in quotas.rep.names if name not in sellers)]
    day = deals.closed.values.take(lines.deal).astype(np.int32, copy=False)
    grid = _Grid.of(quotas, staff, names)
    holds = [terms.holds(deals) if terms.where else None for terms in grid.terms]
    number = np.full(len(day), -1, np.int32)
    for some in blocks(len(day)):
        cell = grid.cells(lines.rep.codes[some], day[some])
        for terms, held in zip(grid.terms, holds, strict=True):
            found = terms.quota.take(cell)  # none for nobody, whose cell is empty
            fits = lines.overlay[some] == terms.overlay
            if held is not None:
                fits &= held.take(lines.deal[some])
            np.copyto(number[some], found, where=fits & (found >= 0))
    left = np.flatnonzero(number < 0)
    is_owned = lines.rep.codes.take(left) >= 0
    cell = grid.cells(lines.rep.codes.take(left), day.take(left))
    is_free = is_owned & ~lines.overlay.take(left) & ~grid.has_quota.take(cell)
    rest, cell = left[is_free], cell[is_free]
    asked = np.full(len(rest), -1, np.int64)
    for place in grid.general_first:
        held, in_force = holds[place], grid.terms[place].in_force.take(cell % grid.n_spans)
        counts = in_force if held is None else in_force & held.take(lines.deal.take(rest))
        asked[counts & (asked < 0)] = place
    some_new = np.flatnonzero(asked >= 0)
    new, places = np.unique(cell[some_new] * len(grid.terms) + asked[some_new], return_inverse=True)
    number[rest[some_new]] = len(quotas.start) + places
    kept = _places(number >= 0)
    sales = AttachedSales(
        deals=deals,
        deal=lines.deal[kept].astype(np.int32),
        amount=lines.amount.take(kept),
        day=day[kept],
        quota=number[kept],
        numbers=np.arange(len(quotas.start) + len(new), dtype=np.int32),
        n_undated=int(np.count_nonzero(deals.is_won & ~deals.closed.known)),
        n_unowned=int(np.count_nonzero(~is_owned)),
        n_other=int(np.count_nonzero(is_owned)) - len(some_new),
        unmatched=_unmatched(quotas, deals, splits) if len(deals) else (),
    )
    return sales, _with_rows(quotas, names, grid, new)


def _unmatched(quotas: QuotaColumns, deals: Deals, credits: list[Credit]) -> tuple[tuple[str, Label], ...]:  # noqa: A002
    """Reps of quotas whom no deal names, and conditions that none meets."""
    triples = [("rep", quotas.rep, {*_present(deals.owner), *(one.rep for one in credits)})]
    triples += [(name, column, {*_present(deals.key(name))}) for name, column in quotas.where.items()]
    return tuple((name, one) for name, column, there in triples for one in _present(column) if one not in there)


def _present(column: Coded) -> list[Any]:
    """The names that rows have."""
    return [name for name, n in zip(column.names, column.counts.tolist(), strict=False) if n]


def _places(flags: Flags) -> Index:
    """Where flags are true; all of them as a slice, of which nothing is copied."""
    return slice(None) if flags.all() else np.flatnonzero(flags)


@frozen
class _Terms:
    """The quotas that ask for the same of deals, as the first of them does: which holds for a rep in a span of days."""

    first: int
    overlay: bool
    where: dict[str, Any]
    quota: NDArray[np.int32]
    in_force: Flags

    def holds(self, deals: Deals) -> Flags:
        """Which deals are what is asked for."""
        flags = np.ones(len(deals), np.bool_)
        for name, wanted in self.where.items():
            flags &= deals.key(name).is_in(wanted)
        return flags


@frozen
class _Grid:
    """Reps by spans of days within which no quota and no assignment begins or ends."""

    bounds: NDArray[np.int64]
    span_of_day: NDArray[np.int64]
    n_spans: int
    has_quota: Flags
    terms: list[_Terms]

    @classmethod
    def of(cls, quotas: QuotaColumns, staff: Assignments | None, names: Sequence[str]) -> _Grid:
        ends = [quotas.start.values, quotas.end.values]
        if staff is not None and len(quotas.start):
            low, high = int(quotas.start.values.min()), int(quotas.end.values.max())
            moves = np.concatenate([staff.start.values, staff.end.values[staff.end.known]])
            ends.append(moves[(moves > low) & (moves < high)])
        bounds = np.unique(np.concatenate(ends)).astype(np.int64)
        days = np.arange(bounds[0] - 1, bounds[-1] + 1) if len(bounds) else np.zeros(1, np.int64)
        n_spans = len(bounds) + 1  # the first is before all bounds, the last after them
        n_cells = len(names) * n_spans + 1  # one more, which is empty, for who is not known
        first, last = (np.searchsorted(bounds, one.values, side="right") for one in (quotas.start, quotas.end))
        place = {name: code for code, name in enumerate(names)}
        reps = quotas.rep.lookup([place[name] for name in quotas.rep.names], -1).astype(np.int64)
        lengths = last - first
        row = np.repeat(np.arange(len(first)), lengths)
        cell = np.repeat(reps * n_spans + first - np.cumsum(lengths) + lengths, lengths) + np.arange(len(row))
        has_quota = np.zeros(n_cells, np.bool_)
        has_quota[cell[~quotas.overlay.take(row)]] = True
        asked = quotas.overlay.astype(np.int64)
        for column in quotas.where.values():
            asked = np.unique(asked, return_inverse=True)[1] * (len(column.names) + 1) + column.codes + 1
        _, firsts, kind = np.unique(asked, return_index=True, return_inverse=True)
        terms = []
        for number, first in enumerate(firsts.tolist()):
            mine = kind.take(row) == number
            table = np.full(n_cells, -1, np.int32)
            table[cell[mine]] = row[mine]
            in_force = np.logical_or.reduce(table[:-1].reshape(len(names), n_spans) >= 0, axis=0)
            where = {name: column[first] for name, column in quotas.where.items() if column.codes[first] >= 0}
            terms.append(_Terms(first, bool(quotas.overlay[first]), where, table, in_force))
        return cls(bounds, np.searchsorted(bounds, days, side="right"), n_spans, has_quota, terms)

    @property
    def general_first(self) -> list[int]:
        """The places of terms that are not of specialists, those that ask for less before those that ask for more."""
        places = [place for place, terms in enumerate(self.terms) if not terms.overlay]
        return sorted(places, key=lambda place: len(self.terms[place].where))

    def cells(self, codes: NDArray[Any], days: NDArray[np.int32]) -> NDArray[np.int64]:
        """The cell of each rep and day; that of nobody is the last."""
        low = int(self.bounds[0]) - 1 if len(self.bounds) else 0
        cells = self.span_of_day.take(days.astype(np.int64) - low, mode="clip")
        cells += codes.astype(np.int64) * self.n_spans
        cells[codes < 0] = -1
        return cells


def _with_rows(quotas: QuotaColumns, names: Sequence[str], grid: _Grid, new: NDArray[np.int64]) -> QuotaColumns:
    """The quotas, and after them rows of reps who have none: numbers that say the cell and the terms."""
    n_new = len(new)
    if not n_new:
        return quotas
    cells, asked = np.divmod(new, len(grid.terms))
    codes, spans = np.divmod(cells, grid.n_spans)
    start, end = grid.bounds.take(spans - 1), grid.bounds.take(spans)  # a span in which a quota holds has both
    like = np.array([terms.first for terms in grid.terms]).take(asked)
    place = {name: code for code, name in enumerate(names)}
    old = quotas.rep.lookup([place[name] for name in quotas.rep.names], -1)

    def longer(column: Masked, more: NDArray[Any], *, known: bool) -> Masked:
        values = np.concatenate([column.values, more.astype(column.values.dtype)])
        return Masked(values, np.concatenate([column.known, np.full(n_new, known)]), column.unit)

    nothing = np.zeros(n_new, np.int64)
    return evolve(
        quotas,
        rep=recoded(np.concatenate([old, codes]), names),
        start=longer(quotas.start, start, known=True),
        end=longer(quotas.end, end, known=True),
        amount=longer(quotas.amount, nothing, known=False),
        overlay=np.concatenate([quotas.overlay, nothing.astype(np.bool_)]),
        where={
            name: Coded(np.concatenate([column.codes, column.codes.take(like)]), column.names)
            for name, column in quotas.where.items()
        },
    )
