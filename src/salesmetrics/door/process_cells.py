"""The stages of a sales process in foreign columns, read through a format."""

from __future__ import annotations

from typing import Any

import numpy as np

from salesmetrics._numeric.columns import Coded, Flags
from salesmetrics.door.opening import opened
from salesmetrics.errors import InvalidValueError, nearest, shown
from salesmetrics.format.process_format import ProcessFormat
from salesmetrics.model.probability import MILLION
from salesmetrics.model.stage import Outcome, SalesProcess, Stage

__all__ = ["process_of_cells"]


def process_of_cells(data: Any, form: ProcessFormat, pipeline: str | None) -> SalesProcess:
    """The process that the rows of a pipeline tell; `None` where there is but one.

    Raises:
        InvalidTableError: Columns are missing, or rows cannot be read or contradict themselves.
        InvalidValueError: The arguments are not what they must be.
    """
    if not isinstance(form, ProcessFormat):
        raise InvalidValueError(
            f"format must be a ProcessFormat, got {shown(form)}; write ProcessFormat(stage=..., probability=..., ...)"
        )
    source = opened(data, form, "refuse", form.columns, "{'stage': [...], 'probability': [...]}", "SalesProcess")
    column, reader, faults, n_rows = source.column, source.reader, source.reader.faults, source.n_rows
    name = reader.names(column(form.stage), form.stage)
    is_percent = form.probability_scale == "percent"
    chance = reader.probabilities(column(form.probability), form.probability, percent=is_percent)
    place = reader.amounts(column(form.place), form.place or "place", None, 0)
    is_own = _is_own(reader.names(column(form.pipeline), form.pipeline or "pipeline"), form, pipeline)
    own = set(np.flatnonzero(is_own).tolist())
    ends = reader.flags(column(form.closed), form.closed)
    wins = reader.flags(column(form.won), form.won or "won")
    is_closed = ends.is_in(True)
    is_won = is_closed & (chance.values == MILLION) if form.won is None else wins.is_in(True)

    def note(called: str, rule: str, wrong: Flags, what: str, hint: str) -> None:
        rows = np.flatnonzero(is_own & wrong & ~faults.rows_at_fault(called, n_rows))
        faults.note(called, rule, rows, f"stage {what}", f"stages {what}", hint)

    faults.found[:] = [one for one in faults.found if not one.rows or own & {*one.rows}]  # others' rows are not read
    note(form.stage, "missing_stage", ~name.known, "without a name", "name each one as the deals do")
    names, before = list(name), set[str]()
    is_repeated = np.zeros(n_rows, np.bool_)
    for row in sorted(own):
        is_repeated[row] = names[row] in before
        before |= {names[row]} - {None}
    hint = "give stages of one process different names"
    note(form.stage, "repeated_stage", is_repeated, "with the name of another before", hint)
    note(form.probability, "missing_probability", ~chance.known, "without a probability", "give each one its own")
    note(form.closed, "missing_closed", ~ends.known, "of which nobody says whether deals end there", "say it of each")
    if form.won is not None:
        note(form.won, "missing_won", ~wins.known, "of which nobody says whether deals are won there", "say it of each")
    if form.place is not None:
        note(form.place, "missing_place", ~place.known, "without a place", "number the stages")
    usual = np.where(is_won, MILLION, 0)
    is_strange = (is_closed | is_won) & chance.known & (chance.values != usual)
    hint = "write 1 where deals are won and 0 where they are lost"
    note(form.probability, "strange_probability", is_strange, "in which deals end has a chance between", hint)
    if not n_rows and not faults.found:
        faults.add(form.stage, "missing_stage", "a process must have a stage, got none", "name the stages")
    faults.settle(n_rows, "refuse", ())
    order = sorted(own, key=lambda row: (place.values[row], row))
    ended = {True: Outcome.WON, False: Outcome.LOST}
    return SalesProcess(
        [
            Stage(
                names[row],
                int(chance.values[row]) / MILLION,
                ended[bool(is_won[row])] if is_closed[row] or is_won[row] else Outcome.OPEN,
            )
            for row in order
        ]
    )


def _is_own(pipelines: Coded, form: ProcessFormat, wanted: str | None) -> Flags:
    """Which rows are of the pipeline that is asked for."""
    names = [str(name) for name in pipelines.names]
    if wanted is None and len(names) > 1:
        raise InvalidValueError(
            f"pipeline must be named where there are several, got {', '.join(map(shown, names[:8]))}; deals go through "
            f"the stages of one: write pipeline={names[0]!r} or another"
        )
    if wanted is None:
        return np.ones(len(pipelines), np.bool_)
    if wanted not in names:
        hint = nearest(wanted, names) if form.pipeline else "name the column of pipelines in the format"
        raise InvalidValueError(f"pipeline must be one of the data, got {shown(wanted)}; {hint}")
    return pipelines.is_in(wanted)
