"""How foreign data name and write what a lead is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self

from attrs import field, frozen

from salesmetrics.errors import nearest, refuse, shown
from salesmetrics.format.cell_format import CellFormat, frozen_names, made, named_once, nearest_first, words
from salesmetrics.format.deal_format import OutcomeColumn
from salesmetrics.model.labels import EMPTY

__all__ = ["LEAD_KEYS", "LeadFormat", "reserved_lead_fields"]

LEAD_KEYS = ("source", "outcome")
"""The columns of names that groups are made by, beside the leads' fields."""

_COLUMNS = ("id", "created", "created_at", "source", "closed", "opportunity", "deleted")


@frozen(kw_only=True, field_transformer=nearest_first)
class LeadFormat(CellFormat):
    """Which column of foreign data holds which field of a lead, and how the cells are written.

    A field that is `None` has no column in the data; a column that the format does not name is not read. Exports write
    much for "nobody said": name all of it, as in `missing=("", "Select")`.

    Args:
        id: Column of the lead's id.
        created: Column of the day on which it came in, or of a time, whose day is that of the format's zone.
        created_at: Column of the instant at which it came in, for response times; it may be the same one.
        source: Column of where it came from.
        fields: What else is known of a lead, by name, each with its column. Cells are kept as they are: text of a CSV
            file stays text. A column of flags and numbers is refused, unless it is named in one of the next two.
        numbers: Names among `fields` that are numbers, where the data have them as text.
        flags: Names among `fields` that are flags, in yes and no, true and false or 1 and 0.
        outcome: The column that says how leads ended; without one, all are open. In TOML a table with the arguments of
            `OutcomeColumn`. A blank cell is an outcome that nobody knows.
        closed: Column of the day on which it was won or lost.
        opportunity: Column of the id of the deal that it became.
        deleted: Column that says whether a row is deleted, as flags are written. A deleted row is at fault, and no
            lead.
        date_format: `None` for ISO 8601, else a pattern of `datetime.strptime` such as "%m/%d/%y".
        zone: Where a day begins, for times that carry an offset, and where the clock hangs that shows the others.
        rounding: No number of a lead is rounded: leave it out.
        missing: Texts that mean a missing cell.
        escaped: Whether an apostrophe at the beginning of an id, a name or a field is not part of it, but keeps
            spreadsheets from running it.

    Raises:
        InvalidValueError: Arguments contradict each other, or one is not of its kind.

    Examples:
        >>> form = LeadFormat(
        ...     id="Lead Number",
        ...     source="Lead Source",
        ...     fields={"visits": "TotalVisits", "country": "Country"},
        ...     numbers=["visits"],
        ...     outcome=OutcomeColumn("Converted", won="1", lost="0"),
        ...     missing=("", "Select"),
        ... )
        >>> form.columns
        ('Lead Number', 'Lead Source', 'TotalVisits', 'Country', 'Converted')
    """

    id: str
    created: str | None = None
    created_at: str | None = None
    source: str | None = None
    fields: Mapping[str, str] = field(default=EMPTY, converter=frozen_names)
    numbers: tuple[str, ...] = field(default=(), converter=words)
    flags: tuple[str, ...] = field(default=(), converter=words)
    outcome: OutcomeColumn | None = None
    closed: str | None = None
    opportunity: str | None = None
    deleted: str | None = None

    def __attrs_post_init__(self) -> None:
        faults = self._unnamed(_COLUMNS, needed=("id",))
        faults += reserved_lead_fields(self.fields)
        if self.outcome is not None and not isinstance(self.outcome, OutcomeColumn):
            faults.append(
                f"outcome must be an OutcomeColumn or None, got {shown(self.outcome)}; write OutcomeColumn(...)"
            )
        for what, names in (("numbers", self.numbers), ("flags", self.flags)):
            strange = [name for name in names if name not in self.fields]
            if strange:
                faults.append(f"{what} must be among fields, got {shown(strange)}; {nearest(strange[0], self.fields)}")
        twice = [name for name in self.numbers if name in self.flags]
        if twice:
            faults.append(f"a field must be a number or a flag, got {shown(twice[0])} as both; keep one")
        if self.rounding is not None:
            faults.append(f"rounding must be None for leads, got {shown(self.rounding)}; leave it out")
        faults += self._faults()
        if self.created_at is not None and not faults and not self._writes_times:
            faults.append(
                f"date_format must write hours and minutes for created_at, got {shown(self.date_format)}; "
                "write '%d.%m.%Y %H:%M'"
            )
        refuse(faults, "LeadFormat")

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the format names, in the order of its arguments."""
        ends = None if self.outcome is None else self.outcome.column
        named = (self.id, self.created, self.created_at, self.source, *self.fields.values(), ends)
        named += (self.closed, self.opportunity, self.deleted)
        return named_once(named)

    @classmethod
    def _of_toml(cls, data: dict[str, Any]) -> Self:
        if "outcome" in data:
            data["outcome"] = made(OutcomeColumn, data["outcome"], "outcome")
        return super()._of_toml(data)


def reserved_lead_fields(names: Iterable[str]) -> list[str]:
    """What is wrong with the names of fields: one that a table's own column has would hide it."""
    reserved = {*_COLUMNS, *LEAD_KEYS}
    return [
        f"a field must not be called like a column, got {shown(name)}; rename it" for name in names if name in reserved
    ]
