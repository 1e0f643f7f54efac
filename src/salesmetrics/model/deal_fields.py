"""What each field of a deal must hold, alone: the same for a deal and for a change of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Literal, TypeAlias, get_args

from salesmetrics.errors import InvalidValueError, nearest, refuse, shown
from salesmetrics.model.labels import EMPTY, FrozenMapping, freeze_labels
from salesmetrics.model.money import Money
from salesmetrics.model.period import check_day
from salesmetrics.model.probability import MILLION, millionths
from salesmetrics.model.stage import Category

__all__ = ["FIELD_CHECKS", "KINDS", "Kind", "settled"]

Kind: TypeAlias = Literal["new", "expansion", "renewal"]
"""Whether a deal wins a customer, grows one or keeps one."""

KINDS: tuple[Kind, ...] = get_args(Kind)


def settled(given: Mapping[str, Any], what: str) -> dict[str, Any]:
    """The fields of a thing, each in its one form.

    Raises:
        InvalidValueError: Fields are not of their kind; all of them are named.
    """
    faults: list[str] = []
    values: dict[str, Any] = {}
    for name, value in given.items():
        try:
            values[name] = FIELD_CHECKS[name](value, f"{what}.{name}")
        except InvalidValueError as fault:
            faults.append(str(fault))
    refuse(faults)
    return values


def _id(value: Any, what: str) -> str | int:
    if type(value) not in (str, int) or value == "":
        raise InvalidValueError(f"{what} must be text or a whole number, got {shown(value)}; name the deal")
    checked: str | int = value
    return checked


def _amount(value: Any, what: str) -> Money | None:
    if value is not None and type(value) is not Money:
        raise InvalidValueError(f"{what} must be Money or None, got {shown(value)}; write Money.of('1200', 'USD')")
    return value


def _stage(value: Any, what: str) -> str | None:
    if value is not None and (type(value) is not str or not value):
        raise InvalidValueError(f"{what} must be the name of a stage, got {shown(value)}; write stage.name")
    return value


def _text(value: Any, what: str) -> str | None:
    if value is not None and type(value) is not str:
        raise InvalidValueError(f"{what} must be text or None, got {shown(value)}; convert it first")
    return value


def _category(value: Any, what: str) -> Category | None:
    if value is not None and type(value) is not Category:
        raise InvalidValueError(f"{what} must be a Category or None, got {shown(value)}; use Category.COMMIT")
    return value


def _kind(value: Any, what: str) -> Kind | None:
    if value is not None and (not isinstance(value, str) or value not in KINDS):
        raise InvalidValueError(f"{what} must be one of {KINDS}, got {shown(value)}; {nearest(value, KINDS)}")
    return value


def _day(value: Any, what: str) -> date | None:
    if value is not None:
        check_day(value, what)
    day: date | None = value
    return day


def _moment(value: Any, what: str) -> datetime:
    if type(value) is not datetime or value.tzinfo is not None:
        raise InvalidValueError(
            f"{what} must be a day, or a time without an offset, got {shown(value)}; write date(2026, 1, 31), take "
            ".to_pydatetime() of a time of pandas, or .astimezone(zone).replace(tzinfo=None) of one with an offset"
        )
    return value.replace(fold=0)


def _probability(value: Any, what: str) -> float | None:
    return None if value is None else millionths(value, what=what) / MILLION


def _values(values: Any, _: str) -> FrozenMapping[Money | int]:
    if not isinstance(values, Mapping):
        raise InvalidValueError(f"Deal.values must be a mapping, got {shown(values)}; write {{'arr': Money.of(...)}}")
    for name, value in values.items():
        if not isinstance(name, str) or not name:
            raise InvalidValueError(f"a value's name must be text, got {shown(name)}; rename it")
        if value is not None and type(value) not in (Money, int):
            raise InvalidValueError(
                f"value {shown(name)} must be Money or a whole number, got {shown(value)}; convert it"
            )
    kept: FrozenMapping[Any] = values if isinstance(values, FrozenMapping) else FrozenMapping(values)
    return kept or EMPTY


FIELD_CHECKS: Mapping[str, Callable[[Any, str], Any]] = {
    "id": _id,
    "deal": _id,
    "amount": _amount,
    "stage": _stage,
    "owner": _text,
    "account": _text,
    "category": _category,
    "kind": _kind,
    "at": _moment,
    "created": _day,
    "closed": _day,
    "expected_close": _day,
    "probability": _probability,
    "values": _values,
    "labels": lambda labels, _: freeze_labels(labels),
}
"""For each field what it must hold: returned in its one form, or refused."""
