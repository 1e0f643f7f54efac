"""A forecast: what is booked, what is expected deal by deal, and everything that was left out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import NDArray

from salesmetrics.errors import CurrencyMismatchError, InvalidValueError, printable, shown
from salesmetrics.model.currencies import NO_CURRENCY
from salesmetrics.model.money import Money, shared_currency
from salesmetrics.model.period import Period
from salesmetrics.model.probability import MILLION
from salesmetrics.result._display import plain_text
from salesmetrics.result.answer import SAME, Answer, in_currencies_of, in_unit, in_unit_rounded, sums_within
from salesmetrics.result.forecast_lines import ForecastLines, sums_by_basis, sums_of_lines
from salesmetrics.result.forecast_parts import NO_PARTS, ForecastParts
from salesmetrics.result.totals import MoneyTotal, Unit, WeightedTotal, amount_shown, deals_shown, major_units

__all__ = ["LEFT_OUT", "Forecast"]

LEFT_OUT = ("omitted", "undated", "overdue", "other_period", "closed_later", "closed_undated")
"""Why a deal is not in a forecast."""


@frozen
class Forecast(Answer):
    """What a period will bring, as of a day: booked money, and what each open deal is expected to add.

    Forecasts of one period, day and method add by joining their lines; the same deal in both is refused.

    Args:
        period: The period that is forecast.
        as_of: The start of this day is the time of view.
        method: The measure that was asked, with the options that were not its defaults.
        booked: Won in the period, before `as_of`.
        lines: The deals that are expected to be won in the period, with what each contributes.
        omitted: Open, and left out by forecast category.
        undated: Open, and left out for having no expected close.
        overdue: Open, and left out for being expected before `as_of`.
        other_period: Open, and due in another period.
        closed_later: Won or lost on or after `as_of`, which was not known then.
        closed_undated: Won or lost, nobody knows when.
        undated_expected: What the undated would be expected to bring, were they counted.
        overdue_expected: What the overdue would be expected to bring, were they counted.
        besides: What is expected beside the deals in the book, such as a mean of earlier periods.

    Laws:
        expected_adds: What two forecasts expect together is what each of them expects, added up.

    Examples:
        >>> none, nothing = MoneyTotal(0, "USD", 0, 0), WeightedTotal(0, "USD", 0, 0)
        >>> lines = ForecastLines.of(["D-1"], [100_000], [600_000], [date(2026, 3, 1)], ["Product trial"])
        >>> forecast = Forecast(
        ...     Period.parse("2026-01-01..2026-04-01"), date(2026, 2, 1), "stage_forecast",
        ...     MoneyTotal(50_000, "USD", 1, 0), lines, omitted=none, undated=MoneyTotal(90_000, "USD", 2, 0),
        ...     overdue=none, other_period=none, closed_later=none, closed_undated=none,
        ...     undated_expected=WeightedTotal(40_000_000_000, "USD", 2, 0), overdue_expected=nothing,
        ... )
        >>> print(forecast)
        1,100.00 USD in 2026-01-01..2026-04-01 as of 2026-02-01: 500.00 USD booked (1 deal), 600.00 USD expected \
(1 deal); left out: undated 900.00 USD (2 deals)
        >>> print(forecast.gap(Money.of(1500, "USD")))
        400.00 USD
        >>> print(forecast.explain())
        stage_forecast of 2026-01-01..2026-04-01 as of 2026-02-01: 1,100.00 USD
        booked before that day: 500.00 USD (1 deal)
        expected, Product trial: 600.00 USD of 1,000.00 USD (1 deal)
        left out, undated: 900.00 USD (2 deals), of which 400.00 USD would be expected
    """

    period: Period = field(metadata=SAME)
    as_of: date = field(metadata=SAME)
    method: str = field(metadata=SAME)
    booked: MoneyTotal
    lines: ForecastLines
    omitted: MoneyTotal
    undated: MoneyTotal
    overdue: MoneyTotal
    other_period: MoneyTotal
    closed_later: MoneyTotal
    closed_undated: MoneyTotal
    undated_expected: WeightedTotal
    overdue_expected: WeightedTotal
    besides: ForecastParts = NO_PARTS

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        units = {self.currency, *(one.currency for one in self.left_out.values())}
        units |= {one.currency for one in self._not_counted.values()}
        if len(units) > 1:
            raise InvalidValueError(
                f"Forecast must be in one currency, got {sorted(map(str, units))}; ask a measure for it"
            )
        if self.currency == NO_CURRENCY and (np.any(self.lines.amount.values != 0) or self.besides.total):
            raise InvalidValueError("a Forecast without a currency must be of zeros, got others; ask a measure for it")

    @property
    def currency(self) -> Unit:
        """Of all amounts; `None` for plain numbers."""
        return self.booked.currency

    @property
    def expected(self) -> WeightedTotal:
        """What the lines contribute together."""
        (micro,), (n,), (n_missing,) = sums_of_lines([self.lines]).values()
        return WeightedTotal(int(micro), self.currency, int(n), int(n_missing))

    @property
    def value(self) -> Money | int | None:
        """Booked and expected together, rounded once; `None` when there were such deals and none had an amount."""
        exact = self.exact_minor
        return None if exact is None else in_unit_rounded(exact.numerator, exact.denominator, self.currency)

    @property
    def exact_value(self) -> Fraction | None:
        """Booked and expected together in major units, not rounded; `None` where `value` is."""
        exact = self.exact_minor
        return None if exact is None else exact / int(major_units(self.currency))

    @property
    def exact_minor(self) -> Fraction | None:
        """Booked and expected together in minor units, not rounded; `None` where `value` is."""
        expected = self.expected
        parts = (self.booked, expected, self.besides)
        if sum(one.n for one in parts) == 0 and any(one.n_missing for one in parts):
            return None
        return self.booked.minor + Fraction(expected.micro, MILLION) + self.besides.total

    @property
    def is_below_zero(self) -> bool:
        """Whether less than nothing is forecast, as a line through falling periods does; no period brings that."""
        exact = self.exact_minor
        return exact is not None and exact < 0

    @property
    def is_below_booked(self) -> bool:
        """Whether less is forecast than was booked already, as a forecast from earlier periods may be."""
        exact = self.exact_minor
        return exact is not None and exact < self.booked.minor and self.booked.n > 0

    @property
    def by_basis(self) -> dict[str | None, WeightedTotal]:
        """What the lines of each basis contribute, such as those of each stage."""
        return {
            basis: WeightedTotal(sums["micro"], self.currency, sums["n"], sums["n_missing"])
            for basis, sums in sums_by_basis(self.lines).items()
        }

    @property
    def left_out(self) -> dict[str, MoneyTotal]:
        """The open deals that were not expected and the closed ones that were not booked, by the reason why."""
        return {name: getattr(self, name) for name in LEFT_OUT}

    def gap(self, target: Money | int) -> Money | int | None:
        """What is missing to a target; negative where the forecast is above it, `None` where it is undefined.

        Args:
            target: What the period is to bring, in the currency of the forecast.

        Raises:
            InvalidValueError: The target is no such amount.
        """
        unit: Unit = None
        if isinstance(target, Money) and self.currency is not None:
            unit, minor = shared_currency(target.currency, self.currency), target.minor
        elif type(target) is int and self.currency is None:
            minor = target
        else:
            kind = "a whole number" if self.currency is None else f"Money in {self.currency}"
            raise InvalidValueError(f"target must be {kind}, got {shown(target)}; give what the forecast is of")
        value = self.value
        if value is None:
            return None
        return in_unit(minor - (value.minor if isinstance(value, Money) else value), unit)

    def beside(self, other: Forecast) -> Forecast:
        """The same forecast, and what another one of its period and day expects beside the deals in the book.

        Args:
            other: A forecast without lines and without anything booked, such as that of deals not yet created.

        Raises:
            InvalidValueError: It is of another period or day, it has lines or booked deals, which would count twice, or
                both expect something of one name.
            CurrencyMismatchError: It is in another currency.
        """
        if not isinstance(other, Forecast) or (other.period, other.as_of) != (self.period, self.as_of):
            raise InvalidValueError(
                f"what is beside a forecast must be one of {self.period} as of {self.as_of}, got {shown(other)}; ask "
                "for both alike"
            )
        twice = set(self.besides.amounts) & set(other.besides.amounts)
        if len(other.lines) or other.booked.n or other.booked.n_missing or twice:
            raise InvalidValueError(
                f"what is beside a forecast must be of other deals, got {shown(other.method)} with lines, booked deals "
                f"or the same parts {sorted(twice)}; take one that expects what is not in the book"
            )
        if self.currency != other.currency and NO_CURRENCY not in (self.currency, other.currency):
            raise CurrencyMismatchError(
                f"what is beside a forecast must be in its currency {self.currency}, got {other.currency}; convert"
            )
        mine: Any = in_currencies_of(other, self) if self.currency == NO_CURRENCY else self
        both: Forecast = evolve(mine, method=f"{self.method} + {other.method}", besides=self.besides + other.besides)
        return both

    def explain(self) -> str:
        """What the forecast is made of, in words, a line for each part."""
        title = f"{printable(self.method)} of {plain_text(self.period)} as of {self.as_of}: {amount_shown(self.value)}"
        said = [title, f"booked before that day: {self.booked}"]
        for basis, sums in sums_by_basis(self.lines).items():
            n, n_missing = sums["n"], sums["n_missing"]
            expected = WeightedTotal(sums["micro"], self.currency, n, n_missing).value
            worth = MoneyTotal(sums["minor"], self.currency, n, n_missing).value
            name = "nobody knows by what" if basis is None else plain_text(basis)
            lack = deals_shown(n, n_missing, _lacking(sums["n_no_amount"], n_missing))
            said.append(f"expected, {name}: {amount_shown(expected)} of {amount_shown(worth)} {lack}")
        for name, amount in self.besides.amounts.items():
            exact = in_unit_rounded(amount.numerator, amount.denominator, self.currency)
            said.append(f"expected, {plain_text(name)}: {amount_shown(exact)}")
        for name, total in self.left_out.items():
            if total.n or total.n_missing:
                would = self._not_counted.get(name)
                more = "" if would is None else f", of which {amount_shown(would.value)} would be expected"
                said.append(f"left out, {name.replace('_', ' ')}: {total}{more}")
        return "\n".join([*said, *(f"doubtful: {one}" for one in self._doubts)])

    @property
    def _doubts(self) -> list[str]:
        doubts = {"below zero": self.is_below_zero, "below what is booked already": self.is_below_booked}
        return [said for said, holds in doubts.items() if holds]

    @property
    def _not_counted(self) -> dict[str, WeightedTotal]:
        return {"undated": self.undated_expected, "overdue": self.overdue_expected}

    @classmethod
    def columns_of(cls, sums: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
        """The columns of every sum in it, each name led by the sum's; value and besides [major units, not rounded]."""
        money, weighed = ("booked", *LEFT_OUT), ("undated_expected", "overdue_expected")
        parts = [(name, MoneyTotal) for name in money] + [(name, WeightedTotal) for name in weighed]
        within = {name: sums_within(kind, sums[name]) for name, kind in parts}
        booked = within["booked"]
        within["expected"] = expected = {**sums_of_lines(sums["lines"]), "currency": booked["currency"]}
        unit, given = major_units(booked["currency"]), sums["besides"]
        besides = given if isinstance(given, list) else [given] * len(booked["n"])  # of groups, one is of all
        beside = np.array([float(one.total) for one in besides], np.float64)
        n, n_missing = (
            booked[name] + expected[name] + np.array([getattr(one, name) for one in besides], np.int64)
            for name in ("n", "n_missing")
        )
        minor = booked["minor"].astype(np.float64) + expected["micro"].astype(np.float64) / MILLION + beside
        value = np.where((n == 0) & (n_missing > 0), np.nan, minor / unit)
        columns: dict[str, NDArray[Any]] = {"value": value, "besides": beside / unit}
        for name, kind in (parts[0], ("expected", WeightedTotal), *parts[1:]):
            columns |= {f"{name}_{column}": values for column, values in kind.columns_of(within[name]).items()}
        return columns

    def __str__(self) -> str:
        some = {name: total for name, total in self.left_out.items() if total.n or total.n_missing}
        out = [f"{name.replace('_', ' ')} {total}" for name, total in some.items()]
        return (
            f"{amount_shown(self.value)} in {plain_text(self.period)} as of {self.as_of}: "
            f"{amount_shown(self.booked.value)} booked {deals_shown(self.booked.n, self.booked.n_missing)}, "
            f"{self._expected_said()}{self._besides_said()}"
            + (f"; left out: {', '.join(out)}" if out else "")
            + (f"; doubtful: {', '.join(self._doubts)}" if self._doubts else "")
        )

    def _expected_said(self) -> str:
        total = self.expected
        lack = _lacking(int(np.count_nonzero(~self.lines.amount.known)), total.n_missing)
        return f"{amount_shown(total.value)} expected {deals_shown(total.n, total.n_missing, lack)}"

    def _besides_said(self) -> str:
        total = self.besides.total
        known = in_unit_rounded(total.numerator, total.denominator, self.currency)
        return f", {amount_shown(known)} expected besides" if self.besides.amounts else ""


def _lacking(n_no_amount: int, n_missing: int) -> str:
    """What lines lack that contribute nothing."""
    return "amount" if n_no_amount == n_missing else "amount or probability" if n_no_amount else "probability"
