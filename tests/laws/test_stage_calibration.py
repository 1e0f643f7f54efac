from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from history_laws import HistoryLaws
from history_strategies import HISTORY_DOUBTS, Past, changes, pasts, visits_of
from measure_laws import HISTORY_QUESTIONS, Options, category_of
from salesmetrics import (
    Category,
    Deal,
    DealChange,
    DealHistory,
    Deals,
    InvalidValueError,
    Money,
    Multiset,
    Outcome,
    Period,
    SalesProcess,
    StageCalibration,
    StageOutcomes,
    breakdown,
    calibrate_stages,
    stage_forecast,
)

Seen = tuple[str | None, Outcome, int]
"""The stage in which a deal was seen, what became of it, and after how many days."""


def stood(past: Past, asked: Options) -> list[Seen]:
    """The deals that forecasts of the periods would have counted, one by one."""
    process, constant, found = past.book.process, asked.get("constant", ()), []
    now = {deal.id: deal for deal in past.table.as_of(asked["as_of"], constant)}
    for period in asked["periods"]:
        day = period.start - timedelta(asked.get("lead_days", 0))
        for deal in past.table.as_of(day, constant):
            due = deal.expected_close
            is_due = due is not None and day <= due and period.start <= due < period.end
            is_due |= asked.get("undated") == "include" and due is None
            is_due |= asked.get("overdue") == "include" and due is not None and due < day
            is_open = process.outcome_of(deal.stage) is Outcome.OPEN
            if is_open and is_due and category_of(deal, process) is not Category.OMITTED:
                found.append((deal.stage, *became(now[deal.id], process, period, day)))
    return found


def became(deal: Deal, process: SalesProcess, period: Period, day: date) -> tuple[Outcome, int]:
    outcome = process.outcome_of(deal.stage)
    if outcome is not Outcome.OPEN and deal.closed is not None and period.start <= deal.closed < period.end:
        return outcome, (deal.closed - day).days
    return Outcome.OPEN, (period.end - day).days


def came_in(past: Past, as_of: date) -> list[Seen]:
    """The first time that each deal came into each open stage, one by one."""
    known = evolve(past, changes=[change for change in past.changes if change.at.date() < as_of])
    found: list[Seen] = []
    for deal in past.table.as_of(as_of):
        entered = {visit.stage: visit.entered for visit in reversed(visits_of(known, deal))}
        outcome = past.book.process.outcome_of(deal.stage)
        for stage, day in entered.items():
            if past.book.process.outcome_of(stage) is Outcome.OPEN:
                is_closed = outcome is not Outcome.OPEN and deal.closed is not None
                last = deal.closed if is_closed and deal.closed is not None else as_of
                found.append((stage, outcome if is_closed else Outcome.OPEN, (last - day).days))
    return found


def counted(seen: list[Seen], process: SalesProcess, asked: Options) -> StageCalibration:
    def tally(stage: str, outcome: Outcome) -> Multiset:
        days = Counter(day for where, what, day in seen if (where, what) == (stage, outcome))
        return Multiset(np.array(sorted(days), np.int64), np.array([days[day] for day in sorted(days)], np.int64))

    stages = [one.name for one in process if one.outcome is Outcome.OPEN]
    outcomes = (Outcome.WON, Outcome.LOST, Outcome.OPEN)
    return StageCalibration(
        process,
        asked.get("target", "in_period"),
        asked["as_of"],
        asked.get("lead_days", 0),
        [StageOutcomes(*(tally(stage, one) for one in outcomes)) for stage in stages],
        sum(stage is None for stage, *_ in seen),
    )


class TestCalibrateStages(HistoryLaws):
    measure = staticmethod(calibrate_stages)

    @given(pasts(), st.data())
    def test_definition(self, past: Past, data: DataObject) -> None:
        asked = data.draw(HISTORY_QUESTIONS[calibrate_stages](past.table))
        seen = stood(past, asked) if "periods" in asked else came_in(past, asked["as_of"])
        assert calibrate_stages(past.table, **asked) == counted(seen, past.book.process, asked)

    @given(pasts(), st.data())
    def test_periods(self, past: Past, data: DataObject) -> None:
        asked = data.draw(HISTORY_QUESTIONS[calibrate_stages](past.table))
        each: list[Options] = [{**asked, "periods": [one]} for one in asked.get("periods", [])] or [asked]
        assert sum(calibrate_stages(past.table, **one) for one in each) == calibrate_stages(past.table, **asked)

    @given(pasts(), st.data())
    def test_poisoned_future(self, past: Past, data: DataObject) -> None:
        asked: Options = data.draw(HISTORY_QUESTIONS[calibrate_stages](past.table))
        asked.pop("constant", None)
        day = asked["as_of"]
        now = datetime(day.year, day.month, day.day)  # noqa: DTZ001
        known = [change for change in past.changes if change.at < now]
        poison = [change for change in data.draw(changes(past.book)) if change.at >= now]
        told = DealHistory.of(known, past.book.process, past.gaps)
        more = evolve(DealHistory.of([*known, *poison], past.book.process, past.gaps), tracked=told.tracked)
        before, after = (
            calibrate_stages(past.book.table.with_history(one, HISTORY_DOUBTS), **asked) for one in (told, more)
        )
        assert before == after


QUARTER = Period.parse("2026-01-01..2026-04-01")
DUE = date(2026, 2, 1)
ENDS: dict[str, tuple[str, date | None]] = {
    "won": ("Won", date(2026, 2, 10)),
    "lost": ("Lost", date(2026, 3, 1)),
    "open": ("Qualified", None),
    "won later": ("Won", date(2026, 4, 2)),
    "new": ("Discovery call", None),
    "undated": ("Lost", date(2026, 3, 1)),
    "overdue": ("Qualified", None),
    "omitted": ("Won", date(2026, 2, 10)),
    "young": ("Won", date(2026, 2, 10)),
    "lost by its history alone": ("Lost", None),
}


def ended() -> Deals:
    """Deals that came into a stage on 1 November, due in the quarter, and what became of them."""
    due: dict[str, date | None] = {"undated": None, "overdue": date(2025, 12, 1)}
    born = {"young": date(2026, 1, 5)}
    deals, history = [], []
    for name, (stage, closed) in ENDS.items():
        created, own = born.get(name, date(2025, 11, 1)), due.get(name, DUE)
        category = Category.OMITTED if name == "omitted" else None
        deals.append(Deal(name, Money(5, "USD"), stage, "Ada", created, closed, own, category=category))
        first = "Discovery call" if name == "new" else "Qualified"
        history.append(DealChange(name, created, first, Money(5, "USD"), own, category=category))
        if stage != first:
            history.append(DealChange(name, closed or date(2026, 2, 20), stage))
    return Deals.of(deals, accept={"missing_close"}).with_history(history)


def outcomes(won: list[int], lost: list[int], opened: list[int]) -> StageOutcomes:
    return StageOutcomes(
        *(Multiset(*np.unique(np.array(one, np.int64), return_counts=True)) for one in (won, lost, opened))
    )


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, outcomes([50], [60, 69], [100] * 2)),
        ({"undated": "include"}, outcomes([50], [60, 69, 69], [100] * 2)),
        ({"overdue": "include"}, outcomes([50], [60, 69], [100] * 3)),
    ],
)
def test_ten_days_before_a_quarter(options: Any, expected: StageOutcomes) -> None:
    """From 22 December to 10 and 20 February are 50 and 60 days, to 1 March 69, to the end of the quarter 100."""
    seen = calibrate_stages(ended(), as_of=date(2026, 5, 1), periods=[QUARTER], lead_days=10, **options)
    assert seen["Qualified"] == expected
    assert seen["Discovery call"] == outcomes([], [], [100])
    assert seen.n_missing == 0


def test_what_came_into_a_stage_is_followed_to_its_end() -> None:
    """From 1 November to 10 and 20 February are 101 and 111 days, to 1 March 120, to 2 April 152, and to 1 May 181."""
    seen = calibrate_stages(ended(), as_of=date(2026, 5, 1), target="ever")
    assert seen["Qualified"] == outcomes([36, 101, 101, 152], [111, 120, 120], [181] * 2)


def test_deals_are_seen_from_the_first_day_of_the_calendar_on() -> None:
    early = Period(date(1, 2, 1), date(1, 3, 1))
    asked: Any = {"as_of": YEAR.end, "periods": [early]}
    assert calibrate_stages(BOOK, **asked, lead_days=31, constant=FIELDS).lead_days == 31
    with pytest.raises(InvalidValueError, match="lead_days must lead to days that there are, got 32; lead less far"):
        calibrate_stages(BOOK, **asked, lead_days=32, constant=FIELDS)


def test_stages_without_a_history_are_not_calibrated() -> None:
    with pytest.raises(InvalidValueError, match=r"^calibrate_stages must know the deals' history"):
        calibrate_stages([*BOOK], as_of=YEAR.end, periods=[YEAR])


YEAR = Period.parse("2025-01-01..2026-01-01")
FIELDS = {"stage", "amount", "expected_close", "category"}
BOOK = Deals.of([Deal("D-1", Money(5, "USD"), "Qualified", "Ada", YEAR.start)]).with_history([])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"periods": []}, r"^periods must be one or more that have ended, got none; write \[last_quarter\]$"),
        ({"periods": YEAR}, "periods must be different Periods, got"),
        ({"periods": None}, "periods must be different Periods, got None; write"),
        ({"periods": [YEAR, YEAR]}, r"periods must be different Periods, got \[Period"),
        ({"as_of": date(2025, 12, 31)}, "periods must have ended at 2025-12-31, got 2025-01-01..2026-01-01; leave out"),
        ({"lead_days": 1.5}, "lead_days must be whole days, got 1.5; write 30"),
        ({"lead_days": -365}, "lead_days must lead to days before the end of each period, got -365"),
        ({"lead_days": 10**9}, "lead_days must lead to days that there are, got 1000000000"),
        ({"target": "always"}, "target must be one of"),
        ({"undated": "yes"}, "undated must be one of"),
        ({"overdue": "yes"}, "overdue must be one of"),
        (
            {"target": "ever"},
            (
                "^periods, lead_days, undated and overdue must be left out for 'ever', got some of them; a deal is "
                "then followed from the day on which it came into a stage$"
            ),
        ),
        ({"target": "ever", "periods": (), "lead_days": 3}, "must be left out for 'ever'"),
        ({"target": "ever", "periods": (), "overdue": "include"}, "must be left out for 'ever'"),
    ],
)
def test_what_cannot_be_calibrated_is_refused(options: Any, message: str) -> None:
    asked: Options = {"periods": [YEAR], "as_of": YEAR.end, **options}
    with pytest.raises(InvalidValueError, match=message):
        calibrate_stages(BOOK, **asked)


def test_what_is_seen_of_many_groups_is_columns() -> None:
    by_owner = breakdown(calibrate_stages, BOOK, "owner", as_of=YEAR.end, periods=[YEAR], undated="include")
    assert {name: [*column] for name, column in by_owner.to_columns().items()} == {
        "owner": ["Ada"], "n": [0], "n_won": [0], "n_missing": [0],
    }  # fmt: skip


def test_a_forecast_takes_the_probabilities_of_the_same_stages_only() -> None:
    made = calibrate_stages(BOOK, as_of=YEAR.end, periods=[YEAR], undated="include")
    asked: Any = {"period": Period.parse("2026-01-01..2026-04-01"), "as_of": YEAR.end}
    forecast = stage_forecast(BOOK, process=made.process(), **asked)
    assert "process={'Discovery call': 0.1" in forecast.method
    others: list[Any] = [SalesProcess.standard().stages[0], SalesProcess([*SalesProcess.standard()][:-1]), made]
    for process in others:
        with pytest.raises(InvalidValueError, match="process must have the stages of the deals' own"):
            stage_forecast(BOOK, process=process, **asked)
