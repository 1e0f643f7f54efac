"""What was made of arrays that never change, so that it is made once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, final
from weakref import ref

from numpy.typing import NDArray

__all__ = ["Remembered"]

T = TypeVar("T")


@final
class Remembered:
    """What was made of arrays, each for as long as the array lives; of one that may still change nothing is kept."""

    def __init__(self) -> None:
        self._made: dict[int, tuple[ref[NDArray[Any]], Any]] = {}

    def of(self, array: NDArray[Any], make: Callable[[], T]) -> T:
        """What was made of this array before, or is made now."""
        key = id(array)
        kept = self._made.get(key)
        if kept is not None and kept[0]() is array:
            remembered: T = kept[1]
            return remembered
        made = make()
        if not array.flags.writeable:
            self._made[key] = ref(array, lambda _: self._made.pop(key)), made
        return made
