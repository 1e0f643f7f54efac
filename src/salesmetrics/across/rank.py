"""Groups in the order of a rate, by no more than their counts can tell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, NamedTuple, ParamSpec, TypeVar

import numpy as np

from salesmetrics._numeric.intervals import check_level
from salesmetrics._numeric.rates import Betas, Counts, Floats, fitted_prior, has_excess_variance
from salesmetrics.across._measures import check_measure
from salesmetrics.across.breakdown import By, breakdown, check_by
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.measure._measure import table_for
from salesmetrics.result.breakdown import Breakdown
from salesmetrics.result.proportion import Proportion
from salesmetrics.result.ranked_rate import RankedRate
from salesmetrics.table.deals import IntoDeals

__all__ = ["rank"]

P = ParamSpec("P")
T = TypeVar("T")


def rank(
    measure: Callable[Concatenate[T, P], Proportion],
    deals: T | IntoDeals,
    by: By,
    within: By = (),
    level: float = 0.95,
    *args: P.args,
    **kwargs: P.kwargs,
) -> Breakdown[RankedRate]:
    r"""The groups in the order of a rate, each shrunk toward all as far as its counts leave its rate open.

    $$ \text{shrunk rate} = \frac{s m + \text{part}}{s + \text{whole}} $$

    Whoever won one deal of one has a rate of 100 %, and is not the best for that. The rates of the groups are taken as
    draws from one Beta distribution of mean $m$ and strength $s$, which is fitted to their counts (beta-binomial, by
    marginal likelihood): the less the groups differ beyond chance, the stronger it pulls. Look at the chance of being
    top before the order: two groups with 40 % each are not first and second.

    The prior is pooled, and says so, with fewer than five groups that have deals, or where rates differ by no more than
    chance would have it: then its mean is the rate of all deals, half a deal added on either side, and it is worth as
    many deals as a group has on average.

    Args:
        measure: A measure whose answer is a `Proportion`, such as `win_rate`, or a function of your own that gives one.
        deals: `Deals`, or any iterable of `Deal`; another table where the measure is of that, such as `Quotas`.
        by: Whom to rank, as in `breakdown`: "owner", or a tuple of keys.
        within: Keys of the deals' mix, such as "kind" or ("region", "kind"). Each group's rates within these are shrunk
            apart and put together in the mix of all deals, so that nobody is ahead for having the easier deals. In a
            part of the mix in which a group has no deals, it has the prior's rate. The interval is then that of the
            Beta distribution of the same mean and variance.
        level: The probability with which each rate lies in its interval.
        args: Further arguments of the measure.
        kwargs: Further arguments of the measure.

    Returns:
        A mapping from key to `RankedRate`, the highest shrunk rate first; of equal ones, the first key. Groups without
        deals are in it, with the prior's rate.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: The answers are no `Proportion`s, the deals have no such key, a key is in both `by` and
            `within`, or the level is not between 0 and 1.

    Laws:
        definition: Each group has its own counts, and the rate of its own deals and the prior's together.
        between: A shrunk rate lies between the group's own and the prior's, and its interval between 0 and 1.
        chances: The chances of being top are shares of 1, and equal counts have equal chances.
        order: Reordering the deals changes nothing.
        door: A list and a table of the same deals give the same answers.
        within: Within keys that all deals share, it is the ranking without them.

    Examples:
        >>> from salesmetrics import sample_book, win_rate
        >>> best = rank(win_rate, sample_book().deals, by="region")
        >>> print(best)
        region                                                                     answer
        Hills   46.0 % (43.1 to 48.9), top 48.6 %, from 46.7 % (246 of 527); pooled prior
        Coast   45.8 % (43.1 to 48.5), top 40.4 %, from 46.1 % (338 of 733); pooled prior
        Plains  44.4 % (41.5 to 47.3), top 11.1 %, from 43.2 % (227 of 525); pooled prior

    References:
        Tarone's test of excess variance, Biometrika 66 (1979) 585-590; B. Efron and C. Morris, JASA 70 (1975) 311-319:
        why shrunk rates are nearer to the true ones.
    """
    check_measure(measure, "rank(win_rate, ...)")
    check_level(level)
    check_by(by)
    if within != ():
        check_by(within, "within")
    names = [*(by if isinstance(by, tuple) else (by,))]
    strata = [*(within if isinstance(within, tuple) else (within,))]
    if set(names) & set(strata):
        raise InvalidValueError(
            f"within must name other keys than by, got {shown(within)} and {shown(by)}; name what deals are mixed of"
        )
    book = table_for(deals, measure)
    whole = breakdown(measure, book, by, *args, **kwargs)
    cells = breakdown(measure, book, (*names, *strata), *args, **kwargs)
    strange = [one for one in whole.values() if not isinstance(one, Proportion)]
    if strange:
        raise InvalidValueError(
            f"rank must be asked of a measure that gives a Proportion, got {shown(strange[0])}; rank a rate of counts"
        )
    keys = whole.keys_in_order
    if not keys:
        return Breakdown(by, (), (), whole.orders)
    place = {key if isinstance(by, tuple) else (key,): row for row, key in enumerate(keys)}
    mix = list(dict.fromkeys(key[len(names) :] for key in cells))
    column = {key: number for number, key in enumerate(mix)}
    parts, wholes = (np.zeros((len(keys), len(mix)), np.int64) for _ in range(2))
    for key, rate in cells.items():
        where = place[key[: len(names)]], column[key[len(names) :]]
        parts[where], wholes[where] = rate.part, rate.whole
    a, b, prior, fitted = _posteriors(parts, wholes)
    posterior = Betas(a, b)
    (low, high), top = posterior.intervals(level), posterior.chances_of_top()
    found = [
        RankedRate(
            whole[key].part, whole[key].whole, prior[0], prior[1], fitted,
            float(a[row] / (a[row] + b[row])), float(low[row]), float(high[row]), level, float(top[row]),
        )
        for row, key in enumerate(keys)
    ]  # fmt: skip
    ranked = Breakdown(by, keys, tuple(found), whole.orders)
    return ranked.sorted_by("shrunk", descending=True)


def _posteriors(parts: Counts, wholes: Counts) -> tuple[Floats, Floats, tuple[float, float], bool]:
    """The shapes of each group's posterior rate in the mix of all, the prior of that mix, and whether it was fitted."""
    shares = wholes.sum(axis=0) / wholes.sum() if wholes.any() else np.full(parts.shape[1], 1 / parts.shape[1])
    priors = [_prior(*counts) for counts in zip(parts.T, wholes.T, strict=True)]
    a: Floats = np.array([one.mean * one.strength for one in priors], np.float64)
    b: Floats = np.array([(1 - one.mean) * one.strength for one in priors], np.float64)
    prior_a, prior_b = _mixed(a[None], b[None], shares)
    prior = float(prior_a[0] / (prior_a[0] + prior_b[0])), float(prior_a[0] + prior_b[0])
    return *_mixed(a + parts, b + wholes - parts, shares), prior, all(one.fitted for one in priors)


def _mixed(a: Floats, b: Floats, shares: Floats) -> tuple[Floats, Floats]:
    """The shapes of Beta distributions that have the mean and variance of rates put together in these shares."""
    mean = a / (a + b)
    variance = (mean * (1 - mean) / (a + b + 1)) @ shares**2
    mean = mean @ shares
    size = mean * (1 - mean) / variance - 1
    return mean * size, (1 - mean) * size


class _Prior(NamedTuple):
    mean: float
    strength: float
    fitted: bool


def _prior(parts: Counts, wholes: Counts) -> _Prior:
    """What is known of a group's rate before its own counts."""
    n_groups = int(np.count_nonzero(wholes))
    if n_groups >= _FEWEST and has_excess_variance(parts, wholes):
        return _Prior(*fitted_prior(parts, wholes), fitted=True)
    part, whole = int(parts.sum()), int(wholes.sum())
    return _Prior((part + 0.5) / (whole + 1), max(whole / max(n_groups, 1), 1.0), fitted=False)


_FEWEST = 5
"""Of fewer groups nobody can tell how far such groups differ."""
