from __future__ import annotations

import pickle
from datetime import date, datetime
from typing import Any, cast

import numpy as np
import pytest
from attrs import evolve, field, frozen
from attrs.exceptions import FrozenInstanceError
from hypothesis import given

from salesmetrics import (
    Amounts,
    Answer,
    Breakdown,
    Count,
    CurrencyMismatchError,
    Deal,
    Deals,
    Durations,
    Forecast,
    ForecastLines,
    InvalidValueError,
    Money,
    MoneyRatio,
    MoneyTotal,
    Period,
    Proportion,
    Recipe,
    WeightedTotal,
    as_measure,
    breakdown,
)
from salesmetrics._numeric.multiset import Multiset
from salesmetrics.result.answer import SAME
from salesmetrics.result.forecast import LEFT_OUT
from strategies import answers


@frozen
class OwnedDeals(Answer):
    """A user's own answer, with no columns of its own."""

    readings = ("share",)

    n: int
    n_owned: int
    question: str = field(metadata=SAME)

    @property
    def share(self) -> float | None:
        return self.n_owned / self.n if self.n else None


@as_measure
def owned_deals(deals: Deals, question: str = "owned?") -> Recipe[OwnedDeals]:
    return Recipe(OwnedDeals, n=Count(deals.is_open), n_owned=Count(deals.owner.known), question=question)


BOOK = [
    Deal("D-1", Money(100, "USD"), "Qualified", "Ada", date(2026, 1, 5), kind="renewal"),
    Deal("D-2", Money(100, "USD"), "Qualified", None, date(2026, 1, 5)),
    Deal("D-3", Money(100, "USD"), "Qualified", "Bo", date(2026, 1, 5)),
]

NONE = Multiset(np.array([], np.int64), np.array([], np.int64))
Q1 = Period(date(2026, 1, 1), date(2026, 4, 1), "Q1")


def forecast_of(period: Period = Q1, as_of: date = date(2026, 2, 1), currency: str | None = "USD") -> Forecast:
    total = MoneyTotal(0, currency, 0, 0)
    lines, nothing = ForecastLines.of([], [], [], [], []), WeightedTotal(0, currency, 0, 0)
    more: dict[str, Any] = dict.fromkeys(LEFT_OUT, total)
    return Forecast(
        period, as_of, "stage_forecast", total, lines, undated_expected=nothing, overdue_expected=nothing, **more
    )


def test_an_own_answer_is_an_answer() -> None:
    answer = owned_deals(BOOK)
    assert answer == OwnedDeals(3, 2, "owned?")
    assert Answer.from_dict(answer.to_dict()) == answer
    assert answer.to_dict() == {
        "type": "OwnedDeals",
        "version": 1,
        "n": 3,
        "n_owned": 2,
        "question": "owned?",
        "share": 2 / 3,
    }
    asked = breakdown(owned_deals, BOOK, "kind")
    assert sum(asked.values()) == answer
    for columns in (asked.to_columns(), (asked + breakdown(owned_deals, [], "kind")).to_columns()):
        assert {name: list(column) for name, column in columns.items()} == {
            "kind": ["new", "renewal"],
            "n": [2, 1],
            "n_owned": [1, 1],
        }


def test_answers_to_other_questions_are_not_added() -> None:
    with pytest.raises(InvalidValueError, match=r"must have one question, got 'owned\?' and 'mine\?'; ask both with"):
        _ = owned_deals(BOOK) + owned_deals(BOOK, "mine?")
    with pytest.raises(InvalidValueError, match=r"must have one period, got Period.*; ask both with the same"):
        _ = forecast_of() + forecast_of(Period.parse("2026-01-01..2026-04-02"))
    with pytest.raises(InvalidValueError, match=r"must have one as_of, got datetime.date\(2026, 2, 1\) and"):
        _ = forecast_of() + forecast_of(as_of=date(2026, 2, 2))
    with pytest.raises(InvalidValueError, match="must have one currency, got 'USD' and None; ask both with the same"):
        _ = MoneyTotal(1, "USD", 1, 0) + MoneyTotal(1, None, 1, 0)


def test_the_name_of_a_period_is_not_compared() -> None:
    assert forecast_of() + forecast_of(Period.parse("2026-01-01..2026-04-01")) == forecast_of()


@pytest.mark.parametrize(
    ("euros", "dollars"),
    [
        (MoneyTotal(1, "EUR", 1, 0), MoneyTotal(1, "USD", 1, 0)),
        (WeightedTotal(1, "EUR", 1, 0), WeightedTotal(1, "USD", 1, 0)),
        (MoneyRatio(1, 1, "EUR", 1, 0, 0), MoneyRatio(1, 1, "USD", 1, 0, 0)),
        (Amounts(NONE, "EUR", 0), Amounts(NONE, "USD", 0)),
        (forecast_of(currency="EUR"), forecast_of(currency="USD")),
    ],
)
def test_two_currencies_are_not_added(euros: Any, dollars: Any) -> None:
    with pytest.raises(CurrencyMismatchError, match="in one currency, got EUR and USD; convert one of them first"):
        _ = euros + dollars


def test_nothing_in_no_currency_adds_to_plain_numbers() -> None:
    nothing = MoneyTotal(0, "XXX", 0, 1)
    assert nothing + MoneyTotal(5, None, 1, 0) == MoneyTotal(5, None, 1, 1) == MoneyTotal(5, None, 1, 0) + nothing


def test_an_answer_does_not_add_to_something_else() -> None:
    for other in (1, Money(1, "USD"), MoneyTotal(1, "USD", 1, 0), None):
        with pytest.raises(TypeError, match="unsupported operand"):
            _ = Proportion(1, 2) + cast("Any", other)
    with pytest.raises(TypeError, match="unsupported operand"):
        _ = 1 + Proportion(1, 2)


@given(answers())
def test_an_answer_is_a_value(answer: Any) -> None:
    assert pickle.loads(pickle.dumps(answer)) == answer  # noqa: S301  # our own bytes
    assert hash(answer) == hash(evolve(answer))
    assert len({answer, evolve(answer)}) == 1
    assert answer != object()
    with pytest.raises(FrozenInstanceError):
        answer.n = 3
    with pytest.raises(AttributeError):
        answer.colour = "red"


@given(answers())
def test_an_answer_is_shown_on_one_printable_line(answer: Any) -> None:
    assert answer.in_a_line.isprintable()
    assert all(line.isprintable() for line in str(answer).split("\n"))
    if type(answer).in_a_line is Answer.in_a_line:  # tables, and what is told of a whole book only, say less in a line
        assert str(answer) == answer.in_a_line
        assert "<" not in answer._repr_html_().removeprefix("<code>").removesuffix("</code>")


def total(**fields: Any) -> MoneyTotal:
    return MoneyTotal(**dict[str, Any](minor=5, currency="USD", n=1, n_missing=0) | fields)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: total(minor=1.5), r"MoneyTotal.minor must be a whole number, got 1.5; ask a measure for it"),
        (lambda: total(minor=True), r"MoneyTotal.minor must be a whole number, got True"),
        (lambda: total(minor=10**44), r"MoneyTotal.minor must be below 10\*\*44, got 10+\.\.\.0+; ask"),
        (lambda: total(minor=-(10**44)), r"MoneyTotal.minor must be below 10\*\*44, got -10+"),
        (lambda: total(currency=5), r"MoneyTotal.currency must be str \| None, got 5"),
        (lambda: total(currency="usd"), r"currency must be an ISO 4217 code, got 'usd'; did you mean 'USD'\?"),
        (
            lambda: total(currency="XXX"),
            r"minor must be zero where there are no deals or no currency, got 5 of 1 deals",
        ),
        (lambda: total(n=-1), r"MoneyTotal.n must be a count from 0 to 2\*\*63, got -1; ask"),
        (lambda: total(n=0), r"minor must be zero where there are no deals or no currency, got 5 of 0 deals in USD"),
        (lambda: total(n_missing=2**63), r"MoneyTotal.n_missing must be a count from 0 to 2\*\*63, got 92"),
        (lambda: WeightedTotal(5, "USD", 0, 0), r"WeightedTotal.micro must be zero where there are no deals"),
        (lambda: MoneyRatio(5, 0, "USD", 0, 0, 0), r"MoneyRatio.part must be zero where there are no deals"),
        (lambda: MoneyRatio(0, 5, "XXX", 1, 0, 0), r"MoneyRatio.whole must be zero where there are no deals"),
        (lambda: MoneyRatio(0, 5, "USD", 1, 0, 2), r"MoneyRatio.n_zero must not be above n 1, got 2; ask"),
        (lambda: Proportion(3, 2), r"Proportion.part must not be above the whole 2, got 3; exchange the two"),
        (lambda: Proportion(-1, 2), r"Proportion.part must be a count from 0"),
        (lambda: Proportion(0, 2**63), r"Proportion.whole must be a count from 0"),
        (lambda: Proportion(cast("Any", np.int64(1)), 2), r"Proportion.part must be a whole number, got np.int64\(1\)"),
        (lambda: Durations(cast("Any", [1, 2]), 0), r"Durations.days must be Multiset, got \[1, 2\]"),
        (lambda: forecast_of(as_of=datetime(2026, 2, 1)), r"Forecast.as_of must be a day, got datetime"),  # noqa: DTZ001
        (lambda: evolve(forecast_of(), booked=total()), None),
        (
            lambda: evolve(forecast_of(), booked=total(currency=None)),
            r"Forecast must be in one currency, got \['None', 'USD'\]; ask a measure for it",
        ),
    ],
)
def test_what_no_sum_can_be_is_refused(make: Any, message: str | None) -> None:
    if message is None:
        make()
        return
    with pytest.raises(InvalidValueError, match=message):
        make()


def test_two_kinds_of_answers_cannot_have_one_name() -> None:
    with pytest.raises(InvalidValueError, match=r"got a second Proportion, which salesmetrics.result.proportion has"):
        type("Proportion", (Answer,), {})
    assert type(Answer.from_dict(Proportion(1, 2).to_dict())) is Proportion


@pytest.mark.thread_unsafe(reason="a class of answers is made once, and each thread would make it again")
def test_the_kind_of_a_generic_field_is_told() -> None:
    @frozen
    class Split(Answer):
        readings = ()

        by_owner: Breakdown[Proportion]

    split = Split(Breakdown("owner", ("Ada",), (Proportion(1, 2),), (None,)))
    assert Split.from_dict(split.to_dict()) == split
    with pytest.raises(InvalidValueError, match=r"Split.by_owner must be Breakdown, got 5"):
        Split(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
