"""How long new reps take to reach a full quota."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, cast

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from salesmetrics._numeric.multiset import Multiset
from salesmetrics._numeric.survival import median_survival, survival
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.calendar import PeriodKey
from salesmetrics.model.period import Period, check_day
from salesmetrics.model.ramp import IntoShare, exact_attainment, months_between
from salesmetrics.model.rep import Rep
from salesmetrics.result.answer import Answer
from salesmetrics.result.attainment import Attainment, attainments_of
from salesmetrics.result.breakdown import Breakdown
from salesmetrics.result.tallied import days_shown, per_group

__all__ = ["RampTime", "days_counted", "known_reps", "over_by_period", "ramp_curve", "ramp_time"]


@frozen
class RampTime(Answer):
    """How many days reps took to their first full quota, and for how many days others have not reached one yet.

    Args:
        ramped: Days from hiring to the quota, with their counts, of reps who reached it.
        ramping: Days since hiring, with their counts, of reps who have not reached it, or left without.
        n_unobserved: How many others were not seen from the day of hiring, and are left out [reps].

    Examples:
        >>> times = RampTime(Multiset(np.array([90, 120]), np.array([1, 1])), Multiset(np.array([100]), np.array([1])))
        >>> times.median, times.median_of_ramped, times.share_ramped(100)
        (120.0, 105.0, 0.3333333333333333)
        >>> print(times)
        median 120.0 days (2 reps ramped, 1 not yet; median of the ramped alone 105.0 days)
    """

    readings = ("median", "median_of_ramped")

    ramped: Multiset
    ramping: Multiset
    n_unobserved: int = 0

    @property
    def median(self) -> float | None:
        """The days within which half of all reps ramp, by Kaplan and Meier; `None` where that is not known yet."""
        exact = median_survival(self.ramped, self.ramping)
        return None if exact is None else float(exact)

    @property
    def median_of_ramped(self) -> float | None:
        """The median of those who ramped alone; too short, because whoever takes long is not among them yet."""
        exact = self.ramped.quantile(Fraction(1, 2))
        return None if exact is None else float(exact)

    def share_ramped(self, days: int) -> float:
        """The share of reps who ramp within so many days, by Kaplan and Meier.

        Args:
            days: Days since hiring.

        Examples:
            >>> one = np.array([1])
            >>> times = RampTime(Multiset(np.array([90]), one), Multiset(np.array([100]), one))
            >>> times.share_ramped(89), times.share_ramped(90)
            (0.0, 0.5)
        """
        above, below = 1, 1
        for day, more, less in survival(self.ramped, self.ramping):
            if day <= days:
                above, below = more, less
        return (below - above) / below

    @classmethod
    def columns_of(cls, sums: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
        """How many reps ramped, did not, or were left out, and the median of the ramped alone [days], of many."""
        ramped, ramping = per_group(sums["ramped"]), per_group(sums["ramping"])
        counts = {"n_ramped": ramped.n, "n_ramping": ramping.n, "n_unobserved": sums["n_unobserved"]}
        return {**counts, "median_of_ramped": ramped.median}

    def __str__(self) -> str:
        reps = f"{self.ramped.n:,} {'rep' if self.ramped.n == 1 else 'reps'} ramped, {self.ramping.n:,} not yet"
        alone = f"; median of the ramped alone {days_shown(self.median_of_ramped)}" if self.ramped.n else ""
        left_out = f"; {self.n_unobserved:,} not seen from hiring left out" if self.n_unobserved else ""
        return f"median {days_shown(self.median)} ({reps}{alone}{left_out})"


def ramp_time(
    by_rep_and_period: Breakdown[Attainment],
    reps: Iterable[Rep],
    *,
    as_of: date,
    threshold: IntoShare = 1,
    runs: int = 1,
) -> RampTime:
    """How long reps take from hiring to the start of the first period in which they reach a full quota.

    Ask for it with full quotas, never with ramped ones: of these a rep reaches the first with a quarter of the sales.
    Reps who are still ramping, or left before, are kept with the days for which they have not reached it, because the
    mean of those who did would only know the quick ones. These days end with the last period that was over when the
    answers were seen: of later ones nobody knows whether the quota was reached, whatever the day of view.

    Of a rep who was hired years before the first answer nobody knows when the first full quota was reached, and the
    first that is seen would pass for it: a "ramp" of years. So whoever was hired before the first of all answers is
    left out and counted, and so is a rep who is missing from them for a whole period after hiring.

    Args:
        by_rep_and_period: Attainment by rep and period, such as `breakdown(quota_attainment, quotas, by=("rep",
            calendar.months("start")), ...)`.
        reps: Who is new, with the day of hiring; only theirs is counted.
        as_of: The day of view; only periods that ended by then are looked at, and reps who were hired by then.
        threshold: The attainment to be reached.
        runs: In how many periods in a row.

    Returns:
        The days of reps who ramped and of those who did not as a `RampTime`, of which the median is read; those who
        were not seen from the day of hiring are counted in `n_unobserved`.

    Raises:
        InvalidValueError: The answers are no attainments by rep and period, the reps are no `Rep`s or one comes twice,
            the day is not a date, or a number is none.

    Examples:
        >>> from salesmetrics import Deal, FiscalCalendar, Money, Quota, Quotas, breakdown, quota_attainment
        >>> calendar = FiscalCalendar()
        >>> months = [calendar.month(2026, number) for number in (1, 2, 3, 4)]
        >>> quotas = Quotas.of([Quota(name, month, Money(100, "USD")) for name in ("Ada", "Bo") for month in months])
        >>> deal = Deal("D-1", Money(100, "USD"), "Won", "Ada", date(2026, 1, 5), closed=date(2026, 3, 9))
        >>> by = ("rep", calendar.months("start"))
        >>> answers = breakdown(quota_attainment, quotas.with_sales([deal]), by, period=calendar.year(2026))
        >>> reps = [Rep(name, name, date(2026, 1, 1)) for name in ("Ada", "Bo")]
        >>> print(ramp_time(answers, reps, as_of=date(2026, 5, 1)))
        median 59.0 days (1 rep ramped, 1 not yet; median of the ramped alone 59.0 days)
    """
    check_day(as_of, "as_of")
    bound = exact_attainment(threshold, "threshold")
    if type(runs) is not int or runs < 1:
        raise InvalidValueError(f"runs must be a whole number from 1 up, got {shown(runs)}; count periods in a row")
    of_rep = over_by_period(by_rep_and_period)
    key = cast("tuple[str, PeriodKey]", by_rep_and_period.by)[1]
    first = min((period.start for _, period in by_rep_and_period), default=date.max)
    ramped: list[int] = []
    ramping: list[int] = []
    n_unobserved = 0
    for rep in known_reps(reps):
        if rep.hired > as_of:
            continue
        end = as_of if rep.left is None else min(as_of, rep.left)
        own = [(period, one) for period, one in of_rep.get(rep.id, []) if rep.hired < period.end <= end]
        if rep.hired < first or _first_whole(rep.hired, key).end <= (own[0][0].start if own else end):
            n_unobserved += 1
            continue
        start = _first_run(own, bound, runs)
        if start is None:
            seen = own[-1][0].end if own else rep.hired
            ramping.append((seen - rep.hired).days)
        else:
            ramped.append(max((start - rep.hired).days, 0))
    return RampTime(days_counted(ramped), days_counted(ramping), n_unobserved)


def ramp_curve(
    by_rep_and_period: Breakdown[Attainment], reps: Iterable[Rep], *, months: int = 1
) -> Breakdown[Attainment]:
    """Attainment of reps by the time since they were hired: how far new reps get in each step of their tenure.

    Reps who left are in the steps that they were there for, so later steps are of those who stayed: compare them with
    care. Periods that were not over when the answers were seen are left out, because half a month is always less.

    Args:
        by_rep_and_period: As in `ramp_time`, with full quotas.
        reps: Who is new, with the day of hiring.
        months: How long a step is.

    Returns:
        A mapping from the step (0 for periods that begin within the first step after hiring) to the attainment of all
        reps in it. The period in which a rep was hired is step 0 too, where it began before.

    Raises:
        InvalidValueError: The answers are no attainments by rep and period, the reps are no `Rep`s or one comes twice,
            or a step is not a month or more.

    Examples:
        >>> from salesmetrics import FiscalCalendar, Money, Quota, Quotas, breakdown, quota_attainment
        >>> calendar = FiscalCalendar()
        >>> quotas = Quotas.of([Quota("Ada", calendar.month(2026, number), Money(100, "USD")) for number in (1, 2, 3)])
        >>> answers = breakdown(
        ...     quota_attainment, quotas.with_sales([]), ("rep", calendar.months("start")), period=calendar.year(2026)
        ... )
        >>> list(ramp_curve(answers, [Rep("Ada", "Ada", date(2026, 1, 15))]))
        [0, 1]
    """
    if type(months) is not int or months < 1:
        raise InvalidValueError(f"months must be a whole number from 1 up, got {shown(months)}; count months")
    of_rep = over_by_period(by_rep_and_period)
    steps: dict[int, Attainment] = {}
    for rep in known_reps(reps):
        for period, one in of_rep.get(rep.id, []):
            if rep.hired < period.end and (rep.left is None or period.start < rep.left):
                step = months_between(rep.hired, max(period.start, rep.hired)) // months
                steps[step] = steps[step] + one if step in steps else one
    return Breakdown("tenure", tuple(sorted(steps)), tuple(steps[step] for step in sorted(steps)), (None,))


def over_by_period(answers: Breakdown[Attainment]) -> dict[Any, list[tuple[Period, Attainment]]]:
    """For each rep the periods that were over when they were seen, in order, with the attainment of each.

    Raises:
        InvalidValueError: The answers are no attainments by rep and period.
    """
    attainments_of(answers)
    if not (isinstance(answers.by, tuple) and len(answers.by) == 2 and isinstance(answers.by[1], PeriodKey)):
        raise InvalidValueError(
            f"answers must be by rep and period, got by {answers.by}; write by=('rep', calendar.months('start'))"
        )
    of_rep: dict[Any, list[tuple[Period, Attainment]]] = {}
    for (rep, period), one in sorted(answers.items(), key=lambda pair: (str(pair[0][0]), pair[0][1])):
        if period.end <= one.as_of:
            of_rep.setdefault(rep, []).append((period, one))
    return of_rep


def known_reps(reps: Iterable[Rep]) -> list[Rep]:
    """The reps, each of them once.

    Raises:
        InvalidValueError: They are no reps, or one comes twice.
    """
    if isinstance(reps, (str, Mapping)) or not isinstance(reps, Iterable):
        raise InvalidValueError(f"reps must be several Rep objects, got {shown(reps)}; write [Rep(id, name, hired)]")
    listed = list(reps)
    strays = [one for one in listed if not isinstance(one, Rep)]
    if strays:
        raise InvalidValueError(f"reps must be Rep objects, got {shown(strays[0])}; write Rep(id, name, hired)")
    twice = [name for name, n in Counter(one.id for one in listed).items() if n > 1]
    if twice:
        raise InvalidValueError(f"reps must come once each, got {shown(twice[0])} twice; keep one of them")
    return listed


def _first_whole(hired: date, key: PeriodKey) -> Period:
    """The first period of which a rep was there on every day."""
    period = key.of(hired)
    return period if period.start == hired else key.of(period.end)


def _first_run(own: list[tuple[Period, Attainment]], bound: Fraction, runs: int) -> date | None:
    """The start of the first so many periods in a row that reach the bound."""
    run: list[Period] = []
    for period, one in own:
        if not one.reaches(bound):
            run = []
            continue
        run = [*run, period] if run and run[-1].end == period.start else [period]
        if len(run) == runs:
            return run[0].start
    return None


def days_counted(days: list[int]) -> Multiset:
    """Numbers of days, sorted, each with how often it came."""
    values, counts = np.unique(np.array(days, np.int64), return_counts=True)
    return Multiset(values, counts)
