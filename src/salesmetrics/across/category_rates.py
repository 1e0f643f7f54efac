"""Which share of each forecast category was won, learned from past books."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import get_args

import numpy as np

from salesmetrics.errors import InvalidValueError, check_word
from salesmetrics.measure._forecasts import LeftOut
from salesmetrics.measure._history import history_of
from salesmetrics.measure.stage_calibration import checked_past, stood
from salesmetrics.model.period import Period
from salesmetrics.model.stage import Category
from salesmetrics.result.breakdown import Breakdown
from salesmetrics.result.proportion import Proportion
from salesmetrics.table.deals import Deals, IntoDeals

__all__ = ["category_rates"]


def category_rates(
    deals: IntoDeals,
    *,
    as_of: date,
    periods: Sequence[Period],
    lead_days: int = 0,
    undated: LeftOut = "leave_out",
    overdue: LeftOut = "leave_out",
    constant: Collection[str] = (),
) -> Breakdown[Proportion]:
    """Of the deals that stood in each forecast category before past periods, which share was won in them.

    Today every won deal is in "closed", so a win rate by the categories of today says 100 % of that one and nothing of
    commit. The past books are asked instead: the deals that a `category_forecast` of each period would have counted,
    and which of them were won in it. Reps who call deals commit that slip have a low rate, and that is the use of it.

    Args:
        deals: `Deals` with a history.
        as_of: The day of view: no outcome of that day or later is known.
        periods: Past periods, each ended at `as_of`.
        lead_days: How many days before the start of each period its deals are seen; -30 is 30 days into it.
        undated: As in `stage_forecast`.
        overdue: As in `stage_forecast`.
        constant: What never changed, as in `deals.as_of`.

    Returns:
        Won and seen deals [deals] of each category as a `Breakdown` of `Proportion`, which `category_forecast` takes.
        A deal without a category of its own is in that of its stage; those of which nobody knows it are under `None`.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: There is no history, `as_of` is not a plain day or later than that of the book, the periods
            are none, there twice or have not ended, the lead is no whole number or leads beyond the end of a period, or
            a word is misspelt.

    Laws:
        definition: Equal to looking at the deals of each book of the past one by one.
        order: Reordering the deals changes nothing.
        merge: The rates of two books together are the sum of theirs.
        poisoned_future: Whatever is changed on or after the day of view changes nothing.

    Examples:
        >>> from salesmetrics import Deal, DealChange, Money
        >>> q4, begun = Period.parse("2025-10-01..2026-01-01"), date(2025, 9, 1)
        >>> due, won = date(2025, 12, 1), date(2025, 11, 20)
        >>> book = Deals.of([
        ...     Deal("D-1", Money.of(500, "USD"), "Won", "Ada", begun, won),
        ...     Deal("D-2", Money.of(300, "USD"), "Qualified", "Bo", begun, None, due, category=Category.COMMIT),
        ... ]).with_history([
        ...     DealChange(name, begun, "Qualified", expected_close=due, category=Category.COMMIT)
        ...     for name in ("D-1", "D-2")
        ... ] + [DealChange("D-1", won, "Won")])
        >>> print(category_rates(book, as_of=q4.end, periods=[q4])["commit"])
        50.0 % (1 of 2)

    References:
        Commit conversion: of the deals in commit at a fixed point, which share closed as forecast.
    """
    book = Deals.of(deals)
    book.check_view(as_of)
    for name, word in (("undated", undated), ("overdue", overdue)):
        check_word(word, get_args(LeftOut), name)
    history_of(book, "category_rates")
    asked = checked_past(periods, lead_days, as_of)
    if not asked:
        raise InvalidValueError("periods must be one or more that have ended, got none; write [last_quarter]")
    _, categories, _, outcomes = stood(book, asked, lead_days, as_of, undated, overdue, constant, "category")
    order = tuple(one.value for one in Category)
    rates: dict[str | None, Proportion] = {}
    for category in (*order, None):
        own = categories == (-1 if category is None else order.index(category))
        if own.any():
            rates[category] = Proportion(int(np.count_nonzero(own & (outcomes == 0))), int(np.count_nonzero(own)))
    return Breakdown("category", tuple(rates), tuple(rates.values()), (order,))
