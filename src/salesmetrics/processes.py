"""The stages of a sales process, read from what a system says of its pipelines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from salesmetrics.door.csv_file import csv_source
from salesmetrics.door.process_cells import process_of_cells
from salesmetrics.format.process_format import ProcessFormat
from salesmetrics.model.stage import SalesProcess

__all__ = ["read_process"]


def read_process(data: Any, format: ProcessFormat) -> SalesProcess:  # noqa: A002  # the word that users look for
    """The sales process that foreign data tell, a stage in each row.

    Stages of several pipelines stand one pipeline after another, so that a book may hold deals of all of them. Keep
    the stages that were deleted in the export: the past of deals lies in them.

    Args:
        data: The path of a CSV file in UTF-8 with a header, a mapping of column names to columns, or a frame of pandas,
            polars, pyarrow or duckdb.
        format: Which column is which, and how cells are written.

    Raises:
        InvalidTableError: Columns are missing; a stage has no name, that of another, or no probability; or it ends
            deals and is neither certain nor hopeless. `.problems` lists every fault.
        InvalidValueError: The arguments are not what they must be.
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
    return process_of_cells(csv_source(data) if isinstance(data, (str, Path)) else data, format)
