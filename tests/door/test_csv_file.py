from __future__ import annotations

from csv import field_size_limit
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from salesmetrics import (
    Activities,
    Assignments,
    Credits,
    DealFormat,
    DealHistory,
    Deals,
    InvalidTableError,
    InvalidValueError,
    Leads,
    MissingColumnError,
    Money,
    Quotas,
)

pytestmark = pytest.mark.thread_unsafe(reason="the threads would share the one file of the fixture")

FORM = DealFormat(id="Id", stage="Stage", amount="Amount", created="Created", currency="USD", labels={"note": "Note"})
HEADER = "Id,Stage,Amount,Created,Note\n"
ROW = "D-1,Qualified,12.50,2026-01-05,x\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deals.csv"


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def fault(path: Path, text: str | bytes) -> str:
    with pytest.raises(InvalidTableError) as caught:
        Deals.from_csv(write(path, text), FORM)
    start = f"{path} has 1 problem:\n- "
    assert str(caught.value).startswith(start)
    assert len(str(caught.value)) < 1000
    return str(caught.value).removeprefix(start)


@pytest.mark.parametrize(
    "text",
    [
        HEADER + ROW,
        "\ufeff" + HEADER + ROW,
        (HEADER + ROW).replace("\n", "\r\n"),
        (HEADER + ROW).replace("\n", "\r"),
        HEADER + "\n\n" + ROW + "\r\n\n",
        (HEADER + ROW).rstrip("\n"),
        '"Id","Stage","Amount","Created","Note"\n"D-1","Qualified","12.50","2026-01-05","x"\n',
    ],
)
def test_the_same_deal_in_any_file(path: Path, text: str) -> None:
    for name in (write(path, text), str(path)):
        (deal,) = Deals.from_csv(name, FORM)
        assert (deal.id, deal.stage, deal.amount, deal.labels) == (
            "D-1",
            "Qualified",
            Money(1250, "USD"),
            {"note": "x"},
        )


@pytest.mark.parametrize(
    "note",
    ["a,b", 'say ""hi""', "two\nlines", "two\r\nlines", "<script>", "\x1b[31m", "é 雪", "nul\0", "=1+1", " blanks "],
)
def test_text_stays_as_it_is(path: Path, note: str) -> None:
    (deal,) = Deals.from_csv(write(path, HEADER + ROW.replace("x", f'"{note}"')), FORM)
    assert deal.labels["note"] == note.replace('""', '"')


def test_header_only_is_the_empty_book(path: Path) -> None:
    assert list(Deals.from_csv(write(path, HEADER), FORM)) == []


@pytest.mark.parametrize("text", ["", "\ufeff", "\n", "\n" + HEADER])
def test_a_file_starts_with_its_header(path: Path, text: str) -> None:
    message = "file: a CSV file must start with a row of column names, got none; add it"
    assert fault(path, text) == message


def test_a_missing_column_is_named(path: Path) -> None:
    with pytest.raises(MissingColumnError, match=r"- Stage: the data have no such column; did you mean 'stages'?"):
        Deals.from_csv(write(path, HEADER.replace("Stage", "stages") + ROW), FORM)


@pytest.mark.parametrize(
    ("text", "came"),
    [
        (b"Id,\xff\n", "0xff after 'Id,'"),
        (b"\xff\xfe" + HEADER.encode("utf-16-le"), "0xff"),
        ("Id,Größe\n".encode("latin-1"), "0xf6 after 'Id,Gr'"),
        ((HEADER + ROW * 10**4).encode() + "D-2,Größe\n".encode("latin-1"), r"0xf6 after ',2026-01-05,x\nD-2,Gr'"),
    ],
)
def test_other_encodings(path: Path, text: bytes, came: str) -> None:
    assert fault(path, text) == f"file: a CSV file must be in UTF-8, got the byte {came}; save it as CSV UTF-8"


@pytest.mark.parametrize(
    ("text", "line", "came"),
    [
        ('"Id', 1, "unexpected end of data; check its quotes"),
        (HEADER + "\n" + ROW * 2 + '"D-2,Won\n' + ROW * 3, 5, "unexpected end of data; check its quotes"),
        (HEADER + ROW.replace("x", '"two\nlines"') + '"a"b,c\n', 4, "',' expected after '\"'; check its quotes"),
    ],
)
def test_what_is_no_csv(path: Path, text: str, line: int, came: str) -> None:
    start = "file: the file must be CSV, got one that is not, in the row that begins in line "
    assert fault(path, text) == f"{start}{line}: {came}"


@pytest.mark.parametrize(("text", "line"), [("x" * 10**6, 1), (HEADER + ROW + "x" * 10**6, 3)])
def test_a_cell_may_be_too_long(path: Path, text: str, line: int) -> None:
    assert fault(path, text) == (
        f"file: the file must be CSV, got one that is not, in the row that begins in line {line}: field larger than "
        f"field limit ({field_size_limit()}); check its quotes, or leave out the column that has longer texts"
    )


def test_names_of_the_columns_that_are_read_differ(path: Path) -> None:
    message = "Note: the data have several columns of this name; rename all but one"
    assert fault(path, HEADER.replace("\n", ",Note\n") + ROW.replace("\n", ",y\n")) == message
    long = "x" * 100_000
    with pytest.raises(MissingColumnError) as caught:
        Deals.from_csv(write(path, f"{long},{long}\n"), FORM)
    assert len(str(caught.value)) < 1000 + 5 * 200


def test_other_columns_may_share_a_name(path: Path) -> None:
    text = "Id,,Stage,Amount,Created,Note,,(2),\nD-1,a,Qualified,x,2026-01-05,n,b,c,d\nD-2,,Won,1,,,,,\n"
    table = Deals.from_csv(write(path, text), FORM, bad_rows="set_aside", accept={"missing_close", "missing_created"})
    assert [deal.id for deal in table] == ["D-2"]
    (aside,) = table.set_aside
    assert aside.cells == {
        "Id": "D-1",
        "": "a",
        "Stage": "Qualified",
        "Amount": "x",
        "Created": "2026-01-05",
        "Note": "n",
        " (2)": "b",
        "(2)": "c",
        " (3)": "d",
    }


def test_ragged_rows_are_refused_together(path: Path) -> None:
    text = (
        HEADER + "D-1,Qualified\n" + "\n" + ROW.replace("D-1", "D-2") + ROW.replace("x", "x,y,z").replace("D-1", "D-3")
    )
    with pytest.raises(InvalidTableError) as caught:
        Deals.from_csv(write(path, text), FORM)
    assert [str(problem) for problem in caught.value.problems] == [
        "file: 2 rows do not have the 5 cells of the header (rows 0, 2); quote commas inside cells",
        "Amount: 1 deal has no amount (row 0); give what each one is worth, or accept={'missing_amount'}",
        (
            "Created: 1 deal has no day of creation (row 0); give the day on which each one came into the book, "
            "or accept={'missing_created'}"
        ),
    ]


def test_ragged_rows_are_set_aside_with_every_cell(path: Path) -> None:
    text = HEADER + ROW.replace("x", "x,y,z") + ROW.replace("D-1", "D-2") + "D-3,Won\n"
    table = Deals.from_csv(write(path, text), FORM, bad_rows="set_aside")
    assert [deal.id for deal in table] == ["D-2"]
    long, short = table.set_aside
    row = {"Id": "D-1", "Stage": "Qualified", "Amount": "12.50", "Created": "2026-01-05", "Note": "x"}
    assert (long.row, long.cells) == (0, {**row, "(cells beyond the header)": ["y", "z"]})
    assert [str(problem) for problem in long.problems] == [
        "file: the row does not have the 5 cells of the header (row 0); quote commas inside cells"
    ]
    assert (short.row, short.cells["Id"], short.cells["(cells beyond the header)"]) == (2, "D-3", None)
    assert {problem.rule for problem in short.problems} == {
        "ragged_row",
        "missing_amount",
        "missing_created",
        "missing_close",
    }


def test_rows_are_counted_without_header_and_blank_lines(path: Path) -> None:
    with pytest.raises(InvalidTableError, match=r"Stage: a stage must be one of the process, got 'Wno' \(row 1\)"):
        Deals.from_csv(write(path, HEADER + "\n" + ROW + "\n" + "D-2,Wno,1,2026-01-05,\n"), FORM)


def test_no_file(path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Deals.from_csv(path, FORM)


@pytest.mark.parametrize(
    "read", [Deals, Leads, Activities, Quotas, DealHistory, Assignments, Credits], ids=lambda table: table.__name__
)
def test_what_is_no_path(read: Any) -> None:
    with pytest.raises(InvalidValueError) as caught:
        read.from_csv(StringIO(HEADER + ROW), FORM)
    assert str(caught.value) == "path must be that of a file, got StringIO; write 'data.csv', or use from_columns"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        Deals.from_csv(tmp_path, FORM)


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_cells_parted_by_another_mark_are_said(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "deals.csv"
    path.write_text(mark.join(("Id", "Stage")) + "\n", "utf-8")
    with pytest.raises(InvalidTableError, match=r"cells must be parted by commas, got a header of one cell"):
        Deals.from_csv(path, DealFormat(id="Id", stage="Stage"))
