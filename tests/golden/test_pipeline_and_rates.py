"""Worked numbers from public sources; the row numbers are those of the collection they were gathered in."""

from __future__ import annotations

from datetime import date

import pytest

from salesmetrics import (
    Deal,
    Deals,
    Money,
    Outcome,
    Period,
    Proportion,
    SalesProcess,
    Stage,
    breakdown,
    cycle_length,
    pipeline_value,
    stage_forecast,
    weighted_pipeline,
    win_rate,
    win_value_rate,
)


def open_deals(*amounts_and_probabilities: tuple[str, str], currency: str = "USD") -> Deals:
    """Open deals, each in a stage that is called by its probability."""
    process = SalesProcess(
        [Stage(name, float(name)) for name in dict.fromkeys(name for _, name in amounts_and_probabilities)]
    )
    deals = [
        Deal(f"D-{number}", Money.of(amount, currency), stage, "Ada", date(2026, 1, 5))
        for number, (amount, stage) in enumerate(amounts_and_probabilities)
    ]
    return Deals.of(deals, process)


def closed(name: str, owner: str, amount: int, stage: str) -> Deal:
    return Deal(name, Money.of(amount, "USD"), stage, owner, date(2026, 1, 5), closed=date(2026, 2, 1))


def test_expected_revenue_of_a_forecast_report() -> None:
    # Row 1: Odoo documentation, forecast_report.rst
    book = open_deals(("3800", "0.9"), ("22500", "0.2"))
    assert weighted_pipeline(book).value == Money.of(7920, "USD")
    by_stage = breakdown(weighted_pipeline, book, "stage")
    assert [answer.value for answer in by_stage.values()] == [Money.of(3420, "USD"), Money.of(4500, "USD")]


def test_amount_times_probability_and_not_times_the_mean_probability() -> None:
    # Row 2: Odoo pull request 32011; the fault there gave 148.5
    book = open_deals(("100", "0.99"), ("200", "0"))
    assert weighted_pipeline(book).value == Money.of(99, "USD")
    assert pipeline_value(book).value == Money.of(300, "USD")


def test_weighted_amounts_by_stage() -> None:
    # Row 4: revenue.fyi
    by_stage = breakdown(weighted_pipeline, open_deals(("100", "0.2"), ("500", "0.45")), "stage")
    assert {key: answer.value for key, answer in by_stage.items()} == {
        "0.2": Money.of(20, "USD"),
        "0.45": Money.of(225, "USD"),
    }


def test_the_sum_is_rounded_and_not_each_deal() -> None:
    # Row 5: margince pull request 1143; rounding each deal first gives 617.26
    book = open_deals(("1234.50", "0.25"), ("1234.50", "0.25"))
    assert weighted_pipeline(book).value == Money.of("617.25", "USD")
    assert weighted_pipeline(book, rounding="per_deal").value == Money.of("617.26", "USD")


@pytest.mark.parametrize(("year", "days", "mean"), [(2026, [39, 45, 54], 46.0), (2024, [39, 45, 55], 139 / 3)])
def test_days_from_created_to_closed(year: int, days: list[int], mean: float) -> None:
    # Row 19: Daymark; a leap year has one more day before 5 March
    spans = [((1, 1), (2, 15)), ((1, 10), (3, 5)), ((1, 20), (2, 28))]
    book = [
        Deal(str(created), Money.of(1, "USD"), "Won", "Ada", date(year, *created), closed=date(year, *closed))
        for created, closed in spans
    ]
    cycle = cycle_length(book)
    assert [number for number, times in cycle.days for _ in range(times)] == days
    assert cycle.mean == mean


def test_a_teams_rate_is_a_ratio_of_sums() -> None:
    # Row 47, derived: another package says 0, 25 and 0 % by rep, and 50 % for the team by value
    book = [
        closed("D-1", "A", 100, "Won"),
        closed("D-2", "B", 100, "Won"),
        closed("D-3", "B", 300, "Lost"),
        closed("D-4", "C", 50, "Lost"),
    ]
    assert win_value_rate(book).value == 200 / 550
    assert [answer.value for answer in breakdown(win_value_rate, book, "owner").values()] == [1.0, 0.25, 0.0]
    assert win_rate(book) == Proportion(2, 4)


def test_a_rep_who_lost_nothing_has_won_everything() -> None:
    # definitions.md, "Win rate"
    assert win_rate([closed("D-1", "A", 100, "Won")]).value == 1.0


def test_a_deal_counts_as_much_as_its_stage_says() -> None:
    # definitions.md, "Forecasts": a deal of 1,000 in Product trial (60 %) counts 600
    deal = Deal("D-1", Money.of(1000, "USD"), "Product trial", "Ada", date(2026, 1, 5), expected_close=date(2026, 3, 1))
    forecast = stage_forecast([deal], period=Period.parse("2026-01-01..2026-04-01"), as_of=date(2026, 2, 1))
    assert forecast.value == forecast.expected.value == Money.of(600, "USD")


def test_the_classic_table_of_stages() -> None:
    # definitions.md, "Forecasts"
    assert {stage.name: (stage.probability, stage.outcome) for stage in SalesProcess.standard()} == {
        "Discovery call": (0.1, Outcome.OPEN),
        "Qualified": (0.2, Outcome.OPEN),
        "Product demo": (0.4, Outcome.OPEN),
        "Product trial": (0.6, Outcome.OPEN),
        "Final call": (0.8, Outcome.OPEN),
        "Won": (1.0, Outcome.WON),
        "Lost": (0.0, Outcome.LOST),
    }
