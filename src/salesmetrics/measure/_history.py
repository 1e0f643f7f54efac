"""What measures ask of the history of deals: which stages they came into, and when."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, Flags, Masked
from salesmetrics._numeric.days import day_number
from salesmetrics.errors import InvalidValueError, check_word
from salesmetrics.model.stage import Outcome
from salesmetrics.table.deal_history import DealHistory
from salesmetrics.table.deals import Deals, seen_from
from salesmetrics.table.past import AttachedHistory, attached, check_constant

__all__ = [
    "Visits",
    "check_known",
    "check_told",
    "first_been",
    "has_reached",
    "history_of",
    "seen_on",
    "stage_on",
    "visits",
    "was_there",
]


def history_of(deals: Deals, what: str) -> AttachedHistory:
    """The deals' history; that of no deals is empty.

    Raises:
        InvalidValueError: There are deals, and no history.
    """
    if deals.past is not None:
        return deals.past
    if len(deals):
        raise InvalidValueError(
            f"{what} must know the deals' history, got a book without one; attach it with deals.with_history(history)"
        )
    return attached(deals, DealHistory.of([], deals.process), ())


def check_known(deals: Deals, day: date, what: str) -> None:
    """Refuse a day at whose start there was more than the book knows.

    Raises:
        InvalidValueError: The book is as of an earlier day.
    """
    if deals.day is not None and day > deals.day:
        raise InvalidValueError(
            f"{what} must not look past {deals.day}, of which the book is, got {day}; ask the book as it was given"
        )


def check_told(deals: Deals, name: str, constant: Collection[str], what: str) -> None:
    """Refuse deals of which nobody knows what a field was.

    Raises:
        InvalidValueError: There is no history of it, and it is not said to be constant.
    """
    tracked = () if deals.past is None else deals.past.changes.tracked
    if len(deals) and name not in (*tracked, *constant):
        raise InvalidValueError(
            f"{what} must know the {name} that deals had, got a book without a history of it; attach one with "
            f"deals.with_history(history), or name it in constant={{{name!r}}}"
        )


def seen_on(deals: Deals, day: date, constant: Collection[str], needed: Collection[str], what: str) -> Deals:
    """The deals row by row as they were known at the start of a day.

    Raises:
        InvalidValueError: There is no history, and fields that are needed are not said to be constant; the book is as
            of an earlier day; or `constant` names what is no field.
    """
    check_constant(deals, constant)
    if not len(deals):
        return deals  # nobody says what they are called in a book of no deals
    check_known(deals, day, what)
    untold = [name for name in needed if name not in constant]
    if deals.past is None and untold:
        raise InvalidValueError(
            f"{what} must know what the deals were on {day}, got a book without history; attach it with "
            f"deals.with_history(history), or say that they never change: constant={set(needed)}"
        )
    return seen_from(deals, day, constant)


def was_there(deals: Deals, day: date) -> Flags:
    """Which deals were created before a day."""
    flags: Flags = deals.created.known & (deals.created.values < day_number(day))
    return flags


@frozen(eq=False)
class Visits:
    """Each time that a deal came into a stage, deal by deal and in order of time; the same stage again is no visit.

    Args:
        rows: The row of the deal in the table.
        stages: The place of the stage in the process.
        entered: The day on which the deal came into the stage, in days since 1970.
        left: The day on which it came into the next stage; where it has not left, the same as `entered`.
        has_left: Whether it has.
    """

    rows: NDArray[np.int64]
    stages: NDArray[np.int64]
    entered: NDArray[np.int64]
    left: NDArray[np.int64]
    has_left: Flags


def has_reached(deals: Deals, stage: str, what: str) -> Flags:
    """Which deals came as far as a stage: into it or into a later one that is open, or to a win.

    Raises:
        InvalidValueError: There is no history, or no such open stage.
    """
    flags, is_told = first_been(deals, stage, what).known, np.zeros(len(deals), np.bool_)
    is_told[visits(deals, what).rows] = True
    reached: Flags = flags | (deals.is_won & is_told)
    return reached


def first_been(deals: Deals, stage: str, what: str) -> Masked:
    """The first day on which each deal came into a stage, or into a later one that is open; unknown where it never did.

    Raises:
        InvalidValueError: There is no history, or no such open stage.
    """
    open_stages = [one.name for one in deals.process if one.outcome is Outcome.OPEN]
    check_word(stage, open_stages, "stage")
    reaching = [name in open_stages[open_stages.index(stage) :] for name in deals.process.names]
    found = visits(deals, what)
    moves = np.flatnonzero(np.array(reaching).take(found.stages))[::-1]
    days, known = np.zeros(len(deals), np.int64), np.zeros(len(deals), np.bool_)
    days[found.rows.take(moves)] = found.entered.take(moves)  # of several moves of one deal, the first is written last
    known[found.rows.take(moves)] = True
    return Masked(days, known)


def stage_on(deals: Deals, day: date, what: str) -> tuple[Coded, Masked]:
    """The open stage in which each deal was at the start of a day, and the day on which it had come into it.

    Unknown where its history does not tell.

    Raises:
        InvalidValueError: There is no history.
    """
    found, now = visits(deals, what), day_number(day)
    codes = [place for place, one in enumerate(deals.process) if one.outcome is Outcome.OPEN]
    is_there = (found.entered < now) & ~(found.has_left & (found.left < now)) & np.isin(found.stages, codes)
    days, stages = np.zeros(len(deals), np.int64), np.full(len(deals), -1, np.int64)
    days[found.rows[is_there]] = found.entered[is_there]
    stages[found.rows[is_there]] = found.stages[is_there]
    return Coded(stages, deals.process.names), Masked(days, stages >= 0)


def visits(deals: Deals, what: str) -> Visits:
    """The stages that deals came into, as far as their history is known.

    Raises:
        InvalidValueError: There is no history.
    """
    past = history_of(deals, what)
    places, rows = past.of_rows()
    stages, days = past.changes.stage.codes.take(places), past.changes.day.take(places)
    staged = np.flatnonzero(stages >= 0)
    rows, stages, days = rows.take(staged), stages.take(staged).astype(np.int64), days.take(staged)
    is_new = np.ones(len(rows), np.bool_)
    is_new[1:] = (rows[1:] != rows[:-1]) | (stages[1:] != stages[:-1])
    first = np.flatnonzero(is_new)
    rows, stages, days = rows.take(first), stages.take(first), days.take(first)
    has_left = np.zeros(len(rows), np.bool_)
    has_left[:-1] = rows[1:] == rows[:-1]
    left = np.where(has_left, np.append(days[1:], 0), days)
    return Visits(rows, stages, days, left, has_left)
