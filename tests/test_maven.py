"""The Maven export of 8,800 opportunities, against figures that another library computed from it."""

from __future__ import annotations

import csv
import doctest
import re
from datetime import date
from fractions import Fraction
from functools import partial
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
    """The deals with list prices of their products and teams of their agents, and a history made of the dates."""
    prices = {row["product"]: row["sales_price"] for row in exported_rows("products.csv")}
    prices["GTXPro"] = prices.pop("GTX Pro")  # as the pipeline writes it
    rows = exported_rows(EXPORT.name)
    columns: dict[str, Any] = {name: [row[name] for row in rows] for name in rows[0]}
    columns["list_price"] = [prices[row["product"]] for row in rows]
    teams = {row["sales_agent"]: row for row in exported_rows("sales_teams.csv")}
    for name in ("manager", "regional_office"):
        columns[name] = [teams[row["sales_agent"]][name] for row in rows]
    labels = {name: name for name in ("product", "manager", "regional_office")}
    form = evolve(sm.DealFormat.from_toml(FORMAT), values={"list_price": "list_price"}, labels=labels)
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


def exported_rows(name: str) -> list[dict[str, str]]:
    with (EXPORT.parent / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_win_rates_of_managers_and_offices_are_those_of_a_plain_loop(listed: sm.Deals) -> None:
    teams = {row["sales_agent"]: row for row in exported_rows("sales_teams.csv")}
    for label in ("manager", "regional_office"):
        counts: dict[str, list[int]] = {}
        for row in exported_rows("sales_pipeline.csv"):
            found = counts.setdefault(teams[row["sales_agent"]][label], [0, 0])
            found[0] += row["deal_stage"] == "Won"
            found[1] += row["deal_stage"] in ("Won", "Lost")
        rates = sm.breakdown(sm.win_rate, listed, by=label)
        assert {name: [rate.part, rate.whole] for name, rate in rates.items()} == counts


def test_values_by_list_price(listed: sm.Deals) -> None:
    assert sm.win_value_rate(listed, value="list_price").value == 0.6276464234390214
    pipeline = sm.breakdown(sm.pipeline_value, listed.filter(listed.is_open), by="stage", value="list_price")
    assert {stage: one.value for stage, one in pipeline.items()} == {
        "Prospecting": sm.Money.of(1_073_986, "USD"),
        "Engaging": sm.Money.of(3_892_229, "USD"),
    }


def test_stalled_deals_are_those_of_a_plain_loop(listed: sm.Deals) -> None:
    as_of, typical = date(2018, 1, 1), sm.cycle_length(listed).median
    assert typical is not None
    prices = {row["product"].replace("GTX Pro", "GTXPro"): row["sales_price"] for row in exported_rows("products.csv")}
    n = worth = 0
    for row in exported_rows("sales_pipeline.csv"):
        is_open = row["deal_stage"] in ("Prospecting", "Engaging")
        if is_open and row["engage_date"] and (as_of - date.fromisoformat(row["engage_date"])).days > 2 * typical:
            n, worth = n + 1, worth + int(prices[row["product"]])
    found = sm.stalled_deals(listed, typical=typical, as_of=as_of, value="list_price")
    assert (found.late.n, found.value, found.undated.n) == (n, sm.Money.of(worth, "USD"), 500)


def test_two_win_rates_of_one_quarter_differ_by_these_deals(listed: sm.Deals) -> None:
    quarter = sm.FiscalCalendar().quarter(2017, 3)
    sides = [listed.in_period(quarter), listed.in_period(quarter, on="created")]
    found = sm.bridge(*(partial(sm.win_rate, side) for side in sides))
    closed, engaged = set[str](), set[str]()
    for row in exported_rows("sales_pipeline.csv"):
        if row["deal_stage"] in ("Won", "Lost"):
            for day, deals in ((row["close_date"], closed), (row["engage_date"], engaged)):
                if "2017-07-01" <= day < "2017-10-01":
                    deals.add(row["opportunity_id"])
    assert {step.reason: set(step.deals) for step in found.steps} == {
        "only in a": closed - engaged,
        "only in b": engaged - closed,
    }
    rates = [Fraction(sm.win_rate(side).part, sm.win_rate(side).whole) for side in sides]
    assert found.exact == rates[1] - rates[0]


QUARTERS = [sm.FiscalCalendar().quarter(2017, number) for number in (1, 2, 3, 4)]
PAGE = ROOT / "docs" / "how-to" / "forecast.md"


def last_quarter(deals: sm.Deals, *, period: sm.Period, as_of: date, value: str) -> sm.Forecast:
    ended = [one for one in QUARTERS if one.end <= as_of]
    return sm.historical_forecast(deals, period=period, as_of=as_of, look_back=ended[-1:], base="last", value=value)


def by_win_rate(deals: sm.Deals, *, period: sm.Period, as_of: date, value: str) -> sm.Forecast:
    """Every open deal by the share won of all that have closed; all of them are in one category."""
    rates = {"pipeline": sm.win_rate(deals)}
    return sm.category_forecast(deals, period=period, as_of=as_of, rates=rates, undated="include", value=value)


def by_age(deals: sm.Deals, *, period: sm.Period, as_of: date, value: str) -> sm.Forecast:
    return sm.cycle_length_forecast(deals, period=period, as_of=as_of, typical=sm.cycle_length(deals), value=value)


def calibrated(deals: sm.Deals, *, period: sm.Period, as_of: date, value: str) -> sm.Forecast:
    """Every open deal by the share of those open at the start of each quarter before that was won in it."""
    ended = [one for one in QUARTERS if one.end <= as_of]
    process = sm.calibrate_stages(deals, as_of=as_of, periods=ended, undated="include").process()
    asked: Any = {"period": period, "as_of": as_of, "value": value}
    return sm.stage_forecast(deals, undated="include", process=process, **asked)


def with_new(deals: sm.Deals, *, period: sm.Period, as_of: date, value: str) -> sm.Forecast:
    asked: Any = {"period": period, "as_of": as_of, "value": value}
    ended = [one for one in QUARTERS if one.end <= as_of]
    return calibrated(deals, **asked).beside(sm.creation_forecast(deals, look_back=ended, **asked))


@pytest.fixture(scope="module")
def trial(listed: sm.Deals) -> sm.Backtest:
    methods: dict[str, Any] = {
        "last quarter": last_quarter,
        "stage": partial(sm.stage_forecast, undated="include"),
        "win rate": by_win_rate,
        "cycle length": by_age,
        "calibrated": calibrated,
        "calibrated + new": with_new,
    }
    constant = {"list_price", "product"}
    return sm.backtest(methods, listed, periods=QUARTERS[1:], constant=constant, value="list_price")


def test_the_published_table_is_what_comes_out(trial: sm.Backtest) -> None:
    assert f"```text\n{trial}\n\n{trial.accuracy}\n```" in PAGE.read_text("utf-8")


def test_what_came_is_counted_another_way(trial: sm.Backtest) -> None:
    with (
        EXPORT.open(encoding="utf-8", newline="") as file,
        (EXPORT.parent / "products.csv").open(encoding="utf-8", newline="") as listing,
    ):
        prices = {row["product"].replace(" ", ""): int(row["sales_price"]) for row in csv.DictReader(listing)}
        won = [row for row in csv.DictReader(file) if row["deal_stage"] == "Won"]
    for period, actual in zip(trial.period, trial.actual, strict=True):
        closed = [row for row in won if date.fromisoformat(row["close_date"]) in period]
        assert actual == 100 * sum(prices[row["product"].replace(" ", "")] for row in closed)


def test_why_the_stage_is_right_by_accident(listed: sm.Deals, trial: sm.Backtest) -> None:
    quarter = QUARTERS[3]
    book = listed.as_of(quarter.start, constant={"list_price"})
    lines = sm.stage_forecast(book, period=quarter, as_of=quarter.start, undated="include", value="list_price").lines
    assert (len(lines), sum(lines.amount.values.tolist())) == (2_409, 5_763_490_00)
    won = listed.in_period(quarter).filter(listed.in_period(quarter).is_won)
    was_open = won.filter([deal in set(lines.deal.tolist()) for deal in won.id.tolist()])
    assert (len(was_open), sm.win_value_rate(was_open, value="list_price").part) == (559, 1_247_745_00)
    assert len(won) - len(was_open) == 637
    typical = sm.cycle_length(book)
    aged = sm.cycle_length_forecast(book, period=quarter, as_of=quarter.start, typical=typical, value="list_price")
    assert aged.by_basis["past typical"].n == 1_231
    assert trial.accuracy["stage"].n == 3


def test_stages_are_calibrated_as_a_loop_does_it(listed: sm.Deals) -> None:
    rows = [row for row in exported_rows("sales_pipeline.csv") if row["engage_date"]]
    seen = [won_of_open(rows, quarter) for quarter in QUARTERS]
    assert seen == [(250, 358), (617, 1_330), (609, 1_686), (559, 2_409)]  # 69.8, 46.4, 36.1 and 23.2 %
    for place, quarter in enumerate(QUARTERS[1:], start=1):
        book = listed.as_of(quarter.start, constant={"list_price", "product"})
        made = sm.calibrate_stages(book, as_of=quarter.start, periods=QUARTERS[:place], undated="include")
        found = made["Engaging"]
        assert (found.won.n, found.n) == tuple(map(sum, zip(*seen[:place], strict=True)))


def won_of_open(rows: list[dict[str, str]], quarter: sm.Period) -> tuple[int, int]:
    """How many were won in a quarter of the deals that were open at its start, and how many these were."""
    start, end = str(quarter.start), str(quarter.end)
    were_open = [row for row in rows if row["engage_date"] < start and not ("" < row["close_date"] < start)]
    won = [row for row in were_open if row["deal_stage"] == "Won" and row["close_date"] < end]
    return len(won), len(were_open)


TEAM_PAGE = ROOT / "docs" / "how-to" / "team-pay.md"


def test_the_page_about_a_team_s_pay_shows_what_comes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(EXPORT.parent)
    blocks = re.findall(r"```pycon\n(.*?)```", TEAM_PAGE.read_text("utf-8"), re.DOTALL)
    facts: dict[str, Any] = {}
    test = doctest.DocTestParser().get_doctest("".join(blocks), facts, TEAM_PAGE.name, str(TEAM_PAGE), 0)
    told: list[str] = []
    found = doctest.DocTestRunner().run(test, out=told.append, clear_globs=False)
    assert (found.failed, told) == (0, [])
    assert found.attempted > 20
    # Counted apart from the library, from the file
    sold: dict[str, list[int]] = {}
    for row in exported_rows(EXPORT.name):
        if row["deal_stage"] == "Won" and row["close_date"] < "2018":
            sold.setdefault(row["sales_agent"], []).append(int(row["close_value"]))
    quota = 200_000
    cents = {
        agent: 8 * min(sum(own), quota) + 12 * max(0, sum(own) - quota) + 250_00 * sum(one >= 4_000 for one in own)
        for agent, own in sold.items()
    }
    others = {agent: (11 if sum(own) >= quota else 7) * sum(own) for agent, own in sold.items()}
    for team, expected in ((test.globs["before"], cents), (test.globs["after"], others)):
        assert {agent: total.minor for agent, total in team.totals.items()} == expected


def test_pay_of_two_agents_for_the_year_adds_up(deals: sm.Deals) -> None:
    # Counted apart from the library: won deals of each agent and quarter, from the file
    with EXPORT.open(encoding="utf-8") as file:
        won = [row for row in csv.DictReader(file) if row["deal_stage"] == "Won"]
    agents = ("Anna Snelling", "Darcel Schlecht")
    calendar = sm.FiscalCalendar()
    quota = 250_000
    tiers = sm.Curve.marginal({0: "0.08", 1: "0.12"})
    sales = sm.Rule("sales", tiers, sm.Basis(of_quota=True, window="year"), times="quota")
    spiff = sm.Bonus("big deal", sm.Money.of(250, "USD"), "deal", at=5_000)
    plan = sm.CompPlan("AE", "USD", YEAR.start, [sales], [spiff, sm.Draw(sm.Money.of(6_000, "USD"))])
    quotas = [sm.Quota(agent, YEAR, sm.Money.of(quota, "USD")) for agent in agents]
    for agent in agents:
        statement: sm.Statement | None = None
        paid = earned = 0
        for quarter in calendar.quarters_in(YEAR):
            statement = sm.commission(deals, plan=plan, payee=agent, period=quarter, quotas=quotas, opening=statement)
            assert statement.total.minor == sum(line.amount for line in statement.lines)
            paid, earned = paid + statement.total.minor, earned + statement.earned.minor
        own = [int(row["close_value"]) for row in won if row["sales_agent"] == agent and row["close_date"] < "2018"]
        commission = min(sum(own), quota) * 8 + max(0, sum(own) - quota) * 12
        assert earned == commission + 25_000 * sum(amount >= 5_000 for amount in own)
        assert statement is not None
        assert paid + statement.closing.carried == earned
