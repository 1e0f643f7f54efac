"""One question of a book that comes in parts: files, tables, processes, machines."""

from __future__ import annotations

from builtins import map as one_by_one
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial, reduce
from os import PathLike
from typing import Any, TypeAlias, TypeVar, overload

from attrs import evolve, frozen

from salesmetrics.across._measures import said_of
from salesmetrics.across.ask import OfTable, ask
from salesmetrics.errors import InvalidTableError, InvalidValueError, SalesMetricsError, shown
from salesmetrics.result._answers import added_up, check_adds

__all__ = ["distribute"]

T = TypeVar("T")
A = TypeVar("A")
A1 = TypeVar("A1")
A2 = TypeVar("A2")
A3 = TypeVar("A3")
A4 = TypeVar("A4")


@overload
def distribute(
    measure: OfTable[A],
    parts: Iterable[T],
    *,
    read: Callable[[T], Any] | None = ...,
    map: Callable[..., Iterable[Any]] = ...,
) -> A: ...
@overload
def distribute(
    measure: tuple[OfTable[A1], OfTable[A2]],
    parts: Iterable[T],
    *,
    read: Callable[[T], Any] | None = ...,
    map: Callable[..., Iterable[Any]] = ...,
) -> tuple[A1, A2]: ...
@overload
def distribute(
    measure: tuple[OfTable[A1], OfTable[A2], OfTable[A3]],
    parts: Iterable[T],
    *,
    read: Callable[[T], Any] | None = ...,
    map: Callable[..., Iterable[Any]] = ...,
) -> tuple[A1, A2, A3]: ...
@overload
def distribute(
    measure: tuple[OfTable[A1], OfTable[A2], OfTable[A3], OfTable[A4]],
    parts: Iterable[T],
    *,
    read: Callable[[T], Any] | None = ...,
    map: Callable[..., Iterable[Any]] = ...,
) -> tuple[A1, A2, A3, A4]: ...
@overload
def distribute(
    measure: tuple[OfTable[Any], ...],
    parts: Iterable[T],
    *,
    read: Callable[[T], Any] | None = ...,
    map: Callable[..., Iterable[Any]] = ...,
) -> tuple[Any, ...]: ...
def distribute(
    measure: OfTable[Any] | tuple[OfTable[Any], ...],
    parts: Iterable[T],
    *,
    read: Callable[[T], Any] | None = None,
    map: Callable[..., Iterable[Any]] = one_by_one,  # noqa: A002  # the word that users look for
) -> Any:
    """The answer for a book that comes in parts: each part is asked, and the answers are added.

    A part is read where it is asked, so with a process pool no table travels, and with the builtin `map` one part at a
    time is in memory. The sum is exact: whoever adds, in whatever order, it is the answer for the whole book.

    That holds for answers that add. A reading does not, such as a median that a function of yours has taken, and is
    refused, unless it is a whole number, which is taken for a count; an order of answers, such as that of
    `slow_stages`, is lost in the sum. What is read from the whole book, such as the ranks of reps or a conversion of
    currencies, is read from the sum, or done before the parts are made.

    A deal must be in one part only, whole with its history; nobody looks for one that is in two.

    Args:
        measure: A measure, any function of a table whose answers add, or a `Question` with its key and its options; or
            a tuple of these, so that each part is read once.
        parts: Whatever `read` takes: tables, lists of deals, files.
        read: What makes a table of a part; `None` where parts are tables or lists of deals themselves. Files are read
            by `partial(Deals.from_csv, format=form)`.
        map: What asks the parts: the builtin, or the `map` of a pool of threads or processes, or of another executor.
            Of a pool of processes, the measure and `read` must be functions of a module that can be imported.

    Returns:
        What the measure gives for all deals together; for a tuple, a tuple of answers.

    Raises:
        InvalidTableError: Parts contradict themselves; `.problems` lists every fault of every part, and each says which
            part has it.
        InvalidValueError: The answers do not add, or `map` did not give one answer for each part.
        Exception: What else goes wrong in a part is raised with a note that says which part it was.

    Laws:
        definition: Equal to asking the whole book, whatever the parts, some of them empty, and in whatever order.
        breakdown: By group too, and the groups come in the same order.
        together: Several questions have the answers that each has alone.

    Examples:
        >>> from salesmetrics import Question, sample_book, win_rate
        >>> book = sample_book().deals
        >>> parts = [book[:700], book[700:]]
        >>> print(distribute(win_rate, parts), "|", win_rate(book))
        45.4 % (811 of 1,785) | 45.4 % (811 of 1,785)
        >>> from concurrent.futures import ThreadPoolExecutor
        >>> with ThreadPoolExecutor() as pool:
        ...     rates, n_deals = distribute((Question(win_rate, "owner"), len), parts, map=pool.map)
        >>> print(rates["ada"], "|", n_deals)
        54.7 % (164 of 300) | 2000
    """
    questions = measure if isinstance(measure, tuple) else (measure,)
    names: list[str] = []

    def numbered() -> Iterator[tuple[int, T]]:
        for number, part in enumerate(parts):
            names.append(_name(number, part))
            yield number, part

    given, seen = numbered(), set[int]()
    found: list[_Named] = []
    faults: dict[int, InvalidTableError] = {}
    for done in map(partial(_asked, questions, read), given):
        if not isinstance(done, _Done) or done.number in seen:
            raise InvalidValueError(
                f"map must give each part's answer once, got {shown(done)}; give it the map of an executor, as pool.map"
            )
        seen.add(done.number)
        if isinstance(done.outcome, InvalidTableError):
            faults[done.number] = done.outcome
            continue
        found.append((names[done.number], done.outcome))
        if len(found) == _AT_ONCE:
            found = [_added(found)]
    if next(given, None) is not None or len(seen) < len(names):
        raise InvalidValueError(
            f"map must give an answer for each part, got {len(seen)} for {len(names)} or more; wait for all of them"
        )
    if faults:
        raise _refusal(faults, names)
    _, answers = _added(found) if found else ("no part", ask([], *questions))
    return answers if isinstance(measure, tuple) else answers[0]


_AT_ONCE = 16
"""Answers that are added together: groups are matched once for all of them, and no more wait in memory."""

_Named: TypeAlias = tuple[str, tuple[Any, ...]]
"""The answers of a part, or of several, and which one it is, or the last of them."""


def _added(found: Sequence[_Named]) -> _Named:
    """The answers of several parts, added."""
    *_, (last, _) = found
    with suppress(SalesMetricsError, TypeError):
        return last, tuple(map(added_up, zip(*(answers for _, answers in found), strict=True)))
    (_, answers), *others = found  # one by one, to say of which part it is that they do not add
    return last, reduce(_with_part, others, answers)


def _with_part(answers: tuple[Any, ...], part: _Named) -> tuple[Any, ...]:
    name, more = part
    with said_of(name):
        return tuple(map(added_up, zip(answers, more, strict=True)))


@frozen
class _Done:
    """What came of a part: the answers, or all its faults, so that those of other parts are told too."""

    number: int
    outcome: tuple[Any, ...] | InvalidTableError


def _asked(questions: tuple[OfTable[Any], ...], read: Callable[[T], Any] | None, numbered: tuple[int, T]) -> _Done:
    number, part = numbered
    with said_of(_name(number, part)):
        try:
            answers = ask(part if read is None else read(part), *questions)
        except InvalidTableError as fault:
            return _Done(number, fault)
        for answer in answers:
            check_adds(answer)
        return _Done(number, answers)


def _name(number: int, part: object) -> str:
    return str(part) if isinstance(part, (str, PathLike)) else f"part {number}"


def _refusal(faults: Mapping[int, InvalidTableError], names: Sequence[str]) -> InvalidTableError:
    """The faults of one part, or those of several parts at once."""
    if len(faults) == 1:
        ((number, fault),) = faults.items()
        told = names[number] if fault.table == names[number] else f"{names[number]} ({fault.table})"
        return type(fault)(told, fault.problems)
    return InvalidTableError(
        f"a book in {len(names)} parts",
        [
            evolve(problem, column=f"{problem.column} of {names[number]}")
            for number in sorted(faults)
            for problem in faults[number].problems
        ],
    )
