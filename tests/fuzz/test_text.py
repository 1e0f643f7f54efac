"""Text that should be money, a currency, a day, a period or a probability: read exactly, or refused in few words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from refusals import check_refusal
from salesmetrics import InvalidValueError, Money, Period, Stage
from salesmetrics.model.currencies import exponent
from salesmetrics.model.money import minor_units
from salesmetrics.model.period import parse_day
from salesmetrics.model.probability import millionths

Read: TypeAlias = Callable[[str], Any]
Write: TypeAlias = Callable[[Any], str]


def in_decimals(units: int, digits: int) -> str:
    """Whole units of `10**-digits`, written out."""
    whole, rest = divmod(abs(units), 10**digits)
    return f"{'-' if units < 0 else ''}{whole}.{rest:0{digits}}"


READERS: dict[str, tuple[Read, Write]] = {
    "Money.of": (lambda text: Money.of(text, "USD"), lambda money: str(money.amount)),
    "Money.of, code": (lambda text: Money.of("0", text), lambda money: money.currency),
    "exponent": (lambda text: (exponent(text), text), lambda read: read[1]),
    "minor_units": (lambda text: minor_units(text, 3), lambda minor: in_decimals(minor, 3)),
    "minor_units, rounded": (
        lambda text: minor_units(text, 3, "half_away"),
        lambda minor: in_decimals(minor, 3),
    ),
    "Period.parse": (Period.parse, str),
    "parse_day": (lambda text: parse_day(text, "day"), date.isoformat),
    "millionths": (millionths, lambda count: in_decimals(count, 6)),
    "millionths, percent": (
        lambda text: millionths(text, percent=True, rounding="half_away"),
        lambda count: in_decimals(count, 4),
    ),
    "Stage.probability": (lambda text: Stage("Talk", text).probability, lambda chance: f"{Decimal(str(chance)):f}"),
}

GOOD = ["12.50", "-0.001", "+7", "0.3", "60", "1.0", "USD", "JPY", "2026-01-31", "9999-12-31", "2017-01-01..2018-01-01"]
PIECES = [
    "",
    "0",
    "9",
    "-",
    ".",
    "..",
    " ",
    "\n",
    "\0",
    "_",
    "e5",
    "%",
    "$",
    "１",
    "٣",
    "\x1b[31m",
    "\ud800",
    "x" * 500,
]


@st.composite
def nearly_good(draw: DrawFn) -> str:
    """A good text with up to three pieces cut out or put in."""
    text = draw(st.sampled_from(GOOD))
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(text)))
        text = text[:start] + draw(st.sampled_from(PIECES)) + text[start + draw(st.integers(0, 2)) :]
    return text


@pytest.mark.parametrize("reader", READERS)
@given(text=nearly_good() | st.text() | st.text("0123456789.-+eE"))
@example("9" * 1_000_000)
@example("0." + "0" * 1_000_000)
@example("." * 1_000_000)
@example("\0\ud800" * 500_000)
def test_any_text_is_read_exactly_or_refused_in_few_words(reader: str, text: str) -> None:
    read, write = READERS[reader]
    try:
        value = read(text)
    except InvalidValueError as fault:
        check_refusal(fault)
    else:
        assert read(write(value)) == value


@pytest.mark.parametrize("reader", READERS)
def test_each_reads_some_of_the_good_texts(reader: str) -> None:
    read, write = READERS[reader]
    good = [text for text in GOOD if _is_read(read, text)]
    assert good
    assert all(_is_read(read, write(read(text))) for text in good)


def _is_read(read: Read, text: str) -> bool:
    try:
        read(text)
    except InvalidValueError:
        return False
    return True
