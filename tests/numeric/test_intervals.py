from decimal import Decimal, localcontext
from math import erfc, inf, isclose, nan, nextafter, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from salesmetrics import InvalidValueError
from salesmetrics._numeric.intervals import wilson

# Two-sided quantiles of the normal distribution, to more digits than a float has (e.g. Abramowitz and Stegun 26.5).
Z = {0.9: "1.6448536269514727148638", 0.95: "1.9599639845400542355246", 0.99: "2.5758293035489007609786"}

counted = st.integers(1, 10**9).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))
levels = st.floats(0, 1, exclude_min=True, exclude_max=True)


def formula(part: int, whole: int, z: Decimal) -> tuple[Decimal, Decimal]:
    with localcontext(prec=60):
        n, p = Decimal(whole), Decimal(part) / whole
        middle, spread = p + z * z / (2 * n), z * (p * (1 - p) / n + z * z / (4 * n * n)).sqrt()
        return (middle - spread) / (1 + z * z / n), (middle + spread) / (1 + z * z / n)


def excluded(share: float, truth: float, whole: int) -> float:
    """How likely a share is at least so far from the true one, by the normal approximation at the true one."""
    return erfc(abs(share - truth) / sqrt(2 * truth * (1 - truth) / whole))


@given(counted, st.sampled_from(sorted(Z)))
@example((0, 1), 0.95)
@example((1, 1), 0.95)
@example((1, 2), 0.9)
@example((1, 10**9), 0.99)
def test_wilson_s_formula(case: tuple[int, int], level: float) -> None:
    exact = formula(*case, Decimal(Z[level]))
    for bound, expected in zip(wilson(*case, level), exact, strict=True):
        assert isclose(bound, float(expected), rel_tol=1e-9, abs_tol=1e-15)


def test_published_interval() -> None:
    assert [round(bound, 6) for bound in wilson(4238, 6711, 0.95)] == [0.619887, 0.642964]


@given(counted, st.floats(0.001, 0.9999))
def test_the_bounds_are_where_the_score_test_turns(case: tuple[int, int], level: float) -> None:
    part, whole = case
    share = part / whole
    for bound in wilson(part, whole, level):
        if 1e-4 < bound < 1 - 1e-4 and abs(share - bound) > 1e-6:
            assert excluded(share, bound, whole) == pytest.approx(1 - level, abs=1e-6)


@given(counted, levels)
@example((1, 3), nextafter(0, 1))
@example((1, 3), nextafter(1, 0))
@example((0, 3), nextafter(1, 0))
@example((3, 3), nextafter(0, 1))
@example((999_999_999, 10**9), 1e-12)
def test_the_interval_holds_the_share_and_lies_in_range(case: tuple[int, int], level: float) -> None:
    part, whole = case
    low, high = wilson(part, whole, level)
    assert 0.0 <= low <= part / whole <= high <= 1.0
    assert (low == 0.0) is (part == 0)
    assert (high == 1.0) is (part == whole)


@given(counted, levels)
def test_what_is_won_is_not_lost(case: tuple[int, int], level: float) -> None:
    part, whole = case
    low, high = wilson(part, whole, level)
    assert wilson(whole - part, whole, level) == pytest.approx((1 - high, 1 - low), abs=1e-12)


@given(counted, levels, levels)
def test_more_confidence_is_a_wider_interval(case: tuple[int, int], one: float, two: float) -> None:
    assume(abs(one - two) > 1e-6)
    inner, outer = wilson(*case, min(one, two)), wilson(*case, max(one, two))
    assert outer[0] <= inner[0] + 1e-15
    assert inner[1] <= outer[1] + 1e-15


@given(levels)
def test_nothing_to_go_by_leaves_all_open(level: float) -> None:
    assert wilson(0, 0, level) == (0.0, 1.0)


def test_a_level_so_close_to_one_that_little_is_excluded() -> None:
    low, high = wilson(50, 100, nextafter(1, 0))
    assert excluded(0.5, low, 100) == pytest.approx(2**-53)
    assert excluded(0.5, high, 100) == pytest.approx(2**-53)


@pytest.mark.parametrize("whole", [0, 10])
@pytest.mark.parametrize(
    "level", [0.0, 1.0, -0.5, 1.5, 95.0, nan, inf, -inf, 0, 1, 95, True, "0.95", None, Decimal("0.9")]
)
def test_a_level_is_a_fraction_between_the_ends(level: Any, whole: int) -> None:
    with pytest.raises(InvalidValueError) as caught:
        wilson(0, whole, level)
    assert str(caught.value) == f"level must be a fraction between 0 and 1, got {level!r}; write 0.95"


def test_a_float_of_numpy_is_a_level() -> None:
    assert wilson(1, 2, np.float64(0.95)) == wilson(1, 2, 0.95)
