"""Time zones by their names."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

from salesmetrics.errors import InvalidValueError, shown

__all__ = ["zone_named"]


def zone_named(name: object) -> tzinfo:
    """The time zone of that name.

    Raises:
        InvalidValueError: There is none.
    """
    from zoneinfo import ZoneInfo  # only whoever names a zone pays for reading it

    try:
        text: Any = name  # what is none is a TypeError
        return ZoneInfo(text)
    except (KeyError, ValueError, TypeError, OSError):
        raise InvalidValueError(
            f"zone must be the name of a time zone, got {shown(name)}; write 'Europe/London'"
        ) from None
