"""A table of credits: who has how much of which deal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

from attrs import evolve, frozen

from salesmetrics._numeric.columns import Index
from salesmetrics.door.credit_columns import CreditColumns, columns_of_credit_cells, columns_of_credits
from salesmetrics.door.csv_file import csv_source
from salesmetrics.door.faults import BadRows, SetAside, many
from salesmetrics.format.credit_format import CreditFormat
from salesmetrics.model.credit import Credit
from salesmetrics.table.table import Table

__all__ = ["Credits", "IntoCredits"]


@frozen(eq=False, slots=False, repr=False)
class Credits(CreditColumns, Table[Credit]):
    """Who is credited with how much of which deal: a sequence of `Credit`, in checked, read-only columns.

    Make one with `Credits.of`, `Credits.from_columns` or `Credits.from_csv`. The shares of a deal add up to exactly 1,
    those of specialists (`overlay`) aside. Deals of which it has no credit are their owners'.

    Columns: `deal` (ids), `rep` (names), `share` (exact fractions) and `overlay`.

    Examples:
        >>> splits = Credits.of([Credit("D-1", "Ada", "0.75"), Credit("D-1", "Bo", "0.25")])
        >>> splits
        Credits(2 credits of 1 deal)
        >>> splits.share[0]
        Fraction(3, 4)
    """

    set_aside: tuple[SetAside, ...] = ()
    """Rows that the door kept out, with `bad_rows="set_aside"`; empty in tables made from this one."""

    @classmethod
    def of(cls, credits: IntoCredits) -> Credits:  # noqa: A002  # what they are
        """A table of credits; a table passes through as it is.

        Args:
            credits: `Credits`, or any iterable of `Credit`.

        Raises:
            InvalidTableError: A rep has two credits of a deal, or its shares do not add up to 1; `.problems` lists
                every fault.
            InvalidValueError: Something other than credits came.

        Laws:
            round_trip: `list(Credits.of(credits))` equals the credits.

        Examples:
            >>> Credits.of([Credit("D-1", "Ada", "0.5"), Credit("D-1", "Bo", "0.4")])
            Traceback (most recent call last):
            salesmetrics.errors.InvalidTableError: Credits has 1 problem:
            - share: the shares of a deal must add up to exactly 1, got 9/10 of 'D-1' (rows 0, 1); correct a share; \
write thirds as Fraction(1, 3), and as 1/3 in data
        """
        if isinstance(credits, Credits):
            return credits
        return cls._of_columns(columns_of_credits(credits))

    @classmethod
    def from_columns(
        cls,
        data: Any,
        format: CreditFormat,  # noqa: A002  # the word that users look for
        bad_rows: BadRows = "refuse",
    ) -> Credits:
        """A table from a frame or from other columns of foreign data, read through a format.

        Args:
            data: Column names to columns, or with the extra `frames` a frame, as in `Deals.from_columns`.
            format: Which column is which, and how cells are written.
            bad_rows: "refuse" the table when a row is at fault, or carry such rows apart in `.set_aside`. With a credit
                go all others that share its deal, because nobody knows whose the rest is; the deal is its owner's then.

        Raises:
            InvalidTableError: Columns are missing or of different lengths, cells cannot be read, or credits contradict
                each other; `.problems` lists every fault.
            InvalidValueError: The data are neither a mapping nor a frame, the format is none, or the word is misspelt.
            MissingExtraError: The data are a frame, and the extra `frames` is not installed.

        Laws:
            same_door: Columns and objects of the same credits make the same table.

        Examples:
            >>> form = CreditFormat(deal="Deal", rep="Rep", share="Split", share_scale="percent")
            >>> data = {"Deal": ["D-1", "D-1"], "Rep": ["Ada", "Bo"], "Split": [75, 25]}
            >>> print(Credits.from_columns(data, form)[1].share)
            1/4
        """
        return cls._of_columns(*columns_of_credit_cells(data, format, bad_rows))

    @classmethod
    def from_csv(
        cls,
        path: str | Path,
        format: CreditFormat,  # noqa: A002  # the word that users look for
        bad_rows: BadRows = "refuse",
    ) -> Credits:
        r"""A table from a CSV file in UTF-8 with a header.

        Args:
            path: The file.
            format: Which column is which, and how cells are written.
            bad_rows: As in `from_columns`; rows are counted from 0, the header and blank lines not counted.

        Raises:
            InvalidTableError: As `from_columns`; also when the file is not CSV.
            OSError: The file cannot be read.

        Examples:
            >>> import tempfile
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     path = Path(folder, "splits.csv")
            ...     _ = path.write_text("Deal,Rep,Share\nD-1,Ada,1/3\nD-1,Bo,2/3\n")
            ...     Credits.from_csv(path, CreditFormat(deal="Deal", rep="Rep", share="Share"))
            Credits(2 credits of 1 deal)
        """
        return cls.from_columns(csv_source(path), format, bad_rows)

    def take(self, index: Index) -> Credits:
        """The credits at these places, in this order; a slice is a view and copies nothing.

        Examples:
            >>> import numpy as np
            >>> Credits.of([Credit("D-1", "Ada", 1), Credit("D-2", "Bo", 1)]).take(np.array([1]))[0].rep
            'Bo'
        """
        return evolve(self, **self.rows(index), set_aside=())

    def __len__(self) -> int:
        return len(self.overlay)

    def __iter__(self) -> Iterator[Credit]:
        return map(Credit, self.deal, self.rep, self.share, self.overlay.tolist())

    def __repr__(self) -> str:
        deals = many(len(set(self.deal.codes.tolist())), "deal", "deals")
        return f"Credits({many(len(self), 'credit', 'credits')} of {deals}{self._and_aside})"


IntoCredits: TypeAlias = Credits | Iterable[Credit]
"""What takes credits takes: a table, or any iterable of `Credit`."""
