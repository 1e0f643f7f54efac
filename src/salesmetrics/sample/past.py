"""The past of the embedded book: how each deal went through the stages, and what changed on the way."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, Flags, Masked, recoded
from salesmetrics._numeric.days import DAY, day_number
from salesmetrics._numeric.order import stable_order
from salesmetrics.format.history_format import CHANGING
from salesmetrics.model.stage import Category
from salesmetrics.sample.draws import Draws
from salesmetrics.sample.people import HIRED, OWNERS, owners_on
from salesmetrics.table.deal_history import DealHistory
from salesmetrics.table.deals import Deals

__all__ = ["MINUTE", "Paths", "history_of", "paths_of"]

MINUTE = 60_000_000
"""Microseconds of a minute."""

_N_STAGES = 5  # of the standard process that are open
_FINAL_CALL = 4
_NOTHING = -1  # what a change says of a field that it leaves as it is; no code, amount or day here is below zero


@frozen
class Paths:
    """When each deal was where, in microseconds since 1970.

    Args:
        start: When it was created.
        end: When it was closed; for an open one the moment of view.
        reached: The last open stage that it was in.
        entered: For each deal and open stage the moment at which it came there; -1 for a stage that it was never in.
    """

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    reached: NDArray[np.int64]
    entered: NDArray[np.int64]

    def between(self, shares: NDArray[np.float64]) -> NDArray[np.int64]:
        """A full minute of each deal, so far from its start to its end; never the first."""
        return self.start + MINUTE * (1 + (shares * (self.end - self.start - MINUTE) // MINUTE).astype(np.int64))


def paths_of(deals: Deals, seed: int, as_of: date) -> Paths:
    """The way of each deal: created in the first stage, some stages left out, the others in order, each for a while."""
    n = len(deals)
    draw = Draws((seed, 1), n)
    created, closed = deals.created.values.astype(np.int64), deals.closed.values.astype(np.int64)
    start = created * DAY + 60 * MINUTE * (8 + draw.whole(4))
    closing = closed * DAY + 60 * MINUTE * (14 + draw.whole(5))
    end = np.where(deals.is_closed, closing, day_number(as_of) * DAY)
    reached = np.where(deals.is_open, deals.stage.codes, _FINAL_CALL)
    reached = np.where(deals.is_lost, draw.weighted((30, 25, 20, 15, 10)), reached)
    stays = np.zeros((n, _N_STAGES))
    for stage in range(_N_STAGES):
        was_there = (stage == 0) | (stage == reached) | ((stage < reached) & (draw.share() < 0.9))
        stays[:, stage] = np.where(was_there, 0.2 + draw.share(), 0)
    shares = (np.cumsum(stays, axis=1) - stays) / stays.sum(axis=1, keepdims=True)
    minutes = (shares * (end - start)[:, np.newaxis] // MINUTE).astype(np.int64)
    return Paths(start, end, reached, np.where(stays > 0, start[:, np.newaxis] + MINUTE * minutes, -1))


def history_of(deals: Deals, seed: int, as_of: date) -> DealHistory:
    """Every change of the deals: stages, and some amounts, days of closing, categories and owners.

    At the moment of view an open deal is what the book says of it.
    """
    n = len(deals)
    paths, draw = paths_of(deals, seed, as_of), Draws((seed, 2), n)
    said: list[dict[str, NDArray[np.int64]]] = []

    def note(rows: NDArray[np.intp], at: NDArray[np.int64], **becomes: NDArray[np.int64]) -> None:
        said.append({"deal": rows, "at": at.take(rows), **{name: one.take(rows) for name, one in becomes.items()}})

    # Three deals in ten were first thought to be worth more or less, in steps of fifty dollars.
    amount = deals.amount.values
    first_amount = np.where(draw.share() < 0.3, amount // 5_000 * (60 + draw.whole(81)) // 100 * 5_000, amount)
    # A deal is expected too early as a rule, by a month for each time that it is pushed.
    n_pushes, made = draw.weighted((5, 3, 2)), deals.created.values
    due = np.where(deals.is_open, deals.expected_close.values, deals.closed.values + draw.whole(41) - 20)
    is_due = deals.expected_close.known | (deals.is_closed & (draw.share() < 0.9))

    def due_after(push: int) -> NDArray[np.int64]:
        left = np.maximum(n_pushes - push, 0)
        return np.where(is_due, np.maximum(due - 30 * left, np.minimum(made + 7, due)), _NOTHING)

    owner = deals.owner.codes.astype(np.int64)
    first = {"stage": np.zeros(n, np.int64), "amount": first_amount, "owner": owners_on(owner, made)}
    note(np.arange(n), paths.start, **first, expected_close=due_after(0))
    is_commit = np.where(deals.is_open, deals.category.known, draw.share() < 0.5)
    for stage in range(1, _N_STAGES):
        here, at = np.flatnonzero(paths.entered[:, stage] >= 0), paths.entered[:, stage]
        commit = np.where(is_commit & (stage == _FINAL_CALL), [*Category].index(Category.COMMIT), _NOTHING)
        note(here, at, stage=np.full(n, stage), category=commit)
    note(np.flatnonzero(deals.is_closed), paths.end, stage=deals.stage.codes.astype(np.int64))
    note(np.flatnonzero(first_amount != amount), paths.between(draw.share()), amount=amount)
    for push in (1, 2):
        moved = np.flatnonzero((push <= n_pushes) & (due_after(push) != due_after(push - 1)))
        note(moved, paths.between((push + draw.share()) / (n_pushes + 1)), expected_close=due_after(push))
    handed = np.flatnonzero(made < HIRED.take(owner))  # what was there before its rep came
    note(handed, HIRED.take(owner) * DAY, owner=owner)
    return _table(deals, said)


def _table(deals: Deals, said: list[dict[str, NDArray[np.int64]]]) -> DealHistory:
    """The changes, deal by deal and in order of time."""

    def column(name: str) -> NDArray[np.int64]:
        return np.concatenate([one.get(name, np.full(len(one["deal"]), _NOTHING)) for one in said])

    deal, at = column("deal"), column("at")
    order = stable_order(deal, at)
    columns = {name: column(name).take(order) for name in CHANGING}
    known: dict[str, Flags] = {name: one != _NOTHING for name, one in columns.items()}

    def numbers(name: str, kind: Any, unit: str | None = None) -> Masked:
        return Masked(np.where(known[name], columns[name], 0).astype(kind), known[name], unit)

    return DealHistory(
        process=deals.process,
        currency=deals.currency,
        gaps="unchanged",
        tracked=tuple(name for name in CHANGING if known[name].any()),
        deal=deals.id.take(deal.take(order)),
        at=at.take(order),
        stage=Coded(columns["stage"], deals.process.names),
        amount=numbers("amount", np.int64, deals.currency),
        expected_close=numbers("expected_close", np.int32),
        probability=numbers("probability", np.int32),
        category=Coded(columns["category"], [*Category]),
        owner=recoded(columns["owner"], OWNERS),
    )
