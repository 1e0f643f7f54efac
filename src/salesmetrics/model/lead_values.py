"""What the fields of leads say, as the texts that counts are kept by."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence

from salesmetrics.model.labels import Label
from salesmetrics.model.lead import Lead

__all__ = ["field_texts", "value_of"]


def value_of(lead: Lead, name: str) -> Label | None:
    """What is known of a lead by this name: its source, or a field."""
    return lead.source if name == "source" else lead.fields.get(name)


def field_texts(
    value: Label | None, name: str, bins: Mapping[str, Sequence[float]], several: Mapping[str, str]
) -> tuple[str, ...]:
    """What a field says, none where it is not known; an empty text is something that is said.

    Args:
        value: Of the field.
        name: The field's.
        bins: Of fields that are numbers the bounds, ascending: a number at a bound is in the group above it.
        several: Of fields that say several things the text between them.

    Examples:
        >>> field_texts(60, "employees", {"employees": [50, 200]}, {}), field_texts(True, "persona", {}, {})
        (('50 to 200',), ('True',))
        >>> field_texts("fair, web, fair", "tags", {}, {"tags": ","})
        ('fair', 'web')
    """
    if value is None:
        return ()
    if name in several:
        return tuple(dict.fromkeys(part.strip() for part in str(value).split(several[name]) if part.strip()))
    if name not in bins or isinstance(value, bool) or not isinstance(value, (int, float)):
        return (str(value),)
    bounds = bins[name]
    place = bisect_right(bounds, value)
    if place == 0:
        return (f"under {bounds[0]:g}",)
    return (f"{bounds[-1]:g} up" if place == len(bounds) else f"{bounds[place - 1]:g} to {bounds[place]:g}",)
