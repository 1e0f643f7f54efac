"""What was sold of what was to be sold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from salesmetrics._numeric.days import day_number, day_of_number
from salesmetrics._numeric.multiset import Multiset
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.currencies import NO_CURRENCY
from salesmetrics.model.money import Money
from salesmetrics.model.period import Period
from salesmetrics.model.ramp import IntoShare, exact_attainment, exact_share
from salesmetrics.result._display import percent, plain_text
from salesmetrics.result.answer import MERGED_CURRENCY, SAME, Answer, in_unit, in_unit_rounded, sums_within
from salesmetrics.result.breakdown import Breakdown
from salesmetrics.result.proportion import Proportion
from salesmetrics.result.totals import MoneyTotal, Unit, amount_shown, currencies, major_units

__all__ = ["Attainment", "attainment_bands", "attainments_of", "quota_achievement_rate"]

_NO_DAYS = Multiset(np.zeros(0, np.int64), np.zeros(0, np.int64))


@frozen
class Attainment(Answer):
    """What was sold before a day, and the quotas that it was sold for. A team's is a ratio of sums.

    Args:
        period: In which all the quotas lie.
        as_of: The day of view; what was won before it is counted.
        actual: What was sold, by reps without a quota too.
        without_quota: The part of it that reps without a quota sold.
        target: The quotas together, in minor units; or plain numbers, where `currency` is `None`.
        overlay: The credit of specialists, which came on top of what was sold.
        overlay_target: Their quotas together, in minor units.
        currency: Of the quotas.
        n_quotas: How many quotas the target is of [quotas].
        include_today: Whether the day of view is over too, and what was won on it is counted.
        starts: The first days of these quotas, in days since 1970, with their counts.
        ends: The days after their last, alike.

    Raises:
        InvalidValueError: A target is below zero, quotas and sales are in two currencies, or days lie outside of the
            period.

    Examples:
        >>> q1 = Period(date(2026, 1, 1), date(2026, 4, 1), "Q1")
        >>> sold, none = MoneyTotal(30_000_00, "USD", 12, 0), MoneyTotal(0, "USD", 0, 0)
        >>> attainment = Attainment(q1, date(2026, 2, 15), sold, none, 50_000_00, none, 0, "USD", 1)
        >>> print(attainment)
        60.0 % (30,000.00 USD of 50,000.00 USD) in Q1 as of 2026-02-15, on 120.0 % of the pace
        >>> print(attainment.gap, "|", attainment.run_rate, "|", attainment.needed_per_day)
        20,000.00 USD | 60,000.00 USD | 444.44 USD
    """

    readings = ("value", "gap", "elapsed", "pace", "run_rate", "needed_per_day", "overlay_value")

    period: Period = field(metadata=SAME)
    as_of: date = field(metadata=SAME)
    actual: MoneyTotal
    without_quota: MoneyTotal
    target: int
    overlay: MoneyTotal
    overlay_target: int
    currency: Unit = field(metadata=MERGED_CURRENCY)
    n_quotas: int
    include_today: bool = field(default=False, metadata=SAME)
    starts: Multiset = _NO_DAYS
    ends: Multiset = _NO_DAYS

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if min(self.target, self.overlay_target) < 0:
            raise InvalidValueError(f"a target must not be below zero, got {shown(self.target)}; ask a measure for it")
        units = {one.currency for one in (self.actual, self.without_quota, self.overlay)} | {self.currency}
        if len(units - {NO_CURRENCY}) > 1:
            raise InvalidValueError(
                f"sales and quotas must be in one currency, got {sorted(map(str, units))}; convert one of them"
            )
        first, last = day_number(self.period.start), day_number(self.period.end)
        days = [*self.starts.values, *self.ends.values]
        if self.starts.n != self.ends.n or (days and not first <= min(days) <= max(days) <= last):
            raise InvalidValueError(
                f"starts and ends must be of quotas in {self.period}, got {self.starts} and {self.ends}; ask a measure"
            )

    @property
    def value(self) -> float | None:
        """What was sold over the target, a fraction; `None` without a target, or where no amount is known."""
        return self.actual.minor / self.target if self.target and self.actual.value is not None else None

    @property
    def exact_value(self) -> Fraction | None:
        """What was sold over the target as a fraction, not rounded; `None` where `value` is."""
        is_defined = self.target and self.actual.value is not None
        return Fraction(self.actual.minor, self.target) if is_defined else None

    @property
    def gap(self) -> Money | int:
        """What is left of the target; below zero where more was sold."""
        return in_unit(self.target - self.actual.minor, self.currency)

    @property
    def span(self) -> Period:
        """The days of the quotas themselves, from the first to the last; without a quota those of the period.

        Of a quarter within a year that was asked for they are the quarter's, and of a rep who came within a quarter
        those since. Pace and whatever else is told per day is told of these days.
        """
        if not len(self.starts.values):
            return self.period
        return Period(day_of_number(int(self.starts.values[0])), day_of_number(int(self.ends.values[-1])))

    @property
    def elapsed(self) -> float:
        """The share of the span's days that are over; the day of view is not counted, unless `include_today`."""
        return self._days_over / self.span.days

    @property
    def pace(self) -> float | None:
        """Attainment over the share of the span that is over: 1 is just on pace; `None` before the first day."""
        if self.value is None or not self._days_over:
            return None
        return self.actual.minor * self.span.days / (self.target * self._days_over)

    @property
    def run_rate(self) -> Money | int | None:
        """What will be sold in the span if it goes on as until now, rounded once; `None` before the first day."""
        if not self._days_over or self.actual.value is None:
            return None
        return in_unit_rounded(self.actual.minor * self.span.days, self._days_over, self.actual.currency)

    @property
    def needed_per_day(self) -> Money | int | None:
        """What must be sold on each remaining day, rounded once; zero when the target is reached, `None` at the end."""
        left = self.span.days - self._days_over
        return in_unit_rounded(max(self.target - self.actual.minor, 0), left, self.currency) if left else None

    @property
    def overlay_value(self) -> float | None:
        """The credit of specialists over their own target, a fraction; `None` without one."""
        known = self.overlay_target and self.overlay.value is not None
        return self.overlay.minor / self.overlay_target if known else None

    def reaches(self, share: IntoShare = 1) -> bool | None:
        """Whether a share of the target is reached, compared in whole numbers; `None` without a target.

        Args:
            share: A fraction, such as 1 or "1.15"; a float counts as its shortest decimal text.

        Raises:
            InvalidValueError: The share is no number, or below zero.

        Examples:
            >>> q1, none = Period.parse("2026-01-01..2026-04-01"), MoneyTotal(0, None, 0, 0)
            >>> sold = Attainment(q1, q1.end, MoneyTotal(23, None, 1, 0), none, 20, none, 0, None, 1)
            >>> sold.reaches(1.15), 100 * sold.actual.minor / sold.target, 100 * sold.value
            (True, 115.0, 114.99999999999999)
        """
        exact = exact_share(share, "share")
        return None if self.value is None else self.actual.minor * exact.denominator >= self.target * exact.numerator

    @property
    def _days_over(self) -> int:
        return min(max((self.as_of - self.span.start).days + self.include_today, 0), self.span.days)

    @classmethod
    def columns_of(cls, sums: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
        """Value [fraction], counts, and what was sold, the target and the gap [major units] of many."""
        within = {name: sums_within(MoneyTotal, sums[name]) for name in ("actual", "without_quota", "overlay")}
        sold, target = within["actual"]["minor"], sums["target"]
        unknown = (within["actual"]["n"] == 0) & (within["actual"]["n_missing"] > 0)
        value = np.full(len(target), np.nan)
        is_defined = (target != 0).astype(np.bool_) & ~unknown
        np.divide(sold.astype(np.float64), target.astype(np.float64), out=value, where=is_defined)
        major = major_units(sums["currency"])
        amounts = {
            "actual": sold,
            "target": target,
            "gap": target.astype(object) - sold,
            "without_quota": within["without_quota"]["minor"],
            "overlay": within["overlay"]["minor"],
            "overlay_target": sums["overlay_target"],
        }
        return {
            "value": value,
            **{name: minor.astype(np.float64) / major for name, minor in amounts.items()},
            "n": within["actual"]["n"],
            "n_missing": within["actual"]["n_missing"],
            "n_quotas": sums["n_quotas"],
            "currency": currencies({"n_missing": target, "currency": sums["currency"]}),
        }

    def __str__(self) -> str:
        of = amount_shown(in_unit(self.target, self.currency))
        running, view = 0 < self._days_over < self.span.days, "through" if self.include_today else "as of"
        pace = f" {view} {self.as_of}, on {percent(self.pace)} of the pace" if running and self.pace is not None else ""
        pace += f" of {self.span}" if pace and self.span != self.period else ""
        more = f"; {amount_shown(self.without_quota.value)} of it without quota" if self.without_quota.n else ""
        if self.overlay.n or self.overlay_target:
            over = amount_shown(in_unit(self.overlay_target, self.currency))
            more += f"; overlay {percent(self.overlay_value)} ({amount_shown(self.overlay.value)} of {over})"
        sold = amount_shown(self.actual.value)
        return f"{percent(self.value)} ({sold} of {of}) in {plain_text(self.period)}{pace}{more}"


def quota_achievement_rate(by_rep: Breakdown[Attainment], threshold: IntoShare = 1) -> Proportion:
    r"""Share of reps who reached their quota.

    $$ \text{achievement rate} = \frac{|\text{reps with attainment} \geq 100\,\%|}{|\text{reps with a quota}|} $$

    A team may reach its quota while most of its reps do not, and so the rate stands beside the attainment. It is a
    reading of the answers by rep: rates of two periods do not add.

    Args:
        by_rep: `breakdown(quota_attainment, quotas, by="rep", ...)`; by rep and quarter, each quarter of a rep counts.
        threshold: The attainment that counts as reached, compared in whole numbers.

    Returns:
        Reps at or above the threshold, and reps whose attainment is defined, as a `Proportion`.

    Raises:
        InvalidValueError: The answers are no attainments, or the threshold is no number or in hundredths.

    Examples:
        >>> q1, none = Period.parse("2026-01-01..2026-04-01"), MoneyTotal(0, "USD", 0, 0)
        >>> sold = [180, 160, 140, 55, 45, 40]
        >>> answers = [Attainment(q1, q1.end, MoneyTotal(n, "USD", 1, 0), none, 100, none, 0, "USD", 1) for n in sold]
        >>> print(quota_achievement_rate(Breakdown("rep", tuple("ABCDEF"), answers, (None,))))
        50.0 % (3 of 6)
    """
    bound = exact_attainment(threshold, "threshold")
    reached = [one.reaches(bound) for one in attainments_of(by_rep)]
    return Proportion(part=reached.count(True), whole=len(reached) - reached.count(None))


def attainment_bands(
    by_rep: Breakdown[Attainment], bounds: Iterable[IntoShare] = ("0.5", "0.8", "1", "1.2")
) -> Breakdown[Proportion]:
    """How many reps have an attainment in each band.

    Args:
        by_rep: As in `quota_achievement_rate`.
        bounds: Where bands begin, rising; whoever is just at a bound is in the band above it, compared in whole
            numbers.

    Returns:
        A mapping from each band to its reps among all whose attainment is defined, as `Proportion`s.

    Raises:
        InvalidValueError: The answers are no attainments, or the bounds are no rising numbers or in hundredths.

    Examples:
        >>> q1, none = Period.parse("2026-01-01..2026-04-01"), MoneyTotal(0, "USD", 0, 0)
        >>> answers = [
        ...     Attainment(q1, q1.end, MoneyTotal(n, "USD", 1, 0), none, 100, none, 0, "USD", 1) for n in (120, 80, 79)
        ... ]
        >>> print(attainment_bands(Breakdown("rep", ("Ada", "Bo", "Cleo"), answers, (None,))))
        attainment               answer
        below 50 %       0.0 % (0 of 3)
        50 to 80 %      33.3 % (1 of 3)
        80 to 100 %     33.3 % (1 of 3)
        100 to 120 %     0.0 % (0 of 3)
        120 % and more  33.3 % (1 of 3)
    """
    if isinstance(bounds, str) or not isinstance(bounds, Iterable):
        raise InvalidValueError(f"bounds must be rising numbers, got {shown(bounds)}; write ['0.5', '1']")
    exact = [exact_attainment(one, "a bound") for one in bounds]
    if not exact or sorted(set(exact)) != exact:
        raise InvalidValueError(f"bounds must be rising numbers, got {[*map(str, exact)]}; write ['0.5', '1']")
    names = [_hundredths(one) for one in exact]
    bands = [
        f"below {names[0]} %",
        *(f"{low} to {high} %" for low, high in pairwise(names)),
        f"{names[-1]} % and more",
    ]
    places = [
        sum(bool(one.reaches(bound)) for bound in exact) for one in attainments_of(by_rep) if one.value is not None
    ]
    answers = tuple(Proportion(part=places.count(place), whole=len(places)) for place in range(len(bands)))
    return Breakdown("attainment", tuple(bands), answers, (tuple(bands),))


def attainments_of(by_rep: Breakdown[Attainment]) -> Iterable[Attainment]:
    """The attainments of a breakdown.

    Raises:
        InvalidValueError: Its answers are others.
    """
    if not isinstance(by_rep, Breakdown) or not all(isinstance(one, Attainment) for one in by_rep.values()):
        raise InvalidValueError(
            "answers must be attainments by rep, got others; write breakdown(quota_attainment, quotas, by='rep', ...)"
        )
    return by_rep.values()


def _hundredths(share: Any) -> str:
    hundredths = 100 * share
    return str(hundredths) if hundredths.denominator == 1 else f"{float(hundredths):g}"
