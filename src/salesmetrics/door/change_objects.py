"""Changes of deals as objects, laid down in columns."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import numpy as np

from salesmetrics._numeric.columns import coded, id_column
from salesmetrics.door.change_checks import ONE_CURRENCY, note_doubts
from salesmetrics.door.deal_checks import staged
from salesmetrics.door.faults import BadRows, Faults, SetAside, set_aside
from salesmetrics.door.loose_columns import (
    amount_column,
    day_column,
    one_currency,
    ordered_column,
    probability_column,
)
from salesmetrics.door.objects import cells_of, objects_of
from salesmetrics.errors import check_word
from salesmetrics.format.history_format import CHANGING, Gaps
from salesmetrics.model.deal_change import DealChange
from salesmetrics.model.stage import Category, SalesProcess

__all__ = ["columns_of_changes"]


def columns_of_changes(
    changes: Iterable[DealChange],
    process: SalesProcess | None,
    gaps: Gaps,
    bad_rows: BadRows,
    accept: Collection[str],
) -> tuple[dict[str, Any], tuple[SetAside, ...]]:
    """Lay changes down in columns, and check them.

    Raises:
        InvalidTableError: Stages are unknown, currencies are mixed, or there are doubts.
        InvalidValueError: They are not changes, or `gaps` is misspelt.
    """
    check_word(gaps, ("unchanged", "cleared"), "gaps")
    rows = objects_of(DealChange, changes, "DealHistory", "changes")
    faults = Faults("DealHistory")
    process = process or SalesProcess.standard()
    amounts = [change.amount for change in rows]
    currency = one_currency([amounts], "amount", faults, ONE_CURRENCY)
    columns: dict[str, Any] = {
        "stage": staged(coded([change.stage for change in rows]), process, "stage", faults),
        "amount": amount_column("amount", amounts, currency, faults),
        "expected_close": day_column([change.expected_close for change in rows]),
        "probability": probability_column([change.probability for change in rows]),
        "category": ordered_column([change.category for change in rows], tuple(Category)),
        "owner": coded([change.owner for change in rows]),
    }
    note_doubts(columns["amount"], columns["expected_close"], {name: name for name in CHANGING}, faults)
    good, kept = faults.settle(len(rows), bad_rows, accept)
    tracked = tuple(name for name in CHANGING if columns[name].known.any())
    book = {"process": process, "currency": currency, "gaps": gaps, "tracked": tracked}
    deal = id_column([change.deal for change in rows])
    at = np.array([change.at for change in rows], "M8[us]").astype(np.int64)
    if not kept:
        return {**book, "deal": deal, "at": at, **columns}, ()
    columns = {name: column.take(good) for name, column in columns.items()}
    aside = set_aside(faults, kept, cells_of(rows))
    return {**book, "deal": deal[good], "at": at[good], **columns}, aside
