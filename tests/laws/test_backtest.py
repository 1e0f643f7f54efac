from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from functools import partial
from types import ModuleType
from typing import Any, Self

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from history_strategies import HISTORY_DOUBTS, Past, changes, pasts
from measure_laws import minor_of
from salesmetrics import (
    Backtest,
    Deal,
    DealChange,
    DealHistory,
    Deals,
    Forecast,
    InvalidValueError,
    MissingExtraError,
    Money,
    Outcome,
    Period,
    backtest,
    calibrate_stages,
    stage_forecast,
)
from strategies import books, days_around, periods


def calibrated(deals: Deals, *, period: Period, as_of: date, value: str = "amount") -> Forecast:
    """What is open by what became in the month before of what was open then; the book is as of the day."""
    before = date.fromordinal(max(as_of.toordinal() - 30, 1))
    process = None
    if before < as_of:
        made = calibrate_stages(deals, as_of=as_of, periods=[Period(before, as_of)], undated="include")
        process = made.process()
    return stage_forecast(deals, period=period, as_of=as_of, undated="include", process=process, value=value)


METHODS: Any = {
    "stage": stage_forecast,
    "all": partial(stage_forecast, undated="include", overdue="include"),
    "calibrated": calibrated,
}
CONSTANT = {"amount"}


@st.composite
def trials(draw: st.DrawFn, around: st.SearchStrategy[date]) -> dict[str, Any]:
    """Periods and leads that there are days for."""
    asked = draw(st.lists(periods(around), min_size=1, max_size=2, unique=True))
    first, last = min(one.start for one in asked), max(one.start for one in asked)
    least = max(-40, 1 - min(one.days for one in asked), (last - date.max).days)
    leads = draw(st.lists(st.integers(least, min(40, (first - date.min).days)), min_size=1, max_size=2, unique=True))
    return {"periods": asked, "lead_days": leads, "constant": CONSTANT}


class TestBacktest:
    @given(pasts(), st.data())
    def test_definition(self, past: Past, data: DataObject) -> None:
        asked = data.draw(trials(days_around(past.book.deals)))
        rows = []
        for period in asked["periods"]:
            came = [
                minor_of(deal, "amount")
                for deal in past.book.deals
                if past.book.process.outcome_of(deal.stage) is Outcome.WON
                and deal.closed is not None
                and period.start <= deal.closed < period.end
            ]
            known = [minor for minor in came if minor is not None]
            actual = None if came and not known else sum(known)
            for lead in asked["lead_days"]:
                day = period.start - timedelta(lead)
                book = past.table.as_of(day, CONSTANT)
                for name, method in METHODS.items():
                    forecast = method(book, period=period, as_of=day).value
                    rows.append((name, period, day, None if forecast is None else forecast.minor, actual))
        trial = backtest(METHODS, past.table, **asked)
        assert list(zip(trial.method, trial.period, trial.as_of, trial.forecast, trial.actual, strict=True)) == rows

    @given(pasts(), periods(), st.data())
    def test_poisoned_future(self, past: Past, period: Period, data: DataObject) -> None:
        day = period.start
        now = datetime(day.year, day.month, day.day)  # noqa: DTZ001
        known = [change for change in past.changes if change.at < now]
        poison = [change for change in data.draw(changes(past.book)) if change.at >= now]
        told = DealHistory.of(known, past.book.process, past.gaps)
        more = evolve(DealHistory.of([*known, *poison], past.book.process, past.gaps), tracked=told.tracked)
        before, after = (
            backtest(METHODS, past.book.table.with_history(one, HISTORY_DOUBTS), periods=[period], constant=CONSTANT)
            for one in (told, more)
        )
        assert before.forecast == after.forecast

    @given(pasts(), st.data())
    def test_order(self, past: Past, data: DataObject) -> None:
        asked = data.draw(trials(days_around(past.book.deals)))
        table = past.table
        assert backtest(METHODS, table[::-1], **asked) == backtest(METHODS, table, **asked)

    @given(books(), st.data())
    def test_door(self, book: list[Deal], data: DataObject) -> None:
        asked = data.draw(trials(days_around(book)))
        if not book:
            assert backtest(METHODS, iter(book), **asked) == backtest(METHODS, Deals.of(book), **asked)
            return
        for deals in (iter(book), Deals.of(book)):
            with pytest.raises(InvalidValueError, match="backtest must know the deals' history, got a book without"):
                backtest(METHODS, deals, **asked)

    @given(pasts(), st.data())
    def test_map(self, past: Past, data: DataObject) -> None:
        asked = data.draw(trials(days_around(past.book.deals)))
        with ThreadPoolExecutor(2) as pool:
            assert backtest(METHODS, past.table, map=pool.map, **asked) == backtest(METHODS, past.table, **asked)


Q1, Q2 = Period.parse("2026-01-01..2026-04-01"), Period.parse("2026-04-01..2026-07-01")
BOOK = Deals.of([Deal("D-1", Money(500, "USD"), "Won", None, date(2025, 12, 1), closed=date(2026, 2, 1))]).with_history(
    [DealChange("D-1", date(2025, 12, 1), "Qualified"), DealChange("D-1", date(2026, 2, 1), "Won")]
)


def test_progress_is_told_after_each_period_and_lead() -> None:
    told: list[tuple[int, int]] = []
    backtest(METHODS, BOOK, periods=[Q1, Q2], lead_days=[0, -30], progress=lambda done, n: told.append((done, n)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_what_a_method_gives_is_the_forecast_that_was_asked() -> None:
    other: Any = {"other": lambda deals, **_: stage_forecast(deals, period=Q2, as_of=Q1.start)}
    with pytest.raises(InvalidValueError, match="method 'other' must give a Forecast of 2026-01-01"):
        backtest(other, BOOK, periods=[Q1])
    none: Any = {"none": lambda deals, **_: len(deals)}
    with pytest.raises(InvalidValueError, match="method 'none' must give a Forecast"):
        backtest(none, BOOK, periods=[Q1])
    euros = [Deal("D-9", Money(1, "EUR"), "Won", None, date(2025, 12, 1), closed=date(2026, 1, 1))]
    mixed: Any = {"euros": lambda _, **asked: stage_forecast(euros, **asked)}
    with pytest.raises(InvalidValueError, match=r"must be in one currency, got \['EUR', 'USD'\]; convert"):
        backtest({**METHODS, **mixed}, BOOK, periods=[Q1], constant={"amount"})


def test_progress_may_be_a_bar_of_tqdm(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []

    class Bar:
        def __init__(self, total: int, unit: str) -> None:
            told.append((total, unit))

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            told.append("closed")

        def update(self) -> None:
            told.append("trial")

    module: Any = ModuleType("tqdm.auto")
    module.tqdm = Bar
    monkeypatch.setitem(sys.modules, "tqdm", ModuleType("tqdm"))
    monkeypatch.setitem(sys.modules, "tqdm.auto", module)
    backtest(METHODS, BOOK, periods=[Q1, Q2], progress=True)
    assert told == [(2, "trial"), "trial", "trial", "closed"]
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    with pytest.raises(MissingExtraError, match=r"must have tqdm, .*; run pip install 'salesmetrics\[progress"):
        backtest(METHODS, BOOK, periods=[Q1], progress=True)


def test_what_a_method_raises_names_the_method() -> None:
    forecast: Any = stage_forecast
    misspelt = {"stage": forecast, "all": partial(forecast, undatd="include")}
    with pytest.raises(TypeError, match="undatd") as refused:
        backtest(misspelt, BOOK, periods=[Q1])
    assert refused.value.__notes__ == ["in the method 'all', asked of 2026-01-01..2026-04-01 as of 2026-01-01"]


def test_periods_and_leads_may_come_one_by_one() -> None:
    listed = backtest(METHODS, BOOK, periods=[Q1, Q2], lead_days=[0, -30], constant=CONSTANT)
    one_by_one = backtest(METHODS, BOOK, periods=iter([Q1, Q2]), lead_days=iter([0, -30]), constant=CONSTANT)
    assert one_by_one.to_columns() == listed.to_columns()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"methods": {}}, "methods must be functions by name, got {}; write"),
        ({"methods": [stage_forecast]}, "methods must be functions by name, got"),
        ({"methods": {"stage": None}}, "methods must be functions by name, got {'stage': None}; write"),
        ({"constant": None}, "constant must be a collection of fields that can change, got None; write"),
        ({"constant": "amount"}, "constant must be a collection of fields that can change, got 'amount'; write"),
        ({"map": None}, "map must be a function, got None; leave it out, or give that of a pool"),
        ({"methods": {1: stage_forecast}}, "methods must be functions by name, got"),
        ({"periods": ["2026"]}, "period must be a Period, got '2026'"),
        ({"lead_days": [1.5]}, "lead_days must be whole days, got 1.5; write"),
        ({"lead_days": [10**7]}, "lead_days must lead to days that there are, got .*; lead less far"),
        ({"lead_days": [0, -90]}, "must lead to days before the end of each period, got -90 and 90 days; what is over"),
        ({"lead_days": []}, r"lead_days must be one or more, each once, got \[\]; a trial counts once"),
        ({"lead_days": [0, 0]}, r"lead_days must be one or more, each once, got \['0', '0'\]"),
        ({"periods": []}, r"periods must be one or more, each once, got \[\]"),
        ({"periods": Q1}, r"periods must be one or more, got Period\(.*; write them in a list"),
        ({"progress": "yes"}, "progress must be True, False or a function, got 'yes'; write progress=True for a bar"),
        ({"progress": None}, "progress must be True, False or a function, got None"),
        ({"periods": None}, "periods must be one or more, got None; write them in a list"),
        ({"lead_days": 30}, "lead_days must be one or more, got 30; write them in a list"),
        ({"periods": [Q1, Q1]}, "periods must be one or more, each once, got"),
    ],
)
def test_what_cannot_be_tried_is_refused(options: Any, message: str) -> None:
    asked: dict[str, Any] = {"methods": METHODS, "deals": BOOK, "periods": [Q1], **options}
    with pytest.raises(InvalidValueError, match=message):
        backtest(**asked)


def test_a_period_that_is_not_over_in_the_book_is_refused() -> None:
    for day in (date(2026, 6, 1), date(2026, 6, 30)):
        with pytest.raises(
            InvalidValueError, match=f"periods must have ended at {day}, of which .*, got {Q2}; ask the"
        ):
            backtest(METHODS, BOOK.as_of(day, CONSTANT), periods=[Q1, Q2], constant=CONSTANT)
    trial = backtest(METHODS, BOOK.as_of(Q1.end, CONSTANT), periods=[Q1], constant=CONSTANT)
    assert set(trial.actual) == {500}


def test_a_trial_is_a_table() -> None:
    days = [Q1.start, Q1.start, Q2.start, Q2.start]
    trial = Backtest(["a", "b"] * 2, [Q1, Q1, Q2, Q2], days, [90, None, 10, 5], [100, 100, 0, None], None)
    assert str(trial).split("\n")[1:] == [
        "2026-01-01..2026-04-01  2026-01-01  a              90        100    -10.0 %",
        "2026-01-01..2026-04-01  2026-01-01  b       undefined        100  undefined",
        "2026-04-01..2026-07-01  2026-04-01  a              10          0  undefined",
        "2026-04-01..2026-07-01  2026-04-01  b               5  undefined  undefined",
    ]
    assert trial.skill(naive="a") == {"a": (0.0, 2), "b": (None, 0)}
    assert trial.to_columns()["lead_days"] == [0, 0, 0, 0]
    assert "<td>a</td>" in trial._repr_html_()
    with pytest.raises(InvalidValueError, match="naive must be one of"):
        trial.skill(naive="c")
    with pytest.raises(InvalidValueError, match=r"Backtest must have columns of one length, got \[0, 1\]"):
        Backtest(["a"], [], [], [], [], None)


def test_forecasts_of_several_leads_are_not_thrown_together() -> None:
    days = [date(2025, 12, 2), Q1.start] * 2
    trial = Backtest(["a", "a", "b", "b"], [Q1] * 4, days, [50, 90, 100, 110], [100] * 4, None)
    assert trial.leads == (30, 0)
    assert {key: made.accuracy for key, made in trial.accuracy_by_lead.items()} == {
        ("a", 30): 0.5,
        ("a", 0): 0.9,
        ("b", 30): 1.0,
        ("b", 0): 0.9,
    }
    assert trial.at_lead(30).forecast == (50, 100)
    assert trial.at_lead(0).skill(naive="a") == {"a": (0.0, 1), "b": (0.0, 1)}
    with pytest.raises(
        InvalidValueError, match=r"accuracy must be of forecasts of one lead, got \[30, 0\] days .*_by_lead"
    ):
        _ = trial.accuracy
    with pytest.raises(InvalidValueError, match=r"skill must be of forecasts of one lead, .*; ask at_lead\(30\).skill"):
        trial.skill(naive="a")
    with pytest.raises(InvalidValueError, match=r"days must be one of the leads \[30, 0\], got 15; look at `leads`"):
        trial.at_lead(15)
    none = Backtest([], [], [], [], [], None)
    assert (none.leads, len(none.accuracy), len(none.accuracy_by_lead)) == ((), 0, 0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 2}, "a trial must be what to_dict wrote, got"),
        ({"more": 1}, "a trial must be what to_dict wrote, got"),
        ({"method": "a"}, "a trial must hold lists, got"),
        ({"method": [1]}, "Backtest must hold names, periods, days and whole amounts or None, got"),
        ({"period": ["2026"]}, "Backtest must hold names, periods, days"),
        ({"as_of": [5]}, "Backtest must hold names, periods, days"),
        ({"as_of": ["2026"]}, "as_of must be a day such as 2026-01-31, got '2026'"),
        ({"forecast": [True]}, "Backtest must hold names, periods, days"),
        ({"actual": [10**38]}, "Backtest must hold names, periods, days"),
        ({"currency": "US"}, "currency must be"),
    ],
)
def test_what_is_no_trial_is_not_read(change: Any, message: str) -> None:
    data = Backtest(["a"], [Q1], [Q1.start], [90], [None], "USD").to_dict()
    with pytest.raises(InvalidValueError, match=message):
        Backtest.from_dict({**data, **change})
    with pytest.raises(InvalidValueError, match="a trial must be what to_dict wrote, got None"):
        Backtest.from_dict(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
