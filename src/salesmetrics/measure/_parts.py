"""What several measures are made of: sums of money, and the choice of a population."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import inf
from typing import Literal, TypeAlias, get_args

import numpy as np

from salesmetrics._numeric.columns import Coded, Flags, Masked
from salesmetrics._numeric.recipe import Count, Product, Recipe, Total, Weighted
from salesmetrics._numeric.sums import rounded_products
from salesmetrics.errors import InvalidValueError, check_word, shown
from salesmetrics.model.probability import MILLION
from salesmetrics.model.stage import SalesProcess
from salesmetrics.result.totals import MoneyTotal, WeightedTotal
from salesmetrics.table.deals import Deals

__all__ = [
    "ProbabilityOf",
    "WeightedRounding",
    "above_zero",
    "certain",
    "chosen",
    "money_total",
    "stage_chances",
    "weighted_total",
]

ProbabilityOf: TypeAlias = Literal["stage", "deal"]
"""Whose probability weighs an amount: that of the stage, or the deal's own where it has one."""

WeightedRounding: TypeAlias = Literal["once", "per_deal"]
"""Whether the exact sum is rounded when it is read, or each deal before it is added."""


def above_zero(number: float, what: str, example: str) -> Fraction:
    """A number above zero as its shortest decimal text says."""
    if isinstance(number, bool) or not isinstance(number, (int, float)) or not 0 < number < inf:
        raise InvalidValueError(f"{what} must be a number above zero, got {shown(number)}; write {example}")
    return Fraction(number if isinstance(number, int) else str(number))


def chosen(population: str, masks: Mapping[str, Flags]) -> Flags:
    """The deals that a population names.

    Raises:
        InvalidValueError: It is none of them.
    """
    check_word(population, masks, "population")
    return masks[population]


def money_total(column: Masked, mask: Flags) -> Recipe[MoneyTotal]:
    """The amounts of the deals that the mask has."""
    return Recipe(
        MoneyTotal,
        minor=Total(column, mask),
        currency=column.unit,
        n=Count(column.known_among(mask)),
        n_missing=Count(column.missing_among(mask)),
    )


def certain(column: Masked, mask: Flags) -> Product:
    """The amounts of the deals that the mask has, in millionths, each as if it were certain."""
    return Product(column, Masked(np.full(len(column), MILLION), column.known, None, MILLION), mask)


def stage_chances(process: SalesProcess) -> list[int]:
    """The probabilities of the stages, in millionths; a stage has no smaller parts of one."""
    return [round(MILLION * stage.probability) for stage in process]


def _chances_of_deals(deals: Deals) -> Masked:
    """The deals' own probabilities, in millionths; of those that have none, those of their stages."""
    own = deals.probability
    if own.is_complete:
        return own
    by_stage = _chances_of_stages(deals)
    return Masked(np.where(own.known, own.values, by_stage.values), own.known | by_stage.known, None, MILLION)


def _chances_of_stages(deals: Deals) -> Masked:
    by_stage = np.array(stage_chances(deals.process), np.int32)
    return Masked(deals.stage.lookup(by_stage, np.int32(0)), deals.stage.known, None, MILLION)


def _where_known(column: Masked, other: Masked | Coded) -> Masked:
    """A column, of which is known only what is known of another too."""
    return column if other.is_complete else Masked(column.values.view(), column.known & other.known)


def weighted_total(
    deals: Deals,
    column: Masked,
    mask: Flags,
    probability: ProbabilityOf = "stage",
    rounding: WeightedRounding = "once",
) -> Recipe[WeightedTotal]:
    """The amounts of the deals that the mask has, each times its probability.

    A deal of which nobody knows the probability is left out and counted, as one without an amount is.

    Raises:
        InvalidValueError: `probability` or `rounding` is misspelt.
    """
    check_word(probability, get_args(ProbabilityOf), "probability")
    check_word(rounding, get_args(WeightedRounding), "rounding")
    micro: Weighted | Product
    if probability == "stage" and rounding == "once":  # rows are summed by stage first, and no row is multiplied
        counted = _where_known(column, deals.stage)
        micro = Weighted(column, mask, deals.stage, stage_chances(deals.process))
    else:
        chances = _chances_of_deals(deals) if probability == "deal" else _chances_of_stages(deals)
        counted = _where_known(column, chances)
        if rounding == "per_deal":
            each = rounded_products(column.values, chances.values, MILLION)
            micro = certain(Masked(each, counted.known, column.unit, column.bound), mask)
        else:
            micro = Product(column, chances, mask)
    return Recipe(
        WeightedTotal,
        micro=micro,
        currency=column.unit,
        n=Count(counted.known_among(mask)),
        n_missing=Count(counted.missing_among(mask)),
    )
