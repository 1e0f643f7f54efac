"""Each published law is kept by our measures, and broken by a measure that is wrong in its way."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any, Self

import pytest
from attrs import frozen
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import salesmetrics as sm
from salesmetrics import strategies, testing
from salesmetrics._numeric.days import day_of_number
from salesmetrics.testing import (
    MeasureLaws,
    assert_answers_add,
    assert_breakdown,
    assert_door,
    assert_identity,
    assert_merge,
    assert_order,
    assert_partition,
    assert_round_trip,
    assert_trend,
)

SRC = Path(sm.__file__).parent.parent
BOOK = sm.sample_book(40).deals
PERIOD = sm.Period(date(2026, 7, 1), date(2026, 10, 1))


def first_id(deals: sm.Deals) -> str | int | None:
    """Depends on the order."""
    return deals[0].id if len(deals) else None


def last_id(deals: sm.Deals) -> str | int | None:
    return deals[-1].id if len(deals) else None


def second_id(deals: sm.Deals) -> str | int | None:
    return deals[1].id if len(deals) > 1 else None


def mean_of_rates(deals: sm.Deals) -> float:
    """A mean of ratios."""
    rates = [rate.value for rate in sm.breakdown(sm.win_rate, deals, "owner").values() if rate.value is not None]
    return sum(rates) / len(rates) if rates else 0.0


def one_more(deals: sm.Deals) -> int:
    """Counts a deal that is not there."""
    return len(deals) + 1


@frozen
class MostWon(sm.Answer):
    """Adds what does not add: a largest number is not the sum of two."""

    largest: int

    @property
    def value(self) -> int:
        return self.largest


@sm.as_measure
def most_won(deals: sm.Deals) -> sm.Recipe[sm.Answer]:
    return sm.Recipe(lambda won: MostWon(min(won, 1)), won=sm.Count(deals.is_won))


@sm.as_measure
def won_share(deals: sm.Deals) -> sm.Recipe[sm.Proportion]:
    """Takes a fact of the whole book."""
    return sm.Recipe(sm.Proportion, part=sm.Count(deals.is_won), whole=len(deals))


def lists_are_open(deals: sm.IntoDeals) -> int:
    """Reads a list another way."""
    return len(sm.Deals.of(deals)) if isinstance(deals, sm.Deals) else int(sm.Deals.of(deals).is_open.sum())


def read_twice(deals: sm.IntoDeals) -> int:
    """Empties an iterator, and looks again."""
    return sum(1 for _ in deals) + sum(1 for _ in deals)


@frozen
class Forgetful(sm.Answer):
    """Its `+` forgets what the other one has not counted."""

    part: int
    n_missing: int

    def __add__(self, other: Any) -> Self:
        return type(self)(self.part + other.part, self.n_missing)


@frozen
class Dropping(Forgetful):
    """Its `+` drops a field on both sides, so that order and grouping do not show it."""

    def __add__(self, other: Any) -> Self:
        return type(self)(self.part + other.part, 0)


class Averaging:
    """Its `+` is a mean, which depends on the grouping."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __add__(self, other: Averaging) -> Averaging:
        return Averaging((self.value + other.value) / 2)

    def __radd__(self, other: object) -> Averaging:
        return self

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Averaging) and self.value == other.value

    __hash__ = None  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]


class Growing(int):
    """Its 0 is not nothing."""

    def __radd__(self, other: int) -> Growing:
        return Growing(int(self) + other + 1)

    def __add__(self, other: int) -> Growing:
        return Growing(int(self) + int(other))


@frozen
class Lossy(sm.Answer):
    """Its plain form leaves something out."""

    readings = ()
    part: int

    def to_dict(self) -> dict[str, Any]:
        return {**super().to_dict(), "part": 0}


@frozen
class Undefined(sm.Answer):
    """Its reading is NaN, which JSON does not know."""

    part: int

    @property
    def value(self) -> float:
        return float("nan")


def n_quotas(quotas: sm.Quotas) -> int:
    return len(quotas)


QUOTAS = sm.Quotas.of([sm.Quota(name, PERIOD, sm.Money(100, "USD")) for name in ("Ada", "Bo")])


class TestOrder:
    def test_is_kept_by_a_measure_with_options(self) -> None:
        assert_order(sm.stage_forecast, BOOK, period=PERIOD, as_of=date(2026, 9, 1))

    @pytest.mark.parametrize("few", [BOOK[:0], BOOK[:1], [*BOOK[:2]]])
    def test_says_nothing_of_few_deals(self, few: Any) -> None:
        assert_order(len, few)

    @pytest.mark.parametrize("measure", [first_id, last_id, second_id])
    def test_is_broken_by_a_measure_that_looks_at_a_place(self, measure: Any) -> None:
        with pytest.raises(AssertionError, match=r"^order: reordering the deals must change nothing, got\n  '"):
            assert_order(measure, BOOK)

    def test_is_tried_backwards_too(self) -> None:
        def asked(deals: sm.Deals) -> bool:
            return deals[0] == BOOK[-1]

        with pytest.raises(
            AssertionError, match=r"got\n  True for the deals backwards\n  False for the deals as given$"
        ):
            assert_order(asked, BOOK)


class TestMerge:
    def test_is_kept_by_parts_of_all_kinds(self) -> None:
        assert_merge(sm.deal_size, [BOOK[:10], [*BOOK[10:20]], (deal for deal in BOOK[20:]), []], population="closed")

    def test_parts_that_hold_no_money_keep_their_currency(self) -> None:
        deal = sm.Deal("D-1", None, "Qualified", None, date(2026, 1, 5))
        table = sm.Deals.of([deal, sm.Deal("D-2", sm.Money(1, "USD"), "Qualified", None, None)], accept=DOUBTS)
        assert_merge(sm.pipeline_value, [table[:1], table[:0]])
        assert_merge(sm.pipeline_value, [sm.Deals.of([deal], accept=DOUBTS), []])

    def test_parts_have_the_process_of_those_with_deals(self) -> None:
        process = sm.SalesProcess([sm.Stage("Talking", 0.5)])
        table = sm.Deals.of([sm.Deal("D-1", sm.Money(1, "USD"), "Talking", None, date(2026, 1, 5))], process)
        assert_merge(sm.weighted_pipeline, [[], table])
        with pytest.raises(sm.InvalidValueError, match=r"^parts must have one process, got two; "):
            assert_merge(sm.weighted_pipeline, [BOOK, table])

    def test_is_broken_by_a_mean_of_ratios(self) -> None:
        with pytest.raises(AssertionError, match=r"^merge: the answer for books together must be the sum of their a"):
            assert_merge(mean_of_rates, [BOOK[:20], BOOK[20:]])

    def test_is_broken_by_answers_that_do_not_add(self) -> None:
        with pytest.raises(AssertionError, match=r"^merge: answers of one question must add, got None, None: "):
            assert_merge(lambda _: None, [BOOK[:20], BOOK[20:]])

    def test_a_deal_that_comes_twice_is_refused(self) -> None:
        with pytest.raises(sm.InvalidTableError, match="share an id"):
            assert_merge(sm.win_rate, [BOOK[:5], BOOK[:5]])

    def test_no_parts_are_refused(self) -> None:
        with pytest.raises(sm.InvalidValueError, match=r"^parts must hold at least one book, got none; give the parts"):
            assert_merge(sm.win_rate, [])

    def test_tables_of_another_kind_are_put_together_too(self) -> None:
        assert_merge(n_quotas, [QUOTAS[:1], QUOTAS[1:1], QUOTAS[1:]])
        with pytest.raises(AssertionError, match=r"^merge: .*\n  2 for the sum\n  1 for the books together$"):
            assert_merge(lambda quotas: min(len(quotas), 1), [QUOTAS[:1], QUOTAS[1:]])
        with pytest.raises(sm.InvalidValueError, match=r"parts must have nothing attached, got .*; cut one table with"):
            assert_merge(n_quotas, [QUOTAS.with_sales([])])


class TestPartition:
    @pytest.mark.parametrize("part_of", [[0, 0], [1, 0], [2, 0]])
    def test_is_kept_by_what_adds(self, part_of: list[int]) -> None:
        assert_partition(sm.quota_attainment, QUOTAS.with_sales([]), part_of, period=PERIOD)
        assert_partition(sm.win_rate, [*BOOK[:2]], part_of)

    def test_is_broken_by_a_mean_of_ratios(self) -> None:
        with pytest.raises(AssertionError, match=r"^merge: the answer for parts together must be the sum of their a"):
            assert_partition(mean_of_rates, BOOK, [0, 1] * 20)

    @pytest.mark.parametrize("part_of", [[0], [0, -1], [[0, 0]], []])
    def test_each_row_is_in_one_part(self, part_of: Any) -> None:
        with pytest.raises(sm.InvalidValueError, match="part_of must hold a number from 0 for each of 2 rows, got"):
            assert_partition(n_quotas, QUOTAS, part_of)


class TestIdentity:
    def test_is_kept(self) -> None:
        assert_identity(sm.win_value_rate, BOOK, value="margin")

    def test_is_broken_by_a_measure_that_finds_something_in_nothing(self) -> None:
        with pytest.raises(AssertionError, match=r"^identity: the empty book's answer must add nothing, got\n  42 for"):
            assert_identity(one_more, BOOK)

    def test_is_broken_by_answers_that_do_not_add(self) -> None:
        with pytest.raises(AssertionError, match=r"^identity: answers of one question must add, got 'hal', None: "):
            assert_identity(lambda deals: "hal" if len(deals) else None, BOOK)

    def test_is_broken_by_nothing_on_one_side(self) -> None:
        with pytest.raises(AssertionError, match=r"got\n  \[1\] for the answer and that of no deals\n  \[\] for the"):
            assert_identity(lambda deals: [] if len(deals) else [1], BOOK)

    def test_is_broken_by_a_zero_that_adds_something(self) -> None:
        with pytest.raises(
            AssertionError, match=r"^identity: 0 must add nothing, got\n  41 for 0 and the answer\n  40"
        ):
            assert_identity(lambda deals: Growing(len(deals)), BOOK)


class TestBreakdown:
    @pytest.mark.parametrize("by", ["owner", ("stage", "region")])
    def test_is_kept(self, by: Any) -> None:
        assert_breakdown(sm.cycle_length, BOOK, by, population="closed")

    def test_is_broken_by_a_fact_of_the_whole_book(self) -> None:
        with pytest.raises(
            AssertionError, match=r"^breakdown: a group's answer must be that of its deals alone, got\n"
        ):
            assert_breakdown(won_share, BOOK, ("owner", "stage"))


class TestAssertTrend:
    def test_is_kept_by_measures_and_functions_of_ones_own(self) -> None:
        months = sm.FiscalCalendar().months_in(PERIOD)
        for on in ("closed", "created", "expected_close", "either_close"):
            assert_trend(sm.cycle_length, BOOK, months, on, population="closed")
            assert_trend(first_id, BOOK, iter(months), on)

    def test_is_broken_by_a_fact_of_the_whole_book(self) -> None:
        with pytest.raises(AssertionError, match="trend: a period's answer must be that of its deals alone, got"):
            assert_trend(won_share, BOOK, [PERIOD], "closed")

    def test_is_broken_to_date_by_what_does_not_add(self) -> None:
        months = sm.FiscalCalendar().months_in(sm.Period(date(2025, 1, 1), date(2026, 1, 1)))
        with pytest.raises(AssertionError, match=r"for FY25 M\d\d to date in the trend"):
            assert_trend(most_won, BOOK, months, "closed")


class TestDoor:
    def test_is_kept(self) -> None:
        assert_door(sm.pipeline_value, [*BOOK], value="margin")

    def test_is_broken_by_a_measure_that_reads_a_list_another_way(self) -> None:
        with pytest.raises(
            AssertionError, match=r"^door: the same deals must give the same answer, got\n  \d+ for a list"
        ):
            assert_door(lists_are_open, BOOK)

    def test_is_broken_by_a_measure_that_reads_twice(self) -> None:
        with pytest.raises(AssertionError, match=r"got\n  40 for an iterator\n  80 for a table$"):
            assert_door(read_twice, BOOK)

    def test_is_broken_by_a_measure_that_takes_tables_only(self) -> None:
        with pytest.raises(
            AssertionError, match=r"for a list AttributeError: .*; begin with deals = Deals.of\(deals\)"
        ):
            assert_door(lambda deals: int(deals.is_won.sum()), BOOK)

    def test_is_broken_by_a_measure_that_changes_the_list(self) -> None:
        def last_by_id(deals: Any) -> Any:
            if isinstance(deals, list):
                deals.sort(key=lambda deal: deal.id, reverse=True)
            return max(deal.id for deal in deals)

        with pytest.raises(
            AssertionError, match=r"^door: a measure must leave a list as it was, got it changed; copy it"
        ):
            assert_door(last_by_id, BOOK)


class TestAnswersAdd:
    def test_is_kept_by_answers_and_breakdowns(self) -> None:
        assert_answers_add(*(sm.win_rate(part) for part in (BOOK[:10], BOOK[10:25], BOOK[25:])))
        assert_answers_add(*(sm.breakdown(len, part, "owner") for part in (BOOK[:10], BOOK[10:25], BOOK[25:])))

    def test_is_broken_by_a_field_that_is_forgotten(self) -> None:
        with pytest.raises(
            AssertionError, match=r"^order: a \+ b must equal b \+ a, got\n  Forgetful\(part=3, n_missing=5\)"
        ):
            assert_answers_add(Forgetful(1, 5), Forgetful(2, 6), Forgetful(3, 7))

    def test_is_broken_by_a_field_that_is_dropped_on_both_sides(self) -> None:
        with pytest.raises(
            AssertionError, match=r"^adds: n_missing of a \+ b must be the sum of both, got\n  0 for a \+ b\n  11"
        ):
            assert_answers_add(Dropping(1, 5), Dropping(2, 6), Dropping(3, 7))

    def test_is_broken_by_a_mean(self) -> None:
        with pytest.raises(AssertionError, match=r"^order: \(a \+ b\) \+ c must equal a \+ \(b \+ c\), got\n"):
            assert_answers_add(Averaging(1), Averaging(2), Averaging(4))

    def test_is_broken_by_a_zero_that_adds_something(self) -> None:
        with pytest.raises(AssertionError, match=r"^identity: 0 must add nothing, got\n  2 for 0 \+ a\n  1 for a$"):
            assert_answers_add(Growing(1), Growing(2), Growing(3))

    def test_is_broken_by_answers_of_different_questions(self) -> None:
        usd, eur = (sm.MoneyTotal(1, currency, 1, 0) for currency in ("USD", "EUR"))
        with pytest.raises(
            AssertionError, match=r"^order: answers of one question must add, .*one currency, got USD and"
        ):
            assert_answers_add(usd, eur, usd)


class TestRoundTrip:
    def test_is_kept(self) -> None:
        assert_round_trip(sm.scorecard(BOOK, period=PERIOD, as_of=date(2026, 9, 1)))

    def test_is_broken_by_a_plain_form_that_loses_something(self) -> None:
        with pytest.raises(
            AssertionError, match=r"^round_trip: an answer must be the same after JSON, got\n  Lossy\(part=0\)"
        ):
            assert_round_trip(Lossy(2))

    def test_is_broken_by_what_json_does_not_know(self) -> None:
        with pytest.raises(AssertionError, match=r"^round_trip: .*, got for Undefined\(part=1\) ValueError: "):
            assert_round_trip(Undefined(1))

    @pytest.mark.parametrize("reading", [0.5, None, sm.Money(1, "USD"), {"n": 1}])
    def test_is_broken_by_what_is_no_answer(self, reading: Any) -> None:
        with pytest.raises(
            AssertionError, match=r"^round_trip: .*, got for .* AttributeError: .* no attribute 'to_dict'"
        ):
            assert_round_trip(reading)

    def test_is_broken_by_keys_that_come_back_in_another_order(self) -> None:
        class Sorted(sm.Breakdown[Any]):
            @classmethod
            def from_dict(cls, data: Any) -> sm.Breakdown[Any]:
                back = sm.Breakdown.from_dict(data)
                return sm.Breakdown(back.by, back.keys_in_order[::-1], [*back.answers][::-1], back.orders)

        with pytest.raises(AssertionError, match="for what was read, written again"):
            assert_round_trip(Sorted("owner", ("Ada", "Bo"), (1, 2), (None,)))


class TestMeasureLaws:
    """Of the class that hypothesis tries."""

    @pytest.mark.parametrize(
        ("law", "wrong"),
        [
            ("order", first_id),
            ("merge", mean_of_rates),
            ("identity", one_more),
            ("breakdown", won_share),
            ("door", lists_are_open),
            ("round_trip", lambda deals: Lossy(len(sm.Deals.of(deals)))),
        ],
    )
    def test_finds_what_is_wrong(self, law: str, wrong: Any) -> None:
        class Wrong(MeasureLaws):
            measure = staticmethod(wrong)

        self.check_that_it_is_found(law, Wrong())

    def test_parts_laid_down_apart_are_tried_too(self) -> None:
        class Wrong(MeasureLaws):
            """Of a table that was cut from another one it is right."""

            measure = staticmethod(lambda deals: sm.MoneyTotal(0, deals.currency, 0, len(deals.owner.names)))

        self.check_that_it_is_found("merge", Wrong())

    def check_that_it_is_found(self, law: str, laws: MeasureLaws) -> None:
        @settings(phases=[Phase.generate], max_examples=300, database=None, derandomize=True)
        @given(st.data())
        def check(data: st.DataObject) -> None:
            getattr(type(laws), f"test_{law}").hypothesis.inner_test(laws, data)

        with pytest.raises(AssertionError, match=f"^{law}: "):
            check()

    def test_holds_of_measures_of_other_tables_too(self) -> None:
        class OfQuotas(MeasureLaws):
            measure = staticmethod(sm.quota_attainment)

            def options(self, table: sm.Quotas) -> st.SearchStrategy[dict[str, Any]]:
                first, last = min(table.start.values, default=0), max(table.end.values, default=1)
                return st.just({"period": sm.Period(day_of_number(int(first)), day_of_number(int(last)))})

            def tables(self) -> st.SearchStrategy[sm.Quotas]:
                return strategies.quota_tables_with_sales()

            def keys(self, table: sm.Quotas) -> st.SearchStrategy[Any]:
                staff = ["team", "manager"] if table.assignments is not None else []
                return st.sampled_from(["rep", ("rep", *table.where), *staff])

            def books(self) -> st.SearchStrategy[list[Any]]:
                return st.just([])  # a list of quotas has no sales

        laws = OfQuotas()
        for law in ("order", "merge", "identity", "breakdown", "door", "round_trip"):
            getattr(laws, f"test_{law}")()

    def test_finds_what_is_wrong_of_other_tables(self) -> None:
        class Wrong(MeasureLaws):
            """Of one quota it is right."""

            measure = staticmethod(lambda quotas: sm.Proportion(0, min(len(sm.Quotas.of(quotas)), 1)))

            def tables(self) -> st.SearchStrategy[sm.Quotas]:
                return strategies.quota_tables()

        self.check_that_it_is_found("merge", Wrong())

    def test_tries_options_that_fit_the_table(self) -> None:
        class OfValues(MeasureLaws):
            measure = staticmethod(sm.pipeline_value)

            def options(self, table: sm.Deals) -> st.SearchStrategy[dict[str, Any]]:
                return st.fixed_dictionaries({"value": st.sampled_from(["amount", *table.values])})

        OfValues().test_merge()


def test_the_laws_of_concrete_deals_need_no_hypothesis() -> None:
    script = (
        "import sys; sys.modules['hypothesis'] = None\n"
        "from salesmetrics import sample_book, testing, win_rate, MissingExtraError\n"
        "testing.assert_order(win_rate, sample_book(9).deals)\n"
        "try: testing.MeasureLaws\n"
        "except MissingExtraError as fault: print(fault)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, env={"PYTHONPATH": str(SRC)}
    )
    assert run.stdout.strip().endswith("run pip install 'salesmetrics[hypothesis]'")


def test_an_unknown_name_is_an_attribute_error() -> None:
    assert not hasattr(testing, "assert_beauty")
    assert testing.MeasureLaws is MeasureLaws
    assert set(testing.__all__) <= {*dir(testing), "MeasureLaws"}


DOUBTS = ("missing_amount", "missing_created")
