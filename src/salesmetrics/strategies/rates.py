"""Exchange rates, and conversions by them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from salesmetrics.strategies.model import days
from salesmetrics.table.conversion import Conversion
from salesmetrics.table.rates import Rates

__all__ = ["conversions", "rates"]

_PAIRS = [("EUR", "USD"), ("USD", "JPY"), ("BHD", "USD")]
_RATES = st.sampled_from([Fraction(1), Fraction("1.39"), Fraction("0.000001"), Fraction(10**6), Fraction(2, 3)])


@st.composite
def rates(draw: DrawFn) -> Rates:
    """Rates of a few pairs, each stated in one direction, from days that often meet those of deals.

    Args:
        draw: Given by hypothesis.

    Examples:
        >>> from hypothesis import given
        >>> @given(rates())
        ... def test_rates_are_above_zero(table: Rates) -> None:
        ...     assert all(rate > 0 for rate in table.rate)
        >>> test_rates_are_above_zero()
    """
    keys = draw(st.lists(st.tuples(st.sampled_from(_PAIRS), days()), unique=True, max_size=5))
    return Rates(
        [base for (base, _), _ in keys],
        [quote for (_, quote), _ in keys],
        [day for _, day in keys],
        [draw(_RATES) for _ in keys],
    )


@st.composite
def conversions(draw: DrawFn) -> Conversion:
    """A conversion by any day, with fallbacks or without; its rates may lack what a book needs.

    Args:
        draw: Given by hypothesis.

    Examples:
        >>> from hypothesis import given
        >>> @given(conversions())
        ... def test_a_plan_needs_no_day(conversion: Conversion) -> None:
        ...     assert conversion.dated != ("plan",) or conversion.as_of is None
        >>> test_a_plan_needs_no_day()
    """
    ways: list[Any] = ["plan", "closed", ("closed", "as_of"), ("closed", "expected_close"), ("created", "as_of")]
    dated = draw(st.sampled_from(ways))
    as_of = draw(days()) if "as_of" in dated else None
    return Conversion(draw(st.sampled_from(["USD", "JPY"])), draw(rates()), dated=dated, as_of=as_of)
