"""How many there are by name: counts that add name by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, final

import numpy as np

from salesmetrics._numeric.columns import Coded, sort_key
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.labels import FrozenMapping
from salesmetrics.result.answer import check_count

__all__ = ["CountsByName"]


@final
class CountsByName(Mapping[str, int]):
    """A count for each name, also of zero; sorted by name.

    Examples:
        >>> CountsByName({"Bo": 2, "Ada": 0}) + CountsByName({"Bo": 1, "Cleo": 4})
        CountsByName({'Ada': 0, 'Bo': 3, 'Cleo': 4})
    """

    __slots__ = ("_counts",)

    def __init__(self, counts: Mapping[str, int]) -> None:
        for name, n in counts.items():
            if type(name) is not str or type(n) is not int:
                raise InvalidValueError(f"counts must be whole numbers by name, got {shown(counts)}; leave them so")
            check_count(n, "a count")
        self._counts = FrozenMapping({name: counts[name] for name in sorted(counts, key=sort_key)})

    @classmethod
    def of_column(cls, names: tuple[str, ...], column: Coded) -> CountsByName:
        """How often each name stands in a column, and these names even if they do not."""
        found = np.bincount(column.codes[column.codes >= 0], minlength=len(column.names)).tolist()
        return cls(dict.fromkeys(names, 0) | {name: n for name, n in zip(column.names, found, strict=True) if n})

    def __getitem__(self, name: str) -> int:
        return self._counts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._counts)

    def __len__(self) -> int:
        return len(self._counts)

    def __add__(self, other: CountsByName) -> CountsByName:
        if not isinstance(other, CountsByName):
            return NotImplemented
        return CountsByName({name: self.get(name, 0) + other.get(name, 0) for name in {*self, *other}})

    def __hash__(self) -> int:
        return hash(self._counts)

    def __reduce__(self) -> tuple[Any, ...]:
        return CountsByName, (dict(self),)

    def __repr__(self) -> str:
        return f"CountsByName({self._counts!r})"

    def to_dict(self) -> dict[str, int]:
        """Plain JSON types."""
        return dict(self)

    @classmethod
    def from_dict(cls, data: Any) -> CountsByName:
        """The counts that `to_dict` wrote.

        Raises:
            InvalidValueError: The data are no such counts.
        """
        if not isinstance(data, Mapping):
            raise InvalidValueError(f"counts must be a mapping, got {shown(data)}; leave them as they were written")
        return cls(data)
