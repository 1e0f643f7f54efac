"""Exchange rates: in force from their day, exact, and refused with every fault at once."""

from __future__ import annotations

import pickle
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesmetrics import InvalidTableError, InvalidValueError, MissingColumnError, Rates

JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)
AUD = Rates("USD", "AUD", ["2026-02-01", "2026-01-01"], ["1.42", "1.39"])


def problems(*columns: Any) -> list[str]:
    with pytest.raises(InvalidTableError) as refused:
        Rates(*columns)
    assert refused.value.table == "Rates"
    return [str(problem) for problem in refused.value.problems]


class TestOn:
    @pytest.mark.parametrize(
        ("day", "rate"),
        [
            (date(2025, 12, 31), None),
            (JANUARY, Fraction(139, 100)),
            (date(2026, 1, 31), Fraction(139, 100)),
            (FEBRUARY, Fraction(142, 100)),
            (date(9999, 12, 31), Fraction(142, 100)),
        ],
    )
    def test_a_rate_holds_until_the_next_one(self, day: date, rate: Fraction | None) -> None:
        assert AUD.on("USD", "AUD", day) == rate
        assert AUD.on("AUD", "USD", day) == (rate and 1 / rate)

    @given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 9)), unique_by=lambda pair: pair[0]), st.data())
    def test_definition(self, rows: list[tuple[int, int]], data: st.DataObject) -> None:
        rates = Rates("EUR", "USD", [JANUARY + timedelta(start) for start, _ in rows], [rate for _, rate in rows])
        day = data.draw(st.integers(-1, 21))
        in_force = [(start, rate) for start, rate in rows if start <= day]
        expected = max(in_force)[1] if in_force else None
        assert rates.on("EUR", "USD", JANUARY + timedelta(day)) == expected

    def test_no_rate_is_made_of_two_others(self) -> None:
        rates = Rates(["USD", "USD"], ["EUR", "JPY"], JANUARY, ["0.9", "150"])
        assert rates.on("EUR", "JPY", JANUARY) is None
        assert rates.on("EUR", "EUR", JANUARY) == 1

    def test_codes_and_days_are_checked(self) -> None:
        with pytest.raises(InvalidValueError, match="currency must be an ISO 4217 code, got 'EURO'"):
            AUD.on("EURO", "USD", JANUARY)
        with pytest.raises(InvalidValueError, match="day must be a date without a time"):
            AUD.on("AUD", "USD", "2026-01-01")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


class TestReading:
    @pytest.mark.parametrize("rate", ["1.08", 1.08, Decimal("1.08"), Fraction(27, 25)])
    def test_a_rate_is_exact_however_it_is_written(self, rate: Any) -> None:
        rates = Rates("EUR", "USD", JANUARY, rate)
        assert rates.rate == (Fraction(27, 25),)
        assert rates == Rates(["EUR"], ("USD",), [JANUARY], iter([rate]))

    @pytest.mark.parametrize("rate", [b"1", {"1.39": 2}])
    def test_bytes_and_mappings_are_no_rates(self, rate: Any) -> None:
        with pytest.raises(InvalidTableError, match="rate must be text, int or Decimal, got"):
            Rates("USD", "AUD", JANUARY, rate)

    def test_no_rates(self) -> None:
        assert len(Rates([], [], [], [])) == 0
        assert repr(Rates([], "USD", [], [])) == "Rates(0 rates: none)"

    def test_it_shows_its_pairs(self) -> None:
        assert repr(AUD) == "Rates(2 rates: USD/AUD)"
        codes = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM".split()
        assert repr(Rates("USD", codes, JANUARY, 2)).endswith("USD/AWG and 2 more pairs)")

    def test_a_pickle_is_equal(self) -> None:
        assert pickle.loads(pickle.dumps(AUD)) == AUD  # noqa: S301
        assert AUD.on("USD", "AUD", JANUARY) == pickle.loads(pickle.dumps(AUD)).on("USD", "AUD", JANUARY)  # noqa: S301

    def test_every_fault_is_named_at_once(self) -> None:
        assert problems(
            ["EUR", "EUR", "USDX", "", "JPY"],
            ["USD", "USD", "EUR", "USD", "JPY"],
            ["2026-01-01", "01/02/26", "2026-01-01", "2026-01-01", None],
            ["1.08", "0", "-1", "1,08", float("nan")],
        ) == [
            "base: 1 cell cannot be read: currency must be an ISO 4217 code, got 'USDX' (row 2); did you mean 'USD'?",
            (
                "effective: 1 cell cannot be read: effective must be a day such as 2026-01-31, got '01/02/26' (row 1); "
                "write YYYY-MM-DD, or name date_format in the format"
            ),
            (
                "rate: 2 cells cannot be read: rate must be above zero, got '0' (rows 1, 2); "
                "leave out pairs without a rate"
            ),
            (
                "rate: 1 cell cannot be read: rate must be a number such as '1234.50', got '1,08' (row 3); write ASCII "
                "digits with at most one point, and no separators, blanks or symbols"
            ),
            "base: 1 row has no base (row 3); fill it in, or leave the row out",
            "effective: 1 row has no effective (row 4); fill it in, or leave the row out",
            "rate: 1 row has no rate (row 4); fill it in, or leave the row out",
            "quote: 1 rate is of a currency to itself (row 4); leave it out: it is always 1",
        ]

    def test_rows_that_contradict_each_other(self) -> None:
        assert problems(["EUR", "USD"], ["USD", "EUR"], JANUARY, 2) == [
            (
                "quote: a pair must be stated in one direction, got EUR/USD both ways (rows 0, 1); drop one; it is the "
                "exact reciprocal of the other"
            )
        ]
        assert problems("EUR", "USD", [JANUARY, FEBRUARY, JANUARY], [1, 2, 1]) == [
            (
                "effective: a pair must have one rate from a day, got two of EUR/USD from 2026-01-01 (rows 0, 2); "
                "keep one of them"
            )
        ]

    def test_columns_of_different_lengths(self) -> None:
        assert problems("EUR", "USD", [JANUARY, FEBRUARY], [1, 2, 3]) == [
            (
                "columns: columns must be of one length, got effective 2, rate 3; "
                "give every row a cell, or one cell for all rows"
            )
        ]


class TestFromCsv:
    def test_it_is_read_as_the_columns_are(self, tmp_path: Path) -> None:
        path = tmp_path / "rates.csv"
        path.write_text("rate,base,quote,effective,note\n1.42,USD,AUD,2026-02-01,\n1.39,USD,AUD,2026-01-01,x\n")
        assert Rates.from_csv(path) == AUD

    def test_a_missing_column_is_named(self, tmp_path: Path) -> None:
        path = tmp_path / "rates.csv"
        path.write_text("Base,quote,effective,rate\n")
        with pytest.raises(MissingColumnError) as refused:
            Rates.from_csv(path)
        assert [str(one) for one in refused.value.problems] == [
            "base: the data have no such column; did you mean 'Base'?"
        ]

    def test_a_repeated_column_is_named(self, tmp_path: Path) -> None:
        path = tmp_path / "rates.csv"
        path.write_text("base,quote,rate,effective,rate\n")
        with pytest.raises(InvalidTableError) as refused:
            Rates.from_csv(path)
        assert [str(one) for one in refused.value.problems] == [
            "rate: the data have several columns of this name; rename all but one"
        ]

    def test_faults_name_the_file(self, tmp_path: Path) -> None:
        path = tmp_path / "rates.csv"
        path.write_text("base,quote,effective,rate\nUSD,AUD,2026-02-01,\n")
        with pytest.raises(InvalidTableError, match=r"rates\.csv has 1 problem:\n- rate: 1 row has no rate \(row 0\)"):
            Rates.from_csv(path)
