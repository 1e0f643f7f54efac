"""The answers of many groups, by key."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property, reduce
from typing import Any, Generic, Self, TypeVar

from attrs import frozen
from numpy.typing import NDArray

from salesmetrics.errors import InvalidValueError, check_flag, shown
from salesmetrics.model.calendar import PeriodKey
from salesmetrics.model.labels import is_label
from salesmetrics.model.period import Period, parse_day
from salesmetrics.result._answers import (
    Many,
    added,
    answer_shown,
    columns_of_answers,
    is_undefined,
    reading_of,
)
from salesmetrics.result._display import html_of_table, plain_text, text_of_table
from salesmetrics.result._groups import Key, Keys, united_answers, united_keys
from salesmetrics.result._plain import follows, plain, thing_of
from salesmetrics.result._plain_form import PlainForm, answer_read, answer_written

__all__ = ["Breakdown", "Key", "Top"]

A = TypeVar("A")


@frozen(eq=False, slots=False, repr=False)
class Breakdown(Many[A]):
    """One answer for every group that has rows, in the order of the keys.

    Args:
        by: What the groups are made by: one name or the periods of a calendar, or a tuple of these.
        keys_in_order: The groups' keys.
        answers: Their answers.
        orders: For each name the order of its keys where it is not alphabetical, such as the stages of a process.

    Laws:
        adds: `a + b` has the keys of both; what both have is added.
        order: `a + b` equals `b + a`, and `(a + b) + c` equals `a + (b + c)`.
        identity: Adding the empty book's breakdown, or the 0 that `sum` starts from, changes nothing.

    Examples:
        >>> by_owner = Breakdown("owner", ("Ada", None), (3, 1), (None,))
        >>> by_owner["Ada"], dict(by_owner + by_owner)
        (3, {'Ada': 6, None: 2})
        >>> print(by_owner)
        owner  answer
        Ada         3
        -           1
    """

    by: str | PeriodKey | tuple[str | PeriodKey, ...]
    keys_in_order: Sequence[Key]
    answers: Sequence[A]
    orders: tuple[tuple[Any, ...] | None, ...]

    @cached_property
    def _places(self) -> dict[Key, int]:
        return {key: place for place, key in enumerate(self.keys_in_order)}

    @property
    def _keys(self) -> Keys:
        return Keys.of(self.keys_in_order, len(self.names), is_tuple=isinstance(self.by, tuple))

    @property
    def names(self) -> tuple[str, ...]:
        """What the groups are made by, always as a tuple."""
        return tuple(map(str, self.by if isinstance(self.by, tuple) else (self.by,)))

    def __getitem__(self, key: Key) -> A:
        return self.answers[self._places[key]]

    def __iter__(self) -> Iterator[Key]:
        return iter(self.keys_in_order)

    def __len__(self) -> int:
        return len(self.keys_in_order)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Breakdown):
            return NotImplemented
        return self.by == other.by and dict(self) == dict(other)

    __hash__ = None  # type: ignore[assignment]  # a mapping, as dict

    def __add__(self, other: Self) -> Breakdown[A]:
        return self.added_up([self, other]) if isinstance(other, Breakdown) else NotImplemented

    def __radd__(self, other: object) -> Breakdown[A]:
        if isinstance(other, int) and other == 0:  # so that sum(breakdowns) works
            return self
        return NotImplemented

    @classmethod
    def added_up(cls, parts: Sequence[Breakdown[A]]) -> Breakdown[A]:
        """Breakdowns by the same keys added in one step, which is quicker than `sum` where there are many.

        Raises:
            InvalidValueError: They are by different keys, or their answers do not add.

        Laws:
            added_up: Equal to adding them one after the other.

        Examples:
            >>> print(Breakdown.added_up([Breakdown("owner", ("Ada",), (number,), (None,)) for number in (3, 4, 5)]))
            owner  answer
            Ada        12
        """
        filled = [one for one in parts if one]  # no deals may have come with no process
        first = (filled or parts)[0]
        for one in parts:
            if one.by != first.by or (one and one.orders != first.orders):
                raise InvalidValueError(
                    f"breakdowns that are added must be by the same keys in the same order, got {first.by} and "
                    f"{one.by}; break both down alike"
                )
        if not filled:
            return first
        keys, places = united_keys([one._keys for one in filled], first.orders)  # noqa: SLF001
        answers = united_answers([one.answers for one in filled], places, len(keys))
        return Breakdown(first.by, keys, answers, first.orders)

    def sorted_by(self, reading: str | Callable[[A], Any], *, descending: bool = False) -> Breakdown[A]:
        """The same groups in the order of a reading; groups in which it is undefined come last.

        Args:
            reading: The name of a reading, such as "value" or "median", or a function of the answer.
            descending: Whether the largest comes first.

        Examples:
            >>> list(Breakdown("owner", ("Ada", "Bo"), (1, 3), (None,)).sorted_by(abs, descending=True))
            ['Bo', 'Ada']
        """
        check_flag(descending, "descending")
        read = _readings(self.answers, reading)
        undefined = [place for place, one in enumerate(read) if is_undefined(one)]
        defined = sorted({*range(len(read))}.difference(undefined))
        order = sorted(defined, key=lambda place: read[place], reverse=descending) + undefined
        keys = tuple(self.keys_in_order[place] for place in order)
        return Breakdown(self.by, keys, tuple(self.answers[place] for place in order), self.orders)

    def top(self, n: int, reading: str | Callable[[A], Any] = "value", *, descending: bool = True) -> Top[A]:
        """The first groups by a reading, and the rest together: exactly the sum of the others' answers.

        Of equal groups those come first that do in the breakdown, and `n_tied` says how many of the rest are equal to
        the last one that is in. A group in which the reading is not defined is among the rest. Whole numbers that a
        function of your own gave are taken for counts, and added.

        Args:
            n: How many groups.
            reading: As in `sorted_by`; of numbers and money of a function of your own, "value" is what they are.
            descending: Whether the largest come first; `False` for the smallest.

        Raises:
            InvalidValueError: `n` is not a whole number from 1 up, the answers have no such reading, or the rest are
                readings, which do not add.

        Examples:
            >>> by_owner = Breakdown("owner", ("Ada", "Bo", "Cyd", None), (3, 9, 3, 1), (None,))
            >>> print(by_owner.top(2))
            owner                              answer
            Bo                                      9
            Ada                                     3
            2 others, 1 equal to the last one       4
        """
        if type(n) is not int or n < 1:
            raise InvalidValueError(f"n must be a whole number from 1 up, got {shown(n)}; say how many groups")
        ordered = self.sorted_by(reading, descending=descending)
        read = [one for one in _readings(ordered.answers, reading) if not is_undefined(one)]
        n_in = min(n, len(read))
        keys, answers = ordered.keys_in_order, ordered.answers
        first = Breakdown(self.by, keys[:n_in], answers[:n_in], self.orders)
        rest = [answers[place] for place in range(n_in, len(answers))]
        n_tied = sum(one == read[n_in - 1] for one in read[n_in:])
        return Top(first, reduce(added, rest) if rest else None, len(rest), n_tied)

    def to_columns(self) -> dict[str, NDArray[Any] | list[Any]]:
        """Columns for a frame: one for each key, and those of the answers; an undefined reading is NaN.

        Columns called `minor` (or `part` and `whole` of money) are exact minor units; `value`, `mean` and `median` of
        money are in major units, with the `currency` beside them.

        Examples:
            >>> Breakdown("owner", ("Ada", None), (3, 1), (None,)).to_columns()
            {'owner': ['Ada', None], 'answer': [3, 1]}
        """
        columns: dict[str, Any] = dict(zip(self.names, self._keys.columns, strict=True))
        for name, values in (columns_of_answers(self.answers) or {"answer": list(self.answers)}).items():
            free = name
            while free in columns:  # a label may be called as a column of the answers is
                free = f"answer_{free}"
            columns[free] = values
        return columns

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types: keys, orders and the answers' own plain forms.

        Raises:
            InvalidValueError: A user's own function gave answers that have no plain form.

        Laws:
            round_trip: `from_dict` makes the same breakdown of it.
        """
        keys = [list(key) if isinstance(self.by, tuple) else [key] for key in self.keys_in_order]
        return {
            "type": "Breakdown",
            "version": 1,
            "by": [*map(plain, self.by)] if isinstance(self.by, tuple) else plain(self.by),
            "keys": [[_key_written(one) for one in key] for key in keys],
            "answers": [answer_written(answer) for answer in self.answers],
            "orders": [None if order is None else [_key_written(one) for one in order] for order in self.orders],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Breakdown[Any]:
        """The breakdown that `to_dict` wrote.

        Raises:
            InvalidValueError: The data are no breakdown.
        """
        head, needed = {"type": "Breakdown", "version": 1}, {"type", "version", "by", "keys", "answers", "orders"}
        if not isinstance(data, Mapping) or set(data) != needed or not follows(head, {one: data[one] for one in head}):
            raise InvalidValueError(f"a breakdown must be what to_dict wrote, got {shown(data)}; leave it as it was")
        by, answers = data["by"], data["answers"]
        names = [thing_of(PeriodKey, one, "by") for one in (by if isinstance(by, list) else [by])]
        listed = _is_list_of((str, PeriodKey), names) and _is_list_of(list, data["keys"]) and isinstance(answers, list)
        if not listed or not names or not _is_list_of((list, type(None)), data["orders"]):
            raise InvalidValueError(f"a breakdown must hold lists, got {shown(data)}; leave it as it was")
        keys = [tuple(map(_key_read, key)) for key in data["keys"]]
        orders = [None if order is None else tuple(map(_key_read, order)) for order in data["orders"]]
        sizes = {len(names), len(orders), len(set(names)), *map(len, keys)}
        if len(sizes) > 1 or not len(set(keys)) == len(keys) == len(answers):
            raise InvalidValueError(
                f"a breakdown must have different keys of {len(names)} parts and an answer for each, "
                f"got {len(keys)} keys and {len(answers)} answers; leave it as it was"
            )
        for place, order in enumerate(orders):
            strange = [key[place] for key in keys if order is not None and key[place] not in (*order, None)]
            if strange:
                raise InvalidValueError(
                    f"a key must be one of {shown(order)}, got {shown(strange[0])}; leave it as it was"
                )
        return cls(
            tuple(names) if isinstance(by, list) else names[0],
            tuple(key if isinstance(by, list) else key[0] for key in keys),
            tuple(map(answer_read, answers)),
            tuple(orders),
        )

    def _table(self) -> tuple[list[str], list[list[str]]]:
        keys = [key if isinstance(self.by, tuple) else (key,) for key in self.keys_in_order[:_SHOWN]]
        rows = [
            [*("-" if one is None else plain_text(one) for one in key), answer_shown(answer)]
            for key, answer in zip(keys, self.answers[:_SHOWN], strict=True)
        ]
        if len(self) > _SHOWN:
            rows.append([f"and {len(self) - _SHOWN:,} more", *[""] * len(self.names)])
        return [*map(plain_text, self.names), "answer"], rows

    def __str__(self) -> str:
        return text_of_table(*self._table(), left=len(self.names))

    def __repr__(self) -> str:
        return f"Breakdown(by={self.by!r}, {len(self):,} groups)"

    def _repr_html_(self) -> str:
        return html_of_table(*self._table())


_SHOWN = 60


@frozen
class Top(PlainForm, Generic[A]):
    """The first groups of a breakdown by a reading, and all others together.

    It is read from a breakdown and does not add: the first of two books are not the first of both.

    Args:
        groups: The first groups, in the order of the reading.
        rest: The answer of all others together; `None` where there are none.
        n_rest: How many others there are [groups].
        n_tied: How many of them are equal to the last one that is in [groups].

    Laws:
        whole: The groups' answers and the rest add up to the answer for all deals.
        first: No group of the rest comes before one that is in.
        round_trip: `from_dict` makes the same of what `to_dict` wrote.

    Examples:
        >>> from salesmetrics import Proportion
        >>> rates = (Proportion(1, 4), Proportion(3, 4), Proportion(1, 2))
        >>> best = Breakdown("owner", ("Ada", "Bo", "Cyd"), rates, (None,)).top(1)
        >>> list(best.groups), best.rest
        (['Bo'], Proportion(part=2, whole=6))
    """

    readings = ()

    groups: Breakdown[A]
    rest: A | None
    n_rest: int
    n_tied: int

    def to_columns(self, rest: str = "other") -> dict[str, NDArray[Any] | list[Any]]:
        """Columns for a frame, as those of a breakdown; the rest is the last row, where there is any.

        Args:
            rest: What the rest is called in the columns of the keys.

        Examples:
            >>> Breakdown("owner", ("Ada", "Bo"), (3, 1), (None,)).top(1).to_columns("all others")
            {'owner': ['Ada', 'all others'], 'answer': [3, 1]}
        """
        return self._with_rest(rest).to_columns()

    def _with_rest(self, name: str) -> Breakdown[Any]:
        groups = self.groups
        if not self.n_rest:
            return groups
        key = (name,) * len(groups.names) if isinstance(groups.by, tuple) else name
        return Breakdown(groups.by, (*groups, key), (*groups.values(), self.rest), groups.orders)

    def __str__(self) -> str:
        heads, rows = self._table()
        return text_of_table(heads, rows, left=len(heads) - 1)

    def _repr_html_(self) -> str:
        return html_of_table(*self._table())

    def _table(self) -> tuple[list[str], list[list[str]]]:
        heads, rows = self.groups._table()  # noqa: SLF001  # both are of one file
        if self.n_rest:
            others = f"{self.n_rest:,} {'other' if self.n_rest == 1 else 'others'}"
            tied = f", {self.n_tied:,} equal to the last one" if self.n_tied else ""
            rows.append([f"{others}{tied}", *[""] * (len(heads) - 2), answer_shown(self.rest)])
        return heads, rows


def _readings(answers: Sequence[A], reading: str | Callable[[A], Any]) -> list[Any]:
    return [reading_of(answer, reading) if isinstance(reading, str) else reading(answer) for answer in answers]


def _key_written(key: Any) -> Any:
    """One part of a key in plain JSON types; a day is told from text."""
    return {"day": key.isoformat()} if isinstance(key, date) else plain(key)


def _key_read(data: Any) -> Any:
    if isinstance(data, Mapping) and set(data) == {"day"} and isinstance(data["day"], str):
        return parse_day(data["day"], "a key")
    if isinstance(data, Mapping):
        data = thing_of(Period, data, "a key")
        if isinstance(data, Period):
            return data
    if data is not None and (not is_label(data) or type(data) is date):
        raise InvalidValueError(f"a key must be text, a number, a flag, a day or null, got {shown(data)}; correct it")
    return data


def _is_list_of(kind: type | tuple[type, ...], data: Any) -> bool:
    return isinstance(data, list) and all(isinstance(one, kind) for one in data)
