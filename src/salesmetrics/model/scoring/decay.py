"""How points of what was done fade with the days."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise

from attrs import field, frozen

from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.money import rounded
from salesmetrics.model.probability import MILLION, IntoProbability, millionths

__all__ = ["Decay", "HalfLife", "LinearDecay", "StepDecay", "Window"]

_LONGEST = 36_500  # days: a hundred years
_MONTH = 30
_HALVINGS = 42  # a million points in millionths are less than half a millionth after so many


def _share(given: IntoProbability, what: str) -> float:
    return millionths(given, what=what) / MILLION


def _per_month(given: IntoProbability) -> float:
    return _share(given, "LinearDecay.per_month")


def _check_days(days: object, what: str, least: int) -> None:
    if type(days) is not int or not least <= days <= _LONGEST:
        raise InvalidValueError(
            f"{what} must be a whole number of days from {least} to {_LONGEST:,}, got {shown(days)}; correct it"
        )


def _steps(given: Mapping[int, IntoProbability] | tuple[tuple[int, float], ...]) -> tuple[tuple[int, float], ...]:
    if not isinstance(given, (Mapping, tuple)):
        raise InvalidValueError(f"StepDecay.shares must be a mapping, got {shown(given)}; write {{30: '0.5', 90: 0}}")
    pairs = tuple(given.items()) if isinstance(given, Mapping) else given
    for days, _ in pairs:
        _check_days(days, "an age of StepDecay.shares", 1)
    steps = tuple(sorted((days, _share(share, "a share of StepDecay.shares")) for days, share in pairs))
    before = [1.0, *(share for _, share in steps)]
    if not steps or any(later > earlier for earlier, later in pairwise(before)):
        raise InvalidValueError(
            f"StepDecay.shares must fall with the days, got {shown(dict(steps))}; write {{30: '0.5', 90: 0}}"
        )
    return steps


@frozen
class Decay(ABC):
    """How much of the points of something done is left after some days.

    The age is counted in whole days: what was done on the day before the score is of yesterday, and one day old.

    Examples:
        >>> [round(float(LinearDecay("0.5").share(days)), 3) for days in (0, 15, 30, 60, 90)]
        [1.0, 0.75, 0.5, 0.0, 0.0]
        >>> [float(HalfLife(30).share(days)) for days in (0, 30, 60)]
        [1.0, 0.5, 0.25]
    """

    @abstractmethod
    def share(self, age: int) -> Fraction:
        """The share that is left after so many days."""

    @property
    @abstractmethod
    def horizon(self) -> int:
        """The age from which on the share does not change any more, or leaves nothing of any points."""

    def left(self, micro: int, age: int) -> int:
        """What is left of points, in millionths, rounded half away from zero.

        Examples:
            >>> LinearDecay("0.5").left(10_000_000, 15)
            7500000
        """
        share = self.share(age)
        return rounded(micro * share.numerator, share.denominator)


@frozen
class LinearDecay(Decay):
    """The same share of the points goes with every month of 30 days, day by day, until none are left.

    Args:
        per_month: The share that goes in 30 days, a fraction above 0.

    Raises:
        InvalidValueError: It is no fraction, or 0.

    Examples:
        >>> LinearDecay("0.5").share(60) == 0  # a share of what is left would be a quarter
        True

    References:
        HubSpot's scoring tool: 50 % a month leaves 10, 5 and 0 of ten points after 0, 30 and 60 days.
    """

    per_month: float = field(converter=_per_month)

    def __attrs_post_init__(self) -> None:
        if not self.per_month:
            raise InvalidValueError("LinearDecay.per_month must be above 0, got 0; write decay=None for none")

    def share(self, age: int) -> Fraction:
        """The share that is left after so many days.

        Examples:
            >>> LinearDecay(1).share(10)
            Fraction(2, 3)
        """
        return max(Fraction(0), 1 - Fraction(millionths(self.per_month), MILLION) * Fraction(age, _MONTH))

    @property
    def horizon(self) -> int:
        """The first day on which nothing is left.

        Examples:
            >>> LinearDecay("0.5").horizon
            60
        """
        return -(-_MONTH * MILLION // millionths(self.per_month))


@frozen
class StepDecay(Decay):
    """From some ages on, another share of the points is left.

    Args:
        shares: For each of these ages in days, the share that is left from then on.

    Raises:
        InvalidValueError: Ages are no whole days, or a share is larger than one before.

    Examples:
        >>> steps = StepDecay({30: "0.5", 90: 0})
        >>> [float(steps.share(days)) for days in (29, 30, 89, 90)]
        [1.0, 0.5, 0.5, 0.0]
    """

    shares: tuple[tuple[int, float], ...] = field(converter=_steps)

    def share(self, age: int) -> Fraction:
        """The share that is left after so many days.

        Examples:
            >>> StepDecay({30: "0.5"}).share(30)
            Fraction(1, 2)
        """
        left = [share for days, share in self.shares if days <= age]
        return Fraction(millionths(left[-1]), MILLION) if left else Fraction(1)

    @property
    def horizon(self) -> int:
        """The last age at which the share changes.

        Examples:
            >>> StepDecay({30: "0.5", 90: 0}).horizon
            90
        """
        return self.shares[-1][0]


@frozen
class HalfLife(Decay):
    """Half of the points is left after some days, a quarter after twice as many.

    Args:
        days: The days after which half is left.

    Raises:
        InvalidValueError: They are no whole number from 1 up.

    Examples:
        >>> HalfLife(10).left(8_000_000, 20)
        2000000
    """

    days: int

    def __attrs_post_init__(self) -> None:
        _check_days(self.days, "HalfLife.days", 1)

    def share(self, age: int) -> Fraction:
        """The share that is left after so many days.

        Examples:
            >>> HalfLife(10).share(30)
            Fraction(1, 8)
        """
        whole, rest = divmod(age, self.days)
        return Fraction(pow(0.5, rest / self.days)) / (1 << min(whole, _HALVINGS))

    @property
    def horizon(self) -> int:
        """The day from which on nothing is left of a million points.

        Examples:
            >>> HalfLife(10).left(10**12, HalfLife(10).horizon)
            0
        """
        return self.days * _HALVINGS


@frozen
class Window(Decay):
    """Points count in full for some days, and then not at all.

    Args:
        days: How many.

    Raises:
        InvalidValueError: They are no whole number from 1 up.

    Examples:
        >>> Window(90).share(90), Window(90).share(91)
        (Fraction(1, 1), Fraction(0, 1))
    """

    days: int

    def __attrs_post_init__(self) -> None:
        _check_days(self.days, "Window.days", 1)

    def share(self, age: int) -> Fraction:
        """All of it, or nothing.

        Examples:
            >>> Window(1).share(2)
            Fraction(0, 1)
        """
        return Fraction(age <= self.days)

    @property
    def horizon(self) -> int:
        """The first day on which nothing is left.

        Examples:
            >>> Window(90).horizon
            91
        """
        return self.days + 1
