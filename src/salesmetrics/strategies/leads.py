"""Leads, lists of them, and the formats that read lists."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from salesmetrics.format.deal_format import OutcomeColumn
from salesmetrics.format.lead_format import LeadFormat
from salesmetrics.model.lead import Lead
from salesmetrics.model.stage import Outcome
from salesmetrics.strategies.model import days
from salesmetrics.table.leads import Leads

__all__ = ["lead_formats", "lead_tables", "leads"]

_FIELDS: dict[str, SearchStrategy[Any]] = {
    "employees": st.sampled_from([0, 49, 50, 51, 2**53, -(2**63) + 1]),
    "visits": st.sampled_from([0.0, 2.5, 50.0, -1e300]),
    "country": st.sampled_from(["NL", "DE", "Ünal 雪", ""]),
    "persona": st.booleans(),
    "asked": st.sampled_from([date(2026, 1, 5), 7, "7", 2.5]),
}
_ENDS = [(Outcome.OPEN, False), (None, False), (Outcome.WON, False), (Outcome.WON, True), (Outcome.LOST, True)]
"""How leads end, and whether the day is known."""


@st.composite
def leads(draw: DrawFn, lead_id: str | int = "L") -> Lead:
    """Somebody who may become a customer, with any of the fields that lists have.

    Args:
        draw: Given by hypothesis.
        lead_id: Its id.

    Examples:
        >>> from hypothesis import given
        >>> @given(leads())
        ... def test_an_open_lead_has_no_end(lead: Lead) -> None:
        ...     assert lead.closed is None or lead.outcome is not Outcome.OPEN
        >>> test_an_open_lead_has_no_end()
    """
    created = draw(days())
    outcome, is_dated = draw(st.sampled_from(_ENDS))
    after = min(draw(st.sampled_from([0, 1, 30])), (date.max - created).days)
    clock = draw(st.sampled_from([None, time(0), time(9, 30), time(23, 59, 59, 999_999)]))
    return Lead(
        lead_id,
        created,
        draw(st.sampled_from([None, "web", "fair"])),
        draw(st.fixed_dictionaries({}, optional=_FIELDS)),
        outcome,
        created + timedelta(after) if is_dated else None,
        draw(st.sampled_from([None, "D-1", 7, 2**70])),
        None if clock is None else datetime.combine(created, clock, UTC),
    )


@st.composite
def lead_tables(draw: DrawFn, max_size: int = 6) -> Leads:
    """A table of leads, some of them without a day of creation.

    Args:
        draw: Given by hypothesis.
        max_size: At most so many leads.

    Examples:
        >>> from hypothesis import given
        >>> @given(lead_tables())
        ... def test_every_lead_has_its_id(table: Leads) -> None:
        ...     assert len({lead.id for lead in table}) == len(table)
        >>> test_every_lead_has_its_id()
    """
    rows = draw(st.lists(st.tuples(leads(), st.booleans()), max_size=max_size))
    name: Any = draw(st.sampled_from([str, int, "L-{}".format]))
    own = [
        evolve(lead, id=name(place), created=None if is_undated else lead.created)
        for place, (lead, is_undated) in enumerate(rows)
    ]
    return Leads.of(own, accept={"missing_created"})


@st.composite
def lead_formats(draw: DrawFn) -> LeadFormat:
    """A format of a list of leads: with any of the columns, and every way in which cells are written.

    Args:
        draw: Given by hypothesis.

    Examples:
        >>> from hypothesis import given
        >>> @given(lead_formats())
        ... def test_the_id_has_a_column(form: LeadFormat) -> None:
        ...     assert form.id in form.columns
        >>> test_the_id_has_a_column()
    """
    maybe = draw(st.sets(st.sampled_from(["created", "created_at", "source", "closed", "opportunity", "deleted"])))
    columns: dict[str, Any] = {name: name.title() for name in sorted(maybe)}
    fields = draw(st.sampled_from([{}, {"employees": "Staff"}, {"employees": "Staff", "persona": "Fits"}]))
    return LeadFormat(
        id="Id",
        **columns,
        fields=fields,
        numbers=draw(st.sampled_from([(), ("employees",)])) if fields else (),
        flags=("persona",) if "persona" in fields and draw(st.booleans()) else (),
        outcome=draw(st.sampled_from([None, OutcomeColumn("Status", "Won", ["Lost", "No"])])),
        date_format=draw(st.sampled_from([None, "%d.%m.%Y %H:%M"])),
        zone=draw(st.sampled_from([None, "UTC", "Europe/London"])),
        missing=draw(st.sampled_from([("",), (), ("", "Select")])),
        escaped=draw(st.booleans()),
    )
