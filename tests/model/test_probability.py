from decimal import Decimal
from fractions import Fraction
from math import inf, nan, nextafter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesmetrics import InvalidValueError
from salesmetrics.errors import shown
from salesmetrics.model.probability import MILLION, millionths

counts = st.integers(0, 10**6)


def half_away(exact: Fraction) -> int:
    size = abs(exact)
    floor = size.numerator // size.denominator
    return (floor + (size - floor >= Fraction(1, 2))) * (1 if exact >= 0 else -1)


def test_a_million_is_a_million() -> None:
    assert MILLION == 10**6


@given(counts)
def test_whole_millionths_are_read_exactly_however_they_are_written(count: int) -> None:
    for written in (
        count / 10**6,
        np.float64(count) / 10**6,
        f"{count // 10**6}.{count % 10**6:06}",
        Decimal(count) / 10**6,
    ):
        assert millionths(written) == count
    for written in (count / 10**4, f"{count // 10**4}.{count % 10**4:04}", Decimal(count) / 10**4):
        assert millionths(written, percent=True) == count


@given(counts, st.sampled_from([inf, -inf]))
def test_a_binary_neighbour_is_not_whole_millionths(count: int, towards: float) -> None:
    beside = nextafter(count / 10**6, towards)
    with pytest.raises(InvalidValueError, match=r"^probability must (have at most 6|have at most 100) decimals, got "):
        millionths(beside)
    if abs(beside) > 1e-100:
        assert millionths(beside, rounding="half_away") == count


@given(
    st.floats(0, 1)
    | st.decimals(0, 1, places=7)
    | st.integers(0, 10**7).map(lambda tenths: f"{Decimal(tenths) / 10**7:f}")
)
def test_more_decimals_are_rounded_half_away_if_that_is_named(given_as: Any) -> None:
    exact = Fraction(str(given_as)) * 10**6
    if 0 < exact < Fraction(1, 10**90):
        return  # more decimals than are read at all
    assert millionths(given_as, rounding="half_away") == half_away(exact)
    if exact.denominator == 1:
        assert millionths(given_as) == exact
    else:
        with pytest.raises(InvalidValueError, match=r"^Stage\.probability must have at most 6 decimals, got "):
            millionths(given_as, what="Stage.probability")


@pytest.mark.parametrize(
    ("given_as", "count"),
    [
        ("0.0000005", 1),
        ("0.0000015", 2),
        ("0.0000025", 3),
        ("0.00000049", 0),
        (0.9999995, 10**6),
        (0.99999949, 999_999),
        ("1.00000049", 10**6),
        ("-0.00000049", 0),
        (2.5e-07, 0),
    ],
)
def test_rounding_at_ties(given_as: Any, count: int) -> None:
    assert millionths(given_as, rounding="half_away") == count


@pytest.mark.parametrize(("given_as", "count"), [("0.33335", 3334), (33.33335, 333334), ("99.99995", 10**6)])
def test_rounding_of_percents(given_as: Any, count: int) -> None:
    assert millionths(given_as, percent=True, rounding="half_away") == count


@pytest.mark.parametrize(
    ("given_as", "count"), [(0, 0), (1, 10**6), (-0.0, 0), ("1.000000", 10**6), (Decimal("1E-6"), 1)]
)
def test_both_ends_are_in(given_as: Any, count: int) -> None:
    assert millionths(given_as) == count


@pytest.mark.parametrize(
    ("given_as", "count"), [(0, 0), (100, 10**6), (60, 600_000), ("0.0001", 1), (33.3333, 333_333)]
)
def test_percents(given_as: Any, count: int) -> None:
    assert millionths(given_as, percent=True) == count


@pytest.mark.parametrize(
    ("given_as", "hint"),
    [
        (60, "did you mean 0.6?"),
        ("60", "did you mean 0.6?"),
        (1.5, "did you mean 0.015?"),
        ("1.000001", "did you mean 0.01?"),
        (100, "did you mean 1?"),
        (100.000001, "check its unit"),
        (101, "check its unit"),
        (-0.000001, "check its unit"),
        (-60, "check its unit"),
    ],
)
def test_what_is_no_fraction_is_refused(given_as: Any, hint: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        millionths(given_as, what="Deal.probability")
    assert str(caught.value) == f"Deal.probability must be a fraction in [0, 1], got {given_as!r}; {hint}"


@pytest.mark.parametrize("given_as", [100.0001, -0.0001, "101", 6000])
def test_what_is_no_percentage_is_refused(given_as: Any) -> None:
    with pytest.raises(InvalidValueError) as caught:
        millionths(given_as, percent=True)
    assert str(caught.value) == f"probability must be a percentage in [0, 100], got {given_as!r}; check the column"


@pytest.mark.parametrize("percent", [True, False])
@pytest.mark.parametrize(
    "given_as",
    [
        True,
        False,
        None,
        b"0.5",
        [],
        nan,
        inf,
        -inf,
        "half",
        "50%",
        "",
        " 0.5",
        ".5",
        "1e-3",
        "０.5",
        Decimal("NaN"),
        np.float32(0.5),
        Fraction(1, 2),
        Decimal("1E+1000000"),
        Decimal("1E-1000000"),
    ],
    ids=repr,
)
def test_what_is_no_number_is_refused(given_as: Any, percent: bool) -> None:  # noqa: FBT001
    with pytest.raises(InvalidValueError) as caught:
        millionths(given_as, what="chance", percent=percent, rounding="half_away")
    assert str(caught.value).startswith("chance must ")
    assert f", got {shown(given_as)}; " in str(caught.value)


@pytest.mark.parametrize(("percent", "most"), [(True, 4), (False, 6)])
def test_too_many_decimals_are_refused(percent: bool, most: int) -> None:  # noqa: FBT001
    with pytest.raises(InvalidValueError) as caught:
        millionths("0." + "0" * most + "1", percent=percent)
    assert str(caught.value) == (
        f"probability must have at most {most} decimals, got '0.{'0' * most}1'; "
        "round it first, or name rounding='half_away' in the format"
    )
