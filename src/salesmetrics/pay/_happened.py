"""What happened to deals once they were won, as shares of each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from fractions import Fraction

from attrs import frozen

from salesmetrics.errors import shown
from salesmetrics.model.deal_event import DealEvent, EventKind
from salesmetrics.model.money import Money

__all__ = ["Happened"]


@frozen
class Happened:
    """The events of deals, in one order whatever order they came in.

    Args:
        events: Of each deal, by day; on one day parts come before all of the rest.
        amounts: What each deal is worth [minor units].
    """

    events: Mapping[str | int, tuple[DealEvent, ...]]
    amounts: Mapping[str | int, int | None]

    @classmethod
    def of(cls, events: Iterable[DealEvent], amounts: Mapping[str | int, Money | None]) -> Happened:
        """The events of deals that are worth so much."""
        listed: dict[str | int, list[DealEvent]] = {}
        for event in sorted(events, key=_place):
            listed.setdefault(event.deal, []).append(event)
        worth = {deal: amounts.get(deal) for deal in listed}
        return cls(
            {deal: tuple(those) for deal, those in listed.items()},
            {deal: None if amount is None else amount.minor for deal, amount in worth.items()},
        )

    def booked(self, deal: str | int) -> date | None:
        """The day of a deal's first booking, where an event tells one."""
        return next((one.on for one in self.events.get(deal, ()) if one.kind is EventKind.BOOKED), None)

    def cancelled(self, deal: str | int) -> list[tuple[date, Fraction | None]]:
        """When a deal was cancelled, and the share of it that was cancelled then; `None` for all of the rest."""
        return self._portions(deal, EventKind.CANCELLED)

    def share_of(self, deal: str | int, kind: EventKind) -> Fraction:
        """The share of a deal that was invoiced or paid for."""
        shares = [share for _, share in self._portions(deal, kind)]
        return Fraction(1) if None in shares else sum((share for share in shares if share), Fraction(0))

    def faults(self, won: Collection[str | int], amounts: Mapping[str | int, Money | None]) -> list[str]:
        """What cannot have happened.

        Args:
            won: The deals that are won; one that is not was once if it was booked or cancelled.
            amounts: What each deal of the book is worth.
        """
        found = [
            f"events must be of won deals, got one of {shown(deal)}; give the deal"
            for deal, events in self.events.items()
            if deal not in won and (deal not in amounts or not was_won(events))
        ]
        for deal, events in self.events.items():
            for kind in EventKind:
                some = [event for event in events if event.kind is kind]
                parts = [event.amount for event in some if event.amount is not None]
                amount = amounts.get(deal)
                if parts and (amount is None or any(part.currency != amount.currency for part in parts)):
                    found.append(
                        f"amounts of events must be parts of the deal's own amount, got {parts[0]} of {shown(deal)}; "
                        "leave the amount out for all of it"
                    )
                elif amount is not None and (more := _too_much(some, amount)) is not None:
                    found.append(
                        f"no more of a deal must be {kind.value} than was sold, got {more} of {amount} of "
                        f"{shown(deal)}; correct an event"
                    )
        return found

    def _portions(self, deal: str | int, kind: EventKind) -> list[tuple[date, Fraction | None]]:
        amount = self.amounts.get(deal)
        return [
            (event.on, None if event.amount is None or not amount else Fraction(event.amount.minor, amount))
            for event in self.events.get(deal, ())
            if event.kind is kind
        ]


def was_won(events: Iterable[DealEvent]) -> bool:
    """Whether events tell that a deal was won once, whatever it is now."""
    return any(event.kind in (EventKind.BOOKED, EventKind.CANCELLED) for event in events)


def _place(event: DealEvent) -> tuple[date, str, bool, int]:
    """Where an event stands among those of its deal: parts of a day before all of the rest."""
    return event.on, event.kind.value, event.amount is None, event.amount.minor if event.amount else 0


def _too_much(events: Iterable[DealEvent], amount: Money) -> Money | None:
    """What events of one kind come to, where that is more than there was."""
    so_far = Money(0, amount.currency)
    is_all = False
    for event in events:
        if event.amount is None:
            is_all = True
        else:
            so_far += event.amount
            if so_far.minor > amount.minor or (is_all and event.amount.minor):
                return so_far + amount if is_all else so_far
    return None
