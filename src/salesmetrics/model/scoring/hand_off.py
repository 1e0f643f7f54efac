"""A hand-off: a lead that is given to sales."""

from __future__ import annotations

from datetime import date

from attrs import frozen

__all__ = ["HandOff"]


@frozen
class HandOff:
    """A lead that is handed to sales.

    Args:
        lead: The id of the lead.
        day: The day at whose start it came to its label.
        label: The label.
        points: Its points then.

    Examples:
        >>> print(HandOff("L-1", date(2026, 1, 9), "MQL", 12.5))
        2026-01-09: L-1 is MQL with 12.5 points
    """

    lead: str | int
    day: date
    label: str
    points: int | float

    def __str__(self) -> str:
        return f"{self.day}: {self.lead} is {self.label} with {self.points:,} points"
