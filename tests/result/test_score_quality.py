from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from math import inf, log, nan
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from salesmetrics import (
    Answer,
    Breakdown,
    CurrencyMismatchError,
    InvalidValueError,
    IsotonicCalibration,
    Money,
    Multiset,
    PlattCalibration,
    ScoreQuality,
    calibrate_scores,
    score_quality,
)

BOTH = score_quality([0.1, 0.4, 0.35, 0.8], [False, False, True, True])
NONE = Multiset(np.array([], np.int64), np.array([], np.int64))


def dollars(amount: int) -> Money:
    return Money.of(amount, "USD")


class TestScores:
    """Whatever they come as, they are told to the millionth."""

    @given(st.lists(st.floats(-1e12, 1e12) | st.floats(0, 1) | st.sampled_from([5e-7, 0.0000015, 1e-6, -2.5e-6])))
    @example([0.0000015, 0.0000025, 2.0**42 + 0.5, 0.1 + 0.2])
    def test_a_float_is_what_its_shortest_text_says(self, scores: list[float]) -> None:
        made = score_quality(np.array(scores), [True] * len(scores), kind="points")
        expected = sorted(int((Decimal(repr(score)) * 10**6).to_integral_value(ROUND_HALF_UP)) for score in scores)
        assert [value for value, times in made.positives for _ in range(times)] == expected

    @pytest.mark.parametrize(
        "scores",
        [
            [0, 1, 1, 0],
            [0.0, 1, Decimal("1.0"), Decimal("-0.0")],
            np.array([0, 1, 1, 0], np.uint8),
            np.array([0, 1, 1, 0], np.float32),
            [np.float64(0), np.int64(1), np.float32(1), np.int8(0)],
            (0, 1, 1, 0),
        ],
    )
    @pytest.mark.parametrize("outcomes", [[1, 0, True, False], np.array([1.0, 0.0, 1.0, 0.0])])
    def test_of_any_kind_of_number(self, scores: Any, outcomes: Any) -> None:
        made = score_quality([*scores], outcomes)
        assert dict(made.positives) == dict(made.negatives) == {0: 1, 1_000_000: 1}

    def test_what_is_not_known_is_counted(self) -> None:
        made = score_quality([None, 0.5, None, 0.5], [True, None, None, True])
        assert (made.n, made.n_missing) == (1, 3)
        assert str(made) == "AUC undefined (1 scored, 1 came; Brier 0.2500; 3 without a score or still open)"
        assert str(score_quality([], [], kind="points")) == "AUC undefined (0 scored, 0 came)"

    @pytest.mark.parametrize(
        ("scores", "outcomes"),
        [
            (pd.Series([nan, 0.5, 0.25]), pd.Series([True, None, False])),
            (np.array([nan, 0.5, 0.25]), np.array([1, nan, 0])),
            (pd.Series([None, 0.5, 0.25], dtype="Float64"), pd.Series([True, None, False], dtype="boolean")),
            (pl.Series([None, 0.5, 0.25]), pl.Series([True, None, False])),
        ],
    )
    def test_a_gap_of_a_frame_is_what_is_not_known(self, scores: Any, outcomes: Any) -> None:
        made = score_quality(scores, outcomes)
        assert (made.n_missing, dict(made.negatives)) == (2, {250_000: 1})

    @pytest.mark.parametrize(
        ("scores", "outcomes", "message"),
        [
            ([60], [True], r"must be a fraction in \[0, 1\], got 60; did you mean 0.6, or kind='points'\?"),
            ([0.5, -0.1], [True, False], r"must be a fraction in \[0, 1\], got -0.1; write kind='points'"),
            ([400], [False], r"got 400; write kind='points'"),
            ([True], [True], "scores must be numbers, or None where one is not known, got True; convert it first"),
            (["0.5"], [True], "scores must be numbers, or None where one is not known, got '0.5'; convert it first"),
            ([float("inf")], [True], "a score must be finite, got inf"),
            ([1e13], [True], "a score must be below 9,223,372,036,854, got 10000000000000.0; check its unit"),
            ([10**13], [True], "a score must be below 9,223,372,036,854, got 10000000000000; check its unit"),
            ([0.5], ["won"], "outcomes must be True or False, or None where one is not known, got 'won'; convert"),
            ([0.5], [2], "an outcome must be True, False, or None while it is open, got 2; say whether it came"),
            ([0.5], [], "must be of the same leads, got 1 and 0; give one of each"),
            (0.5, [True], "scores must be a list or a column, got 0.5; give one for each lead"),
            (np.zeros((2, 2)), [True], "scores must be a list or a column, got array"),
            ([0.5], "y", "outcomes must be a list or a column, got 'y'; give one for each lead"),
        ],
    )
    def test_what_is_none_is_refused(self, scores: Any, outcomes: Any, message: str) -> None:
        with pytest.raises(InvalidValueError, match=message):
            score_quality(scores, outcomes)
        wrong: Any = "chance"
        with pytest.raises(InvalidValueError, match="kind must be one of"):
            score_quality(scores, outcomes, kind=wrong)


class TestFigures:
    def test_of_points_what_needs_probabilities_is_undefined(self) -> None:
        made = score_quality([60, 20], [True, False], kind="points")
        assert (made.auc, made.brier, made.brier_skill, made.log_loss) == (1.0, None, None, None)
        assert str(made) == "AUC 1.000 (2 scored, 1 came)"
        for ask in (made.calibration, made.calibration_error):
            with pytest.raises(InvalidValueError, match="must be of probabilities, got points; ask calibrate_scores"):
                ask()
        with pytest.raises(InvalidValueError, match="answers that are added must have one kind"):
            _ = made + BOTH

    @pytest.mark.parametrize("near", [[1e-9, 1 - 1e-9], [5e-324, 1 - 2**-53], [4e-7, 0.9999996]])
    @pytest.mark.parametrize("written", [float, Decimal])
    def test_what_is_no_certainty_is_told_as_none(self, near: list[float], written: Any) -> None:
        made = score_quality([written(one) for one in near], [True, False])
        assert (dict(made.positives), dict(made.negatives)) == ({1: 1}, {999_999: 1})
        assert made.log_loss == pytest.approx(-log(1e-6))
        assert [row.threshold for row in made.thresholds([written(one) for one in near])] == [1e-6, 0.999999]
        points = score_quality([written(one) for one in near], [True, False], kind="points")
        assert (dict(points.positives), dict(points.negatives)) == ({0: 1}, {1_000_000: 1})

    def test_a_certainty_that_was_wrong_is_an_endless_loss(self) -> None:
        assert score_quality([1.0], [False]).log_loss == inf
        assert score_quality([0.5, 1.0], [True, True]).log_loss == pytest.approx(-log(0.5) / 2)
        assert score_quality([], []).log_loss is None

    def test_of_nothing_tables_are_empty_or_undefined(self) -> None:
        made = score_quality([], [])
        assert made.calibration() == made.calibration(3, by="quantile") == ()
        assert made.calibration_error() is None
        assert [tuple(row) for row in made.gains(2)] == [(0.5, 0.0, None, None), (1.0, 0.0, None, None)]
        assert [tuple(row) for row in made.thresholds()] == [(None, 0, 0, None, None, None)]

    @pytest.mark.parametrize("number", [0, -1, 2.5, True, None])
    def test_parts_are_counted(self, number: Any) -> None:
        with pytest.raises(InvalidValueError, match="parts must be a whole number from 1 up, got"):
            BOTH.gains(number)
        with pytest.raises(InvalidValueError, match="bins must be a whole number from 1 up, got"):
            BOTH.calibration(number)
        wrong: Any = "size"
        with pytest.raises(InvalidValueError, match="by must be one of"):
            BOTH.calibration(by=wrong)

    def test_columns_of_many(self) -> None:
        columns = Breakdown("source", ("web", "call"), (BOTH, score_quality([], [])), (None,)).to_columns()
        assert columns["auc"][0] == 0.75
        assert [columns[name][1] for name in ("n", "n_missing")] == [0, 0]
        assert str(columns["auc"][1]) == "nan"

    def test_fields_that_contradict_the_kind_are_refused(self) -> None:
        with pytest.raises(InvalidValueError, match=r"got 1\.5; did you mean 0\.015, or"):
            ScoreQuality("probability", NONE, Multiset(np.array([0, 1_500_000]), np.array([1, 1])), 0)
        with pytest.raises(InvalidValueError, match="kind must be one of"):
            ScoreQuality("chance", NONE, NONE, 0)


class TestThresholds:
    def test_nobody_and_then_every_score_from_the_highest_down(self) -> None:
        rows = [(row.threshold, row.n, row.positives) for row in BOTH.thresholds()]
        assert rows == [(None, 0, 0), (0.8, 1, 1), (0.4, 2, 1), (0.35, 3, 2), (0.1, 4, 2)]

    def test_a_score_at_the_threshold_is_taken(self) -> None:
        rows = [(row.threshold, row.n) for row in BOTH.thresholds([0.4, 0.400001, 0, 1])]
        assert rows == [(0.4, 2), (0.400001, 1), (0.0, 4), (1.0, 0)]
        with pytest.raises(InvalidValueError, match="a threshold must be a score, got None; leave it out"):
            BOTH.thresholds([None])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]

    def test_costs_are_money_or_numbers(self) -> None:
        rows = BOTH.thresholds(wasted=dollars(5), missed=dollars(100))
        assert [row.cost for row in rows] == [dollars(200), dollars(100), dollars(105), dollars(5), dollars(10)]
        assert [row.cost for row in BOTH.thresholds([0.5], wasted=0, missed=7)] == [7]
        for wasted, missed in ((5, None), (None, dollars(5)), (5, dollars(5)), (1.5, 2.5), (True, False)):
            costs: Any = {"wasted": wasted, "missed": missed}
            with pytest.raises(InvalidValueError, match="wasted and missed must both be money or both whole numbers"):
                BOTH.thresholds(**costs)
        with pytest.raises(CurrencyMismatchError):
            BOTH.thresholds(wasted=dollars(5), missed=Money(1, "EUR"))


class TestCalibrations:
    def test_pools_are_shown(self) -> None:
        points = score_quality([10, 20, 20, 60], [False, True, False, True], kind="points")
        assert str(calibrate_scores(points)) == "isotonic, 3 pools of 4 leads, from 0.0 % to 100.0 %"
        flat = calibrate_scores(score_quality([10, 20], [True, False], kind="points"))
        assert str(flat) == "isotonic, 1 pool of 2 leads, from 50.0 % to 50.0 %"
        assert [flat.probability(score) for score in (0, 15, 99)] == [0.5, 0.5, 0.5]
        assert str(PlattCalibration(1.0, -0.25, 3)) == "Platt, log odds 1 - 0.25 x score, from 3 leads"

    def test_a_score_is_needed(self) -> None:
        for curve in (calibrate_scores(BOTH), calibrate_scores(BOTH, how="platt")):
            with pytest.raises(InvalidValueError, match="a score must be a number, got None; leave out leads without"):
                curve.probabilities([0.5, None])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]

    def test_one_of_the_two_ways_is_named(self) -> None:
        wrong: Any = "sigmoid"
        with pytest.raises(InvalidValueError, match="how must be one of"):
            calibrate_scores(BOTH, how=wrong)

    @pytest.mark.parametrize(
        "pools",
        [
            [],
            5,
            [5],
            [(1, 2, 3)],
            [(2, 1, 0, 1)],
            [(1, 2, 2, 1)],
            [(1, 2, -1, 1)],
            [(1, 2, 0, 0)],
            [(1, 2, 0, 2**63)],
            [(1, 2**63, 0, 1)],
            [(-(2**63) - 1, 2, 0, 1)],
            [(1, 2, 0, 1.0)],
            [(1, 2, 1, 3), (2, 5, 2, 3)],
            [(1, 2, 1, 3), (3, 5, 1, 3)],
        ],
    )
    def test_pools_that_do_not_rise_are_refused(self, pools: Any) -> None:
        with pytest.raises(InvalidValueError, match=r"pools must be \(low, high, came, n\) of ascending scores and"):
            IsotonicCalibration(pools)
        data = {"type": "IsotonicCalibration", "version": 1, "pools": pools}
        with pytest.raises(InvalidValueError, match="must be"):
            Answer.from_dict(data)

    @pytest.mark.parametrize(("intercept", "slope", "n"), [(inf, 1.0, 1), (1.0, float("nan"), 1), (1.0, 1.0, -1)])
    def test_a_line_is_finite(self, intercept: float, slope: float, n: int) -> None:
        with pytest.raises(InvalidValueError, match="PlattCalibration must have a finite line and a count, got"):
            PlattCalibration(intercept, slope, n)


def test_only_judged_scores_are_calibrated() -> None:
    nothing: Any = None
    with pytest.raises(InvalidValueError, match="judged must be a ScoreQuality, got None; ask score_quality for it"):
        calibrate_scores(nothing)
