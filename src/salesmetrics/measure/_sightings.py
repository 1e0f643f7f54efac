"""Deals as they were seen one time after the other, and the lines of a waterfall between."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import numpy as np
from attrs import fields, frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, Flags, Masked, sort_key
from salesmetrics._numeric.days import day_number
from salesmetrics._numeric.sums import IntColumn
from salesmetrics.errors import InvalidValueError, nearest, shown
from salesmetrics.model.period import Period, check_day
from salesmetrics.result.waterfall_lines import BUCKETS, WaterfallLines
from salesmetrics.table.deals import Deals

__all__ = ["Sightings", "check_span", "checked_owners", "waterfall_lines"]


def checked_owners(owners: Collection[str | None] | None, *columns: Coded) -> tuple[str | None, ...]:
    """The different owners in order; none for everyone.

    Args:
        owners: Whose deals.
        columns: Where the owners of deals stand; of no deals there are none, and any name may be an owner's.

    Raises:
        InvalidValueError: They are no collection of names, or an empty one; or nobody of a name has or had deals.
    """
    if owners is None:
        return ()
    sound = isinstance(owners, Collection) and not isinstance(owners, str) and len(owners) > 0
    if not sound or not all(isinstance(one, (str, type(None))) for one in owners):
        raise InvalidValueError(
            f"owners must be a collection of names, got {shown(owners)}; write {{'Ada', 'Bo'}}, or None for everyone"
        )
    strange = [one for one in owners if one is not None and all(one not in column.names for column in columns)]
    if strange and any(map(len, columns)):
        raise InvalidValueError(
            f"owners must be people who have deals or had some, got {shown(strange[0])}; "
            + nearest(strange[0], dict.fromkeys(name for column in columns for name in column.names))
        )
    return tuple(sorted(set(owners), key=sort_key))


def check_span(start: date, end: date) -> None:
    """Refuse days that are none, or do not come one after the other."""
    check_day(start, "start")
    check_day(end, "end")
    if end <= start:
        raise InvalidValueError(f"end must be after start {start}, got {end}; give two days in order")


@frozen(eq=False)
class Sightings:
    """What was seen of each deal: deal by deal, and of each one in order of time.

    Args:
        number: The number of the deal.
        day: The day on whose account it was seen: that of the change before, or of the opening.
        is_there: Whether the deal was there.
        is_open: Whether it was open, if it was there.
        is_won: Whether it was won.
        side: Due before the period (-1), in it (0), or after it or on no day (1).
        is_dated: Whether it was due on a day.
        is_owned: Whether its owner is one of those who are asked for.
        amount: What it was worth.
    """

    number: NDArray[np.int64]
    day: NDArray[np.int64]
    is_there: Flags
    is_open: Flags
    is_won: Flags
    side: NDArray[np.int8]
    is_dated: Flags
    is_owned: Flags
    amount: Masked

    @classmethod
    def of(
        cls,
        seen: Deals,
        number: NDArray[np.int64],
        day: NDArray[np.int64],
        is_there: Flags,
        period: Period,
        owners: tuple[str | None, ...],
        value: str,
    ) -> Sightings:
        """What rows of a table show."""
        due = seen.expected_close
        late = ~due.known | (due.values >= day_number(period.end))
        early = due.known & (due.values < day_number(period.start))
        owner: Coded = seen.owner
        is_owned = owner.is_in(*owners) if owners else np.ones(len(seen), np.bool_)
        side = late.astype(np.int8) - early.astype(np.int8)
        return cls(number, day, is_there, seen.is_open, seen.is_won, side, due.known, is_owned, seen.value(value))

    @classmethod
    def of_nothing(cls, number: NDArray[np.int64], day: NDArray[np.int64]) -> Sightings:
        """Deals that were not there."""
        none = np.zeros(len(number), np.bool_)
        return cls(number, day, none, none, none, none.astype(np.int8), none, none, Masked(none.astype(np.int64), none))

    @classmethod
    def together(cls, parts: Sequence[Sightings]) -> Sightings:
        """The sightings of all parts in one order."""
        order = np.lexsort([np.concatenate([getattr(one, name) for one in parts]) for name in ("day", "number")])
        amounts = [one.amount for one in parts]
        values, known = (np.concatenate([getattr(one, name) for one in amounts]) for name in ("values", "known"))
        flat = [one.name for one in fields(cls) if one.name != "amount"]
        columns: dict[str, Any] = {name: np.concatenate([getattr(one, name) for one in parts]) for name in flat}
        amount = Masked(values.take(order), known.take(order))
        return cls(**{name: column.take(order) for name, column in columns.items()}, amount=amount)

    @property
    def is_last(self) -> Flags:
        """The last sighting of each deal."""
        return np.append(self.number[1:] != self.number[:-1], True)[: len(self.number)]

    @property
    def undated(self) -> NDArray[np.int64]:
        """The deals that were there, open and owned at last, and due on no day."""
        return self.number[self.is_last & self.is_there & self.is_open & self.is_owned & ~self.is_dated]

    @property
    def is_inside(self) -> Flags:
        """Where the deal was in the pipeline of the period and the owners."""
        inside: Flags = self.is_there & self.is_open & (self.side == 0) & self.is_owned
        return inside


def waterfall_lines(seen: Sightings, ids: NDArray[Any], start: int, end: int) -> WaterfallLines:
    """What happened between each sighting of a deal and the next.

    Args:
        seen: The sightings.
        ids: The id of each deal, by its number.
        start: The day of the opening, in days since 1970.
        end: That of the closing.
    """
    inside, number = seen.is_inside, seen.number
    is_first = np.ones(len(number), np.bool_)
    is_first[1:] = number[1:] != number[:-1]
    opening, closing = np.flatnonzero(is_first & inside), np.flatnonzero(seen.is_last & inside)
    now = np.flatnonzero(~is_first)
    old = now - 1
    was_in, is_in = inside.take(old), inside.take(now)
    was_there, is_there = seen.is_there.take(old), seen.is_there.take(now)
    was_open, is_open = seen.is_open.take(old), seen.is_open.take(now)
    had_closed, has_closed = was_there & ~was_open, is_there & ~is_open
    side, owned, is_won = seen.side.take(now), seen.is_owned.take(now), seen.is_won.take(now)

    # a deal that closes on the day on which it comes in was in the pipeline too, and so was one that closes otherwise
    turns = had_closed & (seen.is_won.take(old) != is_won)
    passes = has_closed & (~had_closed | turns) & (side == 0) & owned
    enters = ~was_in & (is_in | passes)
    leaves = (was_in | enters) & ~is_in
    old_side = seen.side.take(old)
    entry = np.select(
        [~was_there, ~was_open, ~seen.is_owned.take(old), old_side > 0],
        [BUCKETS.index(name) for name in ("created", "reopened", "owner_in", "pulled_in")],
        BUCKETS.index("pushed_in"),
    )
    leaving = np.select(
        [~is_there, is_won, has_closed, ~owned, side > 0],
        [BUCKETS.index(name) for name in ("removed", "won", "lost", "owner_out", "pushed_out")],
        BUCKETS.index("pulled_out"),
    )
    # A deal comes in with the amount that it had, and one that was not there or not open with the one that it got. It
    # leaves with the one that it got, and when it is lost or removed with the one that it had. What is between is a
    # change of amount.
    is_lost = has_closed & ~is_won
    of_entry = np.where(enters & (~was_there | (had_closed & ~is_lost)), now, old)
    of_exit = np.where(leaves & (~is_there | is_lost), of_entry, now)
    values, known = _subtractable(seen.amount), seen.amount.known
    held, gets = known.take(of_entry), known.take(of_exit)
    before, after = values.take(of_entry), values.take(of_exit)
    grown = after - before  # a missing amount is 0 here, so that all of one that is given is growth
    change = np.select(
        [~held & gets, held & ~gets, grown > 0],
        [BUCKETS.index(name) for name in ("amount_given", "amount_cleared", "increased")],
        BUCKETS.index("decreased"),
    )
    changes = (was_in | enters) & ((held != gets) | (grown != 0))

    come, go, differ = np.flatnonzero(enters), np.flatnonzero(leaves), np.flatnonzero(changes)
    days = seen.day.take(now)
    every = [
        (np.zeros(len(opening), np.int64), number.take(opening), np.full(len(opening), start), values.take(opening),
         known.take(opening)),
        (entry.take(come), number.take(now).take(come), days.take(come), before.take(come), held.take(come)),
        (change.take(differ), number.take(now).take(differ), days.take(differ), grown.take(differ),
         np.ones(len(differ), np.bool_)),
        (leaving.take(go), number.take(now).take(go), days.take(go), -after.take(go), gets.take(go)),
        (np.full(len(closing), len(BUCKETS) - 1), number.take(closing), np.full(len(closing), end),
         values.take(closing), known.take(closing)),
    ]  # fmt: skip
    bucket, deal, day, minor, is_known = map(np.concatenate, zip(*every, strict=True))
    return WaterfallLines.sorted(bucket.astype(np.int8), ids.take(deal), day.astype(np.int32), minor, is_known)


def _subtractable(amounts: Masked) -> IntColumn:
    """The amounts, 0 where one is not known, as numbers of which any two have a difference."""
    exact: IntColumn = amounts.values.astype(np.int64 if 2 * amounts.bound < 2**63 else object)
    return exact
