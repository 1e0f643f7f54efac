"""CSV files as columns of text."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import Any

from salesmetrics.errors import shown
from salesmetrics.table.faults import Faults, many

__all__ = ["columns_of_csv"]

_SURPLUS = "(cells beyond the header)"


def columns_of_csv(path: str | Path, faults: Faults) -> dict[str, list[Any]]:
    """The columns of a CSV file in UTF-8 with a header, every cell as its text.

    A row with too few or too many cells is noted as a fault; its surplus cells stand in a column of their own.

    Raises:
        InvalidTableError: The file is not text in UTF-8, has no header, or has a column name twice.
        OSError: The file cannot be read.
    """
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            header, *rows = list(csv.reader(file, strict=True)) or [[]]
    except UnicodeDecodeError as fault:
        faults.add("file", "not_utf_8", f"a CSV file must be in UTF-8, got {fault}", "save it as CSV UTF-8")
        faults.refuse()
    except csv.Error as fault:
        faults.add("file", "not_csv", f"the file must be CSV, got one that is not: {fault}", "check its quotes")
        faults.refuse()
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        detail = f"cells must be parted by commas, got a header of one cell, {shown(header[0])}"
        faults.add("file", "not_csv", detail, "save it as comma-separated values")
    if not header:
        faults.add("file", "no_header", "a CSV file must start with a row of column names, got none", "add it")
        faults.refuse()
    twice = [name for name, times in Counter(header).items() if times > 1]
    if twice:
        faults.add(
            "file", "repeated_column", f"column names must differ, got {shown(twice)} again", "rename one of them"
        )
        faults.refuse()
    rows = [row for row in rows if row]  # a blank line is no row
    width = len(header)
    ragged = [place for place, row in enumerate(rows) if len(row) != width]
    columns: dict[str, list[Any]] = {}
    if ragged:
        detail = f"a row must have {width} cells, got {many(len(ragged), 'row', 'rows')} with another number"
        faults.add("file", "ragged_row", detail, "quote commas inside cells", ragged)
        columns[_SURPLUS] = [row[width:] or None for row in rows]
        rows = [row + [""] * width for row in rows]
    return columns | {name: [row[place] for row in rows] for place, name in enumerate(header)}
