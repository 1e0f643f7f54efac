"""Names that plans and deals must have in common: whom deals name, which of them name nobody, and what is misspelt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, Flags
from salesmetrics._numeric.days import day_number
from salesmetrics.errors import nearest, refuse, shown
from salesmetrics.model.credit import Credit
from salesmetrics.model.deal_event import DealEvent, EventKind
from salesmetrics.model.deal_fields import KINDS
from salesmetrics.model.period import Period
from salesmetrics.model.plan.bonus import Bonus
from salesmetrics.model.plan.plan import CompPlan
from salesmetrics.model.plan.rule import Rule
from salesmetrics.table.assignments import Assignments
from salesmetrics.table.deals import Deals

__all__ = ["check_names", "people_in", "rows_of_nobody"]


def people_in(
    deals: Deals,
    plans: Iterable[CompPlan],
    reps: Iterable[str],
    staff: Assignments,
    credits: Iterable[Credit],  # noqa: A002
) -> set[str]:
    """Everybody whom quotas, assignments and credits name, and deals in a field by which one of the plans credits."""
    fields = {"owner", *(field for plan in plans for one in _measured(plan) for field in one.allocate.to)}
    named = {name for column in _columns_of(deals, fields) for name in column.names if isinstance(name, str)}
    placed = {name for column in (staff.rep, staff.manager) for name in column.names if isinstance(name, str)}
    return named | placed | {*reps} | {credit.rep for credit in credits}


def rows_of_nobody(
    deals: Deals,
    plan: CompPlan,
    period: Period,
    events: Iterable[DealEvent],
    credits: Iterable[Credit],  # noqa: A002
) -> NDArray[np.intp]:
    """The won deals of a period that a plan counts and that name nobody whom it would credit.

    Overlays come on top of what others are credited with, and who has no manager has none to credit: neither is a loss.
    A deal without a day may be of any period.

    Args:
        deals: The book.
        plan: The plan.
        period: The days that are paid for.
        events: What happened to deals, of which the first booking says in which period a deal is.
        credits: Who shares which deal, where it is not as the plan says.
    """
    measured = [one for one in _measured(plan) if one.allocate.by != "overlay"]
    if any(not one.basis.where and any(map(_name_all, _columns_of(deals, one.allocate.to))) for one in measured):
        return np.zeros(0, np.intp)
    rows = np.flatnonzero(deals.is_won)
    is_counted: Flags = np.zeros(len(rows), np.bool_)
    is_named: Flags = np.zeros(len(rows), np.bool_)
    for one in measured:
        counts: Flags = np.ones(len(rows), np.bool_)
        for name, wanted in one.basis.where.items():
            counts &= deals.key(name).take(rows).is_in(wanted)
        is_counted |= counts
        for column in _columns_of(deals, one.allocate.to):
            is_named |= counts & column.take(rows).lookup([isinstance(name, str) for name in column.names], False)
    rows = rows[is_counted & ~is_named]
    first, end = day_number(period.start), day_number(period.end)
    days, known = deals.closed.values.take(rows), deals.closed.known.take(rows)
    is_in: Flags = ~known | ((first <= days) & (days < end))
    by_event = sorted((one for one in events if one.kind is EventKind.BOOKED), key=lambda one: one.on)
    booked = {one.deal: one.on for one in reversed(by_event)}
    shared = {credit.deal for credit in credits}
    if booked or shared:
        for place, deal in enumerate(deals.id.take(rows).tolist()):
            is_in[place] = deal not in shared and (booked[deal] in period if deal in booked else is_in[place])
    return rows[is_in]


def check_names(deals: Deals, plans: Iterable[CompPlan], staff: Assignments) -> None:
    """Refuse plans that name what the deals and assignments do not have, all of it at once.

    Raises:
        InvalidValueError: A rule or bonus credits whom no field names or managers whom no assignment does, measures
            what no deal has, or asks for a key that deals do not have or for a value that is written in another way
            there.
    """
    measured = [one for plan in plans for one in _measured(plan)] if deals else []
    faults = [fault for one in measured for fault in _faults_of(deals, one, staff)]
    refuse([*dict.fromkeys(faults)][:20])


def _measured(plan: CompPlan) -> list[Rule | Bonus]:
    return [one for one in (*plan.rules, *plan.steps) if isinstance(one, (Rule, Bonus))]


def _columns_of(deals: Deals, fields: Iterable[str]) -> list[Coded]:
    """The columns in which fields name people, of those that the deals have."""
    known = {**deals.labels, "owner": deals.owner}
    return [known[field] for field in fields if field in known]


def _name_all(column: Coded) -> bool:
    """Whether every deal names a person in a column."""
    return column.is_complete and all(isinstance(name, str) for name in column.names)


def _faults_of(deals: Deals, one: Rule | Bonus, staff: Assignments) -> Iterator[str]:
    people = ["owner", *deals.labels]
    for field in one.allocate.to:
        if field not in people:
            yield (
                f"{one.name!r} must credit 'owner' or whom a label of the deals names, got {shown(field)}; "
                f"{nearest(field, people)}"
            )
        nameless = (
            [name for name in deals.labels[field].names if type(name) is not str] if field in deals.labels else []
        )
        if nameless:
            yield f"{one.name!r} must credit people whom {field!r} names in text, got {shown(nameless[0])}; write text"
    if one.allocate.level != 0 and not len(staff):
        yield f"{one.name!r} must credit managers whom assignments name, got none; give assignments"
    values = ["amount", "count", *deals.values]
    if one.basis.value not in values:
        yield (
            f"{one.name!r} must measure a value of the deals, got {shown(one.basis.value)}; "
            f"{nearest(one.basis.value, values)}"
        )
    for name, wanted in one.basis.where.items():
        known = KINDS if name == "kind" else deals.key(name).names
        meant = None if wanted in known else _meant(wanted, known)
        if meant is not None or (name == "kind" and wanted not in known):
            remedy = nearest(wanted, known) if meant is None else f"did you mean {shown(meant)}?"
            yield f"{one.name!r} must ask for what deals have as {name!r}, got {shown(wanted)}; {remedy}"


def _meant(wanted: object, known: Iterable[object]) -> object | None:
    """The value that was probably meant; none where no deal has one yet, as of a product that nobody has sold."""
    told = str(wanted).casefold().strip()
    for one in known:
        if str(one).casefold().strip() == told:
            return one
    if any(map(str.isdigit, told)):  # what is told apart by a number is meant as it stands
        return None
    return next((one for one in known if nearest(wanted, [one], _ALIKE) == f"did you mean {shown(one)}?"), None)


_ALIKE = 0.85
"""Above the likeness of North and South."""
