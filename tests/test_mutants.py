"""The list of mutants that nobody could tell from the original, between two runs of mutants.py."""

from __future__ import annotations

import inspect
import re
from functools import reduce
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from mutants import BEGIN, END, PAGE, Mutant, copy, kept, undecorated

KEPT = kept()


@pytest.mark.parametrize("mutant", KEPT, ids=lambda mutant: mutant.where)
def test_what_is_excused_is_a_change_of_code_that_stands_there(mutant: Mutant) -> None:
    file = re.match(r"\w+\.\w+", mutant.where)
    assert file is not None
    module = import_module(f"salesmetrics.{file[0]}")
    found: Any = reduce(inspect.getattr_static, mutant.where[file.end() + 1 :].split("."), module)
    lines = [line.strip() for line in inspect.getsource(getattr(found, "fget", found)).splitlines()]
    old = mutant.old.splitlines()
    assert any(lines[start : start + len(old)] == old for start in range(len(lines)))
    assert mutant.new != mutant.old


@pytest.mark.parametrize("why", KEPT.values())
def test_every_excuse_is_a_sentence(why: str) -> None:
    assert re.fullmatch(r"[A-Z].{20,}\.", why)


def test_the_page_has_the_figures_of_a_run_with_this_list() -> None:
    figures = PAGE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]
    rows = [row.split("|")[2:-1] for row in figures.splitlines() if row.startswith(("| `", "| together"))]
    *files, together = [[int(cell) for cell in row] for row in rows]
    for made, *fates in (*files, together):
        assert made == sum(fates)
    assert [sum(column) for column in zip(*files, strict=True)] == together
    assert together[-1] == len(KEPT)


def test_a_run_goes_on_with_the_sources_and_tests_of_today_and_the_results_of_before(tmp_path: Path) -> None:
    results = Path("mutants/src/salesmetrics/_numeric/sums.py.meta")
    gone = [Path("src/salesmetrics/gone.py"), Path("tests/numeric/test_gone.py"), Path("mutants/tests/test_gone.py")]
    for path in (results, *gone):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("of before", "utf-8")
    copy(tmp_path)
    assert (tmp_path / results).read_text("utf-8") == "of before"
    assert not [path for path in gone if (tmp_path / path).exists()]
    assert (tmp_path / "tests/test_mutants.py").read_bytes() == Path(__file__).read_bytes()


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
