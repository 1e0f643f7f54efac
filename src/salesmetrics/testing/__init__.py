# Laws: what every measure and every answer owes, for whoever writes their own.
# What lives here knows all floors, and asks; only `measure_laws` knows hypothesis.
"""Laws for measures and answers of your own, each in a line.

`assert_order`, `assert_merge`, `assert_identity`, `assert_breakdown`, `assert_trend` and `assert_door` ask a measure of
deals that you give; `assert_answers_add` and `assert_round_trip` look at answers. They need nothing but salesmetrics,
and two answers that differ are an `AssertionError` that names the law and shows both; a measure that cannot answer at
all raises what it raises. `MeasureLaws` is a test class that tries the laws of measures on hundreds of books; it needs
hypothesis: `pip install 'salesmetrics[hypothesis]'`.

Laws say that answers agree with each other, and wrong ones can agree. So write one test more, of the definition: that
the answer equals a plain loop over the deals.

Examples:
    >>> from salesmetrics import sample_book, win_rate
    >>> book = sample_book(50).deals
    >>> assert_order(win_rate, book, population="all")
    >>> assert_merge(win_rate, [book[:20], book[20:]])
    >>> assert_answers_add(win_rate(book[:10]), win_rate(book[10:30]), win_rate(book[30:]))
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from salesmetrics.testing.laws import (
    assert_answers_add,
    assert_breakdown,
    assert_door,
    assert_identity,
    assert_merge,
    assert_order,
    assert_partition,
    assert_round_trip,
    assert_trend,
)

if TYPE_CHECKING:
    from salesmetrics.testing.measure_laws import MeasureLaws

__all__ = [
    "MeasureLaws",
    "assert_answers_add",
    "assert_breakdown",
    "assert_door",
    "assert_identity",
    "assert_merge",
    "assert_order",
    "assert_partition",
    "assert_round_trip",
    "assert_trend",
]


def __getattr__(name: str) -> Any:
    """Load `MeasureLaws` when it is first asked for, because it needs hypothesis and the other laws do not."""
    if name != "MeasureLaws":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import_module("salesmetrics.strategies")  # says in words that it needs hypothesis
    from salesmetrics.testing.measure_laws import MeasureLaws

    return MeasureLaws
