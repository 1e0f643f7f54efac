"""Commissions and what plans cost, as answers: what they refuse, and what they are as mappings and columns."""

from __future__ import annotations

import pickle
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from salesmetrics import (
    CommissionLines,
    Commissions,
    InvalidValueError,
    PayeePlan,
    Period,
    PlanPayout,
    PlanPayouts,
)

MARCH = Period.parse("2026-03-01..2026-04-01")
PLANS = {"Bo": PayeePlan("AE", 1, 2), "Ada": PayeePlan("AE", 1, 0), "Cleo": PayeePlan("SE", 3, 0)}
LINES = CommissionLines.of(
    PLANS, ["Bo", "Ada", "Bo"], ["deal", "deal", "gift"], ["AE", "AE", None], [7, 8, None], [500, 2**70, 20]
)
PAYOUT = PlanPayout(Fraction(1, 3), 1, 100, past_gates=True, at_cap=False)


def test_lines_stand_by_payee() -> None:
    columns = {name: column.tolist() for name, column in LINES.to_columns().items()}
    assert columns == {
        "payee": ["Ada", "Bo", "Bo"],
        "kind": ["deal", "deal", "gift"],
        "rule": ["AE", "AE", None],
        "deal": [8, 7, None],
        "minor": [2**70, 500, 20],
    }
    assert LINES.totals == {"Ada": 2**70, "Bo": 520, "Cleo": 0}
    assert LINES.sums("gift") == [2**70, 500, 0]


def test_commissions_are_looked_at_payee_by_payee() -> None:
    team = Commissions(MARCH, "USD", LINES)
    assert {payee: one.value.minor for payee, one in dict(team).items()} == {"Ada": 2**70, "Bo": 520, "Cleo": 0}
    assert team["Bo"].n_missing == 2
    assert str(team["Bo"]) == "5.20 USD for 1 payee in 2026-03-01..2026-04-01, 2 deals without a day or a value"
    with pytest.raises(KeyError):
        team["Dan"]
    assert team.to_columns()["plan"] == ["AE", "AE", "SE"]


def test_the_same_payee_in_both_is_refused() -> None:
    with pytest.raises(InvalidValueError) as refused:
        _ = LINES + LINES.of_payee("Bo")
    assert str(refused.value) == (
        "commissions that are added must be of different payees, got 'Bo' in both; work out all deals of a payee at "
        "once, because tiers go on from deal to deal"
    )
    assert pickle.loads(pickle.dumps(LINES)) == LINES  # noqa: S301  # our own


def test_ids_of_two_kinds_stay_what_they_are() -> None:
    numbers = CommissionLines.of({"Ada": PayeePlan("AE", 1, 0)}, ["Ada"], ["deal"], ["AE"], [7], [1])
    texts = CommissionLines.of({"Bo": PayeePlan("AE", 1, 0)}, ["Bo"], ["deal"], ["SE"], ["D-7"], [2])
    assert numbers.deal.dtype == np.int64
    assert (numbers + texts).to_columns()["deal"].tolist() == [7, "D-7"]
    assert (texts + numbers).to_columns()["rule"].tolist() == ["AE", "SE"]


def test_what_is_no_such_answer_is_neither_equal_nor_added() -> None:
    other: Any = 3
    for one in (LINES, PlanPayouts([PAYOUT])):
        assert one != other
        with pytest.raises(TypeError):
            _ = one + other


@pytest.mark.parametrize(
    "change",
    [
        {"plans": {"Ada": {"plan": "AE", "version": 1, "n_missing": 0}}},
        {"plans": {"Bo": {"plan": "AE"}}},
        {"plans": []},
        {"minor": [1, 2]},
        {"minor": [1, 2, True]},
        {"payee": ["Ada", "Bo", 3]},
        {"deal": [1, 2, 3.5]},
        {"kind": ["deal", None, "deal"]},
        {"rule": [1, None, "AE"]},
        {"more": []},
    ],
)
def test_lines_that_were_not_written_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidValueError, match="the lines of commissions must be the columns"):
        CommissionLines.from_dict(LINES.to_dict() | change)


@pytest.mark.parametrize(
    "change",
    [
        *({"attainment": one} for one in (1, "x", "1/0", "0/00")),
        {"n": 1.5},
        {"minor": None},
        {"at_cap": 1},
        {"more": 1},
    ],
)
def test_payouts_that_were_not_written_are_refused(change: dict[str, Any]) -> None:
    [row] = PlanPayouts([PAYOUT]).to_dict()
    for data in ([row | change], row):
        with pytest.raises(InvalidValueError, match="payouts must be what to_dict wrote, got"):
            PlanPayouts.from_dict(data)


def test_an_attainment_is_an_exact_number_and_paid_once() -> None:
    wrong: Any = 0.5
    for attainment in (wrong, Fraction(-1)):
        with pytest.raises(InvalidValueError, match=r"PlanPayout.attainment must be a Fraction from 0 up, got"):
            PlanPayout(attainment, 1, 100, past_gates=True, at_cap=False)
    with pytest.raises(InvalidValueError, match=r"PlanPayout.n must be a count from 0"):
        PlanPayout(Fraction(1), -1, 100, past_gates=True, at_cap=False)
    with pytest.raises(InvalidValueError, match="an attainment must be paid once, got one twice; add up the reps"):
        PlanPayouts([PAYOUT, PAYOUT])
