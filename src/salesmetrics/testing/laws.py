"""The laws, asked of concrete deals and answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from operator import add
from typing import Any, Concatenate, Literal, ParamSpec

import numpy as np
from attrs import evolve, fields

from salesmetrics._numeric.days import day_number
from salesmetrics.across.breakdown import By, breakdown
from salesmetrics.across.trend import trend
from salesmetrics.door.faults import DOUBTS
from salesmetrics.errors import InvalidValueError, SalesMetricsError, shown
from salesmetrics.measure._measure import table_for
from salesmetrics.model.currencies import NO_CURRENCY
from salesmetrics.model.period import Period
from salesmetrics.result._plain_form import PlainForm
from salesmetrics.result.answer import Answer
from salesmetrics.result.backtest import Backtest
from salesmetrics.result.breakdown import Breakdown
from salesmetrics.result.bridge import Bridge
from salesmetrics.result.call_rollup import CallRollup
from salesmetrics.result.trend import Trend
from salesmetrics.table.deal_history import DealHistory
from salesmetrics.table.deals import Deals
from salesmetrics.table.past import HISTORY_DOUBTS
from salesmetrics.table.readable_deals import PeriodBasis

__all__ = [
    "assert_answers_add",
    "assert_breakdown",
    "assert_door",
    "assert_identity",
    "assert_merge",
    "assert_order",
    "assert_partition",
    "assert_round_trip",
    "assert_trend",
]

P = ParamSpec("P")


def assert_order(measure: Callable[Concatenate[Any, P], Any], deals: Any, *args: P.args, **options: P.kwargs) -> None:
    """Assert that reordering the deals changes nothing.

    The deals are asked backwards, with the first one moved to the end, and with the first two exchanged; whatever
    order there is comes of the last two, so a measure that keeps them for every book keeps every order.

    Args:
        measure: The measure.
        deals: `Deals`, or any iterable of `Deal`, or another table; of fewer than two the law says nothing.
        args: Further arguments of the measure.
        options: Further arguments of the measure.

    Raises:
        AssertionError: The law is broken; the message has both answers.

    Examples:
        >>> from salesmetrics import sample_book, win_rate
        >>> book = sample_book(20).deals
        >>> assert_order(win_rate, book)
        >>> def first_stage(deals: Deals) -> str:
        ...     return deals[0].stage
        >>> assert_order(first_stage, book)
        Traceback (most recent call last):
        AssertionError: order: reordering the deals must change nothing, got
          'Won' for the deals with the first one last
          'Lost' for the deals as given
    """
    table = table_for(deals, measure)
    rows = np.arange(len(table))
    orders = {
        "backwards": rows[::-1],
        "with the first one last": np.roll(rows, -1),
        "with the first two exchanged": np.concatenate([rows[:2][::-1], rows[2:]]),
    }
    asked = measure(table, *args, **options)
    for name, order in orders.items():
        _same(
            "order: reordering the deals must change nothing",
            (f"the deals {name}", measure(table.take(order), *args, **options)),
            ("the deals as given", asked),
        )


def assert_merge(
    measure: Callable[Concatenate[Any, P], Any], parts: Iterable[Any], *args: P.args, **options: P.kwargs
) -> None:
    """Assert that the answer for several books together is the sum of their answers.

    Args:
        measure: The measure.
        parts: Books of one process and one currency in which no deal comes twice, or tables of another kind that have
            nothing attached; a part may be empty.
        args: Further arguments of the measure.
        options: Further arguments of the measure.

    Raises:
        AssertionError: The law is broken, or the answers do not add; the message has the answers.
        InvalidTableError: The parts are not of one book.
        InvalidValueError: There are no parts, they have different processes, or tables of another kind have something
            attached.

    Examples:
        >>> from salesmetrics import sample_book, win_rate
        >>> book = sample_book(20).deals
        >>> assert_merge(win_rate, [book[:5], book[5:5], book[5:]])
        >>> def rate(deals: Deals) -> float:
        ...     return win_rate(deals).value or 0.0
        >>> assert_merge(rate, [book[:11], book[11:]])
        Traceback (most recent call last):
        AssertionError: merge: the answer for books together must be the sum of their answers, got
          0.75 for the sum
          0.375 for the books together
    """
    tables = [table_for(part, measure) for part in parts]
    answers = [measure(table, *args, **options) for table in tables]
    _same(
        "merge: the answer for books together must be the sum of their answers",
        ("the sum", _sum("merge", answers)),
        ("the books together", measure(_together(tables), *args, **options)),
    )


def assert_partition(
    measure: Callable[Concatenate[Any, P], Any],
    deals: Any,
    part_of: Sequence[int],
    *args: P.args,
    **options: P.kwargs,
) -> None:
    """Assert that the answer for a table is the sum of the answers of its parts, whichever row is in which.

    What is attached to a table, such as the sales of quotas, stays attached to its parts.

    Args:
        measure: The measure.
        deals: `Deals`, or any iterable of `Deal`; another table where the measure is of that, such as `Quotas`.
        part_of: For each row the number of its part, from 0; parts without rows are asked too.
        args: Further arguments of the measure.
        options: Further arguments of the measure.

    Raises:
        AssertionError: The law is broken, or the answers do not add; the message has the answers.
        InvalidValueError: There is not one number for each row.

    Examples:
        >>> from salesmetrics import sample_book, win_rate
        >>> book = sample_book(20).deals
        >>> assert_partition(win_rate, book, [0, 2] * 10)
        >>> assert_partition(lambda deals: 1, book, [0, 2] * 10)
        Traceback (most recent call last):
        AssertionError: merge: the answer for parts together must be the sum of their answers, got
          3 for the sum
          1 for the table
    """
    table, places = table_for(deals, measure), np.array(part_of, np.int64)
    if places.shape != (len(table),) or (places < 0).any():
        raise InvalidValueError(
            f"part_of must hold a number from 0 for each of {len(table)} rows, got {shown(part_of)}; write [0, 1, ...]"
        )
    parts = [table.take(np.flatnonzero(places == part)) for part in range(int(places.max(initial=0)) + 1)]
    _same(
        "merge: the answer for parts together must be the sum of their answers",
        ("the sum", _sum("merge", [measure(part, *args, **options) for part in parts])),
        ("the table", measure(table, *args, **options)),
    )


def assert_identity(
    measure: Callable[Concatenate[Any, P], Any], deals: Any, *args: P.args, **options: P.kwargs
) -> None:
    """Assert that the empty book's answer adds nothing, and neither does the 0 that `sum` starts from.

    Args:
        measure: The measure.
        deals: `Deals`, or any iterable of `Deal`; another table where the measure is of that, such as `Quotas`.
        args: Further arguments of the measure.
        options: Further arguments of the measure.

    Raises:
        AssertionError: The law is broken, or the answers do not add; the message has the answers.

    Examples:
        >>> from salesmetrics import sample_book, win_rate
        >>> book = sample_book(20).deals
        >>> assert_identity(win_rate, book)
        >>> assert_identity(lambda deals: 1 + len(deals), book)
        Traceback (most recent call last):
        AssertionError: identity: the empty book's answer must add nothing, got
          22 for the answer and that of no deals
          21 for the answer
    """
    table = table_for(deals, measure)
    answer = measure(table, *args, **options)
    law = "identity: the empty book's answer must add nothing"
    empty: Any = Deals.of([], table.process) if isinstance(table, Deals) else type(table).of([])
    for nothing in (measure(table[:0], *args, **options), measure(empty, *args, **options)):
        _same(law, ("the answer and that of no deals", _sum("identity", [answer, nothing])), ("the answer", answer))
        _same(law, ("that of no deals and the answer", _sum("identity", [nothing, answer])), ("the answer", answer))
    _same("identity: 0 must add nothing", ("0 and the answer", _sum("identity", [0, answer])), ("the answer", answer))


def assert_breakdown(
    measure: Callable[Concatenate[Any, P], Any], deals: Any, by: By, *args: P.args, **options: P.kwargs
) -> None:
    """Assert that by group, the measure gives what it gives when each group is asked alone.

    A recipe that takes a fact of the whole book, such as its number of deals, breaks this law: `breakdown` asks it
    once for all groups.

    Args:
        measure: The measure.
        deals: `Deals`, or any iterable of `Deal`; another table where the measure is of that, such as `Quotas`.
        by: As in `breakdown`: a key, or a tuple of keys.
        args: Further arguments of the measure.
        options: Further arguments of the measure.

    Raises:
        AssertionError: The law is broken; the message has both answers.

    Examples:
        >>> from salesmetrics import Count, Proportion, Recipe, as_measure, sample_book, win_rate
        >>> book = sample_book(20).deals
        >>> assert_breakdown(win_rate, book, "owner")
        >>> @as_measure
        ... def won_share(deals: Deals) -> Recipe[Proportion]:
        ...     return Recipe(Proportion, part=Count(deals.is_won), whole=len(deals))
        >>> assert_breakdown(won_share, book, "owner")
        Traceback (most recent call last):
        AssertionError: breakdown: a group's answer must be that of its deals alone, got
          Proportion(part=2, whole=20) for 'ada' in the breakdown
          Proportion(part=2, whole=3) for its deals alone
    """
    table = table_for(deals, measure)
    answers = breakdown(measure, table, by, *args, **options)
    columns = [[*table.key(name)] for name in (by if isinstance(by, tuple) else (by,))]
    keys = [*zip(*columns, strict=True)] if isinstance(by, tuple) else columns[0]
    for key in dict.fromkeys(keys):
        alone = table.take(np.flatnonzero([one == key for one in keys]))
        _same(
            "breakdown: a group's answer must be that of its deals alone",
            (f"{key!r} in the breakdown", answers[key]),
            ("its deals alone", measure(alone, *args, **options)),
        )


def assert_door(
    measure: Callable[Concatenate[Any, P], Any], deals: Iterable[Any], *args: P.args, **options: P.kwargs
) -> None:
    """Assert that a list, an iterator and a table of the same deals give the same answer, and that the list stays.

    Args:
        measure: The measure.
        deals: Deals of the standard process without doubts, because a list says nothing of either; or what another
            table is made of, such as quotas.
        args: Further arguments of the measure.
        options: Further arguments of the measure.

    Raises:
        AssertionError: The law is broken; the message has both answers, or says what could not be asked.

    Examples:
        >>> from salesmetrics import sample_book, win_rate
        >>> book = sample_book(20).deals
        >>> assert_door(win_rate, book)
        >>> assert_door(len, book)
        Traceback (most recent call last):
        AssertionError: door: a measure must take any iterable of Deal, got for an iterator TypeError: object of type \
'list_iterator' has no len(); begin with deals = Deals.of(deals), or use as_measure
    """
    rows = [*deals]
    listed = [*rows]
    asked = measure(table_for(rows, measure), *args, **options)
    for name, given in (("a list", listed), ("an iterator", iter(rows))):
        try:
            answer = measure(given, *args, **options)
        except (TypeError, AttributeError) as fault:
            raise AssertionError(
                f"door: a measure must take any iterable of Deal, got for {name} {type(fault).__name__}: {fault}; "
                "begin with deals = Deals.of(deals), or use as_measure"
            ) from fault
        _same("door: the same deals must give the same answer", (name, answer), ("a table", asked))
    if listed != rows:
        raise AssertionError(
            "door: a measure must leave a list as it was, got it changed; copy it before it is sorted or emptied"
        )


def assert_trend(
    measure: Callable[Concatenate[Any, P], Any],
    deals: Any,
    periods: Iterable[Period],
    on: PeriodBasis | Literal["start"],
    *args: P.args,
    **options: P.kwargs,
) -> None:
    """Assert that period by period and to date, the measure gives what it gives for these deals alone.

    To date the answers of a recipe are added up, so this law also says that they add.

    Args:
        measure: The measure.
        deals: `Deals`, or any iterable of `Deal`; another table where the measure is of that, such as `Quotas`.
        periods: As in `trend`.
        on: By which day deals belong to a period, as in `trend`.
        args: Further arguments of the measure.
        options: Further arguments of the measure.

    Raises:
        AssertionError: The law is broken; the message has both answers.

    Examples:
        >>> from salesmetrics import Count, FiscalCalendar, Proportion, Recipe, as_measure, sample_book, win_rate
        >>> book, calendar = sample_book(20).deals, FiscalCalendar()
        >>> assert_trend(win_rate, book, calendar.years_in(Period.parse("2024-07-01..2026-07-01")), "closed")
        >>> @as_measure
        ... def won_share(deals: Deals) -> Recipe[Proportion]:
        ...     return Recipe(Proportion, part=Count(deals.is_won), whole=len(deals))
        >>> assert_trend(won_share, book, [calendar.year(2025)], "closed")
        Traceback (most recent call last):
        AssertionError: trend: a period's answer must be that of its deals alone, got
          Proportion(part=1, whole=20) for FY25 in the trend
          Proportion(part=1, whole=7) for its deals alone
    """
    table, spans = table_for(deals, measure), tuple(periods)
    days = table.days_on(on)
    for to_date in (False, True):
        answers = trend(measure, table, spans, on, to_date, *args, **options)
        for span in spans:
            start, end = day_number(spans[0].start if to_date else span.start), day_number(span.end)
            rows = np.flatnonzero(days.known & (days.values >= start) & (days.values < end))
            _same(
                "trend: a period's answer must be that of its deals alone",
                (f"{span}{' to date' if to_date else ''} in the trend", answers[span]),
                ("its deals alone", measure(table.take(rows), *args, **options)),
            )


def assert_answers_add(a: Any, b: Any, c: Any) -> None:
    """Assert that answers add: in any order, in any grouping, from the 0 of `sum`, and every field of theirs.

    Args:
        a: An answer.
        b: A different answer to the same question: equal ones would add in any order whatever `+` does.
        c: A third one.

    Raises:
        AssertionError: A law is broken; the message has both sums.

    Examples:
        >>> from salesmetrics import Proportion
        >>> assert_answers_add(Proportion(1, 2), Proportion(0, 3), Proportion(4, 4))
        >>> assert_answers_add("a", "b", "c")
        Traceback (most recent call last):
        AssertionError: order: a + b must equal b + a, got
          'ab' for a + b
          'ba' for b + a
    """
    both = _sum("order", [a, b])
    _same("order: a + b must equal b + a", ("a + b", both), ("b + a", _sum("order", [b, a])))
    grouped = _sum("order", [a, _sum("order", [b, c])])
    _same(
        "order: (a + b) + c must equal a + (b + c)",
        ("(a + b) + c", _sum("order", [both, c])),
        ("a + (b + c)", grouped),
    )
    _same("identity: 0 must add nothing", ("0 + a", _sum("identity", [0, a])), ("a", a))
    if isinstance(a, Answer):
        for one in fields(type(a)):
            if not one.metadata.get("adds"):
                _same(
                    f"adds: {one.name} of a + b must be the sum of both",
                    ("a + b", getattr(both, one.name)),
                    ("the sum", getattr(a, one.name) + getattr(b, one.name)),
                )


def assert_round_trip(answer: PlainForm | Breakdown[Any] | Trend[Any] | Backtest | Bridge | CallRollup) -> None:
    """Assert that an answer is the same after it was written as JSON text and read back.

    Args:
        answer: Any answer, a `Breakdown`, a `Trend`, a `Bridge`, or what is read from them, such as a `Comparison`.

    Raises:
        AssertionError: The law is broken: it cannot be written or read, or what is read is another answer.

    Examples:
        >>> from salesmetrics import Proportion, breakdown, sample_book, win_rate
        >>> assert_round_trip(Proportion(1, 2))
        >>> assert_round_trip(breakdown(win_rate, sample_book(20).deals, by=("owner", "stage")))
    """
    law = "round_trip: an answer must be the same after JSON"
    try:
        sent = json.loads(json.dumps(answer.to_dict(), allow_nan=False))
        back = type(answer).from_dict(sent)
    except (TypeError, ValueError, LookupError, AttributeError) as fault:
        raise AssertionError(f"{law}, got for {answer!r} {type(fault).__name__}: {fault}") from fault
    _same(law, ("what was read", back), ("what was written", answer))
    _same(law, ("what was read, written again", back.to_dict()), ("what was written", answer.to_dict()))


def _same(law: str, one: tuple[str, Any], other: tuple[str, Any]) -> None:
    """Both have a name and a value."""
    if one[1] != other[1]:
        lines = [f"\n  {_shown(answer)} for {name}" for name, answer in (one, other)]
        raise AssertionError(f"{law}, got{''.join(lines)}")


def _shown(answer: Any) -> str:
    return repr(dict(answer) if isinstance(answer, Breakdown) else answer)


def _sum(law: str, answers: list[Any]) -> Any:
    """The sum of answers, which need not know the 0 of `sum`."""
    if not answers:
        raise InvalidValueError("parts must hold at least one book, got none; give the parts of a book")
    try:
        return reduce(add, answers)
    except (TypeError, SalesMetricsError) as fault:
        raise AssertionError(
            f"{law}: answers of one question must add, got {', '.join(map(_shown, answers))}: {fault}"
        ) from fault


def _together(tables: list[Any]) -> Any:
    """The rows of all parts in one table."""
    if not all(isinstance(table, Deals) for table in tables):
        attached = [one for table in tables for one in table._facts() if one is not None]  # noqa: SLF001
        if attached:
            raise InvalidValueError(
                f"parts must have nothing attached, got {shown(attached[0])}; cut one table with assert_partition"
            )
        return type(tables[0]).of([one for table in tables for one in table])
    return _one_book(tables)


def _one_book(tables: list[Deals]) -> Deals:
    """The deals of all parts in one table."""
    process = next((table.process for table in tables if len(table)), tables[0].process)
    strange = [table for table in tables if len(table) and table.process != process]
    if strange:
        raise InvalidValueError("parts must have one process, got two; lay them down with the same one")
    table = Deals.of([deal for table in tables for deal in table], process, accept=DOUBTS)
    histories = [table.history for table in tables if table.history is not None]
    if histories:
        changes = [change for history in histories for change in history]
        accept = ("negative_amount", "sentinel_day")
        history = DealHistory.of(changes, process, histories[0].gaps, accept=accept)
        table = table.with_history(evolve(history, tracked=histories[0].tracked), HISTORY_DOUBTS)
    if table.currency != NO_CURRENCY:
        return table
    # A table that was cut down to deals without money keeps its currency, which its deals do not say.
    currency = max((table.currency for table in tables if table.currency != NO_CURRENCY), default=NO_CURRENCY)
    return evolve(table, currency=currency, amount=table.amount.in_unit(currency))
