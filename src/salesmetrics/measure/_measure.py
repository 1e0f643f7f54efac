"""What turns a recipe into a measure: the door before it, and the sums behind it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial, wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast, get_args

from salesmetrics._numeric.recipe import Recipe
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.table.deals import Deals, IntoDeals

__all__ = ["Measure", "as_measure", "recipe_of"]

P = ParamSpec("P")
A = TypeVar("A")
A_co = TypeVar("A_co", covariant=True)


class Measure(Protocol[P, A_co]):
    """A question about deals; `recipe` is what it sums, for whoever asks it of many groups at once."""

    recipe: Callable[..., Recipe[Any]]

    def __call__(self, deals: IntoDeals, *args: P.args, **kwargs: P.kwargs) -> A_co: ...


def as_measure(recipe: Callable[Concatenate[Deals, P], Recipe[A]]) -> Measure[P, A]:
    """Turn a recipe into a measure: a plain function that takes any deals and gives the answer.

    Args:
        recipe: A function of a table that says what is summed, and into which answer.

    Returns:
        The question: it opens the door (`Deals.of`), sums the recipe's parts over all rows and makes the answer.
        `breakdown` sums the same recipe for every group in one pass.

    Examples:
        >>> from salesmetrics import Count, Proportion, SalesProcess
        >>> @as_measure
        ... def owned(deals: Deals) -> Recipe[Proportion]:
        ...     return Recipe(Proportion, part=Count(deals.owner.known), whole=Count(deals.is_open))
        >>> print(owned([]))
        undefined (0 of 0)
    """

    @wraps(recipe)
    def ask(deals: IntoDeals, *args: P.args, **kwargs: P.kwargs) -> A:
        book = Deals.of(deals)
        return _checked(recipe(book, *args, **kwargs), book).whole()

    shape = inspect.signature(recipe)
    first, *others = shape.parameters.values()
    said = shape.return_annotation
    answer = said.removeprefix("Recipe[").removesuffix("]") if isinstance(said, str) else (*get_args(said), said)[0]
    question = shape.replace(parameters=[first.replace(annotation="IntoDeals"), *others], return_annotation=answer)
    annotations = getattr(recipe, "__annotations__", {})  # a builtin has none
    measure: Any = ask
    measure.__signature__ = question
    measure.__annotations__ = {**annotations, first.name: IntoDeals, "return": answer}
    measure.recipe = recipe
    asked: Measure[P, A] = measure
    return asked


def recipe_of(measure: Callable[..., Any]) -> Callable[..., Recipe[Any]] | None:
    """What a measure sums, or a measure whose options `functools.partial` has fixed.

    `None` for any other function, one that `functools.wraps` has dressed as a measure too.
    """
    if isinstance(measure, partial) and not measure.args:
        inner = recipe_of(measure.func)
        return None if inner is None else partial(inner, **measure.keywords)
    found = getattr(measure, "recipe", None)
    if found is None or getattr(measure, "__wrapped__", None) is not found:
        return None
    recipe = cast("Callable[..., Recipe[Any]]", found)

    def checked(book: Deals, *args: Any, **kwargs: Any) -> Recipe[Any]:
        return _checked(recipe(book, *args, **kwargs), book)

    return checked


def _checked(recipe: Recipe[A], book: Deals) -> Recipe[A]:
    if not isinstance(recipe, Recipe):
        raise InvalidValueError(f"what as_measure is put on must give a Recipe, got {shown(recipe)}; write Recipe(...)")
    recipe.check_rows(len(book))
    return recipe
