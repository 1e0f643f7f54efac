"""Frames of pandas, polars, pyarrow and duckdb as columns of cells: one extraction for each kind of column."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from salesmetrics._numeric.columns import Coded, Masked
from salesmetrics._numeric.days import FIRST_DAY, LAST_DAY
from salesmetrics._numeric.gaps import is_gap
from salesmetrics.door.cells import Cells, Instants, as_cells
from salesmetrics.door.source import told_apart
from salesmetrics.errors import MissingExtraError

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw

__all__ = ["FrameSource", "frame_source", "may_be_frame"]


def may_be_frame(data: object) -> bool:
    """Whether it looks like a frame; only then is it worth an import to find out."""
    return any(hasattr(type(data), name) for name in ("columns", "__arrow_c_stream__"))


def frame_source(
    data: Any, wanted: Collection[str], instants: Collection[str], zone: str | None, *, whole: bool
) -> FrameSource | None:
    """The columns of a frame, or `None` when it is none.

    Args:
        data: An eager or a lazy frame; a lazy one is collected once.
        wanted: The columns that will be read.
        instants: Those of them whose times are read as points in time, and not on the clock of the zone.
        zone: Where a day begins, for times in a zone.
        whole: Whether other columns of a lazy frame are collected too, because raw cells will be asked for.

    Raises:
        MissingExtraError: narwhals is not installed, or pyarrow for a relation of duckdb.
    """
    try:
        import narwhals.stable.v2 as nw
    except ImportError:
        raise MissingExtraError(
            f"a frame needs narwhals to be read, got {type(data).__name__} without it; "
            "pip install 'salesmetrics[frames]'"
        ) from None
    data, repeated = _told_apart(data)
    try:
        frame = nw.from_native(data)
    except TypeError:
        return None
    names = frame.collect_schema().names()
    if isinstance(frame, nw.LazyFrame):
        some = [name for name in names if name in wanted] or names[:1]
        frame = (frame if whole else frame.select(some)).collect()
    return FrameSource(frame, names, repeated, instants, zone)


def _told_apart(data: Any) -> tuple[Any, Collection[str]]:
    """The frame with columns of different names, which narwhals asks for, and the names that came more than once."""
    from narwhals import dependencies as made_by  # the stable face came to know duckdb later

    frame: Any = data  # the words below would narrow its type to one library's
    if made_by.is_duckdb_relation(data):
        _check_arrow()
        if len(set(frame.columns)) < len(frame.columns):
            frame = frame.to_arrow_table()  # by name, it would give none of the columns of one name
    if made_by.is_pandas_like_dataframe(data):
        names, repeated = told_apart(frame.columns)
        return frame if names == list(frame.columns) else frame.set_axis(names, axis=1), repeated
    if made_by.is_pyarrow_table(frame):
        names, repeated = told_apart(frame.column_names)
        return frame.rename_columns(names) if repeated else frame, repeated
    return data, ()


def _check_arrow() -> None:
    try:
        import_module("pyarrow")
    except ImportError:
        raise MissingExtraError(
            "a relation of duckdb needs pyarrow to be read, got one without it; pip install pyarrow"
        ) from None


@frozen
class FrameSource:
    """The columns of a frame. Its rows are counted from 0 in its own order, whatever index it has."""

    frame: nw.DataFrame[Any]
    names: Collection[str]
    repeated: Collection[str]
    instants: Collection[str]
    zone: str | None

    def cells(self, name: str, *, repeats: bool) -> Cells:
        """A column, by its kind."""
        import narwhals.stable.v2 as nw

        column = self.frame[name]
        kind, native = column.dtype, getattr(column.to_native(), "dtype", None)
        # pandas looks at some of the objects in a column to say what they are; others may be something else
        if native == np.dtype(object):
            return as_cells(column.to_list())
        if kind in (nw.String, nw.Categorical, nw.Enum):
            return _texts(column, repeats=repeats)
        if kind.is_numeric() and kind not in (nw.Decimal, nw.Int128, nw.UInt128):
            return _numbers(column)
        if kind == nw.Date:
            times = column.cast(nw.Datetime("ms")).to_numpy()  # dates of pandas would be objects
            return as_cells(times.astype("M8[D]"))  # a day, and not the first moment of it
        if isinstance(kind, nw.Datetime) and kind.time_zone is None:
            return as_cells(column.to_numpy())
        if isinstance(kind, nw.Datetime):
            zone = "UTC" if name in self.instants else self.zone
            if zone is None:
                return _like_the_first(column)
            if hasattr(native, "pyarrow_dtype"):  # pandas 2 takes times back to UTC with their zone, if Arrow has them
                column = _of_arrow(column)
            times = column.dt.convert_time_zone(zone).dt.replace_time_zone(None).to_numpy()
            return Instants(times) if name in self.instants else as_cells(times)
        return as_cells(_objects(column))  # flags, decimals, what says nothing of a deal, what only the backend knows

    def rows(self, rows: Sequence[int]) -> list[dict[str, Any]]:
        """All that stood in these rows, in the backend's own objects; gaps are `None`."""
        columns = {name: _picked(self.frame[name], rows) for name in self.names}
        return [{name: cells[place] for name, cells in columns.items()} for place in range(len(rows))]


def _numbers(column: nw.Series[Any]) -> Cells:
    """Numbers with their gaps beside them: an array of floats would lose digits of whole numbers."""
    gaps = column.is_null().to_numpy()
    cells = as_cells(column.fill_null(0).to_numpy())
    if not gaps.any():
        return cells
    if isinstance(cells, np.ndarray) and cells.dtype == np.int64:
        return Masked(cells, ~gaps)
    if isinstance(cells, np.ndarray):
        cells[gaps] = np.nan
        return cells
    return [None if gap else cell for cell, gap in zip(cells, gaps, strict=True)]  # beyond 64 bits


def _texts(column: nw.Series[Any], *, repeats: bool) -> Cells:
    """Texts in a list, or as codes into the different ones, which may be gaps too.

    Arrow finds the different texts of every backend in 30 to 60 ns a row; a list of them with a dict takes 200 (and
    1,300 from columns of Arrow in pandas), narwhals' own `unique` and `replace_strict` 80 to 560. Never an array of
    texts: its cells would all be as wide as the widest.
    """
    try:
        cells = column.to_arrow()
        if not repeats:
            return list(cells.to_pylist())
        encoded = cells.dictionary_encode()
        if hasattr(encoded, "combine_chunks"):  # pandas joins frames by keeping the chunks of both
            encoded = encoded.combine_chunks()
        codes = encoded.indices.cast("int64").fill_null(-1).to_numpy()
        return Coded(codes.copy(), encoded.dictionary.to_pylist())
    # no Arrow here, or cells that it cannot hold: half a character, a number beyond 64 bits among categories
    except (ImportError, ValueError, TypeError, NotImplementedError, OverflowError):
        return column.to_list()


def _like_the_first(column: nw.Series[Any]) -> Cells:
    """Times in a zone that no reading takes, for want of a zone in the format: one says for all of them what came."""
    gaps = column.is_null().to_numpy()
    first = _objects(column.drop_nulls().head(1))
    last = datetime.max.replace(tzinfo=UTC)  # in place of a time after all that Python knows, which would lose its zone
    return Coded(np.where(gaps, -1, 0), [last if isinstance(cell, np.datetime64) else cell for cell in first])


def _picked(column: nw.Series[Any], rows: Sequence[int]) -> list[Any]:
    """The cells of some rows."""
    try:
        cells = _objects(column[list(rows)])
    except NotImplementedError:  # Arrow cannot pick from columns of every kind
        listed = _objects(column)
        cells = [listed[row] for row in rows]
    return [None if is_gap(cell) else cell for cell in cells]


def _objects(column: nw.Series[Any]) -> list[Any]:
    """The cells in the backend's own objects; days and times that Python does not know are numpy's, on UTC's clock.

    A database may say "for ever" with a day in a year after all that Python knows. Of such a cell Arrow makes no
    object, and polars ends the program.
    """
    import narwhals.stable.v2 as nw

    kind = column.dtype
    if kind != nw.Date and not isinstance(kind, nw.Datetime):
        return column.to_list()
    times = column.dt.timestamp("ms").fill_null(0).to_numpy().astype("M8[ms]")
    days = times.astype("M8[D]")
    is_zoned = isinstance(kind, nw.Datetime) and kind.time_zone is not None
    edge = 1 if is_zoned else 0  # the clocks of a zone may show the day beside that of UTC
    numbers = days.astype(np.int64)
    is_far = (numbers < FIRST_DAY + edge) | (numbers > LAST_DAY - edge)
    if not is_far.any():
        return column.to_list()
    far, others = days if kind == nw.Date else times, iter(column.filter((~is_far).tolist()).to_list())
    return [far[row] if beyond else next(others) for row, beyond in enumerate(is_far.tolist())]


def _of_arrow(column: nw.Series[Any]) -> nw.Series[Any]:
    """A column of pandas that Arrow holds, as Arrow's own."""
    import narwhals.stable.v2 as nw
    from pyarrow import chunked_array

    return nw.from_native(chunked_array([column.to_arrow()]), series_only=True)
