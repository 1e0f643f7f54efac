"""A table of leads written out as plain columns, and the format that reads them back."""

from __future__ import annotations

from typing import Any

import numpy as np

from salesmetrics._numeric.columns import Floats, Masked
from salesmetrics.door.field_columns import FieldColumn
from salesmetrics.door.lead_columns import LeadColumns
from salesmetrics.door.written import days_written
from salesmetrics.format.deal_format import OutcomeColumn
from salesmetrics.format.lead_format import LeadFormat

__all__ = ["lead_columns_written", "lead_format_written"]


def lead_columns_written(leads: LeadColumns) -> dict[str, Any]:
    """The columns of a table as arrays and lists of plain cells."""
    instants = leads.created_at.values.astype("M8[us]")
    instants[~leads.created_at.known] = np.datetime64("NaT")
    return {
        "id": leads.id.tolist() if leads.id.dtype == object else leads.id,
        "created": days_written(leads.created),
        "created_at": instants,
        "source": list(leads.source),
        "outcome": list(leads.outcome),
        "closed": days_written(leads.closed),
        "opportunity": list(leads.opportunity),
        **{name: _written(column) for name, column in leads.fields.items()},
    }


def lead_format_written(leads: LeadColumns) -> LeadFormat:
    """The format that reads these columns."""
    return LeadFormat(
        id="id",
        created="created",
        created_at="created_at",
        source="source",
        closed="closed",
        opportunity="opportunity",
        fields={name: name for name in leads.fields},
        outcome=OutcomeColumn("outcome", won="won", lost="lost", open="open"),
        zone="UTC",  # of the instants
        missing=(),
    )


def _written(column: FieldColumn) -> Any:
    """A field: an array of numbers where there are no gaps or floats can hold them, else a list."""
    if isinstance(column, Floats):
        return np.where(column.known, column.values, np.nan)
    if isinstance(column, Masked) and column.is_complete:
        return column.values.astype(np.int64)
    return list(column)
