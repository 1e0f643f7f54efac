"""One answer for every group."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from math import prod
from typing import Any, Concatenate, ParamSpec, TypeAlias, TypeVar

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, code_type
from salesmetrics._numeric.recipe import Grouped
from salesmetrics._numeric.sums import FEW_CELLS, Groups, Pass, counts
from salesmetrics.across._measures import check_measure, said_of
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.measure._measure import recipe_of, table_for
from salesmetrics.model.calendar import PeriodKey
from salesmetrics.result._groups import Keys
from salesmetrics.result.breakdown import Breakdown
from salesmetrics.table.deals import IntoDeals
from salesmetrics.table.table import Keyed, Table

__all__ = ["By", "Grouping", "breakdown"]

P = ParamSpec("P")
A = TypeVar("A")
T = TypeVar("T")

By: TypeAlias = str | PeriodKey | tuple[str | PeriodKey, ...]
"""What groups are made by: one key, label or period, or a tuple of them."""


def breakdown(
    measure: Callable[Concatenate[T, P], A], deals: T | IntoDeals, by: By, *args: P.args, **kwargs: P.kwargs
) -> Breakdown[A]:
    """The answers of a measure for every group of deals.

    Args:
        measure: Any measure, or any function of a table of deals.
        deals: `Deals`, or any iterable of `Deal`; another table where the measure is of that, such as `Quotas`.
        by: "owner", "stage", "outcome", "account", "kind", "category", a label, or the periods of a calendar such as
            `calendar.quarters("closed")`, which gives plain keys; or a tuple of these, which gives tuples.
        args: Further arguments of the measure.
        kwargs: Further arguments of the measure.

    Returns:
        A mapping from key to answer, in the order of the keys; only groups with deals appear. A deal without the key
        is in group `None`, which comes last. Stages are in the order of the process.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: The deals have no such key or label.

    Laws:
        definition: Each answer equals asking that group alone.
        whole: The answers add up to the answer for all deals.
        order: Reordering the deals changes nothing.
        merge: The breakdown of two books together is the sum of their breakdowns.
        door: A list and a table of the same deals give the same answers.
        own_function: An undecorated function is asked group by group and gives what the measure gives.

    Examples:
        >>> from datetime import date
        >>> from salesmetrics import Deal, Money, win_rate
        >>> deals = [
        ...     Deal("D-1", Money.of("1200", "USD"), "Won", "Ada", date(2026, 1, 5), closed=date(2026, 2, 1)),
        ...     Deal("D-2", Money.of("800", "USD"), "Lost", "Bo", date(2026, 1, 9), closed=date(2026, 2, 3)),
        ...     Deal("D-3", Money.of("500", "USD"), "Won", "Bo", date(2026, 1, 9), closed=date(2026, 2, 9)),
        ... ]
        >>> print(breakdown(win_rate, deals, by="owner"))
        owner            answer
        Ada    100.0 % (1 of 1)
        Bo      50.0 % (1 of 2)
        >>> breakdown(len, deals, by=("owner", "outcome"))[("Bo", "won")]
        1
    """
    check_measure(measure, "breakdown(win_rate, ...)")
    (answers,) = Grouping.of(table_for(deals, measure), by).breakdowns([(measure, args, kwargs)], [None])
    return answers


def check_by(by: object, what: str = "by") -> None:
    """Refuse what is neither a key nor a tuple of different keys.

    Raises:
        InvalidValueError: It is not.
    """
    names = by if isinstance(by, tuple) else (by,)
    if not names or not all(isinstance(name, (str, PeriodKey)) for name in names):
        hint = f"{what}={tuple(by)!r}" if isinstance(by, list) else f"{what}='owner'"
        raise InvalidValueError(f"{what} must be a key or a tuple of keys, got {shown(by)}; write {hint}")
    if len(set(names)) < len(names):
        raise InvalidValueError(f"{what} must name different keys, got {shown(by)}; name each one once")


@frozen(eq=False)
class Grouping:
    """The groups of a table, of which any measures can be asked together.

    Args:
        book: The table.
        by: What the groups are made by.
        columns: The names of each key.
        groups: To which group each row belongs, in the order of their keys.
        present: Which of all combinations of names the groups are; `None` where groups are all of them, those without
            rows too.
    """

    book: Keyed[Any]
    by: By
    columns: tuple[Coded, ...]
    groups: Groups
    present: NDArray[np.intp] | None

    @classmethod
    def of(cls, book: Table[Any], by: By) -> Grouping:
        """The groups that a table has by some keys.

        Raises:
            InvalidValueError: The table has no such key or none at all, or there would be too many groups.
        """
        check_by(by)
        if not isinstance(book, Keyed):
            raise InvalidValueError(
                f"groups must be made of a table that has keys, such as Deals, got {type(book).__name__}; ask it as a "
                "whole"
            )
        columns = tuple(book.key(name) for name in _names(by))
        sizes = [len(column.names) + 1 for column in columns]  # one more for the rows without a name, which come last
        n_cells = prod(sizes)
        if n_cells >= 2**62:
            raise InvalidValueError(f"by must make fewer than 2**62 groups, got {n_cells:,}; use fewer keys")
        cells = columns[0].codes if len(columns) == 1 else _combined(columns, sizes, n_cells)
        if n_cells <= FEW_CELLS:
            return cls(book, by, columns, Groups(cells, n_cells), None)
        dense, present = _dense(cells, n_cells)
        return cls(book, by, columns, Groups(dense, len(present)), present)

    @property
    def filled(self) -> Groups:
        """The groups that have rows, numbered without gaps."""
        codes, present = _dense(self.groups.codes, self.groups.n)
        return Groups(codes, len(present))

    def breakdowns(
        self, asked: Sequence[tuple[Callable[..., Any], Sequence[Any], Mapping[str, Any]]], notes: Sequence[str | None]
    ) -> list[Breakdown[Any]]:
        """The answers for each group that has rows: of recipes in one pass, of any other function group by group.

        Args:
            asked: Measures with their arguments.
            notes: What each is called where it goes wrong.
        """
        rows = Pass(self.groups)
        first, *others = self.columns
        n_rows = rows.counts(None) if others and self.present is None else None
        promises: list[Callable[[], Grouped[Any]] | None] = []
        for note, (measure, args, options) in zip(notes, asked, strict=True):
            recipe = recipe_of(measure)
            with said_of(note):
                promises.append(None if recipe is None else recipe(self.book, *args, **options).promised(rows))
        if self.present is not None:
            filled = np.arange(self.groups.n)
        else:
            filled = np.flatnonzero(first.counts if n_rows is None else n_rows())
        keys = self._keys(filled if self.present is None else self.present)
        orders = tuple(
            column.names if name in self.book.ordered_keys else None
            for name, column in zip(_names(self.by), self.columns, strict=True)
        )
        breakdowns: list[Breakdown[Any]] = []
        for note, promise, (measure, args, options) in zip(notes, promises, asked, strict=True):
            with said_of(note):
                answers: Sequence[Any] = (
                    promise().take(filled)
                    if promise is not None
                    else self._asked_apart(partial(_asked, measure, args, options), filled)
                )
            breakdowns.append(Breakdown(self.by, keys, answers, orders))
        return breakdowns

    def _keys(self, cells: NDArray[np.intp]) -> Keys:
        names = [(*column.names, None) for column in self.columns]
        codes = np.unravel_index(cells, [len(those) for those in names])
        return Keys(names, codes, is_tuple=isinstance(self.by, tuple))

    def _asked_apart(self, ask: Callable[[Any], A], filled: NDArray[np.intp]) -> tuple[A, ...]:
        """The function's answer for each group: a slice, nothing copied, of the table sorted once."""
        codes = np.where(self.groups.codes < 0, self.groups.n - 1, self.groups.codes)
        ordered = self.book.take(np.argsort(codes, kind="stable"))
        sizes = np.bincount(codes, minlength=self.groups.n)
        ends = np.cumsum(sizes)
        return tuple(
            ask(ordered[start:end])
            for start, end in zip((ends - sizes).take(filled).tolist(), ends.take(filled).tolist(), strict=True)
        )


def _names(by: By) -> tuple[str | PeriodKey, ...]:
    return by if isinstance(by, tuple) else (by,)


def _asked(measure: Callable[..., A], args: Sequence[Any], options: Mapping[str, Any], book: Any) -> A:
    return measure(book, *args, **options)


def _combined(columns: Sequence[Coded], sizes: Sequence[int], n_cells: int) -> NDArray[Any]:
    """For each row the number of its combination of names, among all that there could be."""
    cells = np.zeros(len(columns[0]), code_type(n_cells) if n_cells < 2**31 else np.int64)
    for start in range(0, len(cells), _BLOCK):
        some = cells[start : start + _BLOCK]  # what a block needs stays in the processor's cache
        for column, size in zip(columns, sizes, strict=True):
            codes = column.codes[start : start + _BLOCK]
            some *= size
            some += codes
            if not column.is_complete:
                some += (codes < 0) * cells.dtype.type(size)
    return cells


def _dense(cells: NDArray[Any], n_cells: int) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Groups numbered without gaps, and the cell of each; code -1 is the last cell."""
    if n_cells > _many_cells(len(cells)):
        present, dense = np.unique(np.where(cells < 0, n_cells - 1, cells), return_inverse=True)
        return dense, present
    present = np.flatnonzero(counts(None, Groups(cells, n_cells)))
    place = np.zeros(n_cells, code_type(len(present)))
    place[present] = np.arange(len(present))
    return place.take(cells), present


_BLOCK = 1 << 16


def _many_cells(n_rows: int) -> int:
    """With more cells than this, sorting the rows costs less than a place for each cell."""
    return max(4 * n_rows, 1 << 16)
