"""Waterfalls and bridges: what led from one figure to another."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from salesmetrics._numeric.days import day_number
from salesmetrics.model.currencies import exponent
from salesmetrics.model.period import Period
from salesmetrics.result.answer import in_unit
from salesmetrics.result.bridge import Bridge, BridgeStep
from salesmetrics.result.totals import Unit
from salesmetrics.result.waterfall import Movement, Waterfall
from salesmetrics.result.waterfall_lines import ENTRIES, EXITS, WaterfallLines
from salesmetrics.strategies.model import IN_A_COLUMN, minor_units, periods
from salesmetrics.strategies.sums import counts

__all__ = [
    "bridge_steps",
    "bridges",
    "movements",
    "waterfall_lines",
    "waterfalls",
]


@st.composite
def bridge_steps(draw: DrawFn, unit: Unit = "USD") -> BridgeStep:
    """A reason why two figures differ.

    Args:
        draw: Given by hypothesis.
        unit: The currency of the figures; `None` for plain numbers.

    Examples:
        >>> from hypothesis import given
        >>> @given(bridge_steps())
        ... def test_each_deal_has_its_change(step: BridgeStep) -> None:
        ...     assert list(step.by_deal) == list(step.deals)
        >>> test_each_deal_has_its_change()
    """
    deals = draw(st.lists(st.integers(0, 2**40) | st.text(max_size=3), max_size=3, unique=True))
    changes = draw(st.lists(_changes_in(unit), min_size=len(deals), max_size=len(deals)))
    return BridgeStep(draw(st.text(max_size=12)), draw(_changes_in(unit)), unit, tuple(deals), tuple(changes))


@st.composite
def bridges(draw: DrawFn, unit: Unit = "USD") -> Bridge:
    """Why two figures differ, of figures that are not defined too.

    Args:
        draw: Given by hypothesis.
        unit: The currency of the figures; `None` for plain numbers.

    Examples:
        >>> from hypothesis import given
        >>> @given(bridges())
        ... def test_steps_add_up(bridge: Bridge) -> None:
        ...     assert bridge.exact is None or bridge.exact == sum(step.exact or 0 for step in bridge.steps)
        >>> test_steps_add_up()
    """
    steps = tuple(draw(st.lists(bridge_steps(unit), max_size=3)))
    minor = 0 if unit == "XXX" else draw(minor_units(IN_A_COLUMN))
    major = 1 if unit is None else 10 ** exponent(unit)
    changes = [step.exact for step in steps]
    end = None if None in changes else int(minor + major * sum(filter(None, changes)))
    return Bridge(in_unit(minor, unit), None if end is None else in_unit(end, unit), unit, steps)


def _changes_in(unit: Unit) -> SearchStrategy[Fraction | None]:
    """By how much figures change: by whole minor units, or by what nobody can tell."""
    if unit == "XXX":
        return st.just(Fraction(0)) | st.none()
    major = 1 if unit is None else 10 ** exponent(unit)
    return minor_units(IN_A_COLUMN).map(lambda minor: Fraction(minor, major)) | st.none()


@st.composite
def waterfall_lines(draw: DrawFn, unit: Unit = "USD", span: Period | None = None) -> WaterfallLines:
    """What happened to a few deals, from their openings to their closings.

    Args:
        draw: Given by hypothesis.
        unit: The currency of their amounts; `None` for plain numbers.
        span: From the opening to the closing; `None` for any.

    Examples:
        >>> from hypothesis import given
        >>> @given(waterfall_lines())
        ... def test_columns_are_of_one_length(lines: WaterfallLines) -> None:
        ...     assert {len(column) for column in lines.to_columns().values()} == {len(lines)}
        >>> test_columns_are_of_one_length()
    """
    span = draw(periods()) if span is None else span
    first, end = day_number(span.start), day_number(span.end)
    amount = st.none() | (st.just(0) if unit == "XXX" else minor_units(IN_A_COLUMN))
    lines: list[tuple[str, Any, int, int | None]] = []
    for deal in draw(st.lists(st.integers(0, 2**40) | st.text(max_size=3), max_size=3, unique=True)):
        is_in, held = draw(st.booleans()), None
        if is_in:
            held = draw(amount)
            lines.append(("opening", deal, first, held))
        for day in sorted(draw(st.sets(st.integers(first, end - 1), max_size=3))):
            if not is_in:
                held = draw(amount)
                lines.append((draw(st.sampled_from(ENTRIES)), deal, day, held))
            becomes = draw(st.just(held) | amount)
            if becomes != held:
                lines.append((_change(held, becomes), deal, day, (becomes or 0) - (held or 0)))
            held, is_in = becomes, draw(st.booleans())
            if not is_in:
                lines.append((draw(st.sampled_from(EXITS)), deal, day, None if held is None else -held))
        if is_in:
            lines.append(("closing", deal, end, held))
    columns: list[list[Any]] = [[line[place] for line in lines] for place in range(4)]
    return WaterfallLines.of(*columns)


@st.composite
def waterfalls(
    draw: DrawFn,
    unit: Unit = "USD",
    period: Period | None = None,
    span: Period | None = None,
    owners: tuple[str | None, ...] | None = None,
) -> Waterfall:
    """A waterfall; those of one period, span and owners add, if no deal is in two of them.

    Args:
        draw: Given by hypothesis.
        unit: The currency of its amounts; `None` for plain numbers.
        period: When the deals are due; `None` for any period.
        span: From the opening to the closing; `None` for any.
        owners: Whose deals; `None` for any.

    Examples:
        >>> from hypothesis import given
        >>> @given(waterfalls())
        ... def test_the_changes_lead_to_the_closing(flow: Waterfall) -> None:
        ...     *before, closing = flow.totals.values()
        ...     assert sum(movement.minor for movement in before) == closing.minor
        >>> test_the_changes_lead_to_the_closing()
    """
    span = draw(periods()) if span is None else span
    return Waterfall(
        draw(periods()) if period is None else period,
        span.start,
        span.end,
        draw(st.sampled_from([(), ("Ada",), ("Ada", None)])) if owners is None else owners,
        unit,
        draw(waterfall_lines(unit, span)),
        draw(counts()),
        draw(counts()),
    )


@st.composite
def movements(draw: DrawFn, unit: Unit = "USD") -> Movement:
    """What a bucket of a waterfall adds up to.

    Args:
        draw: Given by hypothesis.
        unit: The currency of the sum; `None` for plain numbers.

    Examples:
        >>> from hypothesis import given
        >>> @given(movements())
        ... def test_no_more_deals_than_changes(movement: Movement) -> None:
        ...     assert movement.n_deals <= movement.n_changes
        >>> test_no_more_deals_than_changes()
    """
    return draw(st.sampled_from([*draw(waterfalls(unit)).totals.values()]))


def _change(held: int | None, becomes: int | None) -> str:
    if held is None or becomes is None:
        return "amount_given" if held is None else "amount_cleared"
    return "increased" if becomes > held else "decreased"
