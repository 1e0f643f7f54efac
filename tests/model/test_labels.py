import copy
import pickle
from collections import UserDict
from datetime import UTC, datetime, time
from decimal import Decimal
from math import inf, nan
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesmetrics import InvalidValueError, Money
from salesmetrics.model.labels import EMPTY, FrozenMapping, freeze_labels, is_label

plain = st.text() | st.integers() | st.booleans() | st.dates() | st.floats(allow_nan=False, allow_infinity=False)
entries = st.dictionaries(st.text(min_size=1), st.none() | plain)
NOT_PLAIN: list[Any] = [
    nan,
    inf,
    -inf,
    [],
    ("a",),
    {},
    b"a",
    Decimal(1),
    1j,
    Money(1, "USD"),
    np.float64(1),
    np.int64(1),
    datetime(2026, 1, 1, tzinfo=UTC),
    time(1),
]


@given(entries)
def test_a_frozen_mapping_is_the_mapping_without_its_gaps(mapping: dict[str, Any]) -> None:
    frozen, present = FrozenMapping(mapping), {name: value for name, value in mapping.items() if value is not None}
    assert frozen == present
    assert list(frozen.items()) == list(present.items())
    assert (list(frozen), len(frozen), repr(frozen)) == (list(present), len(present), repr(present))
    assert [frozen[name] for name in frozen] == list(present.values())
    assert all((name in frozen) is (name in present) for name in mapping)


@given(entries)
def test_equal_mappings_have_equal_hashes(mapping: dict[str, Any]) -> None:
    frozen = FrozenMapping(mapping)
    turned = FrozenMapping(dict(reversed(mapping.items())))
    for twin in (turned, pickle.loads(pickle.dumps(frozen)), copy.copy(frozen), copy.deepcopy(frozen)):  # noqa: S301
        assert type(twin) is FrozenMapping
        assert twin == frozen
        assert hash(twin) == hash(frozen)


def test_another_entry_makes_another_mapping() -> None:
    one = FrozenMapping({"a": 1, "b": 2})
    assert one != FrozenMapping({"a": 1})
    assert one != FrozenMapping({"a": 2, "b": 1})
    assert len({one, FrozenMapping({"a": 1, "b": 2}), FrozenMapping({"a": 2, "b": 1})}) == 2


def test_a_frozen_mapping_cannot_change() -> None:
    source = {"a": 1}
    frozen: Any = FrozenMapping(source)
    source["a"] = 2
    with pytest.raises(TypeError):
        frozen["a"] = 3
    with pytest.raises(TypeError):
        del frozen["a"]
    for name in ("_entries", "a"):
        with pytest.raises(AttributeError) as caught:
            setattr(frozen, name, {})
        assert str(caught.value) == f"FrozenMapping cannot change, got a new {name!r}; make another one"
    assert dict(frozen) == {"a": 1}


def test_a_missing_entry() -> None:
    with pytest.raises(KeyError):
        FrozenMapping({"a": None})["a"]
    assert FrozenMapping({"a": None}).get("a") is None


@given(entries)
def test_labels_are_frozen(mapping: dict[str, Any]) -> None:
    frozen = freeze_labels(mapping)
    assert frozen == freeze_labels(UserDict(mapping)) == FrozenMapping(mapping)
    assert freeze_labels(frozen) is frozen
    assert (frozen is EMPTY) is (len(frozen) == 0)


@given(plain)
def test_plain_values_are_labels(value: Any) -> None:
    assert is_label(value)


@pytest.mark.parametrize("value", NOT_PLAIN, ids=repr)
@pytest.mark.parametrize("kind", [dict, FrozenMapping])
def test_other_values_are_refused_with_a_remedy(kind: Any, value: Any) -> None:
    assert not is_label(value)
    with pytest.raises(InvalidValueError) as caught:
        freeze_labels(kind({"good": 1, "region": value}))
    assert (
        str(caught.value) == f"label 'region' must be text, a number, a flag or a day, got {value!r}; convert it first"
    )


@pytest.mark.parametrize("name", ["", None, 1, ("a",)])
def test_a_name_is_text(name: Any) -> None:
    with pytest.raises(InvalidValueError) as caught:
        freeze_labels({name: 1})
    assert str(caught.value) == f"a label's name must be text, got {name!r}; rename it"


@pytest.mark.parametrize("labels", ["a", 1, None, ["a"], [("a", 1)], {"a"}])
def test_labels_are_a_mapping(labels: Any) -> None:
    with pytest.raises(InvalidValueError) as caught:
        freeze_labels(labels)
    assert str(caught.value) == f"labels must be a mapping, got {labels!r}; write {{'region': 'EMEA'}}"
