"""What people say that a period will bring, rolled up; and how right they have been."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
from attrs import Factory, define

from salesmetrics._numeric.columns import Masked
from salesmetrics.door.objects import objects_of
from salesmetrics.errors import CurrencyMismatchError, InvalidValueError, shown
from salesmetrics.measure._parts import money_total
from salesmetrics.measure.stage_calibration import checked_past
from salesmetrics.model.call import Call
from salesmetrics.model.currencies import NO_CURRENCY
from salesmetrics.model.money import Money, rounded
from salesmetrics.model.period import Period, check_day, check_period
from salesmetrics.result.breakdown import Breakdown
from salesmetrics.result.call_rollup import CallRollup
from salesmetrics.result.forecast_accuracy import ForecastAccuracy, forecast_accuracy
from salesmetrics.table.assignments import Assignments, IntoAssignments
from salesmetrics.table.deals import Deals, IntoDeals

__all__ = ["call_bias", "intuitive_forecast"]


def intuitive_forecast(
    calls: Iterable[Call],
    *,
    period: Period,
    as_of: date,
    assignments: IntoAssignments = (),
    bias: Mapping[str, ForecastAccuracy] | None = None,
    strength: int = 4,
) -> CallRollup:
    r"""What a period will bring by what people say: the latest call of each, rolled up without counting twice.

    $$ \text{corrected} = \text{call} \cdot \Bigl(1 + \frac{n}{n + s} \Bigl(
       \frac{\sum \text{actuals}}{\sum \text{calls}} - 1 \Bigr) \Bigr) $$

    A manager's call stands in for the calls below it and never on top of them; taken back, theirs count again. What was
    called and what counts are both kept, because a forecast that is adjusted on every floor says nothing of the reps.

    - The latest call of a person before `as_of` counts, of this period and of each deal.
    - A call of the period stands in for the person's own calls of deals, and for all calls below.
    - Of calls of one deal up a line, the highest counts; it is part of a call of the period below that knows the deal.

    Args:
        calls: Any iterable of `Call`. Those of other periods, if it is by a day, are left aside and counted.
        period: The period that is forecast.
        as_of: The day of view: calls made on that day or later are not known, and people stand where they stood then.
        assignments: `Assignments`, or any iterable of `Assignment`. Whoever has none stands at the top.
        bias: How right each caller has been, as `call_bias` gives it, in the currency of the calls; without it nothing
            is corrected.
        strength: How many past periods no bias at all is worth: a caller of as few is corrected by half.

    Returns:
        Everybody who is assigned on the day or said something, with what they said and what counts [minor units], as a
        `CallRollup`; its `forecast` is a `Forecast`.

    Raises:
        InvalidTableError: Assignments contradict each other.
        InvalidValueError: A call is none, two of one person, deal and day differ, two people call one deal and neither
            stands above the other; or another argument is not of its kind.
        CurrencyMismatchError: Calls are in two currencies, or the bias was learned in another.

    Laws:
        definition: Equal to asking of each call alone whether another stands in for it.
        order: Calls in any order say the same.
        poisoned_future: Calls made on the day of view or later change nothing.
        taken_back: A call that was taken back counts as one that was never made.
        stands_in: Whoever called the period counts with what they said, whatever is said below.

    Examples:
        >>> from salesmetrics import Assignment
        >>> q1 = Period.parse("2026-01-01..2026-04-01")
        >>> def said(name, dollars, day):
        ...     return Call(name, q1, None if dollars is None else Money.of(dollars, "USD"), None, day)
        >>> calls = [
        ...     said("Ada", 90, date(2026, 1, 5)), said("Ada", 80, date(2026, 1, 12)), said("Bo", 40, date(2026, 1, 5)),
        ...     said("Cleo", 100, date(2026, 1, 14)),
        ... ]
        >>> team = [Assignment(name, "Cleo", "North", date(2025, 1, 1)) for name in ("Ada", "Bo")]
        >>> rolled = intuitive_forecast(calls, period=q1, as_of=date(2026, 1, 20), assignments=team)
        >>> print(rolled.value, "|", rolled.called_value)
        100.00 USD | 120.00 USD
        >>> calls.append(said("Cleo", None, date(2026, 1, 16)))
        >>> print(intuitive_forecast(calls, period=q1, as_of=date(2026, 1, 20), assignments=team).value)
        120.00 USD

    References:
        Dynamics 365 replaces a cell by its adjustment and can reset it; Salesforce keeps the amount without adjustments
        beside it.
    """
    check_period(period)
    check_day(as_of, "as_of")
    if type(strength) is not int or strength < 1:
        raise InvalidValueError(
            f"strength must be a whole number above zero, got {shown(strength)}; say how many periods no bias is worth"
        )
    made: Mapping[str, ForecastAccuracy] = {} if bias is None else bias
    if not isinstance(made, Mapping):
        raise InvalidValueError(f"bias must be ForecastAccuracy by caller, got {shown(made)}; ask call_bias for it")
    latest = _latest(objects_of(Call, calls, "Calls"), as_of)
    known = latest.pop(period, {})
    staff = Assignments.of(assignments)
    unit = _unit(known.values())
    team = _Team.of(staff, as_of, [call.by for call in known.values()], known)
    factors = {name: _factor(one, unit, strength) for name, one in made.items()}
    top = [name for name in team.manager if team.manager[name] is None]
    order: list[str] = []
    while top:
        name = top.pop(0)
        order.append(name)
        top = [*team.reports[name], *top]
    one = [team.counted(name, factors) for name in order]
    said = [team.said(name) for name in order]
    of_period = [known.get((name, None)) for name in order]
    return CallRollup(
        period,
        as_of,
        unit,
        order,
        [team.manager[name] for name in order],
        [None if amount is None else amount[0] for amount in said],
        [team.called(name) for name in order],
        [None if amount is None else amount[0] for amount in one],
        [None if amount is None else rounded(amount[1].numerator, amount[1].denominator) for amount in one],
        [None if amount is None else amount[1] for amount in said],
        [None if call is None or call.amount is None else call.confidence for call in of_period],
        n_other_period=sum(call.amount is not None for others in latest.values() for call in others.values()),
    )


def call_bias(
    calls: Iterable[Call],
    deals: IntoDeals,
    *,
    as_of: date,
    assignments: IntoAssignments = (),
    lead_days: int = 0,
    value: str = "amount",
) -> Breakdown[ForecastAccuracy]:
    """How right each caller has been: what they said of past periods, beside what they and those below them won.

    Calls of single deals are no word on all that a line wins, so only calls of the period as a whole are held against
    it. Whoever called deals alone has an undefined forecast of that period, counted in `n_undefined`.

    Args:
        calls: Any iterable of `Call`.
        deals: `Deals`, or any iterable of `Deal`.
        as_of: The day of view: only periods that have ended by then are looked at.
        assignments: `Assignments`, or any iterable of `Assignment`: who stood above the owner on the day of the close.
        lead_days: How many days before the start of each period its calls had been made; -30 is 30 days into it. Calls
            get better as a period goes by, so compare those of one lead.
        value: "amount", or the name of one of the deals' `values`.

    Returns:
        For each caller a `ForecastAccuracy` of their calls, with its n and bias; those adds.

    Raises:
        InvalidTableError: The deals or assignments contradict themselves.
        InvalidValueError: A call is none, two of one person, deal and day differ, the lead is beyond the end of a
            period, or another argument is not of its kind.
        CurrencyMismatchError: Calls and deals are in two currencies.

    Laws:
        definition: Equal to adding the won deals of each caller and period one by one.
        order: Calls and deals in any order say the same.
        poisoned_future: Calls made on the day of view or later, and deals that closed then, change nothing.

    Examples:
        >>> from salesmetrics import Deal
        >>> q4 = Period.parse("2025-10-01..2026-01-01")
        >>> call = Call("Ada", q4, Money.of(120, "USD"), 0.9, date(2025, 9, 20))
        >>> won = Deal("D-1", Money.of(100, "USD"), "Won", "Ada", date(2025, 9, 1), date(2025, 11, 2))
        >>> print(call_bias([call], [won], as_of=date(2026, 1, 1))["Ada"])
        accuracy 80.0 % (1 forecast; bias 20.0 %, MAE 20.00 USD)
    """
    check_day(as_of, "as_of")
    book, staff = Deals.of(deals), Assignments.of(assignments)
    book.check_view(as_of)
    made = objects_of(Call, calls, "Calls")
    ended = checked_past(sorted({call.period for call in made if call.period.end <= as_of}), lead_days, as_of)
    column, above = book.value(value), [book.owner]
    days = Masked(book.closed.values, book.closed.known)
    while above[-1].known.any():
        above.append(staff.places("manager", above[-1], days))
    pairs: dict[str, list[tuple[Money | int | None, Money | int | None]]] = {}
    for period in ended:
        day = period.start - timedelta(lead_days)
        known = _latest(made, day).get(period, {})
        team = _Team.of(staff, day, [call.by for call in known.values()], known)
        unit = _unit(known.values())
        won = book.is_won & book.is_in_period(period)
        for name in sorted({call.by for call in known.values()}):
            if team.said(name) is not None:
                whole = team.of_period(name)
                minor = None if whole is None else _minor(whole)
                theirs = np.any([names.is_in(name) for names in above], axis=0)
                came = money_total(column, won & theirs).whole().value
                pairs.setdefault(name, []).append(
                    (minor if minor is None or unit is None else Money(minor, unit), came)
                )
    names = tuple(sorted(pairs))
    return Breakdown("by", names, tuple(forecast_accuracy(pairs[name]) for name in names), (None,))


_Known = Mapping[tuple[str, str | int | None], Call]
"""The latest call of each person and deal; of the period as a whole, the deal is `None`."""


def _latest(calls: Sequence[Call], day: date) -> dict[Period, dict[tuple[str, str | int | None], Call]]:
    """For each period the latest call of each person and deal that was made before a day.

    Raises:
        InvalidValueError: Two of them were made on one day and differ.
    """
    found: dict[Period, dict[tuple[str, str | int | None], Call]] = {}
    for call in sorted((one for one in calls if one.made_on < day), key=lambda one: one.made_on):
        of_period = found.setdefault(call.period, {})
        before = of_period.get((call.by, call.deal))
        if before is not None and before.made_on == call.made_on and before != call:
            raise InvalidValueError(
                f"calls of one person, period and deal must be one a day, got two that differ by {shown(call.by)} on "
                f"{call.made_on}; keep the one that counts"
            )
        of_period[call.by, call.deal] = call
    return found


def _unit(calls: Iterable[Call]) -> str | None:
    """The one currency of calls, or `None` of plain numbers; of no calls that of no money.

    Raises:
        InvalidValueError: Money and plain numbers meet.
        CurrencyMismatchError: There are two currencies.
    """
    amounts = [call.amount for call in calls if call.amount is not None]
    units = {one.currency if isinstance(one, Money) else None for one in amounts}
    if len(units) > 1:
        units.discard(NO_CURRENCY)
    if len(units) > 1 and None in units:
        raise InvalidValueError("calls must be of money or of plain numbers, got both; give one kind")
    if len(units) > 1:
        raise CurrencyMismatchError(f"calls must be in one currency, got {sorted(map(str, units))}; convert them first")
    return units.pop() if units else NO_CURRENCY


def _factor(made: ForecastAccuracy, unit: str | None, strength: int) -> Fraction:
    """What a caller's calls have been worth, shrunk to one by how few they are."""
    if not isinstance(made, ForecastAccuracy):
        raise InvalidValueError(f"bias must be ForecastAccuracy by caller, got {shown(made)}; ask call_bias for it")
    if made.currency != unit and NO_CURRENCY not in (made.currency, unit):
        raise CurrencyMismatchError(
            f"bias must be of calls in {unit or 'plain numbers'}, got {made.currency or 'plain numbers'}; people call "
            "otherwise in another currency, so learn it in this one"
        )
    called, came = (sum(pair[place] for pair in made.pairs) for place in (0, 1))
    return 1 + Fraction(made.n, made.n + strength) * (Fraction(came, called) - 1) if called > 0 else Fraction(1)


@define
class _Team:
    """People on a day, who stands above whom, and what they said."""

    manager: dict[str, str | None]
    reports: dict[str, list[str]]
    calls: _Known
    deals: dict[str, list[Call]] = Factory(dict)
    """For each person the calls of deals that they made."""

    @classmethod
    def of(cls, staff: Assignments, day: date, callers: Iterable[str], calls: _Known) -> _Team:
        people = [*callers, *(name for name in staff.rep.names if staff.on(name, day) is not None)]
        lines = [[name, *staff.managers_of(name, day)] for name in people]
        manager = {below: above for line in lines for below, above in zip(line, [*line[1:], None], strict=True)}
        team = cls(dict(sorted(manager.items())), {name: [] for name in sorted(manager)}, calls)
        for name, above in team.manager.items():
            if above is not None:
                team.reports[above].append(name)
        for call in calls.values():
            if call.deal is not None and call.amount is not None:
                team.deals.setdefault(call.by, []).append(call)
        return team

    def of_period(self, name: str) -> Call | None:
        """What a person said of the period as a whole."""
        call = self.calls.get((name, None))
        return None if call is None or call.amount is None else call

    def said(self, name: str) -> tuple[int, date] | None:
        """What a person said themselves, and when they last did."""
        whole = self.of_period(name)
        calls = self.deals.get(name, []) if whole is None else [whole]
        return (sum(map(_minor, calls)), max(call.made_on for call in calls)) if calls else None

    def line(self, name: str) -> list[str]:
        """Everybody above a person, the nearest first."""
        above = self.manager[name]
        return [] if above is None else [above, *self.line(above)]

    def below(self, name: str) -> list[str]:
        """Everybody below a person."""
        return [one for report in self.reports[name] for one in (report, *self.below(report))]

    def called(self, name: str) -> int | None:
        """What was said lowest down."""
        parts = [amount for amount in map(self.called, self.reports[name]) if amount is not None]
        said = self.said(name)
        if not parts:
            return None if said is None else said[0]
        own = [] if self.of_period(name) is not None else self.deals.get(name, [])
        known = {call.deal for one in self.below(name) for call in self.deals.get(one, [])}
        return sum(parts) + sum(_minor(call) for call in own if call.deal not in known)

    def counted(self, name: str, factors: Mapping[str, Fraction]) -> tuple[int, Fraction] | None:
        """What counts of a person and those below, as it was said and corrected."""
        factor = factors.get(name, Fraction(1))
        whole = self.of_period(name)
        if whole is not None:
            return _minor(whole), _minor(whole) * factor
        parts = [part for part in (self.counted(one, factors) for one in self.reports[name]) if part is not None]
        parts += [(_minor(call), _minor(call) * factor) for call in self.deals.get(name, []) if self.counts(call)]
        return (sum(one for one, _ in parts), sum((one for _, one in parts), Fraction(0))) if parts else None

    def counts(self, call: Call) -> bool:
        """Whether a call of a deal counts beside the calls of the period at and above its caller, which are none.

        Raises:
            InvalidValueError: Somebody calls the deal too who stands neither above nor below.
        """
        line, below = self.line(call.by), self.below(call.by)
        others = [one for one in self.deals if one != call.by and any(own.deal == call.deal for own in self.deals[one])]
        for other in others:
            if self.of_period(other) is not None or any(self.of_period(one) for one in self.line(other)):
                if other in below:
                    return False  # a call of the period below knows the deal
            elif other in line:
                return False  # whoever stands above says more
            elif other not in below:
                raise InvalidValueError(
                    f"a deal must be called by people of one line, got {shown(call.deal)} called by "
                    f"{shown(sorted([call.by, other]))}; take one of the calls back"
                )
        return True


def _minor(call: Call) -> int:
    return call.amount.minor if isinstance(call.amount, Money) else call.amount or 0
