"""Open deals that need somebody's attention."""

from __future__ import annotations

from datetime import date
from math import floor

from salesmetrics._numeric.days import day_number
from salesmetrics._numeric.recipe import Recipe
from salesmetrics.measure._measure import as_measure
from salesmetrics.measure._parts import above_zero, money_total
from salesmetrics.model.period import check_day
from salesmetrics.result.late_deals import LateDeals
from salesmetrics.table.deals import Deals

__all__ = ["overdue_deals", "stalled_deals"]


@as_measure
def overdue_deals(deals: Deals, *, as_of: date, value: str = "amount") -> Recipe[LateDeals]:
    r"""Open deals that were expected to close before a day.

    $$ \text{overdue} = \sum_{\text{open, expected close} < \text{as of}} \text{amount} $$

    A deal that is expected on the day itself is not overdue. One without an expected close is never overdue, however
    old it is, so those are counted apart. `deals.filter(deals.is_overdue(as_of))` has the deals themselves.

    Args:
        deals: `Deals`, or any iterable of `Deal`.
        as_of: The day of view.
        value: "amount", or the name of one of the deals' `values`.

    Returns:
        Money [minor units] and counts [deals] of the overdue deals and of the open ones without an expected close, as
        `LateDeals`.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: `as_of` is no plain day, or the deals have no such value.

    Laws:
        definition: Equal to looking at the open deals one by one.
        order: Reordering the deals changes nothing.
        merge: The overdue deals of two books together are the sum of theirs.
        door: A list and a table of the same deals give the same answer.
        breakdown: By group, it equals asking each group alone.
        closed_deals: Adding won and lost deals changes nothing.

    Examples:
        >>> from salesmetrics import Deal, Money
        >>> deals = [
        ...     Deal("D-1", Money.of(1000, "USD"), "Product trial", "Bo", date(2026, 1, 9), None, date(2026, 3, 1)),
        ...     Deal("D-2", Money.of(800, "USD"), "Final call", "Bo", date(2026, 1, 9)),
        ... ]
        >>> print(overdue_deals(deals, as_of=date(2026, 3, 2)))
        1,000.00 USD (1 deal) as of 2026-03-02; undated 800.00 USD (1 deal)

    References:
        Called "past due" or "slipped" in some systems; here `slippage` is of a period that has ended.
    """
    return Recipe(
        LateDeals,
        as_of=as_of,
        late=money_total(deals.value(value), deals.is_overdue(as_of)),
        undated=money_total(deals.value(value), deals.is_open & ~deals.expected_close.known),
    )


@as_measure
def stalled_deals(
    deals: Deals, *, typical: float, as_of: date, k: float = 2, value: str = "amount"
) -> Recipe[LateDeals]:
    r"""Open deals that have been open for much longer than deals typically take.

    $$ \text{stalled} = \sum_{\text{open, age} > k \cdot \text{typical}} \text{amount} $$

    What is typical is a fact of the whole book and of its past, so it is given: the median cycle of won deals is a good
    one, `cycle_length(deals).median`. A mean is pulled up by the slowest deals, and finds fewer.

    Args:
        deals: `Deals`, or any iterable of `Deal`.
        typical: How long a deal typically takes [days].
        as_of: The day of view; the age of a deal is the days from its creation to it.
        k: How many times the typical length is too long: twice, a common rule of thumb, unless told.
        value: "amount", or the name of one of the deals' `values`.

    Returns:
        Money [minor units] and counts [deals] of the stalled deals and of the open ones without a day of creation, as
        `LateDeals`.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: `as_of` is no plain day, `typical` or `k` is no number above zero, or the deals have no such
            value.

    Laws:
        definition: Equal to looking at the open deals one by one.
        order: Reordering the deals changes nothing.
        merge: The stalled deals of two books together are the sum of theirs.
        door: A list and a table of the same deals give the same answer.
        breakdown: By group, it equals asking each group alone.
        closed_deals: Adding won and lost deals changes nothing.
        longer: With a larger `k`, no more deals are stalled.

    Examples:
        >>> from salesmetrics import Deal, Money
        >>> deals = [Deal("D-1", Money.of(1000, "USD"), "Product trial", "Bo", date(2026, 1, 1))]
        >>> print(stalled_deals(deals, typical=30, as_of=date(2026, 3, 2)))
        0.00 USD (0 deals) as of 2026-03-02
        >>> print(stalled_deals(deals, typical=30, as_of=date(2026, 3, 3)))
        1,000.00 USD (1 deal) as of 2026-03-03

    References:
        Called "rotting" in Pipedrive and "stale" elsewhere, often by fixed days: that is `typical=days, k=1`.
    """
    check_day(as_of, "as_of")
    limit = floor(above_zero(typical, "typical") * above_zero(k, "k"))  # ages are whole days
    created = deals.created
    age_is_more = created.known & (day_number(as_of) - created.values > limit)
    return Recipe(
        LateDeals,
        as_of=as_of,
        late=money_total(deals.value(value), deals.is_open & age_is_more),
        undated=money_total(deals.value(value), deals.is_open & ~created.known),
    )
