from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesmetrics import Money, MoneyRatio, MoneyTotal, WeightedTotal
from salesmetrics.result.totals import amount_shown, deals_shown, major_units
from strategies import money_ratios, money_totals, units, weighted_totals


@given(units().flatmap(money_totals))
def test_the_value_of_a_total_is_its_sum(total: MoneyTotal) -> None:
    if total.n == 0 and total.n_missing > 0:
        assert total.value is None
        assert str(total).startswith("undefined (")
    elif total.currency is None:
        assert total.value == total.minor
    else:
        assert total.value == Money(total.minor, total.currency)
        assert str(total).startswith(str(total.value))


@given(units().flatmap(weighted_totals))
def test_a_weighted_total_is_rounded_once_half_away_from_zero(total: WeightedTotal) -> None:
    if total.n == 0 and total.n_missing > 0:
        assert total.value is None
        return
    with localcontext(prec=60):
        exact = (Decimal(total.micro) / 10**6).quantize(Decimal(1), ROUND_HALF_UP)
    assert total.value == (int(exact) if total.currency is None else Money(int(exact), total.currency))


@pytest.mark.parametrize(("micro", "cents"), [(1_500_000, 2), (-1_500_000, -2), (2_500_000, 3), (2_499_999, 2)])
def test_half_a_cent_goes_away_from_zero(micro: int, cents: int) -> None:
    assert WeightedTotal(micro, "USD", 1, 0).value == Money(cents, "USD")


@given(units().flatmap(money_ratios))
def test_the_value_of_a_ratio_is_part_of_whole(ratio: MoneyRatio) -> None:
    assert ratio.value == (ratio.part / ratio.whole if ratio.whole else None)
    assert ("undefined" in str(ratio)) == (ratio.whole == 0)


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (MoneyTotal(123450, "USD", 2, 0), "1,234.50 USD (2 deals)"),
        (MoneyTotal(123450, "JPY", 1, 1), "123,450 JPY (1 deal, 1 more without amount)"),
        (MoneyTotal(123450, None, 2, 0), "123,450 (2 deals)"),
        (MoneyTotal(0, "XXX", 0, 0), "0 (0 deals)"),
        (MoneyTotal(0, "USD", 0, 2), "undefined (2 deals, all without amount)"),
        (WeightedTotal(1_500_000, "USD", 2, 0), "0.02 USD (2 deals)"),
        (WeightedTotal(0, "USD", 0, 1), "undefined (1 deal, all without amount or stage)"),
        (MoneyRatio(0, 0, "USD", 0, 0, 0), "undefined (0.00 USD of 0.00 USD; 0 deals)"),
        (
            MoneyRatio(0, 0, "JPY", 2, 1, 2),
            "undefined (0 JPY of 0 JPY; 2 deals, 1 more without amount, kind or day, 2 of zero)",
        ),
        (MoneyRatio(1, 4, None, 2, 0, 0), "25.0 % (1 of 4; 2 deals)"),
    ],
)
def test_answers_say_what_they_are_of(answer: Any, text: str) -> None:
    assert str(answer) == text


def test_amounts_are_shown_in_major_units() -> None:
    assert [amount_shown(one) for one in (None, 1200, Money(5, "BHD"))] == ["undefined", "1,200", "0.005 BHD"]
    assert deals_shown(1, 0) == "(1 deal)"
    assert major_units("USD") == 100
    assert major_units(None) == 1
    assert major_units(["USD", "JPY", None]).tolist() == [100.0, 1.0, 1.0]


@given(st.sampled_from([MoneyTotal, WeightedTotal]), st.integers(0, 3), st.integers(0, 3))
def test_only_what_is_undefined_is_nan_in_columns(kind: Any, n: int, n_missing: int) -> None:
    columns = kind.columns_of(kind.sums_of([kind(0, "USD", n, n_missing)]))
    assert np.isnan(columns["value"][0]) == (kind(0, "USD", n, n_missing).value is None)
