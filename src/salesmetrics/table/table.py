"""What every table is: a sequence of its things, of which a slice is a table again."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from operator import eq
from typing import Any, Self, TypeVar, overload

from salesmetrics._numeric.columns import Index
from salesmetrics.errors import shown

__all__ = ["Table"]

T = TypeVar("T")


class Table(Sequence[T]):
    """A sequence that is laid down in columns."""

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
        if not hasattr(row, "__index__"):
            raise TypeError(f"a row must be a whole number or a slice, got {shown(row)}; a column is an attribute")
        if not -len(self) <= row < len(self):
            raise IndexError(f"a row must be one of {len(self):,}, got {row}")
        start = row % len(self)
        return next(iter(self.take(slice(start, start + 1))))

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
