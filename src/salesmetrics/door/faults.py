"""The faults that are found while a table is read and checked, row by row, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, Literal, NoReturn, Protocol, TypeAlias, TypeVar

import numpy as np
from attrs import Factory, define, evolve, frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Flags, Index
from salesmetrics.errors import (
    InvalidTableError,
    InvalidValueError,
    MissingColumnError,
    Problem,
    check_word,
    nearest,
    shown,
)

__all__ = ["DOUBTS", "BadRows", "Faults", "SetAside"]

BadRows: TypeAlias = Literal["refuse", "set_aside"]
"""What the door does with rows at fault: refuse the table, or carry them apart."""

DOUBTS = (
    "closed_before_created",
    "missing_amount",
    "missing_close",
    "missing_created",
    "missing_stage",
    "negative_amount",
)
"""Faults that real data have, which a caller may accept by name; every other fault is fatal."""

_ABSENT = ("missing_column", "not_a_column", "repeated_column")


@frozen
class SetAside:
    """A row that the door kept out of a table, as it came, and why.

    Args:
        row: Its position in the data, counted from 0.
        cells: What stood in it, by column; gaps of a frame are `None`, whatever its library calls them.
        problems: Its faults.
        id: The id of a deal, where it could be read; `None` in other tables.

    Examples:
        >>> from salesmetrics import DealFormat, Deals
        >>> form = DealFormat(id="Id", stage="Stage", amount="Amount", currency="USD")
        >>> data = {"Id": [1, 2], "Stage": ["Qualified", "Qualified"], "Amount": ["12.50", "12,50"]}
        >>> deals = Deals.from_columns(data, form, bad_rows="set_aside", accept={"missing_created"})
        >>> len(deals), deals.set_aside[0].id, deals.set_aside[0].cells
        (1, 2, {'Id': 2, 'Stage': 'Qualified', 'Amount': '12,50'})
    """

    row: int
    cells: dict[str, Any]
    problems: tuple[Problem, ...]
    id: str | int | None = None


@define
class Faults:
    """Collects the faults of one table."""

    table: str
    found: list[Problem] = Factory(list)
    of_one_row: dict[str, str] = Factory(dict)

    def add(
        self,
        column: str,
        rule: str,
        detail: str,
        hint: str,
        rows: Sequence[int] | NDArray[Any] = (),
        *,
        of_one: str | None = None,
    ) -> None:
        """Note a fault of some rows, or with no rows of the whole table; `of_one` says it of a single row."""
        if len(rows) and any(one.column == column and one.rule in _ABSENT for one in self.found):
            return  # nothing is said of the rows of a column that is not there
        self.found.append(Problem(column, rule, detail, hint, tuple(np.asarray(rows, np.intp).tolist())))
        if of_one is not None:
            self.of_one_row[detail] = of_one

    def note(self, column: str, rule: str, rows: Sequence[int] | NDArray[Any], one: str, more: str, hint: str) -> None:
        """Note rows at fault, if there are any: "2 deals have no amount", and of each "the deal has no amount"."""
        if len(rows):
            self.add(column, rule, many(len(rows), one, more), hint, rows, of_one=f"the {one}")

    def note_missing(self, column: str, name: str, known: Flags, one: str, more: str) -> None:
        """Note rows without a field that each must have, but for those whose cells could not be read."""
        rows = np.flatnonzero(~known & ~self.rows_at_fault(column, len(known)))
        self.note(column, f"missing_{name}", rows, f"{one} has no {name}", f"{more} have no {name}", "fill it in")

    def rows_at_fault(self, column: str, n_rows: int) -> Flags:
        """Which rows have a fault in a column already, so that nothing further is said of those cells.

        Of a column that is not there, all of them.
        """
        flags = np.zeros(n_rows, np.bool_)
        for problem in self.found:
            if problem.column == column:
                flags[slice(None) if problem.rule in _ABSENT else list(problem.rows)] = True
        return flags

    def good_rows(self, n_rows: int) -> NDArray[np.intp]:
        """Which rows have no fault so far."""
        return _without(self.found, n_rows)

    def refuse(self) -> NoReturn:
        """Refuse the table with what was found so far, because nothing more can be read."""
        raise self._error(self.found)

    def settle(self, n_rows: int, bad_rows: BadRows, accept: Collection[str]) -> tuple[NDArray[np.intp], list[Problem]]:
        """Refuse the table, or say which rows are good and why the others are not.

        Raises:
            InvalidTableError: There are faults, other than doubts that are accepted, which cannot be set aside.
        """
        kept = [problem for problem in self.found if problem.rule not in accept]
        if kept and (bad_rows == "refuse" or not all(problem.rows for problem in kept)):
            raise self._error(kept)
        return _without(kept, n_rows), kept

    def _error(self, problems: Sequence[Problem]) -> InvalidTableError:
        kind = MissingColumnError if any(one.rule == "missing_column" for one in problems) else InvalidTableError
        return kind(self.table, problems)


def _without(problems: Sequence[Problem], n_rows: int) -> NDArray[np.intp]:
    """The rows that have none of the problems."""
    good = np.ones(n_rows, np.bool_)
    for problem in problems:
        good[list(problem.rows)] = False
    return np.flatnonzero(good)


def check_door_words(bad_rows: str, accept: Collection[str], doubts: Sequence[str] = DOUBTS) -> None:
    """Refuse misspelt words before the data are read."""
    check_word(bad_rows, ("refuse", "set_aside"), "bad_rows")
    if isinstance(accept, str) or not isinstance(accept, Collection):
        one = accept if isinstance(accept, str) and accept in doubts else doubts[0]
        raise InvalidValueError(f"accept must be a collection of names, got {shown(accept)}; write {{{one!r}}}")
    strange = [name for name in accept if name not in doubts]
    if strange:
        raise InvalidValueError(
            f"accept must name doubts, got {', '.join(map(shown, strange))}; {nearest(strange[0], doubts)}"
        )


def set_aside(
    faults: Faults, kept: Sequence[Problem], cells_of: Callable[[Sequence[int]], list[dict[str, Any]]]
) -> tuple[SetAside, ...]:
    """The rows at fault, each with its own faults; `cells_of(rows)` gives what stood in them."""
    by_row: dict[int, list[Problem]] = {}
    for problem in kept:
        detail = faults.of_one_row.get(problem.detail, problem.detail)
        for row in problem.rows:
            by_row.setdefault(row, []).append(Problem(problem.column, problem.rule, detail, problem.hint, (row,)))
    rows = sorted(by_row)
    return tuple(SetAside(row, cells, tuple(by_row[row])) for row, cells in zip(rows, cells_of(rows), strict=True))


class _Columns(Protocol):
    """Columns of a table, which can be cut to some rows."""

    def rows(self, index: Index) -> dict[str, Any]: ...


C = TypeVar("C", bound=_Columns)


def good_rows_of(
    columns: C,
    faults: Faults,
    n_rows: int,
    bad_rows: BadRows,
    accept: Collection[str],
    cells_of: Callable[[Sequence[int]], list[dict[str, Any]]],
) -> tuple[C, tuple[SetAside, ...]]:
    """The columns without the rows at fault, and these rows, set aside.

    Raises:
        InvalidTableError: There are faults, other than doubts that are accepted, which cannot be set aside.
    """
    good, kept = faults.settle(n_rows, bad_rows, accept)
    if not kept:
        return columns, ()
    laid: Any = columns  # each kind of columns is an attrs class of its own
    return evolve(laid, **columns.rows(good)), set_aside(faults, kept, cells_of)


def many(n: int, one: str, more: str) -> str:
    """A counted noun: "1 deal closes" or "2 deals close".

    Examples:
        >>> many(1, "row has", "rows have"), many(1200, "row has", "rows have")
        ('1 row has', '1,200 rows have')
    """
    return f"{n:,} {one if n == 1 else more}"
