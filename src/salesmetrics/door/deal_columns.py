"""The columns of a table of deals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import field, fields, frozen
from numpy.typing import NDArray

from salesmetrics._numeric.columns import Coded, Flags, Index, Masked, readonly
from salesmetrics.model.labels import FrozenMapping
from salesmetrics.model.stage import Outcome, SalesProcess

__all__ = ["DealColumns"]


def _frozen(columns: Mapping[str, Any]) -> FrozenMapping[Any]:
    return FrozenMapping(columns)


@frozen(eq=False)
class DealColumns:
    """The columns of a table of deals; a deal stands at the same place in each.

    Args:
        process: The stages, in order; `stage` has their names.
        currency: Of every amount; XXX when the table holds no money.
        id: Whole numbers as int64, anything else as objects.
        amount: Minor units.
        stage: Names of stages.
        owner: Names of owners.
        created: Days since 1970.
        closed: Days since 1970.
        expected_close: Days since 1970.
        probability: The deals' own, in millionths.
        category: The deals' own `Category`.
        kind: New, expansion or renewal.
        account: Names of customers.
        values: Further amounts, by name.
        labels: The user's own fields, by name.
    """

    process: SalesProcess
    currency: str
    id: NDArray[Any]
    amount: Masked
    stage: Coded
    owner: Coded
    created: Masked
    closed: Masked
    expected_close: Masked
    probability: Masked
    category: Coded
    kind: Coded
    account: Coded
    values: Mapping[str, Masked] = field(converter=_frozen)
    labels: Mapping[str, Coded] = field(converter=_frozen)

    def __attrs_post_init__(self) -> None:
        readonly(self.id)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(getattr(self, one.name) for one in fields(type(self)))  # a pickle forgets "read-only"

    @property
    def outcome(self) -> Coded:
        """Names of outcomes; a deal whose stage nobody knows is open."""
        order = [outcome.value for outcome in Outcome]
        places = [order.index(stage.outcome.value) for stage in self.process]
        return Coded(self.stage.lookup(places, order.index(Outcome.OPEN.value)), order)

    def has_outcome(self, *outcomes: Outcome) -> Flags:
        """Which deals are in a stage of one of these outcomes; a deal whose stage nobody knows is open."""
        unknown = [None] if Outcome.OPEN in outcomes else []
        return self.stage.is_in(*(stage.name for stage in self.process if stage.outcome in outcomes), *unknown)

    def rows(self, index: Index) -> dict[str, Any]:
        """Every column, cut to some rows."""
        return {
            "id": self.id[index],
            **{
                name: getattr(self, name).take(index)
                for name in (
                    "amount stage owner created closed expected_close probability category kind account".split()
                )
            },
            "values": {name: column.take(index) for name, column in self.values.items()},
            "labels": {name: column.take(index) for name, column in self.labels.items()},
        }
