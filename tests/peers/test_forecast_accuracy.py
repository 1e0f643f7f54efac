"""How wrong forecasts were, by libraries that say the same; where a figure means another thing, the test says so."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from salesmetrics import ForecastAccuracy, forecast_accuracy

PAIRS = st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 10**6)), min_size=1, max_size=8)


def near(number: float) -> object:
    return pytest.approx(number, rel=1e-9, abs=1e-9)


@given(PAIRS)
def test_scikit_learn_agrees(pairs: list[tuple[int, int]]) -> None:
    metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn, a large package, is installed in CI alone")
    forecasts, actuals = np.array(pairs, np.float64).T
    made = forecast_accuracy(pairs)
    assert made.rmse == near(metrics.root_mean_squared_error(actuals, forecasts))
    assert made.mape == near(metrics.mean_absolute_percentage_error(actuals, forecasts))
    assert sum(map(abs, made.errors)) / made.n == near(metrics.mean_absolute_error(actuals, forecasts))


@given(PAIRS)
def test_utilsforecast_agrees(pairs: list[tuple[int, int]]) -> None:
    losses = pytest.importorskip("utilsforecast.losses", reason="utilsforecast is installed in CI alone")
    frame = _frame(pairs)
    made = forecast_accuracy(pairs)
    for name, mine in (("mape", made.mape), ("rmse", made.rmse), ("mae", sum(map(abs, made.errors)) / made.n)):
        assert mine == near(getattr(losses, name)(frame, ["made"])["made"][0])


@given(PAIRS, st.lists(st.integers(0, 10**6), min_size=2, max_size=6))
def test_utilsforecast_scales_by_the_same_naive_errors(pairs: list[tuple[int, int]], train: list[int]) -> None:
    losses = pytest.importorskip("utilsforecast.losses", reason="utilsforecast is installed in CI alone")
    naive = forecast_accuracy(pairwise(train))
    assume(any(naive.errors))
    scale = sum(map(abs, naive.errors)) / naive.n
    mase = losses.mase(_frame(pairs), ["made"], seasonality=1, train_df=_frame([(0, one) for one in train]))["made"][0]
    made: ForecastAccuracy = forecast_accuracy(pairs)
    assert sum(map(abs, made.errors)) / made.n / scale == near(mase)


def _frame(pairs: list[tuple[int, int]]) -> object:
    pd = pytest.importorskip("pandas")
    forecasts, actuals = np.array(pairs, np.float64).T
    return pd.DataFrame({"unique_id": "all", "ds": np.arange(len(pairs)), "y": actuals, "made": forecasts})
