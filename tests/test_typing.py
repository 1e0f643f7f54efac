"""What type checkers see of the public face: run by mypy and basedpyright, and harmless at run time."""

from __future__ import annotations

from datetime import date
from typing import assert_type

import salesmetrics as sm

BOOK = sm.sample_book(20)


def test_measures_are_questions_with_their_own_arguments() -> None:
    assert_type(sm.win_rate(BOOK.deals), sm.Proportion)
    assert_type(sm.win_rate(list(BOOK.deals), population="all"), sm.Proportion)
    assert_type(sm.pipeline_value(deals=BOOK.deals), sm.MoneyTotal)
    assert_type(sm.stage_forecast(BOOK.deals, period=BOOK.period, as_of=BOOK.as_of), sm.Forecast)
    assert_type(sm.win_rate(BOOK.deals).value, float | None)
    assert_type(sm.pipeline_value(BOOK.deals).value, sm.Money | int | None)


def test_breakdown_gives_what_the_measure_gives() -> None:
    assert_type(sm.breakdown(sm.win_rate, BOOK.deals, by="owner"), sm.Breakdown[sm.Proportion])
    assert_type(
        sm.breakdown(sm.deal_size, BOOK.deals, by=("owner", "stage"), population="open"), sm.Breakdown[sm.Amounts]
    )
    assert_type(sm.breakdown(len, BOOK.deals, by="owner"), sm.Breakdown[int])
    rates = sm.breakdown(sm.win_rate, BOOK.deals, by="owner")
    assert_type(rates[BOOK.reps[0].id], sm.Proportion)
    assert_type(list(rates.values()), list[sm.Proportion])
    assert_type(rates.sorted_by("value"), sm.Breakdown[sm.Proportion])
    assert_type(rates + rates, sm.Breakdown[sm.Proportion])


def test_questions_that_are_asked_together_keep_their_types() -> None:
    by_owner = sm.Question(sm.win_rate, "owner", population="all")
    assert_type(by_owner, sm.Question[sm.Breakdown[sm.Proportion]])
    assert_type(sm.Question(sm.win_rate), sm.Question[sm.Proportion])
    assert_type(by_owner(BOOK.deals), sm.Breakdown[sm.Proportion])
    asked = sm.ask(BOOK.deals, by_owner, sm.cycle_length, len)
    assert_type(asked, tuple[sm.Breakdown[sm.Proportion], sm.Durations, int])


def test_ways_of_asking_give_what_the_measure_gives() -> None:
    months = sm.FiscalCalendar().months_in(BOOK.period)
    rates = sm.trend(sm.win_rate, BOOK.deals, months, on="closed", population="all")
    assert_type(rates, sm.Trend[sm.Proportion])
    assert_type(rates + rates, sm.Trend[sm.Proportion])
    assert_type(rates.period_over_period(), sm.Trend[sm.Comparison[sm.Proportion]])
    assert_type(sm.trend(len, BOOK.deals, months, "created", cumulative=True), sm.Trend[int])
    assert_type(sm.compare(sm.deal_size, [], BOOK.deals, "median"), sm.Comparison[sm.Amounts])
    assert_type(sm.rank(sm.win_rate, BOOK.deals, "owner", population="all"), sm.Breakdown[sm.RankedRate])
    assert_type(sm.bootstrap(sm.deal_size, BOOK.deals, 1, reading="median"), sm.Bootstrapped[sm.Amounts])
    assert_type(sm.Comparison(1, 2).against(sm.Goal("More", "0.1")).met, bool | None)
    assert_type(sm.breakdown(sm.win_rate, BOOK.deals, "owner").top(2), sm.Top[sm.Proportion])


def longest(deals: sm.Deals, at_least: int = 0) -> int:
    return max([at_least, *(len(deal.owner or "") for deal in deals)])


@sm.as_measure
def overdue_share(deals: sm.Deals, *, as_of: date) -> sm.Recipe[sm.Proportion]:
    return sm.Recipe(sm.Proportion, part=sm.Count(deals.is_overdue(as_of)), whole=sm.Count(deals.is_open))


def test_a_measure_of_ones_own_is_typed_like_ours() -> None:
    assert_type(sm.breakdown(longest, BOOK.deals, "owner", at_least=3), sm.Breakdown[int])
    assert_type(overdue_share(BOOK.deals, as_of=BOOK.as_of), sm.Proportion)
    assert_type(overdue_share([*BOOK.deals], as_of=BOOK.as_of), sm.Proportion)
    assert_type(sm.breakdown(overdue_share, BOOK.deals, "owner", as_of=BOOK.as_of), sm.Breakdown[sm.Proportion])


def test_tables_are_sequences_of_deals_and_answers_add_to_their_own_kind() -> None:
    assert_type(BOOK.deals[0], sm.Deal)
    assert_type(BOOK.deals[:3], sm.Deals)
    assert_type([deal.amount for deal in BOOK.deals], list[sm.Money | None])
    assert_type(sm.win_rate(BOOK.deals) + sm.win_rate([]), sm.Proportion)
    assert_type(sm.Proportion.from_dict({"type": "Proportion", "version": 1, "part": 1, "whole": 2}), sm.Proportion)


def test_wrong_arguments_are_wrong_for_a_type_checker_too() -> None:
    for ask in (
        lambda: sm.win_rate(BOOK.deals, population="everyone"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        lambda: sm.breakdown(sm.win_rate, BOOK.deals, "owner", population="everyone"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        lambda: sm.Question(sm.win_rate, "owner", population="everyone")(BOOK.deals),  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
        lambda: sm.stage_forecast(BOOK.deals, period=BOOK.period, as_of="today"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        lambda: sm.win_rate(5),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        lambda: overdue_share(BOOK.deals),  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
        lambda: overdue_share(BOOK.deals, as_of="today"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        lambda: sm.breakdown(overdue_share, BOOK.deals, "owner"),  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
        lambda: sm.breakdown(longest, BOOK.deals, "owner", at_least="x"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        lambda: sm.Money(1, "USD") + 1,  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    ):
        try:
            ask()
        except (sm.InvalidValueError, TypeError):
            continue
        raise AssertionError(ask)
