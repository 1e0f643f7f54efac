"""The lines of a waterfall: what happened to which deal on which day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Flags, Masked, id_column, readonly, sort_key
from salesmetrics._numeric.days import day_number, day_of_number
from salesmetrics._numeric.sums import Groups, IntColumn, totals, whole_numbers
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.period import parse_day
from salesmetrics.result._lines import joined_ids

__all__ = ["BUCKETS", "ENTRIES", "EXITS", "WaterfallLines", "are_balanced", "line_sums"]

ENTRIES = ("created", "reopened", "owner_in", "pulled_in", "pushed_in")
CHANGES = ("increased", "decreased", "amount_given", "amount_cleared")
EXITS = ("won", "lost", "owner_out", "pushed_out", "pulled_out", "removed")

BUCKETS = ("opening", *ENTRIES, *CHANGES, *EXITS, "closing")
"""What a line of a waterfall can be; on one day a deal comes in, changes and leaves in this order."""

_HELD = np.array([1] * (1 + len(ENTRIES)) + [0] * len(CHANGES) + [-1] * (len(EXITS) + 1))
"""By how much a line of each bucket changes the number of deals; the closing takes every deal out again."""

_WITH_AMOUNT = np.array([0] * (1 + len(ENTRIES)) + [0, 0, 1, -1] + [0] * (len(EXITS) + 1))
"""By how much it changes the number of those with an amount, beyond what came and went with one."""


@frozen(eq=False)
class WaterfallLines:
    """The lines of a waterfall: what happened to which deal on which day, and by how much the pipeline changed.

    A line is a change, and a deal can have several in one bucket.

    Args:
        bucket: For each line the place of its bucket in `BUCKETS`.
        deal: The id of its deal.
        day: Its day, in days since 1970.
        minor: By how much the pipeline changed, in minor units; 0 where the amount is not known.
        known: Whether it is.

    Laws:
        adds: `a + b` has the lines of both; the same deal in both is refused.
        order: However they are given, lines stand deal by deal and in order of time.
        round_trip: `from_dict` makes the same lines of what `to_dict` wrote.

    Examples:
        >>> lines = WaterfallLines.of(["opening", "won"], ["D-1", "D-1"], [20454, 20460], [500, -500])
        >>> lines.to_columns()["minor"]
        [500, -500]
    """

    bucket: NDArray[np.int8]
    deal: NDArray[Any]
    day: NDArray[np.int32]
    minor: IntColumn
    known: Flags

    def __attrs_post_init__(self) -> None:
        for column in (self.bucket, self.deal, self.day, self.minor, self.known):
            readonly(column)

    def __reduce__(self) -> tuple[Any, ...]:
        fields = self.bucket, self.deal, self.day, self.minor, self.known
        return WaterfallLines, fields  # a pickled array forgets that it is read-only

    @classmethod
    def of(
        cls, bucket: Sequence[str], deal: Sequence[Any], day: Sequence[int], minor: Sequence[int | None]
    ) -> WaterfallLines:
        """Lines from plain lists, put in order."""
        return cls.sorted(
            np.array([BUCKETS.index(one) for one in bucket], np.int8),
            id_column([*deal]),
            np.array(day, np.int32),
            whole_numbers([one or 0 for one in minor]),
            np.array([one is not None for one in minor], np.bool_),
        )

    @classmethod
    def sorted(
        cls, bucket: NDArray[np.int8], deal: NDArray[Any], day: NDArray[np.int32], minor: IntColumn, known: Flags
    ) -> WaterfallLines:
        """Lines put in order: deal by deal, and each deal's as they happened."""
        ids = sorted(set(deal.tolist()), key=sort_key)
        place = {one: number for number, one in enumerate(ids)}
        number = np.fromiter(map(place.__getitem__, deal.tolist()), np.int64, len(deal))
        order = np.lexsort((bucket, day, number))
        return cls(bucket.take(order), deal.take(order), day.take(order), minor.take(order), known.take(order))

    def __len__(self) -> int:
        return len(self.bucket)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, WaterfallLines):
            return NotImplemented
        return self.to_columns() == other.to_columns()

    def __hash__(self) -> int:
        return hash(tuple(map(tuple, self.to_columns().values())))

    def __add__(self, other: WaterfallLines) -> WaterfallLines:
        if not len(self) or not len(other):  # no deals may have ids of another kind
            return self or other
        deal = joined_ids(self.deal, other.deal, "waterfalls")
        bucket, day, minor, known = (
            np.concatenate([getattr(self, name), getattr(other, name)]) for name in ("bucket", "day", "minor", "known")
        )
        return WaterfallLines.sorted(bucket, deal, day, minor, known)

    def to_columns(self) -> dict[str, list[Any]]:
        """Plain columns: bucket, deal, day, and minor units, `None` where the amount is not known."""
        minor = [one if known else None for one, known in zip(self.minor.tolist(), self.known.tolist(), strict=True)]
        days = [day_of_number(day) for day in self.day.tolist()]
        return {
            "bucket": [BUCKETS[code] for code in self.bucket.tolist()],
            "deal": self.deal.tolist(),
            "day": days,
            "minor": minor,
        }

    def to_dict(self) -> dict[str, list[Any]]:
        """The columns in plain JSON types."""
        columns = self.to_columns()
        return columns | {"day": [day.isoformat() for day in columns["day"]]}

    @classmethod
    def from_dict(cls, data: Any) -> WaterfallLines:
        """The lines that `to_dict` wrote.

        Raises:
            InvalidValueError: The data are no such lines.
        """
        names = ("bucket", "deal", "day", "minor")
        is_whole = isinstance(data, Mapping) and set(data) == set(names)
        columns: list[Any] = [data[name] for name in names] if is_whole else [None]
        sound = all(isinstance(column, list) for column in columns) and len({len(column) for column in columns}) == 1
        if not sound or not all(map(_is_line, *columns)):
            raise InvalidValueError(f"lines must be the columns {names}, got {shown(data)}; leave them as written")
        bucket, deal, day, minor = columns
        return cls.of(bucket, deal, [day_number(parse_day(one, "day")) for one in day], minor)


def line_sums(lines: WaterfallLines, groups: Groups) -> IntColumn:
    """The exact sum of each group's lines [minor units]."""
    if lines.minor.dtype != object:
        return totals(Masked(lines.minor, lines.known), lines.known, groups)
    sums = np.zeros(groups.n, object)
    np.add.at(sums, groups.codes, lines.minor)
    return sums


def are_balanced(lines: WaterfallLines) -> bool:
    """Whether each deal's lines lead from nothing to nothing, and never out of a pipeline that it is not in.

    The closing counts against the rest.
    """
    if not len(lines):
        return True
    first = np.ones(len(lines), np.bool_)
    first[1:] = lines.deal[1:] != lines.deal[:-1]
    number = np.cumsum(first) - 1
    minor = np.where(lines.bucket == len(BUCKETS) - 1, -lines.minor, lines.minor)
    signed = WaterfallLines(lines.bucket, lines.deal, lines.day, minor, lines.known)
    held = _HELD.take(lines.bucket)
    # how many deals, and how many with an amount, there are after each line: of one deal 0 or 1
    n_held = np.cumsum(held)
    n_known = np.cumsum(held * lines.known + _WITH_AMOUNT.take(lines.bucket))
    ends = np.append(first[1:], True)
    changes = held == 0
    return bool(
        ((n_held == 0) | (n_held == 1)).all()
        and ((n_known == 0) | (n_known == 1)).all()
        and (n_held[ends] == 0).all()
        and (n_known[ends] == 0).all()
        and (n_held[changes] == 1).all()
        and (n_known[changes & (_WITH_AMOUNT.take(lines.bucket) == 0)] == 1).all()
        and lines.known[changes].all()
        and not np.any(lines.minor[~lines.known] != 0)
        and not np.any(line_sums(signed, Groups(number, int(number[-1]) + 1)) != 0)
    )


def _is_line(bucket: Any, deal: Any, day: Any, minor: Any) -> bool:
    """Whether a line's cells are of their kinds; the day is read later."""
    is_amount = minor is None or (type(minor) is int and abs(minor) < 2**65)  # a difference of two amounts at most
    return isinstance(bucket, str) and bucket in BUCKETS and type(deal) in (str, int) and type(day) is str and is_amount
