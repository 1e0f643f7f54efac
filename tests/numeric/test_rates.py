from __future__ import annotations

from fractions import Fraction
from math import comb, lgamma
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from salesmetrics._numeric.rates import Betas, fitted_prior, has_excess_variance

shapes = st.integers(1, 60)


def beta_below(x: Fraction, a: int, b: int) -> Fraction:
    """The distribution function of a Beta with whole shapes, as a sum of binomial terms."""
    n = a + b - 1
    return sum((comb(n, k) * x**k * (1 - x) ** (n - k) for k in range(a, n + 1)), Fraction(0))


def is_higher(a: int, b: int, c: int, d: int) -> Fraction:
    """The probability that the rate of shapes a and b is above that of shapes c and d: E. Miller's sum."""

    def beta(one: int, other: int) -> Fraction:
        return Fraction(1, (one + other - 1) * comb(one + other - 2, one - 1))

    return sum((beta(c + k, d + b) / ((b + k) * beta(1 + k, b) * beta(c, d)) for k in range(a)), Fraction(0))


def betas(*pairs: tuple[float, float]) -> Betas:
    a, b = (np.array(one, np.float64) for one in zip(*pairs, strict=True))
    return Betas(a, b)


class TestIntervals:
    @given(shapes, shapes, st.sampled_from([0.5, 0.9, 0.95, 0.99]))
    def test_as_much_lies_below_as_above(self, a: int, b: int, level: float) -> None:
        low, high = betas((a, b)).intervals(level)
        below, up_to = (float(beta_below(Fraction(float(bound[0])), a, b)) for bound in (low, high))
        assert below == pytest.approx((1 - level) / 2, abs=2e-6)
        assert up_to == pytest.approx((1 + level) / 2, abs=2e-6)

    @pytest.mark.parametrize("a", [0.001, 0.5, 2.0, 1e6])
    def test_a_power_of_a_uniform_rate(self, a: float) -> None:
        low, high = betas((a, 1.0), (1.0, a)).intervals(0.9)
        assert low[0] == pytest.approx(0.05 ** (1 / a), rel=3e-5, abs=1e-12)
        assert high[0] == pytest.approx(0.95 ** (1 / a), rel=3e-5)
        assert 1 - high[1] == pytest.approx(low[0], rel=1e-9, abs=1e-12)

    def test_many_counts_leave_little_open(self) -> None:
        low, high = betas((5e7, 5e7)).intervals(0.95)
        assert (low[0], high[0]) == (
            pytest.approx(0.5 - 1.959964 / 2e4, abs=1e-9),
            pytest.approx(0.5 + 1.959964 / 2e4, abs=1e-9),
        )


class TestGrids:
    @pytest.mark.parametrize(("a", "b"), [(2, 3), (1, 1), (40, 7), (1, 60), (3, 100)])
    def test_at_each_point_what_lies_below_is_nearly_exact(self, a: int, b: int) -> None:
        (odds,), _, (below,) = betas((a, b))._grids()
        rates = [Fraction(1) / (1 + Fraction(float(np.exp(-one)))) for one in odds]
        for point in range(300, 3800, 173):
            assert below[point] == pytest.approx(float(beta_below(rates[point], a, b)), abs=1e-11)
        assert beta_below(rates[0], a, b) < 1e-17
        assert beta_below(1 - rates[-1], b, a) < 1e-17


class TestChances:
    @given(shapes, shapes, shapes, shapes)
    def test_of_two(self, a: int, b: int, c: int, d: int) -> None:
        first, second = betas((a, b), (c, d)).chances_of_top()
        assert first == pytest.approx(float(is_higher(a, b, c, d)), abs=2e-6)
        assert first + second == pytest.approx(1, abs=1e-12)

    @given(st.lists(st.floats(0.01, 1e4), min_size=1, max_size=6))
    def test_of_powers_of_uniform_rates(self, powers: list[float]) -> None:
        chances = betas(*((one, 1.0) for one in powers)).chances_of_top()
        np.testing.assert_allclose(chances, np.array(powers) / sum(powers), atol=5e-6)

    @given(st.lists(st.tuples(shapes, shapes), min_size=1, max_size=6), st.data())
    def test_whoever_comes_first_changes_nothing(self, pairs: list[tuple[int, int]], data: Any) -> None:
        order = data.draw(st.permutations(range(len(pairs))))
        chances = betas(*pairs).chances_of_top()
        np.testing.assert_allclose(betas(*(pairs[one] for one in order)).chances_of_top(), chances[order], atol=1e-12)

    def test_out_of_reach_is_never_top(self) -> None:
        np.testing.assert_array_equal(betas((1e6, 1.0), (1.0, 1e6), (1e6, 2e6)).chances_of_top(), [1, 0, 0])

    def test_narrow_and_wide_ones_together(self) -> None:
        chances = betas((5e5, 5e5), (5e5, 5e5), (1.0, 1.0)).chances_of_top()
        np.testing.assert_allclose(chances, [0.25, 0.25, 0.5], atol=1e-3)
        assert chances[0] == pytest.approx(chances[1], abs=1e-12)

    def test_of_none(self) -> None:
        assert len(Betas(np.zeros(0), np.zeros(0)).chances_of_top()) == 0


counts = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=2, max_size=12)


def laid_down(pairs: list[tuple[int, int]]) -> tuple[Any, Any]:
    parts = np.array([one for one, _ in pairs], np.int64)
    return parts, parts + np.array([other for _, other in pairs], np.int64)


def likelihood(pairs: list[tuple[int, int]], mean: float, strength: float) -> float:
    """Of the beta-binomial, but for the binomial coefficients, which no prior changes."""
    a, b = mean * strength, (1 - mean) * strength

    def log_beta(one: float, other: float) -> float:
        return lgamma(one) + lgamma(other) - lgamma(one + other)

    return sum(log_beta(a + hits, b + misses) - log_beta(a, b) for hits, misses in pairs)


class TestFittedPrior:
    @given(counts)
    @example([(1000, 0), (300, 300)])  # where Newton's own steps leave the range of a mean
    def test_no_prior_near_or_far_makes_the_counts_likelier(self, pairs: list[tuple[int, int]]) -> None:
        parts, wholes = laid_down(pairs)
        assume(has_excess_variance(parts, wholes))
        mean, strength = fitted_prior(parts, wholes)
        assert 0 < mean < 1
        assert strength >= 1
        best = likelihood(pairs, mean, strength)
        for times in (0.5, 0.99, 1.01, 2.0, 100.0):
            if strength * times >= 1:
                assert likelihood(pairs, mean, strength * times) <= best + 1e-7 * max(1, strength)
        for step in (-0.01, -0.001, 0.001, 0.01):
            if 0 < mean + step < 1:
                assert likelihood(pairs, mean + step, strength) <= best + 1e-9 * max(1, strength)

    def test_all_or_nothing_is_worth_one(self) -> None:
        mean, strength = fitted_prior(*laid_down([(9, 0), (0, 9), (9, 0), (0, 9)]))
        assert mean == pytest.approx(0.5)
        assert strength == pytest.approx(1.0)

    def test_symmetric_counts(self) -> None:
        parts, wholes = laid_down([(12, 8), (3, 17), (9, 11), (14, 6)])
        mean, strength = fitted_prior(parts, wholes)
        other_mean, other_strength = fitted_prior(wholes - parts, wholes)
        assert other_mean == pytest.approx(1 - mean, rel=1e-9)
        assert other_strength == pytest.approx(strength, rel=1e-6)


class TestExcessVariance:
    @given(counts)
    def test_definition(self, pairs: list[tuple[int, int]]) -> None:
        parts, wholes = laid_down(pairs)
        part, whole = sum(parts.tolist()), sum(wholes.tolist())
        rate = Fraction(part, whole) if whole else Fraction(0)
        spread = sum((own - n * rate) ** 2 for own, n in zip(parts.tolist(), wholes.tolist(), strict=True))
        assert has_excess_variance(parts, wholes) == (spread > whole * rate * (1 - rate))

    def test_single_counts_have_none(self) -> None:
        assert not has_excess_variance(*laid_down([(1, 0), (0, 1), (1, 0)]))
        assert not has_excess_variance(*laid_down([(0, 0), (0, 0)]))

    def test_large_counts_do_not_overflow(self) -> None:
        assert has_excess_variance(*laid_down([(2**40, 0), (0, 2**40)]))
