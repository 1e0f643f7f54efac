"""Frames of every kind, each made of one table of Arrow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

__all__ = ["BACKENDS", "BUILDERS", "EXACT", "table_of"]

pa: Any = pytest.importorskip("pyarrow")
pd: Any = pytest.importorskip("pandas")
pl: Any = pytest.importorskip("polars")
duckdb: Any = pytest.importorskip("duckdb")

_NULLABLE = {
    pa.int64(): pd.Int64Dtype(),
    pa.uint64(): pd.UInt64Dtype(),
    pa.int8(): pd.Int8Dtype(),
    pa.float64(): pd.Float64Dtype(),
    pa.float32(): pd.Float32Dtype(),
    pa.bool_(): pd.BooleanDtype(),
    pa.string(): pd.StringDtype(),
}


def _in_chunks(table: Any) -> Any:
    """The same rows in many chunks, one of them empty; each chunk of a dictionary has its own."""
    return pa.concat_tables([table[:1], table[1:1], table[1:3], table[3:]])


BACKENDS: dict[str, Callable[[Any], Any]] = {
    "pandas": lambda table: table.to_pandas(date_as_object=False),
    "pandas nullable": lambda table: table.to_pandas(types_mapper=_NULLABLE.get, date_as_object=False),
    "pandas arrow": lambda table: table.to_pandas(types_mapper=pd.ArrowDtype),
    "polars": pl.from_arrow,
    "polars lazy": lambda table: pl.from_arrow(table).lazy(),
    "pyarrow": lambda table: table.combine_chunks(),
    "pyarrow in chunks": _in_chunks,
    "duckdb": duckdb.from_arrow,
}
"""How a frame is made of a table of Arrow."""

EXACT = [name for name in BACKENDS if name != "pandas"]
"""Those that can hold whole numbers with gaps; numpy's floats have lost digits before anybody reads them."""

BUILDERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "pyarrow": pa.table,
    "duckdb": lambda columns: duckdb.from_arrow(pa.table(columns)),
}
"""How a frame is built of plain columns, in one call."""


def table_of(**columns: Any) -> Any:
    """A table of Arrow; a pair is cells with their type."""
    return pa.table(
        {name: pa.array(*one) if isinstance(one, tuple) else pa.array(one) for name, one in columns.items()}
    )
