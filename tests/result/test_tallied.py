from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesmetrics import Amounts, Durations, InvalidValueError, Money
from salesmetrics._numeric.multiset import Multiset
from salesmetrics.model.money import rounded
from salesmetrics.result.tallied import days_shown, exact_share
from strategies import amounts, durations


def tally(*numbers: int) -> Multiset:
    return Multiset(*np.unique(np.array(numbers, np.int64), return_counts=True))


def linear(numbers: list[int], share: Fraction) -> Fraction:
    """R. J. Hyndman and Y. Fan's type 7, exactly."""
    place = share * (len(numbers) - 1)
    low = numbers[int(place)]
    high = numbers[min(int(place) + 1, len(numbers) - 1)]
    return low + (high - low) * (place - int(place))


SMALL = st.lists(st.integers(-(2**62), 2**62) | st.integers(-3, 3), min_size=1, max_size=8).map(sorted)
SHARES = st.sampled_from([0, 0.0, 0.1, 0.25, 0.5, 0.9, 1.0, 1]) | st.floats(0, 1)


@given(SMALL, SHARES)
def test_readings_of_amounts(numbers: list[int], share: float) -> None:
    of = Amounts(tally(*numbers), None, 0)
    assert of.n == len(numbers)
    assert of.mean == rounded(sum(numbers), len(numbers))
    assert of.exact_mean == Fraction(sum(numbers), len(numbers))
    exact = linear(numbers, Fraction(str(share)))
    assert of.quantile(share) == rounded(exact.numerator, exact.denominator)
    assert of.median == of.quantile(0.5)


@given(SMALL, SHARES)
def test_readings_of_durations(numbers: list[int], share: float) -> None:
    of = Durations(tally(*numbers), 0)
    assert of.n == len(numbers)
    assert of.mean == sum(numbers) / len(numbers)
    assert of.quantile(share) == float(linear(numbers, Fraction(str(share))))
    assert of.median == of.quantile(0.5)


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=20), st.sampled_from([0.0, 0.1, 0.5, 0.75, 0.9, 1.0]))
def test_quantiles_are_numpys(numbers: list[int], share: float) -> None:
    assert Durations(tally(*numbers), 0).quantile(share) == pytest.approx(np.quantile(numbers, share))


@given(amounts() | durations())
def test_nothing_is_undefined(of: Any) -> None:
    assert (of.mean is None) == (of.median is None) == (of.quantile(0.9) is None) == (of.n == 0)
    assert str(of).startswith("undefined (") == (of.n == 0)


def test_sizes_are_money() -> None:
    of = Amounts(tally(1000, 1000, 2005), "USD", 1)
    assert (of.mean, of.median, of.quantile(1)) == (Money(1335, "USD"), Money(1000, "USD"), Money(2005, "USD"))
    assert of.exact_mean == Fraction(4005, 300)
    assert str(of) == "mean 13.35 USD, median 10.00 USD (3 deals, 1 more without amount)"
    assert str(Amounts(tally(), "USD", 2)) == "undefined (2 deals, all without amount)"
    assert Amounts(tally(), "USD", 2).exact_mean is None
    assert str(Amounts(tally(1200), None, 0)) == "mean 1,200, median 1,200 (1 deal)"


def test_durations_are_days() -> None:
    assert str(Durations(tally(39, 45, 54), 2)) == "mean 46.0 days, median 45.0 days (3 deals, 2 more without dates)"
    assert str(Durations(tally(), 0)) == "undefined (0 deals)"
    assert days_shown(None) == "undefined"
    assert days_shown(1234.56) == "1,234.6 days"


@pytest.mark.parametrize("share", [-0.1, 1.1, 90, float("nan"), True, "0.5", None])
def test_what_is_no_share_is_refused(share: Any) -> None:
    for of in (Amounts(tally(1), "USD", 0), Durations(tally(), 0)):
        with pytest.raises(InvalidValueError, match=r"a share must be a fraction in \[0, 1\], got .*; write 0.5"):
            of.quantile(share)


def test_a_share_is_what_its_text_says() -> None:
    assert exact_share(0.1) == Fraction(1, 10)
    assert exact_share(1e-05) == Fraction(1, 100_000)
    assert exact_share(np.float64(0.1)) == Fraction(1, 10)
