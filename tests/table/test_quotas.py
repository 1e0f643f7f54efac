"""A table of quotas: its laws against the quotas one by one, and what its door refuses."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesmetrics import (
    Assignment,
    Assignments,
    Deal,
    FiscalCalendar,
    InvalidTableError,
    InvalidValueError,
    MissingColumnError,
    Money,
    Period,
    Quota,
    QuotaFormat,
    Quotas,
    RetailCalendar,
)
from salesmetrics.strategies import assignment_tables, quota_tables, quotas

CALENDAR = FiscalCalendar()
Q1, Q2, YEAR = CALENDAR.quarter(2026, 1), CALENDAR.quarter(2026, 2), CALENDAR.year(2026)
NEAR = st.dates(date(2026, 1, 1), date(2026, 1, 12))
TEN = Money.of(10, "USD")
FORM = QuotaFormat(
    rep="Rep", start="From", end="To", amount="Quota", currency="USD", where={"product": "P"}, overlay="Extra"
)
ROWS: dict[str, list[Any]] = {
    "Rep": ["Ada", "Bo"],
    "From": ["2026-01-01", "2026-01-01"],
    "To": ["2026-04-01", "2026-04-01"],
    "Quota": ["10", "20.50"],
    "P": [None, "Solar"],
    "Extra": ["no", "yes"],
}
READ = [Quota("Ada", Q1, TEN), Quota("Bo", Q1, Money.of("20.50", "USD"), where={"product": "Solar"}, overlay=True)]


def overlap(one: Quota, other: Quota) -> bool:
    """Whether a deal of one rep could count for both."""
    if one.rep != other.rep or one.overlay != other.overlay or not any(day in other.period for day in one.period):
        return False
    return all(other.where.get(name, value) == value for name, value in one.where.items())


class TestOf:
    @given(quota_tables() | quota_tables(None))
    def test_round_trip(self, table: Quotas) -> None:
        assert Quotas.of([*table]) == table
        assert Quotas.of(table) is table
        assert [table[row] for row in range(len(table))] == [*table]
        assert table[1:] == Quotas.of([*table][1:])
        assert table.take(np.arange(len(table))[::-1]) == Quotas.of([*table][::-1])

    @given(st.lists(quotas(bounds=NEAR), max_size=5))
    def test_it_is_refused_where_a_deal_could_count_twice(self, rows: list[Quota]) -> None:
        pairs = [(one, other) for one in range(len(rows)) for other in range(one)]
        at_fault = {row for pair in pairs for row in pair if overlap(rows[pair[0]], rows[pair[1]])}
        try:
            Quotas.of(rows)
            found: set[int] = set()
        except InvalidTableError as refused:
            (problem,) = refused.problems
            assert problem.rule == "overlapping_quotas"
            found = set(problem.rows)
        assert found == at_fault

    @pytest.mark.parametrize(
        ("rows", "problem"),
        [
            (
                [Quota("Ada", Q1, TEN), Quota("Bo", Q1, 5, value="units")],
                "value: quotas of a table must count one value, got 'amount', 'units'; make a table of each",
            ),
            (
                [Quota("Ada", Q1, TEN), Quota("Bo", Q1, Money(5, "EUR"))],
                "amount: a table has one currency, got EUR from row 1, USD from row 0; make a table of each, or",
            ),
            (
                [Quota("Ada", Q1, 1, "arr"), Quota("Bo", Q1, Money(5, "EUR"), "arr")],
                "amount: a value is Money or a whole number, got both; keep to one of them",
            ),
            ([Quota("Ada", Q1, Money(2**63, "USD"))], "amount: 1 amount is beyond 64 bits (row 0); check the unit"),
            (
                [Quota("Ada", Q1, TEN, where={"team": "North"})],
                "where: where must not name a column of quotas, got 'team'; rename the label",
            ),
        ],
    )
    def test_what_does_not_go_together_is_refused(self, rows: list[Quota], problem: str) -> None:
        with pytest.raises(InvalidTableError) as refused:
            Quotas.of(rows)
        assert str(refused.value.problems[0]).startswith(problem)

    @pytest.mark.parametrize(
        ("given", "came"), [("Q", "str"), (5, "int"), ({}, "dict"), ([READ[0], ("Ada",)], "tuple at row 1")]
    )
    def test_what_is_no_quota_is_refused(self, given: Any, came: str) -> None:
        message = f"quotas must be Quota objects, got {came}; for columns of foreign data use Quotas.from_columns"
        with pytest.raises(InvalidValueError, match=message):
            Quotas.of(given)


class TestFromColumns:
    def test_same_door(self) -> None:
        assert Quotas.from_columns(ROWS, FORM) == Quotas.of(READ)

    def test_periods_of_a_calendar_stand_in_for_ends(self) -> None:
        form = QuotaFormat(
            rep="Rep", start="From", periods=RetailCalendar.nrf().months("start"), amount="Quota", currency="USD"
        )
        data = {**ROWS, "From": ["2026-02-15", "2026-03-01"]}
        may = RetailCalendar.nrf()
        assert [one.period for one in Quotas.from_columns(data, form)] == [
            may.month_of(date(2026, 2, 15)),
            may.month_of(date(2026, 3, 1)),
        ]

    def test_plain_numbers_have_no_currency(self) -> None:
        form = QuotaFormat(rep="Rep", start="From", end="To", amount="Quota", value="units")
        assert [one.amount for one in Quotas.from_columns({**ROWS, "Quota": [5, 6]}, form)] == [5, 6]

    def test_a_file_has_the_same_quotas(self, tmp_path: Path) -> None:
        path = tmp_path / "quotas.csv"
        path.write_text(
            "Rep,From,To,Quota,P,Extra\nAda,2026-01-01,2026-04-01,10,,\nBo,2026-01-01,2026-04-01,20.50,Solar,1\n"
        )
        assert Quotas.from_csv(path, FORM) == Quotas.of(READ)

    @pytest.mark.parametrize(
        ("wrong", "problem"),
        [
            ({"Rep": [None, "Bo"]}, "Rep: 1 quota has no rep (row 0); fill it in"),
            ({"From": [None, "2026-01-01"]}, "From: 1 quota has no start (row 0); fill it in"),
            ({"To": ["2026-04-01", ""]}, "To: 1 quota has no end (row 1); fill it in"),
            (
                {"To": ["2026-04-01", "2026-01-01"]},
                "To: 1 quota has an end that is not after its start (row 1); the end is the day after the last",
            ),
            ({"Quota": ["10", "-1"]}, "Quota: 1 quota is below zero (row 1); correct the sign"),
            (
                {"Extra": ["no", "maybe"]},
                "Extra: 1 cell cannot be read: a flag must be true or false, got 'maybe' (row",
            ),
            (
                {"Quota": ["10", ""]},
                "Quota: 1 quota has no amount (row 1); fill it in, or for reps without a quota accept={'missing_",
            ),
        ],
    )
    def test_rows_at_fault_are_refused_or_set_aside(self, wrong: dict[str, list[Any]], problem: str) -> None:
        with pytest.raises(InvalidTableError) as refused:
            Quotas.from_columns({**ROWS, **wrong}, FORM)
        assert [str(one)[: len(problem)] for one in refused.value.problems] == [problem]
        kept = Quotas.from_columns({**ROWS, **wrong}, FORM, bad_rows="set_aside")
        (row,) = refused.value.problems[0].rows
        assert [aside.row for aside in kept.set_aside] == [row]
        assert [*kept] == READ[:row] + READ[row + 1 :]
        assert repr(kept).endswith("; 1 set aside)")
        assert kept[:].set_aside == ()

    def test_a_rep_without_a_quota_is_let_in_by_name(self) -> None:
        data = {**ROWS, "Quota": ["10", ""]}
        table = Quotas.from_columns(data, FORM, accept={"missing_amount"})
        assert [one.amount for one in table] == [TEN, None]
        assert repr(table) == "Quotas(2 quotas of 2 reps: 10.00 USD; 1 without amount)"

    def test_a_column_that_is_not_there_is_named(self) -> None:
        with pytest.raises(MissingColumnError, match="To: the data have no such column"):
            Quotas.from_columns({name: cells for name, cells in ROWS.items() if name != "To"}, FORM)

    def test_a_format_is_needed(self) -> None:
        with pytest.raises(InvalidValueError, match="format must be a QuotaFormat, got None; write QuotaFormat"):
            Quotas.from_columns(ROWS, None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


class TestQuotaFormat:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"rep": None}, "rep must be text, got None; name one column"),
            ({"end": None}, "end or periods must be given, got neither; name one"),
            ({"periods": CALENDAR.quarters("start")}, "end or periods must be given, got both; name one"),
            ({"periods": "quarter"}, "periods must be a PeriodKey, got 'quarter'; write calendar.quarters('start')"),
            ({"value": ""}, "value must be text, got ''; write 'amount' or the name of a value"),
            ({"currency": None}, "currency must be given where value is 'amount', got None; name it"),
            ({"currency": "USDD"}, "currency must be an ISO 4217 code, got 'USDD'"),
            ({"where": {"rep": "R"}}, "where must not name a column of quotas, got 'rep'; rename the label"),
            ({"rounding": "up"}, "rounding must be 'half_away' or None, got 'up'; write one"),
        ],
    )
    def test_what_is_no_format_is_refused(self, arguments: dict[str, Any], message: str) -> None:
        usual: dict[str, Any] = {"rep": "Rep", "start": "From", "end": "To", "amount": "Quota", "currency": "USD"}
        with pytest.raises(InvalidValueError) as refused:
            QuotaFormat(**(usual | arguments))
        assert message in str(refused.value)


class TestGaps:
    @given(quota_tables(bounds=NEAR), NEAR, st.integers(1, 12))
    def test_definition(self, table: Quotas, start: date, n_days: int) -> None:
        period = Period(start, start + timedelta(n_days))
        for rep in {one.rep for one in table}:
            bare = {day for day in period if not any(day in one.period for one in table if one.rep == rep)}
            found = table.gaps(period).get(rep, [])
            assert {day for gap in found for day in gap} == bare
            assert sum(gap.days for gap in found) == len(bare)
            assert found == sorted(found)


class TestWithAssignments:
    @given(quota_tables(), assignment_tables())
    def test_adds_up(self, table: Quotas, staff: Assignments) -> None:
        def total(some: Quotas, rep: str) -> int:
            return sum(one.amount.minor for one in some if one.rep == rep and isinstance(one.amount, Money))

        placed = table.with_assignments(staff)
        assert {one.rep for one in placed} == {one.rep for one in table}
        assert all(total(placed, one.rep) == total(table, one.rep) for one in table)
        assert placed.assignments == staff

    @given(quota_tables(bounds=NEAR), assignment_tables())
    def test_definition(self, table: Quotas, staff: Assignments) -> None:
        placed = table.with_assignments(staff)
        for place in ("team", "manager"):
            for quota, name in zip(placed, placed.key(place), strict=True):
                for day in quota.period:
                    one = staff.on(quota.rep, day)
                    assert name == (None if one is None else getattr(one, place))


class TestFilter:
    @given(quota_tables(), st.data())
    def test_definition(self, table: Quotas, data: st.DataObject) -> None:
        mask = data.draw(st.lists(st.booleans(), min_size=len(table), max_size=len(table)))
        kept = [one for one, is_in in zip(table, mask, strict=True) if is_in]
        assert [*table.filter(mask)] == kept


class TestIsInPeriod:
    @given(quota_tables(bounds=NEAR), NEAR, st.integers(1, 12))
    def test_definition(self, table: Quotas, start: date, n_days: int) -> None:
        period = Period(start, start + timedelta(n_days))
        days_in = [(sum(day in period for day in one.period), one.period.days) for one in table]
        if all(n in (0, whole) for n, whole in days_in):
            assert table.is_in_period(period).tolist() == [n > 0 for n, _ in days_in]
        else:
            with pytest.raises(InvalidValueError, match=r"quotas must lie in .* or outside of it, got .* that it cuts"):
                table.is_in_period(period)


class TestKey:
    def test_every_name_of_a_condition_is_a_key(self) -> None:
        table = Quotas.of(READ)
        assert [*table.key("rep")] == ["Ada", "Bo"]
        assert [*table.key("product")] == [None, "Solar"]
        assert [*table.key(CALENDAR.quarters("start"))] == [Q1, Q1]
        assert [*Quotas.of([]).key("product")] == []

    def test_places_are_those_of_the_time(self) -> None:
        staff = [Assignment("Ada", "Cleo", "North", YEAR.start, Q2.start), Assignment("Ada", "Dan", None, Q2.start)]
        table = Quotas.of([Quota("Ada", Q1, TEN), Quota("Ada", Q2, TEN), Quota("Bo", Q1, TEN)]).with_assignments(staff)
        assert [*table.key("team")] == ["North", None, None]
        assert [*table.key("manager")] == ["Cleo", "Dan", None]
        assert table[1:].key("manager")[0] == "Dan"

    @pytest.mark.parametrize("key", ["product", "kind"])
    def test_a_label_of_deals_is_a_key_where_quotas_say_which_they_are_of(self, key: str) -> None:
        deal = Deal("D-1", TEN, "Won", "Ada", Q1.start, closed=Q1.start, labels={"product": "Solar"})
        with pytest.raises(InvalidValueError) as refused:
            Quotas.of([Quota("Ada", Q1, TEN)]).with_sales([deal]).key(key)
        assert str(refused.value) == (
            f"quotas must say which {key} they are of to be grouped by it, got none that does; write "
            f"Quota(..., where={{'{key}': ...}})"
        )

    @pytest.mark.parametrize(
        ("key", "message"),
        [
            ("team", "quotas must have assignments for the key 'team', got none; attach them with quotas.with_assignm"),
            ("produce", "a key must be a column or in where, got 'produce'; did you mean 'product'?"),
            (
                CALENDAR.quarters("closed"),
                "quotas must be grouped by their 'start', got 'closed'; write calendar.quart",
            ),
        ],
    )
    def test_another_key_is_refused(self, key: Any, message: str) -> None:
        with pytest.raises(InvalidValueError) as refused:
            Quotas.of(READ).key(key)
        assert str(refused.value).startswith(message)


def test_tables_of_the_same_quotas_differ_by_their_assignments() -> None:
    table = Quotas.of(READ)
    assert table.with_assignments([]) != table == Quotas.of(READ)
    assert table.with_assignments([]) == table.with_assignments(Assignments.of([]))
    assert Quotas.of([]).with_assignments([]).value == "amount"
    assert repr(Quotas.of([Quota("Ada", Q1, 5, "units")])) == "Quotas(1 quota of 1 rep: 5 units)"
