"""What a period will bring, by the age of the open deals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from math import ceil
from typing import Any, Literal, TypeAlias, get_args

import numpy as np

from salesmetrics._numeric.columns import Coded, Masked
from salesmetrics._numeric.days import FIRST_DAY, LAST_DAY, day_number
from salesmetrics._numeric.recipe import Recipe
from salesmetrics.errors import InvalidValueError, check_word, nearest, shown
from salesmetrics.measure._forecasts import LeftOut, forecast_of_deals
from salesmetrics.measure._measure import as_measure
from salesmetrics.measure._parts import above_zero
from salesmetrics.model.calendar import PeriodKey
from salesmetrics.model.period import Period
from salesmetrics.model.probability import MILLION, rounded_share
from salesmetrics.result.breakdown import Breakdown
from salesmetrics.result.forecast import Forecast
from salesmetrics.result.tallied import Durations
from salesmetrics.table.deals import Deals

__all__ = ["cycle_length_forecast"]

Typical: TypeAlias = float | Durations | Mapping[Any, Any]
"""Days that a deal typically takes: a number, lengths of which the median is taken, or one of these by segment."""

Dated: TypeAlias = Literal["predicted", "expected"]
"""Whether a deal closes when it has the typical age, or on the day that its owner expects."""

BASES = ("within typical", "past typical")


@as_measure
def cycle_length_forecast(
    deals: Deals,
    *,
    period: Period,
    as_of: date,
    typical: Typical,
    segment: str | PeriodKey | None = None,
    dated: Dated = "predicted",
    undated: LeftOut = "leave_out",
    overdue: LeftOut = "leave_out",
    value: str = "amount",
) -> Recipe[Forecast]:
    r"""What a period will bring: what is booked in it, and the open deals that come of age in it, weighted by age.

    $$ p = \min\Bigl(1, \frac{\text{age}}{\text{typical}}\Bigr), \qquad
       \text{close} = \max(\text{created} + \text{typical}, \text{as of}) $$

    The rule takes a deal for the surer the longer it has been open, and one that is past the typical age for certain.
    Such a deal is more likely to be stuck: look at what is "past typical" in `by_basis` before you believe the sum.

    Args:
        deals: `Deals`, or any iterable of `Deal`.
        period: The period that is forecast.
        as_of: The day of view; the age of a deal is the days from its creation to it.
        typical: How long a deal typically takes [days]: a number, or `cycle_length(...)`, of which the median is taken;
            for each segment one of these, such as `breakdown(cycle_length, deals, by="kind")`. It may know more
            segments than the deals have; but not miss one of theirs as well, for that is how a misspelt name looks.
        segment: The key by which `typical` tells segments apart, such as "kind"; a breakdown says so itself.
        dated: By which day a deal belongs to the period: "predicted", because the rule has a day of its own, or
            "expected", the deal's expected close.
        undated: As in `stage_forecast`; with "predicted", deals without a day of creation, and those of a segment of
            which nobody knows what is typical.
        overdue: As in `stage_forecast`; by "predicted" days no deal is.
        value: "amount", or the name of one of the deals' `values`.

    Returns:
        Booked, expected and left-out money [minor units] and counts [deals] as a `Forecast`; the basis of its lines is
        "within typical" or "past typical".

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: `as_of` is not a plain day, the period is no `Period`, a typical length is not above zero,
            one is of a segment that the deals do not have while they have another without one, the deals have no such
            value or key, or a word is misspelt.

    Laws:
        definition: Equal to weighing the open deals one by one.
        order: Reordering the deals changes nothing.
        merge: The forecast of two books together is the sum of their forecasts.
        door: A list and a table of the same deals give the same answer.
        breakdown: By group, it equals asking each group alone.
        segments: A typical length for each segment is asking each segment with its own.

    Examples:
        >>> from datetime import date
        >>> from salesmetrics import Deal, Money, Period
        >>> deals = [
        ...     Deal("D-1", Money.of(1000, "USD"), "Qualified", "Ada", date(2026, 1, 2)),
        ...     Deal("D-2", Money.of(300, "USD"), "Qualified", "Bo", date(2025, 9, 1)),
        ... ]
        >>> q1 = Period.parse("2026-01-01..2026-04-01")
        >>> print(cycle_length_forecast(deals, period=q1, as_of=date(2026, 2, 1), typical=60).explain())
        cycle_length_forecast(typical=60) of 2026-01-01..2026-04-01 as of 2026-02-01: 800.00 USD
        booked before that day: 0.00 USD (0 deals)
        expected, within typical: 500.00 USD of 1,000.00 USD (1 deal)
        expected, past typical: 300.00 USD of 300.00 USD (1 deal)

    References:
        A rule of thumb of sales handbooks: two months into a cycle of four is one half.
    """
    deals.check_view(as_of)
    check_word(dated, get_args(Dated), "dated")
    keys, lengths, said = _lengths(typical, segment, deals)
    created, now = deals.created, day_number(as_of)
    known = created.known & keys.lookup([one is not None for one in lengths[:-1]], lengths[-1] is not None)
    ages = np.where(known, np.maximum(now - created.values.astype(np.int64), 0), 0)
    chances, days = np.zeros(len(deals), np.int32), np.zeros(len(deals), np.int64)
    is_past = np.zeros(len(deals), np.bool_)
    for code, length in zip([*range(len(keys.names)), -1], lengths, strict=True):
        rows = np.flatnonzero(known & (keys.codes == code))
        if length is not None:
            own = ages.take(rows)
            whole = min(ceil(length), _LONGEST)
            different, place = np.unique(np.minimum(own, whole), return_inverse=True)
            shares = [rounded_share(min(Fraction(age), length) / length) for age in different.tolist()]
            chances[rows], days[rows] = np.array(shares, np.int32).take(place), whole
            is_past[rows] = own > length
    close = deals.expected_close
    if dated == "predicted":
        come_of_age = np.maximum(created.values.astype(np.int64) + days, now)
        close = Masked(np.where(known, come_of_age, 0), known)
    return forecast_of_deals(
        deals,
        period,
        as_of,
        "cycle_length_forecast",
        {"typical": (said, None), "dated": (dated, "predicted")},
        value,
        Masked(chances, known, None, MILLION),
        Coded(np.where(known, is_past, -1), BASES),
        close,
        undated,
        overdue,
    )


def _lengths(
    typical: Typical, segment: str | PeriodKey | None, deals: Deals
) -> tuple[Coded, list[Fraction | None], Any]:
    """The segments of the deals; what is typical in each, and last in that of no name; and how it is said.

    Raises:
        InvalidValueError: A length is none, or segments and lengths are not given together.
    """
    named = typical.by if isinstance(typical, Breakdown) else segment
    if not isinstance(typical, Mapping):
        if segment is not None:
            raise InvalidValueError(
                f"segment must be None where one length is typical of all, got {shown(segment)}; give one for each"
            )
        length = _length(typical)
        return Coded(np.zeros(len(deals), np.int8), ("all",)), [length, length], _said(length)
    if not isinstance(named, (str, PeriodKey)) or segment not in (None, named):
        raise InvalidValueError(
            f"segment must name the one key of the typical lengths, got {shown(segment)}; write segment='kind', or "
            "give the breakdown by that key alone"
        )
    lengths = {key: _length(one) for key, one in typical.items()}
    keys = deals.key(named)
    known = (*keys.names, None)
    strange = [key for key in lengths if key not in known]
    untold = [name for name in keys.names if name not in lengths]
    if strange and untold:  # a name that is misspelt is one of these, and the right one is one of those
        raise InvalidValueError(
            f"typical must be of segments that the deals have by {named}, got {shown(strange[0])} and no length for "
            f"{shown(untold[0])}; {nearest(strange[0], untold)}"
        )
    said = {str(named): {key: _said(length) for key, length in lengths.items()}}
    return keys, [lengths.get(name) for name in known], said


_LONGEST = LAST_DAY - FIRST_DAY + 1
"""Days that no deal lives to see."""


def _length(typical: Any) -> Fraction | None:
    """What is typical, exactly; `None` where lengths of time have no median."""
    if not isinstance(typical, Durations):
        return above_zero(typical, "typical", "typical=60")
    median = typical.days.quantile(Fraction(1, 2))
    if median is not None and median <= 0:
        raise InvalidValueError(f"typical must have a median above zero, got {shown(typical)}; give a number of days")
    return median


def _said(length: Fraction | None) -> float | None:
    return None if length is None else int(length) if length.denominator == 1 else float(length)
