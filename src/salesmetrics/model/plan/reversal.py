"""A step that takes back what was paid for a deal that is cancelled."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal, TypeAlias, get_args

from attrs import field, frozen

from salesmetrics.errors import refuse, shown
from salesmetrics.model.plan._fields import kind_fault, share_fault, word_fault
from salesmetrics.model.ramp import IntoShare, exact_share

__all__ = ["Reversal", "ReversalMethod"]

ReversalMethod: TypeAlias = Literal["original", "paid", "margin", "restate"]
"""At what a cancelled deal is taken back: what it earned, and what steps had made of that is undone in another line;
what was left of it after them, in one line; what its credit is worth in the tiers of the period in which it is
cancelled; or what it added in the period in which it was sold."""


def _share(given: IntoShare) -> Fraction:
    return exact_share(given, "Reversal.share")


@frozen
class Reversal:
    """A clawback: what a cancelled deal takes back.

    A deal of 80,000 at 10 % and one of 40,000 that reached 15 % above 100,000 earn 13,000. If the first is cancelled,
    it takes back the 8,000 that it earned, or the 9,000 by which the period would have been less without it.

    What scales, gates and caps had made of the deal goes with it, whatever the method: nobody pays back what a cap
    took, and a deal that is cancelled wholly leaves nothing. A bonus goes back by what is cancelled of the deals that
    it was for, also one for a threshold or a contest, which stays won. What a guarantee added is not taken back.

    Args:
        method: "original": what the deal earned; what steps had made of it is undone in another line. "paid": what was
            left of it after them, in one line. "margin": what its credit is worth in the tiers of the period in which
            it is cancelled. "restate": what it added to the quarter or year in which it was sold; where tiers begin
            anew with each statement, work that one out anew instead.
        share: The share that is taken back, such as half.
        months: Within how many months from the booking; each month that is over by then keeps its part. `None` takes
            all back, however late.
        restates_attainment: Whether what was cancelled is also taken from what is measured, from then on. At the margin
            and restated it always is.
        days: Within how many days after the booking all of the share is taken back, and nothing later: the common
            clause of 90 days. `None` where it hangs on months, or on nothing.

    Raises:
        InvalidValueError: A field is not of its kind, months and days both are given, or a share, months or days go
            with a method that re-measures.

    Examples:
        >>> Reversal("original", share="0.5").share
        Fraction(1, 2)
        >>> Reversal(days=90).days
        90
    """

    method: ReversalMethod = "original"
    share: Fraction = field(default=Fraction(1), converter=_share)
    months: int | None = None
    restates_attainment: bool = False
    days: int | None = None

    def __attrs_post_init__(self) -> None:
        is_count = self.months is None or (type(self.months) is int and 1 <= self.months <= 1200)
        is_count_of_days = self.days is None or (type(self.days) is int and 1 <= self.days <= 36_500)
        keeps_some = self.share != 1 or self.months is not None or self.days is not None
        remeasures = self.method in ("margin", "restate")
        refuse(
            [
                word_fault(self.method, get_args(ReversalMethod), "Reversal.method"),
                share_fault(self.share, "Reversal.share"),
                None
                if is_count
                else f"Reversal.months must be one of 1 to 1200, got {shown(self.months)}; count months",
                None
                if is_count_of_days
                else f"Reversal.days must be one of 1 to 36500, got {shown(self.days)}; count days",
                "a Reversal must end after months or after days, got both; leave one out"
                if self.months is not None and self.days is not None
                else None,
                kind_fault(self.restates_attainment, bool, "Reversal.restates_attainment", "write True or False"),
                f"a Reversal by '{self.method}' must take back all of what it re-measures, got a share, months or "
                "days; use method='original'"
                if remeasures and keeps_some
                else None,
            ]
        )

    @property
    def remeasures(self) -> bool:
        """Whether cancelled deals leave what is measured."""
        return self.restates_attainment or self.method in ("margin", "restate")
