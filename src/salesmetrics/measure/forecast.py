"""What a period will bring."""

from __future__ import annotations

from datetime import date

from salesmetrics._numeric.days import day_number
from salesmetrics._numeric.recipe import Recipe
from salesmetrics.measure._measure import as_measure
from salesmetrics.measure._parts import money_total, weighted_total
from salesmetrics.model.period import Period
from salesmetrics.result.stage_forecast import StageForecast
from salesmetrics.table.deals import Deals

__all__ = ["stage_forecast"]


@as_measure
def stage_forecast(deals: Deals, *, period: Period, as_of: date, value: str = "amount") -> Recipe[StageForecast]:
    r"""What a period will bring: what is booked in it, and the open deals due in it weighted by stage.

    $$ \text{forecast} = \sum_{\text{won in the period}} \text{amount}
       + \sum_{\text{open, due in the period}} \text{amount} \cdot p_{\text{stage}} $$

    Open deals without an expected close, or with one that has passed, are in nobody's period: CRMs count them or not
    without saying so. Here they are left out, and the answer says how many they are and what they are worth.

    Args:
        deals: `Deals`, or any iterable of `Deal`.
        period: The period that is forecast.
        as_of: The day of view; what is dated before it is known, what is dated on it is future.
        value: "amount", or the name of one of the deals' `values`.

    Returns:
        Booked, expected and left-out money [minor units] and counts [deals] as a `StageForecast`. Every open deal is
        in exactly one of expected, omitted, undated, overdue and other_period, in that order of reasons. Deals won or
        lost on or after `as_of` are in `closed_later`: the book is taken as given, not as it was known then. Those
        without a close date, if such a doubt was accepted, are in `closed_undated`.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: `as_of` is not a plain day, the period is none, or the deals have no such value.

    Laws:
        definition: Equal to sorting the deals into the sums one by one.
        order: Reordering the deals changes nothing.
        merge: The forecast of two books together is the sum of their forecasts.
        door: A list and a table of the same deals give the same answer.
        breakdown: By group, it equals asking each group alone.
        partition: Expected and left-out open money add up to the pipeline value.

    Examples:
        >>> from datetime import date
        >>> from salesmetrics import Deal, Money, Period
        >>> deals = [
        ...     Deal("D-1", Money.of(500, "USD"), "Won", "Ada", date(2026, 1, 5), closed=date(2026, 1, 20)),
        ...     Deal("D-2", Money.of(1000, "USD"), "Product trial", "Bo", date(2026, 1, 9), None, date(2026, 3, 1)),
        ...     Deal("D-3", Money.of(800, "USD"), "Final call", "Bo", date(2026, 1, 9)),
        ... ]
        >>> forecast = stage_forecast(deals, period=Period.parse("2026-01-01..2026-04-01"), as_of=date(2026, 2, 1))
        >>> print(forecast.value, "|", forecast.booked, "|", forecast.expected, "|", forecast.undated)
        1,100.00 USD | 500.00 USD (1 deal) | 600.00 USD (1 deal) | 800.00 USD (1 deal)

    References:
        Salesforce leaves undated deals out; Odoo's forecast view shows them.
    """
    deals.check_view(as_of)
    column, now = deals.value(value), day_number(as_of)
    closed_before = deals.closed.known & (deals.closed.values < now)
    in_period, due = deals.is_in_period(period), deals.expected_close
    counted = deals.is_open & ~deals.is_omitted
    overdue = counted & due.known & (due.values < now)
    ahead = counted & due.known & ~overdue
    due_in_period = deals.is_in_period(period, on="expected_close")
    return Recipe(
        StageForecast,
        period=period,
        as_of=as_of,
        booked=money_total(column, deals.is_won & in_period & closed_before),
        expected=weighted_total(deals, column, ahead & due_in_period),
        omitted=money_total(column, deals.is_open & deals.is_omitted),
        undated=money_total(column, counted & ~due.known),
        overdue=money_total(column, overdue),
        other_period=money_total(column, ahead & ~due_in_period),
        closed_later=money_total(column, deals.is_closed & deals.closed.known & ~closed_before),
        closed_undated=money_total(column, deals.is_closed & ~deals.closed.known),
    )
