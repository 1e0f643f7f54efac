"""Exact money: whole minor units of one currency, and the one rounding of the house."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from typing import Literal, TypeAlias

from attrs import frozen

from salesmetrics.errors import CurrencyMismatchError, InvalidValueError, shown
from salesmetrics.model.currencies import NO_CURRENCY, exponent

__all__ = ["Money", "Rounding"]

Rounding: TypeAlias = Literal["half_away"]
"""How a number with too many decimals is rounded: half away from zero, the only rounding there is."""

_LIMIT = 10**38
_TEXT = re.compile(r"[+-]?[0-9]{1,40}(?:\.[0-9]{1,40})?", re.ASCII)


@frozen(order=False)
class Money:
    """An exact amount of money: whole minor units (cents) of one currency.

    Money of one currency adds, subtracts, compares and multiplies by integers. `Money(0, "XXX")`, ISO 4217's "no
    currency", is the sum of nothing and adds to any currency; no other amount of XXX exists.

    Args:
        minor: Whole minor units, such as cents; below 10**38 in size.
        currency: ISO 4217 code.

    Raises:
        InvalidValueError: A field is not of its kind.

    Examples:
        >>> Money.of("1234.50", "USD") + Money(50, "USD")
        Money(minor=123500, currency='USD')
        >>> print(Money.of("1234.50", "USD"), "and", Money.of(1200, "JPY"))
        1,234.50 USD and 1,200 JPY
        >>> sum([Money(1, "EUR"), Money(2, "EUR")], Money(0, "XXX"))
        Money(minor=3, currency='EUR')
    """

    minor: int
    currency: str

    def __attrs_post_init__(self) -> None:
        if type(self.minor) is not int or not -_LIMIT < self.minor < _LIMIT:
            raise InvalidValueError(
                f"Money.minor must be whole minor units below 10**38, got {shown(self.minor)}; "
                "write Money.of('12.50', 'USD') for an amount in major units"
            )
        exponent(self.currency)
        if self.currency == NO_CURRENCY and self.minor:
            raise InvalidValueError(
                f"Money in XXX must be zero, got {shown(self.minor)}; name the currency of the amount"
            )

    @classmethod
    def of(cls, amount: str | int | Decimal, currency: str) -> Money:
        """Money from an amount in major units, such as dollars.

        Args:
            amount: Text such as "1234.50" (ASCII digits, one point, no separators), an int or a Decimal.
            currency: ISO 4217 code.

        Raises:
            InvalidValueError: The text is not a number, or has more decimals than the currency.

        Examples:
            >>> Money.of("-0.99", "USD").minor, Money.of("1.5", "BHD").minor
            (-99, 1500)
            >>> Money.of(0.1, "USD")
            Traceback (most recent call last):
            salesmetrics.errors.InvalidValueError: amount must be text, int or Decimal, got 0.1; a binary float is \
not exact: write Money.of('0.1', ...)
        """
        if isinstance(amount, float) and isfinite(amount):
            raise InvalidValueError(
                f"amount must be text, int or Decimal, got {shown(amount)}; "
                f"a binary float is not exact: write Money.of({shown(f'{Decimal(str(amount)):f}')}, ...)"
            )
        return cls(minor_units(amount, exponent(currency)), currency)

    @property
    def amount(self) -> Decimal:
        """The amount in major units, exactly.

        Examples:
            >>> Money(123450, "USD").amount
            Decimal('1234.50')
        """
        sign, digits, _ = Decimal(self.minor).as_tuple()
        return Decimal((sign, digits, -exponent(self.currency)))

    def __str__(self) -> str:
        return f"{self.amount:,f} {self.currency}" if self.currency != NO_CURRENCY else "0"

    def __bool__(self) -> bool:
        return self.minor != 0

    def __add__(self, other: Money) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.minor + other.minor, shared_currency(self.currency, other.currency))

    def __sub__(self, other: Money) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        return self + -other

    def __mul__(self, times: int) -> Money:
        if type(times) is not int:
            return NotImplemented
        return Money(self.minor * times, self.currency)

    __rmul__ = __mul__

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __abs__(self) -> Money:
        return Money(abs(self.minor), self.currency)

    def __lt__(self, other: Money) -> bool:
        return NotImplemented if not isinstance(other, Money) else self._above(other) < 0

    def __le__(self, other: Money) -> bool:
        return NotImplemented if not isinstance(other, Money) else self._above(other) <= 0

    def __gt__(self, other: Money) -> bool:
        return NotImplemented if not isinstance(other, Money) else self._above(other) > 0

    def __ge__(self, other: Money) -> bool:
        return NotImplemented if not isinstance(other, Money) else self._above(other) >= 0

    def _above(self, other: Money) -> int:
        shared_currency(self.currency, other.currency)
        return self.minor - other.minor


def shared_currency(one: str, other: str) -> str:
    """The currency of a sum of two amounts; XXX gives way, two others must be equal."""
    if other in (one, NO_CURRENCY):
        return one
    if one == NO_CURRENCY:
        return other
    raise CurrencyMismatchError(
        f"money that is added or compared must be in one currency, got {one} and {other}; convert one of them first"
    )


def minor_units(
    amount: str | float | Decimal, digits: int, rounding: Rounding | None = None, *, what: str = "amount"
) -> int:
    """An amount in units of `10**-digits`; a float counts as its shortest decimal text.

    Raises:
        InvalidValueError: It is not a number below 10**38 units, or needs rounding and none is named.
    """
    exact: Decimal | int
    if isinstance(amount, (float, Decimal)):
        exact = Decimal(str(amount)) if isinstance(amount, float) else amount
        if not exact.is_finite():
            raise InvalidValueError(f"{what} must be finite, got {shown(amount)}; leave it out if it is not known")
    elif isinstance(amount, str):
        if len(amount) > 90 or not _TEXT.fullmatch(amount):
            raise InvalidValueError(
                f"{what} must be a number such as '1234.50', got {shown(amount)}; "
                "write ASCII digits with at most one point, and no separators, blanks or symbols"
            )
        exact = Decimal(amount)
    elif type(amount) is int:
        exact = amount
    else:
        raise InvalidValueError(f"{what} must be text, int or Decimal, got {shown(amount)}; convert it first")
    if exact == 0:
        return 0  # with any exponent
    # Size and decimals are bounded before the number is built: 1E+1000000 would take half a minute.
    largest = 38 - digits
    if not -(10**largest) < exact < 10**largest:
        raise InvalidValueError(f"{what} must be below 10**{largest}, got {shown(amount)}; check its unit")
    if isinstance(exact, Decimal) and len(exact.as_tuple().digits) - exact.adjusted() > 101:
        raise InvalidValueError(f"{what} must have at most 100 decimals, got {shown(amount)}; round it first")
    scaled = Fraction(exact) * 10**digits
    if scaled.denominator != 1 and rounding is None:
        raise InvalidValueError(
            f"{what} must have at most {digits} decimals, got {shown(amount)}; "
            "round it first, or name rounding='half_away' in the format"
        )
    return rounded(scaled.numerator, scaled.denominator)


def rounded(numerator: int, denominator: int) -> int:
    """`numerator / denominator` as a whole number, half away from zero: the one rounding of the house.

    Examples:
        >>> rounded(5, 2), rounded(-5, 2), rounded(7, 3)
        (3, -3, 2)
    """
    size = (2 * abs(numerator) + denominator) // (2 * denominator)
    return size if numerator >= 0 else -size
