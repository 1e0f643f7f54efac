"""How the sales of each rep grew and declined."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Any, get_args

from salesmetrics.errors import InvalidValueError, check_word, shown
from salesmetrics.model.period import Period, check_day
from salesmetrics.model.rep import Rep
from salesmetrics.result.attainment import Attainment
from salesmetrics.result.breakdown import Breakdown
from salesmetrics.result.comparison import Comparison
from salesmetrics.result.quadrants import Trend
from salesmetrics.result.ramp_time import known_reps, over_by_period

__all__ = ["rep_growth"]


def rep_growth(
    by_rep_and_period: Breakdown[Attainment], reps: Iterable[Rep] | None, *, as_of: date, trend: Trend = "sales"
) -> Breakdown[Comparison[Any]]:
    """What each rep sold in a period, beside what the rep sold in the period just before.

    A period that is not over is left out, because half a quarter is always a decline. So is one without a period just
    before it, in which the rep was new, or back: nothing is not zero. Growth is a reading: it does not add, and that of
    a team is asked of the team's answers.

    Two things the answers do not tell, and are asked for. Whoever was hired or left within a period had only part of
    it, from which and to which there is no growth: so the reps must be known. And answers that were asked for without a
    day of view are as of the end of their period, where quarters yet to come look like declines to nothing: so it is
    told here which periods are over.

    Args:
        by_rep_and_period: The answers by rep and period, `breakdown(quota_attainment, quotas, by=("rep",
            calendar.quarters("start")), ...)`; or by team and period.
        reps: Who was hired and left when: every rep of the answers. A period in which one of them was not there on
            every day is left out. `None` for answers by team, and where all reps were there all the time.
        as_of: The day of view; periods that were not over by then are left out.
        trend: What is compared: "sales", or "attainment", because quotas are often raised after a good period.

    Returns:
        For each rep and period with one before a `Comparison`, whose `difference` and `relative` are exact.

    Raises:
        InvalidValueError: The answers are no attainments by rep and period, the word is misspelt, the day is not a
            date, or the reps are no `Rep`s, lack one of the answers, or one comes twice.
        CurrencyMismatchError: Periods of a rep are in two currencies.

    Examples:
        >>> from salesmetrics import Deal, FiscalCalendar, Money, Quota, Quotas, breakdown, quota_attainment
        >>> calendar, january = FiscalCalendar(), date(2026, 1, 1)
        >>> quotas = Quotas.of([Quota("Ada", calendar.quarter(2026, n), Money(100_00, "USD")) for n in (1, 2, 3)])
        >>> won = {80: date(2026, 2, 1), 100: date(2026, 5, 1), 90: date(2026, 8, 1)}
        >>> deals = [Deal(n, Money(n * 100, "USD"), "Won", "Ada", january, closed=day) for n, day in won.items()]
        >>> by = ("rep", calendar.quarters("start"))
        >>> answers = breakdown(quota_attainment, quotas.with_sales(deals), by, period=calendar.year(2026))
        >>> staff = [Rep("Ada", "Ada Quill", january)]
        >>> for (rep, quarter), change in rep_growth(answers, staff, as_of=date(2026, 10, 1)).items():
        ...     print(rep, quarter, change)
        Ada FY26 Q2 80.00 USD (1 deal) to 100.00 USD (1 deal): +20.00 USD, +25.0 %
        Ada FY26 Q3 100.00 USD (1 deal) to 90.00 USD (1 deal): -10.00 USD, -10.0 %
    """
    check_word(trend, get_args(Trend), "trend")
    check_day(as_of, "as_of")
    of_rep = over_by_period(by_rep_and_period)
    known = None if reps is None else {rep.id: rep for rep in known_reps(reps)}
    strangers = [] if known is None else [rep for rep in of_rep if rep not in known]
    if strangers:
        raise InvalidValueError(
            f"reps must hold every rep of the answers, got none called {shown(strangers[0])}; add the rep, or write "
            "None where the answers are by team"
        )
    changes: dict[Any, Comparison[Any]] = {}
    for rep, own in of_rep.items():
        over = [(period, one) for period, one in own if period.end <= as_of]
        whole = [(period, one) for period, one in over if known is None or _is_there(known[rep], period)]
        for (before, old), (period, new) in pairwise(whole):
            if before.end == period.start:
                pair = (old, new) if trend == "attainment" else (old.actual, new.actual)
                changes[rep, period] = Comparison(*pair)
    keys = tuple(key for key in by_rep_and_period if key in changes)
    return Breakdown(by_rep_and_period.by, keys, tuple(changes[key] for key in keys), by_rep_and_period.orders)


def _is_there(rep: Rep, period: Period) -> bool:
    """Whether a rep is there on every day of a period."""
    return rep.hired <= period.start and (rep.left is None or period.end <= rep.left)
