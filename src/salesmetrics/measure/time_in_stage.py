"""How long deals stay in a stage."""

from __future__ import annotations

from datetime import date

import numpy as np

from salesmetrics._numeric.columns import Masked
from salesmetrics._numeric.days import day_number
from salesmetrics._numeric.recipe import Along, Count, Recipe, Tally, Total
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.measure._history import visits
from salesmetrics.measure._measure import as_measure
from salesmetrics.model.stage import Outcome
from salesmetrics.result.time_in_stage import TimeInStage
from salesmetrics.table.deals import Deals

__all__ = ["time_in_stage"]


@as_measure
def time_in_stage(deals: Deals, *, stage: str, as_of: date) -> Recipe[TimeInStage]:
    r"""How many days deals stay in a stage, as far as it is known at the start of a day.

    $$ S(t) = \prod_{d \le t} \Bigl(1 - \frac{|\text{left after } d \text{ days}|}{|\text{stayed } d \text{ or more}|}
       \Bigr), \qquad \text{median: where } S \text{ falls to } \frac{1}{2} $$

    The deals that are still in the stage are the ones that get stuck in it. A median of finished stays leaves them out
    and looks best where the stage is worst; here they count as lasting longer than so far, and the median of the
    finished ones alone stands beside it. A deal that comes back into the stage begins a second stay.

    Args:
        deals: `Deals` with a history.
        stage: An open stage.
        as_of: The day of view; what is dated before it is known, what is dated on it is future.

    Returns:
        Finished and running stays [days] as a `TimeInStage`; its `median` is `None` without stays, and when more than
        half of them last longer than is known. A deal of which no stage is known by that day is counted in `n_missing`,
        unless it was created later.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: The deals have no history, the stage is not an open one, or `as_of` is not a plain day or
            later than the day that the book is as of.

    Laws:
        definition: Equal to following the deals from stage to stage, one by one.
        order: Reordering the deals changes nothing.
        merge: The stays of two books together are the sum of their stays.
        door: Deals without a history are refused, however they come.
        breakdown: By group, it equals asking each group alone.
        as_of: Whatever became of the deals on the day or later changes nothing.
        finished: Without running stays, the median is that of the finished ones.
        running: A further running stay never lowers the median.

    Examples:
        >>> from salesmetrics import Deal, DealChange, Money
        >>> deals = [
        ...     Deal("D-1", Money.of(900, "USD"), "Product demo", "Ada", date(2026, 1, 5)),
        ...     Deal("D-2", Money.of(500, "USD"), "Qualified", "Bo", date(2026, 1, 9)),
        ... ]
        >>> book = Deals.of(deals).with_history([
        ...     DealChange("D-1", date(2026, 1, 5), stage="Qualified"),
        ...     DealChange("D-1", date(2026, 1, 15), stage="Product demo"),
        ...     DealChange("D-2", date(2026, 1, 9), stage="Qualified"),
        ... ])
        >>> stays = time_in_stage(book, stage="Qualified", as_of=date(2026, 2, 1))
        >>> stays.finished, stays.running
        (Multiset([10], [1]), Multiset([23], [1]))

    References:
        E. L. Kaplan and P. Meier, JASA 53 (1958) 457-481. Where the curve stands at one half for some days the median
        is their middle, as in R's survfit.
    """
    deals.check_view(as_of)
    if deals.process[stage].outcome is not Outcome.OPEN:
        raise InvalidValueError(f"stage must be an open one, got {shown(stage)}; deals that have ended stay nowhere")
    found, now = visits(deals, "time_in_stage"), day_number(as_of)
    codes = [place for place, one in enumerate(deals.process) if one.outcome is Outcome.OPEN]
    seen = np.isin(found.stages, codes) & (found.entered < now)
    has_left = found.has_left & (found.left < now)
    days = Masked(np.where(seen, np.where(has_left, found.left, now) - found.entered, 0), seen)
    here = seen & (found.stages == deals.process.names.index(stage))
    is_missing = ~(deals.created.known & (deals.created.values >= now))
    is_missing[found.rows[found.entered < now]] = False
    return Recipe(
        TimeInStage,
        stage=stage,
        as_of=as_of,
        finished=Along(Tally(days, here & has_left), found.rows, len(deals)),
        running=Along(Tally(days, here & ~has_left), found.rows, len(deals)),
        all_days=Along(Total(days, seen), found.rows, len(deals)),
        n_missing=Count(is_missing),
    )
