"""The columns of a table of credits, laid down from objects or read from foreign columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

import numpy as np
from attrs import fields, frozen

from salesmetrics._numeric.columns import Coded, Flags, Index, coded, readonly
from salesmetrics.door.cell_values import as_flag
from salesmetrics.door.credit_checks import note_contradictions
from salesmetrics.door.faults import BadRows, Faults, SetAside, check_door_words, good_rows_of
from salesmetrics.door.objects import objects_of
from salesmetrics.door.opening import opened
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.format.credit_format import CreditFormat
from salesmetrics.model.credit import Credit
from salesmetrics.model.ramp import exact_share

__all__ = ["CreditColumns", "columns_of_credit_cells", "columns_of_credits"]

_ONE_OVER_ANOTHER = re.compile(r"\d{1,9}/\d{0,8}[1-9]\d{0,8}", re.ASCII)


@frozen(eq=False)
class CreditColumns:
    """The columns of a table of credits; a credit stands at the same place in each.

    Args:
        deal: Ids of deals.
        rep: Names of reps.
        share: Exact fractions.
        overlay: Whose credit comes on top.
    """

    deal: Coded
    rep: Coded
    share: Coded
    overlay: Flags

    def __attrs_post_init__(self) -> None:
        readonly(self.overlay)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(getattr(self, one.name) for one in fields(type(self)))  # a pickle forgets "read-only"

    def rows(self, index: Index) -> dict[str, Any]:
        """Every column, cut to some rows."""
        own = {name: getattr(self, name).take(index) for name in ("deal", "rep", "share")}
        return {**own, "overlay": self.overlay[index]}


def columns_of_credits(credits: Iterable[Credit]) -> CreditColumns:  # noqa: A002  # what they are
    """Lay credits down in columns, and check them.

    Raises:
        InvalidTableError: They contradict each other.
        InvalidValueError: They are not credits.
    """
    rows = objects_of(Credit, credits, "Credits")
    columns = CreditColumns(
        deal=coded([one.deal for one in rows]),
        rep=coded([one.rep for one in rows]),
        share=coded([one.share for one in rows]),
        overlay=np.array([one.overlay for one in rows], np.bool_),
    )
    faults = Faults("Credits")
    note_contradictions([*columns.deal], [*columns.rep], [*columns.share], columns.overlay.tolist(), {}, faults)
    faults.settle(len(rows), "refuse", ())
    return columns


def columns_of_credit_cells(
    data: Any, form: CreditFormat, bad_rows: BadRows
) -> tuple[CreditColumns, tuple[SetAside, ...]]:
    """Read foreign columns through a format, and check them.

    Raises:
        InvalidTableError: Columns are missing or of different lengths, cells cannot be read, or credits contradict each
            other.
        InvalidValueError: The arguments are not what they must be.
    """
    if not isinstance(form, CreditFormat):
        raise InvalidValueError(
            f"format must be a CreditFormat, got {shown(form)}; write CreditFormat(deal=..., rep=..., share=...)"
        )
    check_door_words(bad_rows, ())
    opening = opened(data, form, bad_rows, (), "{'deal': [...], 'rep': [...], 'share': [...]}", "Credits")
    reader, faults = opening.reader, opening.reader.faults
    called = {"deal": form.deal, "rep": form.rep, "share": form.share}
    shares = reader.each(opening.column(form.share), form.share, _reader_of_shares(form))
    overlay = reader.each(opening.column(form.overlay), form.overlay or "overlay", as_flag)
    columns = CreditColumns(
        deal=reader.references(opening.column(form.deal), form.deal),
        rep=reader.names(opening.column(form.rep), form.rep),
        share=coded(shares),
        overlay=np.array(overlay, np.bool_),
    )
    for name, column in (("deal", columns.deal), ("rep", columns.rep), ("share", columns.share)):
        faults.note_missing(called[name], name, column.known, "credit", "credits")
    note_contradictions([*columns.deal], [*columns.rep], shares, columns.overlay.tolist(), called, faults)
    if bad_rows == "set_aside":
        _note_the_rest(columns, form.deal, faults)
    return good_rows_of(columns, faults, len(shares), bad_rows, (), opening.raw)


def _note_the_rest(columns: CreditColumns, called: str, faults: Faults) -> None:
    """Note the other shares of deals of which a credit is at fault."""
    is_good = np.zeros(len(columns.overlay), np.bool_)
    is_good[faults.good_rows(len(is_good))] = True
    broken = columns.deal.codes[~is_good & columns.deal.known]
    rest = np.flatnonzero(is_good & ~columns.overlay & np.isin(columns.deal.codes, broken))
    faults.note(called, "broken_deal", rest, "credit is of a deal of which another is at fault",
                "credits are of deals of which others are at fault", "correct the others")  # fmt: skip


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
