"""What a rep is to sell in a period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction

from attrs import evolve, field, frozen

from salesmetrics.errors import InvalidValueError, refuse, shown
from salesmetrics.model.labels import EMPTY, FrozenMapping, Label, freeze_labels
from salesmetrics.model.money import Money, rounded
from salesmetrics.model.period import Period, check_day, check_period
from salesmetrics.model.proration import Basis, overlap, share_of_period, shared_out
from salesmetrics.model.ramp import IntoShare, Ramp, exact_share

__all__ = ["Quota"]


def _where(given: Mapping[str, Label | None]) -> FrozenMapping[Label]:
    return freeze_labels(given, "Quota.where")


@frozen
class Quota:
    """What a rep is to sell in a period, of all that is sold or of what `where` says.

    Args:
        rep: The rep, as deals call their owner.
        period: The days in which it is to be sold.
        amount: How much: `Money`, or a whole number where the value is one of plain numbers, such as units. `None` for
            a rep without a quota, which is not a quota of zero: what such a rep sells counts for the team.
        value: What is counted: "amount", or the name of one of the deals' `values`.
        where: Which deals count: keys or labels of deals with the one value each must have, such as
            `{"kind": "new"}` or `{"product": "Solar"}`.
        overlay: Whether it is of a specialist who helps others to sell, and whose credit is not counted a second time
            where they are counted together.

    Raises:
        InvalidValueError: A field is not of its kind, or the amount is below zero.

    Examples:
        >>> q1 = Period(date(2026, 1, 1), date(2026, 4, 1), "Q1")
        >>> print(Quota("Ada", q1, Money.of("50000", "USD")))
        50,000.00 USD of Ada in Q1
        >>> print(Quota("Ada", q1, 40, value="units", where={"product": "Solar"}))
        40 units of Ada in Q1 where product is Solar
    """

    rep: str
    period: Period
    amount: Money | int | None
    value: str = "amount"
    where: Mapping[str, Label] = field(default=EMPTY, converter=_where)
    overlay: bool = False

    def __attrs_post_init__(self) -> None:
        faults: list[str] = []
        if type(self.rep) is not str:
            faults.append(f"Quota.rep must be text, got {shown(self.rep)}; name the rep")
        if not isinstance(self.period, Period):
            faults.append(f"Quota.period must be a Period, got {shown(self.period)}; write Period(start, end)")
        if not isinstance(self.amount, Money) and type(self.amount) not in (int, type(None)):
            faults.append(f"Quota.amount must be Money or a whole number, got {shown(self.amount)}; write Money.of()")
        elif self._size < 0:
            faults.append(f"Quota.amount must not be below zero, got {shown(self.amount)}; correct the sign")
        if type(self.value) is not str or not self.value:
            faults.append(f"Quota.value must be text, got {shown(self.value)}; write 'amount' or the name of a value")
        elif self.value == "amount" and type(self.amount) is int:
            faults.append(f"Quota.amount must be Money where value is 'amount', got {shown(self.amount)}; name a value")
        if type(self.overlay) is not bool:
            faults.append(f"Quota.overlay must be True or False, got {shown(self.overlay)}; write overlay=True")
        refuse(faults)

    def prorated(self, within: Period, basis: Basis = "days") -> Quota:
        r"""The quota for the part of its period that lies in another: of who was hired, left, or was away.

        $$ \text{prorated quota} = \text{round}\left(\text{quota} \times \frac{\text{days in both}}
        {\text{days of the quota}}\right) $$

        The amount is prorated, and so is the target of pay that hangs on it, but never a rate. Of a
        quota whose amount changes within its period, `changed` makes one.

        Args:
            within: The days in which the rep was there.
            basis: "days", "months" (a part of a month counts by its days), "365" (the 29th of February is not counted)
                or "30/360" (months of 30 days).

        Returns:
            The quota of the days in both periods, rounded half away from zero.

        Raises:
            InvalidValueError: The two periods have no day in common, or the basis is misspelt.

        Laws:
            whole: In its own period a quota stays as it is.
            definition: By days, it is the amount times the number of days in both over the days of the period.

        Examples:
            >>> january = Quota("Ada", Period.parse("2026-01-01..2026-02-01"), Money.of("10000", "USD"))
            >>> print(january.prorated(Period.parse("2026-01-15..2026-02-01")).amount)
            5,483.87 USD
        """
        check_period(within)
        both = overlap(self.period, within)
        if both is None:
            raise InvalidValueError(
                f"a quota must have a day in the period, got {self.period} and {within}; leave the quota out"
            )
        if both == self.period:
            return self
        return evolve(self, period=both, amount=self._times(share_of_period(both, self.period, basis)))

    def split(
        self, periods: Iterable[Period], weights: Iterable[IntoShare] | None = None, basis: Basis = "days"
    ) -> list[Quota]:
        """Quotas of shorter periods that add up to this one: by season, or by the length of each.

        Args:
            periods: Periods that tile that of the quota, such as `calendar.quarters_in(quota.period)`.
            weights: How much of the whole each period has, in any unit; `None` goes by their lengths.
            basis: How lengths are counted, as in `prorated`.

        Returns:
            One quota for each period. Parts of a minor unit go to the largest remainders, the first among equals.

        Raises:
            InvalidValueError: The periods do not tile that of the quota, there are not as many weights as periods, or
                none is above zero.

        Laws:
            adds_up: The parts add up to the quota exactly.
            nearest: No part is a minor unit or more away from its exact share.

        Examples:
            >>> from salesmetrics import FiscalCalendar
            >>> calendar = FiscalCalendar()
            >>> year = Quota("Ada", calendar.year(2026), Money.of("100000", "USD"))
            >>> quarters = year.split(calendar.quarters_in(year.period), [20, 20, 20, 40])
            >>> print(*(one.amount for one in quarters))
            20,000.00 USD 20,000.00 USD 20,000.00 USD 40,000.00 USD
        """
        tiles = list(periods)
        ends = [self.period.start, *(one.end for one in tiles)]
        if not tiles or [one.start for one in tiles] != ends[:-1] or ends[-1] != self.period.end:
            raise InvalidValueError(
                f"periods must tile {self.period} in order, got {', '.join(map(str, tiles)) or 'none'}; cut them to it"
            )
        if weights is None:
            shares = [share_of_period(one, self.period, basis) for one in tiles]
        else:
            shares = [exact_share(one, "a weight") for one in weights]
            if len(shares) != len(tiles) or not any(shares):
                raise InvalidValueError(
                    f"there must be a weight for each of {len(tiles)} periods, and one above zero, got "
                    f"{', '.join(map(str, shares)) or 'none'}; give one for each"
                )
        parts = shared_out(self._size, shares)
        return [evolve(self, period=one, amount=self._of(part)) for one, part in zip(tiles, parts, strict=True)]

    def changed(self, day: date, amount: Money | int, basis: Basis = "days") -> Quota:
        """The quota of a period in which its amount changes: each amount for its share of the days, rounded once.

        Args:
            day: The first day of the new amount.
            amount: The new amount, of the whole period as the old one.
            basis: How days are counted, as in `prorated`.

        Raises:
            InvalidValueError: The day does not lie within the period, there is no old amount, the new one is of another
                kind, or the basis is misspelt.

        Laws:
            definition: By days, it is the mean of the amounts of the days.

        Examples:
            >>> year = Quota("Ada", Period.parse("2025-01-01..2026-01-01"), Money.of("20000", "USD"))
            >>> print(year.changed(date(2025, 6, 1), Money.of("24000", "USD")).amount)
            22,345.21 USD
        """
        check_day(day, "day")
        if not self.period.start < day < self.period.end:
            raise InvalidValueError(f"a change must lie within {self.period}, got {day}; give the new quota alone")
        new_size, new_unit = _size_and_unit(evolve(self, amount=amount).amount)
        if self.amount is None or self._unit != new_unit:
            raise InvalidValueError(
                f"the new amount must be in the unit of the old one, got {amount} and {self.amount}; give both alike"
            )
        share = share_of_period(Period(day, self.period.end), self.period, basis)
        exact = self._size * (1 - share) + new_size * share
        return evolve(self, amount=self._of(rounded(exact.numerator, exact.denominator)))

    def ramped(self, hired: date, ramp: Ramp, basis: Basis = "days") -> Quota:
        """The quota of a rep who is new: the part that the ramp asks for, over the days of the period.

        Args:
            hired: The rep's first day. Nothing is asked for days before it, so such a quota is not prorated too.
            ramp: The shares by tenure.
            basis: How days are counted, as in `prorated`.

        Returns:
            The same quota with the mean share of its amount, rounded half away from zero.

        Raises:
            InvalidValueError: The day is not a date, or the basis is misspelt.

        Laws:
            definition: By days, it is the amount times the mean of the shares of the days.

        Examples:
            >>> from salesmetrics import FiscalCalendar
            >>> calendar = FiscalCalendar()
            >>> quarters = [Quota("Ada", calendar.quarter(2026, n), Money.of("300000", "USD")) for n in (1, 2, 3, 4)]
            >>> ramp = Ramp(["0", "0.25", "0.5"], months=3)
            >>> print(*(quota.ramped(date(2026, 1, 1), ramp).amount for quota in quarters))
            0.00 USD 75,000.00 USD 150,000.00 USD 300,000.00 USD
        """
        return evolve(self, amount=self._times(ramp.mean_share(hired, self.period, basis)))

    @property
    def _size(self) -> int:
        return _size_and_unit(self.amount)[0]

    @property
    def _unit(self) -> str | None:
        return _size_and_unit(self.amount)[1]

    def _times(self, share: Fraction) -> Money | int | None:
        return self._of(rounded(self._size * share.numerator, share.denominator))

    def _of(self, size: int) -> Money | int | None:
        """So much of what the amount is of."""
        if self.amount is None:
            return None
        return Money(size, self.amount.currency) if isinstance(self.amount, Money) else size

    def __str__(self) -> str:
        amount = "no amount" if self.amount is None else str(self.amount)
        unit = "" if self.value == "amount" else f" {self.value}"
        where = " and ".join(f"{name} is {value}" for name, value in self.where.items())
        return f"{amount}{unit} of {self.rep} in {self.period}{' where ' if where else ''}{where}"


def _size_and_unit(amount: Money | int | None) -> tuple[int, str | None]:
    """An amount as a whole number, 0 where there is none, and its currency."""
    return (amount.minor, amount.currency) if isinstance(amount, Money) else (amount or 0, None)
