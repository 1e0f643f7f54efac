"""The lines of a forecast: which deal is expected to bring what, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from attrs import fields, frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, Flags, Masked, coded, id_column, joined, readonly
from salesmetrics._numeric.days import day_number, day_of_number
from salesmetrics._numeric.recipe import LinesOfGroups, Product
from salesmetrics._numeric.sums import Groups, IntColumn, counts, totals
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.period import parse_day
from salesmetrics.model.probability import MILLION
from salesmetrics.result._lines import in_order_of_ids, joined_ids

__all__ = ["ForecastLines", "sums_by_basis", "sums_of_lines"]


@frozen(eq=False)
class ForecastLines:
    """The deals of a forecast, a line for each, in columns.

    A line whose amount or probability is not known contributes nothing; the forecast counts it.

    Args:
        deal: The id of the deal.
        amount: What it is worth, in minor units.
        probability: The chance that it is won in the period, in millionths.
        close: The day on which it is expected to close, in days since 1970.
        basis: What gave the probability, such as the name of the stage.

    Laws:
        adds: `a + b` has the lines of both; the same deal in both is refused.
        order: The order of lines does not matter.
        round_trip: `from_dict` makes the same lines of what `to_dict` wrote.

    Examples:
        >>> lines = ForecastLines.of(["D-1"], [100_000], [600_000], [date(2026, 3, 1)], ["Product trial"])
        >>> lines.to_columns()["contribution"]
        [60000000000]
    """

    deal: NDArray[Any]
    amount: Masked
    probability: Masked
    close: Masked
    basis: Coded

    def __attrs_post_init__(self) -> None:
        readonly(self.deal)

    def __reduce__(self) -> tuple[Any, ...]:
        columns = tuple(getattr(self, one.name) for one in fields(ForecastLines))
        return ForecastLines, columns  # a pickled array forgets that it is read-only

    @classmethod
    def of(
        cls,
        deal: Sequence[Any],
        amount: Sequence[int | None],
        probability: Sequence[int | None],
        close: Sequence[date | None],
        basis: Sequence[str | None],
    ) -> ForecastLines:
        """Lines from plain lists: ids, minor units, millionths, days and names; `None` for what is not known."""
        days = [None if day is None else day_number(day) for day in close]
        return cls(id_column([*deal]), _masked(amount), _masked(probability), _masked(days), coded(basis))

    @property
    def known(self) -> Flags:
        """Which lines have an amount and a probability."""
        flags: Flags = self.amount.known & self.probability.known
        return flags

    @property
    def contribution(self) -> IntColumn:
        """The amount times the probability of each line, in millionths of minor units; 0 where one is not known."""
        exact = np.int64 if self.amount.bound * MILLION < 2**63 else object
        amounts: IntColumn = np.where(self.known, self.amount.values, 0).astype(exact)
        amounts *= self.probability.values
        return amounts

    def __len__(self) -> int:
        return len(self.deal)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ForecastLines):
            return NotImplemented
        return len(self) == len(other) and self._in_order() == other._in_order()

    def __hash__(self) -> int:
        return hash(tuple(map(tuple, self._in_order().values())))

    def __add__(self, other: ForecastLines) -> ForecastLines:
        if not isinstance(other, ForecastLines):
            return NotImplemented
        if not len(self) or not len(other):  # no deals may have ids of another kind
            return self if len(self) else other
        deal = joined_ids(self.deal, other.deal, "forecasts")
        others = ("amount", "probability", "close", "basis")
        return ForecastLines(deal, *(joined([getattr(self, name), getattr(other, name)]) for name in others))

    def to_columns(self) -> dict[str, list[Any]]:
        """Plain columns, `None` for what is not known.

        The deal; its amount [minor units]; its probability [fraction]; the day on which it closes; the basis; and its
        contribution [millionths of minor units].
        """
        return {
            "deal": self.deal.tolist(),
            "amount": [*self.amount],
            "probability": [None if chance is None else chance / MILLION for chance in self.probability],
            "close": [None if day is None else day_of_number(day) for day in self.close],
            "basis": [*self.basis],
            "contribution": self.contribution.tolist(),
        }

    def to_dict(self) -> dict[str, list[Any]]:
        """The columns in plain JSON types; probabilities in millionths."""
        return {
            "deal": self.deal.tolist(),
            "amount": [*self.amount],
            "probability": [*self.probability],
            "close": [None if day is None else day_of_number(day).isoformat() for day in self.close],
            "basis": [*self.basis],
        }

    @classmethod
    def from_dict(cls, data: Any) -> ForecastLines:
        """The lines that `to_dict` wrote.

        Raises:
            InvalidValueError: The data are no such lines.
        """
        names = [one.name for one in fields(cls)]
        is_whole = isinstance(data, Mapping) and set(data) == set(names)
        columns: list[Any] = [data[name] for name in names] if is_whole else [None]
        sound = all(isinstance(column, list) for column in columns) and len({len(column) for column in columns}) == 1
        if not sound or not all(map(_is_line, *columns)) or len(set(columns[0])) < len(columns[0]):
            raise InvalidValueError(
                f"the lines of a forecast must be the columns {names} of different deals, got {shown(data)}; "
                "leave them as written"
            )
        deal, amount, probability, close, basis = columns
        days = [None if day is None else parse_day(day, "close") for day in close]
        return cls.of(deal, amount, probability, days, basis)

    def _in_order(self) -> dict[str, list[Any]]:
        """The columns in the order of the deals."""
        order = in_order_of_ids(self.deal)
        return {
            one.name: getattr(self, one.name).take(order).tolist()
            if one.name == "deal"
            else [*getattr(self, one.name).take(order)]
            for one in fields(ForecastLines)
        }


def sums_of_lines(lines: LinesOfGroups | Sequence[ForecastLines]) -> dict[str, IntColumn]:
    """What the lines of each forecast contribute [millionths of minor units], and how many have no amount or chance."""
    if isinstance(lines, LinesOfGroups):
        sizes = np.diff(lines.starts)
        return _sums(lines.together, Groups(np.repeat(np.arange(len(sizes)), sizes), len(sizes)))
    sums = [_sums(one, Groups(np.zeros(len(one), np.int8), 1)) for one in lines]
    counted = {name: np.array([int(one[name][0]) for one in sums], np.int64) for name in ("n", "n_missing")}
    return {"micro": np.array([int(one["micro"][0]) for one in sums], object), **counted}


def sums_by_basis(lines: ForecastLines) -> dict[str | None, dict[str, int]]:
    """For each basis that comes up, in the order of their names: what its lines are worth and contribute."""
    names = [*lines.basis.names, None]
    groups = Groups(lines.basis.codes, len(names))
    worth = {"minor": totals(lines.amount, lines.known, groups), **_sums(lines, groups)}
    worth["n_no_amount"] = counts(~lines.amount.known, groups)
    return {
        name: {of: int(sums[place]) for of, sums in worth.items()}
        for place, name in enumerate(names)
        if worth["n"][place] + worth["n_missing"][place]
    }


def _sums(lines: ForecastLines, groups: Groups) -> dict[str, IntColumn]:
    known = lines.known
    return {
        "micro": Product(lines.amount, lines.probability, known).grouped(groups),
        "n": counts(known, groups),
        "n_missing": counts(~known, groups),
    }


def _masked(numbers: Sequence[int | None]) -> Masked:
    known = np.array([number is not None for number in numbers], np.bool_)
    return Masked(np.array([number or 0 for number in numbers], np.int64), known)


def _is_line(deal: Any, amount: Any, probability: Any, close: Any, basis: Any) -> bool:
    """Whether a line's cells are of their kinds; the day is read later."""
    return (
        type(deal) in (str, int)
        and (amount is None or (type(amount) is int and abs(amount) < 2**63))
        and (probability is None or (type(probability) is int and 0 <= probability <= MILLION))
        and (close is None or type(close) is str)
        and (basis is None or type(basis) is str)
    )
