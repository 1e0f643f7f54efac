"""What a rule of a plan measures: which value of which deals, over how long, and whether against the quota."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias, get_args

from attrs import field, frozen

from salesmetrics.errors import refuse
from salesmetrics.model.labels import EMPTY, Label, freeze_labels
from salesmetrics.model.plan._fields import kind_fault, name_fault, word_fault

__all__ = ["Basis", "Window"]

Window: TypeAlias = Literal["deal", "period", "quarter", "year"]
"""Over how long a measure runs on: each deal alone, the period of the statement, or the quarter or year to date."""


@frozen
class Basis:
    """What is measured of the deals that a payee is credited with.

    Args:
        value: "amount", "count", or the name of one of the deals' `values`, such as margin or units.
        where: Which deals count: keys or labels with the one value each must have, such as `{"kind": "new"}`.
        window: "period": tiers begin anew with each statement. "quarter" and "year": to date, so a later month of the
            same year goes on where the one before it ended. "deal": each deal goes through the tiers alone, and is
            rounded alone.
        of_quota: Whether the measure is divided by the quota of the window, so that bounds are attainment (1 is 100 %).

    Raises:
        InvalidValueError: A field is not of its kind.

    Examples:
        >>> Basis("margin", where={"kind": "new"}, window="year").window
        'year'
    """

    value: str = "amount"
    where: Mapping[str, Label] = field(default=EMPTY, converter=freeze_labels)
    window: Window = "period"
    of_quota: bool = False

    def __attrs_post_init__(self) -> None:
        refuse(
            [
                name_fault(self.value, "Basis.value"),
                word_fault(self.window, get_args(Window), "Basis.window"),
                kind_fault(self.of_quota, bool, "Basis.of_quota", "write of_quota=True"),
            ]
        )
