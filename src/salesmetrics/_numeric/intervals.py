"""Confidence intervals of shares."""

from __future__ import annotations

from math import sqrt

from salesmetrics.errors import InvalidValueError, shown

__all__ = ["check_level", "wilson"]


def check_level(level: object) -> None:
    """Refuse what is no level of confidence.

    Raises:
        InvalidValueError: It is not a float between 0 and 1.
    """
    if not isinstance(level, float) or not 0.0 < level < 1.0:
        raise InvalidValueError(f"level must be a fraction between 0 and 1, got {shown(level)}; write 0.95")


def wilson(part: int, whole: int, level: float) -> tuple[float, float]:
    """Wilson's score interval of `part` of `whole`; all of [0, 1] when there is nothing to go by.

    E. B. Wilson, JASA 22 (1927) 209-212.

    Raises:
        InvalidValueError: The level is not between 0 and 1.
    """
    check_level(level)
    if whole == 0:
        return 0.0, 1.0
    from statistics import NormalDist  # 7 ms to import, and most programs ask for no interval

    z = -NormalDist().inv_cdf((1 - level) / 2)  # the lower tail keeps the digits of a level close to 1
    share = part / whole
    spread = z * sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    middle = share + z * z / (2 * whole)
    scale = 1 + z * z / whole
    # Rounding must not leave a bound a hair past the share, nor, where the share is 0 or 1, short of it or beyond.
    return max(min((middle - spread) / scale, share), 0.0), min(max((middle + spread) / scale, share), 1.0)
