"""What was done for the deals of the embedded book, and what its reps did besides."""

from __future__ import annotations

from datetime import date
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, Masked, recoded
from salesmetrics._numeric.days import DAY, day_number
from salesmetrics.sample.draws import Draws
from salesmetrics.sample.past import MINUTE, paths_of
from salesmetrics.sample.people import HIRED, OWNERS, owners_on
from salesmetrics.table.activities import Activities
from salesmetrics.table.deals import Deals

__all__ = ["activities_of"]

_MINUTES = {
    "call": (5, 30),
    "demo": (45, 75),
    "e-mail": (0, 0),
    "internal meeting": (30, 60),
    "meeting": (30, 60),
    "meeting set": (0, 0),
    "paperwork": (60, 150),
    "prospecting call": (3, 12),
    "prospecting e-mail": (0, 0),
}
"""What is done, and for how many minutes at least and at most; where they are none, nobody writes them down."""

_KINDS = (*_MINUTES,)
_FOR_DEALS = ("call", "e-mail", "e-mail", "meeting")
_EVERY_WEEK = {"prospecting call": 4, "prospecting e-mail": 3, "meeting set": 1, "internal meeting": 2, "paperwork": 5}
"""What every rep does besides, and how often in a week at most."""

_DEMO_STAGE = 2  # of the standard process
_WEEKS = 104  # which the book goes back
_MONDAY = 4  # of January 1970

_Done: TypeAlias = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
"""Kinds, days since 1970, who did it, and for which deal; -1 for none."""


def activities_of(deals: Deals, seed: int, as_of: date) -> Activities:
    """What was done, in order of time, from nine to five by the clock of the book.

    Demos are of deals that had come to that stage, everything else of a deal lies between its start and its end.
    """
    parts = (_for_deals(deals, seed, as_of), _every_week(seed, as_of))
    kind, days, rep, deal = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    draw = Draws((seed, 3), len(kind))
    at = days * DAY + MINUTE * (9 * 60 + draw.whole(8 * 60))
    least, most = np.array([*_MINUTES.values()]).T
    minutes = least.take(kind) + (draw.share() * (most - least + 1).take(kind)).astype(np.int64)
    known = (minutes > 0) & (draw.share() < 0.95)
    order = np.argsort(at, kind="stable")
    return Activities(
        at=Masked(at.take(order), np.ones(len(at), np.bool_)),
        kind=Coded(kind.take(order), _KINDS),
        rep=recoded(rep.take(order), OWNERS),
        lead=Coded(np.full(len(at), -1, np.int8), ()),
        deal=recoded(deal.take(order), deals.id.tolist()),
        minutes=Masked(np.where(known, minutes, 0).take(order).astype(np.int32), known.take(order)),
        fields={},
    )


def _for_deals(deals: Deals, seed: int, as_of: date) -> _Done:
    """Calls, e-mails and meetings, the more the further a deal came, and demos; on weekdays if the deal was there."""
    paths, draw, rows = paths_of(deals, seed, as_of), Draws((seed, 4), len(deals)), np.arange(len(deals))
    shown = paths.entered[:, _DEMO_STAGE]
    demos = np.repeat(rows, np.where(shown >= 0, 1 + draw.whole(2), 0))
    others = np.repeat(rows, 2 + 2 * paths.reached + draw.whole(4))
    deal = np.concatenate([demos, others])
    draw = Draws((seed, 5), len(deal))
    first = np.concatenate([shown.take(demos), paths.start.take(others)]) // DAY
    last = (paths.end.take(deal) - 1) // DAY
    days = first + (draw.share() * (last - first + 1)).astype(np.int64)
    after_friday = np.maximum((days - _MONDAY) % 7 - 4, 0)
    days = np.maximum(days - after_friday, first)
    kind = np.array([_KINDS.index(name) for name in _FOR_DEALS]).take(draw.whole(len(_FOR_DEALS)))
    kind[: len(demos)] = _KINDS.index("demo")
    return kind, days, owners_on(deals.owner.codes.take(deal).astype(np.int64), days), deal


def _every_week(seed: int, as_of: date) -> _Done:
    """What reps do for no deal, on weekdays since they came."""
    now = day_number(as_of)
    monday = now - (now - _MONDAY) % 7
    kinds = np.repeat([_KINDS.index(name) for name in _EVERY_WEEK], [*_EVERY_WEEK.values()])
    week, rep, kind = (one.ravel() for one in np.meshgrid(np.arange(_WEEKS), np.arange(len(HIRED)), kinds))
    draw = Draws((seed, 6), len(week))
    days = monday - 7 * week + draw.whole(5)
    is_done = np.flatnonzero((draw.share() < 0.8) & (days >= HIRED.take(rep)) & (days < now))
    return kind.take(is_done), days.take(is_done), rep.take(is_done), np.full(len(is_done), -1)
