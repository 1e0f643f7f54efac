"""A pipeline waterfall: what was open at the start, what every change adds up to, and what was open at the end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from salesmetrics._numeric.days import day_number
from salesmetrics._numeric.sums import Groups, whole_numbers
from salesmetrics.errors import InvalidValueError, check_word
from salesmetrics.model.currencies import NO_CURRENCY
from salesmetrics.model.money import Money
from salesmetrics.model.period import Period
from salesmetrics.result._display import html_of_table, text_of_table
from salesmetrics.result.answer import MERGED_CURRENCY, SAME, Answer, in_unit
from salesmetrics.result.totals import Unit, amount_shown, currencies, major_units
from salesmetrics.result.waterfall_lines import BUCKETS, WaterfallLines, are_balanced, line_sums

__all__ = ["Movement", "Waterfall"]


@frozen
class Movement:
    """What one bucket of a waterfall adds up to.

    Args:
        minor: By how much the pipeline changed, in minor units; or in plain numbers, where `currency` is `None`.
        currency: Of the sum.
        n_deals: How many deals are in the bucket [deals].
        n_changes: How often they came into it [lines].
        n_missing: How many of these lines had no amount and are not in the sum [lines].

    Laws:
        definition: It is what adding the lines of a bucket one by one gives.

    Examples:
        >>> print(Movement(minor=-20000, currency="USD", n_deals=1, n_changes=2, n_missing=0))
        -200.00 USD (1 deal, 2 changes)
    """

    minor: int
    currency: Unit
    n_deals: int
    n_changes: int
    n_missing: int

    @property
    def value(self) -> Money | int | None:
        """The sum; `None` when there were lines and none had an amount."""
        return None if 0 < self.n_missing == self.n_changes else in_unit(self.minor, self.currency)

    def __str__(self) -> str:
        deals = f"{self.n_deals:,} {'deal' if self.n_deals == 1 else 'deals'}"
        changes = f", {self.n_changes:,} changes" if self.n_changes != self.n_deals else ""
        missing = f", {self.n_missing:,} without amount" if self.n_missing else ""
        return f"{amount_shown(self.value)} ({deals}{changes}{missing})"


@frozen
class Waterfall(Answer):
    """From the open pipeline of a period on one day to that on a later one: every change in its bucket, with its deals.

    Args:
        period: The period in which deals are due.
        start: At the start of this day is the opening.
        end: At the start of this day is the closing.
        owners: Whose deals; none for everyone's.
        currency: Of the amounts; `None` for plain numbers.
        lines: What happened to each deal.
        n_undated: How many deals were open at `end`, and due on no day that anybody knows [deals].
        n_unplaced: How many deals were left out because they have no day of creation [deals].

    Raises:
        InvalidValueError: The lines of a deal do not add up to its closing.

    Laws:
        balance: Opening and all changes add up to the closing: amounts, deals, and those without an amount.

    Examples:
        >>> lines = WaterfallLines.of(
        ...     ["opening", "increased", "pushed_out", "created", "closing"], ["D-1", "D-1", "D-1", "D-2", "D-2"],
        ...     [20454, 20460, 20465, 20470, 20485], [50000, 10000, -60000, 9000, 9000],
        ... )
        >>> q1 = Period.parse("2026-01-01..2026-04-01")
        >>> flow = Waterfall(q1, date(2026, 1, 1), date(2026, 2, 1), (), "USD", lines, 0, 0)
        >>> print(flow)
                         amount  deals
        opening      500.00 USD      1
        created       90.00 USD      1
        increased    100.00 USD      1
        pushed out  -600.00 USD      1
        closing       90.00 USD      1
        >>> flow.deals_in("increased")
        {'D-1': Money(minor=10000, currency='USD')}
    """

    readings: ClassVar[tuple[str, ...]] = ("value", "opening", "closing")

    period: Period = field(metadata=SAME)
    start: date = field(metadata=SAME)
    end: date = field(metadata=SAME)
    owners: tuple[Any, ...] = field(metadata=SAME)
    currency: Unit = field(metadata=MERGED_CURRENCY)
    lines: WaterfallLines
    n_undated: int
    n_unplaced: int

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        lines, bounds = self.lines, (day_number(self.start), day_number(self.end))
        opening, closing = lines.bucket == 0, lines.bucket == len(BUCKETS) - 1
        within = (lines.day >= bounds[0]) & (lines.day < bounds[1])
        due = np.where(opening, lines.day == bounds[0], np.where(closing, lines.day == bounds[1], within))
        strange = [one for one in self.owners if not isinstance(one, (str, type(None)))]
        unowned = self.currency == NO_CURRENCY and bool(np.any(lines.minor != 0))
        if self.end <= self.start or not bool(due.all()) or strange or unowned or not are_balanced(lines):
            raise InvalidValueError(
                f"the lines of a Waterfall must lead each deal from its opening to its closing, between {self.start} "
                f"and {self.end}, got {len(lines)} lines that do not; ask a measure for it"
            )

    @property
    def totals(self) -> dict[str, Movement]:
        """What each bucket adds up to, in the order of `BUCKETS`."""
        return _totals(self.lines, self.currency)

    @property
    def opening(self) -> Money | int | None:
        """What was in the pipeline at `start`; `None` when there were deals and none had an amount."""
        return self.totals["opening"].value

    @property
    def closing(self) -> Money | int | None:
        """What was in it at `end`."""
        return self.totals["closing"].value

    @property
    def value(self) -> Money | int:
        """By how much the pipeline grew: the known closing less the known opening."""
        found = self.totals
        return in_unit(found["closing"].minor - found["opening"].minor, self.currency)

    def deals_in(self, bucket: str) -> dict[Any, Money | int | None]:
        """The deals of a bucket, each with its amount there; `None` where it is not known.

        Raises:
            InvalidValueError: There is no such bucket.
        """
        check_word(bucket, BUCKETS, "bucket")
        found: dict[Any, Any] = {}
        rows = np.flatnonzero(self.lines.bucket == BUCKETS.index(bucket))
        columns = (self.lines.deal, self.lines.minor, self.lines.known)
        for deal, minor, known in zip(*(column.take(rows).tolist() for column in columns), strict=True):
            before = found.get(deal)
            found[deal] = before if not known else minor + (before or 0)
        return {deal: None if minor is None else in_unit(minor, self.currency) for deal, minor in found.items()}

    def to_columns(self) -> dict[str, list[Any]]:
        """The lines as plain columns for a frame: bucket, deal, day, minor units (`None` if not known), currency."""
        return self.lines.to_columns() | {"currency": [self.currency] * len(self.lines)}

    @classmethod
    def columns_of(cls, sums: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
        """The readings [major units]; of each bucket minor units, deals and missing amounts; of many waterfalls."""
        given = sums["currency"]
        units = given if isinstance(given, list) else [given] * len(sums["n_undated"])  # of groups, one is of all
        flows = [_totals(*one) for one in zip(sums["lines"], units, strict=True)]
        unit = major_units(given)
        columns: dict[str, NDArray[Any]] = {}
        for name in BUCKETS:
            columns[f"{name}_minor"] = whole_numbers([flow[name].minor for flow in flows])
            for count in ("n_deals", "n_changes", "n_missing"):
                columns[f"{name}_{count}"] = np.array([getattr(flow[name], count) for flow in flows], np.int64)
        readings = {"value": (columns["closing_minor"] - columns["opening_minor"]).astype(np.float64) / unit}
        for name in ("opening", "closing"):
            readings[name] = columns[f"{name}_minor"].astype(np.float64) / unit
            readings[name][[flow[name].value is None for flow in flows]] = np.nan
        counts = {name: sums[name] for name in ("n_undated", "n_unplaced")}
        return readings | columns | counts | {"currency": currencies({"n_missing": flows, **sums})}

    @property
    def in_a_line(self) -> str:
        """The answer on one line, as a cell of a table."""
        opening, closing = self.totals["opening"], self.totals["closing"]
        return f"{opening} to {closing}"

    def _table(self) -> tuple[list[str], list[list[str]]]:
        found = {name: one for name, one in self.totals.items() if one.n_changes or name in ("opening", "closing")}
        heads, missing = ["", "amount", "deals"], any(one.n_missing for one in found.values())
        rows = [
            [name.replace("_", " "), amount_shown(one.value), f"{one.n_deals:,}"]
            + ([f"{one.n_missing:,}"] if missing else [])
            for name, one in found.items()
        ]
        return [*heads, "without amount"] if missing else heads, rows

    def __str__(self) -> str:
        return text_of_table(*self._table())

    def _repr_html_(self) -> str:
        return html_of_table(*self._table())


def _totals(lines: WaterfallLines, currency: Unit) -> dict[str, Movement]:
    """What the lines of each bucket add up to."""
    codes, size = lines.bucket.astype(np.int64), len(BUCKETS)
    order = np.argsort(codes, kind="stable")  # of one bucket, the lines of a deal stand together
    same = codes.take(order[1:]) == codes.take(order[:-1])
    again = order[1:][same & (lines.deal.take(order[1:]) == lines.deal.take(order[:-1]))]
    n_changes = np.bincount(codes, minlength=size)
    n_deals = n_changes - np.bincount(codes.take(again), minlength=size)
    n_missing = np.bincount(codes[~lines.known], minlength=size)
    counts = zip(n_deals.tolist(), n_changes.tolist(), n_missing.tolist(), strict=True)
    sums = line_sums(lines, Groups(codes, size)).tolist()
    return {
        name: Movement(minor, currency, *its_counts)
        for name, minor, its_counts in zip(BUCKETS, sums, counts, strict=True)
    }
