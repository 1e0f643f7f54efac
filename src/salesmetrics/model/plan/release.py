"""A step that holds pay back until a deal is invoiced or paid for."""

from __future__ import annotations

from fractions import Fraction

from attrs import field, frozen

from salesmetrics.errors import refuse
from salesmetrics.model.ramp import IntoShare, exact_share

__all__ = ["Release"]


def _share(given: IntoShare) -> Fraction:
    return exact_share(given, "a share of a Release")


@frozen
class Release:
    """How much of what a deal pays is due when it is booked, as it is invoiced, and as it is paid for.

    Invoices and payments in parts release parts: of a deal of 1,000 with 100 invoiced, a tenth. What rules pay is held;
    bonuses are not.

    Args:
        booked: The share due at once.
        invoiced: The share due with invoices.
        paid: The share due with payments.

    Raises:
        InvalidValueError: The shares do not add up to exactly 1.

    Examples:
        >>> Release(booked="0.5", paid="0.5").invoiced
        Fraction(0, 1)
        >>> Release(booked="0.5", paid="0.4")
        Traceback (most recent call last):
        salesmetrics.errors.InvalidValueError: shares of a Release must add up to exactly 1, got 9/10; correct one
    """

    booked: Fraction = field(default=Fraction(0), converter=_share)
    invoiced: Fraction = field(default=Fraction(0), converter=_share)
    paid: Fraction = field(default=Fraction(0), converter=_share)

    def __attrs_post_init__(self) -> None:
        total = self.booked + self.invoiced + self.paid
        refuse([None if total == 1 else f"shares of a Release must add up to exactly 1, got {total}; correct one"])
