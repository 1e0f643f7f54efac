"""What a payee's account stands at between two statements, in all and deal by deal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Literal, TypeAlias, get_args

from attrs import field, frozen

from salesmetrics.errors import InvalidValueError, check_word, shown
from salesmetrics.model.labels import FrozenMapping
from salesmetrics.model.period import check_day
from salesmetrics.result.statement_lines import CARRIED, StatementLine

__all__ = ["Balances", "DealBalance", "PaidAs"]

PaidAs: TypeAlias = Literal["deal", "bonus", "gift"]
"""What a deal is paid by: a rule, a bonus in money, or a gift."""


def _gated(given: Mapping[str, int]) -> FrozenMapping[int]:
    return FrozenMapping(given)


def _deals(given: Iterable[DealBalance]) -> tuple[DealBalance, ...]:
    return tuple(given) if isinstance(given, Iterable) else (given,)


def _check_amounts(one: DealBalance | Balances, names: Iterable[str]) -> None:
    """Refuse amounts that are no whole minor units, all of them at once."""
    amounts = {f"{type(one).__name__}.{name}": getattr(one, name) for name in names}
    faults = [
        f"{what} must be whole minor units, got {shown(amount)}; write 1050 for 10.50"
        for what, amount in amounts.items()
        if type(amount) is not int
    ]
    if faults:
        raise InvalidValueError("; and ".join(faults))


@frozen
class DealBalance:
    """What is known of a deal from earlier statements: what it earned, and what of that is held or was taken back.

    Args:
        rule: The rule or bonus that paid for it.
        deal: The id of the deal.
        booked: The day on which it was booked; it stays, whatever day the deal has later.
        earned: What it earned by the rule, or its part of the bonus [minor units].
        worth: What the part of it that is not cancelled was paid, after scales, gates and caps [minor units].
        cancelled: The share of it that is cancelled.
        held: What is held back [minor units].
        kind: Whether a rule paid for it, a bonus, or a gift.
        gated: What gates of a quarter or year to date hold back of it, by gate [minor units].

    Raises:
        InvalidValueError: A field is not of its kind, or more than all is cancelled.

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
    kind: PaidAs = "deal"
    gated: Mapping[str, int] = field(default=FrozenMapping[int]({}), converter=_gated)

    def __attrs_post_init__(self) -> None:
        _check_amounts(self, ("earned", "worth", "held"))
        check_word(self.kind, get_args(PaidAs), "DealBalance.kind")
        check_day(self.booked, "DealBalance.booked")
        if not isinstance(self.cancelled, (Fraction, int)) or not 0 <= self.cancelled <= 1:
            raise InvalidValueError(
                f"DealBalance.cancelled must be a fraction in [0, 1], got {shown(self.cancelled)}; correct the events"
            )


@frozen
class Balances:
    """What a payee's account stands at.

    Args:
        earned: All that was earned so far, gifts with their value [minor units].
        held: What of it is held until deals are invoiced or paid for.
        banked: What of it lies above a cap and is paid later.
        owed: What was paid ahead of it.
        payable: All that became payable so far, in money.
        gifts: What the gifts so far are worth; they are earned, and never payable.
        deals: What is known of each deal by each rule.

    Raises:
        InvalidValueError: A field is not of its kind, or what was earned is not what became payable, was given and is
            carried.

    Laws:
        carry: What was earned is what became payable, was given as gifts, and is held and banked, less what is owed.

    Examples:
        >>> Balances(earned=100, payable=130, owed=30).carried
        -30
    """

    earned: int = 0
    held: int = 0
    banked: int = 0
    owed: int = 0
    payable: int = 0
    gifts: int = 0
    deals: tuple[DealBalance, ...] = field(default=(), converter=_deals)

    def __attrs_post_init__(self) -> None:
        _check_amounts(self, ("earned", "held", "banked", "owed", "payable", "gifts"))
        strays = [one for one in self.deals if not isinstance(one, DealBalance)]
        if strays:
            raise InvalidValueError(
                f"Balances.deals must be DealBalance objects, got {shown(strays[0])}; take those of a statement"
            )
        if self.earned != self.payable + self.gifts + self.carried:
            raise InvalidValueError(
                f"what was earned must be what became payable, was given and is carried, got {self.earned} for "
                f"{self.payable}, {self.gifts} and {self.carried}; take the balances of a statement"
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
        moved = dict.fromkeys(("earned", "gift", *CARRIED), 0)
        for line in lines:
            moved[line.kind if line.kind in moved else "earned"] += line.amount
        return Balances(
            self.earned + moved["earned"] + moved["gift"],
            self.held - moved["held"],
            self.banked - moved["banked"],
            self.owed + moved["owed"],
            self.payable + sum(moved.values()) - moved["gift"],
            self.gifts + moved["gift"],
            tuple(deals),
        )
