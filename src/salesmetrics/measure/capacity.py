"""How much a team can be asked to sell, given who is new and who leaves."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from salesmetrics._numeric.columns import Masked
from salesmetrics._numeric.recipe import Count, Recipe, Total
from salesmetrics.errors import InvalidValueError, nearest, shown
from salesmetrics.measure._measure import measure_of
from salesmetrics.model.money import rounded
from salesmetrics.model.period import Period
from salesmetrics.model.proration import Basis, share_of_period
from salesmetrics.model.ramp import Ramp, check_ramp
from salesmetrics.model.rep import Rep
from salesmetrics.result.capacity import Capacity
from salesmetrics.result.ramp_time import known_reps
from salesmetrics.table.quotas import IntoQuotas, Quotas

__all__ = ["capacity"]


@measure_of(Quotas.of, IntoQuotas)
def capacity(
    quotas: Quotas, reps: Iterable[Rep], ramp: Ramp, *, period: Period, basis: Basis = "days"
) -> Recipe[Capacity]:
    r"""What reps can be asked to sell in a period: full quotas, less the days of nobody and the ramps of who is new.

    $$ \text{capacity} = \sum \text{quota} \times \text{share of its days that the rep is there} \times
    \text{mean share that the ramp asks for then} $$

    Three figures are often mixed up, and are kept apart here: the ramp is in this answer, the share of a quota that
    reps usually reach is asked of it (`expected`), and so is how much more is assigned than is to be sold
    (`over_assignment`).

    Args:
        quotas: The full quotas, never ramped: `Quotas`, or any iterable of `Quota`. Those without an amount, of
            specialists (`overlay`), or outside of the period are left out.
        reps: Who they are of, with the day of hiring and that of leaving.
        ramp: What is asked of whoever is new.
        period: In which the quotas lie.
        basis: How days are counted, as in `Quota.prorated`.

    Returns:
        The quotas together, full and ramped [minor units], as a `Capacity`; each one is rounded once.

    Raises:
        InvalidTableError: A rep has two quotas for the same business on a day, or they are in two units; `.problems`
            lists every fault.
        InvalidValueError: A rep is not known or comes twice, the ramp is no `Ramp`, or the period is no `Period` or
            cuts a quota.

    Laws:
        definition: By days, each quota is the mean of what is asked on its days, one by one.
        order: Reordering the quotas changes nothing.
        merge: The capacities of some quotas and of the others add up to that of all.
        door: A list and a table of the same quotas give the same answer.
        breakdown: By rep, team, period or condition, it equals asking each group alone.
        old_hands: Of reps who were there before, and stay, all is asked that the quotas say.

    Examples:
        >>> from datetime import date
        >>> from salesmetrics import FiscalCalendar, Money, Quota
        >>> year = FiscalCalendar().year(2026)
        >>> hired = {"Ada": date(2026, 1, 1), "Bo": date(2026, 1, 1), "Cleo": date(2026, 4, 1)}
        >>> quotas = [Quota(name, year, Money.of("1200000", "USD")) for name in hired]
        >>> reps = [Rep(name, name, day) for name, day in hired.items()]
        >>> plan = capacity(quotas, reps, Ramp(["0", "0.25", "0.5", "0.75"]), period=year, basis="months")
        >>> print(plan, "|", plan.expected(attainment=0.8))
        2,550,000.00 USD ramped of 3,600,000.00 USD in FY26 (3 quotas) | 2,040,000.00 USD
    """
    check_ramp(ramp)
    of_id = {rep.id: rep for rep in known_reps(reps)}
    counted = quotas.is_in_period(period) & ~quotas.overlay & quotas.amount.known
    asked = np.zeros(len(quotas), np.int64)
    for row, (quota, size) in enumerate(zip(quotas, quotas.amount.values.tolist(), strict=True)):
        if not counted[row]:
            continue
        if quota.rep not in of_id:
            raise InvalidValueError(
                f"quotas must be of known reps, got {shown(quota.rep)}; {nearest(quota.rep, of_id)}"
            )
        asked[row] = _asked(size, quota.period, of_id[quota.rep], ramp, basis)
    return Recipe(
        Capacity,
        period=period,
        full=Total(quotas.amount, counted),
        ramped=Total(Masked(asked, counted), counted),
        currency=quotas.amount.unit,
        n_quotas=Count(counted),
    )


def _asked(size: int, period: Period, rep: Rep, ramp: Ramp, basis: Basis) -> int:
    """What is asked of a rep in the days of employment, of so much in a period, rounded once."""
    there = period
    if rep.left is not None and rep.left < there.end:
        if rep.left <= there.start:
            return 0
        there = Period(there.start, rep.left)
    share = share_of_period(there, period, basis)
    if not share:  # a part that the basis does not count
        return 0
    exact = size * share * ramp.mean_share(rep.hired, there, basis)
    return rounded(exact.numerator, exact.denominator)
