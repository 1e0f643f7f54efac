"""Stages of a sales process: how likely each one wins, and which of them end a deal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from enum import Enum

from attrs import Factory, field, frozen

from salesmetrics.errors import InvalidValueError, nearest, shown
from salesmetrics.model.probability import MILLION, IntoProbability, millionths

__all__ = ["Category", "Outcome", "SalesProcess", "Stage"]


class Outcome(Enum):
    """Whether a deal is still open, and how it ended.

    Examples:
        >>> Outcome("won") is Outcome.WON
        True
    """

    OPEN = "open"
    WON = "won"
    LOST = "lost"


class Category(Enum):
    """Forecast category: how much a deal is counted on, from not at all to closed.

    Examples:
        >>> [category.value for category in Category]
        ['omitted', 'pipeline', 'best_case', 'most_likely', 'commit', 'closed']
    """

    OMITTED = "omitted"
    PIPELINE = "pipeline"
    BEST_CASE = "best_case"
    MOST_LIKELY = "most_likely"
    COMMIT = "commit"
    CLOSED = "closed"


_USUAL = {
    Outcome.OPEN: Category.PIPELINE,
    Outcome.WON: Category.CLOSED,
    Outcome.LOST: Category.OMITTED,
}


def _probability(given: IntoProbability) -> float:
    return millionths(given, what="Stage.probability") / MILLION


def _usual_category(stage: Stage) -> Category:
    return _USUAL[stage.outcome] if isinstance(stage.outcome, Outcome) else Category.PIPELINE


@frozen
class Stage:
    """One step of a sales process.

    Args:
        name: What the stage is called in the data.
        probability: How likely a deal in this stage is won, a fraction in [0, 1] with at most six decimals.
        outcome: Whether a deal in this stage is open, won or lost.
        category: Forecast category of its deals unless they have their own; pipeline, closed or omitted by outcome.

    Raises:
        InvalidValueError: A field is not of its kind, or a won stage is not certain, or a lost one not hopeless.

    Examples:
        >>> Stage("Product trial", 0.6).category
        <Category.PIPELINE: 'pipeline'>
        >>> Stage("Product trial", 60)
        Traceback (most recent call last):
        salesmetrics.errors.InvalidValueError: Stage.probability must be a fraction in [0, 1], got 60; did you mean 0.6?
    """

    name: str
    probability: float = field(converter=_probability)
    outcome: Outcome = Outcome.OPEN
    category: Category = field(default=Factory(_usual_category, takes_self=True))

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name:
            raise InvalidValueError(f"Stage.name must be text, got {shown(self.name)}; name it as the data do")
        if not isinstance(self.outcome, Outcome):
            raise InvalidValueError(f"Stage.outcome must be an Outcome, got {shown(self.outcome)}; use Outcome.OPEN")
        if not isinstance(self.category, Category):
            raise InvalidValueError(
                f"Stage.category must be a Category, got {shown(self.category)}; use Category.PIPELINE"
            )
        certain = {Outcome.WON: 1.0, Outcome.LOST: 0.0}.get(self.outcome, self.probability)
        if self.probability != certain:
            raise InvalidValueError(
                f"Stage.probability of a {self.outcome.value} stage must be {certain:g}, got {self.probability:g}; "
                "a deal there has ended: write that, or another outcome"
            )


def _stages(given: Iterable[Stage]) -> tuple[Stage, ...]:
    return tuple(given) if isinstance(given, Iterable) else (given,)


@frozen
class SalesProcess:
    """The stages that deals go through, in order.

    Args:
        stages: At least one `Stage`; names are unique.

    Raises:
        InvalidValueError: There is no stage, a name comes twice, or something else is among them.

    Examples:
        >>> won, lost = Stage("Won", 1, Outcome.WON), Stage("Lost", 0, Outcome.LOST)
        >>> process = SalesProcess([Stage("Talking", 0.2), won, lost])
        >>> process["Talking"].probability, len(process), "Won" in process
        (0.2, 3, True)
    """

    stages: tuple[Stage, ...] = field(converter=_stages)

    def __attrs_post_init__(self) -> None:
        if not self.stages:
            raise InvalidValueError("SalesProcess.stages must hold at least one Stage, got none; name the stages")
        strays = [stage for stage in self.stages if not isinstance(stage, Stage)]
        if strays:
            raise InvalidValueError(
                f"SalesProcess.stages must be Stage objects, got {', '.join(map(shown, strays[:8]))}; "
                "write Stage(name, probability)"
            )
        twice = sorted(name for name, times in Counter(self.names).items() if times > 1)
        if twice:
            raise InvalidValueError(
                f"SalesProcess stages must have different names, got {shown(twice)} twice; rename one"
            )

    @classmethod
    def standard(cls) -> SalesProcess:
        """The classic table of five open stages, won and lost.

        Examples:
            >>> for stage in SalesProcess.standard():
            ...     print(f"{stage.name}: {stage.probability:.0%}")
            Discovery call: 10%
            Qualified: 20%
            Product demo: 40%
            Product trial: 60%
            Final call: 80%
            Won: 100%
            Lost: 0%
        """
        return cls(
            (
                Stage("Discovery call", 0.1),
                Stage("Qualified", 0.2),
                Stage("Product demo", 0.4),
                Stage("Product trial", 0.6),
                Stage("Final call", 0.8),
                Stage("Won", 1.0, Outcome.WON),
                Stage("Lost", 0.0, Outcome.LOST),
            )
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The stages' names, in order.

        Examples:
            >>> SalesProcess.standard().names[0]
            'Discovery call'
        """
        return tuple(stage.name for stage in self.stages)

    def outcome_of(self, name: str | None) -> Outcome:
        """The outcome of the stage of that name; a deal whose stage nobody knows is open.

        Raises:
            InvalidValueError: The process has no such stage.

        Examples:
            >>> SalesProcess.standard().outcome_of("Won"), SalesProcess.standard().outcome_of(None)
            (<Outcome.WON: 'won'>, <Outcome.OPEN: 'open'>)
        """
        return Outcome.OPEN if name is None else self[name].outcome

    def __getitem__(self, name: str) -> Stage:
        for stage in self.stages:
            if stage.name == name:
                return stage
        raise InvalidValueError(f"a stage must be one of the process, got {shown(name)}; {nearest(name, self.names)}")

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __iter__(self) -> Iterator[Stage]:
        return iter(self.stages)

    def __len__(self) -> int:
        return len(self.stages)
