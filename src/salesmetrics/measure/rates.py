"""How many deals are won, and how much of the money."""

from __future__ import annotations

from typing import Literal, TypeAlias

from salesmetrics._numeric.recipe import Count, Recipe, Total
from salesmetrics.measure._measure import as_measure
from salesmetrics.measure._parts import chosen
from salesmetrics.result.proportion import Proportion
from salesmetrics.result.totals import MoneyRatio
from salesmetrics.table.deals import Deals

__all__ = ["Population", "win_rate", "win_value_rate"]

Population: TypeAlias = Literal["closed", "all"]
"""Which deals a rate counts: won and lost ones, or open ones too."""


@as_measure
def win_rate(deals: Deals, *, population: Population = "closed") -> Recipe[Proportion]:
    r"""Share of deals that were won.

    $$ \text{win rate} = \frac{|\text{won}|}{|\text{won}| + |\text{lost}|} $$

    Open deals are not counted: they have not had their chance to be lost. `population="all"` counts them, which is
    what some CRMs call conversion rate.

    Args:
        deals: `Deals`, or any iterable of `Deal`.
        population: Which deals stand in the denominator: "closed" or "all".

    Returns:
        Won and counted deals [deals] as a `Proportion`; its `value` is a fraction in [0, 1], or `None` when nothing
        has closed.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: The population is misspelt.

    Laws:
        definition: Equal to counting the deals one by one.
        order: Reordering the deals changes nothing.
        merge: The rate of two books together is the sum of their rates.
        door: A list and a table of the same deals give the same answer.
        breakdown: By group, it equals asking each group alone.
        open_deals: Adding open deals changes nothing when the population is "closed".

    Examples:
        >>> from datetime import date
        >>> from salesmetrics import Deal, Money
        >>> deals = [
        ...     Deal("D-1", Money.of("1200", "USD"), "Won", "Ada", date(2026, 1, 5), closed=date(2026, 2, 1)),
        ...     Deal("D-2", Money.of("800", "USD"), "Lost", "Bo", date(2026, 1, 9), closed=date(2026, 2, 3)),
        ...     Deal("D-3", Money.of("500", "USD"), "Qualified", "Bo", date(2026, 1, 9)),
        ... ]
        >>> print(win_rate(deals), "|", win_rate(deals, population="all"), "|", win_rate([]))
        50.0 % (1 of 2) | 33.3 % (1 of 3) | undefined (0 of 0)

    References:
        E. B. Wilson, JASA 22 (1927) 209-212: the interval.
    """
    whole = chosen(population, {"closed": deals.is_closed, "all": deals.is_closed | deals.is_open})
    return Recipe(Proportion, part=Count(deals.is_won), whole=Count(whole))


@as_measure
def win_value_rate(deals: Deals, *, value: str = "amount") -> Recipe[MoneyRatio]:
    r"""Share of the closed money that was won.

    $$ \text{win value rate} = \frac{\sum_{\text{won}} \text{amount}}{\sum_{\text{won, lost}} \text{amount}} $$

    Many exports write 0 for a lost deal, and then this rate is 100 % whatever happened: look at `n_zero`, and use a
    list price as `value` where you have one. A team's rate is a ratio of sums, never a mean of its reps' rates.

    Args:
        deals: `Deals`, or any iterable of `Deal`.
        value: "amount", or the name of one of the deals' `values`.

    Returns:
        Won and closed money [minor units] as a `MoneyRatio` with counts of what was zero or missing [deals]; its
        `value` is a fraction, or `None` when no closed deal has money.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: The deals have no such value.

    Laws:
        definition: Equal to adding the deals' amounts one by one.
        order: Reordering the deals changes nothing.
        merge: The rate of two books together is the sum of their rates.
        door: A list and a table of the same deals give the same answer.
        breakdown: By group, it equals asking each group alone.
        equal_amounts: When every deal has the same amount above zero, it equals the win rate.

    Examples:
        >>> from datetime import date
        >>> from salesmetrics import Deal, Money
        >>> deals = [
        ...     Deal("D-1", Money.of("100", "USD"), "Won", "Bo", date(2026, 1, 5), closed=date(2026, 2, 1)),
        ...     Deal("D-2", Money.of("300", "USD"), "Lost", "Bo", date(2026, 1, 9), closed=date(2026, 2, 3)),
        ... ]
        >>> print(win_value_rate(deals))
        25.0 % (100.00 USD of 400.00 USD; 2 deals)

    References:
        No binomial interval holds for a ratio of money: W. G. Cochran, Sampling Techniques (1977), chapter 6.
    """
    column, closed = deals.value(value), deals.is_closed
    return Recipe(
        MoneyRatio,
        part=Total(column, deals.is_won),
        whole=Total(column, closed),
        currency=column.unit,
        n=Count(closed & column.known),
        n_missing=Count(closed & ~column.known),
        n_zero=Count(closed & column.known & (column.values == 0)),
    )
