"""What happens to a deal once it is won: it is booked, invoiced, paid for, or cancelled."""

from __future__ import annotations

from datetime import date
from enum import Enum

from attrs import frozen

from salesmetrics.errors import refuse, shown
from salesmetrics.model.money import Money
from salesmetrics.model.period import check_day

__all__ = ["DealEvent", "EventKind"]


class EventKind(Enum):
    """What can happen to a deal that is won.

    Examples:
        >>> [kind.value for kind in EventKind]
        ['booked', 'invoiced', 'paid', 'cancelled']
    """

    BOOKED = "booked"
    INVOICED = "invoiced"
    PAID = "paid"
    CANCELLED = "cancelled"


@frozen
class DealEvent:
    """One thing that happened to a won deal on a day.

    A deal without a booking is booked on the day on which it was won. What is cancelled is a positive amount too.

    Args:
        deal: The id of the deal.
        on: The day.
        kind: What happened.
        amount: How much of the deal's amount was invoiced, paid or cancelled; `None` for all of it.

    Raises:
        InvalidValueError: A field is not of its kind, or an amount is below zero.

    Examples:
        >>> DealEvent("D-1", date(2026, 3, 1), EventKind.CANCELLED).amount is None
        True
    """

    deal: str | int
    on: date
    kind: EventKind
    amount: Money | None = None

    def __attrs_post_init__(self) -> None:
        faults: list[str] = []
        if type(self.deal) not in (str, int) or self.deal == "":
            faults.append(f"DealEvent.deal must be an id, got {shown(self.deal)}; give text or a whole number")
        if not isinstance(self.kind, EventKind):
            faults.append(f"DealEvent.kind must be an EventKind, got {shown(self.kind)}; use EventKind.PAID")
        if self.amount is not None and not isinstance(self.amount, Money):
            faults.append(f"DealEvent.amount must be Money or None, got {shown(self.amount)}; write Money.of()")
        elif self.amount is not None and self.amount.minor < 0:
            faults.append(f"DealEvent.amount must not be below zero, got {self.amount}; correct the sign")
        if self.kind is EventKind.BOOKED and self.amount is not None:
            faults.append(f"DealEvent.amount must be None for a booking, got {self.amount}; a deal is booked whole")
        refuse(faults)
        check_day(self.on, "DealEvent.on")
