"""How the cells of foreign data are written: the common ground of all formats."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from attrs import NOTHING, Attribute, field, fields, fields_dict, frozen, has

from salesmetrics.errors import InvalidValueError, nearest, printable, shown
from salesmetrics.model.labels import FrozenMapping
from salesmetrics.model.money import Rounding
from salesmetrics.model.zones import zone_named

__all__ = [
    "ESCAPE",
    "LONGEST_TIME",
    "CellFormat",
    "frozen_names",
    "made",
    "named_once",
    "nearest_first",
    "says",
    "words",
]

ESCAPE = "'"
"""What spreadsheets take for "this is text, do not run it", before a text."""

LONGEST_TIME = 100
"""Characters of a text that is read as a day; the patterns of `strptime` take their time over longer ones."""

_SAMPLE = datetime(2001, 2, 3, 16, 5, tzinfo=UTC)


def words(given: object) -> tuple[str, ...]:
    """One text or several, as a tuple."""
    listed = tuple(given) if isinstance(given, (list, tuple)) else (given,)
    texts = tuple(word for word in listed if isinstance(word, str))
    if len(texts) < len(listed):
        raise InvalidValueError(f"words must be texts, got {shown(given)}; write ['Won']")
    return texts


def frozen_names(given: Mapping[str, str]) -> FrozenMapping[str]:
    """Names, each with its column, in a mapping that cannot change."""
    if not isinstance(given, Mapping) or not all(isinstance(one, str) for pair in given.items() for one in pair):
        raise InvalidValueError(f"a map of names to columns was expected, got {shown(given)}; write {{'arr': 'ARR'}}")
    return FrozenMapping(given)


def named_once(columns: Iterable[str | None]) -> tuple[str, ...]:
    """The columns that have a name, each once."""
    return tuple(dict.fromkeys(name for name in columns if name is not None))


def nearest_first(cls: type, given: list[Attribute[Any]]) -> list[Attribute[Any]]:
    """Arguments in the order in which a reader asks: which column is which, and then how cells are written."""
    inherited = [name for base in cls.__mro__[1:] if has(base) for name in fields_dict(base)]
    return sorted(given, key=lambda one: inherited.count(one.name))


@frozen(kw_only=True)
class CellFormat(ABC):
    """How cells are written; a format of a table adds which column is which."""

    date_format: str | None = None
    zone: str | None = None
    rounding: Rounding | None = None
    missing: tuple[str, ...] = field(default=("",), converter=words)
    escaped: bool = False

    @property
    @abstractmethod
    def columns(self) -> tuple[str, ...]:
        """Every column that the format names, in the order of its arguments.

        Examples:
            >>> from salesmetrics import DealFormat
            >>> DealFormat(id="Id", stage="Stage", amount="Amount", values={"arr": "ARR"}, currency="USD").columns
            ('Id', 'Stage', 'Amount', 'ARR')
        """

    @property
    def instants(self) -> tuple[str, ...]:
        """The columns whose times are points in time, and neither days nor times on the clock of the book."""
        return ()

    @classmethod
    def from_toml(cls, path: str | Path) -> Self:
        r"""A format from a TOML file, whose keys are the arguments above.

        Raises:
            InvalidValueError: The file is not TOML, or holds a key or a value that is no format's.
            OSError: The file cannot be read.

        Examples:
            >>> import tempfile
            >>> from salesmetrics import DealFormat
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     path = Path(folder, "crm.toml")
            ...     _ = path.write_text('id = "Id"\nstage = "Stage"\n[[process]]\nname = "Talk"\nprobability = 0.5')
            ...     DealFormat.from_toml(path).process.names
            ('Talk',)
        """
        import tomllib  # only whoever reads a format from a file pays for the parser

        try:
            data = tomllib.loads(_bounded(Path(path).read_text("utf-8-sig")))
        except (ValueError, RecursionError) as fault:  # not UTF-8, not TOML, or too large or deep for Python
            said = printable(str(fault), 200)  # which may repeat a key of any length
            raise InvalidValueError(f"{path} must be a TOML file, got one that is not: {said}; correct it") from None
        try:
            return cls._of_toml(data)
        except InvalidValueError as fault:
            raise InvalidValueError(f"{path}: {fault}") from None

    @classmethod
    def _of_toml(cls, data: dict[str, Any]) -> Self:
        one: Self = made(cls, data, "a format")
        return one

    def _unnamed(self, names: Iterable[str], needed: Collection[str] = ()) -> list[str]:
        """What is wrong with arguments that name a column, or none where the data do not have it."""
        return [
            f"{name} must be text, got {shown(getattr(self, name))}; name one column"
            for name in names
            if not isinstance(getattr(self, name), str) and (getattr(self, name) is not None or name in needed)
        ]

    def _misscaled(self, name: str) -> list[str]:
        """What is wrong with an argument that says in which scale a share or a probability is written."""
        scale = getattr(self, name)
        if scale in ("fraction", "percent"):
            return []
        return [f"{name} must be 'fraction' or 'percent', got {shown(scale)}; write one"]

    def _faults(self) -> list[str]:
        """What is wrong with how cells are said to be written."""
        faults: list[str] = []
        if self.rounding not in (None, "half_away"):
            faults.append(f"rounding must be 'half_away' or None, got {shown(self.rounding)}; write one")
        if not isinstance(self.escaped, bool):
            faults.append(f"escaped must be True or False, got {shown(self.escaped)}; write one")
        if self.date_format is not None and not says(self.date_format, "%Y-%m-%d"):
            faults.append(
                f"date_format must write year, month and day, got {shown(self.date_format)}; write '%d.%m.%Y'"
            )
        if self.zone is not None:
            try:
                zone_named(self.zone)
            except InvalidValueError as fault:
                faults.append(str(fault))
        return faults

    @property
    def _writes_times(self) -> bool:
        """Whether the date format, where there is one, also writes hours and minutes."""
        return self.date_format is None or says(self.date_format, "%H:%M")


def _bounded(toml: str) -> str:
    """Refuse what is too large for a format, before it is parsed: a key of 100,000 parts would take all memory."""
    if len(toml) > 100_000 or any(line.count(".") > 100 for line in toml.splitlines()):
        raise ValueError("it has more than 100,000 characters, or a line with more than 100 points")
    return toml


def says(pattern: str, wanted: str) -> bool:
    """Whether a pattern of `strptime` reads back what it wrote of a time."""
    try:
        text = _SAMPLE.strftime(pattern)
        if len(text) > LONGEST_TIME:
            return False
        return datetime.strptime(text, pattern).strftime(wanted) == _SAMPLE.strftime(wanted)  # noqa: DTZ007
    except (ValueError, TypeError, re.error):
        return False


def made(cls: type[Any], data: object, what: str) -> Any:
    """An object from a table of a TOML file.

    Raises:
        InvalidValueError: Keys are not known, or needed and not there.
    """
    arguments: tuple[Attribute[Any], ...] = fields(cls)
    known = [one.name for one in arguments]
    if not isinstance(data, Mapping):
        raise InvalidValueError(f"{what} must be a table, got {shown(data)}; write its keys")
    unknown = [name for name in data if name not in known]
    strange = [f"{shown(name)} ({nearest(name, known)})" for name in unknown[:8]]
    strange += [f"{len(unknown) - 8:,} more"] if len(unknown) > 8 else []
    needed = [f"{one.name!r}" for one in arguments if one.default is NOTHING and one.name not in data]
    if strange or needed:
        faults = [*(["unknown keys " + ", ".join(strange)] if strange else [])]
        faults += [*(["no " + ", ".join(needed)] if needed else [])]
        raise InvalidValueError(f"{what} must have the keys of its kind, got {' and '.join(faults)}; correct the keys")
    return cls(**data)
