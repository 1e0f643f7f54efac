"""What a forecast expects beside the deals in the book, exactly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from attrs import field, frozen

from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.model.labels import FrozenMapping
from salesmetrics.result.answer import check_count

__all__ = ["NO_PARTS", "ForecastParts"]


def _frozen(amounts: Mapping[str, Fraction]) -> FrozenMapping[Fraction]:
    return FrozenMapping(amounts)


@frozen
class ForecastParts:
    """What a forecast expects beside the deals in the book, by name: what earlier periods brought, growth, new hires.

    Args:
        amounts: In minor units; a mean of three periods is a fraction, and nothing is rounded before it is read.
        n: From how many amounts they were made [deals].
        n_missing: How many deals had no amount and have no part in them [deals].

    Laws:
        adds: `a + b` has the parts of both; those of one name are added.
        order: The order of parts does not matter.
        round_trip: `from_dict` makes the same parts of what `to_dict` wrote.

    Examples:
        >>> parts = ForecastParts({"base": Fraction(100, 3)}, n=2, n_missing=0)
        >>> parts + parts
        ForecastParts(amounts={'base': Fraction(200, 3)}, n=4, n_missing=0)
    """

    amounts: Mapping[str, Fraction] = field(converter=_frozen)
    n: int
    n_missing: int

    def __attrs_post_init__(self) -> None:
        for name, number in (("n", self.n), ("n_missing", self.n_missing)):
            if type(number) is not int:
                raise InvalidValueError(f"ForecastParts.{name} must be a whole number, got {shown(number)}; {_HINT}")
            check_count(number, f"ForecastParts.{name}")

    @property
    def total(self) -> Fraction:
        """All parts together, in minor units."""
        return sum(self.amounts.values(), Fraction(0))

    def __add__(self, other: ForecastParts) -> ForecastParts:
        if not isinstance(other, ForecastParts):
            return NotImplemented
        names = dict.fromkeys([*self.amounts, *other.amounts])
        amounts = {name: self.amounts.get(name, Fraction(0)) + other.amounts.get(name, Fraction(0)) for name in names}
        return ForecastParts(amounts, self.n + other.n, self.n_missing + other.n_missing)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types; an amount is text, such as "-100/3"."""
        amounts = {name: str(amount) for name, amount in self.amounts.items()}
        return {"amounts": amounts, "n": self.n, "n_missing": self.n_missing}

    @classmethod
    def from_dict(cls, data: Any) -> ForecastParts:
        """The parts that `to_dict` wrote.

        Raises:
            InvalidValueError: The data are no such parts.
        """
        is_whole = isinstance(data, Mapping) and set(data) == {"amounts", "n", "n_missing"}
        amounts: Any = data["amounts"] if is_whole else None
        if not isinstance(amounts, Mapping) or not all(map(_is_part, amounts.items())):
            raise InvalidValueError(f"the parts of a forecast must be amounts by name, got {shown(data)}; {_HINT}")
        read = {name: Fraction(amount) for name, amount in amounts.items()}
        if any(str(read[name]) != amount for name, amount in amounts.items()):
            raise InvalidValueError(f"an amount must be written in lowest terms, got {shown(amounts)}; {_HINT}")
        return cls(read, data["n"], data["n_missing"])


NO_PARTS = ForecastParts({}, 0, 0)

_AMOUNT = re.compile(r"-?[0-9]{1,60}(?:/[1-9][0-9]{0,29})?", re.ASCII)

_HINT = "leave them as written"


def _is_part(part: tuple[Any, Any]) -> bool:
    name, amount = part
    return isinstance(name, str) and isinstance(amount, str) and _AMOUNT.fullmatch(amount) is not None
