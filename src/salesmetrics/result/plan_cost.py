"""What a plan costs, over a distribution of attainments."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any, ClassVar

from attrs import asdict, evolve, field, fields, frozen

from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.exact import exact_text
from salesmetrics.model.money import Money
from salesmetrics.model.period import Period
from salesmetrics.result._display import percent, plain_text
from salesmetrics.result.answer import MERGED_CURRENCY, SAME, Answer, check_count, in_unit_rounded
from salesmetrics.result.totals import amount_shown, major_units

__all__ = ["PlanCost", "PlanPayout", "PlanPayouts"]


@frozen
class PlanPayout:
    """What a plan pays at one attainment.

    Args:
        attainment: How many times the quota, exactly.
        n: How many reps are there [reps].
        minor: What each of them is paid, in minor units.
        past_gates: Whether every gate of the plan is passed there.
        at_cap: Whether selling more, however much, would pay nothing more.

    Raises:
        InvalidValueError: The attainment is no exact number from 0 up, or the number of reps is no count.

    Laws:
        round_trip: What is read from the plain form of payouts are the same payouts.

    Examples:
        >>> PlanPayout(Fraction(1), 3, 90_000, past_gates=True, at_cap=False).n
        3
    """

    attainment: Fraction
    n: int
    minor: int
    past_gates: bool
    at_cap: bool

    def __attrs_post_init__(self) -> None:
        if type(self.attainment) is not Fraction or self.attainment < 0:
            raise InvalidValueError(
                f"PlanPayout.attainment must be a Fraction from 0 up, got {shown(self.attainment)}; ask plan_cost"
            )
        check_count(self.n, "PlanPayout.n")


def _sorted(given: Iterable[PlanPayout]) -> tuple[PlanPayout, ...]:
    return tuple(sorted(given, key=lambda one: one.attainment))


@frozen
class PlanPayouts:
    """What a plan pays at some attainments, each once, in their order.

    Args:
        rows: The payouts.

    Raises:
        InvalidValueError: An attainment comes twice.

    Laws:
        adds: `a + b` has the reps of both; where an attainment is paid differently, it is refused.
        order: The order of payouts does not matter.
        round_trip: `from_dict` makes the same payouts of what `to_dict` wrote.

    Examples:
        >>> rows = [PlanPayout(Fraction(one), 1, 10_000 * one, past_gates=True, at_cap=False) for one in (2, 1)]
        >>> [(row.attainment, row.n) for row in PlanPayouts(rows) + PlanPayouts(rows[:1])]
        [(Fraction(1, 1), 1), (Fraction(2, 1), 2)]
    """

    rows: tuple[PlanPayout, ...] = field(converter=_sorted)

    def __attrs_post_init__(self) -> None:
        if len({row.attainment for row in self.rows}) < len(self.rows):
            raise InvalidValueError("an attainment must be paid once, got one twice; add up the reps who are there")

    def __iter__(self) -> Iterator[PlanPayout]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __add__(self, other: PlanPayouts) -> PlanPayouts:
        if not isinstance(other, PlanPayouts):
            return NotImplemented
        made = {row.attainment: row for row in self}
        for row in other:
            mine = made.get(row.attainment, evolve(row, n=0))
            if evolve(mine, n=row.n) != row:
                raise InvalidValueError(
                    f"costs that are added must be of one plan and quota, got {mine.minor} and {row.minor} paid at "
                    f"{exact_text(row.attainment)}; ask for both with the same"
                )
            made[row.attainment] = evolve(row, n=mine.n + row.n)
        return PlanPayouts(made.values())

    def to_dict(self) -> list[dict[str, Any]]:
        """The payouts in plain JSON types; attainments as exact text."""
        return [asdict(row) | {"attainment": exact_text(row.attainment)} for row in self]

    @classmethod
    def from_dict(cls, data: Any) -> PlanPayouts:
        """The payouts that `to_dict` wrote.

        Raises:
            InvalidValueError: The data are no such payouts.
        """
        if not isinstance(data, list) or not all(map(_is_row, data)):
            raise InvalidValueError(f"payouts must be what to_dict wrote, got {shown(data)}; leave them as written")
        return cls(PlanPayout(**row | {"attainment": Fraction(row["attainment"])}) for row in data)


def _is_row(data: Any) -> bool:
    kinds = {"attainment": str, "n": int, "minor": int, "past_gates": bool, "at_cap": bool}
    is_whole = isinstance(data, Mapping) and set(data) == {one.name for one in fields(PlanPayout)}
    if not is_whole or not all(type(data[name]) is kind for name, kind in kinds.items()):
        return False
    return bool(_EXACT.fullmatch(data["attainment"]))


_EXACT = re.compile(r"[0-9]{1,80}(\.[0-9]{1,80}|/(?!0+\Z)[0-9]{1,80})?")


@frozen
class PlanCost(Answer):
    """What a plan costs for reps at some attainments, and where they stand.

    Costs of reps of one plan add.

    Args:
        plan: The name of the plan.
        plan_version: Its version.
        period: The days that are paid for.
        currency: Of the plan.
        payouts: What it pays at each attainment, and how many reps are there.

    Laws:
        definition: The cost is what every rep is paid, added up, and a share the reps who are there over all reps.

    Examples:
        >>> rows = [
        ...     PlanPayout(Fraction("0.8"), 3, 40_000, past_gates=False, at_cap=False),
        ...     PlanPayout(Fraction("1.5"), 1, 150_000, past_gates=True, at_cap=True),
        ... ]
        >>> cost = PlanCost("AE", 1, Period.parse("2026-01-01..2027-01-01"), "USD", PlanPayouts(rows))
        >>> print(cost)
        2,700.00 USD for 4 reps in 2026-01-01..2027-01-01 by AE, version 1: 25.0 % past the gates, 25.0 % at quota, \
25.0 % at the cap
        >>> cost.to_columns()["minor"]
        [40000, 150000]
    """

    readings: ClassVar[tuple[str, ...]] = ("value", "mean", "gate_share", "quota_share", "cap_share")
    shares: ClassVar[tuple[str, ...]] = ("gate_share", "quota_share", "cap_share")

    plan: str = field(metadata=SAME)
    plan_version: int = field(metadata=SAME)
    period: Period = field(metadata=SAME)
    currency: str = field(metadata=MERGED_CURRENCY)
    payouts: PlanPayouts

    @property
    def n(self) -> int:
        """How many reps there are [reps]."""
        return sum(row.n for row in self.payouts)

    @property
    def value(self) -> Money:
        """What all reps are paid."""
        return Money(self._minor, self.currency)

    @property
    def mean(self) -> Money | int | None:
        """What a rep is paid in the mean, rounded once; `None` of nobody."""
        return in_unit_rounded(self._minor, self.n, self.currency) if self.n else None

    @property
    def exact_mean(self) -> Fraction | None:
        """What a rep is paid in the mean in major units, not rounded; `None` of nobody."""
        return Fraction(self._minor, self.n * int(major_units(self.currency))) if self.n else None

    @property
    def gate_share(self) -> Fraction | None:
        """The share of reps who pass every gate of the plan; `None` of nobody."""
        return self._share(lambda row: row.past_gates)

    @property
    def quota_share(self) -> Fraction | None:
        """The share of reps who reach their quota; `None` of nobody."""
        return self._share(lambda row: row.attainment >= 1)

    @property
    def cap_share(self) -> Fraction | None:
        """The share of reps to whom selling more would pay nothing more; `None` of nobody."""
        return self._share(lambda row: row.at_cap)

    def to_columns(self) -> dict[str, list[Any]]:
        """The payout curve: attainment [fraction], reps there, what each is paid [minor units], and where they are."""
        rows = [*self.payouts]
        return {
            "attainment": [float(row.attainment) for row in rows],
            **{name: [getattr(row, name) for row in rows] for name in ("n", "minor", "past_gates", "at_cap")},
        }

    def __str__(self) -> str:
        where = ("past the gates", "at quota", "at the cap")
        told = ", ".join(
            f"{percent(None if share is None else float(share))} {name}"
            for share, name in zip((self.gate_share, self.quota_share, self.cap_share), where, strict=True)
        )
        reps = f"{self.n:,} {'rep' if self.n == 1 else 'reps'}"
        return (
            f"{amount_shown(self.value)} for {reps} in {plain_text(self.period)} by {plain_text(self.plan)}, version "
            f"{self.plan_version}: {told}"
        )

    @property
    def _minor(self) -> int:
        return sum(row.n * row.minor for row in self.payouts)

    def _share(self, is_there: Callable[[PlanPayout], bool]) -> Fraction | None:
        n = self.n
        return Fraction(sum(row.n for row in self.payouts if is_there(row)), n) if n else None
