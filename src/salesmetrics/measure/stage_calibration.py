"""How likely deals are won that are seen in each stage, learned from what became of others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Flags, Masked
from salesmetrics._numeric.days import day_number
from salesmetrics._numeric.recipe import Along, Count, Recipe, Tally
from salesmetrics.errors import InvalidValueError, check_word, shown
from salesmetrics.measure._forecasts import LeftOut, due_in
from salesmetrics.measure._history import history_of, visits, was_there
from salesmetrics.measure._measure import as_measure
from salesmetrics.model.period import Period
from salesmetrics.model.stage import Outcome
from salesmetrics.result.stage_calibration import CalibrationTarget, InStages, StageCalibration, StageOutcomes
from salesmetrics.table.deals import Deals, seen_from

__all__ = ["calibrate_stages"]


@as_measure
def calibrate_stages(
    deals: Deals,
    *,
    as_of: date,
    target: CalibrationTarget = "in_period",
    periods: Sequence[Period] = (),
    lead_days: int = 0,
    undated: LeftOut = "leave_out",
    overdue: LeftOut = "leave_out",
    constant: Collection[str] = (),
) -> Recipe[StageCalibration]:
    r"""How likely a deal is won that is seen in each stage: of those that were seen there, how many were.

    $$ r_i = \frac{|\text{seen in stage } i \text{ on the day, and won in the period}|}
                  {|\text{seen in stage } i \text{ on the day}|} $$

    What a deal is worth to the forecast of a period is not its chance to be won some day. Where losers linger, the two
    differ by a factor of three: of a hundred deals that come into a stage sixty are won, and of a hundred that stand in
    it on a Monday twenty, because the sixty are gone. So by default a stage is calibrated by past books as they were at
    the same lead: the deals that a `stage_forecast` of the period would have counted, and which of them were won in it.
    A deal that was open at the start of two periods was seen twice.

    Args:
        deals: `Deals` with a history.
        as_of: The day of view: no outcome of that day or later is known.
        target: "in_period", because forecasts are of periods; "ever" follows the deals that came into a stage to their
            end, whichever stages they came through, and those that are still open for as long as they were seen.
        periods: Past periods, each ended at `as_of`: what deals open then became in them. None for "ever".
        lead_days: How many days before the start of each period its deals are seen; -30 is 30 days into it. 0 for
            "ever".
        undated: As in `stage_forecast`; "leave_out" for "ever", which has no period.
        overdue: As in `stage_forecast`; "leave_out" for "ever".
        constant: What never changed, as in `deals.as_of`.

    Returns:
        What became of the deals seen in each open stage [deals; days] as a `StageCalibration`: it adds, and gives
        shares, intervals, probabilities that are shrunk and never fall, and a `process()` of these.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: There is no history, `as_of` is not a plain day or later than that of the book, the periods
            are none, there twice or have not ended, the lead is no whole number or leads beyond the end of a period, or
            a word is misspelt or said of "ever".

    Laws:
        definition: Equal to looking at the deals of each book of the past one by one.
        order: Reordering the deals changes nothing.
        merge: The calibration of two books together is the sum of theirs.
        door: A list of deals has no history, and is refused; a table with one is asked.
        breakdown: By group, it equals asking each group alone.
        periods: The calibration of some periods is the sum of those of each.
        poisoned_future: Whatever is changed on or after the day of view changes nothing.

    Examples:
        >>> from salesmetrics import Deal, DealChange, Money, stage_forecast
        >>> q4, q1 = Period.parse("2025-10-01..2026-01-01"), Period.parse("2026-01-01..2026-04-01")
        >>> days = {"D-1": date(2025, 11, 20), "D-2": date(2025, 12, 2), "D-3": None, "D-4": None}
        >>> def deal(name, stage, amount):
        ...     return Deal(name, Money.of(amount, "USD"), stage, "Ada", date(2025, 9, 1), days[name], q1.start)
        >>> book = Deals.of([
        ...     deal("D-1", "Won", 500), deal("D-2", "Lost", 300), deal("D-3", "Qualified", 400),
        ...     deal("D-4", "Qualified", 100),
        ... ]).with_history([
        ...     *(DealChange(name, date(2025, 9, 1), "Qualified", expected_close=q4.start) for name in days),
        ...     DealChange("D-1", days["D-1"], "Won"), DealChange("D-2", days["D-2"], "Lost"),
        ...     *(DealChange(name, date(2025, 12, 20), expected_close=q1.start) for name in ("D-3", "D-4")),
        ... ])
        >>> made = calibrate_stages(book, as_of=q1.start, periods=[q4])
        >>> print(made["Qualified"], "|", made.rates["Qualified"], "|", made.probabilities()["Qualified"])
        1 won, 1 lost, 2 open | 1/4 | 0.214286
        >>> print(stage_forecast(book, period=q1, as_of=q1.start, process=made.process()).value)
        107.14 USD

    References:
        Gong weighs a stage by what deals in it at the same point of earlier quarters brought. O. O. Aalen and S.
        Johansen, Scandinavian Journal of Statistics 5 (1978) 141-150: the share of those who are followed.
    """
    deals.check_view(as_of)
    check_word(target, get_args(CalibrationTarget), "target")
    for name, word in (("undated", undated), ("overdue", overdue)):
        check_word(word, get_args(LeftOut), name)
    history_of(deals, "calibrate_stages")
    asked = checked_past(periods, lead_days, as_of)
    if target == "ever":
        if asked or lead_days or "include" in (undated, overdue):
            raise InvalidValueError(
                "periods, lead_days, undated and overdue must be left out for 'ever', got some of them; a deal is then "
                "followed from the day on which it came into a stage"
            )
        seen = _came_in(deals, as_of)
    else:
        if not asked:
            raise InvalidValueError("periods must be one or more that have ended, got none; write [last_quarter]")
        seen = stood(deals, asked, lead_days, as_of, undated, overdue, constant, "stage")
    rows, stages, after, outcomes = seen
    days = Masked(after, np.ones(len(rows), np.bool_))

    def tally(stage: int, outcome: Outcome) -> Along:
        return Along(Tally(days, (stages == stage) & (outcomes == _OUTCOMES.index(outcome))), rows, len(deals))

    open_stages = [place for place, one in enumerate(deals.process) if one.outcome is Outcome.OPEN]
    return Recipe(
        StageCalibration,
        told=deals.process,
        target=target,
        as_of=as_of,
        lead_days=lead_days,
        stages=Recipe(
            _in_order,
            **{
                str(stage): Recipe(StageOutcomes, **{one.value: tally(stage, one) for one in _OUTCOMES})
                for stage in open_stages
            },
        ),
        n_missing=Along(Count(stages < 0), rows, len(deals)),
    )


Seen = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
"""Of deals that were seen: their rows, the codes of what they stood in, the days that went by, and what they became."""

_OUTCOMES = (Outcome.WON, Outcome.LOST, Outcome.OPEN)


def _in_order(**stages: StageOutcomes) -> InStages:
    return InStages(stages.values())


def checked_past(periods: Sequence[Period], lead_days: int, as_of: date) -> tuple[Period, ...]:
    """The periods, if they have ended and can be led to.

    Raises:
        InvalidValueError: They have not, or cannot.
    """
    asked = tuple(periods) if isinstance(periods, Iterable) else (None,)
    if not all(isinstance(one, Period) for one in asked) or len(set(asked)) < len(asked):
        raise InvalidValueError(f"periods must be different Periods, got {shown(periods)}; write [last_quarter]")
    listed: tuple[Any, ...] = asked
    late = [one for one in listed if one.end > as_of]
    if late:
        raise InvalidValueError(
            f"periods must have ended at {as_of}, got {late[0]}; leave out what is not over, its deals may still be won"
        )
    if type(lead_days) is not int:
        raise InvalidValueError(f"lead_days must be whole days, got {shown(lead_days)}; write 30")
    if listed and -lead_days >= min(one.days for one in listed):
        raise InvalidValueError(
            f"lead_days must lead to days before the end of each period, got {lead_days}; what is over is no forecast"
        )
    if listed and lead_days > min((one.start - date.min).days for one in listed):
        raise InvalidValueError(f"lead_days must lead to days that there are, got {lead_days}; lead less far")
    return listed


def stood(
    deals: Deals,
    periods: tuple[Period, ...],
    lead_days: int,
    as_of: date,
    undated: LeftOut,
    overdue: LeftOut,
    constant: Collection[str],
    by: Literal["stage", "category"],
) -> Seen:
    """The deals that a forecast of each period would have counted, and what became of them by the end of it."""
    now = seen_from(deals, as_of, constant)
    found: list[Seen] = []
    for period in periods:
        day = period.start - timedelta(lead_days)
        then = seen_from(deals, day, constant)
        counted = was_there(deals, day) & then.is_open & ~then.is_omitted
        rows = np.flatnonzero(due_in(then.expected_close, counted, period, day, undated, overdue))
        closed = (now.is_closed & now.is_in_period(period)).take(rows)
        last = np.where(closed, now.closed.values.take(rows).astype(np.int64), day_number(period.end))
        outcome = np.where(closed, np.where(now.is_won.take(rows), 0, 1), 2)
        found.append((rows, then.key(by).codes.take(rows).astype(np.int64), last - day_number(day), outcome))
    return _together(found)


def _came_in(deals: Deals, as_of: date) -> Seen:
    """The first time that each deal came into each open stage, and what had become of it by the day of view."""
    now = seen_from(deals, as_of, ())
    found = visits(now, "calibrate_stages")
    is_open: Flags = np.array([one.outcome is Outcome.OPEN for one in deals.process])
    keys, first = np.unique(found.rows * len(is_open) + found.stages, return_index=True)
    rows, stages = np.divmod(keys, len(is_open))
    counted = is_open.take(stages) & was_there(deals, as_of).take(rows)
    rows, stages, entered = rows[counted], stages[counted], found.entered.take(first[counted])
    closed = now.is_closed.take(rows)  # on a day that is known: what tells their stages tells their ends
    last = np.where(closed, now.closed.values.take(rows).astype(np.int64), day_number(as_of))
    outcome = np.where(closed, np.where(now.is_won.take(rows), 0, 1), 2)
    return rows, stages, last - entered, outcome


def _together(found: Sequence[Seen]) -> Seen:
    rows, stages, days, outcomes = (np.concatenate(some) for some in zip(*found, strict=True))
    return rows, stages, days, outcomes
