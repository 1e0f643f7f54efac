"""Why two figures differ: the steps from the one to the other, each with its deals."""

from __future__ import annotations

from fractions import Fraction
from numbers import Rational
from typing import Any

from attrs import frozen

from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.currencies import exponent
from salesmetrics.model.money import Money, rounded
from salesmetrics.result._answers import exact_reading
from salesmetrics.result._display import html_of_table, plain_text, text_of_table
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
