"""Books out of a folder of nightly exports, one at a time."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from salesmetrics.errors import InvalidValueError, check_word, shown
from salesmetrics.format.deal_format import DealFormat
from salesmetrics.table.deals import Deals

__all__ = ["nightly_books"]

_DAY = re.compile(r"(?<!\d)\d{4}-\d\d-\d\d(?!\d)", re.ASCII)


def nightly_books(
    folder: str | Path,
    format: DealFormat,  # noqa: A002  # the word that users look for
    saved: Literal["start", "end"] = "start",
    accept: Collection[str] = (),
) -> Iterator[tuple[date, Deals]]:
    r"""The books of a folder of CSV files, each with its day, as `DealHistory.from_snapshots` takes them.

    Files are called after their days, such as `deals-2026-01-06.csv`, and read one at a time: years of them need no
    more memory than one. Whoever has frames writes the pairs: `(day, Deals.from_columns(frame, format))`.

    Args:
        folder: Where the files are; what is not called `.csv` is not read.
        format: As of `Deals.from_csv`, for all of them.
        saved: Whether files were saved as their day began, or at its "end", so that they are books of the day after.
        accept: As of `Deals.from_csv`.

    Returns:
        Pairs of a day and the book at its start, in order of the days.

    Raises:
        InvalidTableError: A file has rows at fault.
        InvalidValueError: The folder has no such files, one is called after no day or after several, or two are of one
            day.
        OSError: A file cannot be read.

    Examples:
        >>> import tempfile
        >>> from salesmetrics import DealHistory
        >>> form = DealFormat(id="Id", stage="Stage", created="Created")
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     for day, stage in (("2026-01-06", "Qualified"), ("2026-01-07", "Product demo")):
        ...         path = Path(folder, f"deals-{day}.csv")
        ...         _ = path.write_text(f"Id,Stage,Created\nD-1,{stage},2026-01-05\n")
        ...     history = DealHistory.from_snapshots(nightly_books(folder, form, accept={"missing_amount"}))
        >>> history
        DealHistory(2 changes of 1 deal: stage)
    """
    check_word(saved, ("start", "end"), "saved")
    files: dict[date, Path] = {}
    for path in sorted(Path(folder).glob("*.csv")):
        day = _day_of(path)
        if day in files:
            raise InvalidValueError(
                f"files must be of different days, got {shown(files[day].name)} and {shown(path.name)}; keep one"
            )
        files[day] = path
    if not files:
        raise InvalidValueError(
            f"folder must hold files such as deals-2026-01-06.csv, got {shown(str(folder))} without any; name another"
        )
    later = timedelta(saved == "end")
    return ((day + later, Deals.from_csv(files[day], format, accept=accept)) for day in sorted(files))


def _day_of(path: Path) -> date:
    """The day that a file is called after."""
    found = _DAY.findall(path.name)
    try:
        (day,) = map(date.fromisoformat, found)
    except ValueError:
        raise InvalidValueError(
            f"a file must be called after one day, such as deals-2026-01-06.csv, got {shown(path.name)}; rename it, or "
            "keep it elsewhere"
        ) from None
    return day
