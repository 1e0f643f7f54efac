"""Curves of pay: what each constructor means, worked out another way, and their sums, multiples and caps."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

import salesmetrics
from refusals import check_refusal
from salesmetrics import Boundary, Curve, InvalidValueError, RateCurve, Tier
from salesmetrics.strategies import boundaries, curves, rate_curves

ANY: Any = salesmetrics
"""The package without its types, for what they do not allow."""
MEASURES = st.sampled_from([Fraction(n) for n in ("0", "0.01", "0.5", "0.999", "1", "1.25", "7", "10", "100", "250")])
ANYWHERE = MEASURES | MEASURES.map(lambda measure: -measure)
BOUNDS = [Fraction("0.5"), Fraction(1), Fraction(10)]
FOUR_RATES = st.tuples(*[st.sampled_from([Fraction(0), Fraction("0.1"), Fraction(1, 3), Fraction(2)])] * 4)


def table(rates: tuple[Fraction, ...]) -> dict[Fraction, Fraction]:
    return dict(zip([Fraction(0), *BOUNDS], rates, strict=True))


def reached(rates: Mapping[Fraction, Fraction], measure: Fraction, boundary: Boundary) -> Fraction:
    """The rate of the tier that was reached, told by comparing bounds one by one."""
    found = rates[Fraction(0)]
    for lower, rate in rates.items():
        if lower and (measure > lower or (measure == lower and boundary is Boundary.AT)):
            found = rate
    return found


class TestConstructors:
    @given(FOUR_RATES, MEASURES, boundaries())
    def test_marginal_pays_each_tier_its_rate(
        self, rates: tuple[Fraction, ...], measure: Fraction, boundary: Boundary
    ) -> None:
        ends = [*BOUNDS, max(measure, BOUNDS[-1])]
        within = [
            max(Fraction(0), min(measure, end) - start) for start, end in zip([Fraction(0), *BOUNDS], ends, strict=True)
        ]
        expected = sum(part * rate for part, rate in zip(within, rates, strict=True))
        assert Curve.marginal(table(rates), boundary).payout(measure) == expected

    @given(FOUR_RATES, MEASURES, boundaries())
    def test_slab_pays_all_at_the_rate_that_was_reached(
        self, rates: tuple[Fraction, ...], measure: Fraction, boundary: Boundary
    ) -> None:
        assert Curve.slab(table(rates), boundary).payout(measure) == measure * reached(table(rates), measure, boundary)

    @given(FOUR_RATES, MEASURES, boundaries())
    def test_slab_over_pays_what_is_over_the_first_bound_at_the_rate_that_was_reached(
        self, rates: tuple[Fraction, ...], measure: Fraction, boundary: Boundary
    ) -> None:
        over = max(Fraction(0), measure - BOUNDS[0])
        expected = (measure - over) * rates[0] + over * reached(table(rates), measure, boundary)
        assert Curve.slab_over(table(rates), boundary).payout(measure) == expected

    @given(FOUR_RATES, MEASURES, boundaries())
    def test_steps_pay_the_lump_that_was_reached(
        self, rates: tuple[Fraction, ...], measure: Fraction, boundary: Boundary
    ) -> None:
        lumps = dict(zip(BOUNDS, rates[1:], strict=True))
        expected = reached({Fraction(0): Fraction(0), **lumps}, measure, boundary)
        assert Curve.steps(lumps, boundary).payout(measure) == expected

    @pytest.mark.parametrize(
        ("measure", "paid"), [(0, 0), (500, 5), (1_000, 10), (2_000, 30), (3_000, 50), (4_000, 50)]
    )
    def test_interpolated_goes_straight_from_point_to_point(self, measure: int, paid: int) -> None:
        assert Curve.interpolated({0: 0, 1_000: 10, 3_000: 50}).payout(measure) == paid

    def test_beyond_the_last_point_the_rate_that_is_named_is_paid(self) -> None:
        assert Curve.interpolated({0: 0, 1: 1}, beyond=2).payout("1.5") == 2

    @given(MEASURES)
    def test_a_dead_band_pays_what_lies_above_it(self, measure: Fraction) -> None:
        assert Curve.deadband(1, "0.1").payout(measure) == max(Fraction(0), measure - 1) / 10

    def test_rows_of_tiers_are_the_same_as_a_mapping(self) -> None:
        listed: Any = [[0, 500, "0.25"], [500, None, "0.3"]]
        rows = Curve.slab([(500, None, "0.3"), (0, 500, "0.25")])
        assert rows == Curve.slab({500: "0.3", 0: "0.25"}) == Curve.slab(listed)

    def test_one_tier_alone_is_flat(self) -> None:
        assert Curve.slab_over({0: "0.1"}) == Curve.slab({0: "0.1"}) == Curve.flat("0.1")


class TestCurve:
    @given(curves(monotone=True), MEASURES, MEASURES)
    def test_monotone(self, curve: Curve, one: Fraction, other: Fraction) -> None:
        assume(all(first.at(second.lower) <= second.start for first, second in pairwise(curve.tiers)))
        assert curve.payout(min(one, other)) <= curve.payout(max(one, other))

    @given(curves(), ANYWHERE)
    def test_boundary(self, curve: Curve, measure: Fraction) -> None:
        either = [evolve(curve, boundary=boundary).payout(measure) for boundary in Boundary]
        assert either[0] == either[1] or measure in curve.jumps

    @given(curves(), curves(), ANYWHERE)
    def test_sum(self, one: Curve, other: Curve, measure: Fraction) -> None:
        if one.jumps and other.jumps and one.boundary is not other.boundary:
            with pytest.raises(InvalidValueError, match="jump on the same side") as caught:
                _ = one + other
            check_refusal(caught.value)
        else:
            assert (one + other).payout(measure) == one.payout(measure) + other.payout(measure)

    @given(curves(), st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(2)]), ANYWHERE)
    def test_scale(self, curve: Curve, factor: Fraction, measure: Fraction) -> None:
        assert curve.scale(factor).payout(measure) == curve.payout(measure) * factor

    @given(
        curves(), st.sampled_from([Fraction(0), Fraction("0.05"), Fraction(1), Fraction("2.5"), Fraction(40)]), ANYWHERE
    )
    def test_cap(self, curve: Curve, most: Fraction, measure: Fraction) -> None:
        assert curve.cap(most).payout(measure) == (min(curve.payout(measure), most) if most or measure > 0 else 0)

    @given(curves(), MEASURES, ANYWHERE)
    def test_until(self, curve: Curve, bound: Fraction, measure: Fraction) -> None:
        assume(bound or measure > 0)
        assert curve.until(bound).payout(measure) == curve.payout(min(measure, bound))

    @given(curves() | rate_curves(), ANYWHERE, ANYWHERE)
    def test_slices(self, curve: Curve | RateCurve, start: Fraction, end: Fraction) -> None:
        made = curve.slices(start, end)
        assert sum((one.payout for one in made), Fraction(0)) == curve.payout(end) - curve.payout(start)
        assert [one.payout for one in curve.slices(end, start)] == [-one.payout for one in reversed(made)]
        ends = [one.lower for one in made] + [made[-1].upper if made else end]
        assert [one.upper for one in made] == ends[1:]
        assert all(one.payout == one.rate * (one.upper - one.lower) for one in made if one.rate is not None)
        assert all(one.lower in getattr(curve, "jumps", ()) for one in made if one.rate is None)

    def test_the_jump_of_a_slab_is_a_slice_of_its_own(self) -> None:
        way = Curve.slab({0: "0.1", 100: "0.2"}).slices(Fraction(80), Fraction(120))
        assert [one.rate for one in way] == [Fraction(1, 10), None, Fraction(1, 5)]
        assert [one.payout for one in way] == [2, 10, 4]

    def test_curves_that_jump_on_either_side_of_a_bound_do_not_add(self) -> None:
        tiers = {0: "0.1", 100: "0.2"}
        with pytest.raises(InvalidValueError, match="curves that are added must jump on the same side of a bound"):
            _ = Curve.slab(tiers) + Curve.slab(tiers, Boundary.BELOW)

    def test_other_things_do_not_add(self) -> None:
        with pytest.raises(TypeError):
            _ = ANY.Curve.flat(1) + 1


class TestRateCurve:
    @given(rate_curves(), MEASURES)
    def test_definition(self, curve: RateCurve, measure: Fraction) -> None:
        assert curve.payout(measure) == measure * curve.rates.payout(measure)

    @given(rate_curves(), MEASURES)
    def test_scale(self, curve: RateCurve, measure: Fraction) -> None:
        assert curve.scale(3).payout(measure) == 3 * curve.payout(measure)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Curve([]), "at least one"),
        (lambda: ANY.Curve(["flat"]), "must be Tier objects"),
        (lambda: ANY.Curve(1), "must be Tier objects"),
        (lambda: Curve([Tier(1, 0, 0)]), "must start at 0"),
        (lambda: Curve([Tier(0, 1, 0)]), "must start at 0"),
        (lambda: Curve([Tier(0, 0, 0), Tier(2, 0, 0), Tier(1, 0, 0)]), "must ascend, got 2 before 1"),
        (lambda: ANY.Curve([Tier(0, 0, 0)], "at"), "must be a Boundary"),
        (lambda: Tier(0, 0, "-0.1"), "must not be below zero"),
        (lambda: Curve.marginal({10: "0.1"}), "must start at 0"),
        (lambda: Curve.slab({10: "0.1"}), "tiers must start at 0, got 10; say what is paid below it"),
        (lambda: Curve.slab_over({10: "0.1", 20: "0.2"}), "tiers must start at 0, got 10; say what is paid below it"),
        (lambda: Curve.slab_over([(10, 20, 1), (20, None, 2)]), "tiers must start at 0, got 10"),
        (lambda: Curve.slab_over([(0, 0, 1), (0, None, 2)]), "must end above where it begins, got 0 to 0"),
        (lambda: Curve.marginal({}), "a bound must be mapped to a rate, one or more of them"),
        (lambda: Curve.marginal([]), "there must be a tier"),
        (lambda: ANY.Curve.marginal(None), "tiers must be a mapping of bounds to rates, got None"),
        (lambda: Curve.marginal({0: 0, 1: 1, "1": 2, 2: 1, "2.0": 3}), "given once, got 1 twice.*once, got 2 twice"),
        (lambda: Curve.marginal([(0, 10, 1), (20, None, 1)]), "no gap, got 10 before 20"),
        (lambda: Curve.marginal([(0, 20, 1), (10, None, 1)]), "no overlap, got 20 before 10"),
        (lambda: Curve.marginal([(0, None, 1), (10, None, 1)]), "only the last tier"),
        (lambda: Curve.marginal([(0, 10, 1)]), "the last tier must have no end, got 10"),
        (lambda: ANY.Curve.marginal([(0, 10)]), "a lower bound, an upper one and a rate"),
        (lambda: ANY.Curve.marginal("0.1"), "tiers must be a mapping of bounds to rates, got '0.1'"),
        (lambda: Curve.interpolated({0: 0, 1: 2, 3: 1}), "must not fall, got 2 to 1"),
        (lambda: Curve.interpolated({1: 0, 2: 1}), "must start at 0"),
        (lambda: Curve.interpolated({0: 0, 1: 1, "1": 2}), "a point must be given once, got 1 twice"),
        (lambda: Curve.interpolated({}), "a point must be mapped to a payout, one or more of them, got {}"),
        (lambda: ANY.Curve.interpolated([(0, 0), (1, 1)]), "a point must be mapped to a payout"),
        (lambda: ANY.Curve.rate_curve(None), "a point must be mapped to a payout"),
        (lambda: Curve.steps({0: 1}), "a milestone must lie above 0, got 1 paid at 0"),
        (lambda: ANY.Curve.steps({}), "a bound must be mapped to a lump"),
        (lambda: ANY.RateCurve(Tier(0, 0, 0)), "must be a Curve"),
    ],
)
def test_what_cannot_be_a_curve_is_refused(make: Any, said: str) -> None:
    with pytest.raises(InvalidValueError, match=said) as caught:
        make()
    check_refusal(caught.value)


def test_a_dead_band_of_nothing_pays_from_the_first_unit() -> None:
    assert Curve.deadband("0", "0.1") == Curve.deadband(0, "0.1") == Curve.flat("0.1")


def test_all_seams_that_are_wrong_are_told_at_once() -> None:
    with pytest.raises(InvalidValueError) as caught:
        Curve.slab([(0, 10, 1), (20, 40, 1), (30, 50, 1)])
    assert [part.split(",")[0] for part in str(caught.value).split("; and ")] == [
        "tiers must have no gap",
        "tiers must have no overlap",
        "the last tier must have no end",
    ]
