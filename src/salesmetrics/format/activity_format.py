"""How foreign data name and write what an activity is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import field, frozen

from salesmetrics.errors import refuse, shown
from salesmetrics.format.cell_format import CellFormat, frozen_names, named_once, nearest_first
from salesmetrics.model.labels import EMPTY

__all__ = ["ACTIVITY_FIELDS", "ACTIVITY_KEYS", "ActivityFormat", "reserved_fields"]

ACTIVITY_FIELDS = ("at", "kind", "rep", "lead", "deal", "minutes")
"""The fields of an activity that have a column of their own."""

ACTIVITY_KEYS = ("kind", "rep", "lead", "deal")
"""The columns of names, beside the user's own fields."""


@frozen(kw_only=True, field_transformer=nearest_first)
class ActivityFormat(CellFormat):
    """Which column of foreign data holds which field of an activity, and how the cells are written.

    A field that is `None` has no column in the data; a column that the format does not name is not read. A time without
    an offset is refused, unless the format names the zone whose clocks showed it.

    Args:
        at: Column of the instant.
        kind: Column of what was done.
        rep: Column of who did it.
        lead: Column of the lead's id.
        deal: Column of the deal's id.
        minutes: Column of the duration in minutes.
        fields: The user's own fields by name, each with its column.
        date_format: `None` for ISO 8601, else a pattern of `datetime.strptime` such as "%m/%d/%y %I:%M %p".
        zone: The zone of times that carry no offset, such as "Europe/London".
        rounding: "half_away" rounds minutes with decimals; `None` refuses them.
        missing: Texts that mean a missing cell.
        escaped: Whether an apostrophe at the beginning of a name, an id or a field is not part of it, but keeps
            spreadsheets from running it.

    Raises:
        InvalidValueError: An argument is not of its kind.

    Examples:
        >>> form = ActivityFormat(at="When", kind="Type", rep="Owner", zone="Europe/London")
        >>> form.columns
        ('When', 'Type', 'Owner')
    """

    at: str
    kind: str
    rep: str | None = None
    lead: str | None = None
    deal: str | None = None
    minutes: str | None = None
    fields: Mapping[str, str] = field(default=EMPTY, converter=frozen_names)

    def __attrs_post_init__(self) -> None:
        faults = self._unnamed(ACTIVITY_FIELDS, needed=("at", "kind"))
        faults += reserved_fields(self.fields)
        faults += self._faults()
        if not faults and not self._writes_times:
            faults.append(
                f"date_format must write hours and minutes, got {shown(self.date_format)}; write '%d.%m.%Y %H:%M'"
            )
        refuse(faults, "ActivityFormat")

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the format names, in the order of its arguments."""
        named: list[str | None] = [getattr(self, name) for name in ACTIVITY_FIELDS]
        return named_once((*named, *self.fields.values()))

    @property
    def instants(self) -> tuple[str, ...]:
        """The column of the instant."""
        return (self.at,)


def reserved_fields(names: Iterable[str]) -> list[str]:
    """What is wrong with the names of the user's own fields: one that a table's own column has would hide it."""
    return [
        f"a field must not be called like a column, got {shown(name)}; rename it"
        for name in names
        if name in ACTIVITY_FIELDS
    ]
