"""An answer, and how far it might have come out otherwise."""

from __future__ import annotations

from fractions import Fraction
from typing import Generic, TypeVar

from attrs import frozen

from salesmetrics._numeric.intervals import check_level
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.result._answers import answer_shown, exact_reading
from salesmetrics.result._display import plain_text
from salesmetrics.result._plain_form import PlainForm
from salesmetrics.result.comparison import figure_shown

__all__ = ["Bootstrapped"]

A = TypeVar("A")


@frozen
class Bootstrapped(PlainForm, Generic[A]):
    """An answer with the interval that one of its readings had among answers of books drawn again.

    Intervals do not add: ask for one of both books together.

    Args:
        answer: The measure's own answer for the deals as they are.
        reading: The reading that the interval is of, such as "value" or "median".
        low: The lower bound, in the reading's unit, money in major units; `None` if no drawn book had the reading, or
            there were too few groups to draw from.
        high: The upper bound, likewise.
        level: The share of the readings that lie between the two.
        seed: Which draws these were.
        n_units: How many deals, or groups of deals, were drawn for each book.
        n_resamples: How many books were drawn.
        n_undefined: In how many of them the reading was not defined; the interval is of the others.

    Raises:
        InvalidValueError: The answer has no such reading, the bounds are none, the level is not between 0 and 1, or
            there are more books undefined than drawn.

    Laws:
        round_trip: `from_dict` makes the same of what `to_dict` wrote.

    Examples:
        >>> from salesmetrics import Proportion
        >>> rate = Bootstrapped(Proportion(3, 4), "value", 0.25, 1.0, 0.9, 7, 4, 1000, 0)
        >>> rate.interval
        (0.25, 1.0)
        >>> print(rate)
        75.0 % (3 of 4); 90 % interval 25.0 % to 100.0 %
    """

    readings = ()

    answer: A
    reading: str
    low: float | None
    high: float | None
    level: float
    seed: int
    n_units: int
    n_resamples: int
    n_undefined: int

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        check_level(self.level)
        exact_reading(self.answer, self.reading)  # refuses what is no number
        if not 0 <= self.n_undefined <= self.n_resamples or self.n_units < 0 or self.seed < 0:
            raise InvalidValueError(
                f"n_undefined must be from 0 to n_resamples, and counts and the seed not below 0, got {shown(self)}; "
                "ask bootstrap(...) for it"
            )
        bounds = [one for one in (self.low, self.high) if one is not None]
        n_bounds = 0 if self.n_undefined == self.n_resamples else 2
        if len(bounds) not in {0, n_bounds} or not all(one <= bounds[-1] for one in bounds):
            raise InvalidValueError(
                f"low and high must be bounds of the readings that are defined, and None where none is, got "
                f"{self.low} and {self.high}; ask bootstrap(...) for it"
            )

    @property
    def interval(self) -> tuple[float, float] | None:
        """Both bounds; `None` where no drawn book had the reading, or there were too few groups to draw from."""
        return None if self.low is None or self.high is None else (self.low, self.high)

    def __str__(self) -> str:
        of = "" if self.reading == "value" else f" of {plain_text(self.reading)}"
        told = "undefined"
        if self.interval is not None:
            told = " to ".join(figure_shown(Fraction(str(one)), self.reading, self.answer) for one in self.interval)
        without = f" ({self.n_undefined:,} of {self.n_resamples:,} undefined)" if self.n_undefined else ""
        return f"{answer_shown(self.answer)}; {100 * self.level:g} % interval{of} {told}{without}"
