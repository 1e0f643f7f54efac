"""What a period will bring."""

from __future__ import annotations

from datetime import date

import numpy as np

from salesmetrics._numeric.columns import Masked
from salesmetrics._numeric.recipe import Recipe
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.measure._forecasts import LeftOut, forecast_of_deals
from salesmetrics.measure._measure import as_measure
from salesmetrics.measure._parts import stage_chances
from salesmetrics.model.period import Period
from salesmetrics.model.probability import MILLION
from salesmetrics.model.stage import Outcome, SalesProcess
from salesmetrics.result.forecast import Forecast
from salesmetrics.table.deals import Deals

__all__ = ["stage_forecast"]


@as_measure
def stage_forecast(
    deals: Deals,
    *,
    period: Period,
    as_of: date,
    undated: LeftOut = "leave_out",
    overdue: LeftOut = "leave_out",
    process: SalesProcess | None = None,
    value: str = "amount",
) -> Recipe[Forecast]:
    r"""What a period will bring: what is booked in it, and the open deals due in it weighted by stage.

    $$ \text{forecast} = \sum_{\text{won in the period}} \text{amount}
       + \sum_{\text{open, due in the period}} \text{amount} \cdot p_{\text{stage}} $$

    Open deals without an expected close, or with one that has passed, are in nobody's period: CRMs count them or not
    without saying so. Here they are left out unless they are asked for, and the answer says how many they are, what
    they are worth, and what they would bring.

    Args:
        deals: `Deals`, or any iterable of `Deal`.
        period: The period that is forecast.
        as_of: The day of view; what is dated before it is known, what is dated on it is future.
        undated: "leave_out" open deals without an expected close, because nobody says that they close in this period;
            "include" expects them in it.
        overdue: "leave_out" open deals that were expected to close before `as_of`, because that day is wrong;
            "include" expects them in the period.
        process: Whose probabilities weigh the stages: the deals' own process unless told; or one of the same stages,
            such as `calibrate_stages(...).process()`.
        value: "amount", or the name of one of the deals' `values`.

    Returns:
        Booked, expected and left-out money [minor units] and counts [deals] as a `Forecast` with a line for each deal.
        Every open deal is in exactly one of its lines, omitted, undated, overdue and other_period. Deals won or
        lost on or after `as_of` are in `closed_later`: the book is taken as given, not as it was known then. Those
        without a close date, if such a doubt was accepted, are in `closed_undated`.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: `as_of` is not a plain day, the period is no `Period`, the process has other stages, the
            deals have no such value, or a word is misspelt.

    Laws:
        definition: Equal to sorting the deals into the sums one by one.
        order: Reordering the deals changes nothing.
        merge: The forecast of two books together is the sum of their forecasts.
        door: A list and a table of the same deals give the same answer.
        breakdown: By group, it equals asking each group alone.
        process: With a process of the same stages, it equals asking the deals as if it were theirs.
        partition: Expected and left-out open money add up to the pipeline value.
        included: Deals that are asked for bring what they would have brought when they were left out.

    Examples:
        >>> from datetime import date
        >>> from salesmetrics import Deal, Money, Period
        >>> deals = [
        ...     Deal("D-1", Money.of(500, "USD"), "Won", "Ada", date(2026, 1, 5), closed=date(2026, 1, 20)),
        ...     Deal("D-2", Money.of(1000, "USD"), "Product trial", "Bo", date(2026, 1, 9), None, date(2026, 3, 1)),
        ...     Deal("D-3", Money.of(800, "USD"), "Final call", "Bo", date(2026, 1, 9)),
        ... ]
        >>> forecast = stage_forecast(deals, period=Period.parse("2026-01-01..2026-04-01"), as_of=date(2026, 2, 1))
        >>> print(forecast.value, "|", forecast.booked, "|", forecast.expected, "|", forecast.undated)
        1,100.00 USD | 500.00 USD (1 deal) | 600.00 USD (1 deal) | 800.00 USD (1 deal)
        >>> print(forecast.explain())
        stage_forecast of 2026-01-01..2026-04-01 as of 2026-02-01: 1,100.00 USD
        booked before that day: 500.00 USD (1 deal)
        expected, Product trial: 600.00 USD of 1,000.00 USD (1 deal)
        left out, undated: 800.00 USD (1 deal), of which 640.00 USD would be expected

    References:
        Salesforce leaves undated deals out; Odoo's forecast view shows them.
    """
    weights = deals.process if process is None else process
    if not isinstance(weights, SalesProcess) or [(one.name, one.outcome) for one in weights] != [
        (one.name, one.outcome) for one in deals.process
    ]:
        raise InvalidValueError(
            f"process must have the stages of the deals' own, {[*deals.process.names]}, got {shown(process)}; change "
            "their probabilities alone"
        )
    by_stage = np.array(stage_chances(weights), np.int32)
    said = {one.name: one.probability for one in weights if one.outcome is Outcome.OPEN}
    return forecast_of_deals(
        deals,
        period,
        as_of,
        "stage_forecast",
        {"process": (None if process is None else said, None)},
        value,
        Masked(deals.stage.lookup(by_stage, np.int32(0)), deals.stage.known, None, MILLION),
        deals.stage,
        deals.expected_close,
        undated,
        overdue,
    )
