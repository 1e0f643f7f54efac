"""Balances that are made by hand: amounts are whole minor units, and what is none is refused."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

import salesmetrics
from refusals import check_refusal
from salesmetrics import Balances, DealBalance, InvalidValueError

ANY: Any = salesmetrics
"""The package without its types, for what they do not allow."""
DAY = date(2026, 1, 5)
KNOWN = DealBalance("sales", "D-1", DAY, 100, 100)


UNITS = "must be whole minor units, got"


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: ANY.Balances(earned=0.0, owed=5.5), [f"Balances.earned {UNITS} 0.0", f"Balances.owed {UNITS} 5.5"]),
        (lambda: ANY.Balances(payable="5"), [f"Balances.payable {UNITS} '5'; write 1050 for 10.50"]),
        (
            lambda: ANY.Balances(deals=[KNOWN, 5]),
            ["Balances.deals must be DealBalance objects, got 5; take those of a"],
        ),
        (lambda: ANY.Balances(deals=5), ["Balances.deals must be DealBalance objects, got 5"]),
        (lambda: Balances(earned=5), ["must be what became payable, was given and is carried, got 5 for 0, 0 and 0"]),
        (
            lambda: ANY.DealBalance("sales", "D-1", DAY, 1.5, True),
            [f"DealBalance.earned {UNITS} 1.5", f"DealBalance.worth {UNITS} True"],
        ),
        (lambda: ANY.DealBalance("sales", "D-1", "2026-01-05", 1, 1), ["DealBalance.booked must be a date without a"]),
        (
            lambda: DealBalance("sales", "D-1", DAY, 1, 1, Fraction(3, 2)),
            ["a fraction in [0, 1], got 3/2; correct"],
        ),
        (lambda: ANY.DealBalance("sales", "D-1", DAY, 1, 1, "half"), ["a fraction in [0, 1], got 'half'; correct the"]),
    ],
)
def test_what_is_no_balance_is_refused(make: Any, said: list[str]) -> None:
    with pytest.raises(InvalidValueError) as caught:
        make()
    assert all(one in str(caught.value) for one in said)
    check_refusal(caught.value)


def test_deals_may_come_in_any_order_and_kind_of_list() -> None:
    other = DealBalance("sales", 2, DAY, 5, 5, Fraction(1))
    assert ANY.Balances(deals=[KNOWN, other]) == Balances(deals=(KNOWN, other))
