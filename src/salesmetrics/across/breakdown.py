"""One answer for every group."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Concatenate, ParamSpec, TypeAlias, TypeVar

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, code_type
from salesmetrics._numeric.sums import Groups
from salesmetrics._numeric.sums import sizes as rows_of_groups
from salesmetrics.across._measures import check_measure
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.measure._measure import recipe_of, table_for
from salesmetrics.model.calendar import PeriodKey
from salesmetrics.result.breakdown import Breakdown
from salesmetrics.table.deals import IntoDeals
from salesmetrics.table.table import Keyed

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
    return Grouping.of(table_for(measure, deals), by).breakdown(measure, *args, **kwargs)


def check_by(by: object) -> None:
    """Refuse what is neither a key nor a tuple of different keys.

    Raises:
        InvalidValueError: It is not.
    """
    names = by if isinstance(by, tuple) else (by,)
    if not names or not all(isinstance(name, (str, PeriodKey)) for name in names):
        hint = f"by={tuple(by)!r}" if isinstance(by, list) else "by='owner'"
        raise InvalidValueError(f"by must be a key or a tuple of keys, got {shown(by)}; write {hint}")
    if len(set(names)) < len(names):
        raise InvalidValueError(f"by must name different keys, got {shown(by)}; name each one once")


@frozen(eq=False)
class Grouping:
    """The groups of a table that have rows, which any measure can be asked of.

    Args:
        book: The table.
        by: What the groups are made by.
        groups: To which of them each row belongs, in the order of their keys.
        keys: Their keys.
        orders: As in `Breakdown`.
    """

    book: Keyed[Any]
    by: By
    groups: Groups
    keys: tuple[Any, ...]
    orders: tuple[tuple[Any, ...] | None, ...]

    @classmethod
    def of(cls, book: Keyed[Any], by: By) -> Grouping:
        """The groups that a table has by some keys.

        Raises:
            InvalidValueError: The table has no such key, or there would be too many groups.
        """
        check_by(by)
        names = by if isinstance(by, tuple) else (by,)
        columns = [book.key(name) for name in names]
        groups, parts = _groups(columns, len(book))
        keys = zip(*parts, strict=True) if isinstance(by, tuple) else parts[0]
        orders = tuple(
            column.names if name in book.ordered_keys else None for name, column in zip(names, columns, strict=True)
        )
        return cls(book, by, groups, tuple(keys), orders)

    def breakdown(
        self, measure: Callable[Concatenate[Any, P], A], /, *args: P.args, **kwargs: P.kwargs
    ) -> Breakdown[A]:
        """The measure's answer for each group: of a recipe in one pass, of any other function group by group."""
        recipe = recipe_of(measure)
        answers: Sequence[A] = (
            recipe(self.book, *args, **kwargs).grouped(self.groups)
            if recipe is not None
            else _asked_apart(lambda group: measure(group, *args, **kwargs), self.book, self.groups)
        )
        return Breakdown(self.by, self.keys, answers, self.orders)


def _groups(columns: Sequence[Coded], n_rows: int) -> tuple[Groups, list[list[Any]]]:
    """The groups that have rows, in the order of their keys, and each one's key in parts."""
    sizes = [len(column.names) + 1 for column in columns]  # one more for the rows without a name, which come last
    cells = int(np.prod(sizes, dtype=object))
    if cells >= 2**62:
        raise InvalidValueError(f"by must make fewer than 2**62 groups, got {cells:,}; use fewer keys")
    codes: NDArray[Any] = columns[0].codes  # code -1, no name, is the last of the cells
    if len(columns) > 1 or cells > _many_cells(n_rows):
        codes = np.zeros(n_rows, np.int64)
        for column, size in zip(columns, sizes, strict=True):
            codes = codes * size + np.where(column.known, column.codes, size - 1)
    if cells <= _many_cells(n_rows):
        present = np.flatnonzero(rows_of_groups(Groups(codes, cells)))
        dense: NDArray[Any] = codes
        if len(present) < cells - 1 or (len(present) and present[-1] == cells - 1):
            place = np.zeros(cells, code_type(len(present)))
            place[present] = np.arange(len(present))
            dense = place.take(codes)
    else:
        present, dense = np.unique(codes, return_inverse=True)
    digits = np.unravel_index(present, sizes)
    parts = [
        [*map([*column.names, None].__getitem__, digit.tolist())] for column, digit in zip(columns, digits, strict=True)
    ]
    return Groups(dense, len(present)), parts


def _many_cells(n_rows: int) -> int:
    """With more cells than this, sorting the rows costs less than a place for each cell."""
    return max(4 * n_rows, 1 << 16)


def _asked_apart(ask: Callable[[Any], A], book: Keyed[Any], groups: Groups) -> tuple[A, ...]:
    """The function's answer for each group: a slice, nothing copied, of the table sorted once."""
    order = np.argsort(groups.codes, kind="stable")
    ordered = book.take(order)
    ends = np.cumsum(np.bincount(groups.codes, minlength=groups.n)).tolist()
    return tuple(ask(ordered[start:end]) for start, end in zip([0, *ends[:-1]], ends, strict=False))
