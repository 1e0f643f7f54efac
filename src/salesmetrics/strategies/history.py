"""What became of deals: changes, histories, and tables that have one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from salesmetrics.door.change_checks import SENTINELS
from salesmetrics.format.history_format import CHANGING, FieldHistoryFormat, Gaps, HistoryFormat
from salesmetrics.model.deal_change import DealChange
from salesmetrics.model.stage import Category, SalesProcess
from salesmetrics.strategies.model import IN_A_COLUMN, STANDARD, currencies, days, money, processes
from salesmetrics.strategies.table import tables
from salesmetrics.table.deal_history import DealHistory
from salesmetrics.table.deals import Deals
from salesmetrics.table.past import HISTORY_DOUBTS, AttachedHistory, attached

__all__ = [
    "attached_histories",
    "deal_changes",
    "deal_histories",
    "field_history_formats",
    "history_formats",
    "tables_with_history",
]


@st.composite
def deal_changes(
    draw: DrawFn,
    deals: Sequence[str | int] = ("D-1", "D-2"),
    process: SalesProcess | None = None,
    currency: str | None = None,
) -> DealChange:
    """A change of one of some deals, of any of its fields or of none.

    Args:
        draw: Given by hypothesis.
        deals: The ids of the deals.
        process: The stages that they can come into; `None` for `SalesProcess.standard()`.
        currency: Of the amounts; `None` for any.

    Examples:
        >>> from hypothesis import given
        >>> @given(deal_changes())
        ... def test_a_moment_is_on_the_clock_of_the_book(change: DealChange) -> None:
        ...     assert change.at.tzinfo is None
        >>> test_a_moment_is_on_the_clock_of_the_book()
    """
    unit = draw(currencies()) if currency is None else currency
    stage, probability, category, owner = draw(_WORDS)
    names = (process or STANDARD).names
    return DealChange(
        draw(st.sampled_from(deals)),
        draw(_MOMENTS),
        stage=None if stage is None else names[stage % len(names)],
        amount=draw(st.none() | money(unit, IN_A_COLUMN, negative=False)),
        expected_close=draw(_DUE),
        probability=probability,
        category=category,
        owner=owner,
    )


def deal_histories(deals: Deals | None = None) -> SearchStrategy[DealHistory]:
    """A history of a table's deals, in which a deal that the table does not have may be too.

    Args:
        deals: The table; `None` for any deals.

    Examples:
        >>> from hypothesis import given
        >>> @given(deal_histories())
        ... def test_rows_are_as_they_were_given(history: DealHistory) -> None:
        ...     assert len(list(history)) == len(history)
        >>> test_rows_are_as_they_were_given()
    """
    book = Deals.of([]) if deals is None else deals
    ids: list[Any] = [*book.id.tolist(), "nobody's"]
    changes = st.lists(deal_changes(ids, book.process, book.currency), max_size=8)
    gaps = st.sampled_from(["unchanged", "cleared"])
    return st.builds(lambda rows, means: DealHistory.of(rows, book.process, means), changes, gaps)


def attached_histories() -> SearchStrategy[AttachedHistory]:
    """The history of a table that has one.

    Examples:
        >>> from hypothesis import given
        >>> @given(attached_histories())
        ... def test_changes_stand_deal_by_deal(past: AttachedHistory) -> None:
        ...     assert sorted(past.number.tolist()) == past.number.tolist()
        >>> test_changes_stand_deal_by_deal()
    """
    return _pairs().map(lambda pair: attached(*pair, HISTORY_DOUBTS))


def tables_with_history() -> SearchStrategy[Deals]:
    """A table with a history, which may contradict it.

    Examples:
        >>> from hypothesis import given
        >>> @given(tables_with_history())
        ... def test_it_has_one(table: Deals) -> None:
        ...     assert table.history is not None
        >>> test_it_has_one()
    """
    return _pairs().map(lambda pair: pair[0].with_history(pair[1], HISTORY_DOUBTS))


def _pairs() -> SearchStrategy[tuple[Deals, DealHistory]]:
    return tables().flatmap(lambda table: st.tuples(st.just(table), deal_histories(table)))


@st.composite
def history_formats(draw: DrawFn) -> HistoryFormat:
    """A format of full rows: with any of the fields that change, and every way in which cells are written.

    Args:
        draw: Given by hypothesis.

    Examples:
        >>> from hypothesis import given
        >>> @given(history_formats())
        ... def test_what_is_tracked_has_a_column(form: HistoryFormat) -> None:
        ...     assert {getattr(form, name) for name in form.tracked} <= set(form.columns)
        >>> test_what_is_tracked_has_a_column()
    """
    named: dict[str, Any] = {name: name.title() for name in draw(_TRACKED)}
    gaps: Gaps = draw(st.sampled_from(["unchanged", "cleared"]))
    return HistoryFormat(deal="Deal", at="At", gaps=gaps, **named, **draw(_WRITTEN))


@st.composite
def field_history_formats(draw: DrawFn) -> FieldHistoryFormat:
    """A format of single fields: with old values or without, and every way in which cells are written.

    Args:
        draw: Given by hypothesis.

    Examples:
        >>> from hypothesis import given
        >>> @given(field_history_formats())
        ... def test_a_field_is_read_or_ignored(form: FieldHistoryFormat) -> None:
        ...     assert not set(form.fields) & set(form.ignored)
        >>> test_a_field_is_read_or_ignored()
    """
    fields = {name.title(): name for name in draw(_TRACKED)}
    old, ignored = draw(st.sampled_from([None, "Old"])), draw(st.sampled_from([(), ("created",)]))
    return FieldHistoryFormat(
        deal="Deal", at="At", field="Field", new="New", fields=fields, old=old, ignored=ignored, **draw(_WRITTEN)
    )


_MOMENTS = days() | days().map(lambda day: datetime.combine(day, time(12, 30, 0, 1)))
"""Days, which are their first moments, and times within them."""

_DUE = st.none() | days().filter(lambda day: day not in SENTINELS)

_TRACKED = st.lists(st.sampled_from(CHANGING), min_size=1, unique=True)

_WRITTEN: SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "process": st.none() | processes(),
        "probability_scale": st.sampled_from(["fraction", "percent"]),
        "time_format": st.sampled_from([None, "%m/%d/%y %I:%M %p"]),
        "date_format": st.sampled_from([None, "%d.%m.%Y", "%m/%d/%y"]),
        "zone": st.sampled_from([None, "UTC", "Europe/London"]),
        "rounding": st.sampled_from([None, "half_away"]),
        "missing": st.sampled_from([("",), (), ("", "-", "n/a")]),
        "escaped": st.booleans(),
    },
    optional={"currency": st.sampled_from(["USD", "JPY"])},
)
"""How the cells of a history may be written."""

_WORDS = st.tuples(
    st.none() | st.integers(0, 7),
    st.sampled_from([None, 0.0, 0.25, 1.0]),
    st.sampled_from([None, *Category]),
    st.sampled_from([None, "Ada", "", "Cleo"]),
)
