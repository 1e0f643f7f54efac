"""The rising line that is nearest to a row of means, by pooling neighbours that fall."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

__all__ = ["isotonic"]


def isotonic(totals: Sequence[int | Fraction], weights: Sequence[int]) -> list[Fraction]:
    """Means that never fall along a row and are nearest to those given, in squares weighed by their weights.

    Neighbours that fall are pooled, so the sum of all that is weighed stays what it was. For means that never rise,
    turn the row round.

    Args:
        totals: What each place has together, such as how many were won.
        weights: Of how many, above zero.

    Returns:
        The exact mean of each place.

    Examples:
        >>> [str(mean) for mean in isotonic([1, 3, 1, 4], [2, 4, 4, 4])]
        ['1/2', '1/2', '1/2', '1']

    References:
        M. Ayer, H. D. Brunk, G. M. Ewing, W. T. Reid and E. Silverman, Annals of Mathematical Statistics 26 (1955)
        641-647: pool adjacent violators.
    """
    pools: list[tuple[int | Fraction, int, int]] = []
    for own_total, own_weight in zip(totals, weights, strict=True):
        total, weight, n = own_total, own_weight, 1
        while pools and pools[-1][0] * weight >= total * pools[-1][1]:
            before = pools.pop()
            total, weight, n = total + before[0], weight + before[1], n + before[2]
        pools.append((total, weight, n))
    return [mean for total, weight, n in pools for mean in [Fraction(total) / weight] * n]
