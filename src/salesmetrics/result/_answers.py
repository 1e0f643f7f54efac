"""What holders of many answers share: how an answer of any kind is read, added and shown.

An answer is an `Answer`, or whatever a function of the user's own gave.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import reduce
from math import isfinite, isnan, nan
from operator import add
from typing import Any, Generic, TypeVar

import numpy as np
from attrs import fields

from salesmetrics._numeric.recipe import Grouped
from salesmetrics.errors import InvalidValueError, nearest, shown
from salesmetrics.model.money import Money
from salesmetrics.result._display import plain_text
from salesmetrics.result._plain_form import PlainForm
from salesmetrics.result.answer import Answer

__all__ = [
    "Many",
    "added",
    "added_up",
    "answer_shown",
    "check_adds",
    "columns_of_answers",
    "exact_reading",
    "is_undefined",
    "reading_of",
]

A = TypeVar("A")


class Many(Mapping[Any, A], Generic[A]):
    """Base of what holds many answers: by group, by period."""

    answers: Sequence[A]

    @classmethod
    def added_up(cls, parts: Sequence[Any]) -> Any:
        """Several of a kind added, two by two or in one step."""
        return reduce(add, parts)


def reading_of(answer: Any, reading: str) -> Any:
    """A reading by its name; the value of a number, of money and of `None` is what they are.

    Raises:
        InvalidValueError: The answer has no such reading.
    """
    if reading == "value" and (answer is None or isinstance(answer, (int, float, Money))):
        return answer
    known = [*answer.readings, "n"] if isinstance(answer, Answer) else []
    if not hasattr(answer, reading):
        remedy = f"; write reading={known[0]!r}" if known and reading == "value" else ""
        raise InvalidValueError(
            f"a reading must be one of the answer's, got {shown(reading)}; {nearest(reading, known)}{remedy}"
        )
    return getattr(answer, reading)


def exact_reading(answer: Any, reading: str) -> Fraction | None:
    """A reading as a fraction, not rounded; money in major units; `None` where it is not defined.

    A float that no answer tells exactly is what its shortest decimal text says.

    Raises:
        InvalidValueError: The answer has no such reading, or it is no number.

    Examples:
        >>> from salesmetrics import Proportion
        >>> exact_reading(Proportion(63, 100), "value"), exact_reading(0.1, "value")
        (Fraction(63, 100), Fraction(1, 10))
    """
    found = reading_of(answer, f"exact_{reading}" if hasattr(answer, f"exact_{reading}") else reading)
    if found is None or isinstance(found, Fraction):
        return found
    if isinstance(found, Money):
        return Fraction(found.amount)
    if isinstance(found, bool) or not isinstance(found, (int, float)):
        raise InvalidValueError(f"a reading that is compared must be a number or money, got {shown(found)}; name one")
    if isinstance(found, int):
        return Fraction(found)
    return Fraction(str(found)) if isfinite(found) else None


def is_undefined(reading: Any) -> bool:
    """Whether a reading says that there is none."""
    return reading is None or (isinstance(reading, float) and isnan(reading))


def added(one: Any, other: Any) -> Any:
    """Two answers added.

    Raises:
        InvalidValueError: They do not add.
    """
    for answer in (one, other):
        check_adds(answer)
    return one + other


def added_up(answers: Sequence[Any]) -> Any:
    """Answers of one kind added, all of them in one step where they are of many groups.

    Raises:
        InvalidValueError: They do not add.
    """
    for answer in answers:
        check_adds(answer)
    kind = type(answers[0])
    return kind.added_up(answers) if issubclass(kind, Many) else reduce(add, answers)


def check_adds(answer: Any) -> None:
    """Refuse what does not add: what a function of the user's own read from deals, unless it counted them.

    Raises:
        InvalidValueError: It is neither an answer nor a count, nor holds these by group or period.
    """
    if isinstance(answer, Many):
        for one in answer.answers[:1]:
            check_adds(one)
    elif not isinstance(answer, Answer) and type(answer) is not int:
        raise InvalidValueError(
            f"answers that are added must be Answers or counts, got {shown(answer)}; readings do not add: ask for the "
            "sums, and read what is wanted from their sum"
        )


def columns_of_answers(answers: Any) -> Mapping[str, Any]:
    """The columns of many answers; one called `answer` where they are not Answers of one kind."""
    if isinstance(answers, Grouped) and isinstance(answers.answer, type) and issubclass(answers.answer, Answer):
        sums = {name: np.full(answers.n, one) if isinstance(one, int) else one for name, one in answers.sums.items()}
        return answers.answer.columns_of(sums)
    kinds = {type(answer) for answer in answers}
    kind: Any = kinds.pop() if len(kinds) == 1 else object
    if issubclass(kind, Answer):
        columns: Mapping[str, Any] = kind.columns_of(kind.sums_of(answers))
        return columns
    if issubclass(kind, PlainForm):
        names = [*(one.name for one in fields(kind)), *kind.readings]
        return {name: [_cell(getattr(answer, name)) for answer in answers] for name in names}
    return {"answer": list(answers)}


def _cell(value: Any) -> Any:
    return nan if value is None else float(value) if isinstance(value, Fraction) else value


def answer_shown(answer: Any) -> str:
    """An answer as a cell of a table."""
    if isinstance(answer, Answer):
        return answer.in_a_line
    return str(answer) if isinstance(answer, PlainForm) else plain_text(answer)
