"""Read-only columns: whole numbers and others with gaps, and names that repeat."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import count
from typing import Any, TypeAlias, final, overload

import numpy as np
from numpy.typing import NDArray

from salesmetrics._numeric.remembered import Remembered
from salesmetrics.errors import InvalidValueError, shown

__all__ = [
    "MOST",
    "Coded",
    "Flags",
    "Floats",
    "Index",
    "Masked",
    "code_type",
    "coded",
    "folded",
    "id_column",
    "joined",
    "readonly",
    "recoded",
    "sort_key",
]

_BLOCK = 1 << 16

MOST = 2**63 - 1
"""The largest size of a number in a column."""

Flags: TypeAlias = NDArray[np.bool_]
"""One truth value per row."""

Index: TypeAlias = slice | NDArray[np.intp]
"""Which rows: a slice (a view, nothing copied) or their positions."""


def readonly(array: NDArray[Any]) -> NDArray[Any]:
    """The same array, no longer writable through this name."""
    array.flags.writeable = False
    return array


@final
class Masked(Sequence[int | None]):
    """Whole numbers of one unit, some of them not known.

    Args:
        values: The numbers; 0 where one is not known. The column owns the array.
        known: Which of them are known.
        unit: What is counted, such as a currency; `None` for plain numbers.
        bound: No value is larger in size; found when first asked for, and passed on to parts of the column.
    """

    __slots__ = ("_among", "_bound", "_is_complete", "_missing", "_range", "known", "unit", "values")

    def __init__(
        self, values: NDArray[np.integer[Any]], known: Flags, unit: str | None = None, bound: int | None = None
    ) -> None:
        self.values = readonly(values)
        self.known = readonly(known)
        self.unit = unit
        self._bound = bound
        self._is_complete: bool | None = None
        self._range: tuple[int, int] | None = None
        self._among = Remembered()
        self._missing = Remembered()

    @property
    def range(self) -> tuple[int, int]:
        """The smallest and the largest number that is known, found when first asked for; 0 and 0 of none."""
        if self._range is None:
            values = self.values if self.is_complete else self.values[self.known]
            self._range = (int(values.min()), int(values.max())) if len(values) else (0, 0)
        return self._range

    @property
    def is_complete(self) -> bool:
        """Whether every number is known; found when first asked for."""
        if self._is_complete is None:
            self._is_complete = bool(self.known.all())
        return self._is_complete

    def known_among(self, mask: Flags) -> Flags:
        """Which of some rows have a number; the same array where all of them do, so that it is summed once."""
        return mask if self.is_complete else self._among.of(mask, lambda: readonly(mask & self.known))

    def missing_among(self, mask: Flags) -> Flags:
        """Which of some rows have none."""
        return self._missing.of(
            mask, lambda: readonly(np.zeros(len(mask), np.bool_) if self.is_complete else mask & ~self.known)
        )

    @property
    def bound(self) -> int:
        """No value is larger in size than this."""
        if self._bound is None:
            self._bound = max(abs(int(self.values.min())), abs(int(self.values.max()))) if len(self.values) else 0
        return self._bound

    def take(self, rows: Index) -> Masked:
        """Some rows of the column."""
        if isinstance(rows, slice):
            part = Masked(self.values[rows], self.known[rows], self.unit, self._bound)
        else:
            known = np.ones(len(rows), np.bool_) if self._is_complete else self.known.take(rows)
            part = Masked(self.values.take(rows), known, self.unit, self._bound)
        part._is_complete = self._is_complete or None  # of a column with gaps, a part may have none
        return part

    def in_unit(self, unit: str | None) -> Masked:
        """The same numbers, of another unit."""
        return Masked(self.values, self.known, unit, self._bound)

    def __len__(self) -> int:
        return len(self.values)

    @overload
    def __getitem__(self, row: int) -> int | None: ...
    @overload
    def __getitem__(self, row: slice) -> Masked: ...
    def __getitem__(self, row: int | slice) -> int | Masked | None:
        if isinstance(row, slice):
            return self.take(row)
        return int(self.values[row]) if self.known[row] else None

    def __iter__(self) -> Iterator[int | None]:
        numbers: list[int | None] = self.values.tolist()
        for row in np.flatnonzero(~self.known).tolist():
            numbers[row] = None
        return iter(numbers)

    def __repr__(self) -> str:
        unit = "" if self.unit is None else f" {self.unit}"
        return f"Masked({_some(self)}{unit})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Masked, (self.values, self.known, self.unit, self._bound)  # a pickled array forgets that it is read-only


@final
class Floats(Sequence[float | None]):
    """Numbers with decimals, some of them not known.

    Args:
        values: The numbers, all finite; 0 where one is not known. The column owns the array.
        known: Which of them are known.
    """

    __slots__ = ("known", "values")

    def __init__(self, values: NDArray[np.float64], known: Flags) -> None:
        self.values = readonly(values)
        self.known = readonly(known)

    def take(self, rows: Index) -> Floats:
        """Some rows of the column."""
        if isinstance(rows, slice):
            return Floats(self.values[rows], self.known[rows])
        return Floats(self.values.take(rows), self.known.take(rows))

    def __len__(self) -> int:
        return len(self.values)

    @overload
    def __getitem__(self, row: int) -> float | None: ...
    @overload
    def __getitem__(self, row: slice) -> Floats: ...
    def __getitem__(self, row: int | slice) -> float | Floats | None:
        if isinstance(row, slice):
            return self.take(row)
        return float(self.values[row]) if self.known[row] else None

    def __iter__(self) -> Iterator[float | None]:
        return (
            value if known else None for value, known in zip(self.values.tolist(), self.known.tolist(), strict=True)
        )

    def __repr__(self) -> str:
        return f"Floats({_some(self)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Floats, (self.values, self.known)  # a pickled array forgets that it is read-only


@final
class Coded(Sequence[Any]):
    """Names that repeat, as small codes into a list of them; code -1 is no name.

    Args:
        codes: One code per row. The column owns the array.
        names: Different names, in the order in which they are shown; a part of the column keeps them all.
    """

    __slots__ = ("_counts", "_is_complete", "codes", "names")

    def __init__(self, codes: NDArray[np.signedinteger[Any]], names: Iterable[Hashable]) -> None:
        self.names: tuple[Any, ...] = tuple(names)
        self.codes = readonly(codes.astype(code_type(len(self.names)), copy=False))
        self._is_complete: bool | None = None
        self._counts: NDArray[np.intp] | None = None

    @property
    def is_complete(self) -> bool:
        """Whether every row has a name; found when first asked for."""
        if self._is_complete is None:
            self._is_complete = bool(self.codes.min(initial=0) >= 0)
        return self._is_complete

    @property
    def counts(self) -> NDArray[np.intp]:
        """How many rows have each name, and at last how many have none; found when first asked for."""
        if self._counts is None:
            counts = np.zeros(len(self.names) + 1, np.intp)
            for start in range(0, len(self.codes), _BLOCK):  # which bincount widens, a block at a time
                counts += np.bincount(self.codes[start : start + _BLOCK] + 1, minlength=len(counts))
            self._counts = readonly(np.roll(counts, -1))
        return self._counts

    def take(self, rows: Index) -> Coded:
        """Some rows of the column."""
        return Coded(self.codes[rows] if isinstance(rows, slice) else self.codes.take(rows), self.names)

    def lookup(self, per_name: Sequence[Any] | NDArray[Any], missing: Any) -> NDArray[Any]:
        """For each row what stands beside its name."""
        return np.array([*per_name, missing]).take(self.codes)  # code -1 takes the last, which is `missing`

    def is_in(self, *names: Hashable) -> Flags:
        """Which rows have one of these names; `None` asks for the rows without one."""
        strays = [name for name in names if not isinstance(name, Hashable)]
        if strays:
            raise InvalidValueError(f"is_in takes names one by one, got {shown(strays[0])}; write is_in('Ada', 'Bo')")
        wanted: Flags = self.lookup([name in names for name in self.names], None in names)
        return wanted

    @property
    def known(self) -> Flags:
        """Which rows have a name."""
        flags: Flags = self.codes >= 0
        return flags

    def __len__(self) -> int:
        return len(self.codes)

    @overload
    def __getitem__(self, row: int) -> Any: ...
    @overload
    def __getitem__(self, row: slice) -> Coded: ...
    def __getitem__(self, row: int | slice) -> Any:
        if isinstance(row, slice):
            return self.take(row)
        code = self.codes[row]
        return self.names[code] if code >= 0 else None

    def __iter__(self) -> Iterator[Any]:
        names = [*self.names, None]
        return map(names.__getitem__, self.codes.tolist())

    def __repr__(self) -> str:
        return f"Coded({_some(self)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Coded, (self.codes, self.names)


def _some(column: Sequence[Any]) -> str:
    """The first cells of a column, and how many more there are."""
    more = f" and {len(column) - 6:,} more" if len(column) > 6 else ""
    return f"{shown([*column[:6]])}{more}"


def joined(columns: Sequence[Any]) -> Any:
    """Columns of one kind, end to end: plain arrays, numbers (of no unit then), or names.

    Names stand in the order of the first column; what others add comes after.

    Examples:
        >>> joined([Coded(np.array([1, 0]), "ab"), Coded(np.array([0, -1]), "c")])
        Coded(['b', 'a', 'c', None])
    """
    first = columns[0]
    if isinstance(first, Masked):
        values, known = (np.concatenate([getattr(one, name) for one in columns]) for name in ("values", "known"))
        return Masked(values, known)
    if isinstance(first, Coded):
        names = list(dict.fromkeys(name for one in columns for name in one.names))
        place = {name: code for code, name in enumerate(names)}
        codes = [one.lookup([place[name] for name in one.names], -1) for one in columns]
        return Coded(np.concatenate(codes), names)
    return np.concatenate(columns)


def id_column(ids: list[Any]) -> NDArray[Any]:
    """Whole numbers as int64, anything else as objects."""
    if ids and set(map(type, ids)) == {int} and -MOST <= min(ids) <= max(ids) <= MOST:
        return np.array(ids, np.int64)
    return np.array(ids, object)


def coded(values: Sequence[Any]) -> Coded:
    """A column of names from plain objects, `None` for no name; the names are sorted."""
    return recoded(*folded(values))


def folded(values: Sequence[Any]) -> tuple[NDArray[np.int32], list[Any]]:
    """Codes into the different values, in the order in which they first came."""
    place: defaultdict[Any, int] = defaultdict(count().__next__)
    codes = np.fromiter(map(place.__getitem__, values), np.int32, len(values))  # two C loops: 30 ns a row
    return codes, list(place)


def recoded(codes: NDArray[np.signedinteger[Any]], names: Sequence[Any]) -> Coded:
    """A column of names from codes into any list of different names, which may hold `None`."""
    ordered = sorted((name for name in names if name is not None), key=sort_key)
    place = {name: code for code, name in enumerate(ordered)}
    table = np.array([*(place.get(name, -1) for name in names), -1], np.int32)
    return Coded(table.take(codes), ordered)


def sort_key(name: Any) -> tuple[str, Any]:
    """Where a name stands among names of mixed kinds: `None` last, numbers together, the rest by kind."""
    if name is None:
        return "~", 0
    return ("" if isinstance(name, (int, float)) else type(name).__name__), name


def code_type(n_names: int) -> type[np.signedinteger[Any]]:
    """The smallest integers that hold the codes of so many names."""
    return np.int8 if n_names < 128 else np.int16 if n_names < 32_768 else np.int32
