"""Ready formats on exports of CRMs: a developer org's figures, and dirt that is reported row by row."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, datetime
from fractions import Fraction
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

import salesmetrics as sm
from salesmetrics import formats

DATA = Path(__file__).parent.parent.parent / "shared/data"
DEMO = DATA / "sfdc_powerbi_demo/Opportunity.csv"
DEMO_HISTORY = DATA / "sfdc_powerbi_demo/OpportunityHistory.csv"
SALESFORCE_SEEDS = DATA / "fivetran_salesforce_seeds/sf_opportunity_data.csv"
SALESFORCE_HISTORY_SEEDS = DATA / "fivetran_salesforce_seeds/sf_opportunity_history_data.csv"
HUBSPOT_SEEDS = DATA / "fivetran_hubspot_seeds/deal_data.csv"
HUBSPOT_PIPELINE_SEEDS = DATA / "fivetran_hubspot_seeds/deal_pipeline_stage_data.csv"
HUBSPOT_HISTORY_SEEDS = DATA / "fivetran_hubspot_seeds/deal_stage_data.csv"


def needs(path: Path) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not path.exists(), reason=f"the export {path.name} is not beside this checkout")


def rules_by_row(table: sm.Deals | sm.DealHistory) -> list[set[str]]:
    return [{problem.rule for problem in row.problems} for row in table.set_aside]


@pytest.fixture(scope="module")
def deals() -> sm.Deals:
    form = formats.salesforce(currency="USD", date_format="%m/%d/%y", owner=None, category=None, deleted=None)
    return sm.Deals.from_csv(DEMO, form, accept={"missing_amount", "closed_before_created"})


@needs(DEMO)
class TestSalesforceDemo:
    def test_won_lost_and_open(self, deals: sm.Deals) -> None:
        assert dict(sm.breakdown(len, deals, by="outcome")) == {"open": 16, "won": 12, "lost": 8}
        assert sm.win_rate(deals) == sm.Proportion(12, 20)

    def test_open_pipeline(self, deals: sm.Deals) -> None:
        pipeline = sm.pipeline_value(deals)
        assert (pipeline.value, pipeline.n_missing) == (sm.Money.of(2_115_000, "USD"), 3)

    def test_weighted_by_their_own_probability(self, deals: sm.Deals) -> None:
        open_deals = deals.filter(deals.is_open)
        micro = sum(
            minor * chance
            for minor, chance in zip(open_deals.amount, open_deals.probability, strict=True)
            if minor is not None and chance is not None
        )
        assert micro == sm.Money.of(1_094_500, "USD").minor * 1_000_000

    def test_the_own_probabilities_of_open_deals_are_those_of_the_stages(self, deals: sm.Deals) -> None:
        own = {(deal.stage or "", deal.probability) for deal in deals if deal.probability is not None}
        assert {(name, deals.process[name].probability) for name, _ in own} == own
        assert sm.weighted_pipeline(deals).value == sm.Money.of(1_094_500, "USD")

    def test_one_close_date_is_expected_for_open_deals_and_actual_for_the_others(self, deals: sm.Deals) -> None:
        assert deals.closed.known.tolist() == deals.is_closed.tolist()
        assert deals.expected_close.known.tolist() == deals.is_open.tolist()

    def test_doubts_are_named_at_once(self) -> None:
        form = formats.salesforce(currency="USD", date_format="%m/%d/%y", owner=None, category=None, deleted=None)
        with pytest.raises(sm.InvalidTableError) as refused:
            sm.Deals.from_csv(DEMO, form)
        found = {one.rule: len(one.rows) for one in refused.value.problems}
        assert found == {"closed_before_created": 19, "missing_amount": 5}

    def test_columns_that_an_export_lacks_are_named(self) -> None:
        with pytest.raises(sm.MissingColumnError) as refused:
            sm.Deals.from_csv(DEMO, formats.salesforce(currency="USD", date_format="%m/%d/%y"))
        missing = [one.column for one in refused.value.problems if one.rule == "missing_column"]
        assert missing == ["OwnerId", "ForecastCategoryName", "IsDeleted"]


@needs(DEMO_HISTORY)
class TestSalesforceDemoHistory:
    FORM = formats.salesforce_history(currency="USD", date_format="%m/%d/%y", time_format="%m/%d/%y %I:%M %p")

    def test_rows_keep_the_order_of_the_file_and_have_their_minute(self) -> None:
        history = sm.DealHistory.from_csv(DEMO_HISTORY, self.FORM)
        with DEMO_HISTORY.open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(history) == 48
        assert [one.deal for one in history] == [row["OpportunityId"] for row in rows]
        assert [f"{one.at:%m/%d/%y %I:%M %p}" for one in history] == [row["CreatedDate"] for row in rows]
        assert [one.stage for one in history] == [row["StageName"] for row in rows]
        worth = [None if row["Amount"] == "" else sm.Money.of(row["Amount"], "USD") for row in rows]
        assert [one.amount for one in history] == worth

    def test_seven_deals_were_won_and_then_lost(self, deals: sm.Deals) -> None:
        history = sm.DealHistory.from_csv(DEMO_HISTORY, self.FORM)
        with pytest.raises(sm.InvalidTableError) as refused:
            deals.with_history(history)
        found = {one.rule: one.rows for one in refused.value.problems}
        assert {rule: len(rows) for rule, rows in found.items()} == {"moved_after_close": 7, "close_disagrees": 20}
        moved = [history[row] for row in found["moved_after_close"]]
        assert [one.stage for one in moved] == ["Closed Lost"] * 7
        lost = set(deals.filter(deals.is_lost).id.tolist())
        assert len({one.deal for one in moved} & lost) == 7

    def test_the_book_before_they_were_lost(self, deals: sm.Deals) -> None:
        history = sm.DealHistory.from_csv(DEMO_HISTORY, self.FORM)
        book = deals.with_history(history, accept={"moved_after_close", "close_disagrees"})
        early = book.as_of(date(2026, 3, 1))
        assert dict(sm.breakdown(len, early, by="outcome")) == {"open": 16, "won": 12 + 7, "lost": 8 - 7}
        assert sm.pipeline_value(early).value == sm.Money.of(2_115_000, "USD")
        assert book.past is not None
        assert (book.past.n_unknown, book.past.n_same_moment) == (0, 0)

    def test_pushes_and_pulls_are_those_of_a_plain_loop(self, deals: sm.Deals) -> None:
        history = sm.DealHistory.from_csv(DEMO_HISTORY, self.FORM)
        book = deals.with_history(history, accept={"moved_after_close", "close_disagrees"})
        with DEMO_HISTORY.open(newline="") as file:
            rows = list(csv.DictReader(file))
        rows.sort(key=lambda row: datetime.strptime(row["CreatedDate"], "%m/%d/%y %I:%M %p"))  # noqa: DTZ007
        months: dict[str, list[tuple[int, int]]] = {}
        for row in rows:
            due = datetime.strptime(row["CloseDate"], "%m/%d/%y")  # noqa: DTZ007
            months.setdefault(row["OpportunityId"], []).append((due.year, due.month))
        moves = [pair for due in months.values() for pair in pairwise(due)]
        found = sm.pushes(book)
        assert found.n == len(months)
        assert (found.n_pushes, found.n_pulls) == (sum(a < b for a, b in moves), sum(a > b for a, b in moves))

    def test_twelve_deals_are_won_and_not_nineteen(self, deals: sm.Deals) -> None:
        history = sm.DealHistory.from_csv(DEMO_HISTORY, self.FORM)
        book = deals.with_history(history, accept={"moved_after_close", "close_disagrees"})
        first = next(stage.name for stage in book.process if stage.outcome is sm.Outcome.OPEN)
        assert sm.stage_conversion(book, stage=first, to="Closed Won").n_converted == 12
        assert sm.win_rate(book).part == 12

    def test_what_differs_between_then_and_now_is_the_seven_deals(self, deals: sm.Deals) -> None:
        history = sm.DealHistory.from_csv(DEMO_HISTORY, self.FORM)
        book = deals.with_history(history, accept={"moved_after_close", "close_disagrees"})
        won = {change.deal for change in history if change.stage == "Closed Won"}
        moved = won & set(deals.filter(deals.is_lost).id.tolist())
        found = sm.bridge(partial(sm.win_rate, book.as_of(date(2026, 3, 1))), partial(sm.win_rate, book))
        (step,) = found.steps
        assert (step.reason, sorted(step.deals), len(moved)) == ("stage differs", sorted(moved), 7)
        assert step.exact == Fraction(12, 20) - Fraction(19, 20)


@needs(SALESFORCE_HISTORY_SEEDS)
def test_rows_of_the_salesforce_history_layout_are_reported_one_by_one() -> None:
    form = formats.salesforce_history(currency="USD", layout="fivetran")
    table = sm.DealHistory.from_csv(SALESFORCE_HISTORY_SEEDS, form, bad_rows="set_aside")
    assert (len(table), len(table.set_aside)) == (0, 10)  # as in the deals: all deleted, stages hashed
    assert all(row >= {"deleted_row", "unknown_stage", "unreadable"} for row in rules_by_row(table))
    assert table.set_aside[0].cells["_fivetran_end"] == "9999-12-31 23:59:59"


@needs(HUBSPOT_HISTORY_SEEDS)
def test_rows_of_the_hubspot_history_layout_are_read_with_stages_of_their_own() -> None:
    with pytest.raises(sm.InvalidTableError) as refused:
        sm.DealHistory.from_csv(HUBSPOT_HISTORY_SEEDS, formats.hubspot_history())
    counts = Counter(one.rule for one in refused.value.problems)
    assert counts == {"unknown_stage": 3, "unreadable": 1}  # hashed ids, and hours of one digit
    with HUBSPOT_HISTORY_SEEDS.open(newline="") as file:
        rows = list(csv.DictReader(file))
    stages = sm.SalesProcess([sm.Stage(name, 0.5) for name in sorted({row["value"] for row in rows})])
    form = formats.hubspot_history(process=stages, time_format="%Y-%m-%d %H:%M:%S")
    history = sm.DealHistory.from_csv(HUBSPOT_HISTORY_SEEDS, form)
    assert [(str(one.deal), one.stage) for one in history] == [(row["deal_id"], row["value"]) for row in rows]
    assert str(history[0].at) == "2021-01-07 06:49:18"


def test_the_property_history_of_hubspot_is_read() -> None:
    entries = [("appointmentscheduled", "2026-01-05T23:30:00.000Z"), ("closedwon", "2026-02-01T10:00:00.000Z")]
    columns = {
        "hs_object_id": ["7", "7"],
        "timestamp": [at for _, at in entries],
        "value": [stage for stage, _ in entries],
    }
    history = sm.DealHistory.from_columns(columns, formats.hubspot_history(layout="api", zone="Europe/Berlin"))
    assert [(one.deal, one.stage, str(one.at)) for one in history] == [
        ("7", "appointmentscheduled", "2026-01-06 00:30:00"),
        ("7", "closedwon", "2026-02-01 11:00:00"),
    ]


@needs(SALESFORCE_SEEDS)
def test_rows_of_the_salesforce_layout_are_reported_one_by_one() -> None:
    form = formats.salesforce(currency="USD", layout="fivetran")
    table = sm.Deals.from_csv(SALESFORCE_SEEDS, form, bad_rows="set_aside", accept={"missing_amount"})
    assert (len(table), len(table.set_aside)) == (0, 10)  # every row is marked as deleted, and its stage is hashed
    rules = rules_by_row(table)
    assert all(row >= {"deleted_row", "unknown_stage", "unreadable"} for row in rules)
    probability = [problem.detail for problem in table.set_aside[0].problems if problem.column == "probability"]
    assert probability == ["the cell cannot be read: probability must be a percentage in [0, 100]"]
    assert table.set_aside[0].cells["probability"] == "1000"
    early = [row.row for row in table.set_aside if any(one.rule == "closed_before_created" for one in row.problems)]
    assert early == [4]  # closed on 7 December 2018, created on the 19th


@needs(HUBSPOT_PIPELINE_SEEDS)
def test_pipelines_of_hubspot_become_a_process() -> None:
    form = formats.hubspot_pipelines(layout="fivetran")
    with pytest.raises(sm.InvalidValueError, match="pipeline must be named where there are several"):
        sm.read_process(HUBSPOT_PIPELINE_SEEDS, form)
    with HUBSPOT_PIPELINE_SEEDS.open(newline="") as file:
        every = list(csv.DictReader(file))
    (pipeline, _), *_ = Counter(row["pipeline_id"] for row in every if row["probability"] == "0.0").most_common()
    process = sm.read_process(HUBSPOT_PIPELINE_SEEDS, form, pipeline)
    rows = sorted((row for row in every if row["pipeline_id"] == pipeline), key=lambda row: int(row["display_order"]))
    assert process.names == tuple(row["stage_id"] for row in rows)
    assert [stage.probability for stage in process] == [float(row["probability"]) for row in rows]
    assert [stage.outcome is sm.Outcome.WON for stage in process] == [row["closed_won"] == "TRUE" for row in rows]
    hopeless = [stage.outcome for stage in process if not stage.probability]
    assert sm.Outcome.OPEN in hopeless  # of probability 0 and not marked as closed


@needs(HUBSPOT_SEEDS)
def test_rows_of_the_hubspot_layout_are_reported_one_by_one() -> None:
    form = formats.hubspot(currency="USD", layout="fivetran")
    table = sm.Deals.from_csv(HUBSPOT_SEEDS, form, bad_rows="set_aside")
    assert (len(table), len(table.set_aside)) == (0, 44)
    counts = Counter(rule for row in rules_by_row(table) for rule in row)
    assert counts == {"missing_stage": 44, "missing_amount": 44}
    assert all(row.cells["deal_pipeline_stage_id"] == row.cells["property_closedate"] == "" for row in table.set_aside)
