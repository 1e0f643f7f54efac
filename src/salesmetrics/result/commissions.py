"""What a team is paid for a period: every payee's total, and the lines that it is made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from attrs import evolve, field, frozen

from salesmetrics.model.money import Money
from salesmetrics.model.period import Period
from salesmetrics.result._display import plain_text
from salesmetrics.result.answer import MERGED_CURRENCY, SAME, Answer
from salesmetrics.result.commission_lines import CommissionLines

__all__ = ["Commissions"]


@frozen
class Commissions(Answer):
    """What a team is paid for a period, in columns.

    Commissions of different payees add. Those of one payee do not: tiers go on from deal to deal, so that two halves
    of a payee's deals are not paid as the whole. What another plan would have paid is `Comparison(before, after)`.

    Args:
        period: The days that are paid for.
        currency: Of all amounts.
        lines: What is paid to whom, and for which deal.

    Laws:
        whole: The payees' own commissions add up to the team's.

    Examples:
        >>> from salesmetrics.result.commission_lines import PayeePlan
        >>> plans = {"Ada": PayeePlan("AE", 1, 0), "Bo": PayeePlan("AE", 1, 0)}
        >>> lines = CommissionLines.of(
        ...     plans, ["Ada", "Ada", "Bo"], ["deal", "gift", "deal"], ["AE", "SPIFF", "AE"], ["D-1", "D-1", "D-2"],
        ...     [90_000, 5_000, 70_000],
        ... )
        >>> team = Commissions(Period.parse("2026-01-01..2026-02-01"), "USD", lines)
        >>> print(team)
        1,650.00 USD for 2 payees in 2026-01-01..2026-02-01
        >>> print(team["Ada"].value, team["Ada"].paid)
        950.00 USD 900.00 USD
    """

    readings: ClassVar[tuple[str, ...]] = ("value", "paid", "earned")

    period: Period = field(metadata=SAME)
    currency: str = field(metadata=MERGED_CURRENCY)
    lines: CommissionLines

    @property
    def value(self) -> Money:
        """All that the lines pay, gifts with their value."""
        return self._sum()

    @property
    def paid(self) -> Money:
        """What is paid out in money: all without gifts."""
        return self._sum("gift")

    @property
    def earned(self) -> Money:
        """What was earned in the period, whenever it is paid."""
        return self._sum("banked", "owed", "held")

    @property
    def n_missing(self) -> int:
        """Deals that have no day or nothing of what is measured, and pay nothing [deals]."""
        return sum(one.n_missing for one in self.lines.plans)

    @property
    def n_uncredited(self) -> int:
        """Deals that were won in the period, count by a plan, and name nobody whom it would credit [deals].

        Which they are is `lines.uncredited`.
        """
        return len(self.lines.uncredited)

    @property
    def totals(self) -> dict[str, Money]:
        """What each payee is paid in all."""
        return {name: Money(minor, self.currency) for name, minor in self.lines.totals.items()}

    def __getitem__(self, payee: str) -> Commissions:
        return evolve(self, lines=self.lines.of_payee(payee))

    def __iter__(self) -> Iterator[str]:
        return iter(self.lines.payee.names)

    def __len__(self) -> int:
        return len(self.lines.payee.names)

    def keys(self) -> tuple[str, ...]:
        """The payees, in the order of their names."""
        return self.lines.payee.names

    def to_columns(self) -> dict[str, list[Any]]:
        """A row for each payee: plan, version, what is paid, in money, and earned [minor units], and deals left out.

        The lines in columns are `lines.to_columns()`.
        """
        lines = self.lines
        return {
            "payee": [*self],
            "plan": [one.plan for one in lines.plans],
            "version": [one.version for one in lines.plans],
            "minor": lines.sums(),
            "paid_minor": lines.sums("gift"),
            "earned_minor": lines.sums("banked", "owed", "held"),
            "n_missing": [one.n_missing for one in lines.plans],
            "currency": [self.currency] * len(self),
        }

    def __bool__(self) -> bool:
        return True  # an answer, also of nobody

    def __str__(self) -> str:
        payees = f"{len(self):,} {'payee' if len(self) == 1 else 'payees'}"
        some = "deal" if self.n_missing == 1 else "deals"
        missing = f", {self.n_missing:,} {some} without a day or a value" if self.n_missing else ""
        return f"{self.value} for {payees} in {plain_text(self.period)}{missing}{self._uncredited_shown()}"

    def _uncredited_shown(self) -> str:
        if not self.n_uncredited:
            return ""
        some = ", ".join(map(plain_text, self.lines.uncredited[:3].tolist()))
        more = " ..." if self.n_uncredited > 3 else ""
        return f", {self.n_uncredited:,} won {'deal' if self.n_uncredited == 1 else 'deals'} of nobody ({some}{more})"

    def _sum(self, *without: str) -> Money:
        return Money(sum(self.lines.sums(*without)), self.currency)
