"""CSV files as columns of text."""

from __future__ import annotations

import csv
from collections import Counter
from itertools import zip_longest
from pathlib import Path

from salesmetrics.table.faults import Faults, many

__all__ = ["columns_of_csv"]


def columns_of_csv(path: str | Path, faults: Faults) -> dict[str, list[str | None]]:
    """The columns of a CSV file in UTF-8 with a header, every cell as its text.

    A row with too few or too many cells is noted as a fault; what it has is read.

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
    if not header:
        faults.add("file", "no_header", "a CSV file must start with a row of column names, got none", "add it")
    for name, times in Counter(header).items():
        if times > 1:
            faults.add(name, "repeated_column", f"column names must differ, got one {times} times", "rename one of them")
    if faults.found:
        faults.refuse()
    rows = [row for row in rows if row]  # a blank line is no row
    ragged = [place for place, row in enumerate(rows) if len(row) != len(header)]
    if ragged:
        faults.add("file", "ragged_row", f"a row must have {len(header)} cells; " + many(len(ragged), "row has", "rows have")
                   + " another number", "quote commas inside cells", ragged)  # fmt: skip
    cut = [row[: len(header)] for row in rows] if ragged else rows
    columns = zip_longest(header, *cut)
    return {str(name): list(cells) for name, *cells in columns}
