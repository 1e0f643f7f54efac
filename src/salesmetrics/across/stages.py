"""One answer for every stage of the process."""

from __future__ import annotations

from salesmetrics.measure.funnel import stage_conversion, way
from salesmetrics.result.breakdown import Breakdown
from salesmetrics.result.stage_conversion import ConversionRule, StageConversion
from salesmetrics.table.deals import Deals, IntoDeals

__all__ = ["funnel"]


def funnel(
    deals: IntoDeals, *, rule: ConversionRule = "reached", decided_only: bool = False
) -> Breakdown[StageConversion]:
    """Every step of the way to won: of the deals that came to a stage, how many came to the next one.

    Args:
        deals: `Deals` with a history.
        rule: As in `stage_conversion`: "reached", "strict", "direct" or "any".
        decided_only: As in `stage_conversion`.

    Returns:
        A mapping from each stage that has a next one to its `StageConversion`, in the order of the process. A process
        without a won stage ends at its last open one.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: The deals have no history, or the rule is misspelt.

    Laws:
        definition: Each step equals asking `stage_conversion` of its stage.
        merge: The funnel of two books together is the sum of their funnels.
        chain: Those who reached the next stage, or came there in order, are those that the next step starts with.

    Examples:
        >>> from datetime import date
        >>> from salesmetrics import Deal, DealChange, Money, Outcome, SalesProcess, Stage
        >>> process = SalesProcess([Stage("Lead", 0.1), Stage("Offer", 0.5), Stage("Won", 1, Outcome.WON)])
        >>> deals = [Deal(name, Money(100, "USD"), "Offer", "Ada", date(2026, 1, 5)) for name in ("D-1", "D-2")]
        >>> history = [DealChange(name, date(2026, 1, 5), stage="Lead") for name in ("D-1", "D-2")]
        >>> history += [DealChange(name, date(2026, 2, 5), stage="Offer") for name in ("D-1", "D-2")]
        >>> print(funnel(Deals.of(deals, process).with_history(history)))
        stage                                                 answer
        Lead                     100.0 % from Lead to Offer (2 of 2)
        Offer  0.0 % from Offer to Won (0 of 2, 2 of them undecided)
    """
    book = Deals.of(deals)
    stages = tuple(way(book.process)[:-1])
    answers = tuple(stage_conversion(book, stage=stage, rule=rule, decided_only=decided_only) for stage in stages)
    return Breakdown("stage", stages, answers, (book.process.names,))
