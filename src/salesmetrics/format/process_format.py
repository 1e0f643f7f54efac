"""How foreign data name and write the stages of a sales process."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from salesmetrics.errors import refuse
from salesmetrics.format.cell_format import CellFormat, named_once, nearest_first

__all__ = ["ProcessFormat"]

_FIELDS = ("stage", "probability", "place", "pipeline", "closed", "won")


@frozen(kw_only=True, field_transformer=nearest_first)
class ProcessFormat(CellFormat):
    """Which column of foreign data tells what of a stage, and how the cells are written.

    One row is one stage. A stage is open until its row says that deals end there: probability 0 alone loses nothing.

    Args:
        stage: Column of the stage's name, as deals write it: in many systems an id.
        probability: Column of how likely its deals are won.
        closed: Column that says whether deals end there.
        won: Column that says whether they are won there; without one, a stage where deals end is won if it is certain.
        place: Column of its place among the stages, a number; without one, the order of the rows.
        pipeline: Column of the pipeline that it belongs to; without one, all rows are of one.
        probability_scale: "fraction" for 0 to 1, "percent" for 0 to 100.
        date_format: As in every format; no stage has a day.
        zone: As in every format.
        rounding: "half_away" rounds probabilities and places with too many decimals; `None` refuses them.
        missing: Texts that mean a missing cell.
        escaped: Whether an apostrophe at the beginning of a name is not part of it.

    Raises:
        InvalidValueError: An argument is not of its kind.

    Examples:
        >>> ProcessFormat(stage="Stage", probability="Chance", closed="Ends", probability_scale="percent").columns
        ('Stage', 'Chance', 'Ends')
    """

    stage: str
    probability: str
    closed: str
    won: str | None = None
    place: str | None = None
    pipeline: str | None = None
    probability_scale: Literal["fraction", "percent"] = "fraction"

    def __attrs_post_init__(self) -> None:
        faults = self._unnamed(_FIELDS, needed=("stage", "probability", "closed"))
        faults += self._misscaled("probability_scale")
        faults += self._faults()
        refuse(faults, "ProcessFormat")

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the format names, in the order of its arguments."""
        named = (self.stage, self.probability, self.closed, self.won, self.place, self.pipeline)
        return named_once(named)
