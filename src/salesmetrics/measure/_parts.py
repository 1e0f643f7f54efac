"""What several measures are made of: sums of money, and the choice of a population."""

from __future__ import annotations

from collections.abc import Mapping

from salesmetrics._numeric.columns import Flags, Masked
from salesmetrics._numeric.recipe import Count, Recipe, Total, Weighted
from salesmetrics.errors import check_word
from salesmetrics.model.probability import millionths
from salesmetrics.result.totals import MoneyTotal, WeightedTotal
from salesmetrics.table.deals import Deals

__all__ = ["chosen", "money_total", "weighted_total"]


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
        n=Count(mask & column.known),
        n_missing=Count(mask & ~column.known),
    )


def weighted_total(deals: Deals, column: Masked, mask: Flags) -> Recipe[WeightedTotal]:
    """The amounts of the deals that the mask has, each times its stage's probability.

    A deal whose stage nobody knows has no probability: it is left out and counted, as one without an amount is.
    """
    known = column.known & deals.stage.known
    return Recipe(
        WeightedTotal,
        micro=Weighted(column, mask, deals.stage, [millionths(stage.probability) for stage in deals.process]),
        currency=column.unit,
        n=Count(mask & known),
        n_missing=Count(mask & ~known),
    )
