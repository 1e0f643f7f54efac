"""What conditions are written with: a field, or how often something was done, and what each is asked."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.labels import Label, is_label
from salesmetrics.model.scoring.condition import (
    Comparison,
    Condition,
    Counted,
    Did,
    IsIn,
    IsMissing,
    Ordered,
    check_name,
)

__all__ = ["Field", "Times"]


class _Unasked:
    """What is no condition yet: it cannot be joined to others before it is asked something."""

    __slots__ = ()

    def _must_be_asked(self, *_: object) -> Any:
        raise InvalidValueError(
            f"a condition must ask something, got {self} alone; write Field('persona').is_in(True), "
            "Field('phone').is_missing(), Field('employees') >= 50, or Times('visit') >= 3"
        )

    __and__ = __rand__ = __or__ = __ror__ = __invert__ = __bool__ = _must_be_asked


@frozen(order=False)  # it compares what is known, and is not itself before or after another
class Field(_Unasked):
    """What is known of a lead under a name: one of its `fields`, or its "source".

    In a condition on what a lead did, it is a field of the activity.

    Args:
        name: The name of the field.

    Raises:
        InvalidValueError: The name is no text.

    Examples:
        >>> Field("employees") >= 50
        Comparison(name='employees', sign='>=', value=50)
        >>> Field("country").is_in("NL", "BE")
        IsIn(name='country', values=('NL', 'BE'))
    """

    name: str

    def __attrs_post_init__(self) -> None:
        check_name(self.name, "Field.name")

    def __eq__(self, other: object) -> bool:
        if other is None or is_label(other):
            asked = f"is_in({other!r})" if other is not None else "is_missing()"
            raise InvalidValueError(
                f"a field must be asked by its methods, got Field({self.name!r}) beside {shown(other)}; "
                f"write Field({self.name!r}).{asked}"
            )
        return self.name == other.name if isinstance(other, Field) else NotImplemented

    def __hash__(self) -> int:
        return hash((Field, self.name))

    def __ge__(self, value: Ordered) -> Comparison:
        return Comparison(self.name, ">=", value)

    def __gt__(self, value: Ordered) -> Comparison:
        return Comparison(self.name, ">", value)

    def __le__(self, value: Ordered) -> Comparison:
        return Comparison(self.name, "<=", value)

    def __lt__(self, value: Ordered) -> Comparison:
        return Comparison(self.name, "<", value)

    def is_in(self, *values: Label) -> IsIn:
        """Whether it is one of some values: text, numbers, flags, days. A flag is no number.

        Examples:
            >>> Field("persona").is_in(True)
            IsIn(name='persona', values=(True,))
        """
        return IsIn(self.name, values)

    def is_missing(self) -> IsMissing:
        """Whether nothing is known.

        Examples:
            >>> Field("phone").is_missing()
            IsMissing(name='phone')
        """
        return IsMissing(self.name)


@frozen(order=False)  # it compares numbers of times, and is not itself before or after another
class Times(_Unasked):
    """How often a lead did something, to be compared with a number.

    Args:
        kind: The kind of activity, in the log's own word.
        where: What must hold of the activity's own fields.

    Raises:
        InvalidValueError: The kind is no text, or the condition is on what was done.

    Examples:
        >>> Times("visit") >= 3
        Counted(did=Did(kind='visit', where=None), sign='>=', number=3)
    """

    kind: str
    where: Condition | None = None

    def __attrs_post_init__(self) -> None:
        Did(self.kind, self.where)

    def __eq__(self, other: object) -> bool:
        if is_label(other):
            raise InvalidValueError(
                f"times must be compared with >=, >, <= or <, got Times({self.kind!r}) beside {shown(other)}; "
                "write (Times('visit') >= 3) & (Times('visit') <= 3)"
            )
        return (self.kind, self.where) == (other.kind, other.where) if isinstance(other, Times) else NotImplemented

    def __hash__(self) -> int:
        return hash((Times, self.kind, self.where))

    def __ge__(self, number: int) -> Counted:
        return Counted(Did(self.kind, self.where), ">=", number)

    def __gt__(self, number: int) -> Counted:
        return Counted(Did(self.kind, self.where), ">", number)

    def __le__(self, number: int) -> Counted:
        return Counted(Did(self.kind, self.where), "<=", number)

    def __lt__(self, number: int) -> Counted:
        return Counted(Did(self.kind, self.where), "<", number)
