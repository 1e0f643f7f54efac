"""How well scores of leads go with what came of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any, ClassVar, Literal, TypeAlias, get_args

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from salesmetrics._numeric.judged import Bin, Judged
from salesmetrics._numeric.multiset import Multiset
from salesmetrics.errors import InvalidValueError, check_word, shown
from salesmetrics.model.money import Money
from salesmetrics.model.probability import MILLION
from salesmetrics.result._score_columns import outcome_column, score_column
from salesmetrics.result._score_tables import CalibrationRow, GainsRow, ThresholdRow
from salesmetrics.result.answer import SAME, Answer

__all__ = ["ScoreKind", "ScoreQuality", "score_quality"]

ScoreKind: TypeAlias = Literal["probability", "points"]
"""What scores are: fractions in [0, 1] that promise how many will come, or points, which only say who comes first."""


@frozen
class ScoreQuality(Answer):
    r"""The scores of leads that came and of those that did not, from which every usual figure is read.

    $$ \text{AUC} = P(s_+ > s_-) + \tfrac{1}{2} P(s_+ = s_-), \qquad
       \text{Brier} = \frac{1}{n} \sum (p_i - y_i)^2 $$

    An AUC says only who comes before whom: probabilities ten times too high have the same. Read the calibration beside
    it. A figure of one kind only, such as an AUC where nothing was lost, is undefined.

    Args:
        kind: Whether scores are probabilities or points. Of points the Brier score, the log-loss and the calibration
            are undefined, until `calibrate_scores` has made probabilities of them.
        positives: The scores of what came, in millionths, with their counts.
        negatives: The scores of what did not come, in millionths, with their counts.
        n_missing: How many had no score, or are still open [leads].

    Laws:
        definition: Each figure equals going through the leads, or pairs of them, one by one.
        order_of_leads: Reordering the leads changes nothing.
        merge: The answer for two lists together is the sum of theirs.
        stretched: Points that are stretched have the same AUC, average precision and gains.
        turned: With outcomes exchanged, the AUC is what was missing to 1; the Brier score of probabilities that are
            turned with them stays the same.

    Examples:
        >>> judged = score_quality([0.1, 0.4, 0.35, 0.8], [False, False, True, True])
        >>> judged.auc, judged.gini, judged.brier
        (0.75, 0.5, 0.158125)
        >>> print(judged + score_quality([0.9], [True]))
        AUC 0.833 (5 scored, 3 came; Brier 0.1285)
    """

    readings: ClassVar[tuple[str, ...]] = ("auc", "gini", "average_precision", "brier", "brier_skill", "base_rate")
    shares: ClassVar[tuple[str, ...]] = ("base_rate",)

    kind: str = field(metadata=SAME)
    positives: Multiset
    negatives: Multiset
    n_missing: int

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        check_word(self.kind, get_args(ScoreKind), "kind")
        ends = [one.values[place] for one in (self.positives, self.negatives) if len(one.values) for place in (0, -1)]
        outside = [int(end) for end in ends if not 0 <= end <= MILLION]
        if self.kind == "probability" and outside:
            score = outside[0] / MILLION
            hint = f"did you mean {score / 100:g}, or kind='points'?" if 0 < score <= 100 else "write kind='points'"
            raise InvalidValueError(
                f"a score that is a probability must be a fraction in [0, 1], got {score:g}; {hint}"
            )

    @property
    def n(self) -> int:
        """How many were scored and are decided [leads]."""
        return self.positives.n + self.negatives.n

    @property
    def base_rate(self) -> float | None:
        """The share that came, a fraction in [0, 1]; `None` of nothing."""
        return _float(self.exact_base_rate)

    @property
    def exact_base_rate(self) -> Fraction | None:
        """The share that came, not rounded; `None` of nothing."""
        return Fraction(self.positives.n, self.n) if self.n else None

    @property
    def auc(self) -> float | None:
        """The area under the ROC curve: how likely one that came has the higher score of two, ties counting half.

        `None` where all came, or none did.
        """
        return _float(self.exact_auc)

    @property
    def exact_auc(self) -> Fraction | None:
        """The area under the ROC curve, not rounded; `None` where all came, or none did."""
        return self._judged.auc

    @property
    def gini(self) -> float | None:
        """Twice the AUC less one: 0 for scores at random, 1 for perfect ones, below 0 where they mislead."""
        return _float(self.exact_gini)

    @property
    def exact_gini(self) -> Fraction | None:
        """The Gini coefficient, not rounded; `None` where all came, or none did."""
        auc = self.exact_auc
        return None if auc is None else 2 * auc - 1

    @property
    def average_precision(self) -> float | None:
        """The mean, over all that came, of the precision of taking all with as high a score; `None` where none came."""
        return self._judged.average_precision

    @property
    def brier(self) -> float | None:
        """The mean square of the distance of probabilities from what came; `None` of points, and of nothing."""
        return _float(self.exact_brier)

    @property
    def exact_brier(self) -> Fraction | None:
        """The Brier score, not rounded; `None` of points, and of nothing."""
        return self._judged.brier(MILLION) if self.kind == "probability" else None

    @property
    def brier_skill(self) -> float | None:
        """How much of the Brier score of always saying the base rate is saved: 1 at best, below 0 where it is worse.

        `None` of points, and where all came, or none did.
        """
        return _float(self.exact_brier_skill)

    @property
    def exact_brier_skill(self) -> Fraction | None:
        """The Brier skill, not rounded; `None` of points, and where all came, or none did."""
        brier, rate = self.exact_brier, self.exact_base_rate
        return None if brier is None or rate is None or rate in (0, 1) else 1 - brier / (rate * (1 - rate))

    @property
    def log_loss(self) -> float | None:
        """The mean of -ln of the probability of what happened; endless where that was 0.

        `None` of points, and of nothing.
        """
        return self._judged.log_loss(MILLION) if self.kind == "probability" else None

    def calibration(
        self, bins: int = 10, *, by: Literal["uniform", "quantile"] = "uniform"
    ) -> tuple[CalibrationRow, ...]:
        """What probabilities of about one size promised, and what came of these; rows without any are left out.

        A probability that is a bound is in the row below it.

        Args:
            bins: How many rows to make.
            by: Whether rows are equally wide, or equally full as far as ties let them.

        Raises:
            InvalidValueError: Scores are points, or a number of rows or a way is none.

        Examples:
            >>> came = [False] * 4 + [True] * 5
            >>> judged = score_quality([0.1, 0.2, 0.3, 0.4, 0.65, 0.7, 0.8, 0.9, 1.0], came)
            >>> [(row.n, round(row.mean, 3), row.share) for row in judged.calibration(3)]
            [(3, 0.2, 0.0), (2, 0.525, 0.5), (4, 0.85, 1.0)]
        """
        return tuple(
            CalibrationRow(
                float(one.low / MILLION), float(one.high / MILLION), one.n, float(one.mean / MILLION), float(one.share)
            )
            for one in self._bins(bins, by)
        )

    def calibration_error(self, bins: int = 10, *, by: Literal["uniform", "quantile"] = "uniform") -> float | None:
        """The mean distance, over all leads, of what the rows of `calibration` promised from what came.

        It grows with the number of rows, by chance alone: compare it only between tables of the same.

        Args:
            bins: How many rows to make.
            by: Whether rows are equally wide, or equally full as far as ties let them.

        Returns:
            A fraction in [0, 1]; `None` of nothing.

        Raises:
            InvalidValueError: Scores are points, or a number of rows or a way is none.

        Examples:
            >>> score_quality([0.8, 0.8, 0.8, 0.8], [True, True, True, False]).calibration_error()
            0.05
        """
        off = sum(abs(one.total - one.hits * MILLION) for one in self._bins(bins, by))
        return float(Fraction(off, MILLION * self.n)) if self.n else None

    def gains(self, parts: int = 10) -> tuple[GainsRow, ...]:
        """How many of all that came are among the best tenth, the best two tenths, and so on, and the lift of each.

        Leads of one score come in equal parts, so the order of a file cannot make one list look better than another.

        Args:
            parts: Into how many equal parts all are divided.

        Raises:
            InvalidValueError: It is not a whole number from 1 up.

        Examples:
            >>> judged = score_quality([9, 9, 1, 1], [True, False, True, False], kind="points")
            >>> [(row.depth, row.positives, row.gain, row.lift) for row in judged.gains(4)]
            [(0.25, 0.5, 0.25, 1.0), (0.5, 1.0, 0.5, 1.0), (0.75, 1.5, 0.75, 1.0), (1.0, 2.0, 1.0, 1.0)]
        """
        _check_parts(parts, "parts")
        judged, came, rows = self._judged, self.positives.n, []
        for part in range(1, parts + 1):
            depth = Fraction(part, parts)
            hits = judged.hits_at_top(depth * self.n)
            gain = hits / came if came else None
            rows.append(
                GainsRow(float(depth), float(hits), _float(gain), None if gain is None else float(gain / depth))
            )
        return tuple(rows)

    def thresholds(
        self,
        at: Iterable[float] | None = None,
        *,
        wasted: Money | int | None = None,
        missed: Money | int | None = None,
    ) -> tuple[ThresholdRow, ...]:
        """What it would have been to take all leads from a score up: how many, precision, recall, and what it costs.

        Args:
            at: The scores, in the order in which they are shown; `None` for every score that came, from the highest
                down, after a first row in which none is taken.
            wasted: What a lead costs that is taken and does not come.
            missed: What a lead costs that is not taken and would have come.

        Raises:
            InvalidValueError: A score is no number, or only one of the costs was given.
            CurrencyMismatchError: The costs are in two currencies.

        Examples:
            >>> judged = score_quality([0.1, 0.4, 0.35, 0.8], [False, False, True, True])
            >>> for row in judged.thresholds([0.3, 0.5], wasted=10, missed=100):
            ...     print(row.threshold, row.n, row.precision, row.recall, row.cost)
            0.3 3 0.6666666666666666 1.0 10
            0.5 1 1.0 0.5 100
        """
        costs = _costs(wasted, missed)
        judged, n_came = self._judged, self.positives.n
        taken, came = judged.from_the_top
        scores = judged.scores[::-1]
        if at is None:
            places: list[tuple[float | None, int]] = [(None, 0)]
            places += [(score / MILLION, place) for place, score in enumerate(scores.tolist(), 1)]
        else:
            bounds, known = score_column(at, inside=self.kind == "probability")
            if not known.all():
                raise InvalidValueError("a threshold must be a score, got None; leave it out")
            ends = len(scores) - np.searchsorted(judged.scores, bounds)
            places = [(bound / MILLION, place) for bound, place in zip(bounds.tolist(), ends.tolist(), strict=True)]
        rows = []
        for threshold, place in places:
            n, hits = (int(counts[place - 1]) if place else 0 for counts in (taken, came))
            cost = None if costs is None else costs[0] * (n - hits) + costs[1] * (n_came - hits)
            recall = hits / n_came if n_came else None
            rows.append(ThresholdRow(threshold, n, hits, hits / n if n else None, recall, cost))
        return tuple(rows)

    @property
    def _judged(self) -> Judged:
        return Judged(self.positives, self.negatives)

    def _bins(self, bins: int, by: str) -> list[Bin]:
        if self.kind != "probability":
            raise InvalidValueError("calibration must be of probabilities, got points; ask calibrate_scores for them")
        _check_parts(bins, "bins")
        check_word(by, ("uniform", "quantile"), "by")
        judged = self._judged
        uniform = [Fraction(part * MILLION, bins) for part in range(bins + 1)]
        return judged.bins(uniform if by == "uniform" else judged.quantiles(bins))

    @classmethod
    def columns_of(cls, sums: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
        """Readings and counts of many."""
        fields = zip(sums["kind"], sums["positives"], sums["negatives"], sums["n_missing"].tolist(), strict=True)
        every = [cls(*one) for one in fields]
        read = {name: [getattr(one, name) for one in every] for name in cls.readings}
        columns = {name: np.array(column, np.float64) for name, column in read.items()}
        return {**columns, "n": np.array([one.n for one in every], np.int64), "n_missing": sums["n_missing"]}

    def __str__(self) -> str:
        auc = "undefined" if self.auc is None else f"{self.auc:.3f}"
        brier = "" if self.brier is None else f"; Brier {self.brier:.4f}"
        missing = f"; {self.n_missing:,} without a score or still open" if self.n_missing else ""
        return f"AUC {auc} ({self.n:,} scored, {self.positives.n:,} came{brier}{missing})"


def score_quality(
    scores: Iterable[float | None], outcomes: Iterable[bool | None], *, kind: ScoreKind = "probability"
) -> ScoreQuality:
    """How well scores go with what came: order, size, and what the best of them bring.

    Ask it of leads that the scores were not made from, and with scores as they stood before the outcome was known: a
    score that has seen the hand-off is always right.

    Args:
        scores: One for each lead; `None`, or the NaN of a frame, where it has none. They are told to the millionth,
            rounded half away from zero, so that equal ones are equal however they were computed. A probability between
            0 and 1 is told as neither, however near it is: at least a millionth, at most a millionth less than 1.
        outcomes: Whether each one came; `None` while it is open.
        kind: Whether scores are probabilities, or points of any size.

    Returns:
        A `ScoreQuality`, of which every usual figure is read.

    Raises:
        InvalidValueError: There are not as many outcomes as scores, one is no number or no outcome, or a probability is
            not in [0, 1].

    Examples:
        >>> print(score_quality([60, 20, 60, None], [True, False, None, True], kind="points"))
        AUC 1.000 (2 scored, 1 came; 2 without a score or still open)

    References:
        T. Fawcett, Pattern Recognition Letters 27 (2006) 861-874: ROC curves and ties. scikit-learn gives the same AUC,
        average precision, Brier score and calibration curve; its log-loss cuts probabilities of 0 off at the smallest
        float and stays finite, where this one is endless.
    """
    check_word(kind, get_args(ScoreKind), "kind")
    values, is_scored = score_column(scores, inside=kind == "probability")
    came, is_decided = outcome_column(outcomes)
    if len(values) != len(came):
        raise InvalidValueError(
            f"scores and outcomes must be of the same leads, got {len(values):,} and {len(came):,}; give one of each"
        )
    counted = is_scored & is_decided
    positives, negatives = (Multiset(*np.unique(values[counted & some], return_counts=True)) for some in (came, ~came))
    return ScoreQuality(kind, positives, negatives, int(np.count_nonzero(~counted)))


def _costs(wasted: Money | int | None, missed: Money | int | None) -> tuple[Any, Any] | None:
    if wasted is None and missed is None:
        return None
    if {type(wasted), type(missed)} not in ({Money}, {int}):
        raise InvalidValueError(
            f"wasted and missed must both be money or both whole numbers, got {shown(wasted)} and {shown(missed)}; "
            "give what a lead taken in vain costs, and a missed one"
        )
    return wasted, missed


def _check_parts(number: object, what: str) -> None:
    if type(number) is not int or number < 1:
        raise InvalidValueError(f"{what} must be a whole number from 1 up, got {shown(number)}; write 10")


def _float(exact: Fraction | None) -> float | None:
    return None if exact is None else float(exact)
