from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from salesmetrics import (
    Answer,
    Breakdown,
    CurrencyMismatchError,
    Deal,
    DealChange,
    Deals,
    InvalidValueError,
    Money,
    Movement,
    Period,
    Waterfall,
    WaterfallLines,
    book_waterfall,
    pipeline_waterfall,
)
from salesmetrics._numeric.days import day_number

Q1 = Period.parse("2026-01-01..2026-04-01")
START, END = date(2026, 2, 1), date(2026, 3, 1)
FIRST, LAST = day_number(START), day_number(END)
SPAN: dict[str, Any] = {"period": Q1, "start": START, "end": END}

Row = tuple[str, Any, int, int | None]


def flow(*rows: Row, currency: str | None = "USD", owners: tuple[Any, ...] = ()) -> Waterfall:
    columns: list[list[Any]] = [[row[place] for row in rows] for place in range(4)]
    lines = WaterfallLines.of(*columns)
    return Waterfall(Q1, START, END, owners, currency, lines, n_undated=0, n_unplaced=0)


SOUND: tuple[Row, ...] = (
    ("opening", "D-1", FIRST, 500),
    ("increased", "D-1", FIRST, 100),
    ("won", "D-1", LAST - 1, -600),
    ("created", "<b>", FIRST + 3, None),
    ("amount_given", "<b>", FIRST + 4, 70),
    ("closing", "<b>", LAST, 70),
)


class TestLinesThatNoDealCanHave:
    @pytest.mark.parametrize(
        "rows",
        [
            [("opening", "D-1", FIRST, 500)],
            [("closing", "D-1", LAST, 500)],
            [("won", "D-1", FIRST, -500)],
            [("opening", "D-1", FIRST, 500), ("won", "D-1", FIRST, -499)],
            [("opening", "D-1", FIRST, 500), ("closing", "D-1", LAST, 499)],
            [("opening", "D-1", FIRST + 1, 500), ("closing", "D-1", LAST, 500)],
            [("opening", "D-1", FIRST, 500), ("closing", "D-1", LAST - 1, 500)],
            [("created", "D-1", FIRST - 1, 500), ("won", "D-1", FIRST, -500)],
            [("created", "D-1", FIRST, 500), ("won", "D-1", LAST, -500)],
            [("opening", "D-1", FIRST, 500), ("created", "D-1", FIRST, 0), ("closing", "D-1", LAST, 500)],
            [("opening", "D-1", FIRST, 500), ("won", "D-1", FIRST, None)],
            [("opening", "D-1", FIRST, None), ("won", "D-1", FIRST, 0)],
            [("increased", "D-1", FIRST, 0)],
            [("opening", "D-1", FIRST, None), ("increased", "D-1", FIRST, 0), ("closing", "D-1", LAST, None)],
            [("opening", "D-1", FIRST, 500), ("increased", "D-1", FIRST, None), ("closing", "D-1", LAST, 500)],
            [("opening", "D-1", FIRST, 5), ("amount_given", "D-1", FIRST, 0), ("closing", "D-1", LAST, 5)],
            [("opening", "D-1", FIRST, None), ("amount_cleared", "D-1", FIRST, 0), ("closing", "D-1", LAST, None)],
        ],
    )
    def test_are_refused(self, rows: list[Row]) -> None:
        with pytest.raises(InvalidValueError, match="the lines of a Waterfall must lead each deal from its opening"):
            flow(*rows)

    def test_money_of_no_currency_is_refused(self) -> None:
        with pytest.raises(InvalidValueError, match="got 6 lines that do not; ask a measure for it"):
            flow(*SOUND, currency="XXX")

    def test_owners_that_are_no_names_are_refused(self) -> None:
        with pytest.raises(InvalidValueError, match="the lines of a Waterfall must"):
            flow(owners=(3,))

    def test_a_span_that_ends_where_it_starts_is_refused(self) -> None:
        with pytest.raises(InvalidValueError, match="the lines of a Waterfall must"):
            Waterfall(Q1, START, START, (), "USD", WaterfallLines.of([], [], [], []), 0, 0)


class TestShown:
    def test_as_a_table(self) -> None:
        assert str(flow(*SOUND)).splitlines() == [
            "                 amount  deals  without amount",
            "opening        5.00 USD      1               0",
            "created       undefined      1               1",
            "increased      1.00 USD      1               0",
            "amount given   0.70 USD      1               0",
            "won           -6.00 USD      1               0",
            "closing        0.70 USD      1               0",
        ]

    def test_in_a_notebook(self) -> None:
        html = flow(*SOUND)._repr_html_()
        assert html.startswith("<table>")
        assert "<td>amount given</td><td>0.70 USD</td><td>1</td><td>0</td>" in html

    def test_in_a_cell(self) -> None:
        groups = Breakdown("owner", ("Ada",), (flow(*SOUND),), (None,))
        assert str(groups).splitlines()[1] == "Ada    5.00 USD (1 deal) to 0.70 USD (1 deal)"

    def test_a_movement(self) -> None:
        assert str(Movement(-5, "USD", 2, 2, 1)) == "-0.05 USD (2 deals, 1 without amount)"
        assert str(Movement(0, None, 1, 3, 3)) == "undefined (1 deal, 3 changes, 3 without amount)"


class TestRead:
    def test_of_plain_numbers(self) -> None:
        units = flow(("opening", 1, FIRST, 5), ("lost", 1, FIRST, -5), currency=None)
        assert (units.opening, units.closing, units.value) == (5, 0, -5)
        assert units.deals_in("lost") == {1: -5}

    def test_a_deal_that_comes_twice_into_a_bucket_is_one_deal(self) -> None:
        twice = flow(
            ("opening", 1, FIRST, 5),
            ("increased", 1, FIRST, 2),
            ("increased", 1, FIRST + 1, 3),
            ("pushed_out", 1, FIRST + 2, -10),
        )
        assert twice.totals["increased"] == Movement(5, "USD", n_deals=1, n_changes=2, n_missing=0)
        assert twice.deals_in("increased") == {1: Money(5, "USD")}

    def test_an_unknown_bucket_is_refused(self) -> None:
        with pytest.raises(InvalidValueError, match=r"bucket must be one of .*, got 'wno'; did you mean 'won'"):
            flow().deals_in("wno")

    def test_lines_as_columns(self) -> None:
        columns = flow(*SOUND).to_columns()
        assert columns["deal"] == ["<b>", "<b>", "<b>", "D-1", "D-1", "D-1"]
        assert columns["bucket"] == ["created", "amount_given", "closing", "opening", "increased", "won"]
        assert columns["minor"] == [None, 70, 70, 500, 100, -600]
        assert columns["day"][0] == date(2026, 2, 4)
        assert columns["currency"] == ["USD"] * 6

    def test_lines_are_a_value_of_their_own(self) -> None:
        assert flow(*SOUND).lines != 5
        assert flow(*SOUND).lines != flow().lines


class TestAdded:
    def test_the_same_deal_twice_is_refused(self) -> None:
        with pytest.raises(InvalidValueError, match="must be of different deals, got '<b>' in both; ask each"):
            _ = flow(*SOUND) + flow(*SOUND)

    @pytest.mark.parametrize("other", [{"period": Period(START, END)}, {"end": date(2026, 3, 2)}, {"owners": ["Ada"]}])
    def test_other_questions_are_refused(self, other: dict[str, Any]) -> None:
        with pytest.raises(InvalidValueError, match="answers that are added must have one "):
            _ = flow() + pipeline_waterfall([], **{**SPAN, **other})


class TestLinesFromElsewhere:
    GOOD: Any = flow(*SOUND).lines.to_dict()

    @pytest.mark.parametrize(
        "change",
        [
            {"bucket": ["wno"] * 6},
            {"bucket": [3] * 6},
            {"bucket": "created"},
            {"deal": [None] * 6},
            {"deal": [True] * 6},
            {"day": [1] * 6},
            {"minor": [2**65] * 6},
            {"minor": [1.0] * 6},
            {"minor": [1]},
            {"more": []},
        ],
    )
    def test_are_refused(self, change: dict[str, Any]) -> None:
        with pytest.raises(InvalidValueError, match=r"lines must be the columns .*; leave them as written"):
            WaterfallLines.from_dict(self.GOOD | change)

    def test_a_day_that_is_none_is_refused(self) -> None:
        with pytest.raises(InvalidValueError, match="day must be a day such as 2026-01-31"):
            WaterfallLines.from_dict(self.GOOD | {"day": ["2026-02-30"] * 6})

    def test_a_whole_answer_comes_back(self) -> None:
        assert Answer.from_dict(flow(*SOUND, owners=("Ada", None)).to_dict()) == flow(*SOUND, owners=("Ada", None))


class TestAsked:
    DEAL = Deal("D-1", Money(500, "USD"), "Qualified", "Ada", date(2026, 1, 5), expected_close=date(2026, 3, 20))

    @pytest.mark.parametrize("ask", [pipeline_waterfall, lambda deals, **rest: book_waterfall([], deals, **rest)])
    def test_about_days_in_order(self, ask: Any) -> None:
        with pytest.raises(InvalidValueError, match="end must be after start 2026-02-01, got 2026-02-01; give two"):
            ask([], **(SPAN | {"end": START}))
        with pytest.raises(InvalidValueError, match="start must be a date"):
            ask([], **(SPAN | {"start": "2026-02-01"}))
        with pytest.raises(InvalidValueError, match="period must be a Period"):
            ask([], **(SPAN | {"period": "Q1"}))

    @pytest.mark.parametrize("owners", ["Ada", [], [3], 5])
    def test_about_owners_by_name(self, owners: Any) -> None:
        with pytest.raises(InvalidValueError, match=r"owners must be a collection of names, got .*; write \{'Ada'"):
            pipeline_waterfall([], **SPAN, owners=owners)

    def test_about_owners_who_have_no_deals_and_had_none(self) -> None:
        table = Deals.of([self.DEAL]).with_history(
            [
                DealChange("D-1", date(2026, 1, 5), expected_close=date(2026, 3, 20), owner="Bo"),
                DealChange("D-1", START, owner="Ada"),
            ]
        )
        message = "owners must be people who have deals or had some, got 'Adda'; did you mean 'Ada'?"
        with pytest.raises(InvalidValueError, match=re.escape(message)):
            pipeline_waterfall(table, **SPAN, owners=["Ada", "Adda"])
        for book in (table, table.filter([False])):
            with pytest.raises(InvalidValueError, match="got 'Cleo'; known are 'Ada', 'Bo'"):
                pipeline_waterfall(book, **SPAN, owners=["Cleo"])
        assert pipeline_waterfall(table, **SPAN, owners=["Bo", None]).totals["owner_out"].n_deals == 1
        assert pipeline_waterfall([], **SPAN, owners=["Adda"]).opening == Money(0, "XXX")
        for before, after in (([self.DEAL], []), ([], [self.DEAL])):
            with pytest.raises(InvalidValueError, match=re.escape(message)):
                book_waterfall(before, after, **SPAN, owners=["Adda"])
            assert book_waterfall(before, after, **SPAN, owners=["Ada"]).n_undated == 0
        assert book_waterfall([], [], **SPAN, owners=["Adda"]).opening == Money(0, "XXX")

    def test_of_a_book_that_does_not_know_when_deals_were_due(self) -> None:
        with pytest.raises(InvalidValueError, match="must know the expected_close that deals had, got a book without"):
            pipeline_waterfall([self.DEAL], **SPAN)

    def test_of_a_book_that_does_not_know_who_owned_deals(self) -> None:
        table = Deals.of([self.DEAL]).with_history([DealChange("D-1", START, expected_close=date(2026, 3, 20))])
        with pytest.raises(InvalidValueError, match=r"know the owner .*, or name it in constant=\{'owner'\}"):
            pipeline_waterfall(table, **SPAN, owners=["Ada"])
        assert pipeline_waterfall(table, **SPAN).opening == Money(0, "USD")

    def test_beyond_the_day_of_the_book(self) -> None:
        known = Deals.of([self.DEAL]).as_of(date(2026, 2, 20), {"expected_close"})
        with pytest.raises(InvalidValueError, match="end must not be after 2026-02-20, of which the book is, got"):
            pipeline_waterfall(known, **SPAN, constant={"expected_close"})

    def test_of_books_in_two_currencies(self) -> None:
        euros = Deal("D-2", Money(500, "EUR"), "Qualified", "Ada", date(2026, 1, 5), expected_close=date(2026, 3, 20))
        with pytest.raises(CurrencyMismatchError, match="got USD and EUR"):
            book_waterfall([self.DEAL], [euros], **SPAN)


def test_a_round_trip_in_one_span_is_seen_in_a_history_and_not_in_two_books() -> None:
    """A deal that grows, is pushed out, comes back and shrinks again is in four buckets."""
    march, may = date(2026, 3, 20), date(2026, 5, 1)
    deal = Deal("D-1", Money(500, "USD"), "Qualified", "Ada", date(2026, 1, 5), expected_close=march)
    book = Deals.of([deal]).with_history(
        [
            DealChange("D-1", date(2026, 1, 5), amount=Money(500, "USD"), expected_close=march),
            DealChange("D-1", date(2026, 2, 3), amount=Money(700, "USD")),
            DealChange("D-1", date(2026, 2, 4), expected_close=may),
            DealChange("D-1", date(2026, 2, 9), expected_close=march),
            DealChange("D-1", date(2026, 2, 9), amount=Money(500, "USD")),
        ]
    )
    found = {name: one.minor for name, one in pipeline_waterfall(book, **SPAN).totals.items() if one.n_deals}
    assert found == {
        "opening": 500,
        "pulled_in": 700,
        "increased": 200,
        "decreased": -200,
        "pushed_out": -700,
        "closing": 500,
    }
    two = book_waterfall(book.as_of(START), book.as_of(END), **SPAN)
    assert [name for name, one in two.totals.items() if one.n_deals] == ["opening", "closing"]


def test_a_closed_deal_that_changes_is_in_no_bucket_until_it_is_open_again_or_ends_otherwise() -> None:
    """It comes back with the amount that it then has: what is written when a deal is lost is no worth."""
    march = date(2026, 3, 20)
    deal = Deal("D-1", Money(700, "USD"), "Qualified", "Ada", date(2026, 1, 5), expected_close=march)
    book = Deals.of([deal]).with_history(
        [
            DealChange("D-1", date(2026, 1, 5), "Qualified", Money(500, "USD"), march),
            DealChange("D-1", date(2026, 2, 3), "Lost", Money(0, "USD")),
            DealChange("D-1", date(2026, 2, 4), amount=Money(10, "USD")),
            DealChange("D-1", date(2026, 2, 5), "Won"),
            DealChange("D-1", date(2026, 2, 9), "Qualified", Money(700, "USD")),
        ],
        accept={"reopened", "moved_after_close"},
    )
    found = {name: one.minor for name, one in pipeline_waterfall(book, **SPAN).totals.items() if one.n_deals}
    assert found == {"opening": 500, "reopened": 10 + 700, "won": -10, "lost": -500, "closing": 700}
