"""Fiscal calendars: a business year of whole months that starts in any month."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from attrs import frozen

from salesmetrics.errors import check_word
from salesmetrics.model.calendar import Calendar, check_number, made_within_dates
from salesmetrics.model.period import Period, check_day

__all__ = ["FiscalCalendar"]


@frozen
class FiscalCalendar(Calendar):
    """A business year of whole months that starts in any month.

    Args:
        first_month: The month in which the year starts, 1 to 12.
        label: Whether a year is called by the calendar year it ends in ("end", the commoner use) or starts in.

    Raises:
        InvalidValueError: The month is not one of 1 to 12, or the label is unknown.

    Examples:
        >>> fiscal = FiscalCalendar(first_month=2)
        >>> print(fiscal.quarter_of(date(2026, 1, 31)), "then", fiscal.quarter_of(date(2026, 2, 1)))
        FY26 Q4 then FY27 Q1
        >>> fiscal.quarter(2027, 1)
        Period(start=datetime.date(2026, 2, 1), end=datetime.date(2026, 5, 1), name='FY27 Q1')
        >>> [str(quarter) for quarter in fiscal.quarters_in(fiscal.year(2027))]
        ['FY27 Q1', 'FY27 Q2', 'FY27 Q3', 'FY27 Q4']
    """

    first_month: int = 1
    label: Literal["end", "start"] = "end"

    def __attrs_post_init__(self) -> None:
        check_number(self.first_month, 12, "FiscalCalendar.first_month")
        check_word(self.label, ("end", "start"), "FiscalCalendar.label")

    def week_of(self, day: date) -> Period:
        """The ISO 8601 week that a day is in: Monday to Sunday, in every month-based calendar the same.

        Examples:
            >>> print(FiscalCalendar().week_of(date(2026, 1, 1)))
            2026-W01
        """
        check_day(day, "day")
        year, week, weekday = day.isocalendar()
        return made_within_dates(
            day,
            lambda: Period(day - timedelta(weekday - 1), day + timedelta(8 - weekday), name=f"{year:04}-W{week:02}"),
        )

    def _week_before(self, week: Period) -> Period | None:
        year, number, _ = week.start.isocalendar()
        try:
            return self.week_of(date.fromisocalendar(year - 1, number, 1))
        except ValueError:
            return None

    def _month_start(self, year: int, months: int) -> date:
        count = 12 * (year - self._label_offset) + self.first_month - 1 + months
        return date(count // 12, count % 12 + 1, 1)

    def _place(self, day: date) -> tuple[int, int]:
        months = 12 * day.year + day.month - self.first_month
        return months // 12 + self._label_offset, months % 12

    @property
    def _label_offset(self) -> int:
        # A year that starts in January starts and ends in the same calendar year.
        return 1 if self.label == "end" and self.first_month > 1 else 0
