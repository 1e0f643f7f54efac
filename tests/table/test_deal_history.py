"""A table of changes: what it takes, what it refuses, and what it gives back."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from history_strategies import GAPS, Past, pasts
from salesmetrics import (
    Category,
    Deal,
    DealChange,
    DealHistory,
    Deals,
    InvalidTableError,
    InvalidValueError,
    Money,
    Outcome,
    SalesProcess,
    Stage,
)

JAN, FEB, MAR = (date(2026, month, 1) for month in (1, 2, 3))


class TestDealChange:
    def test_a_day_is_its_first_moment(self) -> None:
        assert DealChange("D-1", JAN).at == datetime(2026, 1, 1)  # noqa: DTZ001
        assert DealChange("D-1", JAN) == DealChange("D-1", datetime(2026, 1, 1))  # noqa: DTZ001

    def test_all_faults_are_named(self) -> None:
        with pytest.raises(InvalidValueError) as caught:
            DealChange("", datetime(2026, 1, 1, tzinfo=UTC), stage=1, amount=2, owner=3, probability=60)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        assert [fault.split(" must")[0] for fault in str(caught.value).split("; and ")] == [
            "DealChange.deal",
            "DealChange.at",
            "DealChange.stage",
            "DealChange.amount",
            "DealChange.probability",
            "DealChange.owner",
        ]

    @pytest.mark.parametrize("at", ["2026-01-01", 5, None, np.datetime64("2026-01-01")])
    def test_a_moment_is_a_day_or_a_time(self, at: Any) -> None:
        with pytest.raises(InvalidValueError, match=r"DealChange\.at must be a day, or a time without an offset, got"):
            DealChange("D-1", at)


class TestOf:
    @given(pasts())
    def test_round_trip(self, past: Past) -> None:
        currency = past.history.currency
        zeros = Money(0, "XXX")
        expected = [
            change if change.amount != zeros else DealChange(change.deal, change.at, change.stage, Money(0, currency),
                change.expected_close, change.probability, change.category, change.owner)
            for change in past.changes
        ]  # fmt: skip
        assert list(past.history) == expected
        history = past.history
        assert DealHistory.of(history) is history
        assert pickle.loads(pickle.dumps(history)) == history  # noqa: S301
        for column in (history.deal, history.at):
            with pytest.raises(ValueError, match="read-only"):
                column[:0] = 0

    @given(pasts(), st.data())
    def test_rows_and_slices_are_those_of_the_list(self, past: Past, data: DataObject) -> None:
        listed = list(past.history)
        if listed:
            row = data.draw(st.integers(-len(listed), len(listed) - 1))
            assert past.history[row] == listed[row]
            assert list(past.history[row:]) == listed[row:]
        for row in (len(listed), -len(listed) - 1):
            with pytest.raises(IndexError, match="a row must be one of"):
                past.history[row]

    @pytest.mark.parametrize("gaps", GAPS)
    def test_what_is_tracked_is_what_any_change_names(self, gaps: Any) -> None:
        history = DealHistory.of(
            [DealChange("D-1", JAN, stage="Won"), DealChange("D-1", FEB, category=Category.COMMIT)], gaps=gaps
        )
        assert history.tracked == ("stage", "category")
        cleared = gaps == "cleared"
        assert history.says("stage").tolist() == [True, cleared]
        assert history.says("owner").tolist() == [False, False]

    def test_faults_come_together(self) -> None:
        rows = [
            DealChange("D-1", JAN, stage="Wno"),
            DealChange("D-1", JAN, amount=Money(-1, "USD")),
            DealChange("D-1", JAN, amount=Money(1, "EUR")),
            DealChange("D-1", JAN, amount=Money(2**63, "EUR")),
            DealChange("D-1", JAN, expected_close=date(2050, 1, 1)),
            DealChange("D-1", JAN, expected_close=date(9999, 12, 31)),
        ]
        with pytest.raises(InvalidTableError) as caught:
            DealHistory.of(rows)
        assert [(problem.rule, problem.rows) for problem in caught.value.problems] == [
            ("mixed_currencies", ()),
            ("unknown_stage", (0,)),
            ("too_large", (3,)),
            ("negative_amount", (1,)),
            ("sentinel_day", (4, 5)),
        ]
        assert len(DealHistory.of([rows[1], *rows[4:]], accept={"negative_amount", "sentinel_day"})) == 3

    def test_rows_at_fault_are_set_aside(self) -> None:
        rows = [DealChange("D-1", JAN, stage="Won"), DealChange("D-2", JAN, expected_close=date(2050, 1, 1))]
        history = DealHistory.of(rows, bad_rows="set_aside")
        assert list(history) == rows[:1]
        assert repr(history) == "DealHistory(1 change of 1 deal: stage, expected_close; 1 set aside)"
        (aside,) = history.set_aside
        assert (aside.row, DealChange(**aside.cells)) == (1, rows[1])
        assert [str(problem) for problem in aside.problems] == [
            (
                "expected_close: the change has a day that stands for none (row 1); "
                "leave it out, or name it among the format's missing words, or accept={'sentinel_day'}"
            )
        ]
        assert history[:].set_aside == ()

    @pytest.mark.parametrize("changes", [5, "D-1", [Deal("D-1", None, "Won", None, JAN)], [None]])
    def test_changes_are_changes(self, changes: Any) -> None:
        with pytest.raises(InvalidValueError, match="changes must be DealChange objects, got"):
            DealHistory.of(changes)

    def test_words_are_checked(self) -> None:
        with pytest.raises(InvalidValueError, match="gaps must be one of"):
            DealHistory.of([], gaps="clear")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        with pytest.raises(InvalidValueError, match="accept must name doubts"):
            DealHistory.of([], accept={"reopened"})
        with pytest.raises(InvalidValueError, match="process and gaps must be the table's own"):
            DealHistory.of(DealHistory.of([]), SalesProcess([Stage("Talk", 0.5)]))
        with pytest.raises(InvalidValueError, match="process and gaps must be the table's own"):
            DealHistory.of(DealHistory.of([]), gaps="cleared")

    def test_it_is_no_set_and_shows_what_it_is(self) -> None:
        assert repr(DealHistory.of([])) == "DealHistory(0 changes of 0 deals: of nothing)"
        assert DealHistory.of([]) != []
        with pytest.raises(TypeError, match="unhashable"):
            hash(DealHistory.of([]))


class TestFromDates:
    def test_stages_come_on_their_days(self) -> None:
        deals = Deals.of(
            [
                Deal("D-1", Money(1, "USD"), "Won", None, JAN, closed=MAR, labels={"demo": FEB}),
                Deal("D-2", Money(1, "USD"), "Product demo", None, FEB, labels={"demo": FEB}),
                Deal("D-3", Money(1, "USD"), "Lost", None, None, closed=None),
            ],
            accept={"missing_created", "missing_close"},
        )
        history = DealHistory.from_dates(deals, {"Qualified": "created", "Product demo": "demo"})
        assert [(one.deal, one.at.date(), one.stage) for one in history] == [
            ("D-1", JAN, "Qualified"),
            ("D-2", FEB, "Qualified"),
            ("D-1", FEB, "Product demo"),
            ("D-2", FEB, "Product demo"),
            ("D-1", MAR, "Won"),
        ]
        book = deals.with_history(history)
        assert [deal.stage for deal in book.as_of(date(2026, 2, 2))] == ["Product demo", "Product demo"]

    def test_what_is_no_day_or_stage_is_refused(self) -> None:
        deal = Deal("D-1", Money(1, "USD"), "Qualified", "Ada", JAN, labels={"region": "EMEA"})
        deals: Any = Deals.of([deal])
        for stages, message in (
            ({"Qualifed": "created"}, "a stage must be one of"),
            ({"Qualified": "creatd"}, "a column must be 'created' or a label that holds days, got 'creatd'"),
            (
                {"Qualified": "region"},
                "the label 'region' must hold days, got 'EMEA'; read it as days, or name",
            ),
            ("created", "deals must be Deals and stages a mapping"),
        ):
            with pytest.raises(InvalidValueError, match=message):
                DealHistory.from_dates(deals, stages)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        with pytest.raises(InvalidValueError, match="deals must be Deals and stages a mapping"):
            DealHistory.from_dates([deal], {"Qualified": "created"})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

    def test_outcomes_alone(self) -> None:
        process = SalesProcess([Stage("Won", 1, Outcome.WON)])
        deals = Deals.of([Deal(7, Money(1, "USD"), "Won", None, JAN, closed=FEB)], process)
        assert [(one.deal, one.stage) for one in DealHistory.from_dates(deals, {})] == [(7, "Won")]
