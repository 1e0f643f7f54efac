"""Won deals, each as its owner's or shared out among those who are credited with it."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, Flags, Masked
from salesmetrics.door.credit_checks import note_contradictions
from salesmetrics.door.faults import Faults, many
from salesmetrics.model.credit import Credit
from salesmetrics.model.money import rounded
from salesmetrics.model.proration import shared_out
from salesmetrics.table.deals import Deals
from salesmetrics.table.ids import check_ids

__all__ = ["CreditLines", "credited"]


@frozen
class CreditLines:
    """Credits: the row of each one's deal, who has it, its amount, and whether it comes on top."""

    deal: NDArray[np.intp]
    rep: Coded
    amount: Masked
    overlay: Flags


def credited(deals: Deals, value: Masked, credits: list[Credit]) -> CreditLines:  # noqa: A002
    """Every deal that was won on a known day as its owner's, or as theirs who are credited with it."""
    is_won = deals.is_won & deals.closed.known
    won = np.flatnonzero(is_won)
    if not credits:
        return CreditLines(won, deals.owner.take(won), value.take(won), np.zeros(len(won), np.bool_))
    row_of = {one: row for row, one in enumerate(deals.id.tolist())}
    by_deal: dict[int, list[Credit]] = {}
    for one in credits:
        by_deal.setdefault(row_of.get(one.deal, -1), []).append(one)
    _check_credits(credits, deals.id, row_of)
    split = {row: those for row, those in by_deal.items() if not all(one.overlay for one in those)}
    whole = np.setdiff1d(won, np.array([*split], np.intp))
    parts: list[tuple[int, str, int, bool]] = []
    for row, those in by_deal.items():
        if not is_won[row]:
            continue
        size = int(value.values[row])
        direct = sorted((one for one in those if not one.overlay), key=lambda one: one.rep)  # ties go by name
        sizes = shared_out(abs(size), [one.share for one in direct]) if direct else []
        parts += [(row, one.rep, part if size >= 0 else -part, False) for one, part in zip(direct, sizes, strict=True)]
        parts += [
            (row, one.rep, rounded(size * one.share.numerator, one.share.denominator), True)
            for one in those
            if one.overlay
        ]
    deal = np.concatenate([whole, np.array([row for row, *_ in parts], np.intp)])
    owners = deals.owner.names
    names = [*owners, *sorted({rep for _, rep, *_ in parts} - set(owners))]
    place = {name: code for code, name in enumerate(names)}
    codes = np.array([place[rep] for _, rep, *_ in parts], np.int32)
    sizes_of = np.array([size for _, _, size, _ in parts], np.int64)
    return CreditLines(
        deal,
        Coded(np.concatenate([deals.owner.codes.take(whole), codes]), names),
        Masked(np.concatenate([value.values.take(whole), sizes_of]), value.known.take(deal), value.unit),
        np.concatenate([np.zeros(len(whole), np.bool_), np.array([one for *_, one in parts], np.bool_)]),
    )


def _check_credits(credits: list[Credit], ids: NDArray[Any], row_of: dict[Any, int]) -> None:  # noqa: A002
    """Refuse credits of deals that are not there, that come twice, or whose shares do not add up to 1.

    Raises:
        InvalidTableError: There are such.
        InvalidValueError: They name deals by ids of another kind.
    """
    faults = Faults("Credits")
    strays = [row for row, one in enumerate(credits) if one.deal not in row_of]
    if len(strays) == len(credits):
        check_ids([one.deal for one in credits], ids, "deals", "credits")
    if strays:
        detail = many(len(strays), "credit is of a deal", "credits are of deals") + " that the book does not have"
        faults.add("deal", "unknown_deal", detail, "export both together", strays)
    deals, reps = [one.deal for one in credits], [one.rep for one in credits]
    shares, overlay = [one.share for one in credits], [one.overlay for one in credits]
    note_contradictions(deals, reps, shares, overlay, {}, faults)
    faults.settle(len(credits), "refuse", ())
