"""What every business calendar answers: years, halves, quarters, months and weeks, by name and by day."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import date
from typing import Literal, TypeAlias, get_args

from attrs import frozen

from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.period import Period, check_day, check_period

__all__ = ["Calendar", "PeriodKey", "Unit", "check_number"]

Unit: TypeAlias = Literal["year", "half", "quarter", "month", "week"]
"""The lengths of a calendar's periods."""


@frozen
class Calendar(ABC):
    """A business calendar: a year of twelve months of its own, whose periods tile time without gap or overlap.

    `FiscalCalendar` and `RetailCalendar` say where the months begin.
    """

    def year(self, year: int) -> Period:
        """The fiscal year of that label.

        Examples:
            >>> from salesmetrics import FiscalCalendar
            >>> FiscalCalendar(first_month=7).year(2026).start
            datetime.date(2025, 7, 1)
        """
        return self._months(year, 0, 12, "")

    def half(self, year: int, number: int) -> Period:
        """Half 1 or 2 of a fiscal year.

        Examples:
            >>> from salesmetrics import FiscalCalendar
            >>> FiscalCalendar().half(2026, 2).start
            datetime.date(2026, 7, 1)
        """
        check_number(number, 2, "half")
        return self._months(year, 6 * (number - 1), 6, f" H{number}")

    def quarter(self, year: int, number: int) -> Period:
        """Quarter 1 to 4 of a fiscal year.

        Examples:
            >>> from salesmetrics import FiscalCalendar
            >>> FiscalCalendar(first_month=2).quarter(2027, 1).end
            datetime.date(2026, 5, 1)
        """
        check_number(number, 4, "quarter")
        return self._months(year, 3 * (number - 1), 3, f" Q{number}")

    def month(self, year: int, number: int) -> Period:
        """Month 1 to 12 of a fiscal year, counted from its first month.

        Examples:
            >>> from salesmetrics import FiscalCalendar
            >>> FiscalCalendar(first_month=2).month(2027, 12).start
            datetime.date(2027, 1, 1)
        """
        check_number(number, 12, "month")
        return self._months(year, number - 1, 1, f" M{number:02}")

    def year_of(self, day: date) -> Period:
        """The fiscal year that a day is in.

        Examples:
            >>> from salesmetrics import FiscalCalendar
            >>> print(FiscalCalendar(first_month=2).year_of(date(2026, 2, 1)))
            FY27
        """
        return self.year(self._located(day)[0])

    def half_of(self, day: date) -> Period:
        """The fiscal half that a day is in.

        Examples:
            >>> from salesmetrics import FiscalCalendar
            >>> print(FiscalCalendar(first_month=2).half_of(date(2026, 8, 1)))
            FY27 H2
        """
        year, month = self._located(day)
        return self.half(year, month // 6 + 1)

    def quarter_of(self, day: date) -> Period:
        """The fiscal quarter that a day is in.

        Examples:
            >>> from salesmetrics import FiscalCalendar
            >>> print(FiscalCalendar(first_month=2).quarter_of(date(2027, 1, 15)))
            FY27 Q4
        """
        year, month = self._located(day)
        return self.quarter(year, month // 3 + 1)

    def month_of(self, day: date) -> Period:
        """The fiscal month that a day is in.

        Examples:
            >>> from salesmetrics import FiscalCalendar
            >>> print(FiscalCalendar(first_month=2).month_of(date(2027, 1, 15)))
            FY27 M12
        """
        year, month = self._located(day)
        return self.month(year, month + 1)

    def years_in(self, period: Period) -> tuple[Period, ...]:
        """Every fiscal year that has a day in the period, whole, in order.

        Examples:
            >>> from salesmetrics import FiscalCalendar
            >>> [str(year) for year in FiscalCalendar().years_in(Period(date(2025, 12, 31), date(2026, 2, 1)))]
            ['FY25', 'FY26']
        """
        return self._tiles(period, self.year_of)

    def halves_in(self, period: Period) -> tuple[Period, ...]:
        """Every fiscal half that has a day in the period, whole, in order.

        Examples:
            >>> from salesmetrics import FiscalCalendar
            >>> len(FiscalCalendar().halves_in(FiscalCalendar().year(2026)))
            2
        """
        return self._tiles(period, self.half_of)

    def quarters_in(self, period: Period) -> tuple[Period, ...]:
        """Every fiscal quarter that has a day in the period, whole, in order.

        Examples:
            >>> from salesmetrics import FiscalCalendar
            >>> len(FiscalCalendar().quarters_in(FiscalCalendar().year(2026)))
            4
        """
        return self._tiles(period, self.quarter_of)

    def months_in(self, period: Period) -> tuple[Period, ...]:
        """Every fiscal month that has a day in the period, whole, in order.

        Examples:
            >>> from salesmetrics import FiscalCalendar
            >>> len(FiscalCalendar().months_in(FiscalCalendar().year(2026)))
            12
        """
        return self._tiles(period, self.month_of)

    def weeks_in(self, period: Period) -> tuple[Period, ...]:
        """Every week that has a day in the period, whole, in order.

        Examples:
            >>> from salesmetrics import FiscalCalendar
            >>> len(FiscalCalendar().weeks_in(FiscalCalendar().quarter(2026, 1)))
            14
        """
        return self._tiles(period, self.week_of)

    def year_before(self, period: Period) -> Period | None:
        """The same period of the year before; `None` for a 53rd week where that year has none.

        Args:
            period: One of the calendar's own years, halves, quarters, months or weeks.

        Raises:
            InvalidValueError: It is none of them, or the year before is not among the dates that there are.

        Examples:
            >>> from salesmetrics import FiscalCalendar, RetailCalendar
            >>> fiscal, retail = FiscalCalendar(first_month=2), RetailCalendar.nrf()
            >>> print(fiscal.year_before(fiscal.quarter(2027, 1)), retail.year_before(retail.week(2023, 53)))
            FY26 Q1 None
        """
        check_period(period)
        unit = next((unit for unit in get_args(Unit) if self._period_of(unit, period.start) == period), None)
        if unit is None:
            raise InvalidValueError(
                f"period must be a year, half, quarter, month or week of the calendar, got {shown(period)}; take one "
                "from it, as in calendar.quarter(2026, 1)"
            )
        if unit == "week":
            return self._week_before(period)
        year, months = self._located(period.start)
        length = {"year": 12, "half": 6, "quarter": 3, "month": 1}[unit]
        same: Period = getattr(self, unit)(year - 1, *[months // length + 1] * (unit != "year"))
        return same

    def years(self, on: str) -> PeriodKey:
        """A key to group deals by: the fiscal year in which a day of theirs falls.

        Args:
            on: Which day: "closed", "expected_close", "created" or "either_close", as in `Deals.in_period`.

        Examples:
            >>> from salesmetrics import FiscalCalendar
            >>> print(FiscalCalendar().years("created"))
            created year
        """
        return PeriodKey(self, "year", on)

    def halves(self, on: str) -> PeriodKey:
        """A key to group deals by: the fiscal half in which a day of theirs falls.

        Examples:
            >>> from salesmetrics import FiscalCalendar
            >>> print(FiscalCalendar().halves("created"))
            created half
        """
        return PeriodKey(self, "half", on)

    def quarters(self, on: str) -> PeriodKey:
        """A key to group deals by: the fiscal quarter in which a day of theirs falls.

        Examples:
            >>> from salesmetrics import FiscalCalendar, breakdown, sample_book, win_rate
            >>> by_quarter = breakdown(win_rate, sample_book().deals, by=FiscalCalendar().quarters("closed"))
            >>> print(by_quarter[FiscalCalendar().quarter(2026, 1)])
            47.1 % (114 of 242)
        """
        return PeriodKey(self, "quarter", on)

    def months(self, on: str) -> PeriodKey:
        """A key to group deals by: the fiscal month in which a day of theirs falls.

        Examples:
            >>> from salesmetrics import FiscalCalendar
            >>> print(FiscalCalendar().months("expected_close"))
            expected_close month
        """
        return PeriodKey(self, "month", on)

    def weeks(self, on: str) -> PeriodKey:
        """A key to group deals by: the week in which a day of theirs falls.

        Examples:
            >>> from salesmetrics import FiscalCalendar
            >>> print(FiscalCalendar().weeks("closed"))
            closed week
        """
        return PeriodKey(self, "week", on)

    @abstractmethod
    def week_of(self, day: date) -> Period:
        """The week that a day is in."""

    @abstractmethod
    def _week_before(self, week: Period) -> Period | None:
        """The week of the same number in the year before; `None` where that year has none."""

    @abstractmethod
    def _month_start(self, year: int, months: int) -> date:
        """The first day of a month of the year of that label: 0 is its first month, and 12 the next year's first."""

    @abstractmethod
    def _place(self, day: date) -> tuple[int, int]:
        """The label of the year that a day is in, and how many of its months came before."""

    def _months(self, year: int, skip: int, length: int, part: str) -> Period:
        check_number(year, 10_000, "fiscal year")
        name = f"{year_name(year)}{part}"
        return made_within_dates(
            name, lambda: Period(self._month_start(year, skip), self._month_start(year, skip + length), name)
        )

    def _period_of(self, unit: Unit, day: date) -> Period:
        period: Period = getattr(self, f"{unit}_of")(day)
        return period

    def _located(self, day: date) -> tuple[int, int]:
        check_day(day, "day")
        try:
            return self._place(day)
        except (OverflowError, ValueError):
            raise _beyond(day) from None

    @staticmethod
    def _tiles(period: Period, tile_of: Callable[[date], Period]) -> tuple[Period, ...]:
        if not isinstance(period, Period):
            raise InvalidValueError(f"period must be a Period, got {shown(period)}; write Period(start, end)")
        tiles = [tile_of(period.start)]
        while tiles[-1].end < period.end:
            tiles.append(tile_of(tiles[-1].end))
        return tuple(tiles)


@frozen
class PeriodKey:
    """A key to group deals by: the period of a calendar in which a day of theirs falls.

    A calendar makes it: `calendar.quarters("closed")`.

    Args:
        calendar: Whose periods.
        unit: How long they are.
        on: By which day of a deal.

    Examples:
        >>> from salesmetrics import FiscalCalendar
        >>> key = FiscalCalendar(first_month=2).quarters("closed")
        >>> print(key, key.of(date(2026, 1, 31)))
        closed quarter FY26 Q4
    """

    calendar: Calendar
    unit: Unit
    on: str

    def of(self, day: date) -> Period:
        """The period that a day is in.

        Examples:
            >>> from salesmetrics import FiscalCalendar
            >>> print(FiscalCalendar().months("closed").of(date(2026, 1, 31)))
            FY26 M01
        """
        return self.calendar._period_of(self.unit, day)  # noqa: SLF001  # both are of one file

    def __str__(self) -> str:
        return f"{self.on} {self.unit}"


def year_name(year: int) -> str:
    """A year's name: two digits say which one only within this century."""
    return f"FY{year % 100:02}" if 2000 <= year < 2100 else f"FY{year:04}"


def made_within_dates(what: str | date, make: Callable[[], Period]) -> Period:
    """A period by its name or a day in it, or a sentence where it would begin or end outside of the dates there are."""
    try:
        return make()
    except (OverflowError, ValueError):
        raise _beyond(what) from None


def _beyond(what: str | date) -> InvalidValueError:
    return InvalidValueError(
        f"a fiscal period must lie within the years 1 to 9999, got that of {what}; choose an earlier or a later year"
    )


def check_number(number: object, largest: int, what: str) -> None:
    """Refuse what is not one of 1 to the largest."""
    if type(number) is not int or not 1 <= number <= largest:
        raise InvalidValueError(f"{what} must be one of 1 to {largest:,}, got {shown(number)}; count from 1")
