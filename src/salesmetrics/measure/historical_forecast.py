"""What a period will bring, by what earlier periods brought."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import Literal, TypeAlias, get_args

from salesmetrics._numeric.days import day_number
from salesmetrics._numeric.recipe import Recipe
from salesmetrics.errors import InvalidValueError, check_word, shown
from salesmetrics.measure._forecasts import asked_as, check_not_over, checked_look_back, forecast_besides
from salesmetrics.measure._measure import as_measure
from salesmetrics.measure._parts import money_total
from salesmetrics.model.money import minor_units
from salesmetrics.model.new_hires import NewHires
from salesmetrics.model.period import Period, check_period
from salesmetrics.result.forecast import Forecast
from salesmetrics.result.forecast_parts import ForecastParts
from salesmetrics.result.totals import MoneyTotal
from salesmetrics.table.deals import Deals

__all__ = ["historical_forecast"]

Base: TypeAlias = Literal["mean", "last", "seasonal", "drift"]
"""What is expected of earlier periods: their mean, the last, the same season a year before, or the line through the
first and the last."""


@as_measure
def historical_forecast(
    deals: Deals,
    *,
    period: Period,
    as_of: date,
    look_back: Sequence[Period],
    base: Base = "mean",
    growth: float | str = 0,
    new_hires: NewHires | None = None,
    value: str = "amount",
) -> Recipe[Forecast]:
    r"""What a period will bring if it goes as earlier periods went: a base of what they brought, growth and new hires.

    $$ \text{forecast} = \text{base} \cdot (1 + \text{growth}) + \text{revenue of new hires} $$

    It does not look at the open deals at all, and that is its use: a pipeline forecast that is not closer than this one
    over the past knows nothing. What is booked in the period is a part of the forecast and not on top of it; where
    more is booked than earlier periods brought, the forecast still says what they brought, and that it
    `is_below_booked`. A drift goes on below zero where periods fall steeply: nothing is cut off, so that groups add up,
    but the forecast says that it `is_below_zero`.

    Args:
        deals: `Deals`, or any iterable of `Deal`.
        period: The period that is forecast.
        as_of: The day of view.
        look_back: Earlier periods in order of time, each ended at `as_of` and about as long as the one forecast, such
            as the last four quarters. Periods of a calendar differ by days or a week; one that is more than half as
            long again as another is of another kind.
        base: "mean" of the periods, because single periods vary; the "last"; the "seasonal" one, a year before the
            period; or "drift", which goes on along the line through the first and the last, a step for each period:
            these have no gaps.
        growth: By what share the period will be above the base, such as 0.05; text or float, read as its decimal text.
            Below zero it shrinks, and -1 leaves nothing.
        new_hires: What new people will add. It is added to every group that is asked: ask the whole book for it.
        value: "amount", or the name of one of the deals' `values`.

    Returns:
        Money [minor units] as a `Forecast` without lines; `besides` has the base, growth and new hires, and takes off
        what is booked already.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: `as_of` is not a plain day or not before the end of the period, the periods are none,
            overlap, have not ended, come after the one forecast or are of other lengths, there are not enough of them,
            the growth is no number or below -1, the new hires are none, the deals have no such value, or a word is
            misspelt.
        CurrencyMismatchError: The new hires sell in another currency.

    Laws:
        definition: Equal to adding the won deals of each period one by one.
        order: Reordering the deals changes nothing.
        merge: Without new hires, the forecast of two books together is the sum of their forecasts.
        door: A list and a table of the same deals give the same answer.
        breakdown: By group, it equals asking each group alone.
        open_deals: Adding open deals changes nothing.

    Examples:
        >>> from datetime import date
        >>> from salesmetrics import Deal, FiscalCalendar, Money
        >>> quarters = [FiscalCalendar().quarter(2025, number) for number in (3, 4)]
        >>> deals = [
        ...     Deal("D-1", Money.of(900_000, "USD"), "Won", "Ada", date(2025, 6, 5), closed=date(2025, 8, 20)),
        ...     Deal("D-2", Money.of(1_100_000, "USD"), "Won", "Bo", date(2025, 6, 9), closed=date(2025, 11, 1)),
        ... ]
        >>> forecast = historical_forecast(
        ...     deals, period=FiscalCalendar().quarter(2026, 1), as_of=date(2026, 1, 1), look_back=quarters,
        ...     growth=0.05, new_hires=NewHires(5, deals_each=1, deal_size=Money.of(5_000, "USD")),
        ... )
        >>> print(forecast.method)
        historical_forecast(look_back='2025-07-01..2026-01-01 in 2', growth=0.05, new_hires=5)
        >>> print(forecast.explain().removeprefix(forecast.method))
         of FY26 Q1 as of 2026-01-01: 1,075,000.00 USD
        booked before that day: 0.00 USD (0 deals)
        expected, base: 1,000,000.00 USD
        expected, growth: 50,000.00 USD
        expected, new hires: 25,000.00 USD

    References:
        R. J. Hyndman and G. Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., section 5.2: the simple
        methods that others must beat.
    """
    deals.check_view(as_of)
    check_period(period)
    check_not_over(period, as_of)
    check_word(base, get_args(Base), "base")
    weights = _weights(checked_look_back(look_back, period, as_of), period, base)
    share = Fraction(minor_units(growth, 6, what="growth"), 10**6)
    if new_hires is not None and not isinstance(new_hires, NewHires):
        raise InvalidValueError(f"new_hires must be NewHires, got {shown(new_hires)}; write NewHires(5, ...)")
    if share < -1:
        raise InvalidValueError(f"growth must be at least -1, got {shown(growth)}; write -0.05 for 5 % less")
    column, now = deals.value(value), day_number(as_of)
    closed_before = deals.closed.known & (deals.closed.values < now)
    options = {
        "look_back": (f"{look_back[0].start}..{look_back[-1].end} in {len(look_back)}", None),
        "base": (base, "mean"),
        "growth": (float(share), 0.0),
        "new_hires": (None if new_hires is None else new_hires.n, None),
        "value": (value, "amount"),
    }
    method = asked_as("historical_forecast", options)
    periods = [money_total(column, deals.is_won & deals.is_in_period(one)) for one in look_back]
    return Recipe(
        partial(_forecast, period, as_of, method, weights, share, new_hires),
        booked=money_total(column, deals.is_won & deals.is_in_period(period) & closed_before),
        closed_later=money_total(column, deals.is_closed & deals.closed.known & ~closed_before),
        closed_undated=money_total(column, deals.is_closed & ~deals.closed.known),
        won=Recipe(_in_order, **{str(place): one for place, one in enumerate(periods)}),
    )


def _weights(periods: list[Period], period: Period, base: Base) -> list[Fraction]:
    """How much of each period is in the base."""
    n, none = len(periods), [Fraction(0)] * len(periods)
    if base == "mean":
        return [Fraction(1, n)] * n
    if base == "last":
        return [*none[1:], Fraction(1)]
    if base == "drift":
        if n < 2:
            raise InvalidValueError("look_back must be two periods or more for a drift, got one; give more periods")
        if any(later.start != earlier.end for earlier, later in pairwise(periods)):
            raise InvalidValueError(
                f"look_back must be periods without gaps for a drift, got {[str(one) for one in periods]}; the line "
                "has a step for each"
            )
        days = Fraction((periods[-1].start - periods[0].start).days, n - 1)
        ahead = max(round((period.start - periods[-1].start).days / days), 1)
        slope = Fraction(ahead, n - 1)
        return [none[0] - slope, *none[2:], 1 + slope]
    season = a_year_before(periods, period)
    if season is None:
        raise InvalidValueError(
            f"look_back must hold the period a year before {period}, got {[str(one) for one in periods]}; look back "
            "further, or take another base"
        )
    return [Fraction(one is season) for one in periods]


def a_year_before(periods: Sequence[Period], period: Period) -> Period | None:
    """Of some periods the one that began a year before, by a fortnight at most; `None` where there is none."""
    far = {abs((period.start - one.start).days - _YEAR): one for one in reversed(periods)}
    return far[min(far)] if far and min(far) <= _SAME_SEASON else None


_YEAR, _SAME_SEASON = 365, 15  # years of weeks begin up to a week earlier or later


def _in_order(**totals: MoneyTotal) -> list[MoneyTotal]:
    return [*totals.values()]


def _forecast(
    period: Period,
    as_of: date,
    method: str,
    weights: list[Fraction],
    growth: Fraction,
    new_hires: NewHires | None,
    booked: MoneyTotal,
    closed_later: MoneyTotal,
    closed_undated: MoneyTotal,
    won: list[MoneyTotal],
) -> Forecast:
    """The forecast that follows from what each period brought."""
    counted = [(weight, total) for weight, total in zip(weights, won, strict=True) if weight]
    base = sum((weight * total.minor for weight, total in counted), Fraction(0))
    amounts = {"base": base}
    if growth:
        amounts["growth"] = base * growth
    unit = booked.currency
    if new_hires is not None:
        unit = new_hires.unit_beside(unit)
        amounts["new hires"] = new_hires.revenue
    if as_of > period.start:
        amounts["booked already"] = Fraction(-booked.minor)
    n, n_missing = (sum(getattr(total, name) for _, total in counted) for name in ("n", "n_missing"))
    return forecast_besides(
        period, as_of, method, booked, closed_later, closed_undated, ForecastParts(amounts, n, n_missing), unit
    )
