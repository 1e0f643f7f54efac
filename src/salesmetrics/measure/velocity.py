"""How long deals take, and how much money a pipeline brings a day."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

from salesmetrics._numeric.recipe import Count, Recipe, Tally
from salesmetrics.errors import check_word
from salesmetrics.measure._history import first_been
from salesmetrics.measure._measure import as_measure
from salesmetrics.measure._parts import chosen, money_total
from salesmetrics.measure.rates import Population, win_rate
from salesmetrics.measure.size import SizePopulation, sized
from salesmetrics.result.sales_velocity import SalesVelocity
from salesmetrics.result.tallied import Durations
from salesmetrics.table.deals import Deals

__all__ = ["CyclePopulation", "WorkedPopulation", "cycle_length", "sales_velocity"]

CyclePopulation: TypeAlias = Literal["won", "lost", "closed"]
"""Whose cycle: won deals, lost ones, or both."""

WorkedPopulation: TypeAlias = Literal["open", "closed", "all"]
"""Which deals a velocity multiplies: those worked on now, those worked through, or all that there are."""


@as_measure
def cycle_length(deals: Deals, *, population: CyclePopulation = "won", since: str = "created") -> Recipe[Durations]:
    r"""How many days deals take from created to closed: mean, median and any quantile.

    $$ \text{cycle length} = \text{closed} - \text{created} $$

    Open deals are left out though the slow ones are among them, so the mean under-estimates how long a new deal will
    take. A deal without one of the two days, or closed before it was created, is left out and counted in `n_missing`.

    Args:
        deals: `Deals`, or any iterable of `Deal`.
        population: Whose cycle: "won" deals, "lost" ones, or "closed" (both).
        since: "created", or the name of an open stage: from the first day on which a deal came into it or into a later
            one that is open. For that the deals must have a history; those that came into none of them, such as one
            that was won from an earlier stage, are in `n_missing`.

    Returns:
        The whole days with their counts [days, deals] as `Durations`; mean and median are `None` of nothing.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: The population is misspelt, or there is no history of a stage or no such open stage.

    Laws:
        definition: Equal to subtracting the deals' days one by one.
        order: Reordering the deals changes nothing.
        merge: The cycles of two books together are the sum of their cycles.
        door: A list and a table of the same deals give the same answer.
        breakdown: By group, it equals asking each group alone.
        shift: Moving every day by the same number of days changes nothing.
        since_a_stage: Since a stage it equals looking up the first day in that stage or a later one, deal by deal.

    Examples:
        >>> from datetime import date
        >>> from salesmetrics import Deal, Money
        >>> days = [(date(2026, 1, 1), date(2026, 2, 15)), (date(2026, 1, 10), date(2026, 3, 5))]
        >>> deals = [
        ...     Deal(str(created), Money.of(100, "USD"), "Won", "Ada", created, closed) for created, closed in days
        ... ]
        >>> print(cycle_length(deals))
        mean 49.5 days, median 49.5 days (2 deals)

    References:
        Quantiles are numpy's "linear": R. J. Hyndman and Y. Fan, The American Statistician 50 (1996) 361-365, type 7.
    """
    mask = chosen(population, {"won": deals.is_won, "lost": deals.is_lost, "closed": deals.is_closed})
    days = (
        deals.cycle if since == "created" else deals.closed_since(first_been(deals, since, "cycle_length(since=...)"))
    )
    return Recipe(Durations, days=Tally(days, mask), n_missing=Count(days.missing_among(mask)))


@as_measure
def sales_velocity(
    deals: Deals,
    *,
    counted: WorkedPopulation = "open",
    size: SizePopulation = "won",
    rate: Population = "closed",
    cycle: CyclePopulation = "won",
    value: str = "amount",
) -> Recipe[SalesVelocity]:
    r"""How much money a pipeline brings a day.

    $$ \text{sales velocity} = \frac{|\text{open}| \cdot \text{mean won amount} \cdot \text{win rate}}
       {\text{mean won cycle}} $$

    Two velocities compare only when the same deals are counted in each of the four places, and systems differ in all of
    them; so each place has its option, and the answer keeps what went in. The defaults ask what the open deals bring if
    they win as often, as much and as fast as deals did: the size is that of won deals, because lost ones are often of
    another size, or 0 in an export.

    Args:
        deals: `Deals`, or any iterable of `Deal`.
        counted: How many deals: the "open" ones; "closed", which were worked through, of a book of one period; or
            "all", of a book of deals created in one period.
        size: Whose average amount: "won" deals, "closed" ones, "open" ones or "all".
        rate: Which deals stand in the denominator of the win rate: "closed" or "all".
        cycle: Whose mean cycle: "won" deals, "lost" ones, or "closed" (both).
        value: "amount", or the name of one of the deals' `values`.

    Returns:
        Counts [deals], amounts [minor units] and days as a `SalesVelocity`; its `value` is money a day, and `None` when
        the average size, the rate or the cycle is not defined, or the mean cycle is 0 days.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: The deals have no such value, or a word is misspelt.

    Laws:
        definition: Equal to counting the deals and adding their amounts and days one by one.
        order: Reordering the deals changes nothing.
        merge: The velocity of two books together is the sum of their counts and sums, not of their velocities.
        door: A list and a table of the same deals give the same answer.
        breakdown: By group, it equals asking each group alone.
        levers: A fifth more deals, size or rate gives a fifth more; a fifth off the cycle gives a quarter more.

    Examples:
        >>> from datetime import date
        >>> from salesmetrics import Deal, Money
        >>> deals = [
        ...     Deal("D-1", Money.of(9000, "USD"), "Won", "Ada", date(2026, 1, 1), closed=date(2026, 1, 31)),
        ...     Deal("D-2", Money.of(8000, "USD"), "Lost", "Bo", date(2026, 1, 9), closed=date(2026, 2, 3)),
        ...     Deal("D-3", Money.of(5000, "USD"), "Qualified", "Bo", date(2026, 1, 9)),
        ... ]
        >>> print(sales_velocity(deals))
        150.00 USD a day (1 deal x 9,000.00 USD x 50.0 % / 30.0 days)

    References:
        Also called pipeline velocity. All who name it multiply these four; whose deals go into each differs.
    """
    given = {
        "counted": (counted, WorkedPopulation),
        "size": (size, SizePopulation),
        "rate": (rate, Population),
        "cycle": (cycle, CyclePopulation),
    }
    for name, (word, words) in given.items():
        check_word(word, get_args(words), name)
    worked = chosen(counted, {"open": deals.is_open, "closed": deals.is_closed, "all": deals.is_open | deals.is_closed})
    return Recipe(
        SalesVelocity,
        n=Count(worked),
        size=money_total(deals.value(value), sized(deals, size)),
        rate=win_rate.recipe(deals, population=rate),
        cycle=cycle_length.recipe(deals, population=cycle),
    )
