"""Foreign cells become columns: one audited reading for each kind of column.

A cell is missing when it is `None`, NaN, NaT or one of the format's words for it. A cell that cannot be read is a
fault of its row and a gap in the column; no cell is ever guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from decimal import Decimal
from enum import Enum
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import MOST, Coded, Flags, Masked, folded, id_column, recoded
from salesmetrics._numeric.days import FIRST_DAY, LAST_DAY, day_number
from salesmetrics._numeric.gaps import is_gap
from salesmetrics._numeric.instants import FIRST_INSTANT, LAST_INSTANT, in_utc
from salesmetrics.door.cell_values import (
    LARGEST_NAME,
    as_flag,
    as_id,
    as_label,
    as_name,
    as_number,
    conversion_of,
    id_fault,
    is_id,
)
from salesmetrics.door.cells import Cells, Instants, distinct, objects
from salesmetrics.door.clock import Clock, moment, too_far, zoneless
from salesmetrics.door.faults import Faults, many
from salesmetrics.errors import InvalidValueError, nearest, shown
from salesmetrics.format.cell_format import ESCAPE
from salesmetrics.format.deal_format import spelling
from salesmetrics.model.currencies import NO_CURRENCY, exponent, nearest_currency
from salesmetrics.model.money import Money, Rounding, minor_units
from salesmetrics.model.probability import MILLION, millionths

__all__ = ["Reader"]


@frozen
class Reader:
    """Reads columns, and notes what cannot be read.

    Args:
        faults: Where unreadable cells are noted.
        missing: Texts that mean a missing cell.
        rounding: How numbers with too many decimals are rounded; `None` refuses them.
        clock: How days and times are written, and by which clock they are read.
        escaped: Whether texts may begin with an apostrophe that is not part of them.
    """

    faults: Faults
    missing: frozenset[str]
    rounding: Rounding | None
    clock: Clock
    escaped: bool = False

    def is_missing(self, cell: Any) -> bool:
        """Whether a cell stands for nothing."""
        if isinstance(cell, str):
            return cell in self.missing
        return is_gap(cell)

    def ids(self, cells: Cells, column: str, thing: str = "deal") -> NDArray[Any]:
        """Ids of deals or other things: whole numbers as int64, anything else as objects."""
        if isinstance(cells, np.ndarray) and cells.dtype == np.int64:
            return cells
        listed = objects(cells)
        usual = not self.escaped and set(map(type, listed)) <= {str, int}
        if not usual or not {"", *self.missing}.isdisjoint(listed):  # ids come by the million
            listed = self._ids_one_by_one(listed, column, thing)
        return id_column(listed)

    def amounts(self, cells: Cells, column: str, unit: str | None, digits: int) -> Masked:
        """Money in whole minor units, or with `unit=None` plain whole numbers."""

        def parse(cell: Any) -> int:
            if unit is not None and isinstance(cell, Money):
                if cell.currency not in (unit, NO_CURRENCY):
                    raise InvalidValueError(f"{column} must be in {unit}, got {cell}; convert it first")
                minor = cell.minor
            else:
                minor = minor_units(cell, digits, self.rounding, what=column)
            if not -MOST <= minor <= MOST:
                raise InvalidValueError(f"{column} must fit 64 bits in minor units, got {shown(cell)}; check its unit")
            return minor

        return Masked(*self._numbers(cells, column, parse, 10**digits, -MOST, MOST), unit)

    def probabilities(self, cells: Cells, column: str, *, percent: bool) -> Masked:
        """Probabilities in millionths."""

        def parse(cell: Any) -> int:
            try:
                return millionths(cell, what=column, percent=percent, rounding=self.rounding)
            except InvalidValueError as fault:
                said = str(fault)
                if "; did you mean " in said:  # where one cell counts hundredths, the others do too
                    said = f"{said.removesuffix('?')}, or probability_scale='percent' in the format?"
                raise InvalidValueError(said) from None

        values, known = self._numbers(cells, column, parse, 10**4 if percent else 10**6, 0, MILLION)
        return Masked(values.astype(np.int32), known)

    def days(self, cells: Cells, column: str) -> Masked:
        """Days since 1970."""
        if not isinstance(cells, np.ndarray) or cells.dtype.kind != "M":
            codes, read, unknown = self._parsed(
                cells, column, lambda cell: day_number(self.clock.local(cell, column)), 0
            )
            return Masked(np.array(read, np.int32).take(codes), ~unknown.take(codes))
        known = ~np.isnat(cells)
        days = np.where(known, cells.astype("M8[D]").astype(np.int64), 0)  # towards the start of the day
        far = np.flatnonzero((days < FIRST_DAY) | (days > LAST_DAY))
        if len(far):
            self._unreadable(
                column, far, f"{column} must be a day in the years 1 to 9999, got {cells[far[0]]}; correct it"
            )
            known[far], days[far] = False, 0
        return Masked(days.astype(np.int32), known)

    def moments(self, cells: Cells, column: str) -> Masked:
        """Microseconds since 1970 on the clock of the book, which for times with an offset is that of the zone.

        A day is its first moment.
        """
        if not isinstance(cells, np.ndarray) or cells.dtype.kind != "M":
            codes, read, unknown = self._parsed(cells, column, lambda cell: moment(self.clock.local(cell, column)), 0)
            return Masked(np.array(read, np.int64).take(codes), ~unknown.take(codes))
        known = self.days(cells, column).known
        return Masked(np.where(known, cells.astype("M8[us]").astype(np.int64), 0), known)

    def instants(self, cells: Cells, column: str) -> Masked:
        """Microseconds since 1970 in UTC; times without an offset are of the format's zone.

        A time that the clocks of the zone never showed cannot be read. One that they showed twice is a doubt, and read
        as the first of the two.
        """
        if isinstance(cells, Instants):
            known = ~np.isnat(cells.utc)
            numbers = np.where(known, cells.utc.astype("M8[us]").astype(np.int64), 0)
            is_local = np.zeros(len(cells), np.bool_)
        elif not isinstance(cells, np.ndarray) or cells.dtype.kind != "M" or cells.dtype == "M8[D]":  # a day, no time
            codes, read, unknown = self._parsed(cells, column, lambda cell: self.clock.instant(cell, column), (0, 0))
            numbers = np.array([number for number, _ in read], np.int64).take(codes)
            known = ~unknown.take(codes)
            is_local = np.array([is_local for _, is_local in read], np.bool_).take(codes)
        else:
            known = ~np.isnat(cells)
            numbers = np.where(known, cells.astype("M8[us]").astype(np.int64), 0)
            is_local = known.copy()
            days = np.where(known, cells.astype("M8[D]").astype(np.int64), 0)
            far = np.flatnonzero((days < FIRST_DAY) | (days > LAST_DAY))
            bare = np.flatnonzero(known) if self.clock.zone is None else far
            if len(bare):
                one = cells[bare[0]]
                fault = too_far(column, one) if self.clock.zone is not None else zoneless(column, str(one))
                self._unreadable(column, bare, fault)
                known[bare] = is_local[bare] = False
        rows = np.flatnonzero(is_local)
        if len(rows) and self.clock.zone is not None:
            numbers[rows], never, twice = in_utc(numbers[rows], self.clock.zone)
            self._note_changes(column, rows[never], rows[twice])
            known[rows[never]] = False
        beyond = np.flatnonzero(known & ((numbers < FIRST_INSTANT) | (numbers > LAST_INSTANT)))
        if len(beyond):
            self._unreadable(column, beyond, too_far(column, objects(cells)[beyond[0]]))
            known[beyond] = False
        return Masked(np.where(known, numbers, 0), known)

    def references(self, cells: Cells, column: str) -> Coded:
        """Ids of other things: text or whole numbers, as they are."""
        return self._codes(cells, column, as_id)

    def names(self, cells: Cells, column: str) -> Coded:
        """Names such as owners; whole numbers become their text."""
        return self._codes(cells, column, as_name)

    def labels(self, cells: Cells, column: str) -> Coded:
        """The user's own values, as they are."""
        return self._codes(cells, column, as_label)

    def flags(self, cells: Cells, column: str) -> Coded:
        """What says yes or no, with gaps."""
        return self._codes(cells, column, as_flag)

    def numbers(self, cells: Cells, column: str) -> Coded:
        """Numbers, whole or with decimals, of any kind of cell that says one."""
        return self._codes(cells, column, as_number)

    def words(self, cells: Cells, column: str, known: Mapping[str, Hashable]) -> Coded:
        """One of a few known words, by any spelling of case, blanks and dashes; or the thing that a word stands for.

        A flag or a whole number is the word that it is written as.
        """
        things = list(dict.fromkeys(known.values()))
        spelt = {spelling(word): things.index(thing) for word, thing in known.items()}
        hint = _of_the_first(lambda cell: nearest(cell, known))

        def parse(cell: Any) -> int:
            if isinstance(cell, Enum) and cell in things:
                return things.index(cell)
            is_number = isinstance(cell, int) and cell.bit_length() <= LARGEST_NAME  # or a flag
            place = spelt.get(spelling(str(cell))) if isinstance(cell, str) or is_number else None
            if place is None:
                what = conversion_of(cell) if isinstance(cell, float) and cell.is_integer() else hint(cell)
                raise InvalidValueError(f"{column} must be a known word, got {shown(cell)}; {what}")
            return place

        places = self._codes(cells, column, parse)
        return Coded(places.lookup(places.names, -1), things)

    def currencies(self, cells: Cells, column: str) -> Coded:
        """ISO 4217 codes; XXX names no currency."""
        hint = _of_the_first(nearest_currency)

        def parse(cell: Any) -> str | None:
            exponent(cell, hint)
            return None if cell == NO_CURRENCY else str(cell)

        return self._codes(cells, column, parse)

    def _ids_one_by_one(self, cells: list[Any], column: str, thing: str) -> list[Any]:
        listed = [None if self.is_missing(cell) else self._bare(cell) for cell in cells]
        gaps = [row for row, cell in enumerate(listed) if cell is None]
        self.faults.note(column, "missing_id", gaps, "row has no id", "rows have no id", f"give each {thing} an id")
        strange = [row for row, cell in enumerate(listed) if not (cell is None or is_id(cell))]
        if strange:
            self._unreadable(column, strange, id_fault(listed[strange[0]]))
            for row in strange:
                listed[row] = None
        return listed

    def _bare(self, cell: Any) -> Any:
        """A text without the apostrophe that keeps spreadsheets from running it; anything else as it is."""
        return cell.removeprefix(ESCAPE) if self.escaped and isinstance(cell, str) else cell

    def each(self, cells: Cells, column: str, parse: Callable[[Any], Any]) -> list[Any]:
        """The cells as `parse` reads them, which refuses what it cannot read; `None` for gaps."""
        codes, read, _ = self._parsed(cells, column, parse, None)
        return [read[code] for code in codes.tolist()]

    def _note_changes(self, column: str, never: NDArray[np.intp], twice: NDArray[np.intp]) -> None:
        """Note times of the hours in which the clocks of the zone are changed."""
        if len(never):
            fault = f"{column} must be a time that clocks in {self.clock.zone} show, got one that they skip; correct it"
            self._unreadable(column, never, fault)
        self.faults.note(column, "ambiguous_time", twice, f"time comes twice in {self.clock.zone}",
                         f"times come twice in {self.clock.zone}",
                         "write its offset, or accept={'ambiguous_time'} for the first of the two")  # fmt: skip

    def _numbers(
        self, cells: Cells, column: str, parse: Callable[[Any], int], scale: int, low: int, high: int
    ) -> tuple[NDArray[np.int64], Flags]:
        """Numbers from `low` to `high` in units of `1 / scale`: all plain ones at once, the others one by one."""
        if isinstance(cells, Coded) and not cells.names:  # a field that the data do not have
            return np.zeros(len(cells), np.int64), np.zeros(len(cells), np.bool_)
        listed: list[Any] | None = None
        if isinstance(cells, Masked):
            numbers, given = cells.values, cells.known
        elif isinstance(cells, np.ndarray) and cells.dtype.kind in "if":
            numbers, given = cells, ~np.isnan(cells)
        else:
            listed = objects(cells)
            numbers, given = np.array([self._float(cell) for cell in listed], np.float64), np.ones(len(cells), np.bool_)
        values, known = _scaled(numbers, scale, low, high)
        known &= given
        rest = np.flatnonzero(given & ~known)
        others = numbers[rest].tolist() if listed is None else [listed[row] for row in rest]
        codes, read, unknown = self._parsed(others, column, parse, 0, rest)
        values[rest] = np.array(read, np.int64).take(codes)
        known[rest] = ~unknown.take(codes)
        return values, known

    def _float(self, cell: Any) -> float:
        """A float that says exactly what the cell says; NaN where there is none."""
        if type(cell) is float:
            return cell
        if type(cell) is Decimal:
            cell = str(cell)
            return float(cell) if _SHORT.fullmatch(cell) else np.nan
        is_short = type(cell) is str and _SHORT.fullmatch(cell) is not None and cell not in self.missing
        return float(cell) if is_short else np.nan

    def _codes(self, cells: Cells, column: str, parse: Callable[[Any], Any]) -> Coded:
        codes, read, _ = self._parsed(cells, column, lambda cell: parse(self._bare(cell)), None)
        of_distinct, one_each = folded(read)  # two spellings may stand for one name
        return recoded(of_distinct.take(codes), one_each)

    def _parsed(
        self, cells: Cells, column: str, parse: Callable[[Any], Any], gap: Any, rows: NDArray[Any] | None = None
    ) -> tuple[NDArray[np.int32], list[Any], Flags]:
        """Codes into the different cells, what each of these says, and which of them say nothing.

        Cells that cannot be read are noted, one fault for each reason; `rows` are the places of the cells in the table.
        """
        codes, different = distinct(cells)
        read = [gap] * len(different)
        unknown = np.ones(len(different), np.bool_)
        reasons: dict[str, tuple[str, list[int]]] = {}
        for place, cell in enumerate(different):
            if not self.is_missing(cell):
                try:
                    read[place] = parse(cell)
                    unknown[place] = False
                except InvalidValueError as fault:
                    said = str(fault)
                    if cell == "":  # as a file of commas writes a gap, and a frame does not
                        said += ", or missing=('',) in the format"
                    reasons.setdefault(said.partition(", got ")[0], (said, []))[1].append(place)
        for said, places in reasons.values():
            found = np.flatnonzero(np.isin(codes, places))
            self._unreadable(column, found if rows is None else rows[found], said)
        return codes, read, unknown

    def _unreadable(self, column: str, rows: Sequence[int] | NDArray[Any], fault: str) -> None:
        detail, _, hint = fault.rpartition("; ")
        count = many(len(rows), "cell", "cells")
        one = f"the cell cannot be read: {detail.partition(', got ')[0]}"  # what came stands among the row's cells
        self.faults.add(column, "unreadable", f"{count} cannot be read: {detail}", hint, rows, of_one=one)


_SHORT = re.compile(r"-?\d{1,9}(?:\.\d{1,6})?", re.ASCII)  # at most 15 digits: such a text and its float say the same


def _scaled(numbers: NDArray[Any], scale: int, low: int, high: int) -> tuple[NDArray[np.int64], Flags]:
    """Numbers as whole units of `1 / scale`, and which of them are so exactly and lie in range; the others are 0."""
    if numbers.dtype.kind == "f":
        with np.errstate(over="ignore"):
            units = np.rint(numbers * scale)
            # A decimal of at most 15 digits is the shortest text of the float nearest to it.
            exact = (np.abs(units) < 10**15) & (units / scale == numbers)
    else:
        limit = MOST // scale
        exact = (numbers >= -limit) & (numbers <= limit)
        units = np.where(exact, numbers, 0) * scale
    exact &= (units >= low) & (units <= high)
    return np.where(exact, units, 0).astype(np.int64), exact


def _of_the_first(hint: Callable[[Any], str]) -> Callable[[Any], str]:
    """The hint of the first cell for every cell: of those refused for one reason, only the first is shown.

    A column may hold a million mistakes, and looking for the nearest word takes as long as reading a thousand cells.
    """
    made: list[str] = []

    def the_first(cell: Any) -> str:
        if not made:
            made.append(hint(cell))
        return made[0]

    return the_first
