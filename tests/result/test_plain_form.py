"""What comes back from the wire: the same answer, or a refusal in words, whatever was done to it on the way."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from attrs import fields
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, DrawFn, SearchStrategy

from refusals import check_refusal
from salesmetrics import (
    Answer,
    Breakdown,
    Comparison,
    InvalidValueError,
    Money,
    Proportion,
    Scorecard,
    breakdown,
    scorecard,
    win_rate,
)
from salesmetrics.result._plain import follows
from strategies import ANSWERS, AS_OF, PERIOD, answers, laid_down

GOOD = Proportion(1, 2).to_dict()
GROUPS = Breakdown("owner", ("Ada", None), (Proportion(1, 2), Proportion(0, 0)), (None,)).to_dict()


@given(answers())
def test_a_plain_form_is_json_and_no_more(answer: Any) -> None:
    written = answer.to_dict()
    assert json.loads(json.dumps(written, allow_nan=False)) == written
    assert list(written) == ["type", "version", *[one.name for one in fields(type(answer))], *answer.readings]


@given(answers())
def test_readings_may_be_left_out(answer: Any) -> None:
    written = answer.to_dict()
    assert Answer.from_dict({name: one for name, one in written.items() if name not in answer.readings}) == answer


def junk() -> SearchStrategy[Any]:
    scalars = (
        st.none()
        | st.booleans()
        | st.integers(-2, 3)
        | st.sampled_from([2**63, -(2**63) - 1, 10**44, 10**400, 10**5000])
        | st.floats()
        | st.sampled_from(
            ["", "USD", "XXX", "usd", "Proportion", "Breakdown", "2026-02-30", "2026-01-01", "\ud800", "x" * 3000]
        )
        | st.text(max_size=3)
        | st.sampled_from([date(2026, 1, 1), b"x", object(), Money(1, "USD"), {1}, float])
    )
    nested = st.lists(scalars, max_size=3) | st.dictionaries(st.sampled_from(["day", "minor", "values"]), scalars)
    return scalars | nested


def places_in(data: Any) -> list[tuple[Any, Any]]:
    """Every place in nested containers, as the container and the key in it."""
    if not isinstance(data, (dict, list)):
        return []
    own = [(data, key) for key in (data if isinstance(data, dict) else range(len(data)))]
    return own + [place for container, key in own for place in places_in(container[key])]


@st.composite
def mutated(draw: DrawFn, good: dict[str, Any]) -> Any:
    """The same data with one place changed, taken out, or put in twice."""
    data = deepcopy(good)
    places = places_in(data)
    container, key = draw(st.sampled_from(places))
    what = draw(st.sampled_from(["change", "change", "copy", "remove", "add", "swap"]))
    if what == "change":
        container[key] = draw(junk())
    elif what == "copy":
        container[key] = deepcopy(draw(st.sampled_from(places))[0])
    elif what == "remove":
        del container[key]
    elif what == "add" and isinstance(container, list):
        container.insert(key, draw(junk() | st.sampled_from(container)))
    elif what == "add":
        container[draw(st.sampled_from(["value", "n", "colour", "x" * 3000, 5, None]))] = draw(junk())
    else:
        beside = [one for where, one in places if where is container]
        container[key] = deepcopy(container[draw(st.sampled_from(beside))])
    return data


def says_no_more(data: Any, written: Any) -> bool:
    """Whether all that the data say is in what was written."""
    if isinstance(data, dict):
        return isinstance(written, dict) and all(
            name in written and says_no_more(one, written[name]) for name, one in data.items()
        )
    if isinstance(data, list):
        return isinstance(written, list) and len(data) == len(written) and all(map(says_no_more, data, written))
    return bool(data == written)


def check(kind: Any, data: Any) -> None:
    try:
        answer = kind.from_dict(data)
    except InvalidValueError as fault:
        check_refusal(fault)
        return
    assert says_no_more(data, answer.to_dict())
    # and what was let in can be read, shown and added
    assert not isinstance(answer, Answer) or answer.in_a_line.isprintable()
    assert str(answer)
    assert answer._repr_html_()
    assert kind.from_dict(answer.to_dict()) == answer
    if isinstance(answer, Breakdown):
        assert len(answer) == len(dict(answer))
        answer.to_columns()


@pytest.mark.parametrize("kind", ANSWERS, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_a_change_on_the_way_is_refused_or_means_the_same(kind: type[Answer], data: DataObject) -> None:
    answer = data.draw(ANSWERS[kind]("USD"))
    changed = data.draw(mutated(answer.to_dict()))
    check(kind, changed)
    check(Answer, changed)


@pytest.mark.parametrize("kind", ANSWERS, ids=lambda kind: kind.__name__)
@settings(max_examples=3)
@given(data=st.data())
def test_a_field_of_another_type_is_refused_or_means_the_same(kind: type[Answer], data: DataObject) -> None:
    written = data.draw(ANSWERS[kind]("USD")).to_dict()
    strays: list[Any] = [None, True, 5, 1.5, "x", [], {}]
    for one in fields(kind):
        for stray in strays:
            check(kind, {**written, one.name: stray})


@given(laid_down(), st.data())
def test_a_changed_breakdown_is_refused_or_means_the_same(book: Any, data: DataObject) -> None:
    by = data.draw(st.sampled_from(["owner", "stage", ("kind", "stage"), ("account",), *book.table.labels]))
    asked = breakdown(win_rate, book.table, by)
    assume(asked)
    changed = data.draw(mutated(asked.to_dict()))
    check(Breakdown, changed)


@given(laid_down(), st.data())
def test_a_changed_scorecard_is_refused_or_means_the_same(book: Any, data: DataObject) -> None:
    changed = data.draw(mutated(scorecard(book.table, period=PERIOD, as_of=AS_OF).to_dict()))
    check(Scorecard, changed)
    check(Answer, changed)


@given(junk())
@example([])
@example({})
@example({"type": "Proportion"})
@example({"type": "Breakdown", "version": 1})
def test_junk_is_refused(data: Any) -> None:
    for kind in (Answer, Proportion, Breakdown):
        with pytest.raises(InvalidValueError, match=r"must") as refused:
            kind.from_dict(data)
        check_refusal(refused.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"type": "Proportoin"}, "type must be Answer, got 'Proportoin'; did you mean 'Proportion'?"),
        ({"type": None}, "type must be Answer, got None; known are"),
        ({"type": ["Proportion"]}, "type must be Answer, got"),
        ({"type": 10**5000}, "type must be Answer, got an integer of"),
        ({"version": 2}, "version of Proportion must be 1, got 2; read it with the release that wrote it"),
        ({"version": None}, "version of Proportion must be 1, got None"),
        ({"version": True}, "version of Proportion must be 1, got True"),
        ({"value": 0.6}, "must hold its fields and what follows from them, got 0.6 for 'value'; leave readings"),
        ({"value": None}, "got None for 'value'"),
        ({"value": float("nan")}, "got nan for 'value'"),
        ({"value": "0.5"}, "got '0.5' for 'value'"),
        ({"colour": "red"}, "got 'red' for 'colour'; leave readings as they were written, and nothing else"),
        ({5: "red"}, "got 'red' for 5"),
        ({"part": float("nan")}, "Proportion.part must be a whole number, got nan"),
        ({"part": True, "value": 0.5}, "Proportion.part must be a whole number, got True"),
        ({"part": -1}, "Proportion.part must be a count"),
        ({"part": 3}, "Proportion.part must not be above the whole 2"),
        ({"part": 1.0}, "Proportion.part must be a whole number, got 1.0"),
    ],
)
def test_a_tampered_answer_is_refused_in_words(changes: dict[Any, Any], message: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        Answer.from_dict({**GOOD, **changes})
    assert message in str(caught.value)


def test_what_is_too_deep_is_refused_in_words() -> None:
    data: Any = GOOD
    for _ in range(2_000):
        data = {"type": "Comparison", "version": 1, "before": data, "after": GOOD, "reading": "value"}
    with pytest.raises(InvalidValueError, match="Comparison must hold answers that are told in few steps, got one in"):
        Comparison.from_dict(data)


def test_a_missing_field_is_refused() -> None:
    with pytest.raises(InvalidValueError, match=r"Proportion must have every field, got none of \['whole'\]; give"):
        Answer.from_dict({"type": "Proportion", "version": 1, "part": 1})


def test_an_answer_of_another_kind_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="type must be Proportion, got 'MoneyTotal'"):
        Proportion.from_dict({"type": "MoneyTotal"})
    with pytest.raises(InvalidValueError, match="an answer must be a mapping, got 5; give what to_dict wrote"):
        Answer.from_dict(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_a_flag_is_no_number_on_the_wire() -> None:
    whole = Proportion(2, 2).to_dict()
    assert Answer.from_dict({**whole, "value": 1}) == Proportion(2, 2)  # some writers drop the point of 1.0
    with pytest.raises(InvalidValueError, match="got True for 'value'"):
        Answer.from_dict({**whole, "value": True})


@pytest.mark.parametrize(
    ("values", "counts"),
    [
        ([2, 1], [1, 1]),
        ([1, 1], [1, 1]),
        ([1], [0]),
        ([1], [-1]),
        ([1], [1, 1]),
        ([1.0], [1]),
        ([True], [1]),
        ([2**63], [1]),
        ([1, 2], [2**62, 2**62]),
        ("ab", [1, 1]),
        (None, None),
        ({}, {}),
    ],
)
def test_what_is_no_tally_is_refused(values: Any, counts: Any) -> None:
    data = {"type": "Durations", "version": 1, "days": {"values": values, "counts": counts}, "n_missing": 0}
    with pytest.raises(InvalidValueError, match="days must be ascending whole values and as many counts above zero"):
        Answer.from_dict(data)


def test_a_tally_may_be_of_anything_that_a_column_holds() -> None:
    days = {"values": [-(2**63), 0, 2**63 - 1], "counts": [1, 2**62, 1]}
    data = {"type": "Durations", "version": 1, "days": days, "n_missing": 0}
    assert Answer.from_dict(data).to_dict()["days"] == days


@pytest.mark.parametrize(
    ("written", "data", "does"),
    [
        (1, 1.0, True),
        (1.0, 1, True),
        (1, True, False),
        (True, True, True),
        (True, 1, False),
        ("1", 1, False),
        (None, None, True),
        (None, 0, False),
        ([1, 2], [1, 2.0], True),
        ([1, 2], [1], False),
        ([1], [2], False),
        ([1], (1,), False),
        ([], {}, False),
        ({"a": 1}, {"a": 1}, True),
        ({"a": 1}, {}, True),
        ({"a": 1}, {"a": 2}, False),
        ({"a": 1}, {"b": 1}, False),
        ({"a": 1}, {"a": 1, "b": 1}, False),
        ({"a": [{"b": 1}]}, {"a": [{"b": True}]}, False),
        ({}, [], False),
        ({}, None, False),
    ],
)
def test_what_follows_from_what_was_written(written: Any, data: Any, *, does: bool) -> None:
    assert follows(written, data) == does


@pytest.mark.parametrize("days", [None, 5, [], {"values": []}, {"values": [], "counts": [], "more": 1}])
def test_what_is_no_multiset_is_refused(days: Any) -> None:
    with pytest.raises(InvalidValueError, match=r"Durations.days must be Multiset, got"):
        Answer.from_dict({"type": "Durations", "version": 1, "days": days, "n_missing": 0})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"version": 2}, "a breakdown must be what to_dict wrote"),
        ({"version": True}, "a breakdown must be what to_dict wrote"),
        ({"type": "Proportion"}, "a breakdown must be what to_dict wrote"),
        ({"colour": "red"}, "a breakdown must be what to_dict wrote"),
        ({"by": None}, "a breakdown must hold lists"),
        ({"by": []}, "a breakdown must hold lists"),
        ({"by": [1]}, "a breakdown must hold lists"),
        ({"by": [[]]}, "a breakdown must hold lists"),
        ({"by": ["owner", "owner"]}, "different keys of 2 parts"),
        ({"by": ["owner", "kind"]}, "different keys of 2 parts"),
        ({"keys": {}}, "a breakdown must hold lists"),
        ({"keys": ["Ada", None]}, "a breakdown must hold lists"),
        ({"keys": [["Ada"], ["Ada"]]}, "an answer for each, got 2 keys and 2 answers"),
        ({"keys": [["Ada"], ["Ada"]], "answers": [GOOD]}, "an answer for each, got 2 keys and 1 answers"),
        ({"keys": [["Ada"]]}, "an answer for each, got 1 keys and 2 answers"),
        ({"keys": [[{"day": 5}], [None]]}, "a key must be text, a number, a flag, a day or null, got {'day': 5}"),
        ({"keys": [[{"day": "2026-02-30"}], [None]]}, "a key must be a day such as 2026-01-31, got '2026-02-30'"),
        ({"keys": [[float("nan")], [None]]}, "a key must be text, a number, a flag, a day or null, got nan"),
        ({"keys": [[["Ada"]], [None]]}, "a key must be text, a number, a flag, a day or null, got ['Ada']"),
        ({"orders": [5]}, "a breakdown must hold lists"),
        ({"orders": []}, "different keys of 1 parts"),
        ({"orders": [["Bo"]]}, "a key must be one of ('Bo',), got 'Ada'; leave it as it was"),
        ({"answers": 5}, "a breakdown must hold lists"),
        ({"answers": [[], []]}, "an answer must be a mapping, got []"),
        ({"answers": [{}, {}]}, "type must be Answer, got None"),
        ({"answers": [{**GOOD, "value": 0.6}, GOOD]}, "got 0.6 for 'value'"),
        ({"answers": [float("nan"), 5]}, "an answer must be a mapping, got nan"),
    ],
)
def test_a_tampered_breakdown_is_refused_in_words(changes: dict[str, Any], message: str) -> None:
    assert Breakdown.from_dict(GROUPS)["Ada"] == Proportion(1, 2)
    with pytest.raises(InvalidValueError) as caught:
        Breakdown.from_dict({**GROUPS, **changes})
    assert message in str(caught.value)
