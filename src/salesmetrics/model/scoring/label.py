"""What leads are called by their scores and by what they did."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

from attrs import field, frozen

from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.scoring.condition import Condition
from salesmetrics.model.scoring.points import IntoPoints, micropoints, whole_or_float

__all__ = ["Grid", "Label", "Step"]

Step: TypeAlias = tuple[str, int | float | None]
"""A letter or number of a grid, and the points from which on it is given; `None` for whoever has fewer."""


def _at(given: IntoPoints | None) -> int | float | None:
    return None if given is None else whole_or_float(micropoints(given, "Label.at"))


@frozen
class Label:
    """What a lead is called that has so many points, or that did something.

    Args:
        name: The name, such as "MQL".
        at: The points from which on a lead is called so, these included; `None` for not by points.
        of: Whose points: "total", or a group of the score.
        when: A condition that makes a lead so whatever its points, such as `Did("demo request")`.

    The first label of a model may have neither: then it is everyone's who has no other.

    Raises:
        InvalidValueError: A field is not of its kind.

    Examples:
        >>> from salesmetrics.model.scoring.condition import Did
        >>> Label("SQL", at=150, when=Did("demo request"))
        Label(name='SQL', at=150, of='total', when=Did(kind='demo request', where=None))
    """

    name: str
    at: int | float | None = field(default=None, converter=_at)
    of: str = "total"
    when: Condition | None = None

    def __attrs_post_init__(self) -> None:
        for what, given in (("Label.name", self.name), ("Label.of", self.of)):
            if not isinstance(given, str) or not given:
                raise InvalidValueError(f"{what} must be text, got {shown(given)}; name it")
        if self.when is not None and not isinstance(self.when, Condition):
            raise InvalidValueError(
                f"Label.when must be a condition, got {shown(self.when)}; write Did('demo request')"
            )


def _steps(given: Sequence[tuple[str, IntoPoints | None]]) -> tuple[Step, ...]:
    what = "the steps of a Grid"
    if not isinstance(given, Sequence):
        raise InvalidValueError(f"{what} must be names with points, got {shown(given)}; write [('A', 60), ('C', None)]")
    steps: list[Step] = []
    for step in given:
        if not isinstance(step, (list, tuple)) or len(step) != 2 or not isinstance(step[0], str) or not step[0]:
            raise InvalidValueError(f"{what} must be names with points, got {shown(step)}; write ('A', 60)")
        name, points = step
        steps.append((name, None if points is None else whole_or_float(micropoints(points, what))))
    bounds = [points for _, points in steps]
    if not bounds or bounds[-1] is not None or None in bounds[:-1]:
        raise InvalidValueError(f"{what} must end with one for whoever has fewer points, got {shown(given)}; "
                                "write ('C', None) last")  # fmt: skip
    if any(better <= worse for better, worse in pairwise(one for one in bounds if one is not None)):
        raise InvalidValueError(f"{what} must fall from the best on, got {shown(given)}; sort them")
    return tuple(steps)


def _pair(given: Sequence[str]) -> tuple[str, str]:
    if (
        not isinstance(given, Sequence)
        or isinstance(given, str)
        or len(given) != 2
        or not all(isinstance(name, str) for name in given)
    ):
        raise InvalidValueError(f"Grid.by must name two groups, got {shown(given)}; write ('fit', 'engagement')")
    return given[0], given[1]


@frozen
class Grid:
    """Labels by two parts of the score, such as A1 to C3 by fit and engagement: a letter and a number.

    Args:
        rows: The letters from the best on, each with the points from which on it is given; `None` for the last.
        columns: The numbers, likewise.
        by: The two groups of the score.

    Raises:
        InvalidValueError: Steps do not fall, or the last of them leaves leads without a label.

    Examples:
        >>> grid = Grid([("A", 60), ("B", 30), ("C", None)], [("1", 40), ("2", 20), ("3", None)])
        >>> grid.names
        ('A1', 'A2', 'A3', 'B1', 'B2', 'B3', 'C1', 'C2', 'C3')
    """

    rows: tuple[Step, ...] = field(converter=_steps)
    columns: tuple[Step, ...] = field(converter=_steps)
    by: tuple[str, str] = field(default=("fit", "engagement"), converter=_pair)

    def __attrs_post_init__(self) -> None:
        if len(set(self.names)) < len(self.names):
            raise InvalidValueError(f"Grid labels must differ, got {shown(self.names)}; rename a row or a column")

    @property
    def names(self) -> tuple[str, ...]:
        """Every label, row by row.

        Examples:
            >>> Grid([("A", None)], [("1", 5), ("2", None)]).names
            ('A1', 'A2')
        """
        return tuple(row + column for row, _ in self.rows for column, _ in self.columns)
