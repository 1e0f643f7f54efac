"""Spans of whole days, half-open: the first day is in, the end is not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from attrs import field, frozen

from salesmetrics.errors import InvalidValueError, shown

__all__ = ["Period"]


@frozen(order=True)
class Period:
    """A span of days, `start` included and `end` not; earlier ones are less.

    Args:
        start: The first day.
        end: The day after the last day.
        name: What the period is called, such as "FY27 Q1"; not compared.

    Raises:
        InvalidValueError: A bound is not a plain date, or the end is not after the start.

    Examples:
        >>> q1 = Period(date(2026, 1, 1), date(2026, 4, 1), "Q1")
        >>> q1.days, date(2026, 3, 31) in q1, date(2026, 4, 1) in q1
        (90, True, False)
        >>> print(q1)
        Q1
    """

    start: date
    end: date
    name: str | None = field(default=None, eq=False, order=False)

    def __attrs_post_init__(self) -> None:
        check_day(self.start, "Period.start")
        check_day(self.end, "Period.end")
        if self.name is not None and not isinstance(self.name, str):
            raise InvalidValueError(f"Period.name must be text or None, got {shown(self.name)}; leave it out")
        if self.end <= self.start:
            raise InvalidValueError(
                f"Period.end must be after its start {self.start}, got {self.end}; the end is the day after the last"
            )

    @classmethod
    def parse(cls, text: str) -> Period:
        """A period from text: two ISO dates with two points between, the end not included.

        Raises:
            InvalidValueError: The text is not of that form.

        Examples:
            >>> Period.parse("2017-01-01..2018-01-01").days
            365
        """
        parts = text.split("..") if isinstance(text, str) else []
        if len(parts) != 2:
            raise InvalidValueError(
                f"a period must be written 2017-01-01..2018-01-01, got {shown(text)}; write two days"
            )
        return cls(parse_day(parts[0], "Period.start"), parse_day(parts[1], "Period.end"))

    @property
    def days(self) -> int:
        """How many days the period has.

        Examples:
            >>> Period(date(2024, 2, 1), date(2024, 3, 1)).days
            29
        """
        return (self.end - self.start).days

    def __contains__(self, day: date) -> bool:
        check_day(day, "a day in a Period")
        return self.start <= day < self.end

    def __iter__(self) -> Iterator[date]:
        return (self.start + timedelta(days) for days in range(self.days))

    def __str__(self) -> str:
        return self.name or f"{self.start}..{self.end}"


def check_day(day: object, what: str) -> None:
    """Refuse what is not a plain date; a `datetime` has a time, and its day depends on the zone."""
    if type(day) is not date:
        raise InvalidValueError(
            f"{what} must be a date without a time, got {shown(day)}; write date(2026, 1, 31), or take .date() of a "
            "datetime in the zone that you mean"
        )


def check_period(period: object) -> None:
    """Refuse what is not a period."""
    if not isinstance(period, Period):
        raise InvalidValueError(
            f"period must be a Period, got {shown(period)}; write Period.parse('2026-01-01..2026-04-01')"
        )


def parse_day(text: str, what: str, hint: str = "write YYYY-MM-DD") -> date:
    """A day from ISO 8601 text, YYYY-MM-DD and nothing else."""
    try:
        if len(text) == 10 and text.isascii() and text[4] == text[7] == "-":
            return date.fromisoformat(text)
    except ValueError:
        pass  # the right shape, but no such day
    raise InvalidValueError(f"{what} must be a day such as 2026-01-31, got {shown(text)}; {hint}")
