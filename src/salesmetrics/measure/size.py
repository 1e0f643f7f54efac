"""How large deals are."""

from __future__ import annotations

from typing import Literal, TypeAlias

from salesmetrics._numeric.columns import Flags
from salesmetrics._numeric.recipe import Count, Recipe, Tally
from salesmetrics.measure._measure import as_measure
from salesmetrics.measure._parts import chosen
from salesmetrics.result.tallied import Amounts
from salesmetrics.table.deals import Deals

__all__ = ["SizePopulation", "deal_size"]

SizePopulation: TypeAlias = Literal["won", "closed", "open", "all"]
"""Whose size: won deals, won and lost ones, open ones, or that of all."""


@as_measure
def deal_size(deals: Deals, *, population: SizePopulation = "won", value: str = "amount") -> Recipe[Amounts]:
    r"""How large deals are: mean, median and any quantile of their amounts.

    $$ \text{mean size} = \frac{1}{|\text{won}|} \sum_{\text{won}} \text{amount} $$

    A few large deals pull the mean far above the median, so the answer has both. Every different amount is kept
    with its count, and so medians of two books can be added into the median of both.

    Args:
        deals: `Deals`, or any iterable of `Deal`.
        population: Whose size: "won" deals, "closed" ones (won and lost), "open" ones or "all".
        value: "amount", or the name of one of the deals' `values`.

    Returns:
        The amounts with their counts [minor units, deals] as `Amounts`; mean and median are `None` of nothing.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: The deals have no such value, or the population is misspelt.

    Laws:
        definition: Equal to gathering the amounts one by one.
        order: Reordering the deals changes nothing.
        merge: The sizes of two books together are the sum of their sizes.
        door: A list and a table of the same deals give the same answer.
        breakdown: By group, it equals asking each group alone.
        populations: The sizes of closed deals are those of won and of lost ones together, and open ones make them all.

    Examples:
        >>> from datetime import date
        >>> from salesmetrics import Deal, Money
        >>> deals = [
        ...     Deal(name, Money.of(amount, "USD"), "Won", "Ada", date(2026, 1, 5), closed=date(2026, 2, 1))
        ...     for name, amount in [("D-1", 100), ("D-2", 200), ("D-3", 900)]
        ... ]
        >>> print(deal_size(deals))
        mean 400.00 USD, median 200.00 USD (3 deals)

    References:
        Quantiles are numpy's "linear": R. J. Hyndman and Y. Fan, The American Statistician 50 (1996) 361-365, type 7.
    """
    mask, column = sized(deals, population), deals.value(value)
    return Recipe(
        Amounts,
        amounts=Tally(column, mask),
        currency=column.unit,
        n_missing=Count(column.missing_among(mask)),
    )


def sized(deals: Deals, population: str) -> Flags:
    """The deals whose size is asked for.

    Raises:
        InvalidValueError: The population is misspelt.
    """
    everyone = deals.is_open | deals.is_closed
    return chosen(population, {"won": deals.is_won, "closed": deals.is_closed, "open": deals.is_open, "all": everyone})
