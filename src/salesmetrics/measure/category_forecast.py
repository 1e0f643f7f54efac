"""What a period will bring, by forecast category."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np

from salesmetrics._numeric.columns import Masked
from salesmetrics._numeric.recipe import Recipe
from salesmetrics.errors import InvalidValueError, check_word, shown
from salesmetrics.measure._forecasts import LeftOut, forecast_of_deals
from salesmetrics.measure._measure import as_measure
from salesmetrics.model.period import Period
from salesmetrics.model.probability import MILLION, millionths, rounded_share
from salesmetrics.model.stage import Category
from salesmetrics.result.breakdown import Breakdown
from salesmetrics.result.forecast import Forecast
from salesmetrics.result.proportion import Proportion
from salesmetrics.table.deals import Deals

__all__ = ["category_forecast"]

CategoryRates: TypeAlias = str | Category | Mapping[Any, Any]
"""The last category that counts, with every surer one; or for each category the share of it that counts."""


@as_measure
def category_forecast(
    deals: Deals,
    *,
    period: Period,
    as_of: date,
    rates: CategoryRates = "commit",
    undated: LeftOut = "leave_out",
    overdue: LeftOut = "leave_out",
    value: str = "amount",
) -> Recipe[Forecast]:
    r"""What a period will bring: what is booked in it, and the open deals due in it, each by its forecast category.

    $$ \text{forecast} = \sum_{\text{won in the period}} \text{amount}
       + \sum_{\text{open, due in the period}} \text{amount} \cdot r_{\text{category}} $$

    "Commit" means two things: the deals of that category alone, or what can be counted on, which is they and what is
    booked. A forecast is the latter. A category that `rates` does not name is worth nothing, and its lines say so.

    Args:
        deals: `Deals`, or any iterable of `Deal`.
        period: The period that is forecast.
        as_of: The day of view; what is dated before it is known, what is dated on it is future.
        rates: A category, which counts whole with every surer one: "commit", "most_likely", "best_case", "pipeline";
            or a share for each, such as `{"commit": 0.9, "best_case": 0.4}`, or `category_rates(...)` of past periods.
        undated: As in `stage_forecast`.
        overdue: As in `stage_forecast`.
        value: "amount", or the name of one of the deals' `values`.

    Returns:
        Booked, expected and left-out money [minor units] and counts [deals] as a `Forecast`; the basis of its lines is
        the category. Deals of which nobody knows the category, or its rate, are counted in `expected.n_missing`.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: `as_of` is not a plain day, the period is no `Period`, a category or its rate is none, the
            deals have no such value, or a word is misspelt.

    Laws:
        definition: Equal to weighing the open deals one by one.
        order: Reordering the deals changes nothing.
        merge: The forecast of two books together is the sum of their forecasts.
        door: A list and a table of the same deals give the same answer.
        breakdown: By group, it equals asking each group alone.
        cumulative: What a category adds to the next surer one is what its own deals are worth.

    Examples:
        >>> from datetime import date
        >>> from salesmetrics import Deal, Money, Period
        >>> def due_in_march(name: str, dollars: int, category: Category) -> Deal:
        ...     end = date(2026, 3, 31)
        ...     return Deal(name, Money.of(dollars, "USD"), "Qualified", "Ada", date(2026, 1, 5), None, end,
        ...                 category=category)
        >>> deals = [
        ...     Deal("D-1", Money.of(50, "USD"), "Won", "Ada", date(2026, 1, 5), closed=date(2026, 1, 20)),
        ...     due_in_march("D-2", 100, Category.COMMIT),
        ...     due_in_march("D-3", 150, Category.BEST_CASE),
        ... ]
        >>> asked = {"period": Period.parse("2026-01-01..2026-04-01"), "as_of": date(2026, 2, 1)}
        >>> for rates in ("commit", "best_case", {"commit": 0.9, "best_case": 0.4}):
        ...     print(category_forecast(deals, rates=rates, **asked).value)
        150.00 USD
        300.00 USD
        200.00 USD

    References:
        Salesforce's cumulative forecast rollups: commit holds what is closed, best case holds commit.
    """
    column = deals.key("category")
    known, counted, said = _rates(rates)
    return forecast_of_deals(
        deals,
        period,
        as_of,
        "category_forecast",
        {"rates": (said, "commit")},
        value,
        Masked(column.lookup(np.array(counted, np.int32), np.int32(0)), column.lookup(known, np.False_), None, MILLION),
        column,
        deals.expected_close,
        undated,
        overdue,
    )


def _rates(rates: CategoryRates) -> tuple[list[bool], list[int], Any]:
    """For each category whether its rate is known, and the rate in millionths; and how all are said.

    Raises:
        InvalidValueError: There is no such category, or a rate is none.
    """
    names = [one.value for one in Category]
    if isinstance(rates, Breakdown) and rates.by != "category":
        raise InvalidValueError(f"rates must be by category, got a breakdown by {shown(rates.by)}; break down by it")
    if not isinstance(rates, Mapping):
        last = rates.value if isinstance(rates, Category) else rates
        check_word(last, names, "rates")
        return [True] * len(names), [MILLION * (name in names[names.index(last) :]) for name in names], last
    found: dict[str, int | None] = {}
    for given, rate in rates.items():
        if given is not None:  # a breakdown has those without a category too
            name = given.value if isinstance(given, Category) else given
            check_word(name, names, "a category of rates")
            found[name] = _rate(rate, name)
    known = [found.get(name, 0) is not None for name in names]
    said = {name: None if one is None else one / MILLION for name, one in found.items()}
    return known, [found.get(name) or 0 for name in names], said


def _rate(rate: Any, name: str) -> int | None:
    """A rate in millionths; `None` where it is not defined."""
    if isinstance(rate, Proportion):
        return None if rate.whole == 0 else rounded_share(Fraction(rate.part, rate.whole))
    return millionths(rate, what=f"the rate of {name}")
