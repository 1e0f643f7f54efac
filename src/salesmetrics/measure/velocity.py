"""How long deals take."""

from __future__ import annotations

from typing import Literal, TypeAlias

from salesmetrics._numeric.columns import Masked
from salesmetrics._numeric.recipe import Count, Recipe, Tally
from salesmetrics.measure._history import first_reached
from salesmetrics.measure._measure import as_measure
from salesmetrics.measure._parts import chosen
from salesmetrics.result.tallied import Durations
from salesmetrics.table.deals import Deals

__all__ = ["CyclePopulation", "cycle_length"]

CyclePopulation: TypeAlias = Literal["won", "lost", "closed"]
"""Whose cycle: won deals, lost ones, or both."""


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
            one that is open. For that the deals must have a history; those that never reached it are in `n_missing`.

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
    start = deals.created if since == "created" else first_reached(deals, since, "cycle_length(since=...)")
    days = deals.closed.values - start.values
    cycle = Masked(days, deals.closed.known & start.known & (days >= 0))
    return Recipe(Durations, days=Tally(cycle, mask), n_missing=Count(mask & ~cycle.known))
