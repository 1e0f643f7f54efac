"""A deal: what is sold, to whom, for how much, how far it is and when it ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Literal, TypeAlias, get_args

from attrs import frozen

from salesmetrics.errors import InvalidValueError, nearest, shown
from salesmetrics.model.labels import EMPTY, FrozenMapping, Label, freeze_labels
from salesmetrics.model.money import Money
from salesmetrics.model.period import check_day
from salesmetrics.model.probability import MILLION, IntoProbability, millionths
from salesmetrics.model.stage import Category

__all__ = ["KINDS", "Deal", "Kind"]

Kind: TypeAlias = Literal["new", "expansion", "renewal"]
"""Whether a deal wins a customer, grows one or keeps one."""

KINDS: tuple[Kind, ...] = get_args(Kind)


@frozen
class Deal:
    """One opportunity to sell.

    Args:
        id: What the deal is called in the data; unique in a table.
        amount: What it is worth; `None` when nobody knows, which is not zero.
        stage: The name of its stage.
        owner: The rep who owns it.
        created: The day it came into the book.
        closed: The day it was won or lost.
        expected_close: The day it is expected to close.
        probability: Its own chance to be won, a fraction in [0, 1] with at most six decimals.
        category: Its own forecast category, instead of its stage's.
        kind: "new", "expansion" or "renewal".
        account: The customer.
        values: Further amounts by name, such as ARR or margin as `Money`, or units as whole numbers.
        labels: The user's own fields: text, numbers, flags, days.

    Each field is checked alone; a table checks fields against each other.

    Raises:
        InvalidValueError: A field is not of its kind.

    Examples:
        >>> deal = Deal("D-1", Money.of("1200", "USD"), "Qualified", "Ada", date(2026, 1, 5), labels={"region": "EMEA"})
        >>> deal.amount, deal.labels["region"], deal.closed
        (Money(minor=120000, currency='USD'), 'EMEA', None)
    """

    id: str | int
    amount: Money | None
    stage: str
    owner: str | None
    created: date | None
    closed: date | None = None
    expected_close: date | None = None
    probability: float | None = None
    category: Category | None = None
    kind: Kind = "new"
    account: str | None = None
    values: Mapping[str, Money | int] = EMPTY
    labels: Mapping[str, Label] = EMPTY

    def __attrs_post_init__(self) -> None:
        # One look at the usual types; whatever else comes takes the longer way below. A validator on each field
        # would more than double the cost of making a deal.
        chance = self.probability
        if not (
            type(self.id) is str
            and type(self.amount) in _MONEY
            and type(self.stage) is str
            and type(self.owner) in _TEXT
            and type(self.created) in _DAY
            and type(self.closed) in _DAY
            and type(self.expected_close) in _DAY
            and type(self.account) in _TEXT
            and (chance is None or _is_settled(chance))
            and self.category is None
            and self.kind in KINDS
            and self.values is EMPTY  # an empty mapping of the caller's own is exchanged for the shared one
            and self.labels is EMPTY
        ):
            _settle(self)


_NONE = type(None)
_MONEY = frozenset({Money, _NONE})
_TEXT = frozenset({str, _NONE})
_DAY = frozenset({date, _NONE})


def _is_settled(chance: object) -> bool:
    """Whether a probability is in range and whole millionths already."""
    return type(chance) is float and 0.0 <= chance <= 1.0 and int(chance * MILLION + 0.5) / MILLION == chance


def _settle(deal: Deal) -> None:
    """Check each field alone, all faults together, and give probability, values and labels their one form."""
    faults: list[str] = []
    if type(deal.id) not in (str, int) or deal.id == "":
        faults.append(f"Deal.id must be text or a whole number, got {shown(deal.id)}; name the deal")
    if type(deal.amount) not in _MONEY:
        faults.append(
            f"Deal.amount must be Money or None, got {shown(deal.amount)}; write Money.of('1200', 'USD')"
        )
    if type(deal.stage) is not str or not deal.stage:
        faults.append(f"Deal.stage must be the name of a stage, got {shown(deal.stage)}; write stage.name")
    for name in ("owner", "account"):
        if type(getattr(deal, name)) not in _TEXT:
            faults.append(f"Deal.{name} must be text or None, got {shown(getattr(deal, name))}; convert it first")
    if deal.category is not None and type(deal.category) is not Category:
        faults.append(f"Deal.category must be a Category or None, got {shown(deal.category)}; use Category.COMMIT")
    if deal.kind not in KINDS:
        faults.append(f"Deal.kind must be one of {KINDS}, got {shown(deal.kind)}; {nearest(deal.kind, KINDS)}")
    checks: dict[str, Callable[[], object]] = {
        **{name: partial(_day, deal, name) for name in ("created", "closed", "expected_close")},
        "probability": lambda: _probability(deal.probability),
        "values": lambda: _freeze_values(deal.values),
        "labels": lambda: freeze_labels(deal.labels),
    }
    for name, check in checks.items():
        try:
            object.__setattr__(deal, name, check())  # the one moment at which a frozen deal is still being made
        except InvalidValueError as fault:
            faults.append(str(fault))
    if faults:
        raise InvalidValueError("; and ".join(faults))


def _day(deal: Deal, name: str) -> date | None:
    day: date | None = getattr(deal, name)
    if day is not None:
        check_day(day, f"Deal.{name}")
    return day


def _probability(given: IntoProbability | None) -> float | None:
    return None if given is None else millionths(given, what="Deal.probability") / MILLION


def _freeze_values(values: Mapping[str, Money | int | None]) -> FrozenMapping[Money | int]:
    if isinstance(values, FrozenMapping):
        return values
    if not isinstance(values, Mapping):
        raise InvalidValueError(f"Deal.values must be a mapping, got {shown(values)}; write {{'arr': Money.of(...)}}")
    for name, value in values.items():
        if not isinstance(name, str) or not name:
            raise InvalidValueError(f"a value's name must be text, got {shown(name)}; rename it")
        if value is not None and type(value) not in (Money, int):
            raise InvalidValueError(f"value {name!r} must be Money or a whole number, got {shown(value)}; convert it")
    return FrozenMapping(values)
