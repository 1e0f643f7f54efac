"""One answer for every period."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from itertools import accumulate
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Masked
from salesmetrics._numeric.days import day_number
from salesmetrics._numeric.sums import Groups
from salesmetrics.across._measures import check_measure, name_of
from salesmetrics.errors import InvalidValueError, check_flag, shown
from salesmetrics.measure._measure import recipe_of, table_for
from salesmetrics.model.period import Period
from salesmetrics.result._answers import added
from salesmetrics.result.answer import Answer
from salesmetrics.result.trend import Trend, check_periods
from salesmetrics.table.deals import IntoDeals
from salesmetrics.table.readable_deals import PeriodBasis

__all__ = ["trend"]

P = ParamSpec("P")
A = TypeVar("A")
T = TypeVar("T")


@overload
def trend(
    measure: Callable[Concatenate[T, P], A],
    deals: T | IntoDeals,
    periods: Iterable[Period],
    on: PeriodBasis | Literal["start"],
    cumulative: bool = False,  # noqa: FBT001, FBT002  # beside the measure's own arguments none can be keyword-only
    *args: P.args,
    **kwargs: P.kwargs,
) -> Trend[A]: ...
@overload
def trend(
    measure: Callable[..., A],  # no type says that it takes a period too
    deals: Any,
    periods: Iterable[Period],
    on: None = None,
    cumulative: bool = False,  # noqa: FBT001, FBT002
    *args: Any,
    **kwargs: Any,
) -> Trend[A]: ...
def trend(
    measure: Callable[..., A],
    deals: Any,
    periods: Iterable[Period],
    on: PeriodBasis | Literal["start"] | None = None,
    cumulative: bool = False,  # noqa: FBT001, FBT002
    *args: Any,
    **kwargs: Any,
) -> Trend[A]:
    """The answers of a measure period by period.

    Deals belong to periods by one of their days, which the question does not tell: a win rate of those created in a
    month is another figure than that of those closed in it. So `on` has no day for a default. Without it the measure
    is told of each period itself, as its argument `period=`: that is how coverage, slippage and forecasts are asked,
    which look at other deals too.

    Args:
        measure: Any measure, or any function of a table of deals.
        deals: `Deals`, or any iterable of `Deal`; another table where the measure is of that, such as `Quotas`.
        periods: The periods, in order and without overlap, such as `calendar.quarters_in(calendar.year(2026))`.
        on: By which day deals belong to a period: "closed", "expected_close", "created" or "either_close", as in
            `deals.in_period`; quotas by their "start". `None` to ask about all deals with `period=` each period.
        cumulative: Whether each answer is to date: of all time from the start of the first period to the period's end.
        args: Further arguments of the measure.
        kwargs: Further arguments of the measure.

    Returns:
        A mapping from period to answer. A period without deals stays, with the answer that no deals give.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: There are no periods, or they overlap or are out of order; `on` is misspelt; or it is left
            out and the measure takes no `period`.

    Laws:
        definition: Each answer equals asking the measure of `deals.in_period(period, on)`.
        period: Without `on`, each answer equals asking the measure of all deals with that period.
        cumulative: To date, each answer is that of one period from the first one's start to its own end.
        tiles: The answers add up to that of the whole span, where the periods leave no gap in it.
        order: Reordering the deals changes nothing.
        merge: The trend of two books together is the sum of their trends.
        door: A list and a table of the same deals give the same answers.
        breakdown: For periods of a calendar that have deals, it equals the breakdown by these periods.
        own_function: An undecorated function is asked period by period and gives what the measure gives.

    Examples:
        >>> from salesmetrics import FiscalCalendar, Money, pipeline_coverage, sample_book, win_rate
        >>> book, calendar = sample_book(), FiscalCalendar()
        >>> quarters = calendar.quarters_in(calendar.year(2026))
        >>> print(trend(win_rate, book.deals, quarters, on="closed"))
        period                answer
        FY26 Q1  47.1 % (114 of 242)
        FY26 Q2  46.2 % (114 of 247)
        FY26 Q3   47.6 % (78 of 164)
        FY26 Q4   undefined (0 of 0)
        >>> quota = Money.of(1_000_000, "USD")
        >>> coverage = trend(pipeline_coverage, book.deals, quarters[2:], quota=quota, as_of=book.as_of)
        >>> [one.value for one in coverage.values()]
        [None, 1.2444]
    """
    check_measure(measure, "trend(win_rate, ...)")
    spans = tuple(periods)
    check_periods(spans)
    check_flag(cumulative, "cumulative")
    book = table_for(deals, measure)
    asked = tuple(Period(spans[0].start, one.end, one.name) for one in spans) if cumulative else spans
    answers: tuple[A, ...] | None = None
    if on is None:
        _check_takes_period(measure, kwargs)
        answers = tuple(measure(book, *args, **kwargs, period=one) for one in asked)
    elif (recipe := recipe_of(measure)) is not None:
        groups = _groups(_days(book, on), spans, to_date=cumulative)
        answers = tuple(recipe(book, *args, **kwargs).grouped(groups)[: len(spans)])
        if cumulative:  # what adds is summed up; anything else is asked again below
            adds = all(isinstance(one, Answer) for one in answers)
            answers = tuple(accumulate(answers, added)) if adds else None
    if answers is None:
        those = [_groups(_days(book, on), (one,), to_date=False) for one in asked]
        answers = tuple(measure(book.take(np.flatnonzero(one.codes == 0)), *args, **kwargs) for one in those)
    return Trend(spans, answers, on, cumulative)


def _days(book: Any, on: str | None) -> Masked:
    """The day by which each row of a table belongs to a period, as the table says."""
    if not hasattr(book, "days_on"):
        raise InvalidValueError(
            f"on must name a day that the table knows of each row, as Deals and Quotas do, got {shown(on)} of "
            f"{type(book).__name__}; cut it to periods first, and ask each"
        )
    days: Masked = book.days_on(on)
    return days


def _groups(days: Masked, spans: tuple[Period, ...], *, to_date: bool) -> Groups:
    """The period of each day, or to date the first one that ends after it; all others are in a last group."""
    starts, ends = (_day_numbers([getattr(one, bound) for one in spans]) for bound in ("start", "end"))
    place = np.searchsorted(ends, days.values, side="right")
    first = starts[0] if to_date else np.append(starts, 0).take(place)
    is_in = days.known & (place < len(spans)) & (days.values >= first)
    return Groups(np.where(is_in, place, len(spans)), len(spans) + 1)


def _day_numbers(days: list[Any]) -> NDArray[np.int64]:
    return np.array([day_number(day) for day in days], np.int64)


def _check_takes_period(measure: Callable[..., Any], given: Any) -> None:
    """Refuse a measure that cannot be told of a period, or has been told of one already."""
    try:
        shape = [*inspect.signature(measure).parameters.values()]
    except ValueError:  # a builtin has none
        shape = []
    takes_it = any(one.name == "period" or one.kind is inspect.Parameter.VAR_KEYWORD for one in shape)
    if "period" in given or not takes_it:
        raise InvalidValueError(
            f"on must say by which day deals belong to a period where the measure takes no period=, got "
            f"{name_of(measure)} and "
            "None; write on='closed', 'created', 'expected_close' or 'either_close'"
        )
