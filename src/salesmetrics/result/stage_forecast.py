"""A forecast by stage: what is booked, what is expected, and everything that was left out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from salesmetrics.errors import InvalidValueError
from salesmetrics.model.money import Money
from salesmetrics.model.period import Period
from salesmetrics.model.probability import MILLION
from salesmetrics.result._display import plain_text
from salesmetrics.result.answer import SAME, Answer, in_unit_rounded, sums_within
from salesmetrics.result.totals import MoneyTotal, WeightedTotal, amount_shown, deals_shown, major_units

__all__ = ["StageForecast"]


@frozen
class StageForecast(Answer):
    """What a period will bring, as of a day: booked money, and open money weighted by stage.

    Args:
        period: The period that is forecast.
        as_of: The start of this day is the time of view.
        booked: Won in the period, before `as_of`.
        expected: Open and due in the period, each amount times its stage's probability.
        omitted: Open, and left out by forecast category.
        undated: Open, and left out for having no expected close.
        overdue: Open, and left out for being expected before `as_of`.
        other_period: Open, and due in another period.
        closed_later: Won or lost on or after `as_of`, which was not known then.
        closed_undated: Won or lost, nobody knows when.

    Examples:
        >>> money = lambda minor, n: MoneyTotal(minor, "USD", n, 0)
        >>> none = money(0, 0)
        >>> forecast = StageForecast(
        ...     Period.parse("2026-01-01..2026-04-01"), date(2026, 2, 1),
        ...     money(50_000, 1), WeightedTotal(60_000_000_000, "USD", 1, 0),
        ...     omitted=none, undated=money(90_000, 2), overdue=none, other_period=none, closed_later=none,
        ...     closed_undated=none,
        ... )
        >>> print(forecast)
        1,100.00 USD in 2026-01-01..2026-04-01 as of 2026-02-01: 500.00 USD booked (1 deal), 600.00 USD expected \
(1 deal); left out: undated 900.00 USD (2 deals)
    """

    period: Period = field(metadata=SAME)
    as_of: date = field(metadata=SAME)
    booked: MoneyTotal
    expected: WeightedTotal
    omitted: MoneyTotal
    undated: MoneyTotal
    overdue: MoneyTotal
    other_period: MoneyTotal
    closed_later: MoneyTotal
    closed_undated: MoneyTotal

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        units = {self.booked.currency, self.expected.currency, *(one.currency for one in self.left_out.values())}
        if len(units) > 1:
            raise InvalidValueError(
                f"StageForecast must be in one currency, got {sorted(map(str, units))}; ask a measure for it"
            )

    @property
    def value(self) -> Money | int | None:
        """Booked and expected together, rounded once; `None` when there were such deals and none had an amount."""
        booked, expected = self.booked, self.expected
        if booked.n + expected.n == 0 and booked.n_missing + expected.n_missing > 0:
            return None
        return in_unit_rounded(booked.minor * MILLION + expected.micro, MILLION, booked.currency)

    @property
    def left_out(self) -> dict[str, MoneyTotal]:
        """The open deals that were not expected and the closed ones that were not booked, by the reason why."""
        return {name: getattr(self, name) for name in _LEFT_OUT}

    @classmethod
    def columns_of(cls, sums: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
        """The columns of every sum in it, each name led by the sum's; and value [major units, not rounded]."""
        parts: dict[str, type[Answer]] = dict.fromkeys(("booked", "expected", *_LEFT_OUT), MoneyTotal)
        parts["expected"] = WeightedTotal
        within = {name: sums_within(kind, sums[name]) for name, kind in parts.items()}
        booked, expected = within["booked"], within["expected"]
        minor = booked["minor"].astype(np.float64) + expected["micro"].astype(np.float64) / MILLION
        nothing = (booked["n"] + expected["n"] == 0) & (booked["n_missing"] + expected["n_missing"] > 0)
        columns: dict[str, NDArray[Any]] = {"value": np.where(nothing, np.nan, minor / major_units(booked["currency"]))}
        for name, kind in parts.items():
            columns |= {f"{name}_{column}": values for column, values in kind.columns_of(within[name]).items()}
        return columns

    def __str__(self) -> str:
        some = {name: total for name, total in self.left_out.items() if total.n or total.n_missing}
        out = [f"{name.replace('_', ' ')} {total}" for name, total in some.items()]
        return (
            f"{amount_shown(self.value)} in {plain_text(self.period)} as of {self.as_of}: "
            f"{_said(self.booked, 'booked')}, {_said(self.expected, 'expected')}"
            + ("; left out: " + ", ".join(out) if out else "")
        )


_LEFT_OUT = ("omitted", "undated", "overdue", "other_period", "closed_later", "closed_undated")


def _said(total: MoneyTotal | WeightedTotal, what: str) -> str:
    return f"{amount_shown(total.value)} {what} {deals_shown(total.n, total.n_missing)}"
