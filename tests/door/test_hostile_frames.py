"""Frames and files as nobody would wish them: read in bounded time, nothing lost, said clearly."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from attrs import evolve

from backends import BACKENDS, duckdb, pa, pd, pl, table_of
from salesmetrics import DealFormat, Deals, InvalidTableError, MissingColumnError
from salesmetrics._numeric.instants import instant_number
from salesmetrics.door.source import told_apart

FORM = DealFormat(
    id="Id", stage="Stage", amount="Amount", owner="Owner", created="Created", currency="USD", labels={"note": "Note"}
)
GOOD = {"Id": "D-1", "Stage": "Qualified", "Amount": "12.50", "Owner": "Ada", "Created": "2026-01-05", "Note": "x"}
N = 100_000
BAD = {7: ("Stage", "Qualifed"), 50_000: ("Amount", "1,000"), N - 1: ("Created", "31.12.2026")}


def with_three_bad_rows() -> dict[str, Any]:
    """Columns of many rows, three of which cannot be read."""
    columns: dict[str, Any] = {name: np.full(N, cell, object) for name, cell in GOOD.items()}
    columns["Id"] = np.arange(N)
    for row, (name, cell) in BAD.items():
        columns[name][row] = cell
    columns["Unread"] = np.arange(N) * 2
    return columns


def problems(data: Any, form: DealFormat = FORM) -> list[str]:
    with pytest.raises(InvalidTableError) as caught:
        Deals.from_columns(data, form)
    return [str(problem) for problem in caught.value.problems]


class TestThreeBadRowsOfMany:
    def check(self, data: Any) -> None:
        table = Deals.from_columns(data, FORM, bad_rows="set_aside")
        assert len(table) == N - 3
        assert [aside.row for aside in table.set_aside] == [*BAD]
        for aside, (name, cell) in zip(table.set_aside, BAD.values(), strict=True):
            assert aside.cells == {**GOOD, "Id": aside.row, "Unread": 2 * aside.row, name: cell}
            (problem,) = aside.problems
            assert (problem.column, problem.rows) == (name, (aside.row,))
        assert not np.isin([*BAD], table.id).any()

    def test_of_a_mapping(self) -> None:
        self.check(with_three_bad_rows())

    @pytest.mark.parametrize("build", [pl.DataFrame, pd.DataFrame, pa.table], ids=["polars", "pandas", "pyarrow"])
    def test_of_a_frame(self, build: Any) -> None:
        columns = with_three_bad_rows()
        texts = {name: cells.tolist() if cells.dtype == object else cells for name, cells in columns.items()}
        self.check(build(texts))

    def test_of_a_file(self, tmp_path: Path) -> None:
        columns = with_three_bad_rows()
        path = tmp_path / "deals.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows(zip(*(cells.tolist() for cells in columns.values()), strict=True))
        table = Deals.from_csv(path, FORM, bad_rows="set_aside")
        assert len(table) == N - 3
        assert [aside.cells for aside in table.set_aside] == [
            {**GOOD, "Id": str(row), "Unread": str(2 * row), name: cell} for row, (name, cell) in BAD.items()
        ]

    def test_cells_of_other_rows_are_not_touched(self) -> None:
        class Cells(list[str]):
            """Gives single cells only."""

            asked: list[int]

            def __getitem__(self, row: Any) -> Any:
                self.asked.append(row)
                return super().__getitem__(row)

            def __iter__(self) -> Iterator[str]:
                raise AssertionError

        unread = Cells("abc")
        unread.asked = []
        data = {"Id": [1, 2, 3], "Stage": ["Qualified", "?", "Qualified"], "Unread": unread}
        form = DealFormat(id="Id", stage="Stage")
        table = Deals.from_columns(data, form, bad_rows="set_aside", accept={"missing_amount", "missing_created"})
        assert table.set_aside[0].cells == {"Id": 2, "Stage": "?", "Unread": "b"}
        assert unread.asked == [1]


class TestColumnNames:
    @pytest.fixture(params=BACKENDS)
    def backend(self, request: pytest.FixtureRequest) -> Any:
        return BACKENDS[request.param]

    def test_five_known_columns_of_37(self, backend: Any) -> None:
        known = {name: [cell] * 3 for name, cell in GOOD.items() if name != "Note"} | {"Id": [1, 2, 3]}
        strange: dict[str, Any] = {f"Column {place}": [[place], None, [1, 2]] for place in range(32)}
        columns = dict(sorted({**strange, **known}.items()))
        assert len(columns) == 37
        table = Deals.from_columns(backend(table_of(**columns)), evolve(FORM, labels={}))
        assert [(deal.id, deal.owner) for deal in table] == [(1, "Ada"), (2, "Ada"), (3, "Ada")]
        bad = table_of(**{**columns, "Amount": ["1", "x", "2"]})
        (aside,) = Deals.from_columns(backend(bad), evolve(FORM, labels={}), bad_rows="set_aside").set_aside
        assert [*aside.cells] == [*columns]

    def repeated(self) -> list[Any]:
        """Frames with the columns Id, Stage, Note, Note, Stage (2), Id (2), Note."""
        names = ["Id", "Stage", "Note", "Note", "Stage (2)", "Id", "Note"]
        cells = [[1, 2], ["Qualified", "?"], ["a", "b"], ["c", "d"], ["e", "f"], [3, 4], ["g", "h"]]
        table = pa.table([pa.array(one) for one in cells], names=names)
        pandas = pd.concat([pd.Series(one) for one in cells], axis=1)
        return [
            pandas.set_axis(names, axis=1),
            table,
            duckdb.from_arrow(table.rename_columns([*"abcdefg"])).project(
                ", ".join(f'{old} as "{new}"' for old, new in zip("abcdefg", names, strict=True))
            ),
        ]

    def test_a_repeated_column_is_a_problem_where_the_format_names_it(self) -> None:
        for frame in self.repeated():
            assert problems(frame, DealFormat(id="Id", stage="Stage"))[0] == (
                "Id: the data have several columns of this name; rename all but one"
            )

    def test_others_are_left_alone_and_their_cells_kept(self) -> None:
        form = DealFormat(id="Stage (2)", stage="Stage")
        for frame in self.repeated():
            table = Deals.from_columns(frame, form, bad_rows="set_aside", accept={"missing_amount", "missing_created"})
            assert [deal.id for deal in table] == ["e"]
            (aside,) = table.set_aside
            assert aside.cells == {
                "Id": 2, "Stage": "?", "Note": "b", "Note (2)": "d", "Stage (2)": "f", "Id (2)": 4, "Note (3)": "h",
            }  # fmt: skip

    def test_names_are_told_apart(self) -> None:
        assert told_apart(["a", "a (2)", "a", "a", "a (2)", 0, "0", None]) == (
            ["a", "a (2)", "a (3)", "a (4)", "a (2) (2)", "0", "0 (2)", "None"],
            {"a", "a (2)", "0"},
        )
        many, repeated = told_apart(["x"] * 100_000)
        assert (len(set(many)), repeated) == (100_000, {"x"})

    def test_names_that_are_no_texts(self) -> None:
        frame = pd.DataFrame([[1, "Qualified", 5], [2, "?", 6]], columns=[0, ("a", "b"), None])
        form = DealFormat(id="0", stage="('a', 'b')")
        table = Deals.from_columns(frame, form, bad_rows="set_aside", accept={"missing_amount", "missing_created"})
        assert [deal.id for deal in table] == [1]
        assert [*table.set_aside[0].cells.values()] == [2, "?", 6]
        assert [*frame.columns][:2] == [0, ("a", "b")]

    def test_the_index_of_a_frame_does_not_count_its_rows(self) -> None:
        frame = pd.DataFrame({"Id": [1, 2, 3], "Stage": ["Qualified", "?", "Qualified"]}, index=[5, 5, 0])
        form = DealFormat(id="Id", stage="Stage")
        (aside,) = Deals.from_columns(
            frame, form, bad_rows="set_aside", accept={"missing_amount", "missing_created"}
        ).set_aside
        assert (aside.row, aside.cells) == (1, {"Id": 2, "Stage": "?"})


@pytest.mark.parametrize("backend", BACKENDS)
class TestCellsOfRowsThatAreSetAside:
    """What stood in the columns that nobody reads, of whatever kind."""

    def cells(self, backend: str, note: Any) -> list[Any]:
        """The notes of rows that are set aside."""
        rows = {name: [cell] * len(note) for name, cell in GOOD.items() if name != "Note"}
        table = pa.table({**rows, "Id": range(len(note)), "Stage": ["Qualifed"] * len(note), "Note": note})
        form = evolve(FORM, labels={})
        book = Deals.from_columns(BACKENDS[backend](table), form, bad_rows="set_aside")
        again = Deals.from_columns(BACKENDS[backend](table), form, bad_rows="set_aside")
        assert book.set_aside == again.set_aside
        return [row.cells["Note"] for row in book.set_aside]

    @pytest.mark.parametrize(
        "note",
        [
            pa.array(["a", None]),
            pa.array([1, None]),
            pa.array([0.5, None]),
            pa.array([True, None]),
            pa.array([datetime(2026, 1, 5), None]),  # noqa: DTZ001
            pa.array([datetime(2026, 1, 5, tzinfo=UTC), None]),
        ],
        ids=lambda note: str(note.type),
    )
    def test_gaps_are_none_in_every_library(self, backend: str, note: Any) -> None:
        first, second = self.cells(backend, note)
        assert second is None
        assert first == note[0].as_py()

    def test_days_after_all_that_python_knows(self, backend: str) -> None:
        if backend in ("pandas", "pandas nullable"):
            pytest.skip("numpy's columns in pandas have no days, only times at midnight")
        note = pa.array([2**31 - 1, None, 0], pa.int32()).cast(pa.date32())  # Postgres' and duckdb's "infinity"
        assert self.cells(backend, note) == [np.datetime64("5881580-07-11"), None, date(1970, 1, 1)]

    @pytest.mark.parametrize("zone", [None, "UTC", "Asia/Tokyo"])
    def test_times_after_all_that_python_knows(self, backend: str, zone: str | None) -> None:
        known = datetime(2026, 1, 5, tzinfo=UTC)
        last = 253_402_300_799 * 10**6  # the last second of 9999, which is another year in Tokyo
        note = pa.array([10**18, None, instant_number(known), last], pa.timestamp("us", zone))
        far, gap, day, sentinel = self.cells(backend, note)
        assert (far, gap) == (np.datetime64("33658-09-27T01:46:40.000"), None)
        assert day == (known if zone else known.replace(tzinfo=None))
        expected: Any = datetime(9999, 12, 31, 23, 59, 59)  # noqa: DTZ001
        assert sentinel == (np.datetime64(expected, "ms") if zone else expected)

    def test_kinds_that_arrow_cannot_pick_from(self, backend: str) -> None:
        if not backend.startswith("pyarrow"):
            pytest.skip("a kind of Arrow's own")
        assert self.cells(backend, pa.array([b"a", None], pa.binary_view())) == [b"a", None]


class TestHostileFiles:
    def test_everything_at_once(self, tmp_path: Path) -> None:
        path = tmp_path / "deals.csv"
        header = ",".join([*GOOD, *(f"Column {place}" for place in range(29)), "Twice", "Twice"])
        row = ",".join([*GOOD.values(), *["=cmd()"] * 31])
        lines = [
            f"\ufeff{header}\r\n",
            f"{row}\n",
            "\n",
            row.replace("D-1", "D-2") + "\r",
            "D-3,Won\r\n",
            f"{row},surplus,cells\n".replace("D-1", "D-4"),
            '"D-5","Qualified","1","Ada","2026-01-05","two\r\nlines"' + "," * 31 + "\r\r\n",
        ]
        path.write_bytes("".join(lines).encode())
        table = Deals.from_csv(path, FORM, bad_rows="set_aside")
        assert [(deal.id, deal.labels["note"]) for deal in table] == [
            ("D-1", "x"),
            ("D-2", "x"),
            ("D-5", "two\r\nlines"),
        ]
        short, long = table.set_aside
        assert (short.row, long.row) == (2, 3)
        assert (short.cells["Id"], short.cells["Amount"], short.cells["Twice (2)"]) == ("D-3", "", "")
        assert (long.cells["Twice (2)"], long.cells["(cells beyond the header)"]) == ("=cmd()", ["surplus", "cells"])
        assert len(long.cells) == 38
        assert {problem.rule for problem in long.problems} == {"ragged_row"}

    def test_a_hundred_thousand_columns(self, tmp_path: Path) -> None:
        path = tmp_path / "deals.csv"
        path.write_text(",".join(["Id", *["x"] * 100_000]) + "\n" + ",".join("1" * 100_001) + "\n", "utf-8")
        with pytest.raises(MissingColumnError) as caught:
            Deals.from_csv(path, FORM)
        assert len(str(caught.value)) < 5000

    def test_a_long_field_is_said(self, tmp_path: Path) -> None:
        path = tmp_path / "deals.csv"
        path.write_text("Id,Stage\n" + "x" * 200_000 + ",Won\n", "utf-8")
        with pytest.raises(InvalidTableError, match="field larger than field limit"):
            Deals.from_csv(path, DealFormat(id="Id", stage="Stage"))


def test_a_mapping_needs_no_frame_library(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("narwhals", "narwhals.stable.v2", "pandas", "polars", "pyarrow"):
        monkeypatch.setitem(sys.modules, name, None)
    columns = {name: [cell] for name, cell in GOOD.items()}
    assert [deal.id for deal in Deals.from_columns(columns, FORM)] == ["D-1"]
