"""The cumulative rows of a forecast by category."""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import TypeVar

from salesmetrics.errors import InvalidValueError
from salesmetrics.model.stage import Category
from salesmetrics.result.answer import Answer
from salesmetrics.result.breakdown import Breakdown

__all__ = ["category_rollup"]

A = TypeVar("A", bound=Answer)

_CLOSED, _COMMIT, _LIKELY, _BEST, _PIPELINE = (
    one.value for one in (Category.CLOSED, Category.COMMIT, Category.MOST_LIKELY, Category.BEST_CASE, Category.PIPELINE)
)

_ROWS = {
    "closed": [_CLOSED],
    "commit": [_CLOSED, _COMMIT],
    "most_likely": [_CLOSED, _COMMIT, _LIKELY],
    "best_case": [_CLOSED, _COMMIT, _LIKELY, _BEST],
    "open_pipeline": [_COMMIT, _LIKELY, _BEST, _PIPELINE],
}


def category_rollup(by_category: Breakdown[A]) -> Breakdown[A]:
    """The answers by forecast category, rolled up: each row holds its category and the surer ones.

    Commit is what is closed and what is committed; most likely adds the deals of that category, best case adds the best
    cases. The open pipeline is everything open, so what is closed is not in it, and it may be less than the best case.
    Omitted deals, and those of which nobody knows the category, are in no row. The rows overlap: their sum means
    nothing.

    Args:
        by_category: The answers of a measure that counts won and open deals, such as
            `breakdown(forecast_value, deals, by="category")`.

    Returns:
        The rows closed, commit, most likely, best case and open pipeline; one of which no category has deals is left
        out, as in every breakdown.

    Raises:
        InvalidValueError: The answers are not by category alone.

    Examples:
        >>> from salesmetrics import MoneyTotal
        >>> amounts = {"pipeline": 200, "best_case": 150, "commit": 100, "closed": 50}
        >>> order = tuple(category.value for category in Category)
        >>> by_category = Breakdown(
        ...     "category", (*amounts,), [MoneyTotal(one * 100, "USD", 1, 0) for one in amounts.values()], (order,)
        ... )
        >>> for row, answer in category_rollup(by_category).items():
        ...     print(row, answer)
        closed 50.00 USD (1 deal)
        commit 150.00 USD (2 deals)
        most_likely 150.00 USD (2 deals)
        best_case 300.00 USD (3 deals)
        open_pipeline 450.00 USD (3 deals)
    """
    if not isinstance(by_category, Breakdown) or by_category.by != "category":
        raise InvalidValueError(
            "a roll-up must be of a breakdown by category, got another; write breakdown(measure, deals, by='category')"
        )
    found = {row: [by_category[one] for one in parts if one in by_category] for row, parts in _ROWS.items()}
    rows: dict[str, A] = {row: reduce(add, answers) for row, answers in found.items() if answers}
    return Breakdown("rollup", tuple(rows), tuple(rows.values()), (tuple(_ROWS),))
