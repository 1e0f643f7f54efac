"""What is read alike of deals and of their changes: the currency, the categories, and which rows are deleted."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np

from salesmetrics._numeric.columns import Coded, Masked
from salesmetrics.door.cell_values import as_flag
from salesmetrics.door.cells import Cells, objects
from salesmetrics.door.faults import Faults
from salesmetrics.door.loose_columns import MIXED, one_currency
from salesmetrics.door.reader import Reader
from salesmetrics.format.book_format import BookFormat
from salesmetrics.model.currencies import NO_CURRENCY, exponent
from salesmetrics.model.money import Money
from salesmetrics.model.stage import Category

__all__ = ["categories", "currency_of", "digits_of", "note_bare", "note_deleted", "note_unnamed"]

_MOST_DECIMALS = 4  # of any currency: where none is known, no amount is refused for its decimals


def currency_of(
    money: Collection[tuple[Cells, str]], codes: Coded, currency_column: str | None, reader: Reader, hint: str = MIXED
) -> str:
    """The currency of all amounts, as their column or they themselves say; XXX where neither does."""
    if currency_column is not None:
        if len(codes.names) > 1:
            detail = f"a table has one currency, got {', '.join(codes.names)}"
            reader.faults.add(currency_column, "mixed_currencies", detail, hint)
        return min(codes.names, default=NO_CURRENCY)
    note_unnamed(money, reader)
    listed = {named: objects(cells) for cells, named in money}
    return one_currency(listed.values(), next(iter(listed)), reader.faults, hint)


def note_unnamed(money: Iterable[tuple[Cells, str]], reader: Reader) -> None:
    """Note amounts that are bare numbers, where the format names no currency."""
    bare = [
        named
        for cells, named in money
        if any(type(cell) is not Money and not reader.is_missing(cell) for cell in objects(cells))
    ]
    if bare:
        detail, hint = "amounts must be in a currency, and the format names none", "write currency='USD' in the format"
        reader.faults.add(bare[0], "missing_currency", detail, f"{hint}, or currency_column=...")


def note_bare(money: Iterable[Masked], codes: Coded, column: str, faults: Faults) -> None:
    """Note amounts beside which no currency stands; zero needs none."""
    has_money = np.logical_or.reduce([one.values != 0 for one in money])
    rows = np.flatnonzero(has_money & ~codes.known & ~faults.rows_at_fault(column, len(codes)))
    faults.note(column, "missing_currency", rows, "amount has no currency", "amounts have no currency",
                "give each one its code")  # fmt: skip


def digits_of(currency: str) -> int:
    """How many decimals amounts may have."""
    return _MOST_DECIMALS if currency == NO_CURRENCY else exponent(currency)


def categories(form: BookFormat) -> dict[str, Category]:
    """What each word for a forecast category stands for; ours come first, which keeps the categories in their order."""
    own = {word: Category(ours) for word, ours in form.category_words.items()}
    return {one.value: one for one in Category} | own


def note_deleted(reader: Reader, cells: Cells, column: str) -> None:
    """Note rows that are marked as deleted."""
    rows = [row for row, is_deleted in enumerate(reader.each(cells, column, as_flag)) if is_deleted]
    reader.faults.note(column, "deleted_row", rows, "row is marked as deleted", "rows are marked as deleted",
                       "leave deleted rows out of the export, or set them aside")  # fmt: skip
