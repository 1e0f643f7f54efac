"""Run the examples of README.md and docs/: `pytest README.md docs`.

Every ```python block is executed (with `>>>` prompts: as doctest, output compared), every ```console block is replayed
in a shell, and every ```toml block is read as a format of deals. Blocks of other languages are left alone, so commands
that install things belong in ```sh blocks.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from sybil import Document, Example, Region, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser
from sybil.parsers.markdown.lexers import FencedCodeBlockLexer

ROOT = Path(__file__).parent
ENV = os.environ | {
    # Not resolved: a venv's python is a link to an interpreter outside it.
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    "COLUMNS": "80",  # argparse wraps --help to the terminal's width
}


def trimmed(text: str) -> list[str]:
    """Lines without trailing white space, nor empty lines at the end."""
    return [line.rstrip() for line in text.rstrip().splitlines()]


def replay(example: Example) -> str | None:
    """Run the `$ ` lines of a block; Sybil takes a returned text as the failure's message."""
    before, *steps = re.split(r"^\$ ", example.parsed, flags=re.MULTILINE)
    if before.strip() or not steps:
        return "a console block must start with a line that starts with '$ '"
    for step in steps:
        command, _, expected = step.partition("\n")
        run = subprocess.run(
            ["bash", "-c", command],
            check=False,
            cwd=ROOT,
            env=ENV,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
        )
        if run.returncode or trimmed(run.stdout) != trimmed(expected):
            return (
                f"$ {command}\nexpected:\n{expected}\ngot (exit {run.returncode}):\n{run.stdout}\nstderr:\n{run.stderr}"
            )
    return None


def read_as_format(example: Example) -> None:
    """A block of TOML is a format of deals."""
    from salesmetrics import DealFormat  # not before coverage has begun to look

    with TemporaryDirectory() as folder:
        path = Path(folder, "format.toml")
        path.write_text(example.parsed, "utf-8")
        DealFormat.from_toml(path)


def decorated(document: Document) -> Iterable[Region]:
    """Fail on fences like ```python title="x", which Sybil would skip without a word."""
    for region in FencedCodeBlockLexer(language=r"(?:python|console|toml)[^\n]+")(document):
        region.evaluator = lambda _: "write ```python, ```console or ```toml with nothing after it"
        yield region


pytest_collect_file = Sybil(
    parsers=[
        PythonCodeBlockParser(),
        CodeBlockParser("console", replay),
        CodeBlockParser("toml", read_as_format),
        decorated,
    ],
    # Any depth ("docs/*.md" means that one folder, and ** does not work): the arguments of
    # pytest, or its setting testpaths, say which files are looked at.
    patterns=["*.md"],
).pytest()
