"""How many were won and lost, by what they have in common; such counts add."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from salesmetrics.errors import InvalidValueError, shown

__all__ = ["WonLost", "won_lost"]


class WonLost(tuple[tuple[Any, ...], ...]):
    """Rows of a key, how many were won, and how many lost, by key; two of these together add them."""

    __slots__ = ()

    def __add__(self, other: Any) -> WonLost:
        return won_lost([*self, *other])


def won_lost(rows: Iterable[Any]) -> WonLost:
    """Rows in the order of their keys, those of one key added.

    Raises:
        InvalidValueError: One is not texts, or `None`, and two counts.
    """
    sums: defaultdict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0])
    for row in rows if isinstance(rows, Iterable) else [rows]:
        cells = tuple(row) if isinstance(row, (list, tuple)) else ()
        key, numbers = cells[:-2], cells[-2:]
        is_key = len(cells) > 2 and all(one is None or isinstance(one, str) for one in key)
        if not is_key or any(type(number) is not int or not 0 <= number < 2**63 for number in numbers):
            raise InvalidValueError(
                f"counts must be rows of texts with how many were won and lost, got {shown(row)}; "
                "ask a measure for them"
            )
        for place, number in enumerate(numbers):
            sums[key][place] += number
    ordered = sorted(sums, key=lambda key: [(one is not None, one or "") for one in key])
    return WonLost((*key, *sums[key]) for key in ordered)
