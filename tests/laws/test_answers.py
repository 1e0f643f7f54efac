from __future__ import annotations

import json
from collections import Counter
from datetime import date
from typing import Any, ClassVar

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, DrawFn

import salesmetrics as sm
from measure_laws import by_one_or_all, questions
from salesmetrics import (
    Amounts,
    Answer,
    Coverage,
    Durations,
    LateDeals,
    MoneyRatio,
    MoneyTotal,
    Proportion,
    Pushes,
    SalesVelocity,
    Slippage,
    StageConversion,
    StageForecast,
    TimeInStage,
    WeightedTotal,
)
from salesmetrics._numeric.multiset import Multiset
from salesmetrics.testing import assert_answers_add, assert_round_trip
from strategies import ANSWERS, AS_OF, PERIOD, Book, laid_down, units

NOTHING = Multiset(np.zeros(0, np.int64), np.zeros(0, np.int64))


@st.composite
def three(draw: DrawFn, kind: type[Answer]) -> tuple[Any, Any, Any]:
    """Answers that add, now and then one in the currency of no money."""
    unit = draw(units())
    return draw(st.tuples(*[st.sampled_from([unit, unit, "XXX"]).flatmap(ANSWERS[kind])] * 3))


def unit_of_both(one: str | None, other: str | None) -> str | None:
    return other if one == "XXX" else one


def tally_of_both(one: Multiset, other: Multiset) -> Multiset:
    tally = Counter(dict(one)) + Counter(dict(other))
    return Multiset(np.array(sorted(tally), np.int64), np.array([tally[number] for number in sorted(tally)], np.int64))


class AnswerLaws:
    """The laws of every answer; a test class gives the `kind`, the `nothing` of the empty book, and how two add."""

    kind: ClassVar[type[Answer]]
    nothing: ClassVar[Any]

    def sum_of(self, a: Any, b: Any) -> Any:
        raise NotImplementedError

    @given(st.data())
    def test_adds(self, data: DataObject) -> None:
        a, b, _ = data.draw(three(self.kind))
        assert a + b == self.sum_of(a, b)

    @given(st.data())
    def test_order(self, data: DataObject) -> None:
        a, b, c = data.draw(three(self.kind))
        assert_answers_add(a, b, c)
        assert hash(a + b) == hash(b + a)

    @given(st.data())
    def test_identity(self, data: DataObject) -> None:
        a, b, _ = data.draw(three(self.kind))
        assert a + self.nothing == a == self.nothing + a
        assert sum([a]) == a
        assert sum([a, b]) == a + b

    @given(st.data())
    def test_round_trip(self, data: DataObject) -> None:
        a, *_ = data.draw(three(self.kind))
        assert_round_trip(a)
        assert Answer.from_dict(json.loads(json.dumps(a.to_dict(), allow_nan=False))) == a


class TestProportion(AnswerLaws):
    kind = Proportion
    nothing = sm.win_rate([])

    def sum_of(self, a: Any, b: Any) -> Any:
        return Proportion(part=a.part + b.part, whole=a.whole + b.whole)


class TestAnswer(TestProportion):
    """The base is asked through one of its kinds."""


class TestMoneyTotal(AnswerLaws):
    kind = MoneyTotal
    nothing = sm.pipeline_value([])

    def sum_of(self, a: Any, b: Any) -> Any:
        return MoneyTotal(a.minor + b.minor, unit_of_both(a.currency, b.currency), a.n + b.n, a.n_missing + b.n_missing)


class TestWeightedTotal(AnswerLaws):
    kind = WeightedTotal
    nothing = sm.weighted_pipeline([])

    def sum_of(self, a: Any, b: Any) -> Any:
        return WeightedTotal(
            a.micro + b.micro, unit_of_both(a.currency, b.currency), a.n + b.n, a.n_missing + b.n_missing
        )


class TestMoneyRatio(AnswerLaws):
    kind = MoneyRatio
    nothing = sm.win_value_rate([])

    def sum_of(self, a: Any, b: Any) -> Any:
        return MoneyRatio(
            part=a.part + b.part,
            whole=a.whole + b.whole,
            currency=unit_of_both(a.currency, b.currency),
            n=a.n + b.n,
            n_missing=a.n_missing + b.n_missing,
            n_zero=a.n_zero + b.n_zero,
        )


class TestAmounts(AnswerLaws):
    kind = Amounts
    nothing = sm.deal_size([])

    def sum_of(self, a: Any, b: Any) -> Any:
        unit = unit_of_both(a.currency, b.currency)
        return Amounts(tally_of_both(a.amounts, b.amounts), unit, a.n_missing + b.n_missing)


class TestDurations(AnswerLaws):
    kind = Durations
    nothing = sm.cycle_length([])

    def sum_of(self, a: Any, b: Any) -> Any:
        return Durations(tally_of_both(a.days, b.days), a.n_missing + b.n_missing)


class TestSalesVelocity(AnswerLaws):
    kind = SalesVelocity
    nothing = sm.sales_velocity([])

    def sum_of(self, a: Any, b: Any) -> Any:
        return SalesVelocity(
            n=a.n + b.n,
            size=TestMoneyTotal().sum_of(a.size, b.size),
            rate=TestProportion().sum_of(a.rate, b.rate),
            cycle=TestDurations().sum_of(a.cycle, b.cycle),
        )


class TestStageConversion(AnswerLaws):
    kind = StageConversion
    nothing = sm.stage_conversion(sm.Deals.of([]).with_history([]), stage="Qualified")

    def sum_of(self, a: Any, b: Any) -> Any:
        return StageConversion(
            stage="Qualified",
            to="Product demo",
            rule="reached",
            counted="all",
            n_converted=a.n_converted + b.n_converted,
            n_not_converted=a.n_not_converted + b.n_not_converted,
            n_undecided=a.n_undecided + b.n_undecided,
            n_missing=a.n_missing + b.n_missing,
        )


class TestStageForecast(AnswerLaws):
    kind = StageForecast
    nothing = sm.stage_forecast([], period=PERIOD, as_of=AS_OF)

    def sum_of(self, a: Any, b: Any) -> Any:
        money, weighted = TestMoneyTotal().sum_of, TestWeightedTotal().sum_of
        return StageForecast(
            period=a.period,
            as_of=a.as_of,
            booked=money(a.booked, b.booked),
            expected=weighted(a.expected, b.expected),
            omitted=money(a.omitted, b.omitted),
            undated=money(a.undated, b.undated),
            overdue=money(a.overdue, b.overdue),
            other_period=money(a.other_period, b.other_period),
            closed_later=money(a.closed_later, b.closed_later),
            closed_undated=money(a.closed_undated, b.closed_undated),
        )


class TestCoverage(AnswerLaws):
    kind = Coverage
    nothing = sm.pipeline_coverage([], quota=sm.Money(0, "XXX"), period=PERIOD, as_of=AS_OF)

    def sum_of(self, a: Any, b: Any) -> Any:
        return Coverage(
            period=a.period,
            as_of=a.as_of,
            against=a.against,
            pipeline=TestWeightedTotal().sum_of(a.pipeline, b.pipeline),
            booked=TestMoneyTotal().sum_of(a.booked, b.booked),
            quota=0,
            currency=unit_of_both(a.currency, b.currency),
            n_undated=a.n_undated + b.n_undated,
        )


class TestLateDeals(AnswerLaws):
    kind = LateDeals
    nothing = sm.overdue_deals([], as_of=AS_OF)

    def sum_of(self, a: Any, b: Any) -> Any:
        money = TestMoneyTotal().sum_of
        return LateDeals(a.as_of, money(a.late, b.late), money(a.undated, b.undated))


class TestSlippage(AnswerLaws):
    kind = Slippage
    nothing = sm.slippage([], period=PERIOD)

    def sum_of(self, a: Any, b: Any) -> Any:
        return Slippage(
            by_count=TestProportion().sum_of(a.by_count, b.by_count),
            by_amount=TestMoneyRatio().sum_of(a.by_amount, b.by_amount),
            n_unknown=a.n_unknown + b.n_unknown,
        )


class TestPushes(AnswerLaws):
    kind = Pushes
    nothing = sm.pushes([])

    def sum_of(self, a: Any, b: Any) -> Any:
        return Pushes(tally_of_both(a.pushes, b.pushes), tally_of_both(a.pulls, b.pulls), a.n_missing + b.n_missing)


class TestTimeInStage(AnswerLaws):
    kind = TimeInStage
    nothing = sm.time_in_stage(sm.Deals.of([]).with_history([]), stage="Qualified", as_of=date(2026, 1, 1))

    def sum_of(self, a: Any, b: Any) -> Any:
        return TimeInStage(
            stage="Qualified",
            as_of=date(2026, 1, 1),
            finished=tally_of_both(a.finished, b.finished),
            running=tally_of_both(a.running, b.running),
            all_days=a.all_days + b.all_days,
            n_missing=a.n_missing + b.n_missing,
        )


@st.composite
def broken_down(draw: DrawFn, book: Book, names: list[str], n: int) -> list[sm.Breakdown[Any]]:
    """Breakdowns of parts of one book, by one question."""
    table = book.table
    measure, options = draw(questions(table))
    keys = draw(st.lists(st.sampled_from([*names, *table.labels]), min_size=1, max_size=2, unique=True))
    by = draw(by_one_or_all(keys))
    parts = draw(st.lists(st.integers(0, n - 1), min_size=len(table), max_size=len(table)))
    cut = [table.filter(np.array(parts, np.int64) == part) for part in range(n)]
    return [sm.breakdown(measure, one, by, **options) for one in cut]


KEYS = ["owner", "stage", "outcome", "account", "kind", "category"]


class TestBreakdown:
    """Of the answer; that of the function is in test_breakdown.py."""

    @given(laid_down(), st.data())
    def test_adds(self, book: Book, data: DataObject) -> None:
        a, b = data.draw(broken_down(book, KEYS, 2))
        both = a + b
        assert set(both) == {*a, *b}
        for key, answer in both.items():
            if key in a and key in b:
                assert answer == a[key] + b[key]
            else:
                assert answer == (a[key] if key in a else b[key])

    @given(laid_down(), st.data())
    def test_order(self, book: Book, data: DataObject) -> None:
        a, b, c = data.draw(broken_down(book, KEYS, 3))
        assert_answers_add(a, b, c)
        assert list(a + b) == list(b + a)

    @given(laid_down(), st.data())
    def test_identity(self, book: Book, data: DataObject) -> None:
        (a,) = data.draw(broken_down(book, KEYS, 1))
        empty = sm.breakdown(sm.win_rate, [], a.by)
        assert a + empty == a == empty + a
        assert (a + empty).orders == (empty + a).orders or not a
        assert list(a + empty) == list(a) == list(empty + a)
        assert sum([a]) == a

    @given(laid_down(), st.data())
    def test_round_trip(self, book: Book, data: DataObject) -> None:
        (a,) = data.draw(broken_down(book, KEYS, 1))
        assert_round_trip(a)
        back = sm.Breakdown.from_dict(json.loads(json.dumps(a.to_dict(), allow_nan=False)))
        assert list(back) == list(a)
        assert back.orders == a.orders
        assert back + a == a + a
