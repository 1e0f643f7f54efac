"""How forecasts would have done in the past: every method, period and lead, in columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from attrs import field, fields, frozen

from salesmetrics.errors import InvalidValueError, check_word, shown
from salesmetrics.model.currencies import NO_CURRENCY, exponent
from salesmetrics.model.period import Period
from salesmetrics.result._display import html_of_table, plain_text, text_of_table
from salesmetrics.result._plain import follows, plain, thing_of
from salesmetrics.result.answer import in_unit
from salesmetrics.result.breakdown import Breakdown
from salesmetrics.result.forecast_accuracy import ForecastAccuracy
from salesmetrics.result.totals import Unit, amount_shown

__all__ = ["Backtest"]


def _column(cells: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(cells)


@frozen
class Backtest:
    """Forecasts of past periods, each from the book as it was known then, beside what came.

    Args:
        method: The name of each forecast's method.
        period: The period that was forecast.
        as_of: The day of view.
        forecast: What was forecast, in minor units; `None` where it was undefined.
        actual: What was won in the period; `None` where nobody knows.
        currency: Of both; `None` for plain numbers.

    Laws:
        accuracy: Each row of a lead is in the accuracy of its method, and in no other.
        leads: The rows of all leads are the rows of the trial.
        naive: The naive method has no skill.
        round_trip: `from_dict` makes the same trial of what `to_dict` wrote.

    Examples:
        >>> q1, q2 = Period.parse("2026-01-01..2026-04-01"), Period.parse("2026-04-01..2026-07-01")
        >>> trial = Backtest(["stage"] * 2, [q1, q2], [q1.start, q2.start], [9_000, 11_000], [10_000] * 2, "USD")
        >>> print(trial)
        period                  as of       method    forecast      actual    error
        2026-01-01..2026-04-01  2026-01-01  stage    90.00 USD  100.00 USD  -10.0 %
        2026-04-01..2026-07-01  2026-04-01  stage   110.00 USD  100.00 USD  +10.0 %
    """

    method: tuple[str, ...] = field(converter=_column)
    period: tuple[Period, ...] = field(converter=_column)
    as_of: tuple[date, ...] = field(converter=_column)
    forecast: tuple[int | None, ...] = field(converter=_column)
    actual: tuple[int | None, ...] = field(converter=_column)
    currency: Unit

    def __attrs_post_init__(self) -> None:
        sizes = {len(self.method), len(self.period), len(self.as_of), len(self.forecast), len(self.actual)}
        if len(sizes) > 1:
            raise InvalidValueError(f"Backtest must have columns of one length, got {sorted(sizes)}; use backtest(...)")
        exponent(NO_CURRENCY if self.currency is None else self.currency)  # refuses what is no currency
        strange = [row for row in self._rows() if not _is_row(*row)]
        if strange:
            raise InvalidValueError(
                f"Backtest must hold names, periods, days and whole amounts or None, got {shown(strange[0])}; use "
                "backtest(...)"
            )

    def _rows(self) -> Iterable[tuple[Any, ...]]:
        return zip(self.method, self.period, self.as_of, self.forecast, self.actual, strict=True)

    def __len__(self) -> int:
        return len(self.method)

    @property
    def leads(self) -> tuple[int, ...]:
        """How many days before the start of its period a forecast was made, the first of them first."""
        return tuple(sorted({*self._lead_days}, reverse=True))

    def at_lead(self, days: int) -> Backtest:
        """The forecasts that were made so many days before the start of their periods.

        Raises:
            InvalidValueError: There are none.
        """
        if days not in self.leads:
            raise InvalidValueError(
                f"days must be one of the leads {[*self.leads]}, got {shown(days)}; look at `leads`"
            )
        rows = [row for row, lead in zip(self._rows(), self._lead_days, strict=True) if lead == days]
        method, period, as_of, forecast, actual = zip(*rows, strict=True)
        return Backtest(method, period, as_of, forecast, actual, self.currency)

    @property
    def accuracy(self) -> Breakdown[ForecastAccuracy]:
        """How wrong each method was, in the order in which they were given.

        Raises:
            InvalidValueError: The forecasts are of several leads; a mean over them says nothing of any.
        """
        self._check_one_lead("accuracy", "accuracy_by_lead")
        names = tuple(dict.fromkeys(self.method))
        return Breakdown("method", names, tuple(self._accuracy(name) for name in names), (names,))

    @property
    def accuracy_by_lead(self) -> Breakdown[ForecastAccuracy]:
        """How wrong each method was at each lead."""
        names, leads = tuple(dict.fromkeys(self.method)), self.leads
        found = {(name, lead): made for lead in leads for name, made in self.at_lead(lead).accuracy.items()}
        keys = tuple((name, lead) for name in names for lead in leads if (name, lead) in found)
        return Breakdown(("method", "lead_days"), keys, tuple(map(found.__getitem__, keys)), (names, leads))

    def skill(self, naive: str) -> dict[str, tuple[float | None, int]]:
        """How much smaller the errors of each method were than those of a naive one, and on how many forecasts of both.

        One less the ratio of the mean sizes of their errors: 1 is never wrong, 0 is no better, below is worse; `None`
        where the naive one was never wrong. A few forecasts rank nothing. Of several leads ask each: at a later one
        every method is closer.

        Args:
            naive: The name of the method that the others are measured by, such as what the last period brought.

        Raises:
            InvalidValueError: There is no such method, or the forecasts are of several leads.
        """
        self._check_one_lead("skill", f"at_lead({self.leads[0] if self.leads else 0}).skill")
        names = dict.fromkeys(self.method)
        check_word(naive, names, "naive")
        least = self._errors(naive)
        return {name: _skill(self._errors(name), least) for name in names}

    def errors_before(self, name: str, day: date) -> dict[tuple[Period, date], int]:
        """The errors of a method on periods that had ended by a day, by period and day of view, in minor units.

        Raises:
            InvalidValueError: There is no such method.
        """
        check_word(name, dict.fromkeys(self.method), "method")
        return {trial: error for trial, error in self._errors(name).items() if trial[0].end <= day}

    def to_columns(self) -> dict[str, list[Any]]:
        """Plain columns for a frame; forecast and actual in minor units, `None` where undefined, with the currency."""
        return {
            "method": [*self.method],
            "period_start": [one.start for one in self.period],
            "period_end": [one.end for one in self.period],
            "as_of": [*self.as_of],
            "lead_days": self._lead_days,
            "forecast": [*self.forecast],
            "actual": [*self.actual],
            "currency": [self.currency] * len(self),
        }

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types: the columns, and the currency of forecasts and actuals [minor units]."""
        return {"type": "Backtest", "version": 1} | {
            one.name: plain(getattr(self, one.name)) for one in fields(Backtest)
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Backtest:
        """The trial that `to_dict` wrote.

        Raises:
            InvalidValueError: The data are no trial.
        """
        head, names = {"type": "Backtest", "version": 1}, [one.name for one in fields(cls)]
        needed = {*head, *names}
        if not isinstance(data, Mapping) or set(data) != needed or not follows(head, {one: data[one] for one in head}):
            raise InvalidValueError(f"a trial must be what to_dict wrote, got {shown(data)}; leave it as it was")
        *columns, currency = (data[name] for name in names)
        if not all(isinstance(column, list) for column in columns):
            raise InvalidValueError(f"a trial must hold lists, got {shown(data)}; leave it as it was")
        method, period, as_of, forecast, actual = columns
        read = [thing_of(Period, one, "period") for one in period], [thing_of(date, one, "as_of") for one in as_of]
        return cls(method, *read, forecast, actual, currency)

    @property
    def _lead_days(self) -> list[int]:
        return [(one.start - day).days for one, day in zip(self.period, self.as_of, strict=True)]

    def _check_one_lead(self, what: str, instead: str) -> None:
        if len(self.leads) > 1:
            raise InvalidValueError(
                f"{what} must be of forecasts of one lead, got {[*self.leads]} days before the start; ask {instead}"
            )

    def _errors(self, name: str) -> dict[tuple[Period, date], int]:
        return {
            (period, day): forecast - actual
            for method, period, day, forecast, actual in self._rows()
            if method == name and forecast is not None and actual is not None
        }

    def _accuracy(self, name: str) -> ForecastAccuracy:
        rows = [pair for one, *pair in zip(self.method, self.forecast, self.actual, strict=True) if one == name]
        known = [(forecast, actual) for forecast, actual in rows if forecast is not None and actual is not None]
        return ForecastAccuracy(known, self.currency, len(rows) - len(known))

    def _table(self) -> tuple[list[str], list[list[str]]]:
        return ["period", "as of", "method", "forecast", "actual", "error"], [
            [
                plain_text(period),
                str(day),
                plain_text(method),
                *(amount_shown(None if one is None else in_unit(one, self.currency)) for one in (forecast, actual)),
                "undefined" if forecast is None or not actual else f"{100 * (forecast - actual) / actual:+.1f} %",
            ]
            for method, period, day, forecast, actual in self._rows()
        ]

    def __str__(self) -> str:
        return text_of_table(*self._table(), left=3)

    def _repr_html_(self) -> str:
        return html_of_table(*self._table())


def _is_row(method: object, period: object, as_of: object, forecast: object, actual: object) -> bool:
    amounts = all(one is None or (type(one) is int and abs(one) < 10**38) for one in (forecast, actual))
    return isinstance(method, str) and isinstance(period, Period) and type(as_of) is date and amounts


def _skill(mine: dict[tuple[Period, date], int], naive: dict[tuple[Period, date], int]) -> tuple[float | None, int]:
    both = [trial for trial in mine if trial in naive]
    error, least = (sum(abs(errors[trial]) for trial in both) for errors in (mine, naive))
    return 1 - error / least if least else None, len(both)
