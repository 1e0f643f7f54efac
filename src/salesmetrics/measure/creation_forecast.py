"""What a period will bring from deals that are not in the book yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from functools import partial

from attrs import evolve

from salesmetrics._numeric.days import day_number
from salesmetrics._numeric.recipe import Recipe
from salesmetrics.measure._forecasts import asked_as, check_not_over, checked_look_back, forecast_besides
from salesmetrics.measure._measure import as_measure
from salesmetrics.measure._parts import money_total
from salesmetrics.model.period import Period, check_period
from salesmetrics.result.forecast import Forecast
from salesmetrics.result.forecast_parts import ForecastParts
from salesmetrics.result.totals import MoneyTotal
from salesmetrics.table.deals import Deals

__all__ = ["creation_forecast"]


@as_measure
def creation_forecast(
    deals: Deals, *, period: Period, as_of: date, look_back: Sequence[Period], value: str = "amount"
) -> Recipe[Forecast]:
    r"""What a period will bring from deals that are not in the book yet: what such deals brought in earlier periods.

    $$ \text{forecast} = \frac{1}{k} \sum_{\text{periods}} \;
       \sum_{\text{won in the period, created on its day of view or later}} \text{amount} $$

    A forecast from open deals counts none of the deals that are created and won before the period is over. Where cycles
    are short these are half of what comes, and the forecast is far too low however well its stages are calibrated. This
    is what is missing there: `stage_forecast(...).beside(creation_forecast(...))`.

    Args:
        deals: `Deals`, or any iterable of `Deal`.
        period: The period that is forecast.
        as_of: The day of view. Each earlier period is looked at as many days before or after its start.
        look_back: Earlier periods in order of time, each ended at `as_of` and about as long as the one forecast, as in
            `historical_forecast`.
        value: "amount", or the name of one of the deals' `values`.

    Returns:
        Money [minor units] as a `Forecast` without lines and without what is booked; its `besides` has the mean of what
        came from deals "not yet created". Deals that were won without a day of creation have no part in it and are
        counted there in `n_missing`, as those without an amount are.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: `as_of` is not a plain day or not before the end of the period, the periods are none,
            overlap, have not ended, come after the one forecast or are of other lengths, or the deals have no such
            value.

    Laws:
        definition: Equal to adding the won deals of each period one by one.
        order: Reordering the deals changes nothing.
        merge: The forecast of two books together is the sum of their forecasts.
        door: A list and a table of the same deals give the same answer.
        breakdown: By group, it equals asking each group alone.
        open_deals: Adding open deals changes nothing.

    Examples:
        >>> from salesmetrics import Deal, FiscalCalendar, Money
        >>> q4, q1 = FiscalCalendar().quarter(2025, 4), FiscalCalendar().quarter(2026, 1)
        >>> deals = [
        ...     Deal("D-1", Money.of(500, "USD"), "Won", "Ada", date(2025, 9, 5), closed=date(2025, 10, 20)),
        ...     Deal("D-2", Money.of(300, "USD"), "Won", "Bo", date(2025, 10, 9), closed=date(2025, 11, 1)),
        ... ]
        >>> print(creation_forecast(deals, period=q1, as_of=q1.start, look_back=[q4]).explain())
        creation_forecast(look_back='2025-10-01..2026-01-01 in 1') of FY26 Q1 as of 2026-01-01: 300.00 USD
        booked before that day: 0.00 USD (0 deals)
        expected, not yet created: 300.00 USD

    References:
        Gong's projection adds new, pulled-in and pushed-in deals to the weighted pipeline.
    """
    deals.check_view(as_of)
    check_period(period)
    check_not_over(period, as_of)
    periods = checked_look_back(look_back, period, as_of)
    column, created, ahead = deals.value(value), deals.created, (as_of - period.start).days
    parts: dict[str, Recipe[MoneyTotal]] = {}
    for place, one in enumerate(periods):
        day = day_number(one.start) + ahead
        won = deals.is_won & deals.is_in_period(one)
        later = won & created.known & (created.values >= day) & (deals.closed.values >= day)
        parts[f"new {place}"] = money_total(column, later)
        parts[f"unplaced {place}"] = money_total(column, won & ~created.known)
    span = f"{periods[0].start}..{periods[-1].end} in {len(periods)}"
    method = asked_as("creation_forecast", {"look_back": (span, None), "value": (value, "amount")})
    return Recipe(partial(_forecast, period, as_of, method, len(periods)), **parts)


def _forecast(period: Period, as_of: date, method: str, n_periods: int, **parts: MoneyTotal) -> Forecast:
    """The forecast that follows from what each period brought."""
    new = [total for name, total in parts.items() if name.startswith("new")]
    unplaced = [total for name, total in parts.items() if name.startswith("unplaced")]
    n_missing = sum(total.n_missing for total in new) + sum(total.n + total.n_missing for total in unplaced)
    mean = Fraction(sum(total.minor for total in new), n_periods)
    none = evolve(new[0], minor=0, n=0, n_missing=0)
    besides = ForecastParts({"not yet created": mean}, sum(total.n for total in new), n_missing)
    return forecast_besides(period, as_of, method, none, none, none, besides, none.currency)
