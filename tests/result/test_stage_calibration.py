from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from attrs import evolve

from salesmetrics import InvalidValueError, Multiset, Outcome, SalesProcess, Stage, StageCalibration, StageOutcomes

NONE = Multiset(np.array([], np.int64), np.array([], np.int64))
PROCESS = SalesProcess(
    [Stage("First", 0.2), Stage("Second", 0.4), Stage("Won", 1, Outcome.WON), Stage("Lost", 0, Outcome.LOST)]
)


def after(*days: int) -> Multiset:
    return Multiset(np.array(days), np.ones(len(days), np.int64))


def times(n: int) -> Multiset:
    return Multiset(np.array([30]), np.array([n]))


def made(
    first: StageOutcomes, second: StageOutcomes, target: str = "in_period", n_missing: int = 0
) -> StageCalibration:
    return StageCalibration(PROCESS, target, date(2026, 1, 1), 0, [first, second], n_missing)


def test_a_share_is_shrunk_to_what_was_told() -> None:
    one_of_one = made(StageOutcomes(times(1), NONE, NONE), StageOutcomes(NONE, NONE, NONE))
    assert one_of_one.rates == {"First": 1, "Second": None}
    assert one_of_one.probabilities(strength=4) == {"First": 0.36, "Second": 0.4}  # (1 + 4 * 0.2) / 5
    assert one_of_one.interval("Second") == (0.0, 1.0)


def test_neighbours_that_fall_are_pooled() -> None:
    seen = made(StageOutcomes(times(60), times(30), NONE), StageOutcomes(times(10), NONE, times(20)))
    # (60 + 10 * 0.2) / 100 = 0.62 and (10 + 10 * 0.4) / 40 = 0.35; together 76 / 140
    assert seen.probabilities() == {"First": 0.542857, "Second": 0.542857}
    assert [stage.probability for stage in seen.process()] == [0.542857, 0.542857, 1, 0]


def test_who_is_followed_to_the_end_counts_as_long_as_seen() -> None:
    outcomes = StageOutcomes(after(2, 3), after(4, 5), after(1, 6))
    ever = made(outcomes, StageOutcomes(NONE, NONE, times(3)), "ever")
    assert ever.rates == {"First": Fraction(2, 5), "Second": 0}
    assert ever.probabilities(strength=4) == {"First": 0.3, "Second": 0.4}  # (4 * 0.4 + 4 * 0.2) / 8; nothing decided
    assert ever.interval("Second") == (0.0, 1.0)
    assert evolve(ever, target="in_period").rates == {"First": Fraction(1, 3), "Second": 0}


def test_it_is_shown() -> None:
    seen = made(StageOutcomes(times(1), NONE, NONE), StageOutcomes(NONE, NONE, NONE), n_missing=2)
    assert str(seen).split("\n") == [
        "stage   seen  won  lost  open      share               95 %  calibrated    told",
        "First      1    1     0     0    100.0 %  20.7 % to 100.0 %      27.3 %  20.0 %",
        "Second     0    0     0     0  undefined   0.0 % to 100.0 %      40.0 %  40.0 %",
        "2 more of no known stage",
    ]
    assert seen.in_a_line == "1 won of 1 seen in 2 stages, 2 more of no known stage"
    assert str(evolve(seen, n_missing=0)).endswith("40.0 %")
    assert evolve(seen, n_missing=0).in_a_line == "1 won of 1 seen in 2 stages"


@pytest.mark.parametrize("strength", [0, 1.5, True, None])
def test_a_strength_is_a_whole_number_above_zero(strength: Any) -> None:
    seen = made(StageOutcomes(NONE, NONE, NONE), StageOutcomes(NONE, NONE, NONE))
    with pytest.raises(InvalidValueError, match="strength must be a whole number above zero, got"):
        seen.process(strength)


def test_a_stage_is_an_open_one() -> None:
    with pytest.raises(InvalidValueError, match=r"stage must be one of .*, got 'Won'"):
        made(StageOutcomes(NONE, NONE, NONE), StageOutcomes(NONE, NONE, NONE))["Won"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"stages": []}, r"StageCalibration.stages must be outcomes of the 2 open stages, got \[\]"),
        ({"stages": "ab"}, "stages must be a list of outcomes, got 'ab'; leave it"),
        ({"target": "never"}, "StageCalibration.target must be one of"),
        ({"told": [{"name": "First"}]}, "a stage must have .*, got .*; leave it as it was written"),
        ({"told": "First"}, "StageCalibration.told must be SalesProcess, got 'First'"),
        ({"told": [{"name": "a", "probability": 1, "outcome": "win", "category": "pipeline"}]}, "outcome must be one"),
        ({"told": [{"name": "a", "probability": 1, "outcome": "won", "category": "close"}]}, "category must be one"),
    ],
)
def test_what_is_no_calibration_is_refused(change: Any, message: str) -> None:
    data = made(StageOutcomes(NONE, NONE, NONE), StageOutcomes(NONE, NONE, NONE)).to_dict()
    with pytest.raises(InvalidValueError, match=message):
        StageCalibration.from_dict({**data, **change})
    with pytest.raises(InvalidValueError, match="must be outcomes of the 2 open stages"):
        StageCalibration(PROCESS, "ever", date(2026, 1, 1), 0, [1, 2], 0)  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]


def test_of_nobody_nothing_is_known_and_of_many_there_are_columns() -> None:
    nobody = StageOutcomes(NONE, NONE, NONE)
    assert (nobody.won_in_all, nobody.won_at_last) == (None, None)
    columns = StageOutcomes.columns_of(StageOutcomes.sums_of([nobody, StageOutcomes(times(3), NONE, after(1, 6))]))
    assert {name: column.tolist() for name, column in columns.items()} == {
        "n_won": [0, 3], "n_lost": [0, 0], "n_open": [0, 2],
    }  # fmt: skip
