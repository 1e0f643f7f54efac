"""How foreign data name and write whom a rep worked for."""

from __future__ import annotations

from attrs import frozen

from salesmetrics.errors import refuse
from salesmetrics.format.cell_format import CellFormat, named_once, nearest_first

__all__ = ["AssignmentFormat"]

_FIELDS = ("rep", "manager", "team", "start", "end")


@frozen(kw_only=True, field_transformer=nearest_first)
class AssignmentFormat(CellFormat):
    """Which column of foreign data holds which field of an assignment, and how the cells are written.

    Args:
        rep: Column of the rep, as deals call their owner.
        start: Column of the first day.
        end: Column of the day after the last day; a gap where the assignment lasts. `None` if none has ended.
        manager: Column of the manager; a gap at the top.
        team: Column of the team.
        date_format: `None` for ISO 8601, else a pattern of `datetime.strptime` such as "%m/%d/%y".
        zone: Where a day begins, for times that carry an offset, such as "Europe/London".
        rounding: Of no use here, because there are no amounts.
        missing: Texts that mean a missing cell.
        escaped: Whether an apostrophe at the beginning of a name is not part of it, but keeps spreadsheets from running
            it.

    Raises:
        InvalidValueError: An argument is not of its kind.

    Examples:
        >>> AssignmentFormat(rep="Rep", manager="Manager", start="From", end="To").columns
        ('Rep', 'Manager', 'From', 'To')
    """

    rep: str
    start: str
    end: str | None = None
    manager: str | None = None
    team: str | None = None

    def __attrs_post_init__(self) -> None:
        faults = self._unnamed(_FIELDS, needed=("rep", "start")) + self._faults()
        refuse(faults, "AssignmentFormat")

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the format names, in the order of rep, manager, team, start and end."""
        named: list[str | None] = [getattr(self, name) for name in _FIELDS]
        return named_once(named)
