"""Books out of a folder of nightly exports."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from salesmetrics import DealFormat, DealHistory, Deals, InvalidTableError, InvalidValueError, nightly_books

FORM = DealFormat(id="Id", stage="Stage", created="Created")
DOUBT = {"missing_amount"}


def write(folder: Path, name: str, stage: str = "Qualified") -> Path:
    path = folder / name
    path.write_text(f"Id,Stage,Created\nD-1,{stage},2026-01-05\n")
    return path


def test_each_file_is_the_book_of_its_day_in_order_of_the_days(tmp_path: Path) -> None:
    write(tmp_path, "z 2026-01-06.csv")
    write(tmp_path, "a 2026-01-07.csv", "Product demo")
    write(tmp_path, "notes.txt")
    found = list(nightly_books(tmp_path, FORM, accept=DOUBT))
    assert [day for day, _ in found] == [date(2026, 1, 6), date(2026, 1, 7)]
    for (_, book), name in zip(found, ("z 2026-01-06.csv", "a 2026-01-07.csv"), strict=True):
        assert list(book) == list(Deals.from_csv(tmp_path / name, FORM, accept=DOUBT))


def test_what_was_saved_in_the_evening_is_the_book_of_the_day_after(tmp_path: Path) -> None:
    write(tmp_path, "2026-01-05.csv")
    with pytest.raises(InvalidTableError, match="one saved in the evening is of the day after"):
        DealHistory.from_snapshots(nightly_books(tmp_path, FORM, accept=DOUBT))
    evening = nightly_books(str(tmp_path), FORM, saved="end", accept=DOUBT)
    assert [(one.deal, one.at.date()) for one in DealHistory.from_snapshots(evening)] == [("D-1", date(2026, 1, 5))]


def test_files_are_read_one_at_a_time(tmp_path: Path) -> None:
    write(tmp_path, "2026-01-06.csv")
    books = nightly_books(tmp_path, FORM, accept=DOUBT)
    write(tmp_path, "2026-01-06.csv", "Product demo")  # nothing was read yet
    ((_, book),) = books
    assert book[0].stage == "Product demo"


@pytest.mark.parametrize("name", ["deals.csv", "2026-13-01.csv", "2026-01-06 to 2026-01-07.csv", "12026-01-06.csv"])
def test_a_file_is_called_after_one_day(tmp_path: Path, name: str) -> None:
    write(tmp_path, name)
    with pytest.raises(InvalidValueError, match=f"called after one day, such as deals-2026-01-06.csv, got '{name}'"):
        nightly_books(tmp_path, FORM)


def test_two_files_of_one_day_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "a 2026-01-06.csv")
    write(tmp_path, "b 2026-01-06.csv")
    with pytest.raises(InvalidValueError, match=r"of different days, got 'a 2026-01-06\.csv' and 'b 2026-01-06\.csv'"):
        nightly_books(tmp_path, FORM)


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match="folder must hold files such as"):
        nightly_books(tmp_path, FORM)
    with pytest.raises(InvalidValueError, match="saved must be one of"):
        nightly_books(tmp_path, FORM, saved="evening")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
