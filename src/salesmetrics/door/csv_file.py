"""CSV files: columns of text."""

from __future__ import annotations

import csv
from collections.abc import Collection, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from attrs import frozen

from salesmetrics.door.cells import Cells
from salesmetrics.door.faults import Faults
from salesmetrics.door.source import told_apart
from salesmetrics.errors import InvalidValueError, shown

__all__ = ["CsvSource", "check_path", "csv_source"]

_SURPLUS = "(cells beyond the header)"


@frozen
class CsvSource:
    """The rows of a CSV file, every cell as its text, and the faults of its form."""

    names: tuple[str, ...]
    repeated: Collection[str]
    faults: Faults
    _rows: list[tuple[str, ...]]
    _is_ragged: bool

    def cells(self, name: str, *, repeats: bool) -> Cells:
        """A column of texts."""
        del repeats  # whoever reads a list finds the different cells as fast
        place = self.names.index(name)
        return [row[place] for row in self._rows]

    def rows(self, rows: Sequence[int]) -> list[dict[str, Any]]:
        """The cells of these rows, those beyond the header in a column of their own."""
        width = len(self.names)
        more = [{_SURPLUS: [*self._rows[row][width:]] or None} if self._is_ragged else {} for row in rows]
        return [dict(zip(self.names, self._rows[row], strict=False)) | one for row, one in zip(rows, more, strict=True)]


def check_path(path: object, instead: str) -> None:
    """Refuse what is no path, such as a file that is open; `instead` knows what to do with other things.

    Raises:
        InvalidValueError: It is none.
    """
    if not isinstance(path, (str, PathLike)):
        raise InvalidValueError(
            f"path must be that of a file, got {type(path).__name__}; write 'data.csv', or use {instead}"
        )


def csv_source(path: str | Path) -> CsvSource:
    """The rows of a CSV file in UTF-8 with a header.

    A row with too few or too many cells is noted as a fault.

    Raises:
        InvalidTableError: The file is not text in UTF-8, or has no header.
        InvalidValueError: The path is none.
        OSError: The file cannot be read.
    """
    check_path(path, "from_columns")
    faults = Faults(str(path))
    read: list[tuple[str, ...]] = []
    line = 0  # at the end of which the last row ended
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            for row in reader:
                read.append(tuple(row))  # lists would be looked through again and again for garbage
                line = reader.line_num
    except UnicodeDecodeError as fault:
        before = fault.object[max(fault.start - 20, 0) : fault.start].decode("utf-8", "ignore")
        came = f"the byte 0x{fault.object[fault.start]:02x}" + (f" after {shown(before)}" if before else "")
        faults.add("file", "not_utf_8", f"a CSV file must be in UTF-8, got {came}", "save it as CSV UTF-8")
        faults.refuse()
    except csv.Error as fault:
        came = f"one that is not, in the row that begins in line {line + 1:,}: {fault}"
        is_long = "field limit" in str(fault)
        hint = "check its quotes" + (", or leave out the column that has longer texts" if is_long else "")
        faults.add("file", "not_csv", f"the file must be CSV, got {came}", hint)
        faults.refuse()
    header, *rows = read or [()]
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        detail = f"cells must be parted by commas, got a header of one cell, {shown(header[0])}"
        faults.add("file", "not_csv", detail, "save it as comma-separated values")
    if not header:
        faults.add("file", "no_header", "a CSV file must start with a row of column names, got none", "add it")
        faults.refuse()
    names, repeated = told_apart(header)
    rows = [row for row in rows if row]  # a blank line is no row
    width = len(header)
    ragged = [place for place, row in enumerate(rows) if len(row) != width]
    cells = f"the {width} cells of the header" if width != 1 else "the one cell of the header"
    faults.note("file", "ragged_row", ragged, f"row does not have {cells}", f"rows do not have {cells}",
                "quote commas inside cells")  # fmt: skip
    for place in ragged:
        rows[place] += ("",) * (width - len(rows[place]))
    return CsvSource(tuple(names), repeated, faults, rows, bool(ragged))
