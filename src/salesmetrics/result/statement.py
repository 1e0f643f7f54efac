"""What somebody is paid for a period, line by line, and what is carried from the period before to the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from hashlib import sha256
from itertools import pairwise
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
        forward: Of several periods in a row, the difference goes from the last old balances to the last new ones.
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
        junior, deal D-1: from 10000 to 15000 at 0.1 is 500; 1000 before it and 1500 with it; amount 500.00 USD
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
        """All that the lines pay, gifts with their value, which is not paid in money; see `paid`."""
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
        deal = "" if line.deal is None else f", deal {plain_text(line.deal)}"
        totals = f"{self._exact(line.before)} before it and {self._exact(after)} with it"
        if line.before.denominator != 1 or after.denominator != 1:
            whole = [self._major(whole_minor(total)) for total in (line.before, after)]
            totals += f" are rounded to {whole[0]} and {whole[1]}"
        return (
            f"{self._called(line)}{deal}: {self._reason(line)} is {self._exact(line.exact)}; {totals}; amount "
            f"{self._major(line.amount)} {self.currency}"
        )

    def _reason(self, line: StatementLine) -> str:
        """What a line's exact figure is, with the figures that it follows from."""
        lower, upper, rate = (None if one is None else exact_text(one) for one in (line.lower, line.upper, line.rate))
        if lower is not None and upper is not None and rate is not None:
            return f"from {lower} to {upper} at {rate}"
        if line.kind == "scale" and rate is not None:
            return f"what {rate} times {self._exact(line.before)} adds"
        if line.kind == "gate" and upper is not None:
            return f"the gate ({lower} of {upper})"
        bound = upper if lower is None else lower
        return _WORDS[line.kind] + ("" if bound is None else f"{_BOUNDS.get(line.kind, ' at')} {bound}")

    @staticmethod
    def diff(old: Statement | Sequence[Statement], new: Statement | Sequence[Statement]) -> Statement:
        """What is still to be paid when closed periods are worked out anew: only the differences, posted forward.

        The old statements stay as they were paid. The difference begins with their closing balances and ends with those
        of the new ones, so the next period's statement begins with the difference's. Where later periods were paid
        already they begin with other balances too: work each of them out anew, with the new statement before it as
        opening, and give all of them, from the period that is restated to the last one paid.

        Args:
            old: The statement as it was paid, or those of several periods in a row.
            new: The same periods worked out anew.

        Raises:
            InvalidValueError: There are none, the two are not of one payee, currency, opening and the same periods, or
                one does not begin where the one before it ends.

        Examples:
            >>> from datetime import date
            >>> from salesmetrics import CompPlan, Curve, commission
            >>> plan = CompPlan.of("flat", Curve.flat("0.1"), "USD", date(2026, 1, 1))
            >>> none = commission([], plan=plan, payee="Ada", period=Period.parse("2026-01-01..2026-02-01"))
            >>> Statement.diff(none, none).lines
            ()
        """
        olds, news = _in_a_row(old, "old"), _in_a_row(new, "new")
        facts = [
            ([one.period for one in those], those[0].payee, those[0].currency, those[0].opening)
            for those in (olds, news)
        ]
        if facts[0] != facts[1]:
            raise InvalidValueError(
                "statements that are compared must be of one payee, currency and opening and of the same periods, got "
                "others; work the same periods out again"
            )
        sums: dict[tuple[LineKind, str | None, str | int | None], list[int]] = {}
        for place, those in enumerate((olds, news)):
            for line in (line for one in those for line in one.lines):
                sums.setdefault((line.kind, line.rule, line.deal), [0, 0])[place] += line.amount
        lines = [
            StatementLine(kind, rule, deal, None, None, None, Fraction(was), Fraction(now - was))
            for (kind, rule, deal), (was, now) in sums.items()
            if was != now
        ]
        return evolve(
            news[-1],
            period=news[0].period if len(news) == 1 else Period(news[0].period.start, news[-1].period.end),
            lines=lines,
            opening=olds[-1].closing,
            n_missing=max(one.n_missing for one in news),
            digest=sha256(" ".join(one.digest for one in (*olds, *news)).encode()).hexdigest()[:16],
        )

    def to_columns(self) -> dict[str, list[Any]]:
        """The lines in columns, `None` where nothing is.

        The kind, rule and deal; lower and upper bound [what is measured]; rate [major units]; before and exact [minor
        units]; and the amount [minor units].
        """
        names = ("kind", "rule", "deal", "lower", "upper", "rate", "before", "exact", "amount")
        return {name: [getattr(line, name) for line in self.lines] for name in names}

    def __str__(self) -> str:
        gifts = self.total - self.paid
        given = f", of which {gifts} are the value of gifts," if gifts.minor else ""
        head = (
            f"{self.total}{given} for {plain_text(self.payee)} in {plain_text(self.period)} by "
            f"{plain_text(self.plan)}, version {self.version}"
        )
        some, earn = ("deal", "earns") if self.n_missing == 1 else ("deals", "earn")
        missing = f"\n{self.n_missing:,} {some} without a day or a value {earn} nothing" if self.n_missing else ""
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
    "jump": "the jump",
    "moved": "what is paid again for a deal that an earlier statement booked on another day",
    "scale": "what the factor adds",
    "gate": "the gate",
    "cap": "what lies above the cap",
    "guarantee": "what is guaranteed",
    "bonus": "the bonus",
    "gift": "the value of the gift",
    "reversal": "what a cancelled deal takes back",
    "undone": "what undoes the scales, gates and caps of a cancelled deal",
    "banked": "what is banked, or paid out of the bank",
    "owed": "what is paid ahead, or taken for it",
    "held": "what is held back, or released",
}

_BOUNDS: dict[LineKind, str] = {"cap": " of", "guarantee": ", up to"}


def _in_a_row(given: Statement | Sequence[Statement], which: str) -> Sequence[Statement]:
    """Statements of periods in a row, each of which begins with the balances of the one before.

    Raises:
        InvalidValueError: They are no such statements.
    """
    those = [given] if isinstance(given, Statement) else given
    if not isinstance(those, Sequence) or not those or not all(isinstance(one, Statement) for one in those):
        raise InvalidValueError(
            f"the {which} side of a difference must be a Statement, or several in a row, got {shown(given)}; give what "
            "commission answered"
        )
    for one, later in pairwise(those):
        if (one.payee, one.period.end, one.closing) != (later.payee, later.period.start, later.opening):
            raise InvalidValueError(
                f"the {which} statements of a difference must follow each other, got {later.period} after {one.period} "
                "with other balances or of somebody else; work each out with the one before it as opening"
            )
    return those


def _short(exact: Fraction | None) -> str:
    """A figure as a table shows it; the line itself holds it exactly."""
    if exact is None:
        return ""
    text = exact_text(exact)
    return text if len(text) <= 10 and "/" not in text else f"{float(exact):.6g}"
