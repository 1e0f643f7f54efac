"""Why two figures differ: the steps from the one to the other, each with its deals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from numbers import Rational
from typing import Any

from attrs import fields, frozen

from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.currencies import exponent
from salesmetrics.model.money import Money, rounded
from salesmetrics.result._answers import exact_reading
from salesmetrics.result._display import html_of_table, plain_text, text_of_table
from salesmetrics.result._plain import follows, plain
from salesmetrics.result._plain_form import answer_read, answer_written
from salesmetrics.result.answer import Answer
from salesmetrics.result.totals import Unit

__all__ = ["Bridge", "BridgeStep", "exact_figure"]


def exact_figure(figure: Any) -> Fraction | None:
    """What a figure is, not rounded, money in major units: a number, or the first reading of an answer.

    Raises:
        InvalidValueError: It is no such thing.

    Examples:
        >>> exact_figure(Money.of("12.50", "USD")), exact_figure(0.1), exact_figure(None)
        (Fraction(25, 2), Fraction(1, 10), None)
    """
    if isinstance(figure, Rational):
        return Fraction(figure)
    if isinstance(figure, Answer) and figure.readings:
        return exact_reading(figure, figure.readings[0])
    if figure is None or isinstance(figure, (Money, float)):
        return exact_reading(figure, "value")
    raise InvalidValueError(
        f"a figure must be money, a number or an answer with a reading, got {shown(figure)}; ask for one of them"
    )


@frozen
class BridgeStep:
    """One reason why two figures differ.

    Args:
        reason: What is other from here on.
        exact: By how much it changes the figure, not rounded, money in major units; `None` where the figure was not
            defined before or after it.
        unit: The currency of the figure; `None` where it is no money.
        deals: The ids of the deals that count otherwise than before.
        changes: By how much the figure of each of these deals alone changes, where one that is not defined counts as
            nothing; `None` where it is not defined before and after.

    Laws:
        value: It is the exact change, rounded once; and so for each deal.

    Examples:
        >>> step = BridgeStep("only in b", Fraction(500), "USD", ("D-1",), (Fraction(500),))
        >>> step.value, step.by_deal
        (Money(minor=50000, currency='USD'), {'D-1': Money(minor=50000, currency='USD')})
    """

    reason: str
    exact: Fraction | None
    unit: Unit
    deals: tuple[Any, ...]
    changes: tuple[Fraction | None, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types; an exact change is text, such as "-100/3".

        Laws:
            round_trip: `from_dict` makes the same step of it.
        """
        return {
            "reason": self.reason,
            "exact": _fraction_written(self.exact),
            "unit": self.unit,
            "deals": [*self.deals],
            "changes": [*map(_fraction_written, self.changes)],
        }

    @classmethod
    def from_dict(cls, data: Any) -> BridgeStep:
        """The step that `to_dict` wrote.

        Raises:
            InvalidValueError: The data are no such step.
        """
        is_whole = isinstance(data, Mapping) and set(data) == {one.name for one in fields(cls)}
        deals: Any = data["deals"] if is_whole else None
        changes: Any = data["changes"] if is_whole else None
        listed = isinstance(deals, list) and isinstance(changes, list) and len(deals) == len(changes)
        if not listed or not isinstance(data["reason"], str) or not all(type(one) in (str, int) for one in deals):
            raise InvalidValueError(
                f"a step must have a reason, and a change for each of its deals, got {shown(data)}; {_HINT}"
            )
        return cls(
            data["reason"],
            _fraction_read(data["exact"]),
            _unit_read(data["unit"]),
            tuple(deals),
            tuple(map(_fraction_read, changes)),
        )

    @property
    def value(self) -> Money | float | None:
        """By how much the reason changes the figure, rounded once; `None` where that is not defined."""
        return _read(self.exact, self.unit)

    @property
    def by_deal(self) -> dict[Any, Money | float | None]:
        """By how much the figure of each deal alone changes, rounded once; of a sum these are what makes the step."""
        return {deal: _read(one, self.unit) for deal, one in zip(self.deals, self.changes, strict=True)}


@frozen
class Bridge:
    """The way from one figure to another, step by step.

    Args:
        a: The first answer.
        b: The second one.
        unit: The currency of both; `None` where they are no money.
        steps: Why the second is not the first, in order.

    Raises:
        InvalidValueError: The steps do not add up to the difference.

    Laws:
        whole: The steps add up to the difference, exactly.
        round_trip: `from_dict` makes the same bridge of what `to_dict` wrote.

    Examples:
        >>> bridge = Bridge(2, 3, None, (BridgeStep("only in b", Fraction(1), None, ("D-3",), (Fraction(1),)),))
        >>> print(bridge)
                   figure  deals  which
        a               2
        only in b    +1.0      1    D-3
        b               3
    """

    a: Any
    b: Any
    unit: Unit
    steps: tuple[BridgeStep, ...]

    def __attrs_post_init__(self) -> None:
        changes = [step.exact for step in self.steps]
        if self.exact is not None and (None in changes or sum(filter(None, changes)) != self.exact):
            raise InvalidValueError(
                f"the steps of a Bridge must add up to the difference {self.exact}, got {shown(changes)}; "
                "ask bridge for it"
            )

    @property
    def exact(self) -> Fraction | None:
        """The difference, not rounded, money in major units; `None` where a figure is not defined."""
        ends = exact_figure(self.a), exact_figure(self.b)
        return None if ends[0] is None or ends[1] is None else ends[1] - ends[0]

    @property
    def value(self) -> Money | float | None:
        """The second figure less the first, rounded once; `None` where one of them is not defined."""
        return _read(self.exact, self.unit)

    def to_columns(self) -> dict[str, list[Any]]:
        """A row for each deal of each step, as plain columns: reason, deal, change [major units]."""
        rows = [
            (step.reason, deal, None if change is None else float(change))
            for step in self.steps
            for deal, change in zip(step.deals, step.changes, strict=True)
        ]
        return {name: [row[place] for row in rows] for place, name in enumerate(("reason", "deal", "change"))}

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types: both figures, the unit and the steps.

        Raises:
            InvalidValueError: A user's own function gave a figure that has no plain form.
        """
        ends = {name: _figure_written(figure) for name, figure in (("a", self.a), ("b", self.b))}
        steps = [step.to_dict() for step in self.steps]
        return {"type": "Bridge", "version": 1, **ends, "unit": self.unit, "steps": steps}

    @classmethod
    def from_dict(cls, data: Any) -> Bridge:
        """The bridge that `to_dict` wrote.

        Raises:
            InvalidValueError: The data are no bridge, or its steps do not add up.
        """
        head = {"type": "Bridge", "version": 1}
        is_whole = isinstance(data, Mapping) and set(data) == {*head, "a", "b", "unit", "steps"}
        if not is_whole or not follows(head, {one: data[one] for one in head}) or not isinstance(data["steps"], list):
            raise InvalidValueError(f"a bridge must be what to_dict wrote, got {shown(data)}; {_HINT}")
        steps = tuple(map(BridgeStep.from_dict, data["steps"]))
        return cls(_figure_read(data["a"]), _figure_read(data["b"]), _unit_read(data["unit"]), steps)

    def _table(self) -> tuple[list[str], list[list[str]]]:
        steps = [
            [plain_text(one.reason), _signed(one.value), f"{len(one.deals):,}", _some(one.deals)] for one in self.steps
        ]
        ends = [[name, _shown(figure), "", ""] for name, figure in (("a", self.a), ("b", self.b))]
        return ["", "figure", "deals", "which"], [ends[0], *steps, ends[1]]

    def __str__(self) -> str:
        return text_of_table(*self._table())

    def _repr_html_(self) -> str:
        return html_of_table(*self._table())


_HINT = "leave it as it was written"

_FRACTION = re.compile(r"-?[0-9]{1,400}(?:/[1-9][0-9]{0,400})?", re.ASCII)


def _fraction_written(number: Fraction | None) -> str | None:
    return None if number is None else str(number)


def _fraction_read(text: Any) -> Fraction | None:
    if text is None:
        return None
    if not isinstance(text, str) or not _FRACTION.fullmatch(text) or str(Fraction(text)) != text:
        raise InvalidValueError(f"a change must be a fraction in lowest terms, got {shown(text)}; {_HINT}")
    return Fraction(text)


def _unit_read(unit: Any) -> Unit:
    if unit is not None:
        exponent(unit)  # refuses what is no currency
    return unit  # type: ignore[no-any-return]


def _figure_written(figure: Any) -> Any:
    """A figure in plain JSON types: money and fractions, which are no answers, each in a mapping of its own."""
    if isinstance(figure, Money):
        return {"money": plain(figure)}
    return {"fraction": str(figure)} if isinstance(figure, Fraction) else answer_written(figure)


def _figure_read(data: Any) -> Any:
    kind, inner = next(iter(data.items())) if isinstance(data, Mapping) and len(data) == 1 else (None, None)
    if kind == "money" and isinstance(inner, Mapping) and set(inner) == {"minor", "currency"}:
        return Money(**inner)
    return _fraction_read(inner) if kind == "fraction" else answer_read(data)


def _read(number: Fraction | None, unit: Unit) -> Money | float | None:
    """An exact change, rounded once."""
    if number is None or unit is None:
        return None if number is None else float(number)
    minor = number * 10 ** exponent(unit)
    return Money(rounded(minor.numerator, minor.denominator), unit)


def _signed(value: Money | float | None) -> str:
    if isinstance(value, Money):
        return f"{'+' if value.minor > 0 else ''}{value}"
    return "undefined" if value is None else f"{value:+,.4}" if abs(value) < 1 else f"{value:+,}"


def _shown(figure: Any) -> str:
    return figure.in_a_line if isinstance(figure, Answer) else plain_text("undefined" if figure is None else figure)


def _some(deals: tuple[Any, ...]) -> str:
    more = f", {len(deals) - 3:,} more" if len(deals) > 3 else ""
    return ", ".join(map(plain_text, deals[:3])) + more
