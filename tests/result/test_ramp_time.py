"""Ramp times and the curve of new reps, against the plain rule."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesmetrics import (
    Attainment,
    Breakdown,
    FiscalCalendar,
    InvalidValueError,
    MoneyTotal,
    Multiset,
    Period,
    RampTime,
    Rep,
    ramp_curve,
    ramp_time,
)

CALENDAR = FiscalCalendar()
YEAR = CALENDAR.year(2026)
MONTHS = CALENDAR.months_in(YEAR)
KEY = CALENDAR.months("start")
NEAR = st.sampled_from([date(2025, 12, 15), date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1), date(2026, 3, 10)])
SALES = st.dictionaries(
    st.tuples(st.sampled_from(["Ada", "Bo"]), st.integers(0, 4)), st.sampled_from([0, 99, 100, None])
)


def attainment(sold: int | None, seen: date = YEAR.end) -> Attainment:
    none = MoneyTotal(0, "USD", 0, 0)
    return Attainment(
        YEAR, seen, MoneyTotal(sold or 0, "USD", 1, 0), none, 0 if sold is None else 100, none, 0, "USD", 1
    )


def answers(sales: dict[tuple[str, int], int | None], seen: date = YEAR.end) -> Breakdown[Attainment]:
    """Sales of each month against 100, as seen on a day; `None` for a month without a quota."""
    keys = tuple((rep, MONTHS[month]) for rep, month in sales)
    return Breakdown(("rep", KEY), keys, [attainment(sold, seen) for sold in sales.values()], (None, None))


def reps_hired(hired: dict[str, tuple[date, date | None]]) -> list[Rep]:
    return [Rep(name, name, first, left) for name, (first, left) in hired.items() if left is None or left >= first]


REPS = st.dictionaries(st.sampled_from(["Ada", "Bo"]), st.tuples(NEAR, st.none() | NEAR)).map(reps_hired)


VIEWS = st.sampled_from([date(2026, 2, 15), date(2026, 3, 1), date(2026, 6, 1)])


@given(SALES, REPS, VIEWS, VIEWS, st.integers(1, 2))
def test_definition(
    sales: dict[tuple[str, int], int | None], reps: list[Rep], as_of: date, seen: date, runs: int
) -> None:
    ramped, ramping, n_unobserved = Counter[int](), Counter[int](), 0
    for rep in reps:
        known = {
            month: sold
            for (name, month), sold in sales.items()
            if name == rep.id and rep.hired < MONTHS[month].end <= min(as_of, seen, rep.left or as_of)
        }
        good = {month for month, sold in known.items() if sold == 100}
        starts = [month for month in sorted(good) if all(month + more in good for more in range(runs))]
        if rep.hired > as_of:
            continue
        looked = min([MONTHS[month].start for month in known] or [min(as_of, rep.left or as_of)])
        missed = [month for month in MONTHS if rep.hired <= month.start and month.end <= looked]
        if missed or rep.hired < min([MONTHS[month].start for _, month in sales], default=date.max):
            n_unobserved += 1
        elif starts:
            ramped[max((MONTHS[starts[0]].start - rep.hired).days, 0)] += 1
        else:
            ramping[(MONTHS[max(known)].end - rep.hired).days if known else 0] += 1
    found = ramp_time(answers(sales, seen), reps, as_of=as_of, runs=runs)
    assert (dict(found.ramped), dict(found.ramping), found.n_unobserved) == (ramped, ramping, n_unobserved)


@given(SALES, REPS, st.integers(1, 2))
def test_the_curve_adds_what_is_of_one_step(
    sales: dict[tuple[str, int], int | None], reps: list[Rep], months: int
) -> None:
    steps: dict[int, Attainment] = {}
    for rep in reps:
        for (name, month), sold in sales.items():
            period = MONTHS[month]
            if name != rep.id or period.end <= rep.hired or (rep.left is not None and rep.left <= period.start):
                continue
            begins = max(period.start, rep.hired)
            anniversaries = [n for n in range(1, 9) if _month_later(rep.hired, n) <= begins]
            step = len(anniversaries) // months
            steps[step] = steps[step] + attainment(sold) if step in steps else attainment(sold)
    curve = ramp_curve(answers(sales), reps, months=months)
    assert dict(curve) == steps
    assert list(curve) == sorted(steps)


def _month_later(day: date, months: int) -> date:
    """The same day so many months later; the last of a shorter month."""
    month = CALENDAR.months_in(Period(day, date(2030, 1, 1)))[months]
    return min(date.fromordinal(month.start.toordinal() + day.day - 1), date.fromordinal(month.end.toordinal() - 1))


class TestRampTime:
    def test_those_who_still_ramp_make_the_median_longer(self) -> None:
        times = RampTime(_tally(30, 60, 90), _tally(95, 95, 95))
        assert times.median == 90.0
        assert times.median_of_ramped == 60.0
        assert [times.share_ramped(days) for days in (0, 30, 60, 365)] == [0.0, 1 / 6, 2 / 6, 0.5]
        assert str(times) == "median 90.0 days (3 reps ramped, 3 not yet; median of the ramped alone 60.0 days)"

    def test_of_nobody_nothing_is_known(self) -> None:
        nobody = RampTime(_tally(), _tally())
        assert nobody.median is nobody.median_of_ramped is None
        assert nobody.share_ramped(10) == 0.0
        assert str(nobody) == "median undefined (0 reps ramped, 0 not yet)"

    def test_columns_count_reps(self) -> None:
        groups = Breakdown(
            "team", ("A", "B"), [RampTime(_tally(3), _tally(4, 4), 5), RampTime(_tally(), _tally())], (None,)
        )
        columns = groups.to_columns()
        assert [*columns["n_ramped"]] == [1, 0]
        assert [*columns["n_ramping"]] == [2, 0]
        assert [*columns["n_unobserved"]] == [5, 0]
        assert np.array_equal(np.array(columns["median_of_ramped"]), [3.0, np.nan], equal_nan=True)


def _tally(*days: int) -> Multiset:
    values, counts = np.unique(np.array(days, np.int64), return_counts=True)
    return Multiset(values, counts)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"as_of": datetime(2026, 1, 1)}, "as_of must be a date without a time"),  # noqa: DTZ001
        ({"runs": 0}, "runs must be a whole number from 1 up, got 0; count periods in a row"),
        ({"runs": True}, "runs must be a whole number from 1 up, got True; count periods in a row"),
        ({"threshold": "much"}, "threshold must be a number such as '1234.50', got 'much'"),
        ({"reps": Rep("Ada", "Ada", date(2026, 1, 1))}, "reps must be several Rep objects, got Rep"),
        ({"reps": None}, "reps must be several Rep objects, got None; write"),
        ({"reps": ["Ada"]}, "reps must be Rep objects, got 'Ada'; write Rep(id, name, hired)"),
        ({"reps": [Rep("Ada", "Ada", YEAR.start)] * 2}, "reps must come once each, got 'Ada' twice; keep one of them"),
        (
            {"by_rep_and_period": Breakdown("rep", (), (), (None,))},
            "answers must be by rep and period, got by rep; write by=('rep', calendar.months('start'))",
        ),
        ({"by_rep_and_period": []}, "answers must be attainments by rep, got others"),
    ],
)
def test_what_cannot_be_asked_is_refused(arguments: dict[str, Any], message: str) -> None:
    usual: dict[str, Any] = {"by_rep_and_period": answers({}), "reps": [], "as_of": date(2026, 6, 1)}
    with pytest.raises(InvalidValueError) as refused:
        ramp_time(**(usual | arguments))
    assert str(refused.value).startswith(message)


def test_a_step_is_a_month_or_more() -> None:
    with pytest.raises(InvalidValueError, match="months must be a whole number from 1 up, got 0; count months"):
        ramp_curve(answers({}), [], months=0)


def test_nobody_looked_after_the_last_period_that_was_over_when_seen() -> None:
    ada = [Rep("Ada", "Ada", date(2026, 1, 1))]
    early = answers({("Ada", 0): 0, ("Ada", 1): 0, ("Ada", 2): 0}, date(2026, 2, 15))
    assert ramp_time(early, ada, as_of=date(2026, 7, 1)) == RampTime(_tally(), _tally(31))
    assert dict(ramp_curve(early, ada)) == {0: attainment(0, date(2026, 2, 15))}


@pytest.mark.parametrize(
    ("hired", "months", "n_unobserved"),
    [
        (date(2023, 3, 1), (0, 1, 2), 1),
        (date(2025, 12, 31), (0, 1, 2), 1),
        (date(2026, 1, 1), (0, 1, 2), 0),
        (date(2026, 1, 1), (1, 2), 1),
        (date(2026, 1, 2), (1, 2), 0),
        (date(2026, 1, 2), (2,), 1),
        (date(2026, 1, 2), (), 1),
        (date(2026, 5, 2), (), 0),
    ],
)
def test_whoever_was_not_seen_from_hiring_is_left_out_and_counted(
    hired: date, months: tuple[int, ...], n_unobserved: int
) -> None:
    sales: dict[tuple[str, int], int | None] = {("Bo", 0): 100, **{("Ada", month): 0 for month in months}}
    times = ramp_time(answers(sales), [Rep("Ada", "Ada", hired)], as_of=date(2026, 6, 1))
    assert (times.ramped.n, times.ramping.n, times.n_unobserved) == (0, 1 - n_unobserved, n_unobserved)
    told = "; 1 not seen from hiring left out" if n_unobserved else ""
    assert str(times) == f"median undefined (0 reps ramped, {1 - n_unobserved} not yet{told})"


def test_where_nobody_was_seen_nobody_ramped() -> None:
    nobody = ramp_time(answers({}), [Rep("Ada", "Ada", date(2026, 1, 1))], as_of=date(2026, 6, 1))
    assert nobody == RampTime(_tally(), _tally(), 1)


def test_whoever_was_hired_later_is_not_looked_at() -> None:
    later = [Rep("Ada", "Ada", date(2026, 2, 1))]
    assert ramp_time(answers({}), later, as_of=date(2026, 1, 31)) == RampTime(_tally(), _tally())
    assert dict(ramp_curve(answers({("Ada", 0): 100}), later)) == {}


def test_a_run_is_of_periods_that_follow_each_other() -> None:
    sales: dict[tuple[str, int], int | None] = {("Ada", 0): 100, ("Ada", 1): 99, ("Ada", 2): 100, ("Ada", 3): 100}
    apart: dict[tuple[str, int], int | None] = {("Ada", 0): 100, ("Ada", 2): 100}
    ada, as_of = [Rep("Ada", "Ada", date(2026, 1, 1))], date(2026, 6, 1)
    assert ramp_time(answers(sales), ada, as_of=as_of) == RampTime(_tally(0), _tally())
    assert ramp_time(answers(sales), ada, as_of=as_of, runs=2) == RampTime(_tally(59), _tally())
    assert ramp_time(answers(apart), ada, as_of=as_of, runs=2) == RampTime(_tally(), _tally(90))
    assert ramp_time(answers(sales), ada, as_of=date(2026, 4, 30), runs=2) == RampTime(_tally(), _tally(90))
    hired_within = [Rep("Ada", "Ada", date(2026, 1, 20))]
    assert ramp_time(answers(sales), hired_within, as_of=as_of) == RampTime(_tally(0), _tally())
