"""The Maven export of 8,800 opportunities, against figures that another library computed from it."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

import salesmetrics as sm

ROOT = Path(__file__).parent.parent
EXPORT = ROOT.parent / "shared/data/maven_crm/sales_pipeline.csv"
FORMAT = Path(__file__).with_name("data") / "maven.toml"
YEAR = sm.Period.parse("2017-01-01..2018-01-01")

pytestmark = pytest.mark.skipif(not EXPORT.exists(), reason="the Maven export is not beside this checkout")


@pytest.fixture(scope="module")
def deals() -> sm.Deals:
    return sm.Deals.from_csv(EXPORT, sm.DealFormat.from_toml(FORMAT), accept={"missing_amount", "missing_created"})


def test_counts_by_stage(deals: sm.Deals) -> None:
    counts = dict(sm.breakdown(len, deals, by="stage"))
    assert counts == {"Prospecting": 500, "Engaging": 1_589, "Won": 4_238, "Lost": 2_473}


def test_win_rate_and_its_interval(deals: sm.Deals) -> None:
    rate = sm.win_rate(deals)
    assert rate.value == 0.6315005215318135
    assert [round(bound, 6) for bound in rate.interval(0.95)] == [0.619887, 0.642964]


def test_won_revenue_and_deal_size(deals: sm.Deals) -> None:
    won = sm.deal_size(deals)
    assert sm.win_value_rate(deals).part == 10_005_534_00
    assert won.exact_mean is not None
    assert float(won.exact_mean) == 2360.9093912222747
    assert won.median == sm.Money.of(1117, "USD")


def test_cycle_of_won_deals(deals: sm.Deals) -> None:
    cycle = sm.cycle_length(deals)
    assert cycle.mean == 51.781972628598396
    assert cycle.median == 57
    assert [cycle.quantile(share) for share in (0.1, 0.25, 0.75, 0.9)] == [5, 9, 88, 106]


@pytest.mark.parametrize(
    ("number", "won", "lost", "revenue"),
    [(1, 531, 116, 1_134_672), (2, 1_254, 778, 3_086_111), (3, 1_257, 790, 2_982_255), (4, 1_196, 789, 2_802_496)],
)
def test_quarters_of_2017(deals: sm.Deals, number: int, won: int, lost: int, revenue: int) -> None:
    quarter = deals.in_period(sm.FiscalCalendar().quarter(2017, number))
    assert sm.win_rate(quarter) == sm.Proportion(won, won + lost)
    assert sm.win_value_rate(quarter).part == revenue * 100


def test_what_is_missing_is_counted(deals: sm.Deals) -> None:
    pipeline = sm.pipeline_value(deals)
    assert (pipeline.value, pipeline.n_missing) == (None, 2_089)
    card = sm.scorecard(deals, period=YEAR, as_of=YEAR.end)
    assert card.win_rate == sm.Proportion(4_238, 6_711)
    assert card.forecast.booked.value == sm.Money.of(10_005_534, "USD")
    assert card.forecast.undated.n_missing == 2_089


def test_without_accepting_them_both_doubts_are_named_at_once() -> None:
    with pytest.raises(sm.InvalidTableError) as refused:
        sm.Deals.from_csv(EXPORT, sm.DealFormat.from_toml(FORMAT))
    assert {(one.rule, len(one.rows)) for one in refused.value.problems} == {
        ("missing_amount", 2_089),
        ("missing_created", 500),
    }


@pytest.fixture(scope="module")
def listed() -> sm.Deals:
    """The deals with the list prices of their products, and a history made of the dates."""
    with (EXPORT.parent / "products.csv").open(encoding="utf-8", newline="") as file:
        prices = {row["product"]: row["sales_price"] for row in csv.DictReader(file)}
    prices["GTXPro"] = prices.pop("GTX Pro")  # as the pipeline writes it
    with EXPORT.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    columns: dict[str, Any] = {name: [row[name] for row in rows] for name in rows[0]}
    columns["list_price"] = [prices[row["product"]] for row in rows]
    form = evolve(sm.DealFormat.from_toml(FORMAT), values={"list_price": "list_price"})
    deals = sm.Deals.from_columns(columns, form, accept={"missing_amount", "missing_created"})
    return deals.with_history(sm.DealHistory.from_dates(deals, {"Engaging": "created"}))


def test_the_book_as_it_was_known(listed: sm.Deals) -> None:
    book = listed.as_of(date(2017, 10, 1), constant={"list_price"})
    value = sm.pipeline_value(book, value="list_price")
    assert (value.value, value.n, book.n_unplaced) == (sm.Money.of(5_763_490, "USD"), 2_409, 500)
    assert {deal.stage for deal in book.filter(book.is_open)} == {"Engaging"}
    assert sm.pipeline_value(book).value is None  # no amount is known of a deal that was still open


def test_what_became_of_that_book_in_the_quarter_that_followed(listed: sm.Deals) -> None:
    quarter = sm.FiscalCalendar().quarter(2017, 4)
    won = listed.in_period(quarter).filter(listed.in_period(quarter).is_won)
    is_old = [day is not None and day < (quarter.start - date(1970, 1, 1)).days for day in won.created]
    old, new = won.filter(is_old), won.filter([not one for one in is_old])
    assert [(len(one), sm.win_value_rate(one).part) for one in (old, new)] == [(559, 1_251_928_00), (637, 1_550_568_00)]
