"""The leads of the embedded book: those from which its inbound deals came, and many of which nothing became."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, Flags, Masked, recoded
from salesmetrics._numeric.days import DAY, day_number
from salesmetrics.model.stage import Outcome
from salesmetrics.sample.draws import Draws
from salesmetrics.sample.past import MINUTE
from salesmetrics.sample.people import OWNERS, owners_on
from salesmetrics.table.activities import Activities
from salesmetrics.table.deals import Deals
from salesmetrics.table.leads import Leads

__all__ = ["activities_of_leads", "leads_of"]

_DAYS = 760  # which the list goes back: a month more than the deals
_SIZES = np.array([4, 9, 20, 45, 110, 260, 700, 2_400])
_OUTCOMES = [one.value for one in Outcome]

_BY_LEADS = ("page visit", "page visit", "email open", "email open", "click-through", "pricing page")
_KINDS = (
    "MQL",
    "SAL",
    "SQL",
    "automatic e-mail",
    "call",
    "click-through",
    "demo request",
    "email open",
    "page visit",
    "pricing page",
    "proposal",
)

_Done: TypeAlias = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
"""Kinds, microseconds since 1970, and whose lead it is."""


def leads_of(deals: Deals, seed: int, as_of: date) -> Leads:
    """Twice as many leads as there are deals, in the order in which they came in.

    Every inbound deal was a lead some days before. Such leads fit better and are of larger companies, so that there is
    something to be learned. Not everything is known of everyone, and of some that were lost not even when.
    """
    n, now = 2 * len(deals), day_number(as_of)
    inbound = np.flatnonzero(deals.labels["source"].is_in("inbound"))
    draw, deal = Draws((seed, 7), n), np.full(n, -1)
    deal[: len(inbound)] = inbound
    has_deal, of_deal = deal >= 0, deal.clip(0)  # of leads without a deal it is not looked at
    created = np.where(
        has_deal, deals.created.values.take(of_deal) - 1 - draw.whole(30), now - _DAYS + draw.whole(_DAYS)
    )
    closed = np.where(has_deal, deals.closed.values.take(of_deal), created + 3 + draw.whole(120))
    is_given_up = (draw.share() < 0.7) & (closed < now)
    is_won = has_deal & deals.is_won.take(of_deal)
    is_lost = np.where(has_deal, deals.is_lost.take(of_deal), is_given_up)
    is_dated = is_won | (is_lost & (has_deal | (draw.share() < 0.97)))
    at = created * DAY + MINUTE * draw.whole(24 * 60)
    fits = draw.share() < np.where(has_deal, 0.6, 0.25)
    is_inaccurate = draw.share() < np.where(has_deal, 0.04, 0.2)
    size = _SIZES.take((draw.share() ** np.where(has_deal, 0.8, 1.8) * len(_SIZES)).astype(np.int64))
    country, source = draw.weighted((4, 3, 2, 1)), draw.weighted((5, 3, 2, 2))
    knows_fit, knows_size, knows_country = draw.share() < 0.9, draw.share() < 0.8, draw.share() < 0.95
    order, everywhere = np.argsort(at, kind="stable"), np.ones(n, np.bool_)

    def names(codes: NDArray[Any], known: Flags, called: Sequence[Any]) -> Coded:
        return Coded(np.where(known, codes, -1).take(order), called)

    def numbers(values: NDArray[np.int64], known: Flags, kind: type[np.signedinteger[Any]]) -> Masked:
        return Masked(np.where(known, values, 0).take(order).astype(kind), known.take(order))

    return Leads(
        id=np.array([f"L-{number:06}" for number in range(1, n + 1)], object),
        created=numbers(created, everywhere, np.int32),
        created_at=numbers(at, everywhere, np.int64),
        source=names(source, everywhere, ["web", "paid search", "fair", "referral"]),
        outcome=names(is_won + 2 * is_lost, everywhere, _OUTCOMES),
        closed=numbers(closed, is_dated, np.int32),
        opportunity=recoded(deal.take(order), [*deals.id.tolist(), None]),
        fields={
            "country": names(country, knows_country, ["DE", "FR", "NL", "BE"]),
            "employees": numbers(size, knows_size, np.int16),
            "fits persona": names(fits, knows_fit, [False, True]),
            "inaccurate details": names(is_inaccurate, everywhere, [False, True]),
        },
    )


def activities_of_leads(leads: Leads, deals: Deals, seed: int, as_of: date) -> Activities:
    """What leads did and what was done for them, in order of time, until they were closed.

    Some visited a page before they came in, some of it is written down twice, and not everyone was ever called.
    """
    parts = [_by_leads(leads, seed, as_of), _by_reps(leads, seed, as_of), _stages(leads, seed, as_of)]
    kind, at, lead = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    draw = Draws((seed, 8), len(kind))
    again = np.flatnonzero(draw.share() < 0.003)
    kind, at, lead = (np.concatenate([one, one.take(again)]) for one in (kind, at, lead))
    order = np.argsort(at, kind="stable")
    kind, at, lead = kind.take(order), at.take(order), lead.take(order)
    rep, nobody = _reps(leads, deals, seed).take(lead), np.full(len(at), -1)
    by_reps = np.isin(kind, [_KINDS.index(name) for name in ("call", "proposal")])
    return Activities(
        at=Masked(at, np.ones(len(at), np.bool_)),
        kind=Coded(kind, _KINDS),
        rep=recoded(np.where(by_reps, owners_on(rep, at // DAY), -1), [*OWNERS, None]),
        lead=recoded(lead, leads.id.tolist()),
        deal=Coded(nobody, ()),
        minutes=Masked(np.zeros(len(at), np.int32), np.zeros(len(at), np.bool_)),
        fields={},
    )


def _ends(leads: Leads, as_of: date) -> NDArray[np.int64]:
    """Until when something is done for each lead: to the evening of its last day, or to the moment of view."""
    evening = leads.closed.values.astype(np.int64) * DAY + 18 * 60 * MINUTE
    return np.where(leads.closed.known, evening, day_number(as_of) * DAY)


def _by_leads(leads: Leads, seed: int, as_of: date) -> _Done:
    """Visits, opened e-mails and clicks: more of those who became an opportunity."""
    n, came = len(leads), leads.created_at.values
    became = leads.opportunity.known
    lead = np.repeat(np.arange(n), Draws((seed, 9), n).whole(4) + 4 * became)
    draw = Draws((seed, 10), len(lead))
    span = _ends(leads, as_of) - came
    at = came.take(lead) + (draw.share() ** 2 * span.take(lead)).astype(np.int64)
    at = np.where(draw.share() < 0.03, came.take(lead) - 60 * MINUTE * (1 + draw.whole(70)), at)
    kind = np.array([_KINDS.index(name) for name in _BY_LEADS]).take(draw.whole(len(_BY_LEADS)))
    return kind, at // MINUTE * MINUTE, lead


def _by_reps(leads: Leads, seed: int, as_of: date) -> _Done:
    """An automatic e-mail a minute after each lead came in, and calls, of which the first takes minutes to days."""
    n, came, end = len(leads), leads.created_at.values, _ends(leads, as_of)
    draw = Draws((seed, 11), n)
    waits = MINUTE * np.take([round(5 * 1.45**step) for step in range(20)], draw.whole(20))
    first = came + waits
    is_called = (draw.share() < 0.85) & (first < end)
    second = first + (draw.share() * (end - first)).astype(np.int64) // MINUTE * MINUTE
    mailed = np.flatnonzero(came + MINUTE < end)
    called, again = np.flatnonzero(is_called), np.flatnonzero(is_called & (draw.share() < 0.5))
    lead = np.concatenate([mailed, called, again])
    at = np.concatenate([came.take(mailed) + MINUTE, first.take(called), second.take(again)])
    kinds = np.repeat(
        [_KINDS.index(name) for name in ("automatic e-mail", "call")], [len(mailed), len(called) + len(again)]
    )
    return kinds, at, lead


def _stages(leads: Leads, seed: int, as_of: date) -> _Done:
    """How far each lead came, as the team wrote it down: every opportunity was an SQL, and few others were an MQL."""
    n, came, end = len(leads), leads.created_at.values, _ends(leads, as_of)
    became, is_won = leads.opportunity.known, leads.is_won
    draw = Draws((seed, 12), n)
    is_mql = became | (draw.share() < 0.2)
    is_sal = is_mql & (became | (draw.share() < 0.6))
    asked = np.where(became, 0.35, 0.03) > draw.share()
    proposed = is_won & (draw.share() < 0.95) | (became & (draw.share() < 0.4))
    share, parts = draw.share(), []
    stages = {"demo request": asked, "MQL": is_mql, "SAL": is_sal, "SQL": became, "proposal": proposed}
    for place, (name, flags) in enumerate(stages.items()):
        lead = np.flatnonzero(flags)
        at = came + ((0.1 + 0.15 * place + 0.1 * share) * (end - came)).astype(np.int64) // MINUTE * MINUTE
        parts.append((np.full(len(lead), _KINDS.index(name)), at.take(lead), lead))
    kind, at, lead = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return kind, at, lead


def _reps(leads: Leads, deals: Deals, seed: int) -> NDArray[np.int64]:
    """Who works each lead: the owner of its deal, or whoever was next."""
    owner = {name: place for place, name in enumerate(OWNERS)}
    own = {deal: owner[str(name)] for deal, name in zip(deals.id.tolist(), deals.owner, strict=True)}
    drawn = Draws((seed, 13), len(leads)).whole(8).tolist()
    return np.array([own.get(deal, other) for deal, other in zip(leads.opportunity, drawn, strict=True)], np.int64)
