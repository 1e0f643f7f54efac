"""Recipes: what is summed over rows, and what the sums are put into; for all rows, or for every group in one pass."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeAlias, TypeVar, overload

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, Flags, Index, Masked, joined, readonly
from salesmetrics._numeric.multiset import Multiset, Multisets, multiset, multisets
from salesmetrics._numeric.order import stable_order
from salesmetrics._numeric.sums import Groups, IntColumn, Pass, total, total_of_products, weighed
from salesmetrics.errors import InvalidValueError, shown

__all__ = [
    "Along",
    "Count",
    "Grouped",
    "Lines",
    "LinesOfGroups",
    "Product",
    "Recipe",
    "Tally",
    "Total",
    "Weighted",
    "united_lines",
]

A = TypeVar("A")

Column: TypeAlias = NDArray[Any] | Masked | Coded
"""A value for each row."""


class Part(ABC):
    """Something that is summed over rows."""

    @abstractmethod
    def whole(self) -> Any:
        """Its sum over all rows."""

    @abstractmethod
    def promised(self, rows: Pass) -> Callable[[], Any]:
        """What will be its sums over the rows of each group, once all that share a pass are named."""

    def grouped(self, groups: Groups) -> Any:
        """Its sums over the rows of each group, one place per group."""
        return self.promised(Pass(groups))()


def _check_mask(mask: Flags, n_rows: int | None = None) -> None:
    """Refuse what is not one truth value per row, before it quietly counts something else."""
    if not isinstance(mask, np.ndarray) or mask.dtype != np.bool_ or mask.ndim != 1 or n_rows not in (None, len(mask)):
        what = f"{mask.dtype} of shape {mask.shape}" if isinstance(mask, np.ndarray) else shown(mask)
        raise InvalidValueError(
            f"a mask must hold one truth value for each row, got {what}; compare a column, as in column.is_in('Ada')"
        )


@frozen(eq=False)
class Count(Part):
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

    def promised(self, rows: Pass) -> Callable[[], IntColumn]:
        return rows.counts(self.mask)


@frozen(eq=False)
class Total(Part):
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

    def promised(self, rows: Pass) -> Callable[[], IntColumn]:
        return rows.totals(self.column, self.mask)


@frozen(eq=False)
class Weighted(Part):
    """The exact sum of a column, each row times the whole-number weight of its name.

    Rows are summed by name first and weighed after, so no row is ever multiplied. Weights that are shares are given in
    millionths, and the sum is in millionths, as `WeightedTotal` has it.

    Raises:
        InvalidValueError: The weights are no whole numbers, or not one for each name.

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
        _check_mask(self.mask, len(self.names))
        names = self.names.names
        if len(self.weights) != len(names) or any(type(weight) is not int for weight in self.weights):
            raise InvalidValueError(
                f"weights must be whole numbers, one for each of {len(names)} names, got {shown(self.weights)}; "
                "write millionths of a share"
            )

    def whole(self) -> int:
        return int(self.grouped(Groups(np.zeros(len(self.column), np.int8), 1))[0])

    def promised(self, rows: Pass) -> Callable[[], IntColumn]:
        by_name, shape = rows.within(self.names).totals(self.column, self.mask), (rows.groups.n, len(self.weights) + 1)
        return lambda: weighed(by_name().reshape(shape), [0, *self.weights])  # rows without a name weigh nothing


@frozen(eq=False)
class Product(Part):
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
        return total_of_products(self.column, self.weights, self.mask)

    def promised(self, rows: Pass) -> Callable[[], IntColumn]:
        promises = [(rows.totals(one, self.mask), scale) for one, scale in self._products()]
        return lambda: _scaled([(sums(), scale) for sums, scale in promises])

    def _products(self) -> list[tuple[Masked, int]]:
        """Columns whose sums, each times its scale, add up to that of the products."""
        known = self.column.known & self.weights.known
        weights, values = self.weights.values.astype(np.int64), self.column.values.astype(np.int64)
        if self.column.bound * self.weights.bound < 2**63:
            return [(Masked(values * weights, known), 1)]
        halves = (values >> 32, 2**32), (values & 0xFFFF_FFFF, 1)  # each fits beside a weight of 31 bits
        return [(Masked(half * weights, known), scale) for half, scale in halves]


@frozen(eq=False)
class Tally(Part):
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
        return multiset(self.column, self.column.known_among(self.mask))

    def promised(self, rows: Pass) -> Callable[[], Multisets]:
        return lambda: multisets(self.column, self.column.known_among(self.mask), rows.groups)


@frozen(eq=False)
class Lines(Part):
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

    def promised(self, rows: Pass) -> Callable[[], LinesOfGroups]:
        return lambda: self._sorted(rows.groups)

    def _sorted(self, groups: Groups) -> LinesOfGroups:
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

    def take(self, groups: NDArray[np.intp]) -> LinesOfGroups:
        """Some of the groups, in order, where the others have no lines."""
        return LinesOfGroups(self.lines, self.columns, np.append(self.starts.take(groups), self.starts[-1]))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, group: int) -> Any:
        if not 0 <= group < len(self):
            raise IndexError(group)
        return self.lines(**_rows_of(self.columns, slice(self.starts[group], self.starts[group + 1])))


def united_lines(parts: Sequence[LinesOfGroups], places: Sequence[NDArray[np.intp]], n: int) -> LinesOfGroups:
    """The lines of `n` groups, from those of parts; where each part's groups stand among all is in `places`."""
    codes = np.concatenate([place.repeat(np.diff(one.starts)) for one, place in zip(parts, places, strict=True)])
    order = stable_order(codes, np.zeros(len(codes), np.int64))
    columns = {name: joined([one.columns[name] for one in parts]) for name in parts[0].columns}
    starts = np.searchsorted(codes.take(order), np.arange(n + 1))
    return LinesOfGroups(parts[0].lines, _rows_of(columns, order), starts)


@frozen(eq=False)
class Along(Part):
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

    def promised(self, rows: Pass) -> Callable[[], Any]:
        return self.part.promised(rows.along(self.rows))


class Recipe(Part, Generic[A]):
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
            elif isinstance(part, (Count, Total, Weighted, Product, Tally, Lines)):
                _check_mask(part.mask, n_rows)

    def whole(self) -> A:
        """The answer for all rows."""
        return self.answer(
            **{name: part.whole() if isinstance(part, Part) else part for name, part in self.parts.items()}
        )

    def promised(self, rows: Pass) -> Callable[[], Grouped[A]]:
        """What will be the answers for each group."""
        promises = {name: part.promised(rows) for name, part in self.parts.items() if isinstance(part, Part)}
        return lambda: Grouped(
            self.answer,
            {name: promises[name]() if name in promises else part for name, part in self.parts.items()},
            rows.groups.n,
        )


class Grouped(Sequence[A]):
    """The answers of many groups, kept as columns of sums; an answer is made when it is looked at."""

    def __init__(self, answer: Callable[..., A], sums: Mapping[str, Any], n: int) -> None:
        self.answer = answer
        self.sums = {name: readonly(one) if isinstance(one, np.ndarray) else one for name, one in sums.items()}
        self.n = n

    def take(self, groups: NDArray[np.intp]) -> Grouped[A]:
        """Some of the groups, in order, where the others have no rows."""
        sums = {
            name: one.take(groups) if isinstance(one, (np.ndarray, Multisets, LinesOfGroups, Grouped)) else one
            for name, one in self.sums.items()
        }
        return Grouped(self.answer, sums, len(groups))

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


def _scaled(sums: list[tuple[IntColumn, int]]) -> IntColumn:
    """Sums, each times its scale, added up."""
    if len(sums) == 1:
        return sums[0][0]
    exact: IntColumn = np.sum([one.astype(object) * scale for one, scale in sums], axis=0)
    return exact


def _one(sums: Any, group: int) -> Any:
    if isinstance(sums, np.ndarray):
        return int(sums[group])
    return sums[group] if isinstance(sums, (Multisets, LinesOfGroups, Grouped)) else sums


def _rows_of(columns: Mapping[str, Column], rows: Index) -> dict[str, Column]:
    return {
        name: column[rows] if isinstance(column, np.ndarray) else column.take(rows) for name, column in columns.items()
    }
