"""The embedded book in several currencies, and what they cost."""

from __future__ import annotations

from datetime import date

from attrs import evolve

from salesmetrics.model.deal import Deal
from salesmetrics.model.money import Money
from salesmetrics.table.deals import Deals
from salesmetrics.table.rates import Rates

__all__ = ["in_currencies", "rates_of_quarters"]

_CURRENCIES = {"Coast": "USD", "Hills": "EUR", "Plains": "CAD"}
_RATES = {
    "EUR": ("1.08", "1.10", "1.09", "1.12", "1.11", "1.14", "1.13", "1.12", "1.15"),
    "CAD": ("0.73", "0.74", "0.72", "0.71", "0.73", "0.75", "0.74", "0.73", "0.72"),
}
_QUARTERS = [date(2024 + month // 12, 1 + month % 12, 1) for month in range(6, 33, 3)]


def in_currencies(deals: Deals) -> tuple[Deal, ...]:
    """The deals with the same numbers in the currency of each one's region."""

    def restated(deal: Deal, currency: str) -> Deal:
        amounts = {"amount": deal.amount, **deal.values}
        money = {name: Money(one.minor, currency) for name, one in amounts.items() if isinstance(one, Money)}
        return evolve(deal, amount=money.pop("amount"), values=money)

    return tuple(restated(deal, _CURRENCIES[str(deal.labels["region"])]) for deal in deals)


def rates_of_quarters() -> Rates:
    """Invented rates, in force from the first day of a quarter each."""
    rows = [(base, day, rate) for base, rates in _RATES.items() for day, rate in zip(_QUARTERS, rates, strict=True)]
    base, day, rate = zip(*rows, strict=True)
    return Rates(base, "USD", day, rate)
