"""What a bonus gives, and which deals it is for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from attrs import Factory, frozen

from salesmetrics.model.currencies import exponent
from salesmetrics.model.period import Period
from salesmetrics.model.plan.bonus import Bonus
from salesmetrics.model.plan.curve import Curve
from salesmetrics.model.plan.rule import Rule
from salesmetrics.pay._credits import Credited
from salesmetrics.pay._earnings import QuotaOf
from salesmetrics.result.balances import DealBalance
from salesmetrics.result.statement_lines import LineKind, StatementLine, whole_minor

__all__ = ["Given", "give", "standings"]


@frozen
class Given:
    """The lines of a bonus, and its part for each deal that it is for.

    A bonus for all that was sold is for each deal by what it counts, so that a deal that is cancelled takes its part
    back.

    Args:
        lines: The lines.
        deals: What each deal is given.
    """

    lines: list[StatementLine] = Factory(list)
    deals: list[DealBalance] = Factory(list)


def give(
    step: Bonus,
    payee: str,
    period: Period,
    credits: Sequence[Credited],  # noqa: A002
    everyone: Mapping[str, Sequence[Credited]],
    quota: QuotaOf,
) -> Given:
    """What a payee is given for a period; nothing without a deal."""
    own = [one for one in credits if one.on in period]
    if not own:
        return Given()
    divisor = _divisor(step, payee, period, quota)
    total = _sum(own) / divisor
    kind: LineKind = "bonus" if step.gift is None else "gift"
    worth = step.amount.minor
    if step.per == "deal":
        lines = [
            StatementLine(kind, step.name, one.deal, None, None, None, Fraction(0), worth * one.share)
            for one in own
            if one.measure / divisor >= step.at
        ]
    elif step.per == "unit":
        lines = _by_unit(step, kind, own, divisor) if total >= step.at else []
    elif total >= step.at and (
        step.per == "once" or total == max(standings(step, {**everyone, payee: own}, period, quota).values()) > 0
    ):
        only = StatementLine(kind, step.name, None, None, None, None, Fraction(0), Fraction(worth))
        parts = zip(own, _parts(worth, [one.measure for one in own]), strict=True)
        return Given([only], [_balance(step, one, part) for one, part in parts])
    else:
        lines = []
    amounts = {line.deal: line.amount for line in lines}
    return Given(lines, [_balance(step, one, amounts[one.deal]) for one in own if one.deal in amounts])


def standings(
    step: Bonus, everyone: Mapping[str, Sequence[Credited]], period: Period, quota: QuotaOf
) -> dict[str, Fraction]:
    """What everybody sold of what a bonus measures, or how much of their quota.

    Raises:
        InvalidValueError: Somebody who sold has no quota.
    """
    sold = {
        person: [one for one in those if one.is_won and one.on in period] for person, those in sorted(everyone.items())
    }
    return {person: _sum(those) / _divisor(step, person, period, quota) for person, those in sold.items() if those}


def _by_unit(step: Bonus, kind: LineKind, own: Sequence[Credited], divisor: Fraction) -> list[StatementLine]:
    """A line for each deal, by the units that it counts."""
    lines: list[StatementLine] = []
    units, before = Fraction(0), Fraction(0)
    for one in own:
        more = one.measure / divisor
        exact = step.amount.minor * more * one.share
        rate = one.share * Fraction(step.amount.minor, 10 ** exponent(step.amount.currency))
        lines.append(StatementLine(kind, step.name, one.deal, units, units + more, rate, before, exact))
        units, before = units + more, before + exact
    return lines


def _balance(step: Bonus, one: Credited, part: int) -> DealBalance:
    return DealBalance(step.name, one.deal, one.on, part, part, kind="bonus" if step.gift is None else "gift")


def _parts(amount: int, measures: Sequence[Fraction]) -> list[int]:
    """Whole parts of an amount by what each deal counts, or equal ones where they count nothing."""
    whole = sum(measures, Fraction(0))
    shares = [one / whole for one in measures] if whole else [Fraction(1, len(measures))] * len(measures)
    running, parts = Fraction(0), list[int]()
    for share in shares:
        before, running = running, running + amount * share
        parts.append(whole_minor(running) - whole_minor(before))
    return parts


def _divisor(step: Bonus, person: str, period: Period, quota: QuotaOf) -> Fraction:
    return quota(person, Rule(step.name, _NOTHING, step.basis), period) if step.basis.of_quota else Fraction(1)


def _sum(credits: Sequence[Credited]) -> Fraction:  # noqa: A002
    return sum((one.measure for one in credits), Fraction(0))


_NOTHING = Curve.flat(0)
