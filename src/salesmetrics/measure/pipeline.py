"""What is in the pipeline, and how large deals are."""

from __future__ import annotations

from typing import Literal, TypeAlias

from salesmetrics._numeric.recipe import Count, Recipe, Tally
from salesmetrics.measure._measure import as_measure
from salesmetrics.measure._parts import chosen, money_total, weighted_total
from salesmetrics.result.money import MoneyTotal, WeightedTotal
from salesmetrics.result.tallied import Amounts
from salesmetrics.table.deals import Deals

__all__ = ["SizePopulation", "deal_size", "pipeline_value", "weighted_pipeline"]

SizePopulation: TypeAlias = Literal["won", "closed", "open"]
"""Whose size: won deals, won and lost ones, or open ones."""


@as_measure
def pipeline_value(deals: Deals, *, value: str = "amount") -> Recipe[MoneyTotal]:
    r"""What the open deals are worth together.

    $$ \text{pipeline value} = \sum_{\text{open}} \text{amount} $$

    A deal without an amount is not a deal of zero: it is left out, and counted in `n_missing`.

    Args:
        deals: `Deals`, or any iterable of `Deal`.
        value: "amount", or the name of one of the deals' `values`.

    Returns:
        The exact sum [minor units] with its counts [deals], as a `MoneyTotal`; its `value` is `None` when there are
        open deals and none has an amount.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: The deals have no such value.

    Laws:
        definition: Equal to adding the open deals' amounts one by one.
        order: Reordering the deals changes nothing.
        merge: The value of two books together is the sum of their values.
        door: A list and a table of the same deals give the same answer.
        breakdown: By group, it equals asking each group alone.
        closed_deals: Adding won and lost deals changes nothing.

    Examples:
        >>> from datetime import date
        >>> from salesmetrics import Deal, Money
        >>> deals = [
        ...     Deal("D-1", Money.of("1200.50", "USD"), "Qualified", "Ada", date(2026, 1, 5)),
        ...     Deal("D-2", Money.of("800", "USD"), "Final call", "Bo", date(2026, 1, 9)),
        ... ]
        >>> print(pipeline_value(deals))
        2,000.50 USD (2 deals)

    References:
        The raw amount is called "expected revenue" in Odoo; in Salesforce that name is the weighted amount.
    """
    return money_total(deals.value(value), deals.is_open)


@as_measure
def weighted_pipeline(deals: Deals, *, value: str = "amount") -> Recipe[WeightedTotal]:
    r"""What the open deals are worth together, each weighted by the probability of its stage.

    $$ \text{weighted pipeline} = \sum_{\text{open}} \text{amount} \cdot p_{\text{stage}} $$

    The sum is kept exactly and rounded once, when it is read; rounding each deal first can be a cent off. It is not
    the total amount times a mean probability, which ignores that large deals may be the unlikely ones.

    Args:
        deals: `Deals`, or any iterable of `Deal`.
        value: "amount", or the name of one of the deals' `values`.

    Returns:
        The exact sum [millionths of minor units] with its counts [deals], as a `WeightedTotal`; its `value` is
        rounded half away from zero, and `None` when there are open deals and none has an amount.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: The deals have no such value.

    Laws:
        definition: Equal to adding amount times probability of the open deals one by one.
        order: Reordering the deals changes nothing.
        merge: The value of two books together is the sum of their values, with no rounding between.
        door: A list and a table of the same deals give the same answer.
        breakdown: By group, it equals asking each group alone.
        between: When no amount is negative, it lies between zero and the pipeline value.

    Examples:
        >>> from datetime import date
        >>> from salesmetrics import Deal, Money
        >>> deals = [
        ...     Deal("D-1", Money.of("1000", "USD"), "Product trial", "Ada", date(2026, 1, 5)),
        ...     Deal("D-2", Money.of("800", "USD"), "Discovery call", "Bo", date(2026, 1, 9)),
        ... ]
        >>> print(weighted_pipeline(deals))
        680.00 USD (2 deals)

    References:
        Salesforce: SUM(Amount x Probability / 100) over open opportunities.
    """
    return weighted_total(deals, deals.value(value), deals.is_open)


@as_measure
def deal_size(deals: Deals, *, population: SizePopulation = "won", value: str = "amount") -> Recipe[Amounts]:
    r"""How large deals are: mean, median and any quantile of their amounts.

    $$ \text{mean size} = \frac{1}{|\text{won}|} \sum_{\text{won}} \text{amount} $$

    A few large deals pull the mean far above the median, so the answer has both. Every different amount is kept
    with its count, and so medians of two books can be added into the median of both.

    Args:
        deals: `Deals`, or any iterable of `Deal`.
        population: Whose size: "won" deals, "closed" ones (won and lost) or "open" ones.
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
        populations: The sizes of closed deals are those of won and of lost ones together.

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
    mask = chosen(population, {"won": deals.is_won, "closed": deals.is_closed, "open": deals.is_open})
    column = deals.value(value)
    return Recipe(
        Amounts,
        amounts=Tally(column, mask & column.known),
        currency=column.unit,
        n_missing=Count(mask & ~column.known),
    )
