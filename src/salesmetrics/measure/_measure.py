"""What turns a recipe into a measure: the door before it, and the sums behind it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial, wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast, get_args

from salesmetrics._numeric.recipe import Recipe
from salesmetrics.errors import InvalidValueError, shown
from salesmetrics.table.deals import Deals, IntoDeals
from salesmetrics.table.table import Keyed, Table

__all__ = ["Measure", "TableMeasure", "as_measure", "measure_of", "recipe_of", "table_for"]

P = ParamSpec("P")
A = TypeVar("A")
T = TypeVar("T", bound=Keyed[Any])
A_co = TypeVar("A_co", covariant=True)
I_contra = TypeVar("I_contra", contravariant=True)


class Measure(Protocol[P, A_co]):
    """A question about deals; `recipe` is what it sums, for whoever asks it of many groups at once."""

    recipe: Callable[..., Recipe[Any]]

    def __call__(self, deals: IntoDeals, *args: P.args, **kwargs: P.kwargs) -> A_co: ...


class TableMeasure(Protocol[I_contra, P, A_co]):
    """A question about another table than deals."""

    recipe: Callable[..., Recipe[Any]]

    def __call__(self, table: I_contra, /, *args: P.args, **kwargs: P.kwargs) -> A_co: ...


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
    asked: Measure[P, A] = _question(recipe, Deals.of, IntoDeals)
    return asked


def measure_of(
    door: Callable[[I_contra], T], into: Any
) -> Callable[[Callable[Concatenate[T, P], Recipe[A]]], TableMeasure[I_contra, P, A]]:
    """Turn a recipe into a measure of another table than deals, such as quotas.

    Args:
        door: The door of the table, such as `Quotas.of`.
        into: What the door takes, as type checkers and the docs show it.
    """

    def decorated(recipe: Callable[Concatenate[T, P], Recipe[A]]) -> TableMeasure[I_contra, P, A]:
        asked: TableMeasure[I_contra, P, A] = _question(recipe, door, into)
        return asked

    return decorated


def _question(recipe: Callable[..., Recipe[Any]], door: Any, into: Any) -> Any:
    """The question that a recipe answers, asked of whatever comes in through the door."""
    shape = inspect.signature(recipe)
    first, *others = shape.parameters.values()

    @wraps(recipe)
    def ask(*args: Any, **kwargs: Any) -> Any:
        if not args and first.name in kwargs:
            args = (kwargs.pop(first.name),)
        if not args:
            raise TypeError(f"a measure must be asked of {first.name}, got none; give them first")
        table = door(args[0])
        return _checked(recipe(table, *args[1:], **kwargs), table).whole()

    said = shape.return_annotation
    answer = said.removeprefix("Recipe[").removesuffix("]") if isinstance(said, str) else (*get_args(said), said)[0]
    first_asked = first.replace(annotation=f"Into{door.__self__.__name__}")
    annotations = getattr(recipe, "__annotations__", {})  # a builtin has none
    measure: Any = ask
    measure.__signature__ = shape.replace(parameters=[first_asked, *others], return_annotation=answer)
    measure.__annotations__ = {**annotations, first.name: into, "return": answer}
    measure.recipe, measure.door = recipe, door
    return measure


def recipe_of(measure: Callable[..., Any]) -> Callable[..., Recipe[Any]] | None:
    """What a measure sums, or a measure whose options `functools.partial` has fixed.

    `None` for any other function, one that `functools.wraps` has dressed as a measure too.
    """
    if isinstance(measure, partial) and not measure.args:
        inner = recipe_of(measure.func)
        return None if inner is None else partial(inner, **measure.keywords)
    if not _is_measure(measure):
        return None
    recipe = cast("Any", measure).recipe

    def checked(book: Keyed[Any], *args: Any, **kwargs: Any) -> Recipe[Any]:
        return _checked(recipe(book, *args, **kwargs), book)

    return checked


def table_for(given: Any, *measures: Callable[..., Any]) -> Any:
    """What measures are asked of: what their own door makes of what was given.

    Any other function is asked of the table that was given, or of deals.

    Raises:
        InvalidValueError: The measures are of different tables.
    """
    doors = {door: measure for measure in measures if (door := _door(measure)) is not None}
    if len(doors) > 1:
        of = [f"{measure.__name__} of {door.__self__.__name__}" for door, measure in doors.items()]
        raise InvalidValueError(f"what is asked together must be of one table, got {' and '.join(of)}; ask them apart")
    for door in doors:
        return door(given)
    return given if isinstance(given, Table) else Deals.of(given)


def _door(measure: Callable[..., Any]) -> Any:
    """The door of a measure; `None` for any other function."""
    if isinstance(measure, partial):
        return _door(measure.func)
    return cast("Any", measure).door if _is_measure(measure) else None


def _is_measure(measure: Callable[..., Any]) -> bool:
    found = getattr(measure, "recipe", None)
    return found is not None and getattr(measure, "__wrapped__", None) is found


def _checked(recipe: Recipe[A], book: Keyed[Any]) -> Recipe[A]:
    if not isinstance(recipe, Recipe):
        raise InvalidValueError(f"what as_measure is put on must give a Recipe, got {shown(recipe)}; write Recipe(...)")
    recipe.check_rows(len(book))
    return recipe
