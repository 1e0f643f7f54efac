"""What became of the deals that were seen in each stage, and the probabilities that follow from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import NDArray

from salesmetrics._numeric.intervals import wilson
from salesmetrics._numeric.isotonic import isotonic
from salesmetrics._numeric.multiset import Multiset
from salesmetrics._numeric.survival import cumulative_incidence
from salesmetrics.errors import InvalidValueError, check_word, shown
from salesmetrics.model.money import rounded
from salesmetrics.model.probability import MILLION, rounded_share
from salesmetrics.model.stage import Outcome, SalesProcess
from salesmetrics.result._display import percent, plain_text, text_of_table
from salesmetrics.result.answer import SAME, Answer

__all__ = ["CalibrationTarget", "StageCalibration", "StageOutcomes"]

CalibrationTarget: TypeAlias = Literal["in_period", "ever"]
"""What a probability is of: that a deal is won in the period, or that it is ever won."""


@frozen
class StageOutcomes(Answer):
    """What became of the deals that were seen in a stage, and after how many days.

    Args:
        won: Days from the day on which they were seen to the day on which they were won.
        lost: Days to the day on which they were lost.
        open: Days to the last day that is known of the others.

    Examples:
        >>> ones = np.array([1])
        >>> seen = StageOutcomes(Multiset(np.array([30]), ones), Multiset(np.array([10]), 2 * ones), NOBODY)
        >>> seen.n, str(seen)
        (3, '1 won, 2 lost, 0 open')
    """

    readings = ("n",)

    won: Multiset
    lost: Multiset
    open: Multiset

    @property
    def n(self) -> int:
        """How many were seen [deals]."""
        return self.won.n + self.lost.n + self.open.n

    @property
    def won_in_all(self) -> Fraction | None:
        """The share of all that were won, exactly; `None` of nothing."""
        return Fraction(self.won.n, self.n) if self.n else None

    @property
    def won_at_last(self) -> Fraction | None:
        """The share that is won within the longest time for which one was seen, exactly (Aalen-Johansen).

        Those that are still open count for as long as they were seen, and are not taken for lost. `None` of nothing.
        """
        if not self.n:
            return None
        above, below = cumulative_incidence(self.won, self.lost, self.open)
        return Fraction(above, below)

    @classmethod
    def columns_of(cls, sums: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
        """How many were won, lost and open of many [deals]."""
        return {f"n_{name}": np.array([one.n for one in sums[name]], np.int64) for name in ("won", "lost", "open")}

    def __str__(self) -> str:
        return f"{self.won.n:,} won, {self.lost.n:,} lost, {self.open.n:,} open"


NOBODY = Multiset(np.zeros(0, np.int64), np.zeros(0, np.int64))


class InStages(tuple[StageOutcomes, ...]):
    """The outcomes of every open stage, in the order of the process; two of these add stage by stage."""

    __slots__ = ()

    def __add__(self, other: Any) -> InStages:
        return InStages(one + more for one, more in zip(self, other, strict=True))

    def to_dict(self) -> list[dict[str, Any]]:
        """The plain forms of all."""
        return [one.to_dict() for one in self]

    @classmethod
    def from_dict(cls, data: Any) -> InStages:
        """What `to_dict` wrote.

        Raises:
            InvalidValueError: The data are no list of such.
        """
        if not isinstance(data, list):
            raise InvalidValueError(f"stages must be a list of outcomes, got {shown(data)}; leave it as it was")
        return cls(StageOutcomes.from_dict(one) for one in data)


def _in_stages(given: Iterable[StageOutcomes]) -> InStages:
    return given if isinstance(given, InStages) else InStages(given)


@frozen
class StageCalibration(Answer):
    r"""How likely a deal is won that is seen in each stage, from what became of those that were seen there before.

    $$ p_i = \frac{n_i r_i + s q_i}{n_i + s}, \qquad p_1 \le p_2 \le \dots $$

    The share $r_i$ of the $n_i$ deals that were seen is shrunk toward what the process says, $q_i$, which is worth $s$
    deals, so that three deals do not make a probability of 100 %. Then neighbours that fall are pooled: a later stage
    is at least as likely.

    Args:
        told: The process, with the probabilities that it says.
        target: "in_period": a deal seen in the stage is won in the period. "ever": a deal that came into it is won at
            last.
        as_of: The day before which all outcomes were known.
        lead_days: How many days before the start of the periods they were seen; 0 for "ever".
        stages: What became of those that were seen in each open stage.
        n_missing: How many were seen of which nobody knows the stage [deals].

    Laws:
        between: A calibrated probability lies between the lowest and the highest of all shares and what was told.
        monotone: Probabilities never fall along the process.
        told: Where no deal was seen, and what was told never falls, it stays.

    Examples:
        >>> from datetime import date
        >>> from salesmetrics import Stage
        >>> process = SalesProcess([Stage("Talking", 0.5), Stage("Won", 1, Outcome.WON)])
        >>> after = Multiset(np.array([30]), np.array([10]))
        >>> made = StageCalibration(
        ...     process, "in_period", date(2026, 1, 1), 0, [StageOutcomes(after, after + after + after, NOBODY)], 0
        ... )
        >>> made.probabilities(strength=10), made.process(strength=10)["Talking"].probability
        ({'Talking': 0.3}, 0.3)
        >>> print(made)
        stage    seen  won  lost  open   share              95 %  calibrated    told
        Talking    40   10    30     0  25.0 %  14.2 % to 40.2 %      30.0 %  50.0 %
    """

    readings = ("n",)

    told: SalesProcess = field(metadata=SAME)
    target: str = field(metadata=SAME)
    as_of: date = field(metadata=SAME)
    lead_days: int = field(metadata=SAME)
    stages: InStages = field(converter=_in_stages)
    n_missing: int

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        check_word(self.target, get_args(CalibrationTarget), "StageCalibration.target")
        if len(self.stages) != len(self._open) or not all(isinstance(one, StageOutcomes) for one in self.stages):
            raise InvalidValueError(
                f"StageCalibration.stages must be outcomes of the {len(self._open)} open stages, got "
                f"{shown([*self.stages])}; ask calibrate_stages for it"
            )

    @property
    def _open(self) -> list[str]:
        return [stage.name for stage in self.told if stage.outcome is Outcome.OPEN]

    def __getitem__(self, stage: str) -> StageOutcomes:
        check_word(stage, self._open, "stage")
        return self.stages[self._open.index(stage)]

    @property
    def rates(self) -> dict[str, Fraction | None]:
        """The share of each open stage's deals that were won, exactly; `None` where none was seen."""
        return {name: self._share(one) for name, one in zip(self._open, self.stages, strict=True)}

    @property
    def n(self) -> int:
        """How many were seen in all stages, those of which nobody knows the stage not counted [deals]."""
        return sum(one.n for one in self.stages)

    def interval(self, stage: str, level: float = 0.95) -> tuple[float, float]:
        """Wilson's score interval of a stage's share, of what was seen alone; all of [0, 1] where nothing was.

        Where deals are followed to their end, those that are still open tell little, and it is as wide as the decided
        ones make it.

        Args:
            stage: An open stage.
            level: Confidence, a fraction between 0 and 1.

        Raises:
            InvalidValueError: There is no such open stage, or the level is not between 0 and 1.
        """
        seen = self[stage]
        n, share = self._weight(seen), self._share(seen) or Fraction(0)
        return wilson(rounded(share.numerator * n, share.denominator), n, level)

    def probabilities(self, strength: int = 10) -> dict[str, float]:
        """How likely a deal in each open stage is won: shrunk to what was told, never falling, in whole millionths.

        Args:
            strength: How many deals what was told is worth; with as many seen, both weigh the same.

        Raises:
            InvalidValueError: The strength is no whole number above zero.
        """
        return {name: chance / MILLION for name, chance in zip(self._open, self._chances(strength), strict=True)}

    def process(self, strength: int = 10) -> SalesProcess:
        """The process with these probabilities, for `stage_forecast(..., process=...)`.

        Args:
            strength: As in `probabilities`.

        Raises:
            InvalidValueError: The strength is no whole number above zero.
        """
        chances = self.probabilities(strength)
        return SalesProcess(
            [evolve(one, probability=chances[one.name]) if one.name in chances else one for one in self.told]
        )

    def _chances(self, strength: int) -> list[int]:
        if type(strength) is not int or strength < 1:
            raise InvalidValueError(
                f"strength must be a whole number above zero, got {shown(strength)}; write how many deals what was "
                "told is worth"
            )
        told = [Fraction(str(self.told[name].probability)) for name in self._open]
        weights = [self._weight(one) for one in self.stages]
        totals = [
            strength * prior + n * (self._share(one) or 0)
            for prior, n, one in zip(told, weights, self.stages, strict=True)
        ]
        return [rounded_share(mean) for mean in isotonic(totals, [n + strength for n in weights])]

    def _share(self, seen: StageOutcomes) -> Fraction | None:
        return seen.won_in_all if self.target == "in_period" else seen.won_at_last

    def _weight(self, seen: StageOutcomes) -> int:
        """How many deals a share is of."""
        return seen.n if self.target == "in_period" else seen.won.n + seen.lost.n

    @classmethod
    def columns_of(cls, sums: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
        """How many deals were seen and won in each of many calibrations, in all stages together."""
        every = [sums["stages"][place] for place in range(len(sums["n_missing"]))]
        counts = {
            "n": [sum(one.n for one in stages) for stages in every],
            "n_won": [sum(one.won.n for one in stages) for stages in every],
        }
        return {name: np.array(column, np.int64) for name, column in counts.items()} | {"n_missing": sums["n_missing"]}

    @property
    def in_a_line(self) -> str:
        """The calibration as text of one line: how many deals were won of those that were seen."""
        won = sum(one.won.n for one in self.stages)
        missing = f", {self.n_missing:,} more of no known stage" if self.n_missing else ""
        return f"{won:,} won of {self.n:,} seen in {len(self.stages)} stages{missing}"

    def __str__(self) -> str:
        heads = ["stage", "seen", "won", "lost", "open", "share", "95 %", "calibrated", "told"]
        rows = []
        for (name, share), seen, chance in zip(self.rates.items(), self.stages, self._chances(10), strict=True):
            low, high = self.interval(name)
            counts = [f"{one.n:,}" for one in (seen, seen.won, seen.lost, seen.open)]
            told = percent(self.told[name].probability)
            bounds = f"{percent(low)} to {percent(high)}"
            shares = [percent(None if share is None else float(share)), bounds, percent(chance / MILLION), told]
            rows.append([plain_text(name), *counts, *shares])
        missing = f"\n{self.n_missing:,} more of no known stage" if self.n_missing else ""
        return text_of_table(heads, rows) + missing
