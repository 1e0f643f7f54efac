"""What every table is: a sequence of its things, of which a slice is a table again; and what it does by rows."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from operator import eq, index
from typing import Any, ClassVar, Self, TypeVar, overload

import numpy as np
from attrs import AttrsInstance, asdict
from numpy.typing import ArrayLike, NDArray

from salesmetrics._numeric.columns import Coded, Index, Masked
from salesmetrics._numeric.days import day_of_number
from salesmetrics.door.faults import SetAside
from salesmetrics.errors import InvalidValueError, nearest, shown
from salesmetrics.model.labels import EMPTY, FrozenMapping

__all__ = ["Keyed", "Table", "dates", "mappings", "rows_of", "unknown_key"]

T = TypeVar("T")


class Table(Sequence[T]):
    """A sequence that is laid down in columns."""

    set_aside: tuple[SetAside, ...]
    """Rows that the door kept out, with `bad_rows="set_aside"`; empty in tables made from this one."""

    @classmethod
    def _of_columns(cls, columns: AttrsInstance, aside: tuple[SetAside, ...] = ()) -> Self:
        """The table of columns that came through the door, and of the rows that did not."""
        made: type[Any] = cls  # each table has the columns of its own kind
        table: Self = made(**asdict(columns, recurse=False), set_aside=aside)
        return table

    @abstractmethod
    def take(self, index: Index) -> Self:
        """The rows at these places, in this order; a slice is a view and copies nothing."""

    @overload
    def __getitem__(self, row: int) -> T: ...
    @overload
    def __getitem__(self, row: slice) -> Self: ...
    def __getitem__(self, row: int | slice) -> T | Self:
        if isinstance(row, slice):
            return self.take(row)
        try:
            place = index(row)
        except TypeError:  # of masks and lists of rows, too, which frames take here
            raise TypeError(
                f"a row must be a whole number or a slice, got {shown(row)}; a column is an attribute, "
                "a mask is for filter() and rows are for take()"
            ) from None
        if not -len(self) <= place < len(self):
            raise IndexError(f"a row must be one of {len(self):,}, got {place}")
        start = place % len(self)
        return next(iter(self.take(slice(start, start + 1))))

    @property
    def _and_aside(self) -> str:
        """How many rows were set aside, for the end of the line that shows a table."""
        return f"; {len(self.set_aside):,} set aside" if self.set_aside else ""

    def _facts(self) -> tuple[Any, ...]:
        """What tells two tables with the same rows apart."""
        return ()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Table) or type(other) is not type(self):
            return NotImplemented
        if self is other:
            return True
        return len(self) == len(other) and self._facts() == other._facts() and all(map(eq, self, other))

    # equal tables may lay their names down in different codes
    __hash__ = None  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]


class Keyed(Table[T]):
    """A table of which groups can be made, because it has columns of names."""

    ordered_keys: ClassVar[frozenset[str]] = frozenset()
    """Keys whose names have an order of their own, such as the stages of a process; the names of others are sorted."""

    @abstractmethod
    def key(self, name: Any) -> Coded:
        """The column of names that groups are made by."""


def rows_of(mask: ArrayLike, n_rows: int, things: str, example: str) -> NDArray[np.intp]:
    """Where a mask is true.

    Raises:
        InvalidValueError: It does not hold one truth value per row.
    """
    flags = np.asarray(mask)
    if flags.shape != (n_rows,) or (flags.dtype != np.bool_ and flags.size):
        raise InvalidValueError(
            f"a mask must hold one truth value for each of {n_rows:,} {things}, got {flags.dtype} of shape "
            f"{flags.shape}; compare a column, as in {example}"
        )
    return np.flatnonzero(flags)


def unknown_key(name: object, n_rows: int, known: Sequence[str], own: str) -> Coded:
    """The column of a key that no row has, where there are no rows: they would say which keys there are.

    Raises:
        InvalidValueError: There are rows.
    """
    if not n_rows:
        return Coded(np.zeros(0, np.int8), ())
    raise InvalidValueError(f"a key must be a column or {own}, got {shown(name)}; {nearest(name, known)}")


def dates(column: Masked) -> Iterator[date | None]:
    """Row by row the day that a number of days since 1970 says."""
    return (None if number is None else day_of_number(number) for number in column)


def mappings(columns: Mapping[str, Iterable[Hashable]], n_rows: int) -> Iterator[FrozenMapping[Any]]:
    """Row by row what stands in columns of the user's own; a gap is no entry."""
    if not columns:
        return iter([EMPTY] * n_rows)
    return (FrozenMapping(dict(zip(columns, row, strict=True))) or EMPTY for row in zip(*columns.values(), strict=True))
