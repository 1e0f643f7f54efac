import copy
import operator
import pickle
import time
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, Rounded, localcontext
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesmetrics import CurrencyMismatchError, InvalidValueError, Money
from salesmetrics.errors import shown
from salesmetrics.model.money import minor_units, rounded, shared_currency

DIGITS = {"JPY": 0, "USD": 2, "BHD": 3, "CLF": 4}
MOST = 10**38 - 1
ZERO = Money(0, "XXX")

currencies = st.sampled_from(sorted(DIGITS))
minors = st.integers(-MOST, MOST) | st.integers(-200, 200)
small = st.integers(-(10**18), 10**18) | st.integers(-3, 3)


@st.composite
def written(draw: st.DrawFn) -> tuple[str, str, int]:
    """A text in the grammar with its currency and the minor units that its digits say."""
    currency = draw(currencies)
    sign = draw(st.sampled_from(["", "+", "-"]))
    whole = draw(st.text("0123456789", min_size=1, max_size=34))
    decimals = draw(st.text("0123456789", max_size=DIGITS[currency]))
    zeros = "0" * draw(st.integers(0, 3)) if decimals else ""
    minor = int(whole + decimals.ljust(DIGITS[currency], "0"))
    return sign + whole + ("." + decimals + zeros if decimals else ""), currency, -minor if sign == "-" else minor


@given(written())
def test_text_says_its_minor_units(case: tuple[str, str, int]) -> None:
    text, currency, minor = case
    assert Money.of(text, currency) == Money(minor, currency)


@given(minors, currencies)
def test_amount_and_text_are_exact(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert Fraction(money.amount) == Fraction(minor, 10 ** DIGITS[currency])
    assert money.amount.as_tuple().exponent == -DIGITS[currency]
    text, code = str(money).split(" ")
    sign, plain = ("-" if minor < 0 else ""), str(abs(minor)).rjust(DIGITS[currency] + 1, "0")
    whole, decimals = (plain[: -DIGITS[currency]], plain[-DIGITS[currency] :]) if DIGITS[currency] else (plain, "")
    assert (text, code) == (f"{sign}{int(whole):,}" + ("." + decimals if decimals else ""), currency)
    assert Money.of(text.replace(",", ""), code) == Money.of(money.amount, code) == money


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("0", "USD", 0),
        ("-0", "USD", 0),
        ("-0.00", "JPY", 0),
        ("+7", "USD", 700),
        ("007", "USD", 700),
        ("1.50000", "USD", 150),
        ("5.000", "JPY", 5),
        ("1.234", "BHD", 1234),
        ("1.2345", "CLF", 12345),
        ("0." + "0" * 40, "USD", 0),
        ("0" * 40, "USD", 0),
        ("0", "XXX", 0),
        (0, "XXX", 0),
        (-12, "BHD", -12000),
        (Decimal("1E+3"), "USD", 100_000),
        (Decimal("0E+1000000"), "USD", 0),
        (Decimal("-0E-1000000"), "USD", 0),
        (Decimal("1." + "0" * 100), "USD", 100),
        (10**36 - 1, "USD", MOST - 99),
        (Decimal(MOST).scaleb(-2, Context(prec=60)), "USD", MOST),
        (Decimal(-MOST), "JPY", -MOST),
        (-MOST, "JPY", -MOST),
    ],
)
def test_amounts_at_the_edges(amount: Any, currency: str, minor: int) -> None:
    assert Money.of(amount, currency) == Money(minor, currency)


NOT_TEXT = [
    "",
    *" |1 | 1|1\n|1_000|1,000|1 000|$1|1.|.5|1.2.3|--1|+|-|.|1e3|1E+3|0x10|NaN|Infinity|½|(1)|1\x00|\x001".split("|"),
    *"１２|٣|²|−1|1．5".split("|"),  # digits, a minus and a point of other scripts
    *["9" * 41, "0." + "0" * 41],
]
NO_TEXT = (
    "be a number such as '1234.50', got {}; write ASCII digits with at most one point, "
    "and no separators, blanks or symbols"
)
NOT_NUMBERS: list[Any] = [True, False, None, b"1", 1j, Fraction(1, 2), np.int64(1), np.float32(1), []]
CONVERT = "be text, int or Decimal, got {}; convert it first"
FINITE = "be finite, got {}; leave it out if it is not known"
DECIMALS = "have at most 2 decimals, got {}; round it first, or name rounding='half_away' in the format"
LARGE = "be below 10**36, got {}; check its unit"
LONG = "have at most 100 decimals, got {}; round it first"


def floating(text: str) -> str:
    return f"be text, int or Decimal, got {{}}; a binary float is not exact: write Money.of('{text}', ...)"


@pytest.mark.parametrize(
    ("amount", "rule"),
    [
        *[(text, NO_TEXT) for text in NOT_TEXT],
        *[(value, CONVERT) for value in NOT_NUMBERS],
        *[(value, FINITE) for value in [Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("-Infinity")]],
        *[(value, FINITE) for value in [float("nan"), float("inf"), -float("inf")]],
        *[(value, DECIMALS) for value in ["1.005", "-0.001", "0." + "0" * 39 + "1", Decimal("1.005")]],
        (Decimal("0." + "0" * 99 + "1"), DECIMALS),
        *[(value, LARGE) for value in [10**36, -(10**36), Decimal(10**36), Decimal("-1E+36"), Decimal("1E+1000000")]],
        *[(value, LARGE) for value in [Decimal("-1E+999999"), Decimal("9" * 300)]],
        *[(value, LONG) for value in [Decimal("1E-101"), Decimal("1E-1000000"), Decimal("1." + "0" * 101)]],
        (0.1, floating("0.1")),
        (-2.5, floating("-2.5")),
        (1e-05, floating("0.00001")),
        (1e22, floating("10000000000000000000000")),
        (np.float64(0.1), floating("0.1")),
    ],
    ids=lambda case: repr(case)[:30],
)
def test_what_is_not_an_amount_is_refused_with_a_remedy(amount: Any, rule: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        Money.of(amount, "USD")
    assert str(caught.value) == f"amount must {rule.format(shown(amount))}"


@pytest.mark.parametrize(
    "amount",
    [
        "1" * 1000000,
        "\x00" * 1000000,
        10**5000,
        Decimal("1E+1000000"),
        Decimal("1E-1000000"),
        Decimal("1." + "1" * 1000000),
        5e-324,
        1.7e308,
        Decimal("1E-999999999999999999"),
    ],
    ids=lambda amount: type(amount).__name__,
)
def test_enormous_amounts_are_refused_at_once_and_in_few_words(amount: Any) -> None:
    start = time.thread_time()
    with pytest.raises(InvalidValueError) as caught:
        Money.of(amount, "USD")
    assert time.thread_time() - start < 1
    assert len(str(caught.value)) < 300


@given(st.text() | st.text("0123456789.+-_ ,eE٣１"))
def test_any_text_is_an_amount_or_refused(text: str) -> None:
    unsigned = text[1:] if text[:1] in {"+", "-"} else text
    whole, point, decimals = unsigned.partition(".")
    parts = [whole, decimals] if point else [whole]
    good = all(0 < len(part) <= 40 and set(part) <= set("0123456789") for part in parts)
    if good and not decimals[2:].strip("0") and len(whole.lstrip("0")) <= 36:
        assert Money.of(text, "USD").minor == Fraction(text) * 100
    else:
        with pytest.raises(InvalidValueError):
            Money.of(text, "USD")


@given(st.decimals(allow_nan=False, allow_infinity=False) | st.decimals(places=2, min_value=-1000, max_value=1000))
def test_a_decimal_is_exact_or_refused(amount: Decimal) -> None:
    near = Decimal(-101) < amount.adjusted() < 36 or not amount
    cents = Fraction(amount) * 100 if near else Fraction(1, 2)
    if cents.denominator == 1:
        assert Money.of(amount, "USD").minor == cents
    else:
        with pytest.raises(InvalidValueError):
            Money.of(amount, "USD")


@given(written())
def test_nothing_depends_on_the_decimal_context(case: tuple[str, str, int]) -> None:
    text, currency, minor = case
    with localcontext(Context(prec=1, Emax=1, Emin=-1, traps=[Inexact, Rounded])):
        money = Money.of(text, currency)
        again = Money.of(money.amount, currency)
        shown = str(money)
    assert money.minor == again.minor == minor
    assert shown == str(money)


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (123450, "USD", "1,234.50 USD"),
        (-99, "USD", "-0.99 USD"),
        (1200, "JPY", "1,200 JPY"),
        (1, "BHD", "0.001 BHD"),
        (-1, "CLF", "-0.0001 CLF"),
        (0, "XXX", "0"),
    ],
)
def test_text_of_money(minor: int, currency: str, text: str) -> None:
    assert str(Money(minor, currency)) == text


@pytest.mark.parametrize(
    "minor", [True, 1.0, "1", None, Decimal(1), np.int64(1), MOST + 1, -MOST - 1, pytest.param(10**5000, id="huge")]
)
def test_minor_units_are_whole_and_bounded(minor: Any) -> None:
    with pytest.raises(InvalidValueError) as caught:
        Money(minor, "USD")
    assert str(caught.value) == (
        f"Money.minor must be whole minor units below 10**38, got {shown(minor)}; "
        "write Money.of('12.50', 'USD') for an amount in major units"
    )


@pytest.mark.parametrize("minor", [MOST, -MOST, 0])
def test_minor_units_reach_their_bounds(minor: int) -> None:
    assert Money(minor, "JPY").minor == minor


@pytest.mark.parametrize("minor", [1, -1, 10**37])
def test_no_currency_has_only_zero(minor: int) -> None:
    with pytest.raises(InvalidValueError) as caught:
        Money(minor, "XXX")
    assert str(caught.value) == f"Money in XXX must be zero, got {minor}; name the currency of the amount"


@pytest.mark.parametrize("make", [lambda: Money(1, "usd"), lambda: Money.of("1", "usd")])
def test_the_currency_is_checked(make: Callable[[], Money]) -> None:
    with pytest.raises(InvalidValueError, match=r"got 'usd'; did you mean 'USD'\?$"):
        make()


@given(small, small, currencies)
def test_money_adds_and_subtracts_as_its_minor_units_do(a: int, b: int, currency: str) -> None:
    one, two = Money(a, currency), Money(b, currency)
    assert one + two == Money(a + b, currency)
    assert one - two == Money(a - b, currency)
    assert -one == Money(-a, currency)
    assert abs(one) == Money(abs(a), currency)
    assert bool(one) is (a != 0)


@given(small, st.integers(-1000, 1000), currencies)
def test_money_multiplies_by_whole_numbers(a: int, times: int, currency: str) -> None:
    assert Money(a, currency) * times == times * Money(a, currency) == Money(a * times, currency)


COMPARISONS = [operator.lt, operator.le, operator.gt, operator.ge]


@pytest.mark.parametrize("compare", COMPARISONS)
@given(a=small, b=small, currency=currencies)
def test_money_compares_as_its_minor_units_do(compare: Any, a: int, b: int, currency: str) -> None:
    for one, two in [(a, b), (a, a), (a, a + 1), (a, a - 1)]:
        assert compare(Money(one, currency), Money(two, currency)) is compare(one, two)
        assert (Money(one, currency) == Money(two, currency)) is (one == two)


@given(small, currencies)
def test_the_sum_of_nothing_adds_to_any_currency(a: int, currency: str) -> None:
    money = Money(a, currency)
    assert ZERO + money == money + ZERO == money - ZERO == money
    assert ZERO - money == -money
    assert [compare(money, ZERO) for compare in COMPARISONS] == [compare(a, 0) for compare in COMPARISONS]
    assert [compare(ZERO, money) for compare in COMPARISONS] == [compare(0, a) for compare in COMPARISONS]
    assert money != ZERO


@given(st.lists(small, min_size=1), currencies)
def test_sums_start_from_no_currency(minor: list[int], currency: str) -> None:
    assert sum([Money(one, currency) for one in minor], ZERO) == Money(sum(minor), currency)


def test_the_sum_of_nothing_is_of_no_currency() -> None:
    assert sum([ZERO, -ZERO, abs(ZERO), 5 * ZERO], ZERO) == ZERO


@pytest.mark.parametrize("ask", [operator.add, operator.sub, *COMPARISONS])
def test_two_currencies_do_not_meet(ask: Any) -> None:
    with pytest.raises(CurrencyMismatchError) as caught:
        ask(Money(1, "USD"), Money(1, "EUR"))
    assert str(caught.value) == (
        "money that is added or compared must be in one currency, got USD and EUR; convert one of them first"
    )
    assert Money(1, "USD") != Money(1, "EUR")


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [("USD", "USD", "USD"), ("XXX", "EUR", "EUR"), ("EUR", "XXX", "EUR"), ("XXX", "XXX", "XXX")],
)
def test_shared_currency(one: str, other: str, both: str) -> None:
    assert shared_currency(one, other) == both


@pytest.mark.parametrize("ask", [operator.add, operator.sub, *COMPARISONS])
@pytest.mark.parametrize("other", [1, 0.5, "1", None, Decimal(1), True])
def test_money_does_not_mix_with_plain_numbers(ask: Any, other: Any) -> None:
    for one, two in [(Money(1, "USD"), other), (other, Money(1, "USD"))]:
        with pytest.raises(TypeError):
            ask(one, two)
    assert Money(1, "USD") != other


@pytest.mark.parametrize("times", [0.5, True, Decimal(2), Fraction(2), "2", None, Money(2, "USD")])
def test_money_multiplies_by_nothing_else(times: Any) -> None:
    multiply: Any = operator.mul
    for one, two in [(Money(1, "USD"), times), (times, Money(1, "USD"))]:
        with pytest.raises(TypeError):
            multiply(one, two)


def test_sums_beyond_the_bound_are_refused() -> None:
    with pytest.raises(InvalidValueError, match=r"below 10\*\*38"):
        operator.add(Money(MOST, "USD"), Money(1, "USD"))


@given(minors, currencies)
def test_money_is_a_value(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    for twin in (pickle.loads(pickle.dumps(money)), copy.copy(money), copy.deepcopy(money)):  # noqa: S301
        assert twin == money
        assert hash(twin) == hash(money)


def test_money_cannot_change() -> None:
    money: Any = Money(1, "USD")
    with pytest.raises(AttributeError):
        money.minor = 2


@given(st.integers(-(10**30), 10**30), st.integers(0, 12))
def test_rounding_is_half_up_on_absolute_values(numerator: int, places: int) -> None:
    with localcontext(Context(prec=60)):
        size = (Decimal(abs(numerator)).scaleb(-places)).to_integral_value(ROUND_HALF_UP)
    assert rounded(numerator, 10**places) == int(size) * (1 if numerator >= 0 else -1)


@given(st.integers(0, 10**20), st.integers(1, 10**20), st.sampled_from([1, -1]))
def test_rounding_at_ties_and_beside_them(whole: int, half: int, sign: int) -> None:
    tie = 2 * half * whole + half  # half way from `whole` to the next, in units of 2 * half
    assert rounded(sign * tie, 2 * half) == sign * (whole + 1)
    assert rounded(sign * (tie - 1), 2 * half) == sign * whole
    assert rounded(sign * (tie + 1), 2 * half) == sign * (whole + 1)
    assert rounded(sign * whole * half, half) == sign * whole


@given(st.integers(-(10**20), 10**20), st.integers(1, 10**10))
def test_rounding_finds_the_nearest(numerator: int, denominator: int) -> None:
    exact = Fraction(numerator, denominator)
    away = Fraction(rounded(numerator, denominator)) - exact
    assert abs(away) <= Fraction(1, 2)
    assert abs(away) < Fraction(1, 2) or away * exact > 0


@pytest.mark.parametrize(
    ("amount", "minor"),
    [
        ("0.005", 1),
        ("0.0049", 0),
        ("-0.005", -1),
        ("-0.0051", -1),
        (0.015, 2),
        (0.025, 3),
        (1.005, 101),
        (-1.005, -101),
        (Decimal("1E-100"), 0),
        (1e-100, 0),
        (2.675, 268),
        (0.1, 10),
        (7, 700),
    ],
)
def test_a_named_rounding_is_half_away_from_zero_of_the_shortest_text(amount: Any, minor: int) -> None:
    assert minor_units(amount, 2, "half_away") == minor


@given(st.floats(-1e15, 1e15), st.integers(0, 6))
def test_a_float_counts_as_its_shortest_text(amount: float, digits: int) -> None:
    exact = Fraction(repr(amount)) * 10**digits
    if exact.denominator == 1:
        assert minor_units(amount, digits) == exact
    elif abs(amount) > 1e-80:
        assert minor_units(amount, digits, "half_away") == rounded(exact.numerator, exact.denominator)
        with pytest.raises(InvalidValueError, match=f"^price must have at most {digits} decimals, got "):
            minor_units(amount, digits, what="price")
