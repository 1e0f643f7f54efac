"""People who have just begun to sell, and what they will bring."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from attrs import field, frozen

from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.money import Money, minor_units, shared_currency

__all__ = ["NewHires"]


def _count(number: object) -> int:
    if type(number) is not int or number < 0:
        raise InvalidValueError(f"NewHires.n must be a count, got {shown(number)}; write how many people begin")
    return number


def _each(number: float | str | Decimal | Fraction) -> Fraction:
    exact = number if isinstance(number, Fraction) else Fraction(minor_units(number, 6, what="deals_each"), 10**6)
    if exact < 0:
        raise InvalidValueError(f"NewHires.deals_each must not be negative, got {shown(number)}; write 1, or 0.5")
    return exact


@frozen
class NewHires:
    """People who begin to sell in a period, and what each is expected to close in it.

    "Five new people close about five deals" can mean five together or five each; here it is said.

    Args:
        n: How many people.
        deals_each: How many deals each will close; one deal of two people is 0.5.
        deal_size: What a deal is worth; a whole number where values are plain numbers.

    Raises:
        InvalidValueError: A field is not of its kind.

    Examples:
        >>> NewHires(5, deals_each=1, deal_size=Money.of(5_000, "USD")).revenue
        Fraction(2500000, 1)
    """

    n: int = field(converter=_count)
    deals_each: Fraction = field(converter=_each)
    deal_size: Money | int

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.deal_size, Money) and type(self.deal_size) is not int:
            raise InvalidValueError(
                f"NewHires.deal_size must be Money or a whole number, got {shown(self.deal_size)}; write "
                "Money.of(5_000, 'USD')"
            )

    @property
    def revenue(self) -> Fraction:
        """What they bring together, in minor units."""
        size = self.deal_size.minor if isinstance(self.deal_size, Money) else self.deal_size
        return self.n * self.deals_each * size

    def unit_beside(self, unit: str | None) -> str | None:
        """The unit of amounts to which their revenue is added.

        Raises:
            InvalidValueError: One is money and the other plain numbers.
            CurrencyMismatchError: They sell in another currency.
        """
        if isinstance(self.deal_size, Money) and unit is not None:
            return shared_currency(self.deal_size.currency, unit)
        if isinstance(self.deal_size, Money) or unit is not None:
            raise InvalidValueError(
                f"NewHires.deal_size must be of the kind of the deals' value, got {shown(self.deal_size)}; give money "
                "for money, and a whole number for plain numbers"
            )
        return None
