from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesmetrics import InvalidValueError, Proportion
from strategies import proportions


@given(proportions())
def test_the_value_is_the_share(rate: Proportion) -> None:
    if rate.whole == 0:
        assert rate.value is None
        assert str(rate) == "undefined (0 of 0)"
    else:
        assert rate.value == rate.part / rate.whole
        assert f"({rate.part:,} of {rate.whole:,})" in str(rate)


@given(proportions(), st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_the_interval_holds_the_share(rate: Proportion, level: float) -> None:
    low, high = rate.interval(level)
    assert 0 <= low <= high <= 1
    assert low <= (low if rate.value is None else rate.value) <= high


def test_nothing_to_go_by_leaves_everything_open() -> None:
    assert Proportion(0, 0).interval() == (0, 1)


def test_the_interval_is_wilsons() -> None:
    low, high = Proportion(81, 263).interval(0.95)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)  # R. G. Newcombe, Stat. Med. 17 (1998), table I
    assert Proportion(81, 263).interval(0.99)[0] < low


@pytest.mark.parametrize("level", [0.0, 1.0, 95, float("nan"), "0.95", True])
def test_what_is_no_level_is_refused(level: float) -> None:
    with pytest.raises(InvalidValueError, match=r"level must be a fraction between 0 and 1, got .*; write 0.95"):
        Proportion(1, 2).interval(level)
