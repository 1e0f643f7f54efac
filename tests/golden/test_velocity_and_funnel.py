"""Worked numbers from public sources; the row numbers are those of the collection they were gathered in."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest

from salesmetrics import (
    Deal,
    DealChange,
    Deals,
    Money,
    Outcome,
    SalesProcess,
    Stage,
    funnel,
    sales_velocity,
    stage_conversion,
)


def book(n_open: int, amount: Money, n_won: int, n_lost: int, days: int) -> list[Deal]:
    """Deals of which each is worth as much, and each closed one took as long."""
    first = date(2026, 1, 5)
    closed = first + timedelta(days)
    return [
        *(Deal(f"O-{number}", amount, "Qualified", "Ada", first) for number in range(n_open)),
        *(Deal(f"W-{number}", amount, "Won", "Ada", first, closed=closed) for number in range(n_won)),
        *(Deal(f"L-{number}", amount, "Lost", "Ada", first, closed=closed) for number in range(n_lost)),
    ]


def test_eighteen_deals_of_42000_won_at_24_percent_in_78_days() -> None:
    # Row 11: winsabove; its page rounds a day to 2,326 first, and so says 209,340 and at 65 days 2,790
    amount = Money.of(42_000, "USD")
    velocity = sales_velocity(book(18, amount, 6, 19, 78))
    assert velocity.value == Money.of("2326.15", "USD")
    assert velocity.within(90) == Money.of("209353.85", "USD")
    assert sales_velocity(book(18, amount, 6, 19, 65)).value == Money.of("2791.38", "USD")


def test_forty_deals_of_25000_won_at_25_percent_in_90_days() -> None:
    # Row 12: mavenlb, which takes 30 days for a month
    velocity = sales_velocity(book(40, Money.of(25_000, "GBP"), 1, 3, 90))
    assert velocity.value == Money.of("2777.78", "GBP")
    assert velocity.within(30) == Money.of("83333.33", "GBP")


@pytest.mark.parametrize(
    ("n_open", "amount", "n_won", "days", "factor"),
    [
        (48, 25_000, 10, 90, Fraction(6, 5)),
        (40, 30_000, 10, 90, Fraction(6, 5)),
        (40, 25_000, 12, 90, Fraction(6, 5)),
        (40, 25_000, 10, 72, Fraction(5, 4)),
    ],
)
def test_a_fifth_more_of_each_and_a_fifth_off_the_cycle(
    n_open: int, amount: int, n_won: int, days: int, factor: Fraction
) -> None:
    # Row 14: mavenlb
    before = sales_velocity(book(40, Money.of(25_000, "GBP"), 10, 30, 90)).exact_value
    after = sales_velocity(book(n_open, Money.of(amount, "GBP"), n_won, 40 - n_won, days)).exact_value
    assert before == Fraction(25_000, 9)
    assert after == Fraction(25_000, 9) * factor


def with_stages(process: SalesProcess, *been: str) -> Deals:
    """A book of one deal for each text of stages, in each of which it was for a day."""
    first = date(2026, 1, 5)
    deals, history = [], []
    for number, text in enumerate(been):
        stages = text.split()
        history += [DealChange(number, first + timedelta(days), stage=one) for days, one in enumerate(stages)]
        ended = process.outcome_of(stages[-1]) is not Outcome.OPEN
        closed = first + timedelta(len(stages) - 1) if ended else None
        deals.append(Deal(number, Money.of(1, "USD"), stages[-1], "Ada", first, closed=closed))
    return Deals.of(deals, process).with_history(history)


def test_sixteen_won_of_forty_that_advanced_to_the_second_stage() -> None:
    # Row 15: SaaSGrid; open deals stand in the denominator, and deals that skipped the stage do not
    process = SalesProcess(
        [Stage("S1", 0.1), Stage("S2", 0.3), Stage("Won", 1, Outcome.WON), Stage("Lost", 0, Outcome.LOST)]
    )
    book = with_stages(process, *["S1 S2 Won"] * 16, *["S1 S2 Lost"] * 14, *["S1 S2"] * 10, *["S1 Won"] * 5, "S1")
    step = stage_conversion(book, stage="S2", to="Won", rule="any")
    assert (step.n_converted, step.whole, step.value) == (16, 40, 0.4)
    assert stage_conversion(book, stage="S2", to="Won", rule="any", decided_only=True).value == 16 / 30
    assert stage_conversion(book, stage="S2", to="Won").value == 21 / 45  # the five that skipped it are filled in


def test_a_contact_that_skipped_a_stage() -> None:
    # Row 20: HubSpot's funnels of all stages in order, and of any stages
    process = SalesProcess(
        [Stage("Created", 0), Stage("Lead", 0.2), Stage("Opportunity", 0.5), Stage("Customer", 1, Outcome.WON)]
    )
    book = with_stages(process, "Created Lead Customer")
    strict, ever = funnel(book, rule="strict"), funnel(book, rule="any")
    assert {stage: step.whole for stage, step in strict.items()} == {"Created": 1, "Lead": 1, "Opportunity": 0}
    assert [step.n_converted for step in strict.values()] == [1, 0, 0]
    assert stage_conversion(book, stage="Lead", to="Customer", rule="strict").n_converted == 0
    assert {stage: step.whole for stage, step in ever.items()} == {"Created": 1, "Lead": 1, "Opportunity": 0}
    assert stage_conversion(book, stage="Lead", to="Customer", rule="any").n_converted == 1
