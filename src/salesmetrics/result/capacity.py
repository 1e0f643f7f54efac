"""How much a team can sell, given who is new, who may leave and how much of a quota is usually reached."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from typing import Any

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.currencies import NO_CURRENCY
from salesmetrics.model.money import Money
from salesmetrics.model.period import Period, check_day
from salesmetrics.model.proration import Basis
from salesmetrics.model.quota import Quota
from salesmetrics.model.ramp import IntoShare, Ramp, check_ramp, exact_attainment, exact_share
from salesmetrics.result._display import plain_text
from salesmetrics.result.answer import MERGED_CURRENCY, SAME, Answer, in_unit, in_unit_rounded
from salesmetrics.result.totals import Unit, amount_shown, major_units

__all__ = ["Capacity", "hire_by", "hires_needed"]


@frozen
class Capacity(Answer):
    """What reps are asked to sell in a period, before and after those who are new are asked for less.

    Args:
        period: In which the quotas lie.
        full: The full quotas together, as if nobody were new or gone, in minor units; or plain numbers.
        ramped: The quotas together, with only the days of employment and what the ramp asks for.
        currency: Of both; `None` for plain numbers.
        n_quotas: How many quotas they are of [quotas].

    Examples:
        >>> q1 = Period(date(2026, 1, 1), date(2026, 4, 1), "Q1")
        >>> street = Capacity(q1, full=1_200_000_00, ramped=1_000_000_00, currency="USD", n_quotas=10)
        >>> print(street)
        1,000,000.00 USD ramped of 1,200,000.00 USD in Q1 (10 quotas)
        >>> print(street.expected(attainment=0.8), street.over_assignment(Money.of("800000", "USD")))
        800,000.00 USD 1.25
    """

    readings = ("value",)

    period: Period = field(metadata=SAME)
    full: int
    ramped: int
    currency: Unit = field(metadata=MERGED_CURRENCY)
    n_quotas: int

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if not 0 <= self.ramped <= self.full or (self.full and self.currency == NO_CURRENCY):
            raise InvalidValueError(
                f"ramped quotas must be from zero to the full ones, {self.full}, and have a currency, got "
                f"{self.ramped} {self.currency}; ask capacity for it"
            )

    @property
    def value(self) -> Money | int:
        """The ramped quotas together: the street quota of the period."""
        return in_unit(self.ramped, self.currency)

    def expected(self, *, attainment: IntoShare = 1, attrition: IntoShare = 0) -> Money | int:
        """What can be expected of the ramped quotas, rounded once.

        Args:
            attainment: The share of their quotas that reps sell, of past periods.
            attrition: The share of reps who leave within the period and are not replaced. They leave evenly through
                it, so half of what they are asked for is lost.

        Raises:
            InvalidValueError: A share is no number or in hundredths, or more than all reps leave.

        Examples:
            >>> q1 = Period(date(2026, 1, 1), date(2026, 4, 1), "Q1")
            >>> print(Capacity(q1, 100_00, 100_00, "USD", 1).expected(attainment=0.9, attrition=0.2))
            81.00 USD
        """
        share = exact_attainment(attainment) * (1 - _leaving(attrition) / 2)
        return in_unit_rounded(self.ramped * share.numerator, share.denominator, self.currency)

    def over_assignment(self, target: Money | int) -> float | None:
        """The ramped quotas over what is to be sold: 1.25 where a quarter more is asked for; `None` of nothing.

        Its inverse is the attainment with which the target is just reached.

        Raises:
            InvalidValueError: The target is in another unit.
        """
        size = _in_unit_of(target, self.currency, "the target")
        return self.ramped / size if size else None

    @classmethod
    def columns_of(cls, sums: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
        """Ramped and full quotas [major units] and their number, of many."""
        major = major_units(sums["currency"])
        amounts = {"value": sums["ramped"], "full": sums["full"]}
        return {
            **{name: minor.astype(np.float64) / major for name, minor in amounts.items()},
            "n_quotas": sums["n_quotas"],
        }

    def __str__(self) -> str:
        ramped, full = (amount_shown(in_unit(one, self.currency)) for one in (self.ramped, self.full))
        quotas = f"{self.n_quotas:,} {'quota' if self.n_quotas == 1 else 'quotas'}"
        return f"{ramped} ramped of {full} in {plain_text(self.period)} ({quotas})"


def hires_needed(
    missing: Money | int,
    quota: Quota,
    ramp: Ramp,
    *,
    hired: date,
    attainment: IntoShare = 1,
    attrition: IntoShare = 0,
    basis: Basis = "days",
) -> int | None:
    """How many reps must be hired by a day for what is missing to be sold in the period of a quota.

    Args:
        missing: What must be sold on top, such as a target less the capacity that is expected.
        quota: The full quota of a new rep.
        ramp: What is asked of whoever is new.
        hired: The day on which all of them start.
        attainment: As in `Capacity.expected`.
        attrition: As in `Capacity.expected`.
        basis: How days are counted, as in `Quota.prorated`.

    Returns:
        The smallest number [reps]; `None` where nobody who starts on that day sells anything in the period.

    Raises:
        InvalidValueError: The amounts are in two units, the quota is none or has no amount, the ramp is no `Ramp`, or a
            share is no number or in hundredths.

    Examples:
        >>> year = Period(date(2026, 1, 1), date(2027, 1, 1))
        >>> quota, ramp = Quota("new", year, Money.of("1200000", "USD")), Ramp(["0", "0.25", "0.5", "0.75"])
        >>> hires_needed(Money.of("2000000", "USD"), quota, ramp, hired=date(2026, 4, 1), basis="months")
        4
    """
    check_day(hired, "hired")
    _check_hire(quota, ramp)
    each = _of_hire(quota, ramp, hired, basis) * exact_attainment(attainment) * (1 - _leaving(attrition) / 2)
    size = max(_in_unit_of(missing, _unit(quota.amount), "what is missing"), 0)
    if not size:
        return 0
    return ceil(size / each) if each else None


def hire_by(
    missing: Money | int,
    quota: Quota,
    ramp: Ramp,
    *,
    n: int,
    attainment: IntoShare = 1,
    attrition: IntoShare = 0,
    basis: Basis = "days",
) -> date | None:
    """The last day on which so many reps can start for what is missing to be sold in the period of a quota.

    Whoever starts later sells less, as long as the ramp does not fall.

    Args:
        missing: As in `hires_needed`.
        quota: The full quota of a new rep.
        ramp: What is asked of whoever is new; its shares must not fall.
        n: How many reps are hired.
        attainment: As in `Capacity.expected`.
        attrition: As in `Capacity.expected`.
        basis: How days are counted, as in `Quota.prorated`.

    Returns:
        The day; `None` where so many are too few even on the first day of the period.

    Raises:
        InvalidValueError: As in `hires_needed`; also where `n` is no number of reps, nothing is missing, or the shares
            of the ramp fall.

    Examples:
        >>> year = Period(date(2026, 1, 1), date(2027, 1, 1))
        >>> quota, ramp = Quota("new", year, Money.of("1200000", "USD")), Ramp(["0", "0.25", "0.5", "0.75"])
        >>> print(hire_by(Money.of("1300000", "USD"), quota, ramp, n=2, basis="months"))
        2026-04-01
    """
    if type(n) is not int or n < 1:
        raise InvalidValueError(f"n must be a whole number from 1 up, got {shown(n)}; count the reps")
    _check_hire(quota, ramp)
    if list(ramp.shares) != sorted(ramp.shares):
        raise InvalidValueError(f"the shares of the ramp must not fall, got {[*map(str, ramp.shares)]}; ask each day")

    def enough(day: date) -> bool:
        needed = hires_needed(missing, quota, ramp, hired=day, attainment=attainment, attrition=attrition, basis=basis)
        return needed is not None and needed <= n

    if enough(quota.period.end):
        raise InvalidValueError(f"something must be missing, got {missing}; nobody need be hired")
    low, high = -1, quota.period.days  # enough at low, not at high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if enough(quota.period.start + timedelta(middle)) else (low, middle)
    return None if low < 0 else quota.period.start + timedelta(low)


def _of_hire(quota: Quota, ramp: Ramp, hired: date, basis: Basis) -> Fraction:
    """What is asked of a rep who starts on a day, not rounded."""
    return _size(quota.amount) * ramp.mean_share(hired, quota.period, basis)


def _check_hire(quota: object, ramp: object) -> None:
    check_ramp(ramp)
    if not isinstance(quota, Quota):
        raise InvalidValueError(f"quota must be a Quota, got {shown(quota)}; write Quota('new', period, amount)")
    if quota.amount is None:
        raise InvalidValueError("the quota of a new rep must have an amount, got None; give the full quota")


def _leaving(attrition: IntoShare) -> Fraction:
    share = exact_share(attrition, "attrition")
    if share > 1:
        raise InvalidValueError(f"attrition must be a fraction in [0, 1], got {share}; did you mean hundredths?")
    return share


def _size(amount: Any) -> int:
    return amount.minor if isinstance(amount, Money) else amount or 0


def _unit(amount: Money | int | None) -> Unit:
    return amount.currency if isinstance(amount, Money) else None


def _in_unit_of(amount: Money | int, unit: Unit, what: str) -> int:
    own = _unit(amount)
    if own != unit and NO_CURRENCY not in (own, unit):
        raise InvalidValueError(f"{what} must be in the unit of the quotas, {unit}, got {own}; convert one of them")
    return _size(amount)
