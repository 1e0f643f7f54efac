"""Conditions on leads, asked of a whole table at once; `Condition.verdict` says the same of one lead."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from math import ceil, floor
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, Flags, Floats, Masked
from salesmetrics.errors import InvalidValueError, not_among
from salesmetrics.model.labels import EMPTY
from salesmetrics.model.scoring.condition import (
    COMPARED,
    LEAD_HINT,
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Counted,
    Did,
    IsIn,
    IsMissing,
    Not,
    is_same,
)
from salesmetrics.table.activities import Activities
from salesmetrics.table.leads import Leads

__all__ = ["FieldsOfActivities", "View", "fields_of", "fields_that_none_has", "known_to_be"]

_FEW = 5  # so many values are compared one by one, and more looked up


class View(Protocol):
    """The rows of which conditions are asked."""

    def column(self, name: str) -> Masked | Floats | Coded:
        """What is known of the rows under a name."""
        ...

    def times(self, did: Did) -> NDArray[Any]:
        """How often each row did something."""
        ...


class FieldsOfActivities:
    """Activities, of whose own fields conditions are asked."""

    def __init__(self, log: Activities) -> None:
        self._log = log

    def column(self, name: str) -> Coded:
        """A field of the activities; of one that none has nothing is known."""
        return self._log.fields[name] if name in self._log.fields else nothing_of(len(self._log))

    def times(self, did: Did) -> NDArray[Any]:
        """Activities do nothing: conditions on them cannot ask for it."""
        raise InvalidValueError(f"an activity's own condition must be on its fields, got {did}; write Field('page')")


def fields_of(leads: Leads, name: str) -> Masked | Floats | Coded:
    """What is known of leads under a name; of a field that no lead has, nothing."""
    if name == "source":
        return leads.source
    return leads.fields[name] if name in leads.fields else nothing_of(len(leads))


def nothing_of(n_rows: int) -> Coded:
    """A field of which nothing is known."""
    return Coded(np.full(n_rows, -1, np.int8), ())


def fields_that_none_has(
    asked: Iterable[str], known: Iterable[str], hint: str = "", what: str = "conditions"
) -> tuple[str, ...]:
    """The fields that conditions, or a model, ask for and that nothing of a table has.

    Raises:
        InvalidValueError: One looks like a field that there is and that nobody asks for; all such are named.
    """
    return not_among(asked, known, f"{what} must be on fields that there are", hint)


def known_to_be(condition: Condition, rows: View, *, verdict: bool = True) -> Flags:
    """Of which rows it is known that a condition holds, or of which that it does not."""
    if isinstance(condition, Not):
        return known_to_be(condition.condition, rows, verdict=not verdict)
    if isinstance(condition, (AllOf, AnyOf)):
        parts = [known_to_be(one, rows, verdict=verdict) for one in condition.conditions]
        join = np.logical_and if isinstance(condition, AllOf) == verdict else np.logical_or
        joined = parts[0]
        for part in parts[1:]:
            joined = join(joined, part)
        return joined
    if isinstance(condition, Did):
        times = rows.times(condition)
        done: Flags = times > 0 if verdict else times == 0
        return done
    if isinstance(condition, Counted):
        often: Flags = COMPARED[condition.sign](rows.times(condition.did), condition.number)
        return often if verdict else ~often
    if isinstance(condition, IsMissing):
        known = rows.column(condition.name).known
        return ~known if verdict else known
    if not isinstance(condition, (Comparison, IsIn)):
        raise InvalidValueError(f"a condition must be made of Field, Did and Times, got {condition}; make it of these")
    column = rows.column(condition.name)
    if isinstance(condition, Comparison):
        flags = _compared(column, condition)
    else:
        if column.known.any():  # of a part of a table what its other rows hold is known too
            one = [] if isinstance(column, Coded) else [column.values[int(column.known.argmax())].item()]
            held = column.names if isinstance(column, Coded) else one
            condition.check_kinds(held, EMPTY if isinstance(rows, FieldsOfActivities) else LEAD_HINT)
        flags = _among(column, condition.values)
    is_complete = not isinstance(column, Floats) and column.is_complete
    if not verdict:
        np.logical_not(flags, out=flags)
    return flags if is_complete else flags & column.known


def _compared(column: Masked | Floats | Coded, condition: Comparison) -> Flags:
    """Which cells compare so; what is said of cells that are not known does not matter."""
    sign, value = condition.sign, condition.value
    if isinstance(column, Coded):
        occurs = np.bincount(column.codes[column.known], minlength=len(column.names)) > 0
        for name, does_occur in zip(column.names, occurs.tolist(), strict=True):
            if does_occur:
                condition.check_kind(name)
        verdicts = [bool(there and COMPARED[sign](one, value)) for one, there in zip(column.names, occurs, strict=True)]
        return _looked_up(column, verdicts)
    if column.known.any():
        condition.check_kind(1)
    if isinstance(value, date):  # and nothing is known
        return np.zeros(len(column), np.bool_)
    if isinstance(column, Masked) and isinstance(value, float):  # whole numbers stay whole
        value = ceil(value) if sign in (">=", "<") else floor(value)
    found: Flags = COMPARED[sign](column.values, value)
    return found


def _among(column: Masked | Floats | Coded, values: tuple[Any, ...]) -> Flags:
    """Which cells are one of some values."""
    if isinstance(column, Coded):
        return _looked_up(column, [any(is_same(name, one) for one in values) for name in column.names])
    numbers = [one for one in values if type(one) in (int, float)]
    if isinstance(column, Masked):
        numbers = [int(one) for one in numbers if one == floor(one)]
    else:
        numbers = [float(one) for one in numbers if abs(one) <= 2**53 or type(one) is float]
    found = np.zeros(len(column), np.bool_)
    for one in numbers:
        found |= column.values == one
    return found


def _looked_up(column: Coded, verdicts: list[bool]) -> Flags:
    """For each cell what is said of its name."""
    chosen = [code for code, verdict in enumerate(verdicts) if verdict]
    if len(chosen) > _FEW:
        flags: Flags = column.lookup(verdicts, False)
        return flags
    found = np.zeros(len(column), np.bool_)
    for code in chosen:
        found |= column.codes == code
    return found
