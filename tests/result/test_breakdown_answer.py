from __future__ import annotations

import pickle
from datetime import date
from typing import Any

import numpy as np
import pytest
from attrs.exceptions import FrozenInstanceError
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

import salesmetrics as sm
from history_strategies import Past, pasts
from measure_laws import HISTORY_QUESTIONS, QUESTIONS, Options, by_one_or_all, key_of, with_what_it_needs
from salesmetrics import Answer, Breakdown, Deal, Deals, InvalidValueError, Money, MoneyTotal, Proportion, breakdown
from strategies import STANDARD, Book, laid_down

BY_OWNER: Breakdown[Any] = Breakdown(
    "owner", ("Ada", "Bo", None), (Proportion(1, 2), Proportion(3, 4), Proportion(0, 0)), (None,)
)


@pytest.mark.parametrize("measure", QUESTIONS, ids=lambda measure: measure.__name__)
@given(book=laid_down(), data=st.data())
def test_columns_of_sums_are_columns_of_answers(measure: Any, book: Book, data: DataObject) -> None:
    table = with_what_it_needs(measure, book.table)
    check_columns(measure, table, data.draw(QUESTIONS[measure](table)), data)


@pytest.mark.parametrize("measure", HISTORY_QUESTIONS, ids=lambda measure: measure.__name__)
@given(past=pasts(), data=st.data())
def test_columns_of_sums_are_columns_of_answers_of_a_history(measure: Any, past: Past, data: DataObject) -> None:
    table = past.table
    check_columns(measure, table, data.draw(HISTORY_QUESTIONS[measure](table)), data)


def check_columns(measure: Any, table: Deals, options: Options, data: DataObject) -> None:
    by = data.draw(by_one_or_all([data.draw(st.sampled_from(["owner", "stage", *table.labels])), "outcome"]))
    summed = breakdown(measure, table, by, **options)
    apart = breakdown(lambda group: measure(group, **options), table, by)
    if not summed:
        assert list(summed.to_columns())[: len(summed.names)] == list(summed.names)
        assert {len(column) for column in summed.to_columns().values()} == {0}
        return
    one, other = summed.to_columns(), apart.to_columns()
    assert list(one) == list(other)
    for name in one:
        mine, theirs = (np.asarray(columns[name], object).tolist() for columns in (one, other))
        assert repr(mine) == repr(theirs), name  # as text, NaN is as NaN is
    for place, answer in enumerate(summed.values()):
        for reading in answer.readings:
            value = getattr(answer, reading)
            column = one["value" if reading == "value" else reading]
            assert np.isnan(column[place]) == (value is None)
            if value is not None:
                exact = float(value.amount) if isinstance(value, Money) else float(value)
                assert column[place] == pytest.approx(exact, rel=1e-9, abs=_slack(answer))


def _slack(answer: Answer) -> float:
    """Columns are not rounded to whole cents; and in a mean, large amounts of both signs cancel."""
    largest = max(abs(answer.amounts.values.astype(object)), default=0) if isinstance(answer, sm.Amounts) else 0
    return 0.5 + 1e-9 * float(largest)


def test_columns_of_one_answer() -> None:
    assert {name: list(column) for name, column in BY_OWNER.to_columns().items() if name != "value"} == {
        "owner": ["Ada", "Bo", None],
        "part": [1, 3, 0],
        "whole": [2, 4, 0],
    }
    np.testing.assert_array_equal(BY_OWNER.to_columns()["value"], [0.5, 0.75, np.nan])


def test_answers_of_many_kinds_are_one_column() -> None:
    mixed = Breakdown("owner", ("Ada", "Bo"), (Proportion(1, 2), 5), (None,))
    assert mixed.to_columns() == {"owner": ["Ada", "Bo"], "answer": [Proportion(1, 2), 5]}
    assert Breakdown("owner", (), (), (None,)).to_columns() == {"owner": [], "answer": []}


def test_a_label_may_be_called_as_a_column_of_the_answers_is() -> None:
    keyed = Breakdown(("value", "answer_value"), (("a", "b"),), (Proportion(1, 2),), (None, None))
    columns = {name: list(column) for name, column in keyed.to_columns().items()}
    assert columns == {"value": ["a"], "answer_value": ["b"], "part": [1], "whole": [2], "answer_answer_value": [0.5]}


def test_a_recipes_constants_are_columns_too() -> None:
    @sm.as_measure
    def amount_of_known(deals: Deals) -> sm.Recipe[MoneyTotal]:
        known = deals.amount.known
        return sm.Recipe(
            MoneyTotal, minor=sm.Total(deals.amount, known), currency=deals.currency, n=sm.Count(known), n_missing=0
        )

    book = [Deal(number, Money(100, "USD"), "Qualified", "Ada", date(2026, 1, 5)) for number in (1, 2)]
    columns = breakdown(amount_of_known, book, "owner").to_columns()
    assert {name: list(column) for name, column in columns.items()} == {
        "owner": ["Ada"],
        "minor": [200],
        "value": [2.0],
        "n": [2],
        "n_missing": [0],
        "currency": ["USD"],
    }


def test_a_recipe_that_makes_something_else_is_one_column() -> None:
    @sm.as_measure
    def counted(deals: Deals) -> sm.Recipe[dict[str, int]]:
        return sm.Recipe(dict, n=sm.Count(deals.is_open))

    book = [Deal(1, Money(100, "USD"), "Qualified", "Ada", date(2026, 1, 5))]
    assert breakdown(counted, book, "owner").to_columns() == {"owner": ["Ada"], "answer": [{"n": 1}]}


def test_it_is_a_mapping() -> None:
    assert list(BY_OWNER) == ["Ada", "Bo", None]
    assert BY_OWNER[None] == Proportion(0, 0)
    assert BY_OWNER.get("Cy") is None
    assert len(BY_OWNER) == 3
    assert "Ada" in BY_OWNER
    with pytest.raises(KeyError):
        BY_OWNER["Cy"]
    assert BY_OWNER.sorted_by("part") == BY_OWNER
    assert Breakdown("kind", BY_OWNER.keys_in_order, BY_OWNER.answers, (None,)) != BY_OWNER
    assert dict(BY_OWNER) != BY_OWNER


def test_it_cannot_change() -> None:
    with pytest.raises(FrozenInstanceError):
        BY_OWNER.by = "kind"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(TypeError, match="does not support item assignment"):
        BY_OWNER["Ada"] = Proportion(2, 2)  # type: ignore[index]  # pyright: ignore[reportIndexIssue]
    with pytest.raises(TypeError, match="unhashable"):
        hash(BY_OWNER)


@given(laid_down())
def test_it_is_pickled_whole(book: Book) -> None:
    asked = breakdown(sm.stage_forecast, book.table, "stage", period=PERIOD, as_of=PERIOD.start)
    back = pickle.loads(pickle.dumps(asked))  # noqa: S301  # our own bytes
    assert back == asked
    assert list(back) == list(asked)


PERIOD = sm.Period.parse("2026-01-01..2026-04-01")


def test_breakdowns_by_other_keys_are_not_added() -> None:
    with pytest.raises(InvalidValueError, match="by the same keys in the same order, got owner and kind; break both"):
        _ = BY_OWNER + Breakdown("kind", ("new",), (Proportion(1, 2),), (("new", "expansion", "renewal"),))
    of_two = [Breakdown("stage", (name,), (Proportion(1, 2),), ((name, "Won"),)) for name in ("Talking", "Writing")]
    with pytest.raises(InvalidValueError, match="by the same keys in the same order, got stage and stage"):
        _ = of_two[0] + of_two[1]
    others: list[Any] = [1, {"Ada": 1}, Proportion(1, 2)]
    for other in others:
        with pytest.raises(TypeError, match="unsupported operand"):
            _ = BY_OWNER + other
    with pytest.raises(TypeError, match="unsupported operand"):
        _ = 1 + BY_OWNER


@pytest.mark.parametrize(("one", "other"), [(1.5, 2.5), ("a", "b"), (None, None), (True, True), (1, 2.5), (5, None)])
def test_readings_do_not_add(one: Any, other: Any) -> None:
    readings = [Breakdown("owner", (name,), (reading,), (None,)) for name, reading in (("Ada", one), ("Bo", other))]
    with pytest.raises(InvalidValueError, match=r"answers that are added must be Answers or counts, got .*; reading"):
        _ = readings[0] + readings[1]


def test_counts_add() -> None:
    counts = breakdown(len, [Deal(1, Money(100, "USD"), "Qualified", "Ada", date(2026, 1, 5))], "owner")
    assert dict(counts + counts) == {"Ada": 2}


def test_breakdowns_in_two_currencies_are_not_added() -> None:
    ada = Breakdown("owner", ("Ada",), (MoneyTotal(1, "USD", 1, 0),), (None,))
    bo = Breakdown("owner", ("Bo",), (MoneyTotal(1, "EUR", 1, 0),), (None,))
    with pytest.raises(sm.CurrencyMismatchError, match="in one currency, got USD and EUR"):
        _ = ada + bo


def test_the_empty_books_breakdown_takes_any_process() -> None:
    process = sm.SalesProcess([sm.Stage("Writing", 0.5), sm.Stage("Asking", 0.2)])
    book = Deals.of([Deal(1, Money(100, "USD"), "Asking", "Ada", date(2026, 1, 5))], process)
    asked, empty = breakdown(sm.win_rate, book, "stage"), breakdown(sm.win_rate, [], "stage")
    assert (asked + empty).orders == (empty + asked).orders == asked.orders == (("Writing", "Asking"),)


@given(laid_down(), st.booleans())
def test_sorting_by_a_reading_puts_what_is_undefined_last(book: Book, descending: bool) -> None:  # noqa: FBT001
    asked = breakdown(sm.win_rate, book.table, "owner")
    by_value = asked.sorted_by("value", descending=descending)
    assert by_value == asked
    values = [answer.value for answer in by_value.values()]
    defined = [value for value in values if value is not None]
    assert values == sorted(defined, reverse=descending) + [None] * (len(values) - len(defined))
    assert by_value + breakdown(sm.win_rate, [], "owner") == asked


def test_sorting_by_a_function() -> None:
    assert list(BY_OWNER.sorted_by(lambda rate: rate.part, descending=True)) == ["Bo", "Ada", None]
    assert list(BY_OWNER.sorted_by(lambda rate: float("nan") if rate.part == 1 else rate.part)) == [None, "Bo", "Ada"]
    assert list(BY_OWNER.sorted_by(lambda _: 0)) == list(BY_OWNER)
    assert list(BY_OWNER.sorted_by(lambda _: 0, descending=True)) == list(BY_OWNER)


def test_money_is_sorted() -> None:
    totals = Breakdown(
        "owner",
        ("Ada", "Bo", "Cy"),
        (MoneyTotal(5, "USD", 1, 0), MoneyTotal(0, "USD", 0, 1), MoneyTotal(3, "USD", 1, 0)),
        (None,),
    )
    assert list(totals.sorted_by("value")) == ["Cy", "Ada", "Bo"]


def test_it_is_shown_as_a_table() -> None:
    assert str(BY_OWNER) == (
        "owner              answer\nAda       50.0 % (1 of 2)\nBo        75.0 % (3 of 4)\n-      undefined (0 of 0)"
    )
    assert repr(BY_OWNER) == "Breakdown(by='owner', 3 groups)"
    two = Breakdown(("owner", "kind"), (("Ada", "new"),), (5,), (None, None))
    assert str(two) == "owner  kind  answer\nAda    new        5"
    assert two._repr_html_().count("<th>") == 3


def test_a_long_one_is_cut() -> None:
    long = Breakdown(("n", "m"), tuple((number, 0) for number in range(61)), tuple(range(61)), (None, None))
    assert str(long).splitlines()[-1].strip() == "and 1 more"
    assert len(str(long).splitlines()) == 62
    assert "more" not in str(Breakdown("n", tuple(range(60)), tuple(range(60)), (None,)))


def test_names_are_shown_and_not_obeyed() -> None:
    hostile: Breakdown[Any] = Breakdown("<b>\n", ("<script>\x1b[31m",), ("\x1b[2J<img>\n",), (None,))
    lines = str(hostile).splitlines()
    assert len(lines) == 2
    assert all(line.isprintable() for line in lines)
    html = hostile._repr_html_()
    assert "&lt;script&gt;\\x1b[31m" in html
    assert not any(piece in html for piece in ("<script>", "<img>", "<b>", "\x1b", "\n"))


@given(laid_down())
def test_every_book_is_shown_in_printable_lines(book: Book) -> None:
    asked = breakdown(sm.pipeline_value, book.table, ("owner", "stage"))
    assert all(line.isprintable() for line in str(asked).split("\n"))
    assert len(str(asked).split("\n")) == len(asked) + 1


@pytest.mark.parametrize("answer", [5, 2.5, True, None, "text", Proportion(1, 2)])
def test_own_answers_come_back(answer: Any) -> None:
    asked = Breakdown("n", (1, date(2026, 1, 1), None), (answer, answer, answer), (None,))
    assert Breakdown.from_dict(asked.to_dict()) == asked
    assert list(Breakdown.from_dict(asked.to_dict())) == [1, date(2026, 1, 1), None]


@pytest.mark.parametrize(
    "answer", [[1], {"n": 1}, float("nan"), Money(1, "USD"), date(2026, 1, 1), np.int64(1), BY_OWNER]
)
def test_own_answers_without_a_plain_form_are_refused(answer: Any) -> None:
    with pytest.raises(InvalidValueError, match=r"an answer that is written must be .*; convert it in the function"):
        Breakdown("owner", ("Ada",), (answer,), (None,)).to_dict()


def test_keys_are_those_of_the_deals() -> None:
    deal = Deal(1, None, "Qualified", "Ada", None, labels={"day": date(2026, 1, 1)})
    table = Deals.of([deal], accept={"missing_amount", "missing_created"})
    asked = breakdown(len, table, ("day", "outcome", "category"))
    assert list(asked) == [key_of(deal, ("day", "outcome", "category"), STANDARD)]
    assert asked.to_dict()["keys"] == [[{"day": "2026-01-01"}, "open", "pipeline"]]


def test_an_unknown_reading_is_said() -> None:
    with pytest.raises(InvalidValueError, match=r"got 'valeu'; did you mean 'value'"):
        BY_OWNER.sorted_by("valeu")
    with pytest.raises(InvalidValueError, match=r"got 'valeu'; there are none"):
        Breakdown("owner", ("Ada",), (5,), (None,)).sorted_by("valeu")


class TestTop:
    OWNERS: Breakdown[Any] = Breakdown(
        "owner",
        ("Ada", "Bo", "Cyd", "Dov", None),
        (Proportion(1, 2), Proportion(3, 4), Proportion(2, 4), Proportion(0, 0), Proportion(1, 2)),
        (None,),
    )

    def test_the_rest_is_the_exact_sum_of_the_others(self) -> None:
        best = self.OWNERS.top(1)
        assert dict(best.groups) == {"Bo": Proportion(3, 4)}
        assert (best.rest, best.n_rest, best.n_tied) == (Proportion(4, 8), 4, 0)
        assert str(best) == ("owner              answer\nBo        75.0 % (3 of 4)\n4 others  50.0 % (4 of 8)")

    def test_of_equal_groups_the_first_are_in_and_the_others_counted(self) -> None:
        best = self.OWNERS.top(2)
        assert (list(best.groups), best.n_tied) == (["Bo", "Ada"], 2)
        lowest = self.OWNERS.top(2, descending=False)
        assert (list(lowest.groups), lowest.n_tied) == (["Ada", "Cyd"], 1)
        assert "3 others, 1 equal to the last one" in str(lowest)
        assert "3 others, 1 equal to the last one" in lowest._repr_html_()

    def test_what_is_undefined_is_among_the_rest(self) -> None:
        best = self.OWNERS.top(9)
        assert (list(best.groups), best.rest, best.n_rest) == (["Bo", "Ada", "Cyd", None], Proportion(0, 0), 1)
        assert "1 other " in str(best)
        undefined = Breakdown("owner", ("Ada",), (Proportion(0, 0),), (None,)).top(1)
        assert (len(undefined.groups), undefined.n_rest, undefined.n_tied) == (0, 1, 0)

    def test_without_others_there_is_no_rest(self) -> None:
        all_in = Breakdown("n", (1, 2), (5, 7), (None,)).top(2)
        assert (all_in.rest, all_in.n_rest) == (None, 0)
        assert all_in.to_columns() == {"n": [2, 1], "answer": [7, 5]}
        assert str(all_in) == "n  answer\n2       7\n1       5"

    def test_by_several_keys(self) -> None:
        keys = (("Ada", "new"), ("Bo", "new"), ("Cyd", "renewal"))
        best = Breakdown(("owner", "kind"), keys, (1, 5, 2), (None, ("new", "renewal"))).top(1)
        assert best.to_columns() == {"owner": ["Bo", "other"], "kind": ["new", "other"], "answer": [5, 3]}
        assert str(best) == "owner     kind  answer\nBo        new        5\n2 others             3"
        assert sm.Top.from_dict(best.to_dict()) == best

    def test_by_a_function_or_another_reading(self) -> None:
        assert list(self.OWNERS.top(1, lambda rate: rate.whole).groups) == ["Bo"]
        sizes = Breakdown("owner", ("Ada", "Bo"), (sm.deal_size([]), sm.deal_size([])), (None,))
        assert sizes.top(1, "median").n_rest == 2
        with pytest.raises(InvalidValueError, match="a reading must be one of the answer's, got 'value'; known are"):
            sizes.top(1)

    @pytest.mark.parametrize("n", [0, -1, 1.0, True, "3"])
    def test_a_number_of_groups_is_needed(self, n: Any) -> None:
        with pytest.raises(InvalidValueError, match=r"n must be a whole number from 1 up, got .*; say how many groups"):
            self.OWNERS.top(n)

    def test_readings_have_no_rest_of_more_than_one(self) -> None:
        own = Breakdown("owner", ("Ada", "Bo", "Cyd"), (1.5, 2.5, 0.5), (None,))
        assert own.top(2).rest == 0.5
        with pytest.raises(InvalidValueError, match="readings do not add"):
            own.top(1)


def test_periods_stand_in_tuples_as_they_do_alone() -> None:
    quarters = sm.FiscalCalendar(2).quarters("closed")
    deals = [
        Deal(number, Money(100, "USD"), "Won", owner, date(2025, 12, 1), closed=day)
        for number, (owner, day) in enumerate(
            [("Bo", date(2026, 2, 1)), ("Ada", date(2026, 1, 31)), ("Ada", date(2026, 5, 1)), ("Bo", date(2026, 4, 30))]
        )
    ]
    q4, q1, q2 = sm.FiscalCalendar(2).quarters_in(sm.Period(date(2026, 1, 31), date(2026, 5, 2)))
    asked = breakdown(sm.win_rate, deals, by=("owner", quarters))
    assert dict(asked) == {("Ada", q4): Proportion(1, 1), ("Ada", q2): Proportion(1, 1), ("Bo", q1): Proportion(2, 2)}
    assert list(asked) == [("Ada", q4), ("Ada", q2), ("Bo", q1)]
    assert asked.names == ("owner", "closed quarter")
    assert str(asked).splitlines()[1:] == [
        "Ada    FY26 Q4         100.0 % (1 of 1)",
        "Ada    FY27 Q2         100.0 % (1 of 1)",
        "Bo     FY27 Q1         100.0 % (2 of 2)",
    ]
    assert asked.to_columns()["closed quarter"] == [q4, q2, q1]
    halves = [breakdown(sm.win_rate, part, by=("owner", quarters)) for part in (deals[:2], deals[2:])]
    assert sum(halves) == asked
    assert list(halves[0] + halves[1]) == list(asked)
    assert Breakdown.from_dict(asked.to_dict()) == asked
    two = breakdown(sm.win_rate, deals, by=(quarters, sm.FiscalCalendar(2).months("created")))
    assert list(two) == [(quarter, sm.FiscalCalendar(2).month(2026, 11)) for quarter in (q4, q1, q2)]


def test_orders_are_asked_for_by_flags() -> None:
    word: Any = "no"
    for ask in (lambda: BY_OWNER.sorted_by("value", descending=word), lambda: BY_OWNER.top(1, descending=word)):
        with pytest.raises(InvalidValueError, match="descending must be True or False, got 'no'; write descending=Tru"):
            ask()
