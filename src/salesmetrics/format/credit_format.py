"""How foreign data name and write who is credited with how much of a deal."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from salesmetrics.errors import refuse
from salesmetrics.format.cell_format import CellFormat, named_once, nearest_first

__all__ = ["CreditFormat"]

_FIELDS = ("deal", "rep", "share", "overlay")


@frozen(kw_only=True, field_transformer=nearest_first)
class CreditFormat(CellFormat):
    """Which column of foreign data holds which field of a credit, and how the cells are written.

    Args:
        deal: Column of the id of the deal.
        rep: Column of who is credited, as deals call their owner.
        share: Column of the share: a number, or one whole number over another such as 1/3.
        overlay: Column that says whether a credit is of a specialist and comes on top, in yes and no, true and false or
            1 and 0; `None` if none does.
        share_scale: "fraction" for 0 to 1, "percent" for 0 to 100.
        date_format: Of no use here, because there are no days.
        zone: Of no use here, alike.
        rounding: Of no use here, because shares are exact.
        missing: Texts that mean a missing cell.
        escaped: Whether an apostrophe at the beginning of a name is not part of it, but keeps spreadsheets from running
            it.

    Raises:
        InvalidValueError: An argument is not of its kind.

    Examples:
        >>> CreditFormat(deal="Opportunity Id", rep="Owner", share="Percent", share_scale="percent").columns
        ('Opportunity Id', 'Owner', 'Percent')
    """

    deal: str
    rep: str
    share: str
    overlay: str | None = None
    share_scale: Literal["fraction", "percent"] = "fraction"

    def __attrs_post_init__(self) -> None:
        faults = self._unnamed(_FIELDS, needed=_FIELDS[:3]) + self._faults()
        faults += self._misscaled("share_scale")
        refuse(faults, "CreditFormat")

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the format names, in the order of deal, rep, share and overlay."""
        named = (self.deal, self.rep, self.share, self.overlay)
        return named_once(named)
