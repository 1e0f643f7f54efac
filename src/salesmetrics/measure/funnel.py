"""How deals go on from stage to stage."""

from __future__ import annotations

from typing import get_args

import numpy as np
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Flags
from salesmetrics._numeric.recipe import Along, Count, Recipe
from salesmetrics.errors import InvalidValueError, check_flag, check_word, shown
from salesmetrics.measure._history import Visits, visits
from salesmetrics.measure._measure import as_measure
from salesmetrics.model.stage import Outcome, SalesProcess
from salesmetrics.result.stage_conversion import ConversionRule, StageConversion
from salesmetrics.table.deals import Deals

__all__ = ["stage_conversion"]


@as_measure
def stage_conversion(
    deals: Deals,
    *,
    stage: str,
    to: str | None = None,
    rule: ConversionRule = "reached",
    decided_only: bool = False,
) -> Recipe[StageConversion]:
    r"""Of the deals that came to a stage, the share that came to the next one.

    $$ \text{conversion} = \frac{|\text{came to the stage and to the next}|}{|\text{came to the stage}|} $$

    It is read off the history, in which a lost deal stands with every stage that it came to. Today's stages alone know
    nothing of where lost deals have been: a funnel made of them shows the survivors, so a book without a history is
    refused. The way leads through the open stages in the order of the process to the won ones, which are one step
    together; lost stages are no part of it. The last outcome decides: a deal that was won and then lost, or opened
    again, did not come to the won stages.

    Args:
        deals: `Deals` with a history.
        stage: An open stage.
        to: A later one, or a won one; `None` for the next of the process.
        rule: What counts as coming to a stage. "reached": being there or in any later stage, so skipped stages are
            filled in and going back changes nothing. "strict": having been in every stage up to it, in order. "any":
            having been there, in any order. "direct" counts moves and not deals: of all moves out of the stage, those
            straight to the other one.
        decided_only: Whether open deals that have not come so far, and still may, are taken out of the denominator.
            Moves are always decided: a stay that goes on is no exit.

    Returns:
        Counts [deals, or moves] as a `StageConversion`; its `value` is a fraction in [0, 1], or `None` when no deal
        came to the stage. Undecided are open deals that have come neither to the later stage nor past it; a deal whose
        history tells no stage is counted in `n_missing`.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: The deals have no history, a stage is not on the way or not before the other, the rule is
            misspelt, or `decided_only` is no truth value.

    Laws:
        definition: Equal to following the deals from stage to stage, one by one.
        order: Reordering the deals changes nothing.
        merge: The conversion of two books together is the sum of their conversions.
        door: Deals without a history are refused, however they come.
        breakdown: By group, it equals asking each group alone.
        rules: At least as many deals reached both stages as were ever in them, and as many as went there in order.
        decided: Taking out the undecided takes them from the denominator and changes no count.
        lost: Losing its open deals takes no deal out of the counts, and leaves none undecided.
        last_outcome: Those who reached a won stage are those whose last known stage is a won one.

    Examples:
        >>> from datetime import date
        >>> from salesmetrics import Deal, DealChange, Money
        >>> deals = [
        ...     Deal("D-1", Money.of(900, "USD"), "Product demo", "Ada", date(2026, 1, 5)),
        ...     Deal("D-2", Money.of(500, "USD"), "Lost", "Bo", date(2026, 1, 9), closed=date(2026, 2, 1)),
        ... ]
        >>> book = Deals.of(deals).with_history([
        ...     DealChange("D-1", date(2026, 1, 5), stage="Qualified"),
        ...     DealChange("D-1", date(2026, 1, 20), stage="Product demo"),
        ...     DealChange("D-2", date(2026, 1, 9), stage="Qualified"),
        ...     DealChange("D-2", date(2026, 2, 1), stage="Lost"),
        ... ])
        >>> print(stage_conversion(book, stage="Qualified"))
        50.0 % from Qualified to Product demo (1 of 2)

    References:
        HubSpot's funnel reports have "strict" as all stages in order, and "any" as stages in any order.
    """
    check_word(rule, get_args(ConversionRule), "rule")
    check_flag(decided_only, "decided_only")
    start, goal, to = _step(deals.process, stage, to)
    found = visits(deals, "stage_conversion")
    steps, n_open = np.array(_steps(deals.process)).take(found.stages), _n_open(deals.process)
    last = np.full(len(deals), -1)
    last[found.rows] = np.arange(len(found.rows))  # of several visits of one deal, the last written stays
    now = steps.take(last) if len(steps) else last  # of deals without a visit it is not asked
    steps = np.where((steps == n_open) & (now.take(found.rows) != n_open), -1, steps)  # a win that did not last
    counts: list[Count] | list[Along]
    if rule == "direct":
        here = steps == start
        after = np.roll(steps, -1)  # the step of the next visit, where the deal has left
        moved = here & found.has_left & (after == goal)
        exits = (moved, here & found.has_left & ~moved, here & ~found.has_left)
        counts = [Along(Count(mask), found.rows, len(deals)) for mask in exits]
    else:
        highest = np.full(len(deals), -1)
        np.maximum.at(highest, found.rows, steps)
        if rule == "reached":
            came, converted = highest >= start, highest >= goal
        elif rule == "strict":
            came, converted = (_in_order(found, steps, step, len(deals)) for step in (start, goal))
        else:
            came, converted = (_ever(found, steps == step, len(deals)) for step in (start, goal))
            converted &= came
        undecided = came & ~converted & (now >= 0) & (highest < goal)  # neither lost nor past it, as won ones are
        counts = [Count(mask) for mask in (converted, came & ~converted & ~undecided, undecided)]
    n_converted, n_not_converted, n_undecided = counts
    return Recipe(
        StageConversion,
        stage=stage,
        to=to,
        rule=rule,
        counted="decided" if decided_only or rule == "direct" else "all",
        n_converted=n_converted,
        n_not_converted=n_not_converted,
        n_undecided=n_undecided,
        n_missing=Count(last < 0),
    )


def way(process: SalesProcess) -> list[str]:
    """The stages on the way of a deal that is won: the open ones in order, and the first won one for all of them."""
    names = [stage.name for stage in process if stage.outcome is Outcome.OPEN]
    return names + [stage.name for stage in process if stage.outcome is Outcome.WON][:1]


def _n_open(process: SalesProcess) -> int:
    return sum(stage.outcome is Outcome.OPEN for stage in process)


def _steps(process: SalesProcess) -> list[int]:
    """For each stage of the process its place on the way; -1 for the lost ones."""
    on_the_way, last = way(process), _n_open(process)
    ends = {Outcome.WON: last, Outcome.LOST: -1}
    return [ends[one.outcome] if one.outcome in ends else on_the_way.index(one.name) for one in process]


def _step(process: SalesProcess, stage: str, to: str | None) -> tuple[int, int, str]:
    """The places of both stages on the way, and the name of the second."""
    on_the_way, steps = way(process), dict(zip(process.names, _steps(process), strict=True))
    start = steps[process[stage].name]
    if not 0 <= start < len(on_the_way) - 1:
        raise InvalidValueError(
            f"stage must be an open one with another after it on the way to won, got {shown(stage)}; "
            f"take one of {shown(on_the_way[:-1])}"
        )
    goal = start + 1 if to is None else steps[process[to].name]
    if goal <= start:
        raise InvalidValueError(
            f"to must come after {shown(stage)} on the way to won, got {shown(to)}; "
            f"take one of {shown(on_the_way[start + 1 :])}"
        )
    return start, goal, on_the_way[goal] if to is None else to


def _ever(found: Visits, mask: Flags, n_rows: int) -> Flags:
    """The rows of which a visit is in the mask."""
    flags = np.zeros(n_rows, np.bool_)
    flags[found.rows[mask]] = True
    return flags


def _in_order(found: Visits, steps: NDArray[np.int64], step: int, n_rows: int) -> Flags:
    """The rows whose deal was in every stage up to one, in each after the one before."""
    never = len(steps)
    at = np.full(n_rows, -1)
    for one in range(step + 1):
        places = np.flatnonzero(steps == one)
        places = places[places > at.take(found.rows.take(places))][::-1]
        at = np.full(n_rows, never)
        at[found.rows.take(places)] = places  # of several visits of one deal, the first is written last
    reached: Flags = at < never
    return reached
