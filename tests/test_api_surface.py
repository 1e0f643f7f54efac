"""The public face changes only together with a line in the changelog."""

from __future__ import annotations

import hashlib
import inspect
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Any

import salesmetrics as sm
import salesmetrics.strategies
import salesmetrics.testing

ROOT = Path(__file__).parent.parent
SURFACE = Path(__file__).with_name("api_surface.txt")
MODULES = (salesmetrics.strategies, salesmetrics.testing)
"""What is imported apart from the flat face, because it needs an extra or is for tests alone."""


def surface() -> str:
    """Every public name with its arguments, its public members, and the JSON fields of answers."""
    lines = faces_of(sm)
    for module in MODULES:
        lines += [f"module {module.__name__}", *(f"    {line}" for line in faces_of(module))]
    return "\n".join(lines) + "\n"


def faces_of(module: ModuleType) -> list[str]:
    """What is seen of each public name of a module."""
    lines: list[str] = []
    for name in sorted(module.__all__):
        thing = getattr(module, name)
        if inspect.ismodule(thing):
            lines += [f"{name}.{one}{inspect.signature(getattr(thing, one))}" for one in thing.__all__]
        elif inspect.isclass(thing):
            lines += [f"class {name}{bases(thing)}", *(f"    {line}" for line in members(thing))]
        elif callable(thing):
            shape = inspect.signature(thing)
            lines.append(f"{name}{shape if module is sm else stable(shape)}")  # hypothesis writes annotations anew
        else:
            lines.append(f"{name} = ...")
    return lines


def bases(cls: type[Any]) -> str:
    return f"({', '.join(base.__name__ for base in cls.__mro__[1:-1] if base.__module__.startswith('salesmetrics'))})"


def members(cls: type[Any]) -> list[str]:
    if issubclass(cls, Enum):
        return [f"{one.name} = {one.value!r}" for one in cls]
    made = [f"__init__{stable(inspect.signature(cls.__init__))}"]
    for name in sorted(set(dir(cls)) - set(dir(ImportError if issubclass(cls, ImportError) else Exception))):
        member = inspect.getattr_static(cls, name)
        if name.startswith("_"):
            continue
        if isinstance(member, (classmethod, staticmethod)):
            made.append(f"{name}{stable(inspect.signature(getattr(cls, name)))} [{type(member).__name__}]")
        elif inspect.isfunction(member):
            made.append(f"{name}{stable(inspect.signature(member))}")
        else:
            made.append(name)
    if issubclass(cls, sm.Answer):
        made.append(f"JSON version {cls.version}, readings {', '.join(cls.readings) or 'none'}")
    return made


def stable(signature: inspect.Signature) -> str:
    """Arguments with their defaults; what attrs shows of a default made anew differs between its releases."""
    bare = [one.replace(annotation=one.empty) for one in signature.parameters.values()]
    made_anew = [one.replace(default=...) if type(one.default).__module__ == "attr._make" else one for one in bare]
    return str(inspect.Signature(made_anew))


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def test_the_written_surface_is_the_one_there_is() -> None:
    assert surface() == SURFACE.read_text("utf-8"), f"run python {__file__}, and say in CHANGELOG.md what changed"


def test_the_changelog_knows_this_surface() -> None:
    assert f"Public face: `{digest(surface())}`" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_type_checkers_and_python_see_the_same_names() -> None:
    source = (ROOT / "src/salesmetrics/__init__.py").read_text("utf-8")
    seen = [line.split(" as ")[1] for line in source.splitlines() if line.startswith("    from salesmetrics")]
    assert sorted(seen) == sm.__all__


def test_every_public_name_says_what_it_is_with_an_example() -> None:
    documented = [
        name for name in sm.__all__ if inspect.isroutine(getattr(sm, name)) or inspect.isclass(getattr(sm, name))
    ]
    # a type alias, which Python gives no docstring, and a module, whose functions are asked
    assert sorted(set(sm.__all__) - set(documented)) == ["IntoDeals", "formats"]
    assert all(">>>" in (inspect.getdoc(getattr(sm.formats, name)) or "") for name in sm.formats.__all__)
    silent = [name for name in documented if ">>>" not in (inspect.getdoc(getattr(sm, name)) or "")]
    # errors are seen in the examples of what raises them, and bases in those of the classes built on them
    errors = [name for name in silent if name.endswith("Error")]
    assert sorted(set(silent) - set(errors)) == ["Answer", "Calendar"]


def test_every_strategy_and_every_law_says_what_it_is_with_an_example() -> None:
    for module in MODULES:
        for name in module.__all__:
            assert ">>>" in (inspect.getdoc(getattr(module, name)) or ""), name


def test_an_unknown_name_is_an_attribute_error() -> None:
    assert not hasattr(sm, "calculate_win_rate")
    assert "win_rate" in dir(sm)


if __name__ == "__main__":
    SURFACE.write_text(surface(), "utf-8")
    print(f"Public face: `{digest(surface())}`")  # noqa: T201
