"""Worked numbers of coverage, slips and categories; the row numbers are those of the collection that has them."""

from __future__ import annotations

from datetime import date

from salesmetrics import (
    Category,
    Deal,
    DealChange,
    DealHistory,
    Deals,
    Money,
    Outcome,
    Period,
    Proportion,
    SalesProcess,
    Stage,
    breakdown,
    category_rollup,
    cycle_length,
    forecast_value,
    pipeline_coverage,
    pushes,
    required_coverage,
    slippage,
    win_rate,
)

Q1 = Period.parse("2026-01-01..2026-04-01")
JAN_5, FEB_1, MAR_1 = date(2026, 1, 5), date(2026, 2, 1), date(2026, 3, 1)


def dollars(amount: int) -> Money:
    return Money.of(amount, "USD")


def open_deal(name: str, amount: int, due: date = MAR_1, category: Category | None = None) -> Deal:
    return Deal(name, dollars(amount), "Qualified", "Ada", JAN_5, None, due, category=category)


def won(name: str, amount: int) -> Deal:
    return Deal(name, dollars(amount), "Won", "Ada", JAN_5, closed=date(2026, 1, 20))


def test_categories_roll_up() -> None:
    # Row 6: the amounts of a Salesforce help page; the cumulative ones by the rule in its admin guides
    book = [
        won("D-1", 50),
        open_deal("D-2", 100, category=Category.COMMIT),
        open_deal("D-3", 150, category=Category.BEST_CASE),
        open_deal("D-4", 200),
        open_deal("D-5", 900, category=Category.OMITTED),
    ]
    by_category = breakdown(forecast_value, book, by="category")
    assert {key: answer.value for key, answer in category_rollup(by_category).items()} == {
        "closed": dollars(50),
        "commit": dollars(150),
        "most_likely": dollars(150),
        "best_case": dollars(300),
        "open_pipeline": dollars(450),
    }


def test_the_most_likely_are_between_commit_and_best_case() -> None:
    # definitions.md, "Pipeline": most likely = most likely + commit + closed, and it is in the open pipeline
    amounts = {Category.COMMIT: 100, Category.MOST_LIKELY: 10, Category.BEST_CASE: 150, Category.PIPELINE: 200}
    book = [open_deal(str(number), amount, category=one) for number, (one, amount) in enumerate(amounts.items())]
    rows = category_rollup(breakdown(forecast_value, book, by="category"))
    assert {key: answer.value for key, answer in rows.items()} == {
        "commit": dollars(100),
        "most_likely": dollars(110),
        "best_case": dollars(260),
        "open_pipeline": dollars(460),
    }


def test_coverage_of_a_full_quota() -> None:
    # Row 8: calclet
    coverage = pipeline_coverage([open_deal("D-1", 2_400_000)], quota=dollars(800_000), period=Q1, as_of=FEB_1)
    assert coverage.value == 3.0


def test_coverage_of_what_remains() -> None:
    # Row 9: winsabove, with a quota of 2.5M of which 0.9M is booked
    book = [won("D-1", 900_000), open_deal("D-2", 4_800_000)]
    coverage = pipeline_coverage(book, quota=dollars(2_500_000), period=Q1, as_of=FEB_1)
    assert coverage.value == 3.0
    assert coverage.remaining == dollars(1_600_000)
    full = pipeline_coverage(book, quota=dollars(2_500_000), period=Q1, as_of=FEB_1, against="full")
    assert full.value == 4.8 / 2.5
    required = required_coverage(Proportion(22, 100))
    assert required is not None
    assert round(required, 3) == 4.545
    assert required > 3.0


def test_a_reached_quota_needs_no_pipeline() -> None:
    # definitions.md, "Pipeline": undefined, with the surplus told, never 0.0
    book = [won("D-1", 900), open_deal("D-2", 4_800)]
    coverage = pipeline_coverage(book, quota=dollars(700), period=Q1, as_of=FEB_1)
    assert (coverage.value, coverage.surplus, coverage.remaining) == (None, dollars(200), dollars(0))
    assert pipeline_coverage(book, quota=dollars(0), period=Q1, as_of=FEB_1, against="full").value is None


def test_won_deals_of_those_that_reached_the_second_stage() -> None:
    # Row 15: SaaSGrid, 16 won of 40; open deals stand in the denominator
    process = SalesProcess(
        [Stage("One", 0.1), Stage("Two", 0.4), Stage("Won", 1, Outcome.WON), Stage("Lost", 0, Outcome.LOST)]
    )
    ends = ["Won"] * 16 + ["Lost"] * 14 + ["Two"] * 10 + ["Lost"] * 5
    deals = [
        Deal(number, dollars(1), end, None, JAN_5, closed=None if end == "Two" else MAR_1)
        for number, end in enumerate(ends)
    ]
    history = [DealChange(number, FEB_1, stage="Two" if number < 40 else "One") for number in range(45)]
    history += [DealChange(deal.id, MAR_1, stage=deal.stage) for deal in deals]
    book = Deals.of(deals, process).with_history(DealHistory.of(history, process))
    assert win_rate(book, population="qualified", stage="Two", open="in") == Proportion(16, 40)
    assert win_rate(book, population="qualified", stage="Two") == Proportion(16, 30)
    assert win_rate(book) == Proportion(16, 35)
    assert cycle_length(book, since="Two").mean == 28


def test_ten_were_due_and_four_were_won() -> None:
    # definitions.md, "Pipeline": 10 due, 4 won, 3 late, 3 open is 60 % either way when none is lost
    ends = ["Won"] * 4 + ["late"] * 3 + ["open"] * 3
    created = date(2025, 12, 1)
    deals, history = [], []
    for number, end in enumerate(ends):
        is_won, due = end == "Won", date(2026, 5, 1) if end == "late" else MAR_1
        deals.append(
            Deal(number, dollars(100), "Won" if is_won else "Qualified", None, created, MAR_1 if is_won else None, due)
        )
        history.append(DealChange(number, created, stage="Qualified", amount=dollars(100), expected_close=MAR_1))
        if end == "late":
            history.append(DealChange(number, FEB_1, expected_close=due))
        if is_won:
            history.append(DealChange(number, MAR_1, stage="Won"))
    book = Deals.of(deals).with_history(history)
    for lost_counts in (False, True):
        slipped = slippage(book, period=Q1, lost_counts=lost_counts)
        assert slipped.by_count == Proportion(6, 10)
        assert slipped.by_amount.value == 0.6


def test_a_push_is_counted_once_however_far() -> None:
    # definitions.md, "Pipeline": March to May is +1
    deal = open_deal("D-1", 100, date(2026, 5, 1))
    history = [
        DealChange("D-1", JAN_5, expected_close=MAR_1),
        DealChange("D-1", FEB_1, expected_close=date(2026, 5, 1)),
    ]
    assert pushes(Deals.of([deal]).with_history(history)).n_pushes == 1
