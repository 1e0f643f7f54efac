"""How much of their quotas reps have sold."""

from __future__ import annotations

from datetime import date

from salesmetrics._numeric.columns import Flags
from salesmetrics._numeric.days import day_number
from salesmetrics._numeric.recipe import Count, Recipe, Tally, Total
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.measure._measure import measure_of
from salesmetrics.model.period import Period, check_day, check_period
from salesmetrics.result.attainment import Attainment
from salesmetrics.result.totals import MoneyTotal
from salesmetrics.table.quotas import IntoQuotas, Quotas

__all__ = ["quota_attainment"]


@measure_of(Quotas.of, IntoQuotas)
def quota_attainment(
    quotas: Quotas, *, period: Period, as_of: date | None = None, include_today: bool = False
) -> Recipe[Attainment]:
    r"""What was sold over what was to be sold.

    $$ \text{attainment} = \frac{\sum \text{credited amounts}}{\sum \text{quotas}} $$

    A team's attainment is a ratio of sums: of quotas 100 and 50 and sales 50 and 100 it is 100 %, where the mean of
    the two ratios says 125 %. Reps who have no quota count with what they sold; a specialist's overlay credit does not,
    because the deal has been counted. By "rep" the answers add up to the team's; by "team" and "manager" everybody
    stands where they stood on the day of the credit. The pace of each answer is against the days of its own quotas: by
    quarter, against the quarter's.

    Args:
        quotas: `Quotas` with sales: `quotas.with_sales(deals)`.
        period: The days in which the quotas lie. One that it cuts is refused, because nobody knows how much of it is
            meant: split it first.
        as_of: The day of view; only what was won before it is counted. `None` for the end of the period.
        include_today: Whether the view is from the end of that day, as dashboards have it: what was won on it is
            counted, and the day itself among those that are over. By default a day begins with nothing of it known, as
            everywhere here.

    Returns:
        Sales and quotas [minor units] as an `Attainment`; its `value` is a fraction, or `None` without a quota.

    Raises:
        InvalidTableError: The quotas contradict each other; `.problems` lists every fault.
        InvalidValueError: The quotas have no sales, the period is no `Period` or cuts a quota, the day is not a date,
            or today is to be included without a day of view.

    Laws:
        definition: Equal to adding quotas and sales one by one.
        order: Reordering the quotas changes nothing.
        merge: The attainment of some reps and of the others add up to that of all.
        door: A list of no quotas and an empty table give the same answer.
        breakdown: By rep, team, manager, period or condition, it equals asking each group alone.
        team: The answers by rep add up to the team's.

    Examples:
        >>> from salesmetrics import Deal, Money, Quota, breakdown
        >>> q1 = Period(date(2026, 1, 1), date(2026, 4, 1), "Q1")
        >>> days = {"created": date(2026, 1, 5), "closed": date(2026, 2, 1)}
        >>> deals = [
        ...     Deal("D-1", Money.of(50, "USD"), "Won", "Ada", **days),
        ...     Deal("D-2", Money.of(100, "USD"), "Won", "Bo", **days),
        ...     Deal("D-3", Money.of(30, "USD"), "Won", "Cleo", **days),
        ... ]
        >>> quotas = Quotas.of([Quota("Ada", q1, Money.of(100, "USD")), Quota("Bo", q1, Money.of(50, "USD"))])
        >>> sold = quotas.with_sales(deals)
        >>> print(quota_attainment(sold, period=q1))
        120.0 % (180.00 USD of 150.00 USD) in Q1; 30.00 USD of it without quota
        >>> print(breakdown(quota_attainment, sold, by="rep", period=q1))
        rep                                                                   answer
        Ada                                   50.0 % (50.00 USD of 100.00 USD) in Q1
        Bo                                   200.0 % (100.00 USD of 50.00 USD) in Q1
        Cleo  undefined (30.00 USD of 0.00 USD) in Q1; 30.00 USD of it without quota
    """
    check_period(period)
    day = period.end if as_of is None else as_of
    check_day(day, "as_of")
    if type(include_today) is not bool or (include_today and as_of is None):
        raise InvalidValueError(
            f"include_today must be True or False, and True only with as_of, got {shown(include_today)} and "
            f"{shown(as_of)}; give the day"
        )
    inside = quotas.is_in_period(period)
    direct, known = inside & ~quotas.overlay, quotas.amount.known
    sales = quotas.sales
    if sales is None and len(quotas):
        raise InvalidValueError("quotas must have their sales, got none; attach them with quotas.with_sales(deals)")
    sold, n_known, n_missing = (quotas.amount,) * 3 if sales is None else sales.before(day_number(day) + include_today)

    def credited(of_quotas: Flags) -> Recipe[MoneyTotal]:
        """The sales of some quotas."""
        counts = {"n": Total(n_known, of_quotas), "n_missing": Total(n_missing, of_quotas)}
        return Recipe(MoneyTotal, minor=Total(sold, of_quotas), currency=sold.unit, **counts)

    return Recipe(
        Attainment,
        period=period,
        as_of=day,
        actual=credited(direct),
        without_quota=credited(direct & ~known),
        target=Total(quotas.amount, direct),
        overlay=credited(inside & quotas.overlay),
        overlay_target=Total(quotas.amount, inside & quotas.overlay),
        currency=quotas.amount.unit,
        n_quotas=Count(direct & known),
        include_today=include_today,
        starts=Tally(quotas.start, direct & known),
        ends=Tally(quotas.end, direct & known),
    )
