"""Fiscal calendars: years, halves, quarters, months and weeks, by name and by day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal

from attrs import frozen

from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.period import Period, check_day

__all__ = ["FiscalCalendar"]


@frozen
class FiscalCalendar:
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
        _check_number(self.first_month, 12, "FiscalCalendar.first_month")
        if self.label not in ("end", "start"):
            raise InvalidValueError(
                f"FiscalCalendar.label must be 'end' or 'start', got {shown(self.label)}; 'end' calls a year by the "
                "calendar year it ends in"
            )

    def year(self, year: int) -> Period:
        """The fiscal year of that label.

        Examples:
            >>> FiscalCalendar(first_month=7).year(2026).start
            datetime.date(2025, 7, 1)
        """
        return self._months(year, 0, 12, "")

    def half(self, year: int, number: int) -> Period:
        """Half 1 or 2 of a fiscal year.

        Examples:
            >>> FiscalCalendar().half(2026, 2).start
            datetime.date(2026, 7, 1)
        """
        _check_number(number, 2, "half")
        return self._months(year, 6 * (number - 1), 6, f" H{number}")

    def quarter(self, year: int, number: int) -> Period:
        """Quarter 1 to 4 of a fiscal year.

        Examples:
            >>> FiscalCalendar(first_month=2).quarter(2027, 1).end
            datetime.date(2026, 5, 1)
        """
        _check_number(number, 4, "quarter")
        return self._months(year, 3 * (number - 1), 3, f" Q{number}")

    def month(self, year: int, number: int) -> Period:
        """Month 1 to 12 of a fiscal year, counted from its first month.

        Examples:
            >>> FiscalCalendar(first_month=2).month(2027, 12).start
            datetime.date(2027, 1, 1)
        """
        _check_number(number, 12, "month")
        return self._months(year, number - 1, 1, f" M{number:02}")

    def year_of(self, day: date) -> Period:
        """The fiscal year that a day is in.

        Examples:
            >>> print(FiscalCalendar(first_month=2).year_of(date(2026, 2, 1)))
            FY27
        """
        return self.year(self._place(day)[0])

    def half_of(self, day: date) -> Period:
        """The fiscal half that a day is in.

        Examples:
            >>> print(FiscalCalendar(first_month=2).half_of(date(2026, 8, 1)))
            FY27 H2
        """
        year, month = self._place(day)
        return self.half(year, month // 6 + 1)

    def quarter_of(self, day: date) -> Period:
        """The fiscal quarter that a day is in.

        Examples:
            >>> print(FiscalCalendar(first_month=2).quarter_of(date(2027, 1, 15)))
            FY27 Q4
        """
        year, month = self._place(day)
        return self.quarter(year, month // 3 + 1)

    def month_of(self, day: date) -> Period:
        """The fiscal month that a day is in.

        Examples:
            >>> print(FiscalCalendar(first_month=2).month_of(date(2027, 1, 15)))
            FY27 M12
        """
        year, month = self._place(day)
        return self.month(year, month + 1)

    def week_of(self, day: date) -> Period:
        """The ISO 8601 week that a day is in: Monday to Sunday, in every month-based calendar the same.

        Examples:
            >>> print(FiscalCalendar().week_of(date(2026, 1, 1)))
            2026-W01
        """
        check_day(day, "day")
        year, week, weekday = day.isocalendar()
        return self._guarded(
            lambda: Period(day - timedelta(weekday - 1), day + timedelta(8 - weekday), name=f"{year:04}-W{week:02}")
        )

    def years_in(self, period: Period) -> tuple[Period, ...]:
        """Every fiscal year that has a day in the period, whole, in order.

        Examples:
            >>> [str(year) for year in FiscalCalendar().years_in(Period(date(2025, 12, 31), date(2026, 2, 1)))]
            ['FY25', 'FY26']
        """
        return self._tiles(period, self.year_of)

    def halves_in(self, period: Period) -> tuple[Period, ...]:
        """Every fiscal half that has a day in the period, whole, in order.

        Examples:
            >>> len(FiscalCalendar().halves_in(FiscalCalendar().year(2026)))
            2
        """
        return self._tiles(period, self.half_of)

    def quarters_in(self, period: Period) -> tuple[Period, ...]:
        """Every fiscal quarter that has a day in the period, whole, in order.

        Examples:
            >>> len(FiscalCalendar().quarters_in(FiscalCalendar().year(2026)))
            4
        """
        return self._tiles(period, self.quarter_of)

    def months_in(self, period: Period) -> tuple[Period, ...]:
        """Every fiscal month that has a day in the period, whole, in order.

        Examples:
            >>> len(FiscalCalendar().months_in(FiscalCalendar().year(2026)))
            12
        """
        return self._tiles(period, self.month_of)

    def weeks_in(self, period: Period) -> tuple[Period, ...]:
        """Every ISO week that has a day in the period, whole, in order.

        Examples:
            >>> len(FiscalCalendar().weeks_in(FiscalCalendar().quarter(2026, 1)))
            14
        """
        return self._tiles(period, self.week_of)

    def _place(self, day: date) -> tuple[int, int]:
        """The label of the fiscal year that a day is in, and how many of its months came before."""
        check_day(day, "day")
        months = 12 * day.year + day.month - self.first_month
        return months // 12 + self._label_offset, months % 12

    @property
    def _label_offset(self) -> int:
        # A year that starts in January starts and ends in the same calendar year.
        return 1 if self.label == "end" and self.first_month > 1 else 0

    def _months(self, year: int, skip: int, length: int, part: str) -> Period:
        _check_number(year, 10_000, "fiscal year")
        start = 12 * (year - self._label_offset) + self.first_month - 1 + skip
        end = start + length
        # Two digits say which year only within this century.
        short = f"{year % 100:02}" if 2000 <= year < 2100 else f"{year:04}"
        return self._guarded(
            lambda: Period(
                date(start // 12, start % 12 + 1, 1), date(end // 12, end % 12 + 1, 1), name=f"FY{short}{part}"
            )
        )

    @staticmethod
    def _guarded(make: Callable[[], Period]) -> Period:
        try:
            return make()
        except (OverflowError, ValueError):
            raise InvalidValueError(
                "a fiscal period must lie within the years 1 to 9999, got one that does not; choose an earlier or a "
                "later year"
            ) from None

    @staticmethod
    def _tiles(period: Period, tile_of: Callable[[date], Period]) -> tuple[Period, ...]:
        if not isinstance(period, Period):
            raise InvalidValueError(f"period must be a Period, got {shown(period)}; write Period(start, end)")
        tiles = [tile_of(period.start)]
        while tiles[-1].end < period.end:
            tiles.append(tile_of(tiles[-1].end))
        return tuple(tiles)


def _check_number(number: object, largest: int, what: str) -> None:
    if type(number) is not int or not 1 <= number <= largest:
        raise InvalidValueError(f"{what} must be one of 1 to {largest:,}, got {shown(number)}; count from 1")
