"""What leads say before it is known what becomes of them."""

from __future__ import annotations

from salesmetrics._numeric.columns import Coded
from salesmetrics.errors import InvalidValueError, nearest, shown
from salesmetrics.table.leads import Leads

__all__ = ["said_by"]


def said_by(leads: Leads, name: str) -> Coded:
    """What is known of leads by this name: their source, or a field. What became of them is neither.

    Raises:
        InvalidValueError: No lead has such a field.
    """
    known = ["source", *leads.fields]
    if len(leads) and name not in known:
        raise InvalidValueError(
            f"a field must be 'source' or one that leads have, got {shown(name)}; {nearest(name, known)}"
        )
    return leads.key(name)
