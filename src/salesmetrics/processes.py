"""The stages of a sales process, read from what a system says of its pipelines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from salesmetrics.door.csv_file import csv_source
from salesmetrics.door.process_cells import process_of_cells
from salesmetrics.format.process_format import ProcessFormat
from salesmetrics.model.stage import SalesProcess

__all__ = ["read_process"]


def read_process(
    data: Any,
    format: ProcessFormat,  # noqa: A002  # the word that users look for
    pipeline: str | None = None,
) -> SalesProcess:
    """The sales process that foreign data tell, a stage in each row.

    Deals go through the stages of one pipeline, so a process is of one: a conversion from a stage of one pipeline to
    one of another would mean nothing. Keep the stages that were deleted in the export: the past of deals lies in them.

    Args:
        data: The path of a CSV file in UTF-8 with a header, a mapping of column names to columns, or a frame of pandas,
            polars, pyarrow or duckdb.
        format: Which column is which, and how cells are written.
        pipeline: Which one, where the data have several; the rows of the others are not read.

    Raises:
        InvalidTableError: Columns are missing; a stage has no name, that of another, or no probability; or it ends
            deals and is neither certain nor hopeless. `.problems` lists every fault.
        InvalidValueError: There are several pipelines and none is named, or not that one; or the arguments are not of
            their kind.
        OSError: The file cannot be read.

    Examples:
        >>> pipelines = {
        ...     "Stage": ["Talk", "Trial", "Signed", "Gone"],
        ...     "Chance": [20, 60, 100, 0],
        ...     "Ends": ["no", "no", "yes", "yes"],
        ... }
        >>> form = ProcessFormat(stage="Stage", probability="Chance", closed="Ends", probability_scale="percent")
        >>> for stage in read_process(pipelines, form):
        ...     print(stage.name, stage.probability, stage.outcome.value)
        Talk 0.2 open
        Trial 0.6 open
        Signed 1.0 won
        Gone 0.0 lost
    """
    return process_of_cells(csv_source(data) if isinstance(data, (str, Path)) else data, format, pipeline)
