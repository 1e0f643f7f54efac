"""What people say that a period will bring, rolled up: who said what, and what counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from attrs import field, fields, frozen

from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.currencies import NO_CURRENCY, exponent
from salesmetrics.model.money import Money
from salesmetrics.model.period import Period
from salesmetrics.result._display import html_of_table, html_of_text, plain_text, text_of_table
from salesmetrics.result._plain import follows, plain, thing_of
from salesmetrics.result.answer import check_count, in_unit
from salesmetrics.result.forecast import LEFT_OUT, Forecast
from salesmetrics.result.forecast_lines import ForecastLines
from salesmetrics.result.forecast_parts import ForecastParts
from salesmetrics.result.totals import MoneyTotal, Unit, WeightedTotal, amount_shown

__all__ = ["CallRollup"]


def _column(cells: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(cells)


@frozen
class CallRollup:
    """What each person said of a period, what was called below them, and what counts, as of a day.

    It is read from the calls of all together and does not add: who stands above whom is not in it twice.

    Args:
        period: The period that the calls are of.
        as_of: The day before which they were made.
        currency: Of all amounts; `None` for plain numbers.
        by: The people, those above before those below them.
        manager: Who stands above each on that day; `None` at the top.
        said: What each said themselves, in minor units; `None` where they said nothing.
        called: What was said lowest down, by them and those below, before anybody above adjusted it.
        counted: What counts: the call of whoever stands highest.
        corrected: What counts, each call times what its caller's calls have been worth so far, rounded for each person.
        made_on: The day of what each said last.
        confidence: How sure they were of the period as a whole.
        n_other_period: How many calls stood of other periods, and are left aside [calls].

    Laws:
        top: What counts of all who stand at the top is the value of the forecast.
        round_trip: `from_dict` makes the same roll-up of what `to_dict` wrote.

    Examples:
        >>> q1, day = Period.parse("2026-01-01..2026-04-01"), date(2026, 1, 12)
        >>> rolled = CallRollup(
        ...     q1, date(2026, 2, 1), "USD", ["Cleo", "Ada"], [None, "Cleo"], [8_000, 9_000], [9_000, 9_000],
        ...     [8_000, 9_000], [8_000, 9_000], [day, day], [0.9, None], n_other_period=1,
        ... )
        >>> rolled.value, rolled.forecast.value
        (Money(minor=8000, currency='USD'), Money(minor=8000, currency='USD'))
        >>> print(rolled)
        by    manager       said     called    counted  corrected     made on  confidence
        Cleo  -        80.00 USD  90.00 USD  80.00 USD  80.00 USD  2026-01-12      90.0 %
        Ada   Cleo     90.00 USD  90.00 USD  90.00 USD  90.00 USD  2026-01-12           -
        left aside: 1 call of another period
    """

    period: Period
    as_of: date
    currency: Unit
    by: tuple[str, ...] = field(converter=_column)
    manager: tuple[str | None, ...] = field(converter=_column)
    said: tuple[int | None, ...] = field(converter=_column)
    called: tuple[int | None, ...] = field(converter=_column)
    counted: tuple[int | None, ...] = field(converter=_column)
    corrected: tuple[int | None, ...] = field(converter=_column)
    made_on: tuple[date | None, ...] = field(converter=_column)
    confidence: tuple[float | None, ...] = field(converter=_column)
    n_other_period: int

    def __attrs_post_init__(self) -> None:
        exponent(NO_CURRENCY if self.currency is None else self.currency)  # refuses what is no currency
        sound = isinstance(self.period, Period) and type(self.as_of) is date and type(self.n_other_period) is int
        if not sound or len({len(column) for column in self._columns.values()}) > 1:
            raise InvalidValueError(
                f"CallRollup must have a period, a day and columns of one length, got {shown(self.period)}, "
                f"{shown(self.as_of)} and {shown([*map(len, self._columns.values())])}; ask intuitive_forecast for it"
            )
        check_count(self.n_other_period, "CallRollup.n_other_period")
        strange = [row for row in zip(*self._columns.values(), strict=True) if not _is_person(*row)]
        if strange or len(set(self.by)) < len(self.by):
            raise InvalidValueError(
                f"CallRollup must hold different people, whole amounts, days and shares, got "
                f"{shown((strange or [self.by])[0])}; ask intuitive_forecast for it"
            )

    @property
    def _columns(self) -> dict[str, tuple[Any, ...]]:
        return {one.name: getattr(self, one.name) for one in fields(CallRollup)[3:-1]}

    def __len__(self) -> int:
        return len(self.by)

    @property
    def n_silent(self) -> int:
        """How many people have nobody below them and said nothing, nor did anybody above them [people]."""
        place = {name: row for row, name in enumerate(self.by)}
        managers = set(self.manager)

        def is_covered(name: str | None) -> bool:
            return name in place and (self.said[place[name]] is not None or is_covered(self.manager[place[name]]))

        return sum(name not in managers and not is_covered(name) for name in self.by)

    @property
    def n_unassigned(self) -> int:
        """How many people have nobody above them and nobody below, where others have: a name may be misspelt [people].

        What they say stands beside what everybody else says.
        """
        managers = set(self.manager) - {None}
        rows = zip(self.by, self.manager, strict=True)
        return sum(above is None and name not in managers for name, above in rows) if managers else 0

    @property
    def value(self) -> Money | int | None:
        """What counts of all who stand at the top; `None` where nobody said anything."""
        return self._total(self.counted)

    @property
    def called_value(self) -> Money | int | None:
        """The same before anybody adjusted what those below said."""
        return self._total(self.called)

    @property
    def corrected_value(self) -> Money | int | None:
        """The same, corrected by what the callers' calls have been worth so far."""
        return self._total(self.corrected)

    @property
    def forecast(self) -> Forecast:
        """The corrected calls as a `Forecast`, whose `besides` has what was called, adjustments and corrections."""
        called, counted, corrected = (self._sum(column) or 0 for column in (self.called, self.counted, self.corrected))
        n = sum(one is not None for one in self.said)
        unit = self.currency
        amounts = {"called": called, "adjustments": counted - called, "corrections": corrected - counted}
        parts = {name: Fraction(one) for name, one in amounts.items() if one or name == "called"}
        none, nothing = MoneyTotal(0, unit, 0, 0), WeightedTotal(0, unit, 0, 0)
        left_out: dict[str, Any] = dict.fromkeys(LEFT_OUT, none)
        return Forecast(
            self.period,
            self.as_of,
            "intuitive_forecast",
            none,
            ForecastLines.of([], [], [], [], []),
            besides=ForecastParts(parts, n, 0 if n else max(self.n_silent, 1)),
            undated_expected=nothing,
            overdue_expected=nothing,
            **left_out,
        )

    def to_columns(self) -> dict[str, list[Any]]:
        """Plain columns for a frame; amounts in minor units, `None` where nobody said anything, with the currency."""
        columns = {name: [*column] for name, column in self._columns.items()}
        return {**columns, "currency": [self.currency] * len(self)}

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types: the columns, and what they are of [minor units]."""
        of = {one.name: plain(getattr(self, one.name)) for one in fields(CallRollup)}
        return {"type": "CallRollup", "version": 1, **of}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> CallRollup:
        """The roll-up that `to_dict` wrote.

        Raises:
            InvalidValueError: The data are no roll-up.
        """
        head, names = {"type": "CallRollup", "version": 1}, [one.name for one in fields(cls)]
        needed = {*head, *names}
        if not isinstance(data, Mapping) or set(data) != needed or not follows(head, {one: data[one] for one in head}):
            raise InvalidValueError(f"a roll-up must be what to_dict wrote, got {shown(data)}; leave it as it was")
        *names, _ = names
        columns = {name: data[name] for name in names[3:]}
        if not all(isinstance(column, list) for column in columns.values()):
            raise InvalidValueError(f"a roll-up must hold lists, got {shown(data)}; leave it as it was")
        columns["made_on"] = [thing_of(date, one, "made_on") for one in columns["made_on"]]
        period, as_of = thing_of(Period, data["period"], "period"), thing_of(date, data["as_of"], "as_of")
        return cls(period, as_of, data["currency"], **columns, n_other_period=data["n_other_period"])

    def _sum(self, column: tuple[int | None, ...]) -> int | None:
        top = [amount for amount, manager in zip(column, self.manager, strict=True) if manager is None]
        known = [amount for amount in top if amount is not None]
        return sum(known) if known else None

    def _total(self, column: tuple[int | None, ...]) -> Money | int | None:
        total = self._sum(column)
        return None if total is None else in_unit(total, self.currency)

    def _table(self) -> tuple[list[str], list[list[str]]]:
        rows = []
        for name, manager, *amounts, day, sure in zip(*self._columns.values(), strict=True):
            cells = ["-" if minor is None else amount_shown(in_unit(minor, self.currency)) for minor in amounts]
            cells += ["-" if day is None else str(day), "-" if sure is None else f"{100 * sure:.1f} %"]
            rows.append([plain_text(name), "-" if manager is None else plain_text(manager), *cells])
        return ["by", "manager", "said", "called", "counted", "corrected", "made on", "confidence"], rows

    @property
    def _notes(self) -> list[str]:
        """What the table does not show."""
        n, apart = self.n_other_period, self.n_unassigned
        notes = [f"left aside: {n:,} {'call of another period' if n == 1 else 'calls of other periods'}"] if n else []
        people = "1 person stands" if apart == 1 else f"{apart:,} people stand"
        return [*notes, f"{people} apart: nobody above them, and nobody below"] if apart else notes

    def __str__(self) -> str:
        return "\n".join([text_of_table(*self._table(), left=2), *self._notes])

    def _repr_html_(self) -> str:
        return html_of_table(*self._table()) + "".join(map(html_of_text, self._notes))


def _is_person(
    by: object,
    manager: object,
    said: object,
    called: object,
    counted: object,
    corrected: object,
    made_on: object,
    confidence: object,
) -> bool:
    amounts = (said, called, counted, corrected)
    return (
        isinstance(by, str)
        and isinstance(manager, (str, type(None)))
        and all(one is None or (type(one) is int and abs(one) < 10**38) for one in amounts)
        and (made_on is None or type(made_on) is date)
        and (confidence is None or (isinstance(confidence, (int, float)) and 0 <= confidence <= 1))
    )
