"""Conditions on a lead: on what is known of it, and on what it did."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from operator import ge, gt, le, lt
from typing import Any, Literal, TypeAlias

from attrs import field, frozen

from salesmetrics.errors import InvalidValueError, check_word, shown
from salesmetrics.model.activity import Activity
from salesmetrics.model.labels import EMPTY, Label, is_label
from salesmetrics.model.lead import Lead

__all__ = [
    "COMPARED",
    "LEAD_HINT",
    "AllOf",
    "AnyOf",
    "Comparison",
    "Condition",
    "Counted",
    "Did",
    "IsIn",
    "IsMissing",
    "Not",
    "Ordered",
    "Seen",
    "Sign",
    "check_name",
    "is_same",
]

Ordered: TypeAlias = int | float | date
"""What fields are compared with: numbers and days."""

Sign: TypeAlias = Literal[">=", ">", "<=", "<"]

COMPARED: Mapping[str, Callable[[Any, Any], Any]] = {">=": ge, ">": gt, "<=": le, "<": lt}
"""What each sign asks."""

_MOST = 2**53  # beyond, a column of floats would not tell neighbours apart


@frozen
class Seen:
    """What conditions look at: fields by name, and activities."""

    fields: Mapping[str, Any]
    activities: Sequence[Activity] = ()


@frozen
class Condition(ABC):
    """Something that holds of a lead, does not hold, or is not known; `&`, `|` and `~` join conditions.

    What is asked of a field that is missing is not known, and neither is its contrary: whoever has no number of
    employees has neither at least 50 nor fewer. A rule gives points where its condition is known to hold.

    Examples:
        >>> from salesmetrics import Field, Lead
        >>> large = Field("employees") >= 50
        >>> lead = Lead("L-1", date(2026, 1, 5), fields={"country": "NL"})
        >>> large.holds(lead), (~large).holds(lead), (large | Field("country").is_in("NL", "BE")).holds(lead)
        (None, None, True)
        >>> Field("employees").is_missing().holds(lead)
        True
    """

    def holds(self, lead: Lead, activities: Sequence[Activity] = ()) -> bool | None:
        """Whether it holds of a lead; `None` where nobody knows.

        Args:
            lead: The lead.
            activities: What it did, as far as that is seen; activities of other leads are not looked at.

        Raises:
            InvalidValueError: A field is compared with something of another kind, or is asked to be one of values that
                are all of another kind.

        Examples:
            >>> from salesmetrics import Lead, Times
            >>> (Times("visit") >= 1).holds(Lead("L-1", date(2026, 1, 5)))
            False
        """
        fields = {"source": lead.source, **lead.fields}
        own = [one for one in activities if one.lead == lead.id]
        for part in self.parts():
            _check_kinds(part, [fields], LEAD_HINT)
            did = part.did if isinstance(part, Counted) else part
            if isinstance(did, Did) and did.where is not None:
                done = [one.fields for one in own if one.kind == did.kind]
                for inner in did.where.parts():
                    _check_kinds(inner, done)
        return self.verdict(Seen(fields, own))

    @abstractmethod
    def verdict(self, seen: Seen) -> bool | None:
        """Whether it holds of what is seen."""

    def parts(self) -> Iterator[Condition]:
        """The conditions that it is made of; itself, where it is made of none."""
        yield self

    def __and__(self, other: Condition) -> AllOf:
        return AllOf((self, _condition(other)))

    def __or__(self, other: Condition) -> AnyOf:
        return AnyOf((self, _condition(other)))

    def __invert__(self) -> Not:
        return Not(self)

    def __bool__(self) -> bool:
        raise InvalidValueError(
            "a condition is neither true nor false by itself, got one where a truth value was needed; "
            "join conditions with &, | and ~, and not with and, or, not"
        )


@frozen
class Comparison(Condition):
    """A field that is compared with a number or a day."""

    name: str
    sign: Sign
    value: Ordered

    def __attrs_post_init__(self) -> None:
        check_name(self.name, "Comparison.name")
        check_word(self.sign, COMPARED, "Comparison.sign")
        value = self.value
        is_number = isinstance(value, (int, float)) and type(value) is not bool and abs(value) <= _MOST
        if not is_number and type(value) is not date:
            day = _day_meant(value)
            hint = "for text write Field(...).is_in('NL')" if day is None else f"write date{day.timetuple()[:3]}"
            raise InvalidValueError(
                f"{self.name!r} must be compared with a number up to 2**53 or a day, got {shown(self.value)}; {hint}"
            )

    def verdict(self, seen: Seen) -> bool | None:
        """Whether it holds of these fields; not known where there is none."""
        value = seen.fields.get(self.name)
        if value is None:
            return None
        self.check_kind(value)
        return bool(COMPARED[self.sign](value, self.value))

    def check_kind(self, value: Any) -> None:
        """Refuse a field that is no number where one is asked for, or no day.

        Raises:
            InvalidValueError: It is of another kind.
        """
        kinds = (date,) if type(self.value) is date else (int, float)
        if type(value) not in kinds:
            asked = "a day" if kinds == (date,) else "a number"
            raise InvalidValueError(
                f"field {self.name!r} must be {asked} for {self.sign} {self.value}, got {shown(value)}; "
                "read it as one, with numbers=[...] in the format"
            )


def _day_meant(value: object) -> date | None:
    """The day that somebody means who writes it as text, or as a time."""
    if isinstance(value, datetime):
        return value.date()
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _values(given: Iterable[Label]) -> tuple[Label, ...]:
    return tuple(given)


@frozen
class IsIn(Condition):
    """A field that is one of some values."""

    name: str
    values: tuple[Label, ...] = field(converter=_values)

    def __attrs_post_init__(self) -> None:
        check_name(self.name, "IsIn.name")
        strange = [value for value in self.values if not is_label(value)]
        if strange or not self.values:
            came = shown(strange[0]) if strange else "none"
            raise InvalidValueError(
                f"{self.name!r} must be in text, numbers, flags or days, got {came}; write is_in('NL', 'BE')"
            )

    def verdict(self, seen: Seen) -> bool | None:
        """Whether it holds of these fields; not known where there is none."""
        value = seen.fields.get(self.name)
        return None if value is None else any(is_same(value, one) for one in self.values)

    def check_kinds(self, held: Iterable[Label], hint: Mapping[str, str] = EMPTY) -> None:
        """Refuse values of which none is of a kind that the field has: it could never be one of them.

        Args:
            held: What the field holds, of different rows.
            hint: For kinds that are asked for what to do, with a place for the field's name.

        Raises:
            InvalidValueError: All that it holds is of other kinds than all that is asked for.
        """
        first = {_KINDS[type(one)]: one for one in held}
        asked = dict.fromkeys(_KINDS[type(one)] for one in self.values)
        if first and first.keys().isdisjoint(asked):
            kind, one = next(iter(first.items()))
            values = ", ".join(map(shown, self.values))
            to_do = next((hint[kind] for kind in asked if kind in hint and self.name != "source"), "")
            raise InvalidValueError(
                f"field {self.name!r} must hold {' or '.join(asked)} for is_in({values}), got {kind}, such as "
                f"{shown(one)}; {to_do.format(shown(self.name))}ask for {kind}"
            )


@frozen
class IsMissing(Condition):
    """A field of which nothing is known."""

    name: str

    def __attrs_post_init__(self) -> None:
        check_name(self.name, "IsMissing.name")

    def verdict(self, seen: Seen) -> bool | None:
        """Whether there is no such field."""
        return seen.fields.get(self.name) is None


@frozen
class Did(Condition):
    """Something that a lead did at least once: an activity of a kind, or only those whose fields meet a condition.

    Args:
        kind: The kind of activity, in the log's own word.
        where: What must hold of the activity's own fields.

    Raises:
        InvalidValueError: The kind is no text, or the condition is on what was done.

    Examples:
        >>> from salesmetrics import Field
        >>> Did("visit", where=Field("page").is_in("pricing"))
        Did(kind='visit', where=IsIn(name='page', values=('pricing',)))
    """

    kind: str
    where: Condition | None = None

    def __attrs_post_init__(self) -> None:
        check_name(self.kind, "Did.kind")
        if self.where is not None and (
            not isinstance(self.where, Condition) or any(isinstance(one, (Did, Counted)) for one in self.where.parts())
        ):
            raise InvalidValueError(
                f"Did.where must be a condition on fields of the activity, got {shown(self.where)}; write Field('page')"
            )

    def is_met_by(self, activity: Activity) -> bool:
        """Whether an activity is one of these.

        Examples:
            >>> from datetime import UTC, datetime
            >>> Did("visit").is_met_by(Activity(datetime(2026, 1, 5, tzinfo=UTC), "visit"))
            True
        """
        return activity.kind == self.kind and (self.where is None or self.where.verdict(Seen(activity.fields)) is True)

    def verdict(self, seen: Seen) -> bool | None:
        """Whether one of these activities is among them."""
        return any(map(self.is_met_by, seen.activities))


@frozen
class Counted(Condition):
    """Something that a lead did a number of times."""

    did: Did
    sign: Sign
    number: int

    def __attrs_post_init__(self) -> None:
        check_word(self.sign, COMPARED, "Counted.sign")
        if not isinstance(self.did, Did):
            raise InvalidValueError(f"Counted.did must be a Did, got {shown(self.did)}; write Times('visit') >= 3")
        if type(self.number) is not int or not 0 <= self.number <= _MOST:
            raise InvalidValueError(
                f"times must be compared with a whole number from 0 up, got {shown(self.number)}; "
                "write Times('visit') >= 3"
            )

    def verdict(self, seen: Seen) -> bool | None:
        """Whether there are so many of these activities."""
        return bool(COMPARED[self.sign](sum(map(self.did.is_met_by, seen.activities)), self.number))


def _several(given: Iterable[Condition]) -> tuple[Condition, ...]:
    conditions = tuple(map(_condition, given))
    if not conditions:
        raise InvalidValueError("conditions must be one or more, got none; name them")
    return conditions


@frozen
class AllOf(Condition):
    """Conditions that all hold."""

    conditions: tuple[Condition, ...] = field(converter=_several)

    def verdict(self, seen: Seen) -> bool | None:
        """Whether all hold; not known where one is not, and none is known to fail."""
        verdicts = [one.verdict(seen) for one in self.conditions]
        return False if False in verdicts else None if None in verdicts else True

    def parts(self) -> Iterator[Condition]:
        """What they are made of."""
        return (part for one in self.conditions for part in one.parts())


@frozen
class AnyOf(Condition):
    """Conditions of which one holds at least."""

    conditions: tuple[Condition, ...] = field(converter=_several)

    def verdict(self, seen: Seen) -> bool | None:
        """Whether one holds; not known where one is not, and none is known to hold."""
        verdicts = [one.verdict(seen) for one in self.conditions]
        return True if True in verdicts else None if None in verdicts else False

    def parts(self) -> Iterator[Condition]:
        """What they are made of."""
        return (part for one in self.conditions for part in one.parts())


@frozen
class Not(Condition):
    """A condition that is known not to hold."""

    condition: Condition

    def __attrs_post_init__(self) -> None:
        _condition(self.condition)

    def verdict(self, seen: Seen) -> bool | None:
        """The contrary; not known where it is not known whether it holds."""
        found = self.condition.verdict(seen)
        return None if found is None else not found

    def parts(self) -> Iterator[Condition]:
        """What it is made of."""
        return self.condition.parts()


_KINDS: Mapping[type, str] = {str: "text", int: "numbers", float: "numbers", bool: "flags", date: "days"}

LEAD_HINT: Mapping[str, str] = {
    "flags": "read it with flags=[{}] in the LeadFormat, or ",
    "numbers": "read it with numbers=[{}] in the LeadFormat, or ",
}
"""How fields of leads come to be of a kind."""


def _check_kinds(part: Condition, rows: Iterable[Mapping[str, Any]], hint: Mapping[str, str] = EMPTY) -> None:
    if isinstance(part, IsIn):
        values = (row.get(part.name) for row in rows)
        part.check_kinds([one for one in values if one is not None], hint)


def is_same(value: Label, other: Label) -> bool:
    """Whether two values are equal and of one kind: `True` is no 1, but 1 is 1.0.

    Examples:
        >>> is_same(1, 1.0), is_same(1, True)
        (True, False)
    """
    return value == other and (type(value) is bool) == (type(other) is bool)


def check_name(name: object, what: str) -> None:
    """Refuse a name that is no text.

    Raises:
        InvalidValueError: It is none.
    """
    if not isinstance(name, str) or not name:
        raise InvalidValueError(f"{what} must be text, got {shown(name)}; name it")


def _condition(given: object) -> Condition:
    if not isinstance(given, Condition):
        raise InvalidValueError(f"a condition was expected, got {shown(given)}; write Field('employees') >= 50")
    return given
