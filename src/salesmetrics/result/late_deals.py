"""Open deals that have waited too long."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from attrs import field, frozen
from numpy.typing import NDArray

from salesmetrics.errors import InvalidValueError
from salesmetrics.model.money import Money
from salesmetrics.result.answer import SAME, Answer, sums_within
from salesmetrics.result.totals import MoneyTotal

__all__ = ["LateDeals"]


@frozen
class LateDeals(Answer):
    """What open deals are worth that are late, as of a day.

    Args:
        as_of: The start of this day is the time of view.
        late: The late ones.
        undated: Those without the day by which it is told.

    Examples:
        >>> print(LateDeals(date(2026, 2, 1), MoneyTotal(500, "USD", 2, 0), MoneyTotal(0, "USD", 0, 0)))
        5.00 USD (2 deals) as of 2026-02-01
    """

    as_of: date = field(metadata=SAME)
    late: MoneyTotal
    undated: MoneyTotal

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if self.late.currency != self.undated.currency:
            raise InvalidValueError(
                f"LateDeals must be in one currency, got {self.late.currency} and {self.undated.currency}; "
                "ask a measure for it"
            )

    @property
    def value(self) -> Money | int | None:
        """What the late deals are worth; `None` when there are some and none has an amount."""
        return self.late.value

    @classmethod
    def columns_of(cls, sums: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
        """The columns of the late deals, and of those without a day, led by "undated"."""
        late, undated = (MoneyTotal.columns_of(sums_within(MoneyTotal, sums[one])) for one in ("late", "undated"))
        return {**late, **{f"undated_{name}": column for name, column in undated.items()}}

    def __str__(self) -> str:
        undated = f"; undated {self.undated}" if self.undated.n or self.undated.n_missing else ""
        return f"{self.late} as of {self.as_of}{undated}"
