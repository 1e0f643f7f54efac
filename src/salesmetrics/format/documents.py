"""Things as JSON documents: any value of the model to plain data and text, and back, refusing whatever is not meant."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache, partial
from math import isfinite
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Literal, TypeVar, Union, get_args, get_origin

from attrs import fields, has

from salesmetrics.errors import (
    InvalidTableError,
    InvalidValueError,
    MissingExtraError,
    Problem,
    check_word,
    nearest,
    shown,
)
from salesmetrics.model.calendar import Calendar
from salesmetrics.model.exact import exact_number, exact_text
from salesmetrics.model.fiscal_calendar import FiscalCalendar
from salesmetrics.model.labels import FrozenMapping
from salesmetrics.model.money import Money
from salesmetrics.model.period import parse_day
from salesmetrics.model.retail_calendar import RetailCalendar
from salesmetrics.model.scoring.condition import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Counted,
    Did,
    IsIn,
    IsMissing,
    Not,
)
from salesmetrics.model.scoring.decay import Decay, HalfLife, LinearDecay, StepDecay, Window

if TYPE_CHECKING:
    from cattrs import Converter

__all__ = ["from_data", "from_json", "to_data", "to_json"]

T = TypeVar("T")


def to_data(thing: Any) -> dict[str, Any]:
    """A thing of the model in plain JSON types: its kind and its fields.

    Nothing is lost: fractions and amounts are exact text, days are ISO 8601, and where a field may hold things of
    several kinds each says its own.

    Args:
        thing: Such as a plan, a quota, a deal or a period.

    Raises:
        InvalidValueError: It is no thing with fields, or an answer, which is written by its `to_dict`, or a table.
        MissingExtraError: The extra `json` is not installed.

    Examples:
        >>> from salesmetrics import Gate
        >>> to_data(Gate("sales", "0.8"))
        {'type': 'Gate', 'of': 'sales', 'at': '0.8', 'rule': None, 'cap': '0'}
    """
    if isinstance(thing, type) or not has(type(thing)):
        raise InvalidValueError(f"a document must be of a thing such as a plan, got {shown(thing)}; give one")
    if hasattr(thing, "from_dict"):
        raise InvalidValueError(
            f"a document must be of a thing and not of an answer, got {shown(thing)}; write it by its to_dict()"
        )
    made = {"type": type(thing).__name__, **_converter().unstructure(thing)}
    if not _is_plain(made):
        raise InvalidValueError(
            f"a document must be of a thing without columns, got {shown(thing)}; write them one by one"
        )
    return made


def _is_plain(made: Any) -> bool:
    if isinstance(made, dict):
        return all(map(_is_plain, made.values()))
    return all(map(_is_plain, made)) if isinstance(made, list) else isinstance(made, (str, int, float, NoneType))


def from_data(kind: type[T], data: Any) -> T:
    """The thing that `to_data` wrote, or that somebody else wrote like it.

    Nothing is guessed: a key that is not known, text for a number and a number for text are refused, and every check
    that the thing makes is made. Fields that have a default may be left out. All faults are told, each with its place.

    Args:
        kind: What it is to be, such as `CompPlan`; or `Calendar`, `Condition` or `Decay`, where the data say which.
        data: Plain JSON types.

    Raises:
        InvalidTableError: The data are no such thing; `.problems` lists every fault, `column` with its place.
        InvalidValueError: The kind is no class of things: an answer is read by its `from_dict`.
        MissingExtraError: The extra `json` is not installed.

    Laws:
        round_trip: `from_data(type(thing), to_data(thing))` equals the thing.

    Examples:
        >>> from salesmetrics import Gate
        >>> from_data(Gate, {"type": "Gate", "of": "sales", "at": "0.8"})
        Gate(of='sales', at=Fraction(4, 5), rule=None, cap=Fraction(0, 1))
        >>> from_data(Gate, {"type": "Gate", "of": 7, "at": "most", "cup": 0})
        Traceback (most recent call last):
        salesmetrics.errors.InvalidTableError: Gate has 3 problems:
        - of: must be text, got 7; write it in quotes
        - at: must be an exact number, got 'most'; write '0.05', or '1/3'
        - cup: must be a field of Gate, got 'cup'; did you mean 'cap'?
    """
    made_by, kinds = _converter(), _kinds_of(kind)
    from cattrs.errors import BaseValidationError, StructureHandlerNotFoundError

    try:
        entries = _entries(data)
        check_word(entries.get("type"), kinds, "type")
        rest = {name: one for name, one in entries.items() if name != "type"}
        made: T = made_by.structure(rest, kinds[entries["type"]])
    except (BaseValidationError, InvalidValueError) as fault:
        raise InvalidTableError(kind.__name__, [*_problems(fault, "")]) from None
    except StructureHandlerNotFoundError:  # it holds what no text can be, such as functions
        raise _no_kind(kind) from None
    return made


def _kinds_of(kind: Any) -> dict[str, Any]:
    """What a document may be of that is read as this kind, by name."""
    kinds = _FAMILIES.get(kind, (kind,)) if isinstance(kind, type) else ()
    is_thing = not hasattr(kind, "from_dict") and not hasattr(kind, "take")  # as answers and tables have
    if not kinds or not is_thing or not all(map(has, kinds)):
        raise _no_kind(kind)
    return {one.__name__: one for one in kinds}


def _no_kind(kind: Any) -> InvalidValueError:
    return InvalidValueError(
        f"a document must be read as a class of things such as CompPlan, got {shown(kind)}; "
        "an answer is read by its from_dict(), and a table thing by thing"
    )


def to_json(thing: Any) -> str:
    """A thing of the model as JSON text.

    Examples:
        >>> from salesmetrics import Money
        >>> to_json(Money.of("12.50", "USD"))
        '{"type": "Money", "amount": "12.50", "currency": "USD"}'
    """
    return json.dumps(to_data(thing), ensure_ascii=False, allow_nan=False)


def from_json(kind: type[T], text: str) -> T:
    """The thing that is written in JSON text, as `from_data` reads it; numbers with decimals are read exactly.

    Raises:
        InvalidTableError: The text is no JSON, names a key twice, or is no such thing.
        InvalidValueError: What is given is no text, or the kind no class of things.
        MissingExtraError: The extra `json` is not installed.

    Examples:
        >>> from salesmetrics import Money
        >>> from_json(Money, '{"type": "Money", "amount": "12.50", "currency": "USD"}')
        Money(minor=1250, currency='USD')
    """
    if not isinstance(text, str):
        raise InvalidValueError(f"a document must be text, got {shown(text)}; decode it first")
    _kinds_of(kind)  # faults of the text are called by its name
    try:
        data = json.loads(text, parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as fault:
        said = fault if isinstance(fault, InvalidValueError) else f"a document must be JSON, got {fault}; correct it"
        raise InvalidTableError(kind.__name__, [*_problems(InvalidValueError(str(said)), "")]) from None
    return from_data(kind, data)


@cache
def _converter() -> Converter:
    """The one converter: strict where cattrs alone would coerce."""
    try:
        from cattrs import Converter
        from cattrs.gen import make_dict_structure_fn
    except ModuleNotFoundError:
        raise MissingExtraError(
            "documents need cattrs, which is not installed; run pip install 'salesmetrics[json]'"
        ) from None
    made = Converter(forbid_extra_keys=True)
    for kind, read in _READ.items():
        made.register_structure_hook(kind, _hook(read))
    for kind, write in _WRITTEN.items():
        made.register_unstructure_hook(kind, write)

    def of_fields(kind: Any) -> Callable[[Any, Any], Any]:
        read = make_dict_structure_fn(kind, made, _cattrs_forbid_extra_keys=True)
        return lambda given, asked: read(_entries(given), asked)

    def of_tuple(kind: Any) -> Callable[[Any, Any], Any]:
        kinds = get_args(kind)
        if _is_of_parts(kind):
            return lambda given, _: tuple(map(made.structure, _listed(given, len(kinds)), kinds))
        listed: Any = list[kinds[0]]  # type: ignore[valid-type]
        return lambda given, _: tuple(made.structure(_listed(given), listed))

    def of_mapping(kind: Any) -> Callable[[Any, Any], Any]:
        entries: Any = dict[str, get_args(kind)[1]]  # type: ignore[misc]
        return lambda given, _: made.structure(_entries(given), entries)

    def of_union(kind: Any) -> Callable[[Any, Any], Any]:
        members = _members(kind)
        return lambda given, _: _read_as_one_of(members, given, made)

    def from_union(kind: Any) -> Callable[[Any], Any]:
        members = _members(kind)
        return lambda value: _written_as_one_of(members, value, made)

    def from_parts(kind: Any) -> Callable[[Any], Any]:
        return lambda value: [*map(made.unstructure, value, get_args(kind))]

    made.register_structure_hook_factory(lambda kind: has(kind) and kind is not Money, of_fields)
    made.register_structure_hook_factory(lambda kind: _origin(kind) is tuple, of_tuple)
    made.register_structure_hook_factory(_is_mapping, of_mapping)
    made.register_structure_hook(Enum, lambda given, kind: _enum(kind, given))
    made.register_structure_hook_factory(
        lambda kind: _origin(kind) is Literal, lambda kind: _hook(partial(_word, kind))
    )
    made.register_structure_hook_factory(_is_union, of_union)
    made.register_unstructure_hook_factory(_is_union, from_union)
    made.register_unstructure_hook_factory(_is_of_parts, from_parts)
    return made


def _hook(read: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda given, _: read(given)


def _origin(kind: Any) -> Any:
    return get_origin(kind)


def _is_union(kind: Any) -> bool:
    return _origin(kind) in (Union, UnionType) or kind in _FAMILIES


def _is_of_parts(kind: Any) -> bool:
    """Whether it is a tuple of as many things as it names, each of its own kind."""
    return _origin(kind) is tuple and get_args(kind)[-1] is not Ellipsis


def _is_mapping(kind: Any) -> bool:
    return _origin(kind) in (Mapping, FrozenMapping)


def _members(kind: Any) -> tuple[Any, ...]:
    named = (kind,) if kind in _FAMILIES else get_args(kind)
    return tuple(member for one in named for member in _FAMILIES.get(one, (one,)))


_FAMILIES: dict[Any, tuple[type, ...]] = {
    Calendar: (FiscalCalendar, RetailCalendar),
    Condition: (Comparison, IsIn, IsMissing, Did, Counted, AllOf, AnyOf, Not),
    Decay: (LinearDecay, StepDecay, HalfLife, Window),
}
"""What is said of a thing where it may be of any of some kinds."""


def _things(members: Iterable[Any]) -> dict[str, Any]:
    """Those of several kinds that have fields, by their names."""
    return {one.__name__: one for one in members if has(one) and one is not Money}


def _read_as_one_of(members: tuple[Any, ...], given: Any, converter: Converter) -> Any:
    """What is given as that kind which it is written as."""
    if given is None and NoneType in members:
        return None
    rest = [one for one in members if one is not NoneType]
    if len(rest) == 1:
        return converter.structure(given, rest[0])
    things = _things(rest)
    if len(things) == len(rest):
        entries = _entries(given)
        check_word(entries.get("type"), things, "type")
        return converter.structure(
            {name: one for name, one in entries.items() if name != "type"}, things[entries["type"]]
        )
    if type(given) is str and date in rest and str not in rest:
        return _day(given)
    for one in rest:
        if _fits(one, given):
            return converter.structure(_entries(given)["day"] if one is date else given, one)
    raise InvalidValueError(f"must be one of {', '.join(map(_kind_shown, rest))}, got {shown(given)}; write one")


def _written_as_one_of(members: tuple[Any, ...], value: Any, converter: Converter) -> Any:
    written = converter.unstructure(value, type(value))
    if type(value) is date and str in members:
        return {"day": written}
    things = _things(members)
    return {"type": type(value).__name__, **written} if len(things) > 1 and type(value) in things.values() else written


def _fits(kind: Any, given: Any) -> bool:
    """Whether what is given is written as this kind, where others may stand too."""
    if _origin(kind) is Literal:
        return given in get_args(kind)
    if _origin(kind) is tuple:
        return isinstance(given, list)
    if has(kind):
        return isinstance(given, Mapping)
    if kind is date:
        return isinstance(given, Mapping) and set(given) == {"day"}
    return type(given) is kind or (kind is float and type(given) is Decimal)


def _kind_shown(kind: Any) -> str:
    if _origin(kind) is Literal:
        return ", ".join(map(repr, get_args(kind)))
    names: dict[Any, str] = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}
    return names.get(kind, str(getattr(kind, "__name__", kind)))


def _entries(given: Any) -> dict[str, Any]:
    if not isinstance(given, Mapping) or not all(type(name) is str for name in given):
        raise InvalidValueError(f"must be an object, got {shown(given)}; write {{...}}")
    return dict(given)


def _listed(given: Any, length: int | None = None) -> list[Any]:
    if not isinstance(given, list) or length not in (None, len(given)):
        of = "" if length is None else f" of {length}"
        raise InvalidValueError(f"must be a list{of}, got {shown(given)}; write [...]")
    return given


def _text(given: Any) -> str:
    if type(given) is not str:
        raise InvalidValueError(f"must be text, got {shown(given)}; write it in quotes")
    return given


def _whole(given: Any) -> int:
    if type(given) is not int:
        raise InvalidValueError(f"must be a whole number, got {shown(given)}; write it without quotes and decimals")
    return given


def _flag(given: Any) -> bool:
    if type(given) is not bool:
        raise InvalidValueError(f"must be true or false, got {shown(given)}; write one of them without quotes")
    return given


def _number(given: Any) -> float:
    if type(given) not in (int, float, Decimal) or not isfinite(given):
        raise InvalidValueError(f"must be a number, got {shown(given)}; write it without quotes")
    return float(given)


def _fraction(given: Any) -> Fraction:
    exact = exact_number(str(given)) if type(given) in (str, int, float, Decimal) else None
    if exact is None:
        raise InvalidValueError(f"must be an exact number, got {shown(given)}; write '0.05', or '1/3'")
    return exact


def _day(given: Any) -> date:
    return parse_day(_text(given), "a day")


def _instant(given: Any) -> datetime:
    try:
        return datetime.fromisoformat(_text(given))
    except ValueError:
        raise InvalidValueError(f"must be an instant, got {shown(given)}; write 2026-01-31T09:30:00+00:00") from None


def _money(given: Any) -> Money:
    entries = _entries(given)
    if set(entries) != {"amount", "currency"}:
        raise InvalidValueError(f"must be money, got {shown(given)}; write {{'amount': '12.50', 'currency': 'USD'}}")
    return Money.of(_text(entries["amount"]), _text(entries["currency"]))


def _money_written(amount: Money) -> dict[str, str]:
    return {"amount": f"{amount.amount:f}", "currency": amount.currency}


def _enum(kind: type[Enum], given: Any) -> Enum:
    check_word(given, [one.value for one in kind], kind.__name__)
    return kind(given)


def _word(kind: Any, given: Any) -> Any:
    check_word(given, get_args(kind), "it")
    return given


_READ: dict[Any, Callable[[Any], Any]] = {
    str: _text,
    int: _whole,
    bool: _flag,
    float: _number,
    Fraction: _fraction,
    date: _day,
    datetime: _instant,
    Money: _money,
}
_WRITTEN: dict[Any, Callable[[Any], Any]] = {
    Fraction: exact_text,
    date: date.isoformat,
    datetime: datetime.isoformat,
    Money: _money_written,
    FrozenMapping: dict,
}


def _no_number(name: str) -> Any:
    raise InvalidValueError(f"a document must hold finite numbers, got {name}; leave it out")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        twice = next(name for name, _ in pairs if [one for one, _ in pairs].count(name) > 1)
        raise InvalidValueError(f"a document must name each key once, got {shown(twice)} twice; leave one out")
    return made


def _problems(fault: BaseException, place: str) -> Iterable[Problem]:
    """Each fault with the place where it stands."""
    from cattrs.errors import AttributeValidationNote, ForbiddenExtraKeysError, IterableValidationNote

    if isinstance(fault, BaseExceptionGroup):
        for one in fault.exceptions:
            inner = place
            for note in getattr(one, "__notes__", []):
                if isinstance(note, AttributeValidationNote):
                    inner = f"{place}.{note.name}" if place else note.name
                if isinstance(note, IterableValidationNote):
                    inner = f"{place}[{note.index!r}]"
            yield from _problems(one, inner)
    elif isinstance(fault, ForbiddenExtraKeysError):
        known = [one.name for one in fields(fault.cl)]
        for name in sorted(fault.extra_fields):
            detail = f"must be a field of {fault.cl.__name__}, got {shown(name)}"
            yield Problem(f"{place}.{name}" if place else name, "unknown_key", detail, nearest(name, known))
    elif isinstance(fault, KeyError):
        yield Problem(place, "missing_key", "must be given, got nothing", "write it")
    elif isinstance(fault, RecursionError):
        yield Problem(place, "unreadable", "must be told in few steps, got one in another too often", "take it apart")
    else:
        for said in str(fault).split("; and "):
            detail, _, hint = said.rpartition("; ")
            yield Problem(place or "document", "unreadable", detail or said, hint)
