"""One answer for every stage of the process."""

from __future__ import annotations

from datetime import date
from math import inf

from salesmetrics.errors import check_flag
from salesmetrics.measure.funnel import stage_conversion, way
from salesmetrics.measure.time_in_stage import time_in_stage
from salesmetrics.model.stage import Outcome
from salesmetrics.result.breakdown import Breakdown
from salesmetrics.result.stage_conversion import ConversionRule, StageConversion
from salesmetrics.result.time_in_stage import TimeInStage
from salesmetrics.table.deals import Deals, IntoDeals

__all__ = ["funnel", "slow_stages"]


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
        InvalidValueError: The deals have no history, the rule is misspelt, or `decided_only` is no truth value.

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
    check_flag(decided_only, "decided_only")  # a process may have no step that would
    book = Deals.of(deals)
    stages = tuple(way(book.process)[:-1])
    answers = tuple(stage_conversion(book, stage=stage, rule=rule, decided_only=decided_only) for stage in stages)
    return Breakdown("stage", stages, answers, (book.process.names,))


def slow_stages(deals: IntoDeals, *, as_of: date) -> Breakdown[TimeInStage]:
    """The open stages in the order of how long deals stay in them, the slowest first.

    A stage of which more than half of the stays last longer than is known yet is slower than any with a median. Look at
    the share of all days too: a stage can be slow for few deals, and a quick one take most of the time of all. An order
    is a reading and does not add: add the stays of each stage, and order them then.

    Args:
        deals: `Deals` with a history.
        as_of: As in `time_in_stage`.

    Returns:
        A mapping from each open stage to its `TimeInStage`; stages in which no deal has been come last.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: The deals have no history, or `as_of` is not a plain day or later than that of the book.

    Laws:
        definition: Each answer equals asking `time_in_stage` of its stage.
        slowest: No stage has a longer median than one before it.
        shares: The days in all stages are all days.

    Examples:
        >>> from salesmetrics import Deal, DealChange, Money, SalesProcess, Stage
        >>> process = SalesProcess([Stage("Lead", 0.1), Stage("Offer", 0.5)])
        >>> deals = [Deal("D-1", Money(100, "USD"), "Offer", "Ada", date(2026, 1, 5))]
        >>> book = Deals.of(deals, process).with_history([
        ...     DealChange("D-1", date(2026, 1, 5), stage="Lead"),
        ...     DealChange("D-1", date(2026, 1, 8), stage="Offer"),
        ... ])
        >>> [(stage, stays.median, stays.share) for stage, stays in slow_stages(book, as_of=date(2026, 1, 20)).items()]
        [('Offer', None, 0.8), ('Lead', 3.0, 0.2)]
    """
    book = Deals.of(deals)
    stages = tuple(stage.name for stage in book.process if stage.outcome is Outcome.OPEN)
    answers = tuple(time_in_stage(book, stage=stage, as_of=as_of) for stage in stages)
    stays = Breakdown("stage", stages, answers, (book.process.names,))
    return stays.sorted_by(lambda one: one.median if one.median is not None or not one.n else inf, descending=True)
