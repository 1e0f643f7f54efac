"""The stages of a sales process in foreign columns, read through a format."""

from __future__ import annotations

from typing import Any

import numpy as np

from salesmetrics._numeric.columns import Flags, folded
from salesmetrics.door.opening import opened
from salesmetrics.door.reader import flag
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.format.process_format import ProcessFormat
from salesmetrics.model.probability import MILLION
from salesmetrics.model.stage import Outcome, SalesProcess, Stage

__all__ = ["process_of_cells"]


def process_of_cells(data: Any, form: ProcessFormat) -> SalesProcess:
    """The process that the rows tell, pipeline after pipeline.

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
    pipeline = reader.names(column(form.pipeline), form.pipeline or "pipeline")
    ends = reader.each(column(form.closed), form.closed, flag)
    wins = reader.each(column(form.won), form.won or "won", flag)
    is_closed = np.array([one is True for one in ends], np.bool_)
    is_won = is_closed & (chance.values == MILLION)
    if form.won is not None:
        is_won = np.array([one is True for one in wins], np.bool_)

    def note(called: str, rule: str, wrong: Flags, what: str, hint: str) -> None:
        rows = np.flatnonzero(wrong & ~faults.rows_at_fault(called, n_rows))
        faults.note(called, rule, rows, f"stage {what}", f"stages {what}", hint)

    def gaps(cells: list[bool | None]) -> Flags:
        return np.array([one is None for one in cells], np.bool_)

    note(form.stage, "missing_stage", ~name.known, "without a name", "name each one as the deals do")
    codes, different = folded(list(name))
    is_repeated = np.ones(n_rows, np.bool_)
    is_repeated[[codes.tolist().index(code) for code in range(len(different))]] = False
    hint = "give stages of one process different names, or leave the other pipelines out"
    note(form.stage, "repeated_stage", name.known & is_repeated, "with the name of another before", hint)
    note(form.probability, "missing_probability", ~chance.known, "without a probability", "give each one its own")
    note(form.closed, "missing_closed", gaps(ends), "of which nobody says whether deals end there", "say it of each")
    if form.won is not None:
        note(form.won, "missing_won", gaps(wins), "of which nobody says whether deals are won there", "say it of each")
    if form.place is not None:
        note(form.place, "missing_place", ~place.known, "without a place", "number the stages")
    usual = np.where(is_won, MILLION, 0)
    is_strange = (is_closed | is_won) & chance.known & (chance.values != usual)
    hint = "write 1 where deals are won and 0 where they are lost"
    note(form.probability, "strange_probability", is_strange, "in which deals end has a chance between", hint)
    if not n_rows and not faults.found:
        faults.add(form.stage, "missing_stage", "a process must have a stage, got none", "name the stages")
    faults.settle(n_rows, "refuse", ())
    pipelines = list(pipeline)
    order = sorted(range(n_rows), key=lambda row: (pipelines.index(pipelines[row]), place.values[row]))
    ended = {True: Outcome.WON, False: Outcome.LOST}
    return SalesProcess(
        [
            Stage(
                str(name.names[name.codes[row]]),
                int(chance.values[row]) / MILLION,
                ended[bool(is_won[row])] if is_closed[row] or is_won[row] else Outcome.OPEN,
            )
            for row in order
        ]
    )
