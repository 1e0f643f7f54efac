from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from salesmetrics._numeric.days import EPOCH, FIRST_DAY, LAST_DAY, day_number, day_of_number


@given(st.dates())
@example(date.min)
@example(date.max)
def test_days_are_counted_from_1970_as_numpy_counts_them(day: date) -> None:
    number = day_number(day)
    assert number == (day - date(1970, 1, 1)).days == int(np.datetime64(day, "D").astype(np.int64))
    assert day_of_number(number) == day
    assert FIRST_DAY <= number <= LAST_DAY


@given(st.integers(FIRST_DAY, LAST_DAY))
def test_every_number_in_range_is_a_day(number: int) -> None:
    assert day_of_number(number) == date(1970, 1, 1) + timedelta(number)
    assert day_number(day_of_number(number)) == number


def test_the_first_and_the_last_day() -> None:
    assert date.fromordinal(EPOCH) == date(1970, 1, 1)
    assert (day_number(date(1970, 1, 1)), day_number(date(1969, 12, 31))) == (0, -1)
    assert ((date.min - date(1970, 1, 1)).days, (date.max - date(1970, 1, 1)).days) == (FIRST_DAY, LAST_DAY)


@pytest.mark.parametrize("number", [FIRST_DAY - 1, LAST_DAY + 1])
def test_there_is_no_day_beyond(number: int) -> None:
    with pytest.raises((ValueError, OverflowError)):
        day_of_number(number)
