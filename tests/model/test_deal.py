import copy
import pickle
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from inspect import Parameter, signature
from math import copysign, inf, nextafter
from typing import Any

import numpy as np
import pytest
from attrs import NOTHING, evolve, fields
from hypothesis import example, given
from hypothesis import strategies as st

from salesmetrics import Category, Deal, InvalidValueError, Money
from salesmetrics.errors import shown
from salesmetrics.model.deal_fields import KINDS
from salesmetrics.model.labels import EMPTY, FrozenMapping
from strategies import DOUBTS, deals

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
HUGE = 10**5000


class Word(StrEnum):
    NEW = "new"


def deal(**changed: Any) -> Deal:
    plain: dict[str, Any] = {"id": "D-1", "amount": None, "stage": "Qualified", "owner": None, "created": None}
    return Deal(**plain | changed)


@given(deals(accept=DOUBTS))
def test_a_deal_is_a_value(one: Deal) -> None:
    assert evolve(one) == one
    for twin in (pickle.loads(pickle.dumps(one)), copy.copy(one), copy.deepcopy(one)):  # noqa: S301
        assert twin == one
        assert hash(twin) == hash(one)
        assert repr(twin) == repr(one)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", "D-2"),
        ("id", 2),
        ("amount", Money(1, "USD")),
        ("stage", "Won"),
        ("owner", "Ada"),
        ("owner", ""),
        ("created", date(2026, 1, 5)),
        ("closed", date.max),
        ("expected_close", date.min),
        ("probability", 0.5),
        ("category", Category.COMMIT),
        ("kind", "renewal"),
        ("account", "Acme"),
        ("values", FrozenMapping({"arr": Money(1, "USD"), "units": 3})),
        ("labels", FrozenMapping({"region": "EMEA", "tier": 2.5, "key": True, "since": date(2026, 1, 1)})),
    ],
)
def test_each_field_is_kept_and_compared(name: str, value: Any) -> None:
    assert getattr(deal(**{name: value}), name) == value
    assert deal(**{name: value}) != deal()


def test_the_written_initialiser_has_the_fields_and_defaults_of_the_class() -> None:
    parameters = {one.name: one.default for one in signature(Deal).parameters.values()}
    defaults = {one.name: Parameter.empty if one.default is NOTHING else one.default for one in fields(Deal)}
    assert list(parameters.items()) == list(defaults.items())


def test_a_deal_cannot_change() -> None:
    one: Any = deal()
    with pytest.raises(AttributeError):
        one.stage = "Won"


def test_the_defaults() -> None:
    one = deal()
    assert (one.closed, one.expected_close, one.probability, one.category, one.kind, one.account) == (
        *[None] * 4,
        "new",
        None,
    )
    assert one.values is one.labels is EMPTY


@pytest.mark.parametrize("given_as", [{}, {"gone": None}, FrozenMapping({}), EMPTY])
@pytest.mark.parametrize("field", ["values", "labels"])
def test_nothing_is_the_shared_nothing(field: str, given_as: Any) -> None:
    assert getattr(deal(**{field: given_as, "id": 7}), field) is EMPTY


TEXT = "must be text or None, got {}; convert it first"
DAY = (
    "must be a date without a time, got {}; "
    "write date(2026, 1, 31), or take .date() of a datetime in the zone that you mean"
)
BAD: dict[str, tuple[str, list[Any]]] = {
    "id": ("must be text or a whole number, got {}; name the deal", ["", None, 1.0, True, b"D", np.int64(1), ("D", 1)]),
    "amount": (
        "must be Money or None, got {}; write Money.of('1200', 'USD')",
        [0, 1200, 1.5, "1200", Decimal(1), True, HUGE],
    ),
    "stage": ("must be the name of a stage, got {}; write stage.name", ["", 1, b"Won", ["Won"]]),
    "owner": (TEXT, [1, True, b"Ada", ["Ada"]]),
    "account": (TEXT, [1, True, b"Acme", ["Acme"]]),
    "created": (DAY, [NOON, "2026-01-05", 20260105, True]),
    "closed": (DAY, [NOON, "2026-01-05", 20260105, np.datetime64("2026-01-05")]),
    "expected_close": (DAY, [NOON, "2026-01-05", 20260105, HUGE]),
    "category": ("must be a Category or None, got {}; use Category.COMMIT", ["commit", 1, True, ["commit"]]),
}


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [(field, value, rule) for field, (rule, values) in BAD.items() for value in values],
    ids=shown,
)
def test_a_field_of_another_kind_is_refused_with_a_remedy(field: str, value: Any, rule: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        deal(**{field: value})
    assert str(caught.value) == f"Deal.{field} {rule.format(shown(value))}"


@pytest.mark.parametrize(
    ("kind", "hint"),
    [
        ("newt", "did you mean 'new'?"),
        ("New", "did you mean 'new'?"),
        *[(kind, "known are 'new', 'expansion', 'renewal'") for kind in ("", 1, b"x", ["x"], np.array([1, 2]))],
    ],
    ids=shown,
)
def test_the_kind_is_one_of_three_words(kind: Any, hint: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        deal(kind=kind)
    assert str(caught.value) == f"Deal.kind must be one of {KINDS}, got {shown(kind)}; {hint}"


@pytest.mark.parametrize("kind", ["new", "expansion", "renewal", Word.NEW])
def test_kinds(kind: Any) -> None:
    assert deal(kind=kind).kind == kind


@pytest.mark.parametrize("kind", [HUGE, "x" * 1_000_000, [[[HUGE]] * 9] * 9], ids=["integer", "text", "list"])
def test_enormous_fields_are_refused_in_few_words(kind: Any) -> None:
    with pytest.raises(InvalidValueError) as caught:
        deal(kind=kind)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("values", [("arr", 1)], "Deal.values must be a mapping, got [('arr', 1)]; write {'arr': Money.of(...)}"),
        ("values", None, "Deal.values must be a mapping, got None; write {'arr': Money.of(...)}"),
        ("values", {"": 1}, "a value's name must be text, got ''; rename it"),
        ("values", {1: 1}, "a value's name must be text, got 1; rename it"),
        ("values", {"arr": 1.5}, "value 'arr' must be Money or a whole number, got 1.5; convert it"),
        ("values", {"arr": True}, "value 'arr' must be Money or a whole number, got True; convert it"),
        ("values", FrozenMapping({"arr": "1"}), "value 'arr' must be Money or a whole number, got '1'; convert it"),
        ("labels", "EMEA", "labels must be a mapping, got 'EMEA'; write {'region': 'EMEA'}"),
        (
            "labels",
            {"region": ["EMEA"]},
            "label 'region' must be text, a number, a flag or a day, got ['EMEA']; convert it first",
        ),
        ("probability", 60, "Deal.probability must be a fraction in [0, 1], got 60; did you mean 0.6?"),
        ("probability", True, "Deal.probability must be text, int or Decimal, got True; convert it first"),
    ],
)
def test_a_mapping_or_chance_of_another_kind_is_refused(field: str, value: Any, message: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        deal(**{field: value})
    assert str(caught.value) == message


def test_all_faults_come_in_one_error() -> None:
    bad: dict[str, Any] = {field: values[0] for field, (_, values) in BAD.items()}
    bad |= {"probability": 60, "kind": "old", "values": [], "labels": {"": 1}}
    assert set(bad) == {one.name for one in fields(Deal)}
    with pytest.raises(InvalidValueError) as caught:
        Deal(**bad)
    faults = str(caught.value).split("; and ")
    assert sorted(fault.split(" ")[0].removeprefix("Deal.") for fault in faults) == sorted({*bad, "a"} - {"labels"})


@given(st.integers(0, 10**6))
@example(0)
@example(10**6)
def test_a_probability_has_one_form(count: int) -> None:
    forms: list[Any] = [count / 10**6, Decimal(count) / 10**6, f"{Decimal(count) / 10**6:f}", np.float64(count) / 10**6]
    for probability in [*forms, *([count // 10**6] if count % 10**6 == 0 else [])]:
        kept = deal(probability=probability).probability
        assert type(kept) is float
        assert kept == count / 10**6


def test_no_probability_is_a_negative_zero() -> None:
    kept = deal(probability=-0.0).probability
    assert kept is not None
    assert copysign(1, kept) == 1


@given(st.integers(0, 10**6), st.sampled_from([inf, -inf]))
def test_a_probability_beside_whole_millionths_is_refused(count: int, towards: float) -> None:
    with pytest.raises(InvalidValueError, match=r"^Deal\.probability must have at most "):
        deal(probability=nextafter(count / 10**6, towards))


@pytest.mark.parametrize("probability", [1.000001, -0.000001, inf, -inf, 1e300, float("nan"), 0.0000005, 0.1234567])
def test_a_probability_out_of_range_is_refused(probability: float) -> None:
    with pytest.raises(InvalidValueError, match=r"^Deal\.probability must "):
        deal(probability=probability)


def test_the_mappings_are_the_deal_s_own() -> None:
    values, labels = {"arr": 1}, {"region": "EMEA"}
    one = deal(values=values, labels=labels)
    values["arr"], labels["region"] = 2, "APAC"
    assert (dict(one.values), dict(one.labels)) == ({"arr": 1}, {"region": "EMEA"})


def test_labels_and_values_of_none_are_none() -> None:
    assert deal(labels={"region": None, "tier": 1}, values={"arr": None, "units": 1}) == deal(
        labels={"tier": 1}, values={"units": 1}
    )
