"""A table of credits: who has how much of which deal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from attrs import evolve, frozen

from salesmetrics._numeric.columns import Coded, Flags, Index, coded, readonly
from salesmetrics.door.credit_checks import note_contradictions
from salesmetrics.door.csv_file import csv_source
from salesmetrics.door.faults import BadRows, Faults, SetAside, check_door_words, many, set_aside
from salesmetrics.door.objects import objects_of
from salesmetrics.door.opening import opened
from salesmetrics.door.reader import flag
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.format.credit_format import CreditFormat
from salesmetrics.model.credit import Credit
from salesmetrics.model.ramp import exact_share
from salesmetrics.table.table import Table

__all__ = ["Credits", "IntoCredits"]


@frozen(eq=False, slots=False, repr=False)
class Credits(Table[Credit]):
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

    deal: Coded
    rep: Coded
    share: Coded
    overlay: Flags

    set_aside: tuple[SetAside, ...] = ()
    """Rows that the door kept out, with `bad_rows="set_aside"`; empty in tables made from this one."""

    def __attrs_post_init__(self) -> None:
        readonly(self.overlay)

    def __reduce__(self) -> tuple[Any, ...]:
        return Credits, (self.deal, self.rep, self.share, self.overlay, self.set_aside)  # a pickle forgets "read-only"

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
        rows = objects_of(Credit, credits, "Credits")
        table = cls(
            deal=coded([one.deal for one in rows]),
            rep=coded([one.rep for one in rows]),
            share=coded([one.share for one in rows]),
            overlay=np.array([one.overlay for one in rows], np.bool_),
        )
        faults = Faults("Credits")
        note_contradictions([*table.deal], [*table.rep], [*table.share], table.overlay.tolist(), {}, faults)
        faults.settle(len(table), "refuse", ())
        return table

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
        if not isinstance(format, CreditFormat):
            raise InvalidValueError(
                f"format must be a CreditFormat, got {shown(format)}; write CreditFormat(deal=..., rep=..., share=...)"
            )
        check_door_words(bad_rows, ())
        opening = opened(data, format, bad_rows, (), "{'deal': [...], 'rep': [...], 'share': [...]}", "Credits")
        reader, faults = opening.reader, opening.reader.faults
        called = {"deal": format.deal, "rep": format.rep, "share": format.share}
        shares = reader.each(opening.column(format.share), format.share, _reader_of_shares(format))
        overlay = reader.each(opening.column(format.overlay), format.overlay or "overlay", flag)
        table = cls(
            deal=reader.references(opening.column(format.deal), format.deal),
            rep=reader.names(opening.column(format.rep), format.rep),
            share=coded(shares),
            overlay=np.array(overlay, np.bool_),
        )
        for name, column in (("deal", table.deal), ("rep", table.rep), ("share", table.share)):
            faults.note_missing(called[name], name, column.known, "credit", "credits")
        note_contradictions([*table.deal], [*table.rep], shares, table.overlay.tolist(), called, faults)
        if bad_rows == "set_aside":
            table._note_the_rest(faults, format.deal)  # of the same kind
        good, kept = faults.settle(len(table), bad_rows, ())
        return evolve(table.take(good), set_aside=set_aside(faults, kept, opening.raw)) if kept else table

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
            >>> Credits.of([Credit("D-1", "Ada", 1), Credit("D-2", "Bo", 1)]).take(np.array([1]))[0].rep
            'Bo'
        """
        return Credits(self.deal.take(index), self.rep.take(index), self.share.take(index), self.overlay[index])

    def __len__(self) -> int:
        return len(self.overlay)

    def __iter__(self) -> Iterator[Credit]:
        return map(Credit, self.deal, self.rep, self.share, self.overlay.tolist())

    def __repr__(self) -> str:
        deals = many(len(set(self.deal.codes.tolist())), "deal", "deals")
        told = f"; {len(self.set_aside):,} set aside" if self.set_aside else ""
        return f"Credits({many(len(self), 'credit', 'credits')} of {deals}{told})"

    def _note_the_rest(self, faults: Faults, called: str) -> None:
        """Note the other shares of deals of which a credit is at fault."""
        is_good = np.zeros(len(self), np.bool_)
        is_good[faults.good_rows(len(self))] = True
        broken = self.deal.codes[~is_good & self.deal.known]
        rest = np.flatnonzero(is_good & ~self.overlay & np.isin(self.deal.codes, broken))
        faults.note(called, "broken_deal", rest, "credit is of a deal of which another is at fault",
                    "credits are of deals of which others are at fault", "correct the others")  # fmt: skip


IntoCredits: TypeAlias = Credits | Iterable[Credit]
"""What takes credits takes: a table, or any iterable of `Credit`."""

_ONE_OVER_ANOTHER = re.compile(r"\d{1,9}/\d{0,8}[1-9]\d{0,8}", re.ASCII)


def _reader_of_shares(form: CreditFormat) -> Callable[[Any], Fraction]:
    """What reads a cell as an exact share."""
    whole = 100 if form.share_scale == "percent" else 1

    def share(cell: Any) -> Fraction:
        is_ratio = isinstance(cell, str) and _ONE_OVER_ANOTHER.fullmatch(cell)
        exact = (Fraction(cell) if is_ratio else exact_share(cell, form.share)) / whole
        if not 0 < exact <= 1:
            scale = "percentage above 0, up to 100" if whole == 100 else "fraction in (0, 1]"
            other = "fraction" if whole == 100 else "percent"
            raise InvalidValueError(
                f"{form.share} must be a {scale}, got {shown(cell)}; correct it, or write share_scale={other!r}"
            )
        return exact

    return share
