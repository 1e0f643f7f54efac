"""What somebody is paid for a period, line by line, and what is carried from the period before to the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from attrs import evolve, field, frozen

from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.currencies import exponent
from salesmetrics.model.exact import exact_text
from salesmetrics.model.money import Money
from salesmetrics.model.period import Period
from salesmetrics.result._display import html_of_text, plain_text, text_of_table
from salesmetrics.result.balances import Balances
from salesmetrics.result.statement_lines import LineKind, StatementLine, whole_minor

__all__ = ["Statement"]


def _lines(given: Iterable[StatementLine]) -> tuple[StatementLine, ...]:
    return tuple(given)


@frozen
class Statement:
    """What a payee is paid for a period by a plan, and why.

    Statements do not add: tiers go on from deal to deal, so two halves of a period are not the period. The next
    period's statement begins with this one's closing balances.

    Args:
        payee: Who is paid.
        period: The days that it is for.
        currency: That of all amounts.
        plan: The name of the plan.
        version: Its version.
        lines: What is paid, and why, in the order in which it was worked out.
        opening: The balances before.
        closing: The balances after.
        n_missing: Deals of the payee that have no day or nothing of what is measured, and earn nothing [deals].
        digest: A fingerprint of the plan and of all that the lines follow from.

    Raises:
        InvalidValueError: The closing balances do not follow from the opening ones and the lines.

    Laws:
        adds_up: The lines add up to the total, and the total and the carry to what was earned and the carry before.
        explained: The words of every line hold its figures, and the amount follows from these.
        difference: Old lines with those of the difference add up to the new total; a re-run of the same has none.
        round_trip: `from_json` reads what `to_json` wrote.

    Examples:
        >>> from datetime import date
        >>> from salesmetrics import CompPlan, Curve, Deal, commission
        >>> plan = CompPlan.of("junior", Curve.slab({0: 0, 10_000: "0.1"}), "USD", date(2026, 1, 1))
        >>> deal = Deal("D-1", Money.of(15_000, "USD"), "Won", "Ada", date(2026, 1, 5), closed=date(2026, 1, 20))
        >>> january = Period.parse("2026-01-01..2026-02-01")
        >>> statement = commission([deal], plan=plan, payee="Ada", period=january)
        >>> print(statement)
        1,500.00 USD for Ada in 2026-01-01..2026-02-01 by junior, version 1
        line          deal   from     to  rate   amount
        junior        D-1       0  10000     0     0.00
        junior, jump  D-1   10000  10000        1000.00
        junior        D-1   10000  15000   0.1   500.00
        >>> print(statement.explain(statement.lines[2]))
        junior, deal D-1: from 10000 to 15000 at 0.1 is 500; 1000 before it and 1500 with it are rounded to 1000.00 \
and 1500.00; amount 500.00 USD
    """

    payee: str
    period: Period
    currency: str
    plan: str
    version: int
    lines: tuple[StatementLine, ...] = field(converter=_lines)
    opening: Balances
    closing: Balances
    n_missing: int
    digest: str

    def __attrs_post_init__(self) -> None:
        exponent(self.currency)
        if self.opening.after(self.lines, self.closing.deals) != self.closing:
            raise InvalidValueError(
                "closing balances must follow from the opening ones and the lines, got others; ask commission for them"
            )

    @property
    def total(self) -> Money:
        """All that the lines pay, gifts with their value."""
        return Money(sum(line.amount for line in self.lines), self.currency)

    @property
    def paid(self) -> Money:
        """What is paid out in money: the total without gifts."""
        return self.total - Money(sum(line.amount for line in self.lines if line.kind == "gift"), self.currency)

    @property
    def earned(self) -> Money:
        """What was earned in the period, whenever it is paid."""
        return Money(self.closing.earned - self.opening.earned, self.currency)

    def explain(self, line: StatementLine) -> str:
        """A line in words, from whose figures the amount can be worked out again.

        Raises:
            InvalidValueError: The line is of another statement.
        """
        if line not in self.lines:
            raise InvalidValueError(f"a line must be one of the statement, got {shown(line)}; take it from .lines")
        after = line.before + line.exact
        reason = f"from {exact_text(line.lower)} to {exact_text(line.upper)} at {exact_text(line.rate)}" if (
            line.lower is not None and line.upper is not None and line.rate is not None
        ) else _WORDS[line.kind]  # fmt: skip
        if line.kind in ("gate", "jump") and line.lower is not None and line.upper is not None:
            reason += f" ({exact_text(line.lower)} of {exact_text(line.upper)})"
        deal = "" if line.deal is None else f", deal {plain_text(line.deal)}"
        return (
            f"{self._called(line)}{deal}: {reason} is {self._exact(line.exact)}; {self._exact(line.before)} before it "
            f"and {self._exact(after)} with it are rounded to {self._major(whole_minor(line.before))} and "
            f"{self._major(whole_minor(after))}; amount {self._major(line.amount)} {self.currency}"
        )

    @staticmethod
    def diff(old: Statement, new: Statement) -> Statement:
        """What is still to be paid when a closed period is worked out anew: only the differences, posted forward.

        The old statement stays as it was paid. The difference begins with its closing balances and ends with those of
        the new one, so the next period's statement begins with the difference's.

        Raises:
            InvalidValueError: The two are not of one payee, period and opening.

        Examples:
            >>> from datetime import date
            >>> from salesmetrics import CompPlan, Curve, commission
            >>> plan = CompPlan.of("flat", Curve.flat("0.1"), "USD", date(2026, 1, 1))
            >>> none = commission([], plan=plan, payee="Ada", period=Period.parse("2026-01-01..2026-02-01"))
            >>> Statement.diff(none, none).lines
            ()
        """
        facts = [(one.payee, one.period, one.currency, one.opening) for one in (old, new)]
        if facts[0] != facts[1]:
            raise InvalidValueError(
                "statements that are compared must be of one payee, period, currency and opening, got others; work the "
                "same period out again"
            )
        sums: dict[tuple[LineKind, str | None, str | int | None], list[int]] = {}
        for place, one in enumerate((old, new)):
            for line in one.lines:
                sums.setdefault((line.kind, line.rule, line.deal), [0, 0])[place] += line.amount
        lines = [
            StatementLine(kind, rule, deal, None, None, None, Fraction(was), Fraction(now - was))
            for (kind, rule, deal), (was, now) in sums.items()
            if was != now
        ]
        return evolve(new, lines=lines, opening=old.closing)

    def to_columns(self) -> dict[str, list[Any]]:
        """The lines in columns, `None` where nothing is.

        The kind, rule and deal; lower and upper bound [what is measured]; rate [major units]; before and exact [minor
        units]; and the amount [minor units].
        """
        names = ("kind", "rule", "deal", "lower", "upper", "rate", "before", "exact", "amount")
        return {name: [getattr(line, name) for line in self.lines] for name in names}

    def __str__(self) -> str:
        head = (
            f"{self.total} for {plain_text(self.payee)} in {plain_text(self.period)} by {plain_text(self.plan)}, "
            f"version {self.version}"
        )
        missing = f"\n{self.n_missing} deals without a day or a value earn nothing" if self.n_missing else ""
        if not self.lines:
            return head + missing
        heads = ("line", "deal", "from", "to", "rate", "amount")
        return f"{head}\n{text_of_table(heads, [*self._rows()], left=2)}{missing}"

    def _repr_html_(self) -> str:
        return html_of_text(str(self))

    def _rows(self) -> Iterator[tuple[str, ...]]:
        for line in self.lines:
            cells = [_short(one) for one in (line.lower, line.upper, line.rate)]
            deal = "" if line.deal is None else plain_text(line.deal)
            yield (self._called(line), deal, *cells, self._major(line.amount))

    def _called(self, line: StatementLine) -> str:
        rule = "all" if line.rule is None else plain_text(line.rule)
        return rule if line.kind == "tier" else f"{rule}, {line.kind}"

    def _exact(self, minor: Fraction) -> str:
        return exact_text(minor / 10 ** exponent(self.currency))

    def _major(self, minor: int) -> str:
        return f"{Money(minor, self.currency).amount:f}"


_WORDS: dict[LineKind, str] = {
    "tier": "what is restated",
    "jump": "the jump at a bound",
    "scale": "the factor",
    "gate": "the gate",
    "cap": "what lies above the cap",
    "guarantee": "what fills up to the guarantee",
    "bonus": "the bonus",
    "gift": "the value of the gift",
    "reversal": "what a cancelled deal takes back",
    "banked": "what is banked, or paid out of the bank",
    "owed": "what is paid ahead, or taken for it",
    "held": "what is held back, or released",
}


def _short(exact: Fraction | None) -> str:
    """A figure as a table shows it; the line itself holds it exactly."""
    if exact is None:
        return ""
    text = exact_text(exact)
    return text if len(text) <= 10 and "/" not in text else f"{float(exact):.6g}"
