"""What is in the pipeline."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, TypeAlias, get_args

import numpy as np

from salesmetrics._numeric.columns import Masked
from salesmetrics._numeric.recipe import Recipe
from salesmetrics.errors import check_word
from salesmetrics.measure._history import history_of
from salesmetrics.measure._measure import as_measure
from salesmetrics.measure._parts import ProbabilityOf, WeightedRounding, money_total, weighted_total
from salesmetrics.model.currencies import NO_CURRENCY
from salesmetrics.model.period import Period
from salesmetrics.result.totals import MoneyTotal, WeightedTotal
from salesmetrics.table.deals import Deals
from salesmetrics.table.past import check_constant

__all__ = ["AmountWhen", "forecast_value", "pipeline_created", "pipeline_value", "weighted_pipeline"]

AmountWhen: TypeAlias = Literal["at_creation", "current"]
"""Which amount of a deal: the first that its history has, or the one that it has now."""


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


@as_measure
def forecast_value(deals: Deals, *, value: str = "amount") -> Recipe[MoneyTotal]:
    r"""What the won and the open deals are worth together: what the rows of a forecast add up to.

    $$ \text{forecast value} = \sum_{\text{won, open}} \text{amount} $$

    Broken down by "category" it is the forecast grid of a CRM, and `category_rollup` makes its cumulative rows. Lost
    deals are not in it, whatever their category. It is of all deals that it is given: cut them to a period first, with
    `deals.in_period(period, on="either_close")`.

    Args:
        deals: `Deals`, or any iterable of `Deal`.
        value: "amount", or the name of one of the deals' `values`.

    Returns:
        The exact sum [minor units] with its counts [deals], as a `MoneyTotal`.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: The deals have no such value.

    Laws:
        definition: Equal to adding the amounts of won and open deals one by one.
        order: Reordering the deals changes nothing.
        merge: The value of two books together is the sum of their values.
        door: A list and a table of the same deals give the same answer.
        breakdown: By group, it equals asking each group alone.
        lost_deals: Adding lost deals changes nothing.

    Examples:
        >>> from datetime import date
        >>> from salesmetrics import Deal, Money
        >>> deals = [
        ...     Deal("D-1", Money.of("1200", "USD"), "Won", "Ada", date(2026, 1, 5), closed=date(2026, 2, 1)),
        ...     Deal("D-2", Money.of("800", "USD"), "Final call", "Bo", date(2026, 1, 9)),
        ... ]
        >>> print(forecast_value(deals))
        2,000.00 USD (2 deals)

    References:
        Salesforce, collaborative forecasts: each row sums the amounts of a category, closed ones in "Closed".
    """
    return money_total(deals.value(value), deals.is_won | deals.is_open)


@as_measure
def pipeline_created(
    deals: Deals,
    *,
    period: Period,
    amount: AmountWhen = "at_creation",
    constant: Collection[str] = (),
    value: str = "amount",
) -> Recipe[MoneyTotal]:
    r"""What the deals created in a period were worth when they were created.

    $$ \text{pipeline created} = \sum_{\text{created in the period}} \text{first amount} $$

    The amount that a deal has now is not the pipeline that somebody created: discounts are in it, and many systems
    write 0 for what was lost. Such a figure of last quarter falls while nobody does anything. So the default is the
    first amount that the deal's history has; `amount="current"` is what a report without a history shows.

    Args:
        deals: `Deals`, or any iterable of `Deal`, whatever became of them.
        period: The period in which they were created.
        amount: "at_creation", for which the deals must have a history, or "current".
        constant: As in `deals.as_of`: where there is no history of an amount that is named here, it never changed.
        value: "amount", or the name of one of the deals' `values`; a history holds amounts only.

    Returns:
        The exact sum [minor units] with its counts [deals], as a `MoneyTotal`. A deal of which the history has no
        amount is left out, and counted in `n_missing`. A deal without a day of creation was created in no period.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: The amounts at creation are asked for and there is no history; the deals have no such value;
            or an option is misspelt.

    Laws:
        definition: Equal to looking up the first amount of each deal, one by one.
        order: Reordering the deals changes nothing.
        merge: The pipeline created in two books together is the sum of theirs.
        door: A list and a table of the same deals give the same answer.
        breakdown: By group, it equals asking each group alone.
        tiles: What is created in two adjoining periods adds up to what is created in both.
        later_changes: What becomes of a deal after its first amount changes nothing.

    Examples:
        >>> from datetime import date
        >>> from salesmetrics import Deal, DealChange, Deals, Money
        >>> deals = Deals.of([Deal("D-1", Money.of("0", "USD"), "Lost", "Ada", date(2026, 1, 5), date(2026, 2, 1))])
        >>> history = [
        ...     DealChange("D-1", date(2026, 1, 5), amount=Money.of("1200", "USD")),
        ...     DealChange("D-1", date(2026, 2, 1), amount=Money.of("0", "USD")),
        ... ]
        >>> q1 = Period.parse("2026-01-01..2026-04-01")
        >>> print(pipeline_created(deals.with_history(history), period=q1))
        1,200.00 USD (1 deal)
        >>> print(pipeline_created(deals, period=q1, amount="current"))
        0.00 USD (1 deal)

    References:
        Called "new pipeline" or "pipeline generated" elsewhere; most reports sum the current amounts.
    """
    check_word(amount, get_args(AmountWhen), "amount")
    check_constant(deals, constant)
    column = deals.value(value)
    if amount == "at_creation":
        column = _first_amounts(deals, column, value, is_constant=value in constant)
    return money_total(column, deals.is_in_period(period, on="created"))


def _first_amounts(deals: Deals, column: Masked, value: str, *, is_constant: bool) -> Masked:
    """The first amounts that the deals' history has; where it has none, constant ones or nothing."""
    if deals.past is None and is_constant:
        return column
    past = history_of(deals, "pipeline_created(amount='at_creation')")
    places, rows = past.of_rows()
    own = past.changes.amount
    told = np.flatnonzero(own.known.take(places))[::-1] if value == "amount" else np.zeros(0, np.int64)
    known = column.known & is_constant
    values = np.where(known, column.values, 0)
    values[rows.take(told)] = own.values.take(places.take(told))  # of several of one deal, the first is written last
    known[rows.take(told)] = True
    unit = own.unit if column.unit == NO_CURRENCY and value == "amount" else column.unit
    return Masked(values, known, unit)
