"""What changed between two cohorts of reps, or between the time before and after something, with an interval."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Concatenate, ParamSpec, TypeVar

import numpy as np
from attrs import evolve

from salesmetrics._numeric.columns import Flags
from salesmetrics._numeric.days import day_number
from salesmetrics.across._measures import check_measure
from salesmetrics.across.bootstrap import bootstrap
from salesmetrics.errors import InvalidValueError, nearest, shown
from salesmetrics.model.period import Period
from salesmetrics.model.proration import overlap
from salesmetrics.result.bootstrapped import Bootstrapped
from salesmetrics.result.comparison import Comparison
from salesmetrics.table.deals import Deals, IntoDeals
from salesmetrics.table.readable_deals import PeriodBasis

__all__ = ["compare_cohorts"]

P = ParamSpec("P")
A = TypeVar("A")


def compare_cohorts(
    measure: Callable[Concatenate[Deals, P], A],
    deals: IntoDeals,
    before: Mapping[str, Period],
    after: Mapping[str, Period],
    seed: int,
    level: float = 0.95,
    reading: str = "value",
    on: PeriodBasis = "closed",
    n_resamples: int = 1_000,
    *args: P.args,
    **kwargs: P.kwargs,
) -> Bootstrapped[Comparison[A]]:
    """The answers for reps each in a period of their own, and for reps in another, and how sure the change is.

    The same reps before and after a training, each by the day of it; or those who were hired before and after a new
    start, each in the first half year. Deals of one rep are alike, so whole reps are drawn again, each with the deals
    of both periods.

    It tells that a figure changed, and never why. Who is trained is seldom chosen by lot; a rep who is sent after a bad
    quarter would have done better anyway; prices, season and product changed for everybody; and who left is not there
    afterwards. Ask the same of reps who had no training, in the same periods, and believe no more than the difference
    between the two.

    Args:
        measure: Any measure, or any function of a table of deals.
        deals: `Deals`, or any iterable of `Deal`.
        before: For each owner the period before, such as `{"Ada": Period(...)}`.
        after: For each owner the period after; other owners than before for another cohort.
        seed: Which draws, as in `bootstrap`.
        level: The share of the drawn changes that lie in the interval.
        reading: Which reading of the answers is compared, such as "value" or "median".
        on: By which day deals belong to a period, as in `Deals.in_period`.
        n_resamples: How many times the reps are drawn again.
        args: Further arguments of the measure.
        kwargs: Further arguments of the measure.

    Returns:
        The `Comparison` of both answers with the interval of its `difference`, as `Bootstrapped`; its `n_units` are
        reps with deals [reps]. Of few reps the interval is too narrow, and where a cohort has only one there is none:
        the same rep drawn again and again tells nothing of others.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: No or unknown owners are named, a period is none, or both periods of a rep have a day in
            common; or as in `compare` and `bootstrap`.

    Laws:
        definition: The comparison is that of the deals of each rep's own periods, taken out one by one.
        clusters: The interval is that of `bootstrap` by owner, of the difference; `None` where a cohort has one rep.
        order: Reordering the deals changes nothing.
        exchanged: Before and after exchanged, the difference and its interval have the other sign.
        door: A list and a table of the same deals give the same answer.
        own_function: An undecorated function gives what the measure gives.

    Examples:
        >>> from datetime import date
        >>> from salesmetrics import sample_book, win_rate
        >>> half_years = Period(date(2025, 9, 1), date(2026, 3, 1)), Period(date(2026, 3, 1), date(2026, 9, 1))
        >>> before, after = (dict.fromkeys(["bo", "cyd", "eli", "gus"], period) for period in half_years)
        >>> print(compare_cohorts(win_rate, sample_book().deals, before, after, seed=1, n_resamples=200))
        31.0 % (65 of 210) to 38.9 % (93 of 239): +8.0 points, +25.7 %; 95 % interval of difference 6.9 points to \
10.2 points

    References:
        W. R. Shadish, T. D. Cook and D. T. Campbell, Experimental and Quasi-Experimental Designs (2002), chapter 4: why
        a change from before to after is weak evidence of a cause.
    """
    check_measure(measure, "compare_cohorts(win_rate, ...)")
    book = Deals.of(deals)
    for what, spans in (("before", before), ("after", after)):
        _check_spans(spans, what, book)
    for name in {*before} & {*after}:
        if overlap(before[name], after[name]) is not None:
            raise InvalidValueError(
                f"the two periods of a rep must have no day in common, got {before[name]} and {after[name]} of "
                f"{shown(name)}; let one begin where the other ends"
            )

    def change(some: Deals) -> Comparison[A]:
        one, other = (measure(some.filter(_within(some, spans, on)), *args, **kwargs) for spans in (before, after))
        return Comparison(one, other, reading)

    one, other = (_within(book, spans, on) for spans in (before, after))
    drawn = bootstrap(change, book.filter(one | other), seed, level, "owner", "difference", n_resamples)
    if 1 in {len(np.unique(book.owner.codes[cohort])) for cohort in (one, other)}:
        return evolve(drawn, low=None, high=None)
    return drawn


def _check_spans(spans: Mapping[str, Period], what: str, book: Deals) -> None:
    if not isinstance(spans, Mapping) or not spans or not all(isinstance(one, Period) for one in spans.values()):
        raise InvalidValueError(f"{what} must be periods by owner, got {shown(spans)}; write {{'Ada': Period(...)}}")
    strange = [name for name in spans if name not in book.owner.names] if len(book) else []
    if strange:
        raise InvalidValueError(
            f"{what} must name owners of deals, got {shown(strange[0])}; {nearest(strange[0], book.owner.names)}"
        )


def _within(deals: Deals, spans: Mapping[str, Period], on: PeriodBasis) -> Flags:
    """Which deals lie in their owner's own period."""
    days, names = deals.days_on(on), deals.owner.names
    starts, ends = (
        deals.owner.lookup([day_number(getattr(spans[name], bound)) if name in spans else 0 for name in names], 0)
        for bound in ("start", "end")
    )
    flags: Flags = days.known & (days.values >= starts) & (days.values < ends)
    return flags
