"""What one foreign cell says, as the kind of its column asks: an id, a name, a number, a flag or a label."""

from __future__ import annotations

import re
from decimal import Decimal
from math import isfinite
from typing import Any

from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.labels import is_label

__all__ = ["LARGEST_NAME", "as_flag", "as_id", "as_label", "as_name", "as_number", "conversion_of", "id_fault", "is_id"]

LARGEST_NAME = 128
"""Bits of a whole number that stands for its text."""

_NUMBER = re.compile(r"-?\d{1,300}(?:\.\d{1,300})?", re.ASCII)
# pandas makes floats of 1 and 0 with gaps among them
_FLAGS = {"true": True, "yes": True, "1": True, "1.0": True, "false": False, "no": False, "0": False, "0.0": False}


def is_id(cell: Any) -> bool:
    """Whether a cell is text or a whole number."""
    return type(cell) is int or (type(cell) is str and cell != "")


def id_fault(cell: Any) -> str:
    """What is wrong with a cell that is no id."""
    return f"an id must be text or a whole number, got {shown(cell)}; {conversion_of(cell)}"


def as_id(cell: Any) -> str | int:
    """An id: text or a whole number, as it is."""
    if is_id(cell):
        found: str | int = cell
        return found
    raise InvalidValueError(id_fault(cell))


def as_name(cell: Any) -> str:
    """A name; a whole number stands for its text."""
    if type(cell) is str:
        return cell
    if type(cell) is int and cell.bit_length() <= LARGEST_NAME:
        return str(cell)
    raise InvalidValueError(f"a name must be text, got {shown(cell)}; {conversion_of(cell)}")


def as_number(cell: Any) -> float:
    """A number; a text is one of ASCII digits with at most one point."""
    if type(cell) is int:
        return cell
    if type(cell) is str and _NUMBER.fullmatch(cell):
        return float(cell) if "." in cell else int(cell)
    if isinstance(cell, (float, Decimal)) and isfinite(cell):
        return float(cell)
    raise InvalidValueError(f"a number must be written in digits with a point, got {shown(cell)}; convert it first")


def as_flag(cell: Any) -> bool:
    """A cell that says yes or no."""
    flag = _FLAGS.get(str(cell).strip().casefold())
    if flag is None:
        raise InvalidValueError(f"a flag must be true or false, got {shown(cell)}; write one of them")
    return flag


def as_label(cell: Any) -> Any:
    """The user's own value, as it is."""
    if is_label(cell):
        return cell
    what = "cast the column to floats or to texts" if isinstance(cell, Decimal) else "convert it first"
    raise InvalidValueError(f"a label must be text, a number, a flag or a day, got {shown(cell)}; {what}")


def conversion_of(cell: Any) -> str:
    """What to do with a cell of another kind."""
    if isinstance(cell, float) and cell.is_integer():
        return "keep whole numbers whole: pandas makes floats of those with gaps, unless the column is of type 'Int64'"
    if isinstance(cell, Decimal):
        return "cast the column to whole numbers or to texts: databases make decimals of numbers beyond 64 bits"
    return "convert it first"
