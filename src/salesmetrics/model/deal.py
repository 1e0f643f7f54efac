"""A deal: what is sold, to whom, for how much, how far it is and when it ends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from attrs import fields, frozen

from salesmetrics.model.deal_fields import KINDS, Kind, settled
from salesmetrics.model.labels import EMPTY, Label
from salesmetrics.model.money import Money
from salesmetrics.model.probability import MILLION, IntoProbability
from salesmetrics.model.stage import Category

__all__ = ["Deal"]


@frozen(init=False)
class Deal:
    """One opportunity to sell.

    Args:
        id: What the deal is called in the data; unique in a table.
        amount: What it is worth; `None` when nobody knows, which is not zero.
        stage: The name of its stage; `None` when nobody knows, as in a book of the past without a history.
        owner: The rep who owns it.
        created: The day it came into the book.
        closed: The day it was won or lost.
        expected_close: The day it is expected to close.
        probability: Its own chance to be won, a fraction in [0, 1] with at most six decimals.
        category: Its own forecast category, instead of its stage's.
        kind: "new", "expansion" or "renewal"; `None` when nobody knows.
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
    stage: str | None
    owner: str | None
    created: date | None
    closed: date | None = None
    expected_close: date | None = None
    probability: float | None = None
    category: Category | None = None
    kind: Kind | None = "new"
    account: str | None = None
    values: Mapping[str, Money | int] = EMPTY
    labels: Mapping[str, Label] = EMPTY

    def __init__(
        self,
        id: str | int,  # noqa: A002  # the field's name
        amount: Money | None,
        stage: str | None,
        owner: str | None,
        created: date | None,
        closed: date | None = None,
        expected_close: date | None = None,
        probability: IntoProbability | None = None,
        category: Category | None = None,
        kind: Kind | None = "new",
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
            and (stage is None or (type(stage) is str and stage))
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
            and (kind is None or (type(kind) is str and kind in KINDS))
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

_NAMES = tuple(one.name for one in fields(Deal))


def _settle(deal: Deal) -> None:
    """Check each field alone, all faults together, and give probability, values and labels their one form."""
    given = {name: getattr(deal, name) for name in _NAMES}
    for name, value in settled(given, "Deal").items():
        object.__setattr__(deal, name, value)  # the one moment at which a frozen deal is still being made
