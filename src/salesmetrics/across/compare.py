"""What changed between two books."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from salesmetrics.across._measures import check_measure
from salesmetrics.measure._measure import table_for
from salesmetrics.result.comparison import Comparison
from salesmetrics.table.deals import IntoDeals

__all__ = ["compare"]

P = ParamSpec("P")
A = TypeVar("A")
T = TypeVar("T")


def compare(
    measure: Callable[Concatenate[T, P], A],
    before: T | IntoDeals,
    after: T | IntoDeals,
    reading: str = "value",
    *args: P.args,
    **kwargs: P.kwargs,
) -> Comparison[A]:
    r"""The answers of a measure for two books, and what changed between them.

    $$ \text{relative change} = \frac{\text{after} - \text{before}}{|\text{before}|} $$

    A change of a rate can be told in two ways that are easily taken for each other: from 60 % to 63 % are three
    percentage points, and five per cent. The comparison has both. Two answers that you have already are compared by
    `Comparison(before, after)`.

    Args:
        measure: Any measure, or any function of a table of deals.
        before: `Deals`, or any iterable of `Deal`: an earlier period of a book, or another book. Another table where
            the measure is of that, such as `Quotas`.
        after: The same of later.
        reading: Which reading of the answers is compared, such as "value" or "median".
        args: Further arguments of the measure.
        kwargs: Further arguments of the measure.

    Returns:
        Both answers and the exact change as a `Comparison`; `comparison.against(goal)` says whether it met a `Goal`.

    Raises:
        InvalidTableError: The deals of a book contradict themselves; `.problems` lists every fault.
        InvalidValueError: The answers have no such reading, or it is no number.
        CurrencyMismatchError: The books are in two currencies.

    Laws:
        definition: Equal to asking the measure of each book, and comparing the answers.
        order: Reordering the deals changes nothing.
        exchanged: Before and after exchanged, the difference has the other sign.
        door: Lists and tables of the same deals give the same comparison.
        own_function: An undecorated function gives what the measure gives.

    Examples:
        >>> from salesmetrics import FiscalCalendar, Goal, sample_book, win_rate
        >>> deals, calendar = sample_book().deals, FiscalCalendar()
        >>> first, second = (deals.in_period(calendar.quarter(2026, number)) for number in (1, 2))
        >>> rates = compare(win_rate, first, second)
        >>> print(rates)
        47.1 % (114 of 242) to 46.2 % (114 of 247): -1.0 points, -2.0 %
        >>> print(rates.against(Goal("Win more", "0.05")))
        Win more: not met, 46.2 % for 49.5 %, 3.3 points short
    """
    check_measure(measure, "compare(win_rate, ...)")
    one, other = (measure(table_for(book, measure), *args, **kwargs) for book in (before, after))
    return Comparison(one, other, reading)
