"""A table of leads: its laws against the leads one by one, and what its door refuses or carries apart."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from salesmetrics import (
    Activity,
    FiscalCalendar,
    InvalidTableError,
    InvalidValueError,
    Lead,
    LeadFormat,
    Leads,
    Outcome,
    OutcomeColumn,
    Period,
)
from salesmetrics._numeric.columns import Coded, Floats, Masked
from salesmetrics.strategies import lead_tables

DOUBTS = {"missing_created"}
DAY = date(2026, 1, 5)
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
STATUS = OutcomeColumn("Status", won="Converted", lost=["Lost", "Junk"], open="New")


def kinds(table: Leads) -> list[list[type]]:
    """The kind of every value of every lead, for 1 and 1.0 are equal."""
    return [[type(lead.fields.get(name)) for name in sorted(lead.fields)] for lead in table]


class TestOf:
    @given(lead_tables())
    def test_round_trip(self, table: Leads) -> None:
        leads = list(table)
        again = Leads.of(leads, accept=DOUBTS)
        assert list(again) == leads
        assert kinds(again) == kinds(table)
        assert [again[row] for row in range(len(leads))] == leads
        assert Leads.of(table) is table

    @given(lead_tables(), st.data())
    def test_equality_and_pickles(self, table: Leads, data: st.DataObject) -> None:
        rows = data.draw(st.slices(len(table)))
        assert table[rows] == Leads.of(list(table)[rows], accept=DOUBTS)
        for twin in (pickle.loads(pickle.dumps(table)), copy.deepcopy(table)):  # noqa: S301
            assert twin == table
            assert not twin.created.known.flags.writeable
            arrays = [one.codes if isinstance(one, Coded) else one.known for one in twin.fields.values()]
            assert not any(array.flags.writeable for array in arrays)
        if len(table):
            assert table != Leads.of([evolve(table[0], source="elsewhere"), *table[1:]], accept=DOUBTS)

    def test_a_field_is_a_column_of_its_kind(self) -> None:
        given: dict[str, list[Any]] = {
            "whole": [1, None, 3],
            "decimals": [1.5, 2, None],
            "flag": [True, None, False],
            "text": ["b", "a", None],
            "mixed": ["b", 1, None],
            "far": [2**63, 1, None],
            "beyond": [0.5, 2**53 + 1, None],
        }
        rows = [Lead(row, DAY, fields={name: cells[row] for name, cells in given.items()}) for row in range(3)]
        found = Leads.of(rows).fields
        assert {name: type(column) for name, column in found.items()} == {
            "whole": Masked, "decimals": Floats, "flag": Coded, "text": Coded, "mixed": Coded, "far": Coded,
            "beyond": Coded,
        }  # fmt: skip
        assert {name: list(column) for name, column in found.items()} == given
        assert found["flag"].names == (False, True)  # type: ignore[union-attr]  # pyright: ignore[reportAttributeAccessIssue]
        assert repr(found["decimals"]) == "Floats([1.5, 2.0, None])"
        assert [*found["decimals"][1:]] == [2.0, None]
        assert (found["decimals"][0], found["decimals"][2]) == (1.5, None)

    def test_what_is_no_lead_is_refused(self) -> None:
        with pytest.raises(InvalidValueError, match="leads must be Lead objects, got Activity at row 0; for columns"):
            Leads.of([Activity(NOON, "call")])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
        with pytest.raises(InvalidValueError, match="accept must name doubts, got 'missing_close'; "):
            Leads.of([], accept={"missing_close"})

    @pytest.mark.parametrize("number", [1, 1.0, 0, 2.5])
    def test_flags_and_numbers_are_not_one_field(self, number: float) -> None:
        leads = [Lead("L-1", DAY, fields={"b": True, "c": True}), Lead("L-2", DAY, fields={"b": number, "c": "1"})]
        for some in (leads, leads[::-1]):
            with pytest.raises(InvalidTableError) as refused:
                Leads.of(some, bad_rows="set_aside")
            assert [str(one) for one in refused.value.problems] == [
                "b: a field is of flags or of numbers, got both; make them all flags, or all numbers"
            ]
        others = [evolve(one, fields={"c": one.fields["c"]}) for one in leads]
        assert [repr(dict(one.fields)) for one in Leads.of(others)] == ["{'c': True}", "{'c': '1'}"]

    def test_every_fault_is_named_at_once(self) -> None:
        leads = [
            Lead("L-1", None),
            Lead("L-1", DAY, closed=DAY),
            Lead("L-2", DAY, outcome=Outcome.LOST, closed=date(2026, 1, 4)),
            Lead("L-3", DAY, outcome=None, closed=DAY, fields={"source": "web"}),
        ]
        with pytest.raises(InvalidTableError) as refused:
            Leads.of(leads)
        assert [str(one) for one in refused.value.problems] == [
            "fields: a field must not be called like a column, got 'source'; rename it",
            "id: 2 rows share an id with another row (rows 0, 1); keep one row of each lead",
            (
                "created: 1 lead has no day of creation (row 0); give the day on which each one came in, or "
                "accept={'missing_created'}"
            ),
            "closed: 1 open lead has a day of closing (row 1); say whether it was won or lost",
            (
                "closed: 1 lead closes before it was created (row 2); correct a date, or "
                "accept={'closed_before_created'}"
            ),
        ]
        table = Leads.of(leads[:3], "set_aside", {"closed_before_created"})
        assert [lead.id for lead in table] == ["L-2"]
        assert [(one.row, one.cells["id"], [problem.rule for problem in one.problems]) for one in table.set_aside] == [
            (0, "L-1", ["duplicate_id", "missing_created"]),
            (1, "L-1", ["duplicate_id", "closed_while_open"]),
        ]
        assert repr(table) == "Leads(1 lead: 0 open, 0 won, 1 lost; 2 set aside)"
        assert table[:1].set_aside == ()


class TestWithFields:
    @given(lead_tables())
    def test_they_are_the_same_leads(self, table: Leads) -> None:
        told = table.with_fields("employees", "office", "office")
        assert list(told) == list(table)
        assert {*told.fields} == {"employees", "office", *table.fields}
        again = Leads.from_columns(told.to_columns(), told.format, accept=DOUBTS)
        assert {*again.fields} == {*told.fields}

    def test_a_field_has_a_name_of_its_own(self) -> None:
        number: Any = 5
        with pytest.raises(
            InvalidValueError, match="a field must be named by text, got 5; name it; and a field must be"
        ):
            Leads.of([]).with_fields(number, "")
        with pytest.raises(
            InvalidValueError, match="a field must not be called like a column, got 'source'; rename it"
        ):
            Leads.of([]).with_fields("employees", "source")


class TestFilter:
    @given(lead_tables(), st.data())
    def test_definition(self, table: Leads, data: st.DataObject) -> None:
        mask = data.draw(st.lists(st.booleans(), min_size=len(table), max_size=len(table)))
        assert list(table.filter(mask)) == [one for one, keep in zip(table, mask, strict=True) if keep]

    @given(lead_tables())
    def test_outcomes(self, table: Leads) -> None:
        assert table.is_won.tolist() == [one.outcome is Outcome.WON for one in table]
        assert table.is_lost.tolist() == [one.outcome is Outcome.LOST for one in table]
        assert table.is_open.tolist() == [one.outcome in (None, Outcome.OPEN) for one in table]

    @given(lead_tables())
    def test_keys(self, table: Leads) -> None:
        assert list(table.key("source")) == [one.source for one in table]
        assert list(table.key("outcome")) == [one.outcome and one.outcome.value for one in table]
        for name in table.fields:
            assert list(table.key(name)) == [one.fields.get(name) for one in table]
        assert list(Leads.of([]).key("page")) == []

    def test_keys_of_periods(self) -> None:
        table = Leads.of([Lead("L-1", DAY, outcome=Outcome.WON, closed=date(2026, 4, 1))])
        calendar = FiscalCalendar()
        assert str(table.key(calendar.quarters("created"))[0]) == "FY26 Q1"
        assert str(table.key(calendar.quarters("closed"))[0]) == "FY26 Q2"
        with pytest.raises(
            InvalidValueError, match=r"the day of a lead's period must be one of .*, got 'expected_close"
        ):
            table.key(calendar.quarters("expected_close"))
        with pytest.raises(
            InvalidValueError, match="a key must be a column or a field, got 'sourc'; did you mean 'sou"
        ):
            table.key("sourc")


class TestIsCreatedIn:
    @given(lead_tables(), st.sampled_from([DAY, date(2026, 1, 1), date(2025, 12, 31)]), st.integers(1, 60))
    def test_definition(self, table: Leads, start: date, days: int) -> None:
        period = Period(start, start + timedelta(days))
        expected = [one.created is not None and one.created in period for one in table]
        assert table.is_created_in(period).tolist() == expected


class TestToColumns:
    @given(lead_tables())
    def test_round_trip(self, table: Leads) -> None:
        again = Leads.from_columns(table.to_columns(), table.format, accept=DOUBTS)
        assert again == table
        assert kinds(again) == kinds(table)


FORM = LeadFormat(
    id="Id", created="Created", created_at="At", source="Source", fields={"staff": "Staff", "score": "Score"},
    numbers=["staff", "score"], outcome=STATUS, closed="Closed", opportunity="Deal", zone="UTC",
)  # fmt: skip


def columns_of(leads: list[Lead]) -> dict[str, list[Any]]:
    words = {Outcome.OPEN: "New", Outcome.WON: "converted", Outcome.LOST: "Junk", None: None}
    return {
        "Id": [one.id for one in leads],
        "Created": [one.created for one in leads],
        "At": [one.created_at for one in leads],
        "Source": [one.source for one in leads],
        "Staff": [one.fields.get("employees") for one in leads],
        "Score": [None if "visits" not in one.fields else repr(one.fields["visits"]) for one in leads],
        "Status": [words[one.outcome] for one in leads],
        "Closed": [one.closed and str(one.closed) for one in leads],
        "Deal": [one.opportunity for one in leads],
    }


class TestFromColumns:
    @given(lead_tables())
    def test_same_door(self, table: Leads) -> None:
        some = [one for one in table if abs(float(str(one.fields.get("visits", 0)))) < 1e300]
        expected = [
            evolve(
                one,
                fields={
                    new: one.fields[old]
                    for old, new in (("employees", "staff"), ("visits", "score"))
                    if old in one.fields
                },
            )
            for one in some
        ]
        assert list(Leads.from_columns(columns_of(some), FORM, accept=DOUBTS)) == expected

    def test_days_and_instants_of_one_column(self) -> None:
        form = LeadFormat(id="Id", created="When", created_at="When", zone="Europe/London")
        table = Leads.from_columns({"Id": [1], "When": ["2026-06-30T23:30:00Z"]}, form)
        assert (table[0].created, table[0].created_at) == (date(2026, 7, 1), datetime(2026, 6, 30, 23, 30, tzinfo=UTC))

    def test_an_instant_of_another_day(self) -> None:
        data = {"Id": [1, 2, 3], "Created": [DAY] * 3, "At": [NOON + timedelta(days) for days in (-2, 1, 2)]}
        with pytest.raises(InvalidTableError) as refused:
            Leads.from_columns(data, LeadFormat(id="Id", created="Created", created_at="At"))
        assert [str(one) for one in refused.value.problems] == [
            "At: 2 leads came in at instants of other days (rows 0, 2); correct the day or the instant"
        ]

    def test_cells_that_cannot_be_read(self) -> None:
        data = {
            "Id": [1, "", 3.5],
            "Created": ["2026-01-05", "soon", "2026-01-05"],
            "Staff": ["60", "1e3", "1,000"],
            "Fits": ["yes", "perhaps", 1],
            "Status": [1, 0, "?"],
            "Gone": ["no", "no", "TRUE"],
        }
        form = LeadFormat(
            id="Id", created="Created", fields={"staff": "Staff", "fits": "Fits"}, numbers="staff", flags="fits",
            outcome=OutcomeColumn("Status", "1", "0"), deleted="Gone",
        )  # fmt: skip
        with pytest.raises(InvalidTableError) as refused:
            Leads.from_columns(data, form)
        assert [str(one) for one in refused.value.problems] == [
            ("Status: 1 cell cannot be read: Status must be a known word, got '?' (row 2); known are '1', '0'"),
            "Id: 1 row has no id (row 1); give each lead an id",
            "Id: 1 cell cannot be read: an id must be text or a whole number, got 3.5 (row 2); convert it first",
            (
                "Created: 1 cell cannot be read: Created must be a day such as 2026-01-31, got 'soon' (row 1); "
                "write YYYY-MM-DD, or name date_format in the format"
            ),
            (
                "Staff: 2 cells cannot be read: a number must be written in digits with a point, got '1e3' "
                "(rows 1, 2); convert it first"
            ),
            ("Fits: 1 cell cannot be read: a flag must be true or false, got 'perhaps' (row 1); write one of them"),
            "Gone: 1 row is marked as deleted (row 2); leave deleted rows out of the export, or set them aside",
        ]
        table = Leads.from_columns(data, form, "set_aside")
        assert [*table] == [Lead(1, DAY, fields={"staff": 60, "fits": True}, outcome=Outcome.WON)]
        assert [one.row for one in table.set_aside] == [1, 2]

    @pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame])
    def test_frames_keep_the_kinds_of_their_columns(self, frame: Any) -> None:
        data = {
            "Id": [7, 8, 9],
            "Visits": [3, 0, 12],
            "Share": [0.5, float("nan"), 2.25],
            "Mail": ["No", "Yes", None],
            "Asked": [True, False, True],
            "City": ["Select", "Delft", None],
            "Status": [1, 0, 1],
        }
        names = {name.lower(): name for name in ("Visits", "Share", "Mail", "Asked", "City")}
        form = LeadFormat(
            id="Id", fields=names, flags=["mail"], outcome=OutcomeColumn("Status", "1", "0"), missing=("", "Select")
        )
        table = Leads.from_columns(frame(data), form, accept=DOUBTS)
        assert {name: (type(one), [*one]) for name, one in table.fields.items()} == {
            "visits": (Masked, [3, 0, 12]),
            "share": (Floats, [0.5, None, 2.25]),
            "mail": (Coded, [False, True, None]),
            "asked": (Coded, [True, False, True]),
            "city": (Coded, [None, "Delft", None]),
        }
        assert table.is_won.tolist() == [True, False, True]

    @pytest.mark.parametrize("cells", [[True, 1, None], pd.Series([1, np.nan, False], dtype=object)])
    def test_flags_and_numbers_are_read_as_what_the_format_says(self, cells: Any) -> None:
        data = {"Id": [1, 2, 3], "B": [*cells]}
        told = (
            "B: a field is of flags or of numbers, got both; name the field in the format's numbers or flags, "
            "which reads the column as one of them"
        )
        for source in (data, pd.DataFrame(data, dtype=object)):
            with pytest.raises(InvalidTableError) as refused:
                Leads.from_columns(source, LeadFormat(id="Id", fields={"b": "B"}), accept=DOUBTS)
            assert [str(one) for one in refused.value.problems] == [told]
        flags = Leads.from_columns(data, LeadFormat(id="Id", fields={"b": "B"}, flags=["b"]), accept=DOUBTS)
        is_flag = [None if cell is None or cell != cell else bool(cell) for cell in cells]  # noqa: PLR0124
        assert [*map(repr, flags.fields["b"])] == [*map(repr, is_flag)]
        form = LeadFormat(id="Id", fields={"b": "B"}, numbers=["b"])
        numbers = Leads.from_columns(data, form, bad_rows="set_aside", accept=DOUBTS)
        assert [one.row for one in numbers.set_aside] == [row for row in range(3) if type(cells[row]) is bool]

    @pytest.mark.parametrize("cells", [[True, None, False], [True, np.nan, False], np.array([True, False, True])])
    def test_flags_with_gaps_are_flags(self, cells: Any) -> None:
        form = LeadFormat(id="Id", fields={"b": "B"})
        table = Leads.from_columns({"Id": [1, 2, 3], "B": cells}, form, accept=DOUBTS)
        assert [one for one in table.fields["b"] if one is not None] == [one for one in cells if one in (True, False)]

    def test_numbers_with_gaps_and_beyond_64_bits(self) -> None:
        form = LeadFormat(id="Id", fields={"n": "N"})
        table = Leads.from_columns(pl.DataFrame({"Id": [1, 2], "N": [2**60, None]}), form, accept=DOUBTS)
        assert (type(table.fields["n"]), [*table.fields["n"]]) == (Masked, [2**60, None])
        with pytest.raises(InvalidTableError, match="a label must be text, a number, a flag or a day, got inf"):
            Leads.from_columns({"Id": [1], "N": np.array([np.inf])}, form, accept=DOUBTS)

    def test_arguments_are_checked(self) -> None:
        with pytest.raises(InvalidValueError, match="format must be a LeadFormat, got None; write LeadFormat"):
            Leads.from_columns({}, None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

    def test_a_file_is_as_its_columns(self, tmp_path: Path) -> None:
        path = tmp_path / "leads.csv"
        path.write_text("Id,Created,Score,Empty\nL-1,2026-01-05,2.5,Select\nL-2,2026-01-06,,\n")
        form = LeadFormat(
            id="Id", created="Created", fields={"score": "Score", "empty": "Empty"}, numbers="score",
            missing=("", "Select"),
        )  # fmt: skip
        expected = [Lead("L-1", DAY, fields={"score": 2.5}), Lead("L-2", date(2026, 1, 6))]
        assert list(Leads.from_csv(path, form)) == expected

    def test_a_file_that_nobody_tuned_for(self, tmp_path: Path) -> None:
        """9,000 rows of 37 columns with nulls, placeholders and repeated rows: nothing is lost, nothing is guessed."""
        n, names = 9_000, [f"Field {number}" for number in range(34)]
        rng = np.random.default_rng(9)
        words = np.array(["", "Select", "Yes", "No", "Better Career Prospects", "12", "0.5"])
        cells = words[rng.integers(0, len(words), (n, len(names)))]
        rows = [[str(row), *cells[row], ["1", "0"][row % 2], str(row % 7)] for row in range(n)]
        rows[17] = rows[4_000] = rows[16]  # an id that comes three times
        header = ["Lead Number", *names, "Converted", "Total Visits"]
        path = tmp_path / "leads.csv"
        path.write_text("\n".join(",".join(row) for row in [header, *rows]) + "\n")
        form = LeadFormat(
            id="Lead Number",
            fields={"visits": "Total Visits", **{name.casefold(): name for name in names}},
            numbers=["visits"],
            outcome=OutcomeColumn("Converted", "1", "0"),
            missing=("", "Select"),
        )
        table = Leads.from_csv(path, form, "set_aside", DOUBTS)
        assert (len(table), [one.row for one in table.set_aside]) == (n - 3, [16, 17, 4_000])
        kept = [row for number, row in enumerate(rows) if number not in (16, 17, 4_000)]
        for place, name in enumerate(names):
            expected = [None if row[place + 1] in ("", "Select") else row[place + 1] for row in kept]
            assert list(table.fields[name.casefold()]) == expected
        assert list(table.fields["visits"]) == [int(row[-1]) for row in kept]
        assert table.is_won.tolist() == [row[-2] == "1" for row in kept]


class TestLead:
    @pytest.mark.parametrize(
        ("given", "message"),
        [
            ({"id": ""}, "Lead.id must be text or a whole number, got ''; name the lead"),
            ({"created": NOON}, "Lead.created must be a date without a time, got datetime.datetime"),
            ({"source": 5}, "Lead.source must be text or None, got 5; convert it first"),
            ({"outcome": "won"}, "Lead.outcome must be an Outcome or None, got 'won'; use Outcome.WON"),
            (
                {"opportunity": 1.5, "closed": 3},
                "Lead.opportunity must be an id or None, got 1.5; .*Lead.closed must be",
            ),
            ({"created_at": datetime(2026, 1, 5)}, "Lead.created_at must be a datetime with its zone, got"),  # noqa: DTZ001
            (
                {"created_at": NOON + timedelta(2)},
                "Lead.created_at must fall on 2026-01-05 somewhere, got 2026-01-07 12",
            ),
        ],
    )
    def test_what_contradicts_itself_is_refused(self, given: dict[str, Any], message: str) -> None:
        usual: dict[str, Any] = {"id": "L-1", "created": DAY}
        with pytest.raises(InvalidValueError, match=message):
            Lead(**usual | given)


class TestLeadFormat:
    def test_from_toml(self, tmp_path: Path) -> None:
        path = tmp_path / "leads.toml"
        path.write_text(
            'id = "Id"\nnumbers = "staff"\n[fields]\nstaff = "Staff"\n[outcome]\ncolumn = "S"\nwon = "1"\nlost = "0"\n'
        )
        assert LeadFormat.from_toml(path) == LeadFormat(
            id="Id", fields={"staff": "Staff"}, numbers=["staff"], outcome=OutcomeColumn("S", "1", "0")
        )

    def test_from_toml_without_outcomes(self, tmp_path: Path) -> None:
        path = tmp_path / "leads.toml"
        path.write_text('id = "Id"')
        assert LeadFormat.from_toml(path) == LeadFormat(id="Id")

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            ({"id": None}, "id must be text, got None; name one column"),
            ({"fields": {"id": "R"}}, "a field must not be called like a column, got 'id'; rename it"),
            ({"outcome": "Status"}, "outcome must be an OutcomeColumn or None, got 'Status'; write"),
            ({"numbers": "sta"}, r"numbers must be among fields, got \['sta'\]; did you mean 'staff'"),
            ({"numbers": "staff", "flags": "staff"}, "a field must be a number or a flag, got 'staff' as both"),
            ({"rounding": "half_away"}, "rounding must be None for leads, got 'half_away'; leave it out"),
            (
                {"created_at": "At", "date_format": "%d.%m.%Y"},
                "date_format must write hours and minutes for created_at",
            ),
        ],
    )
    def test_what_contradicts_itself_is_refused(self, given: dict[str, Any], message: str) -> None:
        usual: dict[str, Any] = {"id": "Id", "fields": {"staff": "Staff"}}
        with pytest.raises(InvalidValueError, match=f"LeadFormat: {message}"):
            LeadFormat(**usual | given)
