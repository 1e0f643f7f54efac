"""Every law that a docstring states has a test of its name, and every test in a class of laws is a stated law."""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from pkgutil import iter_modules
from types import FunctionType, ModuleType
from typing import Any

import pytest

import salesmetrics.across
import salesmetrics.measure
import salesmetrics.pay
import salesmetrics.result
from measure_laws import HISTORY_QUESTIONS, OTHER_QUESTIONS, QUESTIONS
from salesmetrics import Answer
from salesmetrics.testing import MeasureLaws


def laws_in(docstring: str | None) -> set[str]:
    """The names in the section Laws, which are four blanks in."""
    _, _, section = inspect.cleandoc(docstring or "").partition("\nLaws:\n")
    section = re.split(r"^\S", section, maxsplit=1, flags=re.MULTILINE)[0]
    return set(re.findall(r"^ {4}(\w+): ", section, flags=re.MULTILINE))


def laws_of(thing: Any) -> set[str]:
    """What a function states, or a class with its bases and methods."""
    if isinstance(thing, FunctionType):
        return laws_in(thing.__doc__)
    ours = [base for base in thing.__mro__ if base.__module__.startswith("salesmetrics.")]
    methods = [method for base in ours for method in vars(base).values() if hasattr(method, "__doc__")]
    return set().union(*(laws_in(one.__doc__) for one in [*ours, *methods]))


def public(floor: ModuleType, kind: type) -> list[tuple[str, Any]]:
    """The public functions or classes of a floor, each with the name of its file."""
    found = []
    for module in iter_modules(floor.__path__):
        if not module.name.startswith("_"):
            home = import_module(f"{floor.__name__}.{module.name}")
            things = [getattr(home, name) for name in home.__all__]
            ours = [thing for thing in things if isinstance(thing, kind) and thing.__module__ == home.__name__]
            found += [(module.name, thing) for thing in ours]
    return found


MEASURES = public(salesmetrics.measure, FunctionType)
OWED = [
    *MEASURES,
    *public(salesmetrics.across, FunctionType),
    *public(salesmetrics.pay, FunctionType),
    *[("answers", kind) for _, kind in public(salesmetrics.result, type)],
]


OF_ANSWERS = {"identity", "round_trip"}
"""What a measure owes because its answers do; they state it, and it does not say it again."""


@pytest.mark.parametrize(("file", "thing"), OWED, ids=[f"{file}-{thing.__name__}" for file, thing in OWED])
def test_laws_and_tests_are_the_same(file: str, thing: Any) -> None:
    name = "".join(word[0].upper() + word[1:] for word in thing.__name__.split("_"))
    tests = getattr(import_module(f"laws.test_{file}"), f"Test{name}")
    stated = laws_of(thing)
    assert stated
    if (file, thing) in MEASURES:
        stated |= OF_ANSWERS
    assert {f"test_{law}" for law in stated} == {name for name in dir(tests) if name.startswith("test_")}


def test_what_measures_owe_by_their_answers_is_stated_there() -> None:
    assert laws_of(Answer) >= OF_ANSWERS


def test_the_published_laws_are_those_that_every_measure_owes() -> None:
    published = {name.removeprefix("test_") for name in dir(MeasureLaws) if name.startswith("test_")}
    assert published == {"order", "merge", "door", "breakdown"} | OF_ANSWERS


def test_every_measure_is_asked() -> None:
    assert {*QUESTIONS, *HISTORY_QUESTIONS, *OTHER_QUESTIONS} == {measure for _, measure in MEASURES}


def test_every_measure_states_the_common_laws() -> None:
    for _, measure in MEASURES:
        assert laws_of(measure) > {"definition", "order", "merge", "door", "breakdown"}


def test_laws_are_read_from_their_section_only() -> None:
    docstring = """A thing.

    Args:
        one: First.

    Laws:
        definition: Plain.
        merge: A law of
            two lines: the second.

    Examples:
        order: Nothing.
    """
    assert laws_in(docstring) == {"definition", "merge"}
    assert laws_in("No laws.") == laws_in(None) == set()
