"""Foreign data, opened through a format: the columns that it names, and a reader of their cells."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from attrs import frozen

from salesmetrics._numeric.columns import Coded
from salesmetrics.door.cells import Cells
from salesmetrics.door.clock import Clock
from salesmetrics.door.csv_file import CsvSource
from salesmetrics.door.faults import BadRows, Faults
from salesmetrics.door.frames import FrameSource, frame_source, may_be_frame
from salesmetrics.door.reader import Reader
from salesmetrics.door.source import MappingSource, told_apart
from salesmetrics.errors import InvalidValueError, nearest
from salesmetrics.format.cell_format import CellFormat
from salesmetrics.model.zones import zone_named

__all__ = ["Opened", "opened"]

Source: TypeAlias = MappingSource | FrameSource | CsvSource


@frozen
class Opened:
    """The columns that a format names, and how their cells are read.

    Args:
        cells: The columns that are there, by name.
        n_rows: How many rows they have.
        reader: Reads cells that are written as the format says.
        raw: What stood in some rows, in columns that the format names and in others.
        form: The format.
    """

    cells: dict[str, Cells]
    n_rows: int
    reader: Reader
    raw: Callable[[Sequence[int]], list[dict[str, Any]]]
    form: CellFormat

    def column(self, name: str | None) -> Cells:
        """The cells of a column; where there is none, gaps."""
        absent = Coded(np.full(self.n_rows, -1, np.int8), ())
        return absent if name is None else self.cells.get(name, absent)

    def field(self, name: str) -> tuple[Cells, str]:
        """The cells of a field of the format, and what the caller calls them."""
        named: str | None = getattr(self.form, name)
        return self.column(named), named or name


def opened(
    data: Any, form: CellFormat, bad_rows: BadRows, each_its_own: Collection[str | None], example: str, table: str
) -> Opened:
    """Open a CSV file, a mapping or a frame.

    Args:
        data: The foreign data.
        form: Which columns are read, and how their cells are written.
        bad_rows: Whether raw cells will be asked for.
        each_its_own: Columns whose cells seldom repeat.
        example: A mapping that would do, for whoever gives something else.
        table: What is read, for errors; a file goes by its own name.

    Raises:
        InvalidTableError: Columns are of different lengths.
        InvalidValueError: The data are no columns.
    """
    source = _source(data, form, bad_rows, example)
    faults = source.faults if isinstance(source, CsvSource) else Faults(table)
    cells = _cells_of(source, form, each_its_own, faults)
    zone = None if form.zone is None else zone_named(form.zone)
    missing = frozenset(form.missing)
    reader = Reader(faults, missing, form.rounding, Clock(form.date_format, zone), escaped=form.escaped)
    return Opened(cells, max(map(len, cells.values()), default=0), reader, source.rows, form)


def _source(data: Any, form: CellFormat, bad_rows: BadRows, example: str) -> Source:
    if isinstance(data, CsvSource):
        return data
    if isinstance(data, Mapping):
        if all(isinstance(name, str) for name in data):
            return MappingSource(data)
        names, repeated = told_apart(data)  # as of a frame whose columns are called by numbers
        return MappingSource(dict(zip(names, data.values(), strict=True)), repeated)
    source = None
    if may_be_frame(data):
        source = frame_source(data, form.columns, form.instants, form.zone, whole=bad_rows == "set_aside")
    if source is None:
        is_rows = isinstance(data, (list, tuple)) and bool(data) and isinstance(data[0], Mapping)
        hint = "turn the rows into columns: {name: [row.get(name) for row in rows] for name in format.columns}"
        raise InvalidValueError(
            f"data must map column names to columns, got {type(data).__name__}{' of rows' * is_rows}; "
            + (hint if is_rows else f"write {example}, or give a frame")
        )
    return source


def _cells_of(
    source: Source, form: CellFormat, each_its_own: Collection[str | None], faults: Faults
) -> dict[str, Cells]:
    cells: dict[str, Cells] = {}
    for name in form.columns:
        if name not in source.names:
            faults.add(name, "missing_column", "the data have no such column", nearest(name, source.names))
            continue
        if name in source.repeated:
            faults.add(name, "repeated_column", "the data have several columns of this name", "rename all but one")
            continue
        try:
            cells[name] = source.cells(name, repeats=name not in each_its_own)
        except InvalidValueError as fault:
            detail, _, hint = str(fault).rpartition("; ")
            faults.add(name, "not_a_column", detail, hint)
    lengths = {len(column) for column in cells.values()}
    if len(lengths) > 1:
        sizes = ", ".join(f"{name} {len(column):,}" for name, column in cells.items())
        faults.add("columns", "unequal_lengths", f"columns must be of one length, got {sizes}", "give every row a cell")
        faults.refuse()
    return cells
