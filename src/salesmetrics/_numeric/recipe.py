"""Recipes: what is summed over rows, and what the sums are put into; for all rows, or for every group in one pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeAlias, TypeVar, overload

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, Flags, Index, Masked, readonly
from salesmetrics._numeric.multiset import Multiset, Multisets, multiset, multisets
from salesmetrics._numeric.order import stable_order
from salesmetrics._numeric.sums import Groups, IntColumn, counts, total, totals, weighed
from salesmetrics.errors import InvalidValueError, shown

__all__ = ["Along", "Count", "Grouped", "Lines", "LinesOfGroups", "Product", "Recipe", "Tally", "Total", "Weighted"]

A = TypeVar("A")

Column: TypeAlias = NDArray[Any] | Masked | Coded
"""A value for each row."""


class Part(Protocol):
    """Something that is summed over rows."""

    def whole(self) -> Any:
        """Its sum over all rows."""

    def grouped(self, groups: Groups) -> Any:
        """Its sums over the rows of each group, one place per group."""


def _check_mask(mask: Flags, n_rows: int | None = None) -> None:
    """Refuse what is not one truth value per row, before it quietly counts something else."""
    if not isinstance(mask, np.ndarray) or mask.dtype != np.bool_ or mask.ndim != 1 or n_rows not in (None, len(mask)):
        what = f"{mask.dtype} of shape {mask.shape}" if isinstance(mask, np.ndarray) else shown(mask)
        raise InvalidValueError(
            f"a mask must hold one truth value for each row, got {what}; compare a column, as in column.is_in('Ada')"
        )


@frozen(eq=False)
class Count:
    """How many rows the mask has.

    Examples:
        >>> Count(np.array([True, False, True])).whole()
        2
    """

    mask: Flags

    def __attrs_post_init__(self) -> None:
        _check_mask(self.mask)

    def whole(self) -> int:
        return int(np.count_nonzero(self.mask))

    def grouped(self, groups: Groups) -> IntColumn:
        return counts(self.mask, groups)


@frozen(eq=False)
class Total:
    """The exact sum of a column over the rows that the mask has; a number that is not known adds nothing.

    Examples:
        >>> numbers = Masked(np.array([5, 0, 7]), np.array([True, False, True]))
        >>> Total(numbers, np.array([True, True, True])).whole()
        12
    """

    column: Masked
    mask: Flags

    def __attrs_post_init__(self) -> None:
        _check_mask(self.mask, len(self.column))

    def whole(self) -> int:
        return total(self.column, self.mask)

    def grouped(self, groups: Groups) -> IntColumn:
        return totals(self.column, self.mask, groups)


@frozen(eq=False)
class Weighted:
    """The exact sum of a column, each row times the whole-number weight of its name.

    Rows are summed by name first and weighed after, so no row is ever multiplied.

    Examples:
        >>> numbers = Masked(np.array([5, 7]), np.array([True, True]))
        >>> stages = Coded(np.array([0, 1]), ["early", "late"])
        >>> Weighted(numbers, np.array([True, True]), stages, [100_000, 600_000]).whole()
        4700000
    """

    column: Masked
    mask: Flags
    names: Coded
    weights: Sequence[int]

    def __attrs_post_init__(self) -> None:
        _check_mask(self.mask, len(self.column))

    def whole(self) -> int:
        return int(self.grouped(Groups(np.zeros(len(self.column), np.int8), 1))[0])

    def grouped(self, groups: Groups) -> IntColumn:
        n_cells = len(self.weights) + 1  # the first is that of rows without a name, which weigh nothing
        cells = totals(self.column, self.mask, Groups(groups.codes, groups.n, self.names.codes, n_cells))
        return weighed(cells.reshape(groups.n, n_cells), [0, *self.weights])


@frozen(eq=False)
class Product:
    """The exact sum of the products of two columns, row by row, where both numbers are known.

    The weights are less than 2**31 in size.

    Examples:
        >>> amounts = Masked(np.array([5, 7, 9]), np.array([True, True, True]))
        >>> weights = Masked(np.array([100, 0, 600]), np.array([True, False, True]))
        >>> Product(amounts, weights, np.array([True, True, True])).whole()
        5900
    """

    column: Masked
    weights: Masked
    mask: Flags

    def __attrs_post_init__(self) -> None:
        _check_mask(self.mask, len(self.column))
        _check_mask(self.mask, len(self.weights))
        if self.weights.bound >= 2**31:
            raise InvalidValueError(f"weights must be less than 2**31, got {self.weights.bound}; scale them down")

    def whole(self) -> int:
        return sum(total(one, self.mask) * scale for one, scale in self._products())

    def grouped(self, groups: Groups) -> IntColumn:
        (sums, scale), *more = [(totals(one, self.mask, groups), scale) for one, scale in self._products()]
        for part, its_scale in more:
            sums = sums.astype(object) * scale + part.astype(object) * its_scale
        return sums

    def _products(self) -> list[tuple[Masked, int]]:
        """Columns whose sums, each times its scale, add up to that of the products."""
        known = self.column.known & self.weights.known
        weights, values = self.weights.values.astype(np.int64), self.column.values.astype(np.int64)
        if self.column.bound * self.weights.bound < 2**63:
            return [(Masked(values * weights, known), 1)]
        halves = (values >> 32, 2**32), (values & 0xFFFF_FFFF, 1)  # each fits beside a weight of 31 bits
        return [(Masked(half * weights, known), scale) for half, scale in halves]


@frozen(eq=False)
class Tally:
    """The sorted distinct known numbers of a column, with their counts, over the rows that the mask has.

    Examples:
        >>> numbers = Masked(np.array([5, 0, 5, 7]), np.array([True, False, True, True]))
        >>> Tally(numbers, np.array([True, True, True, True])).whole()
        Multiset([5, 7], [2, 1])
    """

    column: Masked
    mask: Flags

    def __attrs_post_init__(self) -> None:
        _check_mask(self.mask, len(self.column))

    def whole(self) -> Multiset:
        return multiset(self.column, self.mask & self.column.known)

    def grouped(self, groups: Groups) -> Multisets:
        return multisets(self.column, self.mask & self.column.known, groups)


@frozen(eq=False)
class Lines:
    """The rows that the mask has, in columns: for what cannot be added up, and is joined.

    Args:
        lines: What the columns are put into, by name.
        mask: Which rows.
        columns: Columns of the table. Each group's lines are a piece of them, sorted by group once.

    Examples:
        >>> Lines(dict, np.array([True, False, True]), {"deal": np.array([7, 8, 9])}).whole()
        {'deal': array([7, 9])}
    """

    lines: Callable[..., Any]
    mask: Flags
    columns: Mapping[str, Column]

    def __attrs_post_init__(self) -> None:
        for column in self.columns.values():
            _check_mask(self.mask, len(column))
            if isinstance(column, np.ndarray):
                readonly(column)

    def __reduce__(self) -> tuple[Any, ...]:
        return Lines, (self.lines, self.mask, self.columns)  # a pickled array forgets that it is read-only

    def whole(self) -> Any:
        return self.lines(**_rows_of(self.columns, np.flatnonzero(self.mask)))

    def grouped(self, groups: Groups) -> LinesOfGroups:
        rows = np.flatnonzero(self.mask)
        codes = groups.codes.take(rows).astype(np.int64)
        codes[codes < 0] += groups.n
        order = stable_order(codes, np.zeros(len(codes), np.int64))
        starts = np.searchsorted(codes.take(order), np.arange(groups.n + 1))
        return LinesOfGroups(self.lines, _rows_of(self.columns, rows.take(order)), starts)


@frozen(eq=False)
class LinesOfGroups:
    """The lines of many groups, end to end; those of group `i` are rows `starts[i]` to `starts[i + 1]`."""

    lines: Callable[..., Any]
    columns: Mapping[str, Column]
    starts: NDArray[np.int64]

    def __attrs_post_init__(self) -> None:
        for array in (self.starts, *self.columns.values()):
            if isinstance(array, np.ndarray):
                readonly(array)

    def __reduce__(self) -> tuple[Any, ...]:
        return LinesOfGroups, (self.lines, self.columns, self.starts)  # a pickled array forgets that it is read-only

    @property
    def together(self) -> Any:
        """The lines of all groups as one."""
        return self.lines(**self.columns)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, group: int) -> Any:
        if not 0 <= group < len(self):
            raise IndexError(group)
        return self.lines(**_rows_of(self.columns, slice(self.starts[group], self.starts[group + 1])))


@frozen(eq=False)
class Along:
    """A part that is summed over other rows, each of which belongs to a row of the table, such as stays in a stage.

    Examples:
        >>> stays = Masked(np.array([3, 4, 9]), np.array([True, True, True]))
        >>> Along(Tally(stays, stays.known), np.array([0, 0, 1]), n_rows=2).whole()
        Multiset([3, 4, 9], [1, 1, 1])
    """

    part: Part
    rows: NDArray[np.integer[Any]]
    n_rows: int

    def __attrs_post_init__(self) -> None:
        readonly(self.rows)

    def __reduce__(self) -> tuple[Any, ...]:
        return Along, (self.part, self.rows, self.n_rows)  # a pickled array forgets that it is read-only

    def whole(self) -> Any:
        return self.part.whole()

    def grouped(self, groups: Groups) -> Any:
        return self.part.grouped(Groups(groups.codes.take(self.rows), groups.n))


class Recipe(Generic[A]):
    """What an answer is made of: named sums over rows, other recipes, and facts that are the same for every row.

    Args:
        answer: What the sums are put into, by name.
        parts: `Count`, `Total`, `Weighted`, `Tally` and other recipes are summed, `Lines` are collected; anything else
            is passed as it is.

    Examples:
        >>> Recipe(dict, won=Count(np.array([True, False])), currency="USD").whole()
        {'won': 1, 'currency': 'USD'}
    """

    def __init__(self, answer: Callable[..., A], /, **parts: Any) -> None:
        self.answer = answer
        self.parts = parts

    def check_rows(self, n_rows: int) -> None:
        """Refuse parts that are of another table.

        Raises:
            InvalidValueError: A mask does not hold one truth value for each row.
        """
        for part in self.parts.values():
            if isinstance(part, Recipe):
                part.check_rows(n_rows)
            elif isinstance(part, Along):
                if part.n_rows != n_rows:
                    raise InvalidValueError(
                        f"Along must be of a table of {n_rows:,} rows, got {part.n_rows:,}; make it of those"
                    )
            elif _is_part(part):
                _check_mask(part.mask, n_rows)

    def whole(self) -> A:
        """The answer for all rows."""
        return self.answer(**{name: part.whole() if _is_part(part) else part for name, part in self.parts.items()})

    def grouped(self, groups: Groups) -> Grouped[A]:
        """The answers for each group, in one pass over each part."""
        sums = {name: part.grouped(groups) if _is_part(part) else part for name, part in self.parts.items()}
        return Grouped(self.answer, sums, groups.n)


class Grouped(Sequence[A]):
    """The answers of many groups, kept as columns of sums; an answer is made when it is looked at."""

    def __init__(self, answer: Callable[..., A], sums: Mapping[str, Any], n: int) -> None:
        self.answer = answer
        self.sums = {name: readonly(one) if isinstance(one, np.ndarray) else one for name, one in sums.items()}
        self.n = n

    def __reduce__(self) -> tuple[Any, ...]:
        return Grouped, (self.answer, self.sums, self.n)  # a pickled array forgets that it is read-only

    def __len__(self) -> int:
        return self.n

    @overload
    def __getitem__(self, group: int) -> A: ...
    @overload
    def __getitem__(self, group: slice) -> list[A]: ...
    def __getitem__(self, group: int | slice) -> A | list[A]:
        if isinstance(group, slice):
            return [self[one] for one in range(*group.indices(self.n))]
        if not 0 <= group < self.n:
            raise IndexError(group)
        return self.answer(**{name: _one(sums, group) for name, sums in self.sums.items()})


def _is_part(part: object) -> bool:
    return isinstance(part, (Count, Total, Weighted, Product, Tally, Lines, Along, Recipe))


def _one(sums: Any, group: int) -> Any:
    if isinstance(sums, np.ndarray):
        return int(sums[group])
    return sums[group] if isinstance(sums, (Multisets, LinesOfGroups, Grouped)) else sums


def _rows_of(columns: Mapping[str, Column], rows: Index) -> dict[str, Column]:
    return {
        name: column[rows] if isinstance(column, np.ndarray) else column.take(rows) for name, column in columns.items()
    }
