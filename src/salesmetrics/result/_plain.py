"""The one plain form of what answers hold, for JSON: how it is written, and how it is read back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any, get_args

import numpy as np
from attrs import asdict, fields

from salesmetrics._numeric.multiset import Multiset
from salesmetrics.errors import InvalidValueError, check_word, shown
from salesmetrics.model.calendar import Calendar, PeriodKey, Unit
from salesmetrics.model.fiscal_calendar import FiscalCalendar
from salesmetrics.model.goal import Goal
from salesmetrics.model.money import Money
from salesmetrics.model.period import Period, parse_day
from salesmetrics.model.retail_calendar import RetailCalendar
from salesmetrics.model.stage import Category, Outcome, SalesProcess, Stage

__all__ = ["follows", "plain", "thing_of"]


def plain(value: Any) -> Any:
    """A field or reading in plain JSON types."""
    if hasattr(value, "to_dict"):
        return value.to_dict()
    if isinstance(value, Money):
        return {"minor": value.minor, "currency": value.currency}
    if isinstance(value, Multiset):
        return {"values": value.values.tolist(), "counts": value.counts.tolist()}
    if isinstance(value, Period):
        return {"start": value.start.isoformat(), "end": value.end.isoformat(), "name": value.name}
    if isinstance(value, PeriodKey):
        calendar = {"type": type(value.calendar).__name__, **asdict(value.calendar)}
        return {"calendar": calendar, "unit": value.unit, "on": value.on}
    if isinstance(value, SalesProcess):
        return [asdict(one) | {"outcome": one.outcome.value, "category": one.category.value} for one in value]
    if isinstance(value, Goal):
        return {"name": value.name, "change": str(value.change), "basis": value.basis}
    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    return value


def thing_of(kind: Any, data: Any, name: str) -> Any:
    """What `plain` made the data of."""
    if hasattr(kind, "from_dict"):
        return kind.from_dict(data)
    if kind is date:
        return parse_day(data, name) if isinstance(data, str) else data
    if kind is Period and isinstance(data, Mapping) and set(data) == {"start", "end", "name"}:
        return Period(thing_of(date, data["start"], "start"), thing_of(date, data["end"], "end"), data["name"])
    if kind is PeriodKey and isinstance(data, Mapping) and set(data) == {"calendar", "unit", "on"}:
        return _period_key(data["calendar"], data["unit"], data["on"])
    if kind is Goal and isinstance(data, Mapping) and set(data) == {"name", "change", "basis"}:
        return Goal(**data)
    if kind is SalesProcess and isinstance(data, list):
        return SalesProcess(map(_stage, data))
    if kind is Multiset and isinstance(data, Mapping) and set(data) == {"values", "counts"}:
        return _multiset(data["values"], data["counts"], name)
    if kind is tuple and isinstance(data, list):
        return tuple(data)
    return data


def _period_key(calendar: Any, unit: Any, on: Any) -> PeriodKey:
    words = dict(calendar) if isinstance(calendar, Mapping) else {}
    kind = _CALENDARS.get(str(words.pop("type", None)))
    has_words = unit in get_args(Unit) and isinstance(on, str)
    if kind is None or set(words) != {one.name for one in fields(kind)} or not has_words:
        raise InvalidValueError(
            f"a key of periods must name a calendar with its arguments, a unit and a day, got {shown(calendar)}, "
            f"{shown(unit)} and {shown(on)}; leave them as they were written"
        )
    return PeriodKey(kind(**words), unit, on)


def _stage(data: Any) -> Stage:
    names = {one.name for one in fields(Stage)}
    if not isinstance(data, Mapping) or set(data) != names:
        raise InvalidValueError(f"a stage must have {sorted(names)}, got {shown(data)}; leave it as it was written")
    check_word(data["outcome"], [one.value for one in Outcome], "outcome")
    check_word(data["category"], [one.value for one in Category], "category")
    return Stage(data["name"], data["probability"], Outcome(data["outcome"]), Category(data["category"]))


_CALENDARS: Mapping[str, type[Calendar]] = {kind.__name__: kind for kind in (FiscalCalendar, RetailCalendar)}


def _multiset(values: Any, counts: Any, name: str) -> Multiset:
    numbers = [*values, *counts] if isinstance(values, list) and isinstance(counts, list) else [None]
    sound = all(type(number) is int and -(2**63) <= number < 2**63 for number in numbers)
    sound = sound and len(values) == len(counts) and sorted(set(values)) == values
    if not sound or min(counts, default=1) < 1 or sum(counts) >= 2**63:
        raise InvalidValueError(
            f"{name} must be ascending whole values and as many counts above zero, got {shown(values)} and "
            f"{shown(counts)}; leave them as they were written"
        )
    return Multiset(np.array(values, np.int64), np.array(counts, np.int64))


def follows(written: Any, data: Any) -> bool:
    """Whether data say what was written; a reading may be left out, and a whole number may come back as a float."""
    if isinstance(written, dict):
        return isinstance(data, Mapping) and all(
            name in written and follows(written[name], one) for name, one in data.items()
        )
    if isinstance(written, list):
        return isinstance(data, list) and len(written) == len(data) and all(map(follows, written, data))
    numbers = {type(written), type(data)} <= {int, float}
    return (numbers or type(written) is type(data)) and bool(written == data)
