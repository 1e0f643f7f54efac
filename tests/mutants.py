"""Which faults would the tests not notice? `python tests/mutants.py` asks, file by file of `_numeric` and `measure`.

mutmut writes one small fault after another into a copy of a file, and runs the tests of that file. What survives must
be killed by a law, or stand in mutants.toml with the reason why nobody could tell it from the original. Then the
figures of the file are written into docs/trust.md, beside the first digits of its SHA-256.

With names of files (`_numeric/sums`) those are tried; without, those that are not as they were when they were tried.
"""

from __future__ import annotations

import ast
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src/salesmetrics"
KEPT = ROOT / "tests/mutants.toml"
PAGE = ROOT / "docs/trust.md"
BEGIN, END = "<!-- figures of tests/mutants.py -->\n", "<!-- end of figures -->\n"
FATES = ("killed", "timeout", "equivalent")

FILES = sorted(
    f"{floor}/{path.stem}"
    for floor in ("_numeric", "measure")
    for path in (SOURCE / floor).glob("*.py")
    if path.stem != "__init__"
)
TESTS = [path for room in ("numeric", "measure", "laws", "golden") for path in (ROOT / "tests" / room).glob("*.py")]
# What the laws of all measures have in common takes most of the time, and notices little that a definition does not.
COMMON = "not (test_order or test_merge or test_identity or test_breakdown or test_door or test_round_trip)"
# mutmut runs pytest again and again in one process, where the plugins are loaded already
CONFIG = """\
[mutmut]
source_paths = src
only_mutate = src/salesmetrics/{file}.py
also_copy = conftest.py
pytest_add_cli_args_test_selection =
    {tests}
pytest_add_cli_args =
    -p
    no:cacheprovider
    -W
    ignore::pytest.PytestAssertRewriteWarning
    -k
    {chosen}
timeout_constant = 5.0
timeout_multiplier = 4.0
"""
# one Python for all commands: to start one for each mutant that survived takes longer than to try it
MUTMUT = """\
import sys
from mutmut.__main__ import cli
for command in sys.argv[1:]:
    cli(command.split(), standalone_mode=False)
"""


class Mutant(NamedTuple):
    """A fault: the function, and its lines before and after; line numbers move, these stay."""

    where: str
    old: str
    new: str

    def __str__(self) -> str:
        changes = [*(f"- {line}" for line in self.old.split("\n")), *(f"+ {line}" for line in self.new.split("\n"))]
        return "\n    ".join([self.where, *changes])


def kept(file: str = "") -> dict[Mutant, str]:
    """The mutants that nobody could tell from the original, of a file or of all, each with its reason."""
    entries = tomllib.loads(KEPT.read_text("utf-8"))["equivalent"]
    found = {Mutant(one["where"], one["old"], new): one["why"] for one in entries for new in one["new"]}
    return {
        one: why for one, why in found.items() if one.where.startswith(f"{file.replace('/', '.')}." if file else "")
    }


def digest(file: str) -> str:
    """The first digits of the SHA-256 of a file."""
    return hashlib.sha256((SOURCE / f"{file}.py").read_bytes()).hexdigest()[:8]


def witnesses(file: str) -> list[Path]:
    """The tests of the same name, those of its floor that import from it, and for measures their golden numbers.

    What only its neighbours use is tried by the tests of those, too.
    """
    source = f"from salesmetrics.{file.replace('/', '.')} import"
    measures = set(re.findall(r"^def ([a-z]\w*)", (SOURCE / f"{file}.py").read_text("utf-8"), re.MULTILINE))
    is_measure = file.startswith("measure/")
    found = {
        path
        for path in TESTS
        if (path.name == f"test_{Path(file).name}.py" and is_measure != (path.parent.name == "numeric"))
        or (path.parent.name in ("numeric", "measure") and source in path.read_text("utf-8"))
        or (
            is_measure
            and path.parent.name == "golden"
            and measures.intersection(re.findall(r"\w+", path.read_text("utf-8")))
        )
    }
    if file.startswith("measure/_") and file != "measure/_measure":  # which has its own: all measures are its users
        users = [one for one in FILES if source in (SOURCE / f"{one}.py").read_text("utf-8")]
        found.update(path for one in users for path in witnesses(one))
    return sorted(found)


def undecorated(source: str) -> str:
    """The same program, with decorators called below their functions.

    mutmut leaves functions with decorators alone, and every measure is one.
    """
    lines = source.splitlines(keepends=True)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and len(node.decorator_list) == 1:
            decorator = node.decorator_list[0]
            call = ast.unparse(decorator)
            if call != "overload":
                lines[decorator.lineno - 1] = ""
                # An outer function comes before the inner ones, and its call goes below theirs.
                last = (node.end_lineno or 0) - 1
                body, newline, below = lines[last].partition("\n")
                lines[last] = f"{body}{newline}{' ' * node.col_offset}{node.name} = {call}({node.name})\n{below}"
    return "".join(lines)


def copy(folder: Path, file: str) -> None:
    """What mutmut needs of the repository, and what it shall do."""
    for name in ("src", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "conftest.py"):
        shutil.copy(ROOT / name, folder)
    path = folder / f"src/salesmetrics/{file}.py"
    path.write_text(undecorated(path.read_text("utf-8")), "utf-8")
    tests = "\n    ".join(str(test.relative_to(ROOT)) for test in witnesses(file))
    chosen = COMMON if file.startswith("measure/") else "test"
    (folder / "setup.cfg").write_text(CONFIG.format(file=file, tests=tests, chosen=chosen), "utf-8")


def mutmut(folder: Path, *commands: str, stdout: int | None = subprocess.PIPE) -> str:
    """What mutmut prints, asked one command after another."""
    command = [sys.executable, "-c", MUTMUT, *commands]
    env = os.environ | {"HYPOTHESIS_PROFILE": "mutants", "PYTHONHASHSEED": "0"}
    return subprocess.run(command, check=True, cwd=folder, env=env, stdout=stdout, encoding="utf-8").stdout


def fates(folder: Path) -> dict[str, str]:
    """What became of each mutant, by its name at mutmut's."""
    lines = [line.strip() for line in mutmut(folder, "results --all true").split("\n")]
    return {name: fate for name, _, fate in (line.partition(": ") for line in lines if line)}


def mutants(folder: Path, names: list[str]) -> list[Mutant]:
    """The mutants of names such as `salesmetrics._numeric.columns.xǁMaskedǁtake__mutmut_1`."""
    told = mutmut(folder, *(f"show {name}" for name in names))
    starts = [told.index(f"# {name}: ") for name in names]
    return [mutant(name, told[start:end]) for name, start, end in zip(names, starts, [*starts, None][1:], strict=True)]


def mutant(name: str, told: str) -> Mutant:
    """A mutant from what mutmut shows of it."""
    changed = {"-": "", "+": ""}
    for line in told.split("\n"):
        if line[:1] in changed and not line.startswith(("---", "+++")):
            changed[line[0]] += f"\n{line[1:].strip()}"
    module, _, function = name.partition("__mutmut_")[0].rpartition(".")
    path = function.removeprefix("x").removeprefix("_").strip("ǁ").replace("ǁ", ".")
    return Mutant(f"{module.removeprefix('salesmetrics.')}.{path}", changed["-"].strip(), changed["+"].strip())


def rows() -> dict[str, list[str]]:
    """The figures that stand on the page: of each file those of its last run, and what it was then."""
    lines = PAGE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0].split("\n")
    cells = [[cell.strip(" `") for cell in line.split("|")[1:-1]] for line in lines if line.startswith("| `")]
    return {file.removesuffix(".py"): figures for file, *figures in cells if file.removesuffix(".py") in FILES}


def write(figures: dict[str, list[str]]) -> None:
    """Put figures onto the page."""
    lines = [f"| {' | '.join(['file', 'mutants', *FATES, 'SHA-256'])} |", f"|---|{'---:|' * 4}---|"]
    lines += [f"| `{file}.py` | {' | '.join(row)} | `{source}` |" for file, (*row, source) in sorted(figures.items())]
    sums = [sum(map(int, column)) for column in zip(*(row[:-1] for row in figures.values()), strict=True)]
    made_with = ", ".join(f"{name} {version(name)}" for name in ("mutmut", "hypothesis", "numpy"))
    missing = ", ".join(f"`{file}.py`" for file in FILES if file not in figures) or "none"
    lines += [f"| together | {' | '.join(map(str, sums))} | |", "", f"Not tried yet: {missing}.", "", made_with, ""]
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    PAGE.write_text(before + BEGIN + "\n".join(lines) + END + rest.partition(END)[2], "utf-8")


def has_survivors(file: str) -> bool:
    """Try the mutants of a file; write its figures, or say which are left without an excuse."""
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        copy(folder, file)
        mutmut(folder, "run", stdout=None)
        fate_of = fates(folder)
        survivors = {name: fate for name, fate in fate_of.items() if fate not in FATES}
        found = dict(zip(mutants(folder, [*survivors]), survivors.values(), strict=True))
    excused = kept(file)
    left, gone = found.keys() - excused.keys(), excused.keys() - found.keys()
    for one in left:
        print(f"{found[one]}; kill it with a law, or give the reason in {KEPT.name}:\n    {one}")
    for one in gone:
        print(f"killed by now, or made no more; take it out of {KEPT.name}:\n    {one}")
    print(f"{file}: {len(left)} mutants not excused, {len(gone)} excused that do not survive")
    if not left and not gone:
        counted = Counter(fate if fate in FATES else "equivalent" for fate in fate_of.values())
        numbers = [counted.total(), *(counted[fate] for fate in FATES)]
        write(rows() | {file: [*map(str, numbers), digest(file)]})
    return bool(left or gone)


def main(files: list[str]) -> None:
    before = rows()
    changed = [file for file in FILES if before.get(file, [""])[-1] != digest(file)]
    tried = {file: has_survivors(file) for file in files or changed}
    if any(tried.values()):
        sys.exit("the tests do not notice every fault")


if __name__ == "__main__":
    main(sys.argv[1:])
