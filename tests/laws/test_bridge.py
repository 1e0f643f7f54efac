from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, DrawFn

from measure_laws import HISTORY_QUESTIONS, QUESTIONS, Options, minor_of, unit_of
from salesmetrics import (
    Bridge,
    CurrencyMismatchError,
    Deal,
    DealChange,
    DealFormat,
    Deals,
    InvalidValueError,
    Money,
    Outcome,
    Period,
    SalesProcess,
    Stage,
    bridge,
    cycle_length,
    deal_size,
    expansion_share,
    pipeline_value,
    pushes,
    scorecard,
    weighted_pipeline,
    win_rate,
)
from salesmetrics.model.currencies import exponent
from salesmetrics.result.bridge import exact_figure
from salesmetrics.testing import assert_round_trip
from strategies import Book, laid_down, tables_with_history


@st.composite
def two_tables(draw: DrawFn) -> tuple[Deals, Deals]:
    """Two parts of one book, in which the same id may be another deal."""
    book = draw(laid_down())
    ids = draw(st.permutations([deal.id for deal in book.deals]))
    others = [evolve(deal, id=one) for deal, one in zip(book.deals, ids, strict=True)]
    ours, theirs = (book.of([deal for deal in some if draw(st.booleans())]) for some in (book.deals, others))
    return ours, theirs


def asked(measure: Any, table: Deals) -> st.SearchStrategy[Options]:
    return {**QUESTIONS, **HISTORY_QUESTIONS}[measure](table)


ONE_OPTION = [
    (win_rate, "population", "closed", "all"),
    (win_rate, "population", "all", "closed"),
    (weighted_pipeline, "probability", "stage", "deal"),
    (weighted_pipeline, "rounding", "once", "per_deal"),
]


WITHOUT_A_PAST = [measure for measure in QUESTIONS if measure is not pushes]


class TestBridge:
    @given(laid_down(), st.sampled_from(ONE_OPTION))
    def test_definition(self, book: Book, changed: tuple[Any, str, Any, Any]) -> None:
        measure, name, old, new = changed
        table = book.table
        found = bridge(*(partial(measure, table, **{name: one}) for one in (old, new)))
        assert [found.a, found.b] == [measure(table, **{name: one}) for one in (old, new)]
        alone = [[facts_free(measure(book.of([deal]), **{name: one})) for deal in book.deals] for one in (old, new)]
        names = [deal.id for deal, before, after in zip(book.deals, *alone, strict=True) if before != after]
        difference = less(exact_figure(found.b), exact_figure(found.a))
        expected = [(f"{name}: {old!r} to {new!r}", difference, names)] if names else []
        assert [(step.reason, step.exact, [*step.deals]) for step in found.steps] == expected

    @given(st.data())
    def test_whole(self, data: DataObject) -> None:
        with_past = data.draw(st.booleans())
        ours, theirs = data.draw(st.tuples(*[tables_with_history()] * 2) if with_past else two_tables())
        if ours.process != theirs.process or theirs.currency != ours.currency:
            theirs = ours
        measure = data.draw(st.sampled_from([*QUESTIONS, *HISTORY_QUESTIONS] if with_past else WITHOUT_A_PAST))
        one, other = data.draw(st.tuples(asked(measure, ours), asked(measure, theirs)))
        found = bridge(partial(measure, ours, **one), partial(measure, theirs, **other))
        ends = [exact_figure(measure(table, **options)) for table, options in ((ours, one), (theirs, other))]
        difference, changes = less(ends[1], ends[0]), [step.exact for step in found.steps]
        if difference is None:
            assert found.exact is None
            assert None in changes or not changes or ends == [None, None]
        else:
            assert None not in changes
            assert sum_of(changes) == difference

    @given(two_tables(), st.sampled_from([pipeline_value, weighted_pipeline]))
    def test_deals(self, pair: tuple[Deals, Deals], measure: Any) -> None:
        for step in bridge(partial(measure, pair[0]), partial(measure, pair[1])).steps:
            if step.exact is not None:
                assert sum_of(step.changes) == step.exact

    @given(laid_down(), st.data())
    def test_same(self, book: Book, data: DataObject) -> None:
        measure = data.draw(st.sampled_from(WITHOUT_A_PAST))
        options = data.draw(asked(measure, book.table))
        found = bridge(partial(measure, book.table, **options), partial(measure, book.table, **options))
        assert found.steps == ()
        assert found.exact in (0, None)

    @given(two_tables(), st.data())
    def test_own_function(self, pair: tuple[Deals, Deals], data: DataObject) -> None:
        measure = data.draw(st.sampled_from(WITHOUT_A_PAST))
        options = data.draw(asked(measure, pair[0][:0]))

        def own(deals: Deals) -> Any:
            return measure(deals, **options)

        asked_apart = bridge(partial(own, pair[0]), partial(own, pair[1]))
        in_one_pass = bridge(*(partial(measure, table, **options) for table in pair))
        assert asked_apart == in_one_pass

    @given(laid_down(), st.data())
    def test_ids(self, book: Book, data: DataObject) -> None:
        table = book.table
        measure = data.draw(st.sampled_from(WITHOUT_A_PAST))
        options = data.draw(asked(measure, table))
        ids = [deal.id for deal in book.deals]
        listed = data.draw(st.lists(st.sampled_from([*ids, "nobody's", 2**40]), unique=True))
        found = bridge(partial(measure, table, **options), listed)
        theirs = table.filter(np.array([one in listed for one in ids], bool))
        expected = bridge(partial(measure, table, **options), partial(measure, theirs, **options))
        untold = {step.reason: step for step in found.steps if step.reason in ("not counted in a", "unknown in a")}
        assert tuple(step for step in found.steps if step.reason not in untold) == expected.steps
        assert found.b == expected.b
        alone = {one: facts_free(measure(table[row : row + 1], **options)) for row, one in enumerate(ids)}
        nothing = facts_free(measure(table[:0], **options))
        strangers = [one for one in listed if one not in ids]
        silent = [one for one in listed if one in ids and alone[one] == nothing]
        assert {reason: list(step.deals) for reason, step in untold.items()} == {
            reason: some for reason, some in (("not counted in a", silent), ("unknown in a", strangers)) if some
        }
        assert all({step.exact, *step.changes} == {0} for step in untold.values())

    @given(laid_down(), st.data())
    def test_values(self, book: Book, data: DataObject) -> None:
        table = book.table
        value = data.draw(st.sampled_from(["amount", *table.values]))
        unit = unit_of(book.deals, value)
        ids = [*(deal.id for deal in book.deals), "nobody's"]
        numbers = st.none() | st.just(0) if unit == "XXX" else st.none() | st.integers(-2, 10**6)
        minor = data.draw(st.dictionaries(st.sampled_from(ids), numbers))
        told = {one: number if number is None or unit is None else Money(number, unit) for one, number in minor.items()}
        found = bridge(partial(pipeline_value, table, value=value), told)
        mine = {
            deal.id: minor_of(deal, value)
            for deal in book.deals
            if deal.stage is None or book.process[deal.stage].outcome is Outcome.OPEN
        }
        expected: dict[str, dict[Any, int | None]] = {}
        for one in {**mine, **minor}:
            old, new = mine.get(one), minor.get(one)
            if one not in minor:
                reason = "only in a"
            elif one not in mine:
                reason = "unknown in a" if one == "nobody's" else "not counted in a"
            elif old is None:
                reason = "value missing in a"
            else:
                reason = "value missing in b" if new is None else "value differs"
            if one not in minor or one not in mine or old != new:
                brought = None if old is None and new is None else (new or 0) - (old or 0)
                expected.setdefault(reason, {})[one] = brought
        scale = 1 if unit is None else 10 ** exponent(unit)
        assert {
            step.reason: {
                one: None if change is None else change * scale
                for one, change in zip(step.deals, step.changes, strict=True)
            }
            for step in found.steps
        } == expected
        for step in found.steps:
            assert step.exact == sum_of(step.changes)


def less(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return None if one is None or other is None else one - other


def sum_of(changes: Iterable[Fraction | None]) -> Fraction:
    return sum((change for change in changes if change is not None), Fraction(0))


def facts_free(answer: Any) -> Any:
    """What an answer sums, without what it shares with others that it adds to."""
    data = answer.to_dict()
    for fact in ("currency", "period", "as_of", "start", "end", "owners", "quota", "against"):
        data.pop(fact, None)
    return {name: {**one, "currency": None} if isinstance(one, dict) else one for name, one in data.items()}


Q1 = Period.parse("2026-01-01..2026-04-01")


def dollars(amount: int) -> Money:
    return Money.of(amount, "USD")


def deal(name: str, stage: str = "Qualified", amount: int | None = 100, **others: Any) -> Deal:
    days = {"created": date(2026, 1, 5), "closed": date(2026, 2, 1) if stage in ("Won", "Lost") else None}
    told: dict[str, Any] = {**days, **others}
    return Deal(name, None if amount is None else dollars(amount), stage, "Ada", **told)


def table_of(*deals: Deal, process: SalesProcess | None = None) -> Deals:
    return Deals.of(deals, process, accept={"missing_amount"})


def reasons(found: Bridge) -> dict[str, Any]:
    return {step.reason: (step.value, step.deals) for step in found.steps}


def test_two_dashboards_with_two_date_bases() -> None:
    deals = table_of(
        deal("D-1", "Won"),
        deal("D-2", "Lost", created=date(2025, 11, 1)),
        deal("D-3", "Won", created=date(2025, 12, 1)),
        deal("D-4", "Lost", closed=date(2026, 4, 2)),
    )
    by_close, by_creation = deals.in_period(Q1), deals.in_period(Q1, on="created")
    found = bridge(partial(win_rate, by_close), partial(win_rate, by_creation))
    assert found.exact == Fraction(1, 2) - Fraction(2, 3)
    assert [(step.reason, step.exact, step.deals) for step in found.steps] == [
        ("only in a", Fraction(1) - Fraction(2, 3), ("D-2", "D-3")),
        ("only in b", Fraction(1, 2) - Fraction(1), ("D-4",)),
    ]


def test_rows_that_a_door_set_aside_are_a_step_of_their_own() -> None:
    whole = [deal(f"D-{number}", amount=100 * number) for number in range(1, 6)]
    bad = [evolve(whole[1], amount=None), evolve(whole[2], stage="Qualifed")]
    some = Deals.of([whole[0], *bad, whole[3]], bad_rows="set_aside")
    assert [one.id for one in some.set_aside] == ["D-2", "D-3"]
    ours, theirs = (partial(pipeline_value, table) for table in (Deals.of(whole), some))
    assert reasons(bridge(ours, theirs)) == {
        "set aside in b": (dollars(-500), ("D-2", "D-3")),
        "only in a": (dollars(-500), ("D-5",)),
    }
    assert reasons(bridge(theirs, ours)) == {
        "set aside in a": (dollars(500), ("D-2", "D-3")),
        "only in b": (dollars(500), ("D-5",)),
    }
    listed = {"D-1": dollars(100), "D-2": dollars(7), "D-4": dollars(400), "D-9": dollars(1)}
    assert reasons(bridge(theirs, listed)) == {
        "set aside in a": (dollars(7), ("D-2",)),
        "unknown in a": (dollars(1), ("D-9",)),
    }
    assert reasons(bridge(theirs, [*listed])) == {
        "set aside in a": (dollars(0), ("D-2",)),
        "unknown in a": (dollars(0), ("D-9",)),
    }


def test_a_row_without_a_readable_id_is_set_aside_without_one() -> None:
    data = {"Id": ["D-1", None], "Stage": ["Qualified"] * 2, "Amount": ["1", "2"], "Created": ["2026-01-05"] * 2}
    form = DealFormat(id="Id", stage="Stage", amount="Amount", created="Created", currency="USD")
    read = Deals.from_columns(data, form, bad_rows="set_aside")
    assert [one.id for one in read.set_aside] == [None]
    assert not bridge(partial(pipeline_value, read), partial(pipeline_value, read[:1])).steps


def test_what_a_book_of_a_day_leaves_out_is_told_by_the_reason() -> None:
    whole = Deals.of(
        [deal("D-1"), deal("D-2", created=None), deal("D-3", created=date(2026, 2, 1)), deal("D-4")],
        accept={"missing_created"},
    )
    then = whole[:3].as_of(date(2026, 2, 1), {"amount", "stage"})
    expected = {
        "no day of creation, left out of b": (dollars(-100), ("D-2",)),
        "not yet created in b": (dollars(-100), ("D-3",)),
        "only in a": (dollars(-100), ("D-4",)),
    }
    found = reasons(bridge(partial(pipeline_value, whole), partial(pipeline_value, then)))
    assert {reason: step for reason, step in found.items() if reason in expected} == expected
    back = reasons(bridge(partial(pipeline_value, then), partial(pipeline_value, whole)))
    assert [*back][-3:] == ["no day of creation, left out of a", "not yet created in a", "only in b"]


def test_the_fields_of_deals_in_both_tables() -> None:
    ours = table_of(deal("D-1"), deal("D-2"), deal("D-3", amount=None), deal("D-4"), deal("D-5"), deal("D-6"))
    theirs = table_of(
        deal("D-2", amount=150), deal("D-1"), deal("D-3", amount=70), deal("D-4", amount=None), deal("D-5", "Won")
    )
    assert reasons(bridge(partial(pipeline_value, ours), partial(pipeline_value, theirs))) == {
        "only in a": (dollars(-100), ("D-6",)),
        "stage differs": (dollars(-100), ("D-5",)),
        "amount missing in a": (dollars(70), ("D-3",)),
        "amount missing in b": (dollars(-100), ("D-4",)),
        "amount differs": (dollars(50), ("D-2",)),
    }


def test_two_processes_of_the_same_stages() -> None:
    low, high = (SalesProcess([Stage("Offer", chance), Stage("Won", 1, Outcome.WON)]) for chance in (0.2, 0.5))
    sides = [partial(weighted_pipeline, table_of(deal("D-1", "Offer"), process=one)) for one in (low, high)]
    assert reasons(bridge(*sides)) == {"process differs": (dollars(30), ("D-1",))}
    other = table_of(deal("D-1", "Offer"), process=SalesProcess([Stage("Offer", 0.2)]))
    with pytest.raises(InvalidValueError, match=r"both tables must have the same stages, got .* make both with one"):
        bridge(sides[0], partial(weighted_pipeline, other))


def test_values_and_labels_that_one_table_has() -> None:
    ours = table_of(deal("D-1", values={"arr": dollars(10)}), deal("D-2", labels={"region": "Hills"}))
    theirs = table_of(deal("D-1", values={"margin": dollars(30)}), deal("D-2"))
    sides = partial(pipeline_value, ours, value="arr"), partial(pipeline_value, theirs, value="margin")
    assert reasons(bridge(*sides)) == {"value: 'arr' to 'margin'": (dollars(20), ("D-1",))}

    def of_hills(deals: Deals) -> int:
        return len(deals.filter(deals.key("region").is_in("Hills"))) if "region" in deals.labels else 0

    found = bridge(partial(of_hills, ours), partial(of_hills, theirs))
    assert reasons(found) == {"arr, region only in a": (-1.0, ("D-2",))}
    assert reasons(bridge(partial(of_hills, theirs), partial(of_hills, ours))) == {"region only in b": (1.0, ("D-2",))}


def test_options_that_only_make_sense_together_are_one_step() -> None:
    days = {"Product demo": date(2026, 1, 6), "Won": date(2026, 2, 1)}
    history = [DealChange("D-1", day, stage=stage) for stage, day in days.items()]
    deals = table_of(deal("D-1", "Won"), deal("D-2", "Lost")).with_history(history)
    found = bridge(partial(win_rate, deals), partial(win_rate, deals, population="qualified", stage="Product demo"))
    assert [(step.reason, step.exact, step.deals) for step in found.steps] == [
        ("population: 'closed' to 'qualified' and stage: None to 'Product demo'", Fraction(1, 2), ("D-2",))
    ]


def test_options_that_change_nothing_are_no_step() -> None:
    nothing = table_of().with_history([])
    found = bridge(partial(win_rate, nothing), partial(win_rate, nothing, population="qualified", stage="Product demo"))
    assert (found.steps, found.exact) == ((), None)


def test_what_is_not_defined_on_the_way_is_one_step() -> None:
    ours, theirs = table_of(deal("D-1", "Won")), table_of(deal("D-2", "Lost"))
    found = bridge(partial(win_rate, ours), partial(win_rate, theirs))
    assert [(step.reason, step.value, step.deals) for step in found.steps] == [
        ("only in a and only in b", -1.0, ("D-2", "D-1"))
    ]
    undefined = bridge(partial(win_rate, ours), partial(win_rate, ours[:0]))
    assert undefined.exact is None
    assert undefined.value is None
    assert [(step.reason, step.value, step.deals) for step in undefined.steps] == [("only in a", None, ("D-1",))]
    assert "undefined" in str(undefined)


def test_a_book_of_the_past_and_that_of_today() -> None:
    amounts = {date(2026, 1, 5): dollars(100), date(2026, 2, 5): dollars(80)}
    history = [DealChange("D-1", day, amount=amount) for day, amount in amounts.items()]
    today = table_of(deal("D-1", amount=80)).with_history(history)
    then = today.as_of(date(2026, 2, 1), constant={"stage", "owner"})
    found = bridge(partial(pipeline_value, then), partial(pipeline_value, today))
    assert reasons(found) == {"amount differs": (dollars(-20), ("D-1",))}


def test_money_comes_to_a_book_without_money() -> None:
    nothing = Deals.of([Deal("D-1", Money(0, "XXX"), "Qualified", "Ada", date(2026, 1, 5), values={"units": 3})])
    found = bridge(partial(pipeline_value, nothing), partial(pipeline_value, table_of(deal("D-1"))))
    assert reasons(found) == {"amount differs": (dollars(100), ("D-1",))}
    euro = Deals.of([Deal("D-1", Money.of(5, "EUR"), "Qualified", "Ada", date(2026, 1, 5))])
    with pytest.raises(CurrencyMismatchError, match="got USD and EUR"):
        bridge(partial(pipeline_value, table_of(deal("D-1"))), partial(pipeline_value, euro))
    assert bridge(partial(win_rate, table_of(deal("D-1"))), partial(win_rate, euro)).steps == ()


def test_many_deals_are_shown_by_the_first_three() -> None:
    deals = table_of(*(deal(f"D-{number}") for number in range(1, 6)))
    found = bridge(partial(pipeline_value, deals), [])
    assert str(found) == (
        "                         figure  deals                  which\n"
        "a          500.00 USD (5 deals)\n"
        "only in a           -500.00 USD      5  D-1, D-2, D-3, 2 more\n"
        "b            0.00 USD (0 deals)"
    )
    assert found._repr_html_().count("<tr>") == 4
    assert found.to_columns() == {
        "reason": ["only in a"] * 5,
        "deal": [f"D-{number}" for number in range(1, 6)],
        "change": [-100.0] * 5,
    }


def test_values_are_of_a_sum_over_deals() -> None:
    deals = table_of(deal("D-1", "Won"), deal("D-2", "Lost"))
    with pytest.raises(InvalidValueError, match="values must be given for a figure that is a sum over deals, got"):
        bridge(partial(win_rate, deals), {"D-1": 1})
    unknown = bridge(partial(pipeline_value, table_of(deal("D-1"))), {"D-1": None})
    assert unknown.b is None
    assert unknown.exact is None
    assert reasons(unknown) == {"value missing in b": (dollars(-100), ("D-1",))}


@pytest.mark.parametrize("stage", ["Won", "Lost", "Qualified"])
@pytest.mark.parametrize("measure", [win_rate, deal_size, cycle_length, expansion_share])
def test_values_of_a_rate_or_a_mean_are_refused_of_one_deal_too(measure: Any, stage: str) -> None:
    for value in (1, dollars(100)):
        with pytest.raises(InvalidValueError, match="values must be given for a figure that is a sum over deals, got"):
            bridge(partial(measure, table_of(deal("D-1", stage))), {"D-1": value})


def test_a_series_maps_ids_to_values_and_a_frame_is_refused() -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    figure = partial(pipeline_value, table_of(deal("D-1"), deal("D-2")))
    theirs = {"D-1": dollars(90), "D-2": dollars(100)}
    assert bridge(figure, pandas.Series(theirs)) == bridge(figure, theirs)
    with pytest.raises(InvalidValueError, match="b must be a figure, different ids of deals, or a mapping"):
        bridge(figure, pandas.DataFrame({"D-1": [1], "D-2": [2]}))


@pytest.mark.parametrize("listed", [["7"], {"7": Money(100, "USD")}])
def test_ids_of_another_kind_are_named(listed: Any) -> None:
    figure = partial(pipeline_value, table_of(evolve(deal("D-1"), id=7)))
    with pytest.raises(InvalidValueError, match="a list must name deals as the book does, got '7' for 7; make all"):
        bridge(figure, listed)


@pytest.mark.parametrize(
    "listed", ["D-1", 5, None, [2.5], ["D-1", "D-1"], {"D-1": "100"}, {"D-1": True}, [deal("D-1")]]
)
def test_what_is_no_list_of_deals_is_refused(listed: Any) -> None:
    with pytest.raises(InvalidValueError, match=r"b must be a figure, different ids of deals, or a mapping .*, got"):
        bridge(partial(pipeline_value, table_of(deal("D-1"))), listed)


@pytest.mark.parametrize(
    ("figure", "value", "said"),
    [
        (pipeline_value, 100, r"values must be Money, as MoneyTotal\(.* is, got 100; write Money.of"),
        (len, Money(100, "USD"), r"values must be whole numbers, as 1 is, got Money\(.*; write 250"),
    ],
)
def test_values_are_of_the_figure_s_kind(figure: Any, value: Any, said: str) -> None:
    with pytest.raises(InvalidValueError, match=said):
        bridge(partial(figure, table_of(deal("D-1"))), {"D-1": value})


def test_values_of_one_kind_beside_a_figure_that_is_not_defined() -> None:
    def unknown(deals: Deals) -> None:
        assert len(deals) >= 0

    asked = partial(unknown, table_of(deal("D-1")))
    with pytest.raises(InvalidValueError, match=r"values must be Money, as Money\(.* is, got 3"):
        bridge(asked, {"D-1": Money(1, "USD"), "D-2": 3})
    assert bridge(asked, {"D-1": 3}).b == 3


@pytest.mark.parametrize(("figure", "zero"), [(pipeline_value, Money(0, "USD")), (len, 0)])
def test_no_values_are_those_of_no_deals(figure: Any, zero: Any) -> None:
    found = bridge(partial(figure, table_of(deal("D-1"))), {})
    assert (found.b, [*reasons(found)]) == (zero, ["only in a"])


def test_ids_may_come_from_columns() -> None:
    book = table_of(*(evolve(deal("D-1"), id=number) for number in (1, 2)))
    for ids in (np.array([2, 1]), np.array([2, 1], np.int8), {np.int64(1), np.int64(2)}):
        assert bridge(partial(pipeline_value, book), ids).steps == ()
    listed = {np.int64(1): Money(7, "USD")}
    assert reasons(bridge(partial(pipeline_value, book), listed)).keys() == {"only in a", "value differs"}


@given(laid_down(), st.data())
def test_a_bridge_of_any_measure_is_read_back(book: Book, data: DataObject) -> None:
    measure = data.draw(st.sampled_from(WITHOUT_A_PAST))
    options = data.draw(asked(measure, book.table))
    cut = data.draw(st.integers(0, len(book.table)))
    assert_round_trip(bridge(*(partial(measure, table, **options) for table in (book.table, book.table[cut:]))))


def figure_of(figure: Any) -> Bridge:
    return Bridge(figure, None, None, ())


@pytest.mark.parametrize("figure", [Fraction(1, 3), Money(-5, "USD"), 0.1, None, 7])
def test_any_figure_is_read_back(figure: Any) -> None:
    assert_round_trip(figure_of(figure))


STEP = {"reason": "only in a", "exact": "1/2", "unit": None, "deals": ["D-1"], "changes": ["1/2"]}
WRITTEN = figure_of(None).to_dict()


@pytest.mark.parametrize(
    "data",
    [
        5,
        {**WRITTEN, "version": 2},
        {**WRITTEN, "steps": 5},
        {**WRITTEN, "more": 1},
        {**WRITTEN, "unit": "dollars"},
        {**WRITTEN, "a": {"fraction": 0.5}},
        {**WRITTEN, "a": {"money": {"minor": 5}}},
        {**WRITTEN, "a": 1, "b": 2},
        {**WRITTEN, "steps": [5]},
        *({**WRITTEN, "steps": [{**STEP, name: wrong}]} for name, wrong in [
            ("reason", 5), ("exact", "2/4"), ("exact", 0.5), ("exact", "1/0"), ("unit", "USd"),
            ("deals", ["D-1", "D-2"]), ("deals", [None]), ("deals", "D"), ("changes", ["x"]), ("changes", None),
        ]),
    ],
)  # fmt: skip
def test_what_is_no_bridge_is_not_read(data: Any) -> None:
    with pytest.raises(InvalidValueError, match="; "):
        Bridge.from_dict(data)


ASK: Any = pipeline_value


@pytest.mark.parametrize("figure", [ASK, partial(ASK), partial(ASK, [], "amount"), 5])
def test_what_is_no_figure_is_refused(figure: Any) -> None:
    with pytest.raises(InvalidValueError, match=r"a must be a measure with its deals and named options, got"):
        bridge(figure, [])


def test_figures_of_two_measures_are_refused() -> None:
    with pytest.raises(InvalidValueError, match="both figures must be of one measure, got win_rate and pipeline_value"):
        bridge(partial(win_rate, []), partial(pipeline_value, []))


def test_an_option_that_one_side_leaves_out() -> None:
    def larger(deals: Deals, **options: int) -> int:
        return int(np.count_nonzero(deals.amount.values > options.get("than", 0)))

    deals = table_of(deal("D-1"))
    asked_twice = partial(larger, deals), partial(larger, deals, than=20_000)
    assert reasons(bridge(*asked_twice)) == {"than: not given to 20000": (-1.0, ("D-1",))}
    assert reasons(bridge(*reversed(asked_twice))) == {"than: 20000 to not given": (1.0, ("D-1",))}


@pytest.mark.parametrize(
    ("figure", "exact"),
    [
        (None, None),
        (float("nan"), None),
        (float("inf"), None),
        (2, Fraction(2)),
        (0.25, Fraction(1, 4)),
        (0.1, Fraction(1, 10)),
        (np.int64(3), Fraction(3)),
        (Fraction(1, 3), Fraction(1, 3)),
        (Money(105, "JPY"), Fraction(105)),
    ],
)
def test_what_a_figure_is_exactly(figure: Any, exact: Fraction | None) -> None:
    assert exact_figure(figure) == exact


def test_what_is_no_figure_to_read_is_refused() -> None:
    card = scorecard([], period=Q1, as_of=date(2026, 2, 1))
    for none in ("many", card):
        with pytest.raises(
            InvalidValueError, match="a figure must be money, a number or an answer with a reading, got"
        ):
            bridge(partial(lambda _, none=none: none, []), [])
