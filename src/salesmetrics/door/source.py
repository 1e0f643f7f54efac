"""Where foreign columns come from: a mapping here, a frame and a CSV file in rooms of their own.

A source has the `names` of its columns, each one another; among them those that are `repeated`, so that none of the
columns can be meant; the `cells` of one column; and all that stood in some `rows`. Cells are asked for with
`repeats=True` where codes into the different ones are welcome.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import Factory, define
from numpy.typing import NDArray

from salesmetrics.door.cells import Cells, as_cells, objects
from salesmetrics.errors import InvalidValueError

__all__ = ["MappingSource", "told_apart"]


@define
class MappingSource:
    """Columns in a mapping: lists, arrays, anything that can be walked once."""

    data: Mapping[str, Any]
    repeated: Collection[str] = ()
    _read: dict[str, NDArray[Any] | list[Any]] = Factory(dict)

    @property
    def names(self) -> Collection[str]:
        """The keys."""
        return self.data.keys()

    def cells(self, name: str, *, repeats: bool) -> Cells:
        """A column, which is kept in case it can be walked only once."""
        del repeats  # whoever reads a list finds the different cells as fast
        self._read[name] = as_cells(self.data[name])
        return self._read[name]

    def rows(self, rows: Sequence[int]) -> list[dict[str, Any]]:
        """What stood in these rows, in all columns that are long enough."""
        columns = {name: self._at(name, rows) for name in self.data}
        return [
            {name: cells[place] for name, cells in columns.items() if place < len(cells)} for place in range(len(rows))
        ]

    def _at(self, name: str, rows: Sequence[int]) -> list[Any]:
        """The cells of a column in some rows, as far as it goes; none where it is no column and nobody asked for it."""
        column = self._read.get(name, self.data[name])
        try:
            # A list or an array is looked into at these rows only; another maker's may not count its places from 0.
            if not isinstance(column, (list, tuple)) and not (isinstance(column, np.ndarray) and column.ndim):
                column = as_cells(column)
            inside = [row for row in rows if row < len(column)]
            picked = column[inside] if isinstance(column, np.ndarray) else [column[row] for row in inside]
            return objects(as_cells(picked))
        except InvalidValueError:
            return []


def told_apart(names: Iterable[object]) -> tuple[list[str], set[str]]:
    """Column names as different texts, and which of them came more than once.

    Examples:
        >>> told_apart(["Id", "Note", "Note"])
        (['Id', 'Note', 'Note (2)'], {'Note'})
    """
    texts = [str(name) for name in names]
    taken, times = set(texts), Counter[str]()
    apart: list[str] = []
    for text in texts:
        times[text] += 1
        free = text
        while times[text] > 1 and (free := f"{text} ({times[text]})") in taken:
            times[text] += 1
        taken.add(free)
        apart.append(free)
    return apart, {text for text, n in Counter(texts).items() if n > 1}
