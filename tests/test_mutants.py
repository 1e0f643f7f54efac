"""The list of mutants that nobody could tell from the original, between two runs of mutants.py."""

from __future__ import annotations

import inspect
import re
from functools import reduce
from importlib import import_module
from typing import Any

import pytest

from mutants import BEGIN, END, FILES, PAGE, Mutant, digest, kept, rows, undecorated, witnesses

KEPT = kept()


@pytest.mark.parametrize("mutant", KEPT, ids=lambda mutant: mutant.where)
def test_what_is_excused_is_a_change_of_code_that_stands_there(mutant: Mutant) -> None:
    file = re.match(r"\w+\.\w+", mutant.where)
    assert file is not None
    module = import_module(f"salesmetrics.{file[0]}")
    found: Any = reduce(inspect.getattr_static, mutant.where[file.end() + 1 :].split("."), module)
    function = getattr(found, "fget", getattr(found, "func", found))  # of a property, cached or not
    lines = [line.strip() for line in inspect.getsource(function).splitlines()]
    old = mutant.old.splitlines()
    assert any(lines[start : start + len(old)] == old for start in range(len(lines)))
    assert mutant.new != mutant.old


@pytest.mark.parametrize("why", KEPT.values())
def test_every_excuse_is_a_sentence(why: str) -> None:
    assert re.fullmatch(r"[A-Z].{20,}\.", why)


def test_the_page_has_the_figures_of_runs_with_this_list() -> None:
    for file, (made, *fates, source) in rows().items():
        assert int(made) == sum(map(int, fates))
        if source == digest(file):
            assert int(fates[-1]) == len(kept(file))


def test_the_page_adds_up() -> None:
    figures = PAGE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]
    (together,) = re.findall(r"^\| together \|(.*)\| \|$", figures, re.MULTILINE)
    columns = zip(*(row[:-1] for row in rows().values()), strict=True)
    assert [int(cell) for cell in together.split("|")] == [sum(map(int, column)) for column in columns]


def test_every_file_has_tests() -> None:
    for file in FILES:
        assert witnesses(file), file


def test_a_function_is_the_same_with_its_decorator_called_below_it() -> None:
    source = """
from functools import cache, wraps
def outer(function):
    @wraps(function)
    def inner(*numbers):
        return function(*numbers) + 1
    return inner
class Thing:
    @property
    def name(self):
        return "thing"
@outer
def double(number):
    return 2 * number
"""
    plain = undecorated(source)
    assert "@" not in plain
    for text in (source, plain):
        made: dict[str, Any] = {}
        exec(compile(text, "<made>", "exec"), made)  # noqa: S102
        assert (made["double"](3), made["double"].__name__, made["Thing"]().name) == (7, "double", "thing")
