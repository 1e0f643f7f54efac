"""What the fields of leads say, as the texts that counts are kept by."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence

from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.labels import Label
from salesmetrics.model.lead import Lead

__all__ = ["field_texts", "text_of", "value_of"]


def value_of(lead: Lead, name: str) -> Label | None:
    """What is known of a lead by this name: its source, or a field."""
    return lead.source if name == "source" else lead.fields.get(name)


def text_of(value: Label) -> str:
    """The text that a value is counted by: a number is the same whether it came whole or with a point.

    A text of the same digits is that number too, as a list is read without saying which columns are numbers; a flag is
    "True" or "False", and no number.

    Examples:
        >>> text_of(1), text_of(1.0), text_of(2.5), text_of(True)
        ('1', '1', '2.5', 'True')
    """
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def field_texts(
    value: Label | None, name: str, bins: Mapping[str, Sequence[float]], several: Mapping[str, str]
) -> tuple[str, ...]:
    """What a field says, none where it is not known; an empty text is something that is said.

    Args:
        value: Of the field.
        name: The field's.
        bins: Of fields that are numbers the bounds, ascending: a number at a bound is in the group above it.
        several: Of fields that say several things the text between them.

    Raises:
        InvalidValueError: A field with bounds says something else than a number.

    Examples:
        >>> field_texts(60, "employees", {"employees": [50, 200]}, {}), field_texts(True, "persona", {}, {})
        (('50 to 200',), ('True',))
        >>> field_texts("fair, web, fair", "tags", {}, {"tags": ","})
        ('fair', 'web')
    """
    if value is None:
        return ()
    if name in several:
        return tuple(dict.fromkeys(part.strip() for part in text_of(value).split(several[name]) if part.strip()))
    if name not in bins:
        return (text_of(value),)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InvalidValueError(
            f"a field with bins must be of numbers, got {shown(value)} in {shown(name)}; read it as one with "
            f"LeadFormat(numbers=[{shown(name)}]), or leave its bins out"
        )
    bounds = bins[name]
    place = bisect_right(bounds, value)
    if place == 0:
        return (f"under {text_of(bounds[0])}",)
    if place == len(bounds):
        return (f"{text_of(bounds[-1])} up",)
    return (f"{text_of(bounds[place - 1])} to {text_of(bounds[place])}",)
