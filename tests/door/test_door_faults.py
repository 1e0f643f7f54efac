"""Every fault of a table, in one error or set aside row by row."""

from __future__ import annotations

import pickle
from collections import Counter
from datetime import date
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from salesmetrics import (
    Deal,
    DealFormat,
    Deals,
    InvalidTableError,
    InvalidValueError,
    MissingColumnError,
    Money,
    Outcome,
    OutcomeColumn,
    SalesProcess,
    Stage,
)
from salesmetrics.door.faults import DOUBTS
from strategies import Book, laid_down

ONE_SHOT = pytest.mark.thread_unsafe(reason="the threads would share one iterator")
JAN, FEB = date(2026, 1, 5), date(2026, 2, 1)
OPEN = Deal("D-1", Money(100, "USD"), "Qualified", "Ada", JAN)
WON = Deal("D-2", Money(200, "USD"), "Won", "Bo", JAN, closed=FEB)
FORM = DealFormat(id="Id", stage="Stage", amount="Amount", created="Created", closed="Closed", currency="USD")
DATA = {
    "Id": ["D-1", "D-2"],
    "Stage": ["Qualified", "Won"],
    "Amount": ["1.00", "2.00"],
    "Created": ["2026-01-05", "2026-01-05"],
    "Closed": ["", "2026-02-01"],
}


def faults_of(deals: Any, **given: Any) -> list[str]:
    with pytest.raises(InvalidTableError) as caught:
        Deals.of(deals, **given)
    return listed(caught.value)


def faults_in(form: DealFormat = FORM, **columns: Any) -> list[str]:
    with pytest.raises(InvalidTableError) as caught:
        Deals.from_columns({**DATA, **columns}, form)
    return listed(caught.value)


def listed(error: InvalidTableError) -> list[str]:
    """Its problems as text, which are also its lines."""
    problems = [str(problem) for problem in error.problems]
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    assert str(error) == "\n- ".join([f"Deals has {count}:", *problems])
    return problems


class TestWhatIsNoBook:
    class Frame:
        columns = ("Id", "Stage")

        def __iter__(self) -> Any:
            return iter(self.columns)

    @pytest.mark.parametrize(
        "given", [Frame(), {"Id": [1]}, "D-1", b"D-1", None, 5], ids=lambda one: type(one).__name__
    )
    def test_it_is_refused_with_the_door_to_take(self, given: Any) -> None:
        with pytest.raises(InvalidValueError) as caught:
            Deals.of(given)
        assert str(caught.value) == (
            f"deals must be Deal objects, got {type(given).__name__}; "
            "for columns of foreign data use Deals.from_columns(data, format)"
        )

    def test_one_deal_is_no_book(self) -> None:
        with pytest.raises(InvalidValueError, match=r"^deals must be several Deal objects, got one; write \[deal\]$"):
            Deals.of(OPEN)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

    @pytest.mark.parametrize(
        ("given", "came", "row"),
        [
            ([OPEN, ("D-2",)], "tuple", 1),
            ([None], "NoneType", 0),
            (np.array([1, 2]), "int64", 0),
            pytest.param(iter(["D-1"]), "str", 0, marks=ONE_SHOT),
        ],
        ids=["tuple", "None", "array", "text"],
    )
    def test_so_are_rows_of_something_else(self, given: Any, came: str, row: int) -> None:
        with pytest.raises(InvalidValueError) as caught:
            Deals.of(given)
        assert str(caught.value) == (
            f"deals must be Deal objects, got {came} at row {row}; "
            "for columns of foreign data use Deals.from_columns(data, format)"
        )

    def test_process_is_one(self) -> None:
        stages: Any = ["Won"]
        with pytest.raises(
            InvalidValueError, match=r"^process must be a SalesProcess, got \['Won'\]; write SalesProcess"
        ):
            Deals.of([OPEN], stages)

    def test_a_table_keeps_its_process(self) -> None:
        table = Deals.of([OPEN])
        with pytest.raises(InvalidValueError, match=r"^process must be None or the table's own, got another; make the"):
            Deals.of(table, SalesProcess([Stage("Qualified", 0.5)]))

    @pytest.mark.parametrize("given", [[OPEN], [("Id", ["D-1"])], "Id", None], ids=lambda one: type(one).__name__)
    def test_columns_are_a_mapping(self, given: Any) -> None:
        with pytest.raises(InvalidValueError) as caught:
            Deals.from_columns(given, FORM)
        assert str(caught.value) == (
            f"data must map column names to columns, got {type(given).__name__}; "
            "write {'id': [...], 'stage': [...]}, or give a frame"
        )

    @pytest.mark.parametrize("given", [[{"Id": "D-1"}], ({"Id": "D-1"},)], ids=lambda one: type(one).__name__)
    def test_rows_are_no_columns(self, given: Any) -> None:
        with pytest.raises(InvalidValueError) as caught:
            Deals.from_columns(given, FORM)
        assert str(caught.value) == (
            f"data must map column names to columns, got {type(given).__name__} of rows; turn the rows into columns: "
            "{name: [row.get(name) for row in rows] for name in format.columns}"
        )

    def test_columns_may_be_called_by_numbers(self) -> None:
        given: Any = {0: ["D-1", "D-2"], 1: ["Qualified", "?"], 2: ["a", "b"], "2": ["c", "d"]}
        doubts = {"missing_amount", "missing_created"}
        table = Deals.from_columns(given, DealFormat(id="0", stage="1"), bad_rows="set_aside", accept=doubts)
        assert [deal.id for deal in table] == ["D-1"]
        assert table.set_aside[0].cells == {"0": "D-2", "1": "?", "2": "b", "2 (2)": "d"}
        with pytest.raises(InvalidTableError, match="2: the data have several columns of this name; rename all but"):
            Deals.from_columns(given, DealFormat(id="0", stage="1", owner="2"), accept=doubts)

    @pytest.mark.parametrize("given", [None, {"id": "Id"}])
    def test_a_format_is_one(self, given: Any) -> None:
        with pytest.raises(
            InvalidValueError, match=r"^format must be a DealFormat, got .*; write DealFormat\(id=\.\.\., st"
        ):
            Deals.from_columns(DATA, given)


class TestDoorWords:
    @pytest.mark.parametrize("given", ["set aside", None, True])
    def test_bad_rows(self, given: Any) -> None:
        message = rf"^bad_rows must be one of \['refuse', 'set_aside'\], got {given!r}; "
        with pytest.raises(InvalidValueError, match=message):
            Deals.of([], bad_rows=given)
        with pytest.raises(InvalidValueError, match=message):
            Deals.from_columns(DATA, FORM, bad_rows=given)

    @pytest.mark.parametrize("given", ["missing_amount", None, 5, iter(["missing_amount"])])
    def test_accept_is_a_collection(self, given: Any) -> None:
        remedy = "{'missing_amount'}" if given == "missing_amount" else "{'closed_before_created'}"
        with pytest.raises(InvalidValueError, match=f"^accept must be a collection of names, got .*; write {remedy}$"):
            Deals.of([], accept=given)

    def test_only_doubts_are_accepted(self) -> None:
        names: Any = ["missing_amounts", 5, "missing_close"]
        with pytest.raises(InvalidValueError, match=r"got 'missing_amounts', 5; did you mean 'missing_amount'\?$"):
            Deals.of([], accept=names)
        with pytest.raises(InvalidValueError, match=r"^accept must name doubts, got 'duplicate_id'; known are "):
            Deals.from_columns(DATA, FORM, accept=["duplicate_id"])


DOUBTFUL = {
    "closed_before_created": (
        evolve(WON, created=FEB, closed=JAN),
        "closed: 1 deal closes before it was created (row 1); correct a date, or accept={'closed_before_created'}",
    ),
    "missing_amount": (
        evolve(OPEN, amount=None),
        "amount: 1 deal has no amount (row 1); give what each one is worth, or accept={'missing_amount'}",
    ),
    "missing_close": (
        evolve(WON, closed=None),
        (
            "closed: 1 won or lost deal has no close date (row 1); give the day on which each one ended, "
            "or accept={'missing_close'}"
        ),
    ),
    "missing_created": (
        evolve(OPEN, created=None),
        (
            "created: 1 deal has no day of creation (row 1); give the day on which each one came into the book, "
            "or accept={'missing_created'}"
        ),
    ),
    "missing_stage": (
        evolve(OPEN, stage=None),
        "stage: 1 deal has no stage (row 1); give each one its stage, or accept={'missing_stage'}",
    ),
    "negative_amount": (
        evolve(OPEN, amount=Money(-1, "USD")),
        "amount: 1 deal has an amount below zero (row 1); correct the sign, or accept={'negative_amount'}",
    ),
}
FATAL = {
    "unknown_stage": (
        evolve(OPEN, stage="Wno"),
        "stage: a stage must be one of the process, got 'Wno' (row 1); did you mean 'Won'?",
    ),
    "closed_while_open": (
        evolve(OPEN, closed=FEB),
        (
            "closed: 1 open deal has a close date (row 1); "
            "give its stage the outcome won or lost, or the day as expected_close"
        ),
    ),
    "too_large": (
        evolve(OPEN, amount=Money(2**63, "USD")),
        "amount: 1 amount is beyond 64 bits (row 1); check the unit",
    ),
}


class TestFaultsOfObjects:
    def test_the_doubts_are_these(self) -> None:
        assert set(DOUBTFUL) == set(DOUBTS)

    @pytest.mark.parametrize("rule", DOUBTFUL)
    def test_a_doubt_is_refused_unless_accepted_by_its_name(self, rule: str) -> None:
        deal, message = DOUBTFUL[rule]
        good = evolve(OPEN, id="good")
        assert faults_of([good, deal]) == [message]
        assert faults_of([good, deal], accept=set(DOUBTS) - {rule}) == [message]
        assert list(Deals.of([good, deal], accept={rule})) == [good, deal]

    @pytest.mark.parametrize("rule", FATAL)
    def test_any_other_fault_is_fatal(self, rule: str) -> None:
        deal, message = FATAL[rule]
        assert faults_of([evolve(OPEN, id="good"), deal], accept=DOUBTS) == [message]

    def test_what_is_no_fault(self) -> None:
        lost = Deal("D-3", Money(0, "USD"), "Lost", None, JAN, closed=JAN, expected_close=date(2025, 1, 1))
        assert list(Deals.of([OPEN, WON, lost])) == [OPEN, WON, lost]  # an open deal without an expected close, too

    @pytest.mark.parametrize("ids", [("a", "b", "a"), (1, 2, 1), (2**70, 2, 2**70)])
    def test_duplicate_ids(self, ids: tuple[Any, ...]) -> None:
        message = "id: 2 rows share an id with another row (rows 0, 2); keep one row of each deal"
        assert faults_of([evolve(OPEN, id=one) for one in ids]) == [message]

    def test_text_and_numbers_are_different_ids(self) -> None:
        assert len(Deals.of([evolve(OPEN, id=1), evolve(OPEN, id="1")])) == 2

    @given(numbers=st.lists(st.sampled_from([0, 1, 2, 3, 10**20]), max_size=8), as_text=st.booleans())
    def test_every_row_of_a_repeated_id_is_named(self, numbers: list[int], *, as_text: bool) -> None:
        deals = [evolve(OPEN, id=str(one) if as_text else one) for one in numbers]
        expected = tuple(row for row, one in enumerate(numbers) if Counter(numbers)[one] > 1)
        table = Deals.of(deals, bad_rows="set_aside")
        assert tuple(aside.row for aside in table.set_aside) == expected
        if expected:
            with pytest.raises(InvalidTableError) as caught:
                Deals.of(deals)
            (problem,) = caught.value.problems
            assert (problem.rule, problem.rows) == ("duplicate_id", expected)

    def test_mixed_currencies(self) -> None:
        deals = [OPEN, evolve(WON, amount=Money(1, "EUR")), evolve(OPEN, id=3, values={"arr": Money(1, "BHD")})]
        message = (
            "amount: a table has one currency, got BHD from row 2, EUR from row 1, USD from row 0; "
            "name convert=Conversion(...)"
        )
        assert faults_of(deals) == [message]
        assert faults_of(deals, bad_rows="set_aside") == [message]

    def test_mixed_kinds_of_a_value(self) -> None:
        deals = [evolve(OPEN, values={"arr": Money(1, "USD")}), evolve(WON, values={"arr": 1})]
        assert faults_of(deals) == ["arr: a value is Money or a whole number, got both; keep to one of them"]

    @pytest.mark.parametrize("size", [2**63, -(2**63), 10**37])
    def test_amounts_beyond_64_bits(self, size: int) -> None:
        deals = [OPEN, evolve(WON, values={"arr": Money(size, "USD"), "units": size})]
        assert faults_of(deals) == [
            "arr: 1 amount is beyond 64 bits (row 1); check the unit",
            "units: 1 amount is beyond 64 bits (row 1); check the unit",
        ]

    def test_amounts_of_64_bits(self) -> None:
        deals = [evolve(OPEN, amount=Money(size, "USD"), id=size) for size in (2**63 - 1, 1 - 2**63)]
        assert list(Deals.of(deals, accept={"negative_amount"})) == deals

    def test_reserved_names(self) -> None:
        deals = [evolve(OPEN, labels={"owner": "x"}, values={"amount": 1})]
        assert faults_of(deals, bad_rows="set_aside") == [
            "values: a value must not be called like a column, got 'amount'; rename it",
            "labels: a label must not be called like a column, got 'owner'; rename it",
        ]

    def test_all_faults_are_in_one_error(self) -> None:
        deals = [evolve(one, id=name) for name, (one, _) in {**DOUBTFUL, **FATAL}.items()]
        deals += [evolve(WON, id=7, amount=Money(1, "EUR")), evolve(WON, id=7, stage="won", closed=None)]
        with pytest.raises(InvalidTableError) as caught:
            Deals.of(deals)
        error = caught.value
        assert Counter(problem.rule for problem in error.problems) == Counter(
            [*DOUBTFUL, *FATAL, "unknown_stage", "mixed_currencies", "duplicate_id"]
        )
        assert {problem.rule: problem.rows for problem in error.problems} == {
            **{name: (row,) for row, name in enumerate({**DOUBTFUL, **FATAL})},
            "unknown_stage": (10,),
            "mixed_currencies": (),
            "duplicate_id": (9, 10),
        }
        assert type(error) is InvalidTableError
        assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301

    def test_many_unknown_stages_are_explained_shortly(self) -> None:
        deals = [evolve(OPEN, id=row, stage=f"Stage {row % 2000:04}") for row in range(4000)]
        problems = faults_of(deals)
        assert len(problems) == 9
        assert problems[0].startswith("stage: a stage must be one of the process, got 'Stage 0000' (rows 0, 2000); ")
        assert problems[8].startswith(
            "stage: a stage must be one of the process, got 'Stage 0008' and 1,991 others "
            "(rows 8, 9, 10, 11, 12, 13, 14, 15 and 3,976 more); "
        )
        with pytest.raises(InvalidTableError) as caught:
            Deals.of(deals)
        assert sorted(row for problem in caught.value.problems for row in problem.rows) == [*range(4000)]

    @pytest.mark.parametrize("n", [8, 9])
    def test_eight_unknown_stages_are_explained_alone(self, n: int) -> None:
        problems = faults_of([evolve(OPEN, id=row, stage=f"Stage {row}") for row in range(n)])
        assert len(problems) == n
        assert "others" not in "".join(problems)

    def test_the_counts_agree_in_number(self) -> None:
        rows = [evolve(WON, id=row, amount=None, created=None, closed=None) for row in range(1234)]
        assert [problem.split(";")[0] for problem in faults_of(rows)] == [
            f"{problem} (rows 0, 1, 2, 3, 4, 5, 6, 7 and 1,226 more)"
            for problem in (
                "closed: 1,234 won or lost deals have no close date",
                "amount: 1,234 deals have no amount",
                "created: 1,234 deals have no day of creation",
            )
        ]

    def test_a_million_characters_are_no_long_message(self) -> None:
        deal = evolve(OPEN, id="x" * 10**6, stage="y" * 10**6, owner="z" * 10**6)
        (problem,) = faults_of([deal])
        assert len(problem) < 400
        good = evolve(deal, stage="Won", closed=FEB)
        assert list(Deals.of([good])) == [good]


class TestSetAside:
    @given(laid_down(), st.data())
    def test_nothing_is_lost(self, book: Book, data: st.DataObject) -> None:
        bad_rows = data.draw(st.sets(st.sampled_from(range(len(book.deals))))) if book.deals else set[int]()
        deals = [evolve(deal, stage="?") if row in bad_rows else deal for row, deal in enumerate(book.table)]
        table = Deals.of(deals, book.process, bad_rows="set_aside", accept=book.doubts)
        assert table == book.of([deal for row, deal in enumerate(deals) if row not in bad_rows])
        assert [aside.row for aside in table.set_aside] == sorted(bad_rows)
        assert [Deal(**aside.cells) for aside in table.set_aside] == [deals[row] for row in sorted(bad_rows)]
        for aside in table.set_aside:
            (problem,) = aside.problems
            assert (problem.column, problem.rule, problem.rows) == ("stage", "unknown_stage", (aside.row,))

    def test_accepted_doubts_stay(self) -> None:
        deals = [deal for deal, _ in DOUBTFUL.values()]
        deals = [evolve(deal, id=row) for row, deal in enumerate(deals)]
        for row, rule in enumerate(DOUBTFUL):
            table = Deals.of(deals, bad_rows="set_aside", accept={rule})
            assert list(table) == [deals[row]]
            assert [aside.row for aside in table.set_aside] == [other for other in range(len(deals)) if other != row]
        assert Deals.of(deals, bad_rows="set_aside", accept=DOUBTS).set_aside == ()

    def test_a_row_carries_each_of_its_own_faults(self) -> None:
        bad = evolve(WON, created=FEB, closed=JAN, amount=None)
        table = Deals.of([bad, evolve(bad, id="D-9", amount=Money(1, "USD")), OPEN], bad_rows="set_aside")
        first, second = table.set_aside
        assert [str(problem) for problem in first.problems] == [
            (
                "closed: the deal closes before it was created (row 0); "
                "correct a date, or accept={'closed_before_created'}"
            ),
            "amount: the deal has no amount (row 0); give what each one is worth, or accept={'missing_amount'}",
        ]
        assert [problem.rule for problem in second.problems] == ["closed_before_created"]
        assert list(table) == [OPEN]

    def test_a_problem_of_many_rows_speaks_of_one(self) -> None:
        rows = [
            ("D-1", "Qualified", "1", "USD", "yes"),
            ("", "Qualified", "2", "USD", "no"),
            ("D-3", "Qualified", "3", "", "no"),
            ("D-4", "Qualified", "1O", "USD", "no"),
            ("D-5", "Won", "5", "USD", "no"),
            *((f"E-{row}", f"Stage {row}", "6", "USD", "no") for row in range(10)),
        ]
        names = ("Id", "Stage", "Amount", "Currency", "Deleted")
        data = {**dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)), "Status": ["open"] * len(rows)}
        outcome = OutcomeColumn("Status", won="won", lost="lost", open="open")
        form = DealFormat(
            id="Id", stage="Stage", amount="Amount", currency_column="Currency", deleted="Deleted", outcome=outcome
        )
        table = Deals.from_columns(data, form, "set_aside", {"missing_created", "missing_close", "missing_amount"})
        assert [one.problems[-1].detail for one in table.set_aside] == [
            "the row is marked as deleted",
            "the row has no id",
            "the amount has no currency",
            "the cell cannot be read: Amount must be a number such as '1234.50'",
            "the deal is called open in a closed stage",
            *(f"a stage must be one of the process, got 'Stage {row}'" for row in range(8)),
            *["a stage must be one of the process"] * 2,  # which one stands among the row's cells
        ]

    def test_derived_tables_have_none(self) -> None:
        table = Deals.of([OPEN, evolve(WON, stage="?")], bad_rows="set_aside")
        assert len(table.set_aside) == 1
        assert Deals.of(table) is table
        for derived in (table[:], table[1:], table.filter([True]), table.take(np.array([0]))):
            assert derived.set_aside == ()
        assert pickle.loads(pickle.dumps(table)).set_aside == table.set_aside  # noqa: S301

    def test_faults_of_the_whole_table_refuse_it(self) -> None:
        with pytest.raises(MissingColumnError):
            Deals.from_columns({**DATA, "Stage": ["?", "Won"]}, evolve(FORM, owner="Owner"), bad_rows="set_aside")

    SPOILT = {  # noqa: RUF012
        "unreadable": ("Amount", "1,000"),
        "unknown_stage": ("Stage", "?"),
        "missing_stage": ("Stage", ""),
        "missing_id": ("Id", ""),
        "missing_amount": ("Amount", ""),
        "negative_amount": ("Amount", "-0.01"),
        "missing_created": ("Created", ""),
    }

    @given(st.lists(st.sets(st.sampled_from(sorted(SPOILT))), max_size=6), st.sampled_from([list, tuple, np.array]))
    def test_nothing_is_lost_of_columns(self, spoilt: list[set[str]], make: Any) -> None:
        rows = []
        for row, rules in enumerate(spoilt):
            cells = {
                "Id": f"D-{row}",
                "Stage": "Qualified",
                "Amount": f"{row}.5",
                "Created": "2026-01-05",
                "Note": str(row),
            }
            for rule in sorted(rules):
                column, cell = self.SPOILT[rule]
                cells[column] = cell
            rows.append(cells)
        data = {name: make([row[name] for row in rows]) for name in ("Id", "Stage", "Amount", "Created", "Note")}
        form = evolve(FORM, closed=None)
        table = Deals.from_columns(data, form, bad_rows="set_aside")
        bad = [row for row, rules in enumerate(spoilt) if rules]
        good = {name: [cells[name] for cells, rules in zip(rows, spoilt, strict=True) if not rules] for name in data}
        assert table == Deals.from_columns(good, form)
        assert [aside.row for aside in table.set_aside] == bad
        assert [aside.cells for aside in table.set_aside] == [rows[row] for row in bad]
        for aside in table.set_aside:
            last = {self.SPOILT[rule][0]: rule for rule in sorted(spoilt[aside.row])}  # a later one overwrote the cell
            assert {problem.rule for problem in aside.problems} == set(last.values())

    def test_raw_cells_are_those_of_every_column(self) -> None:
        class Series:
            """A column whose places have other names than 0, 1, 2."""

            def __init__(self, cells: list[str]) -> None:
                self.cells = cells

            def __iter__(self) -> Any:
                return iter(self.cells)

            def __getitem__(self, name: object) -> Any:
                raise KeyError(name)

        data = {
            "Id": iter(["D-1", "D-2"]),
            "Stage": Series(["?", "Won"]),
            "Amount": np.array([1.5, 2.0]),
            "Created": np.array(["2026-01-05"] * 2, "M8[ns]"),
            "Closed": np.array(["2026-01-05T12", "2026-01-05T13"], "M8[ns]"),
            "Not named": Series(["x", "y"]),
            "Short": [],
            "No column": 5,
            "Text": "ab",
            "No dimension": np.array(5),
            "Two dimensions": np.zeros((2, 2)),
            "Tuple": ("p", "q"),
        }
        table = Deals.from_columns(data, FORM, bad_rows="set_aside")
        assert [deal.id for deal in table] == ["D-2"]
        (aside,) = table.set_aside
        assert aside.cells == {
            "Id": "D-1",
            "Stage": "?",
            "Amount": 1.5,
            "Created": JAN,
            "Closed": np.datetime64("2026-01-05T12", "ns"),
            "Not named": "x",
            "Tuple": "p",
        }
        assert type(aside.cells["Amount"]) is float


class TestFaultsOfColumns:
    def test_missing_columns(self) -> None:
        form = evolve(FORM, stage="stage", owner="Owner", labels={"region": "Region"}, values={"arr": "ARR"})
        form = evolve(form, outcome=OutcomeColumn("Status", ("Won",), ("Lost",)))
        with pytest.raises(MissingColumnError) as caught:
            Deals.from_columns(DATA, form)
        known = "known are 'Id', 'Stage', 'Amount', 'Created', 'Closed'"
        assert listed(caught.value) == [
            "stage: the data have no such column; did you mean 'Stage'?",
            f"Owner: the data have no such column; {known}",
            f"ARR: the data have no such column; {known}",
            f"Region: the data have no such column; {known}",
            f"Status: the data have no such column; {known}",
        ]
        assert {problem.rule for problem in caught.value.problems} == {"missing_column"}

    @pytest.mark.parametrize("name", DATA)
    def test_nothing_more_is_said_of_a_missing_column(self, name: str) -> None:
        data = {column: cells for column, cells in DATA.items() if column != name}
        with pytest.raises(MissingColumnError) as caught:
            Deals.from_columns(data, FORM)
        assert [(problem.column, problem.rule) for problem in caught.value.problems] == [(name, "missing_column")]

    def test_but_the_others_are_checked(self) -> None:
        with pytest.raises(MissingColumnError) as caught:
            Deals.from_columns({**DATA, "Stage": ["?", "Won"], "Amount": ["x", ""]}, evolve(FORM, owner="Owner"))
        assert [problem.rule for problem in caught.value.problems] == [
            "missing_column",
            "unreadable",
            "unknown_stage",
            "missing_amount",
        ]

    def test_what_is_no_column(self) -> None:
        assert faults_in(Id="ab", Amount=np.zeros((2, 1))) == [
            "Id: must be a column of cells, got 'ab'; give a list or a one-dimensional array",
            "Amount: must have one dimension, got 2; give one column at a time",
        ]
        assert faults_in(Id="a; b; c")[0].startswith("Id: must be a column of cells, got 'a; b; c'; give a list")

    def test_unequal_lengths(self) -> None:
        assert faults_in(evolve(FORM, owner="Owner"), Id=["D-1"], Stage="x") == [
            "Stage: must be a column of cells, got 'x'; give a list or a one-dimensional array",
            "Owner: the data have no such column; known are 'Id', 'Stage', 'Amount', 'Created', 'Closed'",
            "columns: columns must be of one length, got Id 1, Amount 2, Created 2, Closed 2; give every row a cell",
        ]

    def test_faults_bear_the_names_of_the_data(self) -> None:
        rows: dict[str, Any] = {
            "Id": ["D-1", "D-1"],
            "Stage": ["", "Won"],
            "Amount": ["x", "-2"],
            "Created": ["y", ""],
            "Closed": ["", ""],
        }
        assert [problem.split(": ")[0] for problem in faults_in(**rows)] == [
            "Amount",
            "Created",
            "Stage",
            "Id",
            "Closed",
            "Amount",
            "Created",
        ]

    def test_an_unreadable_cell_is_not_missing_too(self) -> None:
        (problem,) = faults_in(Amount=["x", 5])
        assert problem.startswith(
            "Amount: 1 cell cannot be read: Amount must be a number such as '1234.50', got 'x' (row 0)"
        )

    def test_a_field_without_a_column_bears_its_own_name(self) -> None:
        assert [problem.split(" (")[0] for problem in faults_in(DealFormat(id="Id", stage="Stage"))] == [
            "closed: 1 won or lost deal has no close date",
            "amount: 2 deals have no amount",
            "created: 2 deals have no day of creation",
        ]

    def test_a_column_of_another_field_is_not_taken_for_it(self) -> None:
        data = {"Id": ["D-1"], "Stage": ["Qualified"], "amount": [5], "created": ["x"]}
        form = DealFormat(id="Id", stage="Stage", labels={"size": "amount"})
        table = Deals.from_columns(data, form, accept={"missing_amount", "missing_created"})
        assert (table[0].amount, table[0].labels["size"]) == (None, 5)

    def test_columns_that_are_not_named_are_not_read(self) -> None:
        class Trap:
            def __iter__(self) -> Any:
                raise AssertionError

        assert len(Deals.from_columns({**DATA, "Trap": Trap(), "Short": []}, FORM)) == 2

    def test_no_rows_are_the_empty_book(self) -> None:
        table = Deals.from_columns({name: [] for name in DATA}, FORM)
        assert (list(table), table.currency) == ([], "USD")

    def test_the_callers_arrays_are_not_the_tables(self) -> None:
        data: dict[str, Any] = {
            "Id": np.array([1, 2]),
            "Stage": np.array(["Qualified", "Won"], object),
            "Amount": np.array([1, 2], np.int64),
            "Created": np.array(["2026-01-05"] * 2, "M8[D]"),
            "Closed": np.array(["NaT", "2026-02-01"], "M8[s]"),
            "Units": np.array([5, 6], np.int32),
            "P": np.array([0.5, 1.0]),
            "Kind": ["new", "renewal"],
        }
        form = evolve(FORM, values={"units": "Units"}, plain_values=("units",), probability="P", kind="Kind")
        table = Deals.from_columns(data, form)
        before = list(table)
        for cells in data.values():
            if isinstance(cells, np.ndarray):
                assert cells.flags.writeable
            cells[:] = [cells[1]] * 2
        assert list(table) == before
        assert [deal.id for deal in before] == [1, 2]


class TestCurrency:
    def form(self, **given: Any) -> DealFormat:
        return evolve(FORM, **{"currency": None, "currency_column": "Currency", **given})

    def test_one_code_in_a_column(self) -> None:
        table = Deals.from_columns({**DATA, "Amount": ["1.005", "2"], "Currency": ["BHD", "BHD"]}, self.form())
        assert (table.currency, list(table.amount)) == ("BHD", [1005, 2000])

    def test_two_codes(self) -> None:
        message = "Currency: a table has one currency, got EUR, USD; name convert=Conversion(...)"
        assert faults_in(self.form(), Currency=["USD", "EUR"]) == [message]

    def test_a_row_of_no_code_needs_none_when_it_has_no_money(self) -> None:
        data = {**DATA, "Amount": ["0.00", "2.00"], "ARR": ["", "1"], "Currency": ["", "EUR"]}
        table = Deals.from_columns(data, self.form(values={"arr": "ARR"}))
        assert (table.currency, table[0].amount) == ("EUR", Money(0, "EUR"))

    @pytest.mark.parametrize("gap", ["", None, "XXX"])
    def test_money_without_a_code_is_at_fault(self, gap: Any) -> None:
        message = "Currency: 1 amount has no currency (row 0); give each one its code"
        assert faults_in(self.form(), Currency=[gap, "USD"]) == [message]
        data = {**DATA, "Amount": ["", "2.00"], "ARR": ["1", ""], "Currency": [gap, "USD"]}
        with pytest.raises(InvalidTableError) as caught:
            Deals.from_columns(data, self.form(values={"arr": "ARR"}), accept={"missing_amount"})
        assert listed(caught.value)[0] == message

    def test_an_unknown_code_is_at_fault_once(self) -> None:
        message = "Currency: 1 cell cannot be read: currency must be an ISO 4217 code, got 'USDD' (row 0); "
        message += "did you mean 'USD'?"
        assert faults_in(self.form(), Currency=["USDD", "USD"]) == [message]
        table = Deals.from_columns({**DATA, "Currency": ["USDD", "USD"]}, self.form(), bad_rows="set_aside")
        assert list(table) == [evolve(WON, owner=None)]

    def test_no_code_at_all(self) -> None:
        assert faults_in(self.form(), Currency=["", ""], Amount=["1.0001", "x"]) == [
            (
                "Amount: 1 cell cannot be read: Amount must be a number such as '1234.50', got 'x' (row 1); "
                "write ASCII digits with at most one point, and no separators, blanks or symbols"
            ),
            "Currency: 1 amount has no currency (row 0); give each one its code",
        ]

    def test_a_missing_column_of_codes(self) -> None:
        known = "known are 'Id', 'Stage', 'Amount', 'Created', 'Closed'"
        assert faults_in(self.form()) == [f"Currency: the data have no such column; {known}"]

    def test_money_says_its_own(self) -> None:
        form = self.form(currency_column=None, values={"arr": "ARR"})
        table = Deals.from_columns({**DATA, "Amount": [Money(1, "JPY"), Money(0, "XXX")], "ARR": ["", None]}, form)
        assert (table.currency, [deal.amount for deal in table]) == ("JPY", [Money(1, "JPY"), Money(0, "JPY")])

    def test_money_of_two_currencies(self) -> None:
        form = self.form(currency_column=None)
        assert faults_in(form, Amount=[Money(1, "JPY"), Money(1, "EUR")]) == [
            "Amount: a table has one currency, got EUR from row 1, JPY from row 0; name convert=Conversion(...)",
            "Amount: 1 cell cannot be read: Amount must be in EUR, got 1 JPY (row 0); convert it first",
        ]

    @pytest.mark.parametrize(
        "cells", [["1.00", "2.00"], np.array([1, 2]), [Money(1, "USD"), 2], np.array([np.nan, 2.0])]
    )
    def test_bare_amounts_need_one(self, cells: Any) -> None:
        problems = faults_in(self.form(currency_column=None), Amount=cells)
        assert problems[0] == (
            "Amount: amounts must be in a currency, and the format names none; "
            "write currency='USD' in the format, or currency_column=..."
        )
        assert not any("cannot be read" in problem for problem in problems)

    @pytest.mark.parametrize("cells", [["", None], np.array([np.nan, np.nan]), [float("nan"), ""]])
    def test_missing_amounts_need_none(self, cells: Any) -> None:
        table = Deals.from_columns(
            {**DATA, "Amount": cells}, self.form(currency_column=None), accept={"missing_amount"}
        )
        assert (table.currency, list(table.amount)) == ("XXX", [None, None])

    def test_plain_values_need_none(self) -> None:
        data = {**DATA, "Units": [5, 6]}
        form = DealFormat(id="Id", stage="Stage", values={"units": "Units"}, plain_values=("units",), close="Closed")
        table = Deals.from_columns(data, form, accept={"missing_amount", "missing_created"})
        assert (table.currency, list(table.value("units"))) == ("XXX", [5, 6])


class TestOutcomeOfColumns:
    PROCESS = SalesProcess(
        [Stage("Talk", 0.5), Stage("Signed", 1, Outcome.WON), Stage("Gone", 0, Outcome.LOST), Stage("Offer", 0.75)]
    )
    FORM = DealFormat(
        id="Id",
        stage="Stage",
        close="Closed",
        process=PROCESS,
        outcome=OutcomeColumn("Status", ("won",), ("lost",), ("open",)),
    )
    ACCEPT = ("missing_amount", "missing_created", "missing_close")

    def stages(self, stages: list[str], said: list[Any], form: DealFormat = FORM) -> list[str]:
        data = {"Id": [*range(len(stages))], "Stage": stages, "Status": said, "Closed": ["2026-02-01"] * len(stages)}
        return list(Deals.from_columns(data, form, accept=self.ACCEPT).stage)

    def test_it_overrides_the_stage(self) -> None:
        said = ["won", "LOST", "open", "", "won", "lost", "lost", "won"]
        stages = ["Talk", "Offer", "Talk", "Offer", "Signed", "Gone", "Signed", "Gone"]
        assert self.stages(stages, said) == ["Signed", "Gone", "Talk", "Offer", "Signed", "Gone", "Gone", "Signed"]

    def test_the_day_belongs_to_the_outcome(self) -> None:
        data = {"Id": [1, 2], "Stage": ["Talk", "Talk"], "Status": ["won", "open"], "Closed": ["2026-02-01"] * 2}
        won, still_open = Deals.from_columns(data, self.FORM, accept=self.ACCEPT)
        assert (won.closed, won.expected_close) == (FEB, None)
        assert (still_open.closed, still_open.expected_close) == (None, FEB)
        table = Deals.from_columns(data, self.FORM, accept=self.ACCEPT)
        assert (table.closed.values[1], table.expected_close.values[0]) == (0, 0)

    def test_open_in_a_closed_stage_is_a_contradiction(self) -> None:
        with pytest.raises(InvalidTableError) as caught:
            self.stages(["Signed", "Talk", "Gone"], ["open", "open", "open"])
        assert listed(caught.value) == [
            "Status: 2 deals are called open in a closed stage (rows 0, 2); correct the stage or the outcome"
        ]

    @pytest.mark.parametrize("status", [{"Status": [1.0, 2.5]}, {}], ids=["unreadable", "missing"])
    def test_nothing_is_said_of_what_follows_from_an_outcome_that_is_not_read(self, status: dict[str, Any]) -> None:
        form = evolve(self.FORM, close=None, closed="Closed")
        data = {"Id": [1, 2], "Stage": ["Talk", "Signed"], "Closed": ["2026-02-01", None], **status}
        with pytest.raises(InvalidTableError) as caught:
            Deals.from_columns(data, form, accept={"missing_amount", "missing_created"})
        assert [problem.column for problem in caught.value.problems] == ["Status"]

    def test_other_words_are_refused(self) -> None:
        with pytest.raises(InvalidTableError) as caught:
            self.stages(["Talk", "Talk"], ["win", "open"])
        assert listed(caught.value) == [
            "Status: 1 cell cannot be read: Status must be a known word, got 'win' (row 0); did you mean 'won'?"
        ]

    @pytest.mark.parametrize("n", [0, 2])
    def test_the_process_has_one_stage_for_it(self, n: int) -> None:
        process = SalesProcess([Stage("Talk", 0.5), *(Stage(f"Won {one}", 1, Outcome.WON) for one in range(n))])
        form = evolve(self.FORM, process=process)
        with pytest.raises(InvalidTableError) as caught:
            self.stages(["Talk"], ["won"], form)
        assert listed(caught.value) == [
            (
                f"Status: the process must have one won stage, got {n}; "
                "give it one stage for deals that the column calls so"
            )
        ]
        assert self.stages(["Talk"], ["open"], form) == ["Talk"]
        if n:
            assert self.stages(["Won 1"], ["won"], form) == ["Won 1"]

    def test_an_unknown_stage_is_not_forgiven(self) -> None:
        with pytest.raises(InvalidTableError) as caught:
            self.stages(["Wno", ""], ["won", "won"])
        assert [(problem.rule, problem.rows) for problem in caught.value.problems] == [
            ("unknown_stage", (0,)),
            ("missing_stage", (1,)),
        ]
        assert str(caught.value.problems[1]) == (
            "Stage: 1 deal has no stage (row 1); give each one its stage, or accept={'missing_stage'}"
        )
