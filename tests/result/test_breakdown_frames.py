"""Every breakdown builds a frame of any library in one call."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import salesmetrics as sm
from backends import BUILDERS
from measure_laws import QUESTIONS, needed, with_what_it_needs

BOOK = sm.sample_book(200)


def plain(cells: Any) -> list[Any]:
    """Cells as Python's own, `None` for NaN."""
    return [None if one is None or one != one else one for one in cells]  # noqa: PLR0124  # NaN


def listed(frame: Any, name: str) -> list[Any]:
    if hasattr(frame, "to_arrow_table"):
        frame = frame.to_arrow_table()
    column = frame[name]
    return plain(column.to_pylist() if hasattr(column, "to_pylist") else column.to_list())


@pytest.mark.parametrize("build", BUILDERS.values(), ids=BUILDERS)
@pytest.mark.parametrize("measure", QUESTIONS, ids=lambda measure: measure.__name__)
def test_of_every_measure(build: Any, measure: Any) -> None:
    deals, options = with_what_it_needs(measure, BOOK.deals), needed(measure)
    for by in ("owner", ("region", "stage")):  # some deals have no region, and some groups no closed deal
        columns = sm.breakdown(measure, deals, by=by, **options).to_columns()
        frame = build(columns)
        for name, cells in columns.items():
            expected = plain(cells.tolist() if isinstance(cells, np.ndarray) else cells)
            assert listed(frame, name) == expected
            assert len(expected) > 1


@pytest.mark.parametrize("build", BUILDERS.values(), ids=BUILDERS)
def test_of_a_function_of_ones_own(build: Any) -> None:
    frame = build(sm.breakdown(len, BOOK.deals, by="kind").to_columns())
    counts = [sum(deal.kind == kind for deal in BOOK.deals) for kind in ("new", "expansion", "renewal")]
    assert listed(frame, "kind") == [kind for kind, n in zip(("new", "expansion", "renewal"), counts, strict=True) if n]
    assert listed(frame, "answer") == [n for n in counts if n]
