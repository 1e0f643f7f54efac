import copy
import pickle
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesmetrics import InvalidValueError, Period
from salesmetrics.model.period import check_day, parse_day

DAY = timedelta(1)
NO_DATES: list[Any] = [
    datetime(2026, 1, 1),  # noqa: DTZ001  # it is what must be refused
    datetime(2026, 1, 1, tzinfo=UTC),
    "2026-01-01",
    20260101,
    None,
    True,
    np.datetime64("2026-01-01"),
]

spans = st.sets(st.dates(), min_size=2, max_size=2).map(lambda days: Period(min(days), max(days)))


@given(spans, st.dates())
def test_a_period_is_half_open(period: Period, day: date) -> None:
    assert (day in period) is (period.start.toordinal() <= day.toordinal() < period.end.toordinal())
    assert period.start in period
    assert period.end - DAY in period
    assert period.end not in period
    assert period.start == date.min or period.start - DAY not in period


@given(st.dates(max_value=date(9990, 1, 1)), st.integers(1, 800))
def test_a_period_is_its_days(start: date, days: int) -> None:
    period = Period(start, start + days * DAY)
    assert period.days == days
    assert list(period) == [date.fromordinal(number) for number in range(start.toordinal(), start.toordinal() + days)]


def test_the_longest_period_has_every_day_but_the_last_of_the_calendar() -> None:
    period = Period(date.min, date.max)
    assert period.days == date.max.toordinal() - date.min.toordinal()
    assert date.max not in period


@given(st.dates(), st.integers(0, 1000))
def test_the_end_is_after_the_start(end: date, days: int) -> None:
    start = min(end.toordinal() + days, date.max.toordinal())
    with pytest.raises(InvalidValueError) as caught:
        Period(date.fromordinal(start), end)
    assert str(caught.value) == (
        f"Period.end must be after its start {date.fromordinal(start)}, got {end}; the end is the day after the last"
    )


@pytest.mark.parametrize("day", NO_DATES, ids=repr)
def test_a_day_is_a_plain_date(day: Any) -> None:
    good = Period(date(2026, 1, 1), date(2026, 2, 1))
    asked: list[tuple[str, Callable[[], object]]] = [
        ("Period.start", lambda: Period(day, good.end)),
        ("Period.end", lambda: Period(good.start, day)),
        ("a day in a Period", lambda: day in good),
        ("as_of", lambda: check_day(day, "as_of")),
    ]
    for what, ask in asked:
        with pytest.raises(InvalidValueError) as caught:
            ask()
        assert str(caught.value) == (
            f"{what} must be a date without a time, got {day!r}; "
            "write date(2026, 1, 31), or take .date() of a datetime in the zone that you mean"
        )


@given(spans, st.text(min_size=1))
def test_a_name_is_shown_and_not_compared(period: Period, name: str) -> None:
    named = Period(period.start, period.end, name)
    assert named == period
    assert hash(named) == hash(period)
    assert str(named) == named.name == name
    assert str(period) == str(Period(period.start, period.end, "")) == f"{period.start}..{period.end}"


@given(spans)
def test_other_days_are_another_period(period: Period) -> None:
    assert period.start == date.min or Period(period.start - DAY, period.end) != period
    assert period.end == date.max or Period(period.start, period.end + DAY) != period


@pytest.mark.parametrize("name", [1, b"Q1", ["Q1"], True])
def test_a_name_is_text(name: Any) -> None:
    with pytest.raises(InvalidValueError) as caught:
        Period(date(2026, 1, 1), date(2026, 2, 1), name)
    assert str(caught.value) == f"Period.name must be text or None, got {name!r}; leave it out"


@given(spans)
def test_a_period_is_read_from_its_own_text(period: Period) -> None:
    assert Period.parse(f"{period.start}..{period.end}") == period
    for twin in (pickle.loads(pickle.dumps(period)), copy.copy(period), copy.deepcopy(period)):  # noqa: S301
        assert twin == period


@given(
    st.text()
    | st.text("0123456789-.")
    | st.from_regex(r"\A[0-9]{4}-[01][0-9]-[0-3][0-9]\.\.[0-9]{4}-[01][0-9]-[0-3][0-9]\Z")
)
def test_any_other_text_is_refused(text: str) -> None:
    try:
        period = Period.parse(text)
    except InvalidValueError as fault:
        assert "; " in str(fault)  # noqa: PT017  # either way there is something to hold
    else:
        assert text == f"{period.start}..{period.end}"


PERIOD = "a period must be written 2017-01-01..2018-01-01, got {}; write two days"
START = "Period.start must be a day such as 2026-01-31, got {}; write YYYY-MM-DD"
END = START.replace("start", "end")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        *[(text, PERIOD.format(repr(text))) for text in ["", "2017-01-01", "2017-01-01/2018-01-01", "a..b..c"]],
        *[(text, PERIOD.format(repr(text))) for text in [None, 2017, b"2017-01-01..2018-01-01", ["..", ".."]]],
        ("..", START.format("''")),
        ("2017-01-01..", END.format("''")),
        ("2017-01-01...2018-01-01", END.format("'.2018-01-01'")),
        ("2017-01-01 ..2018-01-01", START.format("'2017-01-01 '")),
        ("2017-01-01..2018-01-01\n", END.format("'2018-01-01\\n'")),
        ("2017-02-29..2018-01-01", START.format("'2017-02-29'")),
    ],
)
def test_what_is_no_period_is_refused_with_a_remedy(text: Any, message: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        Period.parse(text)
    assert str(caught.value) == message


@pytest.mark.parametrize("text", ["." * 1_000_000, "x" * 1_000_000, "2017-01-01.." + "9" * 1_000_000], ids=len)
def test_enormous_text_is_refused_in_few_words(text: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        Period.parse(text)
    assert len(str(caught.value)) < 300


@given(st.dates())
def test_a_day_is_read_from_iso_text(day: date) -> None:
    assert parse_day(day.isoformat(), "day") == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        *"2026-01-1 2026-01-011 20260131 2026-W01-1 2026W01-01 2026-01/31 2026/01-31 26-01-0031 2026-1-311".split(),
        *"２026-01-31 2026-01-３1 2026-00-10 2026-13-10 2026-02-30 0000-01-01 +026-01-31 31-01-2026".split(),
        *[" 026-01-31", "2026-01- 1", "2026-01-31T00:00"],
    ],
)
def test_other_spellings_of_a_day_are_refused(text: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        parse_day(text, "closed")
    assert str(caught.value) == f"closed must be a day such as 2026-01-31, got {text!r}; write YYYY-MM-DD"
