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


class MissingExtraError(SalesMetricsError, ImportError):
    """An optional package is not installed; the message names the extra to install."""


class CurrencyMismatchError(InvalidValueError):
    """Money of two currencies met where one was needed."""


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
        # a column may be called anything, and the detail and the hint call it so again
        where = f" ({_rows_shown(self.rows)})" if self.rows else ""
        return f"{printable(self.column, 60)}: {printable(self.detail)}{where}; {printable(self.hint)}"

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
        super().__init__(f"{printable(table)} has {count}:{lines}")

    def __reduce__(self) -> tuple[type[InvalidTableError], tuple[str, tuple[Problem, ...]]]:
        return type(self), (self.table, self.problems)


class MissingColumnError(InvalidTableError):
    """The data have no column of a name that the format gives."""


def shown(value: object) -> str:
    """A value as an error message shows it: recognisable, and short however large the value is."""
    text = _REPR.repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def printable(text: str, longest: int = 800) -> str:
    r"""A text as it can be printed on one line: control characters are written out and not obeyed, long text is cut.

    Examples:
        >>> print(printable("Close\nDate"), printable("Opportunity", 8))
        Close\nDate Opportu…
    """
    written = "".join(one if one.isprintable() else repr(one)[1:-1] for one in text[: longest + 1])
    return written if len(written) <= longest else f"{written[: longest - 1]}…"


def nearest(name: object, known: Iterable[object], alike: float = 0.6) -> str:
    """The end of a sentence that offers the closest known name, or lists a few.

    A name is close when it has the same letters, or so large a share of them in the same order; `alike=0.7` lets no
    letter of three be another. Of names that are equally close the first is offered.

    Examples:
        >>> nearest("Wno", ["Won", "Lost"])
        "did you mean 'Won'?"
    """
    names = [_text(one) for one in known]
    meant = closest(name, names, alike)
    if meant is not None:
        return f"did you mean {shown(meant)}?"
    if not names:
        return "there are none"
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    return f"known are {', '.join(shown(one) for one in names[:8])}{more}"


def refuse(faults: Iterable[str | None], what: str = "") -> None:
    """Refuse what has faults, all of them at once.

    Args:
        faults: The faults, each a sentence; `None` is none.
        what: What has them, where they do not say so themselves.

    Raises:
        InvalidValueError: There are faults.

    Examples:
        >>> refuse([None])
        >>> refuse(["rep must be text, got 7; name one column", None], "QuotaFormat")
        Traceback (most recent call last):
        salesmetrics.errors.InvalidValueError: QuotaFormat: rep must be text, got 7; name one column
    """
    found = [fault for fault in faults if fault]
    if found:
        raise InvalidValueError((f"{what}: " if what else "") + "; and ".join(found))


def not_among(asked: Iterable[str], known: Iterable[str], must: str, hint: str = "") -> tuple[str, ...]:
    """The names that are asked for and are not known, none of which looks like a known one that nobody asks for.

    Args:
        asked: What is asked for.
        known: What there is.
        must: What the names must be, as an error begins.
        hint: What to do about a name that is no mistake, with a place for it.

    Raises:
        InvalidValueError: One looks so; all such are named.

    Examples:
        >>> not_among(["visit", "demo"], ["visit", "call"], "conditions must be of kinds that there are")
        ('demo',)
    """
    asked, known = [*asked], [*known]
    none = tuple(name for name in asked if name not in known)
    others = [name for name in known if name not in asked]
    meant = {name: closest(name, others, _ALIKE) for name in none} if others else {}
    faults = [
        f"{must}, got {shown(name)}; did you mean {shown(one)}?{hint.format(shown(name))}"
        for name, one in meant.items()
        if one is not None
    ]
    refuse(faults)
    return none


_ALIKE = 0.8
"""The share of letters that makes one name look like another: more than for a hint, because such a name is refused."""


def closest(name: object, known: Iterable[str], alike: float = 0.6) -> str | None:
    """The known name that is closest to another, if one is close at all; `nearest` says when.

    Examples:
        >>> closest("vist", ["call", "visit"]), closest("demo", ["call", "visit"])
        ('visit', None)
    """
    from difflib import SequenceMatcher  # loaded only when there is a mistake to explain

    names = [*known]
    asked = _compared(_text(name))
    letters = set(asked)
    matcher = SequenceMatcher(b=asked)

    def may_be_alike(one: str) -> bool:  # a quick look, for a column may hold a million mistakes
        return 2 * sum(map(letters.__contains__, one)) >= alike * (len(one) + len(asked))

    def likeness(one: str) -> float:
        matcher.set_seq1(one)
        return matcher.ratio() + (sorted(one) == sorted(asked))

    looked_through = {one: _compared(one) for one in names[:_MOST_COMPARED]}
    close = {one: likeness(compared) for one, compared in looked_through.items() if may_be_alike(compared)}
    best = max(close, key=close.__getitem__, default=None)
    return best if best is not None and close[best] >= alike else None


def _compared(name: str) -> str:
    return name[:60].casefold()  # the time that a comparison takes grows with both lengths


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


def check_flag(flag: object, what: str) -> None:
    """Refuse what is neither `True` nor `False`, such as the word "no", which would be taken for true.

    Raises:
        InvalidValueError: It is not.
    """
    if not isinstance(flag, bool):
        raise InvalidValueError(f"{what} must be True or False, got {shown(flag)}; write {what}=True")


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

    def repr_Fraction(self, x: Any, level: int) -> str:  # noqa: N802 (reprlib asks by the name of the type)
        one, two = (self.repr1(part, level) for part in (x.numerator, x.denominator))
        return one if two == "1" else f"{one}/{two}"


_LONGEST = 200  # characters of a value that a message shows
_MOST_COMPARED = 1000  # names that are looked through for the one that was meant
_REPR = _Repr()
