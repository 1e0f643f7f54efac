"""What stands for nothing among cells of a frame."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np

__all__ = ["GAPS", "is_gap"]

GAPS = ("NAType", "NaTType")
"""The kinds that pandas has for it, which are known by name, so that pandas need not be imported."""


def is_gap(cell: Any) -> bool:
    """Whether a cell that is no text stands for nothing: `None`, NaN, NaT."""
    if isinstance(cell, Decimal):
        return cell.is_nan()
    if cell is None or type(cell).__name__ in GAPS:
        return True
    return isinstance(cell, (float, np.datetime64)) and bool(cell != cell)  # noqa: PLR0124  # NaN, NaT
