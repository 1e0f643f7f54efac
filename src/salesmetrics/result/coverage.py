"""How often the open pipeline covers what is still to be sold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from salesmetrics.errors import InvalidValueError, check_word, shown
from salesmetrics.model.currencies import NO_CURRENCY
from salesmetrics.model.money import Money
from salesmetrics.model.period import Period
from salesmetrics.model.probability import MILLION
from salesmetrics.result._display import plain_text
from salesmetrics.result.answer import MERGED_CURRENCY, SAME, Answer, in_unit, sums_within
from salesmetrics.result.proportion import Proportion
from salesmetrics.result.totals import MoneyRatio, MoneyTotal, Unit, WeightedTotal, amount_shown, major_units

__all__ = ["Against", "Coverage", "required_coverage"]

Against: TypeAlias = Literal["remaining", "full"]
"""By what the pipeline is divided: what is left of the quota, or all of it."""


@frozen
class Coverage(Answer):
    """The open pipeline of a period, what is booked in it, and the quota for both.

    Args:
        period: The period that the quota is of.
        as_of: The start of this day is the time of view.
        against: "remaining" or "full".
        pipeline: Open and due in the period.
        booked: Won in the period, before `as_of`.
        quota: What is to be sold in the period, in minor units; the same for every part of a book.
        currency: Of the quota; `None` for plain numbers.
        n_undated: How many open deals have no expected close and are in no period [deals].

    Examples:
        >>> coverage = Coverage(
        ...     Period.parse("2026-01-01..2026-04-01"), date(2026, 2, 1), "remaining",
        ...     pipeline=WeightedTotal(480_000_000 * 10**6, "USD", 12, 0),
        ...     booked=MoneyTotal(90_000_000, "USD", 3, 0), quota=250_000_000, currency="USD", n_undated=0,
        ... )
        >>> print(coverage)
        3.00 times: 4,800,000.00 USD of pipeline for the remaining 1,600,000.00 USD in 2026-01-01..2026-04-01 \
as of 2026-02-01
    """

    readings = ("value", "remaining", "surplus")

    period: Period = field(metadata=SAME)
    as_of: date = field(metadata=SAME)
    against: str = field(metadata=SAME)
    pipeline: WeightedTotal
    booked: MoneyTotal
    quota: int = field(metadata=SAME)
    currency: Unit = field(metadata=MERGED_CURRENCY)
    n_undated: int

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        check_word(self.against, get_args(Against), "against")
        if self.quota < 0 or (self.quota and self.currency == NO_CURRENCY):
            raise InvalidValueError(
                f"a quota must be zero or above and have a currency, got {self.quota} {self.currency}; "
                "give what is to be sold"
            )
        units = {self.pipeline.currency, self.booked.currency, self.currency} - {NO_CURRENCY}
        if len(units) > 1:
            raise InvalidValueError(
                f"deals and quota must be in one currency, got {sorted(map(str, units))}; convert one of them, or give "
                "a whole number as the quota of plain values"
            )

    @property
    def value(self) -> float | None:
        """How many times the pipeline covers the quota, or what remains of it; `None` where nothing does.

        It is `None` too where there are deals, and no amount is known of those in the pipeline or of those booked.
        """
        exact = self.exact_value
        return None if exact is None else float(exact)

    @property
    def exact_value(self) -> Fraction | None:
        """How many times, as a fraction, not rounded; `None` where `value` is."""
        left = self.quota - self.booked.minor if self.against == "remaining" else self.quota
        nobody_knows = self.pipeline.value is None or (self.against == "remaining" and self.booked.value is None)
        return None if left <= 0 or nobody_knows else Fraction(self.pipeline.micro, left * MILLION)

    @property
    def remaining(self) -> Money | int:
        """What is left of the quota; zero once it is reached."""
        return in_unit(max(self.quota - self.booked.minor, 0), self.currency)

    @property
    def surplus(self) -> Money | int:
        """What is booked above the quota; zero until then."""
        return in_unit(max(self.booked.minor - self.quota, 0), self.currency)

    @classmethod
    def columns_of(cls, sums: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
        """The columns of pipeline and booked, the quota, and the readings of many.

        The names of the first two are led by the sum's. The quota is in minor units, what remains and the surplus are
        in major units.
        """
        pipeline, booked = sums_within(WeightedTotal, sums["pipeline"]), sums_within(MoneyTotal, sums["booked"])
        n = len(pipeline["n"])
        quota = sums["quota"].astype(object)  # in millionths it may not fit 64 bits
        is_left = np.broadcast_to(np.array(sums["against"]) == "remaining", n)
        left = quota - np.where(is_left, booked["minor"], 0)
        unknown = (pipeline["n"] == 0) & (pipeline["n_missing"] > 0)
        unknown |= is_left & (booked["n"] == 0) & (booked["n_missing"] > 0)
        value = np.full(n, np.nan)
        is_defined = (left > 0).astype(np.bool_) & ~unknown
        np.divide(
            pipeline["micro"].astype(np.float64), (left * MILLION).astype(np.float64), out=value, where=is_defined
        )
        rest, major = (quota - booked["minor"]).astype(np.float64), major_units(sums["currency"])
        columns: dict[str, NDArray[Any]] = {
            "value": value,
            "remaining": np.maximum(rest, 0) / major,
            "surplus": np.maximum(-rest, 0) / major,
            "quota": sums["quota"],
            "n_undated": sums["n_undated"],
        }
        for name, kind, within in (("pipeline", WeightedTotal, pipeline), ("booked", MoneyTotal, booked)):
            columns |= {f"{name}_{column}": values for column, values in kind.columns_of(within).items()}
        return columns

    def __str__(self) -> str:
        what = self.remaining if self.against == "remaining" else in_unit(self.quota, self.currency)
        times = "undefined" if self.value is None else f"{self.value:,.2f} times"
        over = f"; {amount_shown(self.surplus)} above the quota" if self.surplus else ""
        undated = f"; undated {self.n_undated:,}" if self.n_undated else ""
        return (
            f"{times}: {amount_shown(self.pipeline.value)} of pipeline for the {self.against} {amount_shown(what)} in "
            f"{plain_text(self.period)} as of {self.as_of}{over}{undated}"
        )


def required_coverage(rate: MoneyRatio | Proportion) -> float | None:
    r"""How often the pipeline must cover what remains of the quota for the quota to be reached.

    $$ \text{required coverage} = \frac{1}{\text{pipeline conversion}} $$

    Take the conversion of past periods at the same week: it holds what slipped and what was created or pulled in
    meanwhile. One over the win rate, which many use, knows nothing of these: of a win rate it is right only where no
    deal slips and none is added.

    Args:
        rate: The answer of `pipeline_conversion`; that of `win_rate` or `win_value_rate` for the other camp.

    Returns:
        The whole over the part; `None` where nothing was won.

    Raises:
        InvalidValueError: It is no such answer.

    Examples:
        >>> round(required_coverage(Proportion(22, 100)), 3), required_coverage(Proportion(0, 5))
        (4.545, None)
    """
    if not isinstance(rate, (MoneyRatio, Proportion)):
        raise InvalidValueError(
            f"rate must be the answer of pipeline_conversion or of a win rate, got {shown(rate)}; ask it of the past"
        )
    return rate.whole / rate.part if rate.part else None
