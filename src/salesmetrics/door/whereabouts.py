"""Where each rep stood on any day, looked up in the columns of assignments."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import cached_property

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, Flags, Masked, readonly
from salesmetrics._numeric.days import FIRST_DAY, LAST_DAY
from salesmetrics._numeric.order import stable_order

__all__ = ["Whereabouts"]

_SPAN = LAST_DAY - FIRST_DAY + 2  # above the number of days that there are, an end after the last one too


@frozen(slots=False, eq=False)
class Whereabouts:
    """The assignments of each rep, found by the day.

    Args:
        rep: Names of reps.
        manager: Names of their managers.
        start: Days since 1970.
        end: Days since 1970, the day after the last; not known where it is yet to come.
    """

    rep: Coded
    manager: Coded
    start: Masked
    end: Masked

    @cached_property
    def ends(self) -> NDArray[np.int64]:
        """The day after the last one; after all days where it is not known."""
        return readonly(np.where(self.end.known, self.end.values, LAST_DAY + 1).astype(np.int64))

    @cached_property
    def order(self) -> NDArray[np.intp]:
        """The rows by rep and start."""
        return readonly(stable_order(self.rep.codes, self.start.values.astype(np.int64)))

    @cached_property
    def _keys(self) -> NDArray[np.int64]:
        """For each row in order one number that says rep and start."""
        keys = self.rep.codes.astype(np.int64) * _SPAN + (self.start.values.astype(np.int64) - FIRST_DAY)
        return readonly(keys.take(self.order))

    @cached_property
    def _of_rep(self) -> Mapping[str, tuple[list[int], list[int]]]:
        """For each rep the first days of its assignments, in order, and their rows."""
        found: dict[str, tuple[list[int], list[int]]] = {}
        for row in self.order.tolist() if len(self.rep) else []:
            starts, rows = found.setdefault(self.rep[row], ([], []))
            starts.append(int(self.start.values[row]))
            rows.append(row)
        return found

    def row(self, rep: str, day: int) -> int | None:
        """The row of the assignment that a rep has on a day; `None` where there is none."""
        starts, rows = self._of_rep.get(rep, ([], []))
        place = bisect_right(starts, day)
        return rows[place - 1] if place and day < self.ends[rows[place - 1]] else None

    def rows(self, reps: Coded, days: Masked) -> tuple[NDArray[np.intp], Flags]:
        """The rows of many reps, each on a day of its own, and for which of them there is one."""
        own = {name: code for code, name in enumerate(self.rep.names)}
        who = reps.lookup([own.get(name, -1) for name in reps.names], -1).astype(np.int64)
        numbers = days.values.astype(np.int64)
        found = np.searchsorted(self._keys, who * _SPAN + (numbers - FIRST_DAY), side="right") - 1
        row = self.order.take(np.maximum(found, 0))
        is_there = (who >= 0) & days.known & (found >= 0)
        is_there &= (self.rep.codes.take(row) == who) & (numbers < self.ends.take(row))
        return row, is_there

    def above(self, rep: str, day: int) -> Iterator[str]:
        """The managers above a rep; a circle ends where it closes."""
        seen = {rep}
        row = self.row(rep, day)
        while row is not None and self.manager[row] is not None:
            manager: str = self.manager[row]
            yield manager
            if manager in seen:
                return
            seen.add(manager)
            row = self.row(manager, day)
