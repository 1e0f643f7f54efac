"""Whom a rep worked for, and from when until when."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from salesmetrics.errors import InvalidValueError, refuse, shown
from salesmetrics.model.period import check_day

__all__ = ["Assignment"]


@frozen
class Assignment:
    """A rep's place in the organisation for a span of days.

    Who moves gets a second assignment, and the first one gets its end: what was sold before the move stays where it
    was sold.

    Args:
        rep: The rep, as deals call their owner.
        manager: The manager, who may be a rep with an assignment too; `None` at the top.
        team: The team; `None` where there are none.
        start: The first day.
        end: The day after the last day; `None` while it lasts.

    Raises:
        InvalidValueError: A field is not of its kind, the end is not after the start, or the rep is the manager.

    Examples:
        >>> Assignment("Ada", "Cleo", "North", date(2026, 1, 1)).team
        'North'
    """

    rep: str
    manager: str | None
    team: str | None
    start: date
    end: date | None = None

    def __attrs_post_init__(self) -> None:
        faults: list[str] = []
        if type(self.rep) is not str:
            faults.append(f"Assignment.rep must be text, got {shown(self.rep)}; name the rep")
        for name, given in (("manager", self.manager), ("team", self.team)):
            if given is not None and type(given) is not str:
                faults.append(f"Assignment.{name} must be text or None, got {shown(given)}; name one or leave it out")
        if self.rep == self.manager:
            faults.append(f"Assignment.manager must be another than the rep {shown(self.rep)}; at the top write None")
        refuse(faults)
        check_day(self.start, "Assignment.start")
        if self.end is not None:
            check_day(self.end, "Assignment.end")
            if self.end <= self.start:
                raise InvalidValueError(
                    f"Assignment.end must be after its start {self.start}, got {self.end}; it is the day after the last"
                )
