"""Whether deals close when they are expected to."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from salesmetrics._numeric.columns import Flags, Masked
from salesmetrics._numeric.recipe import Count, Recipe, Tally, Total
from salesmetrics.errors import check_flag
from salesmetrics.measure._history import check_told, history_of, seen_on, was_there
from salesmetrics.measure._measure import as_measure
from salesmetrics.model.period import Period, check_period
from salesmetrics.result.proportion import Proportion
from salesmetrics.result.slips import Pushes, Slippage
from salesmetrics.result.totals import MoneyRatio
from salesmetrics.table.deals import Deals

__all__ = ["pushes", "slippage"]


@as_measure
def slippage(
    deals: Deals,
    *,
    period: Period,
    lost_counts: bool = False,
    constant: Collection[str] = (),
    value: str = "amount",
) -> Recipe[Slippage]:
    r"""Of the deals that were due in a period when it began, the share that had not ended when it did.

    $$ \text{slippage} = \frac{|\text{open at the start, due in the period, neither won nor lost by its end}|}
       {|\text{open at the start, due in the period}|} $$

    What counts is what was known at the start: a deal that was pushed out during the period slipped, though its
    expected close says now that it was never due. A lost deal did not slip, it was lost; with `lost_counts=True` it
    counts, which is one less the share that was won. Ask it of a period that has ended: before, deals that may still
    close count as slipped.

    Args:
        deals: `Deals`, or any iterable of `Deal`, with a history that has their amounts and expected closes.
        period: A period that has ended.
        lost_counts: Whether deals lost in the period count as slipped.
        constant: As in `deals.as_of`: fields that never changed, where there is no history of them.
        value: "amount", or the name of one of the deals' `values`; a history holds amounts only.

    Returns:
        The share by count [deals], and by what the deals were worth when the period began [minor units], as
        `Slippage`. `n_unknown` counts deals without a day of creation, those that were open at the start without an
        expected close as far as anybody knows, and due ones that ended nobody knows when.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: There is neither a history nor a constant, or none of the expected closes; the period is
            none, or ends after the day that the book is as of; the deals have no such value; or `lost_counts` is no
            truth value.

    Laws:
        definition: Equal to comparing the books as of both days, deal by deal.
        order: Reordering the deals changes nothing.
        merge: The slippage of two books together is the sum of theirs.
        door: A list and a table of the same deals give the same answer.
        breakdown: By group, it equals asking each group alone; groups are those that the deals are in now.
        lost_counts: No fewer slipped when lost deals count, of the same deals.

    Examples:
        >>> from datetime import date
        >>> from salesmetrics import Deal, DealChange, Deals, Money
        >>> deal = Deal("D-1", Money.of(900, "USD"), "Final call", "Ada", date(2025, 12, 5), None, date(2026, 5, 1))
        >>> history = [
        ...     DealChange("D-1", date(2025, 12, 5), amount=Money.of(900, "USD"), expected_close=date(2026, 3, 1)),
        ...     DealChange("D-1", date(2026, 2, 20), expected_close=date(2026, 5, 1)),
        ... ]
        >>> q1 = Period.parse("2026-01-01..2026-04-01")
        >>> print(slippage(Deals.of([deal]).with_history(history), period=q1))
        100.0 % (1 of 1 deals), 100.0 % of the money

    References:
        One less won over forecast, as some guides have it, is `lost_counts=True`.
    """
    check_period(period)
    check_flag(lost_counts, "lost_counts")
    deals.value(value)  # which refuses a name that there is not
    before = seen_on(deals, period.start, constant, ["expected_close", value], "slippage")
    after = seen_on(deals, period.end, constant, (), "slippage")
    check_told(deals, "expected_close", constant, "slippage")
    was_open = before.is_open & was_there(deals, period.start)
    due = was_open & before.is_in_period(period, on="expected_close")
    is_untold = deals.is_closed & ~deals.closed.known & after.is_open
    slipped: Flags = due & ~is_untold & (after.is_open | (after.is_lost & lost_counts))
    whole = due & ~is_untold
    unknown = ~deals.created.known | (was_open & ~before.expected_close.known) | (due & is_untold)
    amounts = before.value(value)
    return Recipe(
        Slippage,
        by_count=Recipe(Proportion, part=Count(slipped), whole=Count(whole)),
        by_amount=Recipe(
            MoneyRatio,
            part=Total(amounts, slipped),
            whole=Total(amounts, whole),
            currency=amounts.unit,
            n=Count(whole & amounts.known),
            n_missing=Count(whole & ~amounts.known),
            n_zero=Count(whole & amounts.known & (amounts.values == 0)),
        ),
        n_unknown=Count(unknown),
    )


@as_measure
def pushes(deals: Deals) -> Recipe[Pushes]:
    r"""How often deals were pushed: how often their expected close moved into a later month.

    $$ \text{pushes} = |\text{moves of the expected close into a later month}| $$

    One move is one push, however far it goes: from March to May is one, and so is from March to April. A move within a
    month is none. A move into an earlier month is a pull, which takes no push back.

    Args:
        deals: `Deals`, or any iterable of `Deal`, with a history that has their expected closes.

    Returns:
        Pushes and pulls of each deal, with their counts [deals], as `Pushes`. Deals of which the history has no
        expected close are counted in `n_missing`; an expected close that was taken away and set again is compared with
        the last one there was. For what was known on a day, ask `deals.as_of(day)`.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: There is no history.

    Laws:
        definition: Equal to going through the changes of each deal one by one.
        order: Reordering the deals changes nothing.
        merge: The pushes of two books together are the sum of theirs.
        door: No list has a history, and neither has a table made of it: of deals, both are refused.
        breakdown: By group, it equals asking each group alone.
        backwards: With time turned around, pushes are pulls and pulls are pushes.

    Examples:
        >>> from datetime import date
        >>> from salesmetrics import Deal, DealChange, Deals, Money
        >>> deal = Deal("D-1", Money.of(900, "USD"), "Final call", "Ada", date(2026, 1, 5), None, date(2026, 5, 1))
        >>> days = [(date(2026, 1, 5), date(2026, 3, 1)), (date(2026, 2, 1), date(2026, 5, 1))]
        >>> history = [DealChange("D-1", on, expected_close=day) for on, day in days]
        >>> print(pushes(Deals.of([deal]).with_history(history)))
        1 push of 1 deal, 0 pulls (1 deal)

    References:
        Salesforce's push count goes by months too; other systems count every change of the day.
    """
    past = history_of(deals, "pushes")
    places, rows = past.of_rows()
    dated = np.flatnonzero(past.changes.expected_close.known.take(places))
    rows, due = rows.take(dated), past.changes.expected_close.values.take(places.take(dated))
    months = due.astype("M8[D]").astype("M8[M]")
    is_same, n = rows[1:] == rows[:-1], len(deals)
    known = np.bincount(rows, minlength=n) > 0
    moved = [rows[1:][is_same & move] for move in (months[1:] > months[:-1], months[1:] < months[:-1])]
    later, earlier = (Masked(np.bincount(one, minlength=n), known) for one in moved)
    return Recipe(Pushes, pushes=Tally(later, known), pulls=Tally(earlier, known), n_missing=Count(~known))
