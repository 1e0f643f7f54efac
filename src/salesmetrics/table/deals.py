"""A table of deals."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from attrs import evolve, frozen
from numpy.typing import ArrayLike, NDArray

from salesmetrics._numeric.columns import Coded, Index, Masked
from salesmetrics._numeric.days import DAY, day_number
from salesmetrics.door.csv_file import csv_source
from salesmetrics.door.deal_cells import columns_of_cells
from salesmetrics.door.deal_objects import columns_of_deals
from salesmetrics.door.faults import BadRows, Faults, SetAside, check_door_words
from salesmetrics.door.written import MoneyAs, columns_written, csv_written, format_written
from salesmetrics.errors import CurrencyMismatchError, InvalidValueError
from salesmetrics.format.deal_format import KEYS, DealFormat
from salesmetrics.model.currencies import NO_CURRENCY
from salesmetrics.model.deal import Deal
from salesmetrics.model.money import Money
from salesmetrics.model.period import Period
from salesmetrics.model.probability import MILLION
from salesmetrics.model.stage import Outcome, SalesProcess
from salesmetrics.table.conversion import Conversion, RateDay, currency_into, in_one_currency, let_in
from salesmetrics.table.deal_history import DealHistory, IntoHistory
from salesmetrics.table.past import AttachedHistory, attached, check_constant, columns_as_of, ends_by_history
from salesmetrics.table.rates import Rates
from salesmetrics.table.readable_deals import PeriodBasis, ReadableDeals
from salesmetrics.table.table import Keyed, dates, mappings, rows_of

__all__ = ["Deals", "IntoDeals", "seen_from"]


@frozen(eq=False, slots=False, repr=False)
class Deals(ReadableDeals, Keyed[Deal]):
    """A book of deals: a sequence of `Deal`, laid down in checked, read-only columns.

    Make one with `Deals.of`, `Deals.from_columns` or `Deals.from_csv`. Rows are views or copies of columns, so
    a table never changes; `deals[3]` is a `Deal`, `deals[10:20]` a table.

    Beside its rows a table knows its `process`, its `currency`, the rows that the door `set_aside` (which tables made
    from it do not repeat), and in a book of the past its `day` and how many deals were `n_unplaced`.

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

    ordered_keys = frozenset(KEYS) - {"owner", "account"}

    set_aside: tuple[SetAside, ...] = ()
    """Rows that the door kept out, with `bad_rows="set_aside"`; empty in tables made from this one."""

    past: AttachedHistory | None = None
    """The deals' history, where one is attached."""

    n_unplaced: int = 0
    """How many deals `as_of` left out because they have no day of creation; 0 in tables made from this one."""

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
                "missing_created", "missing_stage", "negative_amount".
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
        into = currency_into(convert)
        check_door_words(bad_rows, accept)
        if isinstance(deals, Deals):
            if process is not None and process != deals.process:
                raise InvalidValueError("process must be None or the table's own, got another; make the table with it")
            return deals if convert is None else _converted(deals, convert)
        came = columns_of_deals(deals, process, into)
        return cls._of_columns(*let_in(came, convert, bad_rows, accept))

    @classmethod
    def from_columns(
        cls,
        data: Any,
        format: DealFormat,  # noqa: A002  # the word that users look for
        bad_rows: BadRows = "refuse",
        accept: Collection[str] = (),
        convert: Conversion | None = None,
    ) -> Deals:
        """A table from a frame or from other columns of foreign data, read through a format.

        Only the columns that the format names are read, whatever else there is. Cells are copied: what happens to the
        frame later changes nothing here. Floats are amounts where they say whole minor units by their shortest text;
        others are a problem that names the rows, unless the format has a `rounding`. A time in a zone belongs to the
        day that clocks in the format's `zone` show.

        Args:
            data: Column names to columns (lists, or one-dimensional numpy arrays), or with the extra `frames` a frame
                of pandas, polars (eager or lazy), pyarrow or duckdb. A lazy one is collected once: the columns that
                are named, or with `bad_rows="set_aside"` all of them.
            format: Which column is which, and how cells are written.
            bad_rows: As in `of`; rows are counted from 0 in the order of the data, not by the index of a frame. A
                relation of duckdb has no order of its own unless it was asked for one: sort it.
            accept: As in `of`.
            convert: As in `of`.

        Raises:
            InvalidTableError: Columns are missing or of different lengths, cells cannot be read, or rows are at
                fault; `.problems` lists every fault.
            InvalidValueError: The data are neither a mapping nor a frame, or a word is misspelt.
            MissingExtraError: The data are a frame, and the extra `frames` is not installed.

        Laws:
            same_door: Columns and objects of the same deals make the same table.

        Examples:
            >>> form = DealFormat(id="Id", stage="Stage", amount="Amount", created="Created", currency="USD")
            >>> data = {"Id": ["D-1"], "Stage": ["Qualified"], "Amount": ["1200.50"], "Created": ["2026-01-05"]}
            >>> Deals.from_columns(data, form)[0].amount
            Money(minor=120050, currency='USD')
        """
        into = currency_into(convert)
        check_door_words(bad_rows, accept)
        came = columns_of_cells(data, format, bad_rows, into)
        return cls._of_columns(*let_in(came, convert, bad_rows, accept))

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
        return cls.from_columns(csv_source(path), format, bad_rows, accept, convert)

    @property
    def format(self) -> DealFormat:
        """The format that reads what `to_columns` wrote.

        Examples:
            >>> book = Deals.of([Deal("D-1", Money(100, "USD"), "Qualified", "Ada", date(2026, 1, 5))])
            >>> book.format.owner, book.format.currency
            ('owner', 'USD')
        """
        return format_written(self)

    def to_columns(self, money: MoneyAs = "float") -> dict[str, Any]:
        """Plain columns, of which every frame library builds a frame in one call: `pandas.DataFrame(columns)`.

        Amounts are in major units, such as dollars, with the `currency` beside them; days are numpy's, with NaT where
        there is none; other gaps are `None`. Values and labels stand under their own names; where two share one, the
        second is called `value_...` or `label_...`. pandas makes floats of whole numbers with gaps, and polars and
        pyarrow refuse a column of mixed kinds, such as ids or labels that are texts and numbers.

        Args:
            money: "float" for the nearest floats (NaN where an amount is not known), exact below 10**15 minor units;
                "decimal" for exact `Decimal`s, of plain values with gaps too.

        Raises:
            InvalidValueError: `money` is misspelt.

        Laws:
            round_trip: `Deals.from_columns(deals.to_columns("decimal"), deals.format)` equals the deals, where the
                doubts that they have are accepted; with floats too, for amounts below 10**15 minor units.

        Examples:
            >>> book = Deals.of([Deal("D-1", Money(1250, "USD"), "Qualified", "Ada", date(2026, 1, 5))])
            >>> columns = book.to_columns()
            >>> columns["amount"], columns["created"]
            (array([12.5]), array(['2026-01-05'], dtype='datetime64[D]'))
        """
        return columns_written(self, money)

    def to_csv(self, path: str | Path) -> DealFormat:
        """Write the deals into a CSV file, and return the format that reads it back.

        The columns are those of `to_columns("decimal")`, in UTF-8 with a header. A text that begins with = + - @ (of
        any width), a tab, a line end or NUL would be run by spreadsheets: it gets an apostrophe in front, and so does
        one that begins with an apostrophe, and the empty text, because an empty cell is a gap. Numbers never get one.
        A CSV file holds texts only: ids and labels that are none come back as texts. Rows that were set aside are not
        written.

        Args:
            path: The file; one that is there is overwritten.

        Raises:
            InvalidValueError: A text has no form in UTF-8, or the path is none.
            OSError: The file cannot be written.

        Laws:
            round_trip: `Deals.from_csv(path, deals.to_csv(path))` equals the deals, where ids and labels are texts and
                the doubts that they have are accepted.

        Examples:
            >>> import tempfile
            >>> book = Deals.of([Deal("=1+1", Money(1250, "USD"), "Qualified", "Ada", date(2026, 1, 5))])
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     path = Path(folder, "deals.csv")
            ...     form = book.to_csv(path)
            ...     path.read_text("utf-8").splitlines()[1][:28], Deals.from_csv(path, form)[0].id
            ("'=1+1,Qualified,open,12.50,U", '=1+1')
        """
        return csv_written(self, path)

    def in_period(self, period: Period, on: PeriodBasis = "closed") -> Deals:
        """The deals that belong to a period.

        Args:
            period: The half-open span of days.
            on: By which day: "closed", "expected_close", "created", or "either_close" (the actual day of closed
                deals, the expected day of open ones). Deals without that day belong to no period.

        Raises:
            InvalidValueError: The period is no `Period`, or `on` is misspelt.

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
            CurrencyMismatchError: The deals have a history of amounts, which no one day's rate converts: convert deals
                and history before they are put together.

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
        past = None if self.past is None else self.past.take(index)
        return evolve(self, **self.rows(index), past=past, set_aside=(), n_unplaced=0)

    def with_history(self, history: IntoHistory, accept: Collection[str] = ()) -> Deals:
        """The same deals with their history, which follows every filter and group, and which `as_of` reads.

        Args:
            history: `DealHistory`, or any iterable of `DealChange`.
            accept: Doubts that are let in: "unknown_deal" (such changes are left out and counted in
                `past.n_unknown`), "moved_after_close", "reopened", and where the history is right and the deals are
                not, "stage_disagrees" and "close_disagrees".

        Returns:
            The deals with the stages and the days of closing of their history, where it tells their stage; so a deal
            is won or lost on one day, whatever day the book is seen from.

        Raises:
            InvalidTableError: The history contradicts itself or the deals; `.problems` lists every fault, with the rows
                of the history, or of the deals where the deals are named.
            InvalidValueError: The history has another process, it names deals by ids of another kind (all of them text
                where the deals have numbers, or the other way round), or a word is misspelt.
            CurrencyMismatchError: It has another currency.

        Laws:
            ends: A deal is in the last stage that its changes tell, and closed on the day on which it came there.
            order: Changes in any order make the same history, as long as those of one moment keep theirs.

        Examples:
            >>> from salesmetrics import DealChange
            >>> deal = Deal("D-1", Money.of("900", "USD"), "Won", "Ada", date(2026, 1, 5), closed=date(2026, 2, 1))
            >>> book = Deals.of([deal]).with_history([
            ...     DealChange("D-1", date(2026, 1, 5), stage="Qualified", amount=Money.of("1200", "USD")),
            ...     DealChange("D-1", date(2026, 2, 1), stage="Won", amount=Money.of("900", "USD")),
            ... ])
            >>> book.as_of(date(2026, 2, 1))[0].amount
            Money(minor=120000, currency='USD')
        """
        changes = history if isinstance(history, DealHistory) else DealHistory.of(history, self.process)
        past = attached(self, changes, accept)
        return evolve(self, past=past, **ends_by_history(self, past))

    @cached_property
    def history(self) -> DealHistory | None:
        """The known changes of these deals, deal by deal and in order of time; `None` where no history is attached."""
        past = self.past
        if past is None:
            return None
        is_here = np.zeros(past.by_deal.n_deals, np.bool_)
        is_here[past.deals] = True
        return past.changes.take(np.flatnonzero(is_here.take(past.number) & past.known))

    def as_of(self, day: date, constant: Collection[str] = ()) -> Deals:
        """The book as it was known at the start of a day: what is dated on that day is future.

        Deals created before the day, each changing field as its history had it then. A deal is closed if its history
        says so; where no history tells its stage, if it closed before the day. Every other deal is open. A field
        without history comes back missing, because what it is now may tell what came later: an export's amount of a
        lost deal is often 0.

        Args:
            day: The day of view.
            constant: Fields, values and labels that never changed, by name: where there is no history of them, they
                are taken as they are now.

        Returns:
            A book whose deals may lack a stage: such deals are open, and weighted measures leave them out and count
            them. Deals without a day of creation cannot be placed in time; they are left out and counted in
            `n_unplaced`.

        Raises:
            InvalidValueError: The day is no plain day, or later than the day that the book is as of already; or
                `constant` names something else than a field that can change.

        Laws:
            definition: Equal to replaying the changes of each deal one by one.
            poisoned_future: Whatever is changed on or after the day changes nothing, except in constant fields.
            filter: The book as of a day, filtered, is the filtered book as of the day.

        Examples:
            >>> deals = [
            ...     Deal("D-1", Money.of("900", "USD"), "Won", "Ada", date(2026, 1, 5), closed=date(2026, 2, 1)),
            ...     Deal("D-2", Money.of("500", "USD"), "Qualified", "Bo", date(2026, 3, 5)),
            ... ]
            >>> Deals.of(deals).as_of(date(2026, 2, 1), constant={"amount"})
            Deals(1 deal in USD: 1 open, 0 won, 0 lost, as of 2026-02-01)
        """
        self.check_view(day)
        check_constant(self, constant)
        was_there = self.created.known & (self.created.values < day_number(day))
        book = seen_from(self.take(np.flatnonzero(was_there)), day, constant)
        return evolve(book, n_unplaced=int(np.count_nonzero(~self.created.known)))

    def __len__(self) -> int:
        return len(self.id)

    def __iter__(self) -> Iterator[Deal]:
        money = {name: _amounts(column) for name, column in (("amount", self.amount), *self.values.items())}
        return map(
            Deal,
            self.id.tolist(),
            money.pop("amount"),
            self.stage,
            self.owner,
            dates(self.created),
            dates(self.closed),
            dates(self.expected_close),
            (None if chance is None else chance / MILLION for chance in self.probability),
            self.category,
            self.kind,
            self.account,
            mappings(money, len(self)),
            mappings(self.labels, len(self)),
        )

    def _facts(self) -> tuple[Any, ...]:
        return self.process, self.history

    def __repr__(self) -> str:
        count = f"{len(self):,} {'deal' if len(self) == 1 else 'deals'}"
        money = "" if self.currency == NO_CURRENCY else f" in {self.currency}"
        parts = ", ".join(f"{int(self.has_outcome(one).sum()):,} {one.value}" for one in Outcome)
        told = f", as of {self.day}" if self.day else ""
        told += self._and_aside
        told += f"; {self.n_unplaced:,} without a day of creation left out" if self.n_unplaced else ""
        return f"Deals({count}{money}: {parts}{told})"


IntoDeals: TypeAlias = Deals | Iterable[Deal]
"""What every measure takes: a table, or any iterable of `Deal`."""


def seen_from(
    deals: Deals, day: date | NDArray[np.int64], constant: Collection[str], rows: Index = slice(None)
) -> Deals:
    """The deals row by row as they were known at the start of a day, whether they were there already or not.

    Args:
        deals: The deals; a deal may be in several rows.
        day: The day; or for each row its own, in days since 1970, and then the table is of no one day.
        constant: As in `as_of`.
        rows: Which of the deals.
    """
    past = None if deals.past is None else deals.past.take(rows)
    if past is not None and isinstance(day, date):
        past = evolve(past, before=day_number(day) * DAY)
    currencies = {deals.currency, NO_CURRENCY if past is None else past.changes.currency} - {NO_CURRENCY}
    return evolve(
        deals,
        id=deals.id[rows],
        created=deals.created.take(rows),
        **columns_as_of(deals, rows, past, day, constant),
        currency=min(currencies, default=NO_CURRENCY),
        past=past,
        day=day if isinstance(day, date) else None,
        set_aside=(),
        n_unplaced=0,
    )


def _converted(deals: Deals, conversion: Conversion) -> Deals:
    past = deals.past
    if past is not None and past.changes.currency not in (NO_CURRENCY, conversion.currency):
        raise CurrencyMismatchError(
            f"the history must be in {conversion.currency} too, got {past.changes.currency}; convert the deals before "
            "it is attached, and the history before that"
        )
    faults = Faults("Deals")
    names = () if deals.currency == NO_CURRENCY else (deals.currency,)
    own = Coded(np.full(len(deals), len(names) - 1), names)
    money = {"amount": deals.amount, **deals.values}
    currencies = {name: own for name, column in money.items() if column.unit is not None}
    done = in_one_currency(deals, currencies, conversion, {}, faults)
    if faults.found:
        faults.refuse()
    return evolve(done, set_aside=())


def _amounts(column: Masked) -> Iterator[Money | int | None]:
    unit = column.unit
    if unit is None:
        return iter(column)
    return (None if minor is None else Money(minor, unit) for minor in column)
