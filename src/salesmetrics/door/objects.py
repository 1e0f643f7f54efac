"""Objects that come through the door: all of one kind, or refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from attrs import asdict

from salesmetrics.errors import InvalidValueError

__all__ = ["cells_of", "objects_of"]

T = TypeVar("T")


def objects_of(
    kind: type[T], given: Iterable[T], table: str, called: str | None = None, hint: str | None = None
) -> list[T]:
    """The objects, if there are no others among them.

    Args:
        kind: What each of them is.
        given: Whatever the caller gave.
        table: The table that they make, such as "Deals".
        called: What the caller calls them, where that is not the table in small letters.
        hint: What to do instead, where the table does not read columns.

    Raises:
        InvalidValueError: A frame, a mapping, text, one object alone, or an object of another kind came.
    """
    called, one_kind = called or table.lower(), kind.__name__
    hint = hint or f"for columns of foreign data use {table}.from_columns(data, format)"
    if type(given) is kind:
        raise InvalidValueError(f"{called} must be several {one_kind} objects, got one; write [{one_kind.lower()}]")
    if isinstance(given, (str, bytes, Mapping)) or hasattr(given, "columns") or not isinstance(given, Iterable):
        raise InvalidValueError(f"{called} must be {one_kind} objects, got {type(given).__name__}; {hint}")
    rows = list(given)
    if not set(map(type, rows)) <= {kind}:
        stray = next(row for row, one in enumerate(rows) if type(one) is not kind)
        raise InvalidValueError(
            f"{called} must be {one_kind} objects, got {type(rows[stray]).__name__} at row {stray}; {hint}"
        )
    return rows


def cells_of(rows: Sequence[Any]) -> Callable[[Sequence[int]], list[dict[str, Any]]]:
    """What says of some of the objects what stands in their fields, as of foreign rows what stood in their columns."""
    return lambda some: [asdict(rows[row], recurse=False) for row in some]
