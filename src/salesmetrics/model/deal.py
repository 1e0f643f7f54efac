"""A deal: what is sold, to whom, for how much, how far it is and when it ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any, Literal, TypeAlias, get_args

from attrs import fields, frozen

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


@frozen(init=False)
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

    def __init__(
        self,
        id: str | int,  # noqa: A002  # the field's name
        amount: Money | None,
        stage: str,
        owner: str | None,
        created: date | None,
        closed: date | None = None,
        expected_close: date | None = None,
        probability: IntoProbability | None = None,
        category: Category | None = None,
        kind: Kind = "new",
        account: str | None = None,
        values: Mapping[str, Money | int | None] = EMPTY,
        labels: Mapping[str, Label | None] = EMPTY,
    ) -> None:
        # Written out because deals are made by the million: one look at the usual types, and each slot filled through
        # its own descriptor, cost together no more than the unchecked initialiser that attrs would write. Whatever
        # is not of the usual types takes the longer way.
        usual = (
            type(id) is str
            and id
            and (amount is None or type(amount) is Money)
            and type(stage) is str
            and stage
            and (owner is None or type(owner) is str)
            and (created is None or type(created) is date)
            and (closed is None or type(closed) is date)
            and (expected_close is None or type(expected_close) is date)
            and (
                probability is None
                or (
                    type(probability) is float
                    and 0.0 < probability <= 1.0
                    and int(probability * MILLION + 0.5) / MILLION == probability
                )
            )
            and (category is None or type(category) is Category)
            and type(kind) is str
            and kind in KINDS
            and (account is None or type(account) is str)
            and values is EMPTY  # an empty mapping of the caller's own is exchanged for the shared one
            and labels is EMPTY
        )
        _put_id(self, id)
        _put_amount(self, amount)
        _put_stage(self, stage)
        _put_owner(self, owner)
        _put_created(self, created)
        _put_closed(self, closed)
        _put_expected_close(self, expected_close)
        _put_probability(self, probability)
        _put_category(self, category)
        _put_kind(self, kind)
        _put_account(self, account)
        _put_values(self, values)
        _put_labels(self, labels)
        if not usual:
            _settle(self)


(
    _put_id,
    _put_amount,
    _put_stage,
    _put_owner,
    _put_created,
    _put_closed,
    _put_expected_close,
    _put_probability,
    _put_category,
    _put_kind,
    _put_account,
    _put_values,
    _put_labels,
) = (getattr(Deal, one.name).__set__ for one in fields(Deal))

_MONEY = frozenset({Money, type(None)})
_TEXT = frozenset({str, type(None)})


def _settle(deal: Deal) -> None:
    """Check each field alone, all faults together, and give probability, values and labels their one form."""
    faults: list[str] = []
    if type(deal.id) not in (str, int) or deal.id == "":
        faults.append(f"Deal.id must be text or a whole number, got {shown(deal.id)}; name the deal")
    if type(deal.amount) not in _MONEY:
        faults.append(f"Deal.amount must be Money or None, got {shown(deal.amount)}; write Money.of('1200', 'USD')")
    if type(deal.stage) is not str or not deal.stage:
        faults.append(f"Deal.stage must be the name of a stage, got {shown(deal.stage)}; write stage.name")
    for name, text in (("owner", deal.owner), ("account", deal.account)):
        if type(text) not in _TEXT:
            faults.append(f"Deal.{name} must be text or None, got {shown(text)}; convert it first")
    if deal.category is not None and type(deal.category) is not Category:
        faults.append(f"Deal.category must be a Category or None, got {shown(deal.category)}; use Category.COMMIT")
    if not isinstance(deal.kind, str) or deal.kind not in KINDS:
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
    if not isinstance(values, Mapping):
        raise InvalidValueError(f"Deal.values must be a mapping, got {shown(values)}; write {{'arr': Money.of(...)}}")
    for name, value in values.items():
        if not isinstance(name, str) or not name:
            raise InvalidValueError(f"a value's name must be text, got {shown(name)}; rename it")
        if value is not None and type(value) not in (Money, int):
            raise InvalidValueError(
                f"value {shown(name)} must be Money or a whole number, got {shown(value)}; convert it"
            )
    kept: FrozenMapping[Any] = values if isinstance(values, FrozenMapping) else FrozenMapping(values)
    return kept or EMPTY
