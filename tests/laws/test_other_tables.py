"""Ways of asking know nothing of deals: they ask measures of other tables too, or refuse in words."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

import salesmetrics as sm
from salesmetrics import Deals, InvalidValueError, Period, Question, Quota, Quotas, quota_attainment, win_rate
from salesmetrics._numeric.days import day_of_number
from salesmetrics._numeric.recipe import Count, Recipe
from salesmetrics._numeric.resampling import draws
from salesmetrics.measure._measure import measure_of
from salesmetrics.strategies import quota_tables, quota_tables_with_sales
from salesmetrics.table.quotas import IntoQuotas


@measure_of(Quotas.of, IntoQuotas)
def small_share(quotas: Quotas, *, below: int = 1000) -> Recipe[sm.Proportion]:
    """The share of quotas of less than so many minor units."""
    known = quotas.amount.known
    return Recipe(sm.Proportion, part=Count(known & (quotas.amount.values < below)), whole=Count(known))


def span_of(table: Quotas) -> Period:
    """The days from the first quota's start to the last one's end."""
    first, last = min(table.start.values, default=0), max(table.end.values, default=1)
    return Period(day_of_number(int(first)), day_of_number(int(last)))


def cut(table: Quotas, data: DataObject) -> list[Quotas]:
    part_of = np.array(data.draw(st.lists(st.integers(0, 2), min_size=len(table), max_size=len(table))), np.int64)
    return [table.take(np.flatnonzero(part_of == part)) for part in range(4)]


@given(quota_tables_with_sales())
def test_several_questions_are_asked_together(table: Quotas) -> None:
    attained = Question(quota_attainment, "rep", period=span_of(table))
    by_rep, whole, share, n_quotas = sm.ask(
        table, attained, partial(quota_attainment, period=span_of(table)), small_share, len
    )
    assert by_rep == sm.breakdown(quota_attainment, table, "rep", period=span_of(table)) == attained(table)
    assert whole == quota_attainment(table, period=span_of(table))
    assert (share, n_quotas) == (small_share(table), len(table))


@given(quota_tables_with_sales(), st.data())
def test_parts_add_up(table: Quotas, data: DataObject) -> None:
    questions = Question(quota_attainment, ("rep", *table.where), period=span_of(table)), Question(small_share)
    assert sm.distribute(questions, cut(table, data)) == sm.ask(table, *questions)
    assert sm.distribute(small_share, []) == small_share([])


@given(quota_tables_with_sales(), st.booleans())
def test_quotas_belong_to_the_period_in_which_they_begin(table: Quotas, to_date: bool) -> None:  # noqa: FBT001  # drawn
    whole = span_of(table)
    middle = day_of_number((whole.start.toordinal() + whole.end.toordinal()) // 2 - 719_163)
    periods = [Period(whole.start, middle), Period(middle, whole.end)] if middle > whole.start else [whole]
    found = sm.trend(quota_attainment, table, periods, "start", to_date, period=whole)
    own = sm.trend(lambda quotas: [*quotas], table, periods, "start", to_date)
    for one in periods:
        first = whole.start if to_date else one.start
        begins = [first <= quota.period.start < one.end for quota in table]
        assert found[one] == quota_attainment(table.filter(begins), period=whole)
        assert own[one] == [quota for quota, flag in zip(table, begins, strict=True) if flag]


def test_a_measure_is_told_of_each_period() -> None:
    periods = [Period.parse("2026-01-01..2026-04-01"), Period.parse("2026-04-01..2026-07-01")]
    sold = Quotas.of([Quota("Ada", one, sm.Money(100, "USD")) for one in periods]).with_sales([])
    assert list(sm.trend(quota_attainment, sold, periods).values()) == [
        quota_attainment(sold, period=one) for one in periods
    ]


@given(quota_tables(), quota_tables(), st.data())
def test_two_tables_are_compared(before: Quotas, after: Quotas, data: DataObject) -> None:
    below = data.draw(st.sampled_from([0, 1000, 10**9]))
    found = sm.compare(small_share, before, [*after], below=below)
    assert found == sm.Comparison(small_share(before, below=below), small_share(after, below=below))


@given(quota_tables(), st.sampled_from([None, "rep"]))
def test_quotas_are_drawn_again(table: Quotas, cluster: Any) -> None:
    def own(quotas: Quotas) -> sm.Proportion:
        assert isinstance(quotas, Quotas)
        return small_share(quotas)

    options: dict[str, Any] = {"cluster": cluster, "n_resamples": 3}
    assert sm.bootstrap(small_share, table, 1, **options) == sm.bootstrap(own, table, 1, **options)


@given(quota_tables_with_sales())
def test_quotas_are_drawn_again_with_their_sales(table: Quotas) -> None:
    period = span_of(table)
    each = [quota_attainment(table[row : row + 1], period=period) for row in range(len(table))]
    ((times,),) = draws(1, len(table), 1, at_once=1)
    drawn = [one for one, n in zip(each, times.tolist(), strict=True) for _ in range(n)]
    exact = sum(drawn, quota_attainment(table[:0], period=period)).exact_value
    found = sm.bootstrap(quota_attainment, table, 1, n_resamples=1, period=period)
    assert found.low == found.high == (None if exact is None else float(exact))
    if len(table) > 1:  # a table with its sales cannot hold a quota twice, and a plain function has nothing else to ask
        with pytest.raises(InvalidValueError, match="quotas with sales must come once each, got one twice"):
            sm.bootstrap(len, table, 1, n_resamples=50)


@given(quota_tables())
def test_reps_are_ranked(table: Quotas) -> None:
    found = sm.rank(small_share, table, by="rep")
    assert {rep: (one.part, one.whole) for rep, one in found.items()} == {
        rep: (one.part, one.whole) for rep, one in sm.breakdown(small_share, table, "rep").items()
    }


QUOTAS = Quotas.of([Quota("Ada", Period.parse("2026-01-01..2026-04-01"), sm.Money(100, "USD"))])
HISTORY = sm.DealHistory.of([sm.DealChange("D-1", Period.parse("2026-01-01..2026-04-01").start, stage="Qualified")])
MONTHS = [Period.parse("2026-01-01..2026-02-01")]
attainment: Any = quota_attainment


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: sm.bridge(partial(small_share, QUOTAS), []), "a must be a measure of deals, .*, got small_share of Q"),
        (lambda: sm.ask(QUOTAS, small_share, win_rate), "must be of one table, got small_share of Quotas and win_rate"),
        (lambda: sm.ask([*QUOTAS], win_rate), "deals must be Deal objects, got Quota at row 0"),
        (lambda: sm.trend(small_share, QUOTAS, MONTHS, "closed"), r"on must be one of \['start'\], got 'closed'"),
        (lambda: sm.trend(len, HISTORY, MONTHS, "closed"), "on must name a day that .*, got 'closed' of DealHistory"),
        (lambda: sm.breakdown(len, HISTORY, "stage"), "groups must be made of a table that has keys, .*, got DealHist"),
        (lambda: sm.bootstrap(len, HISTORY, 1, cluster="stage"), "groups must be made of a table that has keys"),
        (
            lambda: sm.rank(attainment, QUOTAS.with_sales([]), "rep", period=span_of(QUOTAS)),
            "gives a Proportion, got",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(ask: Any, message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        ask()


def test_other_tables_are_compared_whole() -> None:
    assert sm.compare(len, HISTORY[:0], HISTORY) == sm.Comparison(0, 1)
    assert sm.bootstrap(len, HISTORY, 1, n_resamples=2).answer == 1


def n_named(deals: Deals, start: str) -> int:
    return sum(str(deal.owner).startswith(start) for deal in deals)


@pytest.mark.parametrize("by", [None, "owner"])
@pytest.mark.parametrize(
    ("measure", "options", "kind"), [(win_rate, {"population": "al"}, InvalidValueError), (n_named, {}, TypeError)]
)
def test_it_is_said_which_of_several_questions_went_wrong(
    by: Any, measure: Any, options: dict[str, Any], kind: type[Exception]
) -> None:
    book = sm.sample_book(20).deals
    question = Question(measure, by, **options)
    with pytest.raises(kind) as caught:
        sm.ask(book, Question(win_rate, by), question)
    assert caught.value.__notes__ == [f"in question 2, {measure.__name__}"]
    with pytest.raises(kind) as alone:
        question(book)
    assert not hasattr(alone.value, "__notes__")


def test_questions_can_be_told_apart_in_a_set() -> None:
    one, same, other = (Question(win_rate, "owner", population=word) for word in ("all", "all", "closed"))
    assert {one, same, other} == {one, other}
    assert hash(one) == hash(same)
    unhashable: dict[str, Any] = {"constant": {"amount"}}
    with pytest.raises(TypeError, match="unhashable type: 'set'"):
        hash(Question(sm.slippage, None, **unhashable))
