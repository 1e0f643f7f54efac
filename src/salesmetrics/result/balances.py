"""What a payee's account stands at between two statements, in all and deal by deal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from attrs import frozen

from salesmetrics.errors import InvalidValueError
from salesmetrics.result.statement_lines import CARRIED, StatementLine

__all__ = ["Balances", "DealBalance"]


@frozen
class DealBalance:
    """What is known of a deal from earlier statements: what it earned, and what of that is held or was taken back.

    Args:
        rule: The rule that paid for it.
        deal: The id of the deal.
        booked: The day on which it was booked.
        earned: What it earned by the rule [minor units].
        worth: What was left of that after scales, gates and caps [minor units].
        cancelled: The share of it that is cancelled.
        held: What is held back [minor units].

    Laws:
        bounds: No more than all of a deal is cancelled.

    Examples:
        >>> DealBalance("sales", "D-1", date(2026, 1, 5), 100_00, 100_00).held
        0
    """

    rule: str
    deal: str | int
    booked: date
    earned: int
    worth: int
    cancelled: Fraction = Fraction(0)
    held: int = 0

    def __attrs_post_init__(self) -> None:
        if not 0 <= self.cancelled <= 1:
            raise InvalidValueError(
                f"DealBalance.cancelled must be a fraction in [0, 1], got {self.cancelled}; correct the events"
            )


@frozen
class Balances:
    """What a payee's account stands at.

    Args:
        earned: All that was earned so far [minor units].
        held: What of it is held until deals are invoiced or paid for.
        banked: What of it lies above a cap and is paid later.
        owed: What was paid ahead of it.
        payable: All that became payable so far.
        deals: What is known of each deal by each rule.

    Raises:
        InvalidValueError: What was earned is not what became payable and what is carried.

    Laws:
        carry: What was earned is what became payable, and is held and banked, less what is owed.

    Examples:
        >>> Balances(earned=100, payable=130, owed=30).carried
        -30
    """

    earned: int = 0
    held: int = 0
    banked: int = 0
    owed: int = 0
    payable: int = 0
    deals: tuple[DealBalance, ...] = ()

    def __attrs_post_init__(self) -> None:
        if self.earned != self.payable + self.carried:
            raise InvalidValueError(
                f"what was earned must be what became payable and what is carried, got {self.earned} for "
                f"{self.payable} and {self.carried}; take the balances of a statement"
            )

    @property
    def carried(self) -> int:
        """What is still to come, less what is owed [minor units]."""
        return self.held + self.banked - self.owed

    def after(self, lines: Iterable[StatementLine], deals: Iterable[DealBalance]) -> Balances:
        """The balances after some lines.

        Examples:
            >>> advance = StatementLine("owed", None, None, None, None, None, Fraction(0), Fraction(50))
            >>> Balances().after([advance], ()).owed
            50
        """
        moved = dict.fromkeys(("earned", *CARRIED), 0)
        for line in lines:
            moved[line.kind if line.kind in CARRIED else "earned"] += line.amount
        return Balances(
            self.earned + moved["earned"],
            self.held - moved["held"],
            self.banked - moved["banked"],
            self.owed + moved["owed"],
            self.payable + sum(moved.values()),
            tuple(deals),
        )
