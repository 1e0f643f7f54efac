"""What answers and the comparisons of answers have in common: fields of their kinds, and one plain form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import UnionType
from typing import Any, ClassVar, Self, TypeVar, get_args, get_origin, get_type_hints

import numpy as np
from attrs import fields, frozen

from salesmetrics.errors import InvalidValueError, nearest, shown
from salesmetrics.model.labels import is_label
from salesmetrics.result._display import html_of_text
from salesmetrics.result._plain import follows, plain, thing_of

__all__ = ["PlainForm", "answer_read", "answer_written"]


@frozen
class PlainForm:
    """Base of what is written as plain JSON types and read back: fields, and readings that follow from them.

    A field declared as a type variable holds an answer of any kind, or a number, text or flag.
    """

    version: ClassVar[int] = 1
    """Of the plain form; it changes when a field is renamed or means something else."""

    readings: ClassVar[tuple[str, ...]] = ("value",)
    """Properties that `to_dict` writes beside the fields."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()  # of Generic, where a comparison is of one kind of answers
        known = _KINDS.get(cls.__name__, cls)
        if (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
            raise InvalidValueError(
                f"an answer's class must have a name of its own, got a second {cls.__name__}, which {known.__module__} "
                "has; rename it, because the plain form tells answers apart by this name"
            )
        _KINDS[cls.__name__] = cls  # attrs makes a slotted class twice; the second is the one that stays

    def __attrs_post_init__(self) -> None:
        """Refuse a field of another type."""
        kinds = _types(type(self))
        for one in fields(type(self)):
            value: Any = getattr(self, one.name)
            kind = kinds[one.name]
            # a bool is an int too, and a datetime a date, and neither is meant
            is_other = isinstance(value, (bool, datetime)) and kind not in (bool, object)
            if is_other or not isinstance(value, kind):
                raise InvalidValueError(
                    f"{type(self).__name__}.{one.name} must be {_kind_shown(kind)}, got {shown(value)}; "
                    f"{_remedy(value)}"
                )

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types: the kind and version, the fields, and the readings.

        Laws:
            round_trip: `from_dict` makes the same of it.
        """
        kinds = _types(type(self))
        return {
            "type": type(self).__name__,
            "version": self.version,
            **{
                name: answer_written(getattr(self, name)) if kind is object else plain(getattr(self, name))
                for name, kind in kinds.items()
            },
            **{name: plain(getattr(self, name)) for name in self.readings},
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """What `to_dict` wrote.

        Raises:
            InvalidValueError: The data are no such thing, or a reading does not follow from the fields.
        """
        if not isinstance(data, Mapping):
            raise InvalidValueError(f"an answer must be a mapping, got {shown(data)}; give what to_dict wrote")
        name, version = data.get("type"), data.get("version")
        made = _KINDS.get(name) if isinstance(name, str) else None
        if made is None or not issubclass(made, cls):
            known = [name for name, kind in _KINDS.items() if issubclass(kind, cls)]
            raise InvalidValueError(f"type must be {cls.__name__}, got {shown(name)}; {nearest(shown(name), known)}")
        if not follows(made.version, version):
            raise InvalidValueError(
                f"version of {made.__name__} must be {made.version}, got {shown(version)}; "
                "read it with the release that wrote it"
            )
        missing = [one.name for one in fields(made) if one.name not in data]
        if missing:
            raise InvalidValueError(f"{made.__name__} must have every field, got none of {missing}; give them")
        try:
            answer = made(
                **{
                    name: answer_read(data[name]) if kind is object else thing_of(kind, data[name], name)
                    for name, kind in _types(made).items()
                }
            )
            written = answer.to_dict()
        except RecursionError:
            raise InvalidValueError(
                f"{made.__name__} must hold answers that are told in few steps, got one in another too often; "
                "give what to_dict wrote"
            ) from None
        wrong = [name for name in data if name not in written or not follows(written[name], data[name])]
        if wrong:
            raise InvalidValueError(
                f"{made.__name__} must hold its fields and what follows from them, got {shown(data[wrong[0]])} for "
                f"{shown(wrong[0])}; leave readings as they were written, and nothing else beside them"
            )
        return answer

    def _repr_html_(self) -> str:
        return html_of_text(str(self))


def answer_written(answer: Any) -> Any:
    """An answer, or what a function of the user's own gave, in plain JSON types.

    Raises:
        InvalidValueError: It has no plain form.
    """
    if isinstance(answer, PlainForm):
        return answer.to_dict()
    if not _is_scalar(answer):
        raise InvalidValueError(
            f"an answer that is written must be an Answer, text, a number, a flag or None, got {shown(answer)}; "
            "convert it in the function that gave it"
        )
    return answer


def answer_read(data: Any) -> Any:
    """What `answer_written` made the data of."""
    if _is_scalar(data):
        return data
    name = data.get("type") if isinstance(data, Mapping) else None
    return _KINDS[name if isinstance(name, str) and name in _KINDS else "Answer"].from_dict(data)


def _is_scalar(value: Any) -> bool:
    return value is None or (is_label(value) and not isinstance(value, date))


def _types(cls: type[PlainForm]) -> dict[str, Any]:
    if cls not in _TYPES:
        hints = get_type_hints(cls)
        _TYPES[cls] = {one.name: _kind(hints[one.name]) for one in fields(cls)}
    return _TYPES[cls]


def _kind(hint: Any) -> Any:
    """What can be told of a type at run time: of Breakdown[Proportion] only that it is a Breakdown."""
    origin = get_origin(hint)
    if isinstance(origin, type) and origin is not UnionType:
        return origin
    return object if any(isinstance(one, TypeVar) for one in (hint, *get_args(hint))) else hint


_KINDS: dict[str, type[PlainForm]] = {}
_TYPES: dict[type[PlainForm], dict[str, Any]] = {}


def _remedy(value: object) -> str:
    is_mask = isinstance(value, np.ndarray) and value.dtype == np.bool_
    return "write Count(mask) in the recipe" if is_mask else "ask a measure for it"


def _kind_shown(kind: Any) -> str:
    return {int: "a whole number", date: "a day"}.get(kind, getattr(kind, "__name__", str(kind)))
