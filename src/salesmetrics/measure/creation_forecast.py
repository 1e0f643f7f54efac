"""What a period will bring from deals that are not in the book yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from functools import partial

from attrs import evolve

from salesmetrics._numeric.columns import Masked
from salesmetrics._numeric.days import FIRST_DAY, day_number, day_of_number
from salesmetrics._numeric.recipe import Recipe
from salesmetrics.errors import InvalidValueError
from salesmetrics.measure._forecasts import asked_as, check_not_over, checked_look_back, forecast_besides
from salesmetrics.measure._measure import as_measure
from salesmetrics.measure._parts import money_total
from salesmetrics.model.period import Period, check_day, check_period
from salesmetrics.result.forecast import Forecast
from salesmetrics.result.forecast_parts import ForecastParts
from salesmetrics.result.totals import MoneyTotal
from salesmetrics.table.deals import Deals

__all__ = ["creation_forecast"]


@as_measure
def creation_forecast(
    deals: Deals,
    *,
    period: Period,
    as_of: date,
    look_back: Sequence[Period],
    book_start: date | None = None,
    value: str = "amount",
) -> Recipe[Forecast]:
    r"""What a period will bring from deals that are not in the book yet: what such deals brought in earlier periods.

    $$ \text{forecast} = \frac{1}{k} \sum_{\text{periods}} \;
       \sum_{\text{won in the period, created on its day of view or later}} \text{amount} $$

    A forecast from open deals counts none of the deals that are created and won before the period is over. Where cycles
    are short these are half of what comes, and the forecast is far too low however well its stages are calibrated. This
    is what is missing there: `stage_forecast(...).beside(creation_forecast(...))`.

    Of a period before the book began nothing is known, which is not that it brought nothing: a mean over such periods
    is too low.

    Args:
        deals: `Deals`, or any iterable of `Deal`.
        period: The period that is forecast.
        as_of: The day of view. Each earlier period is looked at as many days before its start; or where the period has
            begun, when as large a share of its days had gone by, in whole days: on the last of 30 days, from the last
            of 28.
        look_back: Earlier periods in order of time, each ended at `as_of` and about as long as the one forecast, as in
            `historical_forecast`.
        book_start: The first day of the whole book. Periods that would be looked at before it are left out, and the
            method says how many. Without it, no period may have ended before the first of these deals was created,
            because nobody knows whether the book had begun: say it where a part of a book began later.
        value: "amount", or the name of one of the deals' `values`.

    Returns:
        Money [minor units] as a `Forecast` without lines and without what is booked; its `besides` has the mean of what
        came from deals "not yet created". Deals that were won without a day of creation have no part in it and are
        counted there in `n_missing`, as those without an amount are.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: `as_of` is not a plain day or not before the end of the period, the periods are none,
            overlap, have not ended, come after the one forecast, are of other lengths or came before the book began, or
            the deals have no such value.

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
    days = [max(day_number(one.start) + _days_gone_by(one, period, as_of), FIRST_DAY) for one in periods]
    seen = _in_book(periods, days, deals.created, book_start)
    column, created = deals.value(value), deals.created
    parts: dict[str, Recipe[MoneyTotal]] = {}
    for place, (one, day) in enumerate(seen):
        won = deals.is_won & deals.is_in_period(one)
        later = won & created.known & (created.values >= day) & (deals.closed.values >= day)
        parts[f"new {place}"] = money_total(column, later)
        parts[f"unplaced {place}"] = money_total(column, won & ~created.known)
    span, n_before = f"{seen[0][0].start}..{periods[-1].end} in {len(seen)}", len(periods) - len(seen)
    span += f", {n_before} before the book left out" if n_before else ""
    method = asked_as("creation_forecast", {"look_back": (span, None), "value": (value, "amount")})
    return Recipe(partial(_forecast, period, as_of, method, len(seen)), **parts)


def _days_gone_by(earlier: Period, period: Period, as_of: date) -> int:
    """How far into an earlier period the day is that is to it what the day of view is to the period."""
    ahead = (as_of - period.start).days
    return ahead * earlier.days // period.days if ahead > 0 else ahead


def _in_book(
    periods: Sequence[Period], days: Sequence[int], created: Masked, book_start: date | None
) -> list[tuple[Period, int]]:
    """The periods that the book can tell of, each with the day from which it is looked at.

    Raises:
        InvalidValueError: There are none, or nobody knows.
    """
    if book_start is not None:
        check_day(book_start, "book_start")
        first = day_number(book_start)
        seen = [(one, day) for one, day in zip(periods, days, strict=True) if day >= first]
        if not seen:
            raise InvalidValueError(
                f"look_back must have periods since the book began on {book_start}, got {[str(one) for one in periods]}"
                "; look back less far"
            )
        return seen
    known = created.values[created.known]
    if len(known) and day_number(periods[0].end) <= known.min():
        raise InvalidValueError(
            f"look_back must not hold periods before the book began, got {periods[0]} and deals created since "
            f"{day_of_number(int(known.min()))}; leave out what the book cannot tell of, or say since when it can: "
            "book_start=..."
        )
    return [*zip(periods, days, strict=True)]


def _forecast(period: Period, as_of: date, method: str, n_periods: int, **parts: MoneyTotal) -> Forecast:
    """The forecast that follows from what each period brought."""
    new = [total for name, total in parts.items() if name.startswith("new")]
    unplaced = [total for name, total in parts.items() if name.startswith("unplaced")]
    n_missing = sum(total.n_missing for total in new) + sum(total.n + total.n_missing for total in unplaced)
    mean = Fraction(sum(total.minor for total in new), n_periods)
    none = evolve(new[0], minor=0, n=0, n_missing=0)
    besides = ForecastParts({"not yet created": mean}, sum(total.n for total in new), n_missing)
    return forecast_besides(period, as_of, method, none, none, none, besides, none.currency)
