"""Changes deal by deal, each deal's in order of time, and what every view of them needs: worked out once."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import Any

import numpy as np
from attrs import cmp_using, field, frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Flags, readonly
from salesmetrics._numeric.order import blocks
from salesmetrics.table.deal_history import DealHistory

__all__ = ["ChangesByDeal"]


@frozen(slots=False)
class ChangesByDeal:
    """Changes in the order of deals and time.

    Args:
        changes: The changes.
        number: For each change the number of its deal.
        n_deals: How many deals there are, with changes or without.
    """

    changes: DealHistory
    number: NDArray[np.int32] = field(eq=cmp_using(np.array_equal))
    n_deals: int

    def __attrs_post_init__(self) -> None:
        readonly(self.number)

    def __reduce__(self) -> tuple[Any, ...]:
        return ChangesByDeal, (self.changes, self.number, self.n_deals)  # nothing that was looked up

    @cached_property
    def is_first(self) -> Flags:
        """Which changes are the first of their deals."""
        flags = np.ones(len(self.number), np.bool_)
        np.not_equal(self.number[1:], self.number[:-1], out=flags[1:])
        return readonly(flags)

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """For each deal where its changes start, which is where those of the deal before end."""
        first = np.flatnonzero(self.is_first)
        n_changes = np.zeros(self.n_deals + 1, np.int64)
        n_changes[self.number.take(first) + 1] = np.diff(first, append=len(self.number))
        return readonly(np.cumsum(n_changes))

    def last_said(self, name: str) -> NDArray[np.int64] | None:
        """For each change the last one so far that says something of a field, -1 for none; `None` if every change does.

        It may be of another deal that stands before.
        """
        if name not in self._last_said:
            says = self.changes.says(name)
            self._last_said[name] = None if says.all() else readonly(_last_flagged(says))
        return self._last_said[name]

    @cached_property
    def _last_said(self) -> dict[str, NDArray[np.int64] | None]:
        return {}

    @cached_property
    def came_in(self) -> NDArray[np.int64]:
        """For each change that says a stage, the one with which its deal came into that stage."""
        places, codes, is_first = self._staged
        is_other = is_first.copy()
        is_other[1:] |= codes[1:] != codes[:-1]
        own = _last_flagged(is_other)
        if places is None:
            return readonly(own)
        found = np.full(len(self.number), -1)
        found[places] = places.take(own)
        return readonly(found)

    def moves(self, closed: Collection[str]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The changes of deals from one of these stages to another of them, and those to a stage that is none."""
        places, codes, is_first = self._staged
        wanted = [code for code, name in enumerate(self.changes.stage.names) if name in closed]
        is_closed = np.zeros(len(codes), np.bool_)
        for code in wanted:  # a process has few stages
            is_closed |= codes == code
        left = np.flatnonzero(is_closed[:-1] & (codes[1:] != codes[:-1]) & ~is_first[1:]) + 1
        again = is_closed.take(left)
        moved, reopened = left[again], left[~again]
        return (moved, reopened) if places is None else (places.take(moved), places.take(reopened))

    @cached_property
    def _staged(self) -> tuple[NDArray[np.intp] | None, NDArray[np.signedinteger[Any]], Flags]:
        """The changes that say a stage (`None` where all do), their stages, and which are the first of their deals."""
        codes, known = self.changes.stage.codes, self.changes.stage.known
        if known.all():
            return None, codes, self.is_first
        places = np.flatnonzero(known)
        number = self.number.take(places)
        is_first = np.ones(len(places), np.bool_)
        np.not_equal(number[1:], number[:-1], out=is_first[1:])
        return places, codes.take(places), is_first


def _last_flagged(flags: Flags) -> NDArray[np.int64]:
    """For each row the last one so far that is flagged, -1 for none."""
    found = np.empty(len(flags), np.int64)
    last = -1
    for block in blocks(len(flags)):
        part = found[block]
        part[:] = np.where(flags[block], np.arange(block.start, block.stop), last)
        np.maximum.accumulate(part, out=part)
        last = int(part[-1])
    return found
