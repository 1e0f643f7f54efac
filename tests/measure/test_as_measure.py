from __future__ import annotations

import inspect
import pickle
import pydoc
from datetime import date
from functools import partial, wraps
from typing import Any, cast, get_type_hints

import numpy as np
import pytest

import salesmetrics as sm
from measure_laws import HISTORY_QUESTIONS, QUESTIONS, needed
from salesmetrics import Count, Deal, Deals, InvalidTableError, InvalidValueError, Money, Proportion, Quotas, Recipe
from salesmetrics.measure._measure import as_measure, measure_of, recipe_of, table_for
from salesmetrics.table.deals import IntoDeals
from salesmetrics.table.quotas import IntoQuotas

BOOK = [
    Deal("D-1", Money(100, "USD"), "Qualified", "Ada", date(2026, 1, 5)),
    Deal("D-2", Money(100, "USD"), "Qualified", None, date(2026, 1, 5)),
]


@as_measure
def owned(book: Deals, *, kind: str = "new") -> Recipe[Proportion]:
    """Share of deals that somebody owns."""
    counted = book.kind.is_in(kind)
    return Recipe(Proportion, part=Count(counted & book.owner.known), whole=Count(counted))


def test_a_users_recipe_is_a_measure() -> None:
    assert owned(BOOK) == Proportion(1, 2)
    assert owned(BOOK, kind="renewal") == owned([]) == Proportion(0, 0)
    assert dict(sm.breakdown(owned, BOOK, "owner")) == {"Ada": Proportion(1, 1), None: Proportion(0, 1)}
    assert pickle.loads(pickle.dumps(owned)) is owned  # noqa: S301  # our own bytes
    assert cast("Any", owned)(book=BOOK) == Proportion(1, 2)
    with pytest.raises(TypeError, match="a measure must be asked of book, got none; give them first"):
        cast("Any", owned)(kind="new")
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        cast("Any", owned)(BOOK, colour="red")


def test_a_measure_is_asked_of_its_table_by_place_or_by_name() -> None:
    again: Any = as_measure(owned.recipe)  # made here and now, as `owned` was when this file was read
    assert again(BOOK) == again(book=BOOK) == again(book=BOOK, kind="new") == Proportion(1, 2)
    with pytest.raises(TypeError, match=r"^a measure must be asked of book, got none; give them first$"):
        again(kind="new")
    with pytest.raises(TypeError, match="multiple values for argument 'book'"):
        again(BOOK, book=BOOK)


def test_a_measure_may_be_of_another_table() -> None:
    @measure_of(Quotas.of, IntoQuotas)
    def of_specialists(quotas: Quotas) -> Recipe[Proportion]:
        return Recipe(Proportion, part=Count(quotas.overlay), whole=Count(quotas.amount.known))

    quarter = sm.Period.parse("2026-01-01..2026-04-01")
    quotas = [sm.Quota("Ada", quarter, 5, "units"), sm.Quota("Bo", quarter, 5, "units", overlay=True)]
    assert of_specialists(quotas) == of_specialists(Quotas.of(quotas)) == Proportion(1, 2)
    assert str(inspect.signature(of_specialists)) == "(quotas: 'IntoQuotas') -> 'Proportion'"
    assert get_type_hints(of_specialists) == {"quotas": IntoQuotas, "return": Proportion}
    assert table_for(quotas, of_specialists) == Quotas.of(quotas)
    assert table_for(quotas, partial(of_specialists)) == Quotas.of(quotas)


def test_what_is_asked_together_is_of_one_table() -> None:
    quotas = Quotas.of([])
    assert table_for(BOOK, owned, partial(owned, kind="new"), len) == Deals.of(BOOK)
    assert table_for(BOOK, len) == Deals.of(BOOK)
    assert table_for(quotas, len) is quotas
    message = (
        "^what is asked together must be of one table, got owned of Deals and quota_attainment of Quotas; ask them"
    )
    with pytest.raises(InvalidValueError, match=message):
        table_for(BOOK, owned, sm.quota_attainment)


def test_arguments_are_passed_on_by_place_and_by_name() -> None:
    def of_kind(book: Deals, kind: str, *, least: int = 0) -> Recipe[Proportion]:
        large = book.amount.values >= least
        return Recipe(Proportion, part=Count(large), whole=Count(book.kind.is_in(kind)))

    measure = as_measure(of_kind)
    assert measure(BOOK, "new", least=100) == measure(BOOK, kind="new") == Proportion(2, 2)
    assert measure(BOOK, "new", least=101) == Proportion(0, 2)
    assert measure(BOOK, "renewal", least=101) == Proportion(0, 0)
    by_owner = dict(sm.breakdown(measure, BOOK, "owner", "new", least=101))
    assert by_owner == {"Ada": Proportion(0, 1), None: Proportion(0, 1)}


def test_signatures_show_the_question() -> None:
    again = as_measure(owned.recipe)  # made here and now, as `owned` was when this file was read
    for measure in (owned, again):
        assert str(inspect.signature(measure)) == "(book: 'IntoDeals', *, kind: 'str' = 'new') -> 'Proportion'"
        assert "owned(book: 'IntoDeals', *, kind: 'str' = 'new') -> 'Proportion'" in pydoc.plain(
            pydoc.render_doc(measure)
        )
        assert get_type_hints(measure) == {"book": IntoDeals, "kind": str, "return": Proportion}
        assert measure.recipe is owned.recipe
        assert owned.recipe.__name__ == "owned"


def test_only_a_measure_has_a_recipe_to_sum() -> None:
    def plain(deals: Deals) -> Proportion:
        return owned(deals)

    with_a_recipe: Any = partial(plain)
    with_a_recipe.recipe = owned.recipe

    @wraps(owned)
    def dressed(deals: Deals) -> Proportion:
        return plain(deals)

    def called_alike(deals: Deals) -> Proportion:
        return plain(deals)

    called_alike.recipe = owned.recipe  # type: ignore[attr-defined]  # pyright: ignore[reportFunctionMemberAccess]
    for none in (plain, with_a_recipe, dressed, called_alike, len):
        assert recipe_of(none) is None
        assert dict(sm.breakdown(none, BOOK, "kind")) == {"new": none(Deals.of(BOOK))}
    recipe = recipe_of(owned)
    assert recipe is not None
    assert recipe(Deals.of(BOOK), kind="new").whole() == Proportion(1, 2)
    fixed = recipe_of(partial(owned, kind="renewal"))
    assert fixed is not None
    assert fixed(Deals.of(BOOK)).whole() == Proportion(0, 0)
    assert recipe_of(partial(owned, BOOK)) is None  # which is asked of deals already
    assert recipe_of(partial(plain)) is None


@pytest.mark.parametrize("measure", [*QUESTIONS, *HISTORY_QUESTIONS], ids=lambda measure: measure.__name__)
def test_every_measure_is_a_plain_function(measure: Any) -> None:
    shape = inspect.signature(measure)
    first, *options = shape.parameters.values()
    assert (first.name, first.annotation) == ("deals", "IntoDeals")
    assert all(option.kind is inspect.Parameter.KEYWORD_ONLY for option in options)
    answer = get_type_hints(measure)["return"]
    assert issubclass(answer, sm.Answer)
    assert shape.return_annotation == answer.__name__
    assert f"{measure.__name__}(deals: 'IntoDeals'" in pydoc.plain(pydoc.render_doc(measure))
    assert pickle.loads(pickle.dumps(measure)) is measure  # noqa: S301  # our own bytes
    if measure is not sm.pipeline_waterfall:  # its lines name deals and are no sum over rows, so it has no recipe
        assert measure.__doc__.startswith(measure.recipe.__doc__)
    assert getattr(sm, measure.__name__) is measure


def test_annotations_that_are_not_text_are_shown_too() -> None:
    made: dict[str, Any] = {"as_measure": as_measure, "Recipe": Recipe, "Proportion": Proportion, "Deals": Deals}
    source = "@as_measure\ndef rate(deals: Deals) -> Recipe[Proportion]: ...\n@as_measure\ndef bare(deals): ...\n"
    exec(compile(source, "<session>", "exec", dont_inherit=True), made)  # noqa: S102  # without `from __future__`
    assert inspect.signature(made["rate"]).return_annotation is Proportion
    assert inspect.signature(made["bare"]).return_annotation is inspect.Signature.empty


@pytest.mark.parametrize("measure", [sm.win_rate, sm.deal_size, sm.cycle_length])
@pytest.mark.parametrize("population", ["wno", "", None, ["won"], 3])
def test_a_misspelt_population_is_refused(measure: Any, population: Any) -> None:
    with pytest.raises(InvalidValueError, match=r"population must be one of \[.*\], got .*; (did you mean|known are)"):
        measure(BOOK, population=population)


@pytest.mark.parametrize("measure", [sm.pipeline_value, sm.weighted_pipeline, sm.win_value_rate, sm.deal_size])
def test_an_unknown_value_is_refused(measure: Any) -> None:
    with pytest.raises(InvalidValueError, match=r"got 'amuont'; did you mean 'amount'"):
        measure(BOOK, value="amuont")


@pytest.mark.parametrize("as_of", ["2026-01-01", None, 5])
def test_what_is_no_day_is_refused(as_of: Any) -> None:
    with pytest.raises(InvalidValueError, match="as_of must be a date without a time, got"):
        sm.stage_forecast([], period=sm.Period.parse("2026-01-01..2026-04-01"), as_of=as_of)


def test_what_is_no_period_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="period must be a Period, got '2026'; write"):
        sm.stage_forecast([], period="2026", as_of=date(2026, 1, 1))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("measure", QUESTIONS, ids=lambda measure: measure.__name__)
def test_deals_that_contradict_themselves_are_refused(measure: Any) -> None:
    with pytest.raises(InvalidTableError, match="Deals has 1 problem"):
        measure([BOOK[0], BOOK[0]], **needed(measure))


@pytest.mark.parametrize(
    "mask",
    [False, np.array([0, 1]), np.array([True] * 3), np.array([[True, True]]), [True, True]],
    ids=["a truth value", "places", "another length", "two dimensions", "a list"],
)
@pytest.mark.parametrize("ask", [lambda ask: ask(BOOK), lambda ask: sm.breakdown(ask, BOOK, "owner")])
def test_a_mask_that_is_none_is_refused_by_the_whole_and_by_groups(mask: Any, ask: Any) -> None:
    @sm.as_measure
    def masked(deals: Deals) -> sm.Recipe[sm.Proportion]:
        inner = sm.Recipe(sm.Proportion, part=sm.Count(mask), whole=sm.Count(deals.is_open))
        return sm.Recipe(lambda inner: inner, inner=inner)

    with pytest.raises(InvalidValueError, match=r"a mask must hold one truth value for each row, got"):
        ask(masked)
    for part in (sm.Total, sm.Tally):
        with pytest.raises(InvalidValueError, match=r"a mask must hold one truth value for each row, got"):
            part(Deals.of(BOOK).amount, mask)
    with pytest.raises(InvalidValueError, match=r"a mask must hold one truth value for each row, got"):
        sm.Weighted(Deals.of(BOOK).amount, mask, Deals.of(BOOK).stage, [1])


@pytest.mark.parametrize("ask", [lambda ask: ask(BOOK), lambda ask: sm.breakdown(ask, BOOK, "owner")])
def test_what_gives_no_recipe_is_refused(ask: Any) -> None:
    count: Any = len
    with pytest.raises(InvalidValueError, match=r"what as_measure is put on must give a Recipe, got 2;"):
        ask(sm.as_measure(count))
