"""What every answer is: sums that add, facts that must agree, and readings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Self

import numpy as np
from attrs import Attribute, evolve, fields, frozen
from numpy.typing import NDArray

from salesmetrics._numeric.recipe import Grouped
from salesmetrics._numeric.sums import whole_numbers
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.currencies import NO_CURRENCY, exponent
from salesmetrics.model.money import Money, rounded, shared_currency
from salesmetrics.result._plain_form import PlainForm

__all__ = ["MERGED_CURRENCY", "SAME", "Answer", "added_facts", "in_unit", "in_unit_rounded", "sums_within"]


SAME = {"adds": "same"}
"""Metadata of a field that two answers must have in common to be added."""

MERGED_CURRENCY = {"adds": "currency"}
"""Metadata of a field that holds a currency: XXX gives way to any other; `None` is that of plain numbers."""


@frozen
class Answer(PlainForm):
    """Base of all answers: what was summed over rows, so that `a + b` is the answer for both books together.

    A field is a sum, unless its metadata say otherwise: `{"adds": "same"}` is a fact that both answers must have, and
    `{"adds": "currency"}` a currency. Fields called `n` or `n_...` are counts. A reading is a property, and `readings`
    names those that `to_dict` writes: `value`, unless a class says otherwise.

    Laws:
        adds: Every sum of `a + b` is the sum of both, and what is no sum is as in both.
        order: `a + b` equals `b + a`, and `(a + b) + c` equals `a + (b + c)`.
        identity: Adding the empty book's answer, or the 0 that `sum` starts from, changes nothing.
    """

    shares: ClassVar[tuple[str, ...]] = ()
    """Readings that are shares of a whole, whose changes are told in percentage points."""

    def __attrs_post_init__(self) -> None:
        """Refuse what no sum over rows can be: a field of another type, a negative count, a number beyond all money."""
        super().__attrs_post_init__()
        for one in fields(type(self)):
            value: Any = getattr(self, one.name)
            what = f"{type(self).__name__}.{one.name}"
            if one.metadata == MERGED_CURRENCY:
                exponent(NO_CURRENCY if value is None else value)  # refuses what is no currency
            elif one.name.startswith("n_") or one.name == "n":
                check_count(value, what)
            elif isinstance(value, int) and abs(value) >= _LIMIT:
                raise InvalidValueError(f"{what} must be below 10**44, got {shown(value)}; ask a measure for it")

    def __add__(self, other: Self) -> Self:
        if type(other) is not type(self):
            return NotImplemented
        return type(self)(**{one.name: _added(self, other, one) for one in fields(type(self))})

    def __radd__(self, other: object) -> Self:
        if isinstance(other, int) and other == 0:  # so that sum(answers) works
            return self
        return NotImplemented

    @classmethod
    def columns_of(cls, sums: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
        """Columns for a frame, from the sums of many answers at once; an undefined reading is NaN there."""
        return {name: column for name, column in sums.items() if isinstance(column, np.ndarray)}

    @classmethod
    def sums_of(cls, answers: Sequence[Self]) -> dict[str, Any]:
        """The fields of many answers, one column each."""
        return {one.name: _column([getattr(answer, one.name) for answer in answers]) for one in fields(cls)}

    @property
    def in_a_line(self) -> str:
        """The answer as text of one line, as the cells of tables show it."""
        return str(self)


def in_unit(minor: int, unit: str | None) -> Money | int:
    """A whole amount as money, or as a plain number where the unit is no currency."""
    return minor if unit is None else Money(minor, unit)


def in_unit_rounded(numerator: int, denominator: int, unit: str | None) -> Money | int:
    """An exact amount, rounded once."""
    return in_unit(rounded(numerator, denominator), unit)


def sums_within(kind: type[Answer], answers: Grouped[Any] | Sequence[Any]) -> Mapping[str, Any]:
    """The fields of the answers that many answers hold, one column each."""
    return answers.sums if isinstance(answers, Grouped) else kind.sums_of(answers)


def in_currencies_of(whole: Answer, part: Answer) -> Answer:
    """An answer that is part of a sum, with the sum's currencies: a zero of no currency is one of any."""
    own: dict[str, Any] = {}
    for one in fields(type(part)):
        value, summed = getattr(part, one.name), getattr(whole, one.name)
        if one.metadata == MERGED_CURRENCY:
            own[one.name] = summed
        elif isinstance(value, Answer):
            own[one.name] = in_currencies_of(summed, value)
    return evolve(part, **own)


def check_count(number: int, what: str) -> None:
    """Refuse a negative count, and one that no column can hold."""
    if not 0 <= number < 2**63:
        raise InvalidValueError(f"{what} must be a count from 0 to 2**63, got {shown(number)}; ask a measure for it")


def _added(one: Answer, other: Answer, what: Attribute[Any]) -> Any:
    mine, theirs = getattr(one, what.name), getattr(other, what.name)
    return added_facts(what, mine, theirs) if "adds" in what.metadata else mine + theirs


def added_facts(what: Attribute[Any], mine: Any, theirs: Any) -> Any:
    """What two answers have in a field that is no sum.

    Raises:
        InvalidValueError: They must agree, and do not.
    """
    if mine == theirs:
        return mine
    is_currency = what.metadata == MERGED_CURRENCY
    if is_currency and mine is not None and theirs is not None:
        return shared_currency(mine, theirs)
    if is_currency and NO_CURRENCY in (mine, theirs):
        return None  # the empty book's zero adds to plain numbers too
    raise InvalidValueError(
        f"answers that are added must have one {what.name}, got {shown(mine)} and {shown(theirs)}; "
        "ask both with the same"
    )


_LIMIT = 10**44
"""Money is below 10**38, and a millionth of it is the smallest unit in which it is counted."""


def _column(values: Iterable[Any]) -> Any:
    listed = list(values)
    if all(type(value) is int for value in listed):
        return whole_numbers(listed)
    return listed
