"""Objects that come through the door: all of one kind, or refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from salesmetrics.errors import InvalidValueError

__all__ = ["objects_of"]

T = TypeVar("T")


def objects_of(kind: type[T], given: Iterable[T], table: str) -> list[T]:
    """The objects, if there are no others among them.

    Args:
        kind: What each of them is.
        given: Whatever the caller gave.
        table: The table that they make, such as "Deals".

    Raises:
        InvalidValueError: A frame, a mapping, text, one object alone, or an object of another kind came.
    """
    hint = f"for columns of foreign data use {table}.from_columns(data, format)"
    if isinstance(given, (str, bytes, Mapping)) or hasattr(given, "columns") or not isinstance(given, Iterable):
        raise InvalidValueError(f"{table.lower()} must be {kind.__name__} objects, got {type(given).__name__}; {hint}")
    rows = list(given)
    if not set(map(type, rows)) <= {kind}:
        stray = next(row for row, one in enumerate(rows) if type(one) is not kind)
        raise InvalidValueError(
            f"{table.lower()} must be {kind.__name__} objects, got {type(rows[stray]).__name__} at row {stray}; {hint}"
        )
    return rows
