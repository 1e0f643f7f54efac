"""What is in the pipeline."""

from __future__ import annotations

from salesmetrics._numeric.recipe import Recipe
from salesmetrics.measure._measure import as_measure
from salesmetrics.measure._parts import ProbabilityOf, WeightedRounding, money_total, weighted_total
from salesmetrics.result.totals import MoneyTotal, WeightedTotal
from salesmetrics.table.deals import Deals

__all__ = ["pipeline_value", "weighted_pipeline"]


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
def weighted_pipeline(
    deals: Deals,
    *,
    value: str = "amount",
    probability: ProbabilityOf = "stage",
    rounding: WeightedRounding = "once",
) -> Recipe[WeightedTotal]:
    r"""What the open deals are worth together, each weighted by the probability of its stage.

    $$ \text{weighted pipeline} = \sum_{\text{open}} \text{amount} \cdot p_{\text{stage}} $$

    The sum is kept exactly and rounded once, when it is read; rounding each deal first can be a cent off. It is not
    the total amount times a mean probability, which ignores that large deals may be the unlikely ones.

    Args:
        deals: `Deals`, or any iterable of `Deal`.
        value: "amount", or the name of one of the deals' `values`.
        probability: Whose probability: that of the "stage", or the "deal"'s own where it has one.
        rounding: "once", when the sum is read, or "per_deal", as systems do that show a rounded column.

    Returns:
        The exact sum [millionths of minor units] with its counts [deals], as a `WeightedTotal`; its `value` is
        rounded half away from zero, and `None` when there are open deals and none has an amount.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: The deals have no such value, or a word is misspelt.

    Laws:
        definition: Equal to adding amount times probability of the open deals one by one.
        order: Reordering the deals changes nothing.
        merge: The value of two books together is the sum of their values, with no rounding between.
        door: A list and a table of the same deals give the same answer.
        breakdown: By group, it equals asking each group alone.
        between: When no amount is negative, it lies between zero and the pipeline value.
        per_deal: Rounding each deal differs from the exact sum by half a minor unit a deal at most.

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
        Salesforce: SUM(Amount x Probability / 100) over open opportunities, with the deals' own probabilities. Odoo
        rounds each deal.
    """
    return weighted_total(deals, deals.value(value), deals.is_open, probability, rounding)
