"""Griffe extension: document measures and attrs classes the way their callers see them.

Griffe reads source text: for a function under `@as_measure` it finds the recipe's signature, and for an attrs class
none. Here both get the one that Python reports for the public object.
"""

import ast
import inspect
import re
from enum import Enum
from typing import Any

import griffe

MEASURE = ".as_measure"  # end of the full path of the decorator that makes a recipe a question

# Sections of our own. Griffe shows an unknown section as a box with running text; with a
# bullet before each line it becomes a list. A line "name: text" gets its name in bold.
LISTS = {"Laws:", "References:"}
ITEM = re.compile(r"^ {4}(?![\s-])(?:(?P<name>[\w -]+): )?")


class Questions(griffe.Extension):
    def on_function(self, *, func: griffe.Function, loader: griffe.GriffeLoader, **_: Any) -> None:
        if not any(d.callable_path.endswith(MEASURE) for d in func.decorators):
            return
        public = griffe.dynamic_import(func.path, loader.finder.search_paths)
        signature = inspect.signature(public)
        # Change, not rebuild: the defaults stay as they are written in the source.
        for name, parameter in signature.parameters.items():
            func.parameters[name].annotation = expression(parameter.annotation, func)
        func.returns = expression(signature.return_annotation, func)

    def on_class(self, *, cls: griffe.Class, loader: griffe.GriffeLoader, **_: Any) -> None:
        if not any(d.callable_path.endswith(".frozen") for d in cls.decorators):
            return
        made = inspect.signature(griffe.dynamic_import(cls.path, loader.finder.search_paths))
        parameters = [
            griffe.Parameter(
                name,
                annotation=cls.attributes[name].annotation if name in cls.attributes else None,
                kind=griffe.ParameterKind(parameter.kind.description),
                default=None if parameter.default is inspect.Parameter.empty else shown(parameter.default),
            )
            for name, parameter in made.parameters.items()
        ]
        cls.set_member("__init__", griffe.Function("__init__", parameters=griffe.Parameters(*parameters), parent=cls))

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        if obj.docstring:
            obj.docstring.value = bullets(obj.docstring.value)


def expression(annotation: Any, func: griffe.Function) -> griffe.Expr | str | None:
    """Parse an annotation, so that its names become links."""
    if annotation is inspect.Signature.empty:
        return None
    if not isinstance(annotation, str):
        annotation = inspect.formatannotation(annotation)
    return griffe.get_annotation(ast.parse(annotation, mode="eval").body, parent=func.module)


def shown(default: Any) -> str:
    """A default as it is written; attrs writes its own word for one that is made anew for each object."""
    if type(default).__module__.startswith("attr"):
        return "..."
    return str(default) if isinstance(default, Enum) else repr(default)


def item(start: re.Match[str]) -> str:
    return "    - " + (f"**{start['name']}**: " if start["name"] else "")


def bullets(docstring: str) -> str:
    lines, listing = [], False
    for line in docstring.split("\n"):
        if line and not line.startswith(" "):
            listing = line in LISTS
        lines.append(ITEM.sub(item, line) if listing and line.startswith(" ") else line)
    return "\n".join(lines)
