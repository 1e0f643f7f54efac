"""Ids by which the rows of one table name those of another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from numpy.typing import NDArray

from salesmetrics._numeric.order import of_another_kind
from salesmetrics.errors import InvalidValueError, shown

__all__ = ["check_ids"]


def check_ids(unknown: Iterable[str | int], ids: NDArray[Any], what: str, whose: str = "activities") -> None:
    """Refuse rows that name leads or deals by ids of another kind than theirs.

    Args:
        unknown: Ids that the rows name and that are not among the others.
        ids: Those of the leads or deals.
        what: "leads" or "deals".
        whose: What the rows are.

    Raises:
        InvalidValueError: One is among them but for its kind: a number that is text there, or text a number.
    """
    twins = of_another_kind(unknown, ids)
    if twins is not None:
        raise InvalidValueError(
            f"{whose} must name {what} as the book does, got {shown(twins[0])} for {shown(twins[1])}; "
            "make all ids text, or all of them numbers"
        )
