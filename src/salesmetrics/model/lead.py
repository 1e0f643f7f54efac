"""A lead: somebody who may become a customer, what is known of them, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from attrs import field, frozen

from salesmetrics.errors import InvalidValueError, refuse, shown
from salesmetrics.model.instant import instant
from salesmetrics.model.labels import EMPTY, Label, freeze_labels
from salesmetrics.model.period import check_day
from salesmetrics.model.stage import Outcome

__all__ = ["Lead"]


def _came_at(at: datetime | None) -> datetime | None:
    return None if at is None else instant(at, "Lead.created_at")


@frozen
class Lead:
    """Somebody who showed interest, or of whom one hopes it.

    Args:
        id: What the lead is called in the data; unique in a table.
        created: The day on which it came in, by the clocks of the book; `None` when nobody knows.
        source: Where it came from.
        fields: What is known of it by name: text, numbers, flags, days. What is not known has no entry.
        outcome: Whether it became a customer (won), will not (lost) or may still (open); `None` when nobody knows.
        closed: The day on which it was won or lost; `None` when nobody knows.
        opportunity: The id of the deal that it became; `None` while it is none.
        created_at: The instant at which it came in, with its zone, for the time until somebody answered. It is kept in
            UTC, and falls on the day of creation somewhere.

    Raises:
        InvalidValueError: A field is not of its kind, or the instant is on no clock of the day.

    Examples:
        >>> lead = Lead("L-1", date(2026, 1, 5), "web", {"employees": 60, "country": "NL"})
        >>> lead.fields["employees"], lead.outcome.value, lead.opportunity
        (60, 'open', None)
    """

    id: str | int
    created: date | None
    source: str | None = None
    fields: Mapping[str, Label] = field(default=EMPTY, converter=freeze_labels)
    outcome: Outcome | None = Outcome.OPEN
    closed: date | None = None
    opportunity: str | int | None = None
    created_at: datetime | None = field(default=None, converter=_came_at)

    def __attrs_post_init__(self) -> None:
        faults: list[str] = []
        if type(self.id) not in (str, int) or self.id == "":
            faults.append(f"Lead.id must be text or a whole number, got {shown(self.id)}; name the lead")
        if self.source is not None and type(self.source) is not str:
            faults.append(f"Lead.source must be text or None, got {shown(self.source)}; convert it first")
        if self.outcome is not None and type(self.outcome) is not Outcome:
            faults.append(f"Lead.outcome must be an Outcome or None, got {shown(self.outcome)}; use Outcome.WON")
        if self.opportunity is not None and (type(self.opportunity) not in (str, int) or self.opportunity == ""):
            faults.append(f"Lead.opportunity must be an id or None, got {shown(self.opportunity)}; name the deal")
        for name in ("created", "closed"):
            day = getattr(self, name)
            if day is not None:
                try:
                    check_day(day, f"Lead.{name}")
                except InvalidValueError as fault:
                    faults.append(str(fault))
        came, at = self.created, self.created_at
        if not faults and came is not None and at is not None and abs((at.date() - came).days) > 1:
            faults.append(f"Lead.created_at must fall on {came} somewhere, got {at}; correct one of them")
        refuse(faults)
