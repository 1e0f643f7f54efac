"""Retail calendars: years of 52 or 53 whole weeks, so that every month starts on the same weekday."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import accumulate
from typing import Literal, TypeAlias, get_args

from attrs import frozen

from salesmetrics.errors import check_word
from salesmetrics.model.calendar import Calendar, check_number, made_within_dates, year_name
from salesmetrics.model.period import Period, check_day

__all__ = ["RetailCalendar"]

Pattern: TypeAlias = Literal["4-4-5", "4-5-4", "5-4-4"]
"""How many weeks the three months of a quarter have."""

Weekday: TypeAlias = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
"""On which day weeks start."""

Anchor: TypeAlias = Literal["first", "nearest", "last"]
"""On which such weekday the year starts: on or after, nearest to, or on or before the 1st of its first month."""


@frozen
class RetailCalendar(Calendar):
    """A business year of whole weeks: quarters of 13 weeks, and in some years a 53rd week in the last month.

    A year is called by the calendar year of its first month, or where `label="end"` by that of its last month, wherever
    its first and last days fall: so no label comes twice and none is skipped.

    Args:
        pattern: How many weeks the three months of each quarter have.
        first_month: The month near whose 1st the year starts, 1 to 12.
        week_starts: On which day weeks start.
        anchor: The year starts on the "first" such day on or after the 1st of the first month, on the one "nearest"
            to it, or on the "last" one on or before it.
        label: Whether a year is called by the calendar year it ends in ("end") or starts in ("start").

    Raises:
        InvalidValueError: The month is not one of 1 to 12, or a word is unknown.

    Examples:
        >>> retail = RetailCalendar("4-4-5", first_month=2)
        >>> print(retail.quarter_of(date(2026, 2, 1)), "then", retail.quarter_of(date(2026, 2, 2)))
        FY26 Q4 then FY27 Q1
        >>> retail.quarter(2027, 1).end
        datetime.date(2026, 5, 4)
        >>> [RetailCalendar.nrf().year(year).days // 7 for year in (2022, 2023, 2024)]
        [52, 53, 52]

    References:
        National Retail Federation, 4-5-4 calendar: 53 weeks in 2006, 2012, 2017 and 2023.
    """

    pattern: Pattern = "4-4-5"
    first_month: int = 2
    week_starts: Weekday = "monday"
    anchor: Anchor = "first"
    label: Literal["end", "start"] = "end"

    def __attrs_post_init__(self) -> None:
        check_number(self.first_month, 12, "RetailCalendar.first_month")
        for name, word, words in (
            ("pattern", self.pattern, get_args(Pattern)),
            ("week_starts", self.week_starts, get_args(Weekday)),
            ("anchor", self.anchor, get_args(Anchor)),
            ("label", self.label, ("end", "start")),
        ):
            check_word(word, words, f"RetailCalendar.{name}")

    @classmethod
    def nrf(cls) -> RetailCalendar:
        """The calendar of the National Retail Federation: 4-5-4 from the Sunday nearest to 1 February.

        Examples:
            >>> RetailCalendar.nrf().year(2023)
            Period(start=datetime.date(2023, 1, 29), end=datetime.date(2024, 2, 4), name='FY23')
        """
        return cls("4-5-4", 2, "sunday", "nearest", "start")

    def week(self, year: int, number: int) -> Period:
        """Week 1 to 52, or 53 where the year has one.

        Examples:
            >>> print(RetailCalendar.nrf().week(2023, 53).start)
            2024-01-28
        """
        check_number(number, self.year(year).days // 7, f"week of {year_name(year)}")
        start = self._month_start(year, 0) + timedelta(7 * (number - 1))
        return Period(start, start + timedelta(7), f"{year_name(year)} W{number:02}")

    def week_of(self, day: date) -> Period:
        """The week of the year that a day is in.

        Examples:
            >>> print(RetailCalendar("4-4-5").week_of(date(2026, 2, 2)))
            FY27 W01
        """
        check_day(day, "day")
        year = self.year_of(day)
        number = (day - year.start).days // 7 + 1
        start = year.start + timedelta(7 * (number - 1))
        return made_within_dates(day, lambda: Period(start, start + timedelta(7), f"{year.name} W{number:02}"))

    def _week_before(self, week: Period) -> Period | None:
        year = self._located(week.start)[0]
        number = (week.start - self.year(year).start).days // 7
        start = self.year(year - 1).start + timedelta(7 * number)
        return None if start == self.year(year).start else self.week_of(start)

    def _month_start(self, year: int, months: int) -> date:
        nominal = year - self._label_offset
        if months == 12:  # where the next year starts: the last month takes the 53rd week, if there is one
            return self._year_start(nominal + 1)
        return self._year_start(nominal) + timedelta(7 * self._weeks_before[months])

    def _place(self, day: date) -> tuple[int, int]:
        nominal = day.year + 1  # an anchor lies within six days of its month, so no later year can hold the day
        while nominal > 1 and (nominal > 9999 or self._year_start(nominal) > day):
            nominal -= 1
        weeks = (day - self._year_start(nominal)).days // 7
        if weeks < 0:
            raise ValueError(day)  # before the first year that there is
        months = sum(before <= weeks for before in self._weeks_before) - 1
        return nominal + self._label_offset, months

    def _year_start(self, nominal: int) -> date:
        first = date(nominal, self.first_month, 1)
        since = (first.weekday() - get_args(Weekday).index(self.week_starts)) % 7
        back = {"first": since - 7 if since else 0, "last": since, "nearest": since if since <= 3 else since - 7}
        return first - timedelta(back[self.anchor])

    @property
    def _weeks_before(self) -> tuple[int, ...]:
        lengths = [int(weeks) for weeks in self.pattern.split("-")] * 4
        return tuple(accumulate(lengths[:-1], initial=0))

    @property
    def _label_offset(self) -> int:
        return 1 if self.label == "end" and self.first_month > 1 else 0
