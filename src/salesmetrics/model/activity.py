"""An activity: what a rep or a lead did at an instant, such as a call, a demo or a page visit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from attrs import field, frozen

from salesmetrics.errors import refuse, shown
from salesmetrics.model.instant import instant
from salesmetrics.model.labels import EMPTY, FrozenMapping, Label, freeze_labels

__all__ = ["LONGEST", "Activity"]

LONGEST = 2**31 - 1
"""The most minutes of an activity."""


def _instant(at: datetime) -> datetime:
    return instant(at, "Activity.at")


def _fields(given: Mapping[str, Label | None]) -> FrozenMapping[Label]:
    return freeze_labels(given, "Activity.fields")


@frozen
class Activity:
    """Something that was done: a call, a meeting, a demo, a follow-up, a page visit.

    Args:
        at: The instant, with its zone. It is kept in UTC; on which day it fell depends on where one asks.
        kind: What was done, in the data's own word.
        rep: Who did it, as deals call their owner.
        lead: The id of the lead that it concerns.
        deal: The id of the deal that it concerns.
        minutes: How long it took, in whole minutes; `None` when nobody knows.
        fields: The user's own fields: text, numbers, flags, days.

    Raises:
        InvalidValueError: A field is not of its kind.

    Examples:
        >>> from zoneinfo import ZoneInfo
        >>> london = ZoneInfo("Europe/London")
        >>> print(Activity(datetime(2026, 7, 1, 0, 30, tzinfo=london), "call", rep="Ada", minutes=12).at)
        2026-06-30 23:30:00+00:00
    """

    at: datetime = field(converter=_instant)
    kind: str
    rep: str | None = None
    lead: str | int | None = None
    deal: str | int | None = None
    minutes: int | None = None
    fields: Mapping[str, Label] = field(default=EMPTY, converter=_fields)

    def __attrs_post_init__(self) -> None:
        faults: list[str] = []
        if type(self.kind) is not str or not self.kind:
            faults.append(f"Activity.kind must be text, got {shown(self.kind)}; name what was done")
        if self.rep is not None and type(self.rep) is not str:
            faults.append(f"Activity.rep must be text or None, got {shown(self.rep)}; convert it first")
        for name, given in (("lead", self.lead), ("deal", self.deal)):
            if given is not None and (type(given) not in (str, int) or given == ""):
                faults.append(f"Activity.{name} must be an id or None, got {shown(given)}; give text or a whole number")
        if self.minutes is not None and (type(self.minutes) is not int or not 0 <= self.minutes <= LONGEST):
            faults.append(f"Activity.minutes must be a whole number from 0 up, got {shown(self.minutes)}; round it")
        refuse(faults)
