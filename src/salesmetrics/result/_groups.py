"""Groups that several parts of a book have: their keys in one order, and their answers added column by column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial, reduce
from typing import Any, TypeAlias, TypeVar, final, overload

import numpy as np
from attrs import Attribute, fields
from numpy.typing import NDArray

from salesmetrics._numeric.columns import folded, readonly, sort_key
from salesmetrics._numeric.multiset import Multisets, united_multisets
from salesmetrics._numeric.recipe import Grouped, LinesOfGroups, united_lines
from salesmetrics._numeric.sums import united
from salesmetrics.result._answers import added
from salesmetrics.result._lines import check_apart
from salesmetrics.result.answer import Answer, added_facts, in_currencies_of
from salesmetrics.result.forecast_lines import ForecastLines

__all__ = ["Key", "Keys", "united_answers", "united_keys"]

A = TypeVar("A")

Key: TypeAlias = Any
"""What a group is called: a name, `None` for no name, or a tuple of these where groups have several keys."""

Places: TypeAlias = Sequence[NDArray[np.intp]]
"""For each part, which of all groups its groups are."""


@final
class Keys(Sequence[Key]):
    """Keys of groups, kept as codes into names; a key is made when it is looked at.

    Args:
        names: For each part of a key the names that it can have, `None` among them.
        codes: For each part of a key that of every group.
        is_tuple: Whether a key is a tuple of its parts, or its only part itself.

    Examples:
        >>> list(Keys([("Ada", None)], [np.array([1, 0])], is_tuple=False))
        [None, 'Ada']
    """

    __slots__ = ("codes", "is_tuple", "names")

    def __init__(self, names: Sequence[Sequence[Any]], codes: Sequence[NDArray[Any]], *, is_tuple: bool) -> None:
        self.names = tuple(names)
        self.codes = tuple(map(readonly, codes))
        self.is_tuple = is_tuple

    @classmethod
    def of(cls, keys: Sequence[Key], n_parts: int, *, is_tuple: bool) -> Keys:
        """The same of keys that are made already."""
        if isinstance(keys, Keys):
            return keys
        rows = keys if is_tuple else [(key,) for key in keys]
        coded = [folded([row[place] for row in rows]) for place in range(n_parts)]
        return cls([names for _, names in coded], [codes for codes, _ in coded], is_tuple=is_tuple)

    @property
    def columns(self) -> list[list[Any]]:
        """The parts of all keys, one list for each part."""
        return [[*map(names.__getitem__, codes.tolist())] for names, codes in zip(self.names, self.codes, strict=True)]

    def __len__(self) -> int:
        return len(self.codes[0])

    @overload
    def __getitem__(self, group: int) -> Key: ...
    @overload
    def __getitem__(self, group: slice) -> tuple[Key, ...]: ...
    def __getitem__(self, group: int | slice) -> Key:
        if isinstance(group, slice):
            return tuple(Keys(self.names, [codes[group] for codes in self.codes], is_tuple=self.is_tuple))
        parts = tuple(names[codes[group]] for names, codes in zip(self.names, self.codes, strict=True))
        return parts if self.is_tuple else parts[0]

    def __iter__(self) -> Iterator[Key]:
        return zip(*self.columns, strict=True) if self.is_tuple else iter(self.columns[0])

    def __reduce__(self) -> tuple[Any, ...]:
        return _keys, (self.names, self.codes, self.is_tuple)  # a pickled array forgets that it is read-only


def _keys(names: Any, codes: Any, is_tuple: bool) -> Keys:  # noqa: FBT001  # what a pickle holds has no names
    return Keys(names, codes, is_tuple=is_tuple)


def united_keys(parts: Sequence[Keys], orders: Sequence[tuple[Any, ...] | None]) -> tuple[Keys, Places]:
    """The keys of several parts, each once and in order, and where those of each part stand among them.

    Args:
        parts: Keys of one form.
        orders: For each part of a key the order of its names where it is not alphabetical.
    """
    all_names: list[list[Any]] = []
    all_codes: list[NDArray[np.int64]] = []
    cells, n_cells = np.zeros(sum(map(len, parts)), np.int64), 1
    for place, order in enumerate(orders):
        lists = {id(one.names[place]): one.names[place] for one in parts}  # parts of one table share theirs
        names = sorted(dict.fromkeys(name for those in lists.values() for name in those), key=_rank_in(order))
        rank = {name: code for code, name in enumerate(names)}
        ranks = {one: np.array([rank[name] for name in those], np.int64) for one, those in lists.items()}
        codes = np.concatenate([ranks[id(one.names[place])].take(one.codes[place]) for one in parts])
        if n_cells * len(names) >= _MANY:
            present, cells = np.unique(cells, return_inverse=True)
            n_cells = len(present)
        cells, n_cells = cells * len(names) + codes, n_cells * len(names)
        all_names.append(names)
        all_codes.append(codes)
    _, first, where = np.unique(cells, return_index=True, return_inverse=True)
    keys = Keys(all_names, [codes.take(first) for codes in all_codes], is_tuple=parts[0].is_tuple)
    return keys, np.split(where, np.cumsum([len(one) for one in parts])[:-1])


_MANY = 2**62


def _rank_in(order: tuple[Any, ...] | None) -> Any:
    if order is None:
        return sort_key
    place = {name: rank for rank, name in enumerate(order)}
    return lambda name: sort_key(None) if name is None else ("", place[name])


def united_answers(parts: Sequence[Sequence[A]], places: Places, n: int) -> Sequence[A]:
    """The answers of `n` groups, from those of parts, none of which is empty: column by column where that can be.

    Raises:
        InvalidValueError: The answers do not add.
    """
    grouped = [one for one in parts if isinstance(one, Grouped)]
    if len(grouped) == len(parts) and _are_columns(grouped):
        return _united(grouped, places, n)
    firsts: list[Any] = [answers[0] for answers in parts]
    whole = reduce(added, firsts)  # answers of two currencies differ in every group
    found: dict[int, Any] = {}
    for answers, place in zip(parts, places, strict=True):
        for group, answer in zip(place.tolist(), answers, strict=True):
            found[group] = added(found[group], answer) if group in found else answer
    if isinstance(whole, Answer) and any(in_currencies_of(whole, one) != one for one in firsts):
        found = {group: in_currencies_of(whole, answer) for group, answer in found.items()}
    return tuple(found[group] for group in range(n))


def _are_columns(parts: Sequence[Grouped[Any]]) -> bool:
    """Whether groups add by their columns: answers of one kind that add field by field, all sums in columns."""
    kind: Any = parts[0].answer
    is_of_fields = isinstance(kind, type) and issubclass(kind, Answer) and kind.__add__ is Answer.__add__
    if not is_of_fields or any(one.answer is not kind or one.sums.keys() != parts[0].sums.keys() for one in parts):
        return False
    return all(_is_column(one, [part.sums[one.name] for part in parts]) for one in _given(parts[0]))


def _is_column(what: Attribute[Any], sums: Sequence[Any]) -> bool:
    kinds = {type(one) for one in sums}
    if "adds" in what.metadata:
        return not kinds & {np.ndarray, Multisets, LinesOfGroups, Grouped}
    if kinds == {Grouped}:
        return _are_columns(sums)
    if kinds == {LinesOfGroups}:
        return all(one.lines is ForecastLines for one in sums)
    nothing = sums[0]
    return kinds in ({np.ndarray}, {Multisets}) or all(one == nothing == one + nothing for one in sums)


def _united(parts: Sequence[Grouped[Any]], places: Places, n: int) -> Grouped[Any]:
    sums: dict[str, Any] = {}
    for one in _given(parts[0]):
        columns: list[Any] = [part.sums[one.name] for part in parts]
        if "adds" in one.metadata:
            sums[one.name] = reduce(partial(added_facts, one), columns)
        elif isinstance(columns[0], Grouped):
            sums[one.name] = _united(columns, places, n)
        elif isinstance(columns[0], LinesOfGroups):
            sums[one.name] = _united_lines(columns, places, n)
        elif isinstance(columns[0], Multisets):
            sums[one.name] = united_multisets(columns, places, n)
        else:
            sums[one.name] = united(columns, places, n) if isinstance(columns[0], np.ndarray) else columns[0]
    return Grouped(parts[0].answer, sums, n)


def _united_lines(parts: Sequence[LinesOfGroups], places: Places, n: int) -> LinesOfGroups:
    groups = [np.repeat(place, np.diff(one.starts)) for one, place in zip(parts, places, strict=True)]
    check_apart([one.together.deal for one in parts], groups, "forecasts")
    return united_lines(parts, places, n)


def _given(answers: Grouped[Any]) -> list[Attribute[Any]]:
    """The fields of which a recipe has said something; the others are what they are unless told."""
    kind: Any = answers.answer
    return [one for one in fields(kind) if one.name in answers.sums]
