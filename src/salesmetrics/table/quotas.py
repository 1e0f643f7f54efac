"""A table of quotas."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from attrs import asdict, evolve, frozen
from numpy.typing import ArrayLike

from salesmetrics._numeric.columns import Coded, Flags, Index, Masked
from salesmetrics._numeric.days import day_number, day_of_number
from salesmetrics.door.csv_file import csv_source
from salesmetrics.door.faults import BadRows, SetAside, many
from salesmetrics.door.quota_columns import QuotaColumns, columns_of_quota_cells, columns_of_quotas
from salesmetrics.errors import InvalidValueError, check_word, shown
from salesmetrics.format.quota_format import QUOTA_KEYS, QuotaFormat
from salesmetrics.model.calendar import PeriodKey
from salesmetrics.model.money import Money
from salesmetrics.model.period import Period, check_period
from salesmetrics.model.quota import Quota
from salesmetrics.table.assignments import Assignments, IntoAssignments
from salesmetrics.table.credits import IntoCredits
from salesmetrics.table.deals import Deals, IntoDeals
from salesmetrics.table.readable_deals import periods_of
from salesmetrics.table.sales import AttachedSales, attached_sales
from salesmetrics.table.table import Keyed, mappings, rows_of, unknown_key

__all__ = ["IntoQuotas", "Quotas"]


@frozen(eq=False, slots=False, repr=False)
class Quotas(QuotaColumns, Keyed[Quota]):
    """What reps are to sell: a sequence of `Quota`, in checked, read-only columns.

    Make one with `Quotas.of`, `Quotas.from_columns` or `Quotas.from_csv`. All its quotas count one `value` in one
    currency, and no deal could count for two quotas of one rep: yearly quotas beside quarterly ones are a table of
    their own.

    Columns: `rep` (names), `start` and `end` (days since 1970, the end not included), `amount` (minor units), `overlay`
    and the mapping `where`.

    Examples:
        >>> q1, q2 = Period.parse("2026-01-01..2026-04-01"), Period.parse("2026-04-01..2026-07-01")
        >>> quotas = Quotas.of([
        ...     Quota("Ada", q1, Money.of("50000", "USD")),
        ...     Quota("Ada", q2, Money.of("60000", "USD")),
        ...     Quota("Bo", q1, Money.of("40000", "USD")),
        ... ])
        >>> quotas
        Quotas(3 quotas of 2 reps: 150,000.00 USD)
        >>> print(*quotas.filter(quotas.rep.is_in("Bo")))
        40,000.00 USD of Bo in 2026-01-01..2026-04-01
    """

    set_aside: tuple[SetAside, ...] = ()
    """Rows that the door kept out, with `bad_rows="set_aside"`; empty in tables made from this one."""

    assignments: Assignments | None = None
    """Who works for whom, where that is attached."""

    sales: AttachedSales | None = None
    """What was sold for these quotas, where that is attached."""

    @classmethod
    def of(cls, quotas: IntoQuotas) -> Quotas:
        """A table of quotas; a table passes through as it is.

        Args:
            quotas: `Quotas`, or any iterable of `Quota`.

        Raises:
            InvalidTableError: A deal could count for two quotas of a rep, or they count different values or are in two
                currencies; `.problems` lists every fault.
            InvalidValueError: Something other than quotas came.

        Laws:
            round_trip: `list(Quotas.of(quotas))` equals the quotas.

        Examples:
            >>> year, q1 = Period.parse("2026-01-01..2027-01-01"), Period.parse("2026-01-01..2026-04-01")
            >>> Quotas.of([Quota("Ada", year, Money(100, "USD")), Quota("Ada", q1, Money(25, "USD"))])
            Traceback (most recent call last):
            salesmetrics.errors.InvalidTableError: Quotas has 1 problem:
            - start: a deal must count for one quota of a rep, got two of 'Ada' on 2026-01-01 that may both count it \
(rows 0, 1); end one before the next begins, say where each counts, or make a table of each
        """
        if isinstance(quotas, Quotas):
            return quotas
        return cls._of_columns(columns_of_quotas(quotas))

    @classmethod
    def from_columns(
        cls,
        data: Any,
        format: QuotaFormat,  # noqa: A002  # the word that users look for
        bad_rows: BadRows = "refuse",
        accept: Collection[str] = (),
    ) -> Quotas:
        """A table from a frame or from other columns of foreign data, read through a format.

        Args:
            data: Column names to columns, or with the extra `frames` a frame, as in `Deals.from_columns`.
            format: Which column is which, and how cells are written.
            bad_rows: "refuse" the table when a row is at fault, or carry such rows apart in `.set_aside`.
            accept: Doubts that are let in: "missing_amount", for reps without a quota.

        Raises:
            InvalidTableError: Columns are missing or of different lengths, cells cannot be read, or quotas contradict
                each other; `.problems` lists every fault.
            InvalidValueError: The data are neither a mapping nor a frame, or a word is misspelt.
            MissingExtraError: The data are a frame, and the extra `frames` is not installed.

        Laws:
            same_door: Columns and objects of the same quotas make the same table.

        Examples:
            >>> from salesmetrics import FiscalCalendar
            >>> quarters = FiscalCalendar().quarters("start")
            >>> form = QuotaFormat(rep="Rep", start="Quarter", amount="Quota", periods=quarters, currency="USD")
            >>> data = {"Rep": ["Ada", "Bo"], "Quarter": ["2026-01-01", "2026-02-15"], "Quota": [50000, 40000]}
            >>> print(*Quotas.from_columns(data, form), sep=", ")
            50,000.00 USD of Ada in 2026-01-01..2026-04-01, 40,000.00 USD of Bo in 2026-01-01..2026-04-01
        """
        return cls._of_columns(*columns_of_quota_cells(data, format, bad_rows, accept))

    @classmethod
    def from_csv(
        cls,
        path: str | Path,
        format: QuotaFormat,  # noqa: A002  # the word that users look for
        bad_rows: BadRows = "refuse",
        accept: Collection[str] = (),
    ) -> Quotas:
        r"""A table from a CSV file in UTF-8 with a header.

        Args:
            path: The file.
            format: Which column is which, and how cells are written.
            bad_rows: As in `from_columns`; rows are counted from 0, the header and blank lines not counted.
            accept: As in `from_columns`.

        Raises:
            InvalidTableError: As `from_columns`; also when the file is not CSV.
            OSError: The file cannot be read.

        Examples:
            >>> import tempfile
            >>> form = QuotaFormat(rep="Rep", start="From", end="To", amount="Units", value="units")
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     path = Path(folder, "quotas.csv")
            ...     _ = path.write_text("Rep,From,To,Units\nAda,2026-01-01,2026-04-01,40\n")
            ...     Quotas.from_csv(path, form)
            Quotas(1 quota of 1 rep: 40 units)
        """
        return cls.from_columns(csv_source(path), format, bad_rows, accept)

    def gaps(self, period: Period) -> dict[str, list[Period]]:
        """The days of a period on which reps of the table have no quota, as they have on others.

        Args:
            period: The days that quotas should cover.

        Returns:
            For each rep with a gap its days, as periods in order. A quota of some deals only covers its days.

        Raises:
            InvalidValueError: The period is no `Period`.

        Laws:
            definition: The days in no quota of the rep, one by one.

        Examples:
            >>> q1, year = Period.parse("2026-01-01..2026-04-01"), Period.parse("2026-01-01..2027-01-01")
            >>> print(*Quotas.of([Quota("Ada", q1, Money(100, "USD"))]).gaps(year)["Ada"])
            2026-04-01..2027-01-01
        """
        check_period(period)
        first, last = day_number(period.start), day_number(period.end)
        covered: dict[str, list[tuple[int, int]]] = {}
        for rep, start, end in zip(self.rep, self.start.values.tolist(), self.end.values.tolist(), strict=True):
            covered.setdefault(rep, []).append((start, end))
        found = {rep: [*_uncovered(sorted(spans), first, last)] for rep, spans in sorted(covered.items())}
        return {rep: gaps for rep, gaps in found.items() if gaps}

    def with_assignments(self, assignments: IntoAssignments) -> Quotas:
        """The same quotas by manager and team too, in the place that each rep had at the time.

        A quota in whose days the rep moved becomes several, by the days in each place, which add up to it exactly. So
        quotas and sales can be grouped by "team" and "manager", and a move does not take along what was before it.

        Args:
            assignments: `Assignments`, or any iterable of `Assignment`.

        Raises:
            InvalidTableError: The assignments contradict each other.
            InvalidValueError: Something else came.

        Laws:
            adds_up: The quotas of each rep add up to what they were.
            definition: On every day of every quota, the rep was in its team.

        Examples:
            >>> from salesmetrics import Assignment
            >>> q1 = Period.parse("2026-01-01..2026-04-01")
            >>> staff = [
            ...     Assignment("Ada", "Cleo", "North", date(2025, 1, 1), date(2026, 2, 1)),
            ...     Assignment("Ada", "Dan", "South", date(2026, 2, 1)),
            ... ]
            >>> quotas = Quotas.of([Quota("Ada", q1, Money.of("90", "USD"))]).with_assignments(staff)
            >>> [(team, str(quota.amount)) for team, quota in zip(quotas.key("team"), quotas)]
            [('North', '31.00 USD'), ('South', '59.00 USD')]
        """
        if self.sales is not None:
            raise InvalidValueError(
                "quotas must have their assignments before their sales; attach the sales afterwards"
            )
        staff = Assignments.of(assignments)
        moves: dict[str, set[date]] = {}
        for one in staff:
            moves.setdefault(one.rep, set()).update(day for day in (one.start, one.end) if day is not None)
        parts = [part for quota in self for part in _split_at(quota, moves.get(quota.rep, set()))]
        columns = columns_of_quotas(parts)
        amount = columns.amount if len(self) else self.amount
        return evolve(Quotas._of_columns(columns), value=self.value, amount=amount, assignments=staff)

    def with_sales(self, deals: IntoDeals, credits: IntoCredits = ()) -> Quotas:  # noqa: A002
        """The same quotas with what was sold for them, which follows every filter and group.

        A won deal counts for the quota that its owner has on the day on which it was won, or where credits share it
        out, for those of the credited. The owner is the one that the deal has; for the one that it had then, ask
        `deals.as_of`. Reps who sold and have no quota on the day, while others have one that would count the deal, come
        after the quotas, each as a `Quota` with no amount and the `where` of those others: what they sold counts for
        the team, and for the product. Where several would count it, it is the one that asks for least.

        Args:
            deals: `Deals`, or any iterable of `Deal`.
            credits: Who is credited with how much of a deal: `Credits`, or any iterable of `Credit`; deals without
                credits are their owners'. Parts of a minor unit go to the largest remainders, the first by name among
                equals.

        Returns:
            Quotas that can be asked for `quota_attainment`. Their `sales` say how many deals count for none.

        Raises:
            InvalidTableError: The deals contradict themselves, or the credits the deals; `.problems` lists every fault.
            InvalidValueError: The deals have no such value, or no such key or label as quotas ask for; or the credits
                name deals by ids of another kind, texts for numbers or numbers for texts.
            CurrencyMismatchError: Deals and quotas are in two currencies.

        Laws:
            definition: Each won deal counts for the one quota that asks for it, or for none.
            shares: The parts of a deal add up to it exactly.

        Examples:
            >>> from salesmetrics import Credit, Deal
            >>> q1 = Period.parse("2026-01-01..2026-04-01")
            >>> days = {"created": date(2026, 1, 5), "closed": date(2026, 2, 1)}
            >>> deals = [Deal(name, Money.of("100", "USD"), "Won", owner, **days) for name, owner in ("1A", "2C")]
            >>> quotas = Quotas.of([Quota("A", q1, Money.of("90", "USD")), Quota("B", q1, Money.of("90", "USD"))])
            >>> sold = quotas.with_sales(deals, [Credit("1", "A", "0.75"), Credit("1", "B", "0.25")])
            >>> print(*sold, sep=", ")
            90.00 USD of A in 2026-01-01..2026-04-01, 90.00 USD of B in 2026-01-01..2026-04-01, no amount of C in \
2026-01-01..2026-04-01
            >>> sold.sales.amount, sold.sales.quota
            (Masked([10000, 7500, 2500] USD), array([2, 0, 1], dtype=int32))
        """
        if self.sales is not None:
            raise InvalidValueError("quotas must have no sales yet, got some; attach all deals at once")
        sales, columns = attached_sales(self, self.assignments, Deals.of(deals), credits)
        return evolve(self, **(asdict(columns, recurse=False) | {"sales": sales}))

    def filter(self, mask: ArrayLike) -> Quotas:
        """The quotas for which the mask is true, in their order.

        Args:
            mask: One truth value per quota.

        Raises:
            InvalidValueError: The mask does not hold one truth value per quota.

        Laws:
            definition: Equal to keeping the quotas one by one.

        Examples:
            >>> q1 = Period.parse("2026-01-01..2026-04-01")
            >>> quotas = Quotas.of([Quota(name, q1, Money(100, "USD")) for name in ("Ada", "Bo")])
            >>> quotas.filter(quotas.rep.is_in("Ada"))
            Quotas(1 quota of 1 rep: 1.00 USD)
        """
        return self.take(rows_of(mask, len(self), "quotas", "quotas.rep.is_in('Ada')"))

    def take(self, index: Index) -> Quotas:
        """The quotas at these places, in this order; a slice is a view and copies nothing.

        Examples:
            >>> q1 = Period.parse("2026-01-01..2026-04-01")
            >>> quotas = Quotas.of([Quota(name, q1, Money(100, "USD")) for name in ("Ada", "Bo")])
            >>> quotas.take(np.array([1]))[0].rep
            'Bo'
        """
        sales = None if self.sales is None else self.sales.take(index)
        return evolve(self, **self.rows(index), sales=sales, set_aside=())

    def is_in_period(self, period: Period) -> Flags:
        """Which quotas are of days in a period only.

        Raises:
            InvalidValueError: The period is no `Period`, or cuts a quota, of which nobody can say then how much is
                meant.

        Examples:
            >>> year, q1 = Period.parse("2026-01-01..2027-01-01"), Period.parse("2026-01-01..2026-04-01")
            >>> Quotas.of([Quota("Ada", q1, Money(100, "USD"))]).is_in_period(year)
            array([ True])
        """
        check_period(period)
        first, last = day_number(period.start), day_number(period.end)
        start, end = self.start.values, self.end.values
        inside: Flags = (first <= start) & (end <= last)
        cut = np.flatnonzero((start < last) & (first < end) & ~inside)
        if len(cut):
            raise InvalidValueError(
                f"quotas must lie in {period} or outside of it, got {many(len(cut), 'that it cuts', 'that it cuts')}, "
                f"such as {self[int(cut[0])]}; split them by month or quarter first, with Quota.split"
            )
        return inside

    def days_on(self, on: Literal["start"]) -> Masked:
        """The day by which each quota belongs to a period, in days since 1970: that on which it begins.

        Raises:
            InvalidValueError: `on` is another word.

        Examples:
            >>> Quotas.of([Quota("Ada", Period.parse("1970-01-05..1970-02-01"), Money(1, "USD"))]).days_on("start")[0]
            4
        """
        check_word(on, ("start",), "on")
        return self.start

    def key(self, name: str | PeriodKey) -> Coded:
        """The column of names that groups are made by.

        It is "rep", a name of `where`, the periods in which quotas begin, or with assignments "team" or "manager". By a
        label of the deals, such as a product, quotas are grouped where they say in `where` which one they are of.

        Raises:
            InvalidValueError: The table has no such key.

        Examples:
            >>> from salesmetrics import FiscalCalendar
            >>> quotas = Quotas.of([Quota("Ada", Period.parse("2026-01-01..2026-04-01"), Money(100, "USD"))])
            >>> str(quotas.key(FiscalCalendar().quarters("start"))[0])
            'FY26 Q1'
        """
        if isinstance(name, PeriodKey):
            if name.on != "start":
                raise InvalidValueError(
                    f"quotas must be grouped by their 'start', got {shown(name.on)}; write calendar.quarters('start')"
                )
            return periods_of(self.start, name)
        if name == "rep":
            return self.rep
        if name in QUOTA_KEYS:
            if self.assignments is None:
                raise InvalidValueError(
                    f"quotas must have assignments for the key {shown(name)}, got none; attach them with "
                    "quotas.with_assignments(...)"
                )
            return self.assignments.places("team" if name == "team" else "manager", self.rep, self.start)
        if name in self.where:
            return self.where[name]
        if len(self) and self.sales is not None and name in {"kind", *self.sales.deals.labels}:
            raise InvalidValueError(
                f"quotas must say which {name} they are of to be grouped by it, got none that does; write "
                f"Quota(..., where={{{shown(name)}: ...}})"
            )
        return unknown_key(name, len(self), [*QUOTA_KEYS, *self.where], "in where")

    def __len__(self) -> int:
        return len(self.start)

    def __iter__(self) -> Iterator[Quota]:
        unit = self.amount.unit
        wheres = mappings(self.where, len(self))
        spans = zip(self.start.values.tolist(), self.end.values.tolist(), strict=True)
        for rep, (start, end), size, where, overlay in zip(
            self.rep, spans, self.amount, wheres, self.overlay.tolist(), strict=True
        ):
            amount = size if size is None or unit is None else Money(size, unit)
            yield Quota(rep, Period(day_of_number(start), day_of_number(end)), amount, self.value, where, overlay)

    def _facts(self) -> tuple[Any, ...]:
        return self.assignments, self.sales

    def __repr__(self) -> str:
        total = sum(size or 0 for size in self.amount)
        unit = self.amount.unit
        amount = f"{total:,} {self.value}" if unit is None else str(Money(total, unit))
        unknown = int(np.count_nonzero(~self.amount.known))
        told = f"; {many(unknown, 'without amount', 'without amount')}" if unknown else ""
        told += self._and_aside
        unmatched = () if self.sales is None else self.sales.unmatched
        told += f"; of no deal: {', '.join(f'{name} {shown(one)}' for name, one in unmatched[:8])}" if unmatched else ""
        reps = many(len(set(self.rep.codes.tolist())), "rep", "reps")
        return f"Quotas({many(len(self), 'quota', 'quotas')} of {reps}: {amount}{told})"


IntoQuotas: TypeAlias = Quotas | Iterable[Quota]
"""What a question of quotas takes: a table, or any iterable of `Quota`."""


def _split_at(quota: Quota, days: Iterable[date]) -> list[Quota]:
    """A quota, cut at the days within its period."""
    inner = sorted(day for day in days if quota.period.start < day < quota.period.end)
    bounds = [quota.period.start, *inner, quota.period.end]
    if not inner:
        return [quota]
    return quota.split([Period(*pair) for pair in pairwise(bounds)])


def _uncovered(spans: Iterable[tuple[int, int]], first: int, last: int) -> Iterator[Period]:
    """The days from first to last that are in none of the spans, which come by their starts."""
    for start, end in [*spans, (last, last)]:
        if first < min(start, last):
            yield Period(day_of_number(first), day_of_number(min(start, last)))
        first = max(first, end)
