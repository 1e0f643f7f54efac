"""What can go wrong, in one grammar: what must hold, what came, what to change."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable, Sequence
from typing import Any

from attrs import frozen

__all__ = [
    "CurrencyMismatchError",
    "InvalidTableError",
    "InvalidValueError",
    "MissingColumnError",
    "MissingExtraError",
    "Problem",
    "SalesMetricsError",
]


class SalesMetricsError(Exception):
    """Base of every error that salesmetrics raises on purpose."""


class InvalidValueError(SalesMetricsError, ValueError):
    """One value cannot mean what its name says."""


class CurrencyMismatchError(InvalidValueError):
    """Money of two currencies met where one was needed."""


class MissingExtraError(SalesMetricsError, ImportError):
    """A library is needed that comes with an extra of this one."""


@frozen
class Problem:
    """One fault of a table, with every row that has it.

    Args:
        column: The column at fault, as the caller knows it.
        rule: The fault's stable name; a doubt is accepted by this name.
        detail: What must hold and what came, in words.
        hint: What to change.
        rows: Positions of the rows at fault, counted from 0; empty when the whole table is.

    Examples:
        >>> print(Problem("amount", "missing_amount", "2 deals have no amount", "give one", (4, 9)))
        amount: 2 deals have no amount (rows 4, 9); give one
    """

    column: str
    rule: str
    detail: str
    hint: str
    rows: tuple[int, ...] = ()

    def __str__(self) -> str:
        where = f" ({_rows_shown(self.rows)})" if self.rows else ""
        return f"{self.column}: {self.detail}{where}; {self.hint}"

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types, for a service that answers with the faults of what it was sent.

        Examples:
            >>> Problem("id", "missing_id", "1 row has no id", "give one", (3,)).to_dict()["rows"]
            [3]
        """
        return {
            "column": self.column,
            "rule": self.rule,
            "detail": self.detail,
            "hint": self.hint,
            "rows": list(self.rows),
        }


class InvalidTableError(SalesMetricsError, ValueError):
    """A table contradicts itself; `problems` lists every fault at once."""

    def __init__(self, table: str, problems: Sequence[Problem]) -> None:
        self.table = table
        self.problems = tuple(problems)
        count = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        lines = "".join(f"\n- {problem}" for problem in self.problems)
        super().__init__(f"{table} has {count}:{lines}")

    def __reduce__(self) -> tuple[type[InvalidTableError], tuple[str, tuple[Problem, ...]]]:
        return type(self), (self.table, self.problems)


class MissingColumnError(InvalidTableError):
    """The data have no column of a name that the format gives."""


def shown(value: object) -> str:
    """A value as an error message shows it: recognisable, and short however large the value is."""
    text = _REPR.repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def nearest(name: object, known: Iterable[object]) -> str:
    """The end of a sentence that offers the closest known name, or lists a few.

    Examples:
        >>> nearest("Wno", ["Won", "Lost"])
        "did you mean 'Won'?"
    """
    from difflib import get_close_matches  # loaded only when there is a mistake to explain

    names = [_text(one) for one in known]
    asked = _text(name)[:_LONGEST]
    close = [one for one in names if one.casefold() == asked.casefold()] or get_close_matches(asked, names, n=1)
    if close:
        return f"did you mean {shown(close[0])}?"
    if not names:
        return "there are none"
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    return f"known are {', '.join(shown(one) for one in names[:8])}{more}"


def _text(name: object) -> str:
    return name if isinstance(name, str) else shown(name)


def check_word(word: object, words: Iterable[str], what: str) -> None:
    """Refuse a word that is none of the known ones.

    Raises:
        InvalidValueError: It is not.
    """
    known = [*words]
    if not isinstance(word, str) or word not in known:
        raise InvalidValueError(f"{what} must be one of {known}, got {shown(word)}; {nearest(word, known)}")


def _rows_shown(rows: tuple[int, ...]) -> str:
    some = ", ".join(str(row) for row in rows[:8])
    more = f" and {len(rows) - 8:,} more" if len(rows) > 8 else ""
    return f"{'row' if len(rows) == 1 else 'rows'} {some}{more}"


class _Repr(reprlib.Repr):
    def __init__(self) -> None:
        super().__init__()
        self.maxstring = self.maxother = 80
        self.maxlevel = 3

    def repr_int(self, x: int, level: int) -> str:
        if x.bit_length() > 256:
            return f"an integer of {x.bit_length()} bits"  # its decimal text may not even be allowed
        return super().repr_int(x, level)


_LONGEST = 200  # characters of a value that a message shows
_REPR = _Repr()
