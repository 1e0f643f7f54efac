"""Whether the pipeline is enough."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Literal, TypeAlias, get_args

import numpy as np
from attrs import evolve

from salesmetrics._numeric.columns import Coded, Flags, Masked
from salesmetrics._numeric.days import day_number
from salesmetrics._numeric.recipe import Count, Recipe, Total
from salesmetrics.errors import InvalidValueError, check_flag, check_word, shown
from salesmetrics.measure._history import check_known, check_told, seen_on, was_there
from salesmetrics.measure._measure import as_measure
from salesmetrics.measure._parts import certain, money_total, weighted_total
from salesmetrics.model.money import Money
from salesmetrics.model.period import Period, check_period
from salesmetrics.result.coverage import Against, Coverage
from salesmetrics.result.totals import MoneyRatio, WeightedTotal
from salesmetrics.table.deals import Deals

__all__ = ["OpeningPipeline", "pipeline_conversion", "pipeline_coverage"]

OpeningPipeline: TypeAlias = Literal["due", "all"]
"""Which open deals a conversion is of: those due in the period, or all."""


@as_measure
def pipeline_coverage(
    deals: Deals,
    *,
    quota: Money | int,
    period: Period,
    as_of: date,
    against: Against = "remaining",
    weighted: bool = False,
    value: str = "amount",
) -> Recipe[Coverage]:
    r"""How many times the open pipeline of a period covers what is left of its quota.

    $$ \text{coverage} = \frac{\sum_{\text{open, due in the period}} \text{amount}}{\text{quota} - \text{booked}} $$

    Open pipeline can only bring what is not booked yet, so it is divided by what remains. Over the full quota, as many
    do it, coverage falls through the period as deals are won. A quota that is reached needs no pipeline: then coverage
    is not defined, and the answer has the surplus. How much is enough is told by `required_coverage`.

    Args:
        deals: `Deals`, or any iterable of `Deal`.
        quota: What is to be sold in the period; a whole number where `value` is one of plain numbers. It is the
            quota of all the deals that are given: by owner, each group is set against the whole of it.
        period: The period that the quota is of.
        as_of: The day of view; what was won before it is booked.
        against: "remaining" or "full".
        weighted: Whether each open amount is weighted by the probability of its stage.
        value: "amount", or the name of one of the deals' `values`.

    Returns:
        Pipeline, booked money and quota [minor units] as a `Coverage`. All deals due in the period that were open at
        the start of the day are in the pipeline: those that closed on it or later, whose stage then is not known, and
        overdue and omitted ones too; `deals.filter(~deals.is_omitted)` leaves the latter out. Those without an expected
        close are counted in `n_undated`. Amounts and expected closes are taken as they are: for what they were then,
        ask `deals.as_of(day)`.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: The quota is none, below zero or not in the deals' currency, `as_of` is no plain day or later
            than that of the book, the period is no `Period`, the deals have no such value, or a word is misspelt.

    Laws:
        definition: Equal to adding the deals one by one.
        order: Reordering the deals changes nothing.
        merge: The coverage of one quota by two books together is the sum of theirs.
        door: A list and a table of the same deals give the same answer.
        breakdown: By group, it equals asking each group alone.
        composition: The pipeline is the `pipeline_value` of the deals due in the period, and weighted it is their
            `weighted_pipeline`, where none was created or has closed since.
        as_of: Equal to asking the book as of the day, where nothing but the outcomes has changed since.

    Examples:
        >>> from salesmetrics import Deal
        >>> deals = [
        ...     Deal("D-1", Money.of(500, "USD"), "Won", "Ada", date(2026, 1, 5), closed=date(2026, 1, 20)),
        ...     Deal("D-2", Money.of(1000, "USD"), "Product trial", "Bo", date(2026, 1, 9), None, date(2026, 3, 1)),
        ... ]
        >>> q1 = Period.parse("2026-01-01..2026-04-01")
        >>> coverage = pipeline_coverage(deals, quota=Money.of(900, "USD"), period=q1, as_of=date(2026, 2, 1))
        >>> coverage.value, coverage.remaining
        (2.5, Money(minor=40000, currency='USD'))

    References:
        Gong divides by the remaining quota; calculators divide by the full one, which is `against="full"`.
    """
    was_open = deals.was_open(as_of)
    if not isinstance(quota, Money) and type(quota) is not int:
        raise InvalidValueError(f"quota must be Money or a whole number, got {shown(quota)}; write Money.of(...)")
    check_flag(weighted, "weighted")
    goal, unit = (quota.minor, quota.currency) if isinstance(quota, Money) else (quota, None)
    column = deals.value(value)
    due = was_open & deals.is_in_period(period, on="expected_close")
    booked = deals.is_won & deals.is_in_period(period) & (deals.closed.values < day_number(as_of))
    return Recipe(
        Coverage,
        period=period,
        as_of=as_of,
        against=against,
        pipeline=weighted_total(_opened(deals), column, due) if weighted else _unweighted(column, due),
        booked=money_total(column, booked),
        quota=goal,
        currency=unit,
        n_undated=Count(was_open & ~deals.expected_close.known),
    )


def _opened(deals: Deals) -> Deals:
    """The deals before they closed: in which stage those that have were then is not known."""
    return evolve(deals, stage=Coded(np.where(deals.is_closed, -1, deals.stage.codes), deals.stage.names))


def _unweighted(column: Masked, mask: Flags) -> Recipe[WeightedTotal]:
    """The amounts of the deals that the mask has, each as if it were certain."""
    return Recipe(
        WeightedTotal,
        micro=certain(column, mask),
        currency=column.unit,
        n=Count(mask & column.known),
        n_missing=Count(mask & ~column.known),
    )


@as_measure
def pipeline_conversion(
    deals: Deals,
    *,
    period: Period,
    week: int = 0,
    opening: OpeningPipeline = "due",
    constant: Collection[str] = (),
    value: str = "amount",
) -> Recipe[MoneyRatio]:
    r"""What was won in a period, as a share of the pipeline that was open when it began.

    $$ \text{pipeline conversion} = \frac{\sum_{\text{won in the period}} \text{amount}}
       {\sum_{\text{open at its start, due in it}} \text{amount then}} $$

    This is no win rate: what was created or pulled in later is above and not below, and what slipped is below and not
    above. For the same reason one over it, and not one over the win rate, is the coverage that a period needs; see
    `required_coverage`. It may be above 1.

    Args:
        deals: `Deals`, or any iterable of `Deal`, with a history that has their amounts and expected closes.
        period: A period that has ended.
        week: The pipeline is that of so many weeks after the start. Money won before that day counts too; for what
            was won from then on, give a period that begins on it.
        opening: "due" for the deals that were due in the period then, which is what coverage is made of, or "all".
        constant: As in `deals.as_of`: fields that never changed, where there is no history of them.
        value: "amount", or the name of one of the deals' `values`; a history holds amounts only.

    Returns:
        Money won and open [minor units] as a `MoneyRatio`; `n` counts the deals in either sum, and `n_missing` those
        that are in neither because an amount is not known, or with "due" the expected close that an open deal had then:
        nobody can tell whether it belongs to the pipeline, and so not what its win was made of. Deals without a day of
        creation were not open then as far as anybody knows.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: There is neither a history nor a constant, and with "due" none of the expected closes; the
            week is not in the period; the period ends after the day that the book is as of; the deals have no such
            value; or a word is misspelt.

    Laws:
        definition: Equal to adding the deals of the book as of that day, and those won, one by one.
        order: Reordering the deals changes nothing.
        merge: The conversion of two books together is the sum of their conversions.
        door: A list and a table of the same deals give the same answer.
        breakdown: By group, it equals asking each group alone; groups are those that the deals are in now.
        composition: With "all", the whole is the `pipeline_value` of the book as of that day, where no amount is
            missing now.

    Examples:
        >>> from salesmetrics import Deal, DealChange, Deals
        >>> deals = [
        ...     Deal("D-1", Money.of(900, "USD"), "Won", "Ada", date(2025, 12, 5), date(2026, 2, 20)),
        ...     Deal("D-2", Money.of(0, "USD"), "Lost", "Bo", date(2025, 12, 9), date(2026, 3, 1)),
        ... ]
        >>> history = [
        ...     DealChange(name, date(2025, 12, 9), amount=Money.of(1500, "USD"), expected_close=date(2026, 3, 1))
        ...     for name in ("D-1", "D-2")
        ... ]
        >>> q1 = Period.parse("2026-01-01..2026-04-01")
        >>> print(pipeline_conversion(Deals.of(deals).with_history(history), period=q1))
        30.0 % (900.00 USD of 3,000.00 USD; 2 deals)

    References:
        Gong's weights and the week-3 conversion of operating handbooks are such rates by stage or week.
    """
    check_period(period)
    check_word(opening, get_args(OpeningPipeline), "opening")
    if type(week) is not int or not 0 <= 7 * week < period.days:
        raise InvalidValueError(f"week must be a whole number of weeks in the period, got {shown(week)}; count from 0")
    day, now = period.start + timedelta(weeks=week), deals.value(value)
    needed = [value, "expected_close"] if opening == "due" else [value]
    then = seen_on(deals, day, constant, needed, "pipeline_conversion")
    check_known(deals, period.end, "pipeline_conversion")
    was_open = then.is_open & was_there(deals, day)
    is_undated = np.zeros(len(deals), np.bool_)
    if opening == "due":
        check_told(deals, "expected_close", constant, "pipeline_conversion")
        is_undated = was_open & ~then.expected_close.known
        was_open &= then.is_in_period(period, on="expected_close")
    before = then.value(value)
    is_won = deals.is_won & deals.is_in_period(period)
    is_missing = (is_won & ~now.known) | (was_open & ~before.known) | is_undated
    counted = (is_won | was_open) & ~is_missing
    is_zero = ~((is_won & (now.values != 0)) | (was_open & (before.values != 0)))
    return Recipe(
        MoneyRatio,
        part=Total(now, is_won & ~is_missing),
        whole=Total(before, was_open & ~is_missing),
        currency=before.unit,
        n=Count(counted),
        n_missing=Count(is_missing),
        n_zero=Count(counted & is_zero),
    )
