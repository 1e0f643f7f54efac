"""What measures ask of the history of deals: which stages they came into, and when."""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Flags
from salesmetrics.errors import InvalidValueError
from salesmetrics.table.deals import Deals
from salesmetrics.table.past import AttachedHistory

__all__ = ["Visits", "history_of", "visits"]


def history_of(deals: Deals, what: str) -> AttachedHistory:
    """The deals' history.

    Raises:
        InvalidValueError: There is none.
    """
    if deals.past is None:
        raise InvalidValueError(
            f"{what} must know the deals' history, got a book without one; attach it with deals.with_history(history)"
        )
    return deals.past


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
