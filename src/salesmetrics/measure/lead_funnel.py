"""How many leads become opportunities and customers."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from salesmetrics._numeric.columns import Flags
from salesmetrics._numeric.order import places_of
from salesmetrics._numeric.recipe import Count, Recipe
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.measure._measure import measure_of
from salesmetrics.model.activity import Activity
from salesmetrics.result.stage_conversion import StageConversion
from salesmetrics.table.activities import Activities, check_known_kinds, places_named
from salesmetrics.table.leads import IntoLeads, Leads

__all__ = ["closing_ratio", "lead_conversion", "lead_to_opportunity", "lead_to_sale"]


@measure_of(Leads.of, IntoLeads)
def lead_to_opportunity(leads: Leads) -> Recipe[StageConversion]:
    r"""Share of leads that became an opportunity.

    $$ \text{lead to opportunity} = \frac{|\text{leads with an opportunity}|}{|\text{leads}|} $$

    It is a ratio of the same leads, never this month's opportunities over this month's leads. A young cohort is not
    ripe: leads that are open and have no opportunity yet may still get one, and are counted as undecided. Compare
    cohorts of one age, or see how many are undecided.

    Args:
        leads: `Leads`, or any iterable of `Lead`. For cohorts ask `breakdown` by `calendar.months("created")`, where
            leads without a day of creation are a group of their own, with the key `None`.

    Returns:
        Counts [leads] as a `StageConversion`; its `value` is a fraction in [0, 1], or `None` of no leads.

    Raises:
        InvalidTableError: The leads contradict themselves; `.problems` lists every fault.

    Laws:
        definition: Equal to counting the leads one by one.
        order: Reordering the leads changes nothing.
        merge: The conversion of two lists together is the sum of their conversions.
        door: A list and a table of the same leads give the same answer.
        breakdown: By group, it equals asking each group alone.
        lost: Losing its open leads converts none and leaves none undecided.

    Examples:
        >>> from datetime import date
        >>> from salesmetrics import Lead
        >>> print(lead_to_opportunity([Lead(1, date(2026, 1, 5), opportunity="D-1"), Lead(2, date(2026, 1, 6))]))
        50.0 % from lead to opportunity (1 of 2, 1 of them undecided)
    """
    return _conversion("lead", "opportunity", leads, np.ones(len(leads), np.bool_), leads.opportunity.known)


@measure_of(Leads.of, IntoLeads)
def lead_to_sale(leads: Leads) -> Recipe[StageConversion]:
    r"""Share of leads that became customers.

    $$ \text{lead to sale} = \frac{|\text{won leads}|}{|\text{leads}|} $$

    It is a ratio of the same leads, never this month's sales over this month's leads. Open leads, and those of which
    nobody knows what became of them, may still be won, and are counted as undecided.

    Args:
        leads: `Leads`, or any iterable of `Lead`; for cohorts as in `lead_to_opportunity`.

    Returns:
        Counts [leads] as a `StageConversion`; its `value` is a fraction in [0, 1], or `None` of no leads.

    Raises:
        InvalidTableError: The leads contradict themselves; `.problems` lists every fault.

    Laws:
        definition: Equal to counting the leads one by one.
        order: Reordering the leads changes nothing.
        merge: The conversion of two lists together is the sum of their conversions.
        door: A list and a table of the same leads give the same answer.
        breakdown: By group, it equals asking each group alone.
        lost: Losing its open leads converts none and leaves none undecided.

    Examples:
        >>> from datetime import date
        >>> from salesmetrics import Lead, Outcome
        >>> print(lead_to_sale([Lead(1, date(2026, 1, 5), outcome=Outcome.WON), Lead(2, date(2026, 1, 6))]))
        50.0 % from lead to sale (1 of 2, 1 of them undecided)
    """
    return _conversion("lead", "sale", leads, np.ones(len(leads), np.bool_), leads.is_won)


@measure_of(Leads.of, IntoLeads)
def lead_conversion(
    leads: Leads, *, activities: Activities | Iterable[Activity], stage: str, to: str | None = None
) -> Recipe[StageConversion]:
    r"""Of the leads that came to a stage, the share that came to another one, as activities of theirs say.

    $$ \text{conversion} = \frac{|\text{leads that came to both}|}{|\text{leads that came to the stage}|} $$

    MQL, SAL and SQL are whatever the team writes down when it calls a lead so: name the kinds of activity. A lead came
    to a stage when the log has it there once, in whatever order. Activities of leads that are not in the list say
    nothing here; `~log.is_of(leads)` finds them.

    Args:
        leads: `Leads`, or any iterable of `Lead`; for cohorts as in `lead_to_opportunity`.
        activities: `Activities`, or any iterable of `Activity`; they find their leads by `Activity.lead`.
        stage: The kind of activity that makes the first stage, such as "MQL".
        to: The kind that makes the other one, such as "SAL"; `None` for being won.

    Returns:
        Counts [leads] as a `StageConversion`; its `value` is a fraction in [0, 1], or `None` when no lead came to the
        stage. Undecided are leads that are open and have not come to the other one.

    Raises:
        InvalidTableError: The leads contradict themselves; `.problems` lists every fault.
        InvalidValueError: A kind is no text, or none that the log knows, unless `log.with_kinds` names it; the
            activities name leads by ids of another kind; or something other than activities came.

    Laws:
        definition: Equal to looking through the activities of each lead one by one.
        order: Reordering the leads changes nothing.
        merge: The conversion of two lists together is the sum of their conversions.
        door: A list and a table of the same leads give the same answer.
        breakdown: By group, it equals asking each group alone.
        lost: Losing its open leads converts none and leaves none undecided.

    Examples:
        >>> from datetime import UTC, date, datetime
        >>> from salesmetrics import Lead
        >>> leads = [Lead(number, date(2026, 1, 5)) for number in range(3)]
        >>> at = datetime(2026, 1, 6, tzinfo=UTC)
        >>> log = [Activity(at, "MQL", lead=0), Activity(at, "MQL", lead=1), Activity(at, "SAL", lead=1)]
        >>> print(lead_conversion(leads, activities=log, stage="MQL", to="SAL"))
        50.0 % from MQL to SAL (1 of 2, 1 of them undecided)
    """
    log = Activities.of(activities)
    for what, kind in (("stage", stage), ("to", to)):
        if not isinstance(kind, str) and not (what == "to" and kind is None):
            raise InvalidValueError(f"{what} must be a kind of activity, got {shown(kind)}; write 'MQL'")
    check_known_kinds(log, [stage] if to is None else [stage, to], "stages")
    goal = leads.is_won if to is None else _did(leads, log, to)
    return _conversion(stage, "won" if to is None else to, leads, _did(leads, log, stage), goal)


@measure_of(Leads.of, IntoLeads)
def closing_ratio(
    leads: Leads, *, activities: Activities | Iterable[Activity], proposal: str = "proposal"
) -> Recipe[StageConversion]:
    r"""Of the leads that got a proposal, the share that became customers.

    $$ \text{closing ratio} = \frac{|\text{leads with a proposal that were won}|}{|\text{leads with a proposal}|} $$

    It is a ratio of the same leads, never this month's customers over this month's proposals. Leads that were won
    without a proposal are in neither number. Activities of leads that are not in the list say nothing here;
    `~log.is_of(leads)` finds them.

    Args:
        leads: `Leads`, or any iterable of `Lead`; for cohorts as in `lead_to_opportunity`.
        activities: `Activities`, or any iterable of `Activity`; they find their leads by `Activity.lead`.
        proposal: The kind of activity that says that a lead got a proposal.

    Returns:
        Counts [leads] as a `StageConversion`; its `value` is a fraction in [0, 1], or `None` without proposals.

    Raises:
        InvalidTableError: The leads contradict themselves; `.problems` lists every fault.
        InvalidValueError: The kind is no text, or none that the log knows, unless `log.with_kinds` names it; the
            activities name leads by ids of another kind; or something other than activities came.

    Laws:
        definition: Equal to looking through the activities of each lead one by one.
        order: Reordering the leads changes nothing.
        merge: The ratio of two lists together is the sum of their ratios.
        door: A list and a table of the same leads give the same answer.
        breakdown: By group, it equals asking each group alone.
        lost: Losing its open leads converts none and leaves none undecided.

    Examples:
        >>> from datetime import UTC, date, datetime
        >>> from salesmetrics import Lead, Outcome
        >>> leads = [Lead(1, date(2026, 1, 5), outcome=Outcome.WON), Lead(2, date(2026, 1, 5), outcome=Outcome.LOST)]
        >>> log = [Activity(datetime(2026, 1, 6, tzinfo=UTC), "proposal", lead=number) for number in (1, 2)]
        >>> print(closing_ratio(leads, activities=log))
        50.0 % from proposal to won (1 of 2)
    """
    return lead_conversion.recipe(leads, activities=activities, stage=proposal)


def _did(leads: Leads, log: Activities, kind: str) -> Flags:
    """Which leads have an activity of a kind."""
    rows = places_named(log.lead_ids, leads.id, "leads")
    found = np.append(rows, -1).take(log.lead.codes[log.kind.is_in(kind)])
    flags = np.zeros(len(leads), np.bool_)
    flags[found[found >= 0]] = True
    return flags.take(places_of(leads.id, leads.id))  # a lead that was drawn twice did it both times


def _conversion(stage: str, to: str, leads: Leads, came: Flags, went: Flags) -> Recipe[StageConversion]:
    """Of the leads that came to a stage, those that went to another one, and those that still may."""
    return Recipe(
        StageConversion,
        stage=stage,
        to=to,
        rule="any",
        counted="all",
        n_converted=Count(came & went),
        n_not_converted=Count(came & ~went & ~leads.is_open),
        n_undecided=Count(came & ~went & leads.is_open),
        n_missing=0,
    )
