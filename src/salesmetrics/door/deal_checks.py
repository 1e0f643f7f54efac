"""The one checking of a table: what each row must hold, whatever it was made from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, Flags
from salesmetrics.door.deal_columns import DealColumns
from salesmetrics.door.faults import DOUBTS, BadRows, Faults, SetAside, set_aside
from salesmetrics.errors import nearest, shown
from salesmetrics.format.deal_format import reserved_names
from salesmetrics.model.stage import Outcome, SalesProcess

__all__ = ["Unchecked", "checked", "repeated", "staged"]

_ALONE = 8  # so many unknown names are explained one by one, and the others together


@frozen
class Unchecked:
    """Deals in columns as they came, before their fields are checked against each other.

    Args:
        columns: The columns.
        currencies: For each column of money that is yet to be converted ("amount", or the name of a value) the
            currency of its rows, in whose minor units it stands.
        called: The caller's names of the columns, where they are others than ours.
        faults: What could not be read.
        raw: What stood in some rows.
    """

    columns: DealColumns
    currencies: Mapping[str, Coded]
    called: Mapping[str, str]
    faults: Faults
    raw: Callable[[Sequence[int]], list[dict[str, Any]]]


def checked(came: Unchecked, bad_rows: BadRows, accept: Collection[str]) -> tuple[DealColumns, tuple[SetAside, ...]]:
    """Check fields against each other; then refuse the table, or set the rows at fault aside.

    Raises:
        InvalidTableError: There are faults, other than doubts that are accepted, which cannot be set aside.
    """
    columns, faults = came.columns, came.faults
    n_rows = len(columns.id)
    own = {name: came.called.get(name, name) for name in ("id", "stage", "amount", "created", "closed")}
    read = {name: ~faults.rows_at_fault(own[name], n_rows) for name in own}
    is_open = columns.has_outcome(Outcome.OPEN)
    is_closed = columns.has_outcome(Outcome.WON, Outcome.LOST)
    created, closed, amount = columns.created, columns.closed, columns.amount

    def note(name: str, rule: str, wrong: Flags, one: str, more: str, hint: str) -> None:
        if rule not in accept:
            doubt = f", or accept={{{rule!r}}}" if rule in DOUBTS else ""
            faults.note(own[name], rule, np.flatnonzero(wrong & read[name]), one, more, hint + doubt)

    note("stage", "missing_stage", ~columns.stage.known, "deal has no stage", "deals have no stage",
         "give each one its stage")  # fmt: skip
    note("id", "duplicate_id", repeated(columns.id), "row repeats an id", "rows share an id with another row",
         "keep one row of each deal")  # fmt: skip
    # where the want of a stage is the fault, nothing is said of what follows from it
    is_staged = columns.stage.known | (read["stage"] if "missing_stage" in accept else False)
    # nor, where the outcome cannot be read, of what follows from that
    is_told = ~faults.rows_at_fault(came.called.get("outcome", "outcome"), n_rows)
    note("closed", "closed_while_open", is_open & is_staged & is_told & closed.known, "open deal has a close date",
         "open deals have a close date",
         "give its stage the outcome won or lost, or the day as expected_close")  # fmt: skip
    note("closed", "closed_before_created", created.known & closed.known & (closed.values < created.values),
         "deal closes before it was created", "deals close before they were created", "correct a date")  # fmt: skip
    note("closed", "missing_close", is_closed & is_told & ~closed.known, "won or lost deal has no close date",
         "won or lost deals have no close date", "give the day on which each one ended")  # fmt: skip
    note("amount", "missing_amount", ~amount.known, "deal has no amount", "deals have no amount",
         "give what each one is worth")  # fmt: skip
    note("amount", "negative_amount", amount.values < 0, "deal has an amount below zero",
         "deals have an amount below zero", "correct the sign")  # fmt: skip
    note("created", "missing_created", ~created.known, "deal has no day of creation",
         "deals have no day of creation", "give the day on which each one came into the book")  # fmt: skip
    for column, what, names in (("values", "value", columns.values), ("labels", "label", columns.labels)):
        for fault in reserved_names(what, names):
            detail, _, hint = fault.rpartition("; ")
            faults.add(column, "reserved_name", detail, hint)
    good, kept = faults.settle(n_rows, bad_rows, accept)
    if not kept:
        return columns, ()
    aside = set_aside(faults, kept, came.raw)
    rows = [one.row for one in aside]
    ids = zip(columns.id[rows].tolist(), read["id"][rows].tolist(), strict=True)
    named = (evolve(one, id=name if is_read else None) for one, (name, is_read) in zip(aside, ids, strict=True))
    return evolve(columns, **columns.rows(good)), tuple(named)


def staged(names: Coded, process: SalesProcess, column: str, faults: Faults) -> Coded:
    """Stage names as codes into the process; names that it does not have are faults."""
    place = {name: code for code, name in enumerate(process.names)}
    strange = [code for code, name in enumerate(names.names) if name not in place]
    alone, others = strange[:_ALONE], strange[_ALONE:]
    for codes in [*([code] for code in alone), *([others] if others else [])]:
        name = names.names[codes[0]]
        more = f" and {len(codes) - 1:,} others" if len(codes) > 1 else ""
        of_one = "a stage must be one of the process" if more else None
        rows = np.flatnonzero(np.isin(names.codes, codes))
        detail = f"a stage must be one of the process, got {shown(name)}{more}"
        hint = nearest(name, process.names)
        if process == SalesProcess.standard() and not hint.startswith("did you mean"):
            hint += ", or give a process of your own"
        faults.add(column, "unknown_stage", detail, hint, rows, of_one=of_one)
    return Coded(names.lookup([place.get(name, -1) for name in names.names], -1), process.names)


def repeated(ids: NDArray[Any]) -> Flags:
    """Which rows have an id that another row has too."""
    if ids.dtype == object:
        # Equal ids have equal hashes, and sorted numbers are faster to look through than a set of ten million texts.
        listed = ids.tolist()
        hashes = np.fromiter(map(hash, listed), np.int64, len(listed))
        suspects = np.flatnonzero(repeated(hashes))
        times = Counter(listed[row] for row in suspects)
        flags = np.zeros(len(listed), np.bool_)
        flags[suspects] = [times[listed[row]] > 1 for row in suspects]
        return flags
    flags = np.zeros(len(ids), np.bool_)
    in_order = np.sort(ids)
    if not (in_order[1:] == in_order[:-1]).any():
        return flags
    order = np.argsort(ids)
    twin = ids[order[1:]] == ids[order[:-1]]
    flags[order[1:][twin]] = flags[order[:-1][twin]] = True
    return flags
