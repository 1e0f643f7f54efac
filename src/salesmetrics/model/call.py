"""What somebody says that a period will bring."""

from __future__ import annotations

from datetime import date

from attrs import field, frozen

from salesmetrics.errors import refuse, shown
from salesmetrics.model.money import Money
from salesmetrics.model.period import Period, check_day
from salesmetrics.model.probability import MILLION, millionths

__all__ = ["Call"]


def _confidence(given: float | None) -> float | None:
    return None if given is None else millionths(given, what="Call.confidence") / MILLION


@frozen
class Call:
    """What a person says, on a day, that a period will bring: all of theirs together, or one deal.

    The call of a manager is of the people below too, and stands in for what they say. A call of no amount takes back
    what was said before, and theirs count again.

    Args:
        by: Who says it.
        period: The period that it is of.
        amount: What it will bring; a whole number where values are plain numbers; `None` takes an earlier call back.
        confidence: How sure they are, a fraction in [0, 1], or `None`. It is kept and not multiplied: a call is what
            somebody stands for.
        made_on: The day on which it was said.
        deal: The deal that it is of; `None` for all of the period.

    Raises:
        InvalidValueError: A field is not of its kind.

    Examples:
        >>> q1 = Period.parse("2026-01-01..2026-04-01")
        >>> Call("Ada", q1, Money.of(90_000, "USD"), 0.8, date(2026, 1, 12)).confidence
        0.8
    """

    by: str
    period: Period
    amount: Money | int | None
    confidence: float | None = field(converter=_confidence)
    made_on: date
    deal: str | int | None = None

    def __attrs_post_init__(self) -> None:
        faults: list[str] = []
        if type(self.by) is not str:
            faults.append(f"Call.by must be text, got {shown(self.by)}; name who says it")
        if not isinstance(self.period, Period):
            faults.append(f"Call.period must be a Period, got {shown(self.period)}; name what the call is of")
        if not isinstance(self.amount, (Money, type(None))) and type(self.amount) is not int:
            faults.append(
                f"Call.amount must be Money, a whole number or None, got {shown(self.amount)}; write "
                "Money.of(90_000, 'USD')"
            )
        if self.deal is not None and (type(self.deal) not in (str, int) or self.deal == ""):
            faults.append(f"Call.deal must be an id or None, got {shown(self.deal)}; give text or a whole number")
        refuse(faults)
        check_day(self.made_on, "Call.made_on")
