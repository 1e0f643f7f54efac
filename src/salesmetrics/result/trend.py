"""The answers of one question period by period."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any, Self, TypeVar

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.calendar import Calendar
from salesmetrics.model.period import Period
from salesmetrics.result._answers import Many, added, answer_shown, columns_of_answers
from salesmetrics.result._display import html_of_table, plain_text, text_of_table
from salesmetrics.result._plain import follows, plain, thing_of
from salesmetrics.result._plain_form import answer_read, answer_written
from salesmetrics.result.comparison import Comparison

__all__ = ["Trend", "check_periods"]

A = TypeVar("A")


@frozen(eq=False, slots=False, repr=False)
class Trend(Many[A]):
    """One answer for every period, in the order of time; a period without deals stays, with the answer of no deals.

    Args:
        periods: The periods, in order and without overlap.
        answers: Their answers.
        on: By which day deals belong to a period; `None` where the measure was asked about each period itself.
        cumulative: Whether each answer is of all time from the first period's start.

    Raises:
        InvalidValueError: There is no period, they overlap or are out of order, or not each one has an answer.

    Laws:
        adds: `a + b` has for each period the sum of both answers.
        order: `a + b` equals `b + a`, and `(a + b) + c` equals `a + (b + c)`.
        identity: Adding the empty book's trend, or the 0 that `sum` starts from, changes nothing.

    Examples:
        >>> from salesmetrics import FiscalCalendar
        >>> calendar = FiscalCalendar()
        >>> deals = Trend(tuple(calendar.quarters_in(calendar.year(2026))), (3, 4, 0, 5), "closed")
        >>> deals[calendar.quarter(2026, 2)], dict(deals + deals)[calendar.quarter(2026, 4)]
        (4, 10)
        >>> print(deals)
        period   answer
        FY26 Q1       3
        FY26 Q2       4
        FY26 Q3       0
        FY26 Q4       5
    """

    periods: tuple[Period, ...]
    answers: Sequence[A]
    on: str | None
    cumulative: bool = False

    def __attrs_post_init__(self) -> None:
        check_periods(self.periods)
        if len(self.answers) != len(self.periods):
            raise InvalidValueError(
                f"a trend must have an answer for each of its {len(self.periods)} periods, got {len(self.answers)}; "
                "ask trend(...) for it"
            )

    @cached_property
    def _places(self) -> dict[Period, int]:
        return {period: place for place, period in enumerate(self.periods)}

    def __getitem__(self, period: Period) -> A:
        return self.answers[self._places[period]]

    def __iter__(self) -> Iterator[Period]:
        return iter(self.periods)

    def __len__(self) -> int:
        return len(self.periods)

    @property
    def _asked(self) -> tuple[Any, ...]:
        return self.periods, self.on, self.cumulative

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Trend):
            return NotImplemented
        return self._asked == other._asked and [*self.answers] == [*other.answers]

    __hash__ = None  # type: ignore[assignment]  # a mapping, as dict

    def __add__(self, other: Self) -> Trend[A]:
        if not isinstance(other, Trend):
            return NotImplemented
        if self._asked != other._asked:
            raise InvalidValueError(
                f"trends that are added must be of the same periods by the same day, got {self!r} and {other!r}; ask "
                "both alike"
            )
        answers = tuple(added(one, more) for one, more in zip(self.answers, other.answers, strict=True))
        return Trend(self.periods, answers, self.on, self.cumulative)

    def __radd__(self, other: object) -> Trend[A]:
        if isinstance(other, int) and other == 0:  # so that sum(trends) works
            return self
        return NotImplemented

    def period_over_period(self, reading: str = "value") -> Trend[Comparison[A]]:
        """Each period compared with the one before it in the trend.

        Args:
            reading: Which reading of the answers is compared.

        Returns:
            A trend without the first period, which has none before it. Comparisons do not add.

        Raises:
            InvalidValueError: The trend is cumulative or of a single period, or the answers have no such reading.

        Examples:
            >>> from salesmetrics import FiscalCalendar
            >>> months = FiscalCalendar().months_in(FiscalCalendar().quarter(2026, 1))
            >>> print(Trend(months, (4, 5, 0), "closed").period_over_period())
            period                  answer
            FY26 M02   4 to 5: +1, +25.0 %
            FY26 M03  5 to 0: -5, -100.0 %
        """
        before = {after: one for one, after in pairwise(self.periods)}
        return self._compared(before.get, reading, "another period before")

    def year_over_year(self, calendar: Calendar, reading: str = "value") -> Trend[Comparison[A]]:
        """Each period compared with the same one a year before.

        Args:
            calendar: The calendar whose periods these are; it knows which one of the year before is the same.
            reading: Which reading of the answers is compared.

        Returns:
            A trend of those periods of which the trend has the one a year before too; of the others there is nothing
            to say, nor of a 53rd week. Comparisons do not add.

        Raises:
            InvalidValueError: The trend is cumulative, or does not have two years; a period is none of the calendar's;
                or the answers have no such reading.

        Examples:
            >>> from salesmetrics import FiscalCalendar, Period
            >>> calendar = FiscalCalendar()
            >>> quarters = calendar.quarters_in(Period.parse("2025-01-01..2026-04-01"))
            >>> print(Trend(quarters, (4, 5, 6, 7, 5), "closed").year_over_year(calendar))
            period                answer
            FY26 Q1  4 to 5: +1, +25.0 %
        """
        return self._compared(calendar.year_before, reading, "the same period of the year before")

    def _compared(self, before: Callable[[Period], Period | None], reading: str, what: str) -> Trend[Comparison[A]]:
        if self.cumulative:
            raise InvalidValueError(
                "a trend whose periods are compared must not be cumulative, got one that is; compare two answers of it "
                "with Comparison(before, after)"
            )
        pairs = {period: before(period) for period in self.periods}
        found = {
            period: Comparison(self[earlier], self[period], reading)
            for period, earlier in pairs.items()
            if earlier is not None and earlier in self
        }
        if not found:
            raise InvalidValueError(f"a trend must have {what} to be compared with, got {self!r}; ask for more periods")
        return Trend(tuple(found), tuple(found.values()), self.on)

    def to_columns(self) -> dict[str, NDArray[Any] | list[Any]]:
        """Columns for a frame: each period's name, start and end, and those of the answers; an undefined one is NaN.

        Examples:
            >>> from salesmetrics import FiscalCalendar
            >>> Trend((FiscalCalendar().year(2026),), (5,), "closed").to_columns()["period"]
            ['FY26']
        """
        return {
            "period": [str(period) for period in self.periods],
            "start": np.array([period.start for period in self.periods], "datetime64[D]"),
            "end": np.array([period.end for period in self.periods], "datetime64[D]"),
            **columns_of_answers(self.answers),
        }

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types: the periods and the answers' own plain forms.

        Raises:
            InvalidValueError: A user's own function gave answers that have no plain form.

        Laws:
            round_trip: `from_dict` makes the same trend of it.
        """
        return {
            "type": "Trend",
            "version": 1,
            "periods": [plain(period) for period in self.periods],
            "answers": [answer_written(answer) for answer in self.answers],
            "on": self.on,
            "cumulative": self.cumulative,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Trend[Any]:
        """The trend that `to_dict` wrote.

        Raises:
            InvalidValueError: The data are no trend.
        """
        head = {"type": "Trend", "version": 1}
        needed = {*head, "periods", "answers", "on", "cumulative"}
        if not isinstance(data, Mapping) or set(data) != needed or not follows(head, {one: data[one] for one in head}):
            raise InvalidValueError(f"a trend must be what to_dict wrote, got {shown(data)}; leave it as it was")
        periods, answers, on, cumulative = (data[name] for name in ("periods", "answers", "on", "cumulative"))
        listed = isinstance(periods, list) and isinstance(answers, list) and isinstance(on, (str, type(None)))
        if not listed or not isinstance(cumulative, bool):
            raise InvalidValueError(
                f"a trend must hold lists, a word and a flag, got {shown(data)}; leave it as it was"
            )
        return cls(
            tuple(thing_of(Period, one, "periods") for one in periods), tuple(map(answer_read, answers)), on, cumulative
        )

    def _table(self) -> tuple[list[str], list[list[str]]]:
        rows = [[plain_text(period), answer_shown(answer)] for period, answer in self.items()]
        return ["period", "answer"], rows

    def __str__(self) -> str:
        return text_of_table(*self._table())

    def __repr__(self) -> str:
        first, last = self.periods[0], self.periods[-1]
        asked = "" if self.on is None else f" on={self.on!r},"
        return f"Trend({len(self):,} periods from {first.start} to {last.end},{asked} cumulative={self.cumulative})"

    def _repr_html_(self) -> str:
        return html_of_table(*self._table())


def check_periods(periods: tuple[Period, ...]) -> None:
    """Refuse what are no periods, none at all, and ones that overlap or are out of order.

    Raises:
        InvalidValueError: They are.
    """
    strange = [one for one in periods if not isinstance(one, Period)]
    if strange or not periods:
        got = shown(strange[0]) if strange else "none"
        raise InvalidValueError(f"periods must be one Period or more, got {got}; write calendar.quarters_in(year)")
    for one, after in pairwise(periods):
        if after.start < one.end:
            raise InvalidValueError(
                f"periods must be in order and not overlap, got {plain_text(after)} after {plain_text(one)}; sort "
                "them, and ask overlapping ones apart"
            )
