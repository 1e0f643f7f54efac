"""Laws of the scorecard, and how it is shown."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import salesmetrics as sm

BOOK = sm.sample_book(n_deals=400, seed=3)
DAYS = st.dates(date(2026, 1, 1), date(2027, 1, 1))
SPANS = st.tuples(DAYS, DAYS).filter(lambda days: days[0] < days[1]).map(lambda days: sm.Period(*days))


class TestScorecard:
    @given(SPANS, DAYS)
    def test_fields(self, period: sm.Period, as_of: date) -> None:
        deals = BOOK.deals
        card = sm.scorecard(deals, period=period, as_of=as_of)
        known = [deal.closed is not None and deal.closed in period and deal.closed < as_of for deal in deals]
        closed = deals.filter(known)
        overdue = deals.filter(deals.is_overdue(as_of))
        assert card == sm.Scorecard(
            period=period,
            as_of=as_of,
            pipeline=sm.pipeline_value(deals),
            weighted=sm.weighted_pipeline(deals),
            overdue=sm.pipeline_value(overdue),
            win_rate=sm.win_rate(closed),
            win_value_rate=sm.win_value_rate(closed),
            deal_size=sm.deal_size(closed),
            cycle_length=sm.cycle_length(closed),
            forecast=sm.stage_forecast(deals, period=period, as_of=as_of),
            pipeline_by_stage=sm.breakdown(sm.pipeline_value, deals, by="stage"),
            weighted_by_stage=sm.breakdown(sm.weighted_pipeline, deals, by="stage"),
            pipeline_by_owner=sm.breakdown(sm.pipeline_value, deals, by="owner"),
            weighted_by_owner=sm.breakdown(sm.weighted_pipeline, deals, by="owner"),
            overdue_by_owner=sm.breakdown(sm.pipeline_value, overdue, by="owner"),
            win_rate_by_owner=sm.breakdown(sm.win_rate, closed, by="owner"),
            win_value_rate_by_owner=sm.breakdown(sm.win_value_rate, closed, by="owner"),
            deal_size_by_owner=sm.breakdown(sm.deal_size, closed, by="owner"),
            cycle_length_by_owner=sm.breakdown(sm.cycle_length, closed, by="owner"),
            forecast_by_owner=sm.breakdown(sm.stage_forecast, deals, "owner", period=period, as_of=as_of),
        )

    @given(st.integers(0, 400), SPANS, DAYS)
    def test_merge(self, cut: int, period: sm.Period, as_of: date) -> None:
        one, other, whole = (
            sm.scorecard(deals, period=period, as_of=as_of)
            for deals in (BOOK.deals[:cut], BOOK.deals[cut:], BOOK.deals)
        )
        assert one + other == whole


@given(SPANS, DAYS)
def test_the_calls_that_are_printed_give_the_answers_beside_them(period: sm.Period, as_of: date) -> None:
    deals = BOOK.deals
    card = sm.scorecard(deals, period=period, as_of=as_of)
    where, figures, _, of_stages, _, of_owners = str(card).split("\n\n")[1:]
    names: dict[str, Any] = {"sm": sm, "deals": deals, "date": date}
    exec(where, names)  # noqa: S102  # the text is the scorecard's own promise
    head, *lines = figures.split("\n")
    asked, answered = head.index("asked as"), head.index("answer")
    assert len(lines) == 16
    for line in lines:
        answer = eval(line[asked:], names)  # noqa: S307
        assert line[answered:asked].strip().startswith(str(answer))
    pairs = [line.split("  ", 1) for block in (of_stages, of_owners) for line in block.split("\n")[1:]]
    answers = [eval(ask, names) for _, ask in pairs]  # noqa: S307
    assert answers == [
        card.pipeline_by_stage,
        card.weighted_by_stage,
        card.pipeline_by_owner,
        card.weighted_by_owner,
        card.overdue_by_owner,
        card.win_rate_by_owner,
        card.win_value_rate_by_owner,
        card.deal_size_by_owner,
        card.cycle_length_by_owner,
        card.forecast_by_owner,
    ]


def test_an_empty_book_has_a_scorecard() -> None:
    card = sm.scorecard([], period=BOOK.period, as_of=BOOK.as_of)
    text = " ".join(str(card).split())
    assert "Win rate undefined (0 of 0); 95 % interval 0.0 % to 100.0 %" in text
    assert "Cycle length undefined (0 deals)" in text
    assert sm.Scorecard.from_dict(card.to_dict()) == card


def test_before_the_period_nothing_is_known_of_it() -> None:
    card = sm.scorecard(BOOK.deals, period=BOOK.period, as_of=BOOK.period.start)
    assert card.win_rate.value is None
    assert "closed   = deals[:0]" in str(card)


def test_a_notebook_shows_names_as_text() -> None:
    deal = sm.Deal("D-1", sm.Money(100, "USD"), "Qualified", "<script>alert(1)</script>", date(2026, 1, 5))
    nameless = sm.Deal("D-2", sm.Money(100, "USD"), "Qualified", None, date(2026, 1, 5))
    page = sm.scorecard([deal, nameless], period=BOOK.period, as_of=BOOK.as_of)._repr_html_()
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "<td>-</td>" in page


def test_as_of_is_a_day_and_the_period_a_period() -> None:
    with pytest.raises(sm.InvalidValueError, match="as_of must be a date"):
        sm.scorecard(BOOK.deals, period=BOOK.period, as_of="2026-01-01")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    with pytest.raises(sm.InvalidValueError, match="period must be a Period"):
        sm.scorecard(BOOK.deals, period="2026", as_of=BOOK.as_of)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
