"""Where each rep stood, and where each is going."""

from __future__ import annotations

from fractions import Fraction
from statistics import median
from typing import Literal, TypeAlias, get_args

from salesmetrics._numeric.columns import sort_key
from salesmetrics.errors import InvalidValueError, check_word
from salesmetrics.model.money import shared_currency
from salesmetrics.model.ramp import IntoShare, exact_attainment
from salesmetrics.result.attainment import Attainment, attainments_of
from salesmetrics.result.breakdown import Breakdown

__all__ = ["Quadrant", "Trend", "rep_quadrants"]

Quadrant: TypeAlias = Literal[
    "rising star", "falling star", "improving laggard", "deteriorating laggard", "new", "left", "unrated"
]
"""Where a rep stands; one without a period before is "new", without this one "left", and without a quota "unrated"."""

Trend: TypeAlias = Literal["sales", "attainment"]
"""What must not have declined for a rep to rise."""


def rep_quadrants(
    previous: Breakdown[Attainment],
    current: Breakdown[Attainment],
    *,
    threshold: IntoShare | Literal["median"] = 1,
    trend: Trend = "sales",
) -> Breakdown[Quadrant]:
    """Each rep by the level of the period before and by the trend since.

    The level is that of the period before: a star whose sales fell below it is a falling star, and would be called a
    laggard by the level of now. No decline counts as rising. A quadrant is a reading: it does not add.

    Args:
        previous: The answers by rep of the period before, `breakdown(quota_attainment, quotas, by="rep", ...)`.
        current: Those of this period.
        threshold: The attainment from which on a rep is a star, compared in whole numbers; "median" for that of the
            reps of the period before.
        trend: Whether "sales" or "attainment" must not have declined: quotas are often raised after a good period.

    Returns:
        For each rep of one of the periods "rising star", "falling star", "improving laggard" or "deteriorating
        laggard"; "new" or "left" where the rep is in one of them only, and "unrated" where the attainment that is
        needed is not defined.

    Raises:
        InvalidValueError: The answers are no attainments, the threshold is no number, or the word is misspelt.
        CurrencyMismatchError: The periods are in two currencies.

    Examples:
        >>> from salesmetrics import MoneyTotal, Period
        >>> q1, none = Period.parse("2026-01-01..2026-04-01"), MoneyTotal(0, "USD", 0, 0)
        >>> def sold(*amounts: int) -> Breakdown[Attainment]:
        ...     totals = [MoneyTotal(amount, "USD", 1, 0) for amount in amounts]
        ...     answers = [Attainment(q1, q1.end, total, none, 100, none, 0, "USD", 1) for total in totals]
        ...     return Breakdown("rep", ("Ada", "Bo", "Cleo", "Dan"), answers, (None,))
        >>> print(rep_quadrants(sold(120, 110, 60, 90), sold(130, 90, 80, 50)))
        rep                  answer
        Ada             rising star
        Bo             falling star
        Cleo      improving laggard
        Dan   deteriorating laggard
    """
    check_word(trend, get_args(Trend), "trend")
    levels = [Fraction(one.actual.minor, one.target) for one in attainments_of(previous) if one.value is not None]
    attainments_of(current)
    before, now = dict(previous), dict(current)
    if previous.by != current.by:
        raise InvalidValueError(
            f"both periods must be by the same key, got {previous.by} and {current.by}; break both down by 'rep'"
        )
    if threshold == "median":
        bound = median(levels) if levels else Fraction(1)
    else:
        bound = exact_attainment(threshold, "threshold")
    keys = tuple(sorted(before.keys() | now.keys(), key=sort_key))
    answers: tuple[Quadrant, ...] = tuple(_quadrant(before.get(key), now.get(key), bound, trend) for key in keys)
    return Breakdown(current.by, keys, answers, current.orders)


def _quadrant(before: Attainment | None, now: Attainment | None, bound: Fraction, trend: Trend) -> Quadrant:
    if before is None:
        return "new"
    if now is None:
        return "left"
    if None not in (before.actual.currency, now.actual.currency):
        shared_currency(str(before.actual.currency), str(now.actual.currency))
    is_star = before.reaches(bound)
    if is_star is None or (trend == "attainment" and now.value is None):
        return "unrated"
    old, new = before.actual.minor, now.actual.minor
    if trend == "attainment":
        old, new = old * now.target, new * before.target
    if new >= old:
        return "rising star" if is_star else "improving laggard"
    return "falling star" if is_star else "deteriorating laggard"
