"""What a statement's lines come to while it is worked out: in all, and for each deal that they are about."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TypeAlias

from attrs import Factory, define, evolve

from salesmetrics.model.exact import exact_text
from salesmetrics.model.plan.gate import Gate
from salesmetrics.result.balances import Balances, DealBalance
from salesmetrics.result.statement_lines import LineKind, StatementLine, whole_minor

__all__ = ["Key", "Ledger", "name_of_gate", "part_of", "rule_of_gate"]

Key: TypeAlias = tuple[str, str | int]
"""A rule or bonus, and a deal that it pays for."""


@define
class Ledger:
    """The lines so far, and what each deal is worth after them.

    Args:
        opening: The balances before.
        lines: What was earned, given and taken, in order.
        deals: What is known of each deal by each rule and bonus.
        here: What of a deal's worth was paid by this statement, and not by an earlier one.
    """

    opening: Balances
    lines: list[StatementLine] = Factory(list)
    deals: dict[Key, DealBalance] = Factory(dict)
    here: dict[Key, int] = Factory(dict)

    def __attrs_post_init__(self) -> None:
        self.deals = {(one.rule, one.deal): one for one in self.opening.deals}

    def add(
        self,
        kind: LineKind,
        rule: str | None,
        before: Fraction | int,
        exact: Fraction | int,
        *,
        deal: str | int | None = None,
        parents: tuple[int, ...] = (),
        bounds: tuple[Fraction | None, Fraction | None] = (None, None),
        rate: Fraction | None = None,
    ) -> int:
        """Add a line, and tell its amount."""
        line = StatementLine(kind, rule, deal, *bounds, rate, Fraction(before), Fraction(exact), parents)
        self.lines.append(line)
        return line.amount

    def so_far(self, rule: str | None, *, here: bool = False) -> tuple[int, tuple[int, ...]]:
        """What was earned by a rule, or by all, in money; and the places of its lines.

        Args:
            rule: The rule or bonus; `None` for all.
            here: Whether to leave out what deals of earlier statements take back.
        """
        places = tuple(
            place
            for place, line in enumerate(self.lines)
            if line.kind != "gift"
            and (rule is None or line.rule == rule)
            and not (here and line.kind in ("reversal", "undone") and (line.rule, line.deal) not in self.here)
        )
        return sum(self.lines[place].amount for place in places), places

    def book(self, balance: DealBalance) -> None:
        """A deal that this statement pays for."""
        self.deals[balance.rule, balance.deal] = balance
        self.here[balance.rule, balance.deal] = balance.worth

    def spread(self, rule: str | None, change: int) -> dict[Key, int]:
        """Spread what a step did over the deals that this statement pays for, by what each is worth so far.

        What was given beside deals, such as a guarantee, is the last that is taken away.

        Args:
            rule: The rule whose deals they are; `None` for all.
            change: What the step did, whose line does not stand yet.
        """
        parts = {
            key: part
            for key, part in self.here.items()
            if part and self.deals[key].kind != "gift" and (rule is None or key[0] == rule)
        }
        whole = sum(parts.values())
        if not whole:
            return {}
        places = self.so_far(rule, here=True)[1]
        of_deals = sum(self.lines[place].amount for place in places if self.lines[place].kind in _OF_DEALS)
        change = max(change, -max(0, of_deals))
        running, changes = Fraction(0), dict[Key, int]()
        for key, part in parts.items():
            before, running = running, running + Fraction(change * part, whole)
            changes[key] = whole_minor(running) - whole_minor(before)
            self.here[key] += changes[key]
            self.deals[key] = evolve(self.deals[key], worth=self.deals[key].worth + changes[key])
        return changes

    def hold(self, gate: str, taken: Mapping[Key, int]) -> None:
        """Remember what a gate took of deals, to be given back when it is met."""
        for key, amount in taken.items():
            gated = self.deals[key].gated
            held = {**gated, gate: gated.get(gate, 0) - amount}
            self.deals[key] = evolve(self.deals[key], gated=_kept(held))

    def forget(self, key: Key, gate: str) -> None:
        """Give up what a gate held back of a deal, whose window is over."""
        rest = {name: amount for name, amount in self.deals[key].gated.items() if name != gate}
        self.deals[key] = evolve(self.deals[key], gated=rest)

    def give_back(self, key: Key, gate: str) -> int:
        """Pay what a gate held back of a deal, and tell how much."""
        held = self.deals[key].gated[gate]
        self.forget(key, gate)
        self.deals[key] = evolve(self.deals[key], worth=self.deals[key].worth + held)
        self.here[key] = self.here.get(key, 0) + held
        return held

    def take_back(self, key: Key, share: Fraction) -> int:
        """Cancel a share of a deal, and tell what that was worth.

        What the deal earned and what steps made of it go each by its own share: where there was no step, the one is
        rounded as it is along the curve, and nothing is left to undo.
        """
        balance = self.deals[key]
        of_rest = share / (1 - balance.cancelled) if balance.cancelled < 1 else Fraction(0)
        by_steps = balance.worth - part_of(balance.earned, balance.cancelled, 1 - balance.cancelled)
        gone = part_of(balance.earned, balance.cancelled, share) + whole_minor(by_steps * of_rest)
        if key in self.here:  # of an earlier deal it is only what a gate has given back
            here = self.here[key]
            self.here[key] -= gone if here == balance.worth else whole_minor(here * of_rest)
        gated = {name: amount - whole_minor(amount * of_rest) for name, amount in balance.gated.items()}
        self.deals[key] = evolve(
            balance, worth=balance.worth - gone, cancelled=balance.cancelled + share, gated=_kept(gated)
        )
        return gone

    def closing(self) -> Balances:
        """The balances after all lines."""
        return self.opening.after(self.lines, self.deals.values())


def name_of_gate(step: Gate) -> str:
    """What a gate is called where balances tell what it holds back."""
    return f"{step.of}{_FROM}{exact_text(step.at)}"


def rule_of_gate(name: str) -> str:
    """The rule whose measure a gate of such a name looks at."""
    return name.rpartition(_FROM)[0]


def part_of(earned: int, cancelled: Fraction, share: Fraction) -> int:
    """What a deal earned for a share of it that is cancelled after another one."""
    return whole_minor(earned * (cancelled + share)) - whole_minor(earned * cancelled)


def _kept(gated: Mapping[str, int]) -> dict[str, int]:
    """What gates still hold back."""
    return {name: amount for name, amount in gated.items() if amount}


_OF_DEALS: frozenset[LineKind] = frozenset(["tier", "jump", "scale", "gate", "cap", "bonus", "reversal", "undone"])
_FROM = " from "
