"""The chances of a whole list of leads."""

from __future__ import annotations

from fractions import Fraction
from math import log

import numpy as np
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded
from salesmetrics.across._conditions import fields_that_none_has
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.lead_values import text_of
from salesmetrics.result.lead_propensity import LeadPropensity
from salesmetrics.table.leads import IntoLeads, Leads
from salesmetrics.table.said import said_by

__all__ = ["lead_probabilities"]


def lead_probabilities(leads: IntoLeads, model: LeadPropensity) -> NDArray[np.float64]:
    """The chance of each lead of a list, a whole column at once.

    A field that no lead has is known of none, as `model.probability` has it.

    Args:
        leads: `Leads`, or any iterable of `Lead`, as they are known now.
        model: What `lead_propensity` learned of others. Of the same leads it would know how they end.

    Returns:
        A fraction above 0 and below 1 for each lead, in their order; of a lead alone `model.probability(lead)` tells it
        exactly, and `model.explain(lead)` why.

    Raises:
        InvalidTableError: The leads contradict themselves; `.problems` lists every fault.
        InvalidValueError: The model has counted nothing, or only won leads, or only lost ones, or is none; a field that
            no lead has looks like a misspelling of one that there is; or a field with bins says something else than a
            number.

    Laws:
        definition: Equal to asking the model of each lead, but for the last digits.
        order: Reordering the leads reorders their chances.
        merge: The chances of two lists together are those of each, also where one list lacks a field.

    Examples:
        >>> from datetime import date
        >>> from salesmetrics import Lead, Outcome, lead_propensity
        >>> day = date(2026, 1, 5)
        >>> past = [Lead(1, day, "web", outcome=Outcome.WON), Lead(2, day, "fair", outcome=Outcome.LOST)]
        >>> model = lead_propensity(past, fields=["source"])
        >>> lead_probabilities([Lead(3, day, "web"), Lead(4, day, "fair")], model).round(3)
        array([0.667, 0.333])
    """
    if not isinstance(model, LeadPropensity) or model.odds(None) is None:
        raise InvalidValueError(f"model must have counted decided leads, got {shown(model)}; ask lead_propensity")
    table = Leads.of(leads)
    asked = dict.fromkeys([*model.fields] if model.team is None else [*model.fields, model.team])
    hint = " If nobody knows it of any lead yet, name it: leads.with_fields({})"
    absent = fields_that_none_has(asked, ["source", *table.fields], hint, "a model") if len(table) else ()
    table = table.with_fields(*absent)
    teams = Coded(np.full(len(table), -1), ()) if model.team is None else said_by(table, model.team)
    labels = [None, *map(text_of, teams.names)]
    team_codes = teams.codes.astype(np.int64) + 1
    first = [model.odds(label) for label in labels]
    odds = np.array([_log(one) for one in first]).take(team_codes)
    for name in model.fields:
        said = said_by(table, name)
        width = len(said.names) + 1
        pairs, place = np.unique(team_codes * width + said.codes + 1, return_inverse=True)
        values = [None, *said.names]
        told = []
        for pair in pairs.tolist():
            ratios = [
                model.ratio(labels[pair // width], name, text) for text in model.texts(name, values[pair % width])
            ]
            told.append(sum(map(_log, ratios)))
        odds += np.array(told, np.float64).take(place)
    chances = np.exp(-np.logaddexp(0.0, -odds))
    found: NDArray[np.float64] = np.clip(chances, np.nextafter(0, 1), np.nextafter(1, 0))
    return found


def _log(ratio: Fraction | None) -> float:
    """What is left out adds nothing."""
    return 0.0 if ratio is None else log(ratio.numerator) - log(ratio.denominator)
