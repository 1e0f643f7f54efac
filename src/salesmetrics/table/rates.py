"""Exchange rates, and the days from which they are in force."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

from attrs import frozen

from salesmetrics._numeric.days import day_of_number
from salesmetrics.door.clock import Clock
from salesmetrics.door.csv_file import csv_source
from salesmetrics.door.faults import Faults, many
from salesmetrics.door.reader import Reader
from salesmetrics.errors import InvalidValueError, nearest, shown
from salesmetrics.model.currencies import exponent
from salesmetrics.model.money import minor_units
from salesmetrics.model.period import check_day

__all__ = ["IntoRate", "Rates"]

IntoRate: TypeAlias = str | int | Decimal | Fraction | float
"""What a rate may be given as; a float is read by its shortest decimal text."""

_COLUMNS = ("base", "quote", "effective", "rate")
_DECIMALS = 24  # a rate has at most so many, and is below 10**14


@frozen(init=False, slots=False)
class Rates:
    """Exchange rates: what one unit of `base` costs in `quote`, from the day `effective` until the pair's next rate.

    A pair is stated in one direction only, and the other direction is the exact reciprocal. No rate is made out of two
    others: whoever wants yen from euros by way of dollars states that rate.

    Args:
        base: ISO 4217 codes, or one code for every row.
        quote: ISO 4217 codes, or one code for every row.
        effective: First days of force, as dates or ISO 8601 text, or one for every row.
        rate: Exact numbers above zero, as text, `Decimal`, `Fraction` or int; a float is read by its shortest text.

    Raises:
        InvalidTableError: Cells cannot be read, columns differ in length, or rows contradict each other; `.problems`
            lists every fault.

    Examples:
        >>> rates = Rates("USD", "AUD", ["2026-01-01", "2026-02-01"], ["1.39", "1.42"])
        >>> rates.on("USD", "AUD", date(2026, 1, 31)), rates.on("AUD", "USD", date(2026, 2, 1))
        (Fraction(139, 100), Fraction(50, 71))
        >>> print(rates.on("USD", "AUD", date(2025, 12, 31)))
        None
    """

    base: tuple[str, ...]
    quote: tuple[str, ...]
    effective: tuple[date, ...]
    rate: tuple[Fraction, ...]

    def __init__(
        self,
        base: str | Iterable[str],
        quote: str | Iterable[str],
        effective: str | date | Iterable[str | date],
        rate: IntoRate | Iterable[IntoRate],
    ) -> None:
        given = {"base": base, "quote": quote, "effective": effective, "rate": rate}
        _lay_down(self, given, Faults("Rates"))

    @classmethod
    def from_csv(cls, path: str | Path) -> Rates:
        r"""Rates from a CSV file in UTF-8 whose header has the columns base, quote, effective and rate.

        Raises:
            InvalidTableError: As of `Rates`; also when the file is not CSV, or lacks a column.
            OSError: The file cannot be read.

        Examples:
            >>> import tempfile
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     path = Path(folder, "rates.csv")
            ...     _ = path.write_text("base,quote,effective,rate\nEUR,USD,2026-01-01,1.08\n")
            ...     Rates.from_csv(path)
            Rates(1 rate: EUR/USD)
        """
        source = csv_source(path)
        faults = source.faults
        for name in _COLUMNS:
            if name not in source.names:
                faults.add(name, "missing_column", "the data have no such column", nearest(name, source.names))
            elif name in source.repeated:
                faults.add(name, "repeated_column", "the data have several columns of this name", "rename all but one")
        if faults.found:
            faults.refuse()
        made = cls.__new__(cls)
        _lay_down(made, {name: source.cells(name, repeats=True) for name in _COLUMNS}, faults)
        return made

    def on(self, base: str, quote: str, day: date) -> Fraction | None:
        """What one unit of `base` cost in `quote` on a day; `None` when no rate was in force.

        Raises:
            InvalidValueError: A code is not of a currency, or the day is not a date.

        Examples:
            >>> Rates("EUR", "USD", "2026-01-01", "1.08").on("EUR", "EUR", date(2020, 1, 1))
            Fraction(1, 1)
        """
        check_day(day, "day")
        for code in (base, quote):
            exponent(code)
        if base == quote:
            return Fraction(1)
        days, rates = self.of_pair(base, quote)
        place = bisect_right(days, day)
        return rates[place - 1] if place else None

    def of_pair(self, base: str, quote: str) -> tuple[list[date], list[Fraction]]:
        """The days on which a rate of the pair came into force, in order, and the rates.

        Examples:
            >>> Rates("EUR", "USD", "2026-01-01", "1.25").of_pair("USD", "EUR")
            ([datetime.date(2026, 1, 1)], [Fraction(4, 5)])
        """
        return self._by_pair.get((base, quote), ([], []))

    def __len__(self) -> int:
        return len(self.rate)

    def __repr__(self) -> str:
        pairs = sorted({f"{base}/{quote}" for base, quote in zip(self.base, self.quote, strict=True)})
        more = f" and {len(pairs) - 8} more pairs" if len(pairs) > 8 else ""
        return f"Rates({many(len(self), 'rate', 'rates')}: {', '.join(pairs[:8]) or 'none'}{more})"

    @cached_property
    def _by_pair(self) -> Mapping[tuple[str, str], tuple[list[date], list[Fraction]]]:
        table: dict[tuple[str, str], tuple[list[date], list[Fraction]]] = {}
        rows = zip(self.effective, self.base, self.quote, self.rate, strict=True)
        for day, base, quote, rate in sorted(rows):
            for pair, one in (((base, quote), rate), ((quote, base), 1 / rate)):
                days, rates = table.setdefault(pair, ([], []))
                days.append(day)
                rates.append(one)
        return table


def _lay_down(rates: Rates, given: Mapping[str, Any], faults: Faults) -> None:
    for name, column in zip(_COLUMNS, _read(given, faults), strict=True):
        object.__setattr__(rates, name, column)  # the one moment at which frozen rates are still being made


def _read(given: Mapping[str, Any], faults: Faults) -> tuple[tuple[Any, ...], ...]:
    """The columns of rates, read and checked."""
    cells = {name: list(one) if _is_column(one) else one for name, one in given.items()}
    lengths = {len(one) for one in cells.values() if isinstance(one, list)} or {1}
    if len(lengths) > 1:
        sizes = ", ".join(f"{name} {len(one):,}" for name, one in cells.items() if isinstance(one, list))
        detail = f"columns must be of one length, got {sizes}"
        faults.add("columns", "unequal_lengths", detail, "give every row a cell, or one cell for all rows")
        faults.refuse()
    n_rows = lengths.pop()
    base, quote, effective, rate = (one if isinstance(one, list) else [one] * n_rows for one in cells.values())
    reader = Reader(faults, frozenset({""}), None, Clock())
    bases, quotes = list(reader.currencies(base, "base")), list(reader.currencies(quote, "quote"))
    days = [None if day is None else day_of_number(day) for day in reader.days(effective, "effective")]
    columns = (bases, quotes, days, reader.each(rate, "rate", _fraction))
    for name, column in zip(_COLUMNS, columns, strict=True):
        is_read = ~faults.rows_at_fault(name, n_rows)
        gaps = [row for row, cell in enumerate(column) if cell is None and is_read[row]]
        faults.note(name, "missing_cell", gaps, f"row has no {name}", f"rows have no {name}",
                    "fill it in, or leave the row out")  # fmt: skip
    _note_contradictions(bases, quotes, days, faults)
    if faults.found:
        faults.refuse()
    return tuple(map(tuple, columns))


def _is_column(given: object) -> bool:
    return isinstance(given, Iterable) and not isinstance(given, (str, bytes, Mapping))


def _fraction(given: Any) -> Fraction:
    if isinstance(given, Fraction):
        exact = given
    else:
        exact = Fraction(minor_units(given, _DECIMALS, what="rate"), 10**_DECIMALS)
    if exact <= 0:
        raise InvalidValueError(f"rate must be above zero, got {shown(given)}; leave out pairs without a rate")
    return exact


def _note_contradictions(
    bases: list[str | None], quotes: list[str | None], days: list[date | None], faults: Faults
) -> None:
    """Note pairs of one currency, pairs stated in both directions, and days on which a pair has two rates."""
    same = [row for row, (base, quote) in enumerate(zip(bases, quotes, strict=True)) if base == quote is not None]
    faults.note("quote", "same_currency", same, "rate is of a currency to itself", "rates are of a currency to itself",
                "leave it out: it is always 1")  # fmt: skip
    pairs = list(zip(bases, quotes, strict=True))
    stated = set(pairs)
    both = [row for row, (base, quote) in enumerate(pairs) if base != quote and (quote, base) in stated]
    if both:
        detail = f"a pair must be stated in one direction, got {_named(pairs[both[0]])} both ways"
        faults.add("quote", "both_directions", detail, "drop one; it is the exact reciprocal of the other", both)
    rows_of: dict[Any, list[int]] = {}
    for row, key in enumerate(zip(pairs, days, strict=True)):
        rows_of.setdefault(key, []).append(row)
    twice = [row for (pair, day), rows in rows_of.items() if len(rows) > 1 and None not in (*pair, day) for row in rows]
    if twice:
        first = min(twice)
        detail = f"a pair must have one rate from a day, got two of {_named(pairs[first])} from {days[first]}"
        faults.add("effective", "repeated_rate", detail, "keep one of them", sorted(twice))


def _named(pair: tuple[str | None, str | None]) -> str:
    return "/".join(map(str, pair))
