"""Sums of money, plain and weighted, and the share of one in another; each keeps what it was made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from salesmetrics.errors import InvalidValueError
from salesmetrics.model.currencies import NO_CURRENCY, exponent
from salesmetrics.model.money import Money
from salesmetrics.model.probability import MILLION
from salesmetrics.result._display import percent
from salesmetrics.result.answer import MERGED_CURRENCY, Answer, in_unit, in_unit_rounded

__all__ = ["MoneyRatio", "MoneyTotal", "WeightedTotal", "deals_shown", "major_units"]

Unit: TypeAlias = str | None
"""A currency, or `None` where plain whole numbers were summed."""


@frozen
class MoneyTotal(Answer):
    """An exact sum of amounts.

    Args:
        minor: The sum in minor units; or of plain numbers, where `currency` is `None`.
        currency: Of the sum.
        n: How many amounts are in it [deals].
        n_missing: How many deals had no amount and are not in it [deals].

    Examples:
        >>> total = MoneyTotal(minor=120050, currency="USD", n=2, n_missing=1)
        >>> total.value, str(total)
        (Money(minor=120050, currency='USD'), '1,200.50 USD (2 deals, 1 more without amount)')
        >>> print(MoneyTotal(minor=0, currency="USD", n=0, n_missing=3))
        undefined (3 deals, all without amount)
    """

    minor: int
    currency: Unit = field(metadata=MERGED_CURRENCY)
    n: int
    n_missing: int

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        _check_sum(self, "minor")

    @property
    def value(self) -> Money | int | None:
        """The sum; `None` when there were deals and none had an amount."""
        return None if self.n_missing and not self.n else in_unit(self.minor, self.currency)

    @classmethod
    def columns_of(cls, sums: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
        """Exact minor units, counts, and value [major units] of many sums."""
        return _money_columns(sums["minor"], 1, sums)

    def __str__(self) -> str:
        return f"{amount_shown(self.value)} {deals_shown(self.n, self.n_missing)}"


@frozen
class WeightedTotal(Answer):
    """An exact sum of amounts, each times a probability; rounded once, when it is read.

    Args:
        micro: The sum in millionths of minor units.
        currency: Of the sum; `None` for plain numbers.
        n: How many amounts are in it [deals].
        n_missing: How many deals had no amount, or no stage to give a probability, and are not in it [deals].

    Examples:
        >>> WeightedTotal(micro=61725_000_000 - 500_000, currency="USD", n=2, n_missing=0).value
        Money(minor=61725, currency='USD')
    """

    micro: int
    currency: Unit = field(metadata=MERGED_CURRENCY)
    n: int
    n_missing: int

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        _check_sum(self, "micro")

    @property
    def value(self) -> Money | int | None:
        """The sum, rounded half away from zero; `None` when there were deals and none had an amount."""
        return None if self.n_missing and not self.n else in_unit_rounded(self.micro, MILLION, self.currency)

    @property
    def exact_value(self) -> Fraction | None:
        """The sum in major units, not rounded; `None` where `value` is."""
        undefined = self.n_missing and not self.n
        return None if undefined else Fraction(self.micro, MILLION * int(major_units(self.currency)))

    @classmethod
    def columns_of(cls, sums: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
        """Exact millionths of minor units, counts, and value [major units, not rounded] of many sums."""
        columns = _money_columns(sums["micro"], MILLION, sums)
        return {"micro": columns.pop("minor"), **columns}

    def __str__(self) -> str:
        return f"{amount_shown(self.value)} {deals_shown(self.n, self.n_missing, 'amount or stage')}"


@frozen
class MoneyRatio(Answer):
    """One sum of money as a share of another. It has no binomial interval: large deals weigh more.

    Args:
        part: The sum above, in minor units.
        whole: The sum below, in minor units.
        currency: Of both; `None` for plain numbers.
        n: How many amounts are in the sum below [deals].
        n_missing: How many deals had no amount, or not what tells whether they count (such as a kind or a day), and
            are in neither [deals].
        n_zero: How many of the amounts were zero [deals]; many exports write 0 for what was lost.

    Examples:
        >>> print(MoneyRatio(part=200, whole=550, currency="USD", n=4, n_missing=0, n_zero=1))
        36.4 % (2.00 USD of 5.50 USD; 4 deals, 1 of zero)
    """

    shares = ("value",)

    part: int
    whole: int
    currency: Unit = field(metadata=MERGED_CURRENCY)
    n: int
    n_missing: int
    n_zero: int

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        _check_sum(self, "part")
        _check_sum(self, "whole")
        if self.n_zero > self.n:
            raise InvalidValueError(
                f"MoneyRatio.n_zero must not be above n {self.n}, got {self.n_zero}; ask a measure for it"
            )

    @property
    def value(self) -> float | None:
        """The share, a fraction; `None` of nothing."""
        return self.part / self.whole if self.whole else None

    @property
    def exact_value(self) -> Fraction | None:
        """The share as a fraction, not rounded; `None` of nothing."""
        return Fraction(self.part, self.whole) if self.whole else None

    @classmethod
    def columns_of(cls, sums: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
        """Both sums [minor units], counts, and value [fraction] of many shares."""
        part, whole = sums["part"], sums["whole"]
        value = np.full(len(whole), np.nan)
        np.divide(part.astype(np.float64), whole.astype(np.float64), out=value, where=whole != 0)
        counts = _counts(sums, ("n", "n_missing", "n_zero"))
        return {"part": part, "whole": whole, "value": value, **counts, "currency": currencies(sums)}

    def __str__(self) -> str:
        zero = f", {self.n_zero:,} of zero" if self.n_zero else ""
        part, whole = (amount_shown(in_unit(minor, self.currency)) for minor in (self.part, self.whole))
        deals = deals_shown(self.n, self.n_missing, "amount, kind or day")[1:-1]
        return f"{percent(self.value)} ({part} of {whole}; {deals}{zero})"


def amount_shown(amount: Money | int | None) -> str:
    """An amount as text."""
    return "undefined" if amount is None else f"{amount:,}" if isinstance(amount, int) else str(amount)


def deals_shown(n: int, n_missing: int, what: str = "amount") -> str:
    """How many deals an answer is of, and how many it had to leave out for what they lack.

    Examples:
        >>> deals_shown(1, 0), deals_shown(1200, 2), deals_shown(0, 3)
        ('(1 deal)', '(1,200 deals, 2 more without amount)', '(3 deals, all without amount)')
    """
    if n == 0 and n_missing:
        return f"({_deals(n_missing)}, all without {what})"
    more = f", {n_missing:,} more without {what}" if n_missing else ""
    return f"({_deals(n)}{more})"


def _deals(n: int) -> str:
    return f"{n:,} {'deal' if n == 1 else 'deals'}"


def major_units(unit: Unit | Sequence[Unit]) -> Any:
    """By what minor units are divided to be major ones: a number, or one for each of many units."""
    if unit is None or isinstance(unit, str):
        return 1 if unit is None else 10 ** exponent(unit)
    return np.array([major_units(one) for one in unit], np.float64)


def currencies(sums: Mapping[str, Any]) -> NDArray[Any]:
    """The currency of each of many sums."""
    column = np.empty(len(sums["n_missing"]), object)
    column[:] = sums["currency"]
    return column


def _check_sum(answer: MoneyTotal | WeightedTotal | MoneyRatio, name: str) -> None:
    """Refuse money of no deals, and money of no currency."""
    if getattr(answer, name) and (answer.n == 0 or answer.currency == NO_CURRENCY):
        raise InvalidValueError(
            f"{type(answer).__name__}.{name} must be zero where there are no deals or no currency, got "
            f"{getattr(answer, name)} of {answer.n} deals in {answer.currency}; ask a measure for it"
        )


def _money_columns(exact: NDArray[Any], scale: int, sums: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    value = exact.astype(np.float64) / scale / major_units(sums["currency"])
    value[(sums["n"] == 0) & (sums["n_missing"] > 0)] = np.nan
    return {"minor": exact, "value": value, **_counts(sums, ("n", "n_missing")), "currency": currencies(sums)}


def _counts(sums: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, NDArray[Any]]:
    return {name: sums[name] for name in names}
