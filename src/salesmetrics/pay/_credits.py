"""Which won deals credit whom, with how much, and on which day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction

import numpy as np
from attrs import frozen

from salesmetrics._numeric.columns import Flags, sort_key
from salesmetrics.errors import InvalidValueError, refuse, shown
from salesmetrics.model.credit import Credit
from salesmetrics.model.currencies import exponent
from salesmetrics.model.deal import Deal
from salesmetrics.model.deal_event import DealEvent
from salesmetrics.model.money import Money, rounded
from salesmetrics.model.plan.allocate import Allocate, parts_of
from salesmetrics.model.plan.basis import Basis
from salesmetrics.pay._happened import Happened
from salesmetrics.table.assignments import Assignments
from salesmetrics.table.deals import Deals

__all__ = ["Book", "Credited"]


@frozen
class Credited:
    """What a deal counts for one person by one rule.

    Args:
        deal: The id of the deal.
        on: The day on which it counts.
        measure: What it counts, in whole units, such as dollars or licences.
        share: The share of what the curve pays for it.
        is_won: Whether the deal is won today. One that was cancelled and is no longer counts where it was paid before.
    """

    deal: str | int
    on: date
    measure: Fraction
    share: Fraction
    is_won: bool = True


@frozen
class _Booked:
    row: int
    deal: Deal
    on: date | None
    is_won: bool


@frozen
class Book:
    """Won deals with what happened to them by a day, in the order in which they were booked.

    Args:
        deals: The table.
        booked: The deals that are or were won, with their days, the undated last.
        happened: What happened to each deal.
        staff: Who works for whom.
        credits: Who shares which deal, where it is not as the plan says.
        end: The first day that is not looked at.
    """

    deals: Deals
    booked: tuple[_Booked, ...]
    happened: Happened
    staff: Assignments
    credits: Mapping[str | int, tuple[Credit, ...]]
    end: date

    @classmethod
    def of(
        cls,
        deals: Deals,
        events: Iterable[DealEvent],
        staff: Assignments,
        credits: Iterable[Credit],  # noqa: A002
        end: date,
    ) -> Book:
        """The won deals of a table and their events before a day.

        Raises:
            InvalidValueError: Events or credits are of deals that are not won, or more was cancelled, invoiced or paid
                for than sold.
        """
        by_then = [event for event in events if event.on < end]
        shared: dict[str | int, list[Credit]] = {}
        for credit in credits:
            shared.setdefault(credit.deal, []).append(credit)
        happening = {event.deal for event in by_then}
        rows = zip(deals, deals.is_won.tolist(), strict=True)
        some = [(row, *one) for row, one in enumerate(rows) if one[1] or one[0].id in happening]
        amounts = {deal.id: deal.amount for _, deal, _ in some}
        won = {deal.id for _, deal, is_won in some if is_won}
        happened = Happened.of(by_then, amounts)
        faults = [*happened.faults(won, amounts), *_faults_of_credits(shared, won)]
        refuse(faults[:20])
        booked = [_Booked(row, deal, happened.booked(deal.id) or deal.closed, is_won) for row, deal, is_won in some]
        booked.sort(key=lambda one: (one.on or date.max, sort_key(one.deal.id)))
        return cls(deals, tuple(booked), happened, staff, {deal: tuple(those) for deal, those in shared.items()}, end)

    def counted_by(self, bases: Sequence[Basis], *, most_specific: bool) -> list[Flags]:
        """For each basis, which rows of the table it counts."""
        found: list[Flags] = []
        for basis in bases:
            flags: Flags = np.zeros(len(self.deals), np.bool_)
            flags[[one.row for one in self.booked]] = True
            for name, wanted in basis.where.items():
                flags &= self.deals.key(name).is_in(wanted)
            found.append(flags)
        if most_specific:
            taken: Flags = np.zeros(len(self.deals), np.bool_)
            for place in sorted(range(len(bases)), key=lambda place: -len(bases[place].where)):
                found[place] &= ~taken
                taken |= found[place]
        return found

    def credits_of(
        self, allocate: Allocate, basis: Basis, flags: Flags
    ) -> tuple[dict[str, list[Credited]], dict[str, int]]:
        """Everybody's credits by a rule, in order; and how many of their deals have no day or nothing to measure.

        Raises:
            InvalidValueError: A deal does not name everybody whom it is shared among.
        """
        made: dict[str, list[Credited]] = {}
        missing: dict[str, int] = {}
        unnamed: list[str] = []
        for one in self.booked:
            if not flags[one.row]:
                continue
            is_later = one.on is not None and one.on >= self.end
            try:
                shares = self._shares(one, allocate)
            except InvalidValueError:
                unnamed += [] if is_later else [shown(one.deal.id)]
                continue
            value = _value(one.deal, basis.value)
            if one.on is None or value is None:
                if is_later:
                    continue
                day = one.on or date.fromordinal(self.end.toordinal() - 1)
                nothing = dict.fromkeys(shares, (Fraction(0), Fraction(0)))
                for person in self._lifted(day, allocate, nothing) if one.is_won else ():
                    missing[person] = missing.get(person, 0) + 1
                continue
            for person, (measure, share) in self._lifted(
                one.on, allocate, _measures(value, shares, allocate, basis)
            ).items():
                made.setdefault(person, []).append(Credited(one.deal.id, one.on, measure, share, one.is_won))
        if unnamed:
            raise InvalidValueError(
                f"deals must name everybody whom they are shared among, got {', '.join(unnamed[:8])} that do not; name "
                "them, or say by='weights'"
            )
        return made, missing

    def _shares(self, one: _Booked, allocate: Allocate) -> dict[str, Fraction]:
        """Everybody's share of a deal, before it goes up to managers."""
        own = [credit for credit in self.credits.get(one.deal.id, ()) if credit.overlay == (allocate.by == "overlay")]
        if own:
            reps = sorted({one.rep for one in own})
            return {rep: sum((one.share for one in own if one.rep == rep), Fraction(0)) for rep in reps}
        people = {name: _person(one.deal, name) for name in allocate.to}
        return {} if not any(people.values()) else allocate.shares(people)

    def _lifted(
        self, on: date, allocate: Allocate, measures: Mapping[str, tuple[Fraction, Fraction]]
    ) -> dict[str, tuple[Fraction, Fraction]]:
        """The same credits, so many managers up."""
        if allocate.level == 0:
            return dict(measures)
        lifted: dict[str, tuple[Fraction, Fraction]] = {}
        for person, (measure, share) in measures.items():
            above = self.staff.managers_of(person, on)
            those = above if allocate.level == "all" else above[allocate.level - 1 : allocate.level]
            for manager in those:
                had = lifted.get(manager, (Fraction(0), Fraction(0)))
                # where commissions are shared, everybody is measured by the whole deal, and nobody by it twice
                lifted[manager] = (measure if allocate.split == "commission" else had[0] + measure, had[1] + share)
        return lifted


def _measures(
    value: Money | int, shares: Mapping[str, Fraction], allocate: Allocate, basis: Basis
) -> dict[str, tuple[Fraction, Fraction]]:
    """What everybody is credited with, in whole units, and the share of what is paid for it."""
    whole, unit = (value.minor, 10 ** exponent(value.currency)) if isinstance(value, Money) else (value, 1)
    if allocate.split == "commission":
        return {person: (Fraction(whole, unit), share) for person, share in shares.items()}
    if basis.value == "count":  # half a deal is half a deal
        return {person: (share, Fraction(1)) for person, share in shares.items()}
    if allocate.by == "overlay":
        parts = {person: rounded(whole * share.numerator, share.denominator) for person, share in shares.items()}
    else:
        parts = parts_of(whole, shares)
    return {person: (Fraction(part, unit), Fraction(1)) for person, part in parts.items()}


def _value(deal: Deal, name: str) -> Money | int | None:
    if name == "count":
        return 1
    return deal.amount if name == "amount" else deal.values.get(name)


def _person(deal: Deal, name: str) -> str | None:
    """Who is named by a field of a deal."""
    person = deal.owner if name == "owner" else deal.labels.get(name)
    return person if isinstance(person, str) else None


def _faults_of_credits(shared: Mapping[str | int, Sequence[Credit]], won: Collection[str | int]) -> list[str]:
    """What is wrong with who shares which deal."""
    faults = [
        f"credits must be of won deals, got one of {shown(deal)}; give the deal" for deal in shared if deal not in won
    ]
    for deal, credits in shared.items():  # noqa: A001
        own = [credit.share for credit in credits if not credit.overlay]
        if own and sum(own) != 1:
            faults.append(
                f"the shares of {shown(deal)} must add up to exactly 1, got {sum(own)}; correct one, or say overlay"
            )
    return faults
