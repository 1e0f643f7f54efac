"""A share of counted things, which keeps its counts."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from salesmetrics._numeric.intervals import wilson
from salesmetrics.errors import InvalidValueError
from salesmetrics.result._display import percent
from salesmetrics.result.answer import Answer, check_count

__all__ = ["Proportion"]


@frozen
class Proportion(Answer):
    """`part` of `whole` deals.

    Args:
        part: How many have what was asked for [deals].
        whole: How many were asked [deals].

    Raises:
        InvalidValueError: A count is negative, or the part is larger than the whole.

    Examples:
        >>> rate = Proportion(18, 60)
        >>> rate.value, [round(bound, 4) for bound in rate.interval(0.95)]
        (0.3, [0.199, 0.4251])
        >>> print(rate, "|", rate + Proportion(2, 3), "|", Proportion(0, 0))
        30.0 % (18 of 60) | 31.7 % (20 of 63) | undefined (0 of 0)
    """

    shares = ("value",)

    part: int
    whole: int

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        check_count(self.part, "Proportion.part")
        check_count(self.whole, "Proportion.whole")
        if self.part > self.whole:
            raise InvalidValueError(
                f"Proportion.part must not be above the whole {self.whole}, got {self.part}; exchange the two"
            )

    @property
    def value(self) -> float | None:
        """The share, a fraction in [0, 1]; `None` of nothing."""
        return self.part / self.whole if self.whole else None

    @property
    def exact_value(self) -> Fraction | None:
        """The share as a fraction, not rounded; `None` of nothing."""
        return Fraction(self.part, self.whole) if self.whole else None

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Wilson's score interval of the share; all of [0, 1] when there is nothing to go by.

        Args:
            level: Confidence, a fraction between 0 and 1.

        Raises:
            InvalidValueError: The level is not between 0 and 1.

        Examples:
            >>> Proportion(0, 0).interval(0.95)
            (0.0, 1.0)

        References:
            E. B. Wilson, JASA 22 (1927) 209-212.
        """
        return wilson(self.part, self.whole, level)

    @classmethod
    def columns_of(cls, sums: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
        """Part, whole and value [fraction] of many shares."""
        part, whole = sums["part"], sums["whole"]
        value = np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole != 0)
        return {"part": part, "whole": whole, "value": value}

    def __str__(self) -> str:
        return f"{percent(self.value)} ({self.part:,} of {self.whole:,})"
