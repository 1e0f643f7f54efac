"""What measures ask of a history, against each deal's changes one by one."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from history_strategies import Past, pasts
from salesmetrics import Deal, DealChange, Deals, InvalidValueError, Money
from salesmetrics.measure._history import visits
from strategies import days


@given(pasts(), days(), st.data())
def test_visits_are_those_of_each_deal(past: Past, day: date, data: DataObject) -> None:
    deals = past.table if data.draw(st.booleans()) else past.table.as_of(day)
    if len(deals):  # rows in any order, and some of them twice, as a bootstrap takes them
        deals = deals.take(np.array(data.draw(st.lists(st.integers(0, len(deals) - 1), max_size=5)), np.intp))
    expected = []
    for row, deal in enumerate(deals):
        own = [one for one in past.changes if one.deal == deal.id and one.stage is not None]
        if deals.day is not None:
            own = [one for one in own if one.at.date() < deals.day]
        own.sort(key=lambda one: one.at)
        entered = [one for place, one in enumerate(own) if place == 0 or one.stage != own[place - 1].stage]
        for one, after in zip(entered, [*entered[1:], None], strict=False):
            stage = past.book.process.names.index(one.stage or "")
            left = after.at.date() if after else one.at.date()
            expected.append((row, stage, one.at.date(), left, after is not None))
    found = visits(deals, "a test")
    assert [
        (row, stage, date.fromordinal(entered + 719_163), date.fromordinal(left + 719_163), has_left)
        for row, stage, entered, left, has_left in zip(
            *(column.tolist() for column in (found.rows, found.stages, found.entered, found.left, found.has_left)),
            strict=True,
        )
    ] == expected


def test_without_a_history_it_says_what_to_attach() -> None:
    deals = Deals.of([Deal("D-1", Money(1, "USD"), "Qualified", None, date(2026, 1, 1))])
    with pytest.raises(InvalidValueError, match="time in stage must know the deals' history, got a book without one"):
        visits(deals, "time in stage")
    assert len(
        visits(deals.with_history([DealChange("D-1", date(2026, 1, 2), stage="Won")], {"stage_disagrees"}), "x").rows
    )
