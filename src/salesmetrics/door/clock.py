"""Foreign cells as days and times: how a text says them, and which clock shows them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, tzinfo
from typing import Any

import numpy as np
from attrs import frozen

from salesmetrics._numeric.instants import instant_number, local_number
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.format.cell_format import LONGEST_TIME
from salesmetrics.model.period import parse_day

__all__ = ["Clock", "moment", "too_far", "zoneless"]

# decimals are those of databases, down to billionths of a second, of which Python keeps the millionths
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII)
_FOREIGN_DIGIT = re.compile(r"[^\D0-9]")  # strptime would read the digits of every script
_SIDE_BY_SIDE = re.compile(r"(?:%[YjmdyHIMS]){2,}")


@frozen
class Clock:
    """How days and times are written, and by which clock they are read.

    Args:
        date_format: `None` for ISO 8601, else a pattern of `datetime.strptime`.
        zone: Where a day begins, for times that carry an offset; and where the clock hangs that shows the others.
    """

    date_format: str | None = None
    zone: tzinfo | None = None

    def local(self, cell: Any, column: str) -> date:
        """A day, or a time on the clock of the book."""
        if isinstance(cell, str):
            cell = self._read(cell, column)
        if isinstance(cell, datetime):
            if cell.utcoffset() is None:
                return cell.replace(tzinfo=None)
            if self.zone is None:
                raise InvalidValueError(
                    f"{column} must be a day, or the format must name the zone of its times, got "
                    f"{shown(cell.isoformat())}; add zone='Europe/London' or another to the format"
                )
            try:
                return cell.astimezone(self.zone).replace(tzinfo=None)
            except OverflowError:
                raise InvalidValueError(
                    f"{column} must be a day in the years 1 to 9999, got {shown(cell.isoformat())}; correct it"
                ) from None
        if isinstance(cell, np.datetime64) and np.can_cast("M8[D]", cell.dtype):
            if isinstance(cell.astype("M8[D]").item(), date):
                local: datetime = cell.astype("M8[us]").item()
                return local
            raise InvalidValueError(f"{column} must be a day in the years 1 to 9999, got {cell}; correct it")
        if isinstance(cell, date):
            return cell
        raise InvalidValueError(f"{column} must be a day, got {shown(cell)}; write 2026-01-31")

    def instant(self, cell: Any, column: str) -> tuple[int, bool]:
        """Microseconds since 1970, and whether they are those of a clock in the format's zone."""
        if isinstance(cell, str):
            if self.date_format is None and not _TIME.fullmatch(cell):
                hint = "write it with the time, or name date_format in the format"
                raise InvalidValueError(f"{column} must be a time such as 2026-01-31 12:00, got {shown(cell)}; {hint}")
            cell = self._read(cell, column)
        if not isinstance(cell, datetime):
            raise InvalidValueError(f"{column} must be a time, got {shown(cell)}; write 2026-01-31 12:00+00:00")
        if cell.utcoffset() is not None:
            return instant_number(cell), False
        if self.zone is None:
            raise InvalidValueError(zoneless(column, cell.isoformat()))
        return local_number(cell), True

    def _read(self, text: str, column: str) -> date:
        pattern = self.date_format
        if pattern is None and not _TIME.fullmatch(text):
            return parse_day(text, column, "write YYYY-MM-DD, or name date_format in the format")
        try:
            if pattern is None:
                return datetime.fromisoformat(text)
            if len(text) <= LONGEST_TIME and not _FOREIGN_DIGIT.search(text) and _has_its_zeros(text, pattern):
                return datetime.strptime(text, pattern)  # noqa: DTZ007  # a zone, where there is one, is in the text
        except ValueError:
            pass  # the right shape, but no such time
        wanted = "a day or a time such as 2026-01-31 12:00" if pattern is None else f"a day written {pattern}"
        raise InvalidValueError(f"{column} must be {wanted}, got {shown(text)}; correct it, or date_format")


def _has_its_zeros(text: str, pattern: str) -> bool:
    """Whether numbers that stand side by side have all their digits: 1112026 by %d%m%Y is one of two days."""
    runs = _SIDE_BY_SIDE.findall(pattern)
    if not runs:
        return True
    longest = max(map(len, re.findall("[0-9]+", text)), default=0)
    return all(sum({"Y": 4, "j": 3}.get(letter, 2) for letter in run[1::2]) <= longest for run in runs)


def zoneless(column: str, text: str) -> str:
    """What is wrong with a time of which nobody says where."""
    return (
        f"{column} must carry an offset, or the format must name the zone of its times, got {shown(text)}; "
        "add zone='Europe/London' or another to the format"
    )


def moment(local: date) -> int:
    """Microseconds since 1970 on the clock that shows a time; a day is its first moment."""
    return local_number(local if isinstance(local, datetime) else datetime.combine(local, time.min))


def too_far(column: str, cell: Any) -> str:
    """What is wrong with a time in no year that Python knows."""
    return f"{column} must be a time in the years 1 to 9999, got {shown(cell)}; correct it"
