"""The one way in which answers are shown as text and in notebooks."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from salesmetrics.errors import printable

__all__ = ["html_of_table", "html_of_text", "percent", "plain_text", "text_of_table"]


def plain_text(text: object) -> str:
    """A name, or any other value, as a table shows it: on one line, and cut where it is long."""
    # a number of thousands of digits has no decimal text in Python
    return printable(hex(text) if isinstance(text, int) and text.bit_length() > 256 else str(text), 60)


def percent(share: float | None) -> str:
    """A share in per cent, or that it is not defined.

    Examples:
        >>> percent(0.632), percent(None)
        ('63.2 %', 'undefined')
    """
    return "undefined" if share is None else f"{100 * share:.1f} %"


def text_of_table(heads: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """A table in plain text: the first columns to the left, the others to the right."""
    lines = [list(heads), *map(list, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place < left else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def html_of_text(text: str) -> str:
    """Text in a notebook; whatever looks like markup in it is text."""
    return f"<code>{escape(text)}</code>"


def html_of_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in a notebook; whatever looks like markup in it is text."""
    head = "".join(f"<th>{escape(cell)}</th>" for cell in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
