"""CSV files of any bytes: every cell is read as it was written, or the file is refused in few words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args

from attrs import asdict
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from refusals import check_refusal
from salesmetrics import DealFormat, Deals, InvalidTableError, OutcomeColumn
from salesmetrics.door.csv_file import csv_source
from salesmetrics.door.faults import DOUBTS, BadRows

HEADER = "Id Stage Amount Created Close P Kind ARR Units Region Status Currency".split()
FORM = DealFormat(
    id="Id",
    stage="Stage",
    amount="Amount",
    created="Created",
    close="Close",
    probability="P",
    kind="Kind",
    values={"arr": "ARR", "units": "Units"},
    plain_values=["units"],
    labels={"region": "Region"},
    outcome=OutcomeColumn("Status", "Won", "Lost", "Open"),
    currency_column="Currency",
)
ROWS = [
    "D-1 Qualified 12.50 2026-01-05 2026-03-01 0.5 new 100 5 EMEA Open USD".split(),
    "D-2 Won 800 2026-01-09 2026-02-01 1 renewal 0 -7 Ünal Won USD".split(),
    ["D-3", "Lost", "-3.00", "2026-01-09", "2026-01-01", "", "", "", "", "", "", "USD"],
]
LINE_ENDS = st.sampled_from(["\n", "\r", "\r\n"])
CELLS = st.sampled_from(
    [
        "",
        " ",
        "5",
        "2026-01-31",
        "Won",
        "a,b",
        'say "hi"',
        "two\nlines",
        "a\r",
        "\0",
        "\x1b[31m",
        "\ufeff",
        "=1",
        "x" * 999,
    ]
) | st.text(max_size=5)


def line(cells: Sequence[str], end: str, *, quoted: bool = False) -> str:
    """A row as CSV writes it, with quotes where they are needed, or everywhere."""

    def written(cell: str) -> str:
        needs_quotes = quoted or len(cells) == 1 or any(mark in cell for mark in ',"\r\n')
        return '"' + cell.replace('"', '""') + '"' if needs_quotes else cell

    return ",".join(map(written, cells)) + end


GOOD = "".join(line(cells, "\n") for cells in [HEADER, *ROWS]).encode()


def check_read(data: bytes, form: DealFormat = FORM, n_rows: int | None = None) -> None:
    """Read a file of these bytes in every way: no row is lost, and a refusal is one of ours and short."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "deals.csv")
        path.write_bytes(data)
        for accept in ((), DOUBTS):
            for bad_rows in get_args(BadRows):
                try:
                    deals = Deals.from_csv(path, form, bad_rows, accept)
                except InvalidTableError as fault:
                    check_refusal(fault)
                    continue
                assert n_rows is None or len(deals) + len(deals.set_aside) == n_rows
                assert Deals.of(list(deals), deals.process, accept=accept) == deals
                assert all(str(problem).isprintable() for row in deals.set_aside for problem in row.problems)


def test_the_good_file_is_good() -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "deals.csv")
        path.write_bytes(GOOD)
        assert [deal.id for deal in Deals.from_csv(path, FORM, accept=DOUBTS)] == ["D-1", "D-2", "D-3"]


@given(st.binary() | st.text('Id,Stage\r\n";\0\ufeff ').map(str.encode))
@example(b"\xef\xbb\xbf" * 3)
@example(b"\xef\xbb\xbf" + GOOD)
@example(GOOD + b'"')
@example(GOOD + b"D-4," + b"x" * 131_072 + b",1")
@example(GOOD + b"D-4," + b"x" * 131_073 + b",1")
@example(b'"' + b"x" * 1_000_000)
@example(b"," * 100_000)
@example(b"x" * 131_072 + b"," + b"y" * 131_072 + b"\n1,2")
@example(",".join(f"c{number}" for number in range(20_000)).encode())
@example(GOOD.replace(b"Units", b"Un\x1b[31mits") + b"\r" * 1_000)
def test_any_bytes_are_read_or_refused_in_few_words(data: bytes) -> None:
    check_read(data)


@given(st.data())
def test_a_spoilt_file_is_read_or_refused_in_few_words(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(GOOD)))
    piece = data.draw(st.sampled_from([b"", b'"', b",", b"\n", b"\r", b"\0", b"\xff", b"9" * 50]) | st.binary())
    check_read(GOOD[:start] + piece + GOOD[start + data.draw(st.integers(0, 40)) :])


@st.composite
def rows_of_any_width(draw: DrawFn) -> tuple[bytes, int]:
    """A file with the good header and rows of anything, each line ended in its own way; and how many rows it has."""
    rows = draw(st.lists(st.sampled_from(ROWS) | st.lists(CELLS, min_size=1, max_size=len(HEADER) + 2), max_size=6))
    text = "".join(line(cells, draw(LINE_ENDS), quoted=draw(st.booleans())) for cells in [HEADER, *rows])
    return (draw(st.sampled_from(["", "\ufeff"])) + text).encode(), len(rows)


@given(rows_of_any_width())
def test_no_row_is_lost(file: tuple[bytes, int]) -> None:
    data, n_rows = file
    check_read(data, n_rows=n_rows)


@given(st.sampled_from(["\x1b[31m\n", "n" * 100_000, "Close\nDate", "\u202e", '"', "<b>"]), st.sampled_from(HEADER[2:]))
def test_a_column_may_be_called_anything(name: str, column: str) -> None:
    renamed = [name if one == column else one for one in HEADER]
    form = _renamed(column, name)
    rows = [*ROWS, ["?"] * len(HEADER)]
    check_read("".join(line(cells, "\r\n") for cells in [renamed, *rows]).encode(), form, n_rows=len(rows))
    check_read(GOOD, form)  # which has no such column


def _renamed(column: str, name: str) -> DealFormat:
    changed: dict[str, Any] = {}
    for field, value in asdict(FORM, recurse=False).items():
        if value == column:
            changed[field] = name
        elif field in ("values", "labels"):
            changed[field] = {key: name if one == column else one for key, one in value.items()}
        elif field == "outcome" and value.column == column:
            changed[field] = OutcomeColumn(name, value.won, value.lost, value.open)
        else:
            changed[field] = value
    return DealFormat(**changed)


@st.composite
def grids(draw: DrawFn) -> tuple[bytes, dict[str, list[str]]]:
    """A file and what it says: cells of any text under different names, written in any way that CSV has."""
    names = draw(st.lists(CELLS, min_size=2, max_size=4, unique=True).filter(lambda names: names[0][:1] != "\ufeff"))
    rows = draw(st.lists(st.lists(CELLS, min_size=len(names), max_size=len(names)), max_size=5))
    lines = []
    for cells in [names, *rows]:
        lines += [line(cells, draw(LINE_ENDS), quoted=draw(st.booleans())), draw(st.sampled_from(["", "\n", "\r\n"]))]
    text = draw(st.sampled_from(["", "\ufeff"])) + "".join(lines)
    return text.encode(), {name: [cells[place] for cells in rows] for place, name in enumerate(names)}


@given(grids())
def test_every_cell_is_read_as_it_was_written(file: tuple[bytes, dict[str, list[str]]]) -> None:
    data, columns = file
    with TemporaryDirectory() as folder:
        path = Path(folder, "deals.csv")
        path.write_bytes(data)
        source = csv_source(path)
    assert {name: source.cells(name, repeats=True) for name in source.names} == columns
    assert source.faults.found == []
