"""A step that keeps pay between bounds, and may carry what lies outside them to the next period."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

from attrs import frozen

from salesmetrics.errors import refuse
from salesmetrics.model.money import Money
from salesmetrics.model.plan._fields import amount_fault, name_fault, word_fault

__all__ = ["Above", "Below", "Clamp"]

Below: TypeAlias = Literal["given", "owed"]
"""What becomes of what a floor adds: it is given for good, or owed and taken from later pay."""

Above: TypeAlias = Literal["lost", "banked"]
"""What becomes of what a cap takes away: it is lost, or banked and paid later."""


@frozen
class Clamp:
    r"""Pay of a period between a least and a most, with a balance that is carried from one period to the next.

    $$ \text{available} = \text{earned} + \text{carried}, \quad \text{paid} = \min(\max(\text{available},
    \text{least}), \text{most}), \quad \text{carry} = \text{available} - \text{paid} $$

    One fold is all of these: a cap (`most`), a refundable cap (`above="banked"`), a floor or guarantee (`least`), a
    recoverable guarantee (`below="owed"`), a fixed payment with a balance (`least` equal to `most`), and earnings below
    zero that are carried forward (`least` of zero, owed).

    Args:
        least: What is paid at least; `None` for no floor.
        most: What is paid at most; `None` for no cap.
        below: Whether what the floor adds is "given" or "owed".
        above: Whether what the cap takes is "lost" or "banked".
        rule: The rule whose pay is kept between; `None` for all that was earned so far. What is carried is carried for
            all, so a clamp of one rule carries nothing.

    Raises:
        InvalidValueError: A field is not of its kind, bounds are of two currencies or exchanged, there is none, or a
            clamp of one rule carries a balance.

    Examples:
        >>> Clamp(least=Money.of(250, "USD"), below="owed").carries
        True
    """

    least: Money | None = None
    most: Money | None = None
    below: Below = "given"
    above: Above = "lost"
    rule: str | None = None

    def __attrs_post_init__(self) -> None:
        refuse(
            [
                amount_fault(self.least, "Clamp.least", optional=True),
                amount_fault(self.most, "Clamp.most", optional=True),
                word_fault(self.below, get_args(Below), "Clamp.below"),
                word_fault(self.above, get_args(Above), "Clamp.above"),
                name_fault(self.rule, "Clamp.rule", optional=True),
                "Clamp must have a bound, got none; give least or most" if self.least is self.most is None else None,
                f"Clamp must carry a balance for all rules and not for {self.rule!r}; leave the rule out, or let what "
                "lies outside be given and lost"
                if self.rule is not None and self.carries
                else None,
            ]
        )
        if self.least is not None and self.most is not None and self.most < self.least:
            refuse([f"Clamp.most must not be below its least {self.least}, got {self.most}; exchange the two"])

    @property
    def carries(self) -> bool:
        """Whether it has a balance that goes from one period to the next."""
        return self.below == "owed" or self.above == "banked"
