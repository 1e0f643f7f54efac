"""How many deals are won, and how much of the money."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

from salesmetrics._numeric.recipe import Count, Recipe, Total
from salesmetrics.errors import InvalidValueError, check_word, shown
from salesmetrics.measure._history import has_reached
from salesmetrics.measure._measure import as_measure
from salesmetrics.measure._parts import chosen
from salesmetrics.result.proportion import Proportion
from salesmetrics.result.totals import MoneyRatio
from salesmetrics.table.deals import Deals

__all__ = ["OpenDeals", "Population", "expansion_share", "win_rate", "win_value_rate"]

Population: TypeAlias = Literal["closed", "all", "qualified"]
"""Which deals a rate counts: won and lost ones, open ones too, or those that ever reached a stage."""

OpenDeals: TypeAlias = Literal["out", "in"]
"""Whether open deals that reached the stage are in the denominator."""


@as_measure
def win_rate(
    deals: Deals,
    *,
    population: Population = "closed",
    stage: str | None = None,
    open: OpenDeals = "out",  # noqa: A002  # the word that users look for
) -> Recipe[Proportion]:
    r"""Share of deals that were won.

    $$ \text{win rate} = \frac{|\text{won}|}{|\text{won}| + |\text{lost}|} $$

    Open deals are not counted: they have not had their chance to be lost. `population="all"` counts them, which is
    what some CRMs call conversion rate. `population="qualified"` counts only deals that ever reached a named stage, so
    that what was thrown out early does not count as lost.

    Args:
        deals: `Deals`, or any iterable of `Deal`.
        population: Which deals stand in the denominator: "closed", "all", or "qualified", for which the deals must
            have a history. Reaching a stage is what it is in `stage_conversion`: a deal reached it when it came into
            it or into a later one, or was won. One that was lost from an earlier stage did not, nor did one of which
            the history tells no stage.
        stage: The name of the stage that "qualified" deals reached, and of nothing else.
        open: Whether open "qualified" deals are "out", or "in" the denominator.

    Returns:
        Won and counted deals [deals] as a `Proportion`; its `value` is a fraction in [0, 1], or `None` when nothing
        has closed.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: A word is misspelt, `stage` or `open` is given for another population than "qualified", or
            qualified deals are asked for and there is no history or no such open stage.

    Laws:
        definition: Equal to counting the deals one by one.
        order: Reordering the deals changes nothing.
        merge: The rate of two books together is the sum of their rates.
        door: A list and a table of the same deals give the same answer.
        breakdown: By group, it equals asking each group alone.
        open_deals: Adding open deals changes nothing when the population is "closed".
        qualified: The qualified rate equals counting the deals that reached the stage one by one; a later stage has
            no more. Where the history tells the outcomes, it is the `stage_conversion` from the stage to won.

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
        >>> from salesmetrics import DealChange
        >>> book = Deals.of(deals).with_history([
        ...     DealChange("D-1", date(2026, 1, 20), stage="Product demo"),
        ...     DealChange("D-1", date(2026, 2, 1), stage="Won"),
        ... ])
        >>> print(win_rate(book, population="qualified", stage="Qualified"))
        100.0 % (1 of 1)

    References:
        E. B. Wilson, JASA 22 (1927) 209-212: the interval. Atrium counts the deals that reached a stage.
    """
    check_word(population, get_args(Population), "population")
    check_word(open, get_args(OpenDeals), "open")
    masks = {"closed": deals.is_closed, "all": deals.is_closed | deals.is_open}
    if population != "qualified":
        if stage is not None or open != "out":
            raise InvalidValueError(
                f"stage and open must be left out unless the population is 'qualified', got {shown(stage)} and "
                f"{shown(open)}; write population='qualified'"
            )
        return Recipe(Proportion, part=Count(deals.is_won), whole=Count(chosen(population, masks)))
    if stage is None:
        raise InvalidValueError("stage must be the name of an open stage, got None; name the one that qualifies a deal")
    reached = has_reached(deals, stage, "win_rate(population='qualified')")
    whole = masks["all"] if open == "in" else masks["closed"]
    return Recipe(Proportion, part=Count(reached & deals.is_won), whole=Count(reached & whole))


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


@as_measure
def expansion_share(deals: Deals, *, value: str = "amount") -> Recipe[MoneyRatio]:
    r"""Share of the won money that came from growing customers.

    $$ \text{expansion share} = \frac{\sum_{\text{won, expansion}} \text{amount}}{\sum_{\text{won}} \text{amount}} $$

    A deal whose kind nobody knows is in neither sum: taken for new business, it would make the share smaller without a
    word. Renewals are below; `deals.filter(~deals.kind.is_in("renewal"))` leaves them out.

    Cross-selling and upselling are both expansion; where a label tells them apart, each one's share is its won money
    over that of all kinds. `breakdown(expansion_share, deals, by="motion")` is something else: of the money that was
    won by upselling, all is expansion.

    Args:
        deals: `Deals`, or any iterable of `Deal`.
        value: "amount", or the name of one of the deals' `values`.

    Returns:
        Won money of expansion and of all known kinds [minor units] as a `MoneyRatio`; won deals without an amount or
        a kind are counted in `n_missing` [deals].

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: The deals have no such value.

    Laws:
        definition: Equal to adding the won deals' amounts one by one.
        order: Reordering the deals changes nothing.
        merge: The share of two books together is the sum of their shares.
        door: A list and a table of the same deals give the same answer.
        breakdown: By group, it equals asking each group alone.
        unwon_deals: Adding open and lost deals changes nothing.

    Examples:
        >>> from datetime import date
        >>> from salesmetrics import Deal, Money
        >>> days = {"created": date(2026, 1, 5), "closed": date(2026, 2, 1)}
        >>> deals = [
        ...     Deal("D-1", Money.of("300", "USD"), "Won", "Bo", kind="new", **days),
        ...     Deal("D-2", Money.of("100", "USD"), "Won", "Bo", kind="expansion", **days),
        ... ]
        >>> print(expansion_share(deals))
        25.0 % (100.00 USD of 400.00 USD; 2 deals)
        >>> from salesmetrics import breakdown, forecast_value
        >>> sold = {"kind": "expansion", "labels": {"motion": "upsell"}}
        >>> book = Deals.of([*deals, Deal("D-3", Money.of(100, "USD"), "Won", "Bo", **sold, **days)])
        >>> expanded = book.filter(book.is_won & book.kind.is_in("expansion"))
        >>> upsold = breakdown(forecast_value, expanded, by="motion")["upsell"]
        >>> upsold.minor / expansion_share(book).whole
        0.2

    References:
        Of won money, not of recurring revenue: net revenue retention is another figure.
    """
    column = deals.value(value)
    counted = deals.is_won & column.known & deals.kind.known
    return Recipe(
        MoneyRatio,
        part=Total(column, counted & deals.kind.is_in("expansion")),
        whole=Total(column, counted),
        currency=column.unit,
        n=Count(counted),
        n_missing=Count(deals.is_won & ~counted),
        n_zero=Count(counted & (column.values == 0)),
    )
