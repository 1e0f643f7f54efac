"""A figure: a measure with its deals and options; and the steps between figures."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property, partial
from typing import Any, TypeAlias

import numpy as np
from attrs import fields, frozen

from salesmetrics._numeric.multiset import Multisets
from salesmetrics._numeric.recipe import Grouped, LinesOfGroups
from salesmetrics._numeric.sums import Groups
from salesmetrics.across._measures import name_of
from salesmetrics.errors import InvalidValueError, SalesMetricsError, shown
from salesmetrics.measure._measure import recipe_of, table_for
from salesmetrics.model.money import Money, shared_currency
from salesmetrics.result.answer import Answer
from salesmetrics.result.bridge import BridgeStep, exact_figure
from salesmetrics.result.totals import Unit
from salesmetrics.table.deals import Deals

__all__ = ["Figure", "Path", "change", "figure_of", "shared_unit", "steps_of"]

Path: TypeAlias = Iterator[tuple[str, "Figure"]]
"""Figures on the way from one to another, each with what is other from there on."""


@frozen(eq=False, slots=False)
class Figure:
    """A measure with its deals and options."""

    measure: Callable[..., Any]
    deals: Deals
    options: Mapping[str, Any]

    @cached_property
    def answer(self) -> Any:
        """What the measure says of all deals."""
        return self.measure(self.deals, **self.options)

    @cached_property
    def exact(self) -> Fraction | None:
        """The figure, not rounded."""
        return exact_figure(self.answer)

    @cached_property
    def apart(self) -> Sequence[Any]:
        """What the measure says of each deal alone, and at last what it says of none."""
        recipe, n = recipe_of(self.measure), len(self.deals)
        if recipe is not None:
            answers: Grouped[Any] = recipe(self.deals, **self.options).grouped(Groups(np.arange(n), n + 1))
            return answers
        return [self.measure(self.deals[row : row + 1], **self.options) for row in range(n + 1)]

    @cached_property
    def brought(self) -> dict[Any, tuple[Any, int]]:
        """The deals that count: what each brings, to be compared, and its row."""
        *each, nothing = _sums_of_groups(self.apart) if isinstance(self.apart, Grouped) else map(_sums, self.apart)
        return {
            one: (sums, row)
            for row, (one, sums) in enumerate(zip(self.deals.id.tolist(), each, strict=True))
            if sums != nothing
        }

    def alone(self, row: int) -> Fraction | None:
        """The figure of the deal of one row alone, or after the last row that of no deal; few are looked at."""
        return exact_figure(self.apart[row])


def figure_of(asked: Any, name: str) -> Figure:
    """The figure that somebody means, with every option named."""
    if not isinstance(asked, partial) or len(asked.args) != 1:
        raise InvalidValueError(
            f"{name} must be a measure with its deals and named options, got {shown(asked)}; write "
            "partial(win_rate, deals, population='all')"
        )
    options = [*inspect.signature(asked.func).parameters.values()][1:]
    usual = {one.name: one.default for one in options if one.default is not inspect.Parameter.empty}
    book = table_for(asked.args[0], asked.func)
    if not isinstance(book, Deals):
        raise InvalidValueError(
            f"{name} must be a measure of deals, whose ids say which is which, got {name_of(asked.func)} of "
            f"{type(book).__name__}; compare the two with compare(...)"
        )
    return Figure(asked.func, book, usual | asked.keywords)


def steps_of(start: Figure, path: Path, end: Figure, unit: Unit) -> Iterator[BridgeStep]:
    """The steps of a path; what cannot be told apart is one step."""
    since, before, reasons = start, start, list[str]()
    for reason, now in path:
        try:
            is_other = now.exact != before.exact or _changes(before, now)
        except SalesMetricsError:  # options that only make sense together
            reasons.append(reason)
            continue
        if is_other:
            reasons.append(reason)
        before = now
        if reasons and (now.exact is not None or now is end):
            changes = _changes(since, now)
            exact = None if since.exact is None or now.exact is None else now.exact - since.exact
            if changes or now.exact != since.exact:
                yield BridgeStep(" and ".join(reasons), exact, unit, tuple(changes), tuple(changes.values()))
            since, reasons = now, []


def _changes(before: Figure, after: Figure) -> dict[Any, Fraction | None]:
    """The deals that bring something else than before, and by how much the figure of each alone changes."""
    changes = {}
    neither, none = (None, len(before.deals)), (None, len(after.deals))
    for one in after.brought | before.brought:
        (old, was), (new, becomes) = before.brought.get(one, neither), after.brought.get(one, none)
        if old != new:
            changes[one] = change(before.alone(was), after.alone(becomes))
    return changes


def change(before: Fraction | None, after: Fraction | None) -> Fraction | None:
    """By how much a deal changes a figure; where its own is not defined, it brings nothing."""
    return None if before is after is None else (after or Fraction(0)) - (before or Fraction(0))


def _sums_of_groups(answers: Grouped[Any]) -> list[tuple[Any, ...]]:
    """What is summed in each of many answers; the facts that all of them share are left out."""
    columns: list[list[Any]] = []
    for sums in answers.sums.values():
        if isinstance(sums, np.ndarray):
            columns.append(sums.tolist())
        elif isinstance(sums, (Multisets, LinesOfGroups)):
            columns.append([sums[group] for group in range(answers.n)])
        elif isinstance(sums, Grouped):
            columns.append(_sums_of_groups(sums))
    return [*zip(*columns, strict=True)] or [()] * answers.n


def _sums(answer: Any) -> Any:
    """What is summed in an answer; the facts that it shares with others are left out."""
    if not isinstance(answer, Answer):
        return answer
    return tuple(_sums(getattr(answer, one.name)) for one in fields(type(answer)) if "adds" not in one.metadata)


def shared_unit(one: Any, other: Any) -> Unit:
    """The currency of two figures; `None` where they are no money."""
    units = [unit for unit in map(_unit, (one, other)) if unit is not None]
    return None if not units else shared_currency(units[0], units[-1])


def _unit(figure: Any) -> Unit:
    reading = getattr(figure, figure.readings[0]) if isinstance(figure, Answer) and figure.readings else figure
    return reading.currency if isinstance(reading, Money) else None
