"""The lines of a team's commissions: who is paid how much, by which rule, for which deal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, Masked, coded, id_column, joined, readonly, recoded, sort_key
from salesmetrics._numeric.order import is_in_order, stable_order
from salesmetrics._numeric.sums import Groups, IntColumn, totals, whole_numbers
from salesmetrics.errors import InvalidValueError, shown

__all__ = ["CommissionLines", "PayeePlan"]


@frozen
class PayeePlan:
    """By which plan a payee is paid.

    Args:
        plan: Its name.
        version: Its version.
        n_missing: Deals of the payee that have no day or nothing of what is measured, and pay nothing [deals].

    Laws:
        round_trip: What is made of the plain form of lines has the same plans.

    Examples:
        >>> PayeePlan("senior", 2, 0).version
        2
    """

    plan: str
    version: int
    n_missing: int


def _plans(given: Iterable[PayeePlan]) -> tuple[PayeePlan, ...]:
    return tuple(given)


@frozen(eq=False)
class CommissionLines:
    """What a team is paid: a line for each payee, kind, rule and deal, in columns.

    Lines stand payee by payee, in the order in which they were worked out. The slices of a deal's way through the tiers
    are one line here; `commission` tells them apart.

    Args:
        payee: Who is paid. Everybody on a plan is among its sorted names, with lines or without.
        plans: The plan of each of these names.
        kind: "deal" for what a deal earns, and else the kind of a statement's line, such as "gate" or "owed".
        rule: The rule or bonus; none where a step is of all of them.
        deal: The id of the deal; `None` for what is of no single one.
        minor: How much, in minor units.
        uncredited: Deals that were won in the period, count by a plan, and name nobody whom it would credit, each once
            and in order.

    Laws:
        adds: `a + b` has the lines of both, and the deals that are nobody's in either; a payee in both is refused.
        order: Whichever comes first, both together are the same.
        round_trip: `from_dict` makes the same lines of what `to_dict` wrote.

    Examples:
        >>> lines = CommissionLines.of(
        ...     {"Ada": PayeePlan("AE", 1, 0), "Bo": PayeePlan("AE", 1, 0)},
        ...     ["Ada", "Ada"], ["deal", "gate"], ["sales", "sales"], ["D-1", None], [900, -900],
        ... )
        >>> lines.to_columns()["minor"], lines.totals
        (array([ 900, -900]), {'Ada': 0, 'Bo': 0})
    """

    payee: Coded
    plans: tuple[PayeePlan, ...] = field(converter=_plans)
    kind: Coded
    rule: Coded
    deal: NDArray[Any]
    minor: IntColumn
    uncredited: NDArray[Any] = field(factory=lambda: id_column([]))

    def __attrs_post_init__(self) -> None:
        for column in (self.deal, self.minor, self.uncredited):
            readonly(column)

    def __reduce__(self) -> tuple[Any, ...]:
        columns = self.payee, self.plans, self.kind, self.rule, self.deal, self.minor, self.uncredited
        return CommissionLines, columns  # a pickled array forgets that it is read-only

    @classmethod
    def of(
        cls,
        plans: Mapping[str, PayeePlan],
        payee: Sequence[str],
        kind: Sequence[str],
        rule: Sequence[str | None],
        deal: Sequence[Any],
        minor: Sequence[int],
        uncredited: Sequence[Any] = (),
    ) -> CommissionLines:
        """Lines from plain lists, the plan of everybody who is on one, and the deals that are nobody's."""
        names = sorted(plans)
        place = {name: code for code, name in enumerate(names)}
        codes = np.array([place[name] for name in payee], np.int32)
        lines = cls.sorted(
            Coded(codes, names),
            [plans[name] for name in names],
            coded(kind),
            coded(rule),
            id_column([*deal]),
            whole_numbers(minor),
        )
        return lines.with_uncredited([id_column([*uncredited])])

    @classmethod
    def sorted(
        cls,
        payee: Coded,
        plans: Iterable[PayeePlan],
        kind: Coded,
        rule: Coded,
        deal: NDArray[Any],
        minor: IntColumn,
    ) -> CommissionLines:
        """Lines of payees in any order, put in order by payee; those of one payee stay as they stand."""
        same = np.zeros(len(payee), np.int64)
        if not len(payee) or is_in_order(payee.codes, same):
            return cls(payee, plans, kind, rule, deal, minor)
        order = stable_order(payee.codes, same)
        return cls(payee.take(order), plans, kind.take(order), rule.take(order), deal.take(order), minor.take(order))

    @classmethod
    def together(cls, parts: Sequence[CommissionLines]) -> CommissionLines:
        """The lines of several groups of payees.

        Raises:
            InvalidValueError: A payee is in two of them.
        """
        plans: dict[str, PayeePlan] = {}
        for part in parts:
            both = [name for name in part.payee.names if name in plans]
            if both:
                raise InvalidValueError(
                    f"commissions that are added must be of different payees, got {shown(both[0])} in both; work out "
                    "all deals of a payee at once, because tiers go on from deal to deal"
                )
            plans |= dict(zip(part.payee.names, part.plans, strict=True))
        payees = joined([part.payee for part in parts] or [Coded(np.zeros(0, np.int8), ())])
        payee = recoded(payees.codes, payees.names)
        some = [part for part in parts if len(part)] or [
            cls.of({}, [], [], [], [], [])
        ]  # ids of no deals are of no kind
        lines = cls.sorted(
            payee,
            [plans[name] for name in payee.names],
            *(joined([getattr(part, name) for part in some]) for name in ("kind", "rule", "deal", "minor")),
        )
        return lines.with_uncredited([part.uncredited for part in parts])

    def with_uncredited(self, columns: Iterable[NDArray[Any]]) -> CommissionLines:
        """The same lines, with the deals of some columns as those that are nobody's."""
        some = [column for column in columns if len(column)]
        if not some:
            return self
        ids: NDArray[Any] = joined(some)
        different = np.unique(ids) if ids.dtype != object else id_column(sorted({*ids.tolist()}, key=sort_key))
        return evolve(self, uncredited=different)

    def of_payee(self, payee: str) -> CommissionLines:
        """The lines of one payee; what is nobody's is not among them.

        Raises:
            KeyError: Nobody is called so.
        """
        if payee not in self.payee.names:
            raise KeyError(payee)
        place = self.payee.names.index(payee)
        first, last = np.searchsorted(self.payee.codes, [place, place + 1]).tolist()
        rows = slice(first, last)
        only = Coded(np.zeros(last - first, np.int8), [payee])
        columns = self.kind.take(rows), self.rule.take(rows), self.deal[rows], self.minor[rows]
        return CommissionLines(only, [self.plans[place]], *columns)

    @property
    def totals(self) -> dict[str, int]:
        """What each payee is paid in all, in minor units."""
        return dict(zip(self.payee.names, self.sums(), strict=True))

    def sums(self, *without: str) -> list[int]:
        """What the lines of each payee come to, but for those of some kinds, in minor units."""
        groups = Groups(self.payee.codes, len(self.payee.names))
        is_in = ~self.kind.is_in(*without)
        if self.minor.dtype != object:
            found = totals(Masked(self.minor, is_in), is_in, groups)
        else:
            found = np.zeros(groups.n, object)
            np.add.at(found, self.payee.codes[is_in], self.minor[is_in])
        listed: list[int] = found.tolist()
        return listed

    def __len__(self) -> int:
        return len(self.deal)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CommissionLines):
            return NotImplemented
        return self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.payee.names, self.plans, *map(tuple, self._listed().values())))

    def __add__(self, other: CommissionLines) -> CommissionLines:
        if not isinstance(other, CommissionLines):
            return NotImplemented
        return CommissionLines.together([self, other])

    def to_columns(self) -> dict[str, NDArray[Any]]:
        """Columns for a frame: payee, kind, rule (`None` for a step of all), deal (or `None`) and minor units."""
        names = {name: getattr(self, name) for name in ("payee", "kind", "rule")}
        looked = {name: column.lookup(column.names, None) for name, column in names.items()}
        return {**looked, "deal": self.deal, "minor": self.minor}

    def to_dict(self) -> dict[str, Any]:
        """The plans, the columns and the deals that are nobody's in plain JSON types."""
        plans = {
            name: {"plan": one.plan, "version": one.version, "n_missing": one.n_missing}
            for name, one in zip(self.payee.names, self.plans, strict=True)
        }
        return {"plans": plans, **self._listed(), "uncredited": self.uncredited.tolist()}

    @classmethod
    def from_dict(cls, data: Any) -> CommissionLines:
        """The lines that `to_dict` wrote.

        Raises:
            InvalidValueError: The data are no such lines.
        """
        names = ("payee", "kind", "rule", "deal", "minor")
        is_whole = isinstance(data, Mapping) and set(data) == {"plans", *names, "uncredited"}
        plans: Any = data["plans"] if is_whole else None
        columns: list[Any] = [data[name] for name in names] if is_whole else [None]
        nobodys: Any = data["uncredited"] if is_whole else None
        sound = all(isinstance(column, list) for column in columns) and len({len(column) for column in columns}) == 1
        sound = sound and isinstance(plans, Mapping) and all(map(_is_plan, plans, plans.values()))
        sound = sound and isinstance(nobodys, list) and all(type(one) in (str, int) for one in nobodys)
        if not sound or not all(_is_line(plans, *line) for line in zip(*columns, strict=True)):
            raise InvalidValueError(
                f"the lines of commissions must be the columns {names}, the plans of payees and the deals that are "
                f"nobody's, got {shown(data)}; leave them as written"
            )
        lines = cls.of({name: PayeePlan(**one) for name, one in plans.items()}, *columns)
        return lines.with_uncredited([id_column(nobodys)])

    def _listed(self) -> dict[str, list[Any]]:
        names = {name: [*getattr(self, name)] for name in ("payee", "kind", "rule")}
        return {**names, "deal": self.deal.tolist(), "minor": self.minor.tolist()}


def _is_plan(name: Any, data: Any) -> bool:
    is_whole = isinstance(data, Mapping) and set(data) == {"plan", "version", "n_missing"}
    kinds = {"plan": str, "version": int, "n_missing": int}
    return type(name) is str and is_whole and all(type(data[key]) is kind for key, kind in kinds.items())


def _is_line(plans: Mapping[str, Any], payee: Any, kind: Any, rule: Any, deal: Any, minor: Any) -> bool:
    """Whether a line's cells are of their kinds."""
    return (
        type(payee) is str
        and payee in plans
        and type(kind) is str
        and type(rule) in (str, type(None))
        and type(deal) in (str, int, type(None))
        and type(minor) is int
    )
