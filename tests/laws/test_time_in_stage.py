from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from history_laws import HistoryLaws
from history_strategies import Past, pasts, visits_of
from salesmetrics import (
    Deal,
    DealChange,
    Deals,
    InvalidValueError,
    Money,
    Multiset,
    Outcome,
    TimeInStage,
    time_in_stage,
)
from strategies import times_in_stage


def tally(numbers: list[int]) -> Multiset:
    return Multiset(*np.unique(np.array(numbers, np.int64), return_counts=True))


class TestTimeInStage(HistoryLaws):
    measure = staticmethod(time_in_stage)

    @given(pasts(), st.data())
    def test_definition(self, past: Past, data: DataObject) -> None:
        options = data.draw(self.options(past.table))
        stage, as_of = options["stage"], options["as_of"]
        finished: list[int] = []
        running: list[int] = []
        all_days = n_missing = 0
        for deal in past.book.deals:
            visits = [visit for visit in visits_of(past, deal) if visit.entered < as_of]
            if not visits and (deal.created is None or deal.created < as_of):
                n_missing += 1
            for visit in visits:
                if past.book.process.outcome_of(visit.stage) is not Outcome.OPEN:
                    continue
                has_left = visit.left is not None and visit.left < as_of
                days = ((visit.left if has_left and visit.left else as_of) - visit.entered).days
                all_days += days
                if visit.stage == stage:
                    (finished if has_left else running).append(days)
        expected = TimeInStage(stage, as_of, tally(finished), tally(running), all_days, n_missing)
        assert time_in_stage(past.table, **options) == expected

    @given(pasts(), st.data())
    def test_as_of(self, past: Past, data: DataObject) -> None:
        options = data.draw(self.options(past.table))
        now = datetime.combine(options["as_of"], datetime.min.time())
        known = evolve(past, changes=[change for change in past.changes if change.at < now])
        assert time_in_stage(known.table, **options) == time_in_stage(past.table, **options)

    @given(times_in_stage())
    def test_finished(self, stays: TimeInStage) -> None:
        alone = evolve(stays, running=tally([]))
        assert alone.median == alone.finished_median == stays.finished_median

    @given(times_in_stage(), st.integers(0, 5) | st.integers(0, 1000))
    def test_running(self, stays: TimeInStage, more: int) -> None:
        after = evolve(stays, running=stays.running + tally([more]), all_days=stays.all_days + more)
        assert after.median is None or (stays.median is not None and after.median >= stays.median)


JAN, FEB = date(2026, 1, 1), date(2026, 2, 1)
BOOK = Deals.of([Deal("D-1", Money(100, "USD"), "Qualified", "Ada", JAN)]).with_history(
    [
        DealChange("D-1", JAN, stage="Qualified"),
        DealChange("D-1", JAN + timedelta(4), stage="Product demo"),
        DealChange("D-1", JAN + timedelta(6), stage="Qualified"),
    ]
)


def test_coming_back_begins_a_second_stay() -> None:
    stays = time_in_stage(BOOK, stage="Qualified", as_of=FEB)
    assert (stays.finished, stays.running, stays.all_days) == (tally([4]), tally([25]), 31)
    assert (stays.share, stays.n, stays.days) == (29 / 31, 2, 29)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"stage": "Won"}, "stage must be an open one, got 'Won'; deals that have ended stay nowhere"),
        ({"stage": "Qualifed"}, "a stage must be one of the process, got 'Qualifed'; did you mean 'Qualified'"),
        ({"as_of": "2026-02-01"}, "as_of must be a date without a time, got"),
    ],
)
def test_what_cannot_be_asked_is_refused(options: Any, message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        time_in_stage(BOOK, **({"stage": "Qualified", "as_of": FEB} | options))


def test_a_book_of_a_day_knows_no_later_one() -> None:
    book = BOOK.as_of(JAN + timedelta(3))
    assert time_in_stage(book, stage="Qualified", as_of=JAN + timedelta(3)).running == tally([3])
    with pytest.raises(
        InvalidValueError, match="as_of must not be after 2026-01-04, of which the book is, got 2026-02-01"
    ):
        time_in_stage(book, stage="Qualified", as_of=FEB)


def test_what_happens_on_the_day_of_view_is_not_known_at_its_start() -> None:
    day = JAN + timedelta(4)
    stays = time_in_stage(BOOK, stage="Qualified", as_of=day)
    assert (stays.finished, stays.running, stays.all_days) == (tally([]), tally([4]), 4)
    assert time_in_stage(BOOK, stage="Product demo", as_of=day).running == tally([])


def test_a_deal_that_was_there_before_its_history_begins_is_missing_until_then() -> None:
    deal = Deal("D-1", Money(100, "USD"), "Qualified", "Ada", date(2025, 12, 1))
    book = Deals.of([deal]).with_history([DealChange("D-1", JAN, stage="Qualified")])
    for day, n_missing in ((date(2025, 12, 1), 0), (date(2025, 12, 2), 1), (JAN, 1), (JAN + timedelta(1), 0)):
        assert time_in_stage(book, stage="Qualified", as_of=day).n_missing == n_missing


def test_stays_need_a_history() -> None:
    with pytest.raises(InvalidValueError, match="time_in_stage must know the deals' history"):
        time_in_stage([Deal("D-1", Money(100, "USD"), "Qualified", "Ada", JAN)], stage="Qualified", as_of=FEB)
