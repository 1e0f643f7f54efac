"""Several questions about one table, answered together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Concatenate, Generic, ParamSpec, TypeAlias, TypeVar, overload

from attrs import frozen

from salesmetrics.across._measures import check_measure, name_of, said_of
from salesmetrics.across.breakdown import By, Grouping, check_by
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.measure._measure import table_for
from salesmetrics.result.breakdown import Breakdown

__all__ = ["OfTable", "Question", "ask"]

P = ParamSpec("P")
A = TypeVar("A")
A1 = TypeVar("A1")
A2 = TypeVar("A2")
A3 = TypeVar("A3")
A4 = TypeVar("A4")
A5 = TypeVar("A5")
A6 = TypeVar("A6")

OfTable: TypeAlias = Callable[[Any], A]
"""What can be asked of a table: a measure, a `Question`, or any function."""


@frozen(init=False)
class Question(Generic[A]):
    """A measure with its options and its key: a function of deals, or of another table, to be asked here or elsewhere.

    Questions whose options can be hashed can be hashed too.

    Args:
        measure: Any measure, or any function of a table of deals.
        by: As in `breakdown`; `None` asks all deals together.
        args: Further arguments of the measure.
        options: Further arguments of the measure.

    Raises:
        InvalidValueError: The measure is no function, or `by` no key.

    Examples:
        >>> from salesmetrics import sample_book, win_rate
        >>> question = Question(win_rate, by="region", population="all")
        >>> print(question(sample_book().deals))
        region               answer
        Coast   41.2 % (338 of 821)
        Hills   42.6 % (246 of 578)
        Plains  37.8 % (227 of 601)
    """

    measure: Callable[..., Any]
    by: By | None
    args: tuple[Any, ...]
    options: Mapping[str, Any]

    @overload
    def __init__(
        self, measure: Callable[Concatenate[Any, P], A], by: None = None, *args: P.args, **options: P.kwargs
    ) -> None: ...
    @overload
    def __init__(
        self: Question[Breakdown[A1]],
        measure: Callable[Concatenate[Any, P], A1],
        by: By,
        *args: P.args,
        **options: P.kwargs,
    ) -> None: ...
    def __init__(self, measure: Callable[..., Any], by: By | None = None, *args: Any, **options: Any) -> None:
        check_measure(measure, "Question(win_rate, ...)")
        if by is not None:
            check_by(by)
        self.__attrs_init__(measure, by, args, options)  # pyright: ignore[reportAttributeAccessIssue]  # attrs makes it

    def __hash__(self) -> int:
        return hash((self.measure, self.by, self.args, frozenset(self.options.items())))

    def __call__(self, deals: Any) -> A:
        """The answer of these deals, or of the table that the measure is of."""
        (answer,) = ask(deals, self)
        return answer


@overload
def ask(deals: Any, one: OfTable[A1], /) -> tuple[A1]: ...
@overload
def ask(deals: Any, one: OfTable[A1], two: OfTable[A2], /) -> tuple[A1, A2]: ...
@overload
def ask(deals: Any, one: OfTable[A1], two: OfTable[A2], three: OfTable[A3], /) -> tuple[A1, A2, A3]: ...
@overload
def ask(
    deals: Any, one: OfTable[A1], two: OfTable[A2], three: OfTable[A3], four: OfTable[A4], /
) -> tuple[A1, A2, A3, A4]: ...
@overload
def ask(
    deals: Any, one: OfTable[A1], two: OfTable[A2], three: OfTable[A3], four: OfTable[A4], five: OfTable[A5], /
) -> tuple[A1, A2, A3, A4, A5]: ...
@overload
def ask(
    deals: Any,
    one: OfTable[A1],
    two: OfTable[A2],
    three: OfTable[A3],
    four: OfTable[A4],
    five: OfTable[A5],
    six: OfTable[A6],
    /,
) -> tuple[A1, A2, A3, A4, A5, A6]: ...
@overload
def ask(deals: Any, /, *questions: OfTable[Any]) -> tuple[Any, ...]: ...
def ask(deals: Any, /, *questions: OfTable[Any]) -> tuple[Any, ...]:
    """The answers to several questions about the same deals.

    The deals go through the door once, questions by the same key share its groups, and what their recipes sum of the
    same deals is summed in as few passes over the rows as will do.

    Args:
        deals: `Deals`, or any iterable of `Deal`; another table where the measures are of that, such as `Quotas`.
        questions: Measures, any functions of a table, and `Question(measure, by, ...)` where there is a key or an
            option.

    Returns:
        Their answers in the same order: for a question with a key a `Breakdown`, else what the measure gives.

    Raises:
        InvalidTableError: The deals contradict themselves; `.problems` lists every fault.
        InvalidValueError: What is asked is no function, measures are of different tables, or a question's own refusal,
            with a note that says which of several questions it was.

    Laws:
        definition: Each answer equals asking its question alone.
        order: Asked in another order, the questions have the same answers.
        merge: The answers for two books together are the sums of their answers, one by one.
        door: A list and a table of the same deals give the same answers.

    Examples:
        >>> from salesmetrics import cycle_length, sample_book, weighted_pipeline, win_rate
        >>> weighted, rates, cycle = ask(
        ...     sample_book().deals,
        ...     Question(weighted_pipeline, by="stage"),
        ...     Question(win_rate, by="owner", population="all"),
        ...     cycle_length,
        ... )
        >>> print(weighted["Qualified"], "|", rates["ada"], "|", cycle)
        176,200.00 USD (59 deals) | 50.3 % (164 of 326) | mean 67.5 days, median 48.0 days (811 deals)
    """
    strange = [one for one in questions if not callable(one)]
    if strange:
        raise InvalidValueError(
            f"a question must be a function of deals, got {shown(strange[0])}; write Question(win_rate, 'owner')"
        )
    asked = [one if isinstance(one, Question) else Question(one) for one in questions]
    book = table_for(deals, *(one.measure for one in asked))
    several = len(asked) > 1
    notes = [f"question {place}, {name_of(one.measure)}" if several else None for place, one in enumerate(asked, 1)]
    answers: dict[int, Any] = {}
    for by in dict.fromkeys(one.by for one in asked):
        places = [place for place, one in enumerate(asked) if one.by == by]
        if by is None:
            for place in places:
                with said_of(notes[place]):
                    answers[place] = asked[place].measure(book, *asked[place].args, **asked[place].options)
        else:
            those = [(asked[place].measure, asked[place].args, asked[place].options) for place in places]
            found = Grouping.of(book, by).breakdowns(those, [notes[place] for place in places])
            answers |= zip(places, found, strict=True)
    return tuple(answers[place] for place in range(len(asked)))
