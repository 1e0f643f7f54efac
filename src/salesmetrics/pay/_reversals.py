"""What cancelled deals take back: what they earned, and what the steps had made of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction

from attrs import Factory, define, frozen

from salesmetrics._numeric.columns import sort_key
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.period import Period
from salesmetrics.model.plan.plan import CompPlan
from salesmetrics.model.plan.reversal import Reversal
from salesmetrics.model.plan.rule import Rule
from salesmetrics.model.ramp import months_between
from salesmetrics.pay._credits import Credited
from salesmetrics.pay._earnings import Earned, is_gone_through, unit_of, window_of
from salesmetrics.pay._happened import Happened
from salesmetrics.pay._ledger import Key, Ledger, part_of
from salesmetrics.result.balances import Balances, DealBalance
from salesmetrics.result.statement_lines import LineKind, whole_minor

__all__ = ["Cancellations", "Reversing", "is_in_lines"]

Portions = Sequence[tuple[date, Fraction]]


def is_in_lines(step: Reversal | None) -> bool:
    """Whether cancelled deals go back along the curves of the rules, and are in the lines of these."""
    return step is not None and step.method in ("margin", "restate")


@define
class Cancellations:
    """What is cancelled of a payee's deals by the end of a period.

    A cancellation that is dated before the booking takes effect with it.

    Args:
        happened: What happened to all deals.
        period: The days that are paid for.
        known: The share of each deal that was cancelled before, as the opening knows it.
        booked: The day on which each deal was booked.
        own: The rules' deals, in order.
        unpaid: The rules' deals of before that earlier statements did not pay for, and which take nothing back.
    """

    happened: Happened
    period: Period
    known: Mapping[str | int, Fraction]
    booked: Mapping[str | int, date]
    own: Sequence[Key]
    unpaid: Collection[Key]
    found: dict[str | int, list[tuple[date, Fraction]]] = Factory(dict)

    @classmethod
    def of(
        cls,
        happened: Happened,
        period: Period,
        opening: Balances,
        credits: Mapping[str, Sequence[Credited]],  # noqa: A002
        rules: Iterable[str],
        *,
        is_told: bool,
    ) -> Cancellations:
        """The cancellations of somebody with an opening and credits, on the days on which deals were first booked.

        What an opening does not know of was not paid, where it tells every deal, or the deal by another rule.
        """
        booked = {one.deal: one.on for those in credits.values() for one in those}
        booked |= {one.deal: one.booked for one in opening.deals}
        known: dict[str | int, Fraction] = {}
        for one in opening.deals:
            known[one.deal] = max(one.cancelled, known.get(one.deal, one.cancelled))
        own = [(rule, one.deal) for rule in rules for one in credits[rule]]
        paid = {(one.rule, one.deal) for one in opening.deals}
        before = (key for key in own if key not in paid and booked[key[1]] < period.start)
        unpaid = {key for key in before if is_told or key[1] in known}
        return cls(happened, period, known, booked, own, unpaid)

    def of_deal(self, deal: str | int) -> list[tuple[date, Fraction]]:
        """When a deal was cancelled, and the share of it that was cancelled then.

        Raises:
            InvalidValueError: More was cancelled before the period than the opening knows.
        """
        if deal not in self.found:
            self.found[deal] = self._portions(deal)
        return self.found[deal]

    def taken_by(self, rule: str, deal: str | int) -> list[tuple[date, Fraction, bool]]:
        """The same, and whether the rule paid for it, so that something is taken back."""
        return [(on, share, (rule, deal) not in self.unpaid) for on, share in self.of_deal(deal)]

    def share_of(self, deal: str | int) -> Fraction:
        """The share of a deal that is cancelled by the end of the period."""
        before = self.known.get(deal)
        portions = self.of_deal(deal)
        return _sum(portions) if before is None else before + _sum([one for one in portions if one[0] in self.period])

    def newly(self, deals: Iterable[Key]) -> list[tuple[Key, Portions]]:
        """What was cancelled in the period, by rule or bonus and deal, of deals with a balance and of others.

        A rule that did not pay for a deal which an earlier statement knows has nothing to take back.
        """
        listed = dict.fromkeys(deals)
        by_now = {deal for _, deal in listed}
        keys = dict.fromkeys([*(key for key in self.own if key[1] not in by_now), *listed])
        found = ((key, [one for one in self.of_deal(key[1]) if one[0] in self.period]) for key in keys)
        return sorted(((key, new) for key, new in found if new), key=lambda one: (one[0][0], sort_key(one[0][1])))

    def _portions(self, deal: str | int) -> list[tuple[date, Fraction]]:
        known = self.known.get(deal)
        found: list[tuple[date, Fraction]] = []
        left = Fraction(1)
        for on, share in self.happened.cancelled(deal):
            day = max(on, self.booked.get(deal, on))
            if known is not None and day >= self.period.start and not any(one in self.period for one, _ in found):
                left = 1 - known
            part = left if share is None else share
            left -= part
            found.append((day, part))
        before = sum((share for day, share in found if day < self.period.start), Fraction(0))
        if known is not None and before > known:
            raise InvalidValueError(
                f"what was cancelled before {self.period} must be known to the opening, got {before} of {shown(deal)} "
                f"and {known} there; work the closed period out anew and take the difference"
            )
        return found


@frozen
class Reversing:
    """The step that takes back.

    Args:
        step: How it does.
        plan: The plan.
        period: The days that are paid for.
        ledger: The lines so far.
        cancellations: What was cancelled.
        credits: The payee's credits.
        earned: What each rule has earned.
        quota: What tells the payee's quota of a rule and window.
    """

    step: Reversal
    plan: CompPlan
    period: Period
    ledger: Ledger
    cancellations: Cancellations
    credits: Mapping[str, Sequence[Credited]]
    earned: Mapping[str, Earned]
    quota: Callable[[Rule, Period], Fraction]

    def take_back(self, those: Iterable[tuple[Key, Portions]]) -> None:
        """Add the lines of deals that were cancelled in the period."""
        for key, new in those:
            if key in self.cancellations.unpaid:
                self.ledger.add("reversal", key[0], 0, 0, deal=key[1])
                continue
            balance = self.ledger.deals.get(key)
            rule = next((one for one in self.plan.rules if one.name == key[0]), None)
            sold = next((one for one in self.credits.get(key[0], ()) if one.deal == key[1]), None)
            if not is_in_lines(self.step) or rule is None or sold is None:
                self._take_back(balance or self._of_window(key), new)
                continue
            if self.step.method == "restate":
                self._restate(rule, sold)
            if balance is not None and balance.booked < self.period.start:
                self._undo(balance, new)

    def _take_back(self, balance: DealBalance, new: Portions) -> None:
        """Take back what a deal earned and what steps had made of it; or at once what was left of it."""
        key = balance.rule, balance.deal
        kind: LineKind = "gift" if balance.kind == "gift" else "reversal"
        at_once = self.step.method == "paid" or balance.kind == "gift"
        before = Fraction(0)
        for on, share in new:
            cancelled = self.ledger.deals[key].cancelled
            gone = self.ledger.take_back(key, share)
            earned = gone if at_once else part_of(balance.earned, cancelled, share)
            kept = self.step.share * _unearned(self.step, balance.booked, on)
            self.ledger.add(kind, key[0], before, -earned * kept, deal=key[1])
            before -= earned * kept
            if gone != earned:
                self.ledger.add("undone", key[0], before, (earned - gone) * kept, deal=key[1])
                before += (earned - gone) * kept

    def _undo(self, balance: DealBalance, new: Portions) -> None:
        """Undo what steps of an earlier statement made of a deal that has gone back along the curve of its rule."""
        key = balance.rule, balance.deal
        undone = 0
        for _, share in new:
            cancelled = self.ledger.deals[key].cancelled
            undone += part_of(balance.earned, cancelled, share) - self.ledger.take_back(key, share)
        if undone:
            self.ledger.add("undone", key[0], 0, undone, deal=key[1])

    def _of_window(self, key: Key) -> DealBalance:
        """What is known of a deal without a balance, from earlier in the same window.

        Raises:
            InvalidValueError: Nothing is known of it.
        """
        rule, deal = key
        by_deal = self.earned[rule].by_deal if rule in self.earned else {}
        if deal not in by_deal:
            raise InvalidValueError(
                f"what a cancelled deal earned must be known, got {shown(deal)}, booked before {self.period}; give the "
                "statement of the period before as opening"
            )
        on, earned = by_deal[deal]
        gone = sum((one for day, one in self.cancellations.of_deal(deal) if day < self.period.start), Fraction(0))
        balance = DealBalance(rule, deal, on, earned, earned - whole_minor(earned * gone), gone)
        self.ledger.deals[key] = balance
        return balance

    def _restate(self, rule: Rule, sold: Credited) -> None:
        """The difference that a cancelled deal makes to a window that is over."""

        def over_of(one: Credited) -> list[tuple[date, Fraction]]:
            """What is cancelled in the period of a deal whose window is over."""
            parts = [part for part in self.cancellations.of_deal(one.deal) if part[0] in self.period]
            return [part for part in parts if not is_gone_through(rule, self.plan, self.period, one.on, part[0])]

        over = over_of(sold)
        if not over:
            return  # it is in the lines of the rule
        if rule.basis.window == "period":
            raise InvalidValueError(
                f"a window that is restated must be a quarter or a year, got the period of a statement for rule "
                f"{rule.name!r}; restate that statement and take the difference, or reverse by 'original'"
            )
        window = window_of(rule, self.plan, self.period, sold.on)
        divisor = self.quota(rule, window) if rule.basis.of_quota else Fraction(1)
        unit = unit_of(rule, self.plan, window, divisor)
        gone = {
            one.deal: _sum([part for part in self.cancellations.of_deal(one.deal) if part[0] < self.period.end])
            - (0 if sort_key(one.deal) < sort_key(sold.deal) else _sum(over_of(one)))
            for one in self.credits[rule.name]
        }
        before = self._window_total(rule, window, divisor, gone) * unit
        gone[sold.deal] += _sum(over)
        after = self._window_total(rule, window, divisor, gone) * unit
        self.ledger.add("reversal", rule.name, before, after - before, deal=sold.deal)

    def _window_total(
        self, rule: Rule, window: Period, divisor: Fraction, gone: Mapping[str | int, Fraction]
    ) -> Fraction:
        """What a window's deals pay without the shares that are gone, in units of the curve."""
        measure, paid = Fraction(0), Fraction(0)
        for one in self.credits[rule.name]:
            if one.on in window:
                before = measure
                measure += one.measure * (1 - gone[one.deal]) / divisor
                paid += (rule.curve.payout(measure) - rule.curve.payout(before)) * one.share
        return paid


def _sum(portions: Portions) -> Fraction:
    """The shares of a deal that were cancelled, together."""
    return sum((share for _, share in portions), Fraction(0))


def _unearned(step: Reversal, booked: date, on: date) -> Fraction:
    """The share that is not earned yet: by whole months, or all of it until some days are over."""
    if step.days is not None:
        return Fraction((on - booked).days <= step.days)
    if step.months is None:
        return Fraction(1)
    return Fraction(max(0, step.months - months_between(booked, max(booked, on))), step.months)
