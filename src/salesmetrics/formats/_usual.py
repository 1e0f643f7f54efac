"""What a system usually writes, and what an export does otherwise: how a ready format comes of both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias, TypeVar

from salesmetrics.format.cell_format import made
from salesmetrics.format.deal_format import DealFormat
from salesmetrics.format.history_format import FieldHistoryFormat, HistoryFormat
from salesmetrics.format.lead_format import LeadFormat
from salesmetrics.format.process_format import ProcessFormat
from salesmetrics.model.stage import Outcome, SalesProcess, Stage

__all__ = ["Layout", "format_of", "lead_format", "usual_process"]

Format = TypeVar("Format", DealFormat, HistoryFormat, FieldHistoryFormat, LeadFormat, ProcessFormat)

Layout: TypeAlias = Literal["api", "fivetran"]
"""How columns are called: as the system's interface does, or as Fivetran lays them down in a warehouse."""


def format_of(kind: type[Format], usual: dict[str, Any], said: dict[str, Any]) -> Format:
    """A format of what is usual, but for what the caller says."""
    form: Format = made(kind, usual | said, "a format")
    return form


def lead_format(usual: dict[str, Any], said: dict[str, Any], numbers: tuple[str, ...] = ()) -> LeadFormat:
    """A format of leads whose clocks are those of UTC, with those numbers that are still among its fields."""
    fields = said.get("fields", usual["fields"])
    usual["numbers"] = tuple(name for name in numbers if isinstance(fields, Mapping) and name in fields)
    return format_of(LeadFormat, {"zone": "UTC", **usual}, said)


def usual_process(chances: dict[str, float], won: str, lost: str) -> SalesProcess:
    """The stages that a new customer of the system has: the open ones by their chances, then won and lost."""
    open_stages = [Stage(name, chance) for name, chance in chances.items()]
    return SalesProcess([*open_stages, Stage(won, 1.0, Outcome.WON), Stage(lost, 0.0, Outcome.LOST)])
