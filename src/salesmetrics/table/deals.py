"""A table of deals."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args, overload

import numpy as np
from attrs import evolve, fields, frozen
from numpy.typing import ArrayLike

from salesmetrics._numeric.columns import Coded, Flags, Index, Masked, readonly
from salesmetrics._numeric.days import day_number, day_of_number
from salesmetrics.errors import InvalidValueError, check_word, nearest, shown
from salesmetrics.model.currencies import NO_CURRENCY
from salesmetrics.model.deal import Deal
from salesmetrics.model.money import Money
from salesmetrics.model.period import Period, check_day, check_period
from salesmetrics.model.probability import MILLION
from salesmetrics.model.stage import Category, Outcome, SalesProcess
from salesmetrics.table.columns import DealColumns, mappings, rows_of
from salesmetrics.table.conversion import Conversion, RateDay, check_conversion, in_one_currency
from salesmetrics.table.csv_file import columns_of_csv
from salesmetrics.table.faults import BadRows, Faults, SetAside, check_door_words
from salesmetrics.table.format import KEYS, DealFormat
from salesmetrics.table.of_cells import columns_of_cells
from salesmetrics.table.of_deals import columns_of_deals
from salesmetrics.table.rates import Rates

__all__ = ["Deals", "IntoDeals", "PeriodBasis"]

PeriodBasis: TypeAlias = Literal["closed", "expected_close", "created", "either_close"]
"""By which day a deal belongs to a period; "either_close" is the actual day for closed deals, else the expected."""


@frozen(eq=False, slots=False, repr=False)
class Deals(DealColumns, Sequence[Deal]):
    """A book of deals: a sequence of `Deal`, laid down in checked, read-only columns.

    Make one with `Deals.of`, `Deals.from_columns` or `Deals.from_csv`. Rows are views or copies of columns, so
    a table never changes; `deals[3]` is a `Deal`, `deals[10:20]` a table.

    Columns: `id`, `amount` (minor units), `stage`, `owner`, `created`, `closed`, `expected_close` (days since 1970),
    `probability` (millionths), `category`, `kind`, `account`, and the mappings `values` and `labels`. A column of
    numbers has `.values` and `.known`; a column of names has `.codes`, `.names` and `.is_in("Ada")`.

    Examples:
        >>> book = Deals.of([
        ...     Deal("D-1", Money.of("1200", "USD"), "Qualified", "Ada", date(2026, 1, 5)),
        ...     Deal("D-2", Money.of("800", "USD"), "Won", "Bo", date(2026, 1, 9), closed=date(2026, 2, 1)),
        ... ])
        >>> book
        Deals(2 deals in USD: 1 open, 1 won, 0 lost)
        >>> book.filter(book.owner.is_in("Ada"))[0].amount
        Money(minor=120000, currency='USD')
    """

    set_aside: tuple[SetAside, ...] = ()
    """Rows that the door kept out, with `bad_rows="set_aside"`; empty in tables made from this one."""

    @classmethod
    def of(
        cls,
        deals: IntoDeals,
        process: SalesProcess | None = None,
        bad_rows: BadRows = "refuse",
        accept: Collection[str] = (),
        convert: Conversion | None = None,
    ) -> Deals:
        """A table of deals; a table passes through as it is.

        Args:
            deals: `Deals`, or any iterable of `Deal`.
            process: The stages; `None` for `SalesProcess.standard()`. A table keeps its own.
            bad_rows: "refuse" the table when a row is at fault, or carry such rows apart in `.set_aside`.
            accept: Doubts that are let in: "closed_before_created", "missing_amount", "missing_close",
                "missing_created", "negative_amount".
            convert: Into which currency money is converted, and at which rates; without it, a book of two currencies is
                refused.

        Raises:
            InvalidTableError: The deals contradict themselves or each other, or an amount has no rate; `.problems`
                lists every fault.
            InvalidValueError: Something other than deals came, or a word is misspelt.

        Laws:
            round_trip: `list(Deals.of(deals))` equals the deals, with zeros of no currency in that of the others.

        Examples:
            >>> Deals.of([Deal("D-1", None, "Qualified", "Ada", date(2026, 1, 5))])
            Traceback (most recent call last):
            salesmetrics.errors.InvalidTableError: Deals has 1 problem:
            - amount: 1 deal has no amount (row 0); give what each one is worth, or accept={'missing_amount'}
            >>> len(Deals.of([Deal("D-1", None, "Qualified", "Ada", date(2026, 1, 5))], accept={"missing_amount"}))
            1
        """
        if isinstance(deals, Deals):
            check_door_words(bad_rows, accept)
            if process is not None and process != deals.process:
                raise InvalidValueError("process must be None or the table's own, got another; make the table with it")
            check_conversion(convert)
            return deals if convert is None else _converted(deals, convert)
        return cls._of_columns(*columns_of_deals(deals, process, bad_rows, accept, convert))

    @classmethod
    def from_columns(
        cls,
        data: Mapping[str, Any],
        format: DealFormat,  # noqa: A002  # the word that users look for
        bad_rows: BadRows = "refuse",
        accept: Collection[str] = (),
        convert: Conversion | None = None,
    ) -> Deals:
        """A table from columns of foreign data, read through a format.

        Args:
            data: Column names to columns: lists, or one-dimensional numpy arrays.
            format: Which column is which, and how cells are written.
            bad_rows: As in `of`.
            accept: As in `of`.
            convert: As in `of`.

        Raises:
            InvalidTableError: Columns are missing or of different lengths, cells cannot be read, or rows are at
                fault; `.problems` lists every fault.
            InvalidValueError: The data are no mapping, or a word is misspelt.

        Laws:
            same_door: Columns and objects of the same deals make the same table.

        Examples:
            >>> form = DealFormat(id="Id", stage="Stage", amount="Amount", created="Created", currency="USD")
            >>> data = {"Id": ["D-1"], "Stage": ["Qualified"], "Amount": ["1200.50"], "Created": ["2026-01-05"]}
            >>> Deals.from_columns(data, form)[0].amount
            Money(minor=120050, currency='USD')
        """
        return cls._of_columns(*columns_of_cells(data, format, bad_rows, accept, convert, Faults("Deals")))

    @classmethod
    def from_csv(
        cls,
        path: str | Path,
        format: DealFormat,  # noqa: A002  # the word that users look for
        bad_rows: BadRows = "refuse",
        accept: Collection[str] = (),
        convert: Conversion | None = None,
    ) -> Deals:
        r"""A table from a CSV file in UTF-8 with a header.

        Args:
            path: The file.
            format: Which column is which, and how cells are written.
            bad_rows: As in `of`; rows are counted from 0, the header and blank lines not counted.
            accept: As in `of`.
            convert: As in `of`.

        Raises:
            InvalidTableError: As `from_columns`; also when the file is not CSV.
            OSError: The file cannot be read.

        Examples:
            >>> import tempfile
            >>> form = DealFormat(id="Id", stage="Stage", amount="Amount", created="Created", currency="USD")
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     path = Path(folder, "deals.csv")
            ...     _ = path.write_text("Id,Stage,Amount,Created\nD-1,Qualified,1200,2026-01-05\n")
            ...     Deals.from_csv(path, form)
            Deals(1 deal in USD: 1 open, 0 won, 0 lost)
        """
        faults = Faults(str(path))
        data = columns_of_csv(path, faults)
        return cls._of_columns(*columns_of_cells(data, format, bad_rows, accept, convert, faults))

    @classmethod
    def _of_columns(cls, columns: DealColumns, aside: tuple[SetAside, ...]) -> Deals:
        return cls(**{one.name: getattr(columns, one.name) for one in fields(DealColumns)}, set_aside=aside)

    @cached_property
    def is_open(self) -> Flags:
        """Which deals are open."""
        return _flags(self.has_outcome(Outcome.OPEN))

    @cached_property
    def is_won(self) -> Flags:
        """Which deals are won."""
        return _flags(self.has_outcome(Outcome.WON))

    @cached_property
    def is_lost(self) -> Flags:
        """Which deals are lost."""
        return _flags(self.has_outcome(Outcome.LOST))

    @cached_property
    def is_closed(self) -> Flags:
        """Which deals are won or lost."""
        return _flags(self.has_outcome(Outcome.WON, Outcome.LOST))

    @cached_property
    def is_omitted(self) -> Flags:
        """Which deals are left out of forecasts: by their own category, or else by their stage's."""
        own = self.category.is_in(Category.OMITTED)
        by_stage = self.stage.is_in(*(one.name for one in self.process if one.category is Category.OMITTED))
        return _flags(np.where(self.category.known, own, by_stage))

    def is_overdue(self, as_of: date) -> Flags:
        """Which deals are open though they were expected to close before the day.

        Examples:
            >>> deal = Deal("D-1", None, "Qualified", "Ada", date(2026, 1, 5), expected_close=date(2026, 3, 1))
            >>> book = Deals.of([deal], accept={"missing_amount"})
            >>> book.is_overdue(as_of=date(2026, 3, 1)), book.is_overdue(as_of=date(2026, 3, 2))
            (array([False]), array([ True]))
        """
        check_day(as_of, "as_of")
        due = self.expected_close
        overdue: Flags = self.is_open & due.known & (due.values < day_number(as_of))
        return overdue

    def is_in_period(self, period: Period, on: PeriodBasis = "closed") -> Flags:
        """Which deals belong to a period, by a day of theirs.

        Raises:
            InvalidValueError: The period is none, or `on` is misspelt.

        Examples:
            >>> deal = Deal("D-1", Money(100, "USD"), "Qualified", None, date(2026, 1, 5))
            >>> Deals.of([deal]).is_in_period(Period.parse("2026-01-01..2026-02-01"), on="created")
            array([ True])
        """
        check_period(period)
        if on == "either_close":
            return np.where(self.is_open, self.is_in_period(period, "expected_close"), self.is_in_period(period))
        check_word(on, get_args(PeriodBasis), "on")
        days: Masked = getattr(self, on)
        start, end = day_number(period.start), day_number(period.end)
        return days.known & (days.values >= start) & (days.values < end)

    def in_period(self, period: Period, on: PeriodBasis = "closed") -> Deals:
        """The deals that belong to a period.

        Args:
            period: The half-open span of days.
            on: By which day: "closed", "expected_close", "created", or "either_close" (the actual day of closed
                deals, the expected day of open ones). Deals without that day belong to no period.

        Raises:
            InvalidValueError: The period is none, or `on` is misspelt.

        Laws:
            definition: Equal to keeping the deals whose day is in the period, one by one.
            tiles: Periods that tile a span share its deals out among them.

        Examples:
            >>> deal = Deal("D-1", Money(100, "USD"), "Won", None, date(2026, 1, 5), closed=date(2026, 2, 1))
            >>> len(Deals.of([deal]).in_period(Period.parse("2026-01-01..2026-02-01")))
            0
        """
        return self.filter(self.is_in_period(period, on))

    def filter(self, mask: ArrayLike) -> Deals:
        """The deals for which the mask is true, in their order.

        Args:
            mask: One truth value per deal.

        Raises:
            InvalidValueError: The mask does not hold one truth value per deal.

        Laws:
            definition: Equal to keeping the deals one by one.

        Examples:
            >>> deals = [Deal(name, Money(100, "USD"), "Qualified", name, date(2026, 1, 5)) for name in ("Ada", "Bo")]
            >>> book = Deals.of(deals)
            >>> [deal.id for deal in book.filter(book.owner.is_in("Bo"))]
            ['Bo']
        """
        return self.take(rows_of(mask, len(self), "deals", "deals.owner.is_in('Ada')"))

    def in_currency(
        self,
        currency: str,
        rates: Rates,
        *,
        dated: RateDay | tuple[RateDay, ...],
        as_of: date | None = None,
    ) -> Deals:
        r"""The same deals with all their money in another currency.

        $$ \text{total of a day} = \text{round}\Bigl(\text{rate of the day} \times \sum \text{amount}\Bigr) $$

        The total of all deals of one day is converted exactly and rounded once, half away from zero. Each deal takes
        its share of it, rounded down or up so that the deals add up to it; what rounding leaves goes to the largest
        remainders, the first deal among equals. So convert the whole book once and cut it afterwards: a part that is
        converted alone may differ by a minor unit. Rows that a door sets aside have no part in the totals. Money among
        the values is converted as amounts are, plain values stay.

        A book of several currencies is converted at the door: `Deals.of(deals, convert=Conversion(...))`.

        Args:
            currency: ISO 4217 code of the money that comes out.
            rates: The exchange rates.
            dated: By which day a deal takes its rate, as in `Conversion`.
            as_of: The day of `dated="as_of"`.

        Returns:
            A table of the same deals; amounts [minor units of `currency`].

        Raises:
            InvalidTableError: An amount other than zero has no day or no rate; the problem names pair and day.
            InvalidValueError: An argument is not of its kind.

        Laws:
            definition: Equal to converting the deals one by one in fractions, and sharing out each day's total.
            lines_add_up: The deals of a day add up to their exact total, converted and rounded once.
            same_currency: In the currency that the table has, nothing changes and no rate is needed.
            order: Reordering the deals changes the total of no day.
            zero: Zero stays zero, and needs neither day nor rate.
            sign: The opposite amounts have the opposite shares.

        Examples:
            >>> rates = Rates("USD", "AUD", ["2026-01-01", "2026-02-01"], ["1.39", "1.42"])
            >>> deal = Deal("D-1", Money.of("1390", "AUD"), "Won", None, date(2026, 1, 5), closed=date(2026, 1, 31))
            >>> Deals.of([deal]).in_currency("USD", rates, dated="closed")[0].amount
            Money(minor=100000, currency='USD')
        """
        return _converted(self, Conversion(currency, rates, dated=dated, as_of=as_of))

    def take(self, index: Index) -> Deals:
        """The deals at these places, in this order; a slice is a view and copies nothing.

        Examples:
            >>> deals = [Deal(name, Money(100, "USD"), "Qualified", name, date(2026, 1, 5)) for name in ("Ada", "Bo")]
            >>> [deal.id for deal in Deals.of(deals).take(np.array([1, 0]))]
            ['Bo', 'Ada']
        """
        return evolve(self, **self.rows(index), set_aside=())

    def key(self, name: str) -> Coded:
        """The column of names that groups are made by: a key such as "owner" or "stage", or a label.

        Raises:
            InvalidValueError: The table has no such key.

        Examples:
            >>> Deals.of([Deal("D-1", Money(100, "USD"), "Qualified", "Ada", date(2026, 1, 5))]).key("outcome")[0]
            'open'
        """
        if name == "outcome":
            order = [outcome.value for outcome in Outcome]
            return Coded(self.stage.lookup([order.index(stage.outcome.value) for stage in self.process], -1), order)
        if name == "category":
            order = [category.value for category in Category]
            by_stage = self.stage.lookup([order.index(stage.category.value) for stage in self.process], -1)
            return Coded(np.where(self.category.known, self.category.codes, by_stage), order)
        if name in KEYS:
            column: Coded = getattr(self, name)
            return column
        if name in self.labels:
            return self.labels[name]
        if not len(self):  # no deal says which labels there are, and no group can come of it
            return Coded(np.zeros(0, np.int8), ())
        known = [*KEYS, *self.labels]
        raise InvalidValueError(f"a key must be a column or a label, got {shown(name)}; {nearest(name, known)}")

    def value(self, name: str) -> Masked:
        """The column of amounts of that name: "amount", or one of `values`.

        Raises:
            InvalidValueError: The table has no such value.

        Examples:
            >>> Deals.of([Deal("D-1", Money(100, "USD"), "Qualified", "Ada", date(2026, 1, 5))]).value("amount").unit
            'USD'
        """
        if name == "amount":
            return self.amount
        if name in self.values:
            return self.values[name]
        if not len(self):
            return self.amount
        known = ["amount", *self.values]
        raise InvalidValueError(f"value must be 'amount' or a named value, got {shown(name)}; {nearest(name, known)}")

    def __len__(self) -> int:
        return len(self.id)

    @overload
    def __getitem__(self, row: int) -> Deal: ...
    @overload
    def __getitem__(self, row: slice) -> Deals: ...
    def __getitem__(self, row: int | slice) -> Deal | Deals:
        if isinstance(row, slice):
            return self.take(row)
        if not -len(self) <= row < len(self):
            raise IndexError(f"a row must be below {len(self)}, got {row}")
        start = row % len(self)
        return next(iter(self.take(slice(start, start + 1))))

    def __iter__(self) -> Iterator[Deal]:
        money = {name: _amounts(column) for name, column in (("amount", self.amount), *self.values.items())}
        return map(
            Deal,
            self.id.tolist(),
            money.pop("amount"),
            self.stage,
            self.owner,
            _days(self.created),
            _days(self.closed),
            _days(self.expected_close),
            (None if chance is None else chance / MILLION for chance in self.probability),
            self.category,
            self.kind,
            self.account,
            mappings(money, len(self)),
            mappings(self.labels, len(self)),
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Deals):
            return NotImplemented
        if len(self) != len(other) or self.process != other.process:
            return False
        return self is other or all(one == two for one, two in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # equal tables may lay their names down in different codes

    def __repr__(self) -> str:
        count = f"{len(self):,} {'deal' if len(self) == 1 else 'deals'}"
        money = "" if self.currency == NO_CURRENCY else f" in {self.currency}"
        parts = ", ".join(f"{int(self.has_outcome(one).sum()):,} {one.value}" for one in Outcome)
        return f"Deals({count}{money}: {parts})"


IntoDeals: TypeAlias = Deals | Iterable[Deal]
"""What every measure takes: a table, or any iterable of `Deal`."""


def _converted(deals: Deals, conversion: Conversion) -> Deals:
    faults = Faults("Deals")
    names = () if deals.currency == NO_CURRENCY else (deals.currency,)
    own = Coded(np.full(len(deals), len(names) - 1), names)
    money = {"amount": deals.amount, **deals.values}
    currencies = {name: own for name, column in money.items() if column.unit is not None}
    done = in_one_currency(deals, currencies, conversion, {}, faults)
    if faults.found:
        faults.refuse()
    return evolve(done, set_aside=())


def _flags(flags: Any) -> Flags:
    shared: Flags = readonly(flags)  # kept on the table, so nobody may write into it
    return shared


def _amounts(column: Masked) -> Iterator[Money | int | None]:
    unit = column.unit
    if unit is None:
        return iter(column)
    return (None if minor is None else Money(minor, unit) for minor in column)


def _days(column: Masked) -> Iterator[date | None]:
    return (None if number is None else day_of_number(number) for number in column)
