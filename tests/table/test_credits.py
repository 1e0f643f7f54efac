"""Tables of credits: their door, and what contradicts itself."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from salesmetrics import (
    Credit,
    CreditFormat,
    Credits,
    Deal,
    InvalidTableError,
    InvalidValueError,
    Money,
    Period,
    Quota,
    Quotas,
)
from salesmetrics.door.faults import BadRows
from salesmetrics.strategies import credit_tables

FORM = CreditFormat(deal="Deal", rep="Rep", share="Share", overlay="On top")


def written(rows: list[tuple[Any, Any, Any, Any]]) -> dict[str, list[Any]]:
    return {name: [row[place] for row in rows] for place, name in enumerate(FORM.columns)}


class TestOf:
    @given(credit_tables())
    def test_round_trip(self, table: Credits) -> None:
        rows = [*table]
        assert [*Credits.of(rows)] == rows
        assert Credits.of(iter(rows)) == table
        assert Credits.of(table) is table
        assert table[:1] == Credits.of(rows[:0]) or [*table[:1]] == rows[:1]

    def test_all_contradictions_are_told_at_once(self) -> None:
        rows = [
            Credit("D-1", "Ada", "0.5"),
            Credit("D-1", "Bo", "0.4"),
            Credit("D-2", "Ada", 1),
            Credit("D-2", "Ada", 1),
            Credit("D-1", "Eve", 1, overlay=True),
        ]
        with pytest.raises(InvalidTableError) as refused:
            Credits.of(rows)
        assert [(one.column, one.rule, one.rows) for one in refused.value.problems] == [
            ("rep", "repeated_credit", (3,)),
            ("share", "wrong_sum", (0, 1)),
        ]

    def test_other_things_are_refused(self) -> None:
        with pytest.raises(InvalidValueError, match="credits must be Credit objects, got int at row 0"):
            Credits.of([1])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]

    def test_a_table_says_how_large_it_is(self) -> None:
        assert repr(Credits.of([Credit(7, "Ada", 1)])) == "Credits(1 credit of 1 deal)"


class TestFromColumns:
    @given(credit_tables())
    def test_same_door(self, table: Credits) -> None:
        rows = [(one.deal, one.rep, one.share, one.overlay) for one in table]
        assert Credits.from_columns(written(rows), FORM) == table
        assert (
            Credits.from_columns(written([(a, b, str(c), "yes" if d else "no") for a, b, c, d in rows]), FORM) == table
        )

    @pytest.mark.parametrize(
        ("scale", "cell", "share"),
        [
            ("fraction", "0.1", Fraction(1, 10)),
            ("fraction", 0.1, Fraction(1, 10)),
            ("fraction", "1/3", Fraction(1, 3)),
            ("percent", 10, Fraction(1, 10)),
            ("percent", "33.3", Fraction(333, 1000)),
            ("percent", "100/3", Fraction(1, 3)),
        ],
    )
    def test_shares_are_exact(self, scale: Any, cell: Any, share: Fraction) -> None:
        form = CreditFormat(deal="Deal", rep="Rep", share="Share", share_scale=scale)
        rest = (1 - share) * (100 if scale == "percent" else 1)
        data = {"Deal": ["D-1", "D-1"], "Rep": ["Ada", "Bo"], "Share": [cell, rest]}
        assert [one.share for one in Credits.from_columns(data, form)] == [share, 1 - share]

    @pytest.mark.parametrize(
        ("scale", "cell", "message"),
        [
            ("fraction", 60, "Share must be a fraction in (0, 1], got 60"),
            ("fraction", 0, "Share must be a fraction in (0, 1], got 0"),
            ("percent", 101, "Share must be a percentage above 0, up to 100, got 101"),
            ("fraction", "1/0", "Share must be a number such as '1234.50', got '1/0'"),
            ("fraction", -1, "Share must not be below zero, got -1"),
        ],
    )
    def test_what_is_no_share_is_refused(self, scale: Any, cell: Any, message: str) -> None:
        form = CreditFormat(deal="Deal", rep="Rep", share="Share", share_scale=scale)
        with pytest.raises(InvalidTableError) as refused:
            Credits.from_columns({"Deal": ["D-1"], "Rep": ["Ada"], "Share": [cell]}, form)
        assert [problem.detail for problem in refused.value.problems] == [f"1 cell cannot be read: {message}"]

    def test_rows_at_fault_are_set_aside_with_all_that_share_their_deal(self) -> None:
        rows = [
            ("D-1", "Ada", "0.5", ""),
            ("D-1", "Bo", "half", ""),
            ("D-1", "Eve", "1", "yes"),  # a specialist's credit stands alone
            ("D-2", "Ada", "1", ""),
            ("", "Ada", "1", ""),
            ("D-3", "Ada", "0.5", ""),
            ("D-4", "", "1", ""),
            ("D-5", "Ada", "", ""),
            ("D-6", "Ada", "0.5", ""),
            ("D-6", "Ada", "0.5", ""),
        ]
        table = Credits.from_columns(written(rows), FORM, bad_rows="set_aside")
        assert [*table] == [Credit("D-1", "Eve", 1, overlay=True), Credit("D-2", "Ada", 1)]
        assert [(one.row, one.problems[0].rule, one.problems[0].detail) for one in table.set_aside] == [
            (0, "broken_deal", "the credit is of a deal of which another is at fault"),
            (1, "unreadable", "the cell cannot be read: Share must be a number such as '1234.50'"),
            (4, "missing_deal", "the credit has no deal"),
            (5, "wrong_sum", "the shares of its deal do not add up to exactly 1"),
            (6, "missing_rep", "the credit has no rep"),
            (7, "missing_share", "the credit has no share"),
            (8, "broken_deal", "the credit is of a deal of which another is at fault"),
            (9, "repeated_credit", "the credit comes a second time for the deal and rep"),
        ]
        assert repr(table) == "Credits(2 credits of 2 deals; 8 set aside)"
        assert table[:1].set_aside == ()
        with pytest.raises(InvalidTableError) as refused:
            Credits.from_columns(written(rows), FORM)
        assert "broken_deal" not in {problem.rule for problem in refused.value.problems}

    def test_a_column_that_is_not_there_is_all_that_is_said(self) -> None:
        ways: list[BadRows] = ["refuse", "set_aside"]
        for bad_rows in ways:
            with pytest.raises(InvalidTableError) as refused:
                Credits.from_columns({"Deal": ["D-1"], "Rep": ["Ada"], "On top": [""]}, FORM, bad_rows)
            assert [(one.column, one.rule) for one in refused.value.problems] == [("Share", "missing_column")]

    def test_a_file_is_read_alike(self, tmp_path: Path) -> None:
        path = tmp_path / "splits.csv"
        path.write_text("Deal,Rep,Share,On top\nD-1,Ada,2/3,no\nD-1,Bo,1/3,no\nD-2,Bo,0.3,no\n")
        table = Credits.from_csv(path, FORM, bad_rows="set_aside")
        assert [one.share for one in table] == [Fraction(2, 3), Fraction(1, 3)]
        assert [one.row for one in table.set_aside] == [2]

    def test_a_format_and_words_are_such(self) -> None:
        with pytest.raises(InvalidValueError, match="format must be a CreditFormat, got None; write"):
            Credits.from_columns({}, None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        with pytest.raises(InvalidValueError, match="bad_rows must be one of"):
            Credits.from_columns({}, FORM, "drop")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        with pytest.raises(InvalidValueError) as refused:
            CreditFormat(deal=7, rep="Rep", share="Share", share_scale="percents")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        assert str(refused.value) == (
            "CreditFormat: deal must be text, got 7; name one column; and share_scale must be 'fraction' or 'percent', "
            "got 'percents'; write one"
        )


def test_sales_take_a_table_of_credits() -> None:
    q1 = Period(date(2026, 1, 1), date(2026, 4, 1))
    deal = Deal("D-1", Money(100, "USD"), "Won", "Cleo", q1.start, closed=q1.start)
    quotas = Quotas.of([Quota(name, q1, Money(100, "USD")) for name in ("Ada", "Bo")])
    splits = Credits.of([Credit("D-1", "Ada", "0.75"), Credit("D-1", "Bo", "0.25")])
    assert quotas.with_sales([deal], splits) == quotas.with_sales([deal], [*splits])
    with pytest.raises(InvalidTableError, match="the shares of a deal must add up to exactly 1, got 3/4"):
        quotas.with_sales([deal], splits[:1])
