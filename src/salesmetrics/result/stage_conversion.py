"""How many deals went on from one stage to another, and how many may still."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from salesmetrics.errors import check_word
from salesmetrics.result._display import percent, plain_text
from salesmetrics.result.answer import SAME, Answer
from salesmetrics.result.proportion import Proportion

__all__ = ["ConversionRule", "StageConversion"]

ConversionRule: TypeAlias = Literal["reached", "strict", "direct", "any"]
"""When a deal is counted as having come to a stage."""

_COUNTED = ("all", "decided")


@frozen
class StageConversion(Answer):
    """Of the deals that came to a stage, how many came to a later one.

    Args:
        stage: The stage that they came from.
        to: The stage that they came to, or not.
        rule: "reached", "strict", "direct" or "any".
        counted: Which stand in the denominator: "all", or the "decided" ones alone.
        n_converted: How many came to the later stage [deals; moves when the rule is "direct"].
        n_not_converted: How many did not, and are closed or have gone past it [deals or moves].
        n_undecided: How many have not, and still may [deals, or stays].
        n_missing: Of how many deals no stage is known from the history [deals].

    Examples:
        >>> step = StageConversion("Qualified", "Product demo", "reached", "all", 16, 14, 10, 0)
        >>> step.value, step.whole, [round(bound, 4) for bound in step.interval(0.95)]
        (0.4, 40, [0.2635, 0.554])
        >>> print(step)
        40.0 % from Qualified to Product demo (16 of 40, 10 of them undecided)
    """

    shares = ("value",)

    stage: str = field(metadata=SAME)
    to: str = field(metadata=SAME)
    rule: str = field(metadata=SAME)
    counted: str = field(metadata=SAME)
    n_converted: int
    n_not_converted: int
    n_undecided: int
    n_missing: int

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        check_word(self.rule, get_args(ConversionRule), "StageConversion.rule")
        check_word(self.counted, _COUNTED, "StageConversion.counted")

    @property
    def whole(self) -> int:
        """How many stand in the denominator."""
        return self.n_converted + self.n_not_converted + (self.n_undecided if self.counted == "all" else 0)

    @property
    def proportion(self) -> Proportion:
        """The share as a `Proportion`."""
        return Proportion(self.n_converted, self.whole)

    @property
    def value(self) -> float | None:
        """The share that came to the later stage, a fraction in [0, 1]; `None` of nothing."""
        return self.proportion.value

    @property
    def exact_value(self) -> Fraction | None:
        """The share as a fraction, not rounded; `None` of nothing."""
        return self.proportion.exact_value

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Wilson's score interval of the share; all of [0, 1] when there is nothing to go by.

        Args:
            level: Confidence, a fraction between 0 and 1.

        Raises:
            InvalidValueError: The level is not between 0 and 1.

        Examples:
            >>> StageConversion("Qualified", "Won", "any", "all", 0, 0, 0, 0).interval(0.95)
            (0.0, 1.0)
        """
        return self.proportion.interval(level)

    @classmethod
    def columns_of(cls, sums: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
        """Value [fraction] and counts of many steps."""
        part, undecided = sums["n_converted"], sums["n_undecided"]
        counted = sums["counted"] if isinstance(sums["counted"], list) else [sums["counted"]] * len(part)
        waiting = [n if words == "all" else 0 for n, words in zip(undecided.tolist(), counted, strict=True)]
        whole = part + sums["n_not_converted"] + np.array(waiting, np.int64)
        shares = Proportion.columns_of({"part": part, "whole": whole})
        counts = {name: column for name, column in sums.items() if name.startswith("n_")}
        return {"value": shares["value"], "whole": whole, **counts}

    def __str__(self) -> str:
        if self.counted == "all":
            waiting = f", {self.n_undecided:,} of them undecided" if self.n_undecided else ""
        else:
            waiting = f", {self.n_undecided:,} undecided beside them" if self.n_undecided else ""
        missing = f"; {self.n_missing:,} without a known stage" if self.n_missing else ""
        return (
            f"{percent(self.value)} from {plain_text(self.stage)} to {plain_text(self.to)} "
            f"({self.n_converted:,} of {self.whole:,}{waiting}{missing})"
        )
