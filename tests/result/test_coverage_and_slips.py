from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from salesmetrics import (
    Breakdown,
    Coverage,
    InvalidValueError,
    LateDeals,
    MoneyRatio,
    MoneyTotal,
    Multiset,
    Period,
    Proportion,
    Pushes,
    Slippage,
    WeightedTotal,
    breakdown,
    category_rollup,
    overdue_deals,
    pipeline_coverage,
    pushes,
    required_coverage,
    sample_book,
    slippage,
    win_rate,
)

Q1 = Period.parse("2026-01-01..2026-04-01")
JAN_2 = date(2026, 1, 2)
NOTHING = MoneyTotal(0, "USD", 0, 0)


def coverage(**fields: Any) -> Coverage:
    usual: dict[str, Any] = {
        "period": Q1,
        "as_of": JAN_2,
        "against": "remaining",
        "pipeline": WeightedTotal(300 * 10**6, "USD", 2, 0),
        "booked": MoneyTotal(50, "USD", 1, 0),
        "quota": 150,
        "currency": "USD",
        "n_undated": 0,
    }
    return Coverage(**usual | fields)


class TestCoverage:
    @pytest.mark.parametrize(
        ("fields", "value"),
        [
            ({}, 3.0),
            ({"against": "full"}, 2.0),
            ({"quota": 50}, None),
            ({"quota": 51}, 300.0),
            ({"quota": 50, "against": "full"}, 6.0),
            ({"quota": 0, "against": "full"}, None),
            ({"pipeline": WeightedTotal(0, "USD", 0, 0)}, 0.0),
            ({"pipeline": WeightedTotal(0, "USD", 0, 1)}, None),
            ({"booked": MoneyTotal(0, "USD", 0, 1)}, None),
            ({"booked": MoneyTotal(0, "USD", 0, 1), "against": "full"}, 2.0),
        ],
    )
    def test_value_and_its_column(self, fields: dict[str, Any], value: float | None) -> None:
        answer = coverage(**fields)
        assert answer.value == value
        column = Breakdown("owner", ("Ada",), (answer,), (None,)).to_columns()["value"][0]
        assert np.isnan(column) if value is None else column == value

    def test_columns_of_groups(self) -> None:
        book = sample_book()
        quota = coverage().remaining * 100
        asked: Any = {"quota": quota, "period": book.period, "as_of": book.as_of}
        columns = breakdown(pipeline_coverage, book.deals, "owner", **asked).to_columns()
        answers = [*breakdown(pipeline_coverage, book.deals, "owner", **asked).values()]
        assert [*columns["quota"]] == [answer.quota for answer in answers]
        assert [*columns["booked_minor"]] == [answer.booked.minor for answer in answers]
        assert [*columns["n_undated"]] == [answer.n_undated for answer in answers]
        assert [None if np.isnan(one) else one for one in columns["value"]] == [answer.value for answer in answers]

    def test_shown(self) -> None:
        assert str(coverage(quota=20, n_undated=1)) == (
            "undefined: 3.00 USD of pipeline for the remaining 0.00 USD in 2026-01-01..2026-04-01 as of 2026-01-02; "
            "0.30 USD above the quota; undated 1"
        )
        assert str(coverage(against="full")).startswith("2.00 times: 3.00 USD of pipeline for the full 1.50 USD in")

    @pytest.mark.parametrize(
        ("fields", "message"),
        [
            ({"against": "all"}, "against must be one of"),
            ({"quota": -1}, "a quota must be zero or above and have a currency, got -1 USD"),
            ({"currency": "XXX"}, "a quota must be zero or above and have a currency, got 150 XXX"),
            ({"currency": "EUR"}, r"deals and quota must be in one currency, got \['EUR', 'USD'\]"),
        ],
    )
    def test_what_no_measure_gives_is_refused(self, fields: dict[str, Any], message: str) -> None:
        with pytest.raises(InvalidValueError, match=message):
            coverage(**fields)

    def test_of_two_quotas_does_not_add(self) -> None:
        with pytest.raises(InvalidValueError, match="answers that are added must have one quota, got 150 and 151"):
            sum([coverage(), coverage(quota=151)])


@pytest.mark.parametrize("wrong", [0.22, None, NOTHING])
def test_coverage_is_required_by_a_rate_and_its_counts(wrong: Any) -> None:
    refusal = "rate must be the answer of pipeline_conversion or of a win rate, got .*; ask it of the past"
    with pytest.raises(InvalidValueError, match=refusal):
        required_coverage(wrong)


class TestLateDeals:
    def test_shown(self) -> None:
        assert str(LateDeals(JAN_2, NOTHING, MoneyTotal(5, "USD", 1, 0))) == (
            "0.00 USD (0 deals) as of 2026-01-02; undated 0.05 USD (1 deal)"
        )
        assert "undated undefined (1 deal" in str(LateDeals(JAN_2, NOTHING, MoneyTotal(0, "USD", 0, 1)))

    def test_in_two_currencies_is_refused(self) -> None:
        with pytest.raises(InvalidValueError, match="LateDeals must be in one currency, got USD and EUR"):
            LateDeals(JAN_2, NOTHING, MoneyTotal(0, "EUR", 0, 0))

    def test_columns(self) -> None:
        book = sample_book()
        by_owner = breakdown(overdue_deals, book.deals, "owner", as_of=book.as_of)
        columns = by_owner.to_columns()
        assert [*columns["minor"]] == [answer.late.minor for answer in by_owner.values()]
        assert [*columns["undated_n"]] == [answer.undated.n for answer in by_owner.values()]


class TestSlippage:
    def test_columns(self) -> None:
        book = sample_book()
        asked: Any = {"period": book.period, "constant": {"amount", "expected_close"}}
        by_owner = breakdown(slippage, book.deals, "owner", **asked)
        columns = by_owner.to_columns()
        assert [*columns["by_count_part"]] == [answer.by_count.part for answer in by_owner.values()]
        assert [*columns["by_amount_whole"]] == [answer.by_amount.whole for answer in by_owner.values()]
        assert [*columns["n_unknown"]] == [answer.n_unknown for answer in by_owner.values()]

    def test_shown(self) -> None:
        nothing = Slippage(Proportion(0, 0), MoneyRatio(0, 0, "USD", 0, 0, 0), 2)
        assert str(nothing) == "undefined (0 of 0 deals), undefined of the money; 2 unknown"


class TestPushes:
    def test_shown(self) -> None:
        moves = Pushes(Multiset(np.array([1, 2]), np.array([1, 1])), Multiset(np.array([0, 1]), np.array([1, 1])), 0)
        assert str(moves) == "3 pushes of 2 deals, 1 pull (2 deals)"
        assert moves.value == 1.5

    def test_columns(self) -> None:
        book = sample_book(20).deals
        by_owner = breakdown(pushes, book.with_history([]), "owner")
        assert [*by_owner.to_columns()["n_missing"]] == [answer.n_missing for answer in by_owner.values()]
        assert all(answer.value is None for answer in by_owner.values())


@pytest.mark.parametrize("by", ["owner", ("category",)])
def test_only_answers_by_category_roll_up(by: Any) -> None:
    with pytest.raises(InvalidValueError, match="a roll-up must be of a breakdown by category, got another"):
        category_rollup(breakdown(win_rate, sample_book(20).deals, by))
