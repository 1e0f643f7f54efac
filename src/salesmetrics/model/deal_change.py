"""A change of a deal: what became of some of its fields, and when."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from attrs import field, fields, frozen

from salesmetrics.model.deal_fields import settled
from salesmetrics.model.money import Money
from salesmetrics.model.stage import Category

__all__ = ["DealChange"]


def _moment(at: date) -> datetime:
    """A day as its first moment."""
    moment: Any = at  # what is neither is refused below
    return datetime.combine(at, time.min) if type(at) is date else moment


@frozen
class DealChange:
    """What became of a deal at one moment.

    A field that is `None` is unchanged; in a history of full rows (`gaps="cleared"`) it is cleared.

    Args:
        deal: The id of the deal.
        at: When: a day, which is its first moment, or a time on the clock of the book.
        stage: The name of the stage that it came into.
        amount: What it was worth from then on.
        expected_close: The day it was expected to close from then on.
        probability: Its own chance to be won from then on, a fraction in [0, 1].
        category: Its own forecast category from then on.
        owner: The rep who owned it from then on.

    Raises:
        InvalidValueError: A field is not of its kind.

    Examples:
        >>> change = DealChange("D-1", date(2026, 1, 5), stage="Qualified", amount=Money.of("1200", "USD"))
        >>> change.at, change.owner
        (datetime.datetime(2026, 1, 5, 0, 0), None)
    """

    deal: str | int
    at: datetime = field(converter=_moment)
    stage: str | None = None
    amount: Money | None = None
    expected_close: date | None = None
    probability: float | None = None
    category: Category | None = None
    owner: str | None = None

    def __attrs_post_init__(self) -> None:
        given = {one.name: getattr(self, one.name) for one in fields(DealChange)}
        for name, value in settled(given, "DealChange").items():
            object.__setattr__(self, name, value)  # the one moment at which a frozen change is still being made
