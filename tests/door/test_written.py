"""Tables written out and read back, as columns, as frames and as files."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from backends import BUILDERS, pa, pl
from salesmetrics import Category, Deal, DealFormat, Deals, InvalidValueError, Money
from strategies import DOUBTS, Book, laid_down

BOOK = Deals.of(
    [
        Deal(
            "D-1",
            Money(120050, "USD"),
            "Won",
            "Ada",
            date(2026, 1, 5),
            closed=date(2026, 2, 1),
            probability=0.3,
            category=Category.BEST_CASE,
            kind="renewal",
            account="Acme",
            values={"arr": Money(7, "USD"), "units": 2**53 + 1},
            labels={"region": "EMEA", "since": date(2020, 2, 29)},
        ),
        Deal("D-2", None, "Qualified", None, None, expected_close=date(2026, 3, 1)),
    ],
    accept={"missing_amount", "missing_created"},
)


def plain(column: Any) -> list[Any]:
    return [None if one != one else one for one in (column.tolist() if isinstance(column, np.ndarray) else column)]  # noqa: PLR0124  # NaN


class TestToColumns:
    def test_what_stands_in_them(self) -> None:
        columns = BOOK.to_columns()
        assert {name: plain(column) for name, column in columns.items()} == {
            "id": ["D-1", "D-2"],
            "stage": ["Won", "Qualified"],
            "outcome": ["won", "open"],
            "amount": [1200.5, None],
            "currency": ["USD", "USD"],
            "owner": ["Ada", None],
            "created": [date(2026, 1, 5), None],
            "closed": [date(2026, 2, 1), None],
            "expected_close": [None, date(2026, 3, 1)],
            "probability": [0.3, None],
            "category": ["best_case", None],
            "kind": ["renewal", "new"],
            "account": ["Acme", None],
            "arr": [0.07, None],
            "units": [2**53 + 1, None],
            "region": ["EMEA", None],
            "since": [date(2020, 2, 29), None],
        }
        assert {str(columns[name].dtype) for name in ("created", "closed", "expected_close")} == {"datetime64[D]"}
        assert {str(columns[name].dtype) for name in ("amount", "arr", "probability")} == {"float64"}

    def test_decimals_are_exact(self) -> None:
        columns = BOOK.to_columns("decimal")
        assert columns["amount"] == [Decimal("1200.50"), None]
        assert str(columns["arr"][0]) == "0.07"
        assert columns["units"] == [Decimal(2**53 + 1), None]  # pandas would make floats of whole numbers and a gap

    def test_whole_numbers_without_gaps_are_an_array(self) -> None:
        deals = [Deal(place, Money(0, "USD"), "Qualified", None, date.min, values={"n": 5}) for place in range(2)]
        for money in ("float", "decimal"):
            columns = Deals.of(deals).to_columns(money)
            assert (columns["n"].dtype, columns["id"].dtype) == (np.dtype(np.int64), np.dtype(np.int64))
            assert columns["id"].tolist() == [0, 1]

    @given(
        st.lists(st.integers(-(2**63) + 1, 2**63 - 1) | st.integers(-(10**15), 10**15)),
        st.sampled_from(["USD", "JPY", "BHD"]),
    )
    @example([2**63 - 1, 2**53 + 1, 9007199254740995, -(2**62) - 1], "USD")
    def test_floats_are_the_nearest(self, numbers: list[int], currency: str) -> None:
        deals = [Deal(place, Money(one, currency), "Qualified", None, date.min) for place, one in enumerate(numbers)]
        floats = Deals.of(deals, accept={"negative_amount"}).to_columns()["amount"]
        assert floats.tolist() == [float(deal.amount.amount) for deal in deals if deal.amount is not None]

    def test_other_words_are_refused(self) -> None:
        word: Any = "cents"
        with pytest.raises(InvalidValueError, match=r"^money must be one of \['float', 'decimal'\], got 'cents'"):
            BOOK.to_columns(word)

    def test_columns_that_share_a_name(self) -> None:
        deal = Deal(
            1,
            Money(1, "USD"),
            "Qualified",
            None,
            date.min,
            values={"currency": 5, "x": 6, "label_x": 7},
            labels={"x": "a", "currency": "b"},
        )
        book = Deals.of([deal])
        columns = book.to_columns()
        assert {name: plain(column) for name, column in columns.items() if name not in BOOK.to_columns()} == {
            "value_currency": [5],
            "x": [6],
            "label_x": [7],
            "label_label_x": ["a"],
            "label_currency": ["b"],
        }
        assert columns["currency"] == ["USD"]
        assert Deals.from_columns(columns, book.format) == book


class TestRoundTrip:
    """The law of `Deals.to_columns`, plainly and through the frames of each backend."""

    @given(laid_down())
    def test_round_trip(self, book: Book) -> None:
        back = Deals.from_columns(book.table.to_columns("decimal"), book.table.format, accept=DOUBTS)
        assert back == book.table
        assert back.currency == book.table.currency or not len(back)

    @given(laid_down())
    def test_round_trip_with_floats(self, book: Book) -> None:
        def small(money: Any) -> Any:
            if isinstance(money, Money):
                return Money(money.minor % 10**15, money.currency)
            return None if money is None else money % 10**15

        deals = [
            evolve(deal, amount=small(deal.amount), values={name: small(one) for name, one in deal.values.items()})
            for deal in book.deals
        ]
        table = book.of(deals)
        assert Deals.from_columns(table.to_columns(), table.format, accept=DOUBTS) == table

    @pytest.mark.parametrize("build", BUILDERS.values(), ids=BUILDERS)
    @given(book=laid_down())
    def test_round_trip_through_a_frame(self, build: Any, book: Book) -> None:
        kind = type(book.deals[0].id) if book.deals else int
        deals = [evolve(deal, id=kind(place)) for place, deal in enumerate(book.deals)]
        tiers = {type(deal.labels.get("tier")) for deal in deals} - {type(None)}
        if len(tiers) > 1:  # polars and pyarrow take no mixed kinds
            deals = [evolve(deal, labels={**deal.labels, "tier": str(deal.labels.get("tier"))}) for deal in deals]
        table = book.of(deals)
        back = Deals.from_columns(build(table.to_columns("decimal")), table.format, accept=DOUBTS)
        assert back == table

    @pytest.mark.parametrize("build", BUILDERS.values(), ids=BUILDERS)
    def test_every_kind_of_column_with_gaps(self, build: Any) -> None:
        for money in ("float", "decimal"):
            frame = build(BOOK.to_columns(money))
            back = Deals.from_columns(frame, BOOK.format, accept=DOUBTS)
            if money == "decimal":
                assert back == BOOK
            assert [deal.created for deal in back] == [deal.created for deal in BOOK]
            assert back.amount.values.tolist() == [120050, 0]

    def test_days_and_decimals_keep_their_kind(self) -> None:
        columns = BOOK.to_columns("decimal")
        assert pl.DataFrame(columns).schema["created"] == pl.Date
        assert pa.table(columns).schema.field("created").type == pa.date32()
        assert pa.types.is_decimal(pa.table(columns).schema.field("amount").type)


TEXTS = st.text(alphabet="=+-@\t\r'\"a1, \n") | st.sampled_from(
    ["", "'", "''", "'=1", "=1+1", "@x", "-5", "+1", "\tx", "\rx", "=cmd|' /C calc'!A0", "Ada", "5"]
)


def texts_only(book: Book, data: st.DataObject) -> Deals:
    """The book with ids and labels of text, many of them like formulas."""
    ids = data.draw(st.lists(TEXTS.filter(bool), min_size=len(book.deals), max_size=len(book.deals), unique=True))
    deals = [
        evolve(
            deal,
            id=one,
            owner=data.draw(st.none() | TEXTS),
            account=data.draw(st.none() | TEXTS),
            labels={"=region": data.draw(TEXTS), "tier": data.draw(TEXTS)},
        )
        for one, deal in zip(ids, book.deals, strict=True)
    ]
    return book.of(deals)


class TestToCsv:
    @given(laid_down(), st.data())
    def test_round_trip(self, book: Book, data: st.DataObject) -> None:
        table = texts_only(book, data)
        with TemporaryDirectory() as folder:
            path = Path(folder, "deals.csv")
            form = table.to_csv(path)
            assert Deals.from_csv(path, form, accept=DOUBTS) == table
            with path.open(encoding="utf-8", newline="") as file:
                header, *rows = list(csv.reader(file))
        numbers = [place for place, name in enumerate(header) if name in ("amount", "probability", "arr", "units")]
        for row in rows:
            for place, cell in enumerate(row):
                assert place in numbers or not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
                assert place not in numbers or not cell.startswith("'")
        assert not any(name.startswith("=") for name in header)

    def test_the_file(self, tmp_path: Path) -> None:
        deals = [
            evolve(
                BOOK[0], id="=1+1", owner="", labels={"region": "'x", "flag": True, "n": -5}, amount=Money(-1, "USD")
            ),
            evolve(BOOK[1], id="-2"),
        ]
        book = Deals.of(deals, accept=DOUBTS)
        form = book.to_csv(tmp_path / "deals.csv")
        assert (tmp_path / "deals.csv").read_bytes().decode().split("\r\n") == [
            (
                "id,stage,outcome,amount,currency,owner,created,closed,expected_close,probability,category,kind,"
                "account,arr,units,flag,n,region"
            ),
            "'=1+1,Won,won,-0.01,USD,',2026-01-05,2026-02-01,,0.300000,best_case,renewal,Acme,0.07,9007199254740993,True,-5,''x",
            "'-2,Qualified,open,,USD,,,,2026-03-01,,,new,,,,,,",
            "",
        ]
        assert (form.escaped, form.missing, book.format.escaped) == (True, ("",), False)
        back = Deals.from_csv(tmp_path / "deals.csv", form, accept=DOUBTS)
        assert [deal.id for deal in back] == ["=1+1", "-2"]
        assert (back[0].owner, back[1].owner) == ("", None)
        assert back[0].labels == {"region": "'x", "flag": "True", "n": "-5"}

    def test_texts_that_no_file_can_hold(self, tmp_path: Path) -> None:
        path = tmp_path / "deals.csv"
        path.write_text("what stood here before", "utf-8")
        for book in (
            Deals.of([evolve(BOOK[1], owner="a\ud800b")], accept=DOUBTS),
            Deals.of([evolve(BOOK[1], labels={"a\ud800b": "x"})], accept=DOUBTS),
        ):
            with pytest.raises(InvalidValueError) as caught:
                book.to_csv(path)
            assert str(caught.value) == r"a CSV file holds texts of UTF-8, got '\ud800'; correct that text"
            assert path.read_text("utf-8") == "what stood here before"

    def test_a_file_that_is_open_is_no_path(self) -> None:
        path: Any = StringIO()
        with pytest.raises(InvalidValueError) as caught:
            Deals.of([]).to_csv(path)
        assert str(caught.value) == "path must be that of a file, got StringIO; write 'data.csv', or use to_columns"

    def test_apostrophes_are_taken_off_where_the_format_says_so(self) -> None:
        columns = {"Id": ["'a", "''b", "c"], "Stage": ["Qualified", "'Qualified", "Qualified"], "X": ["'", "x'", "''"]}
        form = DealFormat(id="Id", stage="Stage", labels={"x": "X"}, escaped=True)
        book = Deals.from_columns(columns, form, accept=DOUBTS)
        assert [(deal.id, deal.labels["x"]) for deal in book] == [("a", ""), ("'b", "x'"), ("c", "'")]

    def test_escaped_is_a_flag(self) -> None:
        word: Any = "yes"
        with pytest.raises(
            InvalidValueError, match=r"^DealFormat: escaped must be True or False, got 'yes'; write one$"
        ):
            DealFormat(id="Id", stage="Stage", escaped=word)
