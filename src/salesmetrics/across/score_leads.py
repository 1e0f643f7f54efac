"""The scores of leads by a model, as of a day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import accumulate
from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, code_type
from salesmetrics._numeric.days import day_number
from salesmetrics._numeric.sums import rounded_products
from salesmetrics.across._conditions import fields_that_none_has, known_to_be
from salesmetrics.across._lead_log import LeadLog
from salesmetrics.errors import InvalidValueError, nearest, shown
from salesmetrics.format.lead_format import LEAD_KEYS
from salesmetrics.model.activity import Activity
from salesmetrics.model.period import check_day
from salesmetrics.model.probability import MILLION, millionths
from salesmetrics.model.scoring.label import Grid, Step
from salesmetrics.model.scoring.points import micropoints
from salesmetrics.model.scoring.rule import NO_LIMITS, Limits
from salesmetrics.model.scoring.scoring_model import DISQUALIFIED, ScoringModel
from salesmetrics.model.zones import zone_named
from salesmetrics.result._rule_scores import RuleScores
from salesmetrics.result.lead_scores import LeadScores
from salesmetrics.table.activities import Activities, check_kinds
from salesmetrics.table.leads import IntoLeads, Leads

__all__ = ["score_leads"]

_MOST = 2**62
_MOST_SMALL = np.iinfo(np.int8).max


def score_leads(
    leads: IntoLeads,
    activities: Activities | Iterable[Activity],
    *,
    model: ScoringModel,
    as_of: date,
    zone: str = "UTC",
) -> LeadScores:
    """The score of each lead as of a day, with what every rule gave.

    A score is of its day: nothing that was done on the day or later is seen, and leads that came in then are left out,
    so that a score that is compared with what became of a lead has not seen it. Fields of leads have no dates: what is
    known of them is taken to have been known.

    A field that no lead has is known of none: a batch that lacks it is scored like the leads of a larger list that lack
    it, and the answer names the field. It also names kinds of which the log has no activity.

    Args:
        leads: `Leads`, or any iterable of `Lead`.
        activities: `Activities`, or any iterable of `Activity`; they find their leads by `Activity.lead`. What was done
            before a lead came in counts, and so does what is written down twice; both are told.
        model: The rules, the limits of points, and the labels.
        as_of: The day at whose start leads are scored.
        zone: Where days begin, such as "Europe/London", for the day of view, for daily caps and for the age of what was
            done, which is in whole days.

    Returns:
        The points of each lead in total and by group, what it is called, and what every rule gave, as `LeadScores`.

    Raises:
        InvalidTableError: The leads contradict themselves; `.problems` lists every fault.
        InvalidValueError: A field that no lead has, or a kind that the log does not know, looks like a misspelling of
            one that there is; a field is compared with something of another kind, or asked to be one of values that
            are all of another kind; no activity names a lead, or all name them by ids of another kind; a lead has a
            role without a weight; the zone is not known, or something else came than must be.

    Laws:
        definition: Equal to following the rules for one lead and one activity after the other.
        order: Reordering leads or activities changes nothing.
        planted: Whatever is done on the day or later changes nothing, but for kinds that nobody knew before.
        merge: The scores of two lists of leads together are those of each, also where one list lacks a field.
        role: The score, the label by the total and the hand-off go by the same points: those that the role has weighed.

    Examples:
        >>> from datetime import UTC, datetime
        >>> from salesmetrics import Lead
        >>> leads = [Lead("L-1", date(2026, 1, 5), fields={"inaccurate details": True, "fits persona": True})]
        >>> done = ["pricing page", "email open", "click-through"]
        >>> log = [Activity(datetime(2026, 1, 6, 9, tzinfo=UTC), kind, lead="L-1") for kind in done]
        >>> scores = score_leads(leads, log, model=ScoringModel.classic(), as_of=date(2026, 2, 1))
        >>> scores["L-1"]
        14
    """
    leads, log = Leads.of(leads), Activities.of(activities)
    if not isinstance(model, ScoringModel):
        raise InvalidValueError(f"model must be a ScoringModel, got {shown(model)}; write ScoringModel([...])")
    check_day(as_of, "as_of")
    is_later = leads.created.known & (leads.created.values >= day_number(as_of))
    n_later = int(np.count_nonzero(is_later))
    if n_later:
        leads = leads.take(np.flatnonzero(~is_later))
    worth = sum(abs(micropoints(rule.points, "points")) for rule in model.rules)
    if worth * max(1, len(log)) >= _MOST:
        raise InvalidValueError(
            f"points must fit 64 bits, got rules of {worth:,} millionths for {len(log):,} activities; give fewer points"
        )
    if len(leads) and len(log) and not log.lead.names:
        raise InvalidValueError(
            f"activities must name their leads, got none that does among {len(log):,}; name the column, "
            "ActivityFormat(lead='Lead'), or give Activity(..., lead=...)"
        )
    unknown_kinds = check_kinds(log, model.kinds, "conditions")
    unknown = _unknown_fields(model, leads, log)
    seen = LeadLog(leads, log, as_of, zone_named(zone))
    rules = _rules(model, seen)
    groups: dict[str, NDArray[np.int64]] = {}
    for name in model.group_names:
        points = _sum_of([rule for rule in rules if rule.group == name], len(leads))
        groups[name] = _held(points, model.groups.get(name, NO_LIMITS))
    held = _held(_added([*groups.values()], len(leads)), model.limits)
    total = _weighted(model, leads, held)
    disqualified = _disqualified(model, seen)
    return LeadScores(
        as_of=as_of,
        lead=leads.id,
        rules=tuple(rules),
        groups=groups,
        micro=total,
        unweighted=held,
        label=_labels(model, seen, {**groups, "total": total}, disqualified),
        disqualified=disqualified,
        n_later=n_later,
        n_unseen=seen.n_unseen,
        n_unknown=seen.n_unknown,
        n_without_lead=seen.n_without_lead,
        n_early=seen.n_early,
        n_repeated=seen.n_repeated,
        unknown_fields=unknown,
        unknown_kinds=unknown_kinds,
    )


def _unknown_fields(model: ScoringModel, leads: Leads, log: Activities) -> tuple[str, ...]:
    """The fields that the model asks for and that nobody has; of no leads, and of no activities, it is not told."""
    hint = " If nobody knows it of any lead yet, name it: leads.with_fields({})"
    none = fields_that_none_has(model.fields, ["source", *leads.fields], hint) if len(leads) else ()
    return none + (fields_that_none_has(model.activity_fields, log.fields) if len(log) else ())


def _rules(model: ScoringModel, seen: LeadLog) -> list[RuleScores]:
    """What every rule gives, in the order of the model."""
    given = iter(seen.given([(rule, rule.event) for rule in model.rules if rule.event is not None]))
    scores: list[RuleScores] = []
    for rule in model.rules:
        worth, maximum = micropoints(rule.points, "points"), rule.maximum
        if rule.event is None:
            events = known_to_be(rule.when, seen)
            scores.append(RuleScores(rule.name, str(rule.group), worth, False, events))
        else:
            one = next(given)
            most = None if maximum is None else micropoints(maximum, "maximum")
            repeats = rule.repeat == "each"
            scores.append(
                RuleScores(rule.name, str(rule.group), worth, repeats, one.events, one.decayed, most, one.is_capped)
            )
    return scores


def _sum_of(rules: Sequence[RuleScores], n_leads: int) -> NDArray[np.int64]:
    """The points of some rules together.

    Where conditions hold or not, points are added in the smallest integers that hold them all, and as many rules as fit
    are added up before anything is widened: numpy adds small integers many times as fast.
    """
    sums = [rule.points for rule in rules if rule.events.dtype != np.bool_]
    held = [rule for rule in rules if rule.events.dtype == np.bool_ and rule.worth]
    unit = gcd(*(rule.worth for rule in held))
    while held:
        reach = [*accumulate(abs(rule.worth) // unit for rule in held)]
        n_fit = max(1, bisect_right(reach, _MOST_SMALL))
        kind = np.int8 if reach[n_fit - 1] <= _MOST_SMALL else np.int64
        small: NDArray[Any] = np.zeros(n_leads, kind)
        product: NDArray[Any] = np.empty(n_leads, kind)
        for rule in held[:n_fit]:
            small += np.multiply(rule.events.view(np.int8), kind(rule.worth // unit), out=product)
        sums.append(np.multiply(small, unit, dtype=np.int64))
        held = held[n_fit:]
    return _added(sums, n_leads)


def _added(columns: Sequence[NDArray[np.int64]], n_leads: int) -> NDArray[np.int64]:
    """The sum of columns, row by row; of one it is that one."""
    if not columns:
        return np.zeros(n_leads, np.int64)
    points = columns[0]
    for column in columns[1:]:
        points = points + column if points is columns[0] else np.add(points, column, out=points)
    return points


def _held(points: NDArray[np.int64], limits: Limits) -> NDArray[np.int64]:
    """Points between the least and the most that there may be."""
    if limits.minimum is not None:
        points = np.maximum(points, micropoints(limits.minimum, "minimum"))
    if limits.maximum is not None:
        points = np.minimum(points, micropoints(limits.maximum, "maximum"))
    return points


def _weighted(model: ScoringModel, leads: Leads, total: NDArray[np.int64]) -> NDArray[np.int64]:
    """The totals, each times the weight of the lead's role, in millionths."""
    if not model.role_weights:
        return total
    has_role = model.role in (*LEAD_KEYS, *leads.fields)
    role = leads.key(model.role) if has_role else Coded(np.full(len(leads), -1, np.int8), ())
    strange = [name for code, name in enumerate(role.names) if name not in model.role_weights and code in role.codes]
    if strange:
        raise InvalidValueError(
            f"role_weights must weigh every role, got none for {shown(strange[0])}; "
            f"{nearest(strange[0], model.role_weights)}"
        )
    weights = [millionths(model.role_weights.get(name, 0), what="weight") for name in role.names]
    return rounded_products(total, role.lookup(weights, MILLION), MILLION)


def _disqualified(model: ScoringModel, seen: LeadLog) -> Coded:
    """By which condition leads are disqualified: the first of those that are known to hold."""
    codes = np.full(len(seen.leads), -1, code_type(len(model.disqualifiers)))
    for place, condition in reversed([*enumerate(model.disqualifiers.values())]):
        codes[known_to_be(condition, seen)] = place
    return Coded(codes, tuple(model.disqualifiers))


def _labels(model: ScoringModel, seen: LeadLog, points: Mapping[str, NDArray[np.int64]], disqualified: Coded) -> Coded:
    """What leads are called."""
    names = model.label_names
    if isinstance(model.labels, Grid):
        rows, columns = model.labels.rows, model.labels.columns
        codes = _step_of(points[model.labels.by[0]], rows) * len(columns)
        codes += _step_of(points[model.labels.by[1]], columns)
    else:
        codes = np.full(len(seen.leads), -1, code_type(len(names) + 1))
        for place, label in enumerate(model.labels):
            if label.at is not None:
                codes[points[label.of] >= micropoints(label.at, "at")] = place
            if label.when is not None:
                codes[known_to_be(label.when, seen)] = place
            if label.at is None and label.when is None:
                codes[:] = place
    codes[disqualified.known] = len(names)
    return Coded(codes, (*names, DISQUALIFIED))


def _step_of(points: NDArray[np.int64], steps: Sequence[Step]) -> NDArray[np.int64]:
    """Which step of a grid points reach: the first whose bound they do not fall short of."""
    places = np.full(len(points), len(steps) - 1)
    for place, (_, at) in reversed([*enumerate(steps[:-1])]):
        places[points >= micropoints(at or 0, "at")] = place
    return places
