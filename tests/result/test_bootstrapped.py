from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

import salesmetrics as sm
from salesmetrics import Bootstrapped, InvalidValueError, Proportion

RATE: Bootstrapped[Any] = Bootstrapped(Proportion(3, 4), "value", 0.25, 1.0, 0.9, 7, 4, 1000, 0)


def test_bounds_are_told_in_the_readings_unit() -> None:
    assert str(RATE) == "75.0 % (3 of 4); 90 % interval 25.0 % to 100.0 %"
    assert RATE._repr_html_() == "<code>75.0 % (3 of 4); 90 % interval 25.0 % to 100.0 %</code>"
    money = evolve(RATE, answer=sm.MoneyTotal(100_050, "USD", 2, 0), low=1000.505, high=2000.0, level=0.995)
    assert str(money) == "1,000.50 USD (2 deals); 99.5 % interval 1,000.51 USD to 2,000.00 USD"
    count = evolve(RATE, answer=5, low=3.0, high=7.25)
    assert str(count) == "5; 90 % interval 3 to 7.25"


def test_what_was_not_defined_is_told() -> None:
    some = evolve(RATE, n_undefined=1)
    assert some.interval == (0.25, 1.0)
    assert str(some).endswith(" 25.0 % to 100.0 % (1 of 1,000 undefined)")
    none = evolve(RATE, answer=Proportion(0, 0), low=None, high=None, n_undefined=1000)
    assert none.interval is None
    assert str(none) == "undefined (0 of 0); 90 % interval undefined (1,000 of 1,000 undefined)"


def test_of_too_few_groups_no_bounds_are_told() -> None:
    alone = evolve(RATE, low=None, high=None)
    assert alone.interval is None
    assert str(alone) == "75.0 % (3 of 4); 90 % interval undefined"


def test_another_reading_is_named() -> None:
    answer = sm.deal_size(sm.sample_book().deals)
    assert " 90 % interval of median 1.00 USD to 2.00 USD" in str(
        evolve(RATE, answer=answer, reading="median", high=2.0, low=1.0)
    )


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"low": 1.5}, "low and high must be bounds of the readings that are defined"),
        ({"low": float("nan")}, "low and high must be bounds of the readings that are defined"),
        ({"low": None}, "low and high must be bounds .* got None and 1.0; ask bootstrap"),
        ({"n_undefined": 1000}, "low and high must be bounds of the readings that are defined, and None where none is"),
        ({"n_undefined": 1001}, "n_undefined must be from 0 to n_resamples, and counts and the seed not below 0"),
        ({"n_undefined": -1}, "n_undefined must be from 0 to n_resamples"),
        ({"seed": -1}, "n_undefined must be from 0 to n_resamples"),
        ({"n_units": -1}, "n_undefined must be from 0 to n_resamples"),
        ({"level": 1.0}, "level must be a fraction between 0 and 1, got 1.0"),
        ({"reading": "median"}, "a reading must be one of the answer's, got 'median'"),
        ({"low": "0.25"}, "Bootstrapped.low must be .* got '0.25'"),
    ],
)
def test_what_follows_from_no_draws_is_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        evolve(RATE, **wrong)
