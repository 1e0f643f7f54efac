"""Money of several currencies becomes money of one, each deal at the rate of its day."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Literal, TypeAlias, TypeVar, get_args

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import MOST, Coded, Masked
from salesmetrics._numeric.days import FIRST_DAY, LAST_DAY, day_number, day_of_number
from salesmetrics._numeric.shares import shares
from salesmetrics.door.deal_checks import Unchecked, checked
from salesmetrics.door.deal_columns import DealColumns
from salesmetrics.door.faults import BadRows, Faults, SetAside, many
from salesmetrics.errors import InvalidValueError, check_word, shown
from salesmetrics.model.currencies import NO_CURRENCY, exponent
from salesmetrics.model.money import rounded
from salesmetrics.model.period import check_day
from salesmetrics.table.rates import Rates

__all__ = ["Conversion", "RateDay", "currency_into", "in_one_currency", "let_in"]

RateDay: TypeAlias = Literal["closed", "created", "expected_close", "as_of", "plan"]
"""The day whose rate a deal is converted at; "plan" is the one rate that the pair has."""

Columns = TypeVar("Columns", bound=DealColumns)

_SPAN = LAST_DAY - FIRST_DAY + 1


def _in_order(given: object) -> tuple[Any, ...]:
    return tuple(given) if isinstance(given, (list, tuple)) else (given,)


@frozen
class Conversion:
    """Into which currency a book is converted, and each deal at the rate of which day.

    Systems differ in that day, so it has no default. `("closed", "expected_close")` is what Salesforce does with dated
    exchange rates, `("closed", "as_of")` converts what has closed at its own day's rate and the open pipeline at that
    of one day, and "plan" holds the rates of a plan fixed, so that a change of rates is not taken for one in sales.

    Args:
        currency: ISO 4217 code of the money that comes out.
        rates: The exchange rates.
        dated: By which day: "closed", "created", "expected_close", "as_of" or "plan"; or several in a tuple, of which
            a deal takes the first that it has. "plan" takes the one rate of a pair whatever the day.
        as_of: The day of "as_of", and of nothing else.

    Raises:
        InvalidValueError: An argument is not of its kind, or they contradict each other.

    Examples:
        >>> rates = Rates("USD", "AUD", ["2026-01-01", "2026-02-01"], ["1.39", "1.42"])
        >>> Conversion("USD", rates, dated=("closed", "as_of"), as_of=date(2026, 2, 1)).dated
        ('closed', 'as_of')
    """

    currency: str
    rates: Rates
    dated: tuple[RateDay, ...] = field(converter=_in_order, kw_only=True)
    as_of: date | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        exponent(self.currency)
        if self.currency == NO_CURRENCY:
            raise InvalidValueError("currency must be one of money, got 'XXX', which is none; name the one you want")
        if not isinstance(self.rates, Rates):
            raise InvalidValueError(f"rates must be Rates, got {shown(self.rates)}; write Rates(base, quote, ...)")
        for word in self.dated or [None]:
            check_word(word, get_args(RateDay), "dated")
        if len(set(self.dated)) < len(self.dated):
            raise InvalidValueError(f"dated must name each day once, got {shown(self.dated)}; drop one")
        if "plan" in self.dated and self.dated != ("plan",):
            raise InvalidValueError(f"'plan' must stand alone in dated, got {shown(self.dated)}; it needs no day")
        if "as_of" in self.dated[:-1]:
            raise InvalidValueError(f"'as_of' must come last in dated, got {shown(self.dated)}; every deal has it")
        if ("as_of" in self.dated) != (self.as_of is not None):
            raise InvalidValueError(
                f"as_of must be given with dated='as_of' and only then, got {shown(self.as_of)}; write both or neither"
            )
        if self.as_of is not None:
            check_day(self.as_of, "as_of")

    def days(self, columns: DealColumns) -> Masked:
        """The day whose rate each deal takes; with "plan", where days do not matter, day 0."""
        numbers, known = np.zeros(len(columns.id), np.int64), np.zeros(len(columns.id), np.bool_)
        for word in self.dated:
            if word in ("as_of", "plan"):
                numbers[~known], known[:] = 0 if self.as_of is None else day_number(self.as_of), True
            else:
                own: Masked = getattr(columns, word)
                rows = own.known & ~known
                numbers[rows], known[rows] = own.values[rows], True
        return Masked(numbers, known)

    def rate(self, currency: str, day: date) -> Fraction | None:
        """What one unit of a currency is worth, on a day or by the plan; `None` when there is no such rate."""
        if self.dated != ("plan",):
            return self.rates.on(currency, self.currency, day)
        _, rates = self.rates.of_pair(currency, self.currency)
        return rates[0] if len(rates) == 1 else None


def currency_into(convert: object) -> str | None:
    """Into which currency money will be converted, if at all; what is no conversion is refused."""
    if convert is not None and not isinstance(convert, Conversion):
        raise InvalidValueError(
            f"convert must be a Conversion or None, got {shown(convert)}; "
            "write Conversion('USD', rates, dated='closed')"
        )
    return None if convert is None else convert.currency


def let_in(
    came: Unchecked, convert: Conversion | None, bad_rows: BadRows, accept: Collection[str]
) -> tuple[DealColumns, tuple[SetAside, ...]]:
    """Convert and check what came; rows that are set aside have no part in the totals that the others share.

    Raises:
        InvalidTableError: As `checked`.
    """
    if convert is None:
        return checked(came, bad_rows, accept)
    columns, currencies, called = came.columns, came.currencies, came.called
    done = in_one_currency(columns, currencies, convert, called, came.faults)
    good, aside = checked(evolve(came, columns=done), bad_rows, accept)
    if not aside:
        return good, aside
    kept = np.delete(np.arange(len(columns.id)), [one.row for one in aside])
    cut = {name: codes.take(kept) for name, codes in currencies.items()}
    late = Faults(came.faults.table)
    good = in_one_currency(evolve(columns, **columns.rows(kept)), cut, convert, called, late)
    if late.found:  # a share that is now rounded the other way, past what a column holds
        late.refuse()
    return good, aside


def in_one_currency(
    columns: Columns,
    currencies: Mapping[str, Coded],
    conversion: Conversion,
    called: Mapping[str, str],
    faults: Faults,
) -> Columns:
    """The same deals with all their money in the currency of the conversion; what cannot be converted is a fault.

    Args:
        columns: Money stands in minor units of each row's own currency.
        currencies: For each column of money ("amount", or the name of a value) the currency of its rows.
        conversion: Into which currency, and at which rates.
        called: The caller's names of the columns, where they are others than ours.
        faults: Where amounts without a day or a rate are noted.
    """
    days = conversion.days(columns)
    unread = np.logical_or.reduce(
        [faults.rows_at_fault(called.get(word, word), len(days)) for word in ("closed", "created", "expected_close")]
    )
    money = {"amount": columns.amount, **columns.values}
    done = {
        name: _converted(money[name], codes, days, ~unread, conversion, called.get(name, name), faults)
        for name, codes in currencies.items()
    }
    amount = done.pop("amount")
    return evolve(columns, currency=conversion.currency, amount=amount, values={**columns.values, **done})


def _converted(
    column: Masked,
    currencies: Coded,
    days: Masked,
    is_read: NDArray[np.bool_],
    conversion: Conversion,
    called: str,
    faults: Faults,
) -> Masked:
    is_foreign = currencies.known & ~currencies.is_in(conversion.currency) & (column.values != 0)  # zero needs no rate
    no_day = f"no day ({' or '.join(conversion.dated)}) to take a rate of"
    undated = np.flatnonzero(is_foreign & ~days.known & is_read)
    faults.note(called, "undated_rate", undated, f"amount has {no_day}", f"amounts have {no_day}",
                "give the day, or another to fall back on, as in dated=('closed', 'as_of')")  # fmt: skip
    rows = np.flatnonzero(is_foreign & days.known)
    keys, codes = np.unique(
        currencies.codes[rows].astype(np.int64) * _SPAN + (days.values[rows] - FIRST_DAY), return_inverse=True
    )
    pairs = [(currencies.names[key // _SPAN], day_of_number(int(key % _SPAN) + FIRST_DAY)) for key in keys.tolist()]
    rates = [conversion.rate(*pair) for pair in pairs]
    _note_missing(pairs, rates, rows, codes, conversion, called, faults)
    has_rate = np.array([rate is not None for rate in rates], np.bool_).take(codes)
    ratios = [
        _ratio(rate or Fraction(0), pair[0], conversion.currency) for rate, pair in zip(rates, pairs, strict=True)
    ]
    found = shares(column.values[rows].astype(np.int64), codes, ratios, rounded)
    too_large = np.flatnonzero((found > MOST) | (found < -MOST))
    beyond = f"beyond 64 bits in {conversion.currency}"
    faults.note(called, "too_large", rows[too_large], f"amount is {beyond}", f"amounts are {beyond}",
                "check the unit and the rate")  # fmt: skip
    found[too_large] = 0
    values = np.where(is_foreign, 0, column.values).astype(np.int64)
    values[rows] = found.astype(np.int64)
    known = column.known & ~(is_foreign & ~days.known)
    known[rows[~has_rate]] = False
    return Masked(values, known, conversion.currency)


def _ratio(rate: Fraction, base: str, quote: str) -> tuple[int, int]:
    """By what minor units are multiplied."""
    exact = rate * Fraction(10) ** (exponent(quote) - exponent(base))
    return exact.numerator, exact.denominator


def _note_missing(
    pairs: list[tuple[str, date]],
    rates: list[Fraction | None],
    rows: NDArray[np.intp],
    codes: NDArray[np.intp],
    conversion: Conversion,
    called: str,
    faults: Faults,
) -> None:
    """Note, for each currency, the days on which no rate is in force."""
    by_currency: dict[str, list[int]] = {}
    for place, ((currency, _), rate) in enumerate(zip(pairs, rates, strict=True)):
        if rate is None:
            by_currency.setdefault(currency, []).append(place)
    for currency, places in by_currency.items():
        pair = f"{currency}/{conversion.currency}"
        if conversion.dated == ("plan",):
            n_rates = len(conversion.rates.of_pair(currency, conversion.currency)[0])
            detail, hint = f"a plan must have one rate of {pair}, got {n_rates}", "keep the rate of the plan"
        else:
            first = ", ".join(str(pairs[place][1]) for place in places[:3])
            more = f" and {many(len(places) - 3, 'other day', 'other days')}" if len(places) > 3 else ""
            detail, hint = f"no rate of {pair} is in force on {first}{more}", "state one that is effective by then"
        of_one = f"no rate of {pair} is in force on its day"
        faults.add(called, "missing_rate", detail, hint, rows[np.isin(codes, places)], of_one=of_one)
