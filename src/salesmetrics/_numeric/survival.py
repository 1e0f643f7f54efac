"""How long things last, when some of them still go on."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from salesmetrics._numeric.multiset import Multiset

__all__ = ["cumulative_incidence", "median_survival", "quantile_survival", "survival"]


def survival(ended: Multiset, running: Multiset) -> Iterator[tuple[int, int, int]]:
    """The share that lasts longer than each day on which something ended, by Kaplan and Meier.

    What runs for as long as something else lasted was there when that ended.

    Args:
        ended: How many days each thing lasted that has ended.
        running: How many days each thing has lasted so far that has not.

    Returns:
        For each day on which something ended: the day, and the exact share as a numerator and a denominator, which are
        not reduced, because reducing large ones takes longer than all the rest.

    Examples:
        >>> import numpy as np
        >>> one = np.array([1])
        >>> list(survival(Multiset(np.array([2, 5]), np.array([1, 2])), Multiset(np.array([3]), one)))
        [(2, 3, 4), (5, 0, 8)]
    """
    ends, runs = dict(ended), dict(running)
    there = n_left = ended.n + running.n
    above = below = 1
    for day in sorted({*ends, *runs}):
        if day in ends:
            n_left -= ends[day]
            yield day, above * n_left, below * there
        if day in runs:
            if n_left < there:  # until something stops running the factors cancel, and numbers stay small
                above, below = above * n_left, below * there
            there = n_left = n_left - runs[day]


def median_survival(ended: Multiset, running: Multiset) -> Fraction | None:
    """The day that half of them do not outlast; `None` where more than half last longer than is known.

    Where exactly half last longer than a day, it is half way from that day to the next on which one ended, as the
    median of plain numbers is half way between the two in the middle.

    Examples:
        >>> import numpy as np
        >>> days, none = np.array([2, 5]), Multiset(np.array([], int), np.array([], int))
        >>> median_survival(Multiset(days, np.array([1, 1])), none)
        Fraction(7, 2)
    """
    return quantile_survival(ended, running, Fraction(1, 2))


def quantile_survival(ended: Multiset, running: Multiset, share: Fraction) -> Fraction | None:
    """The day within which a share of them end, above 0 and below 1; `None` where that is not known.

    Where exactly that share ends within a day, it is half way from that day to the next on which one ended.

    Examples:
        >>> import numpy as np
        >>> days, none = np.arange(1, 11), Multiset(np.array([], int), np.array([], int))
        >>> str(quantile_survival(Multiset(days, np.ones(10, int)), none, Fraction(9, 10)))
        '19/2'
    """
    left = 1 - share
    met: int | None = None
    for day, above, below in survival(ended, running):
        if met is not None:
            return Fraction(met + day, 2)
        if above * left.denominator < left.numerator * below:
            return Fraction(day)
        if above * left.denominator == left.numerator * below:
            met = day
    return None if met is None else Fraction(met)


def cumulative_incidence(came: Multiset, other: Multiset, running: Multiset) -> tuple[int, int]:
    """The share of things that end in one way, of two, within the longest time for which any was seen.

    Those that still run count for as long as they were seen (Aalen and Johansen): to take them for ended, or to leave
    them out, would be to know more of them.

    Args:
        came: How many days each thing lasted that ended in this way.
        other: How many days each lasted that ended in the other.
        running: How many days each has lasted so far that has not ended.

    Returns:
        The exact share as a numerator and a denominator, which are not reduced; (0, 1) of nothing.

    Examples:
        >>> import numpy as np
        >>> once = np.array([1])
        >>> cumulative_incidence(Multiset(np.array([5]), once), Multiset(np.array([2]), once), Multiset(once, once))
        (1, 2)

    References:
        O. O. Aalen and S. Johansen, Scandinavian Journal of Statistics 5 (1978) 141-150.
    """
    ways, others, runs = dict(came), dict(other), dict(running)
    n_left = came.n + other.n + running.n
    share, left, below = 0, 1, 1  # the first two over the third
    for day in sorted({*ways, *others, *runs}):
        hits, misses = ways.get(day, 0), others.get(day, 0)
        if hits or misses:
            share = share * n_left + left * hits
            left *= n_left - hits - misses
            below *= n_left
        n_left -= hits + misses + runs.get(day, 0)
    return share, below
