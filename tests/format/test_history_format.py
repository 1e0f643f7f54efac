"""Histories read from foreign columns, full rows and single fields: what is refused, and what is given back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from history_strategies import Past, pasts
from salesmetrics import (
    Category,
    Deal,
    DealChange,
    DealFormat,
    DealHistory,
    Deals,
    FieldHistoryFormat,
    HistoryFormat,
    InvalidTableError,
    InvalidValueError,
    MissingColumnError,
    Money,
    Outcome,
    SalesProcess,
    Stage,
)
from salesmetrics.format.history_format import CHANGING

JAN, FEB, MAR, APR = (date(2026, month, 1) for month in (1, 2, 3, 4))
GAP = r"\N"
FULL = HistoryFormat(
    deal="Deal",
    at="When",
    stage="Stage",
    amount="Amount",
    expected_close="Due",
    probability="Chance",
    category="Sure",
    owner="Owner",
    missing=GAP,
)
FIELDS = {"StageName": "stage", "Amount": "amount", "CloseDate": "expected_close", "Owner": "owner"}
LONG = FieldHistoryFormat(
    deal="Deal", at="When", field="Field", old="Old", new="New", fields=FIELDS, ignored="created", currency="USD"
)


def columns_of(changes: list[DealChange], gap: Any) -> dict[str, list[Any]]:
    """The changes as columns of the full format, in Python's own objects."""
    data: dict[str, list[Any]] = {"Deal": [one.deal for one in changes], "When": [one.at for one in changes]}
    for name in CHANGING:
        cells = [getattr(one, name) for one in changes]
        data[getattr(FULL, name)] = [gap if cell is None else cell for cell in cells]
    return data


def rows(*lines: tuple[Any, ...]) -> dict[str, list[Any]]:
    """Rows of the long form: deal, when, field, old, new."""
    names = ("Deal", "When", "Field", "Old", "New")
    return {name: [line[place] for line in lines] for place, name in enumerate(names)}


def problems(data: Any, form: Any, **said: Any) -> list[str]:
    with pytest.raises(InvalidTableError) as refused:
        DealHistory.from_columns(data, form, **said)
    return [str(one) for one in refused.value.problems]


class TestHistoryFormat:
    def test_it_names_its_columns_and_what_it_tracks(self) -> None:
        form = HistoryFormat(deal="Id", at="When", owner="Owner", stage="Id", currency_column="Cur", deleted="Gone")
        assert form.columns == ("Id", "When", "Owner", "Cur", "Gone")
        assert form.tracked == ("stage", "owner")
        assert (form.gaps, form.time_format) == ("unchanged", None)
        assert FULL.tracked == CHANGING

    def test_all_faults_at_once(self) -> None:
        given: dict[str, Any] = {
            "deal": None, "at": 5, "gaps": "clear", "time_format": "%d.%m.%Y", "currency": "XXX", "deleted": 5,
            "date_format": "%d", "category_words": {"Sure": "sure"},
        }  # fmt: skip
        with pytest.raises(InvalidValueError) as refused:
            HistoryFormat(**given)
        assert str(refused.value) == (
            "HistoryFormat: deal must be text, got None; name one column; "
            "and at must be text, got 5; name one column; "
            "and a format must name a field that changes, got none; write stage='Stage'; "
            "and gaps must be 'unchanged' or 'cleared', got 'clear'; write one; "
            "and time_format must write the day, hours and minutes, got '%d.%m.%Y'; write '%d.%m.%Y %H:%M'; "
            "and deleted must be text, got 5; name one column; "
            "and category_words must be a known word, got 'sure'; known are 'omitted', 'pipeline', 'best_case', "
            "'most_likely', 'commit', 'closed'; "
            "and currency must be that of the amounts, got 'XXX', which is none; name it; "
            "and date_format must write year, month and day, got '%d'; write '%d.%m.%Y'"
        )

    def test_it_is_read_from_a_file(self, tmp_path: Path) -> None:
        path = tmp_path / "history.toml"
        path.write_text(
            'deal = "D"\nat = "T"\nstage = "S"\ngaps = "cleared"\n[[process]]\nname = "Talk"\nprobability = 0.5'
        )
        form = HistoryFormat.from_toml(path)
        assert form == HistoryFormat(
            deal="D", at="T", stage="S", gaps="cleared", process=SalesProcess([Stage("Talk", 0.5)])
        )


class TestFieldHistoryFormat:
    def test_it_names_its_columns_and_what_it_tracks(self) -> None:
        assert LONG.columns == ("Deal", "When", "Field", "New", "Old")
        assert LONG.tracked == ("stage", "amount", "expected_close", "owner")
        assert evolve(LONG, old=None, currency=None, currency_column="Cur", deleted="Gone").columns == (
            "Deal", "When", "Field", "New", "Cur", "Gone",
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            ({"field": None}, "field must be text, got None; name one column"),
            ({"fields": {"Stage": "stag"}}, "fields must name fields that change, got 'stag'; did you mean 'stage'?"),
            ({"fields": {}}, "fields must name fields that change, got none; write {'Stage': 'stage'}"),
            (
                {"ignored": ["close date"], "fields": {"Close-Date": "expected_close"}},
                (
                    "names in fields and ignored must differ by more than case, blanks and dashes, got ['Close-Date', "
                    "'close date']; keep each once"
                ),
            ),
            (
                {"time_format": 5},
                "time_format must write the day, hours and minutes, got 5; write '%d.%m.%Y %H:%M'",
            ),
        ],
    )
    def test_what_contradicts_itself_is_refused(self, given: dict[str, Any], message: str) -> None:
        with pytest.raises(InvalidValueError) as refused:
            evolve(LONG, **given)
        assert str(refused.value) == f"FieldHistoryFormat: {message}"


class TestFromColumns:
    @given(pasts(), st.sampled_from([None, GAP]))
    def test_same_door(self, past: Past, gap: Any) -> None:
        form = evolve(FULL, process=past.book.process, gaps=past.gaps)
        history = DealHistory.from_columns(columns_of(past.changes, gap), form)
        assert list(history) == list(past.history)
        assert (history.gaps, history.tracked, history.set_aside) == (past.gaps, CHANGING, ())
        assert history.currency == past.history.currency

    @given(pasts())
    def test_a_day_of_a_book_so_read_is_that_of_the_objects(self, past: Past) -> None:
        form = evolve(FULL, process=past.book.process, gaps=past.gaps)
        data = columns_of(past.changes, GAP) | {"When": [one.at.isoformat() for one in past.changes]}
        history = DealHistory.from_columns(data, form)
        assert list(history) == list(past.history)

    def test_times_are_on_the_clock_of_the_zone(self) -> None:
        data = {
            "Deal": ["D-1"] * 5,
            "When": ["2026-06-30T23:30:00Z", datetime(2026, 6, 30, 23, 30, tzinfo=UTC), "2026-06-30 23:30", JAN,
                     np.datetime64("2026-01-01T12")],
            "Stage": ["Won"] * 5,
        }  # fmt: skip
        form = HistoryFormat(deal="Deal", at="When", stage="Stage", zone="Europe/London")
        assert [str(one.at) for one in DealHistory.from_columns(data, form)] == [
            "2026-07-01 00:30:00",
            "2026-07-01 00:30:00",
            "2026-06-30 23:30:00",
            "2026-01-01 00:00:00",
            "2026-01-01 12:00:00",
        ]
        assert problems(data, evolve(form, zone=None))[0].startswith(
            "When: 2 cells cannot be read: When must be a day, or the format must name the zone of its times, got "
        )

    def test_times_may_be_written_otherwise_than_days(self) -> None:
        form = HistoryFormat(
            deal="Deal", at="When", expected_close="Due", date_format="%m/%d/%y", time_format="%m/%d/%y %I:%M %p"
        )
        data = {"Deal": [1], "When": ["02/23/26 08:55 PM"], "Due": ["01/27/21"]}
        (change,) = DealHistory.from_columns(data, form)
        assert (change.at, change.expected_close) == (datetime(2026, 2, 23, 20, 55), date(2021, 1, 27))  # noqa: DTZ001
        assert "When must be a day written %m/%d/%y" in problems(data, evolve(form, time_format=None))[0]

    def test_a_blank_cell_is_unchanged_or_cleared(self) -> None:
        data = {"Deal": ["D-1"] * 2, "When": [JAN, FEB], "Stage": ["Qualified"] * 2, "Amount": ["100", ""]}
        form = HistoryFormat(deal="Deal", at="When", stage="Stage", amount="Amount", currency="USD")
        book = Deals.of([Deal("D-1", Money.of("7", "USD"), "Qualified", None, JAN)])
        seen = [
            book.with_history(DealHistory.from_columns(data, evolve(form, gaps=gaps))).as_of(MAR)[0].amount
            for gaps in ("unchanged", "cleared")
        ]
        assert seen == [Money.of("100", "USD"), None]

    def test_words_scales_and_currencies_are_those_of_the_format(self) -> None:
        data = {"Deal": [1], "When": [JAN], "Chance": ["60"], "Sure": ["Forecast"], "Amount": ["1.5"], "Cur": ["JPY"]}
        form = HistoryFormat(
            deal="Deal", at="When", probability="Chance", probability_scale="percent", category="Sure",
            category_words={"Forecast": "commit"}, amount="Amount", currency_column="Cur", rounding="half_away",
        )  # fmt: skip
        (change,) = DealHistory.from_columns(data, form)
        assert (change.probability, change.category, change.amount) == (0.6, Category.COMMIT, Money(2, "JPY"))

    def test_faults_come_together(self) -> None:
        data = {
            "Deal": ["D-1", "", "D-3", "D-4", "D-5", "D-6"],
            "When": ["", "2026-01-01", "soon", "2026-01-01", "2026-01-01", "2026-01-01"],
            "Stage": ["Won", "Wno", "", "Won", "Won", "Won"],
            "Amount": ["1", "2", "x", "-1", "5", "1"],
            "Cur": ["USD", "USD", "USD", "USD", "USD", ""],
            "Due": ["2050-01-01", "", "", "", "9999-12-31", ""],
            "Gone": ["no", "no", "no", "no", "yes", "no"],
        }
        form = HistoryFormat(
            deal="Deal", at="When", stage="Stage", amount="Amount", expected_close="Due", currency_column="Cur",
            deleted="Gone",
        )  # fmt: skip
        with pytest.raises(InvalidTableError) as refused:
            DealHistory.from_columns(data, form)
        assert [(one.column, one.rule, one.rows) for one in refused.value.problems] == [
            ("Deal", "missing_id", (1,)),
            ("When", "unreadable", (2,)),
            ("When", "missing_at", (0,)),
            ("Stage", "unknown_stage", (1,)),
            ("Amount", "unreadable", (2,)),
            ("Cur", "missing_currency", (5,)),
            ("Amount", "negative_amount", (3,)),
            ("Due", "sentinel_day", (0, 4)),
            ("Gone", "deleted_row", (4,)),
        ]
        doubtful = DealHistory.from_columns(
            data, form, bad_rows="set_aside", accept={"negative_amount", "sentinel_day"}
        )
        assert [one.deal for one in doubtful] == ["D-4"]
        assert [aside.row for aside in doubtful.set_aside] == [0, 1, 2, 4, 5]
        assert doubtful.set_aside[3].cells["Due"] == "9999-12-31"
        assert [one.detail for one in doubtful.set_aside[0].problems] == ["the change has no time"]

    def test_two_currencies_are_refused(self) -> None:
        data = {"Deal": [1, 2], "When": [JAN, FEB], "Amount": [1, 2], "Cur": ["USD", "EUR"]}
        form = HistoryFormat(deal="Deal", at="When", amount="Amount", currency_column="Cur")
        assert problems(data, form) == [
            "Cur: a table has one currency, got EUR, USD; convert the amounts of the history first"
        ]
        money = {"Deal": [1, 2], "When": [JAN, FEB], "Amount": [Money(1, "USD"), Money(2, "EUR")]}
        assert problems(money, evolve(form, currency_column=None))[0] == (
            "Amount: a table has one currency, got EUR from row 1, USD from row 0; "
            "convert the amounts of the history first"
        )

    def test_columns_that_are_not_there_are_named(self) -> None:
        with pytest.raises(MissingColumnError) as refused:
            DealHistory.from_columns({"Deal": [1], "When": [JAN]}, FULL)
        assert [one.column for one in refused.value.problems] == ["Stage", "Amount", "Due", "Chance", "Sure", "Owner"]

    def test_another_format_is_refused(self) -> None:
        form: Any = DealFormat(id="Deal", stage="Stage")
        with pytest.raises(
            InvalidValueError, match="format must be a HistoryFormat or a FieldHistoryFormat, got DealF"
        ):
            DealHistory.from_columns({}, form)

    def test_words_of_the_door_are_checked(self) -> None:
        with pytest.raises(InvalidValueError, match="accept must name doubts, got 'reopened'"):
            DealHistory.from_columns({}, FULL, accept={"reopened"})

    def test_a_file_gives_its_raw_rows(self, tmp_path: Path) -> None:
        path = tmp_path / "history.csv"
        path.write_text("Deal,When,Stage,Note\nD-1,2026-01-01,Won,x\nD-2,2026-01-01,Wno,y\n", "utf-8")
        form = HistoryFormat(deal="Deal", at="When", stage="Stage")
        with pytest.raises(InvalidTableError, match=r"history.csv has 1 problem"):
            DealHistory.from_csv(path, form)
        history = DealHistory.from_csv(path, form, bad_rows="set_aside")
        assert [one.deal for one in history] == ["D-1"]
        assert history.set_aside[0].cells == {"Deal": "D-2", "When": "2026-01-01", "Stage": "Wno", "Note": "y"}


@st.composite
def logs(draw: st.DrawFn) -> list[tuple[str, date, str, Any, Any]]:
    """Rows of single fields in which each old value is the new one before; some rows may be missing at the start."""
    n_rows = draw(st.integers(0, 8))
    days = [draw(st.sampled_from([JAN, FEB, MAR])) for _ in range(n_rows)]
    values: dict[str, list[Any]] = {
        "StageName": ["Qualified", "Product demo", "Won"],
        "Amount": [Money(number, "USD") for number in range(3)],
        "CloseDate": [JAN, FEB],
        "Owner": ["Ada", "Bo", "Cyd"],
        "created": [None],
    }
    state: dict[tuple[str, str], Any] = {}
    lines = []
    for day in sorted(days):
        deal, name = draw(st.sampled_from(["D-1", "D-2"])), draw(st.sampled_from([*values]))
        new = draw(st.sampled_from(values[name]))
        old = state.get((deal, name), draw(st.sampled_from([None, *values[name]])))
        state[deal, name] = new
        lines.append((deal, day, name, old, new))
    return lines


class TestSingleFields:
    @given(logs())
    def test_definition(self, lines: list[tuple[str, date, str, Any, Any]]) -> None:
        """Row by row: what a row sets, and on a deal's first row what the other fields were before they changed."""
        expected = []
        for row, (deal, day, name, _, new) in enumerate(lines):
            told = {} if name == "created" else {FIELDS[name]: new}
            if all(other[0] != deal for other in lines[:row]):
                for field, ours in FIELDS.items():
                    olds = [other[3] for other in lines[row + 1 :] if other[0] == deal and other[2] == field]
                    if field != name and olds and olds[0] is not None:
                        told[ours] = olds[0]
            if told:
                expected.append(DealChange(deal, day, **told))
        history = DealHistory.from_columns(rows(*lines), LONG)
        assert list(history) == expected
        assert (history.gaps, history.tracked) == ("unchanged", LONG.tracked)

    @given(logs(), st.randoms())
    def test_order(self, lines: list[tuple[str, date, str, Any, Any]], random: Any) -> None:
        """Rows of different moments may come in any order."""
        lines = [line for row, line in enumerate(lines) if all(line[1] != other[1] for other in lines[:row])]
        shuffled = list(lines)
        random.shuffle(shuffled)
        histories = [DealHistory.from_columns(rows(*some), LONG) for some in (lines, shuffled)]
        assert histories[0] == histories[1].take(np.argsort(histories[1].at, kind="stable"))

    def test_what_a_deal_was_before_its_first_change(self) -> None:
        data = rows(
            ("D-1", JAN, "created", None, None),
            ("D-1", MAR, "StageName", "Qualified", "Won"),
            ("D-2", FEB, "StageName", "Qualified", "Won"),
        )
        deals = [
            Deal(name, Money(1, "USD"), "Won", None, JAN, closed=day) for name, day in (("D-1", MAR), ("D-2", FEB))
        ]
        book = Deals.of(deals).with_history(DealHistory.from_columns(data, LONG))
        assert [deal.stage for deal in book.as_of(date(2026, 1, 2))] == ["Qualified", None]
        assert [deal.stage for deal in book.as_of(APR)] == ["Won", "Won"]

    def test_without_old_values(self) -> None:
        data = rows(("D-1", JAN, "created", None, None), ("D-1", MAR, "StageName", "Qualified", "Won"))
        assert list(DealHistory.from_columns(data, evolve(LONG, old=None))) == [DealChange("D-1", MAR, stage="Won")]

    def test_a_field_that_no_change_names_may_be_constant(self) -> None:
        data = rows(("D-1", FEB, "StageName", "Qualified", "Product demo"))
        book = Deals.of([Deal("D-1", Money(7, "USD"), "Product demo", "Ada", JAN)])
        seen = book.with_history(DealHistory.from_columns(data, LONG)).as_of(MAR, constant={"amount"})
        assert (seen[0].amount, seen[0].owner) == (Money(7, "USD"), None)

    def test_faults_come_together(self) -> None:
        data = rows(
            ("D-1", JAN, "Amount", "5", ""),
            ("D-1", JAN, "StageName", "Wno", "Won"),
            ("D-1", JAN, "Amount", "x", "-3"),
            ("D-1", JAN, "NextStep", "call", "mail"),
            ("D-1", JAN, "", "a", "b"),
            ("D-1", JAN, "CloseDate", "2050-01-01", "2026-01-01"),
            ("D-1", JAN, "Owner", "Ada", "Bo"),
            ("D-1", JAN, "Amount", "5", "y"),
        )
        with pytest.raises(InvalidTableError) as refused:
            DealHistory.from_columns(data, LONG)
        assert [(one.column, one.rule, one.rows) for one in refused.value.problems] == [
            ("Field", "unreadable", (3,)),
            ("Field", "missing_field", (4,)),
            ("New", "unreadable", (7,)),
            ("Old", "unknown_stage", (1,)),
            ("Old", "unreadable", (2,)),
            ("New", "negative_amount", (2,)),
            ("Old", "sentinel_day", (5,)),
            ("New", "cleared_field", (0,)),
        ]
        history = DealHistory.from_columns(data, LONG, bad_rows="set_aside")
        assert list(history) == [DealChange("D-1", JAN, owner="Bo")]
        assert [one.row for one in history.set_aside] == [0, 1, 2, 3, 4, 5, 7]
        assert history.set_aside[0].problems[0].detail == (
            "the change has a cleared field, which single changes cannot say"
        )

    def test_owners_before_and_after_are_one_list_of_names(self) -> None:
        process = SalesProcess([Stage("Talk", 0.5), Stage("Won", 1, Outcome.WON)])
        data = rows(
            ("D-1", JAN, "StageName", "Talk", "Won"),
            ("D-1", FEB, "Owner", "Zoe", "Ada"),
            ("D-2", JAN, "Owner", "Bo", "Ada"),
        )
        history = DealHistory.from_columns(data, evolve(LONG, process=process))
        assert history.owner.names == ("Ada", "Bo", "Zoe")
        assert list(history.owner) == ["Zoe", "Ada", "Ada"]
        assert history.stage.names == process.names
