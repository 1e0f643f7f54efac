"""The rows of the tables that are read from judged scores."""

from __future__ import annotations

from typing import NamedTuple

from salesmetrics.model.money import Money

__all__ = ["CalibrationRow", "GainsRow", "ThresholdRow"]


class CalibrationRow(NamedTuple):
    """What probabilities of about one size promised, and what came.

    Attributes:
        low: Probabilities are above this one; at it too in the first row.
        high: And not above this one.
        n: How many there are [leads].
        mean: Their mean, a fraction in [0, 1].
        share: The share that came, a fraction in [0, 1].
    """

    low: float
    high: float
    n: int
    mean: float
    share: float


class GainsRow(NamedTuple):
    """What the best scores bring.

    Attributes:
        depth: The share of all that is taken, from the highest score down, a fraction in [0, 1].
        positives: How many of these came, those of one score in equal parts [leads].
        gain: The share that they are of all that came, a fraction in [0, 1]; `None` where none came.
        lift: How many times as many as of so many taken at random; `None` where none came.
    """

    depth: float
    positives: float
    gain: float | None
    lift: float | None


class ThresholdRow(NamedTuple):
    """What it is to take all from a score up.

    Attributes:
        threshold: The score; `None` where none is taken.
        n: How many are taken [leads].
        positives: How many of these came [leads].
        precision: The share of those taken that came, a fraction in [0, 1]; `None` where none is taken.
        recall: The share taken of all that came, a fraction in [0, 1]; `None` where none came.
        cost: Of those taken in vain and those missed; `None` where no costs were given.
    """

    threshold: float | None
    n: int
    positives: int
    precision: float | None
    recall: float | None
    cost: Money | int | None
