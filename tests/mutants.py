"""Which faults would the tests not notice? `python tests/mutants.py` asks; it takes an hour or two of one core.

mutmut writes one small fault after another into a copy of `_numeric` and `measure`, and runs the laws on each. What
survives must be killed by a law, or stand in mutants.toml with the reason why nobody could tell it from the original.
The figures are written into docs/trust.md. With names of mutants (`'*.sums.*'`) only those are tried, and nothing is
written.

With `--scratch DIR` the run is kept, and the next one goes on from there: it tries what was not tried yet, what
was not killed, and the mutants of each function that has changed since. Those that were killed stay so, whatever has
become of the tests or of other functions; a new folder tries everything.
"""

from __future__ import annotations

import argparse
import ast
import os
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Mapping
from contextlib import nullcontext
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
KEPT = ROOT / "tests/mutants.toml"
PAGE = ROOT / "docs/trust.md"
BEGIN, END = "<!-- figures of tests/mutants.py -->\n", "<!-- end of figures -->\n"
FATES = ("killed", "timeout", "equivalent")


class Mutant(NamedTuple):
    """A fault: the function, and its lines before and after; line numbers move, these stay."""

    where: str
    old: str
    new: str

    def __str__(self) -> str:
        changes = [*(f"- {line}" for line in self.old.split("\n")), *(f"+ {line}" for line in self.new.split("\n"))]
        return "\n    ".join([self.where, *changes])


def kept() -> dict[Mutant, str]:
    """The mutants that nobody could tell from the original, each with its reason."""
    entries = tomllib.loads(KEPT.read_text("utf-8"))["equivalent"]
    return {Mutant(one["where"], one["old"], new): one["why"] for one in entries for new in one["new"]}


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


def copy(folder: Path) -> None:
    """What mutmut needs of the repository, in place of an earlier copy; the results of its mutants stay."""
    for earlier in ("src", "tests", "mutants/tests"):
        shutil.rmtree(folder / earlier, ignore_errors=True)
    (folder / "mutants/mutmut-stats.json").unlink(missing_ok=True)  # which tests run which functions
    for name in ("src", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "conftest.py"):
        shutil.copy(ROOT / name, folder)
    for floor in ("_numeric", "measure"):
        for path in (folder / "src/salesmetrics" / floor).glob("*.py"):
            path.write_text(undecorated(path.read_text("utf-8")), "utf-8")


def mutmut(folder: Path, *arguments: str, stdout: int | None = subprocess.PIPE) -> str:
    """What mutmut prints."""
    command = [str(Path(sys.executable).with_name("mutmut")), *arguments]
    env = os.environ | {"HYPOTHESIS_PROFILE": "mutants", "PYTHONHASHSEED": "0"}
    return subprocess.run(command, check=True, cwd=folder, env=env, stdout=stdout, encoding="utf-8").stdout


def fates(folder: Path) -> dict[str, str]:
    """What became of each mutant, by its name at mutmut's."""
    lines = [line.strip() for line in mutmut(folder, "results", "--all", "true").split("\n")]
    return {name: fate for name, _, fate in (line.partition(": ") for line in lines if line)}


def alive(folder: Path) -> set[str]:
    """The names of those that were tried and not killed."""
    return {name for name, fate in fates(folder).items() if fate not in ("killed", "not checked")}


def mutant(folder: Path, name: str) -> Mutant:
    """The mutant of a name such as `salesmetrics._numeric.columns.xǁMaskedǁtake__mutmut_1`."""
    changed = {"-": "", "+": ""}
    for line in mutmut(folder, "show", name).split("\n"):
        if line[:1] in changed and not line.startswith(("---", "+++")):
            changed[line[0]] += f"\n{line[1:].strip()}"
    module, _, function = name.partition("__mutmut_")[0].rpartition(".")
    path = function.removeprefix("x").removeprefix("_").strip("ǁ").replace("ǁ", ".")
    return Mutant(f"{module.removeprefix('salesmetrics.')}.{path}", changed["-"].strip(), changed["+"].strip())


def table(fate_of: Mapping[str, str]) -> str:
    """The figures, by file."""
    of_file: dict[str, Counter[str]] = {}
    for name, fate in fate_of.items():
        path = name.partition(".x")[0].removeprefix("salesmetrics.").replace(".", "/") + ".py"
        of_file.setdefault(path, Counter())[fate] += 1
    rows = [(f"`{path}`", found) for path, found in sorted(of_file.items())]
    rows.append(("together", sum(of_file.values(), Counter())))
    lines = [
        f"| {title} | {found.total()} | " + " | ".join(str(found[fate]) for fate in FATES) + " |"
        for title, found in rows
    ]
    made_with = ", ".join(f"{name} {version(name)}" for name in ("mutmut", "hypothesis", "numpy"))
    return (
        f"| {' | '.join(['file', 'mutants', *FATES])} |\n|---|{'---:|' * 4}\n" + "\n".join(lines) + f"\n\n{made_with}\n"
    )


def judge(folder: Path, *, everything: bool) -> None:
    """Compare the survivors with the kept list; write the figures when every mutant was tried and none is left."""
    fate_of = {name: fate for name, fate in fates(folder).items() if everything or fate != "not checked"}
    found = {name: mutant(folder, name) for name, fate in fate_of.items() if fate not in FATES}
    excused = kept()
    left = {one: fate_of[name] for name, one in found.items() if one not in excused}
    gone = set(excused) - set(found.values()) if everything else set()
    for one, fate in left.items():
        print(f"{fate}; kill it with a law, or give the reason in {KEPT.name}:\n    {one}")
    for one in gone:
        print(f"killed by now, or made no more; take it out of {KEPT.name}:\n    {one}")
    figures = table(fate_of | dict.fromkeys(found, "equivalent"))
    if left or gone:
        sys.exit(f"{len(left)} mutants not excused, {len(gone)} excused that do not survive")
    print(figures)
    if everything:
        before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}{figures}{END}{rest.partition(END)[2]}", "utf-8")


def run(folder: Path, names: list[str]) -> None:
    """Try the mutants of these names; or all not tried yet, and once more those that an earlier run did not kill."""
    before = alive(folder) if (folder / "mutants").exists() else set[str]()
    copy(folder)
    mutmut(folder, "run", "--max-children", "1", *names, stdout=None)
    again = before & alive(folder)
    if again and not names:
        mutmut(folder, "run", "--max-children", "1", *sorted(again), stdout=None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="names or patterns of mutants; all unless told")
    parser.add_argument("--scratch", type=Path, metavar="DIR", help="a folder to keep the run in, or to go on with it")
    asked = parser.parse_args()
    with nullcontext(asked.scratch) if asked.scratch else TemporaryDirectory() as scratch:
        folder = Path(scratch, "mutation-run")
        run(folder, asked.names)
        judge(folder, everything=not asked.names)


if __name__ == "__main__":
    main()
