"""Foreign cells become columns: one audited reading for each kind of column.

A cell is missing when it is `None`, NaN, NaT or one of the format's words for it. A cell that cannot be read is a
fault of its row and a gap in the column; no cell is ever guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, Masked, folded, recoded
from salesmetrics._numeric.days import FIRST_DAY, LAST_DAY, day_number
from salesmetrics.errors import InvalidValueError, nearest, shown
from salesmetrics.model.labels import is_label
from salesmetrics.model.money import Money, Rounding, minor_units
from salesmetrics.model.period import parse_day
from salesmetrics.model.probability import MILLION, millionths
from salesmetrics.table.faults import Faults

__all__ = ["Cells", "Reader", "as_cells"]

Cells: TypeAlias = NDArray[Any] | list[Any]
"""A column as it came: an array of numbers or days, or a list of anything."""

_SAFE = 2**53  # up to here a float holds every whole number


def as_cells(data: Any) -> Cells:
    """A column of foreign data as an array of plain numbers or days, or as a list of objects.

    Raises:
        InvalidValueError: It is not a column of cells.
    """
    if isinstance(data, (str, bytes, Mapping)) or not hasattr(data, "__iter__"):
        raise InvalidValueError(f"must be a column of cells, got {shown(data)}; give a list or a one-dimensional array")
    if not hasattr(data, "__array__"):
        return list(data)
    array = np.asarray(data)
    if array.ndim != 1:
        raise InvalidValueError(f"must have one dimension, got {array.ndim}; give one column at a time")
    return array if array.dtype.kind in "iufM" else array.tolist()


@frozen
class Reader:
    """Reads columns, and notes what cannot be read.

    Args:
        faults: Where unreadable cells are noted.
        missing: Texts that mean a missing cell.
        rounding: How numbers with too many decimals are rounded; `None` refuses them.
        date_format: `None` for ISO 8601, else a pattern of `datetime.strptime`.
        zone: Where a day begins, for times that carry an offset.
    """

    faults: Faults
    missing: frozenset[str]
    rounding: Rounding | None
    date_format: str | None
    zone: tzinfo | None

    def ids(self, cells: Cells, column: str) -> NDArray[Any]:
        """Deal ids: whole numbers as int64, anything else as objects."""
        if isinstance(cells, np.ndarray) and cells.dtype.kind in "iu" and np.can_cast(cells.dtype, np.int64):
            return cells.astype(np.int64)
        listed = [None if self._is_missing(cell) else cell for cell in cells]
        gaps = [row for row, cell in enumerate(listed) if cell is None]
        if gaps:
            self.faults.add(column, "missing_id", f"{len(gaps):,} rows have no id", "give each deal an id", gaps)
        strange = [row for row, cell in enumerate(listed) if type(cell) not in (str, int, type(None))]
        if strange:
            self._unreadable(column, strange, f"an id must be text or a whole number, got {shown(cells[strange[0]])}")
        if listed and all(type(cell) is int and -(2**63) <= cell < 2**63 for cell in listed):
            return np.array(listed, np.int64)
        ids = np.empty(len(listed), object)
        ids[:] = listed
        return ids

    def amounts(self, cells: Cells, column: str, unit: str | None, digits: int) -> Masked:
        """Money in whole minor units, or with `unit=None` plain whole numbers."""
        if isinstance(cells, np.ndarray) and cells.dtype.kind in "iuf":
            quick = _whole_numbers(cells, 10**digits)
            if quick is not None:
                return quick.in_unit(unit)
            cells = cells.tolist()

        def parse(cell: Any) -> int:
            if type(cell) is Money:
                if cell.currency != unit:
                    raise InvalidValueError(f"{column} must be in {unit}, got {cell}; convert it first")
                return cell.minor
            return minor_units(cell, digits, self.rounding, what=column)

        return self._numbers(cells, column, parse, np.int64, 2**63).in_unit(unit)

    def probabilities(self, cells: Cells, column: str, *, percent: bool) -> Masked:
        """Probabilities in millionths."""
        listed = cells.tolist() if isinstance(cells, np.ndarray) else cells
        return self._numbers(
            listed,
            column,
            lambda cell: millionths(cell, what=column, percent=percent, rounding=self.rounding),
            np.int32,
            MILLION + 1,
        )

    def days(self, cells: Cells, column: str) -> Masked:
        """Days since 1970."""
        if isinstance(cells, np.ndarray) and cells.dtype.kind == "M":
            known = ~np.isnat(cells)
            days = np.where(known, cells.astype("datetime64[D]").astype(np.int64), 0)  # towards the start of the day
            far = np.flatnonzero((days < FIRST_DAY) | (days > LAST_DAY))
            if len(far):
                self._unreadable(column, far, f"a day must lie in the years 1 to 9999, got {cells[far[0]]}")
                known[far], days[far] = False, 0
            return Masked(days.astype(np.int32), known)
        listed = cells.tolist() if isinstance(cells, np.ndarray) else cells
        return self._numbers(listed, column, lambda cell: day_number(self._day(cell, column)), np.int32, 2**31)

    def names(self, cells: Cells, column: str) -> Coded:
        """Names such as owners; whole numbers become their text."""
        return self._codes(cells, column, _name)

    def labels(self, cells: Cells, column: str) -> Coded:
        """The user's own values, as they are."""
        return self._codes(cells, column, _label)

    def words(self, cells: Cells, column: str, known: Mapping[str, Hashable]) -> Coded:
        """One of a few known words, by any spelling of case, blanks and dashes; or the thing that a word stands for."""
        things = set(known.values())
        spelt = {_spelling(word): thing for word, thing in known.items()}

        def parse(cell: Any) -> Hashable:
            if isinstance(cell, Hashable) and cell in things:
                return cell
            word = _spelling(cell) if isinstance(cell, str) else ""
            if word not in spelt:
                raise InvalidValueError(f"{column} must be a known word, got {shown(cell)}; {nearest(cell, known)}")
            return spelt[word]

        column_read = self._codes(cells, column, parse)
        order = list(dict.fromkeys(known.values()))
        place = [order.index(name) for name in column_read.names]
        return Coded(column_read.lookup(place, -1), order)

    def _day(self, cell: Any, column: str) -> date:
        if isinstance(cell, str):
            cell = self._parsed_time(cell, column)
        if isinstance(cell, datetime):
            if cell.tzinfo is None:
                return cell.date()
            if self.zone is None:
                raise InvalidValueError(
                    f"{column} has a time with an offset, {shown(cell.isoformat())}, whose day depends on the zone; "
                    "name the zone in the format"
                )
            return cell.astimezone(self.zone).date()
        if isinstance(cell, date):
            return cell
        raise InvalidValueError(f"{column} must be a day, got {shown(cell)}; write 2026-01-31")

    def _parsed_time(self, text: str, column: str) -> date:
        if self.date_format is None:
            if not _TIME.fullmatch(text):
                return parse_day(text, column)
            pattern = None
        else:
            pattern = self.date_format
        try:
            if pattern is None:
                return datetime.fromisoformat(text)
            if len(text) > 100 or not text.isascii():  # strptime would accept digits of other scripts
                raise ValueError(text)
            return datetime.strptime(text, pattern)  # noqa: DTZ007  # a zone, where there is one, is in the text
        except ValueError:
            wanted = f"a day written {pattern}" if pattern else "a day or a time such as 2026-01-31 12:00"
            raise InvalidValueError(f"{column} must be {wanted}, got {shown(text)}; check date_format") from None

    def _numbers(
        self, cells: Sequence[Any], column: str, parse: Callable[[Any], int], dtype: type[np.signedinteger[Any]], end: int
    ) -> Masked:
        def bounded(cell: Any) -> int:
            number = parse(cell)
            if not -end < number < end:
                raise InvalidValueError(f"{column} must fit 64 bits in minor units, got {shown(cell)}; check its unit")
            return number

        codes, distinct = _distinct(cells)
        numbers, faulty = self._each(distinct, bounded, 0)
        self._note(column, codes, faulty)
        unknown = np.array([one in faulty or self._is_missing(cell) for one, cell in enumerate(distinct)], np.bool_)
        table = np.array(numbers, dtype)
        return Masked(table.take(codes), ~unknown.take(codes))

    def _codes(self, cells: Cells, column: str, parse: Callable[[Any], Any]) -> Coded:
        codes, distinct = _distinct(cells.tolist() if isinstance(cells, np.ndarray) else cells)
        names, faulty = self._each(distinct, parse, None)
        self._note(column, codes, faulty)
        of_distinct, one_each = folded(names)  # two spellings may stand for one name
        return recoded(of_distinct.take(codes), one_each)

    def _each(self, distinct: Sequence[Any], parse: Callable[[Any], Any], gap: Any) -> tuple[list[Any], dict[int, str]]:
        read: list[Any] = []
        faulty: dict[int, str] = {}
        for place, cell in enumerate(distinct):
            try:
                read.append(gap if self._is_missing(cell) else parse(cell))
            except InvalidValueError as fault:
                read.append(gap)
                faulty[place] = str(fault)
        return read, faulty

    def _note(self, column: str, codes: NDArray[Any], faulty: Mapping[int, str]) -> None:
        if faulty:
            rows = np.flatnonzero(np.isin(codes, list(faulty)))
            self._unreadable(column, rows, faulty[int(codes[rows[0]])])

    def _unreadable(self, column: str, rows: Sequence[int] | NDArray[Any], first: str) -> None:
        count = "1 cell" if len(rows) == 1 else f"{len(rows):,} cells"
        self.faults.add(column, "unreadable", f"{count} cannot be read: {first}", "correct the data or the format", rows)

    def _is_missing(self, cell: Any) -> bool:
        if cell is None or type(cell).__name__ in ("NAType", "NaTType"):  # pandas' own, without importing pandas
            return True
        if isinstance(cell, str):
            return cell in self.missing
        return isinstance(cell, (float, Decimal, np.datetime64)) and bool(cell != cell)  # noqa: PLR0124  # NaN, NaT


_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?", re.ASCII)


def _whole_numbers(cells: NDArray[Any], scale: int) -> Masked | None:
    """Numbers of an array in minor units, if each one is exact; `None` sends them the careful way."""
    if cells.dtype.kind == "f":
        known = ~np.isnan(cells)
        values = np.where(known, cells, 0.0).astype(np.float64)
        scaled = np.rint(values * scale)
        # Exact when below 2**53 and the nearest float to that many minor units is the very float that came.
        if cells.dtype != np.float64 or not np.all((np.abs(scaled) < _SAFE) & (scaled / scale == values)):
            return None
        return Masked(scaled.astype(np.int64), known)
    limit = (2**63 - 1) // scale
    if len(cells) and (int(cells.max()) > limit or int(cells.min()) < -limit):
        return None
    return Masked(cells.astype(np.int64) * scale, np.ones(len(cells), np.bool_))


def _distinct(cells: Sequence[Any]) -> tuple[NDArray[np.int32], Sequence[Any]]:
    """Codes into the distinct cells; only texts are folded, because 1, 1.0 and True are equal and not the same."""
    if set(map(type, cells)) <= {str, type(None)}:
        return folded(cells)
    return np.arange(len(cells), dtype=np.int32), cells


def _spelling(word: str) -> str:
    return re.sub(r"[\s_-]+", "_", word.strip()).casefold()


def _name(cell: Any) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, int) and not isinstance(cell, bool) and cell.bit_length() <= 128:
        return str(cell)
    raise InvalidValueError(f"a name must be text, got {shown(cell)}; convert it first")


def _label(cell: Any) -> Any:
    if is_label(cell):
        return cell
    raise InvalidValueError(f"a label must be text, a number, a flag or a day, got {shown(cell)}; convert it first")
