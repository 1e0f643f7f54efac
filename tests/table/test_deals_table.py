from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import pytest

from salesmetrics import Category, Deal, Deals, InvalidValueError, Money, Outcome, Period, SalesProcess, Stage
from salesmetrics._numeric.columns import id_column

JAN = date(2026, 1, 5)
BOOK = Deals.of(
    [
        Deal(
            "D-1",
            Money(100, "USD"),
            "Qualified",
            "Ada",
            JAN,
            values={"arr": Money(5, "USD")},
            labels={"region": "EMEA"},
        ),
        Deal("D-2", Money(200, "USD"), "Won", "Bo", JAN, closed=JAN),
        Deal("D-3", Money(0, "USD"), "Lost", None, JAN, closed=JAN),
    ]
)
EMPTY = Deals.of([])


class TestEmptyBook:
    def test_it_has_no_currency_and_no_rows(self) -> None:
        assert (list(EMPTY), len(EMPTY), EMPTY.currency, EMPTY.set_aside) == ([], 0, "XXX", ())
        assert EMPTY.process == SalesProcess.standard()
        assert EMPTY == Deals.of(iter([])) == BOOK[3:] == BOOK.filter([False] * 3)

    def test_any_key_and_value_will_do(self) -> None:
        """No deal says which there are."""
        assert list(EMPTY.key("region")) == []
        assert list(EMPTY.value("arr")) == []
        assert EMPTY.value("arr").unit == "XXX"
        assert list(BOOK[3:].key("no such label")) == []

    def test_of_another_process(self) -> None:
        process = SalesProcess([Stage("Talk", 0.5)])
        assert Deals.of([], process).process == process
        assert Deals.of([], process) != EMPTY

    def test_no_money_has_no_currency(self) -> None:
        book = Deals.of([Deal(1, Money(0, "XXX"), "Qualified", None, JAN)])
        assert (book.currency, book[0].amount) == ("XXX", Money(0, "XXX"))
        assert repr(book) == "Deals(1 deal: 1 open, 0 won, 0 lost)"


@pytest.mark.parametrize(
    ("book", "shown"),
    [
        (BOOK, "Deals(3 deals in USD: 1 open, 1 won, 1 lost)"),
        (BOOK[:1], "Deals(1 deal in USD: 1 open, 0 won, 0 lost)"),
        (EMPTY, "Deals(0 deals: 0 open, 0 won, 0 lost)"),
        (Deals.of([Deal(n, None, "Qualified", None, JAN) for n in range(1234)], accept=["missing_amount"]),
         "Deals(1,234 deals: 1,234 open, 0 won, 0 lost)"),
    ],
)  # fmt: skip
def test_repr(book: Deals, shown: str) -> None:
    assert repr(book) == shown


class TestOf:
    def test_a_table_passes_through(self) -> None:
        assert Deals.of(BOOK) is BOOK
        assert Deals.of(BOOK, SalesProcess.standard(), bad_rows="set_aside") is BOOK

    def test_any_iterable_will_do(self) -> None:
        assert Deals.of(list(BOOK)) == Deals.of(tuple(BOOK)) == Deals.of(iter(BOOK)) == Deals.of(deal for deal in BOOK)

    def test_a_table_is_no_list(self) -> None:
        assert list(BOOK) != BOOK != list(BOOK)


class TestKey:
    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("ownr", "a key must be a column or a label, got 'ownr'; did you mean 'owner'?"),
            ("Region", "a key must be a column or a label, got 'Region'; did you mean 'region'?"),
            (
                "amount",
                "a key must be a column or a label, got 'amount'; did you mean 'account'?",
            ),
        ],
    )
    def test_unknown_names(self, name: str, message: str) -> None:
        with pytest.raises(InvalidValueError) as caught:
            BOOK.key(name)
        assert str(caught.value) == message

    def test_a_million_characters(self) -> None:
        with pytest.raises(InvalidValueError) as caught:
            BOOK.key("x" * 10**6)
        assert len(str(caught.value)) < 500

    def test_outcomes_and_categories_have_their_own_order(self) -> None:
        assert BOOK.key("outcome").names == ("open", "won", "lost")
        assert BOOK.key("category").names == tuple(one.value for one in Category)
        assert BOOK.key("stage").names == BOOK.process.names


class TestValue:
    def test_unknown_names(self) -> None:
        with pytest.raises(InvalidValueError) as caught:
            BOOK.value("ar")
        assert str(caught.value) == "value must be 'amount' or a named value, got 'ar'; did you mean 'arr'?"
        wrong: Any = ["amount"]  # of which no mapping can be asked
        for table in (BOOK, BOOK[:0]):
            with pytest.raises(InvalidValueError, match=r"value must be 'amount' or a named value, got \['amount'\]"):
                table.value(wrong)
        with pytest.raises(InvalidValueError, match=r"got 'amonut'; did you mean 'amount'\?$"):
            BOOK.value("amonut")


class TestFilter:
    @pytest.mark.parametrize(
        ("mask", "came"),
        [
            ([True], "bool of shape (1,)"),
            ([True, False, True, False], "bool of shape (4,)"),
            ([], "float64 of shape (0,)"),
            ([0, 1, 0], "int64 of shape (3,)"),
            ([True, None, False], "object of shape (3,)"),
            ([[True], [False], [True]], "bool of shape (3, 1)"),
            (True, "bool of shape ()"),
            (None, "object of shape ()"),
            ("abc", "<U3 of shape ()"),
        ],
    )
    def test_a_mask_is_one_truth_value_per_deal(self, mask: Any, came: str) -> None:
        with pytest.raises(InvalidValueError) as caught:
            BOOK.filter(mask)
        assert str(caught.value) == (
            f"a mask must hold one truth value for each of 3 deals, got {came}; "
            "compare a column, as in deals.owner.is_in('Ada')"
        )

    def test_no_mask_is_needed_for_no_deals(self) -> None:
        assert EMPTY.filter([]) == EMPTY
        with pytest.raises(InvalidValueError, match="each of 0 deals, got bool of shape"):
            EMPTY.filter([True])

    def test_all_and_nothing(self) -> None:
        assert BOOK.filter([True] * 3) == BOOK
        assert list(BOOK.filter(np.zeros(3, np.bool_))) == []

    def test_a_mask_is_not_kept(self) -> None:
        mask = np.array([True, False, True])
        some = BOOK.filter(mask)
        mask[:] = False
        assert [deal.id for deal in some] == ["D-1", "D-3"]


class TestRows:
    @pytest.mark.parametrize("row", ["D-1", 1.0, None, BOOK.is_won, [True], np.array([0]), [0, 1]])
    def test_a_row_is_a_whole_number(self, row: Any) -> None:
        with pytest.raises(TypeError, match=r"a row must be a whole number or a slice, got .*, a mask is for"):
            BOOK[row]
        with pytest.raises(TypeError, match=r"a row must be a whole number or a slice"):
            BOOK[:1][row]

    def test_numpys_own_numbers_will_do(self) -> None:
        assert BOOK[np.int64(-1)] == BOOK[2]  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]

    def test_it_is_a_sequence(self) -> None:
        assert BOOK[1] in BOOK
        assert BOOK.index(BOOK[2]) == 2
        assert BOOK.count(BOOK[0]) == 1

    def test_rows_that_are_not_there_are_not_taken(self) -> None:
        with pytest.raises(IndexError):
            BOOK.take(np.array([3]))

    def test_a_table_has_no_hash(self) -> None:
        with pytest.raises(TypeError):
            hash(BOOK)


class TestPeriods:
    def test_a_period_is_one(self) -> None:
        period: Any = "2026-01-01..2026-02-01"
        with pytest.raises(
            InvalidValueError, match=r"^period must be a Period, got '2026-01-01\.\.2026-02-01'; write Per"
        ):
            BOOK.in_period(period)

    def test_a_basis_is_known(self) -> None:
        basis: Any = "close"
        with pytest.raises(InvalidValueError) as caught:
            BOOK.is_in_period(Period(JAN, date(2026, 2, 1)), basis)
        assert str(caught.value) == (
            "on must be one of ['closed', 'expected_close', 'created', 'either_close'], got 'close'; "
            "did you mean 'closed'?"
        )

    def test_as_of_is_a_day(self) -> None:
        with pytest.raises(InvalidValueError, match=r"^as_of must be a date without a time, got datetime"):
            BOOK.is_overdue(datetime(2026, 1, 5))  # noqa: DTZ001


class TestColumns:
    def test_has_outcome_of_several(self) -> None:
        assert BOOK.has_outcome(Outcome.WON, Outcome.OPEN).tolist() == [True, True, False]
        assert BOOK.has_outcome().tolist() == [False] * 3

    @pytest.mark.parametrize(
        ("ids", "dtype"),
        [
            ([], object),
            ([1, 2], np.int64),
            ([1, "1"], object),
            ([True, 1], object),
            ([2**63, 1], object),
            (["a"], object),
        ],
    )
    def test_id_column(self, ids: list[Any], dtype: type) -> None:
        column = id_column(ids)
        assert column.dtype == dtype
        assert [(type(one), one) for one in column.tolist()] == [(type(one), one) for one in ids]
